/* SPDX-License-Identifier: MIT */
/*
 * help_crypto.c - AES and SHA steps as the instructions do them.
 * DDI 0487, "Cryptographic Extension"; FIPS 197, FIPS 180-4.
 */
#include "help_simd.h"

#include "bits.h"

/* --- AES --------------------------------------------------------------- */

/* clang-format off */
static const u8 aes_sbox[256] = {
    0x63, 0x7c, 0x77, 0x7b, 0xf2, 0x6b, 0x6f, 0xc5, 0x30, 0x01, 0x67, 0x2b,
    0xfe, 0xd7, 0xab, 0x76, 0xca, 0x82, 0xc9, 0x7d, 0xfa, 0x59, 0x47, 0xf0,
    0xad, 0xd4, 0xa2, 0xaf, 0x9c, 0xa4, 0x72, 0xc0, 0xb7, 0xfd, 0x93, 0x26,
    0x36, 0x3f, 0xf7, 0xcc, 0x34, 0xa5, 0xe5, 0xf1, 0x71, 0xd8, 0x31, 0x15,
    0x04, 0xc7, 0x23, 0xc3, 0x18, 0x96, 0x05, 0x9a, 0x07, 0x12, 0x80, 0xe2,
    0xeb, 0x27, 0xb2, 0x75, 0x09, 0x83, 0x2c, 0x1a, 0x1b, 0x6e, 0x5a, 0xa0,
    0x52, 0x3b, 0xd6, 0xb3, 0x29, 0xe3, 0x2f, 0x84, 0x53, 0xd1, 0x00, 0xed,
    0x20, 0xfc, 0xb1, 0x5b, 0x6a, 0xcb, 0xbe, 0x39, 0x4a, 0x4c, 0x58, 0xcf,
    0xd0, 0xef, 0xaa, 0xfb, 0x43, 0x4d, 0x33, 0x85, 0x45, 0xf9, 0x02, 0x7f,
    0x50, 0x3c, 0x9f, 0xa8, 0x51, 0xa3, 0x40, 0x8f, 0x92, 0x9d, 0x38, 0xf5,
    0xbc, 0xb6, 0xda, 0x21, 0x10, 0xff, 0xf3, 0xd2, 0xcd, 0x0c, 0x13, 0xec,
    0x5f, 0x97, 0x44, 0x17, 0xc4, 0xa7, 0x7e, 0x3d, 0x64, 0x5d, 0x19, 0x73,
    0x60, 0x81, 0x4f, 0xdc, 0x22, 0x2a, 0x90, 0x88, 0x46, 0xee, 0xb8, 0x14,
    0xde, 0x5e, 0x0b, 0xdb, 0xe0, 0x32, 0x3a, 0x0a, 0x49, 0x06, 0x24, 0x5c,
    0xc2, 0xd3, 0xac, 0x62, 0x91, 0x95, 0xe4, 0x79, 0xe7, 0xc8, 0x37, 0x6d,
    0x8d, 0xd5, 0x4e, 0xa9, 0x6c, 0x56, 0xf4, 0xea, 0x65, 0x7a, 0xae, 0x08,
    0xba, 0x78, 0x25, 0x2e, 0x1c, 0xa6, 0xb4, 0xc6, 0xe8, 0xdd, 0x74, 0x1f,
    0x4b, 0xbd, 0x8b, 0x8a, 0x70, 0x3e, 0xb5, 0x66, 0x48, 0x03, 0xf6, 0x0e,
    0x61, 0x35, 0x57, 0xb9, 0x86, 0xc1, 0x1d, 0x9e, 0xe1, 0xf8, 0x98, 0x11,
    0x69, 0xd9, 0x8e, 0x94, 0x9b, 0x1e, 0x87, 0xe9, 0xce, 0x55, 0x28, 0xdf,
    0x8c, 0xa1, 0x89, 0x0d, 0xbf, 0xe6, 0x42, 0x68, 0x41, 0x99, 0x2d, 0x0f,
    0xb0, 0x54, 0xbb, 0x16,
};

