/* SPDX-License-Identifier: MIT */
/*
 * help_simd_perm.c - helpers that move lanes: the permutes of ir_ops.def
 * (VDUPL to VXTN, VTBL1) and the (de)interleaving of LD3 and ST3.
 *
 * They are written on bytes: lane i of size 1 << es is bytes i << es and up.
 */
#include "help_simd.h"

#include <string.h>

/* Lane @i of @r := lane @j of @v, of 1 << @es bytes. */
static inline void put_lane(v128 *r, unsigned i, const v128 *v, unsigned j,
                            unsigned es)
{
    switch (es) {
    case 0: r->b[i] = v->b[j]; break;
    case 1: r->h[i] = v->h[j]; break;
    case 2: r->s[i] = v->s[j]; break;
    default: r->d[i] = v->d[j]; break;
    }
}

void help_VDUPL(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    unsigned es = SIMD_ES(param);
    v128 r;

    (void)cpu, (void)b, (void)c;
    for (unsigned i = 0; i < 16u >> es; i++)
        put_lane(&r, i, a, SIMD_GET_ARG(param), es);
    *d = r;
}

void help_VINSL(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r = *a;

    (void)cpu, (void)c;
    put_lane(&r, SIMD_GET_ARG(param), b, SIMD_GET_ARG2(param), SIMD_ES(param));
    *d = r;
}

void help_VEXT(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    u8 both[32];

    (void)cpu, (void)c;
    memcpy(both, a, 16);
    memcpy(both + 16, b, 16);
    memcpy(d, both + (param & 15), 16);
}

/* --- two vectors into one ---------------------------------------------- */

/* Lanes of @a and @b in turn, from lane @from of each. */
static void zip(v128 *d, const v128 *a, const v128 *b, unsigned es,
                unsigned from)
{
    v128 r;

    for (unsigned i = 0; i < 8u >> es; i++) {
        put_lane(&r, 2 * i, a, from + i, es);
        put_lane(&r, 2 * i + 1, b, from + i, es);
    }
    *d = r;
}

/* Every other lane of @a, then of @b, from lane @odd. */
static void uzp(v128 *d, const v128 *a, const v128 *b, unsigned es,
                unsigned odd)
{
    v128 r;

    for (unsigned i = 0; i < 8u >> es; i++) {
        put_lane(&r, i, a, 2 * i + odd, es);
        put_lane(&r, (8u >> es) + i, b, 2 * i + odd, es);
    }
    *d = r;
}

/* Every other lane of @a and @b in turn, from lane @odd. */
static void trn(v128 *d, const v128 *a, const v128 *b, unsigned es,
                unsigned odd)
{
    v128 r;

    for (unsigned i = 0; i < 16u >> es; i += 2) {
        put_lane(&r, i, a, i + odd, es);
        put_lane(&r, i + 1, b, i + odd, es);
    }
    *d = r;
}

#define TWO(name, fn, from)                                            \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b, \
                     const v128 *c, u32 param)                         \
    {                                                                  \
        unsigned es = SIMD_ES(param);                                  \
                                                                       \
        (void)cpu, (void)c;                                            \
        fn(d, a, b, es, from);                                         \
    }
TWO(VZIP1, zip, 0)
TWO(VZIP2, zip, 8u >> es)
TWO(VUZP1, uzp, 0)
TWO(VUZP2, uzp, 1)
TWO(VTRN1, trn, 0)
TWO(VTRN2, trn, 1)
#undef TWO

/* --- within a vector --------------------------------------------------- */

/* Lanes in reverse order within each container. */
void help_VREV(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    unsigned es = SIMD_ES(param);
    unsigned flip = (1u << (SIMD_GET_ARG(param) - es)) - 1;
    v128 r;

    (void)cpu, (void)b, (void)c;
    for (unsigned i = 0; i < 16u >> es; i++)
        put_lane(&r, i, a, i ^ flip, es);
    *d = r;
}

void help_VSXL(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    v128 r;

    (void)cpu, (void)b, (void)c;
    for (unsigned i = 0; i < 8u >> SIMD_ES(param); i++) {
        switch (SIMD_ES(param)) {
        case 0: r.h[i] = (u16)(s8)a->b[i]; break;
        case 1: r.s[i] = (u32)(s16)a->h[i]; break;
        default: r.d[i] = (u64)(s32)a->s[i]; break;
        }
    }
    *d = r;
}

void help_VUXL(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    v128 r;

    (void)cpu, (void)b, (void)c;
    for (unsigned i = 0; i < 8u >> SIMD_ES(param); i++) {
        switch (SIMD_ES(param)) {
        case 0: r.h[i] = a->b[i]; break;
        case 1: r.s[i] = a->h[i]; break;
        default: r.d[i] = a->s[i]; break;
        }
    }
    *d = r;
}

void help_VXTN(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
               u32 param)
{
    unsigned es = SIMD_ES(param);
    v128 r = { .d = { 0, 0 } };

    (void)cpu, (void)b, (void)c;
    for (unsigned i = 0; i < 8u >> es; i++)
        put_lane(&r, i, a, 2 * i, es);
    *d = r;
}

void help_VTBL1(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
                u32 param)
{
    v128 r;

    (void)cpu, (void)c, (void)param;
    for (unsigned i = 0; i < 16; i++)
        r.b[i] = b->b[i] < 16 ? a->b[b->b[i]] : 0;
    *d = r;
}

/* --- three-element structures ------------------------------------------ */

/*
 * LD3: memory is a, b, c in a row; the result is element n (the parameter's
 * argument) of each structure. For 64-bit registers only the low half of
 * the result means anything, and c is not looked at.
 */
void help_ld3(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
              u32 param)
{
    unsigned es = SIMD_ES(param), size = 1u << es;
    bool whole = SIMD_GET_ARG2(param);
    u8 memory[48], out[16] = { 0 };

    (void)cpu;
    memcpy(memory, a, 16);
    memcpy(memory + 16, b, 16);
    if (whole)
        memcpy(memory + 32, c, 16);
    for (unsigned i = 0; i < (whole ? 16u : 8u) >> es; i++)
        memcpy(out + i * size, memory + (3 * i + SIMD_GET_ARG(param)) * size,
               size);
    memcpy(d, out, 16);
}

/*
 * ST3: a, b, c are the elements; the result is bytes 16 * n and up (n = the
 * parameter's argument) of what goes to memory.
 */
void help_st3(void *cpu, v128 *d, const v128 *a, const v128 *b, const v128 *c,
              u32 param)
{
    unsigned es = SIMD_ES(param), size = 1u << es;
    u8 memory[48];

    (void)cpu;
    for (unsigned i = 0; i < 16u >> es; i++) {
        memcpy(memory + (3 * i + 0) * size, a->b + i * size, size);
        memcpy(memory + (3 * i + 1) * size, b->b + i * size, size);
        memcpy(memory + (3 * i + 2) * size, c->b + i * size, size);
    }
    memcpy(d, memory + 16 * SIMD_GET_ARG(param), 16);
}
