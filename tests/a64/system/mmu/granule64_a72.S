// SPDX-License-Identifier: MIT
//
// Pages of 64 KiB on the Cortex-A72: every level and start level, blocks, contiguous pages,
// faults, TLBI, accesses and code over a page's end.
//@ cpu cortex-a72
//> level 1
//> ~ldr x9, [x20] 0000000000000200 0000000096000005 0000140000000000
//> across pages
//> ~memory 0000000000000000 0000000000000000 0000000000000000 0000000000000000
#include "check.inc"
.set G, 16
.set TOP, 1
#include "granule.inc"
