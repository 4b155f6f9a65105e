/* SPDX-License-Identifier: MIT */
/*
 * options.c - parses QEMU's command line, or what of it emu has.
 *
 * GOption would read `-kernel` as six options of one letter, so the loop over
 * the arguments is our own. What it knows is in one table: a row names an
 * option, its argument, the function that takes it and its text in --help.
 * A later option replaces an earlier one, but -M and -X, which add up, as do
 * QEMU's.
 *
 * Values are checked here as far as they do not need another part of the
 * program: the categories of -d, the features of -cpu and host= of -X are
 * checked by whoever knows them.
 */
#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "board.h"
#include "capture.h"
#include "log.h"
#include "options.h"
#include "options_value.h"
#include "target.h"

#define OPTIONS_ERROR    g_quark_from_static_string("emu-options")
#define GIC_VERSION      3 /* the default, and max */
#define MAX_ICOUNT_SHIFT 10
#define MAX_RTC_BASE     0xffffffffull /* PL031 counts in 32 bits */
#define MAX_TIMEOUT_S    31536000ull

struct parser {
    struct options *o; /* what is being filled in */
    const char *name;  /* option being parsed, without dashes */
    bool has_serial;   /* -serial was given */
    bool nodefaults;   /* -nodefaults was given */
    GError **err;      /* where errors go */
};

struct option_row {
    const char *name; /* without dashes */
    const char *arg;  /* argument's name in --help, NULL = none */
    bool (*parse)(struct parser *p, const char *value);
    const char *heading; /* starts a group in --help, or NULL */
    const char *help;    /* lines for --help */
};

/* --- Helpers ------------------------------------------------------------ */

/* Sets the error to one line, whatever the arguments hold; returns false. */
static bool PRINTF_LIKE(2, 3) fail(struct parser *p, const char *fmt, ...)
{
    va_list ap;
    char *line;

    va_start(ap, fmt);
    line = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_strdelimit(line, "\n\r", ' ');
    g_set_error_literal(p->err, OPTIONS_ERROR, 0, line);
    g_free(line);
    return false;
}

/* Sets the error to the line "-name VALUE: message" and returns false. */
static bool PRINTF_LIKE(3, 4)
    bad_value(struct parser *p, const char *value, const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    fail(p, "-%s%s%s: %s", p->name, value ? " " : "", value ? value : "",
         text);
    g_free(text);
    return false;
}

/* Keeps @s until options_fini(). */
static const char *own(struct parser *p, char *s)
{
    g_ptr_array_add(p->o->owned, s);
    return s;
}

/* Counts of instructions: decimal K, M, G. */
static bool read_count(struct parser *p, const char *value, u64 *v)
{
    if (value_scaled(value, 1000, 1, v) && *v)
        return true;
    return bad_value(p, value,
                     "a number of instructions from 1 is needed "
                     "(500, 20K, 300M, 2G)");
}

/* One item of a "key=value,flag,..." list. */
typedef bool (*item_fn)(struct parser *p, const char *item, const char *key,
                        const char *value);

/*
 * Calls @fn for each item of a comma-separated list; two commas stand for
 * one within a value, as in QEMU. value is NULL where there is no '='.
 */
static bool each_item(struct parser *p, const char *list, item_fn fn)
{
    GString *item = g_string_new(NULL);
    bool ok = true;
    const char *s = list;

    while (ok) {
        char *key, *eq;

        g_string_truncate(item, 0);
        for (; *s && !(s[0] == ',' && s[1] != ','); s++) {
            g_string_append_c(item, *s);
            s += s[0] == ',';
        }
        key = g_strdup(item->str);
        eq = strchr(key, '=');
        if (eq)
            *eq = 0;
        if (!*key)
            ok = bad_value(p, list, "an item is empty");
        else
            ok = fn(p, item->str, key, eq ? eq + 1 : NULL);
        g_free(key);
        if (!*s++)
            break;
    }
    g_string_free(item, TRUE);
    return ok;
}

static bool streq(const char *a, const char *b)
{
    return a && b && !strcmp(a, b);
}

