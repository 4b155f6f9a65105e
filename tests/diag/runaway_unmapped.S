// SPDX-License-Identifier: MIT
//
// The PC goes where nothing is mapped; the handler goes on to such a place.
//@ status 71
//@ report exceptions without end
//@ says a handler goes where nothing can be fetched: esr=8600000
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    ldr     x9, =T_NONE
    br      x9
handler:
    br      x9

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
