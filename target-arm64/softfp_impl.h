/* SPDX-License-Identifier: MIT */
/*
 * The core shared by softfp_*.c; private to them.
 *
 * An operand is unpacked to a class, a sign, an unbounded exponent and a 64-bit
 * fraction with its leading one at bit 63, so that denormals need no further
 * care; an operation works on that and hands a fraction whose bit 0 is sticky
 * to fp_round_pack(), the only place that rounds.  Formats are compile-time
 * constants passed by pointer to functions that are always inlined: one source
 * gives three specialised copies.
 *
 * DDI 0487: FPUnpackBase, FPRoundBase, FPProcessNaN, FPProcessNaNs,
 * FPDefaultNaN.
 */
#ifndef TARGET_ARM64_SOFTFP_IMPL_H
#define TARGET_ARM64_SOFTFP_IMPL_H

#include "softfp.h"

#define FP_INLINE  static inline __attribute__((always_inline))
#define FP_TOP_BIT (UINT64_C(1) << 63)

typedef unsigned __int128 fp_u128_t;

/* A format, and which FPCR and FPSR bits its denormals obey. */
struct fp_format {
    int frac_bits; /* stored fraction bits */
    int exp_bits;  /* exponent bits */
    uint32_t fz;   /* FPCR bit that flushes denormals, or 0 */
    uint32_t idc;  /* FPSR bit of a flushed operand, or 0 */
    uint32_t ahp;  /* FPCR bit: no infinities and NaNs, or 0 */
};

static const struct fp_format fp_half = { 10, 5, FPCR_FZ16, 0, 0 };
static const struct fp_format fp_single = { 23, 8, FPCR_FZ, FPSR_IDC, 0 };
static const struct fp_format fp_double = { 52, 11, FPCR_FZ, FPSR_IDC, 0 };
static const struct fp_format fp_bfloat = { 7, 8, FPCR_FZ, FPSR_IDC, 0 };
/* Half as FPUnpackCV and FPRoundCV see it. */
static const struct fp_format fp_half_cv = { 10, 5, 0, 0, FPCR_AHP };

/* Ordered so that NaNs are the classes from FP_QNAN on. */
enum fp_class {
    FP_ZEROES, /* zero, or a flushed denormal */
    FP_FINITE, /* neither zero, infinite nor a NaN */
    FP_INFINITE,
    FP_QNAN,
    FP_SNAN,
};

/* value = (frac / 2^63) * 2^exp, for FP_FINITE only. */
struct fp_value {
    uint64_t frac;     /* bit 63 set */
    int exp;           /* unbiased exponent of bit 63 */
    enum fp_class cls; /* class; the rest counts for FP_FINITE */
    bool sign;         /* true if negative; valid for every class */
};

FP_INLINE int fp_exp_max(const struct fp_format *f)
{
    return (1 << f->exp_bits) - 1;
}

FP_INLINE int fp_bias(const struct fp_format *f)
{
    return fp_exp_max(f) >> 1;
}

FP_INLINE uint64_t fp_frac_mask(const struct fp_format *f)
{
    return (UINT64_C(1) << f->frac_bits) - 1;
}

FP_INLINE uint64_t fp_sign_bit(const struct fp_format *f)
{
    return UINT64_C(1) << (f->frac_bits + f->exp_bits);
}

FP_INLINE uint64_t fp_make_zero(bool sign, const struct fp_format *f)
{
    return sign ? fp_sign_bit(f) : 0;
}

FP_INLINE uint64_t fp_make_inf(bool sign, const struct fp_format *f)
{
    return fp_make_zero(sign, f) | (uint64_t)fp_exp_max(f) << f->frac_bits;
}

FP_INLINE uint64_t fp_make_max_normal(bool sign, const struct fp_format *f)
{
    return fp_make_inf(sign, f) - 1;
}

