// SPDX-License-Identifier: MIT
//
// Memory types by MAIR_EL1: an access that is not aligned is a fault in each
// kind of Device memory and none in Normal memory, cached or not, also when
// only its second page is Device; a new MAIR_EL1 counts at once. QEMU 7.2
// does not check alignment by memory type.
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.macro ALL
    E       "ldr x9, [x20, #8]", "~"
    E       "ldur x9, [x20, #1]", "~"
    E       "ldurh w9, [x20, #3]", "~"
    E       "stur w9, [x20, #2]", "~"
    E       "strb w9, [x20, #3]", "~"
    E       "ldp w9, w10, [x20, #4]", "~"
    E       "ldp x9, x10, [x20, #-8]", "~"
    E       "ldur x9, [x20, #-4]", "~"  // from Normal memory into this page
    E       "stur x9, [x20, #-4]", "~"
    E0      "ldur x9, [x20, #4]", "~"
.endm

.macro INDEX n
    TITLE   "index \n"
    SETDESC m_l3, 1, M_RAM + 0x1000 + (D_PAGE | D_NORMAL | D_EL0)
    SETDESC m_l3, 2, M_RAM + 0x2000 + (D_PAGE | D_AF | D_EL0 | (\n << 2))
    FLUSH
    ldr     x20, =V_LOW + 0x2000
    ALL
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    INDEX   0                       // write-back
//> index 0
//> ~ldur x9, [x20, #1] ffffffffffffffff 0000000000000000 0000000000000000
//> ~stur x9, [x20, #-4] ffffffffffffffff 0000000000000000 0000000000000000
    INDEX   2                       // non-cacheable
//> index 2
//> ~ldur x9, [x20, #1] ffffffffffffffff 0000000000000000 0000000000000000
    INDEX   5                       // write-through
//> index 5
//> ~ldur x9, [x20, #1] ffffffffffffffff 0000000000000000 0000000000000000
    .irp    n, 1, 3, 4              // nGnRnE, nGnRE, GRE
    INDEX   \n
    .endr
//> index 1
//> ~ldr x9, [x20, #8] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ldur x9, [x20, #1] 0000000000000200 0000000096000021 0000008000002001
//> ~ldurh w9, [x20, #3] 0000000000000200 0000000096000021 0000008000002003
//> ~stur w9, [x20, #2] 0000000000000200 0000000096000061 0000008000002002
//> ~strb w9, [x20, #3] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ldp w9, w10, [x20, #4] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ldp x9, x10, [x20, #-8] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ldur x9, [x20, #-4] 0000000000000200 0000000096000021 0000008000002000
//> ~stur x9, [x20, #-4] 0000000000000200 0000000096000061 0000008000002000
//> ~EL0: ldur x9, [x20, #4] 0000000000000400 0000000092000021 0000008000002004
//> index 3
//> ~ldur x9, [x20, #1] 0000000000000200 0000000096000021 0000008000002001
//> index 4
//> ~stur w9, [x20, #2] 0000000000000200 0000000096000061 0000008000002002
    TITLE   "MAIR changes"
    INDEX   0
    mrs     x27, mair_el1
    and     x0, x27, #~0xff
    LA      x2, m_self              // the program itself stays Normal
    ldr     x3, [x2, #8]
    mov     x4, #(5 << 2)
    orr     x3, x3, x4
    str     x3, [x2, #8]
    FLUSH
    msr     mair_el1, x0
    isb
    ALL
//> MAIR changes
//> ~ldr x9, [x20, #8] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ldur x9, [x20, #1] 0000000000000200 0000000096000021 0000008000002001
    msr     mair_el1, x27
    isb
    ALL
//> ~ldur x9, [x20, #1] ffffffffffffffff 0000000000000000 0000000000000000
    DONE
MMU_CODE
ONE_TABLES
