// SPDX-License-Identifier: MIT
//
// Which fault is reported when there are several: alignment that the
// instruction demands, translation, address size, access flag, permission.
// Without FEAT_LSE2, which QEMU 7.2 does not have.
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

// In @pre, "~" where QEMU reports what an atomic would read first.
.macro ALL pre
    E       "ldr x9, [x20]"
    E       "str x9, [x20]"
    E0      "ldr x9, [x20]"
    E0      "str x9, [x20]"
    E       "ldxr x9, [x20]"
    E       "stlr x9, [x20]"
    E       "ldar x9, [x20]"
    E       "ldxp x9, x10, [x20]"
    E       "ldadd x9, x10, [x20]", \pre
    E       "swpal x9, x10, [x20]", \pre
    E       "cas x9, x10, [x20]", \pre
    E0      "ldadd x9, x10, [x20]"
    E       "ldtr x9, [x20]"
    E       "sttr x9, [x20]"
    E       "blr x20"
    E0      "blr x20"
.endm

.macro PAGE text, desc, pre
    TITLE   "\text"
    SETDESC m_l3, 1, \desc
    FLUSH
    ldr     x20, =V_LOW + 0x1040
    ALL     \pre
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    PAGE    "address size before access flag", 0x10044000000 + D_PAGE
    PAGE    "access flag before permission", M_RAM + 0x1000 + (D_PAGE | D_RO)
    PAGE    "access flag before external abort", 0xb0000000 + D_PAGE
    PAGE    "permission before external abort", \
            0xb0000000 + (D_PAGE | D_NORMAL | D_RO | D_PXN | D_UXN), "~"
//> ~ldadd x9, x10, [x20] 0000000000000200 000000009600004f 0000008000001040
    PAGE    "read-only, never executed", \
            M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_RO | D_EL0 | D_PXN | D_UXN)
    PAGE    "read and write at EL0", M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0)
    b       1f
    .ltorg
1:
//> ~stlxrh w11, w9, [x20] 0000000000000200 0000000096000061 0000008000001041
    // Misaligned, where the instruction does not allow it.
    .irp    d, 0, 0x10044000000 + D_PAGE, M_RAM + D_PAGE, \
            M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_RO)
    TITLE   "misaligned: \d"
    SETDESC m_l3, 1, \d
    FLUSH
    ldr     x20, =V_LOW + 0x1041
    E       "ldr x9, [x20]"
    E       "ldxr x9, [x20]"
    E       "ldxp x9, x10, [x20]"
    E       "stlr x9, [x20]"
    E       "ldar x9, [x20]"
    E       "ldaxrb w9, [x20]"
    E       "stlxrh w11, w9, [x20]", "~" // QEMU: monitor first, WnR = 0
    E       "ldadd x9, x10, [x20]"
    E       "stadd w9, [x20]"
    E       "swph w9, w10, [x20]"
    E       "cas x9, x10, [x20]"
    E       "casp x10, x11, x12, x13, [x20]"
    .endr
    b       1f
    .ltorg
1:  TITLE   "SCTLR.A"
    SETBITS sctlr_el1, 2
    .irp    d, 0, M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_RO)
    SETDESC m_l3, 1, \d
    FLUSH
    ldr     x20, =V_LOW + 0x1042
    E       "ldr x9, [x20]"
    E       "str w9, [x20]"
    E       "ldrh w9, [x20]"
    E       "strh w9, [x20]"
    E       "ldp w9, w10, [x20]"
    E       "stp x9, x10, [x20]"
    E       "ldur q0, [x20, #-2]"
    E       "ldur q0, [x20, #6]"
    E0      "ldr x9, [x20]"
    E0      "strb w9, [x20]"
    .endr
    CLRBITS sctlr_el1, 2
    // The half of the address first, then what TCR says about it.
    TITLE   "neither half, EPD, E0PD, permission"
    SETBITS tcr_el1, 1 << 23
    FLUSH
    .irp    va, 0x0001000000000000, 0xfffe000000000041, V_HIGH + 0x1000
    ldr     x20, =\va
    E       "ldr x9, [x20]"
    E0      "str x9, [x20]"
    .endr
    CLRBITS tcr_el1, 1 << 23
    FLUSH
    DONE
MMU_CODE
ONE_TABLES
