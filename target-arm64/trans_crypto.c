/* SPDX-License-Identifier: MIT */
/*
 * trans_crypto.c - AES, SHA-1 and SHA-256 instructions. DDI 0487,
 * "Cryptographic AES", "Cryptographic three-register SHA", "Cryptographic
 * two-register SHA". PMULL is in trans_simd_diff.c.
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
