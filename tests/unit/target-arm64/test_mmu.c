/* SPDX-License-Identifier: MIT */
/*
 * test_mmu.c - walks, permissions, faults, the map and its maintenance, each
 * rule against DDI 0487, "The AArch64 Virtual Memory System Architecture".
 *
 * Tables: level 0 at L0, level 1 at L1, level 2 at L2, level 3 at L3, all 4K
 * granule, T0SZ = T1SZ = 16; both halves share them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "a64test.h"
#include "bits.h"
#include "mmu.h"
#include "sysregs.h"

#define L0 (BENCH_RAM + 0x100000)
#define L1 (BENCH_RAM + 0x101000)
#define L2 (BENCH_RAM + 0x102000)
#define L3 (BENCH_RAM + 0x103000)
#define PAGE (BENCH_RAM + 0x200000)
#define AF 0x400ull
#define NG 0x800ull
#define RO 0x80ull
#define USER 0x40ull
#define UXN (1ull << 54)
#define PXN (1ull << 53)
#define DBM (1ull << 51)
#define HIGH 0xffff000000000000ull
#define ASID1 (1ull << 48)
#define ASID2 (2ull << 48)
#define HIGH_PAGE (HIGH << 8 >> 20) /* as TLBI operands have it */
#define TCR_BASE (16ull | 16ull << 16 | 2ull << 30 | 5ull << 32 | TCR_AS)

/* VA of page @i of the level 3 table; the L1 and L2 indices are 0. */
#define VA(i) ((u64)(i) << 12)
/* A block of 2 MiB and one of 1 GiB. */
#define VA_2M (1ull << 21)
#define VA_1G (1ull << 30)

static void set(struct a64_bench *b, const char *name, u64 v)
{
    for (unsigned i = 0; i < a64_target.n_regs; i++) {
        v128 x = { .d = { v, 0 } };

        if (strcmp(a64_target.reg_info(i)->name, name) == 0) {
            a64_target.reg_set(b->cpu, i, &x);
            return;
        }
    }
    fail_msg("no register %s", name);
}

static void leaf(struct a64_bench *b, unsigned i, u64 pa, u64 bits)
{
    bench_write(b, L3 + 8 * i, pa | 3 | bits);
}

static int setup_model(void **state, const char *model)
{
    struct a64_bench *b = bench_new(model);

    bench_write(b, L0, L1 | 3);
    bench_write(b, L1, L2 | 3);
    bench_write(b, L1 + 8, BENCH_RAM | 1 | AF); /* 1 GiB at 1 GiB */
    bench_write(b, L2, L3 | 3);
    bench_write(b, L2 + 8, PAGE | 1 | AF | NG); /* 2 MiB block */
    set(b, "ttbr0_el1", L0 | 1ull << 48);
    set(b, "ttbr1_el1", L0);
    set(b, "mair_el1", 0xff | 0x04 << 8 | 0x44 << 16);
    set(b, "tcr_el1", TCR_BASE);
    set(b, "sctlr_el1", 0xc50839);
    *state = b;
    return 0;
}

static int setup(void **state)
{
    return setup_model(state, "max");
}

static int setup_a72(void **state)
{
    return setup_model(state, "cortex-a72");
}

static int teardown(void **state)
{
    bench_free(*state);
    return 0;
}

static void ok(struct a64_bench *b, u64 va, enum access a, bool el0, u64 pa)
{
    struct xlate x;

    b->cpu->host.fault = 0;
    if (!a64_translate(b->cpu, va, a, el0, &x))
        fail_msg("va %llx faults with esr %x", (unsigned long long)va,
                 b->cpu->fault.esr);
    assert_int_equal(x.pa, pa);
}

/* The access must fault with @fsc; WnR and EC are checked too. */
static void faults(struct a64_bench *b, u64 va, enum access a, bool el0,
                   u32 fsc)
{
    u32 ec = a == ACCESS_FETCH ? EC_IABT : EC_DABT;
    struct xlate x;

    b->cpu->host.fault = 0;
    assert_false(a64_translate(b->cpu, va, a, el0, &x));
    assert_int_equal(b->cpu->host.fault, 1);
    assert_int_equal(b->cpu->fault.esr,
                     A64_ESR(ec, fsc | (a == ACCESS_STORE) << 6));
    assert_int_equal(b->cpu->fault.far, va);
    b->cpu->host.fault = 0;
}

