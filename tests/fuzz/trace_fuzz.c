/* SPDX-License-Identifier: MIT */
/*
 * trace_fuzz.c - trace files (docs/TRACE.md).
 *
 * Input: a byte, then a file. 1 of the byte: the checksums of its frames are
 * made right. 2: it is taken apart at the frames' types and put together
 * again, so that the contents can be of any size: sizes, checksums, rows of
 * streams, trailer, and what is relative to the frames before (unless 8). 4:
 * the streams are compressed then.
 *
 * What must hold: a file is refused with one line or read; memory is in
 * proportion; counts go on from item to item and add up to the summary's;
 * chunks on their own and what is found by count are the same as in one pass.
 */
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crc.h"
#include "format.h"
#include "fuzz.h"
#include "zblock.h"

enum { CHECKSUMS = 1, REBUILD = 2, PACK = 4, KEEP_SUMS = 8 };

#define MOST_ITEMS (1u << 18) /* read in one pass */
#define MOST_AGAIN 256u       /* read again from a chunk's start */
#define MOST_PLACES 24u       /* chunks and counts gone to */

/* --- the file ------------------------------------------------------------- */

static void set_le(u8 *p, u64 v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (u8)(v >> 8 * i);
}

static u64 get_le(const u8 *p, unsigned n)
{
    struct tcur c = { p, p + n, false };

    return tcur_le(&c, n);
}

/* A frame's head, whose payload is behind it. */
static void seal(u8 *head, u32 size)
{
    set_le(head + 4, size, 4);
    set_le(head + 8, crc32c(head + TRACE_FRAME, size), 4);
    set_le(head + 12, crc32c(head, 12), 4);
}

static void fix_checksums(u8 *p, size_t n)
{
    for (size_t at = TRACE_PREFIX; at + TRACE_FRAME <= n;) {
        size_t size = get_le(p + at + 4, 4);

        if (size > n - at - TRACE_FRAME)
            return;
        seal(p + at, (u32)size);
        at += TRACE_FRAME + size;
    }
}

static u32 type_at(const u8 *p)
{
    u32 type = (u32)get_le(p, 4);

    return type == FRAME_HEAD || type == FRAME_DEFS || type == FRAME_CHNK ||
           type == FRAME_ENDR || type == FRAME_INDX ? type : 0;
}

/* What the next frames must go on from. */
struct sums {
    u64 count, blocks, events; /* up to here */
    u32 defs;                  /* the same */
};

/* Counts in a frame that follow from those before it. */
static void fix_sums(struct sums *s, u32 type, u8 *p, u32 n)
{
    if (type == FRAME_HEAD && n >= 12) {
        s->count = get_le(p + 4, 8);
    } else if (type == FRAME_DEFS && n >= 8) {
        set_le(p, s->defs + 1, 4);
        s->defs += (u32)get_le(p + 4, 4);
    } else if (type == FRAME_CHNK && n >= TRACE_CHUNK_HEAD) {
        set_le(p, s->count, 8);
        set_le(p + 16, s->blocks, 8);
        set_le(p + 24, s->events, 8);
        set_le(p + 40, s->defs, 4);
        s->count += get_le(p + 8, 8);
        s->blocks += get_le(p + 32, 4);
        s->events += get_le(p + 36, 4);
    } else if (type == FRAME_ENDR && n >= 28) {
        set_le(p, s->count, 8);
        set_le(p + 8, s->blocks, 8);
        set_le(p + 16, s->events, 8);
        set_le(p + 24, s->defs, 4);
    }
}

/* Appends @p, whose rows of streams are behind @head bytes, to @out. */
static void put_streams(struct tbuf *out, const u8 *p, u32 n, u32 head,
                        struct zblock *z)
{
    u32 rows = MIN((u32)get_le(p + head - 4, 4),
                   (n - head) / TRACE_STREAM_ROW);
    size_t at = out->n + head;
    const u8 *data = p + head + (size_t)rows * TRACE_STREAM_ROW;
    u8 *to = g_malloc(zblock_bound(n));

