/* SPDX-License-Identifier: MIT */
/*
 * help_pauth.c - pointer authentication (FEAT_PAuth without EnhancedPAC, PAC2
 * or FPAC). DDI 0487, "AddPAC", "Auth", "Strip", "ComputePAC".
 *
 * The algorithm is QARMA5 or QARMA3 (qarma.c) when the model has
 * FEAT_PACQARMA5 or FEAT_PACQARMA3, else IMPLEMENTATION DEFINED: XXH64 with
 * seed 1 over pointer, modifier and the halves of the key, the choice that
 * QEMU calls pauth-impdef, so that signed pointers compare equal. A key that
 * SCTLR_EL1 does not enable leaves pointers as they are; PACGA has no enable.
 *
 * A function that returns authenticates what it signed, and is called with
 * the same stack pointer again soon, so results are remembered (struct
 * a64_pac). An entry holds all that the code depends on: none is ever wrong,
 * whatever is written to the keys.
 */
#include "a64sys.h"
#include "bits.h"
#include "features.h"
#include "help_int.h"
#include "helpers.h"
#include "qarma.h"

#define TCR_T0SZ_POS 0
#define TCR_T1SZ_POS 16
#define TCR_TBI0_POS 37
#define TCR_TBID0_POS 51 /* TBI1 and TBID1 are the next bits */

#define XXP1 0x9e3779b185ebca87ull
#define XXP2 0xc2b2ae3d27d4eb4full
#define XXP3 0x165667b19e3779f9ull
#define XXP4 0x85ebca77c2b2ae63ull

/* --- the code ------------------------------------------------------------ */

static u64 rol64(u64 v, unsigned n)
{
    return ror64(v, 64 - n);
}

static u64 xxh_round(u64 acc, u64 input)
{
    return rol64(acc + input * XXP2, 31) * XXP1;
}

static u64 impdef(u64 ptr, u64 modifier, const u64 key[2])
{
    u64 v[4] = {
        xxh_round(1 + XXP1 + XXP2, ptr),
        xxh_round(1 + XXP2, modifier),
        xxh_round(1, key[0]),
        xxh_round(1 - XXP1, key[1]),
    };
    u64 h = rol64(v[0], 1) + rol64(v[1], 7) + rol64(v[2], 12) +
            rol64(v[3], 18);

    for (int i = 0; i < 4; i++)
        h = (h ^ xxh_round(0, v[i])) * XXP1 + XXP4;
    h = (h ^ h >> 33) * XXP2;
    h = (h ^ h >> 29) * XXP3;
    return h ^ h >> 32;
}

static u64 compute(const struct a64_cpu *cpu, u64 ptr, u64 modifier,
                   const u64 key[2])
{
    if (cpu->model->feat[A64_FEAT_PACQARMA5])
        return qarma64(ptr, modifier, key[1], key[0], QARMA5);
    if (cpu->model->feat[A64_FEAT_PACQARMA3])
        return qarma64(ptr, modifier, key[1], key[0], QARMA3);
    return impdef(ptr, modifier, key);
}

/* All entries become the code of zeros, so that there is no empty one. */
void a64_pac_init(struct a64_cpu *cpu)
{
    const u64 key[2] = { 0, 0 };
    struct a64_pac first = { .code = compute(cpu, 0, 0, key) };

    for (unsigned i = 0; i < A64_PAC_CACHE; i++)
        cpu->pac[i] = first;
}

static u64 __attribute__((noinline))
remember(const struct a64_cpu *cpu, struct a64_pac *p, u64 ptr, u64 modifier,
         const u64 key[2])
{
    p->ptr = ptr;
    p->modifier = modifier;
    p->key[0] = key[0];
    p->key[1] = key[1];
    p->code = compute(cpu, ptr, modifier, key);
    return p->code;
}

static inline __attribute__((always_inline)) u64
compute_pac(struct a64_cpu *cpu, u64 ptr, u64 modifier, u32 k)
{
    const u64 *key = &cpu->arch.apkey[2 * k];
    u64 h = (ptr >> 2) ^ (ptr >> 9) ^ (modifier >> 4) ^ (modifier >> 11);
    struct a64_pac *p = &cpu->pac[h % A64_PAC_CACHE];

    if (likely(!((p->ptr ^ ptr) | (p->modifier ^ modifier) |
                 (p->key[0] ^ key[0]) | (p->key[1] ^ key[1]))))
        return p->code;
    return remember(cpu, p, ptr, modifier, key);
}

/* --- its place ----------------------------------------------------------- */

/*
 * Where the code of a pointer is, bit 55 included, which keeps its value. A
 * top byte that is ignored is not part of it.
 */
static u64 place_of(const struct a64_cpu *cpu, bool high, bool data)
{
    u64 tcr = cpu->arch.tcr[1], max = a64_max_txsz(cpu, high);
    u64 tsz = extract64(tcr, high ? TCR_T1SZ_POS : TCR_T0SZ_POS, 6);
    bool tbi = bit64(tcr, TCR_TBI0_POS + high) &&
               (data || !bit64(tcr, TCR_TBID0_POS + high));

    tsz = tsz < 16 ? 16 : tsz > max ? max : tsz;
    return mask64(tbi ? 56 : 64) & ~mask64(64 - (unsigned)tsz);
}

void a64_pac_derive(struct a64_cpu *cpu)
{
    for (int data = 0; data < 2; data++)
        for (int high = 0; high < 2; high++)
            cpu->derived.pac_place[data][high] =
                place_of(cpu, high != 0, data != 0);
}

#define BIT55 (1ull << 55)

static bool has_top_byte(u64 place)
{
    return place >> 63;
}

/* The pointer without its code, of the half @high. */
static u64 plain_ptr(u64 ptr, u64 place, bool high)
{
    return high ? ptr | place : ptr & ~place;
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

/* --- what the instructions do -------------------------------------------- */

u64 help_pac_add(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    const u64 *places = cpu->derived.pac_place[is_data(param)];
    bool tagged = !has_top_byte(places[0] & places[1]);
    bool high = bit64(a, tagged ? 55 : 63);
    u64 place = places[high];
    u64 plain = plain_ptr(a, place, high);
    u64 pac;

    (void)c;
    if (!key_enabled(cpu, param))
        return a;
    pac = compute_pac(cpu, plain, b, param);
    if ((a & place) != 0 && (~a & place) != 0) /* not a pointer: spoil it */
        pac ^= 1ull << (has_top_byte(place) ? 62 : 54);
    place &= ~BIT55;
    return (plain & ~place) | (pac & place);
}

u64 help_pac_auth(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    struct a64_cpu *cpu = opaque;
    bool high = bit64(a, 55);
    u64 place = cpu->derived.pac_place[is_data(param)][high];
    u64 plain = plain_ptr(a, place, high);
    bool second = param == PAC_IB || param == PAC_DB;

    (void)c;
    if (!key_enabled(cpu, param))
        return a;
    if (likely(!((a ^ compute_pac(cpu, plain, b, param)) & place & ~BIT55)))
        return plain;
    return deposit64(plain, has_top_byte(place) ? 61 : 53, 2, second ? 2 : 1);
}

u64 help_pac_strip(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    const struct a64_cpu *cpu = opaque;
    bool high = bit64(a, 55);

    (void)b;
    (void)c;
    return plain_ptr(a, cpu->derived.pac_place[param][high], high);
}

u64 help_pac_generic(void *opaque, u64 a, u64 b, u64 c, u32 param)
{
    (void)c;
    (void)param;
    return compute_pac(opaque, a, b, PAC_GA) & ~0xffffffffull;
}
