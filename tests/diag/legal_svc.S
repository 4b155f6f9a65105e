// SPDX-License-Identifier: MIT
//
// SVCs in a row at EL1, each returned from: a million and more instructions.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    ldr     x19, =400000
1:  svc     #0
    subs    x19, x19, #1
    b.ne    1b
    DONE
handler:
    eret

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
