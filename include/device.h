/* SPDX-License-Identifier: MIT */
/*
 * device.h - what a device is: a constant class and a plain state struct.
 *
 * A state struct starts with `struct device dev`. Everything that a device's
 * future behaviour depends on is listed in its class's field table, which
 * drives reset checks, the state hash, snapshots and the monitor; the hash
 * test flips each listed field. Devices see only this header and what it
 * includes: no host services, no other device.
 */
#ifndef EMU_DEVICE_H
#define EMU_DEVICE_H

#include "chan.h"
#include "clock.h"
#include "dtb.h"
#include "irq.h"
#include "mem.h"
#include "probe.h"

struct device;

/* One field of a state struct, or an array of equal fields. */
struct dev_field {
    const char *name; /* as shown by the monitor */
    u32 offset;       /* offsetof in the state struct */
    u32 size;         /* bytes of one element: 1, 2, 4 or 8 */
    u32 count;        /* number of elements */
};
#define DEV_FIELD(type, member)                                              \
    {                                                                        \
        #member, offsetof(type, member), sizeof(((type *)0)->member), 1      \
    }
#define DEV_ARRAY(type, member)                                              \
    {                                                                        \
        #member, offsetof(type, member), sizeof(((type *)0)->member[0]),     \
            sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0])     \
    }
#define DEV_FIELD_END { NULL, 0, 0, 0 }

#define DEV_MAX_IRQS 16

struct device_class {
    const char *name;  /* "pl011" */
    size_t state_size; /* bytes of the state struct */
    /* One-time set-up after dev's members are filled in. */
    void (*init)(struct device *dev);
    /* Architected reset values; also called once at power-on. */
    void (*reset)(struct device *dev);
    void (*fini)(struct device *dev); /* frees what init took; or NULL */
    struct mmio_ops mmio;             /* opaque = the state struct */
    unsigned n_irqs;                  /* wires used of dev->irq */
    const struct dev_field *fields;   /* ends with DEV_FIELD_END */
    /* Writes the device's node(s); NULL = none. */
    void (*fdt)(struct device *dev, struct dtb *d);
};

/* The head of every state struct. Filled in by device_new(). */
struct device {
    const struct device_class *cls;       /* behaviour */
    const char *id;                       /* instance name, "uart0" */
    gpa_t base;                           /* address of its registers */
    unsigned spi[DEV_MAX_IRQS];           /* SPI numbers, for the fdt node */
    struct irq_line irq[DEV_MAX_IRQS];    /* output wires */
    struct clock *clock;                  /* virtual time */
    struct bus *bus;                      /* for DMA */
    struct chan *chan;                    /* outside channel, or NULL */
    const struct probe *probe;            /* events go there; never NULL */
    u64 param;                            /* class-specific (rtc base...) */
};

/* Allocates and initialises (not resets) a device; freed by device_free().
 * Its events go nowhere: whoever makes it may set its probe. */
struct device *device_new(const struct device_class *cls, const char *id,
                          gpa_t base, struct clock *clock, struct bus *bus,
                          struct chan *chan, u64 param);
void device_free(struct device *dev);
/* Name of the register at @off, of an array of them that of the first one; or
 * NULL. */
const char *device_reg_name(const struct device *dev, u64 off);
/* Feeds every listed field to @fn in table order. */
void device_walk(struct device *dev,
                 void (*fn)(void *opaque, const char *name, void *p,
                            u32 size, u32 count),
                 void *opaque);

#endif
