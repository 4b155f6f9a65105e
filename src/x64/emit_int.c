/* SPDX-License-Identifier: MIT */
/*
 * emit_int.c - integer arithmetic and logic.
 *
 * 32-bit operations use 32-bit host operations, which zero-extend, as ir.h
 * asks. Operations that destroy EFLAGS call fl_clobber() first and, if EFLAGS
 * then hold the flags of their result, fl_result() after.
 */
#include "x64.h"

static bool const_imm(struct emitter *e, ir_ref v, bool w, s32 *out)
{
    u64 imm;

    if (!ir_is_const(e->b, v, &imm))
        return false;
    if (!w)
        imm = (u64)(s64)(s32)imm;
    if ((s64)imm < INT32_MIN || (s64)imm > INT32_MAX)
        return false;
    *out = (s32)imm;
    return true;
}

static bool is_const(struct emitter *e, ir_ref v)
{
    return e->b->node[v].op == IR_CONST;
}

/* Does the next node want the flags of the current one? */
static bool flags_wanted(struct emitter *e)
{
    const struct ir_node *n = &e->b->node[e->cur + 1];

    switch (n->op) {
    case IR_ADDF64: case IR_ADDF32: case IR_SUBF64: case IR_SUBF32:
        return n->c == e->cur;
    case IR_LOGF64: case IR_LOGF32:
        return n->a == e->cur;
    default:
        return false;
    }
}

struct alu {
    bool w;          /* 64-bit */
    bool comm;       /* operands may be swapped */
    u8 op;           /* reg, r/m opcode */
    u8 grp;          /* immediate group */
    u8 kind;         /* enum fl_kind of the result's flags */
};

static void alu(struct emitter *e, struct ir_node *n, struct alu k)
{
    ir_ref x = n->a, y = n->b;
    unsigned r = NO_REG, d;
    s32 imm, off;
    bool mem = false;

    if (k.comm && (is_const(e, x) ||
                   (!is_const(e, y) && ra_live_after(e, x) &&
                    !ra_live_after(e, y) && ra_peek(e, y) != NO_REG))) {
        x = n->b;
        y = n->a;
    }
    if (const_imm(e, y, k.w, &imm)) {
        d = ra_def_copy(e, x, CLS_GPR);
        fl_clobber(e);
        a_grp_imm(&e->a, k.w, (enum x64_grp)k.grp, d, imm);
    } else {
        if (x != y)
            mem = ra_use_mem(e, y, CLS_GPR, &off);
        if (!mem)
            r = ra_use(e, y, CLS_GPR);
        d = ra_def_copy(e, x, CLS_GPR);
        fl_clobber(e);
        if (mem && ra_use_mem(e, y, CLS_GPR, &off))
            a_rm(&e->a, k.w, k.op, d, R15, off);
        else
            a_rr(&e->a, k.w, k.op, d, mem ? ra_use(e, y, CLS_GPR) : r);
    }
    fl_result(e, (ir_ref)e->cur, (enum fl_kind)k.kind);
}

/* ADD without flags: LEA where it saves a copy or keeps EFLAGS alive. */
static bool add_lea(struct emitter *e, struct ir_node *n, bool w, bool sub)
{
    ir_ref x = n->a, y = n->b;
    unsigned r1, r2;
    s32 imm;

    if (flags_wanted(e))
        return false;
    if (is_const(e, x) && !sub) {
        x = n->b;
        y = n->a;
    }
    if (is_const(e, x))
        return false;
    if (!e->fl.in_eflags && !ra_live_after(e, x))
        return false;
    if (const_imm(e, y, w, &imm)) {
        if (sub && imm == INT32_MIN)
            return false;
        r1 = ra_use(e, x, CLS_GPR);
        a_rm(&e->a, w, OP_LEA, ra_def(e, CLS_GPR), r1, sub ? -imm : imm);
        return true;
    }
    if (sub)
        return false;
    r1 = ra_use(e, x, CLS_GPR);
    r2 = ra_use(e, y, CLS_GPR);
    a_rmx(&e->a, w, OP_LEA, ra_def(e, CLS_GPR), r1, r2, 0, 0);
    return true;
}

