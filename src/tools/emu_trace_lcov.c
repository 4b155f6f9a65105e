/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_lcov.c - emu-trace export --format lcov: how often each source
 * line ran, as a tracefile for genhtml and lcov.
 *
 * A block knows how often each of its instructions ran. Instructions of one
 * line that ran and lie together count as often as the one of them that ran
 * most, so that a call in the middle of a line does not count it twice. A
 * line ran as often as all such groups together (it has several when it is
 * inlined, unrolled or moved). A function ran as often as blocks began at
 * its first instruction.
 *
 * Lines that never ran come from the same programs' line tables, but only for
 * source files of which something ran: the rest of a kernel is left out.
 */
#include "emu_trace_export.h"


typedef unsigned long long ull;

enum { NOP = 0xd503201f };

/* A source line of which something ran. */
struct place {
    const char *file; /* its source */
    int line;         /* from 1 */
    u64 runs;         /* how often it ran */
};

/* Executions of an instruction, by one block. */
struct tally {
    u64 addr;  /* its guest address */
    u64 runs;  /* how often */
    u32 place; /* its line, an index */
};

/* A function of a source file. */
struct function {
    char *name; /* its name */
    int line;   /* where it begins */
    u64 runs;   /* how often it was entered */
};

/* A source file. */
struct source {
    const char *path;       /* its name */
    GHashTable *lines;      /* line to u64 *, executions */
    GHashTable *functions;  /* name to struct function */
};

/* A program whose lines are known. */
struct program {
    const struct symtab *table; /* symbols */
    struct dwarf *lines;        /* lines */
};

struct lcov {
    struct export *x;        /* options and the trace */
    GArray *places;          /* struct place */
    GHashTable *by_line;     /* struct place (a copy) to index + 1 */
    GArray *tallies;         /* struct tally */
    GHashTable *sources;     /* path to struct source */
    GHashTable *entries;     /* const struct symbol * to u64 *, entries */
    GArray *programs;        /* struct program */
};

static u64 *counter(GHashTable *t, const void *key)
{
    u64 *n = g_hash_table_lookup(t, key);

    if (!n) {
        n = g_new0(u64, 1);
        g_hash_table_insert(t, (void *)key, n);
    }
    return n;
}

/* --- what ran ------------------------------------------------------------- */

static guint place_hash(const void *p)
{
    const struct place *a = p;

    return g_str_hash(a->file) * 31 + (guint)a->line;
}

static gboolean place_equal(const void *p, const void *q)
{
    const struct place *a = p, *b = q;

    return a->line == b->line && g_str_equal(a->file, b->file);
}

static u32 place_of(struct lcov *c, const struct sym_line *l)
{
    struct place key = { l->file, l->line, 0 };
    u32 n = GPOINTER_TO_UINT(g_hash_table_lookup(c->by_line, &key));

    if (!n) {
        g_array_append_val(c->places, key);
        n = c->places->len;
        g_hash_table_insert(c->by_line, g_memdup2(&key, sizeof(key)),
                            GUINT_TO_POINTER(n));
    }
    return n - 1;
}

static void add_program(struct lcov *c, const struct sym_map *m)
{
    struct program p = { m->table, m->lines };

    if (!p.lines)
        return;
    for (guint i = 0; i < c->programs->len; i++)
        if (g_array_index(c->programs, struct program, i).lines == p.lines)
            return;
    g_array_append_val(c->programs, p);
}

/*
 * Is instruction @i a NOP that is kept for ftrace before a function? Its
 * line is that of what lies before it, or none.
 */
static bool is_room(struct lcov *c, const struct trace_block *b, u32 i,
                    const struct sym_line *l)
{
    struct sym_hit hit;

    return b->words[i] == NOP && tool_symbol(c->x->s, b, i, &hit) &&
           l->start < b->va + 4ul * i - hit.offset;
}

