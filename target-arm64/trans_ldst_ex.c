/* SPDX-License-Identifier: MIT */
/*
 * trans_ldst_ex.c - ordered, exclusive and atomic accesses: LDAR, STLR,
 * LDAPR, LDXR, STXR and their pairs, CLREX, CAS, CASP, SWP, LDADD and the
 * other LSE operations. DDI 0487, "Loads and Stores".
 *
 * One host thread runs every CPU and nothing comes between the nodes of one
 * instruction, so an atomic operation is a load that also checks for write
 * permission, arithmetic, and a store which can then not fail: no helper.
 * All of these fault when they are not aligned to their whole size; with
 * FEAT_LSE2, when they cross a multiple of 16. CAS stores the old value when
 * the comparison fails, which the architecture permits.
 *
 * The exclusive monitor is {armed, physical address, size} (DESIGN, "fine
 * print"); help_int.c has its rules.
 */
#include "help_int.h"
#include "trans_int.h"

/*
 * Memory operation of @size that is exclusive or atomic. With FEAT_LSE2 it
 * may be unaligned within 16 bytes, unless SCTLR.A is set or the memory is
 * Device (DDI 0487, "AArch64.UnalignedAccessFaults").
 */
static u32 atomic_memop(const struct tctx *s, int size)
{
    u32 m = tc_memop(s, (unsigned)size) | IR_M_ATOMIC;

    if (tctx_has(s, A64_FEAT_LSE2) && !(m & IR_M_ALIGN))
        m |= IR_M_WITHIN16;
    return m | IR_M_ALIGN;
}

/* The same for accesses that are only ordered: SCTLR.nAA is for them. */
static u32 ordered_memop(const struct tctx *s, int size)
{
    u32 m = atomic_memop(s, size);

    if ((m & IR_M_WITHIN16) && (s->flags & TB_NAA))
        m &= ~(u32)(IR_M_WITHIN16 | IR_M_ALIGN);
    return m;
}

/* --- ordered ------------------------------------------------------------ */

bool trans_LDAR(struct tctx *s, const arg_ldar *a)
{
    tc_set_x(s, a->rt, ir1i(s->b, IR_LD, tc_base(s, a->rn),
                            ir_mem_imm(ordered_memop(s, a->size), 0)));
    return true;
}

bool trans_LDLAR(struct tctx *s, const arg_ldar *a)
{
    return trans_LDAR(s, a);
}

bool trans_LDAPR(struct tctx *s, const arg_ldar *a)
{
    return trans_LDAR(s, a);
}

bool trans_STLR(struct tctx *s, const arg_ldar *a)
{
    ir_ref base = tc_base(s, a->rn);

    ir2i(s->b, IR_ST, base, tc_x(s, a->rt),
         ir_mem_imm(ordered_memop(s, a->size), 0));
    return true;
}

bool trans_STLLR(struct tctx *s, const arg_ldar *a)
{
    return trans_STLR(s, a);
}

static u64 unscaled_mem(const struct tctx *s, const arg_ldst *a)
{
    u32 m = ordered_memop(s, a->size);

    if (a->sign)
        m |= a->w ? IR_M_SIGN | IR_M_SIGN32 : IR_M_SIGN;
    return ir_mem_imm(m, a->imm);
}

bool trans_LDAPUR(struct tctx *s, const arg_ldst *a)
{
    tc_set_x(s, a->rt, ir1i(s->b, IR_LD, tc_base(s, a->rn),
                            unscaled_mem(s, a)));
    return true;
}

bool trans_LDAPURS(struct tctx *s, const arg_ldst *a)
{
    return trans_LDAPUR(s, a);
}

bool trans_STLUR(struct tctx *s, const arg_ldst *a)
{
    ir_ref base = tc_base(s, a->rn);

    ir2i(s->b, IR_ST, base, tc_x(s, a->rt), unscaled_mem(s, a));
    return true;
}

/* --- exclusive ---------------------------------------------------------- */

bool trans_LDXR(struct tctx *s, const arg_excl *a)
{
    ir_ref base = tc_base(s, a->rn);

    tc_set_x(s, a->rt, ir_call(s->b, IR_LDX, H_excl_load,
                               atomic_memop(s, a->size), base, 0, 0));
    return true;
}

bool trans_LDXP(struct tctx *s, const arg_excl *a)
{
    ir_ref base = tc_base(s, a->rn);
    ir_ref lo = ir1i(s->b, IR_LDP, base,
                     ir_mem_imm(atomic_memop(s, a->size), 0));
    ir_ref hi = ir1(s->b, IR_HI, lo);

    tc_call(s, H_excl_mark, 2u << a->size, base, 0, 0);
    tc_set_x(s, a->rt, lo);
    tc_set_x(s, a->rt2, hi);
    return true;
}

bool trans_STXR(struct tctx *s, const arg_excl *a)
{
    ir_ref base = tc_base(s, a->rn);

    tc_set_x(s, a->rs, ir_call(s->b, IR_STX, H_excl_store,
                               atomic_memop(s, a->size), base,
                               tc_x(s, a->rt), 0));
    return true;
}

bool trans_STXP(struct tctx *s, const arg_excl *a)
{
    ir_ref base = tc_base(s, a->rn);

    tc_set_x(s, a->rs,
             tc_call(s, H_excl_store, atomic_memop(s, a->size) | EXCL_PAIR,
                     base, tc_x(s, a->rt), tc_x(s, a->rt2)));
    return true;
}

