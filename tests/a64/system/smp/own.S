// SPDX-License-Identifier: MIT
//
// What belongs to each CPU stays there while turns change: translation
// tables (the same address and ASID, other memory and other code on each
// CPU, one CPU with the MMU off), rounding and flags of FP, stack pointers,
// thread registers, flags and vectors of exceptions.
//@ smp 4
//> same address, other memory 0000000000009c40 0000000000009c41 0000000000009c42 0000000000009c43
//> same address, other code 0000000000000000 0000000000000000 0000000000000000 0000000000000000
//> registers 0000000000000000 0000000000000000 0000000000000000 0000000000000000
#include "check.inc"
#include "smp.inc"

.set ROUNDS, 40000
.set VA, 0x80000000             // GiB 2 of the tables: each CPU's own
.set BLOCK, 1 | 3 << 8 | 1 << 10

// CPUs 0 to 3 do @fn; x20 to x23 = results.
.macro ALL4 fn, arg=0
    START_ON 1, \fn, \arg
    START_ON 2, \fn, \arg
    START_ON 3, \fn, \arg
    mov     x0, #0
    ldr     x1, =\arg
    bl      \fn
    mov     x20, x0
    WAIT_ON 1
    mov     x21, x0
    WAIT_ON 2
    mov     x22, x0
    WAIT_ON 3
    mov     x23, x0
.endm

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    // Tables: all of RAM as it was, and 2 MiB blocks 32 MiB up for VA.
    LA      x10, tables
    LA      x11, t_l1
    mov     x12, #0
    ldr     x13, =0x42000000
1:  ldp     x14, x15, [x11]
    stp     x14, x15, [x10]
    ldr     x14, [x11, #24]
    str     x14, [x10, #24]
    add     x16, x10, #0x1000
    orr     x17, x16, #3
    str     x17, [x10, #16]
    ldr     x17, =BLOCK
    add     x17, x17, x13
    str     x17, [x16]
    str     x12, [x13]
    // The code there returns CPU + 0x100.
    ldr     w17, =0xd2802000        // mov x0, #0x100
    orr     w17, w17, w12, lsl #5
    str     w17, [x13, #0x1000]
    ldr     w17, =0xd65f03c0
    str     w17, [x13, #0x1004]
    add     x10, x10, #0x2000
    add     x13, x13, #0x200, lsl #12
    add     x12, x12, #1
    cmp     x12, #4
    b.ne    1b
    dsb     ish
    ALL4    own_tables
    SHOW    "same address, other memory", x20, x21, x22, x23
    ALL4    own_code
    SHOW    "same address, other code", x20, x21, x22, x23
    b       1f
    .ltorg
1:
    // CPU 2 without MMU, at physical addresses.
    RUN_ON  2, mmu_off
    ALL4    own_memory
    SHOW    "with and without MMU", x20, x21, x22, x23
    RUN_ON  2, mmu_on
    ALL4    fp
    SHOW    "FP: sums", x20, x21, x22, x23
    LA      x1, fpsrs
    ldp     x20, x21, [x1]
    ldp     x22, x23, [x1, #16]
    SHOW    "FP: flags", x20, x21, x22, x23
    ALL4    registers
    SHOW    "registers", x20, x21, x22, x23
    DONE
    .ltorg

own_tables:
    LA      x2, tables
    add     x2, x2, x0, lsl #13
    msr     ttbr0_el1, x2
    isb
    ldr     x2, =VA
    ldr     x3, =ROUNDS
1:  ldr     x4, [x2]
    add     x4, x4, #1
    str     x4, [x2]
    subs    x3, x3, #1
    b.ne    1b
    ldr     x0, [x2]
    ret
own_code:
    stp     x29, x30, [sp, #-16]!
    ldr     x2, =VA + 0x1000
    ldr     x3, =ROUNDS
    add     x5, x0, #0x100
    mov     x6, #0
1:  blr     x2
    cmp     x0, x5
    cinc    x6, x6, ne
    subs    x3, x3, #1
    b.ne    1b
    mov     x0, x6
    ldp     x29, x30, [sp], #16
    ret

mmu_off:
    str     x30, [sp, #-16]!
    bl      t_mmu_off
    ldr     x30, [sp], #16
    ret
mmu_on:
    str     x30, [sp, #-16]!
    bl      t_mmu_on
    ldr     x30, [sp], #16
    ret
// Through VA, or at the physical address on CPU 2.
own_memory:
    ldr     x2, =VA
    ldr     x4, =0x42400000
    cmp     x0, #2
    csel    x2, x4, x2, eq
    ldr     x3, =ROUNDS
1:  ldr     x4, [x2, #8]
    add     x4, x4, #2
    str     x4, [x2, #8]
    subs    x3, x3, #1
    b.ne    1b
    ldr     x0, [x2, #8]
    ret

// Sums of 1 / 3, each CPU with a rounding of its own and with other flags.
fp:
    lsl     x2, x0, #22
    msr     fpcr, x2
    msr     fpsr, xzr
    fmov    d0, #1.0
    fmov    d1, #3.0
    fmov    d2, xzr
    cmp     x0, #2
    b.lo    1f
    fmov    d1, #4.0                // exact on CPU 2 and 3
1:  ldr     x3, =ROUNDS
2:  fdiv    d3, d0, d1
    fadd    d2, d2, d3
    subs    x3, x3, #1
    b.ne    2b
    cmp     x0, #3
    b.ne    3f
    fmov    d1, xzr                 // division by zero on CPU 3
    fdiv    d3, d0, d1
3:  mrs     x4, fpsr
    msr     fpcr, xzr
    LA      x5, fpsrs
    str     x4, [x5, x0, lsl #3]
    fmov    x0, d2
    ret

// Registers with a number of their own, over several turns.
registers:
    add     x2, x0, #0x340
    msr     tpidr_el0, x2
    msr     tpidr_el1, x2
    msr     contextidr_el1, x2
    msr     sp_el0, x2
    msr     elr_el1, x2
    msr     far_el1, x2
    lsl     x6, x0, #28
    dup     v7.2d, x2
    mov     x5, sp
    ldr     x3, =ROUNDS
    mov     x8, #0
1:  msr     nzcv, x6
    .rept   4
    nop
    .endr
    mrs     x7, nzcv
    eor     x9, x7, x6
    .irp    r, tpidr_el0, tpidr_el1, contextidr_el1, sp_el0, elr_el1, far_el1
    mrs     x7, \r
    eor     x7, x7, x2
    orr     x9, x9, x7
    .endr
    mov     x7, v7.d[1]
    eor     x7, x7, x2
    orr     x9, x9, x7
    mov     x7, sp
    eor     x7, x7, x5
    orr     x9, x9, x7
    orr     x8, x8, x9
    sub     x3, x3, #1
    cbnz    x3, 1b
    mov     x0, x8
    ret
    .ltorg
SMP_CODE
    .data
    .balign 4096
tables:
    .skip   4 * 0x2000
    .bss
    .balign 8
fpsrs:
    .skip   32
