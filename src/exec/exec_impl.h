/* SPDX-License-Identifier: MIT */
/*
 * exec_impl.h - the engine's types and what its files share. Private to
 * src/exec and its tests.
 *
 * Ownership: struct exec owns everything here. A struct tb is found through
 * the hash by what it was made from, through the list of its physical page,
 * and through jump caches; tb_drop() removes it from all of them at once. Its
 * memory goes when nothing can return to it: in the evaluator at the next
 * turn of the loop, with a back end when that frees the code.
 */
#ifndef EMU_EXEC_IMPL_H
#define EMU_EXEC_IMPL_H

#include "bits.h"
#include "exec.h"
#include "ring.h"

#include <glib.h>

#define JC_SIZE (1u << JC_BITS)
#define FETCH_CTXS 64    /* contexts a CPU */
#define FETCH_BUCKETS 64 /* of their hash */
#define JUMP_CACHES 24   /* of the machine; more than EXEC_MAX_CPUS */
#define RECENT_BLOCKS 16 /* kept for reports */
#define IR_LIMIT (512 * MiB) /* evaluator: blocks are dropped beyond */
/* Host polls: every so many instructions, without a trace in the guest. */
#define POLL_GRID (1ull << 20)

/* --- fetch contexts (fetch.c) -------------------------------------------- */

/* Blocks by address for one set of translation flags, whatever the address
 * space: a hit counts only if the fetch context knows the block's page. */
struct jump_cache {
    u32 flags;                   /* translation flags */
    struct jc_entry jc[JC_SIZE]; /* what translated code looks at */
    struct tb *tb[JC_SIZE];      /* what the engine looks at, or NULL */
};

/*
 * What instruction addresses mean in one address space under one set of
 * translation flags, as far as the map has been asked: an entry of pages
 * goes when the map drops the translation.
 */
struct fetch_ctx {
    u32 space;               /* target's number of the address space */
    u32 flags;               /* translation flags */
    u64 stamp;               /* when selected last */
    struct jump_cache *jump; /* of its flags, NULL = to be looked up */
    struct fetch_ctx *next;  /* same bucket */
    bool is_empty;           /* pages has no entry */
    u32 pages[1u << CODE_SLOT_BITS]; /* cpu_host.pages */
};

struct fetch_pool {
    struct fetch_ctx *ctx[FETCH_CTXS]; /* made so far */
    unsigned n;                        /* entries of ctx */
    struct fetch_ctx *bucket[FETCH_BUCKETS]; /* by (space, flags) */
    struct fetch_ctx *cur;             /* selected */
};

/* --- CPUs ---------------------------------------------------------------- */

/* A direct exit or jump-cache miss that waits for its target block. */
struct link_wish {
    u32 site;      /* the back end's site, 0 = none */
    u64 epoch;     /* exec.epoch at the exit: `from` is alive if unchanged */
    struct tb *from; /* block that was left, NULL = nothing to do */
};

/* One CPU as the engine sees it. */
struct vcpu {
    struct exec *e;         /* the engine */
    void *cpu;              /* target's CPU struct, NULL before it is made */
    struct cpu_host *host;  /* shared part of it */
    unsigned index;         /* number */
    bool on;                /* powered on (PSCI) */
    bool has_page;          /* (page_va, page_pa) may be executed from */
    bool restart_io;        /* last restart was for a device access */
    bool is_high;           /* half of the address space that pc is in */
    u64 page_va;            /* page that instructions come from */
    gpa_t page_pa;          /* its physical address */
    u32 page_flags;         /* its TB_PAGE, or 0 */
    bool is_single;         /* next block has one instruction */
    struct link_wish wish;  /* exit to be linked to the next block */
    struct tb *asked;       /* next block if its page is found, or NULL */
    u64 asked_epoch;        /* exec.epoch then: it is alive if unchanged */
    struct fetch_pool fetch; /* fetch contexts */
    u64 ran;                /* instructions executed in turns that are over */
    u64 began;              /* count when its turn began, if it has it */
    u64 due;                /* its own count for target_ops.due() */
    struct observed *seen;  /* registers as they were told last, or NULL */
};

