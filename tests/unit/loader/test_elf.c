/* SPDX-License-Identifier: MIT */
/*
 * test_elf.c - bare-metal ELF files and vmlinux: where segments and the entry
 * point go, and each field of the headers wrong in turn.
 */
#include "files.h"
#include "src/loader/kernel.h"

#define KERNEL_VA 0xffff800080000000ull

static const struct ram ram = { .base = RAM_BASE, .size = 64 * MiB };

static bool parse(struct kernel *k, const u8 *p, u64 size, GError **err)
{
    struct blob b = { .data = p, .size = size, .name = "a.elf" };

    return kernel_parse(k, &b, &ram, err);
}

static void expect_error(const u8 *p, u64 size, const char *says)
{
    struct kernel k;
    GError *err = NULL;

    assert_false(parse(&k, p, size, &err));
    assert_says(&err, "a.elf: ", says);
    kernel_fini(&k);
}

static const struct kernel_segment *segment(const struct kernel *k, unsigned i)
{
    return &g_array_index(k->segments, struct kernel_segment, i);
}

static void test_bare_metal(void **state)
{
    static const struct seg seg[] = {
        { RAM_BASE + 0x100000, RAM_BASE + 0x100000, 0x100, 0x100 },
        { 0x8000, RAM_BASE + 0x80000, 0x40, 0x4000 },
    };
    struct kernel k;
    GError *err = NULL;
    size_t size;
    u8 *p = make_elf(0x8010, seg, 2, &size);

    (void)state;
    assert_true(parse(&k, p, size, &err));
    assert_int_equal(k.start, RAM_BASE + 0x80000);
    assert_int_equal(k.end, RAM_BASE + 0x100100);
    assert_int_equal(k.entry, RAM_BASE + 0x80010);
    assert_true(!k.is_linux && !k.has_stub && k.end_known);
    assert_int_equal(k.segments->len, 2);
    assert_int_equal(segment(&k, 0)->pa, RAM_BASE + 0x80000);
    assert_int_equal(segment(&k, 0)->file_size, 0x40);
    assert_int_equal(segment(&k, 0)->mem_size, 0x4000);
    assert_int_equal(segment(&k, 0)->data[0], 2);
    kernel_fini(&k);
    g_free(p);
}

static void test_vmlinux_is_laid_out_as_its_image(void **state)
{
    static const struct seg seg[] = {
        { KERNEL_VA + 0x10000, KERNEL_VA + 0x10000, 0x100, 0x300 },
        { KERNEL_VA, KERNEL_VA, 0x100, 0x100 },
    };
    u8 *head = make_image(64, 0, 0x40000, 0xa);
    struct kernel k;
    GError *err = NULL;
    size_t size;
    u8 *p = make_elf(KERNEL_VA, seg, 2, &size);

    (void)state;
    memcpy(p + ELF_DATA + 0x100, head, 64);
    assert_true(parse(&k, p, size, &err));
    assert_int_equal(k.start, RAM_BASE + 0x200000);
    assert_int_equal(k.entry, RAM_BASE + 0x200000);
    assert_int_equal(k.end, RAM_BASE + 0x240000);
    assert_int_equal(k.page_kib, 4);
    assert_true(k.is_linux && k.has_stub);
    assert_int_equal(segment(&k, 1)->pa, RAM_BASE + 0x210000);
    kernel_fini(&k);
    put_le(p + ELF_DATA + 0x100 + 16, 63 * MiB, 8);
    expect_error(p, size, "use a larger -m");
    put_le(p + ELF_DATA + 0x100 + 24, 1, 8);
    expect_error(p, size, "big-endian");
    g_free(p);
    g_free(head);
}

static void test_vmlinux_without_a_header(void **state)
{
    static const struct seg seg[] = {
        { KERNEL_VA + 0x80000, KERNEL_VA + 0x80000, 0x100, 0x100 },
    };
    struct kernel k;
    GError *err = NULL;
    size_t size;
    u8 *p = make_elf(KERNEL_VA + 0x80004, seg, 1, &size);

    (void)state;
    assert_true(parse(&k, p, size, &err));
    assert_int_equal(k.entry, RAM_BASE + 0x80004);
    kernel_fini(&k);
    g_free(p);
}

static void test_segments_must_agree(void **state)
{
    struct seg seg[] = {
        { KERNEL_VA, KERNEL_VA, 0x100, 0x100 },
        { RAM_BASE, RAM_BASE, 0x100, 0x100 },
    };
    size_t size;
    u8 *p = make_elf(KERNEL_VA, seg, 2, &size);

    (void)state;
    expect_error(p, size, "segment 1 at 0x40000000 is not in the kernel's");
    g_free(p);
    seg[0].vaddr = seg[0].paddr = RAM_BASE + 0xfc;
    p = make_elf(RAM_BASE, seg, 2, &size);
    expect_error(p, size, "segments at 0x40000000 and 0x400000fc overlap");
    g_free(p);
}

