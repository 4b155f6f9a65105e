/* SPDX-License-Identifier: MIT */
/*
 * trace.h - trace files: writing and reading them (docs/TRACE.md has the
 * format byte by byte).
 *
 * A trace is the sequence of architectural blocks (DESIGN D9) that ran, each
 * with its CPU, and events between them, in one global order. Instructions
 * are numbered by the global count: the first has the header's first_count.
 *
 * A writer or reader belongs to one thread at a time. Nothing here knows the
 * engine or the guest's registers.
 */
#ifndef EMU_TRACE_H
#define EMU_TRACE_H

#include "probe.h"

struct _GError;
struct trace_writer;
struct trace_reader;

#define TRACE_VERSION 1
#define TRACE_MAX_CPUS 64
#define TRACE_MAX_INSNS 256 /* of a block: 1 KiB */
#define TRACE_MAX_FIELDS 8
#define TRACE_MAX_TEXT 4096

enum trace_block_flags {
    TRACE_B_EL = 3,   /* mask: the exception level */
    TRACE_B_MMU = 4,  /* stage 1 translation was on */
    TRACE_B_ASID = 8, /* the page is not global: the ASID matters */
};

struct trace_block {
    u64 va;           /* of the first instruction */
    u64 pa;           /* of the same */
    u32 n_insns;      /* 1..TRACE_MAX_INSNS */
    u32 flags;        /* enum trace_block_flags */
    const u32 *words; /* the instructions as executed */
};

struct trace_event {
    u8 kind;                  /* enum trace_kind (probe.h) */
    u64 count;                /* instructions before it */
    u64 f[TRACE_MAX_FIELDS];  /* fields, as many as the kind has */
    const char *text;         /* or NULL; need not end with a zero byte */
    u32 n_text;               /* its bytes, at most TRACE_MAX_TEXT */
};

/* What a kind of event looks like, as the file says. */
struct trace_schema {
    const char *name;                     /* NULL: no such kind */
    const char *field[TRACE_MAX_FIELDS];  /* names */
    u8 n_fields;                          /* how many */
    bool has_text;                        /* a text follows */
    bool advances;                        /* field 0 adds to the count */
    bool explains;                        /* worth telling in a diff */
};

/* --- writing (writer.c) -------------------------------------------------- */

/* What of a run is not written; all zero = everything is. */
struct trace_filter {
    bool is_closed;      /* nothing, until trace_gate() says so */
    u32 no_els;          /* bit n: no blocks of EL n */
    u64 no_cpus;         /* bit n: nothing of CPU n */
    u64 no_events;       /* bit n: no events of kind n */
    u64 pc_low, pc_size; /* only blocks that begin there; size 0 = all */
    bool has_asid;       /* only blocks with TRACE_B_ASID while ... */
    u32 asid;            /* ... this is the ASID (TRACE_SPACE says it) */
};

/* Why instructions are not in the trace: `reason` of TRACE_GAP. */
enum trace_gap { TRACE_GAP_WINDOW = 1, TRACE_GAP_FILTER };

struct trace_config {
    struct trace_filter filter; /* what is not written */
    unsigned n_cpus;         /* 1..TRACE_MAX_CPUS */
    u64 first_count;         /* instructions executed before the trace */
    u32 chunk_blocks;        /* blocks a chunk; 0 or more: 2^20 */
    int level;               /* of compression; 0 = 1 */
    const char *const *info; /* key, value, key, value, ..., NULL */
};

/* Makes the file. NULL with @err set if it cannot be. */
struct trace_writer *trace_writer_new(const char *path,
                                      const struct trace_config *cfg,
                                      struct _GError **err);
/*
 * The identity @ring (any small number, private to this run, but not that of
 * the block last given to trace_run()) stands for @b from now on; the words
 * are copied. A @piece ends before its architectural
 * block does: what the CPU runs next belongs to the same block.
 */
void trace_define(struct trace_writer *w, u32 ring,
                  const struct trace_block *b, bool piece);
/*
 * CPU @cpu ran the blocks (or pieces) @ring[0..n), one after another, or as
 * many as come before a word with RING_RECORD (ring.h). Returns how many.
 */
size_t trace_run(struct trace_writer *w, unsigned cpu, const u32 *ring,
                 size_t n);
/*
 * Of the last block of trace_run() for CPU @cpu only @n_insns instructions
 * ran (0: none, it is taken back). With @goes_on the rest of the
 * architectural block is run next; otherwise an exception, an interrupt or
 * the end of the CPU's turn parted it, and it is partial. Without a block
 * given since the last cut, @goes_on = false ends pieces the same way.
 */
