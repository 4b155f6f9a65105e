/* SPDX-License-Identifier: MIT */
/*
 * Differential test of target-arm64/softfp*.c; deterministic by seed.
 *
 *   softfp_diff gen N SEED     write N requests of random operands
 *   softfp_diff check N SEED   read the N replies and compare
 *
 * Against an Arm (or QEMU; any machine with half precision), from the top:
 *
 *   gcc -O2 -iquote target-arm64 -o softfp_diff \
 *       tests/fuzz/softfp_diff.c target-arm64/softfp_*.c
 *   aarch64-linux-gnu-gcc -O2 -static -o softfp_guest \
 *       tests/fuzz/softfp_guest.c
 *   ./softfp_diff gen 1000000 1 | qemu-aarch64 -cpu max ./softfp_guest |
 *       ./softfp_diff check 1000000 1
 *
 * Against the host's SSE and FMA see softfp_sse.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softfp.h"
#include "softfp_operands.h"
#include "softfp_wire.h"

struct op_info {
    const char *name;  /* row of softfp_ops.h */
    char in;           /* kind of operands */
    unsigned out_bits; /* bits of the result that count */
};

static const struct op_info op_info[N_OPS] = {
#define OP(id, in, out_bits, insns, expr) { #id, #in[0], out_bits },
#include "softfp_ops.h"
#undef OP
};

static uint64_t js_result(uint64_t a, struct fp_status *st)
{
    bool is_exact;
    uint64_t word = fp64_to_int32_js(a, &is_exact, st);

    return word | (uint64_t)is_exact << 34;
}

#define A16 ((uint16_t)a)
#define B16 ((uint16_t)b)
#define C16 ((uint16_t)c)
#define A32 ((uint32_t)a)
#define B32 ((uint32_t)b)
#define C32 ((uint32_t)c)
#define A64 a
#define B64 b
#define C64 c

static uint64_t run(const struct softfp_request *req, struct fp_status *st)
{
    uint64_t a = req->a, b = req->b, c = req->c;

    switch ((enum softfp_op)req->op) {
#define OP(id, in, out_bits, insns, expr) \
    case OP_##id:                         \
        return expr;
#include "softfp_ops.h"
#undef OP
    case N_OPS: break;
    }
    return 0;
}

static uint64_t operand(uint64_t *seed, char kind, int index)
{
    switch (kind) {
    case 'h': return operand_fp(seed, 10, 5);
    case 's': return operand_fp(seed, 23, 8);
    case 'd': return operand_fp(seed, 52, 11);
    case 'l': return index ? operand_fp(seed, 10, 5) : operand_fp(seed, 23, 8);
    default: return operand_int(seed);
    }
}

static struct softfp_request make_request(uint64_t *seed)
{
    struct softfp_request req = { .op = (uint32_t)(random64(seed) % N_OPS) };
    char kind = op_info[req.op].in;
    uint64_t bits = random64(seed);

    /* Flushing, DN and AHP are each on in a quarter of the cases. */
    req.fpcr = (uint32_t)(bits & 3) << FPCR_RMODE_SHIFT;
    req.fpcr |= (bits >> 8 & 3) ? 0 : FPCR_FZ;
    req.fpcr |= (bits >> 10 & 3) ? 0 : FPCR_FZ16;
    req.fpcr |= (bits >> 12 & 3) ? 0 : FPCR_DN;
    req.fpcr |= (bits >> 14 & 3) ? 0 : FPCR_AHP;
    req.a = operand(seed, kind, 0);
    req.b = operand(seed, kind, 1);
    req.c = operand(seed, kind, 2);
    return req;
}

/*
 * QEMU before 9 reports a positive denormal flushed by FJCVTZS as exact; in
 * FPToFixedJS it clears Z.
 */
static bool is_known_difference(const struct softfp_request *req)
{
    return req->op == OP_fjcvtzs && (req->fpcr & FPCR_FZ) &&
           req->a - 1 < (UINT64_C(1) << 52) - 1;
}

static int generate(uint64_t count, uint64_t seed)
{
    for (uint64_t i = 0; i < count; i++) {
        struct softfp_request req = make_request(&seed);
        if (fwrite(&req, sizeof(req), 1, stdout) != 1)
            return 1;
    }
    return 0;
}

static int check(uint64_t count, uint64_t seed)
{
    uint64_t bad[N_OPS] = { 0 };
    uint64_t n_bad = 0;
    uint64_t n_known = 0;

    for (uint64_t i = 0; i < count; i++) {
        struct softfp_request req = make_request(&seed);
        struct softfp_reply want;
        const struct op_info *op = &op_info[req.op];
        struct fp_status st = { .fpcr = req.fpcr };
        uint64_t mask = UINT64_MAX >> (64 - op->out_bits);

        if (fread(&want, sizeof(want), 1, stdin) != 1) {
            fprintf(stderr, "reply %" PRIu64 " is missing\n", i);
            return 1;
        }
        uint64_t got = run(&req, &st);
        if (((got ^ want.result) & mask) == 0 && st.fpsr == want.fpsr)
            continue;
        if (is_known_difference(&req)) {
            n_known++;
            continue;
        }
        n_bad++;
        if (bad[req.op]++ < 3)
            printf("%-12s fpcr %08x  %016" PRIx64 " %016" PRIx64 " %016" PRIx64
                   "  softfp %016" PRIx64 " %02x  guest %016" PRIx64 " %02x\n",
                   op->name, req.fpcr, req.a, req.b, req.c, got & mask, st.fpsr,
                   want.result & mask, (unsigned)want.fpsr);
    }
    printf("%" PRIu64 " cases of %d operations, %" PRIu64 " differ, %" PRIu64
           " differ as expected\n",
           count, N_OPS, n_bad, n_known);
    for (int op = 0; op < N_OPS; op++) {
        if (bad[op])
            printf("  %-12s %" PRIu64 "\n", op_info[op].name, bad[op]);
    }
    return n_bad != 0;
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        uint64_t count = strtoull(argv[2], NULL, 0);
        uint64_t seed = strtoull(argv[3], NULL, 0);
        if (strcmp(argv[1], "gen") == 0)
            return generate(count, seed);
        if (strcmp(argv[1], "check") == 0)
            return check(count, seed);
    }
    fprintf(stderr, "usage: softfp_diff gen|check COUNT SEED\n");
    return 2;
}
