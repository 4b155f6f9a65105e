/* SPDX-License-Identifier: MIT */
/*
 * gic_redist.c - the GICv3 redistributors: SGIs and PPIs of each CPU (Arm
 * IHI 0069, "Redistributor register descriptions").
 *
 * Two 64 KiB frames a CPU, RD_base then SGI_base, in order of CPU number;
 * GICR_TYPER.Last ends the walk that software makes over them. Without LPIs
 * most of RD_base is reserved. As in QEMU, a redistributor that was not woken
 * through GICR_WAKER forwards interrupts all the same.
 */
#include "gic.h"

#include "log.h"

enum rd_reg {
    GICR_CTLR = 0x0000,
    GICR_IIDR = 0x0004,
    GICR_TYPER = 0x0008,
    GICR_TYPER_HI = 0x000c,
    GICR_STATUSR = 0x0010,
    GICR_WAKER = 0x0014,
};

/* Offsets in SGI_base, with the frame's place in the redistributor. */
#define SGI_BASE 0x10000
enum sgi_reg {
    GICR_IGROUPR0 = SGI_BASE + 0x080,
    GICR_ISENABLER0 = SGI_BASE + 0x100,
    GICR_ICENABLER0 = SGI_BASE + 0x180,
    GICR_ISPENDR0 = SGI_BASE + 0x200,
    GICR_ICPENDR0 = SGI_BASE + 0x280,
    GICR_ISACTIVER0 = SGI_BASE + 0x300,
    GICR_ICACTIVER0 = SGI_BASE + 0x380,
    GICR_IPRIORITYR = SGI_BASE + 0x400, /* 32 bytes */
    GICR_ICFGR0 = SGI_BASE + 0xc00,
    GICR_ICFGR1 = SGI_BASE + 0xc04,
};

#define GICR_IDS     0xffd0 /* identification registers, in RD_base only */
#define WAKER_SLEEP  2u
#define WAKER_ASLEEP 4u
#define SGI_EDGE     0x0000ffffu /* SGIs are always edge-triggered */

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

void gic_set_ppi(void *opaque, unsigned n, bool level)
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

/* One bit an interrupt to the two bits of GICR_ICFGR and GICD_ICFGR. */
static u32 spread_edges(u32 edges)
{
    u32 v = 0;

    for (unsigned i = 0; i < 16; i++)
        v |= ((edges >> i) & 1) << (2 * i + 1);
    return v;
}

static u64 read_typer(const struct gic *s, unsigned cpu)
{
    u64 a = s->mpidr[cpu];
    u64 affinity = (a >> 32 & 0xff) << 24 | (a & 0xffffff);

    return affinity << 32 | (u64)cpu << 8 |
           (cpu == s->n_cpus - 1 ? 1u << 4 : 0);
}

/* The 32-bit register at @off of @cpu's frames; false if there is none. */
static bool read_reg(const struct gic *s, unsigned cpu, u64 off, u32 *v)
{
    *v = 0;
    if (off >= GICR_IPRIORITYR && off < GICR_IPRIORITYR + 32) {
        for (unsigned i = 0; i < 4; i++)
            *v |= (u32)s->p_prio[32 * cpu + off - GICR_IPRIORITYR + i]
                  << (8 * i);
        return true;
    }
    if (off >= GICR_IDS && off < SGI_BASE) {
        *v = gic_id_reg(off, 0x93);
        return true;
    }
    switch (off) {
    case GICR_CTLR:
    case GICR_STATUSR: return true;
    case GICR_IIDR: *v = 0x43b; return true;
    case GICR_TYPER: *v = (u32)read_typer(s, cpu); return true;
    case GICR_TYPER_HI: *v = (u32)(read_typer(s, cpu) >> 32); return true;
    case GICR_WAKER: *v = s->waker[cpu]; return true;
    case GICR_IGROUPR0: *v = s->p_group[cpu]; return true;
    case GICR_ISENABLER0:
    case GICR_ICENABLER0: *v = s->p_enable[cpu]; return true;
    case GICR_ISPENDR0:
    case GICR_ICPENDR0: *v = gic_p_pending(s, cpu); return true;
    case GICR_ISACTIVER0:
    case GICR_ICACTIVER0: *v = s->p_active[cpu]; return true;
    case GICR_ICFGR0: *v = spread_edges(s->p_edge[cpu]); return true;
    case GICR_ICFGR1: *v = spread_edges(s->p_edge[cpu] >> 16); return true;
    }
    return false;
}

