/* SPDX-License-Identifier: MIT */
/*
 * cmdline_fuzz.c - command lines: parsed, and when they are accepted, the
 * machine they ask for is built (without its files).
 *
 * Input: the arguments, each ended by a NUL or a newline. What must hold: an
 * error is one line; an accepted value is within its documented bounds.
 * Nothing here opens a file that the input names.
 */
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "fuzz.h"
#include "log.h"
#include "machine.h"
#include "options.h"

#define MAX_ARGS 64u

static void check_options(const struct options *o)
{
    fuzz_check(o->info || o->kernel || o->dumpdtb);
    fuzz_check(o->n_cpus >= 1 && o->n_cpus <= BOARD_MAX_CPUS);
    fuzz_check(o->gic_version == 2 || o->gic_version == 3);
    fuzz_check(o->ram_size >= OPTIONS_MIN_RAM);
    fuzz_check(o->ram_size <= OPTIONS_MAX_RAM && o->ram_size % 4096 == 0);
    fuzz_check(o->icount_shift <= 10 && o->rtc_base <= 0xffffffff);
    fuzz_check(o->translator.tb_max <= 256 && o->translator.tag_bits <= 16);
    fuzz_check(o->translator.cache_bytes <= 1 * GiB);
    fuzz_check(!o->kernel || *o->kernel);
    fuzz_check(!o->initrd || *o->initrd);
    fuzz_check(!o->dtb || *o->dtb);
    fuzz_check(!o->log_file || *o->log_file);
    fuzz_check((o->serial == SERIAL_FILE) == !!o->serial_file);
}

/*
 * Builds the machine, and writes its tree. Its errors may quote line ends:
 * main.c makes one line of them.
 */
static void build(struct options *o)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    GError *err = NULL;
    struct machine *m;

    fuzz_check(fd >= 0);
    o->kernel = o->initrd = o->dtb = o->log_file = o->serial_file = NULL;
    o->serial = SERIAL_NULL;
    if (!o->log_list || log_set(o->log_list, &err)) {
        m = machine_new(o, &err);
        fuzz_check(m || err);
        if (m)
            fuzz_check(machine_dump_dtb(m, path, &err));
        machine_free(m);
    }
    fuzz_check(!err || *err->message);
    g_clear_error(&err);
    log_mask = 0;
    close(fd);
    g_free(path);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    char *argv[MAX_ARGS + 2] = { NULL }, *text = g_malloc(size + 1), *p;
    struct options o;
    GError *err = NULL;
    int argc = 1;

    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    g_strdelimit(text, "\n", 0);
    argv[0] = g_strdup("emu");
    for (p = text; p < text + size && argc <= (int)MAX_ARGS; p += strlen(p) + 1)
        argv[argc++] = g_strdup(p);
    if (!options_parse(&o, argc, argv, &err)) {
        fuzz_check_error(err);
    } else {
        fuzz_check(!err);
        if (o.info)
            fuzz_check(*o.info);
        check_options(&o);
        if (!o.info)
            build(&o);
    }
    options_fini(&o);
    while (argc)
        g_free(argv[--argc]);
    g_free(text);
    return 0;
}
