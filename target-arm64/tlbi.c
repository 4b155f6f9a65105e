/* SPDX-License-Identifier: MIT */
/*
 * tlbi.c - TLB maintenance instructions of EL1.
 *
 * DDI 0487, "TLB maintenance instructions". The map holds last-level entries
 * only, so the VALE1 and VAALE1 forms do what VAE1 and VAAE1 do. An address
 * anywhere in a block removes the whole block. The Inner and Outer Shareable
 * forms reach every CPU, each at its current instruction boundary; there is
 * nothing to wait for in a following DSB.
 *
 * Ranges (FEAT_TLBIRANGE) go by the granule that TG names, whatever TCR says;
 * TG = 0 is reserved and does nothing. TTL is a hint and ignored.
 */
#include "mmu.h"

#include <stdio.h>

#include "bits.h"
#include "log.h"
#include "sysregs.h"

enum tlbi_op {
    TLBI_VMALLE1 = 0, TLBI_VAE1 = 1, TLBI_ASIDE1 = 2, TLBI_VAAE1 = 3,
    TLBI_VALE1 = 5, TLBI_VAALE1 = 7,
};

struct tlbi {
    enum tlbi_op op; /* what */
    u64 va;          /* canonical page address */
    u64 last;        /* last address of a range, else va */
    u32 asid;        /* as given: 16 bits */
    struct a64_cpu *from; /* CPU that executes it */
};

/* The ASID of @t as @cpu compares it. */
static bool asid_matches(const struct a64_cpu *cpu, u32 asid, u32 given)
{
    return asid == (cpu->arch.tcr[1] & TCR_AS ? given : given & 0xff);
}

/* Pages in a range above which the entries are walked, not the pages. */
#define MAX_PAGES 256

/* Removes what overlaps the range of @t in @space, whose list starts at
 * @head. */
static void remove_listed(struct a64_cpu *cpu, const struct tlbi *t, u32 head)
{
    u32 next;

    for (u32 i = head; i != MAP_NONE; i = next) {
        struct map_entry *e = &cpu->map->e[i];

        next = e->next;
        if (e->va <= t->last && e->va + mask64(e->log2) >= t->va)
            a64_map_drop(cpu, e);
    }
}

/* Removes the blocks of each size at the address or range of @t. */
static void remove_va(struct a64_cpu *cpu, const struct tlbi *t, u32 space)
{
    for (u64 c = cpu->map->classes; c; c &= c - 1) {
        unsigned log2 = ctz64(c);

        for (u64 n = t->va >> log2; n <= t->last >> log2; n++) {
            struct map_entry *e = map_find(cpu->map, n << log2, log2, space);

            if (e)
                a64_map_drop(cpu, e);
        }
    }
}

static void remove_in(struct a64_cpu *cpu, const struct tlbi *t, u32 space,
                      u32 head)
{
    if (t->last - t->va > MAX_PAGES * PAGE_SIZE)
        remove_listed(cpu, t, head);
    else
        remove_va(cpu, t, space);
}

static void by_va(struct a64_cpu *cpu, const struct tlbi *t, bool all_asids)
{
    struct a64_map *m = cpu->map;
    bool high = bit64(t->va, 55);

    remove_in(cpu, t, MAP_GLOBAL(high), m->global[high]);
    if (!m->n_nonglobal[high])
        return;
    for (u32 i = 1; i < m->n_spaces; i++) {
        const struct map_space *s = &m->space[i];

        if (s->high == high && s->head != MAP_NONE &&
            (all_asids || asid_matches(cpu, s->asid, t->asid)))
            remove_in(cpu, t, i, s->head);
    }
}

/* Removes every entry of space @n. */
static void empty_space(struct a64_cpu *cpu, u32 n)
{
    struct a64_map *m = cpu->map;
    bool fetched = false;

    while (m->space[n].head != MAP_NONE) {
        struct map_entry *e = &m->e[m->space[n].head];

        fetched = fetched || (e->flags & MAP_FETCHED);
        map_remove(m, e);
    }
    tag_drop_space(cpu->env.tags, cpu->env.index, n);
    if (fetched)
        cpu->env.ops->fetch_flush(&cpu->host, n, 0, 0);
}

