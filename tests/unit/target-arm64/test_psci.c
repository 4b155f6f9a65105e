/* SPDX-License-Identifier: MIT */
/*
 * test_psci.c - PSCI calls by HVC and SMC: results in X0, what reaches the
 * engine, and that an unknown function changes nothing else (DEN 0022).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "a64test.h"

static int setup(void **state)
{
    *state = bench_new("max");
    return 0;
}

static int teardown(void **state)
{
    bench_free(*state);
    return 0;
}

static s64 call(struct a64_bench *b, u64 fn, u64 x1, u64 x2, u64 x3)
{
    u32 hvc[] = { 0xd4000002 };

    b->cpu->arch.x[0] = fn;
    b->cpu->arch.x[1] = x1;
    b->cpu->arch.x[2] = x2;
    b->cpu->arch.x[3] = x3;
    b->cpu->arch.wait = CPU_RUNNING;
    assert_int_equal(bench_run(b, BENCH_RAM + 0x1000, hvc, 1), 1);
    assert_int_equal(b->cpu->arch.pc, BENCH_RAM + 0x1004);
    return (s64)b->cpu->arch.x[0];
}

static void test_versions_and_features(void **state)
{
    struct a64_bench *b = *state;

    assert_int_equal(call(b, 0x84000000, 0, 0, 0), 0x10001);
    assert_int_equal(call(b, 0x84000006, 0, 0, 0), 2);
    assert_int_equal(call(b, 0x8400000a, 0xc4000003, 0, 0), 0);
    assert_int_equal(call(b, 0x8400000a, 0x84000012, 0, 0), 0);
    assert_int_equal(call(b, 0x8400000a, 0x84000005, 0, 0), -1);
    assert_int_equal(call(b, 0x8400000a, 0x80000000, 0, 0), -1);
}

static void test_unknown_function(void **state)
{
    struct a64_bench *b = *state;
    struct a64_arch before;

    b->cpu->arch.pc = BENCH_RAM;
    b->cpu->arch.x[0] = 0x80000000;
    before = b->cpu->arch;
    a64_psci(b->cpu);
    assert_int_equal(b->cpu->arch.x[0], -1);
    before.x[0] = (u64)-1;
    assert_memory_equal(&before, &b->cpu->arch, sizeof(before));
}

static void test_cpu_on_and_off(void **state)
{
    struct a64_bench *b = *state;

    assert_int_equal(call(b, 0xc4000003, 1, 0x123456789abc, 7), -4);
    assert_int_equal(b->on_args[0], 1);
    assert_int_equal(b->on_args[1], 0x123456789abc);
    assert_int_equal(b->on_args[2], 7);
    call(b, 0x84000003, 1ull << 32 | 1, 2, 3);
    assert_int_equal(b->on_args[0], 1); /* SMC32: 32-bit arguments */
    assert_int_equal(call(b, 0xc4000004, 0, 0, 0), 0);
    assert_int_equal(call(b, 0xc4000004, 5, 0, 0), -2);
    assert_int_equal(call(b, 0x84000002, 0, 0, 0), 0);
    assert_int_equal(b->cpu_off, 1);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_OFF);
    assert_false(a64_target.wake(b->cpu));
}

static void test_system(void **state)
{
    struct a64_bench *b = *state;

    /* What a trace tells as their result. */
    assert_int_equal(call(b, 0x84000008, 0, 0, 0), 0);
    assert_int_equal(b->off, 1);
    assert_int_equal(call(b, 0x84000009, 0, 0, 0), 0);
    assert_int_equal(call(b, 0xc4000012, 0, 0, 0), 0);
    assert_int_equal(b->reset, 2);
    assert_int_equal(call(b, 0xc4000012, 5, 0x80000000, 0), -2);
    assert_int_equal(call(b, 0xc4000012, 0x80000000, 0, 0), -1);
    assert_int_equal(b->reset, 2);
}

static void test_suspend_waits_for_an_interrupt(void **state)
{
    struct a64_bench *b = *state;
    struct irq_line irq = a64_target.irq_wire(b->cpu);

    assert_int_equal(call(b, 0xc4000001, 1 << 24, 0, 0), -2);
    assert_int_equal(call(b, 0xc4000001, 1u << 31, 0, 0), -2);
    assert_int_equal(call(b, 0xc4000001, 1 << 17, 0, 0), -2);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_RUNNING);
    assert_int_equal(call(b, 0xc4000001, 0x1ffff, 0, 0), 0);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_WFI);
    irq_set(&irq, true);
    assert_true(a64_target.wake(b->cpu));
    assert_int_equal(call(b, 0xc4000001, 0, 0, 0), 0);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_RUNNING);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_versions_and_features),
        T(test_unknown_function),
        T(test_cpu_on_and_off),
        T(test_system),
        T(test_suspend_waits_for_an_interrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
