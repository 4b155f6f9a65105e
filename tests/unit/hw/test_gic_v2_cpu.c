/* SPDX-License-Identifier: MIT */
/*
 * test_gic_v2_cpu.c - hw/gic_v2_cpu.c: the GICv2 CPU interfaces against IHI
 * 0048 and the values of QEMU's virt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gictest.h"

#define IRQ(g, cpu) ((g)->t.wires.level[cpu])
#define FIQ(g, cpu) ((g)->t.wires.level[8 + (cpu)])

enum reg {
    CTLR = 0x00,
    PMR = 0x04,
    BPR = 0x08,
    IAR = 0x0c,
    EOIR = 0x10,
    RPR = 0x14,
    HPPIR = 0x18,
    ABPR = 0x1c,
    AIAR = 0x20,
    AEOIR = 0x24,
    AHPPIR = 0x28,
    APR = 0xd0,
    NSAPR = 0xe0,
    IIDR = 0xfc,
    DIR = 0x1000,
};

enum ctlr {
    GRP0 = 1,
    GRP1 = 2,
    ACKCTL = 4,
    FIQEN = 8,
    CBPR = 16,
    EOIMODE = 0x200
};

static u32 rd(struct gictest *g, unsigned cpu, enum reg off)
{
    return gic2_rd(g, cpu, GICTEST_GICC + off, 4);
}

static void wr(struct gictest *g, unsigned cpu, enum reg off, u32 v)
{
    gic2_wr(g, cpu, GICTEST_GICC + off, 4, v);
}

static void dist(struct gictest *g, unsigned cpu, u64 off, unsigned size, u32 v)
{
    gic2_wr(g, cpu, GICTEST_GICD + off, size, v);
}

static u32 dist_rd(struct gictest *g, unsigned cpu, u64 off)
{
    return gic2_rd(g, cpu, GICTEST_GICD + off, 4);
}

static int setup(void **state)
{
    struct gictest *g = gictest_new_v2(4);

    dist(g, 0, 0, 4, 3);
    for (unsigned cpu = 0; cpu < 4; cpu++) {
        wr(g, cpu, CTLR, GRP0 | GRP1);
        wr(g, cpu, PMR, 0xff);
    }
    *state = g;
    return 0;
}

static int teardown(void **state)
{
    gictest_free(*state);
    return 0;
}

/* Enables SPI @id for the CPUs in @targets with @prio in group @group. */
static void spi(struct gictest *g, unsigned id, u32 targets, u8 prio,
                unsigned group)
{
    dist(g, 0, 0x400 + id, 1, prio);
    dist(g, 0, 0x800 + id, 1, targets);
    dist(
        g, 0, 0x80 + 4 * (id / 32), 4,
        (u32)deposit64(dist_rd(g, 0, 0x80 + 4 * (id / 32)), id % 32, 1, group));
    dist(g, 0, 0x100 + 4 * (id / 32), 4, 1u << (id % 32));
}

static void test_reset_values_are_those_of_qemu(void **state)
{
    static const struct {
        enum reg off; /* register */
        u32 want;     /* its value after a reset */
    } values[] = {
        { CTLR, 0 },      { PMR, 0 },      { BPR, 0 },   { IAR, 1023 },
        { RPR, 0xff },    { HPPIR, 1023 }, { ABPR, 1 },  { AIAR, 1023 },
        { AHPPIR, 1023 }, { APR, 0 },      { NSAPR, 0 }, { IIDR, 0x2043b },
        { EOIR, 0 },      { DIR, 0 },
    };
    struct gictest *g = *state;

    gicv2_class.reset(g->t.dev);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        assert_int_equal(rd(g, 1, values[i].off), values[i].want);
}

static void test_writable_bits_are_banked(void **state)
{
    struct gictest *g = *state;

    wr(g, 1, CTLR, ~0u);
    assert_int_equal(rd(g, 1, CTLR), 0x21f);
    assert_int_equal(rd(g, 0, CTLR), 3);
    for (unsigned bit = 0; bit < 32; bit++) {
        wr(g, 1, CTLR, 1u << bit);
        assert_int_equal(rd(g, 1, CTLR), (1u << bit) & 0x21f);
    }
    wr(g, 1, PMR, 0x1234567);
    assert_int_equal(rd(g, 1, PMR), 0x67);
    assert_int_equal(rd(g, 0, PMR), 0xff);
    wr(g, 1, BPR, ~0u);
    assert_int_equal(rd(g, 1, BPR), 7);
    wr(g, 1, ABPR, 0);
    assert_int_equal(rd(g, 1, ABPR), 1);
    wr(g, 1, ABPR, 0xfe);
    assert_int_equal(rd(g, 1, ABPR), 6);
    for (unsigned i = 0; i < 8; i++) {
        wr(g, 1, APR + 4 * i, 0x1000 + i);
        assert_int_equal(rd(g, 0, APR + 4 * i), 0);
    }
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(rd(g, 1, APR + 4 * i), 0x1000 + i);
    wr(g, 1, IIDR, 0);
    assert_int_equal(rd(g, 1, IIDR), 0x2043b);
}

