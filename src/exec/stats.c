/* SPDX-License-Identifier: MIT */
/*
 * stats.c - the figures of -d stats. Counters cost a few host instructions
 * on cold paths; only the time of translation asks the host's clock, by a
 * hook, and only when the figures are wanted.
 */
#include "exec_impl.h"

#include <glib.h>

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static void stats_blocks(struct exec *e, GString *out)
{
    double insns = (double)e->clock->count;
    double length = ratio((double)e->n_entered_insns, (double)e->n_entered);
    double blocks = ratio(insns, length);

    g_string_append_printf(out,
                           "instructions        %llu\n"
                           "virtual time        %.6f s\n"
                           "blocks made         %llu, %llu instructions\n"
                           "blocks now          %u\n"
                           "dropped by writes   %llu in %llu writes\n"
                           "loop entries        %llu, about %.2f per 1000 "
                           "blocks\n",
                           (unsigned long long)e->clock->count,
                           (double)clock_now(e->clock) / 1e9,
                           (unsigned long long)e->n_translated,
                           (unsigned long long)e->n_translated_insns,
                           e->n_tbs, (unsigned long long)e->n_invalidated,
                           (unsigned long long)e->n_code_writes,
                           (unsigned long long)e->n_entered,
                           1000 * ratio((double)e->n_entered, blocks));
    if (e->translate_ns)
        g_string_append_printf(
            out, "translation         %.3f us an instruction\n",
            ratio((double)e->translate_ns / 1000,
                  (double)e->n_translated_insns));
}

static void stats_code(struct exec *e, GString *out)
{
    const struct jit_stats *s = jit_get_stats(e->jit);
    double insns = (double)s->guest_insns;
    u64 helper_insns = 0;

    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        helper_insns += e->cpu[i].host->n_helper_insns;
    g_string_append_printf(
        out,
        "host bytes          %.1f hot, %.1f cold an instruction\n"
        "register stores     %.2f an instruction\n"
        "links               %llu made, %llu undone\n"
        "cache evictions     %llu\n"
        "helper calls        %.2f%% of instructions\n",
        ratio((double)s->hot_bytes, insns),
        ratio((double)s->cold_bytes, insns),
        ratio((double)s->reg_stores, insns), (unsigned long long)s->links,
        (unsigned long long)s->unlinks, (unsigned long long)s->evictions,
        100 * ratio((double)helper_insns, (double)e->clock->count));
}

void exec_stats(struct exec *e, GString *out)
{
    const struct tag_stats *t = tag_pool_stats(e->cfg.tags);

    stats_blocks(e, out);
    if (e->jit)
        stats_code(e, out);
    g_string_append_printf(
        out,
        "slow accesses       %llu, %llu to devices\n"
        "run alone           %llu\n"
        "fetch translations  %llu\n"
        "tags                %llu filled, %llu dropped\n"
        "tag tables          %llu made, %llu reused\n",
        (unsigned long long)e->n_slow, (unsigned long long)e->n_mmio,
        (unsigned long long)e->n_restarts,
        (unsigned long long)e->n_fetch_walks, (unsigned long long)t->fills,
        (unsigned long long)t->drops, (unsigned long long)t->tables,
        (unsigned long long)t->reused);
    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        e->target->stats(e->cpu[i].cpu, out);
}
