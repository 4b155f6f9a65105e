/* SPDX-License-Identifier: MIT */
/*
 * mmu.c - demand translation through the map (DESIGN D5), permission checks,
 * access and dirty flags, faults, and the choice of tag tables.
 *
 * DDI 0487, "AArch64.TranslateAddress", "AArch64.CheckPermission", "Hardware
 * management of the Access flag and dirty state", "ISS encoding for an
 * exception from a Data Abort".
 *
 * A hit in the map that permits the access is the answer, whatever the
 * tables say now. A hit that does not permit it is walked again; the new
 * translation replaces the entry if it permits the access, else the fault is
 * taken and the map stays as it was. Faults are never cached.
 */
#include "mmu.h"

#include "bits.h"
#include "features.h"
#include "log.h"

/* One request. */
struct request {
    u64 va;            /* as the program gave it */
    enum access a;     /* kind of access */
    bool el0;          /* check as EL0 */
    bool cache;        /* cache maintenance: CM, WnR */
    bool any;          /* no permission needed */
};

static u32 abort_class(const struct a64_cpu *cpu, bool fetch)
{
    if (fetch)
        return cpu->arch.el == 0 ? EC_IABT_LOWER : EC_IABT;
    return cpu->arch.el == 0 ? EC_DABT_LOWER : EC_DABT;
}

static bool fault(struct a64_cpu *cpu, const struct request *r, u32 fsc)
{
    u32 iss = fsc;

    if (r->a == ACCESS_STORE || r->cache)
        iss |= 1u << 6;
    if (r->cache)
        iss |= 1u << 8;
    if (log_on(LOG_MMU))
        log_printf(LOG_MMU, "cpu %u fault %02x va %016llx %s pc %016llx\n",
                   cpu->env.index, fsc, (unsigned long long)r->va,
                   r->a == ACCESS_FETCH ? "fetch"
                   : r->a == ACCESS_STORE ? "store" : "load",
                   (unsigned long long)cpu->arch.pc);
    a64_fault(cpu, A64_ESR(abort_class(cpu, r->a == ACCESS_FETCH), iss), true,
              r->va);
    return false;
}

void a64_fault_align(struct a64_cpu *cpu, u64 va, enum access a)
{
    fault(cpu, &(struct request){ .va = va, .a = a }, FSC_ALIGNMENT);
}

void a64_fault_abort(struct a64_cpu *cpu, u64 va, enum access a)
{
    fault(cpu, &(struct request){ .va = va, .a = a }, FSC_EXTERNAL);
}

static bool permits(const struct a64_cpu *cpu, const struct request *r,
                    u8 perm)
{
    static const u8 need0[] = { MAP_R0, MAP_W0, MAP_X0 };
    static const u8 need1[] = { MAP_R1, MAP_W1, MAP_X1 };

    if (r->any)
        return true;
    if (r->el0)
        return perm & need0[r->a];
    if (cpu->arch.pan && !r->cache && r->a != ACCESS_FETCH &&
        (perm & MAP_R0))
        return false;
    return perm & need1[r->a];
}

/* --- address spaces ------------------------------------------------------ */

u32 a64_asid(const struct a64_cpu *cpu)
{
    const struct a64_arch *a = &cpu->arch;
    u64 ttbr = a->tcr[1] & TCR_A1 ? a->ttbr1[1] : a->ttbr0[1];

    return (u32)(ttbr >> 48) & (a->tcr[1] & TCR_AS ? 0xffff : 0xff);
}

static u64 table_base(const struct a64_cpu *cpu, bool high)
{
    return (high ? cpu->arch.ttbr1[1] : cpu->arch.ttbr0[1]) & mask64(48) &
           ~1ull; /* CnP */
}

u32 a64_space(struct a64_cpu *cpu, bool high)
{
    u64 base = table_base(cpu, high);

    if (!(cpu->arch.sctlr[1] & SCTLR_M))
        return 0;
    if (high && !map_has_nonglobal(cpu->map, base))
        return map_space(cpu->map, true, base, MAP_NONE);
    return map_space(cpu->map, high, base, a64_asid(cpu));
}

