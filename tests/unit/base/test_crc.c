/* SPDX-License-Identifier: MIT */
/*
 * test_crc.c - CRC-32C against the polynomial, bit by bit, and against the
 * examples of RFC 3720, "CRC Examples".
 */
#include "crc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static u32 by_bits(const u8 *p, size_t n)
{
    u32 c = ~0u;

    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (unsigned b = 0; b < 8; b++)
            c = c >> 1 ^ (c & 1 ? 0x82f63b78 : 0);
    }
    return ~c;
}

static void test_examples(void **state)
{
    u8 b[32] = { 0 };

    assert_int_equal(crc32c(b, 32), 0x8a9136aa);
    memset(b, 0xff, 32);
    assert_int_equal(crc32c(b, 32), 0x62a8ab43);
    for (u8 i = 0; i < 32; i++)
        b[i] = i;
    assert_int_equal(crc32c(b, 32), 0x46dd794e);
    (void)state;
}

static void test_every_length_and_byte(void **state)
{
    u8 b[300];

    for (unsigned i = 0; i < sizeof(b); i++)
        b[i] = (u8)(i * 7 + i / 256);
    for (size_t n = 0; n <= 300; n++)
        assert_int_equal(crc32c(b, n), by_bits(b, n));
    for (unsigned v = 0; v < 256; v++) {
        u8 one[5] = { (u8)v };

        assert_int_equal(crc32c(one, 5), by_bits(one, 5));
        assert_int_equal(crc32c(one, 1), by_bits(one, 1));
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_every_length_and_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
