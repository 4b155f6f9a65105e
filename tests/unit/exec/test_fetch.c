/* SPDX-License-Identifier: MIT */
/*
 * test_fetch.c - src/exec/fetch.c: selection, reuse and flushing of fetch
 * contexts, and jump caches.
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

/* A block at @pc that the current context has looked up. */
static struct tb *fill(struct vcpu *v, u64 pc)
{
    struct tb *tb = tb_get(v, pc, pc, 0);

    fetch_fill(v, tb);
    return tb;
}

static void test_contexts_know_pages_of_their_own(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct cpu_host *h = v->host;
    struct tb *tb;
    u32 *pages;

    fetch_select(h, 1, 5);
    tb = fill(v, BASE);
    pages = h->pages;
    assert_int_not_equal(tb->page_id, 0);
    assert_int_equal(pages[code_slot(BASE)], tb->page_id);
    assert_ptr_equal(fetch_cached(v, BASE), tb);
    assert_null(fetch_cached(v, BASE + (4 << JC_BITS)));
    fetch_select(h, 2, 5);
    assert_ptr_not_equal(h->pages, pages);
    assert_null(fetch_cached(v, BASE));
    fetch_select(h, 1, 6);
    assert_ptr_not_equal(h->pages, pages);
    fetch_select(h, 1, 5);
    assert_ptr_equal(h->pages, pages);
    assert_ptr_equal(fetch_cached(v, BASE), tb);
    rig_free(r);
}

static void test_jump_caches_are_shared(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct cpu_host *h = v->host;
    struct jc_entry *jc;
    struct tb *tb;

    fetch_select(h, 1, 5);
    jc = h->jc;
    tb = fill(v, BASE);
    if (*state)
        assert_ptr_equal(jc[jc_index(BASE)].code, tb->far);
    fetch_select(h, 1, 6);
    assert_ptr_not_equal(h->jc, jc);
    fetch_select(h, 2, 5);
    assert_ptr_equal(h->jc, jc);
    /* One question a page, then all of its blocks are known. */
    h->pages[code_slot(BASE)] = tb->page_id;
    assert_ptr_equal(fetch_cached(v, BASE), tb);
    rig_free(r);
}

static void test_a_flush_forgets_pages(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct cpu_host *h = v->host;
    u64 other = BASE + PAGE_SIZE;

    fetch_select(h, 1, 5);
    fill(v, BASE);
    fill(v, other);
    fetch_flush(h, 2, 0, 0);
    assert_non_null(fetch_cached(v, BASE));
    fetch_flush(h, 1, BASE, PAGE_SIZE);
    assert_null(fetch_cached(v, BASE));
    assert_non_null(fetch_cached(v, other));
    fill(v, BASE);
    fetch_flush(h, TAG_ANY_SPACE, BASE, 2 * PAGE_SIZE);
    assert_null(fetch_cached(v, BASE));
    assert_null(fetch_cached(v, other));
    fill(v, other);
    fetch_flush(h, 1, 0, 1ull << 30);
    assert_null(fetch_cached(v, other));
    fill(v, other);
    fetch_flush(h, 1, 0, 0);
    assert_null(fetch_cached(v, other));
    rig_free(r);
}

static void test_a_page_is_known_by_both_addresses(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    u64 alias = BASE + 16 * PAGE_SIZE;
    struct tb *a = tb_get(v, BASE, BASE, 0);
    struct tb *b = tb_get(v, BASE + 4, BASE + 4, 0);
    struct tb *c = tb_get(v, alias, BASE, 0);
    struct tb *d = tb_get(v, BASE, BASE + PAGE_SIZE, 0);

    assert_int_equal(a->page_id, b->page_id);
    assert_int_not_equal(a->page_id, c->page_id);
    assert_int_not_equal(a->page_id, d->page_id);
    assert_int_not_equal(c->page_id, d->page_id);
    rig_free(r);
}

static void test_a_dropped_block_is_in_no_jump_cache(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    u32 id;

    fetch_select(v->host, 1, 5);
    id = fill(v, BASE)->page_id;
    fetch_select(v->host, 2, 5);
    fill(v, BASE);
    code_invalidate(r->exec, BASE, 4);
    assert_null(fetch_cached(v, BASE));
    assert_int_not_equal(v->host->jc[jc_index(BASE)].va, BASE);
    fetch_select(v->host, 1, 5);
    assert_null(fetch_cached(v, BASE));
    /* Without blocks the page has lost its number. */
    assert_int_not_equal(fill(v, BASE)->page_id, id);
    rig_free(r);
}

static void test_the_context_not_used_for_longest_is_reused(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct cpu_host *h = v->host;

    fetch_select(h, 1000, 0);
    fill(v, BASE);
    fetch_select(h, 1001, 0);
    fill(v, BASE);
    for (unsigned i = 0; i < FETCH_CTXS - 2; i++) {
        fetch_select(h, 2000 + i, 0);
        fetch_select(h, 1001, 0);
    }
    assert_non_null(fetch_cached(v, BASE));
    fetch_select(h, 3000, 0);
    assert_null(fetch_cached(v, BASE));
    fetch_select(h, 1001, 0);
    assert_non_null(fetch_cached(v, BASE));
    fetch_select(h, 1000, 0);
    assert_null(fetch_cached(v, BASE));
    assert_int_equal(v->fetch.n, FETCH_CTXS);
    rig_free(r);
}

static void test_jump_caches_are_bounded(void **state)
{
    struct rig *r = start(state);
    struct vcpu *v = &r->exec->cpu[0];
    struct cpu_host *h = v->host;

    fetch_select(h, 1, 1);
    fill(v, BASE);
    for (u32 i = 2; i < 4 * JUMP_CACHES; i++) {
        fetch_select(h, 1, i);
        assert_null(fetch_cached(v, BASE));
        fill(v, BASE);
        assert_non_null(fetch_cached(v, BASE));
    }
    assert_int_equal(r->exec->n_jumps, JUMP_CACHES);
    fetch_select(h, 1, 1);
    assert_null(fetch_cached(v, BASE));
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_contexts_know_pages_of_their_own),
        BOTH(test_jump_caches_are_shared),
        BOTH(test_a_flush_forgets_pages),
        BOTH(test_a_page_is_known_by_both_addresses),
        BOTH(test_a_dropped_block_is_in_no_jump_cache),
        BOTH(test_the_context_not_used_for_longest_is_reused),
        BOTH(test_jump_caches_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
