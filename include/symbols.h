/* SPDX-License-Identifier: MIT */
/*
 * symbols.h - names and source lines for guest addresses.
 *
 * A symtab is the symbols of one program at the addresses it was linked for:
 * decoded from a kernel Image's own kallsyms (kallsyms.c), or read from an
 * ELF file (dwarf.c), which also knows source lines. A symset says where
 * such programs lie in the running guest: a kernel moved by KASLR and, for
 * the time before the MMU is on, its physical alias; modules; user programs.
 *
 * Nothing here keeps host state behind the caller's back or changes the
 * guest; tables are read-only once finished and may be shared by threads. A
 * dwarf and a symset belong to one thread at a time.
 */
#ifndef EMU_SYMBOLS_H
#define EMU_SYMBOLS_H

#include "base.h"

struct _GError;

/* --- One program's symbols (symtab.c) ------------------------------------ */

/* At one address, lower ranks come first and give the address its name. */
enum sym_rank { SYM_RANK_GLOBAL, SYM_RANK_WEAK, SYM_RANK_LOCAL };

struct symbol {
    u64 va;           /* link-time address */
    u64 size;         /* bytes it covers, up to the next symbol if not said */
    const char *name; /* owned by the table */
    char type;        /* letter as nm prints it: T t W D ..., '?' unknown */
    u8 rank;          /* enum sym_rank */
};

struct symtab;

/* An empty table; @label is copied, as "vmlinux", for messages and output. */
struct symtab *symtab_new(const char *label);
void symtab_free(struct symtab *t);
const char *symtab_label(const struct symtab *t);
/*
 * Adds a symbol; size 0 is until the next symbol or end. The name, of
 * @name_len bytes, is copied. Names that repeat are kept.
 */
void symtab_add(struct symtab *t, const struct symbol *s, size_t name_len);
/* No symbol without a size reaches beyond @va (end of a section). */
void symtab_add_end(struct symtab *t, u64 va);
/* Sorts; must follow the last symtab_add() and precede all below. */
void symtab_finish(struct symtab *t);

/* Number of symbols, and the n-th by address, rank and order of adding. */
size_t symtab_count(const struct symtab *t);
const struct symbol *symtab_get(const struct symtab *t, size_t n);
/* The symbol that covers @va, or NULL. */
const struct symbol *symtab_lookup(const struct symtab *t, u64 va);
/* The @nth (0 is the first by address) symbol called @name, or NULL. */
const struct symbol *symtab_find(const struct symtab *t, const char *name,
                                 size_t nth);

/* --- A kernel's own symbols (kallsyms.c) --------------------------------- */

struct kallsyms_info {
    u64 text_va;    /* link-time address of the Image's first byte (_text) */
    u64 image_size; /* bytes of memory the kernel takes, 0 = not said */
    size_t count;   /* symbols in the Image; _text is added if not there */
    bool is_old;    /* addresses before the names: Linux before 6.4 */
    bool has_big;   /* lengths may take two bytes: Linux from 6.1 */
    bool is_moved;  /* the base comes from a relocation, not from the data */
};

/*
 * Decodes the kallsyms tables in a little-endian arm64 Image of @size bytes,
 * unpacked (loader_unpack() does it). NULL with @err naming @label when
 * there are none, or no usable ones; any bytes are safe. @info may be NULL.
 * The work is bounded by the size.
 */
struct symtab *kallsyms_read(const char *label, const u8 *image, u64 size,
                             struct kallsyms_info *info, struct _GError **err);

/* --- ELF files and source lines (dwarf.c) -------------------------------- */

struct dwarf;

struct sym_line {
    u64 start;        /* first link-time address of this line's code */
    u64 end;          /* one past its last */
    const char *file; /* as the compiler got it, often relative; NULL = none */
    int line;         /* from 1; 0 = compiler's own */
    int column;       /* from 1, 0 = not said */
};

/*
 * Opens an AArch64 ELF file: vmlinux, a program, a library, or a module (.ko),
 * of which only .text counts, linked at 0. Separate debug files are not looked
 * for: give the file that has them. NULL with @err naming the file.
 */
