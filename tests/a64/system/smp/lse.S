// SPDX-License-Identifier: MIT
//
// Atomic instructions contended by four CPUs: nothing is lost.
//@ smp 4
#include "check.inc"
#include "smp.inc"

.set ROUNDS, 15000

.macro ALL4 fn
    START_ON 1, \fn
    START_ON 2, \fn
    START_ON 3, \fn
    mov     x0, #0
    bl      \fn
    mov     x20, x0
    WAIT_ON 1
    add     x20, x20, x0
    WAIT_ON 2
    add     x20, x20, x0
    WAIT_ON 3
    add     x20, x20, x0
.endm

// @insn on [x2] with x3 = 1, x4 = 1 << CPU, ROUNDS times; prints memory.
.macro RACE text, insn:vararg
    LA      x2, cell
    stp     xzr, xzr, [x2]
    ALL4    9f
    b       8f
9:  LA      x2, cell
    mov     x3, #1
    lsl     x4, x3, x0
    ldr     x7, =ROUNDS
1:  .irp    i, \insn
    \i
    .endr
    subs    x7, x7, #1
    b.ne    1b
    ret
    .ltorg
8:  LA      x2, cell
    ldp     x5, x6, [x2]
    SHOW    "\text", x5, x6
.endm

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    RACE    "ldadd", "ldadd x3, x5, [x2]"
    RACE    "ldaddal w, stadd", "ldaddal w3, w5, [x2]", "stadd x3, [x2]"
    RACE    "ldaddb", "ldaddb w3, w5, [x2]"
    RACE    "ldaddh", "ldaddh w3, w5, [x2]"
    RACE    "ldset, ldclr, ldeor of own bits", "ldset x4, x5, [x2]", "ldclr x4, x5, [x2]", "ldeor x4, x5, [x2]"
    RACE    "ldsmax, ldumin", "ldsmax x7, x5, [x2]", "ldumin x3, x5, [x2]"
    b       1f
    .ltorg
1:
    // Compare and swap: an increment.
    LA      x2, cell
    stp     xzr, xzr, [x2]
    ALL4    by_cas
    LA      x2, cell
    ldr     x5, [x2]
    SHOW    "cas", x5
    LA      x2, cell
    stp     xzr, xzr, [x2]
    ALL4    by_casp
    LA      x2, cell
    ldp     x5, x6, [x2]
    SHOW    "casp", x5, x6
    // A token that is swapped in and out: nobody ever sees a foreign one.
    LA      x2, cell
    stp     xzr, xzr, [x2]
    ALL4    by_swp
    LA      x2, cell
    ldp     x5, x6, [x2]
    SHOW    "swp lock", x5, x6
    // Exclusives and atomics on one word.
    LA      x2, cell
    stp     xzr, xzr, [x2]
    ALL4    mixed
    LA      x2, cell
    ldp     x5, x6, [x2]
    SHOW    "mixed", x5, x6
    DONE
    .ltorg

by_cas:
    LA      x2, cell
    ldr     x7, =ROUNDS
1:  ldr     x3, [x2]
2:  add     x4, x3, #1
    mov     x5, x3
    casal   x5, x4, [x2]
    cmp     x5, x3
    mov     x3, x5
    b.ne    2b
    subs    x7, x7, #1
    b.ne    1b
    ret
by_casp:
    LA      x2, cell
    ldr     x10, =ROUNDS
1:  ldp     x4, x5, [x2]
2:  add     x6, x4, #1
    sub     x7, x5, #1
    mov     x8, x4
    mov     x9, x5
    caspal  x8, x9, x6, x7, [x2]
    cmp     x8, x4
    ccmp    x9, x5, #0, eq
    mov     x4, x8
    mov     x5, x9
    b.ne    2b
    subs    x10, x10, #1
    b.ne    1b
    ret
by_swp:
    LA      x2, cell
    add     x8, x2, #8
    ldr     x7, =ROUNDS
    mov     x3, #1
1:  swpal   x3, x4, [x2]
    cbnz    x4, 1b
    ldr     x5, [x8]
    add     x5, x5, #1
    str     x5, [x8]
    swpl    xzr, x4, [x2]
    subs    x7, x7, #1
    b.ne    1b
    ret
// Even CPUs by exclusives, odd ones by atomics.
mixed:
    LA      x2, cell
    ldr     x7, =ROUNDS
    mov     x3, #1
1:  tbnz    x0, #0, 3f
2:  ldxr    x4, [x2]
    add     x4, x4, #1
    stxr    w5, x4, [x2]
    cbnz    w5, 2b
    b       4f
3:  ldadd   x3, x4, [x2]
4:  subs    x7, x7, #1
    b.ne    1b
    ret
    .ltorg
SMP_CODE
    .bss
    .balign 64
cell:
    .skip   64
