/* SPDX-License-Identifier: MIT */
/*
 * machine.h - a whole machine: memory, board, CPUs and engine, connected to
 * the host and ready to run.
 */
#ifndef EMU_MACHINE_H
#define EMU_MACHINE_H

#include "base.h"

struct machine;
struct options;
struct _GError;

/*
 * Builds the machine that @o describes and loads what it is to run. @o must
 * stay until machine_free(). NULL with @err set on failure.
 */
struct machine *machine_new(const struct options *o, struct _GError **err);
/*
 * Runs until the end and returns the exit status (DESIGN D13). A report
 * goes to standard error when the end is not the guest's own. -1 with @err
 * set: trouble on the host.
 */
int machine_run(struct machine *m, struct _GError **err);
/* Writes the device tree that the guest gets to @path. */
bool machine_dump_dtb(struct machine *m, const char *path,
                      struct _GError **err);
void machine_free(struct machine *m);

#endif
