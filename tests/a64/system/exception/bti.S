// SPDX-License-Identifier: MIT
//
// FEAT_BTI: which instructions are landing pads for which PSTATE.BTYPE in a
// guarded page (SCTLR_EL1.BT0, BT1), at both levels; what branches set BTYPE
// to; Branch Target exceptions and their priority; what SPSR.BTYPE is saved
// as; GP that changes; one page under two addresses.
//
// A line: vector, ESR, ELR minus the target, SPSR.BTYPE (all ones, or the
// SVC behind the target: none). DDI 0487, "PSTATE.BTYPE".
//> WFI
//> ~wfi 0 0000000000000400 0000000007e00000 0000000000000000 0000000000000000
//> ~wfi 1 0000000000000400 0000000007e00000 0000000000000000 0000000000000001
//> ~wfi 2 0000000000000400 0000000007e00000 0000000000000000 0000000000000002
//> ~wfi 3 0000000000000400 0000000007e00000 0000000000000000 0000000000000003
//> SVC keeps no BTYPE
//> ~ 0000000000000000 0000000000000200 0000000056000003 0000000000000004 0000000000000000
//> ~ 0000000000000003 0000000000000200 0000000056000003 0000000000000004 0000000000000000
//> ~guard 0000000000000f3c
//> ~unguard 0000000000000000
//> ~guard 0000000000000f3c
//> ~unguard 0000000000000000
//> ~unguard 0000000000000000
//> ~guard 0000000000000f3c
//> done
#include "check.inc"

.set D_GP, 1 << 50
.set PAGE, T_EL0_RO                 // guarded
.set OPEN, T_ALIAS                  // the same memory, not guarded

// To PAGE + the offset of @pad with SPSR.BTYPE = 0 to 3, at EL1 and EL0.
.macro PAD pad
    TITLE   "\pad"
    LA      x20, \pad\()_pad
    bl      pads
.endm

// An indirect branch at the label, in @page, to where BTYPE shows.
.macro BRANCH insn, page
    b       .Lo\@
    .balign 8
.Li\@:
    .pushsection .text.guarded, "ax"
.Lg\@:
    \insn
    .popsection
.Lo\@:
    LA      x9, guarded
    LA      x19, .Lg\@
    sub     x19, x19, x9
    ldr     x10, =\page
    add     x19, x19, x10           // the branch
    ldr     x20, =PAGE
    LA      x10, bti_pad
    sub     x10, x10, x9
    add     x20, x20, x10           // its target
    bl      through
    SHOW    "\insn from \page", x10, x11, x12, x13
.endm

// x20 = @pad in @page; changes x0.
.macro TARGET pad, page
    LA      x20, \pad\()_pad
    LA      x0, guarded
    sub     x20, x20, x0
    ldr     x0, =\page
    add     x20, x20, x0
.endm

.macro BT value
    mrs     x0, sctlr_el1
    bic     x0, x0, #(3 << 35)
    mov     x1, #\value
    orr     x0, x0, x1, lsl #35
    msr     sctlr_el1, x0
    isb
.endm

.section .text.guarded, "ax"
guarded:
.macro SLOT name, insn
    .balign 16
\name\()_pad:
    \insn
    svc     #0xf0
    nop
    nop
.endm
    SLOT    bti, "hint #32"
    SLOT    bti_c, "hint #34"
    SLOT    bti_j, "hint #36"
    SLOT    bti_jc, "hint #38"
    SLOT    hint33, "hint #33"
    SLOT    paciasp, "hint #25"
    SLOT    pacibsp, "hint #27"
    SLOT    paciaz, "hint #24"
    SLOT    brk, "brk #5"
    SLOT    hlt, "hlt #7"
    SLOT    nop, "nop"
    SLOT    svc, "svc #3"
    SLOT    udf, ".inst 0"
    SLOT    load, "ldr x0, [x22]"
    SLOT    fmov, "fmov x0, d0"
    SLOT    mrs, "mrs x0, midr_el1"
    SLOT    dc, "dc isw, x0"
    SLOT    wfi, "wfi"

