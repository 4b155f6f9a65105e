/* SPDX-License-Identifier: MIT */
/*
 * gic_dist.c - the GICv3 distributor: SPIs and their routing (Arm IHI 0069,
 * "Distributor register descriptions"), and the device class of the whole
 * controller.
 *
 * Regions: GICD, 64 KiB at dev->base; the redistributors, 128 KiB a CPU,
 * where gic_connect() puts them. IRQs: [n] IRQ of CPU n, [8 + n] its FIQ.
 *
 * Choices: 288 INTIDs as QEMU's virt; no 1-of-N routing (TYPER.No1N, so
 * GICD_IROUTER.IRM is RES0); message-based SPIs through GICD_SETSPI_NSR
 * (TYPER.MBIS, which QEMU lacks); equal priorities: lowest INTID first. An
 * SPI routed to an affinity that no CPU has stays pending. Registers for
 * INTIDs 0-31 are RAZ/WI, as affinity routing is always on. A byte or
 * halfword write to a register other than GICD_IPRIORITYR is ignored, but for
 * messages, which may be halfwords, as a bus that carries MSIs makes them.
 */
#include "gic.h"

#include "log.h"

enum reg {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GICD_IIDR = 0x0008,
    GICD_TYPER2 = 0x000c,
    GICD_STATUSR = 0x0010,
    GICD_SETSPI_NSR = 0x0040,
    GICD_CLRSPI_NSR = 0x0048,
    GICD_SETSPI_SR = 0x0050,
    GICD_CLRSPI_SR = 0x0058,
    GICD_IGROUPR = 0x0080,
    GICD_ISENABLER = 0x0100,
    GICD_ICENABLER = 0x0180,
    GICD_ISPENDR = 0x0200,
    GICD_ICPENDR = 0x0280,
    GICD_ISACTIVER = 0x0300,
    GICD_ICACTIVER = 0x0380,
    GICD_IPRIORITYR = 0x0400,
    GICD_ITARGETSR = 0x0800,
    GICD_ICFGR = 0x0c00,
    GICD_IGRPMODR = 0x0d00,
    GICD_NSACR = 0x0e00,
    GICD_SGIR = 0x0f00,
    GICD_IROUTER = 0x6000,
    GICD_IROUTER_END = 0x6000 + 8 * 1020,
    GICD_IDS = 0xffd0,
};

/* No1N, A3V, 16 INTID bits; MBIS; no LPIs, one Security state. */
#define TYPER_FLAGS (1u << 25 | 1u << 24 | 15u << 19 | 1u << 16)
#define TYPER       (TYPER_FLAGS | (GIC_WORDS - 1))
#define IIDR        0x43bu /* Arm */

