// SPDX-License-Identifier: MIT
//
// Eight CPUs: affinities, switched on by each other, all counting at once,
// a token around the ring, a barrier crossed many times.
//@ smp 8
#include "check.inc"
#include "smp.inc"

.set ROUNDS, 5000
.set BARRIERS, 50
.set LAPS, 20

.text
.global t_main
t_main:
    // CPU n switches on 2n + 1 and 2n + 2.
    mov     x0, #0
    bl      spread
    mov     x20, #1
1:  mov     x0, x20
    bl      s_there
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    1b
    PSCI    PSCI_ON, 8, 0x40080000
    SHOW    "no ninth", x0
    mov     x20, #0
2:  mov     x1, x20
    mov     x2, #0
    ldr     x0, =PSCI_AFFINITY
    hvc     #0
    LA      x1, s_cpu
    add     x1, x1, x20, lsl #7
    ldr     x2, [x1, #S_CTX]
    LA      x1, mpidrs
    ldr     x3, [x1, x20, lsl #3]
    SHOW    "CPU, on, context, MPIDR", x20, x0, x2, x3
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    2b
    LA      x19, count_all
    bl      all
    LA      x1, counter
    ldr     x0, [x1]
    ldr     x2, [x1, #8]
    SHOW    "counted by exclusives, by atomics", x0, x2
    LA      x19, barrier
    bl      all
    LA      x1, errors
    ldr     x0, [x1]
    LA      x1, generation
    ldr     x2, [x1]
    SHOW    "barriers: early, generation", x0, x2
    LA      x19, ring
    bl      all
    LA      x1, token
    ldr     x0, [x1]
    LA      x1, errors
    ldr     x2, [x1]
    SHOW    "token, errors", x0, x2
    DONE
    .ltorg

// Every CPU does x19.
all:
    str     x30, [sp, #-16]!
    mov     x20, #1
1:  mov     x0, x20
    mov     x1, x19
    bl      s_start
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    1b
    stp     x19, x20, [sp, #-16]!
    mov     x0, #0
    blr     x19
    ldp     x19, x20, [sp], #16
    mov     x20, #1
2:  mov     x0, x20
    bl      s_wait
    add     x20, x20, #1
    cmp     x20, #8
    b.ne    2b
    ldr     x30, [sp], #16
    ret

// Waits until CPU x0 is there, and gives it spread to do.
s_there:
    str     x30, [sp, #-16]!
    LA      x5, s_cpu + S_ON
    add     x5, x5, x0, lsl #7
    mov     x4, #1
    AWAIT   x5, x4, x3
    mov     x21, x0
    LA      x1, spread
    bl      s_start
    mov     x0, x21
    bl      s_wait
    ldr     x30, [sp], #16
    ret

// CPU x0: notes its MPIDR and switches on two others.
spread:
    LA      x5, mpidrs
    mrs     x1, mpidr_el1
    str     x1, [x5, x0, lsl #3]
    add     x6, x0, x0
    add     x6, x6, #1
    mov     x7, #2
1:  cmp     x6, #8
    b.hs    2f
    mov     x1, x6
    LA      x2, s_entry
    mov     x3, x0
    mov     x8, x0
    ldr     x0, =PSCI_ON
    hvc     #0
    mov     x0, x8
    add     x6, x6, #1
    subs    x7, x7, #1
    b.ne    1b
2:  ret
    .ltorg

count_all:
    LA      x2, counter
    add     x3, x2, #8
    ldr     x4, =ROUNDS
    mov     x5, #1
1:  ldxr    x6, [x2]
    add     x6, x6, #1
    stxr    w7, x6, [x2]
    cbnz    w7, 1b
    stadd   x5, [x3]
    subs    x4, x4, #1
    b.ne    1b
    ret

// Sense-reversing barrier: arrivals of everyone, then the next generation.
barrier:
    LA      x2, arrived
    LA      x3, generation
    LA      x4, phase
    mov     x5, #BARRIERS
    mov     x6, #1
    mov     x11, #0
1:  ldar    x7, [x3]
    ldr     x10, [x4, x0, lsl #3]
    add     x10, x10, #1
    str     x10, [x4, x0, lsl #3]
    ldaddal x6, x8, [x2]
    cmp     x8, #7
    b.eq    3f
    sevl
2:  wfe
    ldaxr   x9, [x3]
    cmp     x9, x7
    b.eq    2b
    b       4f
3:  str     xzr, [x2]
    add     x7, x7, #1
    stlr    x7, [x3]                // wakes those that watch it
4:  mov     x12, #0                 // all are in this phase or the next
5:  ldr     x9, [x4, x12, lsl #3]
    sub     x9, x9, x10
    cmp     x9, #1
    cinc    x11, x11, hi
    add     x12, x12, #1
    cmp     x12, #8
    b.ne    5b
    subs    x5, x5, #1
    b.ne    1b
    LA      x2, errors
    stadd   x11, [x2]
    ret

// The token's value says whose turn it is.
ring:
    LA      x2, token
    mov     x4, #LAPS
    mov     x5, x0
1:  AWAIT   x2, x5, x3
    add     x6, x5, #1
    TELL    x2, x6
    add     x5, x5, #8
    subs    x4, x4, #1
    b.ne    1b
    ret
SMP_CODE
    .bss
    .balign 64
counter:
    .quad   0, 0
arrived:
    .quad   0
    .balign 64
generation:
    .quad   0
    .balign 64
token:
    .quad   0
    .balign 64
errors:
    .quad   0
phase:
    .skip   64
mpidrs:
    .skip   64
