/* SPDX-License-Identifier: MIT */
/*
 * capture.c - a running trace: the ring between the thread that runs the
 * guest and the one that writes the file, and the events.
 *
 * The ring is N_BUFS buffers that are filled and emptied in turn. The guest's
 * thread owns the buffers from `drained + N_BUFS` down to `filled`, the
 * writer's thread the filled ones; the mutex guards the two numbers only. A
 * guest that is faster than the writer waits in more(): nothing is dropped.
 *
 * When the window opens and closes is decided on the guest's thread, at exact
 * places of the run (window.c); the writer hears of it in the ring.
 */
#include "capture_impl.h"

#include <string.h>
#include <time.h>

/* --- the guest's thread --------------------------------------------------- */

static u32 *more(void *opaque, u32 *p, u64 words)
{
    struct capture *c = opaque;
    struct ring_buf *b = &c->buf[c->filled % N_BUFS];

    if (words > BUF_WORDS)
        bug("%llu words are too many for the trace's ring",
            (unsigned long long)words);
    g_mutex_lock(&c->lock);
    if (p) {
        b->n = (size_t)(p - b->mem);
        c->filled++;
        g_cond_signal(&c->has_work);
        while (c->filled - c->drained == N_BUFS)
            g_cond_wait(&c->has_room, &c->lock);
    }
    g_mutex_unlock(&c->lock);
    b = &c->buf[c->filled % N_BUFS];
    c->ring.end = b->mem + BUF_WORDS;
    return b->mem;
}

static void put_event(struct capture *c, unsigned kind, const u64 *f,
                      unsigned n, const char *text, size_t n_text)
{
    u32 w[4 + 2 * TRACE_MAX_FIELDS + TRACE_MAX_TEXT / 4], *p = w + 4;

    if (n_text > TRACE_MAX_TEXT)
        n_text = TRACE_MAX_TEXT;
    w[0] = kind | n << 8;
    w[1] = (u32)n_text;
    ring_put64(w + 2, exec_now(c->m.exec));
    for (unsigned i = 0; i < n; i++, p += 2)
        ring_put64(p, f[i]);
    if (n_text) {
        p[(n_text - 1) / 4] = 0;
        memcpy(p, text, n_text);
        p += (n_text + 3) / 4;
    }
    exec_ring_put(c->m.exec, RING_EVENT, w, (u32)(p - w));
}

static void emit(void *opaque, unsigned kind, const u64 *f, unsigned n,
                 const char *text, size_t n_text)
{
    struct capture *c = opaque;

    if (!c->is_started)
        return;
    window_before_event(c, kind, text, n_text);
    if (c->is_open || (c->always >> kind & 1))
        put_event(c, kind, f, n, text, n_text);
    window_after_event(c, kind, text, n_text);
}

/* --- the writer's thread -------------------------------------------------- */

static void drain_event(struct capture *c, const u32 *w)
{
    struct trace_event ev = { .kind = (u8)w[0], .n_text = w[1],
                              .count = ring_get64(w + 2) };
    unsigned n = w[0] >> 8;

    for (unsigned i = 0; i < n; i++)
        ev.f[i] = ring_get64(w + 4 + 2 * i);
    ev.text = (const char *)(w + 4 + 2 * n);
    trace_event(c->writer, c->cpu, &ev);
}

static void drain_define(struct capture *c, const u32 *w, u32 n)
{
    struct trace_block b = {
        .va = ring_get64(w + 2),
        .pa = ring_get64(w + 4),
        .n_insns = n - 6,
        .flags = w[1] & ~(u32)RING_PIECE,
        .words = w + 6,
    };

    _Static_assert((int)RING_EL == TRACE_B_EL &&
                   (int)RING_MMU == TRACE_B_MMU &&
                   (int)RING_ASID == TRACE_B_ASID, "one meaning, two layers");
    /* Blocks are made between blocks: the last one ran to its end. */
    trace_cut(c->writer, c->cpu, RING_ALL, true);
    trace_define(c->writer, w[0], &b, w[1] & RING_PIECE);
}

static void drain_record(struct capture *c, u32 head, const u32 *w)
{
    switch (ring_type(head)) {
    case RING_DEFINE:
        drain_define(c, w, ring_words(head));
        break;
    case RING_CPU:
        c->cpu = w[0];
        break;
    case RING_CUT:
        trace_cut(c->writer, c->cpu, w[0], w[1]);
        break;
    case RING_EVENT:
        drain_event(c, w);
        break;
    case RING_GATE:
        trace_gate(c->writer, c->cpu, w[0], ring_get64(w + 1),
                   w[0] ? "start" : "stop");
        break;
    default:
        bug("the trace's ring has a record of type %u", ring_type(head));
    }
}

