/* SPDX-License-Identifier: MIT */
/*
 * random_guest.c - makes blocks of random pointer authentication instructions
 * and runs them with random keys, registers, enable bits and TCR_EL1. What
 * registers and exceptions hold afterwards goes into a sum; a line is printed
 * now and then, so that the first that differs tells where. random.S and
 * random.inc are the rest of the program.
 *
 * Two things are left out since QEMU and emu differ: XPAC* while no key is
 * enabled (QEMU does nothing, the Arm ARM's "Strip" asks for no key); signing
 * a pointer whose bits 63 and 55 differ while the halves of the address space
 * have different sizes or tags (QEMU takes the size of the half that bit 55
 * names, "AddPAC" that of the bit it selects by).
 */
#include "random.h"

enum { RUNS = 8, WORDS = 64, ONES = 16, LINES = 13 };

/* --- rows ---------------------------------------------------------------- */

enum row {
    PACIA, PACIB, PACDA, PACDB, AUTIA, AUTIB, AUTDA, AUTDB, XPACI, XPACD,
    PACGA,
    PACIA1716, PACIB1716, AUTIA1716, AUTIB1716, PACIAZ, PACIASP, PACIBZ,
    PACIBSP, AUTIAZ, AUTIASP, AUTIBZ, AUTIBSP, XPACLRI,
    BRA, BLRA, RETA, ERETA, LDRA, ROWS
};

static const char *const names[ROWS] = {
    "PACIA", "PACIB", "PACDA", "PACDB", "AUTIA", "AUTIB", "AUTDA", "AUTDB",
    "XPACI", "XPACD", "PACGA", "PACIA1716", "PACIB1716", "AUTIA1716",
    "AUTIB1716", "PACIAZ", "PACIASP", "PACIBZ", "PACIBSP", "AUTIAZ",
    "AUTIASP", "AUTIBZ", "AUTIBSP", "XPACLRI", "BRA", "BLRA", "RETA",
    "ERETA", "LDRA",
};

/* CRm:op2 of the hints, from PACIA1716 on. */
static const u8 hints[] = {
    8, 10, 12, 14, 24, 25, 26, 27, 28, 29, 30, 31, 7,
};

static u64 counts[ROWS];
static u32 canonical;     /* registers whose bits 63 and 55 agree */
static int lopsided;      /* only those may be signed now */
static int enabled;       /* some key is */

static void emit_row(enum row row, u32 word)
{
    counts[row] += RUNS;
    emit(word);
}

static void emit_hint(enum row row)
{
    emit_row(row, 0xd503201f | (u32)hints[row - PACIA1716] << 5);
}

/* PAC* and AUT* by register: a modifier @rn, or zero. */
static void emit_pac(enum row row, u32 rd, u32 rn, int zero)
{
    emit_row(row, 0xdac10000 | (zero ? 1u << 13 | 31 << 5 : rn << 5) |
                      (u32)row << 10 | rd);
    canonical &= ~(1u << rd);
}

/* A register that may be signed, or -1. */
static int signable(void)
{
    u32 r = below(32);

    if (!lopsided || r == 31)
        return (int)r;
    for (u32 i = 0; i < 31; i++)
        if (canonical >> (r + i) % 31 & 1)
            return (int)((r + i) % 31);
    return -1;
}

/* EOR Xd, Xd, #1 << bit */
static void emit_flip(u32 rd, u32 bit)
{
    if (rd != 31)
        emit(0xd2400000 | (64 - bit) % 64 << 16 | rd << 5 | rd);
}

/* Signs, perhaps breaks, and authenticates a register, mostly rightly. */
static void emit_pair(void)
{
    int rd = signable();
    u32 rn = below(32), key = below(4), zero = !below(3);

    if (rd < 0)
        return;
    emit_pac(PACIA + key, (u32)rd, rn, (int)zero);
    if (!below(3))
        emit_flip((u32)rd, below(64));
    if (!below(4))
        key = below(4);
    emit_pac(AUTIA + key, (u32)rd, rn, (int)zero);
}

static void emit_any_hint(void)
{
    enum row row = PACIA1716 + below(XPACLRI - PACIA1716 + 1);
    int signs = row <= PACIB1716 || (row >= PACIAZ && row <= PACIBSP);
    u32 rd = row <= AUTIB1716 ? 17 : 30;

    if (signs && lopsided && !(canonical >> rd & 1))
        return;
    if (row == XPACLRI && !enabled)
        return;
    emit_hint(row);
    canonical &= ~(1u << rd);
}

