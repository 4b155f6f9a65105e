/* SPDX-License-Identifier: MIT */
/*
 * test_mid_block.c - which blocks end within an architectural block (DESIGN
 * D9): those that a limit or a wait ends before the next multiple of 1 KiB.
 */
#include "rig.h"

#define NOP  0xd503201fu
#define WFI  0xd503207fu
#define WFE  0xd503205fu
#define SVC  0xd4000001u
#define LAST 255 /* word before the multiple of 1 KiB */

static struct rig *start(void **state)
{
    u32 code[3 * 256];
    struct rig *r = rig_new(state);

    for (unsigned i = 0; i < ARRAY_SIZE(code); i++)
        code[i] = NOP;
    code[0] = WFI;
    code[1] = WFE;
    code[2] = B(0);
    code[3] = SVC;
    code[LAST] = WFI;
    rig_start(r, code, sizeof(code));
    return r;
}

static bool is_mid(struct rig *r, unsigned word, u32 max_insns)
{
    struct tb *tb = tb_get(&r->exec->cpu[0], BASE + 4ull * word,
                           BASE + 4ull * word, max_insns);

    return tb->mid_block;
}

static void test_waits_end_within_a_block_but_at_its_end(void **state)
{
    struct rig *r = start(state);

    assert_true(is_mid(r, 0, 0));
    assert_true(is_mid(r, 1, 0));
    assert_false(is_mid(r, LAST, 0));
    rig_free(r);
}

static void test_branches_and_exceptions_end_a_block(void **state)
{
    struct rig *r = start(state);

    assert_false(is_mid(r, 2, 0));
    assert_false(is_mid(r, 3, 0));
    rig_free(r);
}

static void test_limits_end_within_a_block_but_at_its_end(void **state)
{
    struct rig *r = start(state);

    assert_true(is_mid(r, 4, 1));
    assert_true(is_mid(r, LAST - 2, 1));
    assert_false(is_mid(r, LAST + 1, 0));
    assert_false(is_mid(r, 2 * 256 + LAST, 1));
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_waits_end_within_a_block_but_at_its_end),
        BOTH(test_branches_and_exceptions_end_a_block),
        BOTH(test_limits_end_within_a_block_but_at_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
