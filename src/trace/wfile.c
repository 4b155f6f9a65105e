/* SPDX-License-Identifier: MIT */
/*
 * wfile.c - the file of a trace that is written: frames, chunks, the index
 * (docs/TRACE.md).
 *
 * Frames are written whole, in order, and never changed: what a killed run
 * leaves is good up to its last whole frame. The first error is kept, and
 * nothing is written after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "crc.h"
#include "writer.h"

static void fail(struct trace_writer *w, const char *what)
{
    int e = errno;

    if (!w->err)
        w->err = g_error_new(G_FILE_ERROR, (int)g_file_error_from_errno(e),
                             "trace: %s: %s", what, g_strerror(e));
}

static void put(struct trace_writer *w, const u8 *p, size_t n)
{
    while (n && !w->err) {
        ssize_t did = write(w->fd, p, n);

        if (did < 0 && errno == EINTR)
            continue;
        if (did < 0) {
            fail(w, "write");
            return;
        }
        p += did;
        n -= (size_t)did;
        w->offset += (u64)did;
    }
}

/* w->out becomes a frame, and empty. */
static void put_frame(struct trace_writer *w, u32 type)
{
    struct frame_at at = { type, (u32)w->out.n, w->offset };
    u8 mem[TRACE_FRAME];
    struct tbuf head = { .p = mem, .cap = sizeof(mem) };

    tbuf_le(&head, type, 4);
    tbuf_le(&head, w->out.n, 4);
    tbuf_le(&head, crc32c(w->out.p, w->out.n), 4);
    tbuf_le(&head, crc32c(mem, 12), 4);
    put(w, mem, sizeof(mem));
    put(w, w->out.p, w->out.n);
    w->out.n = 0;
    g_array_append_val(w->frames, at);
}

/* --- streams -------------------------------------------------------------- */

/* Adds @b to w->packed and a row about it to w->out. */
static void put_stream(struct trace_writer *w, enum trace_stream kind,
                       unsigned cpu, struct tbuf *b)
{
    u8 *room = tbuf_room(&w->packed, zblock_bound(b->n));
    size_t n = b->n;

    if (n)
        n = zblock_pack(w->z, room, b->p, b->n, w->cfg.level);
    if (n >= b->n) {
        n = b->n;
        if (n)
            memcpy(room, b->p, n);
    }
    w->packed.n += n;
    tbuf_u8(&w->out, (u8)kind);
    tbuf_u8(&w->out, (u8)cpu);
    tbuf_le(&w->out, 0, 2);
    tbuf_le(&w->out, b->n, 4);
    tbuf_le(&w->out, n, 4);
    b->n = 0;
}

static void put_packed(struct trace_writer *w, u32 type)
{
    tbuf_bytes(&w->out, w->packed.p, w->packed.n);
    w->packed.n = 0;
    put_frame(w, type);
}

/* The definitions come first: a reader loads them all when it opens. */
static void put_defs(struct trace_writer *w)
{
    u32 n = w->by_id->len - 1 - w->chunk_first_id;

    if (!n)
        return;
    tbuf_le(&w->out, w->chunk_first_id + 1, 4);
    tbuf_le(&w->out, n, 4);
    tbuf_le(&w->out, 2, 4);
    put_stream(w, STREAM_DEFS, 0, &w->defs);
    put_stream(w, STREAM_WORDS, 0, &w->words);
    put_packed(w, FRAME_DEFS);
    w->chunk_first_id += n;
    w->def_va = w->def_delta = 0;
}

/* The lane's table and streams are empty again, as the next chunk's are. */
static void clear_lane(struct lane *l)
{
    for (guint i = 0; i < l->touched->len; i++)
        l->succ[g_array_index(l->touched, u32, i)] = (struct succ){ 0, 0 };
    g_array_set_size(l->touched, 0);
    l->prev = l->run = 0;
}