void x64_ADD64(struct emitter *e, struct ir_node *n)
{
    if (!add_lea(e, n, true, false))
        alu(e, n, (struct alu){ true, true, OP_ADD, G_ADD, FL_ADD });
}
void x64_ADD32(struct emitter *e, struct ir_node *n)
{
    if (!add_lea(e, n, false, false))
        alu(e, n, (struct alu){ false, true, OP_ADD, G_ADD, FL_ADD });
}
void x64_SUB64(struct emitter *e, struct ir_node *n)
{
    if (!add_lea(e, n, true, true))
        alu(e, n, (struct alu){ true, false, OP_SUB, G_SUB, FL_SUB });
}
void x64_SUB32(struct emitter *e, struct ir_node *n)
{
    if (!add_lea(e, n, false, true))
        alu(e, n, (struct alu){ false, false, OP_SUB, G_SUB, FL_SUB });
}

#define LOGIC(name, w, opc, g)                                               \
    void x64_##name(struct emitter *e, struct ir_node *n)                    \
    {                                                                        \
        alu(e, n, (struct alu){ w, true, opc, g, FL_ADD });            \
    }
static void and_(struct emitter *e, struct ir_node *n, bool w)
{
    if (e->val[e->cur].fused)
        return; /* TEST, emitted by LOGF */
    alu(e, n, (struct alu){ w, true, OP_AND, G_AND, FL_ADD });
}
void x64_AND64(struct emitter *e, struct ir_node *n) { and_(e, n, true); }
void x64_AND32(struct emitter *e, struct ir_node *n) { and_(e, n, false); }
LOGIC(OR64, true, OP_OR, G_OR)
LOGIC(OR32, false, OP_OR, G_OR)
LOGIC(XOR64, true, OP_XOR, G_XOR)
LOGIC(XOR32, false, OP_XOR, G_XOR)
#undef LOGIC

static void andn(struct emitter *e, struct ir_node *n, bool w)
{
    unsigned x = ra_use(e, n->a, CLS_GPR), y = ra_use(e, n->b, CLS_GPR), d;

    if (e->j->feat.bmi1) { /* andn d, y, x = ~y & x */
        d = ra_def(e, CLS_GPR);
        fl_clobber(e);
        a_vex_rrr(&e->a, 2, 0, w, false, 0xf2, d, y, x);
        fl_result(e, (ir_ref)e->cur, FL_ADD);
        return;
    }
    fl_clobber(e);
    a_mov(&e->a, RAX, y);
    a_rr(&e->a, true, 0xf7, G_NOT, RAX);
    d = ra_def_copy(e, n->a, CLS_GPR);
    a_rr(&e->a, w, OP_AND, d, RAX);
    fl_result(e, (ir_ref)e->cur, FL_ADD);
}
void x64_ANDN64(struct emitter *e, struct ir_node *n) { andn(e, n, true); }
void x64_ANDN32(struct emitter *e, struct ir_node *n) { andn(e, n, false); }

void x64_NOT64(struct emitter *e, struct ir_node *n)
{
    a_rr(&e->a, true, 0xf7, G_NOT, ra_def_copy(e, n->a, CLS_GPR));
}
void x64_NOT32(struct emitter *e, struct ir_node *n)
{
    a_rr(&e->a, false, 0xf7, G_NOT, ra_def_copy(e, n->a, CLS_GPR));
}

/* --- shifts -------------------------------------------------------------- */

static void shift(struct emitter *e, struct ir_node *n, bool w,
                  enum x64_grp g)
{
    unsigned r, d;
    u64 imm;

    if (ir_is_const(e->b, n->b, &imm)) {
        unsigned k = (unsigned)imm & (w ? 63 : 31);

        d = ra_def_copy(e, n->a, CLS_GPR);
        if (k) {
            fl_clobber(e);
            a_shift(&e->a, w, g, d, k);
            fl_forget(e);
        } else if (!w) {
            a_rr(&e->a, false, OP_MOV, d, d);
        }
        return;
    }
    r = ra_use(e, n->b, CLS_GPR);
    if (e->j->feat.bmi2 && g != G_ROR) {
        unsigned x = ra_use(e, n->a, CLS_GPR);

        d = ra_def(e, CLS_GPR);
        a_vex_rrr(&e->a, 2, g == G_SHL ? 1 : g == G_SHR ? 3 : 2, w, false,
                  0xf7, d, r, x);
        return;
    }
    d = ra_def_copy(e, n->a, CLS_GPR);
    fl_clobber(e);
    a_mov(&e->a, RCX, r == d && n->a != n->b ? d : r);
    a_rr(&e->a, w, 0xd3, g, d);
    if (!w) /* a count of 0 leaves the high half alone */
        a_rr(&e->a, false, OP_MOV, d, d);
    fl_forget(e);
}

