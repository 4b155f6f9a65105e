/* SPDX-License-Identifier: MIT */
/*
 * machine.c - builds a machine from the options, runs it, and says how it
 * ended (DESIGN D13).
 *
 * This is where the engine's hooks meet the host: input is polled, idle time
 * is slept in host time while input may come (pacing, D3), limits and signals
 * end the run. Virtual time never depends on any of it but where input
 * arrives.
 */
#include "machine.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "board.h"
#include "console.h"
#include "disas.h"
#include "exec.h"
#include "host.h"
#include "loader.h"
#include "log.h"
#include "options.h"
#include "tracing.h"

#define MACHINE_ERROR g_quark_from_static_string("emu-machine")
#define TAG_POOL_BYTES (32 * MiB)

enum {
    STATUS_PANIC = 70,
    STATUS_DEAD = 71,
    STATUS_RESET = 73,
    STATUS_LIMIT = 124,
    STATUS_SIGNAL = 128, /* plus its number, as shells say it */
};

struct machine {
    const struct options *o;   /* what was asked for */
    const struct target_ops *target; /* the guest CPU */
    struct clock clock;        /* virtual time */
    struct ram ram;            /* main memory */
    struct bus bus;            /* devices by address */
    struct tag_pool *tags;     /* tag tables */
    struct board board;        /* the devices */
    struct exec *exec;         /* CPUs and engine */
    struct chan *uart;         /* the console's channel */
    struct disas *disas;       /* for -d in_asm, out_asm */
    struct host host;          /* signals, limits */
    struct tracing *tracing;   /* -trace, or NULL */
    struct boot_info boot;     /* what was loaded last */
    volatile bool quit;        /* Ctrl-A X was typed */
    enum console_panic panic;  /* seen on the console */
    bool has_board, has_host;  /* were initialised */
    u64 pace_host_ns;          /* pacing: this host time... */
    u64 pace_virtual_ns;       /* ... is this virtual time */
};

/* --- the engine's hooks -------------------------------------------------- */

static void poll_host(void *opaque)
{
    struct machine *m = opaque;
    struct host_end end;

    if (m->uart)
        chan_poll(m->uart);
    if (host_ends(&m->host, &end))
        exec_stop(m->exec, EXEC_ASKED,
                  end.signal ? STATUS_SIGNAL + end.signal : STATUS_LIMIT);
    else if (m->quit)
        exec_stop(m->exec, EXEC_ASKED, 0);
    else if (m->tracing && capture_failed(tracing_capture(m->tracing)))
        exec_stop(m->exec, EXEC_ASKED, 1); /* tracing_end() tells why */
}

static void alarm_rings(void *opaque)
{
    capture_alarm(tracing_capture(((struct machine *)opaque)->tracing));
}

static void watched_block(void *opaque, const struct tb *tb)
{
    capture_watch(tracing_capture(((struct machine *)opaque)->tracing), tb);
}

static void made_block(void *opaque, const struct tb *tb)
{
    capture_made(tracing_capture(((struct machine *)opaque)->tracing), tb);
}

/* May input arrive when host time passes? */
static bool is_interactive(struct machine *m)
{
    return m->uart && !m->uart->deterministic &&
           m->uart->backend->is_open(m->uart);
}

/* Virtual time that host time of now stands for. */
static u64 paced_now(const struct machine *m)
{
    return m->pace_virtual_ns + (host_now() - m->pace_host_ns);
}

/*
 * Sleeps until @deadline_ns comes by the host's clock, or input does. A
 * machine that is behind does not sleep.
 */
static u64 idle(void *opaque, u64 deadline_ns)
{
    struct machine *m = opaque;
    u64 now = clock_now(&m->clock), until = UINT64_MAX, t;

    if (!is_interactive(m))
        return deadline_ns;
    if (deadline_ns != CLOCK_NEVER) {
        t = paced_now(m);
        if (t >= deadline_ns)
            return deadline_ns;
        until = m->pace_host_ns + (deadline_ns - m->pace_virtual_ns);
    }
    host_wait(&m->host, m->uart->backend->pollfd(m->uart), until);
    t = paced_now(m);
    if (t < now)
        t = now;
    return t < deadline_ns ? t : deadline_ns;
}

