/* SPDX-License-Identifier: MIT */
/*
 * target.c - the AArch64 CPU as target.h describes it: life cycle, running,
 * waiting, registers for tools. Everything here is glue; the rules are in
 * exception.c, mmu.c, sysregs.c and timer.c.
 */
#include <glib.h>
#include <string.h>

#include "a64sys.h"
#include "bits.h"
#include "mmu.h"
#include "sysregs.h"
#include "translate.h"

/* --- layout and helpers -------------------------------------------------- */

const struct ir_helper a64_helpers[A64_N_HELPERS] = {
    [H_NONE] = { "none", NULL, 0 },
#define HELPER(name, kind, flags) [H_##name] = { #name, help_##name, flags },
#include "helpers_int.def"
#include "helpers_sys.def"
#include "helpers_fp.def"
#include "helpers_simd.def"
#undef HELPER
};

static const struct ir_layout layout = {
    .n_regs = 32,
    .n_vecs = 32,
    .reg_off = offsetof(struct a64_cpu, arch.x),
    .vec_off = offsetof(struct a64_cpu, arch.v),
    .nzcv_off = offsetof(struct a64_cpu, arch.nzcv),
    .pc_off = offsetof(struct a64_cpu, arch.pc),
    .excl_off = offsetof(struct a64_cpu, arch.excl_armed),
    .excl_pa_off = offsetof(struct a64_cpu, arch.excl_pa),
    .fpcr_off = offsetof(struct a64_cpu, arch.fpcr),
    .fpsr_off = offsetof(struct a64_cpu, arch.fpsr),
    .host_off = offsetof(struct a64_cpu, host),
    .helper = a64_helpers,
    .n_helpers = A64_N_HELPERS,
};
static_assert(offsetof(struct a64_cpu, arch.v) % 16 == 0, "vectors aligned");

/* RNDR starts from here plus -seed after a reset: runs repeat themselves. */
#define RNG_SEED 0x61726d3634656d75ull

/* --- life cycle ---------------------------------------------------------- */

static bool check_model(const char *model, char **err)
{
    struct a64_model *m = a64_model_new(model, err);

    g_free(m);
    return m != NULL;
}

/* A constant of the model, so it outlives the object made here. */
static const char *compatible(const char *model)
{
    struct a64_model *m = a64_model_new(model, NULL);
    const char *name = m ? m->compatible : "arm,armv8";

    g_free(m);
    return name;
}

static bool has_pmu(const char *model)
{
    struct a64_model *m = a64_model_new(model, NULL);
    bool has = m && m->feat[A64_FEAT_PMUv3];

    g_free(m);
    return has;
}

static void init(void *opaque, const struct cpu_env *env)
{
    struct a64_cpu *cpu = opaque;

    memset(&cpu->arch, 0, sizeof(cpu->arch));
    memset(&cpu->derived, 0, sizeof(cpu->derived));
    memset(&cpu->fault, 0, sizeof(cpu->fault));
    cpu->env = *env;
    cpu->host.cpu_index = env->index;
    cpu->model = a64_model_new(env->model, NULL);
    if (!cpu->model)
        bug("CPU model %s was not checked", env->model);
    cpu->map = a64_map_new();
    a64_timer_init(cpu);
    a64_pac_init(cpu);
    cpu->storm = (struct a64_storm){ .chain = 0 };
    cpu->stat_exceptions = cpu->stat_irqs = 0;
    cpu->stat_walks = cpu->stat_map_hits = 0;
}

static void fini(void *opaque)
{
    struct a64_cpu *cpu = opaque;

    a64_timer_fini(cpu);
    a64_map_free(cpu->map);
    cpu->map = NULL;
    g_free(cpu->model);
    cpu->model = NULL;
}

static void reset(void *opaque, u64 entry, u64 x0)
{
    struct a64_cpu *cpu = opaque;
    struct a64_arch *a = &cpu->arch;
    u8 irq = a->irq_line, fiq = a->fiq_line;

    memset(a, 0, sizeof(*a));
    a->irq_line = irq;
    a->fiq_line = fiq;
    a->el = 1;
    a->spsel = 1;
    a->daif = PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F;
    a64_sysreg_reset(cpu);
    a->rng = RNG_SEED + cpu->env.seed + cpu->env.index;
    a->pc = entry;
    a->x[0] = x0;
    cpu->host.fault = 0;
    cpu->storm = (struct a64_storm){ .chain = 0 };
    a64_event_disarm(cpu);
    a64_timer_update(cpu);
    a64_pmu_reset(cpu);
    if (cpu->env.icc)
        cpu->env.icc->reset(cpu->env.gic, cpu->env.index);
    a64_map_flush(cpu);
    a64_refresh(cpu);
}

/* --- running ------------------------------------------------------------- */

static bool tb_is_mapped(u32 flags)
{
    return flags & TB_MMU;
}

static u32 tb_flags(void *opaque)
{
    struct a64_cpu *cpu = opaque;

    if (unlikely(cpu->map->stale))
        a64_derive(cpu);
    return cpu->derived.tb_flags | (u32)cpu->arch.btype << TB_ENTRY_SHIFT;
}

