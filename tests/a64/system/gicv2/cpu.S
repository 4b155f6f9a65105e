// SPDX-License-Identifier: MIT
//
// The CPU interface of a GICv2: each CPU's own mask, acknowledge, running
// priority, pre-emption, both groups with and without AckCtl, aliased
// registers, EOImode, FIQEn; SPIs to each and to several CPUs; a level.
//@ smp 2
//@ gic 2
// Differences of QEMU: docs/DEVICES.md, "GICv2".
//> ~HPPIR behind the mask 000000000000002a
//> ~pre-emption inside a group priority: IAR 00000000000003ff
//> ~below the mask, group 1: IAR 00000000000003ff
//> ~group 1: HPPIR AHPPIR 00000000000003fe 000000000000002b
//> ~AIAR 000000000000002b 00000000000000a0
//> ~AEOIR 00000000000000ff
//> ~AIAR of group 0 00000000000003ff
//> ~HPPIR with the group off 00000000000003ff
//> ~HPPIR with the group off 00000000000003ff
//> ~HPPIR with the group off 00000000000003ff
//> ~active after GICC_DIR of another CPU 0000000000000000
//> ~one pending state: IAR of 0 and of 1 000000000000002a 00000000000003ff
#include "check.inc"
#include "gic.inc"
#include "smp.inc"
#include "gic2.inc"

.set RTC, 0x09010000

