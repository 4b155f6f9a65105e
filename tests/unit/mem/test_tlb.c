/* SPDX-License-Identifier: MIT */
/*
 * test_tlb.c - src/mem/tlb.c: selection and reuse of tables, filling, and
 * the three ways of dropping. A random run against a plain list of tags
 * checks that nothing stays that was dropped, and nothing goes that was not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "mem.h"
#include "tlb.h"

#define BASE 0x40000000ull
#define N_PAGES 64
#define HIGH 0xffff800000000000ull

static struct ram ram;
static struct tag_pool *pool;

static int setup(void **state)
{
    (void)state;
    assert_true(ram_init(&ram, BASE, N_PAGES * PAGE_SIZE, NULL));
    pool = tag_pool_new(&ram, TAG_BITS, 1 * MiB);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tag_pool_free(pool);
    ram_fini(&ram);
    return 0;
}

static struct tag_table *sel(unsigned cpu, bool high, u32 space,
                             enum tag_view view)
{
    return tag_select(pool, cpu, high, space, view, NULL, 0);
}

static u8 *page_host(unsigned page)
{
    return ram.host + page * PAGE_SIZE;
}

/* Where a tag of @t leads @va, or NULL. */
static u8 *hit(const struct tag_table *t, u64 va, bool store)
{
    const struct tag_entry *e = &(store ? t->store : t->load)[
        tag_index(va, TAG_BITS)];

    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): an address in @t */
    return e->tag == (va & PAGE_MASK) ? (u8 *)(uintptr_t)(va + e->bias)
                                      : NULL;
}

static void test_fill_leads_to_the_host(void **state)
{
    struct tag_table *t = sel(0, false, 1, TAG_EL0);
    u64 va = 0x5500000123456ull | 0xabull << 56;

    (void)state;
    assert_null(hit(t, va, false));
    tag_fill(pool, t, va, page_host(3), false);
    assert_ptr_equal(hit(t, va, false), page_host(3) + 0x456);
    assert_null(hit(t, va, true));
    /* Another top byte is another address to the inline check. */
    assert_null(hit(t, va & ~(0xffull << 56), false));
    assert_int_equal(ram.page[3], 0);
    tag_fill(pool, t, va, page_host(3), true);
    assert_ptr_equal(hit(t, va, true), page_host(3) + 0x456);
    assert_int_equal(ram.page[3], RAM_STORE_TAG);
}

static void test_contexts_have_tables_of_their_own(void **state)
{
    struct tag_table *t[6];
    unsigned i, k;

    (void)state;
    t[0] = sel(0, false, 1, TAG_EL0);
    t[1] = sel(0, false, 1, TAG_EL1);
    t[2] = sel(0, true, 1, TAG_EL0);
    t[3] = sel(0, false, 2, TAG_EL0);
    t[4] = sel(1, false, 1, TAG_EL0);
    t[5] = sel(0, false, 1, TAG_EL1_PAN);
    for (i = 0; i < 6; i++)
        for (k = 0; k < i; k++)
            assert_ptr_not_equal(t[i], t[k]);
    assert_ptr_equal(sel(0, false, 1, TAG_EL0), t[0]);
    assert_int_equal(tag_pool_stats(pool)->tables, 6);
    assert_int_equal(tag_pool_stats(pool)->reused, 0);
}

