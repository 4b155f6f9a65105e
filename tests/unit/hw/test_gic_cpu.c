/* SPDX-License-Identifier: MIT */
/*
 * test_gic_cpu.c - hw/gic_cpu.c: what ICC_*_EL1 do, against IHI 0069.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gictest.h"

#define IRQ(g, cpu) ((g)->t.wires.level[cpu])
#define FIQ(g, cpu) ((g)->t.wires.level[8 + (cpu)])

static int setup(void **state)
{
    struct gictest *g = gictest_new(4);

    gictest_open(g);
    *state = g;
    return 0;
}

static int teardown(void **state)
{
    gictest_free(*state);
    return 0;
}

static void test_reset_values(void **state)
{
    struct gictest *g = *state;

    gicv3_class.reset(g->t.dev);
    assert_int_equal(icc_rd(g, 0, ICC_PMR), 0);
    assert_int_equal(icc_rd(g, 0, ICC_BPR0), 2);
    assert_int_equal(icc_rd(g, 0, ICC_BPR1), 3);
    assert_int_equal(icc_rd(g, 0, ICC_CTLR), 0x8c00);
    assert_int_equal(icc_rd(g, 0, ICC_SRE), 7);
    assert_int_equal(icc_rd(g, 0, ICC_IGRPEN0), 0);
    assert_int_equal(icc_rd(g, 0, ICC_IGRPEN1), 0);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xff);
    assert_int_equal(icc_rd(g, 0, ICC_AP0R0), 0);
    assert_int_equal(icc_rd(g, 0, ICC_AP1R0), 0);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR0), 1023);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 1023);
}

static void test_a_CPU_reset_resets_its_interface_only(void **state)
{
    struct gictest *g = *state;

    for (unsigned cpu = 0; cpu < 2; cpu++) {
        gictest_enable(g, 3, cpu, 0x40);
        icc_wr(g, cpu, ICC_CTLR, 3);
    }
    icc_wr(g, 0, ICC_SGI1R, 3 << 24 | 3);
    assert_true(IRQ(g, 1));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 3);
    gic_icc_ops.reset(g->t.dev, 0);
    assert_int_equal(icc_rd(g, 0, ICC_PMR), 0);
    assert_int_equal(icc_rd(g, 0, ICC_CTLR), 0x8c00);
    assert_int_equal(icc_rd(g, 0, ICC_AP1R0), 0);
    assert_int_equal(gicr_rd(g, 0, 0x10300), 1 << 3); /* active still */
    assert_true(IRQ(g, 1));
    assert_int_equal(icc_rd(g, 1, ICC_CTLR), 0x8c03);
    gic_icc_ops.reset(g->t.dev, 1);
    assert_false(IRQ(g, 1));
    assert_int_equal(gicr_rd(g, 1, 0x10200), 1 << 3); /* and pending */
}

static void test_fixed_and_writable_bits(void **state)
{
    struct gictest *g = *state;

    icc_wr(g, 0, ICC_PMR, 0xff);
    assert_int_equal(icc_rd(g, 0, ICC_PMR), 0xf8);
    icc_wr(g, 0, ICC_PMR, 8); /* how Linux finds the priority bits */
    assert_int_equal(icc_rd(g, 0, ICC_PMR), 8);
    icc_wr(g, 0, ICC_CTLR, ~0ull);
    assert_int_equal(icc_rd(g, 0, ICC_CTLR), 0x8c03);
    icc_wr(g, 0, ICC_SRE, 0);
    assert_int_equal(icc_rd(g, 0, ICC_SRE), 7);
}

