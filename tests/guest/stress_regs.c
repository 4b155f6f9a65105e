/* SPDX-License-Identifier: MIT */
/*
 * The part of the stress program about registers: general, vector, FPCR,
 * FPSR and the flags must survive that other threads run, and that a signal
 * handler, which a timer starts wherever it likes, changes all of them.
 */
#include "stress.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#define TICK_US          200
#define VECTORS          32
#define INTEGERS         16 /* v0 to v15 add integers, v16 to v30 doubles */
#define GENERAL          24 /* x1 to x24 */
#define LOOPS            500

#define FPCR_RMODE_SHIFT 22
#define FPCR_FZ          (1u << 24)
#define FPCR_DN          (1u << 25)
#define FPSR_QC          (1u << 27)

/* A vector register, by the pieces that are added. */
union vector {
    uint64_t u[2]; /* as integers */
    double d[2];   /* as doubles, small whole numbers */
};

static uint64_t read_fpcr(void)
{
    uint64_t value;

    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
}

static void write_fpcr(uint64_t value)
{
    __asm__ volatile("msr fpcr, %0" ::"r"(value) : "memory");
}

/* The handler of the timer leaves nothing as it was. */
static void take_tick(int number)
{
    (void)number;
    write_fpcr(3u << FPCR_RMODE_SHIFT | FPCR_FZ);
    __asm__ volatile(
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,"
        "        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "   movi v\\n\\().16b, #0xa5\n"
        ".endr\n"
        "   msr fpsr, xzr\n"
        "   cmp sp, #1\n" ::
            : "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9",
              "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18",
              "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",
              "v28", "v29", "v30", "v31");
}

/* --- Vectors ------------------------------------------------------------- */

/*
 * @loops times: v0 to v15 += v31 as integers, v16 to v30 += 3.0; all the
 * while FPSR is @fpsr.  What FPSR is at the end.
 */
static uint64_t spin_vectors(union vector *v, uint64_t fpsr, uint64_t loops)
{
    uint64_t at_end;

    __asm__ volatile(
        "   mov x9, %2\n"
        "   ld1 {v0.2d-v3.2d}, [x9], #64\n"
        "   ld1 {v4.2d-v7.2d}, [x9], #64\n"
        "   ld1 {v8.2d-v11.2d}, [x9], #64\n"
        "   ld1 {v12.2d-v15.2d}, [x9], #64\n"
        "   ld1 {v16.2d-v19.2d}, [x9], #64\n"
        "   ld1 {v20.2d-v23.2d}, [x9], #64\n"
        "   ld1 {v24.2d-v27.2d}, [x9], #64\n"
        "   ld1 {v28.2d-v31.2d}, [x9]\n"
        "   msr fpsr, %3\n"
        "1:\n"
        "   .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "   add v\\n\\().2d, v\\n\\().2d, v31.2d\n"
        "   .endr\n"
        "   fmov v31.2d, #3.0\n"
        "   .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,"
        "           30\n"
        "   fadd v\\n\\().2d, v\\n\\().2d, v31.2d\n"
        "   .endr\n"
        "   ldr q31, [x9, #48]\n"
        "   subs %1, %1, #1\n"
        "   b.ne 1b\n"
        "   mrs %0, fpsr\n"
        "   mov x9, %2\n"
        "   st1 {v0.2d-v3.2d}, [x9], #64\n"
        "   st1 {v4.2d-v7.2d}, [x9], #64\n"
        "   st1 {v8.2d-v11.2d}, [x9], #64\n"
        "   st1 {v12.2d-v15.2d}, [x9], #64\n"
        "   st1 {v16.2d-v19.2d}, [x9], #64\n"
        "   st1 {v20.2d-v23.2d}, [x9], #64\n"
        "   st1 {v24.2d-v27.2d}, [x9], #64\n"
        "   st1 {v28.2d-v31.2d}, [x9]\n"
        : "=&r"(at_end), "+&r"(loops)
        : "r"(v), "r"(fpsr)
        : "memory", "cc", "x9", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
          "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",
          "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",
          "v28", "v29", "v30", "v31");
    return at_end;
}

static void vectors_step(struct worker *w, uint64_t random)
{
    uint64_t fpcr =
                 (random & 3) << FPCR_RMODE_SHIFT | (random & 4 ? FPCR_DN : 0),
             fpsr = FPSR_QC | (random & 31);
    union vector v[VECTORS], want[VECTORS];
    uint64_t loops = random % LOOPS + 1, at_end, seen;
    unsigned i, j;

    for (i = 0; i < VECTORS; i++) {
        for (j = 0; j < 2; j++) {
            v[i].u[j] = mix(random + i * 2 + j);
            if (i >= INTEGERS && i < VECTORS - 1)
                v[i].d[j] = (int)(v[i].u[j] >> 40);
        }
    }
    memcpy(want, v, sizeof(v));
    for (i = 0; i < VECTORS - 1; i++) {
        for (j = 0; j < 2; j++) {
            if (i < INTEGERS)
                want[i].u[j] += want[VECTORS - 1].u[j] * loops;
            else
                want[i].d[j] += 3.0 * loops;
        }
    }
    write_fpcr(fpcr);
    at_end = spin_vectors(v, fpsr, loops);
    seen = read_fpcr();
    write_fpcr(0);
    check(w->run, seen == fpcr && at_end == fpsr, "FPCR %llx, FPSR %llx",
          (unsigned long long)seen, (unsigned long long)at_end);
    for (i = 0; i < VECTORS; i++)
        check(w->run, !memcmp(&v[i], &want[i], sizeof(v[i])),
              "v%u is %016llx%016llx", i, (unsigned long long)v[i].u[1],
              (unsigned long long)v[i].u[0]);
    w->sum += mix(v[0].u[0]) + v[17].u[1];
}

