/* SPDX-License-Identifier: MIT */
/*
 * sysregs.h - a row of the system-register table (sysregs.c) and what the
 * translator and the helpers need of it. Private to the target.
 */
#ifndef A64_SYSREGS_H
#define A64_SYSREGS_H

#include "a64sys.h"
#include "features.h"

/* MRS/MSR encoding in 16 bits. */
#define SYSREG(op0, op1, crn, crm, op2)                                      \
    ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

enum sysreg_flags {
    SR_R = 1,       /* EL1 may read */
    SR_W = 2,       /* EL1 may write */
    SR_RW = 3,
    SR_R0 = 4,      /* EL0 may read */
    SR_W0 = 8,      /* EL0 may write */
    SR_RW0 = 12,
    SR_CTX = 16,    /* a write changes what the CPU's pointers and block
                       flags depend on: a64_derive(), block ends */
    SR_TIME = 32,   /* looks at the clock, or may raise an interrupt */
    SR_ICC = 64,    /* GIC CPU interface: param is enum icc_reg */
    SR_A5X7X = 128, /* exists on cortex-a53 and cortex-a72 only */
    SR_IMP = 256,   /* value is a constant of the model, no state */
    SR_PMU = 512,   /* with SR_TIME: a write may change block flags */
};

#define SR_NO_FIELD 0xffff
#define A64_SYSREGS 153 /* rows of the table */

struct a64_sysreg {
    struct reg_info info; /* lower-case name, as dumps print it */
    u16 enc;          /* SYSREG() */
    u16 flags;        /* enum sysreg_flags */
    u16 off;          /* of the u64 in struct a64_arch, or SR_NO_FIELD */
    u8 feat;          /* enum a64_feat it needs, or A64_FEAT_COUNT */
    u8 param;         /* for the functions */
    u64 reset;        /* value after reset */
    u64 mask;         /* bits that a write changes; the rest is zero */
    /* Value read; NULL = the field. */
    u64 (*read)(struct a64_cpu *cpu, const struct a64_sysreg *r);
    /* Takes a written value (not yet masked); NULL = the field. */
    void (*write)(struct a64_cpu *cpu, const struct a64_sysreg *r, u64 v);
    /* Does a control bit permit an access by EL0? NULL = always. */
    bool (*el0)(struct a64_cpu *cpu, const struct a64_sysreg *r, bool write);
};

/* Row of @enc that exists on this CPU, or NULL. */
const struct a64_sysreg *a64_sysreg_find(const struct a64_cpu *cpu, u32 enc);
/* Its number, and back. */
unsigned a64_sysreg_number(const struct a64_sysreg *r);
const struct a64_sysreg *a64_sysreg_row(unsigned n);
/* Value read / effect of a write; the access was checked. */
u64 a64_sysreg_read(struct a64_cpu *cpu, const struct a64_sysreg *r);
void a64_sysreg_write(struct a64_cpu *cpu, const struct a64_sysreg *r, u64 v);
/* MPIDR_EL1 of CPU @index. */
u64 a64_mpidr(unsigned index);

/* What a row of the Performance Monitors is; n is added for PMEV*n. */
enum pmu_reg {
    PMU_CR, PMU_CNTEN_SET, PMU_CNTEN_CLR, PMU_OVS_SET, PMU_OVS_CLR,
    PMU_INTEN_SET, PMU_INTEN_CLR, PMU_SWINC, PMU_CEID0, PMU_CEID1,
    PMU_XEVTYPER, PMU_XEVCNTR, PMU_CCNTR, PMU_CCFILTR,
    PMU_EVCNTR = 32, PMU_EVTYPER = 64,
};
u64 a64_pmu_read(struct a64_cpu *cpu, const struct a64_sysreg *r);
void a64_pmu_write(struct a64_cpu *cpu, const struct a64_sysreg *r, u64 v);

static inline u64 *a64_sysreg_field(struct a64_cpu *cpu,
                                    const struct a64_sysreg *r)
{
    return (u64 *)((char *)&cpu->arch + r->off);
}

#endif
