/* SPDX-License-Identifier: MIT */
/*
 * chan_file.c - a channel whose output goes to a file (-serial file:PATH).
 * The file is truncated; there is no input. Once the file cannot be written
 * any more the rest of the output is dropped, after one line on stderr: a
 * full disk must not change the run.
 */
#include "chan.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <unistd.h>

#include "fdio.h"

struct chan_file {
    struct chan chan; /* head */
    char *path;       /* for messages */
    int fd;           /* the open file */
    bool is_broken;   /* a write failed, output is dropped */
};

static void file_write(struct chan *ch, const u8 *buf, size_t n)
{
    struct chan_file *f = container_of(ch, struct chan_file, chan);

    if (f->is_broken || fd_write_all(f->fd, buf, n))
        return;
    f->is_broken = true;
    fprintf(stderr, "emu: cannot write '%s': %s; the rest is dropped\n",
            f->path, g_strerror(errno));
}

static size_t file_read(struct chan *ch, u8 *buf, size_t max)
{
    (void)ch;
    (void)buf;
    (void)max;
    return 0;
}

static int file_pollfd(struct chan *ch)
{
    (void)ch;
    return -1;
}

static bool file_is_open(struct chan *ch)
{
    (void)ch;
    return false;
}

static void file_free(struct chan *ch)
{
    struct chan_file *f = container_of(ch, struct chan_file, chan);

    close(f->fd);
    g_free(f->path);
    g_free(f);
}

static const struct chan_backend file_backend = {
    .write = file_write,
    .read = file_read,
    .pollfd = file_pollfd,
    .is_open = file_is_open,
    .free = file_free,
};

struct chan *chan_file_new(const char *path, GError **err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    struct chan_file *f;

    if (fd < 0) {
        g_set_error(err, g_quark_from_static_string("emu-chan"), 0,
                    "cannot write '%s': %s", path, g_strerror(errno));
        return NULL;
    }
    f = g_new0(struct chan_file, 1);
    f->chan.backend = &file_backend;
    f->chan.deterministic = true;
    f->path = g_strdup(path);
    f->fd = fd;
    return &f->chan;
}
