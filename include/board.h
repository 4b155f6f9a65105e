/* SPDX-License-Identifier: MIT */
/*
 * board.h - the `virt` board: which devices stand where, how their
 * interrupts are wired, and the device tree that says so (QEMU's virt
 * memory map, DESIGN D11). The one table of instances is in
 * hw/machine_virt.c; address map, wiring and device tree are made from it.
 */
#ifndef EMU_BOARD_H
#define EMU_BOARD_H

#include "device.h"
#include "icc.h"

#define BOARD_MAX_CPUS 8
#define BOARD_RAM_BASE 0x40000000ull

/* What the user chose; all members are inputs. */
struct board_config {
    unsigned n_cpus;      /* 1..BOARD_MAX_CPUS */
    unsigned gic_version; /* 2 or 3 */
    u64 ram_size;         /* bytes */
    u64 rtc_base;         /* PL031 at power-on, seconds since 1970 */
    const char *cpu_compatible; /* "arm,cortex-a72", for the cpu nodes */
    const u64 *mpidr;     /* affinity of each CPU (MPIDR_EL1 & 0xff00ffffff) */
    bool has_pmu;         /* writes the pmu node */
    const struct probe *probe; /* the devices' events; NULL = nowhere */
};

struct board {
    struct board_config cfg;      /* copy of the configuration */
    struct clock *clock;          /* virtual time */
    struct bus *bus;              /* where the devices are attached */
    struct device **devices;      /* every instance, in board order */
    unsigned n_devices;           /* entries of devices */
    struct device *gic;           /* the interrupt controller */
    const struct icc_ops *icc;    /* its CPU interface, NULL if a GICv2 */
};

struct _GError;
/*
 * Creates every device, attaches it to @bus and wires interrupts. @cpu_irq
 * and @cpu_fiq are the CPUs' input wires, n_cpus each; @uart0 is the
 * console's channel (may be NULL). False with @err set on failure.
 */
bool board_init(struct board *b, const struct board_config *cfg,
                struct clock *clock, struct bus *bus, struct chan *uart0,
                const struct irq_line *cpu_irq,
                const struct irq_line *cpu_fiq, struct _GError **err);
void board_fini(struct board *b);
/* Resets every device (system reset). Virtual time goes on. */
void board_reset(struct board *b);
/* The wire of private peripheral interrupt @ppi (0..15, i.e. INTID - 16). */
struct irq_line board_ppi(struct board *b, unsigned cpu, unsigned ppi);

/* What a kernel is told in /chosen. */
struct board_boot {
    const char *bootargs; /* kernel command line, or NULL */
    u64 initrd_start;     /* physical address */
    u64 initrd_size;      /* bytes, 0 = none */
    u64 seed;             /* source of kaslr-seed and rng-seed */
};
/*
 * Writes the device tree. Returns a g_malloc'ed blob of *size bytes, or NULL
 * with @err set.
 */
void *board_fdt(struct board *b, const struct board_boot *boot, size_t *size,
                struct _GError **err);
/* Derives the two seeds in /chosen from @seed (a fixed mixing function). */
void board_seeds(u64 seed, u8 kaslr[8], u8 rng[32]);

#endif
