#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run guests that go wrong, and see that emu says so (DESIGN D13).

Every tests/diag/NAME.S is a bare-metal guest, linked with tests/a64/lib to an
ELF and run by both engines.  Comments in it say what must come of it:

    //@ status N    exit status of emu (0)
    //@ report WORDS  the line "emu: ..." on standard error ends with these
    //@ says WORDS  some line on standard error contains these
    //@ prints WORDS  some line on the console is this
    //@ args ARGS   further arguments of emu
    //@ start no    the guest has its own _start, not that of a64/lib
    //@ signal NAME  sent to emu when the guest has printed a line
    //@ input open  standard input is a pipe that stays open until the end,
                    which must not come within half a second
    //@ seconds N   it must be over by then (60)
    //@ host-time   the end depends on the host: the engines may differ

A status with a report must have one line "emu: ..."; without `report`, there
must be none.  Both engines must end at the same instruction: "after N
instructions" and the `state` line are compared.

Prints "ok NAME", "not ok NAME" with the reason, or "skip NAME # reason"; the
status tells if anything failed.  EMU_BUILD names the build folder; arguments
choose tests by a part of the name.
"""

import glob
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
LIB = os.path.join(TOP, "tests", "a64", "lib")
BUILD = os.path.join(TOP, os.environ.get("EMU_BUILD", "build/release"))
CC = os.environ.get("AARCH64_CC", "aarch64-linux-gnu-gcc")
CFLAGS = ["-nostdlib", "-static", "-march=armv8.2-a",
          "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
          "-Wa,-I" + LIB, "-I", LIB, "-Wl,-T," + LIB + "/link.ld"]
SECONDS = 60


class Failure(Exception):
    """What is wrong, in a line or two."""


def directives(path):
    """The //@ lines: a list of values for each word."""
    what = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            m = re.match(r"\s*//@ ([\w-]+)\s*(.*)", line)
            if m:
                what.setdefault(m.group(1), []).append(m.group(2).strip())
    return what


def build(path, name, what):
    """The guest's ELF file."""
    elf = os.path.join(BUILD, "tests", "diag", name + ".elf")
    os.makedirs(os.path.dirname(elf), exist_ok=True)
    start = [] if what.get("start") == ["no"] else [LIB + "/start.S"]
    p = subprocess.run([CC] + CFLAGS + start + ["-o", elf, path],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       check=False)
    if p.returncode:
        raise Failure(p.stdout.decode(errors="replace"))
    return elf


def run(engine, elf, what):
    """Exit status, console and standard error of one run."""
    command = [os.path.join(BUILD, "emu"), "-engine", engine, "-m", "64",
               "-nic", "none", "-display", "none", "-monitor", "none",
               "-serial", "stdio", "-kernel", elf, "-final-state"]
    command += shlex.split(" ".join(what.get("args", [])))
    seconds = float(what.get("seconds", [SECONDS])[0])
    keys = subprocess.PIPE if "input" in what else subprocess.DEVNULL
    with subprocess.Popen(command, stdin=keys, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as p:
        first = p.stdout.readline() if "signal" in what else b""
        try:
            if "input" in what:
                time.sleep(0.5)
                if p.poll() is not None:
                    raise Failure("%s: it did not wait" % engine)
            if "signal" in what:
                p.send_signal(getattr(signal, what["signal"][0]))
            if "input" in what:
                p.wait(timeout=seconds)
            out, err = p.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as e:
            p.kill()
            p.communicate()
            raise Failure("%s: no end after %g s" % (engine, seconds)) from e
    return (p.returncode, (first + out).decode(errors="replace"),
            err.decode(errors="replace"))


def check(engine, what, status, out, err):
    """Raise unless a run ended as it must."""
    where = "%s\n%s\n%s" % (engine, out[-300:], err[-900:])
    want = int(what.get("status", ["0"])[0])
    if status != want:
        raise Failure("status %d, not %d: %s" % (status, want, where))
    said = re.findall(r"^emu: (.*)$", err, re.M)
    if len(said) != len(what.get("report", [])):
        raise Failure("%d reports: %s" % (len(said), where))
    for got, words in zip(said, what.get("report", [])):
        if not got.endswith(words):
            raise Failure("no report %r: %s" % (words, where))
    for words in what.get("says", []):
        if not any(words in l for l in err.splitlines()):
            raise Failure("nothing says %r: %s" % (words, where))
    for words in what.get("prints", []):
        if words not in out.splitlines():
            raise Failure("does not print %r: %s" % (words, where))
    if "status" in what and "report" in what and "last blocks" not in err:
        raise Failure("no blocks are listed: %s" % where)


def test(path, name):
    """One guest under both engines."""
    what = directives(path)
    elf = build(path, name, what)
    ends = []
    for engine in ("jit", "eval"):
        status, out, err = run(engine, elf, what)
        check(engine, what, status, out, err)
        ends.append((out, re.findall(r"^(?:after|state) .*$", err, re.M)))
    if "signal" not in what and "host-time" not in what and \
            ends[0] != ends[1]:
        raise Failure("the engines differ: %r" % (ends,))


def main():
    if not shutil.which(CC):
        print("skip diag # no " + CC)
        return 77
    failed = 0
    for path in sorted(glob.glob(HERE + "/*.S")):
        name = os.path.basename(path)[:-2]
        if sys.argv[1:] and not any(n in name for n in sys.argv[1:]):
            continue
        try:
            test(path, name)
            print("ok diag/%s" % name)
        except Failure as why:
            print("not ok diag/%s\n# %s" % (name,
                                           str(why).replace("\n", "\n# ")))
            failed += 1
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
