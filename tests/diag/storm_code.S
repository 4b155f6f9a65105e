// SPDX-License-Identifier: MIT
//
// The vectors are good, but the handler is no code: data lies where it should
// be, right behind the vectors.
//@ status 71
//@ report exceptions without end
//@ says a handler runs what is no instruction: esr=02000000
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    brk     #0
    DONE

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
    .balign 128
handler:                            // VBAR_EL1 + 0x800
    udf     #0
