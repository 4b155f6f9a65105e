/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_tell.c - the first difference as text or as JSON: the same
 * things in both.
 */
#include "emu_trace_diff.h"

#include "symbols.h"

static const char *const nth[2] = { "first", "second" };

/* --- pieces --------------------------------------------------------------- */

void diff_put_place(struct side *s, GString *out, u32 id, u32 pos)
{
    const struct trace_block *b = trace_block(s->r, id);
    struct sym_hit hit;
    char text[256];

    g_string_append_printf(out, "%016llx", (ull)(b->va + 4ul * pos));
    if (!s->sym || !tool_symbol(s->sym, b, pos, &hit))
        return;
    sym_hit_format(&hit, text, sizeof(text));
    g_string_append_printf(out, " <%s>", text);
}

void diff_put_insn(struct side *s, GString *out, u32 id, u32 pos)
{
    const struct trace_block *b = trace_block(s->r, id);

    diff_put_place(s, out, id, pos);
    g_string_append_printf(out, " %08x ", b->words[pos]);
    disas_insn(s->d->t->disas, out, b->va + 4ul * pos, b->words[pos]);
}

/* A block on a line. */
static void put_block(struct side *s, GString *out, const struct seen *b)
{
    const struct trace_block *k = trace_block(s->r, b->id);

    g_string_append_printf(out, "%12llu cpu%u el%u ", (ull)b->count, b->cpu,
                           k->flags & TRACE_B_EL);
    diff_put_place(s, out, b->id, 0);
    if (k->pa != k->va)
        g_string_append_printf(out, " pa %010llx", (ull)k->pa);
    g_string_append_printf(out, " %u%s\n", b->n_insns,
                           b->is_partial ? "*" : "");
}

static void put_lines(GString *out, const char *mark, GString *text)
{
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);

    for (unsigned i = 0; lines[i] && *lines[i]; i++)
        g_string_append_printf(out, "%s%s\n", mark, lines[i]);
}

static void put_event(struct diff *d, GString *out, const char *mark,
                      const struct trace_item *it)
{
    g_autoptr(GString) text = g_string_new(NULL);

    tool_item(d->t, text, it);
    put_lines(out, mark, text);
}

/* The block that a side runs next, and its instructions. */
static void put_next(struct side *s, GString *out, const char *mark,
                     const struct diff_insn *x)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const struct trace_item *it = &x->it;
    struct seen b;

    if (it->what == TRACE_END) {
        g_string_append_printf(out, "%s the end of the trace\n", mark);
        return;
    }
    b = (struct seen){ .count = it->count, .id = it->id, .cpu = (u8)it->cpu,
                       .n_insns = it->n_insns, .is_partial = it->is_partial };
    put_block(s, text, &b);
    for (u32 i = 0; i < it->n_insns; i++) {
        g_string_append_printf(text, "%12llu %c ", (ull)(it->count + i),
                               i == x->pos ? '>' : ' ');
        diff_put_insn(s, text, it->id, i);
        g_string_append_c(text, '\n');
    }
    put_lines(out, mark, text);
}

/* As REG events number them. */
static const char *reg_name(unsigned n, char name[8])
{
    if (n == 31)
        return "sp";
    if (n == 32)
        return "pstate";
    if (n < 31)
        g_snprintf(name, 8, "x%u", n);
    else
        g_snprintf(name, 8, n >= 64 && n < 96 ? "v%u" : "r%u",
                   n >= 64 && n < 96 ? n - 64 : n);
    return name;
}

/* --- headers -------------------------------------------------------------- */

/* Words of one text that the other has not. */
static void put_only(GString *out, const char *mark, const char *a,
                     const char *b)
{
    g_auto(GStrv) words = g_strsplit(a, " ", -1);
    g_auto(GStrv) others = g_strsplit(b, " ", -1);
    bool any = false;

    for (char **w = words; *w; w++) {
        if (!**w || g_strv_contains((const char *const *)others, *w))
            continue;
        g_string_append_printf(out, "%s%s", any ? " " : mark, *w);
        any = true;
    }
    if (any)
        g_string_append_c(out, '\n');
}

