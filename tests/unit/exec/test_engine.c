/* SPDX-License-Identifier: MIT */
/*
 * test_engine.c - src/exec/engine.c: exact counts at every limit, timers and
 * devices that see them, fetch faults, waits and ends.
 */
#include "rig.h"

/* x0 counts up, x1 goes round five times, and again. */
static const u32 loop_code[] = {
    MOVZ(1, 5, 0),
    ADDI(0, 0, 1),
    SUBSI(1, 1, 1),
    BNE(-8),
    B(-16),
};

/* X0 after @n instructions of loop_code. */
static u64 expected_x0(u64 n)
{
    u64 round = 1 + 3 * 5 + 1, in = n % round;
    u64 x0 = n / round * 5;

    return in <= 1 ? x0 : x0 + (in - 2) / 3 + 1 > x0 + 5 ? x0 + 5
                        : x0 + (in - 2) / 3 + 1;
}

static void test_a_limit_is_met_exactly(void **state)
{
    for (u64 n = 1; n < 60; n++) {
        struct rig *r = rig_new(state);

        r->cfg.exit_after = n;
        rig_start(r, loop_code, sizeof(loop_code));
        assert_int_equal(rig_run(r), EXEC_LIMIT);
        assert_int_equal(r->clock.count, n);
        assert_int_equal(rig_reg(r, 0, "x0"), expected_x0(n));
        rig_free(r);
    }
}

static void test_a_timer_fires_before_its_instruction(void **state)
{
    struct rig *r = rig_new(state);

    rig_start(r, loop_code, sizeof(loop_code));
    vtimer_set(&r->timer, 1237);
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(r->fired_at, 1237);
    rig_free(r);
}

static void test_a_deadline_is_rounded_up_to_an_instruction(void **state)
{
    struct rig *r = rig_new(state);

    clock_fini(&r->clock);
    clock_init(&r->clock, 3);
    vtimer_init(&r->timer, &r->clock, rig_fire, r);
    rig_start(r, loop_code, sizeof(loop_code));
    vtimer_set(&r->timer, 8 * 100 + 1);
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(r->fired_at, 101);
    rig_free(r);
}

static void test_a_device_sees_the_exact_count(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x900, 16), NOP, NOP, LDRW(2, 1, 0), NOP, LDRX(3, 1, 8),
        B(0),
    };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(r->n_reads, 2);
    assert_int_equal(rig_reg(r, 0, "x2"), 3);
    assert_int_equal(rig_reg(r, 0, "x3"), 5);
    assert_int_equal(r->size, 8);
    rig_free(r);
}

static void test_a_device_write_may_move_the_deadline(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x900, 16), NOP, STRW(1, 1, 0), NOP, NOP, NOP, NOP, NOP,
        NOP, B(0),
    };

    for (u64 after = 1; after < 9; after++) {
        struct rig *r = rig_new(state);

        r->arm_ns = after;
        rig_start(r, code, sizeof(code));
        assert_int_equal(rig_run(r), EXEC_LIMIT);
        assert_int_equal(r->count, 2);
        assert_int_equal(r->fired_at, 2 + after);
        rig_free(r);
    }
}

static void test_a_wait_jumps_to_the_next_timer(void **state)
{
    static const u32 code[] = { NOP, WFI, ADDI(0, 0, 1), B(0) };
    struct rig *r = rig_new(state);

    r->raises_irq = true; /* masked: it only ends the wait */
    rig_start(r, code, sizeof(code));
    vtimer_set(&r->timer, 1000000);
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(r->fired_at, 2);
    assert_int_equal(r->clock.idle_ns, 1000000 - 2);
    assert_int_equal(rig_reg(r, 0, "x0"), 1);
    rig_free(r);
}

static void test_waiting_for_nothing_ends_the_run(void **state)
{
    static const u32 code[] = { WFI, B(0) };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_DEAD);
    assert_int_equal(r->clock.count, 1);
    rig_free(r);
}

static void test_faults_at_the_vector_end_the_run(void **state)
{
    static const u32 code[] = { MOVZ(1, 0x1000, 0), MSR_VBAR(1), BR(1) };
    struct rig *r = rig_new(state);

    r->cfg.exit_after = 1000000;
    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_STORM);
    rig_free(r);
}

static void test_a_fetch_fault_counts_as_an_instruction(void **state)
{
    /* The vectors lie at BASE + 0x800; a sync exception goes to +0x200. */
    u32 code[0xb00 / 4] = { MOVZ(1, 0x4000, 16), ADDI(1, 1, 0x800),
                            MSR_VBAR(1), MOVZ(2, 0x10, 0), BR(2) };
    struct rig *r = rig_new(state);

    code[0xa00 / 4] = ADDI(0, 0, 7);
    code[0xa04 / 4] = B(0);
    r->cfg.exit_after = 7;
    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_reg(r, 0, "x0"), 7);
    assert_int_equal(rig_reg(r, 0, "pc"), BASE + 0xa04);
    rig_free(r);
}

struct seen {
    struct rig *r;     /* the machine */
    unsigned n;        /* calls of state() */
    u64 last;          /* count at the last one */
    unsigned n_polls;  /* calls of poll() */
};

static void on_state(void *opaque)
{
    struct seen *s = opaque;

    s->n++;
    s->last = s->r->clock.count;
}

static void on_poll(void *opaque)
{
    ((struct seen *)opaque)->n_polls++;
}

static void test_hooks_are_called_at_their_counts(void **state)
{
    struct rig *r = rig_new(state);
    struct seen s = { .r = r };

    r->cfg.hash_every = 1000;
    r->cfg.exit_after = 2 * POLL_GRID + 5;
    r->cfg.hooks.state = on_state;
    r->cfg.hooks.poll = on_poll;
    r->cfg.opaque = &s;
    rig_start(r, loop_code, sizeof(loop_code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(s.n, r->cfg.exit_after / 1000);
    assert_int_equal(s.last, r->cfg.exit_after / 1000 * 1000);
    assert_int_equal(s.n_polls, 2);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_a_limit_is_met_exactly),
        BOTH(test_a_timer_fires_before_its_instruction),
        BOTH(test_a_deadline_is_rounded_up_to_an_instruction),
        BOTH(test_a_device_sees_the_exact_count),
        BOTH(test_a_device_write_may_move_the_deadline),
        BOTH(test_a_wait_jumps_to_the_next_timer),
        BOTH(test_waiting_for_nothing_ends_the_run),
        BOTH(test_faults_at_the_vector_end_the_run),
        BOTH(test_a_fetch_fault_counts_as_an_instruction),
        BOTH(test_hooks_are_called_at_their_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
