/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_align.c - going on behind a difference: the runs of each
 * CPU are aligned again where both do the same for a while.
 *
 * Each CPU is a pass of its own over both files, so that turns may move
 * against each other. Where units differ, both windows grow step by step
 * until a stretch of the one is found in the other: the nearest such place is
 * where both go on. That is greedy, bounded in memory and linear in time; it
 * need not find the fewest differences.
 */
#include "emu_trace_diff_units.h"

#include <stdlib.h>

#define TABLE (UNITS_WINDOW * 4)

/* A stretch of units and where it begins in the window. */
struct gram {
    u64 hash; /* of the stretch */
    u32 pos;  /* in the window */
    u32 age;  /* of the search that put it here */
};

/* A difference. */
struct part {
    unsigned cpu;         /* whose */
    struct unit first[2]; /* what each side does first; ev is owned */
    bool is_there[2];     /* it does something */
    u64 n_insns[2];       /* instructions until both go on */
    u64 at[2];            /* where: counts */
    struct event_copy *ev[2]; /* the first event that explains, or NULL */
    bool is_change;       /* the same function, but not the same way */
    bool is_lost;         /* both do not go on together within the window */
};

struct aligner {
    struct diff *d;        /* the whole */
    struct stream s[2];    /* windows */
    struct functions *fns; /* names and sums */
    struct gram *table[2]; /* by hash, of TABLE rows */
    u32 age;               /* searches so far */
    u32 length;            /* units of a stretch */
    GPtrArray *parts;      /* struct part: the first --top of each CPU */
    u64 n_parts;           /* all of them */
    u64 common;            /* instructions in common */
    guint n_cpu_parts;     /* of this CPU, in `parts` */
    struct part *lost;     /* goes on in the next window, or NULL */
};

static void part_free(gpointer p)
{
    struct part *x = p;

    for (unsigned k = 0; k < 2; k++)
        if (x->ev[k])
            event_copy_free(x->ev[k]);
    g_free(x);
}

/* --- finding where both go on --------------------------------------------- */

/* The stretch at @pos; behind the end there are zeros. */
static u64 gram_at(const struct aligner *a, unsigned k, u32 pos)
{
    u64 h = 1;

    for (u32 i = pos; i < pos + a->length; i++) {
        u64 key = i < a->s[k].n ? stream_at(&a->s[k], i)->key : 0;

        h = (h ^ key) * 0xff51afd7ed558ccdull;
        h ^= h >> 32;
    }
    return h;
}

static bool find_gram(const struct aligner *a, unsigned k, u64 hash, u32 *pos)
{
    const struct gram *t = a->table[k];

    for (u32 i = hash & (TABLE - 1); t[i].age == a->age;
         i = (i + 1) & (TABLE - 1)) {
        if (t[i].hash != hash)
            continue;
        *pos = t[i].pos;
        return true;
    }
    return false;
}

static void put_gram(struct aligner *a, unsigned k, u64 hash, u32 pos)
{
    struct gram *t = a->table[k];
    u32 i = hash & (TABLE - 1);

    while (t[i].age == a->age) {
        if (t[i].hash == hash)
            return;
        i = (i + 1) & (TABLE - 1);
    }
    t[i] = (struct gram){ hash, pos, a->age };
}

/* Are the stretches really the same, not only their hashes? */
static bool same_stretch(const struct aligner *a, const u32 skip[2])
{
    for (u32 i = 0; i < a->length; i++) {
        u64 key[2];

        for (unsigned k = 0; k < 2; k++)
            key[k] = skip[k] + i < a->s[k].n ?
                     stream_at(&a->s[k], skip[k] + i)->key : 0;
        if (key[0] != key[1])
            return false;
    }
    return true;
}