struct dwarf *dwarf_open(const char *path, struct _GError **err);
void dwarf_close(struct dwarf *d);
/* Its symbols; they live as long as @d. */
const struct symtab *dwarf_symtab(const struct dwarf *d);
/* The lowest link-time address of its segments, and one past the highest. */
void dwarf_range(const struct dwarf *d, u64 *start, u64 *end);
/* The GNU build-id in hexadecimal, or NULL. */
const char *dwarf_build_id(const struct dwarf *d);
/*
 * The source line at a link-time address. The first question about an
 * address searches, later ones do not; an answer holds for [start, end).
 * False when nothing is known, which is remembered too. Names live as long
 * as @d.
 */
bool dwarf_line(struct dwarf *d, u64 va, struct sym_line *line);
/* How many questions had to be searched for. */
u64 dwarf_searches(const struct dwarf *d);

/* --- Where programs are in the guest (symset.c) -------------------------- */

/* From where an address is looked at. */
enum sym_space {
    SYM_PHYSICAL = 1, /* MMU off: addresses are physical */
    SYM_KERNEL = 2,   /* EL1 and EL2 with the MMU on */
    SYM_USER = 4,     /* EL0 */
};

#define SYM_ANY_ASID (~0u)

/* One range of guest addresses and what is there. */
struct sym_map {
    u64 start;                  /* first guest address */
    u64 size;                   /* bytes */
    u64 link;                   /* link-time address of start */
    const struct symtab *table; /* its symbols; outlives the set */
    struct dwarf *lines;        /* its source lines, or NULL; outlives it */
    unsigned spaces;            /* enum sym_space, one or more */
    u32 asid;                   /* of its address space, or SYM_ANY_ASID */
    int priority;               /* the highest that knows an address wins */
};

/* An answer. */
struct sym_hit {
    const struct symbol *symbol; /* what covers the address */
    u64 offset;                  /* bytes from the symbol to the address */
    const struct sym_map *map;   /* where it was found; until the set changes */
};

struct symset;

struct symset *symset_new(void);
void symset_free(struct symset *s);
/* Adds a range and returns its number (never 0); ranges may overlap. */
unsigned symset_add(struct symset *s, const struct sym_map *map);
/* Takes range @id out again, as when a module is unloaded. */
void symset_remove(struct symset *s, unsigned id);

/*
 * Adds a kernel that was linked at @text_va and is loaded at @text_pa: its
 * virtual range, moved by @bias (KASLR, 0 if none), and its physical alias,
 * which holds with the MMU off and for the kernel's identity map. @size is
 * that of the image in memory. @lines may be NULL. May be called again with
 * the same @table when the bias becomes known: the old ranges go.
 */
void symset_add_kernel(struct symset *s, const struct symtab *table,
                       struct dwarf *lines, u64 text_va, u64 size,
                       gpa_t text_pa, u64 bias);
/*
 * The bias of a kernel linked at @text_va and loaded at @text_pa, from any
 * address @va in its image mapping and where that is in memory, @pa: the
 * first instruction of the upper half that runs is such an address. False
 * when the pair is not of this kernel (a module, or a trampoline's alias).
 */
bool symset_kernel_bias(u64 text_va, u64 size, gpa_t text_pa, gva_t va,
                        gpa_t pa, u64 *bias);

/* The symbol that covers @addr, seen from any of @spaces in @asid. */
bool symset_lookup(const struct symset *s, unsigned spaces, u32 asid,
                   u64 addr, struct sym_hit *hit);
/* The source line of @addr, with start and end as guest addresses. */
bool symset_line(const struct symset *s, unsigned spaces, u32 asid, u64 addr,
                 struct sym_line *line);
/*
 * The guest address of "NAME", "NAME+N", "NAME-N" or "LABEL:NAME..." (N as C
 * writes it), in the ranges of @spaces, by priority. A plain number is
 * itself.
 */
bool symset_eval(const struct symset *s, unsigned spaces, const char *text,
                 u64 *addr);
/*
 * Writes "name+0x1c", or "name" without an offset, and cuts it to @size bytes
 * with the NUL. Returns what snprintf() returns.
 */
int sym_hit_format(const struct sym_hit *hit, char *out, size_t size);

#endif
