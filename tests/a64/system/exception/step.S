// SPDX-License-Identifier: MIT
//
// Software step: EC 0x32 from EL0, 0x33 from EL1 with MDSCR_EL1.KDE; ISV and
// EX in the syndrome; stepping branches, load-exclusives, faults and SVC;
// PSTATE.D, the OS lock and SPSR.SS; a masked step starts when it may.
//> EL1, D is set
//> ~x2, x4 0000000000000003 00000000c0002000
//> ~log 0000000000000200 00000000cf000022 0000000000000004 00000000000001c5
//> ~log 0000000000000200 00000000f2000006 0000000000000010 00000000000003c5
//> EL1, D is set and cleared
//> ~x2, x4 0000000000000003 00000000c0002000
//> ~log 0000000000000200 00000000ce000022 000000000000000c 00000000000001c5
//> ~log 0000000000000200 00000000cf000022 0000000000000010 00000000000001c5
//> ~log 0000000000000200 00000000cf000022 0000000000000014 00000000000001c5
//> ~log 0000000000000200 00000000f2000007 0000000000000014 00000000002001c5
//> EL0, to nowhere
//> ~x2, x4 0000000000000000 00000000c0002000
//> ~log 0000000000000400 00000000cb000022 000000007ff7ef44 0000000000000000
//> ~log 0000000000000400 0000000082000007 000000007ff7ef44 0000000000200000
//> EL0, to a bad address
//> ~x2, x4 0000000000000000 00000000c0005002
//> ~log 0000000000000400 00000000cb000022 0000000000000004 0000000000000000
//> ~log 0000000000000400 00000000cb000022 000000007ff81f3e 0000000000000000
//> ~log 0000000000000400 000000008a000000 000000007ff81f3e 0000000000200000
//> OS lock
//> ~x2, x4 0000000000000002 00000000c0002000
//> ~log 0000000000000400 00000000f2000001 0000000000000020 0000000060000000
#include "check.inc"
#include "sys.inc"

// Every exception at EL0 or EL1 is logged; after a step exception SPSR.SS is
// set again, after others (but BRK and fetch faults, which end) the handler
// skips the instruction, with SS as it was.
.text
hook:                               // x1 = vector
    LA      x3, log_at
    ldr     x4, [x3]
    mrs     x2, esr_el1
    mrs     x5, elr_el1
    mrs     x6, spsr_el1
    LA      x7, piece
    ldr     x7, [x7]
    sub     x8, x5, x7
    mov     w9, #0x03df
    movk    w9, #0xf0f0, lsl #16
    and     x9, x6, x9
    stp     x1, x2, [x4], #16
    stp     x8, x9, [x4], #16
    str     x4, [x3]
    lsr     w9, w2, #26
    cmp     w9, #0x32
    b.eq    1f
    cmp     w9, #0x33
    b.eq    1f
    cmp     w9, #0x3c               // BRK
    b.eq    2f
    cmp     w9, #0x20               // no way on
    b.eq    2f
    cmp     w9, #0x22
    b.eq    2f
    cmp     w9, #0x15
    b.eq    3f
    add     x5, x5, #4
    msr     elr_el1, x5
3:  LA      x7, resume_ss
    ldr     x7, [x7]
    cbnz    x7, 1f
    mov     x0, #1
    ret
1:  orr     x6, x6, #(1 << 21)
    msr     spsr_el1, x6
    mov     x0, #1
    ret
2:  LA      x7, end
    ldr     x7, [x7]
    msr     elr_el1, x7
    mov     x6, #0x3c5
    msr     spsr_el1, x6
    mov     x0, #1
    ret

.macro SHOW_LOG pre
    LA      x20, log
    LA      x27, log_at
    ldr     x27, [x27]
.Llog\@:
    cmp     x20, x27
    b.eq    .Lend\@
    ldp     x0, x1, [x20], #16
    ldp     x2, x3, [x20], #16
    SHOW    "\pre\()log", x0, x1, x2, x3
    b       .Llog\@
.Lend\@:
.endm

// Runs @label with SPSR @spsr and MDSCR @mdscr; prints the log.
.macro STEP title, label, spsr, mdscr, ss=1, pre
    TITLE   "\title"
    LA      x0, log_at
    LA      x1, log
    str     x1, [x0]
    LA      x0, resume_ss
    mov     x1, #\ss
    str     x1, [x0]
    LA      x0, end
    adr     x1, .Lend\@
    str     x1, [x0]
    LA      x0, piece
    adr     x1, \label
    str     x1, [x0]
    msr     elr_el1, x1
    ldr     x1, =\mdscr
    msr     mdscr_el1, x1
    isb
    ldr     x1, =\spsr
    msr     spsr_el1, x1
    mov     x2, #0
    ldr     x3, =T_EL0_RW
    ldr     x4, =T_NONE
    eret
