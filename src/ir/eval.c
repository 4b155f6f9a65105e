/* SPDX-License-Identifier: MIT */
/*
 * eval.c - the evaluator: runs a block of IR, node after node. It is the
 * reference for what IR means, and the engine of hosts without a back end.
 *
 * It keeps the contract of compiled code exactly (jit.h): the block's length
 * leaves the budget on entry, comes back when the block is not run, and in
 * part when an access or helper fails; memory goes through the tags first
 * and through the slow paths else.
 *
 * A value is 16 bytes: integers in the low half, conditions as 0 or 1,
 * flags as NZCV in bits 31:28. Values live on the stack for one run; there
 * is no other state.
 */
#include "ir_impl.h"
#include "jit.h"
#include "value.h"

#include <glib.h>
#include <string.h>

#define MAX_STACK_NODES 8192 /* larger blocks keep their values on the heap */
#define PAGE_OF (~4095ull)

/* One run of a block. */
struct run {
    struct cpu_host *h;          /* engine's part of the CPU */
    char *cpu;                   /* the CPU struct */
    const struct ir_block *b;    /* the block */
    const struct jit_slow *slow; /* accesses that miss the tags */
    struct tb *tb;               /* named in results */
    u64 index_mask;              /* tag index of va >> 12 */
    v128 *val;                   /* value of each node; [0] is zero */
    u32 insn;                    /* index of the current instruction */
    u64 insn_pc;                 /* its address */
};

static inline u64 *pc_slot(const struct run *r)
{
    return (u64 *)(r->cpu + r->b->layout->pc_off);
}

/* --- memory --------------------------------------------------------------- */

static inline u8 *tag_probe(const struct run *r, const struct tag_table *t,
                            u64 va, u64 last_page, bool store)
{
    u64 i = (va >> 12) & r->index_mask;
    const struct tag_entry *e = store ? &t->store[i] : &t->load[i];

    return likely(e->tag == last_page) ? (u8 *)(uintptr_t)(va + e->bias)
                                       : NULL;
}

/*
 * Host address of [va, va + bytes) if a tag permits the access. An access
 * that crosses a page compares the first page's entry with the second's
 * address, which differs.
 */
static inline u8 *tag_host(const struct run *r, u64 va, unsigned bytes,
                           u32 memop, bool store)
{
    const struct cpu_host *h = r->h;
    u64 last_page = (va + bytes - 1) & PAGE_OF;
    u8 *host;

    if (unlikely((memop & IR_M_ALIGN) && (va & (bytes - 1))))
        return NULL;
    if (unlikely(r->tb->is_cold))
        return NULL;
    if (unlikely(memop & IR_M_UNPRIV))
        return tag_probe(r, h->tags_unpriv, va, last_page, store);
    host = tag_probe(r, h->tags, va, last_page, store);
    return host ? host : tag_probe(r, h->tags_other, va, last_page, store);
}

/* What slow paths and helpers may ask about the place in the block. */
static inline void tell_place(const struct run *r)
{
    r->h->insn_left = r->b->n_insns - r->insn;
    r->h->last_insn = r->insn + 1 == r->b->n_insns;
}

static u64 extend(u64 v, u32 memop)
{
    unsigned bits = 8u << (memop & 3);

    if (!(memop & IR_M_SIGN))
        return v & mask64(bits);
    v = (u64)sext64(v, bits);
    return (memop & IR_M_SIGN32) ? (u32)v : v;
}

/* Bytes of @v in the order of @memop: an integer of 1..8 bytes. */
static u64 swap_int(u64 v, u32 memop)
{
    return __builtin_bswap64(v) >> (64 - (8u << (memop & 3)));
}

static inline u64 load_int(const u8 *host, u32 memop)
{
    u64 v = 0;

    switch (memop & IR_M_SIZE) {
    case 0: v = *host; break;
    case 1: memcpy(&v, host, 2); break;
    case 2: memcpy(&v, host, 4); break;
    default: memcpy(&v, host, 8); break;
    }
    if (likely(!(memop & (IR_M_SIGN | IR_M_BE))))
        return v;
    if (memop & IR_M_BE)
        v = swap_int(v, memop);
    return extend(v, memop);
}

static inline void store_int(u8 *host, u64 v, u32 memop)
{
    if (unlikely(memop & IR_M_BE))
        v = swap_int(v, memop);
    switch (memop & IR_M_SIZE) {
    case 0: *host = (u8)v; break;
    case 1: memcpy(host, &v, 2); break;
    case 2: memcpy(host, &v, 4); break;
    default: memcpy(host, &v, 8); break;
    }
}

