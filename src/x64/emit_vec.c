/* SPDX-License-Identifier: MIT */
/*
 * emit_vec.c - integer SIMD. An operation that SSE4.2 does in a few
 * instructions is emitted here; the others, and odd lane sizes, call the
 * operation's helper, whose meaning is the same (ir_ops.def).
 *
 * The two-operand SSE forms are used throughout: d := copy of a; d op= b.
 * xmm13 and xmm14 are scratch.
 */
#include "sse.h"

/* @d := @imm in both halves; rax is used. */
static void vconst(struct emitter *e, unsigned d, u64 imm)
{
    if (!imm) {
        rr(e, PXOR, d, d);
    } else if (imm == UINT64_MAX) {
        rr(e, PCMPEQD, d, d);
    } else {
        a_mov_imm(&e->a, RAX, imm);
        a_rr(&e->a, true, SSE(0x6e), d, RAX);
        rr(e, PUNPCKLQDQ, d, d);
    }
}

/* d := a; d op= b. */
static void op2(struct emitter *e, struct ir_node *n, u32 op, bool comm)
{
    ir_ref x = n->a, y = n->b;
    unsigned r, d;
    s32 off;

    if (comm && ra_live_after(e, x) && !ra_live_after(e, y) &&
        ra_peek(e, y) != NO_REG) {
        x = n->b;
        y = n->a;
    }
    if (x != y && ra_use_mem(e, y, CLS_XMM, &off)) {
        d = ra_def_copy(e, x, CLS_XMM);
        if (ra_use_mem(e, y, CLS_XMM, &off)) {
            a_rm(&e->a, false, op, d, R15, off);
            return;
        }
        rr(e, op, d, ra_use(e, y, CLS_XMM));
        return;
    }
    r = ra_use(e, y, CLS_XMM);
    d = ra_def_copy(e, x, CLS_XMM);
    rr(e, op, d, r);
}

/* d := op(a), for operations that write their whole destination. */
static unsigned op1(struct emitter *e, struct ir_node *n, u32 op)
{
    unsigned s = ra_use(e, n->a, CLS_XMM), d = ra_def(e, CLS_XMM);

    rr(e, op, d, s);
    return d;
}

static void vnot(struct emitter *e, unsigned d)
{
    rr(e, PCMPEQD, T0, T0);
    rr(e, PXOR, d, T0);
}

static unsigned param_es(struct ir_node *n)
{
    return ir_imm_param(n->imm) & 3;
}

/* Table of host opcodes by lane size; 0 = call the helper. */
static void by_size(struct emitter *e, struct ir_node *n, const u32 op[4],
                    bool comm)
{
    u32 o = op[param_es(n)];

    if (o)
        op2(e, n, o, comm);
    else
        emit_helper_call(e, n);
}

/* --- without helpers ----------------------------------------------------- */

void x64_VCONST(struct emitter *e, struct ir_node *n)
{
    vconst(e, ra_def(e, CLS_XMM), n->imm);
}

void x64_VLOW(struct emitter *e, struct ir_node *n)
{
    static const u32 load[9] = { [1] = OP_MOVZX8, [2] = OP_MOVZX16,
                                 [4] = SSE(0x6e), [8] = P_F3 | M_0F | 0x7e };
    unsigned size = (unsigned)n->imm, s, d;
    s32 off;

    if (size >= 4 && ra_use_mem(e, n->a, CLS_XMM, &off)) {
        d = ra_def(e, CLS_XMM);
        if (ra_use_mem(e, n->a, CLS_XMM, &off)) {
            a_rm(&e->a, false, load[size], d, R15, off);
            return;
        }
    } else {
        ra_use(e, n->a, CLS_XMM);
        d = ra_def(e, CLS_XMM);
    }
    s = ra_use(e, n->a, CLS_XMM);
    if (size == 8) {
        rr(e, load[8], d, s);
    } else if (size == 4) {
        rr(e, PXOR, d, d);
        rr(e, P_F3 | M_0F | 0x10, d, s); /* movss */
    } else {
        rr(e, SSE(0x7e), s, RAX);
        rr(e, load[size], RAX, RAX);
        rr(e, SSE(0x6e), d, RAX);
    }
}

