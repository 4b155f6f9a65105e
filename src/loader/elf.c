/* SPDX-License-Identifier: MIT */
/*
 * elf.c - ELF64 kernels: bare-metal programs and Linux's vmlinux (System V
 * ABI, "Object Files"; ELF for the Arm 64-bit Architecture).
 *
 * A bare-metal program is loaded at the physical addresses of its PT_LOAD
 * segments and entered directly. Its entry point is a virtual address and is
 * moved like the segment that holds it. A vmlinux is linked to the kernel's
 * half of the address space and its physical addresses say nothing: it is
 * laid out as the Image that objcopy would make of it, at the place its
 * Image header (the first bytes of its first segment) asks for.
 *
 * Every field is checked before it is used; sums cannot overflow.
 */
#include <elf.h>
#include <string.h>

#include "kernel.h"

#define KERNEL_HALF            (1ull << 63) /* addresses of a vmlinux */
#define OLD_KERNEL_LINK_OFFSET 0x80000u

/* One PT_LOAD segment with contents. */
struct load {
    unsigned index; /* number in the program header table */
    u64 offset;     /* in the file */
    u64 vaddr;      /* where it runs */
    u64 paddr;      /* where it is loaded */
    u64 file_size;  /* bytes in the file */
    u64 mem_size;   /* bytes in memory */
};

static bool check_ident(const struct blob *b, const Elf64_Ehdr *eh,
                        GError **err)
{
    const u8 *id = eh->e_ident;

    if (id[EI_CLASS] != ELFCLASS64)
        return loader_fail(err, b->name,
                           "ELF class %u; 64-bit ELF (class 2)"
                           " is needed",
                           id[EI_CLASS]);
    if (id[EI_DATA] != ELFDATA2LSB)
        return loader_fail(err, b->name,
                           "ELF byte order %u; little-endian "
                           "(1) is needed",
                           id[EI_DATA]);
    if (eh->e_machine != EM_AARCH64)
        return loader_fail(err, b->name,
                           "ELF machine %u%s; AArch64 (183) "
                           "is needed",
                           eh->e_machine,
                           eh->e_machine == EM_X86_64 ? " (x86-64)"
                           : eh->e_machine == EM_ARM  ? " (32-bit Arm)"
                                                      : "");
    if (eh->e_type != ET_EXEC && eh->e_type != ET_DYN)
        return loader_fail(err, b->name,
                           "ELF type %u%s; an executable (2 or "
                           "3) is needed",
                           eh->e_type,
                           eh->e_type == ET_REL ? " (an object file, not "
                                                  "linked)"
                                                : "");
    if (!eh->e_phnum || eh->e_phnum == PN_XNUM)
        return loader_fail(err, b->name,
                           "ELF file with %u program headers; "
                           "1 to 65534 are needed",
                           eh->e_phnum);
    if (eh->e_phentsize != sizeof(Elf64_Phdr))
        return loader_fail(err, b->name,
                           "ELF program headers of %u bytes; "
                           "%zu is right",
                           eh->e_phentsize, sizeof(Elf64_Phdr));
    return true;
}

static bool check_load(const struct blob *b, const struct load *l, GError **err)
{
    if (l->file_size > l->mem_size)
        return loader_fail(err, b->name,
                           "ELF segment %u has %" PRIu64
                           " bytes in the file and only %" PRIu64 " in memory",
                           l->index, l->file_size, l->mem_size);
    if (l->offset > b->size || l->file_size > b->size - l->offset)
        return loader_fail(err, b->name,
                           "truncated ELF file: segment %u is "
                           "%" PRIu64 " bytes at offset %" PRIu64
                           " and the file has %" PRIu64,
                           l->index, l->file_size, l->offset, b->size);
    if (l->mem_size > ~l->paddr || l->mem_size > ~l->vaddr)
        return loader_fail(err, b->name,
                           "ELF segment %u at 0x%" PRIx64 " of 0x%" PRIx64
                           " bytes goes beyond the last "
                           "address",
                           l->index, l->paddr, l->mem_size);
    return true;
}

/* Collects and checks the PT_LOAD segments that occupy memory. */
static GArray *read_loads(const struct blob *b, const Elf64_Ehdr *eh,
                          GError **err)
{
    GArray *loads = g_array_new(FALSE, FALSE, sizeof(struct load));
    u64 table = (u64)eh->e_phnum * sizeof(Elf64_Phdr);
    unsigned i;

    if (eh->e_phoff > b->size || table > b->size - eh->e_phoff) {
        loader_fail(err, b->name,
                    "truncated ELF file: %u program headers at "
                    "offset %" PRIu64 " and the file has %" PRIu64 " bytes",
                    eh->e_phnum, (u64)eh->e_phoff, b->size);
        goto fail;
    }
    for (i = 0; i < eh->e_phnum; i++) {
        struct load l = { .index = i };
        Elf64_Phdr ph;

        memcpy(&ph, b->data + eh->e_phoff + i * sizeof(ph), sizeof(ph));
        if (ph.p_type != PT_LOAD || !ph.p_memsz)
            continue;
        l.offset = ph.p_offset;
        l.vaddr = ph.p_vaddr;
        l.paddr = ph.p_paddr;
        l.file_size = ph.p_filesz;
        l.mem_size = ph.p_memsz;
        if (!check_load(b, &l, err))
            goto fail;
        g_array_append_val(loads, l);
    }
    if (loads->len)
        return loads;
    loader_fail(err, b->name, "ELF file without a segment to load (PT_LOAD)");
fail:
    g_array_free(loads, TRUE);
    return NULL;
}

