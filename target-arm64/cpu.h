/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - the state of one AArch64 CPU.
 *
 * Three nested structs with different laws (house 3.5):
 *  arch    architectural state: plain integers, no pointers; hashed, saved
 *          and compared through regs.def and the system-register table;
 *  derived recomputed from arch by a64_derive() only;
 *  host    shared with the engine and translated code (jit.h); never saved.
 *
 * System registers are indexed by EL so that EL2 and EL3 can come; today only
 * [0] and [1] are live. One writer for each datum: ELR, SPSR, PSTATE.EL and
 * SP banking belong to exception.c, the map to mmu.c and tlbi.c.
 */
#ifndef A64_CPU_H
#define A64_CPU_H

#include "jit.h"
#include "target.h"

struct a64_map; /* the TLB map, mmu.c */

/* NZCV is in arch.nzcv (ir.h form); the rest of PSTATE in fields below. */
struct a64_arch {
    u64 x[31];       /* X0..X30 */
    u64 sp;          /* the current stack pointer: slot 31 */
    u64 pc;          /* address of the next instruction */
    u16 nzcv;        /* flags, IR_NZCV_* form */
    u8 el;           /* PSTATE.EL */
    u8 spsel;        /* PSTATE.SP */
    u8 daif;         /* PSTATE.DAIF: D=8 A=4 I=2 F=1 */
    u8 pan;          /* PSTATE.PAN */
    u8 uao;          /* PSTATE.UAO */
    u8 ss;           /* PSTATE.SS in bit 0; see debug.c for bits 1, 2 */
    u8 il;           /* PSTATE.IL */
    u8 mid_block;    /* the next instruction continues a block (D9) */
    u8 wait;         /* enum cpu_wait */
    u8 event;        /* WFE event register */
    u8 excl_armed;   /* exclusive monitor: armed */
    u8 excl_size;    /* its size in bytes */
    u8 irq_line;     /* level of the IRQ input */
    u8 fiq_line;     /* level of the FIQ input */
    u8 ssbs;         /* PSTATE.SSBS */
    u8 dit;          /* PSTATE.DIT */
    u8 btype;        /* PSTATE.BTYPE */
    v128 v[32] __attribute__((aligned(16))); /* V0..V31 */
    u32 fpcr;        /* FPCR */
    u32 fpsr;        /* FPSR (JIT: sticky bits may still be in mxcsr) */
    u64 excl_pa;     /* exclusive monitor: physical address */
    u64 sp_el[4];    /* SP_ELn; the live one is in sp */
    u64 elr[4];      /* ELR_ELn */
    u64 spsr[4];     /* SPSR_ELn */
    u64 esr[4];      /* ESR_ELn */
    u64 far[4];      /* FAR_ELn */
    u64 vbar[4];     /* VBAR_ELn */
    u64 sctlr[4];    /* SCTLR_ELn */
    u64 actlr[4];    /* ACTLR_ELn */
    u64 cpacr;       /* CPACR_EL1 */
    u64 ttbr0[4];    /* TTBR0_ELn */
    u64 ttbr1[4];    /* TTBR1_ELn */
    u64 tcr[4];      /* TCR_ELn */
    u64 mair[4];     /* MAIR_ELn */
    u64 amair[4];    /* AMAIR_ELn */
    u64 afsr0[4];    /* AFSR0_ELn */
    u64 afsr1[4];    /* AFSR1_ELn */
    u64 contextidr[4]; /* CONTEXTIDR_ELn */
    u64 disr;        /* DISR_EL1 */
    u64 par;         /* PAR_EL1 */
    u64 tpidr[4];    /* TPIDR_ELn */
    u64 tpidrro;     /* TPIDRRO_EL0 */
    u64 scxtnum[2];  /* SCXTNUM_ELn */
    u64 csselr;      /* CSSELR_EL1 */
    u64 cntkctl;     /* CNTKCTL_EL1 */
    u64 cntfrq;      /* CNTFRQ_EL0 */
    u64 cntv_ctl;    /* CNTV_CTL_EL0 without ISTATUS */
    u64 cntv_cval;   /* CNTV_CVAL_EL0 */
    u64 cntp_ctl;    /* CNTP_CTL_EL0 without ISTATUS */
    u64 cntp_cval;   /* CNTP_CVAL_EL0 */
    u64 cntvoff;     /* CNTVOFF_EL2 */
    u64 event_mark;  /* CNTVCT at which the event register was last read
                        out: later stream edges have set it (timer.c) */
    u64 mdscr;       /* MDSCR_EL1 */
    u64 mdccint;     /* MDCCINT_EL1 */
    u64 oslsr;       /* OSLSR_EL1 */
    u64 osdlr;       /* OSDLR_EL1 */
    u64 dbgbvr[16];  /* DBGBVRn_EL1 */
    u64 dbgbcr[16];  /* DBGBCRn_EL1 */
    u64 dbgwvr[16];  /* DBGWVRn_EL1 */
    u64 dbgwcr[16];  /* DBGWCRn_EL1 */
    u64 dbgclaim;    /* DBGCLAIM bits */
    u64 pmcr;        /* PMCR_EL0 without what is constant */
    u64 pmcnten;     /* PMCNTENSET_EL0 */
    u64 pmovs;       /* PMOVSSET_EL0 */
    u64 pminten;     /* PMINTENSET_EL1 */
    u64 pmselr;      /* PMSELR_EL0 */
    u64 pmuserenr;   /* PMUSERENR_EL0 */
    u64 pmccntr;     /* PMCCNTR_EL0 at pmu_mark */
    u64 pmccfiltr;   /* PMCCFILTR_EL0 */
    u64 pmevcntr[6]; /* PMEVCNTRn_EL0 at pmu_mark */
    u64 pmevtyper[6]; /* PMEVTYPERn_EL0 */
    u64 pmu_mark;    /* the CPU's count when the counters were settled */
    u64 pmu_part;    /* cycles that PMCR_EL0.D has not counted yet, 0..63 */
    u64 apkey[10];   /* PAuth keys: IA, IB, DA, DB, GA as (lo, hi) */
    u64 rng;         /* state of the generator behind RNDR */
};

