/* SPDX-License-Identifier: MIT */
/*
 * test_file.c - reading files: regular ones, pipes, devices without end, and
 * what cannot be read.
 */
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "src/loader/kernel.h"

static void expect_error(const char *path, const char *says)
{
    struct blob b;
    GError *err = NULL;

    assert_false(blob_read(&b, path, MiB, &err));
    assert_says(&err, path, says);
    blob_fini(&b);
}

static char *temporary(const char *contents)
{
    char *path;
    int fd = g_file_open_tmp("emu-test-XXXXXX", &path, NULL);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, contents, strlen(contents)),
                     (ssize_t)strlen(contents));
    close(fd);
    return path;
}

static void test_regular_file(void **state)
{
    char *path = temporary("contents");
    struct blob b;
    GError *err = NULL;

    (void)state;
    assert_true(blob_read(&b, path, 1, &err));
    assert_int_equal(b.size, 8);
    assert_memory_equal(b.data, "contents", 8);
    blob_fini(&b);
    g_unlink(path);
    g_free(path);
}

static void test_pipe(void **state)
{
    struct blob b;
    GError *err = NULL;
    char *path;
    int fd[2];

    (void)state;
    assert_int_equal(pipe(fd), 0);
    assert_int_equal(write(fd[1], "streamed", 8), 8);
    close(fd[1]);
    path = g_strdup_printf("/dev/fd/%d", fd[0]);
    assert_true(blob_read(&b, path, 8, &err));
    assert_int_equal(b.size, 8);
    assert_memory_equal(b.data, "streamed", 8);
    blob_fini(&b);
    close(fd[0]);
    g_free(path);
}

static void test_what_cannot_be_read(void **state)
{
    char *path = temporary("");

    (void)state;
    expect_error(path, "the file is empty");
    g_unlink(path);
    expect_error(path, "cannot open: No such file");
    expect_error("/tmp", "is a directory");
    expect_error("/dev/null", "the file is empty");
    expect_error("/dev/zero", "more than 1048576 bytes");
    g_free(path);
}

static void test_newline_in_a_name_keeps_one_line(void **state)
{
    struct blob b;
    GError *err = NULL;

    (void)state;
    assert_false(blob_read(&b, "/no\nfile", MiB, &err));
    assert_says(&err, "/no file: ", "cannot open");
    blob_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regular_file),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_what_cannot_be_read),
        cmocka_unit_test(test_newline_in_a_name_keeps_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
