/* SPDX-License-Identifier: MIT */
/*
 * stubs.c - fixed code: entry from C, the exits, and the routines that cold
 * stubs call; and the C side of slow paths, which reads the side table.
 *
 * jit_run() calls `enter` as
 *     void enter(u8 *cpu + JIT_CPU_BIAS, const u8 *code, s64 budget,
 *                struct tag_table *tags).
 * Exits write why and arg into struct jit_regs (cpu_host.jit) and return.
 */
#include "x64.h"

static const u8 saved[] = { RBX, RBP, R12, R13, R14, R15 };
/* Registers that hold values, plus rcx, which may hold the address; r12, the
 * last one, is the trace pointer when there is a trace. */
static const u8 live_gpr[] = { RCX, RBX, RBP, RSI, RDI, R8, R9, R10, R11,
                               R12 };

static s32 host(struct jit *j, size_t field)
{
    return (s32)(j->layout->host_off + field) - JIT_CPU_BIAS;
}
#define H(j, f) host(j, offsetof(struct cpu_host, f))

static void push(struct asmbuf *a, unsigned r)
{
    if (r >= 8)
        a_byte(a, 0x41);
    a_byte(a, 0x50 | (r & 7));
}

static void pop(struct asmbuf *a, unsigned r)
{
    if (r >= 8)
        a_byte(a, 0x41);
    a_byte(a, 0x58 | (r & 7));
}

static void emit_enter(struct jit *j, struct asmbuf *a)
{
    j->enter = a_here(a);
    for (unsigned i = 0; i < ARRAY_SIZE(saved); i++)
        push(a, saved[i]);
    a_grp_imm(a, true, G_SUB, RSP, 8);
    a_mov(a, R15, RDI);
    a_mov(a, R13, RDX);
    a_mov(a, R14, RCX);
    if (j->cfg.trace)
        a_rm(a, true, OP_MOV, R12, R15, H(j, trace));
    a_rm(a, false, M_0F | 0xae, 3, R15, H(j, host_mxcsr)); /* stmxcsr */
    a_rm(a, false, M_0F | 0xae, 2, R15, H(j, mxcsr));      /* ldmxcsr */
    a_rr(a, false, 0xff, 4, RSI);
}

static void emit_leave(struct jit *j, struct asmbuf *a)
{
    a_rm(a, false, M_0F | 0xae, 3, R15, H(j, mxcsr));
    a_rm(a, false, M_0F | 0xae, 2, R15, H(j, host_mxcsr));
    a_rm(a, true, OP_MOV_ST, R13, R15, H(j, budget));
    if (j->cfg.trace)
        a_rm(a, true, OP_MOV_ST, R12, R15, H(j, trace));
    a_grp_imm(a, true, G_ADD, RSP, 8);
    for (unsigned i = ARRAY_SIZE(saved); i-- > 0;)
        pop(a, saved[i]);
    a_byte(a, 0xc3);
}

/* why := @why, arg := eax, then leave. */
static const u8 *emit_exit(struct jit *j, struct asmbuf *a,
                           enum jit_exit why, const u8 *leave)
{
    const u8 *here = a_here(a);

    if (why == JIT_EXIT_LOOKUP)
        a_rm(a, true, OP_MOV_ST, RCX, R15,
             (s32)j->layout->pc_off - JIT_CPU_BIAS);
    a_rm(a, true, OP_MOV, RDX, R15, H(j, jit));
    a_rm(a, false, OP_MOV_IMM, 0, RDX, offsetof(struct jit_regs, why));
    a_u32(a, why);
    a_rm(a, false, OP_MOV_ST, RAX, RDX, offsetof(struct jit_regs, arg));
    a_jmp(a, leave);
    return here;
}

