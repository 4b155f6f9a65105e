// SPDX-License-Identifier: MIT
//
// What the counters count: each instruction of this CPU, one cycle each, from
// the one after the MSR that turns them on to the one before the MRS; loops,
// blocks cut anywhere, faults; by exception level over SVC, faults and
// interrupts; PMCR_EL0.D, LC and LP; overflow interrupts at an instruction.
//@ noqemu its counters follow time
//> nops 0000000000000010 0000000000000011
//> again 0000000000000022 0000000000000024
//> off 0000000000000022 0000000000000022
//> a loop 0000000000000bba 0000000000000bbb
//> WFE 0000000000000004
//> D 0000000000000001 0000000000000002
//> D off 0000000000000001 0000000000000002
//> EL1 and EL0 0000000000000019
//> sum, neither 0000000000000002 0000000000000000
//> fault 0000000000000001
//> events 0000000000000040 0000000000000010 0000000000000010 0000000000000000
//> LC=0 0000000100000005 0000000080000000
//> LC=1 0000000100000005 0000000000000000
//> LC=1, wraps 0000000000000005 0000000080000000
//> LP=0 0000000100000005 0000000000000001
//> LP=1 0000000100000005 0000000000000000
//> LP=1, wraps 0000000000000005 0000000000000001
//> chain 0000000000000004 0000000000000001 0000000000000001
//> on 00000000fffffffd 0000000000000000 0000000000000001
//> off 00000000fffffffc 0000000000000000 0000000000000001
//> EL0's 00000000fffffffc 0000000000000000 0000000000000001
//> cycles 0000000100000006 0000000000000000 0000000000000003
//> overflow after 1
//> irq 0000000000000017 0000000000000027 0000000080000000 0000000000000004 0000000000000001
//> overflow after 2
//> irq 0000000000000017 0000000000000027 0000000080000000 0000000000000008 0000000000000001
//> overflow after 3
//> irq 0000000000000017 0000000000000027 0000000080000000 000000000000000c 0000000000000001
//> overflow after 5
//> irq 0000000000000017 0000000000000027 0000000080000000 0000000000000014 0000000000000001
//> overflow after 17
//> irq 0000000000000017 0000000000000027 0000000080000000 0000000000000014 0000000000000001
//> overflow after 100
//> irq 0000000000000017 0000000000000027 0000000080000000 0000000000000010 0000000000000001
//> overflow after 1000
//> irq 0000000000000017 0000000000000027 0000000080000000 0000000000000010 0000000000000001
//> masked
//> irq 0000000000000017 000000000000002f 0000000080000000 000000000000002c 0000000000000001
//> EL0
//> irq 0000000000000017 0000000000000000 0000000080000000 000000000000000c 0000000000000001
//> EL1
//> how many 0000000000000001
#include "check.inc"
#include "gic.inc"

.macro START bits=0x41
    mov     x0, #(\bits) | 6        // and the counters to zero
    msr     pmcr_el0, x0
.endm
.macro STOP
    msr     pmcr_el0, xzr
.endm
.macro NOPS n
    .rept   \n
    nop
    .endr
.endm
// Counter @reg starts 2 before @value and runs for seven instructions.
.macro WRAP text, reg, cr, value
    msr     pmovsclr_el0, x9
    ldr     x0, =\value
    mov     x1, #\cr
    msr     \reg, x0
    msr     pmcr_el0, x1
    NOPS    7
    mrs     x2, \reg
    mrs     x3, pmovsclr_el0
    STOP
    SHOW    "\text", x2, x3
.endm

