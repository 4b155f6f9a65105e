// SPDX-License-Identifier: MIT
//
// tagged.S - branches and exception returns to tagged addresses with TBI and
// TBID (DDI 0487, "AArch64.BranchAddr"), XPAC* without an enabled key, and
// what ERETAA leaves in ELR_EL1.
//@ qemu-cpu max,pauth-impdef=on
#include "check.inc"

// Goes to 1f of the caller with the tag \tag, by BR, BLR, RET, ERET.
.macro GO what, tag
    .irp    way, br, blr, ret
    adr     x5, 1f
    ldr     x6, =\tag << 56
    eor     x5, x5, x6
    RESUME_AT 2f
    \way    x5
2:  TITLE   "\what \tag \way faults"
    b       3f
1:  adr     x7, .
    SHOW    "\what \tag \way", x7
3:
    .endr
    adr     x5, 1f
    ldr     x6, =\tag << 56
    eor     x5, x5, x6
    msr     elr_el1, x5
    mov     x7, #0x3c5
    msr     spsr_el1, x7
    RESUME_AT 2f
    eret
2:  TITLE   "\what \tag eret faults"
    b       3f
1:  adr     x7, .
    SHOW    "\what \tag eret", x7
3:
.endm

.macro TCR what, bits
    ldr     x20, =\bits
    orr     x20, x20, x21
    msr     tcr_el1, x20
    isb
    // What was resumed at before must not stay.
    LA      x5, t_resume
    str     xzr, [x5]
    GO      "\what", 0x00
    LA      x5, t_resume
    str     xzr, [x5]
    GO      "\what", 0x5a
    LA      x5, t_resume
    str     xzr, [x5]
    // Data are tagged whatever TBID says.
    ldr     x5, =T_RW | 0x3c << 56
    RESUME_AT 4f
    ldr     x6, [x5]
    SHOW    "data", x6
4:  LA      x5, t_resume
    str     xzr, [x5]
.endm

.text
.global t_main
t_main:
    mrs     x21, tcr_el1
    TCR     "none", 0
    TCR     "TBI0", 1 << 37
    TCR     "TBI0, TBID0", 1 << 37 | 1 << 51
    TCR     "TBI0, TBID1", 1 << 37 | 1 << 52
    TCR     "TBID0", 1 << 51
    TCR     "TBI1", 1 << 38
    msr     tcr_el1, x21
    isb
    // XPAC* strip without a key; QEMU 7.2 does nothing then.
    ldr     x0, =0x1234567840080000
    xpaci   x0
    ldr     x1, =0x12b4567840080000
    xpacd   x1
    ldr     x30, =0x1234567840080000
    xpaclri
    mov     x2, x30
    SHOW    "~xpac", x0, x1, x2
//> ~xpac 0000007840080000 fffffff840080000 0000007840080000
    // ERETAA does not write ELR_EL1.
    mrs     x20, sctlr_el1
    orr     x20, x20, #1 << 31
    msr     sctlr_el1, x20
    isb
    ldr     x0, =0x1111222233334444
    msr     apiakeylo_el1, x0
    msr     apiakeyhi_el1, x0
    adr     x5, 1f
    pacia   x5, sp
    msr     elr_el1, x5
    mov     x7, #0x3c5
    msr     spsr_el1, x7
    eretaa
    TITLE   "not reached"
1:  mrs     x6, elr_el1
    cmp     x5, x6
    SHOW    "elr", f
    DONE
