/* SPDX-License-Identifier: MIT */
/*
 * helpers.h - prototypes and numbers of the C helpers that translated code
 * calls, made from helpers*.def: HELPER(name, kind, flags), kind I, V, IV or
 * VI as in ir.h. A helper is a pure C function over guest state; see ir.h's
 * enum ir_helper_flags for what its flags promise.
 */
#ifndef A64_HELPERS_H
#define A64_HELPERS_H

#include "ir.h"


enum a64_helper {
    H_NONE,
#define HELPER(name, kind, flags) H_##name,
#include "helpers_int.def"
#include "helpers_sys.def"
#include "helpers_fp.def"
#include "helpers_simd.def"
#undef HELPER
    A64_N_HELPERS
};

#define HELPER_I(name)                                                       \
    u64 help_##name(void *cpu, u64 a, u64 b, u64 c, u32 param);
#define HELPER_V(name)                                                       \
    void help_##name(void *cpu, v128 *d, const v128 *a, const v128 *b,       \
                     const v128 *c, u32 param);
#define HELPER_IV(name)                                                      \
    u64 help_##name(void *cpu, const v128 *a, const v128 *b, const v128 *c,  \
                    u32 param);
#define HELPER_VI(name)                                                      \
    void help_##name(void *cpu, v128 *d, u64 a, const v128 *b,               \
                     const v128 *c, u32 param);
#define HELPER(name, kind, flags) HELPER_##kind(name)
#include "helpers_int.def"
#include "helpers_sys.def"
#include "helpers_fp.def"
#include "helpers_simd.def"
#undef HELPER
#undef HELPER_I
#undef HELPER_V
#undef HELPER_IV
#undef HELPER_VI

extern const struct ir_helper a64_helpers[A64_N_HELPERS];

#endif
