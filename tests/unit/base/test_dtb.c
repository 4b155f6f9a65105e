/* SPDX-License-Identifier: MIT */
/*
 * test_dtb.c - src/base/dtb.c: written trees read back with libfdt, patched
 * trees, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <libfdt.h>

#include "dtb.h"

static void *small_tree(size_t *size)
{
    static const u32 cells[] = { 1, 0xdeadbeef };
    struct dtb *d = dtb_new();
    void *blob;

    dtb_u32(d, "#address-cells", 2);
    dtb_u32(d, "#size-cells", 2);
    dtb_begin_at(d, "memory", 0x40000000);
    dtb_str(d, "device_type", "memory");
    dtb_reg(d, (const u64[]){ 0x40000000, 0x123456789000 }, 1);
    dtb_end(d);
    dtb_begin(d, "node");
    dtb_cells(d, "cells", cells, 2);
    dtb_u64(d, "wide", 0x1122334455667788);
    dtb_bytes(d, "flag", NULL, 0);
    dtb_end(d);
    blob = dtb_finish(d, size, NULL);
    assert_non_null(blob);
    return blob;
}

static void assert_prop(const void *fdt, const char *path, const char *name,
                        const void *want, int n)
{
    int node = fdt_path_offset(fdt, path), len;
    const void *p;

    assert_true(node >= 0);
    p = fdt_getprop(fdt, node, name, &len);
    assert_non_null(p);
    assert_int_equal(len, n);
    assert_memory_equal(p, want, (size_t)n);
}

static void test_written_tree_reads_back(void **state)
{
    size_t size;
    void *fdt = small_tree(&size);

    (void)state;
    assert_true(dtb_check(fdt, size, NULL));
    assert_int_equal(fdt_totalsize(fdt), size);
    assert_prop(fdt, "/node", "cells", "\0\0\0\1\xde\xad\xbe\xef", 8);
    assert_prop(fdt, "/node", "wide", "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
    assert_prop(fdt, "/node", "flag", "", 0);
    assert_prop(fdt, "/memory@40000000", "device_type", "memory", 7);
    assert_prop(fdt, "/memory@40000000", "reg",
                "\0\0\0\0\x40\0\0\0\0\0\x12\x34\x56\x78\x90\0", 16);
    g_free(fdt);
}

static void test_large_tree_grows_the_buffer(void **state)
{
    struct dtb *d = dtb_new();
    char value[3000], name[32];
    size_t size;
    void *fdt;

    (void)state;
    memset(value, 'x', sizeof(value));
    for (int i = 0; i < 50; i++) {
        g_snprintf(name, sizeof(name), "node%d", i);
        dtb_begin(d, name);
        g_snprintf(name, sizeof(name), "prop%d", i);
        dtb_bytes(d, name, value, sizeof(value));
        dtb_end(d);
    }
    fdt = dtb_finish(d, &size, NULL);
    assert_non_null(fdt);
    assert_true(size > 150000);
    assert_true(dtb_check(fdt, size, NULL));
    for (int i = 0; i < 50; i++) {
        char prop[32];

        g_snprintf(name, sizeof(name), "/node%d", i);
        g_snprintf(prop, sizeof(prop), "prop%d", i);
        assert_prop(fdt, name, prop, value, sizeof(value));
    }
    g_free(fdt);
}

static void test_unbalanced_tree_is_an_error(void **state)
{
    struct dtb *d = dtb_new();
    GError *err = NULL;
    size_t size;

    (void)state;
    dtb_end(d);
    dtb_end(d);
    dtb_str(d, "after", "the end");
    assert_null(dtb_finish(d, &size, &err));
    assert_non_null(err);
    g_clear_error(&err);

    d = dtb_new();
    dtb_begin(d, "open");
    assert_null(dtb_finish(d, &size, &err));
    assert_non_null(err);
    g_clear_error(&err);
}

static void test_patch_sets_chosen_and_memory(void **state)
{
    static const u8 seed[32] = { 1, 2, 3 };
    const struct dtb_chosen c = {
        .bootargs = "console=ttyAMA0 quiet",
        .initrd_start = 0x48000000,
        .initrd_size = 0x1000,
        .kaslr_seed = seed,
        .rng_seed = seed,
        .ram_base = 0x40000000,
        .ram_size = 0x20000000,
    };
    size_t size, size2;
    void *fdt = small_tree(&size);
    void *fdt2 = dtb_patch(fdt, size, &c, &size2, NULL);

    (void)state;
    assert_non_null(fdt2);
    assert_true(dtb_check(fdt2, size2, NULL));
    assert_prop(fdt2, "/chosen", "bootargs", c.bootargs, 22);
    assert_prop(fdt2, "/chosen", "linux,initrd-start", "\0\0\0\0\x48\0\0\0", 8);
    assert_prop(fdt2, "/chosen", "linux,initrd-end", "\0\0\0\0\x48\0\x10\0", 8);
    assert_prop(fdt2, "/chosen", "kaslr-seed", seed, 8);
    assert_prop(fdt2, "/chosen", "rng-seed", seed, 32);
    assert_prop(fdt2, "/memory@40000000", "reg",
                "\0\0\0\0\x40\0\0\0\0\0\0\0\x20\0\0\0", 16);
    g_free(fdt2);
    g_free(fdt);
}

static void test_patch_leaves_alone_what_is_not_given(void **state)
{
    const struct dtb_chosen c = { 0 };
    size_t size, size2;
    void *fdt = small_tree(&size);
    void *fdt2 = dtb_patch(fdt, size, &c, &size2, NULL);

    (void)state;
    assert_non_null(fdt2);
    assert_true(fdt_path_offset(fdt2, "/chosen") >= 0);
    assert_null(
        fdt_getprop(fdt2, fdt_path_offset(fdt2, "/chosen"), "bootargs", NULL));
    assert_prop(fdt2, "/memory@40000000", "reg",
                "\0\0\0\0\x40\0\0\0\0\0\x12\x34\x56\x78\x90\0", 16);
    g_free(fdt2);
    g_free(fdt);
}

static void test_patch_adds_a_missing_memory_node(void **state)
{
    const struct dtb_chosen c = { .ram_base = 0x40000000,
                                  .ram_size = 0x1000000 };
    struct dtb *d = dtb_new();
    size_t size, size2;
    void *fdt, *fdt2;

    (void)state;
    dtb_u32(d, "#address-cells", 1);
    dtb_u32(d, "#size-cells", 1);
    fdt = dtb_finish(d, &size, NULL);
    fdt2 = dtb_patch(fdt, size, &c, &size2, NULL);
    assert_non_null(fdt2);
    assert_prop(fdt2, "/memory@40000000", "device_type", "memory", 7);
    assert_prop(fdt2, "/memory@40000000", "reg", "\x40\0\0\0\1\0\0\0", 8);
    g_free(fdt2);
    g_free(fdt);
}

static void test_ram_that_cells_cannot_tell_is_refused(void **state)
{
    const struct dtb_chosen c = { .ram_base = 0x40000000,
                                  .ram_size = 0x100000000 };
    struct dtb *d = dtb_new();
    GError *err = NULL;
    size_t size;
    void *fdt;

    (void)state;
    dtb_u32(d, "#address-cells", 2);
    dtb_u32(d, "#size-cells", 1);
    fdt = dtb_finish(d, &size, NULL);
    assert_null(dtb_patch(fdt, size, &c, &size, &err));
    assert_non_null(strstr(err->message, "#size-cells"));
    g_error_free(err);
    g_free(fdt);
}

static void test_old_versions_are_refused(void **state)
{
    size_t size;
    void *fdt = small_tree(&size);
    GError *err = NULL;

    (void)state;
    fdt_set_version(fdt, 15);
    fdt_set_last_comp_version(fdt, 2);
    assert_false(dtb_check(fdt, size, &err));
    assert_non_null(strstr(err->message, "version 15"));
    g_error_free(err);
    g_free(fdt);
}

static void test_malformed_blobs_are_refused(void **state)
{
    const struct dtb_chosen c = { 0 };
    size_t size, size2;
    u8 *fdt = small_tree(&size);
    GError *err = NULL;

    (void)state;
    assert_false(dtb_check(fdt, 10, &err));
    assert_non_null(strstr(err->message, "10 bytes"));
    g_clear_error(&err);
    for (size_t n = 0; n < size; n++) {
        u8 *cut = g_memdup2(fdt, n);

        assert_false(dtb_check(cut, n, NULL));
        g_free(cut);
    }
    fdt[0] ^= 1;
    assert_null(dtb_patch(fdt, size, &c, &size2, &err));
    assert_non_null(err);
    g_clear_error(&err);
    g_free(fdt);
}

/* Whatever a flipped byte makes of the tree: no access outside of it. */
static void test_damaged_blobs_never_crash(void **state)
{
    const struct dtb_chosen c = { .bootargs = "x",
                                  .ram_base = 0x40000000,
                                  .ram_size = 4096 };
    size_t size, size2;
    u8 *fdt = small_tree(&size);

    (void)state;
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            u8 *bad = g_memdup2(fdt, size);

            bad[i] ^= (u8)(1u << bit);
            if (dtb_check(bad, size, NULL))
                g_free(dtb_patch(bad, size, &c, &size2, NULL));
            g_free(bad);
        }
    }
    g_free(fdt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_tree_reads_back),
        cmocka_unit_test(test_large_tree_grows_the_buffer),
        cmocka_unit_test(test_unbalanced_tree_is_an_error),
        cmocka_unit_test(test_patch_sets_chosen_and_memory),
        cmocka_unit_test(test_patch_leaves_alone_what_is_not_given),
        cmocka_unit_test(test_patch_adds_a_missing_memory_node),
        cmocka_unit_test(test_ram_that_cells_cannot_tell_is_refused),
        cmocka_unit_test(test_old_versions_are_refused),
        cmocka_unit_test(test_malformed_blobs_are_refused),
        cmocka_unit_test(test_damaged_blobs_never_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
