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
 */
#include "exec_impl.h"

#include <glib.h>

#define GRANULE_BITS 6 /* 64 granules a page */
static_assert(PAGE_BITS - GRANULE_BITS == 6, "one bit a granule");

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

    while ((*at)->id != tb->page_id)
        at = &(*at)->next;
    w = *at;
    if (--w->n_tbs)
        return;
    *at = w->next;
    g_free(w);
}

void code_page_add(struct exec *e, struct tb *tb)
{
    struct code_page *page = code_page(e, tb->pa);

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
    const struct code_page *page =
        e->page[(pa - e->ram->base) >> PAGE_BITS];

    if (!page || !(page->granules & granules_of(pa, size)))
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

void code_write(void *opaque, gpa_t pa, u64 size)
{
    struct exec *e = opaque;
    struct code_page *page = code_page(e, pa);

    if (!(page->granules & granules_of(pa, size)))
        return;
    if (e->cfg.hooks.code_write)
        e->cfg.hooks.code_write(e->cfg.opaque, pa, size);
    e->n_code_writes++;
    forget_io(page, pa, size);
    code_invalidate(e, pa, size);
}
