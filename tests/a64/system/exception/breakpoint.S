// SPDX-License-Identifier: MIT
//
// Hardware breakpoints: EC 0x30 and 0x31, ELR the instruction, which has not
// run; PMC, MDE, KDE, PSTATE.D; linked context breakpoints; what the
// registers keep. The handler of a hit clears the breakpoint's enable bit.
//> ~context 0000000000000001 0000000000000400 00000000c2000022 0000000040082c2c 0000000000000000 0000000000000002
#include "check.inc"

.text
hook:                               // EL1 or EL0 breakpoint: log, disable
    mrs     x2, esr_el1
    lsr     w3, w2, #26
    cmp     w3, #0x30
    b.eq    1f
    cmp     w3, #0x31
    b.eq    1f
    mov     x0, #0
    ret
1:  LA      x4, hits
    ldr     x5, [x4]
    add     x5, x5, #1
    mrs     x6, elr_el1
    stp     x5, x1, [x4]
    stp     x2, x6, [x4, #16]
    ldr     x7, [x0, #16]           // the program's x2
    str     x7, [x4, #32]
    msr     dbgbcr0_el1, xzr
    msr     dbgbcr1_el1, xzr
    msr     dbgbcr4_el1, xzr
    isb
    mov     x0, #1
    ret

.macro BREAK title, bcr, mdscr, el0, d=8, pre
    LA      x0, hits
    stp     xzr, xzr, [x0]
    stp     xzr, xzr, [x0, #16]
    str     xzr, [x0, #32]
    adr     x0, target
    msr     dbgbvr0_el1, x0
    ldr     x0, =\bcr
    msr     dbgbcr0_el1, x0
    ldr     x0, =\mdscr
    msr     mdscr_el1, x0
    isb
    mov     x2, #0
    .if     \el0
    mov     x28, #1
    RUN_EL0 piece
    .else
    .if     \d == 0
    msr     daifclr, #8
    .endif
    mov     x28, #0
    bl      piece
    msr     daifset, #8
    .endif
    msr     mdscr_el1, xzr
    msr     dbgbcr0_el1, xzr
    isb
    LA      x20, hits
    ldp     x21, x22, [x20]
    ldp     x23, x24, [x20, #16]
    ldr     x25, [x20, #32]
    SHOW    "\pre\title", x21, x22, x23, x24, x25, x2
.endm

.global t_main
t_main:
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    msr     oslar_el1, xzr
    isb
    msr     dbgbcr1_el1, xzr
    BREAK   "EL0", 0x1e5, 0x8000, 1
    BREAK   "EL0, PMC=EL1", 0x1e3, 0x8000, 1
    BREAK   "EL0, PMC=both", 0x1e7, 0x8000, 1
    BREAK   "EL0, E=0", 0x1e4, 0x8000, 1
    BREAK   "EL0, MDE=0", 0x1e5, 0x2000, 1
    BREAK   "EL1, KDE=0", 0x1e3, 0x8000, 0, 0
    BREAK   "EL1, KDE=1", 0x1e3, 0xa000, 0, 0
    BREAK   "EL1, D=1", 0x1e3, 0xa000, 0, 8
    BREAK   "EL1, PMC=EL0", 0x1e5, 0xa000, 0, 0
    BREAK   "EL1, PMC=both", 0x1e7, 0xa000, 0, 0
    mov     x0, #0x1234
    msr     contextidr_el1, x0
    isb
    // Linked to context breakpoint 5, which matches or not.
    msr     dbgbvr5_el1, x0
    ldr     x0, =0x003001e7
    msr     dbgbcr5_el1, x0
    BREAK   "linked", 0x001501e7, 0x8000, 1
    mov     x0, #0x1235
    msr     contextidr_el1, x0
    isb
    BREAK   "linked, other context", 0x001501e7, 0x8000, 1
    mov     x0, #0x1235             // all bits of the context count
    msr     dbgbvr5_el1, x0
    BREAK   "linked, that context", 0x001501e7, 0x8000, 1
    msr     dbgbcr5_el1, xzr
    BREAK   "SSC=1", 0x41e5, 0x8000, 1
    BREAK   "SSC=2", 0x81e5, 0x8000, 1
    BREAK   "SSC=3", 0xc1e5, 0x8000, 1
    BREAK   "HMC=1", 0x21e5, 0x8000, 1
    BREAK   "PMC=0", 0x01e1, 0x8000, 1
    BREAK   "context, not aware", 0x002001e7, 0x8000, 1
    BREAK   "linked context, not aware", 0x003001e7, 0x8000, 1
    BREAK   "mismatch", 0x004001e7, 0x8000, 1
    BREAK   "CONTEXTIDR_EL1", 0x006001e7, 0x8000, 1
    BREAK   "VMID", 0x008001e7, 0x8000, 1
    // Linked to breakpoints that are not for it.
    mov     x0, #0x1235
    msr     dbgbvr3_el1, x0
    msr     dbgbvr4_el1, x0
    ldr     x0, =0x003001e7
    msr     dbgbcr3_el1, x0
    BREAK   "linked, not aware", 0x001301e7, 0x8000, 1
    msr     dbgbcr3_el1, xzr
    BREAK   "linked, disabled", 0x001401e7, 0x8000, 1
    BREAK   "linked, not there", 0x001f01e7, 0x8000, 1
    // A context alone matches the first instruction at EL0 (QEMU: never).
    ldr     x0, =0x002001e5
    msr     dbgbcr4_el1, x0
    BREAK   "context", 0, 0x8000, 1, 8, "~"
    ldr     x0, =0x003001e5
    msr     dbgbcr4_el1, x0
    BREAK   "linked context alone", 0, 0x8000, 1
    msr     dbgbvr4_el1, xzr
    ldr     x0, =0x002001e5
    msr     dbgbcr4_el1, x0
    BREAK   "another context", 0, 0x8000, 1
    msr     dbgbcr4_el1, xzr
    // What the registers keep.
    mov     x9, #-1
    .irp    r, dbgbvr0_el1, dbgwvr0_el1, dbgwvr3_el1
    msr     \r, x9
    mrs     x0, \r
    SHOW    "\r", x0
    msr     \r, xzr
    .endr
    mrs     x0, mdscr_el1
    SHOW    "mdscr", x0
    msr     oslar_el1, x9
    mrs     x0, oslsr_el1
    and     x0, x0, #2
    msr     oslar_el1, xzr
    mrs     x1, oslsr_el1
    and     x1, x1, #2
    SHOW    "os lock", x0, x1
    mrs     x2, mdrar_el1
    SHOW    "mdrar", x2
    DONE

piece:
    mov     x2, #1
    b       target
    nop
target:
    mov     x2, #2
    tbz     x2, #0, 1f
    nop
1:  cbz     x28, 2f                 // x28: at EL0
    END_EL0
2:  ret
    .ltorg
.data
    .balign 8
hits:
    .fill   8, 8, 0
