// SPDX-License-Identifier: MIT
//
// WFI, and a timer whose interrupt the GIC does not let through: after that,
// nothing is left.
//@ status 71
//@ report nothing can ever happen again: every CPU waits, no timer is armed and no input is open
//@ says , 5.0
#include "check.inc"

.text
.global t_main
t_main:

    mrs     x0, cntfrq_el0
    mov     x1, #5
    mul     x0, x0, x1
    mrs     x1, cntvct_el0
    add     x0, x0, x1
    msr     cntv_cval_el0, x0
    mov     x0, #1
    msr     cntv_ctl_el0, x0
    isb
1:  wfi
    b       1b
