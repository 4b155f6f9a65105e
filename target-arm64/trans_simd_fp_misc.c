/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_fp_misc.c - AdvSIMD floating point with one operand, vector and
 * scalar: two-register miscellaneous, across lanes, conversions to and from
 * integers and fixed point. DDI 0487,
 * "Data Processing -- Scalar Floating-Point and Advanced SIMD".
 *
 * Scalars are what vectors are with a parameter that names one lane, so the
 * functions are shared; conversions that the scalar operations FTOI and ITOF
 * can do use them.
 */
#include "trans_fp.h"

static bool one_operand(struct tctx *s, enum ir_op op, enum a64_helper h,
                        u32 param, int rn, int rd)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, rd, fp_node(s, op, h, param, tc_v(s, rn), 0, 0));
    return true;
}

/* --- sign, root, estimates, rounding ------------------------------------- */

bool trans_FABS_v(struct tctx *s, const arg_qrr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_abs(s, a->size, tc_v(s, a->rn));
    tc_set_v(s, a->rd, fp_fit(s, fp_vector(a->q, a->size), v));
    return true;
}

bool trans_FNEG_v(struct tctx *s, const arg_qrr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_neg(s, a->size, tc_v(s, a->rn));
    tc_set_v(s, a->rd, fp_fit(s, fp_vector(a->q, a->size), v));
    return true;
}

bool trans_FSQRT_v(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_FSQRT, H_fsqrt, fp_vector(a->q, a->size), a->rn,
                       a->rd);
}

bool trans_FRINT_v(struct tctx *s, const arg_qround *a)
{
    return one_operand(s, IR_CALLV, H_frint,
                       fp_vector(a->q, a->size) |
                           (u32)a->rmode << FPH_MODE_SHIFT,
                       a->rn, a->rd);
}

/* FRINT32, FRINT64: to an integral value that a 32 or 64-bit integer holds. */
#define ROUND_N(name, mode, int64)                                           \
    bool trans_##name##_v(struct tctx *s, const arg_qrr *a)                  \
    {                                                                        \
        return one_operand(s, IR_CALLV, H_frint_n,                           \
                           fp_vector(a->q, a->size) | (int64) |              \
                               (u32)(mode) << FPH_MODE_SHIFT,                \
                           a->rn, a->rd);                                    \
    }                                                                        \
    bool trans_##name##_s(struct tctx *s, const arg_srr *a)                  \
    {                                                                        \
        return one_operand(s, IR_CALLV, H_frint_n,                           \
                           fp_scalar(a->size) | (int64) |                    \
                               (u32)(mode) << FPH_MODE_SHIFT,                \
                           a->rn, a->rd);                                    \
    }

ROUND_N(FRINT32Z, FP_ZERO, 0)
ROUND_N(FRINT32X, FPH_MODE_FPCR, 0)
ROUND_N(FRINT64Z, FP_ZERO, IR_FP_INT64)
ROUND_N(FRINT64X, FPH_MODE_FPCR, IR_FP_INT64)

bool trans_FRECPE_v(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_frecpe, fp_vector(a->q, a->size),
                       a->rn, a->rd);
}

bool trans_FRSQRTE_v(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_frsqrte, fp_vector(a->q, a->size),
                       a->rn, a->rd);
}

bool trans_FRECPE_s(struct tctx *s, const arg_srr *a)
{
    return one_operand(s, IR_CALLV, H_frecpe, fp_scalar(a->size), a->rn,
                       a->rd);
}

bool trans_FRSQRTE_s(struct tctx *s, const arg_srr *a)
{
    return one_operand(s, IR_CALLV, H_frsqrte, fp_scalar(a->size), a->rn,
                       a->rd);
}

bool trans_FRECPX_s(struct tctx *s, const arg_srr *a)
{
    return one_operand(s, IR_CALLV, H_frecpx, fp_scalar(a->size), a->rn,
                       a->rd);
}

bool trans_URECPE_v(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_urecpe, fp_vector(a->q, a->size),
                       a->rn, a->rd);
}

bool trans_URSQRTE_v(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_ursqrte, fp_vector(a->q, a->size),
                       a->rn, a->rd);
}

/* --- comparison with zero ------------------------------------------------ */

