/* SPDX-License-Identifier: MIT */
/*
 * writer.c - writing a trace: from ring identities to blocks of the file.
 *
 * Ring identities are private to a run; the file's identities are given in
 * the order in which blocks are first executed, so the same run gives the
 * same bytes whatever was translated when, evicted and translated again.
 *
 * The last block given is held back (lane.last), because what follows tells
 * whether it ran to its end; events are held back with it. Where a block was
 * run in pieces (a device access that is run alone, a cut before an event of
 * the engine's), the pieces' words are put together in lane.mid until the
 * architectural block is complete.
 *
 * Chunks end where blocks do, by counts of blocks and bytes alone, never by
 * how the caller divides its calls.
 */
#include "bits.h"
#include "ring.h"
#include "writer.h"

#define ARENA_BYTES (256u << 10)

/*
 * map[]: 0 = nothing; SLOW | index of w->ring; else an identity of the file
 * and, so that the fast way looks nowhere else, the instructions of its block
 * less one. Later identities than fit always go the slow way.
 */
#define SLOW 0x80000000u
#define MAP_ID_BITS 23
#define MAP_MAX_ID ((1u << MAP_ID_BITS) - 1)

static inline u32 map_id(u32 m)
{
    return m & MAP_MAX_ID;
}

static inline u32 map_insns(u32 m)
{
    return (m >> MAP_ID_BITS) + 1;
}

/* The map's entry for a block that is in the file; 0 if it does not fit. */
static u32 map_entry(const struct trace_writer *w, u32 id)
{
    return id > MAP_MAX_ID ? 0 : id | (w->n_insns[id] - 1u) << MAP_ID_BITS;
}

/* What a ring identity stands for while it takes the slow way. */
struct ring_def {
    struct trace_block b; /* its words follow */
    bool piece;           /* the architectural block goes on */
};

static guint block_hash(gconstpointer p)
{
    const struct trace_block *b = p;
    u64 h = b->va * 0x9e3779b97f4a7c15 ^ b->pa ^ b->flags;

    for (u32 i = 0; i < b->n_insns; i++)
        h = (h ^ b->words[i]) * 0x100000001b3;
    return (guint)(h ^ h >> 32);
}

static gboolean block_equal(gconstpointer p, gconstpointer q)
{
    const struct trace_block *a = p, *b = q;

    return a->va == b->va && a->pa == b->pa && a->flags == b->flags &&
           a->n_insns == b->n_insns &&
           memcmp(a->words, b->words, 4ul * a->n_insns) == 0;
}

/* A copy of @b that stays as long as @w. */
static struct trace_block *block_keep(struct trace_writer *w,
                                      const struct trace_block *b)
{
    size_t n = sizeof(*b) + 4ul * b->n_insns;
    struct trace_block *copy;

    if (w->arena_left < n) {
        w->arena_left = ARENA_BYTES;
        w->arena = g_malloc(ARENA_BYTES);
        g_ptr_array_add(w->arenas, w->arena);
    }
    copy = (struct trace_block *)w->arena;
    *copy = *b;
    copy->words = memcpy(copy + 1, b->words, 4ul * b->n_insns);
    n = align_up(n, 8);
    w->arena += n;
    w->arena_left -= n < w->arena_left ? n : w->arena_left;
    return copy;
}

/* --- definitions ---------------------------------------------------------- */

void trace_define(struct trace_writer *w, u32 ring,
                  const struct trace_block *b, bool piece)
{
    struct lane *l = &w->lane[w->active];
    struct ring_def *d;
    void *known;

    assert(b->n_insns >= 1 && b->n_insns <= TRACE_MAX_INSNS);
    assert(ring < SLOW);
    /* What is held back means what the identity meant until now. */
    if (l->has_last && l->last == ring)
        bug("block %u is defined anew while it may be cut", ring);
    if (ring >= w->n_map) {
        u32 n = (ring | 1023) * 2 + 2;

        w->map = g_realloc_n(w->map, n, sizeof(*w->map));
        memset(w->map + w->n_map, 0, (n - w->n_map) * sizeof(*w->map));
        w->n_map = n;
    }
    known = piece ? NULL : g_hash_table_lookup(w->blocks, b);
    if (known && map_entry(w, GPOINTER_TO_UINT(known))) {
        w->map[ring] = map_entry(w, GPOINTER_TO_UINT(known));
        return;
    }
    d = g_malloc(sizeof(*d) + 4ul * b->n_insns);
    *d = (struct ring_def){ .b = *b, .piece = piece };
    d->b.words = memcpy(d + 1, b->words, 4ul * b->n_insns);
    if (w->map[ring] & SLOW) { /* the identity is used again */
        void **at = &g_ptr_array_index(w->ring, w->map[ring] & ~SLOW);

        g_free(*at);
        *at = d;
        return;
    }
    w->map[ring] = SLOW | w->ring->len;
    g_ptr_array_add(w->ring, d);
}

