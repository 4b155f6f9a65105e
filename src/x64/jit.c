/* SPDX-License-Identifier: MIT */
/*
 * jit.c - the back end's instance: the code cache, compiling a block, and
 * running one (jit.h).
 *
 * The cache is one memfd mapped twice, writable and executable (W^X), in
 * N_PARTS parts that are filled one after another; when all are full the
 * oldest is emptied. It lies near the emulator's own code if the host allows,
 * so that helpers are called directly; or far on purpose, for tests of what is
 * done where the host does not.
 */
#include "x64.h"

#include <errno.h>
#include <glib.h>
#include <sys/mman.h>
#include <unistd.h>

#define STUB_SPACE 8192
#define MAX_BLOCK (512 * 1024)

/* --- the cache ----------------------------------------------------------- */

/* Executable view within 2 GiB of our code if possible, or @far from it. */
static void *map_code(int fd, u64 size, bool far)
{
    uintptr_t here = (uintptr_t)&jit_new & ~0xfffffull;
    u64 step = far ? 4 * GiB : 64 * MiB;

    for (u64 off = step; off < 24 * step; off += step) {
        void *p = mmap((void *)(here + off), size, PROT_READ | PROT_EXEC,
                       MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
        if (p != MAP_FAILED)
            return p;
    }
    return mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
}

static bool cache_map(struct jit *j, GError **err)
{
    void *rx;

    j->fd = memfd_create("emu-code", MFD_CLOEXEC);
    if (j->fd < 0 || ftruncate(j->fd, (off_t)j->size) < 0)
        goto fail;
    j->rw = mmap(NULL, j->size, PROT_READ | PROT_WRITE, MAP_SHARED, j->fd,
                 0);
    rx = map_code(j->fd, j->size, j->cfg.far_cache);
    if (j->rw == MAP_FAILED || rx == MAP_FAILED)
        goto fail;
    j->rx = rx;
    return true;
fail:
    g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                "no executable memory for a code cache of %llu bytes: %s",
                (unsigned long long)j->size, g_strerror(errno));
    return false;
}

static void parts_init(struct jit *j, u8 *start)
{
    u64 each = (u64)(j->rw + j->size - start) / N_PARTS & ~63ull;

    for (unsigned i = 0; i < N_PARTS; i++) {
        j->part[i].start = j->part[i].p = start + i * each;
        j->part[i].end = j->part[i].start + each;
    }
}

struct jit *jit_new(const struct jit_config *cfg,
                    const struct ir_layout *layout,
                    const struct jit_slow *slow, GError **err)
{
    struct jit *j = g_new0(struct jit, 1);
    struct asmbuf a;

    j->cfg = *cfg;
    j->layout = layout;
    j->slow = slow;
    j->fd = -1;
    j->rng = cfg->ra_seed;
    j->n_sites = 1;
    j->max_sites = 1024;
    j->site = g_new0(struct site, j->max_sites);
    j->size = align_up(cfg->cache_bytes ? cfg->cache_bytes : 32 * MiB, 4096);
    if (!j->cfg.tag_bits)
        j->cfg.tag_bits = TAG_BITS;
    if (!x64_features_detect(&j->feat, cfg->host_features)) {
        g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_NOSYS,
                    cfg->host_features
                        ? "-X host=%s: not one of sse42, avx, avx2, or the "
                          "host CPU has no SSE4.2"
                        : "%sthe host CPU has no SSE4.2; use -engine eval",
                    cfg->host_features ? cfg->host_features : "");
        jit_free(j);
        return NULL;
    }
    if (!cache_map(j, err)) {
        jit_free(j);
        return NULL;
    }
    a = (struct asmbuf){ .p = j->rw, .end = j->rw + STUB_SPACE,
                         .rx = j->rx - j->rw };
    if (!stubs_emit(j, &a))
        bug("fixed code does not fit");
    parts_init(j, j->rw + STUB_SPACE);
    j->e = g_new0(struct emitter, 1);
    return j;
}

void jit_free(struct jit *j)
{
    if (!j)
        return;
    if (j->rw && (void *)j->rw != MAP_FAILED)
        munmap(j->rw, j->size);
    if (j->rx)
        munmap((void *)(uintptr_t)j->rx, j->size);
    if (j->fd >= 0)
        close(j->fd);
    if (j->e) {
        g_free(j->e->val);
        g_free(j->e->loop.at_head.val);
        g_free(j->e->loop.at_exit.val);
        g_free(j->e->cold);
        g_free(j->e->rec);
        g_free(j->e);
    }
    g_free(j->site);
    g_free(j->tb_by_id);
    g_free(j->free_ids);
    g_free(j);
}

