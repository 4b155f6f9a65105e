/* SPDX-License-Identifier: MIT */
/*
 * sysregs.c - THE table of system registers: encoding, access, state, reset
 * value and side effects. It drives MRS and MSR (trans_sys.c, help_sys.c),
 * dumps, the state hash and docs/SYSREGS.md.
 *
 * DDI 0487, "AArch64 System Registers". A register that is not here is
 * UNDEFINED, but for the ID space (op0 = 3, op1 = 0, CRn = 0, CRm = 1..7),
 * which trans_sys.c reads as constants, and registers that are part of PSTATE
 * or of the FP state (NZCV, DAIF, CurrentEL, SPSel, PAN, UAO, FPCR, FPSR).
 * EL2 and EL3 are not implemented, so their registers are UNDEFINED.
 * RES0 bits of most control registers are kept as written, as QEMU does.
 */
#include "sysregs.h"

#include "bits.h"
#include "mmu.h"

#define BCR_MASK 0x00ffe1e7ull /* BT LBN SSC HMC PMC E; BAS is 0xf */
#define BCR_BAS 0x1e0ull
#define WCR_MASK 0x1fffffffull
#define WVR_MASK (~3ull)

#define FIELD(f) offsetof(struct a64_arch, f)

u64 a64_mpidr(unsigned index)
{
    /* Clusters of 16, as GICR_TYPER and the device tree say. */
    return (u64)(index & 15) | (u64)(index >> 4) << 8;
}

/* --- reads --------------------------------------------------------------- */

#define READ(name)                                                           \
    static u64 name(struct a64_cpu *cpu, const struct a64_sysreg *r)
#define WRITE(name)                                                          \
    static void name(struct a64_cpu *cpu, const struct a64_sysreg *r, u64 v)

READ(rd_midr) { (void)r; return cpu->model->midr; }
READ(rd_revidr) { (void)r; return cpu->model->revidr; }
READ(rd_mpidr) { (void)r; return 1ull << 31 | a64_mpidr(cpu->env.index); }
READ(rd_ctr) { (void)r; return cpu->model->ctr; }
READ(rd_clidr) { (void)r; return cpu->model->clidr; }
READ(rd_zero) { (void)cpu; (void)r; return 0; }

READ(rd_dczid)
{
    bool prohibited = cpu->arch.el == 0 && !bit64(cpu->arch.sctlr[1], 14);

    (void)r;
    return cpu->model->dczid | (u64)prohibited << 4;
}

READ(rd_ccsidr)
{
    (void)r;
    return cpu->model->ccsidr[cpu->arch.csselr & 7];
}

READ(rd_isr)
{
    (void)r;
    return (u64)cpu->arch.irq_line << 7 | (u64)cpu->arch.fiq_line << 6;
}

/* Number of CPUs in L2CTLR_EL1 of Cortex-A53 and -A72. */
READ(rd_l2ctlr)
{
    (void)r;
    return (u64)((cpu->env.n_cpus - 1) & 3) << 24;
}

READ(rd_cbar) { (void)cpu; (void)r; return 0x08000000; }
READ(rd_cntpct) { (void)r; return a64_cntpct(cpu); }
READ(rd_cntvct) { (void)r; return a64_cntpct(cpu) - cpu->arch.cntvoff; }

READ(rd_tval)
{
    u64 now = a64_cntpct(cpu);

    if (r->param)
        return (u32)(cpu->arch.cntv_cval - (now - cpu->arch.cntvoff));
    return (u32)(cpu->arch.cntp_cval - now);
}

READ(rd_ctl)
{
    u64 ctl = r->param ? cpu->arch.cntv_ctl : cpu->arch.cntp_ctl;

    return ctl | (u64)a64_timer_status(cpu, r->param) << 2;
}

READ(rd_icc)
{
    return cpu->env.icc->read(cpu->env.gic, cpu->env.index,
                              (enum icc_reg)r->param);
}

READ(rd_claim) { (void)r; return cpu->arch.dbgclaim; }
READ(rd_claimset) { (void)cpu; (void)r; return 0xff; }
READ(rd_sp_el0) { (void)r; return cpu->arch.sp_el[0]; }

/* --- writes -------------------------------------------------------------- */

WRITE(wr_ignore) { (void)cpu; (void)r; (void)v; }

