/* SPDX-License-Identifier: MIT */
/*
 * rfile.c - the file of a trace that is read: frames, the header, the
 * definitions, where chunks are (docs/TRACE.md).
 *
 * Nothing in the file is believed: frames have checksums of head and payload,
 * sizes are held against the file's, sums against each other. The only fault
 * that is no error is an end that is missing: the run was killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crc.h"
#include "reader.h"

/*
 * A frame has no more definitions, and they are no longer. Those of a chunk
 * are executed in it; one more may be for the block after it.
 */
#define MAX_DEFS (TRACE_CHUNK_BLOCKS + 1)
#define MAX_DEF_BYTES 23 /* two long vars, flags, a short var */
#define MAX_WORDS (TRACE_CHUNK_WORDS + 4 * TRACE_MAX_INSNS)

/*
 * Compression could make gigabytes of some bytes, but not of those that a
 * run leaves: each definition is a miss of its chunk, which takes about a
 * byte, and 1 KiB of words, the block and its places in 64 tables are less
 * than this many times that. The first term is for a frame whose chunk is
 * cut off.
 */
#define MEMORY_LEAST (128ull << 20)
#define MEMORY_RATIO 4096

bool trace_damaged(const struct trace_reader *r, u64 offset, const char *what,
                   GError **err)
{
    g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                "%s: damaged at offset %" G_GUINT64_FORMAT ": %s", r->path,
                (guint64)offset, what);
    return false;
}

bool trace_bytes_at(const struct trace_reader *r, u64 offset, void *out,
                    size_t n)
{
    u8 *p = out;

    while (n) {
        ssize_t did = pread(r->fd, p, n, (off_t)offset);

        if (did < 0 && errno == EINTR)
            continue;
        if (did <= 0)
            return false;
        p += did;
        offset += (u64)did;
        n -= (size_t)did;
    }
    return true;
}

/* The frame at @offset: its type, or 0 with *cut set if the file ends. */
static u32 frame_at(const struct trace_reader *r, u64 offset, struct span *s,
                    bool *cut)
{
    u8 head[TRACE_FRAME];
    struct tcur c = { head, head + sizeof(head), false };
    u64 rest = r->sum.n_bytes - offset;
    u32 type, size;

    *cut = rest < TRACE_FRAME;
    if (*cut || !trace_bytes_at(r, offset, head, sizeof(head)))
        return 0;
    type = (u32)tcur_le(&c, 4);
    size = (u32)tcur_le(&c, 4);
    c.p += 4;
    if (tcur_le(&c, 4) != crc32c(head, 12) || size > TRACE_MAX_FRAME)
        return 0;
    *cut = size > rest - TRACE_FRAME;
    *s = (struct span){ offset, size };
    return *cut ? 0 : type;
}

bool trace_frame_read(struct trace_reader *r, struct span s, GError **err)
{
    u8 head[TRACE_FRAME];
    struct tcur c = { head + 4, head + sizeof(head), false };

    r->payload = g_realloc(r->payload, s.size + 1ul);
    if (!trace_bytes_at(r, s.offset, head, sizeof(head)) ||
        !trace_bytes_at(r, s.offset + TRACE_FRAME, r->payload, s.size))
        return trace_damaged(r, s.offset, "the file ends", err);
    if (tcur_le(&c, 4) != s.size)
        return trace_damaged(r, s.offset, "the frame's size", err);
    if (tcur_le(&c, 4) != crc32c(r->payload, s.size))
        return trace_damaged(r, s.offset, "checksum", err);
    return true;
}

bool trace_memory(struct trace_reader *r, u64 n)
{
    r->memory += n;
    return r->memory <= MEMORY_LEAST + MEMORY_RATIO * r->sum.n_bytes;
}

u8 *trace_stream_get(struct trace_reader *r, struct tcur *c,
                     struct tcur *data, u64 most, u8 kind_cpu[2], size_t *n)
{
    u64 raw, stored;
    const u8 *p;
    u8 *out;

    kind_cpu[0] = (u8)tcur_le(c, 1);
    kind_cpu[1] = (u8)tcur_le(c, 1);
    tcur_le(c, 2);
    raw = tcur_le(c, 4);
    stored = tcur_le(c, 4);
    if (c->bad || raw > most || stored > raw)
        return NULL;
    p = tcur_bytes(data, stored);
    if (!p)
        return NULL;
    out = g_malloc(raw + 1);
    *n = raw;
    if (stored == raw) {
        memcpy(out, p, raw);
    } else if (!zblock_unpack(r->z, out, raw, p, stored)) {
        g_free(out);
        return NULL;
    }
    return out;
}

/* --- header and definitions ----------------------------------------------- */

