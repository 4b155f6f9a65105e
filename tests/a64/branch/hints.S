// SPDX-License-Identifier: MIT
//
// Hints and barriers: every number of a hint that does nothing, allocated or
// not, every operand of a barrier; registers, flags and what follows are as
// before. NOP, YIELD, WFE with the event set, SEV, ESB, PSB CSYNC, CSDB.
#include "check.inc"

.text
.global t_main
t_main:
    SET_F   10
    mov     x0, #1
    mov     x30, sp
    nop
    yield
    add     x0, x0, #1
    sev
    wfe
    sevl
    wfe
    add     x0, x0, #1
    hint    #16                     // ESB
    hint    #17                     // PSB CSYNC
    hint    #20                     // CSDB
    add     x0, x0, #1
    SHOW    "named", x0, f
    // 19, 21 to 23 and from 32 on have no meaning without BTI and others.
    .set    n, 32
    .rept   96
    hint    #n
    .set    n, n + 1
    .endr
    .irp    n, 6, 19, 21, 22, 23
    hint    #\n
    .endr
    add     x0, x0, #1
    SHOW    "unnamed", x0, f
    .set    n, 0
    .rept   16
    dmb     #n
    isb     #n
    .inst   0xd503305f | n << 8     // CLREX
    .set    n, n + 1
    .endr
    .set    n, 0
    .rept   16
    .if     n != 0 && n != 4        // SSBB and PSSBB
    dsb     #n
    .endif
    .set    n, n + 1
    .endr
    dsb     #0
    dsb     #4
    add     x0, x0, #1
    mov     x1, sp
    sub     x1, x1, x30
    SHOW    "barriers", x0, x1, f
    // A store, a barrier, and the load behind it.
    ldr     x2, =T_RW
    mov     x3, #0x55
    str     x3, [x2]
    dmb     ishst
    ldr     x4, [x2]
    SHOW    "store, load", x4
    DONE
    .ltorg
