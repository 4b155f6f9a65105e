/* SPDX-License-Identifier: MIT */
/*
 * loader.h - puts a kernel, an initrd, a device tree and the boot stub into
 * guest RAM, and says where the first instruction is.
 *
 * Formats: arm64 Image (Documentation/arm64/booting: magic, text_offset,
 * image_size, flags), gzip'ed Image, ELF64 little-endian AArch64 (vmlinux
 * and bare-metal; physical addresses of its PT_LOAD segments), and raw
 * binaries without a header (at RAM + 0x80000). Linux images and raw ones
 * are entered through the boot stub, guest code placed at the start of RAM
 * that sets x0 = device tree, x1..x3 = 0 and branches to the entry; a
 * bare-metal ELF is entered at e_entry with x0 = device tree address, as
 * QEMU does.
 */
#ifndef EMU_LOADER_H
#define EMU_LOADER_H

#include "board.h"

struct boot_config {
    const char *kernel;    /* path, required */
    const char *initrd;    /* path, or NULL */
    const char *append;    /* kernel command line, or NULL */
    const char *dtb;       /* path that replaces the generated tree, or NULL */
    u64 seed;              /* for /chosen's seeds */
};

struct boot_info {
    gpa_t entry;        /* address of the first instruction (the stub) */
    u64 x0;             /* initial X0 of CPU 0 */
    gpa_t kernel_start; /* first byte of the loaded kernel */
    gpa_t kernel_end;   /* one past its last byte, BSS included */
    gpa_t kernel_entry; /* where the stub goes */
    gpa_t dtb_start;    /* device tree, 8-byte aligned */
    u64 dtb_size;       /* bytes */
    gpa_t initrd_start; /* 0 when there is none */
    u64 initrd_size;    /* bytes */
    bool is_linux;      /* an Image or a vmlinux */
    unsigned page_kib;  /* page size an Image was built for, 0 = not said */
};

struct _GError;
/*
 * Loads everything through ram_write(). False with @err naming the file, the
 * value that is wrong and what would be right; RAM is then undefined. Called
 * again after a system reset (RAM keeps what it had elsewhere).
 */
bool loader_boot(const struct boot_config *cfg, struct board *board,
                 struct ram *ram, struct boot_info *info,
                 struct _GError **err);

/* The same from memory, for tests and fuzzers; never opens files. */
struct boot_blobs {
    const u8 *kernel;      /* file contents */
    size_t kernel_size;    /* bytes */
    const u8 *initrd;      /* file contents, or NULL */
    size_t initrd_size;    /* bytes */
    const u8 *dtb;         /* file contents, or NULL */
    size_t dtb_size;       /* bytes */
    const char *kernel_name, *initrd_name, *dtb_name; /* for messages */
};
bool loader_boot_blobs(const struct boot_blobs *blobs, const char *append,
                       u64 seed, struct board *board, struct ram *ram,
                       struct boot_info *info, struct _GError **err);

/*
 * The contents of the kernel file @path, unpacked if it is gzip'ed or an EFI
 * zboot image, for who looks for symbols in it. g_malloc'ed, *@size bytes;
 * NULL with @err naming the file.
 */
u8 *loader_unpack(const char *path, u64 *size, struct _GError **err);

#endif
