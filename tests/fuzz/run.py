#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the fuzzers with fixed seeds, or one of them for a while.

usage: run.py [--seconds T] [--seed N] [NAME ...]

    insn     random instructions under emu's engines and qemu-aarch64
    fpmatrix every floating-point instruction over corner operands; all of it
             with --seconds or at level long, however long that takes
    softfp   softfloat against the host and qemu-aarch64 (softfp.py)
    loader   damaged kernels, initrds and device trees
    image, elf, dtb, gzip, initrd, cmdline, trace
             one kind of file each, or command lines
    guest, code
             hostile guests (guest.py)

Without --seconds, what runs is always the same; how much depends on
EMU_TEST_LEVEL.  With it, each NAME runs about that long, with a new seed
each time unless one is given; image to trace then run under libFuzzer in a
build of its own, which clang makes (status 2 without it).  insn writes how
often every row of the decode table was executed to
EMU_BUILD/tests/fuzz/insn-rows.txt, for scripts/isa-coverage.py --column;
what the installed QEMU does not know is run under the one that
scripts/fetch-qemu.sh fetches, if it did (insn-rows-newer.txt).
Prints a line a test.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time

import cmdline
import guest
import libfuzzer

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
QEMU = os.environ.get("QEMU_USER", "qemu-aarch64")
# A newer one, for rows that the data file marks; used if it was fetched.
NEWER = os.environ.get("QEMU_USER_NEWER", os.environ.get(
    "EMU_CACHE", "cache") + "/qemu/user/qemu-aarch64")
# Where no corner value of the tester points.
GUEST_AT = "-Wl,-Ttext-segment=0x3372e00000"
RULES = "tests/fuzz/insn-differences.tsv"
INSNS = {"quick": 200000, "full": 1000000, "long": 20000000}
FLOATS = {"quick": 100000, "full": 300000, "long": 10000000}
FILES = {"quick": 300, "full": 2000, "long": 50000}
LOADS = {"quick": 500, "full": 3000, "long": 100000}


def run(name, command):
    """Run a command and print the line of its test."""
    p = subprocess.run(command, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    sys.stdout.write(p.stdout.decode(errors="replace"))
    if p.returncode:
        print("again: " + " ".join(command))
    print("%s fuzz/%s" % ("not ok" if p.returncode else "ok", name))
    sys.stdout.flush()
    return p.returncode == 0


def build_guest(path):
    """The program that runs cases under QEMU."""
    return subprocess.run([CC, "-O2", "-static", GUEST_AT, "-o", path,
                           "tests/fuzz/insn_guest.c"],
                          check=False).returncode == 0


def insn(args):
    """Random instructions."""
    for tool in (CC, QEMU):
        if not shutil.which(tool):
            print("skip fuzz/insn # no " + tool)
            return True
    guest = args.folder + "/insn_guest"
    if not build_guest(guest):
        print("not ok fuzz/insn")
        return False
    command = [args.folder + "/insn", "-g", guest, "-d",
               RULES, "-s", str(args.seed)]
    passed = run("insn", command + [
        "-q", QEMU, "-c", args.folder + "/insn-rows.txt"] +
        (["-t", str(args.seconds)] if args.seconds else
         ["-n", str(INSNS[args.level])]))
    if not os.access(NEWER, os.X_OK):
        print("skip fuzz/insn-newer # no %s (scripts/fetch-qemu.sh)" % NEWER)
        return passed
    return run("insn-newer", command + [
        "-N", "-q", NEWER, "-c", args.folder + "/insn-rows-newer.txt"] +
        (["-t", str(args.seconds / 4)] if args.seconds else
         ["-n", str(INSNS[args.level] // 4)])) and passed


def softfp(args):
    """softfp.py prints the lines of its tests itself."""
    seed, end = args.seed, time.monotonic() + args.seconds
    while True:
        p = subprocess.run([sys.executable, "tests/fuzz/softfp.py",
                            "--count", str(FLOATS[args.level]),
                            "--seed", str(seed)], check=False)
        if p.returncode or time.monotonic() >= end:
            return p.returncode == 0
        seed += 1


def fpmatrix(args):
    """fpmatrix.py prints the line of its test itself."""
    is_long = args.seconds or args.level == "long"
    return subprocess.run([sys.executable, "tests/fuzz/fpmatrix.py"] +
                          (["--long"] if is_long else []),
                          check=False).returncode == 0


def loader(args):
    """Damaged input for the loader."""
    seed, end = args.seed, time.monotonic() + args.seconds
    while True:
        ok = run("loader", [args.folder + "/loader_fuzz",
                            str(LOADS[args.level]), str(seed)])
        if not ok or time.monotonic() >= end:
            return ok
        seed += 1


def files(name):
    """The fuzzer of one kind of file: NAME_fuzz.c."""
    def fuzz(args):
        seeds = args.folder + "/seeds"
        if args.seconds:
            return libfuzzer.run(name, seeds, args.seconds, args.seed)
        if name == "cmdline" and not cmdline.run(
                args.folder, FILES[args.level] // 5, args.seed):
            return False
        corpus = "tests/fuzz/corpus/" + name
        return run(name, [args.folder + "/%s_fuzz" % name,
                          "-n", str(FILES[args.level]), "-s", str(args.seed),
                          seeds + "/" + name] +
                   ([corpus] if os.path.isdir(corpus) else []))
    return fuzz


def hostile(name):
    """One of the hostile guests."""
    return lambda args: guest.run(name, args)


FUZZERS = {"insn": insn, "fpmatrix": fpmatrix, "softfp": softfp,
           "loader": loader,
           **{name: files(name) for name in libfuzzer.TARGETS},
           **{name: hostile(name) for name in guest.GUESTS}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("names", nargs="*", choices=[[], *FUZZERS])
    args = parser.parse_args()
    os.chdir(TOP)
    args.level = os.environ.get("EMU_TEST_LEVEL", "full")
    args.folder = os.environ.get("EMU_BUILD", "build/release") + "/tests/fuzz"
    if args.seed is None:
        args.seed = int(time.time()) if args.seconds else 1
    if {*(args.names or FUZZERS)} & {*libfuzzer.TARGETS}:
        subprocess.run([sys.executable, "tests/fuzz/seeds.py",
                        args.folder + "/seeds"], check=True)
    passed = [FUZZERS[n](args) for n in args.names or FUZZERS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
