/* SPDX-License-Identifier: MIT */
/*
 * qarma.c - QARMA-64 as pointer authentication uses it. R. Avanzi, "The QARMA
 * Block Cipher Family", ToSC 2017(1); DDI 0487, "ComputePACQARMA5",
 * "ComputePACQARMA3", and the functions that they call.
 *
 * The state is 16 cells of 4 bits, cell 0 the most significant, seen as a
 * matrix of 4 rows: a row is 16 bits. A permutation of cells is a list of
 * rotations, each of the cells that move equally far. The S-box works on two
 * cells at once. There are no tables to be made at run time.
 */
#include "qarma.h"

#include "bits.h"

#define ALPHA 0xc0ac29b7c97c50ddull

/* Added to the key of each round: digits of pi. */
static const u64 round_const[5] = {
    0, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89,
    0x452821e638d01377,
};

/* clang-format off */
#define PAIRS(h, a, b, c, d, e, f, g, i, j, k, l, m, n, o, p, q) \
    (h) << 4 | (a), (h) << 4 | (b), (h) << 4 | (c), (h) << 4 | (d), \
    (h) << 4 | (e), (h) << 4 | (f), (h) << 4 | (g), (h) << 4 | (i), \
    (h) << 4 | (j), (h) << 4 | (k), (h) << 4 | (l), (h) << 4 | (m), \
    (h) << 4 | (n), (h) << 4 | (o), (h) << 4 | (p), (h) << 4 | (q)
#define SIGMA1(h) PAIRS(h, 10, 13, 14, 6, 15, 7, 3, 5, 9, 8, 0, 12, 11, 1, 2, 4)
#define SIGMA2(h) PAIRS(h, 11, 6, 8, 15, 12, 0, 9, 14, 3, 7, 4, 5, 13, 2, 1, 10)
#define INVERSE(h) PAIRS(h, 5, 14, 13, 8, 10, 11, 1, 9, 2, 6, 15, 0, 4, 12, 7, 3)

/* S-boxes of two cells; sigma 1 is its own inverse. */
static const u8 sigma1[256] = {
    SIGMA1(10), SIGMA1(13), SIGMA1(14), SIGMA1(6), SIGMA1(15), SIGMA1(7), SIGMA1(3), SIGMA1(5),
    SIGMA1(9), SIGMA1(8), SIGMA1(0), SIGMA1(12), SIGMA1(11), SIGMA1(1), SIGMA1(2), SIGMA1(4),
};
static const u8 sigma2[256] = {
    SIGMA2(11), SIGMA2(6), SIGMA2(8), SIGMA2(15), SIGMA2(12), SIGMA2(0), SIGMA2(9), SIGMA2(14),
    SIGMA2(3), SIGMA2(7), SIGMA2(4), SIGMA2(5), SIGMA2(13), SIGMA2(2), SIGMA2(1), SIGMA2(10),
};
static const u8 inv_sigma2[256] = {
    INVERSE(5), INVERSE(14), INVERSE(13), INVERSE(8), INVERSE(10), INVERSE(11), INVERSE(1), INVERSE(9),
    INVERSE(2), INVERSE(6), INVERSE(15), INVERSE(0), INVERSE(4), INVERSE(12), INVERSE(7), INVERSE(3),
};
#undef PAIRS
#undef SIGMA1
#undef SIGMA2
#undef INVERSE
/* clang-format on */

static inline u64 rol64(u64 v, unsigned n)
{
    return v << n | v >> (64 - n);
}

static u64 substitute(u64 v, const u8 *box)
{
    u64 out = 0;

    for (unsigned i = 0; i < 64; i += 8)
        out |= (u64)box[v >> i & 0xff] << i;
    return out;
}

/* Cell i becomes cell 0, 11, 6, 13, 10, 1, 12, 7, 5, 14, 3, 8, 15, 4, 9, 2. */
static u64 shuffle(u64 v)
{
    return (v & 0xf000000f00000000) | rol64(v & 0x00f000000000000f, 12) |
           rol64(v & 0x000000f000000000, 16) |
           rol64(v & 0x00000000000000f0, 20) |
           rol64(v & 0x0000000000f0f000, 24) |
           rol64(v & 0x0000f00000000000, 28) |
           rol64(v & 0x000f000000000000, 36) |
           rol64(v & 0x00000000000f0f00, 40) |
           rol64(v & 0x000000000f000000, 44) |
           rol64(v & 0x0f00000000000000, 48) |
           rol64(v & 0x00000f00f0000000, 52);
}