static void test_levels_and_blocks(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 5, PAGE, AF);
    ok(b, VA(5) + 0x123, ACCESS_LOAD, false, PAGE + 0x123);
    ok(b, HIGH + VA(5) + 8, ACCESS_LOAD, false, PAGE + 8);
    ok(b, VA_2M + 0x54321, ACCESS_LOAD, false, PAGE + 0x54321);
    ok(b, VA_1G + 0x123456, ACCESS_LOAD, false, BENCH_RAM + 0x123456);
    faults(b, 1ull << 39, ACCESS_LOAD, false, 0x04);
    faults(b, 3ull << 30, ACCESS_LOAD, false, 0x05);
    faults(b, VA_2M * 7, ACCESS_STORE, false, 0x06);
    faults(b, VA(9), ACCESS_FETCH, false, 0x07);
    bench_write(b, L3 + 8 * 9, PAGE | 1 | AF); /* reserved at level 3 */
    faults(b, VA(9), ACCESS_LOAD, false, 0x07);
    bench_write(b, L0 + 8, PAGE | 1 | AF); /* no block at level 0 */
    faults(b, 1ull << 39, ACCESS_LOAD, false, 0x04);
}

static void test_address_size_and_external(void **state)
{
    struct a64_bench *b = *state;

    set(b, "tcr_el1", TCR_BASE & ~(7ull << 32)); /* 32 bits */
    leaf(b, 1, 1ull << 32, AF);
    faults(b, VA(1), ACCESS_LOAD, false, 0x03);
    bench_write(b, L2 + 16, 1ull << 33 | 3);
    faults(b, VA_2M * 2, ACCESS_LOAD, false, 0x02);
    bench_write(b, L2 + 16, 0x08000000 | 3); /* table not in RAM */
    faults(b, VA_2M * 2, ACCESS_LOAD, false, 0x17);
    set(b, "ttbr0_el1", 1ull << 40);
    faults(b, VA(1), ACCESS_LOAD, false, 0x00);
}

/* TCR_EL1.IPS: the largest address is one that can be translated to. */
static void test_output_sizes(void **state)
{
    static const u8 bits[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };
    struct a64_bench *b = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(bits); i++) {
        set(b, "tcr_el1", (TCR_BASE & ~(7ull << 32)) | (u64)i << 32);
        leaf(b, 1, 1ull << (bits[i] - 1), AF);
        ok(b, VA(1), ACCESS_LOAD, false, 1ull << (bits[i] - 1));
        if (bits[i] < 48) {
            leaf(b, 2, 1ull << bits[i], AF);
            faults(b, VA(2), ACCESS_LOAD, false, 0x03);
        }
    }
}

static void test_canonical_addresses_and_tbi(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 2, PAGE, AF);
    faults(b, 1ull << 48 | VA(2), ACCESS_LOAD, false, 0x04);
    faults(b, 0x5aull << 56 | VA(2), ACCESS_LOAD, false, 0x04);
    ok(b, VA(2), ACCESS_LOAD, false, PAGE);
    faults(b, 0x5aull << 56 | VA(2), ACCESS_LOAD, false, 0x04);
    set(b, "tcr_el1", TCR_BASE | 1ull << 37);
    ok(b, 0x5aull << 56 | VA(2), ACCESS_LOAD, false, PAGE);
    faults(b, 1ull << 48 | VA(2), ACCESS_LOAD, false, 0x04);
    faults(b, 0x7full << 56 | (HIGH + VA(2)) << 8 >> 8, ACCESS_LOAD, false,
           0x04); /* high half has no TBI */
}

