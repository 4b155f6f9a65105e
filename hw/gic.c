/* SPDX-License-Identifier: MIT */
/*
 * gic.c - what GICv3 and GICv2 share: the state of every interrupt, the
 * registers that show it, the best candidate of each CPU, and the input
 * wires (Arm IHI 0069 and IHI 0048; gic.h).
 *
 * Invariant: best_private, best_spi and the CPUs' wires follow from the
 * listed fields at all times; every function here that changes a field
 * brings them up to date before it returns.
 */
#include "gic.h"

static struct gic_best find_best_spi(const struct gic *s, unsigned cpu)
{
    u32 groups = gic_enabled_groups(s, cpu);
    struct gic_best best = { GIC_SPURIOUS, GIC_IDLE_PRIORITY };

    for (unsigned w = 1; w < GIC_WORDS; w++) {
        u32 todo = gic_pending(s, w) & s->enable[w] & s->target[cpu][w];

        if (likely(!todo))
            continue;
        todo &= ~s->active[w] & gic_group_mask(s->group[w], groups);
        for (; todo; todo &= todo - 1) {
            unsigned id = 32 * w + ctz64(todo);

            if (s->prio[id] < best.prio)
                best = (struct gic_best){ (u16)id, s->prio[id] };
        }
    }
    return best;
}

void gic_update_spi(struct gic *s, unsigned cpu)
{
    s->best_spi[cpu] = find_best_spi(s, cpu);
    gic_update_cpu(s, cpu);
}

void gic_update_all_spi(struct gic *s)
{
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++)
        gic_update_spi(s, cpu);
}

void gic_update_target(struct gic *s, unsigned id)
{
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++)
        if (bit64(s->target[cpu][id / 32], id % 32))
            gic_update_spi(s, cpu);
}

void gic_update_private(struct gic *s, unsigned cpu)
{
    u32 todo = gic_p_pending(s, cpu) & s->p_enable[cpu] & ~s->p_active[cpu] &
               gic_group_mask(s->p_group[cpu], gic_enabled_groups(s, cpu));
    struct gic_best best = { GIC_SPURIOUS, GIC_IDLE_PRIORITY };

    for (; todo; todo &= todo - 1) {
        unsigned id = ctz64(todo);
        u8 prio = s->p_prio[32 * cpu + id];

        if (prio < best.prio)
            best = (struct gic_best){ (u16)id, prio };
    }
    s->best_private[cpu] = best;
    gic_update_cpu(s, cpu);
}

static void update_everything(struct gic *s)
{
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
        s->best_spi[cpu] = find_best_spi(s, cpu);
        gic_update_private(s, cpu);
    }
}

void gic_write_enables(struct gic *s, u32 v)
{
    s->ctlr = v & (GICD_CTLR_ENABLE_G0 | GICD_CTLR_ENABLE_G1);
    update_everything(s);
}

/* A single CPU of a GICv2 gets every SPI; GICD_ITARGETSR is RAZ/WI there. */
static bool goes_to(const struct gic *s, unsigned id, unsigned cpu)
{
    if (s->version == 3)
        return s->mpidr[cpu] == s->route[id];
    return s->n_cpus == 1 || bit64(s->itarget[id], cpu);
}

void gic_update_route(struct gic *s, unsigned id)
{
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
        u32 *word = &s->target[cpu][id / 32];

        *word = (u32)deposit64(*word, id % 32, 1, goes_to(s, id, cpu));
    }
}

void gic_refresh(struct gic *s)
{
    for (unsigned id = 32; id < GIC_N_IRQS; id++)
        gic_update_route(s, id);
    update_everything(s);
}

/* --- input wires -------------------------------------------------------- */

static void set_spi(void *opaque, unsigned id, bool level)
{
    struct gic *s = opaque;
    u32 bit = 1u << (id % 32);
    unsigned w = id / 32;

    if (level == !!(s->level[w] & bit))
        return;
    s->level[w] ^= bit;
    if (level)
        s->latch[w] |= bit & s->edge[w];
    gic_update_target(s, id);
}

