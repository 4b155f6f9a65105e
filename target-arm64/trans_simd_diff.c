/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_diff.c - AdvSIMD three different and its scalar form: operands
 * and results of different widths. DDI 0487, "AdvSIMD three different",
 * "AdvSIMD scalar three different".
 *
 * `size` is that of the narrow lanes. Forms ending in 2 take the upper half
 * of a narrow operand, or write the upper half of a narrow result.
 */
#include "trans_simd.h"

/* --- shared with other classes ----------------------------------------- */

/* The half of narrow operand @x that is meant, as the low half. */
static ir_ref narrow_half(struct tctx *s, const struct tv_arg *v, ir_ref x)
{
    return tv_hi(v) ? tv_upper(s, x) : x;
}

static ir_ref widened(struct tctx *s, const struct tv_arg *v, bool is_signed,
                      ir_ref x)
{
    return tv_widen(s, v->size, is_signed, narrow_half(s, v, x));
}

bool tv_mul_long(struct tctx *s, const struct tv_arg *v, bool is_signed,
                 int sign)
{
    u32 es = tv_es(v->size + 1);
    ir_ref n = widened(s, v, is_signed, v->n);
    ir_ref m = widened(s, v, is_signed, v->m);
    ir_ref r = TV2(s, VMUL, es, n, m);

    if (sign > 0)
        r = TV2(s, VADD, es, tc_v(s, v->rd), r);
    else if (sign < 0)
        r = TV2(s, VSUB, es, tc_v(s, v->rd), r);
    tc_set_v(s, v->rd, r);
    return true;
}

/* 64-bit registers: the helper takes the low halves, all of them. */
bool tv_sqdmul_long(struct tctx *s, const struct tv_arg *v, enum a64_helper h)
{
    int wide = v->scalar ? 2 << v->size : 16;
    u32 param = tv_es(v->size) | (tv_hi(v) ? SIMD_HI : 0);
    ir_ref n = v->n, m = v->m, d = 0;

    if (v->scalar) {
        n = tv_low(s, v->bytes, n);
        m = tv_low(s, v->bytes, m);
    }
    if (h != H_sqdmull)
        d = tv_low(s, wide, tc_v(s, v->rd));
    tc_set_v(s, v->rd,
             tv_low(s, wide, ir_call(s->b, IR_CALLV, h, param, n, m, d)));
    return true;
}

bool tv_set_narrow(struct tctx *s, const struct tv_arg *v, ir_ref narrow)
{
    if (v->scalar || !tv_hi(v))
        tc_set_v(s, v->rd, tv_low(s, v->bytes, narrow));
    else
        tc_set_v(s, v->rd, tv_join(s, tc_v(s, v->rd), narrow));
    return true;
}

/* --- kinds of three different ------------------------------------------ */

/* Wide sum or difference @op of both operands widened. */
static bool add_long(struct tctx *s, const struct tv_arg *v, struct tv_op op,
                     bool is_signed)
{
    ir_ref n = widened(s, v, is_signed, v->n);
    ir_ref m = widened(s, v, is_signed, v->m);

    tc_set_v(s, v->rd,
             ir2i(s->b, (enum ir_op)op.op, n, m,
                  ir_call_imm(op.helper, tv_es(v->size + 1))));
    return true;
}

/* The same with n wide already. */
static bool add_wide(struct tctx *s, const struct tv_arg *v, struct tv_op op,
                     bool is_signed)
{
    ir_ref m = widened(s, v, is_signed, v->m);

    tc_set_v(s, v->rd,
             ir2i(s->b, (enum ir_op)op.op, v->n, m,
                  ir_call_imm(op.helper, tv_es(v->size + 1))));
    return true;
}

/* The upper halves of the lanes of n op m, rounded or not. */
static bool high_narrow(struct tctx *s, const struct tv_arg *v, struct tv_op op,
                        bool round)
{
    int wide = v->size + 1, bits = 8 << v->size;
    ir_ref r = ir2i(s->b, (enum ir_op)op.op, v->n, v->m,
                    ir_call_imm(op.helper, tv_es(wide)));

    if (round)
        r = TV2(s, VADD, tv_es(wide), r, tv_const(s, wide, 1ull << (bits - 1)));
    r = tv_shr(s, wide, false, r, bits);
    return tv_set_narrow(s, v, TV1(s, VXTN, tv_es(v->size), r));
}

