// SPDX-License-Identifier: MIT
//
// TBI: loads, stores, fetches, branches and FAR with bits in the top byte,
// in either half; without it they are translation faults. ELR and the PC
// after branches; TLBI and AT ignore the tag as told.
//@ cpu cortex-a72
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set V, V_LOW
.set H, V_HIGH
.set HT, 0x5aff008000000000         // H with another top byte

.macro ALL
    PROBE   V
    PROBE   V | 0xa5 << 56
    PROBE   V | 0x80 << 56
    PROBE   V | 0x01 << 56
    PROBE   V + 0x1000 | 0x3c << 56 // unmapped
    PROBE   H
    PROBE   HT
    PROBE   HT | 0x80 << 56
    PROBE   H & ~(0xff << 56)
    PROBE   HT + 0x1000
    PROBE   V | 0xa50f << 48        // bits below the top byte count
    PROBE   HT & ~(1 << 48)
    PROBE   V | 0x0080 << 48        // bit 55 decides the half
    b       .Lall\@
    .ltorg
.Lall\@:
    // Where a branch goes: the PC that code sees.
    LA      x28, where              // ADR X0, .; RET
    ldr     x28, [x28]
    ldr     x20, =V + 0x200
    bl      pc_of
    ldr     x20, =V + 0x200 | 0x77 << 56
    bl      pc_of
    ldr     x20, =H + 0x200
    bl      pc_of
    ldr     x20, =HT + 0x200
    bl      pc_of
    // ELR of an exception there, and of ERET to there.
    ldr     x20, =V + 0x300 | 0x77 << 56
    X       "br x20"
    X       "bl to_el1"
    X0      "br x20"
    ldr     x20, =HT + 0x300
    X       "br x20"
    X       "bl to_el1"
    b       .Lall2\@
    .ltorg
.Lall2\@:
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    // At offset 0x200: ADR X0, .; RET. At 0x300: UDF.
    ldr     x0, =M_RAM + 0x3000
    ldr     x1, where
    str     x1, [x0, #0x200]
    str     xzr, [x0, #0x300]
    dsb     sy
    ic      iallu
    isb
    MMU_TABLES
    TITLE   "TBI 00"
    ALL
    TITLE   "TBI 01"
    SETBITS tcr_el1, 1 << 37
    FLUSH
    ALL
    TITLE   "TBI 11"
    SETBITS tcr_el1, 1 << 38
    FLUSH
    ALL
    TITLE   "TBI 10"
    CLRBITS tcr_el1, 1 << 37
    FLUSH
    ALL
    DONE

to_el1:                             // ERET to x20 at EL1
    msr     elr_el1, x20
    mov     x0, #0x3c5
    msr     spsr_el1, x0
    eret
pc_of:
    str     x30, [sp, #-16]!
    mov     x0, #0
    bl      sys_clear
    adr     x29, 1f
    bl      sys_resume
    blr     x20
1:  SHOW    "pc", x20, x0
    SYS_SHOW "exception"
    ldr     x30, [sp], #16
    ret
    .balign 8
where:
    .inst   0x10000000, 0xd65f03c0
MMU_CODE
SHARED_TABLES M_RAM + 0x3000 + (D_PAGE | D_NORMAL)
