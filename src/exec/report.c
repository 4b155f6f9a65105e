/* SPDX-License-Identifier: MIT */
/*
 * report.c - what is said about a run that went wrong (DESIGN D13): where
 * each CPU is, and the blocks that the loop entered last. Blocks that
 * translated code went to by itself are not seen here; -d exec shows all.
 */
#include "exec_impl.h"

#include <glib.h>

static const char *wait_name(enum cpu_wait w)
{
    switch (w) {
    case CPU_WFI: return "waits for an interrupt";
    case CPU_WFE: return "waits for an event";
    case CPU_YIELD: return "yields";
    case CPU_OFF: return "is off";
    default: return "runs";
    }
}

static void report_cpu(struct vcpu *v, GString *out)
{
    const struct target_ops *t = v->e->target;

    g_string_append_printf(out, "cpu %u %s at pc %016llx in el%u\n", v->index,
                           v->on ? wait_name(t->waiting(v->cpu)) : "is off",
                           (unsigned long long)t->get_pc(v->cpu),
                           t->el(v->cpu) & ~(unsigned)TARGET_EL_STORM);
    if (v->on)
        t->describe(v->cpu, out, false);
}

void exec_report(struct exec *e, GString *out)
{
    u64 n = e->n_entered < RECENT_BLOCKS ? e->n_entered : RECENT_BLOCKS;

    g_string_append_printf(out, "after %llu instructions, %llu.%09llu s\n",
                           (unsigned long long)e->clock->count,
                           (unsigned long long)(clock_now(e->clock) /
                                                1000000000),
                           (unsigned long long)(clock_now(e->clock) %
                                                1000000000));
    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        if (e->cpu[i].cpu)
            report_cpu(&e->cpu[i], out);
    if (n)
        g_string_append(out, "last blocks entered:\n");
    for (u64 i = e->n_entered - n; i < e->n_entered; i++) {
        unsigned k = (unsigned)(i % RECENT_BLOCKS);

        g_string_append_printf(
            out, "  cpu %u el%u va %016llx pa %012llx n %u\n",
            e->recent[k].cpu, e->recent[k].el,
            (unsigned long long)e->recent[k].pc,
            (unsigned long long)e->recent[k].pa, e->recent[k].n_insns);
    }
}
