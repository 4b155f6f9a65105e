/* SPDX-License-Identifier: MIT */
/*
 * test_gic_redist.c - hw/gic_redist.c: GICR registers against IHI 0069.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gictest.h"

#define IRQ(g, cpu) ((g)->t.wires.level[cpu])
#define RD(cpu)     (GICTEST_REDIST - 0x08000000ull + 0x20000ull * (cpu))
#define SGI(cpu)    (RD(cpu) + 0x10000)

static int setup(void **state)
{
    *state = gictest_new(3);
    return 0;
}

static int teardown(void **state)
{
    gictest_free(*state);
    return 0;
}

static void test_identification_in_the_first_frame(void **state)
{
    static const u8 ids[12] = { 0x44, 0, 0,    0,    0x93, 0xb4,
                                0x3b, 0, 0x0d, 0xf0, 5,    0xb1 };
    struct gictest *g = *state;

    for (unsigned i = 0; i < 12; i++) {
        assert_int_equal(gicr_rd(g, 1, 0xffd0 + 4 * i), ids[i]);
        assert_int_equal(gicr_rd(g, 1, 0x1ffd0 + 4 * i), 0);
    }
    assert_int_equal(gicr_rd(g, 0, 4), 0x43b);
    assert_int_equal(gicr_rd(g, 0, 0), 0);
}

static void test_TYPER_tells_cpu_affinity_and_last(void **state)
{
    struct gictest *g = *state;

    for (u64 cpu = 0; cpu < 3; cpu++) {
        u64 want = cpu << 32 | cpu << 8 | (cpu == 2 ? 0x10 : 0);

        assert_int_equal(hwtest_read(&g->t, RD(cpu) + 8, 8), want);
        assert_int_equal(gicr_rd(g, (unsigned)cpu, 8), (u32)want);
        assert_int_equal(gicr_rd(g, (unsigned)cpu, 12), cpu);
    }
}

static void test_TYPER_packs_all_four_affinity_levels(void **state)
{
    static const u64 mpidr[1] = { 0x1200345678 };
    static const struct irq_line none[1];
    struct hwtest t;

    (void)state;
    hwtest_init(&t, &gicv3_class, 0x08000000, NULL, 1);
    gic_connect(t.dev, GICTEST_REDIST, mpidr, none, none);
    gicv3_class.reset(t.dev);
    assert_int_equal(hwtest_read(&t, RD(0) + 8, 8), 0x1234567800000010);
    hwtest_fini(&t);
}

static void test_WAKER_children_follow_the_processor(void **state)
{
    struct gictest *g = *state;

    assert_int_equal(gicr_rd(g, 0, 0x14), 6);
    gicr_wr(g, 0, 0x14, 0);
    assert_int_equal(gicr_rd(g, 0, 0x14), 0);
    assert_int_equal(gicr_rd(g, 1, 0x14), 6);
    gicr_wr(g, 0, 0x14, 2);
    assert_int_equal(gicr_rd(g, 0, 0x14), 6);
}

static void test_each_cpu_has_its_own_registers(void **state)
{
    struct gictest *g = *state;

    gicr_wr(g, 1, 0x10080, 0x11111111);
    gicr_wr(g, 1, 0x10100, 0x0f0f0f0f);
    gicr_wr(g, 1, 0x10404, 0x40506070);
    assert_int_equal(gicr_rd(g, 1, 0x10080), 0x11111111);
    assert_int_equal(gicr_rd(g, 1, 0x10180), 0x0f0f0f0f);
    gicr_wr(g, 1, 0x10180, 0x0000000f);
    assert_int_equal(gicr_rd(g, 1, 0x10100), 0x0f0f0f00);
    for (unsigned cpu = 0; cpu < 3; cpu += 2) {
        assert_int_equal(gicr_rd(g, cpu, 0x10080), 0);
        assert_int_equal(gicr_rd(g, cpu, 0x10100), 0);
        assert_int_equal(gicr_rd(g, cpu, 0x10404), 0);
    }
}

static void test_one_cpu_may_write_the_registers_of_another(void **state)
{
    struct gictest *g = *state;
    u64 v;

    assert_int_equal(bus_write(&g->t.bus, 0, 0x08000000 + SGI(2) + 0x100, 4, 1),
                     MEM_OK);
    assert_int_equal(gicr_rd(g, 2, 0x10100), 1);
    assert_int_equal(bus_read(&g->t.bus, 0, 0x08000000 + RD(3), 4, &v),
                     MEM_ABORT);
}

static void test_priorities_take_bytes_and_keep_five_bits(void **state)
{
    struct gictest *g = *state;

    for (unsigned i = 0; i < 32; i++)
        hwtest_write(&g->t, SGI(0) + 0x400 + i, 1, 8 * i + 7);
    for (unsigned i = 0; i < 32; i++)
        assert_int_equal(hwtest_read(&g->t, SGI(0) + 0x400 + i, 1), 8 * i);
    assert_int_equal(hwtest_read(&g->t, SGI(0) + 0x400, 8), 0x3830282018100800);
}

static void test_ICFGR_of_SGIs_is_fixed_and_of_PPIs_is_not(void **state)
{
    struct gictest *g = *state;

    assert_int_equal(gicr_rd(g, 0, 0x10c00), 0xaaaaaaaa);
    gicr_wr(g, 0, 0x10c00, 0);
    assert_int_equal(gicr_rd(g, 0, 0x10c00), 0xaaaaaaaa);
    assert_int_equal(gicr_rd(g, 0, 0x10c04), 0);
    gicr_wr(g, 0, 0x10c04, 0xffffffff);
    assert_int_equal(gicr_rd(g, 0, 0x10c04), 0xaaaaaaaa);
    assert_int_equal(gicr_rd(g, 0, 0x10c00), 0xaaaaaaaa);
}

static void test_SGI_pending_can_be_set_and_cleared_by_registers(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 7, 1, 0x80);
    gicr_wr(g, 1, 0x10200, 1u << 7);
    assert_true(IRQ(g, 1));
    gicr_wr(g, 1, 0x10280, 1u << 7);
    assert_false(IRQ(g, 1));
}

static void test_timer_PPI_follows_its_level(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 27, 0, 0x80);
    gictest_drive(g, 27, 0, true);
    assert_true(IRQ(g, 0));
    assert_int_equal(gicr_rd(g, 0, 0x10200), 1u << 27);
    gicr_wr(g, 0, 0x10280, 1u << 27);
    assert_true(IRQ(g, 0));
    gictest_drive(g, 27, 0, false);
    assert_false(IRQ(g, 0));
    gictest_drive(g, 27, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 27);
    gictest_drive(g, 27, 0, false); /* the handler rearms the timer */
    icc_wr(g, 0, ICC_EOIR1, 27);
    assert_false(IRQ(g, 0));
    assert_int_equal(gicr_rd(g, 0, 0x10300), 0);
}

