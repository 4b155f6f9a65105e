/* SPDX-License-Identifier: MIT */
/*
 * reader.c - reading a trace: the sequence of blocks and events.
 *
 * A chunk is unpacked when its first item is asked for; the successor tables
 * grow with it as the writer's did. Everything is checked as it is met, so a
 * damaged chunk ends in TRACE_BROKEN, never in a wrong access.
 */
#include "reader.h"

#include <unistd.h>

/*
 * The most bytes that an operation adds to a chunk's order (a turn and an
 * event with all fields and its text), and a block to its runs and misses.
 */
#define MAX_ITEM (256 + TRACE_MAX_TEXT)
#define MAX_MISS 10ull

/* --- opening -------------------------------------------------------------- */

struct trace_reader *trace_open(const char *path, GError **err)
{
    struct trace_reader *r = g_new0(struct trace_reader, 1);
    struct trace_block none = { .n_insns = 0 };

    r->fd = -1;
    r->path = g_strdup(path);
    r->texts = g_ptr_array_new_with_free_func(g_free);
    r->words = g_ptr_array_new_with_free_func(g_free);
    r->info = g_ptr_array_new();
    r->blocks = g_array_new(FALSE, FALSE, sizeof(struct trace_block));
    g_array_append_val(r->blocks, none);
    r->chunks = g_array_new(FALSE, FALSE, sizeof(struct chunk));
    r->z = zblock_new();
    if (!trace_file_read(r, err)) {
        trace_close(r);
        return NULL;
    }
    trace_goto_chunk(r, 0);
    return r;
}

static void unload(struct trace_reader *r)
{
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        struct rlane *l = &r->lane[i];

        if (!l->is_used)
            continue;
        for (guint t = 0; t < l->touched->len; t++)
            l->succ[g_array_index(l->touched, u32, t)] =
                (struct succ){ 0, 0 };
        g_array_set_size(l->touched, 0);
        g_clear_pointer(&l->mem[0], g_free);
        g_clear_pointer(&l->mem[1], g_free);
        l->is_used = false;
    }
    g_clear_pointer(&r->order_mem, g_free);
    r->is_loaded = false;
}

void trace_close(struct trace_reader *r)
{
    if (!r)
        return;
    unload(r);
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        g_free(r->lane[i].succ);
        if (r->lane[i].touched)
            g_array_free(r->lane[i].touched, TRUE);
    }
    if (r->fd >= 0)
        close(r->fd);
    g_ptr_array_free(r->info, TRUE);
    g_ptr_array_free(r->texts, TRUE);
    g_ptr_array_free(r->words, TRUE);
    g_array_free(r->blocks, TRUE);
    g_array_free(r->chunks, TRUE);
    zblock_free(r->z);
    g_free(r->payload);
    g_free(r->path);
    g_free(r);
}

const struct trace_summary *trace_summary(const struct trace_reader *r)
{
    return &r->sum;
}

bool trace_info(const struct trace_reader *r, unsigned i, const char **key,
                const char **value)
{
    if (i * 2 + 1 >= r->info->len)
        return false;
    *key = g_ptr_array_index(r->info, i * 2);
    *value = g_ptr_array_index(r->info, i * 2 + 1);
    return true;
}

const struct trace_schema *trace_schema(const struct trace_reader *r,
                                        unsigned kind)
{
    return kind < 256 && r->schema[kind].name ? &r->schema[kind] : NULL;
}

const struct trace_block *trace_block(const struct trace_reader *r, u32 id)
{
    assert(id >= 1 && id < r->blocks->len);
    return &g_array_index(r->blocks, struct trace_block, id);
}

/* --- a chunk -------------------------------------------------------------- */

static bool take_stream(struct trace_reader *r, u8 kind_cpu[2], u8 *mem,
                        size_t n)
{
    struct tcur c = { mem, mem + n, false };
    unsigned cpu = kind_cpu[1], which = kind_cpu[0] == STREAM_MISSES;
    struct rlane *l = &r->lane[cpu < TRACE_MAX_CPUS ? cpu : 0];

    if (kind_cpu[0] == STREAM_ORDER && !r->order_mem && !cpu) {
        r->order_mem = mem;
        r->order = c;
        return true;
    }
    if ((kind_cpu[0] != STREAM_RUNS && kind_cpu[0] != STREAM_MISSES) ||
        cpu >= r->sum.n_cpus || l->mem[which]) {
        g_free(mem);
        return false;
    }
    if (!l->succ) {
        if (!trace_memory(r, r->blocks->len * sizeof(struct succ))) {
            g_free(mem);
            return false;
        }
        l->succ = g_new0(struct succ, r->blocks->len);
        l->touched = g_array_new(FALSE, FALSE, sizeof(u32));
    }
    l->mem[which] = mem;
    l->is_used = true;
    *(which ? &l->misses : &l->runs) = c;
    return true;
}

