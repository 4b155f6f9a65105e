/* SPDX-License-Identifier: MIT */
/*
 * help_sys.c - helpers of the system instructions: what trans_sys.c and
 * translate.c emit calls to.
 *
 * A helper that may derive is given the next instruction's address, because
 * arch.pc is not kept inside a block and a64_derive() chooses by its half.
 * Control bits that trap EL0 are tested here unless they are part of the
 * block's key. DDI 0487, "ISS encoding for an exception from MSR, MRS, or
 * System instruction execution".
 */
#include "help_sys.h"

#include <stdio.h>

#include "bits.h"
#include "helpers.h"
#include "mmu.h"
#include "sysregs.h"

#define UNUSED(a, b, c, param)                                               \
    do {                                                                     \
        (void)(a);                                                           \
        (void)(b);                                                           \
        (void)(c);                                                           \
        (void)(param);                                                       \
    } while (0)

static u64 next_random(struct a64_cpu *cpu)
{
    u64 z = cpu->arch.rng += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

/* --- exceptions ---------------------------------------------------------- */

u64 help_sys_raise(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    /* Only an instruction that completed was stepped over. */
    if (!b && cpu->arch.ss)
        cpu->arch.ss = SS_ACTIVE;
    a64_take(cpu, A64_VEC_SYNC, param, false, 0, a);
    return 0;
}

u64 help_sys_raise_time(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    return help_sys_raise(cpu, a, b, c, param);
}

u64 help_sys_eret(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    (void)b;
    (void)c;
    (void)param;
    a64_eret_to(cpu, a);
    return 0;
}

u64 help_sys_psci(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    UNUSED(a, b, c, param);
    a64_psci(cpu);
    return 0;
}

/* --- system registers ---------------------------------------------------- */

/* The trap of an MRS or MSR of row @r with Rt = @rt. */
static void trap(struct a64_cpu *cpu, const struct a64_sysreg *r, u32 rt,
                 bool read)
{
    a64_fault(cpu, A64_ESR(EC_SYSREG, a64_sysreg_iss(r->enc, rt, read)),
              false, 0);
}

u64 help_sys_mrs(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    const struct a64_sysreg *r = a64_sysreg_row((u16)param);

    UNUSED(a, b, c, param);
    if (cpu->arch.el == 0 && r->el0 && !r->el0(cpu, r, false)) {
        trap(cpu, r, param >> 16, true);
        return 0;
    }
    if (r->flags & SR_TIME)
        cpu->env.ops->sync_time(&cpu->host);
    return a64_sysreg_read(cpu, r);
}

u64 help_sys_mrs_time(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    return help_sys_mrs(cpu, a, b, c, param);
}

u64 help_sys_msr(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    const struct a64_sysreg *r = a64_sysreg_row((u16)param);

    UNUSED(a, b, c, param);
    if (cpu->arch.el == 0 && r->el0 && !r->el0(cpu, r, true)) {
        trap(cpu, r, param >> 16, false);
        return 0;
    }
    if (r->flags & SR_TIME)
        cpu->env.ops->sync_time(&cpu->host);
    a64_sysreg_write(cpu, r, a);
    return 0;
}

u64 help_sys_msr_time(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    return help_sys_msr(cpu, a, b, c, param);
}

u64 help_sys_msr_pmu(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    help_sys_msr(cpu, a, b, c, param);
    if (cpu->host.fault)
        return 0;
    cpu->arch.pc = b;
    a64_derive(cpu);
    return 0;
}

u64 help_sys_msr_ctx(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    cpu->arch.pc = b;
    a64_sysreg_write(cpu, a64_sysreg_row(param), a);
    a64_step_settle(cpu);
    a64_derive(cpu);
    return 0;
}

u64 help_sys_fpcr(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    u32 mask = 0x07c00000; /* AHP DN FZ RMode */

    UNUSED(a, b, c, param);
    if (cpu->model->feat[A64_FEAT_FP16])
        mask |= 1u << 19; /* FZ16 */
    cpu->arch.pc = b;
    cpu->arch.fpcr = (u32)a & mask;
    a64_derive(cpu);
    return 0;
}

u64 help_sys_pstate(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    cpu->arch.pc = b;
    switch ((enum sys_pstate)param) {
    case SYS_SPSEL:
        a64_set_spsel(cpu, a & 1);
        break;
    case SYS_PAN:
        cpu->arch.pan = a & 1;
        break;
    case SYS_UAO:
        cpu->arch.uao = a & 1;
        break;
    }
    a64_derive(cpu);
    return 0;
}

u64 help_sys_daif(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    a64_update_irq(cpu);
    /* PSTATE.D may start or stop debug exceptions: another block key. */
    if (unlikely(cpu->arch.mdscr & (MDSCR_SS | MDSCR_MDE))) {
        u32 flags = cpu->derived.tb_flags;

        cpu->arch.pc = a;
        a64_step_settle(cpu);
        a64_derive(cpu);
        if (cpu->derived.tb_flags != flags)
            cpu->env.ops->kick(&cpu->host);
    }
    return 0;
}

u64 help_sys_uma(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    if (!bit64(cpu->arch.sctlr[1], 9))
        a64_fault(cpu, param, false, 0);
    return 0;
}

/*
 * The generator is SplitMix64 over arch.rng: no host randomness, so that a run
 * repeats itself (DESIGN D3). RNDRRS makes a new seed of the old one first.
 */
u64 help_sys_random(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    if (param)
        cpu->arch.rng = next_random(cpu);
    return next_random(cpu);
}

u64 help_sys_idreg(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    const struct a64_sysreg *r = a64_sysreg_find(cpu, param);
    unsigned crm = param >> 3 & 15, op2 = param & 7;
    const char *name = r ? r->info.name : a64_id_name(crm, op2);
    char number[24];

    (void)c;
    if (!name) {
        snprintf(number, sizeof(number), "s3_0_c0_c%u_%u", crm, op2);
        name = number;
    }
    PROBE_TEXT(cpu->env.probe, TRACE_IDREG, name, param, a, b);
    return a;
}

/* --- waits and events ---------------------------------------------------- */

/* Traps WFI (0) or WFE (1) from EL0 if SCTLR_EL1 says so. */
static bool wait_traps(struct a64_cpu *cpu, bool wfe)
{
    if (cpu->arch.el != 0 || bit64(cpu->arch.sctlr[1], wfe ? 18 : 16))
        return false;
    a64_fault(cpu, A64_ESR(EC_WFX, 1u << 24 | 0xeu << 20 | wfe), false, 0);
    return true;
}

u64 help_sys_wait(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    switch ((enum cpu_wait)param) {
    case CPU_WFI:
        if (cpu->arch.irq_line || cpu->arch.fiq_line ||
            wait_traps(cpu, false))
            return 0;
        break;
    case CPU_WFE:
        cpu->env.ops->sync_time(&cpu->host);
        if (a64_event_test(cpu))
            return 0;
        if (wait_traps(cpu, true)) {
            a64_event_disarm(cpu);
            return 0;
        }
        break;
    default:
        break;
    }
    cpu->arch.wait = (u8)param;
    PROBE(cpu->env.probe, TRACE_WAIT, param);
    return 0;
}

static void set_event(void *cpu, void *arg)
{
    (void)arg;
    ((struct a64_cpu *)cpu)->arch.event = 1;
}

u64 help_sys_sev(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    cpu->env.ops->for_each_cpu(&cpu->host, set_event, NULL);
    return 0;
}

/* --- caches, TLB, translation -------------------------------------------- */

u64 help_sys_cache(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    enum a64_cache_need need = (enum a64_cache_need)(param & 3);

    UNUSED(a, b, c, param);
    /* b is the syndrome of the trap that SCTLR_EL1.UCI controls. */
    if (cpu->arch.el == 0 && !bit64(cpu->arch.sctlr[1], 26)) {
        a64_fault(cpu, (u32)b, false, 0);
        return 0;
    }
    if (a64_translate_cache(cpu, a, need) && need == A64_CACHE_WRITE &&
        unlikely(cpu->derived.watch))
        a64_watch_cache(cpu, a);
    return 0;
}

u64 help_sys_rctx(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    /* a is the syndrome of the trap that SCTLR_EL1.EnRCTX controls. */
    if (!bit64(cpu->arch.sctlr[1], 10))
        a64_fault(cpu, (u32)a, false, 0);
    return 0;
}

u64 help_sys_zva_device(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    UNUSED(a, b, c, param);
    a64_fault_align(cpu, a, ACCESS_STORE);
    return 0;
}

u64 help_sys_at(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    UNUSED(a, b, c, param);
    a64_at(cpu, a, param & 1, param & 2, (param & 8) && bit64(
           ((struct a64_cpu *)cpu)->arch.pan, 0));
    return 0;
}

u64 help_sys_tlbi(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    cpu->arch.pc = b;
    a64_tlbi(cpu, 0, param >> 4, param & 15, a);
    return 0;
}

/* --- checks before instructions ------------------------------------------ */

u64 help_sys_sp_check(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    UNUSED(a, b, c, param);
    if (a & 15)
        a64_fault(cpu, A64_ESR(EC_SPALIGN, 0), false, 0);
    return 0;
}

u64 help_sys_sp_changed(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    bool was = cpu->derived.tb_flags & TB_SPMIS;

    UNUSED(a, b, c, param);
    if (((a & 15) != 0) != was) {
        cpu->arch.pc = b;
        a64_derive(cpu);
    }
    return 0;
}

u64 help_sys_step(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;

    UNUSED(a, b, c, param);
    if (!(cpu->arch.ss & SS_ACTIVE))
        a64_step_fault(cpu);
    else
        cpu->arch.ss = (u8)(SS_STEPPED | (param ? SS_LDEX : 0));
    return 0;
}

u64 help_sys_breakpoint(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    UNUSED(a, b, c, param);
    a64_breakpoint_hit(cpu, a);
    return 0;
}
