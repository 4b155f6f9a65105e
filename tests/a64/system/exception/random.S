// SPDX-License-Identifier: MIT
//
// random.S - random SVC, ERET, SYS, SYSL, WFE, WFI and BTI against QEMU, which
// random_guest.c makes; the `random` lines count what was executed.
//
//@ guest random_guest.c
//> random SVC 38400
//> random ERET 38400
//> random SYS 17860
//> random SYSL 18276
//> random WFE 19584
//> random WFI 18816
//> random BTI 38400
#include "random.inc"
