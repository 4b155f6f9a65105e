/* SPDX-License-Identifier: MIT */
/*
 * gic_v2_cpu.c - the registers of the GICv2 CPU interfaces (Arm IHI 0048, "CPU
 * interface register descriptions"). Every CPU sees its own at the same
 * addresses; how they behave is in gic_cpu.c.
 *
 * No Security Extensions: an access is as a Secure one, which sees both
 * groups. GICC_IAR gives 1022 for an interrupt of group 1 unless AckCtl is
 * set; GICC_AIAR acknowledges it. GICC_EOIR ends an interrupt of either group.
 * An SGI comes from the lowest numbered CPU that has sent it, which is in bits
 * 12:10 of what is read; the CPU number written at the end is ignored.
 */
#include "gic.h"

#include "log.h"

enum reg {
    GICC_CTLR = 0x0000,
    GICC_PMR = 0x0004,
    GICC_BPR = 0x0008,
    GICC_IAR = 0x000c,
    GICC_EOIR = 0x0010,
    GICC_RPR = 0x0014,
    GICC_HPPIR = 0x0018,
    GICC_ABPR = 0x001c,
    GICC_AIAR = 0x0020,
    GICC_AEOIR = 0x0024,
    GICC_AHPPIR = 0x0028,
    GICC_APR = 0x00d0,
    GICC_NSAPR = 0x00e0,
    GICC_NSAPR_END = 0x00f0,
    GICC_IIDR = 0x00fc,
    GICC_DIR = 0x1000,
};

#define IIDR             0x0002043bu /* GICv2, Arm */
#define GROUP_1_HIDDEN   1022u       /* read instead of an INTID of group 1 */
#define INTID_MASK       0x3ffu
#define MIN_ABPR         1u

/* Places of CBPR and EOImode in GICC_CTLR; the others are in gic.h. */
#define CTLR_CBPR_BIT    4
#define CTLR_EOIMODE_BIT 9

static u32 read_ctlr(const struct gic *s, unsigned cpu)
{
    u32 ctlr = s->icc_ctlr[cpu];

    return s->igrpen[cpu] | (ctlr & (GIC_CTLR_ACKCTL | GIC_CTLR_FIQEN)) |
           (ctlr & GIC_CTLR_CBPR ? 1u << CTLR_CBPR_BIT : 0) |
           (ctlr & GIC_CTLR_EOIMODE ? 1u << CTLR_EOIMODE_BIT : 0);
}

static void write_ctlr(struct gic *s, unsigned cpu, u32 v)
{
    s->icc_ctlr[cpu] = (v & (GIC_CTLR_ACKCTL | GIC_CTLR_FIQEN)) |
                       (bit64(v, CTLR_CBPR_BIT) ? GIC_CTLR_CBPR : 0) |
                       (bit64(v, CTLR_EOIMODE_BIT) ? GIC_CTLR_EOIMODE : 0);
    gic_write_igrpen(s, cpu, v & 3);
}

/* An INTID as the registers show it: with its source if it is an SGI. */
static u32 with_source(const struct gic *s, unsigned cpu, unsigned id)
{
    if (id >= GIC_N_SGIS)
        return id;
    return id | ctz64(s->sgi_source[GIC_N_SGIS * cpu + id]) << 10;
}

/* Acknowledges for @group; an SGI stays pending from its other sources. */
static u32 acknowledge(struct gic *s, unsigned cpu, unsigned group)
{
    unsigned id = gic_acknowledge(s, cpu, group);
    u32 v = with_source(s, cpu, id);
    u8 *sources;

    if (id < GIC_N_SGIS) {
        sources = &s->sgi_source[GIC_N_SGIS * cpu + id];
        *sources &= (u8)(*sources - 1);
        if (*sources) {
            s->p_latch[cpu] |= 1u << id;
            gic_update_private(s, cpu);
        }
    }
    return v;
}

static u32 read_iar(struct gic *s, unsigned cpu)
{
    if (!gic_is_signalled(s, cpu, 1))
        return acknowledge(s, cpu, 0);
    if (!(s->icc_ctlr[cpu] & GIC_CTLR_ACKCTL))
        return GROUP_1_HIDDEN;
    return acknowledge(s, cpu, 1);
}

static u32 read_hppir(const struct gic *s, unsigned cpu)
{
    unsigned id = gic_highest_pending(s, cpu, 1);

    if (id == GIC_SPURIOUS)
        return with_source(s, cpu, gic_highest_pending(s, cpu, 0));
    return s->icc_ctlr[cpu] & GIC_CTLR_ACKCTL ? with_source(s, cpu, id)
                                              : GROUP_1_HIDDEN;
}