static void test_BPR_has_a_minimum_and_CBPR_shares_it(void **state)
{
    struct gictest *g = *state;

    icc_wr(g, 0, ICC_BPR0, 0);
    icc_wr(g, 0, ICC_BPR1, 0);
    assert_int_equal(icc_rd(g, 0, ICC_BPR0), 2);
    assert_int_equal(icc_rd(g, 0, ICC_BPR1), 3);
    icc_wr(g, 0, ICC_BPR0, 5);
    icc_wr(g, 0, ICC_BPR1, 7);
    assert_int_equal(icc_rd(g, 0, ICC_BPR0), 5);
    assert_int_equal(icc_rd(g, 0, ICC_BPR1), 7);
    icc_wr(g, 0, ICC_CTLR, 1);
    assert_int_equal(icc_rd(g, 0, ICC_BPR1), 6);
    icc_wr(g, 0, ICC_BPR1, 3);
    icc_wr(g, 0, ICC_BPR0, 7);
    assert_int_equal(icc_rd(g, 0, ICC_BPR1), 7);
    icc_wr(g, 0, ICC_CTLR, 0);
    assert_int_equal(icc_rd(g, 0, ICC_BPR1), 7);
}

static void test_life_of_a_level_interrupt(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 0, 0xa0);
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 0));
    assert_false(FIQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 40);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR0), 1023);
    assert_int_equal(icc_rd(g, 0, ICC_IAR0), 1023);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40);
    assert_false(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xa0);
    assert_int_equal(icc_rd(g, 0, ICC_AP1R0), 1u << 20);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 1023);
    assert_int_equal(gicd_rd(g, 0x304), 1u << 8);
    /* Still high at the end of interrupt: pending again. */
    icc_wr(g, 0, ICC_EOIR1, 40);
    assert_true(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xff);
    gictest_drive(g, 40, 0, false);
    assert_false(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 1023);
}

static void test_life_of_an_edge_interrupt(void **state)
{
    struct gictest *g = *state;

    gicd_wr(g, 0xc00 + 4 * 3, 2u << (2 * 0)); /* INTID 48 */
    gictest_enable(g, 48, 0, 0x80);
    gictest_drive(g, 48, 0, true);
    gictest_drive(g, 48, 0, false);
    assert_true(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 48);
    assert_int_equal(gicd_rd(g, 0x204), 0);
    /* An edge while active makes it active and pending. */
    gictest_drive(g, 48, 0, true);
    assert_int_equal(gicd_rd(g, 0x204), 1u << 16);
    assert_false(IRQ(g, 0));
    icc_wr(g, 0, ICC_EOIR1, 48);
    assert_true(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 48);
    icc_wr(g, 0, ICC_EOIR1, 48);
    assert_false(IRQ(g, 0));
}

/* The wire of each SPI is its own: its pending bit, and no others. */
static void test_wire_of_each_SPI(void **state)
{
    struct gictest *g = *state;

    for (unsigned id = 32; id < GIC_N_IRQS; id++) {
        gictest_enable(g, id, id % 4, 0x80);
        gictest_drive(g, id, 0, true);
        assert_true(IRQ(g, id % 4));
        for (unsigned k = 32; k < GIC_N_IRQS; k += 32)
            assert_int_equal(gicd_rd(g, 0x200 + k / 8),
                             id / 32 == k / 32 ? 1u << (id % 32) : 0);
        gictest_drive(g, id, 0, false);
        assert_false(IRQ(g, id % 4));
    }
}

/* Every SPI goes through its states by itself: its bits, no others. */
static void test_life_of_each_SPI(void **state)
{
    struct gictest *g = *state;

    for (unsigned id = 32; id < GIC_N_IRQS; id++) {
        u64 word = id / 32 * 4;
        u32 bit = 1u << (id % 32);

        gicd_wr(g, 0xc00 + id / 16 * 4, 2u << (id % 16 * 2)); /* edge */
        gictest_enable(g, id, id % 4, 0x80);
        for (unsigned k = 32; k < GIC_N_IRQS; k += 32)
            gicd_wr(g, 0x200 + k / 8, ~0u); /* all are pending */
        assert_true(IRQ(g, id % 4));
        assert_int_equal(icc_rd(g, id % 4, ICC_IAR1), id);
        for (unsigned k = 32; k < GIC_N_IRQS; k += 32) {
            u64 at = k / 8;

            assert_int_equal(gicd_rd(g, 0x200 + at),
                             at == word ? ~bit : ~0u);
            assert_int_equal(gicd_rd(g, 0x300 + at), at == word ? bit : 0);
        }
        icc_wr(g, id % 4, ICC_EOIR1, id);
        assert_int_equal(gicd_rd(g, 0x300 + word), 0);
        assert_false(IRQ(g, id % 4));
        gicd_wr(g, 0x180 + word, bit); /* disabled */
    }
}