static u64 inv_shuffle(u64 v)
{
    return (v & 0xf000000f00000000) | rol64(v & 0x00000000f00f0000, 12) |
           rol64(v & 0x00000f0000000000, 16) |
           rol64(v & 0x00000000000000f0, 20) |
           rol64(v & 0x0f0f000000000000, 24) |
           rol64(v & 0x0000000000f00000, 28) |
           rol64(v & 0x0000000000000f00, 36) |
           rol64(v & 0x0000f0f000000000, 40) |
           rol64(v & 0x000000000f000000, 44) |
           rol64(v & 0x00f0000000000000, 48) |
           rol64(v & 0x000000000000f00f, 52);
}

/* Each cell rotated left by one bit. */
static u64 rotate_cells(u64 v)
{
    return (v << 1 & 0xeeeeeeeeeeeeeeee) | (v >> 3 & 0x1111111111111111);
}

/* The matrix circ(0, rho, rho^2, rho), which is its own inverse. */
static u64 mix(u64 v)
{
    return rotate_cells(rol64(v, 16) ^ rol64(v, 48) ^
                        rotate_cells(rol64(v, 32)));
}

/* Cell i becomes cell 6, 5, 14, 15, 0, 1, 2, 3, 7, 12, 13, 4, 8, 9, 10, 11;
 * then cells 0, 1, 3, 4, 8, 11, 13 step their shift register. */
#define TWEAK_CELLS 0xff0ff000f00f0f00ull

static u64 tweak_forward(u64 v)
{
    u64 cells, low;

    v = rol64(v & 0x000000000000ff00, 12) |
        rol64(v & 0x00000f0000000000, 16) |
        rol64(v & 0x000000f000000000, 24) |
        rol64(v & 0x0000f00000000000, 36) |
        rol64(v & 0xffff0000ffff00ff, 48) |
        rol64(v & 0x0000000f00000000, 60);
    cells = v & TWEAK_CELLS;
    low = (cells ^ cells >> 1) & 0x1111111111111111;
    return (v & ~TWEAK_CELLS) | (cells >> 1 & 0x7777777777777777) | low << 3;
}

static u64 tweak_backward(u64 v)
{
    u64 cells = v & TWEAK_CELLS;
    u64 low = (cells ^ cells >> 3) & 0x1111111111111111;

    /* The bit shifted out is the new top bit with the new low bit added. */
    v = (v & ~TWEAK_CELLS) | (cells << 1 & 0xeeeeeeeeeeeeeeee) | low;
    return rol64(v & 0x00000000f0000000, 4) |
           rol64(v & 0x00ffffff0000ffff, 16) |
           rol64(v & 0x00000000000f0000, 28) |
           rol64(v & 0xf000000000000000, 40) |
           rol64(v & 0x0f00000000000000, 48) |
           rol64(v & 0x000000000ff00000, 52);
}

u64 qarma64(u64 data, u64 tweak, u64 w0, u64 k0, enum qarma_rounds rounds)
{
    const u8 *box = rounds == QARMA5 ? sigma2 : sigma1;
    const u8 *inv_box = rounds == QARMA5 ? inv_sigma2 : sigma1;
    u64 w1 = rol64(w0, 63) ^ w0 >> 63;
    u64 v = data ^ w0;

    for (unsigned i = 0; i < rounds; i++) {
        v ^= k0 ^ tweak ^ round_const[i];
        if (i > 0)
            v = mix(shuffle(v));
        v = substitute(v, box);
        tweak = tweak_forward(tweak);
    }
    /* The middle: a round forward, the reflector, a round back. */
    v = substitute(mix(shuffle(v ^ w1 ^ tweak)), box);
    v = inv_shuffle(mix(shuffle(v)) ^ k0);
    v = inv_shuffle(mix(substitute(v, inv_box))) ^ w0 ^ tweak;
    for (unsigned i = rounds; i-- > 0;) {
        v = substitute(v, inv_box);
        if (i > 0)
            v = inv_shuffle(mix(v));
        tweak = tweak_backward(tweak);
        v ^= k0 ^ tweak ^ round_const[i] ^ ALPHA;
    }
    return v ^ w1;
}
