// SPDX-License-Identifier: MIT
//
// Pointer authentication: codes of every key, authentication that passes
// and fails, stripping, keys that are not enabled, tags, branches, loads.
//@ qemu-cpu max,pauth-impdef=on
#include "check.inc"

.macro KEY name, lo, hi
    ldr     x0, =\lo
    msr     \name\()keylo_el1, x0
    ldr     x0, =\hi
    msr     \name\()keyhi_el1, x0
.endm

// Signs and authenticates x0 with modifier x1 by one key.
.macro SIGN k
    mov     x2, x0
    pac\k   x2, x1
    mov     x3, x2
    aut\k   x3, x1
    mov     x4, x2
    eor     x4, x4, #0x0040000000000000
    aut\k   x4, x1
    mov     x5, x2
    aut\k   x5, x0
    mov     x6, x0
    pac\k   x6, sp
    aut\k   x6, sp
    mov     x7, x0
    pac\k\()_zero x7
    SHOW    "\k", x2, x3, x4, x5, x6, x7
.endm
.macro pacia_zero r
    paciza  \r
.endm
.macro pacib_zero r
    pacizb  \r
.endm
.macro pacda_zero r
    pacdza  \r
.endm
.macro pacdb_zero r
    pacdzb  \r
.endm

.macro POINTER value
    ldr     x0, =\value
    SHOW    "pointer", x0
    SIGN    ia
    SIGN    ib
    SIGN    da
    SIGN    db
    mov     x2, x0
    xpaci   x2
    mov     x3, x0
    xpacd   x3
    pacga   x4, x0, x1
    pacga   x5, x1, sp
    SHOW    "xpac, pacga", x2, x3, x4, x5
.endm

.macro POINTERS
    POINTER 0x0000000040080123
    POINTER 0xffffff8040080123
    POINTER 0x0000007fffffffff
    POINTER 0x0080000040080000
    POINTER 0x1234567812345678
    POINTER 0xa500000040080000
    POINTER 0x5affff8040080000
    POINTER 0
    POINTER -1
.endm

.text
.global t_main
t_main:
    SET_F   4
    KEY     apia, 0x0123456789abcdef, 0xfedcba9876543210
    KEY     apib, 0x1111111122222222, 0x3333333344444444
    KEY     apda, 0x5555555566666666, 0x7777777788888888
    KEY     apdb, 0x9999999aaaaaaaaa, 0xbbbbbbbbcccccccc
    KEY     apga, 0xdddddddddeeeeeee, 0xffffffff00000000
    ldr     x1, =0x1122334455667788
    TITLE   "off"
    ldr     x0, =0x1234567812345678
    bl      one
    mrs     x19, sctlr_el1
    ldr     x20, =1 << 31 | 1 << 30 | 1 << 27 | 1 << 13
    orr     x20, x20, x19
    msr     sctlr_el1, x20
    isb
    bl      all
    TITLE   "TBI"
    mrs     x21, tcr_el1
    orr     x22, x21, #1 << 37
    orr     x22, x22, #1 << 38
    msr     tcr_el1, x22
    isb
    bl      all
    TITLE   "TBI, TBID"
    orr     x22, x22, #1 << 51
    orr     x22, x22, #1 << 52
    msr     tcr_el1, x22
    isb
    bl      all
    msr     tcr_el1, x21
    isb
    // Sizes of address space at and beyond the limits, MMU off.
    bl      t_mmu_off
    .irp    tsz, 0, 15, 16, 17, 38, 39, 40, 63
    TITLE   "TnSZ \tsz"
    ldr     x22, =\tsz | \tsz << 16
    bic     x23, x21, #0x3f
    bic     x23, x23, #0x3f0000
    orr     x22, x22, x23
    msr     tcr_el1, x22
    isb
    ldr     x0, =0x0080000040080000
    bl      one
    ldr     x0, =0xff80000040080000
    bl      one
    .endr
    msr     tcr_el1, x21
    isb
    bl      t_mmu_on
    msr     sctlr_el1, x20
    isb
    // Hints, branches and loads.
    mov     x16, sp
    adr     x17, t_main
    pacia1716
    autia1716
    pacib1716
    mov     x30, x17
    xpaclri
    sub     x2, x30, x17
    autib1716
    sub     x3, x30, x17
    SHOW    "1716", x2, x3
    adr     x30, t_main
    paciasp
    mov     x2, x30
    autiasp
    pacibsp
    mov     x3, x30
    autibsp
    paciaz
    autiaz
    pacibz
    mov     x4, x30
    autibz
    mov     x5, x30
    SHOW    "sp, z", x2, x3, x4, x5
    bl      signed
    adr     x5, signed
    pacia   x5, x1
    blraa   x5, x1
    adr     x5, signed
    pacizb  x5
    blrabz  x5
    adr     x5, 1f
    pacib   x5, sp
    brab    x5, sp
    TITLE   "not reached"
1:  adr     x5, 1f
    paciza  x5
    braaz   x5
    TITLE   "not reached"
1:  SHOW    "branches"
    // Exception returns and returns, by both keys, right and wrong.
    .irp    k, a, b
    mrs     x3, spsr_el1
    mov     x4, #0x3c5
    msr     spsr_el1, x4
    adr     x5, 1f
    paci\k  x5, sp
    msr     elr_el1, x5
    ereta\k
    TITLE   "not reached"
1:  SHOW    "ereta\k"
    RESUME_AT 2f
    adr     x5, 1b
    msr     spsr_el1, x4
    msr     elr_el1, x5
    ereta\k
2:  SHOW    "ereta\k, no code"
    adr     x30, 1f
    paci\k\()sp
    reta\k
    TITLE   "not reached"
1:  SHOW    "reta\k"
    RESUME_AT 2f
    adr     x30, 1b
    reta\k
2:  SHOW    "reta\k, no code"
    .endr
    adr     x5, signed
    RESUME_AT 1f
    eor     x5, x5, #1 << 48
    blraaz  x5
1:  SHOW    "spoilt"
    ldr     x6, =T_RW + 0x800
    pacdza  x6
    ldraa   x0, [x6]
    ldraa   x1, [x6, #-8]
    ldraa   x2, [x6, #4088]!
    ldur    x3, [x6, #-8]
    ldr     x7, =T_RW + 0x800
    pacdzb  x7
    ldrab   x4, [x7, #8]!
    SHOW    "ldra", x0, x1, x2, x3, x4, x6, x7
    ldraa   x0, [x7]
    DONE
    .ltorg

one:
    mov     x28, x30
    SIGN    ia
    SIGN    db
    br      x28
all:
    mov     x28, x30
    POINTERS
    br      x28
    .ltorg
signed:
    pacibsp
    retab