static u64 get_pc(void *cpu)
{
    return ((struct a64_cpu *)cpu)->arch.pc;
}

static void set_pc(void *opaque, u64 pc)
{
    struct a64_cpu *cpu = opaque;

    cpu->arch.pc = pc;
    if (bit64(pc, 55) != cpu->derived.half)
        a64_derive(cpu);
}

/* Faults of the fetch itself that come before translation. */
static bool fetch_faults(struct a64_cpu *cpu, u64 pc)
{
    if ((cpu->derived.tb_flags & TB_SS) && !(cpu->arch.ss & SS_ACTIVE)) {
        a64_step_fault(cpu);
        return true;
    }
    if (pc & 3) {
        a64_fault(cpu, A64_ESR(EC_PCALIGN, 0), true, pc);
        return true;
    }
    return false;
}

static bool translate_va(void *opaque, u64 va, enum access a, bool unpriv,
                         struct xlate *out)
{
    struct a64_cpu *cpu = opaque;

    if (a == ACCESS_FETCH && fetch_faults(cpu, va))
        return false;
    return a64_translate(cpu, va, a, unpriv, out);
}

static void fault_align(void *cpu, u64 va, enum access a)
{
    a64_fault_align(cpu, va, a);
}

static void fault_abort(void *cpu, u64 va, enum access a)
{
    a64_fault_abort(cpu, va, a);
}

static bool watch(void *cpu, u64 va, u64 len, bool load, bool store,
                  bool unpriv)
{
    return a64_watch_hit(cpu, va, len, load, store, unpriv);
}

static void take_fault(void *cpu)
{
    a64_take_fault(cpu);
}

static void take_irq(void *cpu)
{
    a64_take_irq(cpu);
}

static enum cpu_wait waiting(void *cpu)
{
    return (enum cpu_wait)((struct a64_cpu *)cpu)->arch.wait;
}

static bool wake(void *opaque)
{
    struct a64_cpu *cpu = opaque;
    struct a64_arch *a = &cpu->arch;
    bool pending = a->irq_line || a->fiq_line;

    switch ((enum cpu_wait)a->wait) {
    case CPU_RUNNING:
        return true;
    case CPU_WFI:
        if (!pending)
            return false;
        break;
    case CPU_WFE:
        if (!a->event && !cpu->host.irq_ready)
            return false;
        a->event = 0;
        a64_event_disarm(cpu);
        break;
    case CPU_YIELD:
        break;
    case CPU_OFF:
        return false;
    }
    a->wait = CPU_RUNNING;
    return true;
}

static void end_turn(void *opaque)
{
    struct a64_cpu *cpu = opaque;

    if (cpu->arch.excl_armed) {
        cpu->arch.excl_armed = 0;
        cpu->arch.event = 1;
    }
    /* Other CPUs may take the tag tables that this one remembers. */
    if (cpu->env.n_cpus > 1)
        cpu->map->stale = true;
}

static void due(void *cpu)
{
    a64_pmu_due(cpu);
}

static void map_flush(void *cpu)
{
    a64_map_flush(cpu);
    a64_refresh(cpu);
}

/* Sink of both interrupt inputs: 0 IRQ, 1 FIQ. */
static void set_input(void *opaque, unsigned n, bool level)
{
    struct a64_cpu *cpu = opaque;

    if (n == 0)
        cpu->arch.irq_line = level;
    else
        cpu->arch.fiq_line = level;
    a64_update_irq(cpu);
}

static struct irq_line irq_wire(void *cpu)
{
    return (struct irq_line){ .set = set_input, .opaque = cpu, .n = 0 };
}

static struct irq_line fiq_wire(void *cpu)
{
    return (struct irq_line){ .set = set_input, .opaque = cpu, .n = 1 };
}

/* --- registers for tools ------------------------------------------------- */

/* Where a register of regs.def is. */
struct reg_place {
    u16 off;  /* in struct a64_arch */
    u16 size; /* bytes */
};

static const struct reg_info core_info[] = {
#define REG(name, field, bits) { name, bits },
#include "regs.def"
#undef REG
};

static const struct reg_place core_place[] = {
#define REG(name, field, bits)                                               \
    { offsetof(struct a64_arch, field),                                      \
      sizeof(((struct a64_arch *)0)->field) },
#include "regs.def"
#undef REG
};
#define N_CORE ARRAY_SIZE(core_info)

static const struct reg_info *reg_info(unsigned n)
{
    if (n < N_CORE)
        return &core_info[n];
    return a64_sysreg_info(n - (unsigned)N_CORE);
}

static void reg_get(void *opaque, unsigned n, v128 *out)
{
    struct a64_cpu *cpu = opaque;

    *out = (v128){ .d = { 0, 0 } };
    if (n >= N_CORE)
        out->d[0] = a64_sysreg_peek(cpu, n - (unsigned)N_CORE);
    else if (core_place[n].off == offsetof(struct a64_arch, nzcv))
        out->d[0] = ir_nzcv_to_packed(cpu->arch.nzcv);
    else
        memcpy(out, (char *)&cpu->arch + core_place[n].off,
               core_place[n].size);
}

