/* SPDX-License-Identifier: MIT */
/*
 * virtio_mmio.c - a virtio-mmio transport with no device behind it.
 *
 * QEMU's virt board has 32 transports whether or not something is plugged
 * in; a driver sees device id 0 and leaves the slot alone (Virtio 1.1,
 * "Virtio Over MMIO", "MMIO Device Register Layout": with DeviceID 0 only
 * the first registers have a meaning). A slot has no state and never
 * interrupts.
 *
 * Regions: 0x200 bytes a slot. IRQs: one, edge in the device tree.
 * Deviation: the version is 2 (QEMU: 1, unless force-legacy is off), the
 * only one that emu's devices speak.
 */
#include "devices.h"

#include "log.h"

#define SLOT_SIZE 0x200

#define MAGIC     0x74726976 /* "virt" */
#define VERSION   2          /* not legacy */
#define VENDOR    0x554d4551 /* "QEMU", which guests have seen here so far */

enum reg {
    R_MAGIC = 0x000,
    R_VERSION = 0x004,
    R_DEVICE_ID = 0x008,
    R_VENDOR_ID = 0x00c,
};

struct virtio_mmio {
    struct device dev; /* head */
};

static void virtio_mmio_init(struct device *dev)
{
    (void)dev;
}

static void virtio_mmio_reset(struct device *dev)
{
    (void)dev;
}

static bool virtio_mmio_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                             u64 *value)
{
    (void)opaque;
    (void)cpu;
    *value = 0;
    if (size != 4)
        return true;
    switch (off) {
    case R_MAGIC: *value = MAGIC; break;
    case R_VERSION: *value = VERSION; break;
    case R_VENDOR_ID: *value = VENDOR; break;
    default: /* device id 0, and nothing else while that is so */ break;
    }
    return true;
}

static bool virtio_mmio_write(void *opaque, unsigned cpu, u64 off,
                              unsigned size, u64 value)
{
    const struct device *dev = opaque;

    (void)value;
    log_guest("%s: CPU %u writes %u bytes at 0x%llx of an empty transport",
              dev->id, cpu, size, (unsigned long long)off);
    return true;
}

static void virtio_mmio_fdt(struct device *dev, struct dtb *d)
{
    dtb_begin_at(d, "virtio_mmio", dev->base);
    dtb_bytes(d, "dma-coherent", NULL, 0);
    fdt_spi1(d, dev->spi[0], FDT_GIC_EDGE);
    fdt_reg1(d, dev->base, SLOT_SIZE);
    dtb_str(d, "compatible", "virtio,mmio");
    dtb_end(d);
}

static const struct dev_field virtio_mmio_fields[] = { DEV_FIELD_END };

static const struct dev_reg virtio_mmio_regs[] = {
    DEV_REG(R_MAGIC, "MagicValue"),
    DEV_REG(R_VERSION, "Version"),
    DEV_REG(R_DEVICE_ID, "DeviceID"),
    DEV_REG(R_VENDOR_ID, "VendorID"),
    DEV_REG_END,
};

const struct device_class virtio_mmio_class = {
    .name = "virtio-mmio",
    .state_size = sizeof(struct virtio_mmio),
    .init = virtio_mmio_init,
    .reset = virtio_mmio_reset,
    .mmio = { .read = virtio_mmio_read,
              .write = virtio_mmio_write,
              .min = 1,
              .max = 4,
              .size = SLOT_SIZE,
              .regs = virtio_mmio_regs },
    .n_irqs = 1,
    .fields = virtio_mmio_fields,
    .fdt = virtio_mmio_fdt,
};
