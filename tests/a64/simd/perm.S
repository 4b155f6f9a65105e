// SPDX-License-Identifier: MIT
//
// AdvSIMD permute, extract, table lookup, copy, modified immediate.
#include "check.inc"
#include "vec.inc"

.macro IMM8 op, rest
    .irp    n, 0, 1, 0x80, 0xa5, 0xff
    VEC     "\op, #\n \rest"
    .endr
.endm

.text
.global t_main
t_main:
    .irp    op, zip1, zip2, uzp1, uzp2, trn1, trn2
    .irp    t, 8b, 16b, 4h, 8h, 2s, 4s, 2d
    VEC     "\op v2.\t, v0.\t, v1.\t"
    VEC     "\op v2.\t, v2.\t, v0.\t"
    .endr
    .endr
    .irp    n, 0, 1, 4, 7
    VEC     "ext v2.8b, v0.8b, v1.8b, #\n"
    .endr
    .irp    n, 0, 1, 8, 11, 15
    VEC     "ext v2.16b, v0.16b, v1.16b, #\n"
    VEC     "ext v2.16b, v0.16b, v0.16b, #\n"
    .endr
    ldr     q31, =0x0f0e0d0c0b0a09080706050403020100
    .irp    op, tbl, tbx
    .irp    t, 8b, 16b
    VEC     "\op v2.\t, {v0.16b}, v1.\t"
    VEC     "\op v2.\t, {v0.16b, v1.16b}, v3.\t"
    VEC     "\op v2.\t, {v1.16b-v3.16b}, v0.\t"
    VEC     "\op v2.\t, {v0.16b-v3.16b}, v1.\t"
    VEC     "\op v2.\t, {v31.16b, v0.16b, v1.16b}, v3.\t"
    VEC     "\op v2.\t, {v0.16b}, v2.\t"
    .endr
    .endr

    .irp    i, 0, 7, 15
    VEC     "dup v2.8b, v0.b[\i]"
    VEC     "dup v2.16b, v0.b[\i]"
    VEC     "umov w3, v0.b[\i]"
    VEC     "smov w3, v0.b[\i]"
    VEC     "smov x3, v0.b[\i]"
    VEC     "ins v2.b[\i], v0.b[3]"
    VEC     "ins v2.b[5], v0.b[\i]"
    .endr
    .irp    i, 0, 3, 7
    VEC     "dup v2.4h, v0.h[\i]"
    VEC     "dup v2.8h, v0.h[\i]"
    VEC     "umov w3, v0.h[\i]"
    VEC     "smov w3, v0.h[\i]"
    VEC     "smov x3, v0.h[\i]"
    VEC     "ins v2.h[\i], v0.h[2]"
    VEC     "ins v2.h[6], v0.h[\i]"
    .endr
    .irp    i, 0, 2, 3
    VEC     "dup v2.2s, v0.s[\i]"
    VEC     "dup v2.4s, v0.s[\i]"
    VEC     "umov w3, v0.s[\i]"
    VEC     "smov x3, v0.s[\i]"
    VEC     "ins v2.s[\i], v0.s[1]"
    .endr
    .irp    i, 0, 1
    VEC     "dup v2.2d, v0.d[\i]"
    VEC     "umov x3, v0.d[\i]"
    VEC     "ins v2.d[\i], v0.d[1]"
    VEC     "ins v2.d[\i], v2.d[1]"
    VEC     "ins v2.d[\i], x20"
    .endr
    .irp    t, 8b, 16b, 4h, 8h, 2s, 4s
    VEC     "dup v2.\t, w20"
    VEC     "dup v2.\t, wzr"
    .endr
    VEC     "dup v2.2d, x24"
    VEC     "ins v2.b[9], w24"
    VEC     "ins v2.h[4], w24"
    VEC     "ins v2.s[3], w24"
    VEC     "ins v2.s[3], wzr"

    IMM8    "movi v2.8b"
    IMM8    "movi v2.16b"
    .irp    op, movi, mvni, orr, bic
    .irp    sh, 0, 8
    IMM8    "\op v2.4h", ", lsl #\sh"
    IMM8    "\op v2.8h", ", lsl #\sh"
    .endr
    .irp    sh, 0, 8, 16, 24
    IMM8    "\op v2.2s", ", lsl #\sh"
    IMM8    "\op v2.4s", ", lsl #\sh"
    .endr
    .endr
    .irp    op, movi, mvni
    .irp    sh, 8, 16
    IMM8    "\op v2.2s", ", msl #\sh"
    IMM8    "\op v2.4s", ", msl #\sh"
    .endr
    .endr
    .irp    n, 0, 0xffffffffffffffff, 0xff00ff0000ffff00, 0x00000000000000ff
    VEC     "movi d2, #\n"
    VEC     "movi v2.2d, #\n"
    .endr
    .irp    n, 2.0, -1.9375, 0.125, 31.0, -0.2421875
    .irp    t, 2s, 4s, 2d, 4h, 8h
    VEC     "fmov v2.\t, #\n"
    .endr
    .endr
    DONE
VECTORS