/* Registers whose new value may change translations at once. */
WRITE(wr_regime)
{
    u64 *field = a64_sysreg_field(cpu, r);
    u64 old = *field;

    *field = v;
    if (old == v)
        return;
    a64_space_changed(cpu);
    a64_map_flush(cpu);
}

WRITE(wr_sctlr)
{
    u64 changed = cpu->arch.sctlr[1] ^ v;

    (void)r;
    cpu->arch.sctlr[1] = v;
    if (changed & SCTLR_M) /* pc is the next instruction's */
        PROBE(cpu->env.probe, TRACE_MMU, cpu->arch.el, v & SCTLR_M,
              cpu->arch.pc - 4);
    a64_space_changed(cpu);
    if (changed & (SCTLR_M | SCTLR_WXN | SCTLR_EE))
        a64_map_flush(cpu);
}

WRITE(wr_ttbr)
{
    *a64_sysreg_field(cpu, r) = v;
    PROBE(cpu->env.probe, TRACE_SPACE, r->off == FIELD(ttbr1[1]), v,
          a64_asid(cpu));
    a64_space_changed(cpu);
}

WRITE(wr_cntkctl)
{
    a64_event_settle(cpu);
    cpu->arch.cntkctl = v & r->mask;
}

WRITE(wr_timer)
{
    *a64_sysreg_field(cpu, r) = v & r->mask;
    a64_timer_update(cpu);
}

WRITE(wr_tval)
{
    u64 now = a64_cntpct(cpu), d = (u64)(s64)(s32)v;

    if (r->param)
        cpu->arch.cntv_cval = now - cpu->arch.cntvoff + d;
    else
        cpu->arch.cntp_cval = now + d;
    a64_timer_update(cpu);
}

WRITE(wr_icc)
{
    cpu->env.icc->write(cpu->env.gic, cpu->env.index,
                        (enum icc_reg)r->param, v);
}

WRITE(wr_oslar)
{
    (void)r;
    cpu->arch.oslsr = deposit64(cpu->arch.oslsr, 1, 1, v & 1);
}

WRITE(wr_claimset) { (void)r; cpu->arch.dbgclaim |= v & 0xff; }
WRITE(wr_claimclr) { (void)r; cpu->arch.dbgclaim &= ~v; }

WRITE(wr_bcr)
{
    *a64_sysreg_field(cpu, r) = (v & r->mask) | BCR_BAS;
}

WRITE(wr_watch)
{
    *a64_sysreg_field(cpu, r) = v & r->mask;
    a64_watch_changed(cpu);
}

WRITE(wr_sp_el0) { (void)r; cpu->arch.sp_el[0] = v; }

/* --- EL0 access controls ------------------------------------------------- */

#define CONTROL(name, expr)                                                  \
    static bool name(struct a64_cpu *cpu, const struct a64_sysreg *r,        \
                     bool write)                                             \
    {                                                                        \
        (void)r;                                                             \
        (void)write;                                                         \
        return (expr) != 0;                                                  \
    }
CONTROL(el0_uct, bit64(cpu->arch.sctlr[1], 15))
CONTROL(el0_pcten, bit64(cpu->arch.cntkctl, 0))
CONTROL(el0_vcten, bit64(cpu->arch.cntkctl, 1))
CONTROL(el0_anycten, cpu->arch.cntkctl & 3)
CONTROL(el0_vten, bit64(cpu->arch.cntkctl, 8))
CONTROL(el0_pten, bit64(cpu->arch.cntkctl, 9))
CONTROL(el0_scxt, !bit64(cpu->arch.sctlr[1], 20)) /* TSCXT */
CONTROL(el0_tdcc, !bit64(cpu->arch.mdscr, 12))
/* PMUSERENR_EL0: EN opens all, SW, CR and ER a part. */
CONTROL(el0_pmu, cpu->arch.pmuserenr & 1)
CONTROL(el0_pmu_sw, cpu->arch.pmuserenr & 3)
CONTROL(el0_pmu_cr, cpu->arch.pmuserenr & (write ? 1 : 5))
CONTROL(el0_pmu_er, cpu->arch.pmuserenr & (write ? 1 : 9))
CONTROL(el0_pmu_sel, cpu->arch.pmuserenr & 9)
#undef CONTROL

/* --- the table ----------------------------------------------------------- */

/* clang-format off */
#define ALL ~0ull
#define ANY A64_FEAT_COUNT
#define NOF SR_NO_FIELD
/* A register that is just a field. */
#define PLAIN(nm, enc, fl, f, rst) \
    { { nm, 64 }, enc, fl, FIELD(f), ANY, 0, rst, ALL, NULL, NULL, NULL }
