/* SPDX-License-Identifier: MIT */
/*
 * target.h - the whole guest CPU as the engine and the tools see it.
 *
 * The CPU struct is opaque here (`void *cpu`); it contains a struct cpu_host
 * at layout->host_off. The target calls up only through struct vcpu_ops.
 */
#ifndef EMU_TARGET_H
#define EMU_TARGET_H

#include "clock.h"
#include "icc.h"
#include "ir.h"
#include "irq.h"
#include "jit.h"
#include "mem.h"
#include "probe.h"

/* Kind of a memory access. */
enum access { ACCESS_LOAD, ACCESS_STORE, ACCESS_FETCH };

/* What a translated address is. */
struct xlate {
    gpa_t pa;      /* physical address of the byte asked for */
    bool normal;   /* Normal memory: unaligned allowed, tags allowed */
    bool writable; /* a store would be permitted without a walk */
    u32 tb_page;   /* fetch: TB_PAGE if blocks of the page have it, or 0 */
    bool watched;  /* a watchpoint is in the page: no tags, ask watch() */
};

/* Services of the machine and engine that a CPU may ask for. */
struct vcpu_ops {
    /*
     * Fetch translations of [@va, @va + @size) were removed from the CPU's
     * map (size 0: all): fetch contexts of @space (TAG_ANY_SPACE = all)
     * forget these pages.
     */
    void (*fetch_flush)(struct cpu_host *h, u32 space, u64 va, u64 size);
    /* Selects the fetch context of (@space, translation @flags). */
    void (*fetch_select)(struct cpu_host *h, u32 space, u32 flags);
    /* Brings clock->count up to date (budget spilled, insn_left set). */
    void (*sync_time)(struct cpu_host *h);
    /*
     * Instructions that this CPU has executed since power-on. In a running
     * block (as for sync_time) those before the current one, or with it if
     * @after.
     */
    u64 (*ran)(struct cpu_host *h, bool after);
    /* Asks for target_ops.due() when the CPU has executed @ran of them. */
    void (*set_due)(struct cpu_host *h, u64 ran);
    /* Ends the run at the next instruction boundary (steals the budget). */
    void (*kick)(struct cpu_host *h);
    /* PSCI. cpu_on returns a PSCI status (0, -2, -4, -9). */
    s64 (*cpu_on)(struct cpu_host *h, u64 mpidr, u64 entry, u64 context);
    s64 (*affinity_info)(struct cpu_host *h, u64 mpidr, u64 level);
    void (*cpu_off)(struct cpu_host *h);
    void (*system_off)(struct cpu_host *h);
    void (*system_reset)(struct cpu_host *h);
    /* Semihosting-style exit with a status chosen by the guest. */
    void (*guest_exit)(struct cpu_host *h, int status);
    /*
     * Guest memory accesses of helpers flagged HF_MEM: the same contract as
     * load and store of struct jit_slow. After false the helper returns at
     * once, having changed nothing: host->fault or host->restart is set.
     */
    bool (*mem_load)(struct cpu_host *h, u64 va, u32 memop, u64 out[2]);
    bool (*mem_store)(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi);
    /* TLB maintenance and events that reach other CPUs: every CPU, @h too. */
    void (*for_each_cpu)(struct cpu_host *h,
                         void (*fn)(void *cpu, void *arg), void *arg);
};

#define TARGET_EL_STORM 0x100

/* Why a CPU does not run. */
enum cpu_wait { CPU_RUNNING, CPU_WFI, CPU_WFE, CPU_YIELD, CPU_OFF };

/* Everything a CPU is connected to. Lives as long as the CPU. */
struct cpu_env {
    unsigned index;            /* CPU number */
    unsigned n_cpus;           /* CPUs of the machine */
    const char *model;         /* "max", "cortex-a72,lse=on" */
    u64 seed;                  /* of RNDR's numbers */
    struct clock *clock;       /* virtual time */
    struct ram *ram;           /* main memory */
    struct bus *bus;           /* devices (walker aborts) */
    struct tag_pool *tags;     /* tag tables */
    const struct vcpu_ops *ops; /* engine services */
    const struct probe *probe; /* events go there; never NULL */
    const struct icc_ops *icc; /* GIC CPU interface, NULL = absent */
    void *gic;                 /* its state */
    struct irq_line ppi[5];    /* outputs: timers phys(NS), virt, hyp, sec;
                                  PMU */
};

/* One register, for dumps, hashes, gdb. */
struct reg_info {
    const char *name; /* "x0", "sp", "sctlr_el1" */
    u32 bits;         /* 32, 64 or 128 */
};

