/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_cause.c - why two runs part, in a sentence.
 *
 * An event that differs and is not behind the first instruction that differs
 * is the cause: the machine gave the guest something else. Otherwise the
 * instructions themselves tell: another word, another page, another way at
 * a branch. What only makes a difference possible (other inputs, clocks and
 * random numbers that were read) is a hint.
 */
#include "emu_trace_diff.h"

#define FORWARD_INSNS 20000000 /* how far the other side's interrupt may be */

static const char *const nth[2] = { "first", "second" };

static bool is_async(const struct trace_item *it)
{
    return it->what == TRACE_EVENT && it->event.kind == TRACE_EXCEPTION &&
           (it->event.f[0] & 0x180) != 0;
}

static const char *async_name(const struct trace_item *it)
{
    static const char *const names[] = { "an exception", "an interrupt",
                                         "a fast interrupt", "an SError" };

    return names[it->event.f[0] >> 7 & 3];
}

/* --- interrupts ----------------------------------------------------------- */

/* The interrupt that was acknowledged behind event @e of its side's list. */
static bool find_intid(const GPtrArray *list, const struct event_copy *e,
                       u64 *intid)
{
    bool is_behind = false;

    for (guint i = 0; i < list->len; i++) {
        const struct event_copy *c = g_ptr_array_index(list, i);

        is_behind |= c == e;
        if (is_behind && c->it.event.kind == TRACE_IRQ &&
            c->it.cpu == e->it.cpu) {
            *intid = c->it.event.f[0];
            return true;
        }
    }
    return false;
}

/* The next interrupt of the side on that CPU, within reach. */
static bool look_forward(struct side *s, const struct event_copy *like,
                         u64 *count, GError **err)
{
    u64 until = s->it.count + FORWARD_INSNS;

    while (s->it.what != TRACE_END && s->it.count < until) {
        if (s->it.cpu == like->it.cpu && is_async(&s->it)) {
            *count = s->it.count;
            return true;
        }
        if (!side_next(s, err))
            return false;
    }
    *count = UINT64_MAX;
    return true;
}

/* The first interrupt of the list that is not before @e. */
static const struct event_copy *find_async(const GPtrArray *list,
                                           const struct event_copy *e)
{
    for (guint i = 0; i < list->len; i++) {
        const struct event_copy *c = g_ptr_array_index(list, i);

        if (c->at >= e->at && c->it.cpu == e->it.cpu && is_async(&c->it))
            return c;
    }
    return NULL;
}

/* Side @k took an interrupt, @e, where the other did not. */
static bool say_interrupt(struct diff *d, struct finding *f, unsigned k,
                          GError **err)
{
    const struct event_copy *e = f->event[k], *o;
    u64 count, intid;

    o = f->event[!k] = find_async(f->events[!k], e);
    f->code = "interrupt";
    g_string_append(f->why, async_name(&e->it));
    if (find_intid(f->events[k], e, &intid))
        g_string_append_printf(f->why, " (INTID %llu)", (ull)intid);
    g_string_append_printf(f->why, " was taken by cpu%u in the %s run at "
                           "%llu, in the %s ", e->it.cpu, nth[k],
                           (ull)e->it.count, nth[!k]);
    if (o)
        count = o->it.count;
    else if (!look_forward(&d->s[!k], e, &count, err))
        return false;
    if (count == UINT64_MAX)
        g_string_append(f->why, "not there and not soon after");
    else
        g_string_append_printf(f->why, "at %llu", (ull)count);
    return true;
}

/* --- other events --------------------------------------------------------- */

static void put_value(GString *out, u64 v)
{
    g_string_append_printf(out, v < 10 ? "%llu" : "0x%llx", (ull)v);
}

/* Appends the fields that are not the same in both. */
static void put_fields(struct diff *d, GString *out,
                       const struct event_copy *a, const struct event_copy *b)
{
    const struct trace_schema *s = a->it.schema;
    const char *between = ": ";

    for (unsigned i = 0; i < s->n_fields && i < b->it.schema->n_fields; i++) {
        u64 v = a->it.event.f[i], w = b->it.event.f[i];

        if (v == w || diff_ignores_field(d->rules, &a->it, s->field[i]) ||
            diff_is_address(d, &a->it, i))
            continue;
        g_string_append_printf(out, "%s%s ", between, s->field[i]);
        put_value(out, v);
        g_string_append(out, " in the first, ");
        put_value(out, w);
        g_string_append(out, " in the second");
        between = "; ";
    }
    if (a->at != b->at)
        g_string_append_printf(out, "%sat %llu in the first, at %llu in the "
                               "second", between, (ull)a->it.count,
                               (ull)b->it.count);
}

