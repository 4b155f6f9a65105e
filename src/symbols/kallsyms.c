/* SPDX-License-Identifier: MIT */
/*
 * kallsyms.c - finds and decodes the symbol tables that a Linux kernel
 * carries for itself (Linux, kernel/kallsyms.c, scripts/kallsyms.c).
 *
 * Nothing in an Image says where they are, so they are known by their shape.
 * Each part begins at a multiple of 4 or 8:
 *
 *   until 6.3                     since 6.4
 *   offsets    u32 a symbol       num_syms
 *   relative_base  u64            names
 *   num_syms   u32                markers
 *   names                         token_table
 *   markers    u32 every 256      token_index
 *   (seqs_of_names, 6.2 on)       offsets
 *   token_table                   relative_base
 *   token_index                   seqs_of_names
 *
 * names holds a length and so many bytes for each symbol, sorted by address;
 * each byte stands for one of 256 strings in token_table, which token_index
 * finds; the first character is the type. From 6.1 a length of 128 and more
 * has a second byte. markers are the positions in names of symbols 0, 256,
 * 512, ... Before 4.20 num_syms and markers are u64, and before 4.6 there are
 * u64 addresses instead of offsets; both are understood.
 *
 * token_index is found first: 256 rising u16, and before it the 256 strings
 * that it points at. Then markers, backwards from token_table: a zero, then
 * rising in steps that 256 symbols can have. Then num_syms and names: the
 * only place from where walking so many symbols meets every marker and ends
 * where markers begin. Then the addresses, on one of two sides, which must
 * rise. What passes all this is no accident.
 *
 * An Image that can be moved keeps relative_base as 0 with a RELA relocation
 * whose addend is the value; that is searched for by what it must say: its
 * place is as far from _text as the word is from the start of the Image. Where
 * _text is relative to the symbols is said by its own symbol or, as kernels
 * without CONFIG_KALLSYMS_ALL have none, by the header's branch to
 * primary_entry (stext until 5.8); _text is then added.
 *
 * Every access is checked against the size, and the work by a budget, so any
 * bytes are safe. Big-endian kernels are not read (emu does not run them).
 */
#include "symbols.h"

#include <glib.h>
#include <string.h>

#define TOKENS       256u
#define INDEX_BYTES  (TOKENS * 2)
#define MAX_TOKEN    512u   /* longest expansion of one token */
#define MAX_NAME     2048u  /* longest name; KSYM_NAME_LEN is 512 */
#define MARKER_STEP  256u   /* symbols from a marker to the next */
#define MIN_STEP     (MARKER_STEP * 2)   /* bytes in names of so many */
#define MAX_STEP     (MARKER_STEP * 520) /* the same */
#define MIN_MARKERS  16u    /* a kernel has at least 3841 symbols */
#define MAX_SYMBOLS  (16u << 20)
#define MAX_BACK     (16 * MiB) /* from token_table back to markers */
#define R_AARCH64_RELATIVE 0x403u

/* Where things are in the Image, as far as known. */
struct scan {
    const u8 *p;           /* the Image */
    u64 size;              /* its bytes */
    u64 budget;            /* steps that may still be taken */
    u64 token_table;       /* 256 strings */
    u64 token_index;       /* their offsets */
    u64 names;             /* lengths and tokens */
    u64 markers;           /* positions in names */
    unsigned marker_width; /* bytes a marker, 4 or 8 */
    u64 num_syms;          /* place of the count */
    u32 count;             /* symbols */
    bool has_big;          /* a length may have two bytes */
    u64 offsets;           /* place of offsets or addresses */
    u64 base_at;           /* place of relative_base */
    u64 base;              /* relative_base, 0 if a relocation has it */
    u64 text_va;           /* link-time address of the Image's start */
    bool is_old;           /* offsets are before num_syms */
    bool is_absolute;      /* they are u64 addresses */
    bool is_percpu;        /* negative offsets are from the base */
    bool is_moved;         /* base came from a relocation */
};

/* Little-endian loads; the caller has checked the place. */
static u16 get16(const struct scan *s, u64 at)
{
    return (u16)(s->p[at] | s->p[at + 1] << 8);
}

static u32 get32(const struct scan *s, u64 at)
{
    return get16(s, at) | (u32)get16(s, at + 2) << 16;
}

static u64 get64(const struct scan *s, u64 at)
{
    return get32(s, at) | (u64)get32(s, at + 4) << 32;
}

/* Takes @n steps from the budget. */
static bool spend(struct scan *s, u64 n)
{
    if (s->budget < n) {
        s->budget = 0;
        return false;
    }
    s->budget -= n;
    return true;
}

static bool is_zero(const struct scan *s, u64 from, u64 to)
{
    while (from < to && !s->p[from])
        from++;
    return from >= to;
}