/* A physical page that instructions are fetched from at a virtual one. */
struct code_view {
    u64 va;                 /* virtual page */
    u32 flags;              /* TB_PAGE, or 0 */
    u32 id;                 /* number, never reused */
    u32 n_tbs;              /* blocks that have it */
    struct code_view *next; /* of the same physical page */
};

/* Bytes of a line, which no block crosses; of a cell; lines in a page. */
#define CODE_LINE 1024u
#define CODE_CELL 8u
#define CODE_LINES (PAGE_SIZE / CODE_LINE)

/* A line of a page, as far as events are told of it (invalidate.c). */
struct code_line {
    u64 armed[CODE_LINE / CODE_CELL / 64]; /* cells that are, by bits */
    u16 told;                /* since an instruction of it was executed */
    u16 total;               /* since power-on */
};

/* Code translated from one physical page. */
struct code_page {
    struct tb *first;  /* its blocks, by page_next */
    struct code_view *views; /* where they were fetched */
    u64 granules;      /* bit n: some block covers bytes of 64n..64n+63 */
    u16 *io;           /* offsets of instructions that touch devices */
    u16 n_io, max_io;  /* entries of io: used, allocated */
    struct code_line line[CODE_LINES]; /* for the event "code" */
    gpa_t pa;          /* its address */
    struct code_page *next; /* of all there are (exec.pages) */
};

/* The name of a device register, as bus_name() makes it. */
#define MMIO_NAMES 64
struct mmio_name {
    gpa_t pa;      /* of the register; 0 = none */
    char text[56]; /* device.register */
};

struct exec {
    struct exec_config cfg;           /* copy */
    const struct target_ops *target;  /* cfg.target */
    struct clock *clock;              /* cfg.clock */
    struct ram *ram;                  /* cfg.ram */
    const struct probe *probe;        /* where events go, never NULL */
    struct ring *ring;                /* of the trace, or NULL */
    u64 watch[EXEC_MAX_WATCH];        /* addresses of exec_watch() */
    unsigned n_watch;                 /* used of watch */
    bool observe;                     /* exec_observe() */
    struct mmio_name mmio_name[MMIO_NAMES]; /* of registers told lately */
    GArray *free_ids;                 /* u32: trace identities to be reused */
    u32 last_trace_id;                /* the highest given out */
    struct vcpu cpu[EXEC_MAX_CPUS];   /* cfg.n_cpus of them */
    struct vcpu *running;             /* CPU inside a block now, or NULL */
    struct jit *jit;                  /* back end, NULL = evaluator */
    unsigned tag_bits;                /* of the tag tables */

    /* Turns: part of the machine's state. */
    unsigned turn_cpu;                /* whose turn it is */
    u64 turn_end;                     /* count at which the quantum ends */
    bool turn_over;                   /* the next CPU is to be chosen */

    /* Counts at which the engine has something to do. */
    u64 next_grid;                    /* multiple of EXEC_GRID */
    u64 next_poll;                    /* multiple of POLL_GRID */
    u64 next_hash;                    /* UINT64_MAX = never */
    u64 exit_at;                      /* UINT64_MAX = never */
    u64 alarm_at;                     /* UINT64_MAX = never */

    enum exec_stop why;               /* the run is to end */
    int status;                       /* for EXEC_EXIT, EXEC_ASKED */

    /* Blocks. */
    struct tb **bucket;               /* hash of blocks */
    u32 n_buckets;                    /* a power of two */
    u32 n_tbs;                        /* in the hash */
    struct code_page **page;          /* by page of RAM, NULL = none yet */
    struct code_page *pages;          /* those that are not NULL, by next */
    u64 n_pages;                      /* pages of RAM */
    struct tb *dead;                  /* dropped, to be freed (hash_next) */
    u64 n_freed;                      /* back end: blocks it has let go */
    u64 epoch;                        /* changes when memory of blocks goes */
    u64 ir_bytes;                     /* evaluator: held by blocks */
    u32 last_view;                    /* number given out last */
    bool drop_all;                    /* numbers or memory ran out */
    struct jump_cache *jump[JUMP_CACHES]; /* by flags */
    unsigned n_jumps;                 /* used of jump */
    u64 fetch_clock;                  /* counts selections of contexts */
    struct ir_block ir;               /* block being translated */

