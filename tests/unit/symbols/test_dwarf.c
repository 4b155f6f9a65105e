/* SPDX-License-Identifier: MIT */
/*
 * test_dwarf.c - symbols of an ELF file made here, files that are none, and
 * that an address without a line is searched once. Lines themselves are
 * judged by tests/symbols, which has a compiler for the guest.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <elf.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "symbols.h"

#define VA 0x400000ull

/* A whole file: headers, .text, symbols and names. */
struct file {
    Elf64_Ehdr eh;      /* header */
    Elf64_Phdr ph;      /* one segment */
    u8 text[64];        /* .text */
    Elf64_Sym sym[7];   /* .symtab */
    char strtab[32];    /* .strtab */
    char names[48];     /* .shstrtab */
    Elf64_Shdr sh[5];   /* the four above */
};

static const char strtab[] = "\0main\0helper\0weak\0$x\0file";
static const char names[] = "\0.text\0.symtab\0.strtab\0.shstrtab";

static void make(struct file *f, u16 type, u16 machine)
{
    u64 va = type == ET_REL ? 0 : VA;

    *f = (struct file){
        .eh = {
            .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
            .e_type = type,
            .e_machine = machine,
            .e_version = 1,
            .e_phoff = offsetof(struct file, ph),
            .e_shoff = offsetof(struct file, sh),
            .e_ehsize = sizeof(Elf64_Ehdr),
            .e_phentsize = sizeof(Elf64_Phdr),
            .e_phnum = type == ET_REL ? 0 : 1,
            .e_shentsize = sizeof(Elf64_Shdr),
            .e_shnum = 5,
            .e_shstrndx = 4,
        },
        .ph = { PT_LOAD, PF_R | PF_X, 0, VA, VA, sizeof(*f), 0x1000, 0x1000 },
        .sym = {
            { 0 },
            { 20, ELF64_ST_INFO(STB_LOCAL, STT_FILE), 0, SHN_ABS, 0, 0 },
            { 18, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE), 0, 1, va, 0 },
            { 6, ELF64_ST_INFO(STB_LOCAL, STT_FUNC), 0, 1, va + 32, 16 },
            { 1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 1, va, 16 },
            { 13, ELF64_ST_INFO(STB_WEAK, STT_NOTYPE), 0, 1, va + 48, 0 },
            { 1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, SHN_UNDEF, 0, 0 },
        },
        .sh = {
            { 0 },
            { 1, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, va,
              offsetof(struct file, text), 64, 0, 0, 4, 0 },
            { 7, SHT_SYMTAB, 0, 0, offsetof(struct file, sym),
              sizeof(f->sym), 3, 4, 8, sizeof(Elf64_Sym) },
            { 15, SHT_STRTAB, 0, 0, offsetof(struct file, strtab),
              sizeof(strtab), 0, 0, 1, 0 },
            { 23, SHT_STRTAB, 0, 0, offsetof(struct file, names),
              sizeof(names), 0, 0, 1, 0 },
        },
    };
    memcpy(f->strtab, strtab, sizeof(strtab));
    memcpy(f->names, names, sizeof(names));
}

static struct dwarf *open_bytes(const void *p, size_t n, GError **err)
{
    char *path = NULL;
    int fd = g_file_open_tmp("emu-dwarf-XXXXXX", &path, NULL);
    struct dwarf *d;

    assert_true(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    close(fd);
    d = dwarf_open(path, err);
    if (err && *err)
        assert_true(g_str_has_prefix((*err)->message, path));
    g_unlink(path);
    g_free(path);
    return d;
}

static void check_symbol(const struct symtab *t, size_t n, u64 va, u64 size,
                         char type, const char *name)
{
    const struct symbol *s = symtab_get(t, n);

    assert_string_equal(s->name, name);
    assert_int_equal(s->va, va);
    assert_int_equal(s->size, size);
    assert_int_equal(s->type, type);
}

static void check_file(u16 type, u64 va, u64 want_end)
{
    struct file f;
    struct dwarf *d;
    const struct symtab *t;
    GError *err = NULL;
    u64 start, end;

    make(&f, type, EM_AARCH64);
    d = open_bytes(&f, sizeof(f), &err);
    if (!d)
        fail_msg("%s", err->message);
    t = dwarf_symtab(d);
    assert_int_equal(symtab_count(t), 3);
    check_symbol(t, 0, va, 16, 'T', "main");
    check_symbol(t, 1, va + 32, 16, 't', "helper");
    check_symbol(t, 2, va + 48, 16, 'W', "weak");
    assert_null(symtab_lookup(t, va + 16));
    dwarf_range(d, &start, &end);
    assert_int_equal(start, va);
    assert_int_equal(end, want_end);
    assert_null(dwarf_build_id(d));
    dwarf_close(d);
}

static void test_symbols(void **state)
{
    (void)state;
    check_file(ET_EXEC, VA, VA + 0x1000);
    check_file(ET_DYN, VA, VA + 0x1000);
    check_file(ET_REL, 0, 64);
}

static void test_an_answer_is_remembered(void **state)
{
    struct sym_line line;
    struct dwarf *d;
    struct file f;

    (void)state;
    make(&f, ET_EXEC, EM_AARCH64);
    d = open_bytes(&f, sizeof(f), NULL);
    assert_non_null(d);
    assert_false(dwarf_line(d, VA, &line));
    assert_false(dwarf_line(d, VA, &line));
    assert_null(line.file);
    assert_int_equal(dwarf_searches(d), 1);
    assert_false(dwarf_line(d, VA + 4, &line));
    assert_int_equal(dwarf_searches(d), 2);
    dwarf_close(d);
    dwarf_close(NULL);
}

static void expect_error(const void *p, size_t n, const char *says)
{
    GError *err = NULL;

    assert_null(open_bytes(p, n, &err));
    assert_non_null(strstr(err->message, says));
    g_error_free(err);
}

static void test_other_files(void **state)
{
    GError *err = NULL;
    struct file f;

    (void)state;
    make(&f, ET_EXEC, EM_X86_64);
    expect_error(&f, sizeof(f), "not an ELF file for AArch64");
    make(&f, ET_EXEC, EM_AARCH64);
    expect_error(&f, 40, "");
    expect_error("text", 4, "");
    f.ph.p_type = PT_NOTE;
    expect_error(&f, sizeof(f), "");
    assert_null(dwarf_open("/no/such/file", &err));
    assert_true(g_str_has_prefix(err->message, "/no/such/file: "));
    g_error_free(err);
}

static void test_damaged_files(void **state)
{
    unsigned i;

    (void)state;
    for (i = 0; i < sizeof(struct file); i += 3) {
        struct sym_line line;
        GError *err = NULL;
        struct dwarf *d;
        struct file f;

        make(&f, i % 2 ? ET_DYN : ET_REL, EM_AARCH64);
        ((u8 *)&f)[i] ^= (u8)(0x11 << i % 5);
        d = open_bytes(&f, i % 7 ? sizeof(f) : i, &err);
        assert_true(!d == !!err);
        if (d)
            dwarf_line(d, VA, &line);
        dwarf_close(d);
        g_clear_error(&err);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_an_answer_is_remembered),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_damaged_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
