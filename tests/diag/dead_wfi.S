// SPDX-License-Identifier: MIT
//
// WFI with all masked and no timer.
//@ status 71
//@ report nothing can ever happen again: every CPU waits, no timer is armed and no input is open
//@ says cpu 0 waits for an interrupt
#include "check.inc"

.text
.global t_main
t_main:

1:  wfi
    b       1b