static void add_block(struct lcov *c, const struct trace_block *b, u64 runs)
{
    struct sym_line l = { 0 };
    struct sym_hit hit;
    bool is_known = false;

    if (tool_symbol(c->x->s, b, 0, &hit)) {
        add_program(c, hit.map);
        if (!hit.offset)
            *counter(c->entries, hit.symbol) += runs;
    }
    for (u32 i = 0; i < b->n_insns; i++) {
        struct tally t = { b->va + 4ul * i, runs, 0 };

        if (!i || t.addr < l.start || t.addr >= l.end)
            is_known = tool_line(c->x->s, b, i, &l) && l.file && l.line > 0;
        if (!is_known) {
            l.end = 0;
        } else if (!is_room(c, b, i, &l)) {
            t.place = place_of(c, &l);
            g_array_append_val(c->tallies, t);
        }
    }
}

static int by_address(const void *p, const void *q)
{
    const struct tally *a = p, *b = q;

    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return a->addr < b->addr ? -1 : a->addr > b->addr;
}

/* Lines from instructions. */
static void add_up(struct lcov *c)
{
    const struct tally *t = (struct tally *)(void *)c->tallies->data;
    guint n = c->tallies->len;
    u64 best = 0;

    g_array_sort(c->tallies, by_address);
    for (guint i = 0; i < n;) {
        u64 sum = 0;
        guint k = i;

        while (k < n && by_address(&t[k], &t[i]) == 0)
            sum += t[k++].runs;
        best = MAX(best, sum);
        if (k == n || t[k].place != t[i].place || t[k].addr != t[i].addr + 4) {
            g_array_index(c->places, struct place, t[i].place).runs += best;
            best = 0;
        }
        i = k;
    }
}

/* --- source files --------------------------------------------------------- */

static void function_free(void *p)
{
    struct function *f = p;

    g_free(f->name);
    g_free(f);
}

static void source_free(void *p)
{
    struct source *s = p;

    g_hash_table_destroy(s->lines);
    g_hash_table_destroy(s->functions);
    g_free(s);
}

static struct source *source_of(struct lcov *c, const char *path)
{
    struct source *s = g_hash_table_lookup(c->sources, path);

    if (s)
        return s;
    s = g_new0(struct source, 1);
    s->path = path;
    s->lines = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    s->functions = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                         function_free);
    g_hash_table_insert(c->sources, (void *)path, s);
    return s;
}

static void add_lines(struct lcov *c)
{
    for (guint i = 0; i < c->places->len; i++) {
        const struct place *p = &g_array_index(c->places, struct place, i);

        *counter(source_of(c, p->file)->lines,
                 GINT_TO_POINTER(p->line)) += p->runs;
    }
}

static void add_function(struct lcov *c, struct source *s,
                         const struct symbol *sym, int line)
{
    const u64 *runs = g_hash_table_lookup(c->entries, sym);
    struct function *f = g_hash_table_lookup(s->functions, sym->name);

    if (!f) {
        f = g_new0(struct function, 1);
        f->name = g_strdup(sym->name);
        f->line = line;
        g_hash_table_insert(s->functions, f->name, f);
    }
    f->line = MIN(f->line, line);
    f->runs += runs ? *runs : 0;
}

/*
 * The lines of a symbol's code that are in source files that ran. The first
 * that begins there is the function's: room for ftrace may lie before it.
 */
static void add_symbol(struct lcov *c, struct dwarf *d,
                       const struct symbol *sym)
{
    u64 end = sym->va + sym->size;
    bool is_begun = false;
    struct sym_line l;

    for (u64 va = sym->va; va < end;) {
        bool ok = dwarf_line(d, va, &l);
        bool is_line = ok && l.file && l.line > 0 && l.start >= sym->va;
        struct source *s = is_line ? g_hash_table_lookup(c->sources, l.file) :
                           NULL;

        if (s) {
            counter(s->lines, GINT_TO_POINTER(l.line));
            if (!is_begun)
                add_function(c, s, sym, l.line);
        }
        is_begun |= is_line;
        va = ok && l.end > va ? l.end : va + 4;
    }
}

