/* SPDX-License-Identifier: MIT */
/*
 * insnemu.c - see insnemu.h. Cases run at EL0 with the system registers as
 * Linux has them, but for SP alignment checks, which qemu-aarch64 does not
 * make. Any exception leads to a vector that powers the machine off, which
 * ends the run of the engine; what the exception was is in ESR and FAR.
 */
#include "insnemu.h"

#include <glib.h>
#include <signal.h>
#include <string.h>

#include "a64sys.h"
#include "bits.h"
#include "exec_impl.h"

/* Physical memory: tables, vectors, the three pages, code. */
#define RAM_BASE 0x40000000ull
#define RAM_SIZE (4 * MiB)
#define L0_PA RAM_BASE
#define L1_PA (RAM_BASE + 0x1000)
#define L2_PA (RAM_BASE + 0x2000)
#define L3_PA (RAM_BASE + 0x3000)
#define VECTORS_PA (RAM_BASE + 0x4000)
#define DATA_PA (RAM_BASE + 0x8000)
#define CODE_PA (RAM_BASE + 0x200000)
#define VECTORS_VA 0x1260004000ull /* first 2 MiB of RAM, EL1 only */

#define D_TABLE 3ull
#define D_PAGE 3ull
#define D_BLOCK 1ull
#define D_EL0 (1ull << 6)
#define D_RO (1ull << 7)
#define D_SH (3ull << 8)
#define D_AF (1ull << 10)
#define D_PXN (1ull << 53)
#define D_UXN (1ull << 54)

/* RES1 bits, nTWE, nTWI, UCI, UCT, DZE, I, C, M; no alignment checks. */
#define SCTLR 0x34f5d905ull
/* 48 bits, 4 KiB, write-back, shareable, TBI0, no walks of the high half. */
#define TCR (16ull | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 5ull << 32 |    \
             1ull << 37)
#define HANG 1000 /* instructions after which a case is endless */

struct insn_emu {
    struct ram ram;       /* memory */
    struct bus bus;       /* no devices */
    struct clock clock;   /* counts */
    struct tag_pool *tags; /* tag tables */
    struct exec *exec;    /* engine */
    struct a64_cpu *cpu;  /* its CPU */
    u64 data[INSN_RW_BYTES / 8]; /* what can be written, at a start */
};

static void put(struct insn_emu *m, gpa_t pa, u64 v)
{
    ram_write(&m->ram, pa, &v, 8);
}

static void make_tables(struct insn_emu *m)
{
    u64 page = D_PAGE | D_EL0 | D_SH | D_AF | D_UXN | D_PXN;

    put(m, L0_PA, L1_PA | D_TABLE);
    put(m, L1_PA + 8 * extract64(INSN_CODE_VA, 30, 9), L2_PA | D_TABLE);
    put(m, L2_PA + 8 * extract64(INSN_CODE_VA, 21, 9),
        CODE_PA | D_BLOCK | D_EL0 | D_RO | D_SH | D_AF | D_PXN);
    put(m, L2_PA + 8 * extract64(INSN_DATA_VA, 21, 9), L3_PA | D_TABLE);
    put(m, L2_PA + 8 * extract64(VECTORS_VA, 21, 9),
        RAM_BASE | D_BLOCK | D_SH | D_AF | D_UXN);
    for (unsigned i = 0; i < 3; i++)
        put(m, L3_PA + 8 * (extract64(INSN_DATA_VA, 12, 9) + i),
            (DATA_PA + i * PAGE_SIZE) | page | (i == 2 ? D_RO : 0));
}

/* Both synchronous vectors: x0 to TPIDR_EL1, then PSCI SYSTEM_OFF. */
static void make_vectors(struct insn_emu *m)
{
    static const u32 code[] = { 0xd518d080, 0xd2800100, 0xf2b08000,
                                0xd4000002 };

    ram_write(&m->ram, VECTORS_PA + 0x200, code, sizeof(code));
    ram_write(&m->ram, VECTORS_PA + 0x400, code, sizeof(code));
}

static void set_up_cpu(struct insn_emu *m)
{
    struct a64_arch *a = &m->cpu->arch;

    exec_reset(m->exec, VECTORS_VA, 0);
    a->sctlr[1] = SCTLR;
    a->tcr[1] = TCR;
    a->mair[1] = 0xff;
    a->ttbr0[1] = L0_PA;
    a->vbar[1] = VECTORS_VA;
    a->cpacr = 3 << 20;
    a64_map_flush(m->cpu);
    a64_space_changed(m->cpu);
    a64_derive(m->cpu);
}

