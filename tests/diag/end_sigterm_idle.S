// SPDX-License-Identifier: MIT
//
// SIGTERM while the only CPU jumps from event to event.
//@ status 143
//@ signal SIGTERM
//@ prints here
//@ says state count=
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "here"
    mov     x0, #0xfc
    msr     cntkctl_el1, x0
    isb
1:  wfe
    b       1b
