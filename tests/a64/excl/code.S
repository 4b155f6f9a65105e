// SPDX-License-Identifier: MIT
//
// Store-exclusives to instructions that follow in the same block, of every
// size, by the inline monitor and by a helper (pairs of 64 bits). emu
// runs what was written at once; the manual asks for maintenance.
//@ noqemu its block goes on as it was translated
//> word 0000000000000000 0000000000000002
//> byte 0000000000000000 0000000000000003
//> pair of words 0000000000000000 0000000000000002 0000000000000002
//> double word 0000000000000000 0000000000000002 0000000000000002
//> pair 0000000000000000 000000000000000a
//> CASP 000000000000000a
//> done
#include "check.inc"

.set MOV_X5_2, 0xd2800045       // mov x5, #2
.set MOV_X6_2, 0xd2800046       // mov x6, #2
.set ADD_X5_4, 0x910010a5       // add x5, x5, #4

.text
.global t_main
t_main:
    ldr     w2, =MOV_X5_2
    adr     x1, 1f
    b       2f                  // a block of its own
2:  ldxr    w3, [x1]
    stxr    w4, w2, [x1]
    nop
1:  mov     x5, #1
    SHOW    "word", x4, x5

    mov     w2, #0x65           // mov x5, #3
    adr     x1, 1f
    b       2f
2:  ldxrb   w3, [x1]
    stxrb   w4, w2, [x1]
    nop
1:  mov     x5, #1
    SHOW    "byte", x4, x5

    ldr     w2, =MOV_X5_2
    ldr     w7, =MOV_X6_2
    adr     x1, 1f
    b       2f
    .balign 8
2:  ldxp    w3, w8, [x1]
    stxp    w4, w2, w7, [x1]
    nop
    nop
1:  mov     x5, #1
    mov     x6, #1
    SHOW    "pair of words", x4, x5, x6

    ldr     x2, =MOV_X5_2 | MOV_X6_2 << 32
    adr     x1, 1f
    b       2f
    .balign 8
2:  ldxr    x3, [x1]
    stxr    w4, x2, [x1]
    nop
    nop
1:  mov     x5, #1
    mov     x6, #1
    SHOW    "double word", x4, x5, x6

    ldr     x2, =MOV_X5_2 | ADD_X5_4 << 32
    ldr     x7, =ADD_X5_4 | 0xd503201f << 32
    adr     x1, 1f
    b       2f
    .balign 16
2:  ldxp    x3, x8, [x1]
    stxp    w4, x2, x7, [x1]
    nop
    nop
1:  mov     x5, #1
    nop
    nop
    nop
    SHOW    "pair", x4, x5

    ldr     x2, =MOV_X5_2 | ADD_X5_4 << 32
    ldr     x3, =ADD_X5_4 | 0xd503201f << 32
    adr     x1, 1f
    ldp     x8, x9, [x1]
    b       2f
    .balign 16
2:  .arch_extension lse
    casp    x8, x9, x2, x3, [x1]
    nop
    nop
    nop
1:  mov     x5, #1
    nop
    nop
    nop
    SHOW    "CASP", x5
    DONE
    .ltorg
