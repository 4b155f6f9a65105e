// SPDX-License-Identifier: MIT
//
// TLBI of ranges: after each form every page and block that the range covers
// is translated anew, for each SCALE, for few and for very many pages, global
// or not, in either half; the ASID counts; a range up to the last address.
// What a form does not cover may stay or go, so it is not looked at.
//@ cpu max
//> ~rvaae1is D_NG 512 0000000000000200 0000000000000000 0000000000000200
//> ~rvaale1 D_NG 512 0000000000000200 0000000000000000 0000000000000200
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set P1, M_RAM + 0x1000 + (D_PAGE | D_NORMAL)
.set P2, M_RAM + 0x2000 + (D_PAGE | D_NORMAL)
.set TG_4K, 1 << 46

// All 512 entries of @table = @desc, without TLBI. Changes x0 to x2.
.macro ALL table, desc
    LA      x0, \table
    ldr     x1, =\desc
    mov     x2, #512
    bl      set_all
.endm

// Pages from x20 on, x21 of them, that have P1 in x9, P2 in x10.
.macro COUNT
    bl      count
.endm

// x19 = operand for @num and @scale from page @page of @va on.
.macro OPERAND va, page, num, scale, asid
    ldr     x19, =((\va >> 12) + \page) & 0x1fffffffff | \num << 39 | \
                  \scale << 44 | TG_4K | \asid << 48
.endm

// @n pages from @page on are covered by (@num, @scale).
.macro RANGE op, table, va, attr, asid, page, n, num, scale, pre
    ALL     \table, P1 + \attr
    FLUSH
    ldr     x20, =\va + \page * 0x1000
    mov     x21, #\n
    COUNT
    mov     x11, x9
    ALL     \table, P2 + \attr
    OPERAND \va, \page, \num, \scale, \asid
    dsb     sy
    tlbi    \op, x19
    dsb     sy
    isb
    COUNT
    SHOW    "\pre\op \attr \n", x11, x9, x10
    ALL     \table, 0
    dsb     sy
    tlbi    \op, x19
    dsb     sy
    isb
    ldr     x20, =\va + (\page + \n - 1) * 0x1000
    E       "ldr x9, [x20]", \pre
    E       "blr x20", \pre
.endm

// A block of 2 MiB, pages 0x400 to 0x5ff, and a range from @page on.
.macro BLOCK op, page, num, scale
    SETDESC m_l2, 2, M_RAM + (D_BLOCK | D_NORMAL)
    FLUSH
    ldr     x20, =V_LOW + 0x400000
    ldr     x9, [x20, #16]
    SETDESC m_l2, 2, 0
    OPERAND V_LOW, \page, \num, \scale, 7
    tlbi    \op, x19
    dsb     sy
    isb
    E       "ldr x10, [x20, #16]"
    SHOW    "\op \page \num \scale", x9
.endm

.macro FORMS table, va
    .irp    op, rvae1, rvae1is, rvae1os, rvale1, rvale1is, rvale1os
    RANGE   \op, \table, \va, 0, 9, 3, 2, 0, 0
    RANGE   \op, \table, \va, D_NG, 7, 3, 2, 0, 0
    RANGE   \op, \table, \va, D_NG, 7, 0, 62, 30, 0
    RANGE   \op, \table, \va, 0, 7, 1, 128, 1, 1
    .endr
    .irp    op, rvaae1, rvaae1is, rvaae1os, rvaale1, rvaale1is, rvaale1os
    RANGE   \op, \table, \va, 0, 9, 5, 4, 1, 0
    RANGE   \op, \table, \va, D_NG, 9, 7, 64, 31, 0
    RANGE   \op, \table, \va, D_NG, 1, 0, 512, 7, 1
    RANGE   \op, \table, \va, 0, 1, 0, 512, 0, 2
    RANGE   \op, \table, \va, D_NG, 1, 0, 512, 0, 3
    RANGE   \op, \table, \va, D_NG, 1, 0, 512, 14, 3
    RANGE   \op, \table, \va, D_NG, 1, 0, 512, 31, 3, "~" // QEMU: 32 bits
    .endr
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    mrs     x0, ttbr0_el1
    movk    x0, #7, lsl #48
    msr     ttbr0_el1, x0
    isb
    FORMS   m_l3, V_LOW
    b       1f
    .ltorg
1:  FORMS   m_h3, V_HIGH
    b       1f
    .ltorg
1:  // Blocks that the range only touches go as a whole.
    TITLE   "blocks"
    .irp    op, rvae1is, rvaale1
    BLOCK   \op, 0x400, 0, 0
    BLOCK   \op, 0x5fe, 0, 0
    BLOCK   \op, 0x5fe, 31, 1       // many pages, the first two in the block
    BLOCK   \op, 0x201, 7, 1        // the last one in it
    .endr
    // The last pages of the address space; more than there is.
    TITLE   "the end"
    LA      x0, m_h3
    ldr     x1, =P1
    mov     x2, #512
    bl      set_all
    LA      x0, m_h0
    LA      x1, m_h1 + D_TABLE
    str     x1, [x0, #0xff8]
    LA      x0, m_h1
    LA      x1, m_h2 + D_TABLE
    str     x1, [x0, #0xff8]
    LA      x0, m_h2
    LA      x1, m_h3 + D_TABLE
    str     x1, [x0, #0xff8]
    .irp    scale, 0, 3
    SETDESC m_h3, 511, P1
    FLUSH
    mov     x20, #-0x1000
    ldr     x9, [x20, #16]
    SETDESC m_h3, 511, P2
    OPERAND 0xfffffffffffff000, 0, 0, \scale, 7
    tlbi    rvae1is, x19
    dsb     sy
    isb
    ldr     x10, [x20, #16]
    SHOW    "\scale", x9, x10
    .endr
    TITLE   "not at EL0"
    X0      "tlbi rvae1, x19"
    X0      "tlbi rvaale1os, x19"
    X0      "tlbi vae1os, x19"
    X0      "tlbi vmalle1os"
    // Not allocated.
    X       "sys #0, c8, c2, #0, x19"
    X       "sys #0, c8, c5, #2, x19"
    X       "sys #0, c8, c6, #4, x19"
    X       "sys #0, c8, c1, #4, x19"
    X       "sys #0, c8, c1, #6, x19"
    DONE

set_all:
    str     x1, [x0], #8
    subs    x2, x2, #1
    b.ne    set_all
    dsb     ishst
    isb
    ret
count:
    mov     x9, #0
    mov     x10, #0
    mov     x0, x20
    mov     x1, x21
1:  ldr     x2, [x0, #16]
    lsr     x2, x2, #12
    tst     x2, #1
    cinc    x9, x9, ne
    cinc    x10, x10, eq
    add     x0, x0, #0x1000
    subs    x1, x1, #1
    b.ne    1b
    ret
MMU_CODE
ONE_TABLES