static void test_txsz_epd_e0pd(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 2, PAGE, AF | USER);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 25); /* 39 bits: level 1 */
    set(b, "ttbr0_el1", L1);
    ok(b, VA(2), ACCESS_LOAD, false, PAGE);
    faults(b, 1ull << 39, ACCESS_LOAD, false, 0x04);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 15);
    faults(b, VA(2), ACCESS_LOAD, false, 0x04);
    set(b, "ttbr0_el1", L0);
    set(b, "tcr_el1", TCR_BASE | 1ull << 7);
    faults(b, VA(2), ACCESS_LOAD, false, 0x04);
    ok(b, HIGH + VA(2), ACCESS_LOAD, false, PAGE);
    set(b, "tcr_el1", TCR_BASE | 1ull << 56);
    ok(b, HIGH + VA(2), ACCESS_LOAD, false, PAGE);
    faults(b, HIGH + VA(2), ACCESS_LOAD, true, 0x04);
    ok(b, VA(2), ACCESS_LOAD, true, PAGE);
}

/* FEAT_TTST: address spaces down to 16 bits, which begin at level 3. */
static void test_small_tables(void **state)
{
    struct a64_bench *b = *state;
    bool small = b->cpu->model->feat[A64_FEAT_TTST];

    leaf(b, 2, PAGE, AF);
    set(b, "ttbr0_el1", L3);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 48);
    if (small) {
        ok(b, VA(2) + 8, ACCESS_LOAD, false, PAGE + 8);
        faults(b, VA(3), ACCESS_LOAD, false, 0x07);
    } else {
        faults(b, VA(2), ACCESS_LOAD, false, 0x04);
    }
    faults(b, 1ull << 16, ACCESS_LOAD, false, 0x04);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 49);
    faults(b, VA(2), ACCESS_LOAD, false, 0x04);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 48 | 1 << 14); /* 64 KiB: 47 */
    faults(b, VA(2), ACCESS_LOAD, false, 0x04);
}

static void test_permissions(void **state)
{
    struct a64_bench *b = *state;
    static const struct {
        u64 bits;
        u8 allowed; /* enum map_perm */
    } row[] = {
        { 0, MAP_R1 | MAP_W1 | MAP_X1 | MAP_X0 },
        { USER, MAP_R1 | MAP_W1 | MAP_R0 | MAP_W0 | MAP_X0 },
        { RO, MAP_R1 | MAP_X1 | MAP_X0 },
        { RO | USER, MAP_R1 | MAP_R0 | MAP_X1 | MAP_X0 },
        { UXN, MAP_R1 | MAP_W1 | MAP_X1 },
        { PXN | RO | USER, MAP_R1 | MAP_R0 | MAP_X0 },
        { UXN | PXN, MAP_R1 | MAP_W1 },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(row); i++) {
        leaf(b, i, PAGE, AF | row[i].bits);
        for (unsigned k = 0; k < 6; k++) {
            enum access a = (enum access)(k % 3);
            bool el0 = k < 3;

            if (row[i].allowed >> k & 1)
                ok(b, VA(i), a, el0, PAGE);
            else
                faults(b, VA(i), a, el0, 0x0f);
        }
    }
}

static void test_wxn_and_hierarchical(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 1, PAGE, AF);
    leaf(b, 2, PAGE, AF | USER);
    set(b, "sctlr_el1", 0xc50839 | SCTLR_WXN);
    faults(b, VA(1), ACCESS_FETCH, false, 0x0f);
    faults(b, VA(2), ACCESS_FETCH, true, 0x0f);
    set(b, "sctlr_el1", 0xc50839);
    ok(b, VA(1), ACCESS_FETCH, false, PAGE);
    bench_write(b, L2, L3 | 3 | 3ull << 61 | 1ull << 59);
    set(b, "tcr_el1", TCR_BASE | 1ull << 37); /* empties the map */
    faults(b, VA(2), ACCESS_LOAD, true, 0x0f);
    faults(b, VA(1), ACCESS_STORE, false, 0x0f);
    faults(b, VA(1), ACCESS_FETCH, false, 0x0f);
    ok(b, VA(1), ACCESS_LOAD, false, PAGE);
    set(b, "tcr_el1", TCR_BASE | 1ull << 41); /* HPD0 */
    ok(b, VA(1), ACCESS_STORE, false, PAGE);
    ok(b, VA(2), ACCESS_LOAD, true, PAGE);
}

