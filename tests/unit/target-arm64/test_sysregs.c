/* SPDX-License-Identifier: MIT */
/*
 * test_sysregs.c - the system-register table, MRS and MSR, ID values of both
 * models, system instructions and their traps, registers for tools.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "a64test.h"
#include "sysregs.h"

#define PC (BENCH_RAM + 0x1000)

static int setup(void **state)
{
    struct a64_bench *b = bench_new("max");

    b->cpu->arch.vbar[1] = BENCH_RAM + 0x10000;
    b->cpu->arch.cpacr = 3 << 20;
    *state = b;
    return 0;
}

static int setup_a72(void **state)
{
    struct a64_bench *b = bench_new("cortex-a72");

    b->cpu->arch.vbar[1] = BENCH_RAM + 0x10000;
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench_free(*state);
    return 0;
}

/* MRS X0 / MSR X0 / SYS with the 16-bit encoding @e. */
static u32 word(u32 e, bool read)
{
    return 0xd5000000 | read << 21 | (e >> 14) << 19 | (e & 0x3fff) << 5;
}

static void to_el0(struct a64_bench *b)
{
    b->cpu->arch.elr[1] = PC;
    b->cpu->arch.spsr[1] = 0;
    a64_eret(b->cpu);
}

/* True if the word runs; false if it took an exception, ESR in *@esr. */
static bool run(struct a64_bench *b, u32 w, u32 *esr)
{
    u64 n = b->cpu->stat_exceptions;

    bench_run(b, PC, &w, 1);
    *esr = (u32)b->cpu->arch.esr[1];
    return b->cpu->stat_exceptions == n;
}

static u64 get(struct a64_bench *b, u32 e)
{
    u32 esr;

    b->cpu->arch.x[0] = 0x5a5a;
    if (!run(b, word(e, true), &esr))
        fail_msg("mrs of %04x: esr %08x", e, esr);
    return b->cpu->arch.x[0];
}

static void put(struct a64_bench *b, u32 e, u64 v)
{
    u32 esr;

    b->cpu->arch.x[0] = v;
    if (!run(b, word(e, false), &esr))
        fail_msg("msr of %04x: esr %08x", e, esr);
}

static void test_rows_are_unique_and_named(void **state)
{
    (void)state;
    for (unsigned i = 0; i < a64_target.n_regs; i++)
        for (unsigned k = 0; k < i; k++)
            if (!strcmp(a64_target.reg_info(i)->name,
                        a64_target.reg_info(k)->name))
                fail_msg("%s twice", a64_target.reg_info(i)->name);
    for (unsigned i = 0; i < A64_SYSREGS; i++)
        for (unsigned k = 0; k < i; k++)
            assert_int_not_equal(a64_sysreg_row(i)->enc,
                                 a64_sysreg_row(k)->enc);
}

/* Every field can be written and read back through MSR and MRS. */
static void test_plain_registers(void **state)
{
    struct a64_bench *b = *state;

    for (unsigned i = 0; i < A64_SYSREGS; i++) {
        const struct a64_sysreg *r = a64_sysreg_row(i);
        const u64 v = 0x123456789abcdef0;

        if ((r->flags & SR_RW) != SR_RW || r->read || r->write ||
            (r->flags & SR_CTX) || r->off == SR_NO_FIELD ||
            r->feat != A64_FEAT_COUNT)
            continue;
        put(b, r->enc, v);
        assert_int_equal(get(b, r->enc), v & r->mask);
    }
}

static void test_ids_of_a72(void **state)
{
    struct a64_bench *b = *state;
    u32 esr;

    assert_int_equal(get(b, SYSREG(3, 0, 0, 0, 0)), 0x410fd083);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 0, 5)), 0x80000000);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 4, 0)), 0x11);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 5, 0)), 0x10305106);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 6, 0)), 0x11120);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 7, 0)), 0x1124);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 7, 1)), 0);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 1, 4)), 0);
    assert_int_equal(get(b, SYSREG(3, 1, 0, 0, 1)), 0x0a200023);
    assert_int_equal(get(b, SYSREG(3, 1, 11, 0, 2)), 0);
    /* APIAKeyLo_EL1: no PAuth */
    assert_false(run(b, word(SYSREG(3, 0, 2, 1, 0), true), &esr));
    assert_int_equal(esr, 0x02000000);
}