static v128 swap_vec(v128 v, unsigned bytes)
{
    v128 r = { .d = { 0, 0 } };
    unsigned i;

    for (i = 0; i < bytes; i++)
        r.b[i] = v.b[bytes - 1 - i];
    return r;
}

static v128 load_vec(const u8 *host, u32 memop)
{
    unsigned bytes = 1u << (memop & IR_M_SIZE);
    v128 v = { .d = { 0, 0 } };

    if (likely(bytes == 16))
        memcpy(&v, host, 16);
    else
        memcpy(&v, host, bytes);
    return (memop & IR_M_BE) ? swap_vec(v, bytes) : v;
}

static void store_vec(u8 *host, v128 v, u32 memop)
{
    unsigned bytes = 1u << (memop & IR_M_SIZE);

    if (memop & IR_M_BE)
        v = swap_vec(v, bytes);
    if (likely(bytes == 16))
        memcpy(host, &v, 16);
    else
        memcpy(host, &v, bytes);
}

/* What a node says of its access. */
struct access {
    u64 va;      /* first byte */
    u32 memop;   /* enum ir_memop */
    unsigned bytes; /* of one element */
};

static inline struct access access_of(const struct run *r,
                                      const struct ir_node *n)
{
    return (struct access){
        .va = r->val[n->a].d[0] + (u64)(s64)ir_mem_disp(n->imm),
        .memop = (u16)n->imm,
        .bytes = 1u << (n->imm & IR_M_SIZE),
    };
}

static inline bool eval_ld(const struct run *r, const struct ir_node *n,
                           v128 *d)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, m.bytes, m.memop, m.memop & IR_M_FOR_WRITE);
    u64 out[2] = { 0, 0 };

    if (likely(host != NULL)) {
        d->d[0] = load_int(host, m.memop);
        return true;
    }
    tell_place(r);
    if (!r->slow->load(r->h, m.va, m.memop, out))
        return false;
    d->d[0] = extend(out[0], m.memop);
    return true;
}

static inline bool eval_st(const struct run *r, const struct ir_node *n)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, m.bytes, m.memop, true);
    u64 v = r->val[n->b].d[0];

    if (likely(host != NULL)) {
        store_int(host, v, m.memop);
        return true;
    }
    tell_place(r);
    return r->slow->store(r->h, m.va, m.memop, v, 0);
}

/* The second value goes where the HI that follows expects it. */
static inline bool eval_ldp(const struct run *r, const struct ir_node *n,
                            v128 *d)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, 2 * m.bytes, m.memop,
                        m.memop & IR_M_FOR_WRITE);
    u64 out[4] = { 0, 0, 0, 0 };

    if (likely(host != NULL)) {
        d[0].d[0] = load_int(host, m.memop);
        d[1].d[0] = load_int(host + m.bytes, m.memop);
        return true;
    }
    tell_place(r);
    if (!r->slow->load_pair(r->h, m.va, m.memop, out))
        return false;
    d[0].d[0] = extend(out[0], m.memop);
    d[1].d[0] = extend(out[2], m.memop);
    return true;
}

static inline bool eval_stp(const struct run *r, const struct ir_node *n)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, 2 * m.bytes, m.memop, true);
    u64 v = r->val[n->b].d[0], w = r->val[n->c].d[0];
    u64 in[4] = { v, 0, w, 0 };

    if (likely(host != NULL)) {
        store_int(host, v, m.memop);
        store_int(host + m.bytes, w, m.memop);
        return true;
    }
    tell_place(r);
    return r->slow->store_pair(r->h, m.va, m.memop, in);
}

static bool eval_ldv(const struct run *r, const struct ir_node *n, v128 *d)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, m.bytes, m.memop, m.memop & IR_M_FOR_WRITE);
    v128 out = { .d = { 0, 0 } };

    if (likely(host != NULL)) {
        *d = load_vec(host, m.memop);
        return true;
    }
    tell_place(r);
    if (!r->slow->load(r->h, m.va, m.memop, out.d))
        return false;
    *d = load_vec(out.b, m.memop & IR_M_SIZE);
    return true;
}

static bool eval_stv(const struct run *r, const struct ir_node *n)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, m.bytes, m.memop, true);
    const v128 *v = &r->val[n->b];

    if (likely(host != NULL)) {
        store_vec(host, *v, m.memop);
        return true;
    }
    tell_place(r);
    return r->slow->store(r->h, m.va, m.memop, v->d[0], v->d[1]);
}

