/* SPDX-License-Identifier: MIT */
/*
 * emit_call.c - calls of the guest's C helpers (System V ABI).
 *
 * A call saves only what it must: values in caller-saved registers that are
 * needed later, and the guest registers that the helper's flags say it reads.
 * Guest registers in callee-saved host registers stay there, dirty.
 */
#include "x64.h"

#define OFF_VTMP(e, i) (HOST(e, vtmp) + (i) * 16)

/* Everything the helper may look at or change goes home. */
static void sync_state(struct emitter *e, u32 flags)
{
    if (flags & (HF_READ_REGS | HF_WRITE_REGS))
        ra_writeback(e, CLS_GPR);
    if (flags & (HF_READ_VECS | HF_WRITE_VECS))
        ra_writeback(e, CLS_XMM);
    if (flags & (HF_READ_FLAGS | HF_TIME))
        fl_writeback(e);
    fl_clobber(e);
    if (flags & HF_WRITE_FLAGS)
        fl_invalidate(e);
    if (flags & HF_WRITE_REGS)
        ra_invalidate(e, CLS_GPR);
    if (flags & HF_WRITE_VECS)
        ra_invalidate(e, CLS_XMM);
}

static void call_abs(struct emitter *e, const void *fn)
{
    s64 rel = (const u8 *)fn - (a_here(&e->a) + 5);

    if (rel >= INT32_MIN && rel <= INT32_MAX) {
        a_byte(&e->a, 0xe8);
        a_u32(&e->a, (u32)rel);
    } else {
        a_mov_imm(&e->a, RAX, (u64)(uintptr_t)fn);
        a_rr(&e->a, false, 0xff, 2, RAX);
    }
}

/* Integer argument @v into ABI register @reg. */
static void arg_int(struct emitter *e, unsigned reg, ir_ref v)
{
    u64 imm;

    if (!v)
        return;
    if (ir_is_const(e->b, v, &imm))
        a_mov_imm(&e->a, reg, imm);
    else
        a_mov(&e->a, reg, ra_use(e, v, CLS_GPR));
}

/* Address of vector argument @v (number @i) into ABI register @reg. */
static void arg_vec(struct emitter *e, unsigned reg, ir_ref v, int i)
{
    s32 off = OFF_VTMP(e, i);

    if (!v)
        return;
    if (e->val[v].home != NO_SLOT)
        off = ra_home(e, CLS_XMM, e->val[v].home);
    else
        a_rm(&e->a, false, M_0F | 0x29, ra_use(e, v, CLS_XMM), R15, off);
    a_rm(&e->a, true, OP_LEA, reg, R15, off);
}

/*
 * Arguments must be in registers before caller-saved values are saved: loads
 * may evict. RDX and RCX never hold values, so moving the arguments that go
 * there first leaves RSI as the only possible conflict, and it comes last.
 */
static void use_args(struct emitter *e, struct ir_node *n,
                     const struct ir_op_info *info)
{
    const ir_ref arg[3] = { n->a, n->b, n->c };

    for (int i = 0; i < 3; i++) {
        if (!arg[i] || e->b->node[arg[i]].op == IR_CONST)
            continue;
        if (info->arg[i] == IR_T_I)
            ra_use(e, arg[i], CLS_GPR);
        else if (info->arg[i] == IR_T_V &&
                 e->val[arg[i]].home == NO_SLOT)
            ra_use(e, arg[i], CLS_XMM);
    }
}

/* Which ABI registers carry a, b, c; RSI is used by at most one. */
static void move_args(struct emitter *e, struct ir_node *n,
                      const struct ir_op_info *info)
{
    u32 param = ir_imm_param(n->imm);

    switch (n->op) {
    case IR_CALL:
    case IR_LDX:
    case IR_STX:
        arg_int(e, RDX, n->b);
        arg_int(e, RCX, n->c);
        arg_int(e, RSI, n->a);
        a_mov_imm(&e->a, R8, param);
        break;
    default:
        if (info->result == IR_T_I) { /* (cpu, &a, &b, &c, param) */
            arg_vec(e, RSI, n->a, 1);
            arg_vec(e, RDX, n->b, 2);
            arg_vec(e, RCX, n->c, 3);
            a_mov_imm(&e->a, R8, param);
        } else { /* (cpu, &d, a or &a, &b, &c, param) */
            if (info->arg[0] == IR_T_I)
                arg_int(e, RDX, n->a);
            else
                arg_vec(e, RDX, n->a, 1);
            arg_vec(e, RCX, n->b, 2);
            arg_vec(e, R8, n->c, 3);
            a_mov_imm(&e->a, R9, param);
            a_rm(&e->a, true, OP_LEA, RSI, R15, OFF_VTMP(e, 0));
        }
        break;
    }
    a_rm(&e->a, true, OP_LEA, RDI, R15, -JIT_CPU_BIAS);
}