void trace_chunk_write(struct trace_writer *w)
{
    u32 n_streams = 1;

    if (!w->order.n && !w->n_blocks && !w->n_events)
        return;
    put_defs(w);
    tbuf_var(&w->order, w->blocks_done);
    tbuf_u8(&w->order, OP_END);
    for (unsigned i = 0; i < w->cfg.n_cpus; i++)
        n_streams += w->lane[i].prev ? 2 : 0;
    tbuf_le(&w->out, w->chunk_count, 8);
    tbuf_le(&w->out, w->done - w->chunk_count, 8);
    tbuf_le(&w->out, w->all_blocks, 8);
    tbuf_le(&w->out, w->all_events, 8);
    tbuf_le(&w->out, w->n_blocks, 4);
    tbuf_le(&w->out, w->n_events, 4);
    tbuf_le(&w->out, w->by_id->len - 1, 4);
    tbuf_le(&w->out, 0, 4);
    tbuf_le(&w->out, n_streams, 4);
    put_stream(w, STREAM_ORDER, 0, &w->order);
    for (unsigned i = 0; i < w->cfg.n_cpus; i++) {
        struct lane *l = &w->lane[i];

        if (!l->prev)
            continue;
        tbuf_var(&l->runs, l->run);
        put_stream(w, STREAM_RUNS, i, &l->runs);
        put_stream(w, STREAM_MISSES, i, &l->misses);
        clear_lane(l);
    }
    put_packed(w, FRAME_CHNK);
    w->all_blocks += w->n_blocks;
    w->all_events += w->n_events;
    w->chunk_count = w->done;
    w->n_blocks = w->n_events = w->blocks_done = 0;
    w->cpu = ~0u;
}

/* --- the head and the end ------------------------------------------------- */

bool trace_file_open(struct trace_writer *w, const char *path,
                     const struct trace_config *cfg)
{
    u32 n_info = 0;

    w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (w->fd < 0) {
        fail(w, path);
        return false;
    }
    tbuf_bytes(&w->out, TRACE_MAGIC, 8);
    tbuf_le(&w->out, TRACE_VERSION, 4);
    tbuf_le(&w->out, 0, 4);
    put(w, w->out.p, w->out.n);
    w->out.n = 0;
    while (cfg->info && cfg->info[n_info * 2])
        n_info++;
    tbuf_le(&w->out, cfg->n_cpus, 4);
    tbuf_le(&w->out, cfg->first_count, 8);
    tbuf_var(&w->out, n_info);
    for (u32 i = 0; i < n_info * 2; i++)
        tbuf_text(&w->out, cfg->info[i]);
    trace_kinds_put(&w->out);
    put_frame(w, FRAME_HEAD);
    if (w->err)
        close(w->fd);
    return !w->err;
}

bool trace_file_close(struct trace_writer *w, const char *why, u32 status)
{
    u64 at;

    tbuf_le(&w->out, w->done, 8);
    tbuf_le(&w->out, w->all_blocks, 8);
    tbuf_le(&w->out, w->all_events, 8);
    tbuf_le(&w->out, w->by_id->len - 1, 4);
    tbuf_le(&w->out, status, 4);
    tbuf_text(&w->out, why);
    put_frame(w, FRAME_ENDR);
    at = w->offset;
    for (guint i = 0; i < w->frames->len; i++) {
        const struct frame_at *f =
            &g_array_index(w->frames, struct frame_at, i);

        tbuf_le(&w->out, f->type, 4);
        tbuf_le(&w->out, f->size, 4);
        tbuf_le(&w->out, f->offset, 8);
    }
    put_frame(w, FRAME_INDX);
    tbuf_le(&w->out, at, 8);
    tbuf_bytes(&w->out, TRACE_END_MAGIC, 8);
    put(w, w->out.p, w->out.n);
    if (close(w->fd) < 0)
        fail(w, "close");
    return !w->err;
}
