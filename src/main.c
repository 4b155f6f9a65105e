/* SPDX-License-Identifier: MIT */
/*
 * main.c - parse the command line, build the machine, run it, and turn
 * every error into one line on standard error and status 1.
 */
#include <glib.h>
#include <stdio.h>

#include "log.h"
#include "machine.h"
#include "options.h"

/* Names of files and values may hold line ends: it is one line anyway. */
static int fail(GError *err)
{
    g_strdelimit(err->message, "\n\r", ' ');
    fprintf(stderr, "emu: %s\n", err->message);
    g_error_free(err);
    return 1;
}

static bool open_log(const struct options *o, GError **err)
{
    return (!o->log_list || log_set(o->log_list, err)) &&
           (!o->log_file || log_open(o->log_file, err));
}

static int run(const struct options *o)
{
    GError *err = NULL;
    struct machine *m;
    int status = 0;

    if (!open_log(o, &err))
        return fail(err);
    m = machine_new(o, &err);
    if (!m)
        return fail(err);
    if (o->dumpdtb) {
        if (!machine_dump_dtb(m, o->dumpdtb, &err))
            status = -1;
    } else {
        status = machine_run(m, &err);
    }
    machine_free(m);
    return status < 0 ? fail(err) : status;
}

int main(int argc, char **argv)
{
    struct options o;
    GError *err = NULL;
    int status;

    if (!options_parse(&o, argc, argv, &err)) {
        status = fail(err);
    } else if (o.info) {
        fputs(o.info, stdout);
        status = 0;
    } else {
        status = run(&o);
    }
    options_fini(&o);
    log_close();
    return status;
}
