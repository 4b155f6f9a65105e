/* SPDX-License-Identifier: MIT */
/*
 * hostile_guest.c - a bare-metal program that does to its machine what no
 * sane one does, for as long as it is run (guest.py), from a seed.
 *
 * In mode 0 every CPU endlessly reads and writes device registers at random
 * offsets, sizes and kinds of access, moves random values to and from system
 * registers of every encoding, runs random DC, IC, AT, TLBI and hints, makes
 * PSCI calls, and jumps and returns to anywhere. In mode 1 CPU 0 watches and
 * the others run random words as code, at EL0 and EL1, with random
 * registers. Mode 2 is mode 0 without the care that keeps the program going:
 * it may end at once.
 *
 * What keeps it going: code and data are mapped by one half of the address
 * space (which one, the seed tells) whose part of TTBR, TCR and MAIR keeps
 * its value, while the other half and its tables are wild; code is
 * read-only, data not executable; vectors repair all else from immediates
 * (hostile_start.S). Output addresses of wild descriptors spare the gigabyte
 * that has program and tables. CPU 0 does not wait and turns the others on
 * again.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long u64;

#define MAX_CPUS   8u
#define POOL       0x80000000ul /* wild tables, and data to play with */
#define POOL_SIZE  0x40000ul
#define HIGH       0xffffff8000000000ul
#define ALIAS      0x80000000ul /* code + ALIAS can be written */
#define SANDBOX    0x4000000000ul
#define CODE_WORDS 1024u
#define FRESH      4u /* words made anew for a run of random code */
#define FRESH_REGS 6u
#define RESCUE     256u

enum mode { MODE_REGS, MODE_CODE, MODE_WILD };

/* The runner finds this by its magic and fills it in. */
struct config {
    u64 magic; /* "hostile\1" */
    u64 seed;  /* of everything */
    u64 mode;  /* enum mode */
};
static volatile struct config config
    __attribute__((section(".config"), used)) = { 0x01656c6974736f68, 1, 0 };

struct cpu {
    u64 rng;  /* state of its random numbers */
    u64 runs; /* of random code */
};

/* What h_enter() loads. */
struct context {
    u64 x[31]; /* general registers */
    u64 v[64]; /* vector registers */
    u64 elr;   /* where to */
    u64 spsr;  /* in which state */
    u64 sp;    /* both stack pointers */
    u64 cpacr; /* at last */
};

register u64 ops __asm__("x27");
register u64 exceptions __asm__("x28");

u64 h_l1[512] __attribute__((aligned(4096)));
u8 h_stacks[(MAX_CPUS + 1) * 8192] __attribute__((aligned(4096)));
static u64 l2_ram[512] __attribute__((aligned(4096)));
static u64 l2_alias[512] __attribute__((aligned(4096)));
static u64 l2_sandbox[512] __attribute__((aligned(4096)));
static u64 l3_sandbox[512] __attribute__((aligned(4096)));
static u32 code[MAX_CPUS][CODE_WORDS] __attribute__((aligned(4096)));
static u8 sandbox[MAX_CPUS][8192] __attribute__((aligned(4096)));
static struct cpu cpus[MAX_CPUS];
static struct context contexts[MAX_CPUS];
static u64 is_prepared;

/* hostile_start.S */
extern char _start[], h_stores[], h_loads[], h_ops_end[], h_again[];
u64 h_base(void);
void h_prepare(void);
void h_run(void);
void h_exception(u64 vector);
void h_call_slot(u64 operand, u64 slot);
void h_jump(u64 where);
void h_eret(u64 elr, u64 spsr);
u64 h_wild_vbar(u64 vbar);
void h_other_endian(u64 address, u64 sctlr, u64 old);
void h_enter(const struct context *c);

