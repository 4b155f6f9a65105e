// SPDX-License-Identifier: MIT
//
// WFE with the event register clear and no event stream.
//@ status 71
//@ report nothing can ever happen again: every CPU waits, no timer is armed and no input is open
//@ says cpu 0 waits for an event
#include "check.inc"

.text
.global t_main
t_main:

    msr     cntkctl_el1, xzr
    isb
    sevl
1:  wfe
    b       1b
