/* SPDX-License-Identifier: MIT */
/*
 * test_pauth.c - QARMA-64's published vector, and which algorithm of pointer
 * authentication -cpu chooses. Instructions: tests/a64/pauth.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "features.h"
#include "qarma.h"

static void test_qarma5_encrypts_the_published_vector(void **state)
{
    (void)state;
    assert_int_equal(qarma64(0xfb623599da6e8127, 0x477d469dec0b8762,
                             0x84be85ce9804e94b, 0xec2802d4e0a488e9, QARMA5),
                     0xc003b93999b33765);
}

/* ISAR1.{GPI,GPA,API,APA} and ISAR2.{APA3,GPA3} as one number. */
static unsigned announced(const char *spec)
{
    struct a64_model *m = a64_model_new(spec, NULL);
    u64 isar1, isar2;

    assert_non_null(m);
    isar1 = a64_id_value(m, 6 * 8 + 1 - 8);
    isar2 = a64_id_value(m, 6 * 8 + 2 - 8);
    g_free(m);
    return (unsigned)((isar1 >> 28 & 15) << 20 | (isar1 >> 24 & 15) << 16 |
                      (isar1 >> 8 & 15) << 12 | (isar1 >> 4 & 15) << 8 |
                      (isar2 >> 8 & 255));
}

static void test_one_algorithm_is_announced(void **state)
{
    (void)state;
    assert_int_equal(announced("max"), 0x101000);
    assert_int_equal(announced("max,pauth-qarma5=on"), 0x010100);
    assert_int_equal(announced("max,pauth-qarma3=on"), 0x000011);
    assert_int_equal(announced("max,pauth-impdef=off"), 0x010100);
    assert_int_equal(announced("max,pauth=off"), 0);
    assert_int_equal(announced("cortex-a72"), 0);
    assert_int_equal(announced("cortex-a72,pauth=on"), 0x101000);
    assert_int_equal(announced("cortex-a72,pauth-qarma3=on"), 0x000011);
}

static void test_contradictions_are_refused(void **state)
{
    static const char *const bad[][2] = {
        { "max,pauth-qarma5=on,pauth-qarma3=on",
          "pauth-qarma5=on and pauth-qarma3=on exclude each other" },
        { "max,pauth-impdef=on,pauth-qarma3=on",
          "pauth-impdef=on and pauth-qarma3=on exclude each other" },
        { "max,pauth-impdef=off,pauth-qarma5=off,pauth-qarma3=off",
          "pauth=on needs an algorithm" },
        { "max,pauth=off,pauth-qarma5=on",
          "pauth-qarma5=on needs pauth=on" },
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        char *err = NULL;

        assert_null(a64_model_new(bad[i][0], &err));
        assert_string_equal(err, bad[i][1]);
        g_free(err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qarma5_encrypts_the_published_vector),
        cmocka_unit_test(test_one_algorithm_is_announced),
        cmocka_unit_test(test_contradictions_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
