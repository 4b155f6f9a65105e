// SPDX-License-Identifier: MIT
//
// One of two CPUs is in a storm, the other waits.
//@ status 71
//@ report exceptions without end
//@ args -smp 2
//@ says cpu1 the exception vectors cannot be fetched
//@ says cpu 0 waits for an interrupt
#include "check.inc"

.text
.global t_main
t_main:

    ldr     x0, =0xc4000003         // PSCI CPU_ON
    mov     x1, #1
    adr     x2, second
    hvc     #0
1:  wfi
    b       1b
second:
    mov     x0, #0x20000000         // no memory
    msr     vbar_el1, x0
    brk     #0
