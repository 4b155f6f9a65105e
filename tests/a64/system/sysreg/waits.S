// SPDX-License-Identifier: MIT
//
// SCTLR_EL1.nTWE is for WFE alone, and no other bit is: at EL0 it waits where
// nTWE is set, whatever nTWI is. The event stream ends the waits.
#include "check.inc"
#include "sys.inc"

.macro BITS ntwi, ntwe
    bic     x0, x28, #(1 << 16)
    bic     x0, x0, #(1 << 18)
    mov     x1, #(\ntwi << 16 | \ntwe << 18)
    orr     x0, x0, x1
    msr     sctlr_el1, x0
    isb
    TITLE   "nTWI \ntwi nTWE \ntwe"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    mrs     x28, sctlr_el1
    mov     x0, #(1 << 2 | 6 << 4)  // an event at each rise of bit 6
    msr     cntkctl_el1, x0
    isb
    BITS    0, 1
    X0      "sevl; wfe; wfe"
    BITS    1, 1
    X0      "wfe"
    X0      "sevl; wfe"
    msr     cntkctl_el1, xzr
    msr     sctlr_el1, x28
    isb
    DONE
    .ltorg
SYS_CODE
