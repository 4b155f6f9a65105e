/* SPDX-License-Identifier: MIT */
/*
 * irtest_vec.c - the vector helpers of irtest_vec.h, one lane at a time.
 *
 * A macro gives each helper its uninteresting parameters; the body sees d,
 * a, b, c, the parameter, the lane size es, the lanes' bits and count.
 */
#include "irtest_vec.h"
#include "bits.h"
#include "irtest.h"

#include <string.h>

static u64 get(const v128 *v, unsigned es, unsigned i)
{
    u64 x = 0;

    memcpy(&x, v->b + (i << es), 1u << es);
    return x;
}

static void set(v128 *v, unsigned es, unsigned i, u64 x)
{
    memcpy(v->b + (i << es), &x, 1u << es);
}

static s64 sget(const v128 *v, unsigned es, unsigned i)
{
    return sext64(get(v, es, i), 8u << es);
}

#define UNUSED_BUT_SOMETIMES                                                  \
    (void)cpu, (void)a, (void)b, (void)c, (void)bits, (void)lanes

#define HELPER(name, ...)                                                     \
    void irt_##name(void *cpu, v128 *d, const v128 *a, const v128 *b,         \
                    const v128 *c, u32 param)                                 \
    {                                                                         \
        unsigned es = param & 3, bits = 8u << es, lanes = 16u >> es;          \
        v128 r = { .d = { 0, 0 } };                                           \
        UNUSED_BUT_SOMETIMES;                                                 \
        __VA_ARGS__;                                                          \
        *d = r;                                                               \
    }
#define EACH for (unsigned i = 0; i < lanes; i++)
#define A get(a, es, i)
#define B get(b, es, i)
#define SA sget(a, es, i)
#define SB sget(b, es, i)
#define LANES(name, expr) HELPER(name, EACH set(&r, es, i, expr))
#define TRUTH(name, expr) LANES(name, (expr) ? ~0ull : 0)

LANES(vadd, A + B)
LANES(vsub, A - B)
LANES(vmul, A *B)
LANES(vneg, 0 - A)
LANES(vabs, SA < 0 ? 0 - A : A)
TRUTH(vceq, A == B)
TRUTH(vcgt, SA > SB)
TRUTH(vcge, SA >= SB)
TRUTH(vchi, A > B)
TRUTH(vchs, A >= B)
TRUTH(vctst, (A & B) != 0)
LANES(vsmin, SA < SB ? A : B)
LANES(vsmax, SA > SB ? A : B)
LANES(vumin, A < B ? A : B)
LANES(vumax, A > B ? A : B)
LANES(vshl, A << (param >> 8 & 63))
LANES(vushr, (param >> 8) == bits ? 0 : A >> (param >> 8))
LANES(vsshr, (u64)(SA >> ((param >> 8) == bits ? bits - 1 : param >> 8)))
LANES(vdupl, get(a, es, param >> 8))
HELPER(vinsl, r = *a;
       set(&r, es, param >> 8 & 0xff, get(b, es, param >> 16)))
HELPER(vext, for (unsigned i = 0; i < 16; i++) r.b[i] =
                 i + param < 16 ? a->b[i + param] : b->b[i + param - 16])
LANES(vzip1, get(i & 1 ? b : a, es, i / 2))
LANES(vzip2, get(i & 1 ? b : a, es, lanes / 2 + i / 2))
LANES(vuzp1, get(i < lanes / 2 ? a : b, es, 2 * i % lanes))
LANES(vuzp2, get(i < lanes / 2 ? a : b, es, 2 * i % lanes + 1))
LANES(vtrn1, get(i & 1 ? b : a, es, i & ~1u))
LANES(vtrn2, get(i & 1 ? b : a, es, i | 1))
HELPER(vrev, unsigned in = (1u << (param >> 8)) >> es;
       EACH set(&r, es, i ^ (in - 1), A))
HELPER(vsxl, for (unsigned i = 0; i < lanes / 2; i++)
                 set(&r, es + 1, i, (u64)SA))
HELPER(vuxl, for (unsigned i = 0; i < lanes / 2; i++) set(&r, es + 1, i, A))
HELPER(vxtn, for (unsigned i = 0; i < lanes / 2; i++)
                 set(&r, es, i, get(a, es + 1, i)))
LANES(vaddp, get(i < lanes / 2 ? a : b, es, 2 * i % lanes) +
                 get(i < lanes / 2 ? a : b, es, 2 * i % lanes + 1))
