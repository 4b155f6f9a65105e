/* SPDX-License-Identifier: MIT */
/*
 * engine.c - the main loop: from event to event, from block to block.
 *
 * Between two events (a timer, the end of a turn, the 2^24 grid, a limit, a
 * host poll) one CPU runs on a budget that ends exactly at the next event, so
 * virtual time is exact there whatever the structure of blocks; what is left
 * before an event and shorter than the next block is run by a cut block.
 *
 * Where instructions come from (DESIGN D5): an exception entry, an indirect
 * branch and a direct transition to another page look the fetch translation
 * up; a transition within a page and going on in the middle of a block do
 * not, but use the page of the block that was left (vcpu.page_va). Jump
 * caches and links stand for a lookup, since the map still holds what they
 * were made from. The page is also forgotten at the grid and when the turn
 * passes to another CPU: the map may have changed there, and whether an
 * exit before such an event has been followed depends on the back end. Both
 * back ends follow this rule to the letter.
 */
#include "exec_impl.h"

#include <glib.h>

#include "log.h"

u64 exec_due_count(const struct clock *c)
{
    u64 next = clock_next(c), ns;

    if (next == CLOCK_NEVER)
        return UINT64_MAX;
    ns = next > c->idle_ns ? next - c->idle_ns : 0;
    return (ns >> c->shift) + ((ns & mask64(c->shift)) != 0);
}

/* --- one block ----------------------------------------------------------- */

static void use_page_of(struct vcpu *v, const struct tb *tb)
{
    v->has_page = true;
    v->page_va = tb->pc & PAGE_MASK;
    v->page_pa = tb->pa & PAGE_MASK;
    v->page_flags = tb->flags & TB_PAGE;
}

/* pc changed by an exception: nothing is known about where it leads. */
static void leave_page(struct vcpu *v)
{
    v->has_page = false;
    v->is_single = false;
    v->asked = NULL;
    chain_forget(v);
}

static void enter_half(struct vcpu *v, u64 pc)
{
    bool high = bit64(pc, 55);

    if (high == v->is_high)
        return;
    v->is_high = high;
    v->e->target->set_pc(v->cpu, pc);
}

/* Looks up the fetch translation of @pc. False: a fault is recorded. */
static bool fetch_page(struct vcpu *v, u64 pc)
{
    struct exec *e = v->e;
    struct xlate x = { .tb_page = 0 };

    e->n_fetch_walks++;
    if (!e->target->translate_va(v->cpu, pc, ACCESS_FETCH, false, &x))
        return false;
    if (!ram_contains(e->ram, x.pa, 4)) {
        e->target->fault_abort(v->cpu, pc, ACCESS_FETCH);
        return false;
    }
    v->has_page = true;
    v->page_va = pc & PAGE_MASK;
    v->page_pa = x.pa & PAGE_MASK;
    v->page_flags = x.tb_page;
    return true;
}

/* The block that was to be entered, if it is the one at (@pc, @pa). */
static struct tb *asked_block(struct vcpu *v, u64 pc, gpa_t pa)
{
    struct exec *e = v->e;
    struct tb *tb = v->asked;

    v->asked = NULL;
    if (!tb || v->asked_epoch != e->epoch || tb->invalid || tb->pc != pc ||
        tb->pa != pa || tb->max_insns != e->cfg.tb_max ||
        tb->flags != tb_flags_now(v))
        return NULL;
    return tb;
}

/* The block to run next, whole; NULL: fetching it faulted. */
static struct tb *next_block(struct vcpu *v)
{
    struct exec *e = v->e;
    u64 pc = e->target->get_pc(v->cpu);
    struct tb *tb;
    bool looked_up = false;

