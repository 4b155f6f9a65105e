/* SPDX-License-Identifier: MIT */
/*
 * clock.c - the table of virtual timers and their firing order.
 *
 * A machine has well under a hundred timers (four a CPU and one for a few
 * devices), so the table is a plain array in order of creation and only the
 * earliest deadline is cached: the engine asks for it after every stretch of
 * instructions, while arming is rarer by orders of magnitude.
 *
 * Invariant: next_ns is the minimum of all deadlines whenever no function of
 * this file is running. Ties fire in order of creation because the search
 * takes the first of equal deadlines in an array kept in that order.
 */
#include "clock.h"

#include <glib.h>

void clock_init(struct clock *c, unsigned shift)
{
    assert(shift < 32);
    *c = (struct clock){ .shift = shift, .next_ns = CLOCK_NEVER };
}

void clock_fini(struct clock *c)
{
    g_free(c->timers);
    *c = (struct clock){ .next_ns = CLOCK_NEVER };
}

/* The timer that is due first, or NULL when none is armed. */
static struct vtimer *earliest(const struct clock *c)
{
    struct vtimer *best = NULL;
    u64 best_ns = CLOCK_NEVER;

    for (u32 i = 0; i < c->n_timers; i++) {
        if (c->timers[i]->deadline_ns < best_ns) {
            best = c->timers[i];
            best_ns = best->deadline_ns;
        }
    }
    return best;
}

static void set_next(struct clock *c, u64 next_ns)
{
    if (next_ns == c->next_ns)
        return;
    c->next_ns = next_ns;
    if (c->changed)
        c->changed(c->changed_opaque);
}

static void refresh_next(struct clock *c)
{
    const struct vtimer *t = earliest(c);

    set_next(c, t ? t->deadline_ns : CLOCK_NEVER);
}

void clock_run(struct clock *c)
{
    while (c->next_ns <= clock_now(c)) {
        struct vtimer *t = earliest(c);

        /* CLOCK_NEVER itself can be reached only after 584 years. */
        if (!t)
            return;
        t->deadline_ns = CLOCK_NEVER;
        refresh_next(c);
        t->fire(t->opaque);
    }
}

void vtimer_init(struct vtimer *t, struct clock *c, void (*fire)(void *),
                 void *opaque)
{
    if (c->n_timers == c->max_timers) {
        c->max_timers = c->max_timers ? 2 * c->max_timers : 16;
        c->timers = g_renew(struct vtimer *, c->timers, c->max_timers);
    }
    *t = (struct vtimer){
        .clock = c,
        .fire = fire,
        .opaque = opaque,
        .deadline_ns = CLOCK_NEVER,
        .order = c->n_timers,
        .slot = c->n_timers,
    };
    c->timers[c->n_timers++] = t;
}

void vtimer_set(struct vtimer *t, u64 deadline_ns)
{
    struct clock *c = t->clock;
    u64 old = t->deadline_ns;

    t->deadline_ns = deadline_ns;
    if (deadline_ns <= c->next_ns)
        set_next(c, deadline_ns);
    else if (old == c->next_ns)
        refresh_next(c);
}
