/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_fp.c - AdvSIMD floating point with two or three operands, vector
 * and scalar: three same, by element, pairwise, complex. DDI 0487,
 * "Data Processing -- Scalar Floating-Point and Advanced SIMD".
 *
 * Families whose members differ in an operation alone are made by a macro
 * each: @name is the row, @op the IR operation, @h its helper. What has no
 * operation is CALLV of the helper.
 */
#include "trans_fp.h"

/* --- three same ---------------------------------------------------------- */

static bool three_same(struct tctx *s, enum ir_op op, enum a64_helper h,
                       u32 param, int rn, int rm, int rd)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, rd,
             fp_node(s, op, h, param, tc_v(s, rn), tc_v(s, rm), 0));
    return true;
}

#define THREE_SAME_V(name, op, h)                                            \
    bool trans_##name(struct tctx *s, const arg_qrrr *a)                     \
    {                                                                        \
        return three_same(s, op, h, fp_vector(a->q, a->size), a->rn, a->rm,  \
                          a->rd);                                            \
    }
#define THREE_SAME_S(name, op, h)                                            \
    bool trans_##name(struct tctx *s, const arg_srrr *a)                     \
    {                                                                        \
        return three_same(s, op, h, fp_scalar(a->size), a->rn, a->rm,        \
                          a->rd);                                            \
    }

THREE_SAME_V(FADD_v, IR_FADD, H_fadd)
THREE_SAME_V(FSUB_v, IR_FSUB, H_fsub)
THREE_SAME_V(FMUL_v, IR_FMUL, H_fmul)
THREE_SAME_V(FDIV_v, IR_FDIV, H_fdiv)
THREE_SAME_V(FMULX_v, IR_CALLV, H_fmulx)
THREE_SAME_V(FMAX_v, IR_CALLV, H_fmax)
THREE_SAME_V(FMIN_v, IR_CALLV, H_fmin)
THREE_SAME_V(FMAXNM_v, IR_CALLV, H_fmaxnm)
THREE_SAME_V(FMINNM_v, IR_CALLV, H_fminnm)
THREE_SAME_V(FRECPS_v, IR_CALLV, H_frecps)
THREE_SAME_V(FRSQRTS_v, IR_CALLV, H_frsqrts)
THREE_SAME_V(FCMGT_v, IR_FCMGT, H_fcmgt)
THREE_SAME_V(FCMGE_v, IR_FCMGE, H_fcmge)
THREE_SAME_V(FCMEQ_v, IR_FCMEQ, H_fcmeq)
THREE_SAME_V(FMAXP_v, IR_CALLV, H_fmaxp)
THREE_SAME_V(FMINP_v, IR_CALLV, H_fminp)
THREE_SAME_V(FMAXNMP_v, IR_CALLV, H_fmaxnmp)
THREE_SAME_V(FMINNMP_v, IR_CALLV, H_fminnmp)

THREE_SAME_S(FMULX_s, IR_CALLV, H_fmulx)
THREE_SAME_S(FRECPS_s, IR_CALLV, H_frecps)
THREE_SAME_S(FRSQRTS_s, IR_CALLV, H_frsqrts)
THREE_SAME_S(FCMGT_s, IR_FCMGT, H_fcmgt)
THREE_SAME_S(FCMGE_s, IR_FCMGE, H_fcmge)
THREE_SAME_S(FCMEQ_s, IR_FCMEQ, H_fcmeq)

/* FADDP: the even lanes of Rm:Rn and the odd ones are vectors to be added. */
bool trans_FADDP_v(struct tctx *s, const arg_qrrr *a)
{
    u32 param = fp_vector(a->q, a->size);
    ir_ref n, m, even, odd;

    if (!tc_fp_check(s))
        return true;
    n = tc_v(s, a->rn);
    m = tc_v(s, a->rm);
    if (!a->q) {
        m = ir1i(s->b, IR_VGET, m, 3);
        n = m = ir2i(s->b, IR_VINS, n, m, 3 | 1 << 8);
    }
    even = fp_node(s, IR_VUZP1, H_VUZP1, (u32)a->size, n, m, 0);
    odd = fp_node(s, IR_VUZP2, H_VUZP2, (u32)a->size, n, m, 0);
    tc_set_v(s, a->rd, fp_node(s, IR_FADD, H_fadd, param, even, odd, 0));
    return true;
}

/* FABD: FPAbs() of the difference. */
static bool absolute_difference(struct tctx *s, u32 param, int rn, int rm,
                                int rd)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = fp_node(s, IR_FSUB, H_fsub, param, tc_v(s, rn), tc_v(s, rm), 0);
    tc_set_v(s, rd, fp_abs(s, param & IR_FP_ES, v));
    return true;
}

