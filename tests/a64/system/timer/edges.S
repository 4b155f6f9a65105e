// SPDX-License-Identifier: MIT
//
// The event stream's exact edges: between two wake-ups the counter moves by
// one period, and the chosen bit has just changed in the chosen direction.
//@ noqemu WFE never waits there
//> i=6 dir=0 0000000000000001 0000000000000080
//> i=6 dir=1 0000000000000000 0000000000000080
//> i=10 dir=0 0000000000000001 0000000000000800
//> i=10 dir=1 0000000000000000 0000000000000800
#include "check.inc"

.macro EDGE i, dir
    mov     x0, #(3 << 8 | 1 << 2 | \dir << 3 | \i << 4) // EL0VTEN, EL0PTEN
    msr     cntkctl_el1, x0
    isb
    wfe
    wfe
    mrs     x6, cntvct_el0
    wfe
    mrs     x7, cntvct_el0
    ubfx    x8, x7, #\i, #1
    sub     x9, x7, x6
    SHOW    "i=\i dir=\dir", x8, x9
.endm

.text
.global t_main
t_main:
    EDGE    6, 0
    EDGE    6, 1
    EDGE    10, 0
    EDGE    10, 1
    DONE
