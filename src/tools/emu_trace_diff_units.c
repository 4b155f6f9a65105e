/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_units.c - one CPU's part of a trace as units to be aligned.
 *
 * A unit's hash is one of its instructions, so it does not depend on where a
 * block was parted: the end of the CPU's turn in the middle of a block makes
 * no difference. Instructions count by their place and word, not by physical
 * address or count; with --by-symbol as emu_trace_diff_same.c has it.
 */
#include "emu_trace_diff_units.h"

#include "symbols.h"

#define MUL 0x9e3779b97f4a7c15ull

static u64 mix(u64 h, u64 v)
{
    h = (h ^ v) * MUL;
    return h ^ h >> 29;
}

static u64 mix_text(u64 h, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = mix(h, (u8)s[i]);
    return mix(h, n);
}

/* --- functions ------------------------------------------------------------ */

struct functions *functions_new(void)
{
    struct functions *f = g_new0(struct functions, 1);

    f->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    f->names = g_ptr_array_new();
    f->insns = g_array_new(FALSE, TRUE, sizeof(u64));
    return f;
}

void functions_free(struct functions *f)
{
    g_hash_table_destroy(f->by_name);
    g_ptr_array_free(f->names, TRUE);
    g_array_free(f->insns, TRUE);
    g_free(f);
}

static u32 function_of(struct functions *f, const char *name)
{
    u32 n = GPOINTER_TO_UINT(g_hash_table_lookup(f->by_name, name));
    char *copy;

    if (n)
        return n - 1;
    n = f->names->len;
    copy = g_strdup(name);
    g_hash_table_insert(f->by_name, copy, GUINT_TO_POINTER(n + 1));
    g_ptr_array_add(f->names, copy);
    g_array_set_size(f->insns, (n + 1) * 2);
    return n;
}

/* --- blocks --------------------------------------------------------------- */

/* One instruction at its place. */
static u64 insn_hash(const struct stream *s, u64 base,
                     const struct trace_block *b, u32 i)
{
    u32 word = b->words[i];

    if (s->s->d->t->by_symbol)
        word = diff_word(word);
    return mix(base + 4ul * i, word);
}

/* The hash of instructions is that of a list: h * MUL + one more. */
static u64 insns_hash(const struct stream *s, u64 h, u64 base,
                      const struct trace_block *b, u32 from, u32 n)
{
    for (u32 i = from; i < from + n; i++)
        h = h * MUL + insn_hash(s, base, b, i);
    return h;
}

static const struct block_hash *block_hash(struct stream *s, u32 id)
{
    const struct trace_block *b = trace_block(s->s->r, id);
    const struct place *p = side_place(s->s, id);
    struct block_hash *h = &s->hash[id];
    bool by_symbol = s->s->d->t->by_symbol;
    u64 base;

    if (h->is_known)
        return h;
    base = mix(1, b->flags & (TRACE_B_EL | TRACE_B_MMU));
    if (by_symbol && p->name)
        base = mix_text(base, p->name, strlen(p->name)) + p->offset;
    else
        base += by_symbol ? b->va & 0xfff : b->va;
    if (p->name) {
        h->fn = function_of(s->fns, p->name);
        h->is_entry = p->offset == 0;
    } else {
        char name[32];

        g_snprintf(name, sizeof(name), "(el%u, no symbol)",
                   b->flags & TRACE_B_EL);
        h->fn = function_of(s->fns, name);
        h->is_entry = true;
    }
    h->base = base;
    h->hash = insns_hash(s, 0, base, b, 0, b->n_insns);
    h->is_known = true;
    return h;
}

/* --- units ---------------------------------------------------------------- */

static void push(struct stream *s, const struct unit *u)
{
    struct unit *to = stream_at(s, s->n++);

    assert(s->n <= UNITS_CAP);
    *to = *u;
    if (s->level != ALIGN_FUNCTION)
        to->content = to->key;
}

static void close_open(struct stream *s)
{
    if (!s->has_open)
        return;
    if (s->level == ALIGN_BLOCK)
        s->open.key = s->open.content;
    push(s, &s->open);
    s->has_open = false;
}

/* Does the block go on with the unit that is open? */
static bool goes_on(const struct stream *s, const struct block_hash *h)
{
    const struct trace_item *it = &s->s->it;

    if (!s->has_open || it->block->flags != s->open_flags)
        return false;
    if (s->open_partial && it->block->va == s->open_va)
        return true;
    return s->level == ALIGN_FUNCTION && h->fn == s->open.fn && !h->is_entry &&
           !s->open_partial;
}

static void add_insns(struct stream *s, const struct block_hash *h)
{
    const struct trace_item *it = &s->s->it;

    for (u32 i = 0; i < it->n_insns; i++) {
        struct unit u = { .count = it->count + i, .n_insns = 1, .fn = h->fn,
                          .id = it->id, .pos = i };

        u.key = insn_hash(s, h->base, it->block, i);
        push(s, &u);
    }
}

static void add_block(struct stream *s)
{
    const struct trace_item *it = &s->s->it;
    const struct block_hash *h = block_hash(s, it->id);
    struct unit *u = &s->open;

    function_insns(s->fns, h->fn)[s->k] += it->n_insns;
    if (s->level == ALIGN_INSN) {
        add_insns(s, h);
        return;
    }
    if (!goes_on(s, h)) {
        close_open(s);
        s->has_open = true;
        *u = (struct unit){ .key = mix(h->base, h->fn), .fn = h->fn,
                                 .count = it->count, .id = it->id };
    }
    if (it->is_partial)
        u->content = insns_hash(s, u->content, h->base, it->block, 0,
                                it->n_insns);
    else
        u->content = u->content * s->power[it->n_insns] + h->hash;
    u->n_insns += it->n_insns;
    s->open_va = it->block->va + 4ul * it->n_insns;
    s->open_partial = it->is_partial;
    s->open_flags = it->block->flags;
}

