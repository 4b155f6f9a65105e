/* SPDX-License-Identifier: MIT */
/*
 * icc.h - the GICv3 CPU interface as the CPU's system registers see it.
 *
 * ICC_*_EL1 are system registers of the CPU but their state and rules belong
 * to the interrupt controller (Arm IHI 0069, "CPU interface registers"). The
 * CPU decodes the register, checks the access and calls here; the GIC drives
 * the CPU's IRQ and FIQ wires (irq.h).
 */
#ifndef EMU_ICC_H
#define EMU_ICC_H

#include "base.h"

/* Registers by their architectural names (EL1, non-secure, DS=1). */
enum icc_reg {
    ICC_PMR, ICC_IAR0, ICC_EOIR0, ICC_HPPIR0, ICC_BPR0,
    ICC_AP0R0, ICC_AP1R0, /* five priority bits: there are no others */
    ICC_DIR, ICC_RPR, ICC_SGI1R, ICC_ASGI1R, ICC_SGI0R,
    ICC_IAR1, ICC_EOIR1, ICC_HPPIR1, ICC_BPR1, ICC_CTLR, ICC_SRE,
    ICC_IGRPEN0, ICC_IGRPEN1,
    ICC_REG_COUNT
};

struct icc_ops {
    /* Reads @reg of CPU @cpu (IAR reads acknowledge). */
    u64 (*read)(void *gic, unsigned cpu, enum icc_reg reg);
    /* Writes @reg of CPU @cpu. */
    void (*write)(void *gic, unsigned cpu, enum icc_reg reg, u64 value);
    /* CPU @cpu is reset, and its registers with it. */
    void (*reset)(void *gic, unsigned cpu);
};

#endif
