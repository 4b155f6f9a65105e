/* SPDX-License-Identifier: MIT */
/*
 * test_tty.c - src/io/tty.c: raw mode, and that every way out puts the
 * terminal back. Each case runs in a child with a pseudo-terminal of its own
 * as the controlling terminal.
 */
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "tty.h"

struct child {
    pid_t pid;             /* the process in raw mode */
    int master;            /* our side of its terminal */
    int slave;             /* its side, kept open to look at the settings */
    struct termios before; /* settings at the start */
};

/* Waits, up to ten seconds, until ECHO is on or off. */
static bool wait_echo(const struct child *c, bool on)
{
    for (unsigned i = 0; i < 1000; i++) {
        struct termios t;

        assert_int_equal(tcgetattr(c->slave, &t), 0);
        if (!!(t.c_lflag & ECHO) == on)
            return true;
        usleep(10000);
    }
    return false;
}

static void assert_restored(const struct child *c)
{
    struct termios t;

    assert_int_equal(tcgetattr(c->slave, &t), 0);
    assert_int_equal(t.c_iflag, c->before.c_iflag);
    assert_int_equal(t.c_oflag, c->before.c_oflag);
    assert_int_equal(t.c_cflag, c->before.c_cflag);
    assert_int_equal(t.c_lflag, c->before.c_lflag);
    assert_memory_equal(t.c_cc, c->before.c_cc, sizeof(t.c_cc));
}

/* Runs @body in a child whose terminal is raw. */
static struct child start(void (*body)(void), bool keep_signals)
{
    struct child c;

    assert_int_equal(openpty(&c.master, &c.slave, NULL, NULL, NULL), 0);
    assert_int_equal(tcgetattr(c.slave, &c.before), 0);
    c.pid = fork();
    assert_true(c.pid >= 0);
    if (c.pid == 0) {
        struct rlimit none = { 0, 0 };
        /* nohup and background jobs hand down signals that are ignored. */
        static const int sigs[] = { SIGABRT, SIGSEGV, SIGFPE, SIGILL,
                                    SIGBUS, SIGHUP, SIGINT, SIGQUIT,
                                    SIGTERM, SIGPIPE, SIGTSTP, SIGCONT };

        /* cmocka and the sanitizers catch these. */
        for (size_t i = 0; i < ARRAY_SIZE(sigs); i++)
            signal(sigs[i], SIG_DFL);
        setrlimit(RLIMIT_CORE, &none);
        close(c.master);
        if (login_tty(c.slave) || !tty_raw(STDIN_FILENO, keep_signals))
            _exit(99);
        body();
        _exit(98);
    }
    assert_true(wait_echo(&c, false));
    return c;
}

/* Ends of the child: status is as from waitpid(). */
static int finish(struct child *c)
{
    int status;

    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    assert_restored(c);
    close(c->master);
    close(c->slave);
    return status;
}

static void sleep_forever(void)
{
    for (;;)
        pause();
}

static void leave_by_exit(void)
{
    usleep(200000);
    exit(3);
}

static void leave_by_abort(void)
{
    usleep(200000);
    abort();
}

static void leave_by_fault(void)
{
    usleep(200000);
    raise(SIGSEGV);
}

static void restore_twice(void)
{
    usleep(200000);
    tty_restore();
    tty_restore();
    _exit(4);
}

static void test_raw_mode_passes_every_byte(void **state)
{
    struct child c = start(sleep_forever, false);
    struct termios t;

    (void)state;
    assert_int_equal(tcgetattr(c.slave, &t), 0);
    assert_int_equal(t.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0);
    assert_int_equal(t.c_iflag & (ICRNL | IXON | ISTRIP | INLCR), 0);
    assert_int_equal(t.c_oflag & OPOST, OPOST);
    kill(c.pid, SIGTERM);
    finish(&c);
}

static void test_signal_keys_can_be_kept(void **state)
{
    struct child c = start(sleep_forever, true);
    int status;

    (void)state;
    assert_int_equal(write(c.master, "\003", 1), 1); /* Ctrl-C */
    status = finish(&c);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void test_exit_restores(void **state)
{
    struct child c = start(leave_by_exit, false);

    (void)state;
    assert_int_equal(WEXITSTATUS(finish(&c)), 3);
}

static void test_restore_can_be_repeated(void **state)
{
    struct child c = start(restore_twice, false);

    (void)state;
    assert_int_equal(WEXITSTATUS(finish(&c)), 4);
}

static void test_crashes_restore_and_keep_their_signal(void **state)
{
    struct child c = start(leave_by_abort, false);
    int status = finish(&c);

    (void)state;
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    c = start(leave_by_fault, false);
    status = finish(&c);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

static void test_killing_signals_restore(void **state)
{
    static const int sigs[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(sigs); i++) {
        struct child c = start(sleep_forever, false);
        int status;

        kill(c.pid, sigs[i]);
        status = finish(&c);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == sigs[i]);
    }
}

static void test_stop_restores_and_continue_makes_raw_again(void **state)
{
    struct child c = start(sleep_forever, false);
    int status;

    (void)state;
    kill(c.pid, SIGTSTP);
    assert_int_equal(waitpid(c.pid, &status, WUNTRACED), c.pid);
    assert_true(WIFSTOPPED(status));
    assert_restored(&c);
    kill(c.pid, SIGCONT);
    assert_true(wait_echo(&c, false));
    kill(c.pid, SIGTERM);
    finish(&c);
}

static void test_other_files_are_refused(void **state)
{
    int p[2];

    (void)state;
    assert_int_equal(pipe(p), 0);
    assert_false(tty_raw(p[0], false));
    close(p[0]);
    close(p[1]);
    assert_false(tty_raw(-1, false));
    tty_restore();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_mode_passes_every_byte),
        cmocka_unit_test(test_signal_keys_can_be_kept),
        cmocka_unit_test(test_exit_restores),
        cmocka_unit_test(test_restore_can_be_repeated),
        cmocka_unit_test(test_crashes_restore_and_keep_their_signal),
        cmocka_unit_test(test_killing_signals_restore),
        cmocka_unit_test(test_stop_restores_and_continue_makes_raw_again),
        cmocka_unit_test(test_other_files_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
