// SPDX-License-Identifier: MIT
//
// Scalar FP with one, two and three sources, in three formats.
#include "check.inc"
#include "fp.inc"

.macro ARITH size, r
    .irp    op, fadd, fsub, fmul, fdiv, fmax, fmin, fmaxnm, fminnm, fnmul
    FP      \size, "\op \r\()3, \r\()0, \r\()1"
    FP      \size, "\op \r\()3, \r\()1, \r\()1"
    .endr
    .irp    op, fmadd, fmsub, fnmadd, fnmsub
    FP      \size, "\op \r\()3, \r\()0, \r\()1, \r\()2"
    FP      \size, "\op \r\()3, \r\()0, \r\()0, \r\()0"
    .endr
    .irp    op, fmov, fabs, fneg, fsqrt
    FP      \size, "\op \r\()3, \r\()0"
    .endr
    // Chains, whose values stay in host registers.
    FP      \size, "fadd \r\()4, \r\()0, \r\()1; fmul \r\()3, \r\()4, \r\()2"
    FP      \size, "fneg \r\()4, \r\()0; fdiv \r\()3, \r\()4, \r\()1"
    FP      \size, "fmul \r\()4, \r\()0, \r\()1; fmadd \r\()3, \r\()4, \r\()2, \r\()4"
    FP      \size, "mov v3.16b, v0.16b; fadd \r\()3, \r\()3, \r\()1"
.endm

.text
.global t_main
t_main:
    ARITH   1, h
    ARITH   2, s
    ARITH   3, d
    // Every immediate's sign, exponent and fraction.
    .irp    r, h, s, d
    fmov    \r\()3, #1.0
    fmov    \r\()4, #-0.125
    fmov    \r\()5, #31.0
    fmov    \r\()6, #0.2109375
    fmov    \r\()7, #-1.9375
    SHOW    "fmov \r, imm", v3, v4, v5, v6, v7
    .endr
    // FPSR accumulates and is written and read as a whole.
    msr     fpsr, xzr
    fmov    s0, #1.0
    fmov    s1, #3.0
    movi    v2.4s, #0
    SHOW    "none", fpsr
    fdiv    s3, s0, s1
    SHOW    "inexact", v3, fpsr
    fdiv    s3, s0, s2
    SHOW    "by zero", v3, fpsr
    fdiv    s3, s2, s2
    SHOW    "invalid", v3, fpsr
    ldr     x0, =0x08000090
    msr     fpsr, x0
    SHOW    "set", fpsr
    fdiv    s3, s2, s2
    SHOW    "invalid", fpsr
    mov     x0, #-1
    msr     fpcr, x0
    mrs     x1, fpcr
    ldr     x2, =0x07c80000
    and     x1, x1, x2
    msr     fpsr, x0
    mrs     x3, fpsr                    // its NZCV is AArch32's
    ldr     x2, =0x0800009f
    and     x3, x3, x2
    SHOW    "ones", x1, x3
    msr     fpcr, xzr
    // Traps: no access.
    msr     cpacr_el1, xzr
    isb
    fadd    s3, s0, s1
    fmov    x0, d0
    fcmp    d0, #0.0
    fmla    v0.2d, v1.2d, v2.2d
    mov     x0, #(3 << 20)
    msr     cpacr_el1, x0
    isb
    DONE
    .ltorg
FP_CODE
