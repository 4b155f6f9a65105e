/* SPDX-License-Identifier: MIT */
/*
 * test_options_value.c - numbers, sizes, dates and seconds at their limits.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "src/options_value.h"

#define UNTOUCHED 0x5aull

static void number(const char *s, bool ok, u64 wanted)
{
    u64 v = UNTOUCHED;

    assert_int_equal(value_number(s, &v), ok);
    assert_true(v == (ok ? wanted : UNTOUCHED));
}

static void test_numbers(void **state)
{
    (void)state;
    number("0", true, 0);
    number("007", true, 7);
    number("0x1F", true, 31);
    number("18446744073709551615", true, UINT64_MAX);
    number("18446744073709551616", false, 0);
    number("0x10000000000000000", false, 0);
    number("", false, 0);
    number("0x", false, 0);
    number("-1", false, 0);
    number("+1", false, 0);
    number(" 1", false, 0);
    number("1 ", false, 0);
    number("0x-1", false, 0);
}

static void scaled(const char *s, bool ok, u64 wanted)
{
    u64 v = UNTOUCHED;

    assert_int_equal(value_scaled(s, 1000, 1, &v), ok);
    assert_true(v == (ok ? wanted : UNTOUCHED));
}

static void test_scaled_numbers(void **state)
{
    u64 v;

    (void)state;
    scaled("5", true, 5);
    scaled("5K", true, 5000);
    scaled("5m", true, 5000000);
    scaled("5G", true, 5000000000);
    scaled("5T", true, 5000000000000);
    scaled("18446744073709551K", true, 18446744073709551000u);
    scaled("18446744073709552K", false, 0);
    scaled("K", false, 0);
    scaled("5KK", false, 0);
    scaled("5E", false, 0);
    scaled("", false, 0);
    assert_true(value_scaled("3", 1024, 1 << 20, &v));
    assert_int_equal(v, 3 << 20);
    assert_true(value_scaled("3K", 1024, 1 << 20, &v));
    assert_int_equal(v, 3 << 10);
}

static void date(const char *s, bool ok, u64 wanted)
{
    u64 v = UNTOUCHED;

    assert_int_equal(value_date(s, &v), ok);
    assert_true(v == (ok ? wanted : UNTOUCHED));
}

static void test_dates(void **state)
{
    (void)state;
    date("1970-01-01", true, 0);
    date("2024-01-01T00:00:00", true, 1704067200);
    date("2000-02-29T23:59:59", true, 951868799);
    date("1900-02-28", false, 0);
    date("1969-12-31", false, 0);
    date("2023-02-29", false, 0);
    date("2023-00-01", false, 0);
    date("2023-01-32", false, 0);
    date("2023-01-01T24:00:00", false, 0);
    date("2023-01-01T00:00:60", false, 0);
    date("2023-01-01 00:00:00", false, 0);
    date("2023-01-01T00:00", false, 0);
    date("2023-1-1", false, 0);
    date("", false, 0);
}

static void seconds(const char *s, bool ok, u64 wanted)
{
    u64 v = UNTOUCHED;

    assert_int_equal(value_seconds(s, &v), ok);
    assert_true(v == (ok ? wanted : UNTOUCHED));
}

static void test_seconds(void **state)
{
    (void)state;
    seconds("0", true, 0);
    seconds("2", true, 2000);
    seconds("0.5", true, 500);
    seconds("1.05", true, 1050);
    seconds("1.005", true, 1005);
    seconds("1.0005", false, 0);
    seconds("1.", false, 0);
    seconds(".5", false, 0);
    seconds("", false, 0);
    seconds("-1", false, 0);
    seconds("0x10", false, 0);
    seconds("1.2.3", false, 0);
    seconds("99999999999999999999", false, 0);
    seconds("18446744073709551615", false, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_scaled_numbers),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
