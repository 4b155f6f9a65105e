/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_perfetto.c - emu-trace export --format perfetto: a timeline for
 * ui.perfetto.dev, chrome://tracing and speedscope.
 *
 * JSON of the Trace Event Format: one process, the machine; a thread for each
 * CPU and one for what all of them do. On a CPU's thread lie, each within the
 * one before: exception levels, exceptions from entry to return, waiting,
 * and with --functions calls. Spans are told by B and E records, and always
 * nest: whatever ends a span ends those within it first, and at the end of
 * the trace, wherever that is, all are ended.
 *
 * Time is virtual: an instruction takes 1 ns, or what the header's icount (or,
 * without it, two `idle` events) say that it takes, and an `idle` event says
 * how far the clock jumped. What lies before the first of them in the range
 * is placed so that it fits.
 *
 * The interrupt of an exception is known after its entry, so a CPU's records
 * are held back from there until its acknowledgement.
 */
#include "emu_trace_export.h"

typedef unsigned long long ull;

enum {
    MACHINE_TID = TRACE_MAX_CPUS + 1, /* thread of the whole machine */
    MAX_DEPTH = 128,                  /* spans in each other, on a CPU */
    MAX_EXCEPTIONS = 16,              /* of them exceptions */
    MAX_HELD = 64 * KiB,              /* bytes held back */
    COUNTER_NS = 100000,              /* between values of a counter */
    EC_SHIFT = 26,                    /* exception class in ESR_ELx */
};

enum span_kind { SPAN_EL, SPAN_EXCEPTION, SPAN_CALL, SPAN_WAIT };

/* A span that has begun. */
struct span {
    enum span_kind kind; /* what it is */
    u8 from;             /* exception: level it came from */
    bool had_call;       /* exception: it parted a call from its target */
    bool is_silent;      /* too deep: it has no records */
    u64 back;            /* call, exception: where it returns to */
    u64 call_back;       /* exception, with had_call: that call's back */
};

/* One CPU. */
struct lane {
    GArray *spans;    /* struct span, outermost first */
    unsigned tid;     /* its thread */
    int el;           /* exception level; -1 = not known yet */
    bool called;      /* the last block ended in a call */
    bool returned;    /* or in a return */
    u64 back;         /* called: address behind the call */
    GString *held;    /* records that are held back */
    gsize name_at;    /* where the interrupt's name goes, if there are any */
    guint named_span; /* depth of the span it belongs to */
    bool is_holding;  /* held is in use */
};

struct view {
    struct export *x;                 /* options, trace and output */
    struct lane lane[TRACE_MAX_CPUS]; /* CPUs */
    GString *buf;                     /* records to be written */
    u64 scale;                        /* ns an instruction takes */
    u64 skew;                         /* virtual time minus scale * count */
    u64 now;                          /* virtual time of the last record */
    u64 n;                            /* records */
    u64 tlbi, tlbi_told, tlbi_time;   /* counter: value, as told, and when */
    bool is_full;                     /* --limit was reached */
    char **names;                     /* by identity: functions, once asked */
};

/* --- records -------------------------------------------------------------- */

static u64 time_of(struct view *v, u64 count)
{
    v->now = MAX(v->now, count * v->scale + v->skew);
    return v->now;
}

static GString *lane_buf(struct view *v, struct lane *l)
{
    return l && l->is_holding ? l->held : v->buf;
}

/* Begins a record: the rest is the caller's, with record_end(). */
static GString *record(struct view *v, struct lane *l, char ph, u64 ts)
{
    GString *out = lane_buf(v, l);

    g_string_append_printf(out, ",\n{\"ph\":\"%c\",\"pid\":1,\"tid\":%u,"
                           "\"ts\":%llu.%03u", ph, l ? l->tid : MACHINE_TID,
                           (ull)(ts / 1000), (unsigned)(ts % 1000));
    v->n++;
    return out;
}

static void release(struct view *v, struct lane *l, const char *name)
{
    if (!l->is_holding)
        return;
    if (name)
        g_string_insert(l->held, (gssize)l->name_at, name);
    g_string_append_len(v->buf, l->held->str, (gssize)l->held->len);
    g_string_truncate(l->held, 0);
    l->is_holding = false;
}

