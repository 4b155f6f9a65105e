/* SPDX-License-Identifier: MIT */
/*
 * devices.h - the device classes as the board sees them, and the few numbers
 * that device tree nodes of different devices share.
 */
#ifndef EMU_HW_DEVICES_H
#define EMU_HW_DEVICES_H

#include "device.h"

#define DEVICE(x) extern const struct device_class x##_class;
#include "devices.def"
#undef DEVICE

/* Phandles of the generated device tree. */
enum fdt_phandle {
    FDT_PHANDLE_CLOCK = 0x8000, /* 24 MHz clock of the PrimeCells */
    FDT_PHANDLE_GIC = 0x8001,   /* interrupt controller */
    FDT_PHANDLE_CPU0 = 0x8010,  /* CPU n has this + n */
};

/* First two cells of an "interrupts" entry of the GIC binding. */
enum fdt_gic {
    FDT_GIC_SPI = 0,   /* shared; the second cell is INTID - 32 */
    FDT_GIC_PPI = 1,   /* private; the second cell is INTID - 16 */
    FDT_GIC_EDGE = 1,  /* third cell: rising edge */
    FDT_GIC_LEVEL = 4, /* third cell: level, active high */
};

/* Writes "reg" of one range. */
static inline void fdt_reg1(struct dtb *d, u64 base, u64 size)
{
    dtb_reg(d, (const u64[]){ base, size }, 1);
}

/* Writes "interrupts" with one SPI. */
static inline void fdt_spi1(struct dtb *d, unsigned spi, enum fdt_gic type)
{
    dtb_cells(d, "interrupts", (const u32[]){ FDT_GIC_SPI, spi, type }, 3);
}

#endif
