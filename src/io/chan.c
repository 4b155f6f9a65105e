/* SPDX-License-Identifier: MIT */
/*
 * chan.c - the part of a channel that all back ends share: moving queued
 * input to the receiver at the points the contract in chan.h allows, and
 * counting bytes both ways.
 *
 * The back end is asked even when the receiver has no room, with a maximum
 * of zero, so that escape keys of a console work while the guest is stuck.
 */
#include "chan.h"

#define CHUNK 64u

void chan_attach(struct chan *ch, const struct chan_client *client,
                 void *opaque)
{
    ch->client = client;
    ch->client_opaque = opaque;
}

void chan_write(struct chan *ch, const u8 *buf, size_t n)
{
    if (!ch || !n)
        return;
    ch->bytes_out += n;
    ch->backend->write(ch, buf, n);
}

/* Moves input until the back end has none or the receiver has no room. */
static bool deliver(struct chan *ch)
{
    bool any = false;

    for (;;) {
        u8 buf[CHUNK];
        unsigned room = ch->client ? ch->client->room(ch->client_opaque) : 0;
        size_t n = ch->backend->read(ch, buf, room < CHUNK ? room : CHUNK);

        if (!n)
            return any;
        ch->bytes_in += n;
        ch->client->receive(ch->client_opaque, buf, (unsigned)n);
        any = true;
    }
}

bool chan_poll(struct chan *ch)
{
    /* Poll points depend on the host; what chan_ready() feeds must not. */
    return !ch->deterministic && deliver(ch);
}

void chan_ready(struct chan *ch)
{
    if (ch && ch->deterministic)
        deliver(ch);
}

void chan_free(struct chan *ch)
{
    if (ch)
        ch->backend->free(ch);
}
