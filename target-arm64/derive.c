/* SPDX-License-Identifier: MIT */
/*
 * derive.c - the only writer of struct a64_derived: block flags, address
 * spaces, and the pointers of struct cpu_host that follow from them.
 *
 * It runs at every exception entry and return, so it only computes flags and
 * picks remembered tables; looking for an address space's number and for tag
 * tables happens when TTBRx, TCR or SCTLR changed (mmu.c).
 */
#include "a64sys.h"
#include "bits.h"
#include "mmu.h"
#include "translate.h"

#define SCTLR_A (1ull << 1)
#define SCTLR_SA (1ull << 3)
#define SCTLR_SA0 (1ull << 4)
#define SCTLR_NAA (1ull << 6)
#define SCTLR_DZE (1ull << 14)
#define SCTLR_E0E (1ull << 24)
#define SCTLR_BT0 (1ull << 35)
#define SCTLR_BT1 (1ull << 36)
/* EnDB, EnDA, EnIB, EnIA */
#define SCTLR_PAUTH (1ull << 13 | 1ull << 27 | 1ull << 30 | 1ull << 31)
#define FPCR_RMODE (3u << 22)

static bool fp_enabled(const struct a64_cpu *cpu)
{
    u64 fpen = extract64(cpu->arch.cpacr, 20, 2);

    return fpen == 3 || (fpen == 1 && cpu->arch.el != 0);
}

/* Flags that only SCTLR and the exception level decide. */
static u32 control_flags(const struct a64_arch *a)
{
    u64 sctlr = a->sctlr[1];
    u32 f = 0;

    if (sctlr & SCTLR_A)
        f |= TB_ALIGN;
    if (sctlr & (a->el == 0 ? SCTLR_SA0 : SCTLR_SA))
        f |= a->sp & 15 ? TB_SPALIGN | TB_SPMIS : TB_SPALIGN;
    if (sctlr & (a->el == 0 ? SCTLR_E0E : SCTLR_EE))
        f |= TB_BE;
    if (sctlr & SCTLR_M)
        f |= TB_MMU;
    if (a->el == 0 && (sctlr & SCTLR_DZE))
        f |= TB_DZE;
    if (sctlr & (a->el == 0 ? SCTLR_BT0 : SCTLR_BT1))
        f |= TB_BT;
    if (sctlr & SCTLR_NAA)
        f |= TB_NAA;
    if (sctlr & SCTLR_PAUTH)
        f |= TB_PAUTH;
    return f;
}

static u32 block_flags(const struct a64_cpu *cpu)
{
    const struct a64_arch *a = &cpu->arch;
    u32 f = a->el | control_flags(a);

    if (a64_tbi_fetch(cpu, false))
        f |= TB_TBI0;
    if (a64_tbi_fetch(cpu, true))
        f |= TB_TBI1;
    if (a->spsel)
        f |= TB_SPSEL;
    if (fp_enabled(cpu))
        f |= TB_FPEN;
    if (!(a->fpcr & ~FPCR_RMODE))
        f |= TB_FP_FAST;
    if (a->il)
        f |= TB_IL;
    if (a->uao && a->el != 0)
        f |= TB_UAO;
    if (unlikely(cpu->derived.pmu))
        f |= TB_PMU;
    if (unlikely(a->mdscr & (MDSCR_SS | MDSCR_MDE))) {
        if (a64_step_active(cpu))
            f |= TB_SS;
        if (a64_breakpoints_active(cpu))
            f |= TB_DEBUG;
        if (a64_watch_active(cpu))
            f |= TB_WATCH;
    }
    return f;
}

void a64_derive(struct a64_cpu *cpu)
{
    struct a64_derived *d = &cpu->derived;
    struct cpu_host *h = &cpu->host;
    enum tag_view view = cpu->arch.el == 0 ? TAG_EL0
                         : cpu->arch.pan   ? TAG_EL1_PAN
                                           : TAG_EL1;

    d->watch = unlikely(cpu->arch.mdscr & MDSCR_MDE) ? a64_watch_mask(cpu) : 0;
    d->pmu = unlikely(cpu->arch.pmcr & 1) && a64_pmu_minds_el(cpu);
    d->tb_flags = block_flags(cpu);
    d->fpen = (d->tb_flags & TB_FPEN) != 0;
    d->half = bit64(cpu->arch.pc, 55);
    if (unlikely(cpu->map->stale)) {
        /* Other CPUs may have taken tables since. */
        map_forget_tags(cpu->map);
        cpu->map->stale = false;
    }
    if (unlikely(cpu->map->respace)) {
        d->mmu_on = (cpu->arch.sctlr[1] & SCTLR_M) != 0;
        d->space[0] = a64_space(cpu, false);
        d->space[1] = a64_space(cpu, true);
        a64_pac_derive(cpu);
        cpu->map->respace = false;
    }
    h->tags = a64_tags(cpu, d->half, view);
    h->tags_other = a64_tags(cpu, !d->half, view);
    h->tags_unpriv = a64_tags(cpu, false, TAG_EL0);
    cpu->env.ops->fetch_select(h, d->space[d->half], d->tb_flags);
    a64_update_irq(cpu);
}
