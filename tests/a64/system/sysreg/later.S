// SPDX-License-Identifier: MIT
//
// Registers and system instructions of small features: FEAT_LOR without
// LORegions, FEAT_RAS without records, FEAT_CSV2_2 (SCXTNUM_ELx with
// SCTLR_EL1.TSCXT), FEAT_SPECRES with SCTLR_EL1.EnRCTX, FEAT_DPB and DPB2, the
// hint of FEAT_DGH; ERET, ERETAA and ERETAB at EL0.
//> ~EL0: sys #3, c7, c13, #1, xzr 0000000000000400 000000009200014d 0000000000000000
#include "check.inc"
#include "sys.inc"

.macro SPECRES
    mov     x3, #0
    X0      "sys #3, c7, c3, #4, x3"        // CFP RCTX
    X0      "sys #3, c7, c3, #5, x3"        // DVP RCTX
    X0      "sys #3, c7, c3, #7, x3"        // CPP RCTX
    X0      "sys #3, c7, c3, #6, x3"        // not allocated
.endm

.text
.global t_main
t_main:
    SYS_INIT
    // LORegions
    mov     x5, #-1
    X       "msr s3_0_c10_c4_0, x5"
    X       "msr s3_0_c10_c4_1, x5"
    X       "msr s3_0_c10_c4_2, x5"
    X       "msr s3_0_c10_c4_3, x5"
    mrs     x1, s3_0_c10_c4_0
    mrs     x2, s3_0_c10_c4_1
    mrs     x3, s3_0_c10_c4_2
    mrs     x4, s3_0_c10_c4_3
    mrs     x6, s3_0_c10_c4_7
    SHOW    "LOR", x1, x2, x3, x4, x6
    X       "msr s3_0_c10_c4_7, x5"         // LORID_EL1 is read-only
    X0      "mrs x1, s3_0_c10_c4_3"
    // Error records
    mov     x1, #-1
    X       "mrs x1, s3_0_c5_c3_0"          // ERRIDR_EL1
    X       "msr s3_0_c5_c3_0, x5"
    X       "mrs x2, s3_0_c5_c3_1"          // ERRSELR_EL1
    X       "mrs x2, s3_0_c5_c4_0"          // ERXFR_EL1
    ldr     x5, =0x0000000001000011
    X       "msr s3_0_c12_c1_1, x5"         // DISR_EL1
    X       "hint #16"                      // ESB
    mrs     x2, s3_0_c12_c1_1
    SHOW    "RAS", x1, x2
    X0      "mrs x1, s3_0_c12_c1_1"
    b       1f
    .ltorg
1:  // SCXTNUM_ELx
    ldr     x5, =0x123456789abcdef0
    msr     s3_0_c13_c0_7, x5
    mvn     x6, x5
    msr     s3_3_c13_c0_7, x6
    mrs     x1, s3_0_c13_c0_7
    mrs     x2, s3_3_c13_c0_7
    SHOW    "SCXTNUM", x1, x2
    X0      "mrs x1, s3_0_c13_c0_7"
    SCTLR   20, 1
    X0      "mrs x1, s3_3_c13_c0_7"
    X0      "msr s3_3_c13_c0_7, x5"
    SCTLR   20, 0
    X0      "mrs x1, s3_3_c13_c0_7"
    X0      "msr s3_3_c13_c0_7, x5"
    b       1f
    .ltorg
1:  mrs     x2, s3_3_c13_c0_7
    SHOW    "SCXTNUM_EL0", x1, x2
    // Restrictions of prediction
    SCTLR   10, 0
    SPECRES
    b       1f
    .ltorg
1:  SCTLR   10, 1
    SPECRES
    b       1f
    .ltorg
1:  mov     x3, #0
    X       "sys #3, c7, c3, #4, x3"
    X       "sys #3, c7, c3, #5, x3"
    X       "sys #3, c7, c3, #7, x3"
    SCTLR   10, 0
    // To the points of persistence
    ldr     x7, =T_EL0_RW
    SCTLR   26, 1
    X0      "sys #3, c7, c12, #1, x7"
    X0      "sys #3, c7, c13, #1, x7"
    X       "sys #3, c7, c13, #1, x7"
    b       1f
    .ltorg
1:  X       "sys #3, c7, c13, #1, xzr"      // not mapped
    E0      "sys #3, c7, c13, #1, xzr", "~" // QEMU sets neither CM nor WnR
    SCTLR   26, 0
    X0      "sys #3, c7, c12, #1, x7"
    X0      "sys #3, c7, c13, #1, x7"
    X0      "hint #6"                       // DGH
    // Exception returns at EL0
    X0      ".inst 0xd69f03e0"
    X0      ".inst 0xd69f0bff"
    X0      ".inst 0xd69f0fff"
    DONE
SYS_CODE
    .ltorg
