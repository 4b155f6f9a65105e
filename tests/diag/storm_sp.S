// SPDX-License-Identifier: MIT
//
// SP is misaligned, and the handler saves registers on the stack.
//@ status 71
//@ report exceptions without end
//@ says an access of a handler faults: esr=9a000000
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    add     sp, sp, #8
    str     x0, [sp]
    DONE
handler:
    stp     x0, x1, [sp, #-16]!
    b       .

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
