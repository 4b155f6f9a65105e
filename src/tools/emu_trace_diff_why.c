/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_why.c - what surrounds the first difference: what both
 * traces had before it, the first instruction that differs, and the events
 * of either side that are not the other's.
 *
 * The first items that differ may be events, or a block that one side ran in
 * two parts: from there on instructions are compared, whatever the blocks
 * and events are, up to the first that is another one. That needs no memory
 * but for the first events of each side.
 */
#include "emu_trace_diff.h"

#define MAX_COMMON_EVENTS 3
#define MAX_CODE 64
#define AFTER_BLOCKS 64   /* blocks behind the difference that are read */

/* --- what both have ------------------------------------------------------- */

struct event_copy *event_copy(const struct trace_item *it, u64 at)
{
    struct event_copy *c = g_new(struct event_copy, 1);

    *c = (struct event_copy){ *it, at };
    c->it.event.text = it->event.n_text ?
                       g_memdup2(it->event.text, it->event.n_text) : NULL;
    return c;
}

void event_copy_free(gpointer p)
{
    struct event_copy *c = p;

    if (!c)
        return;
    g_free((char *)c->it.event.text);
    g_free(c);
}

struct history *history_new(unsigned n_cpus)
{
    struct history *h = g_new0(struct history, 1);

    h->events = g_ptr_array_new_with_free_func(event_copy_free);
    h->code = g_ptr_array_new_with_free_func(event_copy_free);
    h->regs = g_malloc0_n(n_cpus, sizeof(*h->regs));
    return h;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    g_ptr_array_free(h->events, TRUE);
    g_ptr_array_free(h->code, TRUE);
    g_free(h->regs);
    g_free(h);
}

static void keep(GPtrArray *a, guint max, const struct side *s)
{
    if (a->len == max)
        g_ptr_array_remove_index(a, 0);
    g_ptr_array_add(a, event_copy(&s->it, s->at));
}

static void add_event(struct history *h, const struct side *s)
{
    const struct trace_event *ev = &s->it.event;

    if (ev->kind == TRACE_REG && ev->f[0] < DIFF_REGS) {
        h->regs[s->it.cpu][ev->f[0]] =
            (struct reg_value){ ev->f[1], ev->f[2], true };
        return;
    }
    if (ev->kind == TRACE_CODE)
        keep(h->code, MAX_CODE, s);
    if (s->it.schema->explains)
        keep(h->events, MAX_COMMON_EVENTS, s);
}

void history_add(struct history *h, struct side *s)
{
    const struct trace_item *it = &s->it;
    struct seen *last;

    if (it->what == TRACE_EVENT) {
        add_event(h, s);
        return;
    }
    last = &h->seen[h->n_seen++ % SEEN];
    *last = (struct seen){ .count = it->count, .seq = it->seq, .id = it->id,
                           .n_insns = it->n_insns, .cpu = (u8)it->cpu,
                           .is_partial = it->is_partial };
    if (side_place(s, it->id)->has_clock)
        h->clock[it->cpu] = *last;
}

const struct seen *history_block(const struct history *h, unsigned cpu,
                                 u64 count)
{
    for (u64 n = h->n_seen; n && n + SEEN > h->n_seen; n--) {
        const struct seen *s = &h->seen[(n - 1) % SEEN];

        if (s->cpu == cpu && s->count < count &&
            count <= s->count + s->n_insns)
            return s;
        if (s->count + s->n_insns < count && s->cpu == cpu)
            break;
    }
    return NULL;
}

/* --- the first instruction that differs ----------------------------------- */

/* One side while instructions are compared. */
struct walk {
    struct side *s;     /* the trace */
    GPtrArray *events;  /* where events go */
    u32 pos;            /* instructions of the current block that are done */
};

/* Passes over events, up to a block or the end. */
static bool to_block(struct walk *w, GError **err)
{
    while (w->s->it.what == TRACE_EVENT) {
        if (w->events->len < DIFF_MAX_EVENTS)
            g_ptr_array_add(w->events, event_copy(&w->s->it, w->s->at));
        if (!side_next(w->s, err))
            return false;
    }
    return true;
}

/* How many instructions of both current blocks are the same; *all if the
 * shorter rest is the same as a whole. */
static u32 same_insns(struct diff *d, const struct walk *a,
                      const struct walk *b, bool *all)
{
    const struct trace_item *p = &a->s->it, *q = &b->s->it;
    u32 i, n = MIN(p->n_insns - a->pos, q->n_insns - b->pos);

    *all = true;
    if (p->cpu != q->cpu)
        return *all = false;
    if (!a->pos && !b->pos && diff_same_block(d, p->id, q->id))
        return n;
    for (i = 0; i < n; i++)
        if (!diff_same_insn(d, p->id, a->pos + i, q->id, b->pos + i))
            break;
    *all = i == n;
    return i;
}

static bool leave_block(struct walk *w, GError **err)
{
    if (w->s == &w->s->d->s[0])
        history_add(w->s->d->history, w->s);
    w->pos = 0;
    return side_next(w->s, err);
}