/* --- token_table and token_index ----------------------------------------- */

static bool is_index(const struct scan *s, u64 at)
{
    unsigned i, last = 0;

    if (get16(s, at))
        return false;
    for (i = 1; i < TOKENS; i++) {
        unsigned next = get16(s, at + i * 2);

        if (next <= last || next - last > MAX_TOKEN)
            return false;
        last = next;
    }
    return true;
}

/* Are the strings of the index at @at those that begin at @table? */
static bool is_table(struct scan *s, u64 table, u64 at)
{
    unsigned i;
    u64 end;

    for (i = 0; i < TOKENS; i++) {
        u64 from = table + get16(s, at + i * 2);

        for (end = from; end < at && s->p[end]; end++) {
            if (s->p[end] <= ' ' || s->p[end] > '~')
                return false;
        }
        if (end >= at || !spend(s, end - from + 1) ||
            (i + 1 < TOKENS &&
             end + 1 != table + get16(s, at + i * 2 + 2)))
            return false;
    }
    return at - (end + 1) < 8 && is_zero(s, end + 1, at);
}

/* The next pair of tables whose index is at *at or behind. */
static bool find_tokens(struct scan *s, u64 *at)
{
    for (; *at + INDEX_BYTES <= s->size; *at += 4) {
        u64 table, last, tries;

        if (!is_index(s, *at))
            continue;
        last = get16(s, *at + INDEX_BYTES - 2) + 1;
        if (*at < last)
            continue;
        table = (*at - last) & ~3ull;
        for (tries = 0; tries <= (MAX_TOKEN + 8) / 4; tries++) {
            if (!spend(s, 1))
                return false;
            if (is_table(s, table, *at)) {
                s->token_table = table;
                s->token_index = *at;
                return true;
            }
            if (table < 4)
                break;
            table -= 4;
        }
    }
    return false;
}

/* --- markers, num_syms and names ----------------------------------------- */

static u64 marker(const struct scan *s, u64 i)
{
    u64 at = s->markers + i * s->marker_width;

    return s->marker_width == 8 ? get64(s, at) : get32(s, at);
}

/* How many numbers from s->markers on rise as markers do. */
static u64 markers_run(struct scan *s)
{
    u64 n = 0, last = 0, end = s->token_table;

    for (; s->markers + (n + 1) * s->marker_width <= end; n++) {
        u64 m = marker(s, n);

        if (n ? m - last < MIN_STEP || m - last > MAX_STEP : m != 0)
            break;
        last = m;
    }
    return n;
}

/* Reads a length at *at, which it moves on; 0 if there is none. */
static u32 name_length(const struct scan *s, u64 *at, u64 end)
{
    u32 n;

    if (*at >= end)
        return 0;
    n = s->p[(*at)++];
    if (s->has_big && n & 0x80) {
        if (*at >= end)
            return 0;
        n = (n & 0x7f) | (u32)s->p[(*at)++] << 7;
    }
    return n <= end - *at ? n : 0;
}

/* Do s->count symbols from s->names meet every marker and end at them? */
static bool walk_names(struct scan *s)
{
    u64 at = s->names;
    u32 i;

    for (i = 0; i < s->count; i++) {
        u32 n;

        if (i % MARKER_STEP == 0 &&
            (!spend(s, MARKER_STEP) ||
             at - s->names != marker(s, i / MARKER_STEP)))
            return false;
        n = name_length(s, &at, s->markers);
        if (!n)
            return false;
        at += n;
    }
    return s->markers - at < 8 && is_zero(s, at, s->markers);
}

/* Is names at @at, with a count before it that fits @n markers? */
static bool is_names(struct scan *s, u64 at, u64 n)
{
    unsigned pad;

    s->names = at;
    for (pad = 4; pad <= 8 && pad <= at; pad += 4) {
        s->num_syms = at - pad;
        s->count = get32(s, s->num_syms);
        if (s->count > MAX_SYMBOLS ||
            (s->count + MARKER_STEP - 1ull) / MARKER_STEP != n ||
            !is_zero(s, s->num_syms + 4, at))
            continue;
        s->has_big = true;
        if (walk_names(s))
            return true;
        s->has_big = false;
        if (walk_names(s))
            return true;
    }
    return false;
}

/* With markers known: what they point into. @run of them, or a few less. */
static bool find_names(struct scan *s, u64 run)
{
    u64 n, least = run > MIN_MARKERS + 4 ? run - 4 : MIN_MARKERS;

    for (n = run; n >= least; n--) {
        u64 last = marker(s, n - 1), at;

        if (last + 2 > s->markers)
            continue;
        at = (s->markers - last - 2) & ~3ull;
        for (; at >= 4 && s->markers - last - at <= MAX_STEP + 8; at -= 4) {
            if (!spend(s, 1))
                return false;
            if (is_names(s, at, n))
                return true;
        }
    }
    return false;
}

