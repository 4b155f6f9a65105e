// SPDX-License-Identifier: MIT
//
// AdvSIMD FP by element, and complex numbers.
#include "check.inc"
#include "fp.inc"

.macro ELEM size, r, t, lanes:vararg
    .irp    op, fmul, fmulx, fmla, fmls
    .irp    n, \lanes
    FP      \size, "\op v3.\t, v0.\t, v1.\r[\n]"
    FP      \size, "\op \r\()3, \r\()0, v1.\r[\n]"
    .endr
    FP      \size, "\op v2.\t, v0.\t, v1.\r[1]; mov v3.16b, v2.16b"
    .endr
    .irp    op, fmla, fmls
    FP      \size, "\op \r\()2, \r\()0, v1.\r[1]; mov v3.16b, v2.16b"
    .endr
.endm

.macro COMPLEX size, t
    .irp    rot, 90, 270
    FP      \size, "fcadd v3.\t, v0.\t, v1.\t, #\rot"
    .endr
    .irp    rot, 0, 90, 180, 270
    FP      \size, "fcmla v3.\t, v0.\t, v1.\t, #\rot"
    FP      \size, "fcmla v2.\t, v0.\t, v1.\t, #\rot; mov v3.16b, v2.16b"
    .endr
.endm

.text
.global t_main
t_main:
    ELEM    1, h, 4h, 0, 3
    ELEM    1, h, 8h, 0, 1, 2, 3, 4, 5, 6, 7
    ELEM    2, s, 2s, 0, 3
    ELEM    2, s, 4s, 0, 1, 2, 3
    ELEM    3, d, 2d, 0, 1
    // Register numbers above 15 where the index leaves room.
    FP      2, "mov v31.16b, v1.16b; fmul v3.4s, v0.4s, v31.s[2]"
    FP      3, "mov v31.16b, v1.16b; fmul v3.2d, v0.2d, v31.d[1]"
    FP      1, "mov v15.16b, v1.16b; fmul v3.8h, v0.8h, v15.h[5]"
    COMPLEX 1, 4h
    COMPLEX 1, 8h
    COMPLEX 2, 2s
    COMPLEX 2, 4s
    COMPLEX 3, 2d
    .irp    rot, 0, 90, 180, 270
    .irp    n, 0, 1
    FP      1, "fcmla v2.4h, v0.4h, v1.h[\n], #\rot; mov v3.16b, v2.16b"
    FP      2, "fcmla v2.4s, v0.4s, v1.s[\n], #\rot; mov v3.16b, v2.16b"
    .endr
    .irp    n, 0, 1, 2, 3
    FP      1, "fcmla v2.8h, v0.8h, v1.h[\n], #\rot; mov v3.16b, v2.16b"
    .endr
    FP      2, "mov v31.16b, v1.16b; fcmla v2.4s, v0.4s, v31.s[1], #\rot; mov v3.16b, v2.16b"
    .endr
    DONE
FP_CODE
