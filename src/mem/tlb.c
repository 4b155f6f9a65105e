/* SPDX-License-Identifier: MIT */
/*
 * tlb.c - the pool of tag tables (tlb.h, DESIGN D5).
 *
 * Tables are found by a hash of (CPU, half, space, view), reused in the order
 * of their last selection, and made one by one until the pool's size is
 * reached. What must be quick is in proportion to what it changes:
 *  - a table logs which entries were filled, so that emptying it touches
 *    those only; a log that ran over means the whole table;
 *  - a space is dropped through the hash, at most six tables;
 *  - all store tags of a RAM page, in any table, hang on a chain for the
 *    page's bucket, so that page_protect() need not search.
 *
 * A chain's links are numbers, table << TAG_BITS | entry; entries of the load
 * half are on no chain.
 */
#include "bits.h"
#include "mem.h"
#include "tlb.h"

#include <glib.h>
#include <string.h>

#define LOG_MAX 510
#define N_HASH 1024
#define PAGE_BUCKETS 16384
#define NONE UINT32_MAX
#define VA_BITS 56 /* compared bits of an address: not the top byte */
#define MIN_TABLES 8
#define MAX_TABLES (1u << (31 - TAG_BITS))

/* A node of a circular list; the list's head is one too. */
struct link {
    struct link *prev; /* towards the head: earlier in the list */
    struct link *next; /* later in the list */
};

struct table {
    struct tag_table t;      /* what translated code sees; first */
    u32 next[TAG_ENTRIES];   /* store tags: next of the page's bucket */
    u32 prev[TAG_ENTRIES];   /* previous, NONE at the chain's head */
    u16 log[LOG_MAX];        /* entries filled: index | store << TAG_BITS */
    u32 n_log;               /* used of log; LOG_MAX + 1 = it ran over */
    u32 number;              /* index in the pool's array */
    u32 cpu;                 /* whose it is */
    u32 space;               /* address space */
    u8 high;                 /* half */
    u8 view;                 /* enum tag_view */
    struct table *hash_next; /* same bucket */
    struct link lru;         /* in the pool's list, last selected first */
    struct link of_cpu;      /* in the list of its CPU and half */
};

/* Tables of one CPU. */
struct cpu_tables {
    struct link half[2]; /* heads, by half */
};

struct tag_pool {
    struct ram *ram;            /* for page attributes */
    unsigned bits;              /* log2 of entries in use */
    u32 max;                    /* tables allowed */
    u32 n;                      /* tables made */
    struct table **table;       /* by number */
    struct cpu_tables **cpu;    /* by CPU number, NULL = none yet */
    u32 n_cpus;                 /* entries of cpu */
    struct link lru;            /* head */
    struct table *hash[N_HASH]; /* tables by key */
    u32 page_chain[PAGE_BUCKETS]; /* store tags by RAM page */
    struct tag_stats stats;     /* see tlb.h */
};

/* --- lists ---------------------------------------------------------------- */

static void link_init(struct link *l)
{
    l->prev = l->next = l;
}

static void link_remove(struct link *l)
{
    l->prev->next = l->next;
    l->next->prev = l->prev;
}

static void link_insert(struct link *head, struct link *l)
{
    l->prev = head;
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): it is set */
    l->next = head->next;
    head->next->prev = l;
    head->next = l;
}

/* --- store tags by RAM page ----------------------------------------------- */

static inline u64 page_number(const struct tag_pool *p,
                              const struct tag_entry *e)
{
    return (e->tag + e->bias - (u64)(uintptr_t)p->ram->host) >> PAGE_BITS;
}

static inline struct table *table_of(const struct tag_pool *p, u32 id)
{
    return p->table[id >> TAG_BITS];
}

static void chain_insert(struct tag_pool *p, struct table *t, u64 i)
{
    u64 page = page_number(p, &t->t.store[i]);
    u32 *head = &p->page_chain[page & (PAGE_BUCKETS - 1)];
    u32 id = t->number << TAG_BITS | (u32)i;

    t->next[i] = *head;
    t->prev[i] = NONE;
    if (*head != NONE)
        table_of(p, *head)->prev[*head & (TAG_ENTRIES - 1)] = id;
    *head = id;
}

static void chain_remove(struct tag_pool *p, struct table *t, u64 i)
{
    u64 page = page_number(p, &t->t.store[i]);
    u32 next = t->next[i], prev = t->prev[i];

    if (prev == NONE)
        p->page_chain[page & (PAGE_BUCKETS - 1)] = next;
    else
        table_of(p, prev)->next[prev & (TAG_ENTRIES - 1)] = next;
    if (next != NONE)
        table_of(p, next)->prev[next & (TAG_ENTRIES - 1)] = prev;
}

/* --- entries -------------------------------------------------------------- */

static inline struct tag_entry *entry_at(struct table *t, u64 i, bool store)
{
    return store ? &t->t.store[i] : &t->t.load[i];
}