/* Backwards from token_table; some table may lie between. */
static bool find_markers(struct scan *s)
{
    u64 least = s->token_table > MAX_BACK ? s->token_table - MAX_BACK : 0;
    u64 at = s->token_table & ~3ull;

    while (at >= least + 4 && spend(s, 1)) {
        at -= 4;
        if (get32(s, at))
            continue;
        s->markers = at;
        for (s->marker_width = 4; s->marker_width <= 8;
             s->marker_width += 4) {
            u64 run = markers_run(s);

            if (!spend(s, run))
                return false;
            if (run >= MIN_MARKERS && find_names(s, run))
                return true;
        }
    }
    return false;
}

/* --- names --------------------------------------------------------------- */

/*
 * Writes the symbol at *at, type and name, to @out of MAX_NAME bytes and moves
 * on. Its length, or 0 if it is too long or has no name. What all names take
 * is bounded by the budget, as is all other work.
 */
static u32 expand(struct scan *s, u64 *at, char *out)
{
    u32 n = name_length(s, at, s->markers), len = 0, i;

    for (i = 0; i < n; i++) {
        u64 from = s->token_table +
                   get16(s, s->token_index + s->p[*at + i] * 2u);

        /* is_table() saw every string end before the index. */
        while (s->p[from]) {
            if (len >= MAX_NAME - 1)
                return 0;
            out[len++] = (char)s->p[from++];
        }
    }
    *at += n;
    out[len] = 0;
    return len >= 2 && spend(s, len) ? len : 0;
}

/* --- Addresses ----------------------------------------------------------- */

static u64 address(const struct scan *s, u32 i)
{
    u32 v;

    if (s->is_absolute)
        return get64(s, s->offsets + 8ull * i);
    v = get32(s, s->offsets + 4ull * i);
    if (!s->is_percpu)
        return s->base + v;
    return (s32)v >= 0 ? v : s->base - 1 - (u64)(s64)(s32)v;
}

static bool is_kernel_va(u64 va)
{
    return va >> 48 == 0xffff;
}

/* Do the addresses rise, by less than a kernel's size in all? */
static bool addresses_rise(const struct scan *s)
{
    u64 last = address(s, 0);
    u32 i;

    for (i = 1; i < s->count; i++) {
        u64 next = address(s, i);

        if (next < last)
            return false;
        last = next;
    }
    return true;
}

/* Offsets at @at, with relative_base at @base_at? */
static bool try_offsets(struct scan *s, u64 at, u64 base_at)
{
    u64 end = at + 4ull * s->count;

    if (end > s->size || base_at + 8 > s->size || base_at < end ||
        !is_zero(s, end, base_at) || !spend(s, s->count))
        return false;
    s->offsets = at;
    s->base_at = base_at;
    s->base = get64(s, base_at);
    if (s->base && !is_kernel_va(s->base))
        return false;
    /* Until the base is known, anything that leaves room for offsets. */
    for (s->is_percpu = false;; s->is_percpu = true) {
        u64 base = s->base;
        bool ok;

        s->base = base ? base : 0xffffull << 48;
        ok = addresses_rise(s);
        s->base = base;
        if (ok)
            return true;
        if (s->is_percpu)
            return false;
    }
}

/* u64 addresses right before num_syms, as before 4.6? */
static bool try_absolute(struct scan *s)
{
    u64 bytes = 8ull * s->count;

    if (bytes > s->num_syms || !spend(s, s->count))
        return false;
    s->offsets = s->num_syms - bytes;
    s->is_absolute = true;
    if (is_kernel_va(address(s, s->count - 1)) &&
        is_kernel_va(address(s, s->count / 2)) && addresses_rise(s))
        return true;
    s->is_absolute = false;
    return false;
}

static bool find_addresses(struct scan *s)
{
    u64 bytes = 4ull * s->count, after = s->token_index + INDEX_BYTES, at;
    unsigned pad;

    for (pad = 0; pad < 8; pad += 4) {
        at = after + pad;
        if (try_offsets(s, at, (at + bytes + 7) & ~7ull) ||
            try_offsets(s, at, at + bytes))
            return true;
    }
    s->is_old = true;
    for (pad = 0; pad < 8; pad += 4) {
        if (s->num_syms < 8 + bytes + pad)
            continue;
        at = s->num_syms - 8 - bytes - pad;
        if (try_offsets(s, at, s->num_syms - 8))
            return true;
    }
    return try_absolute(s);
}

