/* SPDX-License-Identifier: MIT */
/*
 * Fused multiply-add and what is built on it.
 *
 * The product of two fractions is exact in 128 bits, with at least 22 zero bits
 * below it; the addend is aligned to it there.  Bits are lost to the sticky bit
 * only when the exponents lie so far apart that at most one bit cancels.
 *
 * DDI 0487: FPMulAdd, FPProcessNaNs3, FPRecipStepFused,
 * FPRSqrtStepFused.
 */
#include "softfp_impl.h"

FP_INLINE fp_u128_t shift_jam128(fp_u128_t x, int n)
{
    if (n == 0)
        return x;
    if (n > 127)
        return x != 0;
    return x >> n | ((x << (128 - n)) != 0);
}

FP_INLINE int clz128(fp_u128_t x)
{
    uint64_t high = (uint64_t)(x >> 64);

    return high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)x);
}

/* (a + n * m) * 2^scale for finite values that are not zero, rounded once. */
FP_INLINE uint64_t fma_finite(struct fp_value a, struct fp_value n,
                              struct fp_value m, int scale,
                              const struct fp_format *f, struct fp_status *st)
{
    fp_u128_t big = (fp_u128_t)n.frac * m.frac;
    fp_u128_t small = (fp_u128_t)a.frac << 63;
    int exp = n.exp + m.exp;
    bool sign = n.sign ^ m.sign;
    bool is_same_sign = sign == a.sign;

    /* Both have their leading one at bit 126, which leaves room for a carry. */
    if (big >> 127) {
        big >>= 1;
        exp++;
    }
    int distance = exp - a.exp;
    if (distance < 0 || (distance == 0 && big < small)) {
        fp_u128_t t = big;
        big = small;
        small = t;
        exp = a.exp;
        sign = a.sign;
        distance = -distance;
    }
    small = shift_jam128(small, distance);
    fp_u128_t sum = is_same_sign ? big + small : big - small;
    if (sum == 0)
        return fp_make_zero(fp_zero_sum_sign(st), f);

    int shift = clz128(sum);
    sum <<= shift;
    uint64_t frac = (uint64_t)(sum >> 64) | ((uint64_t)sum != 0);
    return fp_round_pack(sign, exp + 1 - shift + scale, frac, f,
                         fp_rounding_mode(st->fpcr), st);
}

/* a + n * m when no operand is a NaN. */
FP_INLINE uint64_t fma_numbers(struct fp_value a, struct fp_value n,
                               struct fp_value m, const struct fp_format *f,
                               struct fp_status *st)
{
    bool sign = n.sign ^ m.sign;
    bool is_zero = n.cls == FP_ZEROES || m.cls == FP_ZEROES;
    bool is_inf = n.cls == FP_INFINITE || m.cls == FP_INFINITE;

    if (is_zero && is_inf)
        return fp_invalid(f, st);
    if (a.cls == FP_INFINITE) {
        if (is_inf && a.sign != sign)
            return fp_invalid(f, st);
        return fp_make_inf(a.sign, f);
    }
    if (is_inf)
        return fp_make_inf(sign, f);
    if (is_zero) {
        if (a.cls == FP_FINITE)
            return fp_round_pack(a.sign, a.exp, a.frac, f, FP_ZERO, st);
        if (a.sign == sign)
            return fp_make_zero(sign, f);
        return fp_make_zero(fp_zero_sum_sign(st), f);
    }
    if (a.cls == FP_FINITE)
        return fma_finite(a, n, m, 0, f, st);

    /* A zero addend: the product alone, rounded. */
    fp_u128_t product = (fp_u128_t)n.frac * m.frac;
    int shift = !(product >> 127);
    product <<= shift;
    uint64_t frac = (uint64_t)(product >> 64) | ((uint64_t)product != 0);
    return fp_round_pack(sign, n.exp + m.exp + 1 - shift, frac, f,
                         fp_rounding_mode(st->fpcr), st);
}

/* Whether n * m is infinity * 0. */
FP_INLINE bool is_inf_times_zero(struct fp_value n, struct fp_value m)
{
    return (n.cls == FP_INFINITE && m.cls == FP_ZEROES) ||
           (n.cls == FP_ZEROES && m.cls == FP_INFINITE);
}

FP_INLINE uint64_t fma_generic(uint64_t addend, uint64_t op1, uint64_t op2,
                               const struct fp_format *f, struct fp_status *st)
{
    struct fp_value a = fp_unpack(addend, f, st);
    struct fp_value n = fp_unpack(op1, f, st);
    struct fp_value m = fp_unpack(op2, f, st);

    if (a.cls == FP_FINITE && n.cls == FP_FINITE && m.cls == FP_FINITE)
        return fma_finite(a, n, m, 0, f, st);
    if (fp_is_nan(a) || fp_is_nan(n) || fp_is_nan(m)) {
        if (a.cls == FP_QNAN && is_inf_times_zero(n, m))
            return fp_invalid(f, st);
        /* FPProcessNaNs3: signalling before quiet, then operand order. */
        if (a.cls == FP_SNAN ||
            (a.cls == FP_QNAN && n.cls != FP_SNAN && m.cls != FP_SNAN))
            return fp_process_nan(addend, a.cls, f, st);
        return fp_process_nans(op1, n.cls, op2, m.cls, f, st);
    }
    return fma_numbers(a, n, m, f, st);
}

/*
 * FPRecipStepFused and FPRSqrtStepFused: (c - op1 * op2) * 2^scale with c the
 * constant 2 or 3, and c * 2^scale for infinity * 0.  op1 is negated first, so
 * that a NaN in it comes out negated.
 */
FP_INLINE uint64_t step_generic(uint64_t op1, uint64_t op2, bool is_rsqrt,
                                const struct fp_format *f, struct fp_status *st)
{
    int scale = is_rsqrt ? -1 : 0;
    uint64_t half = is_rsqrt ? UINT64_C(1) << (f->frac_bits - 1) : 0;
    uint64_t constant = fp_make_normal(false, 1 + scale, half, f);
    struct fp_value c = {
        .frac = is_rsqrt ? UINT64_C(3) << 62 : FP_TOP_BIT,
        .exp = 1,
        .cls = FP_FINITE,
    };

    op1 ^= fp_sign_bit(f);
    struct fp_value n = fp_unpack(op1, f, st);
    struct fp_value m = fp_unpack(op2, f, st);

    if (n.cls == FP_FINITE && m.cls == FP_FINITE)
        return fma_finite(c, n, m, scale, f, st);
    if (fp_is_nan(n) || fp_is_nan(m))
        return fp_process_nans(op1, n.cls, op2, m.cls, f, st);
    if (n.cls == FP_ZEROES || m.cls == FP_ZEROES)
        return constant;
    return fp_make_inf(n.sign ^ m.sign, f);
}

#define FUSED(name, type, format)                                 \
    type name##_fma(type a, type n, type m, struct fp_status *st) \
    {                                                             \
        return (type)fma_generic(a, n, m, format, st);            \
    }                                                             \
    type name##_recip_step(type a, type b, struct fp_status *st)  \
    {                                                             \
        return (type)step_generic(a, b, false, format, st);       \
    }                                                             \
    type name##_rsqrt_step(type a, type b, struct fp_status *st)  \
    {                                                             \
        return (type)step_generic(a, b, true, format, st);        \
    }

FUSED(fp16, uint16_t, &fp_half)
FUSED(fp32, uint32_t, &fp_single)
FUSED(fp64, uint64_t, &fp_double)

#undef FUSED