static void move_all(struct jit *j, struct asmbuf *a, bool save, bool vec)
{
    for (unsigned i = 0; i < ARRAY_SIZE(live_gpr) - j->cfg.trace; i++)
        a_rm(a, true, save ? OP_MOV_ST : OP_MOV, live_gpr[i], R15,
             H(j, save_gpr) + live_gpr[i] * 8);
    for (unsigned i = 0; vec && i < 16; i++)
        a_rm(a, false, M_0F | (save ? 0x29 : 0x28), i, R15,
             H(j, save_vec) + (s32)i * 16);
}

static void call_c(struct jit *j, struct asmbuf *a, const void *fn)
{
    pop(a, RSI); /* the record behind the call */
    a_rm(a, true, OP_MOV_ST, R13, R15, H(j, budget));
    if (j->cfg.trace)
        a_rm(a, true, OP_MOV_ST, R12, R15, H(j, trace));
    a_rm(a, true, OP_LEA, RDI, R15, H(j, budget) -
         (s32)offsetof(struct cpu_host, budget));
    a_mov_imm(a, RAX, (u64)(uintptr_t)fn);
    a_rr(a, false, 0xff, 2, RAX);
    a_rm(a, true, OP_MOV, R13, R15, H(j, budget));
    if (j->cfg.trace)
        a_rm(a, true, OP_MOV, R12, R15, H(j, trace));
}

static const u8 *emit_slow(struct jit *j, struct asmbuf *a, bool vec,
                           const u8 *leave)
{
    const u8 *here = a_here(a);
    u8 *fail;

    move_all(j, a, true, vec);
    call_c(j, a, (const void *)x64_slow_path);
    a_rr(a, true, OP_TEST, RAX, RAX);
    fail = a_jcc_fwd(a, CC_E);
    move_all(j, a, false, vec);
    a_rr(a, false, 0xff, 4, RAX);
    a_patch(a, fail);
    a_jmp(a, leave);
    return here;
}

bool stubs_emit(struct jit *j, struct asmbuf *a)
{
    const u8 *leave;

    emit_enter(j, a);
    leave = a_here(a);
    emit_leave(j, a);
    j->exit_link = emit_exit(j, a, JIT_EXIT_LINK, leave);
    j->exit_budget = emit_exit(j, a, JIT_EXIT_BUDGET, leave);
    j->exit_fetch = emit_exit(j, a, JIT_EXIT_FETCH, leave);
    j->exit_lookup = emit_exit(j, a, JIT_EXIT_LOOKUP, leave);
    j->exit_dispatch = emit_exit(j, a, JIT_EXIT_DISPATCH, leave);
    j->slow_gpr = emit_slow(j, a, false, leave);
    j->slow_vec = emit_slow(j, a, true, leave);
    j->fault = a_here(a);
    move_all(j, a, true, true);
    call_c(j, a, (const void *)x64_fault_path);
    a_jmp(a, leave);
    return !a->full;
}

/* --- the C side ---------------------------------------------------------- */


static u64 operand(struct jit *j, struct cpu_host *h,
                   const struct side_operand *o)
{
    u64 v;

    switch (o->loc) {
    case LOC_GPR:
        return h->save_gpr[o->n];
    case LOC_SPILL:
        return h->spill[o->n];
    case LOC_HOME:
        memcpy(&v, (u8 *)h - j->layout->host_off + j->layout->reg_off +
                       o->n * 8, 8);
        return v;
    default:
        return o->imm;
    }
}

/* NZCV in bits 31:28, as the IR has it, of an operation on @w bits. */
static u32 flags_of(u8 op, unsigned w, u64 x, u64 y)
{
    u64 top = 1ull << (w - 1), r;
    bool c = false, v = false;

    x &= mask64(w);
    y &= mask64(w);
    if (op == IR_LOGF64 || op == IR_LOGF32) {
        r = x & y;
    } else if (op == IR_SUBF64 || op == IR_SUBF32) {
        r = (x - y) & mask64(w);
        c = x >= y;
        v = (x ^ y) & (x ^ r) & top;
    } else {
        r = (x + y) & mask64(w);
        c = r < x;
        v = ~(x ^ y) & (x ^ r) & top;
    }
    return (r & top ? 8u << 28 : 0) | (r ? 0 : 4u << 28) |
           (c ? 2u << 28 : 0) | (v ? 1u << 28 : 0);
}

