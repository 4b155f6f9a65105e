/* SPDX-License-Identifier: MIT */
/*
 * features.c - the CPU models and what features put into ID registers.
 *
 * A model is its identification (MIDR, caches), the ID values that belong to
 * no optional feature, and the list of its features. The fields that announce
 * a feature come from feat_fields[] alone, so an instruction that decodes is
 * announced and one that does not is not. DDI 0487, "AArch64 System Register
 * Descriptions", ID_AA64*_EL1.
 *
 * Neither model has AArch32, EL2, EL3 or a PMU: those fields are 0.
 */
#include "features.h"

#include <string.h>

#include "bits.h"

/* Index in a64_model.id of op0=3 op1=0 CRn=0 CRm=@crm op2=@op2. */
#define ID(crm, op2) ((crm) * 8 + (op2) - 8)
#define PFR0 ID(4, 0)
#define PFR1 ID(4, 1)
#define DFR0 ID(5, 0)
#define ISAR0 ID(6, 0)
#define ISAR1 ID(6, 1)
#define ISAR2 ID(6, 2)
#define MMFR0 ID(7, 0)
#define MMFR1 ID(7, 1)
#define MMFR2 ID(7, 2)

/* What a feature announces; of several the highest value counts. */
struct feat_field {
    u8 feat;  /* enum a64_feat */
    u8 reg;   /* index in id[] */
    u8 shift; /* lowest bit of the 4-bit field */
    u8 value; /* field when the feature is there */
};

/* clang-format off */
static const struct feat_field feat_fields[] = {
    { A64_FEAT_AES, ISAR0, 4, 1 },     { A64_FEAT_PMULL, ISAR0, 4, 2 },
    { A64_FEAT_SHA1, ISAR0, 8, 1 },    { A64_FEAT_SHA256, ISAR0, 12, 1 },
    { A64_FEAT_SHA512, ISAR0, 12, 2 }, { A64_FEAT_CRC32, ISAR0, 16, 1 },
    { A64_FEAT_LSE, ISAR0, 20, 2 },    { A64_FEAT_RDM, ISAR0, 28, 1 },
    { A64_FEAT_SHA3, ISAR0, 32, 1 },   { A64_FEAT_SM3, ISAR0, 36, 1 },
    { A64_FEAT_SM4, ISAR0, 40, 1 },    { A64_FEAT_DotProd, ISAR0, 44, 1 },
    { A64_FEAT_FHM, ISAR0, 48, 1 },    { A64_FEAT_FlagM, ISAR0, 52, 1 },
    { A64_FEAT_FlagM2, ISAR0, 52, 2 }, { A64_FEAT_TLBIOS, ISAR0, 56, 1 },
    { A64_FEAT_TLBIRANGE, ISAR0, 56, 2 }, { A64_FEAT_DPB, ISAR1, 0, 1 },
    { A64_FEAT_PAuth, ISAR1, 8, 1 },   { A64_FEAT_JSCVT, ISAR1, 12, 1 },
    { A64_FEAT_FCMA, ISAR1, 16, 1 },   { A64_FEAT_LRCPC, ISAR1, 20, 1 },
    { A64_FEAT_LRCPC2, ISAR1, 20, 2 }, { A64_FEAT_PAuth, ISAR1, 28, 1 },
    { A64_FEAT_FRINTTS, ISAR1, 32, 1 }, { A64_FEAT_SB, ISAR1, 36, 1 },
    { A64_FEAT_BF16, ISAR1, 44, 1 },   { A64_FEAT_I8MM, ISAR1, 52, 1 },
    { A64_FEAT_FP16, PFR0, 16, 1 },    { A64_FEAT_FP16, PFR0, 20, 1 },
    { A64_FEAT_RAS, PFR0, 28, 1 },     { A64_FEAT_DIT, PFR0, 48, 1 },
    { A64_FEAT_CSV2, PFR0, 56, 1 },    { A64_FEAT_CSV3, PFR0, 60, 1 },
    { A64_FEAT_BTI, PFR1, 0, 1 },      { A64_FEAT_SSBS, PFR1, 4, 2 },
    { A64_FEAT_HAFDBS, MMFR1, 0, 2 },  { A64_FEAT_HPDS, MMFR1, 12, 1 },
    { A64_FEAT_LOR, MMFR1, 16, 1 },    { A64_FEAT_PAN, MMFR1, 20, 1 },
    { A64_FEAT_PAN2, MMFR1, 20, 2 },   { A64_FEAT_UAO, MMFR2, 4, 1 },
    { A64_FEAT_RNG, ISAR0, 60, 1 },
    { A64_FEAT_HBC, ISAR2, 20, 1 },
    { A64_FEAT_LSE2, MMFR2, 32, 1 },
    { A64_FEAT_IDST, MMFR2, 36, 1 },   { A64_FEAT_E0PD, MMFR2, 60, 1 },
};

