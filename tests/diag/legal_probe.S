// SPDX-License-Identifier: MIT
//
// A loop that reads addresses at which nothing is, and leaves the handler by a
// branch each time.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    ldr     x19, =600000
    ldr     x20, =T_NONE
loop:
    ldrb    w0, [x20]
handler:
    subs    x19, x19, #1
    b.ne    loop
    DONE

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
