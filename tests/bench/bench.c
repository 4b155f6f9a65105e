/* SPDX-License-Identifier: MIT */
/*
 * The program that tests/bench/run.py times, a static AArch64 Linux program.
 *
 * Each row is a loop of a fixed number of operations, chosen so that it runs
 * for about a second under qemu-system-aarch64.  The guest's clock is of no
 * use for timing, because an emulator may count instructions instead of
 * nanoseconds; so a row is enclosed by the lines
 *
 *     bench: start NAME
 *     bench: end NAME OPERATIONS CHECKSUM
 *
 * and the host reads the emulator's CPU time when they arrive.  The checksum
 * depends on every result, so that the compiler keeps the loop and emulators
 * that compute differently are found out.
 *
 * usage: bench ROWS DIVISOR
 * ROWS are names separated by commas, or "all"; the numbers of operations are
 * divided by DIVISOR.
 */
#include <arm_acle.h>
#include <arm_neon.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PAGE       4096
#define NOINLINE   __attribute__((noinline, noclone))

/* argv[1] of the process that the exec row starts: end at once. */
#define EXEC_CHILD "--exit"

struct row {
    const char *name;        /* as printed and selected */
    uint64_t (*run)(long n); /* n operations; returns their checksum */
    long ops;                /* operations with DIVISOR 1 */
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static void *pages(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        die("mmap");
    madvise(p, size, MADV_NOHUGEPAGE);
    return p;
}

/* --- Integer ------------------------------------------------------------ */

/* Multiplications, shifts and a branch that cannot be foreseen. */
static uint64_t run_int(long n)
{
    uint64_t x = 88172645463325252, sum = 0;

    for (long i = 0; i < n; i++) {
        uint64_t r = next_random(&x) * 0x9e3779b97f4a7c15;

        if (r >> 63)
            sum += r ^ (r >> 29);
        else
            sum -= r + (sum >> 7);
    }
    return sum;
}

/* One operation is a byte through a bitwise CRC. */
static uint64_t run_crc(long n)
{
    uint32_t crc = ~0U;

    for (long i = 0; i < n; i++) {
        crc ^= (uint32_t)i & 255;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return crc;
}

/* One operation is the sorting of 256 words: insertion sort. */
static uint64_t run_sort(long n)
{
    static uint32_t v[256];
    uint64_t x = 42, sum = 0;

    for (long i = 0; i < n; i++) {
        for (int j = 0; j < 256; j++)
            v[j] = (uint32_t)next_random(&x);
        for (int j = 1; j < 256; j++) {
            uint32_t key = v[j];
            int k = j - 1;

            for (; k >= 0 && v[k] > key; k--)
                v[k + 1] = v[k];
            v[k + 1] = key;
        }
        sum = sum * 31 + v[i & 255];
    }
    return sum;
}

static int compare_words(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* One operation is a qsort() of 1024 words. */
static uint64_t run_qsort(long n)
{
    static uint32_t v[1024];
    uint64_t x = 43, sum = 0;

    for (long i = 0; i < n; i++) {
        for (int j = 0; j < 1024; j++)
            v[j] = (uint32_t)next_random(&x);
        qsort(v, 1024, sizeof(v[0]), compare_words);
        sum = sum * 31 + v[i & 1023];
    }
    return sum;
}

/* --- Memory ------------------------------------------------------------- */

#define COPY_SIZE 65536

/* One operation is memcpy() of 64 KiB. */
static uint64_t run_memcpy(long n)
{
    unsigned char *a = pages(COPY_SIZE), *b = pages(COPY_SIZE);
    uint64_t sum = 0;

    for (int i = 0; i < COPY_SIZE; i++)
        a[i] = (unsigned char)(i * 7);
    for (long i = 0; i < n; i++) {
        a[i % COPY_SIZE] ^= (unsigned char)i;
        memcpy(b, a, COPY_SIZE);
        sum = sum * 31 + b[(i * 64) % COPY_SIZE];
    }
    munmap(a, COPY_SIZE);
    munmap(b, COPY_SIZE);
    return sum;
}

static NOINLINE void copy_words(uint64_t *restrict to,
                                const uint64_t *restrict from)
{
    for (int i = 0; i < COPY_SIZE / 8; i += 4) {
        to[i] = from[i];
        __asm__ volatile("" ::: "memory");
        to[i + 1] = from[i + 1];
        __asm__ volatile("" ::: "memory");
        to[i + 2] = from[i + 2];
        __asm__ volatile("" ::: "memory");
        to[i + 3] = from[i + 3];
        __asm__ volatile("" ::: "memory");
    }
}

/* One operation is a copy of 64 KiB by words of 8 bytes. */
static uint64_t run_copy8(long n)
{
    uint64_t *a = pages(COPY_SIZE), *b = pages(COPY_SIZE);
    uint64_t x = 44, sum = 0;

    for (int i = 0; i < COPY_SIZE / 8; i++)
        a[i] = next_random(&x);
    for (long i = 0; i < n; i++) {
        copy_words(b, a);
        sum = sum * 31 + b[i % (COPY_SIZE / 8)];
    }
    munmap(a, COPY_SIZE);
    munmap(b, COPY_SIZE);
    return sum;
}

/*
 * A random cycle through words that lie `stride` bytes apart; one operation
 * is a step.
 */
static uint64_t chase(size_t size, size_t stride, long n)
{
    char *base = pages(size);
    size_t count = size / stride;
    uint64_t x = 45, at = 0;

#define WORD(i) (*(uint64_t *)(base + (i)*stride))
    for (size_t i = 0; i < count; i++)
        WORD(i) = i * stride;
    for (size_t i = count - 1; i; i--) {
        size_t j = next_random(&x) % i;
        uint64_t swap = WORD(i);

        WORD(i) = WORD(j);
        WORD(j) = swap;
    }
#undef WORD
    for (long i = 0; i < n; i++)
        at = *(uint64_t *)(base + at);
    munmap(base, size);
    return at;
}

/* In 16 KiB. */
static uint64_t run_chase(long n)
{
    return chase(16 << 10, 64, n);
}

/* Through the pages of 32 MiB, more than a translation buffer holds. */
static uint64_t run_random(long n)
{
    return chase(32 << 20, PAGE + 64, n);
}

/* An atomic addition: LDXR and STXR, or LDADD on CPUs that have it. */
static uint64_t run_atomic(long n)
{
    static _Atomic uint64_t counter;

    atomic_store(&counter, 0);
    for (long i = 0; i < n; i++)
        atomic_fetch_add(&counter, (uint64_t)i);
    return atomic_load(&counter);
}

/* --- Calls -------------------------------------------------------------- */

static NOINLINE unsigned fib(unsigned n)
{
    unsigned sum = 0;

    for (; n >= 2; n -= 2) {
        sum += fib(n - 1);
        __asm__ volatile("" : "+r"(sum));
    }
    return sum + n;
}

/* One operation is fib(20) or fib(21), some thousands of calls. */
static uint64_t run_call(long n)
{
    uint64_t sum = 0;

    for (long i = 0; i < n; i++)
        sum = sum * 31 + fib(20 + (i & 1));
    return sum;
}

static NOINLINE uint64_t op_add(uint64_t a, uint64_t b)
{
    return a + b;
}

static NOINLINE uint64_t op_xor(uint64_t a, uint64_t b)
{
    return a ^ (b << 1);
}

static NOINLINE uint64_t op_mul(uint64_t a, uint64_t b)
{
    return a * (b | 1);
}

static NOINLINE uint64_t op_ror(uint64_t a, uint64_t b)
{
    return (a >> 13 | a << 51) + b;
}

/* Calls through a table, in an order that repeats only after 64 calls. */
static uint64_t run_indirect(long n)
{
    static uint64_t (*const volatile ops[4])(
        uint64_t, uint64_t) = { op_add, op_xor, op_mul, op_ror };
    uint64_t x = 46, value = 1;
    unsigned char order[64];

    for (int i = 0; i < 64; i++)
        order[i] = next_random(&x) & 3;
    for (long i = 0; i < n; i++)
        value = ops[order[i & 63]](value, (uint64_t)i);
    return value;
}

/* A byte-code interpreter; one operation is a byte code and its BR. */
static uint64_t run_interp(long n)
{
    static const void *const target[8] = { &&add, &&xor,  &&mul,  &&sub,
                                           &&ror, &&load, &&swap, &&not };
    uint64_t x = 47, a = 1, b = 2;
    unsigned char code[256];
    long i = 0;

    for (int j = 0; j < 256; j++)
        code[j] = next_random(&x) & 7;

#define NEXT                                     \
    do {                                         \
        __asm__ volatile("" : "+r"(a), "+r"(b)); \
        if (++i > n)                             \
            return a ^ b;                        \
        goto *target[code[i & 255]];             \
    } while (0)

    NEXT;
add:
    a += b;
    NEXT;
    xor : b ^= a >> 3;
    NEXT;
mul:
    a *= 0x2545f4914f6cdd1d;
    NEXT;
sub:
    b -= (uint64_t)i;
    NEXT;
ror:
    a = a << 7 | a >> 57;
    NEXT;
load:
    b += code[a & 255];
    NEXT;
swap:
    a ^= b;
    NEXT;
    not : b = ~b;
    NEXT;
#undef NEXT
}

/* --- Floating point and SIMD -------------------------------------------- */

static uint64_t bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof(bits));
    return bits;
}

/* A chain of FMUL, FSUB and FMADD in double precision. */
static uint64_t run_fp(long n)
{
    double x = 0.5, y = 0.25, r = 3.61;

    for (long i = 0; i < n; i++) {
        x = r * x * (1.0 - x);
        y = __builtin_fma(x, 0.001, y) * 0.9999;
        __asm__ volatile("" : "+w"(x), "+w"(y));
    }
    return bits_of(x) ^ bits_of(y);
}

/* Divisions, square roots and conversions. */
static uint64_t run_fpdiv(long n)
{
    double x = 2.0, sum = 0;

    for (long i = 0; i < n; i++) {
        x = __builtin_sqrt(x + (double)(i & 1023));
        sum += 1.0 / x;
        if (sum > 1000.0)
            sum -= (double)(long)sum;
    }
    return bits_of(sum);
}

/* One operation is a product of 32 x 32 matrices of floats: vector FMLA. */
static uint64_t run_matf(long n)
{
    static float a[32][32], b[32][32], c[32][32];
    uint64_t x = 48, sum = 0;

    for (int i = 0; i < 1024; i++) {
        a[i / 32][i % 32] = (float)(next_random(&x) % 1000) / 1000.0f;
        b[i / 32][i % 32] = (float)(next_random(&x) % 1000) / 16000.0f;
    }
    for (long run = 0; run < n; run++) {
        for (int i = 0; i < 32; i++) {
            for (int j = 0; j < 32; j += 4) {
                float32x4_t acc = vdupq_n_f32(0);

                for (int k = 0; k < 32; k++)
                    acc = vfmaq_n_f32(acc, vld1q_f32(&b[k][j]), a[i][k]);
                vst1q_f32(&c[i][j], acc);
            }
        }
        a[run & 31][(run >> 5) & 31] = c[(run >> 5) & 31][run & 31];
    }
    for (int i = 0; i < 1024; i++)
        sum = sum * 31 + bits_of((double)c[i / 32][i % 32]);
    return sum;
}

/* One operation is x = x * a + b on 1024 floats, four at a time. */
static uint64_t run_vecf(long n)
{
    static float v[1024];
    float32x4_t a = vdupq_n_f32(0.9375f), b = vdupq_n_f32(0.0625f);
    uint64_t sum = 0;

    for (int i = 0; i < 1024; i++)
        v[i] = (float)i / 7.0f;
    for (long run = 0; run < n; run++)
        for (int i = 0; i < 1024; i += 4)
            vst1q_f32(v + i, vaddq_f32(vmulq_f32(vld1q_f32(v + i), a), b));
    for (int i = 0; i < 1024; i++)
        sum = sum * 31 + bits_of((double)v[i]);
    return sum;
}

/* One operation is a pass over 1024 words with integer vectors. */
static uint64_t run_simd(long n)
{
    static uint32_t v[1024];
    uint32x4_t sum = vdupq_n_u32(1), k = vdupq_n_u32(2654435761);
    uint64_t x = 49;

    for (int i = 0; i < 1024; i++)
        v[i] = (uint32_t)next_random(&x);
    for (long run = 0; run < n; run++) {
        for (int i = 0; i < 1024; i += 4) {
            uint32x4_t w = vld1q_u32(v + i);

            w = veorq_u32(vmulq_u32(w, k), vshrq_n_u32(w, 15));
            w = vaddq_u32(w, vrev64q_u32(sum));
            sum = vmaxq_u32(vaddq_u32(sum, w), vshlq_n_u32(w, 1));
            vst1q_u32(v + i, w);
        }
    }
    return vaddlvq_u32(sum);
}

/* One operation is a block of 16 bytes through ten rounds of AES. */
static uint64_t run_aes(long n)
{
    uint8x16_t key = vcombine_u8(vcreate_u8(0x0123456789abcdef),
                                 vcreate_u8(0xfedcba9876543210));
    uint8x16_t block = vdupq_n_u8(1);

    for (long i = 0; i < n; i++) {
        for (int round = 0; round < 10; round++)
            block = vaesmcq_u8(vaeseq_u8(block, key));
        key = veorq_u8(key, vextq_u8(block, block, 3));
    }
    return vgetq_lane_u64(vreinterpretq_u64_u8(block), 0);
}

/* One operation is four rounds of SHA-256 and the schedule for them. */
static uint64_t run_sha(long n)
{
    uint32x4_t abcd = vdupq_n_u32(0x6a09e667), efgh = vdupq_n_u32(0x510e527f);
    uint32x4_t m0 = vdupq_n_u32(1), m1 = vdupq_n_u32(2);
    uint32x4_t m2 = vdupq_n_u32(3), m3 = vdupq_n_u32(4);

    for (long i = 0; i < n; i++) {
        uint32x4_t wk = vaddq_u32(m0, vdupq_n_u32(0x428a2f98));
        uint32x4_t next = vsha256su1q_u32(vsha256su0q_u32(m0, m1), m2, m3);
        uint32x4_t was = abcd;

        abcd = vsha256hq_u32(abcd, efgh, wk);
        efgh = vsha256h2q_u32(efgh, was, wk);
        m0 = m1, m1 = m2, m2 = m3, m3 = next;
    }
    return vgetq_lane_u64(vreinterpretq_u64_u32(veorq_u32(abcd, efgh)), 0);
}

/* --- The kernel --------------------------------------------------------- */

static uint64_t run_syscall(long n)
{
    uint64_t sum = 0;

    for (long i = 0; i < n; i++)
        sum += syscall(SYS_getppid) > 0;
    return sum;
}

/* One operation is a byte to another process and back. */
static uint64_t run_pipe(long n)
{
    int to[2], from[2];
    char byte = 0;
    uint64_t sum = 0;
    pid_t child;

    if (pipe(to) || pipe(from))
        die("pipe");
    child = fork();
    if (child < 0)
        die("fork");
    if (!child) {
        close(to[1]);
        while (read(to[0], &byte, 1) == 1) {
            byte++;
            if (write(from[1], &byte, 1) != 1)
                break;
        }
        _exit(0);
    }
    close(to[0]);
    for (long i = 0; i < n; i++) {
        if (write(to[1], &byte, 1) != 1 || read(from[0], &byte, 1) != 1)
            die("pipe");
        sum += (unsigned char)byte;
    }
    close(to[1]);
    close(from[0]);
    close(from[1]);
    waitpid(child, NULL, 0);
    return sum;
}

static uint64_t run_fork(long n)
{
    uint64_t sum = 0;

    for (long i = 0; i < n; i++) {
        pid_t child = fork();
        int status;

        if (child < 0)
            die("fork");
        if (!child)
            _exit((int)(i & 63));
        if (waitpid(child, &status, 0) != child)
            die("waitpid");
        sum += (uint64_t)WEXITSTATUS(status);
    }
    return sum;
}

/* One operation is a vfork(), an execve() of this program and its end. */
static uint64_t run_exec(long n)
{
    volatile uint64_t sum = 0;

    for (volatile long i = 0; i < n; i++) {
        pid_t child = vfork();
        int status;

        if (child < 0)
            die("vfork");
        if (!child) {
            execl("/proc/self/exe", "bench", EXEC_CHILD, (char *)NULL);
            _exit(1);
        }
        if (waitpid(child, &status, 0) != child)
            die("waitpid");
        sum += WIFEXITED(status) && WEXITSTATUS(status) == 3;
    }
    return sum;
}

/* One operation is the first touch of a page: 256 of them, then munmap(). */
static uint64_t run_fault(long n)
{
    uint64_t sum = 0;

    for (long i = 0; i < n; i += 256) {
        volatile unsigned char *p = pages(256 * PAGE);

        for (int j = 0; j < 256; j++) {
            sum += p[j * PAGE];
            p[j * PAGE] = (unsigned char)j;
            sum += p[j * PAGE];
        }
        munmap((void *)p, 256 * PAGE);
    }
    return sum;
}

/* One operation takes write permission away, gives it back, and writes. */
static uint64_t run_mprotect(long n)
{
    volatile uint64_t *p = pages(PAGE);

    *p = 0;
    for (long i = 0; i < n; i++) {
        if (mprotect((void *)p, PAGE, PROT_READ) ||
            mprotect((void *)p, PAGE, PROT_READ | PROT_WRITE))
            die("mprotect");
        *p += (uint64_t)i;
    }
    return *p;
}

/* One operation is a new instruction, made visible, and a call of it. */
static uint64_t run_patch(long n)
{
    uint32_t *code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t sum = 0;

    if (code == MAP_FAILED)
        die("mmap");
    code[1] = 0xd65f03c0; /* ret */
    for (long i = 0; i < n; i++) {
        /* movz x0, #imm16 */
        code[0] = 0xd2800000 | (uint32_t)(i & 0xffff) << 5;
        __builtin___clear_cache((char *)code, (char *)(code + 2));
        sum = sum * 31 + ((uint64_t(*)(void))code)();
    }
    munmap(code, PAGE);
    return sum;
}

/* --- Rows --------------------------------------------------------------- */

/* clang-format off */
static const struct row rows[] = {
    { "int",      run_int,       200000000 },
    { "crc",      run_crc,        40000000 },
    { "sort",     run_sort,          10000 },
    { "qsort",    run_qsort,          2000 },
    { "memcpy",   run_memcpy,        40000 },
    { "copy8",    run_copy8,         40000 },
    { "chase",    run_chase,     150000000 },
    { "random",   run_random,      1500000 },
    { "atomic",   run_atomic,     30000000 },
    { "call",     run_call,           2500 },
    { "indirect", run_indirect,   30000000 },
    { "interp",   run_interp,     40000000 },
    { "fp",       run_fp,         30000000 },
    { "fpdiv",    run_fpdiv,      20000000 },
    { "matf",     run_matf,           2000 },
    { "vecf",     run_vecf,          80000 },
    { "simd",     run_simd,         100000 },
    { "aes",      run_aes,         3000000 },
    { "sha",      run_sha,        10000000 },
    { "syscall",  run_syscall,      200000 },
    { "pipe",     run_pipe,           5000 },
    { "fork",     run_fork,            600 },
    { "exec",     run_exec,            200 },
    { "fault",    run_fault,         40000 },
    { "mprotect", run_mprotect,      50000 },
    { "patch",    run_patch,        100000 },
};
/* clang-format on */

/* Is name one of the words, separated by commas, of list? */
static bool listed(const char *list, const char *name)
{
    size_t size = strlen(name);

    if (!strcmp(list, "all"))
        return true;
    for (const char *p = list; p; p = strchr(p, ',')) {
        p += *p == ',';
        if (!strncmp(p, name, size) && (!p[size] || p[size] == ','))
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    long divisor = argc > 2 ? atol(argv[2]) : 1;

    if (argc > 1 && !strcmp(argv[1], EXEC_CHILD))
        _exit(3);
    if (argc < 2 || divisor < 1) {
        fprintf(stderr, "usage: bench all|NAME,... [DIVISOR]\n");
        return 1;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        long ops = row->ops / divisor;
        uint64_t sum;

        if (!listed(argv[1], row->name))
            continue;
        printf("bench: start %s\n", row->name);
        fflush(stdout);
        tcdrain(1);
        sum = row->run(ops);
        printf("bench: end %s %ld %016lx\n", row->name, ops, sum);
        fflush(stdout);
        tcdrain(1);
    }
    return 0;
}
