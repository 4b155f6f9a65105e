/* SPDX-License-Identifier: MIT */
/*
 * fdio.h - writing to host file descriptors from channel back ends. Private
 * to src/io.
 */
#ifndef EMU_FDIO_H
#define EMU_FDIO_H

#include "base.h"

/*
 * Writes all @n bytes, waiting if @fd is a full non-blocking descriptor.
 * False if it cannot be written any more (closed pipe, full disk).
 */
bool fd_write_all(int fd, const u8 *buf, size_t n);

#endif
