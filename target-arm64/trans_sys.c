/* SPDX-License-Identifier: MIT */
/*
 * trans_sys.c - exception generation, hints, barriers, PSTATE, system
 * registers and system instructions. DDI 0487, "A64 System instruction class
 * encoding", "AArch64 System Register Encoding".
 *
 * What is a field of the CPU is read and written inline; what has side effects
 * or needs a check is one helper call (sysregs.c has the table). Cache
 * maintenance does nothing but fault: code modification is seen at the store
 * (DESIGN D6) and caches do not exist.
 */
#include "a64sys.h"
#include "help_sys.h"
#include "log.h"
#include "sysregs.h"
#include "trans_int.h"

/* pc := the next instruction. */
static void set_next_pc(struct tctx *s)
{
    TC_STENV(s, pc, ir_const(s->b, s->pc + 4));
}

static ir_ref next_pc(struct tctx *s)
{
    return ir_const(s->b, s->pc + 4);
}

/* Is @kind of event wanted? That never changes while the machine exists. */
static bool is_told(const struct tctx *s, enum trace_kind kind)
{
    return probe_on(s->cpu->env.probe, kind);
}

/* --- exception generation ------------------------------------------------ */

bool trans_UDF(struct tctx *s, const arg_imm *a)
{
    (void)s;
    (void)a;
    return false;
}

bool trans_SVC(struct tctx *s, const arg_imm *a)
{
    tc_raise(s, A64_ESR(EC_SVC64, a->imm), true);
    return true;
}

/* HVC and SMC reach PSCI, which a higher exception level would hold. */
static bool firmware_call(struct tctx *s)
{
    if (tctx_el(s) == 0)
        return false;
    set_next_pc(s);
    tc_call(s, H_sys_psci, 0, 0, 0, 0);
    ir0(s->b, IR_DISPATCH, 0);
    s->end = TC_TERMINAL;
    return true;
}

bool trans_HVC(struct tctx *s, const arg_imm *a)
{
    (void)a;
    return firmware_call(s);
}

bool trans_SMC(struct tctx *s, const arg_imm *a)
{
    (void)a;
    return firmware_call(s);
}

bool trans_BRK(struct tctx *s, const arg_imm *a)
{
    tc_raise(s, A64_ESR(EC_BRK, a->imm), false);
    return true;
}

/* No external debugger: halting debug is not implemented. */
bool trans_HLT(struct tctx *s, const arg_imm *a)
{
    (void)s;
    (void)a;
    return false;
}

bool trans_DCPS1(struct tctx *s, const arg_imm *a)
{
    (void)s;
    (void)a;
    return false;
}

bool trans_DCPS2(struct tctx *s, const arg_imm *a)
{
    (void)s;
    (void)a;
    return false;
}

bool trans_DCPS3(struct tctx *s, const arg_imm *a)
{
    (void)s;
    (void)a;
    return false;
}

bool tc_eret(struct tctx *s, ir_ref target)
{
    tc_call(s, H_sys_eret, 0, target, 0, 0);
    ir0(s->b, IR_EXIT, 0);
    s->end = TC_TERMINAL;
    return true;
}

bool trans_ERET(struct tctx *s, const arg_none *a)
{
    (void)a;
    if (tctx_el(s) == 0)
        return false;
    return tc_eret(s, TC_LDENV(s, elr[1]));
}

bool trans_DRPS(struct tctx *s, const arg_none *a)
{
    (void)s;
    (void)a;
    return false;
}

/* --- hints --------------------------------------------------------------- */

bool trans_NOP(struct tctx *s, const arg_none *a)
{
    (void)s;
    (void)a;
    return true;
}

bool trans_HINT(struct tctx *s, const arg_hint *a)
{
    (void)s;
    (void)a;
    return true;
}

/* No SError is ever pending. */
bool trans_ESB(struct tctx *s, const arg_none *a)
{
    (void)s;
    (void)a;
    return true;
}

