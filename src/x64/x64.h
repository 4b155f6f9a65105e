/* SPDX-License-Identifier: MIT */
/*
 * x64.h - the x86-64 back end's private types: the emitter of one block, the
 * code cache, links, and the records that cold paths leave in the code.
 *
 * Conventions of emitted code:
 *   r15 = CPU + JIT_CPU_BIAS, r14 = current tag table, r13 = budget;
 *   r12 = where the trace's next word goes, if there is a trace, else it
 *   holds values as others;
 *   rax, rcx, rdx are scratch within one IR operation;
 *   the other integer registers hold SSA values (regalloc.h);
 *   xmm13..xmm15 are scratch, the others hold vector values;
 *   rsp is 16-byte aligned, so that a call meets the ABI;
 *   every guest register is in its home in the CPU struct at block entry and
 *   exit (x64_place() is the one description of that convention).
 */
#ifndef X64_H
#define X64_H

#include "asm.h"
#include "bits.h"
#include "ir.h"
#include "jit.h"
#include "regalloc.h"

#define XMM_TMP0 13
#define XMM_TMP1 14
#define XMM_TMP2 15
#define N_SLOTS 64
#define NO_SLOT 0xff

/* Host features in use (features.c). */
struct x64_features {
    bool avx, avx2, fma, bmi1, bmi2, lzcnt, popcnt, aes, pclmul, sha;
};
/* Detects the host; @limit NULL or sse42, avx, avx2. False = too old. */
bool x64_features_detect(struct x64_features *f, const char *limit);

/* --- register allocation state -------------------------------------------- */

/* What is known of one SSA value while its block is emitted. */
struct val {
    u8 reg;        /* host register holding it, NO_REG */
    u8 home;       /* slot whose home in memory holds it, NO_SLOT */
    u8 bound;      /* dirty slots whose current value it is */
    u8 fused;      /* emitted as part of the node that uses it */
    u8 redo;       /* flags: the operands are kept as long as it is needed,
                      so that it need not be saved (fl_recipe()) */
    s16 spill;     /* spill slot, -1 */
    u16 last_use;  /* index of the last node that uses it */
};

/* A guest slot (integer or vector) while a block is emitted. */
struct slot {
    ir_ref cur;    /* its current value, 0 = only its home knows */
    ir_ref owner;  /* value that its home in memory holds, 0 = unknown */
    bool dirty;    /* cur is not in its home yet */
};

struct regfile {
    ir_ref in[16];   /* value in each host register, 0 = free */
    u32 stamp[16];   /* time of last touch */
    u32 used;        /* registers that do hold values */
    u32 allowed;     /* registers that may hold values */
    u32 caller;      /* of these, those that a C call destroys */
};

/* Where EFLAGS stand. */
enum fl_kind { FL_NONE, FL_ADD, FL_SUB }; /* CF = C, or CF = !C */

struct flags_state {
    ir_ref in_eflags;  /* F value that EFLAGS hold, 0 = none */
    enum fl_kind kind; /* its carry polarity */
    ir_ref result_of;  /* integer node whose host op set EFLAGS last */
    enum fl_kind result_kind; /* polarity of that */
    ir_ref cur;        /* guest NZCV's current value, 0 = home only */
    ir_ref owner;      /* value in the home */
    bool dirty;        /* cur is in EFLAGS and not in the home */
    bool lazy;         /* cur is neither in the home nor anywhere else, but
                          can be computed again */
};

/* How a flags value is computed: flags of x op y. */
struct fl_recipe {
    u8 op;             /* IR_SUBF64, IR_ADDF64, IR_LOGF64 (of x & y) or the
                          same for 32 bits */
    ir_ref x, y;       /* operands */
    s32 add;           /* to be added to x first: x is the result of the
                          subtraction of this constant */
};

/* --- cold code ----------------------------------------------------------- */

enum side_kind {
    SIDE_LD, SIDE_ST, SIDE_LDP, SIDE_STP, SIDE_LDV, SIDE_STV, SIDE_LDVP,
    SIDE_STVP, SIDE_PROBE, SIDE_FAULT, SIDE_FPV, SIDE_FPI, SIDE_CALL
};

