/* SPDX-License-Identifier: MIT */
/*
 * probetape.c - a probe that keeps what it is told (probetape.h). It checks
 * each event against the table of kinds, as a trace's writer would.
 */
#include "probetape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

/* What the table says of each kind. */
static const struct {
    const char *flags;  /* T: it has a text */
    const char *fields; /* names, with a blank between */
} kinds[64] = {
#define EVENT(NAME, number, name, flags, fields, what)                       \
    [number] = { flags, fields },
#include "trace_events.def"
#undef EVENT
};

static unsigned n_fields(const char *names)
{
    unsigned n = 1;

    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): asserted */
    for (; *names; names++)
        n += *names == ' ';
    return n;
}

static void emit(void *opaque, unsigned kind, const u64 *f, unsigned n,
                 const char *text, size_t n_text)
{
    struct tape *t = opaque;
    struct tape_event *ev;

    assert_true(kind < 64 && kinds[kind].fields != NULL);
    assert_true(t->probe.on >> kind & 1);
    assert_int_equal(n, n_fields(kinds[kind].fields));
    assert_int_equal(text != NULL, strchr(kinds[kind].flags, 'T') != NULL);
    if (t->n++ >= TAPE_EVENTS)
        return;
    ev = &t->ev[t->n - 1];
    *ev = (struct tape_event){ .kind = kind, .n = n };
    memcpy(ev->f, f, n * sizeof(*f));
    if (t->clock)
        ev->at = *t->clock;
    if (n_text >= TAPE_TEXT)
        n_text = TAPE_TEXT - 1;
    if (text)
        memcpy(ev->text, text, n_text);
}

struct tape *tape_new(u64 on)
{
    struct tape *t = g_new0(struct tape, 1);

    t->probe = (struct probe){ .on = on, .emit = emit, .opaque = t };
    return t;
}

void tape_clear(struct tape *t)
{
    t->n = 0;
}

static unsigned kept(const struct tape *t)
{
    return t->n < TAPE_EVENTS ? t->n : TAPE_EVENTS;
}

const struct tape_event *tape_find(const struct tape *t, unsigned kind,
                                   unsigned from)
{
    for (unsigned i = from; i < kept(t); i++)
        if (t->ev[i].kind == kind)
            return &t->ev[i];
    return NULL;
}

unsigned tape_count(const struct tape *t, unsigned kind)
{
    unsigned n = 0;

    for (unsigned i = 0; i < kept(t); i++)
        n += t->ev[i].kind == kind;
    return n;
}