static void test_pan(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 1, PAGE, AF | USER);
    leaf(b, 2, PAGE, AF);
    b->cpu->arch.pan = 1;
    faults(b, VA(1), ACCESS_LOAD, false, 0x0f);
    faults(b, VA(1), ACCESS_STORE, false, 0x0f);
    ok(b, VA(1), ACCESS_STORE, true, PAGE); /* unprivileged access */
    ok(b, VA(2), ACCESS_STORE, false, PAGE);
    b->cpu->arch.pan = 0;
    ok(b, VA(1), ACCESS_LOAD, false, PAGE);
    b->cpu->arch.pan = 1; /* also when the map has it */
    faults(b, VA(1), ACCESS_LOAD, false, 0x0f);
}

static void test_access_flag(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 1, PAGE, RO);
    faults(b, VA(1), ACCESS_STORE, false, 0x0b);
    set(b, "tcr_el1", TCR_BASE | TCR_HA);
    faults(b, VA(1), ACCESS_STORE, false, 0x0f);
    assert_int_equal(bench_read(b, L3 + 8), PAGE | 3 | RO);
    ok(b, VA(1), ACCESS_LOAD, false, PAGE);
    assert_int_equal(bench_read(b, L3 + 8), PAGE | 3 | RO | AF);
}

static void test_dirty_state(void **state)
{
    struct a64_bench *b = *state;
    struct xlate x;

    leaf(b, 1, PAGE, AF | RO | DBM);
    faults(b, VA(1), ACCESS_STORE, false, 0x0f);
    set(b, "tcr_el1", TCR_BASE | TCR_HA | TCR_HD);
    assert_true(a64_translate(b->cpu, VA(1), ACCESS_LOAD, false, &x));
    assert_false(x.writable);
    assert_int_equal(bench_read(b, L3 + 8), PAGE | 3 | AF | RO | DBM);
    ok(b, VA(1), ACCESS_STORE, false, PAGE);
    assert_int_equal(bench_read(b, L3 + 8), PAGE | 3 | AF | DBM);
    assert_true(a64_translate(b->cpu, VA(1), ACCESS_LOAD, false, &x));
    assert_true(x.writable);
}

static void test_a72_has_no_hardware_flags(void **state)
{
    struct a64_bench *b = *state;

    set(b, "tcr_el1", TCR_BASE | TCR_HA | TCR_HD);
    leaf(b, 1, PAGE, 0);
    leaf(b, 2, PAGE, AF | RO | DBM);
    faults(b, VA(1), ACCESS_LOAD, false, 0x0b);
    faults(b, VA(2), ACCESS_STORE, false, 0x0f);
}

static void test_map_outlives_tables(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 1, PAGE, AF | RO);
    ok(b, VA(1), ACCESS_LOAD, false, PAGE);
    leaf(b, 1, PAGE + 0x1000, AF);
    ok(b, VA(1), ACCESS_LOAD, false, PAGE); /* stale, as on hardware */
    ok(b, VA(1), ACCESS_STORE, false, PAGE + 0x1000); /* walked again */
    ok(b, VA(1), ACCESS_LOAD, false, PAGE + 0x1000);
    bench_write(b, L3 + 8, 0);
    ok(b, VA(1), ACCESS_STORE, false, PAGE + 0x1000);
    a64_target.map_flush(b->cpu); /* the 2^24 grid */
    faults(b, VA(1), ACCESS_LOAD, false, 0x07);
}

static void tlbi(struct a64_bench *b, unsigned op2, u64 arg)
{
    a64_tlbi(b->cpu, 0, 7, op2, arg);
}

/* Is @va still in the map, now that the tables are empty? */
static bool held(struct a64_bench *b, u64 va)
{
    struct xlate x;
    bool r = a64_translate(b->cpu, va, ACCESS_LOAD, false, &x);

    b->cpu->host.fault = 0;
    return r;
}

static void fill(struct a64_bench *b)
{
    leaf(b, 1, PAGE, AF);           /* global */
    leaf(b, 2, PAGE, AF | NG);      /* this ASID's */
    bench_write(b, L2, L3 | 3);
    bench_write(b, L2 + 8, PAGE | 1 | AF | NG);
    a64_map_flush(b->cpu);
    a64_derive(b->cpu);
    ok(b, VA(1), ACCESS_LOAD, false, PAGE);
    ok(b, VA(2), ACCESS_LOAD, false, PAGE);
    ok(b, HIGH + VA(1), ACCESS_LOAD, false, PAGE);
    ok(b, HIGH + VA(2), ACCESS_LOAD, false, PAGE);
    ok(b, VA_2M + 0x5000, ACCESS_LOAD, false, PAGE + 0x5000);
    bench_write(b, L2, 0);
    bench_write(b, L2 + 8, 0);
}

