// SPDX-License-Identifier: MIT
//
// Instructions on NZCV itself: CFINV, RMIF, SETF8, SETF16, AXFLAG, XAFLAG.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    ALL     "cfinv"
    ALL     "cfinv; cfinv; adcs x3, x0, x1"
    ALL     "axflag"
    ALL     "xaflag"
    ALL     "xaflag; axflag"
    ALL     "fmov d0, x0; fmov d1, x1; fcmp d0, d1; axflag"
    ALL     "fmov d0, x0; fmov d1, x1; fcmp d0, d1; axflag; csel x3, x0, x1, ls"
    ALL     "cmp x0, x1; xaflag; csel x3, x0, x1, gt"
    ALL     "setf8 w0"
    ALL     "setf16 w1"
    ALL     "setf8 wzr"
    ALL     "setf16 wzr"
    ALL     "adds w0, w0, w1; setf8 w0; csel w3, w0, w1, vs"
    ALL     "adds w0, w0, w1; setf16 w0; cset w3, mi"
    .irp    m, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    BIN     "rmif x0, #0, #\m"
    BIN     "rmif x1, #\m, #\m"
    CBIN    "rmif x1, #60, #\m"
    .endr
    .irp    n, 1, 27, 28, 29, 31, 32, 33, 59, 61, 63
    BIN     "rmif x0, #\n, #15"
    BIN     "rmif x1, #\n, #6"
    BIN     "rmif xzr, #\n, #9"
    .endr
    BIN     "cmp x0, x1; rmif x2, #3, #3; ccmp x0, #3, #5, ne"
    DONE
VALUES
