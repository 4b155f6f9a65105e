/* SPDX-License-Identifier: MIT */
/*
 * map.c - the container of the TLB map (DESIGN D5): a hash table of
 * translations at their own block size, with a list for each address space,
 * and the table of address spaces.
 *
 * The map is guest-visible state: an entry leaves it only when the callers
 * say so, never for lack of room, so it grows as it must. A lookup probes
 * just the sizes that are present. Nothing here depends on pointer values.
 */
#include "mmu.h"

#include <glib.h>
#include <string.h>

#include "bits.h"

#define MAP_MIN 1024

static u32 hash_of(const struct a64_map *m, u64 va, unsigned log2, u32 space)
{
    u64 block = va >> log2;

    /* Neighbours stay neighbours, for the host's cache; what is further
     * apart than 2^12 blocks, and other spaces, are scattered. */
    block += (block >> 12) * 0x9e3779b1u + log2;
    return (u32)(block + space * 0x85ebca6bu) & (m->max - 1);
}

struct a64_map *a64_map_new(void)
{
    struct a64_map *m = g_malloc0(sizeof(*m));

    m->max = MAP_MIN;
    m->e = g_malloc_n(m->max, sizeof(*m->e));
    m->hash = g_malloc_n(m->max, sizeof(*m->hash));
    m->max_spaces = 16;
    m->space = g_malloc0_n(m->max_spaces, sizeof(*m->space));
    map_forget_tags(m);
    map_clear(m);
    return m;
}

void map_forget_tags(struct a64_map *m)
{
    for (unsigned high = 0; high < 2; high++)
        for (unsigned i = 0; i < MAP_ROWS; i++)
            m->tags[high][i] = (struct map_tags){ .space = MAP_NONE };
}

void a64_map_free(struct a64_map *m)
{
    g_free(m->e);
    g_free(m->hash);
    g_free(m->space);
    g_free(m->ng_base);
    g_free(m);
}

void map_clear(struct a64_map *m)
{
    m->n = 0;
    m->free = MAP_NONE;
    memset(m->hash, 0xff, m->max * sizeof(*m->hash));
    m->classes = 0;
    memset(m->n_class, 0, sizeof(m->n_class));
    m->n_nonglobal[0] = m->n_nonglobal[1] = 0;
    m->global[0] = m->global[1] = MAP_NONE;
    m->global_classes[0] = m->global_classes[1] = 0;
    m->n_spaces = 1;
    memset(m->space_hash, 0xff, sizeof(m->space_hash));
    m->n_ng_bases = 0;
    m->respace = true;
}

/* --- entries ------------------------------------------------------------- */

struct map_entry *map_find(struct a64_map *m, u64 va, unsigned log2,
                           u32 space)
{
    u64 block = va & ~mask64(log2);

    for (u32 i = m->hash[hash_of(m, block, log2, space)]; i != MAP_NONE;
         i = m->e[i].chain) {
        struct map_entry *e = &m->e[i];

        if (e->va == block && e->space == space && e->log2 == log2)
            return e;
    }
    return NULL;
}

struct map_entry *map_lookup(struct a64_map *m, u64 va, u32 space)
{
    bool high = bit64(va, 55);
    u64 own = m->space[space].classes, global = m->global_classes[high];

    for (u64 c = own | global; c; c &= c - 1) {
        unsigned log2 = ctz64(c);
        struct map_entry *e = NULL;

        if (bit64(own, log2))
            e = map_find(m, va, log2, space);
        if (!e && bit64(global, log2))
            e = map_find(m, va, log2, MAP_GLOBAL(high));
        if (e)
            return e;
    }
    return NULL;
}

static void chain_in(struct a64_map *m, u32 i)
{
    struct map_entry *e = &m->e[i];
    u32 *head = &m->hash[hash_of(m, e->va, e->log2, e->space)];

    e->chain = *head;
    *head = i;
}

static void grow(struct a64_map *m)
{
    m->max *= 2;
    m->e = g_realloc_n(m->e, m->max, sizeof(*m->e));
    m->hash = g_realloc_n(m->hash, m->max, sizeof(*m->hash));
    memset(m->hash, 0xff, m->max * sizeof(*m->hash));
    for (u32 i = 0; i < m->n; i++) /* none is free when the map grows */
        chain_in(m, i);
}

