/* SPDX-License-Identifier: MIT */
/*
 * dwarf.c - symbols and source lines of ELF files, by elfutils: the only user
 * of libdw (DESIGN section 2).
 *
 * The file is taken as it was linked: libdwfl is told base 0, so its addresses
 * are the file's own, and the guest's are a matter of symset.c. The exception
 * are modules (ET_REL), for whose sections libdwfl makes up addresses: those
 * of .text are shifted to begin at 0.
 *
 * libdwfl may look for separate debug files, on the network too; the callback
 * that would is one that finds nothing.
 *
 * The compilation unit of an address comes from the units' own ranges, not
 * from .debug_aranges, which clang does not write. libdw keeps the decoded
 * lines of each unit; which line an address has is remembered here, so each
 * address is searched once.
 */
#include "symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <glib.h>
#include <string.h>

/* One range of a compilation unit's code. */
struct unit {
    u64 start;     /* first address, as in the debug sections */
    u64 end;       /* one past the last */
    Dwarf_Off die; /* the unit */
};

/* One answer of dwarf_line(). */
struct answer {
    u64 va;               /* what was asked */
    struct sym_line line; /* file is NULL if nothing is known */
};

struct dwarf {
    Dwfl *dwfl;             /* session */
    Dwfl_Module *module;    /* its only module */
    struct symtab *symtab;  /* symbols */
    char *build_id;         /* in hexadecimal, or NULL */
    u64 start, end;         /* link-time range */
    u64 text_base;          /* what libdwfl's addresses are more than ours */
    size_t text_section;    /* of a module, else 0 */
    Dwarf *dw;              /* debug sections, or NULL */
    Dwarf_Addr bias;        /* libdwfl's addresses minus those of dw */
    GArray *units;          /* of struct unit, sorted; NULL until needed */
    GHashTable *answers;    /* struct answer by its va */
    u64 searches;           /* answers that were not remembered */
};

/* --- Opening ------------------------------------------------------------- */

/* NOLINTNEXTLINE(readability-function-size): libdw calls it so */
static int find_nothing(Dwfl_Module *mod, void **userdata, const char *name,
                        Dwarf_Addr base, const char *file_name,
                        const char *debuglink, GElf_Word crc, char **found)
{
    (void)mod, (void)userdata, (void)name, (void)base;
    (void)file_name, (void)debuglink, (void)crc, (void)found;
    return -1;
}

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = find_nothing,
    .section_address = dwfl_offline_section_address,
};

static bool complain(GError **err, const char *path, const char *what)
{
    g_set_error(err, g_quark_from_static_string("emu-symbols"), 0, "%s: %s",
                path, what);
    return false;
}

/* The letter that nm would print. */
static char type_letter(const GElf_Sym *sym, const GElf_Shdr *sh)
{
    bool is_local = GELF_ST_BIND(sym->st_info) == STB_LOCAL;
    char c = sh->sh_flags & SHF_EXECINSTR ? 'T'
             : sh->sh_type == SHT_NOBITS  ? 'B'
             : sh->sh_flags & SHF_WRITE   ? 'D'
                                          : 'R';

    if (GELF_ST_BIND(sym->st_info) == STB_WEAK)
        return GELF_ST_TYPE(sym->st_info) == STT_OBJECT ? 'V' : 'W';
    return is_local ? g_ascii_tolower(c) : c;
}

/* Symbols of things that have an address; none of the assembler's $x. */
static bool is_wanted(const GElf_Sym *sym, const char *name)
{
    switch (GELF_ST_TYPE(sym->st_info)) {
    case STT_NOTYPE:
    case STT_OBJECT:
    case STT_FUNC:
    case STT_GNU_IFUNC: return name && *name && *name != '$';
    default: return false;
    }
}

static void read_symbol(struct dwarf *d, Elf *elf, int n)
{
    GElf_Word section = SHN_UNDEF;
    GElf_Addr addr = 0;
    GElf_Sym sym;
    GElf_Shdr sh;
    struct symbol s = { 0 };
    const char *name = dwfl_module_getsym_info(d->module, n, &sym, &addr,
                                               &section, NULL, NULL);

    if (!name || !is_wanted(&sym, name) || section == SHN_UNDEF ||
        section >= SHN_LORESERVE ||
        (d->text_section && section != d->text_section) ||
        !gelf_getshdr(elf_getscn(elf, section), &sh) ||
        !(sh.sh_flags & SHF_ALLOC))
        return;
    s.va = addr - d->text_base;
    s.size = sym.st_size;
    s.name = name;
    s.type = type_letter(&sym, &sh);
    s.rank = GELF_ST_BIND(sym.st_info) == STB_GLOBAL ? SYM_RANK_GLOBAL
             : GELF_ST_BIND(sym.st_info) == STB_WEAK ? SYM_RANK_WEAK
                                                     : SYM_RANK_LOCAL;
    symtab_add(d->symtab, &s, strlen(name));
}

