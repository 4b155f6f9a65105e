/* SPDX-License-Identifier: MIT */
/*
 * test_zblock.c - blocks that are packed and unpacked again: any size and
 * kind of bytes, any level; the same bytes each time; damage is noticed or
 * does not reach beyond the buffer.
 */
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include <glib.h>

#include "zblock.h"

enum { MARGIN = 32, LARGE = 300000 };

static u64 rnd(u64 *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Bytes of which each byte is one of @kinds. */
static u8 *make_bytes(size_t n, unsigned kinds)
{
    u8 *p = g_malloc(n + 1);
    u64 s = n * 256 + kinds + 1;

    for (size_t i = 0; i < n; i++)
        p[i] = (u8)(rnd(&s) % kinds);
    return p;
}

/* Packs; the result is @n_packed bytes, and nothing was written behind them. */
static u8 *pack(struct zblock *z, const u8 *src, size_t n, int level,
                size_t *n_packed)
{
    size_t bound = zblock_bound(n);
    u8 *out = g_malloc(bound + MARGIN);

    memset(out + bound, 0xa5, MARGIN);
    *n_packed = zblock_pack(z, out, src, n, level);
    assert_in_range(*n_packed, 1, bound);
    for (size_t i = 0; i < MARGIN; i++)
        assert_int_equal(out[bound + i], 0xa5);
    return out;
}

static void test_unpacks_what_was_packed(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 255, 4096, 4097, LARGE };
    static const unsigned kinds[] = { 1, 4, 256 };
    static const int levels[] = { 1, 3, 19 };
    struct zblock *z = zblock_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(sizes) * 9; i++) {
        size_t n = sizes[i / 9], n_packed;
        g_autofree u8 *src = make_bytes(n, kinds[i / 3 % 3]);
        g_autofree u8 *packed = pack(z, src, n, levels[i % 3], &n_packed);
        g_autofree u8 *out = g_malloc(n + 1);

        out[n] = 0x5a;
        assert_true(zblock_unpack(z, out, n, packed, n_packed));
        assert_memory_equal(out, src, n);
        assert_int_equal(out[n], 0x5a);
    }
    zblock_free(z);
}

static void test_repetition_gets_small(void **state)
{
    struct zblock *z = zblock_new();
    g_autofree u8 *src = make_bytes(LARGE, 1);
    size_t n_packed;
    g_autofree u8 *packed = pack(z, src, LARGE, 1, &n_packed);

    (void)state;
    assert_in_range(n_packed, 1, LARGE / 1000);
    zblock_free(z);
}

static void test_a_higher_level_is_smaller(void **state)
{
    struct zblock *z = zblock_new();
    g_autofree u8 *src = make_bytes(LARGE, 3);
    size_t fast, small;
    g_autofree u8 *a = pack(z, src, LARGE, 1, &fast);
    g_autofree u8 *b = pack(z, src, LARGE, 19, &small);

    (void)state;
    assert_true(small < fast);
    zblock_free(z);
}

/* What was packed before leaves nothing behind. */
static void test_same_bytes_whatever_came_before(void **state)
{
    struct zblock *used = zblock_new();
    g_autofree u8 *src = make_bytes(LARGE, 7);
    g_autofree u8 *other = make_bytes(LARGE, 200);

    (void)state;
    for (int level = 1; level <= 7; level += 3) {
        struct zblock *fresh = zblock_new();
        size_t n_before, n_used, n_fresh;
        g_autofree u8 *before = pack(used, other, LARGE, 8 - level, &n_before);
        g_autofree u8 *a = pack(used, src, LARGE, level, &n_used);
        g_autofree u8 *b = pack(fresh, src, LARGE, level, &n_fresh);

        assert_int_equal(n_used, n_fresh);
        assert_memory_equal(a, b, n_fresh);
        zblock_free(fresh);
    }
    zblock_free(used);
}

static void test_wrong_length_is_refused(void **state)
{
    struct zblock *z = zblock_new();
    g_autofree u8 *src = make_bytes(1000, 10);
    size_t n_packed;
    g_autofree u8 *packed = pack(z, src, 1000, 1, &n_packed);
    u8 out[1001];

    (void)state;
    assert_false(zblock_unpack(z, out, 999, packed, n_packed));
    assert_false(zblock_unpack(z, out, 1001, packed, n_packed));
    assert_false(zblock_unpack(z, out, 1000, packed, n_packed - 1));
    assert_false(zblock_unpack(z, out, 1000, packed, 0));
    assert_true(zblock_unpack(z, out, 1000, packed, n_packed));
    zblock_free(z);
}

/* Every cut and many flipped bits: refused, or other bytes of the same
 * length (there is no checksum); never written beyond the buffer. */
static void test_damage_stays_in_the_buffer(void **state)
{
    struct zblock *z = zblock_new();
    g_autofree u8 *src = make_bytes(600, 5);
    size_t n_packed;
    g_autofree u8 *packed = pack(z, src, 600, 3, &n_packed);
    u8 out[600 + MARGIN];
    unsigned n_refused = 0;

    (void)state;
    memset(out, 0xa5, sizeof(out));
    for (size_t n = 0; n < n_packed; n++)
        assert_false(zblock_unpack(z, out, 600, packed, n));
    for (size_t bit = 0; bit < n_packed * 8; bit++) {
        packed[bit / 8] ^= (u8)(1 << bit % 8);
        n_refused += !zblock_unpack(z, out, 600, packed, n_packed);
        packed[bit / 8] ^= (u8)(1 << bit % 8);
    }
    assert_in_range(n_refused, 1, n_packed * 8);
    for (size_t i = 600; i < sizeof(out); i++)
        assert_int_equal(out[i], 0xa5);
    assert_true(zblock_unpack(z, out, 600, packed, n_packed));
    assert_memory_equal(out, src, 600);
    zblock_free(z);
}

static void test_freeing_nothing(void **state)
{
    (void)state;
    zblock_free(NULL);
    zblock_free(zblock_new());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unpacks_what_was_packed),
        cmocka_unit_test(test_repetition_gets_small),
        cmocka_unit_test(test_a_higher_level_is_smaller),
        cmocka_unit_test(test_same_bytes_whatever_came_before),
        cmocka_unit_test(test_wrong_length_is_refused),
        cmocka_unit_test(test_damage_stays_in_the_buffer),
        cmocka_unit_test(test_freeing_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