    enter_half(v, pc);
    if (!v->has_page || (pc & PAGE_MASK) != v->page_va) {
        tb = v->asked ? NULL : fetch_cached(v, pc);
        if (tb) {
            use_page_of(v, tb);
            return tb;
        }
        if (!fetch_page(v, pc))
            return NULL;
        tb = asked_block(v, pc, v->page_pa | (pc & ~PAGE_MASK));
        if (tb) {
            fetch_know(v, tb);
            return tb;
        }
        looked_up = true;
    }
    tb = tb_get(v, pc, v->page_pa | (pc & ~PAGE_MASK), e->cfg.tb_max);
    if (looked_up)
        fetch_fill(v, tb);
    return tb;
}

/* A block of at most @max instructions at pc, whose page is known. */
static struct tb *cut_block(struct vcpu *v, u32 max)
{
    u64 pc = v->e->target->get_pc(v->cpu);

    return tb_get(v, pc, v->page_pa | (pc & ~PAGE_MASK), max);
}

static void note_block(struct exec *e, struct vcpu *v, struct tb *tb)
{
    unsigned i = (unsigned)(e->n_entered++ % RECENT_BLOCKS);

    e->n_entered_insns += tb->n_insns;
    tb->runs++;
    e->recent[i].pc = tb->pc;
    e->recent[i].pa = tb->pa;
    e->recent[i].count = v->host->event_count - (u64)vcpu_left(v->host);
    e->recent[i].n_insns = tb->n_insns;
    e->recent[i].cpu = (u8)v->index;
    e->recent[i].el = (u8)(tb->flags & 3);
    if (log_on(LOG_EXEC))
        log_printf(LOG_EXEC, "exec cpu %u el%u va %016llx pa %012llx n %u\n",
                   v->index, e->target->el(v->cpu) & ~(unsigned)TARGET_EL_STORM,
                   (unsigned long long)tb->pc, (unsigned long long)tb->pa,
                   tb->n_insns);
}

/* An instruction of a block must be run alone (jit.h). */
static void restart_alone(struct vcpu *v, const struct jit_result *r)
{
    struct exec *e = v->e;
    u64 pc = e->target->get_pc(v->cpu);

    ring_cut(e, r->insn, true);
    if (r->tb->n_insns == 1)
        bug("an instruction that runs alone at %llx is to be restarted",
            (unsigned long long)pc);
    use_page_of(v, r->tb);
    v->host->restart = 0;
    v->is_single = true;
    e->n_restarts++;
    if (v->restart_io) {
        gpa_t pa = r->tb->pa + (pc - r->tb->pc);

        code_mark_io(e, pa);
        code_invalidate(e, pa, 4);
    }
    v->restart_io = false;
}

/* What follows from the way in which a block was left. */
static void handle_exit(struct vcpu *v, const struct jit_result *r)
{
    struct exec *e = v->e;

    switch (r->why) {
    case JIT_EXIT_BUDGET:
        use_page_of(v, r->tb);
        break;
    case JIT_EXIT_LINK:
        use_page_of(v, r->tb);
        chain_wish(v, r);
        break;
    case JIT_EXIT_LOOKUP:
        leave_page(v);
        chain_wish(v, r);
        break;
    case JIT_EXIT_FETCH:
        leave_page(v);
        v->asked = r->tb;
        v->asked_epoch = e->epoch;
        break;
    case JIT_EXIT_DISPATCH:
        leave_page(v);
        if (e->target->waiting(v->cpu) != CPU_RUNNING)
            e->turn_over = true;
        break;
    case JIT_EXIT_FAULT:
        ring_cut(e, r->insn + 1, false);
        e->target->take_fault(v->cpu);
        leave_page(v);
        break;
    case JIT_EXIT_RESTART:
        restart_alone(v, r);
        break;
    }
}

static void run_block(struct vcpu *v, struct tb *tb)
{
    struct exec *e = v->e;
    struct jit_result r;

    note_block(e, v, tb);
    e->running = v;
    if (e->jit)
        r = jit_run(e->jit, v->host, tb);
    else
        r = eval_run(tb->ir, tb, v->host, &exec_slow, e->tag_bits);
    e->running = NULL;
    handle_exit(v, &r);
}

