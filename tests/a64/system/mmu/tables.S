// SPDX-License-Identifier: MIT
//
// Hierarchical permissions add up over the levels: each limit in the table
// descriptors of level 0, 1 and 2, in pairs of different levels, for pages
// and blocks in both halves; HPD0 and HPD1 turn them off for their half only.
//@ cpu max
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set PAGE, M_RAM + 0x1000 + (D_PAGE | D_NORMAL)

// Limits @l0, @l1, @l2 (numbers for bits 62:59) above page and block.
.macro LIMITS l0, l1, l2
    TITLE   "\l0 \l1 \l2"
    LA      x0, m_l0
    LA      x1, m_l1 + D_TABLE
    mov     x2, #\l0
    bfi     x1, x2, #59, #4
    str     x1, [x0, #8]
    LA      x0, m_l1
    LA      x1, m_l2 + D_TABLE
    mov     x2, #\l1
    bfi     x1, x2, #59, #4
    str     x1, [x0]
    LA      x0, m_l2
    LA      x1, m_l3 + D_TABLE
    mov     x2, #\l2
    bfi     x1, x2, #59, #4
    str     x1, [x0]
    FLUSH
    .irp    va, V_LOW, V_HIGH
    PROBE   \va
    PROBE   \va + 0x1000
    PROBE   \va + 0x201000
    .endr
.endm

.macro SOME
    .irp    n, 1, 2, 4, 8
    LIMITS  \n, 0, 0
    LIMITS  0, \n, 0
    LIMITS  0, 0, \n
    .endr
    LIMITS  1, 2, 0
    LIMITS  0, 4, 8
    LIMITS  8, 0, 2
    LIMITS  15, 15, 15
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    SETDESC m_l2, 1, M_RAM + (D_BLOCK | D_NORMAL | D_EL0 | D_RO)
    SOME
    b       1f
    .ltorg
1:  .irp    bits, 1 << 41, 1 << 42, 3 << 41
    TITLE   "HPD: \bits"
    SETBITS tcr_el1, \bits
    FLUSH
    LIMITS  4, 0, 8
    LIMITS  1, 2, 0
    CLRBITS tcr_el1, \bits
    FLUSH
    .endr
    DONE
MMU_CODE
SHARED_TABLES PAGE, PAGE + D_EL0
