/* SPDX-License-Identifier: MIT */
/*
 * test_symtab.c - which symbol an address has: sizes said and not said, ends
 * of sections, symbols inside others, several at one place; and names.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <string.h>

#include "symbols.h"

static void add(struct symtab *t, u64 va, u64 size, const char *name,
                enum sym_rank rank)
{
    struct symbol s = {
        .va = va,
        .size = size,
        .name = name,
        .type = 'T',
        .rank = (u8)rank,
    };

    symtab_add(t, &s, strlen(name));
}

static void expect(const struct symtab *t, u64 va, const char *name)
{
    const struct symbol *s = symtab_lookup(t, va);

    if (!name) {
        assert_null(s);
        return;
    }
    assert_non_null(s);
    assert_string_equal(s->name, name);
}

static void test_empty(void **state)
{
    struct symtab *t = symtab_new("none");

    (void)state;
    symtab_finish(t);
    assert_int_equal(symtab_count(t), 0);
    assert_null(symtab_get(t, 0));
    assert_null(symtab_find(t, "a", 0));
    expect(t, 0, NULL);
    expect(t, ~0ull, NULL);
    assert_string_equal(symtab_label(t), "none");
    symtab_free(t);
    symtab_free(NULL);
}

static void test_without_sizes_until_the_next(void **state)
{
    struct symtab *t = symtab_new("t");

    (void)state;
    add(t, 0x300, 0, "c", SYM_RANK_GLOBAL);
    add(t, 0x100, 0, "a", SYM_RANK_GLOBAL);
    symtab_add_end(t, 0x280);
    add(t, 0x200, 0, "b", SYM_RANK_GLOBAL);
    symtab_finish(t);
    assert_int_equal(symtab_count(t), 3);
    assert_int_equal(symtab_get(t, 0)->size, 0x100);
    assert_int_equal(symtab_get(t, 1)->size, 0x80);
    expect(t, 0xff, NULL);
    expect(t, 0x100, "a");
    expect(t, 0x1ff, "a");
    expect(t, 0x200, "b");
    expect(t, 0x27f, "b");
    expect(t, 0x280, NULL);
    expect(t, 0x2ff, NULL);
    expect(t, 0x300, "c");
    expect(t, ~0ull - 1, "c");
    symtab_free(t);
}

static void test_sizes_and_nesting(void **state)
{
    struct symtab *t = symtab_new("t");

    (void)state;
    add(t, 0x100, 0x100, "outer", SYM_RANK_GLOBAL);
    add(t, 0x120, 0x10, "inner", SYM_RANK_LOCAL);
    add(t, 0x140, 0x10, "other", SYM_RANK_LOCAL);
    add(t, 0x1c0, 0, "label", SYM_RANK_LOCAL);
    symtab_add_end(t, 0x180);
    symtab_add_end(t, 0x1d0);
    symtab_finish(t);
    expect(t, 0x11f, "outer");
    expect(t, 0x120, "inner");
    expect(t, 0x12f, "inner");
    expect(t, 0x130, "outer");
    expect(t, 0x160, "outer");
    expect(t, 0x1c8, "label");
    expect(t, 0x1d0, "outer");
    expect(t, 0x200, NULL);
    symtab_free(t);
}

static void test_aliases_by_rank_then_order(void **state)
{
    struct symtab *t = symtab_new("t");

    (void)state;
    add(t, 0x100, 8, "local", SYM_RANK_LOCAL);
    add(t, 0x100, 8, "weak", SYM_RANK_WEAK);
    add(t, 0x100, 8, "second", SYM_RANK_GLOBAL);
    add(t, 0x100, 8, "a_third", SYM_RANK_GLOBAL);
    add(t, 0x100, 64, "long", SYM_RANK_LOCAL);
    symtab_finish(t);
    expect(t, 0x100, "second");
    expect(t, 0x107, "second");
    expect(t, 0x108, "long");
    assert_string_equal(symtab_get(t, 1)->name, "a_third");
    assert_string_equal(symtab_get(t, 2)->name, "weak");
    symtab_free(t);
}

static void test_names_that_repeat(void **state)
{
    struct symtab *t = symtab_new("t");

    (void)state;
    add(t, 0x300, 0, "init", SYM_RANK_LOCAL);
    add(t, 0x100, 0, "init", SYM_RANK_LOCAL);
    add(t, 0x200, 0, "initialise", SYM_RANK_LOCAL);
    symtab_finish(t);
    assert_int_equal(symtab_find(t, "init", 0)->va, 0x100);
    assert_int_equal(symtab_find(t, "init", 1)->va, 0x300);
    assert_null(symtab_find(t, "init", 2));
    assert_null(symtab_find(t, "init", ~(size_t)0));
    assert_int_equal(symtab_find(t, "initialise", 0)->va, 0x200);
    assert_null(symtab_find(t, "ini", 0));
    assert_null(symtab_find(t, "z", 0));
    symtab_free(t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_without_sizes_until_the_next),
        cmocka_unit_test(test_sizes_and_nesting),
        cmocka_unit_test(test_aliases_by_rank_then_order),
        cmocka_unit_test(test_names_that_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
