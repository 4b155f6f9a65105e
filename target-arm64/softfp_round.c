/* SPDX-License-Identifier: MIT */
/*
 * Rounding to an integer in the same format.
 *
 * A value whose exponent reaches the fraction's length is an integer already
 * and comes back unchanged; what is smaller fits 64 bits.
 *
 * DDI 0487: FPRoundInt, FPRoundIntN.
 */
#include "softfp_impl.h"

/* The float of an integer that needs no rounding; zero keeps its sign. */
FP_INLINE uint64_t pack_integer(bool sign, uint64_t whole,
                                const struct fp_format *f)
{
    if (whole == 0)
        return fp_make_zero(sign, f);

    int shift = __builtin_clzll(whole);
    uint64_t frac = (whole << shift << 1) >> (64 - f->frac_bits);
    return fp_make_normal(sign, 63 - shift, frac, f);
}

FP_INLINE uint64_t round_int_generic(uint64_t a, enum fp_rounding rounding,
                                     bool exact, const struct fp_format *f,
                                     struct fp_status *st)
{
    struct fp_value v = fp_unpack(a, f, st);
    uint64_t rest;

    if (fp_is_nan(v))
        return fp_process_nan(a, v.cls, f, st);
    if (v.cls == FP_ZEROES)
        return fp_make_zero(v.sign, f);
    if (v.cls == FP_INFINITE || v.exp >= f->frac_bits)
        return a;

    uint64_t whole = fp_to_integer(v, rounding, &rest);
    if (rest && exact)
        st->fpsr |= FPSR_IXC;
    return pack_integer(v.sign, whole, f);
}

FP_INLINE uint64_t round_int_n_generic(uint64_t a, enum fp_rounding rounding,
                                       unsigned intsize,
                                       const struct fp_format *f,
                                       struct fp_status *st)
{
    struct fp_value v = fp_unpack(a, f, st);
    uint64_t rest = 0;
    uint64_t whole = 0;

    if (v.cls == FP_ZEROES)
        return fp_make_zero(v.sign, f);

    bool fits = v.cls == FP_FINITE && v.exp < (int)intsize;
    if (fits) {
        whole = fp_to_integer(v, rounding, &rest);
        fits = whole <= (UINT64_C(1) << (intsize - 1)) - !v.sign;
    }
    if (!fits) {
        st->fpsr |= FPSR_IOC;
        return fp_make_normal(true, (int)intsize - 1, 0, f);
    }
    if (rest)
        st->fpsr |= FPSR_IXC;
    return pack_integer(v.sign, whole, f);
}

uint16_t fp16_round_int(uint16_t a, enum fp_rounding rounding, bool exact,
                        struct fp_status *st)
{
    return (uint16_t)round_int_generic(a, rounding, exact, &fp_half, st);
}

uint32_t fp32_round_int(uint32_t a, enum fp_rounding rounding, bool exact,
                        struct fp_status *st)
{
    return (uint32_t)round_int_generic(a, rounding, exact, &fp_single, st);
}

uint64_t fp64_round_int(uint64_t a, enum fp_rounding rounding, bool exact,
                        struct fp_status *st)
{
    return round_int_generic(a, rounding, exact, &fp_double, st);
}

uint32_t fp32_round_int_n(uint32_t a, enum fp_rounding rounding,
                          unsigned intsize, struct fp_status *st)
{
    return (uint32_t)round_int_n_generic(a, rounding, intsize, &fp_single, st);
}

uint64_t fp64_round_int_n(uint64_t a, enum fp_rounding rounding,
                          unsigned intsize, struct fp_status *st)
{
    return round_int_n_generic(a, rounding, intsize, &fp_double, st);
}
