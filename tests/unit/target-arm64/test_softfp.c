/* SPDX-License-Identifier: MIT */
/*
 * Exact floating point: one literal expectation for each rule of the
 * pseudocode, results and FPSR.  Random operands are softfp_diff.c's and
 * softfp_sse.c's work; here half arithmetic is also held, over many operands,
 * against the same done in double and converted, which is exact for it.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "softfp.h"

#define IOC     FPSR_IOC
#define DZC     FPSR_DZC
#define OFC     FPSR_OFC
#define UFC     FPSR_UFC
#define IXC     FPSR_IXC
#define IDC     FPSR_IDC

#define RP      (1u << FPCR_RMODE_SHIFT)
#define RM      (2u << FPCR_RMODE_SHIFT)
#define RZ      (3u << FPCR_RMODE_SHIFT)

/* Double, single and half numbers by name. */
#define D_ONE   UINT64_C(0x3ff0000000000000)
#define D_TWO   UINT64_C(0x4000000000000000)
#define D_THREE UINT64_C(0x4008000000000000)
#define D_ULP   UINT64_C(0x3ca0000000000000) /* 2^-53, half an ulp of 1 */
#define D_MAX   UINT64_C(0x7fefffffffffffff)
#define D_INF   UINT64_C(0x7ff0000000000000)
#define D_NAN   UINT64_C(0x7ff8000000000000)
#define D_QNAN  UINT64_C(0x7ff8000000000123)
#define D_SNAN  UINT64_C(0xfff0000000000456)
#define D_QUIET UINT64_C(0xfff8000000000456) /* D_SNAN made quiet */
#define D_NEG   UINT64_C(0x8000000000000000)
#define D_MIN   UINT64_C(0x0010000000000000) /* smallest normal */
#define S_ONE   0x3f800000u
#define S_TWO   0x40000000u
#define S_INF   0x7f800000u
#define S_NAN   0x7fc00000u
#define S_MIN   0x00800000u
#define S_MAX   0x7f7fffffu
#define S_NEG   0x80000000u
#define H_ONE   0x3c00
#define H_TWO   0x4000
#define H_MAX   0x7bff
#define H_INF   0x7c00
#define H_NAN   0x7e00

/* Evaluate `expr`, which may use `st`, under this FPCR; compare bits, FPSR. */
#define EXPECT(control, expr, want, flags)                    \
    do {                                                      \
        struct fp_status status = { .fpcr = (control) };      \
        struct fp_status *st = &status;                       \
        assert_int_equal((uint64_t)(expr), (uint64_t)(want)); \
        assert_int_equal(status.fpsr, (flags));               \
    } while (0)

static void test_add_rounds_in_every_mode(void **state)
{
    (void)state;
    EXPECT(0, fp64_add(D_ONE, D_ULP, st), D_ONE, IXC);
    EXPECT(0, fp64_add(D_ONE + 1, D_ULP, st), D_ONE + 2, IXC);
    EXPECT(RP, fp64_add(D_ONE, 1, st), D_ONE + 1, IXC);
    EXPECT(RM, fp64_add(D_ONE, 1, st), D_ONE, IXC);
    EXPECT(RM, fp64_sub(D_ONE, 1, st), D_ONE - 1, IXC);
    EXPECT(RZ, fp64_sub(D_ONE, 1, st), D_ONE - 1, IXC);
    EXPECT(0, fp64_sub(D_ONE, 1, st), D_ONE, IXC);
    EXPECT(0, fp64_add(D_ONE, D_ONE, st), D_TWO, 0);
    EXPECT(0, fp32_add(S_ONE, S_ONE, st), S_TWO, 0);
    EXPECT(0, fp16_add(H_ONE, H_ONE, st), H_TWO, 0);
}

static void test_exact_zero_sum_is_negative_only_towards_minus(void **state)
{
    (void)state;
    EXPECT(0, fp64_sub(D_ONE, D_ONE, st), 0, 0);
    EXPECT(RM, fp64_sub(D_ONE, D_ONE, st), D_NEG, 0);
    EXPECT(0, fp64_add(D_NEG, D_NEG, st), D_NEG, 0);
    EXPECT(0, fp64_add(0, D_NEG, st), 0, 0);
    EXPECT(RM, fp64_add(0, D_NEG, st), D_NEG, 0);
    EXPECT(RM, fp32_fma(S_NEG, 0, S_ONE, st), S_NEG, 0);
    EXPECT(RM, fp16_fma(H_ONE, H_ONE | 0x8000, H_ONE, st), 0x8000, 0);
}

