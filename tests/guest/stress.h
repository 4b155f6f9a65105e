/* SPDX-License-Identifier: MIT */
/*
 * What the files of the stress program share: threads, checks, a barrier and
 * pseudo-random numbers.  See stress.c for what the program is.
 */
#ifndef STRESS_H
#define STRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE        4096
#define MAX_THREADS 16

/* How much of a part runs.  Its sum may depend on these and on nothing else. */
struct stress {
    const char *part; /* its name, for messages */
    uint64_t seed;    /* where every choice comes from */
    uint64_t ops;     /* operations of each thread */
    unsigned threads; /* how many threads, even, at least 2 */
};

/* One thread of a part. */
struct worker {
    const struct stress *run; /* how much */
    void *shared;             /* the part's own */
    unsigned index;           /* from 0 */
    uint64_t random;          /* state of next_random(), its own */
    uint64_t sum;             /* what it found, added to the part's */
};

/* A barrier for @size threads, on futexes. */
struct barrier {
    _Atomic uint32_t arrived;    /* threads of this generation */
    _Atomic uint32_t generation; /* how often it opened */
    uint32_t size;               /* threads that it waits for */
};

/* A lock of three states on a futex: free, held, held and waited for. */
struct lock {
    _Atomic uint32_t word; /* 0, 1 or 2 */
};

/* Ends the process with a message unless @is_so. */
#define check(s, is_so, ...)                          \
    do {                                              \
        if (!(is_so))                                 \
            fail(s, __FILE__, __LINE__, __VA_ARGS__); \
    } while (0)

_Noreturn void fail(const struct stress *s, const char *file, int line,
                    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Run @fn in s->threads threads; the sum of their sums. */
uint64_t run_workers(const struct stress *s, void (*fn)(struct worker *),
                     void *shared);

/* The next number of a xorshift generator; its state is never 0. */
uint64_t next_random(uint64_t *state);
/* A number that looks random, from another. */
uint64_t mix(uint64_t x);

/* Let the next CPU run: ends the turn of this one under emu. */
static inline void cpu_yield(void)
{
    __asm__ volatile("yield" ::: "memory");
}

/* Sleep while *word is @value, if it is; may return early. */
void futex_wait(_Atomic uint32_t *word, uint32_t value);
void futex_wake(_Atomic uint32_t *word, int threads);
void barrier_wait(struct barrier *b);
void lock_take(struct lock *l);
void lock_drop(struct lock *l);

/* Private memory; the process ends if there is none. */
void *pages_new(const struct stress *s, size_t pages, int protection);
void pages_free(void *p, size_t pages);

/* read and write whole buffers; false when the other end is gone. */
bool read_all(int fd, void *buffer, size_t size);
bool write_all(int fd, const void *buffer, size_t size);

/* The parts: each returns a sum of which it knows that it is right. */
typedef uint64_t part_fn(const struct stress *s);

part_fn part_futex, part_pipe, part_signal;      /* stress_sync.c */
part_fn part_exclusive;                          /* stress_excl.c */
part_fn part_atomics_llsc, part_atomics_outline; /* stress_atomics.c */
part_fn part_atomics_lse;
part_fn part_fork, part_mmap; /* stress_mem.c */
part_fn part_registers;       /* stress_regs.c */
part_fn part_code;            /* stress_code.c */
part_fn part_file;            /* stress_file.c */

#endif
