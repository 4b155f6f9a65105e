/* SPDX-License-Identifier: MIT */
/*
 * slowmem.c - guest memory accesses that miss the tags: translation,
 * alignment, page crossing, devices, pages with code (struct jit_slow).
 *
 * An access is first *resolved*: every page of it is translated with the
 * permissions it needs, lowest address first, alignment rules of the memory
 * type included. Only then is anything read or written, so that a faulting
 * access changes nothing (DESIGN D7). Order of faults within a page: alignment
 * that the access itself demands, translation, alignment that Device memory
 * demands (DDI 0487, "AArch64.MemSingle"). Watchpoints come last; a page with
 * one has no tags, so that all its accesses are seen here.
 *
 * Two kinds of access ask for their instruction to be run alone: devices,
 * which must see an exact clock, and stores over translated code, which may
 * be the running block. They are recognised before any side effect.
 */
#include "exec_impl.h"

#include <string.h>

/* A part of an access within one page. */
struct piece {
    u64 va;       /* first byte */
    gpa_t pa;     /* its physical address */
    unsigned n;   /* bytes */
    bool is_ram;  /* lies in RAM, else a device or nothing */
    bool normal;  /* Normal memory: may have tags */
    bool watched; /* a watchpoint is in the page: may not */
};

/* An access, resolved. */
struct span {
    struct vcpu *v;
    u32 memop;            /* enum ir_memop */
    bool store;           /* writes, or must be able to */
    unsigned element;     /* bytes of one element */
    unsigned n_pieces;    /* used of piece */
    struct piece piece[2];
};

static bool fault_align(struct vcpu *v, u64 va, enum access a)
{
    v->e->target->fault_align(v->cpu, va, a);
    return false;
}

/* --- resolving ----------------------------------------------------------- */

/* Permission to read, to write, or both for a read that will be written. */
static bool translate(struct span *s, u64 va, enum access a, struct xlate *x)
{
    const struct target_ops *t = s->v->e->target;
    bool unpriv = s->memop & IR_M_UNPRIV;

    if (!t->translate_va(s->v->cpu, va, a, unpriv, x))
        return false;
    if (a != ACCESS_LOAD || !(s->memop & IR_M_FOR_WRITE))
        return true;
    return t->translate_va(s->v->cpu, va, ACCESS_STORE, unpriv, x);
}

static bool resolve_piece(struct span *s, u64 va, unsigned n, enum access a,
                          bool is_aligned)
{
    struct piece *p = &s->piece[s->n_pieces++];
    struct xlate x;

    if (!translate(s, va, a, &x))
        return false;
    if (!x.normal && !is_aligned)
        return fault_align(s->v, va, a);
    *p = (struct piece){
        .va = va,
        .pa = x.pa,
        .n = n,
        .is_ram = ram_contains(s->v->e->ram, x.pa, n),
        .normal = x.normal,
        .watched = x.watched,
    };
    return true;
}

/* Must the access be aligned by itself, and is it not? */
static bool demands_alignment(u64 va, u32 memop, unsigned element,
                              unsigned bytes)
{
    unsigned to = (memop & IR_M_ATOMIC) ? bytes : element;

    if (!(memop & IR_M_ALIGN) || !(va & (to - 1)))
        return false;
    return !(memop & IR_M_WITHIN16) || ir_mem_crosses16(va, bytes);
}

/* Bytes of one element. */
static unsigned element_of(u32 memop)
{
    unsigned parts = (memop & IR_M_ELEM) / ir_mem_elem(0);

    return parts ? parts : 1u << (memop & IR_M_SIZE);
}

/* Does no watchpoint match? False: its exception is recorded. */
static bool unwatched(struct span *s, u64 va, unsigned bytes, enum access a)
{
    struct vcpu *v = s->v;
    bool store = a == ACCESS_STORE || (s->memop & IR_M_FOR_WRITE);

    if (likely(!s->piece[0].watched && !s->piece[1].watched))
        return true;
    return !v->e->target->watch(v->cpu, va, bytes, a == ACCESS_LOAD, store,
                                s->memop & IR_M_UNPRIV);
}

/* @bytes at @va in elements of the memop's. False: fault recorded. */
static bool resolve(struct span *s, struct cpu_host *h, u64 va, u32 memop,
                    unsigned bytes, enum access a)
{
    unsigned room = PAGE_SIZE - (unsigned)(va & ~PAGE_MASK);
    unsigned element = element_of(memop);
    bool is_aligned = !(va & (element - 1));

    s->v = h->vcpu;
    s->memop = memop;
    s->store = a == ACCESS_STORE;
    s->element = element;
    s->n_pieces = 0;
    s->piece[1].watched = false;
    s->v->e->n_slow++;
    if (demands_alignment(va, memop, element, bytes))
        return fault_align(s->v, va, a);
    if (bytes <= room)
        return resolve_piece(s, va, bytes, a, is_aligned) &&
               unwatched(s, va, bytes, a);
    return resolve_piece(s, va, room, a, is_aligned) &&
           resolve_piece(s, va + room, bytes - room, a, is_aligned) &&
           unwatched(s, va, bytes, a);
}

