/* SPDX-License-Identifier: MIT */
/*
 * test_opt_flags.c - src/ir/opt_flags.c: a SETF goes when another one comes
 * before anybody looks. Also tests/ir/state.ir.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block blk;
static ir_ref x; /* an integer */

static int setup(void **state)
{
    (void)state;
    ir_block_init(&blk, &irt_layout);
    ir_reset(&blk, 0x1000, 0, 0);
    ir0(&blk, IR_INSN, 0x1000);
    x = ir0(&blk, IR_GETREG, 0);
    ir1(&blk, IR_SETF, ir1(&blk, IR_LOGF64, x));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&blk);
    return 0;
}

static u32 removed_after_second(void)
{
    ir1(&blk, IR_SETF, ir1(&blk, IR_LOGF32, x));
    ir0(&blk, IR_JUMP, 0);
    return opt_flags(&blk);
}

static void test_overwritten_flags_go(void **state)
{
    (void)state;
    ir_call(&blk, IR_CALL, IRT_READ_REG, 0, 0, 0, 0);
    ir1i(&blk, IR_SETREG, x, 1);
    assert_int_equal(removed_after_second(), 1);
    assert_int_equal(blk.node[4].op, IR_NOP);
}

static void test_last_flags_stay(void **state)
{
    (void)state;
    ir0(&blk, IR_JUMP, 0);
    assert_int_equal(opt_flags(&blk), 0);
}

static void test_a_store_keeps_flags(void **state)
{
    (void)state;
    ir2i(&blk, IR_ST, x, x, 3);
    assert_int_equal(removed_after_second(), 0);
}

static void test_a_read_keeps_flags(void **state)
{
    struct ir_node get = { .op = IR_GETF };

    (void)state;
    ir_append(&blk, &get);
    assert_int_equal(removed_after_second(), 0);
}

static void test_helpers_that_look_keep_flags(void **state)
{
    static const u32 helper[] = { IRT_READ_FLAGS, IRT_WRITE_FLAGS, IRT_TIME,
                                  IRT_FAIL_IF };
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(helper); i++) {
        teardown(state);
        setup(state);
        ir_call(&blk, IR_CALL, helper[i], 0, x, x, 0);
        assert_int_equal(removed_after_second(), 0);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_overwritten_flags_go),
        T(test_last_flags_stay),
        T(test_a_store_keeps_flags),
        T(test_a_read_keeps_flags),
        T(test_helpers_that_look_keep_flags),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
