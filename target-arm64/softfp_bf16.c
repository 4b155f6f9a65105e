/* SPDX-License-Identifier: MIT */
/*
 * BFloat16 dot products.
 *
 * BFloat16 is the upper half of single precision, so all is done on singles.
 * The arithmetic is simpler than the rest of softfp: no denormals go in or
 * come out, one rounding (to odd, overflow to infinity), one NaN, no flags.
 *
 * DDI 0487: BFDotAdd, FPAdd_BF16, BFMulH, BFUnpack, BFRound.
 */
#include "softfp_impl.h"

/* BFUnpack: as FPUnpack with denormals flushed; exceptions go nowhere. */
static struct fp_value bf_unpack(uint32_t bits)
{
    struct fp_status st = { .fpcr = FPCR_FZ };

    return fp_unpack(bits, &fp_single, &st);
}

/* BFRound of (frac / 2^63) * 2^exp, where frac has bit 63 set. */
static uint32_t bf_round(bool sign, int exp, uint64_t frac)
{
    uint32_t mant = (uint32_t)(frac >> 40) | (frac << 24 != 0);
    int biased = exp + fp_bias(&fp_single);

    if (biased <= 0)
        return (uint32_t)fp_make_zero(sign, &fp_single);
    if (biased >= fp_exp_max(&fp_single))
        return (uint32_t)fp_make_inf(sign, &fp_single);
    return (uint32_t)(fp_make_zero(sign, &fp_single) |
                      (uint64_t)biased << fp_single.frac_bits |
                      (mant & fp_frac_mask(&fp_single)));
}

/* BFMulH. */
static uint32_t bf_mul(uint32_t a, uint32_t b)
{
    struct fp_value x = bf_unpack(a), y = bf_unpack(b);
    bool sign = x.sign ^ y.sign;
    bool is_zero = x.cls == FP_ZEROES || y.cls == FP_ZEROES;
    bool is_inf = x.cls == FP_INFINITE || y.cls == FP_INFINITE;

    if (fp_is_nan(x) || fp_is_nan(y) || (is_zero && is_inf))
        return (uint32_t)fp_default_nan(&fp_single);
    if (is_inf)
        return (uint32_t)fp_make_inf(sign, &fp_single);
    if (is_zero)
        return (uint32_t)fp_make_zero(sign, &fp_single);

    /* The product of two fractions of 8 bits is exact. */
    uint64_t frac = (x.frac >> 32) * (y.frac >> 32);
    int shift = !(frac >> 63);
    return bf_round(sign, x.exp + y.exp + 1 - shift, frac << shift);
}

/* The sum of finite values that are not zero; an exact zero is positive. */
static uint32_t bf_add_finite(struct fp_value x, struct fp_value y)
{
    if (x.exp < y.exp || (x.exp == y.exp && x.frac < y.frac)) {
        struct fp_value t = x;

        x = y;
        y = t;
    }
    uint64_t big = x.frac >> 1;
    uint64_t small = fp_shift_jam(y.frac >> 1, x.exp - y.exp);
    uint64_t sum = x.sign == y.sign ? big + small : big - small;

    if (sum == 0)
        return 0;
    int shift = __builtin_clzll(sum);
    return bf_round(x.sign, x.exp + 1 - shift, sum << shift);
}

/* FPAdd_BF16. */
static uint32_t bf_add(uint32_t a, uint32_t b)
{
    struct fp_value x = bf_unpack(a), y = bf_unpack(b);

    if (x.cls == FP_FINITE && y.cls == FP_FINITE)
        return bf_add_finite(x, y);
    if (fp_is_nan(x) || fp_is_nan(y) ||
        (x.cls == FP_INFINITE && y.cls == FP_INFINITE && x.sign != y.sign))
        return (uint32_t)fp_default_nan(&fp_single);
    if (x.cls == FP_INFINITE || y.cls == FP_ZEROES) {
        if (x.cls == FP_ZEROES)
            return (uint32_t)fp_make_zero(x.sign & y.sign, &fp_single);
        return a;
    }
    return b;
}

uint32_t bf16_dot_add(uint32_t a, uint32_t n, uint32_t m)
{
    uint32_t low = bf_mul(n << 16, m << 16);
    uint32_t high = bf_mul(n & 0xffff0000, m & 0xffff0000);

    return bf_add(a, bf_add(low, high));
}
