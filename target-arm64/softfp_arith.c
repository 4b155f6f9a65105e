/* SPDX-License-Identifier: MIT */
/*
 * Addition, multiplication, division and square root.
 *
 * Each operation is exact up to a sticky bit before fp_round_pack() rounds it:
 * fractions carry 64 bits, of which a double uses 53, so that guard and sticky
 * bits survive one normalising shift.
 *
 * DDI 0487: FPAdd, FPSub, FPMul, FPMulX, FPDiv, FPSqrt.
 */
#include "softfp_impl.h"

/* The sum of two finite values whose signs are already what is to be added. */
FP_INLINE uint64_t add_finite(struct fp_value x, struct fp_value y,
                              const struct fp_format *f, struct fp_status *st)
{
    if (x.exp < y.exp || (x.exp == y.exp && x.frac < y.frac)) {
        struct fp_value t = x;
        x = y;
        y = t;
    }
    /* One bit of room for the carry; bit 0 of an operand is never set. */
    uint64_t big = x.frac >> 1;
    uint64_t small = fp_shift_jam(y.frac >> 1, x.exp - y.exp);
    uint64_t sum = x.sign == y.sign ? big + small : big - small;

    if (sum == 0)
        return fp_make_zero(fp_zero_sum_sign(st), f);
    return fp_normalise_pack(x.sign, x.exp + 1, sum, f, st);
}

FP_INLINE uint64_t add_generic(uint64_t a, uint64_t b, bool is_sub,
                               const struct fp_format *f, struct fp_status *st)
{
    struct fp_value x = fp_unpack(a, f, st);
    struct fp_value y = fp_unpack(b, f, st);

    if (x.cls == FP_FINITE && y.cls == FP_FINITE) {
        y.sign ^= is_sub;
        return add_finite(x, y, f, st);
    }
    if (fp_is_nan(x) || fp_is_nan(y))
        return fp_process_nans(a, x.cls, b, y.cls, f, st);
    y.sign ^= is_sub;
    if (x.cls == FP_INFINITE) {
        if (y.cls == FP_INFINITE && x.sign != y.sign)
            return fp_invalid(f, st);
        return fp_make_inf(x.sign, f);
    }
    if (y.cls == FP_INFINITE)
        return fp_make_inf(y.sign, f);
    if (x.cls == FP_FINITE)
        return a;
    if (y.cls == FP_FINITE)
        return is_sub ? b ^ fp_sign_bit(f) : b;
    if (x.sign == y.sign)
        return fp_make_zero(x.sign, f);
    return fp_make_zero(fp_zero_sum_sign(st), f);
}

FP_INLINE uint64_t abd_generic(uint64_t a, uint64_t b,
                               const struct fp_format *f, struct fp_status *st)
{
    return add_generic(a, b, true, f, st) & ~fp_sign_bit(f);
}

FP_INLINE uint64_t mul_finite(struct fp_value x, struct fp_value y,
                              const struct fp_format *f, struct fp_status *st)
{
    fp_u128_t product = (fp_u128_t)x.frac * y.frac;
    int exp = x.exp + y.exp + 1;

    if (!(product >> 127)) {
        product <<= 1;
        exp--;
    }
    uint64_t frac = (uint64_t)(product >> 64) | ((uint64_t)product != 0);
    return fp_round_pack(x.sign ^ y.sign, exp, frac, f,
                         fp_rounding_mode(st->fpcr), st);
}

/* FPMul and FPMulX, which differ in infinity * 0 only. */
FP_INLINE uint64_t mul_generic(uint64_t a, uint64_t b, bool is_mulx,
                               const struct fp_format *f, struct fp_status *st)
{
    struct fp_value x = fp_unpack(a, f, st);
    struct fp_value y = fp_unpack(b, f, st);
    bool sign = x.sign ^ y.sign;

    if (x.cls == FP_FINITE && y.cls == FP_FINITE)
        return mul_finite(x, y, f, st);
    if (fp_is_nan(x) || fp_is_nan(y))
        return fp_process_nans(a, x.cls, b, y.cls, f, st);
    if (x.cls == FP_INFINITE || y.cls == FP_INFINITE) {
        if (x.cls != FP_ZEROES && y.cls != FP_ZEROES)
            return fp_make_inf(sign, f);
        if (is_mulx)
            return fp_make_normal(sign, 1, 0, f);
        return fp_invalid(f, st);
    }
    return fp_make_zero(sign, f);
}

/*
 * The quotient of two fractions, x / y or 2x / y so that bit 63 is set, with a
 * sticky bit.  Formats with 24 significant bits need one 64-bit division only.
 */
FP_INLINE uint64_t div_fractions(uint64_t x, uint64_t y,
                                 const struct fp_format *f)
{
    bool is_less = x < y;

    if (f->frac_bits <= 23) {
        uint64_t num = (x >> 40) << (38 + is_less);
        uint64_t den = y >> 40;
        return (num / den) << 25 | (num % den != 0);
    }
    fp_u128_t num = (fp_u128_t)x << (63 + is_less);
    uint64_t quot = (uint64_t)(num / y);
    return quot | ((uint64_t)num - quot * y != 0);
}

