/* SPDX-License-Identifier: MIT */
/*
 * test_exception.c - exception entry and return, waits, undefined and trapped
 * instructions, software step: state after them, held against DDI 0487.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

/* Makes EL0t current, interrupts on. */
static void to_el0(struct a64_bench *b)
{
    b->cpu->arch.elr[1] = PC;
    b->cpu->arch.spsr[1] = 0;
    a64_eret(b->cpu);
    assert_int_equal(b->cpu->arch.el, 0);
}

static void check_taken(struct a64_bench *b, u32 esr, u64 elr, u64 off)
{
    assert_int_equal(b->cpu->arch.esr[1], esr);
    assert_int_equal(b->cpu->arch.elr[1], elr);
    assert_int_equal(b->cpu->arch.pc, b->cpu->arch.vbar[1] + off);
    assert_int_equal(b->cpu->arch.el, 1);
    assert_int_equal(b->cpu->arch.spsel, 1);
    assert_int_equal(b->cpu->arch.daif, 15);
}

static void test_svc_from_el0(void **state)
{
    struct a64_bench *b = *state;
    u32 code[] = { 0xd4002461 }; /* svc #0x123 */

    to_el0(b);
    b->cpu->arch.nzcv = ir_nzcv_from_packed(0xa0000000);
    bench_run(b, PC, code, 1);
    check_taken(b, 0x56000123, PC + 4, 0x400);
    assert_int_equal(b->cpu->arch.spsr[1], 0xa0000000);
    assert_int_equal(b->cpu->arch.pan, 0); /* reset SCTLR.SPAN is 1 */
}

static void test_entry_sets_pan_when_span_is_0(void **state)
{
    struct a64_bench *b = *state;
    u32 code[] = { 0xd4000001 };

    to_el0(b);
    b->cpu->arch.sctlr[1] &= ~(1ull << 23);
    bench_run(b, PC, code, 1);
    assert_int_equal(b->cpu->arch.pan, 1);
}

static void test_undefined_brk_udf(void **state)
{
    struct a64_bench *b = *state;
    u32 udf[] = { 0x00000000 }, brk[] = { 0xd4200020 | 7 << 5 };
    u32 hvc[] = { 0xd4000002 };

    bench_run(b, PC, udf, 1);
    check_taken(b, 0x02000000, PC, 0x200);
    assert_int_equal(b->cpu->arch.spsr[1], 0x3c5);
    bench_run(b, PC, brk, 1);
    check_taken(b, 0xf2000007, PC, 0x200);
    to_el0(b);
    bench_run(b, PC, hvc, 1); /* UNDEFINED at EL0 */
    check_taken(b, 0x02000000, PC, 0x400);
}

static void test_stack_pointers_are_banked(void **state)
{
    struct a64_bench *b = *state;
    u32 code[] = {
        0x910043ff, /* add sp, sp, #16 (EL1h) */
        0xd50040bf, /* msr spsel, #0 */
        0x910083ff, /* add sp, sp, #32 */
        0xd50041bf, /* msr spsel, #1 */
        0xd5384100, /* mrs x0, sp_el0 */
    };

    b->cpu->arch.sp = 0x1000;
    b->cpu->arch.sp_el[0] = 0x2000;
    assert_int_equal(bench_run(b, PC, code, 5), 5);
    assert_int_equal(b->cpu->arch.sp, 0x1010);
    assert_int_equal(b->cpu->arch.x[0], 0x2020);
    /* At EL1t the register is UNDEFINED. */
    a64_set_spsel(b->cpu, 0);
    bench_run(b, PC, code + 4, 1);
    check_taken(b, 0x02000000, PC, 0x000);
}

static void test_illegal_return(void **state)
{
    struct a64_bench *b = *state;
    static const u64 bad[] = { 0x10, 0x1, 0x2, 0x8, 0xd, 0x7 };
    u32 nop[] = { 0xd503201f };

    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        b->cpu->arch.il = 0;
        b->cpu->arch.elr[1] = PC;
        b->cpu->arch.spsr[1] = 0x80000000 | bad[i];
        a64_eret(b->cpu);
        assert_int_equal(b->cpu->arch.il, 1);
        assert_int_equal(b->cpu->arch.el, 1);
        assert_int_equal(b->cpu->arch.daif, 0);
        bench_run(b, PC, nop, 1);
        check_taken(b, 0x3a000000, PC, 0x200);
        assert_int_equal(b->cpu->arch.spsr[1], 0x80100005);
        assert_int_equal(b->cpu->arch.il, 0);
    }
}

