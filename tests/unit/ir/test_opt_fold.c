/* SPDX-License-Identifier: MIT */
/*
 * test_opt_fold.c - src/ir/opt_fold.c: folding never changes a meaning. Random
 * blocks of integer operations with many constants and conversions are built
 * with and without folding and must leave the same registers, flags and
 * memory. What is folded is checked by tests/ir/fold.ir.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "ir_impl.h"
#include "irtest.h"

#define BLOCKS 30000
#define MAX_VALUES 64

/* Values by type while a block is made; two blocks get the same nodes. */
struct maker {
    struct ir_block *b[2];             /* folded, as it is */
    ir_ref val[2][5][MAX_VALUES];      /* by block and enum ir_type */
    unsigned n[5];                     /* values of each type */
    GRand *rand;                       /* fixed seed */
};

static u32 below(struct maker *m, u32 n)
{
    return (u32)g_rand_int_range(m->rand, 0, (gint32)n);
}

/* A value that rules of folding look for, or what lies beside one. */
static u64 constant(struct maker *m)
{
    static const u64 nice[] = { 0, 1, 2, 8, 31, 32, 63, 64, 0xff, 0xffff,
                                0xffffffff, 0x80000000, 0x7fffffff,
                                0x8000000000000000, ~0ull, 0xf0f0,
                                0xfffffffffffffff0, 0xffffffff00000000 };
    u64 v = nice[below(m, ARRAY_SIZE(nice))];

    switch (below(m, 8)) {
    case 0: return (u64)g_rand_int(m->rand) << 32 | g_rand_int(m->rand);
    case 1: return v << 1;
    case 2: return v ^ 1;
    case 3: return v - 1;
    default: return v;
    }
}

static void emit(struct maker *m, enum ir_op op, const unsigned arg[3],
                 u64 imm)
{
    const struct ir_op_info *info = &ir_op_info[op];
    ir_ref x[3];
    unsigned w, k;

    for (w = 0; w < 2; w++) {
        for (k = 0; k < 3; k++)
            x[k] = info->arg[k] == IR_T_N ? 0
                                          : m->val[w][info->arg[k]][arg[k]];
        if (op >= IR_ADDF64 && op <= IR_SUBF32)
            x[2] = 0;
        m->val[w][info->result][m->n[info->result]] =
            ir_emit(m->b[w], op, x[0], x[1], x[2], imm);
    }
    if (info->result != IR_T_N)
        m->n[info->result]++;
}

/* A random immediate for @op. */
static u64 immediate(struct maker *m, enum ir_op op)
{
    unsigned pos = below(m, 64), inv = below(m, 2) ? IR_COND_INV : 0;

    switch ((enum ir_imm_kind)ir_imm_kind[op]) {
    case IMM_VALUE: return constant(m);
    case IMM_FIELD: return ir_field_imm(pos, 1 + below(m, 64 - pos));
    case IMM_COUNT: return below(m, op == IR_EXTR64 ? 64 : 32);
    case IMM_NZCV: return below(m, 16);
    case IMM_COND: return below(m, 16);
    case IMM_INV: return inv;
    case IMM_BIT: return pos | inv;
    default: return 0;
    }
}

static void random_node(struct maker *m)
{
    unsigned arg[3] = { 0, 0, 0 }, k;
    enum ir_op op = below(m, 3) ? IR_ADD64 + below(m, IR_SELECT - IR_ADD64 + 1)
                                : IR_CONST;

    for (k = 0; k < 3; k++)
        arg[k] = below(m, m->n[ir_op_info[op].arg[k]] + 1 ? MAX_VALUES : 1) %
                 (m->n[ir_op_info[op].arg[k]] ? m->n[ir_op_info[op].arg[k]]
                                              : 1);
    if (m->n[ir_op_info[op].result] < MAX_VALUES - 2)
        emit(m, op, arg, immediate(m, op));
}

/* A sum and its flags, as an instruction that sets flags makes them. */
static void random_sum(struct maker *m)
{
    static const enum ir_op sum[] = { IR_ADD64, IR_ADD32, IR_SUB64,
                                      IR_SUB32 };
    static const enum ir_op flags[] = { IR_ADDF64, IR_ADDF32, IR_SUBF64,
                                        IR_SUBF32 };
    unsigned which = below(m, 4), w;
    unsigned i = below(m, m->n[IR_T_I]), j = below(m, m->n[IR_T_I]);

    for (w = 0; w < 2; w++) {
        ir_ref x = m->val[w][IR_T_I][i], y = m->val[w][IR_T_I][j];
        ir_ref s = ir2(m->b[w], sum[which], x, y);

        m->val[w][IR_T_I][m->n[IR_T_I]] = s;
        m->val[w][IR_T_F][m->n[IR_T_F]] =
            ir3(m->b[w], flags[which], x, y, s);
    }
    m->n[IR_T_I]++;
    m->n[IR_T_F]++;
}

