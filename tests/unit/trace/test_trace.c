/* SPDX-License-Identifier: MIT */
/*
 * test_trace.c - traces that are written and read again: random streams on 1
 * to 8 CPUs with partial, joined and rewritten blocks and events; the same
 * bytes however the calls are divided; files cut short and damaged.
 *
 * The expectation is a list that the test keeps itself while it writes.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crc.h"
#include "format.h"

/* What must come out: a block (words in a string) or an event. */
struct want {
    bool is_event;   /* else a block */
    unsigned cpu;    /* whose */
    u64 count;       /* instructions before it */
    u64 va, pa;      /* block */
    u32 flags;       /* block */
    u32 n;           /* block: instructions */
    u32 words[256];  /* block */
    bool is_partial; /* block */
    u8 kind;         /* event */
    u64 f0;          /* event: its first field */
};

struct run {
    u64 seed;                /* of the random numbers */
    struct trace_writer *w;  /* the trace */
    GArray *want;            /* struct want */
    u64 count;               /* instructions so far */
    bool divided;            /* give blocks one by one */
    GArray *batch;           /* u32: blocks not yet given */
    unsigned cpu;            /* their CPU */
};

static char *folder;

static u64 rnd(u64 *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static char *path_of(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

/* Block @i of generation @gen: everything follows from the two. */
static u32 make_block(u32 i, u32 gen, struct trace_block *b, u32 *words)
{
    u64 s = (i + 1) * 0x9e3779b97f4a7c15ull;

    b->n_insns = 1 + (u32)(rnd(&s) % (i % 17 == 0 ? 256 : 12));
    b->va = 0xffff800080000000ull + i * 1024ul;
    b->pa = 0x40000000 + i * 1024ul + (i % 5) * 4096ul;
    b->flags = i % 3 ? 4 | 1 : 8 | 4;
    b->words = words;
    for (u32 k = 0; k < b->n_insns; k++)
        words[k] = (u32)rnd(&s) + gen;
    return b->n_insns;
}

static void expect_block(struct run *t, u32 i, u32 gen, u32 from, u32 n,
                         bool partial)
{
    struct want x = { .cpu = t->cpu, .count = t->count, .n = n,
                      .is_partial = partial };
    struct trace_block b;
    u32 words[256];

    make_block(i, gen, &b, words);
    x.va = b.va + 4ul * from;
    x.pa = b.pa + 4ul * from;
    x.flags = b.flags;
    memcpy(x.words, words + from, 4ul * n);
    g_array_append_val(t->want, x);
    t->count += n;
}

static void give(struct run *t)
{
    trace_run(t->w, t->cpu, (u32 *)(void *)t->batch->data, t->batch->len);
    g_array_set_size(t->batch, 0);
}

static void run_ring(struct run *t, u32 ring)
{
    g_array_append_val(t->batch, ring);
    if (t->divided)
        give(t);
}

static void event(struct run *t, u8 kind, u64 f0, u64 back, const char *text)
{
    struct trace_event ev = { .kind = kind, .count = t->count - back,
                              .f = { f0, 2, 3, 4, 5, 6, 7 }, .text = text,
                              .n_text = text ? (u32)strlen(text) : 0 };
    struct want x = { .is_event = true, .cpu = t->cpu, .kind = kind,
                      .count = ev.count, .f0 = f0 };

    give(t);
    trace_event(t->w, t->cpu, &ev);
    g_array_append_val(t->want, x);
}

enum { BLOCKS = 300 };

/* Rings i: block i whole; BLOCKS + i: its first half as a piece; 2 * BLOCKS
 * + i: the rest of it. */
static void define(struct run *t, u32 i, u32 gen)
{
    struct trace_block b, half;
    u32 words[256], n = make_block(i, gen, &b, words);

    give(t);
    trace_define(t->w, i, &b, false);
    if (n < 2)
        return;
    half = b;
    half.n_insns = n / 2;
    trace_define(t->w, BLOCKS + i, &half, true);
    half.va += 4ul * (n / 2);
    half.pa += 4ul * (n / 2);
    half.words += n / 2;
    half.n_insns = n - n / 2;
    trace_define(t->w, 2 * BLOCKS + i, &half, false);
}

/* Runs block @i in one of the ways in which blocks run. */
static void step(struct run *t, u32 i, u32 gen)
{
    struct trace_block b;
    u32 words[256], n = make_block(i, gen, &b, words);
    u64 r = rnd(&t->seed);

    if (r % 50 == 0 && n >= 2) { /* in pieces, with an event between */
        run_ring(t, BLOCKS + i);
        expect_block(t, i, gen, 0, n, false);
        event(t, TRACE_MMIO, r % 7, n - n / 2, "uart.dr");
        run_ring(t, 2 * BLOCKS + i);
    } else if (r % 50 == 1 && n >= 2) { /* parted by an interrupt */
        u32 ran = 1 + (u32)(r >> 20) % (n - 1);

        run_ring(t, i);
        give(t);
        trace_cut(t->w, t->cpu, ran, false);
        expect_block(t, i, gen, 0, ran, true);
        event(t, TRACE_IRQ, 27, 0, NULL);
    } else if (r % 50 == 2 && n >= 2) { /* cut by the engine; goes on */
        run_ring(t, i);
        give(t);
        trace_cut(t->w, t->cpu, n / 2, true);
        run_ring(t, 2 * BLOCKS + i);
        expect_block(t, i, gen, 0, n, false);
    } else if (r % 50 == 3) { /* taken back */
        run_ring(t, i);
        give(t);
        trace_cut(t->w, t->cpu, 0, false);
    } else if (r % 50 == 4 && n >= 2) { /* parted within its pieces */
        run_ring(t, BLOCKS + i);
        give(t);
        trace_cut(t->w, t->cpu, n / 2, false);
        expect_block(t, i, gen, 0, n / 2, true);
    } else {
        run_ring(t, i);
        expect_block(t, i, gen, 0, n, false);
    }
    if (r % 1000 == 5) {
        event(t, TRACE_FETCH, 1, 0, NULL);
        t->count++;
    }
    if (r % 300 == 6)
        event(t, TRACE_CONSOLE, r, 0, r & 1 ? "line \xff of text" : "");
}

static void write_trace(struct run *t, const char *path, unsigned n_cpus,
                        u32 steps, u32 chunk)
{
    static const char *const info[] = { "machine", "virt", "command",
                                        "emu -kernel Image", NULL };
    struct trace_config cfg = { .n_cpus = n_cpus, .first_count = 1000,
                                .chunk_blocks = chunk, .info = info };
    u32 at = 0, *gens = g_new0(u32, BLOCKS);
    GError *err = NULL;

    t->w = trace_writer_new(path, &cfg, &err);
    assert_null(err);
    t->want = g_array_new(FALSE, TRUE, sizeof(struct want));
    t->batch = g_array_new(FALSE, FALSE, 4);
    t->count = 1000;
    t->cpu = 0;
    for (u32 i = 0; i < BLOCKS; i++)
        define(t, i, 0);
    for (u32 k = 0; k < steps; k++) {
        u64 r = rnd(&t->seed);

        if (r % 64 == 0) {
            give(t);
            t->cpu = (unsigned)(r >> 32) % n_cpus;
        }
        at = r % 4 ? (at * 7 + 3) % BLOCKS : (u32)(r >> 16) % BLOCKS;
        step(t, at, gens[at]);
        if (r % 97 == 0) { /* rewritten, but not what may still be cut */
            u32 other = (at + 1) % BLOCKS;

            define(t, other, ++gens[other] % 3);
            gens[other] %= 3;
        }
    }
    give(t);
    assert_int_equal(trace_writer_count(t->w), t->count);
    assert_true(trace_writer_close(t->w, "off", 0, &err));
    g_array_free(t->batch, TRUE);
    g_free(gens);
}

static void check_item(const struct trace_item *it, const struct want *x)
{
    assert_int_equal(it->what, x->is_event ? TRACE_EVENT : TRACE_BLOCK);
    assert_int_equal(it->cpu, x->cpu);
    assert_int_equal(it->count, x->count);
    if (x->is_event) {
        assert_int_equal(it->event.kind, x->kind);
        assert_int_equal(it->event.f[0], x->f0);
        return;
    }
    assert_int_equal(it->n_insns, x->n);
    assert_int_equal(it->is_partial, x->is_partial);
    assert_int_equal(it->block->va, x->va);
    assert_int_equal(it->block->pa, x->pa);
    assert_int_equal(it->block->flags, x->flags);
    assert_memory_equal(it->block->words, x->words, 4ul * x->n);
}

static void check_trace(struct run *t, const char *path)
{
    GError *err = NULL;
    struct trace_reader *r = trace_open(path, &err);
    struct trace_item it = { .cpu = 0 };
    const char *key, *value;

    assert_null(err);
    assert_true(trace_summary(r)->complete);
    assert_int_equal(trace_summary(r)->end_count, t->count);
    assert_string_equal(trace_summary(r)->why, "off");
    assert_true(trace_info(r, 1, &key, &value));
    assert_string_equal(value, "emu -kernel Image");
    assert_false(trace_info(r, 2, &key, &value));
    for (guint i = 0; i < t->want->len; i++) {
        trace_next(r, &it, &err);
        check_item(&it, &g_array_index(t->want, struct want, i));
    }
    assert_int_equal(trace_next(r, &it, &err), TRACE_END);
    for (guint i = 0; i < t->want->len; i += 211) {
        const struct want *x = &g_array_index(t->want, struct want, i);

        if (x->is_event)
            continue;
        assert_true(trace_seek(r, x->count, &it, &err));
        while (it.what == TRACE_EVENT)
            trace_next(r, &it, &err);
        check_item(&it, x);
    }
    trace_close(r);
}

static void run_free(struct run *t)
{
    g_array_free(t->want, TRUE);
}

static void test_what_is_written_is_read(void **state)
{
    g_autofree char *path = path_of("a.trace");

    for (unsigned n = 1; n <= 8; n++) {
        struct run t = { .seed = 77 + n };

        write_trace(&t, path, n, 5000, n == 1 ? 0 : 100 * n);
        check_trace(&t, path);
        run_free(&t);
    }
    (void)state;
}

static void test_same_run_same_bytes(void **state)
{
    g_autofree char *a = path_of("a.trace"), *b = path_of("b.trace");
    g_autofree char *p = NULL, *q = NULL;
    struct run t = { .seed = 5 }, u = { .seed = 5, .divided = true };
    size_t n, m;

    write_trace(&t, a, 3, 4000, 500);
    write_trace(&u, b, 3, 4000, 500);
    assert_true(g_file_get_contents(a, &p, &n, NULL));
    assert_true(g_file_get_contents(b, &q, &m, NULL));
    assert_int_equal(n, m);
    assert_memory_equal(p, q, n);
    run_free(&t);
    run_free(&u);
    (void)state;
}

static void test_steady_loops_cost_nothing(void **state)
{
    g_autofree char *path = path_of("loop.trace");
    struct trace_config cfg = { .n_cpus = 1 };
    struct trace_writer *w = trace_writer_new(path, &cfg, NULL);
    u32 words[2] = { 0xd503201f, 0x17ffffff }, ring[2048];
    struct trace_block b = { .va = 64, .pa = 64, .n_insns = 2,
                             .words = words };
    GStatBuf st;

    trace_define(w, 1, &b, false);
    b.va = 128;
    trace_define(w, 2, &b, false);
    for (unsigned i = 0; i < 2048; i++)
        ring[i] = 1 + (i & 1);
    for (unsigned i = 0; i < 1024; i++)
        trace_run(w, 0, ring, 2048);
    assert_true(trace_writer_close(w, "off", 0, NULL));
    assert_int_equal(g_stat(path, &st), 0);
    assert_true(st.st_size < 4000); /* two million blocks */
    (void)state;
}

/* A file in memory: thousands are written. */
static char *mem_path(int *fd)
{
    *fd = memfd_create("trace", MFD_CLOEXEC);
    assert_true(*fd >= 0);
    return g_strdup_printf("/proc/self/fd/%d", *fd);
}

static void put_file(int fd, const void *p, size_t n)
{
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(pwrite(fd, p, n, 0), n);
}

/* Reads all; true if the end was reached, false with an error set. */
static bool read_all(const char *path, u64 *n_items)
{
    GError *err = NULL;
    struct trace_reader *r = trace_open(path, &err);
    struct trace_item it;

    *n_items = 0;
    if (r) {
        do {
            trace_next(r, &it, &err);
            *n_items += it.what == TRACE_BLOCK || it.what == TRACE_EVENT;
        } while (it.what != TRACE_END && it.what != TRACE_BROKEN);
        assert_true((it.what == TRACE_BROKEN) == (err != NULL));
        if (trace_summary(r)->complete && !err) {
            trace_close(r);
            return true;
        }
    } else {
        assert_non_null(err);
    }
    trace_close(r);
    if (err)
        assert_true(strlen(err->message) > 10);
    g_clear_error(&err);
    return false;
}

static void test_cut_short_anywhere(void **state)
{
    g_autofree char *a = path_of("a.trace"), *b = NULL;
    int fd;
    struct run t = { .seed = 9 };
    g_autofree char *p = NULL;
    u64 got, last = 0, whole;
    size_t n;

    b = mem_path(&fd);
    write_trace(&t, a, 2, 150, 20);
    assert_true(g_file_get_contents(a, &p, &n, NULL));
    assert_true(read_all(a, &whole));
    for (size_t k = 0; k < n; k++) {
        put_file(fd, p, k);
        assert_false(read_all(b, &got));
        assert_true(got >= last && got <= whole);
        last = got;
    }
    /* Only the end record, the index and the trailer are missing there. */
    assert_int_equal(last, whole);
    close(fd);
    run_free(&t);
    (void)state;
}

/* Makes the checksums of a damaged file right again. */
static void repair(u8 *p, size_t n)
{
    for (size_t at = TRACE_PREFIX; at + TRACE_FRAME <= n;) {
        struct tcur c = { p + at + 4, p + at + 8, false };
        size_t size = tcur_le(&c, 4);
        u32 crc;

        if (size > n - at - TRACE_FRAME)
            return;
        crc = crc32c(p + at + TRACE_FRAME, size);
        for (unsigned i = 0; i < 4; i++)
            p[at + 8 + i] = (u8)(crc >> 8 * i);
        crc = crc32c(p + at, 12);
        for (unsigned i = 0; i < 4; i++)
            p[at + 12 + i] = (u8)(crc >> 8 * i);
        at += TRACE_FRAME + size;
    }
}

static void test_damage_is_noticed(void **state)
{
    g_autofree char *a = path_of("a.trace"), *b = NULL;
    int fd;
    struct run t = { .seed = 9 };
    g_autofree char *p = NULL;
    u64 got, s = 4711;
    size_t n;

    b = mem_path(&fd);
    write_trace(&t, a, 2, 300, 50);
    assert_true(g_file_get_contents(a, &p, &n, NULL));
    for (unsigned k = 0; k < 1500; k++) {
        g_autofree u8 *q = g_memdup2(p, n);
        size_t at = rnd(&s) % n;

        q[at] ^= (u8)(1 + rnd(&s) % 255);
        if (k & 1)
            repair(q, n);
        put_file(fd, q, n);
        /* With right checksums it may say something else; never crash. */
        if (!(k & 1))
            assert_false(read_all(b, &got));
        else
            read_all(b, &got);
    }
    close(fd);
    run_free(&t);
    (void)state;
}

static void test_an_unwritable_file_is_an_error(void **state)
{
    struct trace_config cfg = { .n_cpus = 1 };
    GError *err = NULL;
    struct trace_writer *w;

    assert_null(trace_writer_new("/nonexistent/x", &cfg, &err));
    assert_non_null(err);
    g_clear_error(&err);
    w = trace_writer_new("/dev/full", &cfg, &err);
    assert_null(w);
    assert_non_null(err);
    g_clear_error(&err);
    (void)state;
}

static int make_folder(void **state)
{
    folder = g_dir_make_tmp("emu-trace-XXXXXX", NULL);
    (void)state;
    return !folder;
}

static int drop_folder(void **state)
{
    static const char *const names[] = { "a.trace", "b.trace", "loop.trace" };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        g_autofree char *p = path_of(names[i]);

        g_unlink(p);
    }
    g_rmdir(folder);
    g_free(folder);
    (void)state;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_same_run_same_bytes),
        cmocka_unit_test(test_steady_loops_cost_nothing),
        cmocka_unit_test(test_cut_short_anywhere),
        cmocka_unit_test(test_damage_is_noticed),
        cmocka_unit_test(test_an_unwritable_file_is_an_error),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
