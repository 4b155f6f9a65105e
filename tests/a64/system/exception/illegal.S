// SPDX-License-Identifier: MIT
//
// Illegal exception returns and the Illegal Execution state: PSTATE.IL is
// set, the exception level stays, PC, NZCV and DAIF come from ELR and SPSR,
// and the next instruction takes EC 0x0e with IL in SPSR. An SPSR with IL in
// it does the same after a legal return.
#include "check.inc"
#include "sys.inc"

.macro RETURN spsr
    bl      sys_clear
    adr     x29, .Lafter\@
    bl      sys_resume
    ldr     x0, =\spsr
    msr     spsr_el1, x0
    adr     x0, .Lgo\@
    msr     elr_el1, x0
    eret
    udf     #7
.Lgo\@:
    nop
    udf     #8
.Lafter\@:
    SYS_SHOW "\spsr"
    mrs     x0, CurrentEL
    mrs     x1, SPSel
    mrs     x2, daif
    SHOW    "state", x0, x1, x2, f
.endm

.text
.global t_main
t_main:
    SYS_INIT
    mov     x9, sp
    sub     x9, x9, #0x800
    msr     sp_el0, x9
    RETURN  0x3c9                   // EL2h
    RETURN  0x3c8                   // EL2t
    RETURN  0x3cd                   // EL3h
    RETURN  0x3cc                   // EL3t
    RETURN  0x3c1                   // EL0h does not exist
    RETURN  0x3c2                   // M[1]
    RETURN  0x3c6
    RETURN  0x3c7
    RETURN  0xa00003c6
    RETURN  0x500001c9
    RETURN  0x3d3                   // AArch32 Supervisor
    RETURN  0x3df                   // AArch32 System
    RETURN  0x1003c5                // IL with a legal return
    RETURN  0x1003c4
    RETURN  0xf01003c5
    msr     spsel, #0
    RETURN  0x3c9
    msr     spsel, #1
    // To EL0 with IL: taken from there.
    bl      sys_clear
    adr     x29, 2f
    bl      sys_resume
    LA      x1, t_el0_ret           // END_EL0 goes there
    adr     x0, 3f
    str     x0, [x1]
    mov     x0, #(1 << 20)
    msr     spsr_el1, x0
    adr     x0, 1f
    msr     elr_el1, x0
    eret
1:  nop
2:  END_EL0
3:  SYS_SHOW "EL0"
    // Legal returns with other bits: to EL1t and back.
    RETURN  0x3c4
    msr     spsel, #1
    RETURN  0x600003c5
    DONE
SYS_CODE
    .ltorg
