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
 * @path: the data file (see there). Only rows whose name contains @rows, or
 * whose class is @rows, are used, if not NULL. NULL with a message on
 * stderr: the file is bad or nothing is left.
 */
struct insn_gen *insn_gen_new(const char *path, const char *rows);
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
/*
 * May vector registers that @word loads, rows of the data file say so, be
 * anything when it faults? The number of registers, *first is the first.
 */
unsigned insn_fault_regs(const struct insn_gen *g, u32 word,
                         unsigned *first);

#endif
