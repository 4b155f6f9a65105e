/* SPDX-License-Identifier: MIT */
/*
 * insngen.h - random cases for the instruction tester, made from the rows of
 * the decode table. A case depends on its seed, its number and the data file
 * of known differences alone.
 */
#ifndef INSNGEN_H
#define INSNGEN_H

#include "base.h"
#include "tests/fuzz/insn_wire.h"

struct insn_case {
    struct insn_state s;          /* where it starts; s.pc: its first word */
    u32 word[INSN_SLOT_WORDS];    /* instructions and BRKs behind them */
    s16 row[INSN_SLOT_WORDS];     /* rows of the instructions */
    unsigned n;                   /* instructions */
    u32 fpsr_free, fpcr_free;     /* bits that are not compared */
};

struct insn_gen; /* what cases are made from */

/*
 * @path: the data file (see there). Only rows whose name matches @rows, or
 * whose class is @rows, are used, if not NULL. @is_newer: the judge knows the
 * rows that the file says only a newer one knows. NULL with a message on
 * stderr: the file is bad or nothing is left.
 */
struct insn_gen *insn_gen_new(const char *path, const char *rows,
                              bool is_newer);
void insn_gen_free(struct insn_gen *g);
/* Makes case @n of @seed for the slot n % INSN_BATCH. */
void insn_gen_case(const struct insn_gen *g, u64 seed, u64 n,
                   struct insn_case *c);
/* Fills the three pages of the batch that begins with case @n. */
void insn_gen_data(u64 seed, u64 n, u64 *data);

/* Rows of the decode table. */
unsigned insn_n_rows(void);
const char *insn_row_name(unsigned row);
/* May cases contain it? */
bool insn_row_used(const struct insn_gen *g, unsigned row);
/* Is the row one that only a newer judge knows? */
bool insn_row_newer(const struct insn_gen *g, unsigned row);
/*
 * Bits of FPCR with which @word of @row is not compared; all: never is it.
 */
u32 insn_skip_fpcr(const struct insn_gen *g, int row, u32 word);
/* Are only 16 bits of the result of @word compared? */
bool insn_is_half(const struct insn_gen *g, int row, u32 word);
/*
 * May vector registers that @word loads, rows of the data file say so, be
 * anything when it faults? The number of registers, *first is the first.
 */
unsigned insn_fault_regs(const struct insn_gen *g, u32 word,
                         unsigned *first);

#endif
