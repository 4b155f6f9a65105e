/* SPDX-License-Identifier: MIT */
/*
 * trans_dpreg.c - data processing on registers: logical, add and subtract,
 * carry, conditional compare and select, one, two and three sources.
 * DDI 0487, "Data Processing -- Register".
 *
 * Count of trailing zeros is written RBIT, CLZ in A64 (every ffs() of a
 * kernel), so RBIT is emitted as plain nodes which CLZ recognises; what it
 * no longer needs of them is removed as dead.
 */
#include "trans_int.h"

/* --- logical (shifted register) ----------------------------------------- */

static ir_ref shifted_rm(struct tctx *s, const arg_shift_r *a)
{
    return tc_shift(s, a->sf, a->shift, tc_x(s, a->rm), a->imm);
}

static bool logic(struct tctx *s, const arg_shift_r *a, enum ir_op op64)
{
    ir_ref y = shifted_rm(s, a);

    tc_set_x(s, a->rd,
             ir2(s->b, tc_op(op64, a->sf), tc_x(s, a->rn), y));
    return true;
}

static bool logic_flags(struct tctx *s, const arg_shift_r *a, enum ir_op op64)
{
    ir_ref y = shifted_rm(s, a);
    ir_ref v = ir2(s->b, tc_op(op64, a->sf), tc_x(s, a->rn), y);
    ir_ref f = ir1(s->b, tc_op(IR_LOGF64, a->sf), v);

    tc_set_x(s, a->rd, v);
    ir1(s->b, IR_SETF, f);
    return true;
}

bool trans_AND_sr(struct tctx *s, const arg_shift_r *a)
{
    return logic(s, a, IR_AND64);
}

bool trans_BIC_sr(struct tctx *s, const arg_shift_r *a)
{
    return logic(s, a, IR_ANDN64);
}

bool trans_EOR_sr(struct tctx *s, const arg_shift_r *a)
{
    return logic(s, a, IR_XOR64);
}

bool trans_ANDS_sr(struct tctx *s, const arg_shift_r *a)
{
    return logic_flags(s, a, IR_AND64);
}

bool trans_BICS_sr(struct tctx *s, const arg_shift_r *a)
{
    return logic_flags(s, a, IR_ANDN64);
}

bool trans_ORR_sr(struct tctx *s, const arg_shift_r *a)
{
    ir_ref y;

    if (a->rn != 31)
        return logic(s, a, IR_OR64);
    y = shifted_rm(s, a); /* MOV */
    tc_set_x(s, a->rd, a->imm ? y : tc_width(s, a->sf, y));
    return true;
}

bool trans_ORN_sr(struct tctx *s, const arg_shift_r *a)
{
    ir_ref v = ir1(s->b, tc_op(IR_NOT64, a->sf), shifted_rm(s, a));

    if (a->rn != 31) /* else MVN */
        v = ir2(s->b, tc_op(IR_OR64, a->sf), tc_x(s, a->rn), v);
    tc_set_x(s, a->rd, v);
    return true;
}

bool trans_EON_sr(struct tctx *s, const arg_shift_r *a)
{
    ir_ref v = ir1(s->b, tc_op(IR_NOT64, a->sf), shifted_rm(s, a));

    v = ir2(s->b, tc_op(IR_XOR64, a->sf), tc_x(s, a->rn), v);
    tc_set_x(s, a->rd, v);
    return true;
}

/* --- add, subtract ------------------------------------------------------ */

static bool addsub_sr(struct tctx *s, const arg_shift_r *a,
                      enum tc_addsub kind)
{
    ir_ref y = shifted_rm(s, a);

    tc_addsub(s, a->sf, kind, a->rd, false, tc_x(s, a->rn), y);
    return true;
}

bool trans_ADD_sr(struct tctx *s, const arg_shift_r *a)
{
    return addsub_sr(s, a, TC_ADD);
}

bool trans_ADDS_sr(struct tctx *s, const arg_shift_r *a)
{
    return addsub_sr(s, a, TC_ADDS);
}

