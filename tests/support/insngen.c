/* SPDX-License-Identifier: MIT */
/*
 * insngen.c - see insngen.h.
 *
 * Registers have parts so that most instructions do something: X20 to X27 and
 * SP point into or near the three pages, X28 and X29 at code, each set up for
 * the first instruction that uses it; X16 to X19 are small, for offsets;
 * everything else is drawn from corner values and at random. Branches go
 * forward to an instruction of the case or its end, so every case ends. Some
 * cases keep to integer instructions or to one class, so that neighbours use
 * each other's results and flags.
 */
#include "insngen.h"

#include <fnmatch.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "a64_match.inc"
#include "bits.h"
#include "features.h"
#include "insnrand.h"

#define TRIES 4000 /* words drawn for a row before it is given up */
#define FIRST_POINTER 20
#define N_POINTERS 8
#define FIRST_LABEL 28
#define N_LABELS 2
#define SP 31
#define CLREX 0xd5033f5fu
#define MSR_FPCR 0xd51b4400u
#define MRS_FPCR 0xd53b4400u
#define MRS_FPSR 0xd53b4420u

/* --- the rows ------------------------------------------------------------ */

struct row {
    const char *name;   /* of the decode table */
    u32 mask, value;    /* fixed bits */
    const char *cls;    /* class tag */
    int feat, feat2;    /* enum a64_feat */
    const char *feats[2]; /* their names */
    bool implemented;   /* something translates it */
};

struct field {
    int row;            /* whose */
    const char *name;   /* member */
    u8 pos, width;      /* bits */
    bool is_signed;     /* extended so */
    u8 shift, add;      /* then */
};

enum { A64_FEAT_NONE = A64_FEAT_COUNT };

static const struct row rows[] = {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented)   \
    { #name, mask, value, cls, A64_FEAT_##feat, A64_FEAT_##feat2,            \
      { "FEAT_" #feat, "FEAT_" #feat2 }, implemented },
#include "a64_rows.inc"
};

#define N_ROWS ((int)ARRAY_SIZE(rows))

enum {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented)   \
    ROW_##name,
#include "a64_rows.inc"
};

