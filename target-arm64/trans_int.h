/* SPDX-License-Identifier: MIT */
/*
 * trans_int.h - what the integer trans_ files share: choice of an operation
 * by width, additions with flags, shifts of operands, branch ends.
 *
 * Invariant: a 32-bit operation reads the low halves of its operands and its
 * result is zero-extended, so operands are never narrowed first.
 */
#ifndef A64_TRANS_INT_H
#define A64_TRANS_INT_H

#include "translate.h"

static_assert(IR_ADD64 + 1 == IR_ADD32 && IR_SUB64 + 1 == IR_SUB32 &&
              IR_ADC64 + 1 == IR_ADC32 && IR_SBC64 + 1 == IR_SBC32 &&
              IR_AND64 + 1 == IR_AND32 && IR_OR64 + 1 == IR_OR32 &&
              IR_XOR64 + 1 == IR_XOR32 && IR_ANDN64 + 1 == IR_ANDN32 &&
              IR_NOT64 + 1 == IR_NOT32 && IR_SHL64 + 1 == IR_SHL32 &&
              IR_SHR64 + 1 == IR_SHR32 && IR_SAR64 + 1 == IR_SAR32 &&
              IR_ROR64 + 1 == IR_ROR32 && IR_MUL64 + 1 == IR_MUL32 &&
              IR_UDIV64 + 1 == IR_UDIV32 && IR_SDIV64 + 1 == IR_SDIV32 &&
              IR_CLZ64 + 1 == IR_CLZ32 && IR_BSWAP64 + 1 == IR_BSWAP32 &&
              IR_EXTR64 + 1 == IR_EXTR32 && IR_ADDF64 + 1 == IR_ADDF32 &&
              IR_SUBF64 + 1 == IR_SUBF32 && IR_ADCF64 + 1 == IR_ADCF32 &&
              IR_SBCF64 + 1 == IR_SBCF32 && IR_LOGF64 + 1 == IR_LOGF32 &&
              IR_CCMP64 + 1 == IR_CCMP32 && IR_CCMN64 + 1 == IR_CCMN32 &&
              IR_ISZERO64 + 1 == IR_ISZERO32,
              "ORDER width");

/* The 64-bit operation @op64, or its 32-bit form if not @sf. */
static inline enum ir_op tc_op(enum ir_op op64, int sf)
{
    return (enum ir_op)((int)op64 + !sf);
}

/* @v itself, zero-extended from 32 bits if not @sf. */
static inline ir_ref tc_width(struct tctx *s, int sf, ir_ref v)
{
    return sf ? v : ir1(s->b, IR_ZXT32, v);
}

/* Shift @kind (0 LSL, 1 LSR, 2 ASR, 3 ROR) of @v by @n < width. */
static inline ir_ref tc_shift(struct tctx *s, int sf, int kind, ir_ref v,
                              int n)
{
    static const u8 ops[4] = { IR_SHL64, IR_SHR64, IR_SAR64, IR_ROR64 };

    if (n == 0)
        return v;
    return ir2(s->b, tc_op((enum ir_op)ops[kind], sf), v,
               ir_const(s->b, (u64)n));
}

/* Field extension @option (UXTB..SXTX) of @v, to 64 bits. */
static inline ir_ref tc_extend(struct tctx *s, int option, ir_ref v)
{
    static const u8 ops[8] = { IR_ZXT8, IR_ZXT16, IR_ZXT32, IR_NOP,
                               IR_SXT8, IR_SXT16, IR_SXT32, IR_NOP };

    return ops[option] == IR_NOP ? v : ir1(s->b, (enum ir_op)ops[option], v);
}

/* Which of ADD, SUB; whether NZCV is written. */
enum tc_addsub { TC_ADD, TC_SUB, TC_ADDS, TC_SUBS };

/*
 * Rd := x +- y, and NZCV for the S forms. Rd 31 is SP for the plain forms
 * (the caller's tc_set_x otherwise) and discarded for the S forms, which
 * then make no value at all (CMP, CMN).
 */
static inline void tc_addsub(struct tctx *s, int sf, enum tc_addsub kind,
                             int rd, bool rd_sp, ir_ref x, ir_ref y)
{
    bool sub = kind == TC_SUB || kind == TC_SUBS;
    enum ir_op op = tc_op(sub ? IR_SUB64 : IR_ADD64, sf);
    bool flags = kind == TC_ADDS || kind == TC_SUBS;
    ir_ref v = 0, f = 0, hint = 0;

    if (!flags || rd != 31)
        v = ir2(s->b, op, x, y);
    if (flags) {
        /* The value may have been folded to something else. */
        if (v && s->b->node[v].op == op && s->b->node[v].a == x &&
            s->b->node[v].b == y)
            hint = v;
        f = ir3(s->b, tc_op(sub ? IR_SUBF64 : IR_ADDF64, sf), x, y, hint);
    }
    if (v && rd_sp)
        tc_set_xsp(s, rd, v);
    else if (v)
        tc_set_x(s, rd, v);
    if (flags)
        ir1(s->b, IR_SETF, f);
}

/* The condition @cond < 14 on the current flags. */
static inline ir_ref tc_cond(struct tctx *s, int cond)
{
    return ir1i(s->b, IR_CC, ir0(s->b, IR_GETF, 0), (u64)cond);
}

/* AL and NV: both mean always in A64. */
static inline bool tc_cond_always(int cond)
{
    return cond >= 14;
}

/* Ends the block with a jump to @target. */
static inline bool tc_jump(struct tctx *s, u64 target)
{
    s->b->target[0] = target;
    ir0(s->b, IR_JUMP, 0);
    s->end = TC_TERMINAL;
    return true;
}

/*
 * The address that a branch to @v goes to: bit 55 is copied over a top byte
 * that is ignored (DDI 0487, "AArch64.BranchAddr").
 */
ir_ref tc_branch_addr(struct tctx *s, ir_ref v);

/* PSTATE.BTYPE after an indirect branch (DDI 0487, "PSTATE.BTYPE"). */
enum tc_btype {
    BTYPE_PLAIN = 1, /* BR by X16, X17, or from a page that is not guarded */
    BTYPE_CALL = 2,  /* BLR */
    BTYPE_JUMP = 3,  /* BR by another register from a guarded page */
};

/*
 * Ends the block with a branch to @target, which came from register @rn, and
 * sets PSTATE.BTYPE; X30 has been written.
 */
bool tc_indirect(struct tctx *s, int rn, ir_ref target, enum ir_ind kind);

/* Ends the block with an exception return to @target; always true. */
bool tc_eret(struct tctx *s, ir_ref target);

#endif
