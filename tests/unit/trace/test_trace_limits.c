/* SPDX-License-Identifier: MIT */
/*
 * test_trace_limits.c - small traces that ask a reader for much: definitions
 * and streams that unpack to more than a run can leave (docs/TRACE.md,
 * Prediction), and the writer, which keeps within the same limits.
 *
 * The files are put together here, frame by frame.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crc.h"
#include "format.h"
#include "zblock.h"

struct made {
    struct tbuf file;     /* so far */
    struct tbuf rows;     /* of the frame's streams */
    struct tbuf bytes;    /* behind them */
    struct zblock *z;     /* compressor */
    int fd;               /* where it is opened */
    char path[32];        /* its name */
};

static void put_frame(struct made *m, u32 type, const struct tbuf *payload)
{
    size_t at = m->file.n;

    tbuf_le(&m->file, type, 4);
    tbuf_le(&m->file, payload->n, 4);
    tbuf_le(&m->file, crc32c(payload->p, payload->n), 4);
    tbuf_le(&m->file, crc32c(m->file.p + at, 12), 4);
    tbuf_bytes(&m->file, payload->p, payload->n);
}

static void start(struct made *m)
{
    struct tbuf head = { 0 };

    *m = (struct made){ .z = zblock_new() };
    tbuf_bytes(&m->file, TRACE_MAGIC, 8);
    tbuf_le(&m->file, TRACE_VERSION, 8);
    tbuf_le(&head, 1, 4);
    tbuf_le(&head, 0, 8); /* first count */
    tbuf_le(&head, 0, 2); /* no entries, no kinds */
    put_frame(m, FRAME_HEAD, &head);
    g_free(head.p);
    m->fd = memfd_create("trace", MFD_CLOEXEC);
    assert_true(m->fd >= 0);
    snprintf(m->path, sizeof(m->path), "/proc/self/fd/%d", m->fd);
}

static void finish(struct made *m)
{
    close(m->fd);
    zblock_free(m->z);
    g_free(m->file.p);
    g_free(m->rows.p);
    g_free(m->bytes.p);
}

static void put_stream(struct made *m, u8 kind, const struct tbuf *raw)
{
    u8 *room = tbuf_room(&m->bytes, zblock_bound(raw->n));
    size_t stored = zblock_pack(m->z, room, raw->p, raw->n, 1);

    if (stored >= raw->n)
        memcpy(room, raw->p, stored = raw->n);
    m->bytes.n += stored;
    tbuf_le(&m->rows, kind, 4);
    tbuf_le(&m->rows, raw->n, 4);
    tbuf_le(&m->rows, stored, 4);
}

/* The frame of what is in @payload and the streams since the last one. */
static void put_streams(struct made *m, u32 type, struct tbuf *payload)
{
    tbuf_le(payload, m->rows.n / TRACE_STREAM_ROW, 4);
    tbuf_bytes(payload, m->rows.p, m->rows.n);
    tbuf_bytes(payload, m->bytes.p, m->bytes.n);
    put_frame(m, type, payload);
    g_free(payload->p);
    m->rows.n = m->bytes.n = 0;
}

/* @n blocks of one instruction, one behind the other. */
static void put_defs(struct made *m, u32 first, u32 n)
{
    struct tbuf p = { 0 }, defs = { 0 }, words = { 0 };

    for (u32 i = 0; i < n; i++) {
        tbuf_bytes(&defs, "\0\0\4\1", 4);
        tbuf_le(&words, 0xd503201f, 4);
    }
    tbuf_le(&p, first, 4);
    tbuf_le(&p, n, 4);
    put_stream(m, STREAM_DEFS, &defs);
    put_stream(m, STREAM_WORDS, &words);
    put_streams(m, FRAME_DEFS, &p);
    g_free(defs.p);
    g_free(words.p);
}

/* A chunk without blocks, in which the CPU has @turns turns. */
static void put_chunk(struct made *m, u32 n_defs, u32 n_blocks, u32 turns)
{
    struct tbuf p = { 0 }, order = { 0 };

    for (u32 i = 0; i < turns; i++)
        tbuf_bytes(&order, "\0\1\0", 3);
    tbuf_bytes(&order, "\0\0", 2);
    for (unsigned i = 0; i < 4; i++)
        tbuf_le(&p, 0, 8); /* counts before it */
    tbuf_le(&p, n_blocks, 4);
    tbuf_le(&p, 0, 4);
    tbuf_le(&p, n_defs, 8);
    put_stream(m, STREAM_ORDER, &order);
    put_streams(m, FRAME_CHNK, &p);
    g_free(order.p);
}

