/* SPDX-License-Identifier: MIT */
/*
 * emit_fp.c - floating point on the host's SSE and FMA units (DESIGN D14).
 *
 * Used when FPCR is zero but for the rounding mode, which MXCSR carries; the
 * sticky bits gather in MXCSR. Host and Arm differ only in
 *  - NaN results: which NaN, and FMA's (0 * inf) + QNaN;
 *  - tininess: before rounding on Arm, after on x86. A result can be tiny
 *    before rounding and not after only if it is exactly the smallest normal
 *    number; sums that small are exact, so only products, quotients and
 *    narrowing conversions are concerned;
 *  - integer conversions out of range.
 * Those results are recognised by an inline test and the whole operation is
 * done again by its helper in the cold stub (SIDE_FPV, SIDE_FPI), which ORs
 * its flags on top: the host's flags are never more than Arm's in these
 * cases. The operands stay in their registers until then. Vector forms of 64
 * bits work on operands with a zero upper half so that it raises nothing.
 */
#include "sse.h"

struct fp {
    unsigned es;   /* 2 single, 3 double */
    bool scalar;   /* lane 0 only */
    bool half;     /* vector of 64 bits */
};

/* False: this form goes to the helper. */
static bool fast(struct emitter *e, struct ir_node *n, struct fp *f)
{
    u32 p = ir_imm_param(n->imm);

    f->es = p & IR_FP_ES;
    f->scalar = p & IR_FP_SCALAR;
    f->half = p & IR_FP_HALFREG;
    return (e->b->flags & IR_B_FP_FAST) && f->es >= 2;
}

/* Prefix of the arithmetic opcodes: ps none, pd 66, ss F3, sd F2. */
static u32 fp_op(const struct fp *f, u32 op)
{
    if (f->scalar)
        return (f->es == 3 ? P_F2 : P_F3) | M_0F | op;
    return (f->es == 3 ? P_66 : 0) | M_0F | op;
}

/* @d := @s with everything above the operand zero. */
static void copy_low(struct emitter *e, const struct fp *f, unsigned d,
                     unsigned s)
{
    if (f->half || (f->scalar && f->es == 3)) {
        rr(e, MOVQ, d, s);
    } else if (f->scalar) {
        rr(e, PXOR, d, d);
        rr(e, P_F3 | M_0F | 0x10, d, s); /* movss */
    } else {
        rr(e, MOVAPS, d, s);
    }
}

/* Cold stub that redoes the node with its helper. */
static void redo(struct emitter *e, struct ir_node *n, u8 *from,
                 enum side_kind kind, unsigned d)
{
    struct side *s = cold_new(e, from, kind);

    e->cold[e->n_cold - 1].vec = true;
    s->memop = (u16)ir_imm_helper(n->imm);
    s->r1 = (u8)d;
    s->r2 = n->a ? (u8)ra_peek(e, n->a) : NO_REG;
    cold_extra(e, (struct side_extra){
        .len = ir_imm_param(n->imm),
        .b = n->b ? (u8)ra_peek(e, n->b) : NO_REG,
        .c = n->c ? (u8)ra_peek(e, n->c) : NO_REG,
    });
}

/* Jump if @d is a NaN or, with @tiny, the smallest normal number. */
static u8 *check_scalar(struct emitter *e, const struct fp *f, unsigned d,
                        bool tiny)
{
    u8 *nan, *out, *ok;

    rr(e, (f->es == 3 ? P_66 : 0) | M_0F | 0x2e, d, d); /* ucomis */
    if (!tiny)
        return a_jcc_fwd(&e->a, CC_P);
    nan = a_jcc8_fwd(&e->a, CC_P);
    a_rr(&e->a, f->es == 3, P_66 | M_0F | 0x7e, d, RAX);
    if (f->es == 3) {
        a_shift(&e->a, true, G_SHL, RAX, 1);
        a_mov_imm(&e->a, RCX, 0x0020000000000000ull);
        a_rr(&e->a, true, OP_CMP, RAX, RCX);
    } else {
        a_rr(&e->a, false, OP_ADD, RAX, RAX);
        a_grp_imm(&e->a, false, G_CMP, RAX, 0x01000000);
    }
    ok = a_jcc8_fwd(&e->a, CC_NE);
    a_patch8(&e->a, nan);
    out = a_jmp_fwd(&e->a);
    a_patch8(&e->a, ok);
    return out;
}