/* Sets how many units of each are skipped; *found if both go on then. */
static bool resync(struct aligner *a, u32 skip[2], bool *found, GError **err)
{
    *found = false;
    a->age++;
    for (u32 n = 0; n < UNITS_WINDOW; n++) {
        u64 hash[2];
        u32 pos;

        for (unsigned k = 0; k < 2; k++) {
            if (!stream_fill(&a->s[k], n + a->length, err))
                return false;
            hash[k] = gram_at(a, k, n);
            if (n <= a->s[k].n)
                put_gram(a, k, hash[k], n);
        }
        if (n > a->s[0].n && n > a->s[1].n)
            break;
        for (unsigned k = 0; k < 2 && !*found; k++)
            if (n <= a->s[k].n && find_gram(a, !k, hash[k], &pos)) {
                skip[k] = n;
                skip[!k] = pos;
                *found = same_stretch(a, skip);
            }
        if (*found)
            return true;
    }
    for (unsigned k = 0; k < 2; k++)
        skip[k] = MIN(a->s[k].n, UNITS_WINDOW);
    return true;
}

/* --- differences ---------------------------------------------------------- */

/* Takes the event of the first unit of the side that has one. */
static void take_event(struct aligner *a, struct part *p, unsigned k, u32 n)
{
    for (u32 i = 0; i < n && !p->ev[k]; i++) {
        struct unit *u = stream_at(&a->s[k], i);

        p->ev[k] = u->ev;
        u->ev = NULL;
    }
}

/* The first @skip units of both differ: notes it and passes over them. */
static void differ(struct aligner *a, const u32 skip[2], bool is_change,
                   bool found)
{
    struct part *p = a->lost, scratch;
    bool is_new = !p;

    if (is_new) {
        a->n_parts++;
        p = a->n_cpu_parts < (guint)a->d->t->top ? g_new(struct part, 1) :
            &scratch;
        *p = (struct part){ .cpu = a->s[0].cpu, .is_change = is_change };
    }
    for (unsigned k = 0; k < 2; k++) {
        for (u32 i = 0; i < skip[k]; i++)
            p->n_insns[k] += stream_at(&a->s[k], i)->n_insns;
        if (is_new && skip[k]) {
            p->first[k] = *stream_at(&a->s[k], 0);
            p->is_there[k] = true;
        }
        if (is_new)
            p->at[k] = a->s[k].n ? stream_at(&a->s[k], 0)->count :
                       trace_summary(a->s[k].s->r)->end_count;
        if (p != &scratch)
            take_event(a, p, k, skip[k]);
        stream_drop(&a->s[k], skip[k]);
    }
    p->is_lost |= !found;
    if (is_new && p != &scratch) {
        a->n_cpu_parts++;
        g_ptr_array_add(a->parts, p);
    }
    a->lost = !found && p != &scratch ? p : NULL;
}

static bool align_cpu(struct aligner *a, unsigned cpu, GError **err)
{
    bool found, ok = true;
    u32 skip[2];

    a->n_cpu_parts = 0;
    a->lost = NULL;
    for (unsigned k = 0; k < 2; k++) {
        a->s[k].cpu = cpu;
        ok = ok && stream_begin(&a->s[k], err);
    }
    while (ok) {
        const struct unit *u, *v;

        ok = streams_skip(&a->s[0], &a->s[1], &a->common, err) &&
             stream_fill(&a->s[0], 1, err) && stream_fill(&a->s[1], 1, err);
        if (!ok || (!a->s[0].n && !a->s[1].n))
            break;
        u = stream_at(&a->s[0], 0);
        v = stream_at(&a->s[1], 0);
        if (a->s[0].n && a->s[1].n && u->key == v->key) {
            bool same = u->content == v->content;

            if (!same)
                differ(a, (const u32[]){ 1, 1 }, true, true);
            a->lost = NULL;
            a->common += same ? u->n_insns : 0;
            if (same) {
                stream_drop(&a->s[0], 1);
                stream_drop(&a->s[1], 1);
            }
            continue;
        }
        ok = resync(a, skip, &found, err);
        if (ok)
            differ(a, skip, false, found);
    }
    return ok;
}

