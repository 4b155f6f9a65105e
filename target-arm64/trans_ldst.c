/* SPDX-License-Identifier: MIT */
/*
 * trans_ldst.c - loads and stores of general and SIMD&FP registers: single
 * and pair, every addressing mode, literal, unprivileged, prefetch.
 * DDI 0487, "Loads and Stores". Exclusives, ordered accesses and atomics
 * are in trans_ldst_ex.c, structures in trans_simd_ldst.c.
 *
 * Displacements are folded into the memory node. Write-back comes after
 * every access (DESIGN D7). CONSTRAINED UNPREDICTABLE cases do as QEMU does:
 * a load with write-back to its own target leaves the new base; a store
 * with write-back of its own source stores the old value; a pair load to
 * one register leaves the first element if general, the second if SIMD&FP.
 */
#include "trans_int.h"

enum wback { WB_NONE, WB_PRE, WB_POST };

/* Base register and displacement of an access. */
struct addr {
    ir_ref base; /* value of Rn */
    s32 disp;    /* displacement of the access */
    ir_ref next; /* new value of Rn, 0 = no write-back */
};

static struct addr addr_imm(struct tctx *s, int rn, s32 imm, enum wback wb)
{
    struct addr d = { .base = tc_base(s, rn), .disp = imm };

    if (wb != WB_NONE)
        d.next = ir2(s->b, IR_ADD64, d.base, ir_const(s->b, (u64)(s64)imm));
    if (wb == WB_POST)
        d.disp = 0;
    return d;
}

static struct addr addr_reg(struct tctx *s, int rn, int rm, int option,
                            int shift)
{
    struct addr d = { .base = tc_base(s, rn) };
    ir_ref off = tc_extend(s, option, tc_x(s, rm));

    d.base = ir2(s->b, IR_ADD64, d.base, tc_shift(s, 1, 0, off, shift));
    return d;
}

static void write_back(struct tctx *s, int rn, const struct addr *d)
{
    if (d->next)
        tc_set_xsp(s, rn, d->next);
}

/* --- one general register ----------------------------------------------- */

/* Size and extension bits of the memory operation of an &ldst. */
static u32 ldst_memop(const struct tctx *s, int size, int sign, int w)
{
    return tc_memop(s, (unsigned)size) | (sign ? IR_M_SIGN : 0) |
           (w ? IR_M_SIGN32 : 0);
}

static bool load(struct tctx *s, u32 memop, int rn, int rt,
                 const struct addr *d)
{
    ir_ref v = ir1i(s->b, IR_LD, d->base, ir_mem_imm(memop, d->disp));

    tc_set_x(s, rt, v);
    write_back(s, rn, d);
    return true;
}

static bool store(struct tctx *s, u32 memop, int rn, int rt,
                  const struct addr *d)
{
    ir2i(s->b, IR_ST, d->base, tc_x(s, rt), ir_mem_imm(memop, d->disp));
    write_back(s, rn, d);
    return true;
}

static bool load_imm(struct tctx *s, const arg_ldst *a, s32 imm,
                     enum wback wb)
{
    struct addr d = addr_imm(s, a->rn, imm, wb);

    return load(s, ldst_memop(s, a->size, a->sign, a->w), a->rn, a->rt, &d);
}

static bool store_imm(struct tctx *s, const arg_ldst *a, s32 imm,
                      enum wback wb)
{
    struct addr d = addr_imm(s, a->rn, imm, wb);

    return store(s, tc_memop(s, (unsigned)a->size), a->rn, a->rt, &d);
}

bool trans_STR_imm(struct tctx *s, const arg_ldst *a)
{
    return store_imm(s, a, a->imm << a->size, WB_NONE);
}

bool trans_LDR_imm(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm << a->size, WB_NONE);
}

bool trans_LDRS_imm(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm << a->size, WB_NONE);
}

bool trans_STUR(struct tctx *s, const arg_ldst *a)
{
    return store_imm(s, a, a->imm, WB_NONE);
}

