// SPDX-License-Identifier: MIT
//
// PSCI by HVC and SMC: results, and that nothing but X0 changes. Numbers
// that nobody knows give -1. CPU_ON with one CPU.
//@ emu -smp 1
#include "check.inc"

// Calls with registers full of known values; prints X0 and a sum of the rest.
.macro CALL insn, fn, a1=0, a2=0, a3=0, pre
    .irp    n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    mov     x\n, #(\n * 0x111)
    .endr
    ldr     x0, =\fn
    ldr     x1, =\a1
    ldr     x2, =\a2
    ldr     x3, =\a3
    SET_F   9
    \insn   #0
    mrs     x30, nzcv
    add     x21, x1, x2, lsl #1
    add     x21, x21, x3, lsl #2
    .irp    n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    add     x21, x\n, x21, lsl #1
    .endr
    add     x21, x30, x21
    SHOW    "\pre\insn \fn \a1 \a2 \a3", x0, x21
.endm

.macro ALL insn, pre
    CALL    \insn, 0x84000000, 0, 0, 0, \pre    // VERSION
    CALL    \insn, 0xc4000000, 0, 0, 0, \pre    // no 64-bit form
    CALL    \insn, 0x84000006, 0, 0, 0, \pre    // MIGRATE_INFO_TYPE
    CALL    \insn, 0x84000005, 0, 0, 0, \pre    // MIGRATE
    CALL    \insn, 0x84000007, 0, 0, 0, \pre    // MIGRATE_INFO_UP_CPU
    CALL    \insn, 0x84000004, 0, 0, 0, \pre    // AFFINITY_INFO: me
    CALL    \insn, 0xc4000004, 0, 0, 0, \pre
    CALL    \insn, 0xc4000004, 1, 0, 0, \pre    // no such CPU
    CALL    \insn, 0xc4000004, 0x100, 0, 0, \pre
    CALL    \insn, 0xc4000004, 0xff00000000, 0, 0, \pre
    CALL    \insn, 0xc4000003, 0, 0x40080000, 7, \pre  // CPU_ON: on already
    CALL    \insn, 0x84000003, 0, 0x40080000, 7, \pre
    CALL    \insn, 0xc4000003, 1, 0x40080000, 7, \pre  // no such CPU
    CALL    \insn, 0xc4000003, 0x80000001, 0x40080000, 7, \pre
    CALL    \insn, 0xc4000003, 0x100000000, 0x40080000, 7, \pre
    // FEATURES of each
    .irp    f, 0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003
    CALL    \insn, 0x8400000a, \f, 0, 0, \pre
    .endr
    .irp    f, 0xc4000003, 0x84000004, 0xc4000004, 0x84000006, 0x84000008
    CALL    \insn, 0x8400000a, \f, 0, 0, \pre
    .endr
    .irp    f, 0x84000009, 0x8400000a, 0x84000007, 0xc4000000, 0x80000000
    CALL    \insn, 0x8400000a, \f, 0, 0, \pre
    .endr
    .irp    f, 0x8400000b, 0x8400000c, 0x8400000e, 0x84000010, 0x84000014
    CALL    \insn, 0x8400000a, \f, 0, 0, \pre
    .endr
    b       .Lall\@
    .ltorg
.Lall\@:
    // Not PSCI at all.
    CALL    \insn, 0, 1, 2, 3, \pre
    CALL    \insn, 1, 1, 2, 3, \pre
    CALL    \insn, -1, 1, 2, 3, \pre
    CALL    \insn, 0x80000000, 1, 2, 3, \pre    // SMCCC_VERSION
    CALL    \insn, 0x80000001, 0x80008000, 2, 3, \pre
    CALL    \insn, 0xc6000060, 1, 2, 3, \pre
    CALL    \insn, 0x8400001f, 1, 2, 3, \pre
    CALL    \insn, 0x1ffffffff, 1, 2, 3, \pre
    b       .Lall2\@
    .ltorg
.Lall2\@:
.endm

.text
.global t_main
t_main:
    ALL     hvc
    // The immediate means nothing.
    ldr     x0, =0x84000000
    hvc     #0x1234
    SHOW    "hvc #0x1234", x0
    // QEMU's machine without EL3 has PSCI behind HVC only.
//> ~smc 0x84000000 0 0 0 0000000000010001 SUM
    ALL     smc, "~"
    DONE
