// SPDX-License-Identifier: MIT
//
// PSCI SYSTEM_RESET after a panic: a panic, though the guest would boot again.
//@ status 70
//@ report the guest's kernel panicked
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "[    1.000000] Kernel panic - not syncing: test"
    ldr     x0, =0x84000009
    hvc     #0
    DONE
