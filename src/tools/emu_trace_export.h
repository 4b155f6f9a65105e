/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_export.h - what the formats of emu-trace export share.
 */
#ifndef TOOLS_EMU_TRACE_EXPORT_H
#define TOOLS_EMU_TRACE_EXPORT_H

#include "emu_trace.h"

/* An export under way. */
struct export {
    struct tool *t;         /* options */
    struct trace_reader *r; /* the trace */
    struct tool_symbols *s; /* names and lines */
    FILE *out;              /* where it goes */
};

/*
 * How often each block (by identity) ran in the range and with the filters;
 * to be freed. NULL with @err set if the trace is damaged.
 */
u64 *export_runs(struct export *x, GError **err);
/* The header's entry @key, or NULL. */
const char *export_info(const struct export *x, const char *key);

/* The formats. False: @err is set. */
bool export_drcov(struct export *x, GError **err);
bool export_perfetto(struct export *x, GError **err);
bool export_lcov(struct export *x, GError **err);

#endif
