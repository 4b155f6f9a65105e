/* SPDX-License-Identifier: MIT */
/*
 * loader_fuzz.c - throws damaged kernels, initrds and device trees at the
 * loader (Image, PE, zboot, gzip, ELF, DTB).
 *
 * Input: a byte of flags (1 initrd follows, 2 device tree follows, 4 large
 * RAM), the three sizes' split points as two 16-bit little-endian numbers in
 * 1/65536 of the rest, then kernel, initrd and tree. What must hold, whatever
 * comes: the loader returns; it fails with exactly one line, or everything it
 * says lies in RAM and nothing overlaps.
 *
 * LLVMFuzzerTestOneInput() is libFuzzer's entry (-DEMU_LIBFUZZER leaves out
 * main). Alone, the program damages built-in good files itself:
 *
 *   loader_fuzz [RUNS [SEED]]   or   loader_fuzz FILE... (run these inputs)
 */
#include <elf.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "dtb.h"
#include "fuzz.h"

#define HEAD_SIZE 5u
#define RAM_BASE  FUZZ_RAM_BASE

/* @n bytes of *p, copied so that a sanitizer sees each end; NULL if not on. */
static u8 *take(const u8 **p, size_t n, bool on)
{
    u8 *copy = on ? fuzz_copy(*p, n) : NULL;

    *p += n;
    return copy;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    g_autofree u8 *kernel = NULL, *initrd = NULL, *tree = NULL;
    struct boot_blobs b = { 0 };
    size_t cut[2], rest;
    u8 flags;

    if (size <= HEAD_SIZE)
        return 0;
    flags = data[0];
    rest = size - HEAD_SIZE;
    cut[0] = rest - (flags & 3 ? rest * (data[1] | data[2] << 8) >> 16 : 0);
    cut[1] = (rest - cut[0]) * (data[3] | data[4] << 8) >> 16;
    data += HEAD_SIZE;
    kernel = take(&data, cut[0], true);
    initrd = take(&data, cut[1], flags & 1);
    tree = take(&data, rest - cut[0] - cut[1], flags & 2);
    b.kernel = kernel;
    b.kernel_size = cut[0];
    if (initrd) {
        b.initrd = initrd;
        b.initrd_size = cut[1];
    }
    if (tree) {
        b.dtb = tree;
        b.dtb_size = rest - cut[0] - cut[1];
    }
    fuzz_boot(&b, "quiet", fuzz_ram_size(flags >> 2 & 1 ? 3 : 1), false);
    return 0;
}

#ifndef EMU_LIBFUZZER

static void put_le(u8 *p, u64 v, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++)
        p[i] = (u8)(v >> 8 * i);
}

static GByteArray *good_image(void)
{
    GByteArray *a = g_byte_array_new();
    u8 *p;

    g_byte_array_set_size(a, 0x200);
    p = memset(a->data, 0, a->len);
    memcpy(p, "MZ", 2);
    put_le(p + 16, 0x10000, 8);
    put_le(p + 24, 0xa, 8);
    memcpy(p + 56, "ARM\x64", 4);
    put_le(p + 60, 0x40, 4);
    memcpy(p + 0x40, "PE\0\0", 4);
    put_le(p + 0x46, 1, 2);
    put_le(p + 0x58 + 16, 0x100, 4);
    put_le(p + 0x58 + 20, 0x100, 4);
    return a;
}

static GByteArray *good_elf(u64 address)
{
    GByteArray *a = g_byte_array_new();
    Elf64_Ehdr eh = {
        .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
        .e_type = ET_EXEC,
        .e_machine = EM_AARCH64,
        .e_version = 1,
        .e_entry = address,
        .e_phoff = sizeof(eh),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 2,
    };
    unsigned i;

    g_byte_array_append(a, (const u8 *)&eh, sizeof(eh));
    for (i = 0; i < 2; i++) {
        Elf64_Phdr ph = {
            .p_type = PT_LOAD,
            .p_offset = sizeof(eh),
            .p_vaddr = address + i * 0x1000,
            .p_paddr = address + i * 0x1000,
            .p_filesz = 0x40,
            .p_memsz = 0x800,
        };

        g_byte_array_append(a, (const u8 *)&ph, sizeof(ph));
    }
    return a;
}

static GByteArray *packed(GByteArray *plain)
{
    GByteArray *a = g_byte_array_new();
    z_stream z = { 0 };

    g_byte_array_set_size(a, (guint)compressBound(plain->len) + 64);
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY))
        bug("deflateInit2");
    z.next_in = plain->data;
    z.avail_in = plain->len;
    z.next_out = a->data;
    z.avail_out = a->len;
    deflate(&z, Z_FINISH);
    g_byte_array_set_size(a, (guint)z.total_out);
    deflateEnd(&z);
    g_byte_array_free(plain, TRUE);
    return a;
}

