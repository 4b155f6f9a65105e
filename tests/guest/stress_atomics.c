/* SPDX-License-Identifier: MIT */
/*
 * The part of the stress program about C's atomic operations.
 *
 * Compiled three times: with load and store exclusive (llsc), through
 * libgcc's functions that choose at run time (outline), and with the
 * instructions of FEAT_LSE (lse), which does more that C has no name for.
 * VARIANT is the last word of the function's name.
 */
#include "stress.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define SLOTS       7

struct atomics_part {
    _Atomic uint8_t count8;        /* incremented once an operation */
    _Atomic uint16_t count16;      /* ... */
    _Atomic uint32_t count32;      /* ... */
    _Atomic uint64_t count64;      /* ... */
    _Atomic uint64_t down;         /* decremented */
    _Atomic uint64_t bits;         /* a bit a thread, set and cleared */
    _Atomic uint32_t flips;        /* two bits a thread, inverted */
    _Atomic uint64_t slots[SLOTS]; /* values that change hands */
    _Atomic uint64_t highest;      /* of all numbers, by compare, swap */
    _Atomic uint16_t looped;       /* incremented by compare and swap */
    uint64_t umax, smin;           /* of all numbers, by FEAT_LSE */
    uint64_t pair[2] __attribute__((aligned(16))); /* by CASP */
};

/* One value that only these threads see, from a thread and a number. */
static uint64_t number_of(const struct stress *s, unsigned thread, uint64_t i)
{
    return mix(s->seed + ((uint64_t)thread << 40) + i);
}

#ifdef __ARM_FEATURE_ATOMICS
/* What C has no names for: LDUMAX, LDSMIN, LDCLR, CASP. */
static void lse_step(struct worker *w, struct atomics_part *p, uint64_t n)
{
    uint64_t old_max, old_min;

    __asm__ volatile("ldumaxal %2, %0, %1"
                     : "=&r"(old_max), "+Q"(p->umax)
                     : "r"(n)
                     : "memory");
    __asm__ volatile("ldsmin %2, %0, %1"
                     : "=&r"(old_min), "+Q"(p->smin)
                     : "r"(n)
                     : "memory");
    check(w->run,
          __atomic_load_n(&p->umax, __ATOMIC_RELAXED) >= n &&
              (int64_t)__atomic_load_n(&p->smin, __ATOMIC_RELAXED) <=
                  (int64_t)n,
          "a maximum of %llx", (unsigned long long)n);
    for (;;) {
        register uint64_t was0 __asm__("x4") = p->pair[0];
        register uint64_t was1 __asm__("x5") = p->pair[1];
        register uint64_t now0 __asm__("x6") = was0 + 1;
        register uint64_t now1 __asm__("x7") = was1 + 3;
        uint64_t want0 = was0, want1 = was1;

        if (n % 64 == 0)
            cpu_yield();
        n++;
        __asm__ volatile("caspal x4, x5, x6, x7, %2"
                         : "+r"(was0), "+r"(was1), "+Q"(p->pair)
                         : "r"(now0), "r"(now1)
                         : "memory");
        check(w->run, was1 == 3 * was0, "half of a pair");
        if (was0 == want0 && was1 == want1)
            break;
    }
}
#endif

static void bits_step(struct worker *w, struct atomics_part *p)
{
    uint64_t bit = 1ull << (w->index * 3);
    uint32_t two = 5u << (w->index * 4), old;

    check(w->run, !(atomic_fetch_or(&p->bits, bit) & bit), "a bit was set");
    old = atomic_fetch_xor_explicit(&p->flips, two, memory_order_relaxed);
    check(w->run, (old & two) == (w->sum & 1 ? two : 0), "a flipped bit");
    w->sum++;
    check(w->run, atomic_fetch_and(&p->bits, ~bit) & bit, "a bit is clear");
}

static void compare_step(struct atomics_part *p, uint64_t n)
{
    uint64_t high = atomic_load_explicit(&p->highest, memory_order_acquire);
    uint16_t looped = atomic_load(&p->looped);

    while (high < n && !atomic_compare_exchange_weak_explicit(
                           &p->highest, &high, n, memory_order_acq_rel,
                           memory_order_relaxed))
        ;
    if (n % 64 == 1)
        cpu_yield();
    while (!atomic_compare_exchange_strong(&p->looped, &looped, looped + 1))
        ;
}

static void atomics_worker(struct worker *w)
{
    struct atomics_part *p = w->shared;
    uint64_t i, held = mix(w->index);

    for (i = 0; i < w->run->ops; i++) {
        uint64_t n = number_of(w->run, w->index, i);

        atomic_fetch_add_explicit(&p->count8, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&p->count16, 1, memory_order_acquire);
        atomic_fetch_add_explicit(&p->count32, 1, memory_order_release);
        atomic_fetch_add(&p->count64, 1);
        atomic_fetch_sub(&p->down, 1);
        bits_step(w, p);
        if (n % 64 == 0)
            cpu_yield();
        held = atomic_exchange(&p->slots[n % SLOTS], held);
        compare_step(p, n);
#ifdef __ARM_FEATURE_ATOMICS
        lse_step(w, p, n);
#endif
    }
    w->sum = held;
}

/* The largest of all numbers, as unsigned and, negated, as signed ones. */
static void extremes(const struct stress *s, uint64_t *umax, uint64_t *smin)
{
    unsigned t;
    uint64_t i;

    *umax = 0;
    *smin = INT64_MAX;
    for (t = 0; t < s->threads; t++) {
        for (i = 0; i < s->ops; i++) {
            uint64_t n = number_of(s, t, i);

            *umax = n > *umax ? n : *umax;
            *smin = (int64_t)n < (int64_t)*smin ? n : *smin;
        }
    }
}

uint64_t JOIN(part_atomics_, VARIANT)(const struct stress *s)
{
    uint64_t all = s->ops * s->threads, umax, smin, want = 0, held;
    struct atomics_part p = { .smin = INT64_MAX };
    unsigned i;

    for (i = 0; i < SLOTS; i++) {
        p.slots[i] = mix(i + 100);
        want += p.slots[i];
    }
    for (i = 0; i < s->threads; i++)
        want += mix(i);
    extremes(s, &umax, &smin);
    held = run_workers(s, atomics_worker, &p);
    for (i = 0; i < SLOTS; i++)
        held += p.slots[i];
    check(s, held == want, "a value was lost");
    check(s,
          p.count8 == (uint8_t)all && p.count16 == (uint16_t)all &&
              p.count32 == (uint32_t)all && p.count64 == all && p.down == -all,
          "a counter");
    check(s, !p.bits && p.looped == (uint16_t)all && p.highest == umax,
          "bits, compare and swap");
#ifdef __ARM_FEATURE_ATOMICS
    check(s, p.umax == umax && p.smin == smin, "extremes");
    check(s, p.pair[0] == all && p.pair[1] == 3 * all, "the pair");
#endif
    return mix(all) + umax + smin + held;
}
