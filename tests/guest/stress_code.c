/* SPDX-License-Identifier: MIT */
/*
 * The part of the stress program about code that changes: functions that are
 * written through one mapping and run through another on every CPU, pages
 * that are writable and executable in turn, and a branch that is patched
 * while other CPUs run over it.
 *
 * Caches are cleaned as DDI 0487, "Synchronization and coherency issues
 * between data and instruction accesses" wants it.  The live patch exchanges
 * B and NOP, which "Concurrent modification and execution of instructions"
 * allows.
 */
#include "stress.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEPS           24 /* instructions of a function, at most */
#define SLOT_WORDS      32 /* where it is put */
#define SLOTS           64 /* in the pages of all threads */

#define WORDS_IN(pages) ((pages)*PAGE / sizeof(uint32_t))
#define COMMON_PAGES    (SLOTS * SLOT_WORDS * 4 / PAGE)

#define RET             0xd65f03c0
#define NOP             0xd503201f
#define B_OVER_2        0x14000003 /* b . + 12 */
#define MOVZ_X0         0xd2800000

typedef uint64_t function(uint64_t x);

struct code_part {
    uint32_t *write;        /* the pages of all, writable */
    uint32_t *run;          /* the same pages, executable */
    uint32_t *live;         /* a page with the branch that is patched */
    struct barrier barrier; /* between writing and running */
};

/* Make @words written at @at visible to what runs at @run_at. */
static void publish(const uint32_t *at, const uint32_t *run_at, size_t words)
{
    uintptr_t from, end = (uintptr_t)(at + words);
    uintptr_t run_end = (uintptr_t)(run_at + words);
    uint64_t ctr;
    size_t dline, iline;

    __asm__ volatile("mrs %0, ctr_el0" : "=r"(ctr));
    dline = 4ul << (ctr >> 16 & 15);
    iline = 4ul << (ctr & 15);
    for (from = (uintptr_t)at & -dline; from < end; from += dline)
        __asm__ volatile("dc cvau, %0" ::"r"(from) : "memory");
    __asm__ volatile("dsb ish" ::: "memory");
    for (from = (uintptr_t)run_at & -iline; from < run_end; from += iline)
        __asm__ volatile("ic ivau, %0" ::"r"(from) : "memory");
    __asm__ volatile("dsb ish\nisb" ::: "memory");
}

static uint64_t call(const uint32_t *code, uint64_t x)
{
    return ((function *)(uintptr_t)code)(x);
}

/* An instruction that computes with x0, and what it makes of @x. */
static uint32_t instruction(uint64_t random, uint64_t *x)
{
    uint32_t immediate = random >> 8 & 0xfff, shift = random >> 20 & 63;

    shift += !shift;
    switch (random & 3) {
    case 0: /* add x0, x0, #immediate */
        *x += immediate;
        return 0x91000000 | immediate << 10;
    case 1: /* sub x0, x0, #immediate */
        *x -= immediate;
        return 0xd1000000 | immediate << 10;
    case 2: /* eor x0, x0, x0, lsr #shift */
        *x ^= *x >> shift;
        return 0xca400000 | shift << 10;
    default: /* ror x0, x0, #shift */
        *x = *x >> shift | *x << (64 - shift);
        return 0x93c00000 | shift << 10;
    }
}

/* Put the function of @random there; what it makes of @x.  NULL: only that. */
static uint64_t function_write(uint32_t *at, uint64_t random, uint64_t x)
{
    uint64_t state = mix(random) | 1;
    unsigned steps = next_random(&state) % STEPS + 1, i;

    for (i = 0; i < steps; i++) {
        uint32_t word = instruction(next_random(&state), &x);

        if (at)
            at[i] = word;
    }
    if (at)
        at[i] = RET;
    return x;
}

