#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the decode table against oracles that we did not write.

usage: check-decode.py [--count N] [--seed N] [--tsv FILE] [--work DIR]
                       [--decode FILE]

1. Marks: rows marked !unimplemented belong to SVE, SME, MTE or a feature of
   below; everything else is implemented.
2. Verdicts: N random words (default 1 million) and every row with one fixed
   bit flipped are allocated or UNDEFINED for us exactly when they are for
   llvm-mc.  What differs is listed in tests/decode/verdict-differences.tsv
   with a reason; an unlisted difference fails, and so does a listed one that
   never occurs.
3. Names: what llvm-mc prints for random words of a row is what the row's name
   says, so that two opcodes cannot have been exchanged.
4. Coverage, when a list of encoding classes is given (--tsv, or the variable
   A64_TSV; columns pattern, page, class, constraints, ...): random words of
   each class that llvm-mc accepts belong to rows, every class has some, and
   a row that belongs to no class names a feature later than the list.

Needs python3, a C compiler ($CC or gcc) and llvm-mc-19.  The work folder
(default build/decode) is kept.  Exit status 0, or 1 with what is wrong.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, 'scripts'))
import decodegen  # noqa: E402

# Features that are always off.
OFF = set('MOPS WFxT SVE SME MTE'.split())
# Features that a list of Armv8.3's encodings lacks.
LATER = OFF | set('''FlagM LRCPC2 DIT SHA3 SHA512 SM3 SM4 FHM BTI FRINTTS
    FlagM2 SB SSBS I8MM BF16 HBC'''.split())

# Rows that stand for a whole space which neither side decodes here.
SPACES = ('sve', 'sme')

# What the table knows, in llvm-mc's words.
MATTR = ','.join('+' + a for a in '''v8a neon fp-armv8 crc aes sha2 sha3 sm4
    lse rdm pan pan-rwv lor vh uaops ras fullfp16 fp16fml dotprod pauth
    complxnum jsconv rcpc ccpp ccdp flagm altnzcv fptoint sb ssbs predres bti
    rand dit tlb-rmi rcpc-immo lse2 i8mm bf16 wfxt mops hbc mte el2vmsa
    el3'''.split())

# Where a row's name is not llvm-mc's mnemonic (nor that with a "2").
HINT = {'hint'}
MNEMONICS = {
    'ORR': {'orr', 'mov'}, 'MOVN': {'mov', 'movn'}, 'MOVZ': {'mov', 'movz'},
    'SBFM': {'asr', 'sbfiz', 'sbfx', 'sxtb', 'sxth', 'sxtw'},
    'BFM': {'bfi', 'bfxil', 'bfc'},
    'UBFM': {'lsr', 'lsl', 'ubfiz', 'ubfx', 'uxtb', 'uxth'},
    'EXTR': {'extr', 'ror'}, 'DUP': {'dup', 'mov'}, 'CFINV': {'msr', 'cfinv'},
    'LSLV': {'lsl'}, 'LSRV': {'lsr'}, 'ASRV': {'asr'}, 'RORV': {'ror'},
    'REV32': {'rev', 'rev32'}, 'REV64': {'rev', 'rev64'},
    'PRFM': {'prfm', 'rprfm'}, 'FCMP': {'fcmp', 'fcmpe'},
    'FCCMP': {'fccmp', 'fccmpe'}, 'BFMLAL': {'bfmlalb', 'bfmlalt'},
    'PACIA': {'pacia', 'paciza'}, 'PACIB': {'pacib', 'pacizb'},
    'PACDA': {'pacda', 'pacdza'}, 'PACDB': {'pacdb', 'pacdzb'},
    'AUTIA': {'autia', 'autiza'}, 'AUTIB': {'autib', 'autizb'},
    'AUTDA': {'autda', 'autdza'}, 'AUTDB': {'autdb', 'autdzb'},
    'STXR': {a + b for a in ('stxr', 'stlxr') for b in ('', 'b', 'h')},
    'LDXR': {a + b for a in ('ldxr', 'ldaxr') for b in ('', 'b', 'h')},
    'STXP': {'stxp', 'stlxp'}, 'LDXP': {'ldxp', 'ldaxp'},
}