/* @swap: zero compared with Rn. */
static bool compare_zero(struct tctx *s, enum ir_op op, enum a64_helper h,
                         bool swap, u32 param, int rn, int rd)
{
    ir_ref v, z;

    if (!tc_fp_check(s))
        return true;
    v = tc_v(s, rn);
    z = fp_zero(s);
    tc_set_v(s, rd,
             fp_node(s, op, h, param, swap ? z : v, swap ? v : z, 0));
    return true;
}

#define COMPARE_ZERO(name, op, h, swap)                                      \
    bool trans_##name##_vz(struct tctx *s, const arg_qrr *a)                 \
    {                                                                        \
        return compare_zero(s, op, h, swap, fp_vector(a->q, a->size), a->rn, \
                            a->rd);                                          \
    }                                                                        \
    bool trans_##name##_sz(struct tctx *s, const arg_srr *a)                 \
    {                                                                        \
        return compare_zero(s, op, h, swap, fp_scalar(a->size), a->rn,       \
                            a->rd);                                          \
    }

COMPARE_ZERO(FCMGT, IR_FCMGT, H_fcmgt, false)
COMPARE_ZERO(FCMGE, IR_FCMGE, H_fcmge, false)
COMPARE_ZERO(FCMEQ, IR_FCMEQ, H_fcmeq, false)
COMPARE_ZERO(FCMLE, IR_FCMGE, H_fcmge, true)
COMPARE_ZERO(FCMLT, IR_FCMGT, H_fcmgt, true)

/* --- across lanes -------------------------------------------------------- */

bool trans_FMAXV(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_fmaxv, fp_vector(a->q, a->size), a->rn,
                       a->rd);
}

bool trans_FMINV(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_fminv, fp_vector(a->q, a->size), a->rn,
                       a->rd);
}

bool trans_FMAXNMV(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_fmaxnmv, fp_vector(a->q, a->size),
                       a->rn, a->rd);
}

bool trans_FMINNMV(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_fminnmv, fp_vector(a->q, a->size),
                       a->rn, a->rd);
}

/* --- between formats ----------------------------------------------------- */

/* Narrowed to 64 bits: Rd's upper half by @q, else its lower, the rest zero. */
static bool narrow(struct tctx *s, const arg_qrr *a, enum a64_helper h)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_node(s, IR_CALLV, h, (u32)a->size, tc_v(s, a->rn), 0, 0);
    if (a->q)
        v = ir2i(s->b, IR_VINS, tc_v(s, a->rd), ir1i(s->b, IR_VGET, v, 3),
                 3 | 1 << 8);
    tc_set_v(s, a->rd, v);
    return true;
}

bool trans_FCVTN_v(struct tctx *s, const arg_qrr *a)
{
    return narrow(s, a, H_fcvtn);
}

bool trans_FCVTXN_v(struct tctx *s, const arg_qrr *a)
{
    return narrow(s, a, H_fcvtxn);
}

bool trans_BFCVTN(struct tctx *s, const arg_qrr *a)
{
    return narrow(s, a, H_bfcvtn);
}

bool trans_BFCVT(struct tctx *s, const arg_rr *a)
{
    return one_operand(s, IR_CALLV, H_bfcvtn, fp_scalar(2), a->rn, a->rd);
}

bool trans_FCVTXN_s(struct tctx *s, const arg_srr *a)
{
    return one_operand(s, IR_CALLV, H_fcvtxn, fp_scalar(a->size), a->rn,
                       a->rd);
}

bool trans_FCVTL_v(struct tctx *s, const arg_qrr *a)
{
    return one_operand(s, IR_CALLV, H_fcvtl,
                       (u32)a->size | (a->q ? FPH_UPPER : 0), a->rn, a->rd);
}

/* --- to and from integers ------------------------------------------------ */

/* The parameter of FTOI and ITOF for an integer of the lane's size. */
static u32 own_size_param(u32 param)
{
    u32 es = param & IR_FP_ES;

    return es | (param & IR_FP_UNSIGNED) | (es == 3 ? IR_FP_INT64 : 0);
}

/* One lane of 32 or 64 bits: what FTOI and ITOF can do. */
static bool is_plain(u32 param, int fbits)
{
    return (param & IR_FP_SCALAR) && (param & IR_FP_ES) >= 2 && fbits == 0;
}

