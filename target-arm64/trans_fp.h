/* SPDX-License-Identifier: MIT */
/*
 * trans_fp.h - what the FP trans_ files share: parameters of FP operations,
 * their nodes, sign-bit operations and immediates.
 *
 * Invariant: a scalar operation reads lane 0 only and its result is zero
 * above it, so operands are never narrowed first; a result made of bit
 * operations is, by fp_fit().
 */
#ifndef A64_TRANS_FP_H
#define A64_TRANS_FP_H

#include "help_fp.h"
#include "translate.h"

/* Parameter for lanes of 1 << @size bytes: one; a vector by @q. */
static inline u32 fp_scalar(int size)
{
    return (u32)size | IR_FP_SCALAR;
}
static inline u32 fp_vector(int q, int size)
{
    return (u32)size | (q ? 0 : IR_FP_HALFREG);
}

/* An operation, CALLV and its forms included, with helper and parameter. */
static inline ir_ref fp_node(struct tctx *s, enum ir_op op,
                             enum a64_helper h, u32 param, ir_ref x,
                             ir_ref y, ir_ref z)
{
    return ir_emit(s->b, op, x, y, z, ir_call_imm(h, param));
}

/* The low bits of @v in every lane of 1 << @es bytes of 64 bits. */
static inline u64 fp_replicate(int es, u64 v)
{
    static const u64 ones[4] = { 0x0101010101010101, 0x0001000100010001,
                                 0x0000000100000001, 1 };

    return v * ones[es & 3];
}

/* The sign bits of lanes of 1 << @es bytes. */
static inline ir_ref fp_signs(struct tctx *s, int es)
{
    return ir0(s->b, IR_VCONST, fp_replicate(es, 1ull << ((8 << es) - 1)));
}

/* FPNeg() and FPAbs() of every lane. */
static inline ir_ref fp_neg(struct tctx *s, int es, ir_ref v)
{
    return ir2(s->b, IR_VXOR, v, fp_signs(s, es));
}
static inline ir_ref fp_abs(struct tctx *s, int es, ir_ref v)
{
    return ir2(s->b, IR_VANDN, v, fp_signs(s, es));
}

/* @v cleared above the lanes that @param works on. */
static inline ir_ref fp_fit(struct tctx *s, u32 param, ir_ref v)
{
    if (param & IR_FP_SCALAR)
        return ir1i(s->b, IR_VLOW, v, 1ull << (param & IR_FP_ES));
    return (param & IR_FP_HALFREG) ? ir1i(s->b, IR_VLOW, v, 8) : v;
}

static inline ir_ref fp_zero(struct tctx *s)
{
    return ir0(s->b, IR_VCONST, 0);
}

/* Lane @lane of @v as the only one, the rest zero. */
static inline ir_ref fp_lane(struct tctx *s, int es, unsigned lane, ir_ref v)
{
    return ir1(s->b, IR_VFROM,
               ir1i(s->b, IR_VGET, v, (u64)es | (u64)lane << 8));
}

/* VFPExpandImm() for a format of 1 << @es bytes. */
static inline u64 fp_expand_imm(int es, int imm8)
{
    static const u8 exp_bits[4] = { 0, 5, 8, 11 };
    unsigned n = 8u << es, e = exp_bits[es & 3], f = n - e - 1;
    u64 imm = (u64)imm8, b6 = imm >> 6 & 1;
    u64 exp = (b6 ? mask64(e - 3) << 2 : 1ull << (e - 1)) | (imm >> 4 & 3);

    return (imm >> 7) << (n - 1) | exp << f | (imm & 15) << (f - 4);
}

#endif
