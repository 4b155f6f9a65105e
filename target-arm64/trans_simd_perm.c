/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_perm.c - AdvSIMD table lookup, permute, extract. DDI 0487,
 * "AdvSIMD table lookup", "AdvSIMD permute", "AdvSIMD extract".
 */
#include "trans_simd.h"

/* --- permute ----------------------------------------------------------- */

/* UZP of 64-bit registers: of both joined, with itself. */
static bool uzp(struct tctx *s, const struct tv_arg *v, struct tv_op op)
{
    struct tv_arg x = *v;

    if (v->bytes == 8)
        x.n = x.m = tv_join(s, v->n, v->m);
    return tv_apply(s, &x, op);
}

/* ZIP2 of 64-bit registers is the upper half of their ZIP1. */
static bool zip2(struct tctx *s, const struct tv_arg *v)
{
    if (v->bytes == 16)
        return tv_apply(s, v, TV_VEC(VZIP2));
    return tv_set(s, v, tv_upper(s, TV2(s, VZIP1, tv_es(v->size), v->n, v->m)));
}

#define V(name, ...)                                     \
    bool trans_##name(struct tctx *s, const arg_qrrr *a) \
    {                                                    \
        struct tv_arg v;                                 \
                                                         \
        if (!tc_fp_check(s))                             \
            return true;                                 \
        v = tv_arg3(s, a);                               \
        return __VA_ARGS__;                              \
    }
V(UZP1, uzp(s, &v, TV_VEC(VUZP1)))
V(UZP2, uzp(s, &v, TV_VEC(VUZP2)))
V(TRN1, tv_apply(s, &v, TV_VEC(VTRN1)))
V(TRN2, tv_apply(s, &v, TV_VEC(VTRN2)))
V(ZIP1, tv_apply(s, &v, TV_VEC(VZIP1)))
V(ZIP2, zip2(s, &v))
#undef V

bool trans_EXT(struct tctx *s, const arg_ext *a)
{
    ir_ref n, m;

    if (!tc_fp_check(s))
        return true;
    n = tc_v(s, a->rn);
    m = tc_v(s, a->rm);
    if (!a->q)
        n = m = tv_join(s, n, m);
    if (a->imm)
        n = TV2(s, VEXT, a->imm, n, m);
    tc_set_v(s, a->rd, tv_low(s, 8 << a->q, n));
    return true;
}

/* --- table lookup ------------------------------------------------------ */

/*
 * Each register of the table is looked up by itself, with indices less its
 * place; an index that is out of its range gives 0 there.
 */
static ir_ref lookup(struct tctx *s, const arg_tbl *a, ir_ref index)
{
    ir_ref r = TV2(s, VTBL1, 0, tc_v(s, a->rn), index);

    for (int k = 1; k <= a->len; k++) {
        ir_ref i = TV2(s, VSUB, 0, index, tv_const(s, 0, 16u * (unsigned)k));
        ir_ref part = TV2(s, VTBL1, 0, tc_v(s, (a->rn + k) & 31), i);

        r = ir2(s->b, IR_VOR, r, part);
    }
    return r;
}

bool trans_TBL(struct tctx *s, const arg_tbl *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, tv_low(s, 8 << a->q, lookup(s, a, tc_v(s, a->rm))));
    return true;
}

/* Where the index is beyond the table, the old byte stays. */
bool trans_TBX(struct tctx *s, const arg_tbl *a)
{
    ir_ref index, in_range, r;

    if (!tc_fp_check(s))
        return true;
    index = tc_v(s, a->rm);
    in_range =
        TV2(s, VCHI, 0, tv_const(s, 0, 16u * (unsigned)(a->len + 1)), index);
    r = lookup(s, a, index);
    r = ir3(s->b, IR_VBSL, in_range, r, tc_v(s, a->rd));
    tc_set_v(s, a->rd, tv_low(s, 8 << a->q, r));
    return true;
}
