// SPDX-License-Identifier: MIT
//
// Every CPU is off.
//@ status 71
//@ report nothing can ever happen again: every CPU waits, no timer is armed and no input is open
//@ args -smp 4
//@ says cpu 0 is off
//@ says cpu 3 is off
#include "check.inc"

.text
.global t_main
t_main:

    ldr     x0, =0x84000002         // PSCI CPU_OFF
    hvc     #0
    DONE
