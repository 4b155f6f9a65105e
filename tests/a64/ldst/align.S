// SPDX-License-Identifier: MIT
//
// Alignment checks: SCTLR_EL1.A, and accesses that are always aligned.
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "ldst.inc"

// One access at T_RW + 0x800 + @off.
.macro A off, insn
    ldr     x20, =T_RW + 0x800 + \off
    mov     x0, #0x11
    mov     x1, #0x22
    \insn
    SHOW    "\off: \insn", x0, x1
.endm

.text
.global t_main
t_main:
    bl      ls_fill
    bl      always
    mrs     x9, sctlr_el1
    orr     x10, x9, #2
    msr     sctlr_el1, x10
    isb
    TITLE   "SCTLR.A"
    bl      always
    .irp    off, 0, 1, 2, 4, 8
    A       \off, "ldrb w0, [x20]"
    A       \off, "ldrh w0, [x20]"
    A       \off, "ldr w0, [x20]"
    A       \off, "ldr x0, [x20]"
    A       \off, "ldr x0, [x20, #8]!"
    A       \off, "ldrsh x0, [x20, x1]"
    A       \off, "strh w0, [x20]"
    A       \off, "str w0, [x20], #4"
    A       \off, "str x0, [x20]"
    A       \off, "ldp w0, w1, [x20]"
    A       \off, "ldp x0, x1, [x20]"
    A       \off, "stp w0, w1, [x20]"
    A       \off, "stp x0, x1, [x20]"
    A       \off, "ldr h0, [x20]"
    A       \off, "ldr d0, [x20]"
    A       \off, "str s0, [x20]"
    A       \off, "ldp d0, d1, [x20]"
    A       \off, "ldtr w0, [x20]"
    .endr
    msr     sctlr_el1, x9
    isb
    // Which fault comes first: alignment, then translation.
    TITLE   "priority"
    ldr     x20, =T_NONE + 1
    ldar    w0, [x20]
    orr     x10, x9, #2
    msr     sctlr_el1, x10
    isb
    ldr     w0, [x20]
    str     w0, [x20, #0x1000]
    msr     sctlr_el1, x9
    isb
    DONE

always:
    mov     x28, x30
    .irp    off, 0, 1, 2, 4, 8
    A       \off, "ldarb w0, [x20]"
    A       \off, "ldarh w0, [x20]"
    A       \off, "ldar w0, [x20]"
    A       \off, "ldar x0, [x20]"
    A       \off, "stlrb w0, [x20]"
    A       \off, "stlrh w0, [x20]"
    A       \off, "stlr w0, [x20]"
    A       \off, "stlr x0, [x20]"
    .endr
    br      x28
LDST_CODE
