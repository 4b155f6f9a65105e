/* SPDX-License-Identifier: MIT */
/*
 * test_eval.c - src/ir/eval.c: the contract of jit.h around the values, which
 * tests/ir/ check: budget and counts, what slow paths are told, when the tags
 * spare them, blocks of any size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block blk;
static struct irt_cpu *cpu;
static struct tb tb;

static int setup(void **state)
{
    (void)state;
    cpu = irt_new();
    ir_block_init(&blk, &irt_layout);
    ir_reset(&blk, 0x1000, 0x2000, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&blk);
    irt_free(cpu);
    return 0;
}

static void parse(const char *text)
{
    char *err = NULL;

    if (!ir_parse(&blk, text, &err))
        fail_msg("%s", err);
    assert_null(ir_verify(&blk));
    blk.pc = 0x1000;
}

static struct jit_result run(const struct jit_slow *slow)
{
    return eval_run(&blk, &tb, &cpu->host, slow, IRT_TAG_BITS);
}

static void test_results_name_the_block(void **state)
{
    struct jit_result r;

    (void)state;
    parse("block insns=2 target=0x44,0x55\nINSN 0\nINSN 4\nJUMP\n");
    r = run(&irt_slow);
    assert_int_equal(r.why, JIT_EXIT_LINK);
    assert_ptr_equal(r.tb, &tb);
    assert_int_equal(r.site, 0);
    assert_int_equal(cpu->pc, 0x44);
    assert_int_equal(cpu->host.budget, 998);
    cpu->host.budget = 1;
    r = run(&irt_slow);
    assert_int_equal(r.why, JIT_EXIT_BUDGET);
    assert_ptr_equal(r.tb, &tb);
    assert_int_equal(cpu->pc, 0x1000);
    assert_int_equal(cpu->host.budget, 1);
}

/* Place in the block at each slow access. */
static u32 seen_left[8], seen_last[8], n_seen;

static bool spy_load(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    seen_left[n_seen] = h->insn_left;
    seen_last[n_seen++] = h->last_insn;
    return irt_slow.load(h, va, memop, out);
}

static void test_slow_paths_know_their_place(void **state)
{
    struct jit_slow slow = irt_slow;

    (void)state;
    slow.load = spy_load;
    n_seen = 0;
    parse("block insns=3\nINSN 0\n%1 = CONST 0x10000\n%2 = LD %1 size=4\n"
          "INSN 4\n%3 = LD %1 size=4\nINSN 8\n%4 = CONST 0x1a000\n"
          "%5 = LD %4 size=4\nJUMP\n");
    assert_int_equal(run(&slow).why, JIT_EXIT_LINK);
    /* The second load hit the tag that the first one filled. */
    assert_int_equal(n_seen, 2);
    assert_true(seen_left[0] == 3 && !seen_last[0]);
    assert_true(seen_left[1] == 1 && seen_last[1]);
    /* A device has no tag: only its access is slow the second time. */
    assert_int_equal(run(&slow).why, JIT_EXIT_LINK);
    assert_int_equal(n_seen, 3);
}

static void test_other_half_is_probed(void **state)
{
    (void)state;
    parse("block insns=1\nINSN 0\n%1 = CONST 0x10000\n%2 = LD %1 size=4\n"
          "SETREG %2 slot=0\nJUMP\n");
    run(&irt_slow);
    assert_int_equal(cpu->n_slow, 1);
    cpu->host.tags = &cpu->tags[1];
    cpu->host.tags_other = &cpu->tags[0];
    run(&irt_slow);
    assert_int_equal(cpu->n_slow, 1);
    cpu->host.tags_other = &cpu->tags[2];
    run(&irt_slow);
    assert_int_equal(cpu->n_slow, 2);
}

/* A load tag permits no store, nor a load that wants write permission. */
static void test_load_tags_permit_loads(void **state)
{
    (void)state;
    parse("block insns=1\nINSN 0\n%1 = CONST 0x10000\n%2 = LD %1 size=4\n"
          "ST %1, %2 size=4\nST %1, %2 size=4\n%3 = LD %1 size=4 for_write\n"
          "JUMP\n");
    run(&irt_slow);
    assert_int_equal(cpu->n_slow, 2);
}

/* The second page's tag does not let an access that starts before it in. */
static void test_crossing_pages_is_slow(void **state)
{
    (void)state;
    parse("block insns=1\nINSN 0\n%1 = CONST 0x10ffe\n%2 = LD %1 size=4\n"
          "%3 = LD %1 size=4\n%4 = LD %1 size=2\n%5 = LD %1 size=1 disp=2\n"
          "JUMP\n");
    run(&irt_slow);
    assert_int_equal(cpu->n_slow, 2);
}

static void test_largest_blocks_run(void **state)
{
    u32 i, sum = 0;

    (void)state;
    ir_reset(&blk, 0x1000, 0, IR_B_NO_OPT);
    blk.n_insns = 1;
    ir0(&blk, IR_INSN, 0x1000);
    ir_const(&blk, 0);
    for (i = 0; i < 30000; i++) {
        ir_ref k = ir_const(&blk, i);

        ir2(&blk, IR_ADD64, k, (ir_ref)(k - 1));
        sum += i;
    }
    ir1i(&blk, IR_SETREG, (ir_ref)(blk.n - 1), 0);
    ir0(&blk, IR_JUMP, 0);
    assert_int_equal(irt_eval(cpu, &blk).why, JIT_EXIT_LINK);
    assert_int_equal(cpu->reg[0], sum);
}

static void test_helper_fault_and_restart(void **state)
{
    struct jit_result r;

    (void)state;
    parse("block insns=2\nINSN 0x1000\nINSN 0x1004\n%1 = GETREG slot=0\n"
          "%2 = CALL %1, %1 @fail_if\nJUMP\n");
    cpu->reg[0] = 1;
    r = run(&irt_slow);
    assert_int_equal(r.why, JIT_EXIT_FAULT);
    assert_int_equal(r.insn, 1);
    assert_int_equal(cpu->pc, 0x1004);
    assert_int_equal(cpu->host.budget, 998);
    cpu->host.fault = 0;
    cpu->host.restart = 1;
    cpu->reg[0] = 0;
    r = run(&irt_slow);
    assert_int_equal(r.why, JIT_EXIT_RESTART);
    assert_int_equal(cpu->host.budget, 997);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_results_name_the_block),
        T(test_slow_paths_know_their_place),
        T(test_other_half_is_probed),
        T(test_load_tags_permit_loads),
        T(test_crossing_pages_is_slow),
        T(test_largest_blocks_run),
        T(test_helper_fault_and_restart),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
