// SPDX-License-Identifier: MIT
//
// Multiply-adds of half precision to single (FEAT_FHM) and BFloat16
// (FEAT_BF16), whose dot products know no FPCR.
.arch armv8.6-a+fp16+fp16fml
#include "check.inc"
#include "fp.inc"

// Sizes 1 and 2: the table's words are two BFloat16 each.
.macro BF insn
    FP      1, "\insn"
    FP      2, "\insn"
.endm

.macro DOT text, n, m, a
    ldr     w0, =\n
    ldr     w1, =\m
    ldr     w2, =\a
    dup     v0.4s, w0
    dup     v1.4s, w1
    dup     v2.4s, w2
    bfdot   v2.4s, v0.8h, v1.8h
    SHOW    "\text", v2, fpsr
.endm

.macro CVT text, a
    ldr     w0, =\a
    fmov    s0, w0
    movi    v3.16b, #255
    msr     fpsr, xzr
    bfcvt   h3, s0
    SHOW    "\text", v3, fpsr
.endm

.text
.global t_main
t_main:
    .irp    op, fmlal, fmlsl, fmlal2, fmlsl2
    FP      1, "\op v2.2s, v0.2h, v1.2h; mov v3.16b, v2.16b"
    FP      1, "\op v2.4s, v0.4h, v1.4h; mov v3.16b, v2.16b"
    FP      1, "\op v0.4s, v0.4h, v1.4h; mov v3.16b, v0.16b"
    .irp    i, 0, 1, 2, 4, 7
    FP      1, "\op v2.2s, v0.2h, v1.h[\i]; mov v3.16b, v2.16b"
    FP      1, "\op v2.4s, v0.4h, v1.h[\i]; mov v3.16b, v2.16b"
    .endr
    // Addends beyond the range of half precision.
    FP      2, "\op v2.4s, v0.4h, v1.4h; mov v3.16b, v2.16b"
    .endr
    BF      "bfdot v2.2s, v0.4h, v1.4h; mov v3.16b, v2.16b"
    BF      "bfdot v2.4s, v0.8h, v1.8h; mov v3.16b, v2.16b"
    BF      "bfdot v0.4s, v0.8h, v1.8h; mov v3.16b, v0.16b"
    .irp    i, 0, 1, 2, 3
    BF      "bfdot v2.2s, v0.4h, v1.2h[\i]; mov v3.16b, v2.16b"
    BF      "bfdot v2.4s, v0.8h, v1.2h[\i]; mov v3.16b, v2.16b"
    BF      "mov v30.16b, v1.16b; bfdot v2.4s, v0.8h, v30.2h[\i]; mov v3.16b, v2.16b"
    .endr
    BF      "bfmmla v2.4s, v0.8h, v1.8h; mov v3.16b, v2.16b"
    BF      "bfmmla v1.4s, v0.8h, v1.8h; mov v3.16b, v1.16b"
    .irp    op, bfmlalb, bfmlalt
    BF      "\op v2.4s, v0.8h, v1.8h; mov v3.16b, v2.16b"
    BF      "\op v2.4s, v2.8h, v1.8h; mov v3.16b, v2.16b"
    .irp    i, 0, 1, 2, 4, 7
    BF      "\op v2.4s, v0.8h, v1.h[\i]; mov v3.16b, v2.16b"
    .endr
    .endr
    FP      2, "bfcvt h3, s0"
    FP      2, "bfcvtn v3.4h, v0.4s"
    FP      2, "bfcvtn2 v3.8h, v0.4s"
    FP      2, "bfcvtn v0.4h, v0.4s; mov v3.16b, v0.16b"

    // What FPCR says is nothing to BFDOT: up, no FZ.
    mov     x3, #0x400000
    msr     fpcr, x3
    msr     fpsr, xzr
    DOT     "1 * 2 + 3 * 4 + 5", 0x3f804040, 0x40004080, 0x40a00000
    //> 1 * 2 + 3 * 4 + 5 4198000041980000_4198000041980000 00000000
    DOT     "to odd", 0x3f800000, 0x3f800000, 0x33000000
    //> to odd 3f8000013f800001_3f8000013f800001 00000000
    DOT     "to odd, less", 0x3f800000, 0x3f800000, 0xb3000000
    //> to odd, less 3f7fffff3f7fffff_3f7fffff3f7fffff 00000000
    DOT     "overflow", 0x7f000000, 0xc1000000, 0
    //> overflow ff800000ff800000_ff800000ff800000 00000000
    DOT     "tiny", 0x00800000, 0xbf000000, 0
    //> tiny 0000000000000000_0000000000000000 00000000
    DOT     "tiny, negative", 0x00800080, 0xbf00bf00, 0x80000000
    //> tiny, negative 8000000080000000_8000000080000000 00000000
    DOT     "denormals", 0x007f0000, 0x7f000000, 0x807fffff
    //> denormals 0000000000000000_0000000000000000 00000000
    DOT     "exact zero", 0x3f803f80, 0x3f80bf80, 0x80000000
    //> exact zero 0000000000000000_0000000000000000 00000000
    DOT     "0 * infinity", 0x7f800000, 0, 0
    //> 0 * infinity 7fc000007fc00000_7fc000007fc00000 00000000
    DOT     "infinities", 0x7f807f80, 0x3f80bf80, 0
    //> infinities 7fc000007fc00000_7fc000007fc00000 00000000
    DOT     "NaN", 0xffa10000, 0x3f800000, 0
    //> NaN 7fc000007fc00000_7fc000007fc00000 00000000
    DOT     "NaN added", 0x3f800000, 0x3f800000, 0xff812345
    //> NaN added 7fc000007fc00000_7fc000007fc00000 00000000
    DOT     "infinity", 0x3f80ff80, 0x40004000, 0x7f7fffff
    //> infinity ff800000ff800000_ff800000ff800000 00000000

    CVT     "up", 0x3f800001
    //> up 0000000000000000_0000000000003f81 00000010
    CVT     "overflow", 0x7f7fffff
    //> overflow 0000000000000000_0000000000007f80 00000014
    CVT     "denormal", 0x00000001
    //> denormal 0000000000000000_0000000000000001 00000018
    CVT     "NaN", 0xff812345
    //> NaN 0000000000000000_000000000000ffc1 00000001
    msr     fpcr, xzr
    CVT     "tie to even", 0x3f808000
    //> tie to even 0000000000000000_0000000000003f80 00000010
    CVT     "tie, odd", 0x3f818000
    //> tie, odd 0000000000000000_0000000000003f82 00000010
    mov     x3, #0x1000000
    msr     fpcr, x3
    CVT     "flushed", 0x807fffff
    //> flushed 0000000000000000_0000000000008000 00000080
    mov     x3, #0x2000000
    msr     fpcr, x3
    CVT     "default NaN", 0xff812345
    //> default NaN 0000000000000000_0000000000007fc0 00000001
    DONE
    .ltorg
FP_CODE