static void test_groups_have_wires_and_registers_of_their_own(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 1, 0x80);
    gictest_group(g, 40, 1, 0);
    gictest_drive(g, 40, 1, true);
    assert_true(FIQ(g, 1));
    assert_false(IRQ(g, 1));
    assert_int_equal(icc_rd(g, 1, ICC_IAR1), 1023);
    assert_int_equal(icc_rd(g, 1, ICC_IAR0), 40);
    assert_int_equal(icc_rd(g, 1, ICC_AP0R0), 1u << 16);
    assert_int_equal(icc_rd(g, 1, ICC_AP1R0), 0);
    icc_wr(g, 1, ICC_EOIR1, 40); /* the wrong register: ignored */
    assert_int_equal(icc_rd(g, 1, ICC_RPR), 0x80);
    icc_wr(g, 1, ICC_EOIR0, 40);
    assert_int_equal(icc_rd(g, 1, ICC_RPR), 0xff);
    assert_true(FIQ(g, 1));
}

static void test_disabled_group_hides_its_interrupts_only(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 0, 0x20);
    gictest_group(g, 40, 0, 0);
    gictest_enable(g, 41, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    gictest_drive(g, 41, 0, true);
    assert_true(FIQ(g, 0) && !IRQ(g, 0));
    icc_wr(g, 0, ICC_IGRPEN0, 0);
    assert_true(!FIQ(g, 0) && IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 41);
    icc_wr(g, 0, ICC_IGRPEN1, 0);
    assert_true(!FIQ(g, 0) && !IRQ(g, 0));
    icc_wr(g, 0, ICC_IGRPEN0, 1);
    gicd_wr(g, 0, 2);
    assert_true(!FIQ(g, 0) && !IRQ(g, 0));
    gicd_wr(g, 0, 1);
    assert_true(FIQ(g, 0) && !IRQ(g, 0));
}

static void test_mask_holds_back_equal_and_lower_priorities(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    icc_wr(g, 0, ICC_PMR, 0x80);
    assert_false(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 1023);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 40);
    icc_wr(g, 0, ICC_PMR, 0x88);
    assert_true(IRQ(g, 0));
}

static void test_preemption_nests_and_unwinds(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 0, 0xc0);
    gictest_enable(g, 41, 0, 0x80);
    gictest_enable(g, 42, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40);
    gictest_drive(g, 42, 0, true);
    gictest_drive(g, 41, 0, true);
    assert_true(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 41); /* lowest INTID first */
    assert_false(IRQ(g, 0)); /* equal priority does not pre-empt */
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0x80);
    gictest_drive(g, 41, 0, false);
    icc_wr(g, 0, ICC_EOIR1, 41);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xc0);
    assert_true(IRQ(g, 0));
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 42);
    gictest_drive(g, 42, 0, false);
    icc_wr(g, 0, ICC_EOIR1, 42);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xc0);
    icc_wr(g, 0, ICC_EOIR1, 40);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xff);
}

