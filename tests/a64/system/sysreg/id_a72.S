// SPDX-License-Identifier: MIT
//
// The ID registers of the Cortex-A72, and what it has not.
//@ cpu cortex-a72
#include "check.inc"

.set    PFR0, 0xffffffffffff0000
.set    PFR1, -1
.set    DFR0, -1
.set    MMFR1, -1
.text
.global t_main
t_main:
    msr     nzcv, xzr
#include "ids.inc"
    mrs     x0, pmcr_el0
    SHOW    "pmcr_el0", x0
//> ~pfr0 0000000000000011
//> ~aarch32 0000000000000000
    // The A72's own.
    ID      s3_1_c11_c0_2
    ID      s3_1_c11_c0_3
    ID      s3_1_c15_c2_0
    ID      s3_1_c15_c2_1
    ID      s3_1_c15_c2_2
    ID      s3_1_c15_c2_3
    // Features it has not.
    msr     pan, #1
    mrs     x0, s3_0_c4_c2_3
    mrs     x0, s3_0_c4_c2_4
    msr     s3_0_c4_c2_4, x0
    .inst   0xf8200041              // LDADD
    .inst   0xd50b7c20              // DC CVAP
    at      s1e1rp, x0
    mrs     x0, s3_0_c2_c1_0        // APIAKeyLo_EL1
    mrs     x0, s3_0_c10_c4_3       // LORC_EL1
    mrs     x0, s3_3_c2_c4_0        // RNDR
    DONE
    .ltorg
