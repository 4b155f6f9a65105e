/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_same.c - AdvSIMD three same, three same extra, and their scalar
 * forms: integers only. DDI 0487, "AdvSIMD three same", "AdvSIMD three same
 * extra", "AdvSIMD scalar three same".
 */
#include "trans_simd.h"

/* --- shared with other classes ----------------------------------------- */

/* Operands that count, if lanes beyond them could set FPSR.QC. */
static ir_ref operand(struct tctx *s, const struct tv_arg *v, struct tv_op op,
                      ir_ref x)
{
    return op.sat && x ? tv_low(s, v->bytes, x) : x;
}

bool tv_apply(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    ir_ref n = operand(s, v, op, v->n), m = operand(s, v, op, v->m);

    return tv_set(s, v,
                  ir2i(s->b, (enum ir_op)op.op, n, m,
                       ir_call_imm(op.helper, tv_es(v->size))));
}

bool tv_apply_acc(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    ir_ref n = operand(s, v, op, v->n), m = operand(s, v, op, v->m);
    ir_ref d = operand(s, v, op, tc_v(s, v->rd));

    return tv_set(s, v,
                  ir3i(s->b, (enum ir_op)op.op, n, m, d,
                       ir_call_imm(op.helper, tv_es(v->size))));
}

bool tv_mul_add(struct tctx *s, const struct tv_arg *v, int sign)
{
    ir_ref d = tc_v(s, v->rd), p = TV2(s, VMUL, tv_es(v->size), v->n, v->m);

    return tv_set(s, v,
                  sign > 0 ? TV2(s, VADD, tv_es(v->size), d, p)
                           : TV2(s, VSUB, tv_es(v->size), d, p));
}

/* Bytes widened: products, and sums of two, fit; VMADDH wants signed ones. */
bool tv_dot(struct tctx *s, const struct tv_arg *v, bool n_signed,
            bool m_signed, bool halves_same)
{
    ir_ref m = tv_widen(s, 0, m_signed, v->m);
    ir_ref lo = TV2(s, VMADDH, 0, tv_widen(s, 0, n_signed, v->n), m), hi = lo;

    if (v->bytes == 16) {
        if (!halves_same)
            m = tv_widen(s, 0, m_signed, tv_upper(s, v->m));
        hi = TV2(s, VMADDH, 0,
                 tv_widen(s, 0, n_signed, tv_upper(s, v->n)), m);
    }
    return tv_set(s, v,
                  TV2(s, VADD, 2, tc_v(s, v->rd), TV2(s, VADDP, 2, lo, hi)));
}

/* --- kinds of three same ----------------------------------------------- */

/* |n - m|: the larger less the smaller. */
static ir_ref abs_diff(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    u32 es = tv_es(v->size);
    ir_ref hi = is_signed ? TV2(s, VSMAX, es, v->n, v->m)
                          : TV2(s, VUMAX, es, v->n, v->m);
    ir_ref lo = is_signed ? TV2(s, VSMIN, es, v->n, v->m)
                          : TV2(s, VUMIN, es, v->n, v->m);

    return TV2(s, VSUB, es, hi, lo);
}

static bool abd(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    return tv_set(s, v, abs_diff(s, v, is_signed));
}

static bool aba(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    ir_ref diff = abs_diff(s, v, is_signed);

    return tv_set(s, v, TV2(s, VADD, tv_es(v->size), tc_v(s, v->rd), diff));
}

/*
 * Pairs of neighbours of n, then of m, combined by @op. 64-bit registers
 * are joined first: the result is then twice in the 128 bits.
 */
static bool pairwise(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    u32 es = tv_es(v->size);
    ir_ref x = v->n, y = v->m;

    if (v->bytes == 8)
        x = y = tv_join(s, x, y);
    return tv_set(s, v,
                  ir2i(s->b, (enum ir_op)op.op, TV2(s, VUZP1, es, x, y),
                       TV2(s, VUZP2, es, x, y), ir_call_imm(op.helper, es)));
}

