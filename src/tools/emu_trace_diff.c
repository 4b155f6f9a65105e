/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff.c - emu-trace diff: do two traces say the same, and if not,
 * where do they part and why?
 *
 * Chunks that are the same bytes (after others that were) say the same and
 * are not unpacked. Behind them items are compared one by one by content, up
 * to the first difference. What is compared is what ran: headers may differ
 * and are only told. Memory is that of the definitions and of a bounded
 * past, whatever the files' size.
 */
#include "emu_trace_diff.h"

/* --- chunks that are the same bytes --------------------------------------- */

static bool same_schema(const struct trace_schema *a,
                        const struct trace_schema *b)
{
    if (!a || !b)
        return !a && !b;
    if (!g_str_equal(a->name, b->name) || a->n_fields != b->n_fields ||
        a->has_text != b->has_text || a->advances != b->advances)
        return false;
    for (unsigned i = 0; i < a->n_fields; i++)
        if (!g_str_equal(a->field[i], b->field[i]))
            return false;
    return true;
}

static bool same_kinds(const struct diff *d)
{
    for (unsigned i = 0; i < 256; i++)
        if (!same_schema(trace_schema(d->s[0].r, i),
                         trace_schema(d->s[1].r, i)))
            return false;
    return true;
}

/* How many chunks are the same from the start. */
static u32 same_chunks(struct diff *d)
{
    struct trace_reader *a = d->s[0].r, *b = d->s[1].r;
    const struct trace_summary *p = trace_summary(a), *q = trace_summary(b);
    u32 i = 0, n = MIN(p->n_chunks, q->n_chunks);

    if (!d->same_kinds || p->first_count != q->first_count ||
        p->n_cpus != q->n_cpus)
        return 0;
    progress_begin(&d->progress, "comparing", 0, n);
    while (i < n && trace_same_chunk(a, b, i)) {
        i++;
        if (d->progress.is_on)
            progress_show(&d->progress, i);
    }
    progress_end(&d->progress);
    return i;
}

/* Sets the first chunk that must be read; true: none. */
static bool all_same(struct diff *d)
{
    const struct trace_summary *p = trace_summary(d->s[0].r);
    const struct trace_summary *q = trace_summary(d->s[1].r);
    u32 n;

    if (d->t->from || d->t->to != UINT64_MAX)
        return false;
    n = same_chunks(d);
    if (n == p->n_chunks && n == q->n_chunks && d->same_kinds)
        return p->first_count == q->first_count;
    /* The last ones in common are read, to know what came before. */
    d->start = n > 2 ? n - 2 : 0;
    return false;
}

/* --- the same ------------------------------------------------------------- */

/* Did the runs end in the same way? Says so if they did not. */
static bool same_end(struct diff *d, GString *out)
{
    const struct trace_summary *p = trace_summary(d->s[0].r);
    const struct trace_summary *q = trace_summary(d->s[1].r);

    if (diff_ignores_end(d->rules) || d->t->to != UINT64_MAX ||
        (p->complete == q->complete && g_strcmp0(p->why, q->why) == 0 &&
         p->status == q->status))
        return true;
    if (d->t->json)
        g_string_append_printf(out, "{\"same\": false, \"cause\": \"end\", "
                               "\"count\": %llu, \"why\": ",
                               (ull)p->end_count);
    else
        g_string_append(out, "different at the end: ");
    {
        g_autofree char *why = g_strdup_printf(
            "the first run ended with %s, status %u; the second with %s, "
            "status %u", p->why && p->complete ? p->why : "a trace cut short",
            p->status, q->why && q->complete ? q->why : "a trace cut short",
            q->status);

        if (d->t->json)
            json_text(out, why, strlen(why));
        else
            g_string_append_printf(out, "%s\n", why);
    }
    return false;
}

