/* SPDX-License-Identifier: MIT */
/*
 * vcpu.c - CPUs taking turns, and the services that a CPU asks for
 * (struct vcpu_ops): exact time, kicks, PSCI, other CPUs.
 *
 * A turn is (CPU, instructions used) and ends only by the quantum, a wait or
 * CPU_OFF; a CPU that wakes up waits for its turn. When the turn passes to
 * another CPU the one before loses its exclusive monitor (target's end_turn)
 * and its notion of the page it runs from (engine.c). A turn that is followed
 * by another of the same CPU does neither: nothing ran in between.
 */
#include "exec_impl.h"

#include <glib.h>

enum {
    PSCI_SUCCESS = 0,
    PSCI_INVALID_PARAMETERS = -2,
    PSCI_ALREADY_ON = -4,
    PSCI_INVALID_ADDRESS = -9,
};
/* AFFINITY_INFO. */
enum { PSCI_AFF_ON = 0, PSCI_AFF_OFF = 1 };

/* --- turns --------------------------------------------------------------- */

static bool is_ready(struct vcpu *v)
{
    const struct target_ops *t = v->e->target;

    if (!v->on)
        return false;
    return t->waiting(v->cpu) == CPU_RUNNING || t->wake(v->cpu);
}

void vcpu_turn(struct exec *e, unsigned n)
{
    struct vcpu *last = &e->cpu[e->turn_cpu], *v = &e->cpu[n];
    unsigned from = e->turn_cpu;

    last->ran += e->clock->count - last->began;
    v->began = e->clock->count;
    if (v->host) {
        v->host->event_count = e->clock->count;
        v->host->budget = v->host->stolen = 0;
    }
    if (last->host)
        ring_cut(e, RING_ALL, false);
    e->turn_cpu = n;
    ring_turn(e, from);
}

static void give_turn(struct exec *e, unsigned n)
{
    if (n != e->turn_cpu) {
        struct vcpu *last = &e->cpu[e->turn_cpu];

        e->target->end_turn(last->cpu);
        last->has_page = false;
        chain_forget(last);
        vcpu_turn(e, n);
    }
    e->turn_end = e->clock->count + EXEC_QUANTUM;
    e->turn_over = false;
}

bool vcpu_pick(struct exec *e)
{
    if (!e->turn_over)
        return true;
    for (unsigned i = 1; i <= e->cfg.n_cpus; i++) {
        unsigned n = (e->turn_cpu + i) % e->cfg.n_cpus;

        if (is_ready(&e->cpu[n])) {
            give_turn(e, n);
            return true;
        }
    }
    return false;
}

/* --- time ---------------------------------------------------------------- */

/* Count before the current instruction of a running block. */
static u64 count_now(const struct cpu_host *h)
{
    return h->event_count - (u64)vcpu_left(h) - h->insn_left;
}

static void sync_time(struct cpu_host *h)
{
    if (h->vcpu->e->running)
        h->vcpu->e->clock->count = count_now(h);
}

/* Count at the CPU's boundary of now: it has the turn. */
u64 vcpu_boundary(const struct cpu_host *h, bool after)
{
    if (h->vcpu->e->running)
        return count_now(h) + after;
    return h->event_count - (u64)vcpu_left(h);
}

static u64 ran(struct cpu_host *h, bool after)
{
    struct vcpu *v = h->vcpu;

    if (v != &v->e->cpu[v->e->turn_cpu])
        return v->ran;
    return v->ran + (vcpu_boundary(h, after) - v->began);
}

void vcpu_cut_budget(struct cpu_host *h, u64 due, u64 first)
{
    if (due < first)
        due = first;
    if (due < h->event_count) {
        h->budget -= (s64)(h->event_count - due);
        h->event_count = due;
    }
}

static void set_due(struct cpu_host *h, u64 due)
{
    struct vcpu *v = h->vcpu;

    v->due = due;
    if (v == &v->e->cpu[v->e->turn_cpu])
        vcpu_cut_budget(h, vcpu_due_count(v), vcpu_boundary(h, true));
}

void vcpu_kick(struct cpu_host *h)
{
    if (h->stolen)
        return;
    h->budget -= JIT_STEAL;
    h->stolen = JIT_STEAL;
}

