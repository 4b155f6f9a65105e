// SPDX-License-Identifier: MIT
//
// What taking an exception does to PSTATE, and what returning from it takes
// from SPSR: NZCV, DAIF, EL, SP, PAN with SCTLR_EL1.SPAN, UAO, from EL1h,
// EL1t and EL0; the masks and IL of SPSR; the exclusive monitor.
//@ cpu max
#include "check.inc"
#include "sys.inc"

// An SVC from the state that SPSR @from makes; the vectors log what they
// find, and return to here with SPSR as it was saved, but for EL1h.
.macro FROM from, span
    mrs     x0, sctlr_el1
    bic     x0, x0, #(1 << 23)
    .if     \span
    orr     x0, x0, #(1 << 23)
    .endif
    msr     sctlr_el1, x0
    isb
    LA      x27, log
    ldr     x0, =\from
    msr     spsr_el1, x0
    adr     x0, .Lcode\@
    msr     elr_el1, x0
    adr     x28, .Lback\@
    eret
.Lcode\@:
    svc     #9
.Lback\@:
    LA      x0, log
    ldp     x10, x11, [x0]
    ldp     x12, x13, [x0, #16]
    ldp     x14, x15, [x0, #32]
    ldr     x16, [x0, #48]
    SHOW    "\from \span", x10, x11, x12, x14, x15, x16, f
    // QEMU clears the flags; the architecture leaves them as they are.
    SHOW    "~flags of \from \span", x13
.endm

// A return to x20 at EL0.
.macro RETURN0
    bl      sys_clear
    adr     x29, .Lz\@
    bl      sys_resume
    LA      x1, t_el0_ret
    adr     x0, .Ly\@
    str     x0, [x1]
    msr     elr_el1, x20
    msr     spsr_el1, xzr
    eret
.Lz\@:
    END_EL0
.Ly\@:
    SYS_SHOW "EL0"
.endm

// PSTATE as registers show it, after a return with SPSR @spsr to EL1.
.macro RETURN spsr
    ldr     x0, =\spsr
    msr     spsr_el1, x0
    adr     x0, .Lr\@
    msr     elr_el1, x0
    eret
.Lr\@:
    mrs     x10, nzcv
    mrs     x11, daif
    mrs     x12, CurrentEL
    mrs     x13, SPSel
    mrs     x14, s3_0_c4_c2_3       // PAN
    mrs     x15, s3_0_c4_c2_4       // UAO
    msr     spsel, #1
    msr     pan, #0
    msr     uao, #0
    msr     daifset, #15
    SHOW    "to \spsr", x10, x11, x12, x13, x14, x15
.endm

.text
.global t_main
t_main:
    SYS_INIT
    mrs     x18, vbar_el1
    mov     x0, sp
    sub     x0, x0, #0x800
    msr     sp_el0, x0
    TITLE   "entry: vector ESR SPSR DAIF EL SP PAN UAO, NZCV afterwards"
//> ~flags of 0xf00003c5 1 00000000f0000000
//> ~flags of 0x10000040 0 0000000010000000
    LA      x0, vectors
    msr     vbar_el1, x0
    isb
    .irp    span, 1, 0
    .irp    s, 0x3c5, 0x3c4, 0x3c0, 0x005, 0x004, 0x000
    FROM    \s, \span
    .endr
    .irp    s, 0xf00003c5, 0xa0400145, 0x50800284, 0x60c00005, 0x90c00000
    FROM    \s, \span
    .endr
    .irp    s, 0x00400000, 0x00800000, 0x00400004, 0x10000040, 0x80000080
    FROM    \s, \span
    .endr
    .endr
    msr     vbar_el1, x18
    mrs     x0, sctlr_el1
    orr     x0, x0, #(1 << 23)
    msr     sctlr_el1, x0
    isb
    msr     daifset, #15
    b       1f
    .ltorg
1:  TITLE   "return: NZCV DAIF EL SP PAN UAO"
    .irp    s, 0x3c5, 0xf0000005, 0x00c003c4, 0x004003c5, 0x008003c5
    RETURN  \s
    .endr
    .irp    s, 0x10000105, 0x20000084, 0x40000045, 0x80000205
    RETURN  \s
    .endr
    TITLE   "returns to where nothing is"
    .irp    where, T_NONE, T_RW, 0x0001000000000000
    ldr     x20, =\where
    X       "bl return_x20"
    RETURN0
    .endr
    TITLE   "IL: after PC alignment and the fetch, before the instruction"
    msr     nzcv, xzr
    adr     x20, undefined
    X       "bl illegal_x20"
    add     x20, x20, #8            // BRK
    X       "bl illegal_x20"
    ldr     x20, =T_NONE
    X       "bl illegal_x20"
    ldr     x20, =T_RW              // not executable
    X       "bl illegal_x20"
    adr     x20, undefined
    add     x20, x20, #2
    X       "bl illegal_x20"
    TITLE   "the monitor"
    ldr     x20, =T_RW
    mov     x1, #5
    mov     w2, #7
    ldxr    x0, [x20]
    stxr    w2, x1, [x20]
    SHOW    "undisturbed", x2
    mov     w2, #7
    ldxr    x0, [x20]
    X       "svc #0"                // the hook returns
    stxr    w2, x1, [x20]
    SHOW    "after a return", x2
    // Each exception class leaves FAR alone or writes it.
    TITLE   "FAR"
    X       "svc #1"
    X       "brk #1"
    X       "udf #1"
    ldr     x20, =T_NONE + 0x124
    X       "ldr x0, [x20]"
    X       "str x0, [x20]"
    X       "br x20"
    DONE
    .ltorg

return_x20:
    msr     elr_el1, x20
    mov     x0, #0x3c5
    msr     spsr_el1, x0
    eret
illegal_x20:
    msr     elr_el1, x20
    mov     x0, #0x3c5
    orr     x0, x0, #(1 << 20)
    msr     spsr_el1, x0
    eret
undefined:
    udf     #0
    nop
    brk     #1

.macro V off
    .balign 128
    mov     x0, #\off
    b       handler
.endm
    .balign 2048
vectors:
    .irp    off, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
    V       \off
    .endr
    .irp    off, 0x400, 0x480, 0x500, 0x580, 0x600, 0x680, 0x700, 0x780
    V       \off
    .endr
handler:                            // x27 = log, x28 = where to go on
    mrs     x1, nzcv
    mrs     x2, daif
    mrs     x3, CurrentEL
    mrs     x4, SPSel
    orr     x2, x2, x3, lsl #16
    orr     x2, x2, x4, lsl #24
    mrs     x3, s3_0_c4_c2_3
    mrs     x4, s3_0_c4_c2_4
    mrs     x5, esr_el1
    mrs     x6, spsr_el1
    ldr     w7, =0xf0f003df
    and     x7, x7, x6
    stp     x0, x5, [x27]
    stp     x7, x1, [x27, #16]
    stp     x2, x3, [x27, #32]
    str     x4, [x27, #48]
    and     x6, x6, #0xf0000000
    mov     x0, #0x3c5
    orr     x6, x6, x0
    msr     spsr_el1, x6
    msr     elr_el1, x28
    eret
    .ltorg
SYS_CODE
    .ltorg
    .data
    .balign 16
log:
    .fill   8, 8, 0
