/* SPDX-License-Identifier: MIT */
/*
 * host.h - the host as a running machine meets it: its clock, signals that
 * end the process, and waiting (private to src). Nothing here is ever seen by
 * the guest but when input arrives.
 */
#ifndef EMU_HOST_H
#define EMU_HOST_H

#include "base.h"

struct host {
    u64 start_ns;   /* host time when the machine was made */
    u64 timeout_ns; /* host time to end at, UINT64_MAX = never */
    int signal_fd;  /* signals that end the run, or -1 */
};

/* What ends a run from outside. */
struct host_end {
    bool timeout; /* the time is up */
    int signal;   /* number of a signal that arrived, or 0 */
};

/* SIGINT, SIGTERM and SIGHUP become readable; @timeout_ms 0 = no limit. */
void host_init(struct host *h, u64 timeout_ms);
/* Signals do again what they did. */
void host_fini(struct host *h);
/* Monotonic time in ns. */
u64 host_now(void);
/* CPU time of this thread in ns, for statistics. */
u64 host_cpu_time(void);
/* Is the run to end? */
bool host_ends(struct host *h, struct host_end *end);
/*
 * Waits until input is there at @fd (-1 = none), the run is to end, or host
 * time @until_ns; UINT64_MAX = for ever. True if input is there.
 */
bool host_wait(struct host *h, int fd, u64 until_ns);

#endif
