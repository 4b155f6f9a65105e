/* SPDX-License-Identifier: MIT */
/*
 * verify.c - is a block well formed? Checks what translators and passes must
 * keep and back ends rely on (ir.h): operand types and order, immediates in
 * range, HI right after its pair, INSN first, one terminal and that last, and
 * that STENV and LDENV leave the register slots and NZCV alone, which a back
 * end may hold elsewhere.
 *
 * The order of faults and writes within an instruction is checked too: after
 * the first SETREG, SETVEC, SETF or STENV of an instruction no node may fault.
 */
#include "bits.h"
#include "ir_impl.h"

#include <glib.h>

static bool fits(u64 v, u64 max)
{
    return v <= max;
}

/* Do [a, a + n) and [b, b + m) meet? */
static bool overlap(u64 a, u64 n, u64 b, u64 m)
{
    return a < b + m && b < a + n;
}

static const char *check_env(const struct ir_layout *l, u64 imm)
{
    u64 off = (u32)imm, size = imm >> 32;

    if (size != 1 && size != 2 && size != 4 && size != 8)
        return "size of a state field";
    if (overlap(off, size, l->reg_off, 8ull * l->n_regs) ||
        overlap(off, size, l->vec_off, 16ull * l->n_vecs) ||
        overlap(off, size, l->nzcv_off, 2))
        return "state field overlaps a register";
    return NULL;
}

static const char *check_mem(const struct ir_node *n)
{
    u32 memop = (u32)n->imm, size = memop & IR_M_SIZE;
    bool is_vec = n->op >= IR_LDV && n->op <= IR_STVP;

    if (memop & ~(0x3ffu | IR_M_ELEM | IR_M_WITHIN16) ||
        (memop & IR_M_ELEM & ((memop & IR_M_ELEM) - 1)))
        return "memory operation bits";
    if ((memop & IR_M_WITHIN16) &&
        (memop & (IR_M_ALIGN | IR_M_ATOMIC)) != (IR_M_ALIGN | IR_M_ATOMIC))
        return "WITHIN16 without ALIGN and ATOMIC";
    if (n->op != IR_PROBE && size > (is_vec ? 4u : 3u))
        return "size of a memory access";
    if ((memop & (IR_M_SIGN | IR_M_SIGN32)) && n->op != IR_LD &&
        n->op != IR_LDP)
        return "sign extension of what is no integer load";
    return NULL;
}

static const char *check_field(const struct ir_node *n)
{
    unsigned pos = ir_field_pos(n->imm), len = ir_field_len(n->imm);

    if (n->imm >> 16 || len < 1 || pos + len > 64)
        return "bit field";
    return NULL;
}

static const char *check_imm(const struct ir_block *b,
                             const struct ir_node *n)
{
    const struct ir_layout *l = b->layout;
    u64 imm = n->imm;
    bool ok = true;

    switch ((enum ir_imm_kind)ir_imm_kind[n->op]) {
    case IMM_NONE: ok = imm == 0; break;
    case IMM_VALUE: break;
    case IMM_REG: ok = imm < l->n_regs; break;
    case IMM_VEC: ok = imm < l->n_vecs; break;
    case IMM_ENV: return check_env(l, imm);
    case IMM_MEM: return check_mem(n);
    case IMM_HELPER:
        ok = ir_imm_helper(imm) < l->n_helpers && !(imm & 0xffff0000) &&
             l->helper[ir_imm_helper(imm)].fn;
        break;
    case IMM_FIELD: return check_field(n);
    case IMM_COUNT: ok = fits(imm, n->op == IR_EXTR64 ? 63 : 31); break;
    case IMM_NZCV: ok = fits(imm, 15); break;
    case IMM_COND: ok = fits(imm, 13); break;
    case IMM_INV: ok = !(imm & ~(u64)IR_COND_INV); break;
    case IMM_BIT: ok = !(imm & ~(u64)(IR_COND_INV | 63)); break;
    case IMM_BYTES: ok = is_pow2(imm) && fits(imm, 8); break;
    case IMM_ES: ok = fits(imm, 3); break;
    case IMM_LANE:
        ok = !(imm & ~0xf03ull) && (imm >> 8) << (imm & 3) < 16;
        break;
    case IMM_IND:
        ok = fits(imm & 0xff, IR_IND_RET) && fits(imm >> 8, 3);
        break;
    }
    return ok ? NULL : "immediate";
}

