/* SPDX-License-Identifier: MIT */
/*
 * Exact Arm floating point in integer arithmetic: half, single, double.
 *
 * This is the reference for every FP instruction: what the evaluator calls, and
 * what translated code falls back to when the host's arithmetic could differ.
 * Results, NaN payloads and cumulative exceptions are those of the pseudocode
 * of DDI 0487, "Shared pseudocode, functions/float", without FEAT_AFP and
 * without trapped exceptions.  No host floating point is used anywhere.
 *
 * Conventions, which hold for every function below:
 *  - operands and results are bit patterns; fp16_, fp32_ and fp64_ name the
 *    format of the operands;
 *  - `st->fpcr` is read, exceptions are ORed into `st->fpsr`, nothing else is
 *    read or written: the functions are pure otherwise and never fail;
 *  - where no rounding mode is passed, FPCR.RMode rounds;
 *  - FPCR.FZ flushes single and double, FPCR.FZ16 half; tininess is detected
 *    before rounding; flushed half operands do not set IDC.
 * Negated forms (FMSUB, FNMUL, ...) are made by flipping sign bits of operands
 * or result, as FPNeg does, NaNs included.
 */
#ifndef TARGET_ARM64_SOFTFP_H
#define TARGET_ARM64_SOFTFP_H

#include <stdbool.h>
#include <stdint.h>

/* FPCR fields. */
#define FPCR_FZ16        (1u << 19) /* flush half-precision denormals */
#define FPCR_RMODE_SHIFT 22         /* rounding mode, enum fp_rounding 0-3 */
#define FPCR_RMODE_MASK  (3u << 22)
#define FPCR_FZ          (1u << 24) /* flush single and double denormals */
#define FPCR_DN          (1u << 25) /* every NaN result is the default NaN */
#define FPCR_AHP         (1u << 26) /* alternative half precision */

/* FPSR cumulative exception bits. */
#define FPSR_IOC         (1u << 0)  /* invalid operation */
#define FPSR_DZC         (1u << 1)  /* division by zero */
#define FPSR_OFC         (1u << 2)  /* overflow */
#define FPSR_UFC         (1u << 3)  /* underflow */
#define FPSR_IXC         (1u << 4)  /* inexact */
#define FPSR_IDC         (1u << 7)  /* input denormal */
#define FPSR_QC          (1u << 27) /* SIMD saturation; never set here */

/* FPRounding: 0-3 are the encodings of FPCR.RMode. */
enum fp_rounding {
    FP_TIEEVEN, /* to nearest, ties to even */
    FP_POSINF,  /* towards plus infinity */
    FP_NEGINF,  /* towards minus infinity */
    FP_ZERO,    /* towards zero */
    FP_TIEAWAY, /* to nearest, ties away from zero */
    FP_ODD,     /* von Neumann: inexact sets bit 0 */
};

/* What an FP operation sees of the CPU, and what it leaves behind. */
struct fp_status {
    uint32_t fpcr; /* in: FPCR */
    uint32_t fpsr; /* in and out: bits are only ever set */
};

/* FPRoundingMode: the mode that FPCR selects. */
static inline enum fp_rounding fp_rounding_mode(uint32_t fpcr)
{
    return (enum fp_rounding)((fpcr & FPCR_RMODE_MASK) >> FPCR_RMODE_SHIFT);
}

