// SPDX-License-Identifier: MIT
//
// Exceptions in exception handlers: handlers that fault again a given number
// of times, each keeping ELR and SPSR on the stack. Each level logs vector,
// ESR, ELR and SPSR at entry, and ESR (by then the inner one's), ELR and
// SPSR before its return.
#include "check.inc"
#include "sys.inc"

.text
.global t_main
t_main:
    mrs     x18, vbar_el1
    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    mov     x19, sp
    sub     x19, x19, #0x800
    msr     sp_el0, x19
    TITLE   "EL1h"
    mov     x28, #6
    LA      x27, log
    msr     nzcv, xzr
    brk     #0x77
    bl      show_log
    TITLE   "EL1t"
    mov     x28, #5
    LA      x27, log
    SET_F   5
    msr     spsel, #0
    svc     #0x99
    msr     spsel, #1
    bl      show_log
    SHOW    "flags and DAIF are as before", f
    mrs     x0, daif
    SHOW    "daif", x0
    // From EL0: the first by 0x400, the rest by 0x200.
    TITLE   "EL0"
    mov     x28, #4
    LA      x27, log
    adr     x0, 1f
    msr     elr_el1, x0
    adr     x29, 2f
    mov     x0, #(6 << 28)
    msr     spsr_el1, x0
    eret
1:  ldr     x0, [x19]               // EL1's memory
    svc     #0x66
2:  bl      show_log
    msr     vbar_el1, x18
    isb
    DONE

show_log:
    mov     x26, x30
    LA      x20, log
1:  ldp     x0, x1, [x20], #16
    ldp     x2, x3, [x20], #16
    SHOW    "log", x0, x1, x2, x3
    cmp     x20, x27
    b.ne    1b
    ret     x26

// x21 = vector, x27 = where to log, x28 = faults still to make.
handler:
    bl      add_log
    lsr     x25, x22, #26
    mov     w26, #0x56000000
    movk    w26, #0x66
    cmp     w22, w26                // end of the piece at EL0
    b.eq    9f
    stp     x23, x24, [sp, #-32]!
    str     x25, [sp, #16]
    subs    x28, x28, #1
    b.eq    3f
    tbnz    x28, #0, 1f
    msr     daifclr, #9
    cmp     x28, x28                // Z and C
    udf     #1
    b       3f
1:  cmn     xzr, xzr
    ldr     x25, =T_NONE + 8
    str     x25, [x25]
3:  ldr     x25, [sp, #16]
    ldp     x23, x24, [sp], #32
    cmp     x25, #0x15              // SVC goes on by itself
    b.eq    4f
    add     x23, x23, #4
4:  msr     elr_el1, x23
    msr     spsr_el1, x24
    mov     x21, #-1
    bl      add_log
    eret
9:  msr     elr_el1, x29
    mov     x24, #0x3c5
    msr     spsr_el1, x24
    eret

add_log:
    mrs     x22, esr_el1
    mrs     x23, elr_el1
    mrs     x24, spsr_el1
    mov     w26, #0x03df
    movk    w26, #0xf0f0, lsl #16
    and     x26, x24, x26
    stp     x21, x22, [x27], #16
    stp     x23, x26, [x27], #16
    ret
    .ltorg

// X30 is free: no function calls are open when exceptions come.
.macro V off
    .balign 128
    mov     x21, #\off
    b       handler
.endm
    .balign 2048
vectors:
    .irp    off, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
    V       \off
    .endr
    .irp    off, 0x400, 0x480, 0x500, 0x580, 0x600, 0x680, 0x700, 0x780
    V       \off
    .endr
.bss
    .balign 16
log:
    .skip   4096
