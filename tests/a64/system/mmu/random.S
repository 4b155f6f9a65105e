// SPDX-License-Identifier: MIT
//
// Random tables, TCR_EL1 and addresses: 4, 16 and 64 KiB; HPD1, E0PD1.
//@ cpu max
#include "check.inc"
.set TRIES, 150
.set TCR_RANDOM, 1 << 38 | 1 << 42 | 1 << 56
.macro GRANULES
    GRANULE 12, 2
    GRANULE 14, 1
    GRANULE 16, 3
.endm
#include "mmu_random.inc"