static void put_header(struct diff *d, GString *out, const char *key,
                       const char *v, const char *w)
{
    bool is_list = v && w && (g_str_equal(key, "features") ||
                              g_str_equal(key, "append"));

    if (d->t->json) {
        g_string_append(out, out->len && out->str[out->len - 1] == '}' ?
                        ", {\"key\": " : "{\"key\": ");
        json_text(out, key, strlen(key));
        g_string_append(out, ", \"first\": ");
        v ? json_text(out, v, strlen(v)) : (void)g_string_append(out, "null");
        g_string_append(out, ", \"second\": ");
        w ? json_text(out, w, strlen(w)) : (void)g_string_append(out, "null");
        g_string_append_c(out, '}');
        return;
    }
    g_string_append_printf(out, "header %s:\n", key);
    if (is_list) {
        put_only(out, "- ", v, w);
        put_only(out, "+ ", w, v);
    } else {
        g_string_append_printf(out, "- %s\n+ %s\n", v ? v : "(none)",
                               w ? w : "(none)");
    }
}

void diff_tell_headers(struct diff *d, GString *out)
{
    const char *key, *value;

    for (unsigned k = 0; k < 2; k++)
        for (unsigned i = 0; trace_info(d->s[k].r, i, &key, &value); i++) {
            const char *other = diff_info(&d->s[!k], key);

            if ((k && other) || g_strcmp0(value, other) == 0 ||
                diff_ignores_header(d->rules, key))
                continue;
            put_header(d, out, key, k ? NULL : value, k ? value : other);
        }
}

/* --- as text -------------------------------------------------------------- */

/* The last @n blocks that went into the history. */
static void put_last(struct diff *d, GString *out, u64 n)
{
    const struct history *h = d->history;

    for (u64 i = h->n_seen - n; i < h->n_seen; i++) {
        g_string_append(out, "  ");
        put_block(&d->s[0], out, &h->seen[i % SEEN]);
    }
}

static void put_common(struct diff *d, GString *out, const struct finding *f)
{
    const struct history *h = d->history;
    unsigned n = MIN((unsigned)d->t->context, f->n_common);

    if (h->events->len)
        g_string_append(out, "last events in common:\n");
    for (guint i = 0; i < h->events->len; i++) {
        struct event_copy *c = g_ptr_array_index(h->events, i);

        put_event(d, out, "  ", &c->it);
    }
    if (n)
        g_string_append(out, "last blocks in common:\n");
    for (unsigned i = f->n_common - n; i < f->n_common; i++) {
        g_string_append(out, "  ");
        put_block(&d->s[0], out, &f->common[i]);
    }
}

static void put_regs(struct diff *d, GString *out, unsigned cpu)
{
    unsigned n = 0;
    char name[8];

    for (unsigned i = 0; i < DIFF_REGS; i++) {
        const struct reg_value *v = &d->history->regs[cpu][i];

        if (!v->is_told)
            continue;
        g_string_append(out, n++ % 4 ? "" : n == 1 ?
                        "registers before it:\n " : "\n ");
        g_string_append_printf(out, " %s=", reg_name(i, name));
        if (v->hi)
            g_string_append_printf(out, "%llx:", (ull)v->hi);
        g_string_append_printf(out, "%016llx", (ull)v->lo);
    }
    if (n)
        g_string_append_c(out, '\n');
}

static void put_events(struct diff *d, GString *out, const struct finding *f)
{
    if (!f->event[0] && !f->event[1])
        return;
    g_string_append(out, "the event:\n");
    for (unsigned k = 0; k < 2; k++)
        if (f->event[k])
            put_event(d, out, k ? "+" : "-", &f->event[k]->it);
        else
            g_string_append_printf(out, "%c %16s(none near)\n",
                                   k ? '+' : '-', "");
}

