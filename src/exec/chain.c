/* SPDX-License-Identifier: MIT */
/*
 * chain.c - when an exit of translated code is linked to the block that
 * follows it.
 *
 * An exit is linked when the next block turns out to be a whole one in the
 * same fetch context: direct within a page, since going on there needs no
 * lookup, else guarded by the context's exec_id. Nothing may come between the
 * exit and the block: an interrupt or a fault drops the wish. Blocks that
 * were cut for an event are not linked to.
 */
#include "exec_impl.h"

#include "log.h"

void chain_wish(struct vcpu *v, const struct jit_result *r)
{
    const struct exec *e = v->e;

    v->wish = (struct link_wish){ 0 };
    if (!r->site || !e->jit || e->cfg.jit.no_chain || log_on(LOG_EXEC))
        return;
    v->wish = (struct link_wish){
        .site = r->site,
        .exec_id = v->host->exec_id,
        .epoch = e->epoch,
        .from = r->tb,
    };
}

void chain_grant(struct vcpu *v, struct tb *tb)
{
    struct link_wish w = v->wish;
    struct exec *e = v->e;
    bool same_va, same_pa;

    chain_forget(v);
    if (w.epoch != e->epoch || w.from->invalid || tb->invalid ||
        w.exec_id != v->host->exec_id || tb->max_insns != e->cfg.tb_max)
        return;
    same_va = !((w.from->pc ^ tb->pc) & PAGE_MASK);
    same_pa = !((w.from->pa ^ tb->pa) & PAGE_MASK);
    if (same_va && !same_pa)
        return; /* such an exit has no guard */
    jit_link(e->jit, v->host, w.site, tb, same_va);
}
