/* SPDX-License-Identifier: MIT */
/*
 * help_simd_sat.c - AdvSIMD helpers that saturate, and shifts by a register.
 * A lane that does not fit becomes the nearest value and FPSR.QC is set. DDI
 * 0487, "SatQ", "SignedSatQ", "UnsignedSatQ".
 */
#include "help_simd.h"

#include "bits.h"

#define BITS_OF(x) (8 * (unsigned)sizeof(x))

static inline s64 smax(unsigned bits)
{
    return (s64)mask64(bits - 1);
}

static inline s64 smin(unsigned bits)
{
    return -smax(bits) - 1;
}

/* --- sums, differences, absolute values -------------------------------- */

/* @overflows, an overflow builtin that leaves its result in o, else @limit. */
#define SATURATE(overflows, limit) \
    (over = (overflows), sat |= over, over ? (u64)(limit) : (u64)o)
#define S_LIMIT (x < 0 ? smin(BITS_OF(x)) : smax(BITS_OF(x)))

SIMD_HELPER(VSQADD, 2, s, SATURATE(__builtin_add_overflow(x, y, &o), S_LIMIT))
SIMD_HELPER(sqsub, 2, s, SATURATE(__builtin_sub_overflow(x, y, &o), S_LIMIT))
SIMD_HELPER(uqadd, 2, u, SATURATE(__builtin_add_overflow(x, y, &o), -1))
SIMD_HELPER(uqsub, 2, u, SATURATE(__builtin_sub_overflow(x, y, &o), 0))
SIMD_HELPER(sqneg, 1, s,
            SATURATE(__builtin_sub_overflow(0, x, &o), smax(BITS_OF(x))))
SIMD_HELPER(sqabs, 1, s,
            SATURATE(__builtin_sub_overflow(x < 0 ? 0 : x, x < 0 ? x : 0, &o),
                     smax(BITS_OF(x))))
/* The old value has the sign of the result, y is of the other kind. */
SIMD_HELPER(suqadd, 2, s,
            SATURATE(__builtin_add_overflow(x, mask64(BITS_OF(y)) & (u64)y, &o),
                     smax(BITS_OF(x))))
SIMD_HELPER(usqadd, 2, u,
            SATURATE(__builtin_add_overflow(x, sext64(y, BITS_OF(y)), &o),
                     sext64(y, BITS_OF(y)) < 0 ? 0 : -1))
#undef S_LIMIT
#undef SATURATE

/* --- shifts by a register ---------------------------------------------- */

enum shift_flags {
    SH_UNSIGNED = 1,     /* the lane is unsigned */
    SH_ROUND = 2,        /* right shifts round */
    SH_SAT = 4,          /* left shifts saturate */
    SH_UNSIGNED_OUT = 8, /* with SH_SAT: to the unsigned range */
};

/* @x shifted right by @n >= 1, sign- or zero-extended to 64 bits. */
static inline u64 shift_right(u64 x, unsigned n, unsigned bits, unsigned flags)
{
    u64 r;

    if (n > bits || (n == bits && (flags & SH_ROUND) && !(flags & SH_UNSIGNED)))
        return (flags & (SH_ROUND | SH_UNSIGNED)) ? 0 : (u64)((s64)x >> 63);
    r = (flags & SH_UNSIGNED) ? x >> (n - 1) : (u64)((s64)x >> (n - 1));
    if (flags & SH_UNSIGNED)
        return (r >> 1) + ((flags & SH_ROUND) ? r & 1 : 0);
    return (u64)((s64)r >> 1) + ((flags & SH_ROUND) ? r & 1 : 0);
}

/* @x shifted left by @n >= 0. */
static inline u64 shift_left(u64 x, unsigned n, unsigned bits, unsigned flags,
                             bool *sat)
{
    bool to_unsigned = flags & (SH_UNSIGNED | SH_UNSIGNED_OUT);
    u64 r = n < bits ? x << n : 0, back;
    bool fits;

    if (!(flags & SH_SAT))
        return r;
    r = to_unsigned ? r & mask64(bits) : (u64)sext64(r, bits);
    back = to_unsigned ? r >> (n & 63) : (u64)((s64)r >> (n & 63));
    fits = n < bits ? back == x : x == 0;
    if (!(flags & SH_UNSIGNED) && to_unsigned && (s64)x < 0)
        fits = false;
    if (fits)
        return r;
    *sat = true;
    if ((flags & SH_UNSIGNED) || (s64)x >= 0)
        return to_unsigned ? mask64(bits) : (u64)smax(bits);
    return to_unsigned ? 0 : (u64)smin(bits);
}

/* A lane @x (extended by its type) shifted by the signed byte @n. */
static inline u64 shift_lane(u64 x, s8 n, unsigned bits, unsigned flags,
                             bool *sat)
{
    if (n < 0)
        return shift_right(x, (unsigned)-n, bits, flags);
    return shift_left(x, (unsigned)n, bits, flags, sat);
}

#define SHIFT(flags) \
    (over = false, o = 0, shift_lane((u64)x, (s8)y, BITS_OF(x), flags, &sat))