void trace_cut(struct trace_writer *w, unsigned cpu, u32 n_insns,
               bool goes_on);
/* An event of CPU @cpu, after what it ran; the text is copied. */
void trace_event(struct trace_writer *w, unsigned cpu,
                 const struct trace_event *ev);
/*
 * What begins from now on is wanted, or not: the first block is the one that
 * begins next, the first event the next. @count is now. What is not written
 * is counted by TRACE_GAP events. @what is why, for a TRACE_MARK event.
 */
void trace_gate(struct trace_writer *w, unsigned cpu, bool open, u64 count,
                const char *what);
/* Has anything failed to be written? */
bool trace_writer_failed(const struct trace_writer *w);
/* The global count of instructions so far. */
u64 trace_writer_count(const struct trace_writer *w);
/* Writes what there is as a chunk of its own. */
void trace_flush(struct trace_writer *w);
/*
 * Ends the file and frees @w. @why is why the run ended, in a word. False
 * with @err set if anything could not be written, now or before.
 */
bool trace_writer_close(struct trace_writer *w, const char *why, u32 status,
                        struct _GError **err);

/* --- reading (reader.c) -------------------------------------------------- */

struct trace_summary {
    u32 version;       /* of the format */
    u32 n_cpus;        /* CPUs of the machine */
    u64 first_count;   /* of the first instruction */
    u64 end_count;     /* after the last one */
    u64 n_blocks;      /* executions of blocks */
    u64 n_events;      /* events */
    u32 n_defs;        /* different blocks */
    u32 n_chunks;      /* chunks */
    u64 n_bytes;       /* of the file */
    bool complete;     /* it has an end record */
    u64 good_bytes;    /* complete chunks end here */
    u32 status;        /* end record: the run's status */
    const char *why;   /* end record: why it ended; NULL without one */
};

enum trace_what { TRACE_END, TRACE_BLOCK, TRACE_EVENT, TRACE_BROKEN };

struct trace_item {
    enum trace_what what;            /* what the rest is about */
    unsigned cpu;                    /* whose */
    u64 count;                       /* instructions before it */
    u64 seq;                         /* block: its number in the trace */
    u32 id;                          /* block: its identity in the file */
    u32 n_insns;                     /* block: instructions that ran */
    bool is_partial;                 /* block: fewer than it has */
    const struct trace_block *block; /* block: what it is */
    struct trace_event event;        /* event; text lives until the next */
    const struct trace_schema *schema; /* event: its kind */
};

/*
 * Opens a trace. A file that was cut short is opened as far as its chunks
 * are complete (summary.complete is false). NULL with @err set if it is no
 * trace, of another version, or damaged, with the offset.
 */
struct trace_reader *trace_open(const char *path, struct _GError **err);
void trace_close(struct trace_reader *r);
const struct trace_summary *trace_summary(const struct trace_reader *r);
/* Entry @i of the header; false behind the last. */
bool trace_info(const struct trace_reader *r, unsigned i, const char **key,
                const char **value);
/* The kind of events with that number, or NULL. */
const struct trace_schema *trace_schema(const struct trace_reader *r,
                                        unsigned kind);
/* Block @id, 1..summary.n_defs. */
const struct trace_block *trace_block(const struct trace_reader *r, u32 id);
/*
 * The next block or event in the global order. An event comes after the
 * block in which it happened. TRACE_BROKEN: @err is set.
 */
enum trace_what trace_next(struct trace_reader *r, struct trace_item *item,
                           struct _GError **err);
/*
 * Gives the first item that reaches beyond @count instructions, or the first
 * event at @count; trace_next() goes on behind it. False with @err set if the
 * file is damaged there.
 */
bool trace_seek(struct trace_reader *r, u64 count, struct trace_item *item,
                struct _GError **err);
/*
 * Are chunk @i and the definitions before it the same bytes in both? If so,
 * and if it was so for all chunks before, they say the same.
 */
bool trace_same_chunk(struct trace_reader *a, struct trace_reader *b, u32 i);
/* Is the next item the first of a chunk? *i is the chunk. */
bool trace_at_chunk(const struct trace_reader *r, u32 *i);
/* Goes to the start of chunk @i (of n_chunks: to the end). */
void trace_goto_chunk(struct trace_reader *r, u32 i);

#endif