#define SHIFT(name, w, g)                                                    \
    void x64_##name(struct emitter *e, struct ir_node *n)                    \
    {                                                                        \
        shift(e, n, w, g);                                                   \
    }
SHIFT(SHL64, true, G_SHL)
SHIFT(SHL32, false, G_SHL)
SHIFT(SHR64, true, G_SHR)
SHIFT(SHR32, false, G_SHR)
SHIFT(SAR64, true, G_SAR)
SHIFT(SAR32, false, G_SAR)
SHIFT(ROR64, true, G_ROR)
SHIFT(ROR32, false, G_ROR)
#undef SHIFT

static void extr(struct emitter *e, struct ir_node *n, bool w)
{
    unsigned hi = ra_use(e, n->a, CLS_GPR), d;
    unsigned k = (unsigned)n->imm & (w ? 63 : 31);

    d = ra_def_copy(e, n->b, CLS_GPR);
    if (n->a == n->b)
        hi = d;
    if (!k) {
        if (!w)
            a_rr(&e->a, false, OP_MOV, d, d);
        return;
    }
    fl_clobber(e);
    a_rr(&e->a, w, OP_SHRD, hi, d);
    a_byte(&e->a, k);
    fl_forget(e);
}
void x64_EXTR64(struct emitter *e, struct ir_node *n) { extr(e, n, true); }
void x64_EXTR32(struct emitter *e, struct ir_node *n) { extr(e, n, false); }

/* --- multiply and divide ------------------------------------------------- */

static void mul(struct emitter *e, struct ir_node *n, bool w)
{
    ir_ref x = n->a, y = n->b;
    unsigned r, d;
    s32 imm;

    if (is_const(e, x)) {
        x = n->b;
        y = n->a;
    }
    if (const_imm(e, y, w, &imm)) {
        r = ra_use(e, x, CLS_GPR);
        d = ra_def(e, CLS_GPR);
        fl_clobber(e);
        a_rr(&e->a, w, 0x69, d, r);
        a_u32(&e->a, (u32)imm);
    } else {
        r = ra_use(e, y, CLS_GPR);
        d = ra_def_copy(e, x, CLS_GPR);
        fl_clobber(e);
        a_rr(&e->a, w, OP_IMUL, d, r);
    }
    fl_forget(e);
}
void x64_MUL64(struct emitter *e, struct ir_node *n) { mul(e, n, true); }
void x64_MUL32(struct emitter *e, struct ir_node *n) { mul(e, n, false); }

static void mulh(struct emitter *e, struct ir_node *n, enum x64_grp g)
{
    unsigned x = ra_use(e, n->a, CLS_GPR), y = ra_use(e, n->b, CLS_GPR);
    unsigned d = ra_def(e, CLS_GPR);

    fl_clobber(e);
    a_mov(&e->a, RAX, x);
    a_rr(&e->a, true, 0xf7, g, y);
    a_mov(&e->a, d, RDX);
    fl_forget(e);
}
void x64_UMULH(struct emitter *e, struct ir_node *n) { mulh(e, n, G_MUL); }
void x64_SMULH(struct emitter *e, struct ir_node *n) { mulh(e, n, G_IMUL); }

/* x / 0 = 0 and INT_MIN / -1 = INT_MIN, which x86 traps on. */
static void divide(struct emitter *e, struct ir_node *n, bool w, bool sign)
{
    unsigned x = ra_use(e, n->a, CLS_GPR), y = ra_use(e, n->b, CLS_GPR);
    unsigned d = ra_def(e, CLS_GPR);
    u8 *zero, *minus = NULL, *done;

    fl_clobber(e);
    a_rr(&e->a, w, OP_MOV, RCX, y);
    a_rr(&e->a, false, OP_XOR, RAX, RAX);
    a_rr(&e->a, w, OP_TEST, RCX, RCX);
    zero = a_jcc8_fwd(&e->a, CC_E);
    a_rr(&e->a, w, OP_MOV, RAX, x);
    if (sign) {
        a_grp_imm(&e->a, w, G_CMP, RCX, -1);
        minus = a_jcc8_fwd(&e->a, CC_E);
        if (w)
            a_byte(&e->a, 0x48);
        a_byte(&e->a, 0x99); /* cdq, cqo */
    } else {
        a_rr(&e->a, false, OP_XOR, RDX, RDX);
    }
    a_rr(&e->a, w, 0xf7, sign ? G_IDIV : G_DIV, RCX);
    if (sign) {
        done = a_jmp8_fwd(&e->a);
        a_patch8(&e->a, minus);
        a_rr(&e->a, w, 0xf7, G_NEG, RAX);
        a_patch8(&e->a, done);
    }
    a_patch8(&e->a, zero);
    a_mov(&e->a, d, RAX);
    fl_forget(e);
}
void x64_UDIV64(struct emitter *e, struct ir_node *n) { divide(e, n, 1, 0); }
void x64_UDIV32(struct emitter *e, struct ir_node *n) { divide(e, n, 0, 0); }
void x64_SDIV64(struct emitter *e, struct ir_node *n) { divide(e, n, 1, 1); }
void x64_SDIV32(struct emitter *e, struct ir_node *n) { divide(e, n, 0, 1); }