.text
hook:                               // interrupts: where, and the counter
    tbz     x1, #7, 9f
    mrs     x2, ICC_IAR1
    mrs     x3, pmccntr_el0
    mrs     x4, pmovsset_el0
    msr     pmovsclr_el0, x4
    LA      x5, seen
    mrs     x6, elr_el1
    ldr     x7, [x5]
    sub     x6, x6, x7
    stp     x2, x3, [x5, #8]
    stp     x4, x6, [x5, #24]
    ldr     x7, [x5, #40]
    add     x7, x7, #1
    str     x7, [x5, #40]
    msr     ICC_EOIR1, x2
    isb
    mov     x0, #1
    ret
9:  mov     x0, #0
    ret

// Counters 0 and 1 overflow if they count: x1, x2 = 1 and 2, x3 = PMOVS.
spill:
    msr     pmovsclr_el0, x9
    START   0x01
    ldr     x3, =0xfffffffc
    msr     pmevcntr0_el0, x3
    msr     pmevcntr1_el0, x3
    NOPS    9
    STOP
    mrs     x1, pmevcntr1_el0
    mrs     x2, pmevcntr2_el0
    mrs     x3, pmovsclr_el0
    ret

.global t_main
t_main:
    GIC_INIT
    ldr     x0, =GICR_SGI + 0x100   // PPI 23
    mov     w1, #(1 << 23)
    str     w1, [x0]
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    mov     x9, #-1
    mov     x10, #0x08              // counter 0: instructions
    msr     pmevtyper0_el0, x10
    ldr     x10, =0x80000001
    msr     pmcntenset_el0, x10
    START
    NOPS    16
    mrs     x1, pmccntr_el0
    mrs     x2, pmevcntr0_el0
    SHOW    "nops", x1, x2
    START
    NOPS    16
    isb
    NOPS    16
    b       1f
1:  mrs     x1, pmevcntr0_el0
    nop
    mrs     x2, pmccntr_el0
    STOP
    SHOW    "again", x1, x2
    mrs     x3, pmccntr_el0
    START
    NOPS    33
    STOP
    NOPS    16
    mrs     x1, pmccntr_el0
    mrs     x2, pmevcntr0_el0
    SHOW    "off", x1, x2
    START
    mov     x3, #1000
2:  sub     x3, x3, #1
    eor     x4, x4, x3
    cbnz    x3, 2b
    nop
    mrs     x1, pmccntr_el0
    mrs     x2, pmccntr_el0
    STOP
    SHOW    "a loop", x1, x2
    sevl
    START
    wfe
    yield
    ldr     x1, [sp]
    dmb     ish
    mrs     x1, pmccntr_el0
    STOP
    SHOW    "WFE", x1
    START   0x09                    // D: every 64th
    NOPS    126
    mrs     x1, pmccntr_el0
    NOPS    1
    mrs     x2, pmccntr_el0
    STOP
    SHOW    "D", x1, x2
    START   0x49                    // LC: it is ignored
    NOPS    1
    mrs     x1, pmccntr_el0
    mrs     x2, pmccntr_el0
    STOP
    SHOW    "D off", x1, x2

    // Counter 1 counts EL0, 2 EL1, 3 neither.
    ldr     x0, =0x80000008
    msr     pmevtyper1_el0, x0
    ldr     x0, =0x40000008
    msr     pmevtyper2_el0, x0
    ldr     x0, =0xc0000008
    msr     pmevtyper3_el0, x0
    mov     x0, #0xf
    msr     pmcntenset_el0, x0
    mov     x5, #5
    msr     pmuserenr_el0, x9
    b       1f
    .ltorg
1:  START
    RUN_EL0 user
    mrs     x1, pmevcntr0_el0
    mrs     x2, pmevcntr1_el0
    mrs     x3, pmevcntr2_el0
    mrs     x4, pmevcntr3_el0
    STOP
    // All instructions are EL0's or EL1's; that of MRS between them is one.
    add     x3, x3, x2
    sub     x1, x3, x1
    SHOW    "EL1 and EL0", x2
    SHOW    "sum, neither", x1, x4
    // An instruction that faults counts, at the level it faults at.
    START
    RUN_EL0 faulty
    mrs     x2, pmevcntr1_el0
    STOP
    sub     x2, x2, #2
    SHOW    "fault", x2
    // SW_INCR, and an event that never happens.
    mov     x0, #0x23
    msr     pmevtyper3_el0, x0
    mov     x0, #0x11
    msr     pmevtyper2_el0, x0
    mov     x0, #0x08
    msr     pmevtyper1_el0, x0
    msr     pmevtyper0_el0, xzr
    START
    mov     x0, #15
    .rept   16
    msr     pmswinc_el0, x0
    nop
    .endr
    mrs     x1, pmevcntr1_el0
    mrs     x2, pmevcntr0_el0
    mrs     x4, pmevcntr3_el0
    STOP
    lsl     x1, x1, #1
    sub     x1, x1, #2              // the MOV
    mov     x3, x2
    SHOW    "events", x1, x2, x3, x4

    mov     x0, #0x08
    msr     pmevtyper0_el0, x0
    msr     pmcntenclr_el0, x9
    ldr     x10, =0x80000001
    msr     pmcntenset_el0, x10
    WRAP    "LC=0", pmccntr_el0, 0x01, 0xfffffffe
    WRAP    "LC=1", pmccntr_el0, 0x41, 0xfffffffe
    WRAP    "LC=1, wraps", pmccntr_el0, 0x41, 0xfffffffffffffffe
    b       1f
    .ltorg
1:  mov     x10, #1
    msr     pmcntenclr_el0, x9
    msr     pmcntenset_el0, x10
    WRAP    "LP=0", pmevcntr0_el0, 0x01, 0xfffffffe
    WRAP    "LP=1", pmevcntr0_el0, 0x81, 0xfffffffe
    WRAP    "LP=1, wraps", pmevcntr0_el0, 0x81, 0xfffffffffffffffe
    mov     x0, #0x1e
    msr     pmevtyper1_el0, x0
    mov     x10, #3
    msr     pmcntenset_el0, x10
    msr     pmovsclr_el0, x9
    START   0x01
    ldr     x0, =0xfffffffd
    msr     pmevcntr0_el0, x0
    NOPS    7
    mrs     x1, pmevcntr0_el0
    mrs     x2, pmevcntr1_el0
    mrs     x3, pmovsclr_el0
    STOP
    mov     w1, w1
    SHOW    "chain", x1, x2, x3
    // An even counter's overflows are counted by the odd one after it only if
    // that counts CHAIN, is on, and counts at this level; an odd counter's
    // never.
    bl      spill
    SHOW    "on", x1, x2, x3
    mov     x0, #2
    msr     pmcntenclr_el0, x0
    bl      spill
    SHOW    "off", x1, x2, x3
    mov     x0, #2
    msr     pmcntenset_el0, x0
    ldr     x0, =0x8000001e
    msr     pmevtyper1_el0, x0
    bl      spill
    SHOW    "EL0's", x1, x2, x3
    mov     x0, #0x11               // CHAIN one further, from odd to even
    msr     pmevtyper1_el0, x0
    mov     x0, #0x1e
    msr     pmevtyper2_el0, x0
    mov     x0, #7
    msr     pmcntenset_el0, x0
    bl      spill
    SHOW    "cycles", x1, x2, x3
    msr     pmcntenclr_el0, x9
    msr     pmovsclr_el0, x9
    b       1f
    .ltorg
1:

    // Interrupts: the counter overflows @n instructions after the MSR.
    msr     pmcntenclr_el0, x9
    ldr     x10, =0x80000000
    msr     pmcntenset_el0, x10
    msr     pmintenset_el1, x10
    .irp    n, 1, 2, 3, 5, 17, 100, 1000
    TITLE   "overflow after \n"
    bl      clear
    LA      x1, seen
    adr     x0, 1f
    str     x0, [x1]
    mov     x0, #-\n
    mov     x1, #0x41
    msr     pmccntr_el0, x0
    mov     x2, #2000
    msr     daifclr, #2
    msr     pmcr_el0, x1
1:  nop
    nop
    nop
    nop
2:  subs    x2, x2, #1
    nop
    b.ne    2b
    STOP
    msr     daifset, #2
    bl      report
    .endr
    // While it is masked; then taken at once.
    TITLE   "masked"
    bl      clear
    LA      x1, seen
    adr     x0, 1f
    str     x0, [x1]
    mov     x0, #-3
    mov     x1, #0x41
    msr     pmccntr_el0, x0
    msr     pmcr_el0, x1
1:  NOPS    10
    msr     daifclr, #2
    nop
    STOP
    msr     daifset, #2
    bl      report
    // Only EL0's instructions: the overflow is at its third.
    TITLE   "EL0"
    bl      clear
    LA      x1, seen
    adr     x0, user
    str     x0, [x1]
    mov     x0, #(1 << 31)
    msr     pmccfiltr_el0, x0
    mov     x0, #-3
    mov     x1, #0x41
    msr     pmccntr_el0, x0
    msr     pmcr_el0, x1
    mov     x5, #5
    RUN_EL0 user
    STOP
    bl      report
    // And only EL1's, of which there are many before.
    TITLE   "EL1"
    bl      clear
    mov     x0, #(1 << 30)
    msr     pmccfiltr_el0, x0
    mov     x0, #-200
    mov     x1, #0x41
    msr     pmccntr_el0, x0
    msr     pmcr_el0, x1
    mov     x5, #10
    RUN_EL0 user
    msr     daifclr, #2
    NOPS    200
    msr     daifset, #2
    STOP
    LA      x0, seen
    ldr     x1, [x0, #40]
    SHOW    "how many", x1
    DONE

clear:
    LA      x0, seen
    stp     xzr, xzr, [x0, #8]
    stp     xzr, xzr, [x0, #24]
    str     xzr, [x0, #40]
    ret
report:                             // IAR, cycles, PMOVS, where, how many
    str     x30, [sp, #-16]!
    LA      x0, seen
    ldp     x1, x2, [x0, #8]
    ldp     x3, x4, [x0, #24]
    ldr     x5, [x0, #40]
    SHOW    "irq", x1, x2, x3, x4, x5
    ldr     x30, [sp], #16
    ret

user:                               // 1 + 4 * x5 + 1 instructions, then 3
    nop
1:  nop
    nop
    subs    x5, x5, #1
    b.ne    1b
    nop
    svc     #1
    nop
    END_EL0
faulty:
    udf     #1
    nop
    END_EL0

.data
    .balign 8
seen:                   // start, IAR, cycles, PMOVS, offset, number
    .fill   6, 8, 0
.text
GIC_CODE
