/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_rules.c - what a comparison of traces leaves out, as a file
 * says it (docs/TRACE.md, "Ignore rules").
 *
 * A rule is a line of words; what cannot be a rule is an error with its line
 * number, so that a spelling mistake does not hide differences or show them.
 */
#include "emu_trace_diff.h"

#define MAX_WORDS 4

struct event_rule {
    char *kind;  /* name of the kind */
    char *field; /* not compared; NULL: the whole event */
    char *text;  /* pattern of its text; NULL: any */
};

struct pc_rule {
    u64 low, high; /* blocks that begin at low or above, and below high */
};

struct diff_rules {
    GArray *events;       /* struct event_rule */
    GArray *pcs;          /* struct pc_rule */
    GPtrArray *functions; /* patterns */
    GPtrArray *headers;   /* patterns */
    u64 cpus;             /* bits */
    u32 els;              /* bits */
    bool end;             /* how the runs ended */
};

/* The names of this version's kinds. */
static const struct {
    const char *name;   /* the kind */
    const char *fields; /* its fields */
} kinds[] = {
#define EVENT(NAME, number, name, flags, fields, what) { name, fields },
#include "trace_events.def"
#undef EVENT
};

static const char *fields_of(const char *kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (g_str_equal(kinds[i].name, kind))
            return kinds[i].fields;
    return NULL;
}

/* Is @field one of the kind's, or one that all have? */
static bool has_field(const char *fields, const char *field)
{
    g_auto(GStrv) names = g_strsplit(fields, " ", -1);

    return g_str_equal(field, "count") || g_str_equal(field, "text") ||
           g_strv_contains((const char *const *)names, field);
}

/* --- the file ------------------------------------------------------------- */

static const char *add_event(struct diff_rules *r, char **w, unsigned n)
{
    bool is_field = g_str_equal(w[0], "field");
    const char *fields = n > 1 ? fields_of(w[1]) : NULL;
    struct event_rule e;

    if (n < 2u + is_field || n > 3u + is_field)
        return is_field ? "field KIND FIELD [TEXT] is wanted" :
                          "event KIND [TEXT] is wanted";
    if (!fields)
        return "there is no such kind of events";
    if (is_field && !has_field(fields, w[2]))
        return "this kind of events has no such field";
    e = (struct event_rule){
        .kind = g_strdup(w[1]),
        .field = is_field ? g_strdup(w[2]) : NULL,
        .text = n > 2u + is_field ? g_strdup(w[2 + is_field]) : NULL,
    };
    g_array_append_val(r->events, e);
    return NULL;
}

static const char *add_pc(struct diff_rules *r, const char *text)
{
    struct pc_rule p;
    char *end;

    p.low = g_ascii_strtoull(text, &end, 16);
    if (end == text || !g_str_has_prefix(end, ".."))
        return "pc LO..HI, in hexadecimal, is wanted";
    text = end + 2;
    p.high = g_ascii_strtoull(text, &end, 16);
    if (end == text || *end || p.high <= p.low)
        return "pc LO..HI, in hexadecimal, is wanted";
    g_array_append_val(r->pcs, p);
    return NULL;
}

static const char *number(const char *text, u64 limit, u64 *out)
{
    char *end;

    *out = g_ascii_strtoull(text, &end, 10);
    return g_ascii_isdigit(*text) && !*end && *out < limit ? NULL :
           "a number, and not so large a one, is wanted";
}

/* Takes one rule of @n words; what is wrong with it, or NULL. */
static const char *add_rule(struct diff_rules *r, char **w, unsigned n)
{
    const char *wrong = NULL;
    u64 v;

    if (g_str_equal(w[0], "event") || g_str_equal(w[0], "field"))
        return add_event(r, w, n);
    if (g_str_equal(w[0], "end")) {
        r->end = true;
        return n == 1 ? NULL : "end takes no argument";
    }
    if (n != 2)
        return "a word and one argument are wanted";
    if (g_str_equal(w[0], "pc")) {
        wrong = add_pc(r, w[1]);
    } else if (g_str_equal(w[0], "function")) {
        g_ptr_array_add(r->functions, g_strdup(w[1]));
    } else if (g_str_equal(w[0], "header")) {
        g_ptr_array_add(r->headers, g_strdup(w[1]));
    } else if (g_str_equal(w[0], "el")) {
        wrong = number(w[1], 4, &v);
        if (!wrong)
            r->els |= 1u << v;
    } else if (g_str_equal(w[0], "cpu")) {
        wrong = number(w[1], TRACE_MAX_CPUS, &v);
        if (!wrong)
            r->cpus |= 1ull << v;
    } else {
        wrong = "no such rule";
    }
    return wrong;
}