bool trans_FABD_v(struct tctx *s, const arg_qrrr *a)
{
    return absolute_difference(s, fp_vector(a->q, a->size), a->rn, a->rm,
                               a->rd);
}

bool trans_FABD_s(struct tctx *s, const arg_srrr *a)
{
    return absolute_difference(s, fp_scalar(a->size), a->rn, a->rm, a->rd);
}

/* FACGE, FACGT: a comparison of FPAbs() of both. */
static bool compare_absolute(struct tctx *s, enum ir_op op,
                             enum a64_helper h, u32 param, int rn, int rm,
                             int rd)
{
    int es = param & IR_FP_ES;
    ir_ref n, m;

    if (!tc_fp_check(s))
        return true;
    n = fp_abs(s, es, tc_v(s, rn));
    m = fp_abs(s, es, tc_v(s, rm));
    tc_set_v(s, rd, fp_node(s, op, h, param, n, m, 0));
    return true;
}

bool trans_FACGE_v(struct tctx *s, const arg_qrrr *a)
{
    return compare_absolute(s, IR_FCMGE, H_fcmge, fp_vector(a->q, a->size),
                            a->rn, a->rm, a->rd);
}

bool trans_FACGT_v(struct tctx *s, const arg_qrrr *a)
{
    return compare_absolute(s, IR_FCMGT, H_fcmgt, fp_vector(a->q, a->size),
                            a->rn, a->rm, a->rd);
}

bool trans_FACGE_s(struct tctx *s, const arg_srrr *a)
{
    return compare_absolute(s, IR_FCMGE, H_fcmge, fp_scalar(a->size), a->rn,
                            a->rm, a->rd);
}

bool trans_FACGT_s(struct tctx *s, const arg_srrr *a)
{
    return compare_absolute(s, IR_FCMGT, H_fcmgt, fp_scalar(a->size), a->rn,
                            a->rm, a->rd);
}

/* --- multiply and add ---------------------------------------------------- */

/* Rd + Rn * @m; FMLS negates Rn as FPNeg() does. */
static void multiply_add(struct tctx *s, u32 param, bool is_sub, int rn,
                         ir_ref m, int rd)
{
    ir_ref n = tc_v(s, rn);

    if (is_sub)
        n = fp_neg(s, param & IR_FP_ES, n);
    tc_set_v(s, rd,
             fp_node(s, IR_FMADD, H_fmadd, param, n, m, tc_v(s, rd)));
}

bool trans_FMLA_v(struct tctx *s, const arg_qrrr *a)
{
    if (!tc_fp_check(s))
        return true;
    multiply_add(s, fp_vector(a->q, a->size), false, a->rn, tc_v(s, a->rm),
                 a->rd);
    return true;
}

bool trans_FMLS_v(struct tctx *s, const arg_qrrr *a)
{
    if (!tc_fp_check(s))
        return true;
    multiply_add(s, fp_vector(a->q, a->size), true, a->rn, tc_v(s, a->rm),
                 a->rd);
    return true;
}

/* --- by element ---------------------------------------------------------- */

/* The index H:L:M, H:L or H, and the register Rm or M:Rm. */
static unsigned elem_index(int size, int h, int l, int m)
{
    switch (size) {
    case 1: return (unsigned)(h << 2 | l << 1 | m);
    case 2: return (unsigned)(h << 1 | l);
    default: return (unsigned)h;
    }
}

static int elem_reg(int size, int m, int rm)
{
    return size == 1 ? rm : m << 4 | rm;
}

/* The element in every lane that the operation reads. */
static ir_ref elem_v(struct tctx *s, const arg_qelem *a)
{
    unsigned lane = elem_index(a->size, a->h, a->l, a->m);
    ir_ref v = tc_v(s, elem_reg(a->size, a->m, a->rm));

    return fp_node(s, IR_VDUPL, H_VDUPL, (u32)a->size | lane << 8, v, 0, 0);
}

static ir_ref elem_s(struct tctx *s, const arg_selem *a)
{
    unsigned lane = elem_index(a->size, a->h, a->l, a->m);
    ir_ref v = tc_v(s, elem_reg(a->size, a->m, a->rm));

    return lane ? fp_lane(s, a->size, lane, v) : v;
}

#define ELEM_V(name, op, h)                                                  \
    bool trans_##name(struct tctx *s, const arg_qelem *a)                    \
    {                                                                        \
        if (!tc_fp_check(s))                                                 \
            return true;                                                     \
        tc_set_v(s, a->rd,                                                   \
                 fp_node(s, op, h, fp_vector(a->q, a->size),                 \
                         tc_v(s, a->rn), elem_v(s, a), 0));                  \
        return true;                                                         \
    }
