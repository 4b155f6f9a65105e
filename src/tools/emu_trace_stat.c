/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_stat.c - emu-trace stat: the blocks, functions, source lines and
 * opcodes that a trace spent its instructions on.
 *
 * The pass over the trace only counts executions of blocks. Names and lines
 * are then asked for once a block, whatever its number of executions.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

/* Something that was executed. */
struct hot {
    u64 insns;  /* instructions it stands for */
    u64 runs;   /* block: executions; function: those of its first one */
    u32 id;     /* block: identity */
    char *name; /* function, line or opcode; NULL: block */
};

struct stat {
    struct tool *t;          /* options */
    struct trace_reader *r;  /* the trace */
    struct tool_symbols *symbols; /* names */
    u32 n_defs;              /* identities */
    u64 *runs;               /* executions by identity */
    u64 insns;               /* of all */
    GHashTable *functions;   /* of struct symbol to struct hot */
    GHashTable *lines;       /* of text to struct hot */
    GHashTable *opcodes;     /* the same */
    GHashTable *words;       /* of instruction to the opcode's struct hot */
    GString *text;           /* for what is made */
};

static void hot_free(void *p)
{
    struct hot *h = p;

    g_free(h->name);
    g_free(h);
}

/* --- counting ------------------------------------------------------------- */

static bool count_runs(struct stat *s, GError **err)
{
    const struct tool *t = s->t;
    struct trace_item it;
    bool ok = tool_begin(t, s->r, &it, err);

    while (ok && it.what != TRACE_END && it.count < t->to) {
        if (it.what == TRACE_BLOCK && tool_wants(t, &it)) {
            s->runs[it.id]++;
            s->insns += it.n_insns;
        }
        ok = trace_next(s->r, &it, err) != TRACE_BROKEN;
    }
    return ok;
}

/* The entry of @table for @key, or a new one whose name is given. */
static struct hot *hot_of(GHashTable *table, const void *key,
                          const char *name)
{
    struct hot *h = g_hash_table_lookup(table, key);

    if (h)
        return h;
    h = g_new0(struct hot, 1);
    h->name = g_strdup(name);
    g_hash_table_insert(table, key == name ? h->name : (void *)key, h);
    return h;
}

static void add_functions(struct stat *s, const struct trace_block *b,
                          u64 runs)
{
    static const char *const nameless[] = { "(el0)", "(el1)", "(el2)",
                                            "(el3)" };
    const char *const *none = &nameless[b->flags & TRACE_B_EL];

    for (u32 i = 0; i < b->n_insns; i++) {
        struct sym_hit hit;
        struct hot *h;

        if (tool_symbol(s->symbols, b, i, &hit)) {
            h = hot_of(s->functions, hit.symbol, hit.symbol->name);
            h->runs += hit.offset ? 0 : runs;
        } else {
            h = hot_of(s->functions, none, *none);
        }
        h->insns += runs;
    }
}

static void add_lines(struct stat *s, const struct trace_block *b, u64 runs)
{
    struct sym_line line = { .end = 0 };
    struct hot *h = NULL;

    for (u32 i = 0; i < b->n_insns; i++) {
        u64 va = b->va + 4ul * i;

        /* One answer holds for all the code of its line. */
        if (!h || va < line.start || va >= line.end) {
            if (tool_line(s->symbols, b, i, &line)) {
                g_string_printf(s->text, "%s:%d", line.file, line.line);
            } else {
                g_string_assign(s->text, "(unknown)");
                line.start = line.end = 0;
            }
            h = hot_of(s->lines, s->text->str, s->text->str);
        }
        h->insns += runs;
    }
}

/* The first word of the disassembly. */
static struct hot *opcode_of(struct stat *s, const struct trace_block *b,
                             u32 i)
{
    void *word = GUINT_TO_POINTER(b->words[i]);
    struct hot *h = g_hash_table_lookup(s->words, word);

    if (h)
        return h;
    g_string_truncate(s->text, 0);
    disas_insn(s->t->disas, s->text, b->va + 4ul * i, b->words[i]);
    g_string_truncate(s->text, strcspn(s->text->str, " "));
    h = hot_of(s->opcodes, s->text->str, s->text->str);
    g_hash_table_insert(s->words, word, h);
    return h;
}

static void add_names(struct stat *s)
{
    for (u32 id = 1; id <= s->n_defs; id++) {
        const struct trace_block *b = trace_block(s->r, id);

        if (!s->runs[id])
            continue;
        add_functions(s, b, s->runs[id]);
        if (s->t->source)
            add_lines(s, b, s->runs[id]);
        for (u32 i = 0; i < b->n_insns; i++)
            opcode_of(s, b, i)->insns += s->runs[id];
    }
}

/* --- sorting -------------------------------------------------------------- */

static int by_insns(const void *p, const void *q)
{
    const struct hot *a = p, *b = q;

    if (a->insns != b->insns)
        return a->insns < b->insns ? 1 : -1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return g_strcmp0(a->name, b->name);
}

static GArray *hot_blocks(const struct stat *s)
{
    GArray *a = g_array_new(FALSE, FALSE, sizeof(struct hot));

    for (u32 id = 1; id <= s->n_defs; id++) {
        u64 n = trace_block(s->r, id)->n_insns;
        struct hot h = { s->runs[id] * n, s->runs[id], id, NULL };

        if (h.runs)
            g_array_append_val(a, h);
    }
    g_array_sort(a, by_insns);
    return a;
}

