/* SPDX-License-Identifier: MIT */
/*
 * test_boot.c - placement of kernel, initrd and device tree, the boot stub
 * and what is in RAM afterwards. The board's device tree is a fake of any
 * size, so that the loader is tested alone.
 */
#include <glib/gstdio.h>
#include <unistd.h>

#include "dtb.h"
#include "files.h"
#include "loader.h"

/* What the fake board was asked for, and the tree it makes. */
static struct fake {
    struct board_boot boot; /* last request */
    size_t size;            /* of the tree; 0 = fail */
} fake;

void *board_fdt(struct board *b, const struct board_boot *boot, size_t *size,
                GError **err)
{
    (void)b;
    fake.boot = *boot;
    if (!fake.size) {
        g_set_error(err, g_quark_from_static_string("fake"), 0, "no tree");
        return NULL;
    }
    *size = fake.size;
    return memset(g_malloc(fake.size), 0xdb, fake.size);
}

void board_seeds(u64 seed, u8 kaslr[8], u8 rng[32])
{
    memset(kaslr, (int)seed, 8);
    memset(rng, (int)seed + 1, 32);
}

struct fixture {
    struct ram ram;          /* guest memory */
    struct boot_blobs blobs; /* files to load */
    struct boot_info info;   /* result */
    GError *err;             /* result */
};

static struct fixture *setup(u64 ram_size)
{
    struct fixture *f = g_new0(struct fixture, 1);

    assert_true(ram_init(&f->ram, RAM_BASE, ram_size, NULL));
    f->blobs.kernel_name = "Image";
    f->blobs.initrd_name = "initrd";
    f->blobs.dtb_name = "a.dtb";
    fake.size = 0x1234;
    return f;
}

static void teardown(struct fixture *f)
{
    ram_fini(&f->ram);
    g_free((void *)(uintptr_t)f->blobs.kernel);
    g_free((void *)(uintptr_t)f->blobs.initrd);
    g_free(f);
}

static void set_kernel(struct fixture *f, u8 *p, size_t size)
{
    g_free((void *)(uintptr_t)f->blobs.kernel);
    f->blobs.kernel = p;
    f->blobs.kernel_size = size;
}

static void set_initrd(struct fixture *f, size_t size)
{
    g_free((void *)(uintptr_t)f->blobs.initrd);
    f->blobs.initrd = memset(g_malloc(size), 0x1d, size);
    f->blobs.initrd_size = size;
}

static bool boot(struct fixture *f)
{
    return loader_boot_blobs(&f->blobs, "quiet", 5, NULL, &f->ram, &f->info,
                             &f->err);
}

static void expect_boot(struct fixture *f)
{
    if (!boot(f))
        fail_msg("%s", f->err->message);
}

static void expect_error(struct fixture *f, const char *name, const char *says)
{
    assert_false(boot(f));
    assert_says(&f->err, name, says);
}

static const u8 *at(const struct fixture *f, gpa_t pa)
{
    return ram_host(&f->ram, pa);
}

static void test_image_as_qemu_places_it(void **state)
{
    struct fixture *f = setup(512 * MiB);

    (void)state;
    set_kernel(f, make_image(0x10000, 0, 0x1000000, 0xa), 0x10000);
    set_initrd(f, 3 * MiB);
    expect_boot(f);
    assert_int_equal(f->info.entry, RAM_BASE);
    assert_int_equal(f->info.x0, 0);
    assert_int_equal(f->info.kernel_start, RAM_BASE + 0x200000);
    assert_int_equal(f->info.kernel_end, RAM_BASE + 0x1200000);
    assert_int_equal(f->info.kernel_entry, RAM_BASE + 0x200000);
    assert_int_equal(f->info.initrd_start, RAM_BASE + 128 * MiB);
    assert_int_equal(f->info.initrd_size, 3 * MiB);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 132 * MiB);
    assert_int_equal(f->info.dtb_size, 0x1234);
    assert_true(f->info.is_linux);
    assert_int_equal(f->info.page_kib, 4);
    assert_int_equal(fake.boot.initrd_start, RAM_BASE + 128 * MiB);
    assert_int_equal(fake.boot.initrd_size, 3 * MiB);
    assert_string_equal(fake.boot.bootargs, "quiet");
    assert_int_equal(fake.boot.seed, 5);
    teardown(f);
}

