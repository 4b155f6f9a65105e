#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compile target-arm64/a64.decode into the C decoder (docs/DECODE.md).

Usage: decodegen.py [-o OUTDIR] FILE.decode

Writes to OUTDIR:
  a64_args.h      one arg_<shape> struct for each argument shape
  a64_trans.h     a prototype for each trans_<NAME> the rows refer to
  a64_decode.inc  a64_decode(): nested switches, field extraction, the call
  a64_match.inc   a64_match(): the same tree without any CPU, gives a row index
  a64_rows.inc    the rows as X-macros, for tests, fuzzers, logs and docs
  a64_feats.inc   the features named by rows, as X-macros
Without -o the file is only checked.  Every error is one line FILE:LINE: text
and exit status 1.

A row is a cube (mask, value) of instruction words, cut down by constraints
that are themselves cubes: `none` (word must be in none of them) and `any`
(a list of alternatives, word must be in one).  Everything below, from the
overlap check to the emitted tests, works on cubes only, so a constraint is
as exact as a fixed bit.  check-decode.py and isa-coverage.py import this
module for parse().
"""
import os
import re
import sys

ALL = 0xFFFFFFFF
NAME_RE = re.compile(r'[A-Z][A-Za-z0-9_]*$')
FIELD_RE = re.compile(r'([a-z_][a-z0-9_]*)(?::(s?)([0-9]+))?'
                      r'(?:<<([0-9]+))?(?:\+([0-9]+))?$')
CONST_RE = re.compile(r'([a-z][a-z0-9_]*)=(-?[0-9]+)$')
TEST_RE = re.compile(r'\?[a-z][a-z0-9_]*$')
COND_RE = re.compile(r'\?([a-z_][a-z0-9_:]*)(==|!=)([01x|]+)$')


class DecodeError(Exception):
    """A fault in the decode file: carries FILE:LINE: text."""


class Field:
    """A named run of bits: value = (bits [sign-extended] << shift) + add."""

    def __init__(self, name, pos, width, signed, shift, add):
        self.name, self.pos, self.width = name, pos, width
        self.signed, self.shift, self.add = signed, shift, add

    def expr(self):
        """The C expression that extracts this field from `insn`."""
        if self.signed:
            e = '(int32_t)(insn << %d) >> %d' % (
                32 - self.pos - self.width, 32 - self.width)
            if self.shift:
                e = '(%s) * %d' % (e, 1 << self.shift)
        else:
            e = 'insn >> %d' % self.pos if self.pos else 'insn'
            if self.pos + self.width < 32:
                e = '%s & 0x%x' % ('(%s)' % e if self.pos else e,
                                   (1 << self.width) - 1)
            if self.shift:
                e = '(%s) << %d' % (e, self.shift)
            e = '(int)(%s)' % e
        return '%s + %d' % (e, self.add) if self.add else e


class Row:
    """One encoding: a cube, its constraints, fields and annotations."""

    def __init__(self, name, line):
        self.name, self.line = name, line
        self.pattern = ''       # the bits column as written
        self.mask = self.value = 0
        self.fields = {}        # name -> Field, the `_local` ones too
        self.consts = {}        # name -> int
        self.shape = None
        self.none = []          # [(mask, value)]: words excluded
        self.any = []           # [[(mask, value), ...]]: one of each list
        self.feats = []         # feature names without FEAT_
        self.implemented = True
        self.trans = name
        self.cls = ''
        self.group = None       # number of the { } group, or None
        self.index = -1

    def matches(self, w):
        """Does instruction word `w` belong to this row?"""
        return (w & self.mask == self.value
                and not any(w & m == v for m, v in self.none)
                and all(any(w & m == v for m, v in alt) for alt in self.any))


class Table:
    """A parsed decode file."""

    def __init__(self):
        self.shapes = {}        # shape -> [field names], in declared order
        self.tests = {}         # ?name -> [constraint tokens]
        self.classes = []       # [(tag, title)]
        self.rows = []          # in file order; index is the row number


def parse_bits(row, tokens, fail):
    """Read the bit tokens of a row, most significant bit first."""
    pos = 32
    for tok in tokens:
        if set(tok) <= set('01-'):
            for ch in tok:
                pos -= 1
                if pos >= 0 and ch != '-':
                    row.mask |= 1 << pos
                    row.value |= int(ch) << pos
            continue
        m = FIELD_RE.match(tok)
        if not m:
            fail('bad bits or field %r' % tok)
        name, width = m[1], int(m[3] or 1)
        if width < 1 or width > 32:
            fail('field %s: width %d' % (name, width))
        if name in row.fields:
            fail('field %s given twice' % name)
        pos -= width
        row.fields[name] = Field(name, pos, width, bool(m[2]),
                                 int(m[4] or 0), int(m[5] or 0))
    if pos != 0:
        fail('row is %d bits wide, not 32' % (32 - pos))


def parse_cond(row, tok, fail):
    """`?a:b==pat|pat` or `?a:b!=pat|pat`, pat over 0, 1 and x."""
    m = COND_RE.match(tok)
    if not m:
        fail('bad constraint %r' % tok)
    bits = []
    for name in m[1].split(':'):
        f = row.fields.get(name)
        if f is None:
            fail('constraint on unknown field %r' % name)
        bits += range(f.pos + f.width - 1, f.pos - 1, -1)
    cubes = []
    for pat in m[3].split('|'):
        if len(pat) != len(bits):
            fail('constraint %s: %r is not %d bits' % (m[1], pat, len(bits)))
        mask = sum(1 << b for b, ch in zip(bits, pat) if ch != 'x')
        value = sum(1 << b for b, ch in zip(bits, pat) if ch == '1')
        cubes.append((mask, value))
    if m[2] == '!=':
        row.none += cubes
    elif len(cubes) > 1:
        row.any.append(cubes)
    else:
        mask, value = cubes[0]
        if (row.value ^ value) & row.mask & mask:
            fail('constraint %s contradicts the fixed bits' % m[1])
        row.mask |= mask
        row.value |= value


def parse_row(table, words, line, fail):
    """NAME bits... [&shape] [k=v] [?cond] [FEAT_x] [>TRANS] [!unimplemented]"""
    row = Row(words[0], line)
    if not NAME_RE.match(row.name):
        fail('bad row name %r' % row.name)
    end = 1
    while end < len(words) and words[end][0] not in '&?>!' and \
            not words[end].startswith('FEAT_') and \
            not CONST_RE.match(words[end]):
        end += 1
    parse_bits(row, words[1:end], fail)
    row.pattern = ' '.join(words[1:end])
    shape = None
    for tok in words[end:]:
        if tok[0] == '&':
            shape = tok[1:]
            if shape not in table.shapes:
                fail('unknown shape &%s' % shape)
        elif tok[0] == '?':
            if TEST_RE.match(tok) and tok not in table.tests:
                fail('unknown test %s' % tok)
            for cond in table.tests.get(tok, [tok]):
                parse_cond(row, cond, fail)
        elif tok.startswith('FEAT_'):
            row.feats.append(tok[5:])
        elif tok[0] == '>':
            row.trans = tok[1:]
            if not NAME_RE.match(row.trans):
                fail('bad trans name %r' % row.trans)
        elif tok == '!unimplemented':
            row.implemented = False
        elif CONST_RE.match(tok):
            name, val = CONST_RE.match(tok).groups()
            if name in row.fields or name in row.consts:
                fail('field %s given twice' % name)
            row.consts[name] = int(val)
        else:
            fail('bad token %r' % tok)
    if shape is None:
        fail('row %s has no &shape' % row.name)
    if not row.implemented and not row.feats:
        fail('row %s: !unimplemented needs the FEAT_ it belongs to' % row.name)
    if len(row.feats) > 2:
        fail('row %s: more than two features' % row.name)
    row.shape = shape
    have = {n for n in row.fields if n[0] != '_'} | set(row.consts)
    want = set(table.shapes[shape])
    if have != want:
        fail('row %s does not fit &%s: missing %s, extra %s' % (
            row.name, shape, sorted(want - have) or 'none',
            sorted(have - want) or 'none'))
    return row


def parse(path):
    """Read and check a decode file; returns a Table or raises DecodeError."""
    table, names, trans, group, groups = Table(), {}, {}, None, 0
    with open(path, encoding='utf-8') as f:
        lines = f.read().split('\n')
    for line, text in enumerate(lines, 1):
        def fail(msg, line=line):
            raise DecodeError('%s:%d: %s' % (path, line, msg))
        words = text.split('#')[0].split()
        if not words:
            continue
        if words[0] == '%class':
            if len(words) < 2 or group is not None:
                fail('%class needs a tag and stands outside { }')
            table.classes.append((words[1], ' '.join(words[2:])))
        elif words[0][0] == '&':
            shape = words[0][1:]
            if shape in table.shapes:
                fail('shape &%s given twice' % shape)
            if len(set(words[1:])) != len(words) - 1:
                fail('shape &%s: field given twice' % shape)
            table.shapes[shape] = words[1:]
        elif TEST_RE.match(words[0]):
            if words[0] in table.tests:
                fail('test %s given twice' % words[0])
            table.tests[words[0]] = words[1:]
        elif words == ['{']:
            if group is not None:
                fail('{ inside { }')
            groups += 1
            group = groups
        elif words == ['}']:
            if group is None:
                fail('} without {')
            group = None
        else:
            if not table.classes:
                fail('row before the first %class')
            row = parse_row(table, words, line, fail)
            if row.name in names:
                fail('row %s given twice, first at line %d' % (
                    row.name, names[row.name]))
            other = trans.setdefault(row.trans, row)
            if other.shape != row.shape:
                fail('trans_%s takes &%s at line %d, &%s here' % (
                    row.trans, other.shape, other.line, row.shape))
            names[row.name] = line
            row.cls, row.group = table.classes[-1][0], group
            row.index = len(table.rows)
            if not nonempty(row.mask, row.value, row.none, row.any):
                fail('row %s: constraints leave no encoding' % row.name)
            table.rows.append(row)
    if group is not None:
        fail('{ is never closed')
    check_overlap(table, path)
    return table


def nonempty(mask, value, none, any_):
    """Is a word left in cube (mask, value) under the constraints?  Exact."""
    for m, v in none:
        if (value ^ v) & mask & m:
            continue
        free = m & ~mask
        if not free:
            return False
        bit = free & -free
        return any(nonempty(mask | bit, value | b, none, any_)
                   for b in (bit & ~v, bit & v))
    for i, alt in enumerate(any_):
        rest = any_[i + 1:]
        return any(nonempty(mask | m, value | v, none, rest)
                   for m, v in alt if not (value ^ v) & mask & m)
    return True


def check_overlap(table, path):
    """Outside { } no word may belong to two rows; inside, the first wins."""
    rows = table.rows
    for i, a in enumerate(rows):
        for b in rows[:i]:
            if (a.value ^ b.value) & a.mask & b.mask:
                continue
            if a.group is not None and a.group == b.group:
                continue
            if nonempty(a.mask | b.mask, a.value | b.value,
                        a.none + b.none, a.any + b.any):
                raise DecodeError('%s:%d: row %s overlaps %s of line %d' % (
                    path, a.line, a.name, b.name, b.line))


# ---- the decision tree -------------------------------------------------

class Node:
    """A switch on `width` bits at `pos`, or a leaf: rows tried in turn."""

    def __init__(self, rows, known, val):
        self.rows, self.known, self.val = rows, known, val
        self.pos = self.width = 0
        self.kids = []          # [([case values], Node)]


def buckets(rows, pos, width):
    """Split rows by the bits at pos: value -> list of rows that fit it."""
    out = {}
    field = ((1 << width) - 1) << pos
    for r in rows:
        fixed, val = r.mask & field, r.value & field
        free = field & ~fixed
        sub = free
        while True:
            out.setdefault((val | sub) >> pos, []).append(r)
            if not sub:
                break
            sub = (sub - 1) & free
    return out


def best_window(rows, known):
    """The bit window that leaves the fewest candidates for its width."""
    best, best_cost = None, sum(1 for _ in rows) * 0.95
    for width in range(1, 9):
        for pos in range(0, 33 - width):
            field = ((1 << width) - 1) << pos
            if field & known:
                continue
            b = buckets(rows, pos, width)
            # Mean number of rows still to be told apart, plus a price for
            # the table so that a wide window must earn its size.
            cost = sum(len(v) ** 2 for v in b.values()) / len(rows)
            cost = cost * (1 + 0.02 * (1 << width) / 4) + 0.1 * width
            if cost < best_cost:
                best, best_cost = (pos, width, b), cost
    return best


def build(rows, known=0, val=0):
    """Build the decision tree for `rows`, given the bits tested so far."""
    node = Node(rows, known, val)
    if len(rows) <= 2:
        return node
    best = best_window(rows, known)
    if best is None:
        return node
    node.pos, node.width, split = best
    same = {}
    for v, sub in split.items():
        same.setdefault(tuple(r.index for r in sub), (sub, []))[1].append(v)
    for sub, vals in same.values():
        k, first = known, val
        for bit in range(node.width):
            if len({v >> bit & 1 for v in vals}) == 1:
                k |= 1 << (node.pos + bit)
                first |= (vals[0] >> bit & 1) << (node.pos + bit)
        node.kids.append((sorted(vals), build(sub, k, first)))
    node.kids.sort(key=lambda kid: kid[0])
    return node


def row_test(row, node):
    """C condition for a row at a leaf where node.known bits are settled."""
    tests = []
    m = row.mask & ~node.known
    if m:
        tests.append('(insn & 0x%08x) == 0x%08x' % (m, row.value & m))
    for m, v in row.none:
        if not (v ^ row.value) & m & row.mask:
            tests.append('(insn & 0x%08x) != 0x%08x' % (m, v))
    for alt in row.any:
        tests.append('(%s)' % ' || '.join(
            '(insn & 0x%08x) == 0x%08x' % mv for mv in alt))
    return tests


def emit_tree(out, node, leaf, depth=1):
    """Write the tree; leaf(row, tests) gives the lines for one candidate."""
    pad = '    ' * depth
    if not node.kids:
        for row in node.rows:
            tests = row_test(row, node)
            cond, action, final = leaf(row, tests)
            if cond:
                out.append('%sif (%s)' % (pad, ' && '.join(cond)))
                out.append('%s    %s' % (pad, action))
            else:
                out.append(pad + action)
                if final:
                    return False
        return True
    out.append('%sswitch ((insn >> %d) & 0x%x) {' % (
        pad, node.pos, (1 << node.width) - 1))
    for vals, kid in node.kids:
        for v in vals:
            out.append('%scase 0x%x:' % (pad, v))
        if emit_tree(out, kid, leaf, depth + 1):
            out.append(pad + '    break;')
    out.append(pad + '}')
    return True


# ---- output ------------------------------------------------------------

HEAD = '/* SPDX-License-Identifier: MIT */\n/* Generated by decodegen.py ' \
       'from %s; do not edit. */\n'


def gen_args(table):
    """a64_args.h: the argument structs; every field is an int."""
    out = ['#ifndef A64_ARGS_H', '#define A64_ARGS_H', '']
    for shape, names in table.shapes.items():
        out.append('typedef struct {')
        out += ['    int %s;' % n for n in names] or ['    int unused;']
        out += ['} arg_%s;' % shape, '']
    return out + ['#endif']


def gen_trans(table):
    """a64_trans.h: the functions that rows call, each once."""
    seen = {}
    for r in table.rows:
        if r.implemented:
            seen.setdefault(r.trans, r)
    out = ['#ifndef A64_TRANS_H', '#define A64_TRANS_H', '',
           '#include <stdbool.h>', '#include "a64_args.h"', '',
           'struct tctx;', '']
    cls = None
    for name, r in seen.items():
        if r.cls != cls:
            cls = r.cls
            out += ['', '/* %s: %s */' % (cls, dict(table.classes)[cls])]
        out.append('bool trans_%s(struct tctx *s, const arg_%s *a);' % (
            name, r.shape))
    return out + ['', '#endif']


def gen_extract(row):
    """d_<row>(): extract the fields of one row and call its trans."""
    # Not inlined: a row may stand at several leaves of the tree.
    out = ['static __attribute__((noinline)) bool', 'd_%s('
           'struct tctx *s, uint32_t insn)' % row.name, '{']
    init = ['.%s = %s' % (f.name, f.expr())
            for f in row.fields.values() if f.name[0] != '_']
    init += ['.%s = %d' % kv for kv in row.consts.items()]
    if not init:
        init = ['.unused = 0']
    out.append('    const arg_%s a = {' % row.shape)
    out += ['        %s,' % i for i in init]
    out.append('    };')
    if not any(n[0] != '_' for n in row.fields):
        out.append('    (void)insn;')
    return out + ['    return trans_%s(s, &a);' % row.trans, '}', '']


def gen_decode(table, tree):
    """a64_decode.inc: needs tctx_has() and a64_unimplemented() in scope."""
    out = []
    for r in table.rows:
        if r.implemented:
            out += gen_extract(r)

    def leaf(row, tests):
        cond = tests + ['tctx_has(s, A64_FEAT_%s)' % f for f in row.feats]
        if row.implemented:
            return cond, 'return d_%s(s, insn);' % row.name, True
        return cond, 'return a64_unimplemented(s, insn, "%s", "FEAT_%s");' % (
            row.name, row.feats[0]), True

    out += ['static bool a64_decode(struct tctx *s, uint32_t insn)', '{']
    emit_tree(out, tree, leaf)
    return out + ['    return false;', '}']


def gen_match(table, tree):
    """a64_match.inc: row number of a word with every feature on, or -1."""
    out = ['static int a64_match(uint32_t insn)', '{']
    emit_tree(out, tree, lambda row, tests: (
        tests, 'return %d; /* %s */' % (row.index, row.name), True))
    return out + ['    return -1;', '}']


MACROS = ('A64_ROW(name, mask, value, pattern, cls, feat, feat2, implemented)',
          'A64_CLASS(tag, title)',
          'A64_FIELD(row, name, pos, width, is_signed, shift, add)',
          'A64_CONST(row, name, value)',
          'A64_NONE(row, mask, value)',
          'A64_ANY(row, set, mask, value)')


def gen_rows(table):
    """a64_rows.inc: every fact of every row as X-macros."""
    out = []
    for m in MACROS:
        out += ['#ifndef %s' % m.split('(')[0], '#define %s' % m, '#endif']
    out += ['A64_CLASS("%s", "%s")' % c for c in table.classes]
    for r in table.rows:
        feats = (r.feats + ['NONE', 'NONE'])[:2]
        out.append('A64_ROW(%s, 0x%08x, 0x%08x, "%s", "%s", %s, %s, %d)' % (
            r.name, r.mask, r.value, r.pattern, r.cls, feats[0], feats[1],
            r.implemented))
        for f in r.fields.values():
            out.append('A64_FIELD(%s, %s, %d, %d, %d, %d, %d)' % (
                r.name, f.name, f.pos, f.width, f.signed, f.shift, f.add))
        out += ['A64_CONST(%s, %s, %d)' % (r.name, k, v)
                for k, v in r.consts.items()]
        out += ['A64_NONE(%s, 0x%08x, 0x%08x)' % (r.name, m, v)
                for m, v in r.none]
        out += ['A64_ANY(%s, %d, 0x%08x, 0x%08x)' % (r.name, i, m, v)
                for i, alt in enumerate(r.any) for m, v in alt]
    return out + ['#undef %s' % m.split('(')[0] for m in MACROS]


def gen_feats(table):
    """a64_feats.inc: A64_FEAT(name) once for each feature a row names."""
    feats = sorted({f for r in table.rows for f in r.feats})
    return (['A64_FEAT(%s)' % f for f in feats] + ['#undef A64_FEAT'])


def write(outdir, name, path, lines):
    """Write a generated file; one that would not change stays as it is."""
    text = HEAD % os.path.basename(path) + '\n'.join(lines) + '\n'
    dest = os.path.join(outdir, name)
    if os.path.exists(dest):
        with open(dest, encoding='utf-8') as f:
            if f.read() == text:
                return
    with open(dest, 'w', encoding='utf-8') as f:
        f.write(text)


def generate(table, path, outdir):
    """Write all six files for the table parsed from `path`."""
    os.makedirs(outdir, exist_ok=True)
    tree = build(table.rows)
    for name, lines in (('a64_args.h', gen_args(table)),
                        ('a64_trans.h', gen_trans(table)),
                        ('a64_decode.inc', gen_decode(table, tree)),
                        ('a64_match.inc', gen_match(table, tree)),
                        ('a64_rows.inc', gen_rows(table)),
                        ('a64_feats.inc', gen_feats(table))):
        write(outdir, name, path, lines)


def main(argv):
    """Command line: see the head of this file."""
    outdir = None
    if len(argv) >= 2 and argv[0] == '-o':
        outdir, argv = argv[1], argv[2:]
    if len(argv) != 1:
        print('usage: decodegen.py [-o OUTDIR] FILE.decode', file=sys.stderr)
        return 1
    try:
        table = parse(argv[0])
        if outdir is not None:
            generate(table, argv[0], outdir)
    except (DecodeError, OSError) as e:
        print(e, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
