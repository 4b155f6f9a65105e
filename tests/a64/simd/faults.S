// SPDX-License-Identifier: MIT
//
// Structure loads and stores that fault: syndrome, address, base unchanged;
// alignment by element under SCTLR_EL1.A; the trap by CPACR_EL1; encodings
// that are not allocated.
#include "check.inc"

.macro F insn
    ldr     x20, [x19]
    \insn
    SHOW    "\insn", x20
.endm

.macro AT where
    TITLE   "at \where"
    ldr     x20, =\where
    LA      x19, addr
    str     x20, [x19]
    F       "ld1 {v0.16b}, [x20], #16"
    F       "ld1 {v0.8b-v3.8b}, [x20], #32"
    F       "ld1 {v0.2d-v3.2d}, [x20], #64"
    F       "ld2 {v0.16b, v1.16b}, [x20], #32"
    F       "ld3 {v0.8h-v2.8h}, [x20], #48"
    F       "ld4 {v0.4s-v3.4s}, [x20], x1"
    F       "ld1 {v0.b}[3], [x20], #1"
    F       "ld2 {v0.d, v1.d}[1], [x20], #16"
    F       "ld4 {v0.s-v3.s}[2], [x20], #16"
    F       "ld1r {v0.4s}, [x20], #4"
    F       "ld3r {v0.8h-v2.8h}, [x20], #6"
    F       "st1 {v0.16b}, [x20], #16"
    F       "st1 {v0.8b-v3.8b}, [x20], #32"
    F       "st1 {v0.2d-v3.2d}, [x20], #64"
    F       "st2 {v0.16b, v1.16b}, [x20], #32"
    F       "st3 {v0.8h-v2.8h}, [x20], #48"
    F       "st4 {v0.4s-v3.4s}, [x20], x1"
    F       "st1 {v0.h}[3], [x20], #2"
    F       "st4 {v0.s-v3.s}[2], [x20], #16"
.endm

.macro U word
    TITLE   "\word"
    .inst   \word
.endm

.text
.global t_main
t_main:
    msr     nzcv, xzr
    AT      T_NONE
    AT      T_RO
    AT      T_NONE - 8
    AT      T_NOAF - 4
    AT      0x0000008000000000
    mrs     x9, sctlr_el1
    orr     x10, x9, #2
    msr     sctlr_el1, x10
    isb
    AT      T_RW + 0x800
    AT      T_RW + 0x804
    AT      T_RW + 0x802
    AT      T_RW + 0x801
    AT      T_NONE + 1
    msr     sctlr_el1, x9
    isb

    TITLE   "trapped"
    msr     cpacr_el1, xzr
    isb
    add     v0.4s, v1.4s, v2.4s
    sqadd   h0, h1, h2
    umov    w0, v1.b[3]
    dup     v0.8h, w1
    movi    v0.2d, #0
    tbl     v0.16b, {v1.16b}, v2.16b
    shl     d0, d1, #3
    aese    v0.16b, v1.16b
    sha1h   s0, s1
    mla     v0.8h, v1.8h, v2.h[1]
    ld1     {v0.16b}, [x1], #16
    st3     {v0.s-v2.s}[1], [x1]
    ld2r    {v0.8b, v1.8b}, [x1]
    mov     x0, #(3 << 20)
    msr     cpacr_el1, x0
    isb

    TITLE   "undefined"
    U       0x0ee28420              // ADD 1D
    U       0x4ee29c20              // MUL 2D
    U       0x0e22b420              // SQDMULH of bytes
    U       0x5ea28420              // scalar ADD S
    U       0x0ee0b820              // ABS 1D
    U       0x2ea00820              // REV32 of words
    U       0x0ef03820              // across lanes, 1D
    U       0x0eb1b820              // ADDV 2S
    U       0x0f000420              // shift of size 0 is MOVI's space
    U       0x0f407420              // SQSHL 1D
    U       0x0f41a420              // SSHLL of doublewords
    U       0x0e000420              // DUP with imm5 = 0
    U       0x0e080420              // DUP 1D
    U       0x2e004020              // EXT 8B with index 8
    U       0x0ec02820              // TRN 1D
    U       0x0cdf8c20              // LD2 1D
    U       0x0d409420              // LD1 of a doubleword with S = 1
    U       0x0d404420              // LD1 of a halfword with size = 1
    U       0x0f402020              // by element, size 1 is fine
    U       0x0fc02020              // by element of doublewords
    DONE

.data
.balign 8
addr:
    .quad   0
