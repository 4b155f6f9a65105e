#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Change the code at random and see whether the tests notice.

    scripts/mutate.py [--count N] [--seed S] [--near] [--show] [FILE...]

Each change is one operator, constant or condition of one line, drawn from the
seed.  Without FILEs it is in one of the AREAS below, each of which gets its
share of the count.  It is made in a copy of the tree below build/mutate and
built; then the suites run, those of its area first, up to the first failure.
A suite that crashes or takes too long counts as a failure.  A change that
passes them all survived: no test holds that line.  The user's files are never
touched.

Not counted are changes that do not build, that leave the object code as it
is, and those that scripts/mutate-equivalent.tsv explains: lines of file,
function (a pattern; - outside), old line, new line (* for any) and the reason
why no test can tell them apart.  Never made are
changes to asserts, to the conditions of bug(), and to logs.

What was found is kept in build/mutate/SEED.tsv.  The same command after an
interruption goes on where it was; when all is done, it runs the survivors
again, as after a test was added.  --near runs only the suites of the area,
which finds lines that no test near them holds; --show only prints the changes.

The last line is "N caught, N survived of N"; status 0 when none survived.
"""

import argparse
import fnmatch
import glob
import hashlib
import json
import os
import re
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import time

from mutants import B, Draw, files_of

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORK = os.path.join(TOP, "build/mutate")
COPY = os.path.join(WORK, "tree")
EXPLAINED = "scripts/mutate-equivalent.tsv"
TREE = ("Makefile", "src", "include", "hw", "target-arm64", "tests",
        "scripts")

# Name, share of 50 changes, files, and the suites that know most about them.
AREAS = (
    ("integer", 9,
     "target-arm64/trans_{dpimm,dpreg,flags,branch,ldst,ldst_ex,sys,pauth}.c "
     "target-arm64/translate.c target-arm64/{help_int,help_pauth,qarma}.c",
     "a64:dpimm,dpreg,branch/,ldst/,excl,lse,crc32,pauth,sysreg insn"),
    ("vector", 10,
     "target-arm64/trans_{simd*,fp,crypto}.c "
     "target-arm64/help_{simd*,fp*,crypto}.c target-arm64/softfp_*.c",
     "unit/target-arm64 softfp a64:simd,fp/ insn"),
    ("mmu", 6, "target-arm64/{mmu,walk,map,tlbi}.c",
     "unit/target-arm64 a64:system/mmu,ldst/faults"),
    ("exception", 5,
     "target-arm64/{exception,debug,psci,pmu,help_sys,derive}.c",
     "unit/target-arm64 a64:system diag"),
    ("gic", 6, "hw/gic*.c", "unit/hw a64:system/gic"),
    ("timer", 2, "target-arm64/timer.c",
     "unit/target-arm64 a64:system/timer"),
    ("emitters", 8,
     "src/x64/{emit_*,regalloc,stubs,links,loop,jit}.c src/x64/asm.h",
     "unit/x64 ir unit/ir unit/exec insn a64:simd,dpreg,ldst,fp/"),
    ("folding", 4, "src/ir/{opt_*,fold_const,known}.c",
     "unit/ir ir insn a64:dpreg"),
)
# Everything else, for what the suites of the area let pass.
ALL = ("unit/target-arm64 unit/exec unit/hw unit/ir unit/x64 unit/mem "
       "unit/debug unit/main unit/loader ir insn softfp a64 diag boot")

SUITE = {
    "a64": "{python} tests/a64/run.py --kept -e jit,eval,qemu",
    "ir": "{python} tests/ir/run.py",
    "insn": "{python} tests/fuzz/run.py insn",
    "softfp": "{python} tests/fuzz/run.py softfp",
    "diag": "{python} tests/diag/run.py",
    "boot": "{python} tests/boot/run.py shell a72 exec-log",
}
NEEDS = {"a64": "{b}/{{emu,tests/hooked/emu}}", "boot": "{b}/emu",
         "diag": "{b}/emu",
         "insn": "{b}/tests/fuzz/insn",
         "ir": "{b}/tests/ir/ir_run {b}/tests/ir/ir_fuzz",
         "softfp": "{b}/tests/fuzz/softfp_{{diff,sse}}"}
TIMEOUT_S = 120             # and 20 times what the suite takes unchanged
CPU_S = 30                  # processor time of one process
TEST_TIMEOUT_S = 300        # of one bare-metal program, on a busy host
MEMORY = 3 << 30            # of a test, without what it shares


# --- the copy ---------------------------------------------------------------

def sync():
    """Bring the copy up to date; only files that differ become newer."""
    fresh = not os.path.isdir(os.path.join(COPY, B))
    if fresh:
        for folder in (B, "build/gen"):
            if os.path.isdir(folder):
                subprocess.run(["cp", "-a", "--parents", folder, COPY],
                               check=True)
    wanted = set()
    for name in TREE:
        for path in [name] if os.path.isfile(name) else [
                os.path.join(d, f) for d, _, fs in os.walk(name)
                for f in fs if "__pycache__" not in d]:
            wanted.add(path)
            target = os.path.join(COPY, path)
            if same(path, target):
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            (shutil.copy2 if fresh else shutil.copy)(path, target)
    for name in TREE:
        for d, _, fs in os.walk(os.path.join(COPY, name)):
            for f in fs:
                path = os.path.join(d, f)
                if os.path.relpath(path, COPY) not in wanted:
                    os.remove(path)


def same(a, b):
    """Are two files the same?"""
    try:
        with open(a, "rb") as f, open(b, "rb") as g:
            return f.read() == g.read()
    except FileNotFoundError:
        return False


def make(*targets):
    """Build something in the copy; its output if that fails."""
    p = subprocess.run(["make", "-s", "-j2", *targets], cwd=COPY,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    return p.stdout.decode(errors="replace") if p.returncode else None


def code_of(path):
    """The object's bytes without debugging information."""
    out = os.path.join(WORK, "stripped.o")
    subprocess.run(["objcopy", "--strip-debug", path, out], check=True)
    with open(out, "rb") as f:
        return f.read()