static void put_def(struct trace_writer *w, const struct trace_block *b)
{
    u64 delta = b->pa - b->va;

    tbuf_var(&w->defs, zigzag(b->va - w->def_va));
    tbuf_var(&w->defs, zigzag(delta - w->def_delta));
    tbuf_u8(&w->defs, (u8)b->flags);
    tbuf_var(&w->defs, b->n_insns);
    w->def_va = b->va + 4ul * b->n_insns;
    w->def_delta = delta;
    for (u32 i = 0; i < b->n_insns; i++)
        tbuf_le(&w->words, b->words[i], 4);
}

/* The file's identity of @b, which is being executed. */
static u32 block_id(struct trace_writer *w, const struct trace_block *b)
{
    void *known = g_hash_table_lookup(w->blocks, b);
    struct trace_block *copy;
    u32 id;

    if (known)
        return GPOINTER_TO_UINT(known);
    id = w->by_id->len;
    copy = block_keep(w, b);
    g_ptr_array_add(w->by_id, copy);
    g_hash_table_insert(w->blocks, copy, GUINT_TO_POINTER(id));
    if (id >= w->cap_ids) {
        u32 n = w->cap_ids ? w->cap_ids * 2 : 4096;

        w->n_insns = g_realloc_n(w->n_insns, n, sizeof(*w->n_insns));
        for (unsigned i = 0; i < w->cfg.n_cpus; i++) {
            struct lane *l = &w->lane[i];

            l->succ = g_realloc_n(l->succ, n, sizeof(*l->succ));
            memset(l->succ + w->cap_ids, 0,
                   (n - w->cap_ids) * sizeof(*l->succ));
        }
        w->cap_ids = n;
    }
    w->n_insns[id] = (u16)b->n_insns;
    put_def(w, b);
    return id;
}

/* --- one block into the chunk --------------------------------------------- */

static __attribute__((noinline)) void miss(struct lane *l, struct succ *s,
                                           u32 id)
{
    tbuf_var(&l->runs, l->run);
    l->run = 0;
    if (!s->first)
        g_array_append_val(l->touched, l->prev);
    if (s->second == id)
        tbuf_u8(&l->misses, MISS_SECOND);
    else
        tbuf_var(&l->misses, id);
    s->second = s->first;
    s->first = id;
}

static inline void encode(struct lane *l, u32 id)
{
    struct succ *s = &l->succ[l->prev];

    if (likely(s->first == id))
        l->run++;
    else
        miss(l, s, id);
    l->prev = id;
}

static void put_op(struct trace_writer *w, u8 op)
{
    tbuf_var(&w->order, w->blocks_done);
    w->blocks_done = 0;
    tbuf_u8(&w->order, op);
}

/* The chunk is about to get a block or event of @cpu. */
static void chunk_ready(struct trace_writer *w, unsigned cpu)
{
    if (w->n_blocks >= w->cfg.chunk_blocks ||
        w->order.n >= TRACE_CHUNK_ORDER || w->words.n >= TRACE_CHUNK_WORDS)
        trace_chunk_write(w);
    if (cpu == w->cpu)
        return;
    put_op(w, OP_TURN);
    tbuf_u8(&w->order, (u8)cpu);
    w->cpu = cpu;
}

static void emit_event(struct trace_writer *w, unsigned cpu,
                       const struct trace_event *ev);

/* What was left out so far. */
static void emit_gap(struct trace_writer *w, unsigned cpu)
{
    struct trace_event ev = { .kind = TRACE_GAP, .count = w->done,
                              .f = { w->gap, w->gap_reason } };

    if (!w->gap)
        return;
    w->gap = 0;
    emit_event(w, cpu, &ev);
}

/* @n instructions of @cpu are not to be in the trace. */
static void leave_out(struct trace_writer *w, unsigned cpu, u64 n)
{
    enum trace_gap why = w->is_closed ? TRACE_GAP_WINDOW : TRACE_GAP_FILTER;

    if (w->gap_reason != why)
        emit_gap(w, cpu);
    w->gap_reason = why;
    w->gap += n;
}

static void emit_block(struct trace_writer *w, unsigned cpu, u32 id,
                       bool partial)
{
    emit_gap(w, cpu);
    chunk_ready(w, cpu);
    encode(&w->lane[cpu], id);
    w->n_blocks++;
    w->blocks_done++;
    w->done += w->n_insns[id];
    if (partial)
        put_op(w, OP_PARTIAL);
}