bool trans_LDUR(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm, WB_NONE);
}

bool trans_LDURS(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm, WB_NONE);
}

bool trans_STR_post(struct tctx *s, const arg_ldst *a)
{
    return store_imm(s, a, a->imm, WB_POST);
}

bool trans_LDR_post(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm, WB_POST);
}

bool trans_LDRS_post(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm, WB_POST);
}

bool trans_STR_pre(struct tctx *s, const arg_ldst *a)
{
    return store_imm(s, a, a->imm, WB_PRE);
}

bool trans_LDR_pre(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm, WB_PRE);
}

bool trans_LDRS_pre(struct tctx *s, const arg_ldst *a)
{
    return load_imm(s, a, a->imm, WB_PRE);
}

bool trans_STR_reg(struct tctx *s, const arg_ldst_reg *a)
{
    struct addr d = addr_reg(s, a->rn, a->rm, a->option,
                             a->s ? a->size : 0);

    return store(s, tc_memop(s, (unsigned)a->size), a->rn, a->rt, &d);
}

bool trans_LDR_reg(struct tctx *s, const arg_ldst_reg *a)
{
    struct addr d = addr_reg(s, a->rn, a->rm, a->option,
                             a->s ? a->size : 0);

    return load(s, ldst_memop(s, a->size, a->sign, a->w), a->rn, a->rt, &d);
}

bool trans_LDRS_reg(struct tctx *s, const arg_ldst_reg *a)
{
    return trans_LDR_reg(s, a);
}

/*
 * LDTR and STTR act as EL0 would, unless PSTATE.UAO is set; at EL0 they are
 * plain accesses.
 */
static u32 unpriv(const struct tctx *s)
{
    return tctx_el(s) == 1 && !(s->flags & TB_UAO) ? IR_M_UNPRIV : 0;
}

bool trans_STTR(struct tctx *s, const arg_ldst *a)
{
    struct addr d = addr_imm(s, a->rn, a->imm, WB_NONE);

    return store(s, tc_memop(s, (unsigned)a->size) | unpriv(s), a->rn, a->rt,
                 &d);
}

bool trans_LDTR(struct tctx *s, const arg_ldst *a)
{
    struct addr d = addr_imm(s, a->rn, a->imm, WB_NONE);

    return load(s, ldst_memop(s, a->size, a->sign, a->w) | unpriv(s), a->rn,
                a->rt, &d);
}

bool trans_LDTRS(struct tctx *s, const arg_ldst *a)
{
    return trans_LDTR(s, a);
}

/* --- literal, prefetch -------------------------------------------------- */

bool trans_LDR_lit(struct tctx *s, const arg_ldlit *a)
{
    struct addr d = { .base = ir_const(s->b, s->pc + (u64)(s64)a->imm) };

    return load(s, ldst_memop(s, a->size, a->sign, 0), 31, a->rt, &d);
}

bool trans_LDR_lit_v(struct tctx *s, const arg_ldlit_v *a)
{
    if (!tc_fp_check(s))
        return true;
    tc_set_v(s, a->rt,
             ir1i(s->b, IR_LDV, ir_const(s->b, s->pc + (u64)(s64)a->imm),
                  ir_mem_imm(tc_memop(s, (unsigned)a->size), 0)));
    return true;
}

/* Prefetches are hints: no access, no fault, no SP alignment check. */
bool trans_PRFM_lit(struct tctx *s, const arg_ldlit *a)
{
    (void)s;
    (void)a;
    return true;
}

bool trans_PRFM_imm(struct tctx *s, const arg_ldst *a)
{
    (void)s;
    (void)a;
    return true;
}

bool trans_PRFM_reg(struct tctx *s, const arg_ldst_reg *a)
{
    (void)s;
    (void)a;
    return true;
}

/* --- pairs of general registers ----------------------------------------- */

