// SPDX-License-Identifier: MIT
//
// Add and subtract: shifted, extended, with carry; all flags.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    .irp    op, add, sub, adds, subs
    ALL     "\op x3, x0, x1"
    ALL     "\op w3, w0, w1"
    BIN     "\op x3, x0, x1, lsl #1"
    BIN     "\op x3, x0, x1, lsl #63"
    BIN     "\op x3, x0, x1, lsr #7"
    BIN     "\op x3, x0, x1, asr #63"
    BIN     "\op w3, w0, w1, lsl #31"
    BIN     "\op w3, w0, w1, lsr #1"
    BIN     "\op w3, w0, w1, asr #31"
    BIN     "\op w3, w0, w1, asr #4"
    BIN     "\op x3, x0, x0"
    BIN     "\op w3, w0, w0"
    BIN     "\op x3, xzr, x1"
    BIN     "\op w3, wzr, w1"
    BIN     "\op x3, x0, xzr"
    BIN     "\op w3, w0, wzr"
    .irp    ext, uxtb, uxth, uxtw, sxtb, sxth, sxtw
    BIN     "\op x3, x0, w1, \ext"
    BIN     "\op x3, x0, w1, \ext #3"
    BIN     "\op w3, w0, w1, \ext"
    BIN     "\op w3, w0, w1, \ext #4"
    .endr
    BIN     "\op x3, x0, x1, uxtx #2"
    BIN     "\op x3, x0, x1, sxtx #4"
    .endr
    // Discarded results, and sources that are also the target.
    .irp    op, cmp, cmn
    ALL     "\op x0, x1"
    ALL     "\op w0, w1"
    BIN     "\op x0, x1, asr #3"
    BIN     "\op w0, w1, uxtb #1"
    BIN     "\op x0, w1, sxtw #2"
    .endr
    BIN     "adds x0, x0, x1; mov x3, x0"
    BIN     "subs w1, w0, w1; mov x3, x1"
    .irp    op, adc, adcs, sbc, sbcs
    ALL     "\op x3, x0, x1"
    ALL     "\op w3, w0, w1"
    BIN     "\op x3, x0, xzr"
    BIN     "\op w3, wzr, w1"
    BIN     "\op x3, x0, x0"
    .endr
    // A 128-bit sum and difference.
    BIN     "adds x3, x0, x1; adcs x3, x0, x2"
    BIN     "subs x3, x0, x1; sbcs x3, x0, x2"
    // SP as a source and target of extended forms.
    mov     x9, sp
    mov     x1, #0x40
    sub     x10, sp, x1, lsl #1
    sub     x10, x9, x10
    SHOW    "sub from sp", x10
    sub     sp, sp, w1, uxtw #2
    mov     x13, sp
    sub     x10, x9, x13
    add     sp, sp, x1, lsl #2
    mov     x13, sp
    sub     x11, x9, x13
    SHOW    "sub, add sp", x10, x11
    cmp     sp, x9
    SHOW    "cmp sp", f
    subs    xzr, sp, x1, uxtx
    SHOW    "subs xzr, sp", f
    DONE
VALUES
