/* SPDX-License-Identifier: MIT */
/*
 * gic.h - the interrupt controller, a GICv3 (Arm IHI 0069) or a GICv2 (IHI
 * 0048): state, and the seams between what both share and what software sees
 * of each. The board uses the last part only.
 *
 *   gic.c         both: interrupt state, its registers, input wires
 *   gic_cpu.c     both: acknowledge, pre-emption, end; GICv3: ICC_*_EL1
 *   gic_dist.c    GICv3: distributor, device class
 *   gic_redist.c  GICv3: redistributors
 *   gic_v2_dist.c GICv2: distributor, device class
 *   gic_v2_cpu.c  GICv2: memory-mapped CPU interfaces
 *
 * GICv3: one Security state (GICD_CTLR.DS = 1), affinity routing always on,
 * no LPIs, no ITS, 5 priority bits; group 0 drives a CPU's FIQ, group 1 its
 * IRQ. GICv2: no Security Extensions, 8 priority bits; group 0 drives IRQ
 * unless GICC_CTLR.FIQEn is set.
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
#define GIC_N_SGIS          16
#define GIC_SGIS            0xffffu /* SGIs in a word of 32 INTIDs */
#define GIC_WORDS           (GIC_N_IRQS / 32)
#define GIC_SPURIOUS        1023
#define GIC_IDLE_PRIORITY   0xff
#define GIC_ROUTE_MASK      0xff00ffffffull /* affinity fields */
#define GIC_N_APRS          4 /* active priorities registers of a group */

#define GICD_FRAME_SIZE     0x10000
#define GICR_FRAME_SIZE     0x20000  /* RD_base and SGI_base of one CPU */
#define GICR_REGION_SIZE    0xf60000 /* room for them in QEMU's map */

/* GICD_CTLR */
#define GICD_CTLR_ENABLE_G0 1u
#define GICD_CTLR_ENABLE_G1 2u
#define GICD_CTLR_FIXED     0x50u /* DS and ARE, read-as-one */

/* gic.icc_ctlr, encoded as ICC_CTLR_EL1 and, bits 2 and 3, as GICC_CTLR. */
#define GIC_CTLR_CBPR       1u
#define GIC_CTLR_EOIMODE    2u
#define GIC_CTLR_ACKCTL     4u /* GICv2 only */
#define GIC_CTLR_FIQEN      8u /* GICv2 only */

/* The best candidate of one kind for one CPU. */
struct gic_best {
    u16 id;  /* INTID, or GIC_SPURIOUS */
    u8 prio; /* its priority, GIC_IDLE_PRIORITY without one */
};

struct gic {
    struct device dev;       /* head; irq[] = IRQs, then FIQs */
    unsigned n_cpus;         /* 1..GIC_MAX_CPUS (dev.param) */
    u64 mpidr[GIC_MAX_CPUS]; /* affinity of each CPU */
    gpa_t second_base;       /* redistributors or CPU interfaces */
    unsigned version;        /* 2 or 3 */
    u32 prio_mask;           /* implemented bits of a priority */
    unsigned level_shift;    /* priority bits below a pre-emption level */

    /* Distributor. Word 0 of the bitmaps is unused: it is per CPU below. */
    u32 ctlr;               /* GICD_CTLR, enable bits */
    u32 enable[GIC_WORDS];  /* GICD_ISENABLER */
    u32 latch[GIC_WORDS];   /* latched pending state */
    u32 level[GIC_WORDS];   /* input wires */
    u32 active[GIC_WORDS];  /* GICD_ISACTIVER */
    u32 edge[GIC_WORDS];    /* GICD_ICFGR, one bit an interrupt */
    u32 group[GIC_WORDS];   /* GICD_IGROUPR */
    u8 prio[GIC_N_IRQS];    /* GICD_IPRIORITYR */
    u64 route[GIC_N_IRQS];  /* GICD_IROUTER, GICv3 */
    u8 itarget[GIC_N_IRQS]; /* GICD_ITARGETSR of SPIs, GICv2 */
    u8 sgi_source[GIC_MAX_CPUS * GIC_N_SGIS]; /* GICD_SPENDSGIR, GICv2 */

    /* SGIs and PPIs of each CPU: redistributors or banked registers. */
    u32 waker[GIC_MAX_CPUS];      /* GICR_WAKER, GICv3 */
    u32 p_enable[GIC_MAX_CPUS];   /* GICR_ISENABLER0 */
    u32 p_latch[GIC_MAX_CPUS];    /* latched pending state */
    u32 p_level[GIC_MAX_CPUS];    /* input wires of PPIs */
    u32 p_active[GIC_MAX_CPUS];   /* GICR_ISACTIVER0 */
    u32 p_edge[GIC_MAX_CPUS];     /* GICR_ICFGR, one bit an interrupt */
    u32 p_group[GIC_MAX_CPUS];    /* GICR_IGROUPR0 */
    u8 p_prio[GIC_MAX_CPUS * 32]; /* GICR_IPRIORITYR */

