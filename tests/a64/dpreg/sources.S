// SPDX-License-Identifier: MIT
//
// One, two and three source operations: division, variable shifts, bit and
// byte reversal, leading zeros, multiplication.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    .irp    op, udiv, sdiv, lsl, lsr, asr, ror
    ALL     "\op x3, x0, x1"
    ALL     "\op w3, w0, w1"
    .endr
    BIN     "udiv x3, x0, xzr"
    BIN     "sdiv w3, wzr, w1"
    BIN     "lsl x1, x0, x1; mov x3, x1"
    .irp    op, rbit, rev16, rev, clz, cls
    ALL     "\op x3, x0"
    ALL     "\op w3, w0"
    BIN     "\op x3, xzr"
    BIN     "\op w3, wzr"
    .endr
    ALL     "rev32 x3, x0"
    // Trailing zeros, which the translator recognises.
    ALL     "rbit x3, x0; clz x3, x3"
    ALL     "rbit w3, w0; clz w3, w3"
    ALL     "rbit x3, x1; clz w3, w3"
    ALL     "rbit w3, w1; clz x3, x3"
    BIN     "rbit x4, x0; clz x3, x4; add x3, x3, x4"
    BIN     "rbit x0, x0; rbit x0, x0; clz x3, x0"
    .irp    op, madd, msub
    ALL     "\op x3, x0, x1, x2"
    ALL     "\op w3, w0, w1, w2"
    BIN     "\op x3, x0, x1, xzr"
    BIN     "\op w3, w0, wzr, w2"
    .endr
    .irp    op, smaddl, smsubl, umaddl, umsubl
    ALL     "\op x3, w0, w1, x2"
    BIN     "\op x3, w0, w1, xzr"
    .endr
    ALL     "smulh x3, x0, x1"
    ALL     "umulh x3, x0, x1"
    BIN     "smulh x0, x0, x0; mov x3, x0"
    BIN     "mneg w3, w0, w1"
    BIN     "umull x3, w0, w1; smulh x3, x3, x2"
    DONE
VALUES
