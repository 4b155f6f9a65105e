/* SPDX-License-Identifier: MIT */
/*
 * test_timer.c - counters, both timers with their outputs at exact times, EL0
 * access controls, and the event stream's edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "a64test.h"

#define PC (BENCH_RAM + 0x1000)

static int setup(void **state)
{
    struct a64_bench *b = bench_new("max");

    b->cpu->arch.vbar[1] = BENCH_RAM + 0x10000;
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench_free(*state);
    return 0;
}

static u32 enc(unsigned read, unsigned op1, unsigned crn, unsigned crm,
               unsigned op2)
{
    return 0xd5180000 | read << 21 | op1 << 16 | crn << 12 | crm << 8 |
           op2 << 5;
}

static void at(struct a64_bench *b, u64 ns)
{
    b->clock.count = ns;
    clock_run(&b->clock);
}

/* msr / mrs of X0 at a fixed time. */
static void msr(struct a64_bench *b, u32 word, u64 v)
{
    u64 count = b->clock.count;

    b->cpu->arch.x[0] = v;
    bench_run(b, PC, &word, 1);
    b->clock.count = count;
}

static u64 mrs(struct a64_bench *b, u32 word)
{
    u64 count = b->clock.count;

    bench_run(b, PC, &word, 1);
    b->clock.count = count;
    return b->cpu->arch.x[0];
}

#define CNTV_CTL(read) enc(read, 3, 14, 3, 1)
#define CNTV_CVAL(read) enc(read, 3, 14, 3, 2)
#define CNTV_TVAL(read) enc(read, 3, 14, 3, 0)
#define CNTP_CTL(read) enc(read, 3, 14, 2, 1)
#define CNTP_CVAL(read) enc(read, 3, 14, 2, 2)
#define CNTVCT enc(1, 3, 14, 0, 2)
#define CNTPCT enc(1, 3, 14, 0, 1)
#define CNTKCTL enc(0, 0, 14, 1, 0)

static void test_counter_is_62_5_mhz(void **state)
{
    struct a64_bench *b = *state;

    at(b, 15);
    assert_int_equal(mrs(b, CNTVCT), 0);
    at(b, 1600);
    assert_int_equal(mrs(b, CNTVCT), 100);
    assert_int_equal(mrs(b, CNTPCT), 100);
    assert_int_equal(mrs(b, enc(1, 3, 14, 0, 0)), 62500000);
}

static void test_output_rises_at_the_deadline(void **state)
{
    struct a64_bench *b = *state;

    at(b, 1600);
    msr(b, CNTV_TVAL(0), 50);
    assert_int_equal(mrs(b, CNTV_CVAL(1)), 150);
    msr(b, CNTV_CTL(0), 1);
    assert_int_equal(clock_next(&b->clock), 2400);
    assert_int_equal(mrs(b, CNTV_CTL(1)), 1);
    at(b, 2399);
    assert_false(b->line[1]);
    at(b, 2400);
    assert_true(b->line[1]);
    assert_false(b->line[0]);
    assert_int_equal(mrs(b, CNTV_CTL(1)), 5);
    assert_int_equal(mrs(b, CNTV_TVAL(1)), 0);
    msr(b, CNTV_CTL(0), 3); /* IMASK hides it, ISTATUS stays */
    assert_false(b->line[1]);
    assert_int_equal(mrs(b, CNTV_CTL(1)), 7);
    msr(b, CNTV_CTL(0), 0);
    assert_int_equal(mrs(b, CNTV_CTL(1)), 0);
    assert_true(clock_next(&b->clock) == CLOCK_NEVER);
    at(b, 3200);
    assert_int_equal(mrs(b, CNTV_TVAL(1)), (u32)-50);
}

static void test_negative_tval_and_physical(void **state)
{
    struct a64_bench *b = *state;

    at(b, 16000);
    msr(b, enc(0, 3, 14, 2, 0), 0xffffffff); /* CNTP_TVAL = -1 */
    assert_int_equal(mrs(b, CNTP_CVAL(1)), 999);
    msr(b, CNTP_CTL(0), 1);
    assert_true(b->line[0]);
    msr(b, CNTP_CVAL(0), ~0ull); /* never */
    assert_false(b->line[0]);
    assert_true(clock_next(&b->clock) == CLOCK_NEVER);
}

