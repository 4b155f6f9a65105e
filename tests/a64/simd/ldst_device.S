// SPDX-License-Identifier: MIT
//
// LD1-LD4, ST1-ST4, LD1R-LD4R in a page of Device memory with the MMU on:
// each element must be aligned to its own size, and no more than that; one
// that is not is an alignment fault at the first element, before an abort
// of what follows, and nothing is stored. QEMU 7.2 lets it pass.
#include "check.inc"
#include "structs.inc"
#include "sys.inc"

.set MEM, T_DEVICE + 0x100
.set MEM_SIZE, 0x200

.macro L insn
    LOAD    "\insn"
.endm
.macro S insn
    STORE   "\insn"
.endm

// Each with its elements off by @off.
.macro OFF off
    ldr     x20, =T_DEVICE + \off
    E       "ld1 {v0.16b}, [x20]", "~"
    E       "ld1 {v0.8h}, [x20]", "~"
    E       "ld1 {v0.4s-v3.4s}, [x20]", "~"
    E       "ld2 {v0.2d, v1.2d}, [x20]", "~"
    E       "ld3 {v0.4h-v2.4h}, [x20]", "~"
    E       "ld4 {v0.8b-v3.8b}, [x20]", "~"
    E       "ld1 {v0.s}[1], [x20]", "~"
    E       "ld2r {v0.8h, v1.8h}, [x20]", "~"
    E       "st1 {v0.16b}, [x20]", "~"
    E       "st1 {v0.4h}, [x20]", "~"
    E       "st1 {v0.4s-v2.4s}, [x20]", "~"
    E       "st2 {v0.2d, v1.2d}, [x20]", "~"
    E       "st3 {v0.8h-v2.8h}, [x20]", "~"
    E       "st4 {v0.d-v3.d}[1], [x20]", "~"
.endm

.text
.global t_main
t_main:
    SYS_INIT
    STRUCTS_AT 0x80, 0x88
    TITLE   "off by 4"
    OFF     0x104
//> off by 4
//> ~ld1 {v0.16b}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld1 {v0.8h}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld1 {v0.4s-v3.4s}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld2 {v0.2d, v1.2d}, [x20] 0000000000000200 0000000096000021 00000000c0007104
//> ~ld3 {v0.4h-v2.4h}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld4 {v0.8b-v3.8b}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~st1 {v0.4s-v2.4s}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~st2 {v0.2d, v1.2d}, [x20] 0000000000000200 0000000096000061 00000000c0007104
//> ~st4 {v0.d-v3.d}[1], [x20] 0000000000000200 0000000096000061 00000000c0007104
    TITLE   "off by 2"
    OFF     0x202
//> off by 2
//> ~ld1 {v0.8h}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld1 {v0.4s-v3.4s}, [x20] 0000000000000200 0000000096000021 00000000c0007202
//> ~ld1 {v0.s}[1], [x20] 0000000000000200 0000000096000021 00000000c0007202
//> ~st1 {v0.4h}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~st1 {v0.4s-v2.4s}, [x20] 0000000000000200 0000000096000061 00000000c0007202
    TITLE   "off by 1"
    OFF     0x301
//> off by 1
//> ~ld1 {v0.16b}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld1 {v0.8h}, [x20] 0000000000000200 0000000096000021 00000000c0007301
//> ~ld4 {v0.8b-v3.8b}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld2r {v0.8h, v1.8h}, [x20] 0000000000000200 0000000096000021 00000000c0007301
//> ~st1 {v0.16b}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~st3 {v0.8h-v2.8h}, [x20] 0000000000000200 0000000096000061 00000000c0007301
    // Into the page of ordinary memory that follows, and from the read-only
    // one: the elements of the first page decide.
    TITLE   "to the page before its end"
    OFF     0xff2
//> to the page before its end
//> ~ld1 {v0.16b}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld1 {v0.8h}, [x20] ffffffffffffffff 0000000000000000 0000000000000000
//> ~ld1 {v0.4s-v3.4s}, [x20] 0000000000000200 0000000096000021 00000000c0007ff2
//> ~st1 {v0.4s-v2.4s}, [x20] 0000000000000200 0000000096000061 00000000c0007ff2
//> ~st2 {v0.2d, v1.2d}, [x20] 0000000000000200 0000000096000061 00000000c0007ff2
    // Nothing was stored by those that faulted.
    mov     x9, #-1
    ldr     x20, =T_DEVICE + 0x400
    str     x9, [x20]
    str     x9, [x20, #8]
    add     x20, x20, #2
    E       "st1 {v0.4s-v2.4s}, [x20]", "~"
    ldr     x20, =T_DEVICE + 0x400
    ldp     x10, x11, [x20]
    SHOW    "~untouched", x10, x11
//> ~untouched ffffffffffffffff ffffffffffffffff
    DONE
STRUCTS_CODE
SYS_CODE
    .ltorg
