// SPDX-License-Identifier: MIT
//
// The handler goes to an odd address right behind the vectors.
//@ status 71
//@ report exceptions without end
//@ says a handler goes where nothing can be fetched: esr=8a000000
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
    LA      x0, vectors + 0x801
    br      x0

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
