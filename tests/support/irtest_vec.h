/* SPDX-License-Identifier: MIT */
/*
 * irtest_vec.h - helpers of the vector operations of the IR for the guest of
 * irtest.h, written lane by lane for clearness. V rows depend on their
 * operands only; F rows stand for helpers that touch FP status.
 *
 * FP helpers are exact for small numbers that need no rounding, which is
 * what tests of the IR use; the guest's real arithmetic is tested elsewhere.
 */
#ifndef IRTEST_VEC_H
#define IRTEST_VEC_H

#include "ir.h"

/* clang-format off */
#define IRT_VEC_TABLE(V, F)                                                   \
    V(VADD, vadd) V(VSUB, vsub) V(VMUL, vmul) V(VNEG, vneg) V(VABS, vabs)     \
    V(VCEQ, vceq) V(VCGT, vcgt) V(VCGE, vcge) V(VCHI, vchi) V(VCHS, vchs)     \
    V(VCTST, vctst) V(VSMIN, vsmin) V(VSMAX, vsmax) V(VUMIN, vumin)           \
    V(VUMAX, vumax) V(VSHL, vshl) V(VUSHR, vushr) V(VSSHR, vsshr)             \
    V(VDUPL, vdupl) V(VINSL, vinsl) V(VEXT, vext) V(VZIP1, vzip1)             \
    V(VZIP2, vzip2) V(VUZP1, vuzp1) V(VUZP2, vuzp2) V(VTRN1, vtrn1)           \
    V(VTRN2, vtrn2) V(VREV, vrev) V(VSXL, vsxl) V(VUXL, vuxl) V(VXTN, vxtn)   \
    V(VADDP, vaddp) V(VTBL1, vtbl1) V(VCNT, vcnt) F(VSQADD, vsqadd)           \
    V(VPMULL64, vpmull64) V(VMADDH, vmaddh)                                   \
    F(FADD, fadd) F(FSUB, fsub) F(FMUL, fmul) F(FDIV, fdiv) F(FMADD, fmadd)   \
    F(FCVTDS, fcvtds) F(FCVTSD, fcvtsd) F(FCMGT, fcmgt) F(FCMGE, fcmge)       \
    F(FCMEQ, fcmeq) F(FCMPI, fcmpi) F(FTOI, ftoi) F(ITOF, itof)
/* clang-format on */

#define ROW(op, fn) IRT_VH_##op,
enum irt_vec_helper { IRT_VEC_TABLE(ROW, ROW) IRT_VEC_HELPERS };
#undef ROW

/* Three helpers have signatures of their own. */
#define irt_fcmpi irt_unused_fcmpi
#define irt_ftoi irt_unused_ftoi
#define irt_itof irt_unused_itof
#define ROW(op, fn) ir_helper_v irt_##fn;
IRT_VEC_TABLE(ROW, ROW)
#undef ROW
#undef irt_fcmpi
#undef irt_ftoi
#undef irt_itof
ir_helper_iv irt_fcmpi;
ir_helper_iv irt_ftoi;
ir_helper_vi irt_itof;

#endif
