// SPDX-License-Identifier: MIT
//
// Pages of 64 KiB on the Cortex-A72: every level and start level, blocks, contiguous pages,
// faults, TLBI, accesses and code over a page's end.
//@ cpu cortex-a72
#include "check.inc"
.set G, 16
.set TOP, 1
#include "granule.inc"