static void drop_entry(struct tag_pool *p, struct table *t, u64 i, bool store)
{
    struct tag_entry *e = entry_at(t, i, store);

    if (e->tag == TAG_INVALID)
        return;
    if (store)
        chain_remove(p, t, i);
    e->tag = TAG_INVALID;
    p->stats.drops++;
}

/* Calls for every entry that may be filled: log or, if it ran over, all. */
static void drop_logged(struct tag_pool *p, struct table *t)
{
    u64 i, entries = 1ull << p->bits;

    if (t->n_log <= LOG_MAX) {
        for (i = 0; i < t->n_log; i++)
            drop_entry(p, t, t->log[i] & (TAG_ENTRIES - 1),
                       t->log[i] >> TAG_BITS);
    } else {
        for (i = 0; i < 2 * entries; i++)
            drop_entry(p, t, i & (entries - 1), i >= entries);
    }
    t->n_log = 0;
}

static void drop_in_range(struct tag_pool *p, struct table *t, u64 i,
                          bool store, u64 first, u64 bytes)
{
    u64 tag = entry_at(t, i, store)->tag;

    if (((tag - first) & mask64(VA_BITS)) < bytes)
        drop_entry(p, t, i, store);
}

/* Drops the tags of @t in [first, first + bytes), page aligned. */
static void table_drop_range(struct tag_pool *p, struct table *t, u64 first,
                             u64 bytes)
{
    u64 i, entries = 1ull << p->bits, off;

    if (!t->n_log)
        return;
    if (bytes >> PAGE_BITS < entries) {
        for (off = 0; off < bytes; off += PAGE_SIZE) {
            i = tag_index(first + off, p->bits);
            drop_in_range(p, t, i, false, first, bytes);
            drop_in_range(p, t, i, true, first, bytes);
        }
        return;
    }
    for (i = 0; i < entries; i++) {
        drop_in_range(p, t, i, false, first, bytes);
        drop_in_range(p, t, i, true, first, bytes);
    }
}

void tag_fill(struct tag_pool *p, struct tag_table *tags, u64 va, u8 *host,
              bool store)
{
    struct table *t = container_of(tags, struct table, t);
    u64 i = tag_index(va, p->bits), tag = va & PAGE_MASK;
    struct tag_entry *e = entry_at(t, i, store);
    u64 offset = (u64)(host - p->ram->host) & PAGE_MASK;

    assert(offset < p->ram->size);
    if (e->tag == TAG_INVALID) {
        if (t->n_log < LOG_MAX)
            t->log[t->n_log] = (u16)(i | (u64)store << TAG_BITS);
        if (t->n_log <= LOG_MAX)
            t->n_log++;
    } else if (store) {
        chain_remove(p, t, i);
    }
    e->tag = tag;
    e->bias = (u64)(uintptr_t)p->ram->host + offset - tag;
    p->stats.fills++;
    if (!store)
        return;
    assert(!(p->ram->page[offset >> PAGE_BITS] &
             (RAM_CODE | RAM_CLEAN | RAM_WATCHED)));
    p->ram->page[offset >> PAGE_BITS] |= RAM_STORE_TAG;
    chain_insert(p, t, i);
}

void tag_drop_stores(struct tag_pool *p, u64 pa)
{
    u64 page = (pa - p->ram->base) >> PAGE_BITS;
    u32 id = p->page_chain[page & (PAGE_BUCKETS - 1)];

    while (id != NONE) {
        struct table *t = table_of(p, id);
        u64 i = id & (TAG_ENTRIES - 1);

        id = t->next[i];
        if (page_number(p, &t->t.store[i]) == page)
            drop_entry(p, t, i, true);
    }
    p->ram->page[page] &= (u8)~RAM_STORE_TAG;
}

/* --- tables --------------------------------------------------------------- */

static struct table **bucket(struct tag_pool *p, u32 cpu, bool high, u32 space,
                             u32 view)
{
    u64 key = (u64)space << 32 | cpu << 3 | view << 1 | high;

    return &p->hash[key * 0x9e3779b97f4a7c15 >> 54];
}
static_assert(N_HASH == 1 << 10, "bucket() takes the top 10 bits");

static struct table *find(struct tag_pool *p, u32 cpu, bool high, u32 space,
                          u32 view)
{
    struct table *t = *bucket(p, cpu, high, space, view);

    while (t && (t->space != space || t->cpu != cpu || t->high != high ||
                 t->view != view))
        t = t->hash_next;
    return t;
}

static struct table *make_table(struct tag_pool *p)
{
    struct table *t = g_aligned_alloc0(1, sizeof(*t), 64);
    unsigned i;

    for (i = 0; i < TAG_ENTRIES; i++)
        t->t.load[i].tag = t->t.store[i].tag = TAG_INVALID;
    t->number = p->n;
    p->table[p->n++] = t;
    p->stats.tables++;
    return t;
}

static bool is_kept(const struct table *t, struct tag_table *const *keep,
                    unsigned n_keep)
{
    unsigned i;

    for (i = 0; i < n_keep; i++)
        if (keep[i] == &t->t)
            return true;
    return false;
}

