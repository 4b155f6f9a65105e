/* SPDX-License-Identifier: MIT */
/*
 * emit_flags.c - NZCV as a value, and conditions.
 *
 * A flags value lives in EFLAGS (with a known polarity of the carry), in the
 * guest's home for NZCV, or in a spill slot, the last two in LAHF/SETO form
 * (ir.h). Before an operation destroys EFLAGS, fl_clobber() saves them if
 * anybody still needs them; that uses rax.
 *
 * A value whose operands outlive it (val.redo, planned by the allocator) is
 * never saved: who needs it compares again, and a side exit computes NZCV from
 * the operands (side_flags). Invariant: the guest's NZCV is at home, or dirty
 * in EFLAGS, or lazy.
 *
 * Conditions are not values in registers: they are evaluated by fl_cond()
 * where they are used.
 */
#include "x64.h"

#define NZCV_OFF(e) ((s32)(e)->b->layout->nzcv_off - JIT_CPU_BIAS)

static void redo(struct emitter *e, ir_ref f);

static s32 spill_word(struct emitter *e, ir_ref f)
{
    return HOST(e, spill) + e->val[f].spill * 8;
}

/* A spill slot for flags value @f. */
static void flags_spill_alloc(struct emitter *e, ir_ref f)
{
    for (int i = 0; i < 64; i++) {
        ir_ref o = e->spill_owner[CLS_GPR][i];
        if (!o || e->val[o].spill != i ||
            (e->val[o].last_use < e->cur && !e->val[o].bound)) {
            e->spill_owner[CLS_GPR][i] = f;
            e->val[f].spill = (s16)i;
            return;
        }
    }
    bug("out of spill slots for flags");
}

/* The home is about to be overwritten: rescue what it holds if needed. */
static void rescue_owner(struct emitter *e)
{
    ir_ref o = e->fl.owner;

    if (o && o != e->fl.cur && e->val[o].last_use >= e->cur &&
        e->fl.in_eflags != o && e->val[o].spill < 0) {
        flags_spill_alloc(e, o);
        a_rm(&e->a, false, OP_MOVZX16, RCX, R15, NZCV_OFF(e));
        a_rm(&e->a, false, OP_MOV_ST, RCX, R15, spill_word(e, o));
    }
    if (o)
        e->val[o].home = NO_SLOT;
    e->fl.owner = 0;
}

void fl_invalidate(struct emitter *e)
{
    fl_clobber(e);
    e->fl.cur = 0;
    e->fl.dirty = false;
    e->fl.lazy = false;
    rescue_owner(e);
}

/* EFLAGS to AX in LAHF form; the carry's polarity becomes FL_ADD. */
static void eflags_to_ax(struct emitter *e)
{
    if (e->fl.kind == FL_SUB) {
        a_byte(&e->a, 0xf5); /* cmc */
        e->fl.kind = FL_ADD;
        e->fl.result_of = 0;
    }
    a_byte(&e->a, 0x9f); /* lahf */
    a_rr(&e->a, false, OP_SETCC | CC_O, 0, RAX);
}

static void store_ax(struct emitter *e, s32 off)
{
    a_byte(&e->a, 0x66);
    a_rm(&e->a, false, OP_MOV_ST, RAX, R15, off);
}

/* Stores EFLAGS, which hold the guest's NZCV, to their home. */
static void store_home(struct emitter *e)
{
    rescue_owner(e);
    eflags_to_ax(e);
    store_ax(e, NZCV_OFF(e));
    e->fl.dirty = false;
    e->fl.lazy = false;
    e->fl.owner = e->fl.cur;
    e->val[e->fl.cur].home = 0;
}

/* Saves EFLAGS' value if needed after this node; EFLAGS stay. */
static void fl_save(struct emitter *e)
{
    ir_ref f = e->fl.in_eflags;
    bool bound, later;

    if (!f)
        return;
    if (e->val[f].redo) {
        if (e->fl.dirty && e->fl.cur == f) {
            e->fl.dirty = false;
            e->fl.lazy = true;
        }
        return;
    }
    bound = e->fl.dirty && e->fl.cur == f;
    later = e->val[f].last_use > e->cur && e->val[f].home == NO_SLOT &&
            e->val[f].spill < 0;
    if (!bound && !later)
        return;
    if (bound) {
        store_home(e);
        return;
    }
    eflags_to_ax(e);
    flags_spill_alloc(e, f);
    a_rm(&e->a, false, OP_MOV_ST, RAX, R15, spill_word(e, f));
}

