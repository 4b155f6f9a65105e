/* SPDX-License-Identifier: MIT */
/*
 * test_hash.c - src/exec/hash.c: one bit anywhere in RAM, in any register or
 * in any device field changes the hash, and putting it back restores it.
 */
#include "rig.h"

struct toy {
    struct device dev; /* head */
    u8 byte;           /* listed */
    u32 words[3];      /* listed */
    u64 hidden;        /* not listed */
};

static const struct dev_field toy_fields[] = {
    DEV_FIELD(struct toy, byte),
    DEV_ARRAY(struct toy, words),
    DEV_FIELD_END,
};

static void toy_init(struct device *dev)
{
    (void)dev;
}

static const struct device_class toy_class = {
    .name = "toy",
    .state_size = sizeof(struct toy),
    .init = toy_init,
    .fields = toy_fields,
};

struct fixture {
    struct rig *r;
    struct device *dev;
};

static u64 hash(struct fixture *f)
{
    struct exec_hash h;

    exec_hash(f->r->exec, &f->dev, 1, &h);
    return h.all;
}

static void start(struct fixture *f, void **state)
{
    static const u32 code[] = { MOVZ(0, 7, 0), B(0) };

    f->r = rig_new(state);
    f->r->cfg.exit_after = 10;
    rig_start(f->r, code, sizeof(code));
    rig_run(f->r);
    f->dev = device_new(&toy_class, "toy", 0, &f->r->clock, &f->r->bus, NULL,
                        0);
}

static void finish(struct fixture *f)
{
    device_free(f->dev);
    rig_free(f->r);
}

static void test_every_ram_bit_counts(void **state)
{
    static const gpa_t at[] = { BASE, BASE + 4095, BASE + 0x12345,
                                BASE + RAM_SIZE - 1 };
    struct fixture f;
    u64 before;

    start(&f, state);
    before = hash(&f);
    assert_int_equal(hash(&f), before);
    for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            u8 old, v;

            ram_read(&f.r->ram, at[i], &old, 1);
            v = (u8)(old ^ 1u << bit);
            ram_write(&f.r->ram, at[i], &v, 1);
            assert_int_not_equal(hash(&f), before);
            ram_write(&f.r->ram, at[i], &old, 1);
            assert_int_equal(hash(&f), before);
        }
    }
    finish(&f);
}

static void test_a_page_of_zeros_is_like_one_never_written(void **state)
{
    struct fixture f;
    u8 zero = 0, one = 1;
    u64 before;

    start(&f, state);
    before = hash(&f);
    ram_write(&f.r->ram, BASE + 0x20000, &one, 1);
    ram_write(&f.r->ram, BASE + 0x20000, &zero, 1);
    assert_int_equal(hash(&f), before);
    /* The same bytes in another page are another state. */
    ram_write(&f.r->ram, BASE + 0x20000, &one, 1);
    before = hash(&f);
    ram_write(&f.r->ram, BASE + 0x20000, &zero, 1);
    ram_write(&f.r->ram, BASE + 0x21000, &one, 1);
    assert_int_not_equal(hash(&f), before);
    finish(&f);
}

static void test_every_register_counts(void **state)
{
    struct fixture f;
    unsigned changed = 0;
    u64 before;

    start(&f, state);
    before = hash(&f);
    for (unsigned i = 0; i < a64_target.n_regs; i++) {
        void *cpu = exec_cpu(f.r->exec, 0);
        v128 old, v, now;

        a64_target.reg_get(cpu, i, &old);
        v = old;
        v.d[0] ^= 1;
        a64_target.reg_set(cpu, i, &v);
        a64_target.reg_get(cpu, i, &now);
        if (memcmp(&old, &now, sizeof(old)) != 0) {
            assert_int_not_equal(hash(&f), before);
            changed++;
        }
        a64_target.reg_set(cpu, i, &old);
        assert_int_equal(hash(&f), before);
    }
    assert_true(changed > 100);
    finish(&f);
}

static void test_every_device_field_counts(void **state)
{
    struct fixture f;
    struct toy *t;
    u64 before;

    start(&f, state);
    t = (struct toy *)f.dev;
    before = hash(&f);
    t->byte ^= 0x80;
    assert_int_not_equal(hash(&f), before);
    t->byte ^= 0x80;
    for (unsigned i = 0; i < 3; i++) {
        t->words[i] ^= 0x10000;
        assert_int_not_equal(hash(&f), before);
        t->words[i] ^= 0x10000;
    }
    t->hidden++;
    assert_int_equal(hash(&f), before);
    f.r->clock.idle_ns++;
    assert_int_not_equal(hash(&f), before);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_every_ram_bit_counts),
        BOTH(test_a_page_of_zeros_is_like_one_never_written),
        BOTH(test_every_register_counts),
        BOTH(test_every_device_field_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