/* --- running the instruction alone --------------------------------------- */

static bool restart(struct span *s, bool io)
{
    s->v->restart_io = io;
    s->v->host->restart = 1;
    return false;
}

/* May the access be made now? False: restart is set. */
static bool may_go_on(struct span *s)
{
    struct exec *e = s->v->e;

    if (s->v->host->last_insn)
        return true;
    for (unsigned i = 0; i < s->n_pieces; i++) {
        const struct piece *p = &s->piece[i];

        if (!p->is_ram)
            return restart(s, true);
        if (s->store && (*ram_page_attr(e->ram, p->pa) & RAM_CODE) &&
            code_overlaps(e, p->pa, p->n))
            return restart(s, false);
    }
    return true;
}

/* memcpy(), quick for the sizes of single accesses. */
static void copy(u8 *to, const u8 *from, unsigned n)
{
    switch (n) {
    case 1:
        *to = *from;
        break;
    case 4:
        memcpy(to, from, 4);
        break;
    case 8:
        memcpy(to, from, 8);
        break;
    case 16:
        memcpy(to, from, 16);
        break;
    default:
        memcpy(to, from, n);
    }
}

/* --- RAM ----------------------------------------------------------------- */

/* Table that translated code looks at for @va, or NULL. */
static struct tag_table *table_of(const struct span *s, u64 va)
{
    const struct cpu_host *h = s->v->host;
    bool high = bit64(va, 55);

    if (s->memop & IR_M_UNPRIV)
        return high ? NULL : h->tags_unpriv;
    return high == bit64(s->v->e->target->get_pc(s->v->cpu), 55)
               ? h->tags
               : h->tags_other;
}

static void fill_tags(const struct span *s, const struct piece *p)
{
    struct exec *e = s->v->e;
    struct tag_table *t;
    u8 *host = ram_host(e->ram, p->pa);
    bool write = s->store || (s->memop & IR_M_FOR_WRITE);

    if (!p->normal || p->watched)
        return;
    t = table_of(s, p->va);
    if (!t)
        return;
    tag_fill(e->cfg.tags, t, p->va, host, false);
    if (write && !(*ram_page_attr(e->ram, p->pa) &
                   (RAM_CODE | RAM_CLEAN | RAM_WATCHED)))
        tag_fill(e->cfg.tags, t, p->va, host, true);
}

static void store_ram(const struct span *s, const struct piece *p,
                      const u8 *src)
{
    struct ram *ram = s->v->e->ram;

    if (*ram_page_attr(ram, p->pa))
        ram_write(ram, p->pa, src, p->n);
    else
        copy(ram_host(ram, p->pa), src, p->n);
    fill_tags(s, p);
}

/* --- devices ------------------------------------------------------------- */

/* Largest power of two, at most 8, that divides @pa and fits in @n. */
static unsigned access_size(gpa_t pa, unsigned n)
{
    unsigned size = 8;

    while ((pa & (size - 1)) || size > n)
        size /= 2;
    return size;
}

static void tell_mmio(struct exec *e, bool write, gpa_t pa, unsigned size,
                      u64 value)
{
    struct mmio_name *n = &e->mmio_name[pa / 4 % MMIO_NAMES];

    if (!probe_on(e->probe, TRACE_MMIO))
        return;
    if (n->pa != pa) {
        bus_name(e->cfg.bus, pa, n->text, sizeof(n->text));
        n->pa = pa;
    }
    PROBE_TEXT(e->probe, TRACE_MMIO, n->text, write, pa, size, value);
}

/*
 * Moves @p's bytes between a device and @buf, each element in as few accesses
 * as the bus allows. An abort leaves what came before it done.
 */
static bool move_mmio(const struct span *s, const struct piece *p, u8 *buf)
{
    struct exec *e = s->v->e;
    unsigned size;

    exec_vcpu_ops.sync_time(s->v->host);
    e->n_mmio++;
    for (unsigned at = 0; at < p->n; at += size) {
        unsigned room = p->n - at < s->element ? p->n - at : s->element;
        u64 value = 0;
        enum mem_result r;

        size = access_size(p->pa + at, room);
        if (s->store) {
            memcpy(&value, buf + at, size);
            r = bus_write(e->cfg.bus, s->v->index, p->pa + at, size, value);
        } else {
            r = bus_read(e->cfg.bus, s->v->index, p->pa + at, size, &value);
            memcpy(buf + at, &value, size);
        }
        if (r != MEM_OK) {
            e->target->fault_abort(s->v->cpu, p->va + at,
                                   s->store ? ACCESS_STORE : ACCESS_LOAD);
            return false;
        }
        tell_mmio(e, s->store, p->pa + at, size, value);
    }
    return true;
}

/* --- both ---------------------------------------------------------------- */

