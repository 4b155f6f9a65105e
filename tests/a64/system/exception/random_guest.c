/* SPDX-License-Identifier: MIT */
/*
 * random_guest.c - instructions that qemu-aarch64 cannot judge, at random: SVC,
 * ERET to any state, SYS and SYSL of every encoding, WFE and WFI that do not
 * wait, BTI behind every kind of branch in a guarded page. ESR, ELR, SPSR and
 * FAR of the exceptions, PAR and all registers go into a sum.
 *
 * Left out is what the two machines do not share: AArch32 states; what QEMU
 * has at EL2; addresses in Device memory and faults of SYS, where QEMU does
 * less.
 */
#include "random.h"

enum { RUNS = 4, ONES = 24, LINES = 10, BLOCKS = 40 };

enum row { SVC, ERET, SYS, SYSL, WFE, WFI, BTI, ROWS };

static const char *const names[ROWS] = {
    "SVC", "ERET", "SYS", "SYSL", "WFE", "WFI", "BTI",
};

static u64 counts[ROWS];

static void emit_row(enum row row, u32 word)
{
    counts[row] += RUNS;
    emit(word);
}

/* X24 to X27 are set for the block; X28: where to go on after a fault. */
enum { TARGET = 24, VALUE = 25, MEMORY = 26, GUARDED = 27, RESUME = 28 };
#define FREE 24

/* The block's page again, guarded and EL0's, too. */
#define ALIAS 0xc0010000ul
extern u64 t_l3[];

/* --- exceptions and returns ---------------------------------------------- */

static void emit_svc(void)
{
    emit_adr(RESUME, 2);
    emit_row(SVC, 0xd4000001 | below(65536) << 5);
}

static void emit_mov64(u32 rd, u64 v)
{
    for (u32 i = 0; i < 4; i++)
        emit((i ? 0xf2800000 : 0xd2800000) | i << 21 |
             (u32)(v >> 16 * i & 0xffff) << 5 | rd);
}

/* Any state but AArch32's; what cannot be returned to sets PSTATE.IL. */
static u64 pick_spsr(void)
{
    static const u8 modes[] = { 0, 4, 5 };
    u64 v = random64() & (0xful << 28 | 0x3c0);

    v |= below(4) ? modes[below(3)] : below(16);
    if (!below(4))
        v |= 1ul << 21; /* SS: MDSCR_EL1.SS is clear */
    if (!below(8))
        v |= 1ul << 20; /* IL */
    v |= random64() & (1ul << 24 | 1ul << 12); /* DIT, SSBS */
    return v;
}

/* To an SVC of the alias, which EL0 may run, too; or to nowhere good. */
static void emit_eret(void)
{
    u64 at = ALIAS + (u64)(n_words + 12 + below(2)) * 4;

    if (!below(6))
        at ^= below(2) ? 1ul << below(2) : 1ul << (39 + below(25));
    emit_mov64(TARGET, at);
    emit(0xd5184020 | TARGET); /* msr elr_el1 */
    emit_mov64(VALUE, pick_spsr());
    emit(0xd5184000 | VALUE);  /* msr spsr_el1 */
    emit_adr(RESUME, 4);
    emit_row(ERET, 0xd69f03e0);
    emit(0xd503201f);
    emit(0xd4000001 | below(65536) << 5); /* svc */
}

/* --- SYS and SYSL -------------------------------------------------------- */

