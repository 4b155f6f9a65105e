#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What emu -trace writes.

  programs  every bare-metal program of tests/a64 under both engines and in
            configurations that cut and join blocks differently: the same
            bytes in every file, with events, registers and memory too; the
            guest's output and state as without a trace; and the lengths of
            blocks add up to the count of instructions
  boots     the start of a Linux boot on 1 and 4 CPUs, the same way
  windows   start and stop by count, symbol, address, event; filters: what is
            in the trace is the same part of the whole one
  files     a killed run, a full disk, bad options, the header's CPU

Prints "ok NAME", "not ok NAME" with the reason, or "skip NAME # reason"; the
status tells if anything failed.  EMU_BUILD names the build folder, arguments
choose cases by a part of their names, EMU_TEST_LEVEL how much is run.
"""

import concurrent.futures
import glob
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "boot"))
import bootlib  # noqa: E402 pylint: disable=wrong-import-position

TOP, EMU, LEVEL = bootlib.TOP, bootlib.EMU, bootlib.LEVEL
TOOL = os.path.join(os.path.dirname(EMU), "emu-trace")
A64 = os.path.join(TOP, "tests", "a64")
SECONDS = 600

PROGRAM_CONFIGURATIONS = {
    "eval": ["-engine", "eval"],
    "tb-max=1": ["-X", "tb-max=1"],
    "tb-max=3,cold": ["-X", "tb-max=3,cold,tags=2"],
    "nochain,noopt": ["-X", "nochain,noopt,cache=256K"],
}
BOOT_CONFIGURATIONS = {
    "tb-max=1": ["-X", "tb-max=1"],
    "nochain": ["-X", "nochain"],
    "cache=256K,ra-shuffle": ["-X", "cache=256K,ra-shuffle=5"],
    "cold,noopt": ["-X", "cold,noopt"],
    "eval": ["-engine", "eval"],
}
# At the quick level these classes of programs stand for the others.
QUICK = ("system/", "excl/", "ldst/faults")
# Instructions of a program of which registers and memory are compared.
OBSERVED = 300000


class Failure(Exception):
    """What is wrong, in a line or two."""


def load_a64():
    """tests/a64/run.py, which knows how to build and run a program."""
    spec = importlib.util.spec_from_file_location("a64run", A64 + "/run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def execute(cmd, env=None):
    """(status, output, errors) of a command that is not to hang."""
    p = subprocess.run(cmd, env=env, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=SECONDS, check=False)
    return p.returncode, p.stdout, p.stderr.decode(errors="replace")


def digest(path):
    """A hash of a file's bytes."""
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def info(path):
    """What emu-trace says of a trace."""
    status, out, errors = execute([TOOL, "info", "--no-symbols", "--json",
                                   path])
    if status:
        raise Failure("emu-trace info: status %d, %s" % (status, errors))
    return json.loads(out)


def number(about, key):
    """A number of info's."""
    return int(about.get(key, 0))


def check_sums(path):
    """The lengths of blocks, gaps and faulted fetches are the count."""
    about = info(path)
    total = number(about, "instructions") + number(about, "not-traced")
    if total != number(about, "end-count") - number(about, "first-count"):
        raise Failure("%d instructions in blocks and outside, but the count "
                      "is %d" % (total, number(about, "end-count")))
    return about


def traced(cmd, path, items="", env=None):
    """Runs emu with a trace: (status, output, state)."""
    status, out, errors = execute(
        cmd + ["-final-state", "-trace", path + items], env)
    return status, out, state_of(errors)


def state_of(errors):
    """The line with the final state's hash, and what came before it."""
    lines = errors.splitlines()
    if not any(l.startswith("state ") for l in lines):
        raise Failure("no final state: " + " / ".join(lines[-3:]))
    return lines


