// SPDX-License-Identifier: MIT
//
// Handlers that nest until the stack comes to a page that is not mapped, where
// the next entry faults at its first store.
//@ status 71
//@ report exceptions without end
//@ says an access of a handler faults: esr=96000
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    ldr     x0, =T_RW2              // a read-only page is below
    add     x0, x0, #0x1000
    mov     sp, x0
    brk     #0
    DONE
handler:
    sub     sp, sp, #64
    str     x30, [sp]
    brk     #1

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr
