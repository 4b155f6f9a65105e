/* SPDX-License-Identifier: MIT */
/*
 * symdump.c - prints what src/symbols makes of a file, for run.py to compare
 * with what other programs make of it.
 *
 *   symdump kallsyms IMAGE         "COUNT TEXT_VA FLAGS", then the symbols
 *   symdump elf FILE               "COUNT START END BUILD_ID", the symbols
 *   symdump lookup FILE            addresses on stdin: "NAME+OFFSET" each
 *   symdump boot IMAGE             emu's -d exec log on stdin: the KASLR bias,
 *                                  then "KIND VA NAME PA-NAME" for each block
 *                                  (KIND m: MMU on) once; - has no name
 *   symdump lines FILE             addresses on stdin: "FILE:LINE" each, then
 *                                  a line with how many were searched
 *
 * A symbol is "VA SIZE TYPE NAME"; numbers are hexadecimal.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader.h"
#include "symbols.h"

static int complain(GError *err)
{
    fprintf(stderr, "symdump: %s\n", err->message);
    g_error_free(err);
    return 1;
}

static void print_all(const struct symtab *t)
{
    size_t i;

    for (i = 0; i < symtab_count(t); i++) {
        const struct symbol *s = symtab_get(t, i);

        printf("%" PRIx64 " %" PRIx64 " %c %s\n", s->va, s->size, s->type,
               s->name);
    }
}

#define TEXT_PA 0x40200000ull /* where emu puts an Image at least 2 MiB long */

static void print_hit(const struct symset *set, unsigned space, u64 addr)
{
    struct sym_hit hit;
    char name[256] = "-";

    if (symset_lookup(set, space, SYM_ANY_ASID, addr, &hit))
        sym_hit_format(&hit, name, sizeof(name));
    printf(" %s", name);
}

/* Every block of the log once, by virtual and by physical address. */
static void name_blocks(const struct symtab *t, const struct kallsyms_info *k)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(
        g_int64_hash, g_int64_equal, g_free, NULL);
    struct symset *set = symset_new();
    u64 va, pa, bias = 0, size = k->image_size;
    bool has_bias = false;

    symset_add_kernel(set, t, NULL, k->text_va, size, TEXT_PA, 0);
    while (scanf(" exec cpu %*u el1 va %" SCNx64 " pa %" SCNx64 " n %*u", &va,
                 &pa) == 2) {
        if (!has_bias && va >> 63) {
            has_bias = symset_kernel_bias(k->text_va, size, TEXT_PA, va, pa,
                                          &bias);
            symset_add_kernel(set, t, NULL, k->text_va, size, TEXT_PA, bias);
            printf("%" PRIx64 "\n", bias);
        }
        if (!g_hash_table_add(seen, g_memdup2(&va, sizeof(va))))
            continue;
        printf("%c %" PRIx64, va == pa ? 'p' : 'm', va);
        print_hit(set, va == pa ? SYM_PHYSICAL : SYM_KERNEL, va);
        print_hit(set, SYM_PHYSICAL, pa);
        putchar('\n');
    }
    symset_free(set);
}

static int dump_kallsyms(const char *path, bool is_boot)
{
    struct kallsyms_info k;
    struct symtab *t = NULL;
    GError *err = NULL;
    u64 size = 0;
    u8 *image = loader_unpack(path, &size, &err);

    if (image)
        t = kallsyms_read(path, image, size, &k, &err);
    g_free(image);
    if (!t)
        return complain(err);
    if (is_boot) {
        name_blocks(t, &k);
        symtab_free(t);
        return 0;
    }
    printf("%zx %" PRIx64 " %s%s%s\n", k.count, k.text_va,
           k.is_old ? "old" : "new", k.has_big ? ",big" : "",
           k.is_moved ? ",moved" : "");
    print_all(t);
    symtab_free(t);
    return 0;
}

static void print_line(struct dwarf *d, u64 va)
{
    struct sym_line line;

    if (dwarf_line(d, va, &line))
        printf("%s:%d\n", line.file, line.line);
    else
        printf("??:0\n");
}

static void print_name(struct dwarf *d, u64 va)
{
    const struct symbol *s = symtab_lookup(dwarf_symtab(d), va);
    struct sym_hit hit = { .symbol = s, .offset = s ? va - s->va : 0 };
    char name[256];

    if (s)
        sym_hit_format(&hit, name, sizeof(name));
    puts(s ? name : "-");
}

static int dump_elf(const char *what, const char *path)
{
    GError *err = NULL;
    struct dwarf *d = dwarf_open(path, &err);
    u64 start, end, va;

    if (!d)
        return complain(err);
    dwarf_range(d, &start, &end);
    if (!strcmp(what, "elf")) {
        printf("%zx %" PRIx64 " %" PRIx64 " %s\n",
               symtab_count(dwarf_symtab(d)), start, end,
               dwarf_build_id(d) ? dwarf_build_id(d) : "-");
        print_all(dwarf_symtab(d));
    }
    while (*what == 'l' && scanf("%" SCNx64, &va) == 1)
        (!strcmp(what, "lines") ? print_line : print_name)(d, va);
    if (!strcmp(what, "lines"))
        printf("%" PRIx64 "\n", dwarf_searches(d));
    dwarf_close(d);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const whats[] = { "elf", "lookup", "lines", NULL };

    if (argc == 3 && !strcmp(argv[1], "kallsyms"))
        return dump_kallsyms(argv[2], false);
    if (argc == 3 && !strcmp(argv[1], "boot"))
        return dump_kallsyms(argv[2], true);
    if (argc == 3 && g_strv_contains(whats, argv[1]))
        return dump_elf(argv[1], argv[2]);
    fprintf(stderr, "usage: symdump kallsyms|boot|elf|lookup|lines FILE\n");
    return 1;
}
