// SPDX-License-Identifier: MIT
//
// regs.S on a CPU with PMUv3 as of Armv8.1: 32-bit event counters, 16 bits of
// event number.
//@ cpu neoverse-n1
//> ~pmceid 0000000040020101 0000000000000018
//> ~filters 00000000c0000000 00000000c000ffff 00000000c000000a
#include "regs.S"
