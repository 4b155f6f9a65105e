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

#define SGI_BASE    0x10000 /* its place in the redistributor */
#define GICR_IDS    0xffd0  /* identification registers, in RD_base only */
#define WAKER_SLEEP 2u

/* A register of SGIs or PPIs in SGI_base; sets @reg to its GICD_* offset. */
static bool is_irq_reg(u64 off, u64 *reg)
{
    unsigned first;

    *reg = off - SGI_BASE;
    return off >= SGI_BASE && gic_is_irq_reg(*reg, &first) && first < 32;
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
    u64 reg;

    *v = 0;
    if (is_irq_reg(off, &reg)) {
        *v = gic_read_irq_reg(s, cpu, reg);
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
    }
    return false;
}

/* The bytes @mask of the register at @off; false if they cannot be written. */
static bool write_reg(struct gic *s, unsigned cpu, u64 off, u32 v, u32 mask)
{
    u64 reg;

    if (is_irq_reg(off, &reg) && (mask == ~0u || gic_is_priority(reg))) {
        gic_write_irq_reg(s, cpu, reg, v, mask);
        return true;
    }
    if (mask != ~0u)
        return false;
    switch (off) {
    case GICR_CTLR: /* no LPIs, no DPG */
    case GICR_STATUSR: return true;
    case GICR_WAKER:
        s->waker[cpu] = v & WAKER_SLEEP ? GICR_WAKER_RESET : 0;
        return true;
    }
    return false;
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
    is_done = write_reg(s, target, off & ~3ull, (u32)(value << (8 * (off & 3))),
                        gic_byte_mask(off, size));
    if (size == 8)
        is_done |= write_reg(s, target, off + 4, (u32)(value >> 32), ~0u);
    if (!is_done)
        log_guest("gic: CPU %u writes %u bytes at 0x%llx of redistributor %u",
                  cpu, size, (unsigned long long)off, target);
    return true;
}

static const struct dev_reg redist_regs[] = {
    DEV_REG(GICR_CTLR, "GICR_CTLR"),
    DEV_REG(GICR_IIDR, "GICR_IIDR"),
    DEV_REGS(GICR_TYPER, "GICR_TYPER", 0, 8),
    DEV_REG(GICR_STATUSR, "GICR_STATUSR"),
    DEV_REG(GICR_WAKER, "GICR_WAKER"),
    DEV_REG(0xffe8, "GICR_PIDR2"),
    DEV_REG(SGI_BASE + 0x080, "GICR_IGROUPR0"),
    DEV_REG(SGI_BASE + 0x100, "GICR_ISENABLER0"),
    DEV_REG(SGI_BASE + 0x180, "GICR_ICENABLER0"),
    DEV_REG(SGI_BASE + 0x200, "GICR_ISPENDR0"),
    DEV_REG(SGI_BASE + 0x280, "GICR_ICPENDR0"),
    DEV_REG(SGI_BASE + 0x300, "GICR_ISACTIVER0"),
    DEV_REG(SGI_BASE + 0x380, "GICR_ICACTIVER0"),
    DEV_REGS(SGI_BASE + 0x400, "GICR_IPRIORITYR", 8, 4),
    DEV_REGS(SGI_BASE + 0xc00, "GICR_ICFGR", 2, 4),
    DEV_REG_END,
};

const struct mmio_ops gic_redist_ops = {
    .read = redist_read,
    .write = redist_write,
    .min = 1,
    .max = 8,
    .size = GICR_FRAME_SIZE,
    .regs = redist_regs,
};