static void test_invalid_operations_give_the_default_NaN(void **state)
{
    (void)state;
    EXPECT(0, fp64_sub(D_INF, D_INF, st), D_NAN, IOC);
    EXPECT(0, fp64_add(D_INF, D_INF, st), D_INF, 0);
    EXPECT(0, fp32_mul(S_INF, S_NEG, st), S_NAN, IOC);
    EXPECT(0, fp32_div(0, S_NEG, st), S_NAN, IOC);
    EXPECT(0, fp32_div(S_INF, S_INF, st), S_NAN, IOC);
    EXPECT(0, fp16_sqrt(H_ONE | 0x8000, st), H_NAN, IOC);
    EXPECT(0, fp64_sqrt(D_NEG, st), D_NEG, 0);
    EXPECT(0, fp64_rsqrt_estimate(D_NEG | D_ONE, st), D_NAN, IOC);
}

static void test_NaN_operands_in_order_signalling_first(void **state)
{
    (void)state;
    EXPECT(0, fp64_add(D_QNAN, D_ONE, st), D_QNAN, 0);
    EXPECT(0, fp64_add(D_QNAN, D_SNAN, st), D_QUIET, IOC);
    EXPECT(0, fp64_mul(D_NAN, D_QNAN, st), D_NAN, 0);
    EXPECT(FPCR_DN, fp64_mul(D_QNAN, D_ONE, st), D_NAN, 0);
    EXPECT(FPCR_DN, fp64_sub(D_ONE, D_SNAN, st), D_NAN, IOC);
    EXPECT(0, fp64_fma(D_QNAN, D_NAN, D_ONE, st), D_QNAN, 0);
    EXPECT(0, fp64_fma(D_QNAN, D_ONE, D_SNAN, st), D_QUIET, IOC);
    EXPECT(0, fp64_fma(D_QNAN, 0, D_INF, st), D_NAN, IOC);
    EXPECT(0, fp64_fma(D_SNAN, 0, D_INF, st), D_QUIET, IOC);
    EXPECT(0, fp64_abd(D_ONE, D_SNAN, st), D_QUIET & ~D_NEG, IOC);
    EXPECT(0, fp64_abd(D_ONE, D_THREE, st), D_TWO, 0);
    EXPECT(0, fp64_recip_step(D_QNAN, D_ONE, st), D_QNAN | D_NEG, 0);
}

static void test_mulx_of_infinity_and_zero_is_two(void **state)
{
    (void)state;
    EXPECT(0, fp64_mulx(D_INF, D_NEG, st), D_NEG | D_TWO, 0);
    EXPECT(0, fp32_mulx(0, S_INF, st), S_TWO, 0);
    EXPECT(0, fp16_mulx(H_TWO, H_TWO, st), 0x4400, 0);
}

static void test_divide_by_zero(void **state)
{
    (void)state;
    EXPECT(0, fp64_div(D_NEG | D_ONE, 0, st), D_NEG | D_INF, DZC);
    EXPECT(0, fp64_div(D_INF, 0, st), D_INF, 0);
    EXPECT(0, fp64_div(D_ONE, D_INF, st), 0, 0);
    EXPECT(0, fp64_div(D_ONE, D_THREE, st), UINT64_C(0x3fd5555555555555), IXC);
    EXPECT(RP, fp32_div(S_ONE, 0x40400000, st), 0x3eaaaaab, IXC);
    EXPECT(0, fp32_div(0x40c00000, 0x40400000, st), S_TWO, 0);
    EXPECT(RP, fp32_div(S_TWO, S_ONE + 1, st), 0x3ffffffe | 1, IXC);
    EXPECT(RZ, fp16_div(H_ONE, 0x4200, st), 0x3555, IXC);
    EXPECT(0, fp32_recip_estimate(S_NEG, st), S_NEG | S_INF, DZC);
    EXPECT(0, fp32_rsqrt_estimate(S_NEG, st), S_NEG | S_INF, DZC);
}

static void test_square_roots(void **state)
{
    (void)state;
    EXPECT(0, fp64_sqrt(D_TWO, st), UINT64_C(0x3ff6a09e667f3bcd), IXC);
    EXPECT(RZ, fp64_sqrt(D_TWO, st), UINT64_C(0x3ff6a09e667f3bcc), IXC);
    EXPECT(0, fp64_sqrt(UINT64_C(0x4022000000000000), st), D_THREE, 0);
    EXPECT(0, fp64_sqrt(1, st), UINT64_C(0x1e60000000000000), 0);
    EXPECT(0, fp32_sqrt(S_TWO, st), 0x3fb504f3, IXC);
    EXPECT(0, fp32_sqrt(0x41800000, st), 0x40800000, 0);
    EXPECT(0, fp32_sqrt(0x41c80000, st), 0x40a00000, 0);
    EXPECT(0, fp16_sqrt(H_TWO, st), 0x3da8, IXC);
    EXPECT(0, fp32_sqrt(S_INF, st), S_INF, 0);
}

