// SPDX-License-Identifier: MIT
//
// The only CPU is off with its timer armed: that turns nothing on.
//@ status 71
//@ report nothing can ever happen again: every CPU waits, no timer is armed and no input is open
//@ says cpu 0 is off
#include "check.inc"

.text
.global t_main
t_main:

    mrs     x0, cntvct_el0
    add     x0, x0, #0x1000
    msr     cntv_cval_el0, x0
    mov     x0, #1
    msr     cntv_ctl_el0, x0
    isb
    ldr     x0, =0x84000002         // PSCI CPU_OFF
    hvc     #0
    DONE
