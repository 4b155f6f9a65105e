/* SPDX-License-Identifier: MIT */
/*
 * test_events.c - what the CPU tells of itself (probe.h): each kind's fields,
 * once each time it happens, and nothing that changes the CPU.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "a64test.h"
#include "probetape.h"
#include "sysregs.h"

#define PC (BENCH_RAM + 0x1000)
#define VBAR (BENCH_RAM + 0x10000)
#define SVC 0xd4000001u
#define HVC 0xd4000002u
#define ERET 0xd69f03e0u
#define WFI 0xd503207fu
#define WFE 0xd503205fu
#define YIELD 0xd503203fu

/* A CPU that is watched. */
struct watched {
    struct a64_bench *b; /* its bench */
    struct tape *t;      /* what it told */
};

static int setup(void **state)
{
    struct watched *w = g_new0(struct watched, 1);

    w->b = bench_new("max");
    w->t = tape_new(TAPE_ALL);
    w->b->cpu->env.probe = &w->t->probe;
    w->b->cpu->arch.vbar[1] = VBAR;
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct watched *w = *state;

    bench_free(w->b);
    g_free(w->t);
    g_free(w);
    return 0;
}

/* The only event that was told. */
static void expect(struct watched *w, unsigned kind, const char *text,
                   const u64 *f, unsigned n)
{
    const struct tape_event *ev = w->t->ev;

    assert_int_equal(w->t->n, 1);
    assert_int_equal(ev->kind, kind);
    assert_int_equal(ev->n, n);
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(ev->f[i], f[i]);
    assert_string_equal(ev->text, text);
    tape_clear(w->t);
}
#define EXPECT(w, kind, text, ...)                                           \
    expect(w, kind, text, (const u64[]){ __VA_ARGS__ },                      \
           ARRAY_SIZE(((const u64[]){ __VA_ARGS__ })))

static void run1(struct watched *w, u32 word)
{
    bench_run(w->b, PC, &word, 1);
}

/* MRS X0 / MSR X0 / SYS with the 16-bit encoding @e. */
static u32 word(u32 e, bool read)
{
    return 0xd5000000 | (u32)read << 21 | (e >> 14) << 19 | (e & 0x3fff) << 5;
}

static void test_exceptions_and_returns(void **state)
{
    struct watched *w = *state;
    struct a64_arch *a = &w->b->cpu->arch;

    run1(w, SVC | 7 << 5);
    EXPECT(w, TRACE_EXCEPTION, "", 0x200, 1, 1, 0x56000007, 0, PC + 4,
           a->spsr[1]);
    assert_int_equal(a->pc, VBAR + 0x200);
    a->elr[1] = BENCH_RAM + 0x2000;
    a->spsr[1] = 0x80000000;
    run1(w, ERET);
    EXPECT(w, TRACE_ERET, "", 1, 0, BENCH_RAM + 0x2000, 0x80000000);
    run1(w, SVC);
    EXPECT(w, TRACE_EXCEPTION, "", 0x400, 0, 1, 0x56000000, 0, PC + 4,
           0x80000000);
    a->spsr[1] = 8; /* EL2: not there */
    run1(w, ERET);
    EXPECT(w, TRACE_ERET, "", 1, 1, a->pc, 8);
}

static void test_faults_and_interrupts(void **state)
{
    struct watched *w = *state;
    struct a64_arch *a = &w->b->cpu->arch;
    u32 esr = 0x96000010; /* external abort, read */

    a->x[1] = 0x12340;
    run1(w, 0xf9400020); /* LDR X0, [X1] */
    EXPECT(w, TRACE_EXCEPTION, "", 0x200, 1, 1, esr, 0x12340, PC, a->spsr[1]);
    a->daif = 0;
    a->irq_line = 1;
    a->pc = PC;
    a64_take_irq(w->b->cpu);
    EXPECT(w, TRACE_EXCEPTION, "", 0x280, 1, 1, 0, 0, PC, a->spsr[1]);
    a->daif = 0;
    a->fiq_line = 1;
    a64_take_irq(w->b->cpu);
    EXPECT(w, TRACE_EXCEPTION, "", 0x300, 1, 1, 0, 0, VBAR + 0x280,
           a->spsr[1]);
}

