/* SPDX-License-Identifier: MIT */
/*
 * trans_crypto.c - AES, SHA-1, SHA-256, SHA-512, SHA-3, SM3 and SM4
 * instructions. DDI 0487, "Cryptographic AES", "Cryptographic three-register
 * SHA", "Cryptographic two-register SHA", "Cryptographic three-register, SHA
 * 512" and the classes behind it. PMULL is in trans_simd_diff.c.
 */
#include "trans_simd.h"

/* --- AES --------------------------------------------------------------- */

bool trans_AESE(struct tctx *s, const arg_rr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, TV2(s, VAESE, 0, tc_v(s, a->rd), tc_v(s, a->rn)));
    return true;
}

bool trans_AESD(struct tctx *s, const arg_rr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, TV2(s, VAESD, 0, tc_v(s, a->rd), tc_v(s, a->rn)));
    return true;
}

bool trans_AESMC(struct tctx *s, const arg_rr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, TV1(s, VAESMC, 0, tc_v(s, a->rn)));
    return true;
}

bool trans_AESIMC(struct tctx *s, const arg_rr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, TV1(s, VAESIMC, 0, tc_v(s, a->rn)));
    return true;
}

/* --- SHA --------------------------------------------------------------- */

/* Vd := h(Vd, Vn, Vm). */
static bool three(struct tctx *s, const arg_rrr *a, enum a64_helper h)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             ir_call(s->b, IR_CALLV, h, 0, tc_v(s, a->rd), tc_v(s, a->rn),
                     tc_v(s, a->rm)));
    return true;
}

/* Vd := h(Vd, Vn). */
static bool two(struct tctx *s, const arg_rr *a, enum a64_helper h)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             ir_call(s->b, IR_CALLV, h, 0, tc_v(s, a->rd), tc_v(s, a->rn), 0));
    return true;
}

bool trans_SHA1H(struct tctx *s, const arg_rr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, TV_CALL(s, sha1h, 0, tc_v(s, a->rn), 0, 0));
    return true;
}