static bool load_pair(struct tctx *s, const arg_ldstp *a, u32 sign,
                      enum wback wb)
{
    unsigned size = a->sf ? 3 : 2;
    struct addr d = addr_imm(s, a->rn, a->imm * (1 << size), wb);
    ir_ref lo = ir1i(s->b, IR_LDP, d.base,
                     ir_mem_imm(tc_memop(s, size) | sign, d.disp));
    ir_ref hi = ir1(s->b, IR_HI, lo);

    tc_set_x(s, a->rt2, hi);
    tc_set_x(s, a->rt, lo);
    write_back(s, a->rn, &d);
    return true;
}

static bool store_pair(struct tctx *s, const arg_ldstp *a, enum wback wb)
{
    unsigned size = a->sf ? 3 : 2;
    struct addr d = addr_imm(s, a->rn, a->imm * (1 << size), wb);

    ir3i(s->b, IR_STP, d.base, tc_x(s, a->rt), tc_x(s, a->rt2),
         ir_mem_imm(tc_memop(s, size), d.disp));
    write_back(s, a->rn, &d);
    return true;
}

bool trans_STP_off(struct tctx *s, const arg_ldstp *a)
{
    return store_pair(s, a, WB_NONE);
}

bool trans_STP_post(struct tctx *s, const arg_ldstp *a)
{
    return store_pair(s, a, WB_POST);
}

bool trans_STP_pre(struct tctx *s, const arg_ldstp *a)
{
    return store_pair(s, a, WB_PRE);
}

bool trans_LDP_off(struct tctx *s, const arg_ldstp *a)
{
    return load_pair(s, a, 0, WB_NONE);
}

bool trans_LDP_post(struct tctx *s, const arg_ldstp *a)
{
    return load_pair(s, a, 0, WB_POST);
}

bool trans_LDP_pre(struct tctx *s, const arg_ldstp *a)
{
    return load_pair(s, a, 0, WB_PRE);
}

bool trans_LDPSW_off(struct tctx *s, const arg_ldstp *a)
{
    return load_pair(s, a, IR_M_SIGN, WB_NONE);
}

bool trans_LDPSW_post(struct tctx *s, const arg_ldstp *a)
{
    return load_pair(s, a, IR_M_SIGN, WB_POST);
}

bool trans_LDPSW_pre(struct tctx *s, const arg_ldstp *a)
{
    return load_pair(s, a, IR_M_SIGN, WB_PRE);
}

/* --- one SIMD&FP register ----------------------------------------------- */

static bool load_v(struct tctx *s, int size, int rn, int rt,
                   const struct addr *d)
{
    tc_set_v(s, rt,
             ir1i(s->b, IR_LDV, d->base,
                  ir_mem_imm(tc_memop(s, (unsigned)size), d->disp)));
    write_back(s, rn, d);
    return true;
}

static bool store_v(struct tctx *s, int size, int rn, int rt,
                    const struct addr *d)
{
    ir2i(s->b, IR_STV, d->base, tc_v(s, rt),
         ir_mem_imm(tc_memop(s, (unsigned)size), d->disp));
    write_back(s, rn, d);
    return true;
}

static bool load_v_imm(struct tctx *s, const arg_ldst_v *a, s32 imm,
                       enum wback wb)
{
    struct addr d;

    if (!tc_fp_check(s))
        return true;
    d = addr_imm(s, a->rn, imm, wb);
    return load_v(s, a->size, a->rn, a->rt, &d);
}

static bool store_v_imm(struct tctx *s, const arg_ldst_v *a, s32 imm,
                        enum wback wb)
{
    struct addr d;

    if (!tc_fp_check(s))
        return true;
    d = addr_imm(s, a->rn, imm, wb);
    return store_v(s, a->size, a->rn, a->rt, &d);
}

bool trans_STR_imm_v(struct tctx *s, const arg_ldst_v *a)
{
    return store_v_imm(s, a, a->imm << a->size, WB_NONE);
}

