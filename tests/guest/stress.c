/* SPDX-License-Identifier: MIT */
/*
 * A program for the guest that leans on what several CPUs share.
 *
 * It is static, for AArch64 Linux, and made of parts.  Each runs in several
 * threads or processes and computes a sum that does not depend on who ran
 * when; what it should be the part knows, by arithmetic or from a run that
 * nobody disturbed, and it ends the program when something else comes out.
 * A line a part is printed:
 *
 *     stress: NAME SUM
 *
 * first for each part alone, then for all of them at once, each in a process
 * of its own; at the end "stress: OK SUM".  The sums depend on the arguments
 * alone, so that any two systems print the same lines.
 *
 * usage: stress LENGTH [SEED [PART[,PART]...]]
 * A part alone takes about LENGTH million instructions, the kernel's
 * included, and all at once LENGTH each for every second part.  With
 * STRESS_TIME in the environment, the time that each took is printed too:
 * under emu, nanoseconds are instructions.
 */
#include "stress.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS     4
#define MIX_THREADS 2 /* of each part, when all run at once */

struct part {
    const char *name;    /* as printed and selected */
    part_fn *run;        /* what it does */
    uint64_t ops;        /* of each thread, for a LENGTH of 16 */
    unsigned long needs; /* HWCAP bit without which it is left out */
};

static const struct part PARTS[] = {
    { "futex", part_futex, 640, 0 },
    { "pipe", part_pipe, 100, 0 },
    { "signal", part_signal, 115, 0 },
    { "exclusive", part_exclusive, 27000, 0 },
    { "atomics-llsc", part_atomics_llsc, 27000, 0 },
    { "atomics-outline", part_atomics_outline, 20000, 0 },
    { "atomics-lse", part_atomics_lse, 27000, HWCAP_ATOMICS },
    { "fork", part_fork, 4, 0 },
    { "mmap", part_mmap, 10, 0 },
    { "registers", part_registers, 160, 0 },
    { "code", part_code, 72, 0 },
    { "file", part_file, 27, 0 },
};

#define PART_COUNT (sizeof(PARTS) / sizeof(PARTS[0]))

/* --- What the parts share ------------------------------------------------ */

void fail(const struct stress *s, const char *file, int line,
          const char *format, ...)
{
    char text[256];
    va_list args;
    int n;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    n = dprintf(1, "stress: %s FAILED: %s:%d: %s\n", s->part, file, line, text);
    (void)n;
    _exit(1);
}

uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* What pthread_create starts. */
struct thread {
    struct worker worker;        /* what @fn gets */
    void (*fn)(struct worker *); /* what runs */
};

static void *thread_main(void *opaque)
{
    struct thread *t = opaque;

    t->fn(&t->worker);
    return NULL;
}

uint64_t run_workers(const struct stress *s, void (*fn)(struct worker *),
                     void *shared)
{
    struct thread threads[MAX_THREADS];
    pthread_t ids[MAX_THREADS];
    uint64_t sum = 0;
    unsigned i;

    for (i = 0; i < s->threads; i++) {
        struct worker *w = &threads[i].worker;

        *w = (struct worker){ s, shared, i, mix(s->seed + i) | 1, 0 };
        threads[i].fn = fn;
        check(s, !pthread_create(&ids[i], NULL, thread_main, &threads[i]),
              "no thread");
    }
    for (i = 0; i < s->threads; i++) {
        check(s, !pthread_join(ids[i], NULL), "no end of a thread");
        sum += threads[i].worker.sum;
    }
    return sum;
}

void *pages_new(const struct stress *s, size_t pages, int protection)
{
    void *p = mmap(NULL, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0);

    check(s, p != MAP_FAILED, "mmap: %s", strerror(errno));
    madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
    return p;
}

void pages_free(void *p, size_t pages)
{
    munmap(p, pages * PAGE);
}

bool read_all(int fd, void *buffer, size_t size)
{
    char *p = buffer;

    while (size) {
        ssize_t n = read(fd, p, size);

        if (n <= 0) {
            if (n < 0 && errno == EINTR)
                continue;
            return false;
        }
        p += n;
        size -= n;
    }
    return true;
}

