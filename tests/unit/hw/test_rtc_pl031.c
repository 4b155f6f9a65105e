/* SPDX-License-Identifier: MIT */
/*
 * test_rtc_pl031.c - hw/rtc_pl031.c against DDI 0224.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "devices.h"
#include "hwtest.h"

enum {
    DR = 0x00,
    MR = 0x04,
    LR = 0x08,
    CR = 0x0c,
    IMSC = 0x10,
    RIS = 0x14,
    MIS = 0x18,
    ICR = 0x1c,
};

#define BASE   1700000000u
#define SECOND 1000000000ull

static int setup(void **state)
{
    struct hwtest *t = g_new0(struct hwtest, 1);

    hwtest_init(t, &pl031_class, 0x9010000, NULL, BASE);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    hwtest_fini(*state);
    g_free(*state);
    return 0;
}

static u32 rd(struct hwtest *t, u64 reg)
{
    return (u32)hwtest_read(t, reg, 4);
}

static void wr(struct hwtest *t, u64 reg, u32 v)
{
    hwtest_write(t, reg, 4, v);
}

static void test_counts_virtual_seconds_from_the_base(void **state)
{
    struct hwtest *t = *state;

    assert_int_equal(rd(t, DR), BASE);
    clock_advance(&t->clock, SECOND - 1);
    assert_int_equal(rd(t, DR), BASE);
    clock_advance(&t->clock, 1);
    assert_int_equal(rd(t, DR), BASE + 1);
    clock_advance(&t->clock, 86400 * SECOND);
    assert_int_equal(rd(t, DR), BASE + 86401);
}

static void test_primecell_ids(void **state)
{
    static const u8 ids[8] = { 0x31, 0x10, 0x14, 0, 0xd, 0xf0, 5, 0xb1 };
    struct hwtest *t = *state;

    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(rd(t, 0xfe0 + 4 * i), ids[i]);
    assert_int_equal(rd(t, CR), 1);
}

static void test_match_interrupts_at_the_start_of_its_second(void **state)
{
    struct hwtest *t = *state;

    clock_advance(&t->clock, SECOND / 2);
    wr(t, IMSC, 1);
    wr(t, MR, BASE + 2);
    assert_int_equal(rd(t, MR), BASE + 2);
    assert_int_equal(clock_next(&t->clock), 2 * SECOND);
    clock_advance(&t->clock, 3 * SECOND / 2 - 1);
    assert_int_equal(rd(t, RIS), 0);
    clock_advance(&t->clock, 1);
    assert_int_equal(rd(t, RIS), 1);
    assert_int_equal(rd(t, MIS), 1);
    assert_true(t->wires.level[0]);
    wr(t, ICR, 1);
    assert_int_equal(rd(t, RIS), 0);
    assert_false(t->wires.level[0]);
}

static void test_mask_gates_the_wire_only(void **state)
{
    struct hwtest *t = *state;

    wr(t, MR, BASE);
    assert_int_equal(rd(t, RIS), 1);
    assert_int_equal(rd(t, MIS), 0);
    assert_false(t->wires.level[0]);
    wr(t, IMSC, 1);
    assert_true(t->wires.level[0]);
    wr(t, IMSC, 0);
    assert_false(t->wires.level[0]);
}

static void test_load_sets_the_count_and_moves_the_alarm(void **state)
{
    struct hwtest *t = *state;

    clock_advance(&t->clock, 10 * SECOND + 5);
    wr(t, MR, 1010);
    wr(t, LR, 1000);
    assert_int_equal(rd(t, DR), 1000);
    assert_int_equal(rd(t, LR), 1000);
    assert_int_equal(clock_next(&t->clock), 20 * SECOND);
    clock_advance(&t->clock, 10 * SECOND);
    assert_int_equal(rd(t, RIS), 1);
    assert_int_equal(rd(t, DR), 1010);
}

static void test_match_in_the_past_is_a_whole_turn_away(void **state)
{
    struct hwtest *t = *state;

    wr(t, MR, BASE - 1);
    assert_int_equal(rd(t, RIS), 0);
    assert_int_equal(clock_next(&t->clock), 0xffffffffull * SECOND);
}

static void test_count_wraps_at_32_bits(void **state)
{
    struct hwtest *t = *state;

    wr(t, LR, 0xffffffff);
    clock_advance(&t->clock, SECOND);
    assert_int_equal(rd(t, DR), 0);
}

static void test_reset_disarms_and_keeps_the_date(void **state)
{
    struct hwtest *t = *state;

    wr(t, LR, 5000);
    wr(t, IMSC, 1);
    wr(t, MR, 5000);
    assert_true(t->wires.level[0]);
    wr(t, MR, 6000);
    pl031_class.reset(t->dev);
    assert_false(t->wires.level[0]);
    assert_int_equal(clock_next(&t->clock), CLOCK_NEVER);
    assert_int_equal(rd(t, MR), 0);
    assert_int_equal(rd(t, DR), 5000);
    check_fields_in_struct(t->dev);
}

static void test_read_only_and_reserved_registers_ignore_writes(void **state)
{
    struct hwtest *t = *state;

    wr(t, DR, 1);
    wr(t, RIS, 1);
    wr(t, MIS, 1);
    wr(t, CR, 0);
    wr(t, 0x80, 1);
    wr(t, 0xfe0, 1);
    assert_int_equal(rd(t, DR), BASE);
    assert_int_equal(rd(t, RIS), 0);
    assert_int_equal(rd(t, CR), 1);
    assert_int_equal(rd(t, 0x80), 0);
    assert_int_equal(rd(t, 0xfe0), 0x31);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_counts_virtual_seconds_from_the_base),
        TEST(test_primecell_ids),
        TEST(test_match_interrupts_at_the_start_of_its_second),
        TEST(test_mask_gates_the_wire_only),
        TEST(test_load_sets_the_count_and_moves_the_alarm),
        TEST(test_match_in_the_past_is_a_whole_turn_away),
        TEST(test_count_wraps_at_32_bits),
        TEST(test_reset_disarms_and_keeps_the_date),
        TEST(test_read_only_and_reserved_registers_ignore_writes),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
