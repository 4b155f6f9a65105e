// SPDX-License-Identifier: MIT
//
// CPU_ON, CPU_OFF and AFFINITY_INFO with four CPUs: results, state at entry,
// context, what a CPU that comes on again has kept (nothing).
//@ smp 4
// An entry that is not aligned is INVALID_ADDRESS; QEMU calls it
// INVALID_PARAMETERS.
//> ~entry odd fffffffffffffff7
//> ~entry 2 fffffffffffffff7
// Levels above 0 need not be supported since PSCI 1.0; QEMU says on.
//> ~level 1 fffffffffffffffe
#include "check.inc"
#include "smp.inc"

.macro AFF text
    PSCI    PSCI_AFFINITY, 1
    mov     x19, x0
    PSCI    PSCI_AFFINITY, 2
    mov     x20, x0
    PSCI    PSCI_AFFINITY, 3
    SHOW    "\text: 1 2 3", x19, x20, x0
.endm

.macro SHOW_ENTRY cpu
    S_RECORD x10, \cpu
    ldr     x11, [x10, #S_ON]
    ldp     x12, x13, [x10, #S_CTX]
    ldp     x14, x15, [x10, #S_STATE + 8]
    ldr     x16, [x10, #S_STATE + 24]
    SHOW    "\cpu: times, x0, CurrentEL DAIF SPSel SCTLR", x11, x12, x13, x14, x15, x16
.endm

.text
.global t_main
t_main:
    AFF     "before"
    SMP_ON  1, 0x123456789abcdef0
    SHOW    "on 1", x0
    SHOW_ENTRY 1
    AFF     "one on"
    SMP_ON  1, 5
    SHOW    "on 1 again", x0
    PSCI    PSCI_ON, 0, 0x40080000
    SHOW    "on 0", x0
    PSCI    PSCI_ON, 4, 0x40080000
    SHOW    "on 4", x0
    PSCI    PSCI_ON, 0x100, 0x40080000
    SHOW    "on 0x100", x0
    PSCI    PSCI_ON, 0x80000002, 0x40080000
    SHOW    "on 0x80000002", x0
    PSCI    PSCI_AFFINITY, 4
    SHOW    "affinity 4", x0
    PSCI    PSCI_ON, 2, 0x40080001
    SHOW    "~entry odd", x0
    PSCI    PSCI_ON, 2, 0x40080002
    SHOW    "~entry 2", x0
    PSCI    PSCI_AFFINITY, 2
    SHOW    "off still", x0
    PSCI    PSCI_AFFINITY, 1, 1
    SHOW    "~level 1", x0
    b       1f
    .ltorg
1:
    SMP_ON  2, -1
    SHOW    "on 2", x0
    SHOW_ENTRY 2
    SMP_ON  3
    SHOW    "on 3", x0
    SHOW_ENTRY 3
    AFF     "all on"
    SMP_OFF 2
    AFF     "2 off"
    SMP_OFF 1
    SMP_OFF 3
    AFF     "all off"
    // A worker that is on switches another on, and finds itself on.
    SMP_ON  1
    RUN_ON  1, on_by_other
    SHOW    "2 by 1", x0
    S_RECORD x5, 2
    add     x5, x5, #S_ON
    mov     x4, #2
    AWAIT   x5, x4, x3
    SHOW_ENTRY 2
    b       1f
    .ltorg
1:
    // CPU 2 goes off and on again, many times.
    mov     x27, #0
    mov     x28, #50
2:  SMP_OFF 2
    SMP_ON  2, 0x22
    orr     x27, x27, x0
    subs    x28, x28, #1
    b.ne    2b
    SHOW    "off and on", x27
    SHOW_ENTRY 2
    SMP_OFF 3
    S_RECORD x5, 3
    ldr     x4, [x5, #S_ON]
    ldr     x0, =0x84000003
    mov     x1, #3
    LA      x2, s_entry
    mov     x3, #0x77
    hvc     #0
    SHOW    "on 3 by SMC32", x0
    add     x5, x5, #S_ON
    add     x4, x4, #1
    AWAIT   x5, x4, x3
    SHOW_ENTRY 3
    // A CPU that nobody has heard of since: off, and then everything is off
    // but this.
    SMP_OFF 1
    SMP_OFF 2
    SMP_OFF 3
    AFF     "after"
    DONE
on_by_other:
    str     x30, [sp, #-16]!
    PSCI    PSCI_AFFINITY, 1
    mov     x20, x0
    PSCI    PSCI_ON, 1, 0x40080000
    mov     x21, x0
    mov     x1, #2
    LA      x2, s_entry
    mov     x3, #0x2222
    ldr     x0, =PSCI_ON
    hvc     #0
    orr     x0, x0, x20, lsl #32
    eor     x0, x0, x21, lsl #48
    ldr     x30, [sp], #16
    ret
    .ltorg
SMP_CODE
