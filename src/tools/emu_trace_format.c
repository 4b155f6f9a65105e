/* SPDX-License-Identifier: MIT */
/*
 * emu_trace_format.c - lines of text for instructions, blocks and events, as
 * emu's own and as other tools print and read them (docs/TRACE.md has each
 * line).
 *
 * A line of an instruction or a block is a prefix, which says when and on
 * which CPU, and a tail, which only depends on the block: the caller keeps
 * tails (emu_trace_dump.c) and copies them behind prefixes.
 *
 * Facts about other formats are from tarmac-trace-utilities' parser and
 * gem5's src/cpu/exetrace.cc; nothing is copied from there.
 */
#include "emu_trace.h"

typedef unsigned long long ull;

enum { SYMBOL_COLUMN = 40 }; /* of the text of an instruction */

/* --- emu ------------------------------------------------------------------ */

/* "name+0x10 (file.c:12)", as far as it is known. */
static void put_symbol(struct tool *t, GString *out, const char *before,
                       const struct trace_block *b, u32 i)
{
    struct sym_line line;
    struct sym_hit hit;

    if (!t->symbols)
        return;
    if (tool_symbol(t->symbols, b, i, &hit)) {
        g_string_append(out, before);
        g_string_append(out, hit.symbol->name);
        if (hit.offset)
            g_string_append_printf(out, "+0x%llx", (ull)hit.offset);
        before = " ";
    }
    if (t->source && tool_line(t->symbols, b, i, &line))
        g_string_append_printf(out, "%s(%s:%d)", before, line.file, line.line);
}

static void put_place(GString *out, const struct trace_block *b, u64 skip)
{
    g_string_append_printf(out, " el%u %016llx ", b->flags & TRACE_B_EL,
                           (ull)(b->va + skip));
    if (b->va == b->pa)
        g_string_append_c(out, '-');
    else
        g_string_append_printf(out, "%010llx", (ull)(b->pa + skip));
}

/* What a B or BL goes to, if it begins there or is called. */
static void put_target(struct tool *t, GString *out,
                       const struct trace_block *b, u32 i)
{
    u32 w = b->words[i];
    u64 target = b->va + 4ul * i + ((u64)((s64)((u64)w << 38) >> 38) << 2);
    struct sym_hit hit;

    if ((w & 0x7c000000) != 0x14000000 ||
        !tool_symbol_at(t->symbols, b, target, &hit))
        return;
    if (!hit.offset)
        g_string_append_printf(out, " <%s>", hit.symbol->name);
    else if (w >> 31)
        g_string_append_printf(out, " <%s+0x%llx>", hit.symbol->name,
                               (ull)hit.offset);
}

static void put_disas(struct tool *t, GString *out,
                      const struct trace_block *b, u32 i)
{
    gsize column;

    disas_insn(t->disas, out, b->va + 4ul * i, b->words[i]);
    if (!t->symbols)
        return;
    put_target(t, out, b, i);
    column = out->len;
    put_symbol(t, out, " ; ", b, i);
    if (out->len == column)
        return;
    for (gsize k = column; k < SYMBOL_COLUMN; k++)
        g_string_insert_c(out, (gssize)column, ' ');
}

static void emu_insn(struct tool *t, GString *out,
                     const struct trace_block *b, u32 i)
{
    g_autoptr(GString) text = g_string_sized_new(128);

    put_place(out, b, 4ul * i);
    g_string_append_printf(out, " %08x ", b->words[i]);
    put_disas(t, text, b, i);
    g_string_append_len(out, text->str, (gssize)text->len);
}

/* --- tarmac --------------------------------------------------------------- */

/* A stack pointer is not in the trace: EL0 has its own, others theirs. */
static const char *tarmac_mode(const struct trace_block *b)
{
    static const char *const mode[] = { "EL0t_n", "EL1h_n", "EL2h_n",
                                        "EL3h_s" };

    return mode[b->flags & TRACE_B_EL];
}

static void tarmac_insn(struct tool *t, GString *out,
                        const struct trace_block *b, u32 i)
{
    g_autoptr(GString) text = g_string_sized_new(128);

    g_string_append_printf(out, " %016llx:%012llx_NS %08x O %s : ",
                           (ull)(b->va + 4ul * i), (ull)(b->pa + 4ul * i),
                           b->words[i], tarmac_mode(b));
    put_disas(t, text, b, i);
    g_string_append_len(out, text->str, (gssize)text->len);
}

