/* SPDX-License-Identifier: MIT */
/*
 * console.h - a channel that stands before the console's and watches what
 * the guest prints (private to src).
 */
#ifndef EMU_CONSOLE_H
#define EMU_CONSOLE_H

#include "chan.h"

/* How far a Linux kernel's panic has come. */
enum console_panic {
    PANIC_NONE,  /* none seen */
    PANIC_BEGUN, /* "Kernel panic - not syncing" */
    PANIC_HANGS, /* "---[ end Kernel panic": it does nothing any more */
};

/*
 * A channel in front of @inner, which it owns. @panicked is called when a
 * line shows that a panic has come further.
 */
struct chan *console_new(struct chan *inner,
                         void (*panicked)(void *opaque, enum console_panic p),
                         void *opaque);

#endif
