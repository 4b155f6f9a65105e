// SPDX-License-Identifier: MIT
//
// A misaligned PC: EC 0x22, FAR and ELR are the address; by branches of each
// kind and by exception return, at both levels, mapped or not. Its priority
// over an abort of the same fetch.
#include "check.inc"
#include "sys.inc"

.macro J where, x=X, pre
    ldr     x20, =\where
    \x      "br x20", \pre
    \x      "ret x20", \pre
    \x      "blr x20", \pre
    \x      "mov x30, x20; ret", \pre
.endm

.text
.global t_main
t_main:
    SYS_INIT
    .irp    x, X, X0
    .irp    n, 1, 2, 3, 0x1001
    J       t_main + \n, \x
    .endr
    b       1f
    .ltorg
1:
    .endr
    // PC alignment comes before the instruction abort; QEMU translates the
    // address first.
//> ~br x20 0000000000000200 000000008a000000 00000000c0002002 00000000000003c5 00000000c0002002 0000000000000001
//> ~ret x20 0000000000000200 000000008a000000 0080000000000001 00000000000003c5 0080000000000001 0000000000000001
//> ~blr x20 0000000000000200 000000008a000000 fffffffffffffffe 00000000000003c5 fffffffffffffffe 0000000000000001
//> ~EL0: br x20 0000000000000400 000000008a000000 00000000c0002002 0000000000000000 00000000c0002002 0000000000000001
//> ~EL0: mov x30, x20; ret 0000000000000400 000000008a000000 ffffff8000000003 0000000000000000 ffffff8000000003 0000000000000001
    .irp    x, X, X0
    J       T_NONE + 2, \x, "~"
    J       0x0080000000000001, \x, "~"
    J       0xfffffffffffffffe, \x, "~"
    J       0xffffff8000000003, \x, "~"
    b       1f
    .ltorg
1:
    .endr
    // By ERET.
    .irp    n, 1, 2, 3
    bl      sys_clear
    adr     x29, 2f
    bl      sys_resume
    adr     x0, 2f + \n
    msr     elr_el1, x0
    mov     x0, #0x3c5
    msr     spsr_el1, x0
    eret
2:  SYS_SHOW "eret"
    .endr
    // BLR writes X30 although the target faults.
    mov     x30, #0
    bl      sys_clear
    adr     x29, 3f
    bl      sys_resume
    adr     x20, 3f + 2
    blr     x20
3:  adr     x0, 3b
    sub     x0, x30, x0
    SHOW    "x30 - label", x0
    DONE
SYS_CODE
    .ltorg