/* What differs with every other thing that differs, and explains nothing. */
static bool is_moving(const struct diff *d, const struct trace_item *it,
                      unsigned field)
{
    u8 kind = it->event.kind;

    return kind == TRACE_CONSOLE || kind == TRACE_IDLE ||
           diff_ignores_field(d->rules, it, it->schema->field[field]) ||
           diff_is_address(d, it, field);
}

static u64 event_hash(const struct stream *s)
{
    const struct trace_item *it = &s->s->it;
    const struct diff *d = s->s->d;
    u64 h = mix_text(2, it->schema->name, strlen(it->schema->name));

    for (unsigned i = 0; i < it->schema->n_fields; i++)
        if (!is_moving(d, it, i))
            h = mix(h, it->event.f[i]);
    if (!diff_ignores_field(d->rules, it, "text"))
        h = mix_text(h, it->event.text, it->event.n_text);
    return h;
}

static void add_event(struct stream *s)
{
    const struct trace_item *it = &s->s->it;
    struct event_copy *ev = NULL;
    u64 h;

    if (it->event.kind == TRACE_REG || it->event.kind == TRACE_MEM)
        return;
    h = event_hash(s);
    if (it->schema->explains)
        ev = event_copy(it, s->s->at);
    if (s->level == ALIGN_FUNCTION && s->has_open) {
        s->open.content = mix(s->open.content, h);
        if (s->open.ev)
            event_copy_free(ev);
        else
            s->open.ev = ev;
    } else {
        struct unit u = { .key = h, .content = h, .count = it->count,
                          .ev = ev };

        close_open(s);
        push(s, &u);
    }
    /* Behind an exception the rest of a parted block is not its rest. */
    if (it->event.kind == TRACE_EXCEPTION && s->open_partial)
        s->open_va = 1;
}

bool stream_begin(struct stream *s, GError **err)
{
    s->head = s->n = 0;
    s->has_open = s->is_over = s->open_partial = false;
    s->power[0] = 1;
    for (u32 i = 1; i <= TRACE_MAX_INSNS; i++)
        s->power[i] = s->power[i - 1] * MUL;
    return side_begin(s->s, 0, err);
}

bool stream_fill(struct stream *s, u32 n, GError **err)
{
    while (s->n < n && !s->is_over) {
        const struct trace_item *it = &s->s->it;

        if (it->what == TRACE_END) {
            close_open(s);
            s->is_over = true;
            break;
        }
        if (it->cpu == s->cpu) {
            if (it->what == TRACE_BLOCK)
                add_block(s);
            else
                add_event(s);
        }
        progress_at(&s->s->d->progress, it->count);
        if (!side_next(s->s, err))
            return false;
    }
    return true;
}

/* --- what is the same, quickly -------------------------------------------- */

/* Takes the open units away if they are the same so far. */
static bool drop_open(struct stream *a, struct stream *b, u64 *common)
{
    if (!a->has_open && !b->has_open)
        return true;
    if (a->has_open != b->has_open || a->open_partial || b->open_partial ||
        a->open.key != b->open.key || a->open.content != b->open.content)
        return false;
    *common += a->open.n_insns;
    event_copy_free(a->open.ev);
    event_copy_free(b->open.ev);
    a->has_open = b->has_open = false;
    return true;
}

/* Passes over what other CPUs do. */
static bool to_cpu(struct stream *s, GError **err)
{
    while (s->s->it.what != TRACE_END && s->s->it.cpu != s->cpu)
        if (!side_next(s->s, err))
            return false;
    return true;
}

bool streams_skip(struct stream *a, struct stream *b, u64 *common,
                  GError **err)
{
    const struct trace_item *p = &a->s->it, *q = &b->s->it;
    struct diff *d = a->s->d;

    /* A run within a function is told as a whole. */
    if (a->level == ALIGN_FUNCTION || a->n || b->n || a->is_over ||
        b->is_over ||
        !drop_open(a, b, common))
        return true;
    for (;;) {
        if (!to_cpu(a, err) || !to_cpu(b, err))
            return false;
        if (p->what != q->what || p->what == TRACE_END)
            return true;
        if (p->what == TRACE_EVENT) {
            if (!diff_same_event(d, p, q))
                return true;
        } else {
            if (p->is_partial || q->is_partial ||
                !diff_same_block(d, p->id, q->id))
                return true;
            function_insns(a->fns, block_hash(a, p->id)->fn)[0] += p->n_insns;
            function_insns(b->fns, block_hash(b, q->id)->fn)[1] += q->n_insns;
            *common += p->n_insns;
        }
        progress_at(&d->progress, p->count);
        if (!side_next(a->s, err) || !side_next(b->s, err))
            return false;
    }
}

void stream_drop(struct stream *s, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        struct unit *u = stream_at(s, i);

        if (u->ev)
            event_copy_free(u->ev);
        u->ev = NULL;
    }
    s->head = (s->head + n) & (UNITS_CAP - 1);
    s->n -= n;
}
