/* SPDX-License-Identifier: MIT */
/*
 * trans_dpimm.c - data processing with immediates: PC-relative addresses,
 * add and subtract, logical, move wide, bitfield, extract.
 * DDI 0487, "Data Processing -- Immediate".
 *
 * Aliases (MOV, CMP, TST, LSL, LSR, ASR, UXTB, SXTW, BFI, ROR ...) come out
 * as the one node that they mean.
 */
#include "trans_int.h"

/* --- PC-relative -------------------------------------------------------- */

bool trans_ADR(struct tctx *s, const arg_adr *a)
{
    u64 off = (u64)(s64)a->immhi << 2 | (u64)a->immlo;

    tc_set_x(s, a->rd, ir_const(s->b, s->pc + off));
    return true;
}

bool trans_ADRP(struct tctx *s, const arg_adr *a)
{
    u64 off = ((u64)(s64)a->immhi << 2 | (u64)a->immlo) << 12;

    tc_set_x(s, a->rd, ir_const(s->b, (s->pc & ~4095ull) + off));
    return true;
}

/* --- add, subtract ------------------------------------------------------ */

static bool addsub_imm(struct tctx *s, const arg_addsub_imm *a,
                       enum tc_addsub kind)
{
    bool flags = kind == TC_ADDS || kind == TC_SUBS;
    u64 imm = (u64)a->imm << (a->sh ? 12 : 0);
    ir_ref x = tc_xsp(s, a->rn);

    if (imm == 0 && !flags) { /* MOV to and from SP */
        tc_set_xsp(s, a->rd, tc_width(s, a->sf, x));
        return true;
    }
    tc_addsub(s, a->sf, kind, a->rd, !flags, x, ir_const(s->b, imm));
    return true;
}

bool trans_ADD_imm(struct tctx *s, const arg_addsub_imm *a)
{
    return addsub_imm(s, a, TC_ADD);
}

bool trans_ADDS_imm(struct tctx *s, const arg_addsub_imm *a)
{
    return addsub_imm(s, a, TC_ADDS);
}

bool trans_SUB_imm(struct tctx *s, const arg_addsub_imm *a)
{
    return addsub_imm(s, a, TC_SUB);
}

bool trans_SUBS_imm(struct tctx *s, const arg_addsub_imm *a)
{
    return addsub_imm(s, a, TC_SUBS);
}

/* --- logical ------------------------------------------------------------ */

/*
 * DDI 0487, "DecodeBitMasks": an element of 2..64 bits with a run of
 * ones, rotated right and repeated. The decoder has refused reserved forms.
 */
static u64 bitmask_imm(const arg_logic_imm *a)
{
    unsigned len = 31 - clz32((u32)a->n << 6 | (~(u32)a->imms & 63));
    unsigned esize = 1u << len;
    unsigned ones = ((unsigned)a->imms & (esize - 1)) + 1;
    unsigned rot = (unsigned)a->immr & (esize - 1);
    u64 v = mask64(ones);

    if (rot)
        v = (v >> rot | v << (esize - rot)) & mask64(esize);
    for (; esize < 64; esize *= 2)
        v |= v << esize;
    return a->sf ? v : (u32)v;
}

static bool logic_imm(struct tctx *s, const arg_logic_imm *a, enum ir_op op64)
{
    u64 mask = bitmask_imm(a);
    ir_ref v;

    if (a->rn == 31) /* MOV of a bitmask; AND of zero is zero */
        v = ir_const(s->b, op64 == IR_AND64 ? 0 : mask);
    else
        v = ir2(s->b, tc_op(op64, a->sf), tc_x(s, a->rn),
                ir_const(s->b, mask));
    tc_set_xsp(s, a->rd, v);
    return true;
}

bool trans_AND_imm(struct tctx *s, const arg_logic_imm *a)
{
    return logic_imm(s, a, IR_AND64);
}

bool trans_ORR_imm(struct tctx *s, const arg_logic_imm *a)
{
    return logic_imm(s, a, IR_OR64);
}

bool trans_EOR_imm(struct tctx *s, const arg_logic_imm *a)
{
    return logic_imm(s, a, IR_XOR64);
}

bool trans_ANDS_imm(struct tctx *s, const arg_logic_imm *a)
{
    ir_ref v = ir2(s->b, tc_op(IR_AND64, a->sf), tc_x(s, a->rn),
                   ir_const(s->b, bitmask_imm(a)));
    ir_ref f = ir1(s->b, tc_op(IR_LOGF64, a->sf), v);

    tc_set_x(s, a->rd, v);
    ir1(s->b, IR_SETF, f);
    return true;
}

/* --- move wide ---------------------------------------------------------- */

bool trans_MOVN(struct tctx *s, const arg_movw *a)
{
    u64 v = ~((u64)a->imm << (a->hw * 16));

    tc_set_x(s, a->rd, ir_const(s->b, a->sf ? v : (u32)v));
    return true;
}

