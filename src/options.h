/* SPDX-License-Identifier: MIT */
/*
 * options.h - the command line, parsed into one struct.
 *
 * The spelling is QEMU's (DESIGN D11): `-kernel FILE` with one dash or two,
 * or `--kernel=FILE`. One table in options.c drives parsing and --help, which
 * is the documentation of every option. An option of QEMU's that emu does not
 * have fails with one line that names it.
 *
 * Parsing opens no file, starts nothing and never exits; where the host's
 * clock or a file is asked for, the struct only says so.
 */
#ifndef EMU_OPTIONS_H
#define EMU_OPTIONS_H

#include "base.h"

#define OPTIONS_MIN_RAM  (1 * MiB)
#define OPTIONS_MAX_RAM  (255 * GiB)
/* 2024-01-01T00:00:00Z, what the RTC shows at power-on unless told. */
#define OPTIONS_RTC_BASE 1704067200ull
#define OPTIONS_SEED     0x656d75ull

enum serial_kind {
    SERIAL_MON_STDIO, /* terminal, with the Ctrl-A keys */
    SERIAL_STDIO,     /* terminal, every key goes to the guest */
    SERIAL_NULL,      /* output is dropped, nothing is ever received */
    SERIAL_FILE,      /* output to a file, nothing is ever received */
};

enum engine_kind {
    ENGINE_JIT,  /* host code */
    ENGINE_EVAL, /* the reference evaluator */
};

/* Settings that change how blocks are translated and never what they do. */
struct translator_options {
    unsigned tb_max;           /* instructions a block, 0 = no limit */
    bool no_chain;             /* blocks are not linked */
    bool no_opt;               /* optimisation passes are off */
    bool always_cold;          /* every memory operation takes its slow path */
    bool far_cache;            /* helpers are out of reach of direct calls */
    bool verify_ir;            /* blocks are checked around every pass */
    u64 ra_seed;               /* shuffles register choice, 0 = off */
    u64 cache_bytes;           /* code cache, 0 = default */
    unsigned tag_bits;         /* log2 of entries a tag table, 0 = default */
    const char *host_features; /* host features to use, NULL = all */
};

struct options {
    const char *cpu_model;    /* and switches, as in "max,lse=off" */
    unsigned gic_version;     /* 2 or 3 */
    const char *dumpdtb;      /* write the device tree here and end, or NULL */
    unsigned n_cpus;          /* 1..BOARD_MAX_CPUS */
    u64 ram_size;             /* bytes, a multiple of 4 KiB */

    const char *kernel; /* path; NULL only with dumpdtb or info */
    const char *initrd; /* path, or NULL */
    const char *append; /* kernel command line, or NULL */
    const char *dtb;    /* path, or NULL */

    enum serial_kind serial; /* what UART 0 is connected to */
    const char *serial_file; /* path for SERIAL_FILE */
    bool no_reboot;          /* a guest reset ends the run */

    u64 seed;              /* source of the guest's seeds */
    u64 rtc_base;          /* seconds since 1970 at power-on */
    bool rtc_from_host;    /* instead, ask the host's clock once */
    unsigned icount_shift; /* an instruction takes 2^this ns, 0..10 */

    enum engine_kind engine; /* what runs the IR */
    u64 timeout_ms;          /* host milliseconds, 0 = no limit */
    u64 exit_after;          /* instructions, 0 = no limit */
    bool final_state;        /* print final state hash and counts */
    u64 hash_every;          /* instructions, 0 = never */

    struct capture_options *trace;        /* -trace, or NULL */
    const char *symbols;                  /* -symbols FILE, or NULL */
    const char *log_list;                 /* -d LIST, or NULL */
    const char *log_file;                 /* -D FILE, or NULL = stderr */
    struct translator_options translator; /* -X */

    const char *info;         /* print this and exit 0 (--help), or NULL */
    struct _GPtrArray *owned; /* the strings above that are not argv's */
};

struct _GError;
/*
 * Parses the command line into @o, defaults included. False with @err set to
 * one line that names the option, the value and what would be right. Strings
 * live as long as @argv and until options_fini(), which is to be called in
 * either case.
 */
bool options_parse(struct options *o, int argc, char **argv,
                   struct _GError **err);
void options_fini(struct options *o);

#endif
