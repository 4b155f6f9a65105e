// SPDX-License-Identifier: MIT
//
// GICv3 without taking an interrupt: pending, acknowledge, priority drop,
// deactivation of SGIs, PPIs and SPIs in both groups; masks and priorities;
// HPPIR, RPR, active priorities; EOImode; edge and level.
//> ~hppir0 0000000000000001
#include "check.inc"
#include "gic.inc"

.macro SGI n
    ldr     x0, =\n << 24 | 1
    msr     ICC_SGI1R, x0
    isb
.endm
.macro ACK pre
    mrs     x0, ICC_IAR1
    mrs     x1, ICC_RPR
    mrs     x2, ICC_HPPIR1
    SHOW    "\pre\()IAR1 RPR HPPIR1", x0, x1, x2
.endm
.macro END n
    mov     x0, #\n
    msr     ICC_EOIR1, x0
    isb
    mrs     x1, ICC_RPR
    mrs     x2, isr_el1
    SHOW    "EOIR1 \n", x1, x2
.endm
.macro STATE
    GET     GICR_SGI + 0x200
    GET     GICR_SGI + 0x300
    GET     GICD + 0x204
    GET     GICD + 0x304
    GET_ICC ICC_AP1R0
    mrs     x0, isr_el1
    mrs     x1, ICC_HPPIR1
    mrs     x2, ICC_HPPIR0
    SHOW    "isr hppir1 hppir0", x0, x1, x2
.endm

.text
.global t_main
t_main:
    GIC_INIT
    TITLE   "SGI"
    STATE
    SGI     5
    STATE                           // pending, not enabled
    PUT     GICR_SGI + 0x100, 0xffff
    STATE
    ACK
    STATE
    SGI     5                       // again, while active
    STATE
    ACK                             // 1023: not above the running priority
    END     5
    ACK
    END     5
    STATE
    ACK
    TITLE   "priorities"
    PUTB    GICR_SGI + 0x401, 0x20
    PUTB    GICR_SGI + 0x402, 0x40
    PUTB    GICR_SGI + 0x403, 0x20
    PUTB    GICR_SGI + 0x404, 0xf8
    SGI     4
    SGI     3
    SGI     2
    SGI     1
    ACK                             // 1
    ACK                             // none
    END     1
    ACK                             // 3
    END     3
    ACK                             // 2
    SGI     1
    ACK                             // 1 preempts 2
    STATE
    END     1
    END     2
    ACK                             // 4
    END     4
    TITLE   "mask"
    ICC     ICC_PMR, 0x40
    GET_ICC ICC_PMR
    SGI     2
    STATE
    ACK
    ICC     ICC_PMR, 0x48
    ACK
    END     2
    ICC     ICC_PMR, 0xff
    GET_ICC ICC_PMR
    b       1f
    .ltorg
1:  TITLE   "binary point"
    ICC     ICC_BPR1, 5
    GET_ICC ICC_BPR1
    PUTB    GICR_SGI + 0x405, 0x60
    SGI     5
    ACK
    SGI     2                       // 0x40: the same group of 64 as 0x60
    ACK
    SGI     1                       // 0x20 too is not above 0x40
    ACK
    END     5
    ACK
    END     1
    ACK
    END     2
    ICC     ICC_BPR1, 0
    GET_ICC ICC_BPR1
    GET_ICC ICC_BPR0
    TITLE   "disabled group"
    SGI     2
    ICC     ICC_IGRPEN1, 0
    STATE
    ACK
    ICC     ICC_IGRPEN1, 1
    PUT     GICD, 0x51
    STATE
    PUT     GICD, 0x53
    ACK
    END     2
    TITLE   "pending bits"
    PUT     GICR_SGI + 0x200, 0xc0
    STATE
    PUT     GICR_SGI + 0x280, 0x40
    STATE
    ACK
    END     7
    PUT     GICR_SGI + 0x300, 0x8   // active by hand
    STATE
    SGI     3
    STATE
    ACK                             // active: not signalled
    PUT     GICR_SGI + 0x380, 0x8
    ACK
    END     3
    TITLE   "EOImode 1"
    ICC     ICC_CTLR, 2
    GET_ICC ICC_CTLR
    SGI     5
    ACK
    END     5
    STATE                           // still active
    SGI     5
    ACK                             // none
    mov     x0, #5
    msr     ICC_DIR, x0
    isb
    STATE
    ACK
    END     5
    mov     x0, #5
    msr     ICC_DIR, x0
    isb
    STATE
    ICC     ICC_CTLR, 0
    b       1f
    .ltorg
1:  TITLE   "group 0"
    PUT     GICR_SGI + 0x080, 0xfffffffd
    ldr     x0, =1 << 24 | 1
    msr     ICC_SGI0R, x0
    isb
    STATE
    ACK                             // not by IAR1
    mrs     x0, ICC_IAR0
    mrs     x1, ICC_RPR
    SHOW    "IAR0", x0, x1
    GET_ICC ICC_AP0R0
    mov     x0, #1
    msr     ICC_EOIR0, x0
    isb
    STATE
    // With one Security state ICC_SGI1R reaches SGIs of either group; QEMU
    // lets it reach group 1 only.
    SGI     1
    mrs     x0, ICC_HPPIR0
    SHOW    "~hppir0", x0
    PUT     GICR_SGI + 0x280, 2
    PUT     GICR_SGI + 0x080, -1
    STATE
    TITLE   "SPI"
    PUT     GICD + 0x104, 0x700     // 40, 41, 42
    PUT     GICD + 0xc08, 0         // level
    PUT     GICD + 0x204, 0x100     // ISPENDR: latched
    STATE
    ACK
    STATE
    END     40
    STATE
    PUT     GICD + 0xc08, 0xaaaaaaaa // edge
    PUT     GICD + 0x204, 0x600
    STATE
    ACK
    END     41
    ACK
    PUT     GICD + 0x204, 0x400     // pending again while active
    STATE
    END     42
    ACK
    END     42
    STATE
    PUTB    GICD + 0x42a, 0x10      // priority of 42
    PUT     GICD + 0x204, 0x700
    ACK
    END     42
    PUT     GICD + 0x284, 0x100
    ACK
    END     41
    ACK
    // Affinity: SPI 40 to a CPU that is not there.
    ldr     x0, =GICD + 0x6140
    mov     x1, #3
    str     x1, [x0]
    ldr     x2, [x0]
    SHOW    "IROUTER40", x2
    PUT     GICD + 0x204, 0x100
    STATE
    ldr     x0, =GICD + 0x6140
    str     xzr, [x0]
    STATE
    ACK
    END     40
    STATE
    DONE
    .ltorg
GIC_CODE
