/* SPDX-License-Identifier: MIT */
/*
 * test_bus.c - src/mem/bus.c: who answers, fitting of access sizes, DMA.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>

#include "mem.h"

#define RAM_BASE  0x40000000ull
#define MAX_CALLS 16

struct call {
    unsigned cpu;  /* CPU that made the access */
    u64 off;       /* offset in the range */
    unsigned size; /* bytes */
    u64 value;     /* written value */
};

/* Bytes 0, 1, 2... as registers; offset 0x40 and up aborts. */
struct fake_dev {
    struct call call[MAX_CALLS]; /* accesses that arrived */
    unsigned n;                  /* how many */
};

static bool fake_read(void *opaque, unsigned cpu, u64 off, unsigned size,
                      u64 *value)
{
    struct fake_dev *f = opaque;

    assert_true(f->n < MAX_CALLS);
    f->call[f->n++] = (struct call){ cpu, off, size, 0 };
    *value = 0;
    for (unsigned i = 0; i < size; i++)
        *value |= (off + i) << (8 * i);
    return off < 0x40;
}

static bool fake_write(void *opaque, unsigned cpu, u64 off, unsigned size,
                       u64 value)
{
    struct fake_dev *f = opaque;

    assert_true(f->n < MAX_CALLS);
    f->call[f->n++] = (struct call){ cpu, off, size, value };
    return off < 0x40;
}

#define OPS(lo, hi)                                                       \
    {                                                                     \
        .read = fake_read, .write = fake_write, .min = (lo), .max = (hi), \
        .size = 0x100                                                     \
    }
static const struct mmio_ops any_size = OPS(1, 8), words_only = OPS(4, 4);
#undef OPS

struct fixture {
    struct ram ram;        /* 64 KiB */
    struct bus bus;        /* under test */
    struct fake_dev any;   /* at 0x1000, all sizes */
    struct fake_dev words; /* at 0x2000, 32-bit only */
};

static int setup(void **state)
{
    struct fixture *f = g_new0(struct fixture, 1);

    assert_true(ram_init(&f->ram, RAM_BASE, 64 * KiB, NULL));
    bus_init(&f->bus, &f->ram);
    bus_add(&f->bus, 0x2000, 0x100, &words_only, &f->words, "words");
    bus_add(&f->bus, 0x1000, 0x100, &any_size, &f->any, "any");
    bus_add(&f->bus, 0x3000, 0x100, &any_size, &f->any, "last");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    bus_fini(&f->bus);
    ram_fini(&f->ram);
    g_free(f);
    return 0;
}

static void test_ranges_are_found_exactly(void **state)
{
    struct fixture *f = *state;

    assert_null(bus_find(&f->bus, 0xfff));
    assert_string_equal(bus_find(&f->bus, 0x1000)->name, "any");
    assert_string_equal(bus_find(&f->bus, 0x10ff)->name, "any");
    assert_null(bus_find(&f->bus, 0x1100));
    assert_string_equal(bus_find(&f->bus, 0x2080)->name, "words");
    assert_string_equal(bus_find(&f->bus, 0x30ff)->name, "last");
    assert_null(bus_find(&f->bus, UINT64_MAX));
    assert_null(bus_find(&f->bus, RAM_BASE));
}

static void test_unassigned_addresses_abort(void **state)
{
    struct fixture *f = *state;
    u64 v;

    assert_int_equal(bus_read(&f->bus, 0, 0, 4, &v), MEM_ABORT);
    assert_int_equal(bus_write(&f->bus, 0, 0x1100, 1, 0), MEM_ABORT);
    assert_int_equal(bus_read(&f->bus, 0, RAM_BASE + 64 * KiB, 8, &v),
                     MEM_ABORT);
    assert_int_equal(f->any.n, 0);
}

static void test_access_passes_cpu_offset_size_and_value(void **state)
{
    struct fixture *f = *state;
    u64 v;

    for (unsigned size = 1; size <= 8; size *= 2) {
        f->any.n = 0;
        assert_int_equal(bus_read(&f->bus, 3, 0x1018, size, &v), MEM_OK);
        assert_int_equal(f->any.n, 1);
        assert_int_equal(f->any.call[0].cpu, 3);
        assert_int_equal(f->any.call[0].off, 0x18);
        assert_int_equal(f->any.call[0].size, size);
        assert_int_equal(v & 0xff, 0x18);
    }
    f->any.n = 0;
    assert_int_equal(bus_write(&f->bus, 5, 0x1020, 8, 0x1122334455667788),
                     MEM_OK);
    assert_int_equal(f->any.call[0].cpu, 5);
    assert_int_equal(f->any.call[0].value, 0x1122334455667788);
}

