/* SPDX-License-Identifier: MIT */
/*
 * dtb.c - device trees: the only user of libfdt.
 *
 * A generated tree is written front to back with libfdt's sequential writer
 * into a buffer that doubles when it is full. The first error sticks and the
 * later calls do nothing, so that the devices' fdt functions need no checks.
 * A user's tree (-dtb) is checked in full before anything looks into it, and
 * patched in a copy with room for what /chosen gets.
 *
 * Format: Devicetree Specification v0.3, "Flattened Devicetree (DTB) Format".
 */
#include "dtb.h"

#include <glib.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#define FIRST_SIZE    4096
#define LARGEST_SIZE  (16 * MiB)
/* Nodes and properties that dtb_patch() may add, without the strings. */
#define PATCH_ROOM    1024
#define LEAST_VERSION 16u /* what Linux takes; names without the path */

struct dtb {
    char *buf;   /* tree so far */
    size_t size; /* allocated bytes of buf */
    int depth;   /* open nodes; libfdt itself does not count them */
    int err;     /* first libfdt error, or 0 */
};

static GQuark dtb_error_quark(void)
{
    return g_quark_from_static_string("emu-dtb");
}

/*
 * Takes the result of a libfdt call. True if the call is to be repeated
 * because the buffer was full and has grown.
 */
static bool again(struct dtb *d, int ret)
{
    char *bigger;

    if (ret == 0)
        return false;
    if (ret != -FDT_ERR_NOSPACE || d->size >= LARGEST_SIZE) {
        d->err = ret;
        return false;
    }
    bigger = g_malloc0(2 * d->size);
    d->err = fdt_resize(d->buf, bigger, (int)(2 * d->size));
    g_free(d->buf);
    d->buf = bigger;
    d->size *= 2;
    return d->err == 0;
}

/* Runs one libfdt call on @d, growing the buffer as needed. */
#define DTB_DO(d, call) \
    do {                \
    } while (!(d)->err && again((d), (call)))

struct dtb *dtb_new(void)
{
    struct dtb *d = g_new0(struct dtb, 1);

    d->size = FIRST_SIZE;
    d->buf = g_malloc0(d->size);
    DTB_DO(d, fdt_create(d->buf, (int)d->size));
    DTB_DO(d, fdt_finish_reservemap(d->buf));
    dtb_begin(d, "");
    return d;
}

void dtb_begin(struct dtb *d, const char *name)
{
    d->depth++;
    DTB_DO(d, fdt_begin_node(d->buf, name));
}

void dtb_begin_at(struct dtb *d, const char *name, u64 unit)
{
    char full[64];

    snprintf(full, sizeof(full), "%s@%llx", name, (unsigned long long)unit);
    dtb_begin(d, full);
}

void dtb_end(struct dtb *d)
{
    if (!d->err && d->depth-- == 0)
        d->err = -FDT_ERR_BADSTRUCTURE;
    DTB_DO(d, fdt_end_node(d->buf));
}

void dtb_bytes(struct dtb *d, const char *name, const void *p, size_t n)
{
    assert(n < LARGEST_SIZE);
    DTB_DO(d, fdt_property(d->buf, name, p, (int)n));
}

void dtb_cells(struct dtb *d, const char *name, const u32 *cells, size_t n)
{
    fdt32_t *be = g_new(fdt32_t, n ? n : 1);

    for (size_t i = 0; i < n; i++)
        be[i] = cpu_to_fdt32(cells[i]);
    dtb_bytes(d, name, be, n * sizeof(be[0]));
    g_free(be);
}

void dtb_u32(struct dtb *d, const char *name, u32 value)
{
    dtb_cells(d, name, &value, 1);
}

void dtb_u64(struct dtb *d, const char *name, u64 value)
{
    fdt64_t be = cpu_to_fdt64(value);

    dtb_bytes(d, name, &be, sizeof(be));
}

void dtb_str(struct dtb *d, const char *name, const char *value)
{
    dtb_bytes(d, name, value, strlen(value) + 1);
}

void dtb_reg(struct dtb *d, const u64 *pairs, size_t n_pairs)
{
    fdt64_t *be = g_new(fdt64_t, 2 * n_pairs);

    for (size_t i = 0; i < 2 * n_pairs; i++)
        be[i] = cpu_to_fdt64(pairs[i]);
    dtb_bytes(d, "reg", be, 2 * n_pairs * sizeof(be[0]));
    g_free(be);
}

void *dtb_finish(struct dtb *d, size_t *size, GError **err)
{
    void *blob = NULL;

    dtb_end(d);
    if (!d->err && d->depth)
        d->err = -FDT_ERR_BADSTRUCTURE;
    DTB_DO(d, fdt_finish(d->buf));
    if (d->err) {
        g_set_error(err, dtb_error_quark(), d->err,
                    "cannot write the device tree: %s", fdt_strerror(d->err));
        g_free(d->buf);
    } else {
        *size = fdt_totalsize(d->buf);
        blob = g_realloc(d->buf, *size);
    }
    g_free(d);
    return blob;
}

