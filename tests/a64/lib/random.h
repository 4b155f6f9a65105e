/* SPDX-License-Identifier: MIT */
/*
 * random.h - what programs share that make random instructions, run them by
 * random.inc and print sums of what came of them. One C file includes it.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

extern u32 block[];
extern u64 in_regs[32], out_regs[32], random_data[];
extern u64 caught[4]; /* sums of ESR, ELR, SPSR, FAR */
extern const u32 block_back[];
void run_block(void);
void t_puts(const char *text);
void t_hex(u64 value, u64 digits);
void t_newline(void);
void t_mmu_on(void);
void t_mmu_off(void);
void random_main(void);

static u64 seed = 0x0123456789abcdef;

static u64 random64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1d;
}

/* Less than @n. */
static u32 below(u32 n)
{
    return (u32)((random64() >> 32) * n >> 32);
}

/* --- making a block ------------------------------------------------------ */

static u32 n_words; /* in the block */

static void emit(u32 word)
{
    block[n_words++] = word;
}

/* To block_back, at the end of a block. */
static void emit_back(void)
{
    long words = block_back - &block[n_words];

    emit(0x14000000 | ((u32)words & 0x3ffffff));
}

/* ADR Xd, @words further on */
static void emit_adr(u32 rd, u32 words)
{
    emit(0x10000000 | words << 5 | rd);
}

static void sync(void)
{
    for (u64 a = (u64)block & ~15ul; a < (u64)&block[n_words]; a += 16)
        __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0"
                         : : "r"(a) : "memory");
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

#define WRITE(reg, value) \
    __asm__ volatile("msr " reg ", %0" : : "r"((u64)(value)))

/* --- sums ---------------------------------------------------------------- */

static u64 sum;

static void add(u64 v)
{
    sum = (sum << 5 | sum >> 59) ^ v;
    sum *= 0x9e3779b97f4a7c15;
}

static void number(u64 v)
{
    char text[24], *p = text + sizeof(text);

    *--p = 0;
    do {
        *--p = (char)('0' + v % 10);
    } while (v /= 10);
    t_puts(p);
}

static void line(const char *what, int i)
{
    t_puts(what);
    number((u64)i);
    t_puts(" ");
    t_hex(sum, 16);
    t_newline();
}
