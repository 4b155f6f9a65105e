// SPDX-License-Identifier: MIT
//
// TCR.TG0 and TG1 with reserved values, and with a granule that the CPU does
// not announce (16 KiB on the Cortex-A72): as 4 KiB. TxSZ outside its range,
// and the level at which the walk of each size of the lower half starts.
//@ cpu cortex-a72
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

// TCR.@field (from bit @pos) becomes @n, and back.
.macro WITH pos, width, n, text, va:vararg
    TITLE   "\text"
    mrs     x28, tcr_el1
    mov     x1, #\n
    bfi     x28, x1, #\pos, #\width
    mrs     x27, tcr_el1
    msr     tcr_el1, x28
    FLUSH
    .irp    a, \va
    VALUE   \a
    .endr
    msr     tcr_el1, x27
    FLUSH
.endm

// The lower half with @n bits, from @table, through whose first entries the
// program is mapped too.
.macro LOW n, table, va:vararg
    TITLE   "TTBR0 of \n bits"
    ldr     x0, =(M_TCR & ~0x3f) | (64 - \n)
    LA      x1, \table
    LA      x2, m_h0
    bl      m_enter
    .irp    a, \va
    VALUE   \a
    .endr
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    SETDESC m_l3, 1, M_RAM + 0x5000 + (D_PAGE | D_NORMAL)
    SETDESC m_h3, 1, M_RAM + 0x6000 + (D_PAGE | D_NORMAL)
    FLUSH
    WITH    14, 2, 0, "TG0=0", V_LOW + 0x1000, V_LOW + 0x2000
    WITH    14, 2, 2, "TG0=2", V_LOW + 0x1000, V_LOW + 0x2000
    WITH    14, 2, 3, "TG0=3", V_LOW + 0x1000, V_LOW + 0x2000
    WITH    30, 2, 0, "TG1=0", V_HIGH + 0x1000, V_HIGH + 0x2000
    WITH    30, 2, 1, "TG1=1", V_HIGH + 0x1000, V_HIGH + 0x2000
    WITH    30, 2, 2, "TG1=2", V_HIGH + 0x1000, V_HIGH + 0x2000
    .irp    n, 0, 1, 14, 15, 40, 41, 52, 63
    WITH    16, 6, \n, "T1SZ=\n", V_HIGH + 0x1000, -0x1000, 0xffff000000000000
    .endr
    LOW     40, m_l0, V_LOW + 0x1000, 0x10000000000, 0x0000ffffffffff00
    LOW     39, m_self, 0x44007000, 0x8000000000, 0x7ffffff000
    LOW     32, m_self, 0x44007000, 0x100000000, 0xfffff000
    LOW     31, m_self, 0x44007000, 0x80000000, 0xffff000080001000
    // The tables of the other half do not matter.
    LOW     36, m_self, V_HIGH + 0x1000
    DONE
MMU_CODE
ONE_TABLES
