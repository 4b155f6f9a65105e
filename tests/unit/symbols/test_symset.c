/* SPDX-License-Identifier: MIT */
/*
 * test_symset.c - where programs lie: a kernel moved by KASLR and its physical
 * alias, modules over it, user programs in address spaces, and expressions.
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

#define TEXT 0xffff800008000000ull
#define SIZE 0x200000ull
#define PA   0x40200000ull
#define BIAS 0x2f0000200000ull
#define MODULE (TEXT + BIAS + 0x100000)

/* The programs of a test. */
struct rig {
    struct symtab *kernel; /* _text, start_kernel, dup */
    struct symtab *module; /* init_module, dup, at 0 */
    struct symtab *user;   /* main, at 0x400000 */
    struct symset *set;    /* what is asked */
};

static void add(struct symtab *t, u64 va, const char *name)
{
    struct symbol s = { .va = va, .name = name, .type = 'T' };

    symtab_add(t, &s, strlen(name));
}

static int setup(void **state)
{
    static struct rig r;

    r.kernel = symtab_new("vmlinux");
    add(r.kernel, TEXT, "_text");
    add(r.kernel, TEXT + 0x1000, "start_kernel");
    add(r.kernel, TEXT + 0x2000, "dup");
    symtab_finish(r.kernel);
    r.module = symtab_new("ext4");
    add(r.module, 0, "init_module");
    add(r.module, 0x100, "dup");
    symtab_finish(r.module);
    r.user = symtab_new("busybox");
    add(r.user, 0x400000, "main");
    symtab_finish(r.user);
    r.set = symset_new();
    *state = &r;
    return 0;
}

static int teardown(void **state)
{
    struct rig *r = *state;

    symset_free(r->set);
    symtab_free(r->kernel);
    symtab_free(r->module);
    symtab_free(r->user);
    return 0;
}

static void expect(const struct rig *r, unsigned spaces, u32 asid, u64 addr,
                   const char *text)
{
    struct sym_hit hit;
    char out[64];

    if (!text) {
        assert_false(symset_lookup(r->set, spaces, asid, addr, &hit));
        return;
    }
    assert_true(symset_lookup(r->set, spaces, asid, addr, &hit));
    assert_int_equal(sym_hit_format(&hit, out, sizeof(out)), strlen(text));
    assert_string_equal(out, text);
}

static void test_kernel_before_and_after_the_mmu(void **state)
{
    struct rig *r = *state;

    symset_add_kernel(r->set, r->kernel, NULL, TEXT, SIZE, PA, 0);
    expect(r, SYM_KERNEL, 0, TEXT + 0x1004, "start_kernel+0x4");
    expect(r, SYM_KERNEL, 0, TEXT + 0x1000, "start_kernel");
    expect(r, SYM_PHYSICAL, 0, PA + 0x1004, "start_kernel+0x4");
    expect(r, SYM_KERNEL, 0, PA + 0x20, "_text+0x20");
    expect(r, SYM_USER, 0, PA + 0x20, NULL);
    expect(r, SYM_PHYSICAL, 0, TEXT, NULL);
    expect(r, SYM_PHYSICAL, 0, PA - 1, NULL);
    expect(r, SYM_PHYSICAL, 0, PA + SIZE, NULL);
    /* When the bias is known, only the virtual range moves. */
    symset_add_kernel(r->set, r->kernel, NULL, TEXT, SIZE, PA, BIAS);
    expect(r, SYM_KERNEL, 0, TEXT + 0x1000, NULL);
    expect(r, SYM_KERNEL, 0, TEXT + BIAS + 0x1000, "start_kernel");
    expect(r, SYM_PHYSICAL, 0, PA + 0x1000, "start_kernel");
}

static void test_bias_from_an_address(void **state)
{
    u64 b = 1;

    (void)state;
    assert_true(symset_kernel_bias(TEXT, SIZE, PA, TEXT + 0x1234,
                                   PA + 0x1234, &b));
    assert_int_equal(b, 0);
    assert_true(symset_kernel_bias(TEXT, SIZE, PA, TEXT + BIAS + 0x1234,
                                   PA + 0x1234, &b));
    assert_int_equal(b, BIAS);
    b = 1;
    /* A module, the byte before and behind, the linear map, the fixmap. */
    assert_false(symset_kernel_bias(TEXT, SIZE, PA, TEXT - 0x1000,
                                    PA - 0x1000, &b));
    assert_false(symset_kernel_bias(TEXT, SIZE, PA, TEXT + SIZE, PA + SIZE,
                                    &b));
    assert_false(symset_kernel_bias(TEXT, SIZE, PA, 0xffff000000200000, PA,
                                    &b));
    assert_false(symset_kernel_bias(TEXT, SIZE, PA, 0xfffffbfffd800000, PA,
                                    &b));
    assert_false(symset_kernel_bias(TEXT, SIZE, PA, TEXT + BIAS + 0x3000,
                                    PA + 0x2000, &b));
    assert_int_equal(b, 1);
}