static void random_store(struct maker *m)
{
    unsigned i = below(m, m->n[IR_T_I]), w;
    u64 size = below(m, 4), off = below(m, 4096);

    for (w = 0; w < 2; w++) {
        ir_ref base = m->val[w][IR_T_I][0];
        ir_ref a = ir2(m->b[w], IR_ADD64, base, ir_const(m->b[w], off));

        ir2i(m->b[w], IR_ST, a, m->val[w][IR_T_I][i],
             ir_mem_imm((u32)size, 8));
    }
}

static void make(struct maker *m)
{
    static const unsigned none[3] = { 0, 0, 0 };
    unsigned i, w, k;

    memset(m->n, 0, sizeof(m->n));
    ir_reset(m->b[0], 0x1000, 0, IR_B_VERIFY);
    ir_reset(m->b[1], 0x1000, 0, IR_B_NO_OPT | IR_B_VERIFY);
    emit(m, IR_INSN, none, 0);
    for (i = 0; i < 4; i++)
        emit(m, IR_GETREG, none, i);
    emit(m, IR_GETF, none, 0);
    emit(m, IR_CC, none, 2);
    for (i = 0; i < 30; i++)
        random_node(m);
    for (i = 0; i < 3; i++)
        random_sum(m);
    for (i = 0; i < 10; i++)
        random_node(m);
    random_store(m);
    for (w = 0; w < 2; w++) {
        for (k = 0; k < 28; k++)
            ir1i(m->b[w], IR_SETREG,
                 m->val[w][IR_T_I][m->n[IR_T_I] - 1 - k % m->n[IR_T_I]],
                 4 + k);
        ir1(m->b[w], IR_SETF, m->val[w][IR_T_F][m->n[IR_T_F] - 1]);
        ir1(m->b[w], IR_BRANCH, m->val[w][IR_T_C][m->n[IR_T_C] - 1]);
        m->b[w]->n_insns = 1;
        m->b[w]->target[1] = 4;
        ir_optimize(m->b[w]);
    }
}

/* Fails unless both blocks of @m left the same in @c. */
static void same(const struct maker *m, struct irt_cpu *const c[2])
{
    GString *s;

    if (!memcmp(c[0]->reg, c[1]->reg, sizeof(c[0]->reg)) &&
        c[0]->nzcv == c[1]->nzcv && c[0]->pc == c[1]->pc &&
        !memcmp(c[0]->mem, c[1]->mem, IRT_BYTES))
        return;
    s = g_string_new(NULL);
    ir_print(m->b[1], s);
    ir_print(m->b[0], s);
    fail_msg("%s", s->str);
}

static void test_folding_keeps_the_meaning(void **state)
{
    struct ir_block folded, plain;
    struct maker m = { .b = { &folded, &plain } };
    struct irt_cpu *c[2] = { irt_new(), irt_new() };
    unsigned i, k, w;

    (void)state;
    m.rand = g_rand_new_with_seed(42);
    ir_block_init(&folded, &irt_layout);
    ir_block_init(&plain, &irt_layout);
    for (i = 0; i < BLOCKS; i++) {
        make(&m);
        for (k = 0; k < 4; k++) {
            u64 v = constant(&m);
            u32 f = below(&m, 16) << 28;

            for (w = 0; w < 2; w++) {
                c[w]->reg[0] = IRT_MEM;
                c[w]->reg[1] = v;
                c[w]->reg[2] = v ^ (k & 1 ? 1 : ~0ull);
                c[w]->reg[3] = v << 32 | v >> 32;
                c[w]->nzcv = ir_nzcv_from_packed(f);
                c[w]->host.budget = 10;
                assert_int_equal(irt_eval(c[w], m.b[w]).why, JIT_EXIT_LINK);
            }
            same(&m, c);
        }
    }
    g_rand_free(m.rand);
    ir_block_fini(&folded);
    ir_block_fini(&plain);
    irt_free(c[0]);
    irt_free(c[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folding_keeps_the_meaning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