static void test_least_recently_selected_is_reused(void **state)
{
    u64 max;
    u32 space;
    struct tag_table *oldest = sel(0, false, 0, TAG_EL0);
    struct tag_table *kept = sel(0, false, 1, TAG_EL0), *t = NULL;
    struct tag_table *const keep[] = { kept };

    (void)state;
    tag_fill(pool, oldest, 0x1000, page_host(1), true);
    tag_fill(pool, kept, 0x1000, page_host(1), true);
    for (space = 2; !tag_pool_stats(pool)->reused; space++) {
        t = sel(0, false, space, TAG_EL0);
        if (space == 5)
            sel(0, false, 0, TAG_EL0); /* 1 is now the oldest */
    }
    assert_ptr_equal(t, kept);
    assert_null(hit(t, 0x1000, false));
    assert_null(hit(t, 0x1000, true));
    max = tag_pool_stats(pool)->tables;
    assert_in_range(max, 8, 1 * MiB / sizeof(struct tag_table));
    /* The context that lost it gets an empty one; 2 is not taken if kept. */
    t = tag_select(pool, 0, false, 1, TAG_EL0,
                   (struct tag_table *const[]){ sel(0, false, 2, TAG_EL0) },
                   1);
    assert_null(hit(t, 0x1000, true));
    assert_int_equal(tag_pool_stats(pool)->tables, max);
    for (space = 100; space < 200; space++)
        assert_ptr_not_equal(tag_select(pool, 0, false, space, TAG_EL0, keep,
                                        1), kept);
}

static void test_drop_range(void **state)
{
    struct tag_table *a = sel(0, false, 1, TAG_EL0);
    struct tag_table *b = sel(0, false, 1, TAG_EL1);
    struct tag_table *c = sel(0, false, 2, TAG_EL0);
    struct tag_table *d = sel(1, false, 1, TAG_EL0);
    struct tag_table *h = sel(0, true, 1, TAG_EL1);
    struct tag_table *all[] = { a, b, c, d, h };
    u64 va = 0x10000, drops;
    unsigned i;

    (void)state;
    for (i = 0; i < 5; i++) {
        u64 at = all[i] == h ? HIGH | va : va;

        tag_fill(pool, all[i], at, page_host(i), false);
        tag_fill(pool, all[i], at, page_host(i), true);
        tag_fill(pool, all[i], at + 0x1000, page_host(i), false);
    }
    drops = tag_pool_stats(pool)->drops;
    tag_drop_range(pool, 0, va | 0x7700000000000000, 1, 1);
    assert_int_equal(tag_pool_stats(pool)->drops, drops + 4);
    for (i = 0; i < 2; i++) {
        assert_null(hit(all[i], va, false));
        assert_null(hit(all[i], va, true));
        assert_non_null(hit(all[i], va + 0x1000, false));
    }
    assert_non_null(hit(c, va, true));
    assert_non_null(hit(d, va, true));
    assert_non_null(hit(h, HIGH | va, true));
    tag_drop_range(pool, 0, va + 0xfff, 2, TAG_ANY_SPACE);
    assert_null(hit(a, va + 0x1000, false));
    assert_null(hit(c, va, true));
    assert_null(hit(c, va + 0x1000, false));
    assert_non_null(hit(d, va, true));
    assert_non_null(hit(h, HIGH | va, true));
    tag_drop_range(pool, 0, HIGH, 1ull << 60, TAG_ANY_SPACE);
    assert_null(hit(h, HIGH | va, true));
    assert_non_null(hit(d, va, true));
    tag_drop_range(pool, 7, va, 0x1000, TAG_ANY_SPACE);
    tag_drop_range(pool, 1, va, 0, TAG_ANY_SPACE);
    assert_non_null(hit(d, va, true));
}

static void test_drop_space(void **state)
{
    struct tag_table *a = sel(0, false, 1, TAG_EL0);
    struct tag_table *b = sel(0, true, 1, TAG_EL1);
    struct tag_table *c = sel(0, false, 2, TAG_EL1);
    struct tag_table *d = sel(1, false, 1, TAG_EL1);

    (void)state;
    tag_fill(pool, a, 0x1000, page_host(0), true);
    tag_fill(pool, b, HIGH, page_host(0), true);
    tag_fill(pool, c, 0x1000, page_host(0), true);
    tag_fill(pool, d, 0x1000, page_host(0), true);
    tag_drop_space(pool, 0, 1);
    assert_null(hit(a, 0x1000, true));
    assert_null(hit(b, HIGH, true));
    assert_non_null(hit(c, 0x1000, true));
    assert_non_null(hit(d, 0x1000, true));
    tag_drop_space(pool, 0, TAG_ANY_SPACE);
    assert_null(hit(c, 0x1000, true));
    assert_non_null(hit(d, 0x1000, true));
}