static bool eval_ldvp(const struct run *r, const struct ir_node *n, v128 *d)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, 2 * m.bytes, m.memop,
                        m.memop & IR_M_FOR_WRITE);
    u64 out[4] = { 0, 0, 0, 0 };

    if (likely(host != NULL)) {
        d[0] = load_vec(host, m.memop);
        d[1] = load_vec(host + m.bytes, m.memop);
        return true;
    }
    tell_place(r);
    if (!r->slow->load_pair(r->h, m.va, m.memop, out))
        return false;
    d[0] = load_vec((u8 *)out, m.memop & IR_M_SIZE);
    d[1] = load_vec((u8 *)(out + 2), m.memop & IR_M_SIZE);
    return true;
}

static bool eval_stvp(const struct run *r, const struct ir_node *n)
{
    struct access m = access_of(r, n);
    u8 *host = tag_host(r, m.va, 2 * m.bytes, m.memop, true);
    const v128 *v = &r->val[n->b], *w = &r->val[n->c];
    u64 in[4] = { v->d[0], v->d[1], w->d[0], w->d[1] };

    if (likely(host != NULL)) {
        store_vec(host, *v, m.memop);
        store_vec(host + m.bytes, *w, m.memop);
        return true;
    }
    tell_place(r);
    return r->slow->store_pair(r->h, m.va, m.memop, in);
}

static bool eval_probe(const struct run *r, const struct ir_node *n)
{
    struct access m = access_of(r, n);
    u64 len = n->b ? r->val[n->b].d[0] : m.bytes;

    m.memop &= ~(u32)IR_M_ALIGN; /* a probe does not ask for alignment */
    if (len - 1 < 4096 && tag_host(r, m.va, (unsigned)len, m.memop,
                                   m.memop & IR_M_FOR_WRITE))
        return true;
    tell_place(r);
    return r->slow->probe(r->h, m.va, m.memop, len);
}

/* --- helpers and state fields --------------------------------------------- */

/* Calls the helper of a CALL or vector node; false when it failed. */
static bool eval_call(const struct run *r, const struct ir_node *n, v128 *d)
{
    const struct ir_helper *helper =
        &r->b->layout->helper[ir_imm_helper(n->imm)];
    const struct ir_op_info *info = &ir_op_info[n->op];
    u32 param = ir_imm_param(n->imm);
    const v128 *a = &r->val[n->a], *b = &r->val[n->b], *c = &r->val[n->c];

    if ((helper->flags & (HF_TIME | HF_FAULT | HF_MEM)) || r->tb->trace_id)
        tell_place(r);
    if (info->result == IR_T_V && info->arg[0] == IR_T_V)
        ((ir_helper_v *)helper->fn)(r->cpu, d, a, b, c, param);
    else if (info->result == IR_T_V)
        ((ir_helper_vi *)helper->fn)(r->cpu, d, a->d[0], b, c, param);
    else if (info->arg[0] == IR_T_V)
        d->d[0] = ((ir_helper_iv *)helper->fn)(r->cpu, a, b, c, param);
    else
        d->d[0] = ((ir_helper_i *)helper->fn)(r->cpu, a->d[0], b->d[0],
                                              c->d[0], param);
    return !(helper->flags & HF_FAULT) || !(r->h->fault | r->h->restart);
}

static u64 load_env(const char *cpu, u64 imm)
{
    const char *p = cpu + (u32)imm;

    switch (imm >> 32) {
    case 1: return *(const u8 *)p;
    case 2: return *(const u16 *)p;
    case 4: return *(const u32 *)p;
    default: return *(const u64 *)p;
    }
}

static void store_env(char *cpu, u64 imm, u64 v)
{
    char *p = cpu + (u32)imm;

    switch (imm >> 32) {
    case 1: *(u8 *)p = (u8)v; break;
    case 2: *(u16 *)p = (u16)v; break;
    case 4: *(u32 *)p = (u32)v; break;
    default: *(u64 *)p = v; break;
    }
}

/* --- vectors without a helper --------------------------------------------- */

static v128 eval_vdup(u64 v, u64 es)
{
    static const u64 ones[] = { 0x0101010101010101, 0x0001000100010001,
                                0x0000000100000001, 1 };
    u64 lanes = (v & mask64(8u << es)) * ones[es & 3];

    return (v128){ .d = { lanes, lanes } };
}