u32 gic_id_reg(u64 off, u32 pidr0)
{
    /* PIDR4-7, PIDR0-3 (ArchRev 3 in PIDR2), CIDR0-3. */
    static const u8 ids[12] = { 0x44, 0x00, 0x00, 0x00, 0x00, 0xb4,
                                0x3b, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
    unsigned i = (unsigned)(off - GICD_IDS) / 4;

    return i == 4 ? pidr0 : ids[i];
}

static bool is_route(u64 off, unsigned *id)
{
    *id = (unsigned)(off - GICD_IROUTER) / 8;
    return off >= GICD_IROUTER && off < GICD_IROUTER_END;
}

/* The 32-bit register at @off; false if there is none. */
static bool read_reg(const struct gic *s, u64 off, u32 *v)
{
    unsigned id;

    *v = 0;
    if (gic_is_irq_reg(off, &id)) {
        if (id >= 32) /* the others are in the redistributors */
            *v = gic_read_irq_reg(s, 0, off);
        return true;
    }
    if (is_route(off, &id)) {
        if (id >= 32 && id < GIC_N_IRQS)
            *v = (u32)(s->route[id] >> (off & 4 ? 32 : 0));
        return true;
    }
    if (off >= GICD_IDS) {
        *v = gic_id_reg(off, 0x92);
        return true;
    }
    switch (off) {
    case GICD_CTLR: *v = s->ctlr | GICD_CTLR_FIXED; return true;
    case GICD_TYPER: *v = TYPER; return true;
    case GICD_IIDR: *v = IIDR; return true;
    case GICD_TYPER2:
    case GICD_STATUSR: return true;
    }
    /* RAZ with one Security state or affinity routing. */
    return off >= GICD_ITARGETSR && off < GICD_SGIR;
}

/* A message: SPI @id becomes pending, or stops being so. */
static void write_message(struct gic *s, unsigned id, bool pending)
{
    u32 bit = 1u << (id % 32);

    if (id < 32 || id >= GIC_N_IRQS)
        return;
    if (pending)
        s->latch[id / 32] |= bit;
    else
        s->latch[id / 32] &= ~bit;
    gic_update_target(s, id);
}

static void write_route(struct gic *s, unsigned id, u64 route)
{
    s->route[id] = route & GIC_ROUTE_MASK;
    gic_update_route(s, id);
    gic_update_all_spi(s);
}

/* The bytes @mask of the register at @off; false if they cannot be written. */
static bool write_reg(struct gic *s, u64 off, u32 v, u32 mask)
{
    unsigned id;

    if (mask != ~0u && !gic_is_priority(off) &&
        (mask != 0xffff || off < GICD_SETSPI_NSR || off > GICD_CLRSPI_SR))
        return false;
    if (gic_is_irq_reg(off, &id)) {
        if (id >= 32)
            gic_write_irq_reg(s, 0, off, v, mask);
        return true;
    }
    if (is_route(off, &id)) {
        if (id >= 32 && id < GIC_N_IRQS)
            write_route(s, id,
                        deposit64(s->route[id], off & 4 ? 32 : 0, 32, v));
        return true;
    }
    switch (off) {
    case GICD_CTLR: gic_write_enables(s, v); return true;
    case GICD_SETSPI_NSR:
    case GICD_CLRSPI_NSR:
        write_message(s, v & 0x3ff, off == GICD_SETSPI_NSR);
        return true;
    case GICD_SETSPI_SR: /* WI with one Security state */
    case GICD_CLRSPI_SR:
    case GICD_STATUSR: return true;
    }
    return off >= GICD_ITARGETSR && off < GICD_SGIR;
}

static bool dist_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                      u64 *value)
{
    struct gic *s = opaque;
    u32 lo = 0, hi = 0;

    if (!read_reg(s, off & ~3ull, &lo))
        log_guest("gic: CPU %u reads reserved register 0x%llx of the "
                  "distributor",
                  cpu, (unsigned long long)off);
    if (size == 8)
        read_reg(s, off + 4, &hi);
    *value = extract64((u64)hi << 32 | lo, 8 * (off & 3), 8 * size);
    return true;
}

static bool dist_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                       u64 value)
{
    struct gic *s = opaque;
    bool is_done;
    unsigned id;

    if (size == 8 && is_route(off, &id)) {
        if (id >= 32 && id < GIC_N_IRQS)
            write_route(s, id, value);
        return true;
    }
    is_done = write_reg(s, off & ~3ull, (u32)(value << (8 * (off & 3))),
                        gic_byte_mask(off, size));
    if (size == 8)
        is_done |= write_reg(s, off + 4, (u32)(value >> 32), ~0u);
    if (!is_done)
        log_guest("gic: CPU %u writes %u bytes at 0x%llx of the distributor",
                  cpu, size, (unsigned long long)off);
    return true;
}

static void gicv3_init(struct device *dev)
{
    struct gic *s = to_gic(dev);

    assert(dev->param >= 1 && dev->param <= GIC_MAX_CPUS);
    s->n_cpus = (unsigned)dev->param;
    s->version = 3;
    s->prio_mask = 0xf8;
    s->level_shift = 3;
}

static void gicv3_reset(struct device *dev)
{
    struct gic *s = to_gic(dev);

    gic_reset_state(s);
    for (unsigned id = 0; id < GIC_N_IRQS; id++)
        s->route[id] = 0;
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++)
        s->waker[cpu] = GICR_WAKER_RESET;
    gic_refresh(s);
}

static void gicv3_fdt(struct device *dev, struct dtb *d)
{
    const u64 reg[] = { dev->base, GICD_FRAME_SIZE, to_gic(dev)->second_base,
                        GICR_REGION_SIZE };

    dtb_begin_at(d, "intc", dev->base);
    dtb_u32(d, "phandle", FDT_PHANDLE_GIC);
    dtb_reg(d, reg, 2);
    dtb_u32(d, "#redistributor-regions", 1);
    dtb_str(d, "compatible", "arm,gic-v3");
    dtb_bytes(d, "ranges", NULL, 0);
    dtb_u32(d, "#size-cells", 2);
    dtb_u32(d, "#address-cells", 2);
    dtb_bytes(d, "interrupt-controller", NULL, 0);
    dtb_u32(d, "#interrupt-cells", 3);
    dtb_end(d);
}

