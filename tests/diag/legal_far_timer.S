// SPDX-License-Identifier: MIT
//
// WFI for a timer that is a million seconds away.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    ldr     x0, =0x08000000         // GICD: enable
    mov     w1, #0x12               // ARE, group 1
    str     w1, [x0]
    ldr     x0, =0x080a0000         // GICR: wake, PPI 27 in group 1
    str     wzr, [x0, #0x14]
    add     x0, x0, #0x10000
    mov     w1, #(1 << 27)
    str     w1, [x0, #0x80]
    str     w1, [x0, #0x100]
    mov     x1, #0xff
    msr     s3_0_c4_c6_0, x1        // ICC_PMR_EL1
    mov     x1, #1
    msr     s3_0_c12_c12_7, x1      // ICC_IGRPEN1_EL1
    isb
    mrs     x0, cntfrq_el0
    ldr     x1, =1000000
    mul     x0, x0, x1
    mrs     x1, cntvct_el0
    add     x0, x0, x1
    msr     cntv_cval_el0, x0
    mov     x1, #1
    msr     cntv_ctl_el0, x1
    isb
    wfi
    mrs     x1, cntvct_el0
    cmp     x1, x0
    b.lo    .
    DONE
