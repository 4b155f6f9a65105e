/* SPDX-License-Identifier: MIT */
/*
 * gunzip.c - unpacks gzip files in memory (RFC 1952, with zlib).
 *
 * The output is bounded by the caller, who passes the size of RAM: a kernel
 * that does not fit there is of no use, and a few kilobytes of input could
 * otherwise ask for terabytes. Checksums are verified by zlib.
 */
#include <string.h>
#include <zlib.h>

#include "kernel.h"

#define GZIP_WINDOW (15 + 16) /* largest window, gzip wrapper */

bool gunzip_is_gzip(const u8 *p, u64 size)
{
    return size >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8;
}

/* A growing output buffer. */
struct output {
    u8 *data;  /* g_malloc'ed */
    u64 size;  /* bytes written */
    u64 room;  /* bytes allocated */
    u64 limit; /* most bytes that may be written */
};

/*
 * Makes at least one byte of room beyond size. One byte more than the limit
 * is allowed, so that a file of exactly the limit can reach its end.
 */
static void output_grow(struct output *o)
{
    if (o->size < o->room)
        return;
    o->room = MIN(o->room ? 2 * o->room : 1 * MiB, o->limit + 1);
    o->data = g_realloc(o->data, o->room);
}

/* Unpacks one member; *used bytes of @p are consumed. */
static bool unpack_member(const char *name, const u8 *p, u64 size,
                          struct output *o, u64 *used, GError **err)
{
    z_stream z = { 0 };
    bool ok = false;
    u64 in = 0;
    int r = Z_OK;

    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return loader_fail(err, name, "zlib cannot start: %s",
                           z.msg ? z.msg : "out of memory");
    while (r != Z_STREAM_END) {
        u64 in_step = MIN(size - in, 1 * GiB);
        u64 out_step;

        output_grow(o);
        out_step = MIN(o->room - o->size, 1 * GiB);
        z.next_in = (Bytef *)p + in;
        z.avail_in = (uInt)in_step;
        z.next_out = o->data + o->size;
        z.avail_out = (uInt)out_step;
        r = inflate(&z, Z_NO_FLUSH);
        in += in_step - z.avail_in;
        o->size += out_step - z.avail_out;
        if (o->size > o->limit) {
            loader_fail(err, name,
                        "unpacks to more than %" PRIu64
                        " bytes, all there is of RAM; use a larger -m",
                        o->limit);
            goto out;
        }
        if (r == Z_BUF_ERROR || (r == Z_OK && in == size && z.avail_out)) {
            loader_fail(err, name,
                        "truncated: the gzip data ends after %" PRIu64
                        " bytes without its end mark",
                        size);
            goto out;
        }
        if (r != Z_OK && r != Z_STREAM_END) {
            loader_fail(err, name,
                        "damaged gzip data near byte %" PRIu64 ": %s", in,
                        z.msg ? z.msg : zError(r));
            goto out;
        }
    }
    *used = in;
    ok = true;
out:
    inflateEnd(&z);
    return ok;
}

u8 *gunzip(const char *name, const u8 *p, u64 size, u64 limit, u64 *out_size,
           GError **err)
{
    struct output o = { .limit = limit };
    u64 used = 0;

    do {
        if (!unpack_member(name, p, size, &o, &used, err)) {
            g_free(o.data);
            return NULL;
        }
        p += used;
        size -= used;
    } while (gunzip_is_gzip(p, size));
    *out_size = o.size;
    return o.data;
}