void vcpu_deadline_changed(void *opaque)
{
    struct exec *e = opaque;
    struct cpu_host *h;

    if (!e->running)
        return;
    h = e->running->host;
    vcpu_cut_budget(h, exec_due_count(e->clock), count_now(h) + 1);
}

/* --- PSCI ---------------------------------------------------------------- */

static struct vcpu *by_mpidr(struct exec *e, u64 mpidr)
{
    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        if (e->target->mpidr(i) == mpidr)
            return &e->cpu[i];
    return NULL;
}

static s64 cpu_on(struct cpu_host *h, u64 mpidr, u64 entry, u64 context)
{
    struct exec *e = h->vcpu->e;
    struct vcpu *v = by_mpidr(e, mpidr);

    if (!v)
        return PSCI_INVALID_PARAMETERS;
    if ((entry & 3) || !ram_contains(e->ram, entry, 4))
        return PSCI_INVALID_ADDRESS;
    if (v->on)
        return PSCI_ALREADY_ON;
    e->target->reset(v->cpu, entry, context);
    v->on = true;
    v->is_high = bit64(entry, 55);
    v->has_page = false;
    v->is_single = false;
    chain_forget(v);
    PROBE(e->probe, TRACE_CPU_ON, v->index, entry, context);
    return PSCI_SUCCESS;
}

static s64 affinity_info(struct cpu_host *h, u64 mpidr, u64 level)
{
    struct vcpu *v = by_mpidr(h->vcpu->e, mpidr);

    if (!v || level)
        return PSCI_INVALID_PARAMETERS;
    return v->on ? PSCI_AFF_ON : PSCI_AFF_OFF;
}

static void cpu_off(struct cpu_host *h)
{
    h->vcpu->on = false;
    h->vcpu->e->turn_over = true;
    PROBE(h->vcpu->e->probe, TRACE_CPU_OFF, h->vcpu->index);
    vcpu_kick(h);
}

static void system_off(struct cpu_host *h)
{
    exec_stop(h->vcpu->e, EXEC_OFF, 0);
}

static void system_reset(struct cpu_host *h)
{
    exec_stop(h->vcpu->e, EXEC_RESET, 0);
}

static void guest_exit(struct cpu_host *h, int status)
{
    exec_stop(h->vcpu->e, EXEC_EXIT, status);
}

static void for_each_cpu(struct cpu_host *h, void (*fn)(void *cpu, void *arg),
                         void *arg)
{
    struct exec *e = h->vcpu->e;

    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        if (e->cpu[i].cpu)
            fn(e->cpu[i].cpu, arg);
}

static bool mem_load(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    return exec_slow.load(h, va, memop, out);
}

static bool mem_store(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi)
{
    return exec_slow.store(h, va, memop, lo, hi);
}

const struct vcpu_ops exec_vcpu_ops = {
    .fetch_flush = fetch_flush,
    .fetch_select = fetch_select,
    .sync_time = sync_time,
    .ran = ran,
    .set_due = set_due,
    .kick = vcpu_kick,
    .cpu_on = cpu_on,
    .affinity_info = affinity_info,
    .cpu_off = cpu_off,
    .system_off = system_off,
    .system_reset = system_reset,
    .guest_exit = guest_exit,
    .mem_load = mem_load,
    .mem_store = mem_store,
    .for_each_cpu = for_each_cpu,
};

/* --- wires --------------------------------------------------------------- */

/* Wires exist before the CPUs that they lead to. */
static void drive_irq(void *opaque, unsigned n, bool level)
{
    struct vcpu *v = opaque;

    struct irq_line line;

    (void)n;
    if (!v->cpu)
        return;
    line = v->e->target->irq_wire(v->cpu);
    irq_set(&line, level);
}

static void drive_fiq(void *opaque, unsigned n, bool level)
{
    struct vcpu *v = opaque;

    struct irq_line line;

    (void)n;
    if (!v->cpu)
        return;
    line = v->e->target->fiq_wire(v->cpu);
    irq_set(&line, level);
}

struct irq_line exec_irq_line(struct exec *e, unsigned cpu, bool fiq)
{
    return (struct irq_line){
        .set = fiq ? drive_fiq : drive_irq,
        .opaque = &e->cpu[cpu],
    };
}
