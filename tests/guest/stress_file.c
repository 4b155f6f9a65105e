/* SPDX-License-Identifier: MIT */
/*
 * The part of the stress program about files, which lie on a tmpfs below
 * /tmp: each thread changes a file of its own in many ways and knows what it
 * must hold, and all threads append to one.
 */
#include "stress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE 16384

/* What each thread appends to the common file. */
struct record {
    uint32_t thread; /* who wrote it */
    uint32_t number; /* its how manyth */
    uint64_t value;  /* mix() of both */
};

struct file_part {
    int log; /* the common file */
};

/* A file and what it must hold. */
struct own_file {
    int fd;                   /* open for reading and writing */
    char name[64];            /* its path now */
    char other[64];           /* the path it does not have */
    size_t size;              /* its length */
    uint8_t model[FILE_SIZE]; /* its bytes, zeros behind the end */
};

static void own_write(struct worker *w, struct own_file *f, uint64_t random)
{
    size_t at = random % (FILE_SIZE - 1024), size = random / FILE_SIZE % 1024;
    size_t i;

    for (i = 0; i < size; i++)
        f->model[at + i] = random >> (i % 57);
    check(w->run, pwrite(f->fd, f->model + at, size, at) == (ssize_t)size,
          "pwrite: %s", strerror(errno));
    if (size && at + size > f->size)
        f->size = at + size;
}

static void own_truncate(struct worker *w, struct own_file *f, uint64_t random)
{
    f->size = random % FILE_SIZE;
    memset(f->model + f->size, 0, FILE_SIZE - f->size);
    check(w->run, !ftruncate(f->fd, f->size), "ftruncate: %s", strerror(errno));
}

static void own_rename(struct worker *w, struct own_file *f)
{
    char name[sizeof(f->name)];
    struct stat st;

    check(w->run, !rename(f->name, f->other), "rename: %s", strerror(errno));
    check(w->run, stat(f->name, &st) && errno == ENOENT, "the old name");
    memcpy(name, f->name, sizeof(name));
    memcpy(f->name, f->other, sizeof(name));
    memcpy(f->other, name, sizeof(name));
    check(w->run, !stat(f->name, &st) && (size_t)st.st_size == f->size,
          "stat says %lld bytes", (long long)st.st_size);
}

/* Some words are changed in memory, and read() must see it. */
static void own_map(struct worker *w, struct own_file *f, uint64_t random)
{
    uint8_t *map;
    size_t i;

    if (!f->size)
        return;
    map = mmap(NULL, f->size, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, 0);
    check(w->run, map != MAP_FAILED, "mmap: %s", strerror(errno));
    for (i = random % 97; i < f->size; i += 997) {
        map[i] += 3;
        f->model[i] += 3;
    }
    munmap(map, f->size);
}

/* A copy made by the kernel holds the same. */
static void own_copy(struct worker *w, struct own_file *f)
{
    uint8_t *copy = pages_new(w->run, FILE_SIZE / PAGE, PROT_READ | PROT_WRITE);
    int fd = open(f->other, O_RDWR | O_CREAT | O_EXCL, 0600);
    size_t left = f->size;
    off_t from = 0;

    check(w->run, fd >= 0, "open: %s", strerror(errno));
    while (left) {
        ssize_t n = sendfile(fd, f->fd, &from, left);

        check(w->run, n > 0, "sendfile: %s", strerror(errno));
        left -= n;
    }
    check(w->run, !unlink(f->other), "unlink: %s", strerror(errno));
    check(w->run, pread(fd, copy, FILE_SIZE, 0) == (ssize_t)f->size,
          "size of the copy");
    check(w->run, !memcmp(copy, f->model, f->size), "bytes of the copy");
    close(fd);
    pages_free(copy, FILE_SIZE / PAGE);
}

static void own_check(struct worker *w, struct own_file *f)
{
    uint8_t got[1024];
    size_t at, i;
    ssize_t n;

    check(w->run,
          lseek(f->fd, 0, SEEK_END) == (off_t)f->size &&
              !lseek(f->fd, 0, SEEK_SET),
          "lseek");
    for (at = 0; at < f->size; at += n) {
        n = read(f->fd, got, sizeof(got));
        check(w->run, n > 0, "read: %s", strerror(errno));
        check(w->run, !memcmp(got, f->model + at, n), "bytes from %zu", at);
    }
    for (i = 0; i < FILE_SIZE; i += 512)
        w->sum = mix(w->sum + f->model[i]);
}

static void own_step(struct worker *w, struct own_file *f)
{
    uint64_t random = next_random(&w->random);
    unsigned i;

    for (i = 0; i < 4; i++)
        own_write(w, f, next_random(&w->random));
    if (random % 4 == 0)
        own_truncate(w, f, random >> 8);
    if (random >> 2 & 1)
        own_rename(w, f);
    if (random >> 3 & 1)
        own_map(w, f, random >> 8);
    if (random >> 4 & 1)
        own_copy(w, f);
    own_check(w, f);
}

static void file_worker(struct worker *w)
{
    struct file_part *p = w->shared;
    struct own_file f = { 0 };
    uint64_t i;

    snprintf(f.name, sizeof(f.name), "/tmp/stress-%d-%u", getpid(), w->index);
    snprintf(f.other, sizeof(f.other), "/tmp/stress-%d-%u-other", getpid(),
             w->index);
    f.fd = open(f.name, O_RDWR | O_CREAT | O_EXCL, 0600);
    check(w->run, f.fd >= 0, "open %s: %s", f.name, strerror(errno));
    for (i = 0; i < w->run->ops; i++) {
        struct record r = { w->index, i, mix((uint64_t)w->index << 32 | i) };

        own_step(w, &f);
        check(w->run, write(p->log, &r, sizeof(r)) == sizeof(r), "append: %s",
              strerror(errno));
    }
    close(f.fd);
    check(w->run, !unlink(f.name), "unlink: %s", strerror(errno));
}

/* The common file holds each thread's records, in their order. */
static uint64_t log_check(const struct stress *s, int log)
{
    uint64_t next[MAX_THREADS] = { 0 }, sum = 0, i;
    struct record r;

    lseek(log, 0, SEEK_SET);
    for (i = 0; i < s->ops * s->threads; i++) {
        check(s, read_all(log, &r, sizeof(r)), "the log ends after %llu",
              (unsigned long long)i);
        check(s,
              r.thread < s->threads && r.number == next[r.thread]++ &&
                  r.value == mix((uint64_t)r.thread << 32 | r.number),
              "record %llu is %u of %u", (unsigned long long)i, r.number,
              r.thread);
        sum += r.value;
    }
    check(s, read(log, &r, 1) == 0, "the log is too long");
    return sum;
}

uint64_t part_file(const struct stress *s)
{
    struct file_part p;
    char name[64];
    uint64_t sum;

    snprintf(name, sizeof(name), "/tmp/stress-%d-log", getpid());
    p.log = open(name, O_RDWR | O_CREAT | O_EXCL | O_APPEND, 0600);
    check(s, p.log >= 0, "open %s: %s", name, strerror(errno));
    sum = run_workers(s, file_worker, &p);
    sum += log_check(s, p.log);
    close(p.log);
    unlink(name);
    return sum;
}
