/* SPDX-License-Identifier: MIT */
/*
 * mkdiff.c - writes exactly the trace that a script says: mkdiff FILE <SCRIPT
 *
 *   cpus N | chunk N | info KEY VALUE...   before all others
 *   block NAME VA PA FLAGS WORD...         all in hexadecimal
 *   run CPU NAME[/N]...                    blocks; /N: parted after N
 *   times N ...                            the rest of the line N times
 *   event CPU KIND BACK [FIELD]... ['TEXT] at BACK instructions before now
 *   end WHY STATUS
 *
 * Without an end line the trace is cut short after its last chunk.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace.h"

static const struct {
    const char *name; /* of the kind */
    u8 number;        /* of the same */
} kinds[] = {
#define EVENT(NAME, number, name, flags, fields, what) { name, number },
#include "trace_events.def"
#undef EVENT
};

struct maker {
    const char *path;        /* of the trace */
    struct trace_config cfg; /* what has been said */
    GPtrArray *info;         /* key, value, ... */
    struct trace_writer *w;  /* NULL until something runs */
    GHashTable *rings;       /* name -> identity */
    bool is_ended;           /* there was an end line */
};

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "mkdiff: %s\n", what);
    exit(2);
}

static void start(struct maker *m)
{
    GError *err = NULL;

    if (m->w)
        return;
    g_ptr_array_add(m->info, NULL);
    m->cfg.info = (const char *const *)m->info->pdata;
    m->w = trace_writer_new(m->path, &m->cfg, &err);
    must(m->w != NULL, err ? err->message : "");
}

static u64 hex(const char *s)
{
    char *end;
    u64 v = g_ascii_strtoull(s, &end, 16);

    must(end != s && !*end, s);
    return v;
}

static void block(struct maker *m, char **w, unsigned n)
{
    u32 words[TRACE_MAX_INSNS], id = g_hash_table_size(m->rings) + 1;
    struct trace_block b = { .words = words };

    must(n > 5, "block");
    b.va = hex(w[2]);
    b.pa = hex(w[3]);
    b.flags = (u32)hex(w[4]);
    b.n_insns = n - 5;
    for (unsigned i = 5; i < n; i++)
        words[i - 5] = (u32)hex(w[i]);
    start(m);
    g_hash_table_insert(m->rings, g_strdup(w[1]), GUINT_TO_POINTER(id));
    trace_define(m->w, id, &b, false);
}

static void run(struct maker *m, char **w, unsigned n)
{
    unsigned cpu = (unsigned)atoi(w[1]);

    for (unsigned i = 2; i < n; i++) {
        char *cut = strchr(w[i], '/');
        g_autofree char *name = cut ? g_strndup(w[i], (gsize)(cut - w[i])) :
                                      g_strdup(w[i]);
        u32 id = GPOINTER_TO_UINT(g_hash_table_lookup(m->rings, name));

        must(id != 0, name);
        trace_run(m->w, cpu, &id, 1);
        if (cut)
            trace_cut(m->w, cpu, (u32)atoi(cut + 1), false);
    }
}

static void event(struct maker *m, char **w, unsigned n)
{
    struct trace_event ev = { .kind = 0 };
    unsigned cpu = (unsigned)atoi(w[1]), f = 0;

    must(n >= 4, "event");
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (g_str_equal(kinds[i].name, w[2]))
            ev.kind = kinds[i].number;
    must(ev.kind != 0, w[2]);
    start(m);
    ev.count = trace_writer_count(m->w) - strtoull(w[3], NULL, 0);
    for (unsigned i = 4; i < n; i++) {
        if (w[i][0] == '\'') {
            ev.text = w[i] + 1;
            ev.n_text = (u32)strlen(ev.text);
        } else {
            must(f < TRACE_MAX_FIELDS, "too many fields");
            ev.f[f++] = strtoull(w[i], NULL, 0);
        }
    }
    trace_event(m->w, cpu, &ev);
}

static void line(struct maker *m, char **w, unsigned n)
{
    GError *err = NULL;

    if (g_str_equal(w[0], "times")) {
        for (int i = atoi(w[1]); i; i--)
            line(m, w + 2, n - 2);
    } else if (g_str_equal(w[0], "cpus")) {
        m->cfg.n_cpus = (unsigned)atoi(w[1]);
    } else if (g_str_equal(w[0], "chunk")) {
        m->cfg.chunk_blocks = (u32)atoi(w[1]);
    } else if (g_str_equal(w[0], "info")) {
        g_ptr_array_add(m->info, g_strdup(w[1]));
        g_ptr_array_add(m->info, g_strjoinv(" ", w + 2));
    } else if (g_str_equal(w[0], "block")) {
        block(m, w, n);
    } else if (g_str_equal(w[0], "run")) {
        run(m, w, n);
    } else if (g_str_equal(w[0], "event")) {
        event(m, w, n);
    } else if (g_str_equal(w[0], "end")) {
        m->is_ended = true;
        must(trace_writer_close(m->w, w[1], (u32)atoi(w[2]), &err), "close");
    } else {
        must(false, w[0]);
    }
}

int main(int argc, char **argv)
{
    struct maker m = { .cfg = { .n_cpus = 1 } };
    char *text = NULL;
    size_t cap = 0;

    must(argc == 2, "mkdiff FILE <SCRIPT");
    m.path = argv[1];
    m.info = g_ptr_array_new();
    m.rings = g_hash_table_new(g_str_hash, g_str_equal);
    while (getline(&text, &cap, stdin) > 0) {
        g_auto(GStrv) w = g_strsplit(g_strstrip(text), " ", -1);

        if (*text && *text != '#')
            line(&m, w, g_strv_length(w));
    }
    if (!m.is_ended && m.w) {
        trace_flush(m.w);
        _exit(0);
    }
    return 0;
}
