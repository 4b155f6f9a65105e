// SPDX-License-Identifier: MIT
//
// Logical operations on shifted registers, moves and their flags.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    .irp    op, and, bic, orr, orn, eor, eon, ands, bics
    ALL     "\op x3, x0, x1"
    ALL     "\op w3, w0, w1"
    BIN     "\op x3, x0, x1, lsl #12"
    BIN     "\op x3, x0, x1, lsr #33"
    BIN     "\op x3, x0, x1, asr #1"
    BIN     "\op x3, x0, x1, ror #17"
    BIN     "\op w3, w0, w1, lsl #12"
    BIN     "\op w3, w0, w1, lsr #31"
    BIN     "\op w3, w0, w1, asr #1"
    BIN     "\op w3, w0, w1, ror #17"
    BIN     "\op x3, xzr, x1"
    BIN     "\op w3, wzr, w1"
    BIN     "\op x3, x0, xzr"
    BIN     "\op w3, w0, wzr"
    BIN     "\op x3, x0, x0"
    BIN     "\op w3, wzr, w1, ror #9"
    .endr
    ALL     "mov x3, x0"
    ALL     "mov w3, w0"
    ALL     "mvn x3, x1"
    ALL     "mvn w3, w1, lsr #3"
    ALL     "tst x0, x1"
    ALL     "tst w0, w1"
    BIN     "tst w0, w1, ror #31"
    BIN     "orr wzr, w0, w1"
    BIN     "mov w0, w0; mov x3, x0"
    DONE
VALUES