bool trans_LDR_imm_v(struct tctx *s, const arg_ldst_v *a)
{
    return load_v_imm(s, a, a->imm << a->size, WB_NONE);
}

bool trans_STUR_v(struct tctx *s, const arg_ldst_v *a)
{
    return store_v_imm(s, a, a->imm, WB_NONE);
}

bool trans_LDUR_v(struct tctx *s, const arg_ldst_v *a)
{
    return load_v_imm(s, a, a->imm, WB_NONE);
}

bool trans_STR_post_v(struct tctx *s, const arg_ldst_v *a)
{
    return store_v_imm(s, a, a->imm, WB_POST);
}

bool trans_LDR_post_v(struct tctx *s, const arg_ldst_v *a)
{
    return load_v_imm(s, a, a->imm, WB_POST);
}

bool trans_STR_pre_v(struct tctx *s, const arg_ldst_v *a)
{
    return store_v_imm(s, a, a->imm, WB_PRE);
}

bool trans_LDR_pre_v(struct tctx *s, const arg_ldst_v *a)
{
    return load_v_imm(s, a, a->imm, WB_PRE);
}

bool trans_STR_reg_v(struct tctx *s, const arg_ldst_reg_v *a)
{
    struct addr d;

    if (!tc_fp_check(s))
        return true;
    d = addr_reg(s, a->rn, a->rm, a->option, a->s ? a->size : 0);
    return store_v(s, a->size, a->rn, a->rt, &d);
}

bool trans_LDR_reg_v(struct tctx *s, const arg_ldst_reg_v *a)
{
    struct addr d;

    if (!tc_fp_check(s))
        return true;
    d = addr_reg(s, a->rn, a->rm, a->option, a->s ? a->size : 0);
    return load_v(s, a->size, a->rn, a->rt, &d);
}

/* --- pairs of SIMD&FP registers ----------------------------------------- */

static bool load_pair_v(struct tctx *s, const arg_ldstp_v *a, enum wback wb)
{
    struct addr d;
    ir_ref lo, hi;

    if (!tc_fp_check(s))
        return true;
    d = addr_imm(s, a->rn, a->imm * (1 << a->size), wb);
    lo = ir1i(s->b, IR_LDVP, d.base,
              ir_mem_imm(tc_memop(s, (unsigned)a->size), d.disp));
    hi = ir1(s->b, IR_HIV, lo);
    tc_set_v(s, a->rt, lo);
    tc_set_v(s, a->rt2, hi);
    write_back(s, a->rn, &d);
    return true;
}

static bool store_pair_v(struct tctx *s, const arg_ldstp_v *a, enum wback wb)
{
    struct addr d;

    if (!tc_fp_check(s))
        return true;
    d = addr_imm(s, a->rn, a->imm * (1 << a->size), wb);
    ir3i(s->b, IR_STVP, d.base, tc_v(s, a->rt), tc_v(s, a->rt2),
         ir_mem_imm(tc_memop(s, (unsigned)a->size), d.disp));
    write_back(s, a->rn, &d);
    return true;
}

bool trans_STP_off_v(struct tctx *s, const arg_ldstp_v *a)
{
    return store_pair_v(s, a, WB_NONE);
}

bool trans_STP_post_v(struct tctx *s, const arg_ldstp_v *a)
{
    return store_pair_v(s, a, WB_POST);
}

bool trans_STP_pre_v(struct tctx *s, const arg_ldstp_v *a)
{
    return store_pair_v(s, a, WB_PRE);
}

bool trans_LDP_off_v(struct tctx *s, const arg_ldstp_v *a)
{
    return load_pair_v(s, a, WB_NONE);
}

bool trans_LDP_post_v(struct tctx *s, const arg_ldstp_v *a)
{
    return load_pair_v(s, a, WB_POST);
}

bool trans_LDP_pre_v(struct tctx *s, const arg_ldstp_v *a)
{
    return load_pair_v(s, a, WB_PRE);
}
