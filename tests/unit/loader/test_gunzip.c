/* SPDX-License-Identifier: MIT */
/*
 * test_gunzip.c - unpacking: round trips, several members, and every kind of
 * bad input, each prefix of a good file among them.
 */
#include "files.h"
#include "src/loader/kernel.h"

static u8 *random_data(size_t n)
{
    u8 *p = g_malloc(n);
    u32 x = 1;
    size_t i;

    for (i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (u8)(x >> 24 & 15);
    }
    return p;
}

static void test_round_trip_beyond_the_first_buffer(void **state)
{
    static const size_t n = 3 * MiB + 17;
    u8 *data = random_data(n), *gz, *out;
    GError *err = NULL;
    size_t gz_size;
    u64 size;

    (void)state;
    gz = make_gzip(data, n, &gz_size);
    assert_true(gunzip_is_gzip(gz, gz_size));
    out = gunzip("k", gz, gz_size, GiB, &size, &err);
    assert_non_null(out);
    assert_int_equal(size, n);
    assert_memory_equal(out, data, n);
    g_free(out);
    g_free(gz);
    g_free(data);
}

static void test_members_join_and_what_follows_is_ignored(void **state)
{
    u8 *a, *b, *all, *out;
    GError *err = NULL;
    size_t na, nb;
    u64 size;

    (void)state;
    a = make_gzip((const u8 *)"one", 3, &na);
    b = make_gzip((const u8 *)"two", 3, &nb);
    all = g_malloc0(na + nb + 5);
    memcpy(all, a, na);
    memcpy(all + na, b, nb);
    out = gunzip("k", all, na + nb + 5, GiB, &size, &err);
    assert_int_equal(size, 6);
    assert_memory_equal(out, "onetwo", 6);
    g_free(out);
    g_free(all);
    g_free(a);
    g_free(b);
}

static void test_limit_is_exact(void **state)
{
    u8 *data = random_data(100000), *gz, *out;
    GError *err = NULL;
    size_t gz_size;
    u64 size;

    (void)state;
    gz = make_gzip(data, 100000, &gz_size);
    out = gunzip("k", gz, gz_size, 100000, &size, &err);
    assert_non_null(out);
    g_free(out);
    assert_null(gunzip("k", gz, gz_size, 99999, &size, &err));
    assert_says(&err, "k", "unpacks to more than 99999 bytes");
    g_free(gz);
    g_free(data);
}

static void test_every_prefix_is_truncated(void **state)
{
    u8 *data = random_data(300), *gz, *cut;
    GError *err = NULL;
    size_t gz_size, n;
    u64 size;

    (void)state;
    gz = make_gzip(data, 300, &gz_size);
    for (n = 3; n < gz_size; n++) {
        cut = g_memdup2(gz, n);
        assert_null(gunzip("k", cut, n, GiB, &size, &err));
        assert_says(&err, "k", "truncated");
        g_free(cut);
    }
    g_free(gz);
    g_free(data);
}

static void test_damage_is_found(void **state)
{
    u8 *data = random_data(3000), *gz, *out;
    GError *err = NULL;
    size_t gz_size, i;
    unsigned undetected = 0;
    u64 size;

    (void)state;
    gz = make_gzip(data, 3000, &gz_size);
    for (i = 10; i < gz_size; i++) {
        gz[i] ^= 0x10;
        out = gunzip("k", gz, gz_size, GiB, &size, &err);
        /* A bit between the last code and the checksum means nothing. */
        if (out)
            assert_memory_equal(out, data, 3000);
        else
            assert_says(&err, "k", "gzip data");
        undetected += out != NULL;
        g_free(out);
        gz[i] ^= 0x10;
    }
    assert_true(undetected <= 1);
    g_free(gz);
    g_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_beyond_the_first_buffer),
        cmocka_unit_test(test_members_join_and_what_follows_is_ignored),
        cmocka_unit_test(test_limit_is_exact),
        cmocka_unit_test(test_every_prefix_is_truncated),
        cmocka_unit_test(test_damage_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