static void test_fma_rounds_once(void **state)
{
    (void)state;
    /* (1 + 2^-52)^2 - 1 - 2^-51 = 2^-104. */
    EXPECT(0, fp64_fma(D_NEG | (D_ONE + 2), D_ONE + 1, D_ONE + 1, st),
           UINT64_C(0x3970000000000000), 0);
    EXPECT(0, fp64_fma(D_MAX, D_NEG | D_MAX, D_TWO, st), D_NEG | D_MAX, 0);
    EXPECT(RP, fp64_fma(D_ONE, 1, 1, st), D_ONE + 1, IXC);
    EXPECT(0, fp64_fma(D_INF, D_NEG | D_INF, D_ONE, st), D_NAN, IOC);
    EXPECT(0, fp64_fma(0, D_TWO, D_ONE, st), D_TWO, 0);
}

/* BFloat16 1.0 and others, as halves of a pair; H puts one at the top. */
#define B_ONE 0x3f80u
#define B_TWO 0x4000u
#define B_INF 0x7f80u
#define B_NEG 0x8000u
#define B_MAX 0x7f7fu
#define H(x)  ((uint32_t)(x) << 16)

static void test_bf16_dot_rounds_each_step_to_odd(void **state)
{
    (void)state;
    assert_int_equal(bf16_dot_add(S_ONE, B_ONE, B_TWO), 0x40400000);
    assert_int_equal(bf16_dot_add(S_ONE, H(B_ONE) | B_TWO, H(B_TWO) | B_TWO),
                     0x40e00000);
    assert_int_equal(bf16_dot_add(0x33000000, B_ONE, B_ONE), S_ONE | 1);
    assert_int_equal(bf16_dot_add(0x00800000, B_ONE, B_ONE), S_ONE | 1);
    assert_int_equal(bf16_dot_add(S_NEG | 0x00800000, B_ONE, B_ONE),
                     0x3f7fffff);
    /* The products are added first: 2^100 - 2^100, then 1. */
    assert_int_equal(bf16_dot_add(S_ONE, H(0x7180) | 0xf180,
                                  H(B_ONE) | B_ONE), S_ONE);
}

static void test_bf16_dot_flushes_and_overflows(void **state)
{
    (void)state;
    assert_int_equal(bf16_dot_add(1, 0, 0), 0);
    assert_int_equal(bf16_dot_add(S_NEG | 0x7fffff, H(B_NEG), 0), 0);
    assert_int_equal(bf16_dot_add(S_NEG, H(B_NEG) | B_NEG, H(B_ONE) | B_ONE),
                     S_NEG);
    assert_int_equal(bf16_dot_add(0, 0x007f, B_MAX), 0);
    assert_int_equal(bf16_dot_add(0, 0x0080, 0x3f00), 0);
    assert_int_equal(bf16_dot_add(0, 0x0080, B_ONE), S_MIN);
    assert_int_equal(bf16_dot_add(0x00c00000, B_NEG | 0x0080, B_ONE), 0);
    /* 1.5 * 2^-127 has a fraction that must go, too. */
    assert_int_equal(bf16_dot_add(0x00e00000, B_NEG | 0x0080, B_ONE), 0);
    assert_int_equal(bf16_dot_add(0, B_MAX, B_TWO), S_INF);
    assert_int_equal(bf16_dot_add(S_NEG | S_MAX, B_MAX, B_NEG | B_ONE),
                     S_NEG | S_INF);
    assert_int_equal(bf16_dot_add(S_NEG | S_INF, B_MAX, B_TWO), S_NAN);
    assert_int_equal(bf16_dot_add(0, B_INF, B_NEG), S_NAN);
    assert_int_equal(bf16_dot_add(0xff812345, 0, 0), S_NAN);
    assert_int_equal(bf16_dot_add(S_INF, H(0xffc1), H(B_ONE)), S_NAN);
    assert_int_equal(bf16_dot_add(S_ONE, H(B_NEG | B_INF), H(B_ONE)),
                     S_NEG | S_INF);
}