static bool cpu_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                     u64 *value)
{
    struct gic *s = opaque;
    unsigned n = (unsigned)(off / 4 % GIC_N_APRS);

    (void)size;
    *value = 0;
    switch (off) {
    case GICC_CTLR: *value = read_ctlr(s, cpu); return true;
    case GICC_PMR: *value = s->pmr[cpu]; return true;
    case GICC_BPR: *value = s->bpr0[cpu]; return true;
    case GICC_IAR: *value = read_iar(s, cpu); return true;
    case GICC_RPR: *value = gic_running_priority(s, cpu); return true;
    case GICC_HPPIR: *value = read_hppir(s, cpu); return true;
    case GICC_ABPR: *value = s->bpr1[cpu]; return true;
    case GICC_AIAR: *value = acknowledge(s, cpu, 1); return true;
    case GICC_AHPPIR:
        *value = with_source(s, cpu, gic_highest_pending(s, cpu, 1));
        return true;
    case GICC_IIDR: *value = IIDR; return true;
    }
    if (off >= GICC_APR && off < GICC_NSAPR_END)
        *value = (off < GICC_NSAPR ? s->ap0r : s->ap1r)[n][cpu];
    else
        log_guest("gic: CPU %u reads 0x%llx of its interface", cpu,
                  (unsigned long long)off);
    return true;
}

/* GICC_EOIR and GICC_AEOIR; the latter ends interrupts of group 1 only. */
static void end(struct gic *s, unsigned cpu, unsigned id, bool is_aliased)
{
    unsigned group = id < GIC_N_IRQS ? gic_group_of(s, cpu, id) : 0;

    gic_end_of_interrupt(s, cpu, is_aliased ? 1 : group, id);
}

static bool cpu_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                      u64 value)
{
    struct gic *s = opaque;
    unsigned n = (unsigned)(off / 4 % GIC_N_APRS);
    u32 v = (u32)value;

    (void)size;
    switch (off) {
    case GICC_CTLR: write_ctlr(s, cpu, v); return true;
    case GICC_PMR: s->pmr[cpu] = v & s->prio_mask; break;
    case GICC_BPR: s->bpr0[cpu] = v & 7; break;
    case GICC_EOIR: end(s, cpu, v & INTID_MASK, false); return true;
    case GICC_ABPR: s->bpr1[cpu] = (v & 7) < MIN_ABPR ? MIN_ABPR : v & 7; break;
    case GICC_AEOIR: end(s, cpu, v & INTID_MASK, true); return true;
    case GICC_DIR: gic_write_dir(s, cpu, v & INTID_MASK); return true;
    default:
        if (off >= GICC_APR && off < GICC_NSAPR_END)
            (off < GICC_NSAPR ? s->ap0r : s->ap1r)[n][cpu] = v;
        else
            log_guest("gic: CPU %u writes 0x%llx of its interface", cpu,
                      (unsigned long long)off);
    }
    gic_update_cpu(s, cpu);
    return true;
}

static const struct dev_reg cpu_regs[] = {
    DEV_REG(GICC_CTLR, "GICC_CTLR"),
    DEV_REG(GICC_PMR, "GICC_PMR"),
    DEV_REG(GICC_BPR, "GICC_BPR"),
    DEV_REG(GICC_IAR, "GICC_IAR"),
    DEV_REG(GICC_EOIR, "GICC_EOIR"),
    DEV_REG(GICC_RPR, "GICC_RPR"),
    DEV_REG(GICC_HPPIR, "GICC_HPPIR"),
    DEV_REG(GICC_ABPR, "GICC_ABPR"),
    DEV_REG(GICC_AIAR, "GICC_AIAR"),
    DEV_REG(GICC_AEOIR, "GICC_AEOIR"),
    DEV_REG(GICC_AHPPIR, "GICC_AHPPIR"),
    DEV_REGS(GICC_APR, "GICC_APR", 4, 4),
    DEV_REGS(GICC_NSAPR, "GICC_NSAPR", 4, 4),
    DEV_REG(GICC_IIDR, "GICC_IIDR"),
    DEV_REG(GICC_DIR, "GICC_DIR"),
    DEV_REG_END,
};

const struct mmio_ops gicv2_cpu_ops = {
    .read = cpu_read,
    .write = cpu_write,
    .min = 4,
    .max = 4,
    .size = 0x2000,
    .regs = cpu_regs,
};
