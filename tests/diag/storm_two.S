// SPDX-License-Identifier: MIT
//
// Two exceptions that cause each other: a handler uses FP for the one, and an
// undefined instruction for the other.
//@ status 71
//@ report exceptions without end
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
    mrs     x0, esr_el1
    lsr     x1, x0, #26
    cmp     x1, #7
    b.eq    1f
    fmov    x2, d0
1:  udf     #0

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
