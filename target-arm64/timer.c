/* SPDX-License-Identifier: MIT */
/*
 * timer.c - the Generic Timer: physical and virtual timers of EL1 and the
 * event stream. DDI 0487, "The Generic Timer in AArch64 state".
 *
 * The counter is virtual time at CNTFRQ, 62.5 MHz: 16 ns a tick. A timer's
 * condition is a comparison with the counter, so only the interrupt output
 * needs a vtimer, armed while the output is low and may rise by itself.
 *
 * The event stream sets the event register at each chosen edge of a counter
 * bit. Nobody looks at the register but WFE, so edges are not events of the
 * clock: arch.event_mark remembers up to where edges have been accounted
 * for, and a vtimer is armed for the next one only while the CPU waits.
 */
#include "a64sys.h"

#include <glib.h>

#include "bits.h"

#define TICK_NS 16
#define CTL_ENABLE 1
#define CTL_IMASK 2

enum { TIMER_PHYS, TIMER_VIRT, TIMER_EVENT, N_TIMERS };

u64 a64_cntpct(struct a64_cpu *cpu)
{
    return clock_now(cpu->env.clock) / TICK_NS;
}

static u64 cntvct(struct a64_cpu *cpu)
{
    return a64_cntpct(cpu) - cpu->arch.cntvoff;
}

bool a64_timer_status(struct a64_cpu *cpu, bool virt)
{
    const struct a64_arch *a = &cpu->arch;

    if (virt)
        return (a->cntv_ctl & CTL_ENABLE) && cntvct(cpu) >= a->cntv_cval;
    return (a->cntp_ctl & CTL_ENABLE) && a64_cntpct(cpu) >= a->cntp_cval;
}

/* Deadline in ns of physical count @count, or never if beyond the clock. */
static u64 deadline(u64 count)
{
    return count < CLOCK_NEVER / TICK_NS ? count * TICK_NS : CLOCK_NEVER;
}

static void update_one(struct a64_cpu *cpu, unsigned n)
{
    const struct a64_arch *a = &cpu->arch;
    bool virt = n == TIMER_VIRT;
    u64 ctl = virt ? a->cntv_ctl : a->cntp_ctl;
    bool may = (ctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
    bool met = a64_timer_status(cpu, virt);
    u64 when = CLOCK_NEVER;

    if (may && !met) {
        u64 off = virt ? a->cntvoff : 0;
        u64 cval = virt ? a->cntv_cval : a->cntp_cval;

        if (cval + off >= cval)
            when = deadline(cval + off);
    }
    vtimer_set(&cpu->vtimer[n], when);
    irq_set(&cpu->env.ppi[n], may && met);
}

void a64_timer_update(struct a64_cpu *cpu)
{
    update_one(cpu, TIMER_PHYS);
    update_one(cpu, TIMER_VIRT);
}

static void fire_phys(void *opaque)
{
    update_one(opaque, TIMER_PHYS);
}

static void fire_virt(void *opaque)
{
    update_one(opaque, TIMER_VIRT);
}

/* --- event stream -------------------------------------------------------- */

/* Edges of the chosen kind in counts 1..@count, modulo 2^64. */
static u64 edges_until(const struct a64_cpu *cpu, u64 count)
{
    unsigned i = (unsigned)extract64(cpu->arch.cntkctl, 4, 4);
    bool falling = bit64(cpu->arch.cntkctl, 3);

    return (count + (falling ? 0 : 1ull << i)) >> (i + 1);
}

static bool stream_on(const struct a64_cpu *cpu)
{
    return bit64(cpu->arch.cntkctl, 2);
}

void a64_event_settle(struct a64_cpu *cpu)
{
    u64 now = cntvct(cpu);

    if (stream_on(cpu) &&
        edges_until(cpu, now) != edges_until(cpu, cpu->arch.event_mark))
        cpu->arch.event = 1;
    cpu->arch.event_mark = now;
}

/* The first count after @now that makes an edge. */
static u64 next_edge(const struct a64_cpu *cpu, u64 now)
{
    unsigned i = (unsigned)extract64(cpu->arch.cntkctl, 4, 4);
    bool falling = bit64(cpu->arch.cntkctl, 3);
    u64 n = edges_until(cpu, now) + 1;

    return (n << (i + 1)) - (falling ? 0 : 1ull << i);
}

bool a64_event_test(struct a64_cpu *cpu)
{
    a64_event_settle(cpu);
    if (cpu->arch.event) {
        cpu->arch.event = 0;
        return true;
    }
    if (stream_on(cpu))
        vtimer_set(&cpu->vtimer[TIMER_EVENT],
                   deadline(next_edge(cpu, cpu->arch.event_mark) +
                            cpu->arch.cntvoff));
    return false;
}

void a64_event_disarm(struct a64_cpu *cpu)
{
    vtimer_set(&cpu->vtimer[TIMER_EVENT], CLOCK_NEVER);
}

static void fire_event(void *opaque)
{
    a64_event_settle(opaque);
}

void a64_timer_init(struct a64_cpu *cpu)
{
    static void (*const fire[N_TIMERS])(void *) = {
        [TIMER_PHYS] = fire_phys,
        [TIMER_VIRT] = fire_virt,
        [TIMER_EVENT] = fire_event,
    };

    cpu->vtimer = g_malloc0(sizeof(struct vtimer) * N_TIMERS);
    for (unsigned i = 0; i < N_TIMERS; i++)
        vtimer_init(&cpu->vtimer[i], cpu->env.clock, fire[i], cpu);
}

void a64_timer_fini(struct a64_cpu *cpu)
{
    g_free(cpu->vtimer);
    cpu->vtimer = NULL;
}
