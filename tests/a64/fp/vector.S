// SPDX-License-Identifier: MIT
//
// AdvSIMD FP arithmetic: three same, multiply-add, pairwise, across lanes,
// estimates and steps, with their scalar forms; immediates.
#include "check.inc"
#include "fp.inc"

.macro VECTOR size, t
    .irp    op, fadd, fsub, fmul, fdiv, fmulx, fabd, fmax, fmin, fmaxnm, \
                fminnm, frecps, frsqrts, fmla, fmls, faddp, fmaxp, fminp, \
                fmaxnmp, fminnmp
    FP      \size, "\op v3.\t, v0.\t, v1.\t"
    .endr
    .irp    op, fmla, fmls
    FP      \size, "\op v2.\t, v0.\t, v1.\t; mov v3.16b, v2.16b"
    FP      \size, "\op v0.\t, v0.\t, v0.\t; mov v3.16b, v0.16b"
    .endr
    .irp    op, fabs, fneg, fsqrt, frecpe, frsqrte
    FP      \size, "\op v3.\t, v0.\t"
    .endr
.endm

.macro SCALAR size, r, t
    .irp    op, fmulx, fabd, frecps, frsqrts
    FP      \size, "\op \r\()3, \r\()0, \r\()1"
    .endr
    .irp    op, frecpe, frsqrte, frecpx
    FP      \size, "\op \r\()3, \r\()0"
    .endr
    .irp    op, faddp, fmaxp, fminp, fmaxnmp, fminnmp
    FP      \size, "\op \r\()3, v0.2\r"
    .endr
.endm

.text
.global t_main
t_main:
    VECTOR  1, 4h
    VECTOR  1, 8h
    VECTOR  2, 2s
    VECTOR  2, 4s
    VECTOR  3, 2d
    SCALAR  1, h
    SCALAR  2, s
    SCALAR  3, d
    .irp    op, fmaxv, fminv, fmaxnmv, fminnmv
    FP      1, "\op h3, v0.4h"
    FP      1, "\op h3, v0.8h"
    FP      2, "\op s3, v0.4s"
    .endr
    .irp    op, urecpe, ursqrte
    .irp    t, 2s, 4s
    FP      2, "\op v3.\t, v0.\t"
    FP      3, "\op v3.\t, v0.\t"
    .endr
    .endr
    .irp    t, 4h, 8h, 2s, 4s, 2d
    fmov    v3.\t, #1.0
    fmov    v4.\t, #-0.125
    fmov    v5.\t, #31.0
    fmov    v6.\t, #0.2109375
    SHOW    "fmov \t, imm", v3, v4, v5, v6
    .endr
    DONE
FP_CODE