static void test_frame_is_8_KiB(void **state)
{
    struct gictest *g = *state;
    u64 v;

    assert_int_equal(rd(g, 0, 0x1ffc), 0);
    wr(g, 0, 0x40, 1);
    assert_int_equal(bus_read(&g->t.bus, 0, GICTEST_GICC + 0x2000, 4, &v),
                     MEM_ABORT);
}

static void test_life_of_a_level_interrupt(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 2, 0xa2, 0);
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 1) && !FIQ(g, 1) && !IRQ(g, 0));
    assert_int_equal(rd(g, 1, HPPIR), 40);
    assert_int_equal(rd(g, 0, HPPIR), 1023);
    assert_int_equal(rd(g, 0, IAR), 1023);
    assert_int_equal(rd(g, 1, IAR), 40);
    assert_false(IRQ(g, 1));
    assert_int_equal(rd(g, 1, RPR), 0xa2);
    assert_int_equal(rd(g, 1, APR + 8), 1u << (0xa2 / 2 - 64));
    assert_int_equal(rd(g, 1, IAR), 1023);
    assert_int_equal(dist_rd(g, 0, 0x304), 1u << 8);
    wr(g, 1, EOIR, 40);
    assert_true(IRQ(g, 1));
    assert_int_equal(rd(g, 1, RPR), 0xff);
    gictest_drive(g, 40, 0, false);
    assert_false(IRQ(g, 1));
}

static void test_group_0_drives_FIQ_if_told_so(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 1, 0x80, 0);
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 0) && !FIQ(g, 0));
    wr(g, 0, CTLR, GRP0 | FIQEN);
    assert_true(!IRQ(g, 0) && FIQ(g, 0));
    spi(g, 40, 1, 0x80, 1);
    assert_true(!IRQ(g, 0) && !FIQ(g, 0));
    wr(g, 0, CTLR, GRP0 | GRP1 | FIQEN);
    assert_true(IRQ(g, 0) && !FIQ(g, 0));
    dist(g, 0, 0, 4, 1);
    assert_true(!IRQ(g, 0) && !FIQ(g, 0));
}

static void test_group_1_is_acknowledged_by_AckCtl_or_alias(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 1, 0x80, 1);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(rd(g, 0, IAR), 1022);
    assert_int_equal(rd(g, 0, HPPIR), 1022);
    assert_int_equal(rd(g, 0, AHPPIR), 40);
    assert_int_equal(rd(g, 0, RPR), 0xff);
    assert_int_equal(rd(g, 0, AIAR), 40);
    assert_int_equal(rd(g, 0, NSAPR + 8), 1);
    assert_int_equal(rd(g, 0, APR + 8), 0);
    wr(g, 0, AEOIR, 40);
    assert_int_equal(rd(g, 0, RPR), 0xff);
    wr(g, 0, CTLR, GRP0 | GRP1 | ACKCTL);
    assert_int_equal(rd(g, 0, HPPIR), 40);
    assert_int_equal(rd(g, 0, IAR), 40);
    wr(g, 0, EOIR, 40);
    assert_true(IRQ(g, 0));
    /* An interrupt of group 0 is not for the aliases. */
    spi(g, 40, 1, 0x80, 0);
    assert_int_equal(rd(g, 0, AIAR), 1023);
    assert_int_equal(rd(g, 0, AHPPIR), 1023);
    assert_int_equal(rd(g, 0, IAR), 40);
    wr(g, 0, AEOIR, 40);
    assert_int_equal(rd(g, 0, RPR), 0x80);
    /* A masked one of group 1 is not announced as 1022. */
    spi(g, 41, 1, 0x80, 1);
    gictest_drive(g, 41, 0, true);
    wr(g, 0, CTLR, GRP0 | GRP1);
    assert_int_equal(rd(g, 0, IAR), 1023);
}

