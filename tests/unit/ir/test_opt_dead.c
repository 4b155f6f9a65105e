/* SPDX-License-Identifier: MIT */
/*
 * test_opt_dead.c - src/ir/opt_dead.c: values of no use go, effects stay, and
 * a sum that only flags refer to is no use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block blk;
static ir_ref x, y;

static int setup(void **state)
{
    (void)state;
    ir_block_init(&blk, &irt_layout);
    ir_reset(&blk, 0x1000, 0, 0);
    ir0(&blk, IR_INSN, 0x1000);
    x = ir0(&blk, IR_GETREG, 0);
    y = ir0(&blk, IR_GETREG, 1);
    ir1i(&blk, IR_SETREG, x, 2);
    ir1i(&blk, IR_SETREG, y, 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&blk);
    return 0;
}

static u32 removed(void)
{
    ir0(&blk, IR_JUMP, 0);
    return opt_dead(&blk);
}

static void test_chains_of_unused_values_go(void **state)
{
    ir_ref s = ir2(&blk, IR_ADD64, x, y), t = ir2(&blk, IR_MUL64, s, s);

    (void)state;
    ir1(&blk, IR_VFROM, t);
    ir0(&blk, IR_GETREG, 7);
    ir0(&blk, IR_GETVEC, 7);
    ir0(&blk, IR_GETF, 0);
    ir0(&blk, IR_LDENV, offsetof(struct irt_cpu, env) | 8ull << 32);
    assert_int_equal(removed(), 7);
    assert_int_equal(blk.node[s].op, IR_NOP);
}

static void test_used_values_stay(void **state)
{
    (void)state;
    ir1i(&blk, IR_SETREG, ir2(&blk, IR_ADD64, x, y), 4);
    assert_int_equal(removed(), 0);
}

static void test_accesses_and_effects_stay(void **state)
{
    ir_ref pair;

    (void)state;
    ir1i(&blk, IR_LD, x, 3);
    ir1i(&blk, IR_LDV, x, 4);
    pair = ir1i(&blk, IR_LDP, x, 3);
    ir1(&blk, IR_HI, pair);
    ir_call(&blk, IR_CALL, IRT_COUNT, 0, x, 0, 0);
    ir_call(&blk, IR_CALL, IRT_READ_REG, 0, x, 0, 0);
    assert_int_equal(removed(), 1);
    assert_int_equal(blk.node[pair + 1].op, IR_NOP);
}

static void test_pure_helpers_go(void **state)
{
    ir_ref v = ir0(&blk, IR_GETVEC, 0);

    (void)state;
    ir_call(&blk, IR_CALL, IRT_ADD3, 0, x, y, x);
    ir_call(&blk, IR_VADD, irt_helper_of(IR_VADD), 3, v, v, 0);
    ir_call(&blk, IR_FADD, irt_helper_of(IR_FADD), 3, v, v, 0);
    ir1i(&blk, IR_SETVEC, v, 1);
    assert_int_equal(removed(), 2);
}

static void test_a_hint_keeps_nothing_alive(void **state)
{
    ir_ref s = ir2(&blk, IR_SUB64, x, y), f = ir3(&blk, IR_SUBF64, x, y, s);

    (void)state;
    assert_int_equal(blk.node[f].c, s);
    ir1(&blk, IR_SETF, f);
    assert_int_equal(removed(), 1);
    assert_int_equal(blk.node[s].op, IR_NOP);
    assert_int_equal(blk.node[f].c, 0);
}

static void test_a_hint_to_a_used_sum_stays(void **state)
{
    ir_ref s = ir2(&blk, IR_SUB64, x, y), f = ir3(&blk, IR_SUBF64, x, y, s);

    (void)state;
    ir1(&blk, IR_SETF, f);
    ir1i(&blk, IR_SETREG, s, 0);
    assert_int_equal(removed(), 0);
    assert_int_equal(blk.node[f].c, s);
}

/* The carry that ADC reads is an operand, not a hint. */
static void test_carry_is_a_use(void **state)
{
    ir_ref f = ir1(&blk, IR_NZCVF, x);

    (void)state;
    ir1(&blk, IR_SETF, ir3(&blk, IR_ADCF64, x, y, f));
    assert_int_equal(removed(), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_chains_of_unused_values_go),
        T(test_used_values_stay),
        T(test_accesses_and_effects_stay),
        T(test_pure_helpers_go),
        T(test_a_hint_keeps_nothing_alive),
        T(test_a_hint_to_a_used_sum_stays),
        T(test_carry_is_a_use),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
