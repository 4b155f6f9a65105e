/* SPDX-License-Identifier: MIT */
/*
 * dtb.h - writing a flattened device tree, node by node, in document order.
 * A thin layer over libfdt's sequential writer: errors are sticky and
 * reported once by dtb_finish().
 */
#ifndef EMU_DTB_H
#define EMU_DTB_H

#include "base.h"

struct dtb; /* a device tree being written */
struct _GError;

/* Starts a tree and its root node. */
struct dtb *dtb_new(void);
void dtb_begin(struct dtb *d, const char *name);
/* The same for "NAME@unit", the unit address in lower-case hex. */
void dtb_begin_at(struct dtb *d, const char *name, u64 unit);
void dtb_end(struct dtb *d);
/* @n 32-bit cells, given as u32 arguments by value in an array. */
void dtb_cells(struct dtb *d, const char *name, const u32 *cells, size_t n);
void dtb_u32(struct dtb *d, const char *name, u32 value);
void dtb_u64(struct dtb *d, const char *name, u64 value);
void dtb_str(struct dtb *d, const char *name, const char *value);
/* @n bytes as they are (string lists with embedded NULs, seeds, flags n=0). */
void dtb_bytes(struct dtb *d, const char *name, const void *p, size_t n);
/* "reg" with #address-cells = #size-cells = 2, pairs of (base, size). */
void dtb_reg(struct dtb *d, const u64 *pairs, size_t n_pairs);
/*
 * Ends the root node; returns a g_malloc'ed blob of *size bytes, or NULL
 * with @err set. Frees @d either way.
 */
void *dtb_finish(struct dtb *d, size_t *size, struct _GError **err);

/*
 * Sets /chosen's bootargs, linux,initrd-start/end, kaslr-seed, rng-seed in a
 * finished tree (the -dtb case). @bootargs may be NULL, initrd_size 0, and
 * seeds NULL, which leaves those properties alone. Returns a new blob.
 */
struct dtb_chosen {
    const char *bootargs; /* kernel command line, or NULL */
    u64 initrd_start;     /* physical address */
    u64 initrd_size;      /* bytes, 0 = none */
    const u8 *kaslr_seed; /* 8 bytes, or NULL */
    const u8 *rng_seed;   /* 32 bytes, or NULL */
    u64 ram_base;         /* /memory reg */
    u64 ram_size;         /* bytes; 0 = leave /memory alone */
};
void *dtb_patch(const void *blob, size_t blob_size,
                const struct dtb_chosen *c, size_t *size,
                struct _GError **err);
/* True if @blob of @n bytes is a well-formed tree; else @err says why not. */
bool dtb_check(const void *blob, size_t n, struct _GError **err);

#endif
