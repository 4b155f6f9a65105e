// SPDX-License-Identifier: MIT
//
// The PC runs into zeros, with VBAR_EL1 as it was at reset: at no memory.
//@ status 71
//@ report exceptions without end
//@ start no
//@ says the exception vectors cannot be fetched: esr=86000010
#include "check.inc"

.text
.section .text.start, "ax"
.global _start
_start:

    mov     x0, #0x42000000
    br      x0