static void emit_event(struct trace_writer *w, unsigned cpu,
                       const struct trace_event *ev)
{
    const struct trace_kind_row *k = &trace_kinds[ev->kind - OP_EVENT];
    unsigned n = 1;
    u32 n_text = ev->n_text < TRACE_MAX_TEXT ? ev->n_text : TRACE_MAX_TEXT;

    for (const char *p = k->fields; *p; p++)
        n += *p == ' ';
    emit_gap(w, cpu);
    chunk_ready(w, cpu);
    put_op(w, ev->kind);
    w->n_events++;
    if (strchr(k->flags, 'A'))
        w->done += ev->f[0];
    else
        tbuf_var(&w->order, ev->count < w->done ? w->done - ev->count : 0);
    for (unsigned i = 0; i < n; i++)
        tbuf_var(&w->order, ev->f[i]);
    if (strchr(k->flags, 'T')) {
        tbuf_var(&w->order, n_text);
        tbuf_bytes(&w->order, ev->text, n_text);
    }
}

/* --- what is held back ---------------------------------------------------- */

/* An event's turn has come, or that of the gate (kind 0). */
static void tell(struct trace_writer *w, unsigned cpu,
                 const struct trace_event *ev)
{
    bool open = ev->f[0];
    struct trace_event mark = *ev;

    if (!ev->kind) {
        mark.kind = TRACE_MARK;
        if (open)
            w->is_closed = false;
        emit_event(w, cpu, &mark);
        w->is_closed = !open;
    } else if (trace_wants_event(w, cpu, ev)) {
        emit_event(w, cpu, ev);
    } else if (ev->kind == TRACE_FETCH) {
        leave_out(w, cpu, ev->f[0]);
    }
}

static void emit_queue(struct trace_writer *w)
{
    for (guint i = 0; i < w->queue->len; i++) {
        struct queued *q = &g_array_index(w->queue, struct queued, i);

        tell(w, q->cpu, &q->ev);
        g_free((char *)q->ev.text);
    }
    g_array_set_size(w->queue, 0);
}

/* A block of @cpu is over; of its @b the instructions did run. */
static void block_done(struct trace_writer *w, unsigned cpu,
                       const struct trace_block *b, bool partial)
{
    if (likely(trace_wants_block(w, cpu, b)))
        emit_block(w, cpu, block_id(w, b), partial);
    else
        leave_out(w, cpu, b->n_insns);
    emit_queue(w);
}

/* What ran of a block in pieces is all that will. */
static void end_mid(struct trace_writer *w, struct lane *l, bool partial)
{
    l->mid.n_insns = l->n_mid;
    l->mid.words = l->mid_words;
    if (l->n_mid)
        block_done(w, l->cpu, &l->mid, partial);
    else
        emit_queue(w);
    l->n_mid = 0;
}

/* Adds @n instructions of @b to the pieces. */
static void add_mid(struct trace_writer *w, struct lane *l,
                    const struct trace_block *b, u32 n)
{
    if (l->n_mid && (l->n_mid + n > TRACE_MAX_INSNS ||
                     b->va != l->mid.va + 4ul * l->n_mid))
        end_mid(w, l, true);
    if (!l->n_mid)
        l->mid = *b;
    memcpy(l->mid_words + l->n_mid, b->words, 4ul * n);
    l->n_mid += n;
}

/* What an entry of the map stands for. */
static const struct trace_block *block_of(struct trace_writer *w, u32 m,
                                          bool *piece)
{
    const struct ring_def *d;

    *piece = false;
    if (!m)
        bug("a block that was not defined is in the trace");
    if (!(m & SLOW))
        return g_ptr_array_index(w->by_id, map_id(m));
    d = g_ptr_array_index(w->ring, m & ~SLOW);
    *piece = d->piece;
    return &d->b;
}

enum cut { CUT_NONE, CUT_GOES_ON, CUT_ENDS };

