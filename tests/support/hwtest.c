/* SPDX-License-Identifier: MIT */
/*
 * hwtest.c - the surroundings of one device under test (hwtest.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hwtest.h"

static void wire_set(void *opaque, unsigned n, bool level)
{
    struct fake_wires *w = opaque;

    w->level[n] = level;
    w->changes[n]++;
}

struct irq_line fake_wire(struct fake_wires *w, unsigned n)
{
    return (struct irq_line){ wire_set, w, n };
}

static void fake_write(struct chan *ch, const u8 *buf, size_t n)
{
    struct fake_chan *f = container_of(ch, struct fake_chan, chan);

    assert_true(f->n_out + n < sizeof(f->out));
    memcpy(f->out + f->n_out, buf, n);
    f->n_out += n;
}

static size_t fake_read(struct chan *ch, u8 *buf, size_t max)
{
    struct fake_chan *f = container_of(ch, struct fake_chan, chan);
    size_t n = f->n - f->pos < max ? f->n - f->pos : max;

    memcpy(buf, f->input + f->pos, n);
    f->pos += n;
    return n;
}

static int fake_pollfd(struct chan *ch)
{
    (void)ch;
    return -1;
}

static bool fake_is_open(struct chan *ch)
{
    struct fake_chan *f = container_of(ch, struct fake_chan, chan);

    return f->pos < f->n;
}

static void fake_free(struct chan *ch)
{
    (void)ch;
}

static const struct chan_backend fake_backend = {
    .write = fake_write,
    .read = fake_read,
    .pollfd = fake_pollfd,
    .is_open = fake_is_open,
    .free = fake_free,
};

void fake_chan_init(struct fake_chan *ch, bool deterministic)
{
    memset(ch, 0, sizeof(*ch));
    ch->chan.backend = &fake_backend;
    ch->chan.deterministic = deterministic;
}

void fake_chan_type(struct fake_chan *ch, const char *text)
{
    size_t n = strlen(text);

    assert_true(ch->n + n <= sizeof(ch->input));
    memcpy(ch->input + ch->n, text, n);
    ch->n += n;
}

void hwtest_init(struct hwtest *t, const struct device_class *cls, gpa_t base,
                 struct chan *chan, u64 param)
{
    memset(t, 0, sizeof(*t));
    clock_init(&t->clock, 0);
    assert_true(ram_init(&t->ram, 0x40000000, 64 * KiB, NULL));
    bus_init(&t->bus, &t->ram);
    t->dev = device_new(cls, "dut", base, &t->clock, &t->bus, chan, param);
    bus_add(&t->bus, base, cls->mmio.size, &cls->mmio, t->dev, t->dev->id);
    for (unsigned i = 0; i < cls->n_irqs; i++)
        t->dev->irq[i] = fake_wire(&t->wires, i);
    cls->reset(t->dev);
}

void hwtest_fini(struct hwtest *t)
{
    device_free(t->dev);
    bus_fini(&t->bus);
    ram_fini(&t->ram);
    clock_fini(&t->clock);
}

u64 hwtest_read(struct hwtest *t, u64 off, unsigned size)
{
    u64 value = ~0ull;

    assert_int_equal(bus_read(&t->bus, 0, t->dev->base + off, size, &value),
                     MEM_OK);
    return value;
}

void hwtest_write(struct hwtest *t, u64 off, unsigned size, u64 value)
{
    assert_int_equal(bus_write(&t->bus, 0, t->dev->base + off, size, value),
                     MEM_OK);
}

void clock_advance(struct clock *c, u64 ns)
{
    u64 end = clock_now(c) + ns;

    while (clock_next(c) <= end) {
        if (clock_next(c) > clock_now(c))
            c->idle_ns += clock_next(c) - clock_now(c);
        clock_run(c);
    }
    c->idle_ns += end - clock_now(c);
}

static void flip(void *opaque, const char *name, void *p, u32 size, u32 count)
{
    const struct device *dev = opaque;
    u8 *bytes = p;

    assert_non_null(name);
    assert_true(size == 1 || size == 2 || size == 4 || size == 8);
    assert_true(bytes >= (const u8 *)(dev + 1));
    assert_true(bytes + (size_t)size * count <=
                (const u8 *)dev + dev->cls->state_size);
    for (u32 i = 0; i < size * count; i++) {
        bytes[i] ^= 1;
        bytes[i] ^= 1;
    }
}

void check_fields_in_struct(struct device *dev)
{
    device_walk(dev, flip, dev);
}