static bool to_int(struct tctx *s, u32 param, int rmode, int fbits, int rn,
                   int rd)
{
    ir_ref v;

    if (!(is_plain(param, fbits) && rmode == FP_ZERO))
        return one_operand(s, IR_CALLV, H_fcvt_int_v,
                           param | (u32)rmode << FPH_MODE_SHIFT |
                               (u32)fbits << FPH_FBITS_SHIFT,
                           rn, rd);
    if (!tc_fp_check(s))
        return true;
    v = fp_node(s, IR_FTOI, H_ftoi, own_size_param(param), tc_v(s, rn), 0, 0);
    tc_set_v(s, rd, ir1(s->b, IR_VFROM, v));
    return true;
}

static bool from_int(struct tctx *s, u32 param, int fbits, int rn, int rd)
{
    ir_ref x;

    if (!is_plain(param, fbits))
        return one_operand(s, IR_CALLV, H_cvtf_v,
                           param | (u32)fbits << FPH_FBITS_SHIFT, rn, rd);
    if (!tc_fp_check(s))
        return true;
    x = ir1i(s->b, IR_VGET, tc_v(s, rn), param & IR_FP_ES);
    tc_set_v(s, rd,
             fp_node(s, IR_ITOF, H_itof, own_size_param(param), x, 0, 0));
    return true;
}

bool trans_FCVT_v(struct tctx *s, const arg_qfcvt *a)
{
    return to_int(s,
                  fp_vector(a->q, a->size) | (a->u ? IR_FP_UNSIGNED : 0),
                  a->rmode, 0, a->rn, a->rd);
}

bool trans_FCVT_s(struct tctx *s, const arg_sfcvt *a)
{
    return to_int(s, fp_scalar(a->size) | (a->u ? IR_FP_UNSIGNED : 0),
                  a->rmode, 0, a->rn, a->rd);
}

bool trans_SCVTF_v(struct tctx *s, const arg_qrr *a)
{
    return from_int(s, fp_vector(a->q, a->size), 0, a->rn, a->rd);
}

bool trans_UCVTF_v(struct tctx *s, const arg_qrr *a)
{
    return from_int(s, fp_vector(a->q, a->size) | IR_FP_UNSIGNED, 0, a->rn,
                    a->rd);
}

bool trans_SCVTF_s(struct tctx *s, const arg_srr *a)
{
    return from_int(s, fp_scalar(a->size), 0, a->rn, a->rd);
}

bool trans_UCVTF_s(struct tctx *s, const arg_srr *a)
{
    return from_int(s, fp_scalar(a->size) | IR_FP_UNSIGNED, 0, a->rn, a->rd);
}

/* immh:immb: the highest bit set is the lane's size. */
static int imm_size(int imm)
{
    return imm >= 64 ? 3 : imm >= 32 ? 2 : 1;
}

static int imm_fbits(int imm)
{
    return (16 << imm_size(imm)) - imm;
}

#define FIXED_V(name, convert)                                               \
    bool trans_##name##_vi(struct tctx *s, const arg_qshift *a)              \
    {                                                                        \
        u32 param = fp_vector(a->q, imm_size(a->imm));                       \
                                                                             \
        return convert;                                                      \
    }
#define FIXED_S(name, convert)                                               \
    bool trans_##name##_si(struct tctx *s, const arg_sshift *a)              \
    {                                                                        \
        u32 param = fp_scalar(imm_size(a->imm));                             \
                                                                             \
        return convert;                                                      \
    }
#define FIXED(name, convert) FIXED_V(name, convert) FIXED_S(name, convert)

FIXED(SCVTF, from_int(s, param, imm_fbits(a->imm), a->rn, a->rd))
FIXED(UCVTF, from_int(s, param | IR_FP_UNSIGNED, imm_fbits(a->imm), a->rn,
                      a->rd))
FIXED(FCVTZS, to_int(s, param, FP_ZERO, imm_fbits(a->imm), a->rn, a->rd))
FIXED(FCVTZU, to_int(s, param | IR_FP_UNSIGNED, FP_ZERO, imm_fbits(a->imm),
                     a->rn, a->rd))