/* One thread writes functions; all threads run them, at another address. */
static void common_step(struct worker *w, struct code_part *p, uint64_t i)
{
    unsigned slot = mix(i) % (SLOTS - 4), n;
    uint64_t x = mix(w->index + i);

    if (i % w->run->threads == w->index) {
        for (n = 0; n < 4; n++)
            function_write(p->write + (slot + n) * SLOT_WORDS,
                           w->run->seed + i * 4 + n, 0);
        publish(p->write + slot * SLOT_WORDS, p->run + slot * SLOT_WORDS,
                4 * SLOT_WORDS);
    }
    barrier_wait(&p->barrier);
    __asm__ volatile("isb" ::: "memory");
    for (n = 0; n < 16; n++) {
        uint64_t want = function_write(NULL, w->run->seed + i * 4 + n % 4, x);
        uint64_t got = call(p->run + (slot + n % 4) * SLOT_WORDS, x);

        check(w->run, got == want, "function %u of %llu makes %llx of %llx",
              n % 4, (unsigned long long)i, (unsigned long long)got,
              (unsigned long long)x);
        w->sum += got;
        x++;
    }
    barrier_wait(&p->barrier);
}

/* A thread's own page is written, closed, run and opened again. */
static void own_step(struct worker *w, uint32_t *page)
{
    uint64_t random = next_random(&w->random), want;
    bool is_closed = random % 4 == 0;
    uint32_t *at = page + random / 4 % (WORDS_IN(1) - SLOT_WORDS);
    unsigned n;

    for (n = 0; n < 4; n++) {
        want = function_write(at, random + n, n);
        publish(at, at, SLOT_WORDS);
        if (is_closed)
            mprotect(page, PAGE, PROT_READ | PROT_EXEC);
        check(w->run, call(at, n) == want, "a function of its own");
        check(w->run, call(at, n) == want, "a function of its own, again");
        if (is_closed)
            mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
        w->sum += want;
    }
}

/*
 * One thread patches a branch that the others run over all the time: they
 * see it as it was or as it is; after the barrier, as it is.
 */
static void live_step(struct worker *w, struct code_part *p, uint64_t i)
{
    uint64_t last = i & 1, got;
    unsigned n;

    for (n = 0; n < 32; n++) {
        if (i % w->run->threads == w->index) {
            __atomic_store_n(p->live, (n + last) & 1 ? NOP : B_OVER_2,
                             __ATOMIC_RELAXED);
            publish(p->live, p->live, 1);
            if (n % 8 == 0)
                cpu_yield();
        }
        got = call(p->live, 0);
        check(w->run, got == 1 || got == 2, "%llx", (unsigned long long)got);
    }
    barrier_wait(&p->barrier);
    __asm__ volatile("isb" ::: "memory");
    got = call(p->live, 0);
    check(w->run, got == ((31 + last) & 1 ? 1 : 2), "the last patch");
    w->sum += got;
    barrier_wait(&p->barrier);
}

static void code_worker(struct worker *w)
{
    struct code_part *p = w->shared;
    uint32_t *own = pages_new(w->run, 1, PROT_READ | PROT_WRITE | PROT_EXEC);
    uint64_t i;

    for (i = 0; i < w->run->ops; i++) {
        common_step(w, p, i);
        own_step(w, own);
        live_step(w, p, i);
    }
    pages_free(own, 1);
}

uint64_t part_code(const struct stress *s)
{
    static const uint32_t live[] = { NOP, MOVZ_X0 | 1 << 5, RET,
                                     MOVZ_X0 | 2 << 5, RET };
    struct code_part p = { .barrier.size = s->threads };
    int fd = memfd_create("stress", 0);
    uint64_t sum;

    check(s, fd >= 0 && !ftruncate(fd, COMMON_PAGES * PAGE), "memfd: %s",
          strerror(errno));
    p.write = mmap(NULL, COMMON_PAGES * PAGE, PROT_READ | PROT_WRITE,
                   MAP_SHARED, fd, 0);
    p.run = mmap(NULL, COMMON_PAGES * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED,
                 fd, 0);
    check(s, p.write != MAP_FAILED && p.run != MAP_FAILED, "mmap: %s",
          strerror(errno));
    close(fd);
    p.live = pages_new(s, 1, PROT_READ | PROT_WRITE | PROT_EXEC);
    memcpy(p.live, live, sizeof(live));
    publish(p.live, p.live, sizeof(live) / 4);
    sum = run_workers(s, code_worker, &p);
    munmap(p.write, COMMON_PAGES * PAGE);
    munmap(p.run, COMMON_PAGES * PAGE);
    pages_free(p.live, 1);
    return sum;
}
