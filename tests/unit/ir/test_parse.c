/* SPDX-License-Identifier: MIT */
/*
 * test_parse.c - src/ir/parse.c: what is read, and what is refused with which
 * message. That printed blocks come back is checked by tests/ir/ir_run.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block blk;

static int setup(void **state)
{
    (void)state;
    ir_block_init(&blk, &irt_layout);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&blk);
    return 0;
}

static void test_values_may_have_any_numbers(void **state)
{
    char *err = NULL;

    (void)state;
    assert_true(ir_parse(&blk,
        "# a comment\n"
        "block pc=0x10 pa=32 insns=3 bytes=12 flags=1 target=0x44,0x55\n"
        "\n"
        "  INSN 0x10   # another\n"
        "%700 = CONST -2\n"
        "%3 = ADD64 %700,%700\n"
        "\t%4 = LD %3 size=8 disp=-16 be for_write\n"
        "%5 = CALL _, %3, %4 @add3 param=7\n"
        "JUMP\n", &err));
    assert_null(err);
    assert_int_equal(blk.n, 7);
    assert_true(blk.node[2].imm == (u64)-2);
    assert_int_equal(blk.node[3].a, 2);
    assert_int_equal(blk.node[3].b, 2);
    assert_int_equal(ir_mem_disp(blk.node[4].imm), -16);
    assert_int_equal((u32)blk.node[4].imm, 3 | IR_M_BE | IR_M_FOR_WRITE);
    assert_int_equal(blk.node[5].a, 0);
    assert_int_equal(blk.node[5].c, 4);
    assert_int_equal(ir_imm_helper(blk.node[5].imm), IRT_ADD3);
    assert_int_equal(ir_imm_param(blk.node[5].imm), 7);
    assert_true(blk.pc == 0x10 && blk.pa == 32 && blk.n_insns == 3);
    assert_true(blk.n_bytes == 12 && blk.flags == 1);
    assert_true(blk.target[0] == 0x44 && blk.target[1] == 0x55);
}

static void test_nothing_is_folded(void **state)
{
    char *err = NULL;

    (void)state;
    assert_true(ir_parse(&blk, "%1 = CONST 0\n%2 = CONST 0\n"
                               "%3 = ADD64 %1, %2\nJUMP\n", &err));
    assert_int_equal(blk.n, 5);
    assert_int_equal(blk.node[3].op, IR_ADD64);
}

static void test_errors_name_the_line(void **state)
{
    static const char *const bad[][2] = {
        { "JUMP\n%1 = FOO %2\n", "line 2: no such operation: FOO" },
        { "%1 = NOT64 %2\n", "line 1: value is not defined before: %2" },
        { "%1 = CONST 1\n%1 = CONST 2\n", "line 2: value is defined twice" },
        { "%1 = CONST x1\n", "line 1: what is this: x1" },
        { "%1 = CONST 1x\n", "line 1: bad number: 1x" },
        { "%1 CONST 1\n", "line 1: a value wants ' = OPERATION'" },
        { "%1 =\n", "line 1: a value wants ' = OPERATION'" },
        { "%1\n", "line 1: a value wants ' = OPERATION'" },
        { "%70000 = CONST 1\n", "line 1: no value: %70000" },
        { "%x = CONST 1\n", "line 1: no value: %x" },
        { "CONST 1\n", "line 1: operation has a result: CONST" },
        { "%1 = JUMP\n", "line 1: operation has no result: JUMP" },
        { "%1 = CALL @nobody\n", "line 1: no such helper: nobody" },
        { "%1 = GETREG slot=\n", "line 1: bad number: " },
        { "%1 = GETREG spot=1\n", "line 1: no such key: spot" },
        { "%1 = LD _ size=3\n", "line 1: size is no power of two: 3" },
        { "%1 = CC _ cc=xx\n", "line 1: no such name: xx" },
        { "%1 = CALL _, _, _, _ @add3\n", "line 1: too many operands: _" },
        { "block pc\n", "line 1: bad number: pc" },
        { "block color=1\n", "line 1: no such key: color" },
        { "JUMP a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
          "a a a a\n", "line 1: too many words: a" },
    };
    unsigned i;

    (void)state;
    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        char *err = NULL;

        if (ir_parse(&blk, bad[i][0], &err))
            fail_msg("accepted: %s", bad[i][0]);
        if (strncmp(err, bad[i][1], strlen(bad[i][1])))
            fail_msg("%s: expected %s", err, bad[i][1]);
        g_free(err);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_values_may_have_any_numbers),
        T(test_nothing_is_folded),
        T(test_errors_name_the_line),
    };
#undef T

    return cmocka_run_group_tests(tests, NULL, NULL);
}