static void tarmac_time(GString *out, const struct trace_item *it, u64 back)
{
    g_string_append_printf(out, "%llu clk cpu%u ",
                           (ull)(it->count - (it->count >= back ? back : 0)),
                           it->cpu);
}

/* The register @reg of a REG event; false if it has no name there. */
static bool tarmac_reg(GString *out, const struct trace_item *it)
{
    const u64 *f = it->event.f;
    u64 reg = f[0];

    tarmac_time(out, it, 1);
    if (reg <= TOOL_REG_X_LAST)
        g_string_append_printf(out, "R X%llu %016llx", (ull)reg, (ull)f[1]);
    else if (reg == TOOL_REG_SP)
        g_string_append_printf(out, "R SP %016llx", (ull)f[1]);
    else if (reg == TOOL_REG_PSTATE)
        g_string_append_printf(out, "R cpsr %08llx", (ull)f[1]);
    else if (reg >= TOOL_REG_V && reg < TOOL_REG_V + 32)
        g_string_append_printf(out, "R V%llu %016llx_%016llx",
                               (ull)(reg - TOOL_REG_V), (ull)f[2],
                               (ull)f[1]);
    else
        return false;
    return true;
}

/* At most eight bytes a line: what readers can hold. */
static void tarmac_mem(GString *out, const struct trace_item *it)
{
    const u64 *f = it->event.f;
    u64 size = f[3];

    for (u64 at = 0; at < size && at < 16; at += 8) {
        u64 n = MIN(size - at, 8);

        g_string_append(out, at ? "\n" : "");
        tarmac_time(out, it, 1);
        g_string_append_printf(out, "M%c%llu %016llx:%012llx_NS %0*llx",
                               f[0] ? 'W' : 'R', (ull)n, (ull)(f[1] + at),
                               (ull)(f[2] + at), (int)(2 * n),
                               (ull)f[at ? 5 : 4]);
    }
}

static void tarmac_exception(GString *out, const struct trace_item *it)
{
    static const char *const from[] = { "CURRENT_SP0", "CURRENT_SPx",
                                        "LOWER_64", "LOWER_32" };
    static const char *const kind[] = { "SYNC", "IRQ", "FIQ", "SERROR" };
    u64 slot = it->event.f[0];

    tarmac_time(out, it, 0);
    g_string_append_printf(out, "E %016llx %08llx CoreEvent_%s_%s",
                           (ull)it->event.f[5], (ull)slot,
                           from[slot >> 9 & 3], kind[slot >> 7 & 3]);
}

static void tarmac_event(GString *out, const struct trace_item *it)
{
    gsize before = out->len;

    switch (it->event.kind) {
    case TRACE_EXCEPTION:
        tarmac_exception(out, it);
        break;
    case TRACE_REG:
        if (!tarmac_reg(out, it))
            g_string_truncate(out, before);
        break;
    case TRACE_MEM:
        tarmac_mem(out, it);
        break;
    case TRACE_SYSREG:
        tarmac_time(out, it, 1);
        g_string_append_printf(out, "R %.*s %016llx", (int)it->event.n_text,
                               it->event.text, (ull)it->event.f[1]);
        break;
    default:
        return;
    }
    if (out->len > before)
        g_string_append_c(out, '\n');
}

/* --- gem5 ----------------------------------------------------------------- */

static const char *gem5_fp_class(u32 w)
{
    if ((w & 0xff000000) == 0x1f000000)
        return "FloatMultAcc";
    if ((w & 0xff200000) != 0x1e200000)
        return (w & 0x5f000000) == 0x1e000000 ? "FloatCvt" : "SimdAlu";
    if ((w & 0xc00) == 0x800)
        return (w & 0xf000) == 0 ? "FloatMult" :
               (w & 0xf000) == 0x1000 ? "FloatDiv" :
               (w & 0xf000) < 0x4000 ? "FloatAdd" : "FloatCmp";
    if ((w & 0x3c00) == 0x2000 || (w & 0xc00) == 0x400)
        return "FloatCmp";
    return (w & 0xfc00) == 0 || (w & 0x7c00) == 0x4000 ? "FloatCvt" :
                                                         "FloatMisc";
}