static void tell_text(struct diff *d, struct finding *f, GString *out)
{
    g_string_append_printf(out, "different at instruction %llu, cpu%u: %s\n",
                           (ull)f->at, f->cpu, f->why->str);
    if (f->cause) {
        g_string_append_printf(out, "the instruction: %llu ",
                               (ull)f->cause_count);
        diff_put_insn(&d->s[0], out, f->cause->id,
                      (u32)(f->cause_count - f->cause->count));
        g_string_append_c(out, '\n');
    }
    if (f->hints->len)
        g_string_append(out, f->hints->str);
    put_events(d, out, f);
    diff_tell_headers(d, out);
    put_common(d, out, f);
    put_regs(d, out, f->cpu);
    if (!f->has_insn) {
        g_string_append(out, "no instruction differs behind it\n");
        return;
    }
    if (f->n_before && d->t->context) {
        g_string_append_printf(out, "both went on for %llu block(s); the last "
                               "of them:\n", (ull)f->n_before);
        put_last(d, out, MIN(MIN(f->n_before, (u64)d->t->context), SEEN));
    }
    g_string_append_printf(out, "first instruction that differs: %llu\n",
                           (ull)f->insn_at);
    put_next(&d->s[0], out, "-", &f->insn[0]);
    put_next(&d->s[1], out, "+", &f->insn[1]);
}

/* --- as JSON -------------------------------------------------------------- */

static void json_symbol(struct side *s, GString *out, u32 id, u32 pos)
{
    struct sym_hit hit;
    char text[256];

    if (!s->sym || !tool_symbol(s->sym, trace_block(s->r, id), pos, &hit)) {
        g_string_append(out, "null");
        return;
    }
    sym_hit_format(&hit, text, sizeof(text));
    json_text(out, text, strlen(text));
}

static void json_insn(struct side *s, GString *out, u32 id, u32 pos,
                      u64 count)
{
    const struct trace_block *b = trace_block(s->r, id);
    g_autoptr(GString) text = g_string_new(NULL);

    disas_insn(s->d->t->disas, text, b->va + 4ul * pos, b->words[pos]);
    g_string_append_printf(out, "{\"count\": %llu, \"va\": \"0x%llx\", "
                           "\"pa\": \"0x%llx\", \"el\": %u, \"mmu\": %s, "
                           "\"word\": \"%08x\", \"text\": ", (ull)count,
                           (ull)(b->va + 4ul * pos), (ull)(b->pa + 4ul * pos),
                           b->flags & TRACE_B_EL,
                           b->flags & TRACE_B_MMU ? "true" : "false",
                           b->words[pos]);
    json_text(out, text->str, text->len);
    g_string_append(out, ", \"symbol\": ");
    json_symbol(s, out, id, pos);
    g_string_append_c(out, '}');
}

static void json_block(struct side *s, GString *out, const struct seen *b)
{
    g_string_append_printf(out, "{\"cpu\": %u, \"insns\": %u, \"partial\": "
                           "%s, \"entry\": ", b->cpu, b->n_insns,
                           b->is_partial ? "true" : "false");
    json_insn(s, out, b->id, 0, b->count);
    g_string_append_c(out, '}');
}

static void json_event(GString *out, const struct trace_item *it)
{
    const struct trace_schema *s = it->schema;

    g_string_append_printf(out, "{\"count\": %llu, \"cpu\": %u, \"kind\": "
                           "\"%s\"", (ull)it->count, it->cpu, s->name);
    for (unsigned i = 0; i < s->n_fields; i++)
        g_string_append_printf(out, ", \"%s\": \"0x%llx\"", s->field[i],
                               (ull)it->event.f[i]);
    if (s->has_text) {
        g_string_append(out, ", \"text\": ");
        json_text(out, it->event.text, it->event.n_text);
    }
    g_string_append_c(out, '}');
}

