/* SPDX-License-Identifier: MIT */
/*
 * hwtest.h - the surroundings of one device under test: a clock, a bus with
 * a little RAM, recorded interrupt wires and a channel with scripted input.
 */
#ifndef EMU_HWTEST_H
#define EMU_HWTEST_H

#include "device.h"

#define HWTEST_WIRES 32
#define HWTEST_TEXT  4096

/* Records what is driven on numbered wires. */
struct fake_wires {
    bool level[HWTEST_WIRES];       /* last level */
    unsigned changes[HWTEST_WIRES]; /* times it was driven */
};
struct irq_line fake_wire(struct fake_wires *w, unsigned n);

/* A channel that plays @input and keeps the output. */
struct fake_chan {
    struct chan chan;      /* head */
    u8 input[HWTEST_TEXT]; /* what the host will deliver */
    size_t n, pos;         /* its length, and how much was delivered */
    char out[HWTEST_TEXT]; /* what the device sent, NUL-terminated */
    size_t n_out;          /* its length */
};
void fake_chan_init(struct fake_chan *ch, bool deterministic);
/* Appends to the input. */
void fake_chan_type(struct fake_chan *ch, const char *text);

/* A device at @base on a bus of its own. */
struct hwtest {
    struct clock clock;      /* 1 instruction = 1 ns */
    struct ram ram;          /* 64 KiB at 0x40000000 */
    struct bus bus;          /* RAM and the device */
    struct device *dev;      /* the device, reset */
    struct fake_wires wires; /* dev->irq[n] drives wire n */
};
void hwtest_init(struct hwtest *t, const struct device_class *cls, gpa_t base,
                 struct chan *chan, u64 param);
void hwtest_fini(struct hwtest *t);
/* Accesses by CPU 0 at @off from the device's base; an abort fails. */
u64 hwtest_read(struct hwtest *t, u64 off, unsigned size);
void hwtest_write(struct hwtest *t, u64 off, unsigned size, u64 value);
/* Lets @ns pass, firing timers at their deadlines. */
void clock_advance(struct clock *c, u64 ns);

/* Flips a bit of every element of every listed field and puts it back. */
void check_fields_in_struct(struct device *dev);

#endif
