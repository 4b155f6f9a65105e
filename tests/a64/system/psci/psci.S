// SPDX-License-Identifier: MIT
//
// PSCI by HVC: results, and that nothing but X0 changes. Numbers
// that nobody knows give -1. CPU_ON with one CPU.
#include "check.inc"

#include "psci.inc"

.text
.global t_main
t_main:
    ALL     hvc
    // The immediate means nothing.
    ldr     x0, =0x84000000
    hvc     #0x1234
    SHOW    "hvc #0x1234", x0
    DONE