# Classes whose mnemonics go on with what the row has as a field: size,
# ordering, condition, key.
SUFFIXED = ('ldst', 'ldapr', 'ld_', 'atomic', 'mops', 'branch', 'dpreg_2src')

CLASS_SAMPLES = 400             # words tried for each class of the list
ROW_SAMPLES = 64                # words tried for each row against the list
SHOWN = 20                      # differences printed


def llvm_run(path):
    """Decode the lines of `path`: (numbers of those rejected, mnemonics)."""
    run = subprocess.run(
        ['llvm-mc-19', '--disassemble', '-triple=aarch64', '-M', 'no-aliases',
         '-mattr=' + MATTR, path], capture_output=True, text=True,
        check=False)
    if 'not a recognized' in run.stderr:
        raise SystemExit('check-decode: llvm-mc-19: ' + run.stderr[:200])
    rejects = {int(n) for n in re.findall(
        r':(\d+):\d+: warning: invalid instruction', run.stderr)}
    return rejects, re.findall(r'^\s+([a-z][a-z0-9.]*)', run.stdout, re.M)


def llvm_rejects(path):
    """Numbers (from 1) of the lines of `path` that llvm-mc cannot decode."""
    return llvm_run(path)[0]


def write_words(path, words):
    """Write words in the form that llvm-mc reads."""
    with open(path, 'w', encoding='ascii') as f:
        f.writelines(text(w) + '\n' for w in words)


def name_fits(row, mnemonic):
    """Is `mnemonic` what llvm-mc should print for this row?"""
    base = row.name.split('_')[0]
    if row.cls == 'hints':
        return mnemonic in HINT
    if base in MNEMONICS:
        return mnemonic in MNEMONICS[base]
    base = base.lower()
    return (mnemonic in (base, base + '2') or
            row.cls.startswith(SUFFIXED) and mnemonic.startswith(base))


def text(word):
    """A word in the form that llvm-mc reads."""
    return ' '.join('0x%02x' % b for b in word.to_bytes(4, 'little'))


def disassemble(word):
    """llvm-mc's text for one word."""
    run = subprocess.run(
        ['llvm-mc-19', '--disassemble', '-triple=aarch64', '-mattr=' + MATTR],
        input=text(word), capture_output=True, text=True, check=False)
    return ' '.join(run.stdout.split()[1:]) or 'invalid'


