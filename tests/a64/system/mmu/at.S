// SPDX-License-Identifier: MIT
//
// AT S1E1R, S1E1W, S1E0R, S1E0W: PAR_EL1 for pages of each permission and
// memory type, blocks, and each fault; with the MMU off; no exceptions.
//@ cpu cortex-a72
//> ~V_HIGH+0x1ff8 4400000044006b00 4400000044006b00 000000000000081f 000000000000081f
//> ~V_LOW+0x1234 0400000044005b00 0400000044005b00 000000000000081f 000000000000081f
//> ~0x09000018 0000000009000b00 0000000009000b00 000000000000081b 000000000000081b
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.macro ALL va, pre
    ldr     x20, =\va
    at      s1e1r, x20
    isb
    mrs     x10, par_el1
    at      s1e1w, x20
    isb
    mrs     x11, par_el1
    at      s1e0r, x20
    isb
    mrs     x12, par_el1
    at      s1e0w, x20
    isb
    mrs     x13, par_el1
    SHOW    "\pre\()\va", x10, x11, x12, x13
    .ifnb   \pre                    // all but SH
    .irp    r, x10, x11, x12, x13
    bic     x0, \r, #0x180
    tst     \r, #1
    csel    \r, \r, x0, ne
    .endr
    SHOW    "\va", x10, x11, x12, x13
    .endif
.endm
.macro PAGE attr, pre
    SETDESC m_l3, 1, M_RAM + 0x5000 + (D_PAGE | D_AF) + \attr
    SETDESC m_h3, 1, M_RAM + 0x6000 + (D_PAGE | D_AF) + \attr
    FLUSH
    TITLE   "\attr"
    ALL     V_LOW + 0x1234, \pre
    ALL     V_HIGH + 0x1ff8, \pre
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    .irp    a, 0, D_EL0, D_RO, D_EL0 + D_RO, D_UXN, D_PXN, D_NG
    PAGE    \a
    PAGE    D_SH + \a
    .endr
    b       1f
    .ltorg
1:  // SH of Device and Normal non-cacheable memory reads as outer shareable;
    // QEMU gives the descriptor's.
    .irp    i, 0, 1, 2, 3, 4, 5
    PAGE    (\i << 2) + (2 << 8), "~"
    PAGE    (\i << 2) + (3 << 8), "~"
    PAGE    (\i << 2), "~"
    .endr
    b       1f
    .ltorg
1:  TITLE   "faults"
    ALL     V_LOW + 0x2000          // level 3
    ALL     V_LOW + 0x200000        // level 2
    ALL     V_LOW + 0x40000000      // level 1
    ALL     0x010000000000          // level 0
    ALL     0x0100000000000000      // neither half
    SETDESC m_l3, 2, M_RAM + D_PAGE + D_SH
    ALL     V_LOW + 0x2000          // access flag
    SETDESC m_l3, 2, 0x10044000000 + D_PAGE + D_NORMAL
    ALL     V_LOW + 0x2000          // address size
    SETDESC m_l3, 2, 0xb0000000 + D_PAGE + D_NORMAL
    ALL     V_LOW + 0x2000          // nothing there: no fault
    TITLE   "blocks"
    ALL     0x44123456
    ALL     0x09000018, "~"
    SETDESC m_l2, 3, M_RAM + D_BLOCK + D_NORMAL + D_EL0
    ALL     V_LOW + 0x6abcde
    b       1f
    .ltorg
1:  TITLE   "off"
    bl      t_mmu_off
    ALL     0x44123456, "~"
    DONE
MMU_CODE
ONE_TABLES
