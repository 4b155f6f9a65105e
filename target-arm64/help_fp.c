/* SPDX-License-Identifier: MIT */
/*
 * help_fp.c - helpers for FP arithmetic and comparison, scalar and vector:
 * softfp.h over the lanes that the parameter names. DDI 0487, "Shared
 * pseudocode, functions/float", and the operation of each instruction.
 *
 * The element functions of softfp.h differ by format in nothing but their
 * prefix, so the loops over lanes are made by macros, one a shape of
 * instruction; @name is the helper, @op the element function.
 */
#include "help_fp.h"

/* --- lane by lane -------------------------------------------------------- */

/* Sets every lane i of r: the expression for its size. */
#define LANES(h_expr, s_expr, d_expr)                                        \
    do {                                                                     \
        unsigned n = fph_lanes(param), i;                                    \
                                                                             \
        switch (param & IR_FP_ES) {                                          \
        case 1:                                                              \
            for (i = 0; i < n; i++)                                          \
                r.h[i] = (h_expr);                                           \
            break;                                                           \
        case 2:                                                              \
            for (i = 0; i < n; i++)                                          \
                r.s[i] = (s_expr);                                           \
            break;                                                           \
        default:                                                             \
            for (i = 0; i < n; i++)                                          \
                r.d[i] = (d_expr);                                           \
            break;                                                           \
        }                                                                    \
    } while (0)

/* A helper of kind V whose result's lanes are the three expressions. */
#define VECTOR(name, h_expr, s_expr, d_expr)                                 \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b,       \
                     const v128 *c, u32 param)                               \
    {                                                                        \
        struct fp_status st = fph_begin(cpu);                                \
        v128 r = { .d = { 0, 0 } };                                          \
                                                                             \
        (void)a, (void)b, (void)c;                                           \
        LANES(h_expr, s_expr, d_expr);                                       \
        *d = r;                                                              \
        fph_end(cpu, &st);                                                   \
    }

