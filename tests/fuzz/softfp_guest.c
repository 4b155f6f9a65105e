/* SPDX-License-Identifier: MIT */
/*
 * The A64 half of softfp_diff.c: runs each request of standard input on the
 * machine it runs on and writes result and FPSR to standard output.
 */
#include <stdint.h>
#include <stdio.h>

#include "softfp_wire.h"

#define RUN(insns)                                                       \
    __asm__ volatile("msr fpcr, %[fpcr]\n\t"                             \
                     "msr fpsr, xzr\n\t"                                 \
                     "fmov d1, %[a]\n\t"                                 \
                     "fmov d2, %[b]\n\t"                                 \
                     "fmov d3, %[c]\n\t"                                 \
                     "mov x4, %[a]\n\t" insns "\n\t"                     \
                     "mrs %[fpsr], fpsr\n\t"                             \
                     "fmov %[result], d0\n\t"                            \
                     "msr fpcr, xzr"                                     \
                     : [result] "=&r"(result), [fpsr] "=&r"(fpsr)        \
                     : [fpcr] "r"((uint64_t)req->fpcr), [a] "r"(req->a), \
                       [b] "r"(req->b), [c] "r"(req->c)                  \
                     : "x0", "x4", "x5", "v0", "v1", "v2", "v3", "cc")

__asm__(".arch armv8.6-a+fp16+fp16fml\n");

static struct softfp_reply run(const struct softfp_request *req)
{
    uint64_t result = 0;
    uint64_t fpsr = 0;

    switch ((enum softfp_op)req->op) {
#define OP(id, in, out_bits, insns, expr) \
    case OP_##id:                         \
        RUN(insns);                       \
        break;
#include "softfp_ops.h"
#undef OP
    case N_OPS: break;
    }
    return (struct softfp_reply){ result, fpsr };
}

int main(void)
{
    struct softfp_request req;

    while (fread(&req, sizeof(req), 1, stdin) == 1) {
        struct softfp_reply reply = run(&req);
        if (fwrite(&reply, sizeof(reply), 1, stdout) != 1)
            return 1;
    }
    return 0;
}