struct insn_emu *insn_emu_new(const struct insn_engine *e)
{
    static const struct irq_line none[5];
    struct insn_emu *m = g_new0(struct insn_emu, 1);
    unsigned tag_bits = e->tag_bits ? e->tag_bits : TAG_BITS;
    struct exec_config cfg = {
        .target = &a64_target,
        .model = "max,lse2=off", /* QEMU 7.2 has no FEAT_LSE2 */
        .n_cpus = 1,
        .clock = &m->clock,
        .ram = &m->ram,
        .bus = &m->bus,
        .use_jit = e->use_jit,
        .tb_max = e->tb_max,
        .verify_ir = true,
        .jit = {
            .cache_bytes = 4 * MiB,
            .tag_bits = e->tag_bits,
            .always_cold = e->always_cold,
            .ra_seed = e->ra_seed,
            .host_features = e->host_features,
        },
    };

    if (!ram_init(&m->ram, RAM_BASE, RAM_SIZE, NULL))
        bug("no memory for the machine");
    bus_init(&m->bus, &m->ram);
    clock_init(&m->clock, 0);
    m->tags = cfg.tags = tag_pool_new(&m->ram, tag_bits, 1 * MiB);
    m->exec = exec_new(&cfg, NULL);
    if (!m->exec) {
        insn_emu_free(m);
        return NULL;
    }
    exec_cpu_init(m->exec, 0, NULL, NULL, none);
    m->cpu = exec_cpu(m->exec, 0);
    make_tables(m);
    make_vectors(m);
    set_up_cpu(m);
    return m;
}

void insn_emu_free(struct insn_emu *m)
{
    exec_free(m->exec);
    tag_pool_free(m->tags);
    clock_fini(&m->clock);
    bus_fini(&m->bus);
    ram_fini(&m->ram);
    g_free(m);
}

void insn_emu_load(struct insn_emu *m, const struct insn_batch *b)
{
    for (unsigned i = 0; i < b->n; i++) {
        u64 at = b->start[i].pc - INSN_CODE_VA;

        ram_write(&m->ram, CODE_PA + at, b->code[at / INSN_SLOT_BYTES],
                  INSN_SLOT_BYTES);
    }
    ram_write(&m->ram, DATA_PA, b->data, INSN_DATA_BYTES);
    memcpy(m->data, b->data, INSN_RW_BYTES);
}

/* --- a case -------------------------------------------------------------- */

static void enter(struct insn_emu *m, const struct insn_state *s)
{
    struct a64_arch *a = &m->cpu->arch;

    memcpy(a->x, s->x, sizeof(a->x));
    memcpy(a->v, s->v, sizeof(a->v));
    a->sp = s->sp;
    a->pc = s->pc;
    a->nzcv = ir_nzcv_from_packed(s->nzcv);
    a->fpcr = s->fpcr;
    a->fpsr = s->fpsr;
    a->el = 0;
    a->spsel = 0;
    a->daif = 0;
    a->pan = 0;
    a->uao = 0;
    a->excl_armed = 0;
    a64_derive(m->cpu);
    memcpy(ram_host(&m->ram, DATA_PA), m->data, INSN_RW_BYTES);
}

/* The signal that Linux makes of the exception. */
static void judge(const struct a64_arch *a, struct insn_end *end)
{
    u32 esr = (u32)a->esr[1], fsc = esr & 0x3f;

    switch (esr >> 26) {
    case EC_BRK:
        end->sig = SIGTRAP;
        return;
    case EC_IABT_LOWER:
    case EC_DABT_LOWER:
        end->far = a->far[1];
        end->sig = fsc == 0x21 || fsc >= 0x10 ? SIGBUS : SIGSEGV;
        if (end->sig == SIGSEGV)
            end->code = fsc >= 0xc ? 2 : 1;
        return;
    case EC_PCALIGN:
    case EC_SPALIGN:
        end->sig = SIGBUS;
        end->far = a->far[1];
        return;
    default:
        end->sig = SIGILL;
    }
}

static void leave(struct insn_emu *m, struct insn_end *end)
{
    const struct a64_arch *a = &m->cpu->arch;
    const u64 *data = (const u64 *)ram_host(&m->ram, DATA_PA);

    memset(end, 0, sizeof(*end));
    memcpy(end->s.x, a->x, sizeof(a->x));
    end->s.x[0] = a->tpidr[1];
    end->s.sp = a->sp_el[0];
    end->s.pc = a->elr[1];
    end->s.nzcv = (u32)a->spsr[1] & 0xf0000000;
    end->s.fpcr = a->fpcr;
    end->s.fpsr = a->fpsr;
    memcpy(end->s.v, a->v, sizeof(a->v));
    judge(a, end);
    end->hash = insn_hash(data);
    memcpy(end->edge, (const u8 *)data + INSN_RW_BYTES - INSN_EDGE,
           INSN_EDGE);
}

bool insn_emu_run(struct insn_emu *m, const struct insn_state *s,
                  struct insn_end *end, u64 *count)
{
    u64 before = m->clock.count;
    enum exec_stop why;

    enter(m, s);
    m->exec->exit_at = before + HANG;
    why = exec_run(m->exec, NULL);
    leave(m, end);
    *count = m->clock.count - before - 4; /* without the vector */
    return why == EXEC_OFF;
}
