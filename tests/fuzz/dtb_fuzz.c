/* SPDX-License-Identifier: MIT */
/*
 * dtb_fuzz.c - a user's device tree: checked, patched, and put beside a
 * kernel.
 *
 * Input: a byte (1-2 size of RAM, 4 by way of a file, 8 the file as it is,
 * 16 more than 4 GiB of RAM are to be described, 32 an initrd, 64 no command
 * line), then the tree. Unless 8 is set, the header's magic, total size and
 * versions are set right. What was asked for must be what is read back.
 */
#include <glib.h>
#include <libfdt.h>
#include <string.h>

#include "dtb.h"
#include "fuzz.h"

#define APPEND "console=ttyAMA0 quiet"

static void mend(u8 *p, size_t n)
{
    if (n < sizeof(struct fdt_header))
        return;
    fdt_set_magic(p, FDT_MAGIC);
    fdt_set_totalsize(p, (u32)n);
    fdt_set_version(p, 17);
    fdt_set_last_comp_version(p, 16);
}

/* Big-endian number of n bytes. */
static u64 be(const u8 *p, int n)
{
    u64 v = 0;

    while (n--)
        v = v << 8 | *p++;
    return v;
}

/* Is in /memory and /chosen what should be there? */
static void check_tree(const void *t, const struct dtb_chosen *c)
{
    int chosen = fdt_path_offset(t, "/chosen"), len;
    int memory = fdt_node_offset_by_prop_value(t, -1, "device_type", "memory",
                                               sizeof("memory"));
    int cells[2] = { fdt_address_cells(t, 0), fdt_size_cells(t, 0) };
    const void *p;

    fuzz_check(chosen >= 0 && memory >= 0);
    p = fdt_getprop(t, chosen, "bootargs", &len);
    if (c->bootargs)
        fuzz_check(p && !strcmp(p, c->bootargs));
    p = fdt_getprop(t, chosen, "kaslr-seed", &len);
    fuzz_check(p && len == 8 && !memcmp(p, c->kaslr_seed, 8));
    p = fdt_getprop(t, chosen, "linux,initrd-end", &len);
    if (c->initrd_size)
        fuzz_check(p && len == 8 &&
                   be(p, 8) == c->initrd_start + c->initrd_size);
    p = fdt_getprop(t, memory, "reg", &len);
    fuzz_check(p && len == 4 * (cells[0] + cells[1]));
    fuzz_check(be(p, 4 * cells[0]) == c->ram_base);
    fuzz_check(be((const u8 *)p + 4 * cells[0], 4 * cells[1]) == c->ram_size);
}

static void patch(const u8 *p, size_t n, unsigned flags)
{
    static const u8 seed[32] = { 1, 2, 3 };
    struct dtb_chosen c = {
        .bootargs = flags & 64 ? NULL : APPEND,
        .initrd_start = 0x48000000,
        .initrd_size = flags & 32 ? 0x123456 : 0,
        .kaslr_seed = seed,
        .rng_seed = seed,
        .ram_base = FUZZ_RAM_BASE,
        .ram_size = flags & 16 ? 12 * GiB : 512 * MiB,
    };
    GError *err = NULL;
    size_t size;
    void *t = dtb_patch(p, n, &c, &size, &err);

    if (!t) {
        fuzz_check_error(err);
        return;
    }
    fuzz_check(!err && fdt_totalsize(t) == size);
    fuzz_check(dtb_check(t, size, NULL));
    check_tree(t, &c);
    g_free(t);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static const u8 kernel[8] = { 0, 0, 0, 0x14 }, initrd[8] = "070701";
    struct boot_blobs b = {
        .kernel = kernel,
        .kernel_size = sizeof(kernel),
    };
    u8 *tree;

    if (size < 2)
        return 0;
    tree = fuzz_copy(data + 1, size - 1);
    if (!(data[0] & 8))
        mend(tree, size - 1);
    if (data[0] & 32) {
        b.initrd = initrd;
        b.initrd_size = sizeof(initrd);
    }
    b.dtb = tree;
    b.dtb_size = size - 1;
    patch(tree, size - 1, data[0]);
    fuzz_boot(&b, data[0] & 64 ? NULL : APPEND, fuzz_ram_size(data[0]),
              data[0] & 4);
    g_free(tree);
    return 0;
}
