/* SPDX-License-Identifier: MIT */
/*
 * events.c - the kinds of events as data: what this version writes, and the
 * table in a file's header by which any version reads them. So a reader can
 * print kinds that it has never heard of.
 */
#include "format.h"

const struct trace_kind_row trace_kinds[] = {
#define EVENT(NAME, number, name, flags, fields, what)                        \
    { number, name, flags, fields, what },
#include "trace_events.def"
#undef EVENT
};
const size_t trace_n_kinds = ARRAY_SIZE(trace_kinds);

enum { KIND_TEXT = 1, KIND_ADVANCES = 2, KIND_EXPLAINS = 4 };

void trace_kinds_put(struct tbuf *out)
{
    tbuf_var(out, trace_n_kinds);
    for (size_t i = 0; i < trace_n_kinds; i++) {
        const struct trace_kind_row *k = &trace_kinds[i];
        g_auto(GStrv) names = g_strsplit(k->fields, " ", -1);
        unsigned n = g_strv_length(names);

        assert(n <= TRACE_MAX_FIELDS && k->number >= OP_EVENT);
        tbuf_u8(out, k->number);
        tbuf_u8(out, (u8)((strchr(k->flags, 'T') ? KIND_TEXT : 0) |
                          (strchr(k->flags, 'A') ? KIND_ADVANCES : 0) |
                          (strchr(k->flags, 'X') ? KIND_EXPLAINS : 0)));
        tbuf_text(out, k->name);
        tbuf_u8(out, (u8)n);
        for (unsigned f = 0; f < n; f++)
            tbuf_text(out, names[f]);
    }
}

const char *trace_text_get(struct tcur *c, GPtrArray *names)
{
    u64 n = tcur_var(c);
    const u8 *p = tcur_bytes(c, n);
    char *s;

    if (!p)
        return NULL;
    s = g_strndup((const char *)p, n);
    g_ptr_array_add(names, s);
    return s;
}

void trace_kinds_get(struct tcur *c, struct trace_schema *out,
                     GPtrArray *names)
{
    u64 n = tcur_var(c);

    for (u64 i = 0; i < n && !c->bad; i++) {
        u8 number = (u8)tcur_le(c, 1), flags = (u8)tcur_le(c, 1);
        struct trace_schema s = {
            .has_text = flags & KIND_TEXT,
            .advances = flags & KIND_ADVANCES,
            .explains = flags & KIND_EXPLAINS,
        };

        s.name = trace_text_get(c, names);
        s.n_fields = (u8)tcur_le(c, 1);
        if (s.n_fields > TRACE_MAX_FIELDS || number < OP_EVENT ||
            (s.advances && !s.n_fields))
            c->bad = true;
        for (unsigned f = 0; f < s.n_fields && !c->bad; f++)
            s.field[f] = trace_text_get(c, names);
        if (!c->bad)
            out[number] = s;
    }
}
