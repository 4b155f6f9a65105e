// SPDX-License-Identifier: MIT
//
// Exceptions nested forty thousand deep, and every one returned from.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    mov     x0, #0x43000000
    mov     sp, x0
    isb
    ldr     x19, =40000
    mov     x20, x19
    svc     #0
    cbnz    x20, .                  // each level came back
    DONE
handler:
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x0, x1, [sp, #-16]!
    subs    x19, x19, #1
    b.eq    1f
    svc     #0
1:  sub     x20, x20, #1
    ldp     x0, x1, [sp], #16
    msr     elr_el1, x0
    msr     spsr_el1, x1
    eret

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
