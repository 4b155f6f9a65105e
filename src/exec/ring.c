/* SPDX-License-Identifier: MIT */
/*
 * ring.c - the engine's side of a trace: what goes into the ring besides the
 * identities that blocks write themselves (ring.h).
 *
 * The place to write at is in the cpu_host of the CPU that has the turn, and
 * only there. There is always room for as many identities as instructions
 * may still run before the engine looks again: so blocks never test for the
 * end of the room, and a full ring makes the engine wait here.
 */
#include "exec_impl.h"

#include <string.h>

static struct cpu_host *turn_host(const struct exec *e)
{
    return e->cpu[e->turn_cpu].host;
}

void ring_room(struct exec *e, u64 insns)
{
    struct cpu_host *h = turn_host(e);
    u64 need = insns + RING_MAX_WORDS;

    if (!e->ring)
        return;
    if (!h->trace || (u64)(e->ring->end - h->trace) < need)
        h->trace = e->ring->more(e->ring->opaque, h->trace, need);
}

/* Room for a record of @n words: returns where they go. */
static u32 *record(struct exec *e, enum ring_type type, u32 n)
{
    struct cpu_host *h = turn_host(e);
    s64 left = vcpu_left(h);
    u64 ids = left > 0 ? (u64)left : 0;
    u32 *p;

    assert(n < RING_MAX_WORDS);
    if (!h->trace || (u64)(e->ring->end - h->trace) < ids + n + 1)
        ring_room(e, ids);
    p = h->trace;
    h->trace = p + n + 1;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): ring_room() */
    *p = ring_head(type, n);
    return p + 1;
}

void exec_ring_put(struct exec *e, enum ring_type type, const u32 *w, u32 n)
{
    memcpy(record(e, type, n), w, 4ul * n);
}

void exec_ring_flush(struct exec *e)
{
    struct cpu_host *h = turn_host(e);

    if (e->ring && h->trace)
        h->trace = e->ring->more(e->ring->opaque, h->trace, 0);
}

u64 exec_now(const struct exec *e)
{
    const struct cpu_host *h = turn_host(e);

    if (!h)
        return e->clock->count;
    return vcpu_boundary(h, true);
}

void ring_define(struct vcpu *v, struct tb *tb)
{
    struct exec *e = v->e;
    const u8 *code = ram_host(e->ram, tb->pa);
    u32 flags = tb->flags & RING_EL, *p;
    unsigned at;

    if (!e->ring)
        return;
    if (e->target->tb_is_mapped(tb->flags))
        flags |= bit64(tb->pc, 55) ? RING_MMU : RING_MMU | RING_ASID;
    if (tb->mid_block)
        flags |= RING_PIECE;
    p = record(e, RING_DEFINE, 6u + tb->n_insns);
    p[0] = tb->trace_id;
    p[1] = flags;
    ring_put64(p + 2, tb->pc);
    ring_put64(p + 4, tb->pa);
    for (at = 0; at < tb->n_insns; at++, code += 4)
        p[6 + at] = (u32)code[0] | (u32)code[1] << 8 | (u32)code[2] << 16 |
                    (u32)code[3] << 24;
}

void ring_cut(struct exec *e, u32 n_insns, bool goes_on)
{
    u32 *p;

    if (!e->ring)
        return;
    p = record(e, RING_CUT, 2);
    p[0] = n_insns;
    p[1] = goes_on;
}

void ring_turn(struct exec *e, unsigned from)
{
    struct cpu_host *last = e->cpu[from].host;

    if (!e->ring || !last)
        return;
    turn_host(e)->trace = last->trace;
    if (turn_host(e) != last)
        last->trace = NULL;
    *record(e, RING_CPU, 1) = e->turn_cpu;
}

/* --- identities ----------------------------------------------------------- */

/*
 * Identities of blocks that are gone are given out again, so that they stay
 * small: the reader has a table of them.
 */
u32 ring_id_new(struct exec *e)
{
    if (!e->ring)
        return 0;
    if (e->free_ids->len) {
        u32 id = g_array_index(e->free_ids, u32, e->free_ids->len - 1);

        g_array_set_size(e->free_ids, e->free_ids->len - 1);
        return id;
    }
    return ++e->last_trace_id;
}

void ring_id_free(struct exec *e, u32 id)
{
    if (id)
        g_array_append_val(e->free_ids, id);
}
