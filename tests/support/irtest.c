/* SPDX-License-Identifier: MIT */
/*
 * irtest.c - the small guest of irtest.h: memory with its slow paths, helpers
 * and layout. The helpers of vector operations are in irtest_vec.c.
 */
#include "irtest.h"
#include "irtest_vec.h"
#include "bits.h"

#include <glib.h>
#include <string.h>

/* --- memory --------------------------------------------------------------- */

u8 *irt_mem(struct irt_cpu *c, u64 va)
{
    assert(va - IRT_MEM < IRT_BYTES);
    return c->mem + (va - IRT_MEM);
}

void irt_drop_tags(struct irt_cpu *c)
{
    unsigned i, k;

    for (k = 0; k < 3; k++)
        for (i = 0; i < TAG_ENTRIES; i++)
            c->tags[k].load[i].tag = c->tags[k].store[i].tag = TAG_INVALID;
}

enum page_kind { PAGE_FAULTS, PAGE_RW, PAGE_RO, PAGE_DEVICE };

static enum page_kind kind_of(u64 va, bool unpriv)
{
    u64 page = (va - IRT_MEM) >> 12;

    if (va < IRT_MEM || page >= IRT_PAGES || page == 9)
        return PAGE_FAULTS;
    if (unpriv && page > 3)
        return PAGE_FAULTS;
    return page == 8 ? PAGE_RO : page == 10 ? PAGE_DEVICE : PAGE_RW;
}

static void fill(struct irt_cpu *c, u64 va, bool unpriv, bool store)
{
    struct tag_table *t = &c->tags[unpriv ? 2 : 0];
    u64 i = tag_index(va, IRT_TAG_BITS), page = va & ~4095ull;
    struct tag_entry *e = store ? &t->store[i] : &t->load[i];

    e->tag = page;
    e->bias = (u64)(uintptr_t)irt_mem(c, page) - page;
}

static bool fault(struct irt_cpu *c, u64 va)
{
    c->fault_va = va;
    c->host.fault = 1;
    return false;
}

void irt_clobber(void)
{
#ifdef __x86_64__
    __asm__ volatile(".irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, "
                     "14, 15\n\tpcmpeqd %%xmm\\r, %%xmm\\r\n\t.endr\n\t"
                     ".irp r, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11\n\t"
                     "movq $-1, %%\\r\n\t.endr"
                     ::: "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
                     "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                     "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                     "xmm12", "xmm13", "xmm14", "xmm15", "cc");
#endif
}

/* Checks every page of an access and fills their tags. */
static bool check(struct cpu_host *h, u64 va, u64 len, u32 memop, bool store,
                  u64 align)
{
    struct irt_cpu *c = container_of(h, struct irt_cpu, host);
    bool unpriv = memop & IR_M_UNPRIV;
    u64 at;

    irt_clobber();
    c->n_slow++;
    if ((memop & IR_M_ALIGN) && (va & (align - 1)))
        return fault(c, va);
    for (at = va; at < va + len; at = (at | 4095) + 1) {
        enum page_kind kind = kind_of(at, unpriv);

        if (kind == PAGE_FAULTS || (kind == PAGE_RO && store))
            return fault(c, at);
        if (kind == PAGE_DEVICE && !h->last_insn) {
            h->restart = 1;
            return false;
        }
    }
    for (at = va; at < va + len; at = (at | 4095) + 1) {
        if (kind_of(at, unpriv) == PAGE_DEVICE)
            continue;
        fill(c, at, unpriv, false);
        if (store)
            fill(c, at, unpriv, true);
    }
    return true;
}

static void get(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    struct irt_cpu *c = container_of(h, struct irt_cpu, host);
    unsigned bytes = 1u << (memop & IR_M_SIZE), i;
    u8 buf[16] = { 0 };

    for (i = 0; i < bytes; i++)
        buf[(memop & IR_M_BE) ? bytes - 1 - i : i] = *irt_mem(c, va + i);
    memcpy(out, buf, 16);
    if (memop & IR_M_SIGN)
        out[0] = (u64)sext64(out[0], 8 * bytes);
    if (memop & IR_M_SIGN32)
        out[0] = (u32)out[0];
}

static void put(struct cpu_host *h, u64 va, u32 memop, const u64 in[2])
{
    struct irt_cpu *c = container_of(h, struct irt_cpu, host);
    unsigned bytes = 1u << (memop & IR_M_SIZE), i;
    const u8 *buf = (const u8 *)in;

    for (i = 0; i < bytes; i++)
        *irt_mem(c, va + i) = buf[(memop & IR_M_BE) ? bytes - 1 - i : i];
}

