/* SPDX-License-Identifier: MIT */
/*
 * image.c - recognises kernel files, and handles the arm64 Image and raw
 * binaries.
 *
 * Linux, Documentation/arm64/booting: "Call the kernel image". The header's
 * 64 bytes, all little-endian:
 *
 *   0 code0  4 code1  8 text_offset  16 image_size  24 flags  56 "ARM\x64"
 *   60 offset of the PE header (kernels with an EFI stub)
 *
 * An Image is placed at RAM + text_offset, or 2 MiB higher when it would
 * meet the boot stub (text_offset is 0 since Linux 5.8); flag bit 3 allows
 * any other place and changes nothing. image_size covers the BSS; kernels
 * before 3.17 leave it 0 and mean text_offset 0x80000. The header does not
 * say how long the file is, but the PE section table of the EFI stub does,
 * and that is what finds truncated files.
 *
 * Whatever has no known header is a raw binary at RAM + 0x80000, as in QEMU;
 * well-known formats that cannot be arm64 code are refused by name.
 */
#include <string.h>

#include "bits.h"
#include "kernel.h"
#include "loader.h"

#define IMAGE_HEADER_SIZE 64u
#define IMAGE_MAGIC_AT    56u
#define IMAGE_PE_AT       60u
#define OLD_TEXT_OFFSET   0x80000u
#define RAW_OFFSET        0x80000u

bool image_is_image(const u8 *p, u64 size)
{
    return size >= IMAGE_MAGIC_AT + 4 &&
           !memcmp(p + IMAGE_MAGIC_AT, "ARM\x64", 4);
}

bool image_header_read(struct image_header *h, const char *name, const u8 *p,
                       GError **err)
{
    static const u8 page_kib[4] = { 0, 4, 16, 64 };
    u64 flags = file_le64(p + 24);

    h->text_offset = file_le64(p + 8);
    h->image_size = file_le64(p + 16);
    h->page_kib = page_kib[flags >> 1 & 3];
    if (!h->image_size) {
        h->text_offset = OLD_TEXT_OFFSET;
        h->page_kib = 0;
        return true;
    }
    if (flags & 1)
        return loader_fail(err, name,
                           "big-endian kernel (Image flags 0x%" PRIx64
                           "); only little-endian ones are supported",
                           flags);
    if (h->text_offset % 4)
        return loader_fail(err, name,
                           "damaged Image header: text_offset 0x%" PRIx64
                           " is not a multiple of 4",
                           h->text_offset);
    return true;
}

bool image_place(const struct image_header *h, const char *name, u64 size,
                 const struct ram *ram, gpa_t *pa, GError **err)
{
    u64 offset = h->text_offset;

    if (offset < STUB_AREA)
        offset += ALIGN_2M;
    if (offset > ram->size || size > ram->size - offset)
        return loader_fail(err, name,
                           "the kernel needs %" PRIu64 " bytes "
                           "(BSS included) from RAM + 0x%" PRIx64 ", and RAM "
                           "has %" PRIu64 "; use a larger -m",
                           size, offset, ram->size);
    *pa = ram->base + offset;
    return true;
}

/*
 * One past the signature of a signed kernel, which stands behind its
 * sections: entry 4 of the data directories in the optional header @opt of
 * @size bytes (PE32+).
 */
static u64 pe_signature_end(const u8 *opt, u64 size)
{
    if (size < 152 || file_le16(opt) != 0x20b || file_le32(opt + 108) < 5)
        return 0;
    return (u64)file_le32(opt + 144) + file_le32(opt + 148);
}

/*
 * The length of the file according to its PE header (Microsoft, "PE Format"),
 * or 0 when there is no such header.
 */
static u64 pe_file_size(const u8 *p, u64 size)
{
    u64 pe = file_le32(p + IMAGE_PE_AT), end, table;
    unsigned i, n;

    if (p[0] != 'M' || p[1] != 'Z' || !pe)
        return 0;
    if (pe + 24 > size)
        return pe + 24;
    if (memcmp(p + pe, "PE\0\0", 4) != 0)
        return 0;
    n = file_le16(p + pe + 6);
    table = pe + 24 + file_le16(p + pe + 20);
    end = table + 40 * n;
    if (end > size)
        return end;
    end = MAX(end, pe_signature_end(p + pe + 24, table - pe - 24));
    for (i = 0; i < n; i++) {
        const u8 *s = p + table + 40 * i;
        u64 raw_size = file_le32(s + 16), raw_at = file_le32(s + 20);

        if (raw_size)
            end = MAX(end, raw_at + raw_size);
    }
    return end;
}

