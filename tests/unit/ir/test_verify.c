/* SPDX-License-Identifier: MIT */
/*
 * test_verify.c - src/ir/verify.c: a good block passes, and each rule is
 * broken once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "ir_impl.h"
#include "irtest.h"

#define START "block insns=1\nINSN 0\n%1 = GETREG slot=0\n" \
              "%2 = GETVEC slot=0\n%3 = GETF\n%4 = CC %3 cc=eq\n"

/* The reason why @body between START and a JUMP is refused, or NULL. */
static char *verify(const char *start, const char *body, const char *end)
{
    char *text = g_strconcat(start, body, end, NULL), *err = NULL;
    struct ir_block b;
    char *reason;

    ir_block_init(&b, &irt_layout);
    if (!ir_parse(&b, text, &err))
        fail_msg("%s: %s", text, err);
    reason = ir_verify(&b);
    g_free(text);
    ir_block_fini(&b);
    return reason;
}

static void test_good_blocks_pass(void **state)
{
    static const char *const good[] = {
        "",
        "%5 = CALL @add3\n%6 = CALL _, %1 @add3\n",
        "%5 = LDP %1 size=8\n%6 = HI %5\nSETREG %6 slot=31\n",
        "%5 = LDV %1 size=16\nPROBE %1 size=64 for_write\n",
        "%5 = CONST 4096\nPROBE %1, %5 size=1\n",
        "%5 = SUBF32 %1, %1\nSETF %5\n",
        "STENV %1 off=0x300 size=8\n%5 = LD %1 size=4 sign sign32 disp=4\n",
        "%5 = VINS %2, %1 es=0 lane=15\n%6 = VLOW %2 bytes=8\n",
        "%5 = BIT %1 bit=63 inv\n%6 = SELECT %5, %1, %1\n",
    };
    unsigned i;

    (void)state;
    for (i = 0; i < ARRAY_SIZE(good); i++) {
        char *reason = verify(START, good[i], "JUMP\n");

        if (reason)
            fail_msg("%s: %s", good[i], reason);
    }
}