/* Takes the table that was not selected for longest from its context. */
static struct table *reuse_table(struct tag_pool *p,
                                 struct tag_table *const *keep,
                                 unsigned n_keep)
{
    struct link *l = p->lru.prev;
    struct table *t, **at;

    while (l != &p->lru && is_kept(container_of(l, struct table, lru), keep,
                                   n_keep))
        l = l->prev;
    if (l == &p->lru)
        bug("every tag table is to be kept");
    t = container_of(l, struct table, lru);
    drop_logged(p, t);
    at = bucket(p, t->cpu, t->high, t->space, t->view);
    while (*at != t)
        at = &(*at)->hash_next;
    *at = t->hash_next;
    link_remove(&t->lru);
    link_remove(&t->of_cpu);
    p->stats.reused++;
    return t;
}

static struct cpu_tables *cpu_tables(struct tag_pool *p, unsigned cpu)
{
    struct cpu_tables *c;

    if (cpu >= p->n_cpus) {
        p->cpu = g_renew(struct cpu_tables *, p->cpu, cpu + 1);
        while (p->n_cpus <= cpu)
            p->cpu[p->n_cpus++] = NULL;
    }
    c = p->cpu[cpu];
    if (!c) {
        c = p->cpu[cpu] = g_new(struct cpu_tables, 1);
        link_init(&c->half[0]);
        link_init(&c->half[1]);
    }
    return c;
}

struct tag_table *tag_select(struct tag_pool *p, unsigned cpu, bool high,
                             u32 space, enum tag_view view,
                             struct tag_table *const *keep, unsigned n_keep)
{
    struct table *t = find(p, cpu, high, space, view), **at;

    if (t) {
        if (p->lru.next != &t->lru) {
            link_remove(&t->lru);
            link_insert(&p->lru, &t->lru);
        }
        return &t->t;
    }
    t = p->n < p->max ? make_table(p) : reuse_table(p, keep, n_keep);
    t->cpu = cpu;
    t->high = high;
    t->space = space;
    t->view = (u8)view;
    at = bucket(p, cpu, high, space, view);
    t->hash_next = *at;
    *at = t;
    link_insert(&p->lru, &t->lru);
    link_insert(&cpu_tables(p, cpu)->half[high], &t->of_cpu);
    return &t->t;
}

/* --- dropping by address and space ---------------------------------------- */

/* Drops [first, first + bytes), or all when @bytes is 0, in one half. */
static void drop_half(struct tag_pool *p, unsigned cpu, bool high, u32 space,
                      u64 first, u64 bytes)
{
    struct link *head, *l;
    struct table *t;
    u32 view;

    if (cpu >= p->n_cpus || !p->cpu[cpu])
        return;
    if (space != TAG_ANY_SPACE) {
        for (view = 0; view < TAG_VIEWS; view++) {
            t = find(p, cpu, high, space, view);
            if (t && bytes)
                table_drop_range(p, t, first, bytes);
            else if (t)
                drop_logged(p, t);
        }
        return;
    }
    head = &p->cpu[cpu]->half[high];
    for (l = head->next; l != head; l = l->next) {
        t = container_of(l, struct table, of_cpu);
        if (bytes)
            table_drop_range(p, t, first, bytes);
        else
            drop_logged(p, t);
    }
}

void tag_drop_range(struct tag_pool *p, unsigned cpu, u64 va, u64 size,
                    u32 space)
{
    u64 first = va & PAGE_MASK;
    u64 room = 1ull << (VA_BITS - 1); /* a half, and more than any range */
    u64 bytes;

    if (!size)
        return;
    if (size > room)
        size = room;
    bytes = align_up(size + (va - first), PAGE_SIZE);
    drop_half(p, cpu, bit64(va, 55), space, first, bytes);
}

void tag_drop_space(struct tag_pool *p, unsigned cpu, u32 space)
{
    drop_half(p, cpu, false, space, 0, 0);
    drop_half(p, cpu, true, space, 0, 0);
}

/* --- the pool ------------------------------------------------------------- */

struct tag_pool *tag_pool_new(struct ram *ram, unsigned tag_bits, u64 bytes)
{
    struct tag_pool *p = g_new0(struct tag_pool, 1);
    u64 max = bytes / sizeof(struct table);

    assert(tag_bits >= 1 && tag_bits <= TAG_BITS);
    p->ram = ram;
    p->bits = tag_bits;
    p->max = max < MIN_TABLES ? MIN_TABLES
             : max > MAX_TABLES ? MAX_TABLES : (u32)max;
    p->table = g_new0(struct table *, p->max);
    link_init(&p->lru);
    memset(p->page_chain, 0xff, sizeof(p->page_chain));
    return p;
}

void tag_pool_free(struct tag_pool *p)
{
    u32 i;

    if (!p)
        return;
    for (i = 0; i < p->n; i++)
        g_aligned_free(p->table[i]);
    for (i = 0; i < p->n_cpus; i++)
        g_free(p->cpu[i]);
    g_free(p->table);
    g_free(p->cpu);
    g_free(p);
}

const struct tag_stats *tag_pool_stats(const struct tag_pool *p)
{
    return &p->stats;
}