    /* CPU interfaces: ICC_*_EL1, or GICC_* where named. */
    u32 pmr[GIC_MAX_CPUS];      /* ICC_PMR_EL1 */
    u32 bpr0[GIC_MAX_CPUS];     /* ICC_BPR0_EL1, GICC_BPR */
    u32 bpr1[GIC_MAX_CPUS];     /* ICC_BPR1_EL1, GICC_ABPR */
    u32 icc_ctlr[GIC_MAX_CPUS]; /* GIC_CTLR_* */
    u32 igrpen[GIC_MAX_CPUS];   /* bit g: ICC_IGRPENg_EL1.Enable */
    /* Active priorities: register 0 of every CPU, then 1 to 3 (GICv2). */
    u32 ap0r[GIC_N_APRS][GIC_MAX_CPUS]; /* ICC_AP0Rn_EL1, GICC_APRn */
    u32 ap1r[GIC_N_APRS][GIC_MAX_CPUS]; /* ICC_AP1Rn_EL1, GICC_NSAPRn */

    /* Derived. */
    u32 target[GIC_MAX_CPUS][GIC_WORDS];        /* SPIs that go to the CPU */
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

/* gic.c: what @cpu should take of the SPIs has changed, or all CPUs. */
void gic_update_spi(struct gic *s, unsigned cpu);
void gic_update_all_spi(struct gic *s);
/* A change of SPI @id alone: only CPUs that it goes to are looked at. */
void gic_update_target(struct gic *s, unsigned id);
/* What @cpu should take of its SGIs and PPIs has changed. */
void gic_update_private(struct gic *s, unsigned cpu);
/* Writes the enable bits of GICD_CTLR. */
void gic_write_enables(struct gic *s, u32 v);
/* Recomputes everything derived and drives the wires. */
void gic_refresh(struct gic *s);
/* Brings target[] up to date with the route or the targets of SPI @id. */
void gic_update_route(struct gic *s, unsigned id);
/* Reset values of everything shared; input wires keep their level. */
void gic_reset_state(struct gic *s);
/*
 * The registers that say something of every INTID, at the offsets that
 * distributor and SGI_base have in common: GICD_IGROUPR to GICD_ICACTIVER,
 * GICD_IPRIORITYR and GICD_ICFGR. Sets @first to the first INTID of the word
 * at @off, which may be past the last one; false if @off is another register.
 */
bool gic_is_irq_reg(u64 off, unsigned *first);
/* @off is of GICD_IPRIORITYR, which may be accessed by bytes. */
bool gic_is_priority(u64 off);
/*
 * Such a word; that of INTIDs 0-31 is that of @cpu, and past the last INTID
 * they are RAZ/WI. A write is of the bytes in @mask.
 */
u32 gic_read_irq_reg(const struct gic *s, unsigned cpu, u64 off);
void gic_write_irq_reg(struct gic *s, unsigned cpu, u64 off, u32 v, u32 mask);
/* The bits of a word that a write of @size bytes at @off goes to. */
static inline u32 gic_byte_mask(u64 off, unsigned size)
{
    return (u32)(mask64(size < 4 ? 8 * size : 32) << (8 * (off & 3)));
}

/* gic_redist.c */
#define GICR_WAKER_RESET 6u /* ProcessorSleep, ChildrenAsleep */
extern const struct mmio_ops gic_redist_ops;

/* gic_cpu.c: @group is 0 or 1. */
void gic_cpu_reset(struct gic *s, unsigned cpu);
/* Drives the wires of @cpu from the cached candidates. */
void gic_update_cpu(struct gic *s, unsigned cpu);
/* An interrupt of @group is what is signalled to @cpu. */
bool gic_is_signalled(const struct gic *s, unsigned cpu, unsigned group);
/* Makes it active and returns its INTID; GIC_SPURIOUS if there is none. */
unsigned gic_acknowledge(struct gic *s, unsigned cpu, unsigned group);
/* INTID of the best pending interrupt if it is of @group, masked or not. */
unsigned gic_highest_pending(const struct gic *s, unsigned cpu, unsigned group);
/* Priority of the interrupt being handled, GIC_IDLE_PRIORITY if none is. */
unsigned gic_running_priority(const struct gic *s, unsigned cpu);
/* Priority drop, and deactivation unless EOImode is 1. */
void gic_end_of_interrupt(struct gic *s, unsigned cpu, unsigned group,
                          unsigned id);
/* Deactivation with EOImode 1. */
void gic_write_dir(struct gic *s, unsigned cpu, unsigned id);
unsigned gic_group_of(const struct gic *s, unsigned cpu, unsigned id);
/* Enables @groups (bit g: group g) at the interface of @cpu. */
void gic_write_igrpen(struct gic *s, unsigned cpu, u32 groups);

/* gic_v2_cpu.c */
extern const struct mmio_ops gicv2_cpu_ops;

/* Values of the identification registers 0xffd0-0xfffc of a frame. */
u32 gic_id_reg(u64 off, u32 pidr0);

/*
 * For the board. gic_connect() gives the CPUs' affinities (n_cpus entries)
 * and their wires, and adds what stands beside the distributor, that is the
 * redistributors or the GICv2's CPU interfaces, to the bus at @second_base;
 * once, before the first reset. gic_icc_ops are for a GICv3.
 */
extern const struct icc_ops gic_icc_ops;
void gic_connect(struct device *dev, gpa_t second_base, const u64 *mpidr,
                 const struct irq_line *irq, const struct irq_line *fiq);
/* Input wires: SPI @spi (INTID - 32), PPI @ppi (INTID - 16) of @cpu. */
struct irq_line gic_spi_line(struct device *dev, unsigned spi);
struct irq_line gic_ppi_line(struct device *dev, unsigned cpu, unsigned ppi);

#endif