static u64 eval_vget(const v128 *a, u64 imm)
{
    unsigned lane = (unsigned)(imm >> 8) & 15;

    switch (imm & 3) {
    case 0: return a->b[lane];
    case 1: return a->h[lane & 7];
    case 2: return a->s[lane & 3];
    default: return a->d[lane & 1];
    }
}

static v128 eval_vins(v128 a, u64 v, u64 imm)
{
    unsigned lane = (unsigned)(imm >> 8) & 15;

    switch (imm & 3) {
    case 0: a.b[lane] = (u8)v; break;
    case 1: a.h[lane & 7] = (u16)v; break;
    case 2: a.s[lane & 3] = (u32)v; break;
    default: a.d[lane & 1] = v; break;
    }
    return a;
}

/* --- leaving -------------------------------------------------------------- */

static struct jit_result leave(const struct run *r, enum jit_exit why)
{
    return (struct jit_result){ .why = why, .tb = r->tb };
}

/* An access or helper failed: the rest of the budget is given back. */
static struct jit_result leave_early(const struct run *r)
{
    struct jit_result res = leave(
        r, r->h->fault ? JIT_EXIT_FAULT : JIT_EXIT_RESTART);

    r->h->budget += r->b->n_insns - r->insn - (r->h->fault ? 1 : 0);
    *pc_slot(r) = r->insn_pc;
    res.insn = r->insn;
    return res;
}

/* --- the loop ------------------------------------------------------------- */

#define A val[n->a].d[0]
#define B val[n->b].d[0]
#define C val[n->c].d[0]
#define D d->d[0]
#define VA val[n->a]
#define VB val[n->b]
#define VC val[n->c]
#define INV (n->imm >> 8 & 1)

/* NOLINTNEXTLINE(readability-function-size): a line or two an operation */
static struct jit_result eval_nodes(struct run *r)
{
    v128 *const val = r->val;
    char *const cpu = r->cpu;
    const struct ir_layout *l = r->b->layout;
    u64 *const regs = (u64 *)(cpu + l->reg_off);
    v128 *const vecs = (v128 *)(cpu + l->vec_off);
    const struct ir_node *n = r->b->node + 1;
    v128 *d = val + 1;

