// SPDX-License-Identifier: MIT
//
// The PC runs into zeros, and the vectors are zeros, too.
//@ status 71
//@ report exceptions without end
//@ start no
//@ says the exception vectors hold no code: esr=02000000 elr=0000000041000200
#include "check.inc"

.text
.section .text.start, "ax"
.global _start
_start:

    mov     x0, #0x41000000
    msr     vbar_el1, x0
    mov     x0, #0x42000000
    br      x0