/* Does a chunk still say what it said when the file was opened? */
static bool same_head(const struct chunk *a, const struct chunk *b)
{
    return a->first_count == b->first_count && a->n_insns == b->n_insns &&
           a->first_block == b->first_block &&
           a->first_event == b->first_event && a->n_blocks == b->n_blocks &&
           a->n_events == b->n_events && a->n_defs == b->n_defs;
}

static bool load(struct trace_reader *r, const struct chunk *k, GError **err)
{
    struct chunk head = *k;
    struct tcur c, data;
    u64 most;

    if (!trace_frame_read(r, k->at, err))
        return false;
    c = (struct tcur){ r->payload, r->payload + k->at.size, false };
    trace_chunk_head(&c, &head);
    data = c;
    if (c.bad || !same_head(&head, k) ||
        head.n_streams > 1 + 2 * TRACE_MAX_CPUS ||
        !tcur_bytes(&data, head.n_streams * TRACE_STREAM_ROW))
        return trace_damaged(r, k->at.offset, "chunk", err);
    r->is_loaded = true;
    /* What is too much for the blocks would be left over at the end. */
    most = TRACE_CHUNK_ORDER + MAX_ITEM +
           (k->n_blocks + TRACE_MAX_CPUS) * MAX_MISS;
    for (u32 i = 0; i < head.n_streams; i++) {
        u8 kind_cpu[2];
        size_t n;
        u8 *mem = trace_stream_get(r, &c, &data, most, kind_cpu, &n);

        if (!mem || !take_stream(r, kind_cpu, mem, n))
            return trace_damaged(r, k->at.offset, "chunk's streams", err);
        most -= n;
    }
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        struct rlane *l = &r->lane[i];

        if (!l->is_used)
            continue;
        if (!l->mem[0] || !l->mem[1])
            return trace_damaged(r, k->at.offset, "chunk's streams", err);
        l->run = tcur_var(&l->runs);
        l->prev = 0;
        if (l->runs.bad)
            return trace_damaged(r, k->at.offset, "chunk's streams", err);
    }
    if (!r->order_mem)
        return trace_damaged(r, k->at.offset, "chunk's order", err);
    return true;
}

/* Was everything in the chunk read, and does it add up? */
static bool check_end(struct trace_reader *r, const struct chunk *k)
{
    bool ok = r->order.p == r->order.end &&
              r->count == k->first_count + k->n_insns &&
              r->seq == k->first_block + k->n_blocks &&
              r->n_events == k->first_event + k->n_events;

    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        const struct rlane *l = &r->lane[i];

        if (l->is_used)
            ok &= !l->run && l->runs.p == l->runs.end &&
                  l->misses.p == l->misses.end;
    }
    return ok;
}

void trace_goto_chunk(struct trace_reader *r, u32 i)
{
    unload(r);
    r->chunk = i;
    r->has_op = r->is_turned = false;
    if (i < r->chunks->len) {
        const struct chunk *k = &g_array_index(r->chunks, struct chunk, i);

        r->count = k->first_count;
        r->seq = k->first_block;
        r->n_events = k->first_event;
    } else {
        r->count = r->sum.end_count;
        r->seq = r->sum.n_blocks;
        r->n_events = r->sum.n_events;
    }
}

bool trace_at_chunk(const struct trace_reader *r, u32 *i)
{
    *i = r->chunk;
    return !r->is_loaded;
}

/* --- items ---------------------------------------------------------------- */

/* The next block of the lane; 0: damaged. */
static inline u32 next_id(struct rlane *l, u32 n_defs)
{
    struct succ *s = &l->succ[l->prev];
    u64 m;

    if (likely(l->run)) {
        l->run--;
        l->prev = s->first;
        return s->first;
    }
    m = tcur_var(&l->misses);
    if (m == MISS_SECOND)
        m = s->second;
    if (l->misses.bad || m > n_defs || !m)
        return 0;
    if (!s->first)
        g_array_append_val(l->touched, l->prev);
    s->second = s->first;
    s->first = (u32)m;
    l->run = tcur_var(&l->runs);
    l->prev = (u32)m;
    return l->runs.bad ? 0 : (u32)m;
}

static bool get_block(struct trace_reader *r, const struct chunk *k,
                      struct trace_item *item)
{
    struct rlane *l = &r->lane[r->cpu];
    u32 id = r->is_turned && l->is_used ? next_id(l, k->n_defs) : 0;

    if (!id)
        return false;
    r->left--;
    item->what = TRACE_BLOCK;
    item->cpu = r->cpu;
    item->count = r->count;
    item->seq = r->seq++;
    item->id = id;
    item->block = &g_array_index(r->blocks, struct trace_block, id);
    item->n_insns = item->block->n_insns;
    item->is_partial = false;
    if (!r->left && r->op == OP_PARTIAL) {
        item->is_partial = true;
        r->has_op = false;
    }
    r->count += item->n_insns;
    return true;
}

