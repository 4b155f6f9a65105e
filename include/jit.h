/* SPDX-License-Identifier: MIT */
/*
 * jit.h - the contract between the engine and a back end: what of a CPU
 * translated code touches besides the guest's registers, how a block is
 * compiled, entered, left and linked.
 *
 * Host registers fixed in x86-64 code: r15 = CPU + JIT_CPU_BIAS, r14 = current
 * tag table, r13 = instruction budget, r12 = trace ring pointer when tracing.
 *
 * Counts (DESIGN D4). A block subtracts its length from the budget on entry
 * and leaves (JIT_EXIT_BUDGET, budget restored, pc = its start) if it went
 * negative. Instructions executed before instruction i (from 0) of a running
 * block of N: event_count - (budget + stolen) - (N - i).
 *
 * An event that must be seen at the next instruction boundary *steals* the
 * budget: budget -= JIT_STEAL, stolen += JIT_STEAL, done by C code while the
 * budget is spilled; the next block entry then leaves.
 */
#ifndef EMU_JIT_H
#define EMU_JIT_H

#include "ir.h"
#include "tlb.h"

#define JIT_CPU_BIAS 128
#define JIT_STEAL (1ll << 60)

struct tb;

/* Jump cache entry: where indirect branches find translated code. */
struct jc_entry {
    u64 va;           /* guest address, JC_EMPTY(index) if none */
    const void *code; /* host address of the block's entry */
};
#define JC_BITS 14
/* An empty entry @i holds an address whose own entry is another one, so that
 * no branch target, aligned or not, finds it. */
#define JC_EMPTY(i) ((u64)((i) ^ 1) << 2 | 1)
static inline unsigned jc_index(u64 va)
{
    return (unsigned)(va >> 2) & ((1u << JC_BITS) - 1);
}

/*
 * The pages that a fetch context has looked up: entry code_slot(va) holds
 * the number of a pair (virtual page, physical page), see tb.page_id, or 0.
 * Blocks test it where they are entered from another page.
 */
#define CODE_SLOT_BITS 11
static inline unsigned code_slot(u64 va)
{
    return (unsigned)(va >> 12) & ((1u << CODE_SLOT_BITS) - 1);
}

/*
 * The part of a CPU struct that the engine and translated code share. It is
 * at ir_layout.host_off. Nothing in it is guest state: it is neither hashed
 * nor saved.
 */
struct cpu_host {
    s64 budget;              /* instructions left (spilled r13) */
    s64 stolen;              /* sum of steals, 0 when the engine runs */
    u64 event_count;         /* global count at which budget + stolen is 0 */
    u32 *trace;              /* where the ring's next word goes (ring.h) if
                                this CPU has the turn (spilled r12) */
    struct tag_table *tags;  /* table of the pc's half, current view */
    struct tag_table *tags_other;  /* the other half, current view */
    struct tag_table *tags_unpriv; /* low half, EL0 view (LDTR, STTR) */
    u64 ram_bias;            /* host address - physical address of RAM */
    struct jc_entry *jc;     /* jump cache of the current flags */
    u32 *pages;              /* pages that the current fetch context has
                                looked up, by code_slot() */
    u32 insn_left;           /* N - i, set before HF_TIME helpers and by
                                slow paths */
    u8 fault;                /* set by a failing helper or access; ORDER:
                                restart follows, both tested as one u16 */
    u8 restart;              /* slow path: run this instruction alone */
    u8 irq_ready;            /* an interrupt is pending and PSTATE lets it
                                in: kept up to date by the target */
    u8 last_insn;            /* slow path: current instruction ends its
                                block, so a device may be accessed */
    unsigned cpu_index;      /* number of this CPU */
    u32 mxcsr;               /* guest's MXCSR (rounding, sticky flags) */
    u32 host_mxcsr;          /* C code's MXCSR */
    struct vcpu *vcpu;       /* engine's side of this CPU */
    void *jit;               /* back end's per-CPU part */
    u64 save_gpr[16];        /* host registers at a slow path or fault */
    v128 save_vec[16];       /* by x86 register number */
    v128 vtmp[4];            /* operands and result of vector helpers */
    u64 spill[64];           /* spilled integer values */
    v128 vspill[32];         /* spilled vector values */
    u64 n_helper_insns;      /* statistics: instructions that called C */
};

