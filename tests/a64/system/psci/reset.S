// SPDX-License-Identifier: MIT
//
// SYSTEM_RESET by a CPU that is not the first, while that one is off.
//@ smp 3
//@ reset
#include "check.inc"
#include "smp.inc"

.text
.global t_main
t_main:
    SMP_ON  2
    START_ON 2, reset
    ldr     x0, =PSCI_OFF
    hvc     #0
    b       .
    .ltorg
reset:
    mov     x0, #0
    bl      s_wait_off
    TITLE   "CPU 0 is off"
    TITLE   "done"
    ldr     x0, =0x84000009
    hvc     #0
    b       .
    .ltorg
SMP_CODE
