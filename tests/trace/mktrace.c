/* SPDX-License-Identifier: MIT */
/*
 * mktrace.c - writes a trace of a machine that never ran, for tests of what
 * reads traces: mktrace FILE [KEY=VALUE]...
 *
 *   insns=N      about how many instructions (20000)
 *   seed=N       another run (1)
 *   cpus=N       CPUs, of which all but the first are started on the way (2)
 *   image=FILE   the kernel's words, at kernel.pa (made up)
 *   text=N       only so many words of the image
 *   user=FILE    the words of a user program at 0x400000 (made up)
 *   kernel=FILE  what the header says the kernel is (the image)
 *   va=N         where the kernel is linked (0xffff800080000000)
 *   bias=N       how far KASLR moved the kernel (0)
 *   chunk=N      blocks a chunk (0: as the library does)
 *   header=0     no entries in the header
 *   events=0     no events
 *   regs=1       register and memory events for every instruction
 *   irq=N        the third interrupt comes N blocks later (0)
 *   mmio=N       the value of the third read of a device register (0)
 *   midr=N       the value of an identification register (0x410fd034)
 *   features=S   features in the header (fp asimd)
 *   patch=N:W    word N of the kernel is W from the third interrupt on
 *
 * Everything follows from the options: the same ones give the same bytes, and
 * what irq, mmio, midr and patch change begins where they take effect.
 *
 * The machine: a stub at 0x40000000, then the kernel with the MMU off, its
 * identity map, its upper half, and two user programs (ASIDs 1 and 2); both
 * CPUs in turns, with every kind of event.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filehash.h"
#include "trace.h"

#define STUB_PA   0x40000000ull
#define KERNEL_PA 0x40200000ull
#define KERNEL_VA 0xffff800080000000ull
#define USER_VA   0x400000ull
#define USER_PA   0x48000000ull

enum space { STUB, PHYS, IDENT, KERNEL, USER1, USER2, SPACES };
enum { MADE_WORDS = 16384, LINE_WORDS = 256, BATCH = 4096 };

struct code {
    u32 *words;  /* instructions */
    u32 n;       /* of them */
    u64 va, pa;  /* where they are */
    u32 flags;   /* of their blocks */
    u32 *ring;   /* by word: identity + 1 of the block there, 0 = none */
    u32 *length; /* by word: its instructions */
};

struct walk {
    u32 at;     /* the next word */
    u32 loop;   /* where the loop begins */
    u32 window; /* where the functions of this phase begin */
};

struct maker {
    struct trace_writer *w;     /* the trace */
    GHashTable *opt;            /* KEY to VALUE */
    struct code code[SPACES];   /* what there is to run */
    struct walk walk[TRACE_MAX_CPUS][SPACES]; /* where the CPUs are */
    u64 seed;                   /* of the random numbers */
    u32 last_ring;              /* identity given last */
    u32 batch[BATCH];           /* blocks not yet given */
    u32 n_batch;                /* of them */
    u64 count;                  /* instructions so far */
    unsigned cpu;               /* whose turn it is */
    unsigned n_on;              /* CPUs that run */
    unsigned n_irqs, n_reads;   /* interrupts and reads so far */
    bool events, regs;          /* options */
};

static u64 option(const struct maker *m, const char *key, u64 otherwise)
{
    const char *v = g_hash_table_lookup(m->opt, key);

    return v ? g_ascii_strtoull(v, NULL, 0) : otherwise;
}

static u64 rnd(struct maker *m)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return m->seed;
}

/* --- code ----------------------------------------------------------------- */

/* Does a block end behind this word? */
static bool is_end(u32 w)
{
    return (w & 0x7c000000) == 0x14000000 || /* B, BL */
           (w & 0xff000000) == 0x54000000 || /* B.cond */
           (w & 0x7c000000) == 0x34000000 || /* CBZ to TBNZ */
           (w & 0xfe000000) == 0xd6000000 || /* BR, BLR, RET, ERET */
           (w & 0xff000000) == 0xd4000000 || /* SVC and the like */
           (w & 0xfff00000) == 0xd5100000 || /* MSR */
           w == 0xd5033fdf;                  /* ISB */
}

