/* SPDX-License-Identifier: MIT */
/*
 * test_virtio_mmio.c - hw/virtio_mmio.c: what a driver sees of an empty slot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "devices.h"
#include "hwtest.h"

static void test_empty_slot_has_device_id_0(void **state)
{
    struct hwtest t;

    (void)state;
    hwtest_init(&t, &virtio_mmio_class, 0xa000000, NULL, 0);
    assert_int_equal(hwtest_read(&t, 0, 4), 0x74726976);
    assert_int_equal(hwtest_read(&t, 4, 4), 2);
    assert_int_equal(hwtest_read(&t, 8, 4), 0);
    assert_int_equal(hwtest_read(&t, 12, 4), 0x554d4551);
    hwtest_fini(&t);
}

static void test_the_rest_reads_as_zero_and_ignores_writes(void **state)
{
    struct hwtest t;

    (void)state;
    hwtest_init(&t, &virtio_mmio_class, 0xa000000, NULL, 0);
    for (u64 off = 16; off < 0x200; off += 4) {
        hwtest_write(&t, off, 4, ~0u);
        assert_int_equal(hwtest_read(&t, off, 4), 0);
    }
    hwtest_write(&t, 0x100, 1, 1);
    hwtest_write(&t, 0x100, 8, 1);
    assert_int_equal(hwtest_read(&t, 0x100, 1), 0);
    assert_int_equal(hwtest_read(&t, 0x100, 8), 0);
    assert_int_equal(t.wires.changes[0], 0);
    hwtest_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_slot_has_device_id_0),
        cmocka_unit_test(test_the_rest_reads_as_zero_and_ignores_writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