static void test_BPR_groups_priorities_for_preemption(void **state)
{
    struct gictest *g = *state;

    icc_wr(g, 0, ICC_BPR1, 6); /* bits 7:6 decide */
    gictest_enable(g, 40, 0, 0xb8);
    gictest_enable(g, 41, 0, 0x80);
    gictest_enable(g, 42, 0, 0x78);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0x80);
    gictest_drive(g, 41, 0, true);
    assert_false(IRQ(g, 0));
    gictest_drive(g, 42, 0, true);
    assert_true(IRQ(g, 0));
    gictest_drive(g, 42, 0, false);
    /* With CBPR, BPR0 decides for both groups. */
    icc_wr(g, 0, ICC_BPR0, 2);
    icc_wr(g, 0, ICC_CTLR, 1);
    assert_false(IRQ(g, 0));
    icc_wr(g, 0, ICC_EOIR1, 40);
    gictest_drive(g, 40, 0, false);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 41);
    gicd_wr(g, 0x428, 0x78787878); /* 40..43 */
    gictest_drive(g, 40, 0, true);
    assert_true(IRQ(g, 0));
}

static void test_BPR_7_of_group_0_forbids_preemption(void **state)
{
    struct gictest *g = *state;

    icc_wr(g, 0, ICC_BPR0, 7);
    gictest_enable(g, 40, 0, 0xf0);
    gictest_enable(g, 41, 0, 0x00);
    gictest_group(g, 40, 0, 0);
    gictest_group(g, 41, 0, 0);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR0), 40);
    gictest_drive(g, 41, 0, true);
    assert_false(FIQ(g, 0));
    icc_wr(g, 0, ICC_EOIR0, 40);
    assert_true(FIQ(g, 0));
}

static void test_EOImode_1_separates_drop_and_deactivation(void **state)
{
    struct gictest *g = *state;

    icc_wr(g, 0, ICC_CTLR, 2);
    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40);
    icc_wr(g, 0, ICC_EOIR1, 40);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xff);
    assert_int_equal(gicd_rd(g, 0x304), 1u << 8);
    assert_false(IRQ(g, 0));
    icc_wr(g, 0, ICC_DIR, 40);
    assert_int_equal(gicd_rd(g, 0x304), 0);
    assert_true(IRQ(g, 0));
}

static void test_DIR_works_from_another_cpu_and_only_in_mode_1(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    icc_wr(g, 0, ICC_CTLR, 2);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40);
    icc_wr(g, 0, ICC_EOIR1, 40);
    icc_wr(g, 3, ICC_DIR, 40); /* CPU 3 is in mode 0: ignored */
    assert_int_equal(gicd_rd(g, 0x304), 1u << 8);
    icc_wr(g, 3, ICC_CTLR, 2);
    icc_wr(g, 3, ICC_DIR, 40);
    assert_int_equal(gicd_rd(g, 0x304), 0);
    assert_true(IRQ(g, 0));
    icc_wr(g, 3, ICC_DIR, 5000); /* not there: nothing happens */
}

static void test_end_of_nothing_changes_nothing(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_IAR1), 40);
    icc_wr(g, 0, ICC_EOIR1, 1023);
    icc_wr(g, 0, ICC_EOIR1, 1020);
    icc_wr(g, 0, ICC_EOIR1, 9000);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0x80);
    icc_wr(g, 0, ICC_EOIR1, 40);
    icc_wr(g, 0, ICC_EOIR1, 40);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0xff);
}

/* Sends with @reg and returns a mask of the CPUs where SGI @id is pending. */
static unsigned send(struct gictest *g, unsigned from, enum icc_reg reg, u64 v,
                     unsigned id)
{
    unsigned mask = 0;

    icc_wr(g, from, reg, v);
    for (unsigned cpu = 0; cpu < g->gic->n_cpus; cpu++) {
        if (gicr_rd(g, cpu, 0x10200) & (1u << id))
            mask |= 1u << cpu;
        gicr_wr(g, cpu, 0x10280, ~0u);
    }
    return mask;
}

