/* SPDX-License-Identifier: MIT */
/*
 * Words for the decode verdict test, with our own verdict on each.
 *
 * usage: verdict COUNT SEED WORDS VERDICTS
 *        verdict match <HEX >VERDICTS
 *
 * The first writes COUNT random words (half uniform, half drawn from the rows
 * of the decode table) and after them every row with one fixed bit flipped,
 * FLIPS times each with different operands.  WORDS gets one line a word in
 * the form that `llvm-mc --disassemble` reads (four bytes, lowest first),
 * VERDICTS one line "word row" where row is the number of the matching row,
 * or -1 for a word that is UNDEFINED with every feature on.  The second gives
 * the verdicts on the words it reads, one hexadecimal number a line.
 *
 * scripts/check-decode.py compiles and runs this, and compares the verdicts
 * with llvm-mc's.  The words depend on COUNT, SEED and the table alone.  The
 * program also holds a64_match() against a plain search through the rows, so
 * that a fault in the generated switches cannot hide.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "a64_match.inc"

enum { FLIPS = 4, TRIES = 1000 };

struct cube {
    int row;                    /* number of the row it limits */
    int set;                    /* alternatives with one number belong together;
                                   -1: words in the cube are excluded */
    uint32_t mask, value;       /* the words with (word & mask) == value */
};

struct row {
    const char *name;           /* as in the decode file */
    uint32_t mask, value;       /* fixed bits */
};

static const struct row rows[] = {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented) \
    { #name, mask, value },
#include "a64_rows.inc"
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

enum {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented) \
    ROW_##name,
#include "a64_rows.inc"
};

static const struct cube cubes[] = {
#define A64_NONE(row, mask, value) { ROW_##row, -1, mask, value },
#define A64_ANY(row, set, mask, value) { ROW_##row, set, mask, value },
#include "a64_rows.inc"
};

enum { N_CUBES = sizeof(cubes) / sizeof(cubes[0]) };

/* xorshift64*: the words must be the same on every host. */
static uint32_t next_word(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * UINT64_C(2685821657736338717) >> 32);
}

/* Index of the first cube of each row; cubes lie in row order. */
static void index_cubes(int first[N_ROWS + 1])
{
    int c = 0;

    for (int r = 0; r <= N_ROWS; r++) {
        while (c < N_CUBES && cubes[c].row < r)
            c++;
        first[r] = c;
    }
}

/* The definition of a match, read off the row itself. */
static bool row_matches(const int *first, int r, uint32_t word)
{
    if ((word & rows[r].mask) != rows[r].value)
        return false;
    for (int c = first[r]; c < first[r + 1];) {
        int set = cubes[c].set;
        bool in = false;

        do {
            in |= (word & cubes[c].mask) == cubes[c].value;
            c++;
        } while (c < first[r + 1] && set >= 0 && cubes[c].set == set);
        if (in != (set >= 0))
            return false;
    }
    return true;
}

static int search_rows(const int *first, uint32_t word)
{
    for (int r = 0; r < N_ROWS; r++) {
        if (row_matches(first, r, word))
            return r;
    }
    return -1;
}

/* A random word of row r: operands at random until the constraints hold. */
static uint32_t row_word(const int *first, int r, uint64_t *state)
{
    uint32_t word = 0;

    for (int i = 0; i < TRIES; i++) {
        word = (next_word(state) & ~rows[r].mask) | rows[r].value;
        if (row_matches(first, r, word))
            return word;
    }
    return word;
}

static void put(FILE *words, FILE *verdicts, const int *first, uint32_t word)
{
    int row = a64_match(word);

    if (row != search_rows(first, word)) {
        fprintf(stderr, "verdict: %08" PRIx32 ": a64_match gives %d, "
                "a search of the rows %d\n", word, row,
                search_rows(first, word));
        exit(1);
    }
    if (words)
        fprintf(words, "0x%02x 0x%02x 0x%02x 0x%02x\n", word & 0xff,
                word >> 8 & 0xff, word >> 16 & 0xff, word >> 24);
    fprintf(verdicts, "%08" PRIx32 " %d\n", word, row);
}

static int match_stdin(const int *first)
{
    uint32_t word;

    while (scanf("%" SCNx32, &word) == 1)
        put(NULL, stdout, first, word);
    return ferror(stdin) || fclose(stdout);
}

/* Every row with one fixed bit flipped, FLIPS times each. */
static void put_flips(FILE *words, FILE *verdicts, const int *first,
                      uint64_t *state)
{
    for (int r = 0; r < N_ROWS; r++) {
        for (int bit = 0; bit < 32; bit++) {
            for (int k = 0; k < FLIPS && rows[r].mask >> bit & 1; k++)
                put(words, verdicts, first,
                    row_word(first, r, state) ^ UINT32_C(1) << bit);
        }
    }
}

int main(int argc, char **argv)
{
    int first[N_ROWS + 1];
    FILE *words, *verdicts;
    uint64_t state;
    long count;

    index_cubes(first);
    if (argc == 2 && !strcmp(argv[1], "match"))
        return match_stdin(first);
    if (argc != 5) {
        fprintf(stderr, "usage: verdict COUNT SEED WORDS VERDICTS\n"
                "       verdict match <HEX >VERDICTS\n");
        return 1;
    }
    count = strtol(argv[1], NULL, 0);
    state = strtoull(argv[2], NULL, 0) | 1;
    words = fopen(argv[3], "w");
    verdicts = fopen(argv[4], "w");
    if (!words || !verdicts) {
        perror("verdict");
        return 1;
    }
    for (long i = 0; i < count; i++) {
        uint32_t word = next_word(&state);

        if (i & 1)
            word = row_word(first, (int)(word % N_ROWS), &state);
        put(words, verdicts, first, word);
    }
    put_flips(words, verdicts, first, &state);
    return fclose(words) || fclose(verdicts);
}
