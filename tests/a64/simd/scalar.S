// SPDX-License-Identifier: MIT
//
// AdvSIMD scalar instructions on integers: three same, three different,
// two-register miscellaneous, pairwise, copy. Lanes above the scalar must not
// show in the result or in FPSR.QC.
#include "check.inc"
#include "vec.inc"

.macro ONE3 op, t
    VEC     "\op \t\()2, \t\()0, \t\()1"
.endm

.macro ALL3 op, types:vararg
    .irp    t, \types
    ONE3    \op, \t
    .endr
.endm

.macro ONE2 op, t
    VEC     "\op \t\()2, \t\()0"
.endm

.macro ALL2 op, types:vararg
    .irp    t, \types
    ONE2    \op, \t
    .endr
.endm

.text
.global t_main
t_main:
    .irp    op, sqadd, uqadd, sqsub, uqsub, sqshl, uqshl, sqrshl, uqrshl
    ALL3    \op, b, h, s, d
    .endr
    .irp    op, cmgt, cmhi, cmge, cmhs, cmtst, cmeq, sshl, ushl, srshl, urshl
    ALL3    \op, d
    .endr
    ALL3    add, d
    ALL3    sub, d
    .irp    op, sqdmulh, sqrdmulh, sqrdmlah, sqrdmlsh
    ALL3    \op, h, s
    .endr
    .irp    op, sqdmull, sqdmlal, sqdmlsl
    VEC     "\op s2, h0, h1"
    VEC     "\op d2, s0, s1"
    .endr
    .irp    op, suqadd, usqadd, sqabs, sqneg
    ALL2    \op, b, h, s, d
    .endr
    ALL2    abs, d
    ALL2    neg, d
    .irp    op, cmgt, cmge, cmeq, cmle, cmlt
    VEC     "\op d2, d0, #0"
    .endr
    .irp    op, sqxtn, uqxtn, sqxtun
    VEC     "\op b2, h0"
    VEC     "\op h2, s0"
    VEC     "\op s2, d0"
    .endr
    VEC     "addp d2, v0.2d"
    VEC     "mov b2, v0.b[0]"
    VEC     "mov b2, v0.b[13]"
    VEC     "mov h2, v0.h[7]"
    VEC     "mov s2, v0.s[2]"
    VEC     "mov d2, v0.d[1]"
    DONE
VECTORS
