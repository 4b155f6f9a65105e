/* SPDX-License-Identifier: MIT */
/*
 * fpmatrix_words.c - words of every floating-point row for fpmatrix.py.
 *
 *     fpmatrix_words [-r ROWS] FILE     FILE: insn-differences.tsv
 *
 * A line a word: the row, the word, the bits of FPCR with which it is not
 * compared, 1 if only 16 bits of its result are (rules `skip` and `half` of
 * FILE), and its disassembly, with tabs between. Rd is register 0, Rn 1, Rm 2
 * and Ra 3; the other fields are drawn at random, the same each time. Rows
 * that nothing translates are left out.
 */
#include <fnmatch.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bits.h"
#include "a64_match.inc"
#include "disas.h"
#include "insngen.h"
#include "insnrand.h"

#define DRAWS 300 /* words drawn for a row */

static const struct row {
    const char *name; /* of the decode table */
    u32 mask, value;  /* fixed bits */
} rows[] = {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented)   \
    { #name, mask, value },
#include "a64_rows.inc"
};

#define N_ROWS ((int)ARRAY_SIZE(rows))

enum {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented)   \
    ROW_##name,
#include "a64_rows.inc"
};

static const struct field {
    int row;          /* whose */
    const char *name; /* member */
    u8 pos, width;    /* bits */
} fields[] = {
#define A64_FIELD(row, name, pos, width, is_signed, shift, add)              \
    { ROW_##row, #name, pos, width },
#include "a64_rows.inc"
};

/* Rows that compute with floating point, or move it. */
static bool is_fp(const char *name)
{
    static const char *const patterns[] = {
        "F*", "SCVTF*", "UCVTF*", "BFCVT*", "BFDOT*", "BFML*", "BFMM*",
        "URECPE*", "URSQRTE*",
    };

    for (unsigned i = 0; i < ARRAY_SIZE(patterns); i++)
        if (fnmatch(patterns[i], name, 0) == 0)
            return true;
    return false;
}

/* @word of @row with the registers that the loop of the guest has. */
static u32 with_registers(int row, u32 word)
{
    static const char *const names[] = { "rd", "rn", "rm", "ra" };

    for (unsigned i = 0; i < ARRAY_SIZE(fields); i++) {
        if (fields[i].row != row)
            continue;
        for (u32 k = 0; k < ARRAY_SIZE(names); k++)
            if (strcmp(fields[i].name, names[k]) == 0)
                word = (u32)deposit64(word, fields[i].pos, fields[i].width,
                                      k);
    }
    return word;
}

static void print_word(const struct insn_gen *g, struct disas *d, int row,
                       u32 word)
{
    GString *text = g_string_new(NULL);
    u32 skip = insn_skip_fpcr(g, row, word);

    disas_insn(d, text, 0, word);
    g_strdelimit(text->str, "\t", ' ');
    printf("%s\t%08x\t%08x\t%d\t%s\n", rows[row].name, word, skip,
           insn_is_half(g, row, word), text->str);
    g_string_free(text, TRUE);
}

static void do_row(const struct insn_gen *g, struct disas *d, int row)
{
    GHashTable *seen = g_hash_table_new(NULL, NULL);
    u64 rng = rnd_seed(1, (u64)rows[row].value);

    for (unsigned i = 0; i < DRAWS; i++) {
        u32 word = (rnd32(&rng) & ~rows[row].mask) | rows[row].value;

        word = with_registers(row, word);
        word = (word & ~rows[row].mask) | rows[row].value;
        if (a64_match(word) == row &&
            insn_skip_fpcr(g, row, word) != UINT32_MAX &&
            g_hash_table_add(seen, GUINT_TO_POINTER(word)))
            print_word(g, d, row, word);
    }
    g_hash_table_destroy(seen);
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    struct insn_gen *g;
    struct disas *d;
    int o;

    while ((o = getopt(argc, argv, "r:")) == 'r')
        only = optarg;
    if (o != -1 || optind + 1 != argc) {
        fprintf(stderr, "usage: fpmatrix_words [-r ROWS] FILE\n");
        return 2;
    }
    g = insn_gen_new(argv[optind], only, false);
    if (!g)
        return 2;
    d = disas_new();
    for (int r = 0; r < N_ROWS; r++)
        if (is_fp(rows[r].name) && insn_row_used(g, (unsigned)r))
            do_row(g, d, r);
    disas_free(d);
    insn_gen_free(g);
    return 0;
}
