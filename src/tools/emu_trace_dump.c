/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_dump.c - emu-trace dump and grep: blocks, instructions and events
 * as lines of text.
 *
 * One pass in constant memory. What a block says is made once, when it runs
 * first, and kept; a line is then its number, counted up in decimal digits,
 * its CPU and a copy. With grep the answer to "does the text occur" is kept
 * with it, so blocks without it cost no more than reading them.
 *
 * Instructions wait for what follows their block, because that may belong
 * between them: events stand behind the block in which they happened.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

enum {
    BUFFER = 1 << 20,    /* of output */
    MAX_PREFIX = 96,     /* bytes of a line before its tail */
    WIDTH = 24,          /* digits of a count, and spaces before them */
    HAS = 1 << 31,       /* in an end: grep's text is in that tail */
};

#define KEEP_BYTES (768 * MiB) /* of tails; more, and all are made again */

/* What is kept of a block: the tails of its lines, one behind another. */
struct tails {
    bool has_any;  /* grep's text is in one of them */
    u32 star;      /* a block's line: where a * goes */
    u32 n;         /* tails */
    u32 end[];     /* where each ends, with HAS; then the text */
};

struct dump {
    struct tool *t;          /* options */
    struct tails **tails;    /* by identity */
    u32 n_defs;              /* identities, 1 to this */
    size_t kept;             /* bytes of tails */
    GString *text;           /* for what is made */

    const char *grep;        /* what lines must contain, or NULL */
    size_t n_grep;           /* its bytes */
    bool is_in_tail;         /* it cannot begin in a prefix */
    u64 found;               /* lines that do */

    char *out;               /* output not yet written */
    size_t n_out;            /* its bytes */
    size_t line;             /* grep: where the line to be judged begins */
    bool has_line;           /* grep: there is one */
    bool is_broken;          /* it could not be written */

    char digits[WIDTH + 1];  /* a count, right-aligned */
    u64 count;               /* the same as a number */
    unsigned width;          /* characters of it that are printed */
    unsigned min_width;      /* at least so many */

    bool wants_insns;        /* lines of instructions, not blocks */
    struct trace_item block; /* whose instructions are printed */
    u32 done;                /* of them were */
    u32 todo;                /* where to stop; 0: there is none */
    u64 open;                /* gem5: count behind the last line, or 0 */
    size_t address;          /* gem5: where its A= is, or 0 */
    bool has_value;          /* gem5: it has a D= */
    unsigned asid[TRACE_MAX_CPUS]; /* as the events say */
    bool is_smp;             /* more than one CPU */
};

/* --- output --------------------------------------------------------------- */

static void flush(struct dump *d)
{
    if (d->n_out && fwrite(d->out, 1, d->n_out, stdout) != d->n_out)
        d->is_broken = true;
    d->n_out = 0;
}

/* Drops the last line if it does not contain grep's text. */
static void judge(struct dump *d)
{
    if (!d->has_line)
        return;
    d->has_line = false;
    if (memmem(d->out + d->line, d->n_out - d->line, d->grep, d->n_grep))
        d->found++;
    else
        d->n_out = d->line;
}

/* Room for a line of @n bytes. */
static char *line_begin(struct dump *d, size_t n)
{
    if (d->grep)
        judge(d);
    if (unlikely(d->n_out + n > BUFFER))
        flush(d);
    d->line = d->n_out;
    d->has_line = d->grep != NULL;
    return d->out + d->n_out;
}

static void line_put(struct dump *d, const char *s, size_t n)
{
    /* A line is at most a name and an event's text: far below the buffer. */
    memcpy(line_begin(d, n), s, MIN(n, BUFFER));
    d->n_out += MIN(n, BUFFER);
}

/* --- prefixes ------------------------------------------------------------- */