/* Recomputed by a64_derive(); never an input of anything saved. */
struct a64_derived {
    u32 tb_flags;    /* enum a64_tb_flags now */
    u32 space[2];    /* address-space number of the low and high half */
    u8 fpen;         /* FP/SIMD instructions do not trap now */
    u8 mmu_on;       /* SCTLR_EL1.M */
    u8 half;         /* half of the address space that pc is in */
    u8 watch;        /* watchpoints that may match at some EL, by number */
    u8 pmu;          /* a counter minds the exception level */
    u64 pac_place[2][2]; /* bits of a pointer's authentication code, for an
                            instruction or data, in the low or high half */
};

/* A pointer authentication code that was computed (help_pauth.c). */
struct a64_pac {
    u64 ptr;         /* pointer without code */
    u64 modifier;    /* modifier */
    u64 key[2];      /* key: low, high */
    u64 code;        /* the code of these, all 64 bits */
};
#define A64_PAC_CACHE 128

/* A fault recorded by a helper or access, not yet taken. */
struct a64_fault {
    u64 far;         /* address for FAR, if far_valid */
    u32 esr;         /* syndrome: EC, IL, ISS */
    u8 far_valid;    /* FAR is written */
    u8 kind;         /* enum a64_vector */
};

/* Detection of exceptions without end (exception.c); never saved. */
struct a64_storm {
    u64 mark;        /* hash of the registers at an earlier exception */
    u64 sp;          /* its stack pointer */
    u32 chain;       /* exceptions from EL1 since the last return */
    u32 same;        /* how often the registers were those of the mark */
};

struct a64_feats; /* features.h: what the model has */

struct a64_cpu {
    struct a64_arch arch;       /* architectural state */
    struct a64_derived derived; /* recomputed */
    struct a64_fault fault;     /* pending fault (host.fault set) */
    struct cpu_host host;       /* engine and translated code */
    struct cpu_env env;         /* connections */
    struct a64_model *model;    /* features.h; made and freed with the CPU */
    struct a64_map *map;        /* TLB map */
    struct vtimer *vtimer;      /* timer.c: array of the CPU's timers */
    void *timer;                /* timer.c: private state */
    struct a64_storm storm;     /* exceptions without end */
    struct a64_pac pac[A64_PAC_CACHE]; /* codes computed lately */
    u64 stat_exceptions;        /* statistics */
    u64 stat_irqs;              /* statistics */
    u64 stat_walks;             /* statistics: table walks */
    u64 stat_map_hits;          /* statistics: map lookups that hit */
};

static_assert(offsetof(struct a64_cpu, arch.x) == 0, "disp8 from r15");
static_assert(offsetof(struct a64_cpu, arch.sp) == 31 * 8, "slot 31");

#define PSTATE_F 1
#define PSTATE_I 2
#define PSTATE_A 4
#define PSTATE_D 8

static inline struct a64_cpu *a64_from_host(struct cpu_host *h)
{
    return container_of(h, struct a64_cpu, host);
}

/*
 * Recomputes `derived` and the host pointers (tag tables, fetch context,
 * irq_ready) after a change of EL, SPSel, PAN, TTBRx, TCR, SCTLR, CPACR,
 * FPCR, MDSCR or SS. The only writer of derived. (target.c)
 */
void a64_derive(struct a64_cpu *cpu);
/*
 * Recomputes host.irq_ready from the wires and DAIF, and kicks the engine
 * when it became true. Called on every change of either. (exception.c)
 */
void a64_update_irq(struct a64_cpu *cpu);

#endif
