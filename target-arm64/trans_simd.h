/* SPDX-License-Identifier: MIT */
/*
 * trans_simd.h - what the trans_ files of AdvSIMD integer instructions share.
 *
 * An instruction's operands are put into a struct tv_arg first, whatever its
 * form: vector of 128 or 64 bits, scalar, or by element (then m is the
 * element in every lane). Operations compute the whole 128 bits; operands
 * are cut to the bytes that count only where a lane beyond could set
 * FPSR.QC, and results always.
 */
#ifndef A64_TRANS_SIMD_H
#define A64_TRANS_SIMD_H

#include "help_simd.h"
#include "translate.h"

struct tv_arg {
    int size;    /* log2 of the bytes of a lane; narrow and long: of the
                    narrow side */
    int bytes;   /* that count: 16, 8, or a scalar's */
    bool scalar; /* one lane */
    int rd;      /* destination, and accumulator */
    ir_ref n;    /* Vn */
    ir_ref m;    /* Vm, or its element in every lane; 0 = none */
};

/* A vector operation and its helper, or CALLV and a helper. */
struct tv_op {
    u16 op;     /* enum ir_op */
    u16 helper; /* enum a64_helper */
    bool sat;   /* sets FPSR.QC by its lanes */
};
#define TV_VEC(name)  ((struct tv_op){ IR_##name, H_##name, false })
#define TV_PURE(name) ((struct tv_op){ IR_CALLV, H_##name, false })
#define TV_SAT(name)  ((struct tv_op){ IR_CALLV, H_##name, true })
#define TV_SQADD      ((struct tv_op){ IR_VSQADD, H_VSQADD, true })

/* --- nodes ------------------------------------------------------------- */

/* Vector operations with a helper, by their names. */
#define TV1(s, name, param, x) \
    ir1i((s)->b, IR_##name, x, ir_call_imm(H_##name, (u32)(param)))
#define TV2(s, name, param, x, y) \
    ir2i((s)->b, IR_##name, x, y, ir_call_imm(H_##name, (u32)(param)))
/* A helper; absent operands are 0. */
#define TV_CALL(s, name, param, x, y, z) \
    ir_call((s)->b, IR_CALLV, H_##name, (u32)(param), x, y, z)

static inline u32 tv_es(int size)
{
    return (u32)size;
}

/* @v with only its low @bytes (16: all). */
static inline ir_ref tv_low(struct tctx *s, int bytes, ir_ref v)
{
    return bytes == 16 ? v : ir1i(s->b, IR_VLOW, v, (u64)bytes);
}

/* The low halves of @lo and @hi as one vector. */
static inline ir_ref tv_join(struct tctx *s, ir_ref lo, ir_ref hi)
{
    return TV2(s, VZIP1, 3, lo, hi);
}

/* The upper half of @v in both halves. */
static inline ir_ref tv_upper(struct tctx *s, ir_ref v)
{
    return TV1(s, VDUPL, 3 | SIMD_ARG(1), v);
}

/* @value in every lane of 1 << @size bytes. */
static inline ir_ref tv_const(struct tctx *s, int size, u64 value)
{
    static const u64 ones[4] = { 0x0101010101010101, 0x0001000100010001,
                                 0x0000000100000001, 1 };

    return ir0(s->b, IR_VCONST, (value & mask64(8u << size)) * ones[size & 3]);
}

/* @v shifted by an immediate 0 <= @n <= bits of a lane. */
static inline ir_ref tv_shl(struct tctx *s, int size, ir_ref v, int n)
{
    return n ? TV1(s, VSHL, tv_es(size) | SIMD_ARG(n), v) : v;
}

static inline ir_ref tv_shr(struct tctx *s, int size, bool is_signed, ir_ref v,
                            int n)
{
    u32 param = tv_es(size) | SIMD_ARG(n);

    if (n == 0)
        return v;
    return is_signed ? TV1(s, VSSHR, param, v) : TV1(s, VUSHR, param, v);
}

/* The same rounded: plus the last bit that is shifted out. */
ir_ref tv_shr_round(struct tctx *s, int size, bool is_signed, ir_ref v, int n);
/* The low half of @v widened from lanes of @size. */
static inline ir_ref tv_widen(struct tctx *s, int size, bool is_signed,
                              ir_ref v)
{
    return is_signed ? TV1(s, VSXL, tv_es(size), v)
                     : TV1(s, VUXL, tv_es(size), v);
}

/* --- operands and results ---------------------------------------------- */

static inline struct tv_arg tv_arg3(struct tctx *s, const arg_qrrr *a)
{
    return (struct tv_arg){ a->size, 8 << a->q,      false,
                            a->rd,   tc_v(s, a->rn), tc_v(s, a->rm) };
}

static inline struct tv_arg tv_arg3_s(struct tctx *s, const arg_srrr *a)
{
    return (struct tv_arg){ a->size, 1 << a->size,   true,
                            a->rd,   tc_v(s, a->rn), tc_v(s, a->rm) };
}

static inline struct tv_arg tv_arg2(struct tctx *s, const arg_qrr *a)
{
    return (
        struct tv_arg){ a->size, 8 << a->q, false, a->rd, tc_v(s, a->rn), 0 };
}

static inline struct tv_arg tv_arg2_s(struct tctx *s, const arg_srr *a)
{
    return (struct tv_arg){ a->size, 1 << a->size,   true,
                            a->rd,   tc_v(s, a->rn), 0 };
}

/* Long and narrow forms ("2"): the upper half is meant. */
static inline bool tv_hi(const struct tv_arg *v)
{
    return v->bytes == 16;
}

/* Vd := @r, cut to what counts. Returns true, as trans_ functions do. */
static inline bool tv_set(struct tctx *s, const struct tv_arg *v, ir_ref r)
{
    tc_set_v(s, v->rd, tv_low(s, v->bytes, r));
    return true;
}

/* --- whole instructions that several classes share (trans_simd_*.c)
 * ------------ */

/* Vd := op(n, m) or op(n). */
bool tv_apply(struct tctx *s, const struct tv_arg *v, struct tv_op op);
/* Vd := op(n, m, Vd): accumulating helpers. */
bool tv_apply_acc(struct tctx *s, const struct tv_arg *v, struct tv_op op);
/* Vd := Vd + sign * n * m. */
bool tv_mul_add(struct tctx *s, const struct tv_arg *v, int sign);
/* Vd := sign ? Vd + sign * n * m : n * m, widening. */
bool tv_mul_long(struct tctx *s, const struct tv_arg *v, bool is_signed,
                 int sign);
/* SQDMULL, SQDMLAL, SQDMLSL by their helpers. */
bool tv_sqdmul_long(struct tctx *s, const struct tv_arg *v, enum a64_helper h);
/*
 * SDOT and its like: which operands have a sign; @halves_same: those of m.
 */
bool tv_dot(struct tctx *s, const struct tv_arg *v, bool n_signed,
            bool m_signed, bool halves_same);
/* Vd := @narrow (lanes in the low half), or its upper half for "2" forms. */
bool tv_set_narrow(struct tctx *s, const struct tv_arg *v, ir_ref narrow);
/* SQXTN, UQXTN, SQXTUN of @wide by their helpers. */
bool tv_narrow_sat(struct tctx *s, const struct tv_arg *v, enum a64_helper h,
                   ir_ref wide);

#endif
