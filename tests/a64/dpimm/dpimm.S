// SPDX-License-Identifier: MIT
//
// Immediates: add and subtract, bit masks, move wide, bit fields, extract,
// PC-relative addresses.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    .irp    op, add, sub, adds, subs
    .irp    i, 0, 1, 0x7ff, 0xfff
    BIN     "\op x3, x0, #\i"
    BIN     "\op w3, w0, #\i"
    BIN     "\op x3, x0, #\i, lsl #12"
    BIN     "\op w3, w0, #\i, lsl #12"
    .endr
    CBIN    "\op x3, x0, #0x801"
    CBIN    "\op w3, w0, #0x801, lsl #12"
    .endr
    BIN     "cmp x0, #1"
    BIN     "cmn w0, #1"
    BIN     "cmp w0, #0"
    BIN     "subs xzr, x0, #0"
    // To and from SP.
    mov     x9, sp
    sub     sp, sp, #0x20
    mov     x13, sp
    sub     x10, x9, x13
    add     sp, sp, #0x20
    adds    x11, sp, #0
    sub     x11, x11, x9
    SHOW    "sp", x10, x11, f
    mov     x12, sp
    add     wsp, w9, #0
    mov     x10, sp
    mov     sp, x12
    SHOW    "wsp zero-extends", x10
    .irp    op, and, orr, eor, ands
    .irp    m, 1, 0x3ffffffffffffffe, 0x5555555555555555, 0xfffffffffffffffe
    BIN     "\op x3, x0, #\m"
    .endr
    .irp    m, 0x8000000000000001, 0x00ff00ff00ff00ff, 0xe0e0e0e0e0e0e0e0
    BIN     "\op x3, x0, #\m"
    .endr
    .irp    m, 1, 0x7ffffffe, 0x55555555, 0xfffffffe, 0x80000001, 0x0ff00ff0
    BIN     "\op w3, w0, #\m"
    .endr
    BIN     "\op x3, xzr, #0xff"
    BIN     "\op w3, wzr, #0x3c3c3c3c"
    CBIN    "\op w3, w0, #0xc0c0c0c0"
    .endr
    BIN     "tst x0, #0x8000000000000000"
    BIN     "tst w0, #0x80000000"
    mov     x9, sp
    and     sp, x9, #0xffffffffffffff00
    mov     x10, sp
    and     x11, x9, #0xff
    add     x10, x10, x11
    mov     sp, x9
    sub     x10, x10, x9
    SHOW    "and sp", x10
    b       2f
    .ltorg
2:
    .irp    hw, 0, 16
    .irp    i, 0, 1, 0x8000, 0xffff
    movz    x0, #\i, lsl #\hw
    movn    x1, #\i, lsl #\hw
    movz    w2, #\i, lsl #\hw
    movn    w3, #\i, lsl #\hw
    mov     x4, #-1
    movk    x4, #\i, lsl #\hw
    mov     x5, #-1
    movk    w5, #\i, lsl #\hw
    ldr     x6, =0x0123456789abcdef
    movk    x6, #\i, lsl #\hw
    ldr     x7, =0x0123456789abcdef
    movk    w7, #\i, lsl #\hw
    SHOW    "mov \i << \hw", x0, x1, x2, x3, x4, x5, x6, x7
    .endr
    .endr
    .irp    hw, 32, 48
    movz    x0, #0x8001, lsl #\hw
    movn    x1, #0x8001, lsl #\hw
    ldr     x2, =0x0123456789abcdef
    movk    x2, #0x8001, lsl #\hw
    SHOW    "mov \hw", x0, x1, x2
    .endr
    bl      bitfields
    // PC-relative.
    adr     x0, t_main
    adr     x1, t_end
    adrp    x2, t_main
    adrp    x3, t_vals
    adrp    x4, . + 0x7ffff000
    adrp    x5, . - 0x40000000
    SHOW    "adr", x0, x1, x2, x3, x4, x5
    DONE
    .ltorg

.macro FIELDS op
    .irp    lsb, 0, 1, 7, 8, 16, 31
    .irp    w, 1, 8, 16, 17, 31, 32
    .if     \lsb + \w <= 32
    BIN     "\op w3, w0, #\lsb, #\w"
    .endif
    BIN     "\op x3, x0, #\lsb, #\w"
    .endr
    .endr
    BIN     "\op x3, x0, #32, #32"
    BIN     "\op x3, x0, #63, #1"
    BIN     "\op x3, x0, #0, #64"
    BIN     "\op x3, x0, #33, #31"
    BIN     "\op x3, x0, #0, #63"
    CBIN    "\op x3, x0, #5, #9"
    CBIN    "\op w3, w0, #5, #27"
.endm

bitfields:
    str     x30, [sp, #-16]!
    .irp    op, ubfx, sbfx, ubfiz, sbfiz, bfi, bfxil
    FIELDS  \op
    .endr
    .irp    op, lsl, lsr, asr, ror
    .irp    n, 0, 1, 8, 31
    ALL     "\op x3, x0, #\n"
    ALL     "\op w3, w0, #\n"
    .endr
    BIN     "\op x3, x0, #32"
    BIN     "\op x3, x0, #63"
    .endr
    .irp    op, uxtb, uxth, sxtb, sxth
    ALL     "\op w3, w0"
    .endr
    .irp    op, sxtb, sxth, sxtw
    ALL     "\op x3, w0"
    .endr
    ALL     "bfc x3, #4, #8"
    ALL     "bfi x3, xzr, #60, #4"
    ALL     "bfi x0, x0, #8, #8; mov x3, x0"
    .irp    n, 0, 1, 31, 32, 63
    BIN     "extr x3, x0, x1, #\n"
    .endr
    .irp    n, 0, 1, 16, 31
    ALL     "extr w3, w0, w1, #\n"
    .endr
    BIN     "extr x3, xzr, x1, #5"
    BIN     "extr w3, w0, wzr, #5"
    ldr     x30, [sp], #16
    ret
t_end:
VALUES
