/* SPDX-License-Identifier: MIT */
/*
 * ir_fuzz.c - random IR under both engines.
 *
 *     ir_fuzz COUNT SEED [RA_SEED]
 *
 * Builds random well-formed blocks over a guest of its own (32 integer and 32
 * vector slots, one page of memory with tags, one that faults, one that is
 * only reached through the slow path), runs each under eval without passes,
 * eval with passes and the JIT, and compares registers, flags, memory, budget
 * and the way the block was left, at faults in the middle too. A difference
 * prints the block and the seed that repeats it.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir.h"
#include "irtest.h"
#include "jit.h"

#define PC 0x10000ull
#define VA 0x400000ull     /* tagged page, then a slow one, then a hole */
#define MEM_SIZE 0x2000

struct tcpu {
    u64 x[32];    /* integer slots */
    u64 pc;       /* pc */
    u64 env[4];   /* LDENV, STENV */
    u16 nzcv;     /* flags */
    u32 fpcr;     /* unused, zero */
    u32 fpsr;     /* unused, zero */
    v128 v[32] __attribute__((aligned(16))); /* vector slots */
    struct cpu_host host; /* engine part */
};

struct world {
    struct tcpu cpu __attribute__((aligned(64)));
    u8 mem[MEM_SIZE] __attribute__((aligned(4096)));
    struct tag_table tags;
};

static u64 h_mix(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    irt_clobber();
    (void)cpu;
    return (a ^ b * 0x9e3779b97f4a7c15ull) + (c >> 3) + param;
}

static u64 h_regs(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct tcpu *t = cpu;

    t->x[param & 31] += a + t->x[(param + 1) & 31];
    t->nzcv = (u16)(ir_nzcv_from_packed((u32)b) & 0xc101);
    return c + t->x[2];
}

/* Fails when its argument ends in 1111. */
static u64 h_fail(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct tcpu *t = cpu;

    (void)c, (void)param;
    if ((a & 15) == 15)
        t->host.fault = 1;
    return a + b;
}

static void h_vec(void *cpu, v128 *d, const v128 *a, const v128 *b,
                  const v128 *c, u32 param)
{
    irt_clobber();
    (void)cpu;
    for (int i = 0; i < 2; i++)
        d->d[i] = a->d[i] * 3 + b->d[i ^ 1] - c->d[i] + param;
}

static void h_vecs(void *cpu, v128 *d, const v128 *a, const v128 *b,
                   const v128 *c, u32 param)
{
    struct tcpu *t = cpu;

    irt_clobber();
    (void)c;
    d->d[0] = a->d[1] + t->v[param & 31].d[0];
    d->d[1] = b->d[0];
    t->v[(param + 5) & 31].d[1] ^= a->d[0];
}

enum { H_NONE, H_MIX, H_REGS, H_FAIL, H_VEC, H_VECS, N_H };
#define ALL_STATE (HF_READ_REGS | HF_WRITE_REGS | HF_READ_FLAGS |            \
                   HF_WRITE_FLAGS)
static const struct ir_helper helpers[N_H] = {
    [H_NONE] = { "none", NULL, 0 },
    [H_MIX] = { "mix", (void *)h_mix, HF_PURE },
    [H_REGS] = { "regs", (void *)h_regs, ALL_STATE },
    [H_FAIL] = { "fail", (void *)h_fail, HF_FAULT },
    [H_VEC] = { "vec", (void *)h_vec, HF_PURE },
    [H_VECS] = { "vecs", (void *)h_vecs, HF_READ_VECS | HF_WRITE_VECS },
};

static const struct ir_layout layout = {
    .n_regs = 32, .n_vecs = 32,
    .reg_off = offsetof(struct tcpu, x), .vec_off = offsetof(struct tcpu, v),
    .nzcv_off = offsetof(struct tcpu, nzcv),
    .pc_off = offsetof(struct tcpu, pc),
    .fpcr_off = offsetof(struct tcpu, fpcr),
    .fpsr_off = offsetof(struct tcpu, fpsr),
    .host_off = offsetof(struct tcpu, host),
    .helper = helpers, .n_helpers = N_H,
};

