/* SPDX-License-Identifier: MIT */
/*
 * emit_mem.c - guest memory accesses: the inline tag check (DESIGN D5) and
 * the cold stubs behind it.
 *
 * Fast path, with the address in a register va:
 *     edx = va >> 8 & index mask          entry of the first byte's page
 *     rax = (va + size - 1) & -4096       page of the last byte
 *     cmp rax, [r14 + rdx]; jne cold      r14: current table
 *     rdx = bias; access [va + rdx]
 * A page-crossing access fails the compare; an unaligned one within a page
 * passes. Accesses that must be aligned compare va & (-4096 | size-1).
 *
 * The cold stub is `call slow; struct side`: the stub routine saves the host
 * registers, C does the access and puts the result where the record says, and
 * returns the address to go on at. If it fails, the record is what the state
 * of the guest is rebuilt from (D7). Results are defined before the check, so
 * that the record describes the registers exactly.
 */
#include "x64.h"

#include <glib.h>

#define MAX_CONST_SLOTS 16

/* --- cold stubs ---------------------------------------------------------- */

static void rec_bytes(struct emitter *e, const void *p, u32 n)
{
    if (e->n_rec + n > e->max_rec) {
        e->max_rec = (e->n_rec + n) * 2;
        e->rec = g_realloc(e->rec, e->max_rec);
    }
    memcpy(e->rec + e->n_rec, p, n);
    e->n_rec += n;
}

/* Constants in dirty slots are stored early when a record has no room. */
static void limit_const_slots(struct emitter *e)
{
    unsigned n = 0;

    for (unsigned s = 0; s < e->b->layout->n_regs; s++) {
        struct slot *sl = &e->slot[CLS_GPR][s];
        n += sl->dirty && sl->cur < e->b->n &&
             e->b->node[sl->cur].op == IR_CONST;
    }
    if (n > MAX_CONST_SLOTS)
        ra_writeback(e, CLS_GPR);
}

static struct side_slot slot_loc(struct emitter *e, enum val_class cls,
                                 unsigned s, u64 *consts, u8 *n_consts)
{
    ir_ref v = e->slot[cls][s].cur;
    const struct val *w = &e->val[v];
    struct side_slot r = { .slot = (u16)(s & 63) };

    if (w->reg != NO_REG) {
        r.loc = cls == CLS_GPR ? LOC_GPR : LOC_XMM;
        r.n = w->reg & 63;
    } else if (v < e->b->n && e->b->node[v].op == IR_CONST) {
        r.loc = LOC_CONST;
        r.n = *n_consts & 63;
        consts[(*n_consts)++] = e->b->node[v].imm;
    } else if (w->spill >= 0) {
        r.loc = cls == CLS_GPR ? LOC_SPILL : LOC_VSPILL;
        r.n = (u16)w->spill & 63;
    } else {
        bug("dirty slot %u is nowhere at a side exit", s);
    }
    return r;
}

static struct side_operand operand_loc(struct emitter *e, ir_ref v)
{
    const struct val *w = &e->val[v];
    u64 imm;

    if (w->reg != NO_REG)
        return (struct side_operand){ .loc = LOC_GPR, .n = w->reg };
    if (v < e->b->n && ir_is_const(e->b, v, &imm))
        return (struct side_operand){ .loc = LOC_CONST, .imm = imm };
    if (w->spill >= 0)
        return (struct side_operand){ .loc = LOC_SPILL, .n = (u8)w->spill };
    if (w->home == NO_SLOT)
        bug("operand %u of flags is nowhere at a side exit", v);
    return (struct side_operand){ .loc = LOC_HOME, .n = w->home };
}