static void test_eret_clears_monitor_and_sets_event(void **state)
{
    struct a64_bench *b = *state;

    b->cpu->arch.excl_armed = 1;
    to_el0(b);
    assert_int_equal(b->cpu->arch.excl_armed, 0);
    assert_int_equal(b->cpu->arch.event, 1);
}

static void test_interrupts(void **state)
{
    struct a64_bench *b = *state;
    struct irq_line irq = a64_target.irq_wire(b->cpu);
    u32 unmask[] = { 0xd50342ff, 0xd503201f }; /* msr daifclr, #2; nop */
    unsigned kicks = b->kicks;

    irq_set(&irq, true);
    assert_false(b->cpu->host.irq_ready);
    assert_int_equal(b->kicks, kicks);
    bench_run(b, PC, unmask, 1);
    assert_true(b->cpu->host.irq_ready);
    assert_int_equal(b->kicks, kicks + 1);
    assert_int_equal(b->cpu->arch.pc, PC + 4);
    a64_target.take_irq(b->cpu);
    assert_int_equal(b->cpu->arch.pc, b->cpu->arch.vbar[1] + 0x280);
    assert_int_equal(b->cpu->arch.elr[1], PC + 4);
    assert_int_equal(b->cpu->arch.spsr[1], 0x345);
    assert_false(b->cpu->host.irq_ready);
}

static void test_fp_trap(void **state)
{
    struct a64_bench *b = *state;
    u32 mrs_fpcr[] = { 0xd53b4400 };

    bench_run(b, PC, mrs_fpcr, 1);
    check_taken(b, 0x1fe00000, PC, 0x200);
    b->cpu->arch.cpacr = 1 << 20; /* EL1 only */
    bench_run(b, PC, mrs_fpcr, 1);
    assert_int_equal(b->cpu->arch.pc, PC + 4);
    to_el0(b);
    bench_run(b, PC, mrs_fpcr, 1);
    check_taken(b, 0x1fe00000, PC, 0x400);
}

static void test_pc_and_sp_alignment(void **state)
{
    struct a64_bench *b = *state;
    u32 ldr_sp[] = { 0xf94003e0 };            /* ldr x0, [sp] */
    u32 move[] = { 0x9100201f, 0xf94003e0 };  /* mov sp, x0+8; ldr */

    bench_run(b, PC + 2, ldr_sp, 1);
    check_taken(b, 0x8a000000, PC + 2, 0x200);
    assert_int_equal(b->cpu->arch.far[1], PC + 2);
    b->cpu->arch.sctlr[1] |= 8; /* SA */
    b->cpu->arch.sp = BENCH_RAM + 8;
    bench_run(b, PC, ldr_sp, 1);
    check_taken(b, 0x9a000000, PC, 0x200);
    b->cpu->arch.sp = BENCH_RAM;
    b->cpu->arch.x[0] = BENCH_RAM + 0x100;
    bench_run(b, PC, move, 2);
    check_taken(b, 0x9a000000, PC + 4, 0x200);
    b->cpu->arch.x[0] = BENCH_RAM + 0x108;
    assert_int_equal(bench_run(b, PC, move, 2), 2);
    assert_int_equal(b->cpu->arch.pc, PC + 8);
}

