// SPDX-License-Identifier: MIT
//
// SCTLR_EL1.EE: tables are read, and access flags and dirty states written,
// in big-endian order, as data at EL1 is; instructions stay as they are.
//@ cpu max
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set BE, M_RAM + 0x100000           // the tables, swapped

// All of a table of ONE_TABLES to @to, swapped, its own addresses moved.
.macro COPY from, to
    LA      x0, \from
    ldr     x1, =\to
    bl      copy
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    bl      t_mmu_off
    COPY    m_l0, BE
    COPY    m_self, BE + 0x1000
    COPY    m_l1, BE + 0x2000
    COPY    m_l2, BE + 0x3000
    // Tables point at each other.
    ldr     x9, =BE
    .macro  LINK at, value
    ldr     x0, =\value
    rev     x0, x0
    str     x0, [x9, #\at]
    .endm
    LINK    0, BE + 0x1000 + D_TABLE
    LINK    8, BE + 0x2000 + D_TABLE
    LINK    0x2000, BE + 0x3000 + D_TABLE
    LINK    0x3000, BE + 0x4000 + D_TABLE
    // Pages: without access flag; clean; not there.
    LINK    0x4000, M_RAM + 0x5000 + (D_PAGE | D_SH)
    LINK    0x4008, M_RAM + 0x6000 + (D_PAGE | D_NORMAL | D_RO | D_DBM)
    LINK    0x4010, 0
    // Little-endian, so that it is no descriptor to a big-endian walk.
    ldr     x0, =M_RAM + 0x7000 + (D_PAGE | D_NORMAL)
    str     x0, [x9, #0x4018]
    ldr     x1, =M_TCR | 3 << 39    // HA, HD
    msr     tcr_el1, x1
    ldr     x0, =0xff
    msr     mair_el1, x0
    msr     ttbr0_el1, x9
    msr     ttbr1_el1, x9
    mrs     x28, sctlr_el1
    ldr     x1, =0x30d00980 & ~0x100 | 0x1d | 0x1000 | 1 << 25
    ldr     x20, =V_LOW
    ldr     x8, =0x1122334455667788
    // Literals are data too, so none from here.
    FLUSH
    msr     sctlr_el1, x1
    isb
    ldr     x10, [x20, #16]
    add     x21, x20, #0x1000
    ldr     x11, [x21, #16]
    str     x8, [x21, #24]
    ldr     w12, [x21, #24]
    add     x22, x20, #0x2000
    at      s1e1r, x22
    isb
    mrs     x13, par_el1
    add     x22, x20, #0x3000
    at      s1e1r, x22
    isb
    mrs     x14, par_el1
    msr     sctlr_el1, x28
    isb
    FLUSH
    ldr     x15, [x9, #0x4000]
    ldr     x16, [x9, #0x4008]
    ldr     x17, =M_RAM + 0x6000
    ldr     x17, [x17, #24]
    rev     x15, x15
    rev     x16, x16
    bl      t_mmu_on
    SHOW    "data", x10, x11, x12, x17
    SHOW    "par", x13, x14
    SHOW    "descriptors", x15, x16
    DONE

copy:
    mov     x2, #512
1:  ldr     x3, [x0], #8
    rev     x3, x3
    str     x3, [x1], #8
    subs    x2, x2, #1
    b.ne    1b
    ret
MMU_CODE
ONE_TABLES
