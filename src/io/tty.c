/* SPDX-License-Identifier: MIT */
/*
 * tty.c - the terminal's raw mode, and getting out of it on every way out.
 *
 * Signal handlers and atexit() functions have no argument, so the saved
 * settings are file-scope state: the terminal belongs to the process and not
 * to a machine. Everything called from the handler (tcsetattr, tcgetpgrp,
 * sigaction, raise) is async-signal-safe.
 *
 * - Signals that end the process: restore, then let the signal do what it
 *   did before. One that was ignored stays ignored.
 * - SIGTSTP: restore and stop; SIGCONT (also after kill -STOP): raw again.
 * - SIGKILL cannot be helped.
 *
 * A background process must not touch the terminal: tcsetattr() would stop
 * it with SIGTTOU, so settings are changed only in the foreground.
 */
#include "tty.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ending[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                              SIGPIPE, SIGABRT, SIGSEGV, SIGBUS,
                              SIGFPE,  SIGILL,  SIGALRM, SIGXCPU };

static struct {
    volatile sig_atomic_t is_raw;             /* the terminal is in raw mode */
    int fd;                                   /* the terminal */
    struct termios cooked;                    /* settings to put back */
    struct termios raw;                       /* settings while raw */
    bool has_atexit;                          /* tty_restore is registered */
    struct sigaction old[ARRAY_SIZE(ending)]; /* actions to put back */
    struct sigaction old_tstp;                /* the same for SIGTSTP */
    struct sigaction old_cont;                /* the same for SIGCONT */
} tty = { .fd = -1 };

static void apply(const struct termios *t)
{
    if (tcgetpgrp(tty.fd) == getpgrp())
        tcsetattr(tty.fd, TCSANOW, t);
}

static void on_end(int sig)
{
    int saved = errno;

    if (tty.is_raw)
        apply(&tty.cooked);
    for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
        if (ending[i] == sig)
            sigaction(sig, &tty.old[i], NULL);
    /* Blocked until the handler returns, then taken the old way. */
    raise(sig);
    errno = saved;
}

static void on_stop(int sig)
{
    int saved = errno;

    (void)sig;
    if (tty.is_raw)
        apply(&tty.cooked);
    raise(SIGSTOP);
    errno = saved;
}

static void on_continue(int sig)
{
    int saved = errno;

    (void)sig;
    if (tty.is_raw)
        apply(&tty.raw);
    errno = saved;
}

/* Installs @handler for @sig unless the signal is ignored. */
static void catch_signal(int sig, void (*handler)(int), struct sigaction *old)
{
    struct sigaction sa;

    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = handler;
    sa.sa_flags = SA_RESTART;
    sigfillset(&sa.sa_mask);
    sigaction(sig, NULL, old);
    if (old->sa_handler != SIG_IGN)
        sigaction(sig, &sa, NULL);
}

static void make_raw(struct termios *t, bool keep_signals)
{
    t->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR |
                              IGNCR | ICRNL | IXON);
    t->c_oflag |= OPOST;
    t->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
    if (!keep_signals)
        t->c_lflag &= ~(tcflag_t)ISIG;
    t->c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    t->c_cflag |= CS8;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

bool tty_raw(int fd, bool keep_signals)
{
    if (tty.is_raw || !isatty(fd) || tcgetattr(fd, &tty.cooked))
        return false;
    tty.fd = fd;
    tty.raw = tty.cooked;
    make_raw(&tty.raw, keep_signals);
    if (!tty.has_atexit)
        tty.has_atexit = atexit(tty_restore) == 0;
    for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
        catch_signal(ending[i], on_end, &tty.old[i]);
    catch_signal(SIGTSTP, on_stop, &tty.old_tstp);
    catch_signal(SIGCONT, on_continue, &tty.old_cont);
    tty.is_raw = 1;
    apply(&tty.raw);
    return true;
}

void tty_restore(void)
{
    if (!tty.is_raw)
        return;
    apply(&tty.cooked);
    tty.is_raw = 0;
    for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
        sigaction(ending[i], &tty.old[i], NULL);
    sigaction(SIGTSTP, &tty.old_tstp, NULL);
    sigaction(SIGCONT, &tty.old_cont, NULL);
}
