/* SPDX-License-Identifier: MIT */
/*
 * window.c - when a trace begins and ends: counts, addresses, symbols of the
 * kernel, events.
 *
 * The engine stops at the exact places: at a count (exec_alarm), before an
 * address (exec_watch), and an event is told at one. A symbol has two
 * addresses, where it lies in physical memory before the MMU is on, and its
 * virtual one, which is known when the kernel first runs there (KASLR).
 */
#include "capture_impl.h"

#include <string.h>

#include "bits.h"
#include "symbols.h"

#define WINDOW_ERROR g_quark_from_static_string("emu-trace-window")

/* --- opening and closing -------------------------------------------------- */

/*
 * A count that ends the window may have passed when it opens: then it closes
 * as soon as it may. One that begins it comes once.
 */
static void next_alarm(struct capture *c)
{
    u64 now = exec_now(c->m.exec);

    if (c->is_open && c->stop.when == CAPTURE_COUNT)
        exec_alarm(c->m.exec, c->stop.value);
    else if (c->is_open && c->stop.when == CAPTURE_LENGTH)
        exec_alarm(c->m.exec, now + c->stop.value);
    else if (!c->is_open && c->start.when == CAPTURE_COUNT &&
             c->start.value >= now)
        exec_alarm(c->m.exec, c->start.value);
    else
        exec_alarm(c->m.exec, UINT64_MAX);
}

static void set_open(struct capture *c, bool open)
{
    u32 w[3] = { open };

    if (open == c->is_open)
        return;
    c->is_open = open;
    next_alarm(c);
    ring_put64(w + 1, exec_now(c->m.exec));
    exec_ring_put(c->m.exec, RING_GATE, w, ARRAY_SIZE(w));
    exec_observe(c->m.exec, open && (c->o->regs || c->o->mem));
}

void capture_alarm(void *opaque)
{
    struct capture *c = opaque;

    set_open(c, !c->is_open);
}

/* --- events --------------------------------------------------------------- */

static bool is_it(const struct capture_trigger *t, unsigned kind,
                  const char *text, size_t n_text)
{
    return t->when == CAPTURE_EVENT && t->kind == kind &&
           (!t->text ||
            (text && g_strstr_len(text, (gssize)n_text, t->text)));
}

void window_before_event(struct capture *c, unsigned kind, const char *text,
                         size_t n_text)
{
    if (!c->is_open && is_it(&c->start, kind, text, n_text))
        set_open(c, true);
}

void window_after_event(struct capture *c, unsigned kind, const char *text,
                        size_t n_text)
{
    if (c->is_open && is_it(&c->stop, kind, text, n_text))
        set_open(c, false);
}

/* --- addresses ------------------------------------------------------------ */

/* Where trigger @t is: up to two addresses. Returns how many. */
static unsigned places(const struct capture *c,
                       const struct capture_trigger *t, u64 va[2])
{
    unsigned n = 0;

    if (t->when != CAPTURE_AT)
        return 0;
    if (!t->text) {
        va[n++] = t->value;
        return n;
    }
    if (c->m.kernel_pa)
        va[n++] = t->value - c->m.text_va + c->m.kernel_pa;
    if (c->knows_bias)
        va[n++] = t->value + c->kernel_bias;
    return n;
}

static void watch_places(struct capture *c)
{
    u64 va[EXEC_MAX_WATCH];
    unsigned n = places(c, &c->start, va);

    n += places(c, &c->stop, va + n);
    if (n)
        exec_watch(c->m.exec, va, n);
}

static bool is_at(const struct capture *c, const struct capture_trigger *t,
                  const struct tb *tb)
{
    u64 va[2];
    unsigned n = places(c, t, va);

    /* A program may lie where the kernel is in physical memory. */
    if (t->text && !(tb->flags & RING_EL))
        return false;
    while (n--)
        if (va[n] == tb->pc)
            return true;
    return false;
}

void capture_watch(void *opaque, const struct tb *tb)
{
    struct capture *c = opaque;

    if (!c->is_open && is_at(c, &c->start, tb))
        set_open(c, true);
    else if (c->is_open && is_at(c, &c->stop, tb))
        set_open(c, false);
}

void capture_made(void *opaque, const struct tb *tb)
{
    struct capture *c = opaque;

    if (c->knows_bias || !c->m.kernel_pa || !bit64(tb->pc, 63) ||
        !symset_kernel_bias(c->m.text_va, c->m.kernel_size, c->m.kernel_pa,
                            tb->pc, tb->pa, &c->kernel_bias))
        return;
    c->knows_bias = true;
    watch_places(c);
}

/* --- beginning ------------------------------------------------------------ */

/* The trigger's symbol becomes the address it was linked at. */
static bool resolve(struct capture *c, struct capture_trigger *t,
                    GError **err)
{
    const char *plus = t->text ? strchr(t->text, '+') : NULL;
    g_autofree char *name = NULL;
    const struct symbol *s = NULL;
    char *end = NULL;
    u64 off = 0;

    if (t->when != CAPTURE_AT || !t->text)
        return true;
    name = plus ? g_strndup(t->text, (gsize)(plus - t->text))
                : g_strdup(t->text);
    if (plus)
        off = g_ascii_strtoull(plus + 1, &end, 0);
    if (c->m.symbols)
        s = symtab_find(c->m.symbols, name, 0);
    if (!s || (plus && (end == plus + 1 || *end)) || (off & 3)) {
        g_set_error(err, WINDOW_ERROR, 0, "-trace: %s '%s'%s",
                    s ? "bad offset in" : "the kernel has no symbol", t->text,
                    s || c->m.symbols ? "" : ": no symbols were found in it");
        return false;
    }
    t->value = s->va + off;
    return true;
}

bool window_init(struct capture *c, GError **err)
{
    c->is_open = c->start.when == CAPTURE_NEVER;
    return resolve(c, &c->start, err) && resolve(c, &c->stop, err);
}

void window_start(struct capture *c)
{
    watch_places(c);
    next_alarm(c);
    if (c->is_open)
        exec_observe(c->m.exec, c->o->regs || c->o->mem);
}
