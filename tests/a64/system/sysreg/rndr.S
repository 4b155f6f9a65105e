// SPDX-License-Identifier: MIT
//
// RNDR begins with what -seed says: SplitMix64 of 0x61726d3634656d75 + 7.
//@ noqemu its numbers are the host's
//@ emu -seed 7
//> rndr b67485ab2bcb4e46 9bb05f2feb3cdf56
#include "check.inc"

.text
.global t_main
t_main:
    mrs     x1, s3_3_c2_c4_0
    mrs     x2, s3_3_c2_c4_0
    SHOW    "rndr", x1, x2
    DONE