static void test_SGI1R_reaches_its_target_list(void **state)
{
    struct gictest *g = *state;

    assert_int_equal(send(g, 0, ICC_SGI1R, 0x5000006, 5), 0x6);
    assert_int_equal(send(g, 0, ICC_SGI1R, 0x5000001, 5), 0x1);
    assert_int_equal(send(g, 0, ICC_SGI1R, 0x500fff0, 5), 0);
    assert_int_equal(send(g, 0, ICC_SGI1R, 0x501000f, 5), 0); /* Aff1 */
    assert_int_equal(send(g, 0, ICC_SGI1R, 1ull << 32 | 0x500000f, 5), 0);
    assert_int_equal(send(g, 0, ICC_SGI1R, 1ull << 48 | 0x500000f, 5), 0);
    assert_int_equal(send(g, 1, ICC_SGI1R, 1ull << 40 | 0xf000000, 15), 0xd);
}

/* All four affinity levels count, reserved bits do not; the target list is
 * of Aff0 from 0 to 15, as ICC_CTLR_EL1.RSS says. */
static void test_SGI1R_names_a_cluster_by_its_affinity(void **state)
{
    static const u64 mpidr[4] = { 0x8200418102, 0x110, 0xff00ffff0f, 0x311 };
    const u64 own = 0x82ull << 48 | 0x41ull << 32 | 0x81ull << 16;
    struct gictest *g = *state;

    for (unsigned cpu = 0; cpu < 4; cpu++)
        g->gic->mpidr[cpu] = mpidr[cpu];
    assert_int_equal(send(g, 1, ICC_SGI1R, own | 0x5000004, 5), 0x1);
    assert_int_equal(send(g, 1, ICC_SGI1R, own | 0x500fffb, 5), 0);
    assert_int_equal(send(g, 1, ICC_SGI1R, own | 0xff00fe00f5000004, 5), 0x1);
    assert_int_equal(send(g, 1, ICC_SGI1R, 0x00ff00ff05ff8000, 5), 0x4);
    assert_int_equal(send(g, 1, ICC_SGI1R, 0x501ffff, 5), 0);
    assert_int_equal(send(g, 1, ICC_SGI1R, 0x503ffff, 5), 0);
}

static void test_SGI_registers_reach_the_groups_they_may(void **state)
{
    struct gictest *g = *state;

    assert_int_equal(send(g, 0, ICC_SGI0R, 0x3000003, 3), 0);
    assert_int_equal(send(g, 0, ICC_ASGI1R, 0x3000003, 3), 0);
    gictest_group(g, 3, 1, 0);
    assert_int_equal(send(g, 0, ICC_SGI0R, 0x3000003, 3), 2);
    assert_int_equal(send(g, 0, ICC_ASGI1R, 0x3000003, 3), 2);
    assert_int_equal(send(g, 0, ICC_SGI1R, 0x3000003, 3), 3);
}

static void test_SGI_is_taken_once_and_interrupts_its_cpu(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 5, 2, 0x40);
    icc_wr(g, 0, ICC_SGI1R, 0x5000004);
    icc_wr(g, 1, ICC_SGI1R, 0x5000004);
    assert_true(IRQ(g, 2));
    assert_false(IRQ(g, 0) || IRQ(g, 1) || IRQ(g, 3));
    assert_int_equal(icc_rd(g, 2, ICC_IAR1), 5);
    assert_false(IRQ(g, 2));
    icc_wr(g, 2, ICC_EOIR1, 5);
    assert_false(IRQ(g, 2));
}

static void test_private_wins_a_tie_and_priority_wins_over_number(void **state)
{
    struct gictest *g = *state;

    gictest_enable(g, 27, 0, 0x80);
    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    gictest_drive(g, 27, 0, true);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 27);
    hwtest_write(&g->t, 0x400 + 40, 1, 0x78);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 40);
    hwtest_write(&g->t, 0x400 + 40, 1, 0x88);
    assert_int_equal(icc_rd(g, 0, ICC_HPPIR1), 27);
}

