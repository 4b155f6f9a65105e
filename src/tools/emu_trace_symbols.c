/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_symbols.c - names and source lines for the blocks of a trace.
 *
 * What is known comes from the files that the user names or, without them,
 * from the kernel that the trace's header names, if the file is still there
 * with the same hash. Where a kernel is in memory is in the header
 * (kernel.pa); where KASLR has moved it follows from the trace's own blocks:
 * the first one of the upper half that lies in the kernel's memory.
 *
 * Blocks are named when they are asked for, once each. A block that is in
 * one symbol as a whole, as nearly all are, has one answer for all of its
 * instructions.
 */
#include "emu_trace.h"

#include <stdlib.h>

#include "filehash.h"
#include "loader.h"
#include "symbols.h"

typedef unsigned long long ull;

#define PRIORITY_FILE 10 /* before the kernel: the user knows better */

/* What is known of a block. */
struct named {
    struct sym_hit hit; /* of its first instruction */
    u32 n;              /* instructions from the first with that answer */
    bool is_known;      /* the above are filled in */
    bool is_hit;        /* hit is an answer, not the lack of one */
};

struct tool_symbols {
    struct trace_reader *r;  /* the trace */
    struct symset *set;      /* what is where */
    GPtrArray *dwarfs;       /* struct dwarf */
    GPtrArray *tables;       /* struct symtab, of Images */
    struct named *named;     /* by identity */
    u32 n_defs;              /* identities, 1 to this */
    u16 *asids;              /* by identity; NULL: nobody asks for them */
    struct sym_line line;    /* the last line that was asked for */
    bool has_line;           /* there is one */
    unsigned line_space;     /* from where it was looked at */
    u32 line_asid;           /* in which address space */
    bool wants_asids;        /* a file holds in one address space only */
    bool has_kernel;         /* one was added */
    bool has_bias;           /* where it runs is known */
    u64 bias;                /* how far KASLR has moved it */
    u64 count;               /* symbols */
};

/* A file as the command line has it: FILE[@ADDR][,asid=N]. */
struct named_file {
    char *path;    /* FILE */
    bool has_addr; /* there is an ADDR */
    u64 addr;      /* ADDR */
    u32 asid;      /* N, or SYM_ANY_ASID */
};

static bool complain(GError **err, const char *what, const char *why)
{
    g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s",
                what, why);
    return false;
}

/* --- the kernel ----------------------------------------------------------- */

static bool info_number(const struct trace_reader *r, const char *key,
                        u64 *value)
{
    const char *k, *v;

    for (unsigned i = 0; trace_info(r, i, &k, &v); i++) {
        if (!g_str_equal(k, key))
            continue;
        *value = g_ascii_strtoull(v, NULL, 0);
        return true;
    }
    return false;
}

static const char *info_text(const struct trace_reader *r, const char *key)
{
    const char *k, *v;

    for (unsigned i = 0; trace_info(r, i, &k, &v); i++)
        if (g_str_equal(k, key))
            return v;
    return NULL;
}

/* How far the kernel at @pa was moved. Blocks are in order of execution. */
static void find_bias(struct tool_symbols *s, u64 text_va, u64 size, u64 pa)
{
    for (u32 id = 1; id <= s->n_defs && !s->has_bias; id++) {
        const struct trace_block *b = trace_block(s->r, id);

        if (b->flags & TRACE_B_MMU && b->va >> 63)
            s->has_bias = symset_kernel_bias(text_va, size, pa, b->va, b->pa,
                                             &s->bias);
    }
}

static void add_kernel(struct tool_symbols *s, const struct symtab *table,
                       struct dwarf *lines, u64 text_va, u64 size, u64 pa)
{
    if (!s->has_bias)
        find_bias(s, text_va, size, pa);
    symset_add_kernel(s->set, table, lines, text_va, size, pa, s->bias);
    s->has_kernel = true;
    s->count += symtab_count(table);
}

/*
 * Where the Image is in memory: as the header says or, in traces without,
 * where its first two words were executed.
 */
static bool find_image(const struct tool_symbols *s, const u8 *image, u64 *pa)
{
    if (info_number(s->r, "kernel.pa", pa))
        return true;
    for (u32 id = 1; id <= s->n_defs; id++) {
        const struct trace_block *b = trace_block(s->r, id);

        if (b->n_insns != 2 || b->flags & TRACE_B_MMU ||
            memcmp(b->words, image, 8) != 0)
            continue;
        *pa = b->pa;
        return true;
    }
    return false;
}

static bool add_image(struct tool_symbols *s, const char *path, GError **err)
{
    u64 size, pa = 0;
    g_autofree u8 *image = loader_unpack(path, &size, err);
    struct kallsyms_info info;
    struct symtab *table;

    if (!image)
        return false;
    table = kallsyms_read(path, image, size, &info, err);
    if (!table)
        return false;
    g_ptr_array_add(s->tables, table);
    if (!find_image(s, image, &pa))
        return complain(err, path, "this kernel does not run in the trace");
    add_kernel(s, table, NULL, info.text_va,
               info.image_size ? info.image_size : size, pa);
    return true;
}

