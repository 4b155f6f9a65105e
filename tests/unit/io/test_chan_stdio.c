/* SPDX-License-Identifier: MIT */
/*
 * test_chan_stdio.c - src/io/chan_stdio.c: pipes, regular files, escape keys.
 * Standard input and output are replaced around each case; the terminal is
 * tested in test_tty.c.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "chan.h"

struct sink {
    unsigned room;  /* what it says it can take */
    char got[4096]; /* what arrived */
    unsigned n;     /* how much */
};

static unsigned sink_room(void *opaque)
{
    return ((struct sink *)opaque)->room;
}

static void sink_receive(void *opaque, const u8 *buf, unsigned n)
{
    struct sink *s = opaque;

    assert_true(n >= 1 && n <= s->room && s->n + n <= sizeof(s->got));
    memcpy(s->got + s->n, buf, n);
    s->n += n;
    s->room -= n;
}

static const struct chan_client client = { sink_room, sink_receive };

struct fixture {
    int old_in, old_out; /* the real standard input and output */
    int in, out;         /* ends of the pipes that stand in for them */
    volatile bool quit;  /* set by Ctrl-A X */
    struct sink sink;    /* receives */
    struct chan *chan;   /* under test */
};

/* Standard input from @fd, standard output into a pipe. */
static void begin(struct fixture *f, int fd, bool mux)
{
    int p[2];

    memset(&f->sink, 0, sizeof(f->sink));
    f->quit = false;
    f->old_in = dup(STDIN_FILENO);
    f->old_out = dup(STDOUT_FILENO);
    assert_int_equal(pipe(p), 0);
    dup2(fd, STDIN_FILENO);
    close(fd);
    dup2(p[1], STDOUT_FILENO);
    close(p[1]);
    f->out = p[0];
    fcntl(f->out, F_SETFL, O_NONBLOCK);
    f->chan = chan_stdio_new(mux, &f->quit);
    chan_attach(f->chan, &client, &f->sink);
}

static void end(struct fixture *f)
{
    chan_free(f->chan);
    dup2(f->old_in, STDIN_FILENO);
    dup2(f->old_out, STDOUT_FILENO);
    close(f->old_in);
    close(f->old_out);
    close(f->out);
}

static void begin_pipe(struct fixture *f, bool mux)
{
    int p[2];

    assert_int_equal(pipe(p), 0);
    f->in = p[1];
    begin(f, p[0], mux);
}

static void type(struct fixture *f, const char *text)
{
    size_t n = strlen(text);

    assert_int_equal(write(f->in, text, n), n);
}

static void begin_file(struct fixture *f, const char *text, size_t n)
{
    char path[] = "/tmp/emu-test-in-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, text, n), n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    begin(f, fd, true);
}

static void test_pipe_is_polled_and_ends(void **state)
{
    struct fixture f;
    bool open_before, open_after;

    (void)state;
    begin_pipe(&f, true);
    f.sink.room = 100;
    assert_false(f.chan->deterministic);
    assert_false(chan_poll(f.chan));
    assert_int_equal(f.chan->backend->pollfd(f.chan), STDIN_FILENO);
    type(&f, "hello");
    assert_true(chan_poll(f.chan));
    open_before = f.chan->backend->is_open(f.chan);
    close(f.in);
    open_after = f.chan->backend->is_open(f.chan);
    assert_int_equal(f.chan->backend->pollfd(f.chan), -1);
    end(&f);
    assert_memory_equal(f.sink.got, "hello", 5);
    assert_true(open_before);
    assert_false(open_after);
}

static void test_queued_input_outlives_the_end_of_the_pipe(void **state)
{
    struct fixture f;

    (void)state;
    begin_pipe(&f, true);
    type(&f, "hello");
    close(f.in);
    chan_poll(f.chan);
    chan_poll(f.chan);
    assert_true(f.chan->backend->is_open(f.chan));
    f.sink.room = 3;
    assert_true(chan_poll(f.chan));
    assert_true(f.chan->backend->is_open(f.chan));
    f.sink.room = 3;
    assert_true(chan_poll(f.chan));
    assert_false(f.chan->backend->is_open(f.chan));
    end(&f);
    assert_int_equal(f.sink.n, 5);
}

static void test_flood_is_held_back_and_arrives_whole(void **state)
{
    char want[2000];
    struct fixture f;

    (void)state;
    for (size_t i = 0; i < sizeof(want); i++)
        want[i] = (char)('a' + i % 26);
    begin_pipe(&f, true);
    assert_int_equal(write(f.in, want, sizeof(want)), sizeof(want));
    for (unsigned i = 0; i < 10; i++)
        chan_poll(f.chan);
    /* The queue is full: no use in waiting for the descriptor. */
    assert_int_equal(f.chan->backend->pollfd(f.chan), -1);
    while (f.sink.n < sizeof(want)) {
        f.sink.room = 7;
        assert_true(chan_poll(f.chan));
    }
    close(f.in);
    end(&f);
    assert_memory_equal(f.sink.got, want, sizeof(want));
}

