// SPDX-License-Identifier: MIT
//
// The handler goes to the last byte of the vectors: PC alignment faults.
//@ status 71
//@ report exceptions without end
//@ says the exception vectors cannot be fetched: esr=8a000000
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
    LA      x0, vectors + 0x7ff
    br      x0

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
