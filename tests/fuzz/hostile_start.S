// SPDX-License-Identifier: MIT
//
// hostile_start.S - entry, exception vectors and the instructions that
// hostile_guest.c throws at the machine.
//
// An exception never goes back to where it came from: whatever the registers
// that rule translation hold then, the vector puts good values there from
// immediates, before the first load or store, takes a fresh stack, and calls
// h_exception(), which makes the exception return itself. x27 and x28 count
// operations and exceptions and are never used for anything else.

.arch armv8.5-a+crypto+fp16

.set SCTLR_GOOD, 0x30d01805 | 0x18  // RES1 bits, I, C, M, SA, SA0

.macro IMM64 reg, value
    movz    \reg, #((\value) & 0xffff)
    movk    \reg, #((\value) >> 16 & 0xffff), lsl #16
    movk    \reg, #((\value) >> 32 & 0xffff), lsl #32
    movk    \reg, #((\value) >> 48 & 0xffff), lsl #48
.endm
// 39 bits, 4 KiB granule, both halves; 40-bit output; write-back, shareable
.set TCR_GOOD, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 25 << 16 | 1 << 24 | \
               1 << 26 | 3 << 28 | 2 << 30 | 2 << 32
.set MAIR_GOOD, 0x00004404ff        // normal, device, non-cacheable

// Good values for what translates; code is mapped alike before and after.
// Changes x0 and x1.
.macro RESTORE
    IMM64   x0, TCR_GOOD
    msr     tcr_el1, x0
    movz    x1, #:abs_g1:h_l1
    movk    x1, #:abs_g0_nc:h_l1
    msr     ttbr0_el1, x1
    msr     ttbr1_el1, x1
    IMM64   x0, MAIR_GOOD
    msr     mair_el1, x0
    IMM64   x0, SCTLR_GOOD
    msr     sctlr_el1, x0
    isb
    adr     x0, h_vectors
    msr     vbar_el1, x0
.endm

// SP = the stack of this CPU. Changes x0 and x1.
.macro STACK
    msr     spsel, #1
    mrs     x0, mpidr_el1
    and     x0, x0, #15
    add     x0, x0, #1
    adrp    x1, h_stacks
    add     x1, x1, :lo12:h_stacks
    add     x1, x1, x0, lsl #13
    mov     sp, x1
.endm

.section .text.start, "ax"
.global _start
_start:
    msr     daifset, #15
    adr     x0, h_vectors
    msr     vbar_el1, x0
    mov     x27, #0
    mov     x28, #0
    STACK
    bl      h_prepare           // tables, if this is the first CPU
    RESTORE
    tlbi    vmalle1
    dsb     sy
    isb
    bl      h_base              // 0, or what the high alias adds
    adr     x1, 1f
    add     x1, x1, x0
    br      x1
1:  adr     x0, h_vectors
    msr     vbar_el1, x0
    STACK
    bl      h_run
    b       .

// Where an exception returns to: another start of the endless loop.
.global h_again
h_again:
    STACK
    bl      h_run
    b       .

.balign 2048
.global h_vectors
h_vectors:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    .balign 128
    mov     x2, #\n
    b       exception
    .endr
    .balign 128

exception:
    RESTORE
    STACK
    add     x28, x28, #1
    mov     x0, x2
    bl      h_exception
    b       .

// --- accesses: x0 = address, x1 = data; 16 bytes each ------------------------

.macro OP insn:vararg
    .balign 16
    \insn
    ret
.endm
.macro OP2 a, b
    .balign 16
    \a
    \b
    ret
.endm

.balign 16
.global h_stores, h_loads, h_ops_end
h_stores:
    OP      strb w1, [x0]
    OP      strh w1, [x0]
    OP      str w1, [x0]
    OP      str x1, [x0]
    OP      stp w1, w1, [x0]
    OP      stp x1, x1, [x0]
    OP      stnp x1, xzr, [x0]
    OP      stlr w1, [x0]
    OP      stlrb w1, [x0]
    OP      sttr w1, [x0]
    OP      str q1, [x0]
    OP      stp q1, q2, [x0]
    OP      str b1, [x0]
    OP      st1 {v0.16b, v1.16b, v2.16b, v3.16b}, [x0]
    OP      st4 {v0.8b, v1.8b, v2.8b, v3.8b}, [x0]
    OP      dc zva, x0
    OP      stxr w2, x1, [x0]