#undef DTB_DO

bool dtb_check(const void *blob, size_t n, GError **err)
{
    int ret;

    if (n < sizeof(struct fdt_header)) {
        g_set_error(err, dtb_error_quark(), 0,
                    "not a device tree: %zu bytes, a header has %zu", n,
                    sizeof(struct fdt_header));
        return false;
    }
    /* libfdt 1.6.1 crashes on a root without a name of the old form. */
    if (fdt_magic(blob) == FDT_MAGIC && fdt_version(blob) < LEAST_VERSION) {
        g_set_error(err, dtb_error_quark(), 0,
                    "a device tree of version %u; %u and later are supported",
                    fdt_version(blob), LEAST_VERSION);
        return false;
    }
    ret = fdt_check_full(blob, n);
    if (ret) {
        g_set_error(err, dtb_error_quark(), ret,
                    "not a well-formed device tree: %s", fdt_strerror(ret));
        return false;
    }
    return true;
}

/* Offset of the child @name of the root, made if it is absent; or an error. */
static int root_child(void *fdt, const char *name)
{
    int node = fdt_subnode_offset(fdt, 0, name);

    return node == -FDT_ERR_NOTFOUND ? fdt_add_subnode(fdt, 0, name) : node;
}

/* Puts @value as @cells (1 or 2) big-endian cells at @p. */
static u8 *put_cells(u8 *p, u64 value, int cells)
{
    if (cells == 2) {
        fdt64_st(p, value);
        return p + 8;
    }
    fdt32_st(p, (u32)value);
    return p + 4;
}

/* Sets the reg of the (first) memory node, or adds one. */
static int patch_memory(void *fdt, const struct dtb_chosen *c)
{
    int addr = fdt_address_cells(fdt, 0), size = fdt_size_cells(fdt, 0);
    int node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory",
                                             sizeof("memory"));
    u8 reg[16], *end;

    if (addr < 1 || addr > 2 || size < 1 || size > 2)
        return -FDT_ERR_BADNCELLS;
    /* What one cell cannot hold would be cut off unseen. */
    if ((addr == 1 && c->ram_base > UINT32_MAX) ||
        (size == 1 && c->ram_size > UINT32_MAX))
        return -FDT_ERR_BADNCELLS;
    if (node == -FDT_ERR_NOTFOUND) {
        char name[32];
        int ret;

        snprintf(name, sizeof(name), "memory@%llx",
                 (unsigned long long)c->ram_base);
        node = fdt_add_subnode(fdt, 0, name);
        if (node < 0)
            return node;
        ret = fdt_setprop_string(fdt, node, "device_type", "memory");
        if (ret)
            return ret;
    }
    if (node < 0)
        return node;
    end = put_cells(reg, c->ram_base, addr);
    end = put_cells(end, c->ram_size, size);
    return fdt_setprop(fdt, node, "reg", reg, (int)(end - reg));
}

static int patch_chosen(void *fdt, const struct dtb_chosen *c)
{
    int node = root_child(fdt, "chosen");
    int ret = node < 0 ? node : 0;

    if (!ret && c->bootargs)
        ret = fdt_setprop(fdt, node, "bootargs", c->bootargs,
                          (int)strlen(c->bootargs) + 1);
    if (!ret && c->initrd_size)
        ret = fdt_setprop_u64(fdt, node, "linux,initrd-start", c->initrd_start);
    if (!ret && c->initrd_size)
        ret = fdt_setprop_u64(fdt, node, "linux,initrd-end",
                              c->initrd_start + c->initrd_size);
    if (!ret && c->kaslr_seed)
        ret = fdt_setprop(fdt, node, "kaslr-seed", c->kaslr_seed, 8);
    if (!ret && c->rng_seed)
        ret = fdt_setprop(fdt, node, "rng-seed", c->rng_seed, 32);
    return ret;
}

void *dtb_patch(const void *blob, size_t blob_size, const struct dtb_chosen *c,
                size_t *size, GError **err)
{
    size_t room;
    void *fdt;
    int ret;

    if (!dtb_check(blob, blob_size, err))
        return NULL;
    room = fdt_totalsize(blob) + PATCH_ROOM;
    if (c->bootargs)
        room += strlen(c->bootargs) + 1;
    fdt = g_malloc0(room);
    ret = fdt_open_into(blob, fdt, (int)room);
    if (!ret)
        ret = patch_chosen(fdt, c);
    if (!ret && c->ram_size)
        ret = patch_memory(fdt, c);
    if (!ret)
        ret = fdt_pack(fdt);
    if (ret) {
        g_set_error(err, dtb_error_quark(), ret,
                    ret == -FDT_ERR_BADNCELLS
                        ? "cannot change the device tree: its #address-cells "
                          "and #size-cells have no room for RAM (%s)"
                        : "cannot change the device tree: %s",
                    fdt_strerror(ret));
        g_free(fdt);
        return NULL;
    }
    *size = fdt_totalsize(fdt);
    return g_realloc(fdt, *size);
}