    for (;; n++, d++) {
        switch ((enum ir_op)n->op) {
        case IR_NOP: break;
        case IR_CONST: D = n->imm; break;
        case IR_INSN:
            r->insn++;
            r->insn_pc = n->imm;
            break;
        case IR_ADD64: D = A + B; break;
        case IR_ADD32: D = (u32)(A + B); break;
        case IR_SUB64: D = A - B; break;
        case IR_SUB32: D = (u32)(A - B); break;
        case IR_ADC64: D = A + B + value_carry(C); break;
        case IR_ADC32: D = (u32)(A + B + value_carry(C)); break;
        case IR_SBC64: D = A + ~B + value_carry(C); break;
        case IR_SBC32: D = (u32)(A + ~B + value_carry(C)); break;
        case IR_AND64: D = A & B; break;
        case IR_AND32: D = (u32)(A & B); break;
        case IR_OR64: D = A | B; break;
        case IR_OR32: D = (u32)(A | B); break;
        case IR_XOR64: D = A ^ B; break;
        case IR_XOR32: D = (u32)(A ^ B); break;
        case IR_ANDN64: D = A & ~B; break;
        case IR_ANDN32: D = (u32)(A & ~B); break;
        case IR_NOT64: D = ~A; break;
        case IR_NOT32: D = (u32)~A; break;
        case IR_SHL64: D = A << (B & 63); break;
        case IR_SHL32: D = (u32)A << (B & 31); break;
        case IR_SHR64: D = A >> (B & 63); break;
        case IR_SHR32: D = (u32)A >> (B & 31); break;
        case IR_SAR64: D = value_sar64(A, B); break;
        case IR_SAR32: D = value_sar32(A, B); break;
        case IR_ROR64: D = ror64(A, (unsigned)B & 63); break;
        case IR_ROR32: D = ror32((u32)A, (unsigned)B & 31); break;
        case IR_MUL64: D = A * B; break;
        case IR_MUL32: D = (u32)(A * B); break;
        case IR_UMULH: D = value_umulh(A, B); break;
        case IR_SMULH: D = value_smulh(A, B); break;
        case IR_UDIV64: D = value_udiv64(A, B); break;
        case IR_UDIV32: D = value_udiv32(A, B); break;
        case IR_SDIV64: D = value_sdiv64(A, B); break;
        case IR_SDIV32: D = value_sdiv32(A, B); break;
        case IR_CLZ64: D = clz64(A); break;
        case IR_CLZ32: D = clz32((u32)A); break;
        case IR_BSWAP64: D = __builtin_bswap64(A); break;
        case IR_BSWAP32: D = __builtin_bswap32((u32)A); break;
        case IR_SXT8: D = (u64)(s64)(s8)A; break;
        case IR_SXT16: D = (u64)(s64)(s16)A; break;
        case IR_SXT32: D = (u64)(s64)(s32)A; break;
        case IR_ZXT8: D = (u8)A; break;
        case IR_ZXT16: D = (u16)A; break;
        case IR_ZXT32: D = (u32)A; break;
        case IR_EXTRACT:
            D = extract64(A, ir_field_pos(n->imm), ir_field_len(n->imm));
            break;
        case IR_SEXTRACT:
            D = value_sextract(A, ir_field_pos(n->imm),
                               ir_field_len(n->imm));
            break;
        case IR_DEPOSIT:
            D = deposit64(A, ir_field_pos(n->imm), ir_field_len(n->imm), B);
            break;
        case IR_EXTR64: D = value_extr64(A, B, n->imm); break;
        case IR_EXTR32: D = value_extr32(A, B, n->imm); break;

        case IR_ADDF64: D = value_addf64(A, B, 0); break;
        case IR_ADDF32: D = value_addf32(A, B, 0); break;
        case IR_SUBF64: D = value_subf64(A, B); break;
        case IR_SUBF32: D = value_subf32(A, B); break;
        case IR_ADCF64: D = value_addf64(A, B, value_carry(C)); break;
        case IR_ADCF32: D = value_addf32(A, B, value_carry(C)); break;
        case IR_SBCF64: D = value_addf64(A, ~B, value_carry(C)); break;
        case IR_SBCF32: D = value_addf32(A, ~B, value_carry(C)); break;
        case IR_LOGF64: D = value_logf64(A); break;
        case IR_LOGF32: D = value_logf32(A); break;
        case IR_CCMP64: D = C ? value_subf64(A, B) : n->imm << 28; break;
        case IR_CCMP32: D = C ? value_subf32(A, B) : n->imm << 28; break;
        case IR_CCMN64: D = C ? value_addf64(A, B, 0) : n->imm << 28; break;
        case IR_CCMN32: D = C ? value_addf32(A, B, 0) : n->imm << 28; break;
        case IR_NZCVF: D = A & NZCV_MASK; break;
        case IR_FNZCV: D = A; break;

        case IR_CC: D = value_cond(A, (unsigned)n->imm); break;
        case IR_ISZERO64: D = (A == 0) ^ INV; break;
        case IR_ISZERO32: D = ((u32)A == 0) ^ INV; break;
        case IR_BIT: D = (A >> (n->imm & 63) & 1) ^ INV; break;
        case IR_EQ64: D = (A == B) ^ INV; break;
        case IR_ULT64: D = (A < B) ^ INV; break;
        case IR_SLT64: D = ((s64)A < (s64)B) ^ INV; break;
        case IR_SETC: D = A; break;
        case IR_SELECT: D = A ? B : C; break;
        case IR_VSELECT: *d = A ? VB : VC; break;

        case IR_GETREG: D = regs[n->imm]; break;
        case IR_SETREG: regs[n->imm] = A; break;
        case IR_GETVEC: *d = vecs[n->imm]; break;
        case IR_SETVEC: vecs[n->imm] = VA; break;
        case IR_GETF:
            D = ir_nzcv_to_packed(*(u16 *)(cpu + l->nzcv_off));
            break;
        case IR_SETF:
            *(u16 *)(cpu + l->nzcv_off) = ir_nzcv_from_packed((u32)A);
            break;
        case IR_LDENV: D = load_env(cpu, n->imm); break;
        case IR_STENV: store_env(cpu, n->imm, A); break;
        case IR_FPSYNC: break;

        case IR_LD:
            if (unlikely(!eval_ld(r, n, d)))
                return leave_early(r);
            break;
        case IR_ST:
            if (unlikely(!eval_st(r, n)))
                return leave_early(r);
            break;
        case IR_LDP:
            if (unlikely(!eval_ldp(r, n, d)))
                return leave_early(r);
            break;
        case IR_STP:
            if (unlikely(!eval_stp(r, n)))
                return leave_early(r);
            break;
        case IR_LDV:
            if (unlikely(!eval_ldv(r, n, d)))
                return leave_early(r);
            break;
        case IR_STV:
            if (unlikely(!eval_stv(r, n)))
                return leave_early(r);
            break;
        case IR_LDVP:
            if (unlikely(!eval_ldvp(r, n, d)))
                return leave_early(r);
            break;
        case IR_STVP:
            if (unlikely(!eval_stvp(r, n)))
                return leave_early(r);
            break;
        case IR_PROBE:
            if (unlikely(!eval_probe(r, n)))
                return leave_early(r);
            break;
        case IR_HI:
        case IR_HIV: break; /* put there by the node before */

        case IR_VCONST: *d = (v128){ .d = { n->imm, n->imm } }; break;
        case IR_VLOW: *d = load_vec(VA.b, ctz64(n->imm)); break;
        case IR_VFROM: *d = (v128){ .d = { A, 0 } }; break;
        case IR_VDUP: *d = eval_vdup(A, n->imm); break;
        case IR_VINS: *d = eval_vins(VA, B, n->imm); break;
        case IR_VGET: D = eval_vget(&VA, n->imm); break;
        case IR_VAND:
            *d = (v128){ .d = { VA.d[0] & VB.d[0], VA.d[1] & VB.d[1] } };
            break;
        case IR_VOR:
            *d = (v128){ .d = { VA.d[0] | VB.d[0], VA.d[1] | VB.d[1] } };
            break;
        case IR_VXOR:
            *d = (v128){ .d = { VA.d[0] ^ VB.d[0], VA.d[1] ^ VB.d[1] } };
            break;
        case IR_VANDN:
            *d = (v128){ .d = { VA.d[0] & ~VB.d[0], VA.d[1] & ~VB.d[1] } };
            break;
        case IR_VNOT: *d = (v128){ .d = { ~VA.d[0], ~VA.d[1] } }; break;
        case IR_VBSL:
            *d = (v128){ .d = { (VA.d[0] & VB.d[0]) | (~VA.d[0] & VC.d[0]),
                                (VA.d[1] & VB.d[1]) | (~VA.d[1] & VC.d[1]) } };
            break;

        case IR_JUMP:
            *pc_slot(r) = r->b->target[0];
            return leave(r, JIT_EXIT_LINK);
        case IR_BRANCH:
            *pc_slot(r) = r->b->target[A ? 0 : 1];
            return leave(r, JIT_EXIT_LINK);
        case IR_INDIRECT:
            *pc_slot(r) = A;
            return leave(r, JIT_EXIT_LOOKUP);
        case IR_EXIT: return leave(r, JIT_EXIT_LOOKUP);
        case IR_DISPATCH: return leave(r, JIT_EXIT_DISPATCH);

        default: /* CALL, its forms, and vector operations with a helper */
            if (unlikely(!eval_call(r, n, d)))
                return leave_early(r);
            break;
        }
    }
}