static void test_active_priorities_can_be_saved_and_restored(void **state)
{
    struct gictest *g = *state;

    icc_wr(g, 0, ICC_AP1R0, 1u << 16);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0x80);
    gictest_enable(g, 40, 0, 0x80);
    gictest_drive(g, 40, 0, true);
    assert_false(IRQ(g, 0));
    icc_wr(g, 0, ICC_AP1R0, 0);
    assert_true(IRQ(g, 0));
    icc_wr(g, 0, ICC_AP0R0, 1u << 2);
    assert_int_equal(icc_rd(g, 0, ICC_RPR), 0x10);
    assert_false(IRQ(g, 0));
}

static void test_wires_are_driven_on_changes_only(void **state)
{
    struct gictest *g = *state;
    unsigned before = g->t.wires.changes[0];

    gictest_enable(g, 40, 0, 0x80);
    gictest_enable(g, 41, 0, 0x40);
    gictest_drive(g, 40, 0, true);
    gictest_drive(g, 41, 0, true);
    icc_wr(g, 0, ICC_PMR, 0xf0);
    gictest_drive(g, 41, 0, false);
    assert_int_equal(g->t.wires.changes[0] - before, 1);
}

/* A slow model of "what is signalled": everything from scratch. */
static unsigned model_best(const struct gictest *g, unsigned cpu)
{
    const struct gic *s = g->gic;
    unsigned best = 1023, best_prio = 0xff;

    for (unsigned id = 0; id < GIC_N_IRQS; id++) {
        u32 bit = 1u << (id % 32);
        bool p = id < 32;
        bool pending =
            p ? (s->p_latch[cpu] & bit) ||
                    ((s->p_level[cpu] & bit) && !(s->p_edge[cpu] & bit))
              : (s->latch[id / 32] & bit) ||
                    ((s->level[id / 32] & bit) && !(s->edge[id / 32] & bit));
        bool enabled = (p ? s->p_enable[cpu] : s->enable[id / 32]) & bit;
        bool active = (p ? s->p_active[cpu] : s->active[id / 32]) & bit;
        unsigned group =
            ((p ? s->p_group[cpu] : s->group[id / 32]) & bit) ? 1 : 0;
        unsigned prio = p ? s->p_prio[32 * cpu + id] : s->prio[id];

        if (!p && s->route[id] != s->mpidr[cpu])
            continue;
        if (!pending || !enabled || active || !((s->ctlr >> group) & 1) ||
            !((s->igrpen[cpu] >> group) & 1) || prio >= best_prio)
            continue;
        best = id;
        best_prio = prio;
    }
    return best;
}

static u32 next_random(u64 *x)
{
    *x = *x * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)(*x >> 33);
}

static void random_step(struct gictest *g, u64 *x)
{
    static const u16 regs[] = {
        0x80, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
    };
    u32 r = next_random(x), v = next_random(x) & next_random(x);
    unsigned cpu = r % 4, id = next_random(x) % GIC_N_IRQS;
    u64 reg = regs[(r >> 2) % 7];

    switch ((r >> 8) % 12) {
    case 0: gicd_wr(g, reg + 4 * (id / 32), v); break;
    case 1: gicr_wr(g, cpu, 0x10000 + reg, v); break;
    case 2:
    case 3:
        if (id >= 16)
            gictest_drive(g, id, cpu, v & 1);
        break;
    case 4: gictest_enable(g, id, cpu, (u8)v); break;
    case 5: icc_wr(g, cpu, ICC_SGI1R, v & 0xf00000f); break;
    case 6: gicd_wr(g, 0xc00 + 4 * (id / 16), v); break;
    case 7:
        icc_wr(g, cpu, v & 1 ? ICC_IGRPEN1 : ICC_IGRPEN0, (v >> 1) & 1);
        break;
    case 8: gicd_wr(g, 0, v & 1 ? 3 : next_random(x)); break;
    case 9: icc_wr(g, cpu, ICC_PMR, v | 0x80); break;
    case 10: icc_wr(g, cpu, ICC_EOIR1, icc_rd(g, cpu, ICC_IAR1)); break;
    default: icc_wr(g, cpu, ICC_EOIR0, icc_rd(g, cpu, ICC_IAR0)); break;
    }
}

