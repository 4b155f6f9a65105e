/* SPDX-License-Identifier: MIT */
/*
 * trans_fp.c - scalar floating point: conversions between FP and integers,
 * fixed point and general registers, data processing with one, two and
 * three sources, comparison, conditional select, immediates. DDI 0487,
 * "Data Processing -- Scalar Floating-Point".
 *
 * A result fills lane 0 of its register and clears the rest.
 */
#include "trans_fp.h"

/* --- one source ---------------------------------------------------------- */

static bool one_source(struct tctx *s, enum ir_op op, enum a64_helper h,
                       u32 param, int rn, int rd)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, rd, fp_node(s, op, h, param, tc_v(s, rn), 0, 0));
    return true;
}

bool trans_FMOV_s(struct tctx *s, const arg_srr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, fp_fit(s, fp_scalar(a->size), tc_v(s, a->rn)));
    return true;
}

bool trans_FABS_s(struct tctx *s, const arg_srr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_abs(s, a->size, tc_v(s, a->rn));
    tc_set_v(s, a->rd, fp_fit(s, fp_scalar(a->size), v));
    return true;
}

bool trans_FNEG_s(struct tctx *s, const arg_srr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_neg(s, a->size, tc_v(s, a->rn));
    tc_set_v(s, a->rd, fp_fit(s, fp_scalar(a->size), v));
    return true;
}

bool trans_FSQRT_s(struct tctx *s, const arg_srr *a)
{
    return one_source(s, IR_FSQRT, H_fsqrt, fp_scalar(a->size), a->rn, a->rd);
}

bool trans_FRINT_s(struct tctx *s, const arg_sround *a)
{
    return one_source(s, IR_CALLV, H_frint,
                      fp_scalar(a->size) | (u32)a->rmode << FPH_MODE_SHIFT,
                      a->rn, a->rd);
}

bool trans_FCVT_f(struct tctx *s, const arg_fcvt *a)
{
    static const u8 es[4] = { 2, 3, 0, 1 }; /* of ftype and opc */
    int from = es[a->ftype], to = es[a->opc];
    u32 param = fp_scalar(from);

    if (from == 2 && to == 3)
        return one_source(s, IR_FCVTDS, H_fcvtds, param, a->rn, a->rd);
    if (from == 3 && to == 2)
        return one_source(s, IR_FCVTSD, H_fcvtsd, param, a->rn, a->rd);
    return one_source(s, IR_CALLV, H_fcvt,
                      param | (u32)to << FPH_TO_SHIFT, a->rn, a->rd);
}

bool trans_FMOV_i(struct tctx *s, const arg_fimm *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             ir1(s->b, IR_VFROM,
                 ir_const(s->b, fp_expand_imm(a->size, a->imm))));
    return true;
}

/* --- two sources --------------------------------------------------------- */

static bool two_sources(struct tctx *s, const arg_srrr *a, enum ir_op op,
                        enum a64_helper h)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             fp_node(s, op, h, fp_scalar(a->size), tc_v(s, a->rn),
                     tc_v(s, a->rm), 0));
    return true;
}

bool trans_FADD_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_FADD, H_fadd);
}

bool trans_FSUB_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_FSUB, H_fsub);
}

bool trans_FMUL_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_FMUL, H_fmul);
}

bool trans_FDIV_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_FDIV, H_fdiv);
}

bool trans_FMAX_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_CALLV, H_fmax);
}

bool trans_FMIN_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_CALLV, H_fmin);
}

bool trans_FMAXNM_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_CALLV, H_fmaxnm);
}

bool trans_FMINNM_s(struct tctx *s, const arg_srrr *a)
{
    return two_sources(s, a, IR_CALLV, H_fminnm);
}

bool trans_FNMUL_s(struct tctx *s, const arg_srrr *a)
{
    u32 param = fp_scalar(a->size);
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_node(s, IR_FMUL, H_fmul, param, tc_v(s, a->rn), tc_v(s, a->rm), 0);
    tc_set_v(s, a->rd, fp_fit(s, param, fp_neg(s, a->size, v)));
    return true;
}

/* --- three sources ------------------------------------------------------- */

