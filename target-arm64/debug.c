/* SPDX-License-Identifier: MIT */
/*
 * debug.c - self-hosted debug: software step, breakpoints, watchpoints.
 *
 * DDI 0487, "AArch64 Self-hosted Debug". Software step is a state machine
 * over PSTATE.SS: with SS = 1 the next instruction runs and clears it, with
 * SS = 0 the step exception is taken before the next one. arch.ss keeps
 * PSTATE.SS and, for the syndrome, whether an instruction was stepped and
 * whether it was a load-exclusive (enum a64_ss).
 *
 * Breakpoints compare the address (BT 0000, and 0001 with its linked context
 * breakpoint) or CONTEXTIDR_EL1 (BT 0010); every other type needs EL2 or
 * AArch32 and is disabled. They are looked at before each instruction of
 * blocks that were made with TB_DEBUG.
 *
 * Watchpoints cost nothing while MDSCR_EL1.MDE is clear. Pages with an enabled
 * one have no tags (tlb.h), so that all their accesses take the slow path,
 * which asks a64_watch_hit() once the access is known to be permitted. Whether
 * a page is watched does not depend on the exception level or PSTATE.D, so tags
 * are dropped only by writes of DBGWVR, DBGWCR and MDSCR.
 */
#include "a64sys.h"

#include "bits.h"

#define MDSCR_KDE (1ull << 13)
#define OSLSR_OSLK (1ull << 1)

/* Breakpoints from here on are context-aware: as ID_AA64DFR0_EL1 says. */
#define FIRST_CONTEXT_BRP 4
enum { BT_ADDRESS, BT_ADDRESS_LINKED, BT_CONTEXT, BT_CONTEXT_LINKED };

/* Bits of an address that breakpoints and watchpoints compare. */
#define VA_BITS 49

bool a64_debug_enabled(const struct a64_cpu *cpu, unsigned el, bool d)
{
    const struct a64_arch *a = &cpu->arch;

    if ((a->oslsr & OSLSR_OSLK) || (a->osdlr & 1))
        return false;
    return el == 0 || ((a->mdscr & MDSCR_KDE) && !d);
}

static bool enabled_now(const struct a64_cpu *cpu)
{
    return a64_debug_enabled(cpu, cpu->arch.el, cpu->arch.daif & PSTATE_D);
}

bool a64_step_active(const struct a64_cpu *cpu)
{
    return (cpu->arch.mdscr & MDSCR_SS) && enabled_now(cpu);
}

bool a64_breakpoints_active(const struct a64_cpu *cpu)
{
    if (!(cpu->arch.mdscr & MDSCR_MDE) || !enabled_now(cpu))
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(cpu->arch.dbgbcr); i++)
        if (cpu->arch.dbgbcr[i] & 1)
            return true;
    return false;
}

bool a64_return_ss(const struct a64_cpu *cpu, u64 spsr, unsigned el)
{
    return (cpu->arch.mdscr & MDSCR_SS) && !enabled_now(cpu) &&
           a64_debug_enabled(cpu, el, bit64(spsr, 9)) && bit64(spsr, 21);
}

void a64_step_settle(struct a64_cpu *cpu)
{
    if (cpu->arch.ss && !a64_step_active(cpu))
        cpu->arch.ss &= SS_ACTIVE;
}

void a64_step_fault(struct a64_cpu *cpu)
{
    u32 ec = cpu->arch.el == 0 ? EC_STEP_LOWER : EC_STEP;
    u32 iss = 0x22;

    if (cpu->arch.ss & SS_STEPPED)
        iss |= 1u << 24 | (cpu->arch.ss & SS_LDEX ? 1u << 6 : 0);
    a64_fault(cpu, A64_ESR(ec, iss), false, 0);
}

