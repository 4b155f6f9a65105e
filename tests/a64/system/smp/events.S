// SPDX-License-Identifier: MIT
//
// WFE and what ends it on another CPU: SEV, before and during the wait; the
// loss of a monitor by a store, without SEV; the event stream; not SEVL of
// another CPU, not an interrupt that PSTATE masks. Under emu a wait ends for
// no other reason, so one WFE is enough and what it waited for has happened:
// the lines with ~ count WFEs. QEMU's WFE is a pause.
//@ smp 3
//> ~sev during the wait: WFEs, seen 0000000000000001 0000000000000001
//> ~sev for two: WFEs 0000000000000001 0000000000000001
//> ~sev before the wait: WFEs 0000000000000001
//> ~sevl of another, then sev: WFEs, seen 0000000000000001 0000000000000002
//> ~masked interrupt, then sev: WFEs, seen, ISR 0000000000000001 0000000000000002 0000000000000080
//> ~event stream: within a period 0000000000000001
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

.set STREAM, 10                 // bit of the counter: 2^11 ticks a period

// More than a turn of instructions: @reg is changed.
.macro PAUSE reg
    ldr     \reg, =120000
.Lp\@:
    subs    \reg, \reg, #1
    b.ne    .Lp\@
.endm

// Waits until CPU 1 and 2 have added up to @n in ready, without an event.
.macro READY n
    LA      x0, ready
    mov     x1, #\n
.Lr\@:
    ldar    x2, [x0]
    cmp     x1, x2
    b.ne    .Lr\@
    str     xzr, [x0]
    PAUSE   x0
.endm

.macro FLAG n
    LA      x0, flag
    mov     x1, #\n
    stlr    x1, [x0]
.endm

.text
.global t_main
t_main:
    GIC_INIT
    SMP_ON  1
    SMP_ON  2
    RUN_ON  1, s_gic
    FLAG    0
    START_ON 1, waiter, 1
    READY   1
    FLAG    1
    dsb     ish
    sev
    WAIT_ON 1
    ubfx    x1, x0, #0, #32
    lsr     x2, x0, #32
    SHOW    "~sev during the wait: WFEs, seen", x1, x2
    TITLE   "sev during the wait"
    FLAG    0
    START_ON 1, waiter, 1
    START_ON 2, waiter, 1
    READY   2
    FLAG    1
    dsb     ish
    sev
    WAIT_ON 1
    ubfx    x19, x0, #0, #32
    WAIT_ON 2
    ubfx    x2, x0, #0, #32
    SHOW    "~sev for two: WFEs", x19, x2
    TITLE   "sev for two"
    b       1f
    .ltorg
1:
    // SEV while CPU 1 computes; its WFE comes later.
    FLAG    0
    START_ON 1, late_waiter
    READY   1
    FLAG    1
    dsb     ish
    sev
    WAIT_ON 1
    SHOW    "~sev before the wait: WFEs", x0
    TITLE   "sev before the wait"
    FLAG    0
    START_ON 1, waiter, 1
    READY   1
    FLAG    1
    dsb     ish
    sevl
    PAUSE   x0
    FLAG    2
    dsb     ish
    sev
    WAIT_ON 1
    ubfx    x1, x0, #0, #32
    lsr     x2, x0, #32
    SHOW    "~sevl of another, then sev: WFEs, seen", x1, x2
    b       1f
    .ltorg
1:
    FLAG    0
    START_ON 1, waiter, 1
    READY   1
    FLAG    1
    dsb     ish
    ldr     x0, =3 << 24 | 2
    msr     ICC_SGI1R, x0
    isb
    PAUSE   x0
    FLAG    2
    dsb     ish
    sev
    WAIT_ON 1
    mov     x19, x0
    RUN_ON  1, take
    ubfx    x1, x19, #0, #32
    lsr     x2, x19, #32
    SHOW    "~masked interrupt, then sev: WFEs, seen, ISR", x1, x2, x0
    TITLE   "masked interrupt"
    b       1f
    .ltorg