static bool image_parse(struct kernel *k, const struct blob *b,
                        const struct ram *ram, GError **err)
{
    struct image_header h;
    u64 pe_size, size;
    gpa_t pa = 0;

    if (b->size < IMAGE_HEADER_SIZE)
        return loader_fail(err, b->name,
                           "truncated Image: %" PRIu64
                           " bytes, its header alone has %u",
                           b->size, IMAGE_HEADER_SIZE);
    if (!image_header_read(&h, b->name, b->data, err))
        return false;
    pe_size = pe_file_size(b->data, b->size);
    if (pe_size > b->size)
        return loader_fail(err, b->name,
                           "truncated Image: %" PRIu64
                           " bytes, its PE header says %" PRIu64,
                           b->size, pe_size);
    size = MAX(b->size, h.image_size);
    if (!image_place(&h, b->name, size, ram, &pa, err))
        return false;
    /* The kernel clears its BSS itself: nothing is written there. */
    kernel_add(k, pa, b->size, b->data, b->size);
    k->end = pa + size;
    k->entry = pa;
    k->is_linux = true;
    k->has_stub = true;
    k->end_known = h.image_size != 0;
    k->page_kib = h.page_kib;
    return true;
}

/* A format that is surely not arm64 code, by its first bytes. */
struct foreign {
    unsigned at;       /* where the signature is */
    unsigned len;      /* bytes of it */
    const char *bytes; /* signature */
    const char *what;  /* the format and what to do */
};

static const struct foreign foreign[] = {
    { 0x202, 4, "HdrS", "an x86 kernel (bzImage); an arm64 Image is needed" },
    { 0x24, 4, "\x18\x28\x6f\x01",
      "a 32-bit Arm kernel (zImage); an arm64 Image is needed" },
    { 0, 4, "\x27\x05\x19\x56",
      "a U-Boot uImage; unpack the Image in it (dumpimage)" },
    { 0, 4, "\xd0\x0d\xfe\xed",
      "a device tree or FIT image; an arm64 Image is needed" },
    { 0, 6,
      "\xfd"
      "7zXZ\0",
      "xz data; unpack it first (unxz)" },
    { 0, 4, "\x28\xb5\x2f\xfd", "zstd data; unpack it first (unzstd)" },
    { 0, 3, "BZh", "bzip2 data; unpack it first (bunzip2)" },
    { 0, 4, "\x02\x21\x4c\x18", "lz4 data; unpack it first (unlz4)" },
    { 0, 4, "\x04\x22\x4d\x18", "lz4 data; unpack it first (unlz4)" },
    { 0, 3, "\x1f\x8b\x08", "gzip data within gzip data; unpack it first" },
    { 0, 6, "070701", "a cpio archive; did you mean -initrd?" },
    { 0, 7, "!<arch>", "an ar archive or package; an Image is needed" },
    { 0x8001, 5, "CD001", "a CD image; an arm64 Image is needed" },
    { 0, 2, "MZ", "a PE program without the arm64 Image magic at 56" },
};

/* Text is not code: no 4 A64 instructions in a row are all letters. */
static bool is_text(const u8 *p, u64 size)
{
    u64 i, n = MIN(size, 64);

    for (i = 0; i < n; i++) {
        if (!g_ascii_isprint((char)p[i]) && !g_ascii_isspace((char)p[i]))
            return false;
    }
    return n >= 16;
}

