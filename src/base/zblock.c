/* SPDX-License-Identifier: MIT */
/*
 * zblock.c - the only user of libzstd (DESIGN section 2).
 *
 * Blocks are single frames without zstd's own checksum: those who store them
 * have one over more than the block. A failure to compress can only be lack
 * of memory or a mistake of ours, so it is no error of the caller's.
 */
#include "zblock.h"

#include <glib.h>
#include <zstd.h>

struct zblock {
    ZSTD_CCtx *c; /* made on first use */
    ZSTD_DCtx *d; /* the same */
};

struct zblock *zblock_new(void)
{
    return g_new0(struct zblock, 1);
}

void zblock_free(struct zblock *z)
{
    if (!z)
        return;
    ZSTD_freeCCtx(z->c);
    ZSTD_freeDCtx(z->d);
    g_free(z);
}

size_t zblock_bound(size_t n)
{
    return ZSTD_compressBound(n);
}

size_t zblock_pack(struct zblock *z, void *dst, const void *src, size_t n,
                   int level)
{
    size_t got;

    if (!z->c)
        z->c = ZSTD_createCCtx();
    if (!z->c)
        g_error("out of memory");
    got = ZSTD_compressCCtx(z->c, dst, ZSTD_compressBound(n), src, n, level);
    if (ZSTD_isError(got))
        bug("zstd: %s", ZSTD_getErrorName(got));
    return got;
}

bool zblock_unpack(struct zblock *z, void *dst, size_t n, const void *src,
                   size_t n_src)
{
    if (!z->d)
        z->d = ZSTD_createDCtx();
    if (!z->d)
        g_error("out of memory");
    return ZSTD_decompressDCtx(z->d, dst, n, src, n_src) == n;
}
