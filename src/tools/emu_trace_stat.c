/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_stat.c - emu-trace info and stat: what a trace is about, and what
 * it spent its instructions on.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

/* Sums over a trace. */
struct sums {
    u64 cpu_insns[TRACE_MAX_CPUS]; /* instructions of each CPU */
    u64 el_insns[4];               /* and of each exception level */
    u64 events[256];               /* events of each kind */
    u64 blocks, insns, partial;    /* of all */
    u64 entry, mmu_on, first_el0;  /* counts; UINT64_MAX = never */
    u64 entry_pa;                  /* where the first instruction is */
    u64 *runs;                     /* whole executions by identity */
    u64 *n;                        /* instructions by identity */
};

static void add_block(struct sums *s, const struct trace_item *it)
{
    u32 flags = it->block->flags;

    if (!s->blocks++) {
        s->entry = it->count;
        s->entry_pa = it->block->pa;
    }
    if ((flags & TRACE_B_MMU) && s->mmu_on == UINT64_MAX)
        s->mmu_on = it->count;
    if (!(flags & TRACE_B_EL) && s->first_el0 == UINT64_MAX)
        s->first_el0 = it->count;
    s->insns += it->n_insns;
    s->partial += it->is_partial;
    s->cpu_insns[it->cpu] += it->n_insns;
    s->el_insns[flags & TRACE_B_EL] += it->n_insns;
    s->runs[it->id]++;
    s->n[it->id] += it->n_insns;
}

static bool add_all(struct tool *t, struct trace_reader *r, struct sums *s,
                    GError **err)
{
    struct trace_item it;
    bool ok;

    *s = (struct sums){ .entry = UINT64_MAX, .mmu_on = UINT64_MAX,
                        .first_el0 = UINT64_MAX };
    s->runs = g_new0(u64, trace_summary(r)->n_defs + 1);
    s->n = g_new0(u64, trace_summary(r)->n_defs + 1);
    ok = tool_begin(t, r, &it, err);
    while (ok && it.what != TRACE_END && it.count < t->to) {
        if (!tool_wants(t, &it))
            ;
        else if (it.what == TRACE_BLOCK)
            add_block(s, &it);
        else
            s->events[it.event.kind]++;
        ok = trace_next(r, &it, err) != TRACE_BROKEN;
    }
    return ok;
}

static void sums_free(struct sums *s)
{
    g_free(s->runs);
    g_free(s->n);
}

/* --- lines and JSON by the same calls ------------------------------------- */

static void put_key(struct tool *t, GString *out, const char *key)
{
    if (!t->json) {
        g_string_append_printf(out, "%-20s ", key);
        return;
    }
    g_string_append(out, out->len > 1 ? ",\n " : "");
    json_text(out, key, strlen(key));
    g_string_append(out, ": ");
}

static void put_number(struct tool *t, GString *out, const char *key, u64 v)
{
    put_key(t, out, key);
    if (v == UINT64_MAX)
        g_string_append(out, t->json ? "null" : "never");
    else
        g_string_append_printf(out, "%llu", (ull)v);
    g_string_append(out, t->json ? "" : "\n");
}

static void put_text(struct tool *t, GString *out, const char *key,
                     const char *v)
{
    put_key(t, out, key);
    if (t->json)
        json_text(out, v, strlen(v));
    else
        g_string_append_printf(out, "%s\n", v);
}

static void put_sums(struct tool *t, const struct trace_reader *r,
                     const struct sums *s, GString *out)
{
    const struct trace_summary *sum = trace_summary(r);
    char key[64];

    put_number(t, out, "instructions", s->insns);
    put_number(t, out, "blocks", s->blocks);
    put_number(t, out, "partial-blocks", s->partial);
    put_number(t, out, "different-blocks", sum->n_defs);
    for (unsigned i = 0; i < sum->n_cpus; i++) {
        snprintf(key, sizeof(key), "cpu%u-instructions", i);
        put_number(t, out, key, s->cpu_insns[i]);
    }
    for (unsigned i = 0; i < 4; i++) {
        snprintf(key, sizeof(key), "el%u-instructions", i);
        put_number(t, out, key, s->el_insns[i]);
    }
    put_number(t, out, "entry-pa", s->entry_pa);
    put_number(t, out, "mmu-on", s->mmu_on);
    put_number(t, out, "first-el0", s->first_el0);
    for (unsigned i = 0; i < 256; i++) {
        if (!s->events[i])
            continue;
        snprintf(key, sizeof(key), "events-%s", trace_schema(r, i)->name);
        put_number(t, out, key, s->events[i]);
    }
}

int tool_info(struct tool *t, char **args, GError **err)
{
    g_autoptr(GString) out = g_string_new(t->json ? "{" : "");
    struct trace_reader *r = tool_open(t, args[0], err);
    const struct trace_summary *sum;
    const char *key, *value;
    struct sums s;
    bool ok;

    if (!r)
        return 2;
    sum = trace_summary(r);
    for (unsigned i = 0; trace_info(r, i, &key, &value); i++)
        put_text(t, out, key, value);
    put_number(t, out, "version", sum->version);
    put_number(t, out, "cpus", sum->n_cpus);
    put_number(t, out, "first-count", sum->first_count);
    put_number(t, out, "end-count", sum->end_count);
    put_number(t, out, "bytes", sum->n_bytes);
    put_number(t, out, "chunks", sum->n_chunks);
    put_text(t, out, "ended", sum->why ? sum->why : "cut short");
    put_number(t, out, "status", sum->why ? sum->status : UINT64_MAX);
    if (!sum->complete)
        put_number(t, out, "good-bytes", sum->good_bytes);
    ok = add_all(t, r, &s, err);
    if (ok) {
        put_sums(t, r, &s, out);
        printf("%s%s", out->str, t->json ? "}\n" : "");
    }
    sums_free(&s);
    trace_close(r);
    return ok ? 0 : 2;
}

