/* SPDX-License-Identifier: MIT */
/*
 * chan_null.c - a channel to nowhere: output is dropped, no input ever comes.
 */
#include "chan.h"

#include <glib.h>

static void null_write(struct chan *ch, const u8 *buf, size_t n)
{
    (void)ch;
    (void)buf;
    (void)n;
}

static size_t null_read(struct chan *ch, u8 *buf, size_t max)
{
    (void)ch;
    (void)buf;
    (void)max;
    return 0;
}

static int null_pollfd(struct chan *ch)
{
    (void)ch;
    return -1;
}

static bool null_is_open(struct chan *ch)
{
    (void)ch;
    return false;
}

static void null_free(struct chan *ch)
{
    g_free(ch);
}

static const struct chan_backend null_backend = {
    .write = null_write,
    .read = null_read,
    .pollfd = null_pollfd,
    .is_open = null_is_open,
    .free = null_free,
};

struct chan *chan_null_new(void)
{
    struct chan *ch = g_new0(struct chan, 1);

    ch->backend = &null_backend;
    ch->deterministic = true;
    return ch;
}
