/* SPDX-License-Identifier: MIT */
/*
 * gic.h - the GICv3 interrupt controller (Arm IHI 0069): state, and the seam
 * between the distributor (gic_dist.c), the redistributors (gic_redist.c)
 * and the CPU interfaces (gic_cpu.c). The board uses the last part only.
 *
 * One Security state (GICD_CTLR.DS = 1), affinity routing always on, no
 * LPIs, no ITS, 5 priority bits. Group 0 drives a CPU's FIQ, group 1 its IRQ.
 *
 * An interrupt is pending if its latch is set or, when it is level-sensitive,
 * its wire is high: pending = latch | (level & ~edge).
 *
 * Which interrupt a CPU should take is found in two cached steps: the best
 * private one and the best SPI (members best_*), each recomputed only when
 * something it depends on changed. Derived members are not state: they
 * follow from the listed fields through gic_refresh().
 */
#ifndef EMU_GIC_H
#define EMU_GIC_H

#include "bits.h"
#include "devices.h"
#include "icc.h"

#define GIC_MAX_CPUS        8
#define GIC_N_IRQS          288 /* SGIs, PPIs and 256 SPIs */
#define GIC_WORDS           (GIC_N_IRQS / 32)
#define GIC_SPURIOUS        1023
#define GIC_IDLE_PRIORITY   0xff
#define GIC_PRIORITY_MASK   0xf8u /* the 5 implemented bits */

#define GICD_FRAME_SIZE     0x10000
#define GICR_FRAME_SIZE     0x20000  /* RD_base and SGI_base of one CPU */
#define GICR_REGION_SIZE    0xf60000 /* room for them in QEMU's map */

/* GICD_CTLR */
#define GICD_CTLR_ENABLE_G0 1u
#define GICD_CTLR_ENABLE_G1 2u
#define GICD_CTLR_FIXED     0x50u /* DS and ARE, read-as-one */

/* The best candidate of one kind for one CPU. */
struct gic_best {
    u16 id;  /* INTID, or GIC_SPURIOUS */
    u8 prio; /* its priority, GIC_IDLE_PRIORITY without one */
};

struct gic {
    struct device dev;       /* head; irq[] = IRQs, then FIQs */
    unsigned n_cpus;         /* 1..GIC_MAX_CPUS (dev.param) */
    u64 mpidr[GIC_MAX_CPUS]; /* affinity of each CPU */
    gpa_t redist_base;       /* address of CPU 0's RD_base */

    /* Distributor. Word 0 of the bitmaps is unused: it is per CPU below. */
    u32 ctlr;              /* GICD_CTLR, enable bits */
    u32 enable[GIC_WORDS]; /* GICD_ISENABLER */
    u32 latch[GIC_WORDS];  /* latched pending state */
    u32 level[GIC_WORDS];  /* input wires */
    u32 active[GIC_WORDS]; /* GICD_ISACTIVER */
    u32 edge[GIC_WORDS];   /* GICD_ICFGR, one bit an interrupt */
    u32 group[GIC_WORDS];  /* GICD_IGROUPR */
    u8 prio[GIC_N_IRQS];   /* GICD_IPRIORITYR */
    u64 route[GIC_N_IRQS]; /* GICD_IROUTER */

    /* Redistributors: SGIs and PPIs of each CPU. */
    u32 waker[GIC_MAX_CPUS];      /* GICR_WAKER */
    u32 p_enable[GIC_MAX_CPUS];   /* GICR_ISENABLER0 */
    u32 p_latch[GIC_MAX_CPUS];    /* latched pending state */
    u32 p_level[GIC_MAX_CPUS];    /* input wires of PPIs */
    u32 p_active[GIC_MAX_CPUS];   /* GICR_ISACTIVER0 */
    u32 p_edge[GIC_MAX_CPUS];     /* GICR_ICFGR, one bit an interrupt */
    u32 p_group[GIC_MAX_CPUS];    /* GICR_IGROUPR0 */
    u8 p_prio[GIC_MAX_CPUS * 32]; /* GICR_IPRIORITYR */

