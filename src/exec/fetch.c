/* SPDX-License-Identifier: MIT */
/*
 * fetch.c - fetch contexts and jump caches: what the engine and translated
 * code know about where instructions come from, so that they need not ask
 * the map.
 *
 * A jump cache finds blocks by address and belongs to a set of translation
 * flags; all address spaces and CPUs share it. A fetch context belongs to an
 * address space and flags and says which pages the map has been asked for:
 * by the number of a (virtual, physical) page, which the blocks of the page
 * have too. So a new address space starts with the code that others run, and
 * only asks once a page. When the map drops a translation, the contexts of
 * its space forget the page, and nothing else changes.
 *
 * A context is selected at every exception entry and return, so that is a
 * hash lookup.
 */
#include "exec_impl.h"

#include <glib.h>
#include <string.h>

#include "log.h"

static_assert(JUMP_CACHES > EXEC_MAX_CPUS, "one for each CPU, and one more");

/* --- jump caches --------------------------------------------------------- */

static void empty_entry(struct jump_cache *c, unsigned i)
{
    c->jc[i].va = JC_EMPTY(i);
    c->jc[i].code = NULL;
    c->tb[i] = NULL;
}

static bool is_current(const struct exec *e, const struct jump_cache *c)
{
    for (unsigned i = 0; i < e->cfg.n_cpus; i++) {
        const struct fetch_ctx *cur = e->cpu[i].fetch.cur;

        if (cur && cur->jump == c)
            return true;
    }
    return false;
}

/* When a context that uses @c was selected last. */
static u64 last_use(const struct exec *e, const struct jump_cache *c)
{
    u64 last = 0;

    for (unsigned n = 0; n < e->cfg.n_cpus; n++) {
        const struct fetch_pool *p = &e->cpu[n].fetch;

        for (unsigned i = 0; i < p->n; i++)
            if (p->ctx[i]->jump == c && p->ctx[i]->stamp > last)
                last = p->ctx[i]->stamp;
    }
    return last;
}

/* Takes the jump cache that was not used for longest from its flags. */
static struct jump_cache *reuse_jump(struct exec *e)
{
    struct jump_cache *best = NULL;

    for (unsigned i = 0; i < e->n_jumps; i++)
        if (!is_current(e, e->jump[i]) &&
            (!best || last_use(e, e->jump[i]) < last_use(e, best)))
            best = e->jump[i];
    for (unsigned n = 0; n < e->cfg.n_cpus; n++) {
        struct fetch_pool *p = &e->cpu[n].fetch;

        for (unsigned i = 0; i < p->n; i++)
            if (p->ctx[i]->jump == best)
                p->ctx[i]->jump = NULL;
    }
    return best;
}

static struct jump_cache *jump_of(struct exec *e, u32 flags)
{
    struct jump_cache *c;

    for (unsigned i = 0; i < e->n_jumps; i++)
        if (e->jump[i]->flags == flags)
            return e->jump[i];
    if (e->n_jumps < JUMP_CACHES)
        c = e->jump[e->n_jumps++] = g_new(struct jump_cache, 1);
    else
        c = reuse_jump(e);
    c->flags = flags;
    for (unsigned i = 0; i < JC_SIZE; i++)
        empty_entry(c, i);
    return c;
}

void fetch_know(struct vcpu *v, const struct tb *tb)
{
    struct fetch_ctx *c = v->fetch.cur;

    c->pages[code_slot(tb->pc)] = tb->page_id;
    c->is_empty = false;
}

void fetch_fill(struct vcpu *v, struct tb *tb)
{
    struct fetch_ctx *c = v->fetch.cur;
    unsigned i = jc_slot(tb->pc, tb->flags >> TB_ENTRY_SHIFT);

    fetch_know(v, tb);
    empty_entry(c->jump, i);
    c->jump->tb[i] = tb;
    /* To see every block, translated code must come back to the engine. */
    if (v->e->jit && !tb->is_watched && !v->e->observe &&
        !v->e->cfg.jit.no_chain &&
        !log_on(LOG_EXEC)) {
        c->jump->jc[i].code = tb->far;
        c->jump->jc[i].va = tb->pc;
    }
}