static bool find_insn(struct diff *d, struct finding *f, GError **err)
{
    struct walk w[2] = { { &d->s[0], f->events[0], 0 },
                         { &d->s[1], f->events[1], 0 } };

    for (;;) {
        bool is_end, all;
        u32 n;

        if (!to_block(&w[0], err) || !to_block(&w[1], err))
            return false;
        is_end = d->s[0].it.what == TRACE_END;
        if (is_end || d->s[1].it.what == TRACE_END) {
            f->has_insn = d->s[0].it.what != d->s[1].it.what;
            break;
        }
        n = same_insns(d, &w[0], &w[1], &all);
        for (unsigned k = 0; k < 2; k++)
            w[k].pos += n;
        if (!all) {
            f->has_insn = true;
            break;
        }
        progress_at(&d->progress, d->s[0].it.count);
        /* What both ran is history, though an event may already differ. */
        for (unsigned k = 0; k < 2; k++)
            if (w[k].pos == d->s[k].it.n_insns && !leave_block(&w[k], err))
                return false;
    }
    f->insn_at = MIN(d->s[0].at + w[0].pos, d->s[1].at + w[1].pos);
    for (unsigned k = 0; k < 2; k++) {
        f->insn[k] = (struct diff_insn){ d->s[k].it, w[k].pos,
                                         d->s[k].it.count + w[k].pos };
        f->cpu = d->s[k].it.what != TRACE_END ? d->s[k].it.cpu : f->cpu;
    }
    return true;
}

/* A part of the block that both ran goes to the history. */
static void add_part(struct diff *d, const struct finding *f)
{
    struct side part = d->s[0];

    if (!f->has_insn || !f->insn[0].pos || part.it.what != TRACE_BLOCK)
        return;
    part.it.n_insns = f->insn[0].pos;
    part.it.is_partial = true;
    history_add(d->history, &part);
}

/* Some more events behind it: an interrupt is told behind a whole block. */
static bool read_on(struct diff *d, struct finding *f, GError **err)
{
    for (unsigned k = 0; k < 2; k++) {
        struct side *s = &d->s[k];

        for (unsigned n = 0; n < AFTER_BLOCKS && s->it.what != TRACE_END; ) {
            n += s->it.what == TRACE_BLOCK;
            if (s->it.what == TRACE_EVENT &&
                f->events[k]->len < DIFF_MAX_EVENTS)
                g_ptr_array_add(f->events[k], event_copy(&s->it, s->at));
            if (!side_next(s, err))
                return false;
        }
    }
    return true;
}

/* --- the first event that differs ----------------------------------------- */

/* The next event of the list that is about the same thing. */
static const struct event_copy *partner(const GPtrArray *list, guint from,
                                        const struct event_copy *e)
{
    for (guint i = from; i < list->len; i++) {
        const struct event_copy *c = g_ptr_array_index(list, i);

        if (c->it.cpu == e->it.cpu &&
            g_str_equal(c->it.schema->name, e->it.schema->name) &&
            c->it.event.n_text == e->it.event.n_text &&
            (!c->it.event.n_text ||
             !memcmp(c->it.event.text, e->it.event.text,
                     e->it.event.n_text)))
            return c;
    }
    return NULL;
}

static bool same_copy(struct diff *d, const struct event_copy *a,
                      const struct event_copy *b)
{
    return diff_same_event(d, &a->it, &b->it) &&
           (a->at == b->at || diff_ignores_field(d->rules, &a->it, "count"));
}

/* Sets event[]: the first that differs, and what the other side has of it. */
static void find_event(struct diff *d, struct finding *f)
{
    const GPtrArray *p = f->events[0], *q = f->events[1];
    const struct event_copy *a, *b;
    guint i = 0;

    while (i < p->len && i < q->len &&
           same_copy(d, g_ptr_array_index(p, i), g_ptr_array_index(q, i)))
        i++;
    a = i < p->len ? g_ptr_array_index(p, i) : NULL;
    b = i < q->len ? g_ptr_array_index(q, i) : NULL;
    if (!a && !b)
        return;
    if (a && b && a->at == b->at && partner(q, i, a) == b) {
        f->event[0] = a;
        f->event[1] = b;
    } else if (a && (!b || a->at <= b->at)) {
        f->event[0] = a;
        f->event[1] = partner(q, i, a);
    } else {
        f->event[0] = partner(p, i, b);
        f->event[1] = b;
    }
}

bool diff_explain(struct diff *d, struct finding *f, GError **err)
{
    const struct history *h = d->history;

    *f = (struct finding){ .at = MIN(d->s[0].at, d->s[1].at) };
    f->is_block = d->s[0].it.what != TRACE_EVENT &&
                  d->s[1].it.what != TRACE_EVENT;
    for (u64 n = MIN(h->n_seen, DIFF_CONTEXT); n; n--)
        f->common[f->n_common++] = h->seen[(h->n_seen - n) % SEEN];
    f->n_before = h->n_seen;
    f->why = g_string_new(NULL);
    f->hints = g_string_new(NULL);
    for (unsigned k = 0; k < 2; k++) {
        f->events[k] = g_ptr_array_new_with_free_func(event_copy_free);
        if (d->s[k].it.what != TRACE_END)
            f->cpu = d->s[k].it.cpu;
    }
    if (!find_insn(d, f, err))
        return false;
    add_part(d, f);
    f->n_before = h->n_seen - f->n_before;
    if (!read_on(d, f, err))
        return false;
    find_event(d, f);
    return diff_cause(d, f, err);
}

void finding_clear(struct finding *f)
{
    for (unsigned k = 0; k < 2; k++)
        if (f->events[k])
            g_ptr_array_free(f->events[k], TRUE);
    if (f->why)
        g_string_free(f->why, TRUE);
    if (f->hints)
        g_string_free(f->hints, TRUE);
}