static int tell_same(struct diff *d)
{
    const struct trace_summary *s = trace_summary(d->s[0].r);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) headers = g_string_new(NULL);
    bool is_same = same_end(d, out);

    diff_tell_headers(d, headers);
    if (d->t->json) {
        if (is_same)
            g_string_append(out, "{\"same\": true");
        g_string_append_printf(out, ", \"blocks\": %llu, \"insns\": %llu, "
                               "\"events\": %llu, \"headers\": [%s]}\n",
                               (ull)s->n_blocks,
                               (ull)(s->end_count - s->first_count),
                               (ull)s->n_events, headers->str);
    } else {
        if (is_same)
            g_string_append_printf(out, "the same: %llu blocks, %llu "
                                   "instructions, %llu events%s\n",
                                   (ull)s->n_blocks,
                                   (ull)(s->end_count - s->first_count),
                                   (ull)s->n_events,
                                   s->complete ? "" : "; both cut short");
        g_string_append(out, headers->str);
    }
    fputs(out->str, stdout);
    return is_same ? 0 : 1;
}

/* --- comparing ------------------------------------------------------------ */

/* Goes on to the first items that differ, or to both ends. */
static bool compare(struct diff *d, GError **err)
{
    struct side *a = &d->s[0], *b = &d->s[1];

    if (!side_begin(a, d->start, err) || !side_begin(b, d->start, err))
        return false;
    while (diff_same_item(d) && a->it.what != TRACE_END) {
        history_add(d->history, a);
        progress_at(&d->progress, a->it.count);
        if (!side_next(a, err) || !side_next(b, err))
            return false;
    }
    return true;
}

static bool tell(struct diff *d, GError **err)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct finding f;
    bool ok = diff_explain(d, &f, err);

    if (ok) {
        progress_end(&d->progress);
        diff_tell(d, &f, out);
        if (d->align != ALIGN_NONE)
            ok = diff_align(d, out, err);
        if (d->t->json)
            g_string_append(out, "}\n");
    }
    if (ok)
        fputs(out->str, stdout);
    finding_clear(&f);
    return ok;
}

static int run(struct diff *d, GError **err)
{
    const struct trace_summary *p = trace_summary(d->s[0].r);
    const struct trace_summary *q = trace_summary(d->s[1].r);
    int status = 2;

    if (all_same(d))
        return tell_same(d);
    if (!side_symbols(&d->s[0], err) || !side_symbols(&d->s[1], err))
        return 2;
    d->history = history_new(MAX(p->n_cpus, q->n_cpus));
    d->same = g_new0(u32, p->n_defs + 1ul);
    for (unsigned k = 0; k < 2; k++)
        d->s[k].place = g_new0(struct place,
                               trace_summary(d->s[k].r)->n_defs + 1ul);
    progress_begin(&d->progress, "comparing", p->first_count,
                   MIN(MIN(p->end_count, q->end_count), d->t->to));
    if (compare(d, err)) {
        if (diff_same_item(d)) {
            progress_end(&d->progress);
            status = tell_same(d);
        } else if (tell(d, err)) {
            status = 1;
        }
    }
    progress_end(&d->progress);
    return status;
}

/* --- the command ---------------------------------------------------------- */

static bool set_up(struct diff *d, char **args, GError **err)
{
    static const char *const names[] = { "none", "function", "block", "insn" };
    struct tool *t = d->t;

    for (unsigned i = 0; t->align && i < ARRAY_SIZE(names); i++)
        if (g_str_equal(t->align, names[i]))
            d->align = (enum align)i;
    if (t->align && d->align == ALIGN_NONE && !g_str_equal(t->align, "none")) {
        g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--align %s: function, block, insn or none is wanted",
                    t->align);
        return false;
    }
    if (t->ignore) {
        d->rules = diff_rules_new(t->ignore, err);
        if (!d->rules)
            return false;
    }
    for (unsigned k = 0; k < 2; k++) {
        d->s[k].d = d;
        d->s[k].path = args[k];
        d->s[k].r = trace_open(args[k], err);
        if (!d->s[k].r)
            return false;
    }
    d->same_kinds = same_kinds(d);
    return true;
}

int tool_diff(struct tool *t, char **args, GError **err)
{
    struct diff d = { .t = t };
    int status = 2;

    t->format = FORMAT_EMU;
    t->insns = FALSE;
    if (set_up(&d, args, err))
        status = run(&d, err);
    for (unsigned k = 0; k < 2; k++) {
        tool_symbols_free(d.s[k].sym);
        trace_close(d.s[k].r);
        g_free(d.s[k].place);
    }
    history_free(d.history);
    diff_rules_free(d.rules);
    g_free(d.same);
    return status;
}
