/* SPDX-License-Identifier: MIT */
/*
 * tb.c - the blocks: finding one by what it was made from, making it, and
 * dropping it.
 *
 * A block's key is (pa, pc, flags, limit): the same physical code at another
 * virtual address is another block, as addresses are constants in it. The
 * hash grows with the number of blocks; the back end's cache bounds that, and
 * for the evaluator a limit on the size of its IR does.
 */
#include "exec_impl.h"

#include <glib.h>

#include "log.h"

#define FIRST_BUCKETS (1u << 14)

static u32 hash_of(gpa_t pa, u64 pc, u32 flags, u32 max)
{
    u64 h = pa ^ (pc << 20) ^ ((u64)flags << 40) ^ ((u64)max << 56);

    h *= 0x9e3779b97f4a7c15ull;
    return (u32)(h >> 32);
}

static struct tb **bucket_of(const struct exec *e, const struct tb *tb)
{
    u32 h = hash_of(tb->pa, tb->pc, tb->flags, tb->max_insns);

    return &e->bucket[h & (e->n_buckets - 1)];
}

static void hash_insert(struct exec *e, struct tb *tb)
{
    struct tb **at = bucket_of(e, tb);

    tb->hash_next = *at;
    *at = tb;
}

static void hash_grow(struct exec *e)
{
    struct tb **old = e->bucket;
    u32 n_old = e->n_buckets;

    e->n_buckets = 2 * n_old;
    e->bucket = g_new0(struct tb *, e->n_buckets);
    for (u32 i = 0; i < n_old; i++) {
        while (old[i]) {
            struct tb *tb = old[i];

            old[i] = tb->hash_next;
            hash_insert(e, tb);
        }
    }
    g_free(old);
}

static void hash_remove(struct exec *e, struct tb *tb)
{
    struct tb **at = bucket_of(e, tb);

    while (*at != tb)
        at = &(*at)->hash_next;
    *at = tb->hash_next;
    tb->hash_next = NULL;
    e->n_tbs--;
}

/* --- making -------------------------------------------------------------- */

static void build_ir(struct vcpu *v, struct tb *tb)
{
    struct exec *e = v->e;
    struct ir_block *b = &e->ir;

    ir_reset(b, tb->pc, tb->pa, (e->cfg.no_opt ? IR_B_NO_OPT : 0) |
                                    (e->cfg.verify_ir ? IR_B_VERIFY : 0));
    e->target->translate(v->cpu, b, tb, ram_host(e->ram, tb->pa),
                         observe_limit(e, tb->pc, tb->max_insns & ~TB_MAX_COLD),
                         code_is_io, code_page(e, tb->pa));
    ir_optimize(b);
    tb->n_insns = (u16)b->n_insns;
    tb->n_bytes = (u16)b->n_bytes;
}

static void free_tb(struct exec *e, struct tb *tb)
{
    if (tb->ir) {
        e->ir_bytes -= tb->ir->n * sizeof(struct ir_node) + sizeof(*tb->ir);
        ir_block_free(tb->ir);
    }
    ring_id_free(e, tb->trace_id);
    g_free(tb);
}

/* The back end frees the code of @tb. */
static void evicted(void *opaque, struct tb *tb)
{
    struct exec *e = opaque;
    struct code_page *page = code_page(e, tb->pa);
    struct tb **at = &page->first;

    if (!tb->invalid) {
        while (*at != tb)
            at = &(*at)->page_next;
        *at = tb->page_next;
        hash_remove(e, tb);
        fetch_forget(e, tb);
        code_page_left(e, tb);
    }
    e->n_freed++;
    free_tb(e, tb);
}

static void compile(struct exec *e, struct tb *tb)
{
    if (!e->jit) {
        tb->ir = ir_block_dup(&e->ir);
        e->ir_bytes += tb->ir->n * sizeof(struct ir_node) + sizeof(*tb->ir);
        e->drop_all |= e->ir_bytes > IR_LIMIT;
        return;
    }
    tb->may_loop = !e->cfg.jit.no_chain && !log_on(LOG_EXEC) &&
                   !(tb->flags & TB_ENTRY_MASK) &&
                   tb->max_insns == e->cfg.tb_max && !tb->is_watched;
    while (!jit_compile(e->jit, &e->ir, tb)) {
        jit_evict(e->jit, evicted, e);
        e->epoch++;
    }
}

