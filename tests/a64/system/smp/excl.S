// SPDX-License-Identifier: MIT
//
// Exclusives of four CPUs: contended counters of every size and as pairs sum
// right, a lock protects what is behind it, a store by another CPU makes
// STXR fail.
//
// The monitor is lost with the turn, so under emu a store-exclusive fails too
// when another CPU has stored the same value, or anything at all: QEMU
// compares values.
//@ smp 4
//> ~same value by another 0000000000000001
//> ~nothing by another 0000000000000001
//> ~stores that failed in the counters 0000000000000001
#include "check.inc"
#include "smp.inc"

.set ROUNDS, 20000

.macro ALL4 fn, arg=0
    START_ON 1, \fn, \arg
    START_ON 2, \fn, \arg
    START_ON 3, \fn, \arg
    mov     x0, #0
    ldr     x1, =\arg
    bl      \fn
    mov     x20, x0
    WAIT_ON 1
    add     x20, x20, x0
    WAIT_ON 2
    add     x20, x20, x0
    WAIT_ON 3
    add     x20, x20, x0
.endm

// A counter at counters + \off counted by four with \ld, \st; x20 becomes the
// number of stores that failed.
.macro COUNT off, ld, st, r
    ALL4    9f, \off
    b       8f
9:  LA      x2, counters
    add     x2, x2, x1
    ldr     x3, =ROUNDS
    mov     x0, #0
1:  \ld     \r\()4, [x2]
    add     \r\()4, \r\()4, #1
    \st     w5, \r\()4, [x2]
    add     x0, x0, x5
    cbnz    w5, 1b
    subs    x3, x3, #1
    b.ne    1b
    ret
    .ltorg
