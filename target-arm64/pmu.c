/* SPDX-License-Identifier: MIT */
/*
 * pmu.c - the Performance Monitors: PMUv3 with a cycle counter and six event
 * counters. DDI 0487, "The Performance Monitors Extension".
 *
 * A cycle is an instruction that this CPU executes, so CPU_CYCLES and
 * INST_RETIRED are its own exact count (vcpu_ops.ran): neither waiting nor
 * the turns of other CPUs count, and an instruction that faults does, as
 * everywhere in emu. A counter is brought up to date ("settled") only when
 * somebody looks, when what it counts changes, and when the exception level
 * changes while a counter cares for that (derived.pmu); arch.pmu_mark is the
 * CPU's count at which that was done last. An overflow that may interrupt
 * is a deadline in the CPU's count (vcpu_ops.set_due), so the interrupt comes
 * between the right two instructions.
 *
 * MSR writes take effect after the MSR, MRS reads give the count before it.
 * There is only Non-secure EL1 and EL0: of the filters P and U exist.
 */
#include "a64sys.h"

#include "bits.h"
#include "features.h"
#include "sysregs.h"

#define CYCLES 31 /* number of the cycle counter in masks */
#define ALL_COUNTERS (1ull << CYCLES | mask64(A64_PMU_EVENTS))
#define PMU_IRQ 4 /* of cpu_env.ppi */

/* PMCR_EL0. */
#define PMCR_E (1u << 0)
#define PMCR_P (1u << 1)
#define PMCR_C (1u << 2)
#define PMCR_D (1u << 3)
#define PMCR_LC (1u << 6)
#define PMCR_LP (1u << 7)
#define PMCR_KEPT 0x79u /* E D X DP LC */

/* PMCCFILTR_EL0, PMEVTYPERn_EL0. */
#define FILTER_P (1u << 31)
#define FILTER_U (1u << 30)

enum { EV_SW_INCR = 0x00, EV_INST_RETIRED = 0x08, EV_CPU_CYCLES = 0x11,
       EV_CHAIN = 0x1e, EV_STALL_FRONTEND = 0x23, EV_STALL_BACKEND = 0x24,
       EV_STALL = 0x3c };

static bool has(const struct a64_cpu *cpu, enum a64_feat f)
{
    return cpu->model->feat[f];
}

/* --- counting ------------------------------------------------------------ */

static u64 *counter(struct a64_cpu *cpu, unsigned n)
{
    return n == CYCLES ? &cpu->arch.pmccntr : &cpu->arch.pmevcntr[n];
}

static unsigned event_of(const struct a64_cpu *cpu, unsigned n)
{
    return n == CYCLES ? EV_CPU_CYCLES
                       : (unsigned)cpu->arch.pmevtyper[n] & 0xffff;
}

/* Is counter @n on, and does its filter let events at @el through? */
static bool is_on(const struct a64_cpu *cpu, unsigned n, unsigned el)
{
    const struct a64_arch *a = &cpu->arch;
    u64 filter = n == CYCLES ? a->pmccfiltr : a->pmevtyper[n];

    return (a->pmcr & PMCR_E) && (a->pmcnten >> n & 1) &&
           !(filter & (el == 0 ? FILTER_U : FILTER_P));
}

/* Does counter @n count instructions at @el? */
static bool ticks(const struct a64_cpu *cpu, unsigned n, unsigned el)
{
    unsigned event = event_of(cpu, n);

    return is_on(cpu, n, el) &&
           (event == EV_CPU_CYCLES || event == EV_INST_RETIRED);
}

/* Does counter @n overflow at 64 bits, or at 32? */
static bool is_long(const struct a64_cpu *cpu, unsigned n)
{
    return cpu->arch.pmcr & (n == CYCLES ? PMCR_LC : PMCR_LP);
}

/* The cycle counter counts every 64th cycle. */
static bool divides(const struct a64_cpu *cpu, unsigned n)
{
    return n == CYCLES && (cpu->arch.pmcr & (PMCR_D | PMCR_LC)) == PMCR_D;
}

