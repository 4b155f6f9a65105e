/* SPDX-License-Identifier: MIT */
/*
 * a64test.c - see a64test.h. The engine here is the smallest that keeps the
 * contract of target.h: translate a block, evaluate it, take its fault.
 */
#include "a64test.h"

#include <glib.h>
#include <string.h>

#define CODE_PA (BENCH_RAM + 0x1000)

struct a64_bench *bench_of(struct cpu_host *h)
{
    return (struct a64_bench *)h->vcpu;
}

static void fetch_flush(struct cpu_host *h, u32 space, u64 va, u64 size)
{
    bench_of(h)->flushes++;
    bench_of(h)->flushed_space = space;
    bench_of(h)->flushed_va = va;
    bench_of(h)->flushed_size = size;
}

static void fetch_select(struct cpu_host *h, u32 space, u32 flags)
{
    bench_of(h)->selects++;
    bench_of(h)->selected_space = space;
    bench_of(h)->selected_flags = flags;
}

static void sync_time(struct cpu_host *h)
{
    (void)h;
}

static void kick(struct cpu_host *h)
{
    bench_of(h)->kicks++;
}

static s64 cpu_on(struct cpu_host *h, u64 mpidr, u64 entry, u64 context)
{
    struct a64_bench *b = bench_of(h);

    b->cpu_on++;
    b->on_args[0] = mpidr;
    b->on_args[1] = entry;
    b->on_args[2] = context;
    return -4;
}

static s64 affinity_info(struct cpu_host *h, u64 mpidr, u64 level)
{
    (void)h;
    return mpidr == 0 && level == 0 ? 0 : -2;
}

static void cpu_off(struct cpu_host *h)
{
    bench_of(h)->cpu_off++;
}

static void system_off(struct cpu_host *h)
{
    bench_of(h)->off++;
}

static void system_reset(struct cpu_host *h)
{
    bench_of(h)->reset++;
}

static u64 ran(struct cpu_host *h, bool after)
{
    return bench_of(h)->clock.count + after;
}

static void set_due(struct cpu_host *h, u64 count)
{
    bench_of(h)->due = count;
}

static void for_each_cpu(struct cpu_host *h, void (*fn)(void *, void *),
                         void *arg)
{
    fn(a64_from_host(h), arg);
}

static const struct vcpu_ops ops = {
    .fetch_flush = fetch_flush,
    .fetch_select = fetch_select,
    .sync_time = sync_time,
    .kick = kick,
    .ran = ran,
    .set_due = set_due,
    .cpu_on = cpu_on,
    .affinity_info = affinity_info,
    .cpu_off = cpu_off,
    .system_off = system_off,
    .system_reset = system_reset,
    .for_each_cpu = for_each_cpu,
};

static void set_line(void *opaque, unsigned n, bool level)
{
    ((struct a64_bench *)opaque)->line[n] = level;
}

struct a64_bench *bench_new(const char *model)
{
    struct a64_bench *b = g_new0(struct a64_bench, 1);
    struct cpu_env env = { .n_cpus = 1, .model = model, .ops = &ops,
                           .probe = &probe_nobody };

    if (!ram_init(&b->ram, BENCH_RAM, BENCH_RAM_SIZE, NULL))
        bug("no memory for the bench");
    bus_init(&b->bus, &b->ram);
    clock_init(&b->clock, 0);
    b->tags = tag_pool_new(&b->ram, 4, 1 * MiB);
    b->cpu = g_aligned_alloc0(1, a64_target.cpu_size, 64);
    b->cpu->host.vcpu = (struct vcpu *)b;
    env.clock = &b->clock;
    env.ram = &b->ram;
    env.bus = &b->bus;
    env.tags = b->tags;
    for (unsigned i = 0; i < ARRAY_SIZE(env.ppi); i++)
        env.ppi[i] = (struct irq_line){ set_line, b, i };
    a64_target.init(b->cpu, &env);
    a64_target.reset(b->cpu, BENCH_RAM, 0);
    ir_block_init(&b->block, a64_target.layout);
    return b;
}

void bench_free(struct a64_bench *b)
{
    ir_block_fini(&b->block);
    a64_target.fini(b->cpu);
    clock_fini(&b->clock);
    tag_pool_free(b->tags);
    bus_fini(&b->bus);
    ram_fini(&b->ram);
    g_aligned_free(b->cpu);
    g_free(b);
}

void bench_write(struct a64_bench *b, gpa_t pa, u64 v)
{
    ram_write(&b->ram, pa, &v, 8);
}

u64 bench_read(struct a64_bench *b, gpa_t pa)
{
    u64 v;

    ram_read(&b->ram, pa, &v, 8);
    return v;
}

