// SPDX-License-Identifier: MIT
//
// Accesses over a page's end and pairs with either half missing, read-only
// or at no memory: ESR and FAR, nothing written, nothing loaded; DC ZVA and
// cache maintenance with CM; external aborts; alignment on Device memory.
//> cache operations: unmapped
//> ~dc cvac, x20 0000000000000200 0000000096000147 0000008000007048
//> ~dc ivac, x20 0000000000000200 0000000096000147 0000008000007048
//> ~ic ivau, x20 0000000000000200 0000000096000147 0000008000007048
//> ~EL0: dc civac, x20 0000000000000400 0000000092000147 0000008000007048
//> read-only
//> ~dc cvac, x20 ffffffffffffffff 0000000000000000 0000000000000000
//> ~dc ivac, x20 0000000000000200 000000009600014f 0000008000007048
//> EL1 only
//> ~EL0: dc cvac, x20 0000000000000400 000000009200014f 0000008000007048
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set GOOD, M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0)

// Loads and stores at x20 = the end of page 1, minus 4 or 8.
.macro LOADS
    ldr     x20, =V_LOW + 0x2000
    mov     x10, #0x10
    mov     x11, #0x11
    E       "ldr x10, [x20, #-4]!"
    E       "ldur x10, [x20, #-7]"
    E       "ldp x10, x11, [x20, #-8]!"
    E       "ldp w10, w11, [x20, #-4]"
    E       "ldur q0, [x20, #-8]"
    E       "ldpsw x10, x11, [x20, #-4]"
    E0      "ldur x10, [x20, #-4]"
    E0      "ldp x10, x11, [x20, #-8]"
    SHOW    "unchanged", x10, x11, x20
.endm
// QEMU writes the good half before it sees the other.
.macro STORES pre
    ldr     x20, =V_LOW + 0x2000
    ldr     x21, =M_RAM + 0x1ff0
    stp     xzr, xzr, [x21]
    ldr     x22, =M_RAM + 0x2000
    stp     xzr, xzr, [x22]
    mov     x10, #-1
    E       "stur x10, [x20, #-4]", \pre
    E       "stp x10, x10, [x20, #-8]", \pre
    E       "stp w10, w10, [x20, #-4]", \pre
    E       "stur q0, [x20, #-8]", \pre
    E0      "stp x10, x10, [x20, #-8]", \pre
    ldp     x12, x13, [x21]
    ldp     x14, x15, [x22]
    SHOW    "\pre\()memory", x12, x13, x14, x15
.endm
// QEMU's cache maintenance does nothing at all.
.macro CACHE
    E       "dc cvac, x20", "~"
    E       "dc cvau, x20", "~"
    E       "dc civac, x20", "~"
    E       "dc ivac, x20", "~"
    E       "ic ivau, x20", "~"
    E       "dc zva, x20"
    E0      "dc zva, x20"
    E0      "dc cvac, x20", "~"
    E0      "dc civac, x20", "~"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    SETBITS sctlr_el1, 1 << 14 | 1 << 26    // DZE, UCI
    .irp    second, 0, M_RAM + 0x2000 + (D_PAGE | D_SH)
    TITLE   "second: \second"
    SETDESC m_l3, 1, GOOD
    SETDESC m_l3, 2, \second
    FLUSH
    LOADS
    STORES  "~"
    TITLE   "first: \second"
    SETDESC m_l3, 1, \second
    SETDESC m_l3, 2, GOOD + 0x1000
    FLUSH
    LOADS
    STORES
    .endr
    b       1f
    .ltorg
1:  TITLE   "second read-only"
    SETDESC m_l3, 1, GOOD
    SETDESC m_l3, 2, GOOD + 0x1000 + D_RO
    FLUSH
    STORES  "~"
    TITLE   "first read-only"
    SETDESC m_l3, 1, GOOD + D_RO
    SETDESC m_l3, 2, GOOD + 0x1000
    FLUSH
    STORES
    TITLE   "two pages of memory far apart"
    SETDESC m_l3, 1, GOOD
    SETDESC m_l3, 2, M_RAM + 0x9000 + (D_PAGE | D_NORMAL)
    FLUSH
    ldr     x20, =V_LOW + 0x2000
    ldr     x10, =0x1122334455667788
    stur    x10, [x20, #-3]
    ldur    x11, [x20, #-3]
    ldur    x12, [x20, #-8]
    ldr     x13, [x20]
    SHOW    "parts", x11, x12, x13
    TITLE   "no memory"
    SETDESC m_l3, 3, 0xb0000000 + (D_PAGE | D_NORMAL | D_EL0)
    ldr     x20, =V_LOW + 0x3008
    E       "ldr x9, [x20]"
    E       "str x9, [x20]"
    E       "ldp x9, x10, [x20, #8]"
    E       "ldrb w9, [x20, #3]"
    E       "ldtr x9, [x20]"
    E0      "ldr x9, [x20]"
    E0      "strb w9, [x20]"
    b       1f
    .ltorg
1:  TITLE   "cache operations: unmapped"
    ldr     x20, =V_LOW + 0x7048
    CACHE
    TITLE   "read-only"
    SETDESC m_l3, 7, GOOD + D_RO
    CACHE
    TITLE   "EL1 only"
    SETDESC m_l3, 7, M_RAM + 0x5000 + (D_PAGE | D_NORMAL)
    FLUSH
    CACHE
    TITLE   "access flag"
    SETDESC m_l3, 7, M_RAM + 0x5000 + (D_PAGE | D_SH | D_EL0)
    FLUSH
    CACHE
    TITLE   "DC ZVA"
    SETDESC m_l3, 7, M_RAM + 0x5000 + (D_PAGE | D_NORMAL)
    ldr     x20, =V_LOW + 0x7048
    mov     x9, #-1
    stur    x9, [x20, #-16]
    str     x9, [x20, #-8]
    str     x9, [x20, #48]
    str     x9, [x20, #56]
    dc      zva, x20
    ldur    x9, [x20, #-16]
    ldur    x10, [x20, #-8]
    ldr     x11, [x20, #48]
    ldr     x12, [x20, #56]
    SHOW    "around", x9, x10, x11, x12
    // Device memory: unaligned accesses fault; QEMU 7.2 allows them.
    SETDESC m_l3, 8, M_RAM + 0x8000 + (D_PAGE | D_AF | D_DEVICE | D_EL0)
    ldr     x20, =V_LOW + 0x8000
//> ~ldur x9, [x20, #1] 0000000000000200 0000000096000021 0000008000008001
//> ~sturh w9, [x20, #1] 0000000000000200 0000000096000061 0000008000008001
//> ~EL0: ldur w9, [x20, #2] 0000000000000400 0000000092000021 0000008000008002
    E       "ldr x9, [x20, #8]"
    E       "ldur x9, [x20, #1]", "~"
    E       "sturh w9, [x20, #1]", "~"
    E       "ldp w9, w10, [x20, #4]"
    E0      "ldur w9, [x20, #2]", "~"
    E       "dc zva, x20", "~"
//> ~dc zva, x20 0000000000000200 0000000096000061 0000008000008000
    DONE
MMU_CODE
ONE_TABLES