FP_INLINE uint64_t fp_default_nan(const struct fp_format *f)
{
    return fp_make_inf(false, f) | UINT64_C(1) << (f->frac_bits - 1);
}

/* A power of two or small sum of them: 1.0 is (0, 0), 1.5 is (0, top bit). */
FP_INLINE uint64_t fp_make_normal(bool sign, int exp, uint64_t frac,
                                  const struct fp_format *f)
{
    return fp_make_zero(sign, f) |
           (uint64_t)(exp + fp_bias(f)) << f->frac_bits | frac;
}

FP_INLINE bool fp_is_nan(struct fp_value v)
{
    return v.cls >= FP_QNAN;
}

/* The invalid operation: default NaN and IOC. */
FP_INLINE uint64_t fp_invalid(const struct fp_format *f, struct fp_status *st)
{
    st->fpsr |= FPSR_IOC;
    return fp_default_nan(f);
}

/* The sign of an exact zero sum of operands that are not zeros of one sign. */
FP_INLINE bool fp_zero_sum_sign(const struct fp_status *st)
{
    return fp_rounding_mode(st->fpcr) == FP_NEGINF;
}

/* Shift right, ORing what is lost into bit 0; any n >= 0. */
FP_INLINE uint64_t fp_shift_jam(uint64_t x, int n)
{
    if (n == 0)
        return x;
    if (n > 63)
        return x != 0;
    return x >> n | ((x << (64 - n)) != 0);
}

FP_INLINE struct fp_value fp_unpack(uint64_t bits, const struct fp_format *f,
                                    struct fp_status *st)
{
    int exp = (int)(bits >> f->frac_bits) & fp_exp_max(f);
    uint64_t frac = bits & fp_frac_mask(f);
    struct fp_value v = { .sign = (bits & fp_sign_bit(f)) != 0 };

    if (exp == 0) {
        if (frac == 0)
            return v;
        if (st->fpcr & f->fz) {
            st->fpsr |= f->idc;
            return v;
        }
        int shift = __builtin_clzll(frac);
        v.cls = FP_FINITE;
        v.frac = frac << shift;
        v.exp = 64 - fp_bias(f) - f->frac_bits - shift;
    } else if (exp == fp_exp_max(f) && !(st->fpcr & f->ahp)) {
        if (frac == 0)
            v.cls = FP_INFINITE;
        else
            v.cls = frac >> (f->frac_bits - 1) ? FP_QNAN : FP_SNAN;
    } else {
        v.cls = FP_FINITE;
        v.frac = FP_TOP_BIT | frac << (63 - f->frac_bits);
        v.exp = exp - fp_bias(f);
    }
    return v;
}

/*
 * Whether a magnitude is to be incremented: `rest` is what lies below its last
 * bit, left-aligned (bit 63 is one half), `odd` that last bit.
 */
FP_INLINE bool fp_rounds_up(enum fp_rounding rounding, bool sign, bool odd,
                            uint64_t rest)
{
    switch (rounding) {
    case FP_TIEEVEN: return rest > FP_TOP_BIT || (rest == FP_TOP_BIT && odd);
    case FP_TIEAWAY: return rest >= FP_TOP_BIT;
    case FP_POSINF: return rest && !sign;
    case FP_NEGINF: return rest && sign;
    default: return false;
    }
}

/* The result of an overflow, its exceptions included. */
FP_INLINE uint64_t fp_overflow(bool sign, const struct fp_format *f,
                               enum fp_rounding rounding, struct fp_status *st)
{
    bool to_inf = rounding == FP_TIEEVEN || rounding == FP_TIEAWAY ||
                  rounding == (sign ? FP_NEGINF : FP_POSINF);

    st->fpsr |= FPSR_OFC | FPSR_IXC;
    return to_inf ? fp_make_inf(sign, f) : fp_make_max_normal(sign, f);
}

/*
 * Round (frac / 2^63) * 2^exp, where frac has bit 63 set and bit 0 stands for
 * everything below it.  exp may be anything within +-4000.
 */