#undef A
#undef B
#undef C
#undef D
#undef VA
#undef VB
#undef VC
#undef INV

static struct jit_result eval_on_stack(struct run *r)
{
    v128 val[MAX_STACK_NODES];

    val[0] = (v128){ .d = { 0, 0 } };
    r->val = val;
    return eval_nodes(r);
}

static struct jit_result eval_on_heap(struct run *r)
{
    struct jit_result res;

    r->val = g_aligned_alloc0(r->b->n, sizeof(v128), sizeof(v128));
    res = eval_nodes(r);
    g_aligned_free(r->val);
    return res;
}

struct jit_result eval_run(struct ir_block *b, struct tb *tb,
                           struct cpu_host *h, const struct jit_slow *slow,
                           unsigned tag_bits)
{
    struct run r = {
        .h = h,
        .cpu = (char *)h - b->layout->host_off,
        .b = b,
        .slow = slow,
        .tb = tb,
        .index_mask = (1u << tag_bits) - 1,
        .insn = UINT32_MAX,
    };

    h->budget -= b->n_insns;
    if (unlikely(h->budget < 0)) {
        h->budget += b->n_insns;
        *pc_slot(&r) = b->pc;
        return leave(&r, JIT_EXIT_BUDGET);
    }
    if (tb->trace_id)
        *h->trace++ = tb->trace_id;
    return b->n < MAX_STACK_NODES ? eval_on_stack(&r) : eval_on_heap(&r);
}
