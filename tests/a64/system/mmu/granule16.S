// SPDX-License-Identifier: MIT
//
// Pages of 16 KiB: every level and start level, blocks, contiguous pages,
// faults, TLBI, accesses and code over a page's end.
//@ cpu max
#include "check.inc"
.set G, 14
.set TOP, 0
#include "granule.inc"