static void test_ids_of_max(void **state)
{
    struct a64_bench *b = *state;

    assert_int_equal(get(b, SYSREG(3, 0, 0, 0, 0)), 0xf0510);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 4, 0)), 0x1201000010110011);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 6, 0)), 0x1221111110212120);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 6, 1)), 0x0011111110211102);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 7, 0)), 0x00100125);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 7, 1)), 0x0000001000211002);
    assert_int_equal(get(b, SYSREG(3, 0, 0, 7, 2)), 0x1021001110001011);
    for (unsigned n = 0; n < A64_ID_REGS; n++)
        get(b, SYSREG(3, 0, 0, 1 + n / 8, n % 8));
    put(b, SYSREG(3, 2, 0, 0, 0), 2);
    assert_int_equal(get(b, SYSREG(3, 1, 0, 0, 0)), 0x70ffe07a);
}

static void test_id_space_from_el0(void **state)
{
    struct a64_bench *b = *state;
    u32 esr;

    to_el0(b);
    assert_false(run(b, 0xd5380605, &esr)); /* mrs x5, id_aa64isar0_el1 */
    assert_int_equal(esr, 0x62000000 | 3 << 20 | 5 << 5 | 6 << 1 | 1);
}

static void test_id_space_from_el0_a72(void **state)
{
    struct a64_bench *b = *state;
    u32 esr;

    to_el0(b);
    assert_false(run(b, 0xd5380605, &esr));
    assert_int_equal(esr, 0x02000000);
}

static void test_undefined_registers(void **state)
{
    struct a64_bench *b = *state;
    static const u32 none[] = {
        SYSREG(3, 3, 14, 8, 6), /* PMEVCNTR6_EL0 */
        SYSREG(3, 4, 1, 1, 0),  /* HCR_EL2 */
        SYSREG(3, 6, 1, 1, 0),  /* SCR_EL3 */
        SYSREG(3, 0, 12, 12, 5), /* ICC_SRE_EL1: no GICv3 */
        SYSREG(3, 0, 2, 4, 0),  /* nothing */
        SYSREG(2, 0, 0, 6, 4),  /* DBGBVR6 */
    };
    u32 esr;

    for (unsigned i = 0; i < ARRAY_SIZE(none); i++)
        for (unsigned read = 0; read < 2; read++) {
            assert_false(run(b, word(none[i], read), &esr));
            assert_int_equal(esr, 0x02000000);
        }
    assert_false(run(b, word(SYSREG(3, 0, 0, 0, 0), false), &esr));
    to_el0(b);
    assert_false(run(b, word(SYSREG(3, 0, 1, 0, 0), true), &esr));
    assert_int_equal(esr, 0x02000000);
}

static void test_el0_traps(void **state)
{
    struct a64_bench *b = *state;
    static const struct {
        u32 word;
        unsigned bit; /* of SCTLR_EL1 */
    } row[] = {
        { 0xd53b0020, 15 }, /* mrs x0, ctr_el0: UCT */
        { 0xd53b4220, 9 },  /* mrs x0, daif: UMA */
        { 0xd50343df, 9 },  /* msr daifset, #3 */
        { 0xd50b7b20, 26 }, /* dc cvau, x0: UCI */
        { 0xd50b7520, 26 }, /* ic ivau, x0 */
    };
    u32 esr;

    for (unsigned i = 0; i < ARRAY_SIZE(row); i++) {
        b->cpu->arch.sctlr[1] &= ~(1ull << row[i].bit);
        to_el0(b);
        assert_false(run(b, row[i].word, &esr));
        assert_int_equal(esr >> 26, EC_SYSREG);
        b->cpu->arch.sctlr[1] |= 1ull << row[i].bit;
        b->cpu->arch.x[0] = BENCH_RAM;
        to_el0(b);
        assert_true(run(b, row[i].word, &esr));
    }
    assert_int_equal(0xd50b7423 >> 5 & 0x3fff, SYSREG(0, 3, 7, 4, 1));
    to_el0(b); /* dc zva, x3 with DZE = 0 */
    b->cpu->arch.sctlr[1] &= ~(1ull << 14);
    assert_false(run(b, 0xd50b7423, &esr));
    assert_int_equal(esr, 0x62000000 | 1 << 20 | 1 << 17 | 3 << 14 |
                     7 << 10 | 3 << 5 | 4 << 1);
}

static void test_pstate_registers(void **state)
{
    struct a64_bench *b = *state;
    u32 esr;

    assert_int_equal(get(b, SYSREG(3, 0, 4, 2, 2)), 4);
    assert_int_equal(get(b, SYSREG(3, 0, 4, 2, 0)), 1);
    assert_int_equal(get(b, SYSREG(3, 3, 4, 2, 1)), 0x3c0);
    put(b, SYSREG(3, 3, 4, 2, 1), 0x140);
    assert_int_equal(b->cpu->arch.daif, 5);
    put(b, SYSREG(3, 3, 4, 2, 0), 0xf0000000);
    assert_int_equal(get(b, SYSREG(3, 3, 4, 2, 0)), 0xf0000000);
    assert_true(run(b, 0xd500419f, &esr)); /* msr pan, #1 */
    assert_int_equal(get(b, SYSREG(3, 0, 4, 2, 3)), 1 << 22);
    assert_ptr_equal(b->cpu->host.tags,
                     a64_tags(b->cpu, false, TAG_EL1_PAN));
    put(b, SYSREG(3, 0, 4, 2, 3), 0);
    assert_int_equal(b->cpu->arch.pan, 0);
    assert_true(run(b, 0xd500417f, &esr)); /* msr uao, #1 */
    assert_int_equal(get(b, SYSREG(3, 0, 4, 2, 4)), 1 << 23);
}