static bool add_pairs(struct tctx *s, const struct tv_arg *v)
{
    ir_ref x = v->n, y = v->m;

    if (v->bytes == 8)
        x = y = tv_join(s, x, y);
    return tv_set(s, v, TV2(s, VADDP, tv_es(v->size), x, y));
}

static bool logic(struct tctx *s, const struct tv_arg *v, enum ir_op op)
{
    return tv_set(s, v, ir2(s->b, op, v->n, v->m));
}

static bool orn(struct tctx *s, const struct tv_arg *v)
{
    return tv_set(s, v, ir2(s->b, IR_VOR, v->n, ir1(s->b, IR_VNOT, v->m)));
}

/* Bits of @mask choose @x, the others @y. */
static bool bitwise_select(struct tctx *s, const struct tv_arg *v, ir_ref mask,
                           ir_ref x, ir_ref y)
{
    return tv_set(s, v, ir3(s->b, IR_VBSL, mask, x, y));
}

static bool bsl(struct tctx *s, const struct tv_arg *v)
{
    return bitwise_select(s, v, tc_v(s, v->rd), v->n, v->m);
}

static bool bit(struct tctx *s, const struct tv_arg *v)
{
    return bitwise_select(s, v, v->m, v->n, tc_v(s, v->rd));
}

static bool bif(struct tctx *s, const struct tv_arg *v)
{
    return bitwise_select(s, v, v->m, tc_v(s, v->rd), v->n);
}

/* --- rows -------------------------------------------------------------- */

/* trans_NAME: @fn(s, operands, further arguments). */
#define ROW(name, shape, operands, ...)               \
    bool trans_##name(struct tctx *s, const shape *a) \
    {                                                 \
        struct tv_arg v;                              \
                                                      \
        if (!tc_fp_check(s))                          \
            return true;                              \
        v = operands(s, a);                           \
        return __VA_ARGS__;                           \
    }
#define V(name, ...)   ROW(name##_v, arg_qrrr, tv_arg3, __VA_ARGS__)
#define S(name, ...)   ROW(name##_s, arg_srrr, tv_arg3_s, __VA_ARGS__)
#define V_S(name, ...) V(name, __VA_ARGS__) S(name, __VA_ARGS__)

