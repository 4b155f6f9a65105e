/* SPDX-License-Identifier: MIT */
/*
 * Comparisons, minimum and maximum.
 *
 * Numbers are ordered as the sign-and-magnitude integers that their bits are,
 * with zeros and flushed denormals as 0.
 *
 * DDI 0487: FPCompare, FPCompareEQ, FPCompareGE, FPCompareGT, FPMax, FPMin,
 * FPMaxNum, FPMinNum.
 */
#include "softfp_impl.h"

/* What a comparison needs of its operands. */
struct fp_pair {
    enum fp_class a_cls; /* classes of the operands */
    enum fp_class b_cls;
    int64_t a_key; /* ordered as the numbers are; not for NaNs */
    int64_t b_key;
};

FP_INLINE int64_t order_key(uint64_t bits, struct fp_value v,
                            const struct fp_format *f)
{
    if (v.cls == FP_ZEROES)
        return 0;
    int64_t magnitude = (int64_t)(bits & (fp_sign_bit(f) - 1));
    return v.sign ? -magnitude : magnitude;
}

FP_INLINE struct fp_pair unpack_pair(uint64_t a, uint64_t b,
                                     const struct fp_format *f,
                                     struct fp_status *st)
{
    struct fp_value x = fp_unpack(a, f, st);
    struct fp_value y = fp_unpack(b, f, st);

    return (struct fp_pair){
        x.cls,
        y.cls,
        order_key(a, x, f),
        order_key(b, y, f),
    };
}

/* Whether the pair is unordered; raises IOC as FPCompare does. */
FP_INLINE bool is_unordered(struct fp_pair p, bool signal_nans,
                            struct fp_status *st)
{
    if (p.a_cls < FP_QNAN && p.b_cls < FP_QNAN)
        return false;
    if (signal_nans || p.a_cls == FP_SNAN || p.b_cls == FP_SNAN)
        st->fpsr |= FPSR_IOC;
    return true;
}

FP_INLINE unsigned compare_generic(uint64_t a, uint64_t b, bool signal_nans,
                                   const struct fp_format *f,
                                   struct fp_status *st)
{
    struct fp_pair p = unpack_pair(a, b, f, st);

    if (is_unordered(p, signal_nans, st))
        return 0x3;
    if (p.a_key == p.b_key)
        return 0x6;
    return p.a_key < p.b_key ? 0x8 : 0x2;
}

FP_INLINE bool eq_generic(uint64_t a, uint64_t b, const struct fp_format *f,
                          struct fp_status *st)
{
    struct fp_pair p = unpack_pair(a, b, f, st);

    return !is_unordered(p, false, st) && p.a_key == p.b_key;
}

FP_INLINE bool ge_generic(uint64_t a, uint64_t b, const struct fp_format *f,
                          struct fp_status *st)
{
    struct fp_pair p = unpack_pair(a, b, f, st);

    return !is_unordered(p, true, st) && p.a_key >= p.b_key;
}

FP_INLINE bool gt_generic(uint64_t a, uint64_t b, const struct fp_format *f,
                          struct fp_status *st)
{
    struct fp_pair p = unpack_pair(a, b, f, st);

    return !is_unordered(p, true, st) && p.a_key > p.b_key;
}

/* FPMax or FPMin of operands already unpacked. */
FP_INLINE uint64_t select_max(uint64_t a, uint64_t b, struct fp_pair p,
                              bool is_min, const struct fp_format *f,
                              struct fp_status *st)
{
    if (p.a_cls >= FP_QNAN || p.b_cls >= FP_QNAN)
        return fp_process_nans(a, p.a_cls, b, p.b_cls, f, st);

    bool takes_a = is_min ? p.a_key < p.b_key : p.a_key > p.b_key;
    if ((takes_a ? p.a_cls : p.b_cls) == FP_ZEROES)
        return (is_min ? a | b : a & b) & fp_sign_bit(f);
    return takes_a ? a : b;
}

FP_INLINE uint64_t max_generic(uint64_t a, uint64_t b, bool is_min,
                               const struct fp_format *f, struct fp_status *st)
{
    return select_max(a, b, unpack_pair(a, b, f, st), is_min, f, st);
}

FP_INLINE uint64_t maxnm_generic(uint64_t a, uint64_t b, bool is_min,
                                 const struct fp_format *f,
                                 struct fp_status *st)
{
    struct fp_pair p = unpack_pair(a, b, f, st);

    /* A single quiet NaN becomes the infinity that every number beats. */
    if ((p.a_cls == FP_QNAN) != (p.b_cls == FP_QNAN)) {
        if (p.a_cls == FP_QNAN)
            a = fp_make_inf(!is_min, f);
        else
            b = fp_make_inf(!is_min, f);
        p = unpack_pair(a, b, f, st);
    }
    return select_max(a, b, p, is_min, f, st);
}

#define COMPARE(name, type, format)                                  \
    type name##_max(type a, type b, struct fp_status *st)            \
    {                                                                \
        return (type)max_generic(a, b, false, format, st);           \
    }                                                                \
    type name##_min(type a, type b, struct fp_status *st)            \
    {                                                                \
        return (type)max_generic(a, b, true, format, st);            \
    }                                                                \
    type name##_maxnm(type a, type b, struct fp_status *st)          \
    {                                                                \
        return (type)maxnm_generic(a, b, false, format, st);         \
    }                                                                \
    type name##_minnm(type a, type b, struct fp_status *st)          \
    {                                                                \
        return (type)maxnm_generic(a, b, true, format, st);          \
    }                                                                \
    unsigned name##_compare(type a, type b, bool signal_nans,        \
                            struct fp_status *st)                    \
    {                                                                \
        return compare_generic(a, b, signal_nans, format, st);       \
    }                                                                \
    bool name##_eq(type a, type b, struct fp_status *st)             \
    {                                                                \
        return eq_generic(a, b, format, st);                         \
    }                                                                \
    bool name##_ge(type a, type b, struct fp_status *st)             \
    {                                                                \
        return ge_generic(a, b, format, st);                         \
    }                                                                \
    bool name##_gt(type a, type b, struct fp_status *st)             \
    {                                                                \
        return gt_generic(a, b, format, st);                         \
    }                                                                \
    bool name##_acge(type a, type b, struct fp_status *st)           \
    {                                                                \
        uint64_t magnitude = fp_sign_bit(format) - 1;                \
        return ge_generic(a & magnitude, b & magnitude, format, st); \
    }                                                                \
    bool name##_acgt(type a, type b, struct fp_status *st)           \
    {                                                                \
        uint64_t magnitude = fp_sign_bit(format) - 1;                \
        return gt_generic(a & magnitude, b & magnitude, format, st); \
    }

COMPARE(fp16, uint16_t, &fp_half)
COMPARE(fp32, uint32_t, &fp_single)
COMPARE(fp64, uint64_t, &fp_double)

#undef COMPARE
