/* SPDX-License-Identifier: MIT */
/*
 * features.h - CPU models: which architectural features each has and the
 * values of its ID registers. One table (features.def) drives the models,
 * -cpu's switches, ID values, decode gates and HWCAPs as a kernel derives
 * them.
 */
#ifndef A64_FEATURES_H
#define A64_FEATURES_H

#include <glib.h>

#include "base.h"

enum a64_feat {
#define FEATURE(name, sw, models, needs, cpuinfo, what) A64_FEAT_##name,
#include "features.def"
    A64_FEAT_COUNT
};

/* Registers of the ID space, op0=3 op1=0 CRn=0, by CRm*8+op2 - 8. */
#define A64_ID_REGS 56

struct a64_model {
    const char *name;       /* "max" */
    const char *what;       /* for -cpu help */
    const char *compatible; /* device tree "compatible" of the cpu node */
    u64 midr;               /* MIDR_EL1 */
    u64 revidr;             /* REVIDR_EL1 */
    u64 ctr;                /* CTR_EL0 */
    u64 clidr;              /* CLIDR_EL1 */
    u64 ccsidr[8];          /* CCSIDR_EL1 by CSSELR.{Level,InD} */
    u64 dczid;              /* DCZID_EL0 */
    u32 pmcr;               /* PMCR_EL0: IMP and IDCODE */
    unsigned pa_bits;       /* physical address size */
    u64 id[A64_ID_REGS];    /* CRm 1..7, without the features' fields */
    bool feat[A64_FEAT_COUNT]; /* decode gates */
};

/*
 * The model that @spec, the value of -cpu, describes: a name and switches, as
 * in "max,lse=off". A feature that is switched on brings those that it needs;
 * one that is switched off takes those that need it along. The caller frees
 * it with g_free(). NULL with a line in @err (g_malloc'ed; @err may be NULL)
 * for a name or switch that does not exist, a contradiction, and features
 * that emu does not have.
 */
struct a64_model *a64_model_new(const char *spec, char **err);
/*
 * Value of register @n of the ID space (index as above): the model's own
 * plus the fields of the features that are on.
 */
u64 a64_id_value(const struct a64_model *m, unsigned n);
/* Name of a register of the ID space, CRm 1..7, in lower case, or NULL. */
const char *a64_id_name(unsigned crm, unsigned op2);
/* "FEAT_LSE" without its prefix, for messages and tools. */
const char *a64_feat_name(enum a64_feat f);
/*
 * The text of -cpu help, or, with a model and switches, of -cpu SPEC,help:
 * a line for each feature with its switch, whether it is on, what Linux
 * calls it in /proc/cpuinfo ("-": nothing), and what it is. g_malloc'ed;
 * NULL with @err as above.
 */
char *a64_model_help(const char *spec, char **err);
/*
 * The switches of the features that are on in @spec, separated by spaces, in
 * the order of features.def; none if there is no such model. g_malloc'ed.
 */
char *a64_model_features(const char *spec);

#endif