static void test_bad_nodes_are_refused(void **state)
{
    static const char *const bad[][2] = {
        { "%5 = ADD64 %1\n", "operand is missing" },
        { "%5 = ADD64 %1, %2\n", "operand of a wrong type" },
        { "%5 = NOT64 %1, %1\n", "operand too many" },
        { "%5 = SELECT %1, %1, %1\n", "operand of a wrong type" },
        { "%5 = SUBF64 %1, %1, %2\n", "operand of a wrong type" },
        { "%5 = ADCF64 %1, %1\n", "operand is missing" },
        { "SETREG %1 slot=32\n", "immediate" },
        { "%5 = GETVEC slot=32\n", "immediate" },
        { "%5 = NOT64 %1 0x1\n", "immediate" },
        { "%5 = EXTRACT %1 pos=60 len=5\n", "bit field" },
        { "%5 = EXTRACT %1 pos=3 len=0\n", "bit field" },
        { "%5 = EXTR32 %1, %1 count=32\n", "immediate" },
        { "%5 = EXTR64 %1, %1 count=64\n", "immediate" },
        { "%5 = CCMP64 %1, %1, %4 nzcv=16\n", "immediate" },
        { "%5 = CC %3 cc=al\n", "immediate" },
        { "%5 = ISZERO64 %1 0x2\n", "immediate" },
        { "%5 = BIT %1 bit=64\n", "immediate" },
        { "%5 = VLOW %2 bytes=3\n", "immediate" },
        { "%5 = VDUP %1 es=4\n", "immediate" },
        { "%5 = VGET %2 es=1 lane=8\n", "immediate" },
        { "%5 = CALL @99\n", "immediate" },
        { "%5 = CALL @none\n", "immediate" },
        { "%5 = LD %1 size=16\n", "size of a memory access" },
        { "%5 = LDV %1 size=32\n", "size of a memory access" },
        { "%5 = LD %1 0x8000\n", "memory operation bits" },
        { "%5 = LD %1 0x4000\n", "WITHIN16 without ALIGN and ATOMIC" },
        { "%5 = LD %1 0x4020\n", "WITHIN16 without ALIGN and ATOMIC" },
        { "%5 = LD %1 0xc00\n", "memory operation bits" },
        { "ST %1, %1 size=4 sign\n", "sign extension" },
        { "%5 = LDENV off=0x308 size=3\n", "size of a state field" },
        { "%5 = LDENV off=0xf8 size=8\n", "overlaps a register" },
        { "STENV %1 off=0x2f8 size=4\n", "overlaps a register" },
        { "%5 = HI %1\n", "does not follow" },
        { "%5 = LDP %1 size=8\n%6 = CONST 1\n%7 = HI %5\n",
          "does not follow" },
        { "%5 = LDVP %1 size=8\n%6 = HI %1\n", "does not follow" },
        { "PROBE %1, %1 size=8\n", "length of a PROBE" },
        { "JUMP\n", "the terminal is not the last" },
        { "INSN 4\n", "number of instructions" },
        { "SETREG %1 slot=1\n%5 = LD %1 size=8\n", "may fault after" },
        { "SETVEC %2 slot=1\nST %1, %1 size=8\n", "may fault after" },
        { "SETF %3\n%5 = CALL %1 @fail_if\n", "may fault after" },
        { "STENV %1 off=0x310 size=8\nPROBE %1 size=8\n",
          "may fault after" },
    };
    unsigned i;

    (void)state;
    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        char *reason = verify(START, bad[i][0], "JUMP\n");

        if (!reason || !strstr(reason, bad[i][1]))
            fail_msg("%s: %s, expected %s", bad[i][0],
                     reason ? reason : "accepted", bad[i][1]);
        g_free(reason);
    }
}

static void test_nzcv_is_no_field(void **state)
{
    char *body = g_strdup_printf("%%5 = LDENV off=%zu size=1\n",
                                 offsetof(struct irt_cpu, nzcv) + 1);
    char *reason = verify(START, body, "JUMP\n");

    (void)state;
    assert_non_null(strstr(reason, "overlaps"));
    g_free(reason);
    g_free(body);
}

/* A whole block is refused for @reason. */
static void refused(const char *text, const char *reason)
{
    char *got = verify("", text, "");

    if (!got || !strstr(got, reason))
        fail_msg("%s: %s", text, got ? got : "accepted");
    g_free(got);
}

static void test_shape_of_blocks(void **state)
{
    (void)state;
    refused("", "number of nodes");
    refused(START, "no terminal");
    refused("block insns=1\n%1 = GETREG slot=0\nINSN 0\nJUMP\n",
            "before the first INSN");
    assert_null(verify("block insns=1\n%1 = CONST 0\n", "",
                       "INSN 0\nJUMP\n"));
}

static void test_later_operands_are_refused(void **state)
{
    struct ir_block b;
    char *reason;

    (void)state;
    ir_block_init(&b, &irt_layout);
    ir0(&b, IR_INSN, 0);
    ir_emit(&b, IR_SETREG, 3, 0, 0, 0);
    ir0(&b, IR_GETREG, 1);
    ir0(&b, IR_JUMP, 0);
    b.n_insns = 1;
    reason = ir_verify(&b);
    assert_non_null(strstr(reason, "comes after"));
    g_free(reason);
    b.node[2].op = IR_OP_COUNT;
    reason = ir_verify(&b);
    assert_non_null(strstr(reason, "no such operation"));
    g_free(reason);
    ir_block_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_blocks_pass),
        cmocka_unit_test(test_bad_nodes_are_refused),
        cmocka_unit_test(test_nzcv_is_no_field),
        cmocka_unit_test(test_shape_of_blocks),
        cmocka_unit_test(test_later_operands_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