void a64_space_changed(struct a64_cpu *cpu)
{
    cpu->map->respace = true;
}

static struct map_tags *row_of(struct a64_map *m, bool high, u32 space)
{
    struct map_tags *row;

    for (unsigned i = 0; i < MAP_ROWS; i++)
        if (m->tags[high][i].space == space)
            return &m->tags[high][i];
    row = &m->tags[high][m->next_row[high]];
    m->next_row[high] = (u8)((m->next_row[high] + 1) % MAP_ROWS);
    *row = (struct map_tags){ .space = space };
    return row;
}

struct tag_table *a64_tags(struct a64_cpu *cpu, bool high,
                           enum tag_view view)
{
    struct a64_map *m = cpu->map;
    u32 space = cpu->derived.space[high];
    struct map_tags *row = row_of(m, high, space);
    struct tag_table *keep[2 * MAP_ROWS * TAG_VIEWS];
    unsigned n = 0;

    if (likely(row->table[view] != NULL))
        return row->table[view];
    for (unsigned h = 0; h < 2; h++)
        for (unsigned i = 0; i < MAP_ROWS; i++)
            for (unsigned v = 0; v < TAG_VIEWS; v++)
                if (m->tags[h][i].table[v])
                    keep[n++] = m->tags[h][i].table[v];
    row->table[view] = tag_select(cpu->env.tags, cpu->env.index, high, space,
                                  view, keep, n);
    return row->table[view];
}

/* --- the map ------------------------------------------------------------- */

static bool is_global(const struct map_entry *e)
{
    return e->space == MAP_GLOBAL(bit64(e->va, 55));
}

void a64_map_drop(struct a64_cpu *cpu, struct map_entry *e)
{
    u32 space = is_global(e) ? TAG_ANY_SPACE : e->space;

    tag_drop_range(cpu->env.tags, cpu->env.index, e->va, 1ull << e->log2,
                   space);
    if (e->flags & MAP_FETCHED)
        cpu->env.ops->fetch_flush(&cpu->host, space, e->va, 1ull << e->log2);
    map_remove(cpu->map, e);
}

void a64_map_flush(struct a64_cpu *cpu)
{
    struct a64_map *m = cpu->map;

    map_clear(m);
    tag_drop_space(cpu->env.tags, cpu->env.index, TAG_ANY_SPACE);
    cpu->env.ops->fetch_flush(&cpu->host, TAG_ANY_SPACE, 0, 0);
    /* Space numbers start anew, so remembered tables mean nothing. */
    map_forget_tags(m);
}

void a64_refresh(struct a64_cpu *cpu)
{
    cpu->map->stale = true;
    if (cpu->env.n_cpus <= 1)
        a64_derive(cpu);
}

/* Space number for lookups now; differs from derived.space only between the
 * first non-global page of a TTBR1 base and the next a64_derive(). */
static u32 lookup_space(struct a64_cpu *cpu, bool high)
{
    return cpu->map->respace ? a64_space(cpu, high)
                             : cpu->derived.space[high];
}

/* Space number that an entry for this walk belongs to. */
static u32 entry_space(struct a64_cpu *cpu, u64 va, const struct a64_walk *w)
{
    bool high = bit64(va, 55);
    u64 base = table_base(cpu, high);

    if (!w->nonglobal)
        return MAP_GLOBAL(high);
    if (high && !map_has_nonglobal(cpu->map, base))
        map_set_nonglobal(cpu->map, base);
    return lookup_space(cpu, high);
}

