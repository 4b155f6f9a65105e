/* SPDX-License-Identifier: MIT */
/*
 * gic_v2_dist.c - the GICv2 distributor (Arm IHI 0048, "Distributor register
 * descriptions"), and the device class of the whole controller.
 *
 * Regions: GICD, 4 KiB at dev->base; the CPU interfaces, 8 KiB, where
 * gic_connect() puts them. IRQs: [n] IRQ of CPU n, [8 + n] its FIQ.
 *
 * The registers of INTIDs 0-31 are banked: an access reaches those of the
 * CPU that makes it. An SGI is pending once for every CPU that sent it; its
 * bit in the pending word is set as long as any of them is left.
 *
 * Choices: sizes, identification and 288 INTIDs as QEMU's virt; no Security
 * Extensions; SGIs are always enabled. GICD_ITARGETSR is RAZ/WI with one CPU,
 * and bits of CPUs that are not there are always. All registers but GICD_SGIR
 * may be accessed by bytes and halfwords.
 */
#include "gic.h"

#include "log.h"

enum reg {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IIDR = 0x008,
    GICD_IGROUPR = 0x080,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_ISPENDR = 0x200,
    GICD_ICPENDR = 0x280,
    GICD_ISACTIVER = 0x300,
    GICD_ICACTIVER = 0x380,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_NSACR = 0xe00,
    GICD_SGIR = 0xf00,
    GICD_CPENDSGIR = 0xf10,
    GICD_SPENDSGIR = 0xf20,
    GICD_SPENDSGIR_END = 0xf30,
    GICD_IDS = 0xfd0,
};

#define GICD_SIZE 0x1000
#define IIDR      0x43bu /* Arm */

/* GICD_SGIR.TargetListFilter */
enum sgi_filter { SGI_LIST, SGI_OTHERS, SGI_SELF };

static u32 all_cpus(const struct gic *s)
{
    return (1u << s->n_cpus) - 1;
}

/* --- SGIs --------------------------------------------------------------- */

/* Sets which CPUs SGI @id is pending from at @cpu. */
static void set_sources(struct gic *s, unsigned cpu, unsigned id, u32 sources)
{
    s->sgi_source[GIC_N_SGIS * cpu + id] = (u8)(sources & all_cpus(s));
    s->p_latch[cpu] =
        (u32)deposit64(s->p_latch[cpu], id, 1, (sources & all_cpus(s)) != 0);
    gic_update_private(s, cpu);
}

static void write_sgir(struct gic *s, unsigned cpu, u32 v)
{
    unsigned id = v & 0xf;
    u32 targets = 0;

    switch (extract64(v, 24, 2)) {
    case SGI_LIST: targets = (v >> 16) & all_cpus(s); break;
    case SGI_OTHERS: targets = all_cpus(s) & ~(1u << cpu); break;
    case SGI_SELF: targets = 1u << cpu; break;
    default: log_guest("gic: CPU %u sends an SGI by reserved filter 3", cpu);
    }
    for (; targets; targets &= targets - 1) {
        unsigned to = ctz64(targets);

        set_sources(s, to, id, s->sgi_source[GIC_N_SGIS * to + id] | 1u << cpu);
    }
}

static void write_sgi_pending(struct gic *s, unsigned cpu, u64 off, u32 v)
{
    unsigned id = (unsigned)off % GIC_N_SGIS;
    u32 old = s->sgi_source[GIC_N_SGIS * cpu + id];

    set_sources(s, cpu, id, off >= GICD_SPENDSGIR ? old | v : old & ~v);
}

/* --- reading ------------------------------------------------------------ */

static u32 read_target(const struct gic *s, unsigned cpu, unsigned id)
{
    if (s->n_cpus == 1)
        return 0;
    return id < 32 ? 1u << cpu : s->itarget[id];
}

