/* SPDX-License-Identifier: MIT */
/*
 * test_events.c - what the engine tells (probe.h): device accesses, idle
 * time, CPUs, resets and overwritten code; and that all of it, in its order,
 * is the same whatever the blocks are, and nothing changes when it is told.
 */
#include "rig.h"

#include "probetape.h"

#define STRB(rt, rn, imm) (0x39000000u | (imm) << 10 | (rn) << 5 | (rt))
#define STPX(rt, rt2, rn, imm)                                               \
    (0xa9000000u | (imm) / 8 << 15 | (rt2) << 10 | (rn) << 5 | (rt))
#define BL(off) (0x94000000u | ((u32)((off) / 4) & 0x3ffffff))
#define RET 0xd65f03c0u
#define SVC 0xd4000001u
#define ERET 0xd69f03e0u
#define MRS_MIDR(rt) (0xd5380000u | (rt))
#define MSR_TPIDR(rt) (0xd51bd040u | (rt))
#define TLBI_ALL 0xd508871fu
#define SYSTEM_OFF 0x84000008u

static struct rig *watched(void **state, struct tape *t)
{
    struct rig *r = rig_new(state);

    r->cfg.probe = &t->probe;
    return r;
}

static void expect(const struct tape_event *ev, unsigned kind, const u64 *f)
{
    assert_non_null(ev);
    assert_int_equal(ev->kind, kind);
    for (unsigned i = 0; i < ev->n; i++)
        assert_int_equal(ev->f[i], f[i]);
}
#define EXPECT(ev, kind, ...) expect(ev, kind, (const u64[]){ __VA_ARGS__ })

static void test_device_accesses(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x900, 16), MOVZ(2, 0x1234, 0), STRW(2, 1, 0x10),
        LDRW(3, 1, 0x18), STRB(2, 1, 1), STPX(2, 3, 1, 0x20), LDRX(4, 2, 4),
        B(0),
    };
    struct tape *t = tape_new(TAPE_ALL);
    struct rig *r = watched(state, t);

    r->cfg.exit_after = 20;
    rig_start(r, code, sizeof(code));
    EXPECT(&t->ev[0], TRACE_RESET, BASE, 0);
    rig_run(r);
    EXPECT(&t->ev[1], TRACE_MMIO, 1, DEV + 0x10, 4, 0x1234);
    assert_string_equal(t->ev[1].text, "dev.+0x10");
    EXPECT(&t->ev[2], TRACE_MMIO, 0, DEV + 0x18, 4, 3);
    EXPECT(&t->ev[3], TRACE_MMIO, 1, DEV + 1, 1, 0x34);
    EXPECT(&t->ev[4], TRACE_MMIO, 1, DEV + 0x20, 8, 0x1234);
    EXPECT(&t->ev[5], TRACE_MMIO, 1, DEV + 0x28, 8, 3);
    /* Nothing is there: an exception and no access. */
    assert_int_equal(t->ev[6].kind, TRACE_EXCEPTION);
    assert_int_equal(tape_count(t, TRACE_MMIO), 5);
    rig_free(r);
    g_free(t);
}

static void test_idle_time_and_resets(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x900, 16), STRW(0, 1, 0), WFI,
        MOVZ(0, 0x8400, 16), MOVK(0, 9, 0), HVC, B(0),
    };
    static const u32 nop = NOP;
    struct tape *t = tape_new(TAPE_ALL & ~TAPE_BIT(TRACE_MMIO));
    struct rig *r = watched(state, t);

    r->arm_ns = 5000;
    r->raises_irq = true;
    rig_start(r, code, sizeof(code));
    assert_int_equal(rig_run(r), EXEC_RESET);
    EXPECT(&t->ev[0], TRACE_RESET, BASE, 0);
    EXPECT(&t->ev[1], TRACE_WAIT, CPU_WFI);
    EXPECT(&t->ev[2], TRACE_IDLE, 3, 5001);
    EXPECT(&t->ev[3], TRACE_PSCI, 0x84000009, 0x9000000, 0, 0, 0);
    ram_write(&r->ram, BASE, &nop, 4); /* loaded anew: not told */
    exec_reset(r->exec, BASE + 4, 7);
    EXPECT(&t->ev[4], TRACE_RESET, BASE + 4, 7);
    assert_int_equal(t->n, 5);
    rig_free(r);
    g_free(t);
}

