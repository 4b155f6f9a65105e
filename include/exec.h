/* SPDX-License-Identifier: MIT */
/*
 * exec.h - the engine: runs the guest's CPUs one after another on the
 * calling thread, deterministically (DESIGN D3, D4).
 *
 * The engine owns the CPUs, the blocks made from guest code and virtual
 * time's instruction count. It knows neither the board nor the host: devices
 * are behind the bus, and everything that depends on the host (input, the
 * host's clock, waiting) is done by hooks at points where the machine's state
 * is exact.
 */
#ifndef EMU_EXEC_H
#define EMU_EXEC_H

#include "device.h"
#include "ring.h"
#include "target.h"

struct exec;
struct _GError;
struct _GString;

#define EXEC_MAX_CPUS 8
/* Instructions of a CPU's turn when there are several CPUs. */
#define EXEC_QUANTUM 50000
/* The map is emptied whenever the global count is a multiple (D5). */
#define EXEC_GRID (1ull << 24)

/* Why a run ended. */
enum exec_stop {
    EXEC_GOES_ON, /* it did not */
    EXEC_OFF,     /* the guest powered the machine off */
    EXEC_RESET,   /* the guest asked for a reset; exec_reset() goes on */
    EXEC_EXIT,    /* the guest ended the run with a status of its own */
    EXEC_LIMIT,   /* exit_after was reached */
    EXEC_DEAD,    /* every CPU waits for what can never come */
    EXEC_STORM,   /* exceptions without end */
    EXEC_ASKED,   /* exec_stop() by a hook or device, with a status */
};

/* What the host side does for a run; any member may be NULL. */
struct exec_hooks {
    /* Poll point: input may be delivered, exec_stop() called. */
    void (*poll)(void *opaque);
    /*
     * Every CPU waits; the next timer is at @deadline_ns (CLOCK_NEVER =
     * none). Returns the virtual time to go on at, now < t <= deadline_ns,
     * or CLOCK_NEVER if nothing can ever happen. NULL: the deadline.
     */
    u64 (*idle)(void *opaque, u64 deadline_ns);
    /* A block was made; @b is its IR, @code the guest's code. */
    void (*new_block)(void *opaque, const struct tb *tb,
                      const struct ir_block *b, const u8 *code);
    /* The count is a multiple of hash_every. */
    void (*state)(void *opaque);
    /* The count of exec_alarm() is reached. */
    void (*alarm)(void *opaque);
    /* Block @tb is about to run, at an address of exec_watch(). */
    void (*watch)(void *opaque, const struct tb *tb);
    /* A block was made. */
    void (*made)(void *opaque, const struct tb *tb);
    /* Host time in ns, for statistics only. */
    u64 (*host_ns)(void *opaque);
};

struct exec_config {
    const struct target_ops *target; /* the guest CPU */
    const char *model;               /* its model */
    u64 seed;                        /* of the CPUs' random numbers */
    unsigned n_cpus;                 /* 1..EXEC_MAX_CPUS */
    struct clock *clock;             /* virtual time */
    struct ram *ram;                 /* main memory; its hooks are taken */
    struct bus *bus;                 /* devices */
    struct tag_pool *tags;           /* made with jit.tag_bits */
    const struct probe *probe;       /* events go there; NULL = nowhere */
    struct ring *ring;               /* blocks are told there; NULL = not */
    bool use_jit;                    /* host code, else the evaluator */
    struct jit_config jit;           /* back end's settings */
    unsigned tb_max;                 /* instructions a block, 0 = no limit */
    bool no_opt;                     /* no optimisation passes */
    bool verify_ir;                  /* IR_B_VERIFY: a wrong block is a bug */
    u64 exit_after;                  /* end at this count, 0 = never */
    u64 hash_every;                  /* call hooks.state, 0 = never */
    struct exec_hooks hooks;         /* the host side */
    void *opaque;                    /* argument of the hooks */
};

/* Copies @cfg. NULL with @err set if the back end cannot run here. */
struct exec *exec_new(const struct exec_config *cfg, struct _GError **err);
void exec_free(struct exec *e);

/* The IRQ (or FIQ) input of CPU @cpu; may be driven before it is made. */
struct irq_line exec_irq_line(struct exec *e, unsigned cpu, bool fiq);
/* Makes CPU @cpu, connected to the interrupt controller. */
void exec_cpu_init(struct exec *e, unsigned cpu, const struct icc_ops *icc,
                   void *gic, const struct irq_line ppi[5]);
/*
 * Resets every CPU. CPU 0 starts at @entry with @x0 and holds the turn; the
 * others are off. Time goes on.
 */
void exec_reset(struct exec *e, u64 entry, u64 x0);
/* Runs until something ends it. *status is set for EXEC_EXIT, _ASKED. */
enum exec_stop exec_run(struct exec *e, int *status);
/* Ends the run at the next instruction boundary; the first reason wins. */
void exec_stop(struct exec *e, enum exec_stop why, int status);
/* The CPU struct of CPU @cpu, or NULL before exec_cpu_init(). */
void *exec_cpu(struct exec *e, unsigned cpu);

/* --- traces (ring.c) ------------------------------------------------------ */

/* Puts a record of @n words (below RING_MAX_WORDS) into cfg.ring. */
void exec_ring_put(struct exec *e, enum ring_type type, const u32 *w, u32 n);
/* Gives what was put into the ring so far to its reader. */
void exec_ring_flush(struct exec *e);
/* Instructions executed, the current one of a running block included. */
u64 exec_now(const struct exec *e);
/* Asks for hooks.alarm() when the count is exactly @count, as soon as it
 * may be if that has passed; UINT64_MAX = never. There is one alarm. */
void exec_alarm(struct exec *e, u64 count);
#define EXEC_MAX_WATCH 4
/*
 * Asks for hooks.watch() whenever a block begins at one of the @n addresses
 * (at most EXEC_MAX_WATCH), in place of those asked for before. Blocks end
 * before them. Neither counts nor the guest's state change.
 */
void exec_watch(struct exec *e, const u64 *va, unsigned n);
/*
 * From the next instruction on, tells the probe the registers that each
 * instruction changes (TRACE_REG; at first all of them) and its memory
 * accesses (TRACE_MEM), as far as the probe wants them; or no longer.
 */
void exec_observe(struct exec *e, bool on);

/* --- the state's hash (hash.c) ------------------------------------------- */

/* Parts of the state hash, so that a difference can be told apart. */
struct exec_hash {
    u64 count;   /* instructions executed */
    u64 time_ns; /* virtual time */
    u64 ram;     /* all of RAM */
    u64 cpus;    /* every register of every CPU, turns included */
    u64 devices; /* every listed field of every device */
    u64 all;     /* of all the above */
};
/*
 * Hashes the state between two instructions. RAM is hashed as far as it was
 * written since the last call (pages are marked RAM_CLEAN for that).
 */
void exec_hash(struct exec *e, struct device *const *devices, unsigned n,
               struct exec_hash *out);

/* --- looking (report.c, stats.c) ----------------------------------------- */

/* Where each CPU is and the last blocks entered, for a failed run. */
void exec_report(struct exec *e, struct _GString *out);
/* Figures of the run so far: blocks, translation, TLB. */
void exec_stats(struct exec *e, struct _GString *out);

#endif