/* PIDR4-7, PIDR0-3 (GICv2 in PIDR2), CIDR0-3. */
static u32 read_id(u64 off)
{
    static const u8 ids[12] = { 0x04, 0x00, 0x00, 0x00, 0x90, 0xb4,
                                0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    return ids[(off - GICD_IDS) / 4];
}

/* Four registers of a byte each: the senders of SGIs, or targets. */
static u32 read_bytes(const struct gic *s, unsigned cpu, u64 off)
{
    unsigned id = (unsigned)(off & 0x3fc);
    u32 v = 0;

    for (unsigned i = 0; i < 4; i++) {
        if (off >= GICD_CPENDSGIR)
            v |= (u32)s->sgi_source[GIC_N_SGIS * cpu + id % GIC_N_SGIS + i]
                 << (8 * i);
        else if (id < GIC_N_IRQS)
            v |= read_target(s, cpu, id + i) << (8 * i);
    }
    return v;
}

/* GICD_ITARGETSR, GICD_CPENDSGIR and GICD_SPENDSGIR. */
static bool has_bytes(u64 off)
{
    return (off >= GICD_ITARGETSR && off < GICD_ICFGR) ||
           (off >= GICD_CPENDSGIR && off < GICD_SPENDSGIR_END);
}

/* The 32-bit register at @off; false if there is none. */
static bool read_reg(const struct gic *s, unsigned cpu, u64 off, u32 *v)
{
    unsigned id;

    *v = 0;
    if (gic_is_irq_reg(off, &id)) {
        *v = gic_read_irq_reg(s, cpu, off);
        return true;
    }
    if (has_bytes(off)) {
        *v = read_bytes(s, cpu, off);
        return true;
    }
    if (off >= GICD_IDS) {
        *v = read_id(off);
        return true;
    }
    switch (off) {
    case GICD_CTLR: *v = s->ctlr; return true;
    case GICD_TYPER: *v = (GIC_WORDS - 1) | (s->n_cpus - 1) << 5; return true;
    case GICD_IIDR: *v = IIDR; return true;
    }
    return off >= GICD_NSACR && off < GICD_SGIR; /* no Security Extensions */
}

static bool dist_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                      u64 *value)
{
    u32 v;

    if (!read_reg(opaque, cpu, off & ~3ull, &v))
        log_guest("gic: CPU %u reads reserved register 0x%llx of the "
                  "distributor",
                  cpu, (unsigned long long)off);
    *value = extract64(v, 8 * (off & 3), 8 * size);
    return true;
}

/* --- writing ------------------------------------------------------------ */

static void write_target(struct gic *s, unsigned id, u32 cpus)
{
    if (s->n_cpus == 1 || id < 32 || id >= GIC_N_IRQS)
        return;
    s->itarget[id] = (u8)(cpus & all_cpus(s));
    gic_update_route(s, id);
    gic_update_all_spi(s);
}

/* The bytes @mask of registers that have_bytes(). */
static void write_bytes(struct gic *s, unsigned cpu, u64 off, u32 v, u32 mask)
{
    for (unsigned i = 0; i < 4; i++) {
        u32 byte = (v >> (8 * i)) & 0xff;

        if (!(mask & 0xffu << (8 * i)))
            continue;
        if (off >= GICD_CPENDSGIR)
            write_sgi_pending(s, cpu, off + i, byte);
        else
            write_target(s, (unsigned)(off + i - GICD_ITARGETSR), byte);
    }
}

/* The bytes @mask of the register at @off; false if they cannot be written. */
static bool write_reg(struct gic *s, unsigned cpu, u64 off, u32 v, u32 mask)
{
    unsigned id;

    if (gic_is_irq_reg(off, &id)) {
        /* SGIs are always enabled; pending by GICD_SPENDSGIR. */
        if (id == 0 && off >= GICD_ISENABLER && off < GICD_ISACTIVER)
            mask &= ~GIC_SGIS;
        gic_write_irq_reg(s, cpu, off, v, mask);
        return true;
    }
    if (has_bytes(off)) {
        write_bytes(s, cpu, off, v, mask);
        return true;
    }
    if (off == GICD_CTLR) {
        if (mask & 0xff)
            gic_write_enables(s, v);
        return true;
    }
    if (off == GICD_SGIR && mask == ~0u) {
        write_sgir(s, cpu, v);
        return true;
    }
    return off >= GICD_NSACR && off < GICD_SGIR;
}

