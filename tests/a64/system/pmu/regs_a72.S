// SPDX-License-Identifier: MIT
//
// regs.S on a CPU with PMUv3 as of Armv8.0: 32-bit event counters, 10 bits of
// event number, no stall events.
//@ cpu cortex-a72
//> ~pmceid 0000000040020101 0000000000000000
//> ~filters 00000000c0000000 00000000c00003ff 00000000c000000a
#include "regs.S"
