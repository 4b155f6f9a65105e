/* SPDX-License-Identifier: MIT */
/*
 * hash.c - one number for the whole state of the machine: RAM, every
 * register, every device field, counts, time and turns.
 *
 * RAM's part is a sum over its pages of a hash of (page number, contents),
 * where a page of zeros counts nothing. A sum can be brought up to date page
 * by page: what was hashed is marked RAM_CLEAN, which takes store tags away
 * from the page, so the first store after it comes by the slow path and
 * clears the mark. From the start every page is clean, so pages that the
 * guest never wrote are never read.
 *
 * The hash is not cryptographic; it is fixed for all hosts and versions that
 * claim to run the same machine.
 */
#include "exec_impl.h"

#include <glib.h>
#include <string.h>

#define K0 0x9e3779b97f4a7c15ull
#define K1 0xbf58476d1ce4e5b9ull
#define K2 0x94d049bb133111ebull

static u64 mix(u64 h, u64 v)
{
    h = (h ^ v) * K1;
    return (h ^ (h >> 29)) * K0 + 1;
}

static u64 finish(u64 h)
{
    h ^= h >> 32;
    h *= K2;
    return h ^ (h >> 29);
}

/* Hash of a page's contents and place; 0 if it holds zeros only. */
static u64 hash_page(u64 number, const u8 *page)
{
    u64 lane[4] = { K0, K1, K2, K0 ^ K2 }, any = 0, w[4];

    for (unsigned i = 0; i < PAGE_SIZE; i += sizeof(w)) {
        memcpy(w, page + i, sizeof(w));
        for (unsigned k = 0; k < 4; k++) {
            any |= w[k];
            lane[k] = (lane[k] ^ w[k]) * K1;
            lane[k] ^= lane[k] >> 31;
        }
    }
    if (!any)
        return 0;
    return finish(mix(mix(mix(mix(number, lane[0]), lane[1]), lane[2]),
                      lane[3]));
}

static u64 hash_ram(struct exec *e)
{
    struct ram *ram = e->ram;

    for (u64 i = 0; i < e->n_pages; i++) {
        gpa_t pa = ram->base + (i << PAGE_BITS);
        u64 h;

        if (ram->page[i] & RAM_CLEAN)
            continue;
        h = hash_page(i, ram_host(ram, pa));
        e->ram_hash += h - e->page_hash[i];
        e->page_hash[i] = h;
        page_protect(ram, pa, RAM_CLEAN);
    }
    return finish(e->ram_hash);
}

static u64 hash_cpu(struct vcpu *v)
{
    const struct target_ops *t = v->e->target;
    u64 h = mix(v->index, v->on);

    for (unsigned i = 0; i < t->n_regs; i++) {
        v128 value = { .d = { 0, 0 } };

        t->reg_get(v->cpu, i, &value);
        h = mix(mix(h, value.d[0]), value.d[1]);
    }
    return h;
}

static u64 hash_cpus(struct exec *e)
{
    u64 h = mix(e->turn_cpu, e->turn_over);

    if (e->cfg.n_cpus > 1)
        h = mix(h, e->turn_end);
    for (unsigned i = 0; i < e->cfg.n_cpus; i++)
        h = mix(h, hash_cpu(&e->cpu[i]));
    return finish(h);
}

/* device_walk() visitor; @opaque is the hash so far. */
static void hash_field(void *opaque, const char *name, void *p, u32 size,
                       u32 count)
{
    u64 *h = opaque;

    (void)name;
    for (u32 i = 0; i < count; i++) {
        u64 v = 0;

        memcpy(&v, (const u8 *)p + (size_t)i * size, size);
        *h = mix(*h, v);
    }
}

void exec_hash(struct exec *e, struct device *const *devices, unsigned n,
               struct exec_hash *out)
{
    u64 h = n;

    for (unsigned i = 0; i < n; i++)
        device_walk(devices[i], hash_field, &h);
    out->count = e->clock->count;
    out->time_ns = clock_now(e->clock);
    out->ram = hash_ram(e);
    out->cpus = hash_cpus(e);
    out->devices = finish(h);
    h = mix(mix(mix(0, out->count), out->time_ns), out->ram);
    out->all = finish(mix(mix(h, out->cpus), out->devices));
}

void hash_init(struct exec *e)
{
    e->page_hash = g_new0(u64, e->n_pages);
    for (u64 i = 0; i < e->n_pages; i++)
        e->ram->page[i] |= RAM_CLEAN;
}

void hash_fini(struct exec *e)
{
    g_free(e->page_hash);
}
