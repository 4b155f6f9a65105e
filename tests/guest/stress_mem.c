/* SPDX-License-Identifier: MIT */
/*
 * Parts of the stress program about memory: fork and copy on write, and
 * mappings that change while other threads use them.
 *
 * A fault that is expected is taken by a handler of SIGSEGV that notes it
 * and goes on behind the access; accesses that may fault are single
 * instructions, load_word() and store_word().
 */
#include "stress.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define WORDS      (PAGE / sizeof(uint64_t))

/* --- fork ---------------------------------------------------------------- */

#define FORK_PAGES 12

struct fork_part {
    _Atomic uint64_t *shared; /* incremented by every process */
};

static void area_fill(uint64_t *area, uint64_t seed)
{
    size_t i;

    for (i = 0; i < FORK_PAGES; i++) {
        area[i * WORDS] = mix(seed + i);
        area[i * WORDS + WORDS - 1] = mix(seed - i);
    }
}

static uint64_t area_sum(const uint64_t *area)
{
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i < FORK_PAGES; i++)
        sum = mix(sum + area[i * WORDS] + 3 * area[i * WORDS + WORDS - 1]);
    return sum;
}

/* Every second page is written, which copies it. */
static void area_change(uint64_t *area, uint64_t by, size_t first)
{
    size_t i;

    for (i = first; i < FORK_PAGES; i += 2)
        area[i * WORDS] += by;
}

/*
 * What a child does with its copy: it changes half of it, and its own child
 * the other half.  The sum goes to @fd.
 */
static _Noreturn void fork_child(const struct stress *s, uint64_t *area,
                                 struct fork_part *p, int fd)
{
    uint64_t sum;
    int status;
    pid_t pid;

    area_change(area, 5, 0);
    atomic_fetch_add(p->shared, 1);
    pid = fork();
    check(s, pid >= 0, "fork: %s", strerror(errno));
    area_change(area, pid ? 7 : 9, 1);
    sum = area_sum(area);
    if (!pid) {
        atomic_fetch_add(p->shared, 1);
        _exit(!write_all(fd, &sum, sizeof(sum)));
    }
    check(s, waitpid(pid, &status, 0) == pid && !status,
          "the child of a child ends with %x", status);
    _exit(!write_all(fd, &sum, sizeof(sum)));
}

static void fork_worker(struct worker *w)
{
    uint64_t *area = pages_new(w->run, FORK_PAGES, PROT_READ | PROT_WRITE);
    uint64_t *model = pages_new(w->run, FORK_PAGES, PROT_READ | PROT_WRITE);
    uint64_t i, got[2], before;
    int fds[2], status;
    pid_t pid;

    check(w->run, !pipe(fds), "pipe: %s", strerror(errno));
    for (i = 0; i < w->run->ops; i++) {
        area_fill(area, next_random(&w->random));
        memcpy(model, area, FORK_PAGES * PAGE);
        before = area_sum(area);
        pid = fork();
        check(w->run, pid >= 0, "fork: %s", strerror(errno));
        if (!pid)
            fork_child(w->run, area, w->shared, fds[1]);
        check(w->run, area_sum(area) == before, "a child's page");
        area_change(area, 11, 0);
        check(w->run, waitpid(pid, &status, 0) == pid && !status,
              "the child ends with %x", status);
        area_change(area, -11, 0);
        check(w->run, area_sum(area) == before, "a child's page, later");
        check(w->run, read_all(fds[0], got, sizeof(got)), "read");
        area_change(model, 5, 0);
        area_change(model, 9, 1);
        check(w->run, got[0] == area_sum(model), "the child of the child");
        area_change(model, -2, 1);
        check(w->run, got[1] == area_sum(model), "the child");
        w->sum += mix(before) + got[0] + got[1];
    }
    close(fds[0]);
    close(fds[1]);
    pages_free(area, FORK_PAGES);
    pages_free(model, FORK_PAGES);
}

