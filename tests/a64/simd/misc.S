// SPDX-License-Identifier: MIT
//
// AdvSIMD two-register miscellaneous and across lanes, vector forms.
#include "check.inc"
#include "vec.inc"

.macro ALL op, types:vararg
    .irp    t, \types
    VEC     "\op v2.\t, v0.\t"
    .endr
.endm

.macro LONG_PAIRS op
    VEC     "\op v2.4h, v0.8b"
    VEC     "\op v2.8h, v0.16b"
    VEC     "\op v2.2s, v0.4h"
    VEC     "\op v2.4s, v0.8h"
    VEC     "\op v2.1d, v0.2s"
    VEC     "\op v2.2d, v0.4s"
.endm

.macro NARROW op
    VEC     "\op\() v2.8b, v0.8h"
    VEC     "\op\()2 v2.16b, v0.8h"
    VEC     "\op\() v2.4h, v0.4s"
    VEC     "\op\()2 v2.8h, v0.4s"
    VEC     "\op\() v2.2s, v0.2d"
    VEC     "\op\()2 v2.4s, v0.2d"
.endm

.text
.global t_main
t_main:
    ALL     rev64, 8b, 16b, 4h, 8h, 2s, 4s
    ALL     rev32, 8b, 16b, 4h, 8h
    ALL     rev16, 8b, 16b
    .irp    op, saddlp, uaddlp, sadalp, uadalp
    LONG_PAIRS \op
    .endr
    .irp    op, suqadd, usqadd, sqabs, sqneg, abs, neg
    ALL     \op, 8b, 16b, 4h, 8h, 2s, 4s, 2d
    .endr
    ALL     cls, 8b, 16b, 4h, 8h, 2s, 4s
    ALL     clz, 8b, 16b, 4h, 8h, 2s, 4s
    .irp    op, cnt, not, rbit
    ALL     \op, 8b, 16b
    .endr
    .irp    op, cmgt, cmge, cmeq, cmle, cmlt
    .irp    t, 8b, 16b, 4h, 8h, 2s, 4s, 2d
    VEC     "\op v2.\t, v0.\t, #0"
    .endr
    .endr
    .irp    op, xtn, sqxtn, uqxtn, sqxtun
    NARROW  \op
    .endr
    VEC     "shll v2.8h, v0.8b, #8"
    VEC     "shll2 v2.8h, v0.16b, #8"
    VEC     "shll v2.4s, v0.4h, #16"
    VEC     "shll2 v2.4s, v0.8h, #16"
    VEC     "shll v2.2d, v0.2s, #32"
    VEC     "shll2 v2.2d, v0.4s, #32"
    .irp    op, saddlv, uaddlv
    VEC     "\op h2, v0.8b"
    VEC     "\op h2, v0.16b"
    VEC     "\op s2, v0.4h"
    VEC     "\op s2, v0.8h"
    VEC     "\op d2, v0.4s"
    .endr
    .irp    op, smaxv, umaxv, sminv, uminv, addv
    VEC     "\op b2, v0.8b"
    VEC     "\op b2, v0.16b"
    VEC     "\op h2, v0.4h"
    VEC     "\op h2, v0.8h"
    VEC     "\op s2, v0.4s"
    .endr
    DONE
VECTORS
