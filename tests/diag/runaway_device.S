// SPDX-License-Identifier: MIT
//
// The PC goes to a device, whose registers are no code, and VBAR_EL1, too.
//@ status 71
//@ report exceptions without end
//@ says the exception vectors cannot be fetched: esr=8600000d
#include "check.inc"

.text
.global t_main
t_main:

    ldr     x0, =UART
    msr     vbar_el1, x0
    isb
    br      x0