static void set_ppi(void *opaque, unsigned n, bool level)
{
    struct gic *s = opaque;
    unsigned cpu = n / 32;
    u32 bit = 1u << (n % 32);

    if (level == !!(s->p_level[cpu] & bit))
        return;
    s->p_level[cpu] ^= bit;
    if (level)
        s->p_latch[cpu] |= bit & s->p_edge[cpu];
    gic_update_private(s, cpu);
}

struct irq_line gic_spi_line(struct device *dev, unsigned spi)
{
    assert(32 + spi < GIC_N_IRQS);
    return (struct irq_line){ set_spi, to_gic(dev), 32 + spi };
}

struct irq_line gic_ppi_line(struct device *dev, unsigned cpu, unsigned ppi)
{
    assert(cpu < to_gic(dev)->n_cpus && ppi < 16);
    return (struct irq_line){ set_ppi, to_gic(dev), 32 * cpu + 16 + ppi };
}

/* --- registers ---------------------------------------------------------- */

/* Offsets of GICD_*; those of a redistributor's SGI_base are the same. */
enum irq_reg {
    IGROUPR = 0x080,
    ISENABLER = 0x100,
    ICENABLER = 0x180,
    ISPENDR = 0x200,
    ICPENDR = 0x280,
    ISACTIVER = 0x300,
    ICACTIVER = 0x380,
    IPRIORITYR = 0x400,
    IPRIORITYR_END = 0x800,
    ICFGR = 0xc00,
    ICFGR_END = 0xd00,
};

bool gic_is_priority(u64 off)
{
    return off >= IPRIORITYR && off < IPRIORITYR_END;
}

bool gic_is_irq_reg(u64 off, unsigned *first)
{
    if (off >= IGROUPR && off < IPRIORITYR)
        *first = (unsigned)(off & 0x7c) * 8;
    else if (gic_is_priority(off))
        *first = (unsigned)(off - IPRIORITYR) & ~3u;
    else if (off >= ICFGR && off < ICFGR_END)
        *first = (unsigned)((off - ICFGR) & ~3ull) * 4;
    else
        return false;
    return true;
}

static u32 read_bits(const struct gic *s, unsigned cpu, u64 off, unsigned w)
{
    switch (off & ~0x7full) {
    case IGROUPR: return w ? s->group[w] : s->p_group[cpu];
    case ISENABLER:
    case ICENABLER: return w ? s->enable[w] : s->p_enable[cpu];
    case ISPENDR:
    case ICPENDR: return w ? gic_pending(s, w) : gic_p_pending(s, cpu);
    default: /* ISACTIVER, ICACTIVER */
        return w ? s->active[w] : s->p_active[cpu];
    }
}

static void write_bits(struct gic *s, unsigned cpu, u64 off, unsigned w, u32 v,
                       u32 mask)
{
    u32 *group = w ? &s->group[w] : &s->p_group[cpu];
    u32 *enable = w ? &s->enable[w] : &s->p_enable[cpu];
    u32 *latch = w ? &s->latch[w] : &s->p_latch[cpu];
    u32 *active = w ? &s->active[w] : &s->p_active[cpu];

    v &= mask;
    switch (off & ~0x7full) {
    case IGROUPR: *group = v | (*group & ~mask); break;
    case ISENABLER: *enable |= v; break;
    case ICENABLER: *enable &= ~v; break;
    case ISPENDR: *latch |= v; break;
    case ICPENDR: *latch &= ~v; break;
    case ISACTIVER: *active |= v; break;
    case ICACTIVER: *active &= ~v; break;
    }
}

/* Two bits an INTID, of which the upper one says edge. */
static u32 read_icfgr(const struct gic *s, unsigned cpu, unsigned first)
{
    u32 edges = first < 32 ? s->p_edge[cpu] : s->edge[first / 32];
    u32 v = 0;

    for (unsigned i = 0; i < 16; i++)
        v |= (u32)bit64(edges, first % 32 + i) << (2 * i + 1);
    return v;
}

