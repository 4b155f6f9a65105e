/* SPDX-License-Identifier: MIT */
/*
 * help_fp_cvt.c - helpers for FP conversions: between formats, to and from
 * integers and fixed point, to integral values. DDI 0487, "Shared
 * pseudocode, functions/float": FPConvert, FPToFixed, FixedToFP, FPRoundInt.
 */
#include "help_fp.h"

/* --- between formats ----------------------------------------------------- */

void help_fcvtds(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    u64 r = fp32_to_fp64(a->s[0], &st);

    (void)b, (void)c, (void)param;
    *d = (v128){ .d = { r, 0 } };
    fph_end(cpu, &st);
}

void help_fcvtsd(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    u64 r = fp64_to_fp32(a->d[0], &st);

    (void)b, (void)c, (void)param;
    *d = (v128){ .d = { r, 0 } };
    fph_end(cpu, &st);
}

/* Lane 0 of @a, of size @from, as the format of size @to. */
static u64 convert(const v128 *a, unsigned from, unsigned to,
                   struct fp_status *st)
{
    switch (from << 4 | to) {
    case 0x12: return fp16_to_fp32(a->h[0], st);
    case 0x13: return fp16_to_fp64(a->h[0], st);
    case 0x21: return fp32_to_fp16(a->s[0], st);
    case 0x23: return fp32_to_fp64(a->s[0], st);
    case 0x31: return fp64_to_fp16(a->d[0], st);
    case 0x32: return fp64_to_fp32(a->d[0], st);
    default: bug("FCVT from format %u to %u", from, to);
    }
}

void help_fcvt(void *cpu, v128 *d, const v128 *a, const v128 *b,
               const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    u64 r = convert(a, param & IR_FP_ES, param >> FPH_TO_SHIFT & 3, &st);

    (void)b, (void)c;
    *d = (v128){ .d = { r, 0 } };
    fph_end(cpu, &st);
}

void help_fcvtl(void *cpu, v128 *d, const v128 *a, const v128 *b,
                const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned upper = (param & FPH_UPPER) != 0, i;
    v128 r;

    (void)b, (void)c;
    if ((param & IR_FP_ES) == 1)
        for (i = 0; i < 4; i++)
            r.s[i] = fp16_to_fp32(a->h[4 * upper + i], &st);
    else
        for (i = 0; i < 2; i++)
            r.d[i] = fp32_to_fp64(a->s[2 * upper + i], &st);
    *d = r;
    fph_end(cpu, &st);
}

void help_fcvtn(void *cpu, v128 *d, const v128 *a, const v128 *b,
                const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    v128 r = { .d = { 0, 0 } };
    unsigned i;

    (void)b, (void)c;
    if ((param & IR_FP_ES) == 1)
        for (i = 0; i < 4; i++)
            r.h[i] = fp32_to_fp16(a->s[i], &st);
    else
        for (i = 0; i < 2; i++)
            r.s[i] = fp64_to_fp32(a->d[i], &st);
    *d = r;
    fph_end(cpu, &st);
}

void help_fcvtxn(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned n = (param & IR_FP_SCALAR) ? 1 : 2, i;
    v128 r = { .d = { 0, 0 } };

    (void)b, (void)c;
    for (i = 0; i < n; i++)
        r.s[i] = fp64_to_fp32_odd(a->d[i], &st);
    *d = r;
    fph_end(cpu, &st);
}

void help_bfcvtn(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned n = (param & IR_FP_SCALAR) ? 1 : 4, i;
    v128 r = { .d = { 0, 0 } };

    (void)b, (void)c;
    for (i = 0; i < n; i++)
        r.h[i] = fp32_to_bf16(a->s[i], &st);
    *d = r;
    fph_end(cpu, &st);
}

/* --- to integers --------------------------------------------------------- */

/* Lane @i of @a as an integer of @width bits; mode and the rest in @param. */
static u64 to_int(const v128 *a, unsigned i, unsigned width, u32 param,
                  enum fp_rounding mode, struct fp_status *st)
{
    bool u = param & IR_FP_UNSIGNED;
    unsigned fbits = fph_fbits(param);

    switch (param & IR_FP_ES) {
    case 1: return fp16_to_int(a->h[i], width, u, fbits, mode, st);
    case 2: return fp32_to_int(a->s[i], width, u, fbits, mode, st);
    default: return fp64_to_int(a->d[i], width, u, fbits, mode, st);
    }
}

static unsigned int_width(u32 param)
{
    return (param & IR_FP_INT64) ? 64 : 32;
}

u64 help_ftoi(void *cpu, const v128 *a, const v128 *b, const v128 *c,
              u32 param)
{
    struct fp_status st = fph_begin(cpu);
    u64 r = to_int(a, 0, int_width(param), param, FP_ZERO, &st);

    (void)b, (void)c;
    fph_end(cpu, &st);
    return r;
}

