/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_diff_same.c - are two blocks or two events the same?
 *
 * Strictly: the same addresses, the same words, the same fields. With
 * --by-symbol a place is a function and an offset in it, or, where no symbol
 * is known, an offset in a page; physical addresses do not count. An
 * instruction that names a place relative to itself (B, BL, ADR, ADRP) is
 * the same if it names the same place. Fields that hold addresses are the
 * same if they name the same symbol or if neither names one.
 *
 * Blocks that were the same are remembered by identity.
 */
#include "emu_trace_diff.h"

#include "symbols.h"

#define RAM_PA 0x40000000ull /* below are devices: their addresses count */

const char *diff_info(const struct side *s, const char *key)
{
    const char *k, *v;

    for (unsigned i = 0; trace_info(s->r, i, &k, &v); i++)
        if (g_str_equal(k, key))
            return v;
    return NULL;
}

/* --- instructions --------------------------------------------------------- */

const char *diff_clock(u32 word)
{
    static const struct {
        u32 word;         /* MRS X0, ... */
        const char *name; /* what is read */
    } regs[] = {
        { 0xd53be020, "CNTPCT_EL0" }, { 0xd53be040, "CNTVCT_EL0" },
        { 0xd53be0a0, "CNTPCTSS_EL0" }, { 0xd53be0c0, "CNTVCTSS_EL0" },
        { 0xd53b9d00, "PMCCNTR_EL0" }, { 0xd53b2400, "RNDR" },
        { 0xd53b2420, "RNDRRS" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
        if ((word & ~31u) == regs[i].word)
            return regs[i].name;
    return NULL;
}

u32 diff_word(u32 word)
{
    if ((word & 0x7c000000) == 0x14000000) /* B, BL */
        return word & 0xfc000000;
    if ((word & 0x1f000000) == 0x10000000) /* ADR, ADRP */
        return word & 0x9f00001f;
    return word;
}

/* What a place-relative instruction at @va names. */
static u64 target(u32 word, u64 va)
{
    s64 imm;

    if ((word & 0x7c000000) == 0x14000000)
        return va + 4 * (u64)((s64)((u64)word << 38) >> 38);
    imm = (s64)(((u64)(word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3)) << 43);
    return word >> 31 ? (va & ~0xfffull) + (u64)(imm >> 43 << 12) :
                        va + (u64)(imm >> 43);
}

/* Does the address mean the same in both, seen from these blocks? */
static bool same_address(struct diff *d, const struct trace_block *a, u64 va,
                         const struct trace_block *b, u64 vb)
{
    struct sym_hit p, q;
    bool has_p = d->s[0].sym && tool_symbol_at(d->s[0].sym, a, va, &p);
    bool has_q = d->s[1].sym && tool_symbol_at(d->s[1].sym, b, vb, &q);

    if (!has_p || !has_q)
        return has_p == has_q;
    return p.offset == q.offset &&
           g_str_equal(p.symbol->name, q.symbol->name);
}

static bool same_place(struct diff *d, u32 a, u32 b)
{
    const struct place *p = side_place(&d->s[0], a);
    const struct place *q = side_place(&d->s[1], b);
    u64 va = trace_block(d->s[0].r, a)->va, vb = trace_block(d->s[1].r, b)->va;

    if (!p->name || !q->name)
        return !p->name && !q->name && (va & 0xfff) == (vb & 0xfff);
    return p->offset == q->offset && g_str_equal(p->name, q->name);
}

static bool same_word(struct diff *d, const struct trace_block *p, u32 i,
                      const struct trace_block *q, u32 j)
{
    u32 v = p->words[i], w = q->words[j];
    u64 va = p->va + 4ul * i, vb = q->va + 4ul * j;

    if (v == w)
        return true;
    return d->t->by_symbol && diff_word(v) == diff_word(w) &&
           same_address(d, p, target(v, va), q, target(w, vb));
}

bool diff_same_va(struct diff *d, u32 a, u32 i, u32 b, u32 j)
{
    const struct trace_block *p = trace_block(d->s[0].r, a);
    const struct trace_block *q = trace_block(d->s[1].r, b);
    u64 va = p->va + 4ul * i, vb = q->va + 4ul * j;

    if (!d->t->by_symbol)
        return va == vb;
    return i == j ? same_place(d, a, b) : same_address(d, p, va, q, vb);
}

bool diff_same_insn(struct diff *d, u32 a, u32 i, u32 b, u32 j)
{
    const struct trace_block *p = trace_block(d->s[0].r, a);
    const struct trace_block *q = trace_block(d->s[1].r, b);

    if (p->flags != q->flags || !same_word(d, p, i, q, j))
        return false;
    return diff_same_va(d, a, i, b, j) &&
           (d->t->by_symbol || p->pa + 4ul * i == q->pa + 4ul * j);
}

bool diff_same_block(struct diff *d, u32 a, u32 b)
{
    const struct trace_block *p, *q;

    if (likely(d->same[a] == b))
        return true;
    p = trace_block(d->s[0].r, a);
    q = trace_block(d->s[1].r, b);
    if (p->n_insns != q->n_insns || p->flags != q->flags)
        return false;
    if (!d->t->by_symbol) {
        if (p->va != q->va || p->pa != q->pa ||
            memcmp(p->words, q->words, 4ul * p->n_insns) != 0)
            return false;
    } else {
        if (!same_place(d, a, b))
            return false;
        for (u32 i = 0; i < p->n_insns; i++)
            if (!same_word(d, p, i, q, i))
                return false;
    }
    d->same[a] = b;
    return true;
}

/* --- events --------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *list)
{
    return g_strv_contains(list, name);
}

/* System registers that hold addresses. */
static bool holds_address(const struct trace_item *it)
{
    static const char *const starts[] = { "TTBR", "VBAR", "TPIDR", "SP_EL",
                                          "ELR", "FAR", "PAR", "ICC_SGI" };

    for (size_t i = 0; it->event.n_text && i < ARRAY_SIZE(starts); i++)
        if (!g_ascii_strncasecmp(it->event.text, starts[i],
                                 MIN(strlen(starts[i]), it->event.n_text)))
            return true;
    return false;
}

bool diff_is_address(const struct diff *d, const struct trace_item *it,
                     unsigned field)
{
    static const char *const fields[] = { "far", "elr", "pc", "va", "entry",
                                          "pa", NULL };
    static const char *const values[] = { "value", "lo", "hi", "old", "new",
                                          "x0", "a1", "a2", "a3", "context",
                                          NULL };
    static const char *const moved[] = { "space", "tlbi", "reg", "mem",
                                         "psci", "cpu_on", "code", NULL };
    const char *name = it->schema->field[field];

    if (!d->t->by_symbol)
        return false;
    if (g_str_equal(name, "pa") && it->event.f[field] < RAM_PA)
        return false;
    if (is_one_of(name, fields))
        return true;
    return is_one_of(name, values) && (is_one_of(it->schema->name, moved) ||
                                       holds_address(it));
}

static bool same_field(struct diff *d, const struct trace_item *a,
                       const struct trace_item *b, unsigned i, unsigned k)
{
    static const u32 nop = 0xd503201f;
    const struct trace_block up = { .flags = 1 | TRACE_B_MMU, .n_insns = 1,
                                    .words = &nop };
    const struct trace_block user = { .flags = TRACE_B_MMU, .n_insns = 1,
                                      .words = &nop };
    u64 v = a->event.f[i], w = b->event.f[k];
    const struct trace_block *as = v >> 63 ? &up : &user;

    if (v == w || diff_ignores_field(d->rules, a, a->schema->field[i]))
        return true;
    if (!diff_is_address(d, a, i) || !diff_is_address(d, b, k) ||
        v >> 63 != w >> 63)
        return false;
    return same_address(d, as, v, as, w);
}

/* The second's field of that name; n_fields if it has none. */
static unsigned field_of(const struct trace_schema *s, const char *name)
{
    unsigned i = 0;

    while (i < s->n_fields && !g_str_equal(s->field[i], name))
        i++;
    return i;
}

bool diff_same_event(struct diff *d, const struct trace_item *a,
                     const struct trace_item *b)
{
    const struct trace_event *p = &a->event, *q = &b->event;

    if (a->cpu != b->cpu || (d->same_kinds ? p->kind != q->kind :
                             !g_str_equal(a->schema->name, b->schema->name)))
        return false;
    for (unsigned i = 0; i < a->schema->n_fields; i++) {
        unsigned k = d->same_kinds ? i :
                     field_of(b->schema, a->schema->field[i]);

        if (k < b->schema->n_fields && !same_field(d, a, b, i, k))
            return false;
    }
    if (p->n_text == q->n_text &&
        (!p->n_text || memcmp(p->text, q->text, p->n_text) == 0))
        return true;
    return diff_ignores_field(d->rules, a, "text");
}

bool diff_same_item(struct diff *d)
{
    const struct side *s = &d->s[0], *o = &d->s[1];
    const struct trace_item *a = &s->it, *b = &o->it;

    if (a->what != b->what)
        return false;
    if (a->what == TRACE_BLOCK)
        return a->cpu == b->cpu && s->at == o->at &&
               a->n_insns == b->n_insns && a->is_partial == b->is_partial &&
               diff_same_block(d, a->id, b->id);
    if (a->what == TRACE_END)
        return s->at == o->at;
    return diff_same_event(d, a, b) &&
           (s->at == o->at || diff_ignores_field(d->rules, a, "count"));
}