static GByteArray *zboot(GByteArray *payload)
{
    GByteArray *a = g_byte_array_new();

    g_byte_array_set_size(a, 64);
    memset(a->data, 0, 64);
    memcpy(a->data, "MZ\0\0zimg", 8);
    put_le(a->data + 8, 64, 4);
    put_le(a->data + 12, payload->len, 4);
    memcpy(a->data + 24, "gzip", 4);
    g_byte_array_append(a, payload->data, payload->len);
    g_byte_array_free(payload, TRUE);
    return a;
}

static GByteArray *good_kernel(unsigned kind)
{
    switch (kind) {
    case 0: return good_image();
    case 1: return good_elf(RAM_BASE + 0x80000);
    case 2: return good_elf(0xffff800080000000);
    case 3: return packed(good_image());
    case 4: return zboot(packed(good_image()));
    default: return packed(good_elf(RAM_BASE));
    }
}

/* One edit: a bit, a byte, an interesting word, or a cut. */
static void damage(GByteArray *a, u64 *x)
{
    static const u64 words[] = {
        0,          1,          0xffffffff,         0x7fffffff,
        ~0ull,      1ull << 63, 0x40000000,         0x40400000,
        0x41ffffff, 0x1000,     0xffff800080000000,
    };
    u64 r = fuzz_random(x);
    guint at;

    if (!a->len)
        return;
    at = (guint)(r >> 8) % a->len;
    switch (r & 7) {
    case 0: g_byte_array_set_size(a, at); break;
    case 1:
    case 2:
    case 3:
        at &= ~3u;
        put_le(a->data + at, words[(r >> 40) % ARRAY_SIZE(words)],
               MIN(a->len - at, r & 16 ? 8 : 4));
        break;
    case 4: a->data[at] = (u8)(r >> 48); break;
    default: a->data[at] ^= (u8)(1 << (r >> 48 & 7));
    }
}

static u8 *minimal_tree(size_t *size)
{
    struct dtb *d = dtb_new();

    dtb_u32(d, "#address-cells", 2);
    dtb_u32(d, "#size-cells", 2);
    return dtb_finish(d, size, NULL);
}

static void one_run(u64 *x)
{
    u64 r = fuzz_random(x);
    GByteArray *k = good_kernel((unsigned)(r >> 8) % 6);
    GByteArray *t = g_byte_array_new(), *in = g_byte_array_new();
    unsigned edits = r >> 16 & 7, tree_edits = r >> 20 & 3;
    u8 head[HEAD_SIZE] = { r & 4 }, initrd[16] = "070701";
    size_t tree_size = 0, tail;
    u8 *tree = minimal_tree(&tree_size);

    if ((r >> 8) % 6 == 0)
        put_le(k->data + 16, (r >> 24) % (34 * MiB), 8);
    while (edits--)
        damage(k, x);
    if (r & 1)
        g_byte_array_append(t, initrd, sizeof(initrd));
    tail = t->len;
    if (r & 2) {
        GByteArray *d = g_byte_array_new();

        g_byte_array_append(d, tree, (guint)tree_size);
        while (tree_edits--)
            damage(d, x);
        g_byte_array_append(t, d->data, d->len);
        g_byte_array_free(d, TRUE);
    }
    head[0] |= (u8)(r & 3);
    if (t->len) {
        /* Rounded up, so that the cuts fall where they should. */
        u64 all = k->len + t->len;

        put_le(head + 1, MIN((t->len * 65536ull + all - 1) / all, 65535), 2);
        put_le(head + 3, MIN((tail * 65536ull + t->len - 1) / t->len, 65535),
               2);
    }
    g_byte_array_append(in, head, sizeof(head));
    g_byte_array_append(in, k->data, k->len);
    g_byte_array_append(in, t->data, t->len);
    LLVMFuzzerTestOneInput(in->data, in->len);
    g_byte_array_free(in, TRUE);
    g_byte_array_free(k, TRUE);
    g_byte_array_free(t, TRUE);
    g_free(tree);
}

static int run_file(const char *path)
{
    GError *err = NULL;
    gsize size;
    char *data;

    if (!g_file_get_contents(path, &data, &size, &err)) {
        fprintf(stderr, "loader_fuzz: %s\n", err->message);
        g_error_free(err);
        return 1;
    }
    LLVMFuzzerTestOneInput((const u8 *)data, size);
    g_free(data);
    return 0;
}

int main(int argc, char **argv)
{
    u64 runs = 2000, seed = 1, i, x;
    int status = 0, n;

    if (argc > 1 && !g_ascii_isdigit(argv[1][0])) {
        for (n = 1; n < argc; n++)
            status |= run_file(argv[n]);
        return status;
    }
    if (argc > 1)
        runs = g_ascii_strtoull(argv[1], NULL, 0);
    if (argc > 2)
        seed = g_ascii_strtoull(argv[2], NULL, 0);
    x = seed;
    for (i = 0; i < runs; i++)
        one_run(&x);
    printf("ok loader_fuzz %" G_GUINT64_FORMAT " runs, seed %" G_GUINT64_FORMAT
           "\n",
           (guint64)runs, (guint64)seed);
    return 0;
}

#endif