bool trans_MOVZ(struct tctx *s, const arg_movw *a)
{
    tc_set_x(s, a->rd, ir_const(s->b, (u64)a->imm << (a->hw * 16)));
    return true;
}

bool trans_MOVK(struct tctx *s, const arg_movw *a)
{
    unsigned pos = (unsigned)a->hw * 16;
    ir_ref x = tc_x(s, a->rd), v;
    u64 old;

    if (ir_is_const(s->b, x, &old)) {
        old = deposit64(a->sf ? old : (u32)old, pos, 16, (u64)a->imm);
        v = ir_const(s->b, old);
    } else {
        v = ir2i(s->b, IR_DEPOSIT, tc_width(s, a->sf, x),
                 ir_const(s->b, (u64)a->imm), pos | 16 << 8);
    }
    tc_set_x(s, a->rd, v);
    return true;
}

/* --- bitfield ----------------------------------------------------------- */

/* Bits [pos, pos+len) of @x, zero-extended; pos + len <= width, len < 64. */
static ir_ref field(struct tctx *s, ir_ref x, int pos, int len)
{
    if (pos == 0 && len == 32)
        return ir1(s->b, IR_ZXT32, x);
    if (pos == 0 && len == 16)
        return ir1(s->b, IR_ZXT16, x);
    if (pos == 0 && len == 8)
        return ir1(s->b, IR_ZXT8, x);
    return ir1i(s->b, IR_EXTRACT, x, (u64)pos | (u64)len << 8);
}

/* The same, sign-extended to 64 bits. */
static ir_ref sfield(struct tctx *s, ir_ref x, int pos, int len)
{
    if (pos == 0 && len == 32)
        return ir1(s->b, IR_SXT32, x);
    if (pos == 0 && len == 16)
        return ir1(s->b, IR_SXT16, x);
    if (pos == 0 && len == 8)
        return ir1(s->b, IR_SXT8, x);
    return ir1i(s->b, IR_SEXTRACT, x, (u64)pos | (u64)len << 8);
}

bool trans_UBFM(struct tctx *s, const arg_bitfield *a)
{
    int width = a->sf ? 64 : 32;
    ir_ref x = tc_x(s, a->rn), v;

    if (a->imms == width - 1) /* LSR */
        v = a->immr ? tc_shift(s, a->sf, 1, x, a->immr)
                    : tc_width(s, a->sf, x);
    else if (a->imms + 1 == a->immr) /* LSL */
        v = tc_shift(s, a->sf, 0, x, width - a->immr);
    else if (a->imms >= a->immr) /* UBFX */
        v = field(s, x, a->immr, a->imms - a->immr + 1);
    else /* UBFIZ: the field stays within the width */
        v = tc_shift(s, 1, 0, field(s, x, 0, a->imms + 1), width - a->immr);
    tc_set_x(s, a->rd, v);
    return true;
}

bool trans_SBFM(struct tctx *s, const arg_bitfield *a)
{
    int width = a->sf ? 64 : 32;
    ir_ref x = tc_x(s, a->rn), v;

    if (a->imms == width - 1) /* ASR */
        v = a->immr ? tc_shift(s, a->sf, 2, x, a->immr)
                    : tc_width(s, a->sf, x);
    else if (a->imms >= a->immr) /* SBFX */
        v = tc_width(s, a->sf, sfield(s, x, a->immr, a->imms - a->immr + 1));
    else /* SBFIZ */
        v = tc_shift(s, a->sf, 0, sfield(s, x, 0, a->imms + 1),
                     width - a->immr);
    tc_set_x(s, a->rd, v);
    return true;
}

bool trans_BFM(struct tctx *s, const arg_bitfield *a)
{
    int width = a->sf ? 64 : 32;
    ir_ref x = tc_x(s, a->rn), v;
    int pos, len;

    if (a->imms >= a->immr) { /* BFXIL */
        pos = 0;
        len = a->imms - a->immr + 1;
        if (a->immr)
            x = field(s, x, a->immr, len);
    } else { /* BFI */
        pos = width - a->immr;
        len = a->imms + 1;
    }
    if (len == width)
        v = tc_width(s, a->sf, x);
    else
        v = ir2i(s->b, IR_DEPOSIT, tc_width(s, a->sf, tc_x(s, a->rd)), x,
                 (u64)pos | (u64)len << 8);
    tc_set_x(s, a->rd, v);
    return true;
}

/* --- extract ------------------------------------------------------------ */

bool trans_EXTR(struct tctx *s, const arg_extr *a)
{
    ir_ref lo = tc_x(s, a->rm), v;

    if (a->imms == 0)
        v = tc_width(s, a->sf, lo);
    else if (a->rn == a->rm)
        v = tc_shift(s, a->sf, 3, lo, a->imms);
    else
        v = ir2i(s->b, tc_op(IR_EXTR64, a->sf), tc_x(s, a->rn), lo,
                 (u64)a->imms);
    tc_set_x(s, a->rd, v);
    return true;
}
