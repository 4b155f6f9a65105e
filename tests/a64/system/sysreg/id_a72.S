// SPDX-License-Identifier: MIT
//
// The ID registers of the Cortex-A72. Masked out: AArch32 (which QEMU's has
// and ours has not), EL2 and EL3, the PMU, and the GIC field's place is the
// machine's. The whole ID space reads without a trap; what is not allocated
// is zero.
//@ cpu cortex-a72
#include "check.inc"

.macro ID reg, mask=-1
    mrs     x0, \reg
    ldr     x1, =\mask
    and     x0, x0, x1
    SHOW    "\reg", x0
.endm

.text
.global t_main
t_main:
    msr     nzcv, xzr
    ID      midr_el1
    ID      mpidr_el1
    ID      revidr_el1
    ID      aidr_el1
    ID      ctr_el0
    ID      dczid_el0
    ID      clidr_el1
    ID      cntfrq_el0
    .irp    n, 0, 1, 2, 3
    mov     x0, #\n
    msr     csselr_el1, x0
    isb
    ID      csselr_el1
    .endr
    .irp    n, 0, 1, 2
    mov     x0, #\n
    msr     csselr_el1, x0
    isb
    ID      ccsidr_el1
    .endr
    ID      id_aa64pfr0_el1, 0xffffffffffff0000 // EL0 to EL3: see below
    ID      id_aa64pfr1_el1
    ID      id_aa64dfr0_el1, 0xfffffffffffff0ff // PMUVer
    ID      id_aa64dfr1_el1
    ID      id_aa64afr0_el1
    ID      id_aa64afr1_el1
    ID      id_aa64isar0_el1
    ID      id_aa64isar1_el1
    ID      id_aa64mmfr0_el1
    ID      id_aa64mmfr1_el1
    ID      id_aa64mmfr2_el1
    b       1f
    .ltorg
1:  mrs     x0, id_aa64pfr0_el1
    and     x0, x0, #0xffff
    SHOW    "~pfr0", x0             // EL1 and EL0, AArch64 only
//> ~pfr0 0000000000000011
    // The rest of the AArch64 part of the space.
    .irp    m, 4, 5, 6, 7
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
    .if     \m > 4 || \n > 1
    .if     \m != 5 || \n != 0
    ID      s3_0_c0_c\m\()_\n
    .endif
    .endif
    .endr
    .endr
    b       1f
    .ltorg
1:  // AArch32's: nothing here.
    mov     x20, #0
    .irp    m, 1, 2, 3
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
    mrs     x0, s3_0_c0_c\m\()_\n
    orr     x20, x20, x0
    .endr
    .endr
    SHOW    "~aarch32", x20
//> ~aarch32 0000000000000000
    // The A72's own.
    ID      s3_1_c11_c0_2
    ID      s3_1_c11_c0_3
    ID      s3_1_c15_c2_0
    ID      s3_1_c15_c2_1
    ID      s3_1_c15_c2_2
    ID      s3_1_c15_c2_3
    // Features it has not.
    msr     pan, #1
    mrs     x0, s3_0_c4_c2_3
    mrs     x0, s3_0_c4_c2_4
    msr     s3_0_c4_c2_4, x0
    .inst   0xf8200041              // LDADD
    .inst   0xd50b7c20              // DC CVAP
    at      s1e1rp, x0
    mrs     x0, s3_0_c2_c1_0        // APIAKeyLo_EL1
    mrs     x0, s3_0_c10_c4_3       // LORC_EL1
    mrs     x0, s3_3_c2_c4_0        // RNDR
    DONE
    .ltorg