/* Why translated code came back to the engine. */
enum jit_exit {
    JIT_EXIT_BUDGET,   /* at a block's start; pc is set, block not run */
    JIT_EXIT_LINK,     /* pc is set; exit_site can be linked to pc's block */
    JIT_EXIT_LOOKUP,   /* pc is set: jump cache missed */
    JIT_EXIT_DISPATCH, /* DISPATCH terminal: engine looks at the CPU */
    JIT_EXIT_FAULT,    /* fault set; pc = the faulting instruction, counted */
    JIT_EXIT_RESTART,  /* pc = an instruction to be run alone, uncounted */
    JIT_EXIT_FETCH,    /* at a block's start, whose page is not known to the
                          fetch context; pc is set, block not run */
};

struct jit_result {
    enum jit_exit why;  /* reason */
    u32 site;           /* JIT_EXIT_LINK: link site; LOOKUP: inline-cache
                           site or 0 */
    struct tb *tb;      /* block that was left (BUDGET, FETCH: entered) */
    u32 insn;           /* FAULT, RESTART: index of the instruction in tb */
};

/*
 * Bits of tb.flags with a meaning for the engine; the rest is the target's.
 * Blocks that begin at one address may differ by how they are entered: number
 * @n of INDIRECT's "entry" leads to those with TB_ENTRY(n), every other way
 * to TB_ENTRY(0). All of them share a jump cache and fetch contexts, so that
 * choosing one costs nothing: an entry of @n has its place elsewhere.
 */
#define TB_ENTRY_SHIFT 30
#define TB_ENTRY_MASK (3u << TB_ENTRY_SHIFT)
#define TB_PAGE (1u << 29) /* xlate.tb_page of the page it came from */
/* Bit of tb.max_insns: every access of the block takes its slow path. */
#define TB_MAX_COLD (1u << 31)
static inline unsigned jc_slot(u64 va, unsigned entry)
{
    return jc_index(va) ^ entry << (JC_BITS - 2);
}

/* A translation block: guest code translated once. */
struct tb {
    u64 pc;            /* virtual address */
    gpa_t pa;          /* physical address of the first instruction */
    u32 flags;         /* translation flags of the target, TB_PAGE and entry */
    u32 page_id;       /* number of its (virtual, physical) page, TB_PAGE */
    u32 max_insns;     /* limit it was made with (0 = none) */
    u16 n_insns;       /* instructions */
    u16 n_bytes;       /* guest bytes */
    u16 mid_block;     /* it ends in the middle of an architectural block */
    u32 trace_id;      /* its identity in the trace's ring, 0 = not traced */
    u8 may_loop;       /* its branch to itself may stay inside its code */
    u8 invalid;        /* dropped; memory reused at the next eviction */
    u8 is_cold;        /* every access takes its slow path (TB_MAX_COLD) */
    u8 is_watched;     /* the engine is to see each entry: not linked to */
    const u8 *code;    /* JIT: entry from the same page, executable view */
    const u8 *far;     /* JIT: entry from elsewhere, tests page_id; first */
    u32 code_size;     /* JIT: host bytes, hot and cold */
    u32 code_hot;      /* JIT: host bytes of the hot part */
    struct ir_block *ir; /* eval: the block */
    u32 in_links;      /* JIT: first link site that jumps here, 0 = none */
    u32 out_sites[2];  /* JIT: own link sites */
    u32 jit_id;        /* JIT: number in exits and side tables */
    u16 n_out_sites;   /* JIT: entries of out_sites */
    u16 n_calls;       /* statistics: instructions that call a helper */
    struct tb *hash_next; /* engine: bucket chain by pa */
    struct tb *page_next; /* engine: blocks of the same physical page */
    struct tb *cache_next; /* JIT: blocks in the same part of the cache */
    u64 runs;          /* engine: times dispatched (statistics) */
};

