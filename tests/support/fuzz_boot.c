/* SPDX-License-Identifier: MIT */
/*
 * fuzz_boot.c - loads what a fuzzer made and checks what must hold then
 * (fuzz.h).
 */
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dtb.h"
#include "fuzz.h"

u64 fuzz_random(u64 *x)
{
    u64 z = *x += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

u64 fuzz_ram_size(unsigned n)
{
    static const u64 size[4] = { 1 * MiB, 4 * MiB, 8 * MiB, 32 * MiB };

    return size[n & 3];
}

u8 *fuzz_copy(const u8 *p, size_t n)
{
    u8 *copy = g_malloc(n ? n : 1);

    if (n)
        memcpy(copy, p, n);
    return copy;
}

void fuzz_check_error(GError *err)
{
    fuzz_check(err && *err->message);
    fuzz_check(!strpbrk(err->message, "\n\r"));
    g_error_free(err);
}

static bool overlap(gpa_t a, u64 an, gpa_t b, u64 bn)
{
    return an && bn && a < b + bn && b < a + an;
}

static void check_info(const struct ram *ram, const struct boot_info *i)
{
    u64 kernel_size = i->kernel_end - i->kernel_start;

    fuzz_check(i->kernel_end > i->kernel_start);
    fuzz_check(ram_contains(ram, i->kernel_start, kernel_size));
    fuzz_check(ram_contains(ram, i->kernel_entry, 4));
    fuzz_check(!(i->kernel_entry & 3));
    fuzz_check(i->kernel_entry >= i->kernel_start);
    fuzz_check(i->kernel_entry < i->kernel_end);
    fuzz_check(ram_contains(ram, i->entry, 4));
    fuzz_check(i->dtb_size && !(i->dtb_start & 7));
    fuzz_check(ram_contains(ram, i->dtb_start, i->dtb_size));
    fuzz_check(dtb_check(ram_host(ram, i->dtb_start), i->dtb_size, NULL));
    fuzz_check(
        !overlap(i->dtb_start, i->dtb_size, i->kernel_start, kernel_size));
    if (i->initrd_size) {
        fuzz_check(ram_contains(ram, i->initrd_start, i->initrd_size));
        fuzz_check(!overlap(i->initrd_start, i->initrd_size, i->kernel_start,
                            kernel_size));
        fuzz_check(!overlap(i->initrd_start, i->initrd_size, i->dtb_start,
                            i->dtb_size));
    }
    if (i->entry != i->kernel_entry) {
        fuzz_check(i->entry == ram->base);
        fuzz_check(!overlap(ram->base, 40, i->kernel_start, kernel_size));
        fuzz_check(!overlap(ram->base, 40, i->dtb_start, i->dtb_size));
        fuzz_check(!overlap(ram->base, 40, i->initrd_start, i->initrd_size));
    }
}

/* The smallest tree, for inputs without one. */
static u8 *minimal_tree(size_t *size)
{
    struct dtb *d = dtb_new();

    dtb_u32(d, "#address-cells", 2);
    dtb_u32(d, "#size-cells", 2);
    return dtb_finish(d, size, NULL);
}

/* A file in memory with these contents, and the path that opens it. */
static int make_file(const u8 *p, size_t n, char **path)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    fuzz_check(fd >= 0);
    fuzz_check(!n || write(fd, p, n) == (ssize_t)n);
    *path = g_strdup_printf("/proc/self/fd/%d", fd);
    return fd;
}

static bool boot_files(const struct boot_blobs *b, const char *append,
                       struct ram *ram, struct boot_info *info, GError **err)
{
    char *path[3] = { NULL };
    int fd[3] = { -1, -1, -1 };
    struct boot_config cfg = { .append = append, .seed = 1 };
    unsigned i;
    bool ok;

    fd[0] = make_file(b->kernel, b->kernel_size, &path[0]);
    if (b->initrd)
        fd[1] = make_file(b->initrd, b->initrd_size, &path[1]);
    fd[2] = make_file(b->dtb, b->dtb_size, &path[2]);
    cfg.kernel = path[0];
    cfg.initrd = path[1];
    cfg.dtb = path[2];
    ok = loader_boot(&cfg, NULL, ram, info, err);
    for (i = 0; i < 3; i++) {
        if (fd[i] >= 0)
            close(fd[i]);
        g_free(path[i]);
    }
    return ok;
}

bool fuzz_boot(const struct boot_blobs *blobs, const char *append, u64 ram_size,
               bool by_file)
{
    struct boot_blobs b = *blobs;
    struct boot_info info = { 0 };
    GError *err = NULL;
    struct ram ram;
    u8 *tree = NULL;
    bool ok;

    b.kernel_name = "kernel";
    b.initrd_name = "initrd";
    b.dtb_name = "dtb";
    if (!b.dtb)
        b.dtb = tree = minimal_tree(&b.dtb_size);
    fuzz_check(ram_init(&ram, FUZZ_RAM_BASE, ram_size, NULL));
    ok = by_file ? boot_files(&b, append, &ram, &info, &err)
                 : loader_boot_blobs(&b, append, 1, NULL, &ram, &info, &err);
    if (ok) {
        fuzz_check(!err);
        check_info(&ram, &info);
        fuzz_check(info.initrd_size == (b.initrd ? b.initrd_size : 0));
    } else {
        fuzz_check_error(err);
    }
    ram_fini(&ram);
    g_free(tree);
    return ok;
}
