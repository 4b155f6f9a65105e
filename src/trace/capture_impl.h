/* SPDX-License-Identifier: MIT */
/*
 * capture_impl.h - the state of a running trace, between capture.c (ring and
 * file) and window.c (what part of the run is wanted).
 */
#ifndef CAPTURE_IMPL_H
#define CAPTURE_IMPL_H

#include <glib.h>

#include "capture.h"
#include "exec.h"

/*
 * A stretch of the engine may need 2^20 words (ring.h) but hardly ever uses a
 * fifth of them: of each buffer little more than USED_WORDS is ever touched,
 * and all of them stay in the host's caches.
 */
#define USED_WORDS (1u << 18)
#define BUF_WORDS ((1u << 20) + USED_WORDS)
#define N_BUFS 8

struct ring_buf {
    u32 *mem; /* BUF_WORDS of them */
    size_t n; /* filled: words in it */
};

struct capture {
    const struct capture_options *o; /* what was asked for */
    struct capture_machine m;  /* what is traced */
    struct probe probe;        /* events come from here */
    struct ring ring;          /* blocks come from here */
    bool is_started;           /* between capture_start() and _end() */

    /* The window: the guest's thread. */
    bool is_open;              /* what runs now is wanted */
    struct capture_trigger start, stop; /* of o, symbols found */
    u64 always;                /* bit n: kind n is told though it is closed */
    bool knows_bias;           /* kernel_bias is right */
    u64 kernel_bias;           /* what KASLR moved the kernel by */

    /* The ring. */
    struct ring_buf buf[N_BUFS]; /* in turn */
    GMutex lock;               /* guards the next three */
    u64 filled, drained;       /* buffers, counted from the start */
    bool is_done;              /* no more buffers will be filled */
    GCond has_work, has_room;  /* filled, drained changed */
    GThread *thread;           /* the writer's */
    u64 cpu_ns;                /* CPU time it took, when it has ended */
    int failed;                /* atomic: the file could not be written */

    /* The writer's thread. */
    struct trace_writer *writer; /* the file */
    unsigned cpu;              /* the current one */
    const char *why;           /* the run ended; set before is_done */
    u32 status;                /* the same */
    bool is_whole;             /* everything was written, once it has ended */
    GError *err;               /* else why not */
};

/* window.c */
/* Resolves the window's symbols. False: @err is set. */
bool window_init(struct capture *c, GError **err);
/* The run begins. */
void window_start(struct capture *c);
/* An event is about to be told, or was. */
void window_before_event(struct capture *c, unsigned kind, const char *text,
                         size_t n_text);
void window_after_event(struct capture *c, unsigned kind, const char *text,
                        size_t n_text);

#endif
