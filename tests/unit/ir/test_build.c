/* SPDX-License-Identifier: MIT */
/*
 * test_build.c - src/ir/build.c: appending, forwarding of guest registers,
 * sharing of constants, copies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block blk;

static int setup(void **state)
{
    (void)state;
    ir_block_init(&blk, &irt_layout);
    ir_reset(&blk, 0x1000, 0x2000, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&blk);
    return 0;
}

static void test_get_is_forwarded(void **state)
{
    ir_ref x = ir0(&blk, IR_GETREG, 3);
    ir_ref v = ir0(&blk, IR_GETVEC, 3);
    ir_ref f = ir0(&blk, IR_GETF, 0);

    (void)state;
    assert_int_equal(ir0(&blk, IR_GETREG, 3), x);
    assert_int_equal(ir0(&blk, IR_GETVEC, 3), v);
    assert_int_equal(ir0(&blk, IR_GETF, 0), f);
    assert_int_not_equal(ir0(&blk, IR_GETREG, 4), x);
    ir1i(&blk, IR_SETREG, x, 4);
    assert_int_equal(ir0(&blk, IR_GETREG, 4), x);
}

static void test_set_of_the_same_value_vanishes(void **state)
{
    ir_ref x = ir0(&blk, IR_GETREG, 3);
    u32 n = blk.n;

    (void)state;
    ir1i(&blk, IR_SETREG, x, 3);
    assert_int_equal(blk.n, n);
    ir1i(&blk, IR_SETREG, x, 5);
    ir1i(&blk, IR_SETREG, x, 5);
    assert_int_equal(blk.n, n + 1);
}

static void test_helpers_end_what_is_known(void **state)
{
    ir_ref x = ir0(&blk, IR_GETREG, 3), v = ir0(&blk, IR_GETVEC, 3);
    ir_ref f = ir0(&blk, IR_GETF, 0);

    (void)state;
    ir_call(&blk, IR_CALL, IRT_COUNT, 0, x, 0, 0);
    ir_call(&blk, IR_CALL, IRT_READ_REG, 0, 0, 0, 0);
    assert_int_equal(ir0(&blk, IR_GETREG, 3), x);
    ir_call(&blk, IR_CALL, IRT_WRITE_REG, 0, x, 0, 0);
    assert_int_not_equal(ir0(&blk, IR_GETREG, 3), x);
    assert_int_equal(ir0(&blk, IR_GETVEC, 3), v);
    ir_call(&blk, IR_CALLV, IRT_WRITE_VEC, 0, v, 0, 0);
    assert_int_not_equal(ir0(&blk, IR_GETVEC, 3), v);
    assert_int_equal(ir0(&blk, IR_GETF, 0), f);
    ir_call(&blk, IR_CALL, IRT_WRITE_FLAGS, 0, x, 0, 0);
    assert_int_not_equal(ir0(&blk, IR_GETF, 0), f);
}

static void test_no_opt_appends_everything(void **state)
{
    ir_ref x, y;

    (void)state;
    ir_reset(&blk, 0, 0, IR_B_NO_OPT);
    x = ir0(&blk, IR_GETREG, 3);
    y = ir0(&blk, IR_GETREG, 3);
    assert_int_not_equal(x, y);
    y = ir_const(&blk, 0);
    assert_int_not_equal(ir_const(&blk, 0), y);
    assert_int_equal(blk.node[ir2(&blk, IR_ADD64, x, y)].op, IR_ADD64);
    ir1i(&blk, IR_SETREG, x, 3);
    assert_int_equal(blk.node[blk.n - 1].op, IR_SETREG);
}

static void test_constants_are_shared(void **state)
{
    ir_ref x = ir_const(&blk, 77);

    (void)state;
    assert_int_equal(ir_const(&blk, 77), x);
    assert_int_not_equal(ir_const(&blk, 78), x);
    assert_int_not_equal(ir0(&blk, IR_VCONST, 77), x);
    ir_reset(&blk, 0, 0, 0);
    assert_int_equal(ir_const(&blk, 1), 1);
}

static void test_not_cond_is_the_opposite(void **state)
{
    ir_ref x = ir0(&blk, IR_GETREG, 0), f = ir1(&blk, IR_LOGF64, x);
    ir_ref c = ir_not_cond(&blk, ir1i(&blk, IR_CC, f, 0));

    (void)state;
    assert_int_equal(blk.node[c].imm, 1);
    c = ir_not_cond(&blk, ir1i(&blk, IR_BIT, x, 5));
    assert_int_equal(blk.node[c].imm, 5 | IR_COND_INV);
    c = ir_not_cond(&blk, c);
    assert_int_equal(blk.node[c].imm, 5);
}

/* AL and NV are no conditions: both always hold, and so do not invert. */
static void test_always_is_a_known_condition(void **state)
{
    u32 flags[] = { 0, IR_B_NO_OPT }, cc, i;

    (void)state;
    for (i = 0; i < 2; i++) {
        for (cc = 14; cc < 16; cc++) {
            ir_ref f, c;

            ir_reset(&blk, 0, 0, flags[i]);
            f = ir0(&blk, IR_GETF, 0);
            c = ir1i(&blk, IR_CC, f, cc);
            assert_int_equal(blk.node[c].op, IR_ISZERO64);
            assert_int_equal(blk.node[c].imm, 0);
            c = ir_not_cond(&blk, c);
            assert_int_equal(blk.node[c].op, IR_ISZERO64);
            assert_int_equal(blk.node[c].imm, IR_COND_INV);
        }
    }
}

static void test_array_grows(void **state)
{
    u32 i;

    (void)state;
    ir_reset(&blk, 0, 0, IR_B_NO_OPT);
    for (i = 1; i < 50000; i++)
        assert_int_equal(ir_const(&blk, i), i);
    for (i = 1; i < 50000; i++)
        assert_int_equal(blk.node[i].imm, i);
    assert_true(ir_room(&blk));
}

static void test_dup_leaves_out_removed_nodes(void **state)
{
    ir_ref a = ir0(&blk, IR_GETREG, 0), b = ir0(&blk, IR_GETREG, 1);
    ir_ref c = ir2(&blk, IR_ADD64, b, b);
    struct ir_block *d;

    (void)state;
    ir1i(&blk, IR_SETREG, c, 2);
    ir0(&blk, IR_JUMP, 0);
    blk.node[a].op = IR_NOP;
    d = ir_block_dup(&blk);
    assert_int_equal(d->n, blk.n - 1);
    assert_int_equal(d->node[1].op, IR_GETREG);
    assert_int_equal(d->node[2].a, 1);
    assert_int_equal(d->node[2].b, 1);
    assert_int_equal(d->node[3].a, 2);
    assert_int_equal(d->pc, 0x1000);
    ir_block_free(d);
    ir_block_free(NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_get_is_forwarded),
        T(test_set_of_the_same_value_vanishes),
        T(test_helpers_end_what_is_known),
        T(test_no_opt_appends_everything),
        T(test_constants_are_shared),
        T(test_not_cond_is_the_opposite),
        T(test_always_is_a_known_condition),
        T(test_array_grows),
        T(test_dup_leaves_out_removed_nodes),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