static void test_the_mmu_and_address_spaces(void **state)
{
    struct watched *w = *state;
    struct a64_arch *a = &w->b->cpu->arch;
    u32 sctlr = SYSREG(3, 0, 1, 0, 0), ttbr0 = SYSREG(3, 0, 2, 0, 0);

    w->t->probe.on = TAPE_BIT(TRACE_MMU) | TAPE_BIT(TRACE_SPACE);
    a->x[0] = a->sctlr[1] | 1;
    run1(w, word(sctlr, false));
    EXPECT(w, TRACE_MMU, "", 1, 1, PC);
    a64_sysreg_write(w->b->cpu, a64_sysreg_find(w->b->cpu, sctlr), a->x[0]);
    assert_int_equal(w->t->n, 0); /* M is as it was */
    a->pc = 0x1234;
    a64_sysreg_write(w->b->cpu, a64_sysreg_find(w->b->cpu, sctlr),
                     a->x[0] & ~1ull);
    EXPECT(w, TRACE_MMU, "", 1, 0, 0x1230);
    a64_derive(w->b->cpu);
    a->x[0] = 0x1205000000001000;
    run1(w, word(ttbr0, false));
    EXPECT(w, TRACE_SPACE, "", 0, 0x1205000000001000, 5);
    a->tcr[1] |= 1ull << 36 | 1ull << 22; /* AS, A1 */
    run1(w, word(ttbr0, false));
    EXPECT(w, TRACE_SPACE, "", 0, 0x1205000000001000, 0);
    run1(w, word(ttbr0 + 1, false));
    EXPECT(w, TRACE_SPACE, "", 1, 0x1205000000001000, 0x1205);
}

/* Plain fields, SP_EL0 and those with effects, at EL1 and EL0. */
static void test_system_registers(void **state)
{
    static const struct {
        u32 enc;          /* register */
        const char *name; /* its name */
    } regs[] = {
        { SYSREG(3, 0, 4, 0, 1), "elr_el1" },
        { SYSREG(3, 0, 4, 1, 0), "sp_el0" },
        { SYSREG(3, 3, 13, 0, 2), "tpidr_el0" },
        { SYSREG(3, 0, 12, 0, 0), "vbar_el1" },
        { SYSREG(3, 0, 1, 0, 2), "cpacr_el1" },
        { SYSREG(3, 3, 14, 3, 1), "cntv_ctl_el0" },
        { SYSREG(3, 3, 9, 12, 0), "pmcr_el0" },
        { SYSREG(3, 0, 10, 4, 0), "lorsa_el1" },
    };
    struct watched *w = *state;
    struct a64_arch *a = &w->b->cpu->arch;

    w->t->probe.on = TAPE_BIT(TRACE_SYSREG);
    for (unsigned i = 0; i < ARRAY_SIZE(regs); i++) {
        a->x[0] = 0x40000800 + i;
        run1(w, word(regs[i].enc, false));
        EXPECT(w, TRACE_SYSREG, regs[i].name, regs[i].enc, 0x40000800 + i);
        run1(w, word(regs[i].enc, true));
        assert_int_equal(w->t->n, 0);
    }
    assert_int_equal(a->elr[1], 0x40000800);
    assert_int_equal(a->sp_el[0], 0x40000801);
    assert_int_equal(a->tpidr[0], 0x40000802);
    assert_int_equal(a->vbar[1], 0x40000800);
    a->elr[1] = PC;
    a->spsr[1] = 0;
    a64_eret(w->b->cpu);
    a->x[0] = 5;
    run1(w, word(SYSREG(3, 3, 13, 0, 2), false));
    EXPECT(w, TRACE_SYSREG, "tpidr_el0", SYSREG(3, 3, 13, 0, 2), 5);
    run1(w, word(SYSREG(3, 3, 14, 3, 1), false)); /* trapped */
    assert_int_equal(w->t->n, 0);
}

static void test_tlb_maintenance(void **state)
{
    static const struct {
        unsigned crm, op2; /* operation */
        const char *name;  /* its name */
    } ops[] = {
        { 7, 0, "vmalle1" }, { 3, 0, "vmalle1is" }, { 1, 0, "vmalle1os" },
        { 7, 1, "vae1" },    { 3, 2, "aside1is" },  { 7, 7, "vaale1" },
        { 6, 1, "rvae1" },   { 2, 5, "rvale1is" },  { 5, 3, "rvaae1os" },
    };
    struct watched *w = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(ops); i++) {
        u32 enc = (u32)SYSREG(1, 0, 8, ops[i].crm, ops[i].op2);

        w->b->cpu->arch.x[0] = 0x5000000000123 + i;
        run1(w, word(enc, false));
        EXPECT(w, TRACE_TLBI, ops[i].name, enc, 0x5000000000123 + i);
    }
}