static bool wait(struct tctx *s, enum cpu_wait kind)
{
    tc_call(s, H_sys_wait, kind, 0, 0, 0);
    tc_end_target(s);
    set_next_pc(s);
    ir0(s->b, IR_DISPATCH, 0);
    s->end = TC_TERMINAL;
    s->partial = true;
    return true;
}

bool trans_YIELD(struct tctx *s, const arg_none *a)
{
    (void)a;
    return wait(s, CPU_YIELD);
}

bool trans_WFE(struct tctx *s, const arg_none *a)
{
    (void)a;
    return wait(s, CPU_WFE);
}

bool trans_WFI(struct tctx *s, const arg_none *a)
{
    (void)a;
    return wait(s, CPU_WFI);
}

bool trans_SEV(struct tctx *s, const arg_none *a)
{
    (void)a;
    tc_call(s, H_sys_sev, 0, 0, 0, 0);
    return true;
}

bool trans_SEVL(struct tctx *s, const arg_none *a)
{
    (void)a;
    TC_STENV(s, event, ir_const(s->b, 1));
    return true;
}

/* --- barriers ------------------------------------------------------------ */

/* CPUs run in turns, so memory is always ordered and complete. */
bool trans_DSB(struct tctx *s, const arg_crm *a)
{
    (void)s;
    (void)a;
    return true;
}

bool trans_DMB(struct tctx *s, const arg_crm *a)
{
    (void)s;
    (void)a;
    return true;
}

bool trans_ISB(struct tctx *s, const arg_crm *a)
{
    (void)a;
    s->end = TC_SYNC;
    return true;
}

/* --- PSTATE -------------------------------------------------------------- */

static bool write_pstate(struct tctx *s, enum sys_pstate field, ir_ref v)
{
    if (tctx_el(s) == 0)
        return false;
    tc_call(s, H_sys_pstate, field, v, next_pc(s), 0);
    s->end = TC_LOOKUP;
    return true;
}

bool trans_MSR_i_UAO(struct tctx *s, const arg_crm *a)
{
    return write_pstate(s, SYS_UAO, ir_const(s->b, (u64)a->crm & 1));
}

bool trans_MSR_i_PAN(struct tctx *s, const arg_crm *a)
{
    return write_pstate(s, SYS_PAN, ir_const(s->b, (u64)a->crm & 1));
}

bool trans_MSR_i_SPSel(struct tctx *s, const arg_crm *a)
{
    return write_pstate(s, SYS_SPSEL, ir_const(s->b, (u64)a->crm & 1));
}

/* SSBS and DIT are read and written at every level and change nothing. */
bool trans_MSR_i_SSBS(struct tctx *s, const arg_crm *a)
{
    TC_STENV(s, ssbs, ir_const(s->b, (u64)a->crm & 1));
    return true;
}

bool trans_MSR_i_DIT(struct tctx *s, const arg_crm *a)
{
    TC_STENV(s, dit, ir_const(s->b, (u64)a->crm & 1));
    return true;
}

/* EL0 touches DAIF only if SCTLR_EL1.UMA lets it. */
static void check_uma(struct tctx *s, u32 iss)
{
    if (tctx_el(s) == 0)
        tc_call(s, H_sys_uma, A64_ESR(EC_SYSREG, iss), 0, 0, 0);
}

/* After interrupts may have been unmasked: they are taken at once. */
static void daif_unmasked(struct tctx *s)
{
    tc_call(s, H_sys_daif, 0, next_pc(s), 0, 0);
    s->end = TC_END;
}

bool trans_MSR_i_DAIFSet(struct tctx *s, const arg_crm *a)
{
    ir_ref v;

    check_uma(s, a64_sysreg_iss((u32)SYSREG(0, 3, 4, a->crm, 6), 31,
                                false));
    v = ir2(s->b, IR_OR64, TC_LDENV(s, daif), ir_const(s->b, (u64)a->crm));
    TC_STENV(s, daif, v);
    /* Nothing pending can have been let in; only D needs more. */
    if (a->crm & PSTATE_D)
        daif_unmasked(s);
    return true;
}

