/* SPDX-License-Identifier: MIT */
/*
 * features.c - the CPU models and what features put into ID registers.
 *
 * A model is its identification (MIDR, caches), the ID values that belong to
 * no optional feature, and its features. Which features those are and the
 * fields that announce them come from features.def alone, so an instruction
 * that decodes is announced and one that does not is not. DDI 0487, "AArch64
 * System Register Descriptions", ID_AA64*_EL1.
 *
 * No model has AArch32, EL2 or EL3: those fields are 0.
 */
#include "features.h"

#include <string.h>

#include "bits.h"

/* Index in a64_model.id of op0=3 op1=0 CRn=0 CRm=@crm op2=@op2. */
#define ID(crm, op2) ((crm) * 8 + (op2) - 8)
#define PFR0 ID(4, 0)
#define PFR1 ID(4, 1)
#define DFR0 ID(5, 0)
#define ISAR0 ID(6, 0)
#define ISAR1 ID(6, 1)
#define ISAR2 ID(6, 2)
#define MMFR0 ID(7, 0)
#define MMFR1 ID(7, 1)
#define MMFR2 ID(7, 2)

/* Models as bits of a feature's row. */
enum { A53 = 1, A72 = 2, N1 = 4, MAX = 8, ALL = 15, NEVER = 16 };
#define A64_FEAT_NONE A64_FEAT_COUNT /* features.def: needs no other */

struct feature {
    const char *name;    /* FEAT_ name */
    const char *sw;      /* in -cpu */
    u8 models;           /* those that have it, or NEVER */
    u8 needs;            /* enum a64_feat, or A64_FEAT_COUNT */
    const char *cpuinfo; /* Linux's names */
    const char *what;    /* a few words */
};

/* What a feature announces; of several the highest value counts. */
struct feat_field {
    u8 feat;  /* enum a64_feat */
    u8 reg;   /* index in id[] */
    u8 shift; /* lowest bit of the 4-bit field */
    u8 value; /* field when the feature is there */
};

static const struct feature features[] = {
#define FEATURE(name, sw, models, needs, cpuinfo, what)                      \
    { #name, sw, models, A64_FEAT_##needs, cpuinfo, what },
#include "features.def"
};

static const struct feat_field feat_fields[] = {
#define FIELD(name, reg, shift, value) { A64_FEAT_##name, reg, shift, value },
#include "features.def"
};

/* clang-format off */
static const struct model_row {
    u8 bit;             /* in features.def */
    struct a64_model m; /* without its features */
} models[] = {
    { MAX, {
        .name = "max",
        .what = "every feature emu has (default)",
        .compatible = "arm,armv8",
        .midr = 0x000f0510,
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x70ffe07a },
        .dczid = 4,
        .pmcr = 0x41010000,
        .pa_bits = 48,
        .id = {
            [PFR0] = 0x11,
            [DFR0] = 0x10305006,
            /* 48-bit PA, 16-bit ASID, mixed endian; 4K, 16K, 64K */
            [MMFR0] = 0x00100125,
        },
    } },
    { A53, {
        .name = "cortex-a53",
        .what = "Arm Cortex-A53, AArch64 only",
        .compatible = "arm,cortex-a53",
        .midr = 0x410fd034,
        .ctr = 0x84448004,
        .clidr = 0x0a200023,
        .ccsidr = { 0x700fe01a, 0x201fe00a, 0x707fe07a },
        .dczid = 4,
        .pmcr = 0x41030000,
        .pa_bits = 40,
        .id = {
            [PFR0] = 0x11,
            [DFR0] = 0x10305006,
            /* 40-bit PA, 16-bit ASID, mixed endian; 4K and 64K */
            [MMFR0] = 0x1122,
        },
    } },
    { A72, {
        .name = "cortex-a72",
        .what = "Arm Cortex-A72, AArch64 only",
        .compatible = "arm,cortex-a72",
        .midr = 0x410fd083,
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x707fe07a },
        .dczid = 4,
        .pmcr = 0x41020000,
        .pa_bits = 44,
        .id = {
            [PFR0] = 0x11,
            [DFR0] = 0x10305006,
            /* 44-bit PA, 16-bit ASID, mixed endian; 4K and 64K */
            [MMFR0] = 0x1124,
        },
    } },
    { N1, {
        .name = "neoverse-n1",
        .what = "Arm Neoverse N1, AArch64 only",
        .compatible = "arm,neoverse-n1",
        .midr = 0x414fd0c1,
        .ctr = 0x8444c004,
        .clidr = 0x82000023,
        .ccsidr = { 0x701fe01a, 0x201fe01a, 0x70ffe03a },
        .dczid = 4,
        .pmcr = 0x410c0000,
        .pa_bits = 48,
        .id = {
            [PFR0] = 0x11,
            [DFR0] = 0x10305008,
            /* 48-bit PA, 16-bit ASID, mixed endian; 4K, 16K, 64K */
            [MMFR0] = 0x00101125,
        },
    } },
};
/* clang-format on */