bool write_all(int fd, const void *buffer, size_t size)
{
    const char *p = buffer;

    while (size) {
        ssize_t n = write(fd, p, size);

        if (n <= 0) {
            if (n < 0 && errno == EINTR)
                continue;
            return false;
        }
        p += n;
        size -= n;
    }
    return true;
}

/* --- Running the parts --------------------------------------------------- */

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Is the part named in @names, a list with commas?  NULL has all. */
static bool is_wanted(const struct part *part, const char *names)
{
    size_t n = strlen(part->name);

    while (names && *names) {
        size_t length = strcspn(names, ",");

        if (length == n && !memcmp(names, part->name, n))
            return true;
        names += length + (names[length] == ',');
    }
    return !names;
}

static uint64_t ops_for(const struct part *part, uint64_t length)
{
    uint64_t ops = part->ops * length / 16;

    return ops ? ops : 1;
}

static bool is_possible(const struct part *part)
{
    return !part->needs || (getauxval(AT_HWCAP) & part->needs);
}

static void report(const char *name, uint64_t sum, uint64_t start)
{
    printf("stress: %-20s %016llx", name, (unsigned long long)sum);
    if (getenv("STRESS_TIME"))
        printf(" %llu us", (unsigned long long)(now() - start) / 1000);
    putchar('\n');
    fflush(stdout);
}

/* Each part by itself, in all threads; their sums together. */
static uint64_t run_alone(uint64_t length, uint64_t seed, const char *names)
{
    uint64_t total = 0;
    size_t i;

    for (i = 0; i < PART_COUNT; i++) {
        const struct part *part = &PARTS[i];
        struct stress s = { part->name, mix(seed + i) | 1,
                            ops_for(part, length), THREADS };
        uint64_t start = now(), sum;

        if (!is_wanted(part, names) || !is_possible(part))
            continue;
        sum = part->run(&s);
        total = mix(total + sum);
        report(part->name, sum, start);
    }
    return total;
}

/* One part among all, in a process that sends its sum to @fd. */
static _Noreturn void run_child(const struct stress *s, part_fn *run, int fd)
{
    uint64_t sum = run(s);

    _exit(!write_all(fd, &sum, sizeof(sum)));
}

/* All parts at once; their sums together. */
static uint64_t run_mixed(uint64_t length, uint64_t seed, const char *names)
{
    int fds[PART_COUNT][2] = { 0 }, status;
    pid_t pids[PART_COUNT] = { 0 };
    uint64_t total = 0, start = now(), sum;
    struct stress s = { "mix", 0, 0, MIX_THREADS };
    char name[64];
    size_t i;

    for (i = 0; i < PART_COUNT; i++) {
        const struct part *part = &PARTS[i];

        if (!is_wanted(part, names) || !is_possible(part))
            continue;
        s.seed = mix(~(seed + i)) | 1;
        s.ops = ops_for(part, length);
        check(&s, !pipe(fds[i]), "pipe: %s", strerror(errno));
        pids[i] = fork();
        check(&s, pids[i] >= 0, "fork: %s", strerror(errno));
        if (!pids[i]) {
            s.part = part->name;
            run_child(&s, part->run, fds[i][1]);
        }
        close(fds[i][1]);
    }
    for (i = 0; i < PART_COUNT; i++) {
        if (!pids[i])
            continue;
        check(&s, read_all(fds[i][0], &sum, sizeof(sum)), "%s sends nothing",
              PARTS[i].name);
        check(&s, waitpid(pids[i], &status, 0) == pids[i] && !status,
              "%s ends with %x", PARTS[i].name, status);
        close(fds[i][0]);
        total = mix(total + sum);
        snprintf(name, sizeof(name), "mix %s", PARTS[i].name);
        report(name, sum, start);
    }
    return total;
}

int main(int argc, char **argv)
{
    const char *names = argc > 3 ? argv[3] : NULL;
    uint64_t seed, total, length = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;

    if (!length || argc > 4) {
        fprintf(stderr, "usage: stress LENGTH [SEED [PART[,PART]...]]\n");
        return 2;
    }
    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    total = run_alone(length, seed, names);
    total = mix(total + run_mixed(length, seed, names));
    printf("stress: OK %016llx\n", (unsigned long long)total);
    return 0;
}
