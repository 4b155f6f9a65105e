/* SPDX-License-Identifier: MIT */
/*
 * gic_cpu.c - the CPU interfaces: acknowledge, pre-emption and end of
 * interrupt, the IRQ and FIQ wires, and what the GICv3's ICC_*_EL1 do (Arm
 * IHI 0069, "CPU interface", "AArch64 System register descriptions"). The
 * registers of a GICv2 are in gic_v2_cpu.c.
 *
 * GICv3: one Security state and no EL3: priorities are seen unshifted, group 0
 * is FIQ and group 1 IRQ. With 5 priority bits there are 32 pre-emption levels,
 * held in AP0R0 and AP1R0; the other active priorities registers do not
 * exist. ICC_BPR0 is at least 2, ICC_BPR1 at least 3. A
 * GICv2 has 8 priority bits, 128 levels and minima of 0 and 1.
 *
 * The candidate of a CPU is the better of the two that the distributor and
 * the redistributor have cached; the private one wins a tie because its
 * INTID is lower. It is signalled when its priority is higher than the mask
 * and its group priority higher than the running one.
 */
#include "gic.h"

#include "log.h"

/* A3V, 24-bit INTIDs and 5 priority bits, as QEMU. */
#define CTLR_FIXED (1u << 15 | 1u << 11 | 4u << 8)
#define SRE_FIXED  7u /* SRE, DFB and DIB, read-as-one */

#define MIN_BPR0   2u
#define MIN_BPR1   3u

/* The candidate of @cpu, of either group. */
static struct gic_best candidate(const struct gic *s, unsigned cpu)
{
    struct gic_best p = s->best_private[cpu], d = s->best_spi[cpu];

    return p.id != GIC_SPURIOUS && (d.id == GIC_SPURIOUS || p.prio <= d.prio)
               ? p
               : d;
}

unsigned gic_group_of(const struct gic *s, unsigned cpu, unsigned id)
{
    return id < 32 ? bit64(s->p_group[cpu], id)
                   : bit64(s->group[id / 32], id % 32);
}

/* Highest priority whose bit is set in @ap, or GIC_IDLE_PRIORITY. */
static unsigned active_priority(const struct gic *s,
                                u32 const (*ap)[GIC_MAX_CPUS], unsigned cpu)
{
    for (unsigned n = 0; n < GIC_N_APRS; n++)
        if (ap[n][cpu])
            return (32 * n + ctz64(ap[n][cpu])) << s->level_shift;
    return GIC_IDLE_PRIORITY;
}

unsigned gic_running_priority(const struct gic *s, unsigned cpu)
{
    unsigned p0 = active_priority(s, s->ap0r, cpu);
    unsigned p1 = active_priority(s, s->ap1r, cpu);

    return p0 < p1 ? p0 : p1;
}

/* Bits of a priority that decide about pre-emption by @group. */
static unsigned group_priority_mask(const struct gic *s, unsigned cpu,
                                    unsigned group)
{
    unsigned bpr = s->bpr0[cpu];

    if (group == 1 && !(s->icc_ctlr[cpu] & GIC_CTLR_CBPR))
        bpr = s->bpr1[cpu] - 1;
    return (~0u << (bpr + 1)) & 0xff;
}

static bool can_take(const struct gic *s, unsigned cpu, struct gic_best best)
{
    unsigned running = gic_running_priority(s, cpu);
    unsigned mask;

    if (best.id == GIC_SPURIOUS || best.prio >= s->pmr[cpu])
        return false;
    if (running == GIC_IDLE_PRIORITY)
        return true;
    mask = group_priority_mask(s, cpu, gic_group_of(s, cpu, best.id));
    return (best.prio & mask) < (running & mask);
}

/* The wire that interrupts of @group drive is FIQ, not IRQ. */
static bool is_fiq(const struct gic *s, unsigned cpu, unsigned group)
{
    return group == 0 && (s->version == 3 || s->icc_ctlr[cpu] & GIC_CTLR_FIQEN);
}

void gic_update_cpu(struct gic *s, unsigned cpu)
{
    struct gic_best best = candidate(s, cpu);
    bool is_taken = can_take(s, cpu, best);
    bool fiq = is_taken && is_fiq(s, cpu, gic_group_of(s, cpu, best.id));
    bool irq = is_taken && !fiq;

    if (irq != s->irq_out[cpu]) {
        s->irq_out[cpu] = irq;
        irq_set(&s->dev.irq[cpu], irq);
    }
    if (fiq != s->fiq_out[cpu]) {
        s->fiq_out[cpu] = fiq;
        irq_set(&s->dev.irq[GIC_MAX_CPUS + cpu], fiq);
    }
}

