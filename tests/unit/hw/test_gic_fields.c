/* SPDX-License-Identifier: MIT */
/*
 * test_gic_fields.c - what a GIC lists of its state: every register that a
 * guest can write is in the fields that the state hash and the monitor see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "gictest.h"

/* Offsets in the distributor and CPU frames, from IHI 0048 and IHI 0069. */
#define CTLR       0x0000
#define IGROUPR    0x0080
#define ISENABLER  0x0100
#define ISPENDR    0x0200
#define ISACTIVER  0x0300
#define IPRIORITYR 0x0400
#define ITARGETSR  0x0800
#define ICFGR      0x0c00
#define SPENDSGIR  0x0f20
#define IROUTER    0x6000
#define WAKER      0x0014 /* of a redistributor */
#define SGI_BASE   0x10000
#define GICC_CTLR  0x00
#define GICC_PMR   0x04
#define GICC_BPR   0x08
#define GICC_ABPR  0x1c
#define GICC_APR   0xd0
#define GICC_NSAPR 0xe0

static int setup(void **state)
{
    *state = gictest_new(2);
    return 0;
}

static int setup_v2(void **state)
{
    *state = gictest_new_v2(2);
    return 0;
}

static int teardown(void **state)
{
    gictest_free(*state);
    return 0;
}

static void add_field(void *opaque, const char *name, void *p, u32 size,
                      u32 count)
{
    (void)name;
    g_byte_array_append(opaque, p, size * count);
}

/* All fields, one after the other. */
static GByteArray *fields(struct gictest *g)
{
    GByteArray *all = g_byte_array_new();

    device_walk(g->t.dev, add_field, all);
    return all;
}

/* Fails unless the fields are others than in *@old, and remembers them. */
static void changed(struct gictest *g, GByteArray **old)
{
    GByteArray *now = fields(g);

    assert_int_equal(now->len, (*old)->len);
    assert_memory_not_equal(now->data, (*old)->data, now->len);
    g_byte_array_unref(*old);
    *old = now;
}

static void test_gicv3_lists_what_registers_write(void **state)
{
    static const struct {
        u32 off;
        u32 value;
    } dist[] = {
        { CTLR, 0x13 },       { IGROUPR + 4, 1 },
        { ISENABLER + 4, 2 }, { ISPENDR + 8, 4 },
        { ISACTIVER + 4, 8 }, { IPRIORITYR + 0x40, 0x80 },
        { ICFGR + 0x10, 2 },  { IROUTER + 8 * 40, 1 },
    };
    static const struct {
        u32 off;
        u32 value;
    } redist[] = {
        { WAKER, 0 },
        { SGI_BASE + IGROUPR, 2 },
        { SGI_BASE + ISENABLER, 1 },
        { SGI_BASE + ISPENDR, 4 },
        { SGI_BASE + ISACTIVER, 1 },
        { SGI_BASE + IPRIORITYR, 8 },
        { SGI_BASE + ICFGR + 4, 2 },
    };
    static const struct {
        enum icc_reg reg;
        u32 value;
    } icc[] = {
        { ICC_PMR, 0x80 }, { ICC_BPR0, 5 },    { ICC_BPR1, 6 },
        { ICC_CTLR, 2 },   { ICC_IGRPEN0, 1 }, { ICC_IGRPEN1, 1 },
        { ICC_AP0R0, 4 },  { ICC_AP1R0, 8 },
    };
    struct gictest *g = *state;
    GByteArray *old = fields(g);

    for (unsigned i = 0; i < ARRAY_SIZE(dist); i++) {
        gicd_wr(g, dist[i].off, dist[i].value);
        changed(g, &old);
    }
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        for (unsigned i = 0; i < ARRAY_SIZE(redist); i++) {
            gicr_wr(g, cpu, redist[i].off, redist[i].value);
            changed(g, &old);
        }
        for (unsigned i = 0; i < ARRAY_SIZE(icc); i++) {
            icc_wr(g, cpu, icc[i].reg, icc[i].value);
            changed(g, &old);
        }
    }
    gictest_drive(g, 50, 0, true);
    changed(g, &old);
    gictest_drive(g, 27, 1, true);
    changed(g, &old);
    g_byte_array_unref(old);
}