/* The class of functional unit that gem5 would give the instruction. */
static const char *gem5_class(u32 w)
{
    if ((w & 0x0a000000) == 0x08000000) {
        bool is_vector = w >> 26 & 1, is_literal = (w & 0x3b000000) ==
                                                   0x18000000;
        bool is_load = is_literal || w >> 22 & 1 ||
                       (w & 0x3f200c00) == 0x38200000 ||
                       (w & 0x3b800000) == 0x39800000;

        return is_vector ? is_load ? "FloatMemRead" : "FloatMemWrite" :
                           is_load ? "MemRead" : "MemWrite";
    }
    if ((w & 0x0e000000) == 0x0e000000)
        return gem5_fp_class(w);
    if ((w & 0x7f000000) == 0x1b000000)
        return "IntMult";
    if ((w & 0x7fe0f800) == 0x1ac00800)
        return "IntDiv";
    return (w & 0xfffff01f) == 0xd503201f ? "No_OpClass" : "IntAlu";
}

static void gem5_insn(struct tool *t, GString *out,
                      const struct trace_block *b, u32 i)
{
    struct sym_hit hit;
    gsize column;

    g_string_append_printf(out, "0x%llx", (ull)(b->va + 4ul * i));
    if (t->symbols && tool_symbol(t->symbols, b, i, &hit)) {
        g_string_append_printf(out, " @%s", hit.symbol->name);
        if (hit.offset)
            g_string_append_printf(out, "+%llu", (ull)hit.offset);
    }
    g_string_append(out, "    :   ");
    column = out->len + 24;
    disas_insn(t->disas, out, b->va + 4ul * i, b->words[i]);
    while (out->len < column)
        g_string_append_c(out, ' ');
    g_string_append_printf(out, " : %s : ", gem5_class(b->words[i]));
}

bool tool_gem5_more(GString *out, const struct trace_item *it)
{
    const u64 *f = it->event.f;

    if (it->event.kind == TRACE_MEM)
        g_string_append_printf(out, " A=0x%llx", (ull)f[1]);
    else if (it->event.kind == TRACE_REG && f[0] != TOOL_REG_PSTATE)
        g_string_append_printf(out, " D=0x%016llx", (ull)f[1]);
    else
        return false;
    return true;
}

/* --- every format --------------------------------------------------------- */

void tool_insn_tail(struct tool *t, GString *out,
                    const struct trace_block *b, u32 i)
{
    if (t->format == FORMAT_TARMAC)
        tarmac_insn(t, out, b, i);
    else if (t->format == FORMAT_GEM5)
        gem5_insn(t, out, b, i);
    else
        emu_insn(t, out, b, i);
    g_string_append_c(out, '\n');
}

gsize tool_block_tail(struct tool *t, GString *out,
                      const struct trace_block *b)
{
    gsize star;

    if (t->format == FORMAT_QEMU) {
        /* As QEMU's -d exec: no host pointers, flags are the block's. */
        g_string_append_printf(out, " [00000000/%016llx/%08x/00000000] ",
                               (ull)b->va, b->flags);
        star = out->len;
        put_symbol(t, out, "", b, 0);
    } else {
        put_place(out, b, 0);
        g_string_append_printf(out, " %u", b->n_insns);
        star = out->len;
        put_symbol(t, out, " ; ", b, 0);
    }
    g_string_append_c(out, '\n');
    return star;
}

static void emu_event(GString *out, const struct trace_item *it)
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

void tool_event(struct tool *t, GString *out, const struct trace_item *it)
{
    if (t->format == FORMAT_EMU)
        emu_event(out, it);
    else if (t->format == FORMAT_TARMAC)
        tarmac_event(out, it);
}

void tool_insn(struct tool *t, GString *out, const struct trace_item *it,
               u32 i)
{
    g_string_append_printf(out, "%12llu cpu%u", (ull)(it->count + i),
                           it->cpu);
    emu_insn(t, out, it->block, i);
    g_string_append_c(out, '\n');
}

void tool_item(struct tool *t, GString *out, const struct trace_item *it)
{
    gsize star;

    if (it->what == TRACE_EVENT) {
        emu_event(out, it);
        return;
    }
    g_string_append_printf(out, "%12llu cpu%u", (ull)it->count, it->cpu);
    star = tool_block_tail(t, out, it->block);
    if (it->is_partial)
        g_string_insert_c(out, (gssize)star, '*');
}
