// SPDX-License-Identifier: MIT
//
// FP is used while CPACR_EL1.FPEN is off, and the handler saves FP registers.
//@ status 71
//@ report exceptions without end
//@ says a handler uses FP or SIMD while CPACR_EL1 traps it: esr=1fe00000
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    msr     cpacr_el1, xzr
    isb
    fmov    d0, x0
    DONE
handler:
    stp     q0, q1, [sp, #-32]!
    b       .

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
