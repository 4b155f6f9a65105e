// SPDX-License-Identifier: MIT
//
// Instruction fetch: code that runs over a page's end into one that is
// unmapped, forbidden, without access flag, out of the PA size or at no
// memory, at both levels: what came before it is done, ELR and FAR are the
// first address there; into a page of other memory; branches within and
// between pages; a page that becomes executable, and that ceases to be.
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set GOOD, D_PAGE | D_NORMAL | D_EL0 | D_RO

// Page 2 = @desc, then from four instructions before its start.
.macro INTO desc
    TITLE   "\desc"
    SETDESC m_l3, 2, \desc
    SETDESC m_h3, 2, \desc
    FLUSH
    .irp    va, V_LOW, V_HIGH
    ldr     x20, =\va + 0x1ff0
    mov     x0, #0
    X       "blr x20"
    SHOW    "x0", x0
    .endr
    ldr     x20, =V_LOW + 0x1ff0
    mov     x0, #0
    X0      "blr x20"
    SHOW    "x0", x0
    // By a branch from the page itself, backwards.
    ldr     x20, =V_LOW + 0x3000
    mov     x0, #0
    X       "blr x20"
    X0      "blr x20"
    SHOW    "x0", x0
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    // Page 1 of RAM ends with ADD X0, X0, #1 four times; page 7 starts with
    // ADD X0, X0, #16; RET, page 2 with ADD X0, X0, #256; RET; page 3 with a
    // branch to 0x18 before its start, where page 7 has RET.
    ldr     x0, =M_RAM
    ldr     w1, =0x91000400
    ldr     w2, =0xd65f03c0
    .irp    off, 0x1ff0, 0x1ff4, 0x1ff8, 0x1ffc
    mov     x3, #\off
    str     w1, [x0, x3]
    .endr
    ldr     w1, =0x91004000
    mov     x3, #0x7000
    add     x3, x3, x0
    stp     w1, w2, [x3]
    str     w2, [x3, #0xfe8]
    ldr     w1, =0x91040000
    mov     x3, #0x2000
    add     x3, x3, x0
    stp     w1, w2, [x3]
    str     w2, [x3, #0xfe8]
    ldr     w1, =0x17fffffa         // B .-0x18
    str     w1, [x0, #0x3000]
    dsb     sy
    ic      iallu
    isb
    MMU_TABLES
    SETDESC m_l3, 1, M_RAM + 0x1000 + GOOD
    SETDESC m_h3, 1, M_RAM + 0x1000 + GOOD
    SETDESC m_l3, 3, M_RAM + 0x3000 + GOOD
    SETDESC m_h3, 3, M_RAM + 0x3000 + GOOD
    INTO    M_RAM + 0x7000 + GOOD
    INTO    M_RAM + 0x2000 + GOOD
    INTO    0
    INTO    M_RAM + 0x7000 + GOOD - D_AF
    INTO    M_RAM + 0x7000 + GOOD + D_PXN
    INTO    M_RAM + 0x7000 + GOOD + D_UXN
    INTO    M_RAM + 0x7000 + GOOD + D_UXN + D_PXN
    INTO    M_RAM + 0x7000 + GOOD - D_EL0
    INTO    M_RAM + 0x7000 + GOOD - D_RO    // EL0 may write: EL1 may not run
    INTO    M_RAM + 0x7000 + GOOD - D_RO - D_EL0
    INTO    0xb0000000 + GOOD
    INTO    0x10044000000 + GOOD
    b       1f
    .ltorg
1:  // Links that blocks made are no way round a change.
    TITLE   "changes"
    ldr     x20, =V_LOW + 0x1ff0
    .irp    d, GOOD, GOOD + D_PXN, GOOD, GOOD + D_UXN, GOOD
    SETDESC m_l3, 2, M_RAM + 0x7000 + \d
    ldr     x19, =(V_LOW + 0x2000) >> 12
    tlbi    vaae1is, x19
    dsb     sy
    isb
    .rept   3
    mov     x0, #0
    E       "blr x20"
    E0      "blr x20"
    SHOW    "x0", x0
    .endr
    .endr
    DONE
MMU_CODE
ONE_TABLES