static void test_cpus_go_on_and_off(void **state)
{
    static const u32 code[] = {
        MOVZ(0, 0xc400, 16), MOVK(0, 3, 0), MOVZ(1, 1, 0),
        MOVZ(2, 0x4000, 16), MOVK(2, 0x30, 0), MOVZ(3, 9, 0), HVC, HVC,
        B(0), NOP, NOP, NOP,
        MOVZ(0, 0x8400, 16), MOVK(0, 2, 0), HVC, /* BASE + 0x30 */
    };
    struct tape *t = tape_new(TAPE_BIT(TRACE_CPU_ON) |
                              TAPE_BIT(TRACE_CPU_OFF));
    struct rig *r = watched(state, t);

    r->cfg.n_cpus = 2;
    r->cfg.exit_after = 3 * EXEC_QUANTUM;
    rig_start(r, code, sizeof(code));
    rig_run(r);
    assert_int_equal(t->n, 2);
    EXPECT(&t->ev[0], TRACE_CPU_ON, 1, BASE + 0x30, 9);
    EXPECT(&t->ev[1], TRACE_CPU_OFF, 1);
    rig_free(r);
    g_free(t);
}

/* --- overwritten code ---------------------------------------------------- */

/* x1 = BASE; x2 = a word of code; the word at BASE + 0x400 is written before
 * and after it was executed, and after that again. */
static void test_overwritten_code(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x4000, 16), MOVK(1, 0x400, 0),
        MOVZ(2, (RET & 0xffff), 0), MOVK(2, (RET >> 16), 16),
        STRW(2, 1, 4), /* never executed so far */
        MOVZ(3, 3, 0),
        BL(0x3e8), /* to BASE + 0x400 */
        STRW(2, 1, 0), STRW(2, 1, 0), STRW(3, 1, 0), STRB(3, 1, 0xa),
        STRW(2, 1, 0), STRX(2, 1, 0x3f8), STRX(2, 1, 0x400),
        BL(0x400 - 0x38),
        STPX(2, 1, 1, 0), B(0),
    };
    static const u32 function = NOP;
    struct tape *t = tape_new(TAPE_BIT(TRACE_CODE));
    struct rig *r = watched(state, t);

    r->cfg.exit_after = 100;
    rig_start(r, code, sizeof(code));
    ram_write(&r->ram, BASE + 0x400, &function, 4);
    rig_run(r);
    assert_int_equal(t->n, 5);
    EXPECT(&t->ev[0], TRACE_CODE, BASE + 0x400, 4, NOP, RET, 0);
    EXPECT(&t->ev[1], TRACE_CODE, BASE + 0x40a, 1, 0, 3, 0);
    EXPECT(&t->ev[2], TRACE_CODE, BASE + 0x7f8, 8, 0, RET, 0);
    EXPECT(&t->ev[3], TRACE_CODE, BASE + 0x400, 8, (u64)RET << 32 | RET, RET,
           0);
    EXPECT(&t->ev[4], TRACE_CODE, BASE + 0x408, 8, 0x30000, BASE + 0x400, 0);
    assert_true(*ram_page_attr(&r->ram, BASE) & RAM_CODE);
    rig_free(r);
    g_free(t);
}

/* Without an instruction in the line between, 16 cells are told at most; and
 * a page that lost its blocks and cells is one like others. */
static void test_what_is_told_of_code_is_bounded(void **state)
{
    static const u32 code[] = { NOP, B(0) };
    struct tape *t = tape_new(TAPE_BIT(TRACE_CODE));
    struct rig *r = watched(state, t);
    u8 junk[1024];

    r->cfg.exit_after = 100;
    rig_start(r, code, sizeof(code));
    rig_run(r);
    memset(junk, 0x55, sizeof(junk));
    r->exec->why = EXEC_GOES_ON;
    ram_write(&r->ram, BASE, junk, sizeof(junk));
    assert_int_equal(t->n, 16);
    EXPECT(&t->ev[15], TRACE_CODE, BASE + 15 * 8, 8, 0, 0x5555555555555555,
           0);
    assert_false(*ram_page_attr(&r->ram, BASE) & RAM_CODE);
    rig_free(r);
    g_free(t);
}

/* A counter beside the loop that counts: told each time it is written, but
 * not for ever. */
static void test_data_beside_code(void **state)
{
    static const u32 code[] = {
        MOVZ(1, 0x4000, 16), MOVZ(5, 3000, 0), STRX(5, 1, 0x100),
        SUBSI(5, 5, 1), BNE(-8), B(0),
    };
    struct tape *t = tape_new(TAPE_BIT(TRACE_CODE));
    struct rig *r = watched(state, t);

    rig_start(r, code, sizeof(code));
    rig_run(r);
    assert_int_equal(t->n, 1024);
    assert_int_equal(rig_word(r, BASE + 0x100), 1);
    assert_true(r->exec->n_restarts < 1100);
    rig_free(r);
    g_free(t);
}

/* --- the same for every translator ---------------------------------------- */

#define N_FUNCTIONS 3000 /* of 16 bytes: more than a small cache holds */
#define FUNCTIONS 0x8000