bool trans_SUB_sr(struct tctx *s, const arg_shift_r *a)
{
    return addsub_sr(s, a, TC_SUB);
}

bool trans_SUBS_sr(struct tctx *s, const arg_shift_r *a)
{
    return addsub_sr(s, a, TC_SUBS);
}

static bool addsub_er(struct tctx *s, const arg_ext_r *a, enum tc_addsub kind)
{
    bool flags = kind == TC_ADDS || kind == TC_SUBS;
    ir_ref y = tc_x(s, a->rm);

    /* A 32-bit operation reads 32 bits anyway. */
    if (a->sf || (a->option & 3) < 2)
        y = tc_extend(s, a->option, y);
    y = tc_shift(s, a->sf, 0, y, a->imm);
    tc_addsub(s, a->sf, kind, a->rd, !flags, tc_xsp(s, a->rn), y);
    return true;
}

bool trans_ADD_er(struct tctx *s, const arg_ext_r *a)
{
    return addsub_er(s, a, TC_ADD);
}

bool trans_ADDS_er(struct tctx *s, const arg_ext_r *a)
{
    return addsub_er(s, a, TC_ADDS);
}

bool trans_SUB_er(struct tctx *s, const arg_ext_r *a)
{
    return addsub_er(s, a, TC_SUB);
}

bool trans_SUBS_er(struct tctx *s, const arg_ext_r *a)
{
    return addsub_er(s, a, TC_SUBS);
}

static bool carry(struct tctx *s, const arg_rrr_sf *a, enum ir_op op64,
                  enum ir_op flag_op64)
{
    ir_ref x = tc_x(s, a->rn), y = tc_x(s, a->rm);
    ir_ref c = ir0(s->b, IR_GETF, 0);
    ir_ref v = ir3(s->b, tc_op(op64, a->sf), x, y, c);
    ir_ref f = 0;

    if (flag_op64 != IR_NOP)
        f = ir3(s->b, tc_op(flag_op64, a->sf), x, y, c);
    tc_set_x(s, a->rd, v);
    if (f)
        ir1(s->b, IR_SETF, f);
    return true;
}

bool trans_ADC(struct tctx *s, const arg_rrr_sf *a)
{
    return carry(s, a, IR_ADC64, IR_NOP);
}

bool trans_ADCS(struct tctx *s, const arg_rrr_sf *a)
{
    return carry(s, a, IR_ADC64, IR_ADCF64);
}

bool trans_SBC(struct tctx *s, const arg_rrr_sf *a)
{
    return carry(s, a, IR_SBC64, IR_NOP);
}

bool trans_SBCS(struct tctx *s, const arg_rrr_sf *a)
{
    return carry(s, a, IR_SBC64, IR_SBCF64);
}

/* --- conditional compare, conditional select ---------------------------- */

static bool ccmp(struct tctx *s, int sf, bool sub, int cond, int nzcv,
                 ir_ref x, ir_ref y)
{
    ir_ref f;

    if (tc_cond_always(cond))
        f = ir2(s->b, tc_op(sub ? IR_SUBF64 : IR_ADDF64, sf), x, y);
    else
        f = ir3i(s->b, tc_op(sub ? IR_CCMP64 : IR_CCMN64, sf), x, y,
                 tc_cond(s, cond), (u64)nzcv);
    ir1(s->b, IR_SETF, f);
    return true;
}

bool trans_CCMN_reg(struct tctx *s, const arg_ccmp_reg *a)
{
    return ccmp(s, a->sf, false, a->cond, a->nzcv, tc_x(s, a->rn),
                tc_x(s, a->rm));
}

bool trans_CCMN_imm(struct tctx *s, const arg_ccmp_imm *a)
{
    return ccmp(s, a->sf, false, a->cond, a->nzcv, tc_x(s, a->rn),
                ir_const(s->b, (u64)a->imm));
}

