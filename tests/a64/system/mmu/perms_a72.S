// SPDX-License-Identifier: MIT
//
// perms.S on a CPU without PAN, UAO and hierarchical permission disables.
//@ cpu cortex-a72
#include "check.inc"
#include "mmu.inc"
#define NO_PAN
#include "perms.inc"