/* A constant. */
#define CONST(nm, enc, fl, rd) \
    { { nm, 64 }, enc, (fl) | SR_IMP, NOF, ANY, 0, 0, 0, rd, NULL, NULL }
#define ICC(nm, crn, crm, op2, fl, reg) \
    { { nm, 64 }, SYSREG(3, 0, crn, crm, op2), (fl) | SR_ICC | SR_TIME, NOF, ANY, reg, 0, ALL, rd_icc, wr_icc, NULL }
#define BRP(n) \
    { { "dbgbvr" #n "_el1", 64 }, SYSREG(2, 0, 0, n, 4), SR_RW, FIELD(dbgbvr[n]), \
      ANY, 0, 0, ALL, NULL, NULL, NULL }, \
    { { "dbgbcr" #n "_el1", 64 }, SYSREG(2, 0, 0, n, 5), SR_RW | SR_CTX, FIELD(dbgbcr[n]), \
      ANY, 0, BCR_BAS, BCR_MASK, NULL, wr_bcr, NULL }
#define WRP(n) \
    { { "dbgwvr" #n "_el1", 64 }, SYSREG(2, 0, 0, n, 6), SR_RW | SR_CTX, FIELD(dbgwvr[n]), \
      ANY, 0, 0, WVR_MASK, NULL, wr_watch, NULL }, \
    { { "dbgwcr" #n "_el1", 64 }, SYSREG(2, 0, 0, n, 7), SR_RW | SR_CTX, FIELD(dbgwcr[n]), \
      ANY, 0, 0, WCR_MASK, NULL, wr_watch, NULL }
#define LOR(nm, fl, op2) \
    { { nm, 64 }, SYSREG(3, 0, 10, 4, op2), (fl) | SR_IMP, NOF, A64_FEAT_LOR, 0, 0, 0, rd_zero, wr_ignore, NULL }
#define APKEY(nm, crm, op2, n) \
    { { nm "lo_el1", 64 }, SYSREG(3, 0, 2, crm, op2), SR_RW, FIELD(apkey[2 * (n)]), \
      A64_FEAT_PAuth, 0, 0, ALL, NULL, NULL, NULL }, \
    { { nm "hi_el1", 64 }, SYSREG(3, 0, 2, crm, (op2) + 1), SR_RW, FIELD(apkey[2 * (n) + 1]), \
      A64_FEAT_PAuth, 0, 0, ALL, NULL, NULL, NULL }

/* Performance Monitors; @f is the field that it shows to tools, or NOF. */
#define PMU(nm, enc, fl, f, reg, el0) \
    { { nm, 64 }, enc, (fl) | SR_TIME | SR_PMU, f, A64_FEAT_PMUv3, reg, 0, ALL, a64_pmu_read, a64_pmu_write, el0 }
#define PMEV(n) \
    PMU("pmevcntr" #n "_el0", SYSREG(3, 3, 14, 8, n), SR_RW | SR_RW0, FIELD(pmevcntr[n]), \
        PMU_EVCNTR + (n), el0_pmu_er), \
    PMU("pmevtyper" #n "_el0", SYSREG(3, 3, 14, 12, n), SR_RW | SR_RW0, FIELD(pmevtyper[n]), \
        PMU_EVTYPER + (n), el0_pmu)

static const struct a64_sysreg table[] = {
    /* --- identification --- */
    CONST("midr_el1", SYSREG(3, 0, 0, 0, 0), SR_R, rd_midr),
    CONST("mpidr_el1", SYSREG(3, 0, 0, 0, 5), SR_R, rd_mpidr),
    CONST("revidr_el1", SYSREG(3, 0, 0, 0, 6), SR_R, rd_revidr),
    CONST("ccsidr_el1", SYSREG(3, 1, 0, 0, 0), SR_R, rd_ccsidr),
    CONST("clidr_el1", SYSREG(3, 1, 0, 0, 1), SR_R, rd_clidr),
    CONST("aidr_el1", SYSREG(3, 1, 0, 0, 7), SR_R, rd_zero),
    { { "csselr_el1", 64 }, SYSREG(3, 2, 0, 0, 0), SR_RW, FIELD(csselr), ANY, 0, 0, 0xf, NULL, NULL, NULL },
    { { "ctr_el0", 64 }, SYSREG(3, 3, 0, 0, 1), SR_R | SR_R0 | SR_IMP, NOF, ANY, 0, 0, 0, rd_ctr, NULL, el0_uct },
    CONST("dczid_el0", SYSREG(3, 3, 0, 0, 7), SR_R | SR_R0, rd_dczid),
    /* --- control --- */
    { { "sctlr_el1", 64 }, SYSREG(3, 0, 1, 0, 0), SR_RW | SR_CTX, FIELD(sctlr[1]),
      ANY, 0, 0x00c50838, ALL, NULL, wr_sctlr, NULL },
    { { "actlr_el1", 64 }, SYSREG(3, 0, 1, 0, 1), SR_RW, FIELD(actlr[1]), ANY, 0, 0, 0, NULL, NULL, NULL },
    PLAIN("cpacr_el1", SYSREG(3, 0, 1, 0, 2), SR_RW | SR_CTX, cpacr, 0),
    /* --- translation --- */
    { { "ttbr0_el1", 64 }, SYSREG(3, 0, 2, 0, 0), SR_RW | SR_CTX, FIELD(ttbr0[1]),
      ANY, 0, 0, ALL, NULL, wr_ttbr, NULL },
    { { "ttbr1_el1", 64 }, SYSREG(3, 0, 2, 0, 1), SR_RW | SR_CTX, FIELD(ttbr1[1]),
      ANY, 0, 0, ALL, NULL, wr_ttbr, NULL },
    { { "tcr_el1", 64 }, SYSREG(3, 0, 2, 0, 2), SR_RW | SR_CTX, FIELD(tcr[1]),
      ANY, 0, 0, ALL, NULL, wr_regime, NULL },
    { { "mair_el1", 64 }, SYSREG(3, 0, 10, 2, 0), SR_RW | SR_CTX, FIELD(mair[1]),
      ANY, 0, 0, ALL, NULL, wr_regime, NULL },
    { { "amair_el1", 64 }, SYSREG(3, 0, 10, 3, 0), SR_RW, FIELD(amair[1]), ANY, 0, 0, 0, NULL, NULL, NULL },
    PLAIN("contextidr_el1", SYSREG(3, 0, 13, 0, 1), SR_RW, contextidr[1], 0),
    PLAIN("par_el1", SYSREG(3, 0, 7, 4, 0), SR_RW, par, 0),
    /* No LORegions: LORID_EL1 is 0, so the others are RES0. */
    LOR("lorsa_el1", SR_RW, 0), LOR("lorea_el1", SR_RW, 1), LOR("lorn_el1", SR_RW, 2),
    LOR("lorc_el1", SR_RW, 3), LOR("lorid_el1", SR_R, 7),
    APKEY("apiakey", 1, 0, 0), APKEY("apibkey", 1, 2, 1), APKEY("apdakey", 2, 0, 2),
    APKEY("apdbkey", 2, 2, 3), APKEY("apgakey", 3, 0, 4),
    /* --- exceptions --- */
    PLAIN("spsr_el1", SYSREG(3, 0, 4, 0, 0), SR_RW, spsr[1], 0),
    PLAIN("elr_el1", SYSREG(3, 0, 4, 0, 1), SR_RW, elr[1], 0),
    { { "sp_el0", 64 }, SYSREG(3, 0, 4, 1, 0), SR_RW, FIELD(sp_el[0]), ANY, 0, 0, ALL, rd_sp_el0, wr_sp_el0, NULL },
    { { "afsr0_el1", 64 }, SYSREG(3, 0, 5, 1, 0), SR_RW, FIELD(afsr0[1]), ANY, 0, 0, 0, NULL, NULL, NULL },
    { { "afsr1_el1", 64 }, SYSREG(3, 0, 5, 1, 1), SR_RW, FIELD(afsr1[1]), ANY, 0, 0, 0, NULL, NULL, NULL },
    PLAIN("esr_el1", SYSREG(3, 0, 5, 2, 0), SR_RW, esr[1], 0),
    PLAIN("far_el1", SYSREG(3, 0, 6, 0, 0), SR_RW, far[1], 0),
    { { "vbar_el1", 64 }, SYSREG(3, 0, 12, 0, 0), SR_RW, FIELD(vbar[1]), ANY, 0, 0, ~0x7ffull, NULL, NULL, NULL },
    CONST("rvbar_el1", SYSREG(3, 0, 12, 0, 1), SR_R, rd_zero),
    /* No error records, and no SError to be deferred. */
    { { "erridr_el1", 64 }, SYSREG(3, 0, 5, 3, 0), SR_R | SR_IMP, NOF, A64_FEAT_RAS, 0, 0, 0, rd_zero, NULL, NULL },
    { { "disr_el1", 64 }, SYSREG(3, 0, 12, 1, 1), SR_RW, FIELD(disr), A64_FEAT_RAS, 0, 0, ALL, NULL, NULL, NULL },
    CONST("isr_el1", SYSREG(3, 0, 12, 1, 0), SR_R, rd_isr),
    /* --- threads --- */
    PLAIN("tpidr_el0", SYSREG(3, 3, 13, 0, 2), SR_RW | SR_RW0, tpidr[0], 0),
    PLAIN("tpidrro_el0", SYSREG(3, 3, 13, 0, 3), SR_RW | SR_R0, tpidrro, 0),
    PLAIN("tpidr_el1", SYSREG(3, 0, 13, 0, 4), SR_RW, tpidr[1], 0),
    { { "scxtnum_el0", 64 }, SYSREG(3, 3, 13, 0, 7), SR_RW | SR_RW0, FIELD(scxtnum[0]),
      A64_FEAT_CSV2_2, 0, 0, ALL, NULL, NULL, el0_scxt },
    { { "scxtnum_el1", 64 }, SYSREG(3, 0, 13, 0, 7), SR_RW, FIELD(scxtnum[1]),
      A64_FEAT_CSV2_2, 0, 0, ALL, NULL, NULL, NULL },
    /* --- timer; param: 0 physical, 1 virtual --- */
    { { "cntkctl_el1", 64 }, SYSREG(3, 0, 14, 1, 0), SR_RW | SR_TIME, FIELD(cntkctl),
      ANY, 0, 0, 0x3ff, NULL, wr_cntkctl, NULL },
    { { "cntfrq_el0", 64 }, SYSREG(3, 3, 14, 0, 0), SR_RW | SR_R0, FIELD(cntfrq),
      ANY, 0, 62500000, 0xffffffff, NULL, NULL, el0_anycten },
    { { "cntpct_el0", 64 }, SYSREG(3, 3, 14, 0, 1), SR_R | SR_R0 | SR_TIME, NOF,
      ANY, 0, 0, 0, rd_cntpct, NULL, el0_pcten },
    { { "cntvct_el0", 64 }, SYSREG(3, 3, 14, 0, 2), SR_R | SR_R0 | SR_TIME, NOF,
      ANY, 1, 0, 0, rd_cntvct, NULL, el0_vcten },
    { { "cntp_tval_el0", 64 }, SYSREG(3, 3, 14, 2, 0), SR_RW | SR_RW0 | SR_TIME, NOF,
      ANY, 0, 0, ALL, rd_tval, wr_tval, el0_pten },
    { { "cntp_ctl_el0", 64 }, SYSREG(3, 3, 14, 2, 1), SR_RW | SR_RW0 | SR_TIME, FIELD(cntp_ctl),
      ANY, 0, 0, 3, rd_ctl, wr_timer, el0_pten },
    { { "cntp_cval_el0", 64 }, SYSREG(3, 3, 14, 2, 2), SR_RW | SR_RW0 | SR_TIME, FIELD(cntp_cval),
      ANY, 0, 0, ALL, NULL, wr_timer, el0_pten },
    { { "cntv_tval_el0", 64 }, SYSREG(3, 3, 14, 3, 0), SR_RW | SR_RW0 | SR_TIME, NOF,
      ANY, 1, 0, ALL, rd_tval, wr_tval, el0_vten },
    { { "cntv_ctl_el0", 64 }, SYSREG(3, 3, 14, 3, 1), SR_RW | SR_RW0 | SR_TIME, FIELD(cntv_ctl),
      ANY, 1, 0, 3, rd_ctl, wr_timer, el0_vten },
    { { "cntv_cval_el0", 64 }, SYSREG(3, 3, 14, 3, 2), SR_RW | SR_RW0 | SR_TIME, FIELD(cntv_cval),
      ANY, 1, 0, ALL, NULL, wr_timer, el0_vten },
    /* --- debug --- */
    { { "mdscr_el1", 64 }, SYSREG(2, 0, 0, 2, 2), SR_RW | SR_CTX, FIELD(mdscr),
      ANY, 0, 0, 0xffffffff, NULL, wr_watch, NULL },
    { { "mdccint_el1", 64 }, SYSREG(2, 0, 0, 2, 0), SR_RW, FIELD(mdccint), ANY, 0, 0, 0x60000000, NULL, NULL, NULL },
    { { "oslar_el1", 64 }, SYSREG(2, 0, 1, 0, 4), SR_W | SR_CTX, NOF, ANY, 0, 0, 1, NULL, wr_oslar, NULL },
    { { "oslsr_el1", 64 }, SYSREG(2, 0, 1, 1, 4), SR_R, FIELD(oslsr), ANY, 0, 0xa, 0, NULL, wr_ignore, NULL },
    { { "osdlr_el1", 64 }, SYSREG(2, 0, 1, 3, 4), SR_RW | SR_CTX, FIELD(osdlr), ANY, 0, 0, 1, NULL, NULL, NULL },
    { { "dbgprcr_el1", 64 }, SYSREG(2, 0, 1, 4, 4), SR_RW | SR_IMP, NOF, ANY, 0, 0, 0, rd_zero, wr_ignore, NULL },
    { { "dbgclaimset_el1", 64 }, SYSREG(2, 0, 7, 8, 6), SR_RW, NOF, ANY, 0, 0, 0, rd_claimset, wr_claimset, NULL },
    { { "dbgclaimclr_el1", 64 }, SYSREG(2, 0, 7, 9, 6), SR_RW, FIELD(dbgclaim),
      ANY, 0, 0, 0xff, rd_claim, wr_claimclr, NULL },
    CONST("dbgauthstatus_el1", SYSREG(2, 0, 7, 14, 6), SR_R, rd_zero),
    CONST("mdrar_el1", SYSREG(2, 0, 1, 0, 0), SR_R, rd_zero),
    { { "mdccsr_el0", 64 }, SYSREG(2, 3, 0, 1, 0), SR_R | SR_R0 | SR_IMP, NOF,
      ANY, 0, 0, 0, rd_zero, NULL, el0_tdcc },
    { { "dbgdtr_el0", 64 }, SYSREG(2, 3, 0, 4, 0), SR_RW | SR_RW0 | SR_IMP, NOF,
      ANY, 0, 0, 0, rd_zero, wr_ignore, el0_tdcc },
    { { "dbgdtrx_el0", 64 }, SYSREG(2, 3, 0, 5, 0), SR_RW | SR_RW0 | SR_IMP, NOF,
      ANY, 0, 0, 0, rd_zero, wr_ignore, el0_tdcc },
    { { "osdtrrx_el1", 64 }, SYSREG(2, 0, 0, 0, 2), SR_RW | SR_IMP, NOF, ANY, 0, 0, 0, rd_zero, wr_ignore, NULL },
    { { "osdtrtx_el1", 64 }, SYSREG(2, 0, 0, 3, 2), SR_RW | SR_IMP, NOF, ANY, 0, 0, 0, rd_zero, wr_ignore, NULL },
    { { "oseccr_el1", 64 }, SYSREG(2, 0, 0, 6, 2), SR_RW | SR_IMP, NOF, ANY, 0, 0, 0, rd_zero, wr_ignore, NULL },
    BRP(0), BRP(1), BRP(2), BRP(3), BRP(4), BRP(5),
    WRP(0), WRP(1), WRP(2), WRP(3),
    /* --- Performance Monitors; param: enum pmu_reg --- */
    PMU("pmcr_el0", SYSREG(3, 3, 9, 12, 0), SR_RW | SR_RW0, FIELD(pmcr), PMU_CR, el0_pmu),
    PMU("pmcntenset_el0", SYSREG(3, 3, 9, 12, 1), SR_RW | SR_RW0, FIELD(pmcnten), PMU_CNTEN_SET, el0_pmu),
    PMU("pmcntenclr_el0", SYSREG(3, 3, 9, 12, 2), SR_RW | SR_RW0, NOF, PMU_CNTEN_CLR, el0_pmu),
    PMU("pmovsclr_el0", SYSREG(3, 3, 9, 12, 3), SR_RW | SR_RW0, NOF, PMU_OVS_CLR, el0_pmu),
    PMU("pmswinc_el0", SYSREG(3, 3, 9, 12, 4), SR_W | SR_W0, NOF, PMU_SWINC, el0_pmu_sw),
    { { "pmselr_el0", 64 }, SYSREG(3, 3, 9, 12, 5), SR_RW | SR_RW0, FIELD(pmselr),
      A64_FEAT_PMUv3, 0, 0, 0x1f, NULL, NULL, el0_pmu_sel },
    PMU("pmceid0_el0", SYSREG(3, 3, 9, 12, 6), SR_R | SR_R0, NOF, PMU_CEID0, el0_pmu),
    PMU("pmceid1_el0", SYSREG(3, 3, 9, 12, 7), SR_R | SR_R0, NOF, PMU_CEID1, el0_pmu),
    PMU("pmccntr_el0", SYSREG(3, 3, 9, 13, 0), SR_RW | SR_RW0, FIELD(pmccntr), PMU_CCNTR, el0_pmu_cr),
    PMU("pmxevtyper_el0", SYSREG(3, 3, 9, 13, 1), SR_RW | SR_RW0, NOF, PMU_XEVTYPER, el0_pmu),
    PMU("pmxevcntr_el0", SYSREG(3, 3, 9, 13, 2), SR_RW | SR_RW0, NOF, PMU_XEVCNTR, el0_pmu_er),
    { { "pmuserenr_el0", 64 }, SYSREG(3, 3, 9, 14, 0), SR_RW | SR_R0, FIELD(pmuserenr),
      A64_FEAT_PMUv3, 0, 0, 0xf, NULL, NULL, NULL },
    PMU("pmovsset_el0", SYSREG(3, 3, 9, 14, 3), SR_RW | SR_RW0, FIELD(pmovs), PMU_OVS_SET, el0_pmu),
    PMU("pmintenset_el1", SYSREG(3, 0, 9, 14, 1), SR_RW, FIELD(pminten), PMU_INTEN_SET, NULL),
    PMU("pmintenclr_el1", SYSREG(3, 0, 9, 14, 2), SR_RW, NOF, PMU_INTEN_CLR, NULL),
    { { "pmmir_el1", 64 }, SYSREG(3, 0, 9, 14, 6), SR_R | SR_IMP, NOF, A64_FEAT_PMUv3p4, 0, 0, 0, rd_zero, NULL, NULL },
    PMU("pmccfiltr_el0", SYSREG(3, 3, 14, 15, 7), SR_RW | SR_RW0, FIELD(pmccfiltr), PMU_CCFILTR, el0_pmu),
    PMEV(0), PMEV(1), PMEV(2), PMEV(3), PMEV(4), PMEV(5),
    /* --- GIC CPU interface --- */
    ICC("icc_pmr_el1", 4, 6, 0, SR_RW, ICC_PMR),
    ICC("icc_iar0_el1", 12, 8, 0, SR_R, ICC_IAR0),
    ICC("icc_eoir0_el1", 12, 8, 1, SR_W, ICC_EOIR0),
    ICC("icc_hppir0_el1", 12, 8, 2, SR_R, ICC_HPPIR0),
    ICC("icc_bpr0_el1", 12, 8, 3, SR_RW, ICC_BPR0),
    ICC("icc_ap0r0_el1", 12, 8, 4, SR_RW, ICC_AP0R0),
    ICC("icc_ap1r0_el1", 12, 9, 0, SR_RW, ICC_AP1R0),
    ICC("icc_dir_el1", 12, 11, 1, SR_W, ICC_DIR),
    ICC("icc_rpr_el1", 12, 11, 3, SR_R, ICC_RPR),
    ICC("icc_sgi1r_el1", 12, 11, 5, SR_W, ICC_SGI1R),
    ICC("icc_asgi1r_el1", 12, 11, 6, SR_W, ICC_ASGI1R),
    ICC("icc_sgi0r_el1", 12, 11, 7, SR_W, ICC_SGI0R),
    ICC("icc_iar1_el1", 12, 12, 0, SR_R, ICC_IAR1),
    ICC("icc_eoir1_el1", 12, 12, 1, SR_W, ICC_EOIR1),
    ICC("icc_hppir1_el1", 12, 12, 2, SR_R, ICC_HPPIR1),
    ICC("icc_bpr1_el1", 12, 12, 3, SR_RW, ICC_BPR1),
    ICC("icc_ctlr_el1", 12, 12, 4, SR_RW, ICC_CTLR),
    ICC("icc_sre_el1", 12, 12, 5, SR_RW, ICC_SRE),
    ICC("icc_igrpen0_el1", 12, 12, 6, SR_RW, ICC_IGRPEN0),
    ICC("icc_igrpen1_el1", 12, 12, 7, SR_RW, ICC_IGRPEN1),
    /* --- IMPLEMENTATION DEFINED registers of Cortex-A53 and -A72 --- */
    CONST("l2ctlr_el1", SYSREG(3, 1, 11, 0, 2), SR_R | SR_W | SR_A5X7X, rd_l2ctlr),
    CONST("l2ectlr_el1", SYSREG(3, 1, 11, 0, 3), SR_RW | SR_A5X7X, rd_zero),
    CONST("cpuactlr_el1", SYSREG(3, 1, 15, 2, 0), SR_RW | SR_A5X7X, rd_zero),
    CONST("cpuectlr_el1", SYSREG(3, 1, 15, 2, 1), SR_RW | SR_A5X7X, rd_zero),
    CONST("cpumerrsr_el1", SYSREG(3, 1, 15, 2, 2), SR_RW | SR_A5X7X, rd_zero),
    CONST("l2merrsr_el1", SYSREG(3, 1, 15, 2, 3), SR_RW | SR_A5X7X, rd_zero),
    CONST("cbar_el1", SYSREG(3, 1, 15, 3, 0), SR_R, rd_cbar),
};
/* clang-format on */
#undef READ
#undef WRITE
static_assert(ARRAY_SIZE(table) == A64_SYSREGS, "rows of the table");

/* Of the family whose IMPLEMENTATION DEFINED registers are in the table? */
static bool is_a5x_a7x(const struct a64_model *m)
{
    u64 part = extract64(m->midr, 4, 12);

    return part == 0xd03 || part == 0xd08;
}

static bool exists(const struct a64_cpu *cpu, const struct a64_sysreg *r)
{
    if (r->feat != A64_FEAT_COUNT && !cpu->model->feat[r->feat])
        return false;
    if ((r->flags & SR_A5X7X) && !is_a5x_a7x(cpu->model))
        return false;
    return !(r->flags & SR_ICC) || cpu->env.icc;
}

const struct a64_sysreg *a64_sysreg_find(const struct a64_cpu *cpu, u32 enc)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].enc == enc)
            return exists(cpu, &table[i]) ? &table[i] : NULL;
    return NULL;
}

unsigned a64_sysreg_number(const struct a64_sysreg *r)
{
    return (unsigned)(r - table);
}

const struct a64_sysreg *a64_sysreg_row(unsigned n)
{
    return &table[n];
}

u64 a64_sysreg_read(struct a64_cpu *cpu, const struct a64_sysreg *r)
{
    return r->read ? r->read(cpu, r) : *a64_sysreg_field(cpu, r);
}

void a64_sysreg_write(struct a64_cpu *cpu, const struct a64_sysreg *r, u64 v)
{
    PROBE_TEXT(cpu->env.probe, TRACE_SYSREG, r->info.name, r->enc, v);
    if (r->write)
        r->write(cpu, r, v);
    else if (r->off != SR_NO_FIELD)
        *a64_sysreg_field(cpu, r) = v & r->mask;
}

/* --- dumps and hashes ---------------------------------------------------- */

const struct reg_info *a64_sysreg_info(unsigned n)
{
    return &table[n].info;
}

u64 a64_sysreg_peek(struct a64_cpu *cpu, unsigned n)
{
    const struct a64_sysreg *r = &table[n];

    if (r->off != SR_NO_FIELD)
        return *a64_sysreg_field(cpu, r);
    return (r->flags & SR_IMP) && exists(cpu, r) ? r->read(cpu, r) : 0;
}

void a64_sysreg_poke(struct a64_cpu *cpu, unsigned n, u64 value)
{
    const struct a64_sysreg *r = &table[n];
    u64 *field = a64_sysreg_field(cpu, r);

    if (r->off == SR_NO_FIELD || *field == value)
        return;
    *field = value;
    if (r->flags & SR_CTX) {
        a64_space_changed(cpu);
        a64_map_flush(cpu);
        a64_refresh(cpu);
    }
    if (r->flags & SR_PMU)
        a64_pmu_update(cpu);
    else if (r->flags & SR_TIME)
        a64_timer_update(cpu);
}

void a64_sysreg_reset(struct a64_cpu *cpu)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].off != SR_NO_FIELD)
            *a64_sysreg_field(cpu, &table[i]) = table[i].reset;
}
