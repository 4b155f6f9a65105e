/* SPDX-License-Identifier: MIT */
/*
 * test_image.c - recognising kernel files, the Image header and where
 * Images and raw binaries go. RAM is only described, never mapped.
 */
#include "files.h"
#include "src/loader/kernel.h"

static const struct ram ram = { .base = RAM_BASE, .size = 64 * MiB };

static bool parse(struct kernel *k, const u8 *p, u64 size, GError **err)
{
    struct blob b = { .data = p, .size = size, .name = "file" };

    return kernel_parse(k, &b, &ram, err);
}

static void expect_error(const u8 *p, u64 size, const char *says)
{
    struct kernel k;
    GError *err = NULL;

    assert_false(parse(&k, p, size, &err));
    assert_says(&err, "file: ", says);
    kernel_fini(&k);
}

static void expect_image_error(u64 size, u64 offset, u64 image_size, u64 flags,
                               const char *says)
{
    u8 *p = make_image(MAX(size, 64), offset, image_size, flags);

    expect_error(p, size, says);
    g_free(p);
}

static struct kernel parse_image(u64 size, u64 offset, u64 image_size,
                                 u64 flags)
{
    u8 *p = make_image(size, offset, image_size, flags);
    struct kernel k;
    GError *err = NULL;

    assert_true(parse(&k, p, size, &err));
    kernel_fini(&k);
    g_free(p);
    return k;
}

static void test_modern_image_goes_above_the_stub(void **state)
{
    struct kernel k = parse_image(0x10000, 0, 0x20000, 0xa);

    (void)state;
    assert_int_equal(k.start, RAM_BASE + 0x200000);
    assert_int_equal(k.entry, k.start);
    assert_int_equal(k.end, k.start + 0x20000);
    assert_true(k.is_linux && k.has_stub && k.end_known);
    assert_int_equal(k.page_kib, 4);
}

static void test_text_offset_is_honoured(void **state)
{
    struct kernel k = parse_image(0x1000, 0x80000, 0x2000, 0);

    (void)state;
    assert_int_equal(k.start, RAM_BASE + 0x80000);
    assert_int_equal(k.page_kib, 0);
    k = parse_image(0x1000, 0x1000, 0x2000, 0x4);
    assert_int_equal(k.start, RAM_BASE + 0x1000);
    assert_int_equal(k.page_kib, 16);
    k = parse_image(0x1000, 0xffc, 0x2000, 0x6);
    assert_int_equal(k.start, RAM_BASE + 0x200ffc);
    assert_int_equal(k.page_kib, 64);
}

static void test_image_size_0_means_an_old_kernel(void **state)
{
    struct kernel k = parse_image(0x3000, 0x12345, 0, 1);

    (void)state;
    assert_int_equal(k.start, RAM_BASE + 0x80000);
    assert_int_equal(k.end, k.start + 0x3000);
    assert_false(k.end_known);
}

static void test_image_must_fit(void **state)
{
    struct kernel k = parse_image(64, 0, 62 * MiB, 0);

    (void)state;
    assert_int_equal(k.end, RAM_BASE + 64 * MiB);
    expect_image_error(64, 0, 62 * MiB + 1, 0, "use a larger -m");
    expect_image_error(64, 64 * MiB, 1, 0, "use a larger -m");
    expect_image_error(64, ~3ull, 4, 0, "use a larger -m");
    expect_image_error(64, 0, ~0ull, 0, "use a larger -m");
}

static void test_bad_headers(void **state)
{
    (void)state;
    expect_image_error(64, 0, 0x1000, 0xb, "big-endian kernel");
    expect_image_error(64, 2, 0x1000, 0, "text_offset 0x2");
    expect_image_error(63, 0, 0x1000, 0, "truncated Image: 63 bytes");
}

static void test_pe_header_tells_truncation(void **state)
{
    u8 *p = make_image(0x2000, 0, 0x4000, 0xa);
    struct kernel k;
    GError *err = NULL;

    (void)state;
    add_pe(p, 0x1000, 0x1000);
    assert_true(parse(&k, p, 0x2000, &err));
    kernel_fini(&k);
    expect_error(p, 0x1fff,
                 "truncated Image: 8191 bytes, its PE header says "
                 "8192");
    expect_error(p, 0x60, "truncated Image");
    expect_error(p, 0x50, "truncated Image");
    put_le(p + 60, 0xffffffff, 4);
    expect_error(p, 0x2000, "truncated Image");
    g_free(p);
}

static void test_pe_signature_counts(void **state)
{
    u8 *p = make_image(0x2000, 0, 0x4000, 0xa);
    struct kernel k;
    GError *err = NULL;

    (void)state;
    add_pe(p, 0x1000, 0x800);
    put_le(p + 0x40 + 6, 0, 2);
    put_le(p + 0x40 + 20, 160, 2);
    put_le(p + 0x58, 0x20b, 2);
    put_le(p + 0x58 + 108, 6, 4);
    put_le(p + 0x58 + 144, 0x1800, 4);
    put_le(p + 0x58 + 148, 0x600, 4);
    expect_error(p, 0x1dff, "its PE header says 7680");
    assert_true(parse(&k, p, 0x1e00, &err));
    kernel_fini(&k);
    g_free(p);
}