static void test_drop_stores(void **state)
{
    struct tag_table *a = sel(0, false, 1, TAG_EL0);
    struct tag_table *b = sel(1, true, 9, TAG_EL1);

    (void)state;
    tag_fill(pool, a, 0x1000, page_host(4), true);
    tag_fill(pool, a, 0x1000, page_host(4), false);
    tag_fill(pool, a, 0x2000, page_host(4), true);
    tag_fill(pool, a, 0x3000, page_host(5), true);
    tag_fill(pool, b, HIGH, page_host(4), true);
    tag_drop_stores(pool, BASE + 4 * PAGE_SIZE + 77);
    assert_null(hit(a, 0x1000, true));
    assert_null(hit(a, 0x2000, true));
    assert_null(hit(b, HIGH, true));
    assert_non_null(hit(a, 0x1000, false));
    assert_non_null(hit(a, 0x3000, true));
    assert_int_equal(ram.page[4], 0);
    assert_int_equal(ram.page[5], RAM_STORE_TAG);
}

static void drop_hook(void *opaque, gpa_t pa)
{
    tag_drop_stores(opaque, pa);
}

static void test_page_protect_drops_store_tags(void **state)
{
    struct tag_table *a = sel(0, false, 1, TAG_EL0);

    (void)state;
    ram.protect = drop_hook;
    ram.opaque = pool;
    tag_fill(pool, a, 0x1000, page_host(4), true);
    page_protect(&ram, BASE + 4 * PAGE_SIZE, RAM_CODE);
    assert_null(hit(a, 0x1000, true));
    assert_int_equal(ram.page[4], RAM_CODE);
}

/* --- at random ------------------------------------------------------------ */

#define N_CTX 12
#define N_TAGS 4096

/* What the pool should at most hold; tags may be lost, never kept. */
struct model_tag {
    unsigned ctx;  /* context, see below */
    u64 va;        /* page */
    unsigned page; /* of RAM */
    bool store;    /* kind */
    bool live;     /* not dropped */
};

static struct model_tag model[N_TAGS];
static unsigned n_model;

static unsigned ctx_cpu(unsigned c)
{
    return c % 2;
}
static u32 ctx_space(unsigned c)
{
    return c / 2 % 3;
}
static bool ctx_high(unsigned c)
{
    return c >= 6;
}

static u64 ctx_va(unsigned ctx, unsigned n)
{
    return (ctx_high(ctx) ? HIGH : 0) + (u64)n * PAGE_SIZE;
}

/* Every dropped tag is gone, and the newest of each place is there. */
static void check_model(struct tag_table *const *t)
{
    unsigned i, k;

    for (i = 0; i < n_model; i++) {
        struct model_tag *m = &model[i];
        bool again = false;
        u8 *host = hit(t[m->ctx], m->va, m->store);

        for (k = i + 1; k < n_model; k++)
            again |= model[k].ctx == m->ctx && model[k].va == m->va &&
                     model[k].store == m->store;
        if (again)
            continue;
        if (m->live)
            assert_ptr_equal(host, page_host(m->page));
        else
            assert_null(host);
    }
}

static void random_fill(struct tag_table *const *t, GRand *r)
{
    struct model_tag m = {
        .ctx = (unsigned)g_rand_int_range(r, 0, N_CTX),
        .page = (unsigned)g_rand_int_range(r, 0, N_PAGES),
        .store = g_rand_boolean(r),
        .live = true,
    };

    m.va = ctx_va(m.ctx, (unsigned)g_rand_int_range(r, 0, 1000));
    if (n_model == N_TAGS)
        return;
    tag_fill(pool, t[m.ctx], m.va, page_host(m.page), m.store);
    model[n_model++] = m;
}

