// SPDX-License-Identifier: MIT
//
// AdvSIMD by element, vector and scalar.
#include "check.inc"
#include "vec.inc"

.macro SAME op
    .irp    i, 0, 3, 6, 7
    VEC     "\op v2.4h, v0.4h, v1.h[\i]"
    VEC     "\op v2.8h, v0.8h, v1.h[\i]"
    .endr
    .irp    i, 0, 1, 2, 3
    VEC     "\op v2.2s, v0.2s, v1.s[\i]"
    VEC     "\op v2.4s, v0.4s, v1.s[\i]"
    .endr
.endm

.macro LONG op
    .irp    i, 0, 5, 7
    VEC     "\op\() v2.4s, v0.4h, v1.h[\i]"
    VEC     "\op\()2 v2.4s, v0.8h, v1.h[\i]"
    .endr
    .irp    i, 1, 2
    VEC     "\op\() v2.2d, v0.2s, v1.s[\i]"
    VEC     "\op\()2 v2.2d, v0.4s, v1.s[\i]"
    .endr
.endm

.text
.global t_main
t_main:
    .irp    op, mla, mls, mul, sqdmulh, sqrdmulh, sqrdmlah, sqrdmlsh
    SAME    \op
    .endr
    .irp    op, smlal, umlal, smlsl, umlsl, smull, umull, sqdmlal, sqdmlsl, sqdmull
    LONG    \op
    .endr
    .irp    op, sdot, udot
    .irp    i, 0, 1, 2, 3
    VEC     "\op v2.2s, v0.8b, v1.4b[\i]"
    VEC     "\op v2.4s, v0.16b, v1.4b[\i]"
    .endr
    .endr
    .irp    op, sqdmulh, sqrdmulh, sqrdmlah, sqrdmlsh
    VEC     "\op h2, h0, v1.h[6]"
    VEC     "\op s2, s0, v1.s[3]"
    .endr
    .irp    op, sqdmlal, sqdmlsl, sqdmull
    VEC     "\op s2, h0, v1.h[5]"
    VEC     "\op d2, s0, v1.s[1]"
    .endr
    // Registers 16 to 31 exist for words only.
    mov     v30.16b, v0.16b
    VEC     "mla v2.4s, v0.4s, v30.s[2]"
    VEC     "mul v2.4s, v2.4s, v2.s[1]"
    DONE
VECTORS
