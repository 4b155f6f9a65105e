/* SPDX-License-Identifier: MIT */
/*
 * ir_run.c - runs the tests of *.ir files: text IR with expectations in `#>`
 * comments (docs/IR.md, "Tests"). Every test is run as it is written and as
 * the builder folds it and the passes leave it, under the evaluator and, on
 * hosts that have one, the back end in several settings; each with cold and
 * warm tags. All runs must agree in every register, state field, byte of
 * memory and count, and with what the test says.
 *
 *     ir_run [-v] FILE...
 *
 * Prints a line "ok NAME" or "not ok NAME" a test; -v shows the IR.
 */
#include "ir_impl.h"
#include "irtest.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && !defined(IR_RUN_NO_JIT)
#define HAVE_JIT 1
#else
#define HAVE_JIT 0
#endif

#define START_PC 0x1000

/* One `#> in` and what follows it, lines of text. */
struct run_case {
    GPtrArray *in;  /* initial state */
    GPtrArray *out; /* expected values */
};

struct test {
    char *name;        /* FILE:NAME */
    GString *text;     /* the IR */
    GPtrArray *cases;  /* of struct run_case */
    GPtrArray *counts; /* `#> nodes` lines: operations after the passes */
};

/* An engine and its settings. */
struct setting {
    const char *name;      /* as printed */
    bool optimized;        /* folded and through the passes */
    bool jit;              /* else the evaluator */
    struct jit_config cfg; /* of the back end */
};

static const struct setting settings[] = {
    { .name = "eval" },
    { .name = "eval, optimized", .optimized = true },
    { .name = "jit", .jit = true },
    { .name = "jit, optimized", .optimized = true, .jit = true },
    { .name = "jit, cold", .jit = true, .cfg = { .always_cold = true } },
    { .name = "jit, random registers 1", .jit = true,
      .cfg = { .ra_seed = 1 } },
    { .name = "jit, random registers 2", .optimized = true, .jit = true,
      .cfg = { .ra_seed = 2 } },
    { .name = "jit, sse42", .jit = true,
      .cfg = { .host_features = "sse42" } },
    { .name = "jit, far", .jit = true, .cfg = { .far_cache = true } },
};

/* The test that is running, and what is wrong with it. */
struct judge {
    const struct test *test; /* running */
    const char *setting;     /* which way */
    unsigned failures;       /* complaints about it */
};