void fl_clobber(struct emitter *e)
{
    fl_save(e);
    fl_forget(e);
}

void fl_result(struct emitter *e, ir_ref node, enum fl_kind kind)
{
    e->fl.in_eflags = 0;
    e->fl.result_of = node;
    e->fl.result_kind = kind;
}

static void fl_define(struct emitter *e, enum fl_kind kind)
{
    e->fl.in_eflags = (ir_ref)e->cur;
    e->fl.kind = kind;
    e->fl.result_of = 0;
}

static s32 flags_word(struct emitter *e, ir_ref f)
{
    if (e->val[f].home != NO_SLOT)
        return NZCV_OFF(e);
    if (e->val[f].spill >= 0)
        return spill_word(e, f);
    bug("flags value %u is nowhere", f);
}

/* Is @f to be had by another comparison only? */
static bool must_redo(struct emitter *e, ir_ref f)
{
    return e->fl.in_eflags != f && e->val[f].redo &&
           e->val[f].home == NO_SLOT && e->val[f].spill < 0;
}

enum fl_kind fl_load(struct emitter *e, ir_ref f)
{
    if (e->fl.in_eflags == f)
        return e->fl.kind;
    if (must_redo(e, f)) {
        redo(e, f);
        return e->fl.kind;
    }
    fl_clobber(e);
    a_rm(&e->a, false, OP_MOVZX16, RAX, R15, flags_word(e, f));
    a_byte(&e->a, 0x04); /* add al, 0x7f: OF = V */
    a_byte(&e->a, 0x7f);
    a_byte(&e->a, 0x9e); /* sahf */
    e->fl.in_eflags = f;
    e->fl.kind = FL_ADD;
    e->fl.result_of = 0;
    return FL_ADD;
}

void fl_writeback(struct emitter *e)
{
    if (e->fl.lazy)
        fl_load(e, e->fl.cur);
    else if (!e->fl.dirty)
        return;
    if (e->fl.in_eflags != e->fl.cur)
        bug("dirty flags are not in EFLAGS");
    store_home(e);
}

void x64_SETF(struct emitter *e, struct ir_node *n)
{
    ir_ref f = n->a;

    e->fl.lazy = false;
    if (e->fl.owner == f && f) {
        e->fl.cur = f;
        e->fl.dirty = false;
        return;
    }
    e->fl.cur = f;
    if (e->fl.in_eflags == f) {
        e->fl.dirty = true;
        return;
    }
    e->fl.dirty = false;
    if (must_redo(e, f)) {
        e->fl.lazy = true;
        return;
    }
    rescue_owner(e);
    a_rm(&e->a, false, OP_MOVZX16, RCX, R15, flags_word(e, f));
    a_byte(&e->a, 0x66);
    a_rm(&e->a, false, OP_MOV_ST, RCX, R15, NZCV_OFF(e));
    e->fl.owner = f;
    e->val[f].home = 0;
}

void x64_GETF(struct emitter *e, struct ir_node *n)
{
    ir_ref self = (ir_ref)e->cur;

    (void)n;
    if (!e->val[self].last_use)
        return;
    if (e->fl.dirty || e->fl.lazy)
        fl_writeback(e);
    if (e->fl.owner) { /* in blocks without forwarding, and loops */
        flags_spill_alloc(e, self);
        a_rm(&e->a, false, OP_MOVZX16, RCX, R15, NZCV_OFF(e));
        a_rm(&e->a, false, OP_MOV_ST, RCX, R15, spill_word(e, self));
        return;
    }
    e->fl.owner = self;
    e->val[self].home = 0;
}

/* --- flags of arithmetic ------------------------------------------------- */

static bool imm_fits(struct emitter *e, ir_ref v, bool w, s32 *out)
{
    u64 imm;

    if (v >= e->b->n || !ir_is_const(e->b, v, &imm))
        return false;
    if (!w)
        imm = (u64)(s64)(s32)imm;
    if ((s64)imm < INT32_MIN || (s64)imm > INT32_MAX)
        return false;
    *out = (s32)imm;
    return true;
}

/* op @reg, operand @v; for CMP and ADD/TEST on a scratch register. */
static void op_operand(struct emitter *e, bool w, u32 op, enum x64_grp g,
                       unsigned reg, ir_ref v)
{
    s32 imm;

    if (imm_fits(e, v, w, &imm)) {
        if (op == OP_CMP && !imm)
            a_rr(&e->a, w, OP_TEST, reg, reg);
        else
            a_grp_imm(&e->a, w, g, reg, imm);
    } else {
        a_rr(&e->a, w, op, reg, ra_use(e, v, CLS_GPR));
    }
}

