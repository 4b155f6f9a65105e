// SPDX-License-Identifier: MIT
//
// The same, but each entry takes room on the stack first.
//@ status 71
//@ report exceptions without end
//@ says a handler uses FP or SIMD while CPACR_EL1 traps it
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    mov     x0, #0x43000000
    mov     sp, x0
    msr     cpacr_el1, xzr
    isb
    fmov    d0, x0
    DONE
handler:
    sub     sp, sp, #256
    stp     x0, x1, [sp]
    mrs     x0, elr_el1
    mov     x1, sp
    stp     x0, x1, [sp, #16]
    stp     q0, q1, [sp, #32]
    b       .

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
