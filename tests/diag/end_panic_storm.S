// SPDX-License-Identifier: MIT
//
// A storm after a panic is the panic.
//@ status 70
//@ report the guest's kernel panicked
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "[    1.000000] Kernel panic - not syncing: test"
    ldr     x0, =T_V + 0x80000
    msr     vbar_el1, x0
    isb
    brk     #0
    DONE
