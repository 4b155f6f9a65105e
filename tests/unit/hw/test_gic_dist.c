/* SPDX-License-Identifier: MIT */
/*
 * test_gic_dist.c - hw/gic_dist.c: GICD registers against IHI 0069.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "gictest.h"

#define IRQ(g, cpu) ((g)->t.wires.level[cpu])

static int setup(void **state)
{
    *state = gictest_new(4);
    return 0;
}

static int teardown(void **state)
{
    gictest_free(*state);
    return 0;
}

static void test_identification(void **state)
{
    static const u8 ids[12] = { 0x44, 0, 0,    0,    0x92, 0xb4,
                                0x3b, 0, 0x0d, 0xf0, 5,    0xb1 };
    struct gictest *g = *state;
    u32 typer = gicd_rd(g, 4);

    for (unsigned i = 0; i < 12; i++)
        assert_int_equal(gicd_rd(g, 0xffd0 + 4 * i), ids[i]);
    assert_int_equal(gicd_rd(g, 8), 0x43b);
    assert_int_equal(typer & 0x1f, 8);            /* 288 INTIDs */
    assert_int_equal(typer & (1 << 10), 0);       /* one Security state */
    assert_int_equal(typer & (1 << 17), 0);       /* no LPIs */
    assert_int_equal(typer & (1 << 16), 1 << 16); /* messages */
    assert_int_equal(typer >> 19 & 0x1f, 15);
    assert_int_equal(typer >> 24, 3); /* A3V, No1N */
}

static void test_CTLR_has_DS_and_ARE_fixed(void **state)
{
    struct gictest *g = *state;

    assert_int_equal(gicd_rd(g, 0), 0x50);
    gicd_wr(g, 0, ~0u);
    assert_int_equal(gicd_rd(g, 0), 0x53);
    gicd_wr(g, 0, 0);
    assert_int_equal(gicd_rd(g, 0), 0x50);
}

static void test_set_and_clear_registers_come_in_pairs(void **state)
{
    static const u16 pair[][2] = { { 0x100, 0x180 },
                                   { 0x200, 0x280 },
                                   { 0x300, 0x380 } };
    struct gictest *g = *state;

    for (size_t i = 0; i < ARRAY_SIZE(pair); i++) {
        gicd_wr(g, pair[i][0] + 8, 0xf0f00001);
        gicd_wr(g, pair[i][0] + 8, 0x2);
        assert_int_equal(gicd_rd(g, pair[i][0] + 8), 0xf0f00003);
        assert_int_equal(gicd_rd(g, pair[i][1] + 8), 0xf0f00003);
        gicd_wr(g, pair[i][1] + 8, 0xf0000001);
        assert_int_equal(gicd_rd(g, pair[i][0] + 8), 0x00f00002);
    }
}

static void test_private_and_missing_words_are_RAZ_WI(void **state)
{
    struct gictest *g = *state;

    for (u64 reg = 0x80; reg < 0x400; reg += 0x80) {
        gicd_wr(g, reg, ~0u);
        assert_int_equal(gicd_rd(g, reg), 0);
        gicd_wr(g, reg + 4 * GIC_WORDS, ~0u);
        assert_int_equal(gicd_rd(g, reg + 4 * GIC_WORDS), 0);
        gicd_wr(g, reg + 0x7c, ~0u);
        assert_int_equal(gicd_rd(g, reg + 0x7c), 0);
    }
    gicd_wr(g, 0x400, ~0u);
    assert_int_equal(gicd_rd(g, 0x400), 0);
    gicd_wr(g, 0x400 + GIC_N_IRQS, ~0u);
    assert_int_equal(gicd_rd(g, 0x400 + GIC_N_IRQS), 0);
    gicd_wr(g, 0xc00, ~0u);
    assert_int_equal(gicd_rd(g, 0xc00), 0);
    gicd_wr(g, 0xc00 + 4 * 18, ~0u);
    assert_int_equal(gicd_rd(g, 0xc00 + 4 * 18), 0);
    gicd_wr(g, 0x6000 + 8 * 31, 1);
    assert_int_equal(gicd_rd(g, 0x6000 + 8 * 31), 0);
    gicd_wr(g, 0x6000 + 8 * GIC_N_IRQS, 1);
    assert_int_equal(gicd_rd(g, 0x6000 + 8 * GIC_N_IRQS), 0);
}

static void test_registers_of_other_configurations_are_RAZ_WI(void **state)
{
    static const u16 regs[] = { 0x0c,  0x10,  0x800, 0x820, 0xd00, 0xd04,
                                0xe00, 0xe10, 0xf00, 0xf10, 0xf20, 0x7000 };
    struct gictest *g = *state;

    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        gicd_wr(g, regs[i], 0x01010101);
        if (regs[i] != 0x7000) /* GICD_IROUTER512 does not exist */
            assert_int_equal(gicd_rd(g, regs[i]), 0);
    }
    assert_int_equal(gicd_rd(g, 0x7000), 0);
}