#define UNARY(name, op)                                                      \
    VECTOR(name, fp16_##op(a->h[i], &st), fp32_##op(a->s[i], &st),           \
           fp64_##op(a->d[i], &st))

#define BINARY(name, op)                                                     \
    VECTOR(name, fp16_##op(a->h[i], b->h[i], &st),                           \
           fp32_##op(a->s[i], b->s[i], &st),                                 \
           fp64_##op(a->d[i], b->d[i], &st))

/* Lanes all ones where true. */
#define COMPARE(name, op)                                                    \
    VECTOR(name, (u16)-fp16_##op(a->h[i], b->h[i], &st),                     \
           -(u32)fp32_##op(a->s[i], b->s[i], &st),                           \
           -(u64)fp64_##op(a->d[i], b->d[i], &st))

BINARY(fadd, add)
BINARY(fsub, sub)
BINARY(fmul, mul)
BINARY(fdiv, div)
BINARY(fmulx, mulx)
BINARY(fmax, max)
BINARY(fmin, min)
BINARY(fmaxnm, maxnm)
BINARY(fminnm, minnm)
BINARY(frecps, recip_step)
BINARY(frsqrts, rsqrt_step)
UNARY(fsqrt, sqrt)
UNARY(frecpe, recip_estimate)
UNARY(frsqrte, rsqrt_estimate)
UNARY(frecpx, recpx)
COMPARE(fcmgt, gt)
COMPARE(fcmge, ge)
COMPARE(fcmeq, eq)

VECTOR(fmadd, fp16_fma(c->h[i], a->h[i], b->h[i], &st),
       fp32_fma(c->s[i], a->s[i], b->s[i], &st),
       fp64_fma(c->d[i], a->d[i], b->d[i], &st))

void help_ffactor(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned n = fph_lanes(param), i;
    unsigned from = (param & FPH_UPPER) ? n : 0;
    v128 r = { .d = { 0, 0 } };

    (void)b, (void)c;
    for (i = 0; i < n; i++)
        r.s[i] = fp16_factor(a->h[from + i], &st);
    *d = r;
}

u64 help_fcmpi(void *cpu, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    struct fp_status st = fph_begin(cpu);
    bool signal_nans = param & IR_FP_SIGNAL;
    unsigned nzcv;

    (void)c;
    switch (param & IR_FP_ES) {
    case 1: nzcv = fp16_compare(a->h[0], b->h[0], signal_nans, &st); break;
    case 2: nzcv = fp32_compare(a->s[0], b->s[0], signal_nans, &st); break;
    default: nzcv = fp64_compare(a->d[0], b->d[0], signal_nans, &st); break;
    }
    fph_end(cpu, &st);
    return (u64)nzcv << 28;
}

/* --- pairs --------------------------------------------------------------- */

/* Lane @k of the concatenation b:a, in which each half has @n lanes. */
#define PAIR(f, k) ((k) < n ? a->f[k] : b->f[(k)-n])

#define PAIRWISE(name, op)                                                   \
    VECTOR(name, fp16_##op(PAIR(h, 2 * i), PAIR(h, 2 * i + 1), &st),         \
           fp32_##op(PAIR(s, 2 * i), PAIR(s, 2 * i + 1), &st),               \
           fp64_##op(PAIR(d, 2 * i), PAIR(d, 2 * i + 1), &st))

PAIRWISE(fmaxp, max)
PAIRWISE(fminp, min)
PAIRWISE(fmaxnmp, maxnm)
PAIRWISE(fminnmp, minnm)

/* --- across lanes -------------------------------------------------------- */

/*
 * Reduce(): the reduced lower half with the reduced upper half, which in
 * memory order is neighbours first. No double-precision form exists.
 */
#define ACROSS(name, op)                                                     \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b,       \
                     const v128 *c, u32 param)                               \
    {                                                                        \
        struct fp_status st = fph_begin(cpu);                                \
        unsigned n = fph_lanes(param), i;                                    \
        v128 r = *a;                                                         \
                                                                             \
        (void)b, (void)c;                                                    \
        for (; n > 1; n /= 2)                                                \
            for (i = 0; i < n / 2; i++) {                                    \
                if ((param & IR_FP_ES) == 1)                                 \
                    r.h[i] = fp16_##op(r.h[2 * i], r.h[2 * i + 1], &st);     \
                else                                                         \
                    r.s[i] = fp32_##op(r.s[2 * i], r.s[2 * i + 1], &st);     \
            }                                                                \
        d->d[0] = (param & IR_FP_ES) == 1 ? r.h[0] : r.s[0];                 \
        d->d[1] = 0;                                                         \
        fph_end(cpu, &st);                                                   \
    }

ACROSS(fmaxv, max)
ACROSS(fminv, min)
ACROSS(fmaxnmv, maxnm)
ACROSS(fminnmv, minnm)

/* --- complex numbers ----------------------------------------------------- */

/* A lane's value as bits, and FPNeg() of it. */
#define NEG_H(x) ((u16)((x) ^ 0x8000))
#define NEG_S(x) ((x) ^ 0x80000000u)
#define NEG_D(x) ((x) ^ 0x8000000000000000ull)

/*
 * Even lanes are real parts, odd ones imaginary. Turned by 90 degrees (270
 * if @three), lane i of b stands for -+ the other lane of its pair.
 */
#define TURNED(f, NEG) \
    (((i & 1) != three) ? b->f[i ^ 1] : NEG(b->f[i ^ 1]))

void help_fcadd(void *cpu, v128 *d, const v128 *a, const v128 *b,
                const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    bool three = param >> FPH_ROT_SHIFT & 1;
    v128 r = { .d = { 0, 0 } };

    (void)c;
    LANES(fp16_add(a->h[i], TURNED(h, NEG_H), &st),
          fp32_add(a->s[i], TURNED(s, NEG_S), &st),
          fp64_add(a->d[i], TURNED(d, NEG_D), &st));
    *d = r;
    fph_end(cpu, &st);
}

/*
 * The pair of lane i gives its real part (rot 0, 2) or imaginary part (1, 3)
 * as one factor; the other is lane @k of b, negated for the real lane with
 * rot 1 and 2, for the imaginary lane with rot 2 and 3.
 */
#define FACTOR_A(f) a->f[(i & ~1u) + (rot & 1)]
#define FACTOR_B(f, NEG)                                                     \
    (((rot + (~i & 1)) & 2) ? NEG(b->f[PART]) : b->f[PART])
#define PART ((by_elem ? 2 * pair : (i & ~1u)) + ((i ^ rot) & 1))

void help_fcmla(void *cpu, v128 *d, const v128 *a, const v128 *b,
                const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned rot = param >> FPH_ROT_SHIFT & 3;
    unsigned pair = param >> FPH_PAIR_SHIFT & 3;
    bool by_elem = param & FPH_BY_ELEM;
    v128 r = { .d = { 0, 0 } };

    LANES(fp16_fma(c->h[i], FACTOR_A(h), FACTOR_B(h, NEG_H), &st),
          fp32_fma(c->s[i], FACTOR_A(s), FACTOR_B(s, NEG_S), &st),
          fp64_fma(c->d[i], FACTOR_A(d), FACTOR_B(d, NEG_D), &st));
    *d = r;
    fph_end(cpu, &st);
}

/* --- estimates of unsigned integers -------------------------------------- */

#define ESTIMATE(name, op)                                                   \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b,       \
                     const v128 *c, u32 param)                               \
    {                                                                        \
        unsigned n = fph_lanes(param), i;                                    \
        v128 r = { .d = { 0, 0 } };                                          \
                                                                             \
        (void)cpu, (void)b, (void)c;                                         \
        for (i = 0; i < n; i++)                                              \
            r.s[i] = op(a->s[i]);                                            \
        *d = r;                                                              \
    }

ESTIMATE(urecpe, fp_urecpe)
ESTIMATE(ursqrte, fp_ursqrte)

/* --- BFloat16 ------------------------------------------------------------ */

void help_bfdot(void *cpu, v128 *d, const v128 *a, const v128 *b,
                const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)param;
    for (unsigned i = 0; i < 4; i++)
        r.s[i] = bf16_dot_add(c->s[i], a->s[i], b->s[i]);
    *d = r;
}

/* Lane 2i + j: row i of a times row j of b, by two dot products. */
void help_bfmmla(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    v128 r;

    (void)cpu, (void)param;
    for (unsigned i = 0; i < 4; i++) {
        unsigned n = i & 2, m = 2 * (i & 1);

        r.s[i] = bf16_dot_add(c->s[i], a->s[n], b->s[m]);
        r.s[i] = bf16_dot_add(r.s[i], a->s[n + 1], b->s[m + 1]);
    }
    *d = r;
}
