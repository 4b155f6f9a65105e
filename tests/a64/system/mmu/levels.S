// SPDX-License-Identifier: MIT
//
// A walk of four levels: what each level may hold, blocks of 1 GiB and 2 MiB,
// the contiguous hint, and the faults: translation and address size at each
// level, access flag, external abort of the walk and of the access.
//> ~ldr x0, [x20] 0000000000000200 0000000096000004 0000018000000000
#include "check.inc"
#include "mmu.inc"

.set V, 0x008000000000              // L0[1]
.set H, 0xffff000000000000

.text
.global t_main
t_main:
    SYS_INIT
    MMU_FILL
    MMU_TABLES
    TITLE   "level 0"
    PROBE   0x010000000000          // invalid
    // A block is not allowed (FEAT_LPA2 would); QEMU takes it.
    ldr     x20, =0x018000000000
    E       "ldr x0, [x20]", "~"
    PROBE   0x020000000000          // table out of the PA size
    PROBE   0x028000000000          // table at no memory
    PROBE   0x7ffffffff000          // the last, invalid
    TITLE   "level 1"
    PROBE   V + 0x44000000          // 1 GiB
    VALUE   V + 0x44123000
    PROBE   V + 0x80000000          // invalid
    PROBE   V + 0xc0000000          // bit 1 only
    PROBE   V + 0x100000000         // block out of the PA size
    PROBE   V + 0x140000000         // table at no memory
    PROBE   V + 0x180000000         // table out of the PA size
    PROBE   V + 0x1c0000000         // access flag
    PROBE   V + 0x200000000         // block at no memory
    PROBE   V + 0x7fc0000000        // the last entry
    TITLE   "level 2"
    PROBE   V + 0x200000            // 2 MiB
    VALUE   V + 0x3ff000
    PROBE   V + 0x400000            // invalid
    PROBE   V + 0x600000            // bit 1 only
    PROBE   V + 0x800000            // RES0 bits of the address set
    PROBE   V + 0xa00000            // access flag
    PROBE   V + 0xc00000            // out of the PA size
    PROBE   V + 0xe00000            // table out of the PA size
    PROBE   V + 0x1000000           // table at no memory
    PROBE   V + 0x1200000           // block at no memory
    PROBE   V + 0x3fe00000          // the last entry
    TITLE   "level 3"
    PROBE   V
    VALUE   V
    PROBE   V + 0x1000              // invalid
    PROBE   V + 0x2000              // a block is not allowed
    PROBE   V + 0x3000              // access flag
    PROBE   V + 0x4000              // no memory
    PROBE   V + 0x5000              // out of the PA size
    PROBE   V + 0x6000              // bit 1 only
    PROBE   V + 0x1ff000            // the last entry
    VALUE   V + 0x1ff000
    TITLE   "contiguous"
    .irp    n, 0, 1, 7, 15
    VALUE   V + 0x10000 + \n * 0x1000
    VALUE   V + 0x4000000 + \n * 0x200000
    .endr
    b       1f
    .ltorg
1:  TITLE   "TTBR1"
    PROBE   H + M_RAM               // the same tables
    PROBE   H + V
    VALUE   H + V
    PROBE   H + V + 0x1000
    PROBE   H + V + 0x200000
    PROBE   H + V + 0x80000000
    PROBE   H + 0x010000000000
    PROBE   0xfffffffffffff000
    VALUE   H + 0x44001000
    TITLE   "neither"
    PROBE   0x0001000000000000
    PROBE   0xfffeffffffff0000
    PROBE   0x00ff000000000000
    PROBE   0x8000000000000000
    PROBE   0x7fffffffffffffe0
    TITLE   "EPD"
    SETBITS tcr_el1, 1 << 23
    FLUSH
    PROBE   H + V
    PROBE   V
    PROBE   0xfffeffffffff0000
    CLRBITS tcr_el1, 1 << 23
    FLUSH
    // Smaller sizes start at lower levels: one table for each.
    .macro  SIZE bits, table
    TITLE   "TTBR1 of \bits bits"
    CLRBITS tcr_el1, 0x3f << 16
    SETBITS tcr_el1, (64 - \bits) << 16
    LA      x0, \table
    msr     ttbr1_el1, x0
    FLUSH
    .endm
    SIZE    39, m_l1
    PROBE   0xffffff8000000000
    VALUE   0xffffff8044005000
    PROBE   0xffffff8080000000
    PROBE   0xffffff7fffffffe0
    SIZE    36, m_l1
    VALUE   0xfffffff000000000
    PROBE   0xfffffff200000000
    PROBE   0xffffffefffffffe0
    SIZE    31, m_l1
    PROBE   0xffffffff80000000
    VALUE   0xffffffffc4002000
    PROBE   0xffffffff7ffffff0
    SIZE    30, m_l2
    VALUE   0xffffffffc0000000
    VALUE   0xffffffffc0201000
    PROBE   0xffffffffc0400000
    PROBE   0xffffffffbfffffe0
    SIZE    25, m_l2
    VALUE   0xfffffffffe000000
    PROBE   0xfffffffffe400000
    PROBE   0xfffffffffdffffe0
    b       1f
    .ltorg
