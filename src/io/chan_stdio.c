/* SPDX-License-Identifier: MIT */
/*
 * chan_stdio.c - the channel on standard input and output.
 *
 * Three kinds of input:
 * - terminal: raw mode (tty.h); with @mux Ctrl-A is the escape key;
 * - pipe, socket, device: the same without a mode to change;
 * - regular file: deterministic (DESIGN D3). It is read only as far as the
 *   receiver has room, so that what an escape sequence in the file does
 *   happens at a point that the guest alone decides.
 *
 * Other input is read as it comes into a small queue, past the escape
 * filter, so that Ctrl-A X works while the guest takes nothing. A queue that
 * is full leaves the rest with the host.
 */
#include "chan.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fdio.h"
#include "tty.h"

#define ESCAPE_KEY 0x01 /* Ctrl-A */
#define QUEUE_SIZE 256u

struct chan_stdio {
    struct chan chan;     /* head */
    volatile bool *quit;  /* set on Ctrl-A X */
    bool has_escapes;     /* Ctrl-A is the escape key */
    bool in_escape;       /* the last byte was Ctrl-A */
    bool is_file;         /* input is a regular file */
    bool is_raw;          /* tty_raw() succeeded */
    bool at_end;          /* input has ended */
    bool is_broken;       /* output is dropped */
    u8 queue[QUEUE_SIZE]; /* filtered input not delivered yet */
    size_t first, n;      /* used part of queue */
};

static const char help_text[] = "\r\n"
                                "Ctrl-A H       this help\r\n"
                                "Ctrl-A X       quit emu\r\n"
                                "Ctrl-A Ctrl-A  send Ctrl-A\r\n";

static struct chan_stdio *to_stdio(struct chan *ch)
{
    return container_of(ch, struct chan_stdio, chan);
}

static void emit(struct chan_stdio *s, const u8 *buf, size_t n)
{
    if (!s->is_broken && !fd_write_all(STDOUT_FILENO, buf, n))
        s->is_broken = true;
}

static void stdio_write(struct chan *ch, const u8 *buf, size_t n)
{
    emit(to_stdio(ch), buf, n);
}

/* The byte after Ctrl-A. True if it is input (*byte) for the guest. */
static bool escape(struct chan_stdio *s, u8 byte)
{
    switch (byte) {
    case ESCAPE_KEY: return true;
    case 'x':
    case 'X':
        if (s->quit)
            *s->quit = true;
        return false;
    case 'h':
    case 'H':
    case '?':
        emit(s, (const u8 *)help_text, sizeof(help_text) - 1);
        return false;
    default: return false;
    }
}

/* Drops escape sequences from @buf in place; returns what is left. */
static size_t filter(struct chan_stdio *s, u8 *buf, size_t n)
{
    size_t kept = 0;

    if (!s->has_escapes)
        return n;
    for (size_t i = 0; i < n; i++) {
        if (s->in_escape) {
            s->in_escape = false;
            if (escape(s, buf[i]))
                buf[kept++] = buf[i];
        } else if (buf[i] == ESCAPE_KEY) {
            s->in_escape = true;
        } else {
            buf[kept++] = buf[i];
        }
    }
    return kept;
}

static bool is_readable(void)
{
    struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

    return poll(&p, 1, 0) > 0;
}

/*
 * Reads up to @max bytes past the filter without waiting. Zero does not mean
 * the end: the bytes may all have been escapes.
 */
static size_t read_input(struct chan_stdio *s, u8 *buf, size_t max)
{
    ssize_t n;

    if (s->at_end || !max || (!s->is_file && !is_readable()))
        return 0;
    n = read(STDIN_FILENO, buf, max);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (n <= 0) {
        s->at_end = true;
        return 0;
    }
    return filter(s, buf, (size_t)n);
}

static void fill_queue(struct chan_stdio *s)
{
    if (s->n == 0)
        s->first = 0;
    if (s->first && s->n) {
        memmove(s->queue, s->queue + s->first, s->n);
        s->first = 0;
    }
    s->n += read_input(s, s->queue + s->n, QUEUE_SIZE - s->n);
}

/* A regular file: reads on over escapes until a byte or the end. */
static size_t read_file(struct chan_stdio *s, u8 *buf, size_t max)
{
    size_t n = 0;

    while (max && !n && !s->at_end && !(s->quit && *s->quit))
        n = read_input(s, buf, max);
    return n;
}

static size_t stdio_read(struct chan *ch, u8 *buf, size_t max)
{
    struct chan_stdio *s = to_stdio(ch);
    size_t n;

    if (s->is_file)
        return read_file(s, buf, max);
    fill_queue(s);
    n = s->n < max ? s->n : max;
    memcpy(buf, s->queue + s->first, n);
    s->first += n;
    s->n -= n;
    return n;
}

static int stdio_pollfd(struct chan *ch)
{
    const struct chan_stdio *s = to_stdio(ch);

    /* With a full queue a ready descriptor would only wake us for nothing. */
    return s->is_file || s->at_end || s->n == QUEUE_SIZE ? -1 : STDIN_FILENO;
}

static bool stdio_is_open(struct chan *ch)
{
    struct chan_stdio *s = to_stdio(ch);
    struct stat st;

    if (s->is_file && !s->at_end && !fstat(STDIN_FILENO, &st))
        s->at_end = lseek(STDIN_FILENO, 0, SEEK_CUR) >= st.st_size;
    else if (!s->is_file)
        fill_queue(s);
    return !s->at_end || s->n;
}

static void stdio_free(struct chan *ch)
{
    struct chan_stdio *s = to_stdio(ch);

    if (s->is_raw)
        tty_restore();
    g_free(s);
}

static const struct chan_backend stdio_backend = {
    .write = stdio_write,
    .read = stdio_read,
    .pollfd = stdio_pollfd,
    .is_open = stdio_is_open,
    .free = stdio_free,
};

struct chan *chan_stdio_new(bool mux, volatile bool *quit)
{
    struct chan_stdio *s = g_new0(struct chan_stdio, 1);
    struct stat st;

    s->chan.backend = &stdio_backend;
    s->quit = quit;
    s->has_escapes = mux;
    if (fstat(STDIN_FILENO, &st))
        s->at_end = true; /* no standard input at all */
    else
        s->is_file = S_ISREG(st.st_mode);
    s->chan.deterministic = s->is_file || s->at_end;
    s->is_raw = tty_raw(STDIN_FILENO, !mux);
    return &s->chan;
}
