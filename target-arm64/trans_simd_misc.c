/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_misc.c - AdvSIMD two-register miscellaneous, across lanes, and
 * scalar pairwise: integers only. DDI 0487, "AdvSIMD two-register
 * miscellaneous", "AdvSIMD scalar two-register miscellaneous", "AdvSIMD
 * across lanes", "AdvSIMD scalar pairwise".
 */
#include "trans_simd.h"

/* --- shared with other classes ----------------------------------------- */

bool tv_narrow_sat(struct tctx *s, const struct tv_arg *v, enum a64_helper h,
                   ir_ref wide)
{
    if (v->scalar)
        wide = tv_low(s, 2 * v->bytes, wide);
    return tv_set_narrow(
        s, v, ir_call(s->b, IR_CALLV, h, tv_es(v->size), wide, 0, 0));
}

/* --- kinds of two-register miscellaneous ------------------------------- */

/* Vd := op(n). */
static bool unary(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    ir_ref n = op.sat ? tv_low(s, v->bytes, v->n) : v->n;

    return tv_set(s, v,
                  ir1i(s->b, (enum ir_op)op.op, n,
                       ir_call_imm(op.helper, tv_es(v->size))));
}

static bool not(struct tctx * s, const struct tv_arg *v)
{
    return tv_set(s, v, ir1(s->b, IR_VNOT, v->n));
}

/* Lanes reversed within containers of 1 << @container bytes. */
static bool rev(struct tctx *s, const struct tv_arg *v, int container)
{
    return tv_set(s, v,
                  TV1(s, VREV, tv_es(v->size) | SIMD_ARG(container), v->n));
}

/* Sums of neighbours, as wide lanes. */
static ir_ref pair_sums(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    int wide = v->size + 1, bits = 8 << v->size;
    ir_ref hi = tv_shr(s, wide, is_signed, v->n, bits), lo;

    if (is_signed)
        lo = tv_shr(s, wide, true, tv_shl(s, wide, v->n, bits), bits);
    else
        lo = ir2(s->b, IR_VAND, v->n, tv_const(s, wide, mask64(8u << v->size)));
    return TV2(s, VADD, tv_es(wide), lo, hi);
}

static bool addlp(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    return tv_set(s, v, pair_sums(s, v, is_signed));
}

static bool adalp(struct tctx *s, const struct tv_arg *v, bool is_signed)
{
    ir_ref sums = pair_sums(s, v, is_signed);

    return tv_set(s, v, TV2(s, VADD, tv_es(v->size + 1), tc_v(s, v->rd), sums));
}

/* SUQADD, USQADD: the destination is the first operand. */
static bool accumulate(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    struct tv_arg x = *v;

    x.n = tc_v(s, v->rd);
    x.m = v->n;
    return tv_apply(s, &x, op);
}

/* Compared with zero: @swap puts zero first. */
static bool compare_zero(struct tctx *s, const struct tv_arg *v,
                         struct tv_op op, bool swap)
{
    struct tv_arg x = *v;

    x.m = ir0(s->b, IR_VCONST, 0);
    if (swap) {
        x.n = x.m;
        x.m = v->n;
    }
    return tv_apply(s, &x, op);
}

static bool xtn(struct tctx *s, const struct tv_arg *v)
{
    return tv_set_narrow(s, v, TV1(s, VXTN, tv_es(v->size), v->n));
}

static bool shll(struct tctx *s, const struct tv_arg *v)
{
    ir_ref n = tv_hi(v) ? tv_upper(s, v->n) : v->n;

    n = tv_widen(s, v->size, false, n);
    tc_set_v(s, v->rd, tv_shl(s, v->size + 1, n, 8 << v->size));
    return true;
}

/* --- across lanes ------------------------------------------------------ */

/* Vd := @r, one lane of 1 << @size bytes. */
static bool set_lane(struct tctx *s, const struct tv_arg *v, int size, ir_ref r)
{
    tc_set_v(s, v->rd, tv_low(s, 1 << size, r));
    return true;
}

/* Sums of neighbours until one is left; zeroes above 64 bits. */
static bool addv(struct tctx *s, const struct tv_arg *v)
{
    ir_ref r = tv_low(s, v->bytes, v->n);

    for (int left = 16; left > 1 << v->size; left /= 2)
        r = TV2(s, VADDP, tv_es(v->size), r, r);
    return set_lane(s, v, v->size, r);
}

