/* SPDX-License-Identifier: MIT */
/*
 * host.c - host time, ending signals through a signalfd, and poll(2).
 *
 * The signals are blocked and read, so there is no handler and no shared
 * state: the run ends at its next poll point with everything in order, and
 * the process then ends as if the signal had been taken.
 */
#include "host.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000ull

static void ending_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

u64 host_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

u64 host_cpu_time(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

void host_init(struct host *h, u64 timeout_ms)
{
    sigset_t set;

    h->start_ns = host_now();
    h->timeout_ns = timeout_ms ? h->start_ns + timeout_ms * MS : UINT64_MAX;
    ending_signals(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    h->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void host_fini(struct host *h)
{
    sigset_t set;

    if (h->signal_fd >= 0)
        close(h->signal_fd);
    ending_signals(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool host_ends(struct host *h, struct host_end *end)
{
    struct signalfd_siginfo info;

    *end = (struct host_end){ 0 };
    if (read(h->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
        end->signal = (int)info.ssi_signo;
    end->timeout = h->timeout_ns != UINT64_MAX && host_now() >= h->timeout_ns;
    return end->signal || end->timeout;
}

bool host_wait(struct host *h, int fd, u64 until_ns)
{
    struct pollfd p[2] = {
        { .fd = h->signal_fd, .events = POLLIN },
        { .fd = fd, .events = POLLIN },
    };
    struct timespec t, *limit = NULL;
    u64 now = host_now();

    if (h->timeout_ns < until_ns)
        until_ns = h->timeout_ns;
    if (until_ns != UINT64_MAX) {
        u64 ns = until_ns > now ? until_ns - now : 0;

        t = (struct timespec){ .tv_sec = (time_t)(ns / 1000000000),
                               .tv_nsec = (long)(ns % 1000000000) };
        limit = &t;
    }
    return ppoll(p, 2, limit, NULL) > 0 && p[1].revents;
}