bool trans_CCMP_reg(struct tctx *s, const arg_ccmp_reg *a)
{
    return ccmp(s, a->sf, true, a->cond, a->nzcv, tc_x(s, a->rn),
                tc_x(s, a->rm));
}

bool trans_CCMP_imm(struct tctx *s, const arg_ccmp_imm *a)
{
    return ccmp(s, a->sf, true, a->cond, a->nzcv, tc_x(s, a->rn),
                ir_const(s->b, (u64)a->imm));
}

/* Rd := cond ? Rn : @v, where @v has the width already. */
static bool select_rn(struct tctx *s, const arg_csel *a, ir_ref v)
{
    ir_ref x = a->rn == 31 ? tc_x(s, 31)
                           : tc_width(s, a->sf, tc_x(s, a->rn));

    if (tc_cond_always(a->cond))
        v = x;
    else
        v = ir3(s->b, IR_SELECT, tc_cond(s, a->cond), x, v);
    tc_set_x(s, a->rd, v);
    return true;
}

/* CSET and CSETM: both sources zero and a condition that can fail. */
static bool is_cset(const arg_csel *a)
{
    return a->rn == 31 && a->rm == 31 && !tc_cond_always(a->cond);
}

bool trans_CSEL(struct tctx *s, const arg_csel *a)
{
    ir_ref y = tc_x(s, a->rm);

    return select_rn(s, a, a->rm == 31 ? y : tc_width(s, a->sf, y));
}

bool trans_CSINC(struct tctx *s, const arg_csel *a)
{
    if (is_cset(a)) {
        tc_set_x(s, a->rd, ir1(s->b, IR_SETC, tc_cond(s, a->cond ^ 1)));
        return true;
    }
    return select_rn(s, a, ir2(s->b, tc_op(IR_ADD64, a->sf),
                               tc_x(s, a->rm), ir_const(s->b, 1)));
}

bool trans_CSINV(struct tctx *s, const arg_csel *a)
{
    ir_ref v;

    if (is_cset(a)) {
        v = ir1(s->b, IR_SETC, tc_cond(s, a->cond ^ 1));
        tc_set_x(s, a->rd, ir2(s->b, tc_op(IR_SUB64, a->sf),
                               ir_const(s->b, 0), v));
        return true;
    }
    return select_rn(s, a,
                     ir1(s->b, tc_op(IR_NOT64, a->sf), tc_x(s, a->rm)));
}

bool trans_CSNEG(struct tctx *s, const arg_csel *a)
{
    return select_rn(s, a, ir2(s->b, tc_op(IR_SUB64, a->sf),
                               ir_const(s->b, 0), tc_x(s, a->rm)));
}

/* --- two sources -------------------------------------------------------- */

static bool two_src(struct tctx *s, const arg_rrr_sf *a, enum ir_op op64)
{
    tc_set_x(s, a->rd, ir2(s->b, tc_op(op64, a->sf), tc_x(s, a->rn),
                           tc_x(s, a->rm)));
    return true;
}

bool trans_UDIV(struct tctx *s, const arg_rrr_sf *a)
{
    return two_src(s, a, IR_UDIV64);
}

bool trans_SDIV(struct tctx *s, const arg_rrr_sf *a)
{
    return two_src(s, a, IR_SDIV64);
}

bool trans_LSLV(struct tctx *s, const arg_rrr_sf *a)
{
    return two_src(s, a, IR_SHL64);
}

bool trans_LSRV(struct tctx *s, const arg_rrr_sf *a)
{
    return two_src(s, a, IR_SHR64);
}

bool trans_ASRV(struct tctx *s, const arg_rrr_sf *a)
{
    return two_src(s, a, IR_SAR64);
}

bool trans_RORV(struct tctx *s, const arg_rrr_sf *a)
{
    return two_src(s, a, IR_ROR64);
}

bool trans_CRC32(struct tctx *s, const arg_crc32 *a)
{
    tc_set_x(s, a->rd, tc_call(s, H_crc32, (u32)a->size, tc_x(s, a->rn),
                               tc_x(s, a->rm), 0));
    return true;
}

