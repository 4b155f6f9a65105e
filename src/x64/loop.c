/* SPDX-License-Identifier: MIT */
/*
 * loop.c - blocks that branch to themselves.
 *
 * Such a block is emitted twice. The first copy is the block as any other,
 * entered with every guest register at home. Where it branches back it falls
 * into the second, which takes over what is in host registers and goes back
 * to its own head with the same values in the same registers: guest registers
 * that the loop changes are loaded and stored only around it.
 *
 *     entry:  budget check
 *             first copy;  out -> exit 1
 *             budget check -> no_budget
 *     head:   second copy; out -> exit 2
 *             moves, so that the registers are as at the head
 *             budget check; jns head
 *     no_budget, exits: what is dirty goes home
 *
 * A value at the head that the block reads by a GETREG or GETVEC is known
 * as that node, whose own emission then does nothing; one that is only kept
 * for its slot, or for NZCV, gets a number behind the nodes (n_vals).
 *
 * Each slot ends both copies bound to the same node, since they are made of
 * the same nodes. The state between two iterations is therefore described by
 * in[] and from[]: register r holds value in[r], which at the back edge is
 * node from[r]. NZCV of the last iteration are lazy at the head if they have
 * a recipe (emit_flags.c), else at home.
 */
#include "x64.h"

#include <glib.h>

/* Larger ones gain nothing and would need much room. */
#define MAX_NODES 1500

/* --- which blocks --------------------------------------------------------- */

/* Notes a node in e->loop. False: not in a loop. */
static bool plan_node(struct emitter *e, u32 i)
{
    const struct ir_node *n = &e->b->node[i];
    struct loop *l = &e->loop;
    int cls = n->op == IR_GETVEC || n->op == IR_SETVEC ? CLS_XMM : CLS_GPR;

    switch (n->op) {
    case IR_GETREG:
    case IR_GETVEC:
        if (l->get[cls][n->imm] || (l->set[cls] >> n->imm & 1))
            return false;
        l->get[cls][n->imm] = (ir_ref)i;
        return true;
    case IR_SETREG:
    case IR_SETVEC:
        l->set[cls] |= 1ull << n->imm;
        return true;
    case IR_SETF:
        l->setf = i;
        if (!l->first_setf)
            l->first_setf = i;
        return true;
    default:
        return !(ir_helper_flags(e->b, n) &
                 (HF_WRITE_REGS | HF_WRITE_VECS | HF_WRITE_FLAGS));
    }
}

void loop_plan(struct emitter *e)
{
    struct loop *l = &e->loop;
    const struct ir_block *b = e->b;
    const struct ir_node *last = &b->node[b->n - 1];

    l->on = l->second = false;
    l->setf = 0;
    l->flags = 0;
    if (last->op != IR_BRANCH || !e->tb->may_loop || b->n > MAX_NODES ||
        (b->flags & IR_B_NO_OPT) ||
        (b->target[0] == b->pc) == (b->target[1] == b->pc))
        return;
    memset(l->set, 0, sizeof(l->set));
    memset(l->get, 0, sizeof(l->get));
    l->first_setf = 0;
    l->out = b->target[0] == b->pc;
    for (u32 i = 1; i < b->n; i++)
        if (!plan_node(e, i)) {
            l->setf = 0;
            return;
        }
    l->on = true;
}

/* --- saved states --------------------------------------------------------- */

static void state_save(struct emitter *e, struct ra_state *s)
{
    unsigned n = e->b->n + LOOP_VALS;

    if (s->max_vals < n) {
        s->max_vals = n * 2;
        s->val = g_renew(struct val, s->val, s->max_vals);
    }
    memcpy(s->val, e->val, n * sizeof(*s->val));
    memcpy(s->rf, e->rf, sizeof(s->rf));
    memcpy(s->slot, e->slot, sizeof(s->slot));
    memcpy(s->spill_owner, e->spill_owner, sizeof(s->spill_owner));
    s->fl = e->fl;
}

static void state_load(struct emitter *e, const struct ra_state *s)
{
    memcpy(e->val, s->val, (e->b->n + LOOP_VALS) * sizeof(*s->val));
    memcpy(e->rf, s->rf, sizeof(s->rf));
    memcpy(e->slot, s->slot, sizeof(s->slot));
    memcpy(e->spill_owner, s->spill_owner, sizeof(s->spill_owner));
    e->fl = s->fl;
    e->locked[0] = e->locked[1] = 0;
}

/* --- the head ------------------------------------------------------------- */

/* What is at the head, while it is made from the end of the first copy. */
struct head {
    struct slot slot[2][N_SLOTS]; /* dirty ones; cur in values of the head */
    bool lazy;                    /* NZCV */
};

static ir_ref new_value(struct emitter *e)
{
    return e->loop.n_vals++;
}

/* Node @v, in register @r, is value @id at the head, of slot @s if it is not
 * NO_SLOT. */
static ir_ref carry(struct emitter *e, int cls, unsigned r, ir_ref v,
                    ir_ref id, unsigned s)
{
    e->loop.in[cls][r] = id;
    e->loop.from[cls][r] = v;
    e->loop.slot_of[cls][r] = (u8)s;
    return id;
}

