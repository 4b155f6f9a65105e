/* SPDX-License-Identifier: MIT */
/*
 * test_hash.c - src/exec/hash.c: one bit anywhere in RAM, in any register or
 * in any device field changes the hash, and putting it back restores it.
 */
#include "rig.h"

#include "board.h"
#include "cpu.h"
#include "ir.h"

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

/* State that is no register of this machine: nothing reads it. */
static bool is_unused(size_t off)
{
    static const struct {
        size_t from, to; /* bytes of struct a64_arch */
    } none[] = {
#define UPPER(f) \
    { offsetof(struct a64_arch, f[2]), offsetof(struct a64_arch, f[4]) }
#define LOWER(f) \
    { offsetof(struct a64_arch, f[0]), offsetof(struct a64_arch, f[1]) }
#define FROM(f, n) \
    { offsetof(struct a64_arch, f[n]), offsetof(struct a64_arch, f[16]) }
        UPPER(sp_el), UPPER(elr), UPPER(spsr), UPPER(esr), UPPER(far),
        UPPER(vbar), UPPER(sctlr), UPPER(actlr), UPPER(ttbr0), UPPER(ttbr1),
        UPPER(tcr), UPPER(mair), UPPER(amair), UPPER(afsr0), UPPER(afsr1),
        UPPER(contextidr), UPPER(tpidr),
        LOWER(elr), LOWER(spsr), LOWER(esr), LOWER(far), LOWER(vbar),
        LOWER(sctlr), LOWER(actlr), LOWER(ttbr0), LOWER(ttbr1), LOWER(tcr),
        LOWER(mair), LOWER(amair), LOWER(afsr0), LOWER(afsr1),
        LOWER(contextidr),
        FROM(dbgbvr, 6), FROM(dbgbcr, 6), FROM(dbgwvr, 4), FROM(dbgwcr, 4),
        /* the live SP's bank is in sp; CNTVOFF_EL2 is no register yet */
        { offsetof(struct a64_arch, sp_el[1]),
          offsetof(struct a64_arch, sp_el[2]) },
        { offsetof(struct a64_arch, cntvoff),
          offsetof(struct a64_arch, cntvoff) + 8 },
        /* padding before V0 */
        { offsetof(struct a64_arch, fiq_line) + 1,
          offsetof(struct a64_arch, v) },
    };

    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        if (off >= none[i].from && off < none[i].to)
            return true;
    return off >= offsetof(struct a64_arch, apkey) +
                      sizeof(((struct a64_arch *)0)->apkey);
}

static void test_every_byte_of_a_cpu_counts(void **state)
{
    struct fixture f;
    struct a64_cpu *cpu;
    u64 before;
    u8 *p;

    start(&f, state);
    cpu = exec_cpu(f.r->exec, 0);
    p = (u8 *)&cpu->arch;
    before = hash(&f);
    for (size_t i = 0; i < sizeof(cpu->arch); i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            /* NZCV: only four bits mean something. */
            if (i == offsetof(struct a64_arch, nzcv) ||
                i == offsetof(struct a64_arch, nzcv) + 1 || is_unused(i))
                continue;
            p[i] ^= (u8)(1u << bit);
            if (hash(&f) == before)
                fail_msg("byte %zu of the state, bit %u", i, bit);
            p[i] ^= (u8)(1u << bit);
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        u16 old = cpu->arch.nzcv;

        cpu->arch.nzcv =
            ir_nzcv_from_packed(ir_nzcv_to_packed(old) ^ 1u << (28 + i));
        assert_int_not_equal(hash(&f), before);
        cpu->arch.nzcv = old;
    }
    assert_int_equal(hash(&f), before);
    finish(&f);
}

static u64 hash_board(struct fixture *f, struct board *b)
{
    struct exec_hash h;

    exec_hash(f->r->exec, b->devices, b->n_devices, &h);
    return h.all;
}

/* For device_walk(): flips a bit of each byte of a field. */
struct flipper {
    struct fixture *f; /* the machine */
    struct board *b;   /* its devices */
    u64 before;        /* hash of the untouched state */
    unsigned n;        /* bytes tried */
};

static void flip_field(void *opaque, const char *name, void *p, u32 size,
                       u32 count)
{
    struct flipper *x = opaque;
    u8 *byte = p;

    for (u32 i = 0; i < size * count; i++) {
        byte[i] ^= 0x10;
        if (hash_board(x->f, x->b) == x->before)
            fail_msg("field %s, byte %u", name, i);
        byte[i] ^= 0x10;
        x->n++;
    }
}

static void test_every_field_of_the_board_counts(void **state)
{
    static const struct irq_line none[1];
    static const u64 mpidr[1];
    struct board_config cfg = {
        .n_cpus = 1,
        .gic_version = 3,
        .ram_size = RAM_SIZE,
        .cpu_compatible = "arm,armv8",
        .mpidr = mpidr,
    };
    struct fixture f;
    struct flipper x = { .f = &f };
    struct board b;
    struct bus bus;

    start(&f, state);
    bus_init(&bus, &f.r->ram);
    assert_true(board_init(&b, &cfg, &f.r->clock, &bus, NULL, none, none,
                           NULL));
    x.b = &b;
    x.before = hash_board(&f, &b);
    for (unsigned i = 0; i < b.n_devices; i++)
        device_walk(b.devices[i], flip_field, &x);
    assert_true(x.n > 100);
    assert_int_equal(hash_board(&f, &b), x.before);
    board_fini(&b);
    bus_fini(&bus);
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
        BOTH(test_every_byte_of_a_cpu_counts),
        BOTH(test_every_device_field_counts),
        BOTH(test_every_field_of_the_board_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