uint64_t part_fork(const struct stress *s)
{
    struct fork_part p;
    uint64_t sum;

    p.shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(s, p.shared != MAP_FAILED, "mmap: %s", strerror(errno));
    sum = run_workers(s, fork_worker, &p);
    check(s, *p.shared == 2 * s->ops * s->threads, "%llu children",
          (unsigned long long)*p.shared);
    munmap(p.shared, PAGE);
    return sum;
}

/* --- mmap ---------------------------------------------------------------- */

#define COMMON_PAGES 16
#define OWN_PAGES    16
#define NO_FAULT     0

/* The faults of one thread. */
struct faults {
    uintptr_t address; /* of the last */
    int code;          /* SEGV_MAPERR, SEGV_ACCERR or NO_FAULT, once taken */
};

static _Thread_local struct faults own_faults;

struct mmap_part {
    uint8_t *common;        /* pages that all threads use */
    uint64_t round;         /* changes with every change of them */
    uint32_t absent;        /* bits: pages that are unmapped */
    uint32_t no_access;     /* pages with PROT_NONE */
    uint32_t read_only;     /* pages with PROT_READ */
    struct barrier barrier; /* between changes and uses */
};

static void take_fault(int number, siginfo_t *info, void *opaque)
{
    ucontext_t *context = opaque;

    (void)number;
    own_faults.address = (uintptr_t)info->si_addr;
    own_faults.code = info->si_code;
    context->uc_mcontext.pc += 4;
}

/* The fault of the last access, which is forgotten. */
static int fault_taken(const void *address)
{
    int code = own_faults.code;

    own_faults.code = NO_FAULT;
    if (code != NO_FAULT && own_faults.address != (uintptr_t)address)
        return -1;
    return code;
}

static int load_word(const void *address, uint64_t *value)
{
    uint64_t got = 0;

    __asm__ volatile("ldr %0, [%1]" : "+&r"(got) : "r"(address) : "memory");
    *value = got;
    return fault_taken(address);
}

static int store_word(void *address, uint64_t value)
{
    __asm__ volatile("str %1, [%0]" ::"r"(address), "r"(value) : "memory");
    return fault_taken(address);
}

static uint64_t common_value(const struct mmap_part *p, unsigned page)
{
    return mix(p->round * COMMON_PAGES + page);
}