/* A non-empty path. */
static bool set_path(struct parser *p, const char *value, const char **path)
{
    if (!*value)
        return bad_value(p, "''", "a file name is needed");
    *path = value;
    return true;
}

/* --- Machine ------------------------------------------------------------ */

static bool gic_item(struct parser *p, const char *item, const char *value)
{
    if (!streq(value, "2") && !streq(value, "3") && !streq(value, "max"))
        return bad_value(p, item,
                         "not supported; the interrupt controller is a GICv2 "
                         "or a GICv3 (gic-version=2, 3 or max)");
    p->o->gic_version = streq(value, "2") ? 2 : GIC_VERSION;
    return true;
}

static bool machine_item(struct parser *p, const char *item, const char *key,
                         const char *value)
{
    /* QEMU's properties, with the one value that this machine has. */
    static const char *const fixed[][2] = {
        { "type", "virt" },         { "accel", "tcg" },
        { "secure", "off" },        { "virtualization", "off" },
        { "mte", "off" },           { "its", "off" },
        { "acpi", "off" },          { "usb", "off" },
        { "graphics", "off" },      { "iommu", "none" },
        { "ras", "off" },           { "dtb-kaslr-seed", "on" },
        { "dtb-randomness", "on" },
    };
    unsigned i;

    if (!value) {
        if (streq(item, "virt"))
            return true;
        return bad_value(p, item, "no such machine; the only one is virt");
    }
    if (streq(key, "gic-version"))
        return gic_item(p, item, value);
    if (streq(key, "dumpdtb")) {
        if (!*value)
            return bad_value(p, item, "a file name is needed");
        p->o->dumpdtb = own(p, g_strdup(value));
        return true;
    }
    for (i = 0; i < ARRAY_SIZE(fixed); i++) {
        if (!streq(key, fixed[i][0]))
            continue;
        if (streq(value, fixed[i][1]))
            return true;
        return bad_value(p, item, "not supported; %s is the only value",
                         fixed[i][1]);
    }
    return bad_value(p, item,
                     "not supported; properties are gic-version=2|3|max "
                     "and dumpdtb=FILE");
}

static bool parse_machine(struct parser *p, const char *value)
{
    if (streq(value, "help")) {
        p->o->info = "virt  QEMU's virt machine (default)\n";
        return true;
    }
    return each_item(p, value, machine_item);
}

static bool parse_cpu(struct parser *p, const char *value)
{
    const char *comma = strrchr(value, ',');
    bool help = streq(comma ? comma + 1 : value, "help");
    char *spec = g_strndup(value, !help ? strlen(value)
                                  : comma ? (size_t)(comma - value) : 0);
    char *why = NULL, *text = NULL;
    bool good;

    if (help)
        good = (text = a64_target.model_help(spec, &why)) != NULL;
    else
        good = a64_target.check_model(spec, &why);
    if (!good)
        bad_value(p, value, why);
    else if (help)
        p->o->info = own(p, text);
    else
        p->o->cpu_model = own(p, g_strdup(spec));
    g_free(why);
    g_free(spec);
    return good;
}

static bool parse_smp(struct parser *p, const char *value)
{
    const char *number = value;
    u64 n;

    if (g_str_has_prefix(value, "cpus="))
        number += strlen("cpus=");
    if (strchr(value, ','))
        return bad_value(p, value, "topology is not supported; use -smp N");
    if (!value_number(number, &n) || n < 1 || n > BOARD_MAX_CPUS)
        return bad_value(p, value, "a number of CPUs from 1 to %d is needed",
                         BOARD_MAX_CPUS);
    p->o->n_cpus = (unsigned)n;
    return true;
}

static bool parse_m(struct parser *p, const char *value)
{
    const char *number = value;
    u64 size;

    if (g_str_has_prefix(value, "size="))
        number += strlen("size=");
    if (!value_scaled(number, KiB, MiB, &size))
        return bad_value(p, value,
                         "a size is needed (512M, 2G; a bare "
                         "number is in MiB)");
    if (size < OPTIONS_MIN_RAM || size > OPTIONS_MAX_RAM)
        return bad_value(p, value, "the size of RAM is 1M to 255G");
    if (size % 4096)
        return bad_value(p, value, "the size of RAM is a multiple of 4K");
    p->o->ram_size = size;
    return true;
}

