/* SPDX-License-Identifier: MIT */
/*
 * observe.c - looking closely: addresses where the engine is asked before a
 * block begins, and the registers and memory accesses of each instruction.
 *
 * While it observes, the engine runs instructions one by one, in blocks of
 * one whose accesses all take their slow path and from which no other block
 * is entered: the jump caches stay empty. Where instructions come from
 * and what they do is the same as ever (engine.c), so the run is too.
 */
#include "exec_impl.h"

#include <string.h>

/* Registers of a TRACE_REG event; docs/TRACE.md has the list. */
enum { REG_NZCV = 32, REG_V0 = 64 };

/* What was told last. */
struct observed {
    u64 x[32];   /* X0..X30, SP */
    u32 nzcv;    /* in bits 31:28 */
    v128 v[32];  /* V0..V31 */
    bool is_set; /* the rest is valid */
};

/* --- watched addresses ---------------------------------------------------- */

void exec_watch(struct exec *e, const u64 *va, unsigned n)
{
    assert(n <= EXEC_MAX_WATCH);
    if (n == e->n_watch && !memcmp(e->watch, va, n * sizeof(*va)))
        return;
    memcpy(e->watch, va, n * sizeof(*va));
    e->n_watch = n;
    e->drop_all = true;
    if (e->running)
        vcpu_kick(e->running->host);
}

bool observe_is_watched(const struct exec *e, u64 pc)
{
    for (unsigned i = 0; i < e->n_watch; i++)
        if (e->watch[i] == pc)
            return true;
    return false;
}

u32 observe_limit(const struct exec *e, u64 pc, u32 max)
{
    for (unsigned i = 0; i < e->n_watch; i++) {
        u64 n = (e->watch[i] - pc) / 4;

        if (e->watch[i] > pc && n < PAGE_SIZE && (!max || n < max))
            max = (u32)n;
    }
    return max;
}

/* --- registers ------------------------------------------------------------ */

void exec_observe(struct exec *e, bool on)
{
    if (on == e->observe)
        return;
    e->observe = on;
    e->drop_all = true; /* empties the jump caches */
    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        if (e->cpu[i].seen)
            e->cpu[i].seen->is_set = false;
    if (e->running)
        vcpu_kick(e->running->host);
}

static void look(const struct vcpu *v, struct observed *o)
{
    const struct ir_layout *l = v->e->target->layout;
    const u8 *cpu = v->cpu;
    u16 nzcv;

    memcpy(o->x, cpu + l->reg_off, sizeof(o->x));
    memcpy(o->v, cpu + l->vec_off, sizeof(o->v));
    memcpy(&nzcv, cpu + l->nzcv_off, sizeof(nzcv));
    o->nzcv = ir_nzcv_to_packed(nzcv);
}

void observe_registers(struct vcpu *v)
{
    const struct probe *p = v->e->probe;
    struct observed now, *old = v->seen;

    if (!probe_on(p, TRACE_REG))
        return;
    if (!old)
        old = v->seen = g_new0(struct observed, 1);
    look(v, &now);
    for (unsigned i = 0; i < 32; i++)
        if (!old->is_set || now.x[i] != old->x[i])
            PROBE(p, TRACE_REG, i, now.x[i], 0);
    if (!old->is_set || now.nzcv != old->nzcv)
        PROBE(p, TRACE_REG, REG_NZCV, now.nzcv, 0);
    for (unsigned i = 0; i < 32; i++)
        if (!old->is_set || now.v[i].d[0] != old->v[i].d[0] ||
            now.v[i].d[1] != old->v[i].d[1])
            PROBE(p, TRACE_REG, REG_V0 + i, now.v[i].d[0], now.v[i].d[1]);
    *old = now;
    old->is_set = true;
}

/* --- memory --------------------------------------------------------------- */

void observe_access(struct vcpu *v, bool write, u64 va, gpa_t pa,
                    const u8 *bytes, unsigned n)
{
    unsigned at = 0;

    if (!v->e->observe || !probe_on(v->e->probe, TRACE_MEM))
        return;
    do {
        unsigned size = n - at < 16 ? n - at : 16;
        u64 value[2] = { 0, 0 };

        memcpy(value, bytes + at, size);
        PROBE(v->e->probe, TRACE_MEM, write, va + at, pa + at, size, value[0],
              value[1]);
        at += size;
    } while (at < n);
}
