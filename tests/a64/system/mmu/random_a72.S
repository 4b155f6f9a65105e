// SPDX-License-Identifier: MIT
//
// Random tables, TCR_EL1 and addresses on the Cortex-A72: 4 and 64 KiB.
//@ cpu cortex-a72
#include "check.inc"
.set TRIES, 150
.set TCR_RANDOM, 1 << 38 // TBI1
.macro GRANULES
    GRANULE 12, 2
    GRANULE 16, 3
.endm
#include "mmu_random.inc"
