// SPDX-License-Identifier: MIT
//
// Registers of the Performance Monitors: what they keep, sets and clears,
// PMSELR_EL0 and what it selects, software increments with overflow and
// the interrupt (PPI 23) as a level, who of EL0 may do what.
//> ~pmceid 0000000040020101 0000000010000018
//> ~filters 00000000c0000000 00000000c000ffff 00000000c000000a
//> ~E=0 0000000000000000
//> ~chain 0000000000000000 0000000000000001 0000000000000001
#include "check.inc"
#include "sys.inc"
#include "gic.inc"
#include "pmu.inc"

.text
.global t_main
t_main:
    GIC_INIT
    ldr     x0, =GICR_SGI + 0x100   // PPI 23
    mov     w1, #(1 << 23)
    str     w1, [x0]
    SYS_INIT
    mov     x9, #-1
    mrs     x0, id_aa64dfr0_el1
    ubfx    x0, x0, #8, #4
    mrs     x1, pmcr_el0
    SHOW    "version, pmcr", x0, x1
    mrs     x2, pmceid0_el0
    mrs     x3, pmceid1_el0
    SHOW    "~pmceid", x2, x3
    // RES0 without EL2 and EL3; QEMU keeps them.
    msr     pmccfiltr_el0, x9
    mrs     x0, pmccfiltr_el0
    msr     pmevtyper0_el0, x9
    mrs     x1, pmevtyper0_el0
    mov     x2, #10
    movk    x2, #0xc000, lsl #16
    msr     pmevtyper5_el0, x2
    mrs     x2, pmevtyper5_el0
    SHOW    "~filters", x0, x1, x2
    msr     pmccfiltr_el0, xzr
    msr     pmevtyper0_el0, xzr
    msr     pmselr_el0, x9
    mrs     x0, pmselr_el0
    msr     pmuserenr_el0, x9
    mrs     x1, pmuserenr_el0
    msr     pmuserenr_el0, xzr
    SHOW    "pmselr, pmuserenr", x0, x1
    SETS    pmcntenset_el0, pmcntenclr_el0
    SETS    pmintenset_el1, pmintenclr_el1
    SETS    pmovsset_el0, pmovsclr_el0
    mov     x0, #0x59               // not D; QEMU 7.2 keeps LP everywhere
    msr     pmcr_el0, x0
    mrs     x1, pmcr_el0
    msr     pmcr_el0, xzr
    mrs     x2, pmcr_el0
    SHOW    "pmcr", x1, x2
    msr     pmccntr_el0, x9
    mrs     x0, pmccntr_el0
    mov     x1, #0x1234
    msr     pmevcntr3_el0, x1
    mrs     x1, pmevcntr3_el0
    mov     x2, #2                  // P
    msr     pmcr_el0, x2
    mrs     x2, pmevcntr3_el0
    mrs     x3, pmccntr_el0
    mov     x4, #4                  // C
    msr     pmcr_el0, x4
    mrs     x4, pmccntr_el0
    SHOW    "counters", x0, x1, x2, x3, x4
    TITLE   "selected"
    mov     x0, #3
    msr     pmselr_el0, x0
    mov     x1, #0x77
    msr     pmxevcntr_el0, x1
    mrs     x1, pmxevcntr_el0
    mrs     x2, pmevcntr3_el0
    mov     x3, #0x08
    msr     pmxevtyper_el0, x3
    mrs     x3, pmxevtyper_el0
    mrs     x4, pmevtyper3_el0
    SHOW    "3", x1, x2, x3, x4
    mov     x0, #31
    msr     pmselr_el0, x0
    msr     pmxevcntr_el0, x9
    mrs     x1, pmxevcntr_el0
    mrs     x2, pmccntr_el0
    mov     x3, #(1 << 30)
    msr     pmxevtyper_el0, x3
    mrs     x3, pmxevtyper_el0
    mrs     x4, pmccfiltr_el0
    msr     pmxevtyper_el0, xzr
    SHOW    "31", x1, x2, x3, x4
    mov     x0, #6
    msr     pmselr_el0, x0
    msr     pmxevcntr_el0, x9
    mrs     x1, pmxevcntr_el0
    msr     pmxevtyper_el0, x9
    mrs     x3, pmxevtyper_el0
    SHOW    "6", x1, x3
    E       "mrs x0, s3_3_c14_c8_6" // PMEVCNTR6
    E       "msr s3_3_c14_c12_6, x0"
    E       "mrs x0, s3_3_c14_c11_7"
    E       "mrs x0, pmswinc_el0"
    E       "msr pmceid0_el0, x0"
    E       "msr pmceid1_el0, x0"

    TITLE   "software increments"
    msr     pmevtyper0_el0, xzr
    msr     pmevtyper1_el0, xzr
    msr     pmevtyper2_el0, xzr
    msr     pmevcntr0_el0, xzr
    msr     pmevcntr1_el0, xzr
    mov     x0, #0xfffffffe
    msr     pmevcntr2_el0, x0
    msr     pmcntenclr_el0, x9
    msr     pmovsclr_el0, x9
    mov     x0, #5
    msr     pmcntenset_el0, x0
    INCR    "E=0"
    mov     x0, #1
    msr     pmcr_el0, x0
    INCR    "E=1"
    mov     x0, #(1 << 31)          // counter 0 not at EL1
    msr     pmevtyper0_el0, x0
    INCR    "overflow"
    mov     x0, #4
    msr     pmintenset_el1, x0
    PENDING "interrupt"
    msr     pmcr_el0, xzr
    PENDING "~E=0"                  // QEMU leaves the line as it was
    mov     x1, #1
    msr     pmcr_el0, x1
    PENDING "E=1"
    msr     pmintenclr_el1, x0
    PENDING "disabled"
    msr     pmintenset_el1, x0
    msr     pmovsclr_el0, x0
    PENDING "cleared"
    msr     pmovsset_el0, x0
    PENDING "set"
    msr     pmovsclr_el0, x9
    msr     pmintenclr_el1, x9
    // An odd counter counts overflows of its neighbour (QEMU: no event).
    mov     x0, #0x1e
    msr     pmevtyper1_el0, x0
    msr     pmevtyper0_el0, xzr
    mov     x0, #3
    msr     pmcntenset_el0, x0
    mov     x0, #0xffffffff
    msr     pmevcntr0_el0, x0
    mov     x0, #1
    msr     pmswinc_el0, x0
    mrs     x1, pmevcntr0_el0
    mov     w1, w1
    mrs     x2, pmevcntr1_el0
    mrs     x3, pmovsset_el0
    SHOW    "~chain", x1, x2, x3
    msr     pmcr_el0, xzr
    msr     pmovsclr_el0, x9

    .irp    en, 0, 1, 2, 4, 8
    TITLE   "PMUSERENR = \en"
    mov     x0, #\en
    msr     pmuserenr_el0, x0
    mov     x5, #0
    bl      el0_all
    .endr
    DONE