static void preload(struct emitter *e, ir_ref v, bool w)
{
    s32 imm;

    if (!imm_fits(e, v, w, &imm))
        ra_use(e, v, CLS_GPR);
}

static void emit_cmp(struct emitter *e, ir_ref x, ir_ref y, bool w)
{
    unsigned r = ra_use(e, x, CLS_GPR);

    preload(e, y, w);
    fl_clobber(e);
    op_operand(e, w, OP_CMP, G_CMP, r, y);
}

static void emit_cmn(struct emitter *e, ir_ref x, ir_ref y, bool w)
{
    unsigned r = ra_use(e, x, CLS_GPR);

    preload(e, y, w);
    fl_clobber(e);
    a_mov(&e->a, RAX, r);
    op_operand(e, w, OP_ADD, G_ADD, RAX, y);
}

static void emit_test(struct emitter *e, ir_ref x, ir_ref y, bool w)
{
    unsigned r = ra_use(e, x, CLS_GPR);
    s32 imm;

    preload(e, y, w);
    fl_clobber(e);
    if (imm_fits(e, y, w, &imm)) {
        a_rr(&e->a, w, 0xf7, 0, r);
        a_u32(&e->a, (u32)imm);
    } else {
        a_rr(&e->a, w, OP_TEST, ra_use(e, y, CLS_GPR), r);
    }
}

bool fl_recipe(struct emitter *e, ir_ref f, struct fl_recipe *r)
{
    const struct ir_node *n = &e->b->node[f], *p;
    s32 imm;

    if (f == e->loop.flags && f) {
        *r = e->loop.recipe;
        return true;
    }
    *r = (struct fl_recipe){ .op = n->op, .x = n->a, .y = n->b };
    switch (n->op) {
    case IR_SUBF64:
    case IR_SUBF32:
        if (n->c && imm_fits(e, n->b, n->op == IR_SUBF64, &imm)) {
            r->x = n->c;
            r->add = imm;
        }
        return true;
    case IR_ADDF64:
    case IR_ADDF32:
        return true;
    case IR_LOGF64:
    case IR_LOGF32:
        r->y = n->a;
        if (e->val[n->a].fused) {
            p = &e->b->node[n->a];
            r->x = p->a;
            r->y = p->b;
        }
        return true;
    default:
        return false;
    }
}

/* Computes flags value @f once more, into EFLAGS. */
static void redo(struct emitter *e, ir_ref f)
{
    struct fl_recipe r;
    bool w;

    if (!fl_recipe(e, f, &r))
        bug("flags value %u has no recipe", f);
    w = r.op == IR_SUBF64 || r.op == IR_ADDF64 || r.op == IR_LOGF64;
    if (r.add) {
        unsigned x = ra_use(e, r.x, CLS_GPR);

        fl_clobber(e);
        a_rm(&e->a, w, OP_LEA, RAX, x, r.add);
        a_grp_imm(&e->a, w, G_CMP, RAX, r.add);
    } else if (r.op == IR_SUBF64 || r.op == IR_SUBF32) {
        emit_cmp(e, r.x, r.y, w);
    } else if (r.op == IR_ADDF64 || r.op == IR_ADDF32) {
        emit_cmn(e, r.x, r.y, w);
    } else {
        emit_test(e, r.x, r.y, w);
    }
    e->fl.in_eflags = f;
    e->fl.kind = r.op == IR_SUBF64 || r.op == IR_SUBF32 ? FL_SUB : FL_ADD;
    e->fl.result_of = 0;
}

/* Did the host operation for value node n->c leave these very flags? */
static bool flags_at_hand(struct emitter *e, struct ir_node *n,
                          enum ir_op op)
{
    const struct ir_node *v = &e->b->node[n->c];

    return n->c && e->fl.result_of == n->c && v->op == op &&
           v->a == n->a && v->b == n->b;
}

static void subf(struct emitter *e, struct ir_node *n, bool w)
{
    if (!flags_at_hand(e, n, w ? IR_SUB64 : IR_SUB32))
        emit_cmp(e, n->a, n->b, w);
    fl_define(e, FL_SUB);
}

