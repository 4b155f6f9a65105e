/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_info.c - emu-trace info: what a trace is about: the machine, how
 * much ran where, which exceptions were taken, and the first of everything.
 *
 * As text a line a value, as JSON an object with the same keys. Addresses are
 * hexadecimal, in JSON as strings. Numbers are of the range and filters.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

enum { KINDS = 64 + 4, KIND_IRQ = 64 }; /* ESR.EC, then by the vector */

/* What is counted of a CPU, an exception level, or all. */
struct part {
    u64 insns;      /* instructions */
    u64 blocks;     /* executions of blocks */
    u64 exceptions; /* exceptions taken, by where they came from */
};

/* The first time of something. */
struct first {
    u64 count; /* instructions before it; UINT64_MAX = never */
    u64 va;    /* instruction */
    u64 pa;    /* the same */
};

struct info {
    struct tool *t;                  /* options */
    GString *out;                    /* what is printed */
    struct part all;                 /* everything */
    struct part cpu[TRACE_MAX_CPUS]; /* of each CPU */
    struct part el[4];               /* of each exception level */
    u64 partial;                     /* blocks that were parted */
    u64 unseen;                      /* instructions of gaps and fetches */
    u64 kinds[KINDS];                /* exceptions */
    u64 events[256];                 /* events */
    struct first entry, mmu_on, el0; /* firsts */
    bool is_mmu_told;                /* mmu_on is an event's */
};

/* DDI 0487, "ESR_EL1, Exception Syndrome Register (EL1)", EC. */
static const char *const ec_names[KINDS] = {
    [0x00] = "unknown", [0x01] = "wfx", [0x03] = "cp15", [0x04] = "cp15-64",
    [0x05] = "cp14", [0x06] = "cp14-ldc", [0x07] = "fp-simd-sve",
    [0x09] = "pauth", [0x0a] = "ls64", [0x0c] = "cp14-64", [0x0d] = "bti",
    [0x0e] = "illegal-state", [0x11] = "svc32", [0x12] = "hvc32",
    [0x13] = "smc32", [0x14] = "sysreg128", [0x15] = "svc", [0x16] = "hvc",
    [0x17] = "smc", [0x18] = "sysreg", [0x19] = "sve", [0x1a] = "eret",
    [0x1b] = "tstart", [0x1c] = "pac-fail", [0x1d] = "sme",
    [0x20] = "instruction-abort-lower", [0x21] = "instruction-abort",
    [0x22] = "pc-alignment", [0x24] = "data-abort-lower",
    [0x25] = "data-abort", [0x26] = "sp-alignment", [0x27] = "memory-copy",
    [0x28] = "fp32", [0x2c] = "fp", [0x2d] = "gcs", [0x2f] = "serror-sync",
    [0x30] = "breakpoint-lower", [0x31] = "breakpoint",
    [0x32] = "step-lower", [0x33] = "step", [0x34] = "watchpoint-lower",
    [0x35] = "watchpoint", [0x38] = "bkpt32", [0x3a] = "vector-catch32",
    [0x3c] = "brk", [0x3d] = "pmu", [KIND_IRQ + 1] = "irq",
    [KIND_IRQ + 2] = "fiq", [KIND_IRQ + 3] = "serror",
};

/* --- counting ------------------------------------------------------------- */

static void set_first(struct first *f, const struct trace_item *it)
{
    if (f->count == UINT64_MAX)
        *f = (struct first){ it->count, it->block->va, it->block->pa };
}

static void add_part(struct part *p, const struct trace_item *it)
{
    p->insns += it->n_insns;
    p->blocks++;
}

static void add_block(struct info *s, const struct trace_item *it)
{
    u32 flags = it->block->flags;

    set_first(&s->entry, it);
    if (flags & TRACE_B_MMU)
        set_first(&s->mmu_on, it);
    if (!(flags & TRACE_B_EL))
        set_first(&s->el0, it);
    s->partial += it->is_partial;
    add_part(&s->all, it);
    add_part(&s->cpu[it->cpu], it);
    add_part(&s->el[flags & TRACE_B_EL], it);
}

static void add_exception(struct info *s, const struct trace_item *it)
{
    const u64 *f = it->event.f;
    u64 vector = f[0] >> 7 & 3;

    s->kinds[vector ? KIND_IRQ + vector : f[3] >> 26 & 63]++;
    s->all.exceptions++;
    s->cpu[it->cpu].exceptions++;
    s->el[f[1] & 3].exceptions++;
}

static void add_event(struct info *s, const struct trace_item *it)
{
    const u64 *f = it->event.f;

    s->events[it->event.kind]++;
    if (it->schema->advances)
        s->unseen += f[0];
    if (it->event.kind == TRACE_EXCEPTION)
        add_exception(s, it);
    /* It stands behind the block that wrote the register. */
    if (it->event.kind == TRACE_MMU && f[1] && !s->is_mmu_told) {
        s->mmu_on = (struct first){ it->count, f[2], f[2] };
        s->is_mmu_told = true;
    }
}

static bool add_all(struct info *s, struct trace_reader *r, GError **err)
{
    struct trace_item it;
    bool ok = tool_begin(s->t, r, &it, err);

    s->entry.count = s->mmu_on.count = s->el0.count = UINT64_MAX;
    while (ok && it.what != TRACE_END && it.count < s->t->to) {
        if (!tool_wants(s->t, &it))
            ;
        else if (it.what == TRACE_BLOCK)
            add_block(s, &it);
        else
            add_event(s, &it);
        ok = trace_next(r, &it, err) != TRACE_BROKEN;
    }
    return ok;
}

