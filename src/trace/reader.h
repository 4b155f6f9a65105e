/* SPDX-License-Identifier: MIT */
/*
 * reader.h - the state of a trace that is read, between the file (rfile.c)
 * and the sequence of blocks and events (reader.c).
 */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "format.h"
#include "zblock.h"

/* A frame's payload in the file. */
struct span {
    u64 offset; /* of the frame's head; 0 = there is none */
    u32 size;   /* of the payload */
};

struct chunk {
    struct span at;       /* the chunk */
    struct span defs;     /* the definitions before it */
    u64 first_count;      /* instructions before it */
    u64 n_insns;          /* in it */
    u64 first_block;      /* blocks before it */
    u64 first_event;      /* events before it */
    u32 n_blocks;         /* in it */
    u32 n_events;         /* the same */
    u32 n_defs;           /* definitions up to its end */
    u32 n_streams;        /* rows of its table */
};

/* One CPU's part of the chunk that is read. */
struct rlane {
    struct succ *succ;  /* by identity; made on first use */
    GArray *touched;    /* u32: identities whose succ is not zero */
    struct tcur runs;   /* the rest of STREAM_RUNS */
    struct tcur misses; /* the rest of STREAM_MISSES */
    u8 *mem[2];         /* their bytes */
    u64 run;            /* right predictions still to come */
    u32 prev;           /* the last block */
    bool is_used;       /* the chunk has this CPU */
};

struct trace_reader {
    int fd;                    /* the file */
    char *path;                /* its name, for messages */
    struct trace_summary sum;  /* what is asked for */
    GPtrArray *texts;          /* every string that was read */
    GPtrArray *info;           /* key, value, ..., of texts */
    struct trace_schema schema[256]; /* kinds of events */
    GArray *blocks;            /* struct trace_block by identity */
    GPtrArray *words;          /* what their words are in */
    GArray *chunks;            /* struct chunk */
    struct zblock *z;          /* decompressor */
    u8 *payload;               /* the frame that was read last */
    u64 memory;                /* bytes that stay until it is closed */

    u32 chunk;                 /* the chunk that is read, or is next */
    bool is_loaded;            /* some of it has been read */
    struct rlane lane[TRACE_MAX_CPUS]; /* CPUs */
    u8 *order_mem;             /* its STREAM_ORDER */
    struct tcur order;         /* the rest of it */
    u64 left;                  /* blocks before `op` */
    u8 op;                     /* enum trace_op; OP_END ends the chunk */
    bool has_op;               /* left and op are valid */
    bool is_turned;            /* the chunk has named a CPU */
    unsigned cpu;              /* the current one */
    u64 count;                 /* instructions before what comes next */
    u64 seq;                   /* blocks before what comes next */
    u64 n_events;              /* events before what comes next */
};

/* Sets @err: the file is damaged near @offset. Returns false. */
bool trace_damaged(const struct trace_reader *r, u64 offset, const char *what,
                   GError **err);
/* Opens the file and reads all but the chunks. */
bool trace_file_read(struct trace_reader *r, GError **err);
/* Reads a frame's payload into r->payload, and checks it. */
bool trace_frame_read(struct trace_reader *r, struct span s, GError **err);
/* Reads @n bytes at @offset; false without an error at the file's end. */
bool trace_bytes_at(const struct trace_reader *r, u64 offset, void *out,
                    size_t n);
/* The fixed part of a chunk. */
void trace_chunk_head(struct tcur *c, struct chunk *out);
/*
 * The next row of a frame's table of streams at @c, its bytes unpacked (to be
 * freed); @data is moved behind it. NULL: damaged, or longer than @most.
 */
u8 *trace_stream_get(struct trace_reader *r, struct tcur *c,
                     struct tcur *data, u64 most, u8 kind_cpu[2], size_t *n);
/*
 * @n bytes are about to be kept until the reader is closed. False: a file of
 * this size cannot have that many, whoever ran.
 */
bool trace_memory(struct trace_reader *r, u64 n);

#endif
