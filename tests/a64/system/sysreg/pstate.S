// SPDX-License-Identifier: MIT
//
// PSTATE.SSBS and PSTATE.DIT: MSR and MRS from both levels, what exception
// entry (SCTLR_EL1.DSSBS) and return do with them; SB; RNDR and RNDRRS, which
// repeat from run to run, clear NZCV and cannot be written.
//@ emu -seed 0
//> ~DIT of 0x10003c5 1 0000000001000000
//> ~DIT of 0x13c0 0 0000000000000000
//> ~numbers 260660e9780167df 7adcfed625bd6bb5 e78405cbf354290d
//> random 1 0000000000000000 0000000000000000
#include "check.inc"
#include "sys.inc"

.macro SHOW_BITS text
    mrs     x10, s3_3_c4_c2_6       // SSBS
    mrs     x11, s3_3_c4_c2_5       // DIT
    SHOW    "\text", x10, x11
.endm

// What an exception from @from saves and leaves, then what ERET brings back.
.macro ENTRY dssbs, from
    mrs     x0, sctlr_el1
    bic     x0, x0, #(1 << 44)
    .if     \dssbs
    orr     x0, x0, #(1 << 44)
    .endif
    msr     sctlr_el1, x0
    isb
    ldr     x0, =\from
    adr     x1, .Lcode\@
    adr     x28, .Lback\@
    msr     spsr_el1, x0
    msr     elr_el1, x1
    eret
.Lcode\@:
    svc     #9
.Lback\@:
    SHOW    "from \from, DSSBS \dssbs", x12, x13, x14, x15
    // QEMU clears DIT at entry; the architecture leaves it as it is.
    SHOW    "~DIT of \from \dssbs", x16
.endm

.text
.global t_main
t_main:
    SYS_INIT
    .irp    v, 1, 0
    msr     ssbs, #\v
    SHOW_BITS "ssbs \v"
    msr     dit, #\v
    SHOW_BITS "dit \v"
    .endr
    // MSR from a register takes one bit of it.
    mov     x3, #-1
    mov     x4, #0x1000
    mov     x5, #0x1000000
    msr     s3_3_c4_c2_6, x3
    msr     s3_3_c4_c2_5, x3
    SHOW_BITS "ones"
    mvn     x6, x4
    mvn     x7, x5
    msr     s3_3_c4_c2_6, x6
    SHOW_BITS "all but ssbs"
    msr     s3_3_c4_c2_5, x7
    SHOW_BITS "all but dit"
    msr     s3_3_c4_c2_6, x4
    SHOW_BITS "only ssbs"
    msr     s3_3_c4_c2_5, x5
    SHOW_BITS "only dit"
    mrs     xzr, s3_3_c4_c2_6
    msr     s3_3_c4_c2_6, xzr
    msr     s3_3_c4_c2_5, xzr
    SHOW_BITS "zero"
    // The same at EL0; SPSR tells.
    X0      "msr ssbs, #1; msr dit, #1; svc #1"
    X0      "msr dit, #1; msr ssbs, #0; svc #1"
    X0      "msr s3_3_c4_c2_6, x4; mrs x10, s3_3_c4_c2_6; svc #1"
    SHOW    "read", x10
    X0      "msr s3_3_c4_c2_5, x5; mrs x10, s3_3_c4_c2_5; svc #1"
    SHOW    "read", x10
    msr     s3_3_c4_c2_6, xzr
    msr     s3_3_c4_c2_5, xzr
    // Exceptions.
    mrs     x18, vbar_el1
    mov     x0, sp
    sub     x0, x0, #0x800
    msr     sp_el0, x0
    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    .irp    d, 1, 0
    .irp    s, 0x3c5, 0x13c5, 0x10003c5, 0x10013c5, 0x13c0, 0x10003c0
    ENTRY   \d, \s
    .endr
    .endr
    msr     vbar_el1, x18
    isb
    msr     daifset, #15
    b       1f
    .ltorg
1:  msr     s3_3_c4_c2_6, xzr
    msr     s3_3_c4_c2_5, xzr
    SET_F   6
    sb
    SHOW    "sb", f
    E       ".inst 0xd50335ff"      // CRm is zero in all there is
    // Random numbers: NZCV, that they differ, where they may be used.
    SET_F   15
    mrs     x0, s3_3_c2_c4_0
    SHOW    "rndr", f
    SET_F   15
    mrs     x1, s3_3_c2_c4_1
    SHOW    "rndrrs", f
    mrs     x2, s3_3_c2_c4_0
    SHOW    "~numbers", x0, x1, x2
    cmp     x0, x1
    cset    x3, eq
    cmp     x1, x2
    cset    x4, eq
    SHOW    "random 1", x3, x4
    X0      "mrs xzr, s3_3_c2_c4_0; svc #2"
    X0      "mrs xzr, s3_3_c2_c4_1; svc #2"
    E       "msr s3_3_c2_c4_0, x1"
    E       "msr s3_3_c2_c4_1, x1"
    E0      "msr s3_3_c2_c4_0, x1"
    DONE
    .ltorg

.balign 2048
vectors:
    .rept   16
    .balign 128
    b       logged
    .endr
logged:                             // SPSR, SSBS, DIT; both after return
    mrs     x12, spsr_el1
    mov     x0, #0x1000
    movk    x0, #0x100, lsl #16
    and     x12, x12, x0
    mrs     x13, s3_3_c4_c2_6
    mrs     x16, s3_3_c4_c2_5
    mrs     x15, spsr_el1
    mov     x14, #0x1000
    and     x14, x15, x14
    adr     x0, 1f
    msr     elr_el1, x0
    orr     x15, x15, #0x1c0
    bic     x15, x15, #0x3f
    mov     x0, #5
    orr     x15, x15, x0
    msr     spsr_el1, x15
    eret
1:  mrs     x14, s3_3_c4_c2_6
    mrs     x15, s3_3_c4_c2_5
    br      x28
SYS_CODE
