/* SPDX-License-Identifier: MIT */
/*
 * file.c - gets a file's contents into host memory, and the loader's error
 * messages.
 *
 * Regular files are mapped, so that a vmlinux with a gigabyte of debug
 * information costs only the pages that are looked at. What cannot be mapped
 * (pipes, shell process substitution, devices) is read, up to a limit:
 * `-initrd /dev/zero` must end with a message and not eat the host's memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

bool loader_fail(GError **err, const char *name, const char *fmt, ...)
{
    va_list ap;
    char *text, *line;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    line = g_strdup_printf("%s: %s", name, text);
    g_strdelimit(line, "\n\r", ' ');
    g_set_error_literal(err, LOADER_ERROR, 0, line);
    g_free(line);
    g_free(text);
    return false;
}

/* Reads the stream @fd to its end. */
static bool read_stream(struct blob *b, int fd, u64 limit, GError **err)
{
    GByteArray *a = g_byte_array_new();
    static const size_t step = 64 * KiB;
    u8 *buf = g_malloc(step);
    bool ok = false;
    ssize_t n;

    for (;;) {
        n = read(fd, buf, step);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        if ((u64)n > limit - a->len || a->len > G_MAXINT32) {
            loader_fail(err, b->name,
                        "more than %" PRIu64 " bytes, all there is of RAM; "
                        "use a smaller file or a larger -m",
                        limit);
            goto out;
        }
        g_byte_array_append(a, buf, (guint)n);
    }
    if (n < 0) {
        loader_fail(err, b->name, "cannot read: %s", g_strerror(errno));
        goto out;
    }
    ok = true;
out:
    g_free(buf);
    b->size = a->len;
    b->heap = g_byte_array_free(a, FALSE);
    b->data = b->heap;
    return ok;
}

static bool map_file(struct blob *b, int fd, GError **err)
{
    GError *why = NULL;

    b->mapped = g_mapped_file_new_from_fd(fd, FALSE, &why);
    if (!b->mapped) {
        loader_fail(err, b->name, "cannot map: %s", why->message);
        g_error_free(why);
        return false;
    }
    b->data = (const u8 *)g_mapped_file_get_contents(b->mapped);
    b->size = g_mapped_file_get_length(b->mapped);
    return true;
}

bool blob_read(struct blob *b, const char *path, u64 limit, GError **err)
{
    struct stat st;
    bool ok;
    int fd;

    memset(b, 0, sizeof(*b));
    b->name = path;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return loader_fail(err, path, "cannot open: %s", g_strerror(errno));
    if (fstat(fd, &st) < 0)
        ok = loader_fail(err, path, "cannot stat: %s", g_strerror(errno));
    else if (S_ISDIR(st.st_mode))
        ok = loader_fail(err, path, "is a directory, not a file");
    else if (S_ISREG(st.st_mode))
        ok = map_file(b, fd, err);
    else
        ok = read_stream(b, fd, limit, err);
    close(fd);
    if (ok && !b->size)
        ok = loader_fail(err, path, "the file is empty");
    return ok;
}

void blob_fini(struct blob *b)
{
    if (b->mapped)
        g_mapped_file_unref(b->mapped);
    g_free(b->heap);
    memset(b, 0, sizeof(*b));
}
