/* SPDX-License-Identifier: MIT */
/*
 * test_gic_v2_dist.c - hw/gic_v2_dist.c: the GICv2 distributor against IHI
 * 0048 and the values of QEMU's virt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "gictest.h"

#define N_CPUS 4

static u32 rd(struct gictest *g, unsigned cpu, u64 off)
{
    return gic2_rd(g, cpu, GICTEST_GICD + off, 4);
}

static void wr(struct gictest *g, unsigned cpu, u64 off, u32 v)
{
    gic2_wr(g, cpu, GICTEST_GICD + off, 4, v);
}

static u32 rdb(struct gictest *g, unsigned cpu, u64 off)
{
    return gic2_rd(g, cpu, GICTEST_GICD + off, 1);
}

static void wrb(struct gictest *g, unsigned cpu, u64 off, u32 v)
{
    gic2_wr(g, cpu, GICTEST_GICD + off, 1, v);
}

static int setup(void **state)
{
    *state = gictest_new_v2(N_CPUS);
    return 0;
}

static int teardown(void **state)
{
    gictest_free(*state);
    return 0;
}

static void test_reset_values_are_those_of_qemu(void **state)
{
    static const struct {
        u64 off;  /* register */
        u32 want; /* its value after a reset */
    } values[] = {
        { 0x000, 0 },      { 0x004, 0x68 },       { 0x008, 0x43b },
        { 0x080, 0 },      { 0x100, 0xffff },     { 0x104, 0 },
        { 0x180, 0xffff }, { 0x200, 0 },          { 0x280, 0 },
        { 0x300, 0 },      { 0x400, 0 },          { 0x51c, 0 },
        { 0x820, 0 },      { 0xc00, 0xaaaaaaaa }, { 0xc04, 0 },
        { 0xc08, 0 },      { 0xf10, 0 },          { 0xf20, 0 },
        { 0xfd0, 0x04 },   { 0xfe0, 0x90 },       { 0xfe4, 0xb4 },
        { 0xfe8, 0x2b },   { 0xfec, 0 },          { 0xff0, 0x0d },
        { 0xff4, 0xf0 },   { 0xff8, 0x05 },       { 0xffc, 0xb1 },
    };
    struct gictest *g = *state;

    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        assert_int_equal(rd(g, 3, values[i].off), values[i].want);
}

static void test_TYPER_counts_the_cpus(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 8; n++) {
        struct gictest *g = gictest_new_v2(n);

        assert_int_equal(rd(g, 0, 4), 8 | (n - 1) << 5);
        gictest_free(g);
    }
}

static void test_frame_is_4_KiB(void **state)
{
    struct gictest *g = *state;
    u64 v;

    assert_int_equal(bus_read(&g->t.bus, 0, GICTEST_GICD + 0x1000, 4, &v),
                     MEM_ABORT);
}

static void test_CTLR_has_two_enables(void **state)
{
    struct gictest *g = *state;

    wr(g, 0, 0, ~0u);
    assert_int_equal(rd(g, 1, 0), 3);
    wr(g, 0, 0, 1);
    assert_int_equal(rd(g, 0, 0), 1);
    wrb(g, 0, 1, 0xff); /* not the byte with the enables */
    assert_int_equal(rd(g, 0, 0), 1);
    wrb(g, 0, 0, 2);
    assert_int_equal(rd(g, 0, 0), 2);
}

