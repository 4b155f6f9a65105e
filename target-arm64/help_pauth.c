/* SPDX-License-Identifier: MIT */
/*
 * help_pauth.c - pointer authentication (FEAT_PAuth without EnhancedPAC, PAC2
 * or FPAC). DDI 0487, "AddPAC", "Auth", "Strip", "ComputePAC".
 *
 * The algorithm is IMPLEMENTATION DEFINED (ID_AA64ISAR1_EL1.API): XXH64 with
 * seed 1 over pointer, modifier and the halves of the key, the choice that
 * QEMU calls pauth-impdef, so that signed pointers compare equal. A key that
 * SCTLR_EL1 does not enable leaves pointers as they are; PACGA has no enable.
 */
#include "help_int.h"

#include "a64sys.h"
#include "bits.h"
#include "helpers.h"

#define TCR_T0SZ_POS 0
#define TCR_T1SZ_POS 16
#define TCR_TBI0_POS 37
#define TCR_TBID0_POS 51 /* TBI1 and TBID1 are the next bits */

#define XXP1 0x9e3779b185ebca87ull
#define XXP2 0xc2b2ae3d27d4eb4full
#define XXP3 0x165667b19e3779f9ull
#define XXP4 0x85ebca77c2b2ae63ull

static u64 rol64(u64 v, unsigned n)
{
    return ror64(v, 64 - n);
}

static u64 xxh_round(u64 acc, u64 input)
{
    return rol64(acc + input * XXP2, 31) * XXP1;
}

static u64 compute_pac(struct a64_cpu *cpu, u64 ptr, u64 modifier, u32 key)
{
    u64 v[4] = {
        xxh_round(1 + XXP1 + XXP2, ptr),
        xxh_round(1 + XXP2, modifier),
        xxh_round(1, cpu->arch.apkey[2 * key]),
        xxh_round(1 - XXP1, cpu->arch.apkey[2 * key + 1]),
    };
    u64 h = rol64(v[0], 1) + rol64(v[1], 7) + rol64(v[2], 12) +
            rol64(v[3], 18);

    for (int i = 0; i < 4; i++)
        h = (h ^ xxh_round(0, v[i])) * XXP1 + XXP4;
    h = (h ^ h >> 33) * XXP2;
    h = (h ^ h >> 29) * XXP3;
    return h ^ h >> 32;
}

/* Where the code of a pointer is, for the half that bit 55 selects. */
struct pac_place {
    bool tbi;        /* the top byte is not part of it */
    unsigned bottom; /* lowest bit of the code */
};

static struct pac_place pac_place(const struct a64_cpu *cpu, bool high,
                                  bool data)
{
    u64 tcr = cpu->arch.tcr[1];
    u64 tsz = extract64(tcr, high ? TCR_T1SZ_POS : TCR_T0SZ_POS, 6);
    struct pac_place p;

    tsz = tsz < 16 ? 16 : tsz > 39 ? 39 : tsz;
    p.bottom = 64 - (unsigned)tsz;
    p.tbi = bit64(tcr, TCR_TBI0_POS + high) &&
            (data || !bit64(tcr, TCR_TBID0_POS + high));
    return p;
}

/* Bits [bottom, top] of @ptr replaced by copies of @bit. */
static u64 extend_ptr(u64 ptr, const struct pac_place *p, bool bit)
{
    return deposit64(ptr, p->bottom, (p->tbi ? 56 : 64) - p->bottom,
                     bit ? ~0ull : 0);
}

static bool key_enabled(const struct a64_cpu *cpu, u32 key)
{
    static const u8 pos[4] = { 31, 30, 27, 13 }; /* EnIA, EnIB, EnDA, EnDB */

    return bit64(cpu->arch.sctlr[1], pos[key]);
}

static bool is_data(u32 key)
{
    return key == PAC_DA || key == PAC_DB;
}

u64 help_pac_add(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    bool data = is_data(param);
    bool tagged = pac_place(cpu, false, data).tbi ||
                  pac_place(cpu, true, data).tbi;
    bool high = bit64(a, tagged ? 55 : 63);
    struct pac_place p = pac_place(cpu, high, data);
    unsigned top, len;
    s64 test;
    u64 pac;

    (void)c;
    if (!key_enabled(cpu, param))
        return a;
    p.tbi = pac_place(cpu, bit64(a, 55), data).tbi; /* EffectiveTBI */
    top = p.tbi ? 55 : 63;
    pac = compute_pac(cpu, extend_ptr(a, &p, high), b, param);
    len = top + 1 - p.bottom;
    test = sext64(a >> p.bottom, len);
    if (test != 0 && test != -1) /* not a pointer: spoil the code */
        pac ^= 1ull << (top - 1);
    a = deposit64(a, p.bottom, len, pac >> p.bottom);
    return deposit64(a, 55, 1, high);
}

u64 help_pac_auth(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    bool high = bit64(a, 55);
    struct pac_place p = pac_place(cpu, high, is_data(param));
    bool second = param == PAC_IB || param == PAC_DB;
    u64 plain, diff;

    (void)c;
    if (!key_enabled(cpu, param))
        return a;
    plain = extend_ptr(a, &p, high);
    diff = a ^ compute_pac(cpu, plain, b, param);
    if (!extract64(diff, p.bottom, 55 - p.bottom) &&
        (p.tbi || !(diff >> 56)))
        return plain;
    return deposit64(plain, p.tbi ? 53 : 61, 2, second ? 2 : 1);
}

u64 help_pac_strip(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    bool high = bit64(a, 55);
    struct pac_place p = pac_place(opaque, high, param);

    (void)b;
    (void)c;
    return extend_ptr(a, &p, high);
}

u64 help_pac_generic(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    (void)c;
    (void)param;
    return compute_pac(opaque, a, b, PAC_GA) & ~0xffffffffull;
}