1:
    // The monitor: CPU 0 stores, and no SEV.
    mov     x28, #20
2:  FLAG    0
    START_ON 1, monitor
    START_ON 2, monitor
    READY   2
    FLAG    1
    WAIT_ON 1
    mov     x19, x0
    WAIT_ON 2
    subs    x28, x28, #1
    b.ne    2b
    SHOW    "monitor lost by a store", x19, x0
    // Stores to other data of a granule that is watched may wake; what is
    // waited for comes in the end.
    FLAG    0
    START_ON 1, monitor
    READY   1
    LA      x0, flag
    mov     x1, #1
    str     x1, [x0, #8]
    PAUSE   x0
    FLAG    1
    WAIT_ON 1
    SHOW    "after another store", x0
    b       1f
    .ltorg
1:
    // The event stream: a plain store, no SEV, no monitor.
    FLAG    0
    START_ON 1, stream
    READY   1
    FLAG    1
    mrs     x19, cntvct_el0
    WAIT_ON 1
    sub     x2, x0, x19
    cmp     x2, #(1 << (STREAM + 1)) + 64
    cset    x2, ls
    SHOW    "~event stream: within a period", x2
    TITLE   "event stream"
    // An unmasked interrupt ends the wait of CPU 0, by no event.
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    PUT     GICR_SGI + 0x100, 0xffff
    START_ON 1, late_sgi
    msr     daifclr, #2
    LA      x0, taken
3:  wfe
    ldr     x1, [x0]
    cbz     x1, 3b
    msr     daifset, #2
    WAIT_ON 1
    LA      x0, taken
    ldr     x1, [x0]
    SHOW    "interrupt", x1
    DONE
    .ltorg

hook:
    cmp     x1, #0x280
    mov     x0, #0
    b.ne    1f
    mrs     x2, ICC_IAR1
    msr     ICC_EOIR1, x2
    LA      x3, taken
    str     x2, [x3]
    mov     x0, #1
1:  ret

.macro TELL_READY
    LA      x6, ready
    mov     x7, #1
    ldaddal x7, x8, [x6]
.endm
// No event is left over.
.macro NO_EVENT
    sevl
    wfe
.endm

// x0 = number of WFEs until flag was at least x1, and what it was then << 32.
waiter:
    LA      x2, flag
    mov     x0, #0
    NO_EVENT
    TELL_READY
1:  wfe
    add     x0, x0, #1
    ldar    x3, [x2]
    cmp     x3, x1
    b.lo    1b
    orr     x0, x0, x3, lsl #32
    ret
late_waiter:
    LA      x2, flag
    mov     x0, #0
    NO_EVENT
    TELL_READY
2:  ldar    x3, [x2]
    cbz     x3, 2b
    PAUSE   x3
1:  wfe
    add     x0, x0, #1
    ldar    x3, [x2]
    cbz     x3, 1b
    ret
take:
    mrs     x0, isr_el1
    mrs     x1, ICC_IAR1
    msr     ICC_EOIR1, x1
    isb
    ret
monitor:
    LA      x2, flag
    NO_EVENT
    TELL_READY
1:  ldaxr   x0, [x2]
    cbnz    x0, 2f
    wfe
    b       1b
2:  clrex
    ret
stream:
    LA      x2, flag
    NO_EVENT
    mov     x0, #(1 << 2 | STREAM << 4)
    msr     cntkctl_el1, x0
    isb
    TELL_READY
1:  wfe
    ldar    x3, [x2]
    cbz     x3, 1b
    mrs     x0, cntvct_el0
    msr     cntkctl_el1, xzr
    ret
late_sgi:
    PAUSE   x2
    ldr     x2, =9 << 24 | 1
    msr     ICC_SGI1R, x2
    isb
    mov     x0, #0
    ret
    .ltorg
GIC_CODE
SMP_CODE
SMP_GIC_CODE
    .bss
    .balign 64
flag:
    .quad   0, 0
    .skip   48
ready:
    .quad   0
taken:
    .quad   0
