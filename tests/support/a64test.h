/* SPDX-License-Identifier: MIT */
/*
 * a64test.h - one AArch64 CPU on a bench: RAM, bus, clock, tags, and engine
 * services that count what they are asked. Instructions given as words are
 * translated and run by the evaluator, one block at a time, with slow paths
 * that always go through target_ops.translate_va.
 */
#ifndef A64TEST_H
#define A64TEST_H

#include "a64sys.h"

#define BENCH_RAM 0x40000000ull
#define BENCH_RAM_SIZE (4 * MiB)

struct a64_bench {
    struct a64_cpu *cpu;       /* the CPU */
    struct ram ram;            /* its memory at BENCH_RAM */
    struct bus bus;            /* no devices */
    struct clock clock;        /* virtual time, 1 ns an instruction */
    struct tag_pool *tags;     /* tag tables */
    struct ir_block block;     /* block being run */
    unsigned kicks;            /* calls of kick */
    unsigned flushes;          /* calls of fetch_flush */
    unsigned selects;          /* calls of fetch_select */
    u32 flushed_space;         /* arguments of the last fetch_flush */
    u64 flushed_va;            /* ... */
    u64 flushed_size;          /* ... */
    u32 selected_space;        /* arguments of the last fetch_select */
    u32 selected_flags;
    unsigned off, reset, cpu_off, cpu_on; /* PSCI calls */
    u64 on_args[3];            /* arguments of the last cpu_on */
    bool line[5];              /* levels of the outputs: timers, PMU */
    u64 due;                   /* argument of the last set_due */
};

/* Makes a bench with a CPU of @model, reset to BENCH_RAM. */
struct a64_bench *bench_new(const char *model);
void bench_free(struct a64_bench *b);
/* The bench of the CPU (for tests' own services). */
struct a64_bench *bench_of(struct cpu_host *h);
/* Writes a doubleword / reads one. */
void bench_write(struct a64_bench *b, gpa_t pa, u64 v);
u64 bench_read(struct a64_bench *b, gpa_t pa);
/*
 * Puts @n words at BENCH_RAM + 0x1000, which must be mapped at pc's address,
 * and runs from @pc until @n instructions were attempted or an exception was
 * taken. Returns the number attempted.
 */
unsigned bench_run(struct a64_bench *b, u64 pc, const u32 *words, unsigned n);

#endif
