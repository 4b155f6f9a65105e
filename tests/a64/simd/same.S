// SPDX-License-Identifier: MIT
//
// AdvSIMD three same and three same extra, vector forms.
#include "check.inc"
#include "vec.inc"

.macro ALL op, types:vararg
    .irp    t, \types
    VEC     "\op v2.\t, v0.\t, v1.\t"
    .endr
.endm

.text
.global t_main
t_main:
    .irp    op, shadd, uhadd, srhadd, urhadd, shsub, uhsub, smax, umax, smin, umin
    ALL     \op, 8b, 16b, 4h, 8h, 2s, 4s
    .endr
    .irp    op, sabd, uabd, saba, uaba, mla, mls, mul, smaxp, umaxp, sminp, uminp
    ALL     \op, 8b, 16b, 4h, 8h, 2s, 4s
    .endr
    .irp    op, sqadd, uqadd, sqsub, uqsub, add, sub, addp
    ALL     \op, 8b, 16b, 4h, 8h, 2s, 4s, 2d
    .endr
    .irp    op, cmgt, cmhi, cmge, cmhs, cmtst, cmeq
    ALL     \op, 8b, 16b, 4h, 8h, 2s, 4s, 2d
    .endr
    .irp    op, sshl, ushl, srshl, urshl, sqshl, uqshl, sqrshl, uqrshl
    ALL     \op, 8b, 16b, 4h, 8h, 2s, 4s, 2d
    .endr
    .irp    op, sqdmulh, sqrdmulh, sqrdmlah, sqrdmlsh
    ALL     \op, 4h, 8h, 2s, 4s
    .endr
    .irp    op, and, bic, orr, orn, eor, bsl, bit, bif, pmul
    ALL     \op, 8b, 16b
    .endr
    .irp    op, sdot, udot
    VEC     "\op v2.2s, v0.8b, v1.8b"
    VEC     "\op v2.4s, v0.16b, v1.16b"
    .endr
    VEC     "add v2.4s, v2.4s, v2.4s"
    VEC     "sqadd v2.8h, v2.8h, v0.8h"
    VEC     "bsl v2.16b, v2.16b, v0.16b"
    VEC     "mla v2.8h, v2.8h, v2.8h"
    DONE
VECTORS
