// SPDX-License-Identifier: MIT
//
// Hardware management of the access flag and of the dirty state: what each
// kind of access leaves in the descriptor, for pages and blocks, with HA and
// HD; and that nothing is written when the access faults.
//@ cpu max
//> ~at s1e1w, x20 ffffffffffffffff 0000000000000000 0000000000000000
//> ~PAGE+D_RO+D_DBM+D_AF 0000000000000000 0008000044003783
//> ~unwritten 0000000000000000
#include "check.inc"
#include "mmu.inc"
#include "mmu_one.inc"

.set V, V_LOW
.set PAGE, M_RAM + 0x3000 + (D_PAGE | D_SH)
.set BLOCK, M_RAM + (D_BLOCK | D_SH)

// Descriptor of V becomes @desc; @insn; prints what came of both.
.macro AF desc, insn, pre, el0
    ldr     x21, =\desc
    LA      x22, m_l3
    str     x21, [x22]
    FLUSH
    ldr     x20, =V
    E\el0   "\insn", \pre
    ldr     x22, [x22]
    eor     x23, x22, x21
    SHOW    "\pre\desc", x23, x22
.endm

.macro ALL desc, pre
    AF      \desc, "ldr x9, [x20, #32]", \pre
    AF      \desc, "str x9, [x20, #32]", \pre
    AF      \desc, "blr x20", \pre
    AF      \desc, "ldr x9, [x20, #32]; str x9, [x20, #32]", \pre
    AF      \desc, "ldxr x9, [x20]; stxr w10, x9, [x20]", \pre
    AF      \desc, "ldadd xzr, x9, [x20, #0]", \pre
    AF      \desc, "dc zva, x20; ldr x9, =0xd65f03c0; str x9, [x20]", \pre
    AF      \desc, "stp x9, x9, [x20, #32]", \pre
    AF      \desc, "str q0, [x20, #32]", \pre
.endm
.macro EL0 desc
    AF      \desc, "ldr x9, [x20, #32]",, 0
    AF      \desc, "str x9, [x20, #32]",, 0
    AF      \desc, "blr x20",, 0
    AF      \desc, "ldtr x9, [x20, #32]"
    AF      \desc, "sttr x9, [x20, #32]"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    TITLE   "HA=0 HD=0"
    ALL     PAGE
    ALL     PAGE + D_AF
    TITLE   "HA=1 HD=0"
    SETBITS tcr_el1, 1 << 39
    FLUSH
    ALL     PAGE
    EL0     PAGE + D_EL0
    AF      PAGE + D_RO, "ldr x9, [x20]"
    AF      PAGE + D_RO + D_DBM, "str x9, [x20, #32]"
    AF      PAGE + D_DBM, "str x9, [x20, #32]"
    AF      PAGE + D_AF + D_RO + D_DBM, "str x9, [x20, #32]"
    b       1f
    .ltorg
1:  TITLE   "HA=1 HD=1"
    SETBITS tcr_el1, 1 << 40
    FLUSH
    ALL     PAGE + D_AF + D_RO + D_DBM
    ALL     PAGE + D_RO + D_DBM
    ALL     PAGE + D_DBM
    b       1f
    .ltorg
1:  EL0     PAGE + D_EL0 + D_RO + D_DBM
    AF      PAGE + D_EL0 + D_RO + D_DBM + D_AF, "ldr x9, [x20, #32]",, 0
    AF      PAGE + D_EL0 + D_RO + D_DBM + D_AF, "str x9, [x20, #32]",, 0
    AF      PAGE + D_RO + D_DBM + D_AF, "str x9, [x20, #32]",, 0
    AF      PAGE + D_RO + D_DBM + D_AF + D_PXN, "blr x20"
    AF      PAGE + D_RO + D_AF, "str x9, [x20, #32]"
    AF      PAGE + D_RO + D_DBM, "prfm pldl1keep, [x20]; prfm pstl1keep, [x20]"
    AF      PAGE + D_RO + D_DBM + D_AF, "dc cvac, x20; dc civac, x20"
    // AT never updates the dirty state; in QEMU it is a write.
    AF      PAGE + D_RO + D_DBM + D_AF, "at s1e1w, x20", "~"
    AF      PAGE + D_RO + D_DBM + D_AF, "at s1e1r, x20"
    // A compare that fails may but need not make the page dirty: QEMU and
    // we do, as for any store that would have been permitted.
    AF      PAGE + D_RO + D_DBM + D_AF, "mov x9, #-1; cas x9, x9, [x20]"
    AF      PAGE + D_RO + D_DBM + D_AF, "clrex; stxr w10, x9, [x20]", "~"
    // Stores over two pages: the second is not there, so nothing is written
    // (QEMU writes the first half), but the first page may be dirty then.
    LA      x22, m_l3 + 8
    str     xzr, [x22]
    FLUSH
    AF      PAGE + D_RO + D_DBM + D_AF, "add x10, x20, #0xff8; stp x9, x9, [x10]", "~"
    AF      PAGE + D_RO + D_DBM + D_AF, "add x10, x20, #0xffc; str x9, [x10]", "~"
    ldr     x20, =V
    ldr     x9, [x20, #0xff8]
    SHOW    "~unwritten", x9
    // A read through a clean page and a write after it, without TLBI.
    TITLE   "clean to dirty"
    ldr     x21, =PAGE + D_AF + D_RO + D_DBM
    LA      x22, m_l3
    str     x21, [x22]
    FLUSH
    E       "ldr x9, [x20, #32]"
    ldr     x23, [x22]
    E       "str x9, [x20, #32]"
    ldr     x24, [x22]
    // EL0 may not, still.
    E0      "str x9, [x20, #32]"
    SHOW    "after read, after write", x23, x24
    // Blocks.
    TITLE   "blocks"
    .irp    a, "ldr x9, [x20, #32]", "str x9, [x20, #32]", "blr x20"
    LA      x22, m_l2 + 8
    ldr     x21, =BLOCK + D_RO + D_DBM
    str     x21, [x22]
    FLUSH
    ldr     x20, =V + 0x203000
    E       "\a"
    ldr     x23, [x22]
    SHOW    "block", x23
    .endr
    b       1f
    .ltorg
1:  // Read-only by a table: DBM does not help.
    TITLE   "APTable"
    ldr     x20, =V + 0x40000000
    LA      x22, m_l3
    ldr     x21, =PAGE + D_AF + D_RO + D_DBM
    str     x21, [x22]
    FLUSH
    E       "ldr x9, [x20, #32]"
    E       "str x9, [x20, #32]"
    ldr     x23, [x22]
    SHOW    "page", x23
    // The high half does the same.
    TITLE   "high"
    ldr     x20, =0xffff008000000000
    str     x21, [x22]
    FLUSH
    E       "str x9, [x20, #32]"
    ldr     x23, [x22]
    SHOW    "page", x23
    DONE
MMU_CODE
SHARED_TABLES