bool trans_MSR_i_DAIFClr(struct tctx *s, const arg_crm *a)
{
    ir_ref v;

    check_uma(s, a64_sysreg_iss((u32)SYSREG(0, 3, 4, a->crm, 7), 31,
                                false));
    v = ir2(s->b, IR_AND64, TC_LDENV(s, daif),
            ir_const(s->b, 15 & ~(u64)a->crm));
    TC_STENV(s, daif, v);
    if (a->crm & (PSTATE_D | PSTATE_I | PSTATE_F))
        daif_unmasked(s);
    return true;
}

/* --- system registers that are PSTATE or FP state ------------------------ */

/* Outcome of the special cases: not one of them, done, or UNDEFINED. */
enum special { SPECIAL_NO, SPECIAL_DONE, SPECIAL_UNDEF };

/* A bit of PSTATE that an optional feature adds. */
static enum special feature_bit(struct tctx *s, const arg_sys *a, bool read,
                                enum a64_feat feat, unsigned pos)
{
    bool pan = feat == A64_FEAT_PAN;
    ir_ref v;

    if (!tctx_has(s, feat) || tctx_el(s) == 0)
        return SPECIAL_UNDEF;
    if (read) {
        v = pan ? TC_LDENV(s, pan) : TC_LDENV(s, uao);
        v = ir2(s->b, IR_SHL64, v, ir_const(s->b, pos));
        tc_set_x(s, a->rt, v);
    } else {
        v = ir1i(s->b, IR_EXTRACT, tc_x(s, a->rt), pos | 1 << 8);
        write_pstate(s, pan ? SYS_PAN : SYS_UAO, v);
    }
    return SPECIAL_DONE;
}

static enum special move_ssbs(struct tctx *s, const arg_sys *a, bool read)
{
    if (!tctx_has(s, A64_FEAT_SSBS))
        return SPECIAL_UNDEF;
    if (read)
        tc_set_x(s, a->rt, ir2(s->b, IR_SHL64, TC_LDENV(s, ssbs),
                               ir_const(s->b, 12)));
    else
        TC_STENV(s, ssbs, ir1i(s->b, IR_EXTRACT, tc_x(s, a->rt),
                               12 | 1 << 8));
    return SPECIAL_DONE;
}

static enum special move_dit(struct tctx *s, const arg_sys *a, bool read)
{
    if (!tctx_has(s, A64_FEAT_DIT))
        return SPECIAL_UNDEF;
    if (read)
        tc_set_x(s, a->rt, ir2(s->b, IR_SHL64, TC_LDENV(s, dit),
                               ir_const(s->b, 24)));
    else
        TC_STENV(s, dit, ir1i(s->b, IR_EXTRACT, tc_x(s, a->rt),
                              24 | 1 << 8));
    return SPECIAL_DONE;
}

/* RNDR and RNDRRS: never out of numbers, so NZCV is always 0000. */
static enum special read_random(struct tctx *s, const arg_sys *a, bool read)
{
    if (!tctx_has(s, A64_FEAT_RNG) || !read)
        return SPECIAL_UNDEF;
    tc_set_x(s, a->rt, tc_call(s, H_sys_random, (u32)a->op2, 0, 0, 0));
    ir1(s->b, IR_SETF, ir1(s->b, IR_NZCVF, ir_const(s->b, 0)));
    return SPECIAL_DONE;
}

static enum special move_daif(struct tctx *s, const arg_sys *a, u32 enc,
                              bool read)
{
    check_uma(s, a64_sysreg_iss(enc, (u32)a->rt, read));
    if (read) {
        tc_set_x(s, a->rt, ir2(s->b, IR_SHL64, TC_LDENV(s, daif),
                               ir_const(s->b, 6)));
    } else {
        TC_STENV(s, daif, ir1i(s->b, IR_EXTRACT, tc_x(s, a->rt),
                               6 | 4 << 8));
        daif_unmasked(s);
    }
    return SPECIAL_DONE;
}

