/* SPDX-License-Identifier: MIT */
/*
 * test_report.c - src/exec/report.c and stats.c: what they say of a run
 * whose figures are known.
 */
#include "rig.h"

static struct rig *run(void **state)
{
    static const u32 code[] = { NOP, ADDI(0, 0, 1), WFI, B(0) };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_DEAD);
    return r;
}

static void test_a_report_says_where_and_what(void **state)
{
    struct rig *r = run(state);
    GString *s = g_string_new(NULL);

    exec_report(r->exec, s);
    assert_non_null(strstr(s->str, "after 3 instructions, 0.000000003 s"));
    assert_non_null(strstr(s->str, "cpu 0 waits for an interrupt at pc "
                                   "000000004000000c in el1"));
    assert_non_null(strstr(s->str, "last blocks entered:\n"
                                   "  cpu 0 el1 va 0000000040000000 pa "
                                   "000040000000 n 3\n"));
    g_string_free(s, TRUE);
    rig_free(r);
}

static void test_stats_count(void **state)
{
    struct rig *r = run(state);
    GString *s = g_string_new(NULL);

    exec_stats(r->exec, s);
    assert_non_null(strstr(s->str, "instructions        3\n"));
    assert_non_null(strstr(s->str, "blocks made         1, 3 instructions"));
    assert_non_null(strstr(s->str, "loop entries        1,"));
    assert_int_equal(!!strstr(s->str, "host bytes"), *state != NULL);
    g_string_free(s, TRUE);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_a_report_says_where_and_what),
        BOTH(test_stats_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
