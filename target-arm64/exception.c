/* SPDX-License-Identifier: MIT */
/*
 * exception.c - taking exceptions to EL1 and returning from them: the only
 * writer of ELR, SPSR, PSTATE.EL and of the banking of SP.
 *
 * DDI 0487, "AArch64.TakeException", "AArch64.ExceptionReturn",
 * "SetPSTATEFromPSR", "Synchronous exception types, routing and priorities".
 * EL1 is the highest exception level here, so nothing is routed elsewhere.
 * FIQ is taken before IRQ when both are pending (IMPLEMENTATION DEFINED).
 */
#include "a64sys.h"

#include "bits.h"
#include "features.h"
#include "log.h"

/* SPSR_ELx fields. */
#define SPSR_SS (1ull << 21)
#define SPSR_IL (1ull << 20)
#define SPSR_PAN (1ull << 22)
#define SPSR_UAO (1ull << 23)
#define SPSR_NRW (1ull << 4)
#define SPSR_SSBS (1ull << 12)
#define SPSR_DIT (1ull << 24)

#define SCTLR_SPAN (1ull << 23)
#define SCTLR_DSSBS (1ull << 44)

/* Exceptions without a return: fewer are of no interest. */
#define STORM_FROM 8

static bool has(const struct a64_cpu *cpu, enum a64_feat f)
{
    return cpu->model->feat[f];
}

u64 a64_pstate_get(const struct a64_cpu *cpu)
{
    const struct a64_arch *a = &cpu->arch;

    return ir_nzcv_to_packed(a->nzcv) | (u64)a->dit << 24 |
           (u64)a->uao << 23 | (u64)a->pan << 22 |
           (u64)(a->ss & SS_ACTIVE) << 21 | (u64)a->il << 20 |
           (u64)a->ssbs << 12 | (u64)a->btype << 10 | (u64)a->daif << 6 |
           (u64)a->el << 2 | a->spsel;
}

/* Makes (@el, @spsel) current; SP moves between sp and its bank. */
static void set_level(struct a64_cpu *cpu, unsigned el, unsigned spsel)
{
    struct a64_arch *a = &cpu->arch;

    a->sp_el[a->spsel ? a->el : 0] = a->sp;
    a->el = (u8)el;
    a->spsel = (u8)spsel;
    a->sp = a->sp_el[spsel ? el : 0];
}

void a64_set_spsel(struct a64_cpu *cpu, unsigned spsel)
{
    set_level(cpu, cpu->arch.el, spsel);
}

static u64 mix(u64 h)
{
    h *= 0x9e3779b97f4a7c15ull;
    return h ^ h >> 32;
}

/* All that decides, but for memory, what follows an exception. */
static u64 registers_hash(const struct a64_arch *a, u64 ret)
{
    u64 h = ret ^ mix(a->sp);

    for (unsigned i = 0; i < ARRAY_SIZE(a->x); i++)
        h = mix(h ^ a->x[i]);
    return h;
}

/*
 * Notices exceptions from EL1 that cause each other for ever (DESIGN D13).
 * They do if, with no exception return between, the registers at one are
 * again and again those of an earlier one, which is taken anew at each power
 * of two as in Brent's search for a cycle; or if the handlers nest ever
 * deeper. A guest that leaves its handlers by a branch changes some register,
 * or keeps its stack.
 */
static void watch_storm(struct a64_cpu *cpu, u64 ret)
{
    struct a64_storm *s = &cpu->storm;
    u64 hash;

    if (cpu->arch.el == 0 || ++s->chain < STORM_FROM)
        return;
    hash = registers_hash(&cpu->arch, ret);
    if (hash == s->mark)
        s->same++;
    if (s->chain & (s->chain - 1))
        return;
    if (hash != s->mark || s->chain == STORM_FROM)
        s->same = 0;
    if (cpu->arch.sp < s->sp)
        s->same = A64_STORM;
    s->mark = hash;
    s->sp = cpu->arch.sp;
}

const char *a64_storm_cause(const struct a64_cpu *cpu)
{
    const struct a64_arch *a = &cpu->arch;
    bool at_vectors = a->elr[1] - a->vbar[1] < 0x800;

    switch (a->esr[1] >> 26) {
    case EC_IABT:
    case EC_PCALIGN:
        return at_vectors ? "the exception vectors cannot be fetched"
                          : "a handler goes where nothing can be fetched";
    case EC_UNKNOWN:
        return at_vectors ? "the exception vectors hold no code"
                          : "a handler runs what is no instruction";
    case EC_FPTRAP:
        return "a handler uses FP or SIMD while CPACR_EL1 traps it";
    case EC_DABT:
    case EC_SPALIGN:
        return "an access of a handler faults";
    default:
        return "a handler causes an exception itself";
    }
}

