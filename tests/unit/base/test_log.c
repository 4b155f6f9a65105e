/* SPDX-License-Identifier: MIT */
/*
 * test_log.c - src/base/log.c: categories, the file and the line limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>

#include "log.h"

/* Opens the log on a new temporary file whose name is returned. */
static char *open_temporary(void)
{
    char *path = g_strdup("/tmp/emu-test-log-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    assert_true(log_open(path, NULL));
    return path;
}

/* Closes the log, removes the file and returns its text. */
static char *close_and_read(char *path)
{
    char *text = NULL;

    log_close();
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    unlink(path);
    g_free(path);
    log_set("", NULL);
    return text;
}

static unsigned count_lines(const char *text)
{
    unsigned n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void test_list_sets_exactly_its_items(void **state)
{
    (void)state;
    assert_true(log_set("int,guest_errors,stats", NULL));
    assert_int_equal(log_mask, LOG_INT | LOG_GUEST_ERROR | LOG_STATS);
    assert_true(log_on(LOG_INT));
    assert_false(log_on(LOG_EXEC));
    assert_true(log_set("", NULL));
    assert_int_equal(log_mask, 0);
}

static void test_unknown_item_is_named_and_changes_nothing(void **state)
{
    GError *err = NULL;

    (void)state;
    assert_true(log_set("mmu", NULL));
    assert_false(log_set("int,mmux,op", &err));
    assert_non_null(strstr(err->message, "'mmux'"));
    assert_non_null(strstr(err->message, "guest_errors"));
    assert_int_equal(log_mask, LOG_MMU);
    g_error_free(err);
}

static void test_help_has_a_line_for_every_item(void **state)
{
    static const char *const names[] = { "in_asm", "op",           "out_asm",
                                         "exec",   "int",          "mmu",
                                         "unimp",  "guest_errors", "stats" };
    (void)state;
    assert_int_equal(count_lines(log_help()), ARRAY_SIZE(names));
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        assert_non_null(strstr(log_help(), names[i]));
        assert_true(log_set(names[i], NULL));
    }
}

static void test_printf_writes_only_what_is_on(void **state)
{
    char *path = open_temporary(), *text;

    (void)state;
    log_set("int", NULL);
    log_printf(LOG_INT, "taken %d\n", 1);
    log_printf(LOG_MMU, "not shown\n");
    text = close_and_read(path);
    assert_string_equal(text, "taken 1\n");
    g_free(text);
}

static void test_guest_lines_are_limited_by_call_site(void **state)
{
    char *path = open_temporary(), *text;

    (void)state;
    log_set("guest_errors,unimp", NULL);
    for (int i = 0; i < 500; i++)
        log_guest("write %d", i);
    log_unimp("other %d", 1);
    text = close_and_read(path);
    assert_int_equal(count_lines(text), 100 + 1 + 1);
    assert_non_null(strstr(text, "guest error: write 99\n"));
    assert_null(strstr(text, "write 100"));
    assert_non_null(strstr(text, "unimplemented: other 1\n"));
    g_free(text);
}

static void test_open_failure_names_the_file(void **state)
{
    GError *err = NULL;

    (void)state;
    assert_false(log_open("/nonexistent/dir/file", &err));
    assert_non_null(strstr(err->message, "/nonexistent/dir/file"));
    g_error_free(err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_sets_exactly_its_items),
        cmocka_unit_test(test_unknown_item_is_named_and_changes_nothing),
        cmocka_unit_test(test_help_has_a_line_for_every_item),
        cmocka_unit_test(test_printf_writes_only_what_is_on),
        cmocka_unit_test(test_guest_lines_are_limited_by_call_site),
        cmocka_unit_test(test_open_failure_names_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