/* What the symbol at @name is relative to the base; false if there is none. */
static bool find_offset(struct scan *s, const char *name, s64 *offset)
{
    char text[MAX_NAME];
    u64 at = s->names;
    u32 i;

    for (i = 0; i < s->count && expand(s, &at, text); i++) {
        if (!strcmp(text + 1, name)) {
            *offset = (s64)(address(s, i) - s->base);
            return true;
        }
    }
    return false;
}

/* Where a branch in the first two words of the header goes, if one does. */
static bool header_branch(const struct scan *s, u64 *target)
{
    u64 at;

    for (at = 0; at <= 4 && at + 4 <= s->size; at += 4) {
        u32 insn = get32(s, at);

        if (insn >> 26 == 5) {
            *target = at + (insn & 0x3ffffff) * 4;
            return true;
        }
    }
    return false;
}

/*
 * How far the Image's first byte is from the base. Kernels without
 * CONFIG_KALLSYMS_ALL know no _text, but the header jumps to a symbol.
 */
static bool find_text(struct scan *s, s64 *offset)
{
    u64 target;

    if (find_offset(s, "_text", offset))
        return true;
    if (!header_branch(s, &target) ||
        (!find_offset(s, "primary_entry", offset) &&
         !find_offset(s, "stext", offset)))
        return false;
    *offset -= (s64)target;
    return true;
}

/*
 * relative_base as 0: the relocation that fills it has a place as far behind
 * _text as base_at is behind the Image's start.
 */
static bool find_base(struct scan *s, s64 text)
{
    u64 at, delta = s->base_at + (u64)text;

    for (at = 0; at + 24 <= s->size; at += 8) {
        u64 addend = get64(s, at + 16);

        if (get64(s, at + 8) == R_AARCH64_RELATIVE && is_kernel_va(addend) &&
            get64(s, at) - addend == delta) {
            s->base = addend;
            s->is_moved = true;
            return true;
        }
    }
    return false;
}

/* Gives the base and _text their values. */
static bool place(struct scan *s)
{
    s64 text;

    /* Addresses need no base; it is where they begin. */
    if (s->is_absolute)
        s->base = address(s, 0);
    if (!find_text(s, &text) || (!s->base && !find_base(s, text)))
        return false;
    s->text_va = s->base + (u64)text;
    return s->text_va % 4096 == 0 && is_kernel_va(s->text_va);
}

/* --- All together -------------------------------------------------------- */

static bool find_all(struct scan *s)
{
    u64 at = 0;

    for (; find_tokens(s, &at); at += 4) {
        if (find_markers(s) && find_addresses(s))
            return true;
        s->is_old = false;
    }
    return false;
}

/* image_size in the arm64 header, if there is one. */
static u64 header_size(const struct scan *s)
{
    return s->size >= 64 && !memcmp(s->p + 56, "ARM\x64", 4) ? get64(s, 16) : 0;
}

static bool decode(struct scan *s, struct symtab *t)
{
    struct symbol sym = { .rank = SYM_RANK_GLOBAL };
    u64 at = s->names, end = MAX(header_size(s), s->size);
    char text[MAX_NAME];
    bool has_text = false;
    u32 i;

    for (i = 0; i < s->count; i++) {
        u32 len = expand(s, &at, text);

        if (!len)
            return false;
        sym.va = address(s, i);
        sym.name = text + 1;
        sym.type = text[0];
        symtab_add(t, &sym, len - 1);
        has_text |= !strcmp(text + 1, "_text");
    }
    if (!has_text) {
        sym = (struct symbol){ .va = s->text_va, .name = "_text", .type = 'T' };
        symtab_add(t, &sym, strlen(sym.name));
    }
    symtab_add_end(t, s->text_va + end);
    symtab_finish(t);
    return true;
}

static struct symtab *complain(GError **err, const char *label,
                               const char *what)
{
    g_set_error(err, g_quark_from_static_string("emu-symbols"), 0, "%s: %s",
                label, what);
    return NULL;
}

struct symtab *kallsyms_read(const char *label, const u8 *image, u64 size,
                             struct kallsyms_info *info, GError **err)
{
    struct scan s = { .p = image, .size = size, .budget = 32 * size + MiB };
    struct symtab *t;

    if (!find_all(&s))
        return complain(err, label, "no kallsyms found (a kernel without "
                                    "CONFIG_KALLSYMS, or no kernel)");
    if (!place(&s))
        return complain(err, label, "kallsyms found, but not the address "
                                    "that they are relative to");
    t = symtab_new(label);
    if (!decode(&s, t)) {
        symtab_free(t);
        return complain(err, label, "damaged kallsyms: names that are "
                                    "empty or too long");
    }
    if (info)
        *info = (struct kallsyms_info){
            .text_va = s.text_va,
            .image_size = header_size(&s),
            .count = s.count,
            .is_old = s.is_old,
            .has_big = s.has_big,
            .is_moved = s.is_moved,
        };
    return t;
}
