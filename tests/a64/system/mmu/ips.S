// SPDX-License-Identifier: MIT
//
// Output addresses: for each TCR_EL1.IPS the last address that fits and the
// first that does not, in a page, in a block, as the address of a table and
// in TTBR1; an external abort of a walk for AT is taken; more than the CPU has is cut to that (44 bits here).
//@ cpu cortex-a72
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.macro PAR va
    ldr     x20, =\va
    msr     par_el1, xzr
    E       "at s1e1r, x20"
    isb
    mrs     x10, par_el1
    SHOW    "par", x20, x10
.endm

.macro SIZE ips, bits, last
    TITLE   "IPS=\ips"
    CLRBITS tcr_el1, 7 << 32
    SETBITS tcr_el1, \ips << 32
    SETDESC m_l3, 1, \last - 0x1000 + (D_PAGE | D_NORMAL)
    SETDESC m_l3, 2, (1 << \bits) + (D_PAGE | D_NORMAL)
    SETDESC m_l3, 3, (1 << 47) + (D_PAGE | D_NORMAL)
    SETDESC m_l2, 1, \last - 0x200000 + (D_BLOCK | D_NORMAL)
    SETDESC m_l2, 2, (1 << \bits) + (D_BLOCK | D_NORMAL)
    SETDESC m_l2, 3, \last - 0x1000 + D_TABLE
    SETDESC m_l2, 4, (1 << \bits) + D_TABLE
    SETDESC m_l1, 1, (1 << \bits) + (D_BLOCK | D_NORMAL)
    SETDESC m_l1, 2, (1 << \bits) + D_TABLE
    SETDESC m_l0, 2, (1 << \bits) + D_TABLE
    FLUSH
    .irp    off, 0x1000, 0x2000, 0x3000, 0x200000, 0x400000, 0x600000
    PAR     V_LOW + \off
    .endr
    .irp    off, 0x800000, 0x40000000, 0x80000000, 0x8000000000
    PAR     V_LOW + \off
    .endr
    ldr     x20, =V_LOW + 0x1008
    X       "ldr x0, [x20]"
    ldr     x20, =V_LOW + 0x2008
    X       "str x0, [x20]"
    ldr     x20, =V_LOW + 0x8000000008
    X       "br x20"
    // TTBR1: in RAM, at the last address that fits, beyond it.
    .irp    base, \last - 0x1000, 1 << \bits, 1 << 47
    ldr     x0, =\base
    msr     ttbr1_el1, x0
    FLUSH
    PAR     V_HIGH
    ldr     x20, =V_HIGH + 0x7008
    X       "ldr x0, [x20]"
    .endr
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    SIZE    0, 32, 1 << 32
    SIZE    1, 36, 1 << 36
    b       1f
    .ltorg
1:  // QEMU has a device in the upper half of 40 bits.
    SIZE    2, 40, 1 << 39
    SIZE    3, 42, 1 << 42
    b       1f
    .ltorg
1:  SIZE    4, 44, 1 << 44
    SIZE    5, 44, 1 << 44
    b       1f
    .ltorg
1:  SIZE    6, 44, 1 << 44
    SIZE    7, 44, 1 << 44
    DONE
MMU_CODE
ONE_TABLES