/* FPAdd: a + b (FADD, FADDP). */
uint16_t fp16_add(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_add(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_add(uint64_t a, uint64_t b, struct fp_status *st);

/* FPSub: a - b (FSUB). */
uint16_t fp16_sub(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_sub(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_sub(uint64_t a, uint64_t b, struct fp_status *st);

/* FPAbs(FPSub): |a - b| (FABD); the sign of a NaN result is cleared too. */
uint16_t fp16_abd(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_abd(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_abd(uint64_t a, uint64_t b, struct fp_status *st);

/* FPMul: a * b (FMUL). */
uint16_t fp16_mul(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_mul(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_mul(uint64_t a, uint64_t b, struct fp_status *st);

/* FPMulX: a * b, but infinity * 0 is 2.0 with the product's sign (FMULX). */
uint16_t fp16_mulx(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_mulx(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_mulx(uint64_t a, uint64_t b, struct fp_status *st);

/* FPDiv: a / b (FDIV). */
uint16_t fp16_div(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_div(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_div(uint64_t a, uint64_t b, struct fp_status *st);

/* FPSqrt (FSQRT). */
uint16_t fp16_sqrt(uint16_t a, struct fp_status *st);
uint32_t fp32_sqrt(uint32_t a, struct fp_status *st);
uint64_t fp64_sqrt(uint64_t a, struct fp_status *st);

/*
 * FPMulAdd: a + n * m, rounded once (FMADD, FMLA).  The addend comes first, as
 * in the pseudocode: it is also first when NaNs are chosen between.
 */
uint16_t fp16_fma(uint16_t a, uint16_t n, uint16_t m, struct fp_status *st);
uint32_t fp32_fma(uint32_t a, uint32_t n, uint32_t m, struct fp_status *st);
uint64_t fp64_fma(uint64_t a, uint64_t n, uint64_t m, struct fp_status *st);

/*
 * A half factor of FPMulAddH (FMLAL, FMLSL) as a single: FPMulAdd of the two
 * gives its result and exceptions.  NaNs stay what they are, FZ16 flushes,
 * AHP means nothing, no exception is raised.
 */
uint32_t fp16_factor(uint16_t a, const struct fp_status *st);

/*
 * BFDotAdd without FEAT_EBF16: a + (n0 * m0 + n1 * m1), where the BFloat16 n0
 * and n1 are the halves of `n`, low half first.  FPCR and FPSR play no part:
 * each step rounds to odd, denormals are zeros, overflow gives infinity, every
 * NaN is the default one (BFDOT, BFMMLA).
 */
uint32_t bf16_dot_add(uint32_t a, uint32_t n, uint32_t m);

/* FPMax, FPMin: a NaN operand gives a NaN; -0 < +0 (FMAX, FMIN, *P, *V). */
uint16_t fp16_max(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_max(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_max(uint64_t a, uint64_t b, struct fp_status *st);
uint16_t fp16_min(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_min(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_min(uint64_t a, uint64_t b, struct fp_status *st);

/* FPMaxNum, FPMinNum: one quiet NaN loses to the number (FMAXNM, FMINNM). */
uint16_t fp16_maxnm(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_maxnm(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_maxnm(uint64_t a, uint64_t b, struct fp_status *st);
uint16_t fp16_minnm(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_minnm(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_minnm(uint64_t a, uint64_t b, struct fp_status *st);

/*
 * FPCompare: returns NZCV as bits 3-0 (equal 0110, less 1000, greater 0010,
 * unordered 0011).  `signal_nans` makes quiet NaNs invalid too (FCMPE).
 */
unsigned fp16_compare(uint16_t a, uint16_t b, bool signal_nans,
                      struct fp_status *st);
unsigned fp32_compare(uint32_t a, uint32_t b, bool signal_nans,
                      struct fp_status *st);
unsigned fp64_compare(uint64_t a, uint64_t b, bool signal_nans,
                      struct fp_status *st);

/* FPCompareEQ: a == b; only signalling NaNs are invalid (FCMEQ). */
bool fp16_eq(uint16_t a, uint16_t b, struct fp_status *st);
bool fp32_eq(uint32_t a, uint32_t b, struct fp_status *st);
bool fp64_eq(uint64_t a, uint64_t b, struct fp_status *st);

/* FPCompareGE, FPCompareGT: every NaN is invalid (FCMGE, FCMGT, FCMLE/LT). */
bool fp16_ge(uint16_t a, uint16_t b, struct fp_status *st);
bool fp32_ge(uint32_t a, uint32_t b, struct fp_status *st);
bool fp64_ge(uint64_t a, uint64_t b, struct fp_status *st);
bool fp16_gt(uint16_t a, uint16_t b, struct fp_status *st);
bool fp32_gt(uint32_t a, uint32_t b, struct fp_status *st);
bool fp64_gt(uint64_t a, uint64_t b, struct fp_status *st);

/* FPCompareGE/GT of the absolute values (FACGE, FACGT). */
bool fp16_acge(uint16_t a, uint16_t b, struct fp_status *st);
bool fp32_acge(uint32_t a, uint32_t b, struct fp_status *st);
bool fp64_acge(uint64_t a, uint64_t b, struct fp_status *st);
bool fp16_acgt(uint16_t a, uint16_t b, struct fp_status *st);
bool fp32_acgt(uint32_t a, uint32_t b, struct fp_status *st);
bool fp64_acgt(uint64_t a, uint64_t b, struct fp_status *st);

/*
 * FPConvert between formats (FCVT, FCVTL, FCVTN).  FPCR.AHP selects the
 * alternative half format on the half side; FZ16 does not apply.
 */
uint32_t fp16_to_fp32(uint16_t a, struct fp_status *st);
uint64_t fp16_to_fp64(uint16_t a, struct fp_status *st);
uint16_t fp32_to_fp16(uint32_t a, struct fp_status *st);
uint64_t fp32_to_fp64(uint32_t a, struct fp_status *st);
uint16_t fp64_to_fp16(uint64_t a, struct fp_status *st);
uint32_t fp64_to_fp32(uint64_t a, struct fp_status *st);

/* FPConvertBF: to BFloat16, as FPCR says (BFCVT, BFCVTN). */
uint16_t fp32_to_bf16(uint32_t a, struct fp_status *st);

/* FPConvert with FPRounding_ODD (FCVTXN). */
uint32_t fp64_to_fp32_odd(uint64_t a, struct fp_status *st);

/*
 * FPToFixed: a * 2^fbits as an integer of `width` bits (16, 32 or 64), rounded
 * as `rounding` says (not FP_ODD), saturated, zero-extended to 64 bits.
 * 0 <= fbits <= 64.  FCVT{N,A,P,M,Z}{S,U}.
 */
uint64_t fp16_to_int(uint16_t a, unsigned width, bool is_unsigned,
                     unsigned fbits, enum fp_rounding rounding,
                     struct fp_status *st);
uint64_t fp32_to_int(uint32_t a, unsigned width, bool is_unsigned,
                     unsigned fbits, enum fp_rounding rounding,
                     struct fp_status *st);
uint64_t fp64_to_int(uint64_t a, unsigned width, bool is_unsigned,
                     unsigned fbits, enum fp_rounding rounding,
                     struct fp_status *st);

/*
 * FixedToFP: the low `width` bits (16, 32 or 64) of `value`, taken as signed or
 * unsigned, divided by 2^fbits, 0 <= fbits <= 64.  SCVTF, UCVTF.
 */
uint16_t fp16_from_int(uint64_t value, unsigned width, bool is_unsigned,
                       unsigned fbits, struct fp_status *st);
uint32_t fp32_from_int(uint64_t value, unsigned width, bool is_unsigned,
                       unsigned fbits, struct fp_status *st);
uint64_t fp64_from_int(uint64_t value, unsigned width, bool is_unsigned,
                       unsigned fbits, struct fp_status *st);

/*
 * FPToFixedJS: towards zero, modulo 2^32 (FJCVTZS).  `*is_exact` gets the Z
 * flag; the instruction's NZCV is 0Z00.
 */
uint32_t fp64_to_int32_js(uint64_t a, bool *is_exact, struct fp_status *st);

/*
 * FPRoundInt: to an integer in the same format (FRINT{N,A,P,M,Z,X,I}).
 * `exact` reports inexactness (FRINTX); FRINTX and FRINTI pass
 * fp_rounding_mode(st->fpcr).
 */
uint16_t fp16_round_int(uint16_t a, enum fp_rounding rounding, bool exact,
                        struct fp_status *st);
uint32_t fp32_round_int(uint32_t a, enum fp_rounding rounding, bool exact,
                        struct fp_status *st);
uint64_t fp64_round_int(uint64_t a, enum fp_rounding rounding, bool exact,
                        struct fp_status *st);

/*
 * FPRoundIntN: likewise, but what does not fit a signed integer of `intsize`
 * (32 or 64) bits gives -2^(intsize-1) and IOC (FRINT32Z/X, FRINT64Z/X).
 */
uint32_t fp32_round_int_n(uint32_t a, enum fp_rounding rounding,
                          unsigned intsize, struct fp_status *st);
uint64_t fp64_round_int_n(uint64_t a, enum fp_rounding rounding,
                          unsigned intsize, struct fp_status *st);

/* FPRecipEstimate: 1 / a to 8 bits (FRECPE). */
uint16_t fp16_recip_estimate(uint16_t a, struct fp_status *st);
uint32_t fp32_recip_estimate(uint32_t a, struct fp_status *st);
uint64_t fp64_recip_estimate(uint64_t a, struct fp_status *st);

/* FPRSqrtEstimate: 1 / sqrt(a) to 8 bits (FRSQRTE). */
uint16_t fp16_rsqrt_estimate(uint16_t a, struct fp_status *st);
uint32_t fp32_rsqrt_estimate(uint32_t a, struct fp_status *st);
uint64_t fp64_rsqrt_estimate(uint64_t a, struct fp_status *st);

/* FPRecipStepFused: 2 - a * b; infinity * 0 gives 2.0 (FRECPS). */
uint16_t fp16_recip_step(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_recip_step(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_recip_step(uint64_t a, uint64_t b, struct fp_status *st);

/* FPRSqrtStepFused: (3 - a * b) / 2; infinity * 0 gives 1.5 (FRSQRTS). */
uint16_t fp16_rsqrt_step(uint16_t a, uint16_t b, struct fp_status *st);
uint32_t fp32_rsqrt_step(uint32_t a, uint32_t b, struct fp_status *st);
uint64_t fp64_rsqrt_step(uint64_t a, uint64_t b, struct fp_status *st);

/* FPRecpX: an approximate reciprocal exponent (FRECPX). */
uint16_t fp16_recpx(uint16_t a, struct fp_status *st);
uint32_t fp32_recpx(uint32_t a, struct fp_status *st);
uint64_t fp64_recpx(uint64_t a, struct fp_status *st);

/* UnsignedRecipEstimate, UnsignedRSqrtEstimate (URECPE, URSQRTE). */
uint32_t fp_urecpe(uint32_t a);
uint32_t fp_ursqrte(uint32_t a);

#endif
