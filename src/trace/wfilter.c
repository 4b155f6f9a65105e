/* SPDX-License-Identifier: MIT */
/*
 * wfilter.c - which blocks and events of a run are written: the window that
 * trace_gate() opens and closes, and the filters of struct trace_filter.
 *
 * They are asked about whole architectural blocks and in the order in which
 * things happened, so what is written does not depend on how the run was
 * translated.
 */
#include "writer.h"

bool trace_wants_all(const struct trace_writer *w, unsigned cpu)
{
    return !w->is_closed && !(w->cfg.filter.no_cpus >> cpu & 1) &&
           !w->cfg.filter.has_asid;
}

bool trace_wants_block(const struct trace_writer *w, unsigned cpu,
                       const struct trace_block *b)
{
    const struct trace_filter *f = &w->cfg.filter;

    if (w->is_closed || (f->no_cpus >> cpu & 1) ||
        (f->no_els >> (b->flags & TRACE_B_EL) & 1))
        return false;
    if (f->pc_size && b->va - f->pc_low >= f->pc_size)
        return false;
    return !f->has_asid ||
           ((b->flags & TRACE_B_ASID) && w->lane[cpu].asid == f->asid);
}

bool trace_wants_event(struct trace_writer *w, unsigned cpu,
                       const struct trace_event *ev)
{
    const struct trace_filter *f = &w->cfg.filter;

    if (ev->kind == TRACE_SPACE)
        w->lane[cpu].asid = (u32)ev->f[2];
    if (ev->kind == TRACE_FETCH && (f->no_els >> ev->f[2] & 1))
        return false;
    return !w->is_closed && !(f->no_cpus >> cpu & 1) &&
           !(f->no_events >> ev->kind & 1);
}