/* Where the current value of a dirty slot is at a side exit. */
enum side_loc {
    LOC_GPR, LOC_XMM, LOC_SPILL, LOC_VSPILL, LOC_CONST,
    LOC_HOME /* operands of flags only */
};
struct side_slot {
    u16 slot : 6; /* guest slot */
    u16 loc : 3;  /* enum side_loc */
    u16 n : 6;    /* register or spill slot; LOC_CONST: index of constant */
};

/*
 * The side table (DESIGN D7): follows the call instruction in a cold stub.
 * Then come n_slots side_slot records, n_consts u64 values, n_flags
 * side_flags, and for some kinds a side_extra (all unaligned).
 */
struct side {
    s32 resume;    /* resume address minus the address of this record */
    u32 tb_id;     /* block */
    u16 memop;     /* memory operation; FP, CALL: helper */
    u8 kind;       /* enum side_kind */
    u8 insn;       /* index of the instruction in the block */
    u16 left;      /* instructions from there to the block's end */
    u8 va_reg;     /* register with the address */
    u8 r1, r2;     /* data registers; FP: result and first operand */
    u8 n_slots;    /* dirty slots */
    u8 n_consts;   /* constants */
    u8 n_flags;    /* 1: NZCV is to be computed */
} __attribute__((packed));

/* Where an operand of flags that are not at home is. */
struct side_operand {
    u8 loc;        /* enum side_loc */
    u8 n;          /* register, spill slot or guest slot */
    u64 imm;       /* LOC_CONST */
} __attribute__((packed));

/* NZCV at a side exit, if they are not at home: after the constants. */
struct side_flags {
    u8 op;         /* struct fl_recipe */
    s32 add;
    struct side_operand x, y;
} __attribute__((packed));

/* What some kinds need besides: at the end of the record. */
struct side_extra {
    u32 len;       /* PROBE: bytes; FP, CALL: the helper's parameter */
    u8 b, c;       /* FP, CALL: other operands' registers, or NO_REG */
} __attribute__((packed));
static inline bool side_has_extra(unsigned kind)
{
    return kind == SIDE_PROBE || kind == SIDE_FPV || kind == SIDE_FPI ||
           kind == SIDE_CALL;
}

/* A cold stub to be emitted after the hot code. */
struct cold {
    u8 *from[3];      /* rel32s in the hot code that lead here, or NULL */
    const u8 *resume; /* executable address to go on at */
    u32 rec;          /* its record: offset in emitter.rec */
    u32 rec_size;     /* bytes of struct side and what follows it */
    bool vec;         /* vector registers must be saved as well */
};

/* --- links --------------------------------------------------------------- */

/* A direct exit of a block: a patchable jump. */
struct site {
    struct tb *from;  /* owner */
    struct tb *to;    /* block it is linked to, or NULL */
    u64 pc;           /* guest target */
    u8 *jump;         /* rel32 of the hot jump, writable view */
    const u8 *stub;   /* exit stub, executable view */
    u32 next, prev;   /* list of the sites that lead to `to` */
};

#define N_PARTS 8

struct cache_part {
    u8 *start, *end;      /* writable view */
    u8 *p;                /* next free byte */
    struct tb *tbs;       /* blocks in it */
};

struct jit {
    struct jit_config cfg;
    const struct ir_layout *layout;
    const struct jit_slow *slow;
    struct x64_features feat;
    u8 *rw;               /* writable view of the cache */
    const u8 *rx;         /* executable view */
    u64 size;             /* bytes of the cache */
    int fd;               /* memfd behind both views */
    struct cache_part part[N_PARTS];
    unsigned cur_part;    /* part being filled */
    struct site *site;    /* link sites; [0] unused */
    u32 n_sites, max_sites;
    u32 free_site;        /* head of the free list (by next) */
    struct tb **tb_by_id; /* blocks by number */
    u32 n_ids, max_ids;
    u32 *free_ids;        /* numbers to reuse */
    u32 n_free_ids, max_free_ids;
    struct emitter *e;    /* reused for every block */
    u64 rng;              /* state of the random register choice */
    struct jit_stats stats;
    /* Fixed code (stubs.c), executable addresses. */
    const u8 *enter;      /* C entry */
    const u8 *exit_link;  /* eax = site */
    const u8 *exit_budget; /* eax = block number */
    const u8 *exit_fetch; /* eax = block number */
    const u8 *exit_lookup; /* rcx = pc, eax = block number */
    const u8 *exit_dispatch; /* eax = block number */
    const u8 *slow_gpr;   /* cold stubs call these */
    const u8 *slow_vec;
    const u8 *fault;      /* HF_FAULT helpers' stubs call this */
};