static void test_bf16_conversion_obeys_FPCR(void **state)
{
    (void)state;
    EXPECT(0, fp32_to_bf16(S_ONE | 0x8000, st), B_ONE, IXC);
    EXPECT(0, fp32_to_bf16(S_ONE | 0x18000, st), B_ONE | 2, IXC);
    EXPECT(RP, fp32_to_bf16(S_ONE | 1, st), B_ONE | 1, IXC);
    EXPECT(0, fp32_to_bf16(S_MAX, st), B_INF, OFC | IXC);
    EXPECT(0, fp32_to_bf16(0x00010000, st), 1, 0);
    EXPECT(0, fp32_to_bf16(0x00018000, st), 2, UFC | IXC);
    EXPECT(FPCR_FZ, fp32_to_bf16(S_NEG | 0x00010000, st), B_NEG, IDC);
    EXPECT(0, fp32_to_bf16(0xff812345, st), 0xffc1, IOC);
    EXPECT(FPCR_DN, fp32_to_bf16(0xffc12345, st), 0x7fc0, 0);
    EXPECT(FPCR_AHP, fp32_to_bf16(S_INF, st), B_INF, 0);
}

/* FMLAL: a single plus a product of halves. */
static uint32_t fma_half(uint32_t a, uint16_t n, uint16_t m,
                         struct fp_status *st)
{
    return fp32_fma(a, fp16_factor(n, st), fp16_factor(m, st), st);
}

static void test_fma_half_widens_its_factors(void **state)
{
    (void)state;
    EXPECT(0, fma_half(S_ONE, H_TWO, H_TWO, st), 0x40a00000, 0);
    EXPECT(0, fma_half(0, 1, 1, st), 0x27800000, 0);
    EXPECT(FPCR_FZ16, fma_half(0, 1, H_ONE, st), 0, 0);
    EXPECT(0, fma_half(S_ONE, 0xfc01, H_ONE, st), 0xffc02000, IOC);
    EXPECT(0, fma_half(S_NAN | 1, H_INF, 0, st), S_NAN, IOC);
    EXPECT(0, fma_half(S_NAN | 1, 0xfc01, 0, st), 0xffc02000, IOC);
    EXPECT(0, fma_half(S_NAN | 1, 0, 0x7d01, st), 0x7fe02000, IOC);
    EXPECT(0, fma_half(S_NAN | 1, H_NAN, 0, st), S_NAN | 1, 0);
}

static void test_overflow_by_rounding_mode(void **state)
{
    (void)state;
    EXPECT(0, fp64_add(D_MAX, D_MAX, st), D_INF, OFC | IXC);
    EXPECT(RZ, fp64_add(D_MAX, D_MAX, st), D_MAX, OFC | IXC);
    EXPECT(RM, fp32_mul(S_MAX, S_TWO, st), S_MAX, OFC | IXC);
    EXPECT(RP, fp32_mul(S_MAX, S_TWO, st), S_INF, OFC | IXC);
    EXPECT(RP, fp16_mul(H_MAX | 0x8000, H_TWO, st), H_MAX | 0x8000, OFC | IXC);
}

static void test_tininess_is_detected_before_rounding(void **state)
{
    (void)state;
    /* Rounds up to the smallest normal, yet underflows. */
    EXPECT(0, fp32_mul(0x00ffffff, 0x3f000000, st), S_MIN, UFC | IXC);
    EXPECT(0, fp32_mul(S_MIN, 0x3f000000, st), 0x00400000, 0);
    EXPECT(0, fp64_mul(1, UINT64_C(0x3fe0000000000000), st), 0, UFC | IXC);
    EXPECT(RP, fp64_mul(1, 1, st), 1, UFC | IXC);
}

static void test_flush_of_operands_and_results(void **state)
{
    (void)state;
    EXPECT(FPCR_FZ, fp32_add(1, S_ONE, st), S_ONE, IDC);
    EXPECT(FPCR_FZ, fp32_mul(0x00ffffff, 0x3f000000, st), 0, UFC);
    EXPECT(FPCR_FZ, fp64_sub(D_MIN, D_MIN + 1, st), D_NEG, UFC);
    EXPECT(FPCR_FZ, fp64_compare(1, 0, false, st), 6, IDC);
    EXPECT(FPCR_FZ, fp64_div(D_ONE, 1, st), D_INF, IDC | DZC);
    EXPECT(FPCR_FZ, fp64_add(1, D_QNAN, st), D_QNAN, IDC);
    EXPECT(FPCR_FZ16, fp32_add(1, 0, st), 1, 0);
    EXPECT(FPCR_FZ, fp16_add(1, 0, st), 1, 0);
    EXPECT(FPCR_FZ16, fp16_add(1, H_ONE, st), H_ONE, 0);
    EXPECT(FPCR_FZ16, fp16_mul(0x0400, 0x3800, st), 0, UFC);
}