static enum special move_fpcr(struct tctx *s, const arg_sys *a, bool read)
{
    if (!tc_fp_check(s))
        return SPECIAL_DONE;
    if (read) {
        tc_set_x(s, a->rt, TC_LDENV(s, fpcr));
        return SPECIAL_DONE;
    }
    ir0(s->b, IR_FPSYNC, 0);
    tc_call(s, H_sys_fpcr, 0, tc_x(s, a->rt), next_pc(s), 0);
    ir0(s->b, IR_FPSYNC, 0);
    s->end = TC_LOOKUP;
    return SPECIAL_DONE;
}

static enum special move_fpsr(struct tctx *s, const arg_sys *a, bool read)
{
    if (!tc_fp_check(s))
        return SPECIAL_DONE;
    ir0(s->b, IR_FPSYNC, 0);
    if (read)
        tc_set_x(s, a->rt, TC_LDENV(s, fpsr));
    else /* QC and the cumulative exception bits */
        TC_STENV(s, fpsr, ir2(s->b, IR_AND64, tc_x(s, a->rt),
                              ir_const(s->b, 0x0800009f)));
    return SPECIAL_DONE;
}

static enum special move_nzcv(struct tctx *s, const arg_sys *a, bool read)
{
    if (read)
        tc_set_x(s, a->rt, ir1(s->b, IR_FNZCV, ir0(s->b, IR_GETF, 0)));
    else
        ir1(s->b, IR_SETF, ir1(s->b, IR_NZCVF, tc_x(s, a->rt)));
    return SPECIAL_DONE;
}

static enum special move_special(struct tctx *s, const arg_sys *a, u32 enc,
                                 bool read)
{
    bool el1 = tctx_el(s) != 0;

    switch (enc) {
    case SYSREG(3, 3, 4, 2, 0):
        return move_nzcv(s, a, read);
    case SYSREG(3, 3, 4, 2, 1):
        return move_daif(s, a, enc, read);
    case SYSREG(3, 3, 4, 4, 0):
        return move_fpcr(s, a, read);
    case SYSREG(3, 3, 4, 4, 1):
        return move_fpsr(s, a, read);
    case SYSREG(3, 3, 4, 2, 5):
        return move_dit(s, a, read);
    case SYSREG(3, 3, 4, 2, 6):
        return move_ssbs(s, a, read);
    case SYSREG(3, 3, 2, 4, 0):
    case SYSREG(3, 3, 2, 4, 1):
        return read_random(s, a, read);
    case SYSREG(3, 0, 4, 2, 3):
        return feature_bit(s, a, read, A64_FEAT_PAN, 22);
    case SYSREG(3, 0, 4, 2, 4):
        return feature_bit(s, a, read, A64_FEAT_UAO, 23);
    case SYSREG(3, 0, 4, 2, 2): /* CurrentEL */
        if (!el1 || !read)
            return SPECIAL_UNDEF;
        tc_set_x(s, a->rt, ir_const(s->b, (u64)tctx_el(s) << 2));
        return SPECIAL_DONE;
    case SYSREG(3, 0, 4, 2, 0): /* SPSel */
        if (!el1)
            return SPECIAL_UNDEF;
        if (!read)
            write_pstate(s, SYS_SPSEL, tc_x(s, a->rt));
        else
            tc_set_x(s, a->rt, ir_const(s->b, !!(s->flags & TB_SPSEL)));
        return SPECIAL_DONE;
    case SYSREG(3, 0, 4, 1, 0): /* SP_EL0: not while it is the stack */
        if (!el1 || !(s->flags & TB_SPSEL))
            return SPECIAL_UNDEF;
        if (read)
            tc_set_x(s, a->rt, TC_LDENV(s, sp_el[0]));
        else if (is_told(s, TRACE_SYSREG))
            return SPECIAL_NO; /* the table's row writes it, too */
        else
            TC_STENV(s, sp_el[0], tc_x(s, a->rt));
        return SPECIAL_DONE;
    default:
        return SPECIAL_NO;
    }
}

/* --- system registers of the table --------------------------------------- */

