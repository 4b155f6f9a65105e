/* SPDX-License-Identifier: MIT */
/*
 * initrd_fuzz.c - initrds of any size beside Images of any size, in RAM of
 * any size: does everything find a place, or is it refused?
 *
 * Input, little-endian: RAM in pages (16 bits), the Image's bytes in the
 * file and in memory (24 bits each), its text_offset (24 bits), bytes of the
 * initrd (24 bits), flags (1 the kernel's size is not said, 2 by way of
 * files, 4 a long command line, 16-64 all sizes are divided by 2 to that); then
 * the first bytes of the initrd.
 */
#include <glib.h>
#include <string.h>

#include "fuzz.h"

#define HEAD_SIZE   15u
#define FILE_MASK   0x7fffffu /* 8 MiB of contents at most */
#define LONG_APPEND 3000u

static u64 le(const u8 *p, unsigned n)
{
    u64 v = 0;

    while (n--)
        v = v << 8 | p[n];
    return v;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    char append[LONG_APPEND + 1] = "quiet";
    struct boot_blobs b = { 0 };
    u64 ram, memory, offset;
    u8 *kernel, *initrd;
    unsigned shift;
    size_t i;
    u8 flags;

    if (size < HEAD_SIZE)
        return 0;
    flags = data[14];
    shift = flags >> 4 & 7;
    ram = (1 + (le(data, 2) % 0x4000 >> shift)) * PAGE_SIZE;
    b.kernel_size = 64 + ((le(data + 2, 3) & FILE_MASK) >> shift);
    memory = flags & 1 ? 0 : le(data + 5, 3) >> shift;
    offset = le(data + 8, 3) >> shift & ~3ull;
    b.initrd_size = (le(data + 11, 3) & FILE_MASK) >> shift;
    kernel = g_malloc0(b.kernel_size);
    memcpy(kernel + 8, &offset, 8);
    memcpy(kernel + 16, &memory, 8);
    memcpy(kernel + 56, "ARM\x64", 4);
    initrd = g_malloc(b.initrd_size ? b.initrd_size : 1);
    memset(initrd, 0xa5, b.initrd_size);
    for (i = 0; i + HEAD_SIZE < size && i < b.initrd_size; i++)
        initrd[i] = data[i + HEAD_SIZE];
    if (flags & 4) {
        memset(append, 'x', LONG_APPEND);
        append[LONG_APPEND] = 0;
    }
    b.kernel = kernel;
    b.initrd = b.initrd_size ? initrd : NULL;
    fuzz_boot(&b, append, ram, flags & 2);
    g_free(kernel);
    g_free(initrd);
    return 0;
}