/* What the event is about: words for people, and the cause's code. */
static const char *subject(const struct trace_item *it, GString *out)
{
    const struct trace_event *ev = &it->event;
    int n = (int)ev->n_text;

    switch (ev->kind) {
    case TRACE_MMIO:
        g_string_append_printf(out, "a device register was %s: %.*s",
                               ev->f[0] ? "written" : "read", n, ev->text);
        return "mmio";
    case TRACE_IDREG:
        g_string_append_printf(out, "an identification register was read: "
                               "%.*s", n, ev->text);
        return "idreg";
    case TRACE_IRQ:
        g_string_append(out, "an interrupt was acknowledged");
        return "interrupt";
    case TRACE_CODE:
        g_string_append_printf(out, "code was written at 0x%llx",
                               (ull)ev->f[0]);
        return "code";
    case TRACE_REG:
        g_string_append_printf(out, "an instruction wrote register %llu",
                               (ull)ev->f[0]);
        return "register";
    case TRACE_MEM:
        g_string_append_printf(out, "an instruction %s memory at 0x%llx",
                               ev->f[0] ? "wrote" : "read", (ull)ev->f[1]);
        return "memory";
    case TRACE_SYSREG:
        g_string_append_printf(out, "a system register was written: %.*s", n,
                               ev->text);
        return "sysreg";
    case TRACE_EXCEPTION:
        g_string_append_printf(out, "an exception was taken to EL%llu",
                               (ull)ev->f[2]);
        return "exception";
    case TRACE_DEVICE:
        g_string_append_printf(out, "a device had input or output: %.*s", n,
                               ev->text);
        return "device";
    case TRACE_IDLE:
        g_string_append(out, "virtual time jumped while every CPU waited");
        return "idle";
    case TRACE_CONSOLE:
        g_string_append(out, "a line was written to the console");
        return "console";
    default:
        g_string_append_printf(out, "event %s%s%.*s", it->schema->name,
                               n ? " " : "", n, n ? ev->text : "");
        return "event";
    }
}

static void say_event(struct diff *d, struct finding *f)
{
    const struct event_copy *a = f->event[0], *b = f->event[1];
    bool both = a && b && (a->at == b->at || a->at > f->insn_at ||
                           !f->has_insn || b->at <= f->insn_at);

    f->code = subject(&(a ? a : b)->it, f->why);
    if (both)
        put_fields(d, f->why, a, b);
    else if (a && (!b || a->at <= b->at))
        g_string_append_printf(f->why, " in the first run at %llu",
                               (ull)a->it.count);
    else
        g_string_append_printf(f->why, " in the second run at %llu",
                               (ull)b->it.count);
    if (!both)
        g_string_append(f->why, ", not in the other there");
}

/* --- instructions --------------------------------------------------------- */

static const struct trace_block *block_of(const struct diff *d,
                                          const struct finding *f, unsigned k)
{
    return trace_block(d->s[k].r, f->insn[k].it.id);
}

/* Was this instruction written by the guest? The last time. */
static const struct event_copy *writer_of(const struct diff *d, u64 pa)
{
    const GPtrArray *a = d->history->code;

    for (guint i = a->len; i; i--) {
        const struct event_copy *c = g_ptr_array_index(a, i - 1);

        if (pa + 4 > c->it.event.f[0] &&
            pa < c->it.event.f[0] + MAX(c->it.event.f[1], 1))
            return c;
    }
    return NULL;
}

static bool headers_differ(const struct diff *d, const char *key)
{
    return g_strcmp0(diff_info(&d->s[0], key), diff_info(&d->s[1], key)) != 0;
}

static void say_code(struct diff *d, struct finding *f)
{
    const struct trace_block *b = block_of(d, f, 0);
    const struct event_copy *w = writer_of(d, b->pa + 4ul * f->insn[0].pos);

    f->code = "code";
    g_string_append(f->why, "an instruction is another one at the same "
                    "address");
    if (w)
        g_string_append_printf(f->why, "; it was written at %llu",
                               (ull)w->it.count);
    else if (headers_differ(d, "kernel.xxh128"))
        g_string_append(f->why, "; the kernels are different files");
    else if (headers_differ(d, "initrd.xxh128"))
        g_string_append(f->why, "; the initrds are different files");
}

/* A clock or a random number that was read last before the difference. */
static void hint_volatile(struct diff *d, struct finding *f)
{
    const struct seen *s = &d->history->clock[f->cpu];
    const struct trace_block *b;

    if (!s->n_insns)
        return;
    b = trace_block(d->s[0].r, s->id);
    for (u32 i = s->n_insns; i; i--) {
        const char *name = diff_clock(b->words[i - 1]);

        if (!name)
            continue;
        g_string_append_printf(f->hints, "%s was read at %llu: ", name,
                               (ull)(s->count + i - 1));
        diff_put_place(&d->s[0], f->hints, s->id, i - 1);
        g_string_append_c(f->hints, '\n');
        return;
    }
}