8:  orr     x26, x26, x20
    LA      x2, counters
    ldr     x3, [x2, #\off]
    SHOW    "\ld \st", x3
.endm

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    mov     x26, #0
    COUNT   0, ldxrb, stxrb, w
    COUNT   8, ldxrh, stlxrh, w
    COUNT   16, ldaxr, stxr, w
    COUNT   24, ldxr, stxr, x
    COUNT   32, ldaxr, stlxr, x
    b       1f
    .ltorg
1:  // Pairs: two halves that go in opposite directions.
    ALL4    pairs
    LA      x2, counters
    ldp     x3, x4, [x2, #64]
    SHOW    "ldxp stxp", x3, x4
    ALL4    pairs32
    LA      x2, counters
    ldp     w3, w4, [x2, #80]
    SHOW    "ldxp stxp 32", x3, x4
    // A lock with WFE, and plain memory behind it.
    ALL4    locked
    LA      x2, counters
    ldr     x3, [x2, #96]
    SHOW    "locked", x3
    // Two CPUs in one word, a byte each, by exclusives of the word.
    ALL4    bytes
    LA      x2, counters
    ldr     x3, [x2, #112]
    SHOW    "bytes of a word", x3
    b       1f
    .ltorg
1:  // One exclusive against another CPU.
    mov     x28, #0
    LA      x27, cases
2:  ldr     x1, [x27, x28, lsl #3]
    cbz     x1, 3f
    bl      one
    add     x28, x28, #1
    b       2b
3:  SHOW    "failed: other value, word, byte, wider, exclusive", x10, x11, x12, x13, x14
    SHOW    "~same value by another", x15
    SHOW    "~nothing by another", x16
    cmp     x26, #0
    cset    x0, ne
    SHOW    "~stores that failed in the counters", x0
    DONE
    .ltorg

// CPU 0 arms, CPU 1 does the store at x1, CPU 0 stores: x10 + x28 = failed.
one:
    str     x30, [sp, #-16]!
    mov     x21, x1
    LA      x20, word
    LA      x22, go
    ldr     x2, =0x0101010101010101
    str     x2, [x20]
    str     xzr, [x22]
    mov     x2, x21
    mov     x0, #1
    LA      x1, other
    bl      s_start
    mov     x2, #1
    mov     x3, #2
    mov     x5, #0x77
    ldxr    x4, [x20]
    stlr    x2, [x22]
    dsb     ish
    sev
1:  ldar    x4, [x22]
    cmp     x4, x3
    b.ne    1b
    stxr    w6, x5, [x20]
    mov     w6, w6
    mov     x0, #1
    mov     x19, x6
    bl      s_wait
    adr     x0, 2f
    add     x0, x0, x28, lsl #3
    br      x0
2:  mov     x10, x19
    b       3f
    mov     x11, x19
    b       3f
    mov     x12, x19
    b       3f
    mov     x13, x19
    b       3f
    mov     x14, x19
    b       3f
    mov     x15, x19
    b       3f
    mov     x16, x19
    b       3f
3:  ldr     x30, [sp], #16
    ret

// Work: waits for go = 1, does the store at x1, sets go = 2.
other:
    mov     x9, x1
    LA      x8, go
    LA      x7, word
1:  ldar    x2, [x8]
    cmp     x2, #1
    b.ne    1b
    str     x30, [sp, #-16]!
    blr     x9
    ldr     x30, [sp], #16
    mov     x2, #2
    TELL    x8, x2
    ret
st_value:
    mov     x2, #5
    str     x2, [x7]
    ret
st_word:
    mov     w2, #5
    str     w2, [x7, #4]
    ret
st_byte:
    mov     w2, #5
    strb    w2, [x7, #3]
    ret
st_wide:
    stp     x2, x2, [x7, #-8]
    ret
st_excl:
    ldxr    x2, [x7]
    add     x2, x2, #1
    stxr    w3, x2, [x7]
    cbnz    w3, st_excl
    ret
st_same:
    ldr     x2, =0x0101010101010101
    str     x2, [x7]
    ret
st_none:
    ret
    .ltorg

pairs:
    LA      x2, counters + 64
    ldr     x3, =ROUNDS
1:  ldaxp   x4, x5, [x2]
    add     x4, x4, #1
    sub     x5, x5, #1
    stlxp   w6, x4, x5, [x2]
    cbnz    w6, 1b
    subs    x3, x3, #1
    b.ne    1b
    ret
pairs32:
    LA      x2, counters + 80
    ldr     x3, =ROUNDS
1:  ldxp    w4, w5, [x2]
    add     w4, w4, #1
    sub     w5, w5, #1
    stxp    w6, w4, w5, [x2]
    cbnz    w6, 1b
    subs    x3, x3, #1
    b.ne    1b
    ret
// A spin lock as in the manual's appendix: WFE until the monitor is lost.
locked:
    LA      x2, counters + 104
    LA      x3, counters + 96
    ldr     x4, =ROUNDS
    mov     w5, #1
1:  sevl
2:  wfe
    ldaxr   w6, [x2]
    cbnz    w6, 2b
    stxr    w6, w5, [x2]
    cbnz    w6, 2b
    ldr     x7, [x3]
    add     x7, x7, #1
    str     x7, [x3]
    stlr    wzr, [x2]
    subs    x4, x4, #1
    b.ne    1b
    ret
// CPU n counts bits 16n and up, modulo 2^16.
bytes:
    LA      x2, counters + 112
    ldr     x3, =ROUNDS
    lsl     x0, x0, #4
    mov     x4, #0xffff
    mov     x5, #1
    lsl     x4, x4, x0
    lsl     x5, x5, x0
1:  ldxr    x6, [x2]
    add     x7, x6, x5
    and     x7, x7, x4
    bic     x6, x6, x4
    orr     x7, x6, x7
    stxr    w8, x7, [x2]
    cbnz    w8, 1b
    subs    x3, x3, #1
    b.ne    1b
    ret
    .ltorg
SMP_CODE
    .section .rodata
    .balign 8
cases:
    .quad   st_value, st_word, st_byte, st_wide, st_excl, st_same, st_none, 0
    .bss
    .balign 64
counters:
    .skip   128
    .skip   64
word:
    .skip   64
go:
    .quad   0