static void read_symbols(struct dwarf *d, Elf *elf)
{
    int i, n = dwfl_module_getsymtab(d->module);
    Elf_Scn *scn = NULL;
    GElf_Shdr sh;

    for (i = 1; i < n; i++)
        read_symbol(d, elf, i);
    while ((scn = elf_nextscn(elf, scn))) {
        if (gelf_getshdr(scn, &sh) && sh.sh_flags & SHF_ALLOC &&
            (!d->text_section || elf_ndxscn(scn) == d->text_section))
            symtab_add_end(d->symtab, sh.sh_addr + sh.sh_size - d->text_base);
    }
    symtab_finish(d->symtab);
}

/* A module's .text: libdwfl has written its address into the header. */
static bool find_text(struct dwarf *d, Elf *elf)
{
    Elf_Scn *scn = NULL;
    size_t names;
    GElf_Shdr sh;

    if (elf_getshdrstrndx(elf, &names))
        return false;
    while ((scn = elf_nextscn(elf, scn))) {
        const char *name;

        if (!gelf_getshdr(scn, &sh))
            continue;
        name = elf_strptr(elf, names, sh.sh_name);
        if (name && !strcmp(name, ".text")) {
            d->text_section = elf_ndxscn(scn);
            d->text_base = sh.sh_addr;
            d->end = sh.sh_size;
            return true;
        }
    }
    return false;
}

/* The range of the segments. */
static bool find_range(struct dwarf *d, Elf *elf)
{
    size_t i, n;
    GElf_Phdr ph;

    if (elf_getphdrnum(elf, &n))
        return false;
    d->start = ~0ull;
    for (i = 0; i < n; i++) {
        if (!gelf_getphdr(elf, (int)i, &ph) || ph.p_type != PT_LOAD)
            continue;
        d->start = MIN(d->start, ph.p_vaddr);
        d->end = MAX(d->end, ph.p_vaddr + ph.p_memsz);
    }
    return d->start < d->end;
}

static void read_build_id(struct dwarf *d)
{
    const unsigned char *bits;
    GElf_Addr at;
    GString *s;
    int i, n = dwfl_module_build_id(d->module, &bits, &at);

    if (n <= 0)
        return;
    s = g_string_new(NULL);
    for (i = 0; i < n; i++)
        g_string_append_printf(s, "%02x", bits[i]);
    d->build_id = g_string_free(s, FALSE);
}

static bool open_file(struct dwarf *d, const char *path, GError **err)
{
    GElf_Addr bias;
    GElf_Ehdr eh;
    Elf *elf;

    d->dwfl = dwfl_begin(&callbacks);
    if (!d->dwfl)
        return complain(err, path, dwfl_errmsg(-1));
    dwfl_report_begin(d->dwfl);
    d->module = dwfl_report_elf(d->dwfl, "program", path, -1, 0, true);
    if (!d->module || dwfl_report_end(d->dwfl, NULL, NULL))
        return complain(err, path, dwfl_errmsg(-1));
    elf = dwfl_module_getelf(d->module, &bias);
    if (!elf || !gelf_getehdr(elf, &eh))
        return complain(err, path, dwfl_errmsg(-1));
    if (eh.e_machine != EM_AARCH64 || eh.e_ident[EI_CLASS] != ELFCLASS64)
        return complain(err, path, "not an ELF file for AArch64");
    if (eh.e_type == ET_REL ? !find_text(d, elf) : !find_range(d, elf))
        return complain(err, path,
                        eh.e_type == ET_REL
                            ? "an ELF object without a section .text"
                            : "an ELF file without a segment to load");
    read_build_id(d);
    read_symbols(d, elf);
    return true;
}

struct dwarf *dwarf_open(const char *path, GError **err)
{
    struct dwarf *d = g_new0(struct dwarf, 1);
    char *label = g_path_get_basename(path);

