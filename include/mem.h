/* SPDX-License-Identifier: MIT */
/*
 * mem.h - guest physical memory: RAM with its page attributes, and the bus
 * that sends every other access to a device.
 *
 * Every writer of RAM that does not go through a store tag (DESIGN D5) goes
 * through ram_write(): the loader, DMA, the table walker, the debugger and
 * the slow path. That is what keeps translated code, dirty tracking and
 * watchpoints right, so nothing else may write through ram_host().
 *
 * All sizes are bytes; values are little-endian as on the wire.
 */
#ifndef EMU_MEM_H
#define EMU_MEM_H

#include "base.h"

#define PAGE_BITS 12
#define PAGE_SIZE (1u << PAGE_BITS)
#define PAGE_MASK (~(u64)(PAGE_SIZE - 1))

/* Attribute bits of one 4 KiB page of RAM. */
enum ram_page {
    RAM_CODE = 1,      /* translated code was made from this page */
    RAM_CLEAN = 2,     /* unwritten since the last checkpoint epoch */
    RAM_WATCHED = 4,   /* a debugger's watchpoint lies in it */
    RAM_STORE_TAG = 8, /* some store tag may point to it */
};

enum mem_result {
    MEM_OK,    /* done */
    MEM_ABORT, /* nothing answers there: synchronous external abort */
};

struct ram {
    gpa_t base;  /* first physical address, page aligned */
    u64 size;    /* bytes, a multiple of PAGE_SIZE */
    u8 *host;    /* mapping of the whole RAM */
    u8 *page;    /* enum ram_page bits, one byte a page */
    int fd;      /* memfd behind the mapping, or -1 */
    /* Called before @size bytes of @src go to a page with RAM_CODE set; or
     * NULL. */
    void (*code_write)(void *opaque, gpa_t pa, const void *src, u64 size);
    /* Called to drop every store tag of a page (page_protect); or NULL. */
    void (*protect)(void *opaque, gpa_t pa);
    void *opaque; /* argument of the two hooks */
};

struct _GError;
/* Maps @size bytes of zeroed RAM at @base. False with @err set on failure. */
bool ram_init(struct ram *ram, gpa_t base, u64 size, struct _GError **err);
void ram_fini(struct ram *ram);

static inline bool ram_contains(const struct ram *ram, gpa_t pa, u64 size)
{
    return pa >= ram->base && pa - ram->base < ram->size &&
           size <= ram->size - (pa - ram->base);
}

/* Host address of @pa, which must lie in RAM. For reading only. */
static inline u8 *ram_host(const struct ram *ram, gpa_t pa)
{
    return ram->host + (pa - ram->base);
}

static inline u8 *ram_page_attr(const struct ram *ram, gpa_t pa)
{
    return ram->page + ((pa - ram->base) >> PAGE_BITS);
}

/* Copies @n bytes into RAM at @pa; the range must lie in RAM. */
void ram_write(struct ram *ram, gpa_t pa, const void *src, u64 n);
void ram_read(const struct ram *ram, gpa_t pa, void *dst, u64 n);

/*
 * Sets attribute @bits on the page of @pa and drops its store tags, in every
 * context and CPU, so that the next store takes the slow path.
 */
void page_protect(struct ram *ram, gpa_t pa, u8 bits);

/* The name of a register, or of an array of them, for traces. */
struct dev_reg {
    u64 offset;       /* from the device's base, of the first one */
    const char *name; /* as in the device's manual */
    u16 count;        /* an array's length, its elements are told as name and
                         number; 0 = one register */
    u16 bytes;        /* of one register, 0 = 4 */
};
#define DEV_REG(offset, name) { offset, name, 0, 0 }
#define DEV_REGS(offset, name, count, bytes) { offset, name, count, bytes }
#define DEV_REG_END { 0, NULL, 0, 0 }

/* A device's registers. */
struct mmio_ops {
    /*
     * Reads @size bytes (1, 2, 4 or 8; min..max) at @off for CPU @cpu. A
     * wider access is split, a narrower one widened by the bus. False =
     * external abort.
     */
    bool (*read)(void *opaque, unsigned cpu, u64 off, unsigned size,
                 u64 *value);
    bool (*write)(void *opaque, unsigned cpu, u64 off, unsigned size,
                  u64 value);
    unsigned min; /* smallest access the device implements */
    unsigned max; /* largest access the device implements */
    u64 size;     /* bytes of address space */
    const struct dev_reg *regs; /* names; ends with DEV_REG_END; or NULL. Of
                                   a range larger than size, they repeat */
};

struct mmio_range {
    gpa_t base;                 /* first address */
    u64 size;                   /* bytes */
    const struct mmio_ops *ops; /* the device's functions */
    void *opaque;               /* the device's state */
    const char *name;           /* instance name for logs */
};

struct bus {
    struct ram *ram;          /* main memory */
    struct mmio_range *range; /* sorted by base, never overlapping */
    unsigned n_ranges;        /* entries of range */
};

void bus_init(struct bus *bus, struct ram *ram);
void bus_fini(struct bus *bus);
/* Adds a device; overlap with another range or RAM is a bug(). */
void bus_add(struct bus *bus, gpa_t base, u64 size,
             const struct mmio_ops *ops, void *opaque, const char *name);
/* The range that holds @pa, or NULL. */
const struct mmio_range *bus_find(const struct bus *bus, gpa_t pa);
/* Writes "device.REGISTER" for @pa, "device.+0x123" where no name is known and
 * "+0x123" where no device is, to @buf of @size bytes. */
void bus_name(const struct bus *bus, gpa_t pa, char *buf, size_t size);
/* One naturally aligned access of 1, 2, 4 or 8 bytes by CPU @cpu. */
enum mem_result bus_read(struct bus *bus, unsigned cpu, gpa_t pa,
                         unsigned size, u64 *value);
enum mem_result bus_write(struct bus *bus, unsigned cpu, gpa_t pa,
                          unsigned size, u64 value);
/* Device DMA; ranges outside RAM give MEM_ABORT and move nothing. */
enum mem_result dma_read(struct bus *bus, gpa_t pa, void *dst, u64 n);
enum mem_result dma_write(struct bus *bus, gpa_t pa, const void *src, u64 n);

#endif
