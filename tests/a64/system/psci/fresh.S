// SPDX-License-Identifier: MIT
//
// A CPU that was off comes on as from reset: system registers, timers and the
// GICv3's CPU interface have nothing left of what they were; its
// redistributor is not part of it and has. The wires of the timers that were
// due are low again; QEMU leaves them high.
//> ~GICR1_SGI+0x200 0000000000000080
//> ~GICR1_SGI+0x200 0000000000000080
//@ smp 2
#include "check.inc"
#include "smp.inc"
#include "gic.inc"

.set N_REGS, 40
.set GICR1_SGI, GICR_SGI + 0x20000

.macro EACH do
    .irp r, vbar_el1, tcr_el1, ttbr0_el1, ttbr1_el1, mair_el1, cpacr_el1, \
            esr_el1, far_el1, elr_el1, spsr_el1
    \do     \r
    .endr
    .irp r, tpidr_el0, tpidr_el1, tpidrro_el0, contextidr_el1, par_el1, \
            csselr_el1, mdscr_el1, oslsr_el1, sp_el0, fpcr, fpsr
    \do     \r
    .endr
    .irp r, cntkctl_el1, cntv_ctl_el0, cntp_ctl_el0, \
            s3_0_c1_c0_0, pan, uao, isr_el1
    \do     \r
    .endr
    .irp r, ICC_PMR, ICC_BPR0, ICC_BPR1, ICC_AP0R0, ICC_AP1R0, ICC_CTLR, \
            ICC_SRE, ICC_IGRPEN0, ICC_IGRPEN1, ICC_RPR
    \do     \r
    .endr
.endm

.macro SAVE reg
    .ifnc   \reg, cpacr_el1     // FPCR and FPSR need access
    .ifc    \reg, fpcr
    mov     x2, #(3 << 20)
    msr     cpacr_el1, x2
    isb
    .endif
    .endif
    mrs     x2, \reg
    str     x2, [x1], #8
.endm
.macro PRINT reg
    ldr     x5, [x20], #8
    SHOW    "\reg", x5
.endm

.text
.global t_main
t_main:
    GIC_INIT
    LA      x0, s_at_entry
    LA      x1, save
    str     x1, [x0]
    SMP_ON  1, 1
    TITLE   "first"
    LA      x20, regs
    bl      print
    RUN_ON  1, dirty
    SHOW    "PPIs pending at the redistributor, ISR", x0
    RUN_ON  1, look
    TITLE   "dirty"
    LA      x20, regs
    bl      print
    // 11: SGI 3, active; 7: pending; the timers' wires.
    GET     GICR1_SGI + 0x200
    GET     GICR1_SGI + 0x300
    SMP_OFF 1
    SMP_ON  1, 2
    TITLE   "again"
    LA      x20, regs
    bl      print
    GET     GICR1_SGI + 0x100
    GET     GICR1_SGI + 0x200, ~
    GET     GICR1_SGI + 0x300
    GET     GICR1_SGI + 0x400
    // Its timers stay off.
    ldr     x1, =100000
1:  subs    x1, x1, #1
    b.ne    1b
    GET     GICR1_SGI + 0x200, ~
    DONE
    .ltorg

print:
    mov     x21, x30
    EACH    PRINT
    ret     x21

save:
    LA      x1, regs
    EACH    SAVE
    ret

look:
    LA      x1, regs
    EACH    SAVE
    // as entry code expects to find it
    ret

// Makes everything different.
dirty:
    ICC     ICC_SRE, 7
    ICC     ICC_PMR, 0xf0
    ICC     ICC_BPR0, 4
    ICC     ICC_BPR1, 5
    ICC     ICC_IGRPEN0, 1
    ICC     ICC_IGRPEN1, 1
    PUT     GICR1_SGI + 0x080, -1
    PUT     GICR1_SGI + 0x100, 0x880000ff
    PUTB    GICR1_SGI + 0x403, 0x60
    PUTB    GICR1_SGI + 0x407, 0x80
    ldr     x0, =3 << 24 | 2            // SGI 3 to CPU 1
    msr     ICC_SGI1R, x0
    ldr     x0, =7 << 24 | 2
    msr     ICC_SGI1R, x0
    isb
    mrs     x5, ICC_IAR1                // 3 becomes active
    ICC     ICC_AP0R0, 0x10000000
    ICC     ICC_CTLR, 3
    msr     cntv_cval_el0, xzr
    msr     cntp_cval_el0, xzr
    mov     x0, #1
    msr     cntv_ctl_el0, x0
    msr     cntp_ctl_el0, x0
    mov     x0, #0x303
    msr     cntkctl_el1, x0
    ldr     x0, =0x123456789abcdef0
    .irp r, esr_el1, far_el1, elr_el1, tpidr_el0, tpidr_el1, tpidrro_el0, \
            contextidr_el1, sp_el0
    msr     \r, x0
    .endr
    mov     x0, #0x3c5
    msr     spsr_el1, x0
    mov     x0, #2
    msr     csselr_el1, x0
    mov     x0, #0x1000
    msr     mdscr_el1, x0
    msr     oslar_el1, xzr
    ldr     x0, =0x03000000
    msr     fpcr, x0
    mov     x0, #0x1f
    msr     fpsr, x0
    adr     x0, dirty
    at      s1e1r, x0
    msr     pan, #1
    msr     uao, #1
    isb
    ldr     x0, =GICR1_SGI + 0x200
    ldr     w0, [x0]
    mrs     x1, isr_el1
    orr     x0, x0, x1, lsl #32
    ret
    .ltorg
GIC_CODE
SMP_CODE
    .bss
    .balign 8
regs:
    .skip   N_REGS * 8