/* An ELF file that is linked in the upper half: a vmlinux. */
static bool add_vmlinux(struct tool_symbols *s, const struct named_file *f,
                        struct dwarf *d, GError **err)
{
    const struct symtab *table = dwarf_symtab(d);
    const struct symbol *text = symtab_find(table, "_text", 0);
    u64 start, end, pa = f->addr;

    dwarf_range(d, &start, &end);
    if (text)
        start = text->va;
    if (!f->has_addr && !info_number(s->r, "kernel.pa", &pa))
        return complain(err, f->path, "the trace does not say where the "
                        "kernel is in memory: FILE@ADDR does");
    add_kernel(s, table, d, start, end - start, pa);
    return true;
}

/* A module, a user program, or one without an MMU. */
static void add_program(struct tool_symbols *s, const struct named_file *f,
                        struct dwarf *d)
{
    struct sym_map m = { .table = dwarf_symtab(d), .lines = d,
                         .asid = f->asid, .priority = PRIORITY_FILE };
    u64 end;

    dwarf_range(d, &m.link, &end);
    m.size = end - m.link;
    m.start = f->has_addr ? f->addr : m.link;
    m.spaces = m.start >> 63 ? SYM_KERNEL :
               f->asid != SYM_ANY_ASID ? SYM_USER :
               SYM_PHYSICAL | SYM_KERNEL | SYM_USER;
    s->wants_asids |= f->asid != SYM_ANY_ASID;
    s->count += symtab_count(m.table);
    symset_add(s->set, &m);
}

static bool add_elf(struct tool_symbols *s, const struct named_file *f,
                    GError **err)
{
    struct dwarf *d = dwarf_open(f->path, err);
    u64 start, end;

    if (!d)
        return false;
    g_ptr_array_add(s->dwarfs, d);
    dwarf_range(d, &start, &end);
    if (start >> 63)
        return add_vmlinux(s, f, d, err);
    add_program(s, f, d);
    return true;
}

static bool is_elf(const char *path)
{
    char magic[4] = "";
    FILE *f = fopen(path, "rb");
    bool ok = f && fread(magic, 1, 4, f) == 4 && !memcmp(magic, "\177ELF", 4);

    if (f)
        fclose(f);
    return ok;
}

static bool has_hash(const char *path, const char *wanted)
{
    char hash[FILEHASH_TEXT];

    return filehash(path, hash, NULL) && !g_ascii_strcasecmp(hash, wanted);
}

/* The kernel that the header names; it may have no symbols. */
static void add_own_kernel(struct tool_symbols *s)
{
    const char *path = info_text(s->r, "kernel");
    const char *hash = info_text(s->r, "kernel.xxh128");
    struct named_file f = { .path = (char *)path, .asid = SYM_ANY_ASID };

    if (!path || !hash || !has_hash(path, hash))
        return;
    if (is_elf(path))
        add_elf(s, &f, NULL);
    else
        add_image(s, path, NULL);
}

/* --- the command line ----------------------------------------------------- */

static bool parse_number(const char *s, u64 *value)
{
    char *end;

    *value = g_ascii_strtoull(s, &end, 0);
    return g_ascii_isdigit(*s) && !*end;
}

/* A name may hold an @ or a comma, so a tail counts only if it is a number. */
static bool parse_file(const char *text, struct named_file *f, GError **err)
{
    char *tail;
    u64 v;

    *f = (struct named_file){ .path = g_strdup(text), .asid = SYM_ANY_ASID };
    tail = g_strrstr(f->path, ",asid=");
    if (tail) {
        if (!parse_number(tail + 6, &v) || v > 0xffff)
            return complain(err, text, "asid= wants a number up to 65535");
        f->asid = (u32)v;
        *tail = '\0';
    }
    tail = strrchr(f->path, '@');
    if (tail && parse_number(tail + 1, &f->addr)) {
        f->has_addr = true;
        *tail = '\0';
    } else if (tail && !strchr(tail, '/') &&
               !g_file_test(f->path, G_FILE_TEST_EXISTS)) {
        return complain(err, text, "an address (0x...) is wanted behind @");
    }
    return true;
}

static bool add_files(struct tool_symbols *s, const struct tool *t,
                      GError **err)
{
    for (char **p = t->symbol_files; p && *p; p++) {
        struct named_file f;
        bool ok = parse_file(*p, &f, err) && add_elf(s, &f, err);

        g_free(f.path);
        if (!ok)
            return false;
    }
    if (t->image)
        return add_image(s, t->image, err);
    if (!s->has_kernel)
        add_own_kernel(s);
    return true;
}