static bool dist_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                       u64 value)
{
    u32 v = (u32)(value << (8 * (off & 3)));

    if (!write_reg(opaque, cpu, off & ~3ull, v, gic_byte_mask(off, size)))
        log_guest("gic: CPU %u writes %u bytes at 0x%llx of the distributor",
                  cpu, size, (unsigned long long)off);
    return true;
}

/* --- the class ---------------------------------------------------------- */

static void gicv2_init(struct device *dev)
{
    struct gic *s = to_gic(dev);

    assert(dev->param >= 1 && dev->param <= GIC_MAX_CPUS);
    s->n_cpus = (unsigned)dev->param;
    s->version = 2;
    s->prio_mask = 0xff;
    s->level_shift = 1;
}

static void gicv2_reset(struct device *dev)
{
    struct gic *s = to_gic(dev);

    gic_reset_state(s);
    for (unsigned id = 0; id < GIC_N_IRQS; id++)
        s->itarget[id] = 0;
    for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
        s->p_enable[cpu] = GIC_SGIS;
        for (unsigned id = 0; id < GIC_N_SGIS; id++)
            s->sgi_source[GIC_N_SGIS * cpu + id] = 0;
    }
    gic_refresh(s);
}

static void gicv2_fdt(struct device *dev, struct dtb *d)
{
    /* Both regions have room for 64 KiB, as in QEMU's tree. */
    const u64 reg[] = { dev->base, 0x10000, to_gic(dev)->second_base, 0x10000 };

    dtb_begin_at(d, "intc", dev->base);
    dtb_u32(d, "phandle", FDT_PHANDLE_GIC);
    dtb_reg(d, reg, 2);
    dtb_str(d, "compatible", "arm,cortex-a15-gic");
    dtb_bytes(d, "ranges", NULL, 0);
    dtb_u32(d, "#size-cells", 2);
    dtb_u32(d, "#address-cells", 2);
    dtb_bytes(d, "interrupt-controller", NULL, 0);
    dtb_u32(d, "#interrupt-cells", 3);
    dtb_end(d);
}

static const struct dev_field gicv2_fields[] = {
    DEV_FIELD(struct gic, ctlr),
    DEV_ARRAY(struct gic, enable),
    DEV_ARRAY(struct gic, latch),
    DEV_ARRAY(struct gic, level),
    DEV_ARRAY(struct gic, active),
    DEV_ARRAY(struct gic, edge),
    DEV_ARRAY(struct gic, group),
    DEV_ARRAY(struct gic, prio),
    DEV_ARRAY(struct gic, itarget),
    DEV_ARRAY(struct gic, sgi_source),
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
    DEV_ARRAY(struct gic, ap0r[1]),
    DEV_ARRAY(struct gic, ap0r[2]),
    DEV_ARRAY(struct gic, ap0r[3]),
    DEV_ARRAY(struct gic, ap1r[0]),
    DEV_ARRAY(struct gic, ap1r[1]),
    DEV_ARRAY(struct gic, ap1r[2]),
    DEV_ARRAY(struct gic, ap1r[3]),
    DEV_FIELD_END,
};

static const struct dev_reg gicv2_regs[] = {
    DEV_REG(GICD_CTLR, "GICD_CTLR"),
    DEV_REG(GICD_TYPER, "GICD_TYPER"),
    DEV_REG(GICD_IIDR, "GICD_IIDR"),
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
    DEV_REGS(GICD_NSACR, "GICD_NSACR", 64, 4),
    DEV_REG(GICD_SGIR, "GICD_SGIR"),
    DEV_REGS(GICD_CPENDSGIR, "GICD_CPENDSGIR", 4, 4),
    DEV_REGS(GICD_SPENDSGIR, "GICD_SPENDSGIR", 4, 4),
    DEV_REG(0xfe8, "ICPIDR2"),
    DEV_REG_END,
};

const struct device_class gicv2_class = {
    .name = "gicv2",
    .state_size = sizeof(struct gic),
    .init = gicv2_init,
    .reset = gicv2_reset,
    .mmio = { .read = dist_read,
              .write = dist_write,
              .min = 1,
              .max = 4,
              .size = GICD_SIZE,
              .regs = gicv2_regs },
    .n_irqs = 2 * GIC_MAX_CPUS,
    .fields = gicv2_fields,
    .fdt = gicv2_fdt,
};
