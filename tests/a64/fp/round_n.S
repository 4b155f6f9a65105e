// SPDX-License-Identifier: MIT
//
// FRINT32Z, FRINT32X, FRINT64Z, FRINT64X (FEAT_FRINTTS): what fits no integer
// of that size becomes the most negative one.
#include "check.inc"
#include "fp.inc"

.macro ONE text, insn, value, r
    ldr     \r\()0, =\value
    msr     fpsr, xzr
    \insn   \r\()3, \r\()0
    SHOW    "\insn \text", v3, fpsr
.endm

.text
.global t_main
t_main:
    .irp    op, frint32z, frint32x, frint64z, frint64x
    FP      2, "\op s3, s0"
    FP      3, "\op d3, d0"
    FP      2, "\op v3.2s, v0.2s"
    FP      2, "\op v3.4s, v0.4s"
    FP      3, "\op v3.2d, v0.2d"
    FP      2, "\op v0.4s, v0.4s; mov v3.16b, v0.16b"
    .endr
    ONE     "2^31 - 1/2", frint32z, 0x41dfffffffe00000, d
    //> frint32z 2^31 - 1/2 0000000000000000_41dfffffffc00000 00000010
    ONE     "2^31 - 1/2", frint32x, 0x41dfffffffe00000, d
    //> frint32x 2^31 - 1/2 0000000000000000_c1e0000000000000 00000001
    ONE     "-2^31 - 1/4", frint32x, 0xc1e0000000080000, d
    //> frint32x -2^31 - 1/4 0000000000000000_c1e0000000000000 00000010
    ONE     "-2^31 - 1", frint32z, 0xc1e0000000200000, d
    //> frint32z -2^31 - 1 0000000000000000_c1e0000000000000 00000001
    ONE     "2^63", frint64z, 0x5f000000, s
    //> frint64z 2^63 0000000000000000_00000000df000000 00000001
    ONE     "-2^63", frint64x, 0xdf000000, s
    //> frint64x -2^63 0000000000000000_00000000df000000 00000000
    ONE     "below 2^63", frint64x, 0x5effffff, s
    //> frint64x below 2^63 0000000000000000_000000005effffff 00000000
    ONE     "NaN", frint32z, 0x7fc00001, s
    //> frint32z NaN 0000000000000000_00000000cf000000 00000001
    ONE     "infinity", frint64z, 0xfff0000000000000, d
    //> frint64z infinity 0000000000000000_c3e0000000000000 00000001
    ONE     "-1/2", frint64z, 0xbf000000, s
    //> frint64z -1/2 0000000000000000_0000000080000000 00000010
    DONE
    .ltorg
FP_CODE