    tbuf_bytes(out, p, (size_t)(data - p));
    set_le(out->p + at - 4, rows, 4);
    for (u32 i = 0; i < rows; i++, at += TRACE_STREAM_ROW) {
        size_t rest = n - (size_t)(data - p), stored;
        size_t raw = MIN(get_le(out->p + at + 4, 4), rest);

        if (i == rows - 1)
            raw = rest;
        stored = z && raw ? zblock_pack(z, to, data, raw, 1) : raw;
        if (stored >= raw && raw)
            memcpy(to, data, stored = raw);
        set_le(out->p + at + 4, raw, 4);
        set_le(out->p + at + 8, stored, 4);
        tbuf_bytes(out, to, stored);
        data += raw;
    }
    g_free(to);
}

/* Where the next frame's type is, from @at on; @n if there is none. */
static size_t find_frame(const u8 *p, size_t n, size_t at)
{
    while (at + 4 <= n && !type_at(p + at))
        at++;
    return at + 4 <= n ? at : n;
}

/* A file from the frames in @p, as the account above says. */
static void rebuild(struct tbuf *out, const u8 *p, size_t n, u8 flags)
{
    struct zblock *z = flags & PACK ? zblock_new() : NULL;
    struct sums sums = { 0 };
    size_t at = find_frame(p, n, 0), next, mine;

    tbuf_bytes(out, TRACE_MAGIC, 8);
    tbuf_le(out, TRACE_VERSION, 8);
    for (; at < n; at = next) {
        u32 type = type_at(p + at), size;
        const u8 *body = p + MIN(at + TRACE_FRAME, n);
        u32 head = type == FRAME_DEFS ? 12 :
                   type == FRAME_CHNK ? TRACE_CHUNK_HEAD : 0;

        next = find_frame(p, n, MIN(at + TRACE_FRAME, n));
        size = (u32)(p + next - body);
        mine = out->n;
        tbuf_le(out, type, 4);
        tbuf_bytes(out, "\0\0\0\0\0\0\0\0\0\0\0", 12);
        if (head && size >= head)
            put_streams(out, body, size, head, z);
        else
            tbuf_bytes(out, body, size);
        size = (u32)(out->n - mine - TRACE_FRAME);
        if (!(flags & KEEP_SUMS))
            fix_sums(&sums, type, out->p + mine + TRACE_FRAME, size);
        seal(out->p + mine, size);
        if (type == FRAME_INDX) {
            tbuf_le(out, mine, 8);
            tbuf_bytes(out, TRACE_END_MAGIC, 8);
            break;
        }
    }
    zblock_free(z);
}

/* --- reading -------------------------------------------------------------- */

/* What is remembered of an item. */
struct seen {
    u64 digest; /* of all of it */
    u64 reach;  /* block: its last instruction; event: its count */
};

static u64 mix(u64 h, u64 v)
{
    return (h ^ v) * 0x9e3779b97f4a7c15 ^ (h >> 29);
}

static u64 mix_bytes(u64 h, const void *p, size_t n)
{
    const u8 *b = p;

    for (size_t i = 0; i < n; i++)
        h = mix(h, b[i]);
    return h;
}

static struct seen look_block(const struct trace_reader *r,
                              const struct trace_item *it)
{
    const struct trace_summary *s = trace_summary(r);
    u64 h = mix(mix(it->what, it->cpu), it->count);

    fuzz_check(it->id >= 1 && it->id <= s->n_defs);
    fuzz_check(it->block == trace_block(r, it->id));
    fuzz_check(it->n_insns >= 1 && it->n_insns <= TRACE_MAX_INSNS);
    fuzz_check(it->n_insns == it->block->n_insns);
    h = mix(mix(mix(h, it->id), it->seq), it->is_partial);
    return (struct seen){ h, it->count + it->n_insns - 1 };
}

static struct seen look_event(const struct trace_reader *r,
                              const struct trace_item *it)
{
    const struct trace_event *ev = &it->event;
    u64 h = mix(mix(it->what, it->cpu), it->count);

    fuzz_check(it->schema && it->schema == trace_schema(r, ev->kind));
    fuzz_check(it->count == ev->count);
    fuzz_check(it->count >= trace_summary(r)->first_count);
    fuzz_check(ev->n_text <= TRACE_MAX_TEXT);
    fuzz_check(it->schema->has_text || !ev->n_text);
    for (unsigned i = 0; i < TRACE_MAX_FIELDS; i++) {
        fuzz_check(i < it->schema->n_fields || !ev->f[i]);
        h = mix(h, ev->f[i]);
    }
    h = mix(mix(h, ev->kind), ev->n_text);
    return (struct seen){ mix_bytes(h, ev->text, ev->n_text), it->count };
}

