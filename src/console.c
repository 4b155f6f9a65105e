/* SPDX-License-Identifier: MIT */
/*
 * console.c - watches the guest's console for a kernel panic (DESIGN D13).
 *
 * What a kernel prints is looked at line by line; lines longer than the
 * buffer are judged by their beginning. Everything is passed on untouched.
 */
#include "console.h"

#include <glib.h>
#include <string.h>

struct console {
    struct chan chan;   /* head */
    struct chan *inner; /* where everything goes to and comes from */
    void (*panicked)(void *opaque, enum console_panic p);
    void *opaque;       /* argument of panicked() */
    unsigned n;         /* used of line */
    char line[256];     /* the line being printed */
};

static struct console *to_console(struct chan *ch)
{
    return container_of(ch, struct console, chan);
}

static void judge_line(struct console *c)
{
    c->line[c->n] = '\0';
    c->n = 0;
    if (strstr(c->line, "---[ end Kernel panic"))
        c->panicked(c->opaque, PANIC_HANGS);
    else if (strstr(c->line, "Kernel panic - not syncing"))
        c->panicked(c->opaque, PANIC_BEGUN);
}

static void console_write(struct chan *ch, const u8 *buf, size_t n)
{
    struct console *c = to_console(ch);

    chan_write(c->inner, buf, n);
    for (size_t i = 0; i < n; i++) {
        if (buf[i] == '\n')
            judge_line(c);
        else if (c->n < sizeof(c->line) - 1)
            c->line[c->n++] = (char)buf[i];
    }
}

static size_t console_read(struct chan *ch, u8 *buf, size_t max)
{
    struct console *c = to_console(ch);

    return c->inner->backend->read(c->inner, buf, max);
}

static int console_pollfd(struct chan *ch)
{
    struct console *c = to_console(ch);

    return c->inner->backend->pollfd(c->inner);
}

static bool console_is_open(struct chan *ch)
{
    struct console *c = to_console(ch);

    return c->inner->backend->is_open(c->inner);
}

static void console_free(struct chan *ch)
{
    struct console *c = to_console(ch);

    chan_free(c->inner);
    g_free(c);
}

static const struct chan_backend console_backend = {
    .write = console_write,
    .read = console_read,
    .pollfd = console_pollfd,
    .is_open = console_is_open,
    .free = console_free,
};

struct chan *console_new(struct chan *inner,
                         void (*panicked)(void *opaque, enum console_panic p),
                         void *opaque)
{
    struct console *c = g_new0(struct console, 1);

    c->chan.backend = &console_backend;
    c->chan.deterministic = inner->deterministic;
    c->inner = inner;
    c->panicked = panicked;
    c->opaque = opaque;
    return &c->chan;
}