static void record_end(struct view *v, struct lane *l, GString *out)
{
    g_string_append_c(out, '}');
    if (l && l->is_holding && l->held->len > MAX_HELD)
        release(v, l, NULL);
    if (v->buf->len > MAX_HELD) {
        fwrite(v->buf->str, 1, v->buf->len, v->x->out);
        g_string_truncate(v->buf, 0);
    }
}

static void put_name(GString *out, const char *name)
{
    g_string_append(out, ",\"name\":");
    json_text(out, name, strlen(name));
}

static void instant(struct view *v, struct lane *l, u64 ts, const char *name,
                    const char *args)
{
    GString *out = record(v, l, 'i', ts);

    g_string_append_printf(out, ",\"s\":\"%c\"", l ? 't' : 'p');
    put_name(out, name);
    g_string_append_printf(out, ",\"args\":{%s}", args);
    record_end(v, l, out);
}

/* --- spans ---------------------------------------------------------------- */

static struct span *top(struct lane *l)
{
    return l->spans->len ? &g_array_index(l->spans, struct span,
                                          l->spans->len - 1) : NULL;
}

static void pop(struct view *v, struct lane *l, u64 ts)
{
    bool is_silent = top(l)->is_silent;

    g_array_set_size(l->spans, l->spans->len - 1);
    if (!is_silent)
        record_end(v, l, record(v, l, 'E', ts));
    if (l->is_holding && l->spans->len < l->named_span)
        release(v, l, NULL);
}

static void pop_to(struct view *v, struct lane *l, guint depth, u64 ts)
{
    while (l->spans->len > depth)
        pop(v, l, ts);
}

/* @args: members of an object, or NULL. */
static void push(struct view *v, struct lane *l, struct span s, u64 ts,
                 const char *name, const char *args)
{
    GString *out;

    s.is_silent = l->spans->len >= MAX_DEPTH;
    g_array_append_val(l->spans, s);
    if (s.is_silent)
        return;
    out = record(v, l, 'B', ts);
    put_name(out, name);
    if (l->is_holding && l->named_span == l->spans->len && !l->name_at)
        l->name_at = out->len - 1;
    if (args)
        g_string_append_printf(out, ",\"args\":{%s}", args);
    record_end(v, l, out);
}

static void set_el(struct view *v, struct lane *l, int el, u64 ts)
{
    char name[8];

    if (l->el == el)
        return;
    pop_to(v, l, 0, ts);
    l->el = el;
    l->called = l->returned = false;
    snprintf(name, sizeof(name), "EL%d", el);
    push(v, l, (struct span){ .kind = SPAN_EL }, ts, name, NULL);
}

static void end_wait(struct view *v, struct lane *l, u64 ts)
{
    if (top(l) && top(l)->kind == SPAN_WAIT)
        pop(v, l, ts);
}

/* --- exceptions ----------------------------------------------------------- */

static const struct {
    u8 ec;            /* class */
    const char *name; /* of the span */
} classes[] = {
    { 0x00, "undefined instruction" }, { 0x01, "wfx trap" },
    { 0x07, "fp trap" }, { 0x0d, "branch target" },
    { 0x0e, "illegal state" }, { 0x15, "svc" }, { 0x16, "hvc" },
    { 0x17, "smc" }, { 0x18, "sysreg trap" }, { 0x19, "sve trap" },
    { 0x1c, "pac failure" }, { 0x20, "instruction abort" },
    { 0x21, "instruction abort" }, { 0x22, "pc alignment" },
    { 0x24, "data abort" }, { 0x25, "data abort" },
    { 0x26, "sp alignment" }, { 0x2c, "fp exception" },
    { 0x30, "breakpoint" }, { 0x31, "breakpoint" }, { 0x32, "single step" },
    { 0x33, "single step" }, { 0x34, "watchpoint" }, { 0x35, "watchpoint" },
    { 0x3c, "brk" },
};

static void exception_name(char *out, size_t size, u64 slot, u64 esr)
{
    static const char *const kinds[] = { "", "irq", "fiq", "serror" };
    unsigned ec = esr >> EC_SHIFT & 0x3f, kind = slot >> 7 & 3;

    snprintf(out, size, "exception class 0x%x", ec);
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (classes[i].ec == ec)
            snprintf(out, size, "%s", classes[i].name);
    if (kind)
        snprintf(out, size, "%s", kinds[kind]);
}

