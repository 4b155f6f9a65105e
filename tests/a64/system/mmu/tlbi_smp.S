// SPDX-License-Identifier: MIT
//
// TLBI on another CPU: after each Inner and Outer Shareable form, ranges too,
// the other CPU uses the new descriptor for loads and fetches, as it does
// under another ASID and with code that it has run before.
//@ cpu max
//@ emu -smp 2
//@ qemu -smp 2
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set P1, M_RAM + 0x1000 + (D_PAGE | D_NORMAL)
.set P2, M_RAM + 0x2000 + (D_PAGE | D_NORMAL)

// The other CPU loads from x20 + 16, then calls x20; x21, x22: what it was
// (as m_result), x23: the value, x24: what the code left in its x0.
.macro REMOTE text
    bl      remote
    SHOW    "\text", x21, x23, x22, x24
.endm

.macro ONE op, table, va, attr, asid
    SETDESC \table, 1, P1 + \attr
    dsb     sy
    tlbi    vmalle1is
    dsb     sy
    isb
    ldr     x20, =\va + 0x1000
    REMOTE  "\op \table \attr"
    SETDESC \table, 1, P2 + \attr
    ldr     x19, =(\va + 0x1000) >> 12 & 0xfffffffffff | \asid << 48
    dsb     sy
    tlbi    \op
    dsb     sy
    isb
    REMOTE  "new"
    SETDESC \table, 1, 0
    dsb     sy
    tlbi    \op
    dsb     sy
    isb
    REMOTE  "gone"
.endm

// A range of two pages from page 0 on.
.macro RANGE op, table, va, attr, asid
    SETDESC \table, 1, P1 + \attr
    dsb     sy
    tlbi    vmalle1is
    dsb     sy
    isb
    ldr     x20, =\va + 0x1000
    REMOTE  "\op \table \attr"
    SETDESC \table, 1, P2 + \attr
    ldr     x19, =\va >> 12 & 0x1fffffffff | 1 << 46 | \asid << 48
    dsb     sy
    tlbi    \op, x19
    dsb     sy
    isb
    REMOTE  "new"
.endm

.macro FORMS table, va
    .irp    op, vmalle1is, vmalle1os
    ONE     \op, \table, \va, 0, 0
    ONE     \op, \table, \va, D_NG, 0
    .endr
    .irp    op, "vae1is, x19", "vale1is, x19", "vae1os, x19", "vale1os, x19"
    ONE     "\op", \table, \va, 0, 9
    ONE     "\op", \table, \va, D_NG, 7
    .endr
    .irp    op, "vaae1is, x19", "vaale1is, x19", "vaae1os, x19", "vaale1os, x19"
    ONE     "\op", \table, \va, D_NG, 3
    .endr
    .irp    op, "aside1is, x19", "aside1os, x19"
    ONE     "\op", \table, \va, D_NG, 7
    .endr
    .irp    op, rvae1is, rvale1is, rvae1os, rvale1os
    RANGE   \op, \table, \va, D_NG, 7
    .endr
    .irp    op, rvaae1is, rvaale1is, rvaae1os, rvaale1os
    RANGE   \op, \table, \va, 0, 3
    .endr
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    // Pages 1 and 2 of RAM set X0 to 1 and 2.
    ldr     x0, =M_RAM + 0x1000
    ldr     x1, =0xd65f03c0d2800020
    str     x1, [x0]
    ldr     x1, =0xd65f03c0d2800040
    str     x1, [x0, #0x1000]
    dsb     sy
    ic      iallu
    isb
    MMU_TABLES
    mrs     x0, ttbr0_el1
    movk    x0, #7, lsl #48
    msr     ttbr0_el1, x0
    isb
    LA      x1, state
    str     x0, [x1]
    ldr     x0, =0xc4000003         // PSCI CPU_ON
    mov     x1, #1
    adr     x2, second
    LA      x3, state
    hvc     #0
    SHOW    "cpu_on", x0
    FORMS   m_l3, V_LOW
    FORMS   m_h3, V_HIGH
    DONE

remote:
    LA      x0, state
    stp     xzr, x20, [x0, #16]
    dsb     sy
    mov     x1, #1
    str     x1, [x0, #8]
1:  yield
    ldr     x1, [x0, #8]
    cbnz    x1, 1b
    dsb     sy
    ldp     x21, x22, [x0, #32]
    ldp     x23, x24, [x0, #48]
    ret

// The second CPU: x0 = state, MMU off.
second:
    ldr     x1, =M_TCR
    msr     tcr_el1, x1
    ldr     x1, =0xff | 0x00 << 8 | 0x44 << 16
    msr     mair_el1, x1
    ldr     x1, [x0]
    msr     ttbr0_el1, x1
    LA      x1, m_h0
    msr     ttbr1_el1, x1
    LA      x1, t_vectors
    msr     vbar_el1, x1
    LA      x1, stack + 4096
    mov     sp, x1
    FLUSH
    ldr     x1, =0x30d00980 & ~0x100 | 0x1d | 0x1000
    msr     sctlr_el1, x1
    isb
    mov     x28, x0
2:  yield
    ldr     x1, [x28, #8]
    cbz     x1, 2b
    dsb     sy
    ldr     x20, [x28, #24]
    mov     x23, #0
    PROBE1  x21, "ldr x23, [x20, #16]"
    mov     x24, #0
    bl      sys_clear
    adr     x29, 3f
    bl      sys_resume
    mov     x0, #0
    blr     x20
    mov     x24, x0
3:  bl      m_result
    mov     x22, x0
    stp     x21, x22, [x28, #32]
    stp     x23, x24, [x28, #48]
    dsb     sy
    str     xzr, [x28, #8]
    b       2b
    .ltorg
MMU_CODE
ONE_TABLES
    .bss
    .balign 16
state:                  // TTBR0, go, -, VA, results
    .skip   64
stack:
    .skip   4096
