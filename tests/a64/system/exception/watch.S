// SPDX-License-Identifier: MIT
//
// Hardware watchpoints: each kind of access against the watched bytes, before,
// at and behind them; EC 0x34 and 0x35, WnR, CM, FAR the first watched byte;
// nothing is loaded, stored or written back; BAS, MASK, LSC, PAC, SSC, links;
// who may take it and what comes before it.
// Without FEAT_LSE2, which QEMU 7.2 does not have.
//@ emu-cpu max,lse2=off
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000107
//> ~ 00000000d6000022 00000000c0000106
//> ~ 00000000d6000022 00000000c0000103
//> ~ 00000000d6000022 00000000c0000104
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000107
//> ~ 00000000d6000022 00000000c0000104
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000107
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000104
//> ~ 00000000d6000062 00000000c0000106
//> ~ 00000000d6000062 00000000c0000100
//> ~ 000000009600000f 00000000c0000100
//> ~ 000000009600004f 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000022 00000000c0000107
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000104
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~memory 0000000000000000 0000000000000000 2706050403020100 300e0d0c0b0a0908 3916151413121110 421e1d1c1b1a1918
//> ~registers 0000000000000022 0000000000000033 0000000000000044 0000000000000055 0000000000000000
//> ~ldadd x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~stset w2, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~ldsmaxb w2, w3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~swp x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~cas x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~casp x2, x3, x4, x5, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~memory 0000000000000000 0000000000000022 2706050403020100 300e0d0c0b0a0908 3916151413121110 421e1d1c1b1a1918
//> ~registers 0000000000000022 0000000000000000 0000000000000044 0000000000000055 0000000000000000
//> ~ldadd x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~stset w2, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~ldsmaxb w2, w3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~swp x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~cas x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~casp x2, x3, x4, x5, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~memory 0000000000000000 0000000000000022 2706050403020100 300e0d0c0b0a0908 3916151413121110 421e1d1c1b1a1918
//> ~registers 0000000000000022 0000000000000022 0000000000000044 0000000000000055 0000000000000000
//> ~ldadd x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~stset w2, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~ldsmaxb w2, w3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~swp x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~cas x2, x3, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~casp x2, x3, x4, x5, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~memory 0000000000000000 0000000000000022 2706050403020100 300e0d0c0b0a0908 3916151413121110 421e1d1c1b1a1918
//> ~registers 0000000000000022 0000000000000022 0000000000000044 0000000000000055 0000000000000000
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~memory 0000000000000000 0000000000000022 2706050403020100 300e0d0c0b0a0908 3916151413121110 421e1d1c1b1a1918
//> ~registers 0000000000000022 0000000000000001 0000000000000044 0000000000000055 0000000000000000
//> ~stxr w3, x5, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~stxr w3, x5, [x20] ffffffffffffffff 0000000000000000
//> ~stxp w3, w5, w5, [x20] 0000000000000200 0000000000000035
//> ~ 00000000d6000062 00000000c0000100
//> ~memory 0000000000000000 0000000000000022 2706050403020100 300e0d0c0b0a0908 3916151413121110 421e1d1c1b1a1918
//> ~registers 0000000003020100 0000000000000001 0000000027060504 0000000000000055 0000000000000000
//> ~ 00000000d6000022 00000000c0000ffc
//> ~ 00000000d6000022 00000000c0000fff
//> ~ 00000000d6000022 00000000c0000ffc
//> ~ 00000000d6000062 00000000c0000ffc
//> ~ 00000000d6000022 00000000c0000ffc
//> ~ 00000000d6000062 00000000c0000ffc
//> ~ 00000000d6000062 00000000c0000ffc
//> ~ 00000000d6000062 00000000c0001000
//> ~ 00000000d6000062 00000000c0001000
//> ~ 00000000d6000062 00000000c0001000
//> ~ 00000000d6000062 00000000c0001000
//> ~ 00000000d6000062 00000000c0001000
//> ~ 00000000d6000062 00000000c0001000
//> ~ 00000000d6000062 00000000c0001000
//> ~memory 0000000000000022 0000000000000033 0000000000000000 0000000000000000
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000100
//> ~dc ivac, x20 0000000000000200 0000000000000035
//> ~ 00000000d6000162 00000000c0000120
//> ~ 00000000d6000062 00000000c0000138
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ldur x2, [x20, #-4] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000107
//> ~ 00000000d6000022 00000000c0000107
//> ~ 00000000d6000022 00000000c0000107
//> ~ldur x2, [x20, #-4] ffffffffffffffff 0000000000000000
//> ~ 00000000d6000022 00000000c0000102
//> ~ 00000000d6000022 00000000c0000105
//> ~ 00000000d6000022 00000000c0000102
//> ~ 00000000d6000022 00000000c0000104
//> ~ldur x2, [x20, #-4] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000102
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000102
//> ~ 00000000d6000022 00000000c0000100
//> ~ldur x2, [x20, #-4] 0000000000000200 0000000000000035
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000105
//> ~ 00000000d6000022 00000000c0000107
//> ~ 00000000d6000022 00000000c0000104
//> ~ 00000000d6000022 00000000c0000104
//> ~ldur x2, [x20, #-4] ffffffffffffffff 0000000000000000
//> ~ldur x2, [x20, #-4] ffffffffffffffff 0000000000000000
//> ~ 00000000d6000022 00000000c0000104
//> ~ 00000000d6000022 00000000c0000104
//> ~ 00000000d6000022 ffffff80c0000100
//> ~ 000000001ffffffe
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000107
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000107
//> ~ 00000000d6000062 00000000c0000108
//> ~ 00000000d6000062 00000000c000013f
//> ~ 00000000d6000062 00000000c0000000
//> ~ 00000000d6000062 00000000c00000ff
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000107
//> ~ 00000000d6000062 00000000c0000108
//> ~ 00000000d6000062 00000000c000013f
//> ~ 00000000d6000062 00000000c0000140
//> ~ 00000000d6000062 00000000c0000fff
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0005000
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000062 00000000c0005100
//> ~ 00000000d2000022 00000000c0005100
//> ~ 00000000d2000062 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000062 00000000c0005100
//> ~ 00000000d2000022 00000000c0005100
//> ~ 00000000d2000062 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000062 00000000c0005100
//> ~ 00000000d2000022 00000000c0005100
//> ~ 00000000d2000062 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d2000022 00000000c0005100
//> ~ 00000000d2000022 00000000c0005100
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d2000022 00000000c0005100
//> ~OS lock, ldr x2, [x20] ffffffffffffffff 0000000000000000
//> ~double lock, ldr x2, [x20] ffffffffffffffff 0000000000000000
//> ~ 00000000d6000022 00000000c0005100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 00000000d6000022 00000000c0000100
//> ~ 0000000096000007 00000000c0002000
//> ~ 00000000d6000022 00000000c0003000
//> ~ 000000009600004f 00000000c0003000
//> ~ 0000000096000021 00000000c0000101
//> ~ldar x2, [x20] 0000000000000200 0000000000000025
//> ~ 0000000096000021 00000000c0000101
//> ~ 00000000d6000022 00000000c0007000
//> ~ldur x2, [x20, #1] 0000000000000200 0000000000000025
//> ~ 0000000096000021 00000000c0007001
//> ~stur x2, [x20, #-4] 0000000000000200 0000000000000025
//> ~ 0000000096000047 00000000c0002000
//> ~ 00000000d6000062 00000000c0001ff8
//> ~ 00000000d6000022 00000000c0000108
//> ~ 00000000d6000062 00000000c0000100
//> ~ 00000000d6000062 00000000c0000110
//> ~ 00000000d6000022 00000000c0001fff
//> ~ 00000000d6000022 00000000c0000108
//@ emu-cpu max,lse2=off
#include "check.inc"
#include "sys.inc"

.set W, T_RW + 0x100                // watched: eight bytes here
.set WE, T_EL0_RW + 0x100
.set LOAD, 1 << 3
.set STORE, 2 << 3
.set BOTH, 3 << 3
.set EL1, 1 << 1
.set EL0, 2 << 1
.set ALL8, 0xff << 5

.macro WATCH addr, wcr, n=0
    ldr     x29, =\addr
    msr     dbgwvr\n\()_el1, x29
    ldr     x29, =((\wcr) | 1)
    msr     dbgwcr\n\()_el1, x29
    isb
.endm
// Vector and EC as QEMU has them; then ESR and FAR, which it takes from an
// earlier hit of the same watchpoint.
.macro W insn, pre
    bl      sys_clear
    adr     x29, .Lw\@
    bl      sys_resume
    \insn
.Lw\@:
    W_SHOW  "\insn", "\pre"
.endm
.macro W0 insn, pre
    mrs     x28, daif
    AT_EL0  "\insn"
    msr     daif, x28
    W_SHOW  "EL0: \insn", "\pre"
.endm
.macro W_SHOW text, pre
    bl      sys_load
    lsr     x12, x11, #26
    SHOW    "\pre\text", x10, x12
    cbz     x11, .Lq\@
    SHOW    "~", x11, x14
.Lq\@:
    bl      sys_unload
.endm
.macro NOWATCH n=0
    msr     dbgwcr\n\()_el1, xzr
    isb
.endm
// Base in x20, 16 bytes of each register that is loaded known.
.macro FRESH addr
    ldr     x20, =\addr
    mov     x2, #0x22
    mov     x3, #0x33
    mov     x4, #0x44
    mov     x5, #0x55
.endm
// What watched memory and the registers hold.
.macro AFTER pre
    mrs     x29, daif
    msr     daifset, #8
    ldr     x21, =W
    ldp     x22, x23, [x21, #-16]
    ldp     x24, x25, [x21]
    ldp     x26, x27, [x21, #16]
    msr     daif, x29
    SHOW    "\pre\()memory", x22, x23, x24, x25, x26, x27
    sub     x21, x20, x21
    SHOW    "\pre\()registers", x2, x3, x4, x5, x21
.endm

.text
.global t_main
t_main:
    SYS_INIT
    msr     oslar_el1, xzr
    mrs     x0, sctlr_el1
    orr     x0, x0, #(1 << 14)      // DZE
    orr     x0, x0, #(1 << 26)      // UCI
    msr     sctlr_el1, x0
    ldr     x0, =0xa000             // MDE, KDE
    msr     mdscr_el1, x0
    isb
    msr     daifclr, #8
    bl      sizes
    bl      pairs
    bl      vectors
    bl      atomics
    bl      exclusives
    bl      crossing
    bl      others
    bl      bytes
    bl      masks
    bl      who
    bl      links
    bl      priority
    bl      several
    DONE

sizes:
    str     x30, [sp, #-16]!
    TITLE   "single accesses"
    WATCH   W, BOTH | EL1 | ALL8
    FRESH   W
    W       "ldr x2, [x20]"
    W       "ldrb w2, [x20, #-1]"
    W       "ldrb w2, [x20, #7]"
    W       "ldrb w2, [x20, #8]"
    W       "ldrh w2, [x20, #6]"
    W       "ldrsb x2, [x20, #3]"
    W       "ldrsw x2, [x20, #4]"
    W       "ldrsw x2, [x20, #8]"
    W       "ldur x2, [x20, #-7]"
    W       "ldur x2, [x20, #-8]"
    W       "ldur x2, [x20, #7]"
    W       "ldr x2, [x20, #8]!"
    FRESH   W
    W       "ldr x2, [x20, #4]!"
    W       "ldr x2, [x20], #4"
    W       "strb w2, [x20, #7]"
    W       "strh w2, [x20, #-2]"
    W       "sturh w2, [x20, #-1]"
    W       "str w2, [x20, #4]"
    W       "str x2, [x20, #-8]!"
    FRESH   W
    W       "str x2, [x20, #6]!"
    W       "str x2, [x20], #16"
    W       "ldtr x2, [x20]"
    W       "sttr x2, [x20]"
    W       "ldar x2, [x20]"
    W       "stlr x2, [x20]"
    W       "stlr w2, [x20, #0]"
    W       "prfm pldl1keep, [x20]"
    W       "ldr d2, [x20]"
    W       "str q2, [x20, #-16]"
    W       "stur q2, [x20, #-9]"
    W       "ldr b2, [x20, #7]"
    AFTER
    // The whole page, in a loop.
    mov     x0, #0
    ldr     x1, =T_RW
    ldr     x3, =W
1:  ldr     x2, [x1], #8
    add     x0, x0, #1
    cmp     x1, x3
    b.ne    1b
    SHOW    "up to it", x0
    W       "ldr x2, [x1], #8"
    ldr     x3, =T_RW + 0x200
1:  add     x1, x1, #8
    ldr     x2, [x1]
    cmp     x1, x3
    b.ne    1b
    // A loop that meets it: the handler goes on behind the access.
    ldr     x1, =W - 64
    ldr     x3, =W + 64
    bl      sys_clear
    adr     x29, 2f
    bl      sys_resume
1:  str     xzr, [x1], #8
    cmp     x1, x3
    b.ne    1b
2:  W_SHOW  "in a loop"
    SHOW    "at", x1
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

pairs:
    str     x30, [sp, #-16]!
    TITLE   "pairs"
    WATCH   W, BOTH | EL1 | ALL8
    FRESH   W
    W       "ldp x2, x3, [x20]"
    W       "ldp x2, x3, [x20, #-8]"
    W       "ldp x2, x3, [x20, #-16]!"
    W       "ldp x2, x3, [x20, #16]"
    FRESH   W
    W       "ldp w2, w3, [x20, #-4]"
    W       "ldpsw x2, x3, [x20, #4]"
    W       "ldp x2, x3, [x20], #16"
    W       "ldnp x2, x3, [x20, #-8]"
    W       "stp x2, x3, [x20, #-8]"
    W       "stp x2, x3, [x20, #-8]!"
    W       "stp w2, w3, [x20, #-4]"
    W       "stp w2, w3, [x20, #-8]"
    W       "stp q2, q3, [x20, #-16]"
    W       "stp q2, q3, [x20, #-32]"
    W       "ldp q2, q3, [x20, #-16]"
    W       "ldp d2, d3, [x20, #-8]"
    W       "stnp q2, q3, [x20]"
    AFTER
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

vectors:
    str     x30, [sp, #-16]!
    TITLE   "structures"
    WATCH   W, BOTH | EL1 | ALL8
    FRESH   W
    sub     x20, x20, #16
    movi    v0.16b, #1
    movi    v1.16b, #2
    movi    v2.16b, #3
    movi    v3.16b, #4
    W       "ld1 {v0.16b}, [x20]"
    W       "ld1 {v0.16b, v1.16b}, [x20]"
    W       "ld1 {v0.16b, v1.16b}, [x20], #32"
    W       "ld2 {v0.8b, v1.8b}, [x20]"
    W       "ld2 {v0.4s, v1.4s}, [x20], #32"
    W       "ld3 {v0.8h, v1.8h, v2.8h}, [x20]"
    W       "ld4 {v0.2d, v1.2d, v2.2d, v3.2d}, [x20]"
    SHOW    "~unchanged", v0, v1, v2, v3, x20
    W       "st1 {v0.16b}, [x20]"
    W       "st1 {v0.16b, v1.16b}, [x20]"
    W       "st1 {v0.16b, v1.16b, v2.16b, v3.16b}, [x20], #64"
    W       "st2 {v0.4s, v1.4s}, [x20]"
    W       "st3 {v0.8h, v1.8h, v2.8h}, [x20]"
    W       "st4 {v0.8b, v1.8b, v2.8b, v3.8b}, [x20], #32"
    FRESH   W
    W       "ld1 {v0.b}[3], [x20]"
    W       "ld1r {v0.4s}, [x20]"
    W       "st1 {v0.d}[1], [x20], #8"
    W       "st4 {v0.b, v1.b, v2.b, v3.b}[1], [x20]"
    AFTER   "~"
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

atomics:
    str     x30, [sp, #-16]!
    .arch   armv8.1-a
    .irp    lsc, LOAD, STORE, BOTH
    TITLE   "atomics, LSC = \lsc"
    WATCH   W, \lsc | EL1 | ALL8
    FRESH   W
    W       "ldadd x2, x3, [x20]", "~"
    W       "stset w2, [x20]", "~"
    W       "ldsmaxb w2, w3, [x20]", "~"
    W       "swp x2, x3, [x20]", "~"
    W       "cas x2, x3, [x20]", "~"
    W       "casp x2, x3, x4, x5, [x20]", "~"
    sub     x20, x20, #8
    W       "swp x2, x3, [x20]"
    add     x20, x20, #8
    AFTER   "~"
    .endr
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

exclusives:
    str     x30, [sp, #-16]!
    TITLE   "exclusives"
    WATCH   W, LOAD | EL1 | ALL8
    FRESH   W
    W       "ldxr x2, [x20]"
    W       "stxr w3, x2, [x20]"    // not armed
    W       "ldaxrb w2, [x20]"
    W       "ldxp x2, x3, [x20]"
    W       "ldxp w2, w3, [x20]"
    AFTER   "~"
    WATCH   W, STORE | EL1 | ALL8
    FRESH   W
    W       "ldxr x2, [x20]"
    W       "stxr w3, x5, [x20]", "~"
    W       "stxr w3, x5, [x20]", "~" // still armed
    clrex
    W       "stxr w3, x5, [x20]"
    W       "ldxp w2, w4, [x20]"
    W       "stxp w3, w5, w5, [x20]", "~"
    clrex
    AFTER   "~"
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

// Watched: the last 4 bytes of a page and the first 4 of the next.
crossing:
    str     x30, [sp, #-16]!
    TITLE   "over a page's end"
    WATCH   T_RW + 0xff8, BOTH | EL1 | 0xf0 << 5
    FRESH   T_RW + 0x1000
    stp     xzr, xzr, [x20, #-24]
    stp     xzr, xzr, [x20]
    W       "ldur x2, [x20, #-4]"
    W       "ldur x2, [x20, #-1]"
    W       "ldur w2, [x20, #-5]"
    W       "stur x2, [x20, #-7]"
    W       "ldp x2, x3, [x20, #-8]"
    W       "stp x2, x3, [x20, #-16]"
    W       "stur q2, [x20, #-8]"
    W       "str x2, [x20]"
    str     xzr, [x20]
    NOWATCH
    WATCH   T_RW + 0x1000, STORE | EL1 | 0xf << 5
    W       "stur x2, [x20, #-4]"
    W       "stur x2, [x20, #-7]"
    W       "stp x2, x3, [x20, #-8]"
    W       "stp x2, x3, [x20, #-16]!"
    FRESH   T_RW + 0x1000
    W       "stur q2, [x20, #-15]"
    W       "stp q2, q3, [x20, #-16]"
    W       "ldur x2, [x20, #-4]"
    sub     x21, x20, #8
    W       "st1 {v2.8b, v3.8b}, [x21]"
    W       "st4 {v0.s, v1.s, v2.s, v3.s}[1], [x21]"
    NOWATCH
    ldp     x2, x3, [x20, #-16]
    ldp     x4, x5, [x20]
    SHOW    "~memory", x2, x3, x4, x5
    ldr     x30, [sp], #16
    ret
    .ltorg

others:
    str     x30, [sp, #-16]!
    TITLE   "caches"
    WATCH   W, STORE | EL1 | ALL8
    FRESH   W
    mov     x2, #-1
    stp     x2, x2, [x20, #-16]
    stp     x2, x2, [x20, #16]
    W       "dc zva, x20"
    sub     x20, x20, #8
    W       "dc zva, x20"
    ldr     x20, =W + 8
    W       "dc zva, x20"
    ldr     x20, =W + 64
    W       "dc zva, x20"
    ldr     x20, =W + 0x20
    W       "dc cvac, x20"
    W       "dc cvau, x20"
    W       "dc civac, x20"
    W       "ic ivau, x20"
    // DC IVAC is a store to the line; QEMU does nothing.
    W       "dc ivac, x20", "~"
    ldr     x20, =W + 64
    W       "dc ivac, x20"
    AFTER
    WATCH   W + 0x38, STORE | EL1 | ALL8    // the end of the line
    ldr     x20, =W
    mov     x2, #-1
    stp     x2, x2, [x20, #16]
    W       "dc zva, x20"
    AFTER
    WATCH   W, LOAD | EL1 | ALL8
    ldr     x20, =W
    W       "dc ivac, x20"
    W       "dc zva, x20"
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

bytes:
    str     x30, [sp, #-16]!
    TITLE   "BAS"
    .irp    bas, 0x01, 0x80, 0x3c, 0x0f, 0xf0, 0x00
    WATCH   W, LOAD | EL1 | \bas << 5
    FRESH   W
    W       "ldrb w2, [x20]"
    W       "ldrb w2, [x20, #2]"
    W       "ldrb w2, [x20, #5]"
    W       "ldrb w2, [x20, #7]"
    W       "ldr x2, [x20]"
    W       "ldr w2, [x20, #4]"
    W       "ldur x2, [x20, #-4]", "~"  // QEMU takes it for 0x80 and 0xf0
    .endr
    // An address that is a multiple of 4 only: BAS<3:0>.
    WATCH   W + 4, LOAD | EL1 | 0xf << 5
    W       "ldr w2, [x20]"
    W       "ldr w2, [x20, #4]"
    W       "ldr x2, [x20]"
    W       "ldr x2, [x20, #8]"
    // The same bytes under another address, and a top byte that is ignored.
    WATCH   W, LOAD | EL1 | ALL8
    ldr     x20, =T_ALIAS + 0x100
    W       "ldr x2, [x20]"
    ldr     x20, =T_HIGH + W
    W       "ldr x2, [x20]"
    WATCH   T_HIGH + W, LOAD | EL1 | ALL8
    W       "ldr x2, [x20]"
    ldr     x20, =W
    W       "ldr x2, [x20]"
    mov     x29, #-1
    msr     dbgwvr1_el1, x29
    mrs     x2, dbgwvr1_el1
    ldr     x29, =0x0001123456789abf
    msr     dbgwvr1_el1, x29
    mrs     x3, dbgwvr1_el1
    mov     x29, #-2
    msr     dbgwcr1_el1, x29
    mrs     x4, dbgwcr1_el1
    NOWATCH 1
    SHOW    "registers keep", x2, x3
    SHOW    "~", x4             // QEMU: all bits
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

masks:
    str     x30, [sp, #-16]!
    TITLE   "MASK"
    .irp    mask, 1, 3, 6, 12
    WATCH   W, STORE | EL1 | ALL8 | \mask << 24
    .irp    off, -0x100, -1, 0, 7, 8, 63, 64, 0xeff, 0xf00
    FRESH   W + (\off)
    W       "strb w2, [x20]"
    .endr
    .endr
    WATCH   T_RW, STORE | EL1 | ALL8 | 31 << 24
    FRESH   W
    W       "str x2, [x20]"
    FRESH   T_EL0_RW
    W       "str x2, [x20]"
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

// Who accesses, and whether debug exceptions are enabled.
who:
    str     x30, [sp, #-16]!
    .irp    pac, 0, EL1, EL0, EL1 | EL0, EL1 | EL0 | 1 << 14, EL1 | EL0 | 2 << 14, EL1 | 3 << 14
    TITLE   "PAC = \pac"
    WATCH   WE, BOTH | (\pac) | ALL8
    FRESH   WE
    W       "ldr x2, [x20]"
    W       "ldtr x2, [x20]"
    W       "sttr x2, [x20]"
    W0      "ldr x2, [x20]"
    W0      "stp x2, x3, [x20, #-8]"
    .endr
    TITLE   "enables"
    WATCH   WE, LOAD | EL1 | EL0 | ALL8
    msr     daifset, #8
    W       "ldr x2, [x20]"
    W0      "ldr x2, [x20]"
    msr     daifclr, #8
    .irp    mdscr, 0, 0x2000, 0x8000, 0xa000
    ldr     x2, =\mdscr
    msr     mdscr_el1, x2
    isb
    TITLE   "MDSCR = \mdscr"
    W       "ldr x2, [x20]"
    W0      "ldr x2, [x20]"
    .endr
    mov     x2, #1
    msr     oslar_el1, x2
    isb
    W       "ldr x2, [x20]", "~OS lock, "
    msr     oslar_el1, xzr
    msr     osdlr_el1, x2
    isb
    W       "ldr x2, [x20]", "~double lock, "
    msr     osdlr_el1, xzr
    isb
    W       "ldr x2, [x20]"
    NOWATCH
    W       "ldr x2, [x20]"
    ldr     x30, [sp], #16
    ret
    .ltorg

links:
    str     x30, [sp, #-16]!
    TITLE   "links"
    mov     x0, #0x1234
    msr     contextidr_el1, x0
    msr     dbgbvr5_el1, x0
    ldr     x0, =0x003001e7         // linked context ID match
    msr     dbgbcr5_el1, x0
    isb
    WATCH   W, LOAD | EL1 | ALL8 | 1 << 20 | 5 << 16
    FRESH   W
    W       "ldr x2, [x20]"
    mov     x0, #0x1235
    msr     contextidr_el1, x0
    isb
    W       "ldr x2, [x20]"
    mov     x0, #0x1235
    msr     dbgbvr5_el1, x0
    isb
    W       "ldr x2, [x20]"
    WATCH   W, LOAD | EL1 | ALL8 | 1 << 20 | 4 << 16
    W       "ldr x2, [x20]"
    msr     dbgbvr3_el1, x0         // no context-aware breakpoint
    ldr     x0, =0x003001e7
    msr     dbgbcr3_el1, x0
    WATCH   W, LOAD | EL1 | ALL8 | 1 << 20 | 3 << 16
    W       "ldr x2, [x20]"
    ldr     x0, =0x001001e7         // not a context
    msr     dbgbcr5_el1, x0
    WATCH   W, LOAD | EL1 | ALL8 | 1 << 20 | 5 << 16
    W       "ldr x2, [x20]"
    msr     dbgbcr3_el1, xzr
    msr     dbgbcr5_el1, xzr
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

// Faults of the access itself come first.
priority:
    str     x30, [sp, #-16]!
    TITLE   "priority"
    WATCH   T_NONE, BOTH | EL1 | ALL8
    ldr     x20, =T_NONE
    W       "ldr x2, [x20]"
    WATCH   T_RO, BOTH | EL1 | ALL8
    ldr     x20, =T_RO
    W       "ldr x2, [x20]"
    W       "str x2, [x20]"
    WATCH   W, BOTH | EL1 | ALL8
    FRESH   W + 1
    W       "ldxr x2, [x20]"
    W       "ldar x2, [x20]", "~"
    WATCH   T_DEVICE, BOTH | EL1 | ALL8
    ldr     x20, =T_DEVICE
    W       "ldr x2, [x20]"
    W       "ldur x2, [x20, #1]", "~"
    // The second page is missing: either would be right.
    WATCH   T_NONE - 8, BOTH | EL1 | ALL8
    ldr     x20, =T_NONE
    W       "stur x2, [x20, #-4]", "~"
    W       "stp x2, x3, [x20, #-16]"
    NOWATCH
    ldr     x30, [sp], #16
    ret
    .ltorg

several:
    str     x30, [sp, #-16]!
    TITLE   "several"
    WATCH   W, STORE | EL1 | ALL8
    WATCH   W + 8, LOAD | EL1 | ALL8, 1
    WATCH   W + 16, STORE | EL1 | ALL8, 2
    WATCH   T_RW + 0x1ff8, BOTH | EL1 | ALL8, 3
    FRESH   W
    W       "ldp x2, x3, [x20]"
    W       "stp x2, x3, [x20]"
    W       "stp x2, x3, [x20, #8]"
    W       "ldp x2, x3, [x20, #16]"
    W       "stp x2, x3, [x20, #24]"
    ldr     x21, =T_RW + 0x1ff8
    W       "ldrb w2, [x21, #7]"
    NOWATCH
    NOWATCH 3
    W       "stp x2, x3, [x20]"
    W       "ldp x2, x3, [x20]"
    W       "ldrb w2, [x21, #7]"
    NOWATCH 1
    NOWATCH 2
    W       "ldp x2, x3, [x20]"
    ldr     x30, [sp], #16
    ret
    .ltorg

SYS_CODE