static int compare_segment(const void *a, const void *b)
{
    const struct kernel_segment *x = a, *y = b;

    return x->pa < y->pa ? -1 : x->pa > y->pa;
}

/* Sorts the segments; no two may share a byte. */
static bool sort_segments(struct kernel *k, const struct blob *b, GError **err)
{
    const struct kernel_segment *s;
    unsigned i;

    g_array_sort(k->segments, compare_segment);
    s = (const struct kernel_segment *)(void *)k->segments->data;
    for (i = 1; i < k->segments->len; i++) {
        if (s[i - 1].pa + s[i - 1].mem_size > s[i].pa)
            return loader_fail(err, b->name,
                               "ELF segments at 0x%" PRIx64 " and 0x%" PRIx64
                               " overlap",
                               s[i - 1].pa, s[i].pa);
    }
    return true;
}

/* Where the entry point lies in physical memory. */
static bool find_entry(struct kernel *k, const struct blob *b, u64 entry,
                       const GArray *loads, gpa_t move, GError **err)
{
    unsigned i;

    for (i = 0; i < loads->len; i++) {
        const struct load *l = &g_array_index(loads, struct load, i);

        if (entry >= l->vaddr && entry - l->vaddr < l->mem_size) {
            k->entry = entry - l->vaddr + l->paddr + move;
            if (k->entry % 4)
                break;
            return true;
        }
    }
    return loader_fail(err, b->name, "ELF entry point 0x%" PRIx64 " %s", entry,
                       i < loads->len
                           ? "is not a multiple of 4"
                           : "lies in no segment (is _start missing?)");
}

/* A program for this machine: every segment where it says. */
static bool parse_bare(struct kernel *k, const struct blob *b, u64 entry,
                       const GArray *loads, const struct ram *ram, GError **err)
{
    unsigned i;

    for (i = 0; i < loads->len; i++) {
        const struct load *l = &g_array_index(loads, struct load, i);

        if (!ram_contains(ram, l->paddr, l->mem_size))
            return loader_fail(err, b->name,
                               "ELF segment %u at 0x%" PRIx64 "-0x%" PRIx64
                               " is not in RAM (0x%" PRIx64 "-0x%" PRIx64
                               "); link it there or use a "
                               "larger -m",
                               l->index, l->paddr, l->paddr + l->mem_size - 1,
                               ram->base, ram->base + ram->size - 1);
        kernel_add(k, l->paddr, l->mem_size, b->data + l->offset, l->file_size);
    }
    return find_entry(k, b, entry, loads, 0, err);
}

/* A vmlinux: the segments keep their distances and move together. */
static bool parse_vmlinux(struct kernel *k, const struct blob *b, u64 entry,
                          GArray *loads, const struct ram *ram, GError **err)
{
    struct image_header h = { .text_offset = OLD_KERNEL_LINK_OFFSET };
    const struct load *first = &g_array_index(loads, struct load, 0);
    u64 end = 0;
    unsigned i;
    gpa_t pa;

    for (i = 0; i < loads->len; i++) {
        struct load *l = &g_array_index(loads, struct load, i);

        l->paddr = l->vaddr;
        if (l->vaddr < first->vaddr)
            first = l;
        end = MAX(end, l->vaddr + l->mem_size);
    }
    if (first->vaddr < KERNEL_HALF)
        return loader_fail(err, b->name,
                           "ELF segment %u at 0x%" PRIx64
                           " is not in the kernel's half of the address "
                           "space like the others",
                           first->index, first->vaddr);
    if (first->file_size >= 64 &&
        image_is_image(b->data + first->offset, first->file_size) &&
        !image_header_read(&h, b->name, b->data + first->offset, err))
        return false;
    end = MAX(end - first->vaddr, h.image_size);
    if (!image_place(&h, b->name, end, ram, &pa, err))
        return false;
    for (i = 0; i < loads->len; i++) {
        const struct load *l = &g_array_index(loads, struct load, i);

        kernel_add(k, l->vaddr - first->vaddr + pa, l->mem_size,
                   b->data + l->offset, l->file_size);
    }
    k->end = MAX(k->end, pa + end);
    k->is_linux = true;
    k->has_stub = true;
    k->page_kib = h.page_kib;
    return find_entry(k, b, entry, loads, pa - first->vaddr, err);
}

bool elf_parse(struct kernel *k, const struct blob *b, const struct ram *ram,
               GError **err)
{
    bool is_linux = false, ok;
    Elf64_Ehdr eh;
    GArray *loads;
    unsigned i;

    if (b->size < sizeof(eh))
        return loader_fail(err, b->name,
                           "truncated ELF file: %" PRIu64
                           " bytes, its header alone has %zu",
                           b->size, sizeof(eh));
    memcpy(&eh, b->data, sizeof(eh));
    if (!check_ident(b, &eh, err))
        return false;
    loads = read_loads(b, &eh, err);
    if (!loads)
        return false;
    for (i = 0; i < loads->len; i++) {
        if (g_array_index(loads, struct load, i).paddr >= KERNEL_HALF)
            is_linux = true;
    }
    ok = (is_linux ? parse_vmlinux(k, b, eh.e_entry, loads, ram, err)
                   : parse_bare(k, b, eh.e_entry, loads, ram, err)) &&
         sort_segments(k, b, err);
    k->end_known = true;
    g_array_free(loads, TRUE);
    return ok;
}