/* --- Boot --------------------------------------------------------------- */

static bool parse_kernel(struct parser *p, const char *value)
{
    return set_path(p, value, &p->o->kernel);
}

static bool parse_initrd(struct parser *p, const char *value)
{
    return set_path(p, value, &p->o->initrd);
}

static bool parse_append(struct parser *p, const char *value)
{
    p->o->append = value;
    return true;
}

static bool parse_dtb(struct parser *p, const char *value)
{
    return set_path(p, value, &p->o->dtb);
}

/* --- Console ------------------------------------------------------------ */

static bool parse_serial(struct parser *p, const char *value)
{
    struct options *o = p->o;

    if (p->has_serial)
        return bad_value(p, value,
                         "the machine has one serial port, and "
                         "-serial was given before");
    p->has_serial = true;
    if (streq(value, "mon:stdio"))
        o->serial = SERIAL_MON_STDIO;
    else if (streq(value, "stdio"))
        o->serial = SERIAL_STDIO;
    else if (streq(value, "null") || streq(value, "none"))
        o->serial = SERIAL_NULL;
    else if (g_str_has_prefix(value, "file:") && value[5])
        o->serial = SERIAL_FILE;
    else
        return bad_value(p, value,
                         "not supported; use mon:stdio, stdio, "
                         "null or file:FILE");
    o->serial_file = o->serial == SERIAL_FILE ? value + 5 : NULL;
    return true;
}

/* There is never a window, so this changes nothing. */
static bool parse_nographic(struct parser *p, const char *value)
{
    (void)p;
    (void)value;
    return true;
}

/* Options of which emu has only "none". */
static bool parse_none(struct parser *p, const char *value)
{
    if (!streq(value, "none"))
        return bad_value(p, value, "not supported; none is the only value");
    return true;
}

static bool parse_nodefaults(struct parser *p, const char *value)
{
    (void)value;
    p->nodefaults = true;
    return true;
}

/* --- Time and determinism ----------------------------------------------- */

static bool parse_seed(struct parser *p, const char *value)
{
    if (!value_number(value, &p->o->seed))
        return bad_value(p, value, "a number up to 64 bits is needed");
    return true;
}

static bool rtc_item(struct parser *p, const char *item, const char *key,
                     const char *value)
{
    struct options *o = p->o;
    u64 t;

    if (streq(key, "clock") && streq(value, "vm"))
        return true;
    if (streq(key, "clock"))
        return bad_value(p, item,
                         "not supported; the clock is virtual time "
                         "(clock=vm)");
    if (!streq(key, "base") || !value)
        return bad_value(p, item,
                         "not supported; use base=utc, base=DATE or "
                         "base=SECONDS");
    o->rtc_from_host = streq(value, "utc");
    if (o->rtc_from_host)
        return true;
    if (!value_number(value, &t) && !value_date(value, &t))
        return bad_value(p, item,
                         "use utc, a date (2024-01-31 or "
                         "2024-01-31T12:00:00) or seconds since 1970");
    if (t > MAX_RTC_BASE)
        return bad_value(p, item,
                         "the last time the clock can show is "
                         "2106-02-07T06:28:15 (%" PRIu64 ")",
                         (u64)MAX_RTC_BASE);
    o->rtc_base = t;
    return true;
}

static bool parse_rtc(struct parser *p, const char *value)
{
    return each_item(p, value, rtc_item);
}

static bool icount_item(struct parser *p, const char *item, const char *key,
                        const char *value)
{
    u64 n;

    if (streq(key, "align") && streq(value, "off"))
        return true;
    if (value && !streq(key, "shift"))
        return bad_value(p, item, "not supported; use shift=N");
    if (!value_number(value ? value : key, &n) || n > MAX_ICOUNT_SHIFT)
        return bad_value(p, item,
                         "the shift is a number from 0 to %d; an "
                         "instruction takes 2^N ns",
                         MAX_ICOUNT_SHIFT);
    p->o->icount_shift = (unsigned)n;
    return true;
}

static bool parse_icount(struct parser *p, const char *value)
{
    return each_item(p, value, icount_item);
}