void fetch_forget(struct exec *e, const struct tb *tb)
{
    unsigned i = jc_slot(tb->pc, tb->flags >> TB_ENTRY_SHIFT);

    for (unsigned n = 0; n < e->n_jumps; n++)
        if (e->jump[n]->tb[i] == tb)
            empty_entry(e->jump[n], i);
}

/* --- contexts ------------------------------------------------------------ */

static struct fetch_ctx **bucket_of(struct fetch_pool *p, u32 space,
                                    u32 flags)
{
    u32 h = (space * 0x9e3779b1u) ^ (flags * 0x85ebca6bu);

    return &p->bucket[h >> 26];
}
static_assert(FETCH_BUCKETS == 1 << 6, "bucket_of() takes the top 6 bits");

static void empty(struct fetch_ctx *c)
{
    if (!c->is_empty)
        memset(c->pages, 0, sizeof(c->pages));
    c->is_empty = true;
}

/* Takes the context that was not selected for longest. */
static struct fetch_ctx *reuse(struct fetch_pool *p)
{
    struct fetch_ctx *c = p->ctx[0], **at;

    for (unsigned i = 1; i < p->n; i++)
        if (p->ctx[i]->stamp < c->stamp)
            c = p->ctx[i];
    at = bucket_of(p, c->space, c->flags);
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    empty(c);
    return c;
}

static struct fetch_ctx *add(struct vcpu *v, u32 space, u32 flags)
{
    struct fetch_pool *p = &v->fetch;
    struct fetch_ctx **at = bucket_of(p, space, flags);
    struct fetch_ctx *c;

    if (p->n < FETCH_CTXS) {
        c = p->ctx[p->n++] = g_new0(struct fetch_ctx, 1);
        c->is_empty = true;
    } else {
        c = reuse(p);
    }
    c->space = space;
    c->flags = flags;
    c->jump = NULL;
    c->next = *at;
    *at = c;
    return c;
}

void fetch_select(struct cpu_host *h, u32 space, u32 flags)
{
    struct vcpu *v = h->vcpu;
    struct fetch_pool *p = &v->fetch;
    struct fetch_ctx *c = *bucket_of(p, space, flags);

    while (c && (c->space != space || c->flags != flags))
        c = c->next;
    if (unlikely(!c))
        c = add(v, space, flags);
    if (unlikely(!c->jump))
        c->jump = jump_of(v->e, flags);
    c->stamp = ++v->e->fetch_clock;
    p->cur = c;
    h->jc = c->jump->jc;
    h->pages = c->pages;
}

static void drop_pages(struct fetch_ctx *c, u64 va, u64 size)
{
    if (!size || size >> PAGE_BITS >= 1u << CODE_SLOT_BITS) {
        empty(c);
        return;
    }
    for (u64 off = 0; off < size && !c->is_empty; off += PAGE_SIZE)
        c->pages[code_slot(va + off)] = 0;
}

void fetch_flush(struct cpu_host *h, u32 space, u64 va, u64 size)
{
    struct fetch_pool *p = &h->vcpu->fetch;

    for (unsigned i = 0; i < p->n; i++)
        if (space == TAG_ANY_SPACE || p->ctx[i]->space == space)
            drop_pages(p->ctx[i], va, size);
}

void fetch_init(struct vcpu *v)
{
    /* Something is selected from the start. */
    fetch_select(v->host, TAG_ANY_SPACE - 1, 0);
}

void fetch_fini(struct vcpu *v)
{
    for (unsigned i = 0; i < v->fetch.n; i++)
        g_free(v->fetch.ctx[i]);
    v->fetch = (struct fetch_pool){ 0 };
}

void fetch_free(struct exec *e)
{
    for (unsigned i = 0; i < e->n_jumps; i++)
        g_free(e->jump[i]);
    e->n_jumps = 0;
}