static void test_waits(void **state)
{
    struct a64_bench *b = *state;
    struct irq_line irq = a64_target.irq_wire(b->cpu);
    u32 wfi[] = { 0xd503207f }, wfe[] = { 0xd503205f }, sevl[] = {
        0xd50320bf, 0xd503205f, 0xd503201f };

    bench_run(b, PC, wfi, 1);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_WFI);
    assert_false(a64_target.wake(b->cpu));
    irq_set(&irq, true); /* wakes although masked */
    assert_true(a64_target.wake(b->cpu));
    bench_run(b, PC, wfi, 1); /* pending: no wait */
    assert_int_equal(a64_target.waiting(b->cpu), CPU_RUNNING);
    assert_int_equal(bench_run(b, PC, sevl, 3), 3);
    assert_int_equal(b->cpu->arch.event, 0);
    bench_run(b, PC, wfe, 1);
    assert_int_equal(a64_target.waiting(b->cpu), CPU_WFE);
    assert_false(a64_target.wake(b->cpu));
    b->cpu->arch.excl_armed = 1; /* the end of a turn clears it: an event */
    a64_target.end_turn(b->cpu);
    assert_true(a64_target.wake(b->cpu));
    assert_int_equal(b->cpu->arch.event, 0);
    to_el0(b);
    b->cpu->arch.event = 0;
    irq_set(&irq, false);
    b->cpu->arch.sctlr[1] &= ~(1ull << 18 | 1ull << 16);
    bench_run(b, PC, wfe, 1);
    check_taken(b, 0x07e00001, PC, 0x400);
    to_el0(b);
    bench_run(b, PC, wfi, 1);
    check_taken(b, 0x07e00000, PC, 0x400);
}

static void test_software_step(void **state)
{
    struct a64_bench *b = *state;
    u32 code[] = { 0xd503201f, 0xd503201f, 0xd4000001 };

    b->cpu->arch.oslsr = 8;
    b->cpu->arch.mdscr = 1;
    b->cpu->arch.elr[1] = PC;
    b->cpu->arch.spsr[1] = 1 << 21;
    a64_eret(b->cpu);
    assert_int_equal(b->cpu->arch.ss, SS_ACTIVE);
    bench_run(b, PC, code, 3);
    check_taken(b, 0xcb000022, PC + 4, 0x400);
    assert_int_equal(b->cpu->arch.spsr[1], 0);
    /* Returning with SS = 0: the step is pending at once, ISV = 0. */
    a64_eret(b->cpu);
    bench_run(b, PC + 4, code, 3);
    check_taken(b, 0xca000022, PC + 4, 0x400);
    /* SVC completes, so its return address is past it and SS is 0. */
    b->cpu->arch.spsr[1] = 1 << 21;
    b->cpu->arch.elr[1] = PC + 8;
    a64_eret(b->cpu);
    bench_run(b, PC + 8, code, 3);
    check_taken(b, 0x56000000, PC + 12, 0x400);
    assert_int_equal(b->cpu->arch.spsr[1], 0);
}

static void test_hardware_breakpoint(void **state)
{
    struct a64_bench *b = *state;
    u32 code[] = { 0xd503201f, 0xd503201f, 0xd503201f };

    b->cpu->arch.oslsr = 8;
    b->cpu->arch.mdscr = 1 << 15;
    b->cpu->arch.dbgbvr[2] = PC + 8;
    b->cpu->arch.dbgbcr[2] = 0x1e5; /* EL0, enabled */
    to_el0(b);
    bench_run(b, PC, code, 3);
    check_taken(b, 0xc2000022, PC + 8, 0x400);
}

static void test_vector_storm_is_noticed(void **state)
{
    struct a64_bench *b = *state;

    for (unsigned i = 0; i < 3 * A64_STORM; i++)
        a64_take(b->cpu, A64_VEC_SYNC, 0x02000000, false, 0,
                 b->cpu->arch.vbar[1] + 0x200);
    assert_int_equal(a64_target.el(b->cpu), 1 | TARGET_EL_STORM);
    to_el0(b);
    assert_int_equal(a64_target.el(b->cpu), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_svc_from_el0),
        T(test_entry_sets_pan_when_span_is_0),
        T(test_undefined_brk_udf),
        T(test_stack_pointers_are_banked),
        T(test_illegal_return),
        T(test_eret_clears_monitor_and_sets_event),
        T(test_interrupts),
        T(test_fp_trap),
        T(test_pc_and_sp_alignment),
        T(test_waits),
        T(test_software_step),
        T(test_hardware_breakpoint),
        T(test_vector_storm_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