def tests_with(header):
    """Objects of the copy's tests that are made from a header."""
    found = []
    for path in glob.glob("%s/%s/tests/**/*.d" % (COPY, B), recursive=True):
        with open(path, encoding="utf-8") as f:
            if header in f.read().split():
                found.append(path[:-2] + ".o")
    return [o for o in found if os.path.exists(o)]


class Applied:
    """The copy with a change in it."""

    def __init__(self, change):
        self.change = change
        self.source = os.path.join(COPY, change.path)
        self.objects = [os.path.join(COPY, o) for o in change.objects()]
        if not change.path.endswith(".c"):
            self.objects += tests_with(change.path)
        self.kept = {}

    def __enter__(self):
        for o in self.objects:
            with open(o, "rb") as f:
                self.kept[o] = f.read()
        self.stat = os.stat(self.source)
        with open(self.source, "w", encoding="utf-8") as f:
            f.write("\n".join(self.change.lines))
        return self

    def __exit__(self, *_):
        # The object is put back rather than made again; it is newer than
        # the archive, not older than its source.
        shutil.copyfile(os.path.join(TOP, self.change.path), self.source)
        os.utime(self.source, ns=(self.stat.st_atime_ns,
                                  self.stat.st_mtime_ns))
        for o, data in self.kept.items():
            with open(o, "wb") as f:
                f.write(data)

    def is_same_code(self):
        """Did the compiler make the same of it?"""
        before = {}
        for o, data in self.kept.items():
            path = os.path.join(WORK, "before.o")
            with open(path, "wb") as f:
                f.write(data)
            before[o] = code_of(path)
        return all(code_of(o) == data for o, data in before.items())


# --- the suites -------------------------------------------------------------

