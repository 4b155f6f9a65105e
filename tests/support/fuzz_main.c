/* SPDX-License-Identifier: MIT */
/*
 * fuzz_main.c - runs a fuzzer without libFuzzer: each input of a corpus as
 * it is, then mutations of them that a seed determines.
 *
 *   NAME_fuzz [-n RUNS] [-s SEED] FILE|FOLDER...
 *
 * The input at hand is kept in a file when EMU_FUZZ_KEEP names one, so that
 * a crash leaves what made it.
 */
#ifndef EMU_LIBFUZZER
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define MAX_BYTES 65536u

static void put_le(u8 *p, u64 v, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++)
        p[i] = (u8)(v >> 8 * i);
}

static void one(const GByteArray *a)
{
    const char *keep = getenv("EMU_FUZZ_KEEP");
    u8 *copy = fuzz_copy(a->data, a->len);

    if (keep && !g_file_set_contents(keep, (char *)copy, a->len, NULL))
        fprintf(stderr, "fuzz: cannot write %s\n", keep);
    LLVMFuzzerTestOneInput(copy, a->len);
    g_free(copy);
}

/* Changes some bytes in place. */
static void overwrite(GByteArray *a, u64 r, const GByteArray *other)
{
    static const u64 words[] = {
        0,          1,          0xffffffff,         0x7fffffff,
        ~0ull,      1ull << 63, 0x40000000,         0x40400000,
        0x41ffffff, 0x1000,     0xffff800080000000, 0x100000000,
    };
    guint at = (guint)(r >> 8) % a->len;

    switch (r & 7) {
    case 0:
    case 1:
        put_le(a->data + at, words[(r >> 40) % ARRAY_SIZE(words)],
               MIN(a->len - at, 1u << (r >> 4 & 3)));
        break;
    case 2: a->data[at] = (u8)(r >> 48); break;
    case 3: a->data[at] = (u8)(a->data[at] + (r & 16 ? 1 : -1)); break;
    case 4:
        if (other->len)
            memcpy(a->data + at, other->data,
                   MIN(MIN(a->len - at, other->len), (guint)(r >> 48 & 63)));
        break;
    default: a->data[at] ^= (u8)(1 << (r >> 48 & 7));
    }
}

/* One edit: a cut, something taken out or put in twice, or overwritten. */
static void damage(GByteArray *a, u64 *x, const GByteArray *other)
{
    u64 r = fuzz_random(x);
    guint at, n;

    if (!a->len)
        return;
    at = (guint)(r >> 8) % a->len;
    n = MIN(a->len - at, (guint)(r >> 40 & 31) + 1);
    switch (r & 15) {
    case 0: g_byte_array_set_size(a, at); break;
    case 1: g_byte_array_remove_range(a, at, n); break;
    case 2:
        if (a->len + n < MAX_BYTES) {
            u8 *piece = fuzz_copy(a->data + at, n);

            g_byte_array_append(a, piece, n);
            g_free(piece);
        }
        break;
    default: overwrite(a, fuzz_random(x), other);
    }
}

static void mutations(const GPtrArray *corpus, u64 runs, u64 seed)
{
    u64 x = seed;

    while (runs--) {
        const GByteArray *from = corpus->pdata[fuzz_random(&x) % corpus->len];
        const GByteArray *other = corpus->pdata[fuzz_random(&x) % corpus->len];
        GByteArray *a = g_byte_array_new();
        unsigned edits = 1 + (fuzz_random(&x) & 7);

        g_byte_array_append(a, from->data, from->len);
        while (edits--)
            damage(a, &x, other);
        one(a);
        g_byte_array_free(a, TRUE);
    }
}

static int compare_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds a file, or every file of a folder by name. */
static bool add(GPtrArray *corpus, const char *path)
{
    GByteArray *a;
    gsize size;
    char *data;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        GDir *dir = g_dir_open(path, 0, NULL);
        GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
        const char *name;
        bool ok = dir != NULL;
        guint i;

        while (dir && (name = g_dir_read_name(dir)))
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
        g_ptr_array_sort(names, compare_name);
        for (i = 0; i < names->len && ok; i++)
            ok = add(corpus, names->pdata[i]);
        g_ptr_array_free(names, TRUE);
        if (dir)
            g_dir_close(dir);
        return ok;
    }
    if (!g_file_get_contents(path, &data, &size, NULL)) {
        fprintf(stderr, "fuzz: cannot read %s\n", path);
        return false;
    }
    a = g_byte_array_new_take((guint8 *)data, size);
    g_ptr_array_add(corpus, a);
    return true;
}

int main(int argc, char **argv)
{
    GPtrArray *corpus =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    u64 runs = 0, seed = 1;
    bool ok = true;
    guint j;
    int i;

    for (i = 1; i < argc && ok; i++) {
        if (!strcmp(argv[i], "-n") && i + 1 < argc)
            runs = g_ascii_strtoull(argv[++i], NULL, 0);
        else if (!strcmp(argv[i], "-s") && i + 1 < argc)
            seed = g_ascii_strtoull(argv[++i], NULL, 0);
        else
            ok = add(corpus, argv[i]);
    }
    if (ok && !corpus->len) {
        fprintf(stderr, "usage: %s [-n RUNS] [-s SEED] FILE|FOLDER...\n",
                argv[0]);
        ok = false;
    }
    for (j = 0; j < corpus->len && ok; j++)
        one(corpus->pdata[j]);
    if (ok)
        mutations(corpus, runs, seed);
    if (ok)
        printf("%u inputs, %" G_GUINT64_FORMAT
               " mutations, seed %" G_GUINT64_FORMAT "\n",
               corpus->len, (guint64)runs, (guint64)seed);
    g_ptr_array_free(corpus, TRUE);
    return ok ? 0 : 1;
}
#endif
