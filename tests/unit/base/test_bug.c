/* SPDX-License-Identifier: MIT */
/*
 * test_bug.c - src/base/bug.c: the message and the exit status of bug().
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base.h"

static void test_bug_names_place_and_aborts(void **state)
{
    char text[512] = { 0 };
    int pipefd[2], status;
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(pipefd), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit none = { 0, 0 };

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(pipefd[1], STDERR_FILENO);
        bug("value %d is impossible", 42);
    }
    close(pipefd[1]);
    while ((got = read(pipefd[0], text + n, sizeof(text) - 1 - n)) > 0)
        n += (size_t)got;
    close(pipefd[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_non_null(strstr(text, "test_bug.c:"));
    assert_non_null(strstr(text, "value 42 is impossible\n"));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bug_names_place_and_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