/* A dirty slot stays dirty if its value has a register to itself. */
static void head_slot(struct emitter *e, struct head *h, int cls, unsigned s)
{
    struct slot *sl = &e->slot[cls][s];
    ir_ref v = sl->cur, g = e->loop.get[cls][s];
    unsigned r = e->val[v].reg;
    u64 imm;

    if (r != NO_REG && !e->loop.in[cls][r]) {
        bool read = g && e->b->node[g].op != IR_NOP;

        h->slot[cls][s].cur = carry(e, cls, r, v,
                                     read ? g : new_value(e), s);
        h->slot[cls][s].dirty = true;
    } else if (r == NO_REG && ir_is_const(e->b, v, &imm)) {
        h->slot[cls][s] = (struct slot){ .cur = v, .dirty = true };
    }
}

/* An operand of the flags: a constant, or a value in a register. */
static ir_ref head_operand(struct emitter *e, ir_ref v)
{
    unsigned r;
    u64 imm;

    if (ir_is_const(e->b, v, &imm))
        return v;
    r = e->val[v].reg;
    if (e->loop.in[CLS_GPR][r])
        return e->loop.in[CLS_GPR][r];
    return carry(e, CLS_GPR, r, v, new_value(e), NO_SLOT);
}

/* Brings the operands of NZCV into registers if they are to be lazy. */
static bool prepare_flags(struct emitter *e)
{
    struct fl_recipe *r = &e->loop.recipe;
    u64 imm;

    if (!(e->fl.dirty || e->fl.lazy) || !fl_recipe(e, e->fl.cur, r))
        return false;
    if (!ir_is_const(e->b, r->x, &imm))
        ra_use(e, r->x, CLS_GPR);
    if (!ir_is_const(e->b, r->y, &imm))
        ra_use(e, r->y, CLS_GPR);
    return true;
}

/* Chooses what goes round the loop in registers; stores the rest. */
static void choose(struct emitter *e, struct head *h)
{
    struct loop *l = &e->loop;

    memset(h, 0, sizeof(*h));
    memset(l->in, 0, sizeof(l->in));
    l->n_vals = (ir_ref)e->b->n;
    h->lazy = prepare_flags(e);
    for (int cls = 0; cls < 2; cls++)
        for (unsigned s = 0; s < N_SLOTS; s++)
            if (e->slot[cls][s].dirty)
                head_slot(e, h, cls, s);
    for (int cls = 0; cls < 2; cls++)
        for (unsigned s = 0; s < N_SLOTS; s++) {
            ir_ref g = l->get[cls][s];
            unsigned r = g ? e->val[g].reg : NO_REG;

            if (r != NO_REG && !(l->set[cls] >> s & 1) && !l->in[cls][r])
                carry(e, cls, r, g, g, s);
        }
    if (h->lazy) {
        l->recipe.x = head_operand(e, l->recipe.x);
        l->recipe.y = head_operand(e, l->recipe.y);
    }
}

/* Stores what the head does not have dirty but the present state has. */
static void store_others(struct emitter *e, const struct slot head[2][N_SLOTS])
{
    for (int cls = 0; cls < 2; cls++)
        for (unsigned s = 0; s < N_SLOTS; s++)
            if (e->slot[cls][s].dirty && !head[cls][s].dirty)
                ra_writeback_slot(e, (enum val_class)cls, s);
}

/* The allocator's state at the head: only what was chosen. */
static void start_second(struct emitter *e, const struct head *h)
{
    struct loop *l = &e->loop;

    e->cur = 0;
    l->second = true;
    ra_init(e);
    for (u32 v = e->b->n; v < e->b->n + LOOP_VALS; v++)
        e->val[v] = (struct val){ .reg = NO_REG, .home = NO_SLOT,
                                  .spill = -1 };
    for (int cls = 0; cls < 2; cls++) {
        for (unsigned r = 0; r < 16; r++) {
            ir_ref v = l->in[cls][r];

            if (!v)
                continue;
            e->rf[cls].in[r] = v;
            e->rf[cls].used |= 1u << r;
            e->val[v].reg = (u8)r;
        }
        for (unsigned s = 0; s < N_SLOTS; s++) {
            ir_ref g = l->get[cls][s];

            e->slot[cls][s] = h->slot[cls][s];
            if (h->slot[cls][s].dirty) {
                e->val[h->slot[cls][s].cur].bound++;
            } else if (g && e->val[g].reg != NO_REG &&
                       l->in[cls][e->val[g].reg] == g) {
                e->slot[cls][s].owner = g; /* the loop only reads it */
                e->val[g].home = (u8)s;
            }
        }
    }
    if (!h->lazy)
        return;
    l->flags = new_value(e);
    e->fl.cur = l->flags;
    e->fl.lazy = true;
    e->val[l->flags].redo = 1;
    ra_keep(e, l->recipe.x, l->first_setf);
    ra_keep(e, l->recipe.y, l->first_setf);
}

static u8 *budget_check(struct emitter *e)
{
    a_grp_imm(&e->a, true, G_SUB, R13, (s32)e->tb->n_insns);
    return a_jcc_fwd(&e->a, CC_S);
}

