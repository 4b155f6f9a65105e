// SPDX-License-Identifier: MIT
//
// LD1-LD4, ST1-ST4, LD1R-LD4R in every arrangement, at aligned and unaligned
// addresses and over a page's end.
#include "check.inc"
#include "structs.inc"

.set MEM, T_RW + 0xf00              // 0x200 bytes, two pages
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
    STRUCTS_AT 0x80, 0x8b, 0xf8, 0xf0, 0xed, 0xd9
    DONE
STRUCTS_CODE