static void test_min_and_max_order_zeros_and_keep_NaNs(void **state)
{
    (void)state;
    EXPECT(0, fp64_max(D_NEG, 0, st), 0, 0);
    EXPECT(0, fp64_min(0, D_NEG, st), D_NEG, 0);
    EXPECT(0, fp64_max(D_ONE, D_QNAN, st), D_QNAN, 0);
    EXPECT(0, fp64_max(D_QNAN, D_ONE, st), D_QNAN, 0);
    EXPECT(FPCR_DN, fp64_max(D_ONE, D_QNAN, st), D_NAN, 0);
    EXPECT(FPCR_DN, fp64_min(D_QNAN, D_ONE, st), D_NAN, 0);
    EXPECT(0, fp64_maxnm(D_ONE, D_QNAN, st), D_ONE, 0);
    EXPECT(0, fp64_minnm(D_QNAN, D_INF, st), D_INF, 0);
    EXPECT(0, fp64_minnm(D_QNAN, D_NAN, st), D_QNAN, 0);
    EXPECT(0, fp64_minnm(D_QNAN, D_SNAN, st), D_QUIET, IOC);
    EXPECT(0, fp32_min(S_ONE, S_NEG | S_INF, st), S_NEG | S_INF, 0);
    EXPECT(FPCR_FZ, fp32_max(S_NEG | 1, S_NEG | S_ONE, st), S_NEG, IDC);
    EXPECT(0, fp16_maxnm(0x8001, 0x8002, st), 0x8001, 0);
}

static void test_compare_flags_and_predicates(void **state)
{
    (void)state;
    EXPECT(0, fp64_compare(D_ONE, D_TWO, false, st), 8, 0);
    EXPECT(0, fp64_compare(D_ONE, D_NEG | D_TWO, false, st), 2, 0);
    EXPECT(0, fp64_compare(0, D_NEG, false, st), 6, 0);
    EXPECT(0, fp64_compare(D_QNAN, D_ONE, false, st), 3, 0);
    EXPECT(0, fp64_compare(D_ONE, D_QNAN, false, st), 3, 0);
    EXPECT(0, fp64_compare(D_QNAN, D_ONE, true, st), 3, IOC);
    EXPECT(0, fp64_compare(D_ONE, D_SNAN, false, st), 3, IOC);
    EXPECT(0, fp32_eq(S_NAN, S_NAN, st), 0, 0);
    EXPECT(0, fp32_ge(S_NAN, S_NAN, st), 0, IOC);
    EXPECT(0, fp32_ge(S_NEG, 0, st), 1, 0);
    EXPECT(0, fp32_gt(S_NEG | S_ONE, S_NEG | S_TWO, st), 1, 0);
    EXPECT(0, fp16_acgt(0xc000, H_ONE, st), 1, 0);
    EXPECT(0, fp16_acge(0xbc00, H_ONE, st), 1, 0);
    EXPECT(0, fp16_acgt(0xbc01, H_ONE, st), 1, 0);
    EXPECT(0, fp64_acge(D_ONE, D_NEG | (D_ONE + 1), st), 0, 0);
    EXPECT(0, fp32_acge(S_ONE, S_NEG | (S_ONE + 1), st), 0, 0);
}

static void test_format_conversions(void **state)
{
    (void)state;
    EXPECT(0, fp32_to_fp64(0xff800001, st), UINT64_C(0xfff8000020000000), IOC);
    EXPECT(0, fp64_to_fp32(D_QNAN, st), S_NAN, 0);
    EXPECT(0, fp64_to_fp32(D_MAX, st), S_INF, OFC | IXC);
    EXPECT(0, fp16_to_fp32(1, st), 0x33800000, 0);
    EXPECT(FPCR_FZ16, fp16_to_fp32(1, st), 0x33800000, 0);
    EXPECT(FPCR_FZ16, fp32_to_fp16(0x33800000, st), 1, 0);
    EXPECT(FPCR_FZ, fp32_to_fp16(1, st), 0, IDC);
    EXPECT(FPCR_FZ, fp64_to_fp32(1, st), 0, IDC);
    EXPECT(FPCR_FZ, fp64_to_fp32(UINT64_C(0x3800000000000000), st), 0, UFC);
    EXPECT(0, fp32_to_fp16(0x477ff000, st), H_INF, OFC | IXC);
    EXPECT(0, fp64_to_fp32_odd(D_ONE + 1, st), S_ONE | 1, IXC);
    EXPECT(0, fp64_to_fp32_odd(D_MAX, st), S_MAX, OFC | IXC);
}

