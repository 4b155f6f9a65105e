/* SPDX-License-Identifier: MIT */
/*
 * ram.c - the guest's RAM: one mapping of a memfd, and a byte of attributes
 * for each 4 KiB page.
 *
 * The memfd keeps the pages in one object that a checkpoint can copy from
 * or map again; with MAP_NORESERVE a page that the guest never touched costs
 * nothing. Attribute bits are described in mem.h. The order in ram_write()
 * matters: the translator must see the old code of a page before it is
 * overwritten.
 */
#include "mem.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static GQuark ram_error_quark(void)
{
    return g_quark_from_static_string("emu-ram");
}

bool ram_init(struct ram *ram, gpa_t base, u64 size, GError **err)
{
    void *host;

    assert(!(base & ~PAGE_MASK) && size && !(size & ~PAGE_MASK));
    *ram = (struct ram){ .base = base, .size = size, .fd = -1 };
    ram->fd = memfd_create("emu-ram", MFD_CLOEXEC);
    if (ram->fd < 0 || ftruncate(ram->fd, (off_t)size) < 0)
        goto fail;
    host = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                ram->fd, 0);
    if (host == MAP_FAILED)
        goto fail;
    ram->host = host;
    ram->page = g_try_malloc0(size >> PAGE_BITS);
    if (!ram->page) {
        errno = ENOMEM;
        goto fail;
    }
    return true;
fail:
    g_set_error(err, ram_error_quark(), 0,
                "cannot map %llu MiB of guest memory: %s",
                (unsigned long long)(size / MiB), g_strerror(errno));
    ram_fini(ram);
    return false;
}

void ram_fini(struct ram *ram)
{
    if (ram->host)
        munmap(ram->host, ram->size);
    if (ram->fd >= 0)
        close(ram->fd);
    g_free(ram->page);
    *ram = (struct ram){ .fd = -1 };
}

void ram_write(struct ram *ram, gpa_t pa, const void *src, u64 n)
{
    const u8 *from = src;

    assert(ram_contains(ram, pa, n));
    while (n) {
        u64 room = PAGE_SIZE - (pa & ~PAGE_MASK);
        u64 len = n < room ? n : room;
        u8 *attr = ram_page_attr(ram, pa);

        if ((*attr & RAM_CODE) && ram->code_write)
            ram->code_write(ram->opaque, pa, from, len);
        *attr &= (u8)~RAM_CLEAN;
        memcpy(ram_host(ram, pa), from, len);
        pa += len;
        from += len;
        n -= len;
    }
}

void ram_read(const struct ram *ram, gpa_t pa, void *dst, u64 n)
{
    assert(ram_contains(ram, pa, n));
    memcpy(dst, ram_host(ram, pa), n);
}

void page_protect(struct ram *ram, gpa_t pa, u8 bits)
{
    u8 *attr = ram_page_attr(ram, pa);

    assert(ram_contains(ram, pa, 1));
    *attr |= bits & (u8)~RAM_STORE_TAG;
    if (!(*attr & RAM_STORE_TAG))
        return;
    *attr &= (u8)~RAM_STORE_TAG;
    if (ram->protect)
        ram->protect(ram->opaque, pa & PAGE_MASK);
}
