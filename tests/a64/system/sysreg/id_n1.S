// SPDX-License-Identifier: MIT
//
// The ID registers of the Neoverse N1, and what it has not.
//@ cpu neoverse-n1
#include "check.inc"

.set    PFR0, 0xffffffffffff0000
.set    PFR1, -1
.set    DFR0, -1
.set    MMFR1, 0xffffffff0ffff00f // VMIDBits, VH, XNX: of EL2
.text
.global t_main
t_main:
    msr     nzcv, xzr
#include "ids.inc"
    mrs     x0, pmcr_el0
    SHOW    "pmcr_el0", x0
//> ~pfr0 0000000000000011
//> ~aarch32 0000000000000000
    // Features it has not.
    .inst   0x6e40e400              // FCMLA
    mrs     x0, s3_0_c2_c1_0        // APIAKeyLo_EL1
    mrs     x0, s3_3_c2_c4_0        // RNDR
    tlbi    vmalle1os
    DONE
    .ltorg
