// SPDX-License-Identifier: MIT
//
// AdvSIMD three different: long, wide and narrow arithmetic.
#include "check.inc"
#include "vec.inc"

.macro LONG op
    VEC     "\op\() v2.8h, v0.8b, v1.8b"
    VEC     "\op\()2 v2.8h, v0.16b, v1.16b"
    VEC     "\op\() v2.4s, v0.4h, v1.4h"
    VEC     "\op\()2 v2.4s, v0.8h, v1.8h"
    VEC     "\op\() v2.2d, v0.2s, v1.2s"
    VEC     "\op\()2 v2.2d, v0.4s, v1.4s"
.endm

.macro WIDE op
    VEC     "\op\() v2.8h, v0.8h, v1.8b"
    VEC     "\op\()2 v2.8h, v0.8h, v1.16b"
    VEC     "\op\() v2.4s, v0.4s, v1.4h"
    VEC     "\op\()2 v2.4s, v0.4s, v1.8h"
    VEC     "\op\() v2.2d, v0.2d, v1.2s"
    VEC     "\op\()2 v2.2d, v0.2d, v1.4s"
.endm

.macro NARROW op
    VEC     "\op\() v2.8b, v0.8h, v1.8h"
    VEC     "\op\()2 v2.16b, v0.8h, v1.8h"
    VEC     "\op\() v2.4h, v0.4s, v1.4s"
    VEC     "\op\()2 v2.8h, v0.4s, v1.4s"
    VEC     "\op\() v2.2s, v0.2d, v1.2d"
    VEC     "\op\()2 v2.4s, v0.2d, v1.2d"
.endm

.text
.global t_main
t_main:
    .irp    op, saddl, uaddl, ssubl, usubl, sabal, uabal, sabdl, uabdl
    LONG    \op
    .endr
    .irp    op, smlal, umlal, smlsl, umlsl, smull, umull
    LONG    \op
    .endr
    .irp    op, saddw, uaddw, ssubw, usubw
    WIDE    \op
    .endr
    .irp    op, addhn, raddhn, subhn, rsubhn
    NARROW  \op
    .endr
    .irp    op, sqdmlal, sqdmlsl, sqdmull
    VEC     "\op\() v2.4s, v0.4h, v1.4h"
    VEC     "\op\()2 v2.4s, v0.8h, v1.8h"
    VEC     "\op\() v2.2d, v0.2s, v1.2s"
    VEC     "\op\()2 v2.2d, v0.4s, v1.4s"
    .endr
    VEC     "pmull v2.8h, v0.8b, v1.8b"
    VEC     "pmull2 v2.8h, v0.16b, v1.16b"
    VEC     "pmull v2.1q, v0.1d, v1.1d"
    VEC     "pmull2 v2.1q, v0.2d, v1.2d"
    VEC     "smlal2 v2.4s, v2.8h, v2.8h"
    DONE
VECTORS
