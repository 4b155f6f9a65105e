// SPDX-License-Identifier: MIT
//
// Load- and store-exclusive: success, all that makes one fail, pairs,
// alignment, faults.
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "ldst.inc"


.text
.global t_main
t_main:
    bl      ls_fill
    ldr     x20, =T_RW + 0x800
    mov     x19, sp
    // Each size, with and without order.
    .irp    s, b, h
    mov     w1, #0x5a
    ldxr\s  w0, [x20]
    stxr\s  w2, w1, [x20]
    ldaxr\s w3, [x20]
    stlxr\s w4, wzr, [x20]
    ldr     x5, [x20]
    SHOW    "\s", x0, x2, x3, x4, x5
    .endr
    .irp    r, w, x
    ldr     x1, =0x123456789abcdef0
    ldxr    \r\()0, [x20]
    stxr    w2, \r\()1, [x20]
    ldaxr   \r\()3, [x20]
    stlxr   w4, \r\()20, [x20]
    ldr     x5, [x20]
    ldr     x6, [x20, #8]
    SHOW    "\r", x0, x2, x3, x4, x5, x6
    ldxp    \r\()0, \r\()1, [x20]
    stxp    w2, \r\()1, \r\()0, [x20]
    ldaxp   \r\()3, \r\()4, [x20]
    stlxp   w5, \r\()20, \r\()19, [x20]
    ldr     x6, [x20]
    ldr     x7, [x20, #8]
    SHOW    "\r pair", x0, x1, x2, x3, x4, x5, x6, x7
    ldxp    \r\()0, \r\()zr, [x20]
    stxp    w2, \r\()zr, \r\()20, [x20]
    ldr     x6, [x20]
    ldr     x7, [x20, #8]
    SHOW    "\r pair, zr", x0, x2, x6, x7
    .endr
    mov     sp, x19
    // Without a load, after CLREX, after another store-exclusive.
    clrex
    stxr    w0, x20, [x20]
    ldxr    x1, [x20]
    clrex
    stxr    w2, x20, [x20]
    ldxr    x1, [x20]
    stxr    w3, x21, [x20]
    stxr    w4, x22, [x20]
    ldxr    x1, [x20]
    clrex   #3
    stxrb   w5, w20, [x20]
    ldr     x6, [x20]
    SHOW    "must fail", x0, x2, x3, x4, x5, x6
    // Elsewhere; an exception return between.
    ldxr    x1, [x20]
    stxr    w0, x1, [x20, #0]
    ldxr    x1, [x20]
    add     x9, x20, #8
    stxr    w2, x20, [x9]
    ldxr    x1, [x20]
    svc     #0x7ff                      // any exception and its return
    stxr    w3, x20, [x20]
    SHOW    "elsewhere, eret", x2, x3
    // A counter, as a lock would do it.
    mov     x5, #0
1:  ldaxr   x0, [x20]
    add     x0, x0, #3
    stlxr   w1, x0, [x20]
    cbnz    w1, 1b
    add     x5, x5, #1
    cmp     x5, #50
    b.ne    1b
    ldr     x6, [x20]
    SHOW    "counter", x5, x6
    // SP as the base, the status in a register that was the data.
    sub     sp, sp, #16
    str     x20, [sp]
    mov     x1, #1
    ldxr    x0, [sp]
    stxr    w2, x1, [sp]
    ldr     x3, [sp], #16
    SHOW    "sp", x0, x2, x3
    // Alignment and faults of the load.
    .irp    off, 1, 2, 4, 8
    add     x9, x20, #\off
    mov     x0, #\off
    ldxrb   w0, [x9]
    ldxrh   w0, [x9]
    ldxr    w0, [x9]
    ldxr    x0, [x9]
    ldaxp   w0, w1, [x9]
    ldxp    x0, x1, [x9]
    SHOW    "load at \off", x0, x1
    .endr
    ldr     x9, =T_NONE
    ldxr    x0, [x9]
    ldxp    w0, w1, [x9]
    stxr    w2, x0, [x9]                // the monitor is open: no access
    SHOW    "unmapped", x0, x1, x2
    // A store that may not write.
    ldr     x9, =T_RO
    mov     w2, #9
    ldxr    x0, [x9]
    stxr    w2, x20, [x9]
    SHOW    "read-only", x2
    ldxp    x0, x1, [x9]
    stxp    w2, x20, x20, [x9]
    ldr     x3, [x9]
    SHOW    "read-only pair", x2, x3
    // A plain load or store between does not matter.
    ldxr    x0, [x20]
    str     x0, [x20]
    ldr     x3, [x20, #8]
    stxr    w2, x3, [x20]
    SHOW    "plain", x2
    DONE
LDST_CODE
