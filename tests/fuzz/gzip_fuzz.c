/* SPDX-License-Identifier: MIT */
/*
 * gzip_fuzz.c - gzip files.
 *
 * Input: a byte, then data. 1-2 of the byte: how much may come out. 4: the
 * data are a gzip file but for its magic. Otherwise they are a raw deflate
 * stream (RFC 1951), and a header and the right checksum are put around it,
 * twice if 8 is set; zlib's own unpacking of the stream tells what must come
 * out. 16: as a kernel, through the loader.
 */
#include <glib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "kernel.h"

#define MOST (768 * KiB) /* two are more than the least RAM */

/* Unpacks a raw stream: what it holds, NULL if it is bad or too long. */
static u8 *inflate_raw(const u8 *p, size_t n, size_t *in, size_t *out)
{
    u8 *data = g_malloc(MOST);
    z_stream z = { 0 };
    int r;

    fuzz_check(!inflateInit2(&z, -15));
    z.next_in = (Bytef *)p;
    z.avail_in = (uInt)n;
    z.next_out = data;
    z.avail_out = (uInt)MOST;
    r = inflate(&z, Z_FINISH);
    *in = z.total_in;
    *out = z.total_out;
    inflateEnd(&z);
    if (r == Z_STREAM_END)
        return data;
    g_free(data);
    return NULL;
}

static void put_member(GByteArray *a, const u8 *p, size_t n, const u8 *plain,
                       size_t plain_size)
{
    static const u8 head[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
    u32 crc = (u32)crc32(0, plain, (uInt)plain_size), len = (u32)plain_size;

    g_byte_array_append(a, head, sizeof(head));
    g_byte_array_append(a, p, (guint)n);
    g_byte_array_append(a, (u8 *)&crc, 4);
    g_byte_array_append(a, (u8 *)&len, 4);
}

/* Both ways must agree on what a good file holds. */
static void compare(const GByteArray *a, const u8 *plain, size_t plain_size,
                    unsigned members, u64 limit)
{
    u64 size = 0, want = (u64)members * plain_size;
    GError *err = NULL;
    u8 *out = gunzip("gz", a->data, a->len, limit, &size, &err);
    unsigned i;

    if (plain)
        fuzz_check(!!out == (want <= limit));
    if (!out) {
        fuzz_check_error(err);
        return;
    }
    fuzz_check(!err && size <= limit);
    for (i = 0; plain && i < members; i++)
        fuzz_check(!memcmp(out + i * plain_size, plain, plain_size));
    fuzz_check(!plain || size == want);
    g_free(out);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    GByteArray *a = g_byte_array_new();
    size_t in = 0, plain_size = 0;
    u8 *plain = NULL;
    unsigned i, members = size && data[0] & 8 ? 2 : 1;

    if (size < 2)
        goto out;
    if (data[0] & 4) {
        g_byte_array_append(a, (const u8 *)"\x1f\x8b\x08", 3);
        g_byte_array_append(a, data + 1, (guint)size - 1);
    } else {
        plain = inflate_raw(data + 1, size - 1, &in, &plain_size);
        if (!plain)
            goto out;
        for (i = 0; i < members; i++)
            put_member(a, data + 1, in, plain, plain_size);
    }
    compare(a, plain, plain_size, members, fuzz_ram_size(data[0]));
    if (data[0] & 16) {
        struct boot_blobs b = { .kernel = a->data, .kernel_size = a->len };

        fuzz_boot(&b, NULL, fuzz_ram_size(data[0]), false);
    }
out:
    g_free(plain);
    g_byte_array_free(a, TRUE);
    return 0;
}