V(SHADD, tv_apply(s, &v, TV_PURE(shadd)))
V(UHADD, tv_apply(s, &v, TV_PURE(uhadd)))
V(SRHADD, tv_apply(s, &v, TV_PURE(srhadd)))
V(URHADD, tv_apply(s, &v, TV_PURE(urhadd)))
V(SHSUB, tv_apply(s, &v, TV_PURE(shsub)))
V(UHSUB, tv_apply(s, &v, TV_PURE(uhsub)))
V_S(SQADD, tv_apply(s, &v, TV_SQADD))
V_S(UQADD, tv_apply(s, &v, TV_SAT(uqadd)))
V_S(SQSUB, tv_apply(s, &v, TV_SAT(sqsub)))
V_S(UQSUB, tv_apply(s, &v, TV_SAT(uqsub)))
V_S(CMGT, tv_apply(s, &v, TV_VEC(VCGT)))
V_S(CMHI, tv_apply(s, &v, TV_VEC(VCHI)))
V_S(CMGE, tv_apply(s, &v, TV_VEC(VCGE)))
V_S(CMHS, tv_apply(s, &v, TV_VEC(VCHS)))
V_S(CMTST, tv_apply(s, &v, TV_VEC(VCTST)))
V_S(CMEQ, tv_apply(s, &v, TV_VEC(VCEQ)))
V_S(SSHL, tv_apply(s, &v, TV_PURE(sshl)))
V_S(USHL, tv_apply(s, &v, TV_PURE(ushl)))
V_S(SQSHL, tv_apply(s, &v, TV_SAT(sqshl)))
V_S(UQSHL, tv_apply(s, &v, TV_SAT(uqshl)))
V_S(SRSHL, tv_apply(s, &v, TV_PURE(srshl)))
V_S(URSHL, tv_apply(s, &v, TV_PURE(urshl)))
V_S(SQRSHL, tv_apply(s, &v, TV_SAT(sqrshl)))
V_S(UQRSHL, tv_apply(s, &v, TV_SAT(uqrshl)))
V(SMAX, tv_apply(s, &v, TV_VEC(VSMAX)))
V(UMAX, tv_apply(s, &v, TV_VEC(VUMAX)))
V(SMIN, tv_apply(s, &v, TV_VEC(VSMIN)))
V(UMIN, tv_apply(s, &v, TV_VEC(VUMIN)))
V(SABD, abd(s, &v, true))
V(UABD, abd(s, &v, false))
V(SABA, aba(s, &v, true))
V(UABA, aba(s, &v, false))
V_S(ADD, tv_apply(s, &v, TV_VEC(VADD)))
V_S(SUB, tv_apply(s, &v, TV_VEC(VSUB)))
V(MLA, tv_mul_add(s, &v, 1))
V(MLS, tv_mul_add(s, &v, -1))
V(MUL, tv_apply(s, &v, TV_VEC(VMUL)))
V(PMUL, tv_apply(s, &v, TV_PURE(pmul8)))
V(SMAXP, pairwise(s, &v, TV_VEC(VSMAX)))
V(UMAXP, pairwise(s, &v, TV_VEC(VUMAX)))
V(SMINP, pairwise(s, &v, TV_VEC(VSMIN)))
V(UMINP, pairwise(s, &v, TV_VEC(VUMIN)))
V_S(SQDMULH, tv_apply(s, &v, TV_SAT(sqdmulh)))
V_S(SQRDMULH, tv_apply(s, &v, TV_SAT(sqrdmulh)))
V(ADDP, add_pairs(s, &v))
V(AND, logic(s, &v, IR_VAND))
V(BIC, logic(s, &v, IR_VANDN))
V(ORR, logic(s, &v, IR_VOR))
V(ORN, orn(s, &v))
V(EOR, logic(s, &v, IR_VXOR))
V(BSL, bsl(s, &v))
V(BIT, bit(s, &v))
V(BIF, bif(s, &v))
V_S(SQRDMLAH, tv_apply_acc(s, &v, TV_SAT(sqrdmlah)))
V_S(SQRDMLSH, tv_apply_acc(s, &v, TV_SAT(sqrdmlsh)))
V(SDOT, tv_dot(s, &v, true, true, false))
V(UDOT, tv_dot(s, &v, false, false, false))
V(USDOT, tv_dot(s, &v, false, true, false))
#undef V_S
#undef V
#undef S
#undef ROW

/* --- matrices ---------------------------------------------------------- */

/* Lane 2i + j: row i of Vn, of eight bytes, times row j of Vm. */
static bool matrix(struct tctx *s, const arg_rrr *a, bool n_signed,
                   bool m_signed)
{
    ir_ref n[2], m[2], p[2][2], sum;

    if (!tc_fp_check(s))
        return true;
    n[0] = tv_widen(s, 0, n_signed, tc_v(s, a->rn));
    n[1] = tv_widen(s, 0, n_signed, tv_upper(s, tc_v(s, a->rn)));
    m[0] = tv_widen(s, 0, m_signed, tc_v(s, a->rm));
    m[1] = tv_widen(s, 0, m_signed, tv_upper(s, tc_v(s, a->rm)));
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            p[i][j] = TV2(s, VMADDH, 0, n[i], m[j]);
    sum = TV2(s, VADDP, 2, TV2(s, VADDP, 2, p[0][0], p[0][1]),
              TV2(s, VADDP, 2, p[1][0], p[1][1]));
    tc_set_v(s, a->rd, TV2(s, VADD, 2, tc_v(s, a->rd), sum));
    return true;
}

bool trans_SMMLA(struct tctx *s, const arg_rrr *a)
{
    return matrix(s, a, true, true);
}

bool trans_UMMLA(struct tctx *s, const arg_rrr *a)
{
    return matrix(s, a, false, false);
}

bool trans_USMMLA(struct tctx *s, const arg_rrr *a)
{
    return matrix(s, a, false, true);
}
