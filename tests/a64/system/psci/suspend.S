// SPDX-License-Identifier: MIT
//
// CPU_SUSPEND: what is announced; states that there are not; pending
// interrupts, other CPUs and timers wake; powerdown states come back like
// standby states; interrupts that PMR masks do not wake, those that PSTATE
// masks do; an unmasked one is taken after the call.
//@ smp 2
#include "check.inc"
#include "gic.inc"
#include "smp.inc"

.set STANDBY, 0
.set POWERDOWN, 1 << 16

.macro SUSPEND state, text
    PSCI    PSCI_SUSPEND, \state, 0x40080000, 0x77
    mrs     x1, isr_el1
    mrs     x2, ICC_IAR1
    msr     ICC_EOIR1, x2
    SHOW    "\text: x0, ISR, IAR", x0, x1, x2
.endm

// 10 ms
.macro TIMER
    ldr     x0, =625000
    msr     cntv_tval_el0, x0
    mov     x0, #1
    msr     cntv_ctl_el0, x0
.endm

.text
hook:                               // x1 = vector
    cmp     x1, #0x280
    b.ne    1f
    LA      x2, taken
    mrs     x3, ICC_IAR1
    mrs     x4, elr_el1
    msr     cntv_ctl_el0, xzr
    stp     x3, x4, [x2]
    msr     ICC_EOIR1, x3
    isb
    mov     x0, #1
    ret
1:  mov     x0, #0
    ret

.global t_main
t_main:
    GIC_INIT
    LA      x0, hook
    LA      x1, t_hook
    str     x0, [x1]
    PUT     GICR_SGI + 0x100, 0x0800ffff
    PSCI    0x8400000a, 0x84000001
    SHOW    "features, SMC32", x0
    PSCI    0x8400000a, 0xc4000001
    SHOW    "features, SMC64", x0
    // Power levels above a CPU's, reserved bits.
    .irp s, 0x01000000, 0x02010000, 0x80000000, 0x00020000, 0x04000000
    PSCI    PSCI_SUSPEND, \s, 0x40080000
    SHOW    "state \s", x0
    .endr
    b       1f
    .ltorg
1:
    SMP_ON  1
    RUN_ON  1, s_gic
    RUN_ON  1, quiet
    RUN_ON  1, suspend_here
    SHOW    "worker, pending", x0
    START_ON 1, suspend_for_other
    LA      x0, ready
    mov     x1, #1
    AWAIT   x0, x1, x2
    ldr     x0, =4 << 24 | 2
    msr     ICC_SGI1R, x0
    isb
    WAIT_ON 1
    SHOW    "worker, by SGI of another", x0
    b       1f
    .ltorg
1:
    ldr     x0, =5 << 24 | 1
    msr     ICC_SGI1R, x0
    isb
    SUSPEND STANDBY, "pending, standby"
    ldr     x0, =6 << 24 | 1
    msr     ICC_SGI1R, x0
    isb
    SUSPEND POWERDOWN, "pending, powerdown"
    START_ON 1, send, 7
    SUSPEND STANDBY, "by another, standby"
    WAIT_ON 1
    START_ON 1, send, 8
    SUSPEND POWERDOWN, "by another, powerdown"
    WAIT_ON 1
    b       1f
    .ltorg
1:
    TIMER
    SUSPEND STANDBY, "by timer, standby"
    TIMER
    SUSPEND POWERDOWN + 0x1234, "by timer, powerdown"
    // PMR masks the SGI, so only the timer wakes.
    PUTB    GICR_SGI + 0x41b, 0x40
    ICC     ICC_PMR, 0x80
    TIMER
    RUN_ON  1, send, 9
    SUSPEND STANDBY, "SGI masked by PMR"
    msr     cntv_ctl_el0, xzr
    ICC     ICC_PMR, 0xff
    SUSPEND STANDBY, "the SGI"
    b       1f
    .ltorg
1:
    // Taken at the instruction after HVC.
    START_ON 1, send_later, 10
    ldr     x0, =PSCI_SUSPEND
    mov     x1, #0
    mov     x2, #0
    mov     x3, #0
    msr     daifclr, #2
    hvc     #0
2:  msr     daifset, #2
    WAIT_ON 1
    LA      x0, taken
    ldp     x1, x2, [x0]
    adr     x3, 2b
    sub     x2, x2, x3
    SHOW    "taken, by another: IAR, ELR", x1, x2
    TIMER
    ldr     x0, =PSCI_SUSPEND
    mov     x1, #0
    msr     daifclr, #2
    hvc     #0
3:  msr     cntv_ctl_el0, xzr
    msr     daifset, #2
    LA      x0, taken
    ldp     x1, x2, [x0]
    adr     x3, 3b
    sub     x2, x2, x3
    SHOW    "taken, by timer: IAR, ELR", x1, x2
    DONE
    .ltorg

quiet:
    msr     cntv_ctl_el0, xzr
    ret
// Sends SGI x1 to CPU 0, after 20 ms: it waits.
send_later:
    ldr     x2, =1250000
    msr     cntv_tval_el0, x2
    mov     x2, #1
    msr     cntv_ctl_el0, x2
1:  wfi
    mrs     x2, cntv_ctl_el0
    tbz     x2, #2, 1b
    msr     cntv_ctl_el0, xzr
// Sends SGI x1 to CPU 0.
send:
    mov     x2, #1
    orr     x2, x2, x1, lsl #24
    msr     ICC_SGI1R, x2
    isb
    ret
// An SGI of its own is pending.
suspend_here:
    ldr     x0, =3 << 24 | 2
    msr     ICC_SGI1R, x0
    isb
    mov     x1, #0
1:  ldr     x0, =PSCI_SUSPEND
    hvc     #0
    mrs     x1, ICC_IAR1
    msr     ICC_EOIR1, x1
    orr     x0, x1, x0, lsl #32
    ret
suspend_for_other:
    LA      x2, ready
    mov     x3, #1
    TELL    x2, x3
    mov     x1, #0
    b       1b
    .ltorg
GIC_CODE
SMP_CODE
SMP_GIC_CODE
    .bss
    .balign 8
ready:
    .quad   0
taken:
    .quad   0, 0
