/* SPDX-License-Identifier: MIT */
/*
 * regalloc.c - see regalloc.h.
 *
 * Invariants between nodes, for each class:
 *  - rf.in[r] = v  <=>  val[v].reg = r, and v is needed later;
 *  - a value that is needed later is in a register, in a spill slot, in a
 *    home (val.home = s with slot[s].owner = v), or is a CONST node;
 *  - slot[s].dirty  =>  slot[s].cur is counted in val[cur].bound.
 * Storing to a home first moves away the value that the home holds if that
 * is still needed and nowhere else. Nothing here changes EFLAGS or rax, rcx,
 * rdx; xmm15 is used to move vectors from memory to memory.
 */
#include "x64.h"

static const u8 order_gpr[] = { RSI, RDI, R8, R9, R10, R11, RBX, RBP, R12 };

#define GPR_CALLER ((1u << RSI) | (1u << RDI) | (1u << R8) | (1u << R9) |   \
                    (1u << R10) | (1u << R11))
#define GPR_ALLOWED (GPR_CALLER | (1u << RBX) | (1u << RBP) | (1u << R12))
#define XMM_ALLOWED 0x1fffu

static inline struct val *val_of(struct emitter *e, ir_ref v)
{
    return &e->val[v];
}

s32 ra_home(struct emitter *e, enum val_class cls, unsigned slot)
{
    const struct ir_layout *l = e->b->layout;

    return cls == CLS_GPR ? (s32)(l->reg_off + slot * 8) - JIT_CPU_BIAS
                          : (s32)(l->vec_off + slot * 16) - JIT_CPU_BIAS;
}

static s32 spill_off(struct emitter *e, enum val_class cls, unsigned n)
{
    return cls == CLS_GPR ? HOST(e, spill) + (s32)n * 8
                          : HOST(e, vspill) + (s32)n * 16;
}

bool ra_live_after(struct emitter *e, ir_ref v)
{
    return val_of(e, v)->last_use > e->cur || val_of(e, v)->bound;
}

/* Needed by the current node or later. */
static bool needed(struct emitter *e, ir_ref v)
{
    return val_of(e, v)->last_use >= e->cur || val_of(e, v)->bound;
}

static bool is_const(struct emitter *e, ir_ref v)
{
    return v < e->b->n && e->b->node[v].op == IR_CONST;
}

/* --- moves --------------------------------------------------------------- */

static void load_from(struct emitter *e, enum val_class cls, unsigned reg,
                      s32 off)
{
    if (cls == CLS_GPR)
        a_rm(&e->a, true, OP_MOV, reg, R15, off);
    else
        a_rm(&e->a, false, M_0F | 0x28, reg, R15, off); /* movaps */
}

static void store_to(struct emitter *e, enum val_class cls, unsigned reg,
                     s32 off)
{
    if (cls == CLS_GPR)
        a_rm(&e->a, true, OP_MOV_ST, reg, R15, off);
    else
        a_rm(&e->a, false, M_0F | 0x29, reg, R15, off);
}

static void mem_to_mem(struct emitter *e, enum val_class cls, s32 from,
                       s32 to)
{
    if (cls == CLS_GPR) {
        a_rm(&e->a, false, 0xff, 6, R15, from); /* push */
        a_rm(&e->a, false, 0x8f, 0, R15, to);   /* pop */
    } else {
        load_from(e, cls, XMM_TMP2, from);
        store_to(e, cls, XMM_TMP2, to);
    }
}

void ra_mov(struct emitter *e, enum val_class cls, unsigned d,
                    unsigned s)
{
    if (d == s)
        return;
    if (cls == CLS_GPR)
        a_mov(&e->a, d, s);
    else
        a_rr(&e->a, false, M_0F | 0x28, d, s);
}

