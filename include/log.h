/* SPDX-License-Identifier: MIT */
/*
 * log.h - diagnostic output selected by `-d LIST`, to stderr or `-D FILE`.
 *
 * The sink is the one piece of mutable file-scope state in the program
 * besides the option table. Logging never changes a run.
 */
#ifndef EMU_LOG_H
#define EMU_LOG_H

#include "base.h"

enum log_category {
    LOG_IN_ASM = 1 << 0,       /* guest code of each new block */
    LOG_OP = 1 << 1,           /* IR of each new block, after each pass */
    LOG_OUT_ASM = 1 << 2,      /* host code of each new block */
    LOG_EXEC = 1 << 3,         /* every block executed */
    LOG_INT = 1 << 4,          /* exceptions and interrupts */
    LOG_MMU = 1 << 5,          /* walks, faults and TLB maintenance */
    LOG_UNIMP = 1 << 6,        /* guest uses what emu does not implement */
    LOG_GUEST_ERROR = 1 << 7,  /* guest does what its manual forbids */
    LOG_STATS = 1 << 8,        /* figures at the end of the run */
};

/* Categories now on. Read-only outside log.c. */
extern unsigned log_mask;

static inline bool log_on(enum log_category c)
{
    return unlikely(log_mask & c);
}

struct _GError;
/* Parses "-d" LIST (comma separated). False with @err naming the bad item. */
bool log_set(const char *list, struct _GError **err);
/* Opens the "-D" file; false with @err set when that fails. */
bool log_open(const char *path, struct _GError **err);
void log_close(void);
/* Text for --help: one line a category. */
const char *log_help(void);

/* Writes if @c is on. */
void log_printf(enum log_category c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Guest nonsense; at most 100 lines a call site's text, then a notice. */
void log_guest(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Something that is not implemented; limited in the same way. */
void log_unimp(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