static u8 *check_vector(struct emitter *e, const struct fp *f, unsigned d,
                        bool tiny)
{
    u32 pd = f->es == 3 ? P_66 : 0;

    rr(e, MOVAPS, T0, d);
    rr(e, pd | M_0F | 0xc2, T0, d); /* cmpunord */
    a_byte(&e->a, 3);
    if (tiny) {
        a_mov_imm(&e->a, RAX, f->es == 3 ? 0x0020000000000000ull
                                         : 0x0100000001000000ull);
        a_rr(&e->a, true, P_66 | M_0F | 0x6e, T1, RAX);
        rr(e, P_66 | M_0F | 0x6c, T1, T1);
        rr(e, MOVAPS, XMM_TMP2, d);
        rr(e, P_66 | M_0F | (f->es == 3 ? 0x73 : 0x72), 6, XMM_TMP2);
        a_byte(&e->a, 1);
        rr(e, P_66 | (f->es == 3 ? M_0F38 | 0x29 : M_0F | 0x76), T1,
           XMM_TMP2);
        rr(e, P_66 | M_0F | 0xeb, T0, T1);
    }
    rr(e, pd | M_0F | 0x50, RAX, T0); /* movmsk */
    a_rr(&e->a, false, OP_TEST, RAX, RAX);
    return a_jcc_fwd(&e->a, CC_NE);
}

static void check(struct emitter *e, struct ir_node *n, const struct fp *f,
                  unsigned d, bool tiny)
{
    u8 *from = f->scalar ? check_scalar(e, f, d, tiny)
                         : check_vector(e, f, d, tiny);

    redo(e, n, from, SIDE_FPV, d);
    cold_resume(e);
}