SIMD_HELPER(sshl, 2, s, SHIFT(0))
SIMD_HELPER(ushl, 2, u, SHIFT(SH_UNSIGNED))
SIMD_HELPER(srshl, 2, s, SHIFT(SH_ROUND))
SIMD_HELPER(urshl, 2, u, SHIFT(SH_UNSIGNED | SH_ROUND))
SIMD_HELPER(sqshl, 2, s, SHIFT(SH_SAT))
SIMD_HELPER(uqshl, 2, u, SHIFT(SH_UNSIGNED | SH_SAT))
SIMD_HELPER(sqrshl, 2, s, SHIFT(SH_SAT | SH_ROUND))
SIMD_HELPER(uqrshl, 2, u, SHIFT(SH_UNSIGNED | SH_SAT | SH_ROUND))
SIMD_HELPER(sqshlu, 2, s, SHIFT(SH_SAT | SH_UNSIGNED_OUT))
#undef SHIFT

/* --- multiplications that double --------------------------------------- */

/* @v, or the nearest value of @bits, a signed lane. */
static inline s64 sat_signed(s64 v, unsigned bits, bool *sat)
{
    if (v > smax(bits) || v < smin(bits)) {
        *sat = true;
        v = v < 0 ? smin(bits) : smax(bits);
    }
    return v;
}

/*
 * The upper half of 2 * @product + (@acc << bits), rounded or not. All terms
 * are halved first, so that lanes of 32 bits fit 64.
 */
static inline s64 high_half(s64 acc, s64 product, unsigned bits, bool round,
                            bool *sat)
{
    s64 v = (s64)((u64)acc << (bits - 1)) + product;

    v += round ? 1ll << (bits - 2) : 0;
    return sat_signed(v >> (bits - 1), bits, sat);
}

#define HIGH_HALF(acc, product, round) \
    (over = false, o = 0, high_half(acc, product, BITS_OF(x), round, &sat))
SIMD_HELPER(sqdmulh, 2, s, HIGH_HALF(0, (s64)x *(s64)y, false))
SIMD_HELPER(sqrdmulh, 2, s, HIGH_HALF(0, (s64)x *(s64)y, true))
SIMD_HELPER(sqrdmlah, 3, s, HIGH_HALF(z, (s64)x *(s64)y, true))
SIMD_HELPER(sqrdmlsh, 3, s, HIGH_HALF(z, -((s64)x *(s64)y), true))
#undef HIGH_HALF

/* 2 * x * y of halfwords or words: only minus one squared does not fit. */
static inline s64 double_product(s64 x, s64 y, unsigned bits, bool *sat)
{
    if (x == smin(bits) && y == x) {
        *sat = true;
        return smax(2 * bits);
    }
    return 2 * (x * y);
}

/* acc + @sign * 2 * a * b with both steps saturating; @sign 0: no acc. */
static void mul_long(void *cpu, v128 *d, const v128 *a, const v128 *b,
                     const v128 *c, u32 param, int sign)
{
    bool sat = false;
    v128 r;

    if (SIMD_ES(param) == 1) {
        unsigned base = (param & SIMD_HI) ? 4 : 0;

        for (unsigned i = 0; i < 4; i++) {
            s64 p = double_product((s16)a->h[base + i], (s16)b->h[base + i], 16,
                                   &sat);

            if (sign)
                p = sat_signed((s32)c->s[i] + sign * p, 32, &sat);
            r.s[i] = (u32)p;
        }
    } else {
        unsigned base = (param & SIMD_HI) ? 2 : 0;

        for (unsigned i = 0; i < 2; i++) {
            s64 p = double_product((s32)a->s[base + i], (s32)b->s[base + i], 32,
                                   &sat);
            s64 acc = sign ? (s64)c->d[i] : 0, sum;
            bool over = sign < 0 ? __builtin_sub_overflow(acc, p, &sum)
                                 : __builtin_add_overflow(acc, p, &sum);

            sat |= over;
            if (over)
                sum = acc < 0 ? smin(64) : smax(64);
            r.d[i] = (u64)sum;
        }
    }
    simd_set_qc(cpu, sat);
    *d = r;
}

void help_sqdmull(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    (void)c;
    mul_long(cpu, d, a, b, NULL, param, 0);
}

void help_sqdmlal(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    mul_long(cpu, d, a, b, c, param, 1);
}

void help_sqdmlsl(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    mul_long(cpu, d, a, b, c, param, -1);
}

/* --- narrowing --------------------------------------------------------- */

/* r.<to>[i] = limited, over x = a-><from>[i] of type t. */
#define NARROW_LANES(to, from, t, limited)              \
    for (unsigned i = 0; i < ARRAY_SIZE(r.from); i++) { \
        t x = (t)a->from[i], v = (t)(limited);          \
                                                        \
        sat |= v != x;                                  \
        r.to[i] = (__typeof__(r.to[i]))v;               \
    }
#define NARROW(name, sign, limited)                                    \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b, \
                     const v128 *c, u32 param)                         \
    {                                                                  \
        unsigned bits = 8u << SIMD_ES(param);                          \
        v128 r = { .d = { 0, 0 } };                                    \
        bool sat = false;                                              \
                                                                       \
        (void)b, (void)c;                                              \
        switch (SIMD_ES(param)) {                                      \
        case 0: NARROW_LANES(b, h, sign##16, limited) break;           \
        case 1: NARROW_LANES(h, s, sign##32, limited) break;           \
        default: NARROW_LANES(s, d, sign##64, limited) break;          \
        }                                                              \
        simd_set_qc(cpu, sat);                                         \
        *d = r;                                                        \
    }
NARROW(sqxtn, s, x > smax(bits) ? smax(bits) : x < smin(bits) ? smin(bits) : x)
NARROW(uqxtn, u, x > mask64(bits) ? mask64(bits) : x)
NARROW(sqxtun, s, x<0 ? 0 : x>(s64) mask64(bits) ? (s64)mask64(bits) : x)
#undef NARROW
#undef NARROW_LANES