/* More of them than MAX_EXCEPTIONS are some that never return: the kernel
 * switched to another thread. */
static void forget_exceptions(struct view *v, struct lane *l, u64 ts)
{
    guint n = 0;

    for (guint i = 0; i < l->spans->len; i++)
        n += g_array_index(l->spans, struct span, i).kind == SPAN_EXCEPTION;
    if (n >= MAX_EXCEPTIONS)
        pop_to(v, l, 1, ts);
}

static void on_exception(struct view *v, struct lane *l, const u64 *f, u64 ts)
{
    struct span s = { .kind = SPAN_EXCEPTION, .from = (u8)f[1],
                      .back = f[5], .had_call = l->called,
                      .call_back = l->back };
    char name[40], args[160];

    release(v, l, NULL);
    set_el(v, l, (int)(f[2] & 3), ts);
    forget_exceptions(v, l, ts);
    l->called = l->returned = false;
    exception_name(name, sizeof(name), f[0], f[3]);
    snprintf(args, sizeof(args), "\"elr\":\"0x%llx\",\"esr\":\"0x%llx\","
             "\"far\":\"0x%llx\",\"from\":\"EL%u\"", (ull)f[5], (ull)f[3],
             (ull)f[4], (unsigned)f[1] & 3);
    if (g_str_equal(name, "irq") || g_str_equal(name, "fiq")) {
        l->is_holding = true;
        l->name_at = 0;
        l->named_span = l->spans->len + 1;
    }
    push(v, l, s, ts, name, args);
    if (l->is_holding && !l->name_at)
        release(v, l, NULL);
}

/*
 * A return within a level ends the innermost exception that returns there,
 * or else the innermost from that level (its handler chose another address).
 */
static void on_eret(struct view *v, struct lane *l, const u64 *f, u64 ts)
{
    guint best = 0;

    if (f[0] != f[1]) {
        set_el(v, l, (int)(f[1] & 3), ts);
        return;
    }
    l->called = l->returned = false;
    for (guint i = l->spans->len; i--;) {
        const struct span *s = &g_array_index(l->spans, struct span, i);

        if (s->kind != SPAN_EXCEPTION || s->from != f[1])
            continue;
        if (!best || s->back == f[2])
            best = i;
        if (s->back == f[2])
            break;
    }
    if (best) {
        struct span s = g_array_index(l->spans, struct span, best);

        pop_to(v, l, best, ts);
        l->called = s.had_call && s.back == f[2];
        l->back = s.call_back;
    }
}

static void on_irq(struct view *v, struct lane *l, u64 intid, u64 ts)
{
    char name[40];

    snprintf(name, sizeof(name), intid == 1023 ? " spurious" : " intid %llu",
             (ull)intid);
    if (l->is_holding) {
        release(v, l, name);
    } else {
        g_autofree char *whole = g_strconcat("irq", name, NULL);

        instant(v, l, ts, whole, "");
    }
}

/* --- other events --------------------------------------------------------- */

static void on_psci(struct view *v, struct lane *l, const u64 *f, u64 ts)
{
    static const char *const names[] = {
        [0] = "VERSION", [1] = "CPU_SUSPEND", [2] = "CPU_OFF",
        [3] = "CPU_ON", [4] = "AFFINITY_INFO", [5] = "MIGRATE",
        [6] = "MIGRATE_INFO_TYPE", [7] = "MIGRATE_INFO_UP_CPU",
        [8] = "SYSTEM_OFF", [9] = "SYSTEM_RESET", [10] = "FEATURES",
        [18] = "SYSTEM_RESET2",
    };
    u64 fn = f[0] & 0xff;
    bool is_known = (f[0] & 0xbfffff00u) == 0x84000000u &&
                    fn < ARRAY_SIZE(names) && names[fn];
    char name[48], args[160];

    if (is_known)
        snprintf(name, sizeof(name), "psci %s", names[fn]);
    else
        snprintf(name, sizeof(name), "psci 0x%llx", (ull)f[0]);
    snprintf(args, sizeof(args), "\"a1\":\"0x%llx\",\"a2\":\"0x%llx\","
             "\"a3\":\"0x%llx\",\"result\":%lld", (ull)f[1], (ull)f[2],
             (ull)f[3], (long long)f[4]);
    instant(v, l, ts, name, args);
}