static void test_edge_PPI_is_latched(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gicr_wr(g, 0, 0x10c04, 0xaaaaaaaa);
    gictest_enable(g, 23, 0, 0x80);
    gictest_drive(g, 23, 0, true);
    gictest_drive(g, 23, 0, false);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 23);
    icc_wr(g, 0, ICC_EOIR1, 23);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 1023);
}

static void test_active_PPI_is_not_signalled(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 27, 0, 0x80);
    gicr_wr(g, 0, 0x10300, 1u << 27);
    gictest_drive(g, 27, 0, true);
    assert_false(IRQ(g, 0));
    assert_int_equal(gicr_rd(g, 0, 0x10380), 1u << 27);
    gicr_wr(g, 0, 0x10380, 1u << 27);
    assert_true(IRQ(g, 0));
}

static void test_sleeping_redistributor_forwards_all_the_same(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gicr_wr(g, 0, 0x14, 2);
    gictest_enable(g, 27, 0, 0x80);
    gictest_drive(g, 27, 0, true);
    assert_true(IRQ(g, 0));
}

static void test_accesses_anywhere_are_harmless(void **state)
{
    struct gictest *g = *state;

    for (unsigned size = 1; size <= 8; size *= 2) {
        for (u64 off = 0; off < 0x20000; off += size) {
            hwtest_read(&g->t, RD(2) + off, size);
            hwtest_write(&g->t, RD(2) + off, size, ~0ull);
        }
    }
    assert_int_equal(gicr_rd(g, 2, 0x10000), 0);
    assert_int_equal(gicr_rd(g, 1, 0x10100), 0);
    assert_int_equal(gicr_rd(g, 2, 0x40), 0);
    assert_int_equal(gicr_rd(g, 2, 0x70), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_identification_in_the_first_frame),
        TEST(test_TYPER_tells_cpu_affinity_and_last),
        TEST(test_TYPER_packs_all_four_affinity_levels),
        TEST(test_WAKER_children_follow_the_processor),
        TEST(test_each_cpu_has_its_own_registers),
        TEST(test_one_cpu_may_write_the_registers_of_another),
        TEST(test_priorities_take_bytes_and_keep_five_bits),
        TEST(test_ICFGR_of_SGIs_is_fixed_and_of_PPIs_is_not),
        TEST(test_SGI_pending_can_be_set_and_cleared_by_registers),
        TEST(test_timer_PPI_follows_its_level),
        TEST(test_edge_PPI_is_latched),
        TEST(test_active_PPI_is_not_signalled),
        TEST(test_sleeping_redistributor_forwards_all_the_same),
        TEST(test_accesses_anywhere_are_harmless),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