.text
.global t_main
t_main:
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    bl      copy_code
    bl      guard
    mov     x22, #8                 // an address that faults
    movk    x22, #0xc000, lsl #16
    movk    x22, #0x2000
    .irp    bt, 0, 3
    TITLE   "SCTLR_EL1.BT \bt"
    BT      \bt
    PAD     bti
    PAD     bti_c
    PAD     bti_j
    PAD     bti_jc
    PAD     hint33
    PAD     paciasp
    PAD     pacibsp
    PAD     paciaz
    PAD     brk
    PAD     hlt
    PAD     nop
    PAD     udf
    PAD     load
    .endr
    b       1f
    .ltorg
1:  .irp    bt, 1, 2
    TITLE   "SCTLR_EL1.BT \bt"
    BT      \bt
    PAD     paciasp
    PAD     pacibsp
    .endr
    BT      0
    TITLE   "branches"
    .irp    page, PAGE, OPEN
    BRANCH  "br x20", \page
    BRANCH  "br x16", \page
    BRANCH  "br x17", \page
    BRANCH  "br x15", \page
    BRANCH  "br x18", \page
    BRANCH  "br x30", \page
    BRANCH  "blr x20", \page
    BRANCH  "blr x16", \page
    BRANCH  "ret x20", \page
    BRANCH  "b . + 8; nop; br x20", \page
    .endr
    b       1f
    .ltorg
1:  TITLE   "without PAuth keys on"
    .irp    page, PAGE, OPEN
    BRANCH  "braaz x20", \page
    BRANCH  "braaz x17", \page
    BRANCH  "brab x16, x0", \page
    BRANCH  "brab x20, x1", \page
    BRANCH  "blraaz x16", \page
    BRANCH  "blrab x20, sp", \page
    .endr
    // In pages that are not guarded BTYPE is only kept for SPSR.
    b       1f
    .ltorg
1:  TITLE   "not guarded"
    ldr     x21, =OPEN
    .irp    pad, bti, nop, brk, udf, load
    TITLE   "\pad"
    LA      x20, \pad\()_pad
    bl      pads_at
    .endr
    // What traps at EL0 leaves BTYPE as it is.
    .irp    pad, mrs, dc
    TITLE   "\pad"
    LA      x20, \pad\()_pad
    bl      pads_at
    .endr
    TITLE   "WFI"                   // QEMU forgets BTYPE before it traps
    mrs     x0, sctlr_el1
    bic     x0, x0, #(1 << 16)      // nTWI
    msr     sctlr_el1, x0
    isb
    LA      x20, wfi_pad
    LA      x0, guarded
    sub     x20, x20, x0
    add     x20, x20, x21
    .irp    n, 0, 1, 2, 3
    mov     x23, #(\n << 10 | 0x3c0)
    bl      go
    SHOW    "~wfi \n", x10, x11, x12, x13
    .endr
    TITLE   "SVC keeps no BTYPE"    // QEMU does, which the ARM permits
    LA      x20, svc_pad
    LA      x0, guarded
    sub     x20, x20, x0
    add     x20, x20, x21
    .irp    n, 0, 3
    mov     x23, #(\n << 10 | 0x3c5)
    mov     x24, #\n
    bl      go
    SHOW    "~", x24, x10, x11, x12, x13
    .endr
    // What comes before the check: fetch, alignment, IL.
    TITLE   "fetch"
    ldr     x20, =T_NONE + 0x40
    .irp    n, 0, 1, 2, 3
    mov     x23, #(\n << 10 | 0x3c5)
    bl      go
    SHOW    "none", x10, x11, x12, x13
    .endr
    ldr     x20, =PAGE + 2
    .irp    n, 0, 1, 2, 3
    mov     x23, #(\n << 10 | 0x3c5)
    bl      go
    SHOW    "pc", x10, x11, x12, x13
    .endr
    TITLE   "IL"
    ldr     x20, =PAGE
    ldr     x23, =0x1003c5 | 2 << 10
    bl      go
    SHOW    "il", x10, x11, x12, x13
    // BTYPE lasts for one instruction.
    TITLE   "gone"
    LA      x20, bti_c_pad
    LA      x0, guarded
    sub     x20, x20, x0
    ldr     x0, =PAGE
    add     x20, x20, x0
    ldr     x23, =0x3c5 | 2 << 10
    bl      go
    SHOW    "gone", x10, x11, x12, x13
    // The same code in a loop: guarded, not guarded, guarded.
    TITLE   "changes"
    .irp    how, guard, unguard, guard, unguard, unguard, guard
    bl      \how
    mov     x25, #0
    mov     x26, #300
