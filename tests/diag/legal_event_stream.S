// SPDX-License-Identifier: MIT
//
// WFE with nothing but the event stream to wake it.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    mov     x0, #0xf4               // bit 15 of the counter, EVNTEN
    msr     cntkctl_el1, x0
    isb
    mov     x19, #1000
1:  wfe
    subs    x19, x19, #1
    b.ne    1b
    DONE
