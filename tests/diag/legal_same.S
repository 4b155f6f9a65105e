// SPDX-License-Identifier: MIT
//
// SVCs whose handler returns with nothing but memory changed, and without ERET.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    LA      x1, counter
    isb
loop:
    mov     x0, #0
    svc     #0
handler:
    ldr     x0, [x1]
    subs    x0, x0, #1
    str     x0, [x1]
    b.ne    loop
    DONE

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr

    .data
    .balign 8
counter:
    .quad   50000