static void test_priority_and_removal(void **state)
{
    struct rig *r = *state;
    struct sym_map m = {
        .start = MODULE,
        .size = 0x1000,
        .table = r->module,
        .spaces = SYM_KERNEL,
        .asid = SYM_ANY_ASID,
        .priority = 5,
    };
    unsigned id;

    symset_add_kernel(r->set, r->kernel, NULL, TEXT, SIZE, PA, BIAS);
    id = symset_add(r->set, &m);
    assert_int_not_equal(id, 0);
    expect(r, SYM_KERNEL, 0, MODULE + 0x10, "init_module+0x10");
    expect(r, SYM_KERNEL, 0, MODULE + 0x1000, "dup+0xff000");
    symset_remove(r->set, id);
    expect(r, SYM_KERNEL, 0, MODULE + 0x10, "dup+0xfe010");
    m.priority = -1;
    id = symset_add(r->set, &m);
    expect(r, SYM_KERNEL, 0, MODULE + 0x10, "dup+0xfe010");
    symset_remove(r->set, id);
    symset_remove(r->set, id);
}

static void test_user_programs_by_asid(void **state)
{
    struct rig *r = *state;
    struct sym_map m = {
        .start = 0x5500000000,
        .size = 0x1000,
        .link = 0x400000,
        .table = r->user,
        .spaces = SYM_USER,
        .asid = 7,
    };

    symset_add(r->set, &m);
    expect(r, SYM_USER, 7, 0x5500000010, "main+0x10");
    expect(r, SYM_USER, SYM_ANY_ASID, 0x5500000010, "main+0x10");
    expect(r, SYM_USER, 8, 0x5500000010, NULL);
    expect(r, SYM_KERNEL, 7, 0x5500000010, NULL);
    expect(r, SYM_KERNEL | SYM_USER, 7, 0x5500000010, "main+0x10");
}

static void expect_eval(const struct rig *r, const char *text, u64 want)
{
    u64 addr = 0;

    assert_true(symset_eval(r->set, SYM_KERNEL, text, &addr));
    assert_int_equal(addr, want);
}

static void test_eval(void **state)
{
    static const char *const bad[] = {
        "", "nothing", "start_kernel+", "start_kernel+x", "+4", "12x", "main",
        "start_kernel+1+1", "vmlinux:init_module", ":dup", "ext4:",
        "0x11111111111111111",
    };
    struct rig *r = *state;
    struct sym_map m = {
        .start = MODULE,
        .size = 0x1000,
        .table = r->module,
        .spaces = SYM_KERNEL,
        .asid = SYM_ANY_ASID,
        .priority = 5,
    };
    size_t i;
    u64 addr;

    symset_add_kernel(r->set, r->kernel, NULL, TEXT, SIZE, PA, BIAS);
    symset_add(r->set, &m);
    expect_eval(r, "start_kernel", TEXT + BIAS + 0x1000);
    expect_eval(r, "start_kernel+0x10", TEXT + BIAS + 0x1010);
    expect_eval(r, "start_kernel-16", TEXT + BIAS + 0xff0);
    expect_eval(r, "dup", MODULE + 0x100);
    expect_eval(r, "vmlinux:dup+4", TEXT + BIAS + 0x2004);
    expect_eval(r, "0xffff000000000000", 0xffff000000000000);
    expect_eval(r, "4096", 4096);
    for (i = 0; i < ARRAY_SIZE(bad); i++)
        assert_false(symset_eval(r->set, SYM_KERNEL, bad[i], &addr));
    assert_true(symset_eval(r->set, SYM_PHYSICAL, "start_kernel", &addr));
    assert_int_equal(addr, PA + 0x1000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_kernel_before_and_after_the_mmu),
        TEST(test_bias_from_an_address),
        TEST(test_priority_and_removal),
        TEST(test_user_programs_by_asid),
        TEST(test_eval),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
