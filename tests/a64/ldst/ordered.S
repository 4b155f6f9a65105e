// SPDX-License-Identifier: MIT
//
// Ordered loads and stores, what they load and store: acquire, release,
// LDAPR, LDAPUR, STLUR, and those of limited ordering regions.
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
    // With an offset (FEAT_LRCPC2).
    .irp    n, 0, 8, 16, 248, -8, -256, -128
    LD      "ldapur x0, [x20, #\n]"
    ST      "stlur x0, [x20, #\n]"
    .endr
    .irp    n, 0, 4, 252, -4, -256
    LD      "ldapur w1, [x20, #\n]"
    LD      "ldapursw x0, [x20, #\n]"
    ST      "stlur w1, [x20, #\n]"
    .endr
    .irp    n, 0, 2, 254, -2, -256
    LD      "ldapurh w1, [x20, #\n]"
    LD      "ldapursh x0, [x20, #\n]"
    LD      "ldapursh w1, [x20, #\n]"
    ST      "stlurh w0, [x20, #\n]"
    .endr
    .irp    n, 0, 1, 255, -1, -256
    LD      "ldapurb w1, [x20, #\n]"
    LD      "ldapursb x0, [x20, #\n]"
    LD      "ldapursb w1, [x20, #\n]"
    ST      "stlurb w0, [x20, #\n]"
    .endr
    LD      "ldapur xzr, [x20]"
    ST      "stlur xzr, [x20]"
    ST      "stlur wzr, [x20, #4]"
    // SP as the base.
    mov     x19, sp
    ldr     x20, =T_RW + 0x800
    mov     sp, x20
    ldlar   x0, [sp]
    ldapr   x1, [sp]
    stllr   x20, [sp]
    ldar    x2, [sp]
    stlur   x0, [sp, #-16]
    ldapur  x3, [sp, #-16]
    ldapursw x4, [sp, #-12]
    mov     sp, x19
    SHOW    "sp", x0, x1, x2, x3, x4
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
