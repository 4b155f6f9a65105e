/* SPDX-License-Identifier: MIT */
/*
 * The part of the stress program about load-exclusive and store-exclusive,
 * written by hand: every width, pairs, acquire and release, CLREX, WFE until
 * another CPU writes, and a stack of nodes with a tag beside its head.
 *
 * Now and then a CPU yields between the load and the store, which other CPUs
 * then run between: the store must fail.  It yields once an operation, so
 * that it gets on.
 */
#include "stress.h"

#include <sched.h>

#define NODES 16

/* A node of the stack. */
struct node {
    uint64_t next;  /* number of the node below, from 1; 0: none */
    uint64_t value; /* operations done with it */
};

/* The head of the stack and how often it changed. */
struct head {
    uint64_t node; /* number of the node on top; 0: none */
    uint64_t tag;  /* changes, so that an old head is told from a new one */
} __attribute__((aligned(16)));

struct exclusive_part {
    uint64_t count64; /* each is incremented once an operation */
    uint32_t count32; /* ... */
    uint16_t count16; /* ... */
    uint8_t count8;   /* ... */
    struct head pair; /* .node one more, .tag three more each time */
    uint32_t half[2] __attribute__((aligned(8))); /* ... five and seven */
    struct head head;                             /* of the stack */
    struct node nodes[NODES];                     /* what it holds */
    uint32_t ticket; /* lock: next ticket above, served below */
    uint64_t locked; /* incremented under it */
};

/*
 * add_NAME(p, by, yields) adds with one width.  LOAD and STORE are the
 * instructions, R the letter of the register's width.
 */
#define ADD(NAME, TYPE, LOAD, STORE, R)                                       \
    static void add_##NAME(TYPE *p, TYPE by, unsigned yields)                 \
    {                                                                         \
        uint64_t value;                                                       \
        uint32_t lost;                                                        \
                                                                              \
        __asm__ volatile("1: " LOAD " %" R "0, %2\n"                          \
                         "   add %" R "0, %" R "0, %" R "4\n"                 \
                         "   cbz %w3, 2f\n"                                   \
                         "   mov %w3, #0\n"                                   \
                         "   yield\n"                                         \
                         "2: " STORE " %w1, %" R "0, %2\n"                    \
                         "   cbnz %w1, 1b\n"                                  \
                         : "=&r"(value), "=&r"(lost), "+Q"(*p), "+&r"(yields) \
                         : "r"((uint64_t)by)                                  \
                         : "memory");                                         \
    }

ADD(8, uint8_t, "ldxrb", "stxrb", "w")
ADD(16, uint16_t, "ldaxrh", "stxrh", "w")
ADD(32, uint32_t, "ldxr", "stlxr", "w")
ADD(64, uint64_t, "ldaxr", "stlxr", "x")
#undef ADD

/* Two 64-bit counters at once; what they were. */
static struct head add_pair(struct head *p, uint64_t a, uint64_t b,
                            unsigned yields)
{
    struct head old;
    uint64_t x, y;
    uint32_t lost;

    __asm__ volatile("1: ldxp %0, %1, %5\n"
                     "   add %2, %0, %7\n"
                     "   add %3, %1, %8\n"
                     "   cbz %w6, 2f\n"
                     "   mov %w6, #0\n"
                     "   yield\n"
                     "2: stxp %w4, %2, %3, %5\n"
                     "   cbnz %w4, 1b\n"
                     : "=&r"(old.node), "=&r"(old.tag), "=&r"(x), "=&r"(y),
                       "=&r"(lost), "+Q"(*p), "+&r"(yields)
                     : "r"(a), "r"(b)
                     : "memory");
    return old;
}

/* Two 32-bit counters at once. */
static void add_half(uint32_t (*p)[2], uint32_t a, uint32_t b, unsigned yields)
{
    uint32_t x, y, lost;

    __asm__ volatile("1: ldaxp %w0, %w1, %3\n"
                     "   add %w0, %w0, %w5\n"
                     "   add %w1, %w1, %w6\n"
                     "   cbz %w4, 2f\n"
                     "   mov %w4, #0\n"
                     "   yield\n"
                     "2: stlxp %w2, %w0, %w1, %3\n"
                     "   cbnz %w2, 1b\n"
                     : "=&r"(x), "=&r"(y), "=&r"(lost), "+Q"(*p), "+&r"(yields)
                     : "r"(a), "r"(b)
                     : "memory");
}

/* Is *p still @old?  Then it is @wanted now. */
static bool replace_head(struct head *p, struct head old, struct head wanted,
                         unsigned yields)
{
    struct head seen;
    uint32_t lost;

    __asm__ volatile("   mov %w2, #1\n"
                     "   ldaxp %0, %1, %3\n"
                     "   cmp %0, %5\n"
                     "   ccmp %1, %6, #0, eq\n"
                     "   b.ne 3f\n"
                     "   cbz %w4, 2f\n"
                     "   yield\n"
                     "2: stlxp %w2, %7, %8, %3\n"
                     "3: clrex\n"
                     : "=&r"(seen.node), "=&r"(seen.tag), "=&r"(lost), "+Q"(*p),
                       "+&r"(yields)
                     : "r"(old.node), "r"(old.tag), "r"(wanted.node),
                       "r"(wanted.tag)
                     : "memory", "cc");
    return !lost;
}

/*
 * A head as it may have been: its halves are read one after the other, and
 * replace_head() finds out whether they belong together.
 */
