/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff.h - what the files of emu-trace diff share.
 *
 * Two traces, the first and the second (- and +), are read side by side.
 * What filters and ignore rules leave out is not there at all: neither its
 * items nor its instructions, so places are compared by the count of the
 * instructions that are left.
 */
#ifndef TOOLS_EMU_TRACE_DIFF_H
#define TOOLS_EMU_TRACE_DIFF_H

#include "emu_trace.h"

typedef unsigned long long ull;

struct diff;

/* --- ignore rules (emu_trace_diff_rules.c) -------------------------------- */

struct diff_rules; /* what --ignore FILE says */

/* Reads the rules; NULL with @err naming the line. */
struct diff_rules *diff_rules_new(const char *path, GError **err);
void diff_rules_free(struct diff_rules *r);
/* All questions may be asked of NULL: no rules. */
bool diff_ignores_event(const struct diff_rules *r,
                        const struct trace_item *it);
/* Is @field of such events not compared? "count" and "text" are fields. */
bool diff_ignores_field(const struct diff_rules *r,
                        const struct trace_item *it, const char *field);
bool diff_ignores_cpu(const struct diff_rules *r, unsigned cpu);
/* @name is the block's function, or NULL. */
bool diff_ignores_block(const struct diff_rules *r,
                        const struct trace_block *b, const char *name);
bool diff_ignores_header(const struct diff_rules *r, const char *key);
/* Is it all the same how the runs ended? */
bool diff_ignores_end(const struct diff_rules *r);
/* Are there rules that leave blocks out; rules that ask for names? */
bool diff_rules_blocks(const struct diff_rules *r);
bool diff_rules_names(const struct diff_rules *r);

/* --- progress (emu_trace_diff_progress.c) --------------------------------- */

struct progress {
    u64 first, end;   /* counts */
    u64 ticks;        /* calls so far */
    s64 shown_us;     /* when a line was shown; 0 = none yet */
    const char *what; /* what is being done */
    bool is_on;       /* standard error is a terminal */
};

void progress_begin(struct progress *p, const char *what, u64 first, u64 end);
/* Looks at the clock; called by progress_at() now and then. */
void progress_show(struct progress *p, u64 count);
/* Takes the line away. */
void progress_end(struct progress *p);

static inline void progress_at(struct progress *p, u64 count)
{
    if (unlikely(!(++p->ticks & 0xffff) && p->is_on))
        progress_show(p, count);
}

/* --- one trace (emu_trace_diff_side.c) ------------------------------------ */

/* Where a block is, as far as symbols tell. */
struct place {
    const char *name; /* of the function; NULL = unknown */
    u64 offset;       /* of the first instruction in it */
    bool is_known;    /* the above are filled in */
    bool has_clock;   /* the block reads a clock or a random number */
    bool is_wanted;   /* no filter or rule leaves it out */
};

struct side {
    struct diff *d;          /* the whole */
    const char *path;        /* of the file */
    struct trace_reader *r;  /* the trace */
    struct tool_symbols *sym; /* its symbols; NULL until needed */
    struct trace_item it;    /* the current item */
    u64 at;                  /* its count without what was left out */
    u64 left_out;            /* instructions left out so far */
    struct place *place;     /* by identity */
    bool is_out[TRACE_MAX_CPUS]; /* the CPU's last block was left out */
};

/* The symbols; before anything is read. */
bool side_symbols(struct side *s, GError **err);
/* The place of block @id. */
const struct place *side_place(struct side *s, u32 id);
/* Goes on to the next item that is wanted. False: @err is set. */
bool side_next(struct side *s, GError **err);
/* Begins at the range's start, or at chunk @chunk. */
bool side_begin(struct side *s, u32 chunk, GError **err);

/* --- what is the same (emu_trace_diff_same.c) ----------------------------- */

/* The header's value, or NULL. */
const char *diff_info(const struct side *s, const char *key);
/* Are the current items of both sides the same, at the same place? */
bool diff_same_item(struct diff *d);
/* Are @a, @b the same event, but for where it is? */
bool diff_same_event(struct diff *d, const struct trace_item *a,
                     const struct trace_item *b);
/* Is instruction @i of block @a at the same place as @j of @b? */
bool diff_same_va(struct diff *d, u32 a, u32 i, u32 b, u32 j);
/* Is instruction @i of block @a the same as @j of @b? */
bool diff_same_insn(struct diff *d, u32 a, u32 i, u32 b, u32 j);
/* The same of all instructions, as many as the longer has. */
bool diff_same_block(struct diff *d, u32 a, u32 b);
/* Is the field an address (in the guest's memory), with --by-symbol? */
bool diff_is_address(const struct diff *d, const struct trace_item *it,
                     unsigned field);