/*
 * Do the security state and exception level @el match? DBGBCR and DBGWCR have
 * these fields in the same places. There is only Non-secure EL1 and EL0, where
 * values of HMC and SSC other than 0 are reserved; as in QEMU they stand for
 * what is left of their meaning.
 */
static bool state_matches(u64 cr, unsigned el)
{
    if (extract64(cr, 14, 2) == 2) /* Secure */
        return false;
    return bit64(cr, el == 0 ? 2 : 1);
}

/* Is breakpoint @n enabled, of type @type, and its context the current? */
static bool context_matches(const struct a64_cpu *cpu, unsigned n,
                            unsigned type)
{
    u64 bcr = cpu->arch.dbgbcr[n];

    return n >= FIRST_CONTEXT_BRP && (bcr & 1) &&
           extract64(bcr, 20, 4) == type &&
           (u32)cpu->arch.dbgbvr[n] == (u32)cpu->arch.contextidr[1];
}

static bool breakpoint_matches(const struct a64_cpu *cpu, unsigned n, u64 pc)
{
    u64 bcr = cpu->arch.dbgbcr[n];
    u64 type = extract64(bcr, 20, 4);

    if (!(bcr & 1) || !state_matches(bcr, cpu->arch.el))
        return false;
    if (type > BT_ADDRESS_LINKED)
        return context_matches(cpu, n, BT_CONTEXT);
    if (((cpu->arch.dbgbvr[n] ^ pc) & mask64(VA_BITS) & ~3ull) != 0)
        return false;
    return type == BT_ADDRESS ||
           context_matches(cpu, (unsigned)extract64(bcr, 16, 4),
                           BT_CONTEXT_LINKED);
}

bool a64_breakpoint_hit(struct a64_cpu *cpu, u64 pc)
{
    if (!a64_breakpoints_active(cpu))
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(cpu->arch.dbgbcr); i++) {
        if (breakpoint_matches(cpu, i, pc)) {
            u32 ec = cpu->arch.el == 0 ? EC_BREAKPOINT_LOWER : EC_BREAKPOINT;

            a64_fault(cpu, A64_ESR(ec, 0x22), false, 0);
            return true;
        }
    }
    return false;
}

/* --- watchpoints --------------------------------------------------------- */

#define N_WATCH 4 /* as ID_AA64DFR0_EL1 says */
#define LINE_BYTES 64 /* data cache line, as CTR_EL0 says */

/* Bytes that a watchpoint looks at; addresses have VA_BITS bits. */
struct watched {
    u64 first; /* lowest address */
    u64 len;   /* bytes, 0 = none */
};

/*
 * What UNPREDICTABLE settings do is as in QEMU: a reserved MASK disables, bits
 * of DBGWVR below the mask are ignored, and so is BAS under a mask; of BAS that
 * is not contiguous the lowest bytes count.
 */
static struct watched range_of(const struct a64_cpu *cpu, unsigned n)
{
    u64 wcr = cpu->arch.dbgwcr[n], wvr = cpu->arch.dbgwvr[n];
    unsigned mask = (unsigned)extract64(wcr, 24, 5);
    unsigned bas = (unsigned)extract64(wcr, 5, 8);
    struct watched w = { .first = wvr & mask64(VA_BITS) };

    if (!(wcr & 1) || mask == 1 || mask == 2)
        return w;
    if (mask) {
        w.len = 1ull << mask;
        w.first &= ~(w.len - 1);
        return w;
    }
    if (wvr & 4)
        bas &= 0xf;
    if (bas) {
        w.first += (unsigned)__builtin_ctz(bas);
        bas >>= __builtin_ctz(bas);
        w.len = (unsigned)__builtin_ctz(~bas);
    }
    return w;
}

u8 a64_watch_mask(const struct a64_cpu *cpu)
{
    u8 mask = 0;

    if (!(cpu->arch.mdscr & MDSCR_MDE))
        return 0;
    for (unsigned i = 0; i < N_WATCH; i++)
        if (range_of(cpu, i).len)
            mask |= (u8)(1u << i);
    return mask;
}

