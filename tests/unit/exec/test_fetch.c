/* SPDX-License-Identifier: MIT */
/*
 * test_fetch.c - src/exec/fetch.c: selection, reuse and flushing of fetch
 * contexts and their jump caches.
 */
#include "rig.h"

static struct rig *start(void **state)
{
    static const u32 code[] = { B(0) };
    struct rig *r = rig_new(state);

    r->cfg.exit_after = 1;
    rig_start(r, code, sizeof(code));
    rig_run(r);
    return r;
}

static void test_a_context_keeps_its_number_until_a_flush(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = r->exec->cpu[0].host;
    u32 a, b;

    fetch_select(h, 1, 5);
    a = h->exec_id;
    fetch_select(h, 1, 6);
    assert_int_not_equal(h->exec_id, a);
    fetch_select(h, 2, 5);
    b = h->exec_id;
    assert_int_not_equal(b, a);
    fetch_select(h, 1, 5);
    assert_int_equal(h->exec_id, a);
    fetch_flush(h, 1);
    assert_int_not_equal(h->exec_id, a);
    fetch_select(h, 2, 5);
    assert_int_equal(h->exec_id, b);
    fetch_flush(h, TAG_ANY_SPACE);
    assert_int_not_equal(h->exec_id, b);
    rig_free(r);
}

static void test_a_flush_empties_the_jump_caches(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct tb *tb = tb_get(v, BASE, BASE, 0);

    fetch_select(v->host, 1, 5);
    fetch_fill(v, tb);
    assert_ptr_equal(fetch_cached(v, BASE), tb);
    assert_null(fetch_cached(v, BASE + (4 << JC_BITS)));
    fetch_select(v->host, 2, 5);
    assert_null(fetch_cached(v, BASE));
    fetch_flush(v->host, 2);
    fetch_select(v->host, 1, 5);
    assert_ptr_equal(fetch_cached(v, BASE), tb);
    if (*state)
        assert_ptr_equal(v->host->jc[jc_index(BASE)].code, tb->code);
    fetch_flush(v->host, 1);
    assert_null(fetch_cached(v, BASE));
    assert_int_not_equal(v->host->jc[jc_index(BASE)].va, BASE);
    rig_free(r);
}

static void test_a_full_log_empties_everything(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];

    fetch_select(v->host, 1, 5);
    for (unsigned i = 0; i < 2 * FETCH_LOG; i++)
        fetch_fill(v, tb_get(v, BASE + 4 * i, BASE + 4 * i, 1));
    fetch_flush(v->host, 1);
    for (unsigned i = 0; i < 2 * FETCH_LOG; i++)
        assert_null(fetch_cached(v, BASE + 4 * i));
    rig_free(r);
}

static void test_a_dropped_block_is_in_no_jump_cache(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];

    fetch_select(v->host, 1, 5);
    fetch_fill(v, tb_get(v, BASE, BASE, 0));
    fetch_select(v->host, 2, 5);
    fetch_fill(v, tb_get(v, BASE, BASE, 0));
    code_invalidate(r->exec, BASE, 4);
    assert_null(fetch_cached(v, BASE));
    fetch_select(v->host, 1, 5);
    assert_null(fetch_cached(v, BASE));
    rig_free(r);
}

static void test_the_context_not_used_for_longest_is_reused(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = r->exec->cpu[0].host;
    u32 first, second;

    fetch_select(h, 1000, 0);
    first = h->exec_id;
    fetch_select(h, 1001, 0);
    second = h->exec_id;
    for (unsigned i = 0; i < FETCH_CTXS - 2; i++) {
        fetch_select(h, 2000 + i, 0);
        fetch_select(h, 1001, 0);
    }
    assert_int_equal(h->exec_id, second);
    fetch_select(h, 3000, 0);
    fetch_select(h, 1001, 0);
    assert_int_equal(h->exec_id, second);
    fetch_select(h, 1000, 0);
    assert_int_not_equal(h->exec_id, first);
    assert_int_equal(r->exec->cpu[0].fetch.n, FETCH_CTXS);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_a_context_keeps_its_number_until_a_flush),
        BOTH(test_a_flush_empties_the_jump_caches),
        BOTH(test_a_full_log_empties_everything),
        BOTH(test_a_dropped_block_is_in_no_jump_cache),
        BOTH(test_the_context_not_used_for_longest_is_reused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
