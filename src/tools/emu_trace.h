/* SPDX-License-Identifier: MIT */
/*
 * emu_trace.h - what the commands of emu-trace share: the options, filters,
 * and the text of blocks and events.
 */
#ifndef TOOLS_EMU_TRACE_H
#define TOOLS_EMU_TRACE_H

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "disas.h"
#include "symbols.h"
#include "trace.h"

enum tool_format { FORMAT_EMU, FORMAT_QEMU, FORMAT_TARMAC, FORMAT_GEM5 };

/* Numbers of registers in REG events. */
enum {
    TOOL_REG_X_LAST = 30, /* X0 to X30 */
    TOOL_REG_SP = 31,     /* the current stack pointer */
    TOOL_REG_PSTATE = 32, /* NZCV and the rest, as in SPSR */
    TOOL_REG_V = 64,      /* V0 to V31: both halves */
};

struct tool_symbols;

/* The options, understood. */
struct tool {
    u64 from, to;        /* instruction counts */
    gint cpu, el;        /* only these; -1 = all */
    u64 pc_low, pc_high; /* only blocks that begin here */
    char *events;        /* --events, or NULL */
    char *event_list;    /* the same between commas */
    gboolean insns;      /* a line an instruction */
    gboolean json;       /* JSON */
    enum tool_format format; /* of lines */
    gboolean source;     /* source lines too */
    gint context, top;   /* lines */
    struct disas *disas; /* disassemblers */
    char **symbol_files; /* --symbols, or NULL */
    char *image;         /* --image, or NULL */
    gboolean no_symbols; /* --no-symbols */
    struct tool_symbols *symbols; /* of the trace whose lines are made, or
                                   * NULL: lines are without names */
    char *align;         /* --align, or NULL */
    char *ignore;        /* --ignore, or NULL */
    gboolean by_symbol;  /* --by-symbol */
    const char *export_as; /* export: format's name, or NULL */
    char *output;        /* export: -o, or NULL */
    gboolean functions;  /* export: calls as spans */
    gint64 limit;        /* export: at most so many records */
};

/* Does @it pass the filters? (The range is the loop's.) */
bool tool_wants(const struct tool *t, const struct trace_item *it);
/* Opens a trace and checks that the options fit it. */
struct trace_reader *tool_open(const struct tool *t, const char *path,
                               GError **err);
/* The first item of the range. False: @err is set. */
bool tool_begin(const struct tool *t, struct trace_reader *r,
                struct trace_item *it, GError **err);
/* Appends a string of JSON; bytes beyond ASCII are read as Latin-1. */
void json_text(GString *out, const char *s, size_t n);

/*
 * Lines (emu_trace_format.c); names are those of t->symbols. tool_item() and
 * tool_insn() append whole lines in emu's format: of an event or a block, and
 * of instruction @i of a block.
 */
void tool_item(struct tool *t, GString *out, const struct trace_item *it);
void tool_insn(struct tool *t, GString *out, const struct trace_item *it,
               u32 i);
/* In t->format: appends what follows the CPU in the line of an instruction, or
 * of a block, where a * goes into emu's lines at the answer if it is partial;
 * and the lines of an event, if it has any. */
void tool_insn_tail(struct tool *t, GString *out,
                    const struct trace_block *b, u32 i);
gsize tool_block_tail(struct tool *t, GString *out,
                      const struct trace_block *b);
void tool_event(struct tool *t, GString *out, const struct trace_item *it);
/* Appends what a gem5 line says of a REG or MEM event; false if nothing. */
bool tool_gem5_more(GString *out, const struct trace_item *it);

/* Names and source lines for the blocks of one trace: */

/*
 * --symbols FILE[@ADDR][,asid=N] (several), --image FILE; without a kernel
 * among them the header's, if it is still there with that hash. Never fails
 * for lack of symbols; NULL with @err if a file that was named is unusable.
 * The reader is at its first item afterwards and outlives the answer.
 */
struct tool_symbols *tool_symbols_new(const struct tool *t,
                                      struct trace_reader *r, GError **err);
void tool_symbols_free(struct tool_symbols *s);
/* The symbol that covers instruction @i of @b (a block of that trace, by its
 * address in the reader); false if none. */
bool tool_symbol(struct tool_symbols *s, const struct trace_block *b, u32 i,
                 struct sym_hit *hit);
/* The symbol that covers @va, seen from any block like @from. */
bool tool_symbol_at(struct tool_symbols *s, const struct trace_block *from,
                    u64 va, struct sym_hit *hit);
/* Its source line, with guest addresses; false if unknown. */
bool tool_line(struct tool_symbols *s, const struct trace_block *b, u32 i,
               struct sym_line *line);
/* How many symbols there are. */
u64 tool_symbols_count(const struct tool_symbols *s);
/* How far KASLR has moved the kernel; false if no kernel runs where it is
 * known to have been linked. */
bool tool_symbols_bias(const struct tool_symbols *s, u64 *bias);

/* The commands. They return the status; 2 goes with @err. */
int tool_info(struct tool *t, char **args, GError **err);
int tool_dump(struct tool *t, char **args, GError **err);
int tool_grep(struct tool *t, char **args, GError **err);
int tool_stat(struct tool *t, char **args, GError **err);
int tool_diff(struct tool *t, char **args, GError **err);
int tool_export(struct tool *t, char **args, GError **err);

/* The name of a format of export, as it lives for ever, or NULL. */
const char *tool_export_format(const char *name);

#endif