static bool read_head(struct trace_reader *r, struct span s, GError **err)
{
    struct tcur c;
    u64 n;

    if (!trace_frame_read(r, s, err))
        return false;
    c = (struct tcur){ r->payload, r->payload + s.size, false };
    r->sum.n_cpus = (u32)tcur_le(&c, 4);
    r->sum.first_count = r->sum.end_count = tcur_le(&c, 8);
    n = tcur_var(&c);
    for (u64 i = 0; !c.bad && i < n; i++) {
        g_ptr_array_add(r->info, (char *)trace_text_get(&c, r->texts));
        g_ptr_array_add(r->info, (char *)trace_text_get(&c, r->texts));
    }
    trace_kinds_get(&c, r->schema, r->texts);
    if (c.bad || !r->sum.n_cpus || r->sum.n_cpus > TRACE_MAX_CPUS ||
        r->sum.first_count > TRACE_MAX_COUNT)
        return trace_damaged(r, s.offset, "header", err);
    return true;
}

/* One definition after another from the two streams. */
static bool get_defs(struct trace_reader *r, struct tcur *c, const u32 *words,
                     size_t n_words, u32 n)
{
    u64 va = 0, delta = 0;
    size_t used = 0;

    for (u32 i = 0; i < n; i++) {
        struct trace_block b = { .words = words + used };

        b.va = va + unzigzag(tcur_var(c));
        delta += unzigzag(tcur_var(c));
        b.pa = b.va + delta;
        b.flags = (u32)tcur_le(c, 1);
        b.n_insns = (u32)tcur_var(c);
        if (c->bad || b.n_insns < 1 || b.n_insns > TRACE_MAX_INSNS ||
            b.n_insns > n_words - used)
            return false;
        used += b.n_insns;
        va = b.va + 4ul * b.n_insns;
        g_array_append_val(r->blocks, b);
    }
    return used == n_words && c->p == c->end;
}

static bool unpack_defs(struct trace_reader *r, struct tcur *c,
                        struct tcur *data, u32 n)
{
    size_t n_defs, n_bytes;
    u8 kind[2], *defs, *bytes = NULL;
    struct tcur d;
    bool ok = false;

    defs = trace_stream_get(r, c, data, (u64)n * MAX_DEF_BYTES, kind,
                            &n_defs);
    if (!defs || kind[0] != STREAM_DEFS)
        goto out;
    bytes = trace_stream_get(r, c, data, MAX_WORDS, kind, &n_bytes);
    if (!bytes || kind[0] != STREAM_WORDS || n_bytes % 4 ||
        !trace_memory(r, n_bytes + (u64)n * sizeof(struct trace_block)))
        goto out;
    for (size_t i = 0; i < n_bytes; i += 4) {
        struct tcur w = { bytes + i, bytes + i + 4, false };
        u32 word = (u32)tcur_le(&w, 4);

        memcpy(bytes + i, &word, 4);
    }
    d = (struct tcur){ defs, defs + n_defs, false };
    ok = get_defs(r, &d, (u32 *)bytes, n_bytes / 4, n);
    g_ptr_array_add(r->words, bytes);
    bytes = NULL;
out:
    g_free(defs);
    g_free(bytes);
    return ok;
}

static bool read_defs(struct trace_reader *r, struct span s, GError **err)
{
    struct tcur c, data;
    u32 first, n;

    if (!trace_frame_read(r, s, err))
        return false;
    c = (struct tcur){ r->payload, r->payload + s.size, false };
    first = (u32)tcur_le(&c, 4);
    n = (u32)tcur_le(&c, 4);
    if (tcur_le(&c, 4) != 2 || c.bad || first != r->blocks->len || !n ||
        n > MAX_DEFS)
        return trace_damaged(r, s.offset, "definitions", err);
    data = c;
    if (!tcur_bytes(&data, 2 * TRACE_STREAM_ROW) ||
        !unpack_defs(r, &c, &data, n))
        return trace_damaged(r, s.offset, "definitions", err);
    return true;
}

/* --- chunks --------------------------------------------------------------- */

void trace_chunk_head(struct tcur *c, struct chunk *out)
{
    out->first_count = tcur_le(c, 8);
    out->n_insns = tcur_le(c, 8);
    out->first_block = tcur_le(c, 8);
    out->first_event = tcur_le(c, 8);
    out->n_blocks = (u32)tcur_le(c, 4);
    out->n_events = (u32)tcur_le(c, 4);
    out->n_defs = (u32)tcur_le(c, 4);
    tcur_le(c, 4);
    out->n_streams = (u32)tcur_le(c, 4);
}

static bool add_chunk(struct trace_reader *r, struct span s,
                      struct span defs, GError **err)
{
    struct chunk k = { .at = s, .defs = defs };
    u8 head[TRACE_CHUNK_HEAD];
    struct tcur c = { head, head + sizeof(head), false };

    if (s.size < sizeof(head) ||
        !trace_bytes_at(r, s.offset + TRACE_FRAME, head, sizeof(head)))
        return trace_damaged(r, s.offset, "chunk", err);
    trace_chunk_head(&c, &k);
    if (k.n_blocks > TRACE_CHUNK_BLOCKS ||
        k.n_insns > TRACE_MAX_COUNT - r->sum.end_count)
        return trace_damaged(r, s.offset, "chunk", err);
    if (k.first_count != r->sum.end_count ||
        k.first_block != r->sum.n_blocks ||
        k.first_event != r->sum.n_events || k.n_defs != r->blocks->len - 1)
        return trace_damaged(r, s.offset, "chunk does not follow", err);
    r->sum.end_count += k.n_insns;
    r->sum.n_blocks += k.n_blocks;
    r->sum.n_events += k.n_events;
    r->sum.good_bytes = s.offset + TRACE_FRAME + s.size;
    g_array_append_val(r->chunks, k);
    return true;
}

