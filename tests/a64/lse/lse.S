// SPDX-License-Identifier: MIT
//
// Large System Extensions: every operation of every size on corner values,
// compare and swap single and pair, alignment, faults.
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "ldst.inc"
#include "loop.inc"

.macro SIZES op
    RMW     \op\()b, w
    RMW     \op\()h, w
    RMW     \op, w
    RMW     \op, x
.endm

.macro OP_SIZES op
    SIZES   \op
    SIZES   \op\()a
    SIZES   \op\()l
    SIZES   \op\()al
.endm

// Memory holds a and, at the next doubleword, a mix; Rs is b.
.macro RMW insn, r
    BIN     "stp x0, x2, [x25]; \insn \r\()1, \r\()3, [x25]; ldp x0, x4, [x25]; eor x3, x3, x0, ror #7; add x3, x3, x4"
.endm

.macro CMPSWP insn, r
    // Fails unless a == b; then with the expected value right.
    BIN     "stp x0, x2, [x25]; mov x3, x1; \insn \r\()3, \r\()2, [x25]; ldp x0, x4, [x25]; eor x3, x3, x0, ror #7; add x3, x3, x4"
    BIN     "stp x0, x2, [x25]; mov x3, x0; \insn \r\()3, \r\()1, [x25]; ldp x0, x4, [x25]; eor x3, x3, x0, ror #7; add x3, x3, x4"
.endm

.macro PAIR op, r
    .irp    k, 0, 1, 2, 3
    ONEPAIR \op, \r, \k
    .endr
.endm

.macro ONEPAIR op, r, k
    ldr     x8, =0x1111222233334444
    ldr     x9, =0x5555666677778888
    stp     x8, x9, [x25]
    ldp     \r\()4, \r\()5, [x25]
    mov     x8, #((\k & 1) << 31)
    eor     x4, x4, x8
    mov     x8, #((\k & 2) << 8)
    eor     x5, x5, x8
    mov     x6, #-2
    mov     x7, #-3
    \op     \r\()4, \r\()5, \r\()6, \r\()7, [x25]
    ldp     x8, x9, [x25]
    SHOW    "\op \r \k", x4, x5, x8, x9
.endm

.text
.global t_main
t_main:
    ldr     x25, =T_RW + 0x800
    .irp    op, ldadd, ldclr, ldeor, ldset, ldsmax, ldsmin, ldumax, ldumin
    OP_SIZES \op
    .endr
    OP_SIZES swp
    .irp    o, , a, l, al
    CMPSWP  cas\o\()b, w
    CMPSWP  cas\o\()h, w
    CMPSWP  cas\o, w
    CMPSWP  cas\o, x
    .endr
    // Without a result, and with registers that are also operands.
    .irp    op, stadd, stclr, steor, stset, stsmax, stsmin, stumax, stumin
    BIN     "str x0, [x25]; \op x1, [x25]; \op\()b w2, [x25]; \op\()h w1, [x25]; \op w2, [x25]; ldr x3, [x25]"
    .endr
    BIN     "str x0, [x25]; ldadd x1, x1, [x25]; ldr x3, [x25]; add x3, x3, x1"
    BIN     "str x0, [x25]; swp x1, x1, [x25]; ldr x3, [x25]; eor x3, x3, x1"
    BIN     "str x0, [x25]; swp xzr, x1, [x25]; ldr x3, [x25]; eor x3, x3, x1"
    BIN     "str x0, [x25]; mov x3, x25; ldadd x3, x3, [x3]; ldr x4, [x25]; sub x3, x4, x3"
    BIN     "str x0, [x25]; cas x0, x1, [x25]; ldr x3, [x25]"
    BIN     "str x0, [x25]; cas xzr, x1, [x25]; ldr x3, [x25]"
    BIN     "str x0, [x25]; cas x0, x0, [x25]; ldr x3, [x25]; add x3, x3, x0"
    b       1f
    .ltorg
1:  // Pairs: equal, first different, second different, both.
    .irp    op, casp, caspa, caspl, caspal
    PAIR    \op, w
    PAIR    \op, x
    .endr
    mov     x4, #0
    mov     x5, #0
    stp     xzr, xzr, [x25]
    casp    x4, x5, x24, x25, [x25]
    ldp     x8, x9, [x25]
    sub     x8, x8, x24
    SHOW    "casp", x4, x5, x8, x9
    // Alignment.
    .irp    off, 1, 2, 4, 8
    add     x9, x25, #\off
    mov     x0, #5
    mov     x1, #6
    mov     x2, #7
    mov     x3, #8
    ldaddb  w0, w1, [x9]
    ldaddh  w0, w1, [x9]
    ldadd   w0, w1, [x9]
    ldadd   x0, x1, [x9]
    swp     w0, w1, [x9]
    casb    w0, w1, [x9]
    cas     x0, x1, [x9]
    casp    w0, w1, w2, w3, [x9]
    casp    x0, x1, x2, x3, [x9]
    SHOW    "at \off", x0, x1, x2, x3
    .endr
    // Faults: nothing is written, nor is a register.
    .irp    where, T_NONE, T_RO, T_NOAF
    ldr     x9, =\where
    mov     x0, #5
    mov     x1, #6
    mov     x2, #7
    mov     x3, #8
    ldadd   x0, x1, [x9]
    swp     w0, w1, [x9]
    cas     x0, x1, [x9]
    casp    x0, x1, x2, x3, [x9]
    stadd   x0, [x9]
    SHOW    "\where", x0, x1, x2, x3
    .endr
    ldr     x9, =T_RO
    ldp     x0, x1, [x9]
    SHOW    "read-only", x0, x1
    // SP as the base.
    str     xzr, [sp, #-16]!
    mov     x0, #9
    ldadd   x0, x1, [sp]
    swp     x0, x2, [sp]
    ldr     x3, [sp], #16
    SHOW    "sp", x1, x2, x3
    DONE
VALUES
