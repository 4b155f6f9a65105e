// SPDX-License-Identifier: MIT
//
// E0PD: EL0 (and LDTR, STTR) faults at level 0 in a half that is closed to
// it, mapped or not; EL1 does not.
//@ cpu max
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set V, V_LOW
.set H, V_HIGH

.macro ALL
    PROBE   V
    PROBE   V + 0x1000
    PROBE   V + 0x2000
    PROBE   H
    PROBE   H + 0x1000
    PROBE   H + 0x2000
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    TITLE   "none"
    ALL
    TITLE   "E0PD1"
    SETBITS tcr_el1, 1 << 56
    FLUSH
    ALL
    // A translation that EL1 has just used is no way round it.
    ldr     x20, =H
    E       "ldr x0, [x20]"
    E0      "ldr x0, [x20]"
    E       "ldtr x0, [x20]"
    at      s1e0r, x20
    isb
    SHOW_REG par_el1
    at      s1e1r, x20
    isb
    mrs     x0, par_el1
    and     x0, x0, #1
    SHOW    "par.F", x0
    // E0PD0 closes the half that EL0 runs in: only LDTR and STTR try.
    TITLE   "E0PD0 and E0PD1"
    SETBITS tcr_el1, 3 << 55
    FLUSH
    ldr     x20, =V
    E       "ldtr x0, [x20]"
    E       "sttr x0, [x20, #16]"
    E       "ldr x0, [x20]"
    E       "str x0, [x20, #16]"
    CLRBITS tcr_el1, 3 << 55
    FLUSH
    TITLE   "none again"
    ALL
    DONE
MMU_CODE
SHARED_TABLES M_RAM + 0x3000 + (D_PAGE | D_NORMAL | D_EL0), \
                M_RAM + 0x4000 + (D_PAGE | D_NORMAL)
