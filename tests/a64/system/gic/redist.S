// SPDX-License-Identifier: MIT
//
// The redistributors of five CPUs: who is where, which is the last, sleeping
// and waking, and that every register for SGIs and PPIs is each CPU's own.
// All are read by CPU 0; the others are off. Behind the last there is nothing.
//@ smp 5
#include "check.inc"
#include "gic.inc"

.set CPUS, 5

// x1 to x5 = the words at @off of all; x0, x6 are changed.
.macro WORDS off, text
    ldr     x0, =GICR + (\off)
    ldr     w1, [x0]
    add     x0, x0, #0x20, lsl #12
    ldr     w2, [x0]
    add     x0, x0, #0x20, lsl #12
    ldr     w3, [x0]
    add     x0, x0, #0x20, lsl #12
    ldr     w4, [x0]
    add     x0, x0, #0x20, lsl #12
    ldr     w5, [x0]
    SHOW    "\text\off", x1, x2, x3, x4, x5
.endm

// Each gets another value: CPU n gets @value ror @by * n.
.macro SPREAD off, value, by=4
    ldr     x0, =GICR + (\off)
    ldr     w1, =\value
    mov     x2, #CPUS
.Ls\@:
    str     w1, [x0]
    add     x0, x0, #0x20, lsl #12
    ror     w1, w1, #\by
    subs    x2, x2, #1
    b.ne    .Ls\@
.endm

.text
.global t_main
t_main:
    msr     nzcv, xzr
    mov     x10, #0
    ldr     x11, =GICR
1:  ldr     x1, [x11, #8]
    ldr     w2, [x11, #8]
    ldr     w3, [x11, #12]
    ldr     x4, =0x3000001          // CommonLPIAff, PLPIS: there are no
    bic     x1, x1, x4              // LPIs here
    bic     w2, w2, w4
    SHOW    "TYPER", x10, x1, x2, x3
    add     x10, x10, #1
    add     x11, x11, #0x20, lsl #12
    tbz     x1, #4, 1b              // Last
    SHOW    "CPUs", x10
    // Behind it.
    ldr     w1, [x11, #8]
    TITLE   "after"
    POOL
    WORDS   0x14, "reset "
    mov     w1, #0
    ldr     x0, =GICR + 0x20014
    str     w1, [x0]
    WORDS   0x14, "1 awake "
    ldr     x0, =GICR + 0x80014
    mov     w1, #0
    str     w1, [x0]
    WORDS   0x14, "4 awake "
    ldr     x0, =GICR + 0x20014
    mov     w1, #2
    str     w1, [x0]
    WORDS   0x14, "1 asleep "
    WORDS   0x10080, "reset "
    WORDS   0x10100, "reset "
    WORDS   0x10200, "reset "
    WORDS   0x10300, "reset "
    WORDS   0x10400, "reset "
    WORDS   0x10c00, "reset "
    POOL
    SPREAD  0x10080, 0x8abcdef1
    WORDS   0x10080
    SPREAD  0x10100, 0x11112222
    WORDS   0x10100
    WORDS   0x10180
    SPREAD  0x10180, 0x33333333
    WORDS   0x10100
    SPREAD  0x10200, 0x12345678
    WORDS   0x10200
    WORDS   0x10280
    SPREAD  0x10280, 0x10305070
    WORDS   0x10200
    POOL
    SPREAD  0x10300, 0x0f0f0ff0
    WORDS   0x10300
    SPREAD  0x10380, 0x11111111
    WORDS   0x10380
    SPREAD  0x10404, 0x20406080, 8
    SPREAD  0x1041c, 0x88807870, 8
    WORDS   0x10400
    WORDS   0x10404
    WORDS   0x1041c
    SPREAD  0x10c04, 0xaa0882a0
    WORDS   0x10c04
    SPREAD  0x10c00, 0
    WORDS   0x10c00
    POOL
    // Bytes of the priorities, of one CPU.
    PUTB    GICR_SGI + 0x40400 + 0x405, 0x18
    PUTB    GICR_SGI + 0x40000 + 0x407, 0xe0
    WORDS   0x10404
    ldr     x0, =GICR_SGI + 0x40000 + 0x404
    ldrb    w1, [x0, #3]
    SHOW    "byte", x1
    // The distributor's words for these are RAZ/WI with affinity routing.
    .irp r, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
    PUT     GICD + \r, -1
    GET     GICD + \r
    .endr
    .irp r, 0x400, 0x41c, 0xc00, 0xc04
    PUT     GICD + \r, -1
    GET     GICD + \r
    .endr
    WORDS   0x10100, "as before "
    WORDS   0x10404, "as before "
    // A redistributor has no registers of SPIs.
    .irp r, 0x084, 0x104, 0x204, 0x304, 0x420, 0xc08
    PUT     GICR_SGI + \r, 0x5a5a5a5a
    GET     GICR_SGI + \r, "SPI? "
    GET     GICD + \r, "SPI "
    .endr
    DONE
    .ltorg
