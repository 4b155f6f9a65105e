/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_side.c - one of two traces that are compared: its items
 * without what filters and ignore rules leave out.
 *
 * Whether a block is wanted and what it is called is found once an identity.
 * Events of code that is left out are left out with it.
 */
#include "emu_trace_diff.h"

#include "symbols.h"

bool side_symbols(struct side *s, GError **err)
{
    if (!s->sym)
        s->sym = tool_symbols_new(s->d->t, s->r, err);
    return s->sym != NULL;
}

const struct place *side_place(struct side *s, u32 id)
{
    const struct trace_block *b = trace_block(s->r, id);
    struct place *p = &s->place[id];
    const struct tool *t = s->d->t;
    struct sym_hit hit;

    if (p->is_known)
        return p;
    p->is_known = true;
    if (s->sym && tool_symbol(s->sym, b, 0, &hit)) {
        p->name = hit.symbol->name;
        p->offset = hit.offset;
    }
    for (u32 i = 0; i < b->n_insns; i++)
        p->has_clock |= diff_clock(b->words[i]) != NULL;
    p->is_wanted = b->va >= t->pc_low && b->va < t->pc_high &&
                   (t->el < 0 || (b->flags & TRACE_B_EL) == (unsigned)t->el) &&
                   !diff_ignores_block(s->d->rules, b, p->name);
    return p;
}

/* May the current item be compared? */
static bool is_wanted(struct side *s)
{
    const struct trace_item *it = &s->it;
    const struct diff *d = s->d;

    if ((d->t->cpu >= 0 && it->cpu != (unsigned)d->t->cpu) ||
        diff_ignores_cpu(d->rules, it->cpu))
        return false;
    if (it->what == TRACE_BLOCK) {
        s->is_out[it->cpu] = !side_place(s, it->id)->is_wanted;
        return !s->is_out[it->cpu];
    }
    return !s->is_out[it->cpu] && tool_wants(d->t, it) &&
           !diff_ignores_event(d->rules, it);
}

/* Passes over what is not wanted; the current item is the next one. */
static bool settle(struct side *s, GError **err)
{
    while (s->it.what != TRACE_END) {
        if (s->it.count >= s->d->t->to) {
            s->it.what = TRACE_END;
            s->it.count = s->d->t->to;
            break;
        }
        if (is_wanted(s)) {
            s->at = s->it.count - s->left_out;
            return true;
        }
        if (s->it.what == TRACE_BLOCK)
            s->left_out += s->it.n_insns;
        else if (s->it.schema->advances)
            s->left_out += s->it.event.f[0];
        if (trace_next(s->r, &s->it, err) == TRACE_BROKEN)
            return false;
    }
    if (s->it.what == TRACE_END && s->it.count != s->d->t->to)
        s->it.count = trace_summary(s->r)->end_count;
    s->at = s->it.count - s->left_out;
    return true;
}

bool side_next(struct side *s, GError **err)
{
    if (trace_next(s->r, &s->it, err) == TRACE_BROKEN)
        return false;
    return settle(s, err);
}

bool side_begin(struct side *s, u32 chunk, GError **err)
{
    s->left_out = 0;
    memset(s->is_out, 0, sizeof(s->is_out));
    if (s->d->t->from)
        return trace_seek(s->r, s->d->t->from, &s->it, err) &&
               (s->it.what != TRACE_BLOCK || s->it.count >= s->d->t->from ?
                settle(s, err) : side_next(s, err));
    trace_goto_chunk(s->r, chunk);
    return side_next(s, err);
}
