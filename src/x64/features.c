/* SPDX-License-Identifier: MIT */
/*
 * features.c - what the host CPU can do. SSE4.2 is the floor; the rest is
 * used when present, or not at all when -X host= says so. Which features are
 * used never changes what a guest sees.
 */
#include "x64.h"

#include <cpuid.h>

/* Not known to gcc 12's __builtin_cpu_supports(). */
static bool has_sha(void)
{
    unsigned a, b, c, d;

    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/* Nor this one to clang 14's. */
static bool has_lzcnt(void)
{
    unsigned a, b, c, d;

    return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
}

bool x64_features_detect(struct x64_features *f, const char *limit)
{
    int level = !limit ? 3
                : !strcmp(limit, "sse42") ? 0
                : !strcmp(limit, "avx") ? 1
                : !strcmp(limit, "avx2") ? 2 : -1;

    *f = (struct x64_features){ 0 };
    __builtin_cpu_init();
    if (level < 0 || !__builtin_cpu_supports("sse4.2"))
        return false;
    if (level == 0)
        return true;
    f->avx = __builtin_cpu_supports("avx");
    f->popcnt = __builtin_cpu_supports("popcnt");
    f->aes = __builtin_cpu_supports("aes");
    f->pclmul = __builtin_cpu_supports("pclmul");
    if (level == 1)
        return true;
    f->avx2 = __builtin_cpu_supports("avx2");
    f->fma = __builtin_cpu_supports("fma");
    f->bmi1 = __builtin_cpu_supports("bmi");
    f->bmi2 = __builtin_cpu_supports("bmi2");
    f->sha = has_sha();
    f->lzcnt = has_lzcnt();
    return true;
}