static void test_alternative_half_has_no_infinity_and_NaN(void **state)
{
    (void)state;
    EXPECT(FPCR_AHP, fp16_to_fp32(0x7fff, st), 0x47ffe000, 0);
    EXPECT(FPCR_AHP, fp32_to_fp16(0x47ffe000, st), 0x7fff, 0);
    EXPECT(FPCR_AHP, fp32_to_fp16(0x48000000, st), 0x7fff, IOC);
    EXPECT(FPCR_AHP, fp32_to_fp16(S_NEG | S_INF, st), 0xffff, IOC);
    EXPECT(FPCR_AHP, fp64_to_fp16(D_NEG | D_QNAN, st), 0x8000, IOC);
    /* Arithmetic never uses it. */
    EXPECT(FPCR_AHP, fp16_add(H_INF, H_ONE, st), H_INF, 0);
}

static void test_float_to_integer_saturates(void **state)
{
    uint64_t neg1_5 = UINT64_C(0xbff8000000000000);
    uint64_t two_5 = UINT64_C(0x4004000000000000);

    (void)state;
    EXPECT(0, fp64_to_int(two_5, 32, false, 0, FP_TIEEVEN, st), 2, IXC);
    EXPECT(0, fp64_to_int(two_5, 32, false, 0, FP_TIEAWAY, st), 3, IXC);
    EXPECT(0, fp64_to_int(two_5, 64, true, 1, FP_ZERO, st), 5, 0);
    EXPECT(0, fp64_to_int(neg1_5, 64, false, 0, FP_POSINF, st), -UINT64_C(1),
           IXC);
    EXPECT(0, fp64_to_int(neg1_5, 32, false, 0, FP_NEGINF, st), 0xfffffffe,
           IXC);
    EXPECT(0, fp64_to_int(neg1_5, 32, true, 0, FP_ZERO, st), 0, IOC);
    EXPECT(0, fp64_to_int(D_NEG | 1, 32, true, 0, FP_ZERO, st), 0, IXC);
    EXPECT(0, fp64_to_int(D_QNAN, 32, false, 0, FP_ZERO, st), 0, IOC);
    EXPECT(0, fp32_to_int(S_INF, 64, false, 0, FP_ZERO, st), INT64_MAX, IOC);
    EXPECT(0, fp32_to_int(0x4f000000, 32, false, 0, FP_ZERO, st), INT32_MAX,
           IOC);
    EXPECT(0, fp32_to_int(0xcf000000, 32, false, 0, FP_ZERO, st), 0x80000000,
           0);
    EXPECT(0, fp16_to_int(H_MAX, 16, false, 0, FP_ZERO, st), 0x7fff, IOC);
    EXPECT(0, fp16_to_int(H_MAX, 16, true, 0, FP_ZERO, st), 0xffe0, 0);
    EXPECT(FPCR_FZ, fp32_to_int(1, 32, false, 0, FP_POSINF, st), 0, IDC);
}

static void test_integer_to_float(void **state)
{
    (void)state;
    EXPECT(0, fp64_from_int(UINT64_MAX, 64, false, 0, st), D_NEG | D_ONE, 0);
    EXPECT(0, fp64_from_int(UINT64_MAX, 64, true, 0, st),
           UINT64_C(0x43f0000000000000), IXC);
    EXPECT(RZ, fp32_from_int(0x1ffffff, 32, true, 0, st), 0x4bffffff, IXC);
    EXPECT(0, fp32_from_int(UINT64_C(0xdead80000000), 32, false, 31, st),
           S_NEG | S_ONE, 0);
    EXPECT(0, fp16_from_int(65520, 32, true, 0, st), H_INF, OFC | IXC);
    EXPECT(0, fp16_from_int(1, 32, true, 24, st), 1, 0);
    EXPECT(FPCR_FZ16, fp16_from_int(1, 32, true, 24, st), 0, UFC);
    EXPECT(RM, fp64_from_int(0, 64, false, 0, st), 0, 0);
}

static void expect_js(uint64_t a, uint32_t want, bool want_exact, uint32_t fpcr,
                      uint32_t flags)
{
    bool is_exact;

    EXPECT(fpcr, fp64_to_int32_js(a, &is_exact, st), want, flags);
    assert_int_equal(is_exact, want_exact);
}

