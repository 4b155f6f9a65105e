/* SPDX-License-Identifier: MIT */
/*
 * filehash.c - hashes of files by libxxhash (filehash.h).
 */
#include "filehash.h"

#include <glib.h>
#include <xxhash.h>

void filehash_bytes(const void *p, size_t n, char out[FILEHASH_TEXT])
{
    XXH128_hash_t h = XXH3_128bits(p, n);

    g_snprintf(out, FILEHASH_TEXT, "%016llx%016llx",
               (unsigned long long)h.high64, (unsigned long long)h.low64);
}

bool filehash(const char *path, char out[FILEHASH_TEXT], GError **err)
{
    GMappedFile *f = g_mapped_file_new(path, FALSE, err);

    if (!f)
        return false;
    filehash_bytes(g_mapped_file_get_contents(f),
                   g_mapped_file_get_length(f), out);
    g_mapped_file_unref(f);
    return true;
}
