/* SPDX-License-Identifier: MIT */
/*
 * features.h - CPU models: which architectural features each has and the
 * values of its ID registers. One table (features.c) drives ID values,
 * decode gates and HWCAPs as a kernel derives them.
 */
#ifndef A64_FEATURES_H
#define A64_FEATURES_H

#include "base.h"

enum a64_feat {
#define A64_FEAT(name) A64_FEAT_##name,
#include "a64_feats.inc"
#undef A64_FEAT
    A64_FEAT_HAFDBS, A64_FEAT_E0PD, A64_FEAT_CSV2, A64_FEAT_CSV3,
    A64_FEAT_GICSYS, A64_FEAT_DPB, A64_FEAT_PAN2, A64_FEAT_HPDS, A64_FEAT_IDST,
    A64_FEAT_TLBIOS, A64_FEAT_TLBIRANGE,
    A64_FEAT_RNG, A64_FEAT_LSE2,
    A64_FEAT_COUNT
};

/* Registers of the ID space, op0=3 op1=0 CRn=0, by CRm*8+op2 - 8. */
#define A64_ID_REGS 56

struct a64_model {
    const char *name;       /* "max" */
    const char *compatible; /* device tree "compatible" of the cpu node */
    u64 midr;               /* MIDR_EL1 */
    u64 revidr;             /* REVIDR_EL1 */
    u64 ctr;                /* CTR_EL0 */
    u64 clidr;              /* CLIDR_EL1 */
    u64 ccsidr[8];          /* CCSIDR_EL1 by CSSELR.{Level,InD} */
    u64 dczid;              /* DCZID_EL0 */
    unsigned pa_bits;       /* physical address size */
    u64 id[A64_ID_REGS];    /* CRm 1..7, without the features' fields */
    bool feat[A64_FEAT_COUNT]; /* decode gates */
};

/*
 * Value of register @n of the ID space (index as above): the model's own
 * plus the fields of the features that are on.
 */
u64 a64_id_value(const struct a64_model *m, unsigned n);
/* The model called @name, or NULL. */
const struct a64_model *a64_model_find(const char *name);
/* Names of every model, NULL-terminated. */
const char *const *a64_model_names(void);

#endif