/* --- memory ------------------------------------------------------------- */

static struct world *world_of(struct cpu_host *h)
{
    return container_of(container_of(h, struct tcpu, host), struct world,
                        cpu);
}

static u8 *at(struct cpu_host *h, u64 va, u64 size, u32 memop)
{
    irt_clobber();
    if ((memop & IR_M_ALIGN) && (va & (size - 1)))
        goto fault;
    if (va >= VA && va - VA <= MEM_SIZE - size)
        return world_of(h)->mem + (va - VA);
fault:
    h->fault = 1;
    return NULL;
}

static void get(const u8 *p, u32 memop, u64 *out)
{
    unsigned size = 1u << (memop & IR_M_SIZE);
    u8 buf[16] = { 0 };

    for (unsigned i = 0; i < size; i++)
        buf[i] = p[memop & IR_M_BE ? size - 1 - i : i];
    memcpy(out, buf, 16);
    if (memop & IR_M_SIGN) {
        out[0] = (u64)((s64)(out[0] << (64 - 8 * size)) >> (64 - 8 * size));
        if (memop & IR_M_SIGN32)
            out[0] = (u32)out[0];
    }
}

static void put(u8 *p, u32 memop, const u64 *in)
{
    unsigned size = 1u << (memop & IR_M_SIZE);
    u8 buf[16];

    memcpy(buf, in, 16);
    for (unsigned i = 0; i < size; i++)
        p[i] = buf[memop & IR_M_BE ? size - 1 - i : i];
}

static bool load(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    u8 *p = at(h, va, 1u << (memop & IR_M_SIZE), memop);

    if (p)
        get(p, memop, out);
    return p;
}

static bool store(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi)
{
    u8 *p = at(h, va, 1u << (memop & IR_M_SIZE), memop);

    if (p)
        put(p, memop, (u64[]){ lo, hi });
    return p;
}

static bool load_pair(struct cpu_host *h, u64 va, u32 memop, u64 out[4])
{
    unsigned size = 1u << (memop & IR_M_SIZE);
    u8 *p = at(h, va, 2 * size, memop);

    if (p) {
        get(p, memop, out);
        get(p + size, memop, out + 2);
    }
    return p;
}

static bool store_pair(struct cpu_host *h, u64 va, u32 memop,
                       const u64 in[4])
{
    unsigned size = 1u << (memop & IR_M_SIZE);
    u8 *p = at(h, va, 2 * size, memop);

    if (p) {
        put(p, memop, in);
        put(p + size, memop, in + 2);
    }
    return p;
}

static bool probe(struct cpu_host *h, u64 va, u32 memop, u64 len)
{
    return at(h, va, len, memop & ~(u32)IR_M_ALIGN) != NULL;
}

static const struct jit_slow slow = { load, store, load_pair, store_pair,
                                      probe };

/* --- random blocks ------------------------------------------------------- */

static u64 rng;

static u32 rnd(u32 n)
{
    rng = rng * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)(rng >> 33) % n;
}

static u64 rnd64(void)
{
    static const u64 corner[] = { 0, 1, ~0ull, 1ull << 63, 1ull << 31,
                                  0x7fffffff, 0xffffffff, 0x80, 15 };

    if (rnd(3) == 0)
        return corner[rnd(ARRAY_SIZE(corner))];
    return (u64)rnd(1u << 31) << 40 ^ (u64)rnd(1u << 31) << 16 ^ rnd(65536);
}

/* Values made so far, by type; conditions and flags of this block. */
struct pool {
    ir_ref v[5][64];
    unsigned n[5];
};

static void add(struct pool *p, unsigned type, ir_ref v)
{
    if (!v || type == IR_T_N)
        return;
    p->v[type][p->n[type] < 64 ? p->n[type]++ : rnd(64)] = v;
}

