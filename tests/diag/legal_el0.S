// SPDX-License-Identifier: MIT
//
// A program at EL0 that does nothing but SVC.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    ldr     x19, =400000
    adr     x0, el0
    msr     elr_el1, x0
    msr     spsr_el1, xzr
    eret
el0:
    svc     #0
    b       el0
handler:
    subs    x19, x19, #1
    b.eq    1f
    eret
1:  DONE

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
