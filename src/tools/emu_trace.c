/* SPDX-License-Identifier: MIT */
/*
 * emu_trace.c - the emu-trace command: its commands, options and status.
 *
 * Everything it knows comes from the trace file; it works on files larger
 * than memory, because it reads them a chunk at a time.
 */
#include "emu_trace.h"

#include <stdlib.h>

static const char usage[] =
"Usage: emu-trace COMMAND [OPTION]... FILE [FILE]\n"
"Reads the trace files that emu -trace FILE writes (docs/TRACE.md).\n"
"\n"
"Commands:\n"
"  info FILE        what ran, on which machine, and how much of it\n"
"  dump FILE        every block or instruction and every event, as text\n"
"  grep TEXT FILE   the lines of dump that contain TEXT\n"
"  stat FILE        the hottest blocks, functions and opcodes\n"
"  diff FILE FILE   where two runs part first, and why\n"
"  export FILE      the trace for other programs, see --format\n"
"\n"
"Ranges and filters (dump, grep, stat, diff):\n"
"  --from COUNT     begin where that many instructions have been executed\n"
"  --to COUNT       end there; suffixes K, M, G are powers of 1000\n"
"  --cpu N          only this CPU\n"
"  --el N           only blocks of this exception level\n"
"  --pc LO..HI      only blocks that begin at LO or above and below HI\n"
"  --events LIST    only these events, separated by commas; none, or all\n"
"                   (default: all); info lists the kinds\n"
"\n"
"Symbols:\n"
"  --symbols FILE[@ADDR][,asid=N]\n"
"                   an ELF file: a vmlinux (at physical ADDR; default: as the\n"
"                   trace says), a module or a program whose first segment is\n"
"                   at ADDR, in address space N only; may be repeated\n"
"  --image FILE     a kernel Image, packed or not, for its own symbols\n"
"                   (default: the trace's kernel, if its hash is the same)\n"
"  --no-symbols     look for none\n"
"\n"
"Output:\n"
"  --insns          dump, grep: one line an instruction, not a block\n"
"  --format FORMAT  dump, grep: emu (the default), qemu (its -d exec), or a\n"
"                   line an instruction: tarmac (as Arm's models), gem5 (as\n"
"                   its ExecAll); with -trace regs,mem what they wrote, too\n"
"  --source         dump, grep: the source line, too; stat: the hottest lines\n"
"  --context N      diff: common blocks shown before the difference\n"
"                   (default: 5)\n"
"  --align LEVEL    diff: go on behind a difference; LEVEL is function,\n"
"                   block or insn. Shows --top differences and functions\n"
"  --by-symbol      diff: compare function and offset, not addresses\n"
"  --ignore FILE    diff: rules of what is not compared (docs/TRACE.md)\n"
"  --top N          stat: how many lines of each kind (default: 20)\n"
"  --json           info, stat, diff: as JSON\n"
"\n"
"Export:\n"
"  --format drcov   which code ran (Lighthouse, Cartographer, bncov)\n"
"  --format lcov    how often each source line ran (genhtml, lcov)\n"
"  --format perfetto\n"
"                   a timeline (ui.perfetto.dev): levels, exceptions, waits;\n"
"                   of the filters --cpu, --events and the range count\n"
"  --functions      perfetto: calls, too\n"
"  --limit N        perfetto: end after N records (default: 2000000)\n"
"  -o, --output OUT the file to write (default, and -: standard output)\n"
"\n"
"  --help           this text\n"
"\n"
"Lines of dump: instructions before it, CPU, EL, virtual address, physical\n"
"address (- if both are the same), and how many instructions ran, with a *\n"
"if an exception, an interrupt or the end of the CPU's turn parted the\n"
"block, then ; and the symbol. Events have their kind and fields.\n"
"\n"
"Exit status:\n"
"  0  done; diff: the runs are the same; grep: found\n"
"  1  diff: the runs differ; grep: nothing found\n"
"  2  bad command line, damaged or unreadable file\n";

/* Is the name in --events? */
static bool wants_event(const struct tool *t, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = t->event_list; (p = strstr(p, name)); p += n)
        if (p[-1] == ',' && p[n] == ',')
            return true;
    return strstr(t->event_list, ",all,") != NULL;
}

bool tool_wants(const struct tool *t, const struct trace_item *it)
{
    if (t->cpu >= 0 && it->cpu != (unsigned)t->cpu)
        return false;
    if (it->what == TRACE_EVENT) {
        return !t->events || wants_event(t, it->schema->name);
    }
    if (t->el >= 0 && (it->block->flags & TRACE_B_EL) != (unsigned)t->el)
        return false;
    return it->block->va >= t->pc_low && it->block->va < t->pc_high;
}