/* What jit_run()'s entry code returns through memory; per call. */
struct jit_regs {
    u32 why;   /* enum jit_exit */
    u32 arg;   /* site or block number */
    u32 insn;  /* FAULT, RESTART */
    struct jit *j; /* back end */
};

/* --- the emitter of one block -------------------------------------------- */

/* The allocator's state, to go back to (loop.c). */
struct ra_state {
    struct val *val;       /* one a value */
    u32 max_vals;          /* allocated */
    struct regfile rf[2];
    struct slot slot[2][N_SLOTS];
    struct flags_state fl;
    ir_ref spill_owner[2][64];
};

/* A block that branches to itself (loop.c). */
struct loop {
    bool on;               /* it does */
    bool second;           /* its second copy is being emitted */
    unsigned out;          /* index of the target that leaves the loop */
    u32 setf;              /* node that makes the guest's NZCV, 0 = none */
    u32 first_setf;        /* the first of them */
    u64 set[2];            /* slots that the block writes, by class */
    ir_ref get[2][N_SLOTS]; /* node that reads a slot first, 0 = none */
    ir_ref in[2][16];      /* at the head: value in each register */
    ir_ref from[2][16];    /* node whose value it is at the end */
    u8 slot_of[2][16];     /* slot that it is for, or NO_SLOT */
    ir_ref n_vals;         /* values, those without a node included */
    ir_ref flags;          /* value of NZCV at the head if lazy, else 0 */
    struct fl_recipe recipe; /* of it, in values of the head */
    const u8 *head;        /* executable address */
    u8 *no_budget[2];      /* rel32s of the jumps to the budget exit */
    struct ra_state at_head; /* for the budget exit */
    struct ra_state at_exit; /* for what follows the branch */
};

struct emitter {
    struct asmbuf a;       /* output */
    struct jit *j;
    struct ir_block *b;
    struct tb *tb;
    u32 tb_id;             /* number of tb */
    unsigned cur;          /* node being emitted */
    unsigned insn;         /* index of the guest instruction */
    u64 insn_pc;           /* its address */
    struct val *val;       /* one a node */
    u32 max_vals;          /* allocated */
    struct regfile rf[2];  /* by class */
    struct slot slot[2][N_SLOTS]; /* by class */
    struct flags_state fl;
    u32 locked[2];         /* registers not to be evicted now */
    u32 stamp;             /* clock of regfile.stamp */
    ir_ref spill_owner[2][64]; /* value in each spill slot, by class */
    struct cold *cold;     /* pending cold stubs */
    unsigned n_cold, max_cold;
    u8 *rec;               /* side records of the pending stubs */
    u32 n_rec, max_rec;    /* bytes used, allocated */
    u32 site[2];           /* link sites of the terminal */
    u8 *site_jump[2];      /* their hot jumps */
    unsigned n_sites;      /* entries of site */
    u8 *miss;              /* rel32 of the jump cache's miss, or NULL */
    u8 *entry;             /* entry from the same page */
    u8 *fetch_jump;        /* rel32 of the test of the page */
    u8 *budget_jump;       /* rel32 of the entry check */
    bool insn_calls;       /* statistics: this instruction calls C */
    struct loop loop;
};

/* Offset of a cpu_host / state field from r15. */
#define HOST(e, field)                                                       \
    ((s32)((e)->b->layout->host_off + offsetof(struct cpu_host, field)) -    \
     JIT_CPU_BIAS)
