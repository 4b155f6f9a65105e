// SPDX-License-Identifier: MIT
//
// A limit of host time, while time passes in jumps of a day.
//@ status 124
//@ args -timeout 0.3
//@ host-time
//@ seconds 10
#include "check.inc"

.text
.global t_main
t_main:

    mov     x0, #0xfc               // bit 15: the slowest event stream
    msr     cntkctl_el1, x0
    isb
1:  wfe
    b       1b