static void json_next(struct diff *d, GString *out, const struct finding *f,
                      unsigned k)
{
    const struct trace_item *it = &f->insn[k].it;
    struct side *s = &d->s[k];

    if (!f->has_insn || it->what == TRACE_END) {
        g_string_append(out, "null");
        return;
    }
    g_string_append(out, "{\"insn\": ");
    json_insn(s, out, it->id, f->insn[k].pos, f->insn[k].count);
    g_string_append_printf(out, ", \"cpu\": %u, \"partial\": %s, "
                           "\"block\": [", it->cpu,
                           it->is_partial ? "true" : "false");
    for (u32 i = 0; i < it->n_insns; i++) {
        g_string_append(out, i ? ",\n  " : "\n  ");
        json_insn(s, out, it->id, i, it->count + i);
    }
    g_string_append(out, "]}");
}

static void json_common(struct diff *d, GString *out, const struct finding *f)
{
    const struct history *h = d->history;
    unsigned n = MIN((unsigned)d->t->context, f->n_common);

    g_string_append(out, ",\n \"common_events\": [");
    for (guint i = 0; i < h->events->len; i++) {
        struct event_copy *c = g_ptr_array_index(h->events, i);

        g_string_append(out, i ? ",\n  " : "\n  ");
        json_event(out, &c->it);
    }
    g_string_append(out, "],\n \"common_blocks\": [");
    for (unsigned i = f->n_common - n; i < f->n_common; i++) {
        g_string_append(out, i > f->n_common - n ? ",\n  " : "\n  ");
        json_block(&d->s[0], out, &f->common[i]);
    }
    g_string_append_printf(out, "],\n \"blocks_between\": %llu",
                           (ull)f->n_before);
}

static void json_regs(struct diff *d, GString *out, unsigned cpu)
{
    bool any = false;
    char name[8];

    g_string_append(out, ",\n \"registers\": {");
    for (unsigned i = 0; i < DIFF_REGS; i++) {
        const struct reg_value *v = &d->history->regs[cpu][i];

        if (!v->is_told)
            continue;
        g_string_append_printf(out, "%s\"%s\": \"0x", any ? ", " : "",
                               reg_name(i, name));
        if (v->hi)
            g_string_append_printf(out, "%llx%016llx\"", (ull)v->hi,
                                   (ull)v->lo);
        else
            g_string_append_printf(out, "%llx\"", (ull)v->lo);
        any = true;
    }
    g_string_append_c(out, '}');
}

static void tell_json(struct diff *d, struct finding *f, GString *out)
{
    g_autoptr(GString) headers = g_string_new(NULL);

    diff_tell_headers(d, headers);
    g_string_append_printf(out, "{\"same\": false, \"count\": %llu, "
                           "\"cpu\": %u, \"cause\": \"%s\",\n \"why\": ",
                           (ull)f->at, f->cpu, f->code);
    json_text(out, f->why->str, f->why->len);
    g_string_append(out, ",\n \"hints\": ");
    json_text(out, f->hints->str, f->hints->len);
    g_string_append(out, ",\n \"blamed\": ");
    if (f->cause)
        json_insn(&d->s[0], out, f->cause->id,
                  (u32)(f->cause_count - f->cause->count), f->cause_count);
    else
        g_string_append(out, "null");
    g_string_append_printf(out, ",\n \"headers\": [%s]", headers->str);
    for (unsigned k = 0; k < 2; k++) {
        g_string_append_printf(out, ",\n \"%s_event\": ", nth[k]);
        if (f->event[k])
            json_event(out, &f->event[k]->it);
        else
            g_string_append(out, "null");
    }
    json_common(d, out, f);
    json_regs(d, out, f->cpu);
    for (unsigned k = 0; k < 2; k++) {
        g_string_append_printf(out, ",\n \"%s\": ", nth[k]);
        json_next(d, out, f, k);
    }
}

void diff_tell(struct diff *d, struct finding *f, GString *out)
{
    if (d->t->json)
        tell_json(d, f, out);
    else
        tell_text(d, f, out);
}
