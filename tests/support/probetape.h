/* SPDX-License-Identifier: MIT */
/*
 * probetape.h - a probe that keeps what it is told, for tests of the places
 * where events are told.
 */
#ifndef EMU_PROBETAPE_H
#define EMU_PROBETAPE_H

#include "probe.h"

#define TAPE_EVENTS 4096
#define TAPE_FIELDS 8
#define TAPE_TEXT   64

struct tape_event {
    unsigned kind;       /* enum trace_kind */
    unsigned n;          /* fields */
    u64 f[TAPE_FIELDS];  /* their values */
    u64 at;              /* *tape.clock then, 0 without one */
    char text[TAPE_TEXT]; /* its beginning; "" if there was none */
};

struct tape {
    struct probe probe;  /* what is handed out */
    unsigned n;          /* events told, of which the first are kept */
    const u64 *clock;    /* noted with each event, or NULL */
    struct tape_event ev[TAPE_EVENTS]; /* the events */
};

/* A tape that takes the kinds whose bits are set in @on; g_free() it. */
struct tape *tape_new(u64 on);
/* Forgets what was told. */
void tape_clear(struct tape *t);
/* The first event of @kind from number @from on, or NULL. */
const struct tape_event *tape_find(const struct tape *t, unsigned kind,
                                   unsigned from);
/* How many of @kind there are. */
unsigned tape_count(const struct tape *t, unsigned kind);

#define TAPE_ALL (~0ull)
#define TAPE_BIT(kind) (1ull << (kind))

#endif
