// SPDX-License-Identifier: MIT
//
// CPU_ON for the same CPU from two and from three others at once: exactly one
// call succeeds, the others say ALREADY_ON or ON_PENDING, and the CPU comes
// on once, with the winner's context. 100 times with two, 100 with three.
//@ noqemu its check and its switching on are not one step, so two calls may succeed
//@ smp 4
//> two: won, lost, on, contexts 0000000000000064 0000000000000064 0000000000000064 0000000000000064
//> three: won, lost, on, contexts 0000000000000064 00000000000000c8 00000000000000c8 0000000000000064
#include "check.inc"
#include "smp.inc"

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    mov     x28, #1                 // number of the round
    mov     x27, #101
    bl      rounds
    SHOW    "two: won, lost, on, contexts", x20, x21, x22, x23
    mov     x27, #201
    bl      rounds
    SHOW    "three: won, lost, on, contexts", x20, x21, x22, x23
    DONE

// Rounds x28 to x27 - 1; from 101 on CPU 0 takes part.
rounds:
    str     x30, [sp, #-16]!
    mov     x20, #0
    mov     x21, #0
    mov     x23, #0
1:  START_ON 1, race
    START_ON 2, race
    LA      x0, go
    TELL    x0, x28
    mov     x24, #0                 // winner's context
    cmp     x28, #100
    b.ls    2f
    mov     x0, #0
    bl      race
    mov     x1, #0
    bl      count
2:  WAIT_ON 1
    mov     x1, #1
    bl      count
    WAIT_ON 2
    mov     x1, #2
    bl      count
    // It is there, once, and with that context.
    S_RECORD x5, 3
    add     x4, x5, #S_ON
    AWAIT   x4, x28, x3
    ldr     x4, [x5, #S_CTX]
    cmp     x4, x24
    cinc    x23, x23, eq
    ldr     x22, [x5, #S_ON]
    SMP_OFF 3
    add     x28, x28, #1
    cmp     x28, x27
    b.ne    1b
    ldr     x30, [sp], #16
    ret

// CPU x1 got x0.
count:
    cbnz    x0, 1f
    add     x20, x20, #1
    add     x24, x28, x1, lsl #12
    ret
1:  cmn     x0, #4
    b.eq    2f
    cmn     x0, #5
    b.ne    3f
2:  add     x21, x21, #1
3:  ret

// x0 = CPU: waits for the round of the record and calls.
race:
    LA      x6, go
    LA      x7, round
    add     x7, x7, x0, lsl #3
    ldr     x8, [x7]
    add     x8, x8, #1
    str     x8, [x7]
    mov     x9, x8
    cbnz    x0, 1f
    add     x9, x9, #100            // CPU 0 takes part from round 101 on
1:  AWAIT   x6, x9, x5
    add     x3, x9, x0, lsl #12
    mov     x1, #3
    LA      x2, s_entry
    ldr     x0, =PSCI_ON
    hvc     #0
    ret
    .ltorg
SMP_CODE
    .bss
    .balign 8
go:
    .quad   0
round:
    .skip   64
