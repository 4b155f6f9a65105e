/* SPDX-License-Identifier: MIT */
/*
 * fetch.c - fetch contexts: one jump cache for each address space and set of
 * translation flags that a CPU used lately.
 *
 * A context is selected at every exception entry and return, so that is a
 * hash lookup. When the map drops a fetch translation, the contexts of its
 * space get a new exec_id, which opens every link that was guarded by the old
 * one, and their jump caches are emptied: a log of the filled entries makes
 * that cheap. Then a hit in a jump cache, or a guard that holds, means that
 * the map still has the translation.
 */
#include "exec_impl.h"

#include <glib.h>

#include "log.h"

static struct fetch_ctx **bucket_of(struct fetch_pool *p, u32 space,
                                    u32 flags)
{
    u32 h = (space * 0x9e3779b1u) ^ (flags * 0x85ebca6bu);

    return &p->bucket[h >> 26];
}
static_assert(FETCH_BUCKETS == 1 << 6, "bucket_of() takes the top 6 bits");

/* A number that no link is guarded by. */
static u32 new_exec_id(struct exec *e)
{
    /* When 2^32 are used up, every link must go before they come again. */
    if (++e->last_exec_id == 0) {
        e->last_exec_id = 1;
        e->drop_all = true;
    }
    return e->last_exec_id;
}

static void empty_entry(struct fetch_ctx *c, unsigned i)
{
    c->jc[i].va = JC_EMPTY(i);
    c->jc[i].code = NULL;
    c->tb[i] = NULL;
}

static void empty(struct fetch_ctx *c)
{
    unsigned i;

    if (c->n_log <= FETCH_LOG) {
        for (i = 0; i < c->n_log; i++)
            empty_entry(c, c->log[i]);
    } else {
        for (i = 0; i < JC_SIZE; i++)
            empty_entry(c, i);
    }
    c->n_log = 0;
}

static struct fetch_ctx *make(struct fetch_pool *p)
{
    struct fetch_ctx *c = g_new0(struct fetch_ctx, 1);

    for (unsigned i = 0; i < JC_SIZE; i++)
        c->jc[i].va = JC_EMPTY(i);
    p->ctx[p->n++] = c;
    return c;
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
    struct fetch_ctx *c = p->n < FETCH_CTXS ? make(p) : reuse(p);
    struct fetch_ctx **at = bucket_of(p, space, flags);

    c->space = space;
    c->flags = flags;
    c->exec_id = new_exec_id(v->e);
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
    c->stamp = ++p->clock;
    c->is_fresh = false;
    p->cur = c;
    h->jc = c->jc;
    h->exec_id = c->exec_id;
}

void fetch_flush(struct cpu_host *h, u32 space)
{
    struct vcpu *v = h->vcpu;
    struct fetch_pool *p = &v->fetch;

    for (unsigned i = 0; i < p->n; i++) {
        struct fetch_ctx *c = p->ctx[i];

        if (space != TAG_ANY_SPACE && c->space != space)
            continue;
        empty(c);
        if (!c->is_fresh)
            c->exec_id = new_exec_id(v->e);
        c->is_fresh = c != p->cur;
        if (c == p->cur)
            h->exec_id = c->exec_id;
    }
}

void fetch_fill(struct vcpu *v, struct tb *tb)
{
    struct fetch_ctx *c = v->fetch.cur;
    unsigned i = jc_index(tb->pc);

    if (c->n_log < FETCH_LOG)
        c->log[c->n_log] = (u16)i;
    if (c->n_log <= FETCH_LOG)
        c->n_log++;
    c->tb[i] = tb;
    /* To see every block, translated code must come back to the engine. */
    if (v->e->jit && !v->e->cfg.jit.no_chain && !log_on(LOG_EXEC)) {
        c->jc[i].code = tb->code;
        c->jc[i].va = tb->pc;
    }
}

void fetch_forget(struct exec *e, const struct tb *tb)
{
    unsigned i = jc_index(tb->pc);

    for (unsigned n = 0; n < e->cfg.n_cpus; n++) {
        struct fetch_pool *p = &e->cpu[n].fetch;

        for (unsigned k = 0; k < p->n; k++)
            if (p->ctx[k]->tb[i] == tb)
                empty_entry(p->ctx[k], i);
    }
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
