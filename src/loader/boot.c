/* SPDX-License-Identifier: MIT */
/*
 * boot.c - finds places for kernel, initrd and device tree, writes them and
 * the boot stub to RAM.
 *
 * Placement is QEMU's, so that addresses in boot logs agree:
 *
 *   stub     first page of RAM (Images and raw binaries)
 *   kernel   where its format says (image.c, elf.c)
 *   initrd   RAM + min(half of RAM, 128 MiB), or behind a larger kernel
 *   tree     next 2 MiB boundary behind the initrd; for a bare-metal ELF the
 *            start of RAM, if the program leaves room there
 *
 * In a small RAM where that does not fit, the initrd goes right behind the
 * kernel and the tree right behind the initrd. Linux wants the tree 8-byte
 * aligned, at most 2 MiB long and not across a 2 MiB boundary
 * (Documentation/arm64/booting, "Setup the device tree").
 *
 * Everything is placed before anything is written.
 */
#include <string.h>

#include "dtb.h"
#include "kernel.h"
#include "loader.h"

#define INITRD_OFFSET_MAX (128 * MiB)
#define DTB_SIZE_MAX      (2 * MiB)
#define ALIGN_UP(x, a)    (((x) + (a)-1) & ~((u64)(a)-1))

/* What is being put where. */
struct placement {
    const struct boot_blobs *blobs; /* the user's files */
    const char *append;             /* kernel command line, or NULL */
    u64 seed;                       /* for the tree */
    struct board *board;            /* makes the tree */
    struct ram *ram;                /* where it goes */
    struct kernel kernel;           /* parsed and placed */
    gpa_t initrd;                   /* address, 0 = none */
    gpa_t dtb;                      /* address */
    u8 *tree;                       /* g_malloc'ed device tree */
    size_t tree_size;               /* bytes */
};

static gpa_t ram_end(const struct ram *ram)
{
    return ram->base + ram->size;
}

static bool fail_dtb_size(const char *name, size_t size, GError **err)
{
    return loader_fail(err, name,
                       "a device tree of %zu bytes; Linux takes "
                       "%u at most",
                       size, (unsigned)DTB_SIZE_MAX);
}

/* Makes the device tree for the initrd's present place. */
static bool make_tree(struct placement *p, GError **err)
{
    const struct boot_blobs *b = p->blobs;
    GError *why = NULL;

    g_free(p->tree);
    if (b->dtb) {
        u8 kaslr[8], rng[32];
        struct dtb_chosen c = {
            .bootargs = p->append,
            .initrd_start = p->initrd,
            .initrd_size = b->initrd ? b->initrd_size : 0,
            .kaslr_seed = kaslr,
            .rng_seed = rng,
            .ram_base = p->ram->base,
            .ram_size = p->ram->size,
        };

        board_seeds(p->seed, kaslr, rng);
        p->tree = dtb_patch(b->dtb, b->dtb_size, &c, &p->tree_size, &why);
    } else {
        struct board_boot c = {
            .bootargs = p->append,
            .initrd_start = p->initrd,
            .initrd_size = b->initrd ? b->initrd_size : 0,
            .seed = p->seed,
        };

        p->tree = board_fdt(p->board, &c, &p->tree_size, &why);
    }
    if (!p->tree) {
        loader_fail(err, b->dtb ? b->dtb_name : "device tree", "%s",
                    why ? why->message : "cannot be made");
        g_clear_error(&why);
        return false;
    }
    if (p->tree_size > DTB_SIZE_MAX)
        return fail_dtb_size(b->dtb ? b->dtb_name : "device tree", p->tree_size,
                             err);
    return true;
}

