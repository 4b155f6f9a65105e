/* SPDX-License-Identifier: MIT */
/*
 * Compares target-arm64/softfp*.c with the host's SSE, FMA and F16C where x86
 * and Arm agree: all four rounding modes, results bit for bit, flags.
 *
 *   gcc -O2 -iquote target-arm64 -o softfp_sse tests/fuzz/softfp_sse.c \
 *       target-arm64/softfp_*.c
 *   ./softfp_sse COUNT SEED
 *
 * Where they do not agree: x86 detects tininess after rounding, so UFC without
 * UE is accepted for a result that rounded up to the smallest normal number;
 * NaN payloads are chosen otherwise, so any two NaNs are equal here;
 * conversions that do not fit give another integer; fma(inf, 0, QNaN) is not
 * invalid on x86; the denormal flag has another meaning.
 */
#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "softfp.h"
#include "softfp_operands.h"

/* MXCSR: all exceptions masked, RC in bits 14-13, flags in bits 5-0. */
#define MXCSR_MASKED 0x1f80u

/* One comparison: operands, and the two outcomes. */
struct outcome {
    const char *name;          /* operation */
    unsigned bits;             /* format of the result: 16, 32 or 64 */
    enum fp_rounding rounding; /* FPCR.RMode */
    uint64_t a, b, c;          /* operands */
    uint64_t host;             /* the host's result */
    uint64_t soft;             /* ours */
    uint32_t host_flags;       /* MXCSR's flags as FPSR bits */
    uint32_t soft_flags;       /* ours */
};

static void host_begin(enum fp_rounding rounding)
{
    /* x86: 0 nearest, 1 down, 2 up, 3 zero. */
    static const uint32_t rc[4] = { 0, 2, 1, 3 };

    _mm_setcsr(MXCSR_MASKED | rc[rounding] << 13);
}

static uint32_t host_end(void)
{
    uint32_t csr = _mm_getcsr();

    _mm_setcsr(MXCSR_MASKED);
    return (csr & 1 ? FPSR_IOC : 0) | (csr & 4 ? FPSR_DZC : 0) |
           (csr & 8 ? FPSR_OFC : 0) | (csr & 16 ? FPSR_UFC : 0) |
           (csr & 32 ? FPSR_IXC : 0);
}

static bool is_nan(uint64_t x, unsigned bits)
{
    if (bits == 16)
        return (x & 0x7fff) > 0x7c00;
    if (bits == 32)
        return (x & 0x7fffffff) > 0x7f800000;
    return x << 1 > UINT64_C(0xffe0000000000000);
}

static bool agrees(const struct outcome *o)
{
    static const uint64_t min_normal[3] = {
        0x400,
        0x800000,
        UINT64_C(0x10000000000000),
    };
    uint64_t magnitude = o->soft & (UINT64_MAX >> (65 - o->bits));

    if (o->host != o->soft &&
        !(is_nan(o->host, o->bits) && is_nan(o->soft, o->bits)))
        return false;
    if (o->host_flags == o->soft_flags)
        return true;
    return o->soft_flags == (o->host_flags | FPSR_UFC) &&
           magnitude == min_normal[o->bits / 32];
}

static uint64_t report(const struct outcome *o)
{
    if (agrees(o))
        return 0;
    printf("%-8s rmode %d  %016" PRIx64 " %016" PRIx64 " %016" PRIx64
           "  host %016" PRIx64 " %02x  soft %016" PRIx64 " %02x\n",
           o->name, o->rounding, o->a, o->b, o->c, o->host, o->host_flags,
           o->soft, o->soft_flags);
    return 1;
}

#define ASM2(insn, dst, src) \
    __asm__ volatile(insn " %1, %0" : "+x"(dst) : "x"(src))
#define ASM3(insn, dst, src1, src2) \
    __asm__ volatile(insn " %2, %1, %0" : "+x"(dst) : "x"(src1), "x"(src2))

