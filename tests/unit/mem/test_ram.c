/* SPDX-License-Identifier: MIT */
/*
 * test_ram.c - src/mem/ram.c: the mapping, page attributes and their hooks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "mem.h"

#define BASE 0x40000000ull

struct calls {
    unsigned n;      /* calls of code_write */
    gpa_t pa[8];     /* their addresses */
    u64 size[8];     /* their sizes */
    u8 old[8];       /* first byte in RAM at the time of the call */
    unsigned drops;  /* calls of protect */
    gpa_t dropped;   /* address of the last one */
    struct ram *ram; /* RAM under test */
};

static void code_write(void *opaque, gpa_t pa, const void *src, u64 size)
{
    struct calls *c = opaque;

    assert_true(c->n < 8 && src != ram_host(c->ram, pa));
    c->pa[c->n] = pa;
    c->old[c->n] = *ram_host(c->ram, pa);
    c->size[c->n++] = size;
}

static void protect(void *opaque, gpa_t pa)
{
    struct calls *c = opaque;

    c->drops++;
    c->dropped = pa;
}

static void init(struct ram *ram, struct calls *c, u64 size)
{
    assert_true(ram_init(ram, BASE, size, NULL));
    *c = (struct calls){ .ram = ram };
    ram->code_write = code_write;
    ram->protect = protect;
    ram->opaque = c;
}

static void test_new_ram_is_zero_and_keeps_what_is_written(void **state)
{
    struct ram ram;
    struct calls c;
    u32 v = 0;

    (void)state;
    init(&ram, &c, MiB);
    ram_read(&ram, BASE + MiB - 4, &v, 4);
    assert_int_equal(v, 0);
    v = 0x12345678;
    ram_write(&ram, BASE + MiB - 4, &v, 4);
    v = 0;
    ram_read(&ram, BASE + MiB - 4, &v, 4);
    assert_int_equal(v, 0x12345678);
    assert_int_equal(ram_host(&ram, BASE + MiB - 4)[0], 0x78);
    ram_fini(&ram);
}

static void test_contains_is_exact_at_both_ends(void **state)
{
    struct ram ram;
    struct calls c;

    (void)state;
    init(&ram, &c, MiB);
    assert_true(ram_contains(&ram, BASE, MiB));
    assert_false(ram_contains(&ram, BASE, MiB + 1));
    assert_false(ram_contains(&ram, BASE - 1, 1));
    assert_true(ram_contains(&ram, BASE + MiB - 1, 1));
    assert_false(ram_contains(&ram, BASE + MiB - 1, 2));
    assert_false(ram_contains(&ram, BASE + MiB, 0));
    assert_false(ram_contains(&ram, BASE + 1, UINT64_MAX));
    ram_fini(&ram);
}

static void test_write_reports_code_pages_before_changing_them(void **state)
{
    u8 data[2 * PAGE_SIZE];
    struct ram ram;
    struct calls c;

    (void)state;
    init(&ram, &c, MiB);
    memset(data, 0xaa, sizeof(data));
    page_protect(&ram, BASE + PAGE_SIZE, RAM_CODE);
    page_protect(&ram, BASE + 2 * PAGE_SIZE, RAM_CODE);
    ram_write(&ram, BASE + 0x800, data, sizeof(data));
    assert_int_equal(c.n, 2);
    assert_int_equal(c.pa[0], BASE + PAGE_SIZE);
    assert_int_equal(c.size[0], PAGE_SIZE);
    assert_int_equal(c.old[0], 0);
    assert_int_equal(c.pa[1], BASE + 2 * PAGE_SIZE);
    assert_int_equal(c.size[1], 0x800);
    assert_memory_equal(ram_host(&ram, BASE + 0x800), data, sizeof(data));
    assert_int_equal(*ram_host(&ram, BASE + 0x7ff), 0);
    assert_int_equal(*ram_host(&ram, BASE + 0x2800), 0);
    ram_fini(&ram);
}

static void test_write_makes_pages_unclean(void **state)
{
    struct ram ram;
    struct calls c;

    (void)state;
    init(&ram, &c, MiB);
    for (unsigned i = 0; i < 3; i++)
        page_protect(&ram, BASE + i * PAGE_SIZE, RAM_CLEAN | RAM_WATCHED);
    ram_write(&ram, BASE + PAGE_SIZE - 1, "ab", 2);
    assert_int_equal(*ram_page_attr(&ram, BASE), RAM_WATCHED);
    assert_int_equal(*ram_page_attr(&ram, BASE + PAGE_SIZE), RAM_WATCHED);
    assert_int_equal(*ram_page_attr(&ram, BASE + 2 * PAGE_SIZE),
                     RAM_CLEAN | RAM_WATCHED);
    ram_fini(&ram);
}

static void test_protect_drops_store_tags_once(void **state)
{
    struct ram ram;
    struct calls c;

    (void)state;
    init(&ram, &c, MiB);
    *ram_page_attr(&ram, BASE + PAGE_SIZE) = RAM_STORE_TAG;
    page_protect(&ram, BASE + PAGE_SIZE + 0x123, RAM_CODE);
    assert_int_equal(c.drops, 1);
    assert_int_equal(c.dropped, BASE + PAGE_SIZE);
    assert_int_equal(*ram_page_attr(&ram, BASE + PAGE_SIZE), RAM_CODE);
    page_protect(&ram, BASE + PAGE_SIZE, RAM_WATCHED);
    assert_int_equal(c.drops, 1);
    assert_int_equal(*ram_page_attr(&ram, BASE + PAGE_SIZE),
                     RAM_CODE | RAM_WATCHED);
    ram_fini(&ram);
}

static void test_untouched_ram_costs_nothing(void **state)
{
    struct ram ram;
    struct calls c;

    (void)state;
    /* Far more than the machine has; only the attribute bytes are real. */
    init(&ram, &c, 256 * GiB);
    ram_write(&ram, BASE + 255 * GiB, "x", 1);
    assert_int_equal(*ram_host(&ram, BASE + 255 * GiB), 'x');
    ram_fini(&ram);
}

static void test_impossible_size_is_an_error_and_leaves_nothing(void **state)
{
    GError *err = NULL;
    struct ram ram;

    (void)state;
    assert_false(ram_init(&ram, 0, 1ull << 60, &err));
    assert_non_null(strstr(err->message, "MiB of guest memory"));
    assert_null(ram.host);
    assert_int_equal(ram.fd, -1);
    g_error_free(err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_ram_is_zero_and_keeps_what_is_written),
        cmocka_unit_test(test_contains_is_exact_at_both_ends),
        cmocka_unit_test(test_write_reports_code_pages_before_changing_them),
        cmocka_unit_test(test_write_makes_pages_unclean),
        cmocka_unit_test(test_protect_drops_store_tags_once),
        cmocka_unit_test(test_untouched_ram_costs_nothing),
        cmocka_unit_test(test_impossible_size_is_an_error_and_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
