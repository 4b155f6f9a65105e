/* SPDX-License-Identifier: MIT */
/*
 * insn.c - the random-instruction tester: the same cases under emu's engines
 * and under qemu-aarch64, every register, flag, page and fault compared.
 *
 *     insn -g GUEST -d FILE [-q QEMU] [-s SEED] [-n INSNS | -t SECONDS]
 *          [-r ROWS] [-c FILE] [-e ENGINES] [-C CASE] [-N] [-l]
 *
 * GUEST is insn_guest.c built for AArch64, -d the file of known differences,
 * -r names a class or a pattern of rows, -e engines (jit,eval,cold), -c gets
 * how often each row was executed, -N says that QEMU is one that knows the
 * rows marked `newer`, which half of the instructions then are. A case that
 * differs is cut to the instruction that did it, with as few registers set as
 * possible, and printed with the command that repeats it (-C). Status 1 if any
 * differed. -l only lists the rows that cases may contain.
 *
 * Cases are run in batches: qemu-aarch64 works on one in a process of its
 * own, by shared memory, while the engines here do the same.
 */
#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "disas.h"
#include "insn_wire.h"
#include "insnemu.h"
#include "insngen.h"

#define MAX_SHOWN 12      /* differences printed */
#define MAX_CUT 60        /* cases of a batch that are looked into */
#define QEMU_CPU "max,sve=off,sme=off,pauth=off"

static const struct insn_engine engines[] = {
    { .name = "jit", .use_jit = true },
    { .name = "eval" },
    { .name = "cold", .use_jit = true, .always_cold = true, .tb_max = 3,
      .tag_bits = 4, .ra_seed = 1 },
};

#define N_ENGINES ARRAY_SIZE(engines)

/* What an engine made of a case. */
struct result {
    struct insn_end end; /* final state */
    u64 count;           /* instructions attempted */
    bool hangs;          /* it did not end */
};

struct tester {
    const char *self, *guest, *qemu; /* programs */
    const char *rules;         /* file of known differences */
    const char *only;          /* rows, or NULL */
    bool is_newer;             /* the judge is a newer QEMU */
    u64 seed;                  /* of every case */
    struct insn_gen *gen;      /* maker of cases */
    struct insn_emu *emu[N_ENGINES]; /* NULL: not asked for */
    int fd;                    /* memory file of the batch */
    struct insn_batch *b;      /* the batch */
    struct insn_case *c;       /* its cases */
    struct result *r[N_ENGINES]; /* their ends */
    u64 *row_count;            /* executions by row */
    u64 n_insns;               /* executed under every engine */
    u64 n_cases;               /* cases run */
    u64 n_bad;                 /* cases that differed */
    GHashTable *shown;         /* rows that were reported */
    struct disas *disas;       /* for reports */
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- running a batch ----------------------------------------------------- */

static pid_t start_qemu(const struct tester *t)
{
    char fd[16];
    pid_t pid;

    snprintf(fd, sizeof(fd), "%d", t->fd);
    pid = fork();
    if (pid == 0) {
        execlp(t->qemu, t->qemu, "-cpu", QEMU_CPU, t->guest, fd,
               (char *)NULL);
        perror(t->qemu);
        _exit(127);
    }
    return pid;
}

static void finish_qemu(pid_t pid)
{
    int status = -1;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (status == 0)
        return;
    fprintf(stderr, "insn: the guest under QEMU ends with status %#x\n",
            (unsigned)status);
    exit(2);
}

/* Runs cases 0..@n-1 of the batch everywhere. */
static void run_batch(struct tester *t, unsigned n)
{
    pid_t pid;

    t->b->n = n;
    for (unsigned i = 0; i < n; i++) {
        u64 slot = (t->c[i].s.pc - INSN_CODE_VA) / INSN_SLOT_BYTES;

        memcpy(t->b->code[slot], t->c[i].word, INSN_SLOT_BYTES);
        t->b->start[i] = t->c[i].s;
    }
    memset(t->b->end, 0, n * sizeof(t->b->end[0]));
    pid = start_qemu(t);
    for (unsigned e = 0; e < N_ENGINES; e++) {
        if (!t->emu[e])
            continue;
        insn_emu_load(t->emu[e], t->b);
        for (unsigned i = 0; i < n; i++) {
            struct result *r = &t->r[e][i];

            r->hangs = !insn_emu_run(t->emu[e], &t->c[i].s, &r->end,
                                     &r->count);
        }
    }
    finish_qemu(pid);
}

/* --- comparing ----------------------------------------------------------- */

/* What is not compared with QEMU for a case that ended so. */
static void forget(const struct tester *t, const struct insn_case *c,
                   struct insn_end *e)
{
    u64 i = (e->s.pc - c->s.pc) / 4;
    unsigned first, n;

