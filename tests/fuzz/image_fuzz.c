/* SPDX-License-Identifier: MIT */
/*
 * image_fuzz.c - arm64 Images, EFI zboot kernels and raw binaries, plain and
 * gzip'ed.
 *
 * Input: a byte (1-2 size of RAM, 4 by way of a file, 8 packed with gzip
 * here), then the kernel file. Packing it here lets the fuzzer reach the
 * header of what is in a gzip file.
 */
#include <glib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"

static u8 *pack(const u8 *p, size_t n, size_t *size)
{
    size_t room = compressBound(n) + 64;
    u8 *out = g_malloc(room);
    z_stream z = { 0 };

    fuzz_check(
        !deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY));
    z.next_in = (Bytef *)p;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    fuzz_check(deflate(&z, Z_FINISH) == Z_STREAM_END);
    *size = z.total_out;
    deflateEnd(&z);
    return g_realloc(out, *size);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct boot_blobs b = { 0 };
    u8 *kernel;

    if (!size)
        return 0;
    b.kernel_size = size - 1;
    kernel = data[0] & 8 ? pack(data + 1, size - 1, &b.kernel_size)
                         : fuzz_copy(data + 1, size - 1);
    b.kernel = kernel;
    fuzz_boot(&b, "quiet", fuzz_ram_size(data[0]), data[0] & 4);
    g_free(kernel);
    return 0;
}