static bool unknown_register(struct tctx *s, const arg_sys *a, bool read)
{
    log_unimp("%s of s%d_%d_c%d_c%d_%d at el%u, pc %016llx",
              read ? "mrs" : "msr", a->op0, a->op1, a->crn, a->crm, a->op2,
              tctx_el(s), (unsigned long long)s->pc);
    return false;
}

/* The value @v of identification register @enc, whose reading is told. */
static ir_ref told_id(struct tctx *s, u32 enc, ir_ref v)
{
    if (!is_told(s, TRACE_IDREG))
        return v;
    return tc_call(s, H_sys_idreg, enc, v, ir_const(s->b, s->pc), 0);
}

/*
 * The ID space: constants at EL1, those not allocated zero; from EL0 reads
 * trap with EC 0x18 if the model has FEAT_IDST, else they are UNDEFINED.
 */
static bool read_id_space(struct tctx *s, const arg_sys *a, u32 enc)
{
    const struct a64_model *m = s->model;
    u64 v = 0;

    if (tctx_el(s) == 0) {
        if (!tctx_has(s, A64_FEAT_IDST))
            return false;
        tc_raise(s, A64_ESR(EC_SYSREG,
                            a64_sysreg_iss(enc, (u32)a->rt, true)), false);
        return true;
    }
    v = a64_id_value(m, (unsigned)(a->crm * 8 + a->op2 - 8));
    /* GIC system registers are announced when they are there. */
    if (a->crm == 4 && a->op2 == 0 && s->cpu->env.icc)
        v |= 1ull << 24;
    tc_set_x(s, a->rt, told_id(s, enc, ir_const(s->b, v)));
    return true;
}

/* Is @a in the space whose reads FEAT_IDST traps from EL0? */
static bool is_id_space(const arg_sys *a)
{
    return a->op0 == 3 && a->crn == 0 &&
           (a->op1 == 0 || (a->op1 == 1 && a->crm == 0)) && a->crm < 8;
}

/* Byte offset in the CPU and size of a register's field, for LDENV. */
static u64 env_of(const struct a64_sysreg *r)
{
    return (u64)(offsetof(struct a64_cpu, arch) + r->off) | 8ull << 32;
}

bool trans_MRS(struct tctx *s, const arg_sys *a)
{
    u32 enc = (u32)SYSREG(a->op0, a->op1, a->crn, a->crm, a->op2);
    bool el0 = tctx_el(s) == 0;
    const struct a64_sysreg *r;
    enum special sp = move_special(s, a, enc, true);
    u32 param;
    ir_ref v;

    if (sp != SPECIAL_NO)
        return sp == SPECIAL_DONE;
    if (is_id_space(a) && (el0 || (a->op1 == 0 && a->crm > 0)))
        return read_id_space(s, a, enc);
    r = a64_sysreg_find(s->cpu, enc);
    if (!r || !(r->flags & (el0 ? SR_R0 : SR_R)))
        return unknown_register(s, a, true);
    param = a64_sysreg_number(r) | (u32)a->rt << 16;
    if (!r->read && !(el0 && r->el0))
        v = ir0(s->b, IR_LDENV, env_of(r));
    else
        v = tc_call(s, r->flags & SR_TIME ? H_sys_mrs_time : H_sys_mrs,
                    param, 0, 0, 0);
    if (a->crn == 0 && r->off == SR_NO_FIELD && (r->flags & SR_IMP))
        v = told_id(s, enc, v);
    tc_set_x(s, a->rt, v);
    return true;
}

/* Writes @v to the plain field of @r, bits outside its mask as zero. */
static void store_field(struct tctx *s, const struct a64_sysreg *r, ir_ref v)
{
    if (r->mask != ~0ull)
        v = ir2(s->b, IR_AND64, v, ir_const(s->b, r->mask));
    ir1i(s->b, IR_STENV, v, env_of(r));
}