static void test_javascript_conversion_is_modulo_2_to_the_32(void **state)
{
    (void)state;
    expect_js(D_THREE, 3, true, 0, 0);
    expect_js(D_NEG, 0, false, 0, 0);
    expect_js(1, 0, false, 0, IXC);
    expect_js(1, 0, false, FPCR_FZ, IDC);
    expect_js(D_SNAN, 0, false, 0, IOC);
    expect_js(D_INF, 0, false, 0, IOC);
    /* -(2^32 + 5), 2^83 + 2^31, 2^31 and -2^31. */
    expect_js(UINT64_C(0xc1f0000000500000), 0xfffffffb, false, 0, IOC);
    expect_js(UINT64_C(0x4520000000000001), 0x80000000, false, 0, IOC);
    expect_js(UINT64_C(0x41e0000000000000), 0x80000000, false, 0, IOC);
    expect_js(UINT64_C(0x43e0000000000001), 0x800, false, 0, IOC);
    expect_js(UINT64_C(0xc1e0000000000000), 0x80000000, true, 0, 0);
}

static void test_round_to_integer(void **state)
{
    uint64_t half = UINT64_C(0x3fe0000000000000);

    (void)state;
    EXPECT(0, fp64_round_int(half, FP_TIEEVEN, false, st), 0, 0);
    EXPECT(0, fp64_round_int(half, FP_TIEAWAY, true, st), D_ONE, IXC);
    EXPECT(0, fp64_round_int(D_NEG | half, FP_POSINF, false, st), D_NEG, 0);
    EXPECT(0, fp64_round_int(D_NEG | 1, FP_NEGINF, false, st), D_NEG | D_ONE,
           0);
    EXPECT(0, fp64_round_int(D_MAX, FP_ZERO, true, st), D_MAX, 0);
    EXPECT(0,
           fp64_round_int(UINT64_C(0x4016000000000000), FP_TIEEVEN, false, st),
           UINT64_C(0x4018000000000000), 0);
    EXPECT(0, fp64_round_int(D_SNAN, FP_ZERO, false, st), D_QUIET, IOC);
    EXPECT(FPCR_FZ, fp32_round_int(1, FP_POSINF, true, st), 0, IDC);
    EXPECT(0, fp16_round_int(0x3e00, FP_TIEEVEN, true, st), H_TWO, IXC);
    EXPECT(0, fp32_round_int_n(0x4f000000, FP_ZERO, 32, st), 0xcf000000, IOC);
    EXPECT(0, fp32_round_int_n(0x4f000000, FP_ZERO, 64, st), 0x4f000000, 0);
    EXPECT(0, fp64_round_int_n(D_QNAN, FP_ZERO, 64, st),
           UINT64_C(0xc3e0000000000000), IOC);
    EXPECT(0, fp64_round_int_n(D_ONE + 1, FP_ZERO, 32, st), D_ONE, IXC);
}

static void test_estimates(void **state)
{
    (void)state;
    EXPECT(0, fp32_recip_estimate(S_ONE, st), 0x3f7f8000, 0);
    EXPECT(0, fp64_recip_estimate(D_ONE, st), UINT64_C(0x3feff00000000000), 0);
    EXPECT(0, fp16_recip_estimate(H_ONE, st), 0x3bfc, 0);
    EXPECT(0, fp32_recip_estimate(1, st), S_INF, OFC | IXC);
    EXPECT(RZ, fp32_recip_estimate(1, st), S_MAX, OFC | IXC);
    EXPECT(0, fp32_recip_estimate(S_MAX, st), 0x00200000, 0);
    EXPECT(FPCR_FZ, fp32_recip_estimate(S_MAX, st), 0, UFC);
    EXPECT(0, fp32_recip_estimate(S_NEG | S_INF, st), S_NEG, 0);
    EXPECT(0, fp32_rsqrt_estimate(S_ONE, st), 0x3f7f8000, 0);
    EXPECT(0, fp32_rsqrt_estimate(0x40800000, st), 0x3eff8000, 0);
    EXPECT(0, fp32_rsqrt_estimate(S_INF, st), 0, 0);
    EXPECT(0, fp64_recpx(D_ONE, st), UINT64_C(0x4000000000000000), 0);
    EXPECT(0, fp32_recpx(1, st), 0x7f000000, 0);
    EXPECT(FPCR_FZ, fp32_recpx(1, st), 0x7f000000, IDC);
    EXPECT(0, fp16_recpx(H_INF, st), 0, 0);
    assert_int_equal(fp_urecpe(0x80000000), 0xff800000);
    assert_int_equal(fp_urecpe(0x7fffffff), 0xffffffff);
    assert_int_equal(fp_ursqrte(0x40000000), 0xff800000);
    assert_int_equal(fp_ursqrte(0x3fffffff), 0xffffffff);
}

