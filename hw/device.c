/* SPDX-License-Identifier: MIT */
/*
 * device.c - making devices from their classes, and walking their fields.
 *
 * Nothing here knows a particular device. The field table is the only way
 * the rest of the program looks into a device's state.
 */
#include "device.h"

#include <glib.h>

struct device *device_new(const struct device_class *cls, const char *id,
                          gpa_t base, struct clock *clock, struct bus *bus,
                          struct chan *chan, u64 param)
{
    struct device *dev = g_malloc0(cls->state_size);

    dev->cls = cls;
    dev->id = g_strdup(id);
    dev->base = base;
    dev->clock = clock;
    dev->bus = bus;
    dev->chan = chan;
    dev->probe = &probe_nobody;
    dev->param = param;
    cls->init(dev);
    return dev;
}

void device_free(struct device *dev)
{
    if (!dev)
        return;
    if (dev->cls->fini)
        dev->cls->fini(dev);
    g_free((char *)dev->id);
    g_free(dev);
}

const char *device_reg_name(const struct device *dev, u64 off)
{
    const struct dev_reg *r = dev->cls->mmio.regs;

    for (; r && r->name; r++)
        if (r->offset == off)
            return r->name;
    return NULL;
}

void device_walk(struct device *dev,
                 void (*fn)(void *opaque, const char *name, void *p, u32 size,
                            u32 count),
                 void *opaque)
{
    for (const struct dev_field *f = dev->cls->fields; f->name; f++)
        fn(opaque, f->name, (char *)dev + f->offset, f->size, f->count);
}