class Checker:
    """The table, the compiled matcher and the count of errors."""

    def __init__(self, opts):
        self.opts = opts
        self.table = decodegen.parse(opts.decode)
        self.errors = 0
        gen = os.path.join(opts.work, 'gen')
        decodegen.generate(self.table, opts.decode, gen)
        self.verdict = os.path.join(opts.work, 'verdict')
        subprocess.run(
            [os.environ.get('CC', 'gcc'), '-std=gnu11', '-O2', '-Wall',
             '-Wextra', '-I' + gen, '-o', self.verdict,
             os.path.join(ROOT, 'tests/decode/verdict.c')], check=True)

    def error(self, msg):
        """Report one fault."""
        self.errors += 1
        print('check-decode: ' + msg, file=sys.stderr)

    def row_name(self, num):
        """Name of row `num` for messages."""
        return self.table.rows[num].name if num >= 0 else 'UNDEFINED'

    def allocated(self, num):
        """Does row number `num` allocate the word?  Whole spaces do not."""
        return num >= 0 and self.table.rows[num].cls not in SPACES

    def match(self, words):
        """Row numbers of a list of words."""
        run = subprocess.run(
            [self.verdict, 'match'], text=True, check=True,
            input='\n'.join('%08x' % w for w in words), capture_output=True)
        return [int(line.split()[1]) for line in run.stdout.splitlines()]

    def check_marks(self):
        """Only later features may be unimplemented."""
        left = 0
        for r in self.table.rows:
            if not r.implemented:
                left += 1
                if not set(r.feats) & OFF:
                    self.error('row %s is unimplemented but FEAT_%s may '
                               'be on' % (r.name, r.feats[0]))
        print('marks: %d rows, %d of them unimplemented' % (
            len(self.table.rows), left))

    def check_verdicts(self):
        """Allocated for us if and only if allocated for llvm-mc."""
        words = os.path.join(self.opts.work, 'words.txt')
        verdicts = os.path.join(self.opts.work, 'verdicts.txt')
        subprocess.run([self.verdict, str(self.opts.count),
                        str(self.opts.seed), words, verdicts], check=True)
        rejects = llvm_rejects(words)
        known = read_differences()
        used = [0] * len(known)
        total = shown = 0
        with open(verdicts, encoding='ascii') as f:
            for total, line in enumerate(f, 1):
                word, num = line.split()
                ours = self.allocated(int(num))
                if ours == (total not in rejects):
                    continue
                word, who = int(word, 16), 'emu' if ours else 'llvm'
                for i, (mask, value, side, _) in enumerate(known):
                    if word & mask == value and who == side:
                        used[i] += 1
                        break
                else:
                    shown += 1
                    if shown <= SHOWN:
                        self.error('%08x: row %s, llvm-mc: %s' % (
                            word, self.row_name(int(num)),
                            disassemble(word)))
        for n, k in zip(used, known):
            if n == 0:
                self.error('listed difference never seen: %s' % k[3])
        self.errors += max(0, shown - SHOWN)
        print('verdicts: %d words, %d rejected by llvm-mc, %d known '
              'differences, %d unexplained' % (
                  total, len(rejects), sum(used), shown))

    def check_names(self):
        """A row's name is the mnemonic that llvm-mc prints."""
        rng = random.Random(self.opts.seed)
        rows = [r for r in self.table.rows if r.cls not in SPACES]
        words = [w for r in rows for w in row_samples(r, rng)]
        owners = self.match(words)
        listing = os.path.join(self.opts.work, 'rows.txt')
        write_words(listing, words)
        rejects, names = llvm_run(listing)
        names.reverse()
        bad = set()
        for k, num in enumerate(owners):
            if k + 1 in rejects:
                continue
            name, row = names.pop(), self.table.rows[num]
            if not name_fits(row, name) and (num, name) not in bad:
                bad.add((num, name))
                self.error('%08x: row %s, llvm-mc prints %s' % (
                    words[k], row.name, name))
        if names:
            self.error('llvm-mc printed %d lines too many' % len(names))
        print('names: %d words of %d rows' % (len(words), len(rows)))

    def check_coverage(self, path):
        """Hold the rows against a list of encoding classes."""
        rng = random.Random(self.opts.seed)
        classes = read_classes(path)
        words = [c.sample(rng) for c in classes
                 for _ in range(CLASS_SAMPLES)]
        listing = os.path.join(self.opts.work, 'classes.txt')
        write_words(listing, words)
        rejects = llvm_rejects(listing)
        rows = self.match(words)
        for i, cls in enumerate(classes):
            span = range(i * CLASS_SAMPLES, (i + 1) * CLASS_SAMPLES)
            if not any(self.allocated(rows[k]) for k in span):
                self.error('class %s is in no row' % cls.name)
            for k in span:
                if k + 1 not in rejects and not self.allocated(rows[k]) \
                        and not known_difference(words[k], 'llvm'):
                    self.error('class %s: %08x is in no row' % (
                        cls.name, words[k]))
                    break
        beyond = 0
        for r in self.table.rows:
            if r.cls not in SPACES and not any(
                    c.matches(w) for w in row_samples(r, rng)
                    for c in classes):
                beyond += 1
                if not set(r.feats) & LATER and r.name != 'UDF':
                    self.error('row %s is in no class and names no later '
                               'feature' % r.name)
        print('coverage: %d classes, %d rows beyond them' % (
            len(classes), beyond))


