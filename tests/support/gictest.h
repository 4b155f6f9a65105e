/* SPDX-License-Identifier: MIT */
/*
 * gictest.h - a GICv3 or GICv2 with several CPUs, for their test programs.
 * Wire n is the IRQ of CPU n, wire 8 + n its FIQ.
 */
#ifndef EMU_GICTEST_H
#define EMU_GICTEST_H

#include "gic.h"
#include "hwtest.h"

#define GICTEST_REDIST 0x080a0000ull /* GICv3 */
#define GICTEST_GICD   0x08000000ull /* both */
#define GICTEST_GICC   0x08010000ull /* GICv2 */

struct gictest {
    struct hwtest t; /* the distributor is its device */
    struct gic *gic; /* state, for white-box looks */
};

/* A GIC with @n_cpus CPUs of affinity 0, 1... in its reset state. */
struct gictest *gictest_new(unsigned n_cpus);
void gictest_free(struct gictest *g);

/* The same, a GICv2; only the functions gic2_* and gictest_drive are for it. */
struct gictest *gictest_new_v2(unsigned n_cpus);
/* Accesses by CPU @cpu; an abort fails. */
u32 gic2_rd(struct gictest *g, unsigned cpu, gpa_t pa, unsigned size);
void gic2_wr(struct gictest *g, unsigned cpu, gpa_t pa, unsigned size, u32 v);

/* Distributor, 32 bits. */
u32 gicd_rd(struct gictest *g, u64 off);
void gicd_wr(struct gictest *g, u64 off, u32 v);
/* Redistributor of @cpu; SGI_base is at 0x10000. */
u32 gicr_rd(struct gictest *g, unsigned cpu, u64 off);
void gicr_wr(struct gictest *g, unsigned cpu, u64 off, u32 v);
/* CPU interface. */
u64 icc_rd(struct gictest *g, unsigned cpu, enum icc_reg reg);
void icc_wr(struct gictest *g, unsigned cpu, enum icc_reg reg, u64 v);

/* Both groups on everywhere, mask open, everything in group 1. */
void gictest_open(struct gictest *g);
/* Enables INTID @id with @prio; of CPU @cpu if private, else routed to it. */
void gictest_enable(struct gictest *g, unsigned id, unsigned cpu, u8 prio);
/* Puts INTID @id in @group, for CPU @cpu if private. */
void gictest_group(struct gictest *g, unsigned id, unsigned cpu,
                   unsigned group);
/* Drives an input wire: SPI by INTID, or PPI of @cpu. */
void gictest_drive(struct gictest *g, unsigned id, unsigned cpu, bool level);

#endif
