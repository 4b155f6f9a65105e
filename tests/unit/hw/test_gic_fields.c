/* SPDX-License-Identifier: MIT */
/*
 * test_gic_fields.c - what a GIC lists of its state: every register that a
 * guest can write is in the fields that the state hash and the monitor see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

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

/* Writes all ones wherever there may be a register, then resets. */
static void test_reset_forgets_what_was_written(void **state)
{
    struct gictest *g = *state;
    bool is_v3 = g->gic->version == 3;
    GByteArray *old, *now;

    g->t.dev->cls->reset(g->t.dev);
    old = fields(g);
    for (u32 off = 0; off < (is_v3 ? 0x8000 : 0x1000); off += 4) {
        if (is_v3)
            gicd_wr(g, off, ~0u);
        else
            gic2_wr(g, 0, GICTEST_GICD + off, 4, ~0u);
    }
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        for (u32 off = 0; off < (is_v3 ? 0x1000 : 0x100); off += 4) {
            if (is_v3)
                gicr_wr(g, cpu, SGI_BASE + off, ~0u);
            else
                gic2_wr(g, cpu, GICTEST_GICC + off, 4, ~0u);
        }
        if (is_v3)
            gicr_wr(g, cpu, WAKER, 0);
    }
    now = fields(g);
    assert_memory_not_equal(now->data, old->data, now->len);
    g_byte_array_unref(now);
    g->t.dev->cls->reset(g->t.dev);
    now = fields(g);
    assert_int_equal(now->len, old->len);
    assert_memory_equal(now->data, old->data, now->len);
    g_byte_array_unref(now);
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
    u64 off;          /* in its range */
    const char *name; /* in the manual, without the number */
    unsigned count;   /* of an array, 0 = one register */
    unsigned bytes;   /* of one register */
};

static const struct name gicd_v3[] = {
    { 0x0, "GICD_CTLR", 0, 4 }, { 0x4, "GICD_TYPER", 0, 4 },
    { 0x8, "GICD_IIDR", 0, 4 }, { 0xc, "GICD_TYPER2", 0, 4 },
    { 0x10, "GICD_STATUSR", 0, 4 }, { 0x40, "GICD_SETSPI_NSR", 0, 4 },
    { 0x48, "GICD_CLRSPI_NSR", 0, 4 }, { 0x50, "GICD_SETSPI_SR", 0, 4 },
    { 0x58, "GICD_CLRSPI_SR", 0, 4 }, { 0x80, "GICD_IGROUPR", 32, 4 },
    { 0x100, "GICD_ISENABLER", 32, 4 }, { 0x180, "GICD_ICENABLER", 32, 4 },
    { 0x200, "GICD_ISPENDR", 32, 4 }, { 0x280, "GICD_ICPENDR", 32, 4 },
    { 0x300, "GICD_ISACTIVER", 32, 4 }, { 0x380, "GICD_ICACTIVER", 32, 4 },
    { 0x400, "GICD_IPRIORITYR", 255, 4 }, { 0x800, "GICD_ITARGETSR", 255, 4 },
    { 0xc00, "GICD_ICFGR", 64, 4 }, { 0xd00, "GICD_IGRPMODR", 32, 4 },
    { 0xe00, "GICD_NSACR", 64, 4 }, { 0xf00, "GICD_SGIR", 0, 4 },
    { 0x6000, "GICD_IROUTER", 1020, 8 }, { 0xffe8, "GICD_PIDR2", 0, 4 },
};
static const struct name gicr[] = {
    { 0x0, "GICR_CTLR", 0, 4 }, { 0x4, "GICR_IIDR", 0, 4 },
    { 0x8, "GICR_TYPER", 0, 8 }, { 0x10, "GICR_STATUSR", 0, 4 },
    { 0x14, "GICR_WAKER", 0, 4 }, { 0xffe8, "GICR_PIDR2", 0, 4 },
    { 0x10080, "GICR_IGROUPR0", 0, 4 }, { 0x10100, "GICR_ISENABLER0", 0, 4 },
    { 0x10180, "GICR_ICENABLER0", 0, 4 }, { 0x10200, "GICR_ISPENDR0", 0, 4 },
    { 0x10280, "GICR_ICPENDR0", 0, 4 }, { 0x10300, "GICR_ISACTIVER0", 0, 4 },
    { 0x10380, "GICR_ICACTIVER0", 0, 4 }, { 0x10400, "GICR_IPRIORITYR", 8, 4 },
    { 0x10c00, "GICR_ICFGR", 2, 4 },
};
static const struct name gicd_v2[] = {
    { 0x0, "GICD_CTLR", 0, 4 }, { 0x4, "GICD_TYPER", 0, 4 },
    { 0x8, "GICD_IIDR", 0, 4 }, { 0x80, "GICD_IGROUPR", 32, 4 },
    { 0x100, "GICD_ISENABLER", 32, 4 }, { 0x180, "GICD_ICENABLER", 32, 4 },
    { 0x200, "GICD_ISPENDR", 32, 4 }, { 0x280, "GICD_ICPENDR", 32, 4 },
    { 0x300, "GICD_ISACTIVER", 32, 4 }, { 0x380, "GICD_ICACTIVER", 32, 4 },
    { 0x400, "GICD_IPRIORITYR", 255, 4 }, { 0x800, "GICD_ITARGETSR", 255, 4 },
    { 0xc00, "GICD_ICFGR", 64, 4 }, { 0xe00, "GICD_NSACR", 64, 4 },
    { 0xf00, "GICD_SGIR", 0, 4 }, { 0xf10, "GICD_CPENDSGIR", 4, 4 },
    { 0xf20, "GICD_SPENDSGIR", 4, 4 }, { 0xfe8, "ICPIDR2", 0, 4 },
};
static const struct name gicc[] = {
    { 0x0, "GICC_CTLR", 0, 4 }, { 0x4, "GICC_PMR", 0, 4 },
    { 0x8, "GICC_BPR", 0, 4 }, { 0xc, "GICC_IAR", 0, 4 },
    { 0x10, "GICC_EOIR", 0, 4 }, { 0x14, "GICC_RPR", 0, 4 },
    { 0x18, "GICC_HPPIR", 0, 4 }, { 0x1c, "GICC_ABPR", 0, 4 },
    { 0x20, "GICC_AIAR", 0, 4 }, { 0x24, "GICC_AEOIR", 0, 4 },
    { 0x28, "GICC_AHPPIR", 0, 4 }, { 0xd0, "GICC_APR", 4, 4 },
    { 0xe0, "GICC_NSAPR", 4, 4 }, { 0xfc, "GICC_IIDR", 0, 4 },
    { 0x1000, "GICC_DIR", 0, 4 },
};

