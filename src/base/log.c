/* SPDX-License-Identifier: MIT */
/*
 * log.c - the log sink: categories, file, and the limit on repeated lines.
 *
 * This file and the option table hold the only mutable file-scope state of
 * the program (house rule 4): what is logged and where is a property of the
 * process and not of a machine, and nothing here is read back by a run.
 *
 * log_guest() and log_unimp() are limited by the text of their format, which
 * stands for the call site: a guest that writes a read-only register in a
 * loop gets LINES_PER_SITE lines and one notice.
 */
#include "log.h"

#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINES_PER_SITE 100u

/* name after -d, category, one line for --help padded to a column */
#define LOG_ITEMS(X)                                                       \
    X("in_asm", LOG_IN_ASM, "        guest code of each new block")        \
    X("op", LOG_OP, "            IR of each new block, after each pass")   \
    X("out_asm", LOG_OUT_ASM, "       host code of each new block")        \
    X("exec", LOG_EXEC, "          every block executed: CPU, EL, VA, PA") \
    X("int", LOG_INT, "           exceptions and interrupts")              \
    X("mmu", LOG_MMU, "           table walks, faults, TLB maintenance")   \
    X("unimp", LOG_UNIMP, "         guest uses what is not implemented")   \
    X("guest_errors", LOG_GUEST_ERROR, "  guest does what manuals forbid") \
    X("stats", LOG_STATS, "         figures at the end of the run")

struct log_item {
    const char *name; /* as written after -d */
    unsigned mask;    /* its enum log_category bit */
};

#define ITEM_ROW(name, mask, help) { name, mask },
static const struct log_item log_items[] = { LOG_ITEMS(ITEM_ROW) };
#undef ITEM_ROW

#define ITEM_NAME(name, mask, help) " " name
static const char log_names[] = LOG_ITEMS(ITEM_NAME);
#undef ITEM_NAME

#define ITEM_HELP(name, mask, help) "  " name help "\n"
static const char log_help_text[] = LOG_ITEMS(ITEM_HELP);
#undef ITEM_HELP

unsigned log_mask;
static FILE *log_file;         /* the -D file, or NULL for stderr */
static GHashTable *log_counts; /* format text -> lines written */

static GQuark log_error_quark(void)
{
    return g_quark_from_static_string("emu-log");
}

static const struct log_item *find_item(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(log_items); i++)
        if (strcmp(log_items[i].name, name) == 0)
            return &log_items[i];
    return NULL;
}

bool log_set(const char *list, GError **err)
{
    char **items = g_strsplit(list, ",", -1);
    unsigned mask = 0;
    bool ok = true;

    for (char **name = items; *name && ok; name++) {
        const struct log_item *item = find_item(*name);

        if (item) {
            mask |= item->mask;
        } else {
            g_set_error(err, log_error_quark(), 0,
                        "-d: unknown log item '%s', known are:%s", *name,
                        log_names);
            ok = false;
        }
    }
    g_strfreev(items);
    if (ok)
        log_mask = mask;
    return ok;
}

bool log_open(const char *path, GError **err)
{
    FILE *f = fopen(path, "we");

    if (!f) {
        g_set_error(err, log_error_quark(), 0,
                    "-D: cannot write log file '%s': %s", path,
                    g_strerror(errno));
        return false;
    }
    log_close();
    setvbuf(f, NULL, _IOFBF, 1 << 16);
    log_file = f;
    return true;
}

void log_close(void)
{
    if (log_file)
        fclose(log_file);
    log_file = NULL;
    if (log_counts)
        g_hash_table_destroy(log_counts);
    log_counts = NULL;
}

const char *log_help(void)
{
    return log_help_text;
}

static FILE *log_sink(void)
{
    return log_file ? log_file : stderr;
}

void log_printf(enum log_category c, const char *fmt, ...)
{
    va_list ap;

    if (!log_on(c))
        return;
    va_start(ap, fmt);
    vfprintf(log_sink(), fmt, ap);
    va_end(ap);
}

/* Counts a line of @fmt. True while the call site is below its limit. */
static bool count_line(const char *fmt)
{
    if (!log_counts)
        log_counts =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(log_counts, fmt));
    if (n > LINES_PER_SITE)
        return false;
    g_hash_table_insert(log_counts, g_strdup(fmt), GUINT_TO_POINTER(n + 1));
    if (n < LINES_PER_SITE)
        return true;
    fprintf(log_sink(), "(no more messages of this kind are shown)\n");
    return false;
}

static void limited(enum log_category c, const char *prefix, const char *fmt,
                    va_list ap)
{
    size_t len = strlen(fmt);

    if (!log_on(c) || !count_line(fmt))
        return;
    fputs(prefix, log_sink());
    vfprintf(log_sink(), fmt, ap);
    if (len == 0 || fmt[len - 1] != '\n')
        fputc('\n', log_sink());
}

void log_guest(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    limited(LOG_GUEST_ERROR, "guest error: ", fmt, ap);
    va_end(ap);
}

void log_unimp(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    limited(LOG_UNIMP, "unimplemented: ", fmt, ap);
    va_end(ap);
}