static void test_mask_holds_back_equal_and_lower_priorities(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 1, 0x81, 0);
    gictest_drive(g, 40, 0, true);
    wr(g, 0, PMR, 0x81);
    assert_false(IRQ(g, 0));
    assert_int_equal(rd(g, 0, IAR), 1023);
    wr(g, 0, PMR, 0x82);
    assert_true(IRQ(g, 0));
}

static void test_preemption_nests_and_unwinds(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 1, 0xc0, 0);
    spi(g, 41, 1, 0x80, 0);
    spi(g, 42, 1, 0x80, 0);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(rd(g, 0, IAR), 40);
    gictest_drive(g, 42, 0, true);
    gictest_drive(g, 41, 0, true);
    assert_int_equal(rd(g, 0, IAR), 41); /* lowest INTID first */
    assert_false(IRQ(g, 0));             /* equal priority does not */
    spi(g, 42, 1, 0x7e, 0);
    assert_true(IRQ(g, 0));
    assert_int_equal(rd(g, 0, IAR), 42);
    assert_int_equal(rd(g, 0, APR + 4), 1u << 31);
    assert_int_equal(rd(g, 0, APR + 8), 1);
    assert_int_equal(rd(g, 0, APR + 12), 1);
    gictest_drive(g, 41, 0, false);
    gictest_drive(g, 42, 0, false);
    wr(g, 0, EOIR, 42);
    assert_int_equal(rd(g, 0, RPR), 0x80);
    wr(g, 0, EOIR, 41);
    assert_int_equal(rd(g, 0, RPR), 0xc0);
    wr(g, 0, EOIR, 1023);
    wr(g, 0, EOIR, 500);
    assert_int_equal(rd(g, 0, RPR), 0xc0);
    wr(g, 0, EOIR, 40);
    assert_int_equal(rd(g, 0, RPR), 0xff);
    wr(g, 0, EOIR, 40);
    assert_int_equal(rd(g, 0, RPR), 0xff);
}

static void test_binary_points_group_priorities(void **state)
{
    struct gictest *g = *state;

    wr(g, 0, BPR, 5);  /* bits 7:6 of group 0 */
    wr(g, 0, ABPR, 7); /* bit 7 of group 1 */
    spi(g, 40, 1, 0xb8, 0);
    spi(g, 41, 1, 0x80, 0);
    spi(g, 42, 1, 0x7f, 0);
    spi(g, 43, 1, 0x00, 1);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(rd(g, 0, IAR), 40);
    assert_int_equal(rd(g, 0, RPR), 0x80);
    gictest_drive(g, 41, 0, true);
    assert_false(IRQ(g, 0));
    gictest_drive(g, 42, 0, true);
    assert_true(IRQ(g, 0));
    assert_int_equal(rd(g, 0, IAR), 42);
    assert_int_equal(rd(g, 0, RPR), 0x40);
    gictest_drive(g, 43, 0, true); /* 0x00 and 0x40 are one to ABPR */
    assert_false(IRQ(g, 0));
    wr(g, 0, CTLR, GRP0 | GRP1 | CBPR);
    assert_true(IRQ(g, 0));
}

static void test_EOImode_1_separates_drop_and_deactivation(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 1, 0x80, 0);
    gictest_drive(g, 40, 0, true);
    wr(g, 0, CTLR, GRP0 | EOIMODE);
    assert_int_equal(rd(g, 0, IAR), 40);
    wr(g, 0, EOIR, 40);
    assert_int_equal(rd(g, 0, RPR), 0xff);
    assert_int_equal(dist_rd(g, 0, 0x304), 1u << 8);
    assert_false(IRQ(g, 0));
    wr(g, 1, DIR, 40); /* CPU 1 is in mode 0: ignored */
    assert_int_equal(dist_rd(g, 0, 0x304), 1u << 8);
    wr(g, 0, DIR, 1023);
    wr(g, 0, DIR, 40);
    assert_int_equal(dist_rd(g, 0, 0x304), 0);
    assert_true(IRQ(g, 0));
}