static void test_everything_is_in_ram(void **state)
{
    struct fixture *f = setup(64 * MiB);

    (void)state;
    set_kernel(f, make_image(0x3001, 0, 0x10000, 0xa), 0x3001);
    set_initrd(f, 5001);
    expect_boot(f);
    assert_memory_equal(at(f, f->info.kernel_start), f->blobs.kernel, 0x3001);
    assert_memory_equal(at(f, f->info.initrd_start), f->blobs.initrd, 5001);
    assert_int_equal(*at(f, f->info.initrd_start + 5001), 0);
    assert_int_equal(*at(f, f->info.dtb_start), 0xdb);
    assert_int_equal(*at(f, f->info.dtb_start + 0x1233), 0xdb);
    assert_int_equal(*at(f, f->info.dtb_start + 0x1234), 0);
    teardown(f);
}

static void test_stub_words(void **state)
{
    struct fixture *f = setup(64 * MiB);
    u32 w[10];

    (void)state;
    set_kernel(f, make_image(0x1000, 0x80000, 0x1000, 0), 0x1000);
    expect_boot(f);
    ram_read(&f->ram, RAM_BASE, w, sizeof(w));
    /* ldr x0, .+24; mov x1-x3, xzr; ldr x4, .+16; br x4 */
    assert_int_equal(w[0], 0x580000c0);
    assert_int_equal(w[1], 0xaa1f03e1);
    assert_int_equal(w[2], 0xaa1f03e2);
    assert_int_equal(w[3], 0xaa1f03e3);
    assert_int_equal(w[4], 0x58000084);
    assert_int_equal(w[5], 0xd61f0080);
    assert_int_equal(w[6] | (u64)w[7] << 32, f->info.dtb_start);
    assert_int_equal(w[8] | (u64)w[9] << 32, RAM_BASE + 0x80000);
    teardown(f);
}

static void test_initrd_clears_a_large_kernel(void **state)
{
    struct fixture *f = setup(64 * MiB);

    (void)state;
    set_kernel(f, make_image(0x1000, 0, 40 * MiB + 1, 0), 0x1000);
    set_initrd(f, 100);
    expect_boot(f);
    assert_int_equal(f->info.initrd_start, RAM_BASE + 42 * MiB + 4096);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 44 * MiB);
    teardown(f);
}

static void test_large_initrd_goes_right_behind_the_kernel(void **state)
{
    struct fixture *f = setup(64 * MiB);

    (void)state;
    set_kernel(f, make_image(0x1000, 0, 6 * MiB, 0), 0x1000);
    set_initrd(f, 50 * MiB);
    expect_boot(f);
    assert_int_equal(f->info.initrd_start, RAM_BASE + 8 * MiB);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 58 * MiB);
    set_initrd(f, 56 * MiB - 0x2000);
    expect_boot(f);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 64 * MiB - 0x2000);
    set_initrd(f, 56 * MiB - 0x1000);
    expect_error(f, "initrd", "use a larger -m");
    set_initrd(f, 65 * MiB);
    expect_error(f, "initrd", "initrd of 68157440 bytes");
    teardown(f);
}

static void test_unknown_bss_keeps_its_room(void **state)
{
    struct fixture *f = setup(64 * MiB);

    (void)state;
    set_kernel(f, make_image(0x1000, 0, 0, 0), 0x1000);
    set_initrd(f, 40 * MiB);
    expect_error(f, "initrd", "use a larger -m");
    teardown(f);
}