/* Which of the five survive: bits in the order of fill(). */
static unsigned survivors(struct a64_bench *b)
{
    return held(b, VA(1)) | held(b, VA(2)) << 1 |
           held(b, HIGH + VA(1)) << 2 | held(b, HIGH + VA(2)) << 3 |
           held(b, VA_2M + 0x5000) << 4;
}

static void test_tlbi_forms(void **state)
{
    struct a64_bench *b = *state;
    static const struct {
        unsigned op2;
        u64 arg;
        unsigned left;
    } row[] = {
        { 0, 0, 0x00 },                   /* VMALLE1 */
        { 1, ASID1 | 2, 0x1d },           /* VAE1, page of the ASID */
        { 1, ASID2 | 2, 0x1f },           /* another ASID's */
        { 1, ASID2 | 1, 0x1e },           /* global: any ASID */
        { 5, ASID1 | 2, 0x1d },           /* VALE1 */
        { 2, ASID1, 0x05 },               /* ASIDE1 leaves globals */
        { 2, ASID2, 0x1f },
        { 3, 2, 0x1d },                   /* VAAE1 */
        { 7, 2, 0x1d },                   /* VAALE1 */
        { 3, HIGH_PAGE | 1, 0x1b },
        { 3, HIGH_PAGE | 2, 0x17 },
        { 3, 0x3ff, 0x0f },               /* anywhere in the block */
        { 1, ASID1 | 0x200, 0x0f },
        { 1, ASID1 | 9, 0x1f },           /* not there */
    };

    for (unsigned i = 0; i < ARRAY_SIZE(row); i++) {
        fill(b);
        assert_int_equal(survivors(b), 0x1f);
        tlbi(b, row[i].op2, row[i].arg);
        if (survivors(b) != row[i].left)
            fail_msg("row %u: %02x left, not %02x", i, survivors(b),
                     row[i].left);
    }
}

static void test_asid_and_global(void **state)
{
    struct a64_bench *b = *state;

    fill(b);
    set(b, "ttbr0_el1", L0 | 2ull << 48);
    /* Poking flushes; the guest's way does not. */
    fill(b);
    b->cpu->arch.ttbr0[1] = L0 | 3ull << 48;
    a64_space_changed(b->cpu);
    a64_derive(b->cpu);
    assert_int_equal(survivors(b), 0x05);
    b->cpu->arch.ttbr0[1] = L0 | 2ull << 48;
    a64_space_changed(b->cpu);
    a64_derive(b->cpu);
    assert_int_equal(survivors(b), 0x1f);
}

static void test_tags_follow_the_map(void **state)
{
    struct a64_bench *b = *state;
    struct tag_table *t;

    fill(b);
    t = b->cpu->host.tags;
    tag_fill(b->tags, t, VA(2), ram_host(&b->ram, PAGE), false);
    assert_int_equal(t->load[2].tag, VA(2));
    tlbi(b, 1, 2ull << 48 | 2);
    assert_int_equal(t->load[2].tag, VA(2));
    tlbi(b, 1, 1ull << 48 | 2);
    assert_int_equal(t->load[2].tag, TAG_INVALID);
}

/* As an MSR does it, which forgets nothing. */
static void switch_asid(struct a64_bench *b, u64 asid)
{
    a64_sysreg_write(b->cpu, a64_sysreg_find(b->cpu, SYSREG(3, 0, 2, 0, 0)),
                     L0 | asid << 48);
    a64_derive(b->cpu);
}

/* However many spaces there were, the tables that the CPU points at stay its
 * own: those of both halves, and of EL0's view. */