/* --- running ------------------------------------------------------------- */

/* Host address of @bytes at @va for access @a, or NULL with a fault. */
static u8 *reach(struct cpu_host *h, u64 va, u32 memop, enum access a,
                 u64 bytes)
{
    struct a64_bench *b = bench_of(h);
    struct xlate x;

    if (!a64_target.translate_va(b->cpu, va, a, memop & IR_M_UNPRIV, &x))
        return NULL;
    if ((va & (bytes - 1)) && ((memop & IR_M_ALIGN) || !x.normal)) {
        a64_target.fault_align(b->cpu, va, a);
        return NULL;
    }
    if (!ram_contains(&b->ram, x.pa, bytes)) {
        a64_target.fault_abort(b->cpu, va, a);
        return NULL;
    }
    return ram_host(&b->ram, x.pa);
}

static bool slow_load(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    u64 bytes = 1ull << (memop & IR_M_SIZE);
    u8 *p = reach(h, va, memop, ACCESS_LOAD, bytes);

    if (!p)
        return false;
    out[0] = out[1] = 0;
    memcpy(out, p, bytes);
    return true;
}

static bool slow_store(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi)
{
    u64 v[2] = { lo, hi }, bytes = 1ull << (memop & IR_M_SIZE);
    u8 *p = reach(h, va, memop, ACCESS_STORE, bytes);

    if (p)
        memcpy(p, v, bytes);
    return p != NULL;
}

static bool slow_load_pair(struct cpu_host *h, u64 va, u32 memop, u64 out[4])
{
    u64 bytes = 1ull << (memop & IR_M_SIZE), t[4];

    if (!slow_load(h, va, memop, t) || !slow_load(h, va + bytes, memop,
                                                  t + 2))
        return false;
    memcpy(out, t, sizeof(t));
    return true;
}

static bool slow_store_pair(struct cpu_host *h, u64 va, u32 memop,
                            const u64 in[4])
{
    u64 bytes = 1ull << (memop & IR_M_SIZE);

    return reach(h, va, memop, ACCESS_STORE, bytes) &&
           reach(h, va + bytes, memop, ACCESS_STORE, bytes) &&
           slow_store(h, va, memop, in[0], in[1]) &&
           slow_store(h, va + bytes, memop, in[2], in[3]);
}

static bool slow_probe(struct cpu_host *h, u64 va, u32 memop, u64 len)
{
    enum access a = memop & IR_M_FOR_WRITE ? ACCESS_STORE : ACCESS_LOAD;

    (void)len;
    return reach(h, va, memop, a, 1) != NULL;
}

static const struct jit_slow slow = {
    slow_load, slow_store, slow_load_pair, slow_store_pair, slow_probe,
};

static bool is_io(void *opaque, gpa_t pa)
{
    (void)opaque;
    (void)pa;
    return false;
}

/* One block at the pc; false when an exception was taken. */
static bool run_block(struct a64_bench *b, unsigned *n)
{
    struct a64_cpu *cpu = b->cpu;
    struct tb tb = { .pc = a64_target.get_pc(cpu),
                     .flags = a64_target.tb_flags(cpu) };
    u64 before = cpu->stat_exceptions;
    struct jit_result r;
    struct xlate x;

    if (!a64_target.translate_va(cpu, tb.pc, ACCESS_FETCH, false, &x)) {
        a64_target.take_fault(cpu);
        *n -= 1;
        return false;
    }
    tb.pa = x.pa;
    ir_reset(&b->block, tb.pc, x.pa, IR_B_VERIFY);
    a64_target.translate(cpu, &b->block, &tb, ram_host(&b->ram, x.pa),
                         *n < 1 ? 1 : *n, is_io, NULL);
    tb.n_insns = (u16)b->block.n_insns;
    tb.n_bytes = (u16)b->block.n_bytes;
    tb.ir = &b->block;
    cpu->host.budget = 1 << 20;
    r = eval_run(&b->block, &tb, &cpu->host, &slow, 4);
    b->clock.count += b->block.n_insns;
    *n -= b->block.n_insns;
    if (r.why == JIT_EXIT_FAULT)
        a64_target.take_fault(cpu);
    return cpu->stat_exceptions == before;
}

unsigned bench_run(struct a64_bench *b, u64 pc, const u32 *words, unsigned n)
{
    unsigned left = n;

    ram_write(&b->ram, CODE_PA, words, 4 * n);
    a64_target.set_pc(b->cpu, pc);
    a64_derive(b->cpu);
    while (left && run_block(b, &left) &&
           a64_target.waiting(b->cpu) == CPU_RUNNING)
        ;
    return n - left;
}
