// SPDX-License-Identifier: MIT
//
// Structure loads and stores with big-endian data (SCTLR_EL1.E0E, at EL0):
// the bytes of each element are reversed, the order of elements is not.
#include "check.inc"
#include "structs.inc"

.set MEM, T_EL0_RW + 0x100
.set MEM_SIZE, 0x100

.macro L insn
    bl      operands
    bl      marks
    RUN_EL0 777f
    b       778f
777: \insn
    END_EL0
778: SHOW   "\insn", v0, v1, v2, v3, x20
.endm

.macro S insn
    bl      operands
    RUN_EL0 777f
    b       778f
777: \insn
    END_EL0
778: bl     sum
    SHOW    "\insn", x3, x20
.endm

.text
.global t_main
t_main:
    mrs     x0, sctlr_el1
    orr     x0, x0, #1 << 24
    msr     sctlr_el1, x0
    isb
    STRUCTS_AT 0x40, 0x4d
    L       "ldr q0, [x20]"
    S       "stp d0, d1, [x20]"
    DONE
STRUCTS_CODE
