// SPDX-License-Identifier: MIT
//
// The distributor of a GICv2 with four CPUs: identification, reset values,
// words, halfwords and bytes of each register, banked registers of the CPUs,
// targets and targets that are not there, what does not exist.
//@ smp 4
//@ gic 2
// Bits of CPUs that are not there are zero; QEMU keeps them.
//> ~ITARGETSR of 4 CPUs 000000000f050a0f
//> ~ITARGETSR by bytes 0000000003080100
// Each CPU configures and changes its own PPIs; in QEMU it is all of them.
//> ~GICD+0xc04 of 0 1 2 3 0000000000000000 00000000aaaaaaaa 00000000000000a0 0000000000000000
//> ~GICD+0x200 of 0 1 2 3 00000000f0000000 0000000000000000 0000000001000000 000000000f000000
//> ~GICD+0x200 of 0 1 2 3 0000000080000000 0000000000000000 0000000001000000 0000000001000000
#include "check.inc"
#include "gic.inc"
#include "smp.inc"
#include "gic2.inc"

// Loads of each width from @addr.
.macro WIDTHS addr, pre
    ldr     x0, =\addr
    ldr     w1, [x0]
    ldrh    w2, [x0]
    ldrh    w3, [x0, #2]
    ldrb    w4, [x0]
    ldrb    w5, [x0, #1]
    ldrb    w6, [x0, #2]
    ldrb    w7, [x0, #3]
    SHOW    "\pre\addr", x1, x2, x3, x4, x5, x6, x7
.endm
.macro PUTH addr, value
    ldr     x0, =\addr
    mov     w1, #\value
    strh    w1, [x0]
.endm

.text
.global t_main
t_main:
    msr     nzcv, xzr
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    GET     GICD
    GET     GICD + 4
    GET     GICD + 0xfe8
    .irp r, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0x420
    GET4    GICD + \r
    POOL
    .endr
    .irp r, 0x800, 0x804, 0x81c, 0x820, 0xc00, 0xc08, 0xf10, 0xf20
    GET4    GICD + \r
    POOL
    .endr
    PUT     GICD, 3
    GET     GICD
    PUT     GICD, 0
    // Each width.
    PUT     GICD + 0x104, 0x12345678
    WIDTHS  GICD + 0x104
    PUTB    GICD + 0x185, 0x50
    WIDTHS  GICD + 0x104
    PUTH    GICD + 0x186, 0x1030
    WIDTHS  GICD + 0x104
    PUTB    GICD + 0x107, 0xff
    WIDTHS  GICD + 0x184
    PUT     GICD + 0x184, -1
    POOL
    ldr     x0, =GICD + 0x840           // 64 to 95 need targets in QEMU
    ldr     w1, =0x01010101
    mov     x2, #8
1:  str     w1, [x0], #4
    subs    x2, x2, #1
    b.ne    1b
    PUT     GICD + 0x208, 0x87654321
    WIDTHS  GICD + 0x208
    PUTB    GICD + 0x28a, 0x60
    WIDTHS  GICD + 0x288
    PUT     GICD + 0x288, -1
    WIDTHS  GICD + 0x208
    PUT     GICD + 0x30c, 0x0ff00ff0
    PUTB    GICD + 0x38d, 0x0f
    WIDTHS  GICD + 0x30c
    PUT     GICD + 0x38c, -1
    PUT     GICD + 0x084, 0x11223344
    PUTB    GICD + 0x086, 0xff
    WIDTHS  GICD + 0x084
    PUTH    GICD + 0x084, 0x5566
    WIDTHS  GICD + 0x084
    POOL
    PUT     GICD + 0x424, 0x01fe8040
    WIDTHS  GICD + 0x424
    PUTB    GICD + 0x426, 0x33
    PUTH    GICD + 0x424, 0x7788
    WIDTHS  GICD + 0x424
    PUT     GICD + 0xc08, 0xa8a02080
    PUTB    GICD + 0xc09, 0xaa
    PUTH    GICD + 0xc0a, 0x0088
    WIDTHS  GICD + 0xc08
    POOL
    // Targets.
    PUT     GICD + 0x820, 0x0f050a0c
    WIDTHS  GICD + 0x820
    PUTB    GICD + 0x821, 0x04
    PUTH    GICD + 0x822, 0x0203
    WIDTHS  GICD + 0x820
    PUT     GICD + 0x824, 0xfff5faff
    ldr     x0, =GICD + 0x824
    ldr     w1, [x0]
    SHOW    "~ITARGETSR of 4 CPUs", x1
    PUTB    GICD + 0x824, 0xf0
    PUTB    GICD + 0x825, 0x31
    PUTB    GICD + 0x826, 0x88
    PUTB    GICD + 0x827, 0x43
    ldr     x0, =GICD + 0x824
    ldr     w1, [x0]
    SHOW    "~ITARGETSR by bytes", x1
    // Those of SGIs and PPIs say who reads, and cannot be written.
    PUT     GICD + 0x800, -1
    PUT     GICD + 0x81c, 0
    GET4    GICD + 0x800
    GET4    GICD + 0x81c
    POOL
    // Banked: each CPU has its own.
    WR_ON   1, GICD + 0x100, 0x11110000
    WR_ON   2, GICD + 0x100, 0x22220000
    WRB_ON  3, GICD + 0x103, 0x88
    GET4    GICD + 0x100
    WR_ON   2, GICD + 0x180, 0x02200000
    GET4    GICD + 0x100
    POOL
    WR_ON   1, GICD + 0x080, 0x12345678
    WRB_ON  2, GICD + 0x081, 0x99
    GET4    GICD + 0x080
    WR_ON   1, GICD + 0x404, 0x80604020
    WRB_ON  2, GICD + 0x406, 0x18
    WR_ON   3, GICD + 0x41c, 0xf0e0d0c0
    GET4    GICD + 0x404
    POOL
    GET4    GICD + 0x41c
    WR_ON   3, GICD + 0x300, 0x10000001
    WR_ON   1, GICD + 0x300, 0x20000002
    GET4    GICD + 0x300
    POOL
    WRB_ON  3, GICD + 0x383, 0xff
    GET4    GICD + 0x300
    PUT     GICD + 0xc04, 0
    WR_ON   1, GICD + 0xc04, 0xaaaaaaaa
    WR_ON   2, GICD + 0xc04, 0xa0
    WR_ON   3, GICD + 0xc04, 0
    POOL
    GET4    GICD + 0xc04, ~
    PUT     GICD + 0x200, 0xf0000000
    WR_ON   3, GICD + 0x200, 0x0f000000
    WRB_ON  2, GICD + 0x203, 1
    GET4    GICD + 0x200, ~
    POOL
    PUT     GICD + 0x280, 0x70000000
    WR_ON   3, GICD + 0x280, 0x0e000000
    GET4    GICD + 0x200, ~
    POOL
    // What is not there.
    .irp r, 0x0a4, 0x124, 0x1a4, 0x224, 0x324, 0x520, 0x920, 0xc48
    PUT     GICD + \r, -1
    GET     GICD + \r
    .endr
    POOL
    DONE
    .ltorg
GIC2_CODE
SMP_CODE
