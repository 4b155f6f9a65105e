#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The long run of the instruction tester, in pieces; it goes on where it was.

usage: insn_long.py [--seed N] [--millions N] [--least N] [--fresh]
                    [--out FILE] [--newer-out FILE]

Runs `insn` on pieces of a million instructions with seeds N000, N001, ... until
there are --millions of them, then on rows executed less than --least times,
alone, until each has been; what only a newer QEMU knows is run under that one
if scripts/fetch-qemu.sh has fetched it.  A piece that is done is kept below
EMU_BUILD/tests/fuzz/insn-long and not run again by the same program; --fresh
forgets them all.  The first difference ends the run with status 1.  Writes
how often each row was executed to --out and --newer-out, as
scripts/isa-coverage.py reads it.  One piece needs about 30 seconds of CPU
time.
"""

import argparse
import collections
import hashlib
import os
import shutil
import subprocess
import sys

import run as fuzz

PIECE = 1000000
NEWER_PIECE = 200000
TOP_UP = 40000    # instructions in a run on one row
MAX_TOP_UPS = 12


class Run:
    """Pieces of one program, and what they counted."""

    def __init__(self, args, judge, newer):
        self.judge, self.newer = judge, newer
        self.seed = args.seed
        self.insn = args.build + "/insn"
        self.guest = args.build + "/insn_guest"
        self.counts = collections.Counter()
        digest = hashlib.sha256()
        for name in (self.insn, self.guest, fuzz.RULES, shutil.which(judge)):
            with open(name, "rb") as f:
                digest.update(f.read())
        self.folder = "%s/insn-long/%s" % (args.build,
                                           digest.hexdigest()[:16])
        if args.fresh and os.path.isdir(self.folder):
            shutil.rmtree(self.folder)
        os.makedirs(self.folder, exist_ok=True)

    def piece(self, name, seed, count, rows=None):
        """Run a piece unless it is done; add its counts."""
        path = "%s/%s" % (self.folder, name)
        if not os.path.exists(path):
            command = [self.insn, "-g", self.guest, "-d", fuzz.RULES, "-q",
                       self.judge, "-s", str(seed), "-n", str(count), "-c",
                       path + ".new"] + (["-N"] if self.newer else []) + (
                           ["-r", rows] if rows else [])
            status = subprocess.run(command, check=False).returncode
            if status or not os.path.exists(path + ".new"):
                sys.exit("insn_long: %s ends with status %d\nagain: %s" % (
                    name, status, " ".join(command)))
            os.rename(path + ".new", path)
            sys.stdout.flush()
        self.add(path)

    def add(self, path):
        """Add the counts of a file."""
        with open(path, encoding="ascii") as f:
            for line in f:
                if not line.startswith("#"):
                    row, n = line.split()
                    self.counts[row] += int(n)

    def rows(self):
        """The rows that there are to run: (those, the newer among them)."""
        p = subprocess.run([self.insn, "-l", "-d", fuzz.RULES, "-g", "-"] +
                           (["-N"] if self.newer else []),
                           stdout=subprocess.PIPE, check=True)
        lines = [l.split() for l in p.stdout.decode().splitlines()]
        return [l[0] for l in lines if not self.newer or l[1] == "newer"]

    def top_up(self, least):
        """Run rows alone that have been executed too little; what is left."""
        for row in self.rows():
            for k in range(MAX_TOP_UPS):
                if self.counts[row] >= least:
                    break
                self.piece("%s-%d" % (row, k), self.seed * 1000 + 900 + k,
                           TOP_UP, row)
        return [r for r in self.rows() if self.counts[r] < least]

    def write(self, path):
        """The counts, in the order of the table."""
        with open(path, "w", encoding="ascii") as f:
            f.write("# executions compared with qemu-aarch64, by row\n")
            for row in self.rows():
                f.write("%s %d\n" % (row, self.counts[row]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--millions", type=int, default=20)
    parser.add_argument("--least", type=int, default=10000)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--out", default="tests/fuzz/insn-rows.txt")
    parser.add_argument("--newer-out",
                        default="tests/fuzz/insn-rows-newer.txt")
    args = parser.parse_args()
    os.chdir(fuzz.TOP)
    args.build = os.environ.get("EMU_BUILD",
                                "build/release") + "/tests/fuzz"
    if not fuzz.build_guest(args.build + "/insn_guest"):
        return 1
    left = []
    for judge, newer, size, n, out in (
            (fuzz.QEMU, False, PIECE, args.millions, args.out),
            (fuzz.NEWER, True, NEWER_PIECE, 1, args.newer_out)):
        if newer and not os.access(judge, os.X_OK):
            print("insn_long: no %s (scripts/fetch-qemu.sh)" % judge)
            continue
        work = Run(args, judge, newer)
        if newer and not work.rows():
            continue
        for k in range(n):
            work.piece("piece-%03d" % k, args.seed * 1000 + k, size)
        left += work.top_up(args.least)
        work.write(out)
        print("insn_long: %s: %d executions of %d rows, the least %d" % (
            out, sum(work.counts.values()), len(work.rows()),
            min(work.counts[r] for r in work.rows())))
    if left:
        print("insn_long: executed too little: " + " ".join(left))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