static struct tb *make(struct vcpu *v, u64 pc, gpa_t pa, u32 flags, u32 max)
{
    struct exec *e = v->e;
    const struct exec_hooks *hooks = &e->cfg.hooks;
    bool timed = log_on(LOG_STATS) && hooks->host_ns;
    u64 start = timed ? hooks->host_ns(e->cfg.opaque) : 0;
    struct tb *tb = g_new0(struct tb, 1);

    tb->pc = pc;
    tb->pa = pa;
    tb->flags = flags;
    tb->max_insns = max;
    tb->is_cold = (max & TB_MAX_COLD) != 0;
    tb->is_watched = observe_is_watched(e, pc);
    code_view_enter(e, tb);
    build_ir(v, tb);
    tb->trace_id = ring_id_new(e);
    compile(e, tb);
    ring_define(v, tb);
    if (timed)
        e->translate_ns += hooks->host_ns(e->cfg.opaque) - start;
    e->n_translated++;
    e->n_translated_insns += tb->n_insns;
    if (hooks->new_block && (log_mask & (LOG_IN_ASM | LOG_OUT_ASM)))
        hooks->new_block(e->cfg.opaque, tb, &e->ir, ram_host(e->ram, pa));
    if (hooks->made)
        hooks->made(e->cfg.opaque, tb);
    if (e->n_tbs >= e->n_buckets)
        hash_grow(e);
    hash_insert(e, tb);
    e->n_tbs++;
    code_page_add(e, tb);
    return tb;
}

struct tb *tb_get(struct vcpu *v, u64 pc, gpa_t pa, u32 max)
{
    struct exec *e = v->e;
    u32 flags = tb_flags_now(v);
    struct tb *tb =
        e->bucket[hash_of(pa, pc, flags, max) & (e->n_buckets - 1)];

    while (tb && (tb->pa != pa || tb->pc != pc || tb->flags != flags ||
                  tb->max_insns != max))
        tb = tb->hash_next;
    return likely(tb != NULL) ? tb : make(v, pc, pa, flags, max);
}

/* --- dropping ------------------------------------------------------------ */

void tb_drop(struct exec *e, struct tb *tb)
{
    hash_remove(e, tb);
    fetch_forget(e, tb);
    tb->invalid = 1;
    if (e->jit) {
        jit_unlink(e->jit, tb);
    } else {
        tb->hash_next = e->dead;
        e->dead = tb;
    }
}

void tb_drop_all(struct exec *e)
{
    for (struct code_page *p = e->pages; p; p = p->next)
        if (p->first)
            code_invalidate(e, p->pa, PAGE_SIZE);
}

void tb_bury(struct exec *e)
{
    if (e->drop_all)
        tb_drop_all(e);
    e->drop_all = false;
    while (e->dead) {
        struct tb *tb = e->dead;

        e->dead = tb->hash_next;
        free_tb(e, tb);
    }
    e->epoch++;
}

void tb_init(struct exec *e)
{
    e->n_buckets = FIRST_BUCKETS;
    e->bucket = g_new0(struct tb *, e->n_buckets);
    e->n_pages = e->ram->size >> PAGE_BITS;
    e->page = g_new0(struct code_page *, e->n_pages);
    ir_block_init(&e->ir, e->target->layout);
}

void tb_fini(struct exec *e)
{
    tb_drop_all(e);
    /* The back end's parts are freed one by one. */
    for (unsigned i = 0; e->jit && i < 64 &&
                         jit_get_stats(e->jit)->blocks > e->n_freed; i++)
        jit_evict(e->jit, evicted, e);
    tb_bury(e);
    while (e->pages) {
        struct code_page *page = e->pages;

        e->pages = page->next;
        g_free(page->io);
        g_free(page);
    }
    g_free(e->page);
    g_free(e->bucket);
    ir_block_fini(&e->ir);
}