/* |n - m| widened; it fits the narrow lane as an unsigned number. */
static ir_ref abs_diff_long(struct tctx *s, const struct tv_arg *v,
                            bool is_signed)
{
    u32 es = tv_es(v->size);
    ir_ref hi = is_signed ? TV2(s, VSMAX, es, v->n, v->m)
                          : TV2(s, VUMAX, es, v->n, v->m);
    ir_ref lo = is_signed ? TV2(s, VSMIN, es, v->n, v->m)
                          : TV2(s, VUMIN, es, v->n, v->m);

    return widened(s, v, false, TV2(s, VSUB, es, hi, lo));
}

static bool abd_long(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    tc_set_v(s, v->rd, abs_diff_long(s, v, is_signed));
    return true;
}

static bool aba_long(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    ir_ref diff = abs_diff_long(s, v, is_signed);

    tc_set_v(s, v->rd, TV2(s, VADD, tv_es(v->size + 1), tc_v(s, v->rd), diff));
    return true;
}

static bool pmull8(struct tctx *s, const struct tv_arg *v)
{
    tc_set_v(s, v->rd,
             TV_CALL(s, pmull8, tv_hi(v) ? SIMD_HI : 0, v->n, v->m, 0));
    return true;
}

static bool pmull64(struct tctx *s, const struct tv_arg *v)
{
    ir_ref n = narrow_half(s, v, v->n), m = narrow_half(s, v, v->m);

    tc_set_v(s, v->rd, TV2(s, VPMULL64, 3, n, m));
    return true;
}

/* --- rows -------------------------------------------------------------- */

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
#define V(name, ...) ROW(name, arg_qrrr, tv_arg3, __VA_ARGS__)
#define S(name, ...) ROW(name, arg_srrr, tv_arg3_s, __VA_ARGS__)

V(SADDL_v, add_long(s, &v, TV_VEC(VADD), true))
V(UADDL_v, add_long(s, &v, TV_VEC(VADD), false))
V(SADDW_v, add_wide(s, &v, TV_VEC(VADD), true))
V(UADDW_v, add_wide(s, &v, TV_VEC(VADD), false))
V(SSUBL_v, add_long(s, &v, TV_VEC(VSUB), true))
V(USUBL_v, add_long(s, &v, TV_VEC(VSUB), false))
V(SSUBW_v, add_wide(s, &v, TV_VEC(VSUB), true))
V(USUBW_v, add_wide(s, &v, TV_VEC(VSUB), false))
V(ADDHN_v, high_narrow(s, &v, TV_VEC(VADD), false))
V(RADDHN_v, high_narrow(s, &v, TV_VEC(VADD), true))
V(SUBHN_v, high_narrow(s, &v, TV_VEC(VSUB), false))
V(RSUBHN_v, high_narrow(s, &v, TV_VEC(VSUB), true))
V(SABAL_v, aba_long(s, &v, true))
V(UABAL_v, aba_long(s, &v, false))
V(SABDL_v, abd_long(s, &v, true))
V(UABDL_v, abd_long(s, &v, false))
V(SMLAL_v, tv_mul_long(s, &v, true, 1))
V(UMLAL_v, tv_mul_long(s, &v, false, 1))
V(SMLSL_v, tv_mul_long(s, &v, true, -1))
V(UMLSL_v, tv_mul_long(s, &v, false, -1))
V(SMULL_v, tv_mul_long(s, &v, true, 0))
V(UMULL_v, tv_mul_long(s, &v, false, 0))
V(SQDMLAL_v, tv_sqdmul_long(s, &v, H_sqdmlal))
V(SQDMLSL_v, tv_sqdmul_long(s, &v, H_sqdmlsl))
V(SQDMULL_v, tv_sqdmul_long(s, &v, H_sqdmull))
V(PMULL_v, pmull8(s, &v))
V(PMULL_v_q, pmull64(s, &v))
S(SQDMLAL_s, tv_sqdmul_long(s, &v, H_sqdmlal))
S(SQDMLSL_s, tv_sqdmul_long(s, &v, H_sqdmlsl))
S(SQDMULL_s, tv_sqdmul_long(s, &v, H_sqdmull))
#undef V
#undef S
#undef ROW