static bool get_event(struct trace_reader *r, const struct chunk *k,
                      struct trace_item *item)
{
    u64 end = k->first_count + k->n_insns;
    const struct trace_schema *s = &r->schema[r->op];
    struct trace_event *ev = &item->event;
    u64 back = 0;

    if (!s->name || !r->is_turned)
        return false;
    if (!s->advances)
        back = tcur_var(&r->order);
    *ev = (struct trace_event){ .kind = r->op, .count = r->count - back };
    for (unsigned i = 0; i < s->n_fields; i++)
        ev->f[i] = tcur_var(&r->order);
    if (s->has_text) {
        u64 n = tcur_var(&r->order);

        ev->text = (const char *)tcur_bytes(&r->order, n);
        ev->n_text = (u32)n;
        if (n > TRACE_MAX_TEXT)
            return false;
    }
    if (r->order.bad || back > r->count - r->sum.first_count)
        return false;
    if (s->advances && (r->count > end || ev->f[0] > end - r->count))
        return false;
    item->what = TRACE_EVENT;
    item->cpu = r->cpu;
    item->count = ev->count;
    item->schema = s;
    r->n_events++;
    r->has_op = false;
    if (s->advances)
        r->count += ev->f[0];
    return true;
}

/* Reads the next operation of the order. */
static bool get_op(struct trace_reader *r, const struct chunk *k)
{
    r->left = tcur_var(&r->order);
    r->op = (u8)tcur_le(&r->order, 1);
    r->has_op = true;
    return !r->order.bad && (r->op != OP_PARTIAL || r->left) &&
           r->left <= k->first_block + k->n_blocks - r->seq;
}

static bool get_turn(struct trace_reader *r)
{
    unsigned cpu = (unsigned)tcur_le(&r->order, 1);

    if (r->order.bad || cpu >= r->sum.n_cpus)
        return false;
    r->cpu = cpu;
    r->is_turned = true;
    r->has_op = false;
    return true;
}

static enum trace_what broken(struct trace_reader *r, struct trace_item *item,
                              const struct chunk *k, GError **err)
{
    if (!err || !*err)
        trace_damaged(r, k->at.offset, "chunk's contents", err);
    trace_goto_chunk(r, r->chunks->len);
    item->what = TRACE_BROKEN;
    return TRACE_BROKEN;
}

enum trace_what trace_next(struct trace_reader *r, struct trace_item *item,
                           GError **err)
{
    while (r->chunk < r->chunks->len) {
        const struct chunk *k =
            &g_array_index(r->chunks, struct chunk, r->chunk);
        bool ok = true;

        if (unlikely(!r->is_loaded))
            ok = load(r, k, err);
        if (ok && unlikely(!r->has_op))
            ok = get_op(r, k);
        if (ok && r->left) {
            if (likely(get_block(r, k, item)))
                return TRACE_BLOCK;
            ok = false;
        }
        if (ok && r->op >= OP_EVENT) {
            if (get_event(r, k, item))
                return TRACE_EVENT;
            ok = false;
        }
        if (ok && r->op == OP_TURN)
            ok = get_turn(r);
        else if (ok && r->op == OP_END && check_end(r, k))
            trace_goto_chunk(r, r->chunk + 1);
        else
            ok = false;
        if (!ok)
            return broken(r, item, k, err);
    }
    item->what = TRACE_END;
    return TRACE_END;
}

/* --- finding -------------------------------------------------------------- */

bool trace_seek(struct trace_reader *r, u64 count, struct trace_item *item,
                GError **err)
{
    u32 low = 0, high = r->chunks->len;

    /* The first chunk that reaches to @count. */
    while (low < high) {
        u32 mid = low + (high - low) / 2;
        const struct chunk *k = &g_array_index(r->chunks, struct chunk, mid);

        if (k->first_count + k->n_insns >= count)
            high = mid;
        else
            low = mid + 1;
    }
    trace_goto_chunk(r, low);
    while (trace_next(r, item, err) != TRACE_END) {
        if (item->what == TRACE_BROKEN)
            return false;
        if (item->what == TRACE_EVENT ? item->count >= count :
            item->count + item->n_insns > count)
            break;
    }
    return true;
}

bool trace_same_chunk(struct trace_reader *a, struct trace_reader *b, u32 i)
{
    const struct chunk *p = &g_array_index(a->chunks, struct chunk, i);
    const struct chunk *q = &g_array_index(b->chunks, struct chunk, i);
    const struct span s[2][2] = { { p->defs, q->defs }, { p->at, q->at } };

    for (unsigned n = 0; n < 2; n++) {
        if (s[n][0].size != s[n][1].size)
            return false;
        if (!s[n][0].offset || !s[n][1].offset)
            continue;
        if (!trace_frame_read(a, s[n][0], NULL) ||
            !trace_frame_read(b, s[n][1], NULL) ||
            memcmp(a->payload, b->payload, s[n][0].size) != 0)
            return false;
    }
    return true;
}
