/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff.c - emu-trace diff: do two traces say the same, and if not,
 * where do they part and why?
 *
 * Chunks that are the same bytes (after others that were) are not unpacked.
 * What is compared is what ran, by content: the headers may differ and are
 * only named as a possible reason.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

/* One of the two traces. */
struct side {
    struct trace_reader *r; /* the trace */
    struct trace_item it;   /* its current item */
};

struct diff {
    struct tool *t;      /* options */
    struct side s[2];    /* the traces */
    GPtrArray *common;   /* the last common items as text */
    GPtrArray *explain;  /* the last common events that may explain */
    u64 skipped;         /* chunks that were not unpacked */
};

static bool same_block(const struct trace_item *a, const struct trace_item *b)
{
    const struct trace_block *p = a->block, *q = b->block;

    return a->cpu == b->cpu && a->count == b->count &&
           a->is_partial == b->is_partial && p->va == q->va &&
           p->pa == q->pa && p->flags == q->flags &&
           p->n_insns == q->n_insns &&
           memcmp(p->words, q->words, 4ul * p->n_insns) == 0;
}

static bool same_event(const struct trace_item *a, const struct trace_item *b)
{
    return a->cpu == b->cpu && a->count == b->count &&
           g_strcmp0(a->schema->name, b->schema->name) == 0 &&
           memcmp(a->event.f, b->event.f, sizeof(a->event.f)) == 0 &&
           a->event.n_text == b->event.n_text &&
           (!a->event.n_text ||
            memcmp(a->event.text, b->event.text, a->event.n_text) == 0);
}

static bool same_item(const struct trace_item *a, const struct trace_item *b)
{
    if (a->what != b->what)
        return false;
    return a->what == TRACE_END ||
           (a->what == TRACE_BLOCK ? same_block(a, b) : same_event(a, b));
}

/* The next item of a side that passes the filters and lies in the range. */
static bool next(struct diff *d, struct side *s, GError **err)
{
    do {
        if (trace_next(s->r, &s->it, err) == TRACE_BROKEN)
            return false;
    } while (s->it.what != TRACE_END && !tool_wants(d->t, &s->it));
    if (s->it.what != TRACE_END && s->it.count >= d->t->to)
        s->it.what = TRACE_END;
    return true;
}

/* Passes over chunks that are the same in both, up to the last of them. */
static void skip_same(struct diff *d)
{
    struct trace_reader *a = d->s[0].r, *b = d->s[1].r;
    u32 i, k, n = MIN(trace_summary(a)->n_chunks, trace_summary(b)->n_chunks);

    if (d->t->to != UINT64_MAX || !trace_at_chunk(a, &i) ||
        !trace_at_chunk(b, &k) || i != k)
        return;
    if (trace_summary(a)->first_count != trace_summary(b)->first_count ||
        trace_summary(a)->n_cpus != trace_summary(b)->n_cpus)
        return;
    while (i < n && trace_same_chunk(a, b, i))
        i++;
    /* The last common chunk is read, to show what came before. */
    if (i > k + 1 && i < MAX(trace_summary(a)->n_chunks,
                             trace_summary(b)->n_chunks))
        i--;
    d->skipped = i - k;
    trace_goto_chunk(a, i);
    trace_goto_chunk(b, i);
}

/* --- telling -------------------------------------------------------------- */

static void keep(GPtrArray *a, guint max, struct diff *d)
{
    const struct trace_item *it = &d->s[0].it;
    struct trace_item *copy;

    if (!max)
        return;
    if (a->len == max)
        g_ptr_array_remove_index(a, 0);
    copy = g_memdup2(it, sizeof(*it));
    if (it->what == TRACE_EVENT)
        copy->event.text = g_memdup2(it->event.text, it->event.n_text);
    g_ptr_array_add(a, copy);
}

static void item_free(gpointer p)
{
    struct trace_item *it = p;

    if (it->what == TRACE_EVENT)
        g_free((char *)it->event.text);
    g_free(it);
}

static void put_item(struct diff *d, GString *out, const char *mark,
                     const struct trace_item *it)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    if (it->what == TRACE_END) {
        g_string_append_printf(out, "%s the end of the trace\n", mark);
        return;
    }
    tool_item(d->t, text, it);
    for (u32 i = 0; it->what == TRACE_BLOCK && i < it->n_insns; i++)
        tool_insn(d->t, text, it, i);
    lines = g_strsplit(text->str, "\n", -1);
    for (unsigned i = 0; lines[i] && *lines[i]; i++)
        g_string_append_printf(out, "%s%s\n", mark, lines[i]);
}

/* The first instruction that differs of two blocks at the same place. */
static u32 first_word(const struct trace_item *a, const struct trace_item *b)
{
    u32 i = 0;

    while (i < a->n_insns && i < b->n_insns &&
           a->block->words[i] == b->block->words[i])
        i++;
    return i;
}

/* The count of the first instruction that is not the same. */
static u64 where(const struct diff *d)
{
    const struct trace_item *a = &d->s[0].it, *b = &d->s[1].it;

    if (a->what == TRACE_END || b->what == TRACE_END)
        return a->what == TRACE_END && b->what == TRACE_END ? 0 :
               a->what == TRACE_END ? b->count : a->count;
    if (a->what == TRACE_BLOCK && b->what == TRACE_BLOCK &&
        a->cpu == b->cpu && a->count == b->count &&
        a->block->va == b->block->va && a->block->pa == b->block->pa)
        return a->count + first_word(a, b);
    return MIN(a->count, b->count);
}

