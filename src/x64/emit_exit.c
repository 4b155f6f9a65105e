/* SPDX-License-Identifier: MIT */
/*
 * emit_exit.c - how a block begins and ends: the budget check, terminals,
 * link sites and the jump cache lookup.
 *
 * Entry from another page:
 *     mov rax, [r15 + pages]; cmp dword [rax + 4 * slot], page_id; jne cold
 * then, or from the same page: sub r13, n; js cold           (DESIGN D4)
 * and with a trace: mov dword [r12], id; add r12, 4          (DESIGN D9)
 * JUMP, BRANCH: a jump per target that first leads to its exit stub (cold:
 * mov eax, site; jmp exit_link) and is patched when the engine links it.
 * INDIRECT, EXIT: the jump cache of the current flags is looked up inline;
 * each site has a jump of its own for the host's predictor. It leads to the
 * target's entry from another page.
 */
#include "x64.h"

void exit_trace(struct emitter *e)
{
    if (!e->j->cfg.trace)
        return;
    a_rm(&e->a, false, OP_MOV_IMM, 0, R12, 0);
    a_u32(&e->a, e->tb->trace_id);
    a_grp_imm(&e->a, true, G_ADD, R12, 4);
}

void exit_entry_check(struct emitter *e)
{
    a_rm(&e->a, true, OP_MOV, RAX, R15, HOST(e, pages));
    a_rm(&e->a, false, 0x81, G_CMP, RAX, (s32)code_slot(e->tb->pc) * 4);
    a_u32(&e->a, e->tb->page_id);
    e->fetch_jump = a_jcc_fwd(&e->a, CC_NE);
    e->entry = e->a.p;
    a_grp_imm(&e->a, true, G_SUB, R13, (s32)e->tb->n_insns);
    e->budget_jump = a_jcc_fwd(&e->a, CC_S);
    exit_trace(e);
}

void exit_writeback(struct emitter *e)
{
    ra_writeback(e, CLS_GPR);
    ra_writeback(e, CLS_XMM);
    fl_writeback(e);
}

void exit_add_site(struct emitter *e, u64 pc, u8 *jump)
{
    e->site[e->n_sites] = site_new(e->j, e->tb, pc);
    e->j->site[e->site[e->n_sites]].jump = jump;
    e->site_jump[e->n_sites++] = jump;
}

void x64_JUMP(struct emitter *e, struct ir_node *n)
{
    (void)n;
    exit_writeback(e);
    exit_add_site(e, e->b->target[0], a_jmp_fwd(&e->a));
}

void x64_BRANCH(struct emitter *e, struct ir_node *n)
{
    enum x64_cc cc;

    if (e->loop.on) {
        loop_branch(e, n);
        return;
    }
    exit_writeback(e);
    cc = fl_cond(e, n->a);
    exit_add_site(e, e->b->target[0], a_jcc_fwd(&e->a, cc));
    exit_add_site(e, e->b->target[1], a_jmp_fwd(&e->a));
}

/* Jumps to the block at the address in @va for @entry, or to the miss stub. */
static void jump_cache(struct emitter *e, unsigned va, u64 entry)
{
    u32 mask = ((1u << JC_BITS) - 1) << 2;

    a_rm(&e->a, true, OP_MOV, RAX, R15, HOST(e, jc));
    a_rr(&e->a, false, OP_MOV, RDX, va);
    a_grp_imm(&e->a, false, G_AND, RDX, (s32)mask);
    if (entry) /* jc_slot() */
        a_grp_imm(&e->a, false, G_XOR, RDX, (s32)(entry << JC_BITS));
    a_rmx(&e->a, true, OP_CMP, va, RAX, RDX, 2, 0);
    e->miss = a_jcc_fwd(&e->a, CC_NE);
    a_rmx(&e->a, false, 0xff, 4, RAX, RDX, 2, 8); /* jmp [..] */
}

void x64_INDIRECT(struct emitter *e, struct ir_node *n)
{
    unsigned r;

    exit_writeback(e);
    r = ra_use(e, n->a, CLS_GPR);
    a_mov(&e->a, RCX, r);
    fl_forget(e);
    jump_cache(e, RCX, n->imm >> 8);
}

void x64_EXIT(struct emitter *e, struct ir_node *n)
{
    (void)n;
    exit_writeback(e);
    a_rm(&e->a, true, OP_MOV, RCX, R15,
         (s32)e->b->layout->pc_off - JIT_CPU_BIAS);
    a_rm(&e->a, true, OP_MOV, R14, R15, HOST(e, tags));
    jump_cache(e, RCX, 0);
}

void x64_DISPATCH(struct emitter *e, struct ir_node *n)
{
    (void)n;
    exit_writeback(e);
    a_mov_imm(&e->a, RAX, e->tb_id);
    a_jmp(&e->a, e->j->exit_dispatch);
}

static void emit_stub(struct emitter *e, unsigned i)
{
    struct site *s = &e->j->site[e->site[i]];

    s->stub = a_here(&e->a);
    a_patch(&e->a, e->site_jump[i]);
    a_mov_imm(&e->a, RAX, e->site[i]);
    a_jmp(&e->a, e->j->exit_link);
}

void exit_emit_stubs(struct emitter *e)
{
    for (unsigned i = 0; i < e->n_sites; i++)
        emit_stub(e, i);
    if (e->miss) {
        a_patch(&e->a, e->miss);
        a_mov_imm(&e->a, RAX, e->tb_id);
        a_jmp(&e->a, e->j->exit_lookup);
    }
    a_patch(&e->a, e->budget_jump);
    a_mov_imm(&e->a, RAX, e->tb_id);
    a_jmp(&e->a, e->j->exit_budget);
    a_patch(&e->a, e->fetch_jump);
    a_mov_imm(&e->a, RAX, e->tb_id);
    a_jmp(&e->a, e->j->exit_fetch);
}
