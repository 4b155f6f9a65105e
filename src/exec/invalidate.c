/* SPDX-License-Identifier: MIT */
/*
 * invalidate.c - which pages hold translated code, and what happens when such
 * code is overwritten (DESIGN D6).
 *
 * A page with blocks has RAM_CODE set, so no store tag leads to it and every
 * writer comes by ram_write(), whose hook drops exactly the blocks that the
 * written bytes overlap. A mask of 64-byte granules makes stores to data
 * beside code cheap. A page's record also keeps which of its instructions
 * touch devices: blocks made later end after them. Such a note goes when the
 * instruction is overwritten.
 *
 * The event "code" (probe.h) must not depend on which blocks exist. All that
 * is certain is that a block is made when its first instruction is about to
 * be executed. So, in a machine where the event is wanted: making a block arms
 * every cell of 8 bytes in its line of 1 KiB, which no block leaves; a write
 * that changes an armed cell is told, disarms the cell, and drops all blocks
 * of the line, so that the next instruction executed in it arms it again,
 * whatever the blocks were. A page with an armed cell keeps RAM_CODE. What
 * is told is bounded, since a page of code may become one of data, and a line
 * may have both.
 */
#include "exec_impl.h"

#include <glib.h>
#include <string.h>

#define GRANULE_BITS 6 /* 64 granules a page */
static_assert(PAGE_BITS - GRANULE_BITS == 6, "one bit a granule");

/* Told of a line until one of its instructions is executed, and in all. */
#define MAX_TOLD 16
#define MAX_TOTAL 1024

struct code_page *code_page(struct exec *e, gpa_t pa)
{
    struct code_page **at = &e->page[(pa - e->ram->base) >> PAGE_BITS];

    if (unlikely(!*at)) {
        *at = g_new0(struct code_page, 1);
        (*at)->pa = pa & PAGE_MASK;
        (*at)->next = e->pages;
        e->pages = *at;
    }
    return *at;
}

/* Granules of [pa, pa + size), which lies in one page and is not empty. */
static u64 granules_of(gpa_t pa, u64 size)
{
    unsigned first = (unsigned)((pa & ~PAGE_MASK) >> GRANULE_BITS);
    unsigned last =
        (unsigned)(((pa & ~PAGE_MASK) + size - 1) >> GRANULE_BITS);

    return mask64(last - first + 1) << first;
}

void code_view_enter(struct exec *e, struct tb *tb)
{
    struct code_page *page = code_page(e, tb->pa);
    u64 va = tb->pc & PAGE_MASK;
    u32 flags = tb->flags & TB_PAGE;
    struct code_view *w = page->views;

    while (w && (w->va != va || w->flags != flags))
        w = w->next;
    if (!w) {
        w = g_new(struct code_view, 1);
        /* When 2^32 are used up, every block must go before they come
         * again. */
        if (++e->last_view == 0) {
            e->last_view = 1;
            e->drop_all = true;
        }
        *w = (struct code_view){ .va = va, .flags = flags,
                                 .id = e->last_view, .next = page->views };
        page->views = w;
    }
    w->n_tbs++;
    tb->page_id = w->id;
}

static void leave_view(struct code_page *page, const struct tb *tb)
{
    struct code_view **at = &page->views, *w;

    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is there */
    while ((w = *at)->id != tb->page_id)
        at = &w->next;
    if (--w->n_tbs)
        return;
    *at = w->next;
    g_free(w);
}

/* --- cells --------------------------------------------------------------- */

static struct code_line *line_of(struct code_page *page, gpa_t pa)
{
    return &page->line[(pa & ~PAGE_MASK) / CODE_LINE];
}

static u64 *cell_word(struct code_line *l, gpa_t pa, u64 *bit)
{
    unsigned n = (unsigned)(pa % CODE_LINE / CODE_CELL);

    *bit = 1ull << n % 64;
    return &l->armed[n / 64];
}

/* Arms the cells of the line (or none of them any more). */
static void arm_line(struct code_line *l, bool on)
{
    for (unsigned i = 0; i < ARRAY_SIZE(l->armed); i++)
        l->armed[i] = on ? ~0ull : 0;
    l->told = 0;
}

/* Is a cell of [pa, pa + size) armed, which is in one page? */
static bool is_armed(struct code_page *page, gpa_t pa, u64 size)
{
    for (gpa_t at = pa & ~(u64)(CODE_CELL - 1); at < pa + size;
         at += CODE_CELL) {
        u64 bit, *word = cell_word(line_of(page, at), at, &bit);

        if (*word & bit)
            return true;
    }
    return false;
}

static bool any_armed(const struct code_page *page)
{
    u64 any = 0;

    for (unsigned i = 0; i < CODE_LINES; i++)
        for (unsigned k = 0; k < ARRAY_SIZE(page->line[i].armed); k++)
            any |= page->line[i].armed[k];
    return any != 0;
}