static void reg_set(void *opaque, unsigned n, const v128 *in)
{
    struct a64_cpu *cpu = opaque;

    if (n >= N_CORE)
        a64_sysreg_poke(cpu, n - (unsigned)N_CORE, in->d[0]);
    else if (core_place[n].off == offsetof(struct a64_arch, nzcv))
        cpu->arch.nzcv = ir_nzcv_from_packed(in->s[0]);
    else
        memcpy((char *)&cpu->arch + core_place[n].off, in,
               core_place[n].size);
    a64_derive(cpu);
}

static void describe(void *opaque, GString *out, bool full)
{
    const struct a64_cpu *cpu = opaque;
    const struct a64_arch *a = &cpu->arch;

    g_string_append_printf(
        out, "cpu%u el%u%c pc=%016" G_GINT64_MODIFIER "x sp=%016"
        G_GINT64_MODIFIER "x pstate=%08" G_GINT64_MODIFIER "x\n",
        cpu->env.index, a->el, a->spsel ? 'h' : 't', a->pc, a->sp,
        a64_pstate_get(cpu));
    if (a64_in_storm(cpu))
        g_string_append_printf(
            out, "cpu%u %s: esr=%08" G_GINT64_MODIFIER "x elr=%016"
            G_GINT64_MODIFIER "x far=%016" G_GINT64_MODIFIER "x\n",
            cpu->env.index, a64_storm_cause(cpu), a->esr[1], a->elr[1],
            a->far[1]);
    if (!full)
        return;
    for (unsigned i = 0; i < 31; i++)
        g_string_append_printf(out, "x%-2u=%016" G_GINT64_MODIFIER "x%s", i,
                               a->x[i], i % 4 == 3 || i == 30 ? "\n" : " ");
    g_string_append_printf(
        out, "elr=%016" G_GINT64_MODIFIER "x spsr=%08" G_GINT64_MODIFIER
        "x esr=%08" G_GINT64_MODIFIER "x far=%016" G_GINT64_MODIFIER "x\n",
        a->elr[1], a->spsr[1], a->esr[1], a->far[1]);
    g_string_append_printf(
        out, "sctlr=%08" G_GINT64_MODIFIER "x tcr=%016" G_GINT64_MODIFIER
        "x ttbr0=%016" G_GINT64_MODIFIER "x ttbr1=%016" G_GINT64_MODIFIER
        "x vbar=%016" G_GINT64_MODIFIER "x\n", a->sctlr[1], a->tcr[1],
        a->ttbr0[1], a->ttbr1[1], a->vbar[1]);
}

static unsigned current_el(void *opaque)
{
    const struct a64_cpu *cpu = opaque;

    return cpu->arch.el | (a64_in_storm(cpu) ? TARGET_EL_STORM : 0);
}

static bool peek_va(void *cpu, u64 va, gpa_t *pa)
{
    return a64_peek(cpu, va, pa);
}

static void stats(void *opaque, GString *out)
{
    const struct a64_cpu *cpu = opaque;

    g_string_append_printf(
        out, "cpu%u: %" G_GUINT64_FORMAT " exceptions (%" G_GUINT64_FORMAT
        " interrupts), %" G_GUINT64_FORMAT " table walks, %" G_GUINT64_FORMAT
        " map hits, %u map entries\n", cpu->env.index, cpu->stat_exceptions,
        cpu->stat_irqs, cpu->stat_walks, cpu->stat_map_hits, cpu->map->n);
}

const struct target_ops a64_target = {
    .name = "aarch64",
    .layout = &layout,
    .cpu_size = (sizeof(struct a64_cpu) + 63) & ~(size_t)63,
    .check_model = check_model,
    .model_help = a64_model_help,
    .model_features = a64_model_features,
    .compatible = compatible,
    .has_pmu = has_pmu,
    .mpidr = a64_mpidr,
    .init = init,
    .fini = fini,
    .reset = reset,
    .tb_flags = tb_flags,
    .tb_is_mapped = tb_is_mapped,
    .translate = a64_translate_block,
    .get_pc = get_pc,
    .set_pc = set_pc,
    .translate_va = translate_va,
    .fault_align = fault_align,
    .fault_abort = fault_abort,
    .watch = watch,
    .take_fault = take_fault,
    .take_irq = take_irq,
    .waiting = waiting,
    .wake = wake,
    .end_turn = end_turn,
    .due = due,
    .map_flush = map_flush,
    .irq_wire = irq_wire,
    .fiq_wire = fiq_wire,
    .n_regs = N_CORE + A64_SYSREGS,
    .reg_info = reg_info,
    .reg_get = reg_get,
    .reg_set = reg_set,
    .describe = describe,
    .el = current_el,
    .peek_va = peek_va,
    .stats = stats,
};
