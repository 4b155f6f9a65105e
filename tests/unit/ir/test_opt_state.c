/* SPDX-License-Identifier: MIT */
/*
 * test_opt_state.c - src/ir/opt_state.c: which writes of registers go, and
 * which must stay because somebody may look. Also tests/ir/state.ir.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block blk;
static ir_ref x, y, v, w; /* values to write */

static int setup(void **state)
{
    (void)state;
    ir_block_init(&blk, &irt_layout);
    ir_reset(&blk, 0x1000, 0, 0);
    ir0(&blk, IR_INSN, 0x1000);
    x = ir0(&blk, IR_GETREG, 10);
    y = ir0(&blk, IR_GETREG, 11);
    v = ir0(&blk, IR_GETVEC, 10);
    w = ir0(&blk, IR_GETVEC, 11);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&blk);
    return 0;
}

/* Writes register 1 and vector 1, then again after the caller's node. */
static void first(void)
{
    ir1i(&blk, IR_SETREG, x, 1);
    ir1i(&blk, IR_SETVEC, v, 1);
}

static u32 removed_after_second(void)
{
    ir1i(&blk, IR_SETREG, y, 1);
    ir1i(&blk, IR_SETVEC, w, 1);
    ir0(&blk, IR_JUMP, 0);
    return opt_state(&blk);
}

static void test_overwritten_slots_go(void **state)
{
    u32 at;

    (void)state;
    at = blk.n;
    first();
    assert_int_equal(removed_after_second(), 2);
    assert_int_equal(blk.node[at].op, IR_NOP);
    assert_int_equal(blk.node[at + 1].op, IR_NOP);
    assert_int_equal(blk.node[at + 2].op, IR_SETREG);
}

static void test_other_slots_stay(void **state)
{
    (void)state;
    ir1i(&blk, IR_SETREG, x, 2);
    ir1i(&blk, IR_SETVEC, v, 2);
    assert_int_equal(removed_after_second(), 0);
}

static void test_last_writes_stay(void **state)
{
    (void)state;
    assert_int_equal(removed_after_second(), 0);
}

static void test_a_load_keeps_both(void **state)
{
    (void)state;
    first();
    ir1i(&blk, IR_LD, x, 3);
    assert_int_equal(removed_after_second(), 0);
}

static void test_a_probe_keeps_both(void **state)
{
    (void)state;
    first();
    ir1i(&blk, IR_PROBE, x, 3);
    assert_int_equal(removed_after_second(), 0);
}

static void check_helper(enum ir_op op, u32 helper, ir_ref arg, u32 removed)
{
    first();
    ir_call(&blk, op, helper, 1, arg, 0, 0);
    assert_int_equal(removed_after_second(), removed);
}

static void test_helper_that_fails_keeps_both(void **state)
{
    (void)state;
    check_helper(IR_CALL, IRT_FAIL_IF, x, 0);
}

static void test_helper_that_reads_registers_keeps_them(void **state)
{
    (void)state;
    check_helper(IR_CALL, IRT_READ_REG, x, 1);
}

static void test_helper_that_writes_registers_keeps_them(void **state)
{
    (void)state;
    check_helper(IR_CALL, IRT_WRITE_REG, x, 1);
}

static void test_helper_that_reads_vectors_keeps_them(void **state)
{
    (void)state;
    check_helper(IR_CALLIV, IRT_READ_VEC, v, 1);
}

static void test_helper_that_writes_vectors_keeps_them(void **state)
{
    (void)state;
    check_helper(IR_CALLV, IRT_WRITE_VEC, v, 1);
}

static void test_helper_of_time_keeps_both(void **state)
{
    (void)state;
    check_helper(IR_CALL, IRT_TIME, 0, 0);
}

static void test_other_helpers_do_not_look(void **state)
{
    (void)state;
    check_helper(IR_CALL, IRT_COUNT, x, 2);
}

static void test_helper_of_flags_does_not_look(void **state)
{
    (void)state;
    check_helper(IR_CALL, IRT_READ_FLAGS, 0, 2);
}

/* A read of the slot after a helper changed it is a read of memory. */
static void test_a_read_keeps_its_slot(void **state)
{
    struct ir_node get = { .op = IR_GETREG, .imm = 1 };
    struct ir_node getvec = { .op = IR_GETVEC, .imm = 2 };

    (void)state;
    first();
    ir_append(&blk, &get);
    ir_append(&blk, &getvec);
    assert_int_equal(removed_after_second(), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_overwritten_slots_go),
        T(test_other_slots_stay),
        T(test_last_writes_stay),
        T(test_a_load_keeps_both),
        T(test_a_probe_keeps_both),
        T(test_helper_that_fails_keeps_both),
        T(test_helper_that_reads_registers_keeps_them),
        T(test_helper_that_writes_registers_keeps_them),
        T(test_helper_that_reads_vectors_keeps_them),
        T(test_helper_that_writes_vectors_keeps_them),
        T(test_helper_of_time_keeps_both),
        T(test_other_helpers_do_not_look),
        T(test_helper_of_flags_does_not_look),
        T(test_a_read_keeps_its_slot),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
