/* SPDX-License-Identifier: MIT */
/*
 * test_clock.c - src/base/clock.c: virtual time and timer order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clock.h"

#define MAX_LOG 64

struct test_log {
    int id[MAX_LOG]; /* timers in the order they fired */
    unsigned n;      /* used entries */
};

struct test_timer {
    struct vtimer t;      /* timer under test */
    struct test_log *log; /* where fire() writes */
    int id;               /* what it writes */
    u64 again_ns;         /* period of a timer that arms itself, or 0 */
};

static void fire(void *opaque)
{
    struct test_timer *x = opaque;

    assert_true(x->log->n < MAX_LOG);
    assert_int_equal(x->t.deadline_ns, CLOCK_NEVER);
    x->log->id[x->log->n++] = x->id;
    if (x->again_ns)
        vtimer_set(&x->t, clock_now(x->t.clock) + x->again_ns);
}

static void make(struct clock *c, struct test_log *log, struct test_timer *x,
                 unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        x[i] = (struct test_timer){ .log = log, .id = (int)i };
        vtimer_init(&x[i].t, c, fire, &x[i]);
    }
}

static void test_time_is_scaled_count_plus_idle(void **state)
{
    struct clock c;

    (void)state;
    clock_init(&c, 3);
    c.count = 10;
    c.idle_ns = 7;
    assert_int_equal(clock_now(&c), 87);
    assert_int_equal(clock_next(&c), CLOCK_NEVER);
    clock_fini(&c);
}

static void test_timers_fire_by_deadline_then_creation(void **state)
{
    struct test_log log = { .n = 0 };
    struct test_timer x[20];
    struct clock c;

    (void)state;
    clock_init(&c, 0);
    make(&c, &log, x, 20);
    vtimer_set(&x[7].t, 50);
    vtimer_set(&x[19].t, 40);
    vtimer_set(&x[3].t, 50);
    vtimer_set(&x[5].t, 60);
    assert_int_equal(clock_next(&c), 40);
    c.count = 39;
    clock_run(&c);
    assert_int_equal(log.n, 0);
    c.count = 50;
    clock_run(&c);
    assert_int_equal(log.n, 3);
    assert_int_equal(log.id[0], 19);
    assert_int_equal(log.id[1], 3);
    assert_int_equal(log.id[2], 7);
    assert_int_equal(clock_next(&c), 60);
    clock_fini(&c);
}

static void test_deadline_in_the_past_fires_at_once(void **state)
{
    struct test_log log = { .n = 0 };
    struct test_timer x[1];
    struct clock c;

    (void)state;
    clock_init(&c, 0);
    make(&c, &log, x, 1);
    c.count = 100;
    vtimer_set(&x[0].t, 5);
    clock_run(&c);
    assert_int_equal(log.n, 1);
    clock_run(&c);
    assert_int_equal(log.n, 1);
    clock_fini(&c);
}

static void test_disarming_the_first_uncovers_the_next(void **state)
{
    struct test_log log = { .n = 0 };
    struct test_timer x[3];
    struct clock c;

    (void)state;
    clock_init(&c, 0);
    make(&c, &log, x, 3);
    vtimer_set(&x[0].t, 10);
    vtimer_set(&x[1].t, 20);
    vtimer_set(&x[0].t, CLOCK_NEVER);
    assert_int_equal(clock_next(&c), 20);
    vtimer_set(&x[1].t, 30);
    assert_int_equal(clock_next(&c), 30);
    vtimer_set(&x[2].t, 25);
    assert_int_equal(clock_next(&c), 25);
    clock_fini(&c);
}

static void test_timer_can_arm_itself_again(void **state)
{
    struct test_log log = { .n = 0 };
    struct test_timer x[1];
    struct clock c;

    (void)state;
    clock_init(&c, 0);
    make(&c, &log, x, 1);
    x[0].again_ns = 10;
    vtimer_set(&x[0].t, 10);
    for (c.count = 0; c.count <= 55; c.count++)
        clock_run(&c);
    assert_int_equal(log.n, 5);
    assert_int_equal(clock_next(&c), 60);
    clock_fini(&c);
}

static void count_change(void *opaque)
{
    ++*(int *)opaque;
}

static void test_changed_is_called_only_when_next_moves(void **state)
{
    struct test_log log = { .n = 0 };
    struct test_timer x[2];
    struct clock c;
    int changes = 0;

    (void)state;
    clock_init(&c, 0);
    make(&c, &log, x, 2);
    c.changed = count_change;
    c.changed_opaque = &changes;
    vtimer_set(&x[0].t, 10);
    assert_int_equal(changes, 1);
    vtimer_set(&x[1].t, 20);
    assert_int_equal(changes, 1);
    vtimer_set(&x[1].t, 10);
    vtimer_set(&x[0].t, CLOCK_NEVER);
    assert_int_equal(changes, 1);
    c.count = 10;
    clock_run(&c);
    assert_int_equal(changes, 2);
    assert_int_equal(clock_next(&c), CLOCK_NEVER);
    clock_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_is_scaled_count_plus_idle),
        cmocka_unit_test(test_timers_fire_by_deadline_then_creation),
        cmocka_unit_test(test_deadline_in_the_past_fires_at_once),
        cmocka_unit_test(test_disarming_the_first_uncovers_the_next),
        cmocka_unit_test(test_timer_can_arm_itself_again),
        cmocka_unit_test(test_changed_is_called_only_when_next_moves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
