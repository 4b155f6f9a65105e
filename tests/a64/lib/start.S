// SPDX-License-Identifier: MIT
//
// start.S - what every bare-metal test starts with: entry at EL1, stack,
// page tables, MMU, vectors that print an exception and go on, printing,
// power-off. check.inc has the macros and the addresses of the map.
//
// Exceptions print vector, ESR_EL1, ELR_EL1, SPSR_EL1 (architected bits that
// machines agree on) and, where it is defined, FAR_EL1; then continue at the
// label of RESUME_AT or after the instruction, registers unchanged. A test
// may set t_hook to a function(x0 = saved registers, x1 = vector offset)
// that is called first; if it returns nonzero, nothing is printed and the
// exception returns to what is then in ELR_EL1 and SPSR_EL1.

#include "check.inc"

.section .text.start, "ax"
.global _start
_start:
    msr     daifset, #15
    msr     spsel, #1
    LA      x0, t_stack_top
    mov     sp, x0
    mov     x0, #(3 << 20)
    msr     cpacr_el1, x0
    LA      x0, t_vectors
    msr     vbar_el1, x0
    ldr     x0, =UART
    mov     w1, #0x301
    str     w1, [x0, #0x30]
    bl      t_mmu_on
    // Known registers: xN = N * 0x0101010101010101.
    ldr     x30, =0x0101010101010101
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
    mov     x29, #\n
    mul     x\n, x29, x30
    .endr
    .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
    mov     x29, #\n
    mul     x\n, x29, x30
    .endr
    bl      t_main

.global t_exit
t_exit:
    TITLE   "done"
    ldr     x0, =0x84000008     // PSCI SYSTEM_OFF
    hvc     #0
1:  b       1b

// --- MMU -------------------------------------------------------------------

.text
.global t_mmu_on, t_mmu_off
.set SCTLR_OFF, 0x30d00980 & ~0x100 | 0x18  // RES1 bits, SA, SA0
.set SCTLR_ON, SCTLR_OFF | 0x1005           // I, C, M

// Changes x0.
t_mmu_on:
    ldr     x0, =0xff | 0x00 << 8 | 0x44 << 16  // normal, device, NC
    msr     mair_el1, x0
    // 39 bits, 4 KiB, inner shareable, write-back; 40-bit IPA; both halves
    ldr     x0, =25 | 1 << 8 | 1 << 10 | 3 << 12 | 25 << 16 | 1 << 24 | \
                 1 << 26 | 3 << 28 | 2 << 30 | 2 << 32
    msr     tcr_el1, x0
    LA      x0, t_l1
    msr     ttbr0_el1, x0
    msr     ttbr1_el1, x0
    isb
    tlbi    vmalle1
    dsb     sy
    isb
    ldr     x0, =SCTLR_ON
    msr     sctlr_el1, x0
    isb
    ret

t_mmu_off:
    ldr     x0, =SCTLR_OFF
    msr     sctlr_el1, x0
    isb
    tlbi    vmalle1
    dsb     sy
    isb
    ret

// --- EL0 -------------------------------------------------------------------

// x29 = where; see RUN_EL0.
.global t_run_el0
t_run_el0:
    msr     elr_el1, x29
    LA      x29, t_el0_ret
    str     x30, [x29]
    mrs     x29, nzcv
    msr     spsr_el1, x29
    eret

// --- exceptions ------------------------------------------------------------

.macro VECTOR off
    .balign 128
    msr     tpidr_el1, x30
    mov     x30, #\off
    b       t_exception
.endm

.balign 2048
.global t_vectors
t_vectors:
    VECTOR  0x000
    VECTOR  0x080
    VECTOR  0x100
    VECTOR  0x180
    VECTOR  0x200
    VECTOR  0x280
    VECTOR  0x300
    VECTOR  0x380
    VECTOR  0x400
    VECTOR  0x480
    VECTOR  0x500
    VECTOR  0x580
    VECTOR  0x600
    VECTOR  0x680
    VECTOR  0x700
    VECTOR  0x780

// x30 = vector, TPIDR_EL1 = the old x30; SP may be misaligned.
t_exception:
    msr     tpidrro_el0, x29
    LA      x29, t_frame
    stp     x0, x1, [x29]
    stp     x2, x3, [x29, #16]
    stp     x4, x5, [x29, #32]
    stp     x6, x7, [x29, #48]
    stp     x8, x9, [x29, #64]
    stp     x10, x11, [x29, #80]
    stp     x12, x13, [x29, #96]
    stp     x14, x15, [x29, #112]
    stp     x16, x17, [x29, #128]
    stp     x18, x19, [x29, #144]
    stp     x20, x21, [x29, #160]
    stp     x22, x23, [x29, #176]
    stp     x24, x25, [x29, #192]
    stp     x26, x27, [x29, #208]
    mrs     x0, tpidrro_el0
    stp     x28, x0, [x29, #224]
    mrs     x0, tpidr_el1
    mov     x1, sp
    stp     x0, x1, [x29, #240]
    LA      x0, t_exc_stack_top
    mov     sp, x0
    mov     x20, x30
    mov     x19, x29
    LA      x2, t_hook
    ldr     x2, [x2]
    cbz     x2, 1f
    mov     x0, x19
    mov     x1, x20
    blr     x2
    cbnz    x0, t_exc_return
1:  mrs     x21, esr_el1
    cmp     x20, #0x400         // END_EL0?
    b.ne    2f
    mov     w0, #0x56000000     // SVC from AArch64
    movk    w0, #0xff0
    cmp     w21, w0
    b.ne    2f
    LA      x0, t_el0_ret
    ldr     x0, [x0]
    msr     elr_el1, x0
    mrs     x0, spsr_el1
    and     x0, x0, #0xf0000000
    mov     x1, #0x3c5
    orr     x0, x0, x1
    msr     spsr_el1, x0
    b       t_exc_return

2:  adr     x0, t_str_exc
    bl      t_puts
    mov     x0, x20
    mov     x1, #3
    bl      t_hex
    adr     x0, t_str_esr
    bl      t_puts
    mov     x0, x21
    mov     x1, #8
    bl      t_hex
    adr     x0, t_str_elr
    bl      t_puts
    mrs     x0, elr_el1
    mov     x1, #16
    bl      t_hex
    adr     x0, t_str_spsr
    bl      t_puts
    mrs     x0, spsr_el1
    mov     w1, #0x03df
    movk    w1, #0xf0f0, lsl #16
    and     x0, x0, x1
    mov     x1, #8
    bl      t_hex
    tst     x20, #0x180         // FAR: only for synchronous aborts
    b.ne    3f
    lsr     w0, w21, #26
    mov     x1, #0x00370000     // EC 0x20, 21, 22, 24, 25, at EC - 0x10
    movk    x1, #0x0030, lsl #32 // EC 0x34, 0x35
    mov     x2, #1
    sub     w0, w0, #0x10
    lsl     x2, x2, x0
    tst     x1, x2
    b.eq    3f
    adr     x0, t_str_far
    bl      t_puts
    mrs     x0, far_el1
    mov     x1, #16
    bl      t_hex
3:  bl      t_newline
    tst     x20, #0x180
    b.ne    t_exc_return
    LA      x1, t_resume
    ldr     x0, [x1]
    str     xzr, [x1]
    cbnz    x0, 4f
    mrs     x0, elr_el1
    lsr     w1, w21, #26        // SVC, HVC, SMC have ELR after them
    sub     w1, w1, #0x15
    cmp     w1, #2
    b.ls    4f
    add     x0, x0, #4
4:  msr     elr_el1, x0

t_exc_return:
    LA      x29, t_frame
    ldp     x30, x1, [x29, #240]
    mov     sp, x1
    ldp     x28, x1, [x29, #224]
    msr     tpidrro_el0, x1
    ldp     x0, x1, [x29]
    ldp     x2, x3, [x29, #16]
    ldp     x4, x5, [x29, #32]
    ldp     x6, x7, [x29, #48]
    ldp     x8, x9, [x29, #64]
    ldp     x10, x11, [x29, #80]
    ldp     x12, x13, [x29, #96]
    ldp     x14, x15, [x29, #112]
    ldp     x16, x17, [x29, #128]
    ldp     x18, x19, [x29, #144]
    ldp     x20, x21, [x29, #160]
    ldp     x22, x23, [x29, #176]
    ldp     x24, x25, [x29, #192]
    ldp     x26, x27, [x29, #208]
    mrs     x29, tpidrro_el0
    eret

t_str_exc:
    .asciz  "!exception vec="
t_str_esr:
    .asciz  " esr="
t_str_elr:
    .asciz  " elr="
t_str_spsr:
    .asciz  " spsr="
t_str_far:
    .asciz  " far="
.balign 4

// --- printing --------------------------------------------------------------

// x0 = string. Changes x0, x1, x2.
.global t_puts, t_hex, t_newline, t_show
t_puts:
    ldr     x2, =UART
1:  ldrb    w1, [x0], #1
    cbz     w1, 2f
    str     w1, [x2]
    b       1b
2:  ret

// x0 = number, x1 = digits. Changes x0 to x3.
t_hex:
    ldr     x3, =UART
    lsl     x1, x1, #2
1:  sub     x1, x1, #4
    lsr     x2, x0, x1
    and     w2, w2, #15
    cmp     w2, #10
    add     w2, w2, #'0'
    b.lo    2f
    add     w2, w2, #'a' - '0' - 10
2:  str     w2, [x3]
    cbnz    x1, 1b
    ret

// Changes x0, x1.
t_newline:
    ldr     x1, =UART
    mov     w0, #'\n'
    str     w0, [x1]
    ret

// The SHOW macro: text and register numbers follow the call, the caller's
// x30 is at [sp]. Changes nothing.
t_show:
    stp     x29, x30, [sp, #-16]!
    LA      x29, t_regs
    stp     x0, x1, [x29]
    stp     x2, x3, [x29, #16]
    stp     x4, x5, [x29, #32]
    stp     x6, x7, [x29, #48]
    stp     x8, x9, [x29, #64]
    stp     x10, x11, [x29, #80]
    stp     x12, x13, [x29, #96]
    stp     x14, x15, [x29, #112]
    stp     x16, x17, [x29, #128]
    stp     x18, x19, [x29, #144]
    stp     x20, x21, [x29, #160]
    stp     x22, x23, [x29, #176]
    stp     x24, x25, [x29, #192]
    stp     x26, x27, [x29, #208]
    ldr     x0, [sp]
    stp     x28, x0, [x29, #224]
    ldr     x0, [sp, #16]
    add     x1, sp, #32
    stp     x0, x1, [x29, #240]
    mrs     x0, nzcv
    str     x0, [x29, #256]
    mov     x28, x30
    mov     x0, x28
    bl      t_puts
    mov     x28, x0
1:  ldrb    w27, [x28], #1
    cmp     w27, #0xff
    b.eq    9f
    ldr     x3, =UART
    mov     w2, #' '
    str     w2, [x3]
    cmp     w27, #64
    b.hs    5f
    cmp     w27, #32
    b.eq    2f
    b.hi    3f
    ldr     x0, [x29, x27, lsl #3]
    mov     x1, #16
    bl      t_hex
    b       1b
2:  ldr     x0, [x29, #256]
    lsr     x0, x0, #28
    mov     x1, #1
    bl      t_hex
    b       1b
3:  mrs     x0, fpsr
    cmp     w27, #33
    b.eq    4f
    mrs     x0, fpcr
4:  mov     x1, #8
    bl      t_hex
    b       1b
5:  LA      x26, t_vregs
    stp     q0, q1, [x26]
    stp     q2, q3, [x26, #32]
    stp     q4, q5, [x26, #64]
    stp     q6, q7, [x26, #96]
    stp     q8, q9, [x26, #128]
    stp     q10, q11, [x26, #160]
    stp     q12, q13, [x26, #192]
    stp     q14, q15, [x26, #224]
    stp     q16, q17, [x26, #256]
    stp     q18, q19, [x26, #288]
    stp     q20, q21, [x26, #320]
    stp     q22, q23, [x26, #352]
    stp     q24, q25, [x26, #384]
    stp     q26, q27, [x26, #416]
    stp     q28, q29, [x26, #448]
    stp     q30, q31, [x26, #480]
    sub     w27, w27, #64
    add     x26, x26, x27, lsl #4
    ldr     x0, [x26, #8]
    mov     x1, #16
    bl      t_hex
    mov     w2, #'_'
    str     w2, [x3]
    ldr     x0, [x26]
    mov     x1, #16
    bl      t_hex
    b       1b

9:  bl      t_newline
    add     x28, x28, #3
    and     x28, x28, #~3
    str     x28, [sp, #8]
    ldr     x0, [x29, #256]
    msr     nzcv, x0
    ldp     x0, x1, [x29]
    ldp     x2, x3, [x29, #16]
    ldp     x26, x27, [x29, #208]
    ldr     x28, [x29, #224]
    ldp     x29, x30, [sp], #16
    ret

// --- data ------------------------------------------------------------------

.set D_BLOCK, 1
.set D_TABLE, 3
.set D_PAGE, 3
.set D_DEVICE, 1 << 2
.set D_NC, 2 << 2
.set D_EL0, 1 << 6
.set D_RO, 1 << 7
.set D_SH, 3 << 8
.set D_AF, 1 << 10
.set D_NG, 1 << 11
.set D_PXN, 1 << 53
.set D_UXN, 1 << 54

.data
.balign 4096
.global t_l1, t_l2, t_l3, t_pages
t_l1:                               // 1 GiB each
    .quad   D_BLOCK | D_DEVICE | D_AF | D_PXN | D_UXN
    .quad   0x40000000 | D_BLOCK | D_SH | D_AF
    .quad   0
    .quad   t_l2 + D_TABLE          // T_V
    .fill   508, 8, 0
t_l2:                               // 2 MiB each
    .quad   t_l3 + D_TABLE
    .fill   511, 8, 0
t_l3:                               // 4 KiB each
    .quad   t_pages + 0x0000 + (D_PAGE | D_SH | D_AF | D_UXN)
    .quad   t_pages + 0x1000 + (D_PAGE | D_SH | D_AF | D_UXN)
    .quad   0
    .quad   t_pages + 0x2000 + (D_PAGE | D_SH | D_AF | D_RO | D_UXN)
    .quad   t_pages + 0x3000 + (D_PAGE | D_SH | D_AF | D_UXN)
    .quad   t_pages + 0x4000 + (D_PAGE | D_SH | D_AF | D_EL0 | D_NG)
    .quad   t_pages + 0x5000 + (D_PAGE | D_SH | D_AF | D_EL0 | D_RO | D_NG)
    .quad   t_pages + 0x6000 + (D_PAGE | D_DEVICE | D_AF | D_UXN)
    .quad   t_pages + 0x0000 + (D_PAGE | D_SH | D_AF | D_UXN)
    .quad   t_pages + 0x1000 + (D_PAGE | D_SH | D_UXN)
    .fill   502, 8, 0
t_pages:                            // every byte known: a counting pattern
    .set    i, 0
    .rept   0x7000 / 8
    .quad   0x0706050403020100 + (i & 15) * 0x0808080808080808 + (i << 56)
    .set    i, i + 1
    .endr

.global t_resume, t_hook, t_regs, t_frame, t_el0_ret
t_resume:
    .quad   0
t_hook:
    .quad   0
t_el0_ret:
    .quad   0

.bss
.balign 16
t_regs:
    .skip   512
t_vregs:
    .skip   512
t_frame:
    .skip   512
    .skip   8192
t_exc_stack_top:
    .skip   16384
t_stack_top:
