/* SPDX-License-Identifier: MIT */
/*
 * zblock.h - compression of independent blocks of bytes (zstd), for traces,
 * recordings and snapshots. The same bytes and level give the same output.
 */
#ifndef EMU_ZBLOCK_H
#define EMU_ZBLOCK_H

#include "base.h"

struct zblock; /* working memory; one thread at a time */

struct zblock *zblock_new(void);
void zblock_free(struct zblock *z);

/* The most bytes that @n bytes can become. */
size_t zblock_bound(size_t n);
/*
 * Compresses @n bytes at @src into @dst, which has room for
 * zblock_bound(@n). Returns the bytes written. @level: 1 fast to 19 small.
 */
size_t zblock_pack(struct zblock *z, void *dst, const void *src, size_t n,
                   int level);
/* Undoes it. False: the input is damaged, or not exactly @n bytes long. */
bool zblock_unpack(struct zblock *z, void *dst, size_t n, const void *src,
                   size_t n_src);

#endif