static ir_ref any(struct ir_block *b, struct pool *p, unsigned type)
{
    if (p->n[type] && rnd(8))
        return p->v[type][rnd(p->n[type])];
    switch (type) {
    case IR_T_I:
        return rnd(2) ? ir_const(b, rnd64()) : ir0(b, IR_GETREG, rnd(32));
    case IR_T_V:
        return rnd(4) ? ir0(b, IR_GETVEC, rnd(32))
                      : ir0(b, IR_VCONST, rnd64());
    case IR_T_F:
        return ir0(b, IR_GETF, 0);
    default:
        return ir1i(b, IR_CC, any(b, p, IR_T_F), rnd(14));
    }
}

static u64 field(void)
{
    u32 pos = rnd(64), len = 1 + rnd(64 - pos);

    return pos | len << 8;
}

static u64 imm_for(enum ir_op op)
{
    static const u8 low[4] = { 1, 2, 4, 8 };

    switch (op) {
    case IR_EXTRACT: case IR_SEXTRACT: case IR_DEPOSIT: return field();
    case IR_EXTR64: return rnd(64);
    case IR_EXTR32: return rnd(32);
    case IR_CCMP64: case IR_CCMP32: case IR_CCMN64: case IR_CCMN32:
        return rnd(16);
    case IR_CC: return rnd(14);
    case IR_ISZERO64: case IR_ISZERO32: case IR_EQ64: case IR_ULT64:
    case IR_SLT64: return rnd(2) * IR_COND_INV;
    case IR_BIT: return rnd(64) | rnd(2) * IR_COND_INV;
    case IR_VLOW: return low[rnd(4)];
    case IR_VDUP: return rnd(4);
    case IR_VINS: case IR_VGET: {
        u32 es = rnd(4);
        return es | rnd(16u >> es) << 8;
    }
    case IR_VCONST: return rnd64();
    case IR_LDENV: case IR_STENV: {
        u64 size = 1u << rnd(4);
        return (offsetof(struct tcpu, env) + 8 * rnd(4)) | size << 32;
    }
    default: return 0;
    }
}

/* A value operation with random operands. */
static void value_op(struct ir_block *b, struct pool *p)
{
    enum ir_op op;
    const struct ir_op_info *i;
    ir_ref arg[3] = { 0, 0, 0 }, r;

    do {
        op = (enum ir_op)(IR_ADD64 + rnd(IR_VBSL - IR_ADD64 + 1));
        i = &ir_op_info[op];
    } while (!(i->flags & IR_F_PURE) || op == IR_HI || op == IR_HIV);
    for (int k = 0; k < 3; k++)
        if (i->arg[k] != IR_T_N)
            arg[k] = any(b, p, i->arg[k]);
    if (op >= IR_ADDF64 && op <= IR_SUBF32) {
        static const enum ir_op val[] = { IR_ADD64, IR_ADD32, IR_SUB64,
                                          IR_SUB32 };
        arg[2] = 0;
        if (rnd(2)) {
            r = ir2(b, val[op - IR_ADDF64], arg[0], arg[1]);
            add(p, IR_T_I, r);
            if (b->node[r].op == val[op - IR_ADDF64])
                arg[2] = r;
        }
    }
    r = ir_emit(b, op, arg[0], arg[1], arg[2], imm_for(op));
    add(p, i->result, r);
}

static ir_ref address(struct ir_block *b, struct pool *p)
{
    ir_ref x = any(b, p, IR_T_I);

    if (rnd(40) == 0)
        return x;
    x = ir2(b, IR_AND64, x, ir_const(b, rnd(4) ? 0xff8 : 0x1fff));
    return ir2(b, IR_ADD64, x, ir_const(b, VA + (rnd(4) ? 0 : 0x20)));
}