def compare(cmd, configurations, folder, items="", env=None, plain=True):
    """One run traced in several configurations: the same bytes, the same
    state as without a trace.  Returns the first trace's path."""
    first = os.path.join(folder, "first")
    run = traced(cmd, first, items, env)
    if plain:
        status, out, errors = execute(cmd + ["-final-state"], env)
        if (status, out, state_of(errors)) != run:
            raise Failure("the run is another one with a trace")
    for name, options in configurations.items():
        path = os.path.join(folder, "other")
        if traced(cmd + options, path, items, env) != run:
            raise Failure("%s: another run" % name)
        if digest(path) != digest(first):
            out = execute([TOOL, "diff", first, path])[1]
            raise Failure("%s: another trace\n%s" %
                          (name, out.decode(errors="replace")))
        os.unlink(path)
    return first


# --- programs ---------------------------------------------------------------

def program_case(a64, path, name):
    """A test of one bare-metal program."""
    def test(folder):
        what = a64.directives(path)[0]
        elf = os.path.join(folder, "program.elf")
        built = subprocess.run([a64.CC] + a64.CFLAGS +
                               a64.guest_c(path, what) + ["-o", elf, path],
                               stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        if built.returncode:
            raise Failure(built.stdout.decode(errors="replace"))
        cmd = a64.command("jit", EMU, elf, what, [])
        at = cmd.index("-engine")
        cmd = cmd[:at] + cmd[at + 2:]
        env = a64.environment(what)
        status, _, errors = execute(cmd, env)
        if status == 1 and "-cpu" in errors:
            raise bootlib.Missing(errors.strip())
        whole = compare(cmd, PROGRAM_CONFIGURATIONS, folder, env=env)
        check_sums(whole)
        part = compare(cmd + ["-exit-after", str(OBSERVED)],
                       PROGRAM_CONFIGURATIONS, folder, ",regs,mem", env)
        check_sums(part)
    return "program/" + name, test


def program_cases():
    """Tests of the programs of tests/a64."""
    a64 = load_a64()
    if not shutil.which(a64.CC):
        print("skip capture/programs # no " + a64.CC)
        return []
    cases = []
    for path in sorted(glob.glob(A64 + "/**/*.S", recursive=True)):
        name = os.path.relpath(path, A64)[:-2]
        if not name.startswith("lib/") and (LEVEL != "quick" or
                                            name.startswith(QUICK)):
            cases.append(program_case(a64, path, name))
    return cases


# --- boots ------------------------------------------------------------------

def boot_command(folder, *options):
    """A command that boots Linux on a serial port without input."""
    image, = bootlib.guest("cloud", "Image")
    return [EMU, "-kernel", image, "-initrd", bootlib.initrd(folder),
            "-append", "console=ttyAMA0", "-serial", "file:" +
            os.path.join(folder, "console"), *options]


def boot_case(cpus, count):
    """A test of the first @count instructions of a boot."""
    def test(folder):
        cmd = boot_command(folder, "-smp", str(cpus), "-exit-after", count)
        about = check_sums(compare(cmd, BOOT_CONFIGURATIONS, folder))
        for key in ("events-sysreg", "events-idreg", "events-mmu",
                    "events-tlbi", "events-psci"):
            if not number(about, key):
                raise Failure("no " + key)
        if number(about, "bytes") > number(about, "blocks") / 4:
            raise Failure("more than 0.25 bytes a block")
    return "boot/%d-cpus" % cpus, test


def boot_observed(folder):
    """Registers and memory in a window that begins at a symbol."""
    cmd = boot_command(folder, "-exit-after", "2500K")
    compare(cmd, BOOT_CONFIGURATIONS, folder, ",start=start_kernel,regs,mem")


# --- windows and filters ----------------------------------------------------

def dump(path, *options):
    """The lines of emu-trace dump."""
    status, out, errors = execute([TOOL, "dump", *options, path])
    if status:
        raise Failure("emu-trace dump: " + errors)
    return out.decode(errors="replace").splitlines()


class Whole:
    """The trace that windows are parts of."""

    def __init__(self, folder):
        self.cmd = boot_command(folder, "-exit-after", "4M")
        self.folder = folder
        self.path = os.path.join(folder, "whole")
        traced(self.cmd, self.path)
        self.lines = dump(self.path, "--no-symbols")

    def part(self, items):
        """Lines of a trace with @items, without gaps and marks."""
        path = os.path.join(self.folder, "part")
        traced(self.cmd, path, items)
        check_sums(path)
        return [l for l in dump(path, "--no-symbols")
                if "# gap" not in l and "# mark" not in l]

    def expect(self, items, wanted):
        """The part is the lines of the whole that @wanted keeps."""
        got = self.part(items)
        want = [l for l in self.lines if wanted(l)]
        if got == want and want:
            return
        for i, (a, b) in enumerate(zip(got, want)):
            if a != b:
                raise Failure("%s: line %d is\n  %s\nnot\n  %s" %
                              (items, i, a, b))
        raise Failure("%s: %d lines, not %d" % (items, len(got), len(want)))


def count_of(line):
    """Instructions before what a line is about."""
    return int(line.split()[0])


def is_event(line):
    """Is it about an event, not a block?"""
    return " # " in line


def windows(folder):
    """Windows and filters keep the right part."""
    whole = Whole(folder)
    whole.expect(",start=1M,stop=3M", lambda l: (
        1000000 <= count_of(l) < 3000000 + is_event(l)))
    whole.expect(",events=none", lambda l: not is_event(l) or "fetch" in l)
    whole.expect(",events=mmio+tlbi", lambda l: not is_event(l) or
                 "# mmio" in l or "# tlbi" in l)
    whole.expect(",events=all-idreg", lambda l: "# idreg" not in l)
    low, high = 0x40000000, 0x40e00000
    whole.expect(",pc=%x..%x,events=none" % (low, high),
                 lambda l: not is_event(l) and
                 low <= int(l.split()[3], 16) < high)
    first = next(i for i, l in enumerate(whole.lines) if "# mmu" in l)
    rest = {id(l) for l in whole.lines[first:]}
    whole.expect(",start=event:mmu", lambda l: id(l) in rest)


def symbols(folder):
    """Windows by symbols, before and after the MMU is on."""
    cmd = boot_command(folder, "-exit-after", "4M")
    path = os.path.join(folder, "part")
    for name in ("primary_entry", "start_kernel", "setup_arch"):
        traced(cmd, path, ",start=%s" % name)
        lines = [l for l in dump(path) if not is_event(l)]
        if "<%s>" % name not in lines[0] and " %s" % name not in lines[0]:
            raise Failure("start=%s begins with %s" % (name, lines[0]))
        check_sums(path)
    traced(cmd, path, ",start=start_kernel,stop=setup_arch")
    lines = [l for l in dump(path) if not is_event(l)]
    if "start_kernel" not in lines[0] or any("setup_arch" in l
                                             for l in lines):
        raise Failure("start_kernel to setup_arch: %s ... %s" %
                      (lines[0], lines[-1]))


# --- files ------------------------------------------------------------------

def ended_by(folder, path, size, sig):
    """Boots with a trace until it has a size, and sends a signal: the
    status."""
    with subprocess.Popen(boot_command(folder) + ["-trace", path],
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as p:
        deadline = time.monotonic() + SECONDS
        while (not os.path.exists(path) or
               os.path.getsize(path) < size) and p.poll() is None and \
                time.monotonic() < deadline:
            time.sleep(0.02)
        p.send_signal(sig)
        return p.wait(SECONDS)


def killed(folder):
    """What a killed run leaves can be read."""
    path = os.path.join(folder, "killed")
    ended_by(folder, path, 100000, signal.SIGKILL)
    about = check_sums(path)
    if not number(about, "blocks"):
        raise Failure("no blocks in what a killed run left")
    if about["ended"] != "cut short":
        raise Failure("a killed run's trace says: " + about["ended"])
    whole = os.path.join(folder, "whole")
    traced(boot_command(folder, "-exit-after", "%d" %
                        number(about, "end-count")), whole)
    status, out, _ = execute([TOOL, "diff", "--to", str(
        number(about, "end-count")), path, whole])
    if status:
        raise Failure(out.decode(errors="replace"))


def terminated(folder):
    """SIGTERM ends the file as it ends the run."""
    path = os.path.join(folder, "terminated")
    status = ended_by(folder, path, 1, signal.SIGTERM)
    if status != 128 + signal.SIGTERM:
        raise Failure("status %d" % status)
    about = check_sums(path)
    if about["ended"] != "asked from outside":
        raise Failure("a terminated run's trace says: " + about["ended"])


def full_disk(folder):
    """A disk that is full ends the run with a line and status 1."""
    status, _, errors = execute(boot_command(folder, "-exit-after", "300M") +
                                ["-trace", "/dev/full"])
    if status != 1 or "No space left" not in errors or \
            len(errors.splitlines()) != 1:
        raise Failure("status %d: %s" % (status, errors))


BAD = {
    "": "the name of a file",
    "F,start": "no such item",
    "F,foo=1": "foo=1",
    "F,events=mmio+bar": "bar",
    "F,start=1Q": "1Q",
    "F,start=0x12345": "0x12345",
    "F,start=event:none": "none",
    "F,start=1,start=2": "once",
    "F,el=4": "4",
    "F,cpu=x": "x",
    "F,pc=10..5": "10..5",
    "F,asid=70000": "70000",
    "F,level=0": "0",
    "F,start=+5": "+5",
    "F,regs=1": "regs",
    "/nowhere/F": "/nowhere/F",
    "F,start=no_such_symbol": "no_such_symbol",
    "F,start=start_kernel+1": "start_kernel+1",
}


def bad_options(folder):
    """Bad options are one line that names the value."""
    cmd = boot_command(folder, "-exit-after", "1000")
    for text, words in BAD.items():
        path = text.replace("F", os.path.join(folder, "F"), 1) \
            if text[:1] == "F" else text
        status, _, errors = execute(cmd + ["-trace", path])
        if status != 1 or len(errors.splitlines()) != 1 or \
                words not in errors:
            raise Failure("-trace '%s': status %d: %s" %
                          (text, status, errors))
    status, out, _ = execute([EMU, "-trace", "help"])
    if status or b"tlbi" not in out or b"start=WHEN" not in out:
        raise Failure("-trace help: status %d" % status)


def header(folder):
    """The header names the CPU and the features that -cpu CPU,help names."""
    path = os.path.join(folder, "header")
    for spec in ("cortex-a53", "cortex-a72", "neoverse-n1", "max,lse=off"):
        listed = execute([EMU, "-cpu", spec + ",help"])[1].decode()
        on = [l.split()[0] for l in listed.splitlines()
              if l.split()[1] == "on"]
        traced(boot_command(folder, "-cpu", spec, "-exit-after", "1000"),
               path)
        about = info(path)
        if about["cpu"] != spec or about["features"].split() != on or not on:
            raise Failure("%s: the header has %s, %s" %
                          (spec, about["cpu"], about["features"]))


# --- running ----------------------------------------------------------------

def all_cases():
    """(name, test) of everything at this level."""
    cases = program_cases()
    cases += [("windows", windows), ("symbols", symbols), ("killed", killed),
              ("terminated", terminated), ("full-disk", full_disk),
              ("bad-options", bad_options), ("header", header),
              ("observed", boot_observed)]
    if LEVEL != "quick":
        cases += [boot_case(1, "60M"), boot_case(4, "60M")]
    if LEVEL == "long":
        cases += [boot_case(1, "2G"), boot_case(4, "2G")]
    return cases


def judge(case):
    """Runs a test: (name, lines of what is wrong, reason to skip)."""
    name, test = case
    with tempfile.TemporaryDirectory(prefix="emu-capture-") as folder:
        try:
            test(folder)
        except Failure as e:
            return name, str(e).splitlines()[:40], None
        except bootlib.Missing as e:
            return name, [], str(e)
        except subprocess.TimeoutExpired as e:
            return name, ["took too long: " + str(e)], None
    return name, [], None


def main():
    """Runs the cases that are asked for."""
    words = sys.argv[1:]
    cases = [c for c in all_cases()
             if not words or any(w in c[0] for w in words)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(
            int(os.environ.get("EMU_TEST_JOBS", "2"))) as pool:
        for name, wrong, why in pool.map(judge, cases):
            if why:
                print("skip capture/%s # %s" % (name, why))
                continue
            print("%s capture/%s" % ("not ok" if wrong else "ok", name))
            for line in wrong:
                print("    " + line)
            sys.stdout.flush()
            failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