/* A spill slot whose owner is dead. */
static unsigned spill_alloc(struct emitter *e, enum val_class cls, ir_ref v)
{
    unsigned n = cls == CLS_GPR ? 64 : 32;

    for (unsigned i = 0; i < n; i++) {
        ir_ref o = e->spill_owner[cls][i];
        if (!o || !needed(e, o) || val_of(e, o)->spill != (s16)i) {
            e->spill_owner[cls][i] = v;
            val_of(e, v)->spill = (s16)i;
            return i;
        }
    }
    bug("out of spill slots in block %llx", (unsigned long long)e->b->pc);
}

/* Puts @v, which is in a register or a home, into a spill slot. */
static void spill(struct emitter *e, enum val_class cls, ir_ref v)
{
    struct val *w = val_of(e, v);
    unsigned n = spill_alloc(e, cls, v);

    if (w->reg != NO_REG)
        store_to(e, cls, w->reg, spill_off(e, cls, n));
    else
        mem_to_mem(e, cls, ra_home(e, cls, w->home), spill_off(e, cls, n));
}

/* The home of @s is about to change: its owner must not rely on it. */
static void evict_home(struct emitter *e, enum val_class cls, unsigned s)
{
    ir_ref o = e->slot[cls][s].owner;

    if (!o)
        return;
    if (needed(e, o) && val_of(e, o)->reg == NO_REG &&
        val_of(e, o)->spill < 0 && !is_const(e, o))
        spill(e, cls, o);
    val_of(e, o)->home = NO_SLOT;
    e->slot[cls][s].owner = 0;
}

static void store_const(struct emitter *e, s32 off, u64 imm)
{
    if ((s64)imm >= INT32_MIN && (s64)imm <= INT32_MAX) {
        a_rm(&e->a, true, OP_MOV_IMM, 0, R15, off);
        a_u32(&e->a, (u32)imm);
        return;
    }
    a_rm(&e->a, false, OP_MOV_IMM, 0, R15, off);
    a_u32(&e->a, (u32)imm);
    a_rm(&e->a, false, OP_MOV_IMM, 0, R15, off + 4);
    a_u32(&e->a, (u32)(imm >> 32));
}

/* Stores the dirty slot @s to its home. */
void ra_writeback_slot(struct emitter *e, enum val_class cls, unsigned s)
{
    struct slot *sl = &e->slot[cls][s];
    struct val *w = val_of(e, sl->cur);
    s32 off = ra_home(e, cls, s);

    if (sl->owner != sl->cur)
        evict_home(e, cls, s);
    if (w->reg != NO_REG)
        store_to(e, cls, w->reg, off);
    else if (is_const(e, sl->cur))
        store_const(e, off, e->b->node[sl->cur].imm);
    else if (w->spill >= 0)
        mem_to_mem(e, cls, spill_off(e, cls, (unsigned)w->spill), off);
    else if (w->home != NO_SLOT)
        mem_to_mem(e, cls, ra_home(e, cls, w->home), off);
    else
        bug("dirty slot %u has no value", s);
    sl->dirty = false;
    w->bound--;
    if (w->home == NO_SLOT) {
        w->home = (u8)s;
        sl->owner = sl->cur;
    }
    e->j->stats.reg_stores++;
}

static void drop_reg(struct emitter *e, enum val_class cls, unsigned r)
{
    ir_ref v = e->rf[cls].in[r];

    if (v)
        val_of(e, v)->reg = NO_REG;
    e->rf[cls].in[r] = 0;
    e->rf[cls].used &= ~(1u << r);
}

/* Makes sure that @v, in a register, is somewhere else too if needed. */
static void save_elsewhere(struct emitter *e, enum val_class cls, ir_ref v)
{
    struct val *w = val_of(e, v);

    if (w->bound)
        for (unsigned s = 0; s < N_SLOTS && w->bound; s++)
            if (e->slot[cls][s].dirty && e->slot[cls][s].cur == v)
                ra_writeback_slot(e, cls, s);
    if (w->last_use >= e->cur && w->home == NO_SLOT && w->spill < 0 &&
        !is_const(e, v))
        spill(e, cls, v);
}