/* Back-end settings; zero means the default. */
struct jit_config {
    u64 cache_bytes;   /* code cache, default 32 MiB */
    bool no_chain;     /* never link blocks */
    u64 ra_seed;       /* not 0: choose registers at random */
    unsigned tag_bits; /* entries of the tag tables, log2 */
    const char *host_features; /* NULL = all; sse42, avx, avx2 limit them */
    bool always_cold;  /* every access takes its slow path */
    bool count_helpers; /* keep n_helper_insns */
    bool trace;        /* blocks write their trace_id into the ring */
    bool far_cache;    /* code cache beyond the reach of direct calls */
};

/*
 * Slow paths that a back end's cold code calls, given by the engine. They
 * return false when the access faulted (host->fault) or must be restarted
 * (host->restart). @insn_left and last_insn are set in cpu_host before.
 *
 * Values are as the IR has them: the slow path applies IR_M_BE, and extends
 * what it loads as IR_M_SIGN says. Elements of a pair are 16 bytes apart
 * whatever their size: [0] and [1], then [2] and [3].
 */
struct jit_slow {
    bool (*load)(struct cpu_host *h, u64 va, u32 memop, u64 out[2]);
    bool (*store)(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi);
    /* Pairs: two elements of IR_M_SIZE each, all or nothing. */
    bool (*load_pair)(struct cpu_host *h, u64 va, u32 memop, u64 out[4]);
    bool (*store_pair)(struct cpu_host *h, u64 va, u32 memop,
                       const u64 in[4]);
    bool (*probe)(struct cpu_host *h, u64 va, u32 memop, u64 len);
};

struct jit; /* a back end's instance: code cache and links */

struct _GError;
/* False with @err set: host too old, or no executable memory. */
struct jit *jit_new(const struct jit_config *cfg,
                    const struct ir_layout *layout,
                    const struct jit_slow *slow, struct _GError **err);
void jit_free(struct jit *j);
/* Prepares the back end's part of a CPU. */
void jit_cpu_init(struct jit *j, struct cpu_host *h);
void jit_cpu_fini(struct cpu_host *h);
/*
 * Compiles @b for @tb (pc, pa, n_insns are set). False if the cache is full:
 * call jit_evict() and try again.
 */
bool jit_compile(struct jit *j, struct ir_block *b, struct tb *tb);
/*
 * Frees the oldest part of the cache; @drop is called for every block in it
 * (already unlinked) so that the engine forgets it.
 */
void jit_evict(struct jit *j, void (*drop)(void *opaque, struct tb *tb),
               void *opaque);
/* Unlinks every jump and inline cache that leads to @tb. */
void jit_unlink(struct jit *j, struct tb *tb);
/* Runs from @tb until an exit. Budget and mxcsr are in @h. */
struct jit_result jit_run(struct jit *j, struct cpu_host *h, struct tb *tb);
/*
 * Makes link site @site jump to @to from now on: to its entry from the same
 * page if @same_page, else to the one that tests the fetch context.
 */
void jit_link(struct jit *j, u32 site, struct tb *to, bool same_page);
struct jit_stats {
    u64 blocks;        /* compiled */
    u64 guest_insns;   /* compiled */
    u64 hot_bytes;     /* host bytes, hot parts */
    u64 cold_bytes;    /* host bytes, cold parts */
    u64 reg_stores;    /* guest register stores emitted (static) */
    u64 evictions;     /* parts of the cache freed */
    u64 links;         /* sites linked */
    u64 unlinks;       /* sites unlinked */
};
const struct jit_stats *jit_get_stats(const struct jit *j);

/* --- the evaluator (src/ir/eval.c) ------------------------------------- */
/*
 * Runs @b once on the CPU that contains @h, which is at layout->host_off in
 * it, by the same contract as compiled code: budget, pc, exits, faults.
 * Memory goes through the tags and the slow paths of @slow.
 */
struct jit_result eval_run(struct ir_block *b, struct tb *tb,
                           struct cpu_host *h, const struct jit_slow *slow,
                           unsigned tag_bits);

#endif