/* --- one stretch --------------------------------------------------------- */

/* Exceptions that cause each other for ever end the run (D13). */
static void check_storm(struct vcpu *v)
{
    if (v->on && (v->e->target->el(v->cpu) & TARGET_EL_STORM))
        exec_stop(v->e, EXEC_STORM, 0);
}

/* A fetch fault is an instruction that was attempted: it counts (D4). */
static void take_fetch_fault(struct vcpu *v)
{
    ring_cut(v->e, RING_ALL, false);
    PROBE(v->e->probe, TRACE_FETCH, 1, v->e->target->get_pc(v->cpu),
          v->e->target->el(v->cpu) & ~(unsigned)TARGET_EL_STORM);
    v->host->budget--;
    v->e->target->take_fault(v->cpu);
    leave_page(v);
    check_storm(v);
}

/* One block, of those that fit before the event. */
static void step(struct vcpu *v)
{
    struct cpu_host *h = v->host;
    struct tb *tb;

    if (v->is_single) {
        v->is_single = false;
        run_block(v, cut_block(v, 1 | (v->e->observe ? TB_MAX_COLD : 0)));
        if (unlikely(v->e->observe))
            observe_registers(v);
        return;
    }
    tb = next_block(v);
    if (unlikely(!tb)) {
        take_fetch_fault(v);
        return;
    }
    if (unlikely(tb->is_watched) && v->e->cfg.hooks.watch)
        v->e->cfg.hooks.watch(v->e->cfg.opaque, tb);
    if (unlikely(v->e->observe)) {
        chain_forget(v);
        run_block(v, cut_block(v, 1 | TB_MAX_COLD));
        observe_registers(v);
        return;
    }
    if (unlikely(tb->n_insns > h->budget)) {
        chain_forget(v);
        tb = cut_block(v, (u32)h->budget);
    } else if (v->wish.from) {
        chain_grant(v, tb);
    }
    run_block(v, tb);
}

/* Runs @v until its budget is used up or its turn ends. */
static void run_stretch(struct exec *e, struct vcpu *v)
{
    struct cpu_host *h = v->host;

    /* Brings the CPU's tag tables up to date; blocks do not ask. */
    e->target->tb_flags(v->cpu);
    while (!e->why && !e->turn_over) {
        h->budget += h->stolen;
        h->stolen = 0;
        if (h->budget <= 0)
            break;
        if (unlikely(h->irq_ready)) {
            ring_cut(e, RING_ALL, false);
            e->target->take_irq(v->cpu);
            leave_page(v);
            continue;
        }
        if (unlikely(e->dead || e->drop_all))
            tb_bury(e);
        step(v);
    }
    h->budget += h->stolen;
    h->stolen = 0;
    e->clock->count = h->event_count - (u64)h->budget;
}

/* --- events -------------------------------------------------------------- */

/* Instructions until the next event; 0 if one is due. */
static u64 until_event(const struct exec *e)
{
    u64 at = exec_due_count(e->clock), now = e->clock->count;
    const struct vcpu *v = &e->cpu[e->turn_cpu];

    if (e->next_grid < at)
        at = e->next_grid;
    if (e->next_poll < at)
        at = e->next_poll;
    if (e->next_hash < at)
        at = e->next_hash;
    if (e->exit_at < at)
        at = e->exit_at;
    if (e->alarm_at < at)
        at = e->alarm_at;
    if (e->cfg.n_cpus > 1 && e->turn_end < at)
        at = e->turn_end;
    if (vcpu_due_count(v) < at)
        at = vcpu_due_count(v);
    return at > now ? at - now : 0;
}

static void empty_maps(struct exec *e)
{
    for (unsigned i = 0; i < e->cfg.n_cpus; i++) {
        e->target->map_flush(e->cpu[i].cpu);
        leave_page(&e->cpu[i]);
    }
    e->next_grid = (e->clock->count | (EXEC_GRID - 1)) + 1;
}