    e->s.fpsr &= ~c->fpsr_free;
    e->s.fpcr &= ~c->fpcr_free;
    if (e->sig != SIGSEGV && e->sig != SIGBUS)
        return;
    /* A store may have been done in part, a fault at its end; addresses that
     * the host cannot have are not told by QEMU. */
    memset(e->edge, 0, sizeof(e->edge));
    e->far &= (1ull << 56) - 1;
    if (e->far - (INSN_DATA_VA - INSN_PAGE) >= INSN_DATA_BYTES + 0x4000) {
        e->far = 0;
        e->code = 0;
    }
    if (i >= c->n)
        return;
    n = insn_fault_regs(t->gen, c->word[i], &first);
    for (unsigned k = 0; k < n; k++)
        memset(e->s.v[(first + k) & 31], 0, 16);
}

static bool equals_qemu(const struct tester *t, unsigned i, unsigned e)
{
    struct insn_end a = t->b->end[i], b = t->r[e][i].end;

    if (t->r[e][i].hangs)
        return false;
    if (memcmp(&a, &b, sizeof(a)) == 0)
        return true;
    forget(t, &t->c[i], &a);
    forget(t, &t->c[i], &b);
    return memcmp(&a, &b, sizeof(a)) == 0;
}

/* Do all engines and QEMU agree on case @i? */
static bool agrees(const struct tester *t, unsigned i)
{
    const struct result *first = NULL;

    for (unsigned e = 0; e < N_ENGINES; e++) {
        const struct result *r = &t->r[e][i];

        if (!t->emu[e])
            continue;
        if (!first && !equals_qemu(t, i, e))
            return false;
        if (first && (memcmp(&r->end, &first->end, sizeof(r->end)) ||
                      r->count != first->count || r->hangs))
            return false;
        first = r;
    }
    return true;
}

/* --- reporting ----------------------------------------------------------- */

static void print_code(struct tester *t, const struct insn_case *c)
{
    GString *s = g_string_new(NULL);

    for (unsigned i = 0; i < c->n; i++) {
        if (c->word[i] == INSN_NOP || c->word[i] == INSN_BRK)
            continue;
        g_string_append_printf(s, "  %llx: %08x  ",
                               (unsigned long long)(c->s.pc + 4 * i),
                               c->word[i]);
        disas_insn(t->disas, s, c->s.pc + 4 * i, c->word[i]);
        g_string_append_printf(s, "    (%s)\n", insn_row_name(
                                   (unsigned)c->row[i]));
    }
    fputs(s->str, stdout);
    g_string_free(s, TRUE);
}

static void print_start(const struct insn_state *s)
{
    printf("  start: nzcv %08x fpcr %08x fpsr %08x sp %016llx\n", s->nzcv,
           s->fpcr, s->fpsr, (unsigned long long)s->sp);
    for (unsigned i = 0; i < 31; i++)
        if (s->x[i])
            printf("    x%-3u %016llx\n", i, (unsigned long long)s->x[i]);
    for (unsigned i = 0; i < 32; i++)
        if (s->v[i][0] | s->v[i][1])
            printf("    v%-3u %016llx_%016llx\n", i,
                   (unsigned long long)s->v[i][1],
                   (unsigned long long)s->v[i][0]);
}

/* One value of every engine, if they are not equal or changed. */
static void print_value(const struct tester *t, unsigned i, const char *name,
                        size_t off, size_t size, bool always)
{
    const u8 *q = (const u8 *)&t->b->end[i] + off;
    bool differs = false;

    for (unsigned e = 0; e < N_ENGINES; e++)
        if (t->emu[e])
            differs |= memcmp((const u8 *)&t->r[e][i].end + off, q, size);
    if (!differs && !always)
        return;
    printf("  %c %-5s", differs ? '*' : ' ', name);
    for (int e = -1; e < (int)N_ENGINES; e++) {
        const u8 *p = e < 0 ? q : (const u8 *)&t->r[e][i].end + off;

        if (e >= 0 && !t->emu[e])
            continue;
        printf(" %s ", e < 0 ? "qemu" : engines[e].name);
        for (size_t k = size; k-- > 0;)
            printf("%s%02x", k == 7 && size == 16 ? "_" : "", p[k]);
    }
    printf("\n");
}

#define END(f) offsetof(struct insn_end, f), sizeof(((struct insn_end *)0)->f)

static void print_ends(const struct tester *t, unsigned i)
{
    char name[8];

    print_value(t, i, "sig", END(sig), true);
    print_value(t, i, "pc", END(s.pc), true);
    print_value(t, i, "code", END(code), false);
    print_value(t, i, "far", END(far), false);
    print_value(t, i, "nzcv", END(s.nzcv), false);
    print_value(t, i, "fpcr", END(s.fpcr), false);
    print_value(t, i, "fpsr", END(s.fpsr), false);
    print_value(t, i, "sp", END(s.sp), false);
    for (unsigned k = 0; k < 31; k++) {
        snprintf(name, sizeof(name), "x%u", k);
        print_value(t, i, name, offsetof(struct insn_end, s.x[k]), 8, false);
    }
    for (unsigned k = 0; k < 32; k++) {
        snprintf(name, sizeof(name), "v%u", k);
        print_value(t, i, name, offsetof(struct insn_end, s.v[k]), 16,
                    false);
    }
    print_value(t, i, "mem", END(hash), false);
    for (unsigned k = 0; k < INSN_EDGE; k += 16)
        print_value(t, i, "edge", offsetof(struct insn_end, edge) + k, 16,
                    false);
    for (unsigned e = 0; e < N_ENGINES; e++)
        if (t->emu[e])
            printf("    %s: %llu instructions%s\n", engines[e].name,
                   (unsigned long long)t->r[e][i].count,
                   t->r[e][i].hangs ? ", endless" : "");
}

/* --- cutting a case down -------------------------------------------------- */

/* @c with only its first @n instructions. */
static void cut(struct insn_case *to, const struct insn_case *c, unsigned n)
{
    *to = *c;
    to->n = n;
    for (unsigned i = n; i < INSN_SLOT_WORDS; i++)
        to->word[i] = INSN_BRK;
}

/* Runs @c alone: does it differ? */
static bool differs(struct tester *t, const struct insn_case *c)
{
    t->c[0] = *c;
    run_batch(t, 1);
    return !agrees(t, 0);
}

/* Cuts @c where it begins to differ; its length then, 0 if it does not. */
static unsigned first_bad(struct tester *t, struct insn_case *c)
{
    unsigned good = 0, bad = c->n;
    struct insn_case s = *c;

    if (!differs(t, c))
        return 0;
    while (bad - good > 1) {
        unsigned n = (good + bad) / 2;

        cut(&s, c, n);
        if (differs(t, &s))
            bad = n;
        else
            good = n;
    }
    cut(&s, c, bad);
    *c = s;
    return bad;
}

/*
 * The last instruction of @c alone, from the state before it (of QEMU: all
 * agree on it); false if that does not differ, since memory matters.
 */
static bool isolate(struct tester *t, struct insn_case *c)
{
    struct insn_case s;

    if (c->n == 1)
        return true;
    cut(&s, c, c->n - 1);
    if (differs(t, &s) || t->b->end[0].s.pc != c->s.pc + 4 * (c->n - 1))
        return false;
    s = *c;
    s.s = t->b->end[0].s;
    s.s.pc = c->s.pc;
    for (unsigned i = 0; i < c->n - 1; i++)
        s.word[i] = INSN_NOP;
    if (!differs(t, &s))
        return false;
    *c = s;
    return true;
}

static void drop_words(struct tester *t, struct insn_case *c)
{
    for (unsigned i = 0; i < c->n; i++) {
        u32 word = c->word[i];

        if (word == INSN_NOP)
            continue;
        c->word[i] = INSN_NOP;
        if (!differs(t, c))
            c->word[i] = word;
    }
}

/* Clears @size bytes of the state if the case differs without them. */
static void try_clear(struct tester *t, struct insn_case *c, void *p,
                      size_t size)
{
    static const u8 zero[sizeof(struct insn_state)];
    u8 old[sizeof(struct insn_state)];

    if (memcmp(p, zero, size) == 0)
        return;
    memcpy(old, p, size);
    memset(p, 0, size);
    if (!differs(t, c))
        memcpy(p, old, size);
}

static void drop_state(struct tester *t, struct insn_case *c)
{
    struct insn_state *s = &c->s;

    for (unsigned k = 0; k < 32; k += 8)
        try_clear(t, c, s->v[k], 8 * 16);
    try_clear(t, c, s->x, 16 * 8);
    try_clear(t, c, s->x + 16, 15 * 8);
    try_clear(t, c, &s->fpcr, 4);
    try_clear(t, c, &s->fpsr, 4);
    try_clear(t, c, &s->nzcv, 4);
    for (unsigned k = 0; k < 31; k++)
        try_clear(t, c, &s->x[k], 8);
    for (unsigned k = 0; k < 32; k++)
        try_clear(t, c, s->v[k], 16);
}

static void report(struct tester *t, struct insn_case *c, u64 number)
{
    unsigned n = first_bad(t, c);
    const char *row;

    if (!n) {
        printf("insn: case %llu differs only after other cases\n",
               (unsigned long long)number);
        return;
    }
    row = insn_row_name((unsigned)c->row[n - 1]);
    if (g_hash_table_contains(t->shown, row) ||
        g_hash_table_size(t->shown) >= MAX_SHOWN)
        return;
    g_hash_table_add(t->shown, (void *)(uintptr_t)row);
    if (!isolate(t, c))
        drop_words(t, c);
    drop_state(t, c);
    differs(t, c);
    printf("insn: a difference at %s\n", row);
    print_code(t, c);
    print_start(&c->s);
    print_ends(t, 0);
    printf("again: %s -g %s -d %s -q %s -s %llu -C %llu%s%s%s\n\n",
           t->self, t->guest, t->rules, t->qemu, (unsigned long long)t->seed,
           (unsigned long long)number, t->is_newer ? " -N" : "",
           t->only ? " -r " : "", t->only ? t->only : "");
    fflush(stdout);
}

/* --- counting ------------------------------------------------------------- */

/* Notes which rows the case executed. */
static void count_rows(struct tester *t, unsigned i)
{
    const struct insn_case *c = &t->c[i];
    const struct insn_end *end = &t->b->end[i];
    u64 n = (end->s.pc - c->s.pc) / 4 + 1, count = n;

    for (unsigned e = 0; e < N_ENGINES; e++)
        if (t->emu[e])
            count = t->r[e][i].count;
    /* With a branch taken, only what is surely executed: up to it. */
    for (u64 k = 0; k < n && k < c->n; k++) {
        t->row_count[c->row[k]]++;
        t->n_insns++;
        if (count != n && (c->word[k] & 0x1c000000) == 0x14000000)
            break;
    }
}

static bool write_counts(const struct tester *t, const char *path)
{
    FILE *f = fopen(path, "w");

    if (!f) {
        perror(path);
        return false;
    }
    fprintf(f, "# executions compared with qemu-aarch64, by row\n");
    for (unsigned i = 0; i < insn_n_rows(); i++)
        if (t->row_count[i])
            fprintf(f, "%s %llu\n", insn_row_name(i),
                    (unsigned long long)t->row_count[i]);
    return fclose(f) == 0;
}

/* Rows that cases may contain and that never were executed. */
static unsigned rows_missed(const struct tester *t)
{
    unsigned n = 0;

    for (unsigned i = 0; i < insn_n_rows(); i++) {
        if (!insn_row_used(t->gen, i) || t->row_count[i])
            continue;
        printf("insn: %s was never executed\n", insn_row_name(i));
        n++;
    }
    return n;
}

static void list_rows(const struct tester *t)
{
    for (unsigned i = 0; i < insn_n_rows(); i++)
        if (insn_row_used(t->gen, i))
            printf("%s %s\n", insn_row_name(i),
                   insn_row_newer(t->gen, i) ? "newer" : "-");
}

/* Nothing is to be done for a newer judge if it knows no more. */
static bool is_needless(const struct tester *t)
{
    for (unsigned i = 0; i < insn_n_rows(); i++)
        if (insn_row_used(t->gen, i) && insn_row_newer(t->gen, i))
            return false;
    return t->is_newer;
}

/* --- the whole ------------------------------------------------------------ */

/* The batch that begins with case @first: differing cases are reported. */
static void do_batch(struct tester *t, u64 first, unsigned n)
{
    unsigned bad[MAX_CUT], n_bad = 0;
    struct insn_case *copy;

    insn_gen_data(t->seed, first, t->b->data);
    for (unsigned i = 0; i < n; i++)
        insn_gen_case(t->gen, t->seed, first + i, &t->c[i]);
    run_batch(t, n);
    for (unsigned i = 0; i < n; i++) {
        count_rows(t, i);
        if (agrees(t, i))
            continue;
        t->n_bad++;
        if (n_bad < MAX_CUT)
            bad[n_bad++] = i;
    }
    t->n_cases += n;
    copy = g_new(struct insn_case, n_bad + 1);
    for (unsigned k = 0; k < n_bad; k++)
        copy[k] = t->c[bad[k]];
    for (unsigned k = 0; k < n_bad; k++)
        if (g_hash_table_size(t->shown) < MAX_SHOWN)
            report(t, &copy[k], first + bad[k]);
    g_free(copy);
}

static void do_one(struct tester *t, u64 number)
{
    struct insn_case c;

    insn_gen_data(t->seed, number - number % INSN_BATCH, t->b->data);
    insn_gen_case(t->gen, t->seed, number, &c);
    print_code(t, &c);
    if (!differs(t, &c)) {
        printf("insn: case %llu does not differ\n",
               (unsigned long long)number);
        return;
    }
    print_ends(t, 0);
    t->n_bad++;
    report(t, &c, number);
}

static void usage(void)
{
    fprintf(stderr, "usage: insn -g GUEST -d FILE [-q QEMU] [-s SEED] "
            "[-n INSNS | -t SECONDS]\n            [-r ROWS] [-c FILE] "
            "[-e ENGINES] [-C CASE] [-N] [-l]\n");
    exit(2);
}

static void set_up(struct tester *t, const char *which)
{
    t->gen = insn_gen_new(t->rules, t->only, t->is_newer);
    if (!t->gen)
        exit(2);
    t->fd = memfd_create("insn", 0);
    if (t->fd < 0 || ftruncate(t->fd, sizeof(*t->b)) < 0) {
        perror("insn: memory file");
        exit(2);
    }
    t->b = mmap(NULL, sizeof(*t->b), PROT_READ | PROT_WRITE, MAP_SHARED,
                t->fd, 0);
    if (t->b == MAP_FAILED) {
        perror("insn: memory file");
        exit(2);
    }
    t->c = g_new(struct insn_case, INSN_BATCH);
    t->row_count = g_new0(u64, insn_n_rows());
    t->shown = g_hash_table_new(g_str_hash, g_str_equal);
    t->disas = disas_new();
    for (unsigned e = 0; e < N_ENGINES; e++) {
        t->r[e] = g_new(struct result, INSN_BATCH);
        if (!which || strstr(which, engines[e].name))
            t->emu[e] = insn_emu_new(&engines[e]);
    }
}

static void tear_down(struct tester *t)
{
    for (unsigned e = 0; e < N_ENGINES; e++) {
        if (t->emu[e])
            insn_emu_free(t->emu[e]);
        g_free(t->r[e]);
    }
    disas_free(t->disas);
    g_hash_table_destroy(t->shown);
    g_free(t->row_count);
    g_free(t->c);
    insn_gen_free(t->gen);
    munmap(t->b, sizeof(*t->b));
    close(t->fd);
}

int main(int argc, char **argv)
{
    struct tester t = { .self = argv[0], .qemu = "qemu-aarch64", .seed = 1 };
    const char *counts = NULL, *which = NULL;
    u64 n_insns = 100000, one = UINT64_MAX;
    double seconds = 0, start = now();
    bool ok = true, list = false;
    int o;

    while ((o = getopt(argc, argv, "g:d:q:s:n:t:r:c:e:C:Nl")) != -1) {
        switch (o) {
        case 'g': t.guest = optarg; break;
        case 'd': t.rules = optarg; break;
        case 'q': t.qemu = optarg; break;
        case 's': t.seed = strtoull(optarg, NULL, 0); break;
        case 'n': n_insns = strtoull(optarg, NULL, 0); break;
        case 't': seconds = strtod(optarg, NULL); break;
        case 'r': t.only = optarg; break;
        case 'c': counts = optarg; break;
        case 'e': which = optarg; break;
        case 'l': list = true; break;
        case 'N': t.is_newer = true; break;
        case 'C': one = strtoull(optarg, NULL, 0); break;
        default: usage();
        }
    }
    if (!t.guest || !t.rules || optind != argc)
        usage();
    set_up(&t, which);
    if (list) {
        list_rows(&t);
    } else if (is_needless(&t)) {
        printf("insn: no row needs a newer QEMU\n");
    } else if (one != UINT64_MAX) {
        do_one(&t, one);
    } else {
        while (seconds > 0 ? now() - start < seconds : t.n_insns < n_insns)
            do_batch(&t, t.n_cases, INSN_BATCH);
        if (!t.only && !t.is_newer && n_insns >= 1000000)
            ok = rows_missed(&t) == 0;
        printf("insn: %llu instructions in %llu cases, %llu differ, %.1f s, "
               "seed %llu\n", (unsigned long long)t.n_insns,
               (unsigned long long)t.n_cases, (unsigned long long)t.n_bad,
               now() - start, (unsigned long long)t.seed);
    }
    if (counts && !write_counts(&t, counts))
        ok = false;
    ok &= t.n_bad == 0;
    tear_down(&t);
    return ok ? 0 : 1;
}