static void test_tables_in_use_are_not_taken(void **state)
{
    struct a64_bench *b = *state;
    const struct cpu_host *h = &b->cpu->host;

    for (u64 asid = 10; asid < 3000; asid++) {
        struct tag_table *low = h->tags, *high = h->tags_other;

        switch_asid(b, asid);
        assert_ptr_equal(h->tags_other, high); /* nothing in it is nG */
        assert_ptr_not_equal(h->tags, low);
        assert_ptr_not_equal(h->tags, high);
        assert_ptr_not_equal(h->tags_unpriv, low);
        assert_ptr_not_equal(h->tags_unpriv, h->tags);
        assert_ptr_not_equal(h->tags_unpriv, high);
    }
}

static void test_fetch_flush_only_when_fetched(void **state)
{
    struct a64_bench *b = *state;
    unsigned n;

    leaf(b, 1, PAGE, AF | NG);
    leaf(b, 2, PAGE, AF | NG);
    ok(b, VA(1), ACCESS_LOAD, false, PAGE);
    ok(b, VA(2), ACCESS_FETCH, false, PAGE);
    n = b->flushes;
    tlbi(b, 3, 1);
    assert_int_equal(b->flushes, n);
    tlbi(b, 3, 2);
    assert_int_equal(b->flushes, n + 1);
    assert_int_equal(b->flushed_space, b->cpu->derived.space[0]);
    assert_int_equal(b->flushed_va, VA(2));
    assert_int_equal(b->flushed_size, PAGE_SIZE);
}

static void test_mmu_off(void **state)
{
    struct a64_bench *b = *state;
    struct xlate x;

    set(b, "sctlr_el1", 0xc50838);
    assert_true(a64_translate(b->cpu, PAGE, ACCESS_STORE, false, &x));
    assert_int_equal(x.pa, PAGE);
    assert_false(x.normal);
    faults(b, 1ull << 48, ACCESS_LOAD, false, 0x00);
}

static void test_attributes(void **state)
{
    struct a64_bench *b = *state;
    struct xlate x;

    leaf(b, 1, PAGE, AF);
    leaf(b, 2, PAGE, AF | 1 << 2); /* MAIR byte 1: Device-nGnRE */
    leaf(b, 3, PAGE, AF | 2 << 2); /* Normal non-cacheable */
    assert_true(a64_translate(b->cpu, VA(1), ACCESS_LOAD, false, &x));
    assert_true(x.normal);
    assert_true(a64_translate(b->cpu, VA(2), ACCESS_LOAD, false, &x));
    assert_false(x.normal);
    assert_true(a64_translate(b->cpu, VA(3), ACCESS_LOAD, false, &x));
    assert_true(x.normal);
}

static void test_at(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 1, PAGE, AF | 3 << 8);
    leaf(b, 3, PAGE, AF | USER);
    a64_at(b->cpu, VA(1) + 0x123, false, false, false);
    assert_int_equal(b->cpu->arch.par,
                     0xffull << 56 | PAGE | 1 << 11 | 1 << 9 | 3 << 7);
    a64_at(b->cpu, VA(1), false, true, false);
    assert_int_equal(b->cpu->arch.par, 0x0f << 1 | 1 << 11 | 1);
    a64_at(b->cpu, VA(2), true, false, false);
    assert_int_equal(b->cpu->arch.par, 0x07 << 1 | 1 << 11 | 1);
    b->cpu->arch.pan = 1;
    a64_at(b->cpu, VA(3), false, false, false);
    assert_int_equal(b->cpu->arch.par & 1, 0);
    a64_at(b->cpu, VA(3), false, false, true);
    assert_int_equal(b->cpu->arch.par, 0x0f << 1 | 1 << 11 | 1);
    assert_int_equal(b->cpu->map->n, 0);
}

/* PAR_EL1 of an address that is translated with the MMU off. */
static u64 par_off(struct a64_bench *b, u64 va)
{
    a64_at(b->cpu, va, false, false, false);
    return b->cpu->arch.par;
}