static void test_private_bits_are_banked_and_shared_ones_are_not(void **state)
{
    static const u64 set[] = { 0x80, 0x100, 0x200, 0x300 };
    struct gictest *g = *state;

    for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
        u32 before = rd(g, 0, set[i]);

        wr(g, 1, set[i], 1u << 20);
        assert_int_equal(rd(g, 0, set[i]), before);
        assert_int_equal(rd(g, 1, set[i]), before | 1u << 20);
        wr(g, 1, set[i] + 0x20, 1u << 31); /* the last word */
        assert_int_equal(rd(g, 3, set[i] + 0x20), 1u << 31);
        wr(g, 1, set[i] + 0x24, ~0u); /* INTIDs that are not there */
        assert_int_equal(rd(g, 1, set[i] + 0x24), 0);
    }
    for (size_t i = 1; i < ARRAY_SIZE(set); i++) {
        u64 clear = set[i] + 0x80;

        wr(g, 0, clear, ~0u);
        assert_int_not_equal(rd(g, 1, clear) & (1u << 20), 0);
        wr(g, 1, clear, 1u << 20);
        assert_int_equal(rd(g, 1, clear) & (1u << 20), 0);
        wr(g, 0, clear + 0x20, 1u << 31);
        assert_int_equal(rd(g, 1, set[i] + 0x20), 0);
    }
}

static void test_SGIs_are_always_enabled_and_edge_triggered(void **state)
{
    struct gictest *g = *state;

    wr(g, 0, 0x180, ~0u);
    assert_int_equal(rd(g, 0, 0x100), 0xffff);
    wr(g, 0, 0xc00, 0);
    assert_int_equal(rd(g, 0, 0xc00), 0xaaaaaaaa);
    wr(g, 0, 0x200, 0xffff); /* GICD_SPENDSGIR is the way */
    assert_int_equal(rd(g, 0, 0x200), 0);
    wrb(g, 0, 0xf20, 1);
    wr(g, 0, 0x280, 0xffff);
    assert_int_equal(rd(g, 0, 0x200), 1);
}

static void test_priorities_have_8_bits_and_are_banked_below_32(void **state)
{
    struct gictest *g = *state;

    wr(g, 0, 0x41c, 0xff123481);
    assert_int_equal(rd(g, 0, 0x41c), 0xff123481);
    assert_int_equal(rd(g, 1, 0x41c), 0);
    wrb(g, 2, 0x421, 0x77);
    assert_int_equal(rd(g, 0, 0x420), 0x7700);
    assert_int_equal(rdb(g, 1, 0x421), 0x77);
    gic2_wr(g, 0, GICTEST_GICD + 0x422, 2, 0xabcd);
    assert_int_equal(rd(g, 0, 0x420), 0xabcd7700);
    assert_int_equal(gic2_rd(g, 0, GICTEST_GICD + 0x422, 2), 0xabcd);
    wr(g, 0, 0x520, ~0u); /* INTID 288 */
    assert_int_equal(rd(g, 0, 0x520), 0);
}

static void test_ITARGETSR_has_bytes_and_only_cpus_that_exist(void **state)
{
    struct gictest *g = *state;

    wr(g, 0, 0x820, 0xff3f2110);
    assert_int_equal(rd(g, 0, 0x820), 0x0f0f0100);
    wrb(g, 1, 0x822, 0x14);
    assert_int_equal(rd(g, 0, 0x820), 0x0f040100);
    assert_int_equal(rdb(g, 0, 0x823), 0x0f);
    wr(g, 0, 0xf20, ~0u); /* SGIs have senders: what is behind the targets */
    wr(g, 0, 0x920, ~0u); /* INTID 288 */
    assert_int_equal(rd(g, 0, 0x920), 0);
    assert_int_equal(rd(g, 0, 0xf20), 0x0f0f0f0f);
    /* Of private interrupts it says which CPU reads. */
    for (unsigned cpu = 0; cpu < N_CPUS; cpu++) {
        wr(g, cpu, 0x800, ~0u);
        assert_int_equal(rd(g, cpu, 0x800), 0x01010101u << cpu);
        assert_int_equal(rdb(g, cpu, 0x81f), 1u << cpu);
    }
}

static void test_ITARGETSR_of_private_and_missing_interrupts_is_fixed(
    void **state)
{
    struct gictest *g = *state;
    struct gic *before = g_memdup2(g->gic, sizeof(*before));

    for (u64 off = 0x800; off < 0xc00; off += off == 0x81c ? 0x104 : 4)
        wr(g, 1, off, ~0u);
    assert_memory_equal(g->gic, before, sizeof(*before));
    g_free(before);
}