/* --- telling -------------------------------------------------------------- */

static int by_count(gconstpointer x, gconstpointer y)
{
    const struct part *p = *(struct part *const *)x;
    const struct part *q = *(struct part *const *)y;

    if (p->at[0] != q->at[0])
        return p->at[0] < q->at[0] ? -1 : 1;
    return (int)p->cpu - (int)q->cpu;
}

static void put_first(struct aligner *a, GString *out, const struct part *p,
                      unsigned k)
{
    const struct unit *u = &p->first[k];
    bool json = a->d->t->json;

    if (!p->is_there[k])
        g_string_append(out, json ? "null" : "nothing");
    else if (!u->id)
        g_string_append(out, json ? "\"event\"" : "an event");
    else if (!json)
        diff_put_insn(a->s[k].s, out, u->id, u->pos);
    else {
        g_autoptr(GString) text = g_string_new(NULL);

        diff_put_insn(a->s[k].s, text, u->id, u->pos);
        json_text(out, text->str, text->len);
    }
}

static void put_part(struct aligner *a, GString *out, const struct part *p)
{
    g_string_append_printf(out, "at %llu / %llu, cpu%u: %llu / %llu "
                           "instructions%s%s\n", (ull)p->at[0],
                           (ull)p->at[1], p->cpu, (ull)p->n_insns[0],
                           (ull)p->n_insns[1],
                           p->is_change ? ", another way through the "
                           "function" : "",
                           p->is_lost ? ", and not together again within "
                           "the window" : "");
    for (unsigned k = 0; k < 2; k++) {
        g_autoptr(GString) line = g_string_new(NULL);

        g_string_append(out, k ? "  + " : "  - ");
        put_first(a, out, p, k);
        g_string_append_c(out, '\n');
        if (!p->ev[k])
            continue;
        tool_item(a->d->t, line, &p->ev[k]->it);
        g_string_append_printf(out, "  %c %s", k ? '+' : '-', line->str);
    }
}

static void json_part(struct aligner *a, GString *out, const struct part *p)
{
    g_string_append_printf(out, "{\"cpu\": %u, \"kind\": \"%s\"", p->cpu,
                           p->is_lost ? "lost" : p->is_change ? "changed" :
                           !p->n_insns[0] ? "inserted" :
                           !p->n_insns[1] ? "removed" : "replaced");
    for (unsigned k = 0; k < 2; k++) {
        g_string_append_printf(out, ", \"%s\": {\"count\": %llu, \"insns\": "
                               "%llu, \"begins\": ", k ? "second" : "first",
                               (ull)p->at[k], (ull)p->n_insns[k]);
        put_first(a, out, p, k);
        if (p->ev[k])
            g_string_append_printf(out, ", \"event\": \"%s\", "
                                   "\"event_count\": %llu",
                                   p->ev[k]->it.schema->name,
                                   (ull)p->ev[k]->it.count);
        g_string_append_c(out, '}');
    }
    g_string_append_c(out, '}');
}

/* A function that was not run as much in both. */
struct delta {
    const char *name; /* of the function */
    u64 insns[2];     /* what each side ran of it */
    u64 size;         /* of the difference */
};

static int by_size(gconstpointer x, gconstpointer y)
{
    const struct delta *p = x, *q = y;

    if (p->size != q->size)
        return p->size > q->size ? -1 : 1;
    return strcmp(p->name, q->name);
}

static GArray *deltas(struct aligner *a)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct delta));

    for (u32 i = 0; i < a->fns->names->len; i++) {
        const u64 *n = function_insns(a->fns, i);
        struct delta x = { g_ptr_array_index(a->fns->names, i),
                           { n[0], n[1] },
                           n[0] > n[1] ? n[0] - n[1] : n[1] - n[0] };

        if (x.size)
            g_array_append_val(all, x);
    }
    g_array_sort(all, by_size);
    return all;
}

