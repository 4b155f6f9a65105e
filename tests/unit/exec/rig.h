/* SPDX-License-Identifier: MIT */
/*
 * rig.h - the smallest machine for tests of the engine: the real CPU, RAM,
 * one device that notes what it sees, and a few A64 words to run. MMU off.
 * Tests run under both back ends: cmocka's state says which.
 */
#ifndef EMU_TEST_EXEC_RIG_H
#define EMU_TEST_EXEC_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "exec_impl.h"

#define BASE 0x40000000ull
#define RAM_SIZE (4 * MiB)
#define DEV 0x09000000ull

/* A64 words. */
#define MOVZ(rd, imm, sh) (0xd2800000u | (sh) / 16 << 21 | (imm) << 5 | (rd))
#define MOVK(rd, imm, sh) (0xf2800000u | (sh) / 16 << 21 | (imm) << 5 | (rd))
#define ADDI(rd, rn, imm) (0x91000000u | (imm) << 10 | (rn) << 5 | (rd))
#define SUBSI(rd, rn, imm) (0xf1000000u | (imm) << 10 | (rn) << 5 | (rd))
#define B(off) (0x14000000u | ((u32)((off) / 4) & 0x3ffffff))
#define BNE(off) (0x54000001u | ((u32)((off) / 4) & 0x7ffff) << 5)
#define CBZ(rt, off) (0xb4000000u | ((u32)((off) / 4) & 0x7ffff) << 5 | (rt))
#define BR(rn) (0xd61f0000u | (rn) << 5)
#define LDRW(rt, rn, imm) (0xb9400000u | (imm) / 4 << 10 | (rn) << 5 | (rt))
#define STRW(rt, rn, imm) (0xb9000000u | (imm) / 4 << 10 | (rn) << 5 | (rt))
#define LDRX(rt, rn, imm) (0xf9400000u | (imm) / 8 << 10 | (rn) << 5 | (rt))
#define STRX(rt, rn, imm) (0xf9000000u | (imm) / 8 << 10 | (rn) << 5 | (rt))
#define MSR_VBAR(rt) (0xd518c000u | (rt))
#define NOP 0xd503201fu
#define WFE 0xd503205fu
#define WFI 0xd503207fu
#define SEV 0xd503209fu
#define HVC 0xd4000002u

struct rig {
    struct ram ram;
    struct bus bus;
    struct clock clock;
    struct tag_pool *tags;
    struct exec_config cfg; /* may be changed before rig_start() */
    struct exec *exec;
    unsigned n_reads, n_writes; /* accesses to the device */
    u64 count;                  /* clock at the last one */
    u64 value;                  /* last value written */
    unsigned size;              /* bytes of the last access */
    struct vtimer timer;        /* armed by tests */
    u64 fired_at;               /* count when it fired */
    u64 arm_ns;                 /* a write arms the timer so much later */
    bool raises_irq;            /* the timer drives CPU 0's IRQ */
};

static inline bool rig_read(void *opaque, unsigned cpu, u64 off,
                            unsigned size, u64 *value)
{
    struct rig *r = opaque;

    (void)cpu;
    (void)off;
    r->n_reads++;
    r->size = size;
    r->count = r->clock.count;
    *value = r->clock.count;
    return true;
}

static inline bool rig_write(void *opaque, unsigned cpu, u64 off,
                             unsigned size, u64 value)
{
    struct rig *r = opaque;

    (void)cpu;
    (void)off;
    r->n_writes++;
    r->size = size;
    r->count = r->clock.count;
    r->value = value;
    if (r->arm_ns)
        vtimer_set(&r->timer, clock_now(&r->clock) + r->arm_ns);
    return true;
}

static const struct mmio_ops rig_ops = {
    .read = rig_read,
    .write = rig_write,
    .min = 1,
    .max = 8,
    .size = PAGE_SIZE,
};

static inline void rig_fire(void *opaque)
{
    struct rig *r = opaque;
    struct irq_line line = exec_irq_line(r->exec, 0, false);

    r->fired_at = r->clock.count;
    if (r->raises_irq)
        irq_set(&line, true);
}

/* A machine that is not started yet; @state: NULL = evaluator. */
static inline struct rig *rig_new(void **state)
{
    struct rig *r = g_new0(struct rig, 1);

    assert_true(ram_init(&r->ram, BASE, RAM_SIZE, NULL));
    bus_init(&r->bus, &r->ram);
    bus_add(&r->bus, DEV, PAGE_SIZE, &rig_ops, r, "dev");
    clock_init(&r->clock, 0);
    vtimer_init(&r->timer, &r->clock, rig_fire, r);
    r->fired_at = UINT64_MAX;
    r->tags = tag_pool_new(&r->ram, TAG_BITS, 1 * MiB);
    r->cfg = (struct exec_config){
        .target = &a64_target,
        .model = "max",
        .n_cpus = 1,
        .clock = &r->clock,
        .ram = &r->ram,
        .bus = &r->bus,
        .tags = r->tags,
        .use_jit = *state != NULL,
        .jit = { .cache_bytes = 2 * MiB },
        .exit_after = 100000,
    };
    return r;
}

static inline void rig_start(struct rig *r, const u32 *code, size_t bytes)
{
    static const struct irq_line none[5];

    r->exec = exec_new(&r->cfg, NULL);
    assert_non_null(r->exec);
    for (unsigned i = 0; i < r->cfg.n_cpus; i++)
        exec_cpu_init(r->exec, i, NULL, NULL, none);
    ram_write(&r->ram, BASE, code, bytes);
    exec_reset(r->exec, BASE, 0);
}

static inline enum exec_stop rig_run(struct rig *r)
{
    return exec_run(r->exec, NULL);
}

static inline void rig_free(struct rig *r)
{
    exec_free(r->exec);
    tag_pool_free(r->tags);
    bus_fini(&r->bus);
    ram_fini(&r->ram);
    clock_fini(&r->clock);
    g_free(r);
}

/* Register by its name in the target's list. */
static inline u64 rig_reg(struct rig *r, unsigned cpu, const char *name)
{
    v128 v;

    for (unsigned i = 0; i < a64_target.n_regs; i++) {
        if (strcmp(a64_target.reg_info(i)->name, name) == 0) {
            a64_target.reg_get(exec_cpu(r->exec, cpu), i, &v);
            return v.d[0];
        }
    }
    fail_msg("no register %s", name);
    return 0;
}

static inline u64 rig_word(struct rig *r, gpa_t pa)
{
    u64 v;

    ram_read(&r->ram, pa, &v, 8);
    return v;
}

/* A test under the evaluator and under the JIT. */
#define BOTH(fn)                                                             \
    { #fn "_eval", fn, NULL, NULL, NULL },                                   \
    { #fn "_jit", fn, NULL, NULL, (void *)1 }

#endif
