// SPDX-License-Identifier: MIT
//
// CPACR_EL1.FPEN: what traps, from which level, with EC 0x07; and that an
// unallocated encoding is UNDEFINED before it traps.
#include "check.inc"
#include "sys.inc"

.macro ALL x
    \x      "fadd d0, d1, d2"
    \x      "fmov x3, d0"
    \x      "fmov d0, #1.0"
    \x      "fcmp s0, s1"
    \x      "fcsel d0, d1, d2, eq"
    \x      "fcvtzs w3, d1"
    \x      "fmadd s0, s1, s2, s3"
    \x      "add v0.4s, v1.4s, v2.4s"
    \x      "ldr q0, [x19]"
    \x      "str s0, [x19, #8]"
    \x      "ldp d0, d1, [x19]"
    \x      "ld1 {v0.16b}, [x19]"
    \x      "ldr d0, 1f; 1: nop"
    \x      "mrs x3, fpcr"
    \x      "msr fpcr, xzr"
    \x      "mrs x3, fpsr"
    \x      "msr fpsr, xzr"
    \x      "aese v0.16b, v1.16b"
    \x      "pmull v0.8h, v1.8b, v2.8b"
    \x      "prfm pldl1keep, [x19]"
    \x      ".inst 0x1ee3ffff"      // unallocated FP
.endm

.text
.global t_main
t_main:
    SYS_INIT
    ldr     x19, =T_EL0_RW
    mrs     x18, cpacr_el1
    .irp    n, 0, 1, 2, 3
    TITLE   "FPEN=\n"
    mov     x0, #(\n << 20)
    msr     cpacr_el1, x0
    isb
    ALL     X
    ALL     X0
    mrs     x0, cpacr_el1
    and     x0, x0, #(3 << 20)      // machines with SVE keep more
    SHOW    "cpacr", x0
    b       2f
    .ltorg
2:
    .endr
    // An exception changes no FP register; none was written while it trapped.
    mov     x0, #(3 << 20)
    msr     cpacr_el1, x0
    isb
    movi    v0.2d, #0xffffffff
    msr     cpacr_el1, xzr
    isb
    X       "movi v0.16b, #0"
    msr     cpacr_el1, x0
    isb
    SHOW    "v0", v0
    msr     cpacr_el1, x18
    isb
    DONE
SYS_CODE
    .ltorg
