/* SPDX-License-Identifier: MIT */
/*
 * fdio.c - writing to host file descriptors from channel back ends.
 *
 * A terminal may be non-blocking because another process that shares it made
 * it so; output then waits with poll() instead of being lost.
 */
#include "fdio.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

bool fd_write_all(int fd, const u8 *buf, size_t n)
{
    while (n) {
        ssize_t done = write(fd, buf, n);

        if (done >= 0) {
            buf += done;
            n -= (size_t)done;
        } else if (errno == EAGAIN) {
            struct pollfd p = { .fd = fd, .events = POLLOUT };

            poll(&p, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}
