/* SPDX-License-Identifier: MIT */
/*
 * trans_branch.c - branches: immediate, conditional, compare-and-branch,
 * register. DDI 0487, "Branches, Exception Generating and System
 * instructions"; branches that authenticate are in trans_pauth.c.
 *
 * Every function ends the block. A misaligned target faults when it is
 * fetched, not here.
 */
#include "trans_int.h"

/* Ends the block: @cond ? pc + imm : next instruction. */
static bool branch_if(struct tctx *s, ir_ref cond, int imm)
{
    s->b->target[0] = s->pc + (u64)(s64)imm;
    s->b->target[1] = s->pc + 4;
    ir1(s->b, IR_BRANCH, cond);
    s->end = TC_TERMINAL;
    return true;
}

/* A branch that is taken always or never. */
static bool branch_known(struct tctx *s, bool taken, int imm)
{
    return tc_jump(s, s->pc + (taken ? (u64)(s64)imm : 4));
}

bool trans_B(struct tctx *s, const arg_imm *a)
{
    return branch_known(s, true, a->imm);
}

bool trans_BL(struct tctx *s, const arg_imm *a)
{
    tc_set_x(s, 30, ir_const(s->b, s->pc + 4));
    return branch_known(s, true, a->imm);
}

bool trans_B_cond(struct tctx *s, const arg_bcond *a)
{
    if (tc_cond_always(a->cond))
        return branch_known(s, true, a->imm);
    return branch_if(s, tc_cond(s, a->cond), a->imm);
}

static bool cbz(struct tctx *s, const arg_cbz *a, bool nonzero)
{
    if (a->rt == 31)
        return branch_known(s, !nonzero, a->imm);
    return branch_if(s, ir1i(s->b, tc_op(IR_ISZERO64, a->sf),
                             tc_x(s, a->rt), nonzero ? IR_COND_INV : 0),
                     a->imm);
}

bool trans_CBZ(struct tctx *s, const arg_cbz *a)
{
    return cbz(s, a, false);
}

bool trans_CBNZ(struct tctx *s, const arg_cbz *a)
{
    return cbz(s, a, true);
}

static bool tbz(struct tctx *s, const arg_tbz *a, bool set)
{
    u64 bit = (u64)a->b5 << 5 | (u64)a->b40;

    if (a->rt == 31)
        return branch_known(s, !set, a->imm);
    return branch_if(s, ir1i(s->b, IR_BIT, tc_x(s, a->rt),
                             bit | (set ? 0 : IR_COND_INV)),
                     a->imm);
}

bool trans_TBZ(struct tctx *s, const arg_tbz *a)
{
    return tbz(s, a, false);
}

bool trans_TBNZ(struct tctx *s, const arg_tbz *a)
{
    return tbz(s, a, true);
}

ir_ref tc_branch_addr(struct tctx *s, ir_ref v)
{
    u32 tbi = s->flags & (TB_TBI0 | TB_TBI1);
    ir_ref copied;

    if (!tbi)
        return v;
    copied = ir1i(s->b, IR_SEXTRACT, v, 0 | 56 << 8);
    if (tbi == TB_TBI0) /* a high address keeps its top byte */
        return ir2(s->b, IR_AND64, copied, v);
    if (tbi == TB_TBI1)
        return ir2(s->b, IR_OR64, copied, v);
    return copied;
}

bool tc_indirect(struct tctx *s, int rn, ir_ref target, enum ir_ind kind)
{
    bool plain = rn == 16 || rn == 17 || !(s->flags & TB_GUARDED);
    u64 btype = 0;

    if (tctx_has(s, A64_FEAT_BTI) && kind != IR_IND_RET) {
        btype = kind == IR_IND_CALL ? BTYPE_CALL
                : plain             ? BTYPE_PLAIN
                                    : BTYPE_JUMP;
        TC_STENV(s, btype, ir_const(s->b, btype));
    }
    ir1i(s->b, IR_INDIRECT, target, kind | btype << 8);
    s->end = TC_TERMINAL;
    return true;
}

static bool branch_reg(struct tctx *s, int rn, enum ir_ind kind)
{
    ir_ref target = tc_branch_addr(s, tc_x(s, rn));

    if (kind == IR_IND_CALL)
        tc_set_x(s, 30, ir_const(s->b, s->pc + 4));
    return tc_indirect(s, rn, target, kind);
}

bool trans_BR(struct tctx *s, const arg_rn *a)
{
    return branch_reg(s, a->rn, IR_IND_JUMP);
}

bool trans_BLR(struct tctx *s, const arg_rn *a)
{
    return branch_reg(s, a->rn, IR_IND_CALL);
}

bool trans_RET(struct tctx *s, const arg_rn *a)
{
    return branch_reg(s, a->rn, IR_IND_RET);
}
