/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_export.c - emu-trace export: traces for other programs.
 *
 * What is written is whole or not there: it goes to a file beside the one
 * that was asked for, which takes its name at the end. Only what is no plain
 * file (standard output, a pipe, /dev/null) is written directly.
 */
#include "emu_trace_export.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name;                               /* as typed */
    bool (*write)(struct export *x, GError **err);  /* writes it */
} formats[] = {
    { "drcov", export_drcov },
    { "perfetto", export_perfetto },
    { "lcov", export_lcov },
};

const char *tool_export_format(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
        if (g_str_equal(name, formats[i].name))
            return formats[i].name;
    return NULL;
}

u64 *export_runs(struct export *x, GError **err)
{
    u64 *runs = g_new0(u64, trace_summary(x->r)->n_defs + 1);
    struct trace_item it;
    bool ok = tool_begin(x->t, x->r, &it, err);

    while (ok && it.what != TRACE_END && it.count < x->t->to) {
        if (it.what == TRACE_BLOCK && tool_wants(x->t, &it))
            runs[it.id]++;
        ok = trace_next(x->r, &it, err) != TRACE_BROKEN;
    }
    if (ok)
        return runs;
    g_free(runs);
    return NULL;
}

const char *export_info(const struct export *x, const char *key)
{
    const char *k, *v;

    for (unsigned i = 0; trace_info(x->r, i, &k, &v); i++)
        if (g_str_equal(k, key))
            return v;
    return NULL;
}

/* --- where it goes -------------------------------------------------------- */

/* The file under way. */
struct output {
    const char *path; /* asked for; NULL = standard output */
    char *part;       /* the file beside it, or NULL */
    FILE *f;          /* what is written */
};

static bool fail(GError **err, const char *path)
{
    int e = errno;

    g_set_error(err, G_FILE_ERROR, (gint)g_file_error_from_errno(e), "%s: %s",
                path ? path : "standard output", g_strerror(e));
    return false;
}

static bool output_open(struct output *o, const char *path, GError **err)
{
    struct stat st;
    int fd;

    *o = (struct output){ .path = path };
    if (!path || g_str_equal(path, "-")) {
        o->path = NULL;
        o->f = stdout;
        return true;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        o->f = fopen(path, "wb");
        return o->f || fail(err, path);
    }
    o->part = g_strdup_printf("%s.%d.part", path, (int)getpid());
    fd = open(o->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    o->f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (o->f)
        return true;
    fail(err, o->part);
    g_free(o->part);
    return false;
}

/* Ends it: with @ok it takes its name, without it goes. */
static bool output_close(struct output *o, bool ok, GError **err)
{
    bool is_bad = fflush(o->f) != 0 || ferror(o->f);

    if (o->f != stdout && fclose(o->f) != 0)
        is_bad = true;
    if (ok && is_bad)
        ok = fail(err, o->path);
    if (ok && o->part && rename(o->part, o->path) != 0)
        ok = fail(err, o->path);
    if (!ok && o->part)
        unlink(o->part);
    g_free(o->part);
    return ok;
}

/* --- the command ---------------------------------------------------------- */

static bool export_to(struct export *x, size_t format, GError **err)
{
    struct output o;

    x->s = tool_symbols_new(x->t, x->r, err);
    if (!x->s || !output_open(&o, x->t->output, err))
        return false;
    x->out = o.f;
    return output_close(&o, formats[format].write(x, err), err);
}

int tool_export(struct tool *t, char **args, GError **err)
{
    struct export x = { .t = t };
    size_t i = 0;
    bool ok;

    while (i < ARRAY_SIZE(formats) && t->export_as != formats[i].name)
        i++;
    if (i == ARRAY_SIZE(formats)) {
        g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "export wants --format drcov, perfetto or lcov");
        return 2;
    }
    x.r = tool_open(t, args[0], err);
    if (!x.r)
        return 2;
    ok = export_to(&x, i, err);
    tool_symbols_free(x.s);
    trace_close(x.r);
    return ok ? 0 : 2;
}
