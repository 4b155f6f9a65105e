/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_dump.c - emu-trace dump and grep: blocks, instructions and events
 * as lines of text.
 *
 * The whole is one pass; nothing but the file's definitions is kept.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

static void put_place(GString *out, const struct trace_item *it, u64 skip)
{
    const struct trace_block *b = it->block;

    g_string_append_printf(out, "%12llu cpu%u el%u %016llx ",
                           (ull)(it->count + skip / 4), it->cpu,
                           b->flags & TRACE_B_EL, (ull)(b->va + skip));
    if (b->va == b->pa)
        g_string_append_c(out, '-');
    else
        g_string_append_printf(out, "%010llx", (ull)(b->pa + skip));
}

void tool_insn(struct tool *t, GString *out, const struct trace_item *it,
               u32 i)
{
    put_place(out, it, 4ul * i);
    g_string_append_printf(out, " %08x ", it->block->words[i]);
    disas_insn(t->disas, out, it->block->va + 4ul * i, it->block->words[i]);
    g_string_append_c(out, '\n');
}

static void put_event(GString *out, const struct trace_item *it)
{
    const struct trace_schema *s = it->schema;

    g_string_append_printf(out, "%12llu cpu%u     # %s", (ull)it->count,
                           it->cpu, s->name);
    for (unsigned i = 0; i < s->n_fields; i++) {
        u64 v = it->event.f[i];

        g_string_append_printf(out, v < 10 ? " %s=%llu" : " %s=0x%llx",
                               s->field[i], (ull)v);
    }
    if (it->event.n_text) {
        g_string_append_c(out, ' ');
        json_text(out, it->event.text, it->event.n_text);
    }
    g_string_append_c(out, '\n');
}

/* As QEMU's -d exec: no host pointers, flags are the EL. */
static void put_qemu(GString *out, const struct trace_item *it)
{
    const struct trace_block *b = it->block;

    g_string_append_printf(out, "Trace %u: 0x0 [00000000/%016llx/%08x/"
                           "00000000] \n", it->cpu, (ull)b->va, b->flags);
}

void tool_item(struct tool *t, GString *out, const struct trace_item *it)
{
    if (it->what == TRACE_EVENT) {
        if (!t->is_qemu)
            put_event(out, it);
    } else if (t->is_qemu) {
        put_qemu(out, it);
    } else if (t->insns) {
        for (u32 i = 0; i < it->n_insns; i++)
            if (it->count + i >= t->from && it->count + i < t->to)
                tool_insn(t, out, it, i);
    } else {
        put_place(out, it, 0);
        g_string_append_printf(out, " %u%s\n", it->n_insns,
                               it->is_partial ? "*" : "");
    }
}

/* Prints lines; with @text only those that contain it. Returns how many. */
static u64 print_lines(GString *lines, const char *text)
{
    u64 n = 0;

    if (!text) {
        fwrite(lines->str, 1, lines->len, stdout);
        return 1;
    }
    for (char *p = lines->str, *end; *p; p = end + 1) {
        end = strchr(p, '\n');
        *end = '\0';
        if (!strstr(p, text))
            continue;
        puts(p);
        n++;
    }
    return n;
}

static int each_line(struct tool *t, const char *path, const char *text,
                     GError **err)
{
    struct trace_reader *r = trace_open(path, err);
    struct trace_item it;
    u64 n = 0;
    bool ok;

    if (!r)
        return 2;
    ok = tool_begin(t, r, &it, err);
    while (ok && it.what != TRACE_END && it.count < t->to) {
        g_autoptr(GString) lines = g_string_new(NULL);

        if (tool_wants(t, &it)) {
            tool_item(t, lines, &it);
            n += print_lines(lines, text);
        }
        ok = trace_next(r, &it, err) != TRACE_BROKEN && !ferror(stdout);
    }
    trace_close(r);
    return !ok ? 2 : text && !n;
}

int tool_dump(struct tool *t, char **args, GError **err)
{
    return each_line(t, args[0], NULL, err);
}

int tool_grep(struct tool *t, char **args, GError **err)
{
    return each_line(t, args[1], args[0], err);
}
