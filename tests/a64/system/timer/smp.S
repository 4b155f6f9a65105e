// SPDX-License-Identifier: MIT
//
// Timers of four CPUs: one counter that no CPU ever sees go back, compare
// registers, controls and wires of each CPU its own; each waits for its own
// timer and is woken by nothing else, the earliest first.
//@ smp 4
//> ~order of four timers: 0000000000002103
//> ~late by at most 16 ticks 0000000000000001
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

.set LAPS, 100

.macro EACH_WORKER fn, arg=0
    START_ON 1, \fn, \arg
    START_ON 2, \fn, \arg
    START_ON 3, \fn, \arg
    WAIT_ON 1
    WAIT_ON 2
    WAIT_ON 3
.endm

// Pending and enabled PPIs of each redistributor.
.macro PPIS text
    ldr     x5, =GICR_SGI
    ldr     w1, [x5, #0x200]
    add     x5, x5, #0x20, lsl #12
    ldr     w2, [x5, #0x200]
    add     x5, x5, #0x20, lsl #12
    ldr     w3, [x5, #0x200]
    add     x5, x5, #0x20, lsl #12
    ldr     w4, [x5, #0x200]
    SHOW    "\text: PPIs of 0 1 2 3", x1, x2, x3, x4
.endm

.text
.global t_main
t_main:
    GIC_INIT
    PUT     GICR_SGI + 0x100, 0x0800ffff
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    EACH_WORKER s_gic
    // Around the ring, each looks at both counters.
    START_ON 1, look
    START_ON 2, look
    START_ON 3, look
    mov     x0, #0
    bl      look
    WAIT_ON 1
    WAIT_ON 2
    WAIT_ON 3
    LA      x1, errors
    ldr     x1, [x1]
    SHOW    "counter went back", x1
    // Registers are each CPU's own.
    msr     cntv_ctl_el0, xzr
    msr     cntp_ctl_el0, xzr
    EACH_WORKER set
    RUN_ON  1, get
    mov     x20, x0
    RUN_ON  2, get
    mov     x21, x0
    RUN_ON  3, get
    mov     x22, x0
    mrs     x1, cntv_ctl_el0
    mrs     x2, cntp_ctl_el0
    SHOW    "cval and ctl of 1 2 3, ctl of 0", x20, x21, x22, x1, x2
    PPIS    "none due"
    b       1f
    .ltorg
1:
    // The virtual timer of 1, the physical one of 3.
    RUN_ON  1, due_virt
    RUN_ON  3, due_phys
    PPIS    "1 and 3 due"
    RUN_ON  1, stop
    PPIS    "1 stopped"
    RUN_ON  3, stop
    PPIS    "3 stopped"
    b       1f
    .ltorg
1:
    // Four wait, each for its own timer: 2, 1, 0 and 3, 10 ms apart.
    mrs     x0, cntvct_el0
    LA      x1, base
    str     x0, [x1]
    START_ON 1, sleep, 1250000
    START_ON 2, sleep, 625000
    START_ON 3, sleep, 2500000
    mov     x0, #0
    ldr     x1, =1875000
    bl      sleep
    WAIT_ON 1
    WAIT_ON 2
    WAIT_ON 3
    LA      x1, order
    ldr     x0, [x1]
    SHOW    "~order of four timers:", x0
    LA      x1, errors
    ldr     x0, [x1]
    SHOW    "woken by anything else, early", x0
    LA      x1, late
    ldr     x0, [x1]
    cmp     x0, #16
    cset    x0, ls
    SHOW    "~late by at most 16 ticks", x0
    DONE
    .ltorg

// CPU x0: its turns of the token; the time is in last.
look:
    LA      x2, token
    LA      x3, last
    mov     x4, x0
    mov     x5, #LAPS
    mov     x10, #0
1:  AWAIT   x2, x4, x6
    ldr     x7, [x3]
    isb
    mrs     x8, cntvct_el0
    isb
    mrs     x9, cntpct_el0
    cmp     x8, x7
    cinc    x10, x10, lo
    cmp     x9, x8
    cinc    x10, x10, lo
    str     x9, [x3]
    add     x6, x4, #1
    TELL    x2, x6
    add     x4, x4, #4
    subs    x5, x5, #1
    b.ne    1b
    LA      x2, errors
    stadd   x10, [x2]
    ret

// A time that never comes, known numbers, both enabled, interrupt masked.
set:
    ldr     x2, =0x7fff000000000000
    add     x2, x2, x0
    msr     cntv_cval_el0, x2
    lsl     x3, x0, #8
    add     x2, x2, x3
    msr     cntp_cval_el0, x2
    mov     x2, #3
    msr     cntv_ctl_el0, x2
    mov     x2, #1
    msr     cntp_ctl_el0, x2
    isb
    ret
get:
    mrs     x1, cntv_cval_el0
    mrs     x2, cntp_cval_el0
    mrs     x3, cntv_ctl_el0
    mrs     x4, cntp_ctl_el0
    eor     x0, x1, x2
    orr     x0, x0, x3, lsl #32
    orr     x0, x0, x4, lsl #48
    ret
due_virt:
    mov     x1, #1
    msr     cntv_cval_el0, xzr
    msr     cntv_ctl_el0, x1
    isb
    ret
due_phys:
    mov     x1, #1
    msr     cntp_cval_el0, xzr
    msr     cntp_ctl_el0, x1
    isb
    ret
stop:
    msr     cntv_ctl_el0, xzr
    msr     cntp_ctl_el0, xzr
    isb
    ret

// CPU x0 waits until base + x1.
sleep:
    LA      x2, base
    ldr     x2, [x2]
    add     x2, x2, x1
    msr     cntv_cval_el0, x2
    mov     x3, #1
    msr     cntv_ctl_el0, x3
    isb
    wfi
    mrs     x3, cntvct_el0
    mrs     x4, ICC_IAR1
    msr     cntv_ctl_el0, xzr
    msr     ICC_EOIR1, x4
    isb
    mov     x5, #0
    subs    x3, x3, x2
    cinc    x5, x5, lo
    cmp     x4, #27
    cinc    x5, x5, ne
    LA      x6, errors
    stadd   x5, [x6]
    LA      x6, late
    stumax  x3, [x6]
    LA      x6, order
1:  ldaxr   x7, [x6]
    orr     x8, x0, x7, lsl #4
    stlxr   w9, x8, [x6]
    cbnz    w9, 1b
    ret
    .ltorg
GIC_CODE
SMP_CODE
SMP_GIC_CODE
    .bss
    .balign 64
token:
    .quad   0
    .balign 64
last:
    .quad   0
errors:
    .quad   0
base:
    .quad   0
order:
    .quad   0
late:
    .quad   0