/* Run `stmt` on the host and `expr` here, and compare. */
#define COMPARE(label, width, stmt, value, expr) \
    do {                                         \
        struct fp_status st = { .fpcr = fpcr };  \
        o.name = label;                          \
        o.bits = width;                          \
        host_begin(o.rounding);                  \
        stmt;                                    \
        o.host_flags = host_end();               \
        o.host = value;                          \
        o.soft = expr;                           \
        o.soft_flags = st.fpsr;                  \
        n_bad += report(&o);                     \
    } while (0)

#define LOW32(x) ((uint32_t)_mm_cvtsi128_si32(x))
#define LOW64(x) ((uint64_t)_mm_cvtsi128_si64(x))

/* fma(inf, 0, QNaN), where Arm is invalid and x86 is not. */
static bool is_fma_exception(const struct outcome *o, bool is_double)
{
    return is_double ? is_nan(o->a, 64) : is_nan(o->a, 32);
}

static uint64_t test_single(struct outcome o, uint32_t fpcr)
{
    uint32_t a = (uint32_t)o.a, b = (uint32_t)o.b, c = (uint32_t)o.c;
    uint64_t n_bad = 0;
    __m128i x = _mm_cvtsi32_si128((int)a);
    __m128i y = _mm_cvtsi32_si128((int)b);
    __m128i z = _mm_cvtsi32_si128((int)c);
    __m128i r = x;

    COMPARE("adds", 32, ASM2("addss", r, y), LOW32(r), fp32_add(a, b, &st));
    r = x;
    COMPARE("subs", 32, ASM2("subss", r, y), LOW32(r), fp32_sub(a, b, &st));
    r = x;
    COMPARE("muls", 32, ASM2("mulss", r, y), LOW32(r), fp32_mul(a, b, &st));
    r = x;
    COMPARE("divs", 32, ASM2("divss", r, y), LOW32(r), fp32_div(a, b, &st));
    COMPARE("sqrts", 32, ASM2("sqrtss", r, x), LOW32(r), fp32_sqrt(a, &st));
    r = x;
    if (!is_fma_exception(&o, false))
        COMPARE("fmas", 32, ASM3("vfmadd231ss", r, y, z), LOW32(r),
                fp32_fma(a, b, c, &st));
    COMPARE("cvtsd", 64, ASM2("cvtss2sd", r, x), LOW64(r),
            fp32_to_fp64(a, &st));
    COMPARE("cvtsh", 16,
            __asm__ volatile("vcvtps2ph $4, %1, %0"
                             : "=x"(r)
                             : "x"(x)),
            (uint16_t)LOW32(r), fp32_to_fp16(a, &st));
    r = x;
    COMPARE("rints", 32,
            __asm__ volatile("roundss $4, %1, %0"
                             : "+x"(r)
                             : "x"(x)),
            LOW32(r), fp32_round_int(a, o.rounding, true, &st));
    return n_bad;
}

static uint64_t test_double(struct outcome o, uint32_t fpcr)
{
    uint64_t a = o.a, b = o.b, c = o.c;
    uint64_t n_bad = 0;
    __m128i x = _mm_cvtsi64_si128((long long)a);
    __m128i y = _mm_cvtsi64_si128((long long)b);
    __m128i z = _mm_cvtsi64_si128((long long)c);
    __m128i r = x;

    COMPARE("addd", 64, ASM2("addsd", r, y), LOW64(r), fp64_add(a, b, &st));
    r = x;
    COMPARE("subd", 64, ASM2("subsd", r, y), LOW64(r), fp64_sub(a, b, &st));
    r = x;
    COMPARE("muld", 64, ASM2("mulsd", r, y), LOW64(r), fp64_mul(a, b, &st));
    r = x;
    COMPARE("divd", 64, ASM2("divsd", r, y), LOW64(r), fp64_div(a, b, &st));
    COMPARE("sqrtd", 64, ASM2("sqrtsd", r, x), LOW64(r), fp64_sqrt(a, &st));
    r = x;
    if (!is_fma_exception(&o, true))
        COMPARE("fmad", 64, ASM3("vfmadd231sd", r, y, z), LOW64(r),
                fp64_fma(a, b, c, &st));
    COMPARE("cvtds", 32, ASM2("cvtsd2ss", r, x), LOW32(r),
            fp64_to_fp32(a, &st));
    r = x;
    COMPARE("rintd", 64,
            __asm__ volatile("roundsd $4, %1, %0"
                             : "+x"(r)
                             : "x"(x)),
            LOW64(r), fp64_round_int(a, o.rounding, true, &st));
    return n_bad;
}

