// SPDX-License-Identifier: MIT
//
// What the architecture says and QEMU 7.2 does not do: SP alignment,
// alignment of Device memory and with the MMU off, and stores of which
// nothing is done when a part faults.
//@ noqemu it omits these checks
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "ldst.inc"

// Prints the syndrome and what ESR.EC needs of an exception only.
.macro TRY insn
    LA      x10, last
    str     xzr, [x10]
    \insn
    ldr     x11, [x10]
    ldr     x12, [x10, #8]
    SHOW    "\insn", x11, x12
.endm

.text
.global t_main
t_main:
    bl      ls_fill
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    mov     x0, #0
    // SP must be aligned to 16 bytes when it is a base, not when it is not.
    mov     x9, sp
    sub     x13, x9, #8
    mov     sp, x13
    ldr     x0, [sp]
    LA      x10, last
    ldr     x15, [x10]
    str     xzr, [x10]
    stp     x0, x1, [sp, #-16]!
    ldr     x16, [x10]
    str     xzr, [x10]
    ldr     q0, [sp, #8]
    ldr     x17, [x10]
    str     xzr, [x10]
    ldxr    w0, [sp]
    ldr     x18, [x10]
    str     xzr, [x10]
    prfm    pldl1keep, [sp]
    add     x1, sp, #8
    ldr     x0, [x1]
    ldr     x19, [x10]
    mov     x14, sp
    mov     sp, x9
    sub     x14, x14, x13
    SHOW    "sp", x15, x16, x17, x18, x19, x14
//> sp 000000009a000000 000000009a000000 000000009a000000 000000009a000000 0000000000000000 0000000000000000
    mrs     x0, sctlr_el1
    bic     x1, x0, #8
    msr     sctlr_el1, x1
    isb
    mov     sp, x13
    ldr     x2, [sp]
    ldr     x15, [x10]
    mov     sp, x9
    msr     sctlr_el1, x0
    isb
    SHOW    "sp unchecked", x15
//> sp unchecked 0000000000000000
    // LDAPR is ordered, so aligned, like LDAR.
    ldr     x20, =T_RW + 0x800
    add     x20, x20, #4
    TRY     "ldapr w0, [x20]"
    TRY     "ldapr x0, [x20]"
    add     x20, x20, #1
    TRY     "ldaprb w0, [x20]"
    TRY     "ldaprh w0, [x20]"
    str     xzr, [x10, #8]
//> ldapr w0, [x20] 0000000000000000 0000000000000000
//> ldapr x0, [x20] 0000000096000021 00000000c0000804
//> ldaprb w0, [x20] 0000000000000000 00000000c0000804
//> ldaprh w0, [x20] 0000000096000021 00000000c0000805
    // Device memory.
    ldr     x20, =T_DEVICE
    TRY     "ldr w0, [x20, #4]"
    TRY     "ldr w0, [x20, #2]"
    TRY     "strh w0, [x20, #1]"
    TRY     "ldp w0, w1, [x20, #4]"
    TRY     "ldp w0, w1, [x20, #8]; add x20, x20, #4; ldp x0, x1, [x20]"
//> ldr w0, [x20, #4] 0000000000000000 0000000000000000
//> ldr w0, [x20, #2] 0000000096000021 00000000c0007002
//> strh w0, [x20, #1] 0000000096000061 00000000c0007001
//> ldp w0, w1, [x20, #4] 0000000000000000 00000000c0007001
//> ldp w0, w1, [x20, #8]; add x20, x20, #4; ldp x0, x1, [x20] 0000000096000021 00000000c0007004
    // Stores over a page's end into one that may not be written: nothing is
    // stored, in either order of the pages.
    ldr     x20, =T_NONE - 8
    ldr     x21, =0xc0ffee
    str     x21, [x20]
    mov     x0, #1
    mov     x1, #2
    TRY     "stp x0, x1, [x20]"
    TRY     "stp w0, w1, [x20, #4]"
    TRY     "stp q0, q0, [x20, #-16]"
    TRY     "stur x0, [x20, #1]"
    TRY     "stp x0, x1, [x20], #16"
    ldr     x15, [x20]
    ldr     x16, =T_NONE - 8
    sub     x16, x20, x16
    SHOW    "kept", x15, x16
//> stp x0, x1, [x20] 0000000096000047 00000000c0002000
//> stp w0, w1, [x20, #4] 0000000096000047 00000000c0002000
//> stp q0, q0, [x20, #-16] 0000000096000047 00000000c0002000
//> stur x0, [x20, #1] 0000000096000047 00000000c0002000
//> stp x0, x1, [x20], #16 0000000096000047 00000000c0002000
//> kept 0000000000c0ffee 0000000000000000
    ldr     x20, =T_RO + 0xff8
    TRY     "stp x0, x1, [x20]"
    ldr     x20, =T_RW2
    ldr     x15, [x20]
    SHOW    "kept", x15
//> stp x0, x1, [x20] 000000009600004f 00000000c0003ff8
    // Pair loads change neither register.
    ldr     x20, =T_NONE - 8
    TRY     "ldp x0, x1, [x20], #16"
    TRY     "ldp q0, q1, [x20, #-16]!"
    ldr     x16, =T_NONE - 8
    sub     x16, x20, x16
    SHOW    "kept", x0, x1, x16
//> ldp x0, x1, [x20], #16 0000000096000007 00000000c0002000
//> ldp q0, q1, [x20, #-16]! 0000000096000007 00000000c0002000
//> kept 0000000000000001 0000000000000002 0000000000000000
    // With the MMU off, data is Device memory.
    LA      x20, t_pages
    bl      t_mmu_off
    TRY     "ldr x0, [x20, #8]"
    TRY     "ldr x0, [x20, #4]!"
    TRY     "strh w0, [x20, #3]"
//> ldr x0, [x20, #8] 0000000000000000 00000000c0002000
    LA      x10, last
    ldr     x11, [x10, #8]
    sub     x11, x11, x20
    bl      t_mmu_on
    SHOW    "offset", x11
//> offset 0000000000000003
    LA      x1, t_hook
    str     xzr, [x1]
    DONE

// Notes ESR and FAR and skips the instruction.
hook:
    LA      x2, last
    mrs     x3, esr_el1
    str     x3, [x2]
    lsr     w3, w3, #26
    cmp     w3, #0x26               // SP alignment has no FAR
    b.eq    1f
    mrs     x3, far_el1
    str     x3, [x2, #8]
1:  mrs     x3, elr_el1
    add     x3, x3, #4
    msr     elr_el1, x3
    mov     x0, #1
    ret
.data
.balign 8
last:
    .quad   0, 0
.text
LDST_CODE
