// SPDX-License-Identifier: MIT
//
// BC.cond (FEAT_HBC): every condition under all flags, forwards, backwards and
// far. QEMU 7.2 does not know the instruction.
//@ noqemu FEAT_HBC is newer than QEMU 7.2
//> bc.eq 000000000000f0f0
//> bc.ne 0000000000000f0f
//> bc.cs 000000000000cccc
//> bc.cc 0000000000003333
//> bc.mi 000000000000ff00
//> bc.pl 00000000000000ff
//> bc.vs 000000000000aaaa
//> bc.vc 0000000000005555
//> bc.hi 0000000000000c0c
//> bc.ls 000000000000f3f3
//> bc.ge 000000000000aa55
//> bc.lt 00000000000055aa
//> bc.gt 0000000000000a05
//> bc.le 000000000000f5fa
//> bc.al 000000000000ffff
//> bc.nv 000000000000ffff
//> loop 0000000000000007
//> far 0000000000000001
//> done
#include "check.inc"

.arch armv8.8-a

// One bit for each NZCV under which it branches.
.macro ALL_FLAGS name
    mov     x5, #0
    mov     x6, #0
1:  lsl     x7, x6, #28
    msr     nzcv, x7
    bc.\name 2f
    b       3f
2:  mov     x8, #1
    lsl     x8, x8, x6
    orr     x5, x5, x8
3:  add     x6, x6, #1
    cmp     x6, #16
    b.ne    1b
    SHOW    "bc.\name", x5
.endm

.text
.global t_main
t_main:
    ALL_FLAGS eq
    ALL_FLAGS ne
    ALL_FLAGS cs
    ALL_FLAGS cc
    ALL_FLAGS mi
    ALL_FLAGS pl
    ALL_FLAGS vs
    ALL_FLAGS vc
    ALL_FLAGS hi
    ALL_FLAGS ls
    ALL_FLAGS ge
    ALL_FLAGS lt
    ALL_FLAGS gt
    ALL_FLAGS le
    ALL_FLAGS al
    ALL_FLAGS nv
    mov     x0, #0
4:  add     x0, x0, #1
    cmp     x0, #7
    bc.lo   4b
    SHOW    "loop", x0
    mov     x0, #0
    msr     nzcv, xzr
    bc.ne   far
5:  SHOW    "far", x0
    DONE
    .space  0x90000
far:
    mov     x0, #1
    bc.ne   5b
    b       5b