/* Computes NZCV from its operands; before the dirty slots go home. */
static void apply_flags(struct jit *j, struct cpu_host *h,
                        const struct side *s)
{
    struct side_flags f;
    u16 word;
    bool w;

    if (!s->n_flags)
        return;
    memcpy(&f, (const u8 *)(s + 1) + s->n_slots * sizeof(struct side_slot) +
                   s->n_consts * 8u, sizeof(f));
    w = f.op == IR_SUBF64 || f.op == IR_ADDF64 || f.op == IR_LOGF64;
    word = ir_nzcv_from_packed(
        flags_of(f.op, w ? 64 : 32, operand(j, h, &f.x) + (u64)(s64)f.add,
                 operand(j, h, &f.y)));
    memcpy((u8 *)h - j->layout->host_off + j->layout->nzcv_off, &word, 2);
}

/* Writes the dirty slots of record @s to their homes. */
static void apply_slots(struct jit *j, struct cpu_host *h,
                        const struct side *s)
{
    const u8 *slots = (const u8 *)(s + 1);
    const u8 *consts = slots + s->n_slots * sizeof(struct side_slot);
    u8 *cpu = (u8 *)h - j->layout->host_off;
    u8 *regs = cpu + j->layout->reg_off, *vecs = cpu + j->layout->vec_off;

    for (unsigned i = 0; i < s->n_slots; i++) {
        struct side_slot r; /* the record is not aligned */

        memcpy(&r, slots + i * sizeof(r), sizeof(r));
        switch (r.loc) {
        case LOC_GPR:
            memcpy(regs + r.slot * 8, &h->save_gpr[r.n], 8);
            break;
        case LOC_SPILL:
            memcpy(regs + r.slot * 8, &h->spill[r.n], 8);
            break;
        case LOC_CONST:
            memcpy(regs + r.slot * 8, consts + r.n * 8, 8);
            break;
        case LOC_XMM:
            memcpy(vecs + r.slot * 16, &h->save_vec[r.n], 16);
            break;
        default:
            memcpy(vecs + r.slot * 16, &h->vspill[r.n], 16);
            break;
        }
    }
}

/* Leaves the block at the instruction of @s, state rebuilt. */
static void side_exit(struct jit *j, struct cpu_host *h,
                      const struct side *s, enum jit_exit why)
{
    struct tb *tb = j->tb_by_id[s->tb_id];
    struct jit_regs *regs = h->jit;
    u64 pc = tb->pc + 4ull * s->insn;

    apply_flags(j, h, s);
    apply_slots(j, h, s);
    memcpy((u8 *)h - j->layout->host_off + j->layout->pc_off, &pc, 8);
    h->budget += tb->n_insns - s->insn - (why == JIT_EXIT_FAULT);
    regs->why = why;
    regs->arg = s->tb_id;
    regs->insn = s->insn;
}

void x64_fault_path(struct cpu_host *h, const struct side *s)
{
    side_exit(((struct jit_regs *)h->jit)->j, h, s,
              h->restart ? JIT_EXIT_RESTART : JIT_EXIT_FAULT);
}

static void put_vec(struct cpu_host *h, unsigned r, const u64 *p)
{
    memcpy(&h->save_vec[r], p, 16);
}

static bool slow_load(struct jit *j, struct cpu_host *h,
                      const struct side *s, u64 va)
{
    u64 out[4] = { 0, 0, 0, 0 };
    bool pair = s->kind == SIDE_LDP || s->kind == SIDE_LDVP;

    if (!(pair ? j->slow->load_pair : j->slow->load)(h, va, s->memop, out))
        return false;
    if (s->kind == SIDE_LDV || s->kind == SIDE_LDVP) {
        put_vec(h, s->r1, out);
        if (pair)
            put_vec(h, s->r2, out + 2);
    } else {
        h->save_gpr[s->r1] = out[0];
        if (pair)
            h->save_gpr[s->r2] = out[2];
    }
    return true;
}