/* Places the tree behind @from; false if there is no room. */
static bool place_tree(struct placement *p, gpa_t from)
{
    const struct ram *ram = p->ram;
    gpa_t pa = ALIGN_UP(from, ALIGN_2M);

    if (!p->kernel.has_stub && p->kernel.start - ram->base >= p->tree_size) {
        p->dtb = ram->base;
        return true;
    }
    if (!ram_contains(ram, pa, p->tree_size)) {
        pa = ALIGN_UP(from, PAGE_SIZE);
        if (pa / ALIGN_2M != (pa + p->tree_size - 1) / ALIGN_2M)
            return false;
    }
    p->dtb = pa;
    return ram_contains(ram, pa, p->tree_size);
}

/*
 * Tries to put the initrd at @pa or behind it, and the tree behind that.
 * False with @err set if the tree is at fault; *fits says whether there was
 * room.
 */
static bool try_place(struct placement *p, gpa_t pa, bool *fits, GError **err)
{
    u64 size = p->blobs->initrd ? p->blobs->initrd_size : 0;

    *fits = false;
    pa = ALIGN_UP(pa, PAGE_SIZE);
    p->initrd = size ? pa : 0;
    if (pa > ram_end(p->ram) || size > ram_end(p->ram) - pa)
        return true;
    if (!make_tree(p, err))
        return false;
    *fits = place_tree(p, pa + size);
    return true;
}

/* Says what does not fit. */
static bool fail_no_room(const struct placement *p, GError **err)
{
    const struct boot_blobs *b = p->blobs;
    u64 room = ram_end(p->ram) - p->kernel.end;

    if (b->initrd)
        return loader_fail(err, b->initrd_name,
                           "the initrd of %zu bytes and "
                           "the device tree do not fit in the %" PRIu64
                           " bytes of RAM behind the kernel; use a larger "
                           "-m",
                           b->initrd_size, room);
    return loader_fail(err, b->kernel_name,
                       "no room for the device tree in "
                       "the %" PRIu64 " bytes of RAM behind the kernel; use "
                       "a larger -m",
                       room);
}

static bool place_all(struct placement *p, GError **err)
{
    const struct ram *ram = p->ram;
    gpa_t usual = ram->base + MIN(ram->size / 2, INITRD_OFFSET_MAX);
    bool fits;

    if (!try_place(p, MAX(usual, p->kernel.end), &fits, err))
        return false;
    if (!fits && p->kernel.end_known && p->kernel.end < usual &&
        !try_place(p, p->kernel.end, &fits, err))
        return false;
    return fits || fail_no_room(p, err);
}

/*
 * The boot stub: x0 = device tree, x1..x3 = 0, go to the kernel (Linux,
 * Documentation/arm64/booting, "primary CPU general-purpose register
 * settings").
 */
static void write_stub(const struct placement *p)
{
    const u32 stub[] = {
        0x580000c0,  /* ldr x0, tree */
        0xaa1f03e1,  /* mov x1, xzr */
        0xaa1f03e2,  /* mov x2, xzr */
        0xaa1f03e3,  /* mov x3, xzr */
        0x58000084,  /* ldr x4, entry */
        0xd61f0080,  /* br x4 */
        (u32)p->dtb, /* tree: */
        (u32)(p->dtb >> 32),
        (u32)p->kernel.entry, /* entry: */
        (u32)(p->kernel.entry >> 32),
    };
    u8 bytes[sizeof(stub)];
    unsigned i;

    for (i = 0; i < sizeof(bytes); i++)
        bytes[i] = (u8)(stub[i / 4] >> i % 4 * 8);
    ram_write(p->ram, p->ram->base, bytes, sizeof(bytes));
}

static void write_zeros(struct ram *ram, gpa_t pa, u64 size)
{
    static const u8 zeros[4096];

    while (size) {
        u64 n = MIN(size, sizeof(zeros));

        ram_write(ram, pa, zeros, n);
        pa += n;
        size -= n;
    }
}

