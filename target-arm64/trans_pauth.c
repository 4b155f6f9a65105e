/* SPDX-License-Identifier: MIT */
/*
 * trans_pauth.c - pointer authentication: PAC*, AUT*, XPAC*, PACGA, branches
 * and loads that authenticate (FEAT_PAuth). help_pauth.c computes.
 */
#include "a64sys.h"
#include "help_int.h"
#include "trans_int.h"

/* Without an enabled key pointers stay as they are. */
static bool is_off(const struct tctx *s)
{
    return !(s->flags & TB_PAUTH);
}

/* AUT* of @ptr; a pointer that fails is spoiled and faults when used. */
static ir_ref authenticate(struct tctx *s, u32 key, ir_ref ptr,
                           ir_ref modifier)
{
    return is_off(s) ? ptr : tc_call(s, H_pac_auth, key, ptr, modifier, 0);
}

static bool on_reg(struct tctx *s, const arg_pac *a, enum a64_helper h,
                   u32 key)
{
    ir_ref modifier = a->z ? ir_const(s->b, 0) : tc_xsp(s, a->rn);

    if (is_off(s))
        return true;
    tc_set_x(s, a->rd, tc_call(s, h, key, tc_x(s, a->rd), modifier, 0));
    return true;
}

bool trans_PACIA(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_add, PAC_IA);
}

bool trans_PACIB(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_add, PAC_IB);
}

bool trans_PACDA(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_add, PAC_DA);
}

bool trans_PACDB(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_add, PAC_DB);
}

bool trans_AUTIA(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_auth, PAC_IA);
}

bool trans_AUTIB(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_auth, PAC_IB);
}

bool trans_AUTDA(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_auth, PAC_DA);
}

bool trans_AUTDB(struct tctx *s, const arg_pac *a)
{
    return on_reg(s, a, H_pac_auth, PAC_DB);
}

bool trans_XPACI(struct tctx *s, const arg_rd *a)
{
    tc_set_x(s, a->rd,
             tc_call(s, H_pac_strip, 0, tc_x(s, a->rd), 0, 0));
    return true;
}

bool trans_XPACD(struct tctx *s, const arg_rd *a)
{
    tc_set_x(s, a->rd,
             tc_call(s, H_pac_strip, 1, tc_x(s, a->rd), 0, 0));
    return true;
}

bool trans_PACGA(struct tctx *s, const arg_rrr *a)
{
    tc_set_x(s, a->rd, tc_call(s, H_pac_generic, 0, tc_x(s, a->rn),
                               tc_xsp(s, a->rm), 0));
    return true;
}

/* --- branches ----------------------------------------------------------- */

static bool branch_auth(struct tctx *s, u32 key, int rn, ir_ref modifier,
                        enum ir_ind kind)
{
    ir_ref target = authenticate(s, key, tc_x(s, rn), modifier);

    target = tc_branch_addr(s, target);
    if (kind == IR_IND_CALL)
        tc_set_x(s, 30, ir_const(s->b, s->pc + 4));
    return tc_indirect(s, rn, target, kind);
}

/* BRAA, BRAB with a modifier register, BRAAZ, BRABZ without. */
static ir_ref bra_modifier(struct tctx *s, const arg_bra *a)
{
    return a->z ? tc_xsp(s, a->rm) : ir_const(s->b, 0);
}

bool trans_BRA(struct tctx *s, const arg_bra *a)
{
    return branch_auth(s, a->m ? PAC_IB : PAC_IA, a->rn, bra_modifier(s, a),
                       IR_IND_JUMP);
}

bool trans_BLRA(struct tctx *s, const arg_bra *a)
{
    return branch_auth(s, a->m ? PAC_IB : PAC_IA, a->rn, bra_modifier(s, a),
                       IR_IND_CALL);
}

bool trans_RETA(struct tctx *s, const arg_m *a)
{
    return branch_auth(s, a->m ? PAC_IB : PAC_IA, 30, tc_xsp(s, 31),
                       IR_IND_RET);
}

bool trans_ERETA(struct tctx *s, const arg_m *a)
{
    if (tctx_el(s) == 0)
        return false;
    return tc_eret(s, authenticate(s, a->m ? PAC_IB : PAC_IA,
                                   TC_LDENV(s, elr[1]), tc_xsp(s, 31)));
}

/* --- loads -------------------------------------------------------------- */

bool trans_LDRA(struct tctx *s, const arg_ldra *a)
{
    s32 disp = (s32)sext64((u64)a->s << 9 | (u64)a->imm, 10) * 8;
    ir_ref base = authenticate(s, a->m ? PAC_DB : PAC_DA, tc_base(s, a->rn),
                               ir_const(s->b, 0));
    ir_ref v = ir1i(s->b, IR_LD, base, ir_mem_imm(tc_memop(s, 3), disp));

    tc_set_x(s, a->rt, v);
    if (a->w)
        tc_set_xsp(s, a->rn, ir2(s->b, IR_ADD64, base,
                                 ir_const(s->b, (u64)(s64)disp)));
    return true;
}