static void hint_inputs(struct diff *d, struct finding *f)
{
    static const char *const keys[] = {
        "features", "cpu", "append", "kernel.xxh128", "initrd.xxh128",
        "dtb.xxh128", "seed", "smp", "memory", "gic",
        "icount", "rtc",
    };
    bool any = false;

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        if (!headers_differ(d, keys[i]) ||
            diff_ignores_header(d->rules, keys[i]))
            continue;
        g_string_append_printf(f->hints, "%s%s", any ? ", " :
                               "the inputs differ: ", keys[i]);
        any = true;
    }
    if (any)
        g_string_append_c(f->hints, '\n');
}

static void say_flow(struct diff *d, struct finding *f)
{
    u64 before = f->insn[0].count;

    f->code = "control-flow";
    f->cause = history_block(d->history, f->cpu, before);
    g_string_append(f->why, "the runs go different ways");
    if (f->cause) {
        u32 i = (u32)(before - 1 - f->cause->count);

        f->cause_count = before - 1;
        g_string_append(f->why, " after ");
        diff_put_insn(&d->s[0], f->why, f->cause->id, i);
    }
    g_string_append(f->why, ": it worked on other values");
    hint_volatile(d, f);
}

static void say_end(struct diff *d, struct finding *f)
{
    unsigned k = f->insn[0].it.what == TRACE_END ? 0 : 1;
    const struct trace_summary *s = trace_summary(d->s[k].r);

    f->code = "end";
    g_string_append_printf(f->why, "the %s trace ends: %s", nth[k],
                           !s->complete ? "it is cut short" : s->why);
}

static void say_insn(struct diff *d, struct finding *f)
{
    const struct trace_item *a = &f->insn[0].it, *b = &f->insn[1].it;
    const struct trace_block *p, *q;
    u32 i = f->insn[0].pos, j = f->insn[1].pos;

    if (a->what == TRACE_END || b->what == TRACE_END) {
        say_end(d, f);
        return;
    }
    p = block_of(d, f, 0);
    q = block_of(d, f, 1);
    if (a->cpu != b->cpu) {
        f->code = "cpu-turn";
        g_string_append_printf(f->why, "cpu%u runs in the first, cpu%u in the "
                               "second", a->cpu, b->cpu);
    } else if (!diff_same_va(d, a->id, i, b->id, j)) {
        say_flow(d, f);
    } else if (p->words[i] != q->words[j] &&
               diff_word(p->words[i]) != diff_word(q->words[j])) {
        say_code(d, f);
    } else if (p->flags != q->flags) {
        f->code = "regime";
        g_string_append(f->why, "the exception level or the MMU's state is "
                        "another one");
    } else if (p->words[i] != q->words[j]) {
        say_code(d, f);
    } else {
        f->code = "mapping";
        g_string_append(f->why, "the address is mapped to another page");
    }
}

/* --- the cause ------------------------------------------------------------ */

/* The instruction whose event it was; both ran it. */
static void find_blamed(struct diff *d, struct finding *f)
{
    const struct event_copy *e = f->event[0] ? f->event[0] : f->event[1];
    u64 count = f->event[0] ? e->it.count : e->at + d->s[0].left_out;

    f->cause = history_block(d->history, e->it.cpu, count);
    for (unsigned i = 0; i < f->n_common; i++)
        if (f->common[i].cpu == e->it.cpu && f->common[i].count < count &&
            count <= f->common[i].count + f->common[i].n_insns)
            f->cause = &f->common[i];
    f->cause_count = count - 1;
}

bool diff_cause(struct diff *d, struct finding *f, GError **err)
{
    const struct event_copy *e = f->event[0];
    bool ok = true;

    if (!e || (f->event[1] && f->event[1]->at < e->at))
        e = f->event[1];
    if (e && (!f->has_insn || e->at <= f->insn_at)) {
        f->cpu = e->it.cpu;
        if (is_async(&e->it)) {
            ok = say_interrupt(d, f, e == f->event[1], err);
        } else {
            say_event(d, f);
            find_blamed(d, f);
        }
    } else if (f->has_insn) {
        f->event[0] = f->event[1] = NULL;
        f->at = f->insn_at;
        say_insn(d, f);
    } else if (e) {
        say_event(d, f);
    } else {
        f->code = "parted";
        g_string_append(f->why, "a block was parted at another count");
    }
    hint_inputs(d, f);
    return ok;
}