static void addf(struct emitter *e, struct ir_node *n, bool w)
{
    if (!flags_at_hand(e, n, w ? IR_ADD64 : IR_ADD32))
        emit_cmn(e, n->a, n->b, w);
    fl_define(e, FL_ADD);
}

void x64_SUBF64(struct emitter *e, struct ir_node *n) { subf(e, n, true); }
void x64_SUBF32(struct emitter *e, struct ir_node *n) { subf(e, n, false); }
void x64_ADDF64(struct emitter *e, struct ir_node *n) { addf(e, n, true); }
void x64_ADDF32(struct emitter *e, struct ir_node *n) { addf(e, n, false); }

/* Is it a logical operation of that width? (EFLAGS depend on it.) */
static bool logic_of_width(unsigned op, bool w)
{
    switch (op) {
    case IR_AND64: case IR_OR64: case IR_XOR64: case IR_ANDN64:
        return w;
    case IR_AND32: case IR_OR32: case IR_XOR32: case IR_ANDN32:
        return !w;
    default:
        return false;
    }
}

static void logf_(struct emitter *e, struct ir_node *n, bool w)
{
    struct ir_node *p = &e->b->node[n->a];

    if (e->val[n->a].fused) {
        emit_test(e, p->a, p->b, w);
    } else if (e->fl.result_of != n->a || !logic_of_width(p->op, w)) {
        unsigned r = ra_use(e, n->a, CLS_GPR);

        fl_clobber(e);
        a_rr(&e->a, w, OP_TEST, r, r);
    }
    fl_define(e, FL_ADD);
}

void x64_LOGF64(struct emitter *e, struct ir_node *n) { logf_(e, n, true); }
void x64_LOGF32(struct emitter *e, struct ir_node *n) { logf_(e, n, false); }

/* Brings @f into EFLAGS with polarity @want, saved if needed later. */
static void load_carry(struct emitter *e, ir_ref f, enum fl_kind want)
{
    fl_load(e, f);
    fl_save(e);
    if (e->fl.kind != want)
        a_byte(&e->a, 0xf5); /* cmc */
    fl_forget(e);
}

static void adc(struct emitter *e, struct ir_node *n, bool w, bool sub)
{
    unsigned r = ra_use(e, n->b, CLS_GPR), d;

    ra_use(e, n->a, CLS_GPR);
    load_carry(e, n->c, sub ? FL_SUB : FL_ADD);
    d = ra_def_copy(e, n->a, CLS_GPR);
    a_rr(&e->a, w, sub ? OP_SBB : OP_ADC, d, r);
}

/* A copy in rax, so that the operands survive. */
static void adcf(struct emitter *e, struct ir_node *n, bool w, bool sub)
{
    unsigned r = ra_use(e, n->b, CLS_GPR), x = ra_use(e, n->a, CLS_GPR);

    load_carry(e, n->c, sub ? FL_SUB : FL_ADD);
    a_mov(&e->a, RAX, x);
    a_rr(&e->a, w, sub ? OP_SBB : OP_ADC, RAX, r);
    fl_define(e, sub ? FL_SUB : FL_ADD);
}

void x64_ADC64(struct emitter *e, struct ir_node *n) { adc(e, n, true, 0); }
void x64_ADC32(struct emitter *e, struct ir_node *n) { adc(e, n, false, 0); }
void x64_SBC64(struct emitter *e, struct ir_node *n) { adc(e, n, true, 1); }
void x64_SBC32(struct emitter *e, struct ir_node *n) { adc(e, n, false, 1); }
void x64_ADCF64(struct emitter *e, struct ir_node *n) { adcf(e, n, 1, 0); }
void x64_ADCF32(struct emitter *e, struct ir_node *n) { adcf(e, n, 0, 0); }
void x64_SBCF64(struct emitter *e, struct ir_node *n) { adcf(e, n, 1, 1); }
void x64_SBCF32(struct emitter *e, struct ir_node *n) { adcf(e, n, 0, 1); }

static void ccmp(struct emitter *e, struct ir_node *n, bool w, bool sub)
{
    unsigned r = ra_use(e, n->a, CLS_GPR);
    u16 word = ir_nzcv_from_packed((u32)(n->imm & 15) << 28);
    u8 *no, *done;
    enum x64_cc cc;

    preload(e, n->b, w);
    fl_save(e);
    cc = fl_cond(e, n->c);
    fl_forget(e);
    no = a_jcc8_fwd(&e->a, cc ^ 1);
    if (sub) {
        op_operand(e, w, OP_CMP, G_CMP, r, n->b);
        word ^= IR_NZCV_C;
    } else {
        a_mov(&e->a, RAX, r);
        op_operand(e, w, OP_ADD, G_ADD, RAX, n->b);
    }
    done = a_jmp8_fwd(&e->a);
    a_patch8(&e->a, no);
    a_mov_imm(&e->a, RAX, word);
    a_byte(&e->a, 0x04);
    a_byte(&e->a, 0x7f);
    a_byte(&e->a, 0x9e);
    a_patch8(&e->a, done);
    fl_define(e, sub ? FL_SUB : FL_ADD);
}

