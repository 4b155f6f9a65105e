/* SPDX-License-Identifier: MIT */
/*
 * gictest.c - a GICv3 or GICv2 with several CPUs (gictest.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "gictest.h"

static struct gictest *new_gic(const struct device_class *cls, gpa_t second,
                               unsigned n_cpus)
{
    static const u64 mpidr[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    struct gictest *g = g_new0(struct gictest, 1);
    struct irq_line irq[8], fiq[8];

    for (unsigned i = 0; i < 8; i++) {
        irq[i] = fake_wire(&g->t.wires, i);
        fiq[i] = fake_wire(&g->t.wires, 8 + i);
    }
    hwtest_init(&g->t, cls, 0x08000000, NULL, n_cpus);
    g->gic = to_gic(g->t.dev);
    gic_connect(g->t.dev, second, mpidr, irq, fiq);
    cls->reset(g->t.dev);
    return g;
}

struct gictest *gictest_new(unsigned n_cpus)
{
    return new_gic(&gicv3_class, GICTEST_REDIST, n_cpus);
}

struct gictest *gictest_new_v2(unsigned n_cpus)
{
    return new_gic(&gicv2_class, GICTEST_GICC, n_cpus);
}

void gictest_free(struct gictest *g)
{
    check_fields_in_struct(g->t.dev);
    hwtest_fini(&g->t);
    g_free(g);
}

u32 gicd_rd(struct gictest *g, u64 off)
{
    return (u32)hwtest_read(&g->t, off, 4);
}

void gicd_wr(struct gictest *g, u64 off, u32 v)
{
    hwtest_write(&g->t, off, 4, v);
}

static u64 gicr_offset(struct gictest *g, unsigned cpu, u64 off)
{
    return GICTEST_REDIST - g->t.dev->base + 0x20000 * cpu + off;
}

u32 gicr_rd(struct gictest *g, unsigned cpu, u64 off)
{
    return gicd_rd(g, gicr_offset(g, cpu, off));
}

void gicr_wr(struct gictest *g, unsigned cpu, u64 off, u32 v)
{
    gicd_wr(g, gicr_offset(g, cpu, off), v);
}

u64 icc_rd(struct gictest *g, unsigned cpu, enum icc_reg reg)
{
    return gic_icc_ops.read(g->t.dev, cpu, reg);
}

void icc_wr(struct gictest *g, unsigned cpu, enum icc_reg reg, u64 v)
{
    gic_icc_ops.write(g->t.dev, cpu, reg, v);
}

u32 gic2_rd(struct gictest *g, unsigned cpu, gpa_t pa, unsigned size)
{
    u64 v = 0;

    assert_int_equal(bus_read(&g->t.bus, cpu, pa, size, &v), MEM_OK);
    return (u32)v;
}

void gic2_wr(struct gictest *g, unsigned cpu, gpa_t pa, unsigned size, u32 v)
{
    assert_int_equal(bus_write(&g->t.bus, cpu, pa, size, v), MEM_OK);
}

void gictest_open(struct gictest *g)
{
    gicd_wr(g, 0, 3);
    for (unsigned w = 1; w < GIC_WORDS; w++)
        gicd_wr(g, 0x80 + 4 * w, ~0u);
    for (unsigned cpu = 0; cpu < g->gic->n_cpus; cpu++) {
        gicr_wr(g, cpu, 0x14, 0);
        gicr_wr(g, cpu, 0x10080, ~0u);
        icc_wr(g, cpu, ICC_PMR, 0xff);
        icc_wr(g, cpu, ICC_IGRPEN0, 1);
        icc_wr(g, cpu, ICC_IGRPEN1, 1);
    }
}

void gictest_enable(struct gictest *g, unsigned id, unsigned cpu, u8 prio)
{
    if (id < 32) {
        hwtest_write(&g->t, gicr_offset(g, cpu, 0x10400 + id), 1, prio);
        gicr_wr(g, cpu, 0x10100, 1u << id);
        return;
    }
    hwtest_write(&g->t, 0x400 + id, 1, prio);
    hwtest_write(&g->t, 0x6000 + 8 * id, 8, cpu);
    gicd_wr(g, 0x100 + 4 * (id / 32), 1u << (id % 32));
}

void gictest_group(struct gictest *g, unsigned id, unsigned cpu, unsigned group)
{
    u32 bit = 1u << (id % 32), old;

    if (id < 32) {
        old = gicr_rd(g, cpu, 0x10080);
        gicr_wr(g, cpu, 0x10080, group ? old | bit : old & ~bit);
    } else {
        old = gicd_rd(g, 0x80 + 4 * (id / 32));
        gicd_wr(g, 0x80 + 4 * (id / 32), group ? old | bit : old & ~bit);
    }
}

void gictest_drive(struct gictest *g, unsigned id, unsigned cpu, bool level)
{
    struct irq_line line = id < 32 ? gic_ppi_line(g->t.dev, cpu, id - 16)
                                   : gic_spi_line(g->t.dev, id - 32);

    irq_set(&line, level);
}