bool trans_MSR(struct tctx *s, const arg_sys *a)
{
    u32 enc = (u32)SYSREG(a->op0, a->op1, a->crn, a->crm, a->op2);
    bool el0 = tctx_el(s) == 0;
    const struct a64_sysreg *r;
    enum special sp = move_special(s, a, enc, false);
    u32 param;

    if (sp != SPECIAL_NO)
        return sp == SPECIAL_DONE;
    r = a64_sysreg_find(s->cpu, enc);
    if (!r || !(r->flags & (el0 ? SR_W0 : SR_W)))
        return unknown_register(s, a, false);
    param = a64_sysreg_number(r) | (u32)a->rt << 16;
    if (r->flags & SR_PMU) {
        tc_call(s, H_sys_msr_pmu, param, tc_x(s, a->rt), next_pc(s), 0);
        s->end = TC_LOOKUP;
    } else if (r->flags & SR_CTX) {
        tc_call(s, H_sys_msr_ctx, param & 0xffff, tc_x(s, a->rt),
                next_pc(s), 0);
        s->end = TC_LOOKUP;
    } else if (r->flags & SR_TIME) {
        tc_call(s, H_sys_msr_time, param, tc_x(s, a->rt), 0, 0);
        s->end = TC_END;
    } else if (!r->write && r->off != SR_NO_FIELD && !(el0 && r->el0) &&
               !is_told(s, TRACE_SYSREG)) {
        store_field(s, r, tc_x(s, a->rt));
    } else {
        tc_call(s, H_sys_msr, param, tc_x(s, a->rt), 0, 0);
    }
    return true;
}

/* --- system instructions ------------------------------------------------- */

#define SYSOP(op1, crn, crm, op2) SYSREG(1, op1, crn, crm, op2)

static bool dc_zva(struct tctx *s, const arg_sys *a, u32 enc)
{
    u32 m = tc_memop(s, 4);
    ir_ref va, block, zero;

    if (tctx_el(s) == 0 && !(s->flags & TB_DZE)) {
        tc_raise(s, A64_ESR(EC_SYSREG,
                            a64_sysreg_iss(enc, (u32)a->rt, false)), false);
        return true;
    }
    va = tc_x(s, a->rt);
    if (!(s->flags & TB_MMU)) {
        /* Device memory: an alignment fault whatever the address. */
        tc_call(s, H_sys_zva_device, 0, va, 0, 0);
        return true;
    }
    /* FAR is the address given; after this the block is writable, Normal
     * memory. */
    ir1i(s->b, IR_PROBE, va, ir_mem_imm(IR_M_FOR_WRITE | IR_M_ATOMIC, 0));
    block = ir2(s->b, IR_AND64, va, ir_const(s->b, ~63ull));
    if (s->flags & TB_WATCH)
        ir2i(s->b, IR_PROBE, block, ir_const(s->b, 64),
             ir_mem_imm(IR_M_FOR_WRITE, 0));
    zero = ir0(s->b, IR_VCONST, 0);
    ir3i(s->b, IR_STVP, block, zero, zero, ir_mem_imm(m, 0));
    ir3i(s->b, IR_STVP, block, zero, zero, ir_mem_imm(m, 32));
    return true;
}

/* Maintenance by address: translation and the EL0 trap are all it does. */
static bool cache_by_va(struct tctx *s, const arg_sys *a, u32 enc,
                        enum a64_cache_need need)
{
    u32 esr = A64_ESR(EC_SYSREG, a64_sysreg_iss(enc, (u32)a->rt, false));

    if (tctx_el(s) == 0)
        need = A64_CACHE_READ;
    tc_call(s, H_sys_cache, need, tc_x(s, a->rt), ir_const(s->b, esr), 0);
    return true;
}

/* Nothing is predicted, so the trap from EL0 is all there is. */
static bool restrict_prediction(struct tctx *s, const arg_sys *a, u32 enc)
{
    u32 esr = A64_ESR(EC_SYSREG, a64_sysreg_iss(enc, (u32)a->rt, false));

    if (!tctx_has(s, A64_FEAT_SPECRES))
        return false;
    if (tctx_el(s) == 0)
        tc_call(s, H_sys_rctx, 0, ir_const(s->b, esr), 0, 0);
    return true;
}