static void poll_host(struct exec *e)
{
    e->next_poll = (e->clock->count | (POLL_GRID - 1)) + 1;
    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        check_storm(&e->cpu[i]);
    if (e->cfg.hooks.poll)
        e->cfg.hooks.poll(e->cfg.opaque);
}

/* Does everything that is due at the exact count of now. */
static void do_events(struct exec *e)
{
    u64 count = e->clock->count;

    if (count >= e->next_grid)
        empty_maps(e);
    if (count >= e->next_poll)
        poll_host(e);
    clock_run(e->clock);
    if (count >= vcpu_due_count(&e->cpu[e->turn_cpu]))
        e->target->due(e->cpu[e->turn_cpu].cpu);
    if (e->cfg.n_cpus > 1 && count >= e->turn_end)
        e->turn_over = true;
    if (count >= e->next_hash) {
        e->next_hash += e->cfg.hash_every;
        if (e->cfg.hooks.state)
            e->cfg.hooks.state(e->cfg.opaque);
    }
    if (count >= e->alarm_at) {
        e->alarm_at = UINT64_MAX;
        if (e->cfg.hooks.alarm)
            e->cfg.hooks.alarm(e->cfg.opaque);
    }
    if (count >= e->exit_at)
        exec_stop(e, EXEC_LIMIT, 0);
}

/* Every CPU waits: time jumps to the next timer or input. */
static void jump(struct exec *e)
{
    u64 now = clock_now(e->clock), deadline = clock_next(e->clock);
    u64 to = deadline;

    if (e->cfg.hooks.idle)
        to = e->cfg.hooks.idle(e->cfg.opaque, deadline);
    if (to == CLOCK_NEVER) {
        exec_stop(e, EXEC_DEAD, 0);
        return;
    }
    if (to > now) {
        e->clock->idle_ns += to - now;
        PROBE(e->probe, TRACE_IDLE, now, to);
    }
    poll_host(e);
    clock_run(e->clock);
}

enum exec_stop exec_run(struct exec *e, int *status)
{
    e->why = EXEC_GOES_ON;
    e->status = 0;
    do_events(e);
    while (!e->why) {
        struct vcpu *v;
        u64 n;

        if (!vcpu_pick(e)) {
            jump(e);
            continue;
        }
        n = until_event(e);
        if (n) {
            v = &e->cpu[e->turn_cpu];
            v->host->event_count = e->clock->count + n;
            v->host->budget = (s64)n;
            v->host->stolen = 0;
            ring_room(e, n);
            run_stretch(e, v);
        }
        do_events(e);
    }
    if (status)
        *status = e->status;
    return e->why;
}

void exec_stop(struct exec *e, enum exec_stop why, int status)
{
    if (e->why)
        return;
    e->why = why;
    e->status = status;
    if (e->running)
        vcpu_kick(e->running->host);
}

/* --- making -------------------------------------------------------------- */

static void protect_page(void *opaque, gpa_t pa)
{
    struct exec *e = opaque;

    tag_drop_stores(e->cfg.tags, pa);
}

void exec_alarm(struct exec *e, u64 count)
{
    struct cpu_host *h = e->cpu[e->turn_cpu].host;

    e->alarm_at = count;
    if (h)
        vcpu_cut_budget(h, count, vcpu_boundary(h, true));
}

struct exec *exec_new(const struct exec_config *cfg, GError **err)
{
    struct exec *e = g_new0(struct exec, 1);