static void test_quit_key_works_while_the_guest_takes_nothing(void **state)
{
    struct fixture f;

    (void)state;
    begin_pipe(&f, true);
    type(&f, "abc\001x");
    assert_false(f.quit);
    chan_poll(f.chan);
    assert_true(f.quit);
    close(f.in);
    end(&f);
}

static void test_escape_sequences_are_taken_out(void **state)
{
    struct fixture f;
    char out[512] = { 0 };

    (void)state;
    begin_pipe(&f, true);
    f.sink.room = 100;
    type(&f, "a\001\001b\001qc\001");
    chan_poll(f.chan);
    type(&f, "hd");
    chan_poll(f.chan);
    assert_true(read(f.out, out, sizeof(out) - 1) > 0);
    close(f.in);
    end(&f);
    assert_int_equal(f.sink.n, 5);
    assert_memory_equal(f.sink.got, "a\001bcd", 5);
    assert_non_null(strstr(out, "Ctrl-A X"));
    assert_false(f.quit);
}

static void test_without_mux_every_byte_is_input(void **state)
{
    struct fixture f;

    (void)state;
    begin_pipe(&f, false);
    f.sink.room = 100;
    type(&f, "\001x\001h");
    chan_poll(f.chan);
    close(f.in);
    end(&f);
    assert_int_equal(f.sink.n, 4);
    assert_false(f.quit);
}

static void test_file_is_fed_by_ready_as_far_as_there_is_room(void **state)
{
    struct fixture f;

    (void)state;
    begin_file(&f, "hello", 5);
    assert_true(f.chan->deterministic);
    assert_int_equal(f.chan->backend->pollfd(f.chan), -1);
    f.sink.room = 2;
    assert_false(chan_poll(f.chan));
    chan_ready(f.chan);
    assert_int_equal(f.sink.n, 2);
    assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_CUR), 2);
    assert_true(f.chan->backend->is_open(f.chan));
    f.sink.room = 3;
    chan_ready(f.chan);
    assert_false(f.chan->backend->is_open(f.chan));
    end(&f);
    assert_memory_equal(f.sink.got, "hello", 5);
}

static void test_quit_in_a_file_waits_for_its_turn(void **state)
{
    struct fixture f;

    (void)state;
    begin_file(&f, "ab\001xcd", 6);
    f.sink.room = 2;
    chan_ready(f.chan);
    assert_false(f.quit);
    f.sink.room = 10;
    chan_ready(f.chan);
    assert_true(f.quit);
    end(&f);
}

static void test_escapes_in_a_file_do_not_stall_it(void **state)
{
    struct fixture f;

    (void)state;
    begin_file(&f, "\001q\001q\001qa", 7);
    f.sink.room = 1;
    chan_ready(f.chan);
    end(&f);
    assert_int_equal(f.sink.n, 1);
    assert_int_equal(f.sink.got[0], 'a');
}

static void test_output_is_unchanged(void **state)
{
    struct fixture f;
    char out[16] = { 0 };
    ssize_t n;

    (void)state;
    begin_pipe(&f, true);
    chan_write(f.chan, (const u8 *)"a\001\0b\r\n", 6);
    n = read(f.out, out, sizeof(out));
    close(f.in);
    end(&f);
    assert_int_equal(n, 6);
    assert_memory_equal(out, "a\001\0b\r\n", 6);
}

static void test_dev_null_is_at_its_end(void **state)
{
    struct fixture f;
    bool is_open;

    (void)state;
    begin(&f, open("/dev/null", O_RDONLY), true);
    f.sink.room = 10;
    chan_poll(f.chan);
    is_open = f.chan->backend->is_open(f.chan);
    end(&f);
    assert_false(is_open);
    assert_int_equal(f.sink.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipe_is_polled_and_ends),
        cmocka_unit_test(test_queued_input_outlives_the_end_of_the_pipe),
        cmocka_unit_test(test_flood_is_held_back_and_arrives_whole),
        cmocka_unit_test(test_quit_key_works_while_the_guest_takes_nothing),
        cmocka_unit_test(test_escape_sequences_are_taken_out),
        cmocka_unit_test(test_without_mux_every_byte_is_input),
        cmocka_unit_test(test_file_is_fed_by_ready_as_far_as_there_is_room),
        cmocka_unit_test(test_quit_in_a_file_waits_for_its_turn),
        cmocka_unit_test(test_escapes_in_a_file_do_not_stall_it),
        cmocka_unit_test(test_output_is_unchanged),
        cmocka_unit_test(test_dev_null_is_at_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