/* Nothing can write CNTVOFF_EL2 yet: it is put there. */
static void test_virtual_count_has_an_offset(void **state)
{
    struct a64_bench *b = *state;
    u32 wfe = 0xd503205f;

    at(b, 1600);
    b->cpu->arch.cntvoff = 30;
    assert_int_equal(mrs(b, CNTVCT), 70);
    assert_int_equal(mrs(b, CNTPCT), 100);
    msr(b, CNTV_TVAL(0), 50);
    assert_int_equal(mrs(b, CNTV_CVAL(1)), 120);
    assert_int_equal(mrs(b, CNTV_TVAL(1)), 50);
    msr(b, CNTV_CTL(0), 1);
    msr(b, CNTP_CVAL(0), 151);
    msr(b, CNTP_CTL(0), 1);
    assert_int_equal(clock_next(&b->clock), 2400);
    at(b, 2399);
    assert_false(b->line[1]);
    at(b, 2400);
    assert_true(b->line[1]);
    assert_false(b->line[0]);
    assert_int_equal(clock_next(&b->clock), 2416);
    msr(b, CNTP_CTL(0), 0);
    msr(b, CNTV_CVAL(0), -20ull); /* the sum wraps: never */
    assert_false(b->line[1]);
    assert_true(clock_next(&b->clock) == CLOCK_NEVER);
    msr(b, CNTV_CTL(0), 0);
    b->cpu->arch.event = 0;
    msr(b, CNTKCTL, 4 | 3 << 4); /* rising edges of bit 3 of the count */
    assert_int_equal(mrs(b, CNTVCT), 120);
    bench_run(b, PC, &wfe, 1);
    assert_int_equal(clock_next(&b->clock), 16 * (136 + 30));
}

/* The last count that the clock has a time for, and the one after it. */
static void test_deadlines_beyond_the_clock_are_never(void **state)
{
    struct a64_bench *b = *state;
    const u64 last = CLOCK_NEVER / 16 - 1;

    msr(b, CNTP_CTL(0), 1);
    msr(b, CNTP_CVAL(0), last);
    assert_true(clock_next(&b->clock) == last * 16);
    msr(b, CNTP_CVAL(0), last + 1);
    assert_true(clock_next(&b->clock) == CLOCK_NEVER);
    msr(b, CNTP_CVAL(0), (1ull << 60) + 1);
    assert_true(clock_next(&b->clock) == CLOCK_NEVER);
}

static void test_el0_access(void **state)
{
    struct a64_bench *b = *state;
    static const struct {
        u32 word;
        u64 bit;
        u32 iss;
    } row[] = {
        { 0xd53be040, 2, 0x34f801 },   /* mrs x0, cntvct_el0 */
        { 0xd53be020, 1, 0x32f801 },   /* mrs x0, cntpct_el0 */
        { 0xd53be000, 1, 0x30f801 },   /* mrs x0, cntfrq_el0 */
        { 0xd51be320, 256, 0x32f806 }, /* msr cntv_ctl_el0, x0 */
        { 0xd53be240, 512, 0x34f805 }, /* mrs x0, cntp_cval_el0 */
    };

    for (unsigned i = 0; i < ARRAY_SIZE(row); i++) {
        for (unsigned on = 0; on < 2; on++) {
            b->cpu->arch.cntkctl = on ? row[i].bit : 0;
            b->cpu->arch.elr[1] = PC;
            b->cpu->arch.spsr[1] = 0;
            a64_eret(b->cpu);
            bench_run(b, PC, &row[i].word, 1);
            assert_int_equal(b->cpu->arch.el, !on);
            if (!on)
                assert_int_equal(b->cpu->arch.esr[1],
                                 0x62000000 | row[i].iss);
        }
    }
}

static void test_event_stream(void **state)
{
    struct a64_bench *b = *state;
    u32 wfe = 0xd503205f;

    at(b, 16 * 5);
    b->cpu->arch.event = 0;
    msr(b, CNTKCTL, 4 | 3 << 4); /* rising edges of bit 3: 8, 24, 40... */
    bench_run(b, PC, &wfe, 1);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_WFE);
    assert_int_equal(clock_next(&b->clock), 16 * 8);
    at(b, 16 * 8 - 1);
    assert_false(a64_target.wake(b->cpu));
    at(b, 16 * 8);
    assert_true(a64_target.wake(b->cpu));
    assert_true(clock_next(&b->clock) == CLOCK_NEVER);
    /* An edge that passes while the CPU runs leaves an event. */
    at(b, 16 * 25);
    bench_run(b, PC, &wfe, 1);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_RUNNING);
    b->clock.count = 16 * 25 + 8;
    bench_run(b, PC, &wfe, 1);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_WFE);
    assert_int_equal(clock_next(&b->clock), 16 * 40);
    at(b, 16 * 40);
    assert_true(a64_target.wake(b->cpu));
    msr(b, CNTKCTL, 4 | 8 | 3 << 4); /* falling: 16, 32, 48... */
    bench_run(b, PC, &wfe, 1);
    assert_int_equal(clock_next(&b->clock), 16 * 48);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_counter_is_62_5_mhz),
        T(test_output_rises_at_the_deadline),
        T(test_negative_tval_and_physical),
        T(test_virtual_count_has_an_offset),
        T(test_deadlines_beyond_the_clock_are_never),
        T(test_el0_access),
        T(test_event_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