static void test_gzip_image(void **state)
{
    struct fixture *f = setup(64 * MiB);
    u8 *p = make_image(0x20000, 0, 0x30000, 0xa);
    size_t n;

    (void)state;
    set_kernel(f, make_gzip(p, 0x20000, &n), n);
    f->blobs.kernel_size = n;
    expect_boot(f);
    assert_memory_equal(at(f, f->info.kernel_start), p, 0x20000);
    f->blobs.kernel_size = n - 1;
    expect_error(f, "Image", "truncated");
    g_free(p);
    p = g_malloc0(65 * MiB);
    set_kernel(f, make_gzip(p, 65 * MiB, &n), n);
    f->blobs.kernel_size = n;
    expect_error(f, "Image", "unpacks to more than 67108864 bytes");
    g_free(p);
    teardown(f);
}

static void test_raw_binary(void **state)
{
    struct fixture *f = setup(8 * MiB);

    (void)state;
    set_kernel(f, memset(g_malloc(64), 0x1f, 64), 64);
    expect_boot(f);
    assert_int_equal(f->info.entry, RAM_BASE);
    assert_int_equal(f->info.kernel_entry, RAM_BASE + 0x80000);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 4 * MiB);
    assert_false(f->info.is_linux);
    assert_int_equal(*at(f, RAM_BASE + 0x80000), 0x1f);
    teardown(f);
}

static void test_bare_metal_elf(void **state)
{
    static const struct seg seg = {
        RAM_BASE + 0x80000,
        RAM_BASE + 0x80000,
        0x10,
        0x3000,
    };
    struct fixture *f = setup(4 * MiB);
    size_t size;
    u8 *p = make_elf(RAM_BASE + 0x80004, &seg, 1, &size);

    (void)state;
    set_kernel(f, p, size);
    memset(f->ram.host + 0x80000, 0xff, 0x4000);
    expect_boot(f);
    assert_int_equal(f->info.entry, RAM_BASE + 0x80004);
    assert_int_equal(f->info.dtb_start, RAM_BASE);
    assert_int_equal(f->info.x0, RAM_BASE);
    assert_int_equal(*at(f, RAM_BASE), 0xdb);
    assert_int_equal(*at(f, RAM_BASE + 0x8000f), 1);
    assert_int_equal(*at(f, RAM_BASE + 0x80010), 0);
    assert_int_equal(*at(f, RAM_BASE + 0x82fff), 0);
    assert_int_equal(*at(f, RAM_BASE + 0x83000), 0xff);
    fake.size = 0x80001;
    expect_boot(f);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 2 * MiB);
    assert_int_equal(f->info.x0, RAM_BASE + 2 * MiB);
    teardown(f);
}

static void test_elf_at_the_end_of_ram(void **state)
{
    static const struct seg seg = {
        RAM_BASE + 0x3ff000,
        RAM_BASE + 0x3ff000,
        0x10,
        0x1000,
    };
    struct fixture *f = setup(4 * MiB);
    size_t size;
    u8 *p = make_elf(RAM_BASE + 0x3ff000, &seg, 1, &size);

    (void)state;
    set_kernel(f, p, size);
    expect_boot(f);
    assert_int_equal(f->info.dtb_start, RAM_BASE);
    set_initrd(f, 1);
    expect_error(f, "initrd", "0 bytes of RAM behind the kernel");
    teardown(f);
}

static void test_tree_in_a_small_ram(void **state)
{
    struct fixture *f = setup(1 * MiB);

    (void)state;
    set_kernel(f, g_malloc0(64), 64);
    expect_boot(f);
    assert_int_equal(f->info.dtb_start, RAM_BASE + 0x81000);
    fake.size = 0x7f000;
    expect_boot(f);
    fake.size = 0x7f001;
    expect_error(f, "Image", "no room for the device tree");
    teardown(f);
}

static void test_tree_limits(void **state)
{
    struct fixture *f = setup(64 * MiB);

    (void)state;
    set_kernel(f, make_image(0x1000, 0, 0x1000, 0), 0x1000);
    fake.size = 2 * MiB;
    expect_boot(f);
    assert_int_equal(f->info.dtb_start % (2 * MiB), 0);
    fake.size = 2 * MiB + 1;
    expect_error(f, "device tree", "2097153 bytes; Linux takes 2097152");
    fake.size = 0;
    expect_error(f, "device tree", "no tree");
    teardown(f);
}