/* A program: what compilers emit, and a branch every few words. */
static void make_words(struct maker *m, struct code *c)
{
    static const u32 pool[] = {
        0x91000400, 0xf9400000, 0xf9000000, 0xaa0003e0, 0x8b010000, 0xd2800000,
        0xb9400000, 0xb9000000, 0x92400000, 0xeb01001f, 0xd503201f, 0x4ea01c00,
        0x1e602820, 0xa9bf7bfd, 0xa8c17bfd, 0xd53be040,
    };
    static const u32 ends[] = { 0x14000004, 0x97fffff0, 0x54000041, 0xb4000040,
                                0x36000040, 0xd65f03c0, 0xd63f0000 };

    c->n = MADE_WORDS;
    c->words = g_new(u32, c->n);
    for (u32 i = 0; i < c->n; i++) {
        u64 r = rnd(m);

        if (r % 6 == 0)
            c->words[i] = ends[(r >> 8) % ARRAY_SIZE(ends)];
        else
            c->words[i] = pool[(r >> 8) % ARRAY_SIZE(pool)];
        if (c->words[i] >> 24 == 0x91)
            c->words[i] ^= (u32)(r >> 16) % 31;
    }
}

static void read_words(struct maker *m, struct code *c, const char *key)
{
    const char *path = g_hash_table_lookup(m->opt, key);
    GError *err = NULL;
    char *mem;
    gsize n;

    if (!path) {
        make_words(m, c);
        return;
    }
    if (!g_file_get_contents(path, &mem, &n, &err))
        g_error("%s", err->message);
    c->words = (u32 *)(void *)mem;
    c->n = (u32)MIN(n / 4, option(m, "text", UINT64_MAX));
}

static void place(struct code *c, const struct code *words, u64 va, u64 pa,
                  u32 flags)
{
    c->words = words->words;
    c->n = words->n;
    c->va = va;
    c->pa = pa;
    c->flags = flags;
    c->ring = g_new0(u32, c->n);
    c->length = g_new0(u32, c->n);
}

static void make_code(struct maker *m)
{
    static const u32 stub_words[] = { 0x580000c0, 0xaa1f03e1, 0xaa1f03e2,
                                      0xaa1f03e3, 0x58000084, 0xd61f0080 };
    struct code kernel, user, stub = { .n = ARRAY_SIZE(stub_words) };

    stub.words = g_memdup2(stub_words, sizeof(stub_words));
    read_words(m, &kernel, "image");
    read_words(m, &user, "user");
    place(&m->code[STUB], &stub, STUB_PA, STUB_PA, 1);
    place(&m->code[PHYS], &kernel, KERNEL_PA, KERNEL_PA, 1);
    place(&m->code[IDENT], &kernel, KERNEL_PA, KERNEL_PA, 1 | TRACE_B_MMU);
    place(&m->code[KERNEL], &kernel,
          option(m, "va", KERNEL_VA) + option(m, "bias", 0), KERNEL_PA,
          1 | TRACE_B_MMU);
    place(&m->code[USER1], &user, USER_VA, USER_PA, TRACE_B_MMU | TRACE_B_ASID);
    place(&m->code[USER2], &user, USER_VA, USER_PA + 16 * MiB,
          TRACE_B_MMU | TRACE_B_ASID);
}

static void give(struct maker *m)
{
    if (m->n_batch)
        trace_run(m->w, m->cpu, m->batch, m->n_batch);
    m->n_batch = 0;
}

/* The identity of the block at @at. */
static u32 block_at(struct maker *m, struct code *c, u32 at)
{
    struct trace_block b = { c->va + 4ul * at, c->pa + 4ul * at, 0, c->flags,
                             c->words + at };

    if (c->ring[at])
        return c->ring[at] - 1;
    while (at + b.n_insns < c->n) {
        u32 w = c->words[at + b.n_insns++];

        if (is_end(w) || (at + b.n_insns) % LINE_WORDS == 0)
            break;
    }
    give(m);
    c->ring[at] = ++m->last_ring + 1;
    c->length[at] = b.n_insns;
    trace_define(m->w, m->last_ring, &b, false);
    return m->last_ring;
}

