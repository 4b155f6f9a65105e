/* SPDX-License-Identifier: MIT */
/*
 * capture_options.c - what -trace FILE[,ITEM]... means.
 *
 * One table drives both reading the items and the text of -trace help, which
 * is their documentation.
 */
#include "capture.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

#define CAPTURE_ERROR g_quark_from_static_string("emu-trace-options")

/* Events that are structure or have options of their own. */
#define ALWAYS_ON                                                            \
    (1ull << TRACE_GAP | 1ull << TRACE_FETCH | 1ull << TRACE_MARK)
#define BY_OPTION (1ull << TRACE_REG | 1ull << TRACE_MEM)

static bool bad(GError **err, const char *item, const char *right)
{
    g_set_error(err, CAPTURE_ERROR, 0, "-trace: '%s': %s", item, right);
    return false;
}

/* --- values --------------------------------------------------------------- */

/* The kind of events called @name, or 0. */
static unsigned kind_called(const char *name)
{
    for (size_t i = 0; i < trace_n_kinds; i++)
        if (g_str_equal(trace_kinds[i].name, name))
            return trace_kinds[i].number;
    return 0;
}

/* Decimal with K, M, G (powers of 1000); all of @s. */
static bool read_count(const char *s, u64 *out)
{
    char *end;
    u64 v, unit = 1;

    if (!g_ascii_isdigit(*s))
        return false;
    v = g_ascii_strtoull(s, &end, 10);
    switch (g_ascii_toupper(*end)) {
    case 'G': unit *= 1000; /* fall through */
    case 'M': unit *= 1000; /* fall through */
    case 'K': unit *= 1000; end++; break;
    default: break;
    }
    return !*end && !__builtin_mul_overflow(v, unit, out);
}

static bool read_address(const char *s, const char *stop, u64 *out)
{
    char *end;

    *out = g_ascii_strtoull(s, &end, 16);
    return end != s && end == stop;
}

/* "all-tlbi-sysreg", "irq+mmio", "none". */
static bool read_events(struct capture_options *o, const char *v,
                        GError **err)
{
    u64 want = 0;
    char sign = '+';

    while (*v) {
        size_t n = strcspn(v, "+-");
        g_autofree char *name = g_strndup(v, n);
        unsigned kind = kind_called(name);
        u64 bits = kind ? 1ull << kind : 0;

        if (g_str_equal(name, "all"))
            bits = ~0ull & ~BY_OPTION;
        else if (!kind && !g_str_equal(name, "none"))
            return bad(err, name, "no such event; -trace help lists them");
        want = sign == '+' ? want | bits : want & ~bits;
        v += n;
        if (*v)
            sign = *v++;
    }
    o->filter.no_events = ~(want | ALWAYS_ON);
    return true;
}

/* "1", "0+1": a set of numbers below @max; the others are in *without. */
static bool read_numbers(const char *v, unsigned max, u64 *without)
{
    g_auto(GStrv) each = g_strsplit(v, "+", -1);
    u64 with = 0, n;

    for (unsigned i = 0; each[i]; i++) {
        if (!read_count(each[i], &n) || n >= max)
            return false;
        with |= 1ull << n;
    }
    *without = ~with;
    return with;
}

static bool read_els(struct capture_options *o, const char *v, GError **err)
{
    u64 without;

    if (!read_numbers(v, 4, &without))
        return bad(err, v, "el takes exception levels, as 0 or 0+1");
    o->filter.no_els = (u32)without;
    return true;
}

static bool read_cpus(struct capture_options *o, const char *v, GError **err)
{
    return read_numbers(v, TRACE_MAX_CPUS, &o->filter.no_cpus) ||
           bad(err, v, "cpu takes numbers of CPUs, as 0 or 0+2");
}

static bool read_pc(struct capture_options *o, const char *v, GError **err)
{
    const char *dots = strstr(v, "..");
    u64 high;

    if (!dots || !read_address(v, dots, &o->filter.pc_low) ||
        !read_address(dots + 2, v + strlen(v), &high) ||
        high <= o->filter.pc_low)
        return bad(err, v, "pc takes LOW..HIGH in hexadecimal, HIGH is not "
                           "in it");
    o->filter.pc_size = high - o->filter.pc_low;
    return true;
}

static bool read_asid(struct capture_options *o, const char *v, GError **err)
{
    u64 n;

    if (!read_count(v, &n) || n > 0xffff)
        return bad(err, v, "asid takes a number up to 65535");
    o->filter.has_asid = true;
    o->filter.asid = (u32)n;
    return true;
}

static bool read_level(struct capture_options *o, const char *v,
                       GError **err)
{
    u64 n;

    if (!read_count(v, &n) || n < 1 || n > 19)
        return bad(err, v, "level takes 1 (fast) to 19 (small)");
    o->level = (int)n;
    return true;
}

static bool read_flag(bool *flag, const char *v, GError **err)
{
    if (v)
        return bad(err, v, "regs and mem take no value");
    *flag = true;
    return true;
}

/* --- windows -------------------------------------------------------------- */

static bool read_event_trigger(struct capture_trigger *t, const char *v,
                               GError **err)
{
    g_auto(GStrv) part = g_strsplit(v, ":", 2);

    t->kind = part[0] ? kind_called(part[0]) : 0;
    if (!t->kind)
        return bad(err, v, "no such event; -trace help lists them");
    t->when = CAPTURE_EVENT;
    t->text = g_strdup(part[1]);
    return true;
}

