// SPDX-License-Identifier: MIT
//
// FEAT_I8MM: matrix products and dot products of bytes, also with one operand
// that has a sign and one that has none.
.arch armv8.6-a+crypto
#include "check.inc"
#include "vec.inc"

.text
.global t_main
t_main:
    .irp    op, smmla, ummla, usmmla
    VEC     "\op v2.4s, v0.16b, v1.16b"
    VEC     "\op v2.4s, v1.16b, v0.16b"
    VEC     "\op v0.4s, v0.16b, v1.16b; mov v2.16b, v0.16b"
    VEC     "\op v1.4s, v0.16b, v1.16b; mov v2.16b, v1.16b"
    VEC     "\op v2.4s, v2.16b, v2.16b"
    .endr
    VEC     "usdot v2.2s, v0.8b, v1.8b"
    VEC     "usdot v2.4s, v0.16b, v1.16b"
    VEC     "usdot v2.4s, v1.16b, v2.16b"
    VEC     "usdot v2.4s, v2.16b, v1.16b"
    .irp    op, usdot, sudot
    .irp    i, 0, 1, 2, 3
    VEC     "\op v2.2s, v0.8b, v1.4b[\i]"
    VEC     "\op v2.4s, v0.16b, v1.4b[\i]"
    .endr
    mov     v30.16b, v0.16b
    VEC     "\op v2.4s, v1.16b, v30.4b[2]"
    VEC     "\op v2.4s, v2.16b, v2.4b[1]"
    .endr

    // Rows of 8: the products of all pairs of them.
    movi    v0.8b, #255
    movi    v1.8b, #2
    mov     v0.d[1], v1.d[0]
    movi    v1.8b, #128
    movi    v2.8b, #3
    mov     v1.d[1], v2.d[0]
    .irp    op, smmla, ummla, usmmla
    movi    v2.4s, #1
    \op     v2.4s, v0.16b, v1.16b
    SHOW    "\op", v2
    .endr
    //> smmla 00000031fffff801_ffffffe900000401
    //> ummla 0000003100000801_000017e90003fc01
    //> usmmla 00000031fffff801_000017e9fffc0401
    DONE
VECTORS