el0_all:
    str     x30, [sp, #-16]!
    E0      "mrs x3, pmcr_el0"
    E0      "msr pmcr_el0, x5"
    E0      "mrs x3, pmcntenset_el0"
    E0      "msr pmcntenclr_el0, x5"
    E0      "mrs x3, pmovsset_el0"
    E0      "msr pmovsclr_el0, x5"
    E0      "msr pmswinc_el0, x5"
    E0      "mrs x3, pmselr_el0"
    E0      "msr pmselr_el0, x5"
    E0      "mrs x3, pmceid0_el0"
    E0      "mrs x3, pmceid1_el0"
    E0      "mrs x3, pmccntr_el0"
    E0      "msr pmccntr_el0, x5"
    E0      "mrs x3, pmxevtyper_el0"
    E0      "msr pmxevtyper_el0, x5"
    E0      "mrs x3, pmxevcntr_el0"
    E0      "msr pmxevcntr_el0, x5"
    E0      "mrs x3, pmuserenr_el0"
    E0      "msr pmuserenr_el0, x5"
    E0      "mrs x3, pmintenset_el1"
    E0      "msr pmintenclr_el1, x5"
    E0      "mrs x3, pmccfiltr_el0"
    E0      "msr pmccfiltr_el0, x5"
    E0      "mrs x3, pmevcntr0_el0"
    E0      "msr pmevcntr4_el0, x5"
    E0      "mrs x3, pmevtyper0_el0"
    E0      "msr pmevtyper5_el0, x5"
    ldr     x30, [sp], #16
    ret
    .ltorg

SYS_CODE
GIC_CODE