static void put_in(struct emitter *e, enum val_class cls, ir_ref v,
                   unsigned r)
{
    struct regfile *rf = &e->rf[cls];

    rf->in[r] = v;
    rf->used |= 1u << r;
    rf->stamp[r] = ++e->stamp;
    val_of(e, v)->reg = (u8)r;
    e->locked[cls] |= 1u << r;
}

static u32 rng_next(struct jit *j)
{
    j->rng = j->rng * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)(j->rng >> 33);
}

/* Any allowed register at random (test mode); free ones not preferred. */
static unsigned pick_random(struct emitter *e, enum val_class cls, u32 ok)
{
    unsigned k = rng_next(e->j) % (unsigned)__builtin_popcount(ok);

    (void)cls;
    while (k--)
        ok &= ok - 1;
    return (unsigned)__builtin_ctz(ok);
}

static unsigned pick(struct emitter *e, enum val_class cls)
{
    struct regfile *rf = &e->rf[cls];
    u32 ok = rf->allowed & ~e->locked[cls];
    unsigned best = NO_REG;

    if (!ok)
        bug("no register left in block %llx", (unsigned long long)e->b->pc);
    if (e->j->cfg.ra_seed)
        return pick_random(e, cls, ok);
    if (cls == CLS_XMM && (ok & ~rf->used))
        return (unsigned)__builtin_ctz(ok & ~rf->used);
    for (unsigned i = 0; cls == CLS_GPR && i < ARRAY_SIZE(order_gpr); i++)
        if ((ok & ~rf->used) >> order_gpr[i] & 1)
            return order_gpr[i];
    for (u32 m = ok; m; m &= m - 1) {
        unsigned r = (unsigned)__builtin_ctz(m);
        if (best == NO_REG || rf->stamp[r] < rf->stamp[best])
            best = r;
    }
    return best;
}

/* An empty register; put_in() says what comes into it, and locks it. */
static unsigned alloc(struct emitter *e, enum val_class cls)
{
    unsigned r = pick(e, cls);
    ir_ref v = e->rf[cls].in[r];

    if (v) {
        if (needed(e, v))
            save_elsewhere(e, cls, v);
        drop_reg(e, cls, r);
    }
    return r;
}

/* --- the interface ------------------------------------------------------- */

/* AND whose only use is the LOGF after it becomes one TEST. */
static void fuse_test(struct emitter *e, unsigned i)
{
    const struct ir_node *n = &e->b->node[i], *p = &e->b->node[n->a];
    bool w = n->op == IR_LOGF64;

    if (n->a != i - 1 || p->op != (w ? IR_AND64 : IR_AND32) ||
        e->val[n->a].last_use != i)
        return;
    e->val[n->a].fused = 1;
    if (e->val[p->a].last_use < i)
        e->val[p->a].last_use = (u16)i;
    if (e->val[p->b].last_use < i)
        e->val[p->b].last_use = (u16)i;
}

static void last_uses(struct emitter *e)
{
    const struct ir_block *b = e->b;

    for (unsigned i = 1; i < b->n; i++) {
        const struct ir_node *n = &b->node[i];
        struct val *v = &e->val[i];

        *v = (struct val){ .reg = NO_REG, .home = NO_SLOT, .spill = -1 };
        e->val[n->a].last_use = (u16)i;
        e->val[n->b].last_use = (u16)i;
        e->val[n->c].last_use = (u16)i;
    }
    /* Conditions are evaluated where they are used. */
    for (unsigned i = b->n - 1; i > 0; i--) {
        const struct ir_node *n = &b->node[i];

        if (n->op == IR_LOGF64 || n->op == IR_LOGF32)
            fuse_test(e, i);
        if (ir_op_info[n->op].result != IR_T_C)
            continue;
        if (e->val[n->a].last_use < e->val[i].last_use)
            e->val[n->a].last_use = e->val[i].last_use;
        if (e->val[n->b].last_use < e->val[i].last_use)
            e->val[n->b].last_use = e->val[i].last_use;
    }
}