FP_INLINE uint64_t fp_round_pack(bool sign, int exp, uint64_t frac,
                                 const struct fp_format *f,
                                 enum fp_rounding rounding,
                                 struct fp_status *st)
{
    int drop = 63 - f->frac_bits;
    int biased = exp + fp_bias(f);
    bool is_tiny = biased <= 0;

    if (is_tiny) {
        if (st->fpcr & f->fz) {
            st->fpsr |= FPSR_UFC;
            return fp_make_zero(sign, f);
        }
        frac = fp_shift_jam(frac, 1 - biased);
        biased = 1;
    }

    uint64_t rest = frac << (64 - drop);
    uint64_t mant = frac >> drop;
    if (rest) {
        if (fp_rounds_up(rounding, sign, mant & 1, rest))
            mant++;
        else if (rounding == FP_ODD)
            mant |= 1;
    }

    /* The leading one, or a carry out of the fraction, adds to the exponent. */
    uint64_t result = ((uint64_t)(biased - 1) << f->frac_bits) + mant;
    int result_exp = (int)(result >> f->frac_bits);
    if (st->fpcr & f->ahp) {
        if (result_exp > fp_exp_max(f)) {
            st->fpsr |= FPSR_IOC;
            return fp_make_zero(sign, f) | (fp_sign_bit(f) - 1);
        }
    } else if (result_exp >= fp_exp_max(f)) {
        return fp_overflow(sign, f, rounding, st);
    }
    if (rest)
        st->fpsr |= is_tiny ? FPSR_UFC | FPSR_IXC : FPSR_IXC;
    return fp_make_zero(sign, f) | result;
}

/* fp_round_pack() with the mode of FPCR, of a fraction not yet normalised. */
FP_INLINE uint64_t fp_normalise_pack(bool sign, int exp, uint64_t frac,
                                     const struct fp_format *f,
                                     struct fp_status *st)
{
    int shift = __builtin_clzll(frac);

    return fp_round_pack(sign, exp - shift, frac << shift, f,
                         fp_rounding_mode(st->fpcr), st);
}

/* FPProcessNaN, of an operand known to be a NaN. */
FP_INLINE uint64_t fp_process_nan(uint64_t bits, enum fp_class cls,
                                  const struct fp_format *f,
                                  struct fp_status *st)
{
    if (cls == FP_SNAN)
        st->fpsr |= FPSR_IOC;
    if (st->fpcr & FPCR_DN)
        return fp_default_nan(f);
    return bits | UINT64_C(1) << (f->frac_bits - 1);
}

/* FPProcessNaNs, when at least one operand is a NaN. */
FP_INLINE uint64_t fp_process_nans(uint64_t a, enum fp_class a_cls, uint64_t b,
                                   enum fp_class b_cls,
                                   const struct fp_format *f,
                                   struct fp_status *st)
{
    if (a_cls == FP_SNAN || (a_cls == FP_QNAN && b_cls != FP_SNAN))
        return fp_process_nan(a, a_cls, f, st);
    return fp_process_nan(b, b_cls, f, st);
}

/*
 * The integer part of |v|, which is FP_FINITE with v.exp <= 63, rounded to
 * `rounding`; `*rest` gets what was rounded off, left-aligned and sticky.
 */
FP_INLINE uint64_t fp_to_integer(struct fp_value v, enum fp_rounding rounding,
                                 uint64_t *rest)
{
    uint64_t whole = 0;

    if (v.exp >= 63) {
        *rest = 0;
        return v.frac;
    }
    if (v.exp >= 0) {
        whole = v.frac >> (63 - v.exp);
        *rest = v.frac << (v.exp + 1);
    } else {
        *rest = fp_shift_jam(v.frac, -1 - v.exp);
    }
    return whole + fp_rounds_up(rounding, v.sign, whole & 1, *rest);
}

#endif
