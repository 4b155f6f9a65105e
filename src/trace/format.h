/* SPDX-License-Identifier: MIT */
/*
 * format.h - the trace file's numbers (docs/TRACE.md is the specification)
 * and what the writer and the reader share: little-endian words, variable
 * length numbers, and the successor table that both keep alike.
 */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include <glib.h>
#include <string.h>

#include "trace.h"

#define TRACE_MAGIC "\211EMUTRC\n"
#define TRACE_PREFIX 16 /* magic, version, zero */
#define TRACE_FRAME 16  /* type, size, CRC of the payload, CRC of these */
#define TRACE_TRAILER 16 /* offset of the index, magic */
#define TRACE_END_MAGIC "EMUTREND"
#define TRACE_MAX_FRAME (1u << 30)

/* A chunk ends when it has this many blocks, or bytes of order or words. */
#define TRACE_CHUNK_BLOCKS (1u << 20)
#define TRACE_CHUNK_ORDER (4u << 20)
#define TRACE_CHUNK_WORDS (64u << 20)
/* No count of instructions is beyond it, so sums of them do not wrap. */
#define TRACE_MAX_COUNT (1ull << 62)

enum trace_frame_type {
    FRAME_HEAD = 0x44414548, /* "HEAD" */
    FRAME_DEFS = 0x53464544, /* "DEFS": definitions of the next chunk */
    FRAME_CHNK = 0x4b4e4843, /* "CHNK": a chunk */
    FRAME_ENDR = 0x52444e45, /* "ENDR": the end record */
    FRAME_INDX = 0x58444e49, /* "INDX": where the frames are */
};

/* Bytes of a chunk's fixed part, before its table of streams. */
#define TRACE_CHUNK_HEAD 52
/* Bytes of a row of the table of streams. */
#define TRACE_STREAM_ROW 12
/* Bytes of a row of the index. */
#define TRACE_INDEX_ROW 16

enum trace_stream {
    STREAM_ORDER,  /* turns, partial blocks, events */
    STREAM_RUNS,   /* of one CPU: lengths of runs of right predictions */
    STREAM_MISSES, /* of one CPU: what came instead */
    STREAM_DEFS,   /* definitions: addresses, flags, lengths */
    STREAM_WORDS,  /* definitions: instruction words */
};

enum trace_op {
    OP_END,     /* of the chunk */
    OP_TURN,    /* another CPU: its number follows */
    OP_PARTIAL, /* the last block was parted: it has what ran of it */
    OP_EVENT = 16, /* this and above: events */
};

/* A run's length may end a lane; a miss is then not read. */
#define MISS_SECOND 0 /* the second successor; else an identity + 1 */

/* What followed a block the last two times that differed. */
struct succ {
    u32 first;  /* what is predicted; 0 = nothing yet */
    u32 second; /* what was predicted before */
};

static inline u64 zigzag(u64 v)
{
    return v << 1 ^ (u64)((s64)v >> 63);
}

static inline u64 unzigzag(u64 v)
{
    return v >> 1 ^ (0 - (v & 1));
}

/* --- a growing buffer ----------------------------------------------------- */

struct tbuf {
    u8 *p;      /* the bytes */
    size_t n;   /* bytes used */
    size_t cap; /* bytes there are */
};

/* Room for @n more bytes. */
static inline u8 *tbuf_room(struct tbuf *b, size_t n)
{
    if (unlikely(b->n + n > b->cap)) {
        b->cap = (b->n + n) * 2 + 256;
        b->p = g_realloc(b->p, b->cap);
    }
    return b->p + b->n;
}

static inline void tbuf_u8(struct tbuf *b, u8 v)
{
    *tbuf_room(b, 1) = v;
    b->n++;
}

static inline void tbuf_var(struct tbuf *b, u64 v)
{
    u8 *p = tbuf_room(b, 10);

    for (; v >= 0x80; v >>= 7)
        *p++ = (u8)(v | 0x80);
    *p++ = (u8)v;
    b->n = (size_t)(p - b->p);
}

static inline void tbuf_le(struct tbuf *b, u64 v, unsigned bytes)
{
    u8 *p = tbuf_room(b, bytes);

    for (unsigned i = 0; i < bytes; i++)
        p[i] = (u8)(v >> 8 * i);
    b->n += bytes;
}

static inline void tbuf_bytes(struct tbuf *b, const void *p, size_t n)
{
    if (n)
        memcpy(tbuf_room(b, n), p, n);
    b->n += n;
}

static inline void tbuf_text(struct tbuf *b, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    tbuf_var(b, n);
    tbuf_bytes(b, s, n);
}

/* --- bytes that are read -------------------------------------------------- */

struct tcur {
    const u8 *p;   /* the next byte */
    const u8 *end; /* behind the last */
    bool bad;      /* something was missing or out of range */
};

static inline u64 tcur_le(struct tcur *c, unsigned bytes)
{
    u64 v = 0;

    if ((size_t)(c->end - c->p) < bytes) {
        c->bad = true;
        return 0;
    }
    for (unsigned i = 0; i < bytes; i++)
        v |= (u64)c->p[i] << 8 * i;
    c->p += bytes;
    return v;
}

static inline u64 tcur_var(struct tcur *c)
{
    u64 v = 0;

    for (unsigned shift = 0; c->p < c->end; shift += 7) {
        u8 b = *c->p++;

        if (shift == 63 && b > 1)
            break;
        v |= (u64)(b & 0x7f) << shift;
        if (!(b & 0x80))
            return v;
        if (shift == 63)
            break;
    }
    c->bad = true;
    return 0;
}

/* @n bytes, or NULL. */
static inline const u8 *tcur_bytes(struct tcur *c, u64 n)
{
    const u8 *p = c->p;

    if (n > (u64)(c->end - c->p)) {
        c->bad = true;
        return NULL;
    }
    c->p += n;
    return p;
}

/* --- events (events.c) ---------------------------------------------------- */

/* This version's kinds of events, in the order of their numbers. */
struct trace_kind_row {
    u8 number;          /* enum trace_kind */
    const char *name;   /* as printed */
    const char *flags;  /* letters of trace_events.def */
    const char *fields; /* names, between blanks */
    const char *what;   /* what it is, for people */
};
extern const struct trace_kind_row trace_kinds[];
extern const size_t trace_n_kinds;

/* Appends the table of kinds as it is in a file's header. */
void trace_kinds_put(struct tbuf *out);
/* Reads it. Names are added to @names, which frees them. */
void trace_kinds_get(struct tcur *c, struct trace_schema *out /* [256] */,
                     GPtrArray *names);
/* A text of a header: a copy, added to @names; NULL if it is damaged. */
const char *trace_text_get(struct tcur *c, GPtrArray *names);

#endif
