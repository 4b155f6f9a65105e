// SPDX-License-Identifier: MIT
//
// Data aborts: syndrome and address, and that nothing has changed after
// them: base, loaded registers, memory. Accesses over a page's end, each
// with either page missing; permissions by EL, PAN and LDTR; tags.
#include "check.inc"
#include "ldst.inc"

// Runs an instruction that faults; x0, x1, x20 and v0 after it.
.macro F insn
    ldr     x20, [x19]
    mov     x0, #0x11
    mov     x1, #0x22
    \insn
    SHOW    "\insn", x0, x1, x20
.endm

// All of these at the address @where.
.macro AT where, v=1
    TITLE   "at \where"
    ldr     x20, =\where
    LA      x19, addr
    str     x20, [x19]
    F       "ldrb w0, [x20]"
    F       "ldr x0, [x20]"
    F       "ldr x0, [x20], #8"
    F       "ldr x0, [x20, #-8]!"
    F       "ldrsw x20, [x20]"
    F       "ldp x0, x1, [x20], #16"
    F       "ldp w20, w1, [x20]"
    F       "str x0, [x20], #8"
    F       "strh w0, [x20, #2]!"
    F       "ldr q0, [x20]"
    F       "ldr s0, [x20], #4"
    F       "ldp d0, d1, [x20]"
    SHOW    "v", v0, v1
.endm

.macro STORES_AT where
    TITLE   "stores at \where"
    ldr     x20, =\where
    LA      x19, addr
    str     x20, [x19]
    F       "strb w0, [x20, #1]"
    F       "str x0, [x20], #8"
    F       "str q0, [x20, #16]!"
    F       "sttr x0, [x20]"
.endm

.text
.global t_main
t_main:
    bl      ls_fill
    ldr     q0, ls_data
    ldr     q1, ls_data + 16
    AT      T_NONE
    AT      T_NONE - 4
    AT      T_NONE + 0x1000 - 2     // the first page is missing
    AT      T_NOAF
    AT      0x80000000              // no level 2 table
    AT      0x0080000000000000
    AT      0xffff000000000000
    AT      0xfffffffffffffff0
    AT      0x0000007ffffffffc
    AT      T_HIGH + T_NONE
    STORES_AT T_RO
    STORES_AT T_EL0_RO
    STORES_AT T_RO - 16             // T_NONE is before it
    STORES_AT T_EL0_RO - 1
    STORES_AT T_HIGH + T_RO
    b       1f
    .ltorg
1:  // What a page permits, by who asks.
    TITLE   "unprivileged"
    LA      x19, addr
    ldr     x20, =T_RW
    str     x20, [x19]
    F       "ldtr x0, [x20]"
    F       "ldtrsb w0, [x20, #1]"
    F       "sttr x0, [x20]"
    ldr     x20, =T_EL0_RW
    str     x20, [x19]
    F       "str x20, [x20]; ldtr x0, [x20]; ldr x1, [x20]"
    TITLE   "PAN"
    msr     pan, #1
    F       "ldr x0, [x20]"
    F       "str x0, [x20]"
    F       "ldtr x0, [x20]"
    F       "sttr x1, [x20, #8]; ldtr x0, [x20, #8]"
    ldr     x20, =T_EL0_RO
    str     x20, [x19]
    F       "ldp x0, x1, [x20]"
    F       "ldtr w0, [x20]"
    F       "sttrb w0, [x20]"
    msr     pan, #0
    F       "ldr w0, [x20]"
    TITLE   "EL0"
    ldr     x10, =T_RW
    ldr     x11, =T_EL0_RW
    ldr     x12, =T_EL0_RO
    ldr     x13, =T_NONE
    RUN_EL0 el0
    SHOW    "back", x0, x1, x2, x3, x4, x5
    // The same memory at two addresses.
    TITLE   "alias"
    ldr     x20, =T_RW
    ldr     x21, =T_ALIAS
    ldr     x22, =T_HIGH + T_RW
    mov     x5, #0
    mov     x6, #0
1:  str     x6, [x20, #8]
    ldr     x7, [x21, #8]
    add     x5, x5, x7
    add     x7, x7, #3
    str     w7, [x21, #8]
    ldr     x7, [x22, #8]
    eor     x5, x5, x7, lsl #8
    strb    w5, [x22, #9]
    ldrh    w7, [x20, #8]
    ror     x5, x5, #3
    add     x5, x7, x5
    add     x6, x6, #1
    cmp     x6, #100
    b.ne    1b
    SHOW    "sum", x5
    // Tagged addresses.
    TITLE   "top byte"
    mrs     x9, tcr_el1
    mov     x10, #1
    orr     x11, x9, x10, lsl #37
    msr     tcr_el1, x11
    isb
    ldr     x20, =T_RW | 0xa5 << 56
    str     x20, [x20, #16]
    ldr     x0, [x20, #16]
    ldr     x21, =T_RW
    ldr     x1, [x21, #16]
    SHOW    "low", x0, x1
    ldr     x20, =T_NONE | 0xa5 << 56
    ldr     x0, [x20]
    stp     x0, x1, [x20, #-8]
    ldr     x20, =T_HIGH + T_RW & ~(0x5a << 56)
    ldr     x0, [x20]
    orr     x11, x9, x10, lsl #38
    msr     tcr_el1, x11
    isb
    ldr     x0, [x20, #16]
    SHOW    "high", x0
    ldr     x20, =T_RW | 0xa5 << 56
    ldr     x0, [x20]
    msr     tcr_el1, x9
    isb
    DONE
    .ltorg
el0:
    ldr     x0, [x10]               // EL1 only
    str     x0, [x10]
    ldr     x1, el0                 // code: execute only
    ldr     x2, [x11]
    mov     x3, #0x77
    str     x3, [x11, #24]
    ldtr    x3, [x11, #24]
    sttr    x3, [x12]
    ldrh    w4, [x12]
    strh    w4, [x12]
    str     x3, [x12, #-4]
    ldr     x5, [x11, #-4]
    ldr     x5, [x13]
    END_EL0
    .balign 8
.data
addr:
    .quad   0
.text
LDST_CODE