    /* CPU interfaces. */
    u32 pmr[GIC_MAX_CPUS];      /* ICC_PMR_EL1 */
    u32 bpr0[GIC_MAX_CPUS];     /* ICC_BPR0_EL1 */
    u32 bpr1[GIC_MAX_CPUS];     /* ICC_BPR1_EL1 */
    u32 icc_ctlr[GIC_MAX_CPUS]; /* ICC_CTLR_EL1: CBPR, EOImode */
    u32 igrpen[GIC_MAX_CPUS];   /* bit g: ICC_IGRPENg_EL1.Enable */
    u32 ap0r[GIC_MAX_CPUS];     /* ICC_AP0R0_EL1 */
    u32 ap1r[GIC_MAX_CPUS];     /* ICC_AP1R0_EL1 */

    /* Derived. */
    u32 target[GIC_MAX_CPUS][GIC_WORDS];        /* SPIs routed to the CPU */
    struct gic_best best_private[GIC_MAX_CPUS]; /* among SGIs and PPIs */
    struct gic_best best_spi[GIC_MAX_CPUS];     /* among SPIs */
    bool irq_out[GIC_MAX_CPUS];                 /* levels now on the wires */
    bool fiq_out[GIC_MAX_CPUS];                 /* the same for FIQ */
};

static inline struct gic *to_gic(struct device *dev)
{
    return container_of(dev, struct gic, dev);
}

/* The bitmap word of SPIs @w of group @g = 0 or 1 as a mask. */
static inline u32 gic_group_mask(u32 group, u32 enables)
{
    u32 mask = 0;

    if (enables & 1)
        mask |= ~group;
    if (enables & 2)
        mask |= group;
    return mask;
}

/* Groups that the distributor and CPU @cpu both enable, bit 0 and bit 1. */
static inline u32 gic_enabled_groups(const struct gic *s, unsigned cpu)
{
    return s->ctlr & s->igrpen[cpu];
}

static inline u32 gic_pending(const struct gic *s, unsigned w)
{
    return s->latch[w] | (s->level[w] & ~s->edge[w]);
}

static inline u32 gic_p_pending(const struct gic *s, unsigned cpu)
{
    return s->p_latch[cpu] | (s->p_level[cpu] & ~s->p_edge[cpu]);
}

/* gic_dist.c: what @cpu should take of the SPIs has changed, or all CPUs. */
void gic_update_spi(struct gic *s, unsigned cpu);
void gic_update_all_spi(struct gic *s);
/* A change of SPI @id alone: only the CPU it is routed to is looked at. */
void gic_update_target(struct gic *s, unsigned id);
/* Recomputes everything derived and drives the wires. */
void gic_refresh(struct gic *s);

/* gic_redist.c */
extern const struct mmio_ops gic_redist_ops;
void gic_redist_reset(struct gic *s, unsigned cpu);
/* What @cpu should take of its SGIs and PPIs has changed. */
void gic_update_private(struct gic *s, unsigned cpu);
void gic_set_ppi(void *opaque, unsigned n, bool level);

/* gic_cpu.c */
void gic_cpu_reset(struct gic *s, unsigned cpu);
/* Drives the wires of @cpu from the cached candidates. */
void gic_update_cpu(struct gic *s, unsigned cpu);

/* Values of the identification registers 0xffd0-0xfffc of a frame. */
u32 gic_id_reg(u64 off, u32 pidr0);

/*
 * For the board. gic_connect() gives the CPUs' affinities (n_cpus entries)
 * and their wires, and adds the redistributors to the bus at @redist_base;
 * once, before the first reset.
 */
extern const struct icc_ops gic_icc_ops;
void gic_connect(struct device *dev, gpa_t redist_base, const u64 *mpidr,
                 const struct irq_line *irq, const struct irq_line *fiq);
/* Input wires: SPI @spi (INTID - 32), PPI @ppi (INTID - 16) of @cpu. */
struct irq_line gic_spi_line(struct device *dev, unsigned spi);
struct irq_line gic_ppi_line(struct device *dev, unsigned cpu, unsigned ppi);

#endif