bool trans_CRC32C(struct tctx *s, const arg_crc32 *a)
{
    tc_set_x(s, a->rd, tc_call(s, H_crc32c, (u32)a->size, tc_x(s, a->rn),
                               tc_x(s, a->rm), 0));
    return true;
}

/* --- one source --------------------------------------------------------- */

/* Bits of a byte are reversed by swapping at these distances. */
static const struct {
    u8 n;     /* distance */
    u64 mask; /* the lower bit of each pair */
} rbit_step[3] = {
    { 1, 0x5555555555555555 },
    { 2, 0x3333333333333333 },
    { 4, 0x0f0f0f0f0f0f0f0f },
};

/* ((v >> n) & mask) | ((v & mask) << n) */
static ir_ref swap_pairs(struct tctx *s, int sf, ir_ref v, int n, u64 mask)
{
    ir_ref m = ir_const(s->b, sf ? mask : (u32)mask);
    ir_ref up = ir2(s->b, tc_op(IR_AND64, sf), v, m);
    ir_ref down = ir2(s->b, tc_op(IR_AND64, sf), tc_shift(s, sf, 1, v, n), m);

    return ir2(s->b, tc_op(IR_OR64, sf), down, tc_shift(s, sf, 0, up, n));
}

bool trans_RBIT(struct tctx *s, const arg_rr_sf *a)
{
    ir_ref v = tc_x(s, a->rn);

    for (size_t i = 0; i < ARRAY_SIZE(rbit_step); i++)
        v = swap_pairs(s, a->sf, v, rbit_step[i].n, rbit_step[i].mask);
    tc_set_x(s, a->rd, ir1(s->b, tc_op(IR_BSWAP64, a->sf), v));
    return true;
}

/* Operand of @v if it is `@op operand, constant @c`, else 0. */
static ir_ref match_const(const struct ir_block *b, ir_ref v, enum ir_op op,
                          u64 c)
{
    const struct ir_node *n = &b->node[v];
    u64 k;

    return n->op == op && ir_is_const(b, n->b, &k) && k == c ? n->a : 0;
}

/* What @v is the RBIT of, or 0. */
static ir_ref match_rbit(const struct ir_block *b, int sf, ir_ref v)
{
    if (b->node[v].op != tc_op(IR_BSWAP64, sf))
        return 0;
    v = b->node[v].a;
    for (int i = ARRAY_SIZE(rbit_step) - 1; v && i >= 0; i--) {
        u64 mask = sf ? rbit_step[i].mask : (u32)rbit_step[i].mask;
        const struct ir_node *n = &b->node[v];
        ir_ref down, up;

        if (n->op != tc_op(IR_OR64, sf))
            return 0;
        down = match_const(b, n->a, tc_op(IR_AND64, sf), mask);
        down = match_const(b, down, tc_op(IR_SHR64, sf), rbit_step[i].n);
        up = match_const(b, n->b, tc_op(IR_SHL64, sf), rbit_step[i].n);
        up = match_const(b, up, tc_op(IR_AND64, sf), mask);
        v = down == up ? down : 0;
    }
    return v;
}

bool trans_CLZ(struct tctx *s, const arg_rr_sf *a)
{
    enum ir_op sub = tc_op(IR_SUB64, a->sf);
    enum ir_op clz = tc_op(IR_CLZ64, a->sf);
    ir_ref x = tc_x(s, a->rn);
    ir_ref y = match_rbit(s->b, a->sf, x), v;

    if (y) { /* trailing zeros of y: ones of ~y & (y - 1) */
        v = ir2(s->b, sub, y, ir_const(s->b, 1));
        v = ir2(s->b, tc_op(IR_ANDN64, a->sf), v, y);
        v = ir2(s->b, sub, ir_const(s->b, a->sf ? 64 : 32),
                ir1(s->b, clz, v));
    } else {
        v = ir1(s->b, clz, x);
    }
    tc_set_x(s, a->rd, v);
    return true;
}

