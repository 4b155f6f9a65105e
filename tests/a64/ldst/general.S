// SPDX-License-Identifier: MIT
//
// Loads and stores of general registers: every size and extension in every
// addressing mode, pairs, literals, write-back to the register that is
// loaded or stored, SP as base; at aligned and at odd addresses.
#include "check.inc"
#include "ldst.inc"

.macro STORES op, r
    ST      "\op \r, [x20]"
    ST      "\op \r, [x20, #8]"
    ST      "\op \r, [x20, #504]"
    ST      "\op \r, [x20, #3]"
    ST      "\op \r, [x20, #-7]"
    ST      "\op \r, [x20], #5"
    ST      "\op \r, [x20, #-9]!"
    ST      "\op \r, [x20, x21]"
    ST      "\op \r, [x20, w22, sxtw]"
    ST      "\op \r, [x20, w23, uxtw]"
.endm

.text
.global t_main
t_main:
    bl      ls_fill
    .irp    op, ldrb, ldrh, ldr, ldrsb, ldrsh
    LD      "\op w0, [x20]"
    LD      "\op w0, [x20, #4]"
    LD      "\op w0, [x20, #508]"
    LD      "\op w0, [x20, #3]"
    LD      "\op w0, [x20, #-7]"
    LD      "\op w0, [x20, #-256]"
    LD      "\op w0, [x20], #5"
    LD      "\op w0, [x20], #-256"
    LD      "\op w0, [x20, #255]!"
    LD      "\op w0, [x20, #-9]!"
    LD      "\op w0, [x20, x21]"
    LD      "\op w0, [x20, x22]"
    LD      "\op w0, [x20, w22, sxtw]"
    LD      "\op w0, [x20, w23, uxtw]"
    LD      "\op w0, [x20, xzr]"
    LD      "\op wzr, [x20, #1]"
    LD      "\op w20, [x20, #2]; mov x0, x20"
    .endr
    .irp    op, ldr, ldrsb, ldrsh, ldrsw
    LD      "\op x0, [x20]"
    LD      "\op x0, [x20, #8]"
    LD      "\op x0, [x20, #504]"
    LD      "\op x0, [x20, #3]"
    LD      "\op x0, [x20, #-7]"
    LD      "\op x0, [x20], #5"
    LD      "\op x0, [x20, #-9]!"
    LD      "\op x0, [x20, x21]"
    LD      "\op x0, [x20, w22, sxtw]"
    LD      "\op x0, [x20, x22, sxtx]"
    LD      "\op x0, [x20, w23, uxtw]"
    LD      "\op xzr, [x20], #16"
    .endr
    LD      "ldrh w0, [x20, x21, lsl #1]"
    LD      "ldr w0, [x20, x22, lsl #2]"
    LD      "ldr x0, [x20, x21, lsl #3]"
    LD      "ldrsh x0, [x20, w22, sxtw #1]"
    LD      "ldrsw x0, [x20, w23, uxtw #2]"
    LD      "ldr x0, [x20, w22, sxtw #3]"
    LD      "ldrb w0, [x20, x21, lsl #0]"
    STORES  strb, w0
    STORES  strh, w0
    STORES  str, w0
    STORES  str, x0
    ST      "strh w0, [x20, x21, lsl #1]"
    ST      "str w0, [x20, x22, lsl #2]"
    ST      "str x0, [x20, w22, sxtw #3]"
    ST      "str xzr, [x20, #16]"
    ST      "str wzr, [x20, #20]"
    ST      "strb wzr, [x20, #21]"
    ST      "str x20, [x20, #24]"
    b       1f
    .ltorg