static void test_wide_access_is_split_low_half_first(void **state)
{
    struct fixture *f = *state;
    u64 v;

    assert_int_equal(bus_read(&f->bus, 0, 0x2008, 8, &v), MEM_OK);
    assert_int_equal(v, 0x0f0e0d0c0b0a0908);
    assert_int_equal(f->words.n, 2);
    assert_int_equal(f->words.call[0].off, 8);
    assert_int_equal(f->words.call[1].off, 12);
    f->words.n = 0;
    assert_int_equal(bus_write(&f->bus, 0, 0x2010, 8, 0x1122334455667788),
                     MEM_OK);
    assert_int_equal(f->words.n, 2);
    assert_int_equal(f->words.call[0].value, 0x55667788);
    assert_int_equal(f->words.call[1].off, 0x14);
    assert_int_equal(f->words.call[1].value, 0x11223344);
}

static void test_narrow_access_is_widened_on_its_lanes(void **state)
{
    struct fixture *f = *state;
    u64 v;

    assert_int_equal(bus_read(&f->bus, 0, 0x2012, 2, &v), MEM_OK);
    assert_int_equal(v, 0x1312);
    assert_int_equal(f->words.call[0].off, 0x10);
    assert_int_equal(f->words.call[0].size, 4);
    f->words.n = 0;
    assert_int_equal(bus_write(&f->bus, 0, 0x2013, 1, 0xffab), MEM_OK);
    assert_int_equal(f->words.call[0].off, 0x10);
    assert_int_equal(f->words.call[0].size, 4);
    assert_int_equal(f->words.call[0].value, 0xab000000);
}

static void test_device_refusal_is_an_abort(void **state)
{
    struct fixture *f = *state;
    u64 v;

    assert_int_equal(bus_read(&f->bus, 0, 0x1040, 4, &v), MEM_ABORT);
    assert_int_equal(bus_write(&f->bus, 0, 0x2040, 8, 0), MEM_ABORT);
    assert_int_equal(f->words.n, 1);
    assert_int_equal(bus_read(&f->bus, 0, 0x2041, 1, &v), MEM_ABORT);
}

static void test_ram_answers_at_every_size(void **state)
{
    struct fixture *f = *state;
    u64 v;

    assert_int_equal(bus_write(&f->bus, 0, RAM_BASE + 8, 8, 0x1122334455667788),
                     MEM_OK);
    assert_int_equal(bus_read(&f->bus, 0, RAM_BASE + 10, 2, &v), MEM_OK);
    assert_int_equal(v, 0x5566);
    assert_int_equal(bus_write(&f->bus, 0, RAM_BASE + 15, 1, 0xab), MEM_OK);
    assert_int_equal(bus_read(&f->bus, 0, RAM_BASE + 12, 4, &v), MEM_OK);
    assert_int_equal(v, 0xab223344);
}

static void test_dma_reaches_ram_only_and_entirely(void **state)
{
    struct fixture *f = *state;
    u8 buf[64] = { 0 };

    assert_int_equal(dma_write(&f->bus, RAM_BASE + 100, "hello", 5), MEM_OK);
    assert_int_equal(dma_read(&f->bus, RAM_BASE + 100, buf, 5), MEM_OK);
    assert_memory_equal(buf, "hello", 5);
    assert_int_equal(dma_write(&f->bus, RAM_BASE + 64 * KiB - 2, "hello", 5),
                     MEM_ABORT);
    assert_int_equal(*ram_host(&f->ram, RAM_BASE + 64 * KiB - 2), 0);
    assert_int_equal(dma_read(&f->bus, 0x1000, buf, 4), MEM_ABORT);
    assert_int_equal(dma_read(&f->bus, UINT64_MAX - 1, buf, 4), MEM_ABORT);
    assert_int_equal(f->any.n, 0);
}

static void test_dma_write_reports_code_pages(void **state)
{
    struct fixture *f = *state;

    page_protect(&f->ram, RAM_BASE, RAM_CLEAN);
    assert_int_equal(dma_write(&f->bus, RAM_BASE + 4, "x", 1), MEM_OK);
    assert_int_equal(*ram_page_attr(&f->ram, RAM_BASE), 0);
}

/* Adds a range in a child, which must die of bug(). */
static void expect_bug(struct fixture *f, gpa_t base, u64 size)
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit none = { 0, 0 };

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        bus_add(&f->bus, base, size, &any_size, &f->any, "new");
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_overlap_is_a_bug(void **state)
{
    struct fixture *f = *state;

    expect_bug(f, 0x1080, 0x10);
    expect_bug(f, 0xf00, 0x101);
    expect_bug(f, 0x20ff, 0x1000);
    expect_bug(f, RAM_BASE - 1, 2);
    expect_bug(f, 0x5000, 0);
    bus_add(&f->bus, 0x1100, 0xf00, &any_size, &f->any, "fits");
    assert_string_equal(bus_find(&f->bus, 0x1fff)->name, "fits");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_ranges_are_found_exactly),
        TEST(test_unassigned_addresses_abort),
        TEST(test_access_passes_cpu_offset_size_and_value),
        TEST(test_wide_access_is_split_low_half_first),
        TEST(test_narrow_access_is_widened_on_its_lanes),
        TEST(test_device_refusal_is_an_abort),
        TEST(test_ram_answers_at_every_size),
        TEST(test_dma_reaches_ram_only_and_entirely),
        TEST(test_dma_write_reports_code_pages),
        TEST(test_overlap_is_a_bug),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
