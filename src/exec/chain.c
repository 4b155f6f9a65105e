/* SPDX-License-Identifier: MIT */
/*
 * chain.c - when an exit of translated code is linked to the block that
 * follows it.
 *
 * An exit is linked when the next block turns out to be a whole one in the
 * same half of the address space with the same flags: within a page to its
 * plain entry, since going on there needs no lookup, else to the one that
 * tests whether the fetch context knows the page. Nothing may come between
 * the exit and the block: an interrupt or a fault drops the wish. Blocks that
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
        .epoch = e->epoch,
        .from = r->tb,
    };
}

void chain_grant(struct vcpu *v, struct tb *tb)
{
    struct link_wish w = v->wish;
    struct exec *e = v->e;
    bool same_va, same_pa, same_half;
    u32 differ;

    chain_forget(v);
    differ = w.from->flags ^ tb->flags;
    if (w.epoch != e->epoch || w.from->invalid || tb->invalid ||
        (differ & ~(TB_PAGE | TB_ENTRY_MASK)) ||
        (tb->flags & TB_ENTRY_MASK) || tb->max_insns != e->cfg.tb_max ||
        tb->is_watched)
        return;
    same_half = bit64(w.from->pc, 55) == bit64(tb->pc, 55);
    same_va = !((w.from->pc ^ tb->pc) & PAGE_MASK);
    same_pa = !((w.from->pa ^ tb->pa) & PAGE_MASK);
    if (!same_half || (same_va && (!same_pa || (differ & TB_PAGE))))
        return; /* nothing would tell these apart */
    jit_link(e->jit, w.site, tb, same_va);
}