void x64_VFROM(struct emitter *e, struct ir_node *n)
{
    unsigned s = ra_use(e, n->a, CLS_GPR);

    a_rr(&e->a, true, SSE(0x6e), ra_def(e, CLS_XMM), s);
}

/* Lane 0 of @d to every lane. */
static void spread(struct emitter *e, unsigned d, unsigned es)
{
    switch (es) {
    case 0:
        rr(e, PXOR, T0, T0);
        rr(e, SSE38(0x00), d, T0); /* pshufb */
        break;
    case 1:
        rri(e, P_F2 | M_0F | 0x70, d, d, 0); /* pshuflw */
        rr(e, PUNPCKLQDQ, d, d);
        break;
    case 2:
        rri(e, PSHUFD, d, d, 0);
        break;
    default:
        rr(e, PUNPCKLQDQ, d, d);
        break;
    }
}

void x64_VDUP(struct emitter *e, struct ir_node *n)
{
    unsigned s = ra_use(e, n->a, CLS_GPR), d = ra_def(e, CLS_XMM);

    a_rr(&e->a, true, SSE(0x6e), d, s);
    spread(e, d, n->imm & 3);
}

static void pinsr(struct emitter *e, unsigned d, unsigned gpr, unsigned es,
                  unsigned lane)
{
    static const u32 op[4] = { SSE3A(0x20), SSE(0xc4), SSE3A(0x22),
                               SSE3A(0x22) };

    a_rr(&e->a, es == 3, op[es], d, gpr);
    a_byte(&e->a, lane);
}

static void pextr(struct emitter *e, unsigned gpr, unsigned s, unsigned es,
                  unsigned lane)
{
    if (es == 1) {
        rri(e, SSE(0xc5), gpr, s, lane);
        return;
    }
    a_rr(&e->a, es == 3, es ? SSE3A(0x16) : SSE3A(0x14), s, gpr);
    a_byte(&e->a, lane);
}

void x64_VINS(struct emitter *e, struct ir_node *n)
{
    unsigned s = ra_use(e, n->b, CLS_GPR);

    pinsr(e, ra_def_copy(e, n->a, CLS_XMM), s, n->imm & 3,
          n->imm >> 8 & 15);
}

void x64_VGET(struct emitter *e, struct ir_node *n)
{
    static const u32 load[4] = { OP_MOVZX8, OP_MOVZX16, OP_MOV, OP_MOV };
    unsigned es = n->imm & 3, lane = n->imm >> 8 & 15, s, d;
    s32 off;

    if (ra_use_mem(e, n->a, CLS_XMM, &off)) {
        d = ra_def(e, CLS_GPR);
        a_rm(&e->a, es == 3, load[es], d, R15, off + (s32)(lane << es));
        return;
    }
    s = ra_use(e, n->a, CLS_XMM);
    d = ra_def(e, CLS_GPR);
    if (lane == 0 && es >= 2)
        a_rr(&e->a, es == 3, SSE(0x7e), s, d);
    else
        pextr(e, d, s, es, lane);
}

void x64_VAND(struct emitter *e, struct ir_node *n) { op2(e, n, PAND, 1); }
void x64_VOR(struct emitter *e, struct ir_node *n) { op2(e, n, POR, 1); }
void x64_VXOR(struct emitter *e, struct ir_node *n) { op2(e, n, PXOR, 1); }

void x64_VANDN(struct emitter *e, struct ir_node *n)
{
    struct ir_node t = { .a = n->b, .b = n->a };

    op2(e, &t, PANDN, false);
}

void x64_VNOT(struct emitter *e, struct ir_node *n)
{
    vnot(e, ra_def_copy(e, n->a, CLS_XMM));
}

/* ((b ^ c) & a) ^ c */
void x64_VBSL(struct emitter *e, struct ir_node *n)
{
    unsigned a = ra_use(e, n->a, CLS_XMM), c = ra_use(e, n->c, CLS_XMM), d;

    ra_use(e, n->b, CLS_XMM);
    rr(e, MOVAPS, T0, ra_peek(e, n->b));
    d = ra_def(e, CLS_XMM);
    rr(e, PXOR, T0, c);
    rr(e, PAND, T0, a);
    rr(e, PXOR, T0, c);
    rr(e, MOVAPS, d, T0);
}

/* --- arithmetic ---------------------------------------------------------- */

