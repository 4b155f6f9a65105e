/* SPDX-License-Identifier: MIT */
/*
 * help_simd.h - parameters of the AdvSIMD helpers, and the loops over lanes
 * that their files share.
 *
 * The low two bits of a parameter are es, log2 of the bytes of a lane. A
 * helper computes the whole 128 bits; the forms of 64 bits and scalars cut
 * their operands (where a saturated lane would show in FPSR.QC) and results
 * outside. Results are made in a local variable: d may be an operand.
 */
#ifndef A64_HELP_SIMD_H
#define A64_HELP_SIMD_H

#include "cpu.h"
#include "helpers.h"

#define SIMD_ES(param)       ((param)&3)
#define SIMD_HI              0x100u /* long forms: upper half of a and b */
#define SIMD_STORE           0x100u /* simd_align: the access is a store */
#define SIMD_ARG(n)          ((u32)(n) << 8) /* a number: shift, lane */
#define SIMD_ARG2(n)         ((u32)(n) << 16)
#define SIMD_GET_ARG(param)  ((param) >> 8 & 0xff)
#define SIMD_GET_ARG2(param) ((param) >> 16 & 0xff)

/* Sets FPSR.QC if @saturated. */
static inline void simd_set_qc(void *cpu, bool saturated)
{
    if (saturated)
        ((struct a64_cpu *)cpu)->arch.fpsr |= 1u << 27;
}

/* Lanes i of one, two, three operands: x, y, z of type t; o for a result. */
#define SIMD_1(f, t)        \
    const t x = (t)a->f[i]; \
    t o = 0;
#define SIMD_2(f, t) SIMD_1(f, t) const t y = (t)b->f[i];
#define SIMD_3(f, t) SIMD_2(f, t) const t z = (t)c->f[i];

/* r.<f>[i] = expr for @lanes lanes. */
#define SIMD_LANES(n, f, lanes, t, expr)                    \
    for (unsigned i = 0; i < (lanes); i++) {                \
        SIMD_##n(f, t) r.f[i] = (__typeof__(r.f[i]))(expr); \
        (void)o;                                            \
    }

/*
 * Defines help_name(): @expr over the lanes x, y, z of @n operands as
 * integers of sign @sign (s or u), for every lane size. Operands beyond are
 * not looked at: they may be no pointers. @expr may use `over` and `o` and
 * sets `sat` when it saturates.
 */
#define SIMD_HELPER(name, n, sign, expr)                               \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b, \
                     const v128 *c, u32 param)                         \
    {                                                                  \
        bool sat = false, over = false;                                \
        v128 r;                                                        \
                                                                       \
        (void)b, (void)c, (void)over;                                  \
        switch (SIMD_ES(param)) {                                      \
        case 0: SIMD_LANES(n, b, 16, sign##8, expr) break;             \
        case 1: SIMD_LANES(n, h, 8, sign##16, expr) break;             \
        case 2: SIMD_LANES(n, s, 4, sign##32, expr) break;             \
        default: SIMD_LANES(n, d, 2, sign##64, expr) break;            \
        }                                                              \
        simd_set_qc(cpu, sat);                                         \
        *d = r;                                                        \
    }

#endif