/* The cause as far as the two items themselves tell it. */
static const char *cause(const struct diff *d)
{
    const struct trace_item *a = &d->s[0].it, *b = &d->s[1].it;

    if (a->what == TRACE_END || b->what == TRACE_END)
        return "one trace ends";
    if (a->cpu != b->cpu)
        return "another CPU runs";
    if (a->what == TRACE_EVENT && b->what == TRACE_EVENT)
        return g_strcmp0(a->schema->name, b->schema->name) ? "other events" :
               a->count != b->count ? "an event at another count" :
               "an event with other fields";
    if (a->what != b->what)
        return "an event in one trace only";
    if (a->block->va != b->block->va)
        return "control flow: other blocks follow the same history";
    if (a->block->pa != b->block->pa)
        return "the address is mapped to another page";
    if (a->block->flags != b->block->flags)
        return "another exception level or translation regime";
    if (first_word(a, b) < MIN(a->n_insns, b->n_insns))
        return "code: an instruction is another one";
    return "a block was parted at another count (exception, interrupt, turn)";
}

static const char *info_of(const struct trace_reader *r, const char *key)
{
    const char *k, *v;

    for (unsigned i = 0; trace_info(r, i, &k, &v); i++)
        if (g_str_equal(k, key))
            return v;
    return NULL;
}

static void put_headers(struct diff *d, GString *out)
{
    const char *key, *value;

    for (unsigned side = 0; side < 2; side++)
        for (unsigned i = 0; trace_info(d->s[side].r, i, &key, &value); i++) {
            const char *other = info_of(d->s[!side].r, key);

            if ((side && other) || g_strcmp0(value, other) == 0)
                continue;
            g_string_append_printf(out, "header %s:\n-%s\n+%s\n", key,
                                   side ? "(none)" : value,
                                   side ? value : other ? other : "(none)");
        }
}

static void tell(struct diff *d)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const struct trace_item *a = &d->s[0].it;

    if (a->what == TRACE_END)
        a = &d->s[1].it;
    if (d->t->json) {
        g_string_append_printf(out, "{\"same\": false, \"count\": %llu, "
                               "\"cpu\": %u, \"cause\": \"%s\"}\n",
                               (ull)where(d), a->cpu, cause(d));
        fputs(out->str, stdout);
        return;
    }
    g_string_append_printf(out, "different at instruction %llu, cpu%u: %s\n",
                           (ull)where(d), a->cpu, cause(d));
    put_headers(d, out);
    if (d->explain->len)
        g_string_append(out, "last events in common:\n");
    for (guint i = 0; i < d->explain->len; i++)
        tool_item(d->t, out, g_ptr_array_index(d->explain, i));
    if (d->common->len)
        g_string_append(out, "last blocks in common:\n");
    for (guint i = 0; i < d->common->len; i++)
        tool_item(d->t, out, g_ptr_array_index(d->common, i));
    g_string_append(out, "then:\n");
    put_item(d, out, "-", &d->s[0].it);
    put_item(d, out, "+", &d->s[1].it);
    fputs(out->str, stdout);
}

static void tell_same(const struct diff *d)
{
    const struct trace_summary *s = trace_summary(d->s[0].r);

    if (d->t->json)
        printf("{\"same\": true, \"blocks\": %llu}\n", (ull)s->n_blocks);
    else
        printf("the same: %llu blocks, %llu instructions, %llu events\n",
               (ull)s->n_blocks, (ull)(s->end_count - s->first_count),
               (ull)s->n_events);
}

/* --- comparing ------------------------------------------------------------ */

static int compare(struct diff *d, GError **err)
{
    struct side *a = &d->s[0], *b = &d->s[1];
    bool ok;

    if (d->t->from) {
        ok = trace_seek(a->r, d->t->from, &a->it, err) &&
             trace_seek(b->r, d->t->from, &b->it, err);
        for (unsigned i = 0; ok && i < 2; i++)
            if (d->s[i].it.what != TRACE_END &&
                !tool_wants(d->t, &d->s[i].it))
                ok = next(d, &d->s[i], err);
    } else {
        skip_same(d);
        ok = next(d, a, err) && next(d, b, err);
    }
    while (ok && same_item(&a->it, &b->it)) {
        if (a->it.what == TRACE_END) {
            tell_same(d);
            return 0;
        }
        if (a->it.what == TRACE_BLOCK)
            keep(d->common, (guint)d->t->context, d);
        else if (a->it.schema->explains)
            keep(d->explain, 3, d);
        ok = next(d, a, err) && next(d, b, err);
    }
    if (!ok)
        return 2;
    tell(d);
    return 1;
}

int tool_diff(struct tool *t, char **args, GError **err)
{
    struct diff d = { .t = t };
    int status = 2;

    t->format = FORMAT_EMU;
    t->insns = FALSE;
    d.common = g_ptr_array_new_with_free_func(item_free);
    d.explain = g_ptr_array_new_with_free_func(item_free);
    d.s[0].r = trace_open(args[0], err);
    if (d.s[0].r)
        d.s[1].r = trace_open(args[1], err);
    if (d.s[1].r)
        status = compare(&d, err);
    trace_close(d.s[0].r);
    trace_close(d.s[1].r);
    g_ptr_array_free(d.common, TRUE);
    g_ptr_array_free(d.explain, TRUE);
    return status;
}
