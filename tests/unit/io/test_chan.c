/* SPDX-License-Identifier: MIT */
/*
 * test_chan.c - src/io/chan.c: delivery by room, poll points, counters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hwtest.h"

struct sink {
    unsigned room; /* what it says it can take */
    char got[512]; /* what arrived */
    unsigned n;    /* how much */
};

static unsigned sink_room(void *opaque)
{
    return ((struct sink *)opaque)->room;
}

static void sink_receive(void *opaque, const u8 *buf, unsigned n)
{
    struct sink *s = opaque;

    assert_true(n >= 1 && n <= s->room);
    memcpy(s->got + s->n, buf, n);
    s->n += n;
    s->room -= n;
}

static const struct chan_client client = { sink_room, sink_receive };

static void test_poll_delivers_what_there_is_room_for(void **state)
{
    struct sink s = { .room = 3 };
    struct fake_chan f;

    (void)state;
    fake_chan_init(&f, false);
    chan_attach(&f.chan, &client, &s);
    assert_false(chan_poll(&f.chan));
    fake_chan_type(&f, "hello");
    assert_true(chan_poll(&f.chan));
    assert_int_equal(s.n, 3);
    assert_false(chan_poll(&f.chan));
    s.room = 100;
    assert_true(chan_poll(&f.chan));
    assert_memory_equal(s.got, "hello", 5);
    assert_int_equal(f.chan.bytes_in, 5);
}

static void test_large_input_arrives_in_one_poll(void **state)
{
    struct sink s = { .room = 400 };
    struct fake_chan f;

    (void)state;
    fake_chan_init(&f, false);
    chan_attach(&f.chan, &client, &s);
    for (unsigned i = 0; i < 30; i++)
        fake_chan_type(&f, "0123456789");
    assert_true(chan_poll(&f.chan));
    assert_int_equal(s.n, 300);
}

static void test_ready_feeds_only_deterministic_channels(void **state)
{
    struct sink s = { .room = 10 };
    struct fake_chan f;

    (void)state;
    fake_chan_init(&f, false);
    chan_attach(&f.chan, &client, &s);
    fake_chan_type(&f, "ab");
    chan_ready(&f.chan);
    assert_int_equal(s.n, 0);
    f.chan.deterministic = true;
    assert_false(chan_poll(&f.chan));
    assert_int_equal(s.n, 0);
    chan_ready(&f.chan);
    assert_int_equal(s.n, 2);
}

static void test_input_stays_without_a_receiver(void **state)
{
    struct fake_chan f;

    (void)state;
    fake_chan_init(&f, false);
    fake_chan_type(&f, "ab");
    assert_false(chan_poll(&f.chan));
    assert_int_equal(f.pos, 0);
}

static void test_output_is_counted_and_passed_on(void **state)
{
    struct fake_chan f;

    (void)state;
    fake_chan_init(&f, false);
    chan_write(&f.chan, (const u8 *)"abc", 3);
    chan_write(&f.chan, (const u8 *)"", 0);
    assert_string_equal(f.out, "abc");
    assert_int_equal(f.chan.bytes_out, 3);
}

static void test_absent_channel_is_harmless(void **state)
{
    (void)state;
    chan_write(NULL, (const u8 *)"abc", 3);
    chan_ready(NULL);
    chan_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poll_delivers_what_there_is_room_for),
        cmocka_unit_test(test_large_input_arrives_in_one_poll),
        cmocka_unit_test(test_ready_feeds_only_deterministic_channels),
        cmocka_unit_test(test_input_stays_without_a_receiver),
        cmocka_unit_test(test_output_is_counted_and_passed_on),
        cmocka_unit_test(test_absent_channel_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