/* How to compute NZCV if they are not at home. */
static u8 rec_flags(struct emitter *e)
{
    struct side_flags f;
    struct fl_recipe r;

    if (!e->fl.lazy)
        return 0;
    if (!fl_recipe(e, e->fl.cur, &r))
        bug("lazy flags without a recipe");
    f = (struct side_flags){ .op = r.op, .add = r.add,
                             .x = operand_loc(e, r.x),
                             .y = operand_loc(e, r.y) };
    rec_bytes(e, &f, sizeof(f));
    return 1;
}

struct side *cold_new(struct emitter *e, u8 *from, enum side_kind kind)
{
    u64 consts[N_SLOTS];
    struct side side = { .kind = (u8)kind, .tb_id = e->tb_id,
                         .insn = (u8)e->insn,
                         .left = (u16)(e->tb->n_insns - e->insn),
                         .va_reg = NO_REG,
                         .r1 = NO_REG, .r2 = NO_REG };
    struct cold *c;
    u32 start = e->n_rec;

    if (e->n_cold == e->max_cold) {
        e->max_cold = e->max_cold ? e->max_cold * 2 : 256;
        e->cold = g_renew(struct cold, e->cold, e->max_cold);
    }
    c = &e->cold[e->n_cold++];
    *c = (struct cold){ .from = { from }, .rec = start };
    rec_bytes(e, &side, sizeof(side));
    for (int cls = 0; cls < 2; cls++) {
        unsigned n = cls == CLS_GPR ? e->b->layout->n_regs
                                    : e->b->layout->n_vecs;
        for (unsigned s = 0; s < n; s++) {
            struct side_slot r;

            if (!e->slot[cls][s].dirty)
                continue;
            r = slot_loc(e, (enum val_class)cls, s, consts, &side.n_consts);
            rec_bytes(e, &r, sizeof(r));
            side.n_slots++;
        }
    }
    rec_bytes(e, consts, side.n_consts * 8u);
    side.n_flags = rec_flags(e);
    c->rec_size = e->n_rec - start;
    c->vec = e->rf[CLS_XMM].used;
    memcpy(e->rec + start, &side, sizeof(side));
    return (struct side *)(e->rec + start);
}

void cold_extra(struct emitter *e, struct side_extra extra)
{
    struct cold *c = &e->cold[e->n_cold - 1];

    rec_bytes(e, &extra, sizeof(extra));
    c->rec_size += (u32)sizeof(extra);
}

void cold_also(struct emitter *e, u8 *from)
{
    struct cold *c = &e->cold[e->n_cold - 1];

    c->from[c->from[1] ? 2 : 1] = from;
}

void cold_resume(struct emitter *e)
{
    e->cold[e->n_cold - 1].resume = a_here(&e->a);
}

void cold_emit_all(struct emitter *e)
{
    for (unsigned i = 0; i < e->n_cold; i++) {
        struct cold *c = &e->cold[i];
        struct side *side = (struct side *)(e->rec + c->rec);

        for (unsigned k = 0; k < ARRAY_SIZE(c->from) && c->from[k]; k++)
            a_patch(&e->a, c->from[k]);
        a_byte(&e->a, 0xe8);
        a_rel32(&e->a, side->kind == SIDE_FAULT ? e->j->fault
                       : c->vec ? e->j->slow_vec : e->j->slow_gpr);
        if (c->resume)
            side->resume = (s32)(c->resume - a_here(&e->a));
        for (u32 k = 0; k < c->rec_size; k++)
            a_byte(&e->a, e->rec[c->rec + k]);
    }
    e->n_cold = 0;
    e->n_rec = 0;
}

/* --- the check ----------------------------------------------------------- */

/* Register with the address: the base's own, or rcx. */
static unsigned address(struct emitter *e, ir_ref base, s32 disp)
{
    u64 imm;
    unsigned r;

    if (ir_is_const(e->b, base, &imm)) {
        a_mov_imm(&e->a, RCX, imm + (u64)(s64)disp);
        return RCX;
    }
    r = ra_use(e, base, CLS_GPR);
    if (!disp)
        return r;
    a_rm(&e->a, true, OP_LEA, RCX, r, disp);
    return RCX;
}

