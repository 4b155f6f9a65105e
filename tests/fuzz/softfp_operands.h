/* SPDX-License-Identifier: MIT */
/*
 * Random operands for the floating-point testers, rich in the cases that go
 * wrong: zeros, denormals, infinities, NaNs, powers of two and their
 * neighbours, sparse and dense fractions, exponents near each other, integers
 * and halves.
 */
#ifndef TESTS_FUZZ_SOFTFP_OPERANDS_H
#define TESTS_FUZZ_SOFTFP_OPERANDS_H

#include <stdint.h>

/* splitmix64: the same sequence everywhere. */
static inline uint64_t random64(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A fraction of 64 bits: random, few bits set, few clear, or at an edge. */
static inline uint64_t operand_frac(uint64_t *seed)
{
    uint64_t bits = random64(seed);
    uint64_t value = random64(seed);

    switch (bits & 7) {
    case 0: return 0;
    case 1: return UINT64_C(1) << (value & 63);
    case 2: return ~(UINT64_C(1) << (value & 63));
    case 3: return UINT64_MAX << (value & 63);
    case 4: return UINT64_MAX >> (value & 63);
    case 5:
        return UINT64_C(1) << (value & 63) | UINT64_C(1) << (value >> 6 & 63);
    default: return value;
    }
}

/* A floating-point operand of the format with these fraction and exponent. */
static inline uint64_t operand_fp(uint64_t *seed, unsigned frac_bits,
                                  unsigned exp_bits)
{
    uint64_t bits = random64(seed);
    uint64_t exp_max = (UINT64_C(1) << exp_bits) - 1;
    uint64_t bias = exp_max >> 1;
    uint64_t exp = bits >> 32 & exp_max;
    uint64_t frac = operand_frac(seed);

    /* Either end of the fraction may be the interesting one. */
    frac = bits >> 8 & 1 ? frac >> (64 - frac_bits)
                         : frac & ((UINT64_C(1) << frac_bits) - 1);
    switch (bits & 15) {
    case 0: exp = 0; break;
    case 1: exp = exp_max; break;
    case 2: exp = (bits >> 16 & 3) + 1; break;
    case 3: exp = exp_max - 1 - (bits >> 16 & 3); break;
    case 4:
    case 5:
    case 6:
    case 7: exp = bias - 8 + (bits >> 16 & 15); break;
    case 8: exp = (bias - 2 + (bits >> 16) % (frac_bits + 4)) & exp_max; break;
    case 9: exp = (bias + (bits >> 16 & 127)) & exp_max; break;
    case 10:
        exp = bits >> 16 & 1 ? 0 : exp_max;
        frac = bits >> 17 & 1 ? frac : 0;
        break;
    default: break;
    }
    return exp << frac_bits | frac | (bits >> 63) << (frac_bits + exp_bits);
}

/* An integer whose length is as random as its bits. */
static inline uint64_t operand_int(uint64_t *seed)
{
    uint64_t bits = random64(seed);
    uint64_t value = operand_frac(seed) >> (bits & 63);

    return bits >> 8 & 1 ? -value : value;
}

#endif