FP_INLINE uint64_t div_generic(uint64_t a, uint64_t b,
                               const struct fp_format *f, struct fp_status *st)
{
    struct fp_value x = fp_unpack(a, f, st);
    struct fp_value y = fp_unpack(b, f, st);
    bool sign = x.sign ^ y.sign;

    if (x.cls == FP_FINITE && y.cls == FP_FINITE)
        return fp_round_pack(sign, x.exp - y.exp - (x.frac < y.frac),
                             div_fractions(x.frac, y.frac, f), f,
                             fp_rounding_mode(st->fpcr), st);
    if (fp_is_nan(x) || fp_is_nan(y))
        return fp_process_nans(a, x.cls, b, y.cls, f, st);
    if (x.cls == y.cls)
        return fp_invalid(f, st);
    if (x.cls == FP_INFINITE)
        return fp_make_inf(sign, f);
    if (y.cls == FP_ZEROES) {
        st->fpsr |= FPSR_DZC;
        return fp_make_inf(sign, f);
    }
    return fp_make_zero(sign, f);
}

/* An integer square root: root^2 + rem is the radicand, rem <= 2 * root. */
struct sqrt_rem {
    uint64_t root; /* rounded down */
    uint64_t rem;  /* radicand - root^2 */
};

/* Digit by digit, n < 2^28. */
static struct sqrt_rem sqrt28(uint32_t n)
{
    uint32_t root = 0;

    for (uint32_t bit = UINT32_C(1) << 26; bit; bit >>= 2) {
        uint32_t trial = root + bit;
        root >>= 1;
        if (n >= trial) {
            n -= trial;
            root += bit;
        }
    }
    return (struct sqrt_rem){ root, n };
}

/*
 * One step of Zimmermann's recursive square root: from that of a number, the
 * root of the number followed by two limbs of `bits` bits each, whose top two
 * bits together are not 00.
 */
FP_INLINE struct sqrt_rem sqrt_extend(struct sqrt_rem high, int bits,
                                      uint64_t limb1, uint64_t limb0)
{
    uint64_t num = high.rem << bits | limb1;
    uint64_t quot = num / (2 * high.root);
    uint64_t root = (high.root << bits) + quot;
    uint64_t left = num - quot * 2 * high.root;
    int64_t rem = (int64_t)(left << bits | limb0) - (int64_t)(quot * quot);

    if (rem < 0) {
        rem += (int64_t)(2 * root - 1);
        root--;
    }
    return (struct sqrt_rem){ root, (uint64_t)rem };
}

/*
 * The root of m, 1 <= m < 4, given as m * 2^54: bit 63 set, bit 0 sticky.
 * 28 bits of root are enough for single, 56 for double.
 */
FP_INLINE uint64_t sqrt_fraction(uint64_t m, const struct fp_format *f)
{
    struct sqrt_rem s = sqrt_extend(sqrt28((uint32_t)(m >> 28)), 14,
                                    m >> 14 & 0x3fff, m & 0x3fff);

    if (f->frac_bits <= 23)
        return s.root << 36 | (s.rem != 0);
    s = sqrt_extend(s, 28, 0, 0);
    return s.root << 8 | (s.rem != 0);
}

FP_INLINE uint64_t sqrt_generic(uint64_t a, const struct fp_format *f,
                                struct fp_status *st)
{
    struct fp_value x = fp_unpack(a, f, st);

    if (fp_is_nan(x))
        return fp_process_nan(a, x.cls, f, st);
    if (x.cls == FP_ZEROES)
        return fp_make_zero(x.sign, f);
    if (x.sign)
        return fp_invalid(f, st);
    if (x.cls == FP_INFINITE)
        return a;

    /* An odd exponent leaves a factor of two in the radicand. */
    bool is_odd = x.exp & 1;
    return fp_round_pack(false, (x.exp - is_odd) / 2,
                         sqrt_fraction(x.frac >> (9 - is_odd), f), f,
                         fp_rounding_mode(st->fpcr), st);
}

#define ARITH(name, type, format)                          \
    type name##_add(type a, type b, struct fp_status *st)  \
    {                                                      \
        return (type)add_generic(a, b, false, format, st); \
    }                                                      \
    type name##_sub(type a, type b, struct fp_status *st)  \
    {                                                      \
        return (type)add_generic(a, b, true, format, st);  \
    }                                                      \
    type name##_abd(type a, type b, struct fp_status *st)  \
    {                                                      \
        return (type)abd_generic(a, b, format, st);        \
    }                                                      \
    type name##_mul(type a, type b, struct fp_status *st)  \
    {                                                      \
        return (type)mul_generic(a, b, false, format, st); \
    }                                                      \
    type name##_mulx(type a, type b, struct fp_status *st) \
    {                                                      \
        return (type)mul_generic(a, b, true, format, st);  \
    }                                                      \
    type name##_div(type a, type b, struct fp_status *st)  \
    {                                                      \
        return (type)div_generic(a, b, format, st);        \
    }                                                      \
    type name##_sqrt(type a, struct fp_status *st)         \
    {                                                      \
        return (type)sqrt_generic(a, format, st);          \
    }

ARITH(fp16, uint16_t, &fp_half)
ARITH(fp32, uint32_t, &fp_single)
ARITH(fp64, uint64_t, &fp_double)

#undef ARITH
