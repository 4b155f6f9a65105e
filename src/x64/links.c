/* SPDX-License-Identifier: MIT */
/*
 * links.c - link sites: the patchable direct exits of blocks.
 *
 * Invariants: site.to is NULL or a valid block, and the site is then on the
 * list that starts at to->in_links; an unlinked site's jump leads to its
 * exit stub. Patches are single aligned-or-not 4-byte stores through the
 * writable view by the only thread that runs the code.
 */
#include "x64.h"

#include <glib.h>

u32 site_new(struct jit *j, struct tb *from, u64 pc)
{
    u32 s = j->free_site;

    if (s) {
        j->free_site = j->site[s].next;
    } else {
        if (j->n_sites == j->max_sites) {
            j->max_sites = j->max_sites * 2 + 1024;
            j->site = g_renew(struct site, j->site, j->max_sites);
        }
        s = j->n_sites++;
    }
    j->site[s] = (struct site){ .from = from, .pc = pc };
    return s;
}

void site_free(struct jit *j, u32 s)
{
    site_unlink(j, s);
    j->site[s] = (struct site){ .next = j->free_site };
    j->free_site = s;
}

/* rel32 at writable @at := executable @target. */
static void patch(struct jit *j, u8 *at, const u8 *target)
{
    const u8 *rx = j->rx + (at - j->rw);
    s32 rel = (s32)(target - (rx + 4));

    memcpy(at, &rel, 4);
}

void site_unlink(struct jit *j, u32 s)
{
    struct site *w = &j->site[s];

    if (!w->to)
        return;
    if (w->prev)
        j->site[w->prev].next = w->next;
    else
        w->to->in_links = w->next;
    if (w->next)
        j->site[w->next].prev = w->prev;
    w->next = w->prev = 0;
    w->to = NULL;
    patch(j, w->jump, w->stub);
    j->stats.unlinks++;
}

void jit_link(struct jit *j, u32 s, struct tb *to, bool same_page)
{
    struct site *w = &j->site[s];

    if (!s || j->cfg.no_chain || w->from->invalid || to->invalid)
        return;
    site_unlink(j, s);
    patch(j, w->jump, same_page ? to->code : to->far);
    w->to = to;
    w->prev = 0;
    w->next = to->in_links;
    if (w->next)
        j->site[w->next].prev = s;
    to->in_links = s;
    j->stats.links++;
}

void jit_unlink(struct jit *j, struct tb *tb)
{
    while (tb->in_links)
        site_unlink(j, tb->in_links);
}