static void write_icfgr(struct gic *s, unsigned cpu, unsigned first, u32 v,
                        u32 mask)
{
    u32 *word = first < 32 ? &s->p_edge[cpu] : &s->edge[first / 32];

    if (first < GIC_N_SGIS) /* they are edge-triggered for ever */
        return;
    v = (v & mask) | (read_icfgr(s, cpu, first) & ~mask);
    for (unsigned i = 0; i < 16; i++)
        *word = (u32)deposit64(*word, first % 32 + i, 1, v >> (2 * i + 1));
}

static u32 read_priorities(const struct gic *s, unsigned cpu, unsigned first)
{
    const u8 *prio =
        first < 32 ? &s->p_prio[32 * cpu + first] : &s->prio[first];
    u32 v = 0;

    for (unsigned i = 0; i < 4; i++)
        v |= (u32)prio[i] << (8 * i);
    return v;
}

static void write_priorities(struct gic *s, unsigned cpu, unsigned first, u32 v,
                             u32 mask)
{
    u8 *prio = first < 32 ? &s->p_prio[32 * cpu + first] : &s->prio[first];

    for (unsigned i = 0; i < 4; i++)
        if (mask & 0xffu << (8 * i))
            prio[i] = (u8)((v >> (8 * i)) & s->prio_mask);
}

u32 gic_read_irq_reg(const struct gic *s, unsigned cpu, u64 off)
{
    unsigned first;

    if (!gic_is_irq_reg(off, &first) || first >= GIC_N_IRQS)
        return 0;
    if (off < IPRIORITYR)
        return read_bits(s, cpu, off, first / 32);
    return off < ICFGR ? read_priorities(s, cpu, first)
                       : read_icfgr(s, cpu, first);
}

void gic_write_irq_reg(struct gic *s, unsigned cpu, u64 off, u32 v, u32 mask)
{
    unsigned first;

    if (!gic_is_irq_reg(off, &first) || first >= GIC_N_IRQS)
        return;
    if (off < IPRIORITYR)
        write_bits(s, cpu, off, first / 32, v, mask);
    else if (off < ICFGR)
        write_priorities(s, cpu, first, v, mask);
    else
        write_icfgr(s, cpu, first, v, mask);
    if (first < 32)
        gic_update_private(s, cpu);
    else
        gic_update_all_spi(s);
}

static void reset_private(struct gic *s, unsigned cpu)
{
    s->p_enable[cpu] = 0;
    s->p_latch[cpu] = 0;
    s->p_active[cpu] = 0;
    s->p_edge[cpu] = GIC_SGIS; /* SGIs are always edge-triggered */
    s->p_group[cpu] = 0;
    for (unsigned i = 0; i < 32; i++)
        s->p_prio[32 * cpu + i] = 0;
}

void gic_reset_state(struct gic *s)
{
    s->ctlr = 0;
    for (unsigned w = 0; w < GIC_WORDS; w++) {
        s->enable[w] = 0;
        s->latch[w] = 0;
        s->active[w] = 0;
        s->edge[w] = 0;
        s->group[w] = 0;
    }
    for (unsigned id = 0; id < GIC_N_IRQS; id++)
        s->prio[id] = 0;
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
        reset_private(s, cpu);
        gic_cpu_reset(s, cpu);
    }
}

void gic_connect(struct device *dev, gpa_t second_base, const u64 *mpidr,
                 const struct irq_line *irq, const struct irq_line *fiq)
{
    struct gic *s = to_gic(dev);
    bool is_v3 = s->version == 3;
    const struct mmio_ops *ops = is_v3 ? &gic_redist_ops : &gicv2_cpu_ops;

    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
        s->mpidr[cpu] = mpidr[cpu] & GIC_ROUTE_MASK;
        dev->irq[cpu] = irq[cpu];
        dev->irq[GIC_MAX_CPUS + cpu] = fiq[cpu];
    }
    s->second_base = second_base;
    bus_add(dev->bus, second_base, (is_v3 ? s->n_cpus : 1) * ops->size, ops, s,
            dev->id);
}
