// SPDX-License-Identifier: MIT
//
// VBAR_EL1 is where nothing is mapped.
//@ status 71
//@ report exceptions without end
//@ says the exception vectors cannot be fetched: esr=860000
#include "check.inc"

.text
.global t_main
t_main:

    ldr     x0, =T_V + 0x80000
    msr     vbar_el1, x0
    isb
    brk     #0
    DONE