const char *a64_id_name(unsigned crm, unsigned op2)
{
    static const char *const name[8][8] = {
        [1] = { "id_pfr0_el1", "id_pfr1_el1", "id_dfr0_el1", "id_afr0_el1",
                "id_mmfr0_el1", "id_mmfr1_el1", "id_mmfr2_el1",
                "id_mmfr3_el1" },
        [2] = { "id_isar0_el1", "id_isar1_el1", "id_isar2_el1",
                "id_isar3_el1", "id_isar4_el1", "id_isar5_el1",
                "id_mmfr4_el1", "id_isar6_el1" },
        [3] = { "mvfr0_el1", "mvfr1_el1", "mvfr2_el1", NULL, "id_pfr2_el1",
                "id_dfr1_el1", "id_mmfr5_el1" },
        [4] = { "id_aa64pfr0_el1", "id_aa64pfr1_el1", "id_aa64pfr2_el1", NULL,
                "id_aa64zfr0_el1", "id_aa64smfr0_el1", NULL,
                "id_aa64fpfr0_el1" },
        [5] = { "id_aa64dfr0_el1", "id_aa64dfr1_el1", "id_aa64dfr2_el1", NULL,
                "id_aa64afr0_el1", "id_aa64afr1_el1" },
        [6] = { "id_aa64isar0_el1", "id_aa64isar1_el1", "id_aa64isar2_el1",
                "id_aa64isar3_el1" },
        [7] = { "id_aa64mmfr0_el1", "id_aa64mmfr1_el1", "id_aa64mmfr2_el1",
                "id_aa64mmfr3_el1", "id_aa64mmfr4_el1" },
    };

    return name[crm & 7][op2 & 7];
}

u64 a64_id_value(const struct a64_model *m, unsigned n)
{
    u64 v = m->id[n];

    for (unsigned i = 0; i < ARRAY_SIZE(feat_fields); i++) {
        const struct feat_field *f = &feat_fields[i];

        if (f->reg == n && m->feat[f->feat] &&
            extract64(v, f->shift, 4) < f->value)
            v = deposit64(v, f->shift, 4, f->value);
    }
    return v;
}

const char *a64_feat_name(enum a64_feat f)
{
    return features[f].name;
}

/* --- switches ------------------------------------------------------------ */

/* What was asked for. */
enum wish { UNSAID, OFF, ON };

/* @err is set to a line, if the caller wants it; returns false. */
static bool fail(char **err, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool fail(char **err, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    if (err)
        *err = g_strdup_vprintf(format, ap);
    va_end(ap);
    return false;
}

static const struct model_row *find_model(const char *name, char **err)
{
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++)
        if (strcmp(models[i].m.name, name) == 0)
            return &models[i];
    fail(err, "there is no CPU model '%s'; there are cortex-a53, cortex-a72, "
         "neoverse-n1 and max", name);
    return NULL;
}

/* A property of QEMU's models that can only be off here. */
static bool is_foreign(const char *name)
{
    size_t n = strlen(name);

    return strcmp(name, "lpa2") == 0 || strcmp(name, "aarch32") == 0 ||
           (g_str_has_prefix(name, "sve") && strspn(name + 3, "0123456789") ==
            n - 3);
}

static bool wish_one(enum wish *wish, const char *name, enum wish w,
                     char **err)
{
    for (unsigned f = 0; f < A64_FEAT_COUNT; f++) {
        if (strcmp(features[f].sw, name) != 0)
            continue;
        if (w == ON && (features[f].models & NEVER))
            return fail(err, "%s=on: there is no %s (%s) in emu", name,
                        features[f].name, features[f].what);
        wish[f] = w;
        return true;
    }
    if (!is_foreign(name))
        return fail(err, "there is no feature '%s'; -cpu help lists them",
                    name);
    return w == OFF || fail(err, "%s=on: emu does not have that", name);
}

/* Reads the switches of @items, from the second on. */
static bool read_wishes(enum wish *wish, char **items, char **err)
{
    for (unsigned i = 1; items[i]; i++) {
        char *value = strchr(items[i], '=');
        enum wish w = !value ? UNSAID : strcmp(value, "=on") == 0 ? ON
                      : strcmp(value, "=off") == 0 ? OFF : UNSAID;

        if (w == UNSAID)
            return fail(err, "'%s': a feature is switched by name=on or "
                        "name=off", items[i]);
        *value = '\0';
        if (!wish_one(wish, items[i], w, err))
            return false;
    }
    return true;
}

