/* SPDX-License-Identifier: MIT */
/*
 * test_kallsyms.c - kallsyms tables made here in every layout that Linux has
 * had, in an Image of noise, and what damaged ones do.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "symbols.h"

#define TEXT   0xffff800008000000ull
#define STEXT  (TEXT + 0x10000)
#define COUNT  5001u /* odd, so that padding shows */
#define LONG   200   /* bytes of a name: two bytes of length, or one >= 128 */
#define ENTRY  4000u /* number of primary_entry */
#define NOISE  0x2000u
#define FUNC   0x80  /* token for "func_" */

/* Which layout. */
struct shape {
    const char *name;      /* for messages */
    unsigned align;        /* of each part */
    unsigned marker_width; /* 8 before Linux 4.20 */
    bool is_new;           /* addresses last */
    bool has_seqs;         /* a table between markers and tokens */
    bool has_big;          /* lengths of two bytes */
    bool has_rela;         /* the base is in a relocation */
    bool has_text;         /* _text is a symbol */
    bool is_absolute;      /* u64 addresses */
    bool is_percpu;        /* negative offsets */
};

static const struct shape shapes[] = {
    { "6.1", 8, 4, .has_big = true, .has_rela = true },
    { "6.2", 8, 4, .has_big = true, .has_rela = true, .has_seqs = true },
    { "6.2 all", 8, 4, .has_big = true, .has_seqs = true, .has_text = true },
    { "5.10", 8, 4, .has_rela = true },
    { "5.10 all", 8, 4, .has_text = true },
    { "4.19", 8, 8, .has_text = true },
    { "4.5", 8, 8, .has_text = true, .is_absolute = true },
    { "6.6", 4, 4, .is_new = true, .has_big = true, .has_rela = true },
    { "6.6 all", 8, 4, .is_new = true, .has_big = true, .has_text = true },
    { "percpu", 8, 4, .has_text = true, .is_percpu = true },
    { "percpu new", 4, 4, .is_new = true, .has_big = true, .has_text = true,
      .is_percpu = true },
};

static void put(GByteArray *a, u64 v, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        u8 byte = (u8)(v >> 8 * i);

        g_byte_array_append(a, &byte, 1);
    }
}

static void align(GByteArray *a, unsigned n)
{
    while (a->len % n)
        put(a, 0, 1);
}

static void noise(GByteArray *a, unsigned n, u64 seed)
{
    while (n--)
        put(a, fuzz_random(&seed), 1);
}

/* --- What symbol number i is --------------------------------------------- */

static u64 sym_va(const struct shape *sh, u32 i)
{
    if (!i)
        return sh->has_text ? TEXT : STEXT;
    return STEXT + 16 * (u64)i;
}

static char *sym_name(const struct shape *sh, u32 i)
{
    if (!i)
        return g_strdup(sh->has_text ? "_text" : "_stext");
    if (i == ENTRY)
        return g_strdup("primary_entry");
    if (i == 300)
        return g_strnfill(LONG, 'x');
    return g_strdup_printf("func_%u", i);
}

/* --- The tables ---------------------------------------------------------- */

static void put_tokens(GByteArray *a, const struct shape *sh)
{
    u16 index[256];
    guint start, i;

    align(a, sh->align);
    start = a->len;
    for (i = 0; i < 256; i++) {
        char text[8];

        index[i] = (u16)(a->len - start);
        if (i > ' ' && i <= '~')
            g_snprintf(text, sizeof(text), "%c", i);
        else
            g_snprintf(text, sizeof(text), "%s",
                       i == FUNC ? "func_" : i % 2 ? "" : "ab");
        g_byte_array_append(a, (const u8 *)text, (guint)strlen(text) + 1);
    }
    align(a, sh->align);
    for (i = 0; i < 256; i++)
        put(a, index[i], 2);
}