static void write_all(const struct placement *p)
{
    const struct boot_blobs *b = p->blobs;
    unsigned i;

    for (i = 0; i < p->kernel.segments->len; i++) {
        const struct kernel_segment *s =
            &g_array_index(p->kernel.segments, struct kernel_segment, i);

        if (s->file_size)
            ram_write(p->ram, s->pa, s->data, s->file_size);
        write_zeros(p->ram, s->pa + s->file_size, s->mem_size - s->file_size);
    }
    if (p->initrd)
        ram_write(p->ram, p->initrd, b->initrd, b->initrd_size);
    ram_write(p->ram, p->dtb, p->tree, p->tree_size);
    if (p->kernel.has_stub)
        write_stub(p);
}

static void fill_info(const struct placement *p, struct boot_info *info)
{
    const struct kernel *k = &p->kernel;

    *info = (struct boot_info){
        .entry = k->has_stub ? p->ram->base : k->entry,
        .x0 = k->has_stub ? 0 : p->dtb,
        .kernel_start = k->start,
        .kernel_end = k->end,
        .kernel_entry = k->entry,
        .dtb_start = p->dtb,
        .dtb_size = p->tree_size,
        .initrd_start = p->initrd,
        .initrd_size = p->initrd ? p->blobs->initrd_size : 0,
        .is_linux = k->is_linux,
        .page_kib = k->page_kib,
    };
}

/* Refuses a malformed user's tree before it is patched. */
static bool check_dtb(const struct boot_blobs *b, GError **err)
{
    GError *why = NULL;

    if (!b->dtb)
        return true;
    if (b->dtb_size > DTB_SIZE_MAX)
        return fail_dtb_size(b->dtb_name, b->dtb_size, err);
    if (dtb_check(b->dtb, b->dtb_size, &why))
        return true;
    loader_fail(err, b->dtb_name, "%s", why->message);
    g_clear_error(&why);
    return false;
}

bool loader_boot_blobs(const struct boot_blobs *blobs, const char *append,
                       u64 seed, struct board *board, struct ram *ram,
                       struct boot_info *info, GError **err)
{
    struct placement p = {
        .blobs = blobs,
        .append = append,
        .seed = seed,
        .board = board,
        .ram = ram,
    };
    struct blob kernel = {
        .data = blobs->kernel,
        .size = blobs->kernel_size,
        .name = blobs->kernel_name,
    };
    bool ok;

    if (!kernel.size)
        return loader_fail(err, kernel.name, "the file is empty");
    ok = check_dtb(blobs, err) && kernel_unpack(&kernel, ram, err) &&
         kernel_parse(&p.kernel, &kernel, ram, err) && place_all(&p, err);
    if (ok) {
        write_all(&p);
        fill_info(&p, info);
    }
    g_free(p.tree);
    kernel_fini(&p.kernel);
    blob_fini(&kernel);
    return ok;
}

bool loader_boot(const struct boot_config *cfg, struct board *board,
                 struct ram *ram, struct boot_info *info, GError **err)
{
    struct blob kernel = { 0 }, initrd = { 0 }, dtb = { 0 };
    bool ok;

    if (!cfg->kernel) {
        g_set_error(err, LOADER_ERROR, 0, "no kernel: use -kernel FILE");
        return false;
    }
    ok = blob_read(&kernel, cfg->kernel, ram->size, err) &&
         (!cfg->initrd || blob_read(&initrd, cfg->initrd, ram->size, err)) &&
         (!cfg->dtb || blob_read(&dtb, cfg->dtb, ram->size, err));
    if (ok) {
        struct boot_blobs blobs = {
            .kernel = kernel.data,
            .kernel_size = kernel.size,
            .initrd = initrd.data,
            .initrd_size = initrd.size,
            .dtb = dtb.data,
            .dtb_size = dtb.size,
            .kernel_name = cfg->kernel,
            .initrd_name = cfg->initrd,
            .dtb_name = cfg->dtb,
        };

        ok = loader_boot_blobs(&blobs, cfg->append, cfg->seed, board, ram, info,
                               err);
    }
    blob_fini(&kernel);
    blob_fini(&initrd);
    blob_fini(&dtb);
    return ok;
}