/* --- General registers and flags ----------------------------------------- */

/* @loops times xN += N for x1 to x24; what the flags, once @flags, are. */
static uint64_t spin_general(uint64_t *x, uint64_t flags, uint64_t loops)
{
    uint64_t block[4] = { (uintptr_t)x, flags, loops, 0 };

    __asm__ volatile(
        "   mov x25, %0\n"
        "   ldp x0, x26, [x25]\n"
        "   ldr x27, [x25, #16]\n"
        "   .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,"
        "           18, 19, 20, 21, 22, 23, 24\n"
        "   ldr x\\n, [x0, #8 * (\\n - 1)]\n"
        "   .endr\n"
        "   msr nzcv, x26\n"
        "1:\n"
        "   .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,"
        "           18, 19, 20, 21, 22, 23, 24\n"
        "   add x\\n, x\\n, #\\n\n"
        "   .endr\n"
        "   sub x27, x27, #1\n"
        "   cbnz x27, 1b\n"
        "   mrs x26, nzcv\n"
        "   .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,"
        "           18, 19, 20, 21, 22, 23, 24\n"
        "   str x\\n, [x0, #8 * (\\n - 1)]\n"
        "   .endr\n"
        "   str x26, [x25, #24]\n" ::"r"(block)
        : "memory", "cc", "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8",
          "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18",
          "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27");
    return block[3];
}

static void general_step(struct worker *w, uint64_t random)
{
    uint64_t x[GENERAL], want[GENERAL], loops = random % LOOPS + 1;
    uint64_t flags = random >> 60 << 28, seen;
    unsigned i;

    for (i = 0; i < GENERAL; i++) {
        x[i] = mix(random - i);
        want[i] = x[i] + (i + 1) * loops;
    }
    seen = spin_general(x, flags, loops);
    check(w->run, seen == flags, "NZCV %llx", (unsigned long long)seen);
    for (i = 0; i < GENERAL; i++)
        check(w->run, x[i] == want[i], "x%u is %llx", i + 1,
              (unsigned long long)x[i]);
    w->sum += mix(x[3]);
}

/* --- Rounding ------------------------------------------------------------ */

/* A sum of inexact results in one rounding mode. */
static uint64_t rounded(unsigned mode, uint64_t steps)
{
    double d = 0.1 * mode;
    float f = 0.1f;
    uint64_t i, bits;
    uint32_t narrow;

    write_fpcr((uint64_t)mode << FPCR_RMODE_SHIFT);
    for (i = 1; i <= steps; i++) {
        double x = i;

        __asm__ volatile("fdiv d16, %d3, %d2\n"
                         "fsqrt d17, %d2\n"
                         "fmadd %d0, d16, d17, %d0\n"
                         "fcvt s16, d16\n"
                         "fmul s17, s16, s16\n"
                         "fadd %s1, %s1, s17\n"
                         : "+w"(d), "+w"(f)
                         : "w"(x), "w"(1.0)
                         : "d16", "d17");
    }
    write_fpcr(0);
    memcpy(&bits, &d, sizeof(bits));
    memcpy(&narrow, &f, sizeof(narrow));
    return mix(bits) + narrow;
}

/* --- The part ------------------------------------------------------------ */

struct registers_part {
    uint64_t rounded[4]; /* of each mode, when nobody else runs */
};

#define ROUNDED_STEPS 300

static void registers_worker(struct worker *w)
{
    struct registers_part *p = w->shared;
    uint64_t i;

    for (i = 0; i < w->run->ops; i++) {
        uint64_t random = next_random(&w->random);
        unsigned mode = (w->index + i) % 4;

        vectors_step(w, random);
        general_step(w, random);
        check(w->run, rounded(mode, ROUNDED_STEPS) == p->rounded[mode],
              "rounding mode %u", mode);
    }
}

uint64_t part_registers(const struct stress *s)
{
    struct itimerval tick = { { 0, TICK_US }, { 0, TICK_US } }, never = { 0 };
    struct sigaction action = { .sa_handler = take_tick,
                                .sa_flags = SA_RESTART };
    struct registers_part p;
    uint64_t sum;
    unsigned mode;

    for (mode = 0; mode < 4; mode++)
        p.rounded[mode] = rounded(mode, ROUNDED_STEPS);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &tick, NULL);
    sum = run_workers(s, registers_worker, &p);
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN);
    for (mode = 0; mode < 4; mode++)
        sum = mix(sum + p.rounded[mode]);
    return sum;
}