void ra_keep(struct emitter *e, ir_ref v, u32 until)
{
    if (e->val[v].last_use < until)
        e->val[v].last_use = (u16)until;
}

/* Flags value @f may be computed again until node @until. */
static void plan_redo(struct emitter *e, ir_ref f, u32 until)
{
    struct fl_recipe r;

    if (!fl_recipe(e, f, &r))
        return;
    if (until < e->val[f].last_use)
        until = e->val[f].last_use;
    e->val[f].redo = 1;
    ra_keep(e, r.x, until);
    ra_keep(e, r.y, until);
}

/*
 * Which flags values need not be saved when EFLAGS are destroyed: those that
 * are not the guest's NZCV when the block ends. In a loop that one is neither,
 * and lives on into the next iteration.
 */
static void plan_flags(struct emitter *e)
{
    enum { REDO_NEVER = 2 }; /* val.redo, until its node is reached */
    const struct ir_block *b = e->b;
    u32 next = 0; /* where the guest's NZCV are replaced, 0 = nowhere */

    for (u32 i = b->n - 1; i > 0; i--) {
        const struct ir_node *n = &b->node[i];

        if (n->op == IR_SETF) {
            if (!next && i != e->loop.setf)
                e->val[n->a].redo = REDO_NEVER;
            else if (e->val[n->a].redo != REDO_NEVER)
                plan_redo(e, n->a, next ? next : b->n);
            next = i;
        } else if (ir_helper_flags(b, n) & HF_WRITE_FLAGS) {
            next = i;
        } else if (ir_op_info[n->op].result == IR_T_F && n->op != IR_GETF) {
            if (!e->val[i].redo)
                plan_redo(e, (ir_ref)i, 0);
            else if (e->val[i].redo == REDO_NEVER)
                e->val[i].redo = 0;
        }
    }
}

void ra_init(struct emitter *e)
{
    memset(e->slot, 0, sizeof(e->slot));
    memset(e->rf, 0, sizeof(e->rf));
    memset(e->spill_owner, 0, sizeof(e->spill_owner));
    memset(&e->fl, 0, sizeof(e->fl));
    e->rf[CLS_GPR].allowed = GPR_ALLOWED;
    if (e->j->cfg.trace)
        e->rf[CLS_GPR].allowed &= ~(1u << R12);
    e->rf[CLS_GPR].caller = GPR_CALLER;
    e->rf[CLS_XMM].allowed = XMM_ALLOWED;
    e->rf[CLS_XMM].caller = XMM_ALLOWED;
    e->locked[0] = e->locked[1] = 0;
    e->stamp = 0;
    e->val[0] = (struct val){ .reg = NO_REG, .home = NO_SLOT, .spill = -1 };
    last_uses(e);
    plan_flags(e);
    for (int cls = 0; e->loop.on && cls < 2; cls++)
        for (unsigned s = 0; s < N_SLOTS; s++) /* what the loop only reads */
            if (e->loop.get[cls][s] && !(e->loop.set[cls] >> s & 1))
                ra_keep(e, e->loop.get[cls][s], e->b->n);
}

unsigned ra_peek(struct emitter *e, ir_ref v)
{
    return val_of(e, v)->reg;
}

void ra_load(struct emitter *e, enum val_class cls, unsigned r, ir_ref v)
{
    const struct val *w = val_of(e, v);

    if (is_const(e, v))
        a_mov_imm(&e->a, r, e->b->node[v].imm);
    else if (w->spill >= 0)
        load_from(e, cls, r, spill_off(e, cls, (unsigned)w->spill));
    else if (w->home != NO_SLOT)
        load_from(e, cls, r, ra_home(e, cls, w->home));
    else
        bug("value %u of block %llx is nowhere", v,
            (unsigned long long)e->b->pc);
}

void ra_load_home(struct emitter *e, enum val_class cls, unsigned r,
                  unsigned slot)
{
    load_from(e, cls, r, ra_home(e, cls, slot));
}