static void test_at_with_the_mmu_off(void **state)
{
    const u64 ok = 1 << 11 | 1 << 9 | 2 << 7, wide = 1 << 11 | 1;
    struct a64_bench *b = *state;
    u64 limit = 1ull << b->cpu->model->pa_bits;

    set(b, "sctlr_el1", 0xc50838);
    assert_int_equal(par_off(b, 0), ok);
    assert_int_equal(par_off(b, PAGE + 0xfff), PAGE | ok);
    assert_int_equal(par_off(b, limit - 1), (limit - 4096) | ok);
    assert_int_equal(par_off(b, limit), wide);
    assert_int_equal(par_off(b, 1ull << 55), wide);
    assert_int_equal(par_off(b, 0x5a00000000000000 | PAGE), wide);
    set(b, "tcr_el1", TCR_BASE | 1ull << 37); /* TBI0 */
    assert_int_equal(par_off(b, 0x5a00000000000000 | PAGE), PAGE | ok);
    assert_int_equal(par_off(b, 0x5a80000000000000 | PAGE), wide);
    assert_int_equal(par_off(b, 1ull << 54), wide);
}

static void test_cache_maintenance_faults(void **state)
{
    struct a64_bench *b = *state;

    leaf(b, 1, PAGE, AF | RO);
    assert_true(a64_translate_cache(b->cpu, VA(1), A64_CACHE_NONE));
    assert_false(a64_translate_cache(b->cpu, VA(1), A64_CACHE_WRITE));
    assert_int_equal(b->cpu->fault.esr, A64_ESR(EC_DABT, 0x14f));
    assert_false(a64_translate_cache(b->cpu, VA(2), A64_CACHE_NONE));
    assert_int_equal(b->cpu->fault.esr, A64_ESR(EC_DABT, 0x147));
}

static void test_granules(void **state)
{
    struct a64_bench *b = *state;
    u64 t2 = BENCH_RAM + 0x300000, t3 = BENCH_RAM + 0x310000;

    /* 64K: T0SZ 22 starts at level 2; index 13 bits each. */
    bench_write(b, t2, t3 | 3);
    bench_write(b, t3 + 8 * 3, (BENCH_RAM + 0x20000) | 3 | AF);
    bench_write(b, t2 + 8, (BENCH_RAM & ~mask64(29)) | 1 | AF);
    set(b, "ttbr0_el1", t2);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 22 | 1ull << 14);
    ok(b, 0x3abcd, ACCESS_LOAD, false, BENCH_RAM + 0x2abcd);
    ok(b, 1ull << 29 | 0x123456, ACCESS_LOAD, false,
       (BENCH_RAM & ~mask64(29)) + 0x123456);
    faults(b, 0x40000, ACCESS_LOAD, false, 0x07);
    /* 16K: T0SZ 28 (36 bits) starts at level 2; index 11 bits. */
    bench_write(b, t3 + 8 * 3, (BENCH_RAM + 0x4000) | 3 | AF);
    bench_write(b, t2 + 8, (BENCH_RAM & ~mask64(25)) | 1 | AF);
    set(b, "tcr_el1", (TCR_BASE & ~63ull) | 28 | 2ull << 14);
    ok(b, 3 * 0x4000 + 0x1abc, ACCESS_LOAD, false, BENCH_RAM + 0x5abc);
    ok(b, 1ull << 25 | 0x123, ACCESS_LOAD, false,
       (BENCH_RAM & ~mask64(25)) + 0x123);
}

static void test_many_entries(void **state)
{
    struct a64_bench *b = *state;

    for (unsigned i = 0; i < 512; i++)
        leaf(b, i, PAGE, AF | NG);
    for (unsigned s = 1; s < 40; s++) {
        b->cpu->arch.ttbr0[1] = L0 | (u64)s << 48;
        a64_space_changed(b->cpu);
        a64_derive(b->cpu);
        for (unsigned i = 0; i < 512; i++)
            ok(b, VA(i), ACCESS_LOAD, false, PAGE);
    }
    assert_int_equal(b->cpu->map->n_nonglobal[0], 39 * 512);
    for (unsigned s = 1; s < 40; s += 2)
        tlbi(b, 2, (u64)s << 48);
    assert_int_equal(b->cpu->map->n_nonglobal[0], 19 * 512);
    tlbi(b, 3, 7);
    assert_int_equal(b->cpu->map->n_nonglobal[0], 19 * 511);
    tlbi(b, 0, 0);
    assert_int_equal(b->cpu->map->n_nonglobal[0], 0);
}