static const u8 aes_inv_sbox[256] = {
    0x52, 0x09, 0x6a, 0xd5, 0x30, 0x36, 0xa5, 0x38, 0xbf, 0x40, 0xa3, 0x9e,
    0x81, 0xf3, 0xd7, 0xfb, 0x7c, 0xe3, 0x39, 0x82, 0x9b, 0x2f, 0xff, 0x87,
    0x34, 0x8e, 0x43, 0x44, 0xc4, 0xde, 0xe9, 0xcb, 0x54, 0x7b, 0x94, 0x32,
    0xa6, 0xc2, 0x23, 0x3d, 0xee, 0x4c, 0x95, 0x0b, 0x42, 0xfa, 0xc3, 0x4e,
    0x08, 0x2e, 0xa1, 0x66, 0x28, 0xd9, 0x24, 0xb2, 0x76, 0x5b, 0xa2, 0x49,
    0x6d, 0x8b, 0xd1, 0x25, 0x72, 0xf8, 0xf6, 0x64, 0x86, 0x68, 0x98, 0x16,
    0xd4, 0xa4, 0x5c, 0xcc, 0x5d, 0x65, 0xb6, 0x92, 0x6c, 0x70, 0x48, 0x50,
    0xfd, 0xed, 0xb9, 0xda, 0x5e, 0x15, 0x46, 0x57, 0xa7, 0x8d, 0x9d, 0x84,
    0x90, 0xd8, 0xab, 0x00, 0x8c, 0xbc, 0xd3, 0x0a, 0xf7, 0xe4, 0x58, 0x05,
    0xb8, 0xb3, 0x45, 0x06, 0xd0, 0x2c, 0x1e, 0x8f, 0xca, 0x3f, 0x0f, 0x02,
    0xc1, 0xaf, 0xbd, 0x03, 0x01, 0x13, 0x8a, 0x6b, 0x3a, 0x91, 0x11, 0x41,
    0x4f, 0x67, 0xdc, 0xea, 0x97, 0xf2, 0xcf, 0xce, 0xf0, 0xb4, 0xe6, 0x73,
    0x96, 0xac, 0x74, 0x22, 0xe7, 0xad, 0x35, 0x85, 0xe2, 0xf9, 0x37, 0xe8,
    0x1c, 0x75, 0xdf, 0x6e, 0x47, 0xf1, 0x1a, 0x71, 0x1d, 0x29, 0xc5, 0x89,
    0x6f, 0xb7, 0x62, 0x0e, 0xaa, 0x18, 0xbe, 0x1b, 0xfc, 0x56, 0x3e, 0x4b,
    0xc6, 0xd2, 0x79, 0x20, 0x9a, 0xdb, 0xc0, 0xfe, 0x78, 0xcd, 0x5a, 0xf4,
    0x1f, 0xdd, 0xa8, 0x33, 0x88, 0x07, 0xc7, 0x31, 0xb1, 0x12, 0x10, 0x59,
    0x27, 0x80, 0xec, 0x5f, 0x60, 0x51, 0x7f, 0xa9, 0x19, 0xb5, 0x4a, 0x0d,
    0x2d, 0xe5, 0x7a, 0x9f, 0x93, 0xc9, 0x9c, 0xef, 0xa0, 0xe0, 0x3b, 0x4d,
    0xae, 0x2a, 0xf5, 0xb0, 0xc8, 0xeb, 0xbb, 0x3c, 0x83, 0x53, 0x99, 0x61,
    0x17, 0x2b, 0x04, 0x7e, 0xba, 0x77, 0xd6, 0x26, 0xe1, 0x69, 0x14, 0x63,
    0x55, 0x21, 0x0c, 0x7d,
};
/* clang-format on */

/*
 * The state is four columns of four bytes: row i of column k is byte 4k + i.
 * ShiftRows takes row i of column k from column k + i (inverse: k - i).
 */
void help_VAESE(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 16; i++) {
        unsigned from = (i + 4 * (i & 3)) & 15;

        r.b[i] = aes_sbox[a->b[from] ^ b->b[from]];
    }
    *d = r;
}

void help_VAESD(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 16; i++) {
        unsigned from = (i - 4 * (i & 3)) & 15;

        r.b[i] = aes_inv_sbox[a->b[from] ^ b->b[from]];
    }
    *d = r;
}

/* Each byte of @v times x in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
static u32 times_x(u32 v)
{
    return (v & 0x7f7f7f7f) << 1 ^ (v >> 7 & 0x01010101) * 0x1b;
}

/* Column v times {2, 3, 1, 1}. */
static u32 mix_column(u32 v)
{
    u32 twice = times_x(v);

    return twice ^ ror32(v ^ twice, 8) ^ ror32(v, 16) ^ ror32(v, 24);
}

void help_VAESMC(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)b, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++)
        r.s[i] = mix_column(a->s[i]);
    *d = r;
}

/* {14, 11, 13, 9} is {2, 3, 1, 1} times {5, 0, 4, 0}. */
void help_VAESIMC(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)b, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        u32 v = a->s[i], four = times_x(times_x(v));

        r.s[i] = mix_column(v ^ four ^ ror32(four, 16));
    }
    *d = r;
}

/* --- SHA-1 ------------------------------------------------------------- */

static u32 sha_choose(u32 x, u32 y, u32 z)
{
    return (x & (y ^ z)) ^ z;
}

static u32 sha_parity(u32 x, u32 y, u32 z)
{
    return x ^ y ^ z;
}

static u32 sha_majority(u32 x, u32 y, u32 z)
{
    return (x & y) | ((x | y) & z);
}

/* Four rounds: a = state ABCD, lane 0 of b = E, c = words plus constant. */
static inline void sha1_rounds(v128 *d, const v128 *a, const v128 *b,
                               const v128 *c, u32 (*f)(u32, u32, u32))
{
    v128 x = *a;
    u32 e = b->s[0];

    for (unsigned i = 0; i < 4; i++) {
        u32 t = e + f(x.s[1], x.s[2], x.s[3]) + ror32(x.s[0], 27) + c->s[i];

        e = x.s[3];
        x.s[3] = x.s[2];
        x.s[2] = ror32(x.s[1], 2);
        x.s[1] = x.s[0];
        x.s[0] = t;
    }
    *d = x;
}