#define READ(reg)                                     \
    ({                                                \
        u64 v_;                                       \
        __asm__ volatile("mrs %0, " #reg : "=r"(v_)); \
        v_;                                           \
    })
#define WRITE(reg, value) \
    __asm__ volatile("msr " #reg ", %0" : : "r"((u64)(value)) : "memory")
#define BARRIER() __asm__ volatile("dsb sy\n\tisb" : : : "memory")

/* One instruction each, that code for which they do not pay shares. */
__asm__(".pushsection .text\n"
        "slots: .fill 16 * 8, 4, 0xd503201f\n"
        ".popsection\n");
extern u32 slots[MAX_CPUS][16] __asm__("slots");

static unsigned index(void)
{
    return READ(mpidr_el1) & (MAX_CPUS - 1);
}

static u64 rnd(void)
{
    u64 *s = &cpus[index()].rng, x = *s;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *s = x;
    return x * 0x2545f4914f6cdd1d;
}

/* A number below @n (at most 2^16). */
static u64 below(u64 n)
{
    return (rnd() >> 48) * n >> 16;
}

static int is_gicv3(void)
{
    return READ(id_aa64pfr0_el1) >> 24 & 1;
}

static int is_high(void)
{
    return config.seed & 1;
}

/* Numbers that hardware finds interesting. */
static u64 value(void)
{
    switch (below(8)) {
    case 0: return 0;
    case 1: return ~0ul;
    case 2: return 1ul << below(64);
    case 3: return rnd() >> below(64);
    case 4: return below(256);
    case 5: return ~0ul << below(64);
    default: return rnd();
    }
}

/* --- tables ----------------------------------------------------------------
 */

enum {
    D_VALID = 1,
    D_TABLE = 3,
    D_PAGE = 3,
    D_DEVICE = 1 << 2,
    D_EL0 = 1 << 6,
    D_RO = 1 << 7,
    D_SH = 3 << 8,
    D_AF = 1 << 10,
};
#define D_PXN (1ul << 53)
#define D_UXN (1ul << 54)
#define D_XN  (D_PXN | D_UXN)

static u64 pa_of(const void *p)
{
    return (u64)p & 0xffffffff;
}

/* A descriptor that is likely to be valid and never maps the program. */
static u64 wild_descriptor(void)
{
    static const u64 at[] = {
        POOL,       POOL,       POOL,       0x08000000,
        0x09000000, 0x0a000000, 0xc0000000, 0x4000000000,
    };
    u64 d = rnd() & 0xffff000000000fff;

    if (below(8))
        d |= D_AF | D_VALID;
    d |= at[below(8)];
    if (below(2))
        d |= rnd() & (POOL_SIZE - 1) & ~0xffful;
    return d | (below(4) ? 2 : 0);
}

static void make_sandbox(unsigned i)
{
    u64 page = D_PAGE | D_SH | D_AF | D_EL0;

    l3_sandbox[4 * i] = pa_of(code[i]) | page | D_RO;
    l3_sandbox[4 * i + 1] = pa_of(sandbox[i]) | page | D_XN;
    l3_sandbox[4 * i + 2] = (pa_of(sandbox[i]) + 4096) | page | D_XN;
}

/* Runs with the MMU off, on every CPU that starts; the first one works. */
void h_prepare(void)
{
    u64 block = D_VALID | D_SH | D_AF | D_UXN, *pool = (u64 *)POOL;
    unsigned i, n = index();

    if (!cpus[n].rng)
        cpus[n].rng = config.seed * 0x9e3779b97f4a7c15 + n * 0x1234567 + 1;
    if (is_prepared)
        return;
    is_prepared = 1;
    h_l1[0] = D_VALID | D_DEVICE | D_AF | D_XN;
    h_l1[1] = pa_of(l2_ram) | D_TABLE;
    h_l1[2] = POOL | block | D_PXN;
    h_l1[3] = pa_of(l2_alias) | D_TABLE;
    h_l1[SANDBOX >> 30] = pa_of(l2_sandbox) | D_TABLE;
    for (i = 0; i < 8; i++)
        l2_ram[i] =
            (0x40000000 + 0x200000 * i) | block | (i == 1 ? D_RO : D_PXN);
    l2_alias[1] = 0x40200000 | block | D_PXN;
    l2_sandbox[0] = pa_of(l3_sandbox) | D_TABLE;
    for (i = 0; i < MAX_CPUS; i++)
        make_sandbox(i);
    for (i = 0; i < POOL_SIZE / 8; i++)
        pool[i] = wild_descriptor();
}

u64 h_base(void)
{
    return is_high() ? HIGH : 0;
}

/* Where physical address @pa below 512 GiB is mapped now. */
static u64 map(u64 pa)
{
    return is_high() ? pa | HIGH : pa;
}

/* An address in the wild half. */
static u64 wild_address(void)
{
    u64 low = rnd() >> (16 + below(40));

    if (!below(8))
        return rnd();
    if (is_high())
        return below(4) ? low : low | rnd() << 56;
    return ~0ul << (16 + below(40)) | low;
}

/* --- devices ---------------------------------------------------------------
 */

static u64 device_address(void)
{
    static const struct {
        u64 base, size;
    } window[] = {
        { 0x08000000, 0x10000 },
        { 0x08000000, 0x1000 },
        { 0x08010000, 0x2000 },
        { 0x08010000, 0x100 },
        { 0x080a0000, 0x100 },
        { 0x080b0000, 0x1000 },
        { 0x080affd0, 0x30 },
        { 0x0800ffd0, 0x30 },
        { 0x080a0000, 0x40000 },
        { 0x080a0000, 0xf60000 },
        { 0x09000000, 0x1000 },
        { 0x09000000, 0x50 },
        { 0x09010000, 0x1000 },
        { 0x09010000, 0x20 },
        { 0x0a000000, 0x4000 },
        { 0x0a000000, 0x200 },
        { 0, 0x8000000 },
        { 0x08020000, 0x80000 },
        { 0x09020000, 0x20000 },
        { 0x0c000000, 0x2000000 },
        { 0x10000000, 0x30000000 },
        { 0xc0000000, 0x40000000 },
        { 0x4010000000, 0x10000000 },
        { POOL, POOL_SIZE },
    };
    unsigned i = below(sizeof(window) / sizeof(window[0]));
    u64 off = rnd() % window[i].size;

    if (below(8))
        off &= ~3ul;
    if (below(2))
        off &= ~0xful | below(16);
    return window[i].base + off;
}

static void access(u64 address)
{
    u64 first = (u64)(below(2) ? h_stores : h_loads);
    u64 end = first == (u64)h_stores ? (u64)h_loads : (u64)h_ops_end;
    u64 n = (end - first) / 16;
    /* Plain accesses of 1, 2, 4 and 8 bytes half of the time. */
    void (*op)(u64, u64) = (void *)(first + 16 * below(below(2) ? 4 : n));

    op(address, value());
}

/* --- one instruction -------------------------------------------------------
 */

#define ENC(op0, op1, crn, crm, op2) \
    ((op0) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
enum {
    SCTLR = ENC(3, 0, 1, 0, 0),
    TTBR0 = ENC(3, 0, 2, 0, 0),
    TTBR1 = ENC(3, 0, 2, 0, 1),
    TCR = ENC(3, 0, 2, 0, 2),
    MAIR = ENC(3, 0, 10, 2, 0),
    VBAR = ENC(3, 0, 12, 0, 0),
    SPSEL = ENC(3, 0, 4, 2, 0),
};

/* The operand of a register: what must not be wild is not. */
static u64 tame(u32 enc, u64 v)
{
    u64 asid_cnp = v & 0xffff000000000001, half;

    if (config.mode == MODE_WILD)
        return v;
    switch (enc) {
    case SCTLR:
        v &= ~(1ul << 25); /* EE */
        return is_high() ? v | 1 : v;
    case TTBR0:
        if (is_high())
            return below(2) ? POOL + (v & (POOL_SIZE - 1)) : v;
        return pa_of(h_l1) | asid_cnp;
    case TTBR1:
        if (!is_high())
            return below(2) ? POOL + (v & (POOL_SIZE - 1)) : v;
        return pa_of(h_l1) | asid_cnp;
    case TCR:
        v &= ~(1ul << 59); /* DS */
        half = is_high() ? 0xffbf0000 : 0xffff;
        return (v & ~half) | (READ(tcr_el1) & half);
    case MAIR: return (v & ~0xfful) | 0xff;
    case VBAR: return READ(vbar_el1);
    default: return v;
    }
}

/* Runs @insn, whose operand is X0, on this CPU. */
static void run_one(u32 insn, u64 operand)
{
    u32 *slot = slots[index()];
    u32 *at = READ(sctlr_el1) & 1 ? (u32 *)((u64)slot + ALIAS) : slot;

    at[0] = insn;
    at[1] = 0xd50041bf; /* msr spsel, #1 */
    at[2] = 0xd61f0140; /* br x10 */
    BARRIER();
    h_call_slot(operand, (u64)slot);
}

/* The encoding of a register that is likely to exist. */
static u32 likely_register(void)
{
    static const u8 crn[] = { 1, 2, 4, 5, 6, 7, 9, 10, 12, 12, 13, 14 };
    static const u8 crn2[] = { 0, 0, 0, 1, 7 };
    u32 low = rnd() & (below(2) ? ENC(0, 0, 0, 3, 7) : ENC(0, 0, 0, 15, 7));

    if (below(4))
        return low | ENC(3, below(2) * 3, crn[below(12)], 0, 0);
    if (!below(4))
        return ENC(2, 0, 1, 0, 4); /* OSLAR_EL1 */
    if (!below(4))
        return ENC(2, 0, 0, 2, 2); /* MDSCR_EL1 */
    return low | ENC(2, below(8) ? 0 : 3, crn2[below(5)], 0, 0);
}

static void sysreg(void)
{
    u32 enc =
        below(4) ? likely_register() : (rnd() & 0xfffe0) | ENC(2, 0, 0, 0, 0);

    if (below(2)) {
        run_one(0xd5200000 | enc, 0);
    } else {
        u64 v = below(16) ? value() : (u64)h_again + 4 * below(4096);

        run_one(0xd5000000 | enc, tame(enc, v));
    }
}

/* DC, IC, AT, TLBI, CFP and what is not allocated. */
static void sys(void)
{
    u32 enc = rnd() & 0x7ffe0;
    u64 address;

    if (below(4))
        enc = (enc & ~ENC(0, 7, 15, 0, 0)) |
              ENC(0, below(2) * 3, 7 + below(2), 0, 0);
    switch (below(4)) {
    case 0: address = map(device_address()); break;
    case 1: address = wild_address(); break;
    case 2: address = rnd(); break;
    default: address = (u64)_start + below(4096);
    }
    run_one((below(8) ? 0xd5080000 : 0xd5280000) | enc, address);
}

/* TLBI of what walk() may have made. */
static void tlbi(void)
{
    u32 enc = ENC(1, 0, 8, below(2) ? 3 : 7, below(8));

    run_one(0xd5000000 | enc,
            (rnd() & 0xffff0fffffffffff & ~below(2) * 0xff) >> below(3) * 8);
}

static void wake_by_interrupt(void);

/* Hints, barriers, PSTATE fields. */
static void system_other(void)
{
    u32 insn = 0xd500401f | (rnd() & 0x70fe0);

    if (below(2))
        insn = 0xd503201f | (rnd() & (below(2) ? 0xe0 : 0xfe0));
    else if (below(2))
        insn = 0xd503301f | (rnd() & 0xfe0);
    if ((insn & 0xfffff01f) == 0xd503201f) {
        u32 hint = insn >> 5 & 127;

        /* WFE and WFI; nobody wakes CPU 0. */
        if ((hint == 2 || hint == 3) && config.mode != MODE_WILD) {
            if (!index())
                return;
            wake_by_interrupt();
        }
    }
    run_one(insn, rnd());
}

/* --- interrupts and other CPUs ---------------------------------------------
 */

static void put32(u64 pa, u32 v)
{
    *(volatile u32 *)map(pa) = v;
}

/* An interrupt can come by these registers of a distributor or a frame. */
static void make_bank(u64 at)
{
    unsigned i;

    put32(at + 0x80, is_gicv3() ? ~0u : 0); /* groups */
    put32(at + 0x100, ~0u);                 /* enabled */
    put32(at + 0x380, ~0u);                 /* not active */
    for (i = 0; i < 32; i += 4)
        put32(at + 0x400 + i, 0x80808080); /* priorities */
}

/*
 * Interrupts of this CPU can arrive, and those of @i if the registers for it
 * are not its own.
 */
static void make_gic(unsigned i)
{
    u64 rd = 0x080a0000 + 0x20000ul * i;

    put32(0x08000000, is_gicv3() ? 0x12 : 1);
    if (!is_gicv3()) {
        make_bank(0x08000000);
        put32(0x080100d0, 0); /* no active priorities */
        put32(0x08010004, 0xff);
        put32(0x08010000, 1);
        return;
    }
    put32(rd + 0x14, 0);
    make_bank(rd + 0x10000);
    WRITE(s3_0_c12_c9_0, 0);   /* ICC_AP1R0_EL1 */
    WRITE(s3_0_c12_c8_4, 0);   /* ICC_AP0R0_EL1 */
    WRITE(s3_0_c4_c6_0, 0xff); /* ICC_PMR_EL1 */
    WRITE(s3_0_c12_c12_7, 1);  /* ICC_IGRPEN1_EL1 */
}

/* Something is going to wake this CPU. */
static void wake_by_interrupt(void)
{
    __asm__ volatile("msr daifset, #15");
    make_gic(index());
    if (below(2)) {
        WRITE(cntv_tval_el0, below(2000));
        WRITE(cntv_ctl_el0, 1);
    } else {
        WRITE(cntp_tval_el0, below(2000));
        WRITE(cntp_ctl_el0, 1);
    }
    if (below(2))
        WRITE(cntkctl_el1, value() | 4); /* with an event stream */
    BARRIER();
}

static u64 psci(u64 fn, u64 a, u64 b, u64 c)
{
    register u64 x0 __asm__("x0") = fn;
    register u64 x1 __asm__("x1") = a;
    register u64 x2 __asm__("x2") = b;
    register u64 x3 __asm__("x3") = c;

    __asm__ volatile("hvc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
    return x0;
}

static void start_cpu(unsigned i)
{
    psci(0xc4000003, i, pa_of(_start), i);
}

/* CPU 0 sees to it that the others run. */
static void rescue(void)
{
    unsigned i;

    for (i = 1; i < MAX_CPUS && (s32)psci(0xc4000004, i, 0, 0) >= 0; i++) {
        make_gic(i);
        start_cpu(i);
    }
    if (is_gicv3())
        WRITE(s3_0_c12_c11_5, 1ul << 40); /* ICC_SGI1R_EL1: all others */
    else
        put32(0x08000f00, 1u << 24);
    __asm__ volatile("sev");
}

static void random_psci(void)
{
    static const u64 fn[] = {
        0x84000000, 0xc4000000, 0x84000004, 0xc4000004, 0x84000005, 0x84000006,
        0x84000007, 0x8400000a, 0x8400000b, 0x84000010, 0xc4000014, 0x80000000,
        0x84000003, 0xc4000003, 0x84000012, 0xc4000012,
    };
    u64 f = below(4) ? fn[below(16)] : 0x100 + (rnd() & ~0xc400001ful);
    u64 a = below(2) ? below(MAX_CPUS) : value(), b = value();

    if (index() && !below(64)) {
        if (below(2)) {
            wake_by_interrupt();
            f = 0xc4000001; /* CPU_SUSPEND */
        } else {
            f = 0x84000002; /* CPU_OFF */
        }
    }
    if ((f & 0xff) == 3)
        b = pa_of(_start);
    if ((f & 0xff) == 0x12)
        a |= 1; /* SYSTEM_RESET2, but of no kind that there is */
    if (config.mode == MODE_WILD && !below(64)) {
        f = 0x84000000 + below(0x20);
        a = below(2);
        b = below(2) ? value() : b;
    }
    if (below(8))
        psci(f, a, b, value());
    else
        run_one((below(2) ? 0xd4000002 : 0xd4000003) | (rnd() & 0x1fffe0),
                0x100 + (rnd() & ~0xc400001ful));
}

/* --- registers of all kinds ------------------------------------------------
 */

static void jump(void)
{
    u64 to = below(2)   ? wild_address()
             : below(2) ? rnd()
                        : map(device_address());

    switch (below(4)) {
    case 0: h_jump(to); break;
    case 1: h_eret(to, rnd()); break;
    case 2: h_eret(to & ~3ul, (rnd() & 0xf02003c0) | below(16)); break;
    default: h_wild_vbar(value());
    }
}

static void change_pool(void)
{
    ((u64 *)map(POOL))[rnd() % (POOL_SIZE / 8)] = wild_descriptor();
}

static void wild(void)
{
    access(wild_address());
}

static void device(void)
{
    access(map(device_address()));
}

/* Walks of wild tables by registers that let them begin. */
static void walk(void)
{
    u64 tcr = READ(tcr_el1), half = 16 + below(33), va, root, par;
    unsigned shift = is_high() ? 0 : 16, i;

    half |= (rnd() & 0x3f << 8) | below(4) << 14;
    root = POOL + (rnd() & (POOL_SIZE - 1) & ~below(4096)) + (rnd() << 48);
    tcr &= 0xfffful << (16 - shift);
    tcr |= half << shift | (rnd() & 0xffffful) << 36 | (2 + below(4)) << 32;
    if (below(4))
        tcr &= ~(1ul << (7 + shift));
    WRITE(tcr_el1, tcr);
    if (is_high())
        WRITE(ttbr0_el1, root);
    else
        WRITE(ttbr1_el1, root);
    WRITE(sctlr_el1, READ(sctlr_el1) | 1);
    BARRIER();
    for (i = 0; i < 8; i++) {
        va = rnd() & ((1ul << (64 - (half & 63))) - 1);
        if (!is_high())
            va |= ~0ul << (64 - (half & 63));
        __asm__ volatile("at s1e1w, %0\n\tisb" : : "r"(va));
        par = READ(par_el1);
        if (!below(16))
            run_one(0xd5000000 | ENC(1, 0, 8, 7, below(8)),
                    root >> 48 << 48 | (va & 0xffffffffffff) >> 12);
        if (!(par & 1) || !below(16))
            access(va);
        else if (!below(4))
            __asm__ volatile("at s1e0r, %0" : : "r"(va));
    }
}

static void other_endian(void)
{
    u64 sctlr = READ(sctlr_el1);

    if (!is_high())
        h_other_endian(POOL + (rnd() & (POOL_SIZE - 32) & ~15ul),
                       (sctlr & ~1ul) | 1ul << 25, sctlr);
}

static void operation(void)
{
    static const struct {
        void (*run)(void); /* what to do */
        unsigned weight;   /* of 64 */
    } kinds[] = {
        { jump, 1 },    { other_endian, 1 }, { change_pool, 1 },
        { walk, 4 },    { random_psci, 2 },  { system_other, 3 },
        { sys, 7 },     { tlbi, 1 },         { wild, 6 },
        { device, 18 }, { sysreg, 20 },
    };
    unsigned n = below(64), i = 0;

    while (n >= kinds[i].weight)
        n -= kinds[i++].weight;
    /* The table has the linked addresses; code may run by the others. */
    ((void (*)(void))map(pa_of(kinds[i].run)))();
}

/* --- random code -----------------------------------------------------------
 */

/* Would @w end the program instead of an exception? */
static int is_forbidden(u32 w)
{
    u32 enc = w & 0x1fffe0;

    if ((w & 0xfff00000) == 0xd5100000)
        return enc == SCTLR || enc == TCR || enc == TTBR0 || enc == VBAR ||
               enc == MAIR || enc == TTBR1;
    /* WFI and WFIT; WFE is woken. */
    return w == 0xd503207f || (w & ~31u) == 0xd5031020;
}

static u32 random_word(void)
{
    static const u32 kind[][2] = {
        /* fixed bits, random bits */
        { 0xd5000000, 0x003fffff }, { 0xd4000000, 0x00ffffff },
        { 0x08000000, 0xe0ffffff }, { 0x14000001, 0x8000000f },
        { 0x54000020, 0x000001ff }, { 0xd61f0000, 0x00ffffff },
        { 0x0e000000, 0xe1ffffff }, { 0x1e000000, 0xe1ffffff },
        { 0x28000000, 0xd7ffffff }, { 0x38000000, 0xc7ffffff },
        { 0x0a000000, 0xf5ffffff }, { 0x10000000, 0xefffffff },
        { 0x0c000000, 0x71ffffff }, { 0xd5000000, 0x001fffff },
    };
    u32 w = (u32)rnd();
    u64 i = below(28);

    if (i < sizeof(kind) / sizeof(kind[0]))
        w = kind[i][0] | (w & kind[i][1]);
    return is_forbidden(w) ? 0xd503201f : w;
}

static void run_code(void)
{
    unsigned n = index(), i, at = below(CODE_WORDS - FRESH);
    struct context *c = &contexts[n];
    u64 base = SANDBOX + 0x4000 * n;
    u32 *words = (u32 *)map(pa_of(code[n]));

    cpus[n].runs++;
    for (i = 0; i < FRESH; i++)
        words[at + i] = random_word();
    BARRIER();
    for (i = 0; i < FRESH_REGS; i++) {
        u64 r = rnd(), *x = &c->x[below(31)];

        *x = !(r & 3) ? value() : base + 4096 + (r >> 8 & 8191);
        if (r & 12)
            *x &= ~15ul;
        if (is_high() && (r & 3))
            *x |= HIGH;
    }
    c->v[below(64)] = value();
    c->elr = map(base + 4 * (at + below(FRESH)));
    c->spsr = (rnd() & 0xf0c001c0) | 0x200 | (below(2) ? 5 : 0);
    c->sp = map(base + 8192) - (below(8) ? 0 : below(32));
    c->cpacr = below(8) ? 3 << 20 : rnd();
    if (!below(16))
        WRITE(mdscr_el1, rnd() & 1);
    h_enter(c);
}

/* CPU 0: who makes no progress gets a page of SVCs. */
static void watch(void)
{
    volatile struct cpu *cpu = cpus;
    u64 seen[MAX_CPUS], sum = 0;
    unsigned i, k;

    for (i = 1; i < MAX_CPUS; i++)
        seen[i] = cpu[i].runs;
    for (k = 0; k < 2; k++)
        __asm__ volatile("sev\n\tyield" : : : "memory");
    for (i = 1; i < MAX_CPUS; i++) {
        volatile u32 *w = (u32 *)map(pa_of(code[i]));

        sum += cpu[i].runs;
        if (cpu[i].runs != seen[i])
            continue;
        for (k = CODE_WORDS; k-- && w[0] != 0xd4000001;)
            w[k] = 0xd4000001;
        BARRIER();
    }
    ops = sum;
    if (!(cpu->runs++ & 63))
        rescue();
}

/* --- the endless loop ------------------------------------------------------
 */

void h_run(void)
{
    unsigned n = index();

    if (config.mode == MODE_CODE && n)
        run_code();
    for (;;) {
        if (config.mode == MODE_CODE) {
            watch();
            continue;
        }
        if (!n && !(ops % RESCUE)) {
            ops++;
            rescue();
        }
        ops++;
        operation();
    }
}

void h_exception(u64 vector)
{
    u64 class = READ(esr_el1) >> 26, mask = rnd() & 0x3c0;

    /* No interrupt and no debug exception takes this away again. */
    if (vector & 3)
        mask |= 0x0c0;
    else if (class >= 0x30 && class <= 0x35)
        mask |= 0x200;
    if (config.mode == MODE_CODE)
        WRITE(mdscr_el1, 0);
    else if (!below(4))
        WRITE(mdscr_el1, 0);
    if (!below(4))
        WRITE(cpacr_el1, 3 << 20);
    WRITE(spsr_el1, (rnd() & (below(8) ? 0xf0e00000 : 0xfff00000)) | mask | 5);
    WRITE(elr_el1, (u64)h_again);
    __asm__ volatile("eret");
}
