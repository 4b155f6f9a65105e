// SPDX-License-Identifier: MIT
//
// Branches: every condition on every NZCV, compare and test branches, calls
// and returns, loops, targets that fault, tagged targets.
#include "check.inc"
#include "loop.inc"

.text
.global t_main
t_main:
    .irp    c, eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le, al, nv
    mov     x5, #0              // one bit for each NZCV
    mov     x6, #0
1:  lsl     x7, x6, #28
    msr     nzcv, x7
    b.\c    2f
    b       3f
2:  mov     x8, #1
    lsl     x8, x8, x6
    orr     x5, x5, x8
3:  add     x6, x6, #1
    cmp     x6, #16
    b.ne    1b
    SHOW    "b.\c", x5
    // Conditions of a comparison in the same block.
    BIN     "cmp x0, x1; b.\c 77f; mov x3, #3; 77: adc x3, x3, x0"
    BIN     "cmp w0, w1; b.\c 77f; mov x3, #3; 77: adc x3, x3, x0"
    BIN     "adds x3, x0, x1; b.\c 77f; mov x3, #3; 77: adc x3, x3, x0"
    BIN     "ands w3, w0, w1; b.\c 77f; mov x3, #3; 77: adc x3, x3, x0"
    .endr
    .irp    op, cbz, cbnz
    BIN     "\op x0, 77f; mov x3, #7; 77: nop"
    BIN     "\op w0, 77f; mov x3, #7; 77: nop"
    BIN     "\op xzr, 77f; mov x3, #7; 77: nop"
    BIN     "\op wzr, 77f; mov x3, #7; 77: nop"
    BIN     "sub x5, x0, x1; \op x5, 77f; mov x3, #7; 77: nop"
    .endr
    .irp    op, tbz, tbnz
    .irp    n, 0, 1, 15, 31, 32, 47, 63
    BIN     "\op x0, #\n, 77f; mov x3, #7; 77: nop"
    .endr
    .irp    n, 0, 7, 31
    BIN     "\op w0, #\n, 77f; mov x3, #7; 77: nop"
    .endr
    BIN     "\op xzr, #40, 77f; mov x3, #7; 77: nop"
    .endr

    // Calls and returns.
    adr     x9, t_main
    bl      leaf
    SHOW    "bl", x0
    adr     x30, leaf
    blr     x30
    sub     x0, x30, x9
    adr     x10, .
    sub     x10, x10, x9
    sub     x10, x10, x0
    SHOW    "blr x30", x10
    adr     x5, 4f
    br      x5
    TITLE   "not reached"
4:  adr     x5, 5f
    ret     x5
    TITLE   "not reached"
5:  SHOW    "br, ret", f
    // Depth: Fibonacci by recursion.
    mov     x0, #15
    bl      fib
    SHOW    "fib", x0
    // A jump through a table, often enough to be linked.
    mov     x5, #0
    mov     x6, #0
    adr     x7, table
6:  and     x8, x6, #3
    add     x8, x7, x8, lsl #3
    br      x8
table:
    add     x5, x5, #1
    b       7f
    add     x5, x5, x6
    b       7f
    eor     x5, x5, x6, lsl #3
    b       7f
    ror     x5, x5, #5
    b       7f
7:  add     x6, x6, #1
    cmp     x6, #400
    b.ne    6b
    SHOW    "table", x5
    // Branch distances.
    b       far
    .skip   0x8000
far_back:
    SHOW    "far"
    b       faults
    .skip   0x4000
far:
    cbz     xzr, far_back
    .ltorg

faults:
    // Targets that cannot be fetched.
    RESUME_AT 1f
    ldr     x9, =T_NONE
    br      x9
1:  RESUME_AT 1f
    adr     x9, t_main
    add     x9, x9, #2
    br      x9
1:  RESUME_AT 1f
    add     x9, x9, #1
    blr     x9
1:  sub     x30, x30, x9
    SHOW    "x30 of a call that faulted", x30
    RESUME_AT 1f
    ldr     x9, =T_RW           // UXN does not matter to EL1
    ldr     w10, =0xd65f03c0    // RET
    str     w10, [x9]
    ic      iallu
    dsb     sy
    isb
    blr     x9
1:  SHOW    "code in a data page"
    RESUME_AT 1f
    ldr     x9, =T_EL0_RW       // writable at EL0: never executable at EL1
    str     w10, [x9]
    blr     x9
1:  RESUME_AT 1f
    ldr     x9, =0x0100000040080000
    br      x9
1:  RESUME_AT 1f
    ldr     x9, =0xff7fffff40080000
    br      x9
1:  RESUME_AT 1f
    ldr     x9, =UART           // PXN
    br      x9
1:
    // Top byte ignored: the low half, then the high half, then both.
    mrs     x20, tcr_el1
    mov     x21, #1
    orr     x22, x20, x21, lsl #37
    bl      tagged
    orr     x22, x20, x21, lsl #38
    bl      tagged
    orr     x22, x20, x21, lsl #38
    orr     x22, x22, x21, lsl #37
    bl      tagged
    msr     tcr_el1, x20
    isb
    DONE

leaf:
    mov     x0, #42
    ret

fib:
    cmp     x0, #2
    b.lo    1f
    stp     x0, x30, [sp, #-16]!
    sub     x0, x0, #1
    bl      fib
    ldr     x1, [sp]
    str     x0, [sp]
    sub     x0, x1, #2
    bl      fib
    ldp     x1, x30, [sp], #16
    add     x0, x0, x1
1:  ret

// Branches to tagged addresses under TCR_EL1 = x22.
tagged:
    mov     x28, x30
    msr     tcr_el1, x22
    isb
    SHOW    "tcr", x22
    .irp    tag, 0x00, 0x5a, 0xff
    RESUME_AT 2f
    adr     x9, 1f
    mov     x10, #\tag
    bfi     x9, x10, #56, #8
    br      x9
1:  adr     x11, .
    SHOW    "low half", x11
2:  LA      x11, t_resume
    str     xzr, [x11]
    RESUME_AT 2f
    adr     x9, 1f
    ldr     x11, =T_HIGH
    orr     x9, x9, x11
    mov     x10, #\tag
    bfi     x9, x10, #56, #8
    blr     x9
1:  adr     x11, .
    SHOW    "high half", x11
    ldr     x9, =2f             // back to the low half
    br      x9
2:  LA      x11, t_resume
    str     xzr, [x11]
    .endr
    br      x28
    .ltorg
VALUES