/*
 * Emits the tag check for @bytes at @va; the bias is then in rdx. Returns
 * the rel32 of the jump to the cold stub.
 */
static u8 *tag_check(struct emitter *e, unsigned va, u32 memop, u32 bytes,
                     bool store)
{
    unsigned bits = e->j->cfg.tag_bits;
    s32 table = store ? (s32)offsetof(struct tag_table, store) : 0;
    unsigned base = R14;
    u8 *miss;

    a_rr(&e->a, false, OP_MOV, RDX, va);
    a_shift(&e->a, false, G_SHR, RDX, 8);
    a_grp_imm(&e->a, false, G_AND, RDX, (s32)(((1u << bits) - 1) << 4));
    if (memop & IR_M_UNPRIV) {
        a_rm(&e->a, true, OP_ADD, RDX, R15, HOST(e, tags_unpriv));
        base = RDX;
    }
    if ((memop & IR_M_ALIGN) || bytes == 1)
        a_mov(&e->a, RAX, va);
    else
        a_rm(&e->a, true, OP_LEA, RAX, va, (s32)bytes - 1);
    a_grp_imm(&e->a, true, G_AND, RAX,
              memop & IR_M_ALIGN ? (s32)(-4096 | (s32)(bytes - 1)) : -4096);
    if (base == R14)
        a_rmx(&e->a, true, OP_CMP, RAX, R14, RDX, 0, table);
    else
        a_rm(&e->a, true, OP_CMP, RAX, RDX, table);
    if (e->j->cfg.always_cold || e->tb->is_cold) {
        a_byte(&e->a, 0xe9);
        a_u32(&e->a, 0);
        miss = e->a.p - 4;
    } else {
        miss = a_jcc_fwd(&e->a, CC_NE);
    }
    if (base == R14)
        a_rmx(&e->a, true, OP_MOV, RDX, R14, RDX, 0, table + 8);
    else
        a_rm(&e->a, true, OP_MOV, RDX, RDX, table + 8);
    return miss;
}

static unsigned size_of(u32 memop)
{
    return 1u << (memop & IR_M_SIZE);
}

static bool store_table(u32 memop)
{
    return memop & IR_M_FOR_WRITE;
}

/* --- integer accesses ---------------------------------------------------- */

static void load_gpr(struct emitter *e, unsigned d, unsigned va, u32 memop,
                     s32 off)
{
    static const u32 zx[4] = { OP_MOVZX8, OP_MOVZX16, OP_MOV, OP_MOV };
    static const u32 sx[4] = { OP_MOVSX8, OP_MOVSX16, OP_MOVSXD, OP_MOV };
    unsigned size = memop & IR_M_SIZE;
    bool sign = memop & IR_M_SIGN;
    bool w = size == 3 || (sign && !(memop & IR_M_SIGN32));

    if (memop & IR_M_BE) {
        a_rmx(&e->a, size == 3, zx[size], d, va, RDX, 0, off);
        if (size == 1) {
            a_byte(&e->a, 0x66); /* ror d16, 8 */
            a_rr(&e->a, false, 0xc1, G_ROR, d);
            a_byte(&e->a, 8);
        } else if (size > 1) {
            a_opcode(&e->a, size == 3, M_0F | 0xc8 | (d & 7), 0, 0, d, true);
        }
        if (sign && size < 3)
            a_rr(&e->a, w, sx[size], d, d);
        return;
    }
    if (size == 2 && sign && (memop & IR_M_SIGN32))
        sign = false;
    a_rmx(&e->a, w, sign ? sx[size] : zx[size], d, va, RDX, 0, off);
}