static void test_priorities_take_bytes_and_keep_five_bits(void **state)
{
    struct gictest *g = *state;

    gicd_wr(g, 0x420, 0xffa57f08);
    assert_int_equal(gicd_rd(g, 0x420), 0xf8a07808);
    hwtest_write(&g->t, 0x421, 1, 0x47);
    assert_int_equal(gicd_rd(g, 0x420), 0xf8a04008);
    assert_int_equal(hwtest_read(&g->t, 0x423, 1), 0xf8);
    hwtest_write(&g->t, 0x422, 2, 0x1020);
    assert_int_equal(gicd_rd(g, 0x420), 0x10204008);
    assert_int_equal(hwtest_read(&g->t, 0x422, 2), 0x1020);
    hwtest_write(&g->t, 0x420, 8, 0x1122334455667788);
    assert_int_equal(hwtest_read(&g->t, 0x420, 8), 0x1020304050607088);
}

static void test_narrow_writes_of_other_registers_are_ignored(void **state)
{
    struct gictest *g = *state;

    hwtest_write(&g->t, 0x104, 1, 0xff);
    hwtest_write(&g->t, 0x104, 2, 0xffff);
    assert_int_equal(gicd_rd(g, 0x104), 0);
    gicd_wr(g, 0x104, 0x12345678);
    assert_int_equal(hwtest_read(&g->t, 0x105, 1), 0x56);
    gicd_wr(g, 0, 3);
    hwtest_write(&g->t, 0, 1, 0);
    hwtest_write(&g->t, 0, 2, 0);
    hwtest_write(&g->t, 0x40, 1, 200); /* a message: 16 bits or 32 */
    hwtest_write(&g->t, 0x42, 2, 200);
    hwtest_write(&g->t, 0x84, 2, 0xffff);
    assert_int_equal(gicd_rd(g, 0x84), 0);
    assert_int_equal(gicd_rd(g, 0) & 3, 3);
    assert_int_equal(gicd_rd(g, 0x200 + 4 * (200 / 32)), 0);
}

static void test_ICFGR_keeps_the_upper_bit_of_each_pair(void **state)
{
    struct gictest *g = *state;

    gicd_wr(g, 0xc08, 0xffffffff);
    assert_int_equal(gicd_rd(g, 0xc08), 0xaaaaaaaa);
    gicd_wr(g, 0xc0c, 0x00000002);
    assert_int_equal(gicd_rd(g, 0xc0c), 0x2);
    assert_int_equal(gicd_rd(g, 0xc08), 0xaaaaaaaa);
    /* The first half of a word of 32 interrupts leaves the second alone. */
    gicd_wr(g, 0xc08, 0);
    assert_int_equal(gicd_rd(g, 0xc0c), 0x2);
    gicd_wr(g, 0xc0c, 0);
    gicd_wr(g, 0xc08, 0xffffffff);
    assert_int_equal(gicd_rd(g, 0xc0c), 0);
}

static void test_IROUTER_takes_halves_and_the_whole(void **state)
{
    struct gictest *g = *state;

    hwtest_write(&g->t, 0x6000 + 8 * 40, 8, ~0ull);
    assert_int_equal(hwtest_read(&g->t, 0x6000 + 8 * 40, 8), 0xff00ffffff);
    gicd_wr(g, 0x6000 + 8 * 40, 2);
    assert_int_equal(hwtest_read(&g->t, 0x6000 + 8 * 40, 8), 0xff00000002);
    gicd_wr(g, 0x6000 + 8 * 40 + 4, 0);
    assert_int_equal(hwtest_read(&g->t, 0x6000 + 8 * 40, 8), 2);
}

/* Routes of SGIs, PPIs and interrupts that are not there change nothing. */
static void test_IROUTER_is_there_for_SPIs_only(void **state)
{
    struct gictest *g = *state;
    const struct gic *s = to_gic(g->t.dev);
    struct gic *before = g_memdup2(s, sizeof(*s));

    for (unsigned id = 0; id < 1024; id++) {
        if (id >= 32 && id < GIC_N_IRQS)
            continue;
        hwtest_write(&g->t, 0x6000 + 8 * id, 8, ~0ull);
        gicd_wr(g, 0x6000 + 8 * id, ~0u);
        gicd_wr(g, 0x6004 + 8 * id, ~0u);
        assert_int_equal(hwtest_read(&g->t, 0x6000 + 8 * id, 8), 0);
    }
    assert_memory_equal(s, before, sizeof(*s));
    g_free(before);
}

static void test_routing_moves_a_pending_interrupt(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 100, 0, 0x80);
    gictest_drive(g, 100, 0, true);
    for (unsigned cpu = 0; cpu < 4; cpu++) {
        hwtest_write(&g->t, 0x6000 + 8 * 100, 8, cpu);
        for (unsigned i = 0; i < 4; i++)
            assert_int_equal(IRQ(g, i), i == cpu);
    }
    hwtest_write(&g->t, 0x6000 + 8 * 100, 8, 9); /* nobody */
    for (unsigned i = 0; i < 4; i++)
        assert_false(IRQ(g, i));
    assert_int_equal(gicd_rd(g, 0x20c), 1u << 4);
}