static void test_gicv2_lists_what_registers_write(void **state)
{
    static const struct {
        u32 off;
        u32 value;
    } dist[] = {
        { CTLR, 3 },
        { IGROUPR, 0x10000 },
        { IGROUPR + 4, 1 },
        { ISENABLER, 1u << 20 },
        { ISENABLER + 4, 2 },
        { ISPENDR, 1u << 21 },
        { ISPENDR + 8, 4 },
        { ISACTIVER, 1 },
        { ISACTIVER + 4, 8 },
        { IPRIORITYR, 8 },
        { IPRIORITYR + 0x40, 0x80 },
        { ITARGETSR + 0x24, 2 },
        { ICFGR + 0x10, 2 },
        { SPENDSGIR, 2 },
    };
    static const struct {
        u32 off;
        u32 value;
    } cpu_if[] = {
        { GICC_CTLR, 1 },      { GICC_PMR, 0x80 },    { GICC_BPR, 5 },
        { GICC_ABPR, 6 },      { GICC_APR, 4 },       { GICC_APR + 4, 2 },
        { GICC_APR + 8, 1 },   { GICC_APR + 12, 8 },  { GICC_NSAPR, 4 },
        { GICC_NSAPR + 4, 2 }, { GICC_NSAPR + 8, 1 }, { GICC_NSAPR + 12, 8 },
    };
    struct gictest *g = *state;
    GByteArray *old = fields(g);

    for (unsigned i = 0; i < ARRAY_SIZE(dist); i++) {
        gic2_wr(g, 0, GICTEST_GICD + dist[i].off, 4, dist[i].value);
        changed(g, &old);
    }
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        for (unsigned i = 0; i < ARRAY_SIZE(cpu_if); i++) {
            gic2_wr(g, cpu, GICTEST_GICC + cpu_if[i].off, 4, cpu_if[i].value);
            changed(g, &old);
        }
    }
    gictest_drive(g, 50, 0, true);
    changed(g, &old);
    gictest_drive(g, 27, 1, true);
    changed(g, &old);
    g_byte_array_unref(old);
}

/* A register and its name, from IHI 0048 and IHI 0069. */
struct name {
    u64 off;          /* in the distributor */
    const char *name; /* of the register, or the first of an array */
};

static void are_named(struct gictest *g, const struct name *n, unsigned count)
{
    unsigned found = 0;

    for (unsigned i = 0; i < count; i++)
        assert_string_equal(device_reg_name(g->t.dev, n[i].off), n[i].name);
    for (u64 off = 0; off < 0x10000; off++)
        found += device_reg_name(g->t.dev, off) != NULL;
    assert_int_equal(found, count);
}

static void test_gicv3_registers_have_their_names(void **state)
{
    static const struct name names[] = {
        { 0x0, "GICD_CTLR" }, { 0x4, "GICD_TYPER" }, { 0x8, "GICD_IIDR" },
        { 0xc, "GICD_TYPER2" }, { 0x10, "GICD_STATUSR" },
        { 0x40, "GICD_SETSPI_NSR" }, { 0x48, "GICD_CLRSPI_NSR" },
        { 0x50, "GICD_SETSPI_SR" }, { 0x58, "GICD_CLRSPI_SR" },
        { 0x80, "GICD_IGROUPR" }, { 0x100, "GICD_ISENABLER" },
        { 0x180, "GICD_ICENABLER" }, { 0x200, "GICD_ISPENDR" },
        { 0x280, "GICD_ICPENDR" }, { 0x300, "GICD_ISACTIVER" },
        { 0x380, "GICD_ICACTIVER" }, { 0x400, "GICD_IPRIORITYR" },
        { 0x800, "GICD_ITARGETSR" }, { 0xc00, "GICD_ICFGR" },
        { 0xd00, "GICD_IGRPMODR" }, { 0xe00, "GICD_NSACR" },
        { 0xf00, "GICD_SGIR" }, { 0x6000, "GICD_IROUTER" },
        { 0xffe8, "GICD_PIDR2" },
    };

    are_named(*state, names, ARRAY_SIZE(names));
}

static void test_gicv2_registers_have_their_names(void **state)
{
    static const struct name names[] = {
        { 0x0, "GICD_CTLR" }, { 0x4, "GICD_TYPER" }, { 0x8, "GICD_IIDR" },
        { 0x80, "GICD_IGROUPR" }, { 0x100, "GICD_ISENABLER" },
        { 0x180, "GICD_ICENABLER" }, { 0x200, "GICD_ISPENDR" },
        { 0x280, "GICD_ICPENDR" }, { 0x300, "GICD_ISACTIVER" },
        { 0x380, "GICD_ICACTIVER" }, { 0x400, "GICD_IPRIORITYR" },
        { 0x800, "GICD_ITARGETSR" }, { 0xc00, "GICD_ICFGR" },
        { 0xe00, "GICD_NSACR" }, { 0xf00, "GICD_SGIR" },
        { 0xf10, "GICD_CPENDSGIR" }, { 0xf20, "GICD_SPENDSGIR" },
        { 0xfe8, "ICPIDR2" },
    };

    are_named(*state, names, ARRAY_SIZE(names));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gicv3_lists_what_registers_write,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_gicv2_lists_what_registers_write,
                                        setup_v2, teardown),
        cmocka_unit_test_setup_teardown(test_gicv3_registers_have_their_names,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_gicv2_registers_have_their_names,
                                        setup_v2, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
