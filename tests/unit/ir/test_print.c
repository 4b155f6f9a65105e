/* SPDX-License-Identifier: MIT */
/*
 * test_print.c - src/ir/print.c: the text form of each kind of operand and
 * immediate, to the letter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "ir_impl.h"
#include "irtest.h"

static void test_text_of_a_block(void **state)
{
    struct ir_block b;
    GString *s = g_string_new(NULL);
    ir_ref x, v, f, c;

    (void)state;
    ir_block_init(&b, &irt_layout);
    ir_reset(&b, 0x1000, 0x40001000, IR_B_NO_OPT);
    b.n_insns = 1;
    b.n_bytes = 4;
    b.target[0] = 0x1004;
    ir0(&b, IR_INSN, 0x1000);
    x = ir0(&b, IR_GETREG, 5);
    v = ir0(&b, IR_GETVEC, 6);
    ir1i(&b, IR_LD, x, ir_mem_imm(2 | IR_M_SIGN | IR_M_ATOMIC, -8));
    ir1i(&b, IR_EXTRACT, x, ir_field_imm(3, 9));
    ir1i(&b, IR_VGET, v, 2 | 3 << 8);
    f = ir2(&b, IR_SUBF64, x, x);
    ir1i(&b, IR_CC, f, 11);
    c = ir1i(&b, IR_BIT, x, 7 | IR_COND_INV);
    ir3i(&b, IR_CCMP32, x, x, c, 5);
    ir_call(&b, IR_CALL, IRT_ADD3, 255, 0, x, 0);
    ir1i(&b, IR_STENV, x, 0x310 | 4ull << 32);
    ir0(&b, IR_NOP, 0);
    ir1i(&b, IR_INDIRECT, x, IR_IND_CALL);
    ir_print(&b, s);
    assert_string_equal(s->str,
        "block pc=0x1000 pa=0x40001000 insns=1 bytes=4 flags=2 "
        "target=0x1004,0\n"
        "INSN 0x1000\n"
        "%2 = GETREG slot=5\n"
        "%3 = GETVEC slot=6\n"
        "%4 = LD %2 size=4 disp=-8 sign atomic\n"
        "%5 = EXTRACT %2 pos=3 len=9\n"
        "%6 = VGET %3 es=2 lane=3\n"
        "%7 = SUBF64 %2, %2\n"
        "%8 = CC %7 cc=lt\n"
        "%9 = BIT %2 bit=7 inv\n"
        "%10 = CCMP32 %2, %2, %9 nzcv=5\n"
        "%11 = CALL _, %2 @add3 param=0xff\n"
        "STENV %2 off=0x310 size=4\n"
        "INDIRECT %2 ind=call\n");
    g_string_free(s, TRUE);
    ir_block_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_of_a_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