/* --- lines and JSON by the same calls ------------------------------------- */

static void put_key(struct info *s, const char *key)
{
    if (!s->t->json) {
        g_string_append_printf(s->out, "%-20s ", key);
        return;
    }
    g_string_append(s->out, s->out->len > 1 ? ",\n " : "");
    json_text(s->out, key, strlen(key));
    g_string_append(s->out, ": ");
}

static void put_number(struct info *s, const char *key, u64 v)
{
    put_key(s, key);
    if (v == UINT64_MAX)
        g_string_append(s->out, s->t->json ? "null" : "never");
    else
        g_string_append_printf(s->out, "%llu", (ull)v);
    g_string_append(s->out, s->t->json ? "" : "\n");
}

static void put_text(struct info *s, const char *key, const char *v)
{
    put_key(s, key);
    if (s->t->json)
        json_text(s->out, v, strlen(v));
    else
        g_string_append_printf(s->out, "%s\n", v);
}

static void put_address(struct info *s, const char *key, u64 v)
{
    char text[24];

    snprintf(text, sizeof(text), "0x%llx", (ull)v);
    put_text(s, key, text);
}

static void put_part(struct info *s, const char *name, unsigned i,
                     const struct part *p)
{
    char key[64];

    snprintf(key, sizeof(key), "%s%u-instructions", name, i);
    put_number(s, key, p->insns);
    snprintf(key, sizeof(key), "%s%u-blocks", name, i);
    put_number(s, key, p->blocks);
    snprintf(key, sizeof(key), "%s%u-exceptions", name, i);
    put_number(s, key, p->exceptions);
}

/* Its count and, if it happened, where. */
static void put_first(struct info *s, const char *name, const struct first *f,
                      bool has_pa)
{
    char key[64];

    put_number(s, name, f->count);
    if (f->count == UINT64_MAX)
        return;
    snprintf(key, sizeof(key), "%s-pc", name);
    put_address(s, key, f->va);
    snprintf(key, sizeof(key), "%s-pa", name);
    if (has_pa)
        put_address(s, key, f->pa);
}

static void put_kinds(struct info *s, const struct trace_reader *r)
{
    char key[64];

    put_number(s, "exceptions", s->all.exceptions);
    for (unsigned i = 0; i < KINDS; i++) {
        if (!s->kinds[i])
            continue;
        if (ec_names[i])
            snprintf(key, sizeof(key), "exceptions-%s", ec_names[i]);
        else
            snprintf(key, sizeof(key), "exceptions-ec-0x%02x", i);
        put_number(s, key, s->kinds[i]);
    }
    for (unsigned i = 0; i < 256; i++) {
        if (!s->events[i])
            continue;
        snprintf(key, sizeof(key), "events-%s", trace_schema(r, i)->name);
        put_number(s, key, s->events[i]);
    }
}

static void put_sums(struct info *s, const struct trace_reader *r)
{
    const struct trace_summary *sum = trace_summary(r);

    put_number(s, "instructions", s->all.insns);
    put_number(s, "not-traced", s->unseen);
    put_number(s, "blocks", s->all.blocks);
    put_number(s, "partial-blocks", s->partial);
    put_number(s, "different-blocks", sum->n_defs);
    for (unsigned i = 0; i < sum->n_cpus; i++)
        put_part(s, "cpu", i, &s->cpu[i]);
    for (unsigned i = 0; i < 4; i++)
        put_part(s, "el", i, &s->el[i]);
    put_first(s, "entry", &s->entry, true);
    put_first(s, "mmu-on", &s->mmu_on, !s->is_mmu_told);
    put_first(s, "first-el0", &s->el0, true);
    put_kinds(s, r);
}

static void put_symbols(struct info *s, const struct tool_symbols *symbols)
{
    u64 bias;

    put_number(s, "symbols", tool_symbols_count(symbols));
    if (tool_symbols_bias(symbols, &bias))
        put_address(s, "kernel-bias", bias);
}

static void put_file(struct info *s, const struct trace_reader *r)
{
    const struct trace_summary *sum = trace_summary(r);
    const char *key, *value;

    for (unsigned i = 0; trace_info(r, i, &key, &value); i++)
        put_text(s, key, value);
    put_number(s, "version", sum->version);
    put_number(s, "cpus", sum->n_cpus);
    put_number(s, "first-count", sum->first_count);
    put_number(s, "end-count", sum->end_count);
    put_number(s, "bytes", sum->n_bytes);
    put_number(s, "chunks", sum->n_chunks);
    put_text(s, "ended", sum->why ? sum->why : "cut short");
    put_number(s, "status", sum->why ? sum->status : UINT64_MAX);
    if (!sum->complete)
        put_number(s, "good-bytes", sum->good_bytes);
}

int tool_info(struct tool *t, char **args, GError **err)
{
    g_autoptr(GString) out = g_string_new(t->json ? "{" : "");
    struct trace_reader *r = tool_open(t, args[0], err);
    g_autofree struct info *s = g_new0(struct info, 1);
    struct tool_symbols *symbols = NULL;
    bool ok = false;

    s->t = t;
    s->out = out;
    if (r)
        symbols = tool_symbols_new(t, r, err);
    if (symbols)
        ok = add_all(s, r, err);
    if (ok) {
        put_file(s, r);
        put_symbols(s, symbols);
        put_sums(s, r);
        printf("%s%s", out->str, t->json ? "}\n" : "");
    }
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): g_autofree frees s */
    tool_symbols_free(symbols);
    trace_close(r);
    return ok ? 0 : 2;
}