static void log_block(void *opaque, const struct tb *tb,
                      const struct ir_block *b, const u8 *code)
{
    struct machine *m = opaque;
    GString *s = g_string_new(NULL);

    (void)b;
    if (log_on(LOG_IN_ASM)) {
        g_string_printf(s, "--- block va %016llx pa %012llx flags %x n %u\n",
                        (unsigned long long)tb->pc,
                        (unsigned long long)tb->pa, tb->flags, tb->n_insns);
        disas_guest(m->disas, s, tb->pc, code, tb->n_bytes);
        log_printf(LOG_IN_ASM, "%s", s->str);
    }
    if (log_on(LOG_OUT_ASM) && tb->code) {
        g_string_printf(s, "--- code of va %016llx: %u bytes, %u hot\n",
                        (unsigned long long)tb->pc, tb->code_size,
                        tb->code_hot);
        disas_host(m->disas, s, (u64)(uintptr_t)tb->far, tb->far,
                   tb->code_size);
        log_printf(LOG_OUT_ASM, "%s", s->str);
    }
    g_string_free(s, TRUE);
}

static void print_state(void *opaque)
{
    struct machine *m = opaque;
    struct exec_hash h;

    exec_hash(m->exec, m->board.devices, m->board.n_devices, &h);
    fprintf(stderr,
            "state count=%llu time=%llu hash=%016llx ram=%016llx "
            "cpus=%016llx devices=%016llx\n",
            (unsigned long long)h.count, (unsigned long long)h.time_ns,
            (unsigned long long)h.all, (unsigned long long)h.ram,
            (unsigned long long)h.cpus, (unsigned long long)h.devices);
}

static void print_registers(struct machine *m)
{
    GString *s = g_string_new(NULL);

    for (unsigned i = 0; i < m->o->n_cpus; i++)
        m->target->describe(exec_cpu(m->exec, i), s, true);
    fputs(s->str, stderr);
    g_string_free(s, TRUE);
}

static u64 host_ns(void *opaque)
{
    (void)opaque;
    return host_cpu_time();
}

static void panicked(void *opaque, enum console_panic p)
{
    struct machine *m = opaque;

    m->panic = p;
    if (p == PANIC_HANGS)
        exec_stop(m->exec, EXEC_ASKED, STATUS_PANIC);
}

/* --- building ------------------------------------------------------------ */

static bool check_translator(struct machine *m, GError **err)
{
    const struct options *o = m->o;

    if (o->translator.tag_bits > TAG_BITS) {
        g_set_error(err, MACHINE_ERROR, 0, "-X tags=%u: 2 to %d are possible",
                    o->translator.tag_bits, TAG_BITS);
        return false;
    }
    return true;
}

static bool open_console(struct machine *m, GError **err)
{
    const struct options *o = m->o;
    struct chan *ch = NULL;

    switch (o->serial) {
    case SERIAL_MON_STDIO:
        ch = chan_stdio_new(true, &m->quit);
        break;
    case SERIAL_STDIO:
        ch = chan_stdio_new(false, &m->quit);
        break;
    case SERIAL_NULL:
        ch = chan_null_new();
        break;
    case SERIAL_FILE:
        ch = chan_file_new(o->serial_file, err);
        break;
    }
    if (ch)
        m->uart = console_new(ch, panicked, m);
    return ch != NULL;
}

static bool make_exec(struct machine *m, GError **err)
{
    const struct options *o = m->o;
    const struct translator_options *t = &o->translator;
    struct exec_config cfg = {
        .target = m->target,
        .model = o->cpu_model,
        .seed = o->seed,
        .n_cpus = o->n_cpus,
        .clock = &m->clock,
        .ram = &m->ram,
        .bus = &m->bus,
        .tags = m->tags,
        .use_jit = o->engine == ENGINE_JIT,
        .jit = {
            .cache_bytes = t->cache_bytes,
            .no_chain = t->no_chain,
            .ra_seed = t->ra_seed,
            .tag_bits = t->tag_bits,
            .host_features = t->host_features,
            .always_cold = t->always_cold,
            .far_cache = t->far_cache,
            .count_helpers = log_on(LOG_STATS),
        },
        .tb_max = t->tb_max,
        .no_opt = t->no_opt,
        .verify_ir = t->verify_ir,
        .exit_after = o->exit_after,
        .hash_every = o->hash_every,
        .hooks = {
            .poll = poll_host,
            .idle = idle,
            .new_block = log_block,
            .state = print_state,
            .host_ns = host_ns,
        },
        .opaque = m,
    };

    if (m->tracing) {
        struct capture *c = tracing_capture(m->tracing);

        cfg.probe = capture_probe(c);
        cfg.ring = capture_ring(c);
        cfg.hooks.alarm = alarm_rings;
        cfg.hooks.watch = watched_block;
        cfg.hooks.made = made_block;
    }
    m->exec = exec_new(&cfg, err);
    return m->exec != NULL;
}