static unsigned bytes_of(u32 memop)
{
    return 1u << (memop & IR_M_SIZE);
}

static bool slow_load(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    u64 bytes = bytes_of(memop);

    if (!check(h, va, bytes, memop, memop & IR_M_FOR_WRITE, bytes))
        return false;
    get(h, va, memop, out);
    return true;
}

static bool slow_store(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi)
{
    const u64 in[2] = { lo, hi };

    if (!check(h, va, bytes_of(memop), memop, true, bytes_of(memop)))
        return false;
    put(h, va, memop, in);
    return true;
}

static bool slow_load_pair(struct cpu_host *h, u64 va, u32 memop, u64 out[4])
{
    u64 bytes = bytes_of(memop);

    if (!check(h, va, 2 * bytes, memop, memop & IR_M_FOR_WRITE, 2 * bytes))
        return false;
    get(h, va, memop, out);
    get(h, va + bytes, memop, out + 2);
    return true;
}

static bool slow_store_pair(struct cpu_host *h, u64 va, u32 memop,
                            const u64 in[4])
{
    u64 bytes = bytes_of(memop);

    if (!check(h, va, 2 * bytes, memop, true, 2 * bytes))
        return false;
    put(h, va, memop, in);
    put(h, va + bytes, memop, in + 2);
    return true;
}

static bool slow_probe(struct cpu_host *h, u64 va, u32 memop, u64 len)
{
    return check(h, va, len, memop & ~(u32)IR_M_ALIGN,
                 memop & IR_M_FOR_WRITE, 1);
}

const struct jit_slow irt_slow = { slow_load, slow_store, slow_load_pair,
                                   slow_store_pair, slow_probe };

/* --- helpers -------------------------------------------------------------- */

static u64 h_add3(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    irt_clobber();
    (void)cpu;
    return a + 2 * b + 3 * c + param;
}

static u64 h_fail_if(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)c;
    (void)param;
    if (a)
        s->host.fault = 1;
    return b;
}

static u64 h_read_reg(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)a;
    (void)b;
    (void)c;
    return s->reg[param];
}

static u64 h_write_reg(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct irt_cpu *s = cpu;
    u64 old = s->reg[param];

    irt_clobber();
    (void)b;
    (void)c;
    s->reg[param] = a;
    return old;
}

static u64 h_read_vec(void *cpu, const v128 *a, const v128 *b, const v128 *c,
                      u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)a;
    (void)b;
    (void)c;
    return s->vec[param].d[0] + s->vec[param].d[1];
}

static void h_write_vec(void *cpu, v128 *d, const v128 *a, const v128 *b,
                        const v128 *c, u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)b;
    (void)c;
    *d = s->vec[param];
    s->vec[param] = *a;
}

static u64 h_read_flags(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)a;
    (void)b;
    (void)c;
    (void)param;
    return ir_nzcv_to_packed(s->nzcv);
}

static u64 h_write_flags(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)b;
    (void)c;
    (void)param;
    s->nzcv = ir_nzcv_from_packed((u32)a);
    return 0;
}

static u64 h_time(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct cpu_host *h = &((struct irt_cpu *)cpu)->host;

    irt_clobber();
    (void)a;
    (void)b;
    (void)c;
    (void)param;
    return h->event_count - (u64)(h->budget + h->stolen) - h->insn_left;
}

static u64 h_steal(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct cpu_host *h = &((struct irt_cpu *)cpu)->host;

    irt_clobber();
    (void)a;
    (void)b;
    (void)c;
    (void)param;
    h->budget -= JIT_STEAL;
    h->stolen += JIT_STEAL;
    return 0;
}

static void h_vmix(void *cpu, v128 *d, const v128 *a, const v128 *b,
                   const v128 *c, u32 param)
{
    v128 r = { .d = { a->d[1], a->d[0] } };

    irt_clobber();
    (void)cpu;
    r.d[0] = (r.d[0] ^ b->d[0]) + c->d[0] + param;
    r.d[1] = (r.d[1] ^ b->d[1]) + c->d[1];
    *d = r;
}

static u64 h_vsum(void *cpu, const v128 *a, const v128 *b, const v128 *c,
                  u32 param)
{
    irt_clobber();
    (void)cpu;
    return a->d[0] - b->d[0] + c->d[0] + a->d[1] - b->d[1] + c->d[1] + param;
}

