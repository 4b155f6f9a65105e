/* SPDX-License-Identifier: MIT */
/*
 * test_passes.c - src/ir/passes.c: one pass clears the way for the next, and
 * blocks that are not to be optimized are left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ir_impl.h"
#include "irtest.h"

/* A register and flags written twice; how many nodes are left. */
static u32 nodes_left(u32 flags)
{
    struct ir_block b;
    ir_ref x, y, s;
    u32 i, left = 0;

    ir_block_init(&b, &irt_layout);
    ir_reset(&b, 0x1000, 0, flags | IR_B_VERIFY);
    ir0(&b, IR_INSN, 0x1000);
    x = ir0(&b, IR_GETREG, 0);
    y = ir0(&b, IR_GETREG, 1);
    s = ir2(&b, IR_ADD64, x, y);
    ir1(&b, IR_SETF, ir3(&b, IR_ADDF64, x, y, s));
    ir1i(&b, IR_SETREG, s, 2);
    ir0(&b, IR_INSN, 0x1004);
    ir1(&b, IR_SETF, ir1(&b, IR_LOGF64, x));
    ir1i(&b, IR_SETREG, x, 2);
    ir0(&b, IR_JUMP, 0);
    b.n_insns = 2;
    ir_optimize(&b);
    for (i = 1; i < b.n; i++)
        left += b.node[i].op != IR_NOP;
    ir_block_fini(&b);
    return left;
}

static void test_passes_build_on_each_other(void **state)
{
    (void)state;
    /* INSN, x, INSN, LOGF, SETF, SETREG, JUMP */
    assert_int_equal(nodes_left(0), 7);
}

static void test_no_opt_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(nodes_left(IR_B_NO_OPT), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passes_build_on_each_other),
        cmocka_unit_test(test_no_opt_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
