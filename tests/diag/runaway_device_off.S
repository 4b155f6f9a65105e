// SPDX-License-Identifier: MIT
//
// The same with the MMU off, where nothing forbids the fetch but the bus.
//@ status 71
//@ report exceptions without end
//@ start no
//@ says the exception vectors cannot be fetched: esr=86000010
#include "check.inc"

.text
.section .text.start, "ax"
.global _start
_start:

    ldr     x0, =UART
    msr     vbar_el1, x0
    isb
    br      x0
    .ltorg
