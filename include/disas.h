/* SPDX-License-Identifier: MIT */
/*
 * disas.h - disassembly of guest and host code for logs, reports and the
 * monitor, in one style whichever library it comes from.
 */
#ifndef EMU_DISAS_H
#define EMU_DISAS_H

#include "base.h"

struct disas; /* disassemblers, opened on first use */
struct _GString;

struct disas *disas_new(void);
void disas_free(struct disas *d);

/*
 * Appends one line an instruction of the A64 code at @code, @n bytes (a
 * multiple of 4) whose first has guest address @pc.
 */
void disas_guest(struct disas *d, struct _GString *out, u64 pc,
                 const u8 *code, size_t n);
/* The text of one A64 instruction, without address and newline. */
void disas_insn(struct disas *d, struct _GString *out, u64 pc, u32 insn);
/* Appends one line an instruction of the x86-64 code at @code. */
void disas_host(struct disas *d, struct _GString *out, u64 address,
                const u8 *code, size_t n);

#endif