static inline s32 env_off(u64 offset)
{
    return (s32)offset - JIT_CPU_BIAS;
}

/* emit_*.c: one function an IR operation. */
#define X64_EMIT(name) void x64_##name(struct emitter *e, struct ir_node *n)
#define IR(name, r, a, b, c, flags) X64_EMIT(name);
#include "ir_ops.def"
#undef IR

/* emit_flags.c */
/* Saves the flags value in EFLAGS if it is still needed; EFLAGS are then
 * free to be destroyed. */
void fl_clobber(struct emitter *e);
/* Evaluates condition node @c into EFLAGS; returns the host condition. */
enum x64_cc fl_cond(struct emitter *e, ir_ref c);
/* Brings F value @f into EFLAGS and returns its polarity. */
enum fl_kind fl_load(struct emitter *e, ir_ref f);
/* Stores the guest's NZCV to its home if dirty (EFLAGS kept but for CF
 * polarity, which is tracked). */
void fl_writeback(struct emitter *e);
/* A helper is about to write the guest's NZCV: what the home holds and is
 * needed later moves away. */
void fl_invalidate(struct emitter *e);
/* The node just emitted left EFLAGS as its flags. */
void fl_result(struct emitter *e, ir_ref node, enum fl_kind kind);
/* Forgets what EFLAGS hold (after fl_clobber and a clobbering op). */
static inline void fl_forget(struct emitter *e)
{
    e->fl.in_eflags = 0;
    e->fl.result_of = 0;
}

/* The recipe of flags value @f; false if there is none. */
bool fl_recipe(struct emitter *e, ir_ref f, struct fl_recipe *r);

/* loop.c */
/* More values than nodes that a loop may need. */
#define LOOP_VALS 96
/* Decides whether the block is compiled as a loop. */
void loop_plan(struct emitter *e);
/* The terminal of a loop's copy: all that follows its condition. */
void loop_branch(struct emitter *e, struct ir_node *n);

/* jit.c: emits every node of the block. */
void emit_nodes(struct emitter *e);

/* emit_mem.c */
/* Adds a cold stub reached from rel32 @from, with the state of now; the
 * hot code goes on at @resume (set later by cold_resume() if NULL). */
struct side *cold_new(struct emitter *e, u8 *from, enum side_kind kind);
/* Ends the record of the latest stub, of a kind that has extra data. */
void cold_extra(struct emitter *e, struct side_extra extra);
/* Another jump of the hot code that leads to the latest stub. */
void cold_also(struct emitter *e, u8 *from);
void cold_resume(struct emitter *e);
/* Emits every pending cold stub. */
void cold_emit_all(struct emitter *e);

/* emit_call.c: generic helper call of node @n; also the fallback of VEC. */
void emit_helper_call(struct emitter *e, struct ir_node *n);

/* stubs.c */
bool stubs_emit(struct jit *j, struct asmbuf *a);
/* C side of the slow path stubs: resume address, or NULL to leave. */
const void *x64_slow_path(struct cpu_host *h, const struct side *s);
void x64_fault_path(struct cpu_host *h, const struct side *s);

/* jit.c: MXCSR on the way into and out of translated code. */
void x64_fp_enter(const struct ir_layout *l, struct cpu_host *h, u8 *cpu);
void x64_fp_leave(const struct ir_layout *l, struct cpu_host *h, u8 *cpu);

/* emit_exit.c */
void exit_entry_check(struct emitter *e);
/* The block is run now: its identity goes into the trace's ring. */
void exit_trace(struct emitter *e);
/* Every dirty guest register and NZCV go home. */
void exit_writeback(struct emitter *e);
/* A link site to @pc, whose hot jump is the rel32 at @jump. */
void exit_add_site(struct emitter *e, u64 pc, u8 *jump);
void exit_emit_stubs(struct emitter *e);

/* links.c */
void site_free(struct jit *j, u32 s);
u32 site_new(struct jit *j, struct tb *from, u64 pc);
void site_unlink(struct jit *j, u32 s);

#endif