static uint64_t test_integers(struct outcome o, uint32_t fpcr)
{
    uint64_t a = o.a, whole = 0;
    uint64_t n_bad = 0;
    __m128i r = _mm_setzero_si128();
    __m128i x = _mm_cvtsi64_si128((long long)o.b);
    __m128i s = _mm_cvtsi32_si128((int)o.c);

    COMPARE("fromqd", 64,
            __asm__ volatile("cvtsi2sdq %1, %0"
                             : "+x"(r)
                             : "r"(a)),
            LOW64(r), fp64_from_int(a, 64, false, 0, &st));
    COMPARE("fromqs", 32,
            __asm__ volatile("cvtsi2ssq %1, %0"
                             : "+x"(r)
                             : "r"(a)),
            LOW32(r), fp32_from_int(a, 64, false, 0, &st));
    /* Out of range, x86 gives its integer indefinite: skip those. */
    if ((o.b >> 52 & 0x7ff) < 0x3ff + 63)
        COMPARE("toqd", 64,
                __asm__ volatile("cvtsd2siq %1, %0"
                                 : "=r"(whole)
                                 : "x"(x)),
                whole, fp64_to_int(o.b, 64, false, 0, o.rounding, &st));
    if ((o.c >> 23 & 0xff) < 0x7f + 63)
        COMPARE("toqs", 64,
                __asm__ volatile("cvtss2siq %1, %0"
                                 : "=r"(whole)
                                 : "x"(s)),
                whole,
                fp32_to_int((uint32_t)o.c, 64, false, 0, o.rounding, &st));
    return n_bad;
}

static uint64_t test_halves(void)
{
    uint64_t n_bad = 0;
    uint32_t fpcr = 0;

    for (uint32_t a = 0; a < 0x10000; a++) {
        struct outcome o = { .a = a };
        __m128i x = _mm_cvtsi32_si128((int)a);
        __m128i r;
        COMPARE("cvths", 32,
                __asm__ volatile("vcvtph2ps %1, %0"
                                 : "=x"(r)
                                 : "x"(x)),
                LOW32(r), fp16_to_fp32((uint16_t)a, &st));
    }
    return n_bad;
}

int main(int argc, char **argv)
{
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    uint64_t n_bad = 0;

    unsigned a, b, c, d;

    if (!__builtin_cpu_supports("fma") || !__get_cpuid(1, &a, &b, &c, &d) ||
        !(c & bit_F16C)) {
        fprintf(stderr, "softfp_sse: this host has no FMA or no F16C\n");
        return 77;
    }
    n_bad += test_halves();
    for (uint64_t i = 0; i < count && n_bad < 20; i++) {
        uint32_t fpcr = (uint32_t)(i & 3) << FPCR_RMODE_SHIFT;
        struct outcome o = { .rounding = fp_rounding_mode(fpcr) };

        o.a = operand_fp(&seed, 23, 8);
        o.b = operand_fp(&seed, 23, 8);
        o.c = operand_fp(&seed, 23, 8);
        n_bad += test_single(o, fpcr);
        o.a = operand_fp(&seed, 52, 11);
        o.b = operand_fp(&seed, 52, 11);
        o.c = operand_fp(&seed, 52, 11);
        n_bad += test_double(o, fpcr);
        o.a = operand_int(&seed);
        o.b = operand_fp(&seed, 52, 11);
        o.c = operand_fp(&seed, 23, 8);
        n_bad += test_integers(o, fpcr);
    }
    printf("%" PRIu64 " rounds of 21 operations, %" PRIu64 " differ\n", count,
           n_bad);
    return n_bad != 0;
}

#else

#include <stdio.h>

/* There is nothing to compare with; 77 tells the test's driver so. */
int main(void)
{
    fprintf(stderr, "softfp_sse: for x86-64 hosts only\n");
    return 77;
}

#endif