static void on_wait(struct view *v, struct lane *l, u64 how, u64 ts)
{
    static const char *const names[] = { [1] = "wfi", [2] = "wfe",
                                         [4] = "off" };

    end_wait(v, l, ts);
    if (how < ARRAY_SIZE(names) && names[how])
        push(v, l, (struct span){ .kind = SPAN_WAIT }, ts, names[how], NULL);
}

/* The clock jumps. */
static void on_idle(struct view *v, u64 count, const u64 *f, bool is_wanted)
{
    u64 ts = time_of(v, count);
    GString *out;

    if (is_wanted) {
        out = record(v, NULL, 'B', ts);
        put_name(out, "idle");
        record_end(v, NULL, out);
    }
    v->skew = f[1] - count * v->scale;
    ts = time_of(v, count);
    if (is_wanted)
        record_end(v, NULL, record(v, NULL, 'E', ts));
}

static void on_console(struct view *v, const struct trace_item *it, u64 ts)
{
    g_autoptr(GString) args = g_string_new("\"line\":");
    g_autofree char *name = g_strndup(it->event.text, MIN(it->event.n_text,
                                                          100));

    json_text(args, it->event.text, it->event.n_text);
    instant(v, NULL, ts, *name ? name : "(empty line)", args->str);
}

static void put_tlbi(struct view *v, u64 ts)
{
    GString *out;

    if (v->tlbi_told == v->tlbi)
        return;
    out = record(v, NULL, 'C', ts);
    put_name(out, "tlbi");
    g_string_append_printf(out, ",\"args\":{\"operations\":%llu}",
                           (ull)v->tlbi);
    record_end(v, NULL, out);
    v->tlbi_told = v->tlbi;
    v->tlbi_time = ts;
}

static void on_tlbi(struct view *v, u64 ts)
{
    if (!v->tlbi++ || ts - v->tlbi_time >= COUNTER_NS)
        put_tlbi(v, ts);
}

/* An event that is one moment: its name and its fields. */
static void on_moment(struct view *v, struct lane *l,
                      const struct trace_item *it, const char *name, u64 ts)
{
    g_autoptr(GString) args = g_string_new(NULL);

    for (unsigned i = 0; i < it->schema->n_fields; i++)
        g_string_append_printf(args, "%s\"%s\":\"0x%llx\"", i ? "," : "",
                               it->schema->field[i], (ull)it->event.f[i]);
    instant(v, l, ts, name, args->str);
}

static void on_reset(struct view *v, const struct trace_item *it, u64 ts)
{
    on_moment(v, NULL, it, "reset", ts);
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        pop_to(v, &v->lane[i], 0, ts);
        v->lane[i].el = -1;
    }
}

static void on_mark(struct view *v, const struct trace_item *it, u64 ts)
{
    g_autofree char *name = g_strndup(it->event.text ? it->event.text : "",
                                      it->event.n_text);

    on_moment(v, NULL, it, *name ? name : "mark", ts);
}

static void put_event(struct view *v, struct lane *l,
                      const struct trace_item *it)
{
    const u64 *f = it->event.f;
    u64 ts = time_of(v, it->count);

    switch (it->event.kind) {
    case TRACE_EXCEPTION: on_exception(v, l, f, ts); break;
    case TRACE_ERET: on_eret(v, l, f, ts); break;
    case TRACE_IRQ: on_irq(v, l, f[0], ts); break;
    case TRACE_PSCI: on_psci(v, l, f, ts); break;
    case TRACE_WAIT: on_wait(v, l, f[0], ts); break;
    case TRACE_CONSOLE: on_console(v, it, ts); break;
    case TRACE_TLBI: on_tlbi(v, ts); break;
    case TRACE_RESET: on_reset(v, it, ts); break;
    case TRACE_MARK: on_mark(v, it, ts); break;
    case TRACE_MMU:
        on_moment(v, l, it, f[1] ? "MMU on" : "MMU off", ts);
        break;
    case TRACE_CPU_ON: on_moment(v, l, it, "CPU on", ts); break;
    case TRACE_CPU_OFF: on_moment(v, l, it, "CPU off", ts); break;
    default: break;
    }
}

