// SPDX-License-Identifier: MIT
//
// PSCI SYSTEM_RESET under -no-reboot.
//@ status 73
//@ args -no-reboot
#include "check.inc"

.text
.global t_main
t_main:

    ldr     x0, =0x84000009
    hvc     #0
    DONE