    d->symtab = symtab_new(label);
    g_free(label);
    /* The key is the start of the value. */
    d->answers = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
                                       g_free);
    if (open_file(d, path, err))
        return d;
    dwarf_close(d);
    return NULL;
}

void dwarf_close(struct dwarf *d)
{
    if (!d)
        return;
    if (d->units)
        g_array_free(d->units, TRUE);
    g_hash_table_destroy(d->answers);
    symtab_free(d->symtab);
    if (d->dwfl)
        dwfl_end(d->dwfl);
    g_free(d->build_id);
    g_free(d);
}

const struct symtab *dwarf_symtab(const struct dwarf *d)
{
    return d->symtab;
}

void dwarf_range(const struct dwarf *d, u64 *start, u64 *end)
{
    *start = d->start;
    *end = d->end;
}

const char *dwarf_build_id(const struct dwarf *d)
{
    return d->build_id;
}

u64 dwarf_searches(const struct dwarf *d)
{
    return d->searches;
}

/* --- Lines --------------------------------------------------------------- */

static void add_unit(struct dwarf *d, Dwarf_Die *die)
{
    Dwarf_Addr base, start, end;
    ptrdiff_t at = 0;

    while ((at = dwarf_ranges(die, at, &base, &start, &end)) > 0) {
        struct unit u = {
            .start = start,
            .end = end,
            .die = dwarf_dieoffset(die),
        };

        if (start < end)
            g_array_append_val(d->units, u);
    }
}

static int compare_unit(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;

    return x->start < y->start ? -1 : x->start > y->start;
}

static void read_units(struct dwarf *d)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die die;

    d->units = g_array_new(FALSE, FALSE, sizeof(struct unit));
    d->dw = dwfl_module_getdwarf(d->module, &d->bias);
    while (d->dw && dwarf_get_units(d->dw, cu, &cu, NULL, NULL, &die, NULL) ==
                        0) {
        if (dwarf_tag(&die) == DW_TAG_compile_unit)
            add_unit(d, &die);
    }
    g_array_sort(d->units, compare_unit);
}

/* The unit whose code has @addr; units do not overlap. */
static bool find_unit(const struct dwarf *d, u64 addr, Dwarf_Die *die)
{
    const struct unit *units =
        (const struct unit *)(const void *)d->units->data;
    guint lo = 0, hi = d->units->len;

    while (lo < hi) {
        guint mid = lo + (hi - lo) / 2;

        if (units[mid].start <= addr)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && addr < units[lo - 1].end &&
           dwarf_offdie(d->dw, units[lo - 1].die, die);
}

static u64 line_address(Dwarf_Lines *lines, size_t n)
{
    Dwarf_Addr addr = 0;

    dwarf_lineaddr(dwarf_onesrcline(lines, n), &addr);
    return addr;
}

/* Fills in the line of @addr; libdw has sorted them. */
static void search(struct dwarf *d, u64 addr, struct sym_line *out)
{
    size_t lo = 0, hi, count;
    bool is_end = false;
    Dwarf_Lines *lines;
    Dwarf_Line *line;
    Dwarf_Die die;

    if (!find_unit(d, addr, &die) || dwarf_getsrclines(&die, &lines, &count))
        return;
    hi = count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (line_address(lines, mid) <= addr)
            lo = mid + 1;
        else
            hi = mid;
    }
    /* A sequence ends with a line of its own, so the last is no code. */
    if (!lo || lo == count)
        return;
    line = dwarf_onesrcline(lines, lo - 1);
    if (dwarf_lineendsequence(line, &is_end) || is_end)
        return;
    out->file = dwarf_linesrc(line, NULL, NULL);
    dwarf_lineno(line, &out->line);
    dwarf_linecol(line, &out->column);
    out->start = line_address(lines, lo - 1) + d->bias - d->text_base;
    out->end = line_address(lines, lo) + d->bias - d->text_base;
}

bool dwarf_line(struct dwarf *d, u64 va, struct sym_line *line)
{
    struct answer *a = g_hash_table_lookup(d->answers, &va);

    if (!a) {
        a = g_new0(struct answer, 1);
        a->va = va;
        d->searches++;
        if (!d->units)
            read_units(d);
        search(d, va + d->text_base - d->bias, &a->line);
        g_hash_table_insert(d->answers, &a->va, a);
    }
    *line = a->line;
    return a->line.file != NULL;
}