/* --- events --------------------------------------------------------------- */

static void tell_at(struct maker *m, u64 count, u8 kind, const char *text,
                    const u64 *f)
{
    struct trace_event ev = { .kind = kind, .count = count, .text = text,
                              .n_text = text ? (u32)strlen(text) : 0 };

    memcpy(ev.f, f, sizeof(ev.f));
    give(m);
    trace_event(m->w, m->cpu, &ev);
}

static void tell_text(struct maker *m, u8 kind, const char *text,
                      const u64 *f)
{
    if (m->events)
        tell_at(m, m->count, kind, text, f);
}

#define F(...) ((const u64[TRACE_MAX_FIELDS]){ __VA_ARGS__ })
#define TELL(m, kind, ...) tell_text(m, TRACE_##kind, NULL, F(__VA_ARGS__))

/* Registers and memory of the @n instructions at word @at. */
static void tell_regs(struct maker *m, const struct code *c, u32 at, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        u32 w = c->words[at + i];
        u64 count = m->count + i + 1, v = rnd(m);

        if ((w & 0x3b000000) == 0x39000000)
            tell_at(m, count, TRACE_MEM, NULL,
                    F(!(w >> 22 & 1), 0xffff000000001000ull + 8 * (v & 255),
                      0x50001000 + 8 * (v & 255), 8, v));
        if ((w & 0xffc00000) == 0xf9000000 || is_end(w))
            continue;
        if (w >> 24 == 0x4e)
            tell_at(m, count, TRACE_REG, NULL, F(64 + (w & 31), v, ~v));
        else
            tell_at(m, count, TRACE_REG, NULL, F(w & 31, v));
        if (w >> 24 == 0xeb)
            tell_at(m, count, TRACE_REG, NULL, F(32, v & 0xf0000000));
    }
}

/* --- running -------------------------------------------------------------- */

/* Runs a block and decides where the next one is. */
static void step(struct maker *m, enum space space)
{
    struct code *c = &m->code[space];
    struct walk *k = &m->walk[m->cpu][space];
    u32 id = block_at(m, c, k->at), n = c->length[k->at];
    u64 r = rnd(m);

    if (m->n_batch == BATCH)
        give(m);
    m->batch[m->n_batch++] = id;
    if (m->regs)
        tell_regs(m, c, k->at, n);
    m->count += n;
    k->at += n;
    if (r % 64 == 0)
        k->at = k->loop = (k->window + (u32)(r >> 8) % 4096) % c->n;
    else if (r % 64 < 12)
        k->at = k->loop;
    if (r % 4096 == 1)
        k->window = (u32)(r >> 16) % c->n;
    k->at = k->at < c->n ? k->at : 0;
}

static void steps(struct maker *m, enum space space, u64 n)
{
    while (n--)
        step(m, space);
}

static void boot(struct maker *m)
{
    const u64 midr = option(m, "midr", 0x410fd034);

    TELL(m, RESET, STUB_PA);
    tell_text(m, TRACE_MARK, "start", F(0));
    step(m, STUB);
    steps(m, PHYS, 20);
    tell_text(m, TRACE_IDREG, "midr_el1", F(0xc000, midr, KERNEL_PA + 64));
    m->seed ^= midr;
    tell_text(m, TRACE_SYSREG, "sctlr_el1", F(0xc080, 0x34f4d91d));
    TELL(m, MMU, 1, 1, KERNEL_PA + 128);
    m->walk[0][IDENT] = m->walk[0][PHYS];
    steps(m, IDENT, 4);
    m->walk[0][KERNEL] = m->walk[0][IDENT];
    steps(m, KERNEL, 20);
    tell_text(m, TRACE_TLBI, "vmalle1is", F(0x4418, 0));
    tell_text(m, TRACE_CONSOLE, "[    0.000000] Booting Linux", F(1000000));
}