/* --- stat ----------------------------------------------------------------- */

/* Something that was executed, to be sorted. */
struct hot {
    u64 insns;        /* instructions it stands for */
    u64 runs;         /* how often */
    u32 id;           /* block's identity */
    const char *name; /* opcode's name */
};

static int by_insns(const void *p, const void *q)
{
    const struct hot *a = p, *b = q;

    if (a->insns != b->insns)
        return a->insns < b->insns ? 1 : -1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return g_strcmp0(a->name, b->name);
}

static GArray *hot_blocks(const struct trace_reader *r, const struct sums *s)
{
    GArray *a = g_array_new(FALSE, FALSE, sizeof(struct hot));

    for (u32 id = 1; id <= trace_summary(r)->n_defs; id++) {
        struct hot h = { s->n[id], s->runs[id], id, NULL };

        if (h.runs)
            g_array_append_val(a, h);
    }
    g_array_sort(a, by_insns);
    return a;
}

/* Executions of each opcode: the first word of the disassembly. */
static GArray *hot_opcodes(struct tool *t, const struct trace_reader *r,
                           const struct sums *s, GHashTable *names)
{
    GArray *a = g_array_new(FALSE, FALSE, sizeof(struct hot));
    g_autoptr(GString) text = g_string_new(NULL);
    GHashTableIter iter;
    void *key, *value;

    for (u32 id = 1; id <= trace_summary(r)->n_defs; id++) {
        const struct trace_block *b = trace_block(r, id);

        for (u32 i = 0; s->runs[id] && i < b->n_insns; i++) {
            u64 *n;

            g_string_truncate(text, 0);
            disas_insn(t->disas, text, b->va + 4ul * i, b->words[i]);
            g_string_truncate(text, strcspn(text->str, " "));
            n = g_hash_table_lookup(names, text->str);
            if (!n) {
                n = g_new0(u64, 1);
                g_hash_table_insert(names, g_strdup(text->str), n);
            }
            *n += s->runs[id];
        }
    }
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        struct hot h = { *(u64 *)value, *(u64 *)value, 0, key };

        g_array_append_val(a, h);
    }
    g_array_sort(a, by_insns);
    return a;
}

static void print_blocks(struct tool *t, const struct trace_reader *r,
                         const struct sums *s, const GArray *hot)
{
    printf(t->json ? "{\"blocks\": [" :
           "instructions   share          runs  va, pa, el, length\n");
    for (guint i = 0; i < hot->len && i < (guint)t->top; i++) {
        const struct hot *h = &g_array_index(hot, struct hot, i);
        const struct trace_block *b = trace_block(r, h->id);

        printf(t->json ? "%s\n {\"insns\": %llu, \"share\": %.4f, \"runs\": "
               "%llu, \"va\": \"0x%llx\", \"pa\": \"0x%llx\", \"el\": %u, "
               "\"n\": %u}" :
               "%s%12llu %6.2f%% %13llu  %016llx %010llx el%u %u\n",
               t->json && i ? "," : "", (ull)h->insns,
               (t->json ? 1.0 : 100.0) * (double)h->insns / (double)s->insns,
               (ull)h->runs, (ull)b->va, (ull)b->pa, b->flags & TRACE_B_EL,
               b->n_insns);
    }
}

static void print_opcodes(struct tool *t, const struct sums *s,
                          const GArray *hot)
{
    printf(t->json ? "],\n\"opcodes\": [" :
           "\ninstructions   share  opcode\n");
    for (guint i = 0; i < hot->len && i < (guint)t->top; i++) {
        const struct hot *h = &g_array_index(hot, struct hot, i);

        printf(t->json ? "%s\n {\"insns\": %llu, \"share\": %.4f, "
               "\"opcode\": \"%s\"}" : "%s%12llu %6.2f%%  %s\n",
               t->json && i ? "," : "", (ull)h->insns,
               (t->json ? 1.0 : 100.0) * (double)h->insns / (double)s->insns,
               h->name);
    }
    printf(t->json ? "]}\n" : "");
}

int tool_stat(struct tool *t, char **args, GError **err)
{
    struct trace_reader *r = tool_open(t, args[0], err);
    struct sums s;
    bool ok;

    if (!r)
        return 2;
    ok = add_all(t, r, &s, err);
    if (ok) {
        g_autoptr(GHashTable) names =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_autoptr(GArray) blocks = hot_blocks(r, &s);
        g_autoptr(GArray) opcodes = hot_opcodes(t, r, &s, names);

        print_blocks(t, r, &s, blocks);
        print_opcodes(t, &s, opcodes);
    }
    sums_free(&s);
    trace_close(r);
    return ok ? 0 : 2;
}
