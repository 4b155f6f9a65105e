/* SPDX-License-Identifier: MIT */
/*
 * walk.c - the stage 1 table walk of the EL1&0 regime.
 *
 * DDI 0487, "AArch64.TranslationTableWalk", "VMSAv8-64 translation table
 * format descriptors". All three granules, VAs of up to 48 bits. The walk
 * only reads; setting AF and the dirty state is mmu.c's business. Tables are
 * read from RAM; one that lies elsewhere is an external abort on the walk.
 * NSTable and the contiguous hint are ignored, as the architecture allows.
 */
#include "mmu.h"

#include "bits.h"
#include "features.h"

/* ID_AA64MMFR0_EL1, CRm=7 op2=0 of the ID space. */
#define ID_MMFR0 (7 * 8 - 8)

/* TCR_EL1 as it applies to one half. */
struct regime {
    u64 ttbr;          /* TTBRn */
    unsigned txsz;     /* TnSZ */
    unsigned max_txsz; /* largest TnSZ that is no fault */
    unsigned grain;    /* log2 of the granule */
    unsigned pa_bits;  /* output size */
    bool tbi;          /* top byte ignored */
    bool epd;          /* walks disabled */
    bool e0pd;         /* EL0 accesses fault */
    bool hpd;          /* hierarchical permissions disabled */
};

bool a64_tbi(const struct a64_cpu *cpu, bool high)
{
    return bit64(cpu->arch.tcr[1], high ? 38 : 37);
}

bool a64_tbi_fetch(const struct a64_cpu *cpu, bool high)
{
    return a64_tbi(cpu, high) &&
           !(cpu->model->feat[A64_FEAT_PAuth] &&
             bit64(cpu->arch.tcr[1], high ? 52 : 51));
}

/*
 * log2 of the granule that TG0 or TG1 asks for. A reserved value and a
 * granule that the model does not announce stand for 4K.
 */
static unsigned granule(const struct a64_model *m, u64 tcr, bool high)
{
    static const u8 tg0[4] = { 12, 16, 14, 12 };
    static const u8 tg1[4] = { 12, 14, 12, 16 };
    unsigned g = high ? tg1[extract64(tcr, 30, 2)]
                      : tg0[extract64(tcr, 14, 2)];

    if (g == 14 && extract64(m->id[ID_MMFR0], 20, 4) == 0)
        return 12;
    if (g == 16 && extract64(m->id[ID_MMFR0], 24, 4) == 15)
        return 12;
    return g;
}

unsigned a64_max_txsz(const struct a64_cpu *cpu, bool high)
{
    if (!cpu->model->feat[A64_FEAT_TTST])
        return 39;
    return granule(cpu->model, cpu->arch.tcr[1], high) == 16 ? 47 : 48;
}

static struct regime regime_of(const struct a64_cpu *cpu, bool high)
{
    static const u8 ips[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };
    const struct a64_model *m = cpu->model;
    u64 tcr = cpu->arch.tcr[1];
    unsigned size = ips[extract64(tcr, 32, 3)];
    struct regime r = {
        .ttbr = high ? cpu->arch.ttbr1[1] : cpu->arch.ttbr0[1],
        .txsz = (unsigned)extract64(tcr, high ? 16 : 0, 6),
        .grain = granule(m, tcr, high),
        .pa_bits = size < m->pa_bits ? size : m->pa_bits,
        .tbi = a64_tbi(cpu, high),
        .epd = bit64(tcr, high ? 23 : 7),
        .e0pd = m->feat[A64_FEAT_E0PD] && bit64(tcr, high ? 56 : 55),
        .max_txsz = a64_max_txsz(cpu, high),
        .hpd = m->feat[A64_FEAT_HPDS] && bit64(tcr, high ? 42 : 41),
    };

    return r;
}

static bool fail(struct a64_walk *w, enum fsc fsc, unsigned level)
{
    w->fsc = (u8)(fsc + level);
    w->level = (u8)level;
    return false;
}

/* Are the bits above the input size all equal to bit 55? */
static bool in_range(u64 va, const struct regime *r)
{
    unsigned size = 64 - r->txsz;
    unsigned top = r->tbi ? 56 : 64;
    u64 high = extract64(va, size, top - size);

    return high == (bit64(va, 55) ? mask64(top - size) : 0);
}

static bool read_desc(struct a64_cpu *cpu, u64 pa, u64 *desc)
{
    if (!ram_contains(cpu->env.ram, pa, 8))
        return false;
    ram_read(cpu->env.ram, pa, desc, 8);
    if (cpu->arch.sctlr[1] & SCTLR_EE)
        *desc = __builtin_bswap64(*desc);
    return true;
}

