#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every floating-point instruction over corner operands, against QEMU.

usage: fpmatrix.py [--long] [--rows PATTERN] [--engines jit,eval]
                   [--counts FILE]

Each word of each row of the decode table that computes with floating point
(fpmatrix_words.c) is run under every rounding mode with FZ, FZ16, DN and AHP
off and on, over all pairs of corner operands, as scalars and in all lanes of
vectors; what reads a third operand gets several for each pair.  The same
program (fpmatrix_guest.c) runs bare-metal under emu's engines and as a Linux
program under qemu-aarch64: results, FPSR and NZCV must be equal.  Rules
`skip` and `half` of insn-differences.tsv say where QEMU is no judge.

Without --long: fewer operands, and eight values of FPCR that have each bit
off and on in each rounding mode.  For an instruction that differs, the first
operands are printed.  EMU_BUILD names the folder of the build.
"""

import argparse
import collections
import itertools
import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
QEMU = os.environ.get("QEMU_USER", "qemu-aarch64")
RULES = "tests/fuzz/insn-differences.tsv"
CFLAGS = ["-O2", "-ffreestanding", "-mgeneral-regs-only", "-nostdlib",
          "-static", "-fno-pie", "-no-pie", "-Wall", "-Werror",
          "-fno-tree-loop-distribute-patterns", "-Wl,--build-id=none",
          "-Wl,--no-warn-rwx-segments", "-Itests/fuzz", "-Itests/a64/lib"]
BARE = ["-Wl,-T,tests/a64/lib/link.ld", "tests/a64/lib/start.S"]
EMU = ["-M", "virt", "-cpu", "max", "-m", "128", "-nic", "none", "-display",
       "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"]

# FPCR: DN, FZ, FZ16, AHP; RMode is bits 23:22.
MODES = [1 << 25, 1 << 24, 1 << 19, 1 << 26]
KINDS = ["", "h", "s", "d", "b", "h int", "s int", "d int"]
SHOWN = 8       # instructions that are looked into
SHOWN_CASES = 3  # operands shown for each
SHORT_CORNERS = 22
A_RUN = 500     # instructions in one program
# Immediates tried of each form of an instruction.
SHORT_FORMS, LONG_FORMS = 2, 6

Word = collections.namedtuple("Word", "row word skip low text")


# --- operands ---------------------------------------------------------------

def corners(exp, frac):
    """Corner operands of a format, the more important first."""
    bias, top = (1 << exp - 1) - 1, (1 << exp) - 1
    sign, quiet = 1 << exp + frac, 1 << frac - 1
    one, big = bias << frac, top << frac
    ulps = (1 << frac) - 1

    def num(e, f=0):
        """2**e * 1.f, or the nearest exponent that there is."""
        return max(1, min(top - 1, bias + e)) << frac | f

    first = [0, sign, one, sign | one, 1, ulps, 1 << frac, big, sign | big,
             big | quiet | 5, big | 3, sign | big | 1, big - 1,
             sign | (big - 1), one | 1, one - 1, num(1, quiet),
             num(-1), num(0, quiet), num(frac) | 1, sign | 1, num(-frac)]
    assert len(first) == SHORT_CORNERS
    more = [sign | big | quiet, sign | ulps, sign | 1 << frac, quiet,
            1 << frac | 1, 2 << frac, num(1), sign | num(1), num(2, quiet),
            sign | num(1, quiet), num(-1) | 1, num(-1) - 1, num(-frac - 1),
            num(-2, ulps), num(frac - 1) | 1, num(frac - 1, ulps),
            num(frac + 1), sign | num(frac) | 1, big - 2,
            num(top - 2 - bias), num(top // 2 - bias // 2)]
    # The ends of integers, and of the narrower formats.
    for e in (15, 16, 31, 32, 63, 64):
        more += [num(e), sign | num(e), num(e - 1, ulps), sign | num(e) | 1]
    if frac > 10:
        h = frac - 10
        more += [num(15, ((1 << 10) - 1) << h), num(15, ulps - (1 << h - 1)),
                 num(15, ulps + 1 - (1 << h - 1)), num(-14), num(-15, ulps),
                 num(-25), num(-25, 1), num(-24), num(0, 1 << h - 1),
                 num(0, 3 << h - 1), num(0, (1 << h - 1) + 1)]
    if frac == 23:
        more += [num(0, 1 << 15), num(0, 3 << 15), big - (1 << 15),
                 big | 1 << 16]
    if frac == 52:
        s = frac - 23
        more += [num(127, ulps - (1 << s - 1)), num(127, ulps),
                 num(127, ulps + 1 - (1 << s)), num(-126), num(-127, ulps),
                 num(-149), num(-150), num(-150, 1), num(0, 1 << s - 1),
                 num(0, 3 << s - 1), big | 1 << s]
    rng = random.Random(frac)
    more += [rng.getrandbits(1 + exp + frac) for _ in range(6)]
    return list(dict.fromkeys(first + more))


def integers(bits):
    """Corner integers for conversions."""
    top = 1 << bits - 1
    first = [0, 1, 2 * top - 1, top, top - 1, 2, 3, top + 1]
    for p in (11, 24, 53):
        first += [(1 << p) + d for d in (-1, 0, 1, 2, 3)]
    first += [top - (1 << k) for k in (1, 5, 6, 7, 9, 10, 38, 39, 40)]
    first += [2 * top - (1 << k) for k in (1, 6, 7, 8, 10, 11, 39, 40)]
    first += [65504, 65519, 65520, 65535, 65536]
    rng = random.Random(bits)
    first += [rng.getrandbits(bits) for _ in range(12)]
    return list(dict.fromkeys(v % (2 * top) for v in first if v >= 0))


def operands(is_long):
    """[bits, values] of each of KINDS."""
    all_of = [(64, [0])]
    for bits, values in ((16, corners(5, 10)), (32, corners(8, 23)),
                         (64, corners(11, 52)), (16, corners(8, 7)),
                         (16, integers(16)), (32, integers(32)),
                         (64, integers(64))):
        all_of.append((bits, values if is_long else values[:SHORT_CORNERS]))
    return all_of


# --- the job ----------------------------------------------------------------

def choose(words, is_long):
    """A few words of each form: immediates and indices do not count."""
    forms = collections.OrderedDict()
    for w in words:
        form = re.sub(r"\[\d+\]", "[]", w.text)
        if not form.startswith(("fcmla", "fcadd")):
            form = re.sub(r"#[^,]*", "#", form)
        if form.startswith(("fccmp", "fcsel")):
            form = form.rsplit(",", 1)[0]
        forms.setdefault((w.row, form), []).append(w)
    limit = LONG_FORMS if is_long else SHORT_FORMS
    return [w for form in forms.values() for w in form[:limit]]


def kinds_of(text):
    """The kinds of registers 1, 2 and of the third operand; one element?"""
    name = text.split()[0]
    found, is_vector = {}, False
    for letter, number in re.findall(r"\b([bhsdqwx])(\d)\b", text):
        found[int(number)] = letter
    for number, letter in re.findall(r"\bv(\d)\.\d*([bhsd])", text):
        found[int(number)] = letter
        is_vector = True

    def kind(number, is_int):
        letter = found.get(number, "")
        letter = {"w": "s", "x": "d"}.get(letter, letter)
        if name.startswith("bf") and letter == "h":
            letter = "b"
        return KINDS.index(letter + (" int" if letter and is_int else ""))

    n = kind(1, re.match(r"[su]cvtf|urecpe|ursqrte", name))
    adds = re.match(r"fml[as]|fcmla|bfdot|bfml|bfmm", name)
    third = kind(3, False) or (kind(0, False) if adds else 0)
    return n, kind(2, False), third, int(not is_vector and 2 not in found)


def write_job(path, words, fpcrs, values, triples, detail):
    """The assembler file with everything the guest works on."""
    with open(path, "w", encoding="ascii") as f:
        f.write('#include "fpmatrix_loop.inc"\n'
                ".data\n.balign 16\n.global f_words\nf_words:\n")
        for i, w in enumerate(words):
            f.write("FP_WORD %d, %#x, %#x, %d, %d, %d, %d, %d // %s\n" % (
                (i, w.word, w.skip) + kinds_of(w.text) + (w.low, w.text)))
        f.write(".data\n.balign 16\n.global f_kinds\nf_kinds:\n")
        for i, (bits, v) in enumerate(values):
            f.write(".word %d, %d\n.quad kind_%d\n" % (len(v), bits, i))
        for i, (_, v) in enumerate(values):
            f.write("kind_%d: .quad %s\n" % (i, ", ".join(map(hex, v))))
        f.write(".global f_fpcr\nf_fpcr: .word %s\n" %
                ", ".join(map(hex, fpcrs)))
        for name, value in (("n_words", len(words)), ("n_fpcr", len(fpcrs)),
                            ("triples", triples), ("detail", detail)):
            f.write(".global f_%s\nf_%s: .word %d\n" % (name, name, value))


class Matrix:
    """Builds jobs and runs them."""

    def __init__(self, args):
        self.build = os.environ.get("EMU_BUILD", "build/release")
        self.folder = self.build + "/tests/fuzz"
        self.engines = args.engines.split(",")
        self.values = operands(args.long)
        self.triples = 4 if args.long else 1
        self.fpcrs = ([r << 22 | sum(m) for r in range(4) for m in
                       itertools.chain.from_iterable(
                           itertools.combinations(MODES, k)
                           for k in range(5))] if args.long else
                      [r << 22 | m for r in range(4) for m in
                       (0, MODES[r] | MODES[1 + r & 3] | MODES[2 + r & 3])])

    def words(self, rows):
        """The words of the rows."""
        command = [self.folder + "/fpmatrix_words"]
        p = subprocess.run(command + (["-r", rows] if rows else []) + [RULES],
                           stdout=subprocess.PIPE, check=True)
        found = []
        for line in p.stdout.decode().splitlines():
            row, word, skip, low, text = line.split("\t")
            found.append(Word(row, int(word, 16), int(skip, 16), int(low),
                              text))
        return found

    def run(self, words, fpcrs, detail):
        """{engine: lines} of a job."""
        base = "%s/fpmatrix-%d" % (self.folder, os.getpid())
        write_job(base + ".S", words, fpcrs, self.values, self.triples,
                  detail)
        sources = ["tests/fuzz/fpmatrix_guest.c", base + ".S"]
        subprocess.run([CC] + CFLAGS + BARE + sources + ["-o", base + ".elf"],
                       check=True)
        subprocess.run([CC, "-DON_LINUX"] + CFLAGS + sources +
                       ["-o", base + ".lin"], check=True)
        jobs = {"qemu": [QEMU, "-cpu", "max", base + ".lin"]}
        for e in self.engines:
            jobs[e] = [self.build + "/emu", "-engine", e] + EMU + [
                "-kernel", base + ".elf"]
        running = {e: subprocess.Popen(c, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE)
                   for e, c in jobs.items()}
        out = {e: p.communicate()[0] for e, p in running.items()}
        for suffix in (".S", ".elf", ".lin"):
            os.unlink(base + suffix)
        for e, p in running.items():
            if p.returncode:
                sys.exit("fpmatrix: %s ends with status %d" % (
                    " ".join(jobs[e]), p.returncode))
        return {e: [l for l in text.decode().splitlines()
                    if l[:2] in ("W ", "F ", "C ") or "ESR" in l or
                    "sync" in l] for e, text in out.items()}

    def explain(self, word):
        """Print the first operands for which the engines do not agree."""
        print("fpmatrix: a difference at %s: %08x %s" % (
            word.row, word.word, word.text))
        out = self.run([word], self.fpcrs, 1)
        fpcrs = []
        for k, line in enumerate(out["qemu"]):
            lines = {out[e][k] for e in self.engines}
            if line[0] == "F" and lines != {line}:
                fpcrs.append(int(line.split()[1], 16))
        print("  differs with FPCR " + " ".join("%08x" % f for f in fpcrs))
        for fpcr in fpcrs[:2]:
            out = self.run([word], [fpcr], 2)
            bad = [k for k, line in enumerate(out["qemu"])
                   if line[0] == "C" and
                   {out[e][k] for e in self.engines} != {line}]
            print("  FPCR %08x: %d of %d cases differ" % (
                fpcr, len(bad), len(out["qemu"]) - 2))
            for k in bad[:SHOWN_CASES]:
                c = out["qemu"][k].split()[2:]
                print("    n %s_%s m %s_%s a %s_%s" % tuple(c[:6]))
                for e in ["qemu"] + self.engines:
                    print("      %-5s v0 %s_%s x0 %s fpsr, nzcv %s" % (
                        (e,) + tuple(out[e][k].split()[8:])))


def report(matrix, words, out):
    """Compare; print and count what differs."""
    bad, cases = [], 0
    lines = {e: [l.split() for l in text if l[0] == "W"]
             for e, text in out.items()}
    for e, text in out.items():
        if len(text) != len(words):
            sys.exit("fpmatrix: %s printed %d lines for %d words" % (
                e, len(text), len(words)))
    for k, word in enumerate(words):
        cases += int(lines["qemu"][k][3], 16)
        if any(lines[e][k][2:] != lines["qemu"][k][2:] for e in matrix.engines):
            bad.append(word)
    for word in bad[:SHOWN]:
        matrix.explain(word)
    for row in sorted({w.row for w in bad}):
        print("fpmatrix: %s differs: %s" % (row, ", ".join(
            w.text for w in bad if w.row == row)))
    print("fpmatrix: %d operations, %d instructions of %d rows, %d differ" % (
        cases, len(words), len({w.row for w in words}), len(bad)))
    return not bad


def write_counts(path, words, out):
    """How often each row was executed, as insn.c writes it."""
    counts = collections.Counter()
    for word, line in zip(words, out["qemu"]):
        counts[word.row] += int(line.split()[3], 16)
    with open(path, "w", encoding="ascii") as f:
        f.write("# operations compared with qemu-aarch64, by row\n")
        for row, n in counts.items():
            f.write("%s %d\n" % (row, n))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--rows")
    parser.add_argument("--engines", default="jit,eval")
    parser.add_argument("--counts")
    args = parser.parse_args()
    os.chdir(TOP)
    for tool in (CC, QEMU):
        if not shutil.which(tool):
            print("skip fuzz/fpmatrix # no " + tool)
            return 0
    matrix = Matrix(args)
    words = choose(matrix.words(args.rows), args.long)
    out = {e: [] for e in ["qemu"] + matrix.engines}
    for k in range(0, len(words), A_RUN):
        for e, lines in matrix.run(words[k:k + A_RUN], matrix.fpcrs,
                                   0).items():
            out[e] += lines
    good = report(matrix, words, out)
    if good and args.counts:
        write_counts(args.counts, words, out)
    print("%s fuzz/fpmatrix" % ("ok" if good else "not ok"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
