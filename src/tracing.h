/* SPDX-License-Identifier: MIT */
/*
 * tracing.h - a machine's trace: what its header says, and names for its
 * window (private to src).
 */
#ifndef EMU_TRACING_H
#define EMU_TRACING_H

#include <glib.h>

#include "capture.h"
#include "loader.h"
#include "options.h"

struct tracing;

/* What the options ask for; NULL without -trace. */
struct tracing *tracing_new(const struct options *o);
void tracing_free(struct tracing *t);
/* The capture, or NULL if @t is. */
struct capture *tracing_capture(const struct tracing *t);
/*
 * Starts writing: @exec is about to run, with what @boot says loaded. False
 * with @err set. Nothing if @t is NULL, here and below.
 */
bool tracing_start(struct tracing *t, struct exec *exec,
                   const struct boot_info *boot, GError **err);
/* The run ended with @status because of @why. False with @err set. */
bool tracing_end(struct tracing *t, const char *why, int status,
                 GError **err);

#endif
