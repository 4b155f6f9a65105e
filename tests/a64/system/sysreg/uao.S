// SPDX-License-Identifier: MIT
//
// PSTATE.UAO: LDTR and STTR at EL1 are LDR and STR while it is set; it is in
// SPSR, cleared by an exception and set again by the return (DDI 0487, D8.4).
#include "check.inc"
#include "sys.inc"

.macro ALL
    mrs     x4, uao
    SHOW    "uao", x4
    ldr     x20, =T_RW
    E       "ldtr x9, [x20]"
    E       "sttr x20, [x20, #8]"
    E       "ldtrb w9, [x20, #3]"
    E       "ldtrsh x9, [x20, #2]"
    ldr     x20, =T_RO
    E       "ldtr w9, [x20]"
    E       "sttrh w9, [x20]"
    ldr     x20, =T_EL0_RW
    E       "ldtr x9, [x20]"
    E       "sttr w9, [x20, #8]"
    ldr     x20, =T_EL0_RO
    E       "ldtrh w9, [x20]"
    E       "sttrb w9, [x20]"
    ldr     x20, =T_NONE
    X       "ldtr x9, [x20]"
    mrs     x4, uao
    SHOW    "uao", x4
.endm

.text
.global t_main
t_main:
    SYS_INIT
    bl      all
    msr     uao, #1
    bl      all
    TITLE   "with PAN"
    msr     pan, #1
    bl      all
    msr     uao, #0
    bl      all
    msr     pan, #0
    TITLE   "by register"
    mov     x0, #-1
    msr     uao, x0
    bl      all
    msr     uao, xzr
    bl      all
    DONE
all:
    str     x30, [sp, #-16]!
    ALL
    ldr     x30, [sp], #16
    ret
    .ltorg
SYS_CODE