/* Permissions of leaf @d below tables with APTable, PXNTable, UXNTable. */
static void permissions(const struct a64_cpu *cpu, u64 d, u64 table,
                        struct a64_walk *w)
{
    const u64 hd = TCR_HA | TCR_HD;
    bool wxn = cpu->arch.sctlr[1] & SCTLR_WXN;
    bool ro = bit64(d, 7), user = bit64(d, 6) && !bit64(table, 61);
    bool uxn = bit64(d, 54) || bit64(table, 60);
    bool pxn = bit64(d, 53) || bit64(table, 59);
    u8 p = MAP_R1;

    w->clean = false;
    if (ro && bit64(d, 51) && cpu->model->feat[A64_FEAT_HAFDBS] &&
        (cpu->arch.tcr[1] & hd) == hd && !bit64(table, 62)) {
        ro = false;
        w->clean = true;
    }
    ro = ro || bit64(table, 62);
    if (!ro)
        p |= MAP_W1;
    if (user)
        p |= ro ? MAP_R0 : MAP_R0 | MAP_W0;
    if (!uxn && !(wxn && (p & MAP_W0)))
        p |= MAP_X0;
    if (!pxn && !(p & MAP_W0) && !(wxn && (p & MAP_W1)))
        p |= MAP_X1;
    w->perm = p;
}

/* A valid page or block descriptor @d at @level: fills in the result. */
static bool leaf(struct a64_cpu *cpu, const struct regime *r, u64 d,
                 u64 table, unsigned level, struct a64_walk *w)
{
    unsigned shift = (3 - level) * (r->grain - 3) + r->grain;
    u64 attr = extract64(cpu->arch.mair[1],
                         (unsigned)extract64(d, 2, 3) * 8, 8);

    w->pa = d & mask64(48) & ~mask64(shift);
    if (w->pa >> r->pa_bits)
        return fail(w, FSC_ADDRSIZE, level);
    if (!bit64(d, 10) && !(cpu->model->feat[A64_FEAT_HAFDBS] &&
                           (cpu->arch.tcr[1] & TCR_HA)))
        return fail(w, FSC_ACCESS, level);
    w->desc = d;
    w->log2 = (u8)shift;
    w->level = (u8)level;
    w->attr = (u8)attr;
    w->normal = (attr & 0xf0) != 0;
    w->sh = (u8)extract64(d, 8, 2);
    w->nonglobal = bit64(d, 11);
    w->guarded = bit64(d, 50) && cpu->model->feat[A64_FEAT_BTI];
    permissions(cpu, d, table, w);
    return true;
}

/* May a block descriptor stand at @level with this granule? */
static bool block_allowed(unsigned grain, unsigned level)
{
    return level == 2 || (level == 1 && grain == 12);
}

/* The first level and the table's address; false: faults at level 0. */
static bool start(const struct regime *r, unsigned *level, u64 *base,
                  struct a64_walk *w)
{
    unsigned size = 64 - r->txsz, stride = r->grain - 3;
    unsigned levels = (size - r->grain + stride - 1) / stride;
    unsigned align = 3 + size - ((levels - 1) * stride + r->grain);

    *level = 4 - levels;
    *base = r->ttbr & mask64(48) & ~mask64(align < 4 ? 4 : align);
    if (*base >> r->pa_bits)
        return fail(w, FSC_ADDRSIZE, 0);
    return true;
}

bool a64_walk(struct a64_cpu *cpu, u64 va, bool el0, struct a64_walk *w)
{
    struct regime r = regime_of(cpu, bit64(va, 55));
    unsigned level, top = 64 - r.txsz;
    u64 base, d, table = 0;

    cpu->stat_walks++;
    if (r.txsz < 16 || r.txsz > r.max_txsz || !in_range(va, &r) || r.epd ||
        (r.e0pd && el0))
        return fail(w, FSC_TRANSLATION, 0);
    if (!start(&r, &level, &base, w))
        return false;
    for (;; level++) {
        unsigned shift = (3 - level) * (r.grain - 3) + r.grain;

        w->desc_pa = base + (extract64(va, shift, top - shift) << 3);
        if (!read_desc(cpu, w->desc_pa, &d))
            return fail(w, FSC_EXTERNAL_WALK, level);
        if (!(d & 1))
            return fail(w, FSC_TRANSLATION, level);
        if (level == 3)
            return (d & 2) ? leaf(cpu, &r, d, table, level, w)
                           : fail(w, FSC_TRANSLATION, level);
        if (!(d & 2))
            return block_allowed(r.grain, level)
                       ? leaf(cpu, &r, d, table, level, w)
                       : fail(w, FSC_TRANSLATION, level);
        base = d & mask64(48) & ~mask64(r.grain);
        if (base >> r.pa_bits)
            return fail(w, FSC_ADDRSIZE, level);
        if (!r.hpd)
            table |= d;
        top = shift;
    }
}
