/* SPDX-License-Identifier: MIT */
/*
 * chan.h - a byte channel between a device and the outside: the choke point
 * for typed input (DESIGN D3).
 *
 * The device side is driven by the machine thread only. A back end queues
 * what arrives from the host; the engine delivers queued input at its poll
 * points, keyed by instruction count. A regular file as input is delivered
 * whenever the receiver has room, at points that depend on the guest alone.
 * Output goes straight to the back end.
 */
#ifndef EMU_CHAN_H
#define EMU_CHAN_H

#include "base.h"

struct chan;

/* The device's side of a channel. */
struct chan_client {
    /* Number of bytes that can be taken now. */
    unsigned (*room)(void *opaque);
    /* Takes @n bytes, 1 <= n <= room(). */
    void (*receive)(void *opaque, const u8 *buf, unsigned n);
};

/* A back end; the functions are called on the machine thread. */
struct chan_backend {
    void (*write)(struct chan *ch, const u8 *buf, size_t n); /* output */
    size_t (*read)(struct chan *ch, u8 *buf,
                   size_t max);     /* input now, 0=none */
    int (*pollfd)(struct chan *ch); /* fd to wait on while idle, -1 = none */
    bool (*is_open)(struct chan *ch); /* may input still arrive? */
    void (*free)(struct chan *ch);    /* releases the back end's part */
};

struct chan {
    const struct chan_backend *backend; /* never NULL */
    const struct chan_client *client;   /* receiver, or NULL */
    void *client_opaque;                /* receiver's state */
    bool deterministic; /* input does not depend on host time: feed at once */
    u64 bytes_in;       /* input delivered so far */
    u64 bytes_out;      /* output so far */
};

/* Attaches the receiving device. */
void chan_attach(struct chan *ch, const struct chan_client *client,
                 void *opaque);
/* Sends @n bytes to the outside. @ch may be NULL (discarded). */
void chan_write(struct chan *ch, const u8 *buf, size_t n);
/*
 * The device says that it has room again. Delivers at once if the channel is
 * deterministic; otherwise the next poll point does. @ch may be NULL.
 */
void chan_ready(struct chan *ch);
/*
 * Poll point: delivers what is there. Returns true if any byte was. A
 * deterministic channel delivers only through chan_ready(), so this does
 * nothing for it.
 */
bool chan_poll(struct chan *ch);
void chan_free(struct chan *ch);

/* Back ends. All return a new channel. */
struct chan *chan_null_new(void);
/*
 * The terminal or files on standard input and output. @mux: Ctrl-A is the
 * escape key (Ctrl-A X quits, Ctrl-A H helps); *quit is set on Ctrl-A X.
 * A terminal is put into raw mode and restored by chan_free() and at exit.
 */
struct chan *chan_stdio_new(bool mux, volatile bool *quit);
/* Output to a file, no input. NULL with @err set (GError) on failure. */
struct _GError;
struct chan *chan_file_new(const char *path, struct _GError **err);

#endif
