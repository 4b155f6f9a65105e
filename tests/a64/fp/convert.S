// SPDX-License-Identifier: MIT
//
// FP conversions: formats, integers, fixed point, integral values, moves to
// and from general registers; scalar and vector.
#include "check.inc"
#include "fp.inc"

.macro CONVERT size, r, bits
    .irp    op, fcvtns, fcvtnu, fcvtps, fcvtpu, fcvtms, fcvtmu, fcvtzs, \
                fcvtzu, fcvtas, fcvtau
    FP      \size, "\op w3, \r\()0"
    FP      \size, "\op x3, \r\()0"
    FP      \size, "\op \r\()3, \r\()0"
    .endr
    // QEMU 7.2 leaves bits 31:16 of FCVTZS Hd, Hn, #n as the sign: hence
    // FMOV; exact.S has it without.
    .irp    op, fcvtzs, fcvtzu
    FP      \size, "\op w3, \r\()0, #1"
    FP      \size, "\op w3, \r\()0, #32"
    FP      \size, "\op x3, \r\()0, #64"
    FP      \size, "\op x3, \r\()0, #17"
    FP      \size, "\op \r\()3, \r\()0, #1; fmov \r\()3, \r\()3"
    FP      \size, "\op \r\()3, \r\()0, #\bits; fmov \r\()3, \r\()3"
    .endr
    .irp    op, scvtf, ucvtf
    .irp    s, 1, 2, 3
    FP      \s, "\op \r\()3, w0"
    FP      \s, "\op \r\()3, x0"
    FP      \s, "\op \r\()3, w0, #5"
    FP      \s, "\op \r\()3, x0, #64"
    .endr
    FP      \size, "\op \r\()3, \r\()0"
    FP      \size, "\op \r\()3, \r\()0, #1"
    FP      \size, "\op \r\()3, \r\()0, #\bits"
    .endr
    .irp    op, frintn, frinta, frintp, frintm, frintx, frintz, frinti
    FP      \size, "\op \r\()3, \r\()0"
    .endr
.endm

.macro CONVERT_V size, t, bits
    .irp    op, fcvtns, fcvtnu, fcvtps, fcvtpu, fcvtms, fcvtmu, fcvtzs, \
                fcvtzu, fcvtas, fcvtau, scvtf, ucvtf, frintn, frinta, frintp, \
                frintm, frintx, frintz, frinti
    FP      \size, "\op v3.\t, v0.\t"
    .endr
    .irp    op, fcvtzs, fcvtzu, scvtf, ucvtf
    FP      \size, "\op v3.\t, v0.\t, #1"
    FP      \size, "\op v3.\t, v0.\t, #\bits"
    .endr
.endm

.text
.global t_main
t_main:
    CONVERT 1, h, 16
    CONVERT 2, s, 32
    CONVERT 3, d, 64
    CONVERT_V 1, 4h, 15
    CONVERT_V 1, 8h, 16
    CONVERT_V 2, 2s, 31
    CONVERT_V 2, 4s, 32
    CONVERT_V 3, 2d, 63
    FP      1, "fcvt s3, h0"
    FP      1, "fcvt d3, h0"
    FP      2, "fcvt h3, s0"
    FP      2, "fcvt d3, s0"
    FP      3, "fcvt h3, d0"
    FP      3, "fcvt s3, d0"
    FP      3, "fcvtxn s3, d0"
    FP      3, "fcvtxn v3.2s, v0.2d"
    FP      3, "fcvtxn2 v3.4s, v0.2d"
    FP      3, "fcvtn v3.2s, v0.2d"
    FP      3, "fcvtn2 v3.4s, v0.2d"
    FP      2, "fcvtn v3.4h, v0.4s"
    FP      2, "fcvtn2 v3.8h, v0.4s"
    FP      1, "fcvtl v3.4s, v0.4h"
    FP      1, "fcvtl2 v3.4s, v0.8h"
    FP      2, "fcvtl v3.2d, v0.2s"
    FP      2, "fcvtl2 v3.2d, v0.4s"
    // Flushed first: QEMU has Z set for a denormal that FJCVTZS flushes.
    FP      3, "fmov d1, #1.0; fmul d0, d0, d1; fjcvtzs w3, d0"
    FP      1, "fmov w3, h0"
    FP      1, "fmov x3, h0"
    FP      2, "fmov w3, s0"
    FP      3, "fmov x3, d0"
    FP      3, "fmov x3, v0.d[1]"
    FP      1, "fmov h3, w0"
    FP      1, "fmov h3, x0"
    FP      2, "fmov s3, w0"
    FP      3, "fmov d3, x0"
    FP      3, "fmov v3.d[1], x0"
    DONE
FP_CODE
