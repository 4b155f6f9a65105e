/* SPDX-License-Identifier: MIT */
/*
 * test_vcpu.c - src/exec/vcpu.c: turns of several CPUs, PSCI, waits and
 * events between them, steals.
 */
#include "rig.h"

#define DATA (BASE + 0x10000)

/*
 * CPU 0 starts CPU 1 (MPIDR 1) at BASE + 0x100, context 77, then waits for
 * the word at DATA and counts its turns' instructions in x10.
 */
static const u32 main_code[] = {
    MOVZ(0, 0x0003, 0), MOVK(0, 0xc400, 16), MOVZ(1, 1, 0),
    MOVZ(2, 0x100, 0), MOVK(2, 0x4000, 16), MOVZ(3, 77, 0), HVC,
    ADDI(9, 0, 0), /* x9 = status */
    NOP, NOP, MOVZ(4, 0x4001, 16), /* x4 = DATA */
    ADDI(10, 10, 1), LDRX(5, 4, 0), CBZ(5, -8), B(0),
};

static const u32 second_code[] = {
    MOVZ(4, 0x4001, 16), STRX(0, 4, 0), B(0),
};

static struct rig *start2(void **state, u64 exit_after)
{
    struct rig *r = rig_new(state);

    r->cfg.n_cpus = 2;
    r->cfg.exit_after = exit_after;
    rig_start(r, main_code, sizeof(main_code));
    ram_write(&r->ram, BASE + 0x100, second_code, sizeof(second_code));
    return r;
}

static void test_a_started_cpu_runs_at_the_next_turn(void **state)
{
    struct rig *r = start2(state, 3 * EXEC_QUANTUM);

    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_reg(r, 0, "x9"), 0);
    assert_int_equal(rig_word(r, DATA), 77);
    /* It polled for the rest of its first turn, three at a time. */
    assert_int_equal(rig_reg(r, 0, "x10"), (EXEC_QUANTUM - 11) / 3 + 1);
    assert_int_equal(rig_reg(r, 0, "pc"), BASE + 14 * 4);
    assert_int_equal(rig_reg(r, 1, "pc"), BASE + 0x108);
    rig_free(r);
}

static void test_turns_do_not_depend_on_host_events(void **state)
{
    struct rig *r = start2(state, 3 * EXEC_QUANTUM);
    struct exec_hash a, b;

    rig_run(r);
    exec_hash(r->exec, NULL, 0, &a);
    rig_free(r);
    r = start2(state, 3 * EXEC_QUANTUM);
    r->exec->cfg.hash_every = 777;
    r->exec->next_hash = 777;
    rig_run(r);
    exec_hash(r->exec, NULL, 0, &b);
    rig_free(r);
    assert_int_equal(a.all, b.all);
}

static void test_psci_says_who_is_on(void **state)
{
    struct rig *r = start2(state, EXEC_QUANTUM);
    const struct vcpu_ops *ops = &exec_vcpu_ops;
    struct cpu_host *h;

    rig_run(r);
    h = r->exec->cpu[0].host;
    assert_int_equal(ops->cpu_on(h, 1, BASE, 0), -4);
    assert_int_equal(ops->cpu_on(h, 0, BASE, 0), -4);
    assert_int_equal(ops->cpu_on(h, 7, BASE, 0), -2);
    assert_int_equal(ops->cpu_on(h, 1, BASE + 2, 0), -9);
    assert_int_equal(ops->cpu_on(h, 1, BASE - 4, 0), -9);
    assert_int_equal(ops->affinity_info(h, 1, 0), 0);
    assert_int_equal(ops->affinity_info(h, 9, 0), -2);
    ops->cpu_off(r->exec->cpu[1].host);
    assert_int_equal(ops->affinity_info(h, 1, 0), 1);
    assert_int_equal(ops->cpu_on(h, 1, BASE, 0), 0);
    rig_free(r);
}

static void test_an_event_ends_the_others_wait(void **state)
{
    /* CPU 0 starts CPU 1 and waits for an event; CPU 1 sends it, waits. */
    static const u32 code[] = {
        MOVZ(0, 0x0003, 0), MOVK(0, 0xc400, 16), MOVZ(1, 1, 0),
        MOVZ(2, 0x100, 0), MOVK(2, 0x4000, 16), HVC, WFE,
        ADDI(10, 10, 1), WFI,
    };
    static const u32 second[] = { SEV, WFI, B(0) };
    struct rig *r = rig_new(state);

    r->cfg.n_cpus = 2;
    rig_start(r, code, sizeof(code));
    ram_write(&r->ram, BASE + 0x100, second, sizeof(second));
    assert_int_equal(rig_run(r), EXEC_DEAD);
    assert_int_equal(rig_reg(r, 0, "x10"), 1);
    assert_int_equal(r->clock.count, 9 + 2);
    rig_free(r);
}

static void test_power_off_ends_the_run_after_its_instruction(void **state)
{
    static const u32 code[] = {
        MOVZ(0, 0x0008, 0), MOVK(0, 0x8400, 16), HVC, ADDI(1, 1, 1), B(0),
    };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_OFF);
    assert_int_equal(r->clock.count, 3);
    assert_int_equal(rig_reg(r, 0, "x1"), 0);
    rig_free(r);
}

static void test_a_kick_steals_once_and_changes_no_count(void **state)
{
    struct rig *r = start2(state, 10);
    struct cpu_host *h;

    rig_run(r);
    h = r->exec->cpu[0].host;
    h->budget = 5;
    h->stolen = 0;
    vcpu_kick(h);
    vcpu_kick(h);
    assert_true(h->budget < 0);
    assert_int_equal(vcpu_left(h), 5);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_a_started_cpu_runs_at_the_next_turn),
        BOTH(test_turns_do_not_depend_on_host_events),
        BOTH(test_psci_says_who_is_on),
        BOTH(test_an_event_ends_the_others_wait),
        BOTH(test_power_off_ends_the_run_after_its_instruction),
        BOTH(test_a_kick_steals_once_and_changes_no_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
