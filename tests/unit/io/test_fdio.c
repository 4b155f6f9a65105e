/* SPDX-License-Identifier: MIT */
/*
 * test_fdio.c - src/io/fdio.c: complete writes to any descriptor.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fdio.h"

#define AMOUNT (1u << 20)

static void test_full_non_blocking_pipe_is_waited_for(void **state)
{
    static u8 buf[AMOUNT];
    int p[2], status;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(p), 0);
    assert_int_equal(fcntl(p[1], F_SETFL, O_NONBLOCK), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        size_t total = 0;
        ssize_t n;

        close(p[1]);
        while ((n = read(p[0], buf, 5000)) > 0)
            total += (size_t)n;
        _exit(total == AMOUNT ? 0 : 1);
    }
    close(p[0]);
    assert_true(fd_write_all(p[1], buf, AMOUNT));
    close(p[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void test_broken_descriptors_are_reported(void **state)
{
    int p[2];

    (void)state;
    assert_false(fd_write_all(-1, (const u8 *)"x", 1));
    assert_true(fd_write_all(-1, (const u8 *)"", 0));
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(p), 0);
    close(p[0]);
    assert_false(fd_write_all(p[1], (const u8 *)"x", 1));
    close(p[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_non_blocking_pipe_is_waited_for),
        cmocka_unit_test(test_broken_descriptors_are_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