#define BY_SIZE(name, comm, b, h, s, d)                                      \
    void x64_##name(struct emitter *e, struct ir_node *n)                    \
    {                                                                        \
        static const u32 op[4] = { b, h, s, d };                             \
        by_size(e, n, op, comm);                                             \
    }
BY_SIZE(VADD, true, SSE(0xfc), SSE(0xfd), SSE(0xfe), SSE(0xd4))
BY_SIZE(VSUB, false, SSE(0xf8), SSE(0xf9), SSE(0xfa), SSE(0xfb))
BY_SIZE(VMUL, true, 0, SSE(0xd5), SSE38(0x40), 0)
BY_SIZE(VCEQ, true, SSE(0x74), SSE(0x75), SSE(0x76), SSE38(0x29))
BY_SIZE(VCGT, false, SSE(0x64), SSE(0x65), SSE(0x66), SSE38(0x37))
BY_SIZE(VSMIN, true, SSE38(0x38), SSE(0xea), SSE38(0x39), 0)
BY_SIZE(VSMAX, true, SSE38(0x3c), SSE(0xee), SSE38(0x3d), 0)
BY_SIZE(VUMIN, true, SSE(0xda), SSE38(0x3a), SSE38(0x3b), 0)
BY_SIZE(VUMAX, true, SSE(0xde), SSE38(0x3e), SSE38(0x3f), 0)
BY_SIZE(VZIP1, false, SSE(0x60), SSE(0x61), SSE(0x62), SSE(0x6c))
BY_SIZE(VZIP2, false, SSE(0x68), SSE(0x69), SSE(0x6a), SSE(0x6d))
#undef BY_SIZE

static const u32 pcmpeq[4] = { SSE(0x74), SSE(0x75), SSE(0x76),
                               SSE38(0x29) };
static const u32 pcmpgt[4] = { SSE(0x64), SSE(0x65), SSE(0x66),
                               SSE38(0x37) };
static const u32 pmaxu[3] = { SSE(0xde), SSE38(0x3e), SSE38(0x3f) };

void x64_VNEG(struct emitter *e, struct ir_node *n)
{
    static const u32 psub[4] = { SSE(0xf8), SSE(0xf9), SSE(0xfa),
                                 SSE(0xfb) };
    unsigned s = ra_use(e, n->a, CLS_XMM), d = ra_def(e, CLS_XMM);

    rr(e, PXOR, d, d);
    rr(e, psub[param_es(n)], d, s);
}

void x64_VABS(struct emitter *e, struct ir_node *n)
{
    if (param_es(n) == 3)
        emit_helper_call(e, n);
    else
        op1(e, n, SSE38(0x1c) + param_es(n));
}

/* a >= b  <=>  !(b > a) */
void x64_VCGE(struct emitter *e, struct ir_node *n)
{
    unsigned a = ra_use(e, n->a, CLS_XMM), b = ra_use(e, n->b, CLS_XMM);
    unsigned d = ra_def(e, CLS_XMM);

    rr(e, MOVAPS, d, b);
    rr(e, pcmpgt[param_es(n)], d, a);
    vnot(e, d);
}

/* Unsigned: max(a, b) == a  <=>  a >= b. */
static void unsigned_cmp(struct emitter *e, struct ir_node *n, bool strict)
{
    unsigned es = param_es(n), a, b, d;

    if (es == 3) {
        emit_helper_call(e, n);
        return;
    }
    a = ra_use(e, n->a, CLS_XMM);
    b = ra_use(e, n->b, CLS_XMM);
    d = ra_def(e, CLS_XMM);
    rr(e, MOVAPS, d, a);
    rr(e, pmaxu[es], d, b);
    rr(e, pcmpeq[es], d, strict ? b : a);
    if (strict)
        vnot(e, d);
}
void x64_VCHI(struct emitter *e, struct ir_node *n)
{
    unsigned_cmp(e, n, true);
}
void x64_VCHS(struct emitter *e, struct ir_node *n)
{
    unsigned_cmp(e, n, false);
}

void x64_VCTST(struct emitter *e, struct ir_node *n)
{
    unsigned a = ra_use(e, n->a, CLS_XMM), b = ra_use(e, n->b, CLS_XMM);
    unsigned d = ra_def(e, CLS_XMM);

    rr(e, MOVAPS, d, a);
    rr(e, PAND, d, b);
    rr(e, PXOR, T1, T1);
    rr(e, pcmpeq[param_es(n)], d, T1);
    vnot(e, d);
}

