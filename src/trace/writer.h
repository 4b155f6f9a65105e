/* SPDX-License-Identifier: MIT */
/*
 * writer.h - the state of a trace that is written, between what is run
 * (writer.c) and what is in the file (wfile.c).
 */
#ifndef TRACE_WRITER_H
#define TRACE_WRITER_H

#include "format.h"
#include "zblock.h"

/* One CPU's part of the open chunk, and what is held back of it. */
struct lane {
    struct succ *succ;   /* by identity; zero at the start of a chunk */
    GArray *touched;     /* u32: identities whose succ is not zero */
    struct tbuf runs;    /* STREAM_RUNS */
    struct tbuf misses;  /* STREAM_MISSES */
    u32 prev;            /* the last block; 0 at the start of a chunk */
    u32 asid;            /* as TRACE_SPACE said last */
    u32 run;             /* right predictions since the last miss */
    unsigned cpu;        /* its number */
    bool has_last;       /* `last` is held back */
    u32 last;            /* ring identity that may still be cut */
    u32 n_mid;           /* instructions of pieces so far */
    struct trace_block mid; /* the block that the pieces belong to */
    u32 mid_words[TRACE_MAX_INSNS]; /* its words so far */
};

/* An event that waits for the end of a block. */
struct queued {
    unsigned cpu;          /* whose */
    struct trace_event ev; /* text is owned */
};

/* A frame of the file, for the index. */
struct frame_at {
    u32 type;   /* enum trace_frame_type */
    u32 size;   /* of the payload */
    u64 offset; /* of the frame's head */
};

struct trace_writer {
    struct trace_config cfg;   /* as given, defaults filled in */
    int fd;                    /* the file */
    GError *err;               /* the first error, or NULL */
    struct zblock *z;          /* compressor */
    u64 offset;                /* bytes written */
    GArray *frames;            /* struct frame_at */

    u32 *map;                  /* by ring identity */
    u32 n_map;                 /* its size */
    GPtrArray *ring;           /* struct ring_def: not executed, or pieces */
    GHashTable *blocks;        /* struct trace_block -> identity */
    GPtrArray *arenas;         /* what those are in */
    u8 *arena;                 /* free part of the last one */
    size_t arena_left;         /* its bytes */
    GPtrArray *by_id;          /* the same blocks by identity; 0 is NULL */
    u16 *n_insns;              /* instructions by identity */
    u32 cap_ids;               /* size of n_insns and succ */

    struct lane lane[TRACE_MAX_CPUS]; /* CPUs */
    unsigned active;           /* the only lane that may hold back */
    GArray *queue;             /* struct queued: events held back */

    bool is_closed;            /* cfg.filter, and what trace_gate() said */
    u64 gap;                   /* instructions left out since `done` */
    enum trace_gap gap_reason; /* why */
    u64 done;                  /* count after all that was encoded */
    u64 all_blocks, all_events; /* in chunks that are written */
    struct tbuf order;         /* STREAM_ORDER of the open chunk */
    struct tbuf defs, words;   /* STREAM_DEFS, STREAM_WORDS */
    u64 def_va, def_delta;     /* what the next definition is relative to */
    u32 chunk_first_id;        /* definitions before the open chunk */
    u64 chunk_count;           /* w->done at its start */
    u32 n_blocks, n_events;    /* in the open chunk */
    u32 blocks_done;           /* since the last operation of `order` */
    unsigned cpu;              /* in the open chunk; ~0 at its start */
    struct tbuf out, packed;   /* a frame that is put together */
};

/* wfilter.c */
/* Is a block of CPU @cpu written? */
bool trace_wants_block(const struct trace_writer *w, unsigned cpu,
                       const struct trace_block *b);
/* Is an event? Looks at TRACE_SPACE for the ASID, too. */
bool trace_wants_event(struct trace_writer *w, unsigned cpu,
                       const struct trace_event *ev);
/* Can blocks of the CPU be written without asking about each that has been
 * written before? */
bool trace_wants_all(const struct trace_writer *w, unsigned cpu);

/* Writes the open chunk, if there is anything in it, and starts another. */
void trace_chunk_write(struct trace_writer *w);

/* Makes the file and writes its head. False: w->err is set. */
bool trace_file_open(struct trace_writer *w, const char *path,
                     const struct trace_config *cfg);
/* Writes the end record and the index, and closes. False: w->err is set. */
bool trace_file_close(struct trace_writer *w, const char *why, u32 status);

#endif
