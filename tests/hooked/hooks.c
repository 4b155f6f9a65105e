/* SPDX-License-Identifier: MIT */
/*
 * hooks.c - what the emu of the tests, build/.../tests/hooked/emu, can do
 * beyond the real one, told by the environment:
 *
 *     EMU_FEATURES="A B"       features that every CPU model has besides its
 *                              own, by the names of target-arm64/a64.decode
 *     EMU_WRONG_ROW=ROW:WHAT   instructions of row number ROW of the decode
 *                              table become: -1 a NOP, -2 UDF, 0..31 the same
 *                              word with that bit flipped if the row has it
 *     EMU_ROWS_SEEN=FILE       byte ROW of FILE becomes '1' when a word of the
 *                              row is translated
 *
 * It is the real one linked with --wrap (see the Makefile), so that nothing
 * in emu knows of tests. tests/a64/run.py runs programs for features that no
 * model has yet with it, scripts/tested-rows.py looks for rows that no
 * program holds.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "translate.h"

#include "a64_match.inc"

#define NOP 0xd503201fu
#define UDF 0x00000000u

bool real_decode(struct tctx *s, u32 insn) __asm__("__real_a64_decode");
bool wrong_decode(struct tctx *s, u32 insn) __asm__("__wrap_a64_decode");
struct a64_model *real_new(const char *spec,
                           char **err) __asm__("__real_a64_model_new");
struct a64_model *more_features(const char *spec,
                                char **err) __asm__("__wrap_a64_model_new");

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
            return true;
    return false;
}

struct a64_model *more_features(const char *spec, char **err)
{
    const char *list = getenv("EMU_FEATURES");
    struct a64_model *m = real_new(spec, err);

    if (!m || !list)
        return m;
    for (unsigned i = 0; i < A64_FEAT_COUNT; i++)
        if (has_word(list, a64_feat_name((enum a64_feat)i)))
            m->feat[i] = true;
    return m;
}

static void note(int row)
{
    const char *path = getenv("EMU_ROWS_SEEN");
    int fd = path ? open(path, O_WRONLY) : -1;

    if (fd < 0)
        return;
    if (pwrite(fd, "1", 1, row) != 1)
        perror(path);
    close(fd);
}

/* What row @row makes of @insn when it is wrong. */
static u32 wrong(int row, u32 insn)
{
    const char *how = getenv("EMU_WRONG_ROW");
    int which, what;
    u32 flipped;

    if (!how || sscanf(how, "%d:%d", &which, &what) != 2 || which != row)
        return insn;
    if (what < 0)
        return what == -1 ? NOP : UDF;
    flipped = insn ^ 1u << what;
    return a64_match(flipped) == row ? flipped : insn;
}

bool wrong_decode(struct tctx *s, u32 insn)
{
    int row = a64_match(insn);

    if (row >= 0)
        note(row);
    return real_decode(s, row >= 0 ? wrong(row, insn) : insn);
}
