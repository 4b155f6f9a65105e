// SPDX-License-Identifier: MIT
//
// SYSTEM_RESET by a CPU that is not the first starts the machine anew: CPU 0
// at the program, the others off, memory as it was, the GIC and the timers
// as from reset.
//@ smp 3
//@ reboot
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

.set MARK, 0x47000000

.text
.global t_main
t_main:
    ldr     x0, =MARK
    ldr     x1, [x0]
    mov     x2, #0x5a5a
    cmp     x1, x2
    b.eq    second
    str     x2, [x0]
    GIC_INIT
    PUT     GICR_SGI + 0x100, 0x0800ffff
    SMP_ON  1
    SMP_ON  2
    RUN_ON  1, s_gic
    RUN_ON  2, s_gic
    ldr     x0, =3 << 24 | 7        // pending on all
    msr     ICC_SGI1R, x0
    isb
    msr     cntv_cval_el0, xzr
    mov     x0, #1
    msr     cntv_ctl_el0, x0
    TITLE   "first"
    START_ON 2, reset
1:  wfe                             // CPU 1 idles, CPU 0 here
    b       1b
reset:
    ldr     x0, =0x84000009
    hvc     #0
    b       .
    .ltorg

second:
    PSCI    PSCI_AFFINITY, 1
    mov     x19, x0
    PSCI    PSCI_AFFINITY, 2
    SHOW    "again: 1 and 2 are", x19, x0
    GET     GICR_SGI + 0x100
    GET     GICR_SGI + 0x200
    GET     GICR_SGI + 0x20200
    GET     GICD
    GET_ICC ICC_PMR
    GET_ICC ICC_IGRPEN1
    mrs     x0, cntv_ctl_el0
    mrs     x1, isr_el1
    mrs     x2, mpidr_el1
    SHOW    "timer, ISR, MPIDR", x0, x1, x2
    SMP_ON  2, 9
    S_RECORD x10, 2
    ldr     x1, [x10, #S_CTX]
    SHOW    "2 is on again", x0, x1
    ldr     x0, =MARK
    str     xzr, [x0]
    DONE
    .ltorg
GIC_CODE
SMP_CODE
SMP_GIC_CODE
