// SPDX-License-Identifier: MIT
//
// TLB maintenance reaches other CPUs. CPU 1 has used two pages, one global
// and one of its ASID, in the low and the high half, by loads and fetches; a
// CPU makes the entries invalid, does a TLBI, and lets them lead to other
// pages; CPU 1 looks again. A byte each, from the top: high other, high
// global; fetch and load, other; fetch and load, global. 10 and 12 were there
// before, 11 and 13 are new.
//
// Compared are the bytes that the form covers. Emu's TLB keeps what it has
// until told otherwise, so the lines with ~ show that forms that are not
// Inner Shareable stay on their CPU, and that others leave other ASIDs and
// addresses alone.
//@ smp 3
//> ~vmalle1is by 0 0000131113131111
//> ~vmalle1is by 2 0000131113131111
//> ~vmalle1 by 1 0000131113131111
//> ~vmalle1 by 0 0000121012121010
//> ~aside1is by 0 0000131013131010
//> ~aside1is by 2 0000131013131010
//> ~aside1is, other ASID by 0 0000121012121010
//> ~aside1 by 1 0000131013131010
//> ~aside1 by 0 0000121012121010
//> ~vae1is global by 0 0000121012121111
//> ~vae1is other by 0 0000121013131010
//> ~vae1is other by 2 0000121013131010
//> ~vae1is high by 0 0000121112121010
//> ~vae1is high other by 0 0000131012121010
//> ~vae1is, other ASID by 0 0000121012121010
//> ~vae1is, another page by 0 0000121012121010
//> ~vae1 other by 0 0000121012121010
//> ~vae1 other by 1 0000121013131010
//> ~vale1is global by 0 0000121012121111
//> ~vale1is other by 0 0000121013131010
//> ~vale1 other by 0 0000121012121010
//> ~vaae1is global by 0 0000121012121111
//> ~vaae1is other by 2 0000121013131010
//> ~vaae1is high other by 0 0000131012121010
//> ~vaae1 other by 0 0000121012121010
//> ~vaale1is other by 0 0000121013131010
//> ~vaale1 other by 2 0000121012121010
#include "check.inc"
#include "smp.inc"

.set PAGE_G, 0x10               // index in t_l3: global
.set PAGE_N, 0x11               // not global
.set VA_G, T_V + PAGE_G * 0x1000
.set VA_N, T_V + PAGE_N * 0x1000
.set HIGH_G, T_HIGH + VA_G
.set HIGH_N, T_HIGH + VA_N
.set ATTRS, 3 | 3 << 8 | 1 << 10 // page, inner shareable, AF
.set NG, 1 << 11
.set ASID, 5

// TLBI arguments.
.set A_G, VA_G >> 12
.set A_N, VA_N >> 12 | ASID << 48
.set A_HG, HIGH_G >> 12 & 0xfffffffffff
.set A_HN, (HIGH_N >> 12 & 0xfffffffffff) | ASID << 48

// CPU @who does @op with @arg; the bytes in @mask are compared.
.macro FORM text, who, op, arg, mask
    mov     x19, #\who
    LA      x20, \op
    ldr     x21, =\arg
    bl      form
    ldr     x1, =\mask
    and     x1, x0, x1
    SHOW    "\text by \who: covered", x1
    SHOW    "~\text by \who", x0
