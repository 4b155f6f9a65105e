// SPDX-License-Identifier: MIT
//
// What system registers keep: all ones, zero and a pattern written and read
// back, the old value restored. For control registers of translation the MMU
// is off. Bits that belong to features QEMU has and we have not are masked.
//@ cpu cortex-a72
#include "check.inc"

.macro RW reg, mask=-1
    mrs     x9, \reg
    mov     x10, #-1
    ldr     x11, =0x5a5a3c3c0ff0a5a5
    ldr     x12, =\mask
    msr     \reg, x10
    mrs     x0, \reg
    msr     \reg, x11
    mrs     x1, \reg
    msr     \reg, xzr
    mrs     x2, \reg
    msr     \reg, x9
    isb
    and     x0, x0, x12
    and     x1, x1, x12
    SHOW    "\reg", x0, x1, x2
.endm

.text
.global t_main
t_main:
    RW      vbar_el1, ~0x7ff        // bits 10:0 are RES0
    .irp    r, elr_el1, far_el1, afsr0_el1, afsr1_el1, amair_el1
    RW      \r
    .endr
    b       1f
    .ltorg
1:  .irp    r, contextidr_el1, tpidr_el0, tpidr_el1, tpidrro_el0, sp_el0
    RW      \r
    .endr
    RW      actlr_el1
    RW      par_el1
    RW      csselr_el1, 15
    RW      esr_el1, 0xffffffff
    RW      spsr_el1, 0xffffffff
    b       1f
    .ltorg
1:  RW      cntp_cval_el0
    RW      cntv_cval_el0
    RW      cntkctl_el1, 0x3ff
    RW      fpcr, 0x07c00000
    RW      fpsr, 0x0800009f
    RW      mdscr_el1, 0
    RW      dbgwvr1_el1
    RW      dbgbvr2_el1
    RW      cpacr_el1, 0x300000
    // Flags and masks.
    mov     x0, #-1
    msr     nzcv, x0
    mrs     x1, nzcv
    msr     daif, x0
    mrs     x2, daif
    mrs     x3, CurrentEL
    mrs     x4, SPSel
    SHOW    "pstate", x1, x2, x3, x4
    msr     nzcv, xzr
    // Read-only ones.
    mrs     x0, isr_el1
    mrs     x1, rvbar_el1
    SHOW    "isr", x0
    // Translation, with the MMU off.
    bl      t_mmu_off
    RW      mair_el1
    RW      ttbr0_el1
    RW      ttbr1_el1
    RW      tcr_el1, 0x0000007fffffffff
    b       1f
    .ltorg
1:  bl      t_mmu_on
    mrs     x0, mair_el1
    mrs     x1, tcr_el1
    SHOW    "back", x0, x1
    // The counters go up, together.
    mrs     x0, cntvct_el0
    mrs     x1, cntpct_el0
    isb
    mrs     x2, cntvct_el0
    cmp     x1, x0
    cset    x3, hs
    cmp     x2, x1
    cset    x4, hs
    SHOW    "counters", x3, x4
    DONE
    .ltorg
