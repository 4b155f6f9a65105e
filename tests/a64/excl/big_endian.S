// SPDX-License-Identifier: MIT
//
// Load- and store-exclusive with big-endian data (SCTLR_EL1.E0E, at EL0):
// the bytes of the datum are reversed, and the monitor is what it is else.
#include "check.inc"

.text
.global t_main
t_main:
    mrs     x0, sctlr_el1
    orr     x0, x0, #1 << 24
    msr     sctlr_el1, x0
    isb
    ldr     x20, =T_EL0_RW + 0x100
    ldr     x1, =0x123456789abcdef0
    str     x1, [x20]
    str     x1, [x20, #8]
    .irp    s, b, h
    RUN_EL0 777f
    b       778f
777: ldxr\s w3, [x20]
    stxr\s  w4, w20, [x20]
    stxr\s  w5, wzr, [x20]
    END_EL0
778: ldr    x6, [x20]
    SHOW    "\s", x3, x4, x5, x6
    .endr
    .irp    r, w, x
    RUN_EL0 777f
    b       778f
777: ldaxr  \r\()3, [x20]
    add     \r\()7, \r\()3, #1
    stlxr   w4, \r\()7, [x20]
    stlxr   w5, \r\()zr, [x20]
    END_EL0
778: ldr    x6, [x20]
    SHOW    "\r", x3, x4, x5, x6
    RUN_EL0 777f
    b       778f
777: ldxp   \r\()3, \r\()7, [x20]
    stxp    w4, \r\()7, \r\()3, [x20]
    END_EL0
778: ldr    x6, [x20]
    ldr     x8, [x20, #8]
    SHOW    "\r pair", x3, x7, x4, x6, x8
    .endr
    DONE