static void set_count(struct dump *d, u64 count)
{
    char *p = d->digits + WIDTH;

    d->count = count;
    memset(d->digits, ' ', WIDTH);
    do {
        *--p = (char)('0' + count % 10);
    } while (count /= 10);
    d->width = MAX(d->min_width, (unsigned)(d->digits + WIDTH - p));
}

static inline void next_count(struct dump *d)
{
    char *p = d->digits + WIDTH - 1;

    d->count++;
    while (*p == '9')
        *p-- = '0';
    *p = *p == ' ' ? '1' : (char)(*p + 1);
    if ((unsigned)(d->digits + WIDTH - p) > d->width)
        d->width++;
}

static inline char *put_text(char *p, const char *s)
{
    size_t n = strlen(s);

    memcpy(p, s, n);
    return p + n;
}

static inline char *put_small(char *p, unsigned v)
{
    if (v >= 10)
        p = put_small(p, v / 10);
    *p = (char)('0' + v % 10);
    return p + 1;
}

static inline char *put_count(const struct dump *d, char *p)
{
    memcpy(p, d->digits + WIDTH - d->width, d->width);
    return p + d->width;
}

/* Ticks are picoseconds, an instruction takes a nanosecond. */
static char *put_gem5(const struct dump *d, char *p, unsigned cpu)
{
    if (d->count)
        p = put_text(put_count(d, p), "000: system.cpu");
    else
        p = put_text(p, "      0: system.cpu");
    if (d->is_smp)
        p = put_small(p, cpu);
    p = put_small(put_text(p, ": A"), d->asid[cpu]);
    return put_text(p, " T0 : ");
}

static inline char *put_prefix(const struct dump *d, char *p, unsigned cpu)
{
    switch (d->t->format) {
    case FORMAT_QEMU:
        return put_text(put_small(put_text(p, "Trace "), cpu), ": 0x0");
    case FORMAT_TARMAC:
        p = put_small(put_text(put_count(d, p), " clk cpu"), cpu);
        p = put_count(d, put_text(p, " IT ("));
        return put_text(p, ")");
    case FORMAT_GEM5:
        return put_gem5(d, p, cpu);
    default:
        return put_small(put_text(put_count(d, p), " cpu"), cpu);
    }
}

/* May a text that begins with @c begin in a prefix? */
static bool is_of_prefix(enum tool_format format, char c)
{
    static const char *const chars[] = {
        [FORMAT_EMU] = " 0123456789cpu",
        [FORMAT_QEMU] = " 0123456789Trace:x",
        [FORMAT_TARMAC] = " 0123456789clkpuIT()",
        [FORMAT_GEM5] = NULL, /* lines get longer later */
    };

    return !c || !chars[format] || strchr(chars[format], c);
}

/* --- tails ---------------------------------------------------------------- */

static void forget_tails(struct dump *d)
{
    for (u32 id = 1; id <= d->n_defs; id++)
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): a macro of GLib */
        g_clear_pointer(&d->tails[id], g_free);
    d->kept = 0;
}

static inline const char *tail_text(const struct tails *s)
{
    return (const char *)&s->end[s->n];
}

static struct tails *make_tails(struct dump *d, u32 id,
                                const struct trace_block *b)
{
    u32 n = d->wants_insns ? b->n_insns : 1, star = 0, begin = 0;
    u32 end[TRACE_MAX_INSNS];
    struct tails *s;
    size_t size;

    g_string_truncate(d->text, 0);
    for (u32 i = 0; i < n; i++) {
        if (d->wants_insns)
            tool_insn_tail(d->t, d->text, b, i);
        else
            star = (u32)tool_block_tail(d->t, d->text, b);
        end[i] = (u32)d->text->len;
    }
    size = sizeof(*s) + n * sizeof(u32) + d->text->len;
    if (d->kept + size > KEEP_BYTES)
        forget_tails(d);
    s = g_malloc(size);
    *s = (struct tails){ .star = star, .n = n };
    for (u32 i = 0; i < n; begin = end[i++]) {
        bool has = d->grep && memmem(d->text->str + begin, end[i] - begin,
                                     d->grep, d->n_grep);

        s->end[i] = end[i] | (has ? (u32)HAS : 0);
        s->has_any |= has;
    }
    memcpy(&s->end[n], d->text->str, d->text->len);
    d->kept += size;
    d->tails[id] = s;
    return s;
}