/* What is at @pa, without the name of the range. */
static void name_at(struct gictest *g, gpa_t pa, char buf[64])
{
    char *dot;

    bus_name(&g->t.bus, pa, buf, 64);
    dot = strchr(buf, '.');
    assert_non_null(dot);
    memmove(buf, dot + 1, strlen(dot));
}

/* Do the @size bytes at @base have these names and no others? */
static void are_named(struct gictest *g, gpa_t base, u64 size,
                      const struct name *n, unsigned count)
{
    unsigned want = 0, got = 0;
    char buf[64], *name;

    for (; count--; n++) {
        unsigned last = n->count ? n->count - 1 : 0;

        name_at(g, base + n->off, buf);
        name = g_strdup_printf(n->count ? "%s0" : "%s", n->name);
        assert_string_equal(buf, name);
        g_free(name);
        name_at(g, base + n->off + last * n->bytes, buf);
        name = n->count ? g_strdup_printf("%s%u", n->name, last)
                        : g_strdup(n->name);
        assert_string_equal(buf, name);
        g_free(name);
        want += (last + 1) * n->bytes / 4;
    }
    for (u64 off = 0; off < size; off += 4) {
        name_at(g, base + off, buf);
        got += buf[0] != '+';
    }
    assert_int_equal(got, want);
}

static void test_gicv3_registers_have_their_names(void **state)
{
    struct gictest *g = *state;

    are_named(g, g->t.dev->base, 0x10000, gicd_v3, ARRAY_SIZE(gicd_v3));
    are_named(g, GICTEST_REDIST, 0x20000, gicr, ARRAY_SIZE(gicr));
}

static void test_gicv2_registers_have_their_names(void **state)
{
    struct gictest *g = *state;

    are_named(g, g->t.dev->base, 0x1000, gicd_v2, ARRAY_SIZE(gicd_v2));
    are_named(g, GICTEST_GICC, 0x2000, gicc, ARRAY_SIZE(gicc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gicv3_lists_what_registers_write,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_gicv2_lists_what_registers_write,
                                        setup_v2, teardown),
        cmocka_unit_test_setup_teardown(test_reset_forgets_what_was_written,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_reset_forgets_what_was_written,
                                        setup_v2, teardown),
        cmocka_unit_test_setup_teardown(test_gicv3_registers_have_their_names,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_gicv2_registers_have_their_names,
                                        setup_v2, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
