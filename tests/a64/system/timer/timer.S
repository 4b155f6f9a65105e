// SPDX-License-Identifier: MIT
//
// The physical and the virtual timer: ISTATUS, IMASK and ENABLE by CVAL and
// TVAL, TVAL's arithmetic, the interrupt (PPI 30 and 27) through the GIC as a
// level, taken not before CVAL; WFI until it. Nothing printed depends on
// time: far deadlines are in the past or an hour away.
//@ cpu cortex-a72
#include "check.inc"
#include "gic.inc"

.text
hook:                               // logs IAR, masks the timer, ends
    tbz     x1, #7, 9f
    mrs     x2, ICC_IAR1
    LA      x3, seen
    ldr     x4, [x3]
    add     x4, x4, #1
    stp     x4, x2, [x3]
    // Was it due? 1 if so.
    cmp     x2, #27
    b.ne    1f
    mrs     x5, cntvct_el0
    mrs     x6, cntv_cval_el0
    mrs     x7, cntv_ctl_el0
    mov     x8, #3
    msr     cntv_ctl_el0, x8
    b       2f
1:  mrs     x5, cntpct_el0
    mrs     x6, cntp_cval_el0
    mrs     x7, cntp_ctl_el0
    mov     x8, #3
    msr     cntp_ctl_el0, x8
