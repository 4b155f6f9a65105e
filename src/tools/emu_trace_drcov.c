/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_drcov.c - emu-trace export --format drcov: which code ran, for
 * Lighthouse, Cartographer, bncov and others.
 *
 * DynamoRIO's drcov, version 2 of the log and of its module table, which all
 * of them read: lines of text, then for each block that ran u32 offset from
 * its module's base, u16 bytes, u16 module. Offsets have 32 bits, so what
 * belongs to no known program is divided into modules of at most 4 GiB.
 *
 * The kernel is found by its place in memory, which does not change: code of
 * it counts as the same whether it ran at its physical address, in the
 * identity map or at either of the addresses that KASLR gives it.
 */
#include "emu_trace_export.h"

#include "symbols.h"

typedef unsigned long long ull;

enum { PAGE = 4096, NOWHERE = UINT32_MAX, MAX_MODULES = 65535 };

/* Why code belongs to a module. */
enum origin { KERNEL, PROGRAM, STUB, UNKNOWN };

struct module {
    enum origin origin;         /* what it is */
    const struct symtab *table; /* program: its symbols */
    u64 link;                   /* program: their address for base */
    u64 window;                 /* unknown: EL0 or not, bits 63:32 */
    u64 base;                   /* address of offset 0 */
    u64 end;                    /* behind the last byte */
    char *path;                 /* name */
};

/* A block that ran. */
struct bb {
    u64 offset;  /* from its module's base (unknown: address) */
    u32 module;  /* index */
    u32 n_bytes; /* its length */
};

struct drcov {
    struct export *x;    /* options and the trace */
    GArray *modules;     /* struct module */
    GArray *bbs;         /* struct bb */
    bool has_kernel;     /* pa, size and base are known */
    u64 pa, size;        /* where the kernel is in memory */
    u64 base;            /* and for itself, at last */
    u64 stub;            /* page of the boot stub; UINT64_MAX = none */
    GHashTable *bases;   /* addresses it had until then, as u64 * */
    const char *vmlinux; /* the ELF file that knows it, or NULL */
    u64 n_lost;          /* blocks of which no module is left */
};

static struct module *module_at(struct drcov *d, u32 i)
{
    return &g_array_index(d->modules, struct module, i);
}

static bool is_el0(const struct trace_block *b)
{
    return !(b->flags & TRACE_B_EL);
}

/* --- the kernel ----------------------------------------------------------- */

/*
 * Would @b be the kernel, at *base? Not in user space, which gets the memory
 * of init code later.
 */
static bool may_be_kernel(const struct drcov *d, const struct trace_block *b,
                          u64 *base)
{
    u64 offset = b->pa - d->pa;

    *base = b->va - offset;
    return d->size && offset < d->size && !is_el0(b) &&
           (b->flags & TRACE_B_MMU) && b->va >> 48 == 0xffff &&
           *base % (64 * KiB) == 0;
}

/*
 * The kernel's address: the one most of its code has, or where it is in memory
 * if it was nowhere else. Those that it had before (some Linux versions start
 * at the link address and move) come earlier.
 */
static void find_base(struct drcov *d)
{
    u32 n = trace_summary(d->x->r)->n_defs;
    u64 base, best = 0;

    d->base = d->pa;
    for (u32 id = 1; id <= n; id++) {
        u64 *count;

        if (!may_be_kernel(d, trace_block(d->x->r, id), &base))
            continue;
        count = g_hash_table_lookup(d->bases, &base);
        if (!count) {
            count = g_new0(u64, 2);
            count[0] = base;
            g_hash_table_insert(d->bases, count, count);
        }
        if (++count[1] > best) {
            best = count[1];
            d->base = base;
        }
    }
    d->has_kernel = true;
    g_hash_table_remove_all(d->bases);
    for (u32 id = 1; best && id <= n; id++) {
        u64 *key;

        if (!may_be_kernel(d, trace_block(d->x->r, id), &base))
            continue;
        key = g_new0(u64, 1);
        *key = base;
        g_hash_table_add(d->bases, key);
        if (base == d->base)
            return;
    }
}

static u64 number(const char *text)
{
    return text ? g_ascii_strtoull(text, NULL, 0) : 0;
}

static void find_kernel(struct drcov *d)
{
    d->pa = number(export_info(d->x, "kernel.pa"));
    d->size = number(export_info(d->x, "kernel.size"));
    if (d->size > UINT32_MAX)
        d->size = 0;
    if (d->size)
        find_base(d);
}