/* The slow way: first executions, pieces, and cut blocks. */
static void emit_slow(struct trace_writer *w, struct lane *l, u32 ring,
                      u32 ran, enum cut cut)
{
    bool piece, whole;
    u32 m = ring < w->n_map ? w->map[ring] : 0;
    const struct trace_block *b = block_of(w, m, &piece);

    if (cut == CUT_NONE || ran > b->n_insns)
        ran = b->n_insns;
    whole = ran == b->n_insns && !piece;
    if (whole && !l->n_mid && !trace_wants_block(w, l->cpu, b)) {
        leave_out(w, l->cpu, b->n_insns);
        emit_queue(w);
        return;
    }
    if (whole && !l->n_mid) {
        u32 id = block_id(w, b);

        if ((m & SLOW) && map_entry(w, id)) {
            w->map[ring] = map_entry(w, id);
            g_free(g_ptr_array_index(w->ring, m & ~SLOW));
            g_ptr_array_index(w->ring, m & ~SLOW) = NULL;
        }
        emit_block(w, l->cpu, id, false);
        emit_queue(w);
        return;
    }
    if (ran)
        add_mid(w, l, b, ran);
    if (whole || cut == CUT_ENDS)
        end_mid(w, l, !whole);
}

/* The block held back of @l ran to its end. */
static void emit_last(struct trace_writer *w, struct lane *l)
{
    if (!l->has_last)
        return;
    l->has_last = false;
    emit_slow(w, l, l->last, 0, CUT_NONE);
}

/* The lane of @cpu becomes the one that may hold back. */
static struct lane *activate(struct trace_writer *w, unsigned cpu)
{
    struct lane *l = &w->lane[w->active];

    assert(cpu < w->cfg.n_cpus);
    if (cpu == w->active)
        return l;
    emit_last(w, l);
    end_mid(w, l, true);
    w->active = cpu;
    return &w->lane[cpu];
}

/* --- what is run ---------------------------------------------------------- */

/* Has the block been written before, as it is? */
static inline bool is_fast(const struct trace_writer *w, u32 ring)
{
    return ring < w->n_map && w->map[ring] - 1 < SLOW - 1;
}

/* How many of @n words are @word. */
static size_t repeats(const u32 *p, size_t n, u32 word)
{
    u64 two = word | (u64)word << 32, next;
    size_t i;

    for (i = 0; i + 2 <= n; i += 2) {
        memcpy(&next, p + i, sizeof(next));
        if (next != two)
            break;
    }
    return i;
}

/*
 * Encodes blocks up to one that needs the slow way or before a record, of
 * which there may be @n; returns how many. @ring[n] can be read.
 */
static size_t run_fast(struct trace_writer *w, struct lane *l,
                       const u32 *ring, size_t n)
{
    struct succ *succ = l->succ;
    const u32 *map = w->map;
    u32 prev = l->prev, n_map = w->n_map, run = l->run;
    u64 insns = 0;
    size_t i;

    for (i = 0; i < n && !(ring[i + 1] & RING_RECORD); i++) {
        u32 r = ring[i], m = r < n_map ? map[r] : 0, id = map_id(m);
        struct succ *s = &succ[prev];

        if (unlikely(m - 1 >= SLOW - 1))
            break;
        insns += map_insns(m);
        if (unlikely(s->first != id)) {
            l->prev = prev;
            l->run = run;
            miss(l, s, id);
            run = 0;
        } else if (run++, prev == id) {
            /* A loop. What follows the last of them is seen above. */
            size_t k = repeats(ring + i + 1, n - i - 1, r);

            k -= k != 0;
            run += (u32)k;
            insns += k * map_insns(m);
            i += k;
        }
        prev = id;
    }
    l->prev = prev;
    l->run = run;
    w->n_blocks += (u32)i;
    w->blocks_done += (u32)i;
    w->done += insns;
    return i;
}

size_t trace_run(struct trace_writer *w, unsigned cpu, const u32 *ring,
                 size_t n)
{
    struct lane *l = activate(w, cpu);
    size_t i = 0;

    if (!n || (*ring & RING_RECORD))
        return 0;
    emit_last(w, l);
    while (i < n - 1 && !(ring[i + 1] & RING_RECORD)) {
        size_t room = n - 1 - i, did = 0;

        if (!l->n_mid && is_fast(w, ring[i]) && trace_wants_all(w, cpu)) {
            emit_gap(w, cpu);
            chunk_ready(w, cpu);
            if (room > w->cfg.chunk_blocks - w->n_blocks)
                room = w->cfg.chunk_blocks - w->n_blocks;
            did = run_fast(w, l, ring + i, room);
        }
        i += did;
        if (did)
            continue;
        emit_slow(w, l, ring[i++], 0, CUT_NONE);
    }
    l->last = ring[i];
    l->has_last = true;
    return i + 1;
}

void trace_cut(struct trace_writer *w, unsigned cpu, u32 n_insns,
               bool goes_on)
{
    struct lane *l = activate(w, cpu);

    if (l->has_last) {
        l->has_last = false;
        emit_slow(w, l, l->last, n_insns, goes_on ? CUT_GOES_ON : CUT_ENDS);
    } else if (!goes_on) {
        end_mid(w, l, true);
    }
}

