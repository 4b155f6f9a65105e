/* SPDX-License-Identifier: MIT */
/*
 * filehash.h - the hash by which files are told apart: XXH3 of 128 bits, as
 * `xxh128sum` prints it.
 */
#ifndef EMU_FILEHASH_H
#define EMU_FILEHASH_H

#include "base.h"

#define FILEHASH_TEXT 33 /* 32 digits and a zero byte */

struct _GError;
/* Writes the hash of the file @path to @out. False with @err set if it cannot
 * be read. */
bool filehash(const char *path, char out[FILEHASH_TEXT],
              struct _GError **err);
/* The same of @n bytes in memory. */
void filehash_bytes(const void *p, size_t n, char out[FILEHASH_TEXT]);

#endif