/* --- bits ---------------------------------------------------------------- */

static void clz(struct emitter *e, struct ir_node *n, bool w)
{
    unsigned x = ra_use(e, n->a, CLS_GPR), d = ra_def(e, CLS_GPR);

    fl_clobber(e);
    if (e->j->feat.lzcnt) {
        a_rr(&e->a, w, OP_LZCNT, d, x);
    } else {
        a_rr(&e->a, w, OP_BSR, RAX, x);
        a_mov_imm(&e->a, RCX, UINT32_MAX);
        a_rr(&e->a, false, OP_CMOV | CC_E, RAX, RCX);
        a_mov_imm(&e->a, d, w ? 63 : 31);
        a_rr(&e->a, false, OP_SUB, d, RAX);
    }
    fl_forget(e);
}
void x64_CLZ64(struct emitter *e, struct ir_node *n) { clz(e, n, true); }
void x64_CLZ32(struct emitter *e, struct ir_node *n) { clz(e, n, false); }

static void bswap(struct emitter *e, struct ir_node *n, bool w)
{
    unsigned d = ra_def_copy(e, n->a, CLS_GPR);

    a_opcode(&e->a, w, M_0F | 0xc8 | (d & 7), 0, 0, d, true);
}
void x64_BSWAP64(struct emitter *e, struct ir_node *n) { bswap(e, n, true); }
void x64_BSWAP32(struct emitter *e, struct ir_node *n) { bswap(e, n, false); }

/* Extensions: op d, r/m. */
static void extend(struct emitter *e, struct ir_node *n, bool w, u32 op)
{
    unsigned r, d;
    s32 off;

    if (ra_use_mem(e, n->a, CLS_GPR, &off)) {
        d = ra_def(e, CLS_GPR);
        if (ra_use_mem(e, n->a, CLS_GPR, &off)) {
            a_rm(&e->a, w, op, d, R15, off);
            return;
        }
        a_rr(&e->a, w, op, d, ra_use(e, n->a, CLS_GPR));
        return;
    }
    r = ra_use(e, n->a, CLS_GPR);
    d = ra_def(e, CLS_GPR);
    a_rr(&e->a, w, op, d, r);
}
#define EXTEND(name, w, op)                                                  \
    void x64_##name(struct emitter *e, struct ir_node *n)                    \
    {                                                                        \
        extend(e, n, w, op);                                                 \
    }
EXTEND(SXT8, true, OP_MOVSX8)
EXTEND(SXT16, true, OP_MOVSX16)
EXTEND(SXT32, true, OP_MOVSXD)
EXTEND(ZXT8, false, OP_MOVZX8)
EXTEND(ZXT16, false, OP_MOVZX16)
EXTEND(ZXT32, false, OP_MOV)
#undef EXTEND

static void shift_imm(struct emitter *e, enum x64_grp g, unsigned r,
                      unsigned n)
{
    if (n)
        a_shift(&e->a, true, g, r, n);
}