void a64_take(struct a64_cpu *cpu, enum a64_vector vec, u32 esr,
              bool far_valid, u64 far, u64 ret)
{
    struct a64_arch *a = &cpu->arch;
    u64 slot = vec, entry;
    unsigned from = a->el;

    if (a->el == 0)
        slot += 0x400;
    else if (a->spsel)
        slot += 0x200;
    entry = a->vbar[1] + slot;
    if (log_on(LOG_INT))
        log_printf(LOG_INT, "cpu %u exception %03x from el%u esr %08x "
                   "far %016llx elr %016llx to %016llx\n", cpu->env.index,
                   vec, a->el, esr, far_valid ? (unsigned long long)far : 0,
                   (unsigned long long)ret, (unsigned long long)entry);
    cpu->stat_exceptions++;
    a->spsr[1] = a64_pstate_get(cpu);
    a->elr[1] = ret;
    if (vec == A64_VEC_SYNC || vec == A64_VEC_SERROR) {
        watch_storm(cpu, ret);
        a->esr[1] = esr;
    }
    if (far_valid)
        a->far[1] = far;
    if (unlikely(cpu->derived.pmu))
        a64_pmu_settle(cpu, true);
    set_level(cpu, 1, 1);
    a->daif = PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F;
    if (has(cpu, A64_FEAT_PAN) && !(a->sctlr[1] & SCTLR_SPAN))
        a->pan = 1;
    if (has(cpu, A64_FEAT_SSBS))
        a->ssbs = (a->sctlr[1] & SCTLR_DSSBS) != 0;
    a->btype = 0;
    a->uao = 0;
    a->ss = 0;
    a->il = 0;
    a->pc = entry;
    PROBE(cpu->env.probe, TRACE_EXCEPTION, slot, from, a->el, esr,
          far_valid ? far : 0, ret, a->spsr[1]);
    if (unlikely(cpu->derived.pmu))
        a64_pmu_update(cpu);
    a64_derive(cpu);
}

void a64_fault(struct a64_cpu *cpu, u32 esr, bool far_valid, u64 far)
{
    cpu->fault = (struct a64_fault){
        .far = far,
        .esr = esr,
        .far_valid = far_valid,
        .kind = A64_VEC_SYNC,
    };
    cpu->host.fault = 1;
}

void a64_take_fault(struct a64_cpu *cpu)
{
    struct a64_fault f = cpu->fault;
    u32 ec = f.esr >> 26;

    cpu->host.fault = 0;
    /* The instruction did not complete, so it was not stepped over. */
    if (cpu->arch.ss && ec != EC_STEP && ec != EC_STEP_LOWER)
        cpu->arch.ss = SS_ACTIVE;
    a64_take(cpu, A64_VEC_SYNC, f.esr, f.far_valid, f.far, cpu->arch.pc);
}

void a64_take_irq(struct a64_cpu *cpu)
{
    bool fiq = cpu->arch.fiq_line && !(cpu->arch.daif & PSTATE_F);

    cpu->stat_irqs++;
    a64_take(cpu, fiq ? A64_VEC_FIQ : A64_VEC_IRQ, 0, false, 0,
             cpu->arch.pc);
}

/* May an exception return from EL1 go to the state in @spsr? */
static bool return_is_legal(const struct a64_cpu *cpu, u64 spsr)
{
    unsigned el = (unsigned)extract64(spsr, 2, 2);

    if (spsr & SPSR_NRW) /* AArch32 is not implemented */
        return false;
    if (el > cpu->arch.el || (spsr & 2))
        return false;
    return el != 0 || !(spsr & 1);
}

/* The return address, with a top byte that is ignored made canonical. */
static u64 return_address(const struct a64_cpu *cpu, u64 pc)
{
    return a64_tbi_fetch(cpu, bit64(pc, 55)) ? (u64)sext64(pc, 56) : pc;
}

void a64_eret_to(struct a64_cpu *cpu, u64 target)
{
    struct a64_arch *a = &cpu->arch;
    u64 spsr = a->spsr[1];
    bool legal = return_is_legal(cpu, spsr);
    unsigned from = a->el;
    unsigned el = legal ? (unsigned)extract64(spsr, 2, 2) : from;

    if (unlikely(cpu->derived.pmu))
        a64_pmu_settle(cpu, true);
    a->ss = a64_return_ss(cpu, spsr, el) ? SS_ACTIVE : 0;
    if (legal) {
        set_level(cpu, el, spsr & 1);
        a->il = (spsr & SPSR_IL) != 0;
    } else {
        a->il = 1;
        log_guest("illegal exception return at elr %llx, spsr %llx",
                  (unsigned long long)target, (unsigned long long)spsr);
    }
    a->nzcv = ir_nzcv_from_packed((u32)spsr);
    a->daif = (u8)extract64(spsr, 6, 4);
    if (has(cpu, A64_FEAT_PAN))
        a->pan = (spsr & SPSR_PAN) != 0;
    if (has(cpu, A64_FEAT_UAO))
        a->uao = (spsr & SPSR_UAO) != 0;
    /* UNKNOWN after an illegal return: as they were. */
    if (legal && has(cpu, A64_FEAT_SSBS))
        a->ssbs = (spsr & SPSR_SSBS) != 0;
    if (legal && has(cpu, A64_FEAT_DIT))
        a->dit = (spsr & SPSR_DIT) != 0;
    if (legal && has(cpu, A64_FEAT_BTI))
        a->btype = (u8)extract64(spsr, 10, 2);
    a->pc = return_address(cpu, target);
    a->excl_armed = 0;
    a->event = 1;
    cpu->storm.chain = 0;
    PROBE(cpu->env.probe, TRACE_ERET, from, el, a->pc, spsr);
    if (unlikely(cpu->derived.pmu))
        a64_pmu_update(cpu);
    a64_derive(cpu);
    /* Another block than the one that EXIT finds: by the engine's loop. */
    if (a->btype)
        cpu->env.ops->kick(&cpu->host);
}

void a64_eret(struct a64_cpu *cpu)
{
    a64_eret_to(cpu, cpu->arch.elr[1]);
}

void a64_update_irq(struct a64_cpu *cpu)
{
    const struct a64_arch *a = &cpu->arch;
    bool ready = (a->irq_line && !(a->daif & PSTATE_I)) ||
                 (a->fiq_line && !(a->daif & PSTATE_F));
    bool was = cpu->host.irq_ready;

    cpu->host.irq_ready = ready;
    if (ready && !was && cpu->env.ops->kick)
        cpu->env.ops->kick(&cpu->host);
}
