/* SPDX-License-Identifier: MIT */
/*
 * test_disas.c - src/debug/disas.c: capstone's text, LLVM's for what that
 * does not know, and `.inst` for what nobody does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "disas.h"

static void is(u32 insn, const char *a, const char *b)
{
    struct disas *d = disas_new();
    GString *s = g_string_new(NULL);

    disas_insn(d, s, 0x1000, insn);
    if (strcmp(s->str, a) != 0)
        assert_string_equal(s->str, b);
    g_string_free(s, TRUE);
    disas_free(d);
}

static void test_known_instructions(void **state)
{
    (void)state;
    is(0x8b020020, "add x0, x1, x2", "");
    is(0x54000040, "b.eq #0x1008", "");
    is(0xd503201f, "nop", "");
}

static void test_newer_instructions_come_from_llvm(void **state)
{
    (void)state;
    is(0xd503233f, "paciasp", "hint #0x19");
    is(0xf8200041, "ldadd x0, x1, [x2]", ".inst 0xf8200041 // LDADD");
    is(0xd53b4220, "mrs x0, daif", "mrs x0, DAIF");
}

static void test_unallocated_words_are_inst(void **state)
{
    (void)state;
    is(0x03ffffff, ".inst 0x03ffffff // undefined", "");
}

static void test_lines_have_addresses_and_words(void **state)
{
    const u8 code[] = { 0x1f, 0x20, 0x03, 0xd5, 0x20, 0, 2, 0x8b };
    struct disas *d = disas_new();
    GString *s = g_string_new(NULL);

    (void)state;
    disas_guest(d, s, 0xffff000000000000, code, sizeof(code));
    assert_string_equal(s->str,
                        "ffff000000000000  d503201f  nop\n"
                        "ffff000000000004  8b020020  add x0, x1, x2\n");
    g_string_free(s, TRUE);
    disas_free(d);
}

static void test_host_code(void **state)
{
    const u8 code[] = { 0x90, 0x48, 0x01, 0xd8 };
    struct disas *d = disas_new();
    GString *s = g_string_new(NULL);

    (void)state;
    disas_host(d, s, 0x1000, code, sizeof(code));
    assert_string_equal(s->str, "0000000000001000  nop \n"
                                "0000000000001001  add rax, rbx\n");
    g_string_free(s, TRUE);
    disas_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_instructions),
        cmocka_unit_test(test_newer_instructions_come_from_llvm),
        cmocka_unit_test(test_unallocated_words_are_inst),
        cmocka_unit_test(test_lines_have_addresses_and_words),
        cmocka_unit_test(test_host_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