static bool make_board(struct machine *m, GError **err)
{
    const struct options *o = m->o;
    struct irq_line irq[BOARD_MAX_CPUS], fiq[BOARD_MAX_CPUS];
    u64 mpidr[BOARD_MAX_CPUS];
    struct board_config cfg = {
        .n_cpus = o->n_cpus,
        .gic_version = o->gic_version,
        .ram_size = o->ram_size,
        .rtc_base = o->rtc_from_host ? (u64)time(NULL) : o->rtc_base,
        .cpu_compatible = m->target->compatible(o->cpu_model),
        .has_pmu = m->target->has_pmu(o->cpu_model),
        .mpidr = mpidr,
        .probe = m->tracing ? capture_probe(tracing_capture(m->tracing))
                            : NULL,
    };

    for (unsigned i = 0; i < o->n_cpus; i++) {
        mpidr[i] = m->target->mpidr(i);
        irq[i] = exec_irq_line(m->exec, i, false);
        fiq[i] = exec_irq_line(m->exec, i, true);
    }
    m->has_board = board_init(&m->board, &cfg, &m->clock, &m->bus, m->uart,
                              irq, fiq, err);
    return m->has_board;
}

static void make_cpus(struct machine *m)
{
    /* Timers: Non-secure physical, virtual, hypervisor, secure; PMU. */
    static const unsigned ppi[5] = { 14, 11, 10, 13, 7 };

    for (unsigned i = 0; i < m->o->n_cpus; i++) {
        struct irq_line line[5];

        for (unsigned k = 0; k < ARRAY_SIZE(ppi); k++)
            line[k] = board_ppi(&m->board, i, ppi[k]);
        exec_cpu_init(m->exec, i, m->board.icc, m->board.gic, line);
    }
}

/* Loads the guest and puts the CPUs at its start. */
static bool boot(struct machine *m, GError **err)
{
    const struct options *o = m->o;
    struct boot_config cfg = {
        .kernel = o->kernel,
        .initrd = o->initrd,
        .append = o->append,
        .dtb = o->dtb,
        .seed = o->seed,
    };

    if (!loader_boot(&cfg, &m->board, &m->ram, &m->boot, err))
        return false;
    exec_reset(m->exec, m->boot.entry, m->boot.x0);
    return true;
}

static bool build(struct machine *m, GError **err)
{
    const struct options *o = m->o;
    unsigned tag_bits =
        o->translator.tag_bits ? o->translator.tag_bits : TAG_BITS;

    if (!check_translator(m, err) ||
        !ram_init(&m->ram, BOARD_RAM_BASE, o->ram_size, err))
        return false;
    bus_init(&m->bus, &m->ram);
    m->tags = tag_pool_new(&m->ram, tag_bits, TAG_POOL_BYTES);
    if (!make_exec(m, err) || !open_console(m, err) || !make_board(m, err))
        return false;
    make_cpus(m);
    if (log_mask & (LOG_IN_ASM | LOG_OUT_ASM))
        m->disas = disas_new();
    return !o->kernel || boot(m, err);
}

struct machine *machine_new(const struct options *o, GError **err)
{
    struct machine *m = g_new0(struct machine, 1);

    m->o = o;
    m->tracing = tracing_new(o);
    m->target = &a64_target;
    clock_init(&m->clock, o->icount_shift);
    m->ram.fd = -1;
    if (!build(m, err)) {
        machine_free(m);
        return NULL;
    }
    return m;
}

void machine_free(struct machine *m)
{
    if (!m)
        return;
    exec_free(m->exec);
    if (m->has_board)
        board_fini(&m->board);
    chan_free(m->uart);
    tracing_free(m->tracing);
    bus_fini(&m->bus);
    tag_pool_free(m->tags);
    ram_fini(&m->ram);
    clock_fini(&m->clock);
    disas_free(m->disas);
    g_free(m);
}