static bool read_trigger(struct capture_trigger *t, const char *v,
                         bool is_stop, GError **err)
{
    if (t->when != CAPTURE_NEVER)
        return bad(err, v, "start and stop may be given once");
    if (g_str_has_prefix(v, "event:"))
        return read_event_trigger(t, v + 6, err);
    t->when = CAPTURE_AT;
    if (g_str_has_prefix(v, "0x"))
        return (read_address(v + 2, v + strlen(v), &t->value) &&
                !(t->value & 3)) ||
               bad(err, v, "not the address of an instruction");
    if (g_ascii_isdigit(*v) || (is_stop && *v == '+')) {
        t->when = *v == '+' ? CAPTURE_LENGTH : CAPTURE_COUNT;
        return read_count(v + (*v == '+'), &t->value) ||
               bad(err, v, "not a count; suffixes are K, M and G");
    }
    t->text = g_strdup(v);
    return *v || bad(err, v, "start and stop need a value");
}

/* --- items ---------------------------------------------------------------- */

static bool read_item(struct capture_options *o, const char *item,
                      GError **err)
{
    g_auto(GStrv) part = g_strsplit(item, "=", 2);
    const char *key = part[0] ? part[0] : "", *v = part[0] ? part[1] : NULL;

    if (g_str_equal(key, "regs"))
        return read_flag(&o->regs, v, err);
    if (g_str_equal(key, "mem"))
        return read_flag(&o->mem, v, err);
    if (!v)
        return bad(err, item, "no such item; -trace help lists them");
    if (g_str_equal(key, "events"))
        return read_events(o, v, err);
    if (g_str_equal(key, "start"))
        return read_trigger(&o->start, v, false, err);
    if (g_str_equal(key, "stop"))
        return read_trigger(&o->stop, v, true, err);
    if (g_str_equal(key, "el"))
        return read_els(o, v, err);
    if (g_str_equal(key, "cpu"))
        return read_cpus(o, v, err);
    if (g_str_equal(key, "pc"))
        return read_pc(o, v, err);
    if (g_str_equal(key, "asid"))
        return read_asid(o, v, err);
    if (g_str_equal(key, "level"))
        return read_level(o, v, err);
    return bad(err, item, "no such item; -trace help lists them");
}

/* Takes the text up to the next single comma off *@s (g_malloc'ed). */
static char *next_item(const char **s)
{
    GString *item = g_string_new(NULL);
    const char *p = *s;

    while (*p && (*p != ',' || p[1] == ',')) {
        p += *p == ',';
        g_string_append_c(item, *p++);
    }
    *s = *p ? p + 1 : NULL;
    return g_string_free(item, FALSE);
}

struct capture_options *capture_options_parse(const char *text, GError **err)
{
    struct capture_options *o = g_new0(struct capture_options, 1);
    bool ok;

    o->filter.no_events = BY_OPTION;
    o->path = next_item(&text);
    ok = *o->path || bad(err, "", "the name of a file comes first");
    while (ok && text) {
        g_autofree char *item = next_item(&text);

        ok = read_item(o, item, err);
    }
    if (ok) {
        o->filter.is_closed = o->start.when != CAPTURE_NEVER;
        o->filter.no_events &= ~((u64)o->regs << TRACE_REG |
                                 (u64)o->mem << TRACE_MEM);
        return o;
    }
    capture_options_free(o);
    return NULL;
}

void capture_options_free(struct capture_options *o)
{
    if (!o)
        return;
    g_free(o->path);
    g_free(o->start.text);
    g_free(o->stop.text);
    g_free(o);
}

/* --- help ----------------------------------------------------------------- */

static const char items[] =
"-trace FILE[,ITEM]... writes every translation block that runs, on every\n"
"CPU, and what happens between them to FILE (docs/TRACE.md). emu-trace reads\n"
"it. A comma in a value is doubled.\n"
"\n"
"  events=LIST     which events: names joined by +, all, none; -NAME takes\n"
"                  one out, as in all-tlbi-sysreg (default: all)\n"
"  start=WHEN      nothing before WHEN: the trace begins with the block that\n"
"                  begins next\n"
"  stop=WHEN       nothing after WHEN; start may come again\n"
"                  WHEN is a count of instructions (10M), an address\n"
"                  (0xffff800080010000), a symbol of the kernel\n"
"                  (start_kernel, do_exit+8), or event:NAME[:TEXT], an event\n"
"                  whose text contains TEXT (event:console:login);\n"
"                  stop=+COUNT is that many instructions after the start\n"
"  el=N[+N]        only blocks of these exception levels\n"
"  cpu=N[+N]       only what these CPUs do\n"
"  pc=LOW..HIGH    only blocks that begin there (hexadecimal)\n"
"  asid=N          only blocks of user space under this ASID\n"
"  regs            the registers that each instruction of the window changes\n"
"  mem             its memory accesses: addresses and values\n"
"  level=N         compression, 1 (default) to 19\n"
"\n"
"regs and mem run the window's instructions one by one, much more slowly;\n"
"what the guest does stays the same.\n"
"\n"
"Events:\n";

char *capture_help(void)
{
    GString *s = g_string_new(items);

    for (size_t i = 0; i < trace_n_kinds; i++)
        g_string_append_printf(s, "  %-10s %-34s %s\n", trace_kinds[i].name,
                               trace_kinds[i].fields, trace_kinds[i].what);
    return g_string_free(s, FALSE);
}