/* The next item, or what stands for the end or for damage. */
static struct seen look(struct trace_reader *r, struct trace_item *it,
                        enum trace_what what, GError *err)
{
    fuzz_check(what == it->what);
    fuzz_check((what == TRACE_BROKEN) == (err != NULL));
    if (what == TRACE_BLOCK || what == TRACE_EVENT)
        fuzz_check(it->cpu < trace_summary(r)->n_cpus);
    if (what == TRACE_BLOCK)
        return look_block(r, it);
    if (what == TRACE_EVENT)
        return look_event(r, it);
    if (err)
        fuzz_check_error(err);
    return (struct seen){ what, UINT64_MAX };
}

static struct seen look_next(struct trace_reader *r, struct trace_item *it)
{
    GError *err = NULL;
    enum trace_what what = trace_next(r, it, &err);

    return look(r, it, what, err);
}

/* What blocks and events before an item come to. */
struct tally {
    u64 count, blocks, events; /* instructions executed; items of each kind */
};

/* The item follows from those before it. */
static void check_item(const struct trace_item *it,
                       const struct trace_summary *s, struct tally *t)
{
    if (it->what == TRACE_BLOCK) {
        fuzz_check(it->count == t->count && it->seq == t->blocks++);
        fuzz_check(t->blocks <= s->n_blocks);
        t->count += it->n_insns;
    } else if (it->what == TRACE_EVENT) {
        fuzz_check(it->count <= t->count);
        t->events++;
        if (it->schema->advances) {
            fuzz_check(it->count == t->count);
            t->count += it->event.f[0];
            fuzz_check(t->count >= it->count && t->count <= s->end_count);
        }
    } else if (it->what == TRACE_END) {
        fuzz_check(t->count == s->end_count && t->blocks == s->n_blocks &&
                   t->events == s->n_events);
    }
    fuzz_check(t->count >= s->first_count);
}

/*
 * All items from the start, up to the one that is neither block nor event or
 * to MOST_ITEMS. @starts gets (chunk, its first item).
 */
static GArray *read_all(struct trace_reader *r, GArray *starts)
{
    const struct trace_summary *s = trace_summary(r);
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct seen));
    struct tally tally = { .count = s->first_count };
    struct trace_item it;

    do {
        u32 start[2] = { 0, all->len };
        struct seen seen;

        if (trace_at_chunk(r, start) && start[0] < s->n_chunks)
            g_array_append_val(starts, start);
        seen = look_next(r, &it);
        g_array_append_val(all, seen);
        check_item(&it, s, &tally);
    } while (it.what != TRACE_END && it.what != TRACE_BROKEN &&
             all->len < MOST_ITEMS);
    if (all->len < MOST_ITEMS) {
        look_next(r, &it);
        fuzz_check(it.what == TRACE_END);
    }
    return all;
}

/* Chunk @start[0], gone to, must give the items from start[1] on. */
static void read_chunk(struct trace_reader *r, const u32 start[2],
                       const GArray *all)
{
    struct trace_item it;
    u32 i;

    trace_goto_chunk(r, start[0]);
    fuzz_check(trace_at_chunk(r, &i) && i == start[0]);
    for (i = start[1]; i < all->len && i < start[1] + MOST_AGAIN; i++) {
        struct seen seen = look_next(r, &it);

        fuzz_check(seen.digest == g_array_index(all, struct seen, i).digest);
    }
    if (g_array_index(all, struct seen, start[1]).digest != TRACE_BROKEN)
        fuzz_check(trace_same_chunk(r, r, start[0]));
}

/*
 * The first item that reaches @count, or the end, is what is found; in a file
 * that one pass did not get through, chunks may not be what their heads say.
 */
