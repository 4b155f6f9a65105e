/* SPDX-License-Identifier: MIT */
/*
 * capture.h - `emu -trace`: from what the engine tells to a trace file
 * (DESIGN D9; docs/TRACE.md, "Capture").
 *
 * The engine writes into a ring (ring.h) and tells events to a probe
 * (probe.h); a thread of the capture reads the ring and writes the file. What
 * is written depends on the guest's run alone.
 *
 * All but capture_options_* is for the thread that runs the guest.
 */
#ifndef EMU_CAPTURE_H
#define EMU_CAPTURE_H

#include "probe.h"
#include "ring.h"
#include "trace.h"

struct capture;
struct exec;
struct symtab;
struct tb;
struct _GError;

/* --- options (capture_options.c) ------------------------------------------ */

/* When a window begins or ends. */
enum capture_when {
    CAPTURE_NEVER, /* not said */
    CAPTURE_COUNT, /* so many instructions have been executed */
    CAPTURE_LENGTH, /* stop: so many since the window opened */
    CAPTURE_AT,    /* the instruction at an address is executed */
    CAPTURE_EVENT, /* an event is told */
};

struct capture_trigger {
    enum capture_when when; /* what it waits for */
    u64 value;              /* COUNT, LENGTH: the count; AT: the address, if
                               there is no text */
    unsigned kind;          /* EVENT: enum trace_kind */
    char *text;             /* AT: symbol, or symbol+offset; EVENT: what its
                               text contains; or NULL */
};

struct capture_options {
    char *path;                  /* the file */
    struct trace_filter filter;  /* what is not written */
    struct capture_trigger start, stop; /* the window */
    bool regs, mem;              /* register and memory values, too */
    int level;                   /* of compression, 0 = default */
};

/*
 * Understands the value of -trace: FILE and items between commas, a comma
 * that is meant is doubled. NULL with @err naming the item. To be freed by
 * capture_options_free().
 */
struct capture_options *capture_options_parse(const char *text,
                                              struct _GError **err);
void capture_options_free(struct capture_options *o);
/* What -trace understands, every event included (g_malloc'ed). */
char *capture_help(void);

/* --- a capture (capture.c) ------------------------------------------------ */

/* Makes one; @o stays the caller's and must outlive it. */
struct capture *capture_new(const struct capture_options *o);
/* Where the machine tells events, and the engine blocks. */
const struct probe *capture_probe(const struct capture *c);
struct ring *capture_ring(struct capture *c);

/* What is traced. */
struct capture_machine {
    struct exec *exec;         /* the engine, made with the ring above */
    unsigned n_cpus;           /* its CPUs */
    u64 first_count;           /* instructions executed so far */
    const char *const *info;   /* key, value, ..., NULL for the header */
    const struct symtab *symbols; /* of the kernel, or NULL */
    u64 text_va, kernel_size;  /* where it was linked, and bytes in memory */
    gpa_t kernel_pa;           /* where it was loaded; 0 = nothing was */
};
/*
 * Makes the file and starts; before the first instruction. False with @err
 * set: the file cannot be made, or a symbol is not known.
 */
bool capture_start(struct capture *c, const struct capture_machine *m,
                   struct _GError **err);
/* Has writing the file failed? The run is to be ended then. */
bool capture_failed(const struct capture *c);
/* Ends the file. @why is why the run ended. False with @err set if something
 * could not be written. */
bool capture_end(struct capture *c, const char *why, u32 status,
                 struct _GError **err);
/* CPU time that writing took, in ns, for statistics; after capture_end(). */
u64 capture_cpu_ns(const struct capture *c);
/* Frees @c, which may have been ended or not; NULL is fine. */
void capture_free(struct capture *c);

/* Hooks of the engine (struct exec_hooks); @opaque is the capture. */
void capture_alarm(void *opaque);
void capture_watch(void *opaque, const struct tb *tb);
void capture_made(void *opaque, const struct tb *tb);

#endif