static bool read_span(struct span *s, u8 *buf)
{
    if (!may_go_on(s))
        return false;
    for (unsigned i = 0; i < s->n_pieces; i++) {
        const struct piece *p = &s->piece[i];

        if (p->is_ram) {
            copy(buf, ram_host(s->v->e->ram, p->pa), p->n);
            fill_tags(s, p);
        } else if (!move_mmio(s, p, buf)) {
            return false;
        }
        observe_access(s->v, false, p->va, p->pa, buf, p->n);
        buf += p->n;
    }
    return true;
}

static bool write_span(struct span *s, u8 *buf)
{
    if (!may_go_on(s))
        return false;
    for (unsigned i = 0; i < s->n_pieces; i++) {
        const struct piece *p = &s->piece[i];

        if (p->is_ram)
            store_ram(s, p, buf);
        else if (!move_mmio(s, p, buf))
            return false;
        observe_access(s->v, true, p->va, p->pa, buf, p->n);
        buf += p->n;
    }
    return true;
}

/* The order of bytes in an element of @n bytes at @p is reversed. */
static void reverse(u8 *p, unsigned n)
{
    for (unsigned i = 0; i < n / 2; i++) {
        u8 t = p[i];

        p[i] = p[n - 1 - i];
        p[n - 1 - i] = t;
    }
}

static unsigned element_bytes(u32 memop)
{
    return 1u << (memop & IR_M_SIZE);
}

/* An integer element as the IR's load gives it. */
static u64 extend(u64 v, u32 memop)
{
    if (!(memop & IR_M_SIGN))
        return v;
    v = (u64)sext64(v, 8u << (memop & 3));
    return memop & IR_M_SIGN32 ? (u32)v : v;
}

static bool slow_load(struct cpu_host *h, u64 va, u32 memop, u64 out[2])
{
    unsigned n = element_bytes(memop);
    u8 buf[16] = { 0 };
    struct span s;

    if (!resolve(&s, h, va, memop, n, ACCESS_LOAD) || !read_span(&s, buf))
        return false;
    if (memop & IR_M_BE)
        reverse(buf, n);
    memcpy(out, buf, 16);
    out[0] = extend(out[0], memop);
    return true;
}

static bool slow_store(struct cpu_host *h, u64 va, u32 memop, u64 lo, u64 hi)
{
    unsigned n = element_bytes(memop);
    u64 value[2] = { lo, hi };
    u8 buf[16];
    struct span s;

    if (!resolve(&s, h, va, memop, n, ACCESS_STORE))
        return false;
    memcpy(buf, value, 16);
    if (memop & IR_M_BE)
        reverse(buf, n);
    return write_span(&s, buf);
}

static bool slow_load_pair(struct cpu_host *h, u64 va, u32 memop, u64 out[4])
{
    unsigned n = element_bytes(memop);
    u8 buf[32] = { 0 };
    struct span s;

    if (!resolve(&s, h, va, memop, 2 * n, ACCESS_LOAD) ||
        !read_span(&s, buf))
        return false;
    if (memop & IR_M_BE) {
        reverse(buf, n);
        reverse(buf + n, n);
    }
    memset(out, 0, 32);
    memcpy(out, buf, n);
    memcpy(out + 2, buf + n, n);
    out[0] = extend(out[0], memop);
    out[2] = extend(out[2], memop);
    return true;
}

static bool slow_store_pair(struct cpu_host *h, u64 va, u32 memop,
                            const u64 in[4])
{
    unsigned n = element_bytes(memop);
    u8 buf[32];
    struct span s;

    if (!resolve(&s, h, va, memop, 2 * n, ACCESS_STORE))
        return false;
    memcpy(buf, in, n);
    memcpy(buf + n, in + 2, n);
    if (memop & IR_M_BE) {
        reverse(buf, n);
        reverse(buf + n, n);
    }
    return write_span(&s, buf);
}

/* Only asks whether [va, va + len) may be accessed; fills tags. Elements, if
 * named, must be aligned in Device memory. With IR_M_ATOMIC, Device memory is
 * an alignment fault (DC ZVA). */
static bool slow_probe(struct cpu_host *h, u64 va, u32 memop, u64 len)
{
    u32 plain = memop & ~(u32)(IR_M_SIZE | IR_M_ALIGN | IR_M_FOR_WRITE);
    enum access a = memop & IR_M_FOR_WRITE ? ACCESS_STORE : ACCESS_LOAD;

    while (len) {
        u64 room = PAGE_SIZE - (va & ~PAGE_MASK);
        u64 n = len < room ? len : room;
        struct span s;

        if (!resolve(&s, h, va, plain, (unsigned)n, a))
            return false;
        if ((memop & IR_M_ATOMIC) && !s.piece[0].normal)
            return fault_align(s.v, va, a);
        if (s.piece[0].is_ram)
            fill_tags(&s, &s.piece[0]);
        va += n;
        len -= n;
    }
    return true;
}

const struct jit_slow exec_slow = {
    .load = slow_load,
    .store = slow_store,
    .load_pair = slow_load_pair,
    .store_pair = slow_store_pair,
    .probe = slow_probe,
};