def programs(suite):
    """(name, command, what must be built) of a suite's programs."""
    name, _, names = suite.partition(":")
    if name.startswith("unit/"):
        for src in sorted(glob.glob("%s/tests/%s/test_*.c" % (COPY, name))):
            program = "%s/%s" % (B, os.path.relpath(src, COPY)[:-2])
            yield os.path.basename(program), [program], [program]
        return
    command = SUITE[name].format(python=sys.executable).split()
    needs = NEEDS[name].format(b=B)
    m = re.match(r"(.*)\{(.*)\}", needs)
    yield (suite, command + names.split(",") if names else command,
           [m[1] + x for x in m[2].split(",")] if m else needs.split())


def limits():
    """A test that went wild must not take the host with it."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def first_failure(process, end):
    """Read what a program prints up to its first failure, or its end."""
    rest = b""
    with selectors.DefaultSelector() as sel:
        sel.register(process.stdout, selectors.EVENT_READ)
        while sel.select(max(0, end - time.monotonic())):
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                process.wait()
                return None
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if re.match(rb"\s*not ok\b", line) and b"# SKIP" not in line:
                    return line.decode(errors="replace").strip()
    return "takes too long"


def run(command, timeout_s):
    """Run a program up to its first failure: what failed, or None."""
    env = dict(os.environ, EMU_BUILD=B, EMU_TEST_LEVEL="quick",
               EMU_TEST_JOBS="2", CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C",
               EMU_TEST_TIMEOUT=str(TEST_TIMEOUT_S),
               PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
    env.setdefault("EMU_CACHE", os.path.join(TOP, "cache"))
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        env.pop(name, None)
    with subprocess.Popen(command, cwd=COPY, env=env, preexec_fn=limits,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT,
                          start_new_session=True) as p:
        try:
            why = first_failure(p, time.monotonic() + timeout_s)
        finally:
            if p.poll() is None:
                os.killpg(p.pid, signal.SIGKILL)
    if why is None and p.returncode not in (0, 77):
        why = "status %d" % p.returncode
    return why


def judge(suites, seconds, measure=False):
    """Run suites until one fails; what failed, or None."""
    done = set()
    for suite in suites.split():
        todo = [p for p in programs(suite) if p[0] not in done]
        text = make(*sorted({t for p in todo for t in p[2]}))
        if text is not None:
            # No change can do that: the copy or the host is at fault.
            sys.exit("mutate: cannot build the tests:\n" + text)
        for name, command, _ in todo:
            done.add(name)
            start = time.monotonic()
            why = run(command, TIMEOUT_S + 20 * seconds.get(name, 15))
            if measure:
                seconds[name] = time.monotonic() - start
            if why:
                return "%s: %s" % (name, why)
    return None


def baseline():
    """Build the copy and see that everything passes without a change, if
    that was not seen before; what the suites take."""
    digest = hashlib.sha256()
    for name in TREE:
        for path in sorted(glob.glob(name) +
                           glob.glob(name + "/**", recursive=True)):
            if os.path.isfile(path) and not path.endswith(".pyc") and \
                    not path.startswith("scripts/mut"):
                with open(path, "rb") as f:
                    digest.update(f.read())
    good = os.path.join(WORK, "baseline.json")
    text = make("all", "tests")
    if os.path.exists(good) and text is None:
        with open(good, encoding="ascii") as f:
            known = json.load(f)
        if known[0] == digest.hexdigest():
            return known[1]
    if text is None:
        # QEMU's side of the comparison is run once.
        text = run([sys.executable, "tests/a64/run.py", "-k"], 1200)
    seconds = {}
    if text is None:
        text = judge(ALL, seconds, True)
    if text is not None:
        sys.exit("mutate: fails without a change: " + text)
    with open(good, "w", encoding="ascii") as f:
        json.dump([digest.hexdigest(), seconds], f)
    return seconds


# --- what was found ---------------------------------------------------------

class Explained:
    """The changes that no test can find."""

    def __init__(self):
        with open(EXPLAINED, encoding="utf-8") as f:
            self.rows = [line.rstrip("\n").split("\t") for line in f
                         if line.strip() and not line.startswith("#")]
        for row in self.rows:
            if len(row) != 5 or not self.is_there(*row[:3]):
                print("mutate: nothing is meant by: " + " ".join(row))

    @staticmethod
    def is_there(path, _, old):
        """Is there such a line still?"""
        if not os.path.exists(path):
            return False
        with open(path, encoding="utf-8") as f:
            return any(" ".join(line.split()) == old for line in f)

    def has(self, change):
        """Is it one of them?"""
        path, function, old, new = change.key()
        return any(r[0] == path and fnmatch.fnmatchcase(function, r[1]) and
                   r[2] == old and r[3] in (new, "*") for r in self.rows)


class Log:
    """Results that outlive the run, of these sources only."""

    def __init__(self, seed, areas):
        digest = hashlib.sha256()
        for path in sorted({f for a in areas for f in files_of(a[2])}):
            with open(path, "rb") as f:
                digest.update(f.read())
        self.path = os.path.join(WORK, "%d.tsv" % seed)
        head = "# sources " + digest.hexdigest()[:16]
        self.known = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as f:
                lines = f.read().split("\n")
            if lines[0] == head:
                rows = [line.split("\t") for line in lines[1:] if line]
                self.known = {tuple(r[:4]): r[4] for r in rows
                              if len(r) == 5}
        with open(self.path, "w", encoding="utf-8") as f:
            f.write(head + "\n")
            for key, result in self.known.items():
                f.write("\t".join([*key, result]) + "\n")

    def add(self, change, result):
        """Note a result."""
        self.known[change.key()] = result
        with open(self.path, "a", encoding="utf-8") as f:
            f.write("\t".join([*change.key(), result]) + "\n")


def attempt(area, change, seconds, near):
    """Make a change and run the tests: "caught ...", "survived", or
    "skip ..." when it is not counted."""
    with Applied(change) as a:
        if make(*change.objects()) is not None:
            return "skip: does not build"
        if a.is_same_code():
            return "skip: same code"
        why = judge(area[3] + ("" if near else " " + ALL), seconds)
        return "caught by " + " ".join(why.split()) if why else "survived"


def campaign(args, areas, log, seconds):
    """Try changes until the count is reached; how many, and survivors."""
    before = dict(log.known)
    harmless = Explained()
    survivors, n = [], 0
    changes = Draw(args.seed, areas)
    while n < args.count and any(changes.left.values()):
        area = changes.turn()
        # One that does not count is followed by one of the same area.
        while (change := changes.change(area)) is not None:
            if harmless.has(change):
                continue
            result = before.get(change.key(), "survived")
            if args.show:
                result = "shown"
            elif result == "survived":
                result = attempt(area, change, seconds, args.near)
                log.add(change, result)
            if not result.startswith("skip"):
                break
        if change is None:
            continue
        n += 1
        if result == "survived":
            survivors.append(change)
        print("%3d %s\n  %s" % (n, change.text(), result), flush=True)
    return n, survivors


def parse_args():
    """The command line."""
    p = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    p.add_argument("--count", type=int, default=10)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--near", action="store_true")
    p.add_argument("--show", action="store_true")
    p.add_argument("file", nargs="*")
    return p.parse_args()


def main():
    args = parse_args()
    os.chdir(TOP)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    areas = AREAS
    if args.file:
        areas = [(a[0], a[1], " ".join(fs), a[3]) for a in AREAS for fs in
                 [[f for f in args.file if f in files_of(a[2])]] if fs]
        rest = set(args.file) - {f for a in areas for f in a[2].split()}
        if rest:
            areas.append(("other", 5, " ".join(sorted(rest)), ALL))
    os.makedirs(COPY, exist_ok=True)
    log = Log(args.seed, areas)
    seconds = {}
    if not args.show:
        sync()
        seconds = baseline()
    n, survivors = campaign(args, areas, log, seconds)
    if args.show:
        return
    if survivors:
        print("\nNo test notices:")
        for change in survivors:
            print(change.text())
    print("%d caught, %d survived of %d" % (n - len(survivors),
                                            len(survivors), n))
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