static void memory_op(struct ir_block *b, struct pool *p)
{
    u32 memop = rnd(4) | (rnd(3) ? 0 : IR_M_SIGN) |
                (rnd(4) ? 0 : IR_M_BE) | (rnd(8) ? 0 : IR_M_ALIGN);
    u64 imm = ir_mem_imm(memop, (s32)rnd(3) * 8 - 8);
    u64 vimm = ir_mem_imm(rnd(5) | (memop & IR_M_BE), (s32)rnd(2) * 16);
    u32 kind = rnd(9);
    ir_ref a = address(b, p), r;

    if (kind == 2 || kind == 4)
        imm &= ~(u64)IR_M_SIGN;
    switch (kind) {
    case 0: case 1:
        add(p, IR_T_I, ir1i(b, IR_LD, a, imm));
        break;
    case 2:
        ir2i(b, IR_ST, a, any(b, p, IR_T_I), imm);
        break;
    case 3:
        r = ir1i(b, IR_LDP, a, imm);
        add(p, IR_T_I, r);
        add(p, IR_T_I, ir1(b, IR_HI, r));
        break;
    case 4:
        ir3i(b, IR_STP, a, any(b, p, IR_T_I), any(b, p, IR_T_I), imm);
        break;
    case 5:
        add(p, IR_T_V, ir1i(b, IR_LDV, a, vimm));
        break;
    case 6:
        ir2i(b, IR_STV, a, any(b, p, IR_T_V), vimm);
        break;
    case 7:
        r = ir1i(b, IR_LDVP, a, vimm);
        add(p, IR_T_V, r);
        add(p, IR_T_V, ir1(b, IR_HIV, r));
        break;
    default:
        ir3i(b, IR_STVP, a, any(b, p, IR_T_V), any(b, p, IR_T_V), vimm);
        break;
    }
}

static void call_op(struct ir_block *b, struct pool *p)
{
    ir_ref x = any(b, p, IR_T_I), y = any(b, p, IR_T_I), v, w;

    switch (rnd(5)) {
    case 0:
        add(p, IR_T_I, ir_call(b, IR_CALL, H_MIX, rnd(100), x, y,
                               any(b, p, IR_T_I)));
        break;
    case 1:
        add(p, IR_T_I, ir_call(b, IR_CALL, H_FAIL, 0, x, y, 0));
        break;
    case 2:
        v = any(b, p, IR_T_V);
        w = any(b, p, IR_T_V);
        add(p, IR_T_V, ir_call(b, IR_CALLV, H_VEC, rnd(100), v, w,
                               any(b, p, IR_T_V)));
        break;
    case 3:
        v = any(b, p, IR_T_V);
        w = any(b, p, IR_T_V);
        add(p, IR_T_V, ir_call(b, IR_CALLV, H_VECS, rnd(32), v, w, 0));
        break;
    default:
        add(p, IR_T_I, ir_call(b, IR_CALL, H_REGS, rnd(32), x, y,
                               any(b, p, IR_T_I)));
        break;
    }
}

static void write_state(struct ir_block *b, struct pool *p)
{
    switch (rnd(6)) {
    case 0:
        ir1(b, IR_SETF, any(b, p, IR_T_F));
        break;
    case 1:
        ir1i(b, IR_SETVEC, any(b, p, IR_T_V), rnd(32));
        break;
    case 2:
        ir1i(b, IR_STENV, any(b, p, IR_T_I), imm_for(IR_STENV));
        break;
    default:
        ir1i(b, IR_SETREG, any(b, p, IR_T_I), rnd(32));
        break;
    }
}

static void terminal(struct ir_block *b, struct pool *p)
{
    b->target[0] = PC + 0x40;
    b->target[1] = PC + 0x2000;
    if (rnd(3) == 0) /* a loop */
        b->target[rnd(2)] = PC;
    switch (rnd(4)) {
    case 0:
        ir0(b, IR_JUMP, 0);
        break;
    case 1:
        ir1i(b, IR_INDIRECT, any(b, p, IR_T_I), IR_IND_JUMP);
        break;
    default:
        ir1(b, IR_BRANCH, any(b, p, IR_T_C));
        break;
    }
}

