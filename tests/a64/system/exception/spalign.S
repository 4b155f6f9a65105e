// SPDX-License-Identifier: MIT
//
// SP alignment: EC 0x26 for every access whose base is SP while SP is not a
// multiple of 16 and SCTLR_EL1.SA or SA0 is set, before any abort of the
// access; arithmetic on SP is free.
//@ noqemu QEMU does not check the alignment of SP
//> ldr x0, [sp] 0000000000000200 000000009a000000 000000000000dead
//> str x0, [sp, #8] 0000000000000200 000000009a000000 000000000000dead
//> ldp x0, x1, [sp], #16 0000000000000200 000000009a000000 000000000000dead
//> ldr q0, [sp] 0000000000000200 000000009a000000 000000000000dead
//> ld1 {v0.16b}, [sp] 0000000000000200 000000009a000000 000000000000dead
//> add x1, sp, #4 ffffffffffffffff 0000000000000000 0000000000000000
//> str x0, [sp] 0000000000000200 000000009a000000 000000000000dead
//> SA=0
//> ldr x0, [sp] ffffffffffffffff 0000000000000000 0000000000000000
//> EL0: ldr x0, [sp] 0000000000000400 000000009a000000 000000000000dead
//> EL0: ldr x0, [sp, #8] 0000000000000400 000000009a000000 000000000000dead
//> aligned again
//> EL0: ldr x0, [sp] ffffffffffffffff 0000000000000000 0000000000000000
#include "check.inc"
#include "sys.inc"

// At EL1 with SP off by @n: SHOW needs the true one.
.macro SPX insn, n=8
    bl      sys_clear
    adr     x29, .Lx\@
    bl      sys_resume
    add     sp, sp, #\n
    \insn
.Lx\@:
    mov     sp, x28
    SYS_SHORT "\insn"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    sub     sp, sp, #0x400
    mov     x28, sp
    mrs     x27, sctlr_el1
    SPX     "ldr x0, [sp]"
    SPX     "str x0, [sp, #8]", 4
    SPX     "ldp x0, x1, [sp], #16", 1
    SPX     "stp x0, x1, [sp, #-16]!", 2
    SPX     "ldr q0, [sp]"
    SPX     "ld1 {v0.16b}, [sp]"
    SPX     "ldxr x0, [sp]"
    SPX     "swp x0, x1, [sp]"
    SPX     "ldar x0, [sp]"
    SPX     "ldr x0, [sp, x1]"
    SPX     "ldrb w0, [sp]"
    SPX     "stur w0, [sp, #-4]"
    SPX     "prfm pldl1keep, [sp]"
    SPX     "ldr x0, 1f; 1: nop"
    SPX     "add x1, sp, #4"
    SPX     "sub sp, sp, #4"
    SPX     "ldr x0, [sp]", 16
    // The check comes before the abort.
    TITLE   "unmapped"
    bl      sys_clear
    adr     x29, 1f
    bl      sys_resume
    ldr     x1, =T_NONE + 8
    mov     sp, x1
    str     x0, [sp]
1:  mov     sp, x28
    SYS_SHORT "str x0, [sp]"
    TITLE   "SA=0"
    bic     x0, x27, #8
    msr     sctlr_el1, x0
    isb
    SPX     "ldr x0, [sp]"
    SPX     "ldp x0, x1, [sp], #16", 4
    msr     sctlr_el1, x27
    isb
    TITLE   "EL0"
    ldr     x26, =T_EL0_RW + 0x100
    add     x0, x26, #8
    msr     sp_el0, x0
    E0      "ldr x0, [sp]"
    E0      "ldr x0, [sp, #8]"
    E0      "str q0, [sp], #16"
    E0      "mov x0, sp"
    SHOW    "x0", x0
    bic     x0, x27, #16            // SA0
    msr     sctlr_el1, x0
    isb
    E0      "ldr x0, [sp]"
    msr     sctlr_el1, x27
    isb
    E0      "ldr x0, [sp]"
    TITLE   "aligned again"
    msr     sp_el0, x26
    E0      "ldr x0, [sp]"
    E0      "add sp, sp, #4; nop; ldr x0, [sp]"
    mrs     x0, sp_el0
    SHOW    "sp", x0
    DONE
SYS_CODE
    .ltorg