/*
 * Written in place and not renamed over, as g_file_set_contents() does:
 * dumpdtb=/dev/stdout or /dev/null must not replace the device.
 */
bool machine_dump_dtb(struct machine *m, const char *path, GError **err)
{
    struct board_boot b = { .bootargs = m->o->append, .seed = m->o->seed };
    size_t size;
    void *blob = board_fdt(&m->board, &b, &size, err);
    FILE *f;
    bool ok;

    if (!blob)
        return false;
    f = fopen(path, "we");
    ok = f && fwrite(blob, 1, size, f) == size;
    if (f)
        ok = !fclose(f) && ok;
    if (!ok)
        g_set_error(err, MACHINE_ERROR, 0, "cannot write '%s': %s", path,
                    g_strerror(errno));
    g_free(blob);
    return ok;
}

/* --- running ------------------------------------------------------------- */

static void report(struct machine *m, const char *what)
{
    GString *s = g_string_new(NULL);

    exec_report(m->exec, s);
    fprintf(stderr, "\nemu: %s\n%s", what, s->str);
    g_string_free(s, TRUE);
}

static int panic_status(struct machine *m)
{
    report(m, "the guest's kernel panicked");
    return STATUS_PANIC;
}

/* Exit status of a run that ended; -1 = boot again. */
static int judge(struct machine *m, enum exec_stop why, int status)
{
    if (m->panic && (why == EXEC_RESET || why == EXEC_DEAD ||
                     why == EXEC_STORM || m->panic == PANIC_HANGS))
        return panic_status(m);
    switch (why) {
    case EXEC_OFF:
        return 0;
    case EXEC_RESET:
        return m->o->no_reboot ? STATUS_RESET : -1;
    case EXEC_LIMIT:
        return STATUS_LIMIT;
    case EXEC_DEAD:
        report(m, "nothing can ever happen again: every CPU waits, no timer "
                  "is armed and no input is open");
        return STATUS_DEAD;
    case EXEC_STORM:
        report(m, "exceptions without end");
        return STATUS_DEAD;
    default:
        return status;
    }
}

static bool boot_again(struct machine *m, GError **err)
{
    board_reset(&m->board);
    return boot(m, err);
}

static void print_stats(struct machine *m)
{
    GString *s = g_string_new(NULL);

    exec_stats(m->exec, s);
    log_printf(LOG_STATS, "%shost time           %.3f s\n"
               "CPU, guest's thread %.3f s\n", s->str,
               (double)(host_now() - m->host.start_ns) / 1e9,
               (double)host_cpu_time() / 1e9);
    if (m->tracing)
        log_printf(LOG_STATS, "CPU, trace's thread %.3f s\n",
                   (double)capture_cpu_ns(tracing_capture(m->tracing)) / 1e9);
    g_string_free(s, TRUE);
}

/* The word for why a run ended, in its trace. */
static const char *why_text(enum exec_stop why)
{
    static const char *const text[] = {
        [EXEC_GOES_ON] = "error",  [EXEC_OFF] = "power off",
        [EXEC_RESET] = "reset",    [EXEC_EXIT] = "exit",
        [EXEC_LIMIT] = "limit",    [EXEC_DEAD] = "nothing can happen",
        [EXEC_STORM] = "exception storm", [EXEC_ASKED] = "asked from outside",
    };

    return text[why];
}

int machine_run(struct machine *m, GError **err)
{
    enum exec_stop why = EXEC_GOES_ON;
    int status;

    host_init(&m->host, m->o->timeout_ms);
    m->pace_host_ns = m->host.start_ns;
    m->pace_virtual_ns = clock_now(&m->clock);
    if (!tracing_start(m->tracing, m->exec, &m->boot, err)) {
        host_fini(&m->host);
        return -1;
    }
    do {
        why = exec_run(m->exec, &status);
        status = judge(m, why, status);
    } while (status < 0 && boot_again(m, err));
    if (status >= 0 && m->o->final_state) {
        print_registers(m);
        print_state(m);
    }
    if (!tracing_end(m->tracing, why_text(why), status,
                     status < 0 ? NULL : err))
        status = -1;
    if (log_on(LOG_STATS))
        print_stats(m);
    host_fini(&m->host);
    return status;
}