void x64_CCMP64(struct emitter *e, struct ir_node *n) { ccmp(e, n, 1, 1); }
void x64_CCMP32(struct emitter *e, struct ir_node *n) { ccmp(e, n, 0, 1); }
void x64_CCMN64(struct emitter *e, struct ir_node *n) { ccmp(e, n, 1, 0); }
void x64_CCMN32(struct emitter *e, struct ir_node *n) { ccmp(e, n, 0, 0); }

void x64_NZCVF(struct emitter *e, struct ir_node *n)
{
    unsigned r = ra_use(e, n->a, CLS_GPR);

    fl_clobber(e);
    a_rr(&e->a, false, OP_MOV, RAX, r);
    a_shift(&e->a, false, G_SHR, RAX, 28);
    a_rr(&e->a, false, 0x69, RAX, RAX); /* imul: N 15, Z 14, C 8, V 0 */
    a_u32(&e->a, 0x1081);
    a_grp_imm(&e->a, false, G_AND, RAX, 0xc101);
    a_byte(&e->a, 0x04);
    a_byte(&e->a, 0x7f);
    a_byte(&e->a, 0x9e);
    fl_define(e, FL_ADD);
}

void x64_FNZCV(struct emitter *e, struct ir_node *n)
{
    unsigned d = ra_def(e, CLS_GPR);

    if (must_redo(e, n->a))
        fl_load(e, n->a);
    if (e->fl.in_eflags == n->a) {
        fl_save(e);
        eflags_to_ax(e);
    } else {
        fl_clobber(e);
        a_rm(&e->a, false, OP_MOVZX16, RAX, R15, flags_word(e, n->a));
    }
    fl_forget(e);
    a_rr(&e->a, false, OP_MOVZX16, RAX, RAX);
    a_rr(&e->a, false, OP_MOV, RCX, RAX);
    a_grp_imm(&e->a, false, G_AND, RCX, 0xc000);
    a_shift(&e->a, false, G_SHL, RCX, 16);
    a_rr(&e->a, false, OP_MOV, RDX, RAX);
    a_grp_imm(&e->a, false, G_AND, RDX, 0x100);
    a_shift(&e->a, false, G_SHL, RDX, 21);
    a_rr(&e->a, false, OP_OR, RCX, RDX);
    a_shift(&e->a, false, G_SHL, RAX, 28);
    a_rr(&e->a, false, OP_OR, RAX, RCX);
    a_rr(&e->a, false, OP_MOV, d, RAX);
}

/* --- conditions ---------------------------------------------------------- */

/* Host condition for A64 condition @cond with EFLAGS of polarity @k. */
static enum x64_cc host_cc(unsigned cond, enum fl_kind k)
{
    static const u8 map[2][16] = {
        { CC_E, CC_NE, CC_B, CC_AE, CC_S, CC_NS, CC_O, CC_NO, 0, 0, CC_GE,
          CC_L, CC_G, CC_LE, 0, 0 },
        { CC_E, CC_NE, CC_AE, CC_B, CC_S, CC_NS, CC_O, CC_NO, CC_A, CC_BE,
          CC_GE, CC_L, CC_G, CC_LE, 0, 0 },
    };

    return (enum x64_cc)map[k == FL_SUB][cond];
}

/* One-bit conditions are tested in the saved word. */
static bool cond_in_word(struct emitter *e, ir_ref f, unsigned cond,
                         enum x64_cc *cc)
{
    static const u8 mask[4] = { 0x40, 0x01, 0x80, 0x01 };
    s32 off;

    if (cond >= 8)
        return false;
    fl_clobber(e);
    off = flags_word(e, f) + (cond < 6);
    a_rm(&e->a, false, 0xf6, 0, R15, off); /* test byte, imm8 */
    a_byte(&e->a, mask[cond >> 1]);
    *cc = cond & 1 ? CC_E : CC_NE;
    return true;
}