/* --- Running and ending ------------------------------------------------- */

static bool parse_engine(struct parser *p, const char *value)
{
    if (streq(value, "jit"))
        p->o->engine = ENGINE_JIT;
    else if (streq(value, "eval"))
        p->o->engine = ENGINE_EVAL;
    else
        return bad_value(p, value, "no such engine; use jit or eval");
    return true;
}

static bool parse_accel(struct parser *p, const char *value)
{
    if (!streq(value, "tcg") && !streq(value, "tcg,thread=single"))
        return bad_value(p, value, "not supported; tcg is the only value");
    return true;
}

static bool parse_timeout(struct parser *p, const char *value)
{
    u64 ms;

    if (!value_seconds(value, &ms) || !ms || ms > MAX_TIMEOUT_S * 1000)
        return bad_value(
            p, value, "a number of seconds from 0.001 to %" PRIu64 " is needed",
            (u64)MAX_TIMEOUT_S);
    p->o->timeout_ms = ms;
    return true;
}

static bool parse_exit_after(struct parser *p, const char *value)
{
    return read_count(p, value, &p->o->exit_after);
}

static bool parse_no_reboot(struct parser *p, const char *value)
{
    (void)value;
    p->o->no_reboot = true;
    return true;
}

/* --- Seeing what happens ------------------------------------------------ */

static bool parse_d(struct parser *p, const char *value)
{
    if (streq(value, "help"))
        p->o->info = log_help();
    p->o->log_list = value;
    return true;
}

static bool parse_trace(struct parser *p, const char *value)
{
    if (streq(value, "help")) {
        p->o->info = own(p, capture_help());
        return true;
    }
    capture_options_free(p->o->trace);
    p->o->trace = capture_options_parse(value, p->err);
    return p->o->trace != NULL;
}

static bool parse_symbols(struct parser *p, const char *value)
{
    return set_path(p, value, &p->o->symbols);
}

static bool parse_log_file(struct parser *p, const char *value)
{
    return set_path(p, value, &p->o->log_file);
}

static bool parse_final_state(struct parser *p, const char *value)
{
    (void)value;
    p->o->final_state = true;
    return true;
}

static bool parse_hash_every(struct parser *p, const char *value)
{
    return read_count(p, value, &p->o->hash_every);
}

static bool x_flag(struct translator_options *x, const char *item)
{
    if (streq(item, "nochain"))
        x->no_chain = true;
    else if (streq(item, "noopt"))
        x->no_opt = true;
    else if (streq(item, "cold"))
        x->always_cold = true;
    else if (streq(item, "far"))
        x->far_cache = true;
    else if (streq(item, "verify"))
        x->verify_ir = true;
    else
        return false;
    return true;
}

static bool x_item(struct parser *p, const char *item, const char *key,
                   const char *value)
{
    struct translator_options *x = &p->o->translator;
    u64 n = 0;

    if (!value) {
        if (x_flag(x, item))
            return true;
    } else if (streq(key, "tb-max")) {
        if (!value_number(value, &n) || n < 1 || n > 256)
            return bad_value(p, item, "1 to 256 instructions");
        x->tb_max = (unsigned)n;
        return true;
    } else if (streq(key, "ra-shuffle")) {
        if (!value_number(value, &x->ra_seed) || !x->ra_seed)
            return bad_value(p, item, "a number from 1 is needed");
        return true;
    } else if (streq(key, "cache")) {
        if (!value_scaled(value, KiB, 1, &n) || n < 256 * KiB || n > GiB)
            return bad_value(p, item, "256K to 1G bytes");
        x->cache_bytes = n;
        return true;
    } else if (streq(key, "tags")) {
        if (!value_number(value, &n) || n < 2 || n > 16)
            return bad_value(p, item, "2 to 16 bits");
        x->tag_bits = (unsigned)n;
        return true;
    } else if (streq(key, "host") && *value) {
        x->host_features = own(p, g_strdup(value));
        return true;
    }
    return bad_value(p, item,
                     "not known; items are tb-max=N, nochain, noopt, "
                     "cold, far, verify, ra-shuffle=SEED, cache=SIZE, "
                     "tags=BITS and host=FEATURES");
}