/* --- calls ---------------------------------------------------------------- */

static bool is_call(u32 w)
{
    return w >> 26 == 0x25 ||                  /* BL */
           (w & 0xfffffc1f) == 0xd63f0000 ||   /* BLR */
           (w & 0xfefff800) == 0xd63f0800;     /* BLRAA, BLRABZ ... */
}

static bool is_return(u32 w)
{
    return (w & 0xfffffc1f) == 0xd65f0000 || (w & 0xfffffbff) == 0xd65f0bff;
}

static const char *function_of(struct view *v, const struct trace_item *it)
{
    char **name = &v->names[it->id];
    struct sym_hit hit;

    if (!*name)
        *name = tool_symbol(v->x->s, it->block, 0, &hit) ?
                g_strdup(hit.symbol->name) :
                g_strdup_printf("0x%llx", (ull)it->block->va);
    return *name;
}

/*
 * A return goes to the innermost call that came from there. If there is
 * none, the kernel has switched to another thread: then nothing is known of
 * the calls that led here.
 */
static void end_calls(struct view *v, struct lane *l, u64 va, u64 ts)
{
    guint bottom = l->spans->len;

    while (bottom && g_array_index(l->spans, struct span,
                                   bottom - 1).kind == SPAN_CALL) {
        bottom--;
        if (g_array_index(l->spans, struct span, bottom).back == va)
            break;
    }
    pop_to(v, l, bottom, ts);
}

static void follow_calls(struct view *v, struct lane *l,
                         const struct trace_item *it, u64 ts)
{
    const struct trace_block *b = it->block;
    struct span s = { .kind = SPAN_CALL, .back = l->back };
    u32 last = b->words[it->n_insns - 1];

    if (l->called) {
        push(v, l, s, ts, function_of(v, it), NULL);
    } else if (l->returned) {
        end_calls(v, l, b->va, ts);
    }
    if (!top(l) || top(l)->kind != SPAN_CALL) {
        s.back = UINT64_MAX; /* nobody returns from it */
        push(v, l, s, ts, function_of(v, it), NULL);
    }
    l->called = !it->is_partial && is_call(last);
    l->returned = !it->is_partial && is_return(last);
    l->back = b->va + 4ul * it->n_insns;
}

/* --- the whole ------------------------------------------------------------ */

static void put_item(struct view *v, const struct trace_item *it)
{
    struct lane *l = &v->lane[it->cpu];
    bool is_event = it->what == TRACE_EVENT, is_wanted;

    if (v->x->t->cpu >= 0 && it->cpu != (unsigned)v->x->t->cpu)
        is_wanted = false;
    else
        is_wanted = !is_event || tool_wants(v->x->t, it);
    if (is_event && it->event.kind == TRACE_IDLE) {
        on_idle(v, it->count, it->event.f, is_wanted);
    } else if (!is_wanted) {
        return;
    } else if (is_event) {
        if (it->event.kind == TRACE_EXCEPTION || it->event.kind == TRACE_IRQ)
            end_wait(v, l, time_of(v, it->count));
        put_event(v, l, it);
    } else {
        u64 ts = time_of(v, it->count);

        end_wait(v, l, ts);
        set_el(v, l, it->block->flags & TRACE_B_EL, ts);
        if (v->x->t->functions)
            follow_calls(v, l, it, ts);
    }
}

/*
 * The time axis, from the first two idle events in the range that are not at
 * one count: between them time goes on as instructions do. The first alone
 * tells where it begins; without any it begins at the count.
 */
static bool find_axis(struct view *v, GError **err)
{
    const char *shift = export_info(v->x, "icount");
    u64 n = 0, from = 0, first = 0, to = 0, last = 0;
    struct tool *t = v->x->t;
    struct trace_item it;
    bool ok = tool_begin(t, v->x->r, &it, err);

    v->scale = 1;
    if (shift)
        v->scale = 1ull << MIN(g_ascii_strtoull(shift, NULL, 10), 16);
    while (ok && it.what != TRACE_END && it.count < t->to) {
        if (it.what == TRACE_EVENT && it.event.kind == TRACE_IDLE) {
            if (!n++) {
                first = it.count;
                from = it.event.f[0];
            } else if (it.count != last) {
                v->scale = MAX(1, (it.event.f[0] - to) / (it.count - last));
            }
            if (shift || it.count != first)
                break;
            last = it.count;
            to = it.event.f[1];
        }
        ok = trace_next(v->x->r, &it, err) != TRACE_BROKEN;
    }
    if (from > first * v->scale)
        v->skew = from - first * v->scale;
    trace_goto_chunk(v->x->r, 0);
    return ok;
}