/* One thread changes the common pages; the others wait at the barrier. */
static void common_change(struct worker *w, struct mmap_part *p)
{
    uint64_t random = mix(w->run->seed + p->round++);
    unsigned i;

    p->absent = random & 0x1111;
    p->no_access = random & 0x2222;
    p->read_only = random & 0x4444;
    for (i = 0; i < COMMON_PAGES; i++) {
        uint8_t *page = p->common + i * PAGE;
        uint32_t bit = 1u << i;
        int kind = random >> (32 + i) & 1;

        /* A page of this address is there already, or a new one comes. */
        if (kind)
            check(w->run,
                  mmap(page, PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page,
                  "mmap: %s", strerror(errno));
        *(uint64_t *)page = common_value(p, i);
        if (p->absent & bit)
            munmap(page, PAGE);
        else if (p->no_access & bit)
            mprotect(page, PAGE, PROT_NONE);
        else if (p->read_only & bit)
            mprotect(page, PAGE, PROT_READ);
    }
}

/* All threads see the change, by values and by faults. */
static void common_use(struct worker *w, const struct mmap_part *p)
{
    unsigned i;

    for (i = 0; i < COMMON_PAGES; i++) {
        unsigned n = (i + w->index * 5) % COMMON_PAGES;
        uint8_t *page = p->common + n * PAGE;
        uint32_t bit = 1u << n;
        int want = p->absent & bit      ? SEGV_MAPERR
                   : p->no_access & bit ? SEGV_ACCERR
                                        : NO_FAULT;
        int for_store = p->read_only & bit ? SEGV_ACCERR : want;
        uint64_t value;
        int code = load_word(page, &value);

        check(w->run, code == want, "a load from page %u: %d, not %d", n, code,
              want);
        check(w->run, value == (want ? 0 : common_value(p, n)),
              "page %u holds %llx", n, (unsigned long long)value);
        code = store_word(page + 64 * (w->index + 1), value);
        check(w->run, code == for_store, "a store to page %u: %d, not %d", n,
              code, for_store);
        w->sum += value + code;
    }
}

/* Pages are made whole for the next change. */
static void common_restore(struct worker *w, struct mmap_part *p)
{
    unsigned i;

    mprotect(p->common, COMMON_PAGES * PAGE, PROT_READ | PROT_WRITE);
    for (i = 0; i < COMMON_PAGES; i++) {
        uint8_t *page = p->common + i * PAGE;

        if (p->absent & 1u << i)
            check(w->run,
                  mmap(page, PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page,
                  "mmap: %s", strerror(errno));
        else
            mprotect(page, PAGE, PROT_READ | PROT_WRITE);
    }
}

/*
 * A thread's own pages change as it pleases, in the same address space: each
 * change must reach this CPU, and disturb no other.
 */
static void own_step(struct worker *w, uint8_t *area)
{
    uint64_t random = next_random(&w->random), value;
    uint8_t *page = area + random % OWN_PAGES * PAGE;
    uint64_t *word = (uint64_t *)page + (random >> 8) % WORDS;

    check(w->run, store_word(word, random) == NO_FAULT, "a store");
    mprotect(page, PAGE, PROT_READ);
    check(w->run, store_word(word, 1) == SEGV_ACCERR, "PROT_READ");
    check(w->run, load_word(word, &value) == NO_FAULT && value == random,
          "PROT_READ holds %llx", (unsigned long long)value);
    if (random >> 20 & 1) {
        mprotect(page, PAGE, PROT_NONE);
        check(w->run, load_word(word, &value) == SEGV_ACCERR, "PROT_NONE");
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
        check(w->run, load_word(word, &value) == NO_FAULT && value == random,
              "PROT_NONE lost a page");
    } else if (random >> 21 & 1) {
        munmap(page, PAGE);
        check(w->run,
              mmap(page, PAGE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page,
              "mmap: %s", strerror(errno));
        check(w->run, load_word(word, &value) == NO_FAULT && !value,
              "a new page holds %llx", (unsigned long long)value);
    } else {
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
        madvise(page, PAGE, MADV_DONTNEED);
        check(w->run, load_word(word, &value) == NO_FAULT && !value,
              "MADV_DONTNEED leaves %llx", (unsigned long long)value);
    }
    check(w->run, store_word(word, value) == NO_FAULT, "a store, later");
    w->sum += mix(random);
}

static void mmap_worker(struct worker *w)
{
    struct mmap_part *p = w->shared;
    uint8_t *own = pages_new(w->run, OWN_PAGES, PROT_READ | PROT_WRITE);
    uint64_t i, j;

    for (i = 0; i < w->run->ops; i++) {
        if (i % w->run->threads == w->index)
            common_change(w, p);
        barrier_wait(&p->barrier);
        common_use(w, p);
        for (j = 0; j < 3; j++)
            own_step(w, own);
        barrier_wait(&p->barrier);
        if (i % w->run->threads == w->index)
            common_restore(w, p);
        for (j = 0; j < 3; j++)
            own_step(w, own);
        barrier_wait(&p->barrier);
    }
    pages_free(own, OWN_PAGES);
}

uint64_t part_mmap(const struct stress *s)
{
    struct sigaction action = { .sa_sigaction = take_fault,
                                .sa_flags = SA_SIGINFO };
    struct mmap_part p = { .barrier.size = s->threads };
    uint64_t sum;

    sigaction(SIGSEGV, &action, NULL);
    p.common = pages_new(s, COMMON_PAGES, PROT_READ | PROT_WRITE);
    sum = run_workers(s, mmap_worker, &p);
    pages_free(p.common, COMMON_PAGES);
    signal(SIGSEGV, SIG_DFL);
    return sum;
}