void jit_cpu_init(struct jit *j, struct cpu_host *h)
{
    struct jit_regs *r = g_new0(struct jit_regs, 1);

    r->j = j;
    h->jit = r;
    h->mxcsr = 0x1f80;
}

void jit_cpu_fini(struct cpu_host *h)
{
    g_free(h->jit);
    h->jit = NULL;
}

/* --- block numbers ------------------------------------------------------- */

static u32 id_new(struct jit *j, struct tb *tb)
{
    u32 id;

    if (j->n_free_ids) {
        id = j->free_ids[--j->n_free_ids];
    } else {
        if (j->n_ids == j->max_ids) {
            j->max_ids = j->max_ids * 2 + 4096;
            j->tb_by_id = g_renew(struct tb *, j->tb_by_id, j->max_ids);
        }
        id = j->n_ids++;
    }
    j->tb_by_id[id] = tb;
    return id;
}

static void id_free(struct jit *j, u32 id)
{
    if (j->n_free_ids == j->max_free_ids) {
        j->max_free_ids = j->max_free_ids * 2 + 1024;
        j->free_ids = g_renew(u32, j->free_ids, j->max_free_ids);
    }
    j->free_ids[j->n_free_ids++] = id;
    j->tb_by_id[id] = NULL;
}

/* --- compiling ----------------------------------------------------------- */

static void emit_node(struct emitter *e, struct ir_node *n)
{
    switch (n->op) {
#define IR(name, r, a, b, c, flags)                                          \
    case IR_##name:                                                          \
        x64_##name(e, n);                                                    \
        break;
#include "ir_ops.def"
#undef IR
    default:
        bug("unknown IR operation %u", n->op);
    }
}

/* A pure value that nobody uses needs no code. */
static bool dead(struct emitter *e, const struct ir_node *n)
{
    const struct ir_op_info *info = &ir_op_info[n->op];

    return info->flags == IR_F_PURE && !e->val[e->cur].last_use &&
           n->op != IR_HI && n->op != IR_HIV;
}

void emit_nodes(struct emitter *e)
{
    for (e->cur = 1; e->cur < e->b->n; e->cur++) {
        struct ir_node *n = &e->b->node[e->cur];

        if (dead(e, n))
            continue;
        emit_node(e, n);
        ra_node_done(e);
    }
}

static void emit_block(struct emitter *e)
{
    struct ir_block *b = e->b;

    if (e->max_vals < b->n + LOOP_VALS) {
        e->max_vals = b->n * 2 + 1024;
        e->val = g_renew(struct val, e->val, e->max_vals);
    }
    e->cur = 0;
    loop_plan(e);
    ra_init(e);
    exit_entry_check(e);
    emit_nodes(e);
    if (e->insn_calls)
        e->tb->n_calls++;
}

static void emitter_start(struct emitter *e, struct jit *j,
                          struct ir_block *b, struct tb *tb)
{
    struct cache_part *part = &j->part[j->cur_part];

    e->j = j;
    e->b = b;
    e->tb = tb;
    e->a = (struct asmbuf){ .p = part->p, .end = part->end,
                            .rx = j->rx - j->rw };
    e->insn = 0;
    e->insn_pc = 0;
    e->insn_calls = false;
    e->n_cold = 0;
    e->n_rec = 0;
    e->n_sites = 0;
    e->miss = NULL;
}

static void publish(struct emitter *e, const u8 *hot_end)
{
    struct jit *j = e->j;
    struct cache_part *part = &j->part[j->cur_part];
    struct tb *tb = e->tb;

    tb->far = part->p + e->a.rx;
    tb->code = e->entry + e->a.rx;
    tb->code_size = (u32)(e->a.p - part->p);
    tb->code_hot = (u32)(hot_end - part->p);
    tb->in_links = 0;
    tb->n_out_sites = (u16)e->n_sites;
    for (unsigned i = 0; i < e->n_sites; i++)
        tb->out_sites[i] = e->site[i];
    tb->jit_id = e->tb_id;
    tb->cache_next = part->tbs;
    part->tbs = tb;
    part->p = e->a.p;
    j->stats.blocks++;
    j->stats.guest_insns += tb->n_insns;
    j->stats.hot_bytes += tb->code_hot;
    j->stats.cold_bytes += tb->code_size - tb->code_hot;
}

