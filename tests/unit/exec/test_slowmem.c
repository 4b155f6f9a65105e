/* SPDX-License-Identifier: MIT */
/*
 * test_slowmem.c - src/exec/slowmem.c: the slow path by itself, MMU off (so
 * all memory is Device): values, byte order, alignment, devices and aborts.
 */
#include "rig.h"

#define DATA (BASE + 0x10000)

static struct rig *start(void **state)
{
    static const u32 code[] = { B(0) };
    struct rig *r = rig_new(state);

    r->cfg.exit_after = 1;
    rig_start(r, code, sizeof(code));
    rig_run(r);
    return r;
}

static struct cpu_host *host_of(struct rig *r)
{
    return r->exec->cpu[0].host;
}

static void test_loads_extend_and_swap(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);
    u64 v = 0x8182838485868788, out[4];

    ram_write(&r->ram, DATA, &v, 8);
    assert_true(exec_slow.load(h, DATA, 3, out));
    assert_int_equal(out[0], v);
    assert_true(exec_slow.load(h, DATA, 3 | IR_M_BE, out));
    assert_int_equal(out[0], 0x8887868584838281);
    assert_true(exec_slow.load(h, DATA, 0 | IR_M_SIGN, out));
    assert_int_equal(out[0], 0xffffffffffffff88);
    assert_true(
        exec_slow.load(h, DATA, 1 | IR_M_SIGN | IR_M_SIGN32, out));
    assert_int_equal(out[0], 0xffff8788);
    assert_true(exec_slow.load_pair(h, DATA, 2 | IR_M_SIGN, out));
    assert_int_equal(out[0], 0xffffffff85868788);
    assert_int_equal(out[2], 0xffffffff81828384);
    rig_free(r);
}

static void test_stores_swap_whole_elements(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);
    const u64 in[4] = { 0x1122334455667788, 0, 0x99aabbccddeeff00, 0 };

    assert_true(exec_slow.store(h, DATA, 4 | IR_M_BE, 1, 2));
    assert_int_equal(rig_word(r, DATA), 0x0200000000000000);
    assert_int_equal(rig_word(r, DATA + 8), 0x0100000000000000);
    assert_true(exec_slow.store_pair(h, DATA, 2, in));
    assert_int_equal(rig_word(r, DATA), 0xddeeff0055667788);
    assert_true(exec_slow.store_pair(h, DATA, 2 | IR_M_BE, in));
    assert_int_equal(rig_word(r, DATA), 0x00ffeedd88776655);
    rig_free(r);
}

static void test_unaligned_device_memory_faults(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);
    u64 out[4];

    assert_false(exec_slow.load(h, DATA + 1, 2, out));
    assert_int_equal(h->fault, 1);
    h->fault = 0;
    assert_true(exec_slow.load_pair(h, DATA + 8, 3 | IR_M_ALIGN, out));
    assert_false(exec_slow.load_pair(
        h, DATA + 8, 3 | IR_M_ALIGN | IR_M_ATOMIC, out));
    h->fault = 0;
    rig_free(r);
}

static void test_a_device_wants_the_instruction_alone(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);
    u64 out[2];

    h->last_insn = 0;
    assert_false(exec_slow.load(h, DEV, 2, out));
    assert_int_equal(h->restart, 1);
    assert_int_equal(h->fault, 0);
    assert_int_equal(r->n_reads, 0);
    assert_true(r->exec->cpu[0].restart_io);
    h->restart = 0;
    h->last_insn = 1;
    assert_true(exec_slow.load(h, DEV, 2, out));
    assert_int_equal(r->n_reads, 1);
    assert_int_equal(r->size, 4);
    assert_true(exec_slow.store(h, DEV, 4, 1, 2));
    assert_int_equal(r->n_writes, 2);
    assert_int_equal(r->value, 2);
    rig_free(r);
}

static void test_nothing_there_is_an_abort(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);

    h->last_insn = 1;
    assert_false(exec_slow.store(h, 0x1000, 3, 1, 0));
    assert_int_equal(h->fault, 1);
    h->fault = 0;
    rig_free(r);
}

static void test_a_store_over_code_wants_it_too(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);

    h->last_insn = 0;
    assert_false(exec_slow.store(h, BASE, 2, NOP, 0));
    assert_int_equal(h->restart, 1);
    assert_false(r->exec->cpu[0].restart_io);
    h->restart = 0;
    assert_true(exec_slow.store(h, BASE + 64, 2, NOP, 0));
    h->last_insn = 1;
    assert_true(exec_slow.store(h, BASE, 2, NOP, 0));
    assert_false(code_overlaps(r->exec, BASE, 4));
    rig_free(r);
}

static void test_a_probe_changes_nothing(void **state)
{
    struct rig *r = start(state);
    struct cpu_host *h = host_of(r);

    assert_true(exec_slow.probe(h, DATA + 4000, IR_M_FOR_WRITE, 200));
    assert_int_equal(rig_word(r, DATA + 4000), 0);
    h->last_insn = 0;
    assert_true(exec_slow.probe(h, DEV, 0, 64));
    assert_int_equal(h->restart, 0);
    assert_int_equal(r->n_reads, 0);
    rig_free(r);
}

static void test_a_store_makes_its_page_dirty(void **state)
{
    struct rig *r = start(state);

    assert_true(*ram_page_attr(&r->ram, DATA) & RAM_CLEAN);
    assert_true(exec_slow.store(host_of(r), DATA, 0, 1, 0));
    assert_false(*ram_page_attr(&r->ram, DATA) & RAM_CLEAN);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_loads_extend_and_swap),
        BOTH(test_stores_swap_whole_elements),
        BOTH(test_unaligned_device_memory_faults),
        BOTH(test_a_device_wants_the_instruction_alone),
        BOTH(test_nothing_there_is_an_abort),
        BOTH(test_a_store_over_code_wants_it_too),
        BOTH(test_a_probe_changes_nothing),
        BOTH(test_a_store_makes_its_page_dirty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