2:  TARGET  nop, PAGE
    bl      by_blr
    lsr     x0, x11, #26
    add     x25, x25, x0
    TARGET  nop, OPEN
    bl      by_blr
    lsr     x0, x11, #26
    add     x25, x25, x0, lsl #32
    TARGET  bti_c, PAGE
    bl      by_blr
    lsr     x0, x11, #26
    add     x25, x25, x0, lsl #16
    subs    x26, x26, #1
    b.ne    2b
    // QEMU goes on with what it translated for the page as it was.
    SHOW    "~\how", x25
    .endr
    DONE
    .ltorg

// x20 = address of the pad in .guarded.
pads:
    ldr     x21, =PAGE
pads_at:
    mov     x28, x30
    LA      x0, guarded
    sub     x20, x20, x0
    add     x20, x20, x21
    mov     x24, #0
1:  mov     x23, #0x3c5
    orr     x23, x23, x24, lsl #10
    bl      go
    SHOW    "EL1", x24, x10, x11, x12, x13
    mov     x23, #0x3c0
    orr     x23, x23, x24, lsl #10
    bl      go
    SHOW    "EL0", x24, x10, x11, x12, x13
    add     x24, x24, #1
    cmp     x24, #4
    b.ne    1b
    ret     x28

// Returns to x20 with SPSR x23; what happens is in x10 to x13.
go:
    mov     x27, x30
    msr     spsr_el1, x23
    msr     elr_el1, x20
    eret
// BLR to x20 from here.
by_blr:
    mov     x27, x30
    blr     x20
// To x20 by the branch at x19.
through:
    mov     x27, x30
    mov     x15, x20
    mov     x16, x20
    mov     x17, x20
    mov     x18, x20
    mov     x30, x20
    ret     x19

// x0 = registers, x1 = vector: goes on at x27 of the program.
hook:
    mrs     x2, esr_el1
    mrs     x3, elr_el1
    mrs     x4, spsr_el1
    ldr     x5, [x0, #160]          // x20
    sub     x3, x3, x5
    ubfx    x5, x4, #10, #2
    mov     x6, #0xf0               // the SVC behind the pad: nothing
    movk    x6, #0x5600, lsl #16
    cmp     x2, x6
    csetm   x6, eq
    orr     x1, x1, x6
    bic     x2, x2, x6
    bic     x3, x3, x6
    stp     x1, x2, [x0, #80]
    stp     x3, x5, [x0, #96]
    ldr     x5, [x0, #216]          // x27
    msr     elr_el1, x5
    mov     x5, #0x3c5
    msr     spsr_el1, x5
    mov     x0, #1
    ret

// The code of .guarded into the page of PAGE and OPEN.
copy_code:
    LA      x0, guarded
    LA      x1, t_pages + 0x5000
    mov     x2, #0x800
1:  ldr     x3, [x0], #8
    str     x3, [x1]
    dc      cvau, x1
    add     x1, x1, #8
    subs    x2, x2, #8
    b.ne    1b
    dsb     sy
    ic      iallu
    dsb     sy
    isb
    LA      x0, t_l3
    ldr     x1, [x0, #6 * 8]
    str     x1, [x0, #8 * 8]
    ret
guard:
    mov     x2, #1
    b       1f
unguard:
    mov     x2, #0
1:  LA      x0, t_l3
    ldr     x1, [x0, #6 * 8]
    bfi     x1, x2, #50, #1
    str     x1, [x0, #6 * 8]
    dsb     sy
    tlbi    vmalle1
    dsb     sy
    isb
    ret
