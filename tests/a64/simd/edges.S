// SPDX-License-Identifier: MIT
//
// Structure loads and stores that end with the last byte of a page, behind
// which nothing is mapped: they touch that byte and none behind it. One byte
// further on they fault, and nothing has changed.
#include "check.inc"

// @insn, which accesses @n bytes at x20. What is left in registers and memory
// after a fault is UNKNOWN.
.macro ENDS n, insn
    bl      prepare
    ldr     x20, =T_NONE - \n
    \insn
    SHOW    "\insn", x20, v0, v1, v2, v3
    bl      show_memory
    ldr     x20, =T_NONE - \n + 1
    \insn
    SHOW    "over", x20
.endm

.macro LIST op
    ENDS    8, "\op\()1 {v0.8b}, [x20], #8"
    ENDS    16, "\op\()1 {v0.4h, v1.4h}, [x20], #16"
    ENDS    24, "\op\()1 {v0.8b-v2.8b}, [x20], #24"
    ENDS    32, "\op\()1 {v0.2s-v3.2s}, [x20], #32"
    POOL
    ENDS    16, "\op\()1 {v0.16b}, [x20], #16"
    ENDS    32, "\op\()1 {v0.2d, v1.2d}, [x20], #32"
    ENDS    48, "\op\()1 {v0.16b-v2.16b}, [x20], #48"
    ENDS    64, "\op\()1 {v0.8h-v3.8h}, [x20], #64"
    POOL
    ENDS    16, "\op\()2 {v0.8b, v1.8b}, [x20], #16"
    ENDS    24, "\op\()3 {v0.4h-v2.4h}, [x20], #24"
    ENDS    32, "\op\()4 {v0.2s-v3.2s}, [x20], #32"
    ENDS    32, "\op\()2 {v0.8h, v1.8h}, [x20], #32"
    POOL
    ENDS    48, "\op\()3 {v0.4s-v2.4s}, [x20], #48"
    ENDS    64, "\op\()4 {v0.2d-v3.2d}, [x20], #64"
    ENDS    1, "\op\()1 {v0.b}[5], [x20], #1"
    ENDS    4, "\op\()2 {v0.h, v1.h}[6], [x20], #4"
    POOL
    ENDS    12, "\op\()3 {v0.s-v2.s}[3], [x20], #12"
    ENDS    32, "\op\()4 {v0.d-v3.d}[1], [x20], #32"
    POOL
.endm

.text
.global t_main
t_main:
    TITLE   "loads"
    LIST    ld
    ENDS    1, "ld1r {v0.16b}, [x20], #1"
    ENDS    4, "ld2r {v0.4h, v1.4h}, [x20], #4"
    ENDS    12, "ld3r {v0.4s-v2.4s}, [x20], #12"
    ENDS    32, "ld4r {v0.2d-v3.2d}, [x20], #32"
    TITLE   "stores"
    LIST    st
    DONE

// Patterns in v0 to v3 and in the last 64 bytes of the page.
prepare:
    ldr     x1, =T_NONE - 64
    ldr     x2, =0x0102030405060708
    ldr     x3, =0x1f3d5b7997b5d3f1
    mov     x4, #8
1:  str     x2, [x1], #8
    add     x2, x2, x3
    subs    x4, x4, #1
    b.ne    1b
    .irp    n, 0, 1, 2, 3
    dup     v\n\().2d, x2
    ins     v\n\().d[1], x3
    eor     x2, x2, x3, ror #(8 * \n + 5)
    .endr
    ret

// Prints the memory in one line.
show_memory:
    str     x30, [sp, #-16]!
    ldr     x1, =T_NONE - 64
    ldp     x2, x3, [x1]
    ldp     x4, x5, [x1, #16]
    ldp     x6, x7, [x1, #32]
    ldp     x8, x9, [x1, #48]
    SHOW    "memory", x2, x3, x4, x5, x6, x7, x8, x9
    ldr     x30, [sp], #16
    ret
    .ltorg
