// SPDX-License-Identifier: MIT
//
// What DDI 0487 says and QEMU 7.2 does not do: the rest of a scalar result is
// zero after FCVTZS Hd, Hn, #n; a denormal that FJCVTZS flushes is not exact.
//@ noqemu it differs in all of this
#include "check.inc"

.macro JS text
    SET_F   15
    msr     fpsr, xzr
    fjcvtzs w3, d0
    SHOW    "\text", x3, f, fpsr
.endm

.text
.global t_main
t_main:
    movi    v3.16b, #255
    fmov    h0, #-1.5
    fcvtzs  h3, h0, #1
    SHOW    "fcvtzs h, #1", v3
    //> fcvtzs h, #1 0000000000000000_000000000000fffd
    movi    v3.16b, #255
    fcvtzs  h3, h0, #16
    SHOW    "fcvtzs h, #16", v3
    //> fcvtzs h, #16 0000000000000000_0000000000008000

    fmov    d0, #-7.0
    JS      "exact"
    //> exact 00000000fffffff9 4 00000000
    fmov    d0, #-7.5
    JS      "inexact"
    //> inexact 00000000fffffff9 0 00000010
    movi    d0, #0
    JS      "+0"
    //> +0 0000000000000000 4 00000000
    fneg    d0, d0
    JS      "-0"
    //> -0 0000000000000000 0 00000000
    ldr     d0, =0x41f0000000200000
    JS      "2^32 + 2"
    //> 2^32 + 2 0000000000000002 0 00000001
    ldr     d0, =0x7ff8000000000000
    JS      "NaN"
    //> NaN 0000000000000000 0 00000001
    mov     x0, #1
    fmov    d0, x0
    JS      "denormal"
    //> denormal 0000000000000000 0 00000010
    mov     x0, #(1 << 24)
    msr     fpcr, x0
    JS      "flushed"
    //> flushed 0000000000000000 0 00000080
    DONE
    .ltorg