static void test_cached_candidates_equal_a_full_search(void **state)
{
    struct gictest *g = *state;
    u64 x = 1;

    for (unsigned step = 0; step < 40000; step++) {
        random_step(g, &x);
        for (unsigned cpu = 0; cpu < 4; cpu++) {
            u64 hppi = icc_rd(g, cpu, ICC_HPPIR0);

            if (hppi == 1023)
                hppi = icc_rd(g, cpu, ICC_HPPIR1);
            if (hppi != model_best(g, cpu))
                fail_msg("step %u CPU %u: %u instead of %u", step, cpu,
                         (unsigned)hppi, model_best(g, cpu));
        }
    }
}

static void test_refresh_rebuilds_everything_derived(void **state)
{
    struct gictest *g = *state;
    struct gic copy;
    u64 x = 2;

    for (unsigned step = 0; step < 5000; step++)
        random_step(g, &x);
    copy = *g->gic;
    for (unsigned cpu = 0; cpu < 4; cpu++) {
        for (unsigned w = 0; w < GIC_WORDS; w++)
            g->gic->target[cpu][w] = ~0u;
        g->gic->best_spi[cpu] = (struct gic_best){ 0, 0 };
        g->gic->best_private[cpu] = (struct gic_best){ 0, 0 };
    }
    gic_refresh(g->gic);
    for (unsigned cpu = 0; cpu < 4; cpu++) {
        assert_int_equal(g->gic->best_spi[cpu].id, copy.best_spi[cpu].id);
        assert_int_equal(g->gic->best_private[cpu].id,
                         copy.best_private[cpu].id);
        for (unsigned w = 1; w < GIC_WORDS; w++)
            assert_int_equal(g->gic->target[cpu][w], copy.target[cpu][w]);
        assert_int_equal(g->gic->irq_out[cpu], copy.irq_out[cpu]);
        assert_int_equal(g->gic->fiq_out[cpu], copy.fiq_out[cpu]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_reset_values),
        TEST(test_a_CPU_reset_resets_its_interface_only),
        TEST(test_fixed_and_writable_bits),
        TEST(test_BPR_has_a_minimum_and_CBPR_shares_it),
        TEST(test_life_of_a_level_interrupt),
        TEST(test_life_of_an_edge_interrupt),
        TEST(test_life_of_each_SPI),
        TEST(test_wire_of_each_SPI),
        TEST(test_groups_have_wires_and_registers_of_their_own),
        TEST(test_disabled_group_hides_its_interrupts_only),
        TEST(test_mask_holds_back_equal_and_lower_priorities),
        TEST(test_preemption_nests_and_unwinds),
        TEST(test_BPR_groups_priorities_for_preemption),
        TEST(test_BPR_7_of_group_0_forbids_preemption),
        TEST(test_EOImode_1_separates_drop_and_deactivation),
        TEST(test_DIR_works_from_another_cpu_and_only_in_mode_1),
        TEST(test_end_of_nothing_changes_nothing),
        TEST(test_SGI1R_reaches_its_target_list),
        TEST(test_SGI1R_names_a_cluster_by_its_affinity),
        TEST(test_SGI_registers_reach_the_groups_they_may),
        TEST(test_SGI_is_taken_once_and_interrupts_its_cpu),
        TEST(test_private_wins_a_tie_and_priority_wins_over_number),
        TEST(test_active_priorities_can_be_saved_and_restored),
        TEST(test_wires_are_driven_on_changes_only),
        TEST(test_cached_candidates_equal_a_full_search),
        TEST(test_refresh_rebuilds_everything_derived),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
