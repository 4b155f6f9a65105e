/* SPDX-License-Identifier: MIT */
/*
 * irq.h - one interrupt wire: a level that a source drives and a sink sees.
 * The sink is called on every change and may be called with an unchanged
 * level.
 */
#ifndef EMU_IRQ_H
#define EMU_IRQ_H

#include "base.h"

struct irq_line {
    void (*set)(void *opaque, unsigned n, bool level); /* sink, or NULL */
    void *opaque;                                      /* sink's state */
    unsigned n;                                        /* input number */
};

/* Drives the wire; an unconnected one (set == NULL) ignores it. */
static inline void irq_set(const struct irq_line *line, bool level)
{
    if (line->set)
        line->set(line->opaque, line->n, level);
}

#endif
