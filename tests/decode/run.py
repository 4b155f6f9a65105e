#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test scripts/decodegen.py on the small tables of this folder and on a64.

usage: run.py [--work DIR] [--count N]

ok_*.decode must compile to C that gives, for each line
    #> WORD ROW [member=value ...]
that row number (-1: UNDEFINED) and those arguments with every feature on;
`#off>` lines the same with every feature off.  err_*.decode must be refused
at the line of the fault, or the last line, with the text of their `#!` line.
The real table must agree with itself: a64_decode() and a64_match() take the
same row for N words, half random and half drawn from rows.  Prints the mean
time of a decode.  Needs python3 and $CC (default gcc).
"""
import argparse
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, 'scripts'))
import decodegen  # noqa: E402

DECODER = '''
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "a64_trans.h"
enum {
#define A64_FEAT(name) A64_FEAT_##name,
#include "a64_feats.inc"
    A64_N_FEATS
};
struct tctx {
    bool has;           /* every feature, or none */
    bool print;         /* print the arguments */
    const char *trans;  /* the trans_ or unimplemented row that was called */
    unsigned sum;       /* of all arguments, so that none is optimised away */
};
static inline bool tctx_has(struct tctx *s, int feat)
{
    (void)feat;
    return s->has;
}
static inline bool a64_unimplemented(struct tctx *s, uint32_t insn,
                                     const char *name, const char *feat)
{
    (void)insn;
    (void)feat;
    s->trans = name;
    return false;
}
#include "a64_decode.inc"
#include "a64_match.inc"
'''

# A word on the command line, "w" or "w-": print the row and the arguments.
SMALL_MAIN = '''
static const char *const names[] = {
#define A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented) \\
    #name,
#include "a64_rows.inc"
};
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *end;
        uint32_t w = (uint32_t)strtoul(argv[i], &end, 16);
        struct tctx s = { .has = *end != '-', .print = true };
        if (s.has)
            printf("%d", a64_match(w));
        a64_decode(&s, w);
        printf(" %s\\n", s.trans ? s.trans : "UNDEFINED");
    }
    return names[0] == NULL;
}
'''

BIG_MAIN = '''
static const struct { const char *trans; uint32_t mask, value; } rows[] = {
%s
};
static int cmp(struct tctx *s, uint32_t w)
{
    int row = a64_match(w);
    const char *want = row < 0 ? "" : rows[row].trans;
    s->trans = "";
    a64_decode(s, w);
    for (int i = 0; want[i] || s->trans[i]; i++) {
        if (want[i] != s->trans[i]) {
            printf("%%08x: a64_match %%s, a64_decode %%s\\n", w, want,
                   s->trans);
            return 1;
        }
    }
    return 0;
}
int main(int argc, char **argv)
{
    long n = argc > 1 ? atol(argv[1]) : 1000, bad = 0;
    uint32_t *words = calloc((size_t)n, sizeof(*words));
    uint64_t x = 0x9e3779b97f4a7c15;
    struct tctx s = { .has = true };
    struct timespec a, b;
    for (long i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        words[i] = (uint32_t)x;
        if (i & 1) {
            size_t r = (size_t)(x >> 32) %% (sizeof(rows) / sizeof(rows[0]));
            words[i] = (words[i] & ~rows[r].mask) | rows[r].value;
        }
        bad += cmp(&s, words[i]);
    }
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (long i = 0; i < n; i++)
        a64_decode(&s, words[i]);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("a64: %%ld words, %%ld differ, %%.0f ns a decode (%%u)\\n", n, bad,
           ((double)(b.tv_sec - a.tv_sec) * 1e9 +
            (double)(b.tv_nsec - a.tv_nsec)) / (double)n, s.sum & 1);
    free(words);
    return bad != 0;
}
'''


def trans_functions(table):
    """trans_ functions that note their name and print or sum arguments."""
    out, seen = [], set()
    for r in table.rows:
        if not r.implemented or r.trans in seen:
            continue
        seen.add(r.trans)
        members = table.shapes[r.shape]
        out.append('bool trans_%s(struct tctx *s, const arg_%s *a)\n{' % (
            r.trans, r.shape))
        out.append('    s->trans = "%s";' % r.trans)
        for m in members:
            out.append('    s->sum += (unsigned)a->%s;' % m)
        if members:
            out.append('    if (s->print)')
            out.append('        printf(" %s", %s);' % (
                ' '.join(m + '=%d' for m in members),
                ', '.join('a->' + m for m in members)))
        else:
            out.append('    (void)a;')
        out.append('    return true;\n}')
    return '\n'.join(out)


def compile_table(table, path, work, main_text):
    """Generate, write the test program, compile it; returns its path."""
    name = os.path.basename(path).split('.')[0]
    gen = os.path.join(work, name)
    decodegen.generate(table, path, gen)
    source = os.path.join(gen, 'test.c')
    with open(source, 'w', encoding='utf-8') as f:
        f.write(DECODER + trans_functions(table) + main_text)
    exe = os.path.join(gen, 'test')
    subprocess.run([os.environ.get('CC', 'gcc'), '-std=gnu11', '-O2', '-Wall',
                    '-Wextra', '-Wshadow', '-Wconversion', '-Werror',
                    '-I' + gen, '-o', exe, source], check=True)
    return exe


def check_ok(path, work):
    """Compile one ok_ table and hold it against its `#>` lines."""
    table = decodegen.parse(path)
    with open(path, encoding='utf-8') as f:
        wants = re.findall(r'^#(off)?> ([0-9a-f]{8}) (-?\d+)(.*)$', f.read(),
                           re.M)
    exe = compile_table(table, path, work, SMALL_MAIN)
    out = subprocess.run([exe] + [w + ('-' if off else '')
                                  for off, w, _, _ in wants],
                         capture_output=True, text=True, check=True).stdout
    faults = []
    for (off, word, num, args), line in zip(wants, out.splitlines()):
        row = table.rows[int(num)] if int(num) >= 0 else None
        want = ('' if off else num) + args.rstrip() + ' ' + (
            'UNDEFINED' if row is None
            else row.trans if row.implemented else row.name)
        if line.split() != want.split():
            faults.append('%s: want %r, have %r' % (word, want, line))
    if len(wants) != len(out.splitlines()) or not wants:
        faults.append('%d expectations, %d lines' % (
            len(wants), len(out.splitlines())))
    return faults


def check_err(path):
    """The generator must refuse this table for the stated reason."""
    with open(path, encoding='utf-8') as f:
        want = re.search(r'^#! (.*)$', f.read(), re.M)[1]
    run = subprocess.run(
        [sys.executable, os.path.join(ROOT, 'scripts/decodegen.py'), path],
        capture_output=True, text=True, check=False)
    if run.returncode != 1:
        return ['exit status %d, not 1' % run.returncode]
    if not re.match(re.escape(path) + r':\d+: [^\n]*' + want + '[^\n]*\n$',
                    run.stderr):
        return ['want %r, have %r' % (want, run.stderr)]
    return []


def check_a64(work, count):
    """The real table: decoder and matcher agree."""
    path = os.path.join(ROOT, 'target-arm64/a64.decode')
    table = decodegen.parse(path)
    rows = '\n'.join('    { "%s", 0x%08x, 0x%08x },' % (
        r.trans if r.implemented else r.name, r.mask, r.value)
        for r in table.rows)
    exe = compile_table(table, path, work, BIG_MAIN % rows)
    run = subprocess.run([exe, str(count)], capture_output=True, text=True,
                         check=False)
    print(run.stdout, end='')
    return [] if run.returncode == 0 else ['a64_decode and a64_match differ']


def verdict(name, faults):
    """Print the test's line, and its faults below it."""
    print('%s %s' % ('not ok' if faults else 'ok', name))
    for fault in faults:
        print('    ' + fault)


def main():
    """Command line: see the head of this file."""
    p = argparse.ArgumentParser(description='test the decoder generator')
    p.add_argument('--work', default=os.path.join(ROOT, 'build/decode'))
    p.add_argument('--count', type=int, default=1000000)
    opts = p.parse_args()
    tests = failed = 0
    for path in sorted(glob.glob(os.path.join(HERE, '*_*.decode'))):
        ok = os.path.basename(path).startswith('ok_')
        faults = check_ok(path, opts.work) if ok else check_err(path)
        tests += 1
        failed += bool(faults)
        verdict(os.path.basename(path), faults)
    faults = check_a64(opts.work, opts.count)
    failed += bool(faults)
    verdict('a64.decode', faults)
    print('decode: %d tables tested, %d failed' % (tests + 1, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
