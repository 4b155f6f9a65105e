// SPDX-License-Identifier: MIT
//
// Code that another CPU runs: changed before it is called, changed through
// another address, changed and remapped while it is being run in a loop, by
// two writers; an instruction that a block of another CPU starts, ends and
// goes on in. QEMU runs its CPUs in one thread here: with more, 7.2 may go on
// running a block that is changed while another CPU translates it.
//@ smp 4
//@ qemu -accel tcg,thread=single
#include "check.inc"
#include "smp.inc"

.set PAGE, 0x10                 // index in t_l3
.set VA, T_V + PAGE * 0x1000
.set ATTRS, 3 | 3 << 8 | 1 << 10

// [@addr] = @word, an instruction, with all that the manual asks of the writer.
.macro PATCH addr, word
    str     \word, [\addr]
    dc      cvau, \addr
    dsb     ish
    ic      ivau, \addr
    dsb     ish
    isb
.endm

.text
.global t_main
t_main:
    SMP_ON  1
    SMP_ON  2
    SMP_ON  3
    // Each of four words of a function of CPU 1 in turn, 40 times.
    mov     x28, #0
    mov     x27, #0
1:  LA      x20, callee
    and     x1, x28, #3
    add     x20, x20, x1, lsl #2
    ldr     w21, =0x91000000        // add x0, x0, #n
    orr     w21, w21, w28, lsl #10
    PATCH   x20, w21
    RUN_ON  1, call
    eor     x27, x0, x27, ror #7
    add     x28, x28, #1
    cmp     x28, #40
    b.ne    1b
    SHOW    "called by 1", x0, x27
    // CPU 2 writes, CPU 1 runs, CPU 3 runs.
    RUN_ON  2, write_callee, 0x91000400 + (100 << 10)
    RUN_ON  1, call
    mov     x20, x0
    RUN_ON  3, call
    SHOW    "written by 2", x20, x0
    b       1f
    .ltorg
1:  // By another address, then run at the first by all.
    bl      map
    LA      x20, callee
    ldr     x21, =VA
    sub     x22, x20, x20
    and     x22, x20, #0xfff
    add     x21, x21, x22
    ldr     w22, =0x91000000 + (7 << 10)
    PATCH   x21, w22
    RUN_ON  1, call
    mov     x20, x0
    RUN_ON  3, call
    mov     x22, x0
    mov     x0, #0
    bl      call
    SHOW    "through an alias", x20, x22, x0
    b       1f
    .ltorg
1:  // Loops of the others that end when their instruction changes: a NOP
    // becomes a branch. No cache maintenance of the runners is needed.
    START_ON 1, loop
    START_ON 2, loop_long
    START_ON 3, loop_call
    LA      x0, started
    mov     x1, #3
2:  ldar    x2, [x0]
    cmp     x1, x2
    b.ne    2b
    ldr     w1, =60000              // more than a turn
3:  subs    w1, w1, #1
    b.ne    3b
    LA      x20, loop_at
    ldr     w21, =0x14000003        // b . + 12
    PATCH   x20, w21
    LA      x20, loop_long_at
    PATCH   x20, w21
    LA      x20, loop_call_at
    PATCH   x20, w21
    WAIT_ON 1
    mov     x20, x0
    WAIT_ON 2
    mov     x21, x0
    WAIT_ON 3
    SHOW    "loops ended", x20, x21, x0
    b       1f
    .ltorg
1:  // Loops of the others over a page that is exchanged under them.
    LA      x0, pages
    bl      map_to
    START_ON 1, until_new
    START_ON 2, until_new_load
    START_ON 3, until_new
    ldr     w1, =60000
2:  subs    w1, w1, #1
    b.ne    2b
    LA      x0, pages + 0x1000
    bl      map_to
    WAIT_ON 1
    mov     x20, x0
    WAIT_ON 2
    mov     x21, x0
    WAIT_ON 3
    SHOW    "pages exchanged", x20, x21, x0
    DONE
    .ltorg

map:
    LA      x0, callee
    and     x0, x0, #~0xfff
// VA leads to x0. Not by break-before-make, as the manual asks: others run
// there and would fault in between, which only emu's turns hide.
map_to:
    LA      x1, t_l3
    ldr     x2, =ATTRS
    orr     x2, x2, x0
    str     x2, [x1, #PAGE * 8]
    dsb     ishst
    ldr     x2, =VA >> 12
    tlbi    vae1is, x2
    dsb     ish
    isb
    ret

write_callee:
    LA      x2, callee
    PATCH   x2, w1
    mov     x0, #0
    ret

call:
    isb
    mov     x0, #0
    b       callee
    .balign 64
callee:
    add     x0, x0, #1
    add     x0, x0, #1
    add     x0, x0, #1
    add     x0, x0, #1
    ret

.macro STARTED
    LA      x2, started
    mov     x3, #1
    ldaddal x3, x4, [x2]
.endm

// A block that branches to itself.
loop:
    STARTED
    mov     x0, #1
    .balign 64
loop_at:
    nop
    add     x5, x5, #1
    b       loop_at
    mov     x0, #2
    ret
// The instruction in the middle of a block, another block beside it.
loop_long:
    STARTED
    mov     x0, #3
    mov     x6, #0
1:  add     x6, x6, #1
    tbz     x6, #0, 1b
    eor     x7, x6, x7
    eor     x7, x7, x6
loop_long_at:
    nop
    add     x5, x5, #1
    b       1b
    mov     x0, #4
    ret
// In a function that the loop calls.
loop_call:
    mov     x9, x30
    STARTED
1:  bl      2f
    b       1b
2:  add     x5, x5, #1
loop_call_at:
    nop
    ret
    nop
    mov     x0, #6
    ret     x9

until_new:
    mov     x9, x30
    ldr     x8, =VA
1:  blr     x8
    cmp     x0, #0x20
    b.eq    1b
    ret     x9
until_new_load:
    ldr     x8, =VA
1:  ldr     x0, [x8, #16]
    cmp     x0, #0x20
    b.eq    1b
    ret
    .ltorg
SMP_CODE
    .data
    .balign 4096
pages:
    .irp    n, 0x20, 0x21
    .balign 4096
    mov     x0, #\n
    ret
    nop
    nop
    .quad   \n
    .endr
    .balign 4096
    .bss
    .balign 8
started:
    .quad   0
