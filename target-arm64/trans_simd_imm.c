/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_imm.c - AdvSIMD modified immediate: MOVI, MVNI, ORR, BIC, FMOV.
 * DDI 0487, "AdvSIMD modified immediate", "AdvSIMDExpandImm".
 */
#include "trans_simd.h"

static u64 replicate(u64 v, unsigned bits)
{
    while (bits < 64) {
        v |= v << bits;
        bits *= 2;
    }
    return v;
}

/* Each bit of @imm8 as a byte of zeroes or ones. */
static u64 spread_bits(u64 imm8)
{
    u64 v = 0;

    for (unsigned i = 0; i < 8; i++)
        v |= (imm8 >> i & 1) * (0xffull << 8 * i);
    return v;
}

/*
 * @imm8 as a floating-point number with @exp exponent bits: sign, exponent
 * NOT(b):b...b:c:d, then the upper bits of the fraction.
 */
static u64 expand_fp(u64 imm8, unsigned bits, unsigned exp)
{
    u64 sign = imm8 >> 7, b = imm8 >> 6 & 1;
    u64 exponent =
        (b ^ 1) << (exp - 1) | (b ? mask64(exp - 3) << 2 : 0) | (imm8 >> 4 & 3);

    return sign << (bits - 1) | exponent << (bits - 1 - exp) |
           (imm8 & 15) << (bits - 5 - exp);
}

/* AdvSIMDExpandImm, without the inversion of MVNI and BIC. */
static u64 expand(const arg_modimm *a)
{
    u64 imm8 = (u64)(a->abc << 5 | a->defgh);
    int cmode = a->cmode;

    if (cmode < 8)
        return replicate(imm8 << 8 * (cmode >> 1), 32);
    if (cmode < 12)
        return replicate(imm8 << 8 * (cmode >> 1 & 1), 16);
    if (cmode == 12)
        return replicate(imm8 << 8 | 0xff, 32);
    if (cmode == 13)
        return replicate(imm8 << 16 | 0xffff, 32);
    if (cmode == 14)
        return a->op ? spread_bits(imm8) : replicate(imm8, 8);
    return a->op ? expand_fp(imm8, 64, 11)
                 : replicate(expand_fp(imm8, 32, 8), 32);
}

/* Vd := @imm in each half. */
static bool set_imm(struct tctx *s, const arg_modimm *a, u64 imm)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, tv_low(s, 8 << a->q, ir0(s->b, IR_VCONST, imm)));
    return true;
}

bool trans_MOVI_v(struct tctx *s, const arg_modimm *a)
{
    return set_imm(s, a, expand(a));
}

bool trans_MVNI_v(struct tctx *s, const arg_modimm *a)
{
    return set_imm(s, a, ~expand(a));
}

bool trans_FMOV_vi(struct tctx *s, const arg_modimm *a)
{
    return set_imm(s, a, expand(a));
}

bool trans_FMOV_vi_h(struct tctx *s, const arg_modimm *a)
{
    u64 imm8 = (u64)(a->abc << 5 | a->defgh);

    return set_imm(s, a, replicate(expand_fp(imm8, 16, 5), 16));
}

/* Vd := Vd @op imm. */
static bool combine(struct tctx *s, const arg_modimm *a, enum ir_op op)
{
    ir_ref imm;

    if (!tc_fp_check(s))
        return true;
    imm = ir0(s->b, IR_VCONST, expand(a));
    tc_set_v(s, a->rd,
             tv_low(s, 8 << a->q, ir2(s->b, op, tc_v(s, a->rd), imm)));
    return true;
}

bool trans_ORR_vi(struct tctx *s, const arg_modimm *a)
{
    return combine(s, a, IR_VOR);
}

bool trans_BIC_vi(struct tctx *s, const arg_modimm *a)
{
    return combine(s, a, IR_VANDN);
}
