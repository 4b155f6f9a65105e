/* SPDX-License-Identifier: MIT */
/*
 * kernel.h - what the loader's parts tell each other (private to
 * src/loader).
 *
 * A kernel file is first parsed into a list of segments with their final
 * physical addresses (image.c, elf.c) and written to RAM only when
 * everything, initrd and device tree included, has found its place (boot.c).
 * Segments point into the file's contents, which the caller keeps alive.
 *
 * Every error is one line that starts with the file's name.
 */
#ifndef EMU_LOADER_KERNEL_H
#define EMU_LOADER_KERNEL_H

#include <glib.h>
#include <inttypes.h>

#include "mem.h"

/* The boot stub owns this much of the start of RAM, as in QEMU. */
#define STUB_AREA 4096u
#define ALIGN_2M  (2 * MiB)

/* The contents of one file in host memory. */
struct blob {
    const u8 *data;      /* first byte; may be NULL when size is 0 */
    u64 size;            /* bytes */
    const char *name;    /* file name for messages */
    GMappedFile *mapped; /* owner of data when it is a mapping, or NULL */
    u8 *heap;            /* owner of data when it is on the heap, or NULL */
};

/* A piece of the kernel in guest memory. */
struct kernel_segment {
    gpa_t pa;       /* first byte in RAM */
    u64 mem_size;   /* bytes it occupies; the rest is zeroed */
    u64 file_size;  /* bytes copied from data, <= mem_size */
    const u8 *data; /* contents */
};

/* A parsed kernel, placed but not yet written. */
struct kernel {
    GArray *segments;  /* of struct kernel_segment, sorted by pa */
    gpa_t start;       /* lowest address used */
    gpa_t end;         /* one past the highest, BSS included where known */
    gpa_t entry;       /* first instruction of the kernel itself */
    bool is_linux;     /* an Image or a vmlinux */
    bool has_stub;     /* entered through the boot stub */
    bool end_known;    /* end includes all memory the kernel wants */
    unsigned page_kib; /* page size it was built for, 0 = not said */
};

#define LOADER_ERROR g_quark_from_static_string("emu-loader")
/* Sets @err to "NAME: message" and returns false. */
bool loader_fail(GError **err, const char *name, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/*
 * Reads the file @path. Regular files are mapped; pipes and devices are read
 * up to @limit bytes (more is an error). Release with blob_fini(), also
 * after a failure. @path must outlive the blob.
 */
bool blob_read(struct blob *b, const char *path, u64 limit, GError **err);
void blob_fini(struct blob *b);

/* True if @p starts like a gzip file. */
bool gunzip_is_gzip(const u8 *p, u64 size);
/*
 * Unpacks all members of a gzip file (RFC 1952); bytes behind the last
 * member are ignored, as gzip does. Returns g_malloc'ed data of *out_size
 * bytes, or NULL with @err set: damaged, cut short, or larger than @limit.
 */
u8 *gunzip(const char *name, const u8 *p, u64 size, u64 limit, u64 *out_size,
           GError **err);

/*
 * Finds out what @b is and where it goes in @ram: Image, ELF or raw. @b is
 * neither gzip'ed nor empty. Release with kernel_fini(), also after a
 * failure.
 */
bool kernel_parse(struct kernel *k, const struct blob *b, const struct ram *ram,
                  GError **err);
void kernel_fini(struct kernel *k);
/* Appends a segment and widens start and end. */
void kernel_add(struct kernel *k, gpa_t pa, u64 mem_size, const u8 *data,
                u64 file_size);

/* The same for ELF files; *@b starts with "\x7f" "ELF". */
bool elf_parse(struct kernel *k, const struct blob *b, const struct ram *ram,
               GError **err);

/*
 * Replaces @b by what a compressed kernel file contains (gzip, or an EFI
 * zboot image with a gzip payload); anything else is left alone.
 */
bool kernel_unpack(struct blob *b, const struct ram *ram, GError **err);

/* The arm64 Image header, if there is one. */
struct image_header {
    u64 text_offset;   /* bytes from a 2 MiB boundary to the image */
    u64 image_size;    /* bytes of memory wanted, 0 = not said */
    unsigned page_kib; /* page size, 0 = not said */
};
/* True if @p starts with an Image header. */
bool image_is_image(const u8 *p, u64 size);
/* Reads and checks the header of an Image; @p has 64 bytes at least. */
bool image_header_read(struct image_header *h, const char *name, const u8 *p,
                       GError **err);
/*
 * Where an image of @size bytes with this header goes in @ram. False with
 * @err set if it does not fit.
 */
bool image_place(const struct image_header *h, const char *name, u64 size,
                 const struct ram *ram, gpa_t *pa, GError **err);

/* Little-endian loads of unaligned file data. */
static inline u64 file_le(const u8 *p, unsigned n)
{
    u64 v = 0;

    while (n--)
        v = v << 8 | p[n];
    return v;
}

static inline u16 file_le16(const u8 *p)
{
    return (u16)file_le(p, 2);
}

static inline u32 file_le32(const u8 *p)
{
    return (u32)file_le(p, 4);
}

static inline u64 file_le64(const u8 *p)
{
    return file_le(p, 8);
}

#endif
