// SPDX-License-Identifier: MIT
//
// What EL0 may do only if EL1 says so: EC 0x18 with the instruction in ISS,
// EC 0x01 for WFI and WFE. SCTLR_EL1 UMA, DZE, UCT, nTWI, nTWE, UCI;
// CNTKCTL_EL1 and MDSCR_EL1.TDCC.
//> ~EL0: msr daifset, #1 0000000000000400 00000000620cd3e2 000000000000dead
//> ~EL0: msr daifset, #15 0000000000000400 00000000620cd3fe 000000000000dead
//> ~EL0: msr daifclr, #8 0000000000000400 00000000620ed3f0 000000000000dead
//> UMA=1
//> ~EL0: msr daifset, #15 ffffffffffffffff 0000000000000000 0000000000000000
//> ~EL0: sevl; wfe; wfe 0000000000000400 0000000007e00001 000000000000dead
//> ~EL0: mrs x1, mdccsr_el0 0000000000000400 000000006220c023 000000000000dead
#include "check.inc"
#include "sys.inc"

.macro UMA
    X0      "mrs x5, daif"
    X0      "msr daif, x6"
    E0      "msr daifset, #1", "~"  // QEMU swaps op1 and op2 in ISS
    E0      "msr daifset, #15", "~"
    E0      "msr daifclr, #0", "~"
    E0      "msr daifclr, #8", "~"
    X0      "mrs xzr, daif"
.endm

.macro CACHE
    ldr     x7, =T_EL0_RW + 0x40
    X0      "ic ivau, x7"
    X0      "dc cvac, x7"
    X0      "dc cvau, x12"
    X0      "dc civac, xzr"
.endm

.macro TIMERS n
    TITLE   "CNTKCTL \n"
    mov     x0, #\n
    msr     cntkctl_el1, x0
    isb
    X0      "mrs x1, cntfrq_el0"
    X0      "mrs x2, cntpct_el0"
    X0      "mrs x3, cntvct_el0"
    X0      "mrs x4, cntp_tval_el0"
    X0      "mrs x5, cntp_ctl_el0"
    X0      "mrs x6, cntp_cval_el0"
    X0      "mrs x7, cntv_tval_el0"
    X0      "mrs x8, cntv_ctl_el0"
    X0      "mrs x9, cntv_cval_el0"
    X0      "msr cntp_tval_el0, x4"
    X0      "msr cntp_ctl_el0, xzr"
    X0      "msr cntp_cval_el0, x6"
    X0      "msr cntv_tval_el0, x7"
    X0      "msr cntv_ctl_el0, xzr"
    X0      "msr cntv_cval_el0, x9"
    X0      "msr cntfrq_el0, x9"
    X0      "msr cntvct_el0, x9"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    mrs     x28, sctlr_el1
    TITLE   "UMA=0"
    mov     x6, #0x3c0
    SCTLR   9, 0
    UMA
    TITLE   "UMA=1"
    SCTLR   9, 1
    UMA
    // Masks that EL0 sets are in SPSR.
    X0      "msr daifset, #5; svc #1"
    msr     sctlr_el1, x28
    isb
    TITLE   "UCT=0"
    SCTLR   15, 0
    X0      "mrs x9, ctr_el0"
    X0      "mrs xzr, ctr_el0"
    TITLE   "UCT=1"
    SCTLR   15, 1
    X0      "mrs x9, ctr_el0"
    X0      "mrs x9, dczid_el0"
    TITLE   "DZE=0"
    ldr     x3, =T_EL0_RW + 0x80
    SCTLR   14, 0
    X0      "mrs x9, dczid_el0"
    SHOW    "dczid", x9
    X0      "dc zva, x3"
    X0      "dc zva, xzr"
    ldr     x4, [x3]
    SHOW    "memory", x4
    TITLE   "DZE=1"
    SCTLR   14, 1
    X0      "mrs x9, dczid_el0"
    SHOW    "dczid", x9
    X0      "dc zva, x3"
    ldr     x4, [x3]
    SHOW    "memory", x4
    TITLE   "UCI=0"
    SCTLR   26, 0
    CACHE
    TITLE   "UCI=1"
    SCTLR   26, 1
    ldr     x7, =T_EL0_RW + 0x40
    X0      "ic ivau, x7"
    X0      "dc cvac, x7"
    X0      "dc cvau, x7"
    X0      "dc civac, x7"
    msr     sctlr_el1, x28
    isb
    b       1f
    .ltorg
1:
    TITLE   "nTWI=0"
    SCTLR   16, 0
    X0      "wfi"
    // QEMU lets WFE be a pause always.
    TITLE   "nTWE=0"
    SCTLR   18, 0
    E0      "sevl; wfe; wfe", "~"
    X0      "yield"
    X0      "sev"
    X0      "sevl"
    TITLE   "nTWE=1"
    SCTLR   18, 1
    X0      "sevl; wfe"
    msr     sctlr_el1, x28
    isb
    TITLE   "ID space"
    X0      "mrs x1, midr_el1"
    X0      "mrs x2, mpidr_el1"
    X0      "mrs x3, revidr_el1"
    X0      "mrs x4, id_aa64pfr0_el1"
    X0      "mrs x5, id_aa64isar0_el1"
    X0      "mrs x6, id_pfr0_el1"
    X0      "mrs x7, s3_0_c0_c7_7"
    X0      "mrs x7, ccsidr_el1"
    X0      "mrs x7, clidr_el1"
    X0      "mrs x7, csselr_el1"
    X0      "mrs x7, aidr_el1"
    X0      "msr csselr_el1, x7"
    X0      "mrs xzr, ctr_el0"
    mrs     x27, cntkctl_el1
    TIMERS  0
    TIMERS  1
    TIMERS  2
    TIMERS  0x100
    TIMERS  0x200
    TIMERS  0x303
    msr     cntkctl_el1, x27
    TITLE   "threads"
    mov     x1, #0x55
    X0      "msr tpidr_el0, x1"
    X0      "mrs x2, tpidr_el0"
    X0      "mrs x2, tpidrro_el0"
    X0      "msr tpidrro_el0, x1"
    mrs     x3, tpidr_el0
    SHOW    "tpidr", x3
    TITLE   "debug channel"
    X0      "mrs x1, mdccsr_el0"
    mov     x0, #(1 << 12)          // TDCC, not in QEMU
    msr     mdscr_el1, x0
    isb
    E0      "mrs x1, mdccsr_el0", "~"
    msr     mdscr_el1, xzr
    X0      "mrs x1, mdscr_el1"
    X0      "msr oslar_el1, x1"
    DONE
SYS_CODE
    .ltorg