void x64_LD(struct emitter *e, struct ir_node *n)
{
    u32 memop = (u16)n->imm;
    unsigned d, va;
    struct side *s;
    u8 *miss;

    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    d = ra_def(e, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, ir_mem_disp(n->imm));
    miss = tag_check(e, va, memop, size_of(memop), store_table(memop));
    s = cold_new(e, miss, SIDE_LD);
    s->memop = (u16)memop;
    s->va_reg = (u8)va;
    s->r1 = (u8)d;
    load_gpr(e, d, va, memop, 0);
    cold_resume(e);
}

/* A register with the data to store, byte-swapped into rax if need be. */
static void store_gpr(struct emitter *e, unsigned r, unsigned va, u32 memop,
                      s32 off)
{
    unsigned size = memop & IR_M_SIZE;

    if ((memop & IR_M_BE) && size) {
        a_mov(&e->a, RAX, r);
        a_opcode(&e->a, true, M_0F | 0xc8, 0, 0, RAX, true);
        if (size < 3)
            a_shift(&e->a, true, G_SHR, RAX, 64 - (8u << size));
        r = RAX;
    }
    if (size == 1)
        a_byte(&e->a, 0x66);
    a_rmx(&e->a, size == 3, size == 0 ? (u32)OP_MOV_ST8 : (u32)OP_MOV_ST, r,
          va, RDX, 0, off);
}

void x64_ST(struct emitter *e, struct ir_node *n)
{
    u32 memop = (u16)n->imm;
    unsigned d, va;
    struct side *s;
    u8 *miss;

    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    d = ra_use(e, n->b, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, ir_mem_disp(n->imm));
    miss = tag_check(e, va, memop, size_of(memop), true);
    s = cold_new(e, miss, SIDE_ST);
    s->memop = (u16)memop;
    s->va_reg = (u8)va;
    s->r1 = (u8)d;
    store_gpr(e, d, va, memop, 0);
    cold_resume(e);
}

void x64_LDP(struct emitter *e, struct ir_node *n)
{
    u32 memop = (u16)n->imm;
    unsigned d1, d2, va;
    struct side *s;
    u8 *miss;

    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    d1 = ra_def(e, CLS_GPR);
    d2 = ra_def_node(e, e->cur + 1, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, ir_mem_disp(n->imm));
    miss = tag_check(e, va, memop, 2 * size_of(memop), store_table(memop));
    s = cold_new(e, miss, SIDE_LDP);
    s->memop = (u16)memop;
    s->va_reg = (u8)va;
    s->r1 = (u8)d1;
    s->r2 = (u8)d2;
    load_gpr(e, d1, va, memop, 0);
    load_gpr(e, d2, va, memop, (s32)size_of(memop));
    cold_resume(e);
}

void x64_STP(struct emitter *e, struct ir_node *n)
{
    u32 memop = (u16)n->imm;
    unsigned d1, d2, va;
    struct side *s;
    u8 *miss;

    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    d1 = ra_use(e, n->b, CLS_GPR);
    d2 = ra_use(e, n->c, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, ir_mem_disp(n->imm));
    miss = tag_check(e, va, memop, 2 * size_of(memop), true);
    s = cold_new(e, miss, SIDE_STP);
    s->memop = (u16)memop;
    s->va_reg = (u8)va;
    s->r1 = (u8)d1;
    s->r2 = (u8)d2;
    store_gpr(e, d1, va, memop, 0);
    store_gpr(e, d2, va, memop, (s32)size_of(memop));
    cold_resume(e);
}

