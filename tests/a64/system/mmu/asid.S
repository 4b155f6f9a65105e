// SPDX-License-Identifier: MIT
//
// ASIDs of 8 and of 16 bits (TCR_EL1.AS), from TTBR0 or TTBR1 (TCR_EL1.A1):
// what TLBI by ASID must remove; global pages under every ASID; a page that
// is global in one space and not in the other.
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set P1, M_RAM + 0x1000 + (D_PAGE | D_NORMAL)
.set P2, M_RAM + 0x2000 + (D_PAGE | D_NORMAL)

.macro ASID n, reg=ttbr0_el1
    mrs     x0, \reg
    mov     x1, #\n
    bfi     x0, x1, #48, #16
    msr     \reg, x0
    isb
.endm

// Page @page of both halves used under ASID @a, changed, TLBI @op with @given.
.macro CHANGE a, given, op, page, attr, reg=ttbr0_el1
    SETDESC m_l3, \page, P1 + \attr
    SETDESC m_h3, \page, P1 + \attr
    FLUSH
    ASID    \a, \reg
    ldr     x20, =V_LOW + \page * 0x1000
    ldr     x21, =V_HIGH + \page * 0x1000
    ldr     x10, [x20, #16]
    ldr     x11, [x21, #16]
    SETDESC m_l3, \page, P2 + \attr
    SETDESC m_h3, \page, P2 + \attr
    .irp    va, V_LOW, V_HIGH
    ldr     x19, =(\va + \page * 0x1000) >> 12 & 0xfffffffffff | \given << 48
    tlbi    \op, x19
    .endr
    dsb     sy
    isb
    ldr     x12, [x20, #16]
    ldr     x13, [x21, #16]
    SHOW    "\a \given \op \attr", x10, x11, x12, x13
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    TITLE   "16 bits"
    .irp    op, aside1, aside1is, vae1, vale1is
    CHANGE  0x1234, 0x1234, \op, 3, D_NG
    CHANGE  0xff00, 0xff00, \op, 4, D_NG
    CHANGE  0xffff, 0xffff, \op, 5, D_NG
    .endr
    CHANGE  0x1234, 0x0001, vae1, 6, 0      // global: of every ASID
    CHANGE  0x1234, 0x0001, vale1is, 6, 0
    CHANGE  0x1234, 0x0001, vaae1, 6, D_NG
    TITLE   "8 bits: the upper byte is ignored"
    CLRBITS tcr_el1, 1 << 36
    FLUSH
    .irp    op, aside1, aside1is, vae1, vale1is
    CHANGE  0x34, 0x34, \op, 3, D_NG
    CHANGE  0x34, 0x1234, \op, 4, D_NG
    CHANGE  0x5634, 0x34, \op, 5, D_NG
    CHANGE  0x5634, 0x7834, \op, 6, D_NG
    .endr
    TITLE   "8 bits of TTBR1"
    SETBITS tcr_el1, 1 << 22
    FLUSH
    CHANGE  0x35, 0x9935, aside1is, 3, D_NG, ttbr1_el1
    CHANGE  0x35, 0x35, vae1, 4, D_NG, ttbr1_el1
    TITLE   "16 bits of TTBR1"
    SETBITS tcr_el1, 1 << 36
    FLUSH
    CHANGE  0x9935, 0x9935, aside1is, 3, D_NG, ttbr1_el1
    CHANGE  0x9935, 0x9935, vale1, 4, D_NG, ttbr1_el1
    CLRBITS tcr_el1, 1 << 22
    FLUSH
    b       1f
    .ltorg
1:  // Each ASID sees its own, switched to and fro without TLBI.
    TITLE   "to and fro"
    .irp    a, 1, 2, 3, 4
    ASID    \a
    SETDESC m_l3, 8, M_RAM + \a * 0x1000 + (D_PAGE | D_NORMAL | D_NG)
    SETDESC m_h3, 8, M_RAM + (\a + 8) * 0x1000 + (D_PAGE | D_NORMAL | D_NG)
    mov     x0, #\a
    lsl     x0, x0, #48
    tlbi    aside1, x0
    dsb     sy
    isb
    ldr     x20, =V_LOW + 0x8000
    ldr     x10, [x20, #16]
    ldr     x20, =V_HIGH + 0x8000
    ldr     x11, [x20, #16]
    SHOW    "\a", x10, x11
    .endr
    // A new page in this ASID only: the others have no say in it.
    SETDESC m_l3, 9, P1 + D_NG
    .irp    a, 1, 4, 2, 3
    ASID    \a
    ldr     x20, =V_LOW + 0x9000
    ldr     x10, [x20, #16]
    SHOW    "\a", x10
    .endr
    // Global for all of them.
    SETDESC m_h3, 10, P2
    .irp    a, 3, 2, 4, 1
    ASID    \a
    ldr     x20, =V_HIGH + 0xa000
    ldr     x10, [x20, #16]
    E       "blr x20"
    SHOW    "\a", x10
    .endr
    DONE
MMU_CODE
ONE_TABLES