static void build(struct ir_block *b, u32 flags, u64 seed)
{
    struct pool p = { 0 };
    u32 n = 1 + (u32)(seed % 7);

    rng = seed * 0x9e3779b97f4a7c15ull + 1;
    ir_reset(b, PC, PC, flags);
    for (u32 i = 0; i < n; i++) {
        ir0(b, IR_INSN, PC + 4 * i);
        for (u32 k = rnd(6); k; k--)
            value_op(b, &p);
        if (rnd(3) == 0)
            memory_op(b, &p);
        else if (rnd(8) == 0)
            call_op(b, &p);
        for (u32 k = rnd(4); k; k--)
            value_op(b, &p);
        for (u32 k = 1 + rnd(2); k; k--)
            write_state(b, &p);
    }
    terminal(b, &p);
    b->n_insns = n;
    b->n_bytes = 4 * n;
}

static void reset_world(struct world *w, u64 seed)
{
    struct cpu_host h = w->cpu.host;

    rng = seed ^ 0x5555;
    memset(&w->cpu, 0, sizeof(w->cpu));
    w->cpu.host = h;
    for (int i = 0; i < 32; i++) {
        w->cpu.x[i] = rnd64();
        w->cpu.v[i].d[0] = rnd64();
        w->cpu.v[i].d[1] = rnd64();
    }
    for (int i = 0; i < 4; i++)
        w->cpu.env[i] = rnd64();
    w->cpu.nzcv = (u16)(rnd(65536) & 0xc101);
    for (int i = 0; i < MEM_SIZE; i++)
        w->mem[i] = (u8)rnd(256);
    w->cpu.host.budget = 1000;
    w->cpu.host.fault = w->cpu.host.restart = 0;
}

/* Everything that must agree, as text. */
static char *describe(struct world *w, struct jit_result r)
{
    GString *s = g_string_new(NULL);
    u64 sum = 0;

    for (int i = 0; i < 32; i++)
        g_string_append_printf(s, "x%d %016llx\n", i,
                               (unsigned long long)w->cpu.x[i]);
    for (int i = 0; i < 32; i++)
        g_string_append_printf(s, "v%d %016llx %016llx\n", i,
                               (unsigned long long)w->cpu.v[i].d[1],
                               (unsigned long long)w->cpu.v[i].d[0]);
    for (int i = 0; i < 4; i++)
        g_string_append_printf(s, "env%d %016llx\n", i,
                               (unsigned long long)w->cpu.env[i]);
    for (int i = 0; i < MEM_SIZE; i++)
        sum = sum * 1099511628211ull + w->mem[i];
    g_string_append_printf(s, "nzcv %04x pc %llx mem %016llx budget %lld "
                           "why %d insn %u\n", w->cpu.nzcv & 0xc101,
                           (unsigned long long)w->cpu.pc,
                           (unsigned long long)sum,
                           (long long)w->cpu.host.budget, r.why,
                           r.why == JIT_EXIT_FAULT ? r.insn : 0);
    return g_string_free(s, FALSE);
}

static void complain(struct ir_block *b, u64 seed, const char *what,
                     const char *want, const char *got)
{
    char **x = g_strsplit(want, "\n", -1), **y = g_strsplit(got, "\n", -1);
    GString *s = g_string_new(NULL);

    ir_print(b, s);
    printf("%s\nnot ok ir_fuzz seed %llu: %s differs\n", s->str,
           (unsigned long long)seed, what);
    for (int i = 0; x[i] && y[i]; i++)
        if (strcmp(x[i], y[i]))
            printf("  want %s\n  got  %s\n", x[i], y[i]);
    g_strfreev(x);
    g_strfreev(y);
    g_string_free(s, TRUE);
}

static void forget_block(void *opaque, struct tb *tb)
{
    (void)opaque;
    tb->invalid = 1;
}

