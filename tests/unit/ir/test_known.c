/* SPDX-License-Identifier: MIT */
/*
 * test_known.c - src/ir/known.c: bounds on values and their low bits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ir_impl.h"
#include "irtest.h"

static struct ir_block b;

/* A node as it is, without folding. */
static ir_ref raw(enum ir_op op, ir_ref x, ir_ref y, ir_ref z, u64 imm)
{
    struct ir_node n = { .op = (u8)op, .a = x, .b = y, .c = z, .imm = imm };

    return ir_append(&b, &n);
}

static void test_widths(void **state)
{
    ir_ref x = raw(IR_GETREG, 0, 0, 0, 0), v = raw(IR_GETVEC, 0, 0, 0, 0);
    ir_ref byte = raw(IR_ZXT8, x, 0, 0, 0), k4 = raw(IR_CONST, 0, 0, 0, 4);
    ir_ref word = raw(IR_ADD32, x, x, 0, 0), c = raw(IR_ISZERO64, x, 0, 0, 0);
    ir_ref ldp = raw(IR_LDP, x, 0, 0, 2);

    (void)state;
    assert_int_equal(ir_width(&b, x), 64);
    assert_int_equal(ir_width(&b, byte), 8);
    assert_int_equal(ir_width(&b, word), 32);
    assert_int_equal(ir_width(&b, k4), 3);
    assert_int_equal(ir_width(&b, raw(IR_CONST, 0, 0, 0, 0)), 0);
    assert_int_equal(ir_width(&b, raw(IR_CONST, 0, 0, 0, ~0ull)), 64);
    assert_int_equal(ir_width(&b, raw(IR_EXTRACT, x, 0, 0, 5 << 8)), 5);
    assert_int_equal(ir_width(&b, raw(IR_AND64, word, byte, 0, 0)), 8);
    assert_int_equal(ir_width(&b, raw(IR_OR64, word, byte, 0, 0)), 32);
    assert_int_equal(ir_width(&b, raw(IR_ADD64, byte, byte, 0, 0)), 64);
    assert_int_equal(ir_width(&b, raw(IR_SHR64, word, k4, 0, 0)), 28);
    assert_int_equal(ir_width(&b, raw(IR_SHR64, word, x, 0, 0)), 32);
    assert_int_equal(ir_width(&b, raw(IR_SELECT, c, byte, word, 0)), 32);
    assert_int_equal(ir_width(&b, raw(IR_LD, x, 0, 0, 1)), 16);
    assert_int_equal(ir_width(&b, raw(IR_LD, x, 0, 0, 1 | IR_M_SIGN)), 64);
    assert_int_equal(ir_width(&b, raw(IR_LD, x, 0, 0,
                                      1 | IR_M_SIGN | IR_M_SIGN32)), 32);
    assert_int_equal(ir_width(&b, ldp), 32);
    assert_int_equal(ir_width(&b, raw(IR_HI, ldp, 0, 0, 0)), 32);
    for (unsigned bytes = 1; bytes <= 8; bytes *= 2)
        assert_int_equal(ir_width(&b, raw(IR_LDENV, 0, 0, 0,
                                          (u64)bytes << 32)), 8 * bytes);
    assert_int_equal(ir_width(&b, raw(IR_VGET, v, 0, 0, 1)), 16);
}

/* Each bound is the least: a wider one would lose folding. */
static void test_widths_of_operations(void **state)
{
    static const struct {
        enum ir_op op;
        unsigned width;
    } row[] = {
        { IR_ADD32, 32 },  { IR_SUB32, 32 },   { IR_ADC32, 32 },
        { IR_SBC32, 32 },  { IR_OR32, 32 },    { IR_XOR32, 32 },
        { IR_ANDN32, 32 }, { IR_NOT32, 32 },   { IR_AND32, 32 },
        { IR_SHL32, 32 },  { IR_SHR32, 32 },   { IR_SAR32, 32 },
        { IR_ROR32, 32 },  { IR_MUL32, 32 },   { IR_UDIV32, 32 },
        { IR_SDIV32, 32 }, { IR_BSWAP32, 32 }, { IR_EXTR32, 32 },
        { IR_ZXT32, 32 },  { IR_FNZCV, 32 },   { IR_CLZ64, 7 },
        { IR_CLZ32, 6 },   { IR_ZXT8, 8 },     { IR_ZXT16, 16 },
        { IR_SETC, 1 },    { IR_ADD64, 64 },   { IR_SXT8, 64 },
        { IR_MUL64, 64 },  { IR_NOT64, 64 },   { IR_BSWAP64, 64 },
    };
    ir_ref x = raw(IR_GETREG, 0, 0, 0, 0);

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(row); i++)
        assert_int_equal(ir_width(&b, raw(row[i].op, x, x, x, 0)),
                         row[i].width);
}

static void test_sign_extensions(void **state)
{
    ir_ref x = raw(IR_GETREG, 0, 0, 0, 0), s = raw(IR_SXT16, x, 0, 0, 0);

    (void)state;
    assert_false(ir_is_sign_extended(&b, x, 32));
    assert_false(ir_is_sign_extended(&b, s, 8));
    assert_true(ir_is_sign_extended(&b, s, 16));
    assert_true(ir_is_sign_extended(&b, s, 32));
    s = raw(IR_LD, x, 0, 0, 1 | IR_M_SIGN);
    assert_true(ir_is_sign_extended(&b, s, 16));
    assert_false(ir_is_sign_extended(&b, s, 8));
    s = raw(IR_LD, x, 0, 0, 1 | IR_M_SIGN | IR_M_SIGN32);
    assert_false(ir_is_sign_extended(&b, s, 16));
    s = raw(IR_SEXTRACT, x, 0, 0, ir_field_imm(3, 9));
    assert_true(ir_is_sign_extended(&b, s, 9));
    assert_false(ir_is_sign_extended(&b, s, 8));
}

static void test_low_bits(void **state)
{
    ir_ref x = raw(IR_GETREG, 0, 0, 0, 0), z = raw(IR_ZXT32, x, 0, 0, 0);
    ir_ref s = raw(IR_SXT16, z, 0, 0, 0);

    (void)state;
    assert_int_equal(ir_low_bits(&b, z, 32), x);
    assert_int_equal(ir_low_bits(&b, z, 33), z);
    assert_int_equal(ir_low_bits(&b, s, 16), x);
    assert_int_equal(ir_low_bits(&b, s, 17), s);
    assert_int_equal(ir_low_bits(&b, x, 1), x);
}

static int setup(void **state)
{
    (void)state;
    ir_block_init(&b, &irt_layout);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ir_block_fini(&b);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_widths_of_operations),
        cmocka_unit_test(test_sign_extensions),
        cmocka_unit_test(test_low_bits),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