bool trans_CLREX(struct tctx *s, const arg_crm *a)
{
    (void)a;
    TC_STENV(s, excl_armed, ir_const(s->b, 0));
    return true;
}

/* --- compare and swap --------------------------------------------------- */

/* @v's low 1 << @size bytes, zero- or sign-extended. */
static ir_ref narrow(struct tctx *s, int size, bool sign, ir_ref v)
{
    return size == 3 ? v : tc_extend(s, size + (sign ? 4 : 0), v);
}

bool trans_CAS(struct tctx *s, const arg_atomic *a)
{
    u64 mem = ir_mem_imm(atomic_memop(s, a->size), 0);
    ir_ref base = tc_base(s, a->rn);
    ir_ref expect = narrow(s, a->size, false, tc_x(s, a->rs));
    ir_ref fresh = tc_x(s, a->rt);
    ir_ref old = ir1i(s->b, IR_LD, base, mem | IR_M_FOR_WRITE);
    ir_ref same = ir2(s->b, IR_EQ64, old, expect);

    ir2i(s->b, IR_ST, base, ir3(s->b, IR_SELECT, same, fresh, old), mem);
    tc_set_x(s, a->rs, old);
    return true;
}

bool trans_CASP(struct tctx *s, const arg_atomic *a)
{
    /* Rt and Rs are even, so 31 can only be the second of a pair. */
    enum ir_op xor = tc_op(IR_XOR64, a->size == 3);
    u64 mem = ir_mem_imm(atomic_memop(s, a->size), 0);
    ir_ref base = tc_base(s, a->rn);
    ir_ref lo = ir1i(s->b, IR_LDP, base, mem | IR_M_FOR_WRITE);
    ir_ref hi = ir1(s->b, IR_HI, lo);
    ir_ref diff = ir2(s->b, IR_OR64,
                      ir2(s->b, xor, lo, tc_x(s, a->rs)),
                      ir2(s->b, xor, hi, tc_x(s, a->rs + 1)));
    ir_ref same = ir1(s->b, IR_ISZERO64, diff);
    ir_ref new_lo = ir3(s->b, IR_SELECT, same, tc_x(s, a->rt), lo);
    ir_ref new_hi = ir3(s->b, IR_SELECT, same, tc_x(s, a->rt + 1), hi);

    ir3i(s->b, IR_STP, base, new_lo, new_hi, mem);
    tc_set_x(s, a->rs, lo);
    tc_set_x(s, a->rs + 1, hi);
    return true;
}

/* --- read, modify, write ------------------------------------------------ */

enum rmw { RMW_SWP, RMW_ADD, RMW_CLR, RMW_EOR, RMW_SET, RMW_SMAX, RMW_SMIN,
           RMW_UMAX, RMW_UMIN };

/* The greater (or lesser) of memory's @old and @x, at the element's size. */
static ir_ref extremum(struct tctx *s, int size, bool sign, bool max,
                       ir_ref old, ir_ref x)
{
    ir_ref c;

    if (sign)
        old = narrow(s, size, true, old);
    x = narrow(s, size, sign, x);
    c = ir2(s->b, sign ? IR_SLT64 : IR_ULT64, old, x);
    return ir3(s->b, IR_SELECT, c, max ? x : old, max ? old : x);
}

static ir_ref rmw_value(struct tctx *s, int size, enum rmw kind, ir_ref old,
                        ir_ref x)
{
    switch (kind) {
    case RMW_SWP:
        return x;
    case RMW_ADD:
        return ir2(s->b, IR_ADD64, old, x);
    case RMW_CLR:
        return ir2(s->b, IR_ANDN64, old, x);
    case RMW_EOR:
        return ir2(s->b, IR_XOR64, old, x);
    case RMW_SET:
        return ir2(s->b, IR_OR64, old, x);
    case RMW_SMAX:
    case RMW_SMIN:
        return extremum(s, size, true, kind == RMW_SMAX, old, x);
    case RMW_UMAX:
    case RMW_UMIN:
        return extremum(s, size, false, kind == RMW_UMAX, old, x);
    }
    bug("rmw kind %d", (int)kind);
}

/* Rt := memory; memory := f(memory, Rs), whose bits above are not stored. */
static bool rmw(struct tctx *s, const arg_atomic *a, enum rmw kind)
{
    u64 mem = ir_mem_imm(atomic_memop(s, a->size), 0);
    ir_ref base = tc_base(s, a->rn);
    ir_ref x = tc_x(s, a->rs);
    ir_ref old = ir1i(s->b, IR_LD, base, mem | IR_M_FOR_WRITE);

    ir2i(s->b, IR_ST, base, rmw_value(s, a->size, kind, old, x), mem);
    tc_set_x(s, a->rt, old);
    return true;
}

bool trans_SWP(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_SWP);
}

bool trans_LDADD(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_ADD);
}

bool trans_LDCLR(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_CLR);
}

bool trans_LDEOR(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_EOR);
}

bool trans_LDSET(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_SET);
}

bool trans_LDSMAX(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_SMAX);
}

bool trans_LDSMIN(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_SMIN);
}

bool trans_LDUMAX(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_UMAX);
}

bool trans_LDUMIN(struct tctx *s, const arg_atomic *a)
{
    return rmw(s, a, RMW_UMIN);
}
