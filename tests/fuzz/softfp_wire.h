/* SPDX-License-Identifier: MIT */
/*
 * What softfp_diff.c and softfp_guest.c say to each other, little-endian.
 */
#ifndef TESTS_FUZZ_SOFTFP_WIRE_H
#define TESTS_FUZZ_SOFTFP_WIRE_H

#include <stdint.h>

enum softfp_op {
#define OP(id, in, out_bits, insns, expr) OP_##id,
#include "softfp_ops.h"
#undef OP
    N_OPS
};

struct softfp_request {
    uint32_t op;   /* enum softfp_op */
    uint32_t fpcr; /* FPCR to run with */
    uint64_t a;    /* operands, zero-extended */
    uint64_t b;
    uint64_t c;
};

struct softfp_reply {
    uint64_t result; /* D0 afterwards */
    uint64_t fpsr;   /* FPSR afterwards, from 0 */
};

#endif
