/* SPDX-License-Identifier: MIT */
/*
 * bug.c - the end of the road for an impossible state of our own code.
 *
 * bug() is for broken invariants only: guest behaviour is answered by the
 * architecture's rules, host trouble by a GError. The message goes to stderr
 * and not to the log sink, so that it is seen whatever `-D` says; abort()
 * then gives exit status 134 and a core file. Whoever has a terminal to put
 * back does so on SIGABRT (src/io/chan_stdio.c).
 */
#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void bug_at(const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    fflush(NULL);
    fprintf(stderr, "emu: bug at %s:%d: ", file, line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    abort();
}