static void test_fp_registers(void **state)
{
    struct a64_bench *b = *state;

    put(b, SYSREG(3, 3, 4, 4, 0), ~0ull);
    assert_int_equal(get(b, SYSREG(3, 3, 4, 4, 0)), 0x07c80000);
    put(b, SYSREG(3, 3, 4, 4, 1), ~0ull);
    assert_int_equal(get(b, SYSREG(3, 3, 4, 4, 1)), 0x0800009f);
    put(b, SYSREG(3, 3, 4, 4, 0), 0);
}

static void test_os_lock(void **state)
{
    struct a64_bench *b = *state;

    assert_int_equal(get(b, SYSREG(2, 0, 1, 1, 4)), 0xa);
    put(b, SYSREG(2, 0, 1, 0, 4), 0);
    assert_int_equal(get(b, SYSREG(2, 0, 1, 1, 4)), 0x8);
    put(b, SYSREG(2, 0, 7, 8, 6), 0x3);
    put(b, SYSREG(2, 0, 7, 9, 6), 0x1);
    assert_int_equal(get(b, SYSREG(2, 0, 7, 9, 6)), 2);
}

static void test_dc_zva(void **state)
{
    struct a64_bench *b = *state;
    gpa_t block = BENCH_RAM + 0x2000;
    u32 esr;

    for (unsigned i = 0; i < 16; i++)
        bench_write(b, block - 32 + 8 * i, ~0ull);
    b->cpu->arch.x[3] = block + 17;
    assert_false(run(b, 0xd50b7423, &esr)); /* MMU off: Device */
    assert_int_equal(esr, 0x96000061);
    assert_int_equal(b->cpu->arch.far[1], block + 17);
    /* One flat level 1 block, Normal memory. */
    bench_write(b, BENCH_RAM + 0x3008, BENCH_RAM | 0x401);
    b->cpu->arch.ttbr0[1] = BENCH_RAM + 0x3000;
    b->cpu->arch.tcr[1] = 25 | 1 << 23 | 5ull << 32;
    b->cpu->arch.mair[1] = 0xff;
    put(b, SYSREG(3, 0, 1, 0, 0), b->cpu->arch.sctlr[1] | 1);
    assert_true(run(b, 0xd50b7423, &esr));
    assert_int_equal(bench_read(b, block - 8), ~0ull);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(bench_read(b, block + 8 * i), 0);
    assert_int_equal(bench_read(b, block + 64), ~0ull);
}

static void test_tools_see_and_set_everything(void **state)
{
    struct a64_bench *b = *state;
    v128 v, w = { .d = { 0x12, 0 } };

    for (unsigned i = 0; i < a64_target.n_regs; i++) {
        const char *name = a64_target.reg_info(i)->name;

        if (!strcmp(name, "nzcv") || !strcmp(name, "irq_line"))
            continue;
        a64_target.reg_get(b->cpu, i, &v);
        if (strchr(name, '_') == NULL) {
            a64_target.reg_set(b->cpu, i, &w);
            a64_target.reg_get(b->cpu, i, &w);
            assert_int_equal(w.d[0], 0x12);
            a64_target.reg_set(b->cpu, i, &v);
        }
    }
}

static void test_block_ends(void **state)
{
    struct a64_bench *b = *state;
    u32 isb[] = { 0xd503201f, 0xd5033fdf, 0xd503201f };

    bench_run(b, PC, isb, 3);
    assert_int_equal(b->cpu->arch.pc, PC + 12);
    /* Blocks stop at 1 KiB. */
    bench_run(b, PC + 0x3fc, (u32[]){ 0xd503201f }, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define T72(f) cmocka_unit_test_setup_teardown(f, setup_a72, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_rows_are_unique_and_named),
        T(test_plain_registers),
        T72(test_ids_of_a72),
        T(test_ids_of_max),
        T(test_id_space_from_el0),
        T72(test_id_space_from_el0_a72),
        T(test_undefined_registers),
        T(test_el0_traps),
        T(test_pstate_registers),
        T(test_fp_registers),
        T(test_os_lock),
        T(test_dc_zva),
        T(test_tools_see_and_set_everything),
        T(test_block_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
