// SPDX-License-Identifier: MIT
//
// Synchronous exceptions from EL1 and EL0 that depend on nothing but the
// instruction: vector, ESR, ELR, SPSR. DDI 0487, "Exception Syndrome
// Register". Vectors 0x000, 0x200 and 0x400; flags and masks in SPSR.
#include "check.inc"
#include "sys.inc"

.macro ALL x
    \x      "svc #0"
    \x      "svc #0x1234"
    \x      "svc #0xffff"
    \x      "brk #0"
    \x      "brk #0xf000"
    \x      "hlt #3"
    \x      "udf #0"
    \x      "udf #0xffff"
    \x      ".inst 0x00010000"      // bits above UDF's immediate
    \x      ".inst 0xd4e00000"      // exception generation, opc 7
    \x      ".inst 0xd4000000"      // SVC with LL = 0
    \x      ".inst 0xd69f03e1"      // ERET, op4 = 1
    \x      "dcps1 #1"
    \x      "dcps2 #0"
    \x      "dcps3 #0xffff"
    \x      "drps"
    \x      "nop"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    TITLE   "EL1h"
    ALL     X
    TITLE   "EL1t"
    mov     x9, sp
    sub     x9, x9, #0x800
    msr     sp_el0, x9
    msr     spsel, #0
    ALL     X
    msr     spsel, #1
    TITLE   "EL0"
    ALL     X0
    X0      "hvc #0"
    X0      "smc #0"
    X0      "eret"
    X0      "msr spsel, #1"
    X0      "msr pan, #1"
    X0      "tlbi vmalle1"
    X0      "tlbi vae1, x0"
    X0      "at s1e0r, x0"
    X0      "ic iallu"
    X0      "dc isw, x0"
    X0      "dc ivac, x0"
    X0      "sys #3, c7, c0, #0"
    X0      "sysl x3, #3, c7, c0, #0"
    X0      "mrs x0, CurrentEL"
    X0      "mrs x0, SPSel"
    X0      "mrs x0, sp_el0"
    X0      "mrs x0, vbar_el1"
    X0      "msr vbar_el1, x0"
    X0      "mrs x0, tpidr_el1"
    X0      "mrs x0, s3_5_c1_c0_0"

    // What SPSR takes and gives.
    TITLE   "SPSR"
    .irp    n, 0, 1, 2, 4, 8, 15, 10, 5
    SET_F   \n
    X       "svc #1"
    X0      "svc #1"
    .endr
    .irp    d, 0, 5, 10, 15, 8, 4
    msr     daifset, #15
    msr     daifclr, #(15 - \d)
    X       "svc #\d"
    mrs     x0, daif
    SHOW    "daif after", x0
    .endr
    msr     daifset, #15

    // EL2's and EL3's registers are UNDEFINED at EL1.
    TITLE   "higher levels"
    X       "mrs x0, hcr_el2"
    X       "msr vbar_el2, x0"
    X       "mrs x0, elr_el2"
    X       "mrs x0, scr_el3"
    X       "mrs x0, sctlr_el12"
    X       "msr tpidr_el3, x0"
    X       "tlbi alle1"
    X       "tlbi vmalls12e1is"
    X       "tlbi alle3"
    X       "at s12e1r, x0"
    X       "at s1e2r, x0"
    // Allocated one way only.
    TITLE   "read-only and write-only"
    X       "msr s3_0_c0_c0_0, x0"  // MIDR_EL1
    X       "msr s3_0_c0_c4_0, x0"  // ID_AA64PFR0_EL1
    X       "msr s3_3_c0_c0_1, x0"  // CTR_EL0
    X       "msr s3_3_c14_c0_2, x0" // CNTVCT_EL0
    X       "msr s3_0_c12_c1_0, x0" // ISR_EL1
    X       "mrs x0, s2_0_c1_c0_4"  // OSLAR_EL1
    X       "mrs x0, s3_0_c12_c12_1" // ICC_EOIR1_EL1
    X       "msr s3_0_c12_c12_0, x0" // ICC_IAR1_EL1
    X       "msr s3_0_c4_c2_2, x0"  // CurrentEL
    // SP_EL0 is not to be had while it is the stack pointer.
    msr     sp_el0, x9
    msr     spsel, #0
    X       "mrs x0, sp_el0"
    X       "msr sp_el0, x0"
    msr     spsel, #1
    DONE
SYS_CODE