/* Switches @f on with what it needs. */
static bool switch_on(struct a64_model *m, const enum wish *wish, unsigned f,
                      char **err)
{
    for (unsigned need = f; need != A64_FEAT_COUNT;
         need = features[need].needs) {
        if (wish[need] == OFF)
            return fail(err, "%s=on needs %s=on", features[f].sw,
                        features[need].sw);
        m->feat[need] = true;
    }
    return true;
}

/* Is all there that @f needs? */
static bool is_complete(const struct a64_model *m, unsigned f)
{
    while ((f = features[f].needs) != A64_FEAT_COUNT)
        if (!m->feat[f])
            return false;
    return true;
}

/*
 * One algorithm authenticates pointers: that asked for, else the first that is
 * not switched off.
 */
static bool choose_pac(struct a64_model *m, const enum wish *wish, char **err)
{
    static const u8 algorithms[] = { A64_FEAT_PACIMP, A64_FEAT_PACQARMA5,
                                     A64_FEAT_PACQARMA3 };
    unsigned chosen = A64_FEAT_COUNT, left = A64_FEAT_COUNT;

    for (unsigned i = 0; i < ARRAY_SIZE(algorithms); i++) {
        unsigned f = algorithms[i];

        m->feat[f] = false;
        if (wish[f] != OFF && left == A64_FEAT_COUNT)
            left = f;
        if (wish[f] != ON)
            continue;
        if (chosen != A64_FEAT_COUNT)
            return fail(err, "%s=on and %s=on exclude each other",
                        features[chosen].sw, features[f].sw);
        chosen = f;
    }
    if (chosen == A64_FEAT_COUNT)
        chosen = left;
    if (!m->feat[A64_FEAT_PAuth])
        return true;
    if (chosen == A64_FEAT_COUNT)
        return fail(err, "pauth=on needs an algorithm");
    m->feat[chosen] = true;
    return true;
}

static bool apply(struct a64_model *m, const enum wish *wish, char **err)
{
    for (unsigned f = 0; f < A64_FEAT_COUNT; f++) {
        if (wish[f] == ON && !switch_on(m, wish, f, err))
            return false;
        if (wish[f] == OFF)
            m->feat[f] = false;
    }
    for (unsigned f = 0; f < A64_FEAT_COUNT; f++)
        if (!is_complete(m, f))
            m->feat[f] = false;
    return choose_pac(m, wish, err);
}

struct a64_model *a64_model_new(const char *spec, char **err)
{
    char **items = g_strsplit(spec, ",", -1);
    enum wish wish[A64_FEAT_COUNT] = { UNSAID };
    const struct model_row *row = find_model(items[0] ? items[0] : "", err);
    struct a64_model *m = NULL;

    if (row && read_wishes(wish, items, err)) {
        m = g_new(struct a64_model, 1);
        *m = row->m;
        for (unsigned f = 0; f < A64_FEAT_COUNT; f++)
            m->feat[f] = features[f].models & row->bit;
        if (!apply(m, wish, err)) {
            g_free(m);
            m = NULL;
        }
    }
    g_strfreev(items);
    return m;
}

/* --- help ---------------------------------------------------------------- */

static char *general_help(void)
{
    GString *s = g_string_new("Models:\n");

    for (unsigned i = 0; i < ARRAY_SIZE(models); i++)
        g_string_append_printf(s, "  %-12s %s\n", models[i].m.name,
                               models[i].m.what);
    g_string_append(s, "Features, switched by -cpu MODEL,FEATURE=on|off; "
                    "-cpu MODEL,help tells which are on:\n");
    for (unsigned f = 0; f < A64_FEAT_COUNT; f++)
        if (!(features[f].models & NEVER))
            g_string_append_printf(s, "  %-12s FEAT_%s, %s\n", features[f].sw,
                                   features[f].name, features[f].what);
    return g_string_free(s, FALSE);
}

char *a64_model_help(const char *spec, char **err)
{
    struct a64_model *m;
    GString *s;

    if (!*spec)
        return general_help();
    m = a64_model_new(spec, err);
    if (!m)
        return NULL;
    s = g_string_new(NULL);
    for (unsigned f = 0; f < A64_FEAT_COUNT; f++)
        if (!(features[f].models & NEVER))
            g_string_append_printf(
                s, "%-14s %-4s %-14s %s\n", features[f].sw,
                m->feat[f] ? "on" : "off",
                features[f].cpuinfo[0] ? features[f].cpuinfo : "-",
                features[f].what);
    g_free(m);
    return g_string_free(s, FALSE);
}

char *a64_model_features(const char *spec)
{
    struct a64_model *m = a64_model_new(spec, NULL);
    GString *s = g_string_new(NULL);

    for (unsigned f = 0; m && f < A64_FEAT_COUNT; f++)
        if (m->feat[f] && !(features[f].models & NEVER))
            g_string_append_printf(s, "%s%s", s->len ? " " : "",
                                   features[f].sw);
    g_free(m);
    return g_string_free(s, FALSE);
}