static void put_names(GByteArray *a, const struct shape *sh)
{
    u64 markers[COUNT / 256 + 1];
    guint start;
    u32 i;

    align(a, sh->align);
    put(a, COUNT, sh->marker_width);
    align(a, sh->align);
    start = a->len;
    for (i = 0; i < COUNT; i++) {
        g_autofree char *name = sym_name(sh, i);
        bool is_func = g_str_has_prefix(name, "func_");
        const char *rest = is_func ? name + 5 : name;
        size_t len = strlen(rest) + 1 + is_func;

        if (i % 256 == 0)
            markers[i / 256] = a->len - start;
        put(a, sh->has_big && len >= 128 ? (len & 0x7f) | 0x80 : len, 1);
        if (sh->has_big && len >= 128)
            put(a, len >> 7, 1);
        put(a, 'T', 1);
        if (is_func)
            put(a, FUNC, 1);
        g_byte_array_append(a, (const u8 *)rest, (guint)strlen(rest));
    }
    align(a, sh->align);
    for (i = 0; i < ARRAY_SIZE(markers); i++)
        put(a, markers[i], sh->marker_width);
    if (sh->has_seqs) {
        align(a, sh->align);
        noise(a, 3 * COUNT, 77);
    }
}

/* Where the base is; 0 for absolute addresses, which have none. */
static guint put_addresses(GByteArray *a, const struct shape *sh)
{
    u64 base = sym_va(sh, 0);
    guint at;
    u32 i;

    align(a, sh->align);
    for (i = 0; i < COUNT; i++) {
        if (sh->is_absolute)
            put(a, sym_va(sh, i), 8);
        else
            put(a, sh->is_percpu ? base - 1 - sym_va(sh, i)
                                 : sym_va(sh, i) - base, 4);
    }
    if (sh->is_absolute)
        return 0;
    align(a, sh->align);
    at = a->len;
    put(a, sh->has_rela ? 0 : base, 8);
    return at;
}

/* The relocation of the base among others. */
static void put_rela(GByteArray *a, const struct shape *sh, guint base_at)
{
    unsigned i;

    align(a, 8);
    for (i = 0; i < 64; i++) {
        put(a, TEXT + (i == 40 ? base_at : 8 * i), 8);
        put(a, 0x403, 8);
        put(a, i == 40 ? sym_va(sh, 0) : STEXT + 24 * i, 8);
    }
}

static GByteArray *make(const struct shape *sh)
{
    GByteArray *a = g_byte_array_new();
    u64 entry = sym_va(sh, ENTRY) - TEXT;
    guint base_at = 0;

    put(a, 0xfa405a4d, 4);
    put(a, 0x14000000 | (entry - 4) / 4, 4);
    put(a, 0, 8);
    put(a, 0x200000, 8);
    put(a, 0xa, 8);
    noise(a, 24, 4);
    g_byte_array_append(a, (const u8 *)"ARM\x64", 4);
    put(a, 0, 4);
    noise(a, NOISE, 1);
    if (!sh->is_new)
        base_at = put_addresses(a, sh);
    put_names(a, sh);
    put_tokens(a, sh);
    if (sh->is_new)
        base_at = put_addresses(a, sh);
    noise(a, NOISE, 2);
    if (sh->has_rela)
        put_rela(a, sh, base_at);
    noise(a, NOISE, 3);
    return a;
}

/* --- Tests --------------------------------------------------------------- */

static void check_symbols(const struct shape *sh, const struct symtab *t)
{
    u32 i, more = sh->has_text ? 0 : 1;

    assert_int_equal(symtab_count(t), COUNT + more);
    for (i = 0; i < COUNT; i++) {
        g_autofree char *name = sym_name(sh, i);
        const struct symbol *s = symtab_get(t, i + more);

        assert_int_equal(s->va, sym_va(sh, i));
        assert_string_equal(s->name, name);
        assert_int_equal(s->type, 'T');
        assert_ptr_equal(symtab_lookup(t, s->va + 15), s);
        assert_ptr_equal(symtab_find(t, name, 0), s);
    }
    assert_int_equal(symtab_find(t, "_text", 0)->va, TEXT);
    assert_null(symtab_find(t, "_text", 1));
    assert_null(symtab_lookup(t, TEXT - 1));
    assert_non_null(symtab_lookup(t, TEXT + 0x1fffff));
    assert_null(symtab_lookup(t, TEXT + 0x200000));
}