static bool parse_x(struct parser *p, const char *value)
{
    return each_item(p, value, x_item);
}

/* --- Help --------------------------------------------------------------- */

static bool parse_help(struct parser *p, const char *value);

static bool parse_version(struct parser *p, const char *value)
{
    (void)value;
    p->o->info = "emu " EMU_VERSION "\n";
    return true;
}

/* clang-format off */
static const struct option_row rows[] = {
    { "M", "virt[,KEY=VALUE]...", parse_machine, "Machine",
      "the machine, QEMU's virt (default: virt)\n"
      "gic-version=V    the interrupt controller: 2, 3 or max (default: 3)\n"
      "dumpdtb=FILE     write the device tree to FILE and exit" },
    { "machine", "virt[,KEY=VALUE]...", parse_machine, NULL,
      "the same as -M" },
    { "cpu", "MODEL[,FEATURE=on|off]...", parse_cpu, NULL,
      "max (every feature emu has), cortex-a53, cortex-a72 or neoverse-n1\n"
      "(default: max); -cpu help lists the features" },
    { "m", "SIZE", parse_m, NULL,
      "guest memory, 1M to 255G; suffixes K, M, G, a bare number is in MiB\n"
      "(default: 512M)" },
    { "smp", "N", parse_smp, NULL,
      "number of CPUs, 1 to 8, also cpus=N (default: 1)" },

    { "kernel", "FILE", parse_kernel, "Boot",
      "what to run: a Linux arm64 Image, plain, gzip'ed or as EFI zboot with\n"
      "gzip; an AArch64 ELF file (vmlinux or bare-metal); or a raw binary,\n"
      "which is loaded at RAM + 0x80000" },
    { "initrd", "FILE", parse_initrd, NULL,
      "initial RAM disk" },
    { "append", "TEXT", parse_append, NULL,
      "kernel command line, for example console=ttyAMA0" },
    { "dtb", "FILE", parse_dtb, NULL,
      "device tree to use instead of the generated one; its /chosen and\n"
      "/memory are set" },

    { "nographic", NULL, parse_nographic, "Console",
      "no window and the console on the terminal: always so" },
    { "serial", "WHERE", parse_serial, NULL,
      "what the serial port is connected to (default: mon:stdio)\n"
      "mon:stdio        the terminal; Ctrl-A H lists the keys, Ctrl-A X quits\n"
      "stdio            the terminal; every key goes to the guest\n"
      "file:FILE        output goes to FILE, there is no input\n"
      "null             no output, no input" },
    { "display", "none", parse_none, NULL,
      "accepted, no effect; also -vga, -monitor, -parallel, -net and -nic" },
    { "vga", "none", parse_none, NULL, NULL },
    { "monitor", "none", parse_none, NULL, NULL },
    { "parallel", "none", parse_none, NULL, NULL },
    { "net", "none", parse_none, NULL, NULL },
    { "nic", "none", parse_none, NULL, NULL },
    { "nodefaults", NULL, parse_nodefaults, NULL,
      "leave the serial port unconnected unless -serial is given" },
    { "no-user-config", NULL, parse_nographic, NULL,
      "accepted, no effect: there are no configuration files" },

    { "rtc", "base=WHEN", parse_rtc, "Time and repeatability",
      "what the real-time clock shows at power-on: a date (2024-01-31 or\n"
      "2024-01-31T12:00:00), seconds since 1970, or utc for the host's time,\n"
      "which makes runs differ (default: 2024-01-01T00:00:00)" },
    { "icount", "shift=N", parse_icount, NULL,
      "an instruction takes 2^N ns of virtual time, N = 0 to 10 (default: 0)" },
    { "seed", "N", parse_seed, NULL,
      "where the guest's kaslr-seed, rng-seed and RNDR come from\n"
      "(default: 0x656d75)" },

    { "no-reboot", NULL, parse_no_reboot, "Running and ending",
      "a reset by the guest ends the run with status 73" },
    { "timeout", "SECONDS", parse_timeout, NULL,
      "end with status 124 after that much host time; 0.001 and more" },
    { "exit-after", "COUNT", parse_exit_after, NULL,
      "end with status 124 after COUNT instructions; suffixes K, M, G are\n"
      "powers of 1000" },
    { "engine", "NAME", parse_engine, NULL,
      "jit (host code) or eval (the reference evaluator); both give the same\n"
      "run (default: jit)" },
    { "accel", "tcg", parse_accel, NULL,
      "accepted, no effect" },

    { "d", "LIST", parse_d, "Seeing what happens",
      "log these things, separated by commas; -d help lists them" },
    { "trace", "FILE[,ITEM]...", parse_trace, NULL,
      "write every block that runs, and what happens between them, to FILE,\n"
      "for emu-trace; -trace help lists the items" },
    { "symbols", "FILE", parse_symbols, NULL,
      "the kernel's vmlinux: names for -trace's start= and stop=, and noted in\n"
      "the trace for emu-trace (default: the Image's own kallsyms)" },
    { "D", "FILE", parse_log_file, NULL,
      "log to FILE (default: standard error)" },
    { "final-state", NULL, parse_final_state, NULL,
      "at the end, print the hash of the machine's state and the counts" },
    { "hash-every", "COUNT", parse_hash_every, NULL,
      "log the hash of the machine's state every COUNT instructions" },

    { "X", "ITEM[,ITEM]...", parse_x, "For tests of emu itself",
      "change how code is translated, never what it does\n"
      "tb-max=N         blocks of at most N instructions, 1 to 256\n"
      "nochain          do not link blocks\n"
      "noopt            no optimisation passes\n"
      "cold             every memory operation takes its slow path\n"
      "far              code cache out of reach of direct calls\n"
      "verify           check each block's IR before and after every pass\n"
      "ra-shuffle=SEED  choose host registers at random, SEED from 1\n"
      "cache=SIZE       code cache, 256K to 1G\n"
      "tags=BITS        tag tables of 2^BITS entries, 2 to 16\n"
      "host=FEATURES    use only these host features: sse42, avx2, ..." },

    { "help", NULL, parse_help, "Help",
      "this text; also -h" },
    { "h", NULL, parse_help, NULL, NULL },
    { "version", NULL, parse_version, NULL,
      "the version" },
};