#define THREE(name, helper)                             \
    bool trans_##name(struct tctx *s, const arg_rrr *a) \
    {                                                   \
        return three(s, a, H_##helper);                 \
    }
#define TWO(name, helper)                              \
    bool trans_##name(struct tctx *s, const arg_rr *a) \
    {                                                  \
        return two(s, a, H_##helper);                  \
    }
THREE(SHA1C, sha1c)
THREE(SHA1P, sha1p)
THREE(SHA1M, sha1m)
THREE(SHA1SU0, sha1su0)
TWO(SHA1SU1, sha1su1)
THREE(SM3PARTW1, sm3partw1)
THREE(SM3PARTW2, sm3partw2)
TWO(SM4E, sm4e)
#undef THREE
#undef TWO

/* The operations of SHA-256 are the IR's own: Vd := op(Vd, Vn, Vm). */
#define SHA256(name, args, m)                                              \
    bool trans_##name(struct tctx *s, const args *a)                       \
    {                                                                      \
        if (!tc_fp_check(s))                                               \
            return true;                                                   \
        tc_set_v(s, a->rd,                                                 \
                 ir3i(s->b, IR_V##name, tc_v(s, a->rd), tc_v(s, a->rn), m, \
                      ir_call_imm(H_V##name, 0)));                         \
        return true;                                                       \
    }
SHA256(SHA256H, arg_rrr, tc_v(s, a->rm))
SHA256(SHA256H2, arg_rrr, tc_v(s, a->rm))
SHA256(SHA256SU0, arg_rr, 0)
SHA256(SHA256SU1, arg_rrr, tc_v(s, a->rm))
#undef SHA256

/* --- SHA-512 and SHA-3 --------------------------------------------------- */

/* 64-bit lanes of @v to the right by @n, the lost bits at the top again. */
static ir_ref rotate(struct tctx *s, ir_ref v, int n)
{
    if (n == 0)
        return v;
    return ir2(s->b, IR_VXOR, tv_shr(s, 3, false, v, n),
               tv_shl(s, 3, v, 64 - n));
}

/* The small sigmas of FIPS 180-4: two rotations and a shift. */
static ir_ref small_sigma(struct tctx *s, ir_ref v, int n, int m, int shift)
{
    return ir2(s->b, IR_VXOR, rotate(s, v, n),
               ir2(s->b, IR_VXOR, rotate(s, v, m),
                   tv_shr(s, 3, false, v, shift)));
}

/* The large ones, of one word: three rotations that differ by @n1 and @n2. */
static ir_ref big_sigma(struct tctx *s, ir_ref x, u64 n, u64 n1, u64 n2)
{
    struct ir_block *b = s->b;
    ir_ref v = ir2(b, IR_ROR64, x, ir_const(b, n2));

    v = ir2(b, IR_ROR64, ir2(b, IR_XOR64, v, x), ir_const(b, n1));
    return ir2(b, IR_ROR64, ir2(b, IR_XOR64, v, x), ir_const(b, n));
}

/* (x & y) ^ (~x & z) */
static ir_ref choose(struct tctx *s, ir_ref x, ir_ref y, ir_ref z)
{
    ir_ref v = ir2(s->b, IR_AND64, ir2(s->b, IR_XOR64, y, z), x);

    return ir2(s->b, IR_XOR64, v, z);
}

/* Word @i of Vn, and of both. */
static ir_ref word(struct tctx *s, int rn, unsigned i)
{
    return ir1i(s->b, IR_VGET, tc_v(s, rn), 3 | (u64)i << 8);
}

static void set_words(struct tctx *s, int rd, ir_ref lo, ir_ref hi)
{
    tc_set_v(s, rd,
             ir2i(s->b, IR_VINS, ir1(s->b, IR_VFROM, lo), hi, 3 | 1 << 8));
}

/* Two rounds' T1, but for d: Vd = (g h) + K + W, Vn = (f g), Vm = (d e). */
bool trans_SHA512H(struct tctx *s, const arg_rrr *a)
{
    struct ir_block *b = s->b;
    ir_ref e, f, g, t, hi, lo;

    if (!tc_fp_check(s))
        return true;
    e = word(s, a->rm, 1);
    f = word(s, a->rn, 0);
    g = word(s, a->rn, 1);
    hi = ir2(b, IR_ADD64, big_sigma(s, e, 14, 4, 23), choose(s, e, f, g));
    hi = ir2(b, IR_ADD64, hi, word(s, a->rd, 1));
    t = ir2(b, IR_ADD64, hi, word(s, a->rm, 0));
    lo = ir2(b, IR_ADD64, big_sigma(s, t, 14, 4, 23), choose(s, t, e, f));
    lo = ir2(b, IR_ADD64, lo, word(s, a->rd, 0));
    set_words(s, a->rd, lo, hi);
    return true;
}

/* T1 + T2 of both: Vd = T1, Vn = (c d), Vm = (a b). */
bool trans_SHA512H2(struct tctx *s, const arg_rrr *a)
{
    struct ir_block *b = s->b;
    ir_ref x, y, differ, hi, lo;

    if (!tc_fp_check(s))
        return true;
    x = word(s, a->rm, 0);
    y = word(s, a->rm, 1);
    /* The majority of x, y and z is y where x = y, else z. */
    differ = ir2(b, IR_XOR64, x, y);
    hi = choose(s, differ, word(s, a->rn, 0), y);
    hi = ir2(b, IR_ADD64, big_sigma(s, x, 28, 6, 5), hi);
    hi = ir2(b, IR_ADD64, hi, word(s, a->rd, 1));
    lo = choose(s, differ, hi, y);
    lo = ir2(b, IR_ADD64, big_sigma(s, hi, 28, 6, 5), lo);
    lo = ir2(b, IR_ADD64, lo, word(s, a->rd, 0));
    set_words(s, a->rd, lo, hi);
    return true;
}

bool trans_SHA512SU0(struct tctx *s, const arg_rr *a)
{
    ir_ref d, next;

    if (!tc_fp_check(s))
        return true;
    d = tc_v(s, a->rd);
    next = TV2(s, VEXT, 8, d, tc_v(s, a->rn));
    tc_set_v(s, a->rd, TV2(s, VADD, 3, d, small_sigma(s, next, 1, 8, 7)));
    return true;
}

bool trans_SHA512SU1(struct tctx *s, const arg_rrr *a)
{
    ir_ref sum;

    if (!tc_fp_check(s))
        return true;
    sum = TV2(s, VADD, 3, tc_v(s, a->rd), tc_v(s, a->rm));
    tc_set_v(s, a->rd,
             TV2(s, VADD, 3, sum,
                 small_sigma(s, tc_v(s, a->rn), 19, 61, 6)));
    return true;
}

bool trans_RAX1(struct tctx *s, const arg_rrr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             ir2(s->b, IR_VXOR, tc_v(s, a->rn),
                 rotate(s, tc_v(s, a->rm), 63)));
    return true;
}

bool trans_XAR(struct tctx *s, const arg_rrri *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = ir2(s->b, IR_VXOR, tc_v(s, a->rn), tc_v(s, a->rm));
    tc_set_v(s, a->rd, rotate(s, v, a->imm));
    return true;
}

/* Vn ^ Vm ^ Va, Vn ^ (Vm & ~Va). */
bool trans_EOR3(struct tctx *s, const arg_rrrr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = ir2(s->b, IR_VXOR, tc_v(s, a->rm), tc_v(s, a->ra));
    tc_set_v(s, a->rd, ir2(s->b, IR_VXOR, tc_v(s, a->rn), v));
    return true;
}

bool trans_BCAX(struct tctx *s, const arg_rrrr *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = ir2(s->b, IR_VANDN, tc_v(s, a->rm), tc_v(s, a->ra));
    tc_set_v(s, a->rd, ir2(s->b, IR_VXOR, tc_v(s, a->rn), v));
    return true;
}

/* --- SM3 and SM4 --------------------------------------------------------- */

bool trans_SM3SS1(struct tctx *s, const arg_rrrr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             TV_CALL(s, sm3ss1, 0, tc_v(s, a->rn), tc_v(s, a->rm),
                     tc_v(s, a->ra)));
    return true;
}

#define SM3TT(name, helper)                                             \
    bool trans_##name(struct tctx *s, const arg_rrri *a)                \
    {                                                                   \
        if (!tc_fp_check(s))                                            \
            return true;                                                \
        tc_set_v(s, a->rd,                                              \
                 TV_CALL(s, helper, SIMD_ARG(a->imm), tc_v(s, a->rd),   \
                         tc_v(s, a->rn), tc_v(s, a->rm)));              \
        return true;                                                    \
    }
SM3TT(SM3TT1A, sm3tt1a)
SM3TT(SM3TT1B, sm3tt1b)
SM3TT(SM3TT2A, sm3tt2a)
SM3TT(SM3TT2B, sm3tt2b)
#undef SM3TT

bool trans_SM4EKEY(struct tctx *s, const arg_rrr *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd,
             TV_CALL(s, sm4ekey, 0, tc_v(s, a->rn), tc_v(s, a->rm), 0));
    return true;
}