/* A range removes what it covers and no page more: RVAE1 of
 * (NUM + 1) << (5 * SCALE + 1) pages. */
static void test_range_ends_where_it_says(void **state)
{
    static const struct {
        u8 scale, num; /* fields of the operand */
        u16 pages;     /* so many are removed */
    } ranges[] = {
        { 0, 0, 2 }, { 0, 1, 4 }, { 0, 31, 64 }, { 1, 0, 64 }, { 1, 1, 128 },
    };
    struct a64_bench *b = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(ranges); i++) {
        u64 operand = VA(0) >> 12 | (u64)ranges[i].num << 39 |
                      (u64)ranges[i].scale << 44 | 1ull << 46;

        for (unsigned n = 0; n < 200; n++) {
            leaf(b, n, PAGE + n * 4096, AF);
            ok(b, VA(n), ACCESS_LOAD, false, PAGE + n * 4096);
        }
        for (unsigned n = 0; n < 200; n++)
            bench_write(b, L3 + 8 * n, 0);
        a64_tlbi(b->cpu, 0, 6, 1, operand);
        for (unsigned n = 0; n < 200; n++)
            assert_int_equal(held(b, VA(n)), n >= ranges[i].pages);
        tlbi(b, 0, 0);
    }
    leaf(b, 0, PAGE, AF);
    ok(b, VA(0), ACCESS_LOAD, false, PAGE);
    bench_write(b, L3, 0);
    a64_tlbi(b->cpu, 0, 6, 1, VA(0) >> 10 | 31ull << 39); /* TG 0: reserved */
    assert_true(held(b, VA(0)));
}

/* What tools see: the map first, then the tables, and nothing is changed. */
static void test_peek(void **state)
{
    struct a64_bench *b = *state;
    unsigned n = b->cpu->map->n;
    u64 walks = b->cpu->stat_walks;
    gpa_t pa;

    leaf(b, 5, PAGE, AF);
    leaf(b, 6, PAGE, 0); /* no access flag: it is looked at all the same */
    assert_true(a64_peek(b->cpu, VA(5) + 0x123, &pa));
    assert_int_equal(pa, PAGE + 0x123);
    assert_true(a64_peek(b->cpu, VA_1G + 0x123456, &pa));
    assert_int_equal(pa, BENCH_RAM + 0x123456);
    assert_false(a64_peek(b->cpu, VA(9), &pa));
    assert_int_equal(b->cpu->map->n, n);
    assert_int_equal(b->cpu->stat_walks, walks);
    ok(b, VA(5), ACCESS_LOAD, false, PAGE);
    leaf(b, 5, PAGE + 0x1000, AF); /* still PAGE in the map */
    assert_true(a64_peek(b->cpu, VA(5) + 0x123, &pa));
    assert_int_equal(pa, PAGE + 0x123);
    set(b, "sctlr_el1", 0);
    assert_true(a64_peek(b->cpu, VA(5) + 0x123, &pa));
    assert_int_equal(pa, VA(5) + 0x123);
    assert_false(a64_peek(b->cpu, 1ull << 48, &pa));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_levels_and_blocks),
        T(test_address_size_and_external),
        T(test_output_sizes),
        T(test_canonical_addresses_and_tbi),
        T(test_txsz_epd_e0pd),
        T(test_small_tables),
        cmocka_unit_test_setup_teardown(test_small_tables, setup_a72,
                                        teardown),
        T(test_permissions),
        T(test_wxn_and_hierarchical),
        T(test_pan),
        T(test_access_flag),
        T(test_dirty_state),
        cmocka_unit_test_setup_teardown(test_a72_has_no_hardware_flags,
                                        setup_a72, teardown),
        T(test_map_outlives_tables),
        T(test_tlbi_forms),
        T(test_asid_and_global),
        T(test_tags_follow_the_map),
        T(test_tables_in_use_are_not_taken),
        T(test_fetch_flush_only_when_fetched),
        T(test_mmu_off),
        T(test_attributes),
        T(test_at),
        T(test_at_with_the_mmu_off),
        T(test_cache_maintenance_faults),
        T(test_granules),
        T(test_many_entries),
        T(test_range_ends_where_it_says),
        T(test_peek),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