bool a64_watch_active(const struct a64_cpu *cpu)
{
    return cpu->derived.watch && enabled_now(cpu);
}

void a64_watch_changed(struct a64_cpu *cpu)
{
    u8 mask = a64_watch_mask(cpu);

    for (unsigned i = 0; i < N_WATCH; i++) {
        if (mask >> i & 1) {
            struct watched w = range_of(cpu, i);

            tag_drop_range(cpu->env.tags, cpu->env.index,
                           (u64)sext64(w.first, VA_BITS), w.len,
                           TAG_ANY_SPACE);
        }
    }
}

/* Offset in [va, va + len) of the first byte in @w, or UINT64_MAX. */
static u64 overlap(const struct watched *w, u64 va, u64 len)
{
    u64 ahead = (w->first - va) & mask64(VA_BITS);

    if (((va - w->first) & mask64(VA_BITS)) < w->len)
        return 0;
    return ahead < len ? ahead : UINT64_MAX;
}

bool a64_watched_page(const struct a64_cpu *cpu, u64 va)
{
    for (unsigned i = 0; i < N_WATCH; i++) {
        if (cpu->derived.watch >> i & 1) {
            struct watched w = range_of(cpu, i);

            if (overlap(&w, va & PAGE_MASK, PAGE_SIZE) != UINT64_MAX)
                return true;
        }
    }
    return false;
}

/*
 * Offset of the first byte in [va, va + len) that a watchpoint for @store, or
 * for loads, looks at in an access made as @el; UINT64_MAX = none.
 */
static u64 first_hit(const struct a64_cpu *cpu, u64 va, u64 len, bool store,
                     unsigned el)
{
    u64 first = UINT64_MAX;

    for (unsigned i = 0; i < N_WATCH; i++) {
        u64 wcr = cpu->arch.dbgwcr[i], at;
        struct watched w;

        if (!(cpu->derived.watch >> i & 1) || !bit64(wcr, store ? 4 : 3) ||
            !state_matches(wcr, el))
            continue;
        if (bit64(wcr, 20) &&
            !context_matches(cpu, (unsigned)extract64(wcr, 16, 4),
                             BT_CONTEXT_LINKED))
            continue;
        w = range_of(cpu, i);
        at = overlap(&w, va, len);
        if (at < first)
            first = at;
    }
    return first;
}

static void watch_fault(struct a64_cpu *cpu, u64 far, u32 iss)
{
    u32 ec = cpu->arch.el == 0 ? EC_WATCHPOINT_LOWER : EC_WATCHPOINT;

    a64_fault(cpu, A64_ESR(ec, 0x22 | iss), true, far);
}

bool a64_watch_hit(struct a64_cpu *cpu, u64 va, u64 len, bool load,
                   bool store, bool unpriv)
{
    unsigned el = unpriv ? 0 : cpu->arch.el;
    u64 at = UINT64_MAX;
    bool wnr = false;

    if (!enabled_now(cpu))
        return false;
    /* An atomic that a read would have sufficed for reports a read. */
    if (load)
        at = first_hit(cpu, va, len, false, el);
    if (at == UINT64_MAX && store) {
        at = first_hit(cpu, va, len, true, el);
        wnr = true;
    }
    if (at == UINT64_MAX)
        return false;
    watch_fault(cpu, va + at, (u32)wnr << 6);
    return true;
}

bool a64_watch_cache(struct a64_cpu *cpu, u64 va)
{
    u64 line = va & ~(u64)(LINE_BYTES - 1);

    /* A store to the line; FAR is the address as the program gave it. */
    if (!enabled_now(cpu) ||
        first_hit(cpu, line, LINE_BYTES, true, cpu->arch.el) == UINT64_MAX)
        return false;
    watch_fault(cpu, va, 1u << 8 | 1u << 6);
    return true;
}