/* Every word of --events must be a kind that the file knows. */
static bool check_events(const struct tool *t, const struct trace_reader *r,
                         GError **err)
{
    g_auto(GStrv) words = g_strsplit(t->events, ",", -1);
    g_autoptr(GString) known = g_string_new("all, none");

    for (unsigned i = 0; words[i]; i++) {
        bool ok = g_str_equal(words[i], "all") ||
                  g_str_equal(words[i], "none");

        for (unsigned k = 0; k < 256 && !ok; k++)
            ok = trace_schema(r, k) &&
                 g_str_equal(trace_schema(r, k)->name, words[i]);
        if (ok)
            continue;
        for (unsigned k = 0; k < 256; k++)
            if (trace_schema(r, k))
                g_string_append_printf(known, ", %s",
                                       trace_schema(r, k)->name);
        g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--events: no events are called \"%s\"; there are: %s",
                    words[i], known->str);
        return false;
    }
    return true;
}

struct trace_reader *tool_open(const struct tool *t, const char *path,
                               GError **err)
{
    struct trace_reader *r = trace_open(path, err);

    if (!r)
        return NULL;
    if (t->cpu >= 0 && (unsigned)t->cpu >= trace_summary(r)->n_cpus)
        g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--cpu: %d: %s has CPUs 0 to %u", t->cpu, path,
                    trace_summary(r)->n_cpus - 1);
    else if (!t->events || check_events(t, r, err))
        return r;
    trace_close(r);
    return NULL;
}

bool tool_begin(const struct tool *t, struct trace_reader *r,
                struct trace_item *it, GError **err)
{
    if (t->from)
        return trace_seek(r, t->from, it, err);
    return trace_next(r, it, err) != TRACE_BROKEN;
}

void json_text(GString *out, const char *s, size_t n)
{
    g_string_append_c(out, '"');
    for (size_t i = 0; i < n; i++) {
        u8 c = (u8)s[i];

        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_c(out, (char)c);
    }
    g_string_append_c(out, '"');
}

/* --- the command line ----------------------------------------------------- */

static bool parse_count(const char *s, u64 *out)
{
    char *end;
    u64 v = g_ascii_strtoull(s, &end, 0), k = 1;

    if (end == s || *s == '-')
        return false;
    if (*end && strchr("KMG", *end))
        k = *end == 'K' ? 1000 : *end == 'M' ? 1000000 : 1000000000;
    end += k != 1;
    *out = v * k;
    return !*end;
}

static bool parse_pc(const char *s, struct tool *t)
{
    char *end;

    t->pc_low = g_ascii_strtoull(s, &end, 16);
    if (end == s || !g_str_has_prefix(end, ".."))
        return false;
    s = end + 2;
    t->pc_high = g_ascii_strtoull(s, &end, 16);
    return end != s && !*end;
}

/* What the command line says before it is understood. */
struct raw {
    char *from, *to, *pc, *format; /* as typed */
};

static bool bad_value(GError **err, const char *option, const char *value,
                      const char *wanted)
{
    g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "--%s: \"%s\": %s is wanted", option, value, wanted);
    return false;
}

static bool parse_format(const char *s, struct tool *t)
{
    static const char *const names[] = { "emu", "qemu", "tarmac", "gem5" };

    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        if (!g_str_equal(s, names[i]))
            continue;
        t->format = (enum tool_format)i;
        return true;
    }
    return false;
}

static bool understand(struct tool *t, const struct raw *a, GError **err)
{
    static const char count[] = "a count (1000000, 0x100, 5K, 5M, 5G)";

    if (a->from && !parse_count(a->from, &t->from))
        return bad_value(err, "from", a->from, count);
    if (a->to && !parse_count(a->to, &t->to))
        return bad_value(err, "to", a->to, count);
    if (a->pc && !parse_pc(a->pc, t))
        return bad_value(err, "pc", a->pc, "LO..HI, in hexadecimal,");
    t->export_as = a->format ? tool_export_format(a->format) : NULL;
    if (a->format && !t->export_as && !parse_format(a->format, t))
        return bad_value(err, "format", a->format,
                         "emu, qemu, tarmac or gem5 (export: drcov, lcov or "
                         "perfetto)");
    if (t->el < -1 || t->el > 3 || t->cpu < -1)
        return bad_value(err, t->cpu < -1 ? "cpu" : "el", "",
                         "a number from 0");
    t->event_list = g_strdup_printf(",%s,", t->events ? t->events : "");
    if (t->limit < 0)
        return bad_value(err, "limit", "", "a number from 0");
    if (t->context < 0 || t->top < 0)
        return bad_value(err, t->top < 0 ? "top" : "context", "",
                         "a number from 0");
    return true;
}