/* Is it opened and read to its end? */
static bool is_good(struct made *m)
{
    GError *err = NULL;
    struct trace_reader *r;
    struct trace_item it = { .what = TRACE_BROKEN };

    assert_int_equal(ftruncate(m->fd, 0), 0);
    assert_int_equal(pwrite(m->fd, m->file.p, m->file.n, 0), m->file.n);
    r = trace_open(m->path, &err);
    while (r && trace_next(r, &it, &err) == TRACE_BLOCK)
        ;
    assert_int_equal(!err, it.what == TRACE_END);
    trace_close(r);
    g_clear_error(&err);
    return it.what == TRACE_END;
}

/* What a run may leave when it is cut off is good however small it is. */
static void test_definitions_are_in_proportion_to_the_file(void **state)
{
    struct made m;
    u32 n = TRACE_CHUNK_BLOCKS;

    start(&m);
    for (u32 i = 0; i < 8; i++) {
        put_defs(&m, 1 + i * n, n);
        put_chunk(&m, (i + 1) * n, 0, 1);
        if (i == 2)
            assert_true(is_good(&m));
    }
    assert_true(m.file.n < 16 * KiB);
    assert_false(is_good(&m));
    finish(&m);
    (void)state;
}

static void test_a_frame_has_no_more_definitions_than_a_chunk(void **state)
{
    for (u32 more = 1; more <= 2; more++) {
        struct made m;

        start(&m);
        put_defs(&m, 1, TRACE_CHUNK_BLOCKS + more);
        put_chunk(&m, TRACE_CHUNK_BLOCKS + more, 0, 1);
        assert_int_equal(is_good(&m), more == 1);
        finish(&m);
    }
    (void)state;
}

/* The most is 4 MiB, a last item and 10 bytes for each of 64 CPUs. */
static void test_order_is_no_longer_than_a_chunk_has_it(void **state)
{
    static const u32 turns[] = { TRACE_CHUNK_ORDER / 3 + 1,
                                 TRACE_CHUNK_ORDER / 3 + 4096 };

    for (unsigned i = 0; i < 2; i++) {
        struct made m;

        start(&m);
        put_chunk(&m, 0, 0, turns[i]);
        assert_int_equal(is_good(&m), i == 0);
        finish(&m);
    }
    (void)state;
}

/*
 * Code that packs as well as any, each block run once, on the way through 70
 * MB of it: the chunk ends early, and a reader with 64 tables may have what
 * it needs by the file's size alone.
 */
static void test_the_writer_keeps_the_limits(void **state)
{
    struct trace_config cfg = { .n_cpus = 1, .chunk_blocks = 1u << 30 };
    struct trace_writer *w;
    struct trace_reader *r;
    const struct trace_summary *s;
    u32 words[TRACE_MAX_INSNS], n = 70000;
    struct trace_block b = { .n_insns = TRACE_MAX_INSNS, .words = words };
    struct made m;

    start(&m);
    w = trace_writer_new(m.path, &cfg, NULL);
    assert_non_null(w);
    for (u32 i = 0; i < TRACE_MAX_INSNS; i++)
        words[i] = 0xd503201f;
    for (u32 i = 1; i <= n; i++) {
        trace_define(w, i, &b, false);
        b.va += 1024;
        b.pa += 1024;
        trace_run(w, 0, &i, 1);
    }
    assert_true(trace_writer_close(w, "off", 0, NULL));
    r = trace_open(m.path, NULL);
    assert_non_null(r);
    s = trace_summary(r);
    assert_int_equal(s->n_defs, n);
    assert_int_equal(s->n_chunks, 2);
    assert_true(s->n_bytes * 4096 >
                n * (1024 + sizeof(b) + 64 * sizeof(struct succ)));
    trace_close(r);
    finish(&m);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definitions_are_in_proportion_to_the_file),
        cmocka_unit_test(test_a_frame_has_no_more_definitions_than_a_chunk),
        cmocka_unit_test(test_order_is_no_longer_than_a_chunk_has_it),
        cmocka_unit_test(test_the_writer_keeps_the_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
