/* SPDX-License-Identifier: MIT */
/*
 * test_chan_null.c - src/io/chan_null.c: nothing in, nothing out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "chan.h"

static void test_swallows_output_and_never_has_input(void **state)
{
    struct chan *ch = chan_null_new();
    u8 byte;

    (void)state;
    chan_write(ch, (const u8 *)"abc", 3);
    assert_int_equal(ch->bytes_out, 3);
    assert_false(chan_poll(ch));
    assert_int_equal(ch->backend->read(ch, &byte, 1), 0);
    assert_int_equal(ch->backend->pollfd(ch), -1);
    assert_false(ch->backend->is_open(ch));
    assert_true(ch->deterministic);
    chan_free(ch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_swallows_output_and_never_has_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
