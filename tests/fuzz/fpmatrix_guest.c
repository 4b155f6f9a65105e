/* SPDX-License-Identifier: MIT */
/*
 * fpmatrix_guest.c - runs instructions over all pairs of corner operands under
 * every FPCR of a list, for fpmatrix.py; as a bare-metal program (with
 * tests/a64/lib/start.S) or, with ON_LINUX, as an AArch64 Linux program.
 *
 * Prints a line an instruction with a sum of all results, FPSR and NZCV;
 * with f_detail 1 a line for each FPCR, with 2 a line for each operation. The
 * job (instructions, FPCRs, operands) is an assembler file of the script.
 * Neither the compiler nor a library may use floating point here.
 */
#include <stdint.h>

#define MAX_OPS 32768

/* An instruction of the job; FP_WORD in fpmatrix_loop.inc has its layout. */
struct word {
    void (*loop)(void *run); /* the instruction over operands */
    uint32_t skip;           /* not with these bits in FPCR */
    uint8_t kind[3];         /* of Vn, Vm, and Va or Vd; 0: not read */
    uint8_t is_single;       /* Vn is one element, the only operand */
    uint32_t low;            /* only 16 bits of the result count */
    uint32_t unused;         /* zero */
};

/* What the loop works on; its layout is known there. */
struct run {
    const uint64_t *ops; /* operands, 8 a case: q1, q2, q3, q0 */
    uint64_t count;      /* cases */
    uint64_t sum;        /* of the results */
    uint64_t *out;       /* results, 4 a case */
    uint64_t step;       /* bytes from one to the next, 0: not kept */
    uint64_t lo, hi;     /* bits of the result that count */
};

/* The corner operands of a kind. */
struct kind {
    uint32_t n;          /* how many */
    uint32_t bits;       /* of one */
    const uint64_t *value; /* they */
};

extern const struct word f_words[];
extern const uint32_t f_n_words;
extern const uint32_t f_fpcr[];
extern const uint32_t f_n_fpcr;
extern const struct kind f_kinds[];
extern const uint32_t f_triples; /* third operands tried with each pair */
extern const uint32_t f_detail;
void t_main(void);

static uint64_t ops[MAX_OPS][8];
static uint64_t out[MAX_OPS][4];

/* --- output -------------------------------------------------------------- */

static char text[4096];
static unsigned n_text;

#ifdef ON_LINUX
static long call(long number, long a, long b, long c)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2)
                     : "memory");
    return x0;
}

static void flush(void)
{
    for (unsigned i = 0; i < n_text;)
        i += (unsigned)call(64, 1, (long)(text + i), (long)(n_text - i));
    n_text = 0;
}

void _start(void)
{
    t_main();
    call(94, 0, 0, 0);
}
#else
static void flush(void)
{
    volatile uint32_t *uart = (volatile uint32_t *)0x09000000;

    for (unsigned i = 0; i < n_text; i++)
        *uart = (uint32_t)(unsigned char)text[i];
    n_text = 0;
}
#endif

static void put(char c)
{
    if (n_text == sizeof(text))
        flush();
    text[n_text++] = c;
}

static void hex(uint64_t v, unsigned digits)
{
    put(' ');
    while (digits-- > 0)
        put("0123456789abcdef"[v >> (4 * digits) & 15]);
}

/* --- operands ------------------------------------------------------------ */

/* Fills @q with operands of @kind: number @i, then every @step-th. */
static void fill(uint64_t q[2], unsigned kind, uint32_t i, uint32_t step)
{
    const struct kind *k = &f_kinds[kind];

    q[0] = q[1] = 0x5a5a5a5a5a5a5a5a;
    if (!kind)
        return;
    q[0] = q[1] = 0;
    for (uint32_t at = 0; at < 128; at += k->bits, i += step)
        q[at / 64] |= k->value[i % k->n] << at % 64;
}

/* The cases of the instruction; how many. */
static uint32_t prepare(const struct word *w)
{
    uint32_t n_i = f_kinds[w->kind[0]].n, n = 0;
    uint32_t n_j = w->is_single ? 1 : f_kinds[w->kind[w->kind[1] ? 1 : 0]].n;
    uint32_t n_k = w->kind[2] ? f_triples : 1;

    if (!w->kind[0])
        n_i = n_j = 1;
    for (uint32_t i = 0; i < n_i; i++)
        for (uint32_t j = 0; j < n_j; j++)
            for (uint32_t k = 0; k < n_k && n < MAX_OPS; k++, n++) {
                uint64_t *o = ops[n];

                fill(o, w->kind[0], i, j + 1);
                fill(o + 2, w->kind[1], j, i + 3);
                fill(o + 4, w->kind[2], i * 5 + j * 11 + k * 17, 7);
                o[6] = o[4];
                o[7] = o[5];
            }
    return n;
}

/* --- running ------------------------------------------------------------- */

static void run_one(const struct word *w, struct run *r, uint32_t fpcr)
{
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)fpcr));
    w->loop(r);
    __asm__ volatile("msr fpcr, xzr\n\tmsr fpsr, xzr" : : : "memory");
}

static void print_case(uint32_t i)
{
    put('C');
    hex(i, 4);
    for (unsigned k = 0; k < 3; k++) {
        hex(ops[i][2 * k + 1], 16);
        hex(ops[i][2 * k], 16);
    }
    hex(out[i][1], 16);
    hex(out[i][0], 16);
    hex(out[i][2], 16);
    hex(out[i][3], 8);
    put('\n');
}

static void do_word(const struct word *w, uint32_t number)
{
    struct run r = { .out = out[0], .step = f_detail > 1 ? 32 : 0,
                     .lo = w->low ? 0xffff : UINT64_MAX,
                     .hi = w->low ? 0 : UINT64_MAX };
    uint32_t n = prepare(w);
    uint64_t total = 0;

    for (uint32_t i = 0; i < f_n_fpcr; i++) {
        if (f_fpcr[i] & w->skip)
            continue;
        r.ops = ops[0];
        r.count = n;
        if (f_detail)
            r.sum = 0;
        run_one(w, &r, f_fpcr[i]);
        total += n;
        if (f_detail) {
            put('F');
            hex(f_fpcr[i], 8);
            hex(r.sum, 16);
            put('\n');
        }
        for (uint32_t k = 0; f_detail > 1 && k < n; k++)
            print_case(k);
    }
    put('W');
    hex(number, 4);
    hex(r.sum, 16);
    hex(total, 8);
    put('\n');
}

void t_main(void)
{
    for (uint32_t i = 0; i < f_n_words; i++)
        do_word(&f_words[i], i);
    flush();
}