static void interrupt(struct maker *m)
{
    const char *patch = g_hash_table_lookup(m->opt, "patch");
    struct code *c = &m->code[KERNEL];

    if (++m->n_irqs == 3) {
        steps(m, KERNEL, option(m, "irq", 0));
        if (patch && strchr(patch, ':')) {
            u32 at = (u32)g_ascii_strtoull(patch, NULL, 0) % c->n;
            u32 word = (u32)g_ascii_strtoull(strchr(patch, ':') + 1, NULL, 0);

            TELL(m, CODE, c->pa + 4ul * at, 4, c->words[at], word,
                 c->va + 4ul * m->walk[m->cpu][KERNEL].at);
            c->words[at] = word;
            memset(c->ring, 0, 4ul * c->n);
        }
    }
    step(m, KERNEL);
    TELL(m, EXCEPTION, 0x280, 1, 1, 0, 0,
         c->va + 4ul * m->walk[m->cpu][KERNEL].at, 0x60000005);
    TELL(m, IRQ, 27);
    steps(m, KERNEL, 3);
    TELL(m, ERET, 1, 1, c->va + 4ul * m->walk[m->cpu][KERNEL].at, 0x60000005);
}

/* A system call's worth of a process. */
static void user(struct maker *m)
{
    enum space s = rnd(m) & 1 ? USER1 : USER2;
    const struct code *c = &m->code[s];
    u64 va;

    TELL(m, SPACE, 0, 0x41000000 + s * 4096, s - USER1 + 1);
    TELL(m, ERET, 1, 0, c->va + 4ul * m->walk[m->cpu][s].at, 0);
    steps(m, s, 12);
    va = c->va + 4ul * m->walk[m->cpu][s].at;
    if (rnd(m) % 4 == 0) {
        /* A page fault parts the block. */
        u32 id = block_at(m, &m->code[s], m->walk[m->cpu][s].at);

        m->batch[m->n_batch++ % BATCH] = id;
        give(m);
        trace_cut(m->w, m->cpu, 1, false);
        m->count++;
        TELL(m, EXCEPTION, 0x400, 0, 1, 0x92000007, va + 0x10000, va, 0);
    } else {
        TELL(m, EXCEPTION, 0x400, 0, 1, 0x56000000, 0, va, 0);
    }
    steps(m, KERNEL, 6);
}

static void device(struct maker *m)
{
    bool is_write = rnd(m) & 1;
    u64 v = is_write ? 0x41 : 0x90;

    if (!is_write && ++m->n_reads == 3)
        v ^= option(m, "mmio", 0);
    tell_text(m, TRACE_MMIO, is_write ? "pl011.DR" : "pl011.FR",
              F(is_write, 0x09000000 + (is_write ? 0 : 0x18), 4, v));
    m->seed ^= is_write ? 0 : v * 977;
    tell_text(m, TRACE_DEVICE, "virtio-blk", F(1, 4096, 512));
}

static void rare(struct maker *m)
{
    switch (rnd(m) % 6) {
    case 0:
        TELL(m, WAIT, 1);
        TELL(m, IDLE, m->count, m->count + 1000);
        break;
    case 1:
        if (m->events) {
            tell_at(m, m->count, TRACE_GAP, NULL, F(7, 1));
            m->count += 7;
        }
        break;
    case 2:
        if (m->events) {
            tell_at(m, m->count, TRACE_FETCH, NULL, F(1, 0x12340000, 0));
            m->count += 1;
        }
        TELL(m, EXCEPTION, 0x400, 0, 1, 0x82000007, 0x12340000, 0x12340000, 0);
        break;
    case 3:
        TELL(m, CPU_OFF, m->cpu);
        break;
    case 4:
        TELL(m, CODE, KERNEL_PA + 4096, 4, 0xd503201f, 0x14000001, 0);
        break;
    default:
        tell_text(m, TRACE_CONSOLE, "hello \"world\"", F(m->count));
        break;
    }
}

static void next_turn(struct maker *m)
{
    give(m);
    if (m->n_on < option(m, "cpus", 2)) {
        TELL(m, PSCI, 0xc4000003, m->n_on, KERNEL_PA, 0, 0);
        TELL(m, CPU_ON, m->n_on, KERNEL_PA, 0);
        m->cpu = m->n_on++;
        steps(m, PHYS, 2);
        TELL(m, MMU, 1, 1, KERNEL_PA + 128);
    } else {
        m->cpu = (m->cpu + 1) % m->n_on;
    }
}

