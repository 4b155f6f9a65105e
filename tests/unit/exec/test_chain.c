/* SPDX-License-Identifier: MIT */
/*
 * test_chain.c - src/exec/chain.c: which exits are linked.
 */
#include "rig.h"

static const u32 code[] = {
    ADDI(0, 0, 1), SUBSI(1, 0, 500), BNE(-8), B(0x1000 - 12),
};

static struct rig *run(void **state, bool no_chain)
{
    static const u32 far[] = { NOP, B(0) };
    struct rig *r = rig_new(state);

    r->cfg.jit.no_chain = no_chain;
    rig_start(r, code, sizeof(code));
    ram_write(&r->ram, BASE + 0x1000, far, sizeof(far));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_reg(r, 0, "x0"), 500);
    return r;
}

static void test_a_loop_runs_without_the_engine(void **state)
{
    struct rig *r = run(state, false);

    if (*state) {
        assert_true(jit_get_stats(r->exec->jit)->links >= 4);
        assert_true(r->exec->n_entered < 20);
    }
    rig_free(r);
}

static void test_nochain_comes_back_each_time(void **state)
{
    struct rig *r = run(state, true);

    if (*state)
        assert_int_equal(jit_get_stats(r->exec->jit)->links, 0);
    assert_true(r->exec->n_entered > 500);
    rig_free(r);
}

static void test_a_wish_is_dropped_when_blocks_were_freed(void **state)
{
    struct rig *r = run(state, false);
    struct vcpu *v = &r->exec->cpu[0];
    struct tb *tb = tb_get(v, BASE, BASE, 0);
    struct jit_result res = { .why = JIT_EXIT_LINK, .site = 1, .tb = tb };
    u64 links = *state ? jit_get_stats(r->exec->jit)->links : 0;

    chain_wish(v, &res);
    assert_true(!*state || v->wish.from == tb);
    r->exec->epoch++;
    if (v->wish.from)
        chain_grant(v, tb);
    assert_null(v->wish.from);
    if (*state)
        assert_int_equal(jit_get_stats(r->exec->jit)->links, links);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_a_loop_runs_without_the_engine),
        BOTH(test_nochain_comes_back_each_time),
        BOTH(test_a_wish_is_dropped_when_blocks_were_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