static void test_raw_binary(void **state)
{
    u8 code[8] = { 0x1f, 0x20, 0x03, 0xd5, 0xff, 0xff, 0xff, 0x17 };
    struct kernel k;
    GError *err = NULL;

    (void)state;
    assert_true(parse(&k, code, sizeof(code), &err));
    assert_int_equal(k.start, RAM_BASE + 0x80000);
    assert_int_equal(k.entry, k.start);
    assert_int_equal(k.end, k.start + 8);
    assert_true(k.has_stub && !k.is_linux && !k.end_known);
    kernel_fini(&k);
    expect_error(code, 3, "less than one instruction");
}

static void test_raw_binary_must_fit(void **state)
{
    u64 room = ram.size - 0x80000;
    u8 *p = g_malloc0(room + 1);
    struct kernel k;
    GError *err = NULL;

    (void)state;
    assert_true(parse(&k, p, room, &err));
    kernel_fini(&k);
    expect_error(p, room + 1, "use a larger -m");
    g_free(p);
}

static void test_other_formats_are_named(void **state)
{
    static const char text[] = "#!/bin/sh\nexec emu \"$@\"\n";
    u8 *p = g_malloc0(0x9000);

    (void)state;
    expect_error((const u8 *)text, sizeof(text) - 1, "not an Image but text");
    memcpy(p + 0x202, "HdrS", 4);
    expect_error(p, 0x9000, "x86 kernel");
    p[0x202] = 0;
    memcpy(p + 0x8001, "CD001", 5);
    expect_error(p, 0x9000, "a CD image");
    p[0x8001] = 0;
    memcpy(p, "\x28\xb5\x2f\xfd", 4);
    expect_error(p, 0x9000, "zstd data");
    memcpy(p, "070701", 6);
    expect_error(p, 0x9000, "did you mean -initrd");
    memcpy(p, "MZ", 2);
    expect_error(p, 0x9000, "without the arm64 Image magic");
    g_free(p);
}

static u8 *make_zboot(const char *type, const u8 *payload, size_t n)
{
    u8 *p = g_malloc0(0x100 + n);

    memcpy(p, "MZ\0\0zimg", 8);
    put_le(p + 8, 0x100, 4);
    put_le(p + 12, n, 4);
    memcpy(p + 24, type, strlen(type));
    memcpy(p + 0x100, payload, n);
    return p;
}

static void unpack_error(u8 *p, u64 size, const char *says)
{
    struct blob b = { .data = p, .size = size, .name = "file" };
    GError *err = NULL;

    assert_false(kernel_unpack(&b, &ram, &err));
    assert_says(&err, "file: ", says);
    blob_fini(&b);
}

static void test_zboot(void **state)
{
    size_t n;
    u8 *gz = make_gzip((const u8 *)"payload", 7, &n);
    u8 *p = make_zboot("gzip", gz, n);
    struct blob b = { .data = p, .size = 0x100 + n, .name = "file" };
    GError *err = NULL;

    (void)state;
    unpack_error(p, 0xff + n, "zboot header says");
    put_le(p + 8, 0xffffffff, 4);
    unpack_error(p, 0x100 + n, "zboot header says");
    put_le(p + 8, 0x100, 4);
    assert_true(kernel_unpack(&b, &ram, &err));
    assert_int_equal(b.size, 7);
    assert_memory_equal(b.data, "payload", 7);
    blob_fini(&b);
    g_free(p);
    p = make_zboot("zstd\n", gz, n);
    unpack_error(p, 0x100 + n, "packed with \"zstd\\n\"");
    g_free(p);
    g_free(gz);
}

static void test_unpack_leaves_the_rest_alone(void **state)
{
    u8 data[4] = { 1, 2, 3, 4 };
    struct blob b = { .data = data, .size = 4, .name = "file" };
    GError *err = NULL;
    size_t n;
    u8 *gz = make_gzip(NULL, 0, &n);

    (void)state;
    assert_true(kernel_unpack(&b, &ram, &err));
    assert_ptr_equal(b.data, data);
    unpack_error(gz, n, "contains nothing");
    g_free(gz);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modern_image_goes_above_the_stub),
        cmocka_unit_test(test_text_offset_is_honoured),
        cmocka_unit_test(test_image_size_0_means_an_old_kernel),
        cmocka_unit_test(test_image_must_fit),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_pe_header_tells_truncation),
        cmocka_unit_test(test_pe_signature_counts),
        cmocka_unit_test(test_raw_binary),
        cmocka_unit_test(test_raw_binary_must_fit),
        cmocka_unit_test(test_other_formats_are_named),
        cmocka_unit_test(test_zboot),
        cmocka_unit_test(test_unpack_leaves_the_rest_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