/* The interrupt is taken: pending becomes active, its priority runs. */
static void activate(struct gic *s, unsigned cpu, struct gic_best best)
{
    unsigned group = gic_group_of(s, cpu, best.id);
    unsigned mask = group_priority_mask(s, cpu, group);
    unsigned level = (best.prio & mask) >> s->level_shift;
    u32 bit = 1u << (best.id % 32);

    (group ? s->ap1r : s->ap0r)[level / 32][cpu] |= 1u << (level % 32);
    if (best.id < 32) {
        s->p_active[cpu] |= bit;
        s->p_latch[cpu] &= ~bit;
        gic_update_private(s, cpu);
    } else {
        s->active[best.id / 32] |= bit;
        s->latch[best.id / 32] &= ~bit;
        gic_update_target(s, best.id);
    }
}

static void deactivate(struct gic *s, unsigned cpu, unsigned id)
{
    u32 bit = 1u << (id % 32);

    if (id < 32) {
        s->p_active[cpu] &= ~bit;
        gic_update_private(s, cpu);
    } else if (id < GIC_N_IRQS) {
        s->active[id / 32] &= ~bit;
        gic_update_target(s, id);
    }
}

bool gic_is_signalled(const struct gic *s, unsigned cpu, unsigned group)
{
    struct gic_best best = candidate(s, cpu);

    return can_take(s, cpu, best) && gic_group_of(s, cpu, best.id) == group;
}

unsigned gic_acknowledge(struct gic *s, unsigned cpu, unsigned group)
{
    struct gic_best best = candidate(s, cpu);

    if (!gic_is_signalled(s, cpu, group))
        return GIC_SPURIOUS;
    activate(s, cpu, best);
    PROBE(s->dev.probe, TRACE_IRQ, best.id);
    return best.id;
}

unsigned gic_highest_pending(const struct gic *s, unsigned cpu, unsigned group)
{
    struct gic_best best = candidate(s, cpu);

    return best.id != GIC_SPURIOUS && gic_group_of(s, cpu, best.id) == group
               ? best.id
               : GIC_SPURIOUS;
}

/* Clears the bit of the highest active priority of @group. */
static void drop_priority(struct gic *s, unsigned cpu, unsigned group)
{
    u32(*ap)[GIC_MAX_CPUS] = group ? s->ap1r : s->ap0r;

    for (unsigned n = 0; n < GIC_N_APRS; n++) {
        if (ap[n][cpu]) {
            ap[n][cpu] &= ap[n][cpu] - 1;
            return;
        }
    }
}

void gic_end_of_interrupt(struct gic *s, unsigned cpu, unsigned group,
                          unsigned id)
{
    unsigned own = active_priority(s, group ? s->ap1r : s->ap0r, cpu);

    if (id >= GIC_N_IRQS) {
        if (id < 1020 || id > GIC_SPURIOUS)
            log_guest("gic: CPU %u ends interrupt %u, which is not there", cpu,
                      id);
        return;
    }
    /* The running priority must be of this group. */
    if (own == GIC_IDLE_PRIORITY || own != gic_running_priority(s, cpu)) {
        log_guest("gic: CPU %u ends interrupt %u of group %u, which is not "
                  "running",
                  cpu, id, group);
        return;
    }
    drop_priority(s, cpu, group);
    if (!(s->icc_ctlr[cpu] & GIC_CTLR_EOIMODE))
        deactivate(s, cpu, id);
    gic_update_cpu(s, cpu);
}

void gic_write_dir(struct gic *s, unsigned cpu, unsigned id)
{
    if (s->icc_ctlr[cpu] & GIC_CTLR_EOIMODE)
        deactivate(s, cpu, id);
    else
        log_guest("gic: CPU %u deactivates with EOImode 0", cpu);
}

/*
 * Makes SGI @id pending at @cpu if a write of a register of @group may do so:
 * with one Security state ICC_SGI1R reaches SGIs of either group, the others
 * only those of group 0.
 */
static void send_sgi(struct gic *s, unsigned cpu, unsigned id, unsigned group)
{
    if (group == 0 && bit64(s->p_group[cpu], id))
        return;
    s->p_latch[cpu] |= 1u << id;
    gic_update_private(s, cpu);
}

static void write_sgir(struct gic *s, unsigned cpu, unsigned group, u64 v)
{
    unsigned id = (unsigned)extract64(v, 24, 4);
    bool is_broadcast = bit64(v, 40);
    u64 cluster = extract64(v, 48, 8) << 32 | extract64(v, 32, 8) << 16 |
                  extract64(v, 16, 8) << 8;

    for (unsigned i = 0; i < s->n_cpus; i++) {
        u64 aff0 = s->mpidr[i] & 0xff;

        if (is_broadcast ? i != cpu
                         : (s->mpidr[i] & ~0xffull) == cluster && aff0 < 16 &&
                               bit64(v, (unsigned)aff0))
            send_sgi(s, i, id, group);
    }
}

