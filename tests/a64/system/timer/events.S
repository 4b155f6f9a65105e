// SPDX-License-Identifier: MIT
//
// WFE and the event register: SEV, SEVL, exception return; the event stream
// of CNTKCTL_EL1 wakes a CPU that nothing else would, at each edge of the
// chosen bit. Under QEMU WFE is a pause, so only the order is compared.
#include "check.inc"

.macro STREAM i, dir
    mov     x0, #(1 << 2 | \dir << 3 | \i << 4)
    msr     cntkctl_el1, x0
    isb
    sevl
    wfe
    mov     x5, #4
    mrs     x6, cntvct_el0
1:  wfe
    mrs     x7, cntvct_el0
    eor     x8, x6, x7
    lsr     x8, x8, #\i             // at least one edge of a bit below
    cbz     x8, 1b
    mov     x6, x7
    subs    x5, x5, #1
    b.ne    1b
    msr     cntkctl_el1, xzr
    isb
    SHOW    "woken \i \dir", x5
.endm

.text
.global t_main
t_main:
    msr     nzcv, xzr
    sev
    wfe
    TITLE   "sev"
    sevl
    wfe
    TITLE   "sevl"
    svc     #1
    wfe
    TITLE   "eret"
    STREAM  4, 0
    STREAM  4, 1
    STREAM  8, 0
    STREAM  8, 1
    STREAM  12, 0
    STREAM  15, 1
    DONE