static void test_ITARGETSR_of_one_cpu_is_zero_and_SPIs_reach_it(void **state)
{
    struct gictest *g = gictest_new_v2(1);

    (void)state;
    wr(g, 0, 0x820, ~0u);
    assert_int_equal(rd(g, 0, 0x820), 0);
    assert_int_equal(rd(g, 0, 0x800), 0);
    gic2_wr(g, 0, GICTEST_GICC, 4, 1);
    gic2_wr(g, 0, GICTEST_GICC + 4, 4, 0xff);
    wr(g, 0, 0, 1);
    wr(g, 0, 0x104, 1);
    gictest_drive(g, 32, 0, true);
    assert_true(g->t.wires.level[0]);
    gictest_free(g);
}

static void test_bit_registers_take_bytes(void **state)
{
    struct gictest *g = *state;

    wrb(g, 0, 0x105, 0x81);
    assert_int_equal(rd(g, 0, 0x104), 0x8100);
    wrb(g, 0, 0x185, 0x01);
    assert_int_equal(rd(g, 0, 0x104), 0x8000);
    assert_int_equal(rdb(g, 0, 0x105), 0x80);
    wr(g, 0, 0x84, 0x11223344);
    wrb(g, 0, 0x86, 0xff);
    assert_int_equal(rd(g, 0, 0x84), 0x11ff3344);
    wr(g, 0, 0xc08, 0xffffffff);
    assert_int_equal(rd(g, 0, 0xc08), 0xaaaaaaaa);
    gic2_wr(g, 0, GICTEST_GICD + 0xc0a, 2, 0x0008);
    assert_int_equal(rd(g, 0, 0xc08), 0x0008aaaa);
}

static void test_PPI_configuration_is_banked(void **state)
{
    struct gictest *g = *state;

    wr(g, 2, 0xc04, 2u << (2 * 11));
    assert_int_equal(rd(g, 2, 0xc04), 2u << (2 * 11));
    assert_int_equal(rd(g, 0, 0xc04), 0);
    gictest_drive(g, 27, 2, true);
    gictest_drive(g, 27, 2, false);
    assert_int_equal(rd(g, 2, 0x200), 1u << 27);
    gictest_drive(g, 27, 0, true);
    assert_int_equal(rd(g, 0, 0x200), 1u << 27);
    gictest_drive(g, 27, 0, false);
    assert_int_equal(rd(g, 0, 0x200), 0);
}

/* Where SGI @id is pending, a bit a CPU; forgets it. */
static unsigned pending(struct gictest *g, unsigned id)
{
    unsigned mask = 0;

    for (unsigned cpu = 0; cpu < N_CPUS; cpu++) {
        if (rd(g, cpu, 0x200) & (1u << id))
            mask |= 1u << cpu;
        wrb(g, cpu, 0xf10 + id, 0xff);
        assert_int_equal(rd(g, cpu, 0x200), 0);
    }
    return mask;
}

static void test_SGIR_filters(void **state)
{
    struct gictest *g = *state;

    wr(g, 1, 0xf00, 0x00050003); /* list */
    assert_int_equal(pending(g, 3), 0x5);
    wr(g, 1, 0xf00, 0x00f00003); /* CPUs 4 to 7 are not there */
    assert_int_equal(pending(g, 3), 0);
    wr(g, 1, 0xf00, 0x01ff000f); /* all others */
    assert_int_equal(pending(g, 15), 0xd);
    wr(g, 1, 0xf00, 0x02ff0000); /* itself */
    assert_int_equal(pending(g, 0), 0x2);
    wr(g, 1, 0xf00, 0x03ff0000); /* reserved */
    assert_int_equal(pending(g, 0), 0);
    assert_int_equal(rd(g, 1, 0xf00), 0);
    wrb(g, 1, 0xf00, 0x02); /* by words only */
    gic2_wr(g, 1, GICTEST_GICD + 0xf02, 2, 0x00ff);
    assert_int_equal(pending(g, 0), 0);
}