static void put_thread(struct view *v, unsigned tid, const char *name)
{
    g_string_append_printf(v->buf, ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,"
                           "\"name\":\"thread_name\",\"args\":{\"name\":"
                           "\"%s\"}},\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,"
                           "\"name\":\"thread_sort_index\",\"args\":"
                           "{\"sort_index\":%u}}", tid, name, tid,
                           tid % MACHINE_TID);
}

static void put_head(struct view *v)
{
    const char *machine = export_info(v->x, "machine");
    unsigned n = trace_summary(v->x->r)->n_cpus;

    g_string_append(v->buf, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
                    "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\","
                    "\"args\":{\"name\":");
    machine = machine ? machine : "machine";
    json_text(v->buf, machine, strlen(machine));
    g_string_append(v->buf, "}}");
    put_thread(v, MACHINE_TID, "machine");
    for (unsigned i = 0; i < n; i++) {
        char name[16];

        snprintf(name, sizeof(name), "CPU %u", i);
        put_thread(v, i + 1, name);
    }
}

static void put_tail(struct view *v)
{
    const char *key, *value;

    g_string_append_printf(v->buf, "\n],\"otherData\":{\"time axis\":"
                           "\"virtual time: an instruction is %llu ns, idle "
                           "events are jumps\"", (ull)v->scale);
    for (unsigned i = 0; trace_info(v->x->r, i, &key, &value); i++) {
        g_string_append(v->buf, ",\n");
        json_text(v->buf, key, strlen(key));
        g_string_append_c(v->buf, ':');
        json_text(v->buf, value, strlen(value));
    }
    g_string_append_printf(v->buf, ",\n\"records\":\"%llu\",\n\"cut short\":"
                           "\"%s\"}}\n", (ull)v->n, v->is_full ?
                           "yes: --limit was reached" : "no");
    fwrite(v->buf->str, 1, v->buf->len, v->x->out);
}

static bool put_items(struct view *v, GError **err)
{
    struct tool *t = v->x->t;
    struct trace_item it = { 0 };
    bool ok = tool_begin(t, v->x->r, &it, err);
    u64 end = it.what == TRACE_END ? 0 : it.count;

    v->now = end * v->scale + v->skew;
    while (ok && it.what != TRACE_END && it.count < t->to) {
        v->is_full = v->n >= (u64)t->limit;
        if (v->is_full)
            break;
        put_item(v, &it);
        end = it.count + (it.what == TRACE_BLOCK ? it.n_insns : 0);
        ok = trace_next(v->x->r, &it, err) != TRACE_BROKEN;
    }
    end = MIN(end, t->to);
    put_tlbi(v, time_of(v, end));
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        pop_to(v, &v->lane[i], 0, time_of(v, end));
        release(v, &v->lane[i], NULL);
    }
    return ok;
}

bool export_perfetto(struct export *x, GError **err)
{
    g_autofree struct view *v = g_new0(struct view, 1);
    u32 n = trace_summary(x->r)->n_defs;
    bool ok;

    v->x = x;
    v->buf = g_string_new(NULL);
    v->names = g_new0(char *, n + 1);
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        v->lane[i].spans = g_array_new(FALSE, FALSE, sizeof(struct span));
        v->lane[i].held = g_string_new(NULL);
        v->lane[i].tid = i + 1;
        v->lane[i].el = -1;
    }
    put_head(v);
    ok = find_axis(v, err) && put_items(v, err);
    put_tail(v);
    for (unsigned i = 0; i < TRACE_MAX_CPUS; i++) {
        g_array_free(v->lane[i].spans, TRUE);
        g_string_free(v->lane[i].held, TRUE);
    }
    for (u32 id = 0; id <= n; id++)
        g_free(v->names[id]);
    g_free(v->names);
    g_string_free(v->buf, TRUE);
    return ok;
}