static bool tlbi(struct tctx *s, const arg_sys *a)
{
    /* op2 that are allocated, by CRm: 1 OS; 2, 5, 6 ranges; 3 IS; 7. */
    static const u8 known[16] = {
        [1] = 0xaf, [2] = 0xaa, [3] = 0xaf, [5] = 0xaa, [6] = 0xaa, [7] = 0xaf,
    };

    if (a->op1 != 0 || !(known[a->crm] >> a->op2 & 1))
        return false;
    if (a->crm == 1 && !tctx_has(s, A64_FEAT_TLBIOS))
        return false;
    if (known[a->crm] == 0xaa && !tctx_has(s, A64_FEAT_TLBIRANGE))
        return false;
    tc_call(s, H_sys_tlbi, (u32)(a->op2 | a->crm << 4), tc_x(s, a->rt),
            next_pc(s), 0);
    s->end = TC_LOOKUP;
    return true;
}

static bool address_translation(struct tctx *s, const arg_sys *a)
{
    if (a->op1 != 0 || a->op2 > 3)
        return false;
    if (a->crm == 9 && (a->op2 > 1 || !tctx_has(s, A64_FEAT_PAN2)))
        return false;
    tc_call(s, H_sys_at, (u32)(a->op2 | (a->crm & 1) << 3), tc_x(s, a->rt),
            0, 0);
    return true;
}

/* Those that EL1 alone may execute; false = UNDEFINED. */
static bool privileged(struct tctx *s, const arg_sys *a, u32 enc)
{
    if (a->crn == 8)
        return tlbi(s, a);
    if (a->crn == 7 && (a->crm == 8 || a->crm == 9))
        return address_translation(s, a);
    switch (enc) {
    case SYSOP(0, 7, 1, 0):  /* IC IALLUIS */
    case SYSOP(0, 7, 5, 0):  /* IC IALLU */
    case SYSOP(0, 7, 6, 2):  /* DC ISW */
    case SYSOP(0, 7, 10, 2): /* DC CSW */
    case SYSOP(0, 7, 14, 2): /* DC CISW */
        return true;
    case SYSOP(0, 7, 6, 1):  /* DC IVAC */
        return cache_by_va(s, a, enc, A64_CACHE_WRITE);
    default:
        return false;
    }
}

bool trans_SYS(struct tctx *s, const arg_sys *a)
{
    u32 enc = (u32)SYSREG(a->op0, a->op1, a->crn, a->crm, a->op2);

    switch (enc) {
    case SYSOP(3, 7, 4, 1):
        return dc_zva(s, a, enc);
    case SYSOP(3, 7, 12, 1): /* DC CVAP */
        if (!tctx_has(s, A64_FEAT_DPB))
            return false;
        return cache_by_va(s, a, enc, A64_CACHE_NONE);
    case SYSOP(3, 7, 13, 1): /* DC CVADP */
        if (!tctx_has(s, A64_FEAT_DPB2))
            return false;
        return cache_by_va(s, a, enc, A64_CACHE_NONE);
    case SYSOP(3, 7, 3, 4):  /* CFP RCTX */
    case SYSOP(3, 7, 3, 5):  /* DVP RCTX */
    case SYSOP(3, 7, 3, 7):  /* CPP RCTX */
        return restrict_prediction(s, a, enc);
    case SYSOP(3, 7, 5, 1):  /* IC IVAU */
    case SYSOP(3, 7, 10, 1): /* DC CVAC */
    case SYSOP(3, 7, 11, 1): /* DC CVAU */
    case SYSOP(3, 7, 14, 1): /* DC CIVAC */
        return cache_by_va(s, a, enc, A64_CACHE_NONE);
    default:
        return tctx_el(s) != 0 && privileged(s, a, enc);
    }
}

/* No instruction of this kind exists in the features we have. */
bool trans_SYSL(struct tctx *s, const arg_sys *a)
{
    (void)s;
    (void)a;
    return false;
}