/* @old: the map has an entry for the address, which may not permit enough. */
static struct map_entry *enter(struct a64_cpu *cpu, u64 key,
                               const struct a64_walk *w, bool old)
{
    u32 space = entry_space(cpu, key, w);
    u8 perm = w->clean ? w->perm & (u8)~(MAP_W0 | MAP_W1) : w->perm;
    u8 flags = (w->normal ? MAP_NORMAL : 0) | (w->guarded ? MAP_GUARDED : 0);
    struct map_entry *e;

    /* Whatever an older table said about this address goes, but for an
     * entry that only gains permissions: its tags stay right. */
    while ((old || cpu->map->respace) &&
           (e = map_lookup(cpu->map, key,
                           lookup_space(cpu, bit64(key, 55))))) {
        if (e->log2 == w->log2 && e->pa == w->pa && e->space == space &&
            !(e->perm & ~perm) &&
            (e->flags & (MAP_NORMAL | MAP_GUARDED)) == flags) {
            e->perm = perm;
            return e;
        }
        a64_map_drop(cpu, e);
    }
    e = map_insert(cpu->map, key, w->log2, space);
    e->pa = w->pa;
    e->perm = perm;
    e->flags |= flags;
    return e;
}

/* Sets the access flag, and the dirty state for a store, in the table. */
static void update_descriptor(struct a64_cpu *cpu, struct a64_walk *w,
                              bool store)
{
    u64 d = w->desc | 1ull << 10;

    if (store && w->clean) {
        d &= ~(1ull << 7);
        w->clean = false;
    }
    if (d == w->desc)
        return;
    if (cpu->arch.sctlr[1] & SCTLR_EE)
        d = __builtin_bswap64(d);
    ram_write(cpu->env.ram, w->desc_pa, &d, 8);
}

/* @out: the entry that does not permit @r, or NULL; the new one. */
static bool miss(struct a64_cpu *cpu, const struct request *r, u64 key,
                 struct map_entry **out)
{
    struct a64_walk w;

    if (!a64_walk(cpu, r->va, r->el0, &w))
        return fault(cpu, r, w.fsc);
    if (!permits(cpu, r, w.perm))
        return fault(cpu, r, FSC_PERMISSION + w.level);
    update_descriptor(cpu, &w, r->a == ACCESS_STORE && !r->cache);
    if (log_on(LOG_MMU))
        log_printf(LOG_MMU, "cpu %u map va %016llx pa %012llx log2 %u "
                   "perm %02x%s\n", cpu->env.index, (unsigned long long)r->va,
                   (unsigned long long)w.pa, w.log2, w.perm,
                   w.nonglobal ? " ng" : "");
    *out = enter(cpu, key, &w, *out != NULL);
    return true;
}

/* Is the top byte of an address of this half ignored in this request? */
static bool ignores_top(const struct a64_cpu *cpu, const struct request *r,
                        bool high)
{
    return r->a == ACCESS_FETCH ? a64_tbi_fetch(cpu, high)
                                : a64_tbi(cpu, high);
}

/* MMU off: @pa of a request; false if it is too large. */
static bool flat_pa(const struct a64_cpu *cpu, const struct request *r,
                    u64 *pa)
{
    bool high = bit64(r->va, 55);

    *pa = ignores_top(cpu, r, high) ? r->va & mask64(56) : r->va;
    return !(*pa >> cpu->model->pa_bits);
}

/* MMU off: flat, Device for data; the PA size is checked. */
static bool flat(struct a64_cpu *cpu, const struct request *r,
                 struct xlate *out)
{
    if (!flat_pa(cpu, r, &out->pa))
        return fault(cpu, r, FSC_ADDRSIZE);
    out->normal = false;
    out->writable = true;
    return true;
}

/* Faults that do not depend on the tables but on the address and TCR. */
static bool address_ok(struct a64_cpu *cpu, const struct request *r, u64 key)
{
    bool high = bit64(r->va, 55);

    if (key != r->va && !ignores_top(cpu, r, high))
        return false;
    return !(r->el0 && cpu->model->feat[A64_FEAT_E0PD] &&
             bit64(cpu->arch.tcr[1], high ? 56 : 55));
}

static bool translate(struct a64_cpu *cpu, const struct request *r,
                      struct xlate *out)
{
    u64 key = map_key(r->va);
    struct map_entry *e;