.Lend\@:
    msr     mdscr_el1, xzr
    isb
    SHOW    "\pre\()x2, x4", x2, x4
    SHOW_LOG \pre
.endm

.global t_main
t_main:
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    msr     oslar_el1, xzr          // the OS lock is set from reset in some
    isb
    STEP    "EL0", simple, 0x200000, 1
    STEP    "EL0, SS=0 in SPSR", simple, 0, 1
    STEP    "EL0, loads", loads, 0x200000, 1
    STEP    "EL0, pairs", pairs, 0x200000, 1
    STEP    "EL0, faults", faults, 0x200000, 1
    STEP    "EL0, faults, SS as it was", faults, 0x200000, 1, 0
    STEP    "EL0, calls", calls, 0x200000, 1
    STEP    "EL0, MDSCR.SS=0", simple, 0x200000, 0
    STEP    "EL1, KDE=0", simple, 0x2001c5, 1
    STEP    "EL1, KDE=1, D=1", simple, 0x2003c5, 0x2001
    STEP    "EL1, KDE=1, D=0", simple, 0x2001c5, 0x2001
    STEP    "EL1, SS=0 in SPSR", simple, 0x0001c5, 0x2001
    STEP    "EL1, loads", loads, 0x2001c5, 0x2001
    STEP    "EL1, D is cleared", clear_d, 0x2003c5, 0x2001
    // The step that MSR DAIFSet was is not reported any more, SPSR.SS is 0 and
    // the state is inactive; QEMU still takes that step's exception.
    STEP    "EL1, D is set", set_d, 0x2001c5, 0x2001, 1, "~"
    STEP    "EL1, D is set and cleared", set_clear, 0x2001c5, 0x2001, 1, "~"
    STEP    "EL0, to nowhere", nowhere, 0x200000, 1, 1, "~"
    STEP    "EL0, to a bad address", misaligned, 0x200000, 1, 1, "~"
    STEP    "EL1, faults", faults, 0x2001c5, 0x2001
    mov     x0, #1
    msr     oslar_el1, x0
    isb
    // QEMU looks at another bit of OSLSR_EL1 than OSLK.
    STEP    "OS lock", simple, 0x200000, 1, 1, "~"
    msr     oslar_el1, xzr
    isb
    STEP    "OS lock released", simple, 0x200000, 1
    DONE

simple:
    mov     x2, #1
    add     x2, x2, #1
    b       1f
    nop
1:  cmp     x2, #2
    b.eq    2f
    nop
2:  nop
    brk     #1
loads:
    ldr     x4, [x3]
    ldxr    x2, [x3]
    ldaxr   w2, [x3]
    stxr    w2, w4, [x3]
    ldxrb   w2, [x3]
    clrex
    cbz     x2, 1f
1:  tbz     x2, #0, 2f
2:  isb
    brk     #2
pairs:                              // of these only LDXP is load-exclusive
    ldxp    w2, w4, [x3]
    mov     x4, #0
    mov     x5, #0
    mov     x6, #0
    mov     x7, #0
    .arch   armv8.1-a
    caspa   w4, w5, w6, w7, [x3]
    caspal  w4, w5, w6, w7, [x3]
    casa    w4, w5, [x3]
    stxp    w2, w4, w5, [x3]
    ldaxp   x2, x4, [x3]
    clrex
    brk     #10
faults:
    udf     #1
    ldr     x4, [x4]
    mov     x2, #3
    mrs     x4, vbar_el2
    brk     #3
calls:
    svc     #1
    mov     x2, #4
    svc     #2
    svc     #3
    brk     #4
clear_d:
    mov     x2, #1
    msr     daifclr, #8
    mov     x2, #2
    mov     x2, #3
    brk     #5
set_d:
    mov     x2, #1
    msr     daifset, #8
    mov     x2, #2
    mov     x2, #3
    brk     #6
set_clear:
    msr     daifset, #8
    mov     x2, #1
    msr     daifclr, #8
    mov     x2, #2
    mov     x2, #3
    brk     #7
nowhere:                            // the step comes before the abort
    br      x4
    brk     #8
misaligned:
    add     x4, x3, #2
    br      x4
    brk     #9
    .ltorg
.data
    .balign 8
log_at:
    .quad   0
end:
    .quad   0
piece:
    .quad   0
resume_ss:
    .quad   0
.bss
    .balign 16
log:
    .skip   8192