static void random_drop(GRand *r)
{
    unsigned ctx = (unsigned)g_rand_int_range(r, 0, N_CTX), i;
    unsigned page = (unsigned)g_rand_int_range(r, 0, N_PAGES);
    int kind = g_rand_int_range(r, 0, 20);
    u64 va = ctx_va(ctx, (unsigned)g_rand_int_range(r, 0, 1000));
    u64 size = PAGE_SIZE * (u64)g_rand_int_range(r, 1, kind == 1 ? 2000 : 9);
    u32 space = g_rand_boolean(r) ? ctx_space(ctx) : TAG_ANY_SPACE;

    if (kind == 0)
        tag_drop_space(pool, ctx_cpu(ctx), space);
    else if (kind < 10)
        tag_drop_range(pool, ctx_cpu(ctx), va, size, space);
    else
        tag_drop_stores(pool, BASE + page * PAGE_SIZE);
    for (i = 0; i < n_model; i++) {
        struct model_tag *m = &model[i];
        bool mine = ctx_cpu(m->ctx) == ctx_cpu(ctx) &&
                    (space == TAG_ANY_SPACE || ctx_space(m->ctx) == space);

        if (kind >= 10)
            m->live &= !(m->store && m->page == page);
        else if (mine && kind == 0)
            m->live = false;
        else if (mine && ctx_high(m->ctx) == ctx_high(ctx) &&
                 m->va - va < size)
            m->live = false;
    }
}

static void test_random_against_a_list(void **state)
{
    GRand *r = g_rand_new_with_seed(7);
    struct tag_table *t[N_CTX];
    unsigned i;

    (void)state;
    n_model = 0;
    for (i = 0; i < N_CTX; i++)
        t[i] = sel(ctx_cpu(i), ctx_high(i), ctx_space(i), TAG_EL1);
    assert_int_equal(tag_pool_stats(pool)->tables, N_CTX);
    for (i = 0; i < 8000; i++) {
        if (g_rand_int_range(r, 0, 8))
            random_fill(t, r);
        else
            random_drop(r);
        if (i % 1000 == 0)
            check_model(t);
    }
    check_model(t);
    g_rand_free(r);
}

/* With two entries a table still tells neighbouring pages apart. */
static void test_smallest_tables(void **state)
{
    struct tag_pool *p = tag_pool_new(&ram, 1, 0);
    struct tag_table *t = tag_select(p, 0, false, 1, TAG_EL0, NULL, 0);
    unsigned i;

    (void)state;
    for (i = 0; i < 5000; i++) {
        tag_fill(p, t, 0x1000ull * i, page_host(i % N_PAGES), i & 1);
        tag_fill(p, t, 0x1000ull * i, page_host(i % N_PAGES), true);
    }
    assert_int_equal(t->store[1].tag, 4999 * 0x1000);
    assert_int_equal(t->store[0].tag, 4998 * 0x1000);
    tag_drop_space(p, 0, TAG_ANY_SPACE);
    assert_int_equal(t->store[1].tag, TAG_INVALID);
    assert_int_equal(t->store[0].tag, TAG_INVALID);
    assert_int_equal(t->load[0].tag, TAG_INVALID);
    for (i = 0; i < N_PAGES; i++)
        tag_drop_stores(p, BASE + i * PAGE_SIZE);
    tag_pool_free(p);
    tag_pool_free(NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_fill_leads_to_the_host),
        T(test_contexts_have_tables_of_their_own),
        T(test_least_recently_selected_is_reused),
        T(test_drop_range),
        T(test_drop_space),
        T(test_drop_stores),
        T(test_page_protect_drops_store_tags),
        T(test_random_against_a_list),
        T(test_smallest_tables),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
