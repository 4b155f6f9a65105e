/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_units.h - what one CPU ran, as the units that are aligned:
 * instructions, blocks, or runs within a function; and a window of them.
 */
#ifndef TOOLS_EMU_TRACE_DIFF_UNITS_H
#define TOOLS_EMU_TRACE_DIFF_UNITS_H

#include "emu_trace_diff.h"

/* What is aligned: instructions, or an event (id 0). */
struct unit {
    u64 key;               /* the same in units that may be aligned */
    u64 content;           /* and this in those that are the same */
    u64 count;             /* instructions before it */
    u32 n_insns;           /* how many; 0 for an event */
    u32 fn;                /* number of its function */
    u32 id, pos;           /* its first instruction: block, place in it */
    struct event_copy *ev; /* the first event in it that explains, or NULL */
};

/* Functions of both traces, and how much of each was run. */
struct functions {
    GHashTable *by_name; /* name -> number + 1 */
    GPtrArray *names;    /* by number */
    GArray *insns;       /* u64 [2] by number: instructions of each side */
};

/* What is known of a block. */
struct block_hash {
    u64 hash;      /* of all of its instructions */
    u64 base;      /* of the place of the first */
    u32 fn;        /* its function's number */
    bool is_known; /* the above are filled in */
    bool is_entry; /* it is the function's first */
};

/* The units of one CPU of one side, as a window that moves on. */
struct stream {
    struct side *s;          /* the trace */
    unsigned k;              /* which side: 0 or 1 */
    unsigned cpu;            /* whose units */
    enum align level;        /* what a unit is */
    struct functions *fns;   /* shared by both sides */
    struct block_hash *hash; /* by identity */
    struct unit *unit;       /* ring, of UNITS_CAP */
    u32 head, n;             /* the first, and how many */
    bool is_over;            /* nothing follows them */
    bool has_open;           /* `open` may still grow */
    struct unit open;        /* a unit that is put together */
    u64 open_va;             /* where it would go on */
    bool open_partial;       /* its last block was parted */
    u32 open_flags;          /* of its last block */
    u64 power[TRACE_MAX_INSNS + 1]; /* of the hash's factor */
};

#define UNITS_WINDOW (1u << 16)            /* how far ahead is looked */
#define UNITS_CAP (UNITS_WINDOW * 4)       /* room, for a block's units more */

struct functions *functions_new(void);
void functions_free(struct functions *f);
static inline u64 *function_insns(struct functions *f, u32 fn)
{
    return &g_array_index(f->insns, u64, fn * 2ul);
}

/* Begins at the start of the range. False: @err is set. */
bool stream_begin(struct stream *s, GError **err);
/* Reads until there are @n units or it is over. False: @err is set. */
bool stream_fill(struct stream *s, u32 n, GError **err);
static inline struct unit *stream_at(const struct stream *s, u32 i)
{
    return &s->unit[(s->head + i) & (UNITS_CAP - 1)];
}
/*
 * While neither has units and both do the same, blocks are not made into
 * units: adds their instructions to @common. False: @err is set.
 */
bool streams_skip(struct stream *a, struct stream *b, u64 *common,
                  GError **err);
/* Takes the first @n units away. */
void stream_drop(struct stream *s, u32 n);

#endif