.endm

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    RUN_ON  1, set_asid
    POOL
    FORM    "vmalle1is", 0, vmalle1is, 0, 0xffffffffffff
    FORM    "vmalle1is", 2, vmalle1is, 0, 0xffffffffffff
    FORM    "vmalle1", 1, vmalle1, 0, 0xffffffffffff
    FORM    "vmalle1", 0, vmalle1, 0, 0
    POOL
    FORM    "aside1is", 0, aside1is, ASID << 48, 0xff00ffff0000
    FORM    "aside1is", 2, aside1is, ASID << 48, 0xff00ffff0000
    FORM    "aside1is, other ASID", 0, aside1is, 6 << 48, 0
    FORM    "aside1", 1, aside1, ASID << 48, 0xff00ffff0000
    FORM    "aside1", 0, aside1, ASID << 48, 0
    POOL
    FORM    "vae1is global", 0, vae1is, A_G, 0xffff
    FORM    "vae1is other", 0, vae1is, A_N, 0xffff0000
    FORM    "vae1is other", 2, vae1is, A_N, 0xffff0000
    FORM    "vae1is high", 0, vae1is, A_HG, 0xff00000000
    FORM    "vae1is high other", 0, vae1is, A_HN, 0xff0000000000
    FORM    "vae1is, other ASID", 0, vae1is, A_N ^ 3 << 48, 0
    FORM    "vae1is, another page", 0, vae1is, A_N ^ 0x20, 0
    FORM    "vae1 other", 0, vae1, A_N, 0
    FORM    "vae1 other", 1, vae1, A_N, 0xffff0000
    POOL
    FORM    "vale1is global", 0, vale1is, A_G, 0xffff
    FORM    "vale1is other", 0, vale1is, A_N, 0xffff0000
    FORM    "vale1 other", 0, vale1, A_N, 0
    FORM    "vaae1is global", 0, vaae1is, A_G, 0xffff
    FORM    "vaae1is other", 2, vaae1is, A_N & ~(0xff << 48), 0xffff0000
    FORM    "vaae1is high other", 0, vaae1is, A_HN & ~(0xff << 48), 0xff0000000000
    FORM    "vaae1 other", 0, vaae1, A_N, 0
    FORM    "vaale1is other", 0, vaale1is, A_N & ~(0xff << 48), 0xffff0000
    FORM    "vaale1 other", 2, vaale1, A_N, 0
    DONE
    .ltorg

// CPU x19 does x20 with x21 between two looks of CPU 1; x0 = the second.
form:
    str     x30, [sp, #-16]!
    RUN_ON  1, vmalle1
    mov     x1, #0
    mov     x2, #2
    bl      point
    RUN_ON  1, look
    LA      x1, t_l3
    stp     xzr, xzr, [x1, #PAGE_G * 8]
    dsb     ishst
    mov     x1, x21
    cbnz    x19, 1f
    blr     x20
    b       2f
1:  mov     x0, x19
    mov     x1, x20
    mov     x2, x21
    bl      s_start
    mov     x0, x19
    bl      s_wait
2:  mov     x1, #1
    mov     x2, #3
    bl      point
    RUN_ON  1, look
    ldr     x30, [sp], #16
    ret

// The entries lead to pages x1 and x2 of ours.
point:
    LA      x3, pages
    ldr     x4, =ATTRS
    add     x1, x3, x1, lsl #12
    orr     x1, x1, x4
    add     x2, x3, x2, lsl #12
    ldr     x4, =ATTRS | NG
    orr     x2, x2, x4
    LA      x3, t_l3
    stp     x1, x2, [x3, #PAGE_G * 8]
    dsb     ish
    isb
    ret

set_asid:
    LA      x1, t_l1
    mov     x2, #ASID
    orr     x1, x1, x2, lsl #48
    msr     ttbr0_el1, x1
    isb
    ret

look:
    str     x30, [sp, #-16]!
    ldr     x10, =VA_G
    ldr     x11, =VA_N
    ldr     x1, [x10, #16]
    blr     x10
    orr     x9, x1, x0, lsl #8
    ldr     x1, [x11, #16]
    orr     x9, x9, x1, lsl #16
    blr     x11
    orr     x9, x9, x0, lsl #24
    ldr     x10, =HIGH_G
    ldr     x11, =HIGH_N
    ldr     x0, [x10, #16]
    orr     x9, x9, x0, lsl #32
    ldr     x0, [x11, #16]
    orr     x0, x9, x0, lsl #40
    ldr     x30, [sp], #16
    ret
    .ltorg

.irp op, aside1is, aside1, vae1is, vae1, vale1is, vale1, vaae1is, vaae1
\op:
    tlbi    \op, x1
    dsb     ish
    isb
    ret
.endr
.irp op, vaale1is, vaale1
\op:
    tlbi    \op, x1
    dsb     ish
    isb
    ret
.endr
.irp op, vmalle1is, vmalle1
\op:
    tlbi    \op
    dsb     ish
    isb
    ret
.endr
SMP_CODE
    .data
    .balign 4096
pages:
    .irp    n, 0x10, 0x11, 0x12, 0x13
    .balign 4096
    mov     x0, #\n
    ret
    nop
    nop
    .quad   \n
    .endr
    .balign 4096