static void drain(struct capture *c, const u32 *w, size_t n)
{
    while (n) {
        size_t did = trace_run(c->writer, c->cpu, w, n);

        if (!did) {
            did = 1 + ring_words(*w);
            drain_record(c, *w, w + 1);
        }
        w += did;
        n -= did;
    }
}

static gpointer writer_thread(gpointer opaque)
{
    struct capture *c = opaque;
    struct timespec t;

    for (;;) {
        struct ring_buf *b;

        g_mutex_lock(&c->lock);
        while (c->drained == c->filled && !c->is_done)
            g_cond_wait(&c->has_work, &c->lock);
        b = c->drained == c->filled ? NULL : &c->buf[c->drained % N_BUFS];
        g_mutex_unlock(&c->lock);
        if (!b)
            break;
        drain(c, b->mem, b->n);
        if (trace_writer_failed(c->writer))
            g_atomic_int_set(&c->failed, 1);
        g_mutex_lock(&c->lock);
        c->drained++;
        g_cond_signal(&c->has_room);
        g_mutex_unlock(&c->lock);
    }
    c->is_whole = trace_writer_close(c->writer, c->why, c->status, &c->err);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    c->cpu_ns = (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
    return NULL;
}

/* --- making and ending ---------------------------------------------------- */

/* Events that the machine is to tell. */
static u64 wanted_events(const struct capture_options *o)
{
    u64 on = ~o->filter.no_events;

    if (o->start.when == CAPTURE_EVENT)
        on |= 1ull << o->start.kind;
    if (o->stop.when == CAPTURE_EVENT)
        on |= 1ull << o->stop.kind;
    return on;
}

struct capture *capture_new(const struct capture_options *o)
{
    struct capture *c = g_new0(struct capture, 1);

    c->o = o;
    c->start = o->start;
    c->stop = o->stop;
    c->always = 1ull << TRACE_FETCH;
    if (o->filter.has_asid)
        c->always |= 1ull << TRACE_SPACE;
    c->probe = (struct probe){ .on = wanted_events(o) | c->always,
                               .emit = emit, .opaque = c };
    c->ring = (struct ring){ .more = more, .opaque = c };
    g_mutex_init(&c->lock);
    g_cond_init(&c->has_work);
    g_cond_init(&c->has_room);
    for (unsigned i = 0; i < N_BUFS; i++)
        c->buf[i].mem = g_new(u32, BUF_WORDS);
    return c;
}

const struct probe *capture_probe(const struct capture *c)
{
    return &c->probe;
}

struct ring *capture_ring(struct capture *c)
{
    return &c->ring;
}

bool capture_start(struct capture *c, const struct capture_machine *m,
                   GError **err)
{
    struct trace_config cfg = {
        .filter = c->o->filter,
        .n_cpus = m->n_cpus,
        .first_count = m->first_count,
        .level = c->o->level,
        .info = m->info,
    };

    c->m = *m;
    c->m.info = NULL;
    if (!window_init(c, err))
        return false;
    c->writer = trace_writer_new(c->o->path, &cfg, err);
    if (!c->writer)
        return false;
    c->thread = g_thread_new("trace", writer_thread, c);
    c->is_started = true;
    window_start(c);
    return true;
}

bool capture_failed(const struct capture *c)
{
    return g_atomic_int_get(&c->failed);
}

bool capture_end(struct capture *c, const char *why, u32 status,
                 GError **err)
{
    c->why = why;
    c->status = status;
    exec_ring_flush(c->m.exec);
    g_mutex_lock(&c->lock);
    c->is_done = true;
    g_cond_signal(&c->has_work);
    g_mutex_unlock(&c->lock);
    g_thread_join(c->thread);
    c->is_started = false;
    c->writer = NULL;
    if (c->err)
        g_propagate_error(err, c->err);
    c->err = NULL;
    return c->is_whole;
}

u64 capture_cpu_ns(const struct capture *c)
{
    return c->cpu_ns;
}

void capture_free(struct capture *c)
{
    if (!c)
        return;
    if (c->is_started)
        capture_end(c, "", 0, NULL);
    for (unsigned i = 0; i < N_BUFS; i++)
        g_free(c->buf[i].mem);
    g_mutex_clear(&c->lock);
    g_cond_clear(&c->has_work);
    g_cond_clear(&c->has_room);
    g_free(c);
}
