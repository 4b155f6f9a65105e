/* SPDX-License-Identifier: MIT */
/*
 * trans_simd_copy.c - AdvSIMD copy: DUP, INS, SMOV, UMOV. DDI 0487, "AdvSIMD
 * copy", "AdvSIMD scalar copy".
 *
 * The lowest one bit of imm5 is the size of the element, the bits above are
 * its index.
 */
#include "trans_simd.h"

static int elem_size(int imm5)
{
    return (int)ctz64((u64)imm5);
}

static int elem_index(int imm5)
{
    return imm5 >> (elem_size(imm5) + 1);
}

static u64 lane_imm(int imm5)
{
    return (u64)(elem_size(imm5) | elem_index(imm5) << 8);
}

/* The element of Vn in every lane. */
static ir_ref dup_element(struct tctx *s, int rn, int imm5)
{
    return TV1(s, VDUPL, lane_imm(imm5), tc_v(s, rn));
}

bool trans_DUP_s(struct tctx *s, const arg_imm5 *a)
{
    int bytes = 1 << elem_size(a->imm5);
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = elem_index(a->imm5) ? dup_element(s, a->rn, a->imm5) : tc_v(s, a->rn);
    tc_set_v(s, a->rd, tv_low(s, bytes, v));
    return true;
}

bool trans_DUP_ve(struct tctx *s, const arg_qimm5 *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, tv_low(s, 8 << a->q, dup_element(s, a->rn, a->imm5)));
    return true;
}

bool trans_DUP_g(struct tctx *s, const arg_qimm5 *a)
{
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = ir1i(s->b, IR_VDUP, tc_x(s, a->rn), (u64)elem_size(a->imm5));
    tc_set_v(s, a->rd, tv_low(s, 8 << a->q, v));
    return true;
}

bool trans_SMOV(struct tctx *s, const arg_qimm5 *a)
{
    static const u8 ops[3] = { IR_SXT8, IR_SXT16, IR_SXT32 };
    ir_ref v;

    if (!tc_fp_check(s))
        return true;
    v = ir1i(s->b, IR_VGET, tc_v(s, a->rn), lane_imm(a->imm5));
    v = ir1(s->b, (enum ir_op)ops[elem_size(a->imm5)], v);
    tc_set_x(s, a->rd, a->q ? v : ir1(s->b, IR_ZXT32, v));
    return true;
}

bool trans_UMOV(struct tctx *s, const arg_qimm5 *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_x(s, a->rd, ir1i(s->b, IR_VGET, tc_v(s, a->rn), lane_imm(a->imm5)));
    return true;
}

bool trans_INS_g(struct tctx *s, const arg_imm5 *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(
        s, a->rd,
        ir2i(s->b, IR_VINS, tc_v(s, a->rd), tc_x(s, a->rn), lane_imm(a->imm5)));
    return true;
}

bool trans_INS_e(struct tctx *s, const arg_ins *a)
{
    int size = elem_size(a->imm5);
    u32 param = tv_es(size) | SIMD_ARG(elem_index(a->imm5)) |
                SIMD_ARG2(a->imm4 >> size);

    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rd, TV2(s, VINSL, param, tc_v(s, a->rd), tc_v(s, a->rn)));
    return true;
}
