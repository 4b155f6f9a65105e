// SPDX-License-Identifier: MIT
//
// Nothing can happen after a panic: the panic.
//@ status 70
//@ report the guest's kernel panicked
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "[    1.000000] Kernel panic - not syncing: test"
1:  wfi
    b       1b