static void test_pending_SGIs_know_their_sources(void **state)
{
    struct gictest *g = *state;

    wr(g, 1, 0xf00, 0x00040005);
    wr(g, 3, 0xf00, 0x00040005);
    assert_int_equal(rd(g, 2, 0xf24), 0x0a00);
    assert_int_equal(rd(g, 2, 0xf14), 0x0a00);
    assert_int_equal(rd(g, 1, 0xf24), 0);
    wrb(g, 2, 0xf15, 0x02);
    assert_int_equal(rdb(g, 2, 0xf25), 0x08);
    assert_int_equal(rd(g, 2, 0x200), 1u << 5);
    wrb(g, 2, 0xf15, 0x08);
    assert_int_equal(rd(g, 2, 0x200), 0);
    wr(g, 0, 0xf2c, 0xff000001); /* 15 from all, 12 from CPU 0 */
    assert_int_equal(rd(g, 0, 0xf2c), 0x0f000001);
    assert_int_equal(rd(g, 0, 0x200), 1u << 15 | 1u << 12);
}

static void test_reserved_registers_are_harmless(void **state)
{
    static const u64 offs[] = { 0xc,   0x40,  0x7c,  0xd00, 0xe00,
                                0xefc, 0xf04, 0xf30, 0xfcc };
    struct gictest *g = *state;

    for (size_t i = 0; i < ARRAY_SIZE(offs); i++) {
        wr(g, 0, offs[i], ~0u);
        assert_int_equal(rd(g, 0, offs[i]), 0);
    }
    wr(g, 0, 0xfe8, 0);
    assert_int_equal(rd(g, 0, 0xfe8), 0x2b);
}

static void test_reset_forgets_all_but_the_wires(void **state)
{
    struct gictest *g = *state;

    wr(g, 0, 0, 3);
    wr(g, 0, 0x820, 0x0f0f0f0f);
    wr(g, 1, 0xf00, 0x00010005);
    gic2_wr(g, 0, GICTEST_GICC + 0xd4, 4, 5);
    gictest_drive(g, 40, 0, true);
    gicv2_class.reset(g->t.dev);
    assert_int_equal(rd(g, 0, 0), 0);
    assert_int_equal(rd(g, 0, 0x820), 0);
    assert_int_equal(rd(g, 0, 0xf24), 0);
    assert_int_equal(rd(g, 0, 0x100), 0xffff);
    assert_int_equal(rd(g, 0, 0x204), 1u << 8);
    assert_int_equal(gic2_rd(g, 0, GICTEST_GICC + 0xd4, 4), 0);
}

static void test_registers_have_names(void **state)
{
    struct gictest *g = *state;

    assert_string_equal(device_reg_name(g->t.dev, 0xf00), "GICD_SGIR");
    assert_string_equal(device_reg_name(g->t.dev, 0x800), "GICD_ITARGETSR");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reset_values_are_those_of_qemu),
        TEST(test_TYPER_counts_the_cpus),
        TEST(test_frame_is_4_KiB),
        TEST(test_CTLR_has_two_enables),
        TEST(test_private_bits_are_banked_and_shared_ones_are_not),
        TEST(test_SGIs_are_always_enabled_and_edge_triggered),
        TEST(test_priorities_have_8_bits_and_are_banked_below_32),
        TEST(test_ITARGETSR_has_bytes_and_only_cpus_that_exist),
        TEST(test_ITARGETSR_of_private_and_missing_interrupts_is_fixed),
        TEST(test_ITARGETSR_of_one_cpu_is_zero_and_SPIs_reach_it),
        TEST(test_bit_registers_take_bytes),
        TEST(test_PPI_configuration_is_banked),
        TEST(test_SGIR_filters),
        TEST(test_pending_SGIs_know_their_sources),
        TEST(test_reserved_registers_are_harmless),
        TEST(test_reset_forgets_all_but_the_wires),
        TEST(test_registers_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