void trace_event(struct trace_writer *w, unsigned cpu,
                 const struct trace_event *ev)
{
    struct lane *l = activate(w, cpu);
    struct queued q = { .cpu = cpu, .ev = *ev };

    if (!l->has_last && !l->n_mid) {
        tell(w, cpu, ev);
        return;
    }
    q.ev.text = g_memdup2(ev->text, ev->n_text);
    g_array_append_val(w->queue, q);
}

void trace_gate(struct trace_writer *w, unsigned cpu, bool open, u64 count,
                const char *what)
{
    struct trace_event ev = { .count = count, .f = { open }, .text = what,
                              .n_text = (u32)strlen(what) };

    trace_event(w, cpu, &ev);
}

bool trace_writer_failed(const struct trace_writer *w)
{
    return w->err != NULL;
}

u64 trace_writer_count(const struct trace_writer *w)
{
    const struct lane *l = &w->lane[w->active];
    u64 n = w->done + w->gap + l->n_mid;
    u32 m = l->has_last && l->last < w->n_map ? w->map[l->last] : 0;

    if (m & SLOW) {
        const struct ring_def *d =
            g_ptr_array_index(w->ring, m & ~SLOW);

        n += d->b.n_insns;
    } else if (m) {
        n += map_insns(m);
    }
    return n;
}

void trace_flush(struct trace_writer *w)
{
    struct lane *l = &w->lane[w->active];

    emit_last(w, l);
    trace_chunk_write(w);
}

/* --- making and ending ---------------------------------------------------- */

static void trace_writer_free(struct trace_writer *w)
{
    for (unsigned i = 0; i < w->cfg.n_cpus; i++) {
        struct lane *l = &w->lane[i];

        g_free(l->succ);
        g_array_free(l->touched, TRUE);
        g_free(l->runs.p);
        g_free(l->misses.p);
    }
    g_free(w->map);
    g_free(w->n_insns);
    g_ptr_array_free(w->ring, TRUE);
    g_ptr_array_free(w->by_id, TRUE);
    g_hash_table_destroy(w->blocks);
    g_ptr_array_free(w->arenas, TRUE);
    g_array_free(w->queue, TRUE);
    g_array_free(w->frames, TRUE);
    g_free(w->order.p);
    g_free(w->defs.p);
    g_free(w->words.p);
    g_free(w->out.p);
    g_free(w->packed.p);
    zblock_free(w->z);
    g_free(w);
}

struct trace_writer *trace_writer_new(const char *path,
                                      const struct trace_config *cfg,
                                      GError **err)
{
    struct trace_writer *w = g_new0(struct trace_writer, 1);

    assert(cfg->n_cpus >= 1 && cfg->n_cpus <= TRACE_MAX_CPUS);
    w->cfg = *cfg;
    w->cfg.info = NULL;
    if (!w->cfg.chunk_blocks || w->cfg.chunk_blocks > TRACE_CHUNK_BLOCKS)
        w->cfg.chunk_blocks = TRACE_CHUNK_BLOCKS;
    if (!w->cfg.level)
        w->cfg.level = 1;
    w->z = zblock_new();
    w->frames = g_array_new(FALSE, FALSE, sizeof(struct frame_at));
    w->ring = g_ptr_array_new_with_free_func(g_free);
    w->blocks = g_hash_table_new(block_hash, block_equal);
    w->arenas = g_ptr_array_new_with_free_func(g_free);
    w->by_id = g_ptr_array_new();
    g_ptr_array_add(w->by_id, NULL);
    w->queue = g_array_new(FALSE, FALSE, sizeof(struct queued));
    for (unsigned i = 0; i < cfg->n_cpus; i++) {
        w->lane[i].cpu = i;
        w->lane[i].touched = g_array_new(FALSE, FALSE, sizeof(u32));
    }
    w->done = w->chunk_count = cfg->first_count;
    w->is_closed = cfg->filter.is_closed;
    w->cpu = ~0u;
    if (trace_file_open(w, path, cfg))
        return w;
    g_propagate_error(err, w->err);
    w->err = NULL;
    trace_writer_free(w);
    return NULL;
}

bool trace_writer_close(struct trace_writer *w, const char *why, u32 status,
                        GError **err)
{
    struct lane *l = &w->lane[w->active];
    bool ok;

    emit_last(w, l);
    end_mid(w, l, true);
    emit_gap(w, w->active);
    trace_chunk_write(w);
    ok = trace_file_close(w, why, status);
    if (!ok) {
        g_propagate_error(err, w->err);
        w->err = NULL;
    }
    trace_writer_free(w);
    return ok;
}
