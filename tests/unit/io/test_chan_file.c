/* SPDX-License-Identifier: MIT */
/*
 * test_chan_file.c - src/io/chan_file.c: output to a file.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>

#include "chan.h"

static void test_output_replaces_the_file(void **state)
{
    char path[] = "/tmp/emu-test-chan-XXXXXX", *text = NULL;
    int fd = mkstemp(path);
    struct chan *ch;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "old and longer", 14), 14);
    close(fd);
    ch = chan_file_new(path, NULL);
    assert_non_null(ch);
    chan_write(ch, (const u8 *)"one ", 4);
    chan_write(ch, (const u8 *)"two", 3);
    /* Nothing is kept back: the file is whole at any time. */
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_string_equal(text, "one two");
    assert_false(chan_poll(ch));
    assert_false(ch->backend->is_open(ch));
    assert_int_equal(ch->backend->pollfd(ch), -1);
    chan_free(ch);
    g_free(text);
    unlink(path);
}

static void test_file_that_cannot_be_made_is_an_error(void **state)
{
    GError *err = NULL;

    (void)state;
    assert_null(chan_file_new("/nonexistent/dir/out", &err));
    assert_non_null(strstr(err->message, "/nonexistent/dir/out"));
    g_error_free(err);
}

static void test_full_disk_drops_output_with_one_line(void **state)
{
    char path[] = "/tmp/emu-test-err-XXXXXX", *text = NULL;
    int fd = mkstemp(path), old = dup(STDERR_FILENO);
    struct chan *ch = chan_file_new("/dev/full", NULL);

    (void)state;
    assert_non_null(ch);
    assert_true(fd >= 0 && old >= 0);
    dup2(fd, STDERR_FILENO);
    for (unsigned i = 0; i < 5; i++)
        chan_write(ch, (const u8 *)"abc", 3);
    dup2(old, STDERR_FILENO);
    close(old);
    close(fd);
    chan_free(ch);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_non_null(strstr(text, "/dev/full"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    g_free(text);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_replaces_the_file),
        cmocka_unit_test(test_file_that_cannot_be_made_is_an_error),
        cmocka_unit_test(test_full_disk_drops_output_with_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
