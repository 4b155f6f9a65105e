// SPDX-License-Identifier: MIT
//
// FP comparison: flags, conditions, selection; vectors of masks.
#include "check.inc"
#include "fp.inc"

.macro COMPARE size, r
    FP      \size, "fcmp \r\()0, \r\()1"
    FP      \size, "fcmpe \r\()0, \r\()1"
    FP      \size, "fcmp \r\()0, #0.0"
    FP      \size, "fcmpe \r\()0, #0.0"
    FP      \size, "fcmp \r\()1, \r\()1"
    .irp    c, eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le, al
    FP      \size, "fccmp \r\()0, \r\()1, #5, \c"
    FP      \size, "fccmpe \r\()0, \r\()1, #10, \c"
    FP      \size, "fcsel \r\()3, \r\()0, \r\()1, \c"
    FP      \size, "fcmp \r\()0, \r\()1; csel x3, x0, x3, \c"
    FP      \size, "fcmpe \r\()0, \r\()1; b.\c 1f; mov x3, #3; 1:"
    .endr
    .irp    op, fcmeq, fcmge, fcmgt, facge, facgt
    FP      \size, "\op \r\()3, \r\()0, \r\()1"
    .endr
    .irp    op, fcmeq, fcmge, fcmgt, fcmle, fcmlt
    FP      \size, "\op \r\()3, \r\()0, #0.0"
    .endr
.endm

.macro COMPARE_V size, t
    .irp    op, fcmeq, fcmge, fcmgt, facge, facgt
    FP      \size, "\op v3.\t, v0.\t, v1.\t"
    .endr
    .irp    op, fcmeq, fcmge, fcmgt, fcmle, fcmlt
    FP      \size, "\op v3.\t, v0.\t, #0.0"
    .endr
.endm

.text
.global t_main
t_main:
    COMPARE 1, h
    COMPARE 2, s
    COMPARE 3, d
    COMPARE_V 1, 4h
    COMPARE_V 1, 8h
    COMPARE_V 2, 2s
    COMPARE_V 2, 4s
    COMPARE_V 3, 2d
    DONE
FP_CODE
