// SPDX-License-Identifier: MIT
//
// CPU_ON: entries that cannot be executed from, and SMC32 calls, whose
// arguments are the low halves.
//@ noqemu it accepts entries outside RAM and does not narrow arguments
//@ smp 2
//> device fffffffffffffff7
//> below RAM fffffffffffffff7
//> past RAM fffffffffffffff7
//> high half fffffffffffffff7
//> no such CPU comes first fffffffffffffffe
//> it comes before being on fffffffffffffff7
//> off still 0000000000000001
//> affinity 0000000000000001
//> on 0000000000000000
//> context 000000009abcdef0
#include "check.inc"
#include "smp.inc"

.text
.global t_main
t_main:
    PSCI    PSCI_ON, 1, 0x09000000
    SHOW    "device", x0
    PSCI    PSCI_ON, 1, 0x3ffffffc
    SHOW    "below RAM", x0
    PSCI    PSCI_ON, 1, 0x48000000
    SHOW    "past RAM", x0
    PSCI    PSCI_ON, 1, 0xffffff8040080000
    SHOW    "high half", x0
    PSCI    PSCI_ON, 2, 0x09000000
    SHOW    "no such CPU comes first", x0
    PSCI    PSCI_ON, 0, 0x09000000
    SHOW    "it comes before being on", x0
    PSCI    PSCI_AFFINITY, 1
    SHOW    "off still", x0
    // SMC32
    ldr     x0, =0x184000004
    ldr     x1, =0x7700000001
    ldr     x2, =0x100000000
    hvc     #0
    SHOW    "affinity", x0
    LA      x2, s_entry
    movk    x2, #0x5555, lsl #32
    ldr     x0, =0x184000003
    ldr     x1, =0x7700000001
    ldr     x3, =0x123456789abcdef0
    hvc     #0
    SHOW    "on", x0
    S_RECORD x5, 1
    mov     x4, #1
    add     x6, x5, #S_ON
    AWAIT   x6, x4, x3
    ldr     x6, [x5, #S_CTX]
    SHOW    "context", x6
    DONE
    .ltorg
SMP_CODE
