// SPDX-License-Identifier: MIT
//
// LD1-LD4, ST1-ST4, LD1R-LD4R with the MMU off: all memory is Device memory,
// where each element must be aligned, but no more than that (exact.S has what
// is not; QEMU lets it pass).
#include "check.inc"
#include "structs.inc"

// Two pages of the program's own.
.set MEM, memory + 0xf00
.set MEM_SIZE, 0x200

.macro L insn
    bl      operands
    mvni    v0.4s, #0
    mvni    v1.4s, #1
    mvni    v2.4s, #2
    mvni    v3.4s, #3
    \insn
    SHOW    "\insn", v0, v1, v2, v3, x20
.endm

.macro S insn
    bl      operands
    \insn
    bl      sum
    SHOW    "\insn", x3, x20
.endm

.text
.global t_main
t_main:
    bl      t_mmu_off
    .irp    off, 0x80, 0xf8
    mov     x25, #\off
    SHOW    "offset", x25
    bl      all
    .endr
    DONE

all:
    mov     x28, x30
    STRUCTS
    ret     x28

// Fresh memory, base, offsets, and data in v0 to v3, v30, v31.
operands:
    ldr     x4, =MEM
    mov     x5, #0x80
    mov     x6, #MEM_SIZE
1:  strb    w5, [x4], #1
    add     x5, x5, #1
    subs    x6, x6, #1
    b.ne    1b
    ldr     x20, =MEM
    add     x20, x20, x25
    mov     x21, #0x10
    mov     x22, #-8
    ldr     x5, =0xf1e2d3c4b5a69788
    .irp    n, 0, 1, 2, 3, 30, 31
    ror     x5, x5, #9
    mov     v\n\().d[0], x5
    mvn     x5, x5
    mov     v\n\().d[1], x5
    .endr
    ret

// x3 = a sum of the memory.
sum:
    ldr     x4, =MEM
    mov     x5, #MEM_SIZE
    mov     x3, #0
1:  ldrb    w6, [x4], #1
    add     x3, x6, x3, lsl #1
    eor     x3, x3, x3, lsr #37
    add     x3, x3, x3, lsl #11
    subs    x5, x5, #1
    b.ne    1b
    ret

.bss
.balign 4096
memory:
    .skip   8192