    /* RAM's part of the state hash. */
    u64 *page_hash;                   /* contribution of each page */
    u64 ram_hash;                     /* their sum */

    /* For reports and statistics. */
    struct {
        u64 pc;        /* virtual address */
        gpa_t pa;      /* physical address */
        u64 count;     /* count at its start, roughly */
        u16 n_insns;   /* length */
        u8 cpu, el;    /* who ran it */
    } recent[RECENT_BLOCKS];          /* ring of blocks entered */
    u64 n_entered;                    /* blocks entered from the loop */
    u64 n_entered_insns;              /* their instructions */
    u64 n_translated;                 /* blocks made */
    u64 n_translated_insns;           /* their instructions */
    u64 translate_ns;                 /* host time that took (with stats) */
    u64 n_invalidated;                /* blocks dropped as code was written */
    u64 n_code_writes;                /* stores that hit translated code */
    u64 n_slow;                       /* slow path accesses */
    u64 n_mmio;                       /* of these, to devices */
    u64 n_restarts;                   /* instructions run alone */
    u64 n_fetch_walks;                /* fetch translations asked for */
};

/* Deadline as a count: the first boundary at which it has passed. */
u64 exec_due_count(const struct clock *c);

/* --- vcpu.c -------------------------------------------------------------- */
extern const struct vcpu_ops exec_vcpu_ops;
/* Brings e->turn_cpu to a CPU that can run; false if all wait. */
bool vcpu_pick(struct exec *e);
/* A CPU's part of ending a turn or waiting is over: see vcpu_pick(). */
void vcpu_kick(struct cpu_host *h);
/* Count at the CPU's boundary of now, if it has the turn: before the current
 * instruction of a running block, or @after it. */
u64 vcpu_boundary(const struct cpu_host *h, bool after);
/* The CPU, which has the turn, stops at count @due, but not before @first. */
void vcpu_cut_budget(struct cpu_host *h, u64 due, u64 first);
/* The clock's next deadline moved while a block runs. */
void vcpu_deadline_changed(void *opaque);
/* Gives the turn to CPU @n, as far as the CPUs' own counts go. */
void vcpu_turn(struct exec *e, unsigned n);
/* The count at which the CPU, which has the turn, reaches v->due. */
static inline u64 vcpu_due_count(const struct vcpu *v)
{
    u64 left = v->due - v->ran;

    return left < UINT64_MAX - v->began && v->due != UINT64_MAX
               ? v->began + left : UINT64_MAX;
}
/* Instructions that the CPU may still run before its event. */
static inline s64 vcpu_left(const struct cpu_host *h)
{
    return h->budget + h->stolen;
}

/* --- observe.c ------------------------------------------------------------ */
/* Tells what the instruction that just ran changed. */
void observe_registers(struct vcpu *v);
/* Tells an access of @n bytes that was made to one page or device. */
void observe_access(struct vcpu *v, bool write, u64 va, gpa_t pa,
                    const u8 *bytes, unsigned n);
/* At most how many of @max instructions (0 = no limit) may be in a block at
 * @pc, which ends before a watched address. */
u32 observe_limit(const struct exec *e, u64 pc, u32 max);
/* Is @pc a watched address? */
bool observe_is_watched(const struct exec *e, u64 pc);

/* --- ring.c: without a trace these do nothing ----------------------------- */
/* A stretch of @insns instructions is about to run. */
void ring_room(struct exec *e, u64 insns);
/* @tb was made; its identity stands for it from now on. */
void ring_define(struct vcpu *v, struct tb *tb);
/* Of the block entered last only @n_insns ran (trace_cut()). */
void ring_cut(struct exec *e, u32 n_insns, bool goes_on);
/* The turn passed from CPU @from to e->turn_cpu. */
void ring_turn(struct exec *e, unsigned from);
/* An identity for a new block (0 without a trace), and its return. */
u32 ring_id_new(struct exec *e);
void ring_id_free(struct exec *e, u32 id);