static void test_newton_steps(void **state)
{
    (void)state;
    EXPECT(0, fp64_recip_step(D_ONE, D_ONE, st), D_ONE, 0);
    EXPECT(0, fp64_recip_step(0, D_INF, st), D_TWO, 0);
    EXPECT(0, fp64_recip_step(D_ONE, D_INF, st), D_NEG | D_INF, 0);
    EXPECT(RM, fp64_recip_step(D_ONE, D_TWO, st), D_NEG, 0);
    EXPECT(0, fp32_rsqrt_step(S_ONE, S_ONE, st), S_ONE, 0);
    EXPECT(0, fp32_rsqrt_step(S_INF, S_NEG, st), 0x3fc00000, 0);
    EXPECT(0, fp16_rsqrt_step(H_TWO, H_ONE, st), 0x3800, 0);
    EXPECT(0, fp16_rsqrt_step(H_ONE, 0xfbff, st), 0x77ff, IXC);
}

static void test_flags_accumulate(void **state)
{
    struct fp_status st = { .fpcr = 0, .fpsr = FPSR_QC | DZC };

    (void)state;
    fp64_add(D_ONE, D_ULP, &st);
    fp64_sub(D_INF, D_INF, &st);
    fp64_add(D_ONE, D_ONE, &st);
    assert_int_equal(st.fpsr, FPSR_QC | DZC | IXC | IOC);
}

/* What half operations give when done in double and then rounded. */
static void check_half_by_double(uint16_t a, uint16_t b, uint32_t fpcr)
{
    struct fp_status half = { .fpcr = fpcr };
    struct fp_status wide = { .fpcr = fpcr };
    struct fp_status exact = { .fpcr = 0 };
    uint64_t x = fp16_to_fp64(a, &exact);
    uint64_t y = fp16_to_fp64(b, &exact);

    assert_int_equal(fp16_add(a, b, &half),
                     fp64_to_fp16(fp64_add(x, y, &wide), &wide));
    assert_int_equal(half.fpsr, wide.fpsr);
    assert_int_equal(fp16_mul(a, b, &half),
                     fp64_to_fp16(fp64_mul(x, y, &wide), &wide));
    assert_int_equal(half.fpsr, wide.fpsr);
    assert_int_equal(fp16_compare(a, b, true, &half),
                     fp64_compare(x, y, true, &wide));
    assert_int_equal(half.fpsr, wide.fpsr);
}

static void test_half_agrees_with_double(void **state)
{
    (void)state;
    /* Finite numbers only; the steps are coprime to the ranges. */
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t a = i * 40503u % 0x7c00 | (i & 1) << 15;
        uint32_t b = i * 10007u % 0x7c00 | (i >> 1 & 1) << 15;
        check_half_by_double((uint16_t)a, (uint16_t)b,
                             (i >> 2 & 3) << FPCR_RMODE_SHIFT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_rounds_in_every_mode),
        cmocka_unit_test(test_exact_zero_sum_is_negative_only_towards_minus),
        cmocka_unit_test(test_invalid_operations_give_the_default_NaN),
        cmocka_unit_test(test_NaN_operands_in_order_signalling_first),
        cmocka_unit_test(test_mulx_of_infinity_and_zero_is_two),
        cmocka_unit_test(test_divide_by_zero),
        cmocka_unit_test(test_square_roots),
        cmocka_unit_test(test_fma_rounds_once),
        cmocka_unit_test(test_fma_half_widens_its_factors),
        cmocka_unit_test(test_bf16_dot_rounds_each_step_to_odd),
        cmocka_unit_test(test_bf16_dot_flushes_and_overflows),
        cmocka_unit_test(test_bf16_conversion_obeys_FPCR),
        cmocka_unit_test(test_overflow_by_rounding_mode),
        cmocka_unit_test(test_tininess_is_detected_before_rounding),
        cmocka_unit_test(test_flush_of_operands_and_results),
        cmocka_unit_test(test_min_and_max_order_zeros_and_keep_NaNs),
        cmocka_unit_test(test_compare_flags_and_predicates),
        cmocka_unit_test(test_format_conversions),
        cmocka_unit_test(test_alternative_half_has_no_infinity_and_NaN),
        cmocka_unit_test(test_float_to_integer_saturates),
        cmocka_unit_test(test_integer_to_float),
        cmocka_unit_test(test_javascript_conversion_is_modulo_2_to_the_32),
        cmocka_unit_test(test_round_to_integer),
        cmocka_unit_test(test_estimates),
        cmocka_unit_test(test_newton_steps),
        cmocka_unit_test(test_flags_accumulate),
        cmocka_unit_test(test_half_agrees_with_double),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
