// SPDX-License-Identifier: MIT
//
// System registers and instructions of EL1 from EL0: UNDEFINED (EC 0), but
// where a trap tells EC 0x18 with the instruction in its ISS; and what
// SCTLR_EL1 and others open to EL0, with each Rt and direction in ISS.
#include "check.inc"
#include "sys.inc"

.text
.global t_main
t_main:
    SYS_INIT
    mov     x5, #0
    .irp    r, sctlr_el1, cpacr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, vbar_el1
    E0      "mrs x3, \r"
    E0      "msr \r, x5"
    .endr
    .irp    r, esr_el1, far_el1, elr_el1, spsr_el1, par_el1, contextidr_el1, tpidr_el1
    E0      "mrs x3, \r"
    E0      "msr \r, x5"
    .endr
    b       1f
    .ltorg
1:  .irp    r, cntkctl_el1, csselr_el1, mdscr_el1, oslar_el1, dbgbvr0_el1, dbgwcr0_el1
    E0      "msr \r, x5"
    .endr
    .irp    r, oslsr_el1, dbgbcr5_el1, dbgwvr3_el1, mdrar_el1, dbgauthstatus_el1, isr_el1
    E0      "mrs x3, \r"
    .endr
    .irp    r, currentel, spsel, sp_el0, pan, uao
    E0      "mrs x3, \r"
    .endr
    E0      "msr spsel, #1"
    E0      "msr pan, #1"
    E0      "msr spsel, x5"
    E0      "msr sp_el0, x5"
    b       1f
    .ltorg
1:  // IMPLEMENTATION DEFINED registers that nobody has.
    E0      "mrs x3, s3_0_c15_c0_0"
    E0      "msr s3_3_c15_c2_7, x5"
    E0      "mrs x3, s3_3_c11_c0_0"
    E       "mrs x3, s3_0_c15_c8_5"
    E       "msr s3_7_c11_c3_2, x5"
    E       "sys #3, c15, c2, #1, x5"
    E0      "sys #0, c11, c2, #1, x5"
    E0      "sysl x3, #3, c7, c4, #1"
    // System instructions of EL1.
    .irp    i, "tlbi vmalle1", "tlbi vae1, x5", "at s1e0r, x5", "dc ivac, x5", "dc isw, x5"
    E0      "\i"
    .endr
    .irp    i, "dc csw, x5", "dc cisw, x5", "ic iallu", "ic ialluis", "eret", "hvc #0", "smc #0"
    E0      "\i"
    .endr
    b       1f
    .ltorg
1:  // Read-only and write-only ones, from EL1.
    .irp    r, midr_el1, mpidr_el1, isr_el1, oslsr_el1, ctr_el0, dczid_el0, cntpct_el0, cntvct_el0
    E       "msr \r, x5"
    .endr
    E       "mrs x3, oslar_el1"
    E       "msr currentel, x5"
    // EL0 reads its own.
    E0      "mrs x3, tpidr_el0"
    E0      "msr tpidr_el0, x5"
    E0      "mrs x3, tpidrro_el0"
    E0      "msr tpidrro_el0, x5"
    E0      "mrs x3, dczid_el0"
    E0      "mrs x3, nzcv"
    E0      "msr nzcv, x5"
    E0      "mrs x3, fpcr"
    E0      "mrs x30, cntfrq_el0"
    E0      "msr cntfrq_el0, x5"
    b       1f
    .ltorg
1:  // All shut: CNTKCTL, UCT, UCI, DZE; then open.
    mrs     x0, sctlr_el1
    bic     x0, x0, #(1 << 15)
    bic     x0, x0, #(1 << 26)
    bic     x0, x0, #(1 << 14)
    msr     sctlr_el1, x0
    msr     cntkctl_el1, xzr
    isb
    bl      gated
    mrs     x0, sctlr_el1
    orr     x0, x0, #(1 << 15)
    orr     x0, x0, #(1 << 26)
    orr     x0, x0, #(1 << 14)
    msr     sctlr_el1, x0
    mov     x0, #0x303
    msr     cntkctl_el1, x0
    isb
    TITLE   "open"
    bl      gated
    DONE

gated:
    str     x30, [sp, #-16]!
    ldr     x7, =T_EL0_RW + 0x40
    E0      "mrs x17, ctr_el0"
    E0      "mrs xzr, ctr_el0"
    E0      "dc zva, x7"
    E0      "dc cvau, x7"
    E0      "dc cvac, x7"
    E0      "dc civac, x7"
    E0      "ic ivau, x7"
    E0      "mrs x9, cntpct_el0"
    E0      "mrs x10, cntvct_el0"
    E0      "mrs x11, cntfrq_el0"
    E0      "mrs x12, cntp_ctl_el0"
    E0      "msr cntp_cval_el0, x5"
    E0      "mrs x13, cntp_tval_el0"
    E0      "mrs x14, cntv_ctl_el0"
    E0      "msr cntv_cval_el0, x5"
    E0      "msr cntv_tval_el0, xzr"
    ldr     x30, [sp], #16
    ret
    .ltorg

SYS_CODE
