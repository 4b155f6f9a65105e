// SPDX-License-Identifier: MIT
//
// SPIs of a GICv3 with four CPUs: GICD_IROUTER to each, while pending and
// while active; 1-of-N, which is not there; a level-sensitive wire (the
// clock's alarm) that is acknowledged, rerouted and lowered; priorities
// decide between SPIs and SGIs on each CPU by itself.
//@ smp 4
// RES0 bits of GICD_IROUTER read as zero; QEMU keeps them.
//> ~IROUTER41 0000000000ffffff 0000000000ffffff 0000000000000000
//> ~IROUTER41 000000ff00ffffff 0000000000ffffff 00000000000000ff
//> ~IROUTER41 000000ff00000000 0000000000000000 00000000000000ff
//> ~IROUTER41 0000000000000002 0000000000000002 0000000000000000
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

.set RTC, 0x09010000
.set ALARM, 34                  // SPI 2

// ISR and HPPIR1 of each CPU; the hidden side is the redistributor's.
.macro SIGNALLED text
    bl      signalled
    SHOW    "\text: ISR, HPPIR1 of 0 1 2 3", x20, x21, x22, x23
.endm
// SPI @id goes to affinity @to.
.macro ROUTE id, to
    ldr     x0, =GICD + 0x6000 + \id * 8
    ldr     x1, =\to
    str     x1, [x0]
.endm
.macro GET_ROUTE id, pre
    ldr     x0, =GICD + 0x6000 + \id * 8
    ldr     x1, [x0]
    ldr     w2, [x0]
    ldr     w3, [x0, #4]
    SHOW    "\pre\()IROUTER\id", x1, x2, x3
.endm

.text
.global t_main
t_main:
    GIC_INIT
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    RUN_ON  1, s_gic
    RUN_ON  2, s_gic
    RUN_ON  3, s_gic
    PUT     GICD + 0x104, 0x700         // 40, 41, 42
    PUT     GICD + 0xc08, 0xaaaaaaaa    // edge
    SIGNALLED "nothing"
    // Each CPU.
    mov     x28, #0
1:  ldr     x0, =GICD + 0x6000 + 40 * 8
    str     x28, [x0]
    PUT     GICD + 0x204, 0x100
    SIGNALLED "40 to each in turn"
    PUT     GICD + 0x284, 0x100
    add     x28, x28, #1
    cmp     x28, #4
    b.ne    1b
    POOL
    // It moves while it is pending.
    PUT     GICD + 0x204, 0x100
    SIGNALLED "pending for 3"
    ROUTE   40, 1
    SIGNALLED "moved to 1"
    ROUTE   40, 0x100
    GET_ROUTE 40
    SIGNALLED "moved to nobody"
    ROUTE   40, 0x100000002
    GET_ROUTE 40
    SIGNALLED "another nobody"
    ROUTE   40, 2
    SIGNALLED "moved to 2"
    POOL
    // Acknowledged by 2; pending again while active, for 3.
    RUN_ON  2, ack
    SHOW    "IAR of 2", x0
    RUN_ON  1, ack
    SHOW    "IAR of 1", x0
    SIGNALLED "active"
    PUT     GICD + 0x204, 0x100
    ROUTE   40, 3
    SIGNALLED "active and pending"
    GET     GICD + 0x204
    GET     GICD + 0x304
    RUN_ON  3, ack
    SHOW    "IAR of 3", x0
    RUN_ON  2, end, 40
    SIGNALLED "ended by 2"
    RUN_ON  3, ack
    SHOW    "IAR of 3", x0
    RUN_ON  3, end, 40
    SIGNALLED "ended by 3"
    POOL
    // Halves of the register; 1-of-N is RES0; INTIDs below 32 have none.
    ldr     x0, =GICD + 0x6000 + 41 * 8
    mov     w1, #-1
    str     w1, [x0]
    GET_ROUTE 41, ~
    str     w1, [x0, #4]
    GET_ROUTE 41, ~
    str     wzr, [x0]
    GET_ROUTE 41, ~
    ROUTE   41, 1 << 31 | 2
    GET_ROUTE 41, ~
    ROUTE   31, 1
    GET_ROUTE 31
    ldr     x0, =GICD
    ldr     w1, [x0, #4]
    ubfx    w1, w1, #25, #1
    SHOW    "TYPER.No1N", x1
    POOL
    // An SPI and an SGI at CPU 1, another at CPU 2.
    ROUTE   41, 1
    ROUTE   42, 2
    PUTB    GICD + 0x429, 0x40
    PUT     GICD + 0x204, 0x600
    ldr     x0, =3 << 24 | 6
    msr     ICC_SGI1R, x0
    isb
    SIGNALLED "41 before SGI 3, 42 after it"
    RUN_ON  1, ack
    mov     x26, x0
    RUN_ON  1, end, 41
    RUN_ON  1, ack
    mov     x27, x0
    RUN_ON  1, end, 3
    RUN_ON  2, ack
    mov     x28, x0
    RUN_ON  2, end, 3
    SHOW    "taken: 1, 1, 2", x26, x27, x28
    SIGNALLED "42"
    RUN_ON  2, ack
    RUN_ON  2, end, 42
    POOL
    // The alarm: level.
    PUT     GICD + 0x104, 4
    PUT     GICD + 0xc08, 0
    ROUTE   ALARM, 1
    ldr     x1, =RTC
    mov     w0, #1
    str     w0, [x1, #0x10]
2:  ldr     w0, [x1]
    str     w0, [x1, #4]            // match now
    ldr     w0, [x1, #0x14]
    cbz     w0, 2b
    SIGNALLED "alarm for 1"
    RUN_ON  1, ack
    SHOW    "IAR of 1", x0
    SIGNALLED "active"
    GET     GICD + 0x204
    GET     GICD + 0x304
    ROUTE   ALARM, 2
    SIGNALLED "rerouted while active"
    RUN_ON  1, end, ALARM
    SIGNALLED "ended, still high"
    RUN_ON  2, ack
    SHOW    "IAR of 2", x0
    ldr     x1, =RTC
    mov     w0, #1
    str     w0, [x1, #0x1c]         // lowered
    GET     GICD + 0x204
    RUN_ON  2, end, ALARM
    SIGNALLED "lowered, ended"
    DONE
    .ltorg

ack:
    mrs     x0, ICC_IAR1
    ret
end:
    msr     ICC_EOIR1, x1
    isb
    mov     x0, #0
    ret
state:
    mrs     x0, isr_el1
    mrs     x1, ICC_HPPIR1
    orr     x0, x1, x0, lsl #32
    ret
signalled:
    str     x30, [sp, #-16]!
    isb
    bl      state
    mov     x20, x0
    RUN_ON  1, state
    mov     x21, x0
    RUN_ON  2, state
    mov     x22, x0
    RUN_ON  3, state
    mov     x23, x0
    ldr     x30, [sp], #16
    ret
    .ltorg
GIC_CODE
SMP_CODE
SMP_GIC_CODE
