/* SPDX-License-Identifier: MIT */
/*
 * debug.c - self-hosted debug: software step and hardware breakpoints.
 *
 * DDI 0487, "AArch64 Self-hosted Debug". Software step is a state machine
 * over PSTATE.SS: with SS = 1 the next instruction runs and clears it, with
 * SS = 0 the step exception is taken before the next one. arch.ss keeps
 * PSTATE.SS and, for the syndrome, whether an instruction was stepped and
 * whether it was a load-exclusive (enum a64_ss).
 *
 * Breakpoints compare the address (BT 0000, and 0001 with its linked context
 * breakpoint). Watchpoint registers exist and keep their values, but no
 * watchpoint exception is generated yet (docs/CPU.md).
 */
#include "a64sys.h"

#include "bits.h"

#define MDSCR_SS (1ull << 0)
#define MDSCR_KDE (1ull << 13)
#define MDSCR_MDE (1ull << 15)
#define OSLSR_OSLK (1ull << 1)

bool a64_debug_enabled(const struct a64_cpu *cpu, unsigned el, bool d)
{
    const struct a64_arch *a = &cpu->arch;

    if ((a->oslsr & OSLSR_OSLK) || (a->osdlr & 1))
        return false;
    return el == 0 || ((a->mdscr & MDSCR_KDE) && !d);
}

static bool enabled_now(const struct a64_cpu *cpu)
{
    return a64_debug_enabled(cpu, cpu->arch.el, cpu->arch.daif & PSTATE_D);
}

bool a64_step_active(const struct a64_cpu *cpu)
{
    return (cpu->arch.mdscr & MDSCR_SS) && enabled_now(cpu);
}

bool a64_breakpoints_active(const struct a64_cpu *cpu)
{
    if (!(cpu->arch.mdscr & MDSCR_MDE) || !enabled_now(cpu))
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(cpu->arch.dbgbcr); i++)
        if (cpu->arch.dbgbcr[i] & 1)
            return true;
    return false;
}

bool a64_return_ss(const struct a64_cpu *cpu, u64 spsr, unsigned el)
{
    return (cpu->arch.mdscr & MDSCR_SS) && !enabled_now(cpu) &&
           a64_debug_enabled(cpu, el, bit64(spsr, 9)) && bit64(spsr, 21);
}

void a64_step_settle(struct a64_cpu *cpu)
{
    if (cpu->arch.ss && !a64_step_active(cpu))
        cpu->arch.ss &= SS_ACTIVE;
}

void a64_step_fault(struct a64_cpu *cpu)
{
    u32 ec = cpu->arch.el == 0 ? EC_STEP_LOWER : EC_STEP;
    u32 iss = 0x22;

    if (cpu->arch.ss & SS_STEPPED)
        iss |= 1u << 24 | (cpu->arch.ss & SS_LDEX ? 1u << 6 : 0);
    a64_fault(cpu, A64_ESR(ec, iss), false, 0);
}

/* Does context breakpoint @n match the current CONTEXTIDR_EL1? */
static bool context_matches(const struct a64_cpu *cpu, unsigned n)
{
    u64 bcr = cpu->arch.dbgbcr[n];

    return (bcr & 1) && extract64(bcr, 20, 4) == 3 &&
           (u32)cpu->arch.dbgbvr[n] == (u32)cpu->arch.contextidr[1];
}

static bool address_matches(const struct a64_cpu *cpu, unsigned n, u64 pc)
{
    u64 bcr = cpu->arch.dbgbcr[n];
    u64 type = extract64(bcr, 20, 4);
    unsigned pmc = (unsigned)extract64(bcr, 1, 2);

    if (!(bcr & 1) || type > 1)
        return false;
    /* PMC: bit 0 matches EL1, bit 1 EL0; HMC and SSC add nothing here. */
    if (!(pmc & (cpu->arch.el == 0 ? 2u : 1u)))
        return false;
    if (((cpu->arch.dbgbvr[n] ^ pc) & mask64(49) & ~3ull) != 0)
        return false;
    return type == 0 ||
           context_matches(cpu, (unsigned)extract64(bcr, 16, 4));
}

bool a64_breakpoint_hit(struct a64_cpu *cpu, u64 pc)
{
    if (!a64_breakpoints_active(cpu))
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(cpu->arch.dbgbcr); i++) {
        if (address_matches(cpu, i, pc)) {
            u32 ec = cpu->arch.el == 0 ? EC_BREAKPOINT_LOWER : EC_BREAKPOINT;

            a64_fault(cpu, A64_ESR(ec, 0x22), false, 0);
            return true;
        }
    }
    return false;
}
