/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_shift.c - AdvSIMD vector and scalar shift by immediate: integers
 * only. DDI 0487, "AdvSIMD shift by immediate", "AdvSIMD scalar shift by
 * immediate".
 *
 * immh:immb is lane bits + n for left shifts, twice the lane bits - n for
 * right shifts; narrowing and long forms mean the narrow lane.
 */
#include "trans_simd.h"

ir_ref tv_shr_round(struct tctx *s, int size, bool is_signed, ir_ref v, int n)
{
    ir_ref last = tv_shr(s, size, is_signed, v, n - 1);

    last = ir2(s->b, IR_VAND, last, tv_const(s, size, 1));
    return TV2(s, VADD, tv_es(size), tv_shr(s, size, is_signed, v, n), last);
}

/* Operands, and both readings of immh:immb. */
struct shift {
    struct tv_arg v; /* n; m is none */
    int left;        /* 0 .. lane bits - 1 */
    int right;       /* 1 .. lane bits */
};

static struct shift decode_shift(struct tctx *s, const arg_sshift *a)
{
    int size = 31 - (int)clz32((u32)a->imm >> 3);
    int bits = 8 << size;

    return (struct shift){
        .v = { size, 1 << size, true, a->rd, tc_v(s, a->rn), 0 },
        .left = a->imm - bits,
        .right = 2 * bits - a->imm,
    };
}

static struct shift shift_s(struct tctx *s, const arg_sshift *a)
{
    return decode_shift(s, a);
}

static struct shift shift_v(struct tctx *s, const arg_qshift *a)
{
    const arg_sshift x = { .imm = a->imm, .rn = a->rn, .rd = a->rd };
    struct shift sh = decode_shift(s, &x);

    sh.v.bytes = 8 << a->q;
    sh.v.scalar = false;
    return sh;
}

/* --- kinds ------------------------------------------------------------- */

enum shr_flags { SHR_SIGNED = 1, SHR_ROUND = 2, SHR_ADD = 4 };

/* Shift right, rounding and accumulating as @flags say. */
static bool shr(struct tctx *s, const struct shift *sh, unsigned flags)
{
    const struct tv_arg *v = &sh->v;
    bool is_signed = flags & SHR_SIGNED;
    ir_ref r = (flags & SHR_ROUND)
                   ? tv_shr_round(s, v->size, is_signed, v->n, sh->right)
                   : tv_shr(s, v->size, is_signed, v->n, sh->right);

    if (flags & SHR_ADD)
        r = TV2(s, VADD, tv_es(v->size), tc_v(s, v->rd), r);
    return tv_set(s, v, r);
}

static bool shl(struct tctx *s, const struct shift *sh)
{
    return tv_set(s, &sh->v, tv_shl(s, sh->v.size, sh->v.n, sh->left));
}

/* Bits of Vd that @keep has a one for stay, the others are @shifted's. */
static bool insert(struct tctx *s, const struct tv_arg *v, ir_ref shifted,
                   u64 keep)
{
    ir_ref old = ir2(s->b, IR_VAND, tc_v(s, v->rd), tv_const(s, v->size, keep));

    return tv_set(s, v, ir2(s->b, IR_VOR, shifted, old));
}

static bool sri(struct tctx *s, const struct shift *sh)
{
    const struct tv_arg *v = &sh->v;
    unsigned bits = 8u << v->size;

    return insert(s, v, tv_shr(s, v->size, false, v->n, sh->right),
                  ~mask64(bits - (unsigned)sh->right));
}

static bool sli(struct tctx *s, const struct shift *sh)
{
    const struct tv_arg *v = &sh->v;

    return insert(s, v, tv_shl(s, v->size, v->n, sh->left),
                  mask64((unsigned)sh->left));
}

/* Saturating shifts left: those by a register, of a constant. */
static bool sat_shl(struct tctx *s, const struct shift *sh, struct tv_op op)
{
    struct tv_arg x = sh->v;

    x.m = tv_const(s, x.size, (u64)sh->left);
    return tv_apply(s, &x, op);
}