static void raw_free(struct raw *a)
{
    g_free(a->from);
    g_free(a->to);
    g_free(a->pc);
    g_free(a->format);
}

static bool parse(struct tool *t, int *argc, char ***argv, GError **err)
{
    struct raw a = { 0 };
    gboolean help = FALSE;
    const GOptionEntry rows[] = {
        { "from", 0, 0, G_OPTION_ARG_STRING, &a.from, NULL, NULL },
        { "to", 0, 0, G_OPTION_ARG_STRING, &a.to, NULL, NULL },
        { "cpu", 0, 0, G_OPTION_ARG_INT, &t->cpu, NULL, NULL },
        { "el", 0, 0, G_OPTION_ARG_INT, &t->el, NULL, NULL },
        { "pc", 0, 0, G_OPTION_ARG_STRING, &a.pc, NULL, NULL },
        { "events", 0, 0, G_OPTION_ARG_STRING, &t->events, NULL, NULL },
        { "insns", 0, 0, G_OPTION_ARG_NONE, &t->insns, NULL, NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &a.format, NULL, NULL },
        { "source", 0, 0, G_OPTION_ARG_NONE, &t->source, NULL, NULL },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &t->output, NULL, NULL },
        { "functions", 0, 0, G_OPTION_ARG_NONE, &t->functions, NULL, NULL },
        { "limit", 0, 0, G_OPTION_ARG_INT64, &t->limit, NULL, NULL },
        { "context", 0, 0, G_OPTION_ARG_INT, &t->context, NULL, NULL },
        { "top", 0, 0, G_OPTION_ARG_INT, &t->top, NULL, NULL },
        { "align", 0, 0, G_OPTION_ARG_STRING, &t->align, NULL, NULL },
        { "by-symbol", 0, 0, G_OPTION_ARG_NONE, &t->by_symbol, NULL, NULL },
        { "ignore", 0, 0, G_OPTION_ARG_FILENAME, &t->ignore, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &t->json, NULL, NULL },
        { "symbols", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &t->symbol_files,
          NULL, NULL },
        { "image", 0, 0, G_OPTION_ARG_FILENAME, &t->image, NULL, NULL },
        { "no-symbols", 0, 0, G_OPTION_ARG_NONE, &t->no_symbols, NULL, NULL },
        { "help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    GOptionContext *c = g_option_context_new(NULL);
    bool ok;

    g_option_context_set_help_enabled(c, FALSE);
    g_option_context_add_main_entries(c, rows, NULL);
    ok = g_option_context_parse(c, argc, argv, err);
    g_option_context_free(c);
    if (ok && help) {
        fputs(usage, stdout);
        exit(0);
    }
    ok = ok && understand(t, &a, err);
    raw_free(&a);
    return ok;
}

/* --- commands ------------------------------------------------------------- */

struct command {
    const char *name;                                   /* as typed */
    int n_args;                                         /* it takes */
    int (*run)(struct tool *t, char **args, GError **err); /* its status */
};

static const struct command commands[] = {
    { "info", 1, tool_info }, { "dump", 1, tool_dump },
    { "grep", 2, tool_grep }, { "stat", 1, tool_stat },
    { "diff", 2, tool_diff }, { "export", 1, tool_export },
};

static int run(struct tool *t, int argc, char **argv, GError **err)
{
    for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++) {
        const struct command *c = &commands[i];

        if (!g_str_equal(argv[1], c->name))
            continue;
        if (t->export_as && c->run != tool_export) {
            g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "--format %s is export's", t->export_as);
            return 2;
        }
        if (argc - 2 == c->n_args)
            return c->run(t, argv + 2, err);
        g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                    "%s takes %d argument(s)", c->name, c->n_args);
        return 2;
    }
    g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                "%s%s%s; emu-trace --help lists the commands",
                argc > 1 ? "no such command: \"" : "a command is wanted",
                argc > 1 ? argv[1] : "", argc > 1 ? "\"" : "");
    return 2;
}

int main(int argc, char **argv)
{
    struct tool t = { .cpu = -1, .el = -1, .to = UINT64_MAX,
                      .pc_high = UINT64_MAX, .context = 5, .top = 20,
                      .limit = 2000000 };
    GError *err = NULL;
    int status = 2;

    if (parse(&t, &argc, &argv, &err)) {
        t.disas = disas_new();
        status = run(&t, argc, argv, &err);
        disas_free(t.disas);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        status = 2;
    if (err) {
        fprintf(stderr, "emu-trace: %s\n", err->message);
        status = 2;
    }
    g_clear_error(&err);
    g_free(t.events);
    g_free(t.event_list);
    g_free(t.align);
    g_free(t.ignore);
    g_strfreev(t.symbol_files);
    g_free(t.image);
    g_free(t.output);
    return status;
}