static bool read_end(struct trace_reader *r, struct span s, GError **err)
{
    struct tcur c;
    bool ok;

    if (!trace_frame_read(r, s, err))
        return false;
    c = (struct tcur){ r->payload, r->payload + s.size, false };
    ok = tcur_le(&c, 8) == r->sum.end_count;
    ok &= tcur_le(&c, 8) == r->sum.n_blocks;
    ok &= tcur_le(&c, 8) == r->sum.n_events;
    ok &= tcur_le(&c, 4) == r->blocks->len - 1;
    r->sum.status = (u32)tcur_le(&c, 4);
    r->sum.why = trace_text_get(&c, r->texts);
    if (!ok || c.bad)
        return trace_damaged(r, s.offset, "end record", err);
    r->sum.good_bytes = s.offset + TRACE_FRAME + s.size;
    return true;
}

/* --- the file ------------------------------------------------------------- */

/* Is what follows the end record the index and nothing else? */
static bool check_index(struct trace_reader *r, struct span s, GError **err)
{
    u64 end = s.offset + TRACE_FRAME + s.size;
    u8 mem[TRACE_TRAILER];
    struct tcur c = { mem, mem + sizeof(mem), false };

    if (!trace_frame_read(r, s, err))
        return false;
    if (r->sum.n_bytes - end < TRACE_TRAILER)
        return true; /* killed at the very end: incomplete */
    if (!trace_bytes_at(r, end, mem, sizeof(mem)) ||
        tcur_le(&c, 8) != s.offset ||
        memcmp(c.p, TRACE_END_MAGIC, 8) != 0 ||
        r->sum.n_bytes != end + TRACE_TRAILER)
        return trace_damaged(r, end, "trailer", err);
    r->sum.good_bytes = r->sum.n_bytes;
    r->sum.complete = true;
    return true;
}

/* One frame after another; only their heads and the small ones are read. */
static bool read_frames(struct trace_reader *r, GError **err)
{
    struct span s, defs = { 0, 0 };
    u64 at = TRACE_PREFIX;
    bool cut, is_first = true, is_over = false;

    while (at < r->sum.n_bytes && !r->sum.complete) {
        u32 type = frame_at(r, at, &s, &cut);
        bool ok = false;

        if (cut && !is_first)
            return true;
        if ((type == FRAME_HEAD) != is_first ||
            (type == FRAME_INDX) != is_over)
            type = 0;
        if (type == FRAME_HEAD)
            ok = read_head(r, s, err);
        else if (type == FRAME_DEFS && !defs.offset)
            ok = read_defs(r, s, err);
        else if (type == FRAME_CHNK)
            ok = add_chunk(r, s, defs, err);
        else if (type == FRAME_ENDR && !defs.offset)
            ok = read_end(r, s, err);
        else if (type == FRAME_INDX)
            ok = check_index(r, s, err);
        else
            return trace_damaged(r, at, cut ? "the header is cut short" :
                                 "frame", err);
        if (!ok)
            return false;
        defs = type == FRAME_DEFS ? s : (struct span){ 0, 0 };
        is_over = type == FRAME_ENDR;
        is_first = false;
        at = s.offset + TRACE_FRAME + s.size;
    }
    return is_first ? trace_damaged(r, at, "no header", err) : true;
}

bool trace_file_read(struct trace_reader *r, GError **err)
{
    u8 mem[TRACE_PREFIX];
    struct tcur c = { mem + 8, mem + sizeof(mem), false };
    struct stat st;
    guint n_blocks;

    r->fd = open(r->path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0 || fstat(r->fd, &st) < 0) {
        int e = errno;

        g_set_error(err, G_FILE_ERROR, (int)g_file_error_from_errno(e),
                    "%s: %s", r->path, g_strerror(e));
        return false;
    }
    r->sum.n_bytes = (u64)st.st_size;
    if (!S_ISREG(st.st_mode) || !trace_bytes_at(r, 0, mem, sizeof(mem)) ||
        memcmp(mem, TRACE_MAGIC, 8) != 0) {
        g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "%s: not a trace of emu", r->path);
        return false;
    }
    r->sum.version = (u32)tcur_le(&c, 4);
    if (r->sum.version != TRACE_VERSION || tcur_le(&c, 4)) {
        g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "%s: version %u of the format is not known", r->path,
                    r->sum.version);
        return false;
    }
    if (!read_frames(r, err))
        return false;
    r->sum.n_chunks = r->chunks->len;
    /* Definitions whose chunk is missing were never executed. */
    n_blocks = 1;
    if (r->chunks->len)
        n_blocks += g_array_index(r->chunks, struct chunk,
                                  r->chunks->len - 1).n_defs;
    g_array_set_size(r->blocks, n_blocks);
    r->sum.n_defs = r->blocks->len - 1;
    return true;
}
