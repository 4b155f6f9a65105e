// SPDX-License-Identifier: MIT
//
// SGIs of a GICv3 with eight CPUs: every form of a target list, all but the
// sender, by CPU 0 and by another, by each of the three registers and to both
// groups; pending only where sent; taken around a ring of eight.
//@ smp 8
// With one Security state ICC_SGI1R reaches group 0 too (docs/DEVICES.md).
//> ~SGI1R, group 0: CPUs that have it 00000000000000ff
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

#define ICC_ASGI1R s3_0_c12_c11_6

// What is pending at CPUs 0 to 7; then nothing is. A function: see PENDING.
.macro PENDING text, pre
    bl      pending
    SHOW    "\pre\text", x1, x2, x3, x4, x5, x6, x7, x8
.endm
// @reg = @v; shows who has what.
.macro SEND text, v, reg=ICC_SGI1R, pre
    ldr     x0, =\v
    msr     \reg, x0
    isb
    PENDING "\text", \pre
.endm

.text
.global t_main
t_main:
    GIC_INIT
    mov     x20, #1
1:  mov     x0, x20
    mov     x1, x20
    bl      s_on
    mov     x0, x20
    LA      x1, s_gic
    bl      s_start
    mov     x0, x20
    bl      s_wait
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    1b
    PENDING "none"
    SEND    "1", 1 << 24 | 0x01
    SEND    "2", 2 << 24 | 0x02
    SEND    "80", 3 << 24 | 0x80
    SEND    "aa", 15 << 24 | 0xaa
    SEND    "ff", 7 << 24 | 0xff
    SEND    "ff00: nobody", 7 << 24 | 0xff00
    SEND    "ffff", 7 << 24 | 0xffff
    SEND    "empty list", 7 << 24
    POOL
    SEND    "aff1", 7 << 24 | 1 << 16 | 0xffff
    SEND    "aff2", 7 << 24 | 1 << 32 | 0xffff
    SEND    "aff3", 7 << 24 | 1 << 48 | 0xffff
    SEND    "all but 0", 9 << 24 | 1 << 40
    SEND    "all but 0, list ignored", 9 << 24 | 1 << 40 | 0xff | 1 << 16
    RUN_ON  5, send, 10 << 24 | 1 << 40
    PENDING "all but 5"
    RUN_ON  5, send, 11 << 24 | 0x31
    PENDING "by 5 to 0 4 5"
    POOL
    // Two of one kind are one; those of two CPUs too.
    ldr     x0, =12 << 24 | 8
    msr     ICC_SGI1R, x0
    msr     ICC_SGI1R, x0
    RUN_ON  4, send, 12 << 24 | 8
    RUN_ON  4, send, 13 << 24 | 8
    PENDING "12 thrice, 13"
    SEND    "SGI0R, group 1", 4 << 24 | 0xff, ICC_SGI0R
    SEND    "ASGI1R, group 1", 4 << 24 | 0xff, ICC_ASGI1R
    // 4 becomes group 0 on odd CPUs.
    ldr     x0, =GICR_SGI + 0x20080
    mov     w1, #~0x10
    .rept   4
    str     w1, [x0]
    add     x0, x0, #0x40, lsl #12
    .endr
    SEND    "SGI0R, odd are group 0", 4 << 24 | 0xff, ICC_SGI0R
    SEND    "ASGI1R, odd are group 0", 4 << 24 | 0xff, ICC_ASGI1R
    SEND    "SGI0R, all but 0", 4 << 24 | 1 << 40, ICC_SGI0R
    SEND    "SGI1R to the even", 4 << 24 | 0x55, ICC_SGI1R
    POOL
    ldr     x0, =GICR_SGI + 0x20080
    mov     w1, #-1
    .rept   4
    str     w1, [x0]
    add     x0, x0, #0x40, lsl #12
    .endr
    // 12 becomes group 0 everywhere.
    mov     w1, #0xefff
    bl      groups
    ldr     x0, =12 << 24 | 0xff
    msr     ICC_SGI1R, x0
    isb
    bl      pending
    mov     x10, #0
    .irp    r, 8, 7, 6, 5, 4, 3, 2, 1
    ubfx    x9, x\r, #12, #1
    orr     x10, x9, x10, lsl #1
    .endr
    SHOW    "~SGI1R, group 0: CPUs that have it", x10
    mov     w1, #-1
    bl      groups
    // Around: each waits for an SGI of the one before, whose INTID counts
    // laps, and sends on.
    POOL
    PUT     GICR_SGI + 0x100, 0xffff
    mov     x20, #1
5:  mov     x0, x20
    LA      x1, ring
    bl      s_start
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    5b
    ldr     x0, =1 << 24 | 2
    msr     ICC_SGI1R, x0
    isb
    mov     x0, #0
    bl      ring
    mov     x28, x0
    mov     x20, #1
6:  mov     x0, x20
    bl      s_wait
    lsl     x28, x28, #4
    orr     x28, x28, x0
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    6b
    SHOW    "laps of each", x28
    PENDING "at the end"
    DONE
    .ltorg

send:
    msr     ICC_SGI1R, x1
    isb
    ret

// x1 to x8 = pending of each CPU, which is cleared.
pending:
    ldr     x0, =GICR_SGI + 0x200
    mov     w9, #-1
    .irp    r, 1, 2, 3, 4, 5, 6, 7, 8
    ldr     w\r, [x0]
    str     w9, [x0, #0x80]
    add     x0, x0, #0x20, lsl #12
    .endr
    ret

// IGROUPR0 of all = w1.
groups:
    ldr     x0, =GICR_SGI + 0x80
    mov     w2, #8
1:  str     w1, [x0]
    add     x0, x0, #0x20, lsl #12
    subs    w2, w2, #1
    b.ne    1b
    ret

// x0 = CPU; x0 becomes laps in which the right INTID came.
ring:
    mov     x1, #1
    add     x2, x0, #1
    and     x2, x2, #7
    lsl     x2, x1, x2              // who is next
    mov     x3, #0
1:  wfi
    mrs     x4, ICC_IAR1
    cmp     x4, #1023
    b.eq    1b
    msr     ICC_EOIR1, x4
    isb
    cmp     x4, x1
    cinc    x3, x3, eq
    mov     x5, x1
    cbnz    x0, 2f
    add     x5, x5, #1              // CPU 0 begins the next lap
    cmp     x5, #15
    b.hi    3f
2:  orr     x6, x2, x5, lsl #24
    msr     ICC_SGI1R, x6
    isb
3:  add     x1, x1, #1
    cmp     x1, #15
    b.ls    1b
    mov     x0, x3
    ret
    .ltorg
GIC_CODE
SMP_CODE
SMP_GIC_CODE