/* --- shifts -------------------------------------------------------------- */

/* Group 71/72/73 /@g with an immediate, by lane size 1..3. */
static void shift_lanes(struct emitter *e, unsigned d, unsigned es,
                        unsigned g, unsigned n)
{
    rri(e, SSE(0x70) + es, g, d, n);
}

/* Bytes are shifted as halfwords and masked. */
static void shift(struct emitter *e, struct ir_node *n, unsigned g,
                  bool left)
{
    unsigned es = param_es(n), k = ir_imm_param(n->imm) >> 8 & 0xff;
    unsigned d = ra_def_copy(e, n->a, CLS_XMM);
    u64 mask;

    if (es) {
        shift_lanes(e, d, es, g, k);
        return;
    }
    mask = (left ? 0xffu << k : 0xffu >> k) & 0xff;
    shift_lanes(e, d, 1, g, k);
    vconst(e, T0, mask * 0x0101010101010101ull);
    rr(e, PAND, d, T0);
}
void x64_VSHL(struct emitter *e, struct ir_node *n) { shift(e, n, 6, true); }
void x64_VUSHR(struct emitter *e, struct ir_node *n)
{
    shift(e, n, 2, false);
}
void x64_VSSHR(struct emitter *e, struct ir_node *n)
{
    unsigned es = param_es(n);

    if (es == 0 || es == 3)
        emit_helper_call(e, n);
    else
        shift(e, n, 4, false);
}

/* --- permutes ------------------------------------------------------------ */

void x64_VDUPL(struct emitter *e, struct ir_node *n)
{
    unsigned es = param_es(n), lane = ir_imm_param(n->imm) >> 8 & 15;
    unsigned s = ra_use(e, n->a, CLS_XMM), d = ra_def(e, CLS_XMM);

    if (es == 2) {
        rri(e, PSHUFD, d, s, lane * 0x55);
    } else if (es == 3) {
        rri(e, PSHUFD, d, s, lane ? 0xee : 0x44);
    } else {
        pextr(e, RAX, s, es, lane);
        rr(e, SSE(0x6e), d, RAX);
        spread(e, d, es);
    }
}

void x64_VINSL(struct emitter *e, struct ir_node *n)
{
    unsigned p = ir_imm_param(n->imm), es = p & 3;
    unsigned s = ra_use(e, n->b, CLS_XMM);

    pextr(e, RAX, s, es, p >> 16 & 15);
    pinsr(e, ra_def_copy(e, n->a, CLS_XMM), RAX, es, p >> 8 & 15);
}

/* palignr: (dst:src) >> bytes. */
void x64_VEXT(struct emitter *e, struct ir_node *n)
{
    struct ir_node t = { .a = n->b, .b = n->a };
    unsigned lo = ra_use(e, t.b, CLS_XMM);
    unsigned d = ra_def_copy(e, t.a, CLS_XMM);

    rri(e, SSE3A(0x0f), d, t.a == t.b ? d : lo,
        ir_imm_param(n->imm) & 15);
}

static void uzp(struct emitter *e, struct ir_node *n, bool odd)
{
    unsigned es = param_es(n), d, b = ra_use(e, n->b, CLS_XMM);

    ra_use(e, n->a, CLS_XMM);
    rr(e, MOVAPS, T1, b);
    d = ra_def_copy(e, n->a, CLS_XMM);
    if (es == 3) {
        rr(e, odd ? PUNPCKHQDQ : PUNPCKLQDQ, d, T1);
        return;
    }
    if (es == 2) {
        rri(e, M_0F | 0xc6, d, T1, odd ? 0xdd : 0x88); /* shufps */
        return;
    }
    if (odd) {
        shift_lanes(e, d, es + 1, 2, 8u << es);
        shift_lanes(e, T1, es + 1, 2, 8u << es);
    } else {
        vconst(e, T0, es ? 0x0000ffff0000ffffull : 0x00ff00ff00ff00ffull);
        rr(e, PAND, d, T0);
        rr(e, PAND, T1, T0);
    }
    rr(e, es ? SSE38(0x2b) : SSE(0x67), d, T1); /* packusdw, packuswb */
}
void x64_VUZP1(struct emitter *e, struct ir_node *n) { uzp(e, n, false); }
void x64_VUZP2(struct emitter *e, struct ir_node *n) { uzp(e, n, true); }