static u32 take_number(struct a64_map *m)
{
    u32 i = m->free;

    if (i != MAP_NONE) {
        m->free = m->e[i].chain;
        return i;
    }
    if (m->n == m->max)
        grow(m);
    return m->n++;
}

/* Head of the list that entries of @space and @va's half are on. */
static u32 *list_of(struct a64_map *m, u64 va, u32 space)
{
    bool high = bit64(va, 55);

    return space == MAP_GLOBAL(high) ? &m->global[high]
                                     : &m->space[space].head;
}

/* Sizes of the entries on that list; more when entries were removed. */
static u64 *classes_of(struct a64_map *m, u64 va, u32 space)
{
    bool high = bit64(va, 55);

    return space == MAP_GLOBAL(high) ? &m->global_classes[high]
                                     : &m->space[space].classes;
}

struct map_entry *map_insert(struct a64_map *m, u64 va, unsigned log2,
                             u32 space)
{
    u32 i = take_number(m);
    u32 *head = list_of(m, va, space);
    struct map_entry *e = &m->e[i];

    *e = (struct map_entry){
        .va = va & ~mask64(log2),
        .space = space,
        .next = *head,
        .prev = MAP_NONE,
        .log2 = (u8)log2,
    };
    if (*head != MAP_NONE)
        m->e[*head].prev = i;
    *head = i;
    chain_in(m, i);
    m->n_class[log2]++;
    m->classes |= 1ull << log2;
    *classes_of(m, va, space) |= 1ull << log2;
    if (space != MAP_GLOBAL(bit64(va, 55)))
        m->n_nonglobal[bit64(va, 55)]++;
    return e;
}

void map_remove(struct a64_map *m, struct map_entry *e)
{
    u32 i = (u32)(e - m->e);
    u32 *p = &m->hash[hash_of(m, e->va, e->log2, e->space)];

    while (*p != i)
        p = &m->e[*p].chain;
    *p = e->chain;
    if (e->prev != MAP_NONE)
        m->e[e->prev].next = e->next;
    else
        *list_of(m, e->va, e->space) = e->next;
    if (e->next != MAP_NONE)
        m->e[e->next].prev = e->prev;
    if (--m->n_class[e->log2] == 0)
        m->classes &= ~(1ull << e->log2);
    if (*list_of(m, e->va, e->space) == MAP_NONE)
        *classes_of(m, e->va, e->space) = 0;
    if (e->space != MAP_GLOBAL(bit64(e->va, 55)))
        m->n_nonglobal[bit64(e->va, 55)]--;
    e->chain = m->free;
    m->free = i;
}

/* --- address spaces ------------------------------------------------------ */

static u32 *space_bucket(struct a64_map *m, bool high, u64 base, u32 asid)
{
    u64 h = (base >> 12 ^ (u64)asid << 3 ^ high) * 0x9e3779b97f4a7c15ull;

    return &m->space_hash[h >> 56];
}

u32 map_space(struct a64_map *m, bool high, u64 base, u32 asid)
{
    u32 *head = space_bucket(m, high, base, asid);
    u32 i;

    for (i = *head; i != MAP_NONE; i = m->space[i].chain) {
        const struct map_space *s = &m->space[i];

        if (s->base == base && s->asid == asid && s->high == high)
            return i;
    }
    if (m->n_spaces == m->max_spaces) {
        m->max_spaces *= 2;
        m->space = g_realloc_n(m->space, m->max_spaces, sizeof(*m->space));
    }
    i = m->n_spaces++;
    m->space[i] = (struct map_space){
        .base = base,
        .asid = asid,
        .head = MAP_NONE,
        .chain = *head,
        .high = high,
    };
    *head = i;
    return i;
}

bool map_has_nonglobal(const struct a64_map *m, u64 base)
{
    for (u32 i = 0; i < m->n_ng_bases; i++)
        if (m->ng_base[i] == base)
            return true;
    return false;
}

void map_set_nonglobal(struct a64_map *m, u64 base)
{
    if (m->n_ng_bases == m->max_ng_bases) {
        m->max_ng_bases = m->max_ng_bases * 2 + 4;
        m->ng_base = g_realloc_n(m->ng_base, m->max_ng_bases,
                                 sizeof(*m->ng_base));
    }
    m->ng_base[m->n_ng_bases++] = base;
    m->respace = true;
}