static void by_asid(struct a64_cpu *cpu, u32 asid)
{
    struct a64_map *m = cpu->map;

    for (u32 i = 1; i < m->n_spaces; i++)
        if (m->space[i].head != MAP_NONE &&
            asid_matches(cpu, m->space[i].asid, asid))
            empty_space(cpu, i);
}

/* One CPU's part. Others than @t->from choose their pointers anew when their
 * turn comes. */
static void apply(void *opaque, void *arg)
{
    struct a64_cpu *cpu = opaque;
    const struct tlbi *t = arg;

    switch (t->op) {
    case TLBI_VMALLE1:
        a64_map_flush(cpu);
        break;
    case TLBI_ASIDE1:
        by_asid(cpu, t->asid);
        break;
    case TLBI_VAE1:
    case TLBI_VALE1:
        by_va(cpu, t, false);
        break;
    case TLBI_VAAE1:
    case TLBI_VAALE1:
        by_va(cpu, t, true);
        break;
    }
    if (cpu == t->from)
        a64_derive(cpu);
}

/* The range in the operand of the RVA forms; false: there is none. */
static bool range_of(struct tlbi *t, u64 arg)
{
    unsigned tg = (unsigned)extract64(arg, 46, 2);
    unsigned scale = (unsigned)extract64(arg, 44, 2);
    unsigned log2 = 10 + 2 * tg;
    u64 pages = (extract64(arg, 39, 5) + 1) << (5 * scale + 1);

    t->va = (u64)sext64(arg, 37) << log2;
    t->last = t->va + (pages << log2) - 1;
    if (t->last < t->va) /* over the top of the address space */
        t->last = UINT64_MAX;
    return tg != 0;
}

/* "rvae1is": what the Arm ARM calls the operation, in lower case. */
static void op_name(char *buf, size_t size, unsigned crm, unsigned op2)
{
    static const char *const op[8] = {
        "vmalle1", "vae1", "aside1", "vaae1", "?", "vale1", "?", "vaale1",
    };
    static const char *const shared[8] = {
        "", "os", "is", "is", "", "os", "", "",
    };

    snprintf(buf, size, "%s%s%s", crm == 2 || crm == 5 || crm == 6 ? "r" : "",
             op[op2 & 7], shared[crm & 7]);
}

static void tell(struct a64_cpu *cpu, unsigned op1, unsigned crm,
                 unsigned op2, u64 arg)
{
    char name[16];

    if (!probe_on(cpu->env.probe, TRACE_TLBI))
        return;
    op_name(name, sizeof(name), crm, op2);
    PROBE_TEXT(cpu->env.probe, TRACE_TLBI, name,
               SYSREG(1, op1, 8, crm, op2), arg);
}

void a64_tlbi(struct a64_cpu *cpu, unsigned op1, unsigned crm, unsigned op2,
              u64 arg)
{
    struct tlbi t = {
        .op = (enum tlbi_op)op2,
        .va = (u64)((s64)(arg << 20) >> 8),
        .asid = (u32)(arg >> 48),
        .from = cpu,
    };

    bool is_range = crm == 2 || crm == 5 || crm == 6;
    bool everywhere = crm == 1 || crm == 2 || crm == 3 || crm == 5;

    tell(cpu, op1, crm, op2, arg);
    t.last = t.va;
    if (is_range && !range_of(&t, arg))
        return;
    if (log_on(LOG_MMU))
        log_printf(LOG_MMU, "cpu %u tlbi op %u%s va %016llx to %016llx "
                   "asid %x\n", cpu->env.index, op2, everywhere ? "is" : "",
                   (unsigned long long)t.va, (unsigned long long)t.last,
                   t.asid);
    if (everywhere)
        cpu->env.ops->for_each_cpu(&cpu->host, apply, &t);
    else
        apply(cpu, &t);
}