/* The odd counter that counts overflows of even counter @n, or 0. */
static unsigned chained(const struct a64_cpu *cpu, unsigned n)
{
    return n < A64_PMU_EVENTS && !(n & 1) &&
                   event_of(cpu, n + 1) == EV_CHAIN &&
                   is_on(cpu, n + 1, cpu->arch.el)
               ? n + 1
               : 0;
}

static void add(struct a64_cpu *cpu, unsigned n, u64 events)
{
    u64 *c = counter(cpu, n), old = *c, wraps;

    *c += events;
    wraps = is_long(cpu, n) ? *c < old : (*c >> 32) - (old >> 32);
    if (n != CYCLES && !has(cpu, A64_FEAT_PMUv3p5))
        *c = (u32)*c;
    if (!wraps)
        return;
    cpu->arch.pmovs |= 1ull << n;
    if (chained(cpu, n))
        add(cpu, n + 1, wraps & mask64(32));
}

/* Brings every counter to the CPU's count @ran. */
static void settle_at(struct a64_cpu *cpu, u64 ran)
{
    struct a64_arch *a = &cpu->arch;
    u64 n = ran - a->pmu_mark;

    a->pmu_mark = ran;
    if (!n || !(a->pmcr & PMCR_E))
        return;
    for (unsigned i = 0; i < A64_PMU_EVENTS; i++)
        if (ticks(cpu, i, a->el))
            add(cpu, i, n);
    if (!ticks(cpu, CYCLES, a->el))
        return;
    if (divides(cpu, CYCLES)) {
        n += a->pmu_part;
        a->pmu_part = n & 63;
        n >>= 6;
    }
    add(cpu, CYCLES, n);
}

void a64_pmu_settle(struct a64_cpu *cpu, bool after)
{
    settle_at(cpu, cpu->env.ops->ran(&cpu->host, after));
}

/* Instructions until counter @n overflows, if it ticks; at least 1. */
static u64 until_overflow(struct a64_cpu *cpu, unsigned n)
{
    u64 c = *counter(cpu, n);
    u64 left = is_long(cpu, n) ? -c : (1ull << 32) - (u32)c;

    if (divides(cpu, n))
        left = (left << 6) - cpu->arch.pmu_part;
    return left ? left : UINT64_MAX;
}

void a64_pmu_update(struct a64_cpu *cpu)
{
    const struct a64_arch *a = &cpu->arch;
    bool on = a->pmcr & PMCR_E;
    u64 want = a->pminten & ~a->pmovs, due = UINT64_MAX;

    for (unsigned n = 0; on && n <= CYCLES; n++) {
        u64 left;

        if (!(ALL_COUNTERS >> n & 1) || !ticks(cpu, n, a->el) ||
            !((want >> n & 1) || chained(cpu, n)))
            continue;
        left = until_overflow(cpu, n);
        if (left < due - a->pmu_mark)
            due = a->pmu_mark + left;
    }
    cpu->env.ops->set_due(&cpu->host, due);
    irq_set(&cpu->env.ppi[PMU_IRQ], on && (a->pmovs & a->pminten));
}

void a64_pmu_due(struct a64_cpu *cpu)
{
    a64_pmu_settle(cpu, false);
    a64_pmu_update(cpu);
}

bool a64_pmu_minds_el(const struct a64_cpu *cpu)
{
    if (!(cpu->arch.pmcr & PMCR_E))
        return false;
    for (unsigned n = 0; n <= CYCLES; n++)
        if ((ALL_COUNTERS >> n & 1) && is_on(cpu, n, 0) != is_on(cpu, n, 1))
            return true;
    return false;
}

void a64_pmu_reset(struct a64_cpu *cpu)
{
    cpu->arch.pmu_mark = cpu->env.ops->ran(&cpu->host, false);
    a64_pmu_update(cpu);
}

/* --- registers ----------------------------------------------------------- */