static void arith(struct emitter *e, struct ir_node *n, u32 op, bool tiny)
{
    unsigned a, b, d;
    struct fp f;

    if (!fast(e, n, &f) || (f.half && op == 0x5e)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    b = ra_use(e, n->b, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    fl_clobber(e);
    copy_low(e, &f, d, a);
    if (f.half) {
        rr(e, MOVQ, T0, b);
        b = T0;
    }
    rr(e, fp_op(&f, op), d, b);
    if (f.half && op == 0x5c) /* 0 - 0 is -0 when rounding down */
        rr(e, MOVQ, d, d);
    check(e, n, &f, d, tiny);
}
void x64_FADD(struct emitter *e, struct ir_node *n) { arith(e, n, 0x58, 0); }
void x64_FSUB(struct emitter *e, struct ir_node *n) { arith(e, n, 0x5c, 0); }
void x64_FMUL(struct emitter *e, struct ir_node *n) { arith(e, n, 0x59, 1); }
void x64_FDIV(struct emitter *e, struct ir_node *n) { arith(e, n, 0x5e, 1); }

void x64_FSQRT(struct emitter *e, struct ir_node *n)
{
    unsigned a, d;
    struct fp f;

    if (!fast(e, n, &f)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    fl_clobber(e);
    if (f.half) {
        rr(e, MOVQ, T0, a);
        a = T0;
    }
    if (f.scalar)
        rr(e, PXOR, d, d);
    rr(e, fp_op(&f, 0x51), d, a);
    check(e, n, &f, d, false);
}

/* vfmadd231: d = a * b + d. */
void x64_FMADD(struct emitter *e, struct ir_node *n)
{
    unsigned a, b, c, d;
    struct fp f;

    if (!fast(e, n, &f) || !e->j->feat.fma) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    b = ra_use(e, n->b, CLS_XMM);
    c = ra_use(e, n->c, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    fl_clobber(e);
    copy_low(e, &f, d, c);
    if (f.half) {
        rr(e, MOVQ, T0, a);
        rr(e, MOVQ, T1, b);
        a = T0;
        b = T1;
    }
    a_vex_rrr(&e->a, 2, 1, f.es == 3, false, f.scalar ? 0xb9 : 0xb8, d, a,
              b);
    check(e, n, &f, d, true);
}

void x64_FCVTDS(struct emitter *e, struct ir_node *n)
{
    struct fp f = { .es = 3, .scalar = true };
    unsigned a, d;

    if (!(e->b->flags & IR_B_FP_FAST)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    fl_clobber(e);
    rr(e, PXOR, d, d);
    rr(e, P_F3 | M_0F | 0x5a, d, a); /* cvtss2sd */
    check(e, n, &f, d, false);
}

void x64_FCVTSD(struct emitter *e, struct ir_node *n)
{
    struct fp f = { .es = 2, .scalar = true };
    unsigned a, d;

    if (!(e->b->flags & IR_B_FP_FAST)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    fl_clobber(e);
    rr(e, PXOR, d, d);
    rr(e, P_F2 | M_0F | 0x5a, d, a); /* cvtsd2ss */
    check(e, n, &f, d, true);
}

/* CMPxx signals like Arm's: LT and LE for any NaN, EQ for SNaN only. */
static void compare(struct emitter *e, struct ir_node *n, unsigned pred,
                    bool swap)
{
    ir_ref x = swap ? n->b : n->a, y = swap ? n->a : n->b;
    unsigned a, b, d;
    struct fp f;

    if (!fast(e, n, &f)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, x, CLS_XMM);
    b = ra_use(e, y, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    copy_low(e, &f, d, a);
    if (f.half) {
        rr(e, MOVQ, T0, b);
        b = T0;
    }
    rr(e, fp_op(&f, 0xc2), d, b);
    a_byte(&e->a, pred);
    if (f.half)
        rr(e, MOVQ, d, d);
}
void x64_FCMGT(struct emitter *e, struct ir_node *n) { compare(e, n, 1, 1); }
void x64_FCMGE(struct emitter *e, struct ir_node *n) { compare(e, n, 2, 1); }
void x64_FCMEQ(struct emitter *e, struct ir_node *n) { compare(e, n, 0, 0); }

/* GT 0010, LT 1000, EQ 0110, unordered 0011. */
void x64_FCMPI(struct emitter *e, struct ir_node *n)
{
    bool signal = ir_imm_param(n->imm) & IR_FP_SIGNAL;
    unsigned a, b, d;
    struct fp f;

    if (!fast(e, n, &f)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    b = ra_use(e, n->b, CLS_XMM);
    d = ra_def(e, CLS_GPR);
    fl_clobber(e);
    rr(e, (f.es == 3 ? P_66 : 0) | M_0F | (signal ? 0x2f : 0x2e), a, b);
    a_mov_imm(&e->a, d, 0x20000000);
    a_mov_imm(&e->a, RCX, 0x80000000u);
    a_rr(&e->a, false, OP_CMOV | CC_B, d, RCX);
    a_mov_imm(&e->a, RCX, 0x60000000);
    a_rr(&e->a, false, OP_CMOV | CC_E, d, RCX);
    a_mov_imm(&e->a, RCX, 0x30000000);
    a_rr(&e->a, false, OP_CMOV | CC_P, d, RCX);
    fl_forget(e);
}

/* Out of range gives INT_MIN on the host: redone exactly. */
void x64_FTOI(struct emitter *e, struct ir_node *n)
{
    u32 p = ir_imm_param(n->imm);
    bool w = p & IR_FP_INT64;
    unsigned a, d;
    struct fp f;
    u8 *from;

    if (!fast(e, n, &f) || (p & IR_FP_UNSIGNED)) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    d = ra_def(e, CLS_GPR);
    fl_clobber(e);
    a_rr(&e->a, w, (f.es == 3 ? P_F2 : P_F3) | M_0F | 0x2c, d, a);
    a_mov_imm(&e->a, RAX, w ? 1ull << 63 : 1u << 31);
    a_rr(&e->a, w, OP_CMP, d, RAX);
    from = a_jcc_fwd(&e->a, CC_E);
    redo(e, n, from, SIDE_FPI, d);
    cold_resume(e);
}

void x64_ITOF(struct emitter *e, struct ir_node *n)
{
    u32 p = ir_imm_param(n->imm);
    bool w = p & IR_FP_INT64;
    unsigned s, d;
    struct fp f;

    if (!fast(e, n, &f) || ((p & IR_FP_UNSIGNED) && w)) {
        emit_helper_call(e, n);
        return;
    }
    s = ra_use(e, n->a, CLS_GPR);
    d = ra_def(e, CLS_XMM);
    if (p & IR_FP_UNSIGNED) {
        a_rr(&e->a, false, OP_MOV, RAX, s);
        s = RAX;
        w = true;
    }
    rr(e, PXOR, d, d);
    a_rr(&e->a, w, (f.es == 3 ? P_F2 : P_F3) | M_0F | 0x2a, d, s);
}