void x64_EXTRACT(struct emitter *e, struct ir_node *n)
{
    unsigned pos = n->imm & 0xff, len = n->imm >> 8 & 0xff, d;

    if (pos == 0 && (len == 8 || len == 16 || len == 32)) {
        extend(e, n, false,
               len == 8 ? OP_MOVZX8 : len == 16 ? OP_MOVZX16 : OP_MOV);
        return;
    }
    d = ra_def_copy(e, n->a, CLS_GPR);
    fl_clobber(e);
    if (pos + len == 64) {
        shift_imm(e, G_SHR, d, pos);
    } else if (pos + len == 32) {
        a_shift(&e->a, false, G_SHR, d, pos);
    } else if (len < 32) {
        shift_imm(e, G_SHR, d, pos);
        if (len == 8)
            a_rr(&e->a, false, OP_MOVZX8, d, d);
        else if (len == 16)
            a_rr(&e->a, false, OP_MOVZX16, d, d);
        else
            a_grp_imm(&e->a, false, G_AND, d, (s32)mask64(len));
    } else {
        shift_imm(e, G_SHL, d, 64 - pos - len);
        shift_imm(e, G_SHR, d, 64 - len);
    }
    fl_forget(e);
}

void x64_SEXTRACT(struct emitter *e, struct ir_node *n)
{
    unsigned pos = n->imm & 0xff, len = n->imm >> 8 & 0xff, d;

    if (pos == 0 && (len == 8 || len == 16 || len == 32)) {
        extend(e, n, true,
               len == 8 ? OP_MOVSX8 : len == 16 ? OP_MOVSX16 : OP_MOVSXD);
        return;
    }
    d = ra_def_copy(e, n->a, CLS_GPR);
    fl_clobber(e);
    shift_imm(e, G_SHL, d, 64 - pos - len);
    shift_imm(e, G_SAR, d, 64 - len);
    fl_forget(e);
}

void x64_DEPOSIT(struct emitter *e, struct ir_node *n)
{
    unsigned pos = n->imm & 0xff, len = n->imm >> 8 & 0xff, r, d;
    u64 hole = ~(mask64(len) << pos);

    r = ra_use(e, n->b, CLS_GPR);
    d = ra_def_copy(e, n->a, CLS_GPR);
    if (n->a == n->b)
        r = d;
    fl_clobber(e);
    a_mov(&e->a, RAX, r);
    shift_imm(e, G_SHL, RAX, 64 - len);
    shift_imm(e, G_SHR, RAX, 64 - len - pos);
    if ((s64)hole >= INT32_MIN && (s64)hole <= INT32_MAX) {
        a_grp_imm(&e->a, true, G_AND, d, (s32)hole);
    } else {
        a_mov_imm(&e->a, RCX, hole);
        a_rr(&e->a, true, OP_AND, d, RCX);
    }
    a_rr(&e->a, true, OP_OR, d, RAX);
    fl_forget(e);
}

/* --- bookkeeping nodes --------------------------------------------------- */

void x64_NOP(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }
void x64_CONST(struct emitter *e, struct ir_node *n) { (void)e; (void)n; }

void x64_INSN(struct emitter *e, struct ir_node *n)
{
    if (e->insn_pc && e->insn_calls)
        e->tb->n_calls++;
    e->insn_calls = false;
    e->insn = (unsigned)((n->imm - e->b->pc) >> 2);
    e->insn_pc = n->imm;
}

void x64_GETREG(struct emitter *e, struct ir_node *n)
{
    ra_get(e, CLS_GPR, (unsigned)n->imm);
}
void x64_SETREG(struct emitter *e, struct ir_node *n)
{
    ra_bind(e, CLS_GPR, (unsigned)n->imm, n->a);
}
void x64_GETVEC(struct emitter *e, struct ir_node *n)
{
    ra_get(e, CLS_XMM, (unsigned)n->imm);
}
void x64_SETVEC(struct emitter *e, struct ir_node *n)
{
    ra_bind(e, CLS_XMM, (unsigned)n->imm, n->a);
}

void x64_LDENV(struct emitter *e, struct ir_node *n)
{
    static const u32 op[9] = { [1] = OP_MOVZX8, [2] = OP_MOVZX16,
                               [4] = OP_MOV, [8] = OP_MOV };
    unsigned size = (unsigned)(n->imm >> 32);

    a_rm(&e->a, size == 8, op[size], ra_def(e, CLS_GPR), R15,
         env_off((u32)n->imm));
}

void x64_STENV(struct emitter *e, struct ir_node *n)
{
    unsigned size = (unsigned)(n->imm >> 32), r = ra_use(e, n->a, CLS_GPR);

    if (size == 2)
        a_byte(&e->a, 0x66);
    a_rm(&e->a, size == 8, size == 1 ? (u32)OP_MOV_ST8 : (u32)OP_MOV_ST, r,
         R15, env_off((u32)n->imm));
}