static void put_deltas(struct aligner *a, GString *out)
{
    g_autoptr(GArray) all = deltas(a);
    bool json = a->d->t->json;

    if (!json && all->len)
        g_string_append(out, "instructions by function:\n"
                        "         first         second     difference\n");
    for (guint i = 0; i < all->len && (json || i < (guint)a->d->t->top); i++) {
        const struct delta *x = &g_array_index(all, struct delta, i);

        if (!json) {
            g_string_append_printf(out, "%14llu %14llu %+14lld  %s\n",
                                   (ull)x->insns[0], (ull)x->insns[1],
                                   (long long)(x->insns[1] - x->insns[0]),
                                   x->name);
            continue;
        }
        g_string_append(out, i ? ",\n  {\"name\": " : "\n  {\"name\": ");
        json_text(out, x->name, strlen(x->name));
        g_string_append_printf(out, ", \"first\": %llu, \"second\": %llu}",
                               (ull)x->insns[0], (ull)x->insns[1]);
    }
    if (!json && all->len > (guint)a->d->t->top)
        g_string_append_printf(out, "%40s... and %u more\n", "",
                               all->len - (guint)a->d->t->top);
}

static void put_all(struct aligner *a, GString *out)
{
    bool json = a->d->t->json;
    guint n = MIN(a->parts->len, (guint)a->d->t->top);

    g_ptr_array_sort(a->parts, by_count);
    g_string_append_printf(out, json ? ",\n \"common_insns\": %llu, "
                           "\"n_differences\": %llu,\n \"differences\": [" :
                           "aligned: %llu instructions in common, %llu "
                           "difference(s)\n", (ull)a->common,
                           (ull)a->n_parts);
    for (guint i = 0; i < n; i++) {
        const struct part *p = g_ptr_array_index(a->parts, i);

        if (json) {
            g_string_append(out, i ? ",\n  " : "\n  ");
            json_part(a, out, p);
        } else {
            put_part(a, out, p);
        }
    }
    if (!json && a->n_parts > n)
        g_string_append_printf(out, "... and %llu more (--top shows them)\n",
                               (ull)(a->n_parts - n));
    g_string_append(out, json ? "],\n \"functions\": [" : "");
    put_deltas(a, out);
    g_string_append(out, json ? "]" : "");
}

bool diff_align(struct diff *d, GString *out, GError **err)
{
    static const u32 lengths[] = { [ALIGN_FUNCTION] = 4, [ALIGN_BLOCK] = 8,
                                   [ALIGN_INSN] = 32 };
    struct aligner a = { .d = d, .length = lengths[d->align] };
    unsigned n = 1;
    bool ok = true;

    a.fns = functions_new();
    a.parts = g_ptr_array_new_with_free_func(part_free);
    for (unsigned k = 0; k < 2; k++) {
        const struct trace_summary *sum = trace_summary(d->s[k].r);

        n = MAX(n, sum->n_cpus);
        a.table[k] = g_new0(struct gram, TABLE);
        a.s[k] = (struct stream){ .s = &d->s[k], .k = k, .level = d->align,
                                  .fns = a.fns };
        a.s[k].unit = g_new0(struct unit, UNITS_CAP);
        a.s[k].hash = g_new0(struct block_hash, sum->n_defs + 1ul);
    }
    for (unsigned cpu = 0; ok && cpu < n; cpu++) {
        const struct trace_summary *sum = trace_summary(d->s[0].r);

        progress_begin(&d->progress, "aligning", sum->first_count,
                       sum->end_count);
        ok = align_cpu(&a, cpu, err);
        progress_end(&d->progress);
    }
    if (ok)
        put_all(&a, out);
    for (unsigned k = 0; k < 2; k++) {
        stream_drop(&a.s[k], a.s[k].n);
        g_free(a.table[k]);
        g_free(a.s[k].unit);
        g_free(a.s[k].hash);
    }
    functions_free(a.fns);
    g_ptr_array_free(a.parts, TRUE);
    return ok;
}