static bool raw_parse(struct kernel *k, const struct blob *b,
                      const struct ram *ram, GError **err)
{
    const struct foreign *f;
    gpa_t pa = ram->base + RAW_OFFSET;

    for (f = foreign; f < foreign + ARRAY_SIZE(foreign); f++) {
        if (b->size >= f->at + f->len &&
            !memcmp(b->data + f->at, f->bytes, f->len))
            return loader_fail(err, b->name, "not an Image but %s", f->what);
    }
    if (is_text(b->data, b->size))
        return loader_fail(err, b->name,
                           "not an Image but text; an arm64 "
                           "Image, ELF file or raw binary is needed");
    if (b->size < 4)
        return loader_fail(err, b->name,
                           "not an Image: %" PRIu64 " bytes, "
                           "less than one instruction",
                           b->size);
    if (ram->size < RAW_OFFSET || b->size > ram->size - RAW_OFFSET)
        return loader_fail(err, b->name,
                           "a raw binary of %" PRIu64 " bytes "
                           "at RAM + 0x%x, and RAM has %" PRIu64
                           "; use a larger -m",
                           b->size, RAW_OFFSET, ram->size);
    kernel_add(k, pa, b->size, b->data, b->size);
    k->entry = pa;
    k->has_stub = true;
    return true;
}

bool kernel_parse(struct kernel *k, const struct blob *b, const struct ram *ram,
                  GError **err)
{
    memset(k, 0, sizeof(*k));
    k->segments = g_array_new(FALSE, FALSE, sizeof(struct kernel_segment));
    k->start = ~0ull;
    if (b->size >= 4 && !memcmp(b->data,
                                "\x7f"
                                "ELF",
                                4))
        return elf_parse(k, b, ram, err);
    if (image_is_image(b->data, b->size))
        return image_parse(k, b, ram, err);
    return raw_parse(k, b, ram, err);
}

void kernel_fini(struct kernel *k)
{
    if (k->segments)
        g_array_free(k->segments, TRUE);
    k->segments = NULL;
}

void kernel_add(struct kernel *k, gpa_t pa, u64 mem_size, const u8 *data,
                u64 file_size)
{
    struct kernel_segment s = {
        .pa = pa,
        .mem_size = mem_size,
        .file_size = file_size,
        .data = data,
    };

    g_array_append_val(k->segments, s);
    k->start = MIN(k->start, pa);
    k->end = MAX(k->end, pa + mem_size);
}

/*
 * EFI zboot: a PE program "MZ", "zimg" at 4, the payload's offset and size
 * at 8 and 12, the compression's name at 24 (Linux,
 * drivers/firmware/efi/libstub/zboot-header.S).
 */
static bool zboot_payload(const struct blob *b, const u8 **p, u64 *size,
                          GError **err)
{
    u64 at = file_le32(b->data + 8), n = file_le32(b->data + 12);
    char type[33] = "";

    memcpy(type, b->data + 24, sizeof(type) - 1);
    if (strcmp(type, "gzip") != 0) {
        char *shown = g_strescape(type, NULL);

        loader_fail(err, b->name,
                    "an EFI zboot kernel packed with \"%s\"; "
                    "only gzip is supported, use the Image in it",
                    shown);
        g_free(shown);
        return false;
    }
    if (at > b->size || n > b->size - at)
        return loader_fail(err, b->name,
                           "truncated: %" PRIu64 " bytes, its "
                           "zboot header says %" PRIu64 " and more",
                           b->size, at + n);
    *p = b->data + at;
    *size = n;
    return true;
}

bool kernel_unpack(struct blob *b, const struct ram *ram, GError **err)
{
    const u8 *p = b->data;
    u64 size = b->size;
    const char *name = b->name;
    u8 *out;

    if (size >= 64 && !memcmp(p, "MZ", 2) && !memcmp(p + 4, "zimg", 4)) {
        if (!zboot_payload(b, &p, &size, err))
            return false;
    } else if (!gunzip_is_gzip(p, size)) {
        return true;
    }
    out = gunzip(name, p, size, ram->size, &size, err);
    if (!out)
        return false;
    blob_fini(b);
    *b = (struct blob){
        .data = out,
        .size = size,
        .name = name,
        .heap = out,
    };
    if (!size)
        return loader_fail(err, name, "the gzip file contains nothing");
    return true;
}

/* A kernel's file; more than this is no kernel. */
#define MAX_UNPACKED GiB

u8 *loader_unpack(const char *path, u64 *size, GError **err)
{
    const struct ram ram = { .size = MAX_UNPACKED };
    struct blob b;
    u8 *out = NULL;

    if (blob_read(&b, path, MAX_UNPACKED, err) &&
        kernel_unpack(&b, &ram, err)) {
        *size = b.size;
        out = g_memdup2(b.data, b.size);
        if (!out)
            loader_fail(err, path, "the file is empty");
    }
    blob_fini(&b);
    return out;
}