/* One or two instructions of those that only compute. */
static void emit_plain(void)
{
    u32 rd = below(32);
    int rs;

    switch (below(6)) {
    case 0:
        emit_pair();
        break;
    case 1:
        rs = signable();
        if (rs >= 0)
            emit_pac(PACIA + below(4), (u32)rs, below(32), !below(4));
        break;
    case 2:
        emit_pac(AUTIA + below(4), rd, below(32), !below(4));
        break;
    case 3:
        if (enabled && below(2)) {
            rs = (int)below(2);
            emit_row(XPACI + (u32)rs, 0xdac143e0 | (u32)rs << 10 | rd);
        } else {
            emit_row(PACGA, 0x9ac03000 | below(32) << 16 | below(32) << 5 |
                                rd);
        }
        canonical &= ~(1u << rd);
        break;
    default:
        emit_any_hint();
        break;
    }
}

/* --- branches and loads -------------------------------------------------- */

/* X27 is in the middle of random_data, X28 where to go on after a fault. */
enum { FREE = 27, RESUME = 28 };

/* A bit that makes an address invalid if nothing authenticates it. */
static u32 pick_bit(void)
{
    return 39 + below(25);
}

/* A branch to the word but one behind it, with a code mostly right. */
static void emit_branch(void)
{
    enum row row = BRA + below(4);
    u32 key = below(2), zero = !below(2), rm = below(32), rn = below(FREE);
    u32 length = 5 + (row == ERETA);

    if (row >= RETA) { /* the modifier is SP */
        zero = 0;
        rm = 31;
    }
    if (row == RETA)
        rn = 30;
    if (rm == rn) /* it would be a modifier that is not there any more */
        rm = 31;
    emit_adr(RESUME, length + 1);
    emit_adr(rn, length);
    emit_pac(PACIA + key, rn, rm, (int)zero);
    if (!below(4))
        emit_flip(rn, pick_bit());
    else
        emit(0xd503201f); /* nop */
    if (!below(8))
        key ^= 1;
    if (row == ERETA) {
        emit(0xd5184020 | rn); /* msr elr_el1 */
        emit_row(row, 0xd69f0bff | key << 10);
    } else if (row == RETA) {
        emit_row(row, 0xd65f0bff | key << 10);
    } else {
        emit_row(row, (zero ? 0xd61f081f : 0xd71f0800) |
                          (row == BLRA ? 1u << 21 : 0) | key << 10 |
                          rn << 5 | (zero ? 0 : rm));
    }
    emit(0xd10004a5);     /* sub x5, x5, #1: only if the branch does not */
    emit(0x91000800 | 6 << 5 | 6); /* add x6, x6, #2 */
    if (row == ERETA)
        emit(0xd5384020 | 7);      /* mrs x7, elr_el1 */
}

/* LDRAA, LDRAB of a pointer that was signed, mostly rightly. */
static void emit_load(void)
{
    u32 rn = below(FREE + 1), key = below(2), imm = below(1024);
    u32 rt = below(FREE + 1);

    if (rn == FREE) {
        rn = 31;
    } else {
        /* add rn, x27, #0 or an offset that is not aligned */
        emit(0x91000000 | (below(4) ? 0 : below(8)) << 10 | FREE << 5 | rn);
        emit_pac(PACDA + key, rn, 31, 1);
        if (!below(5))
            emit_flip(rn, pick_bit());
        if (!below(8))
            key ^= 1;
    }
    emit_adr(RESUME, 2);
    emit_row(LDRA, 0xf8200400 | key << 23 | imm >> 9 << 22 |
                       (imm & 511) << 12 | below(2) << 11 | rn << 5 |
                       (rt == FREE ? 31 : rt));
}

/* --- running ------------------------------------------------------------- */

static u64 pick_key(void)
{
    return below(8) ? random64() : below(2) ? 0 : ~0ul;
}

static void set_keys(void)
{
    WRITE("apiakeylo_el1", pick_key());
    WRITE("apiakeyhi_el1", pick_key());
    WRITE("apibkeylo_el1", pick_key());
    WRITE("apibkeyhi_el1", pick_key());
    WRITE("apdakeylo_el1", pick_key());
    WRITE("apdakeyhi_el1", pick_key());
    WRITE("apdbkeylo_el1", pick_key());
    WRITE("apdbkeyhi_el1", pick_key());
    WRITE("apgakeylo_el1", pick_key());
    WRITE("apgakeyhi_el1", pick_key());
}