void help_sha1c(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    (void)cpu, (void)param;
    sha1_rounds(d, a, b, c, sha_choose);
}

void help_sha1p(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    (void)cpu, (void)param;
    sha1_rounds(d, a, b, c, sha_parity);
}

void help_sha1m(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    (void)cpu, (void)param;
    sha1_rounds(d, a, b, c, sha_majority);
}

void help_sha1h(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    (void)cpu, (void)b, (void)c, (void)param;
    *d = (v128){ .s = { ror32(a->s[0], 2), 0, 0, 0 } };
}

void help_sha1su0(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    (void)cpu, (void)param;
    *d = (v128){ .d = { a->d[1] ^ a->d[0] ^ c->d[0],
                        b->d[0] ^ a->d[1] ^ c->d[1] } };
}

void help_sha1su1(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++)
        r.s[i] = ror32(a->s[i] ^ (i < 3 ? b->s[i + 1] : 0), 31);
    r.s[3] ^= ror32(r.s[0], 31);
    *d = r;
}

/* --- SHA-256 ----------------------------------------------------------- */

/* Four rounds on the state x = ABCD, y = EFGH. */
static void sha256_rounds(v128 *x, v128 *y, const v128 *w)
{
    for (unsigned i = 0; i < 4; i++) {
        u32 e = y->s[0], a = x->s[0];
        u32 t = y->s[3] + sha_choose(e, y->s[1], y->s[2]) +
                (ror32(e, 6) ^ ror32(e, 11) ^ ror32(e, 25)) + w->s[i];
        u32 u = sha_majority(a, x->s[1], x->s[2]) +
                (ror32(a, 2) ^ ror32(a, 13) ^ ror32(a, 22));

        *y = (v128){ .s = { x->s[3] + t, y->s[0], y->s[1], y->s[2] } };
        *x = (v128){ .s = { t + u, x->s[0], x->s[1], x->s[2] } };
    }
}

void help_VSHA256H(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    v128 x = *a, y = *b;

    (void)cpu, (void)param;
    sha256_rounds(&x, &y, c);
    *d = x;
}

/* The operands are the other way round: a = EFGH, b = ABCD. */
void help_VSHA256H2(void *cpu, v128 *d, const v128 *a, const v128 *b,
                   const v128 *c, u32 param)
{
    v128 x = *b, y = *a;

    (void)cpu, (void)param;
    sha256_rounds(&x, &y, c);
    *d = y;
}

void help_VSHA256SU0(void *cpu, v128 *d, const v128 *a, const v128 *b,
                    const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        u32 v = i < 3 ? a->s[i + 1] : b->s[0];

        r.s[i] = a->s[i] + (ror32(v, 7) ^ ror32(v, 18) ^ (v >> 3));
    }
    *d = r;
}

void help_VSHA256SU1(void *cpu, v128 *d, const v128 *a, const v128 *b,
                    const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        u32 v = i < 2 ? c->s[i + 2] : r.s[i - 2];
        u32 w = i < 3 ? b->s[i + 1] : c->s[0];

        r.s[i] = a->s[i] + w + (ror32(v, 17) ^ ror32(v, 19) ^ (v >> 10));
    }
    *d = r;
}

/* --- SHA-512 ----------------------------------------------------------- */

static u64 sha512_choose(u64 x, u64 y, u64 z)
{
    return (x & (y ^ z)) ^ z;
}

static u64 sha512_majority(u64 x, u64 y, u64 z)
{
    return (x & y) | ((x | y) & z);
}

/* Sigma1 and Sigma0 of FIPS 180-4. */
static u64 sha512_sigma1(u64 x)
{
    return ror64(x, 14) ^ ror64(x, 18) ^ ror64(x, 41);
}

static u64 sha512_sigma0(u64 x)
{
    return ror64(x, 28) ^ ror64(x, 34) ^ ror64(x, 39);
}

/* Two rounds' T1, but for d: a = (g h) + K + W, b = (f g), c = (d e). */
void help_sha512h(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    u64 e = c->d[1], f = b->d[0], g = b->d[1], t;
    u64 hi = sha512_choose(e, f, g) + sha512_sigma1(e) + a->d[1];

    (void)cpu, (void)param;
    t = hi + c->d[0];
    *d = (v128){ .d = { sha512_choose(t, e, f) + sha512_sigma1(t) + a->d[0],
                        hi } };
}

/* Two rounds' T1 + T2: a = T1 of both, lane 0 of b = c, c = (a b). */
void help_sha512h2(void *cpu, v128 *d, const v128 *a, const v128 *b,
                   const v128 *c, u32 param)
{
    u64 x = c->d[0], y = c->d[1];
    u64 hi = sha512_majority(b->d[0], y, x) + sha512_sigma0(x) + a->d[1];

    (void)cpu, (void)param;
    *d = (v128){ .d = { sha512_majority(hi, x, y) + sha512_sigma0(hi) +
                            a->d[0],
                        hi } };
}
