// SPDX-License-Identifier: MIT
//
// SGIs of a GICv2 with four CPUs: the filters and target lists of GICD_SGIR,
// from each CPU; pending once for each sender, in GICD_SPENDSGIR and at the
// interface, where the sender is in IAR; set and cleared by software.
//@ smp 4
//@ gic 2
// Filter 3 is reserved and ignored; QEMU takes it for all CPUs.
//> ~filter 3: GICD+0x200 of 0 1 2 3 0000000000000000 0000000000000000 0000000000000000 0000000000000000
// QEMU gives HPPIR no sender.
//> ~HPPIR 0000000000000405
// Bits of CPUs that are not there are zero; QEMU keeps them.
//> ~all: GICD+0xf24 of 0 1 2 3 000000000f0f0f0f 0000000000000000 0000000000000000 0000000000000000
#include "check.inc"
#include "gic.inc"
#include "smp.inc"
#include "gic2.inc"

.macro SGIR value, by=0
    WR_ON_ANY \by, GICD + 0xf00, \value
.endm
.macro WR_ON_ANY cpu, addr, value
    .if     \cpu
    WR_ON   \cpu, \addr, \value
    .else
    PUT     \addr, \value
    .endif
.endm
// Pending SGIs and the senders of 4 to 7; then nothing.
.macro SENT text, pre
    GET4    GICD + 0x200, "\pre\text: "
    GET4    GICD + 0xf24, "\pre\text: "
    bl      clear
.endm
.macro ACK text
    ldr     x0, =GICC_IAR
    ldr     w1, [x0]
    ldr     w2, [x0, #8]            // RPR
    str     w1, [x0, #4]            // EOIR
    ldr     w3, [x0, #8]
    SHOW    "\text: IAR, RPR, RPR after", x1, x2, x3
.endm

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    bl      gic2_init
    RUN_ON  1, gic2_init
    RUN_ON  2, gic2_init
    RUN_ON  3, gic2_init
    SGIR    0x00010005
    SENT    "5 to 0"
    POOL
    SGIR    0x000a0006
    SENT    "6 to 1 3"
    POOL
    SGIR    0x000f0007, 2
    SENT    "7 to all by 2"
    POOL
    SGIR    0x00ff0004, 3
    SENT    "4 to those that are there by 3"
    POOL
    SGIR    0x00f00004
    SENT    "4 to those that are not"
    POOL
    SGIR    0x01000004
    SENT    "4 to the others"
    POOL
    SGIR    0x010f0004, 1
    SENT    "4 to the others by 1, list ignored"
    POOL
    SGIR    0x02000006
    SENT    "6 to itself"
    POOL
    SGIR    0x020f0006, 3
    SENT    "6 to itself by 3, list ignored"
    POOL
    SGIR    0x00000006
    SENT    "empty list"
    POOL
    SGIR    0x03ff0006
    GET4    GICD + 0x200, "~filter 3: "
    bl      clear
    POOL
    // One pending state for each sender.
    SGIR    0x00010005
    SGIR    0x00010005, 3
    SGIR    0x00010005, 1
    SGIR    0x00010005, 1
    SGIR    0x00030004, 2
    GET4    GICD + 0xf24
    POOL
    PUTB    GICD + 0x405, 0x40
    ldr     x0, =GICC_IAR
    ACK     "5"
    GET     GICD + 0xf24
    ldr     x0, =GICC_IAR
    ldr     w1, [x0, #12]
    SHOW    "~HPPIR", x1
    ACK     "5"
    ACK     "5"
    GET     GICD + 0x200
    ACK     "4"
    ACK     "none"
    GET4    GICD + 0xf24
    bl      clear
    POOL
    // The senders set and cleared by software, a byte at a time and a word.
    PUTB    GICD + 0xf25, 0x06
    GET     GICD + 0xf24
    GET     GICD + 0xf14
    GET     GICD + 0x200
    PUTB    GICD + 0xf15, 0x02
    GET     GICD + 0xf24
    ACK     "from 2"
    GET     GICD + 0xf24
    PUT     GICD + 0xf24, 0x08040201
    GET     GICD + 0xf24
    PUT     GICD + 0xf14, 0x00040200
    GET     GICD + 0xf24
    GET     GICD + 0x200
    bl      clear
    PUT     GICD + 0xf24, -1
    GET4    GICD + 0xf24, "~all: "
    bl      clear
    POOL
    // ISPENDR and ICPENDR do not touch SGIs, nor ICENABLER.
    PUT     GICD + 0x200, 0xffff
    GET     GICD + 0x200
    PUT     GICD + 0x180, 0xffff
    GET     GICD + 0x100
    SGIR    0x00010003, 1
    PUT     GICD + 0x280, 0xffff
    GET     GICD + 0x200
    ACK     "3 by 1"
    // Each CPU takes its own, waiting for it.
    SGIR    0x010f0009
    RUN_ON  1, take
    mov     x21, x0
    RUN_ON  2, take
    mov     x22, x0
    RUN_ON  3, take
    SHOW    "9 by 0, at 1 2 3", x21, x22, x0
    POOL
    START_ON 1, take
    START_ON 2, take
    START_ON 3, take
    SGIR    0x010f000a
    WAIT_ON 1
    mov     x21, x0
    WAIT_ON 2
    mov     x22, x0
    WAIT_ON 3
    SHOW    "10 by 0, at 1 2 3", x21, x22, x0
    RUN_ON  3, answer
    bl      take
    SHOW    "11 by 3", x0
    DONE
    .ltorg

answer:
    ldr     x1, =GICD + 0xf00
    ldr     w2, =0x0001000b
    str     w2, [x1]
    mov     x0, #0
    ret
take:
    ldr     x1, =GICC_IAR
1:  wfi
    ldr     w0, [x1]
    and     w2, w0, #0x3ff
    cmp     w2, #1020
    b.hs    1b
    str     w0, [x1, #4]
    ret

clear_one:
    ldr     x1, =GICD + 0xf10
    mov     w2, #-1
    str     w2, [x1]
    str     w2, [x1, #4]
    str     w2, [x1, #8]
    str     w2, [x1, #12]
    ret
clear:
    str     x30, [sp, #-16]!
    bl      clear_one
    RUN_ON  1, clear_one
    RUN_ON  2, clear_one
    RUN_ON  3, clear_one
    ldr     x30, [sp], #16
    ret
    .ltorg
GIC2_CODE
SMP_CODE
