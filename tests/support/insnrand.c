/* SPDX-License-Identifier: MIT */
/*
 * insnrand.c - see insnrand.h. Floating-point corners are made from fields:
 * exponents and fractions at and beside what matters to rounding, to
 * conversions and to the estimates, for every format.
 */
#include "insnrand.h"

#include "bits.h"

u64 rnd64(u64 *state)
{
    u64 z = *state += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

u64 rnd_seed(u64 seed, u64 n)
{
    u64 s = seed;

    s = rnd64(&s) + n;
    return rnd64(&s);
}

u64 rnd_int(u64 *state)
{
    u64 v = rnd64(state);
    unsigned k = rnd_below(state, 64);

    switch (rnd_below(state, 10)) {
    case 0:
        return 1ull << k;
    case 1:
        return (1ull << k) - 1;
    case 2:
        return ~0ull << k;
    case 3:
        return v >> k;
    case 4:
        return (u64)((s64)v >> k);
    case 5:
        return (u64)(s64)((s32)k - 16);
    case 6:
        return 0x8000000080000000ull >> (k & 1) ^ (k & 2 ? ~0ull : 0);
    default:
        return v;
    }
}

/* --- floating point ------------------------------------------------------ */

struct format {
    u8 exp, frac; /* bits */
};

static const struct format formats[4] = {
    { 5, 10 }, { 8, 23 }, { 11, 52 }, { 8, 7 },
};

static u64 rnd_fraction(u64 *state, unsigned frac)
{
    u64 top = 1ull << (frac - 1), all = (1ull << frac) - 1;

    switch (rnd_below(state, 9)) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return all;
    case 3:
        return all - 1;
    case 4:
        return top;
    case 5:
        return top | 1;
    case 6:
        return top - 1;
    case 7:
        return rnd64(state) & all & ~0ull << rnd_below(state, frac);
    default:
        return rnd64(state) & all;
    }
}

static u64 rnd_exponent(u64 *state, unsigned exp)
{
    u64 max = (1ull << exp) - 1, bias = max >> 1;

    switch (rnd_below(state, 8)) {
    case 0:
        return 0;
    case 1:
        return max;
    case 2:
        return max - 1 - rnd_below(state, 3);
    case 3:
        return 1 + rnd_below(state, 3);
    case 4:
        return bias + rnd_below(state, 5) - 2;
    case 5:
        return (bias + rnd_below(state, 70) - 3) & max;
    case 6:
        return (bias - rnd_below(state, 60)) & max;
    default:
        return rnd64(state) & max;
    }
}

static u64 rnd_fp(u64 *state, const struct format *f)
{
    u64 sign = rnd64(state) & 1;

    return sign << (f->exp + f->frac) |
           rnd_exponent(state, f->exp) << f->frac |
           rnd_fraction(state, f->frac);
}

void rnd_vec(u64 *state, u64 v[2])
{
    unsigned kind = rnd_below(state, 9), size;

    v[0] = v[1] = 0;
    if (kind == 8 || kind < 1) {
        for (unsigned i = 0; i < 2; i++)
            v[i] = kind ? rnd64(state) : rnd_int(state);
        return;
    }
    /* FP formats, more often the larger; else integers of 1 to 4 bytes. */
    size = kind < 3 ? 2 : kind == 3 || kind == 4 ? 1 : kind == 5 ? 0
                                      : rnd_below(state, 3);
    for (unsigned i = 0; i < 16u >> (kind < 6 ? size + 1 : size); i++) {
        unsigned bits = kind < 6 ? 16u << size : 8u << size;
        u64 x = kind < 6 ? rnd_fp(state, &formats[kind == 5 &&
                                                  rnd_below(state, 8) == 0
                                                      ? 3 : size])
                         : rnd_int(state) >> rnd_below(state, 2) * (64 - bits);

        v[i * bits / 64] |= (x & mask64(bits)) << (i * bits % 64);
    }
}

u32 rnd_fpcr(u64 *state)
{
    /* AHP DN FZ RMode FZ16 */
    u32 v = rnd_below(state, 4) << 22;

    if (rnd_below(state, 3) == 0)
        return v;
    return v | (rnd32(state) & (1u << 26 | 1u << 25 | 1u << 24 | 1u << 19));
}