/* --- the back edge -------------------------------------------------------- */

/* Moves between registers, all at once: @src[r] goes to r. */
static void parallel_move(struct emitter *e, int cls, u8 src[16])
{
    unsigned tmp = cls == CLS_GPR ? (unsigned)RAX : XMM_TMP2;
    bool left = true;

    while (left) {
        bool moved = false;

        left = false;
        for (unsigned d = 0; d < 16; d++) {
            bool read = false;

            if (src[d] == NO_REG)
                continue;
            for (unsigned k = 0; k < 16; k++)
                read |= k != d && src[k] == d;
            left = true;
            if (read)
                continue;
            ra_mov(e, (enum val_class)cls, d, src[d]);
            src[d] = NO_REG;
            moved = true;
        }
        if (left && !moved) { /* a circle: free one register */
            unsigned d = 0;

            while (src[d] == NO_REG)
                d++;
            ra_mov(e, (enum val_class)cls, tmp, d);
            for (unsigned k = 0; k < 16; k++)
                if (src[k] == d)
                    src[k] = (u8)tmp;
        }
    }
}

/* The value of register @r at the head is in memory: loads it. */
static void reload(struct emitter *e, enum val_class cls, unsigned r)
{
    unsigned s = e->loop.slot_of[cls][r];

    if (s != NO_SLOT && !e->slot[cls][s].dirty)
        ra_load_home(e, cls, r, s);
    else
        ra_load(e, cls, r, e->loop.from[cls][r]);
}

/* Every value of the head into its register. */
static void restore_registers(struct emitter *e)
{
    const struct loop *l = &e->loop;

    for (int cls = 0; cls < 2; cls++) {
        u8 src[16];

        memset(src, NO_REG, sizeof(src));
        for (unsigned r = 0; r < 16; r++)
            if (l->in[cls][r] && e->val[l->from[cls][r]].reg != r)
                src[r] = e->val[l->from[cls][r]].reg;
        parallel_move(e, cls, src);
        for (unsigned r = 0; r < 16; r++)
            if (l->in[cls][r] && e->val[l->from[cls][r]].reg == NO_REG)
                reload(e, (enum val_class)cls, r);
    }
}

/* --- the branch ----------------------------------------------------------- */

/* Goes home and leaves for the other target. */
static void leave(struct emitter *e)
{
    exit_writeback(e);
    exit_add_site(e, e->b->target[e->loop.out], a_jmp_fwd(&e->a));
}

/* Does NZCV that the head has at home, or that nobody can compute again, have
 * to be stored before the branch? */
static void settle_flags(struct emitter *e)
{
    struct fl_recipe r;

    if (e->fl.dirty && (!e->val[e->fl.cur].redo ||
                        (e->loop.second && !e->loop.flags)))
        fl_writeback(e);
    else if (e->fl.lazy && (!fl_recipe(e, e->fl.cur, &r) ||
                            (e->loop.second && !e->loop.flags)))
        fl_writeback(e);
}

/* The second copy ends: round again, or out. */
static void close_loop(struct emitter *e, u8 *out)
{
    struct loop *l = &e->loop;

    state_save(e, &l->at_exit);
    store_others(e, l->at_head.slot);
    restore_registers(e);
    a_grp_imm(&e->a, true, G_SUB, R13, (s32)e->tb->n_insns);
    a_jcc(&e->a, CC_NS, l->head);
    l->no_budget[1] = a_jmp_fwd(&e->a);
    state_load(e, &l->at_exit);
    a_patch(&e->a, out);
    leave(e);
    state_load(e, &l->at_head);
    e->cur = 0; /* where everything of the head is needed still */
    a_patch(&e->a, l->no_budget[0]);
    a_patch(&e->a, l->no_budget[1]);
    exit_writeback(e);
    e->cur = e->b->n - 1u;
    a_mov_imm(&e->a, RAX, e->tb_id);
    a_jmp(&e->a, e->j->exit_budget);
}

static void second_copy(struct emitter *e)
{
    struct head h;

    choose(e, &h);
    store_others(e, h.slot);
    e->loop.no_budget[0] = budget_check(e);
    a_align(&e->a, 32);
    e->loop.head = a_here(&e->a);
    start_second(e, &h);
    exit_trace(e);
    state_save(e, &e->loop.at_head);
    emit_nodes(e);
}

void loop_branch(struct emitter *e, struct ir_node *n)
{
    struct loop *l = &e->loop;
    enum x64_cc cc;
    u8 *go_on;

    settle_flags(e);
    cc = fl_cond(e, n->a);
    if (l->out == 1) /* the condition is that of staying */
        cc = (enum x64_cc)(cc ^ 1);
    if (l->second) {
        close_loop(e, a_jcc_fwd(&e->a, cc));
        return;
    }
    go_on = a_jcc_fwd(&e->a, (enum x64_cc)(cc ^ 1));
    state_save(e, &l->at_exit);
    leave(e);
    state_load(e, &l->at_exit);
    a_patch(&e->a, go_on);
    second_copy(e);
}
