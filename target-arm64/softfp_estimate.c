/* SPDX-License-Identifier: MIT */
/*
 * Reciprocal and reciprocal square root estimates.
 *
 * The architecture fixes all eight bits of the estimates, as integer functions
 * of the topmost fraction bits; they do not depend on the rounding mode, which
 * decides only how the reciprocal of a tiny number overflows.
 *
 * DDI 0487: RecipEstimate, RecipSqrtEstimate, FPRecipEstimate,
 * FPRSqrtEstimate, FPRecpX, UnsignedRecipEstimate, UnsignedRSqrtEstimate.
 */
#include "softfp_impl.h"

/* RecipEstimate: 256..511 stands for 0.5..1, the result for 1..2 likewise. */
static uint32_t estimate_recip(uint32_t a)
{
    a = a * 2 + 1;
    return ((UINT32_C(1) << 19) / a + 1) / 2;
}

/* RecipSqrtEstimate: 128..511 stands for 0.25..1, 256..511 for 1..2. */
static uint32_t estimate_rsqrt(uint32_t a)
{
    if (a < 256)
        a = a * 2 + 1;
    else
        a = ((a & ~UINT32_C(1)) + 1) * 2;

    /* The largest b >= 512 with a * b^2 < 2^28, where there is one. */
    uint32_t b = 512;
    for (uint32_t step = 256; step; step >>= 1) {
        if (a * (b + step) * (b + step) < UINT32_C(1) << 28)
            b += step;
    }
    return (b + 1) / 2;
}

uint32_t fp_urecpe(uint32_t a)
{
    if (!(a >> 31))
        return UINT32_MAX;
    return estimate_recip(a >> 23) << 23;
}

uint32_t fp_ursqrte(uint32_t a)
{
    if (!(a >> 30))
        return UINT32_MAX;
    return estimate_rsqrt(a >> 23) << 23;
}

FP_INLINE uint64_t recip_estimate_generic(uint64_t a, const struct fp_format *f,
                                          struct fp_status *st)
{
    struct fp_value v = fp_unpack(a, f, st);

    if (fp_is_nan(v))
        return fp_process_nan(a, v.cls, f, st);
    if (v.cls == FP_INFINITE)
        return fp_make_zero(v.sign, f);
    if (v.cls == FP_ZEROES) {
        st->fpsr |= FPSR_DZC;
        return fp_make_inf(v.sign, f);
    }
    if (v.exp < -fp_bias(f) - 1)
        return fp_overflow(v.sign, f, fp_rounding_mode(st->fpcr), st);
    if ((st->fpcr & f->fz) && v.exp >= fp_bias(f) - 1) {
        st->fpsr |= FPSR_UFC;
        return fp_make_zero(v.sign, f);
    }

    /* The result is (estimate / 256) * 2^(-1 - exp). */
    uint64_t estimate = estimate_recip((uint32_t)(v.frac >> 55));
    uint64_t frac = estimate << (f->frac_bits - 8);
    int biased = fp_bias(f) - 1 - v.exp;
    if (biased <= 0)
        return fp_make_zero(v.sign, f) | frac >> (1 - biased);
    return fp_make_zero(v.sign, f) | (frac & fp_frac_mask(f)) |
           (uint64_t)biased << f->frac_bits;
}

FP_INLINE uint64_t rsqrt_estimate_generic(uint64_t a, const struct fp_format *f,
                                          struct fp_status *st)
{
    struct fp_value v = fp_unpack(a, f, st);

    if (fp_is_nan(v))
        return fp_process_nan(a, v.cls, f, st);
    if (v.cls == FP_ZEROES) {
        st->fpsr |= FPSR_DZC;
        return fp_make_inf(v.sign, f);
    }
    if (v.sign)
        return fp_invalid(f, st);
    if (v.cls == FP_INFINITE)
        return 0;

    /* 0.25 <= scaled < 1, whichever leaves an even exponent. */
    bool is_even = !(v.exp & 1);
    uint32_t scaled = (uint32_t)(v.frac >> (55 + is_even));
    int exp = (-2 - v.exp + !is_even) / 2;
    uint64_t frac = (uint64_t)estimate_rsqrt(scaled) << (f->frac_bits - 8);
    return fp_make_normal(false, exp, frac & fp_frac_mask(f), f);
}

FP_INLINE uint64_t recpx_generic(uint64_t a, const struct fp_format *f,
                                 struct fp_status *st)
{
    struct fp_value v = fp_unpack(a, f, st);
    uint64_t exp_mask = fp_make_inf(false, f);

    if (fp_is_nan(v))
        return fp_process_nan(a, v.cls, f, st);
    if (!(a & exp_mask))
        return fp_make_zero(v.sign, f) | (uint64_t)(fp_exp_max(f) - 1)
                                             << f->frac_bits;
    return fp_make_zero(v.sign, f) | (~a & exp_mask);
}

#define ESTIMATE(name, type, format)                         \
    type name##_recip_estimate(type a, struct fp_status *st) \
    {                                                        \
        return (type)recip_estimate_generic(a, format, st);  \
    }                                                        \
    type name##_rsqrt_estimate(type a, struct fp_status *st) \
    {                                                        \
        return (type)rsqrt_estimate_generic(a, format, st);  \
    }                                                        \
    type name##_recpx(type a, struct fp_status *st)          \
    {                                                        \
        return (type)recpx_generic(a, format, st);           \
    }

ESTIMATE(fp16, uint16_t, &fp_half)
ESTIMATE(fp32, uint32_t, &fp_single)
ESTIMATE(fp64, uint64_t, &fp_double)

#undef ESTIMATE