#define ELEM_S(name, op, h)                                                  \
    bool trans_##name(struct tctx *s, const arg_selem *a)                    \
    {                                                                        \
        if (!tc_fp_check(s))                                                 \
            return true;                                                     \
        tc_set_v(s, a->rd,                                                   \
                 fp_node(s, op, h, fp_scalar(a->size), tc_v(s, a->rn),       \
                         elem_s(s, a), 0));                                  \
        return true;                                                         \
    }

ELEM_V(FMUL_ve, IR_FMUL, H_fmul)
ELEM_V(FMULX_ve, IR_CALLV, H_fmulx)
ELEM_S(FMUL_se, IR_FMUL, H_fmul)
ELEM_S(FMULX_se, IR_CALLV, H_fmulx)

bool trans_FMLA_ve(struct tctx *s, const arg_qelem *a)
{
    if (!tc_fp_check(s))
        return true;
    multiply_add(s, fp_vector(a->q, a->size), false, a->rn, elem_v(s, a),
                 a->rd);
    return true;
}

bool trans_FMLS_ve(struct tctx *s, const arg_qelem *a)
{
    if (!tc_fp_check(s))
        return true;
    multiply_add(s, fp_vector(a->q, a->size), true, a->rn, elem_v(s, a),
                 a->rd);
    return true;
}

bool trans_FMLA_se(struct tctx *s, const arg_selem *a)
{
    if (!tc_fp_check(s))
        return true;
    multiply_add(s, fp_scalar(a->size), false, a->rn, elem_s(s, a), a->rd);
    return true;
}

bool trans_FMLS_se(struct tctx *s, const arg_selem *a)
{
    if (!tc_fp_check(s))
        return true;
    multiply_add(s, fp_scalar(a->size), true, a->rn, elem_s(s, a), a->rd);
    return true;
}

/* --- half and BFloat16 to single ----------------------------------------- */

/*
 * FMLAL, FMLSL: Rd plus or minus halves of Rn and @m, from @upper ones. As
 * singles the factors are exact, so FPMulAdd() does what FPMulAddH() does.
 */
static bool multiply_add_long(struct tctx *s, int q, bool is_sub, bool upper,
                              int rn, ir_ref m, int rd)
{
    u32 param = fp_vector(q, 2), from = param | (upper ? FPH_UPPER : 0);
    ir_ref n = tc_v(s, rn);

    if (is_sub)
        n = fp_neg(s, 1, n);
    n = fp_node(s, IR_CALLV, H_ffactor, from, n, 0, 0);
    m = fp_node(s, IR_CALLV, H_ffactor, from, m, 0, 0);
    tc_set_v(s, rd,
             fp_node(s, IR_FMADD, H_fmadd, param, n, m, tc_v(s, rd)));
    return true;
}

#define MULTIPLY_ADD_LONG(name, is_sub, upper)                               \
    bool trans_##name##_v(struct tctx *s, const arg_qrrr *a)                 \
    {                                                                        \
        if (!tc_fp_check(s))                                                 \
            return true;                                                     \
        return multiply_add_long(s, a->q, is_sub, upper, a->rn,              \
                                 tc_v(s, a->rm), a->rd);                     \
    }                                                                        \
    bool trans_##name##_ve(struct tctx *s, const arg_qelem *a)               \
    {                                                                        \
        if (!tc_fp_check(s))                                                 \
            return true;                                                     \
        return multiply_add_long(s, a->q, is_sub, upper, a->rn,              \
                                 elem_v(s, a), a->rd);                       \
    }

MULTIPLY_ADD_LONG(FMLAL, false, false)
MULTIPLY_ADD_LONG(FMLAL2, false, true)
MULTIPLY_ADD_LONG(FMLSL, true, false)
MULTIPLY_ADD_LONG(FMLSL2, true, true)

/* The odd BFloat16 lanes of @v as singles, or the even ones. */
static ir_ref bf_widened(struct tctx *s, bool odd, ir_ref v)
{
    if (odd)
        return ir2(s->b, IR_VAND, v,
                   ir0(s->b, IR_VCONST, 0xffff0000ffff0000));
    return fp_node(s, IR_VSHL, H_VSHL, 2 | 16 << 8, v, 0, 0);
}