#define ENABLES (1ul << 31 | 1ul << 30 | 1ul << 27 | 1ul << 13)

static void set_enables(void)
{
    u64 sctlr;

    __asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
    sctlr &= ~ENABLES;
    sctlr |= below(4) ? ENABLES : random64() & ENABLES;
    enabled = (sctlr & ENABLES) != 0;
    WRITE("sctlr_el1", sctlr);
    __asm__ volatile("isb");
}

/* TBI, TBID and, if @sizes, TnSZ. */
static void set_tcr(int sizes)
{
    u64 tcr, tsz = 14 + below(37);
    u64 tags = random64(); /* TBI0, TBID0, then those of the other half */

    __asm__ volatile("mrs %0, tcr_el1" : "=r"(tcr));
    if (!lopsided)
        tags = (tags & 3) * 5;
    tcr &= ~(3ul << 37 | 3ul << 51);
    tcr |= (tags & 1) << 37 | (tags >> 1 & 1) << 51;
    tcr |= (tags >> 2 & 1) << 38 | (tags >> 3 & 1) << 52;
    if (sizes) {
        tcr &= ~0x3f003ful;
        tcr |= tsz | (lopsided ? 14 + below(37) : tsz) << 16;
    }
    WRITE("tcr_el1", tcr);
    __asm__ volatile("isb");
}

static u64 pick_pointer(void)
{
    u64 v = random64();

    switch (below(lopsided ? 3 : 5)) {
    case 0:
        return v >> (16 + below(32));
    case 1:
        return ~(v >> (16 + below(32)));
    case 2: /* bits 63 and 55 alike */
        return (v & ~(1ul << 63)) | (v >> 55 & 1) << 63;
    case 3:
        return v << 56 | v >> (16 + below(32));
    default:
        return v;
    }
}

static void set_regs(void)
{
    for (int i = 0; i < 31; i++)
        in_regs[i] = pick_pointer();
    in_regs[FREE] = (u64)&random_data[512];
    in_regs[31] = (u64)&random_data[below(1024)] & ~15ul;
}

static void run(void)
{
    for (int i = 0; i < 4; i++)
        caught[i] = 0;
    WRITE("spsr_el1", 0x3c5 | (u64)below(16) << 28);
    WRITE("elr_el1", 0);
    run_block();
    for (int i = 0; i < 32; i++)
        add(out_regs[i]);
    for (int i = 0; i < 4; i++)
        add(caught[i]);
}

static void start_block(int uneven, int sizes)
{
    lopsided = uneven;
    n_words = 0;
    canonical = 0x7fffffff;
    set_tcr(sizes);
    set_enables();
}

/* What was emitted, with several sets of keys and registers. */
static void run_often(void)
{
    emit_back();
    sync();
    for (int i = 0; i < RUNS; i++) {
        if (!below(4))
            set_keys();
        set_regs();
        run();
    }
}

static void plain_block(void)
{
    start_block(!below(4), 1);
    while (n_words < WORDS)
        emit_plain();
    run_often();
}

/* Branches or loads; the MMU is on. */
static void memory_block(void (*emit_one)(void))
{
    start_block(0, 0);
    for (int i = 0; i < ONES; i++)
        emit_one();
    run_often();
}

enum { PLAIN_BLOCKS = 100, LOAD_BLOCKS = 8, BRANCH_BLOCKS = 36 };

void random_main(void)
{
    set_keys();
    for (int i = 0; i < LINES; i++) {
        t_mmu_off();
        for (int n = 0; n < PLAIN_BLOCKS; n++)
            plain_block();
        line("plain ", i);
        t_mmu_on();
        for (int n = 0; n < LOAD_BLOCKS; n++)
            memory_block(emit_load);
        line("loads ", i);
        for (int n = 0; n < BRANCH_BLOCKS; n++)
            memory_block(emit_branch);
        line("branches ", i);
    }
    for (int i = 0; i < ROWS; i++) {
        t_puts("random ");
        t_puts(names[i]);
        t_puts(" ");
        number(counts[i]);
        t_newline();
    }
}