static GArray *hot_names(GHashTable *table)
{
    GArray *a = g_array_new(FALSE, FALSE, sizeof(struct hot));
    GHashTableIter iter;
    void *key, *value;

    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_array_append_vals(a, value, 1);
    g_array_sort(a, by_insns);
    return a;
}

/* --- printing ------------------------------------------------------------- */

static double share(const struct stat *s, u64 insns)
{
    return s->insns ? (double)insns / (double)s->insns : 0;
}

/* The symbol of a block's first instruction, or nothing. */
static const char *block_name(struct stat *s, const struct trace_block *b)
{
    struct sym_hit hit;

    g_string_truncate(s->text, 0);
    if (!tool_symbol(s->symbols, b, 0, &hit))
        return "";
    g_string_append(s->text, hit.symbol->name);
    if (hit.offset)
        g_string_append_printf(s->text, "+0x%llx", (ull)hit.offset);
    return s->text->str;
}

static void print_blocks(struct stat *s, const GArray *hot)
{
    bool json = s->t->json;

    printf(json ? "{\"blocks\": [" :
           "instructions   share          runs  va, pa, el, length, symbol\n");
    for (guint i = 0; i < hot->len && i < (guint)s->t->top; i++) {
        const struct hot *h = &g_array_index(hot, struct hot, i);
        const struct trace_block *b = trace_block(s->r, h->id);
        g_autoptr(GString) name = g_string_new(NULL);

        if (json)
            json_text(name, block_name(s, b), strlen(block_name(s, b)));
        else
            g_string_assign(name, block_name(s, b));
        printf(json ? "%s\n {\"insns\": %llu, \"share\": %.4f, \"runs\": "
               "%llu, \"va\": \"0x%llx\", \"pa\": \"0x%llx\", \"el\": %u, "
               "\"n\": %u, \"symbol\": %s}" :
               "%s%12llu %6.2f%% %13llu  %016llx %010llx el%u %3u  %s\n",
               json && i ? "," : "", (ull)h->insns,
               (json ? 1.0 : 100.0) * share(s, h->insns), (ull)h->runs,
               (ull)b->va, (ull)b->pa, b->flags & TRACE_B_EL, b->n_insns,
               name->str);
    }
    printf(json ? "]" : "");
}

/* @kind is the key of the array and, without its s, of the name. */
static void print_names(struct stat *s, const char *kind, GHashTable *table,
                        bool has_runs)
{
    g_autoptr(GArray) hot = hot_names(table);
    bool json = s->t->json;

    if (json)
        printf(",\n\"%s\": [", kind);
    else
        printf("\ninstructions   share  %s%s\n",
               has_runs ? "       calls  " : "", kind);
    for (guint i = 0; i < hot->len && i < (guint)s->t->top; i++) {
        const struct hot *h = &g_array_index(hot, struct hot, i);
        g_autoptr(GString) name = g_string_new(NULL);

        if (json) {
            json_text(name, h->name, strlen(h->name));
            printf("%s\n {\"insns\": %llu, \"share\": %.4f, ", i ? "," : "",
                   (ull)h->insns, share(s, h->insns));
            if (has_runs)
                printf("\"calls\": %llu, ", (ull)h->runs);
            printf("\"%.*s\": %s}", (int)strlen(kind) - 1, kind, name->str);
            continue;
        }
        printf("%12llu %6.2f%%  ", (ull)h->insns, 100 * share(s, h->insns));
        if (has_runs)
            printf("%12llu  ", (ull)h->runs);
        printf("%s\n", h->name);
    }
    printf(json ? "]" : "");
}

static void print_all(struct stat *s)
{
    g_autoptr(GArray) blocks = hot_blocks(s);

    add_names(s);
    print_blocks(s, blocks);
    print_names(s, "functions", s->functions, true);
    if (s->t->source)
        print_names(s, "lines", s->lines, false);
    print_names(s, "opcodes", s->opcodes, false);
    printf(s->t->json ? "}\n" : "");
}

int tool_stat(struct tool *t, char **args, GError **err)
{
    struct stat s = { .t = t, .r = tool_open(t, args[0], err) };
    bool ok = false;

    if (!s.r)
        return 2;
    s.symbols = tool_symbols_new(t, s.r, err);
    s.n_defs = trace_summary(s.r)->n_defs;
    s.runs = g_new0(u64, s.n_defs + 1);
    s.functions = g_hash_table_new_full(NULL, NULL, NULL, hot_free);
    s.lines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, hot_free);
    s.opcodes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                      hot_free);
    s.words = g_hash_table_new(NULL, NULL);
    s.text = g_string_new(NULL);
    if (s.symbols)
        ok = count_runs(&s, err);
    if (ok)
        print_all(&s);
    tool_symbols_free(s.symbols);
    g_hash_table_destroy(s.functions);
    g_hash_table_destroy(s.lines);
    g_hash_table_destroy(s.opcodes);
    g_hash_table_destroy(s.words);
    g_string_free(s.text, TRUE);
    g_free(s.runs);
    trace_close(s.r);
    return ok ? 0 : 2;
}