static const struct a64_model models[] = {
    {
        .name = "max",
        .compatible = "arm,armv8",
        .midr = 0x000f0510,
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x70ffe07a },
        .dczid = 4,
        .pa_bits = 48,
        .id = {
            [PFR0] = 0x11,
            [DFR0] = 0x10305006,
            /* 48-bit PA, 16-bit ASID, mixed endian; 4K, 16K, 64K */
            [MMFR0] = 0x00100125,
        },
        .feat = {
            [A64_FEAT_AES] = true, [A64_FEAT_PMULL] = true,
            [A64_FEAT_SHA1] = true, [A64_FEAT_SHA256] = true,
            [A64_FEAT_CRC32] = true, [A64_FEAT_LSE] = true,
            [A64_FEAT_RDM] = true, [A64_FEAT_DotProd] = true,
            [A64_FEAT_JSCVT] = true, [A64_FEAT_FCMA] = true,
            [A64_FEAT_LRCPC] = true, [A64_FEAT_FP16] = true,
            [A64_FEAT_DPB] = true, [A64_FEAT_CSV2] = true,
            [A64_FEAT_CSV3] = true, [A64_FEAT_HAFDBS] = true,
            [A64_FEAT_HPDS] = true, [A64_FEAT_PAN] = true,
            [A64_FEAT_PAN2] = true, [A64_FEAT_UAO] = true,
            [A64_FEAT_IDST] = true, [A64_FEAT_E0PD] = true,
            [A64_FEAT_TLBIOS] = true, [A64_FEAT_TLBIRANGE] = true,
            [A64_FEAT_FlagM] = true, [A64_FEAT_FlagM2] = true,
            [A64_FEAT_LRCPC2] = true, [A64_FEAT_SB] = true,
            [A64_FEAT_SSBS] = true, [A64_FEAT_DIT] = true,
            [A64_FEAT_RNG] = true, [A64_FEAT_HBC] = true,
            [A64_FEAT_BTI] = true, [A64_FEAT_LSE2] = true,
        },
    },
    {
        .name = "cortex-a72",
        .compatible = "arm,cortex-a72",
        .midr = 0x410fd083,
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x707fe07a },
        .dczid = 4,
        .pa_bits = 44,
        .id = {
            [PFR0] = 0x11,
            [DFR0] = 0x10305006,
            /* 44-bit PA, 16-bit ASID, mixed endian; 4K and 64K */
            [MMFR0] = 0x1124,
        },
        .feat = {
            [A64_FEAT_AES] = true, [A64_FEAT_PMULL] = true,
            [A64_FEAT_SHA1] = true, [A64_FEAT_SHA256] = true,
            [A64_FEAT_CRC32] = true,
        },
    },
};
/* clang-format on */

static const char *const model_names[] = { "max", "cortex-a72", NULL };

u64 a64_id_value(const struct a64_model *m, unsigned n)
{
    u64 v = m->id[n];

    for (unsigned i = 0; i < ARRAY_SIZE(feat_fields); i++) {
        const struct feat_field *f = &feat_fields[i];

        if (f->reg == n && m->feat[f->feat] &&
            extract64(v, f->shift, 4) < f->value)
            v = deposit64(v, f->shift, 4, f->value);
    }
    return v;
}

const struct a64_model *a64_model_find(const char *name)
{
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++)
        if (strcmp(models[i].name, name) == 0)
            return &models[i];
    return NULL;
}

const char *const *a64_model_names(void)
{
    return model_names;
}
