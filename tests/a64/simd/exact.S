// SPDX-License-Identifier: MIT
//
// A structure load or store that faults in its middle changes nothing: no
// register, no memory, no base. With the MMU off, elements that are not
// aligned fault.
//@ noqemu it writes what comes before the fault
#include "check.inc"

.set EDGE, T_NONE                   // T_RW's second page is before it

//> loads 1111111111111111_2222222222222222 1111111111111112_2222222222222223
//> loads 1111111111111113_2222222222222224 1111111111111114_2222222222222225
//> stores 0000000000000000 0000000000000000
//> bytes 0f0e0d0c0b0a0908_0706050403020100
//> after halfwords 0f0e0d0c0b0a0908_0706050403020100

// x18 sums up the changes of the base; other changes would stay to the end.
.macro F off, insn
    ldr     x20, =EDGE - \off
    mov     x19, x20
    \insn
    sub     x19, x20, x19
    SHOW    "\insn", x19
    add     x18, x18, x19
.endm

.text
.global t_main
t_main:
    mov     x18, #0
    ldr     x0, =0x2222222222222222
    ldr     x1, =0x1111111111111111
    .irp    n, 0, 1, 2, 3
    add     x2, x0, #\n
    add     x3, x1, #\n
    mov     v\n\().d[0], x2
    mov     v\n\().d[1], x3
    .endr
    F       32, "ld1 {v0.16b-v3.16b}, [x20], #64"
    F       17, "ld1 {v0.8b-v3.8b}, [x20], #32"
    F       16, "ld1 {v0.2d-v2.2d}, [x20], #48"
    F       17, "ld2 {v0.16b, v1.16b}, [x20], #32"
    F       40, "ld3 {v0.8h-v2.8h}, [x20], #48"
    F       63, "ld4 {v0.4s-v3.4s}, [x20], #64"
    F       31, "ld4 {v0.8b-v3.8b}, [x20], #32"
    F       12, "ld4 {v0.s-v3.s}[1], [x20], #16"
    F       1, "ld2 {v0.b, v1.b}[7], [x20], #2"
    F       8, "ld3r {v0.2d-v2.2d}, [x20], #24"
    SHOW    "loads", v0, v1
    SHOW    "loads", v2, v3
    ldr     x4, =EDGE - 64
    .irp    at, 0, 16, 32, 48
    stp     xzr, xzr, [x4, #\at]
    .endr
    F       32, "st1 {v0.16b-v3.16b}, [x20], #64"
    F       17, "st1 {v0.8b-v3.8b}, [x20], #32"
    F       16, "st1 {v0.2d, v1.2d}, [x20], #32"
    F       17, "st2 {v0.16b, v1.16b}, [x20], #32"
    F       40, "st3 {v0.8h-v2.8h}, [x20], #48"
    F       20, "st3 {v0.8b-v2.8b}, [x20], #24"
    F       63, "st4 {v0.4s-v3.4s}, [x20], #64"
    F       12, "st4 {v0.s-v3.s}[1], [x20], #16"
    F       1, "st2 {v0.b, v1.b}[7], [x20], #2"
    F       8, "st3 {v0.d-v2.d}[1], [x20], #24"
    // The memory is zero still.
    ldr     x4, =EDGE - 64
    mov     x5, #64
    mov     x3, #0
1:  ldrb    w6, [x4], #1
    add     x3, x3, x6
    subs    x5, x5, #1
    b.ne    1b
    SHOW    "stores", x3, x18
    bl      t_mmu_off
    LA      x20, memory + 1
    ld1     {v0.16b}, [x20]
    SHOW    "bytes", v0
    ld1     {v0.8h}, [x20]
    st2     {v2.4h, v3.4h}, [x20]
    ld1     {v0.16b}, [x20]
    SHOW    "after halfwords", v0
    DONE

.data
.balign 16
memory:
    .byte   0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