static void h_vfill(void *cpu, v128 *d, u64 a, const v128 *b, const v128 *c,
                    u32 param)
{
    v128 r = { .d = { (a ^ b->d[0]) + c->d[0], (a ^ b->d[1]) + c->d[1] } };

    irt_clobber();
    (void)cpu;
    (void)param;
    *d = r;
}

static u64 h_count(void *cpu, u64 a, u64 b, u64 c, u32 param)
{
    struct irt_cpu *s = cpu;

    irt_clobber();
    (void)b;
    (void)c;
    (void)param;
    s->env[3] += a;
    return a;
}

static const struct ir_helper helpers[IRT_FIRST_VEC + IRT_VEC_HELPERS] = {
    [IRT_NONE] = { "none", NULL, 0 },
    [IRT_ADD3] = { "add3", h_add3, HF_PURE },
    [IRT_FAIL_IF] = { "fail_if", h_fail_if, HF_FAULT },
    [IRT_READ_REG] = { "read_reg", h_read_reg, HF_READ_REGS },
    [IRT_WRITE_REG] = { "write_reg", h_write_reg,
                        HF_READ_REGS | HF_WRITE_REGS },
    [IRT_READ_VEC] = { "read_vec", h_read_vec, HF_READ_VECS },
    [IRT_WRITE_VEC] = { "write_vec", h_write_vec,
                        HF_READ_VECS | HF_WRITE_VECS },
    [IRT_READ_FLAGS] = { "read_flags", h_read_flags, HF_READ_FLAGS },
    [IRT_WRITE_FLAGS] = { "write_flags", h_write_flags, HF_WRITE_FLAGS },
    [IRT_TIME] = { "time", h_time, HF_TIME },
    [IRT_STEAL] = { "steal", h_steal, HF_TIME },
    [IRT_VMIX] = { "vmix", h_vmix, HF_PURE },
    [IRT_VSUM] = { "vsum", h_vsum, HF_PURE },
    [IRT_VFILL] = { "vfill", h_vfill, HF_PURE },
    [IRT_COUNT] = { "count", h_count, 0 },
#define V(op, fn) [IRT_FIRST_VEC + IRT_VH_##op] = { #op, irt_##fn, HF_PURE },
#define F(op, fn) [IRT_FIRST_VEC + IRT_VH_##op] = { #op, irt_##fn, 0 },
    IRT_VEC_TABLE(V, F)
#undef V
#undef F
};

const struct ir_layout irt_layout = {
    .n_regs = 32,
    .n_vecs = 32,
    .reg_off = offsetof(struct irt_cpu, reg),
    .vec_off = offsetof(struct irt_cpu, vec),
    .nzcv_off = offsetof(struct irt_cpu, nzcv),
    .pc_off = offsetof(struct irt_cpu, pc),
    .fpcr_off = offsetof(struct irt_cpu, fpcr),
    .fpsr_off = offsetof(struct irt_cpu, fpsr),
    .host_off = offsetof(struct irt_cpu, host),
    .helper = helpers,
    .n_helpers = ARRAY_SIZE(helpers),
};

u32 irt_helper_of(enum ir_op op)
{
    switch (op) {
#define V(name, fn)                                                           \
    case IR_##name: return IRT_FIRST_VEC + IRT_VH_##name;
    IRT_VEC_TABLE(V, V)
#undef V
    default: return 0;
    }
}

/* --- a CPU ---------------------------------------------------------------- */

struct irt_cpu *irt_new(void)
{
    struct irt_cpu *c = g_aligned_alloc0(1, sizeof(*c), 64);
    unsigned i;

    irt_drop_tags(c);
    for (i = 0; i < 1u << JC_BITS; i++)
        c->jc[i].va = JC_EMPTY(i);
    c->host.budget = 1000;
    c->host.event_count = 1000;
    c->host.tags = &c->tags[0];
    c->host.tags_other = &c->tags[1];
    c->host.tags_unpriv = &c->tags[2];
    c->host.jc = c->jc;
    c->host.pages = c->pages;
    c->host.mxcsr = c->host.host_mxcsr = 0x1f80;
    return c;
}

void irt_free(struct irt_cpu *c)
{
    g_aligned_free(c);
}

struct jit_result irt_eval(struct irt_cpu *c, struct ir_block *b)
{
    static struct tb tb;

    return eval_run(b, &tb, &c->host, &irt_slow, IRT_TAG_BITS);
}