static void test_first_of_several_targets_takes_an_SPI(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 0xd, 0x80, 0);
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 0) && !IRQ(g, 1) && IRQ(g, 2) && IRQ(g, 3));
    assert_int_equal(rd(g, 2, IAR), 40);
    assert_true(!IRQ(g, 0) && !IRQ(g, 2) && !IRQ(g, 3));
    assert_int_equal(rd(g, 0, IAR), 1023);
    wr(g, 2, EOIR, 40);
    assert_true(IRQ(g, 0) && IRQ(g, 2) && IRQ(g, 3));
    dist(g, 0, 0x800 + 40, 1, 2);
    assert_true(!IRQ(g, 0) && IRQ(g, 1) && !IRQ(g, 2) && !IRQ(g, 3));
    dist(g, 0, 0x800 + 40, 1, 0);
    assert_false(IRQ(g, 1));
}

static void test_SGIs_are_taken_once_for_every_source(void **state)
{
    struct gictest *g = *state;

    dist(g, 3, 0xf00, 4, 0x00040005);
    dist(g, 1, 0xf00, 4, 0x00040005);
    assert_true(IRQ(g, 2));
    assert_false(IRQ(g, 0) || IRQ(g, 1) || IRQ(g, 3));
    assert_int_equal(rd(g, 2, HPPIR), 1u << 10 | 5);
    assert_int_equal(rd(g, 2, IAR), 1u << 10 | 5);
    assert_int_equal(dist_rd(g, 2, 0x300), 1u << 5);
    assert_int_equal(dist_rd(g, 2, 0x200), 1u << 5);
    assert_int_equal(dist_rd(g, 2, 0xf24), 0x0800);
    assert_false(IRQ(g, 2));
    wr(g, 2, EOIR, 1u << 10 | 5);
    assert_true(IRQ(g, 2));
    assert_int_equal(rd(g, 2, IAR), 3u << 10 | 5);
    assert_int_equal(dist_rd(g, 2, 0x200), 0);
    wr(g, 2, EOIR, 3u << 10 | 5);
    assert_false(IRQ(g, 2));
    assert_int_equal(rd(g, 2, IAR), 1023);
}

static void test_SGI_of_group_1_has_its_source_too(void **state)
{
    struct gictest *g = *state;

    dist(g, 0, 0x80, 4, 1u << 7);
    dist(g, 2, 0xf00, 4, 0x00010007);
    assert_int_equal(rd(g, 0, AHPPIR), 2u << 10 | 7);
    assert_int_equal(rd(g, 0, AIAR), 2u << 10 | 7);
    wr(g, 0, AEOIR, 2u << 10 | 7);
    assert_int_equal(dist_rd(g, 0, 0x300), 0);
}

static void test_PPIs_are_private(void **state)
{
    struct gictest *g = *state;

    for (unsigned cpu = 0; cpu < 4; cpu++)
        dist(g, cpu, 0x100, 4, 1u << 27);
    gictest_drive(g, 27, 3, true);
    assert_true(IRQ(g, 3) && !IRQ(g, 0));
    assert_int_equal(rd(g, 0, IAR), 1023);
    assert_int_equal(rd(g, 3, IAR), 27);
    gictest_drive(g, 27, 3, false);
    wr(g, 3, EOIR, 27);
    assert_false(IRQ(g, 3));
}

static void test_written_APR_is_the_running_priority(void **state)
{
    struct gictest *g = *state;

    spi(g, 40, 1, 0x40, 0);
    gictest_drive(g, 40, 0, true);
    wr(g, 0, APR + 12, 1);
    assert_int_equal(rd(g, 0, RPR), 0xc0);
    assert_true(IRQ(g, 0));
    wr(g, 0, NSAPR + 4, 1);
    assert_int_equal(rd(g, 0, RPR), 0x40);
    assert_false(IRQ(g, 0));
    wr(g, 0, NSAPR + 4, 0);
    assert_true(IRQ(g, 0));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reset_values_are_those_of_qemu),
        TEST(test_writable_bits_are_banked),
        TEST(test_frame_is_8_KiB),
        TEST(test_life_of_a_level_interrupt),
        TEST(test_group_0_drives_FIQ_if_told_so),
        TEST(test_group_1_is_acknowledged_by_AckCtl_or_alias),
        TEST(test_mask_holds_back_equal_and_lower_priorities),
        TEST(test_preemption_nests_and_unwinds),
        TEST(test_binary_points_group_priorities),
        TEST(test_EOImode_1_separates_drop_and_deactivation),
        TEST(test_first_of_several_targets_takes_an_SPI),
        TEST(test_SGIs_are_taken_once_for_every_source),
        TEST(test_SGI_of_group_1_has_its_source_too),
        TEST(test_PPIs_are_private),
        TEST(test_written_APR_is_the_running_priority),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