u64 a64_pmu_read(struct a64_cpu *cpu, const struct a64_sysreg *r)
{
    const struct a64_arch *a = &cpu->arch;
    u64 sel = a->pmselr;

    a64_pmu_settle(cpu, false);
    switch ((enum pmu_reg)r->param) {
    case PMU_CR:
        return cpu->model->pmcr | A64_PMU_EVENTS << 11 | a->pmcr;
    case PMU_CNTEN_SET:
    case PMU_CNTEN_CLR:
        return a->pmcnten;
    case PMU_OVS_SET:
    case PMU_OVS_CLR:
        return a->pmovs;
    case PMU_INTEN_SET:
    case PMU_INTEN_CLR:
        return a->pminten;
    case PMU_CEID0:
        return 1ull << EV_SW_INCR | 1ull << EV_INST_RETIRED |
               1ull << EV_CPU_CYCLES | 1ull << EV_CHAIN;
    case PMU_CEID1: /* nothing ever stalls */
        return (has(cpu, A64_FEAT_PMUv3p1) ? 1ull << (EV_STALL_FRONTEND - 32) |
                                        1ull << (EV_STALL_BACKEND - 32) : 0) |
               (has(cpu, A64_FEAT_PMUv3p4) ? 1ull << (EV_STALL - 32) : 0);
    case PMU_XEVTYPER:
        return sel == CYCLES ? a->pmccfiltr
               : sel < A64_PMU_EVENTS ? a->pmevtyper[sel] : 0;
    case PMU_XEVCNTR:
        return sel < A64_PMU_EVENTS ? a->pmevcntr[sel] : 0;
    default: /* a field */
        return *a64_sysreg_field(cpu, r);
    }
}

static void write_cr(struct a64_cpu *cpu, u64 v)
{
    struct a64_arch *a = &cpu->arch;

    if (v & PMCR_C)
        a->pmccntr = a->pmu_part = 0;
    for (unsigned n = 0; (v & PMCR_P) && n < A64_PMU_EVENTS; n++)
        a->pmevcntr[n] = 0;
    a->pmcr = v & (PMCR_KEPT | (has(cpu, A64_FEAT_PMUv3p5) ? PMCR_LP : 0));
}

static void write_type(struct a64_cpu *cpu, u64 sel, u64 v)
{
    u64 filter = v & (FILTER_P | FILTER_U);

    if (sel == CYCLES)
        cpu->arch.pmccfiltr = filter;
    else if (sel < A64_PMU_EVENTS)
        cpu->arch.pmevtyper[sel] =
            filter | (v & (has(cpu, A64_FEAT_PMUv3p1) ? 0xffff : 0x3ff));
}

static void write_count(struct a64_cpu *cpu, u64 sel, u64 v)
{
    if (sel < A64_PMU_EVENTS)
        cpu->arch.pmevcntr[sel] = has(cpu, A64_FEAT_PMUv3p5) ? v : (u32)v;
}

static void software_increment(struct a64_cpu *cpu, u64 v)
{
    for (unsigned n = 0; n < A64_PMU_EVENTS; n++)
        if ((v >> n & 1) && event_of(cpu, n) == EV_SW_INCR &&
            is_on(cpu, n, cpu->arch.el))
            add(cpu, n, 1);
}

void a64_pmu_write(struct a64_cpu *cpu, const struct a64_sysreg *r, u64 v)
{
    struct a64_arch *a = &cpu->arch;
    u64 mask = v & ALL_COUNTERS;

    a64_pmu_settle(cpu, true);
    switch ((enum pmu_reg)r->param) {
    case PMU_CR: write_cr(cpu, v); break;
    case PMU_CNTEN_SET: a->pmcnten |= mask; break;
    case PMU_CNTEN_CLR: a->pmcnten &= ~mask; break;
    case PMU_OVS_SET: a->pmovs |= mask; break;
    case PMU_OVS_CLR: a->pmovs &= ~mask; break;
    case PMU_INTEN_SET: a->pminten |= mask; break;
    case PMU_INTEN_CLR: a->pminten &= ~mask; break;
    case PMU_SWINC: software_increment(cpu, v); break;
    case PMU_XEVTYPER: write_type(cpu, a->pmselr, v); break;
    case PMU_XEVCNTR: write_count(cpu, a->pmselr, v); break;
    case PMU_CCNTR: a->pmccntr = v; break;
    case PMU_CCFILTR: write_type(cpu, CYCLES, v); break;
    case PMU_CEID0: case PMU_CEID1: break;
    default:
        if (r->param < PMU_EVTYPER)
            write_count(cpu, (u64)(r->param - PMU_EVCNTR), v);
        else
            write_type(cpu, (u64)(r->param - PMU_EVTYPER), v);
    }
    a64_pmu_update(cpu);
}