static bool slow_store(struct jit *j, struct cpu_host *h,
                       const struct side *s, u64 va)
{
    u64 in[4] = { 0, 0, 0, 0 };
    bool pair = s->kind == SIDE_STP || s->kind == SIDE_STVP;

    if (s->kind == SIDE_STV || s->kind == SIDE_STVP) {
        memcpy(in, &h->save_vec[s->r1], 16);
        if (pair)
            memcpy(in + 2, &h->save_vec[s->r2], 16);
    } else {
        in[0] = h->save_gpr[s->r1];
        if (pair)
            in[2] = h->save_gpr[s->r2];
    }
    return pair ? j->slow->store_pair(h, va, s->memop, in)
                : j->slow->store(h, va, s->memop, in[0], in[1]);
}

static struct side_extra side_extra(const struct side *s)
{
    struct side_extra x;

    memcpy(&x, (const u8 *)(s + 1) + s->n_slots * sizeof(struct side_slot) +
                   s->n_consts * 8u + s->n_flags * sizeof(struct side_flags),
           sizeof(x));
    return x;
}

/* An FP operation that the host does differently: once more, exactly. */
static void redo_fp(struct jit *j, struct cpu_host *h, const struct side *s)
{
    const struct ir_helper *help = &j->layout->helper[s->memop];
    void *cpu = (u8 *)h - j->layout->host_off;
    const v128 *op[3] = { NULL, NULL, NULL };
    const struct side_extra x = side_extra(s);
    const u8 reg[3] = { s->r2, x.b, x.c };
    ir_helper_iv *iv;
    ir_helper_v *v;
    v128 d;

    for (int i = 0; i < 3; i++)
        if (reg[i] != NO_REG)
            op[i] = &h->save_vec[reg[i]];
    if (s->kind == SIDE_FPI) {
        memcpy(&iv, &help->fn, sizeof(iv));
        h->save_gpr[s->r1] = iv(cpu, op[0], op[1], op[2], x.len);
        return;
    }
    memcpy(&v, &help->fn, sizeof(v));
    v(cpu, &d, op[0], op[1], op[2], x.len);
    h->save_vec[s->r1] = d;
}

/* LDX and STX without a tag or a match: their helper. */
static void call_helper(struct jit *j, struct cpu_host *h,
                        const struct side *s)
{
    const struct ir_helper *help = &j->layout->helper[s->memop];
    void *cpu = (u8 *)h - j->layout->host_off;
    const struct side_extra x = side_extra(s);
    ir_helper_i *fn;

    memcpy(&fn, &help->fn, sizeof(fn));
    h->save_gpr[s->r1] = fn(cpu, h->save_gpr[s->va_reg],
                            x.b == NO_REG ? 0 : h->save_gpr[x.b], 0, x.len);
}

const void *x64_slow_path(struct cpu_host *h, const struct side *s)
{
    struct jit *j = ((struct jit_regs *)h->jit)->j;
    const void *resume = (const u8 *)s + s->resume;
    u64 va;
    bool ok;

    if (s->kind == SIDE_FPV || s->kind == SIDE_FPI) {
        redo_fp(j, h, s);
        return resume;
    }
    va = h->save_gpr[s->va_reg];
    h->insn_left = s->left;
    h->last_insn = h->insn_left == 1;
    switch (s->kind) {
    case SIDE_LD: case SIDE_LDP: case SIDE_LDV: case SIDE_LDVP:
        ok = slow_load(j, h, s, va);
        break;
    case SIDE_CALL:
        call_helper(j, h, s);
        ok = !(h->fault | h->restart);
        break;
    case SIDE_PROBE:
        ok = j->slow->probe(h, va, s->memop, side_extra(s).len);
        break;
    default:
        ok = slow_store(j, h, s, va);
        break;
    }
    if (ok)
        return resume;
    side_exit(j, h, s, h->restart ? JIT_EXIT_RESTART : JIT_EXIT_FAULT);
    return NULL;
}
