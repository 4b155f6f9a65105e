// SPDX-License-Identifier: MIT
//
// Ordered loads and stores, what they load and store: acquire, release,
// LDAPR, and those of limited ordering regions, which no model has yet.
//@ features LOR
#include "check.inc"
#include "ldst.inc"

.text
.global t_main
t_main:
    bl      ls_fill
    .irp    op, ldar, ldapr, ldlar
    LD      "\op x0, [x20]"
    LD      "\op x1, [x20]"
    LD      "\op w1, [x20]"
    LD      "add x20, x20, #4; \op w0, [x20]"
    LD      "\op\()h w1, [x20]"
    LD      "add x20, x20, #6; \op\()h w0, [x20]"
    LD      "\op\()b w0, [x20]"
    LD      "add x20, x20, #9; \op\()b w1, [x20]"
    LD      "\op xzr, [x20]"
    .endr
    .irp    op, stlr, stllr
    ST      "\op x0, [x20]"
    ST      "\op x1, [x20]"
    ST      "\op w1, [x20]"
    ST      "add x20, x20, #4; \op w0, [x20]"
    ST      "\op\()h w1, [x20]"
    ST      "\op\()b w0, [x20]"
    ST      "add x20, x20, #9; \op\()b w1, [x20]"
    ST      "\op xzr, [x20]"
    .endr
    // SP as the base.
    mov     x19, sp
    ldr     x20, =T_RW + 0x800
    mov     sp, x20
    ldlar   x0, [sp]
    ldapr   x1, [sp]
    stllr   x20, [sp]
    ldar    x2, [sp]
    mov     sp, x19
    SHOW    "sp", x0, x1, x2
    // Loads before a reload of the base: its sign decides.
    ldr     x20, =T_RW + 0x800
    ldnp    x0, x1, [x20, #-512]
    ldnp    x2, x3, [x20, #504]
    ldnp    w4, w5, [x20, #-256]
    ldnp    w6, w7, [x20, #252]
    SHOW    "ldnp", x0, x1, x2, x3, x4, x5, x6, x7
    ldnp    d0, d1, [x20, #-512]
    ldnp    q2, q3, [x20, #-1024]
    ldnp    s4, s5, [x20, #-256]
    SHOW    "ldnp", v0, v1, v2, v3, v4, v5
    .irp    r, b0, h0, s0, d0, q0
    LDV     "ldur \r, [x20, #-256]"
    LDV     "ldur \r, [x20, #255]"
    STV     "stur \r, [x20, #-256]"
    STV     "stur \r, [x20, #255]"
    .endr
    DONE
    .ltorg
LDST_CODE