/* What QEMU has and emu has not. */
static const char *const qemu_only[] = {
    "L", "S", "action", "add-fd", "alt-grab", "async-teardown", "audio",
    "audio-help", "audiodev", "bios", "blockdev", "boot", "cdrom", "chardev",
    "chroot", "compat", "ctrl-grab", "curses", "daemonize", "debugcon",
    "device", "dfilter", "drive", "dump-vmstate", "echr", "enable-kvm",
    "enable-sync-profile", "fda", "fdb", "fsdev", "full-screen", "fw_cfg",
    "gdb", "global", "hda", "hdb", "hdc", "hdd", "incoming", "iscsi",
    "jitdump", "k", "loadvm", "mem-path", "mem-prealloc", "mon", "msg",
    "mtdblock", "name", "netdev", "no-acpi", "no-shutdown", "numa", "object",
    "old-param", "one-insn-per-tb", "only-migratable", "option-rom",
    "overcommit", "perfmap", "pflash", "pidfile", "plugin", "portrait",
    "preconfig", "prom-env", "qmp", "qmp-pretty", "readconfig", "rotate",
    "run-with", "runas", "s", "sandbox", "sd", "sdl", "semihosting",
    "semihosting-config", "set", "shim", "singlestep", "smbios", "snapshot",
    "soundhw", "spice", "tb-size", "tpmdev", "usb", "usbdevice",
    "uuid", "virtfs", "virtiofsd", "vnc", "watchdog", "watchdog-action",
    "win2k-hack", "writeconfig", "xen-attach", "xen-domid",
    "xen-domid-restrict",
};
/* clang-format on */

