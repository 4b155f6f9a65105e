/* SPDX-License-Identifier: MIT */
/*
 * help_fp.h - what the FP helpers and the code that calls them share: the
 * fields of a helper's parameter beyond enum ir_fp_param, lanes, and FPCR
 * and FPSR around an operation.
 *
 * A helper may get the same vector as operand and result, so results are
 * gathered in a local and stored last.
 */
#ifndef A64_HELP_FP_H
#define A64_HELP_FP_H

#include "cpu.h"
#include "helpers.h"
#include "softfp.h"

/* Fields of the parameter, above enum ir_fp_param's bits 7:0. */
enum fp_help_param {
    FPH_MODE_SHIFT = 8,    /* rounding: enum fp_rounding, or the two below */
    FPH_MODE_EXACT = 5,    /* as FPCR says, and inexactness is reported */
    FPH_MODE_FPCR = 6,     /* as FPCR says */
    FPH_TO_SHIFT = 8,      /* fcvt: es of the result */
    FPH_UPPER = 1 << 8,    /* fcvtl, ffactor: the operand's upper half */
    FPH_ROT_SHIFT = 8,     /* fcmla, fcadd: rot as encoded */
    FPH_BY_ELEM = 1 << 15, /* fcmla: every pair by one pair of b */
    FPH_FBITS_SHIFT = 16,  /* conversions: fraction bits, 0..64 */
    FPH_PAIR_SHIFT = 16,   /* fcmla: which pair */
};

/* Lanes that @param works on: one, those of 64 or those of 128 bits. */
static inline unsigned fph_lanes(u32 param)
{
    unsigned bytes = (param & IR_FP_HALFREG) ? 8 : 16;

    return (param & IR_FP_SCALAR) ? 1 : bytes >> (param & IR_FP_ES);
}

static inline unsigned fph_mode(u32 param)
{
    return param >> FPH_MODE_SHIFT & 7;
}

static inline unsigned fph_fbits(u32 param)
{
    return param >> FPH_FBITS_SHIFT & 127;
}

/* The CPU's FPCR, and no exceptions yet. */
static inline struct fp_status fph_begin(const void *cpu)
{
    return (struct fp_status){
        .fpcr = ((const struct a64_cpu *)cpu)->arch.fpcr,
    };
}

/* Accumulates the exceptions of an operation in FPSR. */
static inline void fph_end(void *cpu, const struct fp_status *st)
{
    ((struct a64_cpu *)cpu)->arch.fpsr |= st->fpsr;
}

#endif