u64 help_fcvt_int(void *cpu, const v128 *a, const v128 *b, const v128 *c,
                  u32 param)
{
    struct fp_status st = fph_begin(cpu);
    u64 r = to_int(a, 0, int_width(param), param,
                   (enum fp_rounding)fph_mode(param), &st);

    (void)b, (void)c;
    fph_end(cpu, &st);
    return r;
}

void help_fcvt_int_v(void *cpu, v128 *d, const v128 *a, const v128 *b,
                     const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    enum fp_rounding mode = (enum fp_rounding)fph_mode(param);
    unsigned width = 8u << (param & IR_FP_ES), n = fph_lanes(param), i;
    v128 r = { .d = { 0, 0 } };
    u64 v;

    (void)b, (void)c;
    for (i = 0; i < n; i++) {
        v = to_int(a, i, width, param, mode, &st);
        switch (width) {
        case 16: r.h[i] = (u16)v; break;
        case 32: r.s[i] = (u32)v; break;
        default: r.d[i] = v; break;
        }
    }
    *d = r;
    fph_end(cpu, &st);
}

u64 help_fjcvtzs(void *cpu, const v128 *a, const v128 *b, const v128 *c,
                 u32 param)
{
    struct fp_status st = fph_begin(cpu);
    bool is_exact;
    u64 r = fp64_to_int32_js(a->d[0], &is_exact, &st);

    (void)b, (void)c, (void)param;
    fph_end(cpu, &st);
    return r | (u64)is_exact << 62;
}

/* --- from integers ------------------------------------------------------- */

static u64 from_int(u64 v, unsigned width, u32 param, struct fp_status *st)
{
    bool u = param & IR_FP_UNSIGNED;
    unsigned fbits = fph_fbits(param);

    switch (param & IR_FP_ES) {
    case 1: return fp16_from_int(v, width, u, fbits, st);
    case 2: return fp32_from_int(v, width, u, fbits, st);
    default: return fp64_from_int(v, width, u, fbits, st);
    }
}

void help_itof(void *cpu, v128 *d, u64 a, const v128 *b, const v128 *c,
               u32 param)
{
    struct fp_status st = fph_begin(cpu);
    u64 r = from_int(a, int_width(param), param, &st);

    (void)b, (void)c;
    *d = (v128){ .d = { r, 0 } };
    fph_end(cpu, &st);
}

void help_cvtf_v(void *cpu, v128 *d, const v128 *a, const v128 *b,
                 const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned n = fph_lanes(param), i;
    v128 r = { .d = { 0, 0 } };

    (void)b, (void)c;
    for (i = 0; i < n; i++)
        switch (param & IR_FP_ES) {
        case 1: r.h[i] = (u16)from_int(a->h[i], 16, param, &st); break;
        case 2: r.s[i] = (u32)from_int(a->s[i], 32, param, &st); break;
        default: r.d[i] = from_int(a->d[i], 64, param, &st); break;
        }
    *d = r;
    fph_end(cpu, &st);
}

/* --- to integral values -------------------------------------------------- */

void help_frint(void *cpu, v128 *d, const v128 *a, const v128 *b,
                const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned mode = fph_mode(param), n = fph_lanes(param), i;
    bool exact = mode == FPH_MODE_EXACT;
    enum fp_rounding m = mode >= FPH_MODE_EXACT ? fp_rounding_mode(st.fpcr)
                                                : (enum fp_rounding)mode;
    v128 r = { .d = { 0, 0 } };

    (void)b, (void)c;
    for (i = 0; i < n; i++)
        switch (param & IR_FP_ES) {
        case 1: r.h[i] = fp16_round_int(a->h[i], m, exact, &st); break;
        case 2: r.s[i] = fp32_round_int(a->s[i], m, exact, &st); break;
        default: r.d[i] = fp64_round_int(a->d[i], m, exact, &st); break;
        }
    *d = r;
    fph_end(cpu, &st);
}

void help_frint_n(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    struct fp_status st = fph_begin(cpu);
    unsigned size = int_width(param), n = fph_lanes(param), i;
    enum fp_rounding mode = fph_mode(param) == FPH_MODE_FPCR
                                ? fp_rounding_mode(st.fpcr)
                                : FP_ZERO;
    v128 r = { .d = { 0, 0 } };

    (void)b, (void)c;
    for (i = 0; i < n; i++) {
        if ((param & IR_FP_ES) == 2)
            r.s[i] = fp32_round_int_n(a->s[i], mode, size, &st);
        else
            r.d[i] = fp64_round_int_n(a->d[i], mode, size, &st);
    }
    *d = r;
    fph_end(cpu, &st);
}