static void seek(struct trace_reader *r, u64 count, const GArray *all)
{
    GError *err = NULL;
    struct trace_item it;
    bool ok = trace_seek(r, count, &it, &err);
    struct seen got = look(r, &it, it.what, err);
    const struct seen *want = (const struct seen *)(void *)all->data;

    fuzz_check(ok == (it.what != TRACE_BROKEN));
    if (want[all->len - 1].digest != TRACE_END)
        return;
    while (want->reach < count)
        want++;
    fuzz_check(want->digest == got.digest);
}

/* --- one file ------------------------------------------------------------- */

static void check_contents(const struct trace_reader *r, size_t size)
{
    const struct trace_summary *s = trace_summary(r);
    const char *key, *value;
    u64 bytes = 0, h = 0;

    fuzz_check(s->version == TRACE_VERSION && s->n_bytes == size);
    fuzz_check(s->n_cpus >= 1 && s->n_cpus <= TRACE_MAX_CPUS);
    fuzz_check(s->end_count >= s->first_count && s->good_bytes <= size);
    fuzz_check(s->complete ? s->why && s->good_bytes == size : true);
    for (unsigned i = 0; trace_info(r, i, &key, &value); i++)
        h += strlen(key) + strlen(value);
    fuzz_check(h <= size);
    for (unsigned kind = 0; kind < 300; kind++) {
        const struct trace_schema *k = trace_schema(r, kind);

        fuzz_check(!k || (kind >= OP_EVENT && kind < 256));
        fuzz_check(!k || k->n_fields <= TRACE_MAX_FIELDS);
        for (unsigned i = 0; k && i < k->n_fields; i++)
            h += strlen(k->field[i]);
    }
    for (u32 id = 1; id <= s->n_defs; id++) {
        const struct trace_block *b = trace_block(r, id);

        fuzz_check(b->n_insns >= 1 && b->n_insns <= TRACE_MAX_INSNS);
        bytes += sizeof(*b) + 4ul * b->n_insns;
        h ^= b->words[0] ^ b->words[b->n_insns - 1];
    }
    /* docs/TRACE.md: what a file of this size may ask for. */
    fuzz_check(bytes + (h & 1) <= 128 * MiB + 4096ull * size);
}

static void check_places(struct trace_reader *r, const GArray *starts,
                         const GArray *all)
{
    const struct trace_summary *s = trace_summary(r);
    u64 length = s->end_count - s->first_count, x = length;
    struct trace_item it;

    for (guint i = 0; i < starts->len && i < MOST_PLACES; i++)
        read_chunk(r, &g_array_index(starts, u32, 2 * (starts->len - 1 - i)),
                   all);
    seek(r, 0, all);
    seek(r, s->first_count, all);
    seek(r, s->end_count, all);
    seek(r, s->end_count + 1, all);
    seek(r, UINT64_MAX, all);
    for (unsigned i = 0; length && i < MOST_PLACES; i++)
        seek(r, s->first_count + fuzz_random(&x) % length, all);
    trace_goto_chunk(r, s->n_chunks);
    look_next(r, &it);
    fuzz_check(it.what == TRACE_END);
}

static void read_file(const struct tbuf *file)
{
    int fd = memfd_create("trace", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    GError *err = NULL;
    struct trace_reader *r;

    fuzz_check(fd >= 0);
    fuzz_check(write(fd, file->p, file->n) == (ssize_t)file->n);
    r = trace_open(path, &err);
    if (r) {
        GArray *starts = g_array_new(FALSE, FALSE, 2 * sizeof(u32));
        GArray *all;

        fuzz_check(!err);
        check_contents(r, file->n);
        all = read_all(r, starts);
        check_places(r, starts, all);
        g_array_free(all, TRUE);
        g_array_free(starts, TRUE);
        trace_close(r);
    } else {
        fuzz_check_error(err);
    }
    close(fd);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct tbuf file = { 0 };

    if (size < 2)
        return 0;
    if (data[0] & REBUILD)
        rebuild(&file, data + 1, size - 1, data[0]);
    else
        tbuf_bytes(&file, data + 1, size - 1);
    if (data[0] & CHECKSUMS)
        fix_checksums(file.p, file.n);
    read_file(&file);
    g_free(file.p);
    return 0;
}
