// SPDX-License-Identifier: MIT
//
// Counters of two CPUs that run at once: each counts its own instructions
// only, over many turns, and none while it waits in WFI; an overflow comes
// at the same instruction as alone.
//@ smp 2
//@ noqemu its counters follow time
//> CPU 0 00000000004c4b40
//> CPU 1 00000000004c4b40
//> WFI 0000000000000005
//> time passed 0000000000000001
//> interrupt 0000000000000017 0000000000000001 0000000000200008
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

.set LAPS, 0x196e6a                 // 5,000,000 / 3

.text
hook:                               // logs IAR, how many, x3 of the program
    tbz     x1, #7, 9f
    mrs     x2, ICC_IAR1
    mrs     x4, pmovsset_el0
    msr     pmovsclr_el0, x4
    LA      x5, seen
    ldp     x6, x7, [x5]
    add     x7, x7, #1
    stp     x2, x7, [x5]
    ldr     x6, [x0, #24]
    str     x6, [x5, #16]
    mov     x6, #3                  // the virtual timer, masked
    msr     cntv_ctl_el0, x6
    msr     ICC_EOIR1, x2
    isb
    mov     x0, #1
    ret
9:  mov     x0, #0
    ret

.global t_main
t_main:
    GIC_INIT
    PUT     GICR_SGI + 0x100, 0x08800000
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    SMP_ON  1
    START_ON 1, count
    mov     x0, #0
    bl      count
    mov     x6, x0
    WAIT_ON 1
    mov     x7, x0
    SHOW    "CPU 0", x6
    SHOW    "CPU 1", x7
    // Both wait; the timer wakes this one.
    mrs     x2, cntvct_el0
    mov     x3, #10000
    msr     cntv_tval_el0, x3
    mov     x3, #1
    msr     cntv_ctl_el0, x3
    mov     x0, #0x47
    msr     pmcr_el0, x0
    nop
    wfi
    nop
    mov     x4, #3
    msr     cntv_ctl_el0, x4
    mrs     x1, pmccntr_el0
    msr     pmcr_el0, xzr
    mrs     x3, cntvct_el0
    sub     x3, x3, x2
    lsr     x3, x3, #4
    cmp     x3, #600
    cset    x3, hs
    SHOW    "WFI", x1
    SHOW    "time passed", x3
    // An overflow in a lap far on, with CPU 1 busy.
    LA      x5, seen
    stp     xzr, xzr, [x5]
    START_ON 1, count
    mov     x9, #-1
    msr     pmovsclr_el0, x9
    mov     x0, #(1 << 31)
    msr     pmintenset_el1, x0
    ldr     x0, =-(3 * 0x200008 - 1)
    msr     pmccntr_el0, x0
    mov     x3, #0
    mov     x0, #0x41
    ldr     x2, =0x300000
    msr     daifclr, #2
    msr     pmcr_el0, x0
1:  cmp     x3, x2
    add     x3, x3, #1
    b.ne    1b
    msr     pmcr_el0, xzr
    msr     daifset, #2
    WAIT_ON 1
    LA      x5, seen
    ldp     x1, x2, [x5]
    ldr     x3, [x5, #16]
    SHOW    "interrupt", x1, x2, x3
    DONE

count:                              // 2 + 3 * LAPS instructions
    mov     x1, #-1
    msr     pmcntenset_el0, x1
    ldr     x3, =LAPS
    mov     x1, #0x47
    msr     pmcr_el0, x1
    nop
1:  subs    x3, x3, #1
    nop
    b.ne    1b
    nop
    mrs     x0, pmccntr_el0
    msr     pmcr_el0, xzr
    ret
    .ltorg

.data
    .balign 8
seen:                   // IAR, number, lap
    .fill   3, 8, 0
.text
GIC_CODE
SMP_CODE
