// SPDX-License-Identifier: MIT
//
// Permissions: every AP, UXN and PXN, with WXN, PAN and UAO; the tables'
// APTable, UXNTable and PXNTable; with HPD they mean nothing.
//@ cpu max
#include "check.inc"
#include "mmu.inc"
#include "perms.inc"