static enum x64_cc cond_cc(struct emitter *e, struct ir_node *c)
{
    unsigned cond = c->imm & 15;
    enum x64_cc cc;

    if (e->fl.in_eflags != c->a && !must_redo(e, c->a) &&
        cond_in_word(e, c->a, cond, &cc))
        return cc;
    fl_load(e, c->a);
    if (e->fl.kind == FL_ADD && (cond == 8 || cond == 9)) {
        a_byte(&e->a, 0xf5); /* cmc: HI and LS need the borrow */
        e->fl.kind = FL_SUB;
        e->fl.result_of = 0;
    }
    return host_cc(cond, e->fl.kind);
}

static enum x64_cc cond_zero(struct emitter *e, struct ir_node *c, bool w)
{
    s32 off;

    if (ra_use_mem(e, c->a, CLS_GPR, &off)) {
        fl_clobber(e);
        ra_use_mem(e, c->a, CLS_GPR, &off);
        a_grp_imm_m(&e->a, w, G_CMP, R15, off, 0);
    } else {
        unsigned r = ra_use(e, c->a, CLS_GPR);

        fl_clobber(e);
        a_rr(&e->a, w, OP_TEST, r, r);
    }
    return CC_E;
}

enum x64_cc fl_cond(struct emitter *e, ir_ref ref)
{
    struct ir_node *c = &e->b->node[ref];
    unsigned inv = c->imm & IR_COND_INV ? 1 : 0;
    enum x64_cc cc;

    switch (c->op) {
    case IR_CC:
        return cond_cc(e, c);
    case IR_ISZERO64:
    case IR_ISZERO32:
        cc = cond_zero(e, c, c->op == IR_ISZERO64);
        break;
    case IR_BIT: {
        unsigned r = ra_use(e, c->a, CLS_GPR);

        fl_clobber(e);
        a_rr(&e->a, (c->imm & 63) >= 32, M_0F | 0xba, 4, r); /* bt */
        a_byte(&e->a, c->imm & 63);
        cc = CC_B;
        break;
    }
    default:
        emit_cmp(e, c->a, c->b, true);
        cc = c->op == IR_EQ64 ? CC_E : c->op == IR_ULT64 ? CC_B : CC_L;
        break;
    }
    fl_forget(e);
    return (enum x64_cc)((unsigned)cc ^ inv);
}

/* Conditions emit nothing where they are defined. */
void x64_CC(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_ISZERO64(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_ISZERO32(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_BIT(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_EQ64(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_ULT64(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_SLT64(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }

void x64_SETC(struct emitter *e, struct ir_node *n)
{
    enum x64_cc cc;
    unsigned d;

    d = ra_def(e, CLS_GPR);
    cc = fl_cond(e, n->a);
    a_rr(&e->a, false, (u32)(OP_SETCC | cc) | B_RM, 0, d);
    a_rr(&e->a, false, OP_MOVZX8, d, d);
}

void x64_SELECT(struct emitter *e, struct ir_node *n)
{
    ir_ref yes = n->b, no = n->c;
    enum x64_cc cc;
    unsigned r, d;
    u64 imm;

    ra_use(e, yes, CLS_GPR);
    if (!ir_is_const(e->b, no, &imm))
        ra_use(e, no, CLS_GPR);
    cc = fl_cond(e, n->a);
    if (ra_live_after(e, no) && !ra_live_after(e, yes) &&
        !ir_is_const(e->b, yes, &imm)) {
        ir_ref t = yes;

        yes = no;
        no = t;
        cc = (enum x64_cc)(cc ^ 1);
    }
    r = ra_use(e, yes, CLS_GPR);
    if (yes == no) {
        ra_def_copy(e, no, CLS_GPR);
        return;
    }
    d = ra_def_copy(e, no, CLS_GPR);
    a_rr(&e->a, true, (u32)(OP_CMOV | cc), d, r);
}

void x64_VSELECT(struct emitter *e, struct ir_node *n)
{
    unsigned r, d;
    enum x64_cc cc;
    u8 *skip;

    r = ra_use(e, n->b, CLS_XMM);
    ra_use(e, n->c, CLS_XMM);
    cc = fl_cond(e, n->a);
    d = ra_def_copy(e, n->c, CLS_XMM);
    if (d == r)
        return;
    skip = a_jcc8_fwd(&e->a, cc ^ 1);
    a_rr(&e->a, false, M_0F | 0x28, d, r);
    a_patch8(&e->a, skip);
}