void emit_helper_call(struct emitter *e, struct ir_node *n)
{
    const struct ir_op_info *info = &ir_op_info[n->op];
    const struct ir_helper *h =
        &e->b->layout->helper[ir_imm_helper(n->imm)];
    /* What a traced helper tells happens at an exact count. */
    bool timed = (h->flags & HF_TIME) || e->j->cfg.trace;

    e->insn_calls = true;
    use_args(e, n, info);
    sync_state(e, h->flags);
    ra_before_call(e);
    move_args(e, n, info);
    ra_call_clobber(e);
    if (timed) {
        a_rm(&e->a, true, OP_MOV_ST, R13, R15, HOST(e, budget));
        a_rm(&e->a, false, OP_MOV_IMM, 0, R15, HOST(e, insn_left));
        a_u32(&e->a, e->tb->n_insns - e->insn);
        a_rm(&e->a, false, OP_MOV_IMM8, 0, R15, HOST(e, last_insn));
        a_byte(&e->a, e->insn + 1 == e->tb->n_insns);
    }
    if (e->j->cfg.trace)
        a_rm(&e->a, true, OP_MOV_ST, R12, R15, HOST(e, trace));
    if (e->j->cfg.count_helpers)
        a_grp_imm_m(&e->a, true, G_ADD, R15, HOST(e, n_helper_insns), 1);
    call_abs(e, h->fn);
    if (timed)
        a_rm(&e->a, true, OP_MOV, R13, R15, HOST(e, budget));
    if (e->j->cfg.trace)
        a_rm(&e->a, true, OP_MOV, R12, R15, HOST(e, trace));
    fl_forget(e);
    if (h->flags & HF_FAULT) {
        /* The record describes the registers after the call. */
        u8 *miss;

        a_byte(&e->a, 0x66); /* cmp word [fault, restart], 0 */
        a_rm(&e->a, false, 0x83, G_CMP, R15, HOST(e, fault));
        a_byte(&e->a, 0);
        miss = a_jcc_fwd(&e->a, CC_NE);
        cold_new(e, miss, SIDE_FAULT);
    }
    if (!e->val[e->cur].last_use)
        return;
    if (info->result == IR_T_I)
        ra_def_in(e, RAX, CLS_GPR);
    else
        a_rm(&e->a, false, M_0F | 0x28, ra_def(e, CLS_XMM), R15,
             OFF_VTMP(e, 0));
}

void x64_CALL(struct emitter *e, struct ir_node *n) { emit_helper_call(e, n); }
void x64_CALLV(struct emitter *e, struct ir_node *n)
{
    emit_helper_call(e, n);
}
void x64_CALLIV(struct emitter *e, struct ir_node *n)
{
    emit_helper_call(e, n);
}
void x64_CALLVI(struct emitter *e, struct ir_node *n)
{
    emit_helper_call(e, n);
}

/* C side of FPSYNC: sticky bits to FPSR, rounding mode from FPCR. */
static void fpsync(const struct ir_layout *l, struct cpu_host *h)
{
    u8 *cpu = (u8 *)h - l->host_off;

    x64_fp_leave(l, h, cpu);
    x64_fp_enter(l, h, cpu);
}

void x64_FPSYNC(struct emitter *e, struct ir_node *n)
{
    (void)n;
    fl_clobber(e);
    ra_before_call(e);
    ra_call_clobber(e);
    a_rm(&e->a, false, M_0F | 0xae, 3, R15, HOST(e, mxcsr)); /* stmxcsr */
    a_mov_imm(&e->a, RDI, (u64)(uintptr_t)e->b->layout);
    a_rm(&e->a, true, OP_LEA, RSI, R15, HOST(e, budget) -
         (s32)offsetof(struct cpu_host, budget));
    call_abs(e, (const void *)fpsync);
    a_rm(&e->a, false, M_0F | 0xae, 2, R15, HOST(e, mxcsr)); /* ldmxcsr */
    fl_forget(e);
}
