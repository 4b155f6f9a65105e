// SPDX-License-Identifier: MIT
//
// The last line of a kernel that stays where it is after a panic.
//@ status 70
//@ report the guest's kernel panicked
#include "check.inc"

.text
.global t_main
t_main:
    TITLE   "[    1.000000] Kernel panic - not syncing: test"
    TITLE   "[    1.000000] ---[ end Kernel panic - not syncing: test ]---"
    b       .
