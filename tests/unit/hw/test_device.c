/* SPDX-License-Identifier: MIT */
/*
 * test_device.c - hw/device.c: life of a device, field walk, register names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "device.h"

struct toy {
    struct device dev; /* head */
    u8 small[3];       /* an array */
    u64 big;           /* a number */
    unsigned *finis;   /* counts fini() */
};

static void toy_init(struct device *dev)
{
    struct toy *t = container_of(dev, struct toy, dev);

    t->big = dev->param;
}

static void toy_reset(struct device *dev)
{
    container_of(dev, struct toy, dev)->big = 1;
}

static void toy_fini(struct device *dev)
{
    ++*container_of(dev, struct toy, dev)->finis;
}

static const struct dev_field toy_fields[] = {
    DEV_ARRAY(struct toy, small),
    DEV_FIELD(struct toy, big),
    DEV_FIELD_END,
};

static const struct dev_reg toy_regs[] = { DEV_REG(4, "FOUR"), DEV_REG_END };

static const struct device_class toy_class = {
    .name = "toy",
    .state_size = sizeof(struct toy),
    .init = toy_init,
    .reset = toy_reset,
    .fini = toy_fini,
    .mmio = { .regs = toy_regs },
    .fields = toy_fields,
};

static void test_new_fills_in_the_head_and_initialises(void **state)
{
    unsigned finis = 0;
    char id[] = "toy0";
    struct device *dev =
        device_new(&toy_class, id, 0x1000, NULL, NULL, NULL, 77);
    struct toy *t = container_of(dev, struct toy, dev);

    (void)state;
    id[0] = 'X'; /* the device has its own copy */
    t->finis = &finis;
    assert_string_equal(dev->id, "toy0");
    assert_ptr_equal(dev->cls, &toy_class);
    assert_int_equal(dev->base, 0x1000);
    assert_int_equal(t->big, 77);
    irq_set(&dev->irq[0], true); /* an open wire is harmless */
    device_free(dev);
    assert_int_equal(finis, 1);
    device_free(NULL);
}

struct seen {
    unsigned n;          /* fields seen */
    const char *name[4]; /* their names */
    void *p[4];          /* their places */
    u32 size[4];         /* element sizes */
    u32 count[4];        /* element counts */
};

static void look(void *opaque, const char *name, void *p, u32 size, u32 count)
{
    struct seen *s = opaque;

    s->name[s->n] = name;
    s->p[s->n] = p;
    s->size[s->n] = size;
    s->count[s->n++] = count;
}

static void test_walk_feeds_fields_in_table_order(void **state)
{
    unsigned finis = 0;
    struct device *dev = device_new(&toy_class, "t", 0, NULL, NULL, NULL, 0);
    struct toy *t = container_of(dev, struct toy, dev);
    struct seen s = { .n = 0 };

    (void)state;
    t->finis = &finis;
    device_walk(dev, look, &s);
    assert_int_equal(s.n, 2);
    assert_string_equal(s.name[0], "small");
    assert_ptr_equal(s.p[0], t->small);
    assert_int_equal(s.size[0], 1);
    assert_int_equal(s.count[0], 3);
    assert_string_equal(s.name[1], "big");
    assert_ptr_equal(s.p[1], &t->big);
    assert_int_equal(s.size[1], 8);
    assert_int_equal(s.count[1], 1);
    device_free(dev);
}

static void test_register_names_come_from_the_table(void **state)
{
    struct device dev = { .cls = &toy_class };
    struct device_class nameless = toy_class;

    (void)state;
    assert_string_equal(device_reg_name(&dev, 4), "FOUR");
    assert_null(device_reg_name(&dev, 0));
    nameless.mmio.regs = NULL;
    dev.cls = &nameless;
    assert_null(device_reg_name(&dev, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_fills_in_the_head_and_initialises),
        cmocka_unit_test(test_walk_feeds_fields_in_table_order),
        cmocka_unit_test(test_register_names_come_from_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