/* ICFGR1: the upper bit of each pair makes a PPI edge-triggered. */
static void write_icfgr1(struct gic *s, unsigned cpu, u32 v)
{
    u32 edges = SGI_EDGE;

    for (unsigned i = 0; i < 16; i++)
        edges |= ((v >> (2 * i + 1)) & 1) << (16 + i);
    s->p_edge[cpu] = edges;
}

/* False if nothing can be written at @off. */
static bool write_reg(struct gic *s, unsigned cpu, u64 off, u32 v)
{
    switch (off) {
    case GICR_CTLR: /* no LPIs, no DPG */
    case GICR_STATUSR: return true;
    case GICR_WAKER:
        s->waker[cpu] = v & WAKER_SLEEP ? WAKER_SLEEP | WAKER_ASLEEP : 0;
        return true;
    case GICR_IGROUPR0: s->p_group[cpu] = v; break;
    case GICR_ISENABLER0: s->p_enable[cpu] |= v; break;
    case GICR_ICENABLER0: s->p_enable[cpu] &= ~v; break;
    case GICR_ISPENDR0: s->p_latch[cpu] |= v; break;
    case GICR_ICPENDR0: s->p_latch[cpu] &= ~v; break;
    case GICR_ISACTIVER0: s->p_active[cpu] |= v; break;
    case GICR_ICACTIVER0: s->p_active[cpu] &= ~v; break;
    case GICR_ICFGR0: return true;
    case GICR_ICFGR1: write_icfgr1(s, cpu, v); break;
    default: return false;
    }
    gic_update_private(s, cpu);
    return true;
}

static bool write_priorities(struct gic *s, unsigned cpu, u64 off,
                             unsigned size, u64 v)
{
    if (off < GICR_IPRIORITYR || off >= GICR_IPRIORITYR + 32)
        return false;
    for (unsigned i = 0; i < size; i++)
        s->p_prio[32 * cpu + off - GICR_IPRIORITYR + i] =
            (v >> (8 * i)) & GIC_PRIORITY_MASK;
    gic_update_private(s, cpu);
    return true;
}

static bool redist_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                        u64 *value)
{
    struct gic *s = opaque;
    unsigned target = (unsigned)(off / GICR_FRAME_SIZE);
    u32 lo = 0, hi = 0;

    off %= GICR_FRAME_SIZE;
    if (!read_reg(s, target, off & ~3ull, &lo))
        log_guest("gic: CPU %u reads reserved register 0x%llx of "
                  "redistributor %u",
                  cpu, (unsigned long long)off, target);
    if (size == 8)
        read_reg(s, target, off + 4, &hi);
    *value = extract64((u64)hi << 32 | lo, 8 * (off & 3), 8 * size);
    return true;
}

static bool redist_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                         u64 value)
{
    struct gic *s = opaque;
    unsigned target = (unsigned)(off / GICR_FRAME_SIZE);
    bool is_done;

    off %= GICR_FRAME_SIZE;
    if (write_priorities(s, target, off, size, value))
        return true;
    is_done = size >= 4 && write_reg(s, target, off, (u32)value);
    if (size == 8)
        is_done |= write_reg(s, target, off + 4, (u32)(value >> 32));
    if (!is_done)
        log_guest("gic: CPU %u writes %u bytes at 0x%llx of redistributor %u",
                  cpu, size, (unsigned long long)off, target);
    return true;
}

const struct mmio_ops gic_redist_ops = {
    .read = redist_read,
    .write = redist_write,
    .min = 1,
    .max = 8,
    .size = GICR_FRAME_SIZE,
};

void gic_redist_reset(struct gic *s, unsigned cpu)
{
    s->waker[cpu] = WAKER_SLEEP | WAKER_ASLEEP;
    s->p_enable[cpu] = 0;
    s->p_latch[cpu] = 0;
    s->p_active[cpu] = 0;
    s->p_edge[cpu] = SGI_EDGE;
    s->p_group[cpu] = 0;
    for (unsigned i = 0; i < 32; i++)
        s->p_prio[32 * cpu + i] = 0;
}