static void run(struct maker *m, u64 n)
{
    boot(m);
    m->n_on = 1;
    while (m->count < n) {
        steps(m, KERNEL, 40 + rnd(m) % 64);
        interrupt(m);
        if (rnd(m) % 2)
            user(m);
        if (rnd(m) % 4 == 0)
            device(m);
        if (rnd(m) % 16 == 0)
            rare(m);
        if (rnd(m) % 8 == 0)
            next_turn(m);
    }
    give(m);
    TELL(m, PSCI, 0x84000008);
}

/* --- the command ---------------------------------------------------------- */

static GPtrArray *make_info(struct maker *m)
{
    const char *kernel = g_hash_table_lookup(m->opt, "kernel");
    const char *features = g_hash_table_lookup(m->opt, "features");
    GPtrArray *a = g_ptr_array_new_with_free_func(g_free);
    char *mem, hash[FILEHASH_TEXT];
    gsize n;

#define ADD(key, ...)                                                        \
    g_ptr_array_add(a, g_strdup(key));                                       \
    g_ptr_array_add(a, g_strdup_printf(__VA_ARGS__))
    ADD("emu", "test");
    ADD("machine", "virt");
    ADD("cpu", "max");
    ADD("features", "%s", features ? features : "fp asimd");
    ADD("smp", "%u", (unsigned)option(m, "cpus", 2));
    ADD("memory", "1073741824");
    ADD("seed", "%u", (unsigned)option(m, "seed", 1));
    ADD("append", "console=ttyAMA0 \"quoted\"");
    if (!kernel)
        kernel = g_hash_table_lookup(m->opt, "image");
    if (kernel && g_file_get_contents(kernel, &mem, &n, NULL)) {
        ADD("kernel", "%s", kernel);
        filehash_bytes(mem, n, hash);
        ADD("kernel.xxh128", "%s", hash);
        g_free(mem);
    }
    ADD("kernel.pa", "0x%llx", KERNEL_PA);
    ADD("kernel.size", "%u", m->code[PHYS].n * 4);
#undef ADD
    g_ptr_array_add(a, NULL);
    return a;
}

static void maker_free(struct maker *m)
{
    for (unsigned i = 0; i < SPACES; i++) {
        if (i == STUB || i == PHYS || i == USER1)
            g_free(m->code[i].words);
        g_free(m->code[i].ring);
        g_free(m->code[i].length);
    }
    g_hash_table_destroy(m->opt);
    g_free(m);
}

int main(int argc, char **argv)
{
    struct trace_config cfg = { 0 };
    g_autoptr(GPtrArray) info = NULL;
    GError *err = NULL;
    struct maker *m;
    bool ok;

    if (argc < 2)
        return 2;
    m = g_new0(struct maker, 1);
    m->opt = g_hash_table_new(g_str_hash, g_str_equal);
    for (int i = 2; i < argc; i++) {
        char *eq = strchr(argv[i], '=');

        if (!eq)
            exit(2);
        *eq = '\0';
        g_hash_table_insert(m->opt, argv[i], eq + 1);
    }
    m->seed = option(m, "seed", 1) * 0x9e3779b97f4a7c15ull;
    m->events = option(m, "events", 1);
    m->regs = option(m, "regs", 0);
    make_code(m);
    cfg.n_cpus = (unsigned)option(m, "cpus", 2);
    cfg.chunk_blocks = (u32)option(m, "chunk", 0);
    info = make_info(m);
    if (option(m, "header", 1))
        cfg.info = (const char *const *)info->pdata;
    m->w = trace_writer_new(argv[1], &cfg, &err);
    if (m->w) {
        run(m, option(m, "insns", 20000));
        trace_writer_close(m->w, "poweroff", 0, &err);
    }
    if (err)
        fprintf(stderr, "mktrace: %s\n", err->message);
    ok = !err;
    g_clear_error(&err);
    maker_free(m);
    return !ok;
}
