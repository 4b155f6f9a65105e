/* SPDX-License-Identifier: MIT */
/*
 * trans_flags.c - instructions that work on NZCV itself: CFINV, RMIF, SETF8,
 * SETF16 (FEAT_FlagM), AXFLAG, XAFLAG (FEAT_FlagM2). DDI 0487, "Flag
 * manipulation instructions".
 *
 * NZCV is taken as a word with N, Z, C, V in bits 31 to 28, as MRS gives it.
 */
#include "trans_int.h"

#define N_BIT (1ull << 31)
#define Z_BIT (1ull << 30)
#define C_BIT (1ull << 29)
#define V_BIT (1ull << 28)

static ir_ref get_flags(struct tctx *s)
{
    return ir1(s->b, IR_FNZCV, ir0(s->b, IR_GETF, 0));
}

static bool set_flags(struct tctx *s, ir_ref v)
{
    ir1(s->b, IR_SETF, ir1(s->b, IR_NZCVF, v));
    return true;
}

static ir_ref only(struct tctx *s, ir_ref v, u64 mask)
{
    return ir2(s->b, IR_AND64, v, ir_const(s->b, mask));
}

static ir_ref either(struct tctx *s, ir_ref a, ir_ref b)
{
    return ir2(s->b, IR_OR64, a, b);
}

static ir_ref flip(struct tctx *s, ir_ref v, u64 mask)
{
    return ir2(s->b, IR_XOR64, v, ir_const(s->b, mask));
}

bool trans_CFINV(struct tctx *s, const arg_none *a)
{
    (void)a;
    return set_flags(s, flip(s, get_flags(s), C_BIT));
}

/* Bits 3:0 of Rn rotated are N, Z, C, V; mask says which are written. */
bool trans_RMIF(struct tctx *s, const arg_rmif *a)
{
    u64 mask = (u64)a->mask << 28;
    /* One rotation moves the bits to where the flags are. */
    ir_ref v = tc_shift(s, 1, 3, tc_x(s, a->rn), (a->immr + 64 - 28) & 63);

    return set_flags(s, either(s, only(s, v, mask),
                               only(s, get_flags(s), 0xf0000000 & ~mask)));
}

/* N, Z and V of the low @bits of Rn; C stays. */
static bool setf(struct tctx *s, int rn, int bits)
{
    ir_ref x = tc_x(s, rn);
    ir_ref n = only(s, tc_shift(s, 1, 0, x, 32 - bits), N_BIT);
    ir_ref low = only(s, x, mask64((unsigned)bits));
    ir_ref z = ir3(s->b, IR_SELECT, ir1(s->b, IR_ISZERO64, low),
                   ir_const(s->b, Z_BIT), ir_const(s->b, 0));
    ir_ref over = ir2(s->b, IR_XOR64, x, tc_shift(s, 1, 1, x, 1));
    ir_ref v = only(s, tc_shift(s, 1, 0, over, 29 - bits), V_BIT);
    ir_ref c = only(s, get_flags(s), C_BIT);

    return set_flags(s, either(s, either(s, n, z), either(s, c, v)));
}

bool trans_SETF8(struct tctx *s, const arg_rn *a)
{
    return setf(s, a->rn, 8);
}

bool trans_SETF16(struct tctx *s, const arg_rn *a)
{
    return setf(s, a->rn, 16);
}

/* From the flags of FCMP to those of the other convention. */
bool trans_AXFLAG(struct tctx *s, const arg_none *a)
{
    ir_ref f = get_flags(s);
    ir_ref z = either(s, f, tc_shift(s, 1, 0, f, 2));
    ir_ref c = ir2(s->b, IR_ANDN64, f, tc_shift(s, 1, 0, f, 1));

    (void)a;
    return set_flags(s, either(s, only(s, z, Z_BIT), only(s, c, C_BIT)));
}

/* And back: N, Z, C, V = !C & !Z, Z & C, C | Z, !C & Z. */
bool trans_XAFLAG(struct tctx *s, const arg_none *a)
{
    ir_ref f = get_flags(s);
    ir_ref c_at_z = tc_shift(s, 1, 0, f, 1);
    ir_ref any = either(s, f, c_at_z); /* bit 30: C | Z */
    ir_ref n = flip(s, only(s, tc_shift(s, 1, 0, any, 1), N_BIT), N_BIT);
    ir_ref z = only(s, ir2(s->b, IR_AND64, f, c_at_z), Z_BIT);
    ir_ref c = only(s, tc_shift(s, 1, 1, any, 1), C_BIT);
    ir_ref v = only(s, tc_shift(s, 1, 1,
                                ir2(s->b, IR_ANDN64, f, c_at_z), 2), V_BIT);

    (void)a;
    return set_flags(s, either(s, either(s, n, z), either(s, c, v)));
}