static void test_users_tree(void **state)
{
    struct fixture *f = setup(64 * MiB);
    struct dtb *d = dtb_new();
    size_t size;
    u8 *blob;

    (void)state;
    dtb_u32(d, "#address-cells", 2);
    dtb_u32(d, "#size-cells", 2);
    dtb_str(d, "compatible", "users,own");
    blob = dtb_finish(d, &size, NULL);
    set_kernel(f, make_image(0x1000, 0, 0x1000, 0), 0x1000);
    set_initrd(f, 77);
    f->blobs.dtb = blob;
    f->blobs.dtb_size = size;
    expect_boot(f);
    assert_true(dtb_check(at(f, f->info.dtb_start), f->info.dtb_size, NULL));
    assert_non_null(
        memmem(at(f, f->info.dtb_start), f->info.dtb_size, "users,own", 10));
    assert_non_null(
        memmem(at(f, f->info.dtb_start), f->info.dtb_size, "quiet", 6));
    assert_non_null(memmem(at(f, f->info.dtb_start), f->info.dtb_size,
                           "\6\6\6\6\6\6\6\6", 8));
    f->blobs.dtb_size = size - 1;
    expect_error(f, "a.dtb", "device tree");
    f->blobs.dtb_size = 3;
    expect_error(f, "a.dtb", "device tree");
    f->blobs.dtb_size = 0;
    expect_error(f, "a.dtb", "device tree");
    g_free(blob);
    teardown(f);
}

static void test_failure_writes_nothing(void **state)
{
    struct fixture *f = setup(16 * MiB);
    u64 i;

    (void)state;
    set_kernel(f, make_image(0x1000, 0, 0x1000, 0), 0x1000);
    set_initrd(f, 16 * MiB);
    expect_error(f, "initrd", "do not fit");
    for (i = 0; i < f->ram.size; i++) {
        if (f->ram.host[i])
            fail_msg("byte %u written", (unsigned)i);
    }
    set_kernel(f, NULL, 0);
    expect_error(f, "Image", "the file is empty");
    teardown(f);
}

static void test_from_files(void **state)
{
    struct fixture *f = setup(16 * MiB);
    struct boot_config cfg = { .initrd = "/nonexistent/initrd" };
    u8 *p = make_image(0x1000, 0, 0x1000, 0);
    char *path;
    int fd = g_file_open_tmp("emu-test-XXXXXX", &path, NULL);

    (void)state;
    assert_int_equal(write(fd, p, 0x1000), 0x1000);
    close(fd);
    assert_false(loader_boot(&cfg, NULL, &f->ram, &f->info, &f->err));
    assert_says(&f->err, "no kernel", "-kernel FILE");
    cfg.kernel = path;
    assert_false(loader_boot(&cfg, NULL, &f->ram, &f->info, &f->err));
    assert_says(&f->err, "/nonexistent/initrd: ", "cannot open");
    cfg.initrd = path;
    assert_true(loader_boot(&cfg, NULL, &f->ram, &f->info, &f->err));
    assert_int_equal(f->info.initrd_size, 0x1000);
    cfg.dtb = path;
    assert_false(loader_boot(&cfg, NULL, &f->ram, &f->info, &f->err));
    assert_says(&f->err, path, "device tree");
    g_unlink(path);
    g_free(path);
    g_free(p);
    teardown(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_as_qemu_places_it),
        cmocka_unit_test(test_everything_is_in_ram),
        cmocka_unit_test(test_stub_words),
        cmocka_unit_test(test_initrd_clears_a_large_kernel),
        cmocka_unit_test(test_large_initrd_goes_right_behind_the_kernel),
        cmocka_unit_test(test_unknown_bss_keeps_its_room),
        cmocka_unit_test(test_gzip_image),
        cmocka_unit_test(test_raw_binary),
        cmocka_unit_test(test_bare_metal_elf),
        cmocka_unit_test(test_elf_at_the_end_of_ram),
        cmocka_unit_test(test_tree_in_a_small_ram),
        cmocka_unit_test(test_tree_limits),
        cmocka_unit_test(test_users_tree),
        cmocka_unit_test(test_failure_writes_nothing),
        cmocka_unit_test(test_from_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
