// SPDX-License-Identifier: MIT
//
// TLBI: after each form that covers an entry the new descriptor is used, for
// global and non-global pages, in either half, loads, stores and fetches;
// ASIDs keep their own translations. What a form does not cover may stay or
// go, so it is not looked at.
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set P1, M_RAM + 0x1000 + (D_PAGE | D_NORMAL)
.set P2, M_RAM + 0x2000 + (D_PAGE | D_NORMAL)

// Page 1 of @table at @va: used, changed, flushed by @op, used again, then
// made read-only and invalid. x19 = TLBI's operand.
.macro ONE op, table, va, attr, asid
    LA      x21, \table + 8
    ldr     x22, =P1 + \attr
    str     x22, [x21]
    FLUSH
    ldr     x20, =\va + 0x1000
    ldr     x9, [x20, #16]
    ldr     x22, =P2 + \attr
    str     x22, [x21]
    lsr     x19, x20, #12
    and     x19, x19, #0xfffffffffff
    mov     x23, #\asid
    bfi     x19, x23, #48, #16
    dsb     sy
    tlbi    \op
    dsb     sy
    isb
    ldr     x10, [x20, #16]
    orr     x22, x22, #D_RO
    str     x22, [x21]
    dsb     sy
    tlbi    \op
    dsb     sy
    isb
    E       "str x9, [x20, #32]"
    blr     x20
    str     xzr, [x21]
    dsb     sy
    tlbi    \op
    dsb     sy
    isb
    E       "ldr x9, [x20]"
    E       "blr x20"
    SHOW    "\op \table \attr", x9, x10
.endm
.macro FORMS table, va
    .irp    op, vmalle1, vmalle1is, vmalle1os
    ONE     \op, \table, \va, 0, 0
    ONE     \op, \table, \va, D_NG, 7
    .endr
    b       .Lf\@
    .ltorg
.Lf\@:
    .irp    op, "vae1, x19", "vae1is, x19", "vale1, x19", "vale1is, x19"
    ONE     "\op", \table, \va, 0, 7
    ONE     "\op", \table, \va, 0, 9  // global: any ASID
    ONE     "\op", \table, \va, D_NG, 7
    .endr
    b       .Lg\@
    .ltorg
.Lg\@:
    .irp    op, "vaae1, x19", "vaae1is, x19", "vaale1, x19", "vaale1is, x19"
    ONE     "\op", \table, \va, 0, 3
    ONE     "\op", \table, \va, D_NG, 3
    .endr
    .irp    op, "vae1os, x19", "vale1os, x19"
    ONE     "\op", \table, \va, 0, 9
    ONE     "\op", \table, \va, D_NG, 7
    .endr
    .irp    op, "vaae1os, x19", "vaale1os, x19"
    ONE     "\op", \table, \va, 0, 3
    ONE     "\op", \table, \va, D_NG, 3
    .endr
    .irp    op, "aside1, x19", "aside1is, x19", "aside1os, x19"
    ONE     "\op", \table, \va, D_NG, 7
    .endr
    b       .Lh\@
    .ltorg
.Lh\@:
.endm

// TTBR0_EL1.ASID (or TTBR1's with TCR.A1).
.macro ASID n, reg=ttbr0_el1
    mrs     x0, \reg
    mov     x1, #\n
    bfi     x0, x1, #48, #16
    msr     \reg, x0
    isb
.endm
.macro READ text
    ldr     x20, =V_LOW + 0x3000
    ldr     x10, [x20, #16]
    ldr     x20, =V_HIGH + 0x3000
    ldr     x11, [x20, #16]
    SHOW    "\text", x10, x11
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    ASID    7
    FORMS   m_l3, V_LOW
    FORMS   m_h3, V_HIGH
    // Each ASID its own page, 16 bits of it.
    TITLE   "ASIDs"
    SETDESC m_h3, 3, P1 + D_NG
    .irp    a, 1, 2, 0x101, 0x102
    ASID    \a
    SETDESC m_l3, 3, M_RAM + \a * 0x1000 + (D_PAGE | D_NORMAL | D_NG)
    READ    "\a"
    .endr
    // They come back after TLBI of their ASID, and change with the table.
    .irp    a, 1, 2, 0x101, 0x102
    mov     x0, #\a
    lsl     x0, x0, #48
    tlbi    aside1, x0
    dsb     sy
    ASID    \a
    READ    "after aside1 \a"
    .endr
    TITLE   "A1"
    SETBITS tcr_el1, 1 << 22
    FLUSH
    ASID    5, ttbr1_el1
    READ    "5"
    SETDESC m_l3, 3, M_RAM + 0x9000 + (D_PAGE | D_NORMAL | D_NG)
    ASID    6, ttbr1_el1
    READ    "6"
    CLRBITS tcr_el1, 1 << 22
    FLUSH
    // A table changed above the page: VAE1 is for all levels.
    TITLE   "level 2"
    ASID    7
    SETDESC m_l3, 4, P1
    FLUSH
    ldr     x20, =V_LOW + 0x4000
    ldr     x10, [x20, #16]
    SETDESC m_l2, 0, 0
    lsr     x19, x20, #12
    tlbi    vaae1, x19
    dsb     sy
    isb
    E       "ldr x9, [x20]"
    SHOW    "before", x10
    LA      x0, m_l3 + D_TABLE
    LA      x1, m_l2
    str     x0, [x1]
    // Faults are never kept: no TLBI after making a page valid.
    TITLE   "valid"
    ldr     x20, =V_LOW + 0x5000
    E       "ldr x10, [x20, #16]"
    SETDESC m_l3, 5, P2
    E       "ldr x10, [x20, #16]"
    SHOW    "read", x10
    // Another TTBR0 with the same tables but one page, another ASID.
    TITLE   "TTBR0"
    SETDESC m_l3, 6, P1 + D_NG
    ldr     x20, =V_LOW + 0x6000
    ldr     x10, [x20, #16]
    LA      x0, m_l0x
    movk    x0, #8, lsl #48
    mrs     x9, ttbr0_el1
    msr     ttbr0_el1, x0
    isb
    ldr     x11, [x20, #16]
    msr     ttbr0_el1, x9
    isb
    ldr     x12, [x20, #16]
    SHOW    "one other one", x10, x11, x12
    DONE
MMU_CODE
ONE_TABLES
m_l0x:
    .quad   m_self + D_TABLE
    .quad   m_l1x + D_TABLE
    .fill   510, 8, 0
m_l1x:
    .quad   m_l2x + D_TABLE
    .fill   511, 8, 0
m_l2x:
    .quad   m_l3x + D_TABLE
    .fill   511, 8, 0
m_l3x:
    .fill   6, 8, 0
    .quad   P2 + D_NG
    .fill   505, 8, 0