1:
    // The access size decides nothing about the fault, but the address does.
    TITLE   "offsets"
    ldr     x20, =V + 0x1000
    E       "ldrb w0, [x20, #0xfff]"
    E       "ldrh w0, [x20, #0x7e]"
    E       "ldr q0, [x20, #0x10]"
    E       "ldp x0, x1, [x20, #24]"
    E       "prfm pldl1keep, [x20]"
    E       "ldxr x0, [x20]"
    E       "stlr x0, [x20]"
    E0      "ldrsb x0, [x20, #3]"
    E0      "strb w0, [x20, #3]"
    DONE
MMU_CODE

.data
.balign 4096
m_l0:
m_h0:
    .quad   m_l1x + D_TABLE
    .quad   m_l1 + D_TABLE
    .quad   0
    .quad   0x40000000 + (D_BLOCK | D_NORMAL)
    .quad   0x20040000000 + D_TABLE
    .quad   0xb0000000 + D_TABLE
    .fill   506, 8, 0
m_l1x:
    MMU_SELF
    .fill   510, 8, 0
m_l1:
    .quad   m_l2 + D_TABLE
    .quad   0x40000000 + (D_BLOCK | D_NORMAL)
    .quad   0
    .quad   0x40000000 + (D_NORMAL | 2)
    .quad   0x10040000000 + (D_BLOCK | D_NORMAL)
    .quad   0xb0000000 + D_TABLE
    .quad   0x10040000000 + D_TABLE
    .quad   0x40000000 + (D_BLOCK | D_SH)
    .quad   0x80000000 + (D_BLOCK | D_NORMAL)
    .fill   502, 8, 0
    .quad   0x40000000 + (D_BLOCK | D_NORMAL | D_RO)
m_l2:
    .quad   m_l3 + D_TABLE
    .quad   M_RAM + (D_BLOCK | D_NORMAL | D_EL0)
    .quad   0
    .quad   M_RAM + (D_NORMAL | 2)
    .quad   M_RAM + 0x11f000 + (D_BLOCK | D_NORMAL)
    .quad   M_RAM + (D_BLOCK | D_SH)
    .quad   0x10044000000 + (D_BLOCK | D_NORMAL)
    .quad   0x10044000000 + D_TABLE
    .quad   0xb0000000 + D_TABLE
    .quad   0xb0000000 + (D_BLOCK | D_NORMAL)
    .fill   22, 8, 0
    .set    i, 0
    .rept   16                      // 32 MiB, contiguous
    .quad   0x44000000 + i * 0x200000 + (D_BLOCK | D_NORMAL | D_CONT)
    .set    i, i + 1
    .endr
    .fill   463, 8, 0
    .quad   M_RAM + 0x200000 + (D_BLOCK | D_NORMAL | D_RO | D_EL0)
m_l3:
    .quad   M_RAM + 0x7000 + (D_PAGE | D_NORMAL)
    .quad   0
    .quad   M_RAM + (D_BLOCK | D_NORMAL)
    .quad   M_RAM + (D_PAGE | D_SH)
    .quad   0xb0000000 + (D_PAGE | D_NORMAL)
    .quad   0x10044000000 + (D_PAGE | D_NORMAL)
    .quad   M_RAM + (D_NORMAL | 2)
    .fill   9, 8, 0
    .set    i, 0
    .rept   16                      // 64 KiB, contiguous
    .quad   M_RAM + 0x20000 + i * 0x1000 + (D_PAGE | D_NORMAL | D_CONT)
    .set    i, i + 1
    .endr
    .fill   479, 8, 0
    .quad   M_RAM + 0x9000 + (D_PAGE | D_NORMAL | D_EL0 | D_RO)
