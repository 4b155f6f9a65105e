// SPDX-License-Identifier: MIT
//
// Conditional compare and select under every condition.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    .irp    c, eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le, al, nv
    BIN     "csel x3, x0, x1, \c"
    BIN     "csel w3, w0, w1, \c"
    BIN     "csinc x3, x0, x1, \c"
    BIN     "csinc w3, w0, w1, \c"
    BIN     "csinv x3, x0, x1, \c"
    BIN     "csinv w3, w0, w1, \c"
    BIN     "csneg x3, x0, x1, \c"
    BIN     "csneg w3, w0, w1, \c"
    BIN     "csinc x3, xzr, xzr, \c"
    BIN     "csinv x3, xzr, xzr, \c"
    BIN     "csinv w3, wzr, wzr, \c"
    BIN     "csel x3, xzr, x1, \c"
    BIN     "csel w3, w0, wzr, \c"
    BIN     "csneg w3, wzr, w1, \c"
    BIN     "ccmp x0, x1, #5, \c"
    BIN     "ccmp w0, w1, #10, \c"
    BIN     "ccmn x0, x1, #3, \c"
    BIN     "ccmn w0, w1, #12, \c"
    BIN     "ccmp x0, #31, #15, \c"
    BIN     "ccmp w0, #0, #0, \c"
    BIN     "ccmn x0, #1, #8, \c"
    BIN     "ccmn w0, #17, #4, \c"
    // On fresh flags, as compilers write it.
    BIN     "cmp x0, x1; csel x3, x0, x1, \c"
    BIN     "cmp w0, w1; csinc w3, w0, w2, \c"
    BIN     "cmn x0, x1; csinv x3, x0, x2, \c"
    BIN     "tst x0, x1; csneg x3, x0, x2, \c"
    BIN     "cmp x0, x1; ccmp x1, x2, #2, \c; ccmn w0, w1, #7, \c"
    BIN     "adds x3, x0, x1; adcs x3, x3, x2; csel x3, x3, x0, \c"
    CBIN    "csel x3, x0, x1, \c"
    CBIN    "ccmp x0, x1, #6, \c"
    .endr
    DONE
VALUES