h_loads:
    OP      ldrb w1, [x0]
    OP      ldrh w1, [x0]
    OP      ldr w1, [x0]
    OP      ldr x1, [x0]
    OP      ldrsw x1, [x0]
    OP      ldrsb w1, [x0]
    OP      ldp w1, w2, [x0]
    OP      ldp x1, x2, [x0]
    OP      ldpsw x1, x2, [x0]
    OP      ldar w1, [x0]
    OP      ldtr w1, [x0]
    OP      ldr q1, [x0]
    OP      ldp q1, q2, [x0]
    OP      ldr h1, [x0]
    OP      ld1r {v1.4s}, [x0]
    OP      ld3 {v1.8h, v2.8h, v3.8h}, [x0]
    OP2     "ldxr w2, [x0]", "stxr w3, w1, [x0]"
    OP2     "ldaxp x2, x3, [x0]", "stlxp w4, x2, x3, [x0]"
    OP      ldadd w1, w2, [x0]
    OP      swpal x1, x2, [x0]
    OP      ldsmaxb w1, w2, [x0]
    OP      cas w1, w2, [x0]
    OP2     "mov x3, x1", "casp x2, x3, x2, x3, [x0]"
    OP      prfm pldl1keep, [x0]
    .balign 16
h_ops_end:

// --- one instruction that is patched in ------------------------------------

// x0 = operand, x1 = the slot: [instruction] msr spsel, #1; br x10
.global h_call_slot
h_call_slot:
    stp     x29, x30, [sp, #-16]!
    adr     x10, 1f
    br      x1
1:  ldp     x29, x30, [sp], #16
    ret

// --- jumps into the dark -----------------------------------------------------

.macro NO_POINTERS
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    mov     x\n, #0
    .endr
    .irp n, 21, 22, 23, 24, 25, 26, 29, 30
    mov     x\n, #0
    .endr
.endm

// x0 = where
.global h_jump
h_jump:
    NO_POINTERS
    br      x0

// x0 = ELR, x1 = SPSR
.global h_eret
h_eret:
    msr     elr_el1, x0
    msr     spsr_el1, x1
    NO_POINTERS
    eret

// x0 = a wild VBAR, and back; x0 = what was read
.global h_wild_vbar
h_wild_vbar:
    msr     daifset, #15
    mrs     x1, vbar_el1
    msr     vbar_el1, x0
    isb
    mrs     x0, vbar_el1
    msr     vbar_el1, x1
    isb
    ret

// x0 = address, x1 = SCTLR with EE and without M, x2 = the one of now:
// some accesses the other way round
.global h_other_endian
h_other_endian:
    msr     daifset, #15
    msr     sctlr_el1, x1
    isb
    ldr     x3, [x0]
    str     x3, [x0, #8]
    ldrh    w4, [x0, #2]
    ldp     w5, w6, [x0, #16]
    ldxr    w5, [x0]
    stxr    w6, w5, [x0]
    msr     sctlr_el1, x2
    isb
    ret

// x0 = registers x0 to x30, then 32 vector registers, ELR, SPSR, SP, CPACR:
// continues there
.global h_enter
h_enter:
    ldr     x1, [x0, #760]
    ldr     x2, [x0, #768]
    ldr     x3, [x0, #776]
    msr     elr_el1, x1
    msr     spsr_el1, x2
    mov     x4, #(3 << 20)
    msr     cpacr_el1, x4
    isb
    msr     sp_el0, x3
    add     x4, x0, #248
    .irp n, 0, 4, 8, 12, 16, 20, 24, 28
    ld1     {v\n\().2d}, [x4], #16
    .endr
    .irp n, 1, 5, 9, 13, 17, 21, 25, 29
    ld1     {v\n\().2d}, [x4], #16
    .endr
    .irp n, 2, 6, 10, 14, 18, 22, 26, 30
    ld1     {v\n\().2d}, [x4], #16
    .endr
    .irp n, 3, 7, 11, 15, 19, 23, 27, 31
    ld1     {v\n\().2d}, [x4], #16
    .endr
    ldr     x4, [x0, #784]
    msr     cpacr_el1, x4
    mov     sp, x3
    ldp     x2, x3, [x0, #16]
    ldp     x4, x5, [x0, #32]
    ldp     x6, x7, [x0, #48]
    ldp     x8, x9, [x0, #64]
    ldp     x10, x11, [x0, #80]
    ldp     x12, x13, [x0, #96]
    ldp     x14, x15, [x0, #112]
    ldp     x16, x17, [x0, #128]
    ldp     x18, x19, [x0, #144]
    ldp     x20, x21, [x0, #160]
    ldp     x22, x23, [x0, #176]
    ldp     x24, x25, [x0, #192]
    ldr     x26, [x0, #208]
    ldp     x29, x30, [x0, #232]
    ldp     x0, x1, [x0]
    eret
