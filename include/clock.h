/* SPDX-License-Identifier: MIT */
/*
 * clock.h - virtual time and the timers that devices set on it.
 *
 * Virtual time is the number of instructions executed by all CPUs together,
 * scaled by 2^shift ns, plus the jumps made while every CPU waited (DESIGN
 * D3). The engine is the only writer of `count` and `idle_ns`; it brings
 * `count` up to date before any code that may look at the clock runs. Nothing
 * here reads the host's clock.
 *
 * Timers fire in order of (deadline, order of creation), at their deadline,
 * before the next instruction.
 */
#ifndef EMU_CLOCK_H
#define EMU_CLOCK_H

#include "base.h"

#define CLOCK_NEVER UINT64_MAX

struct clock;

/* One timer. Embedded in its owner; initialised by vtimer_init(). */
struct vtimer {
    struct clock *clock;        /* clock it was initialised on */
    void (*fire)(void *opaque); /* called once at the deadline */
    void *opaque;               /* argument of fire() */
    u64 deadline_ns;            /* absolute virtual time, or CLOCK_NEVER */
    u32 order;                  /* creation number, breaks ties */
    u32 slot;                   /* index in the clock's table */
};

struct clock {
    u64 count;               /* instructions executed by all CPUs */
    u64 idle_ns;             /* sum of idle jumps */
    unsigned shift;          /* an instruction takes 2^shift ns */
    struct vtimer **timers;  /* every timer, by creation order */
    u32 n_timers;            /* used entries of timers */
    u32 max_timers;          /* allocated entries of timers */
    u64 next_ns;             /* earliest deadline (cached) */
    void (*changed)(void *); /* called when next_ns changed, or NULL */
    void *changed_opaque;    /* argument of changed() */
};

void clock_init(struct clock *c, unsigned shift);
void clock_fini(struct clock *c);

/* Virtual time now, in ns since the machine was created. */
static inline u64 clock_now(const struct clock *c)
{
    return (c->count << c->shift) + c->idle_ns;
}

/* Earliest deadline of any timer in ns, or CLOCK_NEVER. */
static inline u64 clock_next(const struct clock *c)
{
    return c->next_ns;
}

/* Fires every timer whose deadline is at or before now. */
void clock_run(struct clock *c);

/* Prepares @t, unarmed. @t must stay in place until clock_fini(). */
void vtimer_init(struct vtimer *t, struct clock *c, void (*fire)(void *),
                 void *opaque);
/*
 * Arms @t for the absolute time @deadline_ns (rounded by the engine up to
 * the next instruction), or disarms it for CLOCK_NEVER. A deadline that has
 * passed fires before the next instruction.
 */
void vtimer_set(struct vtimer *t, u64 deadline_ns);

#endif