static bool parse_help(struct parser *p, const char *value)
{
    GString *s = g_string_new(
        "Usage: emu -kernel FILE [OPTION]...\n"
        "Runs an AArch64 system, the same way every time. Options are "
        "QEMU's where both\nhave them; --option and --option=VALUE work "
        "too.\n");
    unsigned i, j;

    (void)value;
    for (i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct option_row *r = &rows[i];
        char **lines;

        if (r->heading)
            g_string_append_printf(s, "\n%s:\n", r->heading);
        if (!r->help)
            continue;
        g_string_append_printf(s, "  -%s%s%s\n", r->name, r->arg ? " " : "",
                               r->arg ? r->arg : "");
        lines = g_strsplit(r->help, "\n", -1);
        for (j = 0; lines[j]; j++)
            g_string_append_printf(s, "      %s\n", lines[j]);
        g_strfreev(lines);
    }
    g_string_append(s,
                    "\nExit status:\n"
                    "    0  the guest powered off\n"
                    "    1  bad command line, bad file or trouble on the host\n"
                    "   70  the guest's kernel panicked\n"
                    "   71  nothing can ever happen again\n"
                    "   73  the guest reset itself under -no-reboot\n"
                    "  124  a limit was reached (-timeout, -exit-after)\n"
                    "  134  a fault of emu itself\n");
    p->o->info = own(p, g_string_free(s, FALSE));
    return true;
}

/* --- The loop ----------------------------------------------------------- */

static const struct option_row *find_row(const char *name, size_t len)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(rows); i++) {
        if (strlen(rows[i].name) == len && !strncmp(rows[i].name, name, len))
            return &rows[i];
    }
    return NULL;
}

static bool fail_unknown(struct parser *p, const char *arg)
{
    unsigned i;

    if (arg[0] != '-' || !arg[1])
        return fail(p, "'%s': not an option; see emu --help", arg);
    for (i = 0; i < ARRAY_SIZE(qemu_only); i++) {
        if (streq(arg + 1 + (arg[1] == '-'), qemu_only[i]))
            return fail(p, "-%s: not supported; see emu --help for what is",
                        qemu_only[i]);
    }
    return fail(p, "%s: no such option; see emu --help", arg);
}

/* Parses the option at argv[i]; *used tells how many arguments it took. */
static bool parse_one(struct parser *p, char **argv, int *used)
{
    const char *arg = argv[0], *name = arg, *value = argv[1];
    bool is_long = g_str_has_prefix(arg, "--");
    const struct option_row *r;
    size_t len;

    if (arg[0] != '-')
        return fail_unknown(p, arg);
    name += is_long ? 2 : 1;
    len = is_long ? strcspn(name, "=") : strlen(name);
    r = find_row(name, len);
    if (!r)
        return fail_unknown(p, arg);
    p->name = r->name;
    *used = 1;
    if (name[len]) {
        value = name + len + 1;
        if (!r->arg)
            return bad_value(p, value, "the option takes no value");
    } else if (r->arg) {
        if (!value)
            return bad_value(p, NULL, "a value is missing (-%s %s)", r->name,
                             r->arg);
        *used = 2;
    }
    return r->parse(p, value);
}

/* What can be told only when everything is known. */
static bool check_all(struct parser *p)
{
    struct options *o = p->o;

    if (p->nodefaults && !p->has_serial)
        o->serial = SERIAL_NULL;
    if (!o->info && !o->kernel && !o->dumpdtb)
        return fail(p, "nothing to run: use -kernel FILE, or see emu --help");
    return true;
}

bool options_parse(struct options *o, int argc, char **argv, GError **err)
{
    struct parser p = { .o = o, .err = err };
    int i, used;

    *o = (struct options){
        .cpu_model = "max",
        .gic_version = GIC_VERSION,
        .n_cpus = 1,
        .ram_size = 512 * MiB,
        .serial = SERIAL_MON_STDIO,
        .seed = OPTIONS_SEED,
        .rtc_base = OPTIONS_RTC_BASE,
        .engine = ENGINE_JIT,
        .owned = g_ptr_array_new_with_free_func(g_free),
    };
    for (i = 1; i < argc; i += used) {
        used = 1;
        if (!parse_one(&p, argv + i, &used))
            return false;
        if (o->info)
            return true;
    }
    return check_all(&p);
}

void options_fini(struct options *o)
{
    if (o->owned)
        g_ptr_array_free(o->owned, TRUE);
    o->owned = NULL;
    capture_options_free(o->trace);
    o->trace = NULL;
}