/* HI and HIV were defined with their pair. */
void x64_HI(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_HIV(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }

/* --- exclusive accesses -------------------------------------------------- */

#define EXCL(e) ((s32)(e)->b->layout->excl_off - JIT_CPU_BIAS)
#define EXCL_PA(e) ((s32)(e)->b->layout->excl_pa_off - JIT_CPU_BIAS)

/* The cold stub of LDX and STX: their helper, on the registers of now. */
static void excl_cold(struct emitter *e, struct ir_node *n, u8 *miss,
                      unsigned d, unsigned va, unsigned data)
{
    struct side *s = cold_new(e, miss, SIDE_CALL);

    s->memop = (u16)ir_imm_helper(n->imm);
    s->r1 = (u8)d;
    s->va_reg = (u8)va;
    cold_extra(e, (struct side_extra){ .len = ir_imm_param(n->imm),
                                       .b = (u8)data, .c = NO_REG });
}

/* rax := physical address of @va, whose bias is in rdx: RAM, as it has a
 * tag. */
static void phys_address(struct emitter *e, unsigned va)
{
    a_rmx(&e->a, true, OP_LEA, RAX, va, RDX, 0, 0);
    a_rm(&e->a, true, OP_SUB, RAX, R15, HOST(e, ram_bias));
}

static void store_u16(struct emitter *e, s32 off, u32 value)
{
    a_byte(&e->a, 0x66);
    a_rm(&e->a, false, OP_MOV_IMM, 0, R15, off);
    a_byte(&e->a, value & 255);
    a_byte(&e->a, value >> 8);
}

void x64_LDX(struct emitter *e, struct ir_node *n)
{
    u32 memop = ir_imm_param(n->imm);
    unsigned d, va;
    u8 *miss;

    if (memop & IR_M_BE) {
        emit_helper_call(e, n);
        return;
    }
    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    d = ra_def(e, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, 0);
    miss = tag_check(e, va, memop, size_of(memop), false);
    excl_cold(e, n, miss, d, va, NO_REG);
    load_gpr(e, d, va, memop, 0);
    phys_address(e, va);
    a_rm(&e->a, true, OP_MOV_ST, RAX, R15, EXCL_PA(e));
    store_u16(e, EXCL(e), 1 | size_of(memop) << 8);
    cold_resume(e);
}

void x64_STX(struct emitter *e, struct ir_node *n)
{
    u32 memop = ir_imm_param(n->imm), want = 1 | size_of(memop) << 8;
    unsigned data, d, va;
    u8 *unarmed;

    if (memop & IR_M_BE) {
        emit_helper_call(e, n);
        return;
    }
    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    data = ra_use(e, n->b, CLS_GPR);
    d = ra_def(e, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, 0);
    a_rm(&e->a, false, OP_MOVZX16, RAX, R15, EXCL(e));
    a_grp_imm(&e->a, false, G_CMP, RAX, (s32)want);
    unarmed = a_jcc_fwd(&e->a, CC_NE);
    excl_cold(e, n, tag_check(e, va, memop, size_of(memop), true), d, va,
              data);
    cold_also(e, unarmed);
    phys_address(e, va);
    a_rm(&e->a, true, OP_CMP, RAX, R15, EXCL_PA(e));
    cold_also(e, a_jcc_fwd(&e->a, CC_NE));
    store_gpr(e, data, va, memop, 0);
    store_u16(e, EXCL(e), want & ~1u);
    a_mov_imm(&e->a, d, 0);
    cold_resume(e);
}

/* --- vector accesses ----------------------------------------------------- */

static void load_xmm(struct emitter *e, unsigned d, unsigned va, u32 memop,
                     s32 off)
{
    unsigned size = memop & IR_M_SIZE;

    switch (size) {
    case 0:
    case 1:
        a_rmx(&e->a, false, size ? OP_MOVZX16 : OP_MOVZX8, RAX, va, RDX, 0,
              off);
        a_rr(&e->a, false, P_66 | M_0F | 0x6e, d, RAX); /* movd */
        break;
    case 2:
        a_rmx(&e->a, false, P_66 | M_0F | 0x6e, d, va, RDX, 0, off);
        break;
    case 3:
        a_rmx(&e->a, false, P_F3 | M_0F | 0x7e, d, va, RDX, 0, off);
        break;
    default:
        a_rmx(&e->a, false, M_0F | 0x10, d, va, RDX, 0, off); /* movups */
        break;
    }
}

static void store_xmm(struct emitter *e, unsigned r, unsigned va, u32 memop,
                      s32 off)
{
    unsigned size = memop & IR_M_SIZE;

    switch (size) {
    case 0:
    case 1:
        a_rr(&e->a, false, P_66 | M_0F | 0x7e, r, RAX);
        if (size)
            a_byte(&e->a, 0x66);
        a_rmx(&e->a, false, size ? (u32)OP_MOV_ST : (u32)OP_MOV_ST8, RAX, va,
              RDX, 0, off);
        break;
    case 2:
        a_rmx(&e->a, false, P_66 | M_0F | 0x7e, r, va, RDX, 0, off);
        break;
    case 3:
        a_rmx(&e->a, false, P_66 | M_0F | 0xd6, r, va, RDX, 0, off);
        break;
    default:
        a_rmx(&e->a, false, M_0F | 0x11, r, va, RDX, 0, off);
        break;
    }
}

/* Big-endian vector accesses take the slow path, which swaps. */
static void vec_access(struct emitter *e, struct ir_node *n, bool store,
                       bool pair, enum side_kind kind)
{
    u32 memop = (u16)n->imm;
    unsigned d1, d2 = NO_REG, va, size = size_of(memop);
    struct side *s;
    u8 *miss;

    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    if (store) {
        d1 = ra_use(e, n->b, CLS_XMM);
        if (pair)
            d2 = ra_use(e, n->c, CLS_XMM);
    } else {
        d1 = ra_def(e, CLS_XMM);
        if (pair)
            d2 = ra_def_node(e, e->cur + 1, CLS_XMM);
    }
    fl_clobber(e);
    va = address(e, n->a, ir_mem_disp(n->imm));
    if (memop & IR_M_BE)
        miss = a_jmp_fwd(&e->a);
    else
        miss = tag_check(e, va, memop, pair ? 2 * size : size,
                         store || store_table(memop));
    s = cold_new(e, miss, kind);
    e->cold[e->n_cold - 1].vec = true;
    s->memop = (u16)memop;
    s->va_reg = (u8)va;
    s->r1 = (u8)d1;
    s->r2 = (u8)d2;
    if (!(memop & IR_M_BE)) {
        (store ? store_xmm : load_xmm)(e, d1, va, memop, 0);
        if (pair)
            (store ? store_xmm : load_xmm)(e, d2, va, memop, (s32)size);
    }
    cold_resume(e);
}

void x64_LDV(struct emitter *e, struct ir_node *n)
{
    vec_access(e, n, false, false, SIDE_LDV);
}
void x64_STV(struct emitter *e, struct ir_node *n)
{
    vec_access(e, n, true, false, SIDE_STV);
}
void x64_LDVP(struct emitter *e, struct ir_node *n)
{
    vec_access(e, n, false, true, SIDE_LDVP);
}
void x64_STVP(struct emitter *e, struct ir_node *n)
{
    vec_access(e, n, true, true, SIDE_STVP);
}

void x64_PROBE(struct emitter *e, struct ir_node *n)
{
    u32 memop = (u16)n->imm;
    u64 len = size_of(memop);
    unsigned va;
    struct side *s;
    u8 *miss;

    if (n->b)
        ir_is_const(e->b, n->b, &len);
    limit_const_slots(e);
    ra_use(e, n->a, CLS_GPR);
    fl_clobber(e);
    va = address(e, n->a, ir_mem_disp(n->imm));
    if (len > 4096)
        miss = a_jmp_fwd(&e->a);
    else
        miss = tag_check(e, va, memop & ~(u32)IR_M_ALIGN, (u32)len,
                         store_table(memop));
    s = cold_new(e, miss, SIDE_PROBE);
    s->memop = (u16)memop;
    s->va_reg = (u8)va;
    cold_extra(e, (struct side_extra){ .len = (u32)len });
    cold_resume(e);
}
