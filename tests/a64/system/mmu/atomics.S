// SPDX-License-Identifier: MIT
//
// Atomic operations, exclusives and DC ZVA on pages that are missing,
// read-only, EL1's only, or without access flag: ESR and FAR; no register and
// no memory changed; both words of a pair are looked at.
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set GOOD, M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0)

// x20 = the address; each at EL1 and EL0.
.macro BOTH insn
    E       "\insn"
    E0      "\insn"
.endm
.macro ATOMICS
    mov     x2, #0x22
    mov     x3, #0x33
    mov     x4, #0x44
    mov     x5, #0x55
    BOTH    "swp x2, x3, [x20]"
    BOTH    "swpalb w2, w3, [x20]"
    BOTH    "ldadd w2, w3, [x20]"
    BOTH    "ldclrh w2, w3, [x20]"
    BOTH    "steor x2, [x20]"
    BOTH    "ldumaxa x2, x3, [x20]"
    BOTH    "cas x2, x3, [x20]"
    BOTH    "casb w2, w3, [x20]"
    BOTH    "casp x2, x3, x4, x5, [x20]"
    BOTH    "caspal w2, w3, w4, w5, [x20]"
    SHOW    "registers", x2, x3, x4, x5
    BOTH    "dc zva, x20"
    BOTH    "ldxp x2, x3, [x20]"
    BOTH    "ldaxrh w4, [x20]"
    BOTH    "stlr x5, [x20]"
    BOTH    "stlrb w5, [x20]"
.endm
.macro MEMORY
    ldr     x21, =M_RAM + 0x1040
    ldp     x22, x23, [x21]
    ldp     x24, x25, [x21, #48]
    SHOW    "memory", x22, x23, x24, x25
    mov     x22, #0x66
    stp     x22, x22, [x21]
    stp     x22, x22, [x21, #48]
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    SETBITS sctlr_el1, 1 << 14      // DZE
    MEMORY
    ldr     x20, =V_LOW + 0x1040
    .irp    desc, 0, GOOD + D_RO, M_RAM + 0x1000 + (D_PAGE | D_NORMAL)
    TITLE   "\desc"
    SETDESC m_l3, 1, \desc
    FLUSH
    bl      all
    MEMORY
    .endr
    TITLE   "access flag"
    SETDESC m_l3, 1, M_RAM + 0x1000 + (D_PAGE | D_SH | D_EL0)
    FLUSH
    bl      all
    MEMORY
    TITLE   "misaligned and missing"
    SETDESC m_l3, 1, 0
    FLUSH
    add     x20, x20, #4
    E       "swp x2, x3, [x20]"
    E       "casp w2, w3, w4, w5, [x20]"
    E       "casp x2, x3, x4, x5, [x20]"
    E       "ldxp w2, w3, [x20]"
    E       "stlr w2, [x20]"
    E       "ldadd w2, w3, [x20]"
    DONE

all:
    str     x30, [sp, #-16]!
    ATOMICS
    ldr     x30, [sp], #16
    ret
    .ltorg

MMU_CODE
ONE_TABLES