1:
    // Pairs.
    LD      "ldp w0, w1, [x20]"
    LD      "ldp w0, w1, [x20, #252]"
    LD      "ldp w0, w1, [x20, #-256]"
    LD      "ldp w0, w1, [x20], #4"
    LD      "ldp w0, w1, [x20, #-4]!"
    LD      "ldp x0, x1, [x20]"
    LD      "ldp x0, x1, [x20, #504]"
    LD      "ldp x0, x1, [x20, #-512]"
    LD      "ldp x0, x1, [x20], #8"
    LD      "ldp x0, x1, [x20, #-16]!"
    LD      "ldpsw x0, x1, [x20]"
    LD      "ldpsw x0, x1, [x20, #-128]"
    LD      "ldpsw x0, x1, [x20], #12"
    LD      "ldpsw x0, x1, [x20, #-12]!"
    LD      "ldnp w0, w1, [x20, #16]"
    LD      "ldnp x0, x1, [x20, #-8]"
    LD      "ldp x0, xzr, [x20, #8]"
    LD      "ldp xzr, x1, [x20, #8]"
    LD      "ldp x20, x1, [x20, #8]; mov x0, x20"
    LD      "ldp x0, x20, [x20, #8]; mov x1, x20"
    LD      "add x20, x20, #3; ldp x0, x1, [x20]"
    ST      "stp w0, w1, [x20]"
    ST      "stp w0, w1, [x20, #-256]"
    ST      "stp w0, w1, [x20], #4"
    ST      "stp w0, w1, [x20, #-4]!"
    ST      "stp x0, x1, [x20, #504]"
    ST      "stp x0, x1, [x20], #-16"
    ST      "stp x0, x1, [x20, #16]!"
    ST      "stnp w0, w1, [x20, #8]"
    ST      "stnp x0, x1, [x20, #8]"
    ST      "stp xzr, x1, [x20, #8]"
    ST      "stp x0, xzr, [x20, #8]"
    ST      "stp x0, x0, [x20, #8]"
    ST      "add x20, x20, #5; stp x0, x1, [x20]"
    // A load after a store to the same place, and to a part of it.
    LD      "str x21, [x20]; ldr x0, [x20]; ldr w1, [x20, #4]"
    LD      "str x22, [x20]; ldrb w0, [x20, #7]; strb w0, [x20]; ldr x1, [x20]"
    bl      ls_fill
    // CONSTRAINED UNPREDICTABLE: what docs/CPU.md says.
    LD      ".inst 0xf8408694; mov x0, x20" // ldr x20, [x20], #8
    LD      ".inst 0xf8408e94; mov x0, x20" // ldr x20, [x20, #8]!
    LD      ".inst 0xa8c10694; mov x0, x20" // ldp x20, x1, [x20], #16
    LD      ".inst 0xa9400280"              // ldp x0, x0, [x20]
    ST      ".inst 0xf8008694"              // str x20, [x20], #8
    ST      ".inst 0xa9815294"              // stp x20, x20, [x20, #16]!
    // Literals.
    LD      "ldr w0, lit; ldr x1, lit"
    LD      "ldrsw x0, lit + 4; ldr x1, lit + 8"
    LD      "ldr xzr, lit; ldr w1, lit + 12"
    // SP as a base; prefetch of anything is nothing.
    mov     x9, sp
    LD      "str x20, [sp, #-16]!; ldr x0, [sp], #16; mov x1, x0"
    LD      "stp x20, x21, [sp, #-32]!; ldp x1, x0, [sp], #32"
    LD      "str x22, [sp, #-16]; ldrsb x0, [sp, #-16]"
    ldr     x20, =T_NONE
    prfm    pldl1keep, [x20]
    prfm    pstl1strm, [x20, #8]
    prfum   pldl2keep, [x20, #-3]
    prfm    pldl1keep, [x20, x21, lsl #3]
    prfm    pldl1keep, lit
    mov     x10, sp
    sub     x9, x10, x9
    SHOW    "sp", x9
    // Unprivileged, on a page that both may use.
    ldr     x20, =T_EL0_RW
    ldr     x0, =0x8182838485868788
    sttr    x0, [x20, #8]
    sttrb   w20, [x20, #17]
    sttrh   w0, [x20, #-1]
    sttr    w0, [x20, #255]
    ldtr    x1, [x20, #8]
    ldtr    w2, [x20, #8]
    ldtrb   w3, [x20, #9]
    ldtrh   w4, [x20, #10]
    ldtrsb  w5, [x20, #9]
    ldtrsb  x6, [x20, #9]
    ldtrsh  w7, [x20, #10]
    ldtrsh  x8, [x20, #10]
    ldtrsw  x9, [x20, #12]
    SHOW    "ldtr", x1, x2, x3, x4, x5, x6, x7, x8, x9
    DONE
    .balign 8
lit:
    .quad   0x8182838485868788, 0xfedcba9876543210
LDST_CODE