static bool is_kernel(const struct drcov *d, const struct trace_block *b)
{
    u64 base;

    if (!d->has_kernel || is_el0(b) || b->pa - d->pa >= d->size)
        return false;
    return !(b->flags & TRACE_B_MMU) || b->va == b->pa ||
           (may_be_kernel(d, b, &base) &&
            g_hash_table_contains(d->bases, &base));
}

/* --- modules -------------------------------------------------------------- */

/* The module that equals @m in what makes it one, made if there is none;
 * NOWHERE if there is no number left. */
static u32 module_of(struct drcov *d, const struct module *m)
{
    for (u32 i = 0; i < d->modules->len; i++) {
        const struct module *q = module_at(d, i);

        if (q->origin == m->origin && q->table == m->table &&
            q->link == m->link && q->window == m->window)
            return i;
    }
    if (d->modules->len == MAX_MODULES)
        return NOWHERE;
    g_array_append_val(d->modules, *m);
    return d->modules->len - 1;
}

/* A name that fits into a line of the table. */
static char *clean_path(const char *path)
{
    char *s = g_utf8_make_valid(path, -1);

    g_strdelimit(s, ",\n\r", '_');
    return s;
}

/* The program of --symbols that @b belongs to. */
static bool in_program(struct drcov *d, const struct trace_block *b,
                       struct bb *bb)
{
    struct module m = { .origin = PROGRAM };
    const struct sym_map *map;
    struct sym_hit hit;
    u64 place;

    if (!tool_symbol(d->x->s, b, 0, &hit))
        return false;
    map = hit.map;
    place = hit.symbol->va + hit.offset - map->link;
    if (place > UINT32_MAX)
        return false;
    if (d->has_kernel && (map->start == d->base || map->start == d->pa)) {
        m.origin = KERNEL;
    } else {
        m.table = map->table;
        m.link = map->link;
    }
    m.base = map->start;
    m.end = map->start + map->size;
    *bb = (struct bb){ .module = module_of(d, &m), .offset = place };
    /* The name and address of a kernel are those that symbols know. */
    if (bb->module != NOWHERE && m.origin == PROGRAM &&
        !(map->spaces & SYM_PHYSICAL)) {
        module_at(d, bb->module)->base = m.base;
        module_at(d, bb->module)->end = m.end;
    }
    return true;
}

static void classify(struct drcov *d, const struct trace_block *b,
                     struct bb *bb)
{
    struct module m = { .origin = UNKNOWN };

    if (is_kernel(d, b)) {
        struct sym_hit hit;

        if (!d->vmlinux && tool_symbol(d->x->s, b, 0, &hit) && hit.map->lines)
            d->vmlinux = symtab_label(hit.map->table);
        m.origin = KERNEL;
        bb->offset = b->pa - d->pa;
    } else if (in_program(d, b, bb)) {
        return;
    } else if (b->pa / PAGE * PAGE == d->stub && !(b->flags & TRACE_B_MMU)) {
        m.origin = STUB;
        m.base = d->stub;
        m.end = d->stub + PAGE;
        bb->offset = b->pa - d->stub;
    } else {
        m.window = (b->va >> 32) | (is_el0(b) ? 1ull << 32 : 0);
        m.base = UINT64_MAX;
        bb->offset = b->va;
    }
    bb->module = module_of(d, &m);
    if (bb->module != NOWHERE && m.origin == UNKNOWN) {
        struct module *q = module_at(d, bb->module);

        q->base = MIN(q->base, b->va / PAGE * PAGE);
        q->end = MAX(q->end, b->va + 4ul * b->n_insns);
    }
}

/* Names, and offsets of what was found at absolute addresses. */
static void finish_modules(struct drcov *d)
{
    for (u32 i = 0; i < d->modules->len; i++) {
        struct module *m = module_at(d, i);
        const char *kernel = d->vmlinux ? d->vmlinux :
                             export_info(d->x, "kernel");

        if (m->origin == KERNEL) {
            m->base = d->base;
            m->end = d->base + d->size;
            m->path = clean_path(kernel && *kernel ? kernel : "kernel");
        } else if (m->origin == PROGRAM) {
            m->path = clean_path(symtab_label(m->table));
        } else if (m->origin == STUB) {
            m->path = g_strdup("boot-stub");
        } else {
            m->path = g_strdup_printf("unknown-el%s-%08llx",
                                      m->window >> 32 ? "0" : "1",
                                      (ull)(u32)m->window);
        }
    }
    for (guint i = 0; i < d->bbs->len; i++) {
        struct bb *bb = &g_array_index(d->bbs, struct bb, i);

        if (module_at(d, bb->module)->origin == UNKNOWN)
            bb->offset -= module_at(d, bb->module)->base;
    }
}