static void trn(struct emitter *e, struct ir_node *n, u32 op64)
{
    if (param_es(n) == 3)
        op2(e, n, op64, false);
    else
        emit_helper_call(e, n);
}
void x64_VTRN1(struct emitter *e, struct ir_node *n)
{
    trn(e, n, PUNPCKLQDQ);
}
void x64_VTRN2(struct emitter *e, struct ir_node *n)
{
    trn(e, n, PUNPCKHQDQ);
}

void x64_VREV(struct emitter *e, struct ir_node *n)
{
    unsigned es = param_es(n), k = ir_imm_param(n->imm) >> 8 & 3, d;
    unsigned flip = ((1u << k) - 1) & ~((1u << es) - 1);
    u64 half[2] = { 0, 0 };

    for (unsigned i = 0; i < 16; i++)
        half[i >> 3] |= (u64)(i ^ flip) << 8 * (i & 7);
    d = ra_def_copy(e, n->a, CLS_XMM);
    a_mov_imm(&e->a, RAX, half[0]);
    a_rr(&e->a, true, SSE(0x6e), T0, RAX);
    a_mov_imm(&e->a, RAX, half[1]);
    pinsr(e, T0, RAX, 3, 1);
    rr(e, SSE38(0x00), d, T0); /* pshufb */
}

void x64_VSXL(struct emitter *e, struct ir_node *n)
{
    static const u32 op[3] = { SSE38(0x20), SSE38(0x23), SSE38(0x25) };

    op1(e, n, op[param_es(n)]);
}
void x64_VUXL(struct emitter *e, struct ir_node *n)
{
    static const u32 op[3] = { SSE38(0x30), SSE38(0x33), SSE38(0x35) };

    op1(e, n, op[param_es(n)]);
}

void x64_VXTN(struct emitter *e, struct ir_node *n)
{
    unsigned es = param_es(n), d;

    if (es == 2) {
        unsigned s = ra_use(e, n->a, CLS_XMM);

        d = ra_def(e, CLS_XMM);
        rri(e, PSHUFD, d, s, 0x08);
        rr(e, P_F3 | M_0F | 0x7e, d, d); /* movq: upper half zero */
        return;
    }
    d = ra_def_copy(e, n->a, CLS_XMM);
    vconst(e, T0, es ? 0x0000ffff0000ffffull : 0x00ff00ff00ff00ffull);
    rr(e, PAND, d, T0);
    rr(e, PXOR, T0, T0);
    rr(e, es ? SSE38(0x2b) : SSE(0x67), d, T0);
}

void x64_VADDP(struct emitter *e, struct ir_node *n)
{
    unsigned es = param_es(n), a, b, d;

    switch (es) {
    case 1:
    case 2:
        op2(e, n, SSE38(0x00) + es, false); /* phaddw, phaddd */
        break;
    case 3:
        a = ra_use(e, n->a, CLS_XMM);
        b = ra_use(e, n->b, CLS_XMM);
        d = ra_def(e, CLS_XMM);
        rr(e, MOVAPS, T0, a);
        rr(e, PUNPCKLQDQ, T0, b);
        rr(e, MOVAPS, d, a);
        rr(e, PUNPCKHQDQ, d, b);
        rr(e, SSE(0xd4), d, T0);
        break;
    default:
        emit_helper_call(e, n);
        break;
    }
}

void x64_VMADDH(struct emitter *e, struct ir_node *n)
{
    op2(e, n, SSE(0xf5), true); /* pmaddwd */
}

/* pshufb wants bit 7 set for "zero": saturate 16.. to 0x80... */
void x64_VTBL1(struct emitter *e, struct ir_node *n)
{
    unsigned i = ra_use(e, n->b, CLS_XMM), d;

    vconst(e, T0, 0x7070707070707070ull);
    rr(e, SSE(0xdc), T0, i); /* paddusb */
    d = ra_def_copy(e, n->a, CLS_XMM);
    rr(e, SSE38(0x00), d, T0);
}

void x64_VCNT(struct emitter *e, struct ir_node *n)
{
    emit_helper_call(e, n);
}
void x64_VSQADD(struct emitter *e, struct ir_node *n)
{
    emit_helper_call(e, n);
}
