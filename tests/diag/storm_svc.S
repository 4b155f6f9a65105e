// SPDX-License-Identifier: MIT
//
// The handler asks for itself.
//@ status 71
//@ report exceptions without end
//@ says a handler causes an exception itself: esr=56000007
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    brk     #0
    DONE
handler:
    svc     #7

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