static void test_segments_must_be_in_ram(void **state)
{
    struct seg seg = { 0, 0, 0x100, 0x100 };
    size_t size;
    u8 *p = make_elf(0, &seg, 1, &size);

    (void)state;
    expect_error(p, size,
                 "segment 0 at 0x0-0xff is not in RAM (0x40000000-"
                 "0x43ffffff)");
    elf_phdr(p, 0)->p_paddr = RAM_BASE + 64 * MiB - 0x100;
    elf_phdr(p, 0)->p_memsz = 0x101;
    expect_error(p, size, "not in RAM");
    elf_phdr(p, 0)->p_memsz = ~0ull - RAM_BASE;
    expect_error(p, size, "beyond the last address");
    elf_phdr(p, 0)->p_paddr = RAM_BASE;
    expect_error(p, size, "not in RAM");
    elf_phdr(p, 0)->p_vaddr = RAM_BASE + 1;
    expect_error(p, size, "beyond the last address");
    g_free(p);
}

static void test_segments_must_be_in_the_file(void **state)
{
    struct seg seg = { RAM_BASE, RAM_BASE, 0x100, 0x100 };
    size_t size;
    u8 *p = make_elf(RAM_BASE, &seg, 1, &size);

    (void)state;
    expect_error(p, size - 1, "truncated ELF file: segment 0");
    expect_error(p, 64 + 55, "truncated ELF file: 1 program headers");
    expect_error(p, 63, "truncated ELF file: 63 bytes");
    elf_phdr(p, 0)->p_offset = ~0ull;
    expect_error(p, size, "truncated ELF file: segment 0");
    elf_phdr(p, 0)->p_offset = ELF_DATA;
    elf_phdr(p, 0)->p_filesz = 0x101;
    expect_error(p, size, "only 256 in memory");
    elf_phdr(p, 0)->p_type = PT_NOTE;
    expect_error(p, size, "without a segment");
    g_free(p);
}

static void test_entry_must_be_code(void **state)
{
    struct seg seg = { RAM_BASE, RAM_BASE, 0x100, 0x100 };
    size_t size;
    u8 *p = make_elf(0, &seg, 1, &size);
    Elf64_Ehdr *eh = (Elf64_Ehdr *)(void *)p;

    (void)state;
    expect_error(p, size, "entry point 0x0 lies in no segment");
    eh->e_entry = RAM_BASE + 0x100;
    expect_error(p, size, "lies in no segment");
    eh->e_entry = RAM_BASE + 2;
    expect_error(p, size, "0x40000002 is not a multiple of 4");
    g_free(p);
}

static void test_each_header_field(void **state)
{
    struct seg seg = { RAM_BASE, RAM_BASE, 0x100, 0x100 };
    size_t size;
    u8 *p = make_elf(RAM_BASE, &seg, 1, &size);
    Elf64_Ehdr *eh = (Elf64_Ehdr *)(void *)p, good = *eh;

    (void)state;
    eh->e_ident[EI_CLASS] = ELFCLASS32;
    expect_error(p, size, "ELF class 1");
    *eh = good;
    eh->e_ident[EI_DATA] = ELFDATA2MSB;
    expect_error(p, size, "byte order 2");
    *eh = good;
    eh->e_machine = EM_X86_64;
    expect_error(p, size, "machine 62 (x86-64)");
    *eh = good;
    eh->e_type = ET_REL;
    expect_error(p, size, "type 1 (an object file, not linked)");
    *eh = good;
    eh->e_phnum = 0;
    expect_error(p, size, "0 program headers");
    *eh = good;
    eh->e_phnum = PN_XNUM;
    expect_error(p, size, "65535 program headers");
    *eh = good;
    eh->e_phentsize = 55;
    expect_error(p, size, "program headers of 55 bytes");
    *eh = good;
    eh->e_phoff = ~0ull;
    expect_error(p, size, "truncated ELF file");
    g_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bare_metal),
        cmocka_unit_test(test_vmlinux_is_laid_out_as_its_image),
        cmocka_unit_test(test_vmlinux_without_a_header),
        cmocka_unit_test(test_segments_must_agree),
        cmocka_unit_test(test_segments_must_be_in_ram),
        cmocka_unit_test(test_segments_must_be_in_the_file),
        cmocka_unit_test(test_entry_must_be_code),
        cmocka_unit_test(test_each_header_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