static const struct field fields[] = {
#define A64_FIELD(row, name, pos, width, is_signed, shift, add)              \
    { ROW_##row, #name, pos, width, is_signed, shift, add },
#include "a64_rows.inc"
};

#define N_FIELDS ((int)ARRAY_SIZE(fields))

struct constant {
    int row;          /* whose */
    const char *name; /* member */
    int value;        /* its value */
};

static const struct constant constants[] = {
#define A64_CONST(row, name, value) { ROW_##row, #name, value },
#include "a64_rows.inc"
};

/* A line of the data file. */
struct rule {
    char *what;      /* see insn-differences.tsv */
    char *row;       /* pattern of row names, or FEAT_NAME */
    u32 mask, value; /* of words */
    u32 bits;        /* of FPCR: only if one is set, 0 = always; of FPSR */
};

struct insn_gen {
    GArray *rule;         /* struct rule */
    int *deck;            /* rows to draw from */
    unsigned n_deck;      /* how many */
    int field[N_ROWS + 1]; /* first of a row's fields */
    bool used[N_ROWS];    /* in the deck */
};

unsigned insn_n_rows(void)
{
    return (unsigned)N_ROWS;
}

const char *insn_row_name(unsigned row)
{
    return rows[row].name;
}

bool insn_row_used(const struct insn_gen *g, unsigned row)
{
    return g->used[row];
}

static const struct field *find_field(const struct insn_gen *g, int row,
                                      const char *name)
{
    for (int i = g->field[row]; i < g->field[row + 1]; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

/* A member's value in @word; @none if the row does not have it. */
static s64 member(const struct insn_gen *g, int row, u32 word,
                  const char *name, s64 none)
{
    const struct field *f = find_field(g, row, name);
    u64 v;

    if (!f) {
        for (unsigned i = 0; i < ARRAY_SIZE(constants); i++)
            if (constants[i].row == row &&
                strcmp(constants[i].name, name) == 0)
                return constants[i].value;
        return none;
    }
    v = extract64(word, f->pos, f->width);
    if (f->is_signed)
        v = (u64)sext64(v, f->width);
    return (s64)(v << f->shift) + f->add;
}

static u32 set_bits(u32 word, unsigned pos, unsigned width, u32 v)
{
    return (u32)deposit64(word, pos, width, v);
}

static u32 set_field(const struct insn_gen *g, int row, u32 word,
                     const char *name, u32 v)
{
    const struct field *f = find_field(g, row, name);

    return f ? set_bits(word, f->pos, f->width, v) : word;
}

static bool in_class(int row, const char *prefix)
{
    return g_str_has_prefix(rows[row].cls, prefix);
}

/* --- the data file ------------------------------------------------------- */

/* what, row, mask, value, bits, reason, section; tabs between. */
static bool parse_rule(struct rule *r, char *line)
{
    static const char *const whats[] = { "skip", "fault", "align", "fpsr",
                                         "fpcr", "half", "newer", NULL };
    char **f = g_strsplit(line, "\t", 0);
    bool ok = g_strv_length(f) == 7 && g_strv_contains(whats, f[0]);

    if (ok) {
        r->what = g_strdup(f[0]);
        r->row = g_strdup(f[1]);
        r->mask = (u32)strtoul(f[2], NULL, 16);
        r->value = (u32)strtoul(f[3], NULL, 16);
        r->bits = (u32)strtoul(f[4], NULL, 16);
    }
    g_strfreev(f);
    return ok;
}

static bool read_rules(struct insn_gen *g, const char *path)
{
    char *text, **line;
    GError *err = NULL;
    bool ok = true;

    if (!g_file_get_contents(path, &text, NULL, &err)) {
        fprintf(stderr, "insn: %s\n", err->message);
        g_error_free(err);
        return false;
    }
    line = g_strsplit(text, "\n", 0);
    for (unsigned i = 0; line[i]; i++) {
        struct rule r;

        if (!line[i][0] || line[i][0] == '#')
            continue;
        if (parse_rule(&r, line[i])) {
            g_array_append_val(g->rule, r);
            continue;
        }
        fprintf(stderr, "insn: %s:%u: not seven columns\n", path, i + 1);
        ok = false;
    }
    g_strfreev(line);
    g_free(text);
    return ok;
}

/* Is @pattern one of names of rows, or a feature, that stands for @row? */
static bool names_row(const char *pattern, int row)
{
    return fnmatch(pattern, rows[row].name, 0) == 0 ||
           strcmp(pattern, rows[row].feats[0]) == 0 ||
           strcmp(pattern, rows[row].feats[1]) == 0;
}

/* A rule @what for @word of @row, with one of @bits; or NULL. */
static const struct rule *find_rule(const struct insn_gen *g,
                                    const char *what, int row, u32 word,
                                    u32 bits)
{
    for (unsigned i = 0; i < g->rule->len; i++) {
        const struct rule *r = &g_array_index(g->rule, struct rule, i);

        if (strcmp(r->what, what) == 0 && (word & r->mask) == r->value &&
            (!r->bits || (bits & r->bits)) && names_row(r->row, row))
            return r;
    }
    return NULL;
}

/* Is there a rule @what for every word of @row? */
static bool has_rule(const struct insn_gen *g, const char *what, int row)
{
    for (unsigned i = 0; i < g->rule->len; i++) {
        const struct rule *r = &g_array_index(g->rule, struct rule, i);

        if (strcmp(r->what, what) == 0 && !r->mask && !r->bits &&
            names_row(r->row, row))
            return true;
    }
    return false;
}

static bool is_wanted(int row, const char *names)
{
    return !names || strcmp(rows[row].cls, names) == 0 ||
           fnmatch(names, rows[row].name, 0) == 0;
}

static bool has_feature(const struct a64_model *m, int feat)
{
    return feat == A64_FEAT_NONE || m->feat[feat];
}

static bool is_memory(int row)
{
    return in_class(row, "ldst") || in_class(row, "atomic") ||
           in_class(row, "ldapr");
}

/*
 * Rows that stand around what only the newer judge knows. The others are for
 * the older one alone: the newer has FEAT_AFP in FPCR, tells addresses of
 * faults of unaligned accesses otherwise, and refuses words with (1) bits 0.
 */
static bool is_company(int row)
{
    static const char *const classes[] = { "dpimm", "dpreg_add", "dpreg_l",
                                           "dpreg_c", "dpreg_2", "branch_c" };

    for (unsigned i = 0; i < ARRAY_SIZE(classes); i++)
        if (in_class(row, classes[i]))
            return true;
    return false;
}

/* May cases contain the row? @m is emu's best CPU. */
static bool is_usable(const struct insn_gen *g, const struct a64_model *m,
                      int row, const char *names, bool is_newer)
{
    return rows[row].implemented && has_feature(m, rows[row].feat) &&
           has_feature(m, rows[row].feat2) && !has_rule(g, "skip", row) &&
           (has_rule(g, "newer", row) ? is_newer
                                      : !is_newer || is_company(row)) &&
           is_wanted(row, names);
}

/* The rows that only the newer judge knows are half of the deck then. */
static void make_deck(struct insn_gen *g, bool is_newer)
{
    unsigned n = 0, n_new = 0;

    for (int r = 0; r < N_ROWS; r++) {
        n += g->used[r];
        n_new += g->used[r] && has_rule(g, "newer", r);
    }
    g->deck = g_new(int, n + N_ROWS);
    for (int r = 0; r < N_ROWS; r++)
        if (g->used[r])
            g->deck[g->n_deck++] = r;
    if (!is_newer || !n_new)
        return;
    for (int r = 0; g->n_deck < 2 * (n - n_new); r = (r + 1) % N_ROWS)
        if (g->used[r] && has_rule(g, "newer", r))
            g->deck[g->n_deck++] = r;
}

struct insn_gen *insn_gen_new(const char *path, const char *names,
                              bool is_newer)
{
    struct insn_gen *g = g_new0(struct insn_gen, 1);
    struct a64_model *m;
    int f = 0;

    g->rule = g_array_new(FALSE, FALSE, sizeof(struct rule));
    for (int r = 0; r <= N_ROWS; r++) {
        while (f < N_FIELDS && fields[f].row < r)
            f++;
        g->field[r] = f;
    }
    if (!read_rules(g, path)) {
        insn_gen_free(g);
        return NULL;
    }
    m = a64_model_new("max", NULL);
    for (int r = 0; r < N_ROWS; r++)
        g->used[r] = is_usable(g, m, r, names, is_newer);
    g_free(m);
    make_deck(g, is_newer);
    if (g->n_deck)
        return g;
    fprintf(stderr, "insn: no row is called '%s'\n", names);
    insn_gen_free(g);
    return NULL;
}

void insn_gen_free(struct insn_gen *g)
{
    for (unsigned i = 0; i < g->rule->len; i++) {
        g_free(g_array_index(g->rule, struct rule, i).what);
        g_free(g_array_index(g->rule, struct rule, i).row);
    }
    g_array_free(g->rule, TRUE);
    g_free(g->deck);
    g_free(g);
}

unsigned insn_fault_regs(const struct insn_gen *g, u32 word, unsigned *first)
{
    int row = a64_match(word);

    *first = word & 31;
    return row >= 0 && find_rule(g, "fault", row, word, 0) ? 4 : 0;
}

bool insn_row_newer(const struct insn_gen *g, unsigned row)
{
    return has_rule(g, "newer", (int)row);
}

u32 insn_skip_fpcr(const struct insn_gen *g, int row, u32 word)
{
    u32 bits = 0;

    for (unsigned i = 0; i < g->rule->len; i++) {
        const struct rule *r = &g_array_index(g->rule, struct rule, i);

        if (strcmp(r->what, "skip") == 0 && names_row(r->row, row) &&
            (word & r->mask) == r->value)
            bits |= r->bits ? r->bits : UINT32_MAX;
    }
    return bits;
}

bool insn_is_half(const struct insn_gen *g, int row, u32 word)
{
    return find_rule(g, "half", row, word, 0);
}

/* --- words --------------------------------------------------------------- */

/* A case being made. */
struct maker {
    const struct insn_gen *g; /* from what */
    struct insn_case *c;      /* the case */
    u64 rng;                  /* state of the generator */
    u32 used;                 /* pointers that have a value */
    bool fpcr_unknown;        /* an MSR FPCR went before */
    bool align;               /* accesses must not fault */
    const char *cls;          /* rows of this class only, or NULL */
};

/* A register that is no pointer: often one of a few, sometimes ZR. */
static u32 plain_reg(struct maker *m)
{
    u32 k = rnd_below(&m->rng, 16);

    if (k < 10)
        return rnd_below(&m->rng, 6);
    if (k < 12)
        return 16 + rnd_below(&m->rng, 4);
    if (k < 14)
        return rnd_below(&m->rng, 16);
    return 30 + rnd_below(&m->rng, 2);
}

/* Registers of a word: names of register fields of every row. */
static u32 set_regs(struct maker *m, int row, u32 word)
{
    static const char *const names[] = { "rd", "rn", "rm", "ra", "rt", "rt2",
                                         "rs" };

    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        const struct field *f = find_field(m->g, row, names[i]);

        if (f && f->width == 5)
            word = set_bits(word, f->pos, 5, plain_reg(m));
    }
    return word;
}

/* A random word of @row; 0 with *ok false when none was found. */
static u32 draw_word(struct maker *m, int row, bool *ok)
{
    for (int i = 0; i < TRIES; i++) {
        u32 word = rnd32(&m->rng);

        if (rnd_below(&m->rng, 8) == 0)
            word &= rnd32(&m->rng);
        word = (word & ~rows[row].mask) | rows[row].value;
        word = set_regs(m, row, word);
        /* Odd registers of CASP and reserved fields: try as drawn too. */
        if (in_class(row, "ldst_excl"))
            word &= ~(rnd32(&m->rng) & 0x00010001);
        word = (word & ~rows[row].mask) | rows[row].value;
        if (a64_match(word) == row) {
            *ok = true;
            return word;
        }
    }
    *ok = false;
    return 0;
}

/* NZCV, FPCR or FPSR in an MRS or MSR. */
static u32 pick_sysreg(struct maker *m, u32 word)
{
    static const u32 which[] = { 0xd51b4200, 0xd51b4400, 0xd51b4420 };
    u32 base = which[rnd_below(&m->rng, 3)];

    return base | (word & 0x0020001f);
}

/* --- memory and branches ------------------------------------------------- */

static bool is_exclusive(int row)
{
    return in_class(row, "ldst_excl") || in_class(row, "atomic");
}

/*
 * An address for an access of about @size bytes; @safe: where it cannot
 * fault.
 */
static u64 pick_target(struct maker *m, int row, unsigned size, bool safe)
{
    u64 *r = &m->rng, at;
    u32 k = rnd_below(r, 100);
    u32 back = rnd_below(r, 80);

    if (safe)
        return INSN_DATA_VA + (rnd_below(r, INSN_RW_BYTES) & ~15u);

    if (k < 70)
        at = rnd_below(r, INSN_RW_BYTES - 256) + 128;
    else if (k < 80)
        at = INSN_PAGE - back;
    else if (k < 88)
        at = INSN_RW_BYTES - back;
    else if (k < 92)
        at = INSN_RW_BYTES + rnd_below(r, INSN_PAGE - 64);
    else if (k < 96)
        at = INSN_DATA_BYTES - back;
    else
        at = (u64)0 - back + 16;
    if (rnd_below(r, 8) < (is_exclusive(row) ? 7 : 4))
        at &= ~(u64)(size - 1);
    at += INSN_DATA_VA;
    if (rnd_below(r, 16) == 0)
        at |= rnd64(r) << 56; /* the ignored byte */
    return at;
}

/* What the instruction adds to its base register. */
static s64 offset_of(struct maker *m, int row, u32 word)
{
    const struct insn_gen *g = m->g;
    s64 imm = member(g, row, word, "imm", 0);
    s64 size = member(g, row, word, "size", 0);
    u64 v;

    if (strstr(rows[row].name, "_post"))
        return 0;
    if (in_class(row, "ldst_uimm"))
        return (s64)((u64)imm << size);
    if (in_class(row, "ldst_pair")) {
        if (in_class(row, "ldst_pair") && !find_field(g, row, "size"))
            size = 2 + member(g, row, word, "sf", 0);
        return imm * (s64)(1ull << size);
    }
    if (!in_class(row, "ldst_reg"))
        return find_field(g, row, "imm") ? imm : 0;
    v = extract64(word, 16, 5) == 31 ? 0 : m->c->s.x[extract64(word, 16, 5)];
    switch (extract64(word, 13, 3)) {
    case 2:
        v = (u32)v;
        break;
    case 6:
        v = (u64)(s64)(s32)v;
        break;
    }
    return (s64)(extract64(word, 12, 1) ? v << size : v);
}

/* Gives register @reg the value @v if it has none; false if it had. */
static bool point(struct maker *m, u32 reg, u64 v)
{
    if (m->used >> reg & 1)
        return false;
    m->used |= 1u << reg;
    if (reg == SP)
        m->c->s.sp = v;
    else
        m->c->s.x[reg] = v;
    return true;
}

/* A register named in the word itself, else @none. */
static s64 reg_of(const struct insn_gen *g, int row, u32 word,
                  const char *name, s64 none)
{
    return find_field(g, row, name) ? member(g, row, word, name, 0) : none;
}

/* Does the word ask for what is CONSTRAINED UNPREDICTABLE? */
static bool is_unpredictable(struct maker *m, int row, u32 word)
{
    s64 rn = reg_of(m->g, row, word, "rn", -1);
    s64 rt = reg_of(m->g, row, word, "rt", -2);
    s64 rt2 = reg_of(m->g, row, word, "rt2", -3);
    s64 rs = reg_of(m->g, row, word, "rs", -4);

    if (rn == 31) /* SP is not ZR */
        rn = -1;
    if (in_class(row, "ldst_excl"))
        return rs == rt || rs == rt2 || rs == rn ||
               (rt == rt2 && g_str_has_prefix(rows[row].name, "LDX"));
    if (in_class(row, "ldst_pair") && rt == rt2 && (word >> 22 & 1))
        return true;
    return !in_class(row, "ldst_mult") && !in_class(row, "ldst_single") &&
           (rn == rt || rn == rt2);
}

/* False: there is no way to keep to a rule. */
static bool aim_memory(struct maker *m, int row, u32 *word)
{
    u32 size = (u32)member(m->g, row, *word, "size", 3) & 7;
    bool align = m->align || find_rule(m->g, "align", row, *word, 0);
    u32 reg = FIRST_POINTER + rnd_below(&m->rng, N_POINTERS);
    u64 at = pick_target(m, row, 1u << size, align);

    if (in_class(row, "ldst_reg") && rnd_below(&m->rng, 4))
        *word = set_field(m->g, row, *word, "rm",
                          16 + rnd_below(&m->rng, 4));
    at -= (u64)offset_of(m, row, *word);
    if (!align && rnd_below(&m->rng, 8) == 0)
        reg = SP;
    *word = set_field(m->g, row, *word, "rn", reg);
    return point(m, reg, at) || !align;
}

/* Branch targets are instructions behind @i, or the end. */
static u64 pick_label(struct maker *m, unsigned i)
{
    unsigned to = i + 1 + rnd_below(&m->rng, 5);

    if (to > m->c->n)
        to = m->c->n;
    return m->c->s.pc + 4 * to;
}

static bool aim_branch(struct maker *m, int row, u32 *word, unsigned i)
{
    u64 to = pick_label(m, i), at = m->c->s.pc + 4 * i;
    u32 reg = FIRST_LABEL + rnd_below(&m->rng, N_LABELS);

    if (!in_class(row, "branch_reg")) {
        *word = set_field(m->g, row, *word, "imm", (u32)(to - at) >> 2);
        return true;
    }
    *word = set_field(m->g, row, *word, "rn", reg);
    return point(m, reg, to);
}

/* Near the code: within the slot. */
static u32 aim_literal(struct maker *m, int row, u32 word)
{
    return set_field(m->g, row, word, "imm",
                     rnd_below(&m->rng, INSN_SLOT_WORDS) - 8);
}

static bool aim(struct maker *m, int row, u32 *word, unsigned i)
{
    if (is_memory(row))
        return aim_memory(m, row, word);
    if (in_class(row, "branch"))
        return aim_branch(m, row, word, i);
    if (in_class(row, "ld_literal"))
        *word = aim_literal(m, row, *word);
    else if (row == ROW_MRS || row == ROW_MSR)
        *word = pick_sysreg(m, *word);
    return true;
}

/* Bits of FPCR or FPSR that the word leaves different. */
static u32 free_bits(struct maker *m, const char *what, int row, u32 word)
{
    const struct rule *r = find_rule(m->g, what, row, word, UINT32_MAX);

    return r ? r->bits : 0;
}

/* Instruction @i of the case, of a random row. */
static bool put_insn(struct maker *m, unsigned i, int row)
{
    u32 fpcr = m->fpcr_unknown ? UINT32_MAX : m->c->s.fpcr;
    bool ok;
    u32 word = draw_word(m, row, &ok);

    if (!ok || !aim(m, row, &word, i))
        return false;
    row = a64_match(word);
    if (row < 0 || !m->g->used[row] || is_unpredictable(m, row, word) ||
        find_rule(m->g, "skip", row, word, fpcr))
        return false;
    if (((word & ~31u) == MRS_FPSR && m->c->fpsr_free) ||
        ((word & ~31u) == MRS_FPCR && m->c->fpcr_free))
        return false;
    m->c->fpsr_free |= free_bits(m, "fpsr", row, word);
    m->c->fpcr_free |= free_bits(m, "fpcr", row, word);
    if ((word & ~31u) == MSR_FPCR)
        m->fpcr_unknown = true;
    m->c->word[i] = word;
    m->c->row[i] = (s16)row;
    return true;
}

/*
 * An instruction after which the low half-word of its vector register is
 * right, with FMOV Hd, Hd behind it, which clears the rest.
 */
static unsigned put_half(struct maker *m, unsigned i)
{
    u32 word = m->c->word[i];

    if (!find_rule(m->g, "half", m->c->row[i], word, 0))
        return 1;
    if (!m->g->used[ROW_FMOV_s_h] || i + 1 >= INSN_MAX)
        return 0;
    m->c->word[i + 1] = 0x1ee04000 | (word & 31) << 5 | (word & 31);
    m->c->row[i + 1] = ROW_FMOV_s_h;
    return 2;
}

/* Something to stand between two exclusives: it leaves @busy as they are. */
static bool put_between(struct maker *m, unsigned i, u32 busy)
{
    u32 word = rnd_below(&m->rng, 2) ? CLREX : INSN_NOP;
    int row = a64_match(word);

    if (rnd_below(&m->rng, 2)) {
        /* ADDS: of registers, into one that is neither base nor data. */
        u32 rd = rnd_below(&m->rng, 16);

        word = 0xab000000 | plain_reg(m) << 16 | plain_reg(m) << 5 | rd;
        row = a64_match(word);
        if (busy >> rd & 1)
            return false;
    }
    if (row < 0 || !m->g->used[row])
        return false;
    m->c->word[i] = word;
    m->c->row[i] = (s16)row;
    return true;
}

/*
 * Instructions from @i: a store-exclusive that follows its load, of the same
 * size and, mostly, the same base, with nothing, CLREX or something else
 * between them; the number of instructions, 0 if it went wrong.
 */
static unsigned put_pair(struct maker *m, unsigned i)
{
    bool is_pair = rnd_below(&m->rng, 3) == 0, ok;
    int load = is_pair ? ROW_LDXP : ROW_LDXR;
    int store = is_pair ? ROW_STXP : ROW_STXR;
    unsigned at = i + 1;
    u32 w, old;

    if (!m->g->used[load] || !m->g->used[store])
        return 0;
    /* The load may be jumped over. */
    m->align = true;
    ok = put_insn(m, i, load) && m->c->row[i] == load;
    old = m->c->word[i];
    if (ok && rnd_below(&m->rng, 2) &&
        put_between(m, at, 1u << (old & 31) | 1u << (old >> 10 & 31)))
        at++;
    ok = ok && put_insn(m, at, store);
    m->align = false;
    if (!ok)
        return 0;
    w = m->c->word[at];
    w = (w & ~0xc0000000u) | (old & 0xc0000000u);
    if (rnd_below(&m->rng, 8))
        w = (w & ~0x3e0u) | (old & 0x3e0u);
    if (is_unpredictable(m, store, w) || is_unpredictable(m, load, old) ||
        a64_match(w) != store ||
        member(m->g, load, old, "rt", 0) == member(m->g, load, w, "rn", 0))
        return 0;
    m->c->word[at] = w;
    return at + 1 - i;
}

/* Bytes that a load- or store-exclusive covers. */
static unsigned exclusive_bytes(const struct maker *m, unsigned i)
{
    bool is_pair = m->c->row[i] == ROW_LDXP || m->c->row[i] == ROW_STXP;

    return (1u << (m->c->word[i] >> 30)) << is_pair;
}

/*
 * Does instruction @i store exclusively what a load of another size has
 * marked? It must fail here; under QEMU, which looks at the value, it need
 * not ("AArch64.ExclusiveMonitorsPass": CONSTRAINED UNPREDICTABLE).
 */
static bool is_mixed_pair(const struct maker *m, unsigned i)
{
    if (m->c->row[i] != ROW_STXR && m->c->row[i] != ROW_STXP)
        return false;
    for (unsigned k = i; k-- > 0;)
        if (m->c->row[k] == ROW_LDXR || m->c->row[k] == ROW_LDXP)
            return exclusive_bytes(m, k) != exclusive_bytes(m, i);
    return false;
}

/* --- states -------------------------------------------------------------- */

static void make_state(struct maker *m)
{
    struct insn_state *s = &m->c->s;
    u64 *r = &m->rng;

    for (unsigned i = 0; i < 31; i++)
        s->x[i] = rnd_int(r);
    for (unsigned i = 16; i < 20; i++)
        s->x[i] = (u64)(s64)((s32)rnd_below(r, 512) - 128) &
                  (rnd_below(r, 4) ? UINT64_MAX : UINT32_MAX);
    for (unsigned i = 0; i < N_POINTERS; i++)
        s->x[FIRST_POINTER + i] = INSN_DATA_VA + rnd_below(r, INSN_RW_BYTES);
    s->sp = INSN_DATA_VA + (rnd_below(r, INSN_RW_BYTES) & ~15u);
    s->nzcv = rnd_below(r, 16) << 28;
    if (rnd_below(r, 2))
        s->fpcr = rnd_fpcr(r);
    if (rnd_below(r, 4) == 0)
        s->fpsr = rnd32(r) & 0x0800009f;
    for (unsigned i = 0; i < 32; i++)
        rnd_vec(r, s->v[i]);
}

/* What the case is about: any row, integers and branches, or one class. */
static void pick_theme(struct maker *m)
{
    const struct insn_gen *g = m->g;
    u32 k = rnd_below(&m->rng, 10);

    if (k < 6)
        return;
    m->cls = rows[g->deck[rnd_below(&m->rng, g->n_deck)]].cls;
    if (k < 8)
        m->cls = "dpreg_";
}

/* A row for the case: of its theme, mixed with what goes with integers. */
static int pick_row(struct maker *m)
{
    const struct insn_gen *g = m->g;
    int row = g->deck[rnd_below(&m->rng, g->n_deck)];

    for (int i = 0; i < 50 && m->cls && !in_class(row, m->cls); i++) {
        if (strcmp(m->cls, "dpreg_") == 0 && (in_class(row, "dpimm") ||
                                 in_class(row, "branch")))
            break;
        row = g->deck[rnd_below(&m->rng, g->n_deck)];
    }
    return row;
}

void insn_gen_case(const struct insn_gen *g, u64 seed, u64 n,
                   struct insn_case *c)
{
    struct maker m = { .g = g, .c = c };
    unsigned want, i = 0;

    memset(c, 0, sizeof(*c));
    m.rng = rnd_seed(seed, n);
    c->s.pc = INSN_CODE_VA + n % INSN_BATCH * INSN_SLOT_BYTES;
    make_state(&m);
    pick_theme(&m);
    want = 1 + rnd_below(&m.rng, INSN_MAX);
    c->n = want;
    for (unsigned tries = 0; i < want && tries < 1000; tries++) {
        if (i + 3 <= want && rnd_below(&m.rng, 60) == 0)
            i += put_pair(&m, i);
        else if (put_insn(&m, i, pick_row(&m)) && !is_mixed_pair(&m, i))
            i += put_half(&m, i);
    }
    c->n = i;
    for (; i < INSN_SLOT_WORDS; i++)
        c->word[i] = INSN_BRK;
}

void insn_gen_data(u64 seed, u64 n, u64 *data)
{
    u64 r = rnd_seed(~seed, n);

    for (unsigned i = 0; i < INSN_DATA_BYTES / 8; i += 2)
        rnd_vec(&r, data + i);
}