    if (!(cpu->arch.sctlr[1] & SCTLR_M))
        return flat(cpu, r, out);
    if (!address_ok(cpu, r, key))
        return fault(cpu, r, FSC_TRANSLATION);
    e = map_lookup(cpu->map, key, lookup_space(cpu, bit64(key, 55)));
    if (e && permits(cpu, r, e->perm))
        cpu->stat_map_hits++;
    else if (!miss(cpu, r, key, &e))
        return false;
    if (r->a == ACCESS_FETCH)
        e->flags |= MAP_FETCHED;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): miss() sets it */
    out->pa = e->pa | (key & mask64(e->log2));
    out->normal = e->flags & MAP_NORMAL;
    out->tb_page = e->flags & MAP_GUARDED ? TB_PAGE : 0;
    out->writable = permits(cpu, &(struct request){ .a = ACCESS_STORE,
                                                    .el0 = r->el0 }, e->perm);
    return true;
}

bool a64_translate(struct a64_cpu *cpu, u64 va, enum access a, bool as_el0,
                   struct xlate *out)
{
    struct request r = {
        .va = va,
        .a = a,
        .el0 = as_el0 || cpu->arch.el == 0,
    };

    out->watched = unlikely(cpu->derived.watch) && a64_watched_page(cpu, va);
    return translate(cpu, &r, out);
}

bool a64_translate_cache(struct a64_cpu *cpu, u64 va, enum a64_cache_need n)
{
    struct request r = {
        .va = va,
        .a = n == A64_CACHE_WRITE ? ACCESS_STORE : ACCESS_LOAD,
        .el0 = cpu->arch.el == 0,
        .cache = true,
        .any = n == A64_CACHE_NONE,
    };
    struct xlate x;

    return translate(cpu, &r, &x);
}

/* --- looking without touching -------------------------------------------- */

/* PAR_EL1 for a successful walk. */
static u64 par_ok(u64 va, const struct a64_walk *w)
{
    /* Device and Normal non-cacheable read as outer shareable. */
    u64 sh = w->normal && w->attr != 0x44 ? w->sh : 2;
    u64 pa = w->pa | (va & mask64(w->log2));

    return (u64)w->attr << 56 | (pa & mask64(48) & ~0xfffull) | 1ull << 11 |
           1ull << 9 | sh << 7;
}

void a64_at(struct a64_cpu *cpu, u64 va, bool write, bool el0, bool pan)
{
    struct request r = {
        .va = va,
        .a = write ? ACCESS_STORE : ACCESS_LOAD,
        .el0 = el0,
        .cache = !pan, /* PAN is looked at by the *P forms only */
    };
    struct a64_walk w;
    unsigned fsc;
    u64 pa;

    if (!(cpu->arch.sctlr[1] & SCTLR_M)) {
        cpu->arch.par = !flat_pa(cpu, &r, &pa) ? 1ull | 1ull << 11
                        : (pa & ~0xfffull) | 1ull << 11 | 1ull << 9 |
                              2ull << 7;
        return;
    }
    if (!a64_walk(cpu, va, el0, &w)) {
        fsc = w.fsc;
        if ((fsc & ~3u) == FSC_EXTERNAL_WALK) {
            r.cache = true; /* CM and WnR are set for AT, too */
            fault(cpu, &r, fsc);
            return;
        }
    } else if (!permits(cpu, &r, w.perm)) {
        fsc = FSC_PERMISSION + w.level;
    } else {
        cpu->arch.par = par_ok(va, &w);
        return;
    }
    cpu->arch.par = 1ull | (u64)fsc << 1 | 1ull << 11;
}

bool a64_peek(struct a64_cpu *cpu, u64 va, gpa_t *pa)
{
    u64 walks = cpu->stat_walks, key = map_key(va);
    const struct map_entry *e;
    struct a64_walk w;
    bool ok;

    if (!(cpu->arch.sctlr[1] & SCTLR_M)) {
        *pa = va & mask64(56);
        return !(*pa >> cpu->model->pa_bits);
    }
    e = map_lookup(cpu->map, key, cpu->derived.space[bit64(key, 55)]);
    if (e) {
        *pa = e->pa | (key & mask64(e->log2));
        return true;
    }
    ok = a64_walk(cpu, va, false, &w);
    if (ok)
        *pa = w.pa | (va & mask64(w.log2));
    cpu->stat_walks = walks;
    return ok;
}