/* BFMLALB, BFMLALT (@odd): a multiply-add of singles in every respect. */
static bool bf_multiply_add(struct tctx *s, bool odd, int rn, ir_ref m,
                            int rd)
{
    ir_ref n = bf_widened(s, odd, tc_v(s, rn));

    tc_set_v(s, rd,
             fp_node(s, IR_FMADD, H_fmadd, fp_vector(1, 2), n,
                     bf_widened(s, odd, m), tc_v(s, rd)));
    return true;
}

bool trans_BFMLAL_v(struct tctx *s, const arg_qrrr *a)
{
    if (!tc_fp_check(s))
        return true;
    return bf_multiply_add(s, a->q, a->rn, tc_v(s, a->rm), a->rd);
}

bool trans_BFMLAL_ve(struct tctx *s, const arg_qelem *a)
{
    if (!tc_fp_check(s))
        return true;
    return bf_multiply_add(s, a->q, a->rn, elem_v(s, a), a->rd);
}

static bool bf_dot(struct tctx *s, int q, int rn, ir_ref m, int rd)
{
    ir_ref v = fp_node(s, IR_CALLV, H_bfdot, 0, tc_v(s, rn), m, tc_v(s, rd));

    tc_set_v(s, rd, fp_fit(s, fp_vector(q, 2), v));
    return true;
}

bool trans_BFDOT_v(struct tctx *s, const arg_qrrr *a)
{
    if (!tc_fp_check(s))
        return true;
    return bf_dot(s, a->q, a->rn, tc_v(s, a->rm), a->rd);
}

/* The element is a pair: h:l of any register. */
bool trans_BFDOT_ve(struct tctx *s, const arg_qelem *a)
{
    arg_qelem pair = *a;

    if (!tc_fp_check(s))
        return true;
    pair.size = 2;
    return bf_dot(s, a->q, a->rn, elem_v(s, &pair), a->rd);
}

bool trans_BFMMLA(struct tctx *s, const arg_rrr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             fp_node(s, IR_CALLV, H_bfmmla, 0, tc_v(s, a->rn),
                     tc_v(s, a->rm), tc_v(s, a->rd)));
    return true;
}

/* --- scalar pairwise ----------------------------------------------------- */

/* Lanes 0 and 1 of Rn. */
static bool scalar_pair(struct tctx *s, const arg_srr *a, enum ir_op op,
                        enum a64_helper h)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = tc_v(s, a->rn);
    tc_set_v(s, a->rd,
             fp_node(s, op, h, fp_scalar(a->size), v,
                     fp_lane(s, a->size, 1, v), 0));
    return true;
}

bool trans_FADDP_s(struct tctx *s, const arg_srr *a)
{
    return scalar_pair(s, a, IR_FADD, H_fadd);
}

bool trans_FMAXP_s(struct tctx *s, const arg_srr *a)
{
    return scalar_pair(s, a, IR_CALLV, H_fmax);
}

bool trans_FMINP_s(struct tctx *s, const arg_srr *a)
{
    return scalar_pair(s, a, IR_CALLV, H_fmin);
}

bool trans_FMAXNMP_s(struct tctx *s, const arg_srr *a)
{
    return scalar_pair(s, a, IR_CALLV, H_fmaxnm);
}

bool trans_FMINNMP_s(struct tctx *s, const arg_srr *a)
{
    return scalar_pair(s, a, IR_CALLV, H_fminnm);
}

/* --- complex ------------------------------------------------------------- */

bool trans_FCADD_v(struct tctx *s, const arg_qrot *a)
{
    return three_same(s, IR_CALLV, H_fcadd,
                      fp_vector(a->q, a->size) |
                          (u32)a->rot << FPH_ROT_SHIFT,
                      a->rn, a->rm, a->rd);
}

static bool complex_multiply_add(struct tctx *s, u32 param, int rn, int rm,
                                 int rd)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, rd,
             fp_node(s, IR_CALLV, H_fcmla, param, tc_v(s, rn), tc_v(s, rm),
                     tc_v(s, rd)));
    return true;
}

bool trans_FCMLA_v(struct tctx *s, const arg_qrot *a)
{
    return complex_multiply_add(s,
                                fp_vector(a->q, a->size) |
                                    (u32)a->rot << FPH_ROT_SHIFT,
                                a->rn, a->rm, a->rd);
}

bool trans_FCMLA_ve(struct tctx *s, const arg_qrot_elem *a)
{
    int pair = a->size == 1 ? a->h << 1 | a->l : a->h;

    return complex_multiply_add(s,
                                fp_vector(a->q, a->size) | FPH_BY_ELEM |
                                    (u32)a->rot << FPH_ROT_SHIFT |
                                    (u32)pair << FPH_PAIR_SHIFT,
                                a->rn, a->m << 4 | a->rm, a->rd);
}