/* n, whose lanes are wide, shifted right. */
static ir_ref shr_wide(struct tctx *s, const struct shift *sh, bool is_signed,
                       bool round)
{
    int wide = sh->v.size + 1;

    return round ? tv_shr_round(s, wide, is_signed, sh->v.n, sh->right)
                 : tv_shr(s, wide, is_signed, sh->v.n, sh->right);
}

static bool shrn(struct tctx *s, const struct shift *sh, bool round)
{
    ir_ref r = shr_wide(s, sh, false, round);

    return tv_set_narrow(s, &sh->v, TV1(s, VXTN, tv_es(sh->v.size), r));
}

/* Narrowed with saturation by @h; the shifted lanes still fit. */
static bool sat_shrn(struct tctx *s, const struct shift *sh, enum a64_helper h,
                     bool round)
{
    return tv_narrow_sat(s, &sh->v, h, shr_wide(s, sh, h != H_uqxtn, round));
}

static bool shll(struct tctx *s, const struct shift *sh, bool is_signed)
{
    const struct tv_arg *v = &sh->v;
    ir_ref n = tv_hi(v) ? tv_upper(s, v->n) : v->n;

    n = tv_widen(s, v->size, is_signed, n);
    tc_set_v(s, v->rd, tv_shl(s, v->size + 1, n, sh->left));
    return true;
}

/* --- rows -------------------------------------------------------------- */

#define ROW(name, shape, operands, ...)               \
    bool trans_##name(struct tctx *s, const shape *a) \
    {                                                 \
        struct shift sh;                              \
                                                      \
        if (!tc_fp_check(s))                          \
            return true;                              \
        sh = operands(s, a);                          \
        return __VA_ARGS__;                           \
    }
#define V(name, ...)   ROW(name##_vi, arg_qshift, shift_v, __VA_ARGS__)
#define S(name, ...)   ROW(name##_si, arg_sshift, shift_s, __VA_ARGS__)
#define V_S(name, ...) V(name, __VA_ARGS__) S(name, __VA_ARGS__)

V_S(SSHR, shr(s, &sh, SHR_SIGNED))
V_S(USHR, shr(s, &sh, 0))
V_S(SSRA, shr(s, &sh, SHR_SIGNED | SHR_ADD))
V_S(USRA, shr(s, &sh, SHR_ADD))
V_S(SRSHR, shr(s, &sh, SHR_SIGNED | SHR_ROUND))
V_S(URSHR, shr(s, &sh, SHR_ROUND))
V_S(SRSRA, shr(s, &sh, SHR_SIGNED | SHR_ROUND | SHR_ADD))
V_S(URSRA, shr(s, &sh, SHR_ROUND | SHR_ADD))
V_S(SRI, sri(s, &sh))
V_S(SHL, shl(s, &sh))
V_S(SLI, sli(s, &sh))
V_S(SQSHLU, sat_shl(s, &sh, TV_SAT(sqshlu)))
V_S(SQSHL, sat_shl(s, &sh, TV_SAT(sqshl)))
V_S(UQSHL, sat_shl(s, &sh, TV_SAT(uqshl)))
V(SHRN, shrn(s, &sh, false))
V(RSHRN, shrn(s, &sh, true))
V_S(SQSHRUN, sat_shrn(s, &sh, H_sqxtun, false))
V_S(SQRSHRUN, sat_shrn(s, &sh, H_sqxtun, true))
V_S(SQSHRN, sat_shrn(s, &sh, H_sqxtn, false))
V_S(UQSHRN, sat_shrn(s, &sh, H_uqxtn, false))
V_S(SQRSHRN, sat_shrn(s, &sh, H_sqxtn, true))
V_S(UQRSHRN, sat_shrn(s, &sh, H_uqxtn, true))
V(SSHLL, shll(s, &sh, true))
V(USHLL, shll(s, &sh, false))
#undef V_S
#undef V
#undef S
#undef ROW
