// SPDX-License-Identifier: MIT
//
// Four CPUs, each in its own wait.
//@ status 71
//@ report nothing can ever happen again: every CPU waits, no timer is armed and no input is open
//@ args -smp 4
//@ says cpu 0 waits for an interrupt
//@ says cpu 1 waits for an event
//@ says cpu 2 waits for an interrupt
//@ says cpu 3 is off
#include "check.inc"

.text
.global t_main
t_main:

    mov     x19, #1
1:  ldr     x0, =0xc4000003         // PSCI CPU_ON
    mov     x1, x19
    adr     x2, other
    mov     x3, x19
    hvc     #0
    add     x19, x19, #1
    cmp     x19, #4
    b.ne    1b
2:  wfi
    b       2b
other:                              // x0 = number
    cmp     x0, #2
    b.hi    5f
    b.eq    4f
3:  wfe
    b       3b
4:  wfi
    b       4b
5:  mov     x0, #2
    movk    x0, #0x8400, lsl #16
    hvc     #0
