// SPDX-License-Identifier: MIT
//
// SYSTEM_OFF by a CPU that is not the first, while that one is off.
//@ smp 3
#include "check.inc"
#include "smp.inc"

.text
.global t_main
t_main:
    SMP_ON  2
    START_ON 2, power_off
    ldr     x0, =PSCI_OFF
    hvc     #0
    b       .
    .ltorg
power_off:
    mov     x0, #0
    bl      s_wait_off
    TITLE   "CPU 0 is off"
    DONE
SMP_CODE