struct target_ops {
    const char *name;                /* "aarch64" */
    const struct ir_layout *layout;  /* register file and helpers */
    size_t cpu_size;                 /* bytes of the CPU struct, 64-aligned */

    /* Is @model, a name with switches as in "max,lse=off", one that can be?
     * If not, @err is a line that says why (g_malloc'ed). */
    bool (*check_model)(const char *model, char **err);
    /* Text that lists models and features, or, if @model is not "", the
     * features of that one (g_malloc'ed); NULL with @err as above. */
    char *(*model_help)(const char *model, char **err);
    /* The features that @model, which can be, has: the names that switch
     * them, separated by spaces (g_malloc'ed). */
    char *(*model_features)(const char *model);
    const char *(*compatible)(const char *model); /* fdt "compatible" */
    bool (*has_pmu)(const char *model); /* Performance Monitors, PPI 7 */
    u64 (*mpidr)(unsigned index);    /* affinity fields only */
    void (*init)(void *cpu, const struct cpu_env *env);
    void (*fini)(void *cpu);
    /* Cold reset: EL1, MMU off, pc = @entry, x0 = @x0. */
    void (*reset)(void *cpu, u64 entry, u64 x0);

    /* --- translation --- */
    /*
     * Translation flags now (part of a block's key). Must be asked before a
     * CPU runs at the start of its turn or after map_flush(): it also brings
     * the pointers of struct cpu_host up to date.
     */
    u32 (*tb_flags)(void *cpu);
    /* Are blocks of these flags run with stage 1 translation on? */
    bool (*tb_is_mapped)(u32 flags);
    /*
     * Builds IR for the code at (pc, pa); @code is the host address of pa.
     * At most @max_insns (0 = no limit). @is_io(opaque, pa) tells that the
     * instruction at pa touches devices: the block ends after it. Sets
     * b->n_insns, n_bytes, tb->mid_block.
     */
    void (*translate)(void *cpu, struct ir_block *b, struct tb *tb,
                      const u8 *code, u32 max_insns,
                      bool (*is_io)(void *opaque, gpa_t pa), void *opaque);

    /* --- running --- */
    u64 (*get_pc)(void *cpu);
    void (*set_pc)(void *cpu, u64 pc);
    /*
     * Translates @va (demand access; sets AF and dirty, enters the map).
     * False: fault recorded in the CPU (host->fault is set).
     */
    bool (*translate_va)(void *cpu, u64 va, enum access a, bool unpriv,
                         struct xlate *out);
    /* Records an alignment fault, or an external abort, for @va. */
    void (*fault_align)(void *cpu, u64 va, enum access a);
    void (*fault_abort)(void *cpu, u64 va, enum access a);
    /*
     * A permitted access to @len bytes in a page that is `watched`: does a
     * watchpoint match? True: its exception is recorded. @load and @store
     * tell what it does (both: an atomic), @unpriv as for translate_va.
     */
    bool (*watch)(void *cpu, u64 va, u64 len, bool load, bool store,
                  bool unpriv);
    /* Takes the recorded fault as an exception; pc = the instruction. */
    void (*take_fault)(void *cpu);
    /* Takes a pending, unmasked interrupt; host->irq_ready is set. */
    void (*take_irq)(void *cpu);
    enum cpu_wait (*waiting)(void *cpu);
    /* May a waiting CPU go on now (interrupt, event)? Clears the wait. */
    bool (*wake)(void *cpu);
    /* Ends a wait or turn: CPU turn rules of DESIGN (monitor, events). */
    void (*end_turn)(void *cpu);
    /* The count named by set_due() is reached; sets another one. */
    void (*due)(void *cpu);
    /* Every 2^24 instructions: empties the map. */
    void (*map_flush)(void *cpu);
    /* Input wires, driven by the board. */
    struct irq_line (*irq_wire)(void *cpu);
    struct irq_line (*fiq_wire)(void *cpu);

    /* --- looking --- */
    unsigned n_regs; /* registers of reg_info()/reg_get() */
    const struct reg_info *(*reg_info)(unsigned n);
    void (*reg_get)(void *cpu, unsigned n, v128 *out);
    void (*reg_set)(void *cpu, unsigned n, const v128 *in);
    /* One-line and long state dumps, appended to a GString. */
    void (*describe)(void *cpu, struct _GString *out, bool full);
    /* Current EL; plus TARGET_EL_STORM while a panic-like loop of exceptions
     * goes on. */
    unsigned (*el)(void *cpu);
    /* Translates without side effects; false if unmapped. */
    bool (*peek_va)(void *cpu, u64 va, gpa_t *pa);
    /* Statistics: map fills and walks. */
    void (*stats)(void *cpu, struct _GString *out);
};

extern const struct target_ops a64_target;

#endif
