/* SPDX-License-Identifier: MIT */
/*
 * help_crypto_sm.c - SM3 and SM4 steps as the instructions do them. DDI 0487,
 * "Cryptographic Extension"; GB/T 32905-2016 (SM3), GB/T 32907-2016 (SM4).
 *
 * Operands are those of the pseudocode: a = Vd, b = Vn, c = Vm, but for
 * SM3SS1 (Vn, Vm, Va) and SM4EKEY (Vn, Vm).
 */
#include "help_simd.h"

#include "bits.h"

static u32 rol(u32 x, unsigned n)
{
    return ror32(x, 32 - n);
}

/* --- SM3 ----------------------------------------------------------------- */

void help_sm3ss1(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    (void)cpu, (void)param;
    *d = (v128){ .s = { 0, 0, 0,
                        rol(rol(a->s[3], 12) + b->s[3] + c->s[3], 7) } };
}

static u32 sm3_parity(u32 x, u32 y, u32 z)
{
    return x ^ y ^ z;
}

static u32 sm3_majority(u32 x, u32 y, u32 z)
{
    return (x & y) | ((x | y) & z);
}

static u32 sm3_choose(u32 x, u32 y, u32 z)
{
    return (x & (y ^ z)) ^ z;
}

/* Half a round on (A B C D), lane 3 first: TT1 with SS1 in lane 3 of b. */
static inline void sm3_tt1(v128 *d, const v128 *a, const v128 *b,
                           const v128 *c, u32 param, u32 (*f)(u32, u32, u32))
{
    u32 ss2 = b->s[3] ^ rol(a->s[3], 12);
    u32 tt1 = f(a->s[3], a->s[2], a->s[1]) + a->s[0] + ss2 +
              c->s[SIMD_GET_ARG(param) & 3];

    *d = (v128){ .s = { a->s[1], rol(a->s[2], 9), a->s[3], tt1 } };
}

void help_sm3tt1a(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    (void)cpu;
    sm3_tt1(d, a, b, c, param, sm3_parity);
}

void help_sm3tt1b(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    (void)cpu;
    sm3_tt1(d, a, b, c, param, sm3_majority);
}

/* The other half on (E F G H): TT2, which goes through P0. */
static inline void sm3_tt2(v128 *d, const v128 *a, const v128 *b,
                           const v128 *c, u32 param, u32 (*f)(u32, u32, u32))
{
    u32 tt2 = f(a->s[3], a->s[2], a->s[1]) + a->s[0] + b->s[3] +
              c->s[SIMD_GET_ARG(param) & 3];

    *d = (v128){ .s = { a->s[1], rol(a->s[2], 19), a->s[3],
                        tt2 ^ rol(tt2, 9) ^ rol(tt2, 17) } };
}

void help_sm3tt2a(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    (void)cpu;
    sm3_tt2(d, a, b, c, param, sm3_parity);
}

void help_sm3tt2b(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    (void)cpu;
    sm3_tt2(d, a, b, c, param, sm3_choose);
}

/* P1 of the message expansion. */
static u32 sm3_p1(u32 x)
{
    return x ^ rol(x, 15) ^ rol(x, 23);
}

/* The last word needs the first one that this makes. */
void help_sm3partw1(void *cpu, v128 *d, const v128 *a, const v128 *b,
                    const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        u32 w = i < 3 ? c->s[i + 1] : r.s[0];

        r.s[i] = sm3_p1(a->s[i] ^ b->s[i] ^ rol(w, 15));
    }
    *d = r;
}

void help_sm3partw2(void *cpu, v128 *d, const v128 *a, const v128 *b,
                    const v128 *c, u32 param)
{
    v128 r, t;

    (void)cpu, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        t.s[i] = b->s[i] ^ rol(c->s[i], 7);
        r.s[i] = a->s[i] ^ t.s[i];
    }
    r.s[3] ^= sm3_p1(rol(t.s[0], 15));
    *d = r;
}

/* --- SM4 ----------------------------------------------------------------- */

/* clang-format off */
static const u8 sm4_sbox[256] = {
    0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2,
    0x28, 0xfb, 0x2c, 0x05, 0x2b, 0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3,
    0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99, 0x9c, 0x42, 0x50, 0xf4,
    0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62,
    0xe4, 0xb3, 0x1c, 0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa,
    0x75, 0x8f, 0x3f, 0xa6, 0x47, 0x07, 0xa7, 0xfc, 0xf3, 0x73, 0x17, 0xba,
    0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8, 0x68, 0x6b, 0x81, 0xb2,
    0x71, 0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35,
    0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58, 0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b,
    0x01, 0x21, 0x78, 0x87, 0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27, 0x52,
    0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e, 0xea, 0xbf, 0x8a, 0xd2,
    0x40, 0xc7, 0x38, 0xb5, 0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1,
    0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad, 0x93, 0x32, 0x30,
    0xf5, 0x8c, 0xb1, 0xe3, 0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60,
    0xc0, 0x29, 0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f, 0xd5, 0xdb, 0x37, 0x45,
    0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a, 0x72, 0x6d, 0x6c, 0x5b, 0x51,
    0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41,
    0x1f, 0x10, 0x5a, 0xd8, 0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd,
    0x2d, 0x74, 0xd0, 0x12, 0xb8, 0xe5, 0xb4, 0xb0, 0x89, 0x69, 0x97, 0x4a,
    0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e, 0xc6, 0x84,
    0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e,
    0xd7, 0xcb, 0x39, 0x48,
};
/* clang-format on */

/* The S-box over each byte. */
static u32 sm4_tau(u32 x)
{
    return sm4_sbox[x & 255] | (u32)sm4_sbox[x >> 8 & 255] << 8 |
           (u32)sm4_sbox[x >> 16 & 255] << 16 | (u32)sm4_sbox[x >> 24] << 24;
}

/* Four rounds of enciphering, their keys in b. */
void help_sm4e(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    v128 r = *a;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        u32 t = sm4_tau(r.s[3] ^ r.s[2] ^ r.s[1] ^ b->s[i]);

        t ^= rol(t, 2) ^ rol(t, 10) ^ rol(t, 18) ^ rol(t, 24) ^ r.s[0];
        r = (v128){ .s = { r.s[1], r.s[2], r.s[3], t } };
    }
    *d = r;
}

/* Four round keys from four, by the constants in b. */
void help_sm4ekey(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    v128 r = *a;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        u32 t = sm4_tau(r.s[3] ^ r.s[2] ^ r.s[1] ^ b->s[i]);

        t ^= rol(t, 13) ^ rol(t, 23) ^ r.s[0];
        r = (v128){ .s = { r.s[1], r.s[2], r.s[3], t } };
    }
    *d = r;
}
