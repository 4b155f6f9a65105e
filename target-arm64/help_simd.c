/* SPDX-License-Identifier: MIT */
/*
 * help_simd.c - lane-by-lane integer helpers without saturation: the vector
 * operations of ir_ops.def (VADD to VSSHR, VCNT), halving additions,
 * counts of bits, polynomial products of bytes, sums of lanes.
 * DDI 0487, "Advanced SIMD and floating-point instructions".
 */
#include "help_simd.h"

#include "a64sys.h"
#include "bits.h"

SIMD_HELPER(VADD, 2, u, x + y)
SIMD_HELPER(VSUB, 2, u, x - y)
SIMD_HELPER(VMUL, 2, u, (u64)x *(u64)y)
SIMD_HELPER(VNEG, 1, u, -(u64)x)
SIMD_HELPER(VABS, 1, s, x < 0 ? -(u64)x : (u64)x)
SIMD_HELPER(VCEQ, 2, u, x == y ? -1 : 0)
SIMD_HELPER(VCGT, 2, s, x > y ? -1 : 0)
SIMD_HELPER(VCGE, 2, s, x >= y ? -1 : 0)
SIMD_HELPER(VCHI, 2, u, x > y ? -1 : 0)
SIMD_HELPER(VCHS, 2, u, x >= y ? -1 : 0)
SIMD_HELPER(VCTST, 2, u, (x & y) ? -1 : 0)
SIMD_HELPER(VSMIN, 2, s, x < y ? x : y)
SIMD_HELPER(VSMAX, 2, s, x > y ? x : y)
SIMD_HELPER(VUMIN, 2, u, x < y ? x : y)
SIMD_HELPER(VUMAX, 2, u, x > y ? x : y)

/* Shifts by a whole lane are in two steps, C knows none of 64. */
SIMD_HELPER(VSHL, 1, u, (u64)x << SIMD_GET_ARG(param))
SIMD_HELPER(VUSHR, 1, u, (u64)x >> (SIMD_GET_ARG(param) - 1) >> 1)
SIMD_HELPER(VSSHR, 1, s, (s64)x >> (SIMD_GET_ARG(param) - 1) >> 1)

/* Lanes of 64 bits do not exist: sums fit 64 bits. */
SIMD_HELPER(shadd, 2, s, ((s64)x + (s64)y) >> 1)
SIMD_HELPER(uhadd, 2, u, ((u64)x + (u64)y) >> 1)
SIMD_HELPER(srhadd, 2, s, ((s64)x + (s64)y + 1) >> 1)
SIMD_HELPER(urhadd, 2, u, ((u64)x + (u64)y + 1) >> 1)
SIMD_HELPER(shsub, 2, s, ((s64)x - (s64)y) >> 1)
SIMD_HELPER(uhsub, 2, u, ((u64)x - (u64)y) >> 1)

SIMD_HELPER(cls, 1, s,
            clz64((u64)(x < 0 ? ~(s64)x : (s64)x)) - 65 + 8 * sizeof(x))
SIMD_HELPER(clz, 1, u, clz64(x) - 64 + 8 * sizeof(x))
#undef SIMD_HELPER

void help_VCNT(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    v128 r;

    (void)cpu, (void)b, (void)c, (void)param;
    for (unsigned i = 0; i < 2; i++) {
        u64 v = a->d[i];

        v -= v >> 1 & 0x5555555555555555;
        v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
        r.d[i] = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f;
    }
    *d = r;
}

/* Bits of each byte reversed. */
void help_rbit8(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r;

    (void)cpu, (void)b, (void)c, (void)param;
    for (unsigned i = 0; i < 2; i++)
        r.d[i] = __builtin_bswap64(rbit64(a->d[i]));
    *d = r;
}

void help_VADDP(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r;

    (void)cpu, (void)c;
    switch (SIMD_ES(param)) {
    case 0:
        for (unsigned i = 0; i < 8; i++) {
            r.b[i] = (u8)(a->b[2 * i] + a->b[2 * i + 1]);
            r.b[i + 8] = (u8)(b->b[2 * i] + b->b[2 * i + 1]);
        }
        break;
    case 1:
        for (unsigned i = 0; i < 4; i++) {
            r.h[i] = (u16)(a->h[2 * i] + a->h[2 * i + 1]);
            r.h[i + 4] = (u16)(b->h[2 * i] + b->h[2 * i + 1]);
        }
        break;
    case 2:
        for (unsigned i = 0; i < 2; i++) {
            r.s[i] = a->s[2 * i] + a->s[2 * i + 1];
            r.s[i + 2] = b->s[2 * i] + b->s[2 * i + 1];
        }
        break;
    default:
        r.d[0] = a->d[0] + a->d[1];
        r.d[1] = b->d[0] + b->d[1];
        break;
    }
    *d = r;
}

/* --- polynomials over {0, 1} ------------------------------------------- */

static u64 pmul_byte(u64 x, u64 y)
{
    u64 r = 0;

    for (unsigned i = 0; i < 8; i++)
        r ^= (y >> i & 1) * (x << i);
    return r;
}

void help_pmul8(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 16; i++)
        r.b[i] = (u8)pmul_byte(a->b[i], b->b[i]);
    *d = r;
}

void help_pmull8(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    unsigned base = (param & SIMD_HI) ? 8 : 0;
    v128 r;

    (void)cpu, (void)c;
    for (unsigned i = 0; i < 8; i++)
        r.h[i] = (u16)pmul_byte(a->b[base + i], b->b[base + i]);
    *d = r;
}

void help_VPMULL64(void *cpu, v128 *d, const v128 *a, const v128 *b,
                   const v128 *c, u32 param)
{
    u64 x = a->d[0], y = b->d[0], lo = 0, hi = 0;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 64; i++) {
        u64 take = -(y >> i & 1);

        lo ^= x << i & take;
        hi ^= x >> 1 >> (63 - i) & take;
    }
    d->d[0] = lo;
    d->d[1] = hi;
}

/* --- sums of products, of lanes ---------------------------------------- */

void help_VMADDH(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 4; i++)
        r.s[i] = (u32)((s16)a->h[2 * i] * (s16)b->h[2 * i]) +
                 (u32)((s16)a->h[2 * i + 1] * (s16)b->h[2 * i + 1]);
    *d = r;
}

/* The sum of the first lanes of @a; @sign: they are signed. */
static u64 sum_lanes(const v128 *a, u32 param, bool is_signed)
{
    unsigned bits = 8u << SIMD_ES(param), per_d = 64 / bits;
    u64 sum = 0;

    for (unsigned i = 0; i < SIMD_GET_ARG(param); i++) {
        u64 x = extract64(a->d[i / per_d], i % per_d * bits, bits);

        sum += is_signed ? (u64)sext64(x, bits) : x;
    }
    return sum;
}

void help_saddlv(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    (void)cpu, (void)b, (void)c;
    *d = (v128){ .d = { sum_lanes(a, param, true), 0 } };
}

void help_uaddlv(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    (void)cpu, (void)b, (void)c;
    *d = (v128){ .d = { sum_lanes(a, param, false), 0 } };
}

/* --- alignment --------------------------------------------------------- */

/* LD1-4, ST1-4: each element must be aligned when alignment is checked. */
u64 help_simd_align(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    (void)b, (void)c;
    if (a & mask64(SIMD_ES(param)))
        a64_fault_align(cpu, a,
                        (param & SIMD_STORE) ? ACCESS_STORE : ACCESS_LOAD);
    return 0;
}
