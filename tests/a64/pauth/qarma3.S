// SPDX-License-Identifier: MIT
//
// qarma3.S - FEAT_PACQARMA3. QEMU has it since version 8.1 only; the lines
// demanded are what version 10.0 prints with -cpu max,pauth-qarma3=on. That
// has FEAT_PAuth2 too, so pointers of the low half only are signed here,
// whose codes are the same, and only right ones are authenticated.
//> pacga 10d058ee00000000 c8b7fdc100000000
//> sum 90a03f87240a2089
//> sum bddc20050f19b679
//> sum bb548fa8c72371cc
//> sum d8c9b2f9d8097c84
//> sum 05bfcd4740b86197
//> sum fe714eb36a43b047
//> sum 96ccadbbb67ceb45
//> sum 2c2fc25048b2c1bf
//> sum cabcf5431fb2453f
//> sum 5885f9b4204ac8b6
//> sum d6a261dbe32e44fc
//> sum 8d6f4340c95a5243
//> sum 18dd4a2f2faae717
//> sum db011f60342402e1
//> sum 73bc9d1f25af1515
//> sum b0a8aca5a2e349f5
//@ emu-cpu max,pauth-qarma3=on
//@ noqemu QEMU 7.2 has no QARMA3
#include "check.inc"

// The next number of the sequence in x20, to @reg.
.macro RANDOM reg
    eor     x20, x20, x20, lsl #13
    eor     x20, x20, x20, lsr #7
    eor     x20, x20, x20, lsl #17
    mul     \reg, x20, x22
.endm

.macro KEY name
    RANDOM  x0
    msr     \name\()keylo_el1, x0
    RANDOM  x0
    msr     \name\()keyhi_el1, x0
.endm

.macro ADD reg
    eor     x21, \reg, x21, ror #9
.endm

// Signs and authenticates x0 with modifier x1.
.macro SIGN k
    mov     x2, x0
    pac\k   x2, x1
    ADD     x2
    aut\k   x2, x1
    ADD     x2
    mov     x2, x0
    pac\k   x2, sp
    ADD     x2
.endm

.text
.global t_main
t_main:
    ldr     x20, =0x0123456789abcdef
    ldr     x22, =0x2545f4914f6cdd1d
    mov     x21, #0
    mrs     x0, sctlr_el1
    ldr     x1, =1 << 31 | 1 << 30 | 1 << 27 | 1 << 13
    orr     x0, x0, x1
    msr     sctlr_el1, x0
    isb
    // Zeros, ones and the cipher's published vector.
    msr     apgakeylo_el1, xzr
    msr     apgakeyhi_el1, xzr
    pacga   x2, xzr, x21
    ldr     x0, =0xec2802d4e0a488e9
    msr     apgakeylo_el1, x0
    ldr     x0, =0x84be85ce9804e94b
    msr     apgakeyhi_el1, x0
    ldr     x0, =0xfb623599da6e8127
    ldr     x1, =0x477d469dec0b8762
    pacga   x3, x0, x1
    SHOW    "pacga", x2, x3
    mov     x19, #16
1:  mov     x18, #100
2:  KEY     apia
    KEY     apib
    KEY     apda
    KEY     apdb
    KEY     apga
    RANDOM  x0
    RANDOM  x1
    pacga   x2, x0, x1
    ADD     x2
    pacga   x2, x1, sp
    ADD     x2
    lsr     x0, x0, #26
    SIGN    ia
    SIGN    ib
    SIGN    da
    SIGN    db
    subs    x18, x18, #1
    b.ne    2b
    SHOW    "sum", x21
    subs    x19, x19, #1
    b.ne    1b
    DONE
