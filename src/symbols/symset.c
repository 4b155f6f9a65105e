/* SPDX-License-Identifier: MIT */
/*
 * symset.c - which program's symbols hold for a guest address.
 *
 * A guest address means different things from different places: with the MMU
 * off it is physical; at EL1 the upper half is the kernel, moved by KASLR, and
 * what lies in the lower half is the identity map it switches the MMU on with;
 * at EL0 it is a program's, one of many that are linked at the same
 * addresses. So each range says from where it is seen and, optionally, in
 * which address space.
 *
 * Ranges are kept by priority and asked in that order; there are tens of
 * them, and callers ask once a block, not once an instruction.
 */
#include "symbols.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRIORITY_KERNEL 0
#define PRIORITY_ALIAS  (-10) /* a user program may lie where memory is */

#define KASLR_ALIGN (64 * KiB)
#define KASLR_END   (3ull << 45) /* BIT(VA_BITS - 3) + BIT(VA_BITS - 2) */

/* A range and its number. */
struct range {
    struct sym_map map; /* what was added */
    unsigned id;        /* what symset_add() returned */
};

struct symset {
    GArray *ranges;  /* of struct range, by falling priority */
    unsigned last;   /* number given last */
};

struct symset *symset_new(void)
{
    struct symset *s = g_new0(struct symset, 1);

    s->ranges = g_array_new(FALSE, FALSE, sizeof(struct range));
    return s;
}

void symset_free(struct symset *s)
{
    if (!s)
        return;
    g_array_free(s->ranges, TRUE);
    g_free(s);
}

static const struct range *range_at(const struct symset *s, guint i)
{
    return &g_array_index(s->ranges, struct range, i);
}

unsigned symset_add(struct symset *s, const struct sym_map *map)
{
    struct range r = { .map = *map, .id = ++s->last };
    guint i = 0;

    while (i < s->ranges->len &&
           range_at(s, i)->map.priority >= map->priority)
        i++;
    g_array_insert_val(s->ranges, i, r);
    return r.id;
}

void symset_remove(struct symset *s, unsigned id)
{
    guint i;

    for (i = 0; i < s->ranges->len; i++) {
        if (range_at(s, i)->id == id) {
            g_array_remove_index(s->ranges, i);
            return;
        }
    }
}

/* --- A kernel ------------------------------------------------------------ */

void symset_add_kernel(struct symset *s, const struct symtab *table,
                       struct dwarf *lines, u64 text_va, u64 size,
                       gpa_t text_pa, u64 bias)
{
    struct sym_map m = {
        .start = text_va + bias,
        .size = size,
        .link = text_va,
        .table = table,
        .lines = lines,
        .spaces = SYM_KERNEL | SYM_USER,
        .asid = SYM_ANY_ASID,
        .priority = PRIORITY_KERNEL,
    };
    guint i;

    for (i = s->ranges->len; i--;) {
        if (range_at(s, i)->map.table == table)
            g_array_remove_index(s->ranges, i);
    }
    symset_add(s, &m);
    m.start = text_pa;
    m.spaces = SYM_PHYSICAL | SYM_KERNEL;
    m.priority = PRIORITY_ALIAS;
    symset_add(s, &m);
}

bool symset_kernel_bias(u64 text_va, u64 size, gpa_t text_pa, gva_t va,
                        gpa_t pa, u64 *bias)
{
    u64 offset = pa - text_pa, moved = va - offset - text_va;

    /*
     * KASLR moves upwards and by whole pages of the largest size; Linux stays
     * below KASLR_END with 48-bit addresses. The linear map lies below, and
     * the fixmap, where the entry trampoline has an alias, above.
     */
    if (pa < text_pa || offset >= size || moved % KASLR_ALIGN ||
        moved >= KASLR_END)
        return false;
    *bias = moved;
    return true;
}

/* --- Asking -------------------------------------------------------------- */

static bool is_in(const struct sym_map *m, unsigned spaces, u32 asid, u64 addr)
{
    return m->spaces & spaces && addr - m->start < m->size &&
           (m->asid == SYM_ANY_ASID || asid == SYM_ANY_ASID || m->asid == asid);
}

bool symset_lookup(const struct symset *s, unsigned spaces, u32 asid,
                   u64 addr, struct sym_hit *hit)
{
    guint i;

    for (i = 0; i < s->ranges->len; i++) {
        const struct sym_map *m = &range_at(s, i)->map;
        const struct symbol *sym;
        u64 va = addr - m->start + m->link;

        if (!is_in(m, spaces, asid, addr))
            continue;
        sym = symtab_lookup(m->table, va);
        if (!sym)
            continue;
        *hit = (struct sym_hit){
            .symbol = sym,
            .offset = va - sym->va,
            .map = m,
        };
        return true;
    }
    return false;
}

bool symset_line(const struct symset *s, unsigned spaces, u32 asid, u64 addr,
                 struct sym_line *line)
{
    guint i;

    for (i = 0; i < s->ranges->len; i++) {
        const struct sym_map *m = &range_at(s, i)->map;

        if (!m->lines || !is_in(m, spaces, asid, addr) ||
            !dwarf_line(m->lines, addr - m->start + m->link, line))
            continue;
        line->start += m->start - m->link;
        line->end += m->start - m->link;
        return true;
    }
    return false;
}

/* The address of @name in the first range that has it. */
static bool find_name(const struct symset *s, unsigned spaces,
                      const char *label, const char *name, u64 *addr)
{
    guint i;

    for (i = 0; i < s->ranges->len; i++) {
        const struct sym_map *m = &range_at(s, i)->map;
        const struct symbol *sym;
        size_t n;

        if (!(m->spaces & spaces) ||
            (label && strcmp(label, symtab_label(m->table)) != 0))
            continue;
        for (n = 0; (sym = symtab_find(m->table, name, n)); n++) {
            if (sym->va - m->link >= m->size)
                continue;
            *addr = sym->va - m->link + m->start;
            return true;
        }
    }
    return false;
}

/* All of @text is one number. */
static bool parse_number(const char *text, u64 *value)
{
    char *end;

    if (!g_ascii_isdigit(*text))
        return false;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return !*end && !errno;
}

bool symset_eval(const struct symset *s, unsigned spaces, const char *text,
                 u64 *addr)
{
    g_autofree char *copy = g_strdup(text);
    char *name = copy, *label = NULL, *colon = strchr(copy, ':');
    char *sign = NULL;
    u64 add = 0;

    if (parse_number(text, addr))
        return true;
    if (colon) {
        *colon = 0;
        label = copy;
        name = colon + 1;
    }
    /* A name may hold a dot or a dollar, but neither of these. */
    sign = strpbrk(name, "+-");
    if (sign) {
        bool minus = *sign == '-';

        *sign = 0;
        if (!parse_number(sign + 1, &add))
            return false;
        add = minus ? -add : add;
    }
    if (!*name || !find_name(s, spaces, label, name, addr))
        return false;
    *addr += add;
    return true;
}

int sym_hit_format(const struct sym_hit *hit, char *out, size_t size)
{
    return hit->offset ? snprintf(out, size, "%s+0x%" PRIx64,
                                  hit->symbol->name, hit->offset)
                       : snprintf(out, size, "%s", hit->symbol->name);
}