static void test_psci_and_waits(void **state)
{
    struct watched *w = *state;
    struct a64_arch *a = &w->b->cpu->arch;

    a->x[0] = 0xc4000003;
    a->x[1] = 1;
    a->x[2] = 2;
    a->x[3] = 3;
    run1(w, HVC);
    EXPECT(w, TRACE_PSCI, "", 0xc4000003, 1, 2, 3, (u64)-4);
    a->x[0] = 0x80000000;
    run1(w, HVC);
    EXPECT(w, TRACE_PSCI, "", 0x80000000, 1, 2, 3, (u64)-1);
    run1(w, WFI);
    EXPECT(w, TRACE_WAIT, "", CPU_WFI);
    a->wait = CPU_RUNNING;
    a->event = 0;
    run1(w, WFE);
    EXPECT(w, TRACE_WAIT, "", CPU_WFE);
    a->wait = CPU_RUNNING;
    run1(w, YIELD);
    EXPECT(w, TRACE_WAIT, "", CPU_YIELD);
    a->wait = CPU_RUNNING;
    a->event = 1;
    run1(w, WFE); /* it goes on */
    assert_int_equal(w->t->n, 0);
    a->x[0] = 0x84000002;
    run1(w, HVC);
    assert_int_equal(w->t->n, 2);
    assert_int_equal(w->t->ev[0].kind, TRACE_WAIT);
    assert_int_equal(w->t->ev[0].f[0], CPU_OFF);
    assert_int_equal(w->t->ev[1].kind, TRACE_PSCI);
}

static void test_identification_registers(void **state)
{
    static const struct {
        u32 enc;          /* register */
        const char *name; /* its name */
    } regs[] = {
        { SYSREG(3, 0, 0, 0, 0), "midr_el1" },
        { SYSREG(3, 0, 0, 0, 5), "mpidr_el1" },
        { SYSREG(3, 0, 0, 4, 0), "id_aa64pfr0_el1" },
        { SYSREG(3, 0, 0, 6, 1), "id_aa64isar1_el1" },
        { SYSREG(3, 0, 0, 1, 3), "id_afr0_el1" },
        { SYSREG(3, 0, 0, 5, 6), "s3_0_c0_c5_6" },
        { SYSREG(3, 1, 0, 0, 1), "clidr_el1" },
        { SYSREG(3, 3, 0, 0, 1), "ctr_el0" },
        { SYSREG(3, 3, 0, 0, 7), "dczid_el0" },
    };
    struct watched *w = *state;
    struct a64_arch *a = &w->b->cpu->arch;

    for (unsigned i = 0; i < ARRAY_SIZE(regs); i++) {
        u64 v;

        w->t->probe.on = 0;
        a->x[0] = 0x123;
        run1(w, word(regs[i].enc, true));
        v = a->x[0];
        a->x[0] = 0x123;
        w->t->probe.on = TAPE_ALL;
        run1(w, word(regs[i].enc, true));
        EXPECT(w, TRACE_IDREG, regs[i].name, regs[i].enc, v, PC);
        assert_int_equal(a->x[0], v);
    }
    run1(w, word(SYSREG(3, 2, 0, 0, 0), true)); /* CSSELR is none */
    assert_int_equal(w->t->n, 0);
}

/* The same program, watched and not, leaves the same CPU. */
static void test_watching_changes_nothing(void **state)
{
    struct watched *w = *state;
    struct a64_bench *plain = bench_new("max");
    const u32 code[] = {
        0xd2800540, /* MOV X0, #42 */
        word(SYSREG(3, 3, 13, 0, 2), false),
        word(SYSREG(3, 0, 4, 1, 0), false),
        word(SYSREG(3, 0, 0, 4, 0), true),
        word(SYSREG(3, 0, 13, 0, 4), false),
        word(SYSREG(1, 0, 8, 7, 0), false),
        word(SYSREG(3, 0, 4, 0, 1), false),
        WFI, SVC,
    };

    plain->cpu->arch.vbar[1] = VBAR;
    assert_int_equal(bench_run(w->b, PC, code, ARRAY_SIZE(code)),
                     bench_run(plain, PC, code, ARRAY_SIZE(code)));
    assert_memory_equal(&w->b->cpu->arch, &plain->cpu->arch,
                        sizeof(plain->cpu->arch));
    assert_int_equal(w->t->n, 7);
    bench_free(plain);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_exceptions_and_returns),
        T(test_faults_and_interrupts),
        T(test_the_mmu_and_address_spaces),
        T(test_system_registers),
        T(test_tlb_maintenance),
        T(test_psci_and_waits),
        T(test_identification_registers),
        T(test_watching_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
