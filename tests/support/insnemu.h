/* SPDX-License-Identifier: MIT */
/*
 * insnemu.h - a machine of RAM and one CPU that runs the cases of
 * tests/fuzz/insn_wire.h at EL0, with the real engine, page tables and
 * exceptions; the counterpart of insn_guest.c.
 */
#ifndef INSNEMU_H
#define INSNEMU_H

#include "base.h"
#include "tests/fuzz/insn_wire.h"

struct insn_emu; /* the machine */

/* How code is run. */
struct insn_engine {
    const char *name;   /* for reports */
    bool use_jit;       /* else the evaluator */
    bool always_cold;   /* every access takes the slow path */
    unsigned tb_max;    /* instructions a block, 0 = no limit */
    unsigned tag_bits;  /* size of tag tables, 0 = default */
    u64 ra_seed;        /* registers chosen at random, 0 = not */
    const char *host_features; /* limit of host features, or NULL */
};

/* NULL: the engine cannot run here. */
struct insn_emu *insn_emu_new(const struct insn_engine *e);
void insn_emu_free(struct insn_emu *m);
/* Makes the code and the three pages of @b those of the machine. */
void insn_emu_load(struct insn_emu *m, const struct insn_batch *b);
/*
 * Runs a case of the loaded batch from @s; false if it does not end. *count
 * is the number of instructions attempted, the last one included.
 */
bool insn_emu_run(struct insn_emu *m, const struct insn_state *s,
                  struct insn_end *end, u64 *count);

#endif