/* Operands that may be absent: those of CALL, and what ir_ops.def says. */
static bool is_optional(const struct ir_node *n, unsigned k)
{
    switch (n->op) {
    case IR_CALL:
    case IR_CALLV:
    case IR_CALLIV:
    case IR_CALLVI: return true;
    case IR_PROBE: return k == 1;
    case IR_ADDF64:
    case IR_ADDF32:
    case IR_SUBF64:
    case IR_SUBF32: return k == 2;
    default: return false;
    }
}

static const char *check_operands(const struct ir_block *b, u32 i)
{
    const struct ir_node *n = &b->node[i];
    const ir_ref arg[3] = { n->a, n->b, n->c };
    unsigned k, type;

    for (k = 0; k < 3; k++) {
        type = ir_op_info[n->op].arg[k];
        /* PROBE has an operand b that the table of types does not name. */
        if (n->op == IR_PROBE && k == 1 && arg[k]) {
            if (arg[k] >= i || b->node[arg[k]].op != IR_CONST)
                return "length of a PROBE is no constant before it";
            continue;
        }
        if (!arg[k]) {
            if (type != IR_T_N && !is_optional(n, k))
                return "operand is missing";
            continue;
        }
        if (type == IR_T_N)
            return "operand too many";
        if (arg[k] >= i)
            return "operand comes after its use";
        if (ir_op_info[b->node[arg[k]].op].result != type)
            return "operand of a wrong type";
    }
    return NULL;
}

/* Where we are within a guest instruction. */
struct place {
    u32 n_insns;     /* INSN nodes so far */
    bool has_written; /* the instruction has written guest state */
};

static const char *check_order(const struct ir_block *b, u32 i,
                               struct place *p)
{
    const struct ir_node *n = &b->node[i];

    switch (n->op) {
    case IR_INSN:
        p->n_insns++;
        p->has_written = false;
        return NULL;
    case IR_SETREG:
    case IR_SETVEC:
    case IR_SETF: p->has_written = true; break;
    case IR_STENV: /* the pc is set anew when an instruction fails */
        if ((u32)n->imm != b->layout->pc_off)
            p->has_written = true;
        break;
    case IR_HI:
    case IR_HIV:
        if (n->a != i - 1 ||
            b->node[n->a].op != (n->op == IR_HI ? IR_LDP : IR_LDVP))
            return "second half does not follow its pair";
        break;
    default: break;
    }
    if (!p->n_insns && n->op != IR_CONST && n->op != IR_VCONST)
        return "node before the first INSN";
    if (p->has_written && ir_may_fault(b, n))
        return "may fault after the instruction wrote guest state";
    return NULL;
}

static const char *check_node(const struct ir_block *b, u32 i,
                              struct place *p)
{
    const struct ir_node *n = &b->node[i];
    const char *reason;

    if (n->op >= IR_OP_COUNT)
        return "no such operation";
    if (n->op == IR_NOP)
        return NULL;
    reason = check_imm(b, n);
    if (!reason)
        reason = check_operands(b, i);
    if (!reason)
        reason = check_order(b, i, p);
    if (!reason && !(ir_op_info[n->op].flags & IR_F_TERM) != (i != b->n - 1))
        reason = "the terminal is not the last node";
    return reason;
}

char *ir_verify(const struct ir_block *b)
{
    struct place p = { 0, false };
    const char *reason;
    u32 i;

    if (b->n < 2 || b->n > IR_MAX_NODES)
        return g_strdup("number of nodes");
    if (!(ir_op_info[b->node[b->n - 1].op].flags & IR_F_TERM))
        return g_strdup("no terminal");
    for (i = 1; i < b->n; i++) {
        reason = check_node(b, i, &p);
        if (reason)
            return g_strdup_printf("node %u (%s): %s", i,
                                   b->node[i].op < IR_OP_COUNT
                                       ? ir_op_info[b->node[i].op].name
                                       : "?",
                                   reason);
    }
    if (p.n_insns != b->n_insns)
        return g_strdup("number of instructions");
    return NULL;
}
