// SPDX-License-Identifier: MIT
//
// The ID registers of the Cortex-A53.
//@ cpu cortex-a53
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
    // Its own.
    ID      s3_1_c11_c0_2
    ID      s3_1_c11_c0_3
    ID      s3_1_c15_c2_0
    ID      s3_1_c15_c2_1
    ID      s3_1_c15_c2_2
    ID      s3_1_c15_c2_3
    DONE
    .ltorg