static u64 read_bpr1(const struct gic *s, unsigned cpu)
{
    if (!(s->icc_ctlr[cpu] & GIC_CTLR_CBPR))
        return s->bpr1[cpu];
    return s->bpr0[cpu] < 7 ? s->bpr0[cpu] + 1 : 7;
}

static u64 icc_read(void *opaque, unsigned cpu, enum icc_reg reg)
{
    struct gic *s = opaque;

    switch (reg) {
    case ICC_PMR: return s->pmr[cpu];
    case ICC_IAR0: return gic_acknowledge(s, cpu, 0);
    case ICC_IAR1: return gic_acknowledge(s, cpu, 1);
    case ICC_HPPIR0: return gic_highest_pending(s, cpu, 0);
    case ICC_HPPIR1: return gic_highest_pending(s, cpu, 1);
    case ICC_BPR0: return s->bpr0[cpu];
    case ICC_BPR1: return read_bpr1(s, cpu);
    case ICC_AP0R0: return s->ap0r[0][cpu];
    case ICC_AP1R0: return s->ap1r[0][cpu];
    case ICC_RPR: return gic_running_priority(s, cpu);
    case ICC_CTLR: return s->icc_ctlr[cpu] | CTLR_FIXED;
    case ICC_SRE: return SRE_FIXED;
    case ICC_IGRPEN0: return s->igrpen[cpu] & 1;
    case ICC_IGRPEN1: return s->igrpen[cpu] >> 1;
    default: /* write-only */ return 0;
    }
}

void gic_write_igrpen(struct gic *s, unsigned cpu, u32 groups)
{
    s->igrpen[cpu] = groups;
    gic_update_spi(s, cpu);
    gic_update_private(s, cpu);
}

static u32 at_least(u64 v, u32 min)
{
    return (v & 7) < min ? min : v & 7;
}

static void icc_write(void *opaque, unsigned cpu, enum icc_reg reg, u64 v)
{
    struct gic *s = opaque;

    switch (reg) {
    case ICC_PMR: s->pmr[cpu] = (u32)v & s->prio_mask; break;
    case ICC_EOIR0: gic_end_of_interrupt(s, cpu, 0, v & 0xffffff); return;
    case ICC_EOIR1: gic_end_of_interrupt(s, cpu, 1, v & 0xffffff); return;
    case ICC_DIR: gic_write_dir(s, cpu, v & 0xffffff); return;
    case ICC_SGI1R: write_sgir(s, cpu, 1, v); return;
    case ICC_SGI0R:
    case ICC_ASGI1R: write_sgir(s, cpu, 0, v); return;
    case ICC_BPR0: s->bpr0[cpu] = at_least(v, MIN_BPR0); break;
    case ICC_BPR1:
        if (!(s->icc_ctlr[cpu] & GIC_CTLR_CBPR))
            s->bpr1[cpu] = at_least(v, MIN_BPR1);
        break;
    case ICC_AP0R0: s->ap0r[0][cpu] = (u32)v; break;
    case ICC_AP1R0: s->ap1r[0][cpu] = (u32)v; break;
    case ICC_CTLR:
        s->icc_ctlr[cpu] = v & (GIC_CTLR_CBPR | GIC_CTLR_EOIMODE);
        break;
    case ICC_IGRPEN0:
    case ICC_IGRPEN1:
        gic_write_igrpen(
            s, cpu, (u32)deposit64(s->igrpen[cpu], reg == ICC_IGRPEN1, 1, v));
        return;
    default: /* SRE is fixed; the others are read-only */ return;
    }
    gic_update_cpu(s, cpu);
}

void gic_cpu_reset(struct gic *s, unsigned cpu)
{
    s->pmr[cpu] = 0;
    s->bpr0[cpu] = s->version == 3 ? MIN_BPR0 : 0;
    s->bpr1[cpu] = s->version == 3 ? MIN_BPR1 : 1;
    s->icc_ctlr[cpu] = 0;
    s->igrpen[cpu] = 0;
    for (unsigned n = 0; n < GIC_N_APRS; n++) {
        s->ap0r[n][cpu] = 0;
        s->ap1r[n][cpu] = 0;
    }
}

static void icc_reset(void *opaque, unsigned cpu)
{
    gic_cpu_reset(opaque, cpu);
    gic_write_igrpen(opaque, cpu, 0);
}

const struct icc_ops gic_icc_ops = {
    .read = icc_read,
    .write = icc_write,
    .reset = icc_reset,
};
