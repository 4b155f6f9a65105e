/* SPDX-License-Identifier: MIT */
/*
 * symtab.c - the symbols of one program: by address and by name.
 *
 * Two arrays, one sorted by address and one, of indices, by name; both are
 * searched by halving. Names live in one string store.
 *
 * The symbol of an address is the last that begins at or before it, as in the
 * kernel's own kallsyms, so that an assembler's label inside a function is a
 * symbol of its own. Where a symbol with a size ends before the address, an
 * earlier one that reaches over it is taken, or none. Of several symbols at
 * one address the first is the name: rank, then order of adding, which for
 * kallsyms is the kernel's preference.
 */
#include "symbols.h"

#include <glib.h>
#include <string.h>

/* How many earlier symbols may hide one that covers an address. */
#define MAX_NESTED 32

/* A symbol before finishing; an end of a section has no name. */
struct entry {
    struct symbol s; /* what was added */
    u32 order;       /* how many were added before */
};

struct symtab {
    char *label;         /* name of the program */
    GStringChunk *names; /* all the symbols' names */
    GArray *entries;     /* of struct entry until finished, then NULL */
    struct symbol *syms; /* sorted by va, rank, order */
    u32 *by_name;        /* indices into syms, sorted by name, then index */
    size_t count;        /* of both */
};

struct symtab *symtab_new(const char *label)
{
    struct symtab *t = g_new0(struct symtab, 1);

    t->label = g_strdup(label);
    t->names = g_string_chunk_new(64 * KiB);
    t->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    return t;
}

void symtab_free(struct symtab *t)
{
    if (!t)
        return;
    g_free(t->label);
    g_string_chunk_free(t->names);
    if (t->entries)
        g_array_free(t->entries, TRUE);
    g_free(t->syms);
    g_free(t->by_name);
    g_free(t);
}

const char *symtab_label(const struct symtab *t)
{
    return t->label;
}

/* --- Building ------------------------------------------------------------ */

void symtab_add(struct symtab *t, const struct symbol *s, size_t name_len)
{
    struct entry e = { .s = *s, .order = t->entries->len };

    e.s.name =
        g_string_chunk_insert_len(t->names, s->name, (gssize)name_len);
    g_array_append_val(t->entries, e);
}

void symtab_add_end(struct symtab *t, u64 va)
{
    struct entry e = { .s = { .va = va }, .order = t->entries->len };

    g_array_append_val(t->entries, e);
}

static int compare_entry(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->s.va != y->s.va)
        return x->s.va < y->s.va ? -1 : 1;
    if (x->s.rank != y->s.rank)
        return x->s.rank < y->s.rank ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int compare_name(const void *a, const void *b, void *opaque)
{
    const struct symbol *syms = opaque;
    u32 x = *(const u32 *)a, y = *(const u32 *)b;
    int c = strcmp(syms[x].name, syms[y].name);

    return c ? c : x < y ? -1 : x > y;
}

/* From the last to the first: each without a size ends where the next is. */
static void fill_sizes(GArray *entries)
{
    u64 next = 0, here = 0;
    bool has_next = false;
    guint i;

    for (i = entries->len; i--;) {
        struct entry *e = &g_array_index(entries, struct entry, i);

        if (i + 1 < entries->len && e->s.va != here) {
            next = here;
            has_next = true;
        }
        here = e->s.va;
        if (!e->s.size)
            e->s.size = has_next ? next - e->s.va : ~0ull - e->s.va;
    }
}

void symtab_finish(struct symtab *t)
{
    GArray *entries = t->entries;
    guint i;

    g_array_sort(entries, compare_entry);
    fill_sizes(entries);
    t->syms = g_new(struct symbol, entries->len);
    for (i = 0; i < entries->len; i++) {
        const struct entry *e = &g_array_index(entries, struct entry, i);

        if (e->s.name)
            t->syms[t->count++] = e->s;
    }
    g_array_free(entries, TRUE);
    t->entries = NULL;
    t->by_name = g_new(u32, t->count);
    for (i = 0; i < t->count; i++)
        t->by_name[i] = i;
    if (t->count)
        g_qsort_with_data(t->by_name, (gint)t->count, sizeof(u32),
                          compare_name, t->syms);
}

/* --- Asking -------------------------------------------------------------- */

size_t symtab_count(const struct symtab *t)
{
    return t->count;
}

const struct symbol *symtab_get(const struct symtab *t, size_t n)
{
    return n < t->count ? &t->syms[n] : NULL;
}

const struct symbol *symtab_lookup(const struct symtab *t, u64 va)
{
    size_t lo = 0, hi = t->count, tries;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (t->syms[mid].va <= va)
            lo = mid + 1;
        else
            hi = mid;
    }
    /* lo is the first symbol behind the address. */
    for (tries = 0; lo && tries < MAX_NESTED; tries++) {
        u64 start = t->syms[lo - 1].va;
        const struct symbol *found = NULL;

        for (; lo && t->syms[lo - 1].va == start; lo--) {
            if (va - start < t->syms[lo - 1].size)
                found = &t->syms[lo - 1];
        }
        if (found)
            return found;
    }
    return NULL;
}

const struct symbol *symtab_find(const struct symtab *t, const char *name,
                                 size_t nth)
{
    size_t lo = 0, hi = t->count;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (strcmp(t->syms[t->by_name[mid]].name, name) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (nth < t->count - lo) {
        const struct symbol *s = &t->syms[t->by_name[lo + nth]];

        return strcmp(s->name, name) ? NULL : s;
    }
    return NULL;
}