/* Calls every function again and again; between, writes to one of them. */
static void load_program(struct rig *r)
{
    static const u32 code[] = {
        MOVZ(1, 0x4000, 16), MOVZ(9, 0x900, 16), MOVK(1, 0x1000, 0),
        MSR_VBAR(1),
        MOVZ(1, 0x4000, 16), MOVK(1, FUNCTIONS + 0x40, 0),
        MOVZ(6, 6, 0), MOVZ(2, (ADDI(0, 0, 0) & 0xffff), 0),
        MOVK(2, (ADDI(0, 0, 0) >> 16), 16),
        /* BASE + 0x24: the loop */
        ADDI(2, 2, 1 << 10 & 0xfff), BL(FUNCTIONS - 0x28),
        STRW(2, 1, 0), STRW(2, 1, 0x18), SVC, LDRW(3, 9, 8),
        STRW(6, 9, 4), MRS_MIDR(4), MSR_TPIDR(6), TLBI_ALL,
        STRB(6, 1, 0x3c1), STRX(6, 9, 0x10), SUBSI(6, 6, 1), BNE(-52),
        MOVZ(0, 0x8400, 16), MOVK(0, 8, 0), HVC,
    };
    static const u32 vector[] = { STRX(6, 9, 0x18), ERET };
    u32 word[4];

    rig_start(r, code, sizeof(code));
    ram_write(&r->ram, BASE + 0x1200, vector, sizeof(vector));
    for (unsigned i = 0; i < N_FUNCTIONS; i++) {
        word[0] = ADDI(0, 0, 1);
        word[1] = i % 7 ? NOP : ADDI(0, 0, 2);
        word[2] = NOP;
        word[3] = i + 1 == N_FUNCTIONS ? RET : B(4);
        ram_write(&r->ram, BASE + FUNCTIONS + 16 * i, word, sizeof(word));
    }
}

struct outcome {
    struct tape *t;        /* what was told, NULL if nobody asked */
    struct exec_hash hash; /* the state at the end */
};

static struct outcome run_program(bool jit, unsigned tb_max, bool no_chain,
                                  u64 cache, bool watch)
{
    void *state = jit ? &state : NULL;
    struct rig *r = rig_new(&state);
    struct outcome o = { .t = watch ? tape_new(TAPE_ALL) : NULL };

    r->cfg.probe = watch ? &o.t->probe : NULL;
    r->cfg.tb_max = tb_max;
    r->cfg.jit.no_chain = no_chain;
    r->cfg.jit.cache_bytes = cache;
    load_program(r);
    assert_int_equal(rig_run(r), EXEC_OFF);
    if (jit && cache < 1 * MiB)
        assert_true(jit_get_stats(r->exec->jit)->evictions > 0);
    exec_hash(r->exec, NULL, 0, &o.hash);
    rig_free(r);
    return o;
}

static void test_the_same_for_every_translator(void **state)
{
    static const struct {
        bool jit;        /* back end */
        unsigned tb_max; /* -X tb-max */
        bool no_chain;   /* -X nochain */
        u64 cache;       /* -X cache */
    } how[] = {
        { false, 1, false, 0 },     { false, 3, false, 0 },
        { true, 0, false, 2 * MiB }, { true, 1, false, 2 * MiB },
        { true, 0, true, 2 * MiB }, { true, 0, false, 256 * KiB },
        { true, 1, true, 256 * KiB },
    };
    struct outcome want = run_program(false, 0, false, 0, true);

    (void)state;
    assert_true(want.t->n > 60 && want.t->n < TAPE_EVENTS);
    assert_true(tape_count(want.t, TRACE_CODE) > 10);
    assert_int_equal(tape_count(want.t, TRACE_IDREG), 6);
    assert_int_equal(tape_count(want.t, TRACE_SYSREG), 7);
    assert_int_equal(tape_count(want.t, TRACE_ERET), 6);
    for (unsigned i = 0; i < ARRAY_SIZE(how); i++) {
        struct outcome o = run_program(how[i].jit, how[i].tb_max,
                                       how[i].no_chain, how[i].cache, true);
        struct outcome plain = run_program(how[i].jit, how[i].tb_max,
                                           how[i].no_chain, how[i].cache,
                                           false);

        assert_int_equal(o.t->n, want.t->n);
        assert_memory_equal(o.t->ev, want.t->ev,
                            want.t->n * sizeof(*want.t->ev));
        assert_int_equal(o.hash.all, want.hash.all);
        assert_int_equal(plain.hash.all, want.hash.all);
        g_free(o.t);
    }
    g_free(want.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_device_accesses),
        BOTH(test_idle_time_and_resets),
        BOTH(test_cpus_go_on_and_off),
        BOTH(test_overwritten_code),
        BOTH(test_what_is_told_of_code_is_bounded),
        BOTH(test_data_beside_code),
        cmocka_unit_test(test_the_same_for_every_translator),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
