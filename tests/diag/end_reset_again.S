// SPDX-License-Identifier: MIT
//
// PSCI SYSTEM_RESET starts the guest anew, until a limit.
//@ status 124
//@ args -exit-after 100K
//@ prints again
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "again"
    ldr     x0, =0x84000009
    hvc     #0
    DONE