/* --- blocks --------------------------------------------------------------- */

static int by_place(const void *p, const void *q)
{
    const struct bb *a = p, *b = q;

    if (a->module != b->module)
        return a->module < b->module ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->n_bytes > b->n_bytes ? -1 : a->n_bytes < b->n_bytes;
}

/* Keeps the longest of the blocks that begin at one place. */
static void unite(GArray *bbs)
{
    struct bb *p = (struct bb *)(void *)bbs->data;
    guint n = 0;

    g_array_sort(bbs, by_place);
    for (guint i = 0; i < bbs->len; i++) {
        if (n && p[i].module == p[n - 1].module &&
            p[i].offset == p[n - 1].offset)
            continue;
        p[n++] = p[i];
    }
    g_array_set_size(bbs, n);
}

static void put_table(const struct drcov *d)
{
    FILE *f = d->x->out;

    fprintf(f, "DRCOV VERSION: 2\nDRCOV FLAVOR: drcov\n"
            "Module Table: version 2, count %u\n"
            "Columns: id, base, end, entry, checksum, timestamp, path\n",
            d->modules->len);
    for (u32 i = 0; i < d->modules->len; i++) {
        const struct module *m = &g_array_index(d->modules, struct module, i);

        fprintf(f, "%3u, 0x%016llx, 0x%016llx, 0x%016llx, 0x%08x, 0x%08x, "
                "%s\n", i, (ull)m->base, (ull)m->end, 0ull, 0, 0, m->path);
    }
    fprintf(f, "BB Table: %u bbs\n", d->bbs->len);
    for (guint i = 0; i < d->bbs->len; i++) {
        const struct bb *bb = &g_array_index(d->bbs, struct bb, i);
        u8 row[8];

        for (int k = 0; k < 4; k++)
            row[k] = (u8)(bb->offset >> 8 * k);
        for (int k = 0; k < 2; k++) {
            row[4 + k] = (u8)(bb->n_bytes >> 8 * k);
            row[6 + k] = (u8)(bb->module >> 8 * k);
        }
        fwrite(row, 1, sizeof(row), f);
    }
}

static void find_stub(struct drcov *d)
{
    const struct trace_summary *sum = trace_summary(d->x->r);
    const struct trace_block *b;

    d->stub = UINT64_MAX;
    if (sum->first_count || !sum->n_defs)
        return;
    b = trace_block(d->x->r, 1);
    if (b->pa - d->pa >= d->size && !(b->flags & TRACE_B_MMU))
        d->stub = b->pa / PAGE * PAGE;
}

static void clear_module(void *m)
{
    g_free(((struct module *)m)->path);
}

bool export_drcov(struct export *x, GError **err)
{
    struct drcov d = { .x = x };
    g_autofree u64 *runs = export_runs(x, err);

    if (!runs)
        return false;
    d.modules = g_array_new(FALSE, FALSE, sizeof(struct module));
    g_array_set_clear_func(d.modules, clear_module);
    d.bbs = g_array_new(FALSE, FALSE, sizeof(struct bb));
    d.bases = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    find_kernel(&d);
    find_stub(&d);
    for (u32 id = 1; id <= trace_summary(x->r)->n_defs; id++) {
        const struct trace_block *b = trace_block(x->r, id);
        struct bb bb = { .module = NOWHERE };

        if (!runs[id])
            continue;
        classify(&d, b, &bb);
        bb.n_bytes = 4 * b->n_insns;
        if (bb.module != NOWHERE)
            g_array_append_val(d.bbs, bb);
        else
            d.n_lost++;
    }
    if (d.n_lost)
        fprintf(stderr, "emu-trace: drcov has room for %d modules; %llu "
                "blocks are left out\n", MAX_MODULES, (ull)d.n_lost);
    finish_modules(&d);
    unite(d.bbs);
    put_table(&d);
    g_array_free(d.modules, TRUE);
    g_array_free(d.bbs, TRUE);
    g_hash_table_destroy(d.bases);
    return true;
}