/* Ra + Rn * Rm, with operands negated as FPNeg() does, NaNs included. */
static bool three_sources(struct tctx *s, const arg_srrrr *a, bool neg_n,
                          bool neg_a)
{
    ir_ref n, m, acc;

    if (!tc_fp_check(s))
        return true;
    n = tc_v(s, a->rn);
    m = tc_v(s, a->rm);
    acc = tc_v(s, a->ra);
    if (neg_n)
        n = fp_neg(s, a->size, n);
    if (neg_a)
        acc = fp_neg(s, a->size, acc);
    tc_set_v(s, a->rd,
             fp_node(s, IR_FMADD, H_fmadd, fp_scalar(a->size), n, m, acc));
    return true;
}

bool trans_FMADD_s(struct tctx *s, const arg_srrrr *a)
{
    return three_sources(s, a, false, false);
}

bool trans_FMSUB_s(struct tctx *s, const arg_srrrr *a)
{
    return three_sources(s, a, true, false);
}

bool trans_FNMADD_s(struct tctx *s, const arg_srrrr *a)
{
    return three_sources(s, a, true, true);
}

bool trans_FNMSUB_s(struct tctx *s, const arg_srrrr *a)
{
    return three_sources(s, a, false, true);
}

/* --- compare and select -------------------------------------------------- */

/* NZCV, in bits 31:28, of a comparison; @e: quiet NaNs are invalid too. */
static ir_ref compare(struct tctx *s, int size, int e, ir_ref n, ir_ref m)
{
    return fp_node(s, IR_FCMPI, H_fcmpi,
                   fp_scalar(size) | (e ? IR_FP_SIGNAL : 0), n, m, 0);
}

static void set_nzcv(struct tctx *s, ir_ref v)
{
    ir1(s->b, IR_SETF, ir1(s->b, IR_NZCVF, v));
}

static ir_ref condition(struct tctx *s, int cond)
{
    return ir1i(s->b, IR_CC, ir0(s->b, IR_GETF, 0), (u64)cond);
}

bool trans_FCMP_s(struct tctx *s, const arg_fcmp *a)
{
    ir_ref m;

    if (!tc_fp_check(s))
        return true;
    m = a->z ? fp_zero(s) : tc_v(s, a->rm);
    set_nzcv(s, compare(s, a->size, a->e, tc_v(s, a->rn), m));
    return true;
}

bool trans_FCCMP_s(struct tctx *s, const arg_fccmp *a)
{
    ir_ref n, m, v, c, zero;

    if (!tc_fp_check(s))
        return true;
    n = tc_v(s, a->rn);
    m = tc_v(s, a->rm);
    if (a->cond >= 14) { /* always */
        set_nzcv(s, compare(s, a->size, a->e, n, m));
        return true;
    }
    /* Without the condition zeros are compared, which raises nothing. */
    c = condition(s, a->cond);
    zero = fp_zero(s);
    v = compare(s, a->size, a->e, ir3(s->b, IR_VSELECT, c, n, zero),
                ir3(s->b, IR_VSELECT, c, m, zero));
    set_nzcv(s, ir3(s->b, IR_SELECT, c, v,
                    ir_const(s->b, (u64)a->nzcv << 28)));
    return true;
}

bool trans_FCSEL_s(struct tctx *s, const arg_fcsel *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = tc_v(s, a->rn);
    if (a->cond < 14)
        v = ir3(s->b, IR_VSELECT, condition(s, a->cond), v, tc_v(s, a->rm));
    tc_set_v(s, a->rd, fp_fit(s, fp_scalar(a->size), v));
    return true;
}

/* --- moves to and from general registers --------------------------------- */

static bool to_general(struct tctx *s, int es, int lane, int rn, int rd)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_x(s, rd,
             ir1i(s->b, IR_VGET, tc_v(s, rn), (u64)es | (u64)lane << 8));
    return true;
}

static bool from_general(struct tctx *s, int es, int rn, int rd)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = tc_x(s, rn);
    if (es < 3)
        v = ir1(s->b, es == 2 ? IR_ZXT32 : IR_ZXT16, v);
    tc_set_v(s, rd, ir1(s->b, IR_VFROM, v));
    return true;
}

bool trans_FMOV_fg(struct tctx *s, const arg_srr *a)
{
    return to_general(s, a->size, 0, a->rn, a->rd);
}