/* The address space of each user block is part of its identity. */
static bool find_asids(struct tool_symbols *s, GError **err)
{
    u16 now[TRACE_MAX_CPUS] = { 0 };
    struct trace_item it;
    enum trace_what what;

    s->asids = g_new0(u16, s->n_defs + 1);
    trace_goto_chunk(s->r, 0);
    while ((what = trace_next(s->r, &it, err)) != TRACE_END) {
        if (what == TRACE_BROKEN)
            return false;
        if (what == TRACE_BLOCK)
            s->asids[it.id] = now[it.cpu];
        else if (it.event.kind == TRACE_SPACE)
            now[it.cpu] = (u16)it.event.f[2];
    }
    trace_goto_chunk(s->r, 0);
    return true;
}

struct tool_symbols *tool_symbols_new(const struct tool *t,
                                      struct trace_reader *r, GError **err)
{
    struct tool_symbols *s = g_new0(struct tool_symbols, 1);

    s->r = r;
    s->set = symset_new();
    s->dwarfs = g_ptr_array_new_with_free_func((GDestroyNotify)dwarf_close);
    s->tables = g_ptr_array_new_with_free_func((GDestroyNotify)symtab_free);
    s->n_defs = trace_summary(r)->n_defs;
    s->named = g_new0(struct named, s->n_defs + 1);
    if (t->no_symbols ||
        (add_files(s, t, err) && (!s->wants_asids || find_asids(s, err))))
        return s;
    tool_symbols_free(s);
    return NULL;
}

void tool_symbols_free(struct tool_symbols *s)
{
    if (!s)
        return;
    symset_free(s->set);
    g_ptr_array_free(s->dwarfs, TRUE);
    g_ptr_array_free(s->tables, TRUE);
    g_free(s->named);
    g_free(s->asids);
    g_free(s);
}

u64 tool_symbols_count(const struct tool_symbols *s)
{
    return s->count;
}

bool tool_symbols_bias(const struct tool_symbols *s, u64 *bias)
{
    *bias = s->bias;
    return s->has_bias;
}

/* --- asking --------------------------------------------------------------- */

static unsigned space_of(const struct trace_block *b)
{
    if (!(b->flags & TRACE_B_MMU))
        return SYM_PHYSICAL;
    return b->flags & TRACE_B_EL ? SYM_KERNEL : SYM_USER;
}

static u32 asid_of(const struct tool_symbols *s, u32 id)
{
    return s->asids && id ? s->asids[id] : SYM_ANY_ASID;
}

/* The identity of a block of this trace. */
static u32 id_of(const struct tool_symbols *s, const struct trace_block *b)
{
    return s->n_defs ? (u32)(b - trace_block(s->r, 1)) + 1 : 0;
}

static struct named *name_block(struct tool_symbols *s,
                                const struct trace_block *b, u32 id)
{
    struct named *n = &s->named[id];
    u64 end;

    n->is_known = true;
    n->n = 1;
    n->is_hit = symset_lookup(s->set, space_of(b), asid_of(s, id), b->va,
                              &n->hit);
    if (!n->is_hit)
        return n;
    end = n->hit.symbol->va + n->hit.symbol->size;
    for (u32 i = 1; i < b->n_insns; i++, n->n++) {
        struct sym_hit next;

        if (n->hit.symbol->size &&
            n->hit.symbol->va + n->hit.offset + 4ul * i >= end)
            break;
        if (!symset_lookup(s->set, space_of(b), asid_of(s, id),
                           b->va + 4ul * i, &next) ||
            next.symbol != n->hit.symbol)
            break;
    }
    return n;
}

bool tool_symbol(struct tool_symbols *s, const struct trace_block *b, u32 i,
                 struct sym_hit *hit)
{
    u32 id = id_of(s, b);
    struct named *n;

    if (!s->count)
        return false;
    n = s->named[id].is_known ? &s->named[id] : name_block(s, b, id);
    if (i >= n->n)
        return symset_lookup(s->set, space_of(b), asid_of(s, id),
                             b->va + 4ul * i, hit);
    *hit = n->hit;
    hit->offset += 4ul * i;
    return n->is_hit;
}

bool tool_symbol_at(struct tool_symbols *s, const struct trace_block *from,
                    u64 va, struct sym_hit *hit)
{
    return s->count && symset_lookup(s->set, space_of(from), SYM_ANY_ASID,
                                     va, hit);
}

bool tool_line(struct tool_symbols *s, const struct trace_block *b, u32 i,
               struct sym_line *line)
{
    u32 id = id_of(s, b), asid = asid_of(s, id);
    u64 va = b->va + 4ul * i;

    if (!s->count)
        return false;
    /* An answer holds for all the code of its line. */
    if (!s->has_line || va < s->line.start || va >= s->line.end ||
        s->line_space != space_of(b) || s->line_asid != asid) {
        s->line_space = space_of(b);
        s->line_asid = asid;
        s->has_line = symset_line(s->set, s->line_space, asid, va, &s->line);
    }
    *line = s->line;
    return s->has_line;
}