static void add_program_lines(struct lcov *c, const struct program *p)
{
    u64 last = UINT64_MAX;

    for (size_t i = 0; i < symtab_count(p->table); i++) {
        const struct symbol *sym = symtab_get(p->table, i);

        /* The first of several at an address is the one that has hits. */
        if (sym->va != last && strchr("TWtw", sym->type))
            add_symbol(c, p->lines, sym);
        last = sym->va;
    }
}

/* --- the file ------------------------------------------------------------- */

static int by_number(const void *p, const void *q)
{
    gint a = GPOINTER_TO_INT(*(void *const *)p);
    gint b = GPOINTER_TO_INT(*(void *const *)q);

    return a < b ? -1 : a > b;
}

static int by_text(const void *p, const void *q)
{
    return strcmp(*(const char *const *)p, *(const char *const *)q);
}

static GPtrArray *sorted_keys(GHashTable *t, GCompareFunc f)
{
    GPtrArray *keys = g_ptr_array_new();
    GHashTableIter iter;
    void *key;

    g_hash_table_iter_init(&iter, t);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(keys, key);
    g_ptr_array_sort(keys, f);
    return keys;
}

static void put_functions(FILE *f, GHashTable *functions)
{
    g_autoptr(GPtrArray) names = sorted_keys(functions, by_text);
    unsigned n_hit = 0;

    for (guint i = 0; i < names->len; i++) {
        const struct function *fn = g_hash_table_lookup(functions,
                                                        names->pdata[i]);

        fprintf(f, "FN:%d,%s\n", fn->line, fn->name);
    }
    for (guint i = 0; i < names->len; i++) {
        const struct function *fn = g_hash_table_lookup(functions,
                                                        names->pdata[i]);

        fprintf(f, "FNDA:%llu,%s\n", (ull)fn->runs, fn->name);
        n_hit += fn->runs > 0;
    }
    fprintf(f, "FNF:%u\nFNH:%u\n", names->len, n_hit);
}

static void put_source(FILE *f, const struct source *s)
{
    g_autoptr(GPtrArray) lines = sorted_keys(s->lines, by_number);
    unsigned n_hit = 0;

    fprintf(f, "SF:%s\n", s->path);
    put_functions(f, s->functions);
    for (guint i = 0; i < lines->len; i++) {
        u64 runs = *counter(s->lines, lines->pdata[i]);

        fprintf(f, "DA:%d,%llu\n", GPOINTER_TO_INT(lines->pdata[i]),
                (ull)runs);
        n_hit += runs > 0;
    }
    fprintf(f, "LF:%u\nLH:%u\nend_of_record\n", lines->len, n_hit);
}

static void put_all(struct lcov *c)
{
    g_autoptr(GPtrArray) paths = sorted_keys(c->sources, by_text);

    fprintf(c->x->out, "TN:emu\n");
    for (guint i = 0; i < paths->len; i++)
        put_source(c->x->out, g_hash_table_lookup(c->sources,
                                                  paths->pdata[i]));
}

bool export_lcov(struct export *x, GError **err)
{
    struct lcov c = { .x = x };
    g_autofree u64 *runs = export_runs(x, err);

    if (!runs)
        return false;
    c.places = g_array_new(FALSE, FALSE, sizeof(struct place));
    c.tallies = g_array_new(FALSE, FALSE, sizeof(struct tally));
    c.programs = g_array_new(FALSE, FALSE, sizeof(struct program));
    c.by_line = g_hash_table_new_full(place_hash, place_equal, g_free, NULL);
    c.sources = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                      source_free);
    c.entries = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (u32 id = 1; id <= trace_summary(x->r)->n_defs; id++)
        if (runs[id])
            add_block(&c, trace_block(x->r, id), runs[id]);
    add_up(&c);
    add_lines(&c);
    for (guint i = 0; i < c.programs->len; i++)
        add_program_lines(&c, &g_array_index(c.programs, struct program, i));
    put_all(&c);
    g_array_free(c.places, TRUE);
    g_array_free(c.tallies, TRUE);
    g_array_free(c.programs, TRUE);
    g_hash_table_destroy(c.by_line);
    g_hash_table_destroy(c.sources);
    g_hash_table_destroy(c.entries);
    return true;
}
