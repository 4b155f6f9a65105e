/* SPDX-License-Identifier: MIT */
/*
 * files.h - makes kernel files in memory for the loader's tests: Images, ELF
 * files and gzip data, right ones that a test then damages byte by byte.
 */
#ifndef TESTS_LOADER_FILES_H
#define TESTS_LOADER_FILES_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <elf.h>
#include <glib.h>
#include <string.h>
#include <zlib.h>

#include "mem.h"

#define RAM_BASE 0x40000000ull

static inline void put_le(u8 *p, u64 v, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++)
        p[i] = (u8)(v >> 8 * i);
}

/* An Image of @size bytes without a PE header; byte i is i's low byte. */
static inline u8 *make_image(u64 size, u64 text_offset, u64 image_size,
                             u64 flags)
{
    u8 *p = g_malloc(size);
    u64 i;

    for (i = 0; i < size; i++)
        p[i] = (u8)i;
    memset(p, 0, MIN(size, 64));
    put_le(p, 0x91005a4d, 4);
    put_le(p + 8, text_offset, 8);
    put_le(p + 16, image_size, 8);
    put_le(p + 24, flags, 8);
    memcpy(p + 56, "ARM\x64", 4);
    return p;
}

/* Gives the Image a PE header with one section [at, at + size). */
static inline void add_pe(u8 *p, u32 at, u32 size)
{
    put_le(p + 60, 0x40, 4);
    memset(p + 0x40, 0, 24 + 40);
    memcpy(p + 0x40, "PE\0\0", 4);
    put_le(p + 0x40 + 6, 1, 2);
    put_le(p + 0x58 + 16, size, 4);
    put_le(p + 0x58 + 20, at, 4);
}

/* One PT_LOAD segment for make_elf(). */
struct seg {
    u64 vaddr;  /* p_vaddr */
    u64 paddr;  /* p_paddr */
    u64 filesz; /* bytes in the file, filled with the segment's number + 1 */
    u64 memsz;  /* p_memsz */
};

#define ELF_DATA 0x1000 /* file offset of the first segment's bytes */

/* An ELF file; segment n's bytes follow each other from ELF_DATA. */
static inline u8 *make_elf(u64 entry, const struct seg *seg, unsigned n,
                           size_t *size)
{
    u64 at = ELF_DATA;
    Elf64_Ehdr *eh;
    Elf64_Phdr *ph;
    unsigned i;
    u8 *p;

    *size = ELF_DATA;
    for (i = 0; i < n; i++)
        *size += seg[i].filesz;
    p = g_malloc0(*size);
    eh = (Elf64_Ehdr *)(void *)p;
    memcpy(eh->e_ident, ELFMAG, SELFMAG);
    eh->e_ident[EI_CLASS] = ELFCLASS64;
    eh->e_ident[EI_DATA] = ELFDATA2LSB;
    eh->e_ident[EI_VERSION] = EV_CURRENT;
    eh->e_type = ET_EXEC;
    eh->e_machine = EM_AARCH64;
    eh->e_version = EV_CURRENT;
    eh->e_entry = entry;
    eh->e_phoff = sizeof(*eh);
    eh->e_ehsize = sizeof(*eh);
    eh->e_phentsize = sizeof(*ph);
    eh->e_phnum = (Elf64_Half)n;
    ph = (Elf64_Phdr *)(void *)(p + sizeof(*eh));
    for (i = 0; i < n; i++) {
        ph[i].p_type = PT_LOAD;
        ph[i].p_flags = PF_R | PF_W | PF_X;
        ph[i].p_offset = at;
        ph[i].p_vaddr = seg[i].vaddr;
        ph[i].p_paddr = seg[i].paddr;
        ph[i].p_filesz = seg[i].filesz;
        ph[i].p_memsz = seg[i].memsz;
        memset(p + at, (int)i + 1, seg[i].filesz);
        at += seg[i].filesz;
    }
    return p;
}

static inline Elf64_Phdr *elf_phdr(u8 *p, unsigned i)
{
    return (Elf64_Phdr *)(void *)(p + sizeof(Elf64_Ehdr)) + i;
}

/* @p packed with gzip. */
static inline u8 *make_gzip(const u8 *p, size_t n, size_t *size)
{
    z_stream z = { 0 };
    size_t room = compressBound(n) + 64;
    u8 *out = g_malloc(room);

    assert_int_equal(
        deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)p;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    *size = room - z.avail_out;
    deflateEnd(&z);
    return out;
}

/* The error is one line that starts with @name and contains @says. */
static inline void assert_says(GError **err, const char *name, const char *says)
{
    assert_non_null(*err);
    if (!g_str_has_prefix((*err)->message, name) ||
        !strstr((*err)->message, says) || strchr((*err)->message, '\n'))
        fail_msg("\"%s\" and not \"%s: %s\"", (*err)->message, name, says);
    g_clear_error(err);
}

#endif
