/* SPDX-License-Identifier: MIT */
/*
 * tracing.c - what a trace's header says about the machine and its inputs.
 *
 * Everything in it decides what the guest does or tells inputs apart; the
 * trace's own name and how blocks are translated do not belong there, so that
 * the same run gives the same bytes.
 */
#include "tracing.h"

#include <stdio.h>
#include <string.h>

#include "filehash.h"
#include "symbols.h"
#include "target.h"

struct tracing {
    const struct options *o;   /* what was asked for */
    struct capture *capture;   /* the trace */
    GPtrArray *info;           /* key, value, ..., NULL; owned */
    struct symtab *kallsyms;   /* the kernel's own names, or NULL */
    struct dwarf *dwarf;       /* those of -symbols, or NULL */
};

struct tracing *tracing_new(const struct options *o)
{
    struct tracing *t;

    if (!o->trace)
        return NULL;
    t = g_new0(struct tracing, 1);
    t->o = o;
    t->capture = capture_new(o->trace);
    t->info = g_ptr_array_new_with_free_func(g_free);
    return t;
}

void tracing_free(struct tracing *t)
{
    if (!t)
        return;
    capture_free(t->capture);
    g_ptr_array_free(t->info, TRUE);
    symtab_free(t->kallsyms);
    dwarf_close(t->dwarf);
    g_free(t);
}

struct capture *tracing_capture(const struct tracing *t)
{
    return t ? t->capture : NULL;
}

/* --- the header ----------------------------------------------------------- */

static void say(struct tracing *t, const char *key, const char *value)
{
    g_ptr_array_add(t->info, g_strdup(key));
    g_ptr_array_add(t->info, g_strdup(value));
}

static void PRINTF_LIKE(3, 4)
    sayf(struct tracing *t, const char *key, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_ptr_array_add(t->info, g_strdup(key));
    g_ptr_array_add(t->info, g_strdup_vprintf(fmt, ap));
    va_end(ap);
}

/* An input file: its name and hash. */
static bool say_file(struct tracing *t, const char *key, const char *path,
                     GError **err)
{
    g_autofree char *hash_key = g_strconcat(key, ".xxh128", NULL);
    char hash[FILEHASH_TEXT];

    if (!path)
        return true;
    if (!filehash(path, hash, err))
        return false;
    say(t, key, path);
    say(t, hash_key, hash);
    return true;
}

static bool make_info(struct tracing *t, const struct boot_info *boot,
                      GError **err)
{
    const struct options *o = t->o;
    g_autofree char *features = a64_target.model_features(o->cpu_model);

    say(t, "emu", EMU_VERSION);
    say(t, "machine", "virt");
    say(t, "cpu", o->cpu_model);
    say(t, "features", features);
    sayf(t, "smp", "%u", o->n_cpus);
    sayf(t, "memory", "%llu", (unsigned long long)o->ram_size);
    sayf(t, "gic", "%u", o->gic_version);
    sayf(t, "icount", "%u", o->icount_shift);
    sayf(t, "seed", "0x%llx", (unsigned long long)o->seed);
    if (!o->rtc_from_host)
        sayf(t, "rtc", "%llu", (unsigned long long)o->rtc_base);
    say(t, "append", o->append ? o->append : "");
    if (!say_file(t, "kernel", o->kernel, err) ||
        !say_file(t, "initrd", o->initrd, err) ||
        !say_file(t, "dtb", o->dtb, err))
        return false;
    sayf(t, "kernel.pa", "0x%llx", (unsigned long long)boot->kernel_start);
    sayf(t, "kernel.size", "0x%llx",
         (unsigned long long)(boot->kernel_end - boot->kernel_start));
    if (t->dwarf && dwarf_build_id(t->dwarf))
        say(t, "kernel.build-id", dwarf_build_id(t->dwarf));
    if (o->symbols)
        say(t, "symbols", o->symbols);
    g_ptr_array_add(t->info, NULL);
    return true;
}

/* --- names ---------------------------------------------------------------- */

/* The kernel's symbols, if the window names any. */
static bool find_symbols(struct tracing *t, struct capture_machine *m,
                         GError **err)
{
    struct kallsyms_info info;
    u64 size, end;
    u8 *image;

    if (t->o->symbols) {
        t->dwarf = dwarf_open(t->o->symbols, err);
        if (!t->dwarf)
            return false;
        m->symbols = dwarf_symtab(t->dwarf);
        dwarf_range(t->dwarf, &m->text_va, &end);
        return true;
    }
    if (!t->o->trace->start.text && !t->o->trace->stop.text)
        return true;
    image = loader_unpack(t->o->kernel, &size, err);
    if (!image)
        return false;
    t->kallsyms = kallsyms_read(t->o->kernel, image, size, &info, NULL);
    g_free(image);
    m->symbols = t->kallsyms;
    if (t->kallsyms)
        m->text_va = info.text_va;
    return true;
}

bool tracing_start(struct tracing *t, struct exec *exec,
                   const struct boot_info *boot, GError **err)
{
    struct capture_machine m = { .exec = exec };

    if (!t)
        return true;
    m.n_cpus = t->o->n_cpus;
    m.kernel_pa = boot->kernel_start;
    m.kernel_size = boot->kernel_end - boot->kernel_start;
    if (!find_symbols(t, &m, err) || !make_info(t, boot, err))
        return false;
    m.info = (const char *const *)t->info->pdata;
    return capture_start(t->capture, &m, err);
}

bool tracing_end(struct tracing *t, const char *why, int status,
                 GError **err)
{
    return !t || capture_end(t->capture, why, (u32)status, err);
}
