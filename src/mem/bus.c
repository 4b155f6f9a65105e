/* SPDX-License-Identifier: MIT */
/*
 * bus.c - the physical address space outside RAM: finding the device that
 * answers, fitting the access to what it implements, and device DMA.
 *
 * Fitting: an access wider than the device's largest is split, lowest
 * address first; one narrower than its smallest becomes an aligned access of
 * that size whose other byte lanes are zero on a write and dropped on a
 * read. An address that nobody answers is an external abort, with no effect.
 */
#include "mem.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "bits.h"
#include "log.h"

void bus_init(struct bus *bus, struct ram *ram)
{
    *bus = (struct bus){ .ram = ram };
}

void bus_fini(struct bus *bus)
{
    g_free(bus->range);
    *bus = (struct bus){ 0 };
}

static bool overlaps(gpa_t a, u64 a_size, gpa_t b, u64 b_size)
{
    return a < b + b_size && b < a + a_size;
}

void bus_add(struct bus *bus, gpa_t base, u64 size, const struct mmio_ops *ops,
             void *opaque, const char *name)
{
    unsigned at = bus->n_ranges;

    if (!size || base + size < base)
        bug("bus: bad range of %s", name);
    if (bus->ram && overlaps(base, size, bus->ram->base, bus->ram->size))
        bug("bus: %s overlaps RAM", name);
    for (unsigned i = 0; i < bus->n_ranges; i++)
        if (overlaps(base, size, bus->range[i].base, bus->range[i].size))
            bug("bus: %s overlaps %s", name, bus->range[i].name);
    assert(is_pow2(ops->min) && is_pow2(ops->max) && ops->min <= ops->max &&
           ops->max <= 8);

    bus->range = g_renew(struct mmio_range, bus->range, bus->n_ranges + 1);
    while (at > 0 && bus->range[at - 1].base > base) {
        bus->range[at] = bus->range[at - 1];
        at--;
    }
    bus->range[at] = (struct mmio_range){ base, size, ops, opaque, name };
    bus->n_ranges++;
}

const struct mmio_range *bus_find(const struct bus *bus, gpa_t pa)
{
    unsigned lo = 0, hi = bus->n_ranges;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        const struct mmio_range *r = &bus->range[mid];

        if (pa < r->base)
            hi = mid;
        else if (pa - r->base >= r->size)
            lo = mid + 1;
        else
            return r;
    }
    return NULL;
}

void bus_name(const struct bus *bus, gpa_t pa, char *buf, size_t size)
{
    const struct mmio_range *r = bus_find(bus, pa);
    u64 off = r ? (pa - r->base) % r->ops->size : pa;
    const struct dev_reg *reg = r ? r->ops->regs : NULL;

    for (; reg && reg->name; reg++) {
        u64 bytes = reg->bytes ? reg->bytes : 4;
        u64 n = (off - reg->offset) / bytes;

        if (off < reg->offset || n >= (reg->count ? reg->count : 1))
            continue;
        if (reg->count)
            snprintf(buf, size, "%s.%s%u", r->name, reg->name, (unsigned)n);
        else
            snprintf(buf, size, "%s.%s", r->name, reg->name);
        return;
    }
    snprintf(buf, size, "%s%s+0x%llx", r ? r->name : "", r ? "." : "",
             (unsigned long long)off);
}

/* The range that takes the whole access, or NULL after a log line. */
static const struct mmio_range *find_access(const struct bus *bus, unsigned cpu,
                                            gpa_t pa, unsigned size,
                                            const char *what)
{
    const struct mmio_range *r = bus_find(bus, pa);

    assert(is_pow2(size) && size <= 8 && !(pa & (size - 1)));
    if (r && size <= r->size - (pa - r->base))
        return r;
    log_guest("CPU %u %s %u bytes at unassigned address 0x%llx", cpu, what,
              size, (unsigned long long)pa);
    return NULL;
}

static enum mem_result range_read(const struct mmio_range *r, unsigned cpu,
                                  u64 off, unsigned size, u64 *value)
{
    const struct mmio_ops *ops = r->ops;
    u64 v = 0, part = 0;

    if (size < ops->min) {
        u64 base = align_down(off, ops->min);

        if (!ops->read(r->opaque, cpu, base, ops->min, &v))
            return MEM_ABORT;
        *value = extract64(v, 8 * (unsigned)(off - base), 8 * size);
        return MEM_OK;
    }
    unsigned step = size < ops->max ? size : ops->max;
    for (unsigned done = 0; done < size; done += step) {
        part = 0;
        if (!ops->read(r->opaque, cpu, off + done, step, &part))
            return MEM_ABORT;
        v = deposit64(v, 8 * done, 8 * step, part);
    }
    *value = v;
    return MEM_OK;
}

static enum mem_result range_write(const struct mmio_range *r, unsigned cpu,
                                   u64 off, unsigned size, u64 value)
{
    const struct mmio_ops *ops = r->ops;

    if (size < ops->min) {
        u64 base = align_down(off, ops->min);

        value = (value & mask64(8 * size)) << (8 * (off - base));
        return ops->write(r->opaque, cpu, base, ops->min, value) ? MEM_OK
                                                                 : MEM_ABORT;
    }
    unsigned step = size < ops->max ? size : ops->max;
    for (unsigned done = 0; done < size; done += step)
        if (!ops->write(r->opaque, cpu, off + done, step,
                        extract64(value, 8 * done, 8 * step)))
            return MEM_ABORT;
    return MEM_OK;
}

enum mem_result bus_read(struct bus *bus, unsigned cpu, gpa_t pa, unsigned size,
                         u64 *value)
{
    if (ram_contains(bus->ram, pa, size)) {
        *value = 0;
        ram_read(bus->ram, pa, value, size);
        return MEM_OK;
    }
    const struct mmio_range *r = find_access(bus, cpu, pa, size, "reads");

    return r ? range_read(r, cpu, pa - r->base, size, value) : MEM_ABORT;
}

enum mem_result bus_write(struct bus *bus, unsigned cpu, gpa_t pa,
                          unsigned size, u64 value)
{
    if (ram_contains(bus->ram, pa, size)) {
        ram_write(bus->ram, pa, &value, size);
        return MEM_OK;
    }
    const struct mmio_range *r = find_access(bus, cpu, pa, size, "writes");

    return r ? range_write(r, cpu, pa - r->base, size, value) : MEM_ABORT;
}

enum mem_result dma_read(struct bus *bus, gpa_t pa, void *dst, u64 n)
{
    if (!ram_contains(bus->ram, pa, n))
        return MEM_ABORT;
    ram_read(bus->ram, pa, dst, n);
    return MEM_OK;
}

enum mem_result dma_write(struct bus *bus, gpa_t pa, const void *src, u64 n)
{
    if (!ram_contains(bus->ram, pa, n))
        return MEM_ABORT;
    ram_write(bus->ram, pa, src, n);
    return MEM_OK;
}
