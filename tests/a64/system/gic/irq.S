// SPDX-License-Identifier: MIT
//
// Interrupts taken: vectors, ELR at the instruction that unmasks, SPSR;
// PSTATE.I and F; group 0 as FIQ; preemption in a handler; from EL0; WFI
// with interrupts masked; none is taken twice.
#include "check.inc"
#include "gic.inc"

// x1 = vector: logs vector, IAR, ELR - base, SPSR; ends the interrupt.
.text
hook:
    mov     x9, x30
    LA      x2, log_at
    ldr     x3, [x2]
    mrs     x4, elr_el1
    LA      x5, base
    ldr     x5, [x5]
    sub     x4, x4, x5
    mrs     x5, spsr_el1
    mov     w6, #0x03df
    movk    w6, #0xf0f0, lsl #16
    and     x5, x5, x6
    tbnz    x1, #8, 2f              // FIQ
    tbz     x1, #7, 9f              // synchronous: print
    mrs     x6, ICC_IAR1
    stp     x1, x6, [x3], #16
    stp     x4, x5, [x3], #16
    str     x3, [x2]
    LA      x7, in_handler
    ldr     x8, [x7]
    cbz     x8, 1f
    // Something more urgent while this one runs: nested if it is let in.
    str     xzr, [x7]
    mrs     x4, elr_el1
    mrs     x5, spsr_el1
    stp     x4, x5, [sp, #-64]!
    stp     x6, x9, [sp, #16]
    stp     x0, x1, [sp, #32]
    LA      x2, t_frame             // the frame is not for two: copy it
    LA      x3, frame_copy
    mov     x4, #32
3:  ldr     x5, [x2], #8
    str     x5, [x3], #8
    subs    x4, x4, #1
    b.ne    3b
    msr     ICC_SGI1R, x8
    isb
    LA      x2, vectors2
    mrs     x3, vbar_el1
    str     x3, [sp, #48]
    msr     vbar_el1, x2
    isb
    LA      x5, base
    adr     x4, 4f
    ldr     x10, [x5]
    str     x4, [x5]
4:  msr     daifclr, #2
    nop
    msr     daifset, #2
    str     x10, [x5]
    ldr     x3, [sp, #48]
    msr     vbar_el1, x3
    isb
    LA      x3, t_frame
    LA      x2, frame_copy
    mov     x4, #32
5:  ldr     x5, [x2], #8
    str     x5, [x3], #8
    subs    x4, x4, #1
    b.ne    5b
    ldp     x0, x1, [sp, #32]
    ldp     x6, x9, [sp, #16]
    ldp     x4, x5, [sp], #64
    msr     elr_el1, x4
    msr     spsr_el1, x5
1:  msr     ICC_EOIR1, x6
    isb
    mov     x0, #1
    ret     x9
2:  mrs     x6, ICC_IAR0
    stp     x1, x6, [x3], #16
    stp     x4, x5, [x3], #16
    str     x3, [x2]
    msr     ICC_EOIR0, x6
    isb
    mov     x0, #1
    ret     x9
9:  mov     x0, #0
    ret     x9

// The vector for an interrupt inside the handler.
    .balign 2048
vectors2:
    .skip   0x280
    LA      x11, log_at
    ldr     x12, [x11]
    mrs     x13, ICC_IAR1
    mrs     x14, elr_el1
    LA      x15, base
    ldr     x15, [x15]
    sub     x14, x14, x15
    mrs     x15, ICC_RPR
    mov     x16, #0x1280
    stp     x16, x13, [x12], #16
    stp     x14, x15, [x12], #16
    str     x12, [x11]
    msr     ICC_EOIR1, x13
    isb
    eret

.macro BEGIN title
    TITLE   "\title"
    LA      x0, log_at
    LA      x1, log
    str     x1, [x0]
    LA      x0, base
    adr     x1, .Lb\@
    str     x1, [x0]
.Lb\@:
.endm
.macro SGI n
    ldr     x0, =\n << 24 | 1
    msr     ICC_SGI1R, x0
    isb
.endm

show_log:
    mov     x26, x30
    LA      x20, log
    LA      x27, log_at
    ldr     x27, [x27]
1:  cmp     x20, x27
    b.eq    2f
    ldp     x0, x1, [x20], #16
    ldp     x2, x3, [x20], #16
    SHOW    "log", x0, x1, x2, x3
    b       1b
2:  ret     x26

.global t_main
t_main:
    GIC_INIT
    PUT     GICR_SGI + 0x100, 0xffff
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    msr     nzcv, xzr
    BEGIN   "unmasked by DAIFClr"
    SGI     3
    nop
    msr     daifclr, #2
    nop
    nop
    msr     daifset, #2
    bl      show_log
    BEGIN   "by MSR DAIF"
    SGI     3
    mov     x1, #0x340
    msr     daif, x1
    nop
    msr     daifset, #15
    bl      show_log
    BEGIN   "by PMR"
    ICC     ICC_PMR, 0
    SGI     4
    msr     daifclr, #2
    nop
    mov     x1, #0xff
    msr     ICC_PMR, x1
    isb
    nop
    msr     daifset, #2
    bl      show_log
    BEGIN   "two"
    PUTB    GICR_SGI + 0x406, 0x30
    SGI     5
    SGI     6
    msr     daifclr, #2
    nop
    nop
    msr     daifset, #2
    bl      show_log
    BEGIN   "by ERET, to EL0 and back"
    SGI     7
    RUN_EL0 1f
    bl      show_log
    b       2f
1:  mov     x1, #1
    END_EL0
    .ltorg
2:  BEGIN   "EL1t"
    mov     x1, sp
    sub     x1, x1, #0x800
    msr     sp_el0, x1
    SGI     8
    msr     spsel, #0
    msr     daifclr, #2
    nop
    msr     daifset, #2
    msr     spsel, #1
    bl      show_log
    BEGIN   "FIQ"
    PUT     GICR_SGI + 0x080, 0xfffffdff
    ldr     x0, =9 << 24 | 1
    msr     ICC_SGI0R, x0
    isb
    mrs     x5, isr_el1
    msr     daifclr, #2             // not by I
    nop
    msr     daifset, #2
    msr     daifclr, #1
    nop
    msr     daifset, #1
    SHOW    "isr", x5
    bl      show_log
    BEGIN   "preemption"
    PUTB    GICR_SGI + 0x401, 0x10
    LA      x0, in_handler
    ldr     x1, =1 << 24 | 1
    str     x1, [x0]
    SGI     10
    msr     daifclr, #2
    nop
    msr     daifset, #2
    bl      show_log
    BEGIN   "no preemption by the same priority"
    LA      x0, in_handler
    ldr     x1, =11 << 24 | 1
    str     x1, [x0]
    SGI     10
    msr     daifclr, #2
    nop
    nop
    msr     daifset, #2
    bl      show_log
    BEGIN   "WFI ends although masked"
    SGI     12
    wfi
    mrs     x1, isr_el1
    mrs     x2, ICC_IAR1
    msr     ICC_EOIR1, x2
    SHOW    "isr, iar", x1, x2
    bl      show_log
    BEGIN   "none is left"
    msr     daifclr, #3
    nop
    msr     daifset, #3
    bl      show_log
    DONE
    .ltorg
GIC_CODE

.data
    .balign 8
log_at:
    .quad   0
base:
    .quad   0
in_handler:
    .quad   0
.bss
    .balign 16
frame_copy:
    .skip   512
log:
    .skip   4096