static const struct dev_field gicv3_fields[] = {
    DEV_FIELD(struct gic, ctlr),
    DEV_ARRAY(struct gic, enable),
    DEV_ARRAY(struct gic, latch),
    DEV_ARRAY(struct gic, level),
    DEV_ARRAY(struct gic, active),
    DEV_ARRAY(struct gic, edge),
    DEV_ARRAY(struct gic, group),
    DEV_ARRAY(struct gic, prio),
    DEV_ARRAY(struct gic, route),
    DEV_ARRAY(struct gic, waker),
    DEV_ARRAY(struct gic, p_enable),
    DEV_ARRAY(struct gic, p_latch),
    DEV_ARRAY(struct gic, p_level),
    DEV_ARRAY(struct gic, p_active),
    DEV_ARRAY(struct gic, p_edge),
    DEV_ARRAY(struct gic, p_group),
    DEV_ARRAY(struct gic, p_prio),
    DEV_ARRAY(struct gic, pmr),
    DEV_ARRAY(struct gic, bpr0),
    DEV_ARRAY(struct gic, bpr1),
    DEV_ARRAY(struct gic, icc_ctlr),
    DEV_ARRAY(struct gic, igrpen),
    DEV_ARRAY(struct gic, ap0r[0]),
    DEV_ARRAY(struct gic, ap1r[0]),
    DEV_FIELD_END,
};

static const struct dev_reg gicv3_regs[] = {
    DEV_REG(GICD_CTLR, "GICD_CTLR"),
    DEV_REG(GICD_TYPER, "GICD_TYPER"),
    DEV_REG(GICD_IIDR, "GICD_IIDR"),
    DEV_REG(GICD_TYPER2, "GICD_TYPER2"),
    DEV_REG(GICD_STATUSR, "GICD_STATUSR"),
    DEV_REG(GICD_SETSPI_NSR, "GICD_SETSPI_NSR"),
    DEV_REG(GICD_CLRSPI_NSR, "GICD_CLRSPI_NSR"),
    DEV_REG(GICD_SETSPI_SR, "GICD_SETSPI_SR"),
    DEV_REG(GICD_CLRSPI_SR, "GICD_CLRSPI_SR"),
    DEV_REGS(GICD_IGROUPR, "GICD_IGROUPR", 32, 4),
    DEV_REGS(GICD_ISENABLER, "GICD_ISENABLER", 32, 4),
    DEV_REGS(GICD_ICENABLER, "GICD_ICENABLER", 32, 4),
    DEV_REGS(GICD_ISPENDR, "GICD_ISPENDR", 32, 4),
    DEV_REGS(GICD_ICPENDR, "GICD_ICPENDR", 32, 4),
    DEV_REGS(GICD_ISACTIVER, "GICD_ISACTIVER", 32, 4),
    DEV_REGS(GICD_ICACTIVER, "GICD_ICACTIVER", 32, 4),
    DEV_REGS(GICD_IPRIORITYR, "GICD_IPRIORITYR", 255, 4),
    DEV_REGS(GICD_ITARGETSR, "GICD_ITARGETSR", 255, 4),
    DEV_REGS(GICD_ICFGR, "GICD_ICFGR", 64, 4),
    DEV_REGS(GICD_IGRPMODR, "GICD_IGRPMODR", 32, 4),
    DEV_REGS(GICD_NSACR, "GICD_NSACR", 64, 4),
    DEV_REG(GICD_SGIR, "GICD_SGIR"),
    DEV_REGS(GICD_IROUTER, "GICD_IROUTER", 1020, 8),
    DEV_REG(0xffe8, "GICD_PIDR2"),
    DEV_REG_END,
};

const struct device_class gicv3_class = {
    .name = "gicv3",
    .state_size = sizeof(struct gic),
    .init = gicv3_init,
    .reset = gicv3_reset,
    .mmio = { .read = dist_read,
              .write = dist_write,
              .min = 1,
              .max = 8,
              .size = GICD_FRAME_SIZE,
              .regs = gicv3_regs },
    .n_irqs = 2 * GIC_MAX_CPUS,
    .fields = gicv3_fields,
    .fdt = gicv3_fdt,
};
