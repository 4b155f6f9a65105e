/* SPDX-License-Identifier: MIT */
/*
 * Conversions between formats, and to and from integers and fixed point.
 *
 * Integers pass through a 64-bit magnitude and a sign; what is rounded off is
 * kept left-aligned in a second word, so that every rounding mode and IXC can
 * be decided from it.
 *
 * DDI 0487: FPConvert, FPConvertBF, FPConvertNaN, FPMulAddH, FPToFixed,
 * FPToFixedJS, FixedToFP.
 */
#include "softfp_impl.h"

/* FPConvertNaN: the sign and the topmost fraction bits are kept. */
FP_INLINE uint64_t convert_nan(uint64_t bits, bool sign,
                               const struct fp_format *from,
                               const struct fp_format *to)
{
    uint64_t frac = (bits & fp_frac_mask(from)) << (52 - from->frac_bits);

    return fp_make_inf(sign, to) | UINT64_C(1) << (to->frac_bits - 1) |
           frac >> (52 - to->frac_bits);
}

FP_INLINE uint64_t convert_generic(uint64_t bits, const struct fp_format *from,
                                   const struct fp_format *to,
                                   enum fp_rounding rounding,
                                   struct fp_status *st)
{
    struct fp_value v = fp_unpack(bits, from, st);
    bool to_alt_half = (st->fpcr & to->ahp) != 0;

    if (v.cls == FP_FINITE)
        return fp_round_pack(v.sign, v.exp, v.frac, to, rounding, st);
    if (v.cls == FP_ZEROES)
        return fp_make_zero(v.sign, to);
    if (v.cls == FP_INFINITE) {
        if (!to_alt_half)
            return fp_make_inf(v.sign, to);
        st->fpsr |= FPSR_IOC;
        return fp_make_zero(v.sign, to) | (fp_sign_bit(to) - 1);
    }
    if (v.cls == FP_SNAN || to_alt_half)
        st->fpsr |= FPSR_IOC;
    if (to_alt_half)
        return fp_make_zero(v.sign, to);
    if (st->fpcr & FPCR_DN)
        return fp_default_nan(to);
    return convert_nan(bits, v.sign, from, to);
}

uint32_t fp16_factor(uint16_t a, const struct fp_status *st)
{
    struct fp_status quiet = { .fpcr = st->fpcr };
    struct fp_value v = fp_unpack(a, &fp_half, &quiet);

    if (v.cls == FP_ZEROES)
        return (uint32_t)fp_make_zero(v.sign, &fp_single);
    if (v.cls == FP_FINITE)
        return (uint32_t)fp_make_normal(v.sign, v.exp, v.frac << 1 >> 41,
                                        &fp_single);
    return (uint32_t)(fp_make_inf(v.sign, &fp_single) |
                      (a & fp_frac_mask(&fp_half)) << 13);
}

uint32_t fp16_to_fp32(uint16_t a, struct fp_status *st)
{
    return (uint32_t)convert_generic(a, &fp_half_cv, &fp_single,
                                     fp_rounding_mode(st->fpcr), st);
}

uint64_t fp16_to_fp64(uint16_t a, struct fp_status *st)
{
    return convert_generic(a, &fp_half_cv, &fp_double,
                           fp_rounding_mode(st->fpcr), st);
}

uint16_t fp32_to_fp16(uint32_t a, struct fp_status *st)
{
    return (uint16_t)convert_generic(a, &fp_single, &fp_half_cv,
                                     fp_rounding_mode(st->fpcr), st);
}

uint64_t fp32_to_fp64(uint32_t a, struct fp_status *st)
{
    return convert_generic(a, &fp_single, &fp_double,
                           fp_rounding_mode(st->fpcr), st);
}

uint16_t fp64_to_fp16(uint64_t a, struct fp_status *st)
{
    return (uint16_t)convert_generic(a, &fp_double, &fp_half_cv,
                                     fp_rounding_mode(st->fpcr), st);
}

uint32_t fp64_to_fp32(uint64_t a, struct fp_status *st)
{
    return (uint32_t)convert_generic(a, &fp_double, &fp_single,
                                     fp_rounding_mode(st->fpcr), st);
}

uint16_t fp32_to_bf16(uint32_t a, struct fp_status *st)
{
    return (uint16_t)convert_generic(a, &fp_single, &fp_bfloat,
                                     fp_rounding_mode(st->fpcr), st);
}