class EncodingClass:
    """One line of the list: a pattern of 0, 1 and x, and its constraints."""

    def __init__(self, pattern, name, constraints):
        self.name = name
        self.mask = int(re.sub('[01]', '1', pattern).replace('x', '0'), 2)
        self.value = int(pattern.replace('x', '0'), 2)
        self.none = []          # cubes excluded
        for hi, lo, bits in re.findall(
                r'\[(\d+):(\d+)\]!=([01x]+)', constraints):
            if len(bits) != int(hi) - int(lo) + 1:
                raise SystemExit('check-decode: bad constraint %s' %
                                 constraints)
            self.none.append(
                (int(re.sub('[01]', '1', bits).replace('x', '0'), 2)
                 << int(lo), int(bits.replace('x', '0'), 2) << int(lo)))

    def matches(self, w):
        """Is `w` of this class?"""
        return w & self.mask == self.value and not any(
            w & m == v for m, v in self.none)

    def sample(self, rng):
        """A random word of this class."""
        while True:
            w = rng.getrandbits(32) & ~self.mask | self.value
            if self.matches(w):
                return w


def row_samples(row, rng):
    """Random words of one row."""
    out = []
    while len(out) < ROW_SAMPLES:
        w = rng.getrandbits(32) & ~row.mask & decodegen.ALL | row.value
        if row.matches(w):
            out.append(w)
    return out


def read_classes(path):
    """Read the list of encoding classes."""
    out = []
    with open(path, encoding='utf-8') as f:
        for line in f:
            col = line.rstrip('\n').split('\t')
            if re.match('[01x]{32}$', col[0]):
                out.append(EncodingClass(
                    col[0], '%s (%s)' % (col[1], col[2]), col[3]))
    return out


def read_differences():
    """[(mask, value, who, reason)] from verdict-differences.tsv."""
    path = os.path.join(ROOT, 'tests/decode/verdict-differences.tsv')
    out = []
    with open(path, encoding='utf-8') as f:
        for num, line in enumerate(f, 1):
            col = line.rstrip('\n').split('\t')
            if line.startswith(('#', 'mask')):
                continue
            if len(col) != 4 or col[2] not in ('emu', 'llvm') or not col[3]:
                raise SystemExit('%s:%d: bad line' % (path, num))
            out.append((int(col[0], 0), int(col[1], 0), col[2], col[3]))
    return out


def known_difference(word, who):
    """Is a difference on this word listed?"""
    return any(word & mask == value and side == who
               for mask, value, side, _ in read_differences())


def main():
    """Command line: see the head of this file."""
    p = argparse.ArgumentParser(description='check the decode table')
    p.add_argument('--count', type=int, default=1000000)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--tsv', default=os.environ.get('A64_TSV'))
    p.add_argument('--work', default=os.path.join(ROOT, 'build/decode'))
    p.add_argument('--decode',
                   default=os.path.join(ROOT, 'target-arm64/a64.decode'))
    opts = p.parse_args()
    if not shutil.which('llvm-mc-19'):
        print('check-decode: llvm-mc-19 (package llvm-19) is missing',
              file=sys.stderr)
        return 1
    os.makedirs(opts.work, exist_ok=True)
    try:
        checker = Checker(opts)
    except (decodegen.DecodeError, subprocess.CalledProcessError) as e:
        print('check-decode: %s' % e, file=sys.stderr)
        return 1
    checker.check_marks()
    checker.check_verdicts()
    checker.check_names()
    if opts.tsv and os.path.exists(opts.tsv):
        checker.check_coverage(opts.tsv)
    else:
        print('coverage: skipped, no list of classes (--tsv or A64_TSV)')
    return 1 if checker.errors else 0


if __name__ == '__main__':
    sys.exit(main())