bool jit_compile(struct jit *j, struct ir_block *b, struct tb *tb)
{
    struct emitter *e = j->e;
    const u8 *hot_end;

    emitter_start(e, j, b, tb);
    tb->n_calls = 0;
    e->tb_id = id_new(j, tb);
    emit_block(e);
    hot_end = e->a.p;
    cold_emit_all(e);
    exit_emit_stubs(e);
    if (!e->a.full) {
        publish(e, hot_end);
        return true;
    }
    for (unsigned i = 0; i < e->n_sites; i++) {
        j->site[e->site[i]].to = NULL;
        site_free(j, e->site[i]);
    }
    id_free(j, e->tb_id);
    return false;
}

static void forget(struct jit *j, struct tb *tb)
{
    jit_unlink(j, tb);
    for (unsigned i = 0; i < tb->n_out_sites; i++)
        site_free(j, tb->out_sites[i]);
    tb->n_out_sites = 0;
    id_free(j, tb->jit_id);
}

void jit_evict(struct jit *j, void (*drop)(void *opaque, struct tb *tb),
               void *opaque)
{
    struct cache_part *part;
    struct tb *tb, *next;

    j->cur_part = (j->cur_part + 1) % N_PARTS;
    part = &j->part[j->cur_part];
    for (tb = part->tbs; tb; tb = next) {
        next = tb->cache_next;
        forget(j, tb);
        drop(opaque, tb);
    }
    part->tbs = NULL;
    part->p = part->start;
    j->stats.evictions++;
}

const struct jit_stats *jit_get_stats(const struct jit *j)
{
    return &j->stats;
}

/* --- running ------------------------------------------------------------- */

/* FPCR.RMode to MXCSR.RC: RN, RP, RM, RZ. */
static const u32 rounding[4] = { 0x0000, 0x4000, 0x2000, 0x6000 };

void x64_fp_enter(const struct ir_layout *l, struct cpu_host *h, u8 *cpu)
{
    u32 fpcr;

    memcpy(&fpcr, cpu + l->fpcr_off, 4);
    h->mxcsr = 0x1f80 | rounding[fpcr >> 22 & 3];
}

/* IE ZE OE UE PE to IOC DZC OFC UFC IXC; DE has no counterpart here. */
void x64_fp_leave(const struct ir_layout *l, struct cpu_host *h, u8 *cpu)
{
    u32 m = h->mxcsr & 0x3d, fpsr;

    if (!m)
        return;
    memcpy(&fpsr, cpu + l->fpsr_off, 4);
    fpsr |= (m & 1) | (m >> 1 & 0x1e);
    memcpy(cpu + l->fpsr_off, &fpsr, 4);
    h->mxcsr &= ~0x3fu;
}

typedef void enter_fn(u8 *cpu_biased, const u8 *code, s64 budget,
                      struct tag_table *tags);

struct jit_result jit_run(struct jit *j, struct cpu_host *h, struct tb *tb)
{
    u8 *cpu = (u8 *)h - j->layout->host_off;
    struct jit_regs *regs = h->jit;
    struct jit_result r = { 0 };
    enter_fn *enter;

    x64_fp_enter(j->layout, h, cpu);
    memcpy(&enter, &j->enter, sizeof(enter));
    enter(cpu + JIT_CPU_BIAS, tb->code, h->budget, h->tags);
    x64_fp_leave(j->layout, h, cpu);
    r.why = regs->why;
    switch (r.why) {
    case JIT_EXIT_LINK:
        r.site = regs->arg;
        r.tb = j->site[r.site].from;
        memcpy(cpu + j->layout->pc_off, &j->site[r.site].pc, 8);
        break;
    case JIT_EXIT_BUDGET:
        r.tb = j->tb_by_id[regs->arg];
        h->budget += r.tb->n_insns;
        memcpy(cpu + j->layout->pc_off, &r.tb->pc, 8);
        break;
    case JIT_EXIT_FETCH:
        r.tb = j->tb_by_id[regs->arg];
        memcpy(cpu + j->layout->pc_off, &r.tb->pc, 8);
        break;
    default:
        r.tb = j->tb_by_id[regs->arg];
        r.insn = regs->insn;
        break;
    }
    return r;
}