uint32_t fp64_to_fp32_odd(uint64_t a, struct fp_status *st)
{
    return (uint32_t)convert_generic(a, &fp_double, &fp_single, FP_ODD, st);
}

static uint64_t width_mask(unsigned width)
{
    return width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
}

/* The largest magnitude that an integer of this kind and sign can have. */
static uint64_t max_magnitude(unsigned width, bool is_unsigned, bool sign)
{
    if (is_unsigned)
        return sign ? 0 : width_mask(width);
    return (UINT64_C(1) << (width - 1)) - !sign;
}

/* FPToFixed of a value that is not zero, its exponent already scaled. */
static uint64_t value_to_int(struct fp_value v, unsigned width,
                             bool is_unsigned, enum fp_rounding rounding,
                             struct fp_status *st)
{
    uint64_t limit = max_magnitude(width, is_unsigned, v.sign);
    uint64_t whole = limit;
    uint64_t rest = 0;
    bool is_too_big = v.cls == FP_INFINITE || v.exp > 63;

    if (!is_too_big) {
        whole = fp_to_integer(v, rounding, &rest);
        is_too_big = whole > limit;
    }
    if (is_too_big) {
        st->fpsr |= FPSR_IOC;
        whole = limit;
    } else if (rest) {
        st->fpsr |= FPSR_IXC;
    }
    return (v.sign ? -whole : whole) & width_mask(width);
}

FP_INLINE uint64_t to_int_generic(uint64_t bits, unsigned width,
                                  bool is_unsigned, unsigned fbits,
                                  enum fp_rounding rounding,
                                  const struct fp_format *f,
                                  struct fp_status *st)
{
    struct fp_value v = fp_unpack(bits, f, st);

    if (v.cls == FP_ZEROES)
        return 0;
    if (fp_is_nan(v)) {
        st->fpsr |= FPSR_IOC;
        return 0;
    }
    v.exp += (int)fbits;
    return value_to_int(v, width, is_unsigned, rounding, st);
}

FP_INLINE uint64_t from_int_generic(uint64_t value, unsigned width,
                                    bool is_unsigned, unsigned fbits,
                                    const struct fp_format *f,
                                    struct fp_status *st)
{
    bool sign = !is_unsigned && (value >> (width - 1) & 1);

    value = (sign ? -value : value) & width_mask(width);
    if (value == 0)
        return 0;
    return fp_normalise_pack(sign, 63 - (int)fbits, value, f, st);
}

#define INTEGER(name, type, format)                                           \
    uint64_t name##_to_int(type a, unsigned width, bool is_unsigned,          \
                           unsigned fbits, enum fp_rounding rounding,         \
                           struct fp_status *st)                              \
    {                                                                         \
        return to_int_generic(a, width, is_unsigned, fbits, rounding, format, \
                              st);                                            \
    }                                                                         \
    type name##_from_int(uint64_t value, unsigned width, bool is_unsigned,    \
                         unsigned fbits, struct fp_status *st)                \
    {                                                                         \
        return (type)from_int_generic(value, width, is_unsigned, fbits,       \
                                      format, st);                            \
    }

INTEGER(fp16, uint16_t, &fp_half)
INTEGER(fp32, uint32_t, &fp_single)
INTEGER(fp64, uint64_t, &fp_double)

#undef INTEGER

/* The low 32 bits of a value too large for 64 bits or not. */
static uint32_t low_word(struct fp_value v)
{
    uint64_t rest;

    if (v.exp <= 63)
        return (uint32_t)fp_to_integer(v, FP_ZERO, &rest);
    return v.exp < 63 + 32 ? (uint32_t)(v.frac << (v.exp - 63)) : 0;
}

uint32_t fp64_to_int32_js(uint64_t a, bool *is_exact, struct fp_status *st)
{
    struct fp_value v = fp_unpack(a, &fp_double, st);
    uint64_t rest = 0;

    *is_exact = false;
    if (v.cls == FP_ZEROES) {
        /* Neither -0 nor a flushed denormal is an exact integer. */
        *is_exact = a == 0;
        return 0;
    }
    if (v.cls != FP_FINITE) {
        st->fpsr |= FPSR_IOC;
        return 0;
    }
    uint32_t word = low_word(v);
    if (v.exp > 63 ||
        fp_to_integer(v, FP_ZERO, &rest) > max_magnitude(32, false, v.sign))
        st->fpsr |= FPSR_IOC;
    else if (rest)
        st->fpsr |= FPSR_IXC;
    else
        *is_exact = true;
    return v.sign ? -word : word;
}