/* --- fetch.c ------------------------------------------------------------- */
void fetch_init(struct vcpu *v);
void fetch_fini(struct vcpu *v);
void fetch_select(struct cpu_host *h, u32 space, u32 flags);
void fetch_flush(struct cpu_host *h, u32 space, u64 va, u64 size);
/* Enters @tb into the jump cache, and its page into the current context. */
void fetch_fill(struct vcpu *v, struct tb *tb);
/* Enters the page of @tb into the current context. */
void fetch_know(struct vcpu *v, const struct tb *tb);
/* Removes @tb from every jump cache. */
void fetch_forget(struct exec *e, const struct tb *tb);
/* The block at @pc by the current jump cache, or NULL. */
static inline struct tb *fetch_cached(const struct vcpu *v, u64 pc)
{
    const struct fetch_ctx *c = v->fetch.cur;
    u32 entry = v->e->target->tb_flags(v->cpu) >> TB_ENTRY_SHIFT;
    struct tb *tb = c->jump->tb[jc_slot(pc, entry)];

    return tb && tb->pc == pc && tb->page_id == c->pages[code_slot(pc)]
               ? tb : NULL;
}

/* Frees the jump caches. */
void fetch_free(struct exec *e);

/* --- tb.c ---------------------------------------------------------------- */
/* Flags of a block that begins at the pc now, whose page is known. */
static inline u32 tb_flags_now(const struct vcpu *v)
{
    return v->e->target->tb_flags(v->cpu) | v->page_flags;
}
void tb_init(struct exec *e);
void tb_fini(struct exec *e);
/*
 * The block at (@pc, @pa) of at most @max instructions (0 = no limit) for
 * the CPU's translation flags; made if there is none.
 */
struct tb *tb_get(struct vcpu *v, u64 pc, gpa_t pa, u32 max);
/* Removes @tb from the hash and jump caches and unlinks it; its page's list
 * is the caller's business. */
void tb_drop(struct exec *e, struct tb *tb);
/* Frees what was dropped; nothing may be running. */
void tb_bury(struct exec *e);
/* Drops every block. */
void tb_drop_all(struct exec *e);

/* --- chain.c ------------------------------------------------------------- */
/* Notes that exit @r of the CPU wants to be linked to the next block. */
void chain_wish(struct vcpu *v, const struct jit_result *r);
/* The next block is @tb, looked up as a whole: links the noted exit. */
void chain_grant(struct vcpu *v, struct tb *tb);
static inline void chain_forget(struct vcpu *v)
{
    v->wish.from = NULL;
}

/* --- invalidate.c -------------------------------------------------------- */
/* Page record of @pa, made if need be. */
struct code_page *code_page(struct exec *e, gpa_t pa);
/* Gives @tb its page_id. */
void code_view_enter(struct exec *e, struct tb *tb);
/* Enters @tb into its page's list; store tags to the page go. */
void code_page_add(struct exec *e, struct tb *tb);
/* @tb left the page's list: without any, it is a page like others. */
void code_page_left(struct exec *e, const struct tb *tb);
/* Does translated code lie in [pa, pa + size), within one page, or code whose
 * overwriting is told? */
bool code_overlaps(const struct exec *e, gpa_t pa, u64 size);
/* Drops the blocks in [pa, pa + size), within one page. */
void code_invalidate(struct exec *e, gpa_t pa, u64 size);
/* Notes that the instruction at @pa touches devices. */
void code_mark_io(struct exec *e, gpa_t pa);
/* Is it so noted? @opaque is the instruction's struct code_page. */
bool code_is_io(void *opaque, gpa_t pa);
/* Hook of struct ram. */
void code_write(void *opaque, gpa_t pa, const void *src, u64 size);

/* --- slowmem.c ----------------------------------------------------------- */
extern const struct jit_slow exec_slow;

/* --- hash.c -------------------------------------------------------------- */
void hash_init(struct exec *e);
void hash_fini(struct exec *e);

#endif