static inline const struct tails *tails_of(struct dump *d,
                                           const struct trace_item *it)
{
    const struct tails *s = d->tails[it->id];

    return likely(s) ? s : make_tails(d, it->id, it->block);
}

/* --- lines ---------------------------------------------------------------- */

static void put_block(struct dump *d, const struct trace_item *it)
{
    const struct tails *s = tails_of(d, it);
    u32 n = s->end[0] & ~(u32)HAS;
    const char *tail = tail_text(s);
    char *p;

    if (d->is_in_tail && !s->has_any)
        return;
    if (it->count != d->count)
        set_count(d, it->count);
    p = put_prefix(d, line_begin(d, MAX_PREFIX + n), it->cpu);
    memcpy(p, tail, n);
    if (it->is_partial && d->t->format == FORMAT_EMU) {
        p[s->star] = '*';
        memcpy(p + s->star + 1, tail + s->star, n - s->star);
        n++;
    }
    d->n_out = (size_t)(p + n - d->out);
}

/* Prints the instructions of the block that have not been, up to @end. */
static void put_insns(struct dump *d, u32 end)
{
    const struct trace_item *it = &d->block;
    const struct tails *s = tails_of(d, it);
    const char *text = tail_text(s);
    u32 i = d->done, begin = i ? s->end[i - 1] & ~(u32)HAS : 0;

    d->done = end;
    if (d->is_in_tail && !s->has_any)
        return;
    if (it->count + i != d->count)
        set_count(d, it->count + i);
    for (; i < end; i++) {
        u32 next = s->end[i] & ~(u32)HAS;

        if (!d->is_in_tail || s->end[i] & (u32)HAS) {
            char *p = line_begin(d, MAX_PREFIX + next - begin);

            p = put_prefix(d, p, it->cpu);
            memcpy(p, text + begin, next - begin);
            d->n_out = (size_t)(p + next - begin - d->out);
        }
        begin = next;
        next_count(d);
    }
    d->open = d->count;
    d->address = 0;
    d->has_value = false;
}

static void put_rest(struct dump *d)
{
    if (d->done < d->todo)
        put_insns(d, d->todo);
    d->todo = 0;
}

/* Takes a block whose instructions are to be printed. */
static void take_block(struct dump *d, const struct trace_item *it)
{
    const struct tool *t = d->t;

    put_rest(d);
    d->block = *it;
    d->done = 0;
    d->todo = it->n_insns;
    if (it->count < t->from)
        d->done = (u32)MIN(t->from - it->count, d->todo);
    if (it->count + d->todo > t->to)
        d->todo = (u32)(t->to - it->count);
}

/* Puts text into the last line, before its newline or at @at. */
static void add_text(struct dump *d, size_t at, const char *s, size_t n)
{
    if (d->n_out + n > BUFFER)
        return; /* gem5: the one line of a buffer that says less */
    memmove(d->out + at + n, d->out + at, d->n_out - at);
    memcpy(d->out + at, s, n);
    d->n_out += n;
}

/*
 * gem5: adds what an instruction wrote to its line, if that was the last. The
 * first register comes before the address, wherever the events are.
 */
static bool add_to_line(struct dump *d, const struct trace_item *it)
{
    bool is_address = it->event.kind == TRACE_MEM;

    if (d->t->format != FORMAT_GEM5 || d->open != it->count || !d->n_out ||
        d->block.cpu != it->cpu || !tool_gem5_more(d->text, it))
        return false;
    if (is_address && !d->address)
        d->address = d->n_out - 1;
    else if (is_address || d->has_value)
        return true;
    d->has_value |= !is_address;
    add_text(d, is_address || !d->address ? d->n_out - 1 : d->address,
             d->text->str, d->text->len);
    return true;
}

