// SPDX-License-Identifier: MIT
//
// AdvSIMD shifts by immediate, vector and scalar, at the ends of each range.
#include "check.inc"
#include "vec.inc"

.macro RIGHT op
    .irp    n, 1, 3, 7, 8
    VEC     "\op v2.8b, v0.8b, #\n"
    VEC     "\op v2.16b, v0.16b, #\n"
    .endr
    .irp    n, 1, 9, 15, 16
    VEC     "\op v2.4h, v0.4h, #\n"
    VEC     "\op v2.8h, v0.8h, #\n"
    .endr
    .irp    n, 1, 13, 31, 32
    VEC     "\op v2.2s, v0.2s, #\n"
    VEC     "\op v2.4s, v0.4s, #\n"
    .endr
    .irp    n, 1, 33, 63, 64
    VEC     "\op v2.2d, v0.2d, #\n"
    VEC     "\op d2, d0, #\n"
    .endr
.endm

.macro LEFT_S op, t, n
    .ifnb   \t
    VEC     "\op \t\()2, \t\()0, #\n"
    .endif
.endm

.macro LEFT op, scalars:vararg
    .irp    n, 0, 1, 5, 7
    VEC     "\op v2.8b, v0.8b, #\n"
    VEC     "\op v2.16b, v0.16b, #\n"
    .endr
    .irp    n, 0, 1, 9, 15
    VEC     "\op v2.4h, v0.4h, #\n"
    VEC     "\op v2.8h, v0.8h, #\n"
    .endr
    .irp    n, 0, 1, 13, 31
    VEC     "\op v2.2s, v0.2s, #\n"
    VEC     "\op v2.4s, v0.4s, #\n"
    .endr
    .irp    n, 0, 1, 33, 63
    VEC     "\op v2.2d, v0.2d, #\n"
    VEC     "\op d2, d0, #\n"
    .endr
    .irp    t, \scalars
    .irp    n, 0, 1, 3, 7
    LEFT_S  \op, "\t", \n
    .endr
    .endr
.endm

.macro NARROW op
    .irp    n, 1, 4, 8
    VEC     "\op\() v2.8b, v0.8h, #\n"
    VEC     "\op\()2 v2.16b, v0.8h, #\n"
    .endr
    .irp    n, 1, 9, 16
    VEC     "\op\() v2.4h, v0.4s, #\n"
    VEC     "\op\()2 v2.8h, v0.4s, #\n"
    .endr
    .irp    n, 1, 17, 32
    VEC     "\op\() v2.2s, v0.2d, #\n"
    VEC     "\op\()2 v2.4s, v0.2d, #\n"
    .endr
.endm

.macro NARROW_S op
    .irp    n, 1, 5, 8
    VEC     "\op b2, h0, #\n"
    VEC     "\op h2, s0, #\n"
    VEC     "\op s2, d0, #\n"
    .endr
    VEC     "\op h2, s0, #16"
    VEC     "\op s2, d0, #32"
.endm

.macro LONG op
    .irp    n, 0, 1, 7
    VEC     "\op\() v2.8h, v0.8b, #\n"
    VEC     "\op\()2 v2.8h, v0.16b, #\n"
    .endr
    .irp    n, 0, 1, 15
    VEC     "\op\() v2.4s, v0.4h, #\n"
    VEC     "\op\()2 v2.4s, v0.8h, #\n"
    .endr
    .irp    n, 0, 1, 31
    VEC     "\op\() v2.2d, v0.2s, #\n"
    VEC     "\op\()2 v2.2d, v0.4s, #\n"
    .endr
.endm

.text
.global t_main
t_main:
    .irp    op, sshr, ushr, ssra, usra, srshr, urshr, srsra, ursra, sri
    RIGHT   \op
    .endr
    LEFT    shl
    LEFT    sli
    .irp    op, sqshl, uqshl, sqshlu
    LEFT    \op, b, h, s
    .endr
    .irp    op, shrn, rshrn, sqshrun, sqrshrun, sqshrn, uqshrn, sqrshrn, uqrshrn
    NARROW  \op
    .endr
    .irp    op, sqshrun, sqrshrun, sqshrn, uqshrn, sqrshrn, uqrshrn
    NARROW_S \op
    .endr
    LONG    sshll
    LONG    ushll
    DONE
VECTORS