/* The clock or random number that the instruction reads, or NULL. */
const char *diff_clock(u32 word);
/* The instruction, without what depends on where it is (--by-symbol). */
u32 diff_word(u32 word);

/* --- the first difference (emu_trace_diff_why.c) -------------------------- */

/* An event, copied. */
struct event_copy {
    struct trace_item it; /* its text is owned */
    u64 at;               /* side.at */
};

/* A block that was run in both, as in the first trace. */
struct seen {
    u64 count, seq; /* as in trace_item */
    u32 id;         /* the same */
    u32 n_insns;    /* the same */
    u8 cpu;         /* the same */
    bool is_partial; /* the same */
};

#define SEEN 1024         /* common blocks that are remembered */
#define DIFF_CONTEXT 256  /* the most of them that are shown */
#define DIFF_REGS 256     /* numbers of registers */
#define DIFF_MAX_EVENTS 64 /* events behind a difference */

/* A register's value, told by an event. */
struct reg_value {
    u64 lo, hi;   /* the value */
    bool is_told; /* there is one */
};

/* What both have, up to the first difference. */
struct history {
    struct seen seen[SEEN]; /* ring */
    u64 n_seen;             /* blocks that went in */
    GPtrArray *events;      /* struct event_copy: the last that may explain */
    struct seen clock[TRACE_MAX_CPUS]; /* the last that read a clock */
    GPtrArray *code;        /* the same: the last writes to code */
    struct reg_value (*regs)[DIFF_REGS]; /* by CPU */
};

struct history *history_new(unsigned n_cpus);
void history_free(struct history *h);
/* Takes the item that both have. */
void history_add(struct history *h, struct side *s);
/* The common block that has the instruction before @count of @cpu, or NULL. */
const struct seen *history_block(const struct history *h, unsigned cpu,
                                 u64 count);
struct event_copy *event_copy(const struct trace_item *it, u64 at);
void event_copy_free(gpointer p);

/* One side of the first instruction that differs. */
struct diff_insn {
    struct trace_item it; /* its block; or TRACE_END */
    u32 pos;              /* the instruction in it */
    u64 count;            /* instructions before it */
};

/* The first difference, explained. */
struct finding {
    u64 at;                     /* count of the first item that differs */
    bool is_block;              /* that is a block, or the end: no event */
    bool has_insn;              /* an instruction differs, or is missing */
    struct diff_insn insn[2];   /* it */
    u64 insn_at;                /* its count without what was left out */
    GPtrArray *events[2];       /* struct event_copy: from there on */
    const struct event_copy *event[2]; /* the first that differs, or NULL */
    const char *code;           /* the cause, as a word */
    GString *why;               /* the cause in a sentence */
    GString *hints;             /* lines with what may be behind it */
    unsigned cpu;               /* whose */
    u64 cause_count;            /* count of the instruction that is to blame */
    struct seen common[DIFF_CONTEXT]; /* the last before `at` */
    unsigned n_common;          /* how many there are */
    u64 n_before;               /* blocks between them and the instruction */
    const struct seen *cause;   /* its block, which both ran, or NULL */
};

/* Looks on from the first items that differ. False: @err is set. */
bool diff_explain(struct diff *d, struct finding *f, GError **err);
void finding_clear(struct finding *f);

/* --- sentences (emu_trace_diff_cause.c) ----------------------------------- */

/* Fills in code, why, hints and cause; may read on. */
bool diff_cause(struct diff *d, struct finding *f, GError **err);

/* --- telling (emu_trace_diff_tell.c) -------------------------------------- */

void diff_tell(struct diff *d, struct finding *f, GString *out);
/* The headers' differences, as lines or as JSON. */
void diff_tell_headers(struct diff *d, GString *out);
/* Instruction @pos of block @id: its address and symbol; its disassembly. */
void diff_put_place(struct side *s, GString *out, u32 id, u32 pos);
void diff_put_insn(struct side *s, GString *out, u32 id, u32 pos);

/* --- going on behind it (emu_trace_diff_align.c) -------------------------- */

enum align { ALIGN_NONE, ALIGN_FUNCTION, ALIGN_BLOCK, ALIGN_INSN };

/* Both traces from the start, aligned again after each difference. */
bool diff_align(struct diff *d, GString *out, GError **err);

/* --- the whole (emu_trace_diff.c) ----------------------------------------- */

struct diff {
    struct tool *t;           /* options */
    struct diff_rules *rules; /* or NULL */
    struct side s[2];         /* the traces */
    struct history *history;  /* what both have */
    struct progress progress; /* the bar */
    enum align align;         /* how to go on */
    u32 *same;                /* by the first's identity: the second's that
                                 was found to be the same; 0 = none */
    u32 start;                /* the first chunk that is read */
    bool same_kinds;          /* both know the same kinds of events */
};

#endif