static struct head head_read(struct head *p)
{
    return (struct head){ __atomic_load_n(&p->node, __ATOMIC_ACQUIRE),
                          __atomic_load_n(&p->tag, __ATOMIC_ACQUIRE) };
}

static struct node *stack_pop(struct exclusive_part *p, unsigned yields)
{
    struct head old, top;

    for (;;) {
        old = head_read(&p->head);
        if (!old.node) {
            sched_yield();
            continue;
        }
        top.node =
            __atomic_load_n(&p->nodes[old.node - 1].next, __ATOMIC_RELAXED);
        top.tag = old.tag + 1;
        if (replace_head(&p->head, old, top, yields))
            return &p->nodes[old.node - 1];
        yields = 0;
    }
}

static void stack_push(struct exclusive_part *p, struct node *node)
{
    struct head old, top;

    do {
        old = head_read(&p->head);
        __atomic_store_n(&node->next, old.node, __ATOMIC_RELAXED);
        top.node = node - p->nodes + 1;
        top.tag = old.tag + 1;
    } while (!replace_head(&p->head, old, top, 0));
}

/* --- The lock with tickets ----------------------------------------------- */

static void ticket_take(uint32_t *lock)
{
    uint32_t mine, now, next, lost, tries = 0;

    __asm__ volatile("1: ldaxr %w0, %3\n"
                     "   add %w1, %w0, %w4\n"
                     "   stxr %w2, %w1, %3\n"
                     "   cbnz %w2, 1b\n"
                     : "=&r"(mine), "=&r"(next), "=&r"(lost), "+Q"(*lock)
                     : "r"(0x10000)
                     : "memory");
    mine >>= 16;
    if (mine == (uint16_t)__atomic_load_n(lock, __ATOMIC_ACQUIRE))
        return;
    __asm__ volatile("sevl" ::: "memory");
    for (;;) {
        __asm__ volatile("wfe\n"
                         "ldaxrh %w0, %1\n"
                         : "=&r"(now)
                         : "Q"(*(uint16_t *)lock)
                         : "memory");
        if (now == mine)
            break;
        /* The holder may be waiting for this CPU. */
        if (++tries % 4 == 0)
            sched_yield();
    }
    __asm__ volatile("clrex" ::: "memory");
}

static void ticket_drop(uint32_t *lock)
{
    uint16_t *served = (uint16_t *)lock;

    __atomic_store_n(served, *served + 1, __ATOMIC_RELEASE);
}

/* --- The part ------------------------------------------------------------ */

/* A store without its load never happens. */
static void check_clrex(struct worker *w)
{
    uint64_t word = 5, seen;
    uint32_t lost[2];

    __asm__ volatile("ldxr %0, %3\n"
                     "clrex\n"
                     "stxr %w1, xzr, %3\n"
                     "stlxr %w2, xzr, %3\n"
                     : "=&r"(seen), "=&r"(lost[0]), "=&r"(lost[1]), "+Q"(word)
                     :
                     : "memory");
    check(w->run, seen == 5 && word == 5 && lost[0] == 1 && lost[1] == 1,
          "a store after CLREX: %u %u", lost[0], lost[1]);
}

static void exclusive_worker(struct worker *w)
{
    struct exclusive_part *p = w->shared;
    uint64_t i;

    for (i = 0; i < w->run->ops; i++) {
        uint64_t random = next_random(&w->random);
        struct head old;
        struct node *node;

        add_8(&p->count8, 1, random % 32 == 0);
        add_16(&p->count16, 1, random % 32 == 1);
        add_32(&p->count32, 1, random % 32 == 2);
        add_64(&p->count64, 1, random % 32 == 3);
        add_half(&p->half, 5, 7, random % 32 == 4);
        old = add_pair(&p->pair, 1, 3, random % 32 == 5);
        check(w->run, old.tag == 3 * old.node, "half of a pair");
        node = stack_pop(p, random % 32 == 6);
        node->value++;
        stack_push(p, node);
        if (random % 16 == 7) {
            ticket_take(&p->ticket);
            p->locked++;
            ticket_drop(&p->ticket);
            w->sum++;
        }
        if (random % 64 == 8)
            check_clrex(w);
    }
}

uint64_t part_exclusive(const struct stress *s)
{
    uint64_t all = s->ops * s->threads, values = 0, nodes = 0, sum;
    static struct exclusive_part parts[1];
    struct exclusive_part *p = parts;
    unsigned i;

    *p = (struct exclusive_part){ .head = { NODES, 0 } };
    for (i = 0; i < NODES; i++)
        p->nodes[i].next = i;
    sum = run_workers(s, exclusive_worker, p);
    check(s,
          p->count8 == (uint8_t)all && p->count16 == (uint16_t)all &&
              p->count32 == (uint32_t)all && p->count64 == all,
          "a counter");
    check(s, p->pair.node == all && p->pair.tag == 3 * all, "the pair");
    check(s,
          p->half[0] == (uint32_t)(5 * all) &&
              p->half[1] == (uint32_t)(7 * all),
          "the narrow pair");
    check(s, p->locked == sum, "under the lock %llu times, not %llu",
          (unsigned long long)p->locked, (unsigned long long)sum);
    for (i = p->head.node; i; i = p->nodes[i - 1].next) {
        nodes++;
        check(s, nodes <= NODES, "the stack is a ring");
    }
    for (i = 0; i < NODES; i++)
        values += p->nodes[i].value;
    check(s, nodes == NODES && values == all, "%llu nodes, %llu values",
          (unsigned long long)nodes, (unsigned long long)values);
    check(s, p->head.tag == 2 * all, "changes of the stack");
    return mix(all) + sum;
}