.macro OFF text
    ldr     x0, =GICC
    ldr     w1, [x0, #0x14]
    ldr     w2, [x0, #0x18]
    isb
    mrs     x3, isr_el1
    SHOW    "\text: RPR ISR", x1, x3
    SHOW    "~HPPIR with the group off", x2
.endm
.macro STATE text
    ldr     x0, =GICC
    ldr     w1, [x0, #0x14]
    ldr     w2, [x0, #0x18]
    isb
    mrs     x3, isr_el1
    SHOW    "\text: RPR HPPIR ISR", x1, x2, x3
.endm
.macro IAR text
    ldr     x0, =GICC
    ldr     w1, [x0, #0x0c]
    ldr     w2, [x0, #0x14]
    isb
    mrs     x3, isr_el1
    SHOW    "\text: IAR RPR ISR", x1, x2, x3
.endm
.macro EOIR id, text
    PUT     GICC + 0x10, \id
    ldr     x0, =GICC
    ldr     w1, [x0, #0x14]
    isb
    mrs     x3, isr_el1
    SHOW    "EOIR \id: RPR ISR", x1, x3
.endm
.macro ACTIVE
    GET     GICD + 0x204
    GET     GICD + 0x304
.endm
.macro SPI bits
    PUT     GICD + 0x204, \bits
.endm

.text
.global t_main
t_main:
    bl      gic2_init
    SMP_ON  1
    RUN_ON  1, gic2_init
    PUT     GICD + 0x828, 0x01010101    // 40 to 43 to CPU 0
    PUT     GICD + 0x428, 0xa0406020    // 0x20, 0x60, 0x40, 0xa0
    PUT     GICD + 0xc08, 0xaaaaaaaa
    PUT     GICD + 0x084, 0
    PUT     GICD + 0x104, 0xf00
    GET     GICC
    GET     GICC + 4
    GET     GICC + 0xfc
    STATE   "idle"
    IAR     "idle"
    POOL
    TITLE   "priorities"
    SPI     0x600                       // 41: 0x60, 42: 0x40
    STATE   "41 and 42"
    IAR     "42"
    ACTIVE
    STATE   "42 runs"
    IAR     "41 has to wait"
    SPI     0x100
    STATE   "40"
    IAR     "40 pre-empts"
    EOIR    40
    EOIR    42
    IAR     "41"
    EOIR    41
    ACTIVE
    POOL
    TITLE   "mask"
    SPI     0x400
    PUT     GICC + 4, 0x40
    ldr     x0, =GICC
    ldr     w1, [x0, #0x18]
    SHOW    "~HPPIR behind the mask", x1
    IAR     "of equal priority"
    PUT     GICC + 4, 0x41
    GET     GICC + 4
    STATE   "just above"
    IAR     "42"
    EOIR    42
    PUT     GICC + 4, 0xff
    // The mask of CPU 1 is its own.
    WR_ON   1, GICC + 4, 0x30
    RD_ON   1, GICC + 4
    mov     x20, x0
    GET     GICC + 4
    SHOW    "of CPU 1", x20
    WR_ON   1, GICC + 4, 0xff
    POOL
    TITLE   "binary point"
    PUT     GICC + 8, 5                 // groups of 64
    GET     GICC + 8
    SPI     0x200                       // 0x60
    IAR     "41"
    SPI     0x400                       // 0x40: the same group
    isb
    ldr     x0, =GICC
    ldr     w1, [x0, #0x0c]
    SHOW    "~pre-emption inside a group priority: IAR", x1
    cmp     x1, #42
    b.ne    1f
    EOIR    42
    SPI     0x400
1:  SPI     0x100                       // 0x20: another
    STATE   "0x20"
    PUT     GICD + 0x284, 0x100
    EOIR    41
    IAR     "42"
    GET     GICC + 0xd0
    EOIR    42
    PUT     GICC + 8, 0
    GET     GICC + 8
    PUT     GICC + 0x1c, 0
    GET     GICC + 0x1c
    POOL
    TITLE   "group 1"
    PUT     GICD + 0x084, 0x800         // 43
    SPI     0x800
    isb
    mrs     x3, isr_el1
    SHOW    "ISR", x3
    PUT     GICC + 4, 0x80
    ldr     x0, =GICC
    ldr     w1, [x0, #0x0c]
    SHOW    "~below the mask, group 1: IAR", x1
    PUT     GICC + 4, 0xff
    IAR     "without AckCtl"
    ldr     x0, =GICC
    ldr     w1, [x0, #0x18]
    ldr     w2, [x0, #0x28]
    SHOW    "~group 1: HPPIR AHPPIR", x1, x2
    PUT     GICC, 7                     // AckCtl
    GET     GICC
    STATE   "with"
    IAR     "43"
    EOIR    43
    PUT     GICC, 3
    SPI     0x800
    ldr     x0, =GICC
    ldr     w1, [x0, #0x20]
    ldr     w2, [x0, #0x14]
    SHOW    "~AIAR", x1, x2
    PUT     GICC + 0x24, 43
    ldr     x0, =GICC
    ldr     w2, [x0, #0x14]
    SHOW    "~AEOIR", x2
    PUT     GICD + 0x284, 0x800
    SPI     0x100
    ldr     x0, =GICC
    ldr     w1, [x0, #0x20]
    SHOW    "~AIAR of group 0", x1
    IAR     "40"
    EOIR    40
    POOL
    TITLE   "FIQ"
    PUT     GICC, 0xf
    SPI     0x100
    STATE   "group 0"
    SPI     0x800
    STATE   "both"
    IAR     "40"
    EOIR    40
    STATE   "group 1"
    IAR     "43"
    EOIR    43
    POOL
    TITLE   "enables"
    PUT     GICC, 6                     // group 0 off
    SPI     0x100
    OFF     "40"
    PUT     GICC, 7
    STATE   "on"
    PUT     GICD, 2
    OFF     "off in the distributor"
    PUT     GICD, 1
    IAR     "on"
    EOIR    40
    SPI     0x800
    OFF     "group 1 off in the distributor"
    PUT     GICD, 3
    IAR     "on"
    EOIR    43
    PUT     GICD + 0x084, 0
    POOL
    TITLE   "EOImode"
    PUT     GICC, 0x203
    GET     GICC
    SPI     0x100
    IAR     "40"
    EOIR    40
    ACTIVE
    SPI     0x100
    IAR     "active still"
    PUT     GICC_DIR, 40
    ACTIVE
    IAR     "40"
    EOIR    40
    // Deactivated by another CPU.
    WR_ON   1, GICC, 0x203
    WR_ON   1, GICC_DIR, 40
    ldr     x0, =GICD + 0x304
    ldr     w1, [x0]
    SHOW    "~active after GICC_DIR of another CPU", x1
    PUT     GICC_DIR, 40
    ACTIVE
    WR_ON   1, GICC, 3
    PUT     GICC, 3
    POOL
    TITLE   "targets"
    PUTB    GICD + 0x828, 2
    SPI     0x100
    STATE   "40 to CPU 1"
    RD_ON   1, GICC_IAR
    SHOW    "IAR of 1", x0
    WR_ON   1, GICC_EOIR, 40
    ACTIVE
    PUTB    GICD + 0x828, 1
    SPI     0x100
    RD_ON   1, GICC_IAR
    SHOW    "IAR of 1", x0
    IAR     "40 to CPU 0"
    EOIR    40
    POOL
    PUTB    GICD + 0x82a, 3
    SPI     0x400
    RUN_ON  1, isr
    mov     x20, x0
    isb
    mrs     x0, isr_el1
    SHOW    "to both: ISR of 0 and 1", x0, x20
    ldr     x0, =GICC
    ldr     w20, [x0, #0x0c]
    RD_ON   1, GICC_IAR
    SHOW    "~one pending state: IAR of 0 and of 1", x20, x0
    WR_ON   1, GICC_EOIR, 42
    EOIR    42
    PUT     GICD + 0x284, 0x400
    ACTIVE
    POOL
    TITLE   "alarm"
    PUT     GICD + 0xc08, 0
    PUTB    GICD + 0x422, 0xa0
    PUTB    GICD + 0x822, 2
    PUT     GICD + 0x104, 4
    ldr     x1, =RTC
    mov     w0, #1
    str     w0, [x1, #0x10]
2:  ldr     w0, [x1]
    str     w0, [x1, #4]
    ldr     w0, [x1, #0x14]
    cbz     w0, 2b
    RD_ON   1, GICC_IAR
    SHOW    "IAR of 1", x0
    ACTIVE
    WR_ON   1, GICC_EOIR, 34
    RUN_ON  1, isr
    SHOW    "high still: ISR of 1", x0
    ACTIVE
    RD_ON   1, GICC_IAR
    ldr     x1, =RTC
    mov     w0, #1
    str     w0, [x1, #0x1c]
    WR_ON   1, GICC_EOIR, 34
    RUN_ON  1, isr
    SHOW    "low: ISR of 1", x0
    ACTIVE
    DONE
    .ltorg

isr:
    isb
    mrs     x0, isr_el1
    ret
    .ltorg
GIC2_CODE
SMP_CODE
