// SPDX-License-Identifier: MIT
//
// Demand paging: every access to 512 blocks of 2 MiB faults until the handler sets
// the access flag; two hundred times over.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    LA      x0, t_l1                // the third GiB
    LA      x1, table
    orr     x2, x1, #3
    str     x2, [x0, #16]
    mov     x19, #200
again:
    ldr     x2, =0x40000301         // a block without its access flag
    mov     x3, #512
    mov     x4, x1
1:  str     x2, [x4], #8
    subs    x3, x3, #1
    b.ne    1b
    dsb     sy
    tlbi    vmalle1
    dsb     sy
    isb
    ldr     x5, =0x80000000
    mov     x6, #512
2:  ldr     x7, [x5]
    add     x5, x5, #0x200000
    subs    x6, x6, #1
    b.ne    2b
    subs    x19, x19, #1
    b.ne    again
    DONE
handler:
    mrs     x8, far_el1
    ubfx    x8, x8, #21, #9
    ldr     x9, [x1, x8, lsl #3]
    orr     x9, x9, #0x400
    str     x9, [x1, x8, lsl #3]
    eret

    .balign 2048
vectors:
    .rept   16
    .balign 128
    b       handler
    .endr

    .data
    .balign 4096
table:
    .skip   4096