static void test_every_layout(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAY_SIZE(shapes); i++) {
        const struct shape *sh = &shapes[i];
        GByteArray *a = make(sh);
        u8 *copy = fuzz_copy(a->data, a->len);
        struct kallsyms_info info;
        GError *err = NULL;
        struct symtab *t = kallsyms_read("Image", copy, a->len, &info, &err);

        if (!t)
            fail_msg("%s: %s", sh->name, err->message);
        g_free(copy);
        assert_string_equal(symtab_label(t), "Image");
        assert_int_equal(info.count, COUNT);
        assert_int_equal(info.text_va, TEXT);
        assert_int_equal(info.image_size, 0x200000);
        assert_int_equal(info.is_old, !sh->is_new);
        assert_int_equal(info.has_big, sh->has_big);
        assert_int_equal(info.is_moved, sh->has_rela);
        check_symbols(sh, t);
        symtab_free(t);
        g_byte_array_free(a, TRUE);
    }
}

static void expect_none(const u8 *p, size_t n, const char *says)
{
    u8 *copy = fuzz_copy(p, n);
    GError *err = NULL;

    assert_null(kallsyms_read("Image", copy, n, NULL, &err));
    assert_non_null(strstr(err->message, says));
    assert_true(g_str_has_prefix(err->message, "Image: "));
    g_error_free(err);
    g_free(copy);
}

static void test_no_tables(void **state)
{
    size_t n = 256 * KiB, i;
    u8 *p = g_malloc0(n);
    u64 x = 9;

    (void)state;
    expect_none(p, 0, "no kallsyms found");
    expect_none(p, 511, "no kallsyms found");
    expect_none(p, n, "no kallsyms found");
    memset(p, 0xff, n);
    expect_none(p, n, "no kallsyms found");
    for (i = 0; i < n; i++)
        p[i] = (u8)fuzz_random(&x);
    expect_none(p, n, "no kallsyms found");
    /* An index at every 512 bytes, and text before it. */
    for (i = 0; i < n; i += 2) {
        p[i] = (u8)(i / 2);
        p[i + 1] = 0;
    }
    expect_none(p, n, "no kallsyms found");
    g_free(p);
}

static void test_each_part_is_needed(void **state)
{
    const struct shape *sh = &shapes[0];
    GByteArray *a = make(sh);
    guint i;

    (void)state;
    /* Cut short before the end of token_index. */
    expect_none(a->data, NOISE + 0x4000, "no kallsyms found");
    /* Without its relocation. */
    for (i = 0; i + 8 <= a->len; i += 8) {
        if (a->data[i] == 3 && a->data[i + 1] == 4 && !a->data[i + 2])
            a->data[i] = 1;
    }
    expect_none(a->data, a->len, "not the address");
    /* Without a branch to primary_entry there is no way to _text. */
    memset(a->data, 0, 8);
    expect_none(a->data, a->len, "not the address");
    g_byte_array_free(a, TRUE);
}

/* Any result must be one that can be used. */
static void read_damaged(const u8 *p, size_t n)
{
    u8 *copy = fuzz_copy(p, n);
    GError *err = NULL;
    struct symtab *t = kallsyms_read("Image", copy, n, NULL, &err);
    size_t i;

    g_free(copy);
    assert_true(!t == !!err);
    g_clear_error(&err);
    for (i = 0; t && i < symtab_count(t); i++) {
        const struct symbol *s = symtab_get(t, i);

        assert_true(s->name[0] && (!i || s[-1].va <= s->va));
        assert_non_null(symtab_find(t, s->name, 0));
    }
    symtab_free(t);
}

static void test_damage(void **state)
{
    u64 x = 11;
    unsigned i, k;

    (void)state;
    for (i = 0; i < 600; i++) {
        GByteArray *a = make(&shapes[i % ARRAY_SIZE(shapes)]);

        for (k = 0; k < 1 + i % 4; k++) {
            guint at = (guint)(fuzz_random(&x) % a->len);

            /* Half of them where lengths, tokens and index are. */
            if (i & 1)
                at = NOISE + (guint)(fuzz_random(&x) % (a->len - 3 * NOISE));
            a->data[at] = i & 2 ? (u8)fuzz_random(&x) : a->data[at] ^ 0x80;
        }
        if (i % 8 == 7)
            g_byte_array_set_size(a, (guint)(fuzz_random(&x) % a->len));
        read_damaged(a->data, a->len);
        g_byte_array_free(a, TRUE);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_layout),
        cmocka_unit_test(test_no_tables),
        cmocka_unit_test(test_each_part_is_needed),
        cmocka_unit_test(test_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