HELPER(vmaddh, for (unsigned i = 0; i < 8; i++) r.s[i / 2] +=
                   (u32)((s16)a->h[i] * (s16)b->h[i]))
HELPER(vtbl1, for (unsigned i = 0; i < 16; i++) r.b[i] =
                  b->b[i] < 16 ? a->b[b->b[i]] : 0)
HELPER(vcnt, for (unsigned i = 0; i < 16; i++) r.b[i] =
                 (u8)__builtin_popcount(a->b[i]))
HELPER(vpmull64, for (unsigned i = 0; i < 64; i++) if (b->d[0] >> i & 1) {
    r.d[0] ^= a->d[0] << i;
    r.d[1] ^= i ? a->d[0] >> (64 - i) : 0;
})
/* Saturates; QC is bit 27 of FPSR. */
HELPER(vsqadd, EACH {
    s128 sum = (s128)SA + SB, max = ((s128)1 << (bits - 1)) - 1;
    s128 x = sum > max ? max : sum < -max - 1 ? -max - 1 : sum;
    set(&r, es, i, (u64)x);
    if (x != sum)
        ((struct irt_cpu *)cpu)->fpsr |= 1u << 27;
})

#undef A
#undef B
#undef SA
#undef SB
#undef LANES
#undef TRUTH

/* --- floating point ------------------------------------------------------- */

static double fget(const v128 *v, unsigned es, unsigned i)
{
    double x;
    float f;

    if (es == 3) {
        memcpy(&x, v->b + 8 * i, 8);
        return x;
    }
    memcpy(&f, v->b + 4 * i, 4);
    return f;
}

static void fset(v128 *v, unsigned es, unsigned i, double x)
{
    float f = (float)x;

    if (es == 3)
        memcpy(v->b + 8 * i, &x, 8);
    else
        memcpy(v->b + 4 * i, &f, 4);
}

/* Lanes that an FP operation works on. */
static unsigned flanes(u32 param, unsigned lanes)
{
    return param & IR_FP_SCALAR    ? 1
           : param & IR_FP_HALFREG ? lanes / 2
                                   : lanes;
}

#define A fget(a, es, i)
#define B fget(b, es, i)
#define FEACH for (unsigned i = 0; i < flanes(param, lanes); i++)
#define FLANES(name, expr) HELPER(name, FEACH fset(&r, es, i, expr))
#define FTRUTH(name, expr) \
    HELPER(name, FEACH set(&r, es, i, (expr) ? ~0ull : 0))

FLANES(fadd, A + B)
FLANES(fsub, A - B)
FLANES(fmul, A *B)
FLANES(fdiv, A / B)
FLANES(fmadd, fget(c, es, i) + A * B)
FTRUTH(fcmgt, A > B)
FTRUTH(fcmge, A >= B)
FTRUTH(fcmeq, A == B)
HELPER(fcvtds, fset(&r, 3, 0, fget(a, 2, 0)))
HELPER(fcvtsd, fset(&r, 2, 0, fget(a, 3, 0)))

u64 irt_fcmpi(void *cpu, const v128 *a, const v128 *b, const v128 *c,
              u32 param)
{
    unsigned es = param & 3, i = 0;

    (void)cpu;
    (void)c;
    return A < B    ? 8ull << 28
           : A == B ? 6ull << 28
           : A > B  ? 2ull << 28
                    : 3ull << 28;
}

u64 irt_ftoi(void *cpu, const v128 *a, const v128 *b, const v128 *c,
             u32 param)
{
    unsigned es = param & 3, i = 0;
    u64 v = param & IR_FP_UNSIGNED ? (u64)A : (u64)(s64)A;

    (void)b;
    (void)c;
    if ((param & IR_FP_UNSIGNED ? (double)v : (double)(s64)v) != A)
        ((struct irt_cpu *)cpu)->fpsr |= 1u << 4; /* IXC: inexact */
    return param & IR_FP_INT64 ? v : (u32)v;
}

void irt_itof(void *cpu, v128 *d, u64 a, const v128 *b, const v128 *c,
              u32 param)
{
    v128 r = { .d = { 0, 0 } };
    u64 v = param & IR_FP_INT64 ? a : (u32)a;

    (void)cpu;
    (void)b;
    (void)c;
    if (param & IR_FP_UNSIGNED)
        fset(&r, param & 3, 0, (double)v);
    else
        fset(&r, param & 3, 0,
             (double)(param & IR_FP_INT64 ? (s64)v : (s32)v));
    *d = r;
}