static const char *add_line(struct diff_rules *r, char *line)
{
    g_auto(GStrv) all = NULL;
    char *w[MAX_WORDS + 1], *hash = strchr(line, '#');
    unsigned n = 0;

    if (hash)
        *hash = '\0';
    all = g_strsplit_set(line, " \t\r", -1);
    for (char **p = all; *p; p++) {
        if (!**p)
            continue;
        if (n == MAX_WORDS)
            return "too many words";
        w[n++] = *p;
    }
    return n ? add_rule(r, w, n) : NULL;
}

struct diff_rules *diff_rules_new(const char *path, GError **err)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    struct diff_rules *r;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, err))
        return NULL;
    r = g_new0(struct diff_rules, 1);
    r->events = g_array_new(FALSE, FALSE, sizeof(struct event_rule));
    r->pcs = g_array_new(FALSE, FALSE, sizeof(struct pc_rule));
    r->functions = g_ptr_array_new_with_free_func(g_free);
    r->headers = g_ptr_array_new_with_free_func(g_free);
    lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        g_autofree char *line = g_strdup(lines[i]);
        const char *wrong = add_line(r, line);

        if (!wrong)
            continue;
        g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "%s:%u: %s: \"%s\"", path, i + 1, wrong,
                    g_strstrip(lines[i]));
        diff_rules_free(r);
        return NULL;
    }
    return r;
}

void diff_rules_free(struct diff_rules *r)
{
    if (!r)
        return;
    for (guint i = 0; i < r->events->len; i++) {
        struct event_rule *e = &g_array_index(r->events, struct event_rule, i);

        g_free(e->kind);
        g_free(e->field);
        g_free(e->text);
    }
    g_array_free(r->events, TRUE);
    g_array_free(r->pcs, TRUE);
    g_ptr_array_free(r->functions, TRUE);
    g_ptr_array_free(r->headers, TRUE);
    g_free(r);
}

/* --- asking --------------------------------------------------------------- */

static bool matches_any(const GPtrArray *patterns, const char *s)
{
    for (guint i = 0; i < patterns->len; i++)
        if (g_pattern_match_simple(g_ptr_array_index(patterns, i), s))
            return true;
    return false;
}

static bool matches_text(const struct event_rule *e,
                         const struct trace_item *it)
{
    g_autofree char *text = NULL;

    if (!e->text)
        return true;
    text = g_strndup(it->event.n_text ? it->event.text : "",
                     it->event.n_text);
    return g_pattern_match_simple(e->text, text);
}

static bool has_rule(const struct diff_rules *r, const struct trace_item *it,
                     const char *field)
{
    for (guint i = 0; r && i < r->events->len; i++) {
        struct event_rule *e = &g_array_index(r->events, struct event_rule, i);

        if (g_strcmp0(e->field, field) == 0 &&
            g_str_equal(e->kind, it->schema->name) && matches_text(e, it))
            return true;
    }
    return false;
}

bool diff_ignores_event(const struct diff_rules *r,
                        const struct trace_item *it)
{
    return has_rule(r, it, NULL);
}

bool diff_ignores_field(const struct diff_rules *r,
                        const struct trace_item *it, const char *field)
{
    return has_rule(r, it, field);
}

bool diff_ignores_cpu(const struct diff_rules *r, unsigned cpu)
{
    return r && (r->cpus >> cpu & 1);
}

bool diff_ignores_block(const struct diff_rules *r,
                        const struct trace_block *b, const char *name)
{
    if (!r)
        return false;
    if (r->els >> (b->flags & TRACE_B_EL) & 1)
        return true;
    for (guint i = 0; i < r->pcs->len; i++) {
        const struct pc_rule *p = &g_array_index(r->pcs, struct pc_rule, i);

        if (b->va >= p->low && b->va < p->high)
            return true;
    }
    return name && matches_any(r->functions, name);
}

bool diff_ignores_header(const struct diff_rules *r, const char *key)
{
    return r && matches_any(r->headers, key);
}

bool diff_ignores_end(const struct diff_rules *r)
{
    return r && r->end;
}

bool diff_rules_blocks(const struct diff_rules *r)
{
    return r && (r->els || r->pcs->len || r->functions->len);
}

bool diff_rules_names(const struct diff_rules *r)
{
    return r && r->functions->len;
}
