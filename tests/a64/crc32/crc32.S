// SPDX-License-Identifier: MIT
//
// CRC32 and CRC32C; the check values are those of "123456789".
#include "check.inc"
#include "loop.inc"

//> crc32 00000000cbf43926
//> crc32c 00000000e3069283

.macro CHECKSUM op
    ldr     x0, =0x3837363534333231
    mov     w1, #0x39
    mov     w3, #-1
    \op\()x w3, w3, x0
    \op\()b w3, w3, w1
    mvn     w3, w3
    SHOW    "\op", x3
    mov     w3, #-1
    \op\()w w3, w3, w0
    lsr     x0, x0, #32
    \op\()h w3, w3, w0
    lsr     x0, x0, #16
    \op\()h w3, w3, w0
    \op\()b w3, w3, w1
    mvn     w3, w3
    SHOW    "\op in parts", x3
.endm

.text
.global t_main
t_main:
    CHECKSUM crc32
    CHECKSUM crc32c
    .irp    op, crc32, crc32c
    ALL     "\op\()b w3, w0, w1"
    ALL     "\op\()h w3, w0, w1"
    ALL     "\op\()w w3, w0, w1"
    ALL     "\op\()x w3, w0, x1"
    BIN     "\op\()b w3, wzr, w1"
    BIN     "\op\()x w3, w0, xzr"
    .endr
    DONE
VALUES