bool trans_FMOV_fg_h(struct tctx *s, const arg_rr_sf *a)
{
    return to_general(s, 1, 0, a->rn, a->rd);
}

bool trans_FMOV_fg_top(struct tctx *s, const arg_rr *a)
{
    return to_general(s, 3, 1, a->rn, a->rd);
}

bool trans_FMOV_gf(struct tctx *s, const arg_srr *a)
{
    return from_general(s, a->size, a->rn, a->rd);
}

bool trans_FMOV_gf_h(struct tctx *s, const arg_rr_sf *a)
{
    return from_general(s, 1, a->rn, a->rd);
}

bool trans_FMOV_gf_top(struct tctx *s, const arg_rr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             ir2i(s->b, IR_VINS, tc_v(s, a->rd), tc_x(s, a->rn), 3 | 1 << 8));
    return true;
}

/* --- conversions to and from general registers --------------------------- */

/* The parameter's part that both directions share. */
static u32 int_param(int sf, int size, int u)
{
    return (u32)size | (sf ? IR_FP_INT64 : 0) | (u ? IR_FP_UNSIGNED : 0);
}

/* To an integer with @fbits fraction bits, rounded as @rmode says. */
static bool to_int(struct tctx *s, u32 param, int rmode, int fbits, int rn,
                   int rd)
{
    bool plain = rmode == FP_ZERO && fbits == 0;
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = tc_v(s, rn);
    if (plain)
        v = fp_node(s, IR_FTOI, H_ftoi, param, v, 0, 0);
    else
        v = fp_node(s, IR_CALLIV, H_fcvt_int,
                    param | (u32)rmode << FPH_MODE_SHIFT |
                        (u32)fbits << FPH_FBITS_SHIFT,
                    v, 0, 0);
    tc_set_x(s, rd, v);
    return true;
}

static bool from_int(struct tctx *s, u32 param, int fbits, int rn, int rd)
{
    ir_ref x;

    if (!tc_fp_check(s))
        return true;
    x = tc_x(s, rn);
    tc_set_v(s, rd,
             fp_node(s, fbits ? IR_CALLVI : IR_ITOF, H_itof,
                     param | (u32)fbits << FPH_FBITS_SHIFT, x, 0, 0));
    return true;
}

bool trans_FCVT_g(struct tctx *s, const arg_gfcvt *a)
{
    return to_int(s, int_param(a->sf, a->size, a->u), a->rmode, 0, a->rn,
                  a->rd);
}

bool trans_FCVTZS_g_fix(struct tctx *s, const arg_gfix *a)
{
    return to_int(s, int_param(a->sf, a->size, 0), FP_ZERO, 64 - a->scale,
                  a->rn, a->rd);
}

bool trans_FCVTZU_g_fix(struct tctx *s, const arg_gfix *a)
{
    return to_int(s, int_param(a->sf, a->size, 1), FP_ZERO, 64 - a->scale,
                  a->rn, a->rd);
}

bool trans_SCVTF_g(struct tctx *s, const arg_gfcvt *a)
{
    return from_int(s, int_param(a->sf, a->size, 0), 0, a->rn, a->rd);
}

bool trans_UCVTF_g(struct tctx *s, const arg_gfcvt *a)
{
    return from_int(s, int_param(a->sf, a->size, 1), 0, a->rn, a->rd);
}

bool trans_SCVTF_g_fix(struct tctx *s, const arg_gfix *a)
{
    return from_int(s, int_param(a->sf, a->size, 0), 64 - a->scale, a->rn,
                    a->rd);
}

bool trans_UCVTF_g_fix(struct tctx *s, const arg_gfix *a)
{
    return from_int(s, int_param(a->sf, a->size, 1), 64 - a->scale, a->rn,
                    a->rd);
}

bool trans_FJCVTZS(struct tctx *s, const arg_rr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_node(s, IR_CALLIV, H_fjcvtzs, 0, tc_v(s, a->rn), 0, 0);
    tc_set_x(s, a->rd, ir1(s->b, IR_ZXT32, v));
    set_nzcv(s, ir2(s->b, IR_SHR64, v, ir_const(s->b, 32)));
    return true;
}