#define SYSOP(op1, crn, crm, op2) \
    ((op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)

static u32 pick_sysop(void)
{
    static const u32 good[] = {
        SYSOP(0, 7, 1, 0), SYSOP(0, 7, 5, 0), SYSOP(3, 7, 5, 1),
        SYSOP(0, 7, 6, 2), SYSOP(0, 7, 10, 2), SYSOP(0, 7, 14, 2),
        SYSOP(3, 7, 4, 1), SYSOP(3, 7, 10, 1), SYSOP(3, 7, 11, 1),
        SYSOP(3, 7, 12, 1), SYSOP(3, 7, 13, 1), SYSOP(3, 7, 14, 1),
        SYSOP(0, 7, 8, 0), SYSOP(0, 7, 8, 1), SYSOP(0, 7, 8, 2),
        SYSOP(0, 7, 8, 3), SYSOP(0, 7, 9, 0), SYSOP(0, 7, 9, 1),
        SYSOP(3, 7, 3, 4), SYSOP(3, 7, 3, 5), SYSOP(3, 7, 3, 7),
    };

    switch (below(4)) {
    case 0: /* TLBI and its neighbours */
        return SYSOP(0, 8, below(16), below(8));
    case 1:
        return SYSOP(below(8), below(16), below(16), below(8));
    default:
        return good[below(sizeof(good) / sizeof(good[0]))];
    }
}

/* Stage 2 and 1 of EL2: QEMU's CPU may have them, ours has not. */
static int is_foreign(u32 op)
{
    u32 op1 = op >> 16 & 7;

    return op1 == 4 || op1 == 6;
}

static void emit_sys(void)
{
    u32 op = pick_sysop(), load = below(2);

    if (is_foreign(op))
        return;
    emit_adr(RESUME, 2);
    emit_row(load ? SYSL : SYS,
             0xd5080000 | load << 21 | op | MEMORY);
    emit(0xd5387400 | below(FREE)); /* mrs xN, par_el1 */
}

/* --- waits --------------------------------------------------------------- */

static void emit_wait(void)
{
    if (below(2)) {
        emit(0xd50320bf); /* sevl */
        emit_row(WFE, 0xd503205f);
        return;
    }
    /* At EL0 with nTWI = 0 it traps. */
    emit_mov64(TARGET, ALIAS + (u64)(n_words + 12) * 4);
    emit(0xd5184020 | TARGET); /* msr elr_el1 */
    emit_mov64(VALUE, (u64)below(16) << 28);
    emit(0xd5184000 | VALUE);  /* msr spsr_el1 */
    emit_adr(RESUME, 3);
    emit(0xd69f03e0);          /* eret */
    emit_row(WFI, 0xd503207f);
}

/* --- landing pads -------------------------------------------------------- */

/* BR, BLR or RET to a word of the guarded alias, which goes back. */
static void emit_bti(void)
{
    static const u32 branches[] = { 0xd61f0000, 0xd63f0000, 0xd65f0000 };
    u32 rn = below(2) ? 16 + below(2) : below(16);
    u64 pad = ALIAS + (u64)(n_words + 8) * 4;

    emit_mov64(rn, pad);
    emit_adr(TARGET, 6); /* behind the pad */
    emit_adr(RESUME, 5);
    emit(branches[below(3)] | rn << 5);
    emit(0xd503201f);
    emit_row(BTI, 0xd503241f | below(4) << 6);
    emit(0xd61f0000 | TARGET << 5);
}

/* --- running ------------------------------------------------------------- */

static void map_alias(void)
{
    t_l3[16] = (u64)block | 3 | 3 << 8 | 1 << 10 | 1 << 6 | 1 << 7 |
               1ul << 50;
    __asm__ volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb ish\n\tisb"
                     : : : "memory");
}

static void set_sctlr(void)
{
    u64 sctlr;

    __asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
    sctlr &= ~(1ul << 36 | 1ul << 16);          /* BT1, nTWI */
    sctlr |= (u64)below(2) << 36;
    WRITE("sctlr_el1", sctlr);
    __asm__ volatile("isb");
}

static void run(void)
{
    for (int i = 0; i < 31; i++)
        in_regs[i] = random64();
    in_regs[MEMORY] = (u64)&random_data[below(1024)];
    in_regs[31] = (u64)&random_data[below(1024)] & ~15ul;
    for (int i = 0; i < 4; i++)
        caught[i] = 0;
    WRITE("par_el1", 0);
    WRITE("far_el1", 0);
    run_block();
    for (int i = 0; i < 32; i++)
        add(out_regs[i]);
    for (int i = 0; i < 4; i++)
        add(caught[i]);
}

static void run_blocks(void (*emit_one)(void))
{
    for (int n = 0; n < BLOCKS; n++) {
        n_words = 0;
        set_sctlr();
        for (int i = 0; i < ONES; i++)
            emit_one();
        emit_back();
        sync();
        for (int i = 0; i < RUNS; i++)
            run();
    }
}

void random_main(void)
{
    t_mmu_on();
    map_alias();
    for (int i = 0; i < LINES; i++) {
        run_blocks(emit_svc);
        line("svc ", i);
        run_blocks(emit_eret);
        line("eret ", i);
        run_blocks(emit_sys);
        line("sys ", i);
        run_blocks(emit_wait);
        line("wait ", i);
        run_blocks(emit_bti);
        line("bti ", i);
    }
    for (int i = 0; i < ROWS; i++) {
        t_puts("random ");
        t_puts(names[i]);
        t_puts(" ");
        number(counts[i]);
        t_newline();
    }
}
