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
    LOAD    "\insn"
.endm
.macro S insn
    STORE   "\insn"
.endm

.text
.global t_main
t_main:
    bl      t_mmu_off
    STRUCTS_AT 0x80, 0xf8
    DONE
STRUCTS_CODE

.bss
.balign 4096
memory:
    .skip   8192
