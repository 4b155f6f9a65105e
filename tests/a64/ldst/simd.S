// SPDX-License-Identifier: MIT
//
// Loads and stores of SIMD&FP registers: every size in every addressing
// mode, pairs, literals; the rest of a loaded register is zero.
#include "check.inc"
#include "ldst.inc"

.text
.global t_main
t_main:
    bl      ls_fill
    .irp    r, b0, h0, s0, d0, q0
    LDV     "ldr \r, [x20]"
    LDV     "ldr \r, [x20, #16]"
    LDV     "ldr \r, [x20, #3]"
    LDV     "ldr \r, [x20, #-7]"
    LDV     "ldr \r, [x20], #5"
    LDV     "ldr \r, [x20, #-16]!"
    LDV     "ldr \r, [x20, x21]"
    LDV     "ldr \r, [x20, w22, sxtw]"
    LDV     "ldr \r, [x20, w23, uxtw]"
    STV     "str \r, [x20]"
    STV     "str \r, [x20, #16]"
    STV     "str \r, [x20, #3]"
    STV     "str \r, [x20, #-7]"
    STV     "str \r, [x20], #5"
    STV     "str \r, [x20, #-16]!"
    STV     "str \r, [x20, x21]"
    STV     "str \r, [x20, w22, sxtw]"
    STV     "str \r, [x20, w23, uxtw]"
    .endr
    LDV     "ldr h0, [x20, x21, lsl #1]"
    LDV     "ldr s0, [x20, x22, lsl #2]"
    LDV     "ldr d0, [x20, w22, sxtw #3]"
    LDV     "ldr q0, [x20, x21, lsl #4]"
    STV     "str q0, [x20, w22, sxtw #4]"
    STV     "str d1, [x20, w23, uxtw #3]"
    .irp    r, s, d, q
    LDV     "ldp \r\()0, \r\()1, [x20]"
    LDV     "ldp \r\()0, \r\()1, [x20, #-32]"
    LDV     "ldp \r\()1, \r\()0, [x20], #32"
    LDV     "ldp \r\()0, \r\()1, [x20, #48]!"
    LDV     "ldnp \r\()0, \r\()1, [x20, #16]"
    LDV     "add x20, x20, #7; ldp \r\()0, \r\()1, [x20]"
    STV     "stp \r\()0, \r\()1, [x20]"
    STV     "stp \r\()1, \r\()0, [x20, #-32]"
    STV     "stp \r\()0, \r\()0, [x20], #32"
    STV     "stp \r\()0, \r\()1, [x20, #48]!"
    STV     "stnp \r\()0, \r\()1, [x20, #16]"
    STV     "add x20, x20, #7; stp \r\()0, \r\()1, [x20]"
    .endr
    LDV     "ldr s0, ls_data"
    LDV     "ldr d0, ls_data + 4"
    LDV     "ldr q0, ls_data + 16"
    LDV     ".inst 0xad400280"              // ldp q0, q0, [x20]
    // Through memory into the other register file and back.
    LDV     "str x22, [x20]; ldr d0, [x20]; str s0, [x20, #8]; ldr d1, [x20, #8]"
    // Traps: no access by FP and SIMD, at EL1 and at EL0.
    msr     cpacr_el1, xzr
    isb
    ldr     x20, =T_NONE
    ldr     d0, [x20]
    str     q0, [x20], #16
    ldp     s0, s1, [x20]
    stp     q0, q1, [x20, #32]!
    ldr     s0, 1f
1:  mov     x0, #(1 << 20)
    msr     cpacr_el1, x0
    isb
    ldr     q0, ls_data
    RUN_EL0 el0
    mov     x0, #(3 << 20)
    msr     cpacr_el1, x0
    isb
    ldr     x0, =T_NONE
    sub     x20, x20, x0
    SHOW    "after traps", v0, x20
    DONE
el0:
    ldr     d0, [x20]
    str     b0, [x20, #1]
    END_EL0
    .ltorg
LDST_CODE