static void complain(struct judge *j, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
static void complain(struct judge *j, const char *fmt, ...)
{
    va_list ap;

    if (!j->failures++)
        printf("not ok %s\n", j->test->name);
    printf("    %s: ", j->setting);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

/* --- state by name -------------------------------------------------------- */

static const char *const exit_name[] = { "budget",   "link",  "lookup",
                                         "dispatch", "fault", "restart" };

/* 64 bits anywhere, in memory at any address. */
typedef u64 word_t __attribute__((aligned(1)));

/*
 * The 64-bit words of the state that @name names: one, or two of a vector,
 * low half first. 0 if there is none.
 */
static unsigned locate(struct irt_cpu *c, const char *name, word_t **word)
{
    u64 n = strtoull(name + 1, NULL, 0);

    if (!strcmp(name, "budget"))
        return *word = (word_t *)&c->host.budget, 1;
    if (!strcmp(name, "pc"))
        return *word = &c->pc, 1;
    if (!strcmp(name, "fault_va"))
        return *word = &c->fault_va, 1;
    if (!strncmp(name, "env", 3) && (n = strtoull(name + 3, NULL, 0)) < 4)
        return *word = &c->env[n], 1;
    if (*name == 'x' && n < 32)
        return *word = &c->reg[n], 1;
    if (*name == 'v' && n < 32)
        return *word = c->vec[n].d, 2;
    if (*name == 'm' && n >= IRT_MEM && n + 8 <= IRT_MEM + IRT_BYTES)
        return *word = (word_t *)irt_mem(c, n), 1;
    return 0;
}

/* Applies one item of an `in` line. */
static void set_item(struct judge *j, struct irt_cpu *c, char *item)
{
    char *eq = strchr(item, '='), *rest;
    unsigned words;
    word_t *word;
    u64 v;

    if (!eq) {
        complain(j, "no value: %s", item);
        return;
    }
    *eq = 0;
    v = strtoull(eq + 1, &rest, 0);
    if (!strcmp(item, "f")) {
        c->nzcv = ir_nzcv_from_packed((u32)v << 28);
        return;
    }
    words = locate(c, item, &word);
    if (!words) {
        complain(j, "no such state: %s", item);
    } else if (words == 2) { /* v0=high:low */
        word[1] = *rest == ':' ? v : 0;
        word[0] = *rest == ':' ? strtoull(rest + 1, NULL, 0) : v;
    } else {
        *word = v;
    }
}

/* Compares one item of an `out` line with the state. */
static void check_item(struct judge *j, struct irt_cpu *c,
                       const struct jit_result *res, char *item)
{
    char *eq = strchr(item, '='), *rest;
    word_t *word;
    u64 want, got;

    if (!eq) {
        complain(j, "no value: %s", item);
        return;
    }
    *eq = 0;
    want = strtoull(eq + 1, &rest, 0);
    if (!strcmp(item, "exit")) {
        if (strcmp(exit_name[res->why], eq + 1))
            complain(j, "exit %s, expected %s", exit_name[res->why], eq + 1);
        return;
    }
    if (!strcmp(item, "f")) {
        got = ir_nzcv_to_packed(c->nzcv) >> 28;
    } else if (!strcmp(item, "insn")) {
        got = res->insn;
    } else if (!locate(c, item, &word)) {
        complain(j, "no such state: %s", item);
        return;
    } else {
        got = word[0];
        if (*rest == ':' && word[1] != want)
            complain(j, "%s high = %#llx, expected %#llx", item,
                     (unsigned long long)word[1], (unsigned long long)want);
        if (*rest == ':')
            want = strtoull(rest + 1, NULL, 0);
    }
    if (got != want)
        complain(j, "%s = %#llx, expected %#llx", item,
                 (unsigned long long)got, (unsigned long long)want);
}

static void check_out(struct judge *j, struct irt_cpu *c,
                      const struct jit_result *res,
                      const struct run_case *rc)
{
    bool has_exit = false;
    unsigned i, k;

    for (i = 0; i < rc->out->len; i++) {
        char **item = g_strsplit(rc->out->pdata[i], " ", -1);

        for (k = 0; item[k]; k++) {
            has_exit |= g_str_has_prefix(item[k], "exit=");
            if (*item[k])
                check_item(j, c, res, item[k]);
        }
        g_strfreev(item);
    }
    if (!has_exit && (c->host.fault || c->host.restart ||
                      res->why == JIT_EXIT_BUDGET ||
                      res->why == JIT_EXIT_FAULT ||
                      res->why == JIT_EXIT_RESTART))
        complain(j, "exit %s was not expected", exit_name[res->why]);
}

static void check_vectors(struct judge *j, const struct irt_cpu *c,
                          const struct irt_cpu *ref)
{
    unsigned i;

    for (i = 0; i < 32; i++)
        if (memcmp(&c->vec[i], &ref->vec[i], 16))
            complain(j, "v%u = %#llx:%#llx, the evaluator has %#llx:%#llx", i,
                     (unsigned long long)c->vec[i].d[1],
                     (unsigned long long)c->vec[i].d[0],
                     (unsigned long long)ref->vec[i].d[1],
                     (unsigned long long)ref->vec[i].d[0]);
}

/* Compares all state with that of the reference run. */
static void check_same(struct judge *j, const struct irt_cpu *c,
                       const struct irt_cpu *ref)
{
    unsigned i;

    for (i = 0; i < 32; i++)
        if (c->reg[i] != ref->reg[i])
            complain(j, "x%u = %#llx, the evaluator has %#llx", i,
                     (unsigned long long)c->reg[i],
                     (unsigned long long)ref->reg[i]);
    check_vectors(j, c, ref);
    if (ir_nzcv_to_packed(c->nzcv) != ir_nzcv_to_packed(ref->nzcv))
        complain(j, "flags %#x, the evaluator has %#x",
                 ir_nzcv_to_packed(c->nzcv) >> 28,
                 ir_nzcv_to_packed(ref->nzcv) >> 28);
    if (c->pc != ref->pc)
        complain(j, "pc %#llx, the evaluator has %#llx",
                 (unsigned long long)c->pc, (unsigned long long)ref->pc);
    if (c->host.budget != ref->host.budget ||
        c->host.stolen != ref->host.stolen)
        complain(j, "budget %lld, the evaluator has %lld",
                 (long long)c->host.budget, (long long)ref->host.budget);
    if (c->host.fault != ref->host.fault ||
        c->host.restart != ref->host.restart || c->fault_va != ref->fault_va)
        complain(j, "fault differs from the evaluator's");
    if (memcmp(c->env, ref->env, sizeof(c->env)) || c->fpsr != ref->fpsr)
        complain(j, "state fields differ from the evaluator's");
    if (memcmp(c->mem, ref->mem, IRT_BYTES))
        complain(j, "memory differs from the evaluator's");
}

/* --- blocks --------------------------------------------------------------- */

/* Emits every node of @from again, as a translator would, and optimizes. */
static void rebuild(struct ir_block *to, const struct ir_block *from)
{
    ir_ref *map = g_new0(ir_ref, from->n);
    u32 i;

    ir_reset(to, from->pc, from->pa, from->flags | IR_B_VERIFY);
    to->n_insns = from->n_insns;
    to->n_bytes = from->n_bytes;
    to->target[0] = from->target[0];
    to->target[1] = from->target[1];
    for (i = 1; i < from->n; i++) {
        const struct ir_node *n = &from->node[i];

        if (n->op != IR_NOP)
            map[i] = ir_emit(to, n->op, map[n->a], map[n->b], map[n->c],
                             n->imm);
    }
    g_free(map);
    ir_optimize(to);
}

static bool parse_block(struct judge *j, struct ir_block *b)
{
    char *err = NULL, *reason;
    u32 i;
    bool ok;

    if (!ir_parse(b, j->test->text->str, &err)) {
        complain(j, "%s", err);
        g_free(err);
        return false;
    }
    b->pc = START_PC;
    b->pa = IRT_MEM;
    b->n_insns = 0;
    for (i = 1; i < b->n; i++)
        b->n_insns += b->node[i].op == IR_INSN;
    b->n_bytes = 4 * b->n_insns;
    b->target[0] = 0x2000;
    b->target[1] = 0x3000;
    reason = ir_verify(b);
    ok = !reason;
    if (reason)
        complain(j, "%s", reason);
    g_free(reason);
    return ok;
}

/* Printing and parsing again gives the same block. */
static void check_text(struct judge *j, const struct ir_block *b)
{
    GString *first = g_string_new(NULL), *second = g_string_new(NULL);
    struct ir_block *dup = ir_block_dup(b), again;
    char *err = NULL;

    ir_block_init(&again, &irt_layout);
    ir_print(dup, first);
    if (ir_parse(&again, first->str, &err))
        ir_print(&again, second);
    if (strcmp(first->str, second->str))
        complain(j, "printed and parsed again: %s", err ? err : "differs");
    g_free(err);
    ir_block_fini(&again);
    ir_block_free(dup);
    g_string_free(first, TRUE);
    g_string_free(second, TRUE);
}

static unsigned count_op(const struct ir_block *b, const char *name)
{
    unsigned count = 0;
    u32 n;

    for (n = 1; n < b->n; n++)
        count += !strcmp(ir_op_info[b->node[n].op].name, name);
    return count;
}

/* `#> nodes ADD64=1 SETREG=0`: how often operations are left. */
static void check_nodes(struct judge *j, const struct ir_block *b)
{
    unsigned i, k;

    for (i = 0; i < j->test->counts->len; i++) {
        char **item = g_strsplit(j->test->counts->pdata[i], " ", -1);

        for (k = 0; item[k]; k++) {
            char *eq = strchr(item[k], '=');

            if (!eq)
                continue;
            *eq = 0;
            if (count_op(b, item[k]) != strtoul(eq + 1, NULL, 0))
                complain(j, "%u nodes %s, expected %s", count_op(b, item[k]),
                         item[k], eq + 1);
        }
        g_strfreev(item);
    }
}

/* --- running -------------------------------------------------------------- */

struct engine {
    const struct setting *s; /* how */
    struct ir_block *b;      /* what: as written or optimized */
    struct jit *jit;         /* back end, NULL for the evaluator */
    struct tb tb;            /* the compiled block */
};

#if HAVE_JIT
static bool engine_start(struct judge *j, struct engine *e)
{
    struct jit_config cfg = e->s->cfg;
    struct ir_block *dup;
    bool ok;

    if (!e->s->jit)
        return true;
    cfg.tag_bits = IRT_TAG_BITS;
    cfg.cache_bytes = 1 * MiB;
    e->jit = jit_new(&cfg, &irt_layout, &irt_slow, NULL);
    if (!e->jit) {
        complain(j, "no back end");
        return false;
    }
    e->tb = (struct tb){ .pc = e->b->pc, .pa = e->b->pa,
                         .n_insns = (u16)e->b->n_insns,
                         .n_bytes = (u16)e->b->n_bytes };
    dup = ir_block_dup(e->b);
    ok = jit_compile(e->jit, dup, &e->tb);
    ir_block_free(dup);
    if (!ok)
        complain(j, "not compiled");
    return ok;
}

static struct jit_result engine_run(struct engine *e, struct irt_cpu *c)
{
    struct jit_result r;

    if (!e->jit)
        return irt_eval(c, e->b);
    jit_cpu_init(e->jit, &c->host);
    r = jit_run(e->jit, &c->host, &e->tb);
    jit_cpu_fini(&c->host);
    return r;
}

static void engine_stop(struct engine *e)
{
    if (e->jit)
        jit_free(e->jit);
}
#else
static bool engine_start(struct judge *j, struct engine *e)
{
    (void)j;
    return !e->s->jit;
}

static struct jit_result engine_run(struct engine *e, struct irt_cpu *c)
{
    return irt_eval(c, e->b);
}

static void engine_stop(struct engine *e)
{
    (void)e;
}
#endif

/* Everything has a pattern but what the case sets. */
static void prepare(struct judge *j, struct irt_cpu *c, const GPtrArray *in)
{
    unsigned i, k;

    for (i = 0; i < IRT_BYTES; i++)
        c->mem[i] = (u8)(i * 7 + (i >> 8));
    for (i = 0; i < 32; i++) {
        c->reg[i] = 0x0101010101010101ull * i;
        c->vec[i].d[0] = 0x1111000000000000ull + i;
        c->vec[i].d[1] = 0x2222000000000000ull + i;
    }
    c->pc = START_PC;
    c->nzcv = 0;
    c->fpsr = 0;
    c->fault_va = 0;
    memset(c->env, 0, sizeof(c->env));
    c->host.budget = 1000;
    c->host.event_count = 1000;
    c->host.stolen = 0;
    c->host.fault = c->host.restart = 0;
    for (i = 0; i < in->len; i++) {
        char **item = g_strsplit(in->pdata[i], " ", -1);

        for (k = 0; item[k]; k++)
            if (*item[k])
                set_item(j, c, item[k]);
        g_strfreev(item);
    }
}

/* Runs with cold tags, then with those that the first run filled. */
static void run_one(struct judge *j, struct engine *e,
                    const struct run_case *rc, struct irt_cpu *ref)
{
    struct irt_cpu *c = irt_new();
    struct jit_result res;

    prepare(j, c, rc->in);
    res = engine_run(e, c);
    check_out(j, c, &res, rc);
    if (e->s == &settings[0])
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): made */
        memcpy(ref, c, sizeof(*c));
    else
        check_same(j, c, ref);
    prepare(j, c, rc->in);
    engine_run(e, c);
    check_same(j, c, ref);
    irt_free(c);
}

static void show(const struct test *t, const struct ir_block *b)
{
    GString *s = g_string_new(NULL);

    ir_print(b, s);
    printf("%s\n%s", t->name, s->str);
    g_string_free(s, TRUE);
}

static void run_settings(struct judge *j, struct ir_block *written,
                         struct ir_block *optimized)
{
    const struct test *t = j->test;
    struct irt_cpu **ref = g_new0(struct irt_cpu *, t->cases->len + 1);
    unsigned i, k;

    for (k = 0; k < t->cases->len; k++)
        ref[k] = irt_new();
    for (i = 0; i < ARRAY_SIZE(settings); i++) {
        struct engine e = { .s = &settings[i] };

        e.b = settings[i].optimized ? optimized : written;
        j->setting = settings[i].name;
        if (engine_start(j, &e))
            for (k = 0; k < t->cases->len; k++)
                run_one(j, &e, t->cases->pdata[k], ref[k]);
        engine_stop(&e);
    }
    for (k = 0; k < t->cases->len; k++)
        irt_free(ref[k]);
    g_free(ref);
}

/* True if the test passes. */
static bool run_test(const struct test *t, bool verbose)
{
    struct judge j = { .test = t, .setting = "text" };
    struct ir_block written, optimized;

    ir_block_init(&written, &irt_layout);
    ir_block_init(&optimized, &irt_layout);
    if (parse_block(&j, &written)) {
        rebuild(&optimized, &written);
        check_text(&j, &written);
        check_text(&j, &optimized);
        check_nodes(&j, &optimized);
        if (verbose)
            show(t, &optimized);
        run_settings(&j, &written, &optimized);
    }
    if (!j.failures)
        printf("ok %s\n", t->name);
    ir_block_fini(&written);
    ir_block_fini(&optimized);
    return !j.failures;
}

/* --- files ---------------------------------------------------------------- */

static void free_case(gpointer p)
{
    struct run_case *rc = p;

    g_ptr_array_free(rc->in, TRUE);
    g_ptr_array_free(rc->out, TRUE);
    g_free(rc);
}

static void test_free(gpointer p)
{
    struct test *t = p;

    g_free(t->name);
    g_string_free(t->text, TRUE);
    g_ptr_array_free(t->cases, TRUE);
    g_ptr_array_free(t->counts, TRUE);
    g_free(t);
}

static struct test *test_new(const char *path, const char *name)
{
    struct test *t = g_new0(struct test, 1);
    char *base = g_path_get_basename(path);

    t->name = g_strdup_printf("%s:%s", base, name);
    t->text = g_string_new(NULL);
    t->cases = g_ptr_array_new_with_free_func(free_case);
    t->counts = g_ptr_array_new();
    g_free(base);
    return t;
}

/* A `#>` line; strings stay in the file's text. False if it is not known. */
static bool directive(const char *path, GPtrArray *tests, char *line)
{
    struct test *t = tests->len ? tests->pdata[tests->len - 1] : NULL;
    char *word = g_strstrip(line + 2);
    struct run_case *rc;

    if (g_str_has_prefix(word, "test ")) {
        g_ptr_array_add(tests, test_new(path, g_strstrip(word + 5)));
        return true;
    }
    if (!t)
        return false;
    if (!strcmp(word, "in") || g_str_has_prefix(word, "in ")) {
        rc = g_new0(struct run_case, 1);
        rc->in = g_ptr_array_new();
        rc->out = g_ptr_array_new();
        g_ptr_array_add(rc->in, word + 2);
        g_ptr_array_add(t->cases, rc);
        return true;
    }
    if (g_str_has_prefix(word, "nodes ")) {
        g_ptr_array_add(t->counts, word + 6);
        return true;
    }
    if (!t->cases->len)
        return false;
    rc = t->cases->pdata[t->cases->len - 1];
    if (g_str_has_prefix(word, "and "))
        g_ptr_array_add(rc->in, word + 4);
    else if (g_str_has_prefix(word, "out "))
        g_ptr_array_add(rc->out, word + 4);
    else
        return false;
    return true;
}

static bool run_file(const char *path, bool verbose)
{
    GPtrArray *tests = g_ptr_array_new_with_free_func(test_free);
    char *text, **line;
    bool ok = true;
    unsigned i;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        printf("not ok %s # cannot be read\n", path);
        return false;
    }
    line = g_strsplit(text, "\n", -1);
    for (i = 0; line[i]; i++) {
        if (g_str_has_prefix(line[i], "#>")) {
            if (!directive(path, tests, line[i])) {
                printf("not ok %s:%u # %s\n", path, i + 1, line[i]);
                ok = false;
            }
        } else if (tests->len) {
            struct test *t = tests->pdata[tests->len - 1];

            g_string_append_printf(t->text, "%s\n", line[i]);
        }
    }
    for (i = 0; i < tests->len; i++)
        ok &= run_test(tests->pdata[i], verbose);
    g_ptr_array_free(tests, TRUE);
    g_strfreev(line);
    g_free(text);
    return ok;
}

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && !strcmp(argv[1], "-v");
    bool ok = true;
    int i;

    if (argc < 2 + verbose) {
        fprintf(stderr, "usage: ir_run [-v] FILE...\n");
        return 1;
    }
    for (i = 1 + verbose; i < argc; i++)
        ok &= run_file(argv[i], verbose);
    return ok ? 0 : 1;
}
