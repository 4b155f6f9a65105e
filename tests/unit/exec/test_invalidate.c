/* SPDX-License-Identifier: MIT */
/*
 * test_invalidate.c - src/exec/invalidate.c: overwritten code is seen at
 * once, only what is overwritten is dropped, and instructions that touch
 * devices are remembered.
 */
#include "rig.h"

/* x1 := BASE + 0x100 * x, x2 := the word ADDI(0, 0, 5). */
#define LOAD_WORD                                                            \
    MOVZ(2, (ADDI(0, 0, 5) & 0xffff), 0),                                    \
        MOVK(2, (ADDI(0, 0, 5) >> 16), 16)

static void test_a_block_may_overwrite_itself(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x4000, 16), LOAD_WORD, STRW(2, 1, 6 * 4), NOP, NOP,
        ADDI(0, 0, 1), /* becomes + 5 */
        B(0),
    };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_reg(r, 0, "x0"), 5);
    assert_int_equal(r->clock.count, 100000);
    rig_free(r);
}

static void test_an_instruction_may_overwrite_itself(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x4000, 16), LOAD_WORD, STRW(2, 1, 3 * 4), ADDI(3, 3, 1),
        SUBSI(4, 3, 2), BNE(-12), B(0),
    };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_reg(r, 0, "x0"), 5);
    rig_free(r);
}

static void test_only_overlapped_blocks_go(void **state)
{
    static const u32 code[] = { NOP, B(8), NOP, NOP, B(8), NOP, B(0) };
    struct rig *r = rig_new(state);
    u32 nop = NOP;
    u64 before;

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_true(*ram_page_attr(&r->ram, BASE) & RAM_CODE);
    before = r->exec->n_invalidated;
    ram_write(&r->ram, BASE + 0x400, &nop, 4);
    assert_int_equal(r->exec->n_invalidated, before);
    ram_write(&r->ram, BASE + 12, &nop, 4);
    assert_true(r->exec->n_invalidated > before);
    assert_false(code_overlaps(r->exec, BASE + 12, 4));
    assert_true(code_overlaps(r->exec, BASE, 4));
    code_invalidate(r->exec, BASE, PAGE_SIZE);
    assert_false(*ram_page_attr(&r->ram, BASE) & RAM_CODE);
    rig_free(r);
}

static void test_a_device_access_is_run_alone_once(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x900, 16), MOVZ(5, 100, 0), NOP, LDRW(2, 1, 0), NOP,
        SUBSI(5, 5, 1), BNE(-16), B(0),
    };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(r->n_reads, 100);
    assert_int_equal(r->exec->n_restarts, 1);
    assert_int_equal(r->count, 3 + 99 * 5);
    assert_true(code_is_io(code_page(r->exec, BASE), BASE + 12));
    code_write(r->exec, BASE + 12, "new", 4);
    assert_false(code_is_io(code_page(r->exec, BASE), BASE + 12));
    rig_free(r);
}

static void test_data_beside_code_is_written_freely(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x4000, 16), MOVZ(5, 100, 0), STRX(5, 1, 0x800),
        SUBSI(5, 5, 1), BNE(-8), B(0),
    };
    struct rig *r = rig_new(state);

    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_LIMIT);
    assert_int_equal(rig_word(r, BASE + 0x800), 1);
    assert_int_equal(r->exec->n_invalidated, 0);
    assert_int_equal(r->exec->n_restarts, 0);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_a_block_may_overwrite_itself),
        BOTH(test_an_instruction_may_overwrite_itself),
        BOTH(test_only_overlapped_blocks_go),
        BOTH(test_a_device_access_is_run_alone_once),
        BOTH(test_data_beside_code_is_written_freely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