2:  cmp     x5, x6
    cset    x5, hs
    stp     x5, x7, [x3, #16]
    msr     ICC_EOIR1, x2
    isb
    mov     x0, #1
    ret
9:  mov     x0, #0
    ret

.macro SEEN text
    LA      x20, seen
    ldp     x21, x22, [x20]
    ldp     x23, x24, [x20, #16]
    SHOW    "\text", x21, x22, x23, x24
    stp     xzr, xzr, [x20]
    stp     xzr, xzr, [x20, #16]
.endm

// @t is cntp or cntv, @ct the counter, @irq the PPI.
.macro TIMER t, ct, irq
    TITLE   "\t"
    ldr     x19, =0x34000000000     // an hour and more
    msr     \t\()_ctl_el0, xzr
    msr     \t\()_cval_el0, xzr
    isb
    mrs     x0, \t\()_ctl_el0
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
    mrs     x1, \t\()_ctl_el0
    mov     x2, #3
    msr     \t\()_ctl_el0, x2
    isb
    mrs     x2, \t\()_ctl_el0
    mov     x3, #2
    msr     \t\()_ctl_el0, x3
    isb
    mrs     x3, \t\()_ctl_el0
    SHOW    "due: ctl for 0 1 3 2", x0, x1, x2, x3
    mov     x0, #-1
    msr     \t\()_ctl_el0, x0
    isb
    mrs     x0, \t\()_ctl_el0
    msr     \t\()_ctl_el0, xzr
    SHOW    "ctl for -1", x0
    mrs     x0, \ct\()_el0
    add     x0, x0, x19
    msr     \t\()_cval_el0, x0
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
    mrs     x1, \t\()_ctl_el0
    SHOW    "not due: ctl", x1
    mov     x0, #-1
    msr     \t\()_cval_el0, x0
    isb
    mrs     x1, \t\()_ctl_el0
    mrs     x2, \t\()_cval_el0
    SHOW    "cval all ones: ctl", x1, x2
    // TVAL is signed, 32 bits, relative to the counter.
    mrs     x0, \ct\()_el0
    mov     x1, #0x7fffffff
    msr     \t\()_tval_el0, x1
    isb
    mrs     x2, \t\()_cval_el0
    mrs     x3, \ct\()_el0
    add     x0, x0, x1
    add     x3, x3, x1
    cmp     x2, x0
    cset    x4, hs
    cmp     x2, x3
    cset    x5, ls
    mrs     x6, \t\()_tval_el0
    cmp     x6, x1
    cset    x7, ls
    lsr     x8, x6, #28
    mrs     x9, \t\()_ctl_el0
    SHOW    "tval max", x4, x5, x7, x8, x9
    ldr     x1, =0xffffffff80000000
    mrs     x0, \ct\()_el0
    msr     \t\()_tval_el0, x1
    isb
    mrs     x2, \t\()_cval_el0
    mrs     x3, \ct\()_el0
    add     x0, x0, x1
    add     x3, x3, x1
    cmp     x2, x0
    cset    x4, ge
    cmp     x2, x3
    cset    x5, le
    mrs     x9, \t\()_ctl_el0       // depends on how long we run: not shown
    SHOW    "tval min", x4, x5
    // 0x1_0000_0005 is 5; what is read back is below zero soon.
    ldr     x1, =0x100000005
    msr     \t\()_tval_el0, x1
    isb
1:  mrs     x2, \t\()_ctl_el0
    tbz     x2, #2, 1b
    mrs     x2, \t\()_tval_el0
    mrs     x2, \t\()_tval_el0
    lsr     x3, x2, #32
    mrs     x4, \t\()_ctl_el0
    SHOW    "tval ran out", x3, x4
    msr     \t\()_ctl_el0, xzr

    // The interrupt is a level.
    ldr     x0, =GICR_SGI + 0x200
    mrs     x1, \ct\()_el0
    msr     \t\()_cval_el0, x1
    isb
    ldr     w2, [x0]                // off: not pending
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
    ldr     w3, [x0]
    mov     x1, #3
    msr     \t\()_ctl_el0, x1
    isb
    ldr     w4, [x0]                // masked
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
    ldr     w5, [x0]
    mov     x1, #-1
    msr     \t\()_cval_el0, x1
    isb
    ldr     w6, [x0]                // not due any more
    SHOW    "pending", x2, x3, x4, x5, x6
    msr     \t\()_cval_el0, xzr
    isb
    PUT     GICR_SGI + 0x280, 1 << \irq   // a level stays
    GET     GICR_SGI + 0x200
    PUT     GICR_SGI + 0x100, 1 << \irq
    mrs     x2, ICC_HPPIR1
    mrs     x3, ICC_IAR1
    ldr     w4, [x0]
    msr     ICC_EOIR1, x3
    isb
    mrs     x5, ICC_HPPIR1          // still there
    SHOW    "hppir iar hppir", x2, x3, x5
    msr     \t\()_ctl_el0, xzr
    isb
    mrs     x5, ICC_HPPIR1
    SHOW    "off", x5

    // Taken.
    mrs     x1, \ct\()_el0
    add     x1, x1, #2000
    msr     \t\()_cval_el0, x1
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
    msr     daifclr, #2
1:  LA      x2, seen
    ldr     x2, [x2]
    cbz     x2, 1b
    SEEN    "spinning"
    mov     x1, #3000
    msr     \t\()_tval_el0, x1
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
1:  msr     daifset, #2             // else it may come before the WFI
    LA      x2, seen
    ldr     x2, [x2]
    cbnz    x2, 2f
    wfi
    msr     daifclr, #2
    b       1b
2:  SEEN    "wfi"
    mov     x1, #3000
    msr     \t\()_tval_el0, x1
    mov     x1, #1
    msr     \t\()_ctl_el0, x1
    isb
1:  wfi                             // pending, it does not wait
    mrs     x2, \t\()_ctl_el0
    tbz     x2, #2, 1b
    mrs     x3, isr_el1
    SHOW    "wfi, masked: ctl isr", x2, x3
    SEEN    "nothing"
    msr     daifclr, #2
    nop
    SEEN    "unmasked"
    msr     daifset, #2
    // From the past, at once.
    msr     \t\()_cval_el0, xzr
    mov     x1, #1
    msr     daifclr, #2
    msr     \t\()_ctl_el0, x1
    isb
    nop
    SEEN    "past"
    msr     daifset, #2
    PUT     GICR_SGI + 0x180, 1 << \irq
    b       .Lend\@
    .ltorg
.Lend\@:
.endm

.global t_main
t_main:
    GIC_INIT
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    TIMER   cntv, cntvct, 27
    TIMER   cntp, cntpct, 30
    // Both at once: the lower number first.
    TITLE   "both"
    PUT     GICR_SGI + 0x100, 0x48000000
    msr     cntv_cval_el0, xzr
    msr     cntp_cval_el0, xzr
    mov     x1, #1
    msr     cntp_ctl_el0, x1
    msr     cntv_ctl_el0, x1
    isb
    mrs     x2, ICC_IAR1
    mrs     x3, ICC_HPPIR1
    SHOW    "iar hppir", x2, x3
    msr     ICC_EOIR1, x2
    msr     cntv_ctl_el0, xzr
    isb
    mrs     x3, ICC_HPPIR1
    SHOW    "hppir", x3
    msr     cntp_ctl_el0, xzr
    // The counters: nothing between them, upwards.
    mrs     x0, cntpct_el0
    mrs     x1, cntvct_el0
    isb
    mrs     x2, cntpct_el0
    cmp     x1, x0
    cset    x3, hs
    cmp     x2, x1
    cset    x4, hs
    SHOW    "counters", x3, x4
    DONE
    .ltorg
GIC_CODE

.data
    .balign 8
seen:
    .fill   4, 8, 0
