/* SPDX-License-Identifier: MIT */
/*
 * probe.h - what happens in the machine, told to whoever watches it: the
 * source side of a trace's events (DESIGN D9, docs/TRACE.md).
 *
 * There is one struct probe a machine. The CPUs, the engine and the devices
 * tell it; a trace fills in `on` and `emit`. Nothing that a source does may
 * depend on whether somebody watches.
 *
 * Which CPU and which count an event belongs to is not the source's business:
 * it is told while the CPU whose turn it is executes the instruction that
 * causes it, and is counted after that instruction; what happens between
 * instructions (an interrupt, a timer) belongs to the boundary.
 */
#ifndef EMU_PROBE_H
#define EMU_PROBE_H

#include <string.h>

#include "base.h"

/* The kinds of events. */
enum trace_kind {
#define EVENT(NAME, number, name, flags, fields, what) TRACE_##NAME = number,
#include "trace_events.def"
#undef EVENT
};

struct probe {
    u64 on;       /* bit TRACE_x: events x are wanted */
    /* Takes an event: the @n fields of its kind and, if it has one, its text
     * of @n_text bytes. Both are only valid during the call. */
    void (*emit)(void *opaque, unsigned kind, const u64 *f, unsigned n,
                 const char *text, size_t n_text);
    void *opaque; /* argument of emit */
};

/* The probe of a machine that nobody watches. */
extern const struct probe probe_nobody;

static inline bool probe_on(const struct probe *p, enum trace_kind kind)
{
    return unlikely(p->on >> kind & 1);
}

/* Tells an event without a text, its fields as arguments. Arguments are not
 * evaluated when nobody wants it. */
#define PROBE(p, kind, ...)                                                  \
    do {                                                                     \
        if (probe_on(p, kind)) {                                             \
            const u64 f_[] = { __VA_ARGS__ };                                \
            (p)->emit((p)->opaque, kind, f_, ARRAY_SIZE(f_), NULL, 0);       \
        }                                                                    \
    } while (0)
/* The same with a text that ends with a zero byte. */
#define PROBE_TEXT(p, kind, text, ...)                                       \
    do {                                                                     \
        if (probe_on(p, kind)) {                                             \
            const u64 f_[] = { __VA_ARGS__ };                                \
            const char *text_ = (text);                                      \
            (p)->emit((p)->opaque, kind, f_, ARRAY_SIZE(f_), text_,          \
                      strlen(text_));                                        \
        }                                                                    \
    } while (0)

#endif