unsigned ra_use(struct emitter *e, ir_ref v, enum val_class cls)
{
    struct val *w = val_of(e, v);
    unsigned r = w->reg;

    if (r != NO_REG) {
        e->rf[cls].stamp[r] = ++e->stamp;
        e->locked[cls] |= 1u << r;
        return r;
    }
    r = alloc(e, cls);
    ra_load(e, cls, r, v);
    put_in(e, cls, v, r);
    return r;
}

bool ra_use_mem(struct emitter *e, ir_ref v, enum val_class cls, s32 *disp)
{
    struct val *w = val_of(e, v);

    if (w->reg != NO_REG || is_const(e, v) || w->last_use > e->cur)
        return false;
    if (w->spill >= 0)
        *disp = spill_off(e, cls, (unsigned)w->spill);
    else if (w->home != NO_SLOT)
        *disp = ra_home(e, cls, w->home);
    else
        return false;
    return true;
}

unsigned ra_def_node(struct emitter *e, unsigned node, enum val_class cls)
{
    unsigned r = alloc(e, cls);

    put_in(e, cls, (ir_ref)node, r);
    return r;
}

unsigned ra_def(struct emitter *e, enum val_class cls)
{
    return ra_def_node(e, e->cur, cls);
}

unsigned ra_def_copy(struct emitter *e, ir_ref v, enum val_class cls)
{
    struct val *w = val_of(e, v);
    unsigned r = w->reg, d;
    s32 off;

    if (r != NO_REG && !ra_live_after(e, v)) {
        drop_reg(e, cls, r);
        put_in(e, cls, (ir_ref)e->cur, r);
        return r;
    }
    if (r != NO_REG) {
        e->locked[cls] |= 1u << r;
        d = ra_def(e, cls);
        ra_mov(e, cls, d, r);
        return d;
    }
    if (ra_use_mem(e, v, cls, &off)) {
        /* The allocation below may move the value: look again after it. */
        d = alloc(e, cls);
        if (!ra_use_mem(e, v, cls, &off))
            bug("value %u lost", v);
        load_from(e, cls, d, off);
        put_in(e, cls, (ir_ref)e->cur, d);
        return d;
    }
    if (is_const(e, v)) {
        d = ra_def(e, cls);
        a_mov_imm(&e->a, d, e->b->node[v].imm);
        return d;
    }
    r = ra_use(e, v, cls);
    d = ra_def(e, cls);
    ra_mov(e, cls, d, r);
    return d;
}

unsigned ra_def_in(struct emitter *e, unsigned reg, enum val_class cls)
{
    unsigned d = ra_def(e, cls);

    ra_mov(e, cls, d, reg);
    return d;
}

static void unbind(struct emitter *e, enum val_class cls, unsigned slot)
{
    struct slot *sl = &e->slot[cls][slot];

    if (sl->dirty) {
        struct val *w = val_of(e, sl->cur);

        w->bound--;
        if (!needed(e, sl->cur) && w->reg != NO_REG)
            drop_reg(e, cls, w->reg);
    }
    sl->dirty = false;
}

void ra_bind(struct emitter *e, enum val_class cls, unsigned slot, ir_ref v)
{
    struct slot *sl = &e->slot[cls][slot];
    struct val *w = val_of(e, v);

    /* A value that lives in another home only would be moved twice. */
    if (w->reg == NO_REG && !is_const(e, v) && sl->owner != v)
        ra_use(e, v, cls);
    unbind(e, cls, slot);
    sl->cur = v;
    if (sl->owner == v && v)
        return;
    sl->dirty = true;
    w->bound++;
}