    assert(cfg->n_cpus >= 1 && cfg->n_cpus <= EXEC_MAX_CPUS);
    e->cfg = *cfg;
    e->target = cfg->target;
    e->clock = cfg->clock;
    e->ram = cfg->ram;
    e->probe = cfg->probe ? cfg->probe : &probe_nobody;
    e->ring = cfg->ring;
    e->cfg.jit.trace = cfg->ring != NULL;
    e->free_ids = g_array_new(FALSE, FALSE, sizeof(u32));
    e->tag_bits = cfg->jit.tag_bits ? cfg->jit.tag_bits : TAG_BITS;
    if (cfg->use_jit) {
        e->jit = jit_new(&e->cfg.jit, cfg->target->layout, &exec_slow, err);
        if (!e->jit) {
            g_array_free(e->free_ids, TRUE);
            g_free(e);
            return NULL;
        }
    }
    for (unsigned i = 0; i < EXEC_MAX_CPUS; i++)
        e->cpu[i] = (struct vcpu){ .e = e, .index = i, .due = UINT64_MAX };
    e->next_grid = EXEC_GRID;
    e->next_poll = POLL_GRID;
    e->next_hash = cfg->hash_every ? cfg->hash_every : UINT64_MAX;
    e->alarm_at = UINT64_MAX;
    e->exit_at = cfg->exit_after ? cfg->exit_after : UINT64_MAX;
    tb_init(e);
    hash_init(e);
    e->ram->code_write = code_write;
    e->ram->protect = protect_page;
    e->ram->opaque = e;
    e->clock->changed = vcpu_deadline_changed;
    e->clock->changed_opaque = e;
    return e;
}

void exec_cpu_init(struct exec *e, unsigned cpu, const struct icc_ops *icc,
                   void *gic, const struct irq_line ppi[5])
{
    struct vcpu *v = &e->cpu[cpu];
    struct cpu_env env = {
        .index = cpu,
        .n_cpus = e->cfg.n_cpus,
        .model = e->cfg.model,
        .seed = e->cfg.seed,
        .clock = e->clock,
        .ram = e->ram,
        .bus = e->cfg.bus,
        .tags = e->cfg.tags,
        .ops = &exec_vcpu_ops,
        .probe = e->probe,
        .icc = icc,
        .gic = gic,
    };
    char *mem = g_aligned_alloc0(1, e->target->cpu_size, 64);

    for (unsigned i = 0; i < ARRAY_SIZE(env.ppi); i++)
        env.ppi[i] = ppi[i];
    v->host = (struct cpu_host *)(mem + e->target->layout->host_off);
    v->host->vcpu = v;
    v->host->cpu_index = cpu;
    v->host->ram_bias = (u64)(uintptr_t)e->ram->host - e->ram->base;
    fetch_init(v);
    if (e->jit)
        jit_cpu_init(e->jit, v->host);
    v->cpu = mem;
    e->target->init(mem, &env);
}

void exec_reset(struct exec *e, u64 entry, u64 x0)
{
    vcpu_turn(e, 0);
    ring_room(e, 0);
    for (unsigned i = 0; i < e->cfg.n_cpus; i++) {
        struct vcpu *v = &e->cpu[i];

        e->target->reset(v->cpu, entry, x0);
        v->is_high = bit64(entry, 55);
        v->on = i == 0;
        leave_page(v);
    }
    e->turn_end = e->clock->count + EXEC_QUANTUM;
    e->turn_over = false;
    PROBE(e->probe, TRACE_RESET, entry, x0);
}

void exec_free(struct exec *e)
{
    if (!e)
        return;
    tb_fini(e);
    for (unsigned i = 0; i < e->cfg.n_cpus; i++) {
        struct vcpu *v = &e->cpu[i];

        if (!v->cpu)
            continue;
        e->target->fini(v->cpu);
        if (e->jit)
            jit_cpu_fini(v->host);
        fetch_fini(v);
        g_free(v->seen);
        g_aligned_free(v->cpu);
    }
    fetch_free(e);
    hash_fini(e);
    jit_free(e->jit);
    e->ram->code_write = NULL;
    e->ram->protect = NULL;
    e->clock->changed = NULL;
    g_array_free(e->free_ids, TRUE);
    g_free(e);
}

void *exec_cpu(struct exec *e, unsigned cpu)
{
    return e->cpu[cpu].cpu;
}