bool trans_CLS(struct tctx *s, const arg_rr_sf *a)
{
    ir_ref x = tc_x(s, a->rn), v;

    v = ir2(s->b, tc_op(IR_XOR64, a->sf), x, tc_shift(s, a->sf, 2, x, 1));
    v = ir1(s->b, tc_op(IR_CLZ64, a->sf), v);
    tc_set_x(s, a->rd, ir2(s->b, tc_op(IR_SUB64, a->sf), v,
                           ir_const(s->b, 1)));
    return true;
}

bool trans_REV16(struct tctx *s, const arg_rr_sf *a)
{
    tc_set_x(s, a->rd, swap_pairs(s, a->sf, tc_x(s, a->rn), 8,
                                  0x00ff00ff00ff00ff));
    return true;
}

bool trans_REV32(struct tctx *s, const arg_rr_sf *a)
{
    ir_ref v = ir1(s->b, tc_op(IR_BSWAP64, a->sf), tc_x(s, a->rn));

    if (a->sf) /* each word by itself */
        v = tc_shift(s, 1, 3, v, 32);
    tc_set_x(s, a->rd, v);
    return true;
}

bool trans_REV64(struct tctx *s, const arg_rr *a)
{
    tc_set_x(s, a->rd, ir1(s->b, IR_BSWAP64, tc_x(s, a->rn)));
    return true;
}

/* --- three sources ------------------------------------------------------ */

/* Rd := Ra +- @product; MUL and MNEG have Ra = ZR. */
static bool accumulate(struct tctx *s, int sf, int ra, int rd, bool sub,
                       ir_ref product)
{
    ir_ref v = product;

    if (sub || ra != 31)
        v = ir2(s->b, tc_op(sub ? IR_SUB64 : IR_ADD64, sf), tc_x(s, ra),
                product);
    tc_set_x(s, rd, v);
    return true;
}

bool trans_MADD(struct tctx *s, const arg_rrrr_sf *a)
{
    return accumulate(s, a->sf, a->ra, a->rd, false,
                      ir2(s->b, tc_op(IR_MUL64, a->sf), tc_x(s, a->rn),
                          tc_x(s, a->rm)));
}

bool trans_MSUB(struct tctx *s, const arg_rrrr_sf *a)
{
    return accumulate(s, a->sf, a->ra, a->rd, true,
                      ir2(s->b, tc_op(IR_MUL64, a->sf), tc_x(s, a->rn),
                          tc_x(s, a->rm)));
}

static bool mul_long(struct tctx *s, const arg_rrrr *a, enum ir_op ext,
                     bool sub)
{
    ir_ref x = ir1(s->b, ext, tc_x(s, a->rn));
    ir_ref y = ir1(s->b, ext, tc_x(s, a->rm));

    return accumulate(s, 1, a->ra, a->rd, sub, ir2(s->b, IR_MUL64, x, y));
}

bool trans_SMADDL(struct tctx *s, const arg_rrrr *a)
{
    return mul_long(s, a, IR_SXT32, false);
}

bool trans_SMSUBL(struct tctx *s, const arg_rrrr *a)
{
    return mul_long(s, a, IR_SXT32, true);
}

bool trans_UMADDL(struct tctx *s, const arg_rrrr *a)
{
    return mul_long(s, a, IR_ZXT32, false);
}

bool trans_UMSUBL(struct tctx *s, const arg_rrrr *a)
{
    return mul_long(s, a, IR_ZXT32, true);
}

bool trans_SMULH(struct tctx *s, const arg_rrr *a)
{
    tc_set_x(s, a->rd, ir2(s->b, IR_SMULH, tc_x(s, a->rn), tc_x(s, a->rm)));
    return true;
}

bool trans_UMULH(struct tctx *s, const arg_rrr *a)
{
    tc_set_x(s, a->rd, ir2(s->b, IR_UMULH, tc_x(s, a->rn), tc_x(s, a->rm)));
    return true;
}