static void take_event(struct dump *d, const struct trace_item *it)
{
    if (d->todo && it->count > d->block.count) {
        u64 end = MIN(it->count - d->block.count, d->todo);

        if (end > d->done)
            put_insns(d, (u32)end);
    }
    g_string_truncate(d->text, 0);
    if (add_to_line(d, it))
        return;
    tool_event(d->t, d->text, it);
    for (char *p = d->text->str, *end; *p; p = end) {
        end = strchr(p, '\n') + 1;
        line_put(d, p, (size_t)(end - p));
    }
}

/* --- the commands --------------------------------------------------------- */

static bool each_item(struct dump *d, struct trace_reader *r, GError **err)
{
    const struct tool *t = d->t;
    struct trace_item it;
    bool ok = tool_begin(t, r, &it, err);

    while (ok && it.what != TRACE_END && it.count < t->to) {
        if (it.what == TRACE_EVENT && it.event.kind == TRACE_SPACE)
            d->asid[it.cpu] = (unsigned)it.event.f[2];
        if (tool_wants(t, &it)) {
            if (it.what == TRACE_EVENT)
                take_event(d, &it);
            else if (d->wants_insns)
                take_block(d, &it);
            else
                put_block(d, &it);
        }
        ok = trace_next(r, &it, err) != TRACE_BROKEN && !d->is_broken;
    }
    put_rest(d);
    if (d->grep)
        judge(d);
    flush(d);
    return ok;
}

static void dump_free(struct dump *d)
{
    forget_tails(d);
    g_free(d->tails);
    g_free(d->out);
    g_string_free(d->text, TRUE);
    g_free(d);
}

static struct dump *dump_new(struct tool *t, const struct trace_reader *r,
                             const char *text)
{
    static const u8 min_width[] = { [FORMAT_EMU] = 12, [FORMAT_GEM5] = 4 };
    struct dump *d = g_new0(struct dump, 1);

    d->t = t;
    d->n_defs = trace_summary(r)->n_defs;
    d->tails = g_new0(struct tails *, d->n_defs + 1);
    d->text = g_string_new(NULL);
    d->out = g_malloc(BUFFER);
    d->grep = text;
    d->n_grep = text ? strlen(text) : 0;
    d->is_in_tail = text && !is_of_prefix(t->format, *text);
    d->min_width = t->format < ARRAY_SIZE(min_width) ? min_width[t->format] :
                                                       0;
    d->wants_insns = t->insns ? t->format != FORMAT_QEMU :
                     t->format == FORMAT_TARMAC || t->format == FORMAT_GEM5;
    d->is_smp = trace_summary(r)->n_cpus > 1;
    set_count(d, 0);
    return d;
}

static int each_line(struct tool *t, const char *path, const char *text,
                     GError **err)
{
    struct trace_reader *r = tool_open(t, path, err);
    bool ok = false, is_found = true;

    if (!r)
        return 2;
    t->symbols = tool_symbols_new(t, r, err);
    if (t->symbols) {
        struct dump *d = dump_new(t, r, text);

        if (t->format == FORMAT_TARMAC && !text)
            line_put(d, "Tarmac Text Rev 3t\n", 19);
        ok = each_item(d, r, err);
        is_found = !text || d->found;
        dump_free(d);
    }
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a macro of GLib */
    g_clear_pointer(&t->symbols, tool_symbols_free);
    trace_close(r);
    return !ok ? 2 : !is_found;
}

int tool_dump(struct tool *t, char **args, GError **err)
{
    return each_line(t, args[0], NULL, err);
}

int tool_grep(struct tool *t, char **args, GError **err)
{
    return each_line(t, args[1], args[0], err);
}