/* Minimum or maximum: with itself rotated by half, a quarter and so on. */
static bool extreme(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    ir_ref r = v->bytes == 16 ? v->n : tv_join(s, v->n, v->n);

    for (int by = v->bytes / 2; by >= 1 << v->size; by /= 2)
        r = ir2i(s->b, (enum ir_op)op.op, r, TV2(s, VEXT, by, r, r),
                 ir_call_imm(op.helper, tv_es(v->size)));
    return set_lane(s, v, v->size, r);
}

static bool addlv(struct tctx *s, const struct tv_arg *v, enum a64_helper h)
{
    u32 param = tv_es(v->size) | SIMD_ARG(v->bytes >> v->size);

    return set_lane(s, v, v->size + 1,
                    ir_call(s->b, IR_CALLV, h, param, v->n, 0, 0));
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
#define V(name, ...)     ROW(name, arg_qrr, tv_arg2, __VA_ARGS__)
#define S(name, ...)     ROW(name, arg_srr, tv_arg2_s, __VA_ARGS__)
#define V_S(name, ...)   V(name##_v, __VA_ARGS__) S(name##_s, __VA_ARGS__)
#define VZ_SZ(name, ...) V(name##_vz, __VA_ARGS__) S(name##_sz, __VA_ARGS__)

V(REV64_v, rev(s, &v, 3))
V(REV32_v, rev(s, &v, 2))
V(REV16_v, rev(s, &v, 1))
V(SADDLP_v, addlp(s, &v, true))
V(UADDLP_v, addlp(s, &v, false))
V_S(SUQADD, accumulate(s, &v, TV_SAT(suqadd)))
V_S(USQADD, accumulate(s, &v, TV_SAT(usqadd)))
V(CLS_v, unary(s, &v, TV_PURE(cls)))
V(CLZ_v, unary(s, &v, TV_PURE(clz)))
V(CNT_v, unary(s, &v, TV_VEC(VCNT)))
V(SADALP_v, adalp(s, &v, true))
V(UADALP_v, adalp(s, &v, false))
V_S(SQABS, unary(s, &v, TV_SAT(sqabs)))
V_S(SQNEG, unary(s, &v, TV_SAT(sqneg)))
V(NOT_v, not(s, &v))
V(RBIT_v, unary(s, &v, TV_PURE(rbit8)))
VZ_SZ(CMGT, compare_zero(s, &v, TV_VEC(VCGT), false))
VZ_SZ(CMGE, compare_zero(s, &v, TV_VEC(VCGE), false))
VZ_SZ(CMEQ, compare_zero(s, &v, TV_VEC(VCEQ), false))
VZ_SZ(CMLE, compare_zero(s, &v, TV_VEC(VCGE), true))
VZ_SZ(CMLT, compare_zero(s, &v, TV_VEC(VCGT), true))
V_S(ABS, unary(s, &v, TV_VEC(VABS)))
V_S(NEG, unary(s, &v, TV_VEC(VNEG)))
V(XTN_v, xtn(s, &v))
V_S(SQXTUN, tv_narrow_sat(s, &v, H_sqxtun, v.n))
V_S(SQXTN, tv_narrow_sat(s, &v, H_sqxtn, v.n))
V_S(UQXTN, tv_narrow_sat(s, &v, H_uqxtn, v.n))
V(SHLL_v, shll(s, &v))
V(SADDLV, addlv(s, &v, H_saddlv))
V(UADDLV, addlv(s, &v, H_uaddlv))
V(SMAXV, extreme(s, &v, TV_VEC(VSMAX)))
V(UMAXV, extreme(s, &v, TV_VEC(VUMAX)))
V(SMINV, extreme(s, &v, TV_VEC(VSMIN)))
V(UMINV, extreme(s, &v, TV_VEC(VUMIN)))
V(ADDV, addv(s, &v))
S(ADDP_s, tv_set(s, &v, TV2(s, VADDP, 3, v.n, v.n)))
#undef VZ_SZ
#undef V_S
#undef V
#undef S
#undef ROW