static char *run(struct world *w, struct jit *j, struct ir_block *b,
                 u64 seed)
{
    static struct tb tbs[4096];
    static unsigned next;
    struct tb *tb = &tbs[next++ % ARRAY_SIZE(tbs)];
    struct jit_result r;

    reset_world(w, seed);
    *tb = (struct tb){ .pc = PC, .pa = PC, .n_insns = (u16)b->n_insns,
                       .may_loop = 1 };
    while (j && !jit_compile(j, b, tb))
        jit_evict(j, forget_block, NULL);
    do {
        r = j ? jit_run(j, &w->cpu.host, tb)
              : eval_run(b, tb, &w->cpu.host, &slow, TAG_BITS);
    } while (r.why == JIT_EXIT_LINK && w->cpu.pc == PC);
    return describe(w, r);
}

static int one(struct world *w, struct jit *j, struct ir_block *b, u64 seed)
{
    char *want, *got;
    const char *bad;
    int fail = 0;

    build(b, IR_B_NO_OPT, seed);
    bad = ir_verify(b);
    if (bad) {
        complain(b, seed, bad, "", "");
        return 1;
    }
    want = run(w, NULL, b, seed);
    for (int k = 0; k < 3 && !fail; k++) {
        static const char *const what[] = { "jit without passes",
                                            "eval with passes", "jit" };
        if (k == 1) {
            build(b, 0, seed);
            ir_optimize(b);
            bad = ir_verify(b);
        }
        got = run(w, k == 1 ? NULL : j, b, seed);
        fail = bad || strcmp(want, got);
        if (fail)
            complain(b, seed, bad ? bad : what[k], want, got);
        g_free(got);
    }
    g_free(want);
    return fail;
}

int main(int argc, char **argv)
{
    u64 count = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000;
    u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    struct jit_config cfg = { .cache_bytes = 8 * MiB };
    struct world *w = aligned_alloc(4096, sizeof(*w) + 4096 -
                                              sizeof(*w) % 4096);
    struct ir_block b;
    GError *err = NULL;
    struct jit *j;
    int bad = 0;

    cfg.ra_seed = argc > 3 ? strtoull(argv[3], NULL, 0) : 0;
    j = jit_new(&cfg, &layout, &slow, &err);
    if (!j) {
        printf("not ok ir_fuzz # %s\n", err->message);
        return 1;
    }
    memset(w, 0, sizeof(*w));
    for (unsigned i = 0; i < TAG_ENTRIES; i++)
        w->tags.load[i].tag = w->tags.store[i].tag = TAG_INVALID;
    w->tags.load[VA >> 12 & (TAG_ENTRIES - 1)] =
        (struct tag_entry){ VA, (u64)(uintptr_t)w->mem - VA };
    w->tags.store[VA >> 12 & (TAG_ENTRIES - 1)] =
        (struct tag_entry){ VA, (u64)(uintptr_t)w->mem - VA };
    jit_cpu_init(j, &w->cpu.host);
    w->cpu.host.tags = w->cpu.host.tags_other = &w->tags;
    w->cpu.host.tags_unpriv = &w->tags;
    w->cpu.host.jc = g_new0(struct jc_entry, 1u << JC_BITS);
    for (unsigned i = 0; i < 1u << JC_BITS; i++)
        w->cpu.host.jc[i].va = JC_EMPTY(i);
    ir_block_init(&b, &layout);
    for (u64 i = 0; i < count && bad < 3; i++)
        bad += one(w, j, &b, seed + i);
    printf("%s ir_fuzz %llu blocks from seed %llu, ra %llu\n",
           bad ? "not ok" : "ok", (unsigned long long)count,
           (unsigned long long)seed, (unsigned long long)cfg.ra_seed);
    ir_block_fini(&b);
    jit_cpu_fini(&w->cpu.host);
    jit_free(j);
    g_free(w->cpu.host.jc);
    free(w);
    return bad != 0;
}
