// SPDX-License-Identifier: MIT
//
// PAN: which accesses of EL1 to memory that EL0 may read it stops: loads and
// stores of each kind, not LDTR and STTR, not fetches, not maintenance, not
// AT without P; EL0 itself is free; a tag that was made without PAN is no way
// round it, nor one made for EL0 or by LDTR.
//@ cpu max
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.macro PARS
    .irp    op, s1e1r, s1e1w, s1e0r, s1e0w, s1e1rp, s1e1wp
    at      \op, x20
    isb
    mrs     x10, par_el1
    and     x10, x10, #0xfff
    bic     x10, x10, #0x380        // not SH and NS
    SHOW    "\op", x10
    .endr
.endm

.macro ALL page
    TITLE   "\page"
    SETDESC m_l3, 1, \page
    FLUSH
    ldr     x20, =V_LOW + 0x1040
    E       "ldr x9, [x20]"
    E       "str x9, [x20]"
    E       "ldrb w9, [x20]"
    E       "ldp x9, x10, [x20]"
    E       "stp x9, x10, [x20]"
    E       "ldr q0, [x20]"
    E       "ld1 {v0.16b}, [x20]"
    E       "st2 {v0.16b, v1.16b}, [x20]"
    E       "ldxr x9, [x20]"
    E       "ldaxr x9, [x20]"
    E       "stlr x9, [x20]"
    E       "ldadd x9, x10, [x20]"
    E       "cas x9, x10, [x20]"
    E       "swp x9, x10, [x20]"
    E       "dc zva, x20"
    E       "prfm pldl1keep, [x20]"
    E       "ldtr x9, [x20]"
    E       "sttr x9, [x20]"
    E       "ldtrb w9, [x20]"
    E       "dc civac, x20"
    E       "ic ivau, x20"
    E0      "ldr x9, [x20]"
    E0      "str x9, [x20]"
    PARS
    ldr     x9, =0xd65f03c0
    ldr     x20, =M_RAM + 0x1000
    str     x9, [x20]
    dsb     sy
    ic      iallu
    isb
    ldr     x20, =V_LOW + 0x1000
    E       "blr x20"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    .irp    pan, 1, 0
    msr     pan, #\pan
    TITLE   "PAN=\pan"
    ALL     M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0 | D_RO)
    ALL     M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0)
    ALL     M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0 | D_UXN | D_PXN)
    ALL     M_RAM + 0x1000 + (D_PAGE | D_NORMAL)
    b       1f
    .ltorg
1:
    .endr
    TITLE   "one after the other"
    SETDESC m_l3, 1, M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0)
    FLUSH
    ldr     x20, =V_LOW + 0x1040
    .rept   2
    msr     pan, #0
    E       "ldr x9, [x20]"
    E       "str x9, [x20]"
    msr     pan, #1
    E       "ldr x9, [x20]"
    E       "str x9, [x20]"
    E       "ldtr x9, [x20]"
    E       "sttr x9, [x20]"
    E       "ldr x9, [x20]"
    E0      "str x9, [x20]"
    E       "str x9, [x20]"
    msr     uao, #1
    E       "ldtr x9, [x20]"       // as LDR now
    E       "sttr x9, [x20]"
    msr     uao, #0
    E       "ldtr x9, [x20]"
    .endr
    // Over the end of a page that PAN closes.
    SETDESC m_l3, 2, M_RAM + 0x2000 + (D_PAGE | D_NORMAL)
    FLUSH
    ldr     x20, =V_LOW + 0x2000
    E       "ldur x9, [x20, #-4]"
    E       "stp x9, x9, [x20, #-8]"
    ldr     x20, =V_LOW + 0x1000
    SETDESC m_l3, 0, M_RAM + (D_PAGE | D_NORMAL)
    FLUSH
    E       "ldur x9, [x20, #-4]"
    E       "ldp x9, x10, [x20, #-8]"
    msr     pan, #0
    DONE
MMU_CODE
ONE_TABLES
