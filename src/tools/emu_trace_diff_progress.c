/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_progress.c - the line that shows how far a comparison is.
 *
 * It is only for people: nothing is written unless standard error is a
 * terminal, and nothing before half a second has passed.
 */
#include "emu_trace_diff.h"

#include <unistd.h>

#define WIDTH 40
#define FIRST_US 500000
#define EVERY_US 100000

void progress_begin(struct progress *p, const char *what, u64 first, u64 end)
{
    *p = (struct progress){ .what = what, .first = first, .end = end,
                            .is_on = isatty(STDERR_FILENO) };
    if (p->is_on)
        p->shown_us = g_get_monotonic_time() + FIRST_US - EVERY_US;
}

void progress_show(struct progress *p, u64 count)
{
    s64 now = g_get_monotonic_time();
    u64 all = p->end - p->first, done = count - p->first;
    unsigned percent, n;

    if (now - p->shown_us < EVERY_US)
        return;
    p->shown_us = now;
    percent = all ? (unsigned)(100.0 * (double)MIN(done, all) / (double)all)
                  : 100;
    n = percent * WIDTH / 100;
    fprintf(stderr, "\r%s [%.*s%*s] %u%% ", p->what, (int)n,
            "########################################", (int)(WIDTH - n), "",
            percent);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->is_on)
        fprintf(stderr, "\r\033[K");
    p->is_on = false;
}