void ra_get(struct emitter *e, enum val_class cls, unsigned slot)
{
    struct slot *sl = &e->slot[cls][slot];
    ir_ref self = (ir_ref)e->cur;
    struct val *w = val_of(e, self);

    if (!w->last_use || w->reg != NO_REG || w->spill >= 0 ||
        w->home != NO_SLOT)
        return; /* unused, or a loop has it from the last iteration */
    if (sl->dirty) { /* only in blocks without forwarding */
        unsigned d;

        if (is_const(e, sl->cur)) {
            d = ra_def(e, cls);
            a_mov_imm(&e->a, d, e->b->node[sl->cur].imm);
        } else {
            unsigned r = ra_use(e, sl->cur, cls);
            d = ra_def(e, cls);
            ra_mov(e, cls, d, r);
        }
        return;
    }
    if (sl->owner) {
        unsigned d = ra_def(e, cls);
        load_from(e, cls, d, ra_home(e, cls, slot));
        return;
    }
    sl->owner = self;
    w->home = (u8)slot;
}

void ra_node_done(struct emitter *e)
{
    for (int cls = 0; cls < 2; cls++) {
        struct regfile *rf = &e->rf[cls];

        for (u32 m = rf->used; m; m &= m - 1) {
            unsigned r = (unsigned)__builtin_ctz(m);
            ir_ref v = rf->in[r];

            if ((v <= e->cur || v >= e->b->n) && !ra_live_after(e, v))
                drop_reg(e, (enum val_class)cls, r);
        }
        e->locked[cls] = 0;
    }
}

void ra_writeback(struct emitter *e, enum val_class cls)
{
    unsigned n = cls == CLS_GPR ? e->b->layout->n_regs : e->b->layout->n_vecs;

    for (unsigned s = 0; s < n; s++)
        if (e->slot[cls][s].dirty)
            ra_writeback_slot(e, cls, s);
}

/* Moves @v from caller-saved @r to a free callee-saved register. */
static bool move_to_callee(struct emitter *e, unsigned r, ir_ref v)
{
    struct regfile *rf = &e->rf[CLS_GPR];
    u32 m = rf->allowed & ~rf->caller;

    for (; m; m &= m - 1) {
        unsigned d = (unsigned)__builtin_ctz(m);

        if (!rf->in[d] && !(e->locked[CLS_GPR] >> d & 1)) {
            a_mov(&e->a, d, r);
            drop_reg(e, CLS_GPR, r);
            rf->in[d] = v;
            rf->used |= 1u << d;
            rf->stamp[d] = ++e->stamp;
            val_of(e, v)->reg = (u8)d;
            return true;
        }
    }
    return false;
}

/* Values in caller-saved registers that are needed after this node. */
static void save_caller(struct emitter *e, enum val_class cls, bool bound)
{
    struct regfile *rf = &e->rf[cls];

    for (u32 m = rf->caller; m; m &= m - 1) {
        unsigned r = (unsigned)__builtin_ctz(m);
        ir_ref v = rf->in[r];

        if (!v || !ra_live_after(e, v) || (bound && !val_of(e, v)->bound))
            continue;
        if (cls == CLS_GPR && !val_of(e, v)->bound &&
            val_of(e, v)->home == NO_SLOT && val_of(e, v)->spill < 0 &&
            move_to_callee(e, r, v))
            continue;
        save_elsewhere(e, cls, v);
    }
}

/* Stores to homes come first: they may take a home from a value that then
 * has to be saved as well. */
void ra_before_call(struct emitter *e)
{
    for (int cls = 0; cls < 2; cls++) {
        save_caller(e, (enum val_class)cls, true);
        save_caller(e, (enum val_class)cls, false);
    }
}

void ra_call_clobber(struct emitter *e)
{
    for (int cls = 0; cls < 2; cls++)
        for (u32 m = e->rf[cls].caller; m; m &= m - 1)
            drop_reg(e, (enum val_class)cls, (unsigned)__builtin_ctz(m));
}

void ra_invalidate(struct emitter *e, enum val_class cls)
{
    for (unsigned s = 0; s < N_SLOTS; s++) {
        struct slot *sl = &e->slot[cls][s];

        if (sl->dirty)
            bug("invalidated slot %u is dirty", s);
        evict_home(e, cls, s);
        sl->cur = 0;
    }
}
