/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_elem.c - AdvSIMD vector and scalar by indexed element: integers
 * only. DDI 0487, "AdvSIMD vector x indexed element", "AdvSIMD scalar x
 * indexed element".
 *
 * The element goes to every lane; the rest is the three-same or
 * three-different instruction.
 */
#include "trans_simd.h"

/* The element: H index h:l:m of V<rm>, S index h:l of V<m:rm>. */
static ir_ref element(struct tctx *s, const arg_selem *a)
{
    int index = a->size == 1 ? a->h << 2 | a->l << 1 | a->m : a->h << 1 | a->l;
    int rm = a->size == 1 ? a->rm : a->m << 4 | a->rm;

    return TV1(s, VDUPL, tv_es(a->size) | SIMD_ARG(index), tc_v(s, rm));
}

static struct tv_arg elem_v(struct tctx *s, const arg_qelem *a)
{
    const arg_selem e = {
        .size = a->size, .l = a->l, .m = a->m, .rm = a->rm, .h = a->h
    };

    return (struct tv_arg){ a->size, 8 << a->q,      false,
                            a->rd,   tc_v(s, a->rn), element(s, &e) };
}

static struct tv_arg elem_s(struct tctx *s, const arg_selem *a)
{
    return (struct tv_arg){ a->size, 1 << a->size,   true,
                            a->rd,   tc_v(s, a->rn), element(s, a) };
}

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
#define V(name, ...)   ROW(name##_ve, arg_qelem, elem_v, __VA_ARGS__)
#define S(name, ...)   ROW(name##_se, arg_selem, elem_s, __VA_ARGS__)
#define V_S(name, ...) V(name, __VA_ARGS__) S(name, __VA_ARGS__)

V(MLA, tv_mul_add(s, &v, 1))
V(MLS, tv_mul_add(s, &v, -1))
V(MUL, tv_apply(s, &v, TV_VEC(VMUL)))
V(SMLAL, tv_mul_long(s, &v, true, 1))
V(UMLAL, tv_mul_long(s, &v, false, 1))
V(SMLSL, tv_mul_long(s, &v, true, -1))
V(UMLSL, tv_mul_long(s, &v, false, -1))
V(SMULL, tv_mul_long(s, &v, true, 0))
V(UMULL, tv_mul_long(s, &v, false, 0))
V_S(SQDMLAL, tv_sqdmul_long(s, &v, H_sqdmlal))
V_S(SQDMLSL, tv_sqdmul_long(s, &v, H_sqdmlsl))
V_S(SQDMULL, tv_sqdmul_long(s, &v, H_sqdmull))
V_S(SQDMULH, tv_apply(s, &v, TV_SAT(sqdmulh)))
V_S(SQRDMULH, tv_apply(s, &v, TV_SAT(sqrdmulh)))
V_S(SQRDMLAH, tv_apply_acc(s, &v, TV_SAT(sqrdmlah)))
V_S(SQRDMLSH, tv_apply_acc(s, &v, TV_SAT(sqrdmlsh)))
V(SDOT, tv_dot(s, &v, true, true, true))
V(UDOT, tv_dot(s, &v, false, false, true))
V(USDOT, tv_dot(s, &v, false, true, true))
V(SUDOT, tv_dot(s, &v, true, false, true))
#undef V_S
#undef V
#undef S
#undef ROW