static void test_level_pending_follows_the_wire_and_the_latch(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    gicd_wr(g, 0x284, 1u << 8); /* the wire is still high */
    assert_int_equal(gicd_rd(g, 0x204), 1u << 8);
    gictest_drive(g, 40, 0, false);
    assert_int_equal(gicd_rd(g, 0x204), 0);
    gicd_wr(g, 0x204, 1u << 8); /* latched by software */
    assert_true(IRQ(g, 0));
    gictest_drive(g, 40, 0, true);
    gictest_drive(g, 40, 0, false);
    assert_true(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40); /* clears the latch */
    assert_int_equal(gicd_rd(g, 0x204), 0);
}

static void test_edge_is_latched_while_disabled_and_can_be_cleared(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gicd_wr(g, 0xc08, 2u << 16); /* INTID 40 */
    gictest_drive(g, 40, 0, true);
    assert_int_equal(gicd_rd(g, 0x204), 1u << 8);
    assert_false(IRQ(g, 0));
    gictest_enable(g, 40, 0, 0x80);
    assert_true(IRQ(g, 0));
    gicd_wr(g, 0x284, 1u << 8); /* high, but no new edge */
    assert_false(IRQ(g, 0));
    gictest_drive(g, 40, 0, true);
    assert_false(IRQ(g, 0));
    gictest_drive(g, 40, 0, false);
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 0));
}

static void test_active_interrupt_is_not_signalled(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 40, 0, 0x80);
    gicd_wr(g, 0x304, 1u << 8);
    gictest_drive(g, 40, 0, true);
    assert_false(IRQ(g, 0));
    gicd_wr(g, 0x384, 1u << 8);
    assert_true(IRQ(g, 0));
}

static void test_messages_set_and_clear_pending(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 200, 1, 0x80);
    gicd_wr(g, 0x40, 200);
    assert_true(IRQ(g, 1));
    gicd_wr(g, 0x48, 200);
    assert_false(IRQ(g, 1));
    hwtest_write(&g->t, 0x40, 2, 200);
    assert_true(IRQ(g, 1));
    hwtest_write(&g->t, 0x48, 2, 200);
    gicd_wr(g, 0x50, 200); /* SETSPI_SR: nothing with one Security state */
    gicd_wr(g, 0x40, 5);
    gicd_wr(g, 0x40, 1000);
    assert_false(IRQ(g, 1));
    for (unsigned w = 0; w < 32; w++)
        assert_int_equal(gicd_rd(g, 0x200 + 4 * w), 0);
}

static void test_reset_keeps_the_level_of_wires(void **state)
{
    struct gictest *g = *state;

    gictest_open(g);
    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 0));
    gicv3_class.reset(g->t.dev);
    assert_false(IRQ(g, 0));
    assert_int_equal(gicd_rd(g, 0x204), 1u << 8);
    gictest_open(g);
    gictest_enable(g, 40, 0, 0x80);
    assert_true(IRQ(g, 0));
}

static void test_reserved_space_reads_zero_at_every_size(void **state)
{
    struct gictest *g = *state;

    for (u64 off = 0; off < 0x10000; off += 8) {
        for (unsigned size = 1; size <= 8; size *= 2) {
            u64 v = hwtest_read(&g->t, off, size);

            if (off >= 0x8000 && off < 0xffd0)
                assert_int_equal(v, 0);
        }
    }
}

static void test_writes_anywhere_are_harmless(void **state)
{
    struct gictest *g = *state;

    for (unsigned size = 1; size <= 8; size *= 2)
        for (u64 off = 0; off < 0x10000; off += size)
            hwtest_write(&g->t, off, size, ~0ull);
    assert_int_equal(gicd_rd(g, 0), 0x53);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_identification),
        TEST(test_CTLR_has_DS_and_ARE_fixed),
        TEST(test_set_and_clear_registers_come_in_pairs),
        TEST(test_private_and_missing_words_are_RAZ_WI),
        TEST(test_registers_of_other_configurations_are_RAZ_WI),
        TEST(test_priorities_take_bytes_and_keep_five_bits),
        TEST(test_narrow_writes_of_other_registers_are_ignored),
        TEST(test_ICFGR_keeps_the_upper_bit_of_each_pair),
        TEST(test_IROUTER_takes_halves_and_the_whole),
        TEST(test_IROUTER_is_there_for_SPIs_only),
        TEST(test_routing_moves_a_pending_interrupt),
        TEST(test_level_pending_follows_the_wire_and_the_latch),
        TEST(test_edge_is_latched_while_disabled_and_can_be_cleared),
        TEST(test_active_interrupt_is_not_signalled),
        TEST(test_messages_set_and_clear_pending),
        TEST(test_reset_keeps_the_level_of_wires),
        TEST(test_reserved_space_reads_zero_at_every_size),
        TEST(test_writes_anywhere_are_harmless),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