/* Bytes @from are about to go to [pa, pa + n), in one cell. */
static void write_cell(struct exec *e, struct code_page *page, gpa_t pa,
                       const u8 *from, unsigned n)
{
    struct code_line *l = line_of(page, pa);
    u64 bit, *word = cell_word(l, pa, &bit), old = 0, new = 0;

    if (!(*word & bit))
        return;
    memcpy(&old, ram_host(e->ram, pa), n);
    memcpy(&new, from, n);
    if (old == new)
        return;
    *word &= ~bit;
    l->told++;
    l->total++;
    /* Not what is loaded for a new start. */
    if (e->running || e->why == EXEC_GOES_ON)
        PROBE(e->probe, TRACE_CODE, pa, n, old, new, 0);
    if (l->told == MAX_TOLD || l->total == MAX_TOTAL)
        arm_line(l, false);
    code_invalidate(e, pa & ~(u64)(CODE_LINE - 1), CODE_LINE);
}

static void write_cells(struct exec *e, struct code_page *page, gpa_t pa,
                        const u8 *from, u64 size)
{
    while (size) {
        unsigned room = CODE_CELL - (unsigned)(pa % CODE_CELL);
        unsigned n = size < room ? (unsigned)size : room;

        write_cell(e, page, pa, from, n);
        pa += n;
        from += n;
        size -= n;
    }
    if (!page->first && !any_armed(page))
        *ram_page_attr(e->ram, page->pa) &= (u8)~RAM_CODE;
}

/* --- pages with blocks --------------------------------------------------- */

void code_page_add(struct exec *e, struct tb *tb)
{
    struct code_page *page = code_page(e, tb->pa);

    if (probe_on(e->probe, TRACE_CODE) &&
        line_of(page, tb->pa)->total < MAX_TOTAL)
        arm_line(line_of(page, tb->pa), true);

    if (!(*ram_page_attr(e->ram, tb->pa) & RAM_CODE))
        page_protect(e->ram, tb->pa, RAM_CODE);
    page->granules |= granules_of(tb->pa, tb->n_bytes);
    tb->page_next = page->first;
    page->first = tb;
}

static bool overlaps(const struct tb *tb, gpa_t pa, u64 size)
{
    return tb->pa < pa + size && pa < tb->pa + tb->n_bytes;
}

bool code_overlaps(const struct exec *e, gpa_t pa, u64 size)
{
    struct code_page *page = e->page[(pa - e->ram->base) >> PAGE_BITS];

    if (!page)
        return false;
    if (probe_on(e->probe, TRACE_CODE) && is_armed(page, pa, size))
        return true;
    if (!(page->granules & granules_of(pa, size)))
        return false;
    for (const struct tb *tb = page->first; tb; tb = tb->page_next)
        if (overlaps(tb, pa, size))
            return true;
    return false;
}

void code_page_left(struct exec *e, const struct tb *tb)
{
    struct code_page *page = code_page(e, tb->pa);

    leave_view(page, tb);
    if (page->first)
        return;
    page->granules = 0;
    if (!probe_on(e->probe, TRACE_CODE) || !any_armed(page))
        *ram_page_attr(e->ram, tb->pa) &= (u8)~RAM_CODE;
}

void code_invalidate(struct exec *e, gpa_t pa, u64 size)
{
    struct code_page *page = code_page(e, pa);
    struct tb **at = &page->first;
    u64 left = 0;

    while (*at) {
        struct tb *tb = *at;

        if (overlaps(tb, pa, size)) {
            *at = tb->page_next;
            code_page_left(e, tb);
            tb_drop(e, tb);
            e->n_invalidated++;
        } else {
            left |= granules_of(tb->pa, tb->n_bytes);
            at = &tb->page_next;
        }
    }
    page->granules = left;
}

/* --- instructions that touch devices ------------------------------------- */

void code_mark_io(struct exec *e, gpa_t pa)
{
    struct code_page *page = code_page(e, pa);

    if (code_is_io(page, pa))
        return;
    if (page->n_io == page->max_io) {
        page->max_io = (u16)(page->max_io ? 2 * page->max_io : 8);
        page->io = g_renew(u16, page->io, page->max_io);
    }
    page->io[page->n_io++] = (u16)(pa & ~PAGE_MASK);
}

bool code_is_io(void *opaque, gpa_t pa)
{
    const struct code_page *page = opaque;

    for (unsigned i = 0; i < page->n_io; i++)
        if (page->io[i] == (pa & ~PAGE_MASK))
            return true;
    return false;
}

static void forget_io(struct code_page *page, gpa_t pa, u64 size)
{
    u64 first = pa & ~PAGE_MASK;
    unsigned kept = 0;

    for (unsigned i = 0; i < page->n_io; i++)
        if (page->io[i] + 4u <= first || page->io[i] >= first + size)
            page->io[kept++] = page->io[i];
    page->n_io = (u16)kept;
}

/* --- writers ------------------------------------------------------------- */

void code_write(void *opaque, gpa_t pa, const void *src, u64 size)
{
    struct exec *e = opaque;
    struct code_page *page = code_page(e, pa);

    if (probe_on(e->probe, TRACE_CODE))
        write_cells(e, page, pa, src, size);
    if (!(page->granules & granules_of(pa, size)))
        return;
    e->n_code_writes++;
    forget_io(page, pa, size);
    code_invalidate(e, pa, size);
}
